/* list_heads.h: what the lists at the newest index record come to, kept. */
#ifndef LEDGER_LIST_HEADS_H
#define LEDGER_LIST_HEADS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/list.h"
#include "ledger/store.h"

/*
 * So that a proof, and the next index record, need not go over all entries:
 * the key and head of every list (list.h) of the entries before an index
 * record, in order, in pieces of at most LIST_PIECE lists.  It is part of what
 * can be rebuilt, and is never believed: whoever reads it computes the tree
 * over it and compares the root with the one that the index record signs.
 * Without it, or when it is not right, there is list_walk.h.  Verification
 * does not look at it.  No more than two pieces are in memory.
 */
#define LIST_PIECE 1024

/* The size that the kept lists are of; 0 when none are kept. */
int list_heads_size(uint64_t *size, struct store *store, struct error *err);

/* Tell of each list, in order.  Non-zero stops with its value.  ERROR_NO when
 * what is kept is malformed. */
int list_heads_each(struct store *store,
    int (*list)(void *cookie, const struct list_key *key,
	const struct list_head *head, struct error *err),
    void *cookie, struct error *err);

/* Keep other lists instead, in a write transaction: begin, add each in order,
 * end with the size that they are of. */
struct list_heads {
	struct store *store;
	struct buffer piece;
};
int list_heads_begin(struct list_heads *heads, struct store *store,
    struct error *err);
int list_heads_add(struct list_heads *heads, const struct list_key *key,
    const struct list_head *head, struct error *err);
int list_heads_end(struct list_heads *heads, uint64_t size, struct error *err);
void list_heads_free(struct list_heads *heads);

/* An entry that stands in a list. */
struct list_change {
	struct list_key key;
	uint64_t seq;
	struct digest leaf;
};

/*
 * Bring what is kept up to a size, in a write transaction: `change' are the
 * entries since, in order of key and seq, each once.  `before' and `after'
 * grow by the leaves of all lists as they were and as they are.  If before's
 * root is not the one that was signed, what is kept then is worth nothing.
 * ERROR_NO when what was kept is malformed.
 */
int list_heads_advance(struct store *store, uint64_t size,
    const struct list_change change[], size_t count, struct list_tree *before,
    struct list_tree *after, struct error *err);

#endif
