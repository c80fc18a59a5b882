/* witness_exchange.h: what a ledger and its witness leave each other in a folder. */
#ifndef LEDGER_WITNESS_EXCHANGE_H
#define LEDGER_WITNESS_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "keys/note.h"

/*
 * Where no service is wanted, a request and its answer are two files with one
 * stem, in a folder that is brought from one to the other by any means.  The
 * ledger writes STEM.request, the witness STEM.answer, each replaced as a
 * whole, and nobody writes what is the other's.
 */
#define EXCHANGE_REQUEST ".request"
#define EXCHANGE_ANSWER ".answer"

/* 16 hex digits of SHA-256(origin), '-', and 16 of SHA-256(the witness's
 * verifier key). */
struct exchange_stem {
	char text[16 + 1 + 16 + 1];
};
struct exchange_stem exchange_stem_of(const char *origin,
    const struct note_key *witness);
/* Whether a file's name is that of a request to this witness, and its stem. */
bool exchange_is_request(struct exchange_stem *out, const char *name,
    const struct note_key *witness);

/* An answer: which request it is to, and what HTTP would say. */
struct exchange_answer {
	struct digest request; /* SHA-256 of the file. */
	uint64_t size; /* Of the checkpoint that was asked about. */
	unsigned status; /* 100 to 599. */
	struct bytes body; /* Borrowed. */
};
void exchange_answer_write(struct buffer *out,
    const struct exchange_answer *answer);
/* Exact, or ERROR_UNDECIDED with the line. */
int exchange_answer_parse(struct exchange_answer *out, struct bytes text,
    struct error *err);
/* The size in the body of a conflict; false if it is none. */
bool exchange_size(uint64_t *size, struct bytes body);

#endif
