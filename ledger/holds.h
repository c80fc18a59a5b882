/* holds.h: what a legal hold or a retention class keeps from erasure. */
#ifndef LEDGER_HOLDS_H
#define LEDGER_HOLDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/facts.h"
#include "ledger/index.h"
#include "ledger/store.h"

/*
 * Whether a hold in force before entry `size', at that time, keeps an entry:
 * names it, is about a model that it mentions, or keeps its kind.  Of each
 * name the newest record counts; its end (`until', or `days' after the entry)
 * is counted to the millisecond.  *seq is the hold's entry.
 */
int holds_find(struct store *store, uint64_t size, int64_t now_ms,
    const struct index_row *row, const struct facts *facts, bool *held,
    uint64_t *seq, struct error *err);

#endif
