/* cosignatures.h: what witnesses said of a checkpoint, kept in its note. */
#ifndef LEDGER_COSIGNATURES_H
#define LEDGER_COSIGNATURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "keys/note.h"
#include "ledger/store.h"

/*
 * Append to out the note with a witness's cosignatures from `lines' (one or
 * more signature lines; those by others are ignored).  Of each witness the
 * oldest is kept, which shows how early the checkpoint existed, and the
 * newest, which shows how long nothing later was seen; the ledger's line and
 * all others stay.  *changed is false if there was nothing new.  ERROR_NO if
 * there is none by the key, or one that does not verify.
 */
int cosignatures_merge(struct buffer *out, bool *changed, struct bytes note,
    struct bytes lines, const struct note_key *witness, struct error *err);

/* The same for the stored checkpoint of exactly `size' entries, in the
 * store's write transaction.  ERROR_NO if there is none. */
int cosignatures_put(struct store *store, uint64_t size, struct bytes lines,
    const struct note_key *witness, bool *changed, struct error *err);

/* The stored checkpoints that more than one signed, by size; as the scans of
 * store.h. */
int cosignatures_scan(struct store *store, struct error *err);
int cosignatures_scan_next(struct store *store, uint64_t *size,
    struct bytes *note, bool *more, struct error *err);

#endif
