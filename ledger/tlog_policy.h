/* tlog_policy.h: whom to trust for a checkpoint: c2sp.org/tlog-policy. */
#ifndef LEDGER_TLOG_POLICY_H
#define LEDGER_TLOG_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "ledger/checkpoint.h"

#define TLOG_NODES (LIMIT_TLOG_WITNESSES + LIMIT_TLOG_GROUPS)
/* Instead of a node's number: no group, no quorum. */
#define TLOG_NOBODY ((size_t)-1)

/* A witness, or a group of what stands before it. */
struct tlog_node {
	struct bytes name;
	bool is_group;
	struct note_key key; /* A witness's. */
	size_t wanted; /* How many members a group needs, */
	size_t members; /* of how many. */
	size_t within; /* The one group that it may be a member of. */
};

/* Names are borrowed from the text.  About 80 KiB; a plain value. */
struct tlog_policy {
	size_t log_count;
	struct note_key log[LIMIT_TLOG_LOGS];
	size_t node_count;
	struct tlog_node node[TLOG_NODES];
	size_t quorum; /* A node; TLOG_NOBODY for `none'. */
};

/* Read log, witness, group and quorum lines; ERROR_UNDECIDED with the line.
 * Keys of a kind that is not known here are refused, not passed over. */
int tlog_policy_parse(struct tlog_policy *out, struct bytes text,
    struct error *err);

/* What became of each node. */
struct tlog_quorum {
	bool met; /* The policy's. */
	bool node_met[TLOG_NODES];
	size_t count[TLOG_NODES]; /* Members that were met. */
	uint64_t time_s[TLOG_NODES]; /* A witness's cosignature's. */
};

/* Whether a log of the policy signed the note, whose origin is its name;
 * ERROR_NO if none did. */
int tlog_policy_open(struct checkpoint *out, const struct tlog_policy *policy,
    struct bytes note, struct error *err);

/* Which witnesses cosigned it, and what follows for groups and quorum.
 * ERROR_NO if a line by one of them does not verify, or if it is malformed;
 * a quorum that is not met is a finding. */
int tlog_policy_judge(struct tlog_quorum *out, const struct tlog_policy *policy,
    struct bytes note, struct error *err);

#endif
