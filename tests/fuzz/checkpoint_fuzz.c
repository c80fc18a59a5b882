/*
 * checkpoint_fuzz.c: any bytes are refused or are a checkpoint's text; a note
 * is accepted only as the vectors' ledger signed it.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/checkpoint.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* The three lines are what is read; extension lines may follow. */
static void
read_as_text(struct bytes input)
{
	struct buffer again = buffer_new(LIMIT_NOTE);
	struct checkpoint checkpoint;
	struct error err;

	if (checkpoint_parse(&checkpoint, input, &err) == 0) {
		checkpoint_write(&again, &checkpoint);
		demand(again.state == BUFFER_FINE);
		demand(input.len >= again.len &&
		    memcmp(again.data, input.data, again.len) == 0);
	} else {
		demand(err.class == ERROR_NO && err.what[0] != '\0');
	}
	buffer_free(&again);
}

static void
read_as_note(struct bytes input)
{
	/* tests/vectors/ledger300/vkey */
	static const char vkey[] =
	    "vectors.example/credit+4800ce33+AY"
	    "llXL+CB9b5CjvAHEYy2eA6ZHn4xngLbA//FtXlJlaR";
	struct checkpoint checkpoint;
	struct note_key key;
	struct note note;
	struct error err;

	demand(note_key_parse(&key, bytes_of_text(vkey), &err) == 0);
	if (checkpoint_open(&checkpoint, input, &key, &err) == -1) {
		demand(err.class == ERROR_NO);
		return;
	}
	/* Nobody forges a signature: it is one of that ledger's. */
	demand(strcmp(checkpoint.origin, key.name) == 0);
	demand(checkpoint.size >= 1 && checkpoint.size <= 300);
	demand(note_parse(&note, input, &err) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_as_text(bytes_of(data, size));
	read_as_note(bytes_of(data, size));
	return 0;
}
