/* proof_lines_internal.h: proofs as texts, taken line by line. */
#ifndef LEDGER_PROOF_LINES_INTERNAL_H
#define LEDGER_PROOF_LINES_INTERNAL_H

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

/* A text taken line by line; number is that of the last one taken. */
struct lines {
	struct bytes rest;
	size_t number;
};

/* ERROR_UNDECIDED, "not a proof: WHAT", with the line's number. */
int lines_malformed(const struct lines *lines, const char *what,
    struct error *err);

/* The next line, without its newline. */
int lines_take(struct lines *lines, struct bytes *line, struct error *err);

/* Hashes in base64, one a line, up to a blank one; and such lines. */
int lines_take_hashes(struct proof *out, struct lines *lines,
    struct error *err);
void lines_write_hashes(struct buffer *out, const struct proof *proof);

/* A note that is a checkpoint, whoever signed it; `line' is where it begins.
 * What is malformed decides nothing: the answer is not no. */
int lines_read_checkpoint(struct checkpoint *out, struct bytes note,
    size_t line, struct error *err);

#endif
