#include "ledger/proof_lines_internal.h"

#include "base/encoding.h"
#include "ledger/checkpoint_internal.h"

int
lines_malformed(const struct lines *lines, const char *what, struct error *err)
{
	error_set(err, ERROR_UNDECIDED, NULL, "not a proof: %s", what);
	return error_within(err, "line %zu", lines->number);
}

int
lines_take(struct lines *lines, struct bytes *line, struct error *err)
{
	lines->number++;
	if (!checkpoint_take_line(&lines->rest, line))
		return lines_malformed(lines,
		    lines->rest.len == 0 ? "it ends here" : "the line is cut",
		    err);
	return 0;
}

int
lines_take_hashes(struct proof *out, struct lines *lines, struct error *err)
{
	struct bytes line;

	out->count = 0;
	for (;;) {
		if (lines_take(lines, &line, err) == -1)
			return -1;
		if (line.len == 0)
			return 0;
		if (out->count == LIMIT_PROOF)
			return lines_malformed(lines, "it has too many hashes",
			    err);
		if (!base64_decode_fixed(out->hash[out->count].byte, DIGEST_LEN,
			line))
			return lines_malformed(lines, "a hash is not base64",
			    err);
		out->count++;
	}
}

int
lines_read_checkpoint(struct checkpoint *out, struct bytes note, size_t line,
    struct error *err)
{
	struct note parts;

	if (note_parse(&parts, note, err) == -1 ||
	    checkpoint_parse(out, parts.text, err) == -1) {
		err->class = ERROR_UNDECIDED;
		return error_within(err, "the checkpoint from line %zu", line);
	}
	return 0;
}

void
lines_write_hashes(struct buffer *out, const struct proof *proof)
{
	for (size_t i = 0; i < proof->count; i++) {
		base64_append(out, digest_bytes(&proof->hash[i]));
		buffer_byte(out, '\n');
	}
	buffer_byte(out, '\n');
}
