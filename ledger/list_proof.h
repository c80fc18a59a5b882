/* list_proof.h: proofs that lists of entries are complete, as files. */
#ifndef LEDGER_LIST_PROOF_H
#define LEDGER_LIST_PROOF_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "keys/public_key.h"
#include "ledger/checkpoint.h"
#include "ledger/list.h"
#include "ledger/proof.h"
#include "ledger/store.h"

/*
 * docs/format.md, "Complete lists": a text that begins with
 * "vouchbook-lists@v1" and says of one or more lists which entries they have,
 * up to a checkpoint, and that there are no others.  Two parts: what an index
 * record says of the entries before it, and every entry from that record on.
 * One set of the latter serves all lists of a file.
 */

/* An entry of a list that stands before the index record. */
struct list_item {
	uint64_t seq;
	struct digest leaf;
};

/* A list that stands beside the one looked for, and its way to the root. */
struct list_near {
	uint64_t number;
	struct list_key key;
	struct list_head head;
	struct proof path;
};

struct list_part {
	struct list_key key;
	enum {
		LIST_PRESENT, /* It is number `number' of the index. */
		LIST_ABSENT, /* It would stand between `near'. */
		LIST_FROM_START, /* There is no index record. */
	} place;
	size_t count;
	struct list_item *item;
	uint64_t number;
	struct proof path;
	size_t near_count;
	struct list_near *near; /* At most two. */
};

/* A proof that was parsed: borrows from the text.  Nothing in it is true
 * before it was checked and the note's signature was verified. */
struct list_proof {
	size_t part_count;
	struct list_part *part;
	/* Every entry from the index record (or the genesis) on; its exact
	 * line, or "erased LEAF" for one that was erased whole. */
	size_t since_count;
	struct bytes *since;
	/* The roots of the largest complete subtrees of what stands before
	 * them, from the left: with their leaf hashes they make the root. */
	struct proof before;
	struct bytes note;
	struct checkpoint checkpoint; /* As the note has it. */
};

/* Whether a text begins as such a proof does. */
bool list_proof_is(struct bytes text);

/* Exact, or ERROR_UNDECIDED with the line.  To be freed if 0. */
int list_proof_parse(struct list_proof **out, struct bytes text,
    struct error *err);
void list_proof_free(struct list_proof *proof);

/* Append the text of a proof: the inverse of parsing. */
void list_proof_write(struct buffer *out, const struct list_proof *proof);

/*
 * Append a proof of these lists to `out' (ceiling: LIMIT_LIST_PROOF), from a
 * store in a transaction, at the checkpoint whose note is given.  The keys
 * need not be in order; at most LIST_PARTS_MAX.  Each is proved to be complete
 * or empty.  ERROR_NO when the ledger does not prove what it says.
 */
#define LIST_PARTS_MAX 1024
int list_prove(struct buffer *out, struct store *store, struct bytes note,
    const struct list_key keys[], size_t count, struct error *err);

/* An entry that is in a list. */
struct list_member {
	size_t part; /* Number of the list in the proof. */
	uint64_t seq;
	struct digest leaf;
	struct bytes line; /* Empty if it was not at hand. */
	bool since; /* It came since the index record. */
};

/*
 * What the caller knows and wants to know.  Both may be NULL.
 *
 * `line' gives the exact line of an entry before the index record, borrowed
 * until the next call, or an empty one when it is not at hand: it is then
 * known by its leaf hash only.  What is given is checked to be that entry and
 * to belong in the list.
 *
 * `member' is told of each entry of each list, list by list, in order of seq.
 * Non-zero stops with its value, as does non-zero from `line'.
 */
struct list_checker {
	void *cookie;
	int (*line)(void *cookie, uint64_t seq, struct digest leaf,
	    struct bytes *line, struct error *err);
	int (*member)(void *cookie, const struct list_member *member,
	    struct error *err);
};

/* What came of it. */
struct list_claim {
	uint64_t indexed; /* Entries that the index record is of; 0: none. */
	uint64_t members; /* Of all lists together. */
	uint64_t without_line; /* Of these, known by leaf hash only. */
	uint64_t erased; /* Entries since that were erased whole, by no
	                    record among those since: whether they belong in
	                    a list is not shown. */
};

/*
 * Check that the lists are complete up to the checkpoint.  ERROR_NO with what
 * is not so.  `ledger_key', if not NULL, must have signed the index record.
 * The note's own signatures are for others to verify.
 */
int list_proof_check(struct list_claim *out, const struct list_proof *proof,
    const struct public_key *ledger_key, const struct list_checker *checker,
    struct error *err);

#endif
