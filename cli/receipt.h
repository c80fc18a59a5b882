/* receipt.h: proofs of what a ledger has, for who will not see the ledger. */
#ifndef CLI_RECEIPT_H
#define CLI_RECEIPT_H

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "ledger/store.h"

/* Append the proof, as a file, that entry seq is in the tree of this
 * checkpoint, whose note is given. */
int receipt_prove(struct buffer *out, struct store *store, uint64_t seq,
    struct bytes note, struct error *err);

/* Write that proof to a file, and the entry's exact line to FILE.entry beside
 * it. */
int receipt_write(const char *path, struct store *store, uint64_t seq,
    struct bytes note, struct error *err);

#endif
