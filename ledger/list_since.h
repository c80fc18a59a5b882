/* list_since.h: lists brought up to date with the entries that came since. */
#ifndef LEDGER_LIST_SINCE_H
#define LEDGER_LIST_SINCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/list.h"
#include "ledger/store.h"

/*
 * Grow the tree over all lists of the first `size' entries from the lists kept
 * at the newest index record (list_heads.h) and the entries since, in a write
 * transaction; the lists are kept as they are then.  The entries are read
 * themselves and compared with the tree of the ledger; the lists before them
 * are compared with what the index record signs.
 *
 * *grown is false when that could not be done, and list_walk.h must: there is
 * no index record or nothing kept of it, it is not what was signed, more came
 * since than is worth it, or one of these entries has no body any more.  What
 * is kept then is worth nothing.  -1: only what would fail a walk too.
 */
#define LIST_SINCE_MAX 32768
int list_since(struct list_tree *tree, struct store *store, uint64_t size,
    bool *grown, struct error *err);

#endif
