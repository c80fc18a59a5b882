#include "ledger/cosignatures.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/store_internal.h"

static bool
is_by(const struct note_line *line, const struct note_key *key)
{
	return line->id == key->id &&
	    bytes_equal(line->name, bytes_of_text(key->name));
}

/* The oldest and the newest line by the key in both notes, all of which have
 * been verified. */
static void
choose(const struct note_line *chosen[2], const struct note *old,
    const struct note *new, const struct note_key *key)
{
	const struct note *const notes[] = { old, new };
	uint64_t oldest = 0, newest = 0;

	chosen[0] = chosen[1] = NULL;
	for (size_t n = 0; n < 2; n++) {
		for (size_t i = 0; i < notes[n]->line_count; i++) {
			const struct note_line *line = &notes[n]->line[i];
			uint64_t when;

			if (!is_by(line, key))
				continue;
			when = note_line_time(line);
			if (chosen[0] == NULL || when < oldest) {
				chosen[0] = line;
				oldest = when;
			}
			if (chosen[1] == NULL || when > newest) {
				chosen[1] = line;
				newest = when;
			}
		}
	}
	if (oldest == newest)
		chosen[1] = NULL;
}

static int
merge(struct buffer *out, bool *changed, const struct note parts[2],
    struct bytes note, const struct note_key *witness, struct error *err)
{
	const struct note_line *chosen[2];
	size_t from = out->len, count = 0;

	choose(chosen, &parts[0], &parts[1], witness);
	buffer_append(out, parts[0].text);
	buffer_byte(out, '\n');
	for (size_t i = 0; i < parts[0].line_count; i++) {
		if (!is_by(&parts[0].line[i], witness)) {
			note_line_write(out, &parts[0].line[i]);
			count++;
		}
	}
	for (size_t i = 0; i < 2 && chosen[i] != NULL; i++) {
		note_line_write(out, chosen[i]);
		count++;
	}
	if (count > LIMIT_NOTE_SIGNATURES)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the checkpoint has %d signatures already, as many as "
		    "there may be",
		    LIMIT_NOTE_SIGNATURES);
	if (buffer_check(out, "checkpoint", err) == -1)
		return -1;
	*changed =
	    !bytes_equal(note, bytes_of(out->data + from, out->len - from));
	return 0;
}

int
cosignatures_merge(struct buffer *out, bool *changed, struct bytes note,
    struct bytes lines, const struct note_key *witness, struct error *err)
{
	struct buffer given = buffer_new(LIMIT_NOTE);
	struct note *parts = memory_new(2, sizeof *parts);
	size_t verified = 0;
	int result = -1;

	if (parts == NULL) {
		error_memory(err);
		goto done;
	}
	if (note_parse(&parts[0], note, err) == -1)
		goto done;
	buffer_append(&given, parts[0].text);
	buffer_byte(&given, '\n');
	buffer_append(&given, lines);
	if (buffer_check(&given, "cosignatures", err) == -1)
		goto done;
	/* More than one blank line would be another text. */
	if (note_parse(&parts[1], buffer_bytes(&given), err) == -1 ||
	    !bytes_equal(parts[1].text, parts[0].text)) {
		error_set(err, ERROR_NO, NULL, "these are no cosignatures");
		goto done;
	}
	if (note_verify(&verified, &parts[0], witness, NULL, err) == -1 ||
	    note_verify(&verified, &parts[1], witness, NULL, err) == -1)
		goto done;
	if (verified == 0) {
		error_set(err, ERROR_NO, NULL, "there is no cosignature by %s",
		    witness->name);
		goto done;
	}
	result = merge(out, changed, parts, note, witness, err);
done:
	buffer_free(&given);
	memory_free(parts);
	return result;
}

int
cosignatures_put(struct store *store, uint64_t size, struct bytes lines,
    const struct note_key *witness, bool *changed, struct error *err)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct buffer merged = buffer_new(LIMIT_NOTE);
	uint64_t found = 0;
	int result = -1;

	if (store_checkpoint(store, size, &found, &note, err) == -1)
		goto done;
	if (found != size || note.len == 0) {
		error_set(err, ERROR_NO, NULL,
		    "there is no checkpoint of %llu entries",
		    (unsigned long long)size);
		goto done;
	}
	if (cosignatures_merge(&merged, changed, buffer_bytes(&note), lines,
		witness, err) == -1)
		goto done;
	result = !*changed
	    ? 0
	    : store_replace_checkpoint(store, size, buffer_bytes(&merged), err);
done:
	buffer_free(&note);
	buffer_free(&merged);
	return result;
}

int
cosignatures_scan(struct store *store, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_SCAN_COSIGNED, err);

	return statement == NULL ? -1
				 : store_bind_int(store, statement, 1, 0, err);
}

int
cosignatures_scan_next(struct store *store, uint64_t *size, struct bytes *note,
    bool *more, struct error *err)
{
	return store_scan_next(store, SQL_SCAN_COSIGNED, size, note, more, err);
}
