/* interval.h: when an entry was recorded, by the clocks of others. */
#ifndef LEDGER_INTERVAL_H
#define LEDGER_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "ledger/store.h"
#include "ledger/tlog_policy.h"
#include "ledger/trust_book.h"

/*
 * What is proved of an entry's time follows from dated checkpoints alone; the
 * argument and what it assumes is in docs/format.md, "When an entry was
 * recorded".
 *
 * A cosignature says that the checkpoint existed by then, and that the witness
 * had seen no larger one.  A timestamp says the first only.
 */
enum dated_by {
	DATED_COSIGNATURE,
	DATED_TIMESTAMP,
};
struct dated {
	uint64_t size;
	enum dated_by what;
	const char *by; /* Who says so; lives as long as the list. */
	int64_t existed_ms; /* It existed no later than this, */
	int64_t newest_ms; /* and was the newest seen at this time, */
	bool is_newest; /* if that is said. */
	/* Within the list alone: a timestamp that is judged when something
	 * depends on it, by its SHA-256. */
	bool waits;
	struct digest token;
};

/* Dated checkpoints, in any order. */
struct dated_list;
int dated_list_new(struct dated_list **out, struct error *err);
void dated_list_free(struct dated_list *list);

/* Add the oldest and newest cosignature of a checkpoint by one witness (which
 * may be the same), or one timestamp: by its time and accuracy.  Names are
 * copied.  Only what was verified may be added. */
int dated_add_cosignatures(struct dated_list *list, uint64_t size,
    uint64_t oldest_s, uint64_t newest_s, const char *witness,
    struct error *err);
int dated_add_timestamp(struct dated_list *list, uint64_t size, int64_t time_ms,
    int64_t accuracy_ms, const char *authority, struct error *err);

/* Add what a note has: the cosignatures by the witnesses of a policy.  Lines
 * that do not verify, or are no note, count for nothing. */
int dated_add_note(struct dated_list *list, uint64_t size, struct bytes note,
    const struct tlog_policy *policy, struct error *err);

/* Add what a ledger keeps with its checkpoints of at most `most' entries, by
 * the witnesses and timestamp authorities that it trusted at each of them.  Timestamps are judged when
 * something depends on them: the store and the book's records must live as long
 * as the list. */
int dated_add_store(struct dated_list *list, struct store *store,
    struct trust_book *book, uint64_t most, struct error *err);

size_t dated_count(const struct dated_list *list);

/* Between what times entry `seq' was recorded. */
struct interval {
	bool has_after, has_before;
	/* Not among the after.size entries that were all its witness had seen
	 * at after.newest_ms: the latest such time. */
	struct dated after;
	/* Among the before.size that existed by before.existed_ms: the
	 * earliest such time. */
	struct dated before;
};
struct interval interval_of(struct dated_list *list, uint64_t seq);

#endif
