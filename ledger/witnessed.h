/* witnessed.h: which checkpoints witnesses cosigned, and whether enough did. */
#ifndef LEDGER_WITNESSED_H
#define LEDGER_WITNESSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"
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
 * Look at the checkpoints of at most `size' entries.  Who is believed is said
 * by the book, for each at its size; or, if it is given, by `policy' for all.
 * `problem' (may be NULL) is told of each checkpoint with a line by somebody
 * who is believed that does not verify.
 */
typedef void witnessed_problem(void *cookie, uint64_t size, const char *what);
int witnessed_find(struct witnessed *out, struct store *store, uint64_t size,
    struct trust_book *book, const struct tlog_policy *policy,
    witnessed_problem *problem, void *cookie, struct error *err);

/* The same of one note. */
int witnessed_judge(struct witnessed_checkpoint *out, uint64_t size,
    struct bytes note, const struct tlog_policy *policy, struct error *err);

#endif
