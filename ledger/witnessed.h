/* witnessed.h: which checkpoints witnesses cosigned, and whether enough did. */
#ifndef LEDGER_WITNESSED_H
#define LEDGER_WITNESSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"
#include "ledger/reader.h"
#include "ledger/store.h"
#include "ledger/tlog_policy.h"
#include "ledger/trust_book.h"

/* One checkpoint, as its witnesses see it. */
struct witnessed_checkpoint {
	uint64_t size; /* 0: there is none. */
	size_t trusted; /* Witnesses that are believed at that size. */
	bool has_quorum; /* Whether a number of them is wanted. */
	size_t wanted; /* Of the members of the quorum, 1 for one witness. */
	size_t members;
	bool met; /* Cosigned by enough: by any, without a quorum. */
	size_t count;
	struct {
		struct node_name name;
		uint64_t oldest_s, newest_s;
	} by[LIMIT_NOTE_SIGNATURES];
};

struct witnessed {
	struct witnessed_checkpoint newest;
	struct witnessed_checkpoint met; /* The newest that meets the quorum. */
};

/*
 * Take the checkpoints of a ledger one after the other, by size, each with the
 * policy that holds for it; begin with zeros.  ERROR_NO if a line by somebody
 * who is believed does not verify: then nobody has cosigned that one.
 */
int witnessed_take(struct witnessed *out, uint64_t size, struct bytes note,
    const struct tlog_policy *policy, struct error *err);

/* The same of what a store keeps, up to `size' entries and by the witnesses
 * that the book says; what does not verify is passed over here. */
int witnessed_find(struct witnessed *out, struct store *store, uint64_t size,
    struct trust_book *book, struct error *err);

/* The same of a whole ledger, by the witnesses that it trusts. */
int witnessed_in(struct witnessed *out, struct reader *reader,
    struct error *err);

/* The size of the newest checkpoint that enough of them cosigned: ERROR_NO if
 * there is none. */
int witnessed_met(uint64_t *size, struct reader *reader, struct error *err);

#endif
