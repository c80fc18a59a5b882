/* store.h: the ledger's one file: entries, tiles, checkpoints, attachments. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "ledger/merkle.h"

/*
 * An SQLite database (application_id "VOUC", user_version = schema version)
 * in WAL mode with synchronous=FULL, foreign keys and secure_delete.  A store
 * keeps bytes; what they mean and whether they may be kept is decided above.
 * One store belongs to one thread.
 */
struct store;

enum store_mode {
	STORE_READ, /* Never writes; works on read-only media. */
	STORE_WRITE,
};

/* Create an empty store with the current schema.  Refuses an existing file. */
int store_create(const char *path, struct error *err);

/*
 * Open a store.  ERROR_UNDECIDED for what is not a ledger, with a message
 * that tells apart: no file, not SQLite, SQLite but not ours, a newer schema
 * version (the remedy names it), no permission.  STORE_WRITE brings an older
 * schema up to date in one transaction; STORE_READ refuses it.
 */
int store_open(struct store **out, const char *path, enum store_mode mode,
    struct error *err);
void store_close(struct store *store);

/* A transaction: reading (one unchanging view) or writing (at once takes the
 * one writer's place, waiting up to 60 s for others).  store_end rolls back
 * what was not committed and takes a store without transaction. */
int store_begin_read(struct store *store, struct error *err);
int store_begin_write(struct store *store, struct error *err);
int store_commit(struct store *store, struct error *err);
void store_end(struct store *store);

/* Entries: how many (the highest seq and one), one, and several in order. */
int store_size(struct store *store, uint64_t *size, struct error *err);
int store_entry(struct store *store, uint64_t seq, struct buffer *out,
    struct error *err);
int store_put_entry(struct store *store, uint64_t seq, struct bytes entry,
    struct error *err);

/*
 * Rows from..to-1 in order of seq.  store_scan_next gives the next row that
 * is there, so that a gap shows in seq; *more is false at the end.  The bytes
 * live until the next call.  One scan of each sort at a time.
 */
int store_scan_entries(struct store *store, uint64_t from, uint64_t to,
    struct error *err);
int store_scan_entries_next(struct store *store, uint64_t *seq,
    struct bytes *entry, bool *more, struct error *err);

/* Checkpoints by size: the newest at or below a size (UINT64_MAX for the
 * newest of all; *size is 0 and out empty if none), keeping one, a scan. */
int store_checkpoint(struct store *store, uint64_t at_most, uint64_t *size,
    struct buffer *note, struct error *err);
int store_put_checkpoint(struct store *store, uint64_t size, struct bytes note,
    struct error *err);
/* The same checkpoint with other signature lines, which the caller answers
 * for. */
int store_replace_checkpoint(struct store *store, uint64_t size,
    struct bytes note, struct error *err);
int store_scan_checkpoints(struct store *store, uint64_t from,
    struct error *err);
int store_scan_checkpoints_next(struct store *store, uint64_t *size,
    struct bytes *note, bool *more, struct error *err);

/* Tiles: the stored hashes of (level, index) and how many they are; 0 when
 * there is no such tile.  Putting replaces a narrower one. */
int store_tile(struct store *store, unsigned level, uint64_t index,
    struct digest out[TILE_WIDTH], unsigned *width, struct error *err);
int store_put_tile(struct store *store, unsigned level, uint64_t index,
    const struct digest *hashes, unsigned width, struct error *err);
int store_tile_count(struct store *store, uint64_t *count, struct error *err);
/* The tiles as the Merkle functions want them; borrows the store. */
struct tile_source store_tiles(struct store *store);

/* Attachments by their SHA-256, which is computed here when putting. */
int store_put_attachment(struct store *store, struct bytes content,
    struct digest *digest, struct error *err);
int store_has_attachment(struct store *store, struct digest digest, bool *has,
    struct error *err);
int store_attachment(struct store *store, struct digest digest,
    struct buffer *out, struct error *err);
/* The next attachment with a digest after `after' (NULL for the first). */
int store_next_attachment(struct store *store, const struct digest *after,
    struct digest *digest, bool *more, struct error *err);
/* SHA-256 of a kept attachment, read in pieces. */
int store_attachment_digest(struct store *store, struct digest digest,
    struct digest *computed, uint64_t *size, struct error *err);

/* SQLite's own check of the file, its trees and indexes against its tables:
 * ERROR_NO with its first complaint. */
int store_check_structure(struct store *store, struct error *err);

#endif
