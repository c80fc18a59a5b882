/* tlog_proof.h: proofs as files that anybody can check: c2sp.org/tlog-proof. */
#ifndef LEDGER_TLOG_PROOF_H
#define LEDGER_TLOG_PROOF_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

/*
 * That an entry is in a ledger: the form c2sp.org/tlog-proof@v1.  What is
 * borrowed is so from the text that was parsed.  Nothing in it is true before
 * the note's signature was verified.
 */
struct tlog_proof {
	uint64_t index;
	struct bytes extra; /* In base64, or empty.  Nobody signed it. */
	struct proof path;
	struct bytes note;
	struct checkpoint checkpoint; /* As the note has it. */
};

/*
 * That one checkpoint extends another: the body of a witness's add-checkpoint
 * (c2sp.org/tlog-witness), a blank line, and the old checkpoint.
 */
struct tlog_extension {
	struct proof path;
	struct bytes note;
	struct bytes old_note;
	struct checkpoint checkpoint;
	struct checkpoint old;
};

/*
 * A request that a witness cosign a checkpoint (c2sp.org/tlog-witness,
 * add-checkpoint): the beginning of an extension, without the old checkpoint,
 * of which the witness keeps its own.
 */
struct tlog_request {
	uint64_t old_size;
	struct proof path;
	struct bytes note;
	struct checkpoint checkpoint;
};

/* Exact, or ERROR_UNDECIDED with the line: there is one spelling, so that
 * what was parsed is written again byte for byte. */
int tlog_proof_parse(struct tlog_proof *out, struct bytes text,
    struct error *err);
void tlog_proof_write(struct buffer *out, const struct tlog_proof *proof);
/* Whether a text begins as a proof of consistency does. */
bool tlog_extension_is(struct bytes text);
int tlog_extension_parse(struct tlog_extension *out, struct bytes text,
    struct error *err);
void tlog_extension_write(struct buffer *out,
    const struct tlog_extension *extension);

int tlog_request_parse(struct tlog_request *out, struct bytes text,
    struct error *err);
void tlog_request_write(struct buffer *out, const struct tlog_request *request);

/* Whether the hashes lead from the entry's exact line to the root, and from
 * the old root to the new; ERROR_NO if not.  The notes are for others to
 * verify. */
int tlog_proof_check(const struct tlog_proof *proof, struct bytes entry,
    struct error *err);
int tlog_extension_check(const struct tlog_extension *extension,
    struct error *err);

#endif
