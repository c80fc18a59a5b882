/* list_walk.h: all lists of a ledger in order, and the records of them. */
#ifndef LEDGER_LIST_WALK_H
#define LEDGER_LIST_WALK_H

#include <stdint.h>

#include "base/error.h"
#include "ledger/append.h"
#include "ledger/list.h"
#include "ledger/store.h"

/*
 * What is told on the way.  `item' (or NULL) gets each entry of each list, in
 * order of seq within a list; those of the lists of the whole ledger come
 * first, mixed, in order of seq.  `list' gets each list that is not empty
 * once, in order of its key.  Non-zero stops with its value.
 */
struct list_visitor {
	void *cookie;
	int (*item)(void *cookie, const struct list_key *key, uint64_t seq,
	    struct digest leaf, struct error *err);
	int (*list)(void *cookie, const struct list_key *key,
	    const struct list_head *head, struct error *err);
};

/*
 * The lists of the first `size' entries, from the store's index, in a
 * transaction.  The leaf hashes are compared with the tree; which artefacts an
 * entry names is the index's word, which verify_lists.h does not believe.
 * ERROR_NO when the index is not of these entries.
 */
int list_walk(struct store *store, uint64_t size,
    const struct list_visitor *visitor, struct error *err);

/*
 * The entries before `size' of one list, from the store's index, in order of
 * seq: `item' is told of each; non-zero stops with its value.  Nothing is
 * compared: the caller knows the head that they must make.
 */
int list_items(struct store *store, uint64_t size, const struct list_key *key,
    int (*item)(void *cookie, uint64_t seq, struct digest leaf,
	struct error *err),
    void *cookie, struct error *err);

/* What an index record of the first `size' entries says: to be given to
 * appender_add_own.  It is made from the lists that were kept (list_heads.h)
 * and the entries since, or else by a walk; its own are kept then. */
struct append_own list_index_record(void);

/* The newest index record among the first `size' entries, and the size it is
 * of (its seq); false in *found if there is none. */
struct list_index {
	uint64_t seq;
	uint64_t lists;
	struct digest root;
};
int list_index_newest(struct list_index *out, struct store *store,
    uint64_t size, bool *found, struct error *err);

/* What the members of an index record say; ERROR_NO if it is not of all
 * entries before seq. */
int list_index_read(struct list_index *out, const struct json *predicate,
    uint64_t seq, struct error *err);

/* Whether so many entries came since the last index record that another one
 * is due: 1,024 and an eighth of the ledger. */
bool list_index_is_due(uint64_t last, uint64_t size);

#endif
