/* past.h: questions that were asked before, as they were asked. */
#ifndef POLICY_PAST_H
#define POLICY_PAST_H

#include <stdbool.h>

#include "base/error.h"
#include "keys/envelope.h"
#include "ledger/authority.h"
#include "ledger/entry.h"
#include "ledger/record.h"
#include "ledger/store.h"
#include "policy/judge.h"

/* Reads a ledger forwards; the authority is that of the entry looked at. */
struct past {
	struct store *store;
	struct authority *authority;
	uint64_t known; /* Entries whose authority is taken in. */
	struct buffer line;
	struct entry entry;
	struct buffer text;
	struct json *statement;
	struct public_key signer[LIMIT_SIGNATURES];
};
int past_new(struct past **out, struct store *store, struct error *err);
void past_free(struct past *past);

/* Take in the authority of the entries before seq; seqs never go back. */
int past_authority(struct past *past, uint64_t seq, struct error *err);

/* The question that the record at seq was, and the moment.  Lives until the
 * next one. */
int past_record(struct past *past, uint64_t seq, struct question *question,
    struct append_view *view, struct error *err);

/* The question that a refused attempt was, whose verdict stands at seq and
 * was made at that time. */
int past_attempt(struct past *past, struct digest attempt, uint64_t seq,
    int64_t time_ms, struct question *question, struct append_view *view,
    struct error *err);

#endif
