/*
 * note_fuzz.c: any bytes are refused or are a note, or a verifier key.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/note.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "keys/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* A note's parts, put together, are the note. */
static void
demand_whole(const struct note *note, struct bytes input)
{
	struct buffer text = buffer_new(LIMIT_NOTE * 2);

	buffer_append(&text, note->text);
	buffer_byte(&text, '\n');
	for (size_t i = 0; i < note->line_count; i++) {
		const struct note_line *line = &note->line[i];

		demand(note_name_is_valid(line->name));
		demand(line->blob_len <= sizeof line->blob);
		buffer_text(&text, "\xe2\x80\x94 ");
		buffer_append(&text, line->name);
		buffer_byte(&text, ' ');
		buffer_append(&text, line->signature);
		buffer_byte(&text, '\n');
	}
	demand(bytes_equal(buffer_bytes(&text), input));
	buffer_free(&text);
}

/* By the keys of the corpus: whatever the answer, it is one. */
static void
verify(const struct note *note)
{
	static const char *const keys[] = {
		"PeterNeumann+c74f20a3+"
		"ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"example.com/foo+530d903a+"
		"AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct note_key key;
		uint64_t time_s;
		size_t count;
		struct error err;

		demand(note_key_parse(&key, bytes_of_text(keys[i]), &err) ==
		    0);
		if (note_verify(&count, note, &key, &time_s, &err) == 0)
			demand(count <= note->line_count);
		else
			demand(err.class == ERROR_NO);
		key.algorithm = NOTE_COSIGNATURE;
		if (note_verify(&count, note, &key, &time_s, &err) == -1)
			demand(err.class == ERROR_NO);
	}
}

static void
read_as_key(struct bytes input)
{
	struct buffer text = buffer_new(LIMIT_NOTE);
	struct note_key key;
	struct error err;

	if (note_key_parse(&key, input, &err) == 0) {
		note_key_write(&text, &key);
		demand(bytes_equal(buffer_bytes(&text), input));
	} else {
		demand(err.class == ERROR_UNDECIDED);
	}
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = bytes_of(data, size);
	struct note note;
	struct error err;

	if (note_parse(&note, input, &err) == 0) {
		demand_whole(&note, input);
		verify(&note);
	} else {
		demand(err.class == ERROR_NO);
	}
	read_as_key(input);
	return 0;
}
