/* list.h: lists of entries that can be proved to be complete. */
#ifndef LEDGER_LIST_H
#define LEDGER_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "ledger/facts.h"
#include "ledger/kind.h"
#include "ledger/proof.h"

/*
 * docs/format.md, "Complete lists".  For every artefact that some record
 * names, and every kind, there is the list of the entries of that kind that
 * name it; for the ledger as a whole, whose subject is 64 zeros, the list of
 * all entries of the kind.  An index record signs the root of a tree over
 * all lists that are not empty, in order of (subject, kind).
 */
struct list_key {
	struct digest subject; /* Zeros: the whole ledger. */
	const struct kind *kind;
};

/* In order of the digest, then of the kind's name. */
int list_key_compare(const struct list_key *a, const struct list_key *b);
/* Whether the list is one of the whole ledger. */
bool list_key_is_whole(const struct list_key *key);

/* How many entries a list has, and the running hash of their leaf hashes:
 * 32 zeros, then SHA-256(0x02 || the one before || leaf hash). */
struct list_head {
	uint64_t count;
	struct digest running;
};
void list_head_add(struct list_head *head, struct digest leaf);

/* Append a list's leaf, "list SUBJECT KIND COUNT RUNNING", without newline;
 * and the hash of it: SHA-256(0x00 || leaf). */
void list_leaf_write(struct buffer *out, const struct list_key *key,
    const struct list_head *head);
struct digest list_leaf_hash(const struct list_key *key,
    const struct list_head *head);
/* Read a leaf back: exact, or false. */
bool list_leaf_parse(struct list_key *key, struct list_head *head,
    struct bytes text);

/* Whether a fact is one by which an entry stands in the list of a digest; and
 * whether an entry with these facts stands in that of a subject. */
bool list_counts(const struct fact *fact);
bool list_has(const struct list_key *key, const struct kind *kind,
    const struct facts *facts);

/*
 * A tree (RFC 6962) that grows leaf by leaf and remembers the paths of up to
 * 64 of its leaves: `marks' has a bit for each path that begins at the leaf
 * being added.  No more than a hash for each of its heights is kept.
 */
#define LIST_MARKS 64
struct list_tree {
	uint64_t size;
	unsigned count;
	struct {
		struct digest hash;
		unsigned height;
		uint64_t marks;
	} node[LIMIT_PROOF];
};
void list_tree_begin(struct list_tree *tree);
/* The tree of `size' leaves of which only the roots of its largest complete
 * subtrees are known, from the left: one for each bit set in size. */
void list_tree_begin_at(struct list_tree *tree, uint64_t size,
    const struct digest *roots);
/* `paths' is NULL when there are no marks. */
void list_tree_add(struct list_tree *tree, struct digest leaf, uint64_t marks,
    struct proof *paths);
/* The root, once; the paths are then complete.  The tree is spent. */
struct digest list_tree_end(struct list_tree *tree, struct proof *paths);

#endif
