/* verify.h: recompute everything from the entries, and name what is wrong. */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "keys/certificate.h"
#include "ledger/checkpoint.h"
#include "ledger/store.h"
#include "ledger/tlog_policy.h"
#include "ledger/witnessed.h"

/* What a problem is about: printed as words, stable for programs. */
enum verify_check {
	VERIFY_ENTRY, /* Not the one spelling of an entry, or missing. */
	VERIFY_CHAIN, /* seq or prev does not follow. */
	VERIFY_TIME, /* The ledger's clock went back. */
	VERIFY_RECORD, /* Not a valid record, or meant for another ledger. */
	VERIFY_SIGNATURE, /* An author's signature does not verify. */
	VERIFY_AUTHORITY, /* The signer was not allowed to, at that seq. */
	VERIFY_REPLAY, /* The same record twice. */
	VERIFY_PIN, /* An author saw another history (`after'). */
	VERIFY_TREE, /* A stored tile differs from the entries. */
	VERIFY_CHECKPOINT, /* A checkpoint is not signed or not of this tree. */
	VERIFY_TIMESTAMP, /* A timestamp of a checkpoint does not hold. */
	VERIFY_ATTACHMENT, /* Missing, altered, or nobody refers to it. */
	VERIFY_SEALED, /* A sealed value: missing, altered, or nobody's. */
	VERIFY_ERASURE, /* An erasure of what it does not name rightly. */
	VERIFY_INDEX, /* The index differs from the entries. */
	VERIFY_LISTS, /* An index record is not what the entries make. */
	VERIFY_STORE, /* The file's structure is damaged; or a file of a
		       * published copy is astray. */
};
const char *verify_check_name(enum verify_check check);

#define VERIFY_NOWHERE UINT64_MAX
struct verify_problem {
	enum verify_check check;
	/* The entry; of a checkpoint and of a timestamp the checkpoint's size; or
	 * VERIFY_NOWHERE. */
	uint64_t seq;
	const char *what; /* One sentence; lives during the call. */
};

struct verify_options {
	unsigned threads; /* 0: all processors. */
	uint64_t max_problems; /* Stop after so many; 0: 1,000. */
	bool without_index; /* Do not compare the index. */
	bool structure; /* SQLite's check of the file, too: slower. */
	/* A note kept by the auditor: consistency with it is proved from the
	 * tiles and only entries from its size on are checked in full (the older
	 * ones still count for the chain's start, authority and replays).  Empty:
	 * everything. */
	struct bytes since;
	/* The roots of the timestamp authorities that the auditor trusts; NULL:
	 * those that the ledger trusted at each checkpoint. */
	const struct certificates *timestamp_roots;
	/* Whom the auditor believes beside the ledger: logs and witnesses of
	 * her own, of which some checkpoint must satisfy the quorum.  NULL:
	 * nobody. */
	const struct tlog_policy *policy;
	/* The ledger's verifier key, if known from elsewhere ("vkey"); NULL:
	 * the one that the genesis names. */
	const char *vkey;
	void *cookie;
	void (*problem)(void *cookie, const struct verify_problem *problem);
	int (*progress)(void *cookie, uint64_t done, uint64_t total);
	/* Called with each file of a copy that is ahead of its checkpoint: not
	 * wrong, but nobody signed for it.  May be NULL. */
	void (*ahead)(void *cookie, const char *path);
};

/* The timestamps that hold. */
struct verify_timestamps {
	uint64_t good;
	uint64_t unknown; /* By authorities that nobody here named. */
	/* The newest checkpoint that has a good one, which shows that it existed
	 * by then. */
	uint64_t size;
	int64_t existed_ms;
	char authority[LIMIT_SUBJECT + 1];
};

struct verify_result {
	uint64_t entries; /* Checked in full. */
	uint64_t size; /* Entries of the ledger. */
	uint64_t signatures;
	uint64_t checkpoints;
	uint64_t attachments;
	uint64_t sealed; /* Fields whose disclosure was checked. */
	uint64_t erased; /* What is missing, and named by an erasure. */
	bool owes; /* An erasure is not finished: store_settle.h. */
	/* Of a copy: how often an attachment is named that was not published,
	 * and files ahead of the checkpoint. */
	uint64_t absent;
	uint64_t ahead;
	uint64_t lists; /* Index records computed again. */
	uint64_t problems;
	struct verify_timestamps timestamps;
	struct checkpoint checkpoint; /* The newest one, if it is sound. */
	bool has_checkpoint;
	/* Who cosigned, of those that the ledger trusted at each checkpoint, and
	 * of those that the auditor believes. */
	struct witnessed witnessed;
	struct witnessed believed;
};

/*
 * Verify the ledger whose store is at path.  0 when the work could be done,
 * whatever it found: result->problems says.  -1 when it could not (no such
 * file, unreadable, interrupted by progress returning non-zero).
 * Memory does not grow with the ledger.
 */
int verify_ledger(struct verify_result *result, const char *path,
    const struct verify_options *options, struct error *err);

/*
 * The same of the published copy in a folder (docs/format.md, "The static
 * form"), without a store: there is no index, so what only an index can say is
 * not looked at (references between entries; attachments that nobody names).
 */
int verify_copy(struct verify_result *result, const char *folder,
    const struct verify_options *options, struct error *err);

#endif
