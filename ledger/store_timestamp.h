/* store_timestamp.h: timestamp tokens, kept beside the checkpoints. */
#ifndef LEDGER_STORE_TIMESTAMP_H
#define LEDGER_STORE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "ledger/store.h"

/* Keep a token over the stored checkpoint of `size' entries, under its
 * SHA-256, which is computed here; *added is false if it is kept already. */
int store_put_timestamp(struct store *store, uint64_t size, struct bytes token,
    bool *added, struct error *err);

/* The token kept under a size and a digest, into out; *found is false if there
 * is none. */
int store_timestamp(struct store *store, uint64_t size, struct digest digest,
    struct buffer *out, bool *found, struct error *err);

/* A kept token.  The bytes live until the next call. */
struct store_timestamp {
	uint64_t size;
	struct bytes digest; /* As it is kept: 32 bytes. */
	struct bytes token;
};

/* All tokens over checkpoints of `from' entries and more, by size and then by
 * digest: as store_scan_checkpoints.  One scan at a time. */
int store_scan_timestamps(struct store *store, uint64_t from,
    struct error *err);
int store_scan_timestamps_next(struct store *store, struct store_timestamp *out,
    bool *more, struct error *err);

#endif
