/* replay.h: every verdict computed again from the entries before it. */
#ifndef POLICY_REPLAY_H
#define POLICY_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/store.h"

struct replay_problem {
	uint64_t seq; /* The verdict, or the record without one. */
	const char *what; /* One sentence; lives during the call. */
};

/* A verdict that nobody can compute again: what it rests on was erased. */
struct replay_lost {
	uint64_t seq; /* The verdict. */
	uint64_t entry; /* The entry whose body was destroyed, */
	uint64_t by; /* and the erasure that says so. */
	bool is_named; /* The verdict names that entry; else it stood then. */
	const char *what; /* How it differs now; lives during the call. */
};

struct replay_options {
	uint64_t max_problems; /* Stop after so many; 0: 1,000. */
	/* The store has a part of a ledger: a verdict that is not there is not
	 * missed. */
	bool partial;
	void *cookie;
	void (*problem)(void *cookie, const struct replay_problem *problem);
	void (*lost)(void *cookie, const struct replay_lost *lost);
	int (*progress)(void *cookie, uint64_t done, uint64_t total);
};

struct replay_result {
	uint64_t verdicts;
	uint64_t problems;
	uint64_t lost;
};

/*
 * Compute each verdict again and compare it with the one on record, and find
 * gated records that have none.  One that differs is lost if it names an entry
 * that was erased whole, as what it is about or as evidence, or if an entry
 * that stood then was erased whole since: rules count entries that they do not
 * name.  Uses the index, which verify_ledger has compared with the entries.
 * 0 when the work could be done, whatever it found.
 */
int replay_verdicts(struct replay_result *result, const char *path,
    const struct replay_options *options, struct error *err);

#endif
