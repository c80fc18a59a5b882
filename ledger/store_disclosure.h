/* store_disclosure.h: values behind sealed fields, and destroying for good. */
#ifndef LEDGER_STORE_DISCLOSURE_H
#define LEDGER_STORE_DISCLOSURE_H

#include <stdbool.h>

#include "ledger/store.h"

/* Disclosures by their commitment, which is computed here when putting.  In a
 * write transaction. */
int store_put_disclosure(struct store *store, struct bytes text,
    struct error *err);
/* The text kept under a commitment, unchecked; *there says whether one is. */
int store_disclosure(struct store *store, struct digest digest,
    struct buffer *text, bool *there, struct error *err);
/* The next one with a commitment after `after' (NULL for the first). */
int store_next_disclosure(struct store *store, const struct digest *after,
    struct digest *digest, struct buffer *text, bool *more, struct error *err);

/*
 * Destroy, in a write transaction; what is not there is no error.  Copies stay
 * in the log and the file until the store is settled: store_settle.h.
 */
int store_drop_disclosure(struct store *store, struct digest digest,
    struct error *err);
int store_drop_attachment(struct store *store, struct digest digest,
    struct error *err);
int store_blank_entry(struct store *store, uint64_t seq, struct error *err);

/* The path of the store's file, borrowed. */
const char *store_path(const struct store *store);

#endif
