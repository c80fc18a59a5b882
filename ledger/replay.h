/* replay.h: the authority at some size, from the entries that carry it. */
#ifndef LEDGER_REPLAY_H
#define LEDGER_REPLAY_H

#include <stdint.h>

#include "base/error.h"
#include "ledger/authority.h"
#include "ledger/store.h"

/*
 * Take the genesis, key and trust entries from … to-1 into the authority,
 * checking their signatures but not those of certificates.  The index says
 * which entries they are: good enough to work with a ledger, not to verify
 * one (see verify.h).  The store becomes the authority's source.
 */
int replay_authority(struct authority *authority, struct store *store,
    uint64_t from, uint64_t to, struct error *err);

/* Attachments of a store, for an authority. */
struct trust_source replay_source(struct store *store);

#endif
