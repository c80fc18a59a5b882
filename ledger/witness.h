/* witness.h: what a witness answers (c2sp.org/tlog-witness), free of files. */
#ifndef LEDGER_WITNESS_H
#define LEDGER_WITNESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "keys/note.h"
#include "ledger/checkpoint.h"
#include "ledger/tlog_proof.h"

/*
 * A witness remembers of each log, by its origin, the largest checkpoint that
 * it cosigned, and cosigns only what extends it.  Who asks for two histories
 * gets one of them cosigned.  How a request arrives and where the state is
 * kept is decided elsewhere: the caller reads the state, asks witness_judge,
 * and if the answer is to cosign, keeps the new state durably before the
 * cosignature leaves, with nobody else between the reading and the keeping.
 */

/* The answers, by their HTTP status. */
enum witness_status {
	WITNESS_COSIGN = 200,
	WITNESS_MALFORMED = 400, /* Or the old size is the larger one. */
	WITNESS_NOT_SIGNED = 403, /* By no key that is trusted for it. */
	WITNESS_UNKNOWN = 404, /* No such origin. */
	WITNESS_CONFLICT = 409, /* Another old size is known, or root. */
	WITNESS_NOT_PROVED = 422, /* The proof does not hold. */
};

/* What it remembers of one log.  A log that was never seen has no entries. */
struct witness_state {
	uint64_t size;
	struct digest root;
	uint64_t time_s; /* Of its cosignature. */
};
struct witness_state witness_never(void);

/* What is asked.  -1, with *status WITNESS_MALFORMED (ERROR_UNDECIDED), _UNKNOWN
 * or _NOT_SIGNED (ERROR_NO), where there is no need to look at the state;
 * otherwise *status is WITNESS_COSIGN: so far nothing is against it. */
int witness_read(struct tlog_request *out, enum witness_status *status,
    const struct note_key logs[], size_t log_count, struct bytes text,
    struct error *err);

/*
 * What the witness says to a request that witness_read let pass.  *next is
 * the state to be kept, when the answer is WITNESS_COSIGN; otherwise *next is
 * the state as it was and err says, as a sentence, why not: for people, as
 * the answer is no failure.  state->size is the size that a conflict is
 * answered with.
 */
enum witness_status witness_judge(struct witness_state *next,
    const struct witness_state *state, const struct tlog_request *request,
    uint64_t now_s, struct error *err);

#endif
