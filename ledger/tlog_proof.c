#include "ledger/tlog_proof.h"

#include <string.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/entry.h"
#include "ledger/proof_lines_internal.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1"
#define EXTRA "extra "
#define INDEX "index "
#define OLD "old "

/* Well-formed base64 of any length, of something. */
static bool
is_base64(struct bytes text)
{
	uint8_t piece[3 * 128];
	size_t take_len, got;

	if (text.len == 0)
		return false;
	while (text.len > 0) {
		take_len = text.len < 4 * 128 ? text.len : 4 * 128;
		if (!base64_decode(piece, &got, bytes_of(text.data, take_len)))
			return false;
		text = bytes_after(text, take_len);
		/* Padding is at the end of the whole only. */
		if (text.len > 0 && got < sizeof piece)
			return false;
	}
	return true;
}

int
tlog_proof_parse(struct tlog_proof *out, struct bytes text, struct error *err)
{
	struct lines lines = { .rest = text };
	struct tlog_proof parsed = { .extra = { NULL, 0 } };
	struct bytes line;

	if (lines_take(&lines, &line, err) == -1)
		return -1;
	if (!bytes_equal(line, bytes_of_text(FIRST_LINE)))
		return lines_malformed(&lines,
		    "it does not begin with " FIRST_LINE, err);
	if (lines_take(&lines, &line, err) == -1)
		return -1;
	if (bytes_begin(line, EXTRA)) {
		parsed.extra = bytes_after(line, strlen(EXTRA));
		if (!is_base64(parsed.extra))
			return lines_malformed(&lines,
			    "the extra data is not base64", err);
		if (lines_take(&lines, &line, err) == -1)
			return -1;
	}
	if (!bytes_begin(line, INDEX) ||
	    !checkpoint_number(&parsed.index, bytes_after(line, strlen(INDEX))))
		return lines_malformed(&lines, "there is no index", err);
	if (lines_take_hashes(&parsed.path, &lines, err) == -1)
		return -1;
	parsed.note = lines.rest;
	if (lines_read_checkpoint(&parsed.checkpoint, parsed.note,
		lines.number + 1, err) == -1)
		return -1;
	*out = parsed;
	return 0;
}

void
tlog_proof_write(struct buffer *out, const struct tlog_proof *proof)
{
	buffer_text(out, FIRST_LINE "\n");
	if (proof->extra.len > 0) {
		buffer_text(out, EXTRA);
		buffer_append(out, proof->extra);
		buffer_byte(out, '\n');
	}
	buffer_printf(out, INDEX "%llu\n", (unsigned long long)proof->index);
	lines_write_hashes(out, &proof->path);
	buffer_append(out, proof->note);
}

/* A checkpoint has one blank line, in front of its signatures: so the next
 * one ends it. */
static int
take_note(struct bytes *note, struct lines *lines, struct error *err)
{
	struct bytes from = lines->rest, before, line;

	for (unsigned blank = 0; blank < 2; blank += line.len == 0) {
		before = lines->rest;
		if (lines_take(lines, &line, err) == -1)
			return -1;
	}
	*note = bytes_of(from.data, from.len - before.len);
	return 0;
}

/* The line of the old size, and the hashes. */
static int
take_old(uint64_t *old_size, struct proof *path, struct lines *lines,
    struct error *err)
{
	struct bytes line;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!bytes_begin(line, OLD) ||
	    !checkpoint_number(old_size, bytes_after(line, strlen(OLD))))
		return lines_malformed(lines, "there is no old size", err);
	return lines_take_hashes(path, lines, err);
}

int
tlog_request_parse(struct tlog_request *out, struct bytes text,
    struct error *err)
{
	struct lines lines = { .rest = text };
	struct tlog_request parsed;

	if (take_old(&parsed.old_size, &parsed.path, &lines, err) == -1)
		return -1;
	if (parsed.path.count > LIMIT_REQUEST_PROOF)
		return lines_malformed(&lines, "it has too many hashes", err);
	parsed.note = lines.rest;
	if (lines_read_checkpoint(&parsed.checkpoint, parsed.note,
		lines.number + 1, err) == -1)
		return -1;
	*out = parsed;
	return 0;
}

bool
tlog_extension_is(struct bytes text)
{
	return bytes_begin(text, "old ");
}

int
tlog_extension_parse(struct tlog_extension *out, struct bytes text,
    struct error *err)
{
	struct lines lines = { .rest = text };
	struct tlog_extension parsed;
	uint64_t old_size;
	size_t from;

	if (take_old(&old_size, &parsed.path, &lines, err) == -1)
		return -1;
	from = lines.number + 1;
	if (take_note(&parsed.note, &lines, err) == -1 ||
	    lines_read_checkpoint(&parsed.checkpoint, parsed.note, from, err) ==
		-1)
		return -1;
	parsed.old_note = lines.rest;
	if (lines_read_checkpoint(&parsed.old, parsed.old_note,
		lines.number + 1, err) == -1)
		return -1;
	if (parsed.old.size != old_size) {
		lines.number = 1;
		return lines_malformed(&lines,
		    "the old size is not that of the old checkpoint", err);
	}
	*out = parsed;
	return 0;
}

static void
write_old(struct buffer *out, uint64_t old_size, const struct proof *path,
    struct bytes note)
{
	buffer_printf(out, OLD "%llu\n", (unsigned long long)old_size);
	lines_write_hashes(out, path);
	buffer_append(out, note);
}

void
tlog_request_write(struct buffer *out, const struct tlog_request *request)
{
	write_old(out, request->old_size, &request->path, request->note);
}

void
tlog_extension_write(struct buffer *out, const struct tlog_extension *extension)
{
	write_old(out, extension->old.size, &extension->path, extension->note);
	buffer_byte(out, '\n');
	buffer_append(out, extension->old_note);
}

int
tlog_proof_check(const struct tlog_proof *proof, struct bytes entry,
    struct error *err)
{
	const struct checkpoint *checkpoint = &proof->checkpoint;

	if (proof->index >= checkpoint->size)
		return error_set(err, ERROR_NO, NULL,
		    "the index, %llu, is not among the %llu entries of the "
		    "checkpoint",
		    (unsigned long long)proof->index,
		    (unsigned long long)checkpoint->size);
	if (!proof_includes(&proof->path, entry_leaf_hash(entry), proof->index,
		checkpoint->size, checkpoint->root))
		return error_set(err, ERROR_NO,
		    "the line, the index or a hash was changed",
		    "the proof does not lead from this line to the root of the "
		    "checkpoint: it is not shown to be entry %llu",
		    (unsigned long long)proof->index);
	return 0;
}

int
tlog_extension_check(const struct tlog_extension *extension, struct error *err)
{
	const struct checkpoint *old = &extension->old;
	const struct checkpoint *new = &extension->checkpoint;

	if (strcmp(old->origin, new->origin) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "the checkpoints are of two ledgers, %s and %s",
		    old->origin, new->origin);
	if (!proof_extends(&extension->path, old->size, old->root, new->size,
		new->root))
		return error_set(err, ERROR_NO, NULL,
		    "the %llu entries are not shown to begin with the %llu",
		    (unsigned long long)new->size,
		    (unsigned long long)old->size);
	return 0;
}
