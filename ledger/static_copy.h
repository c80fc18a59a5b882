/* static_copy.h: a ledger as files, as it is published (c2sp.org/tlog-tiles). */
#ifndef LEDGER_STATIC_COPY_H
#define LEDGER_STATIC_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/folder.h"
#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"

#define STATIC_CHECKPOINT "checkpoint"
#define STATIC_TILES "tile"
#define STATIC_ATTACHMENTS "attachment"
/* Where a publisher works: its lock, and files that have no name yet. */
#define STATIC_WORKSHOP ".publish"

/* A bundle of 256 entries of the greatest length. */
#define STATIC_BUNDLE_MAX ((size_t)TILE_WIDTH * (2 + LIMIT_ENTRY))

/* Anybody may have written these files: the note is taken apart, but whose
 * signature it bears is for the caller to verify. */
struct static_copy {
	struct folder folder;
	struct buffer note;
	struct checkpoint checkpoint;
	bool has_attachments; /* There is a folder of them. */
};

/* Whether a folder looks like one: it has a checkpoint and tiles. */
bool static_copy_is(const char *path);

/* ERROR_UNDECIDED if there is none there, ERROR_NO if its checkpoint is not
 * one. */
int static_copy_open(struct static_copy *out, const char *path,
    struct error *err);
void static_copy_close(struct static_copy *copy);

/*
 * The hashes of a tile of the tree of the checkpoint's size, and how many they
 * are: 0 if the tree has no such tile.  A partial tile that is gone is the
 * beginning of the full one.  ERROR_NO, with the file's name, if it is missing
 * or has another length.
 */
int static_copy_tile(const struct static_copy *copy, unsigned level,
    uint64_t index, struct digest out[TILE_WIDTH], unsigned *width,
    struct error *err);
/* The tiles as the Merkle functions want them; borrows the copy. */
struct tile_source static_copy_tiles(const struct static_copy *copy);

/* Append the bundle `index' of the tree of the checkpoint's size; *whole is
 * false if it is the full one that stands for a partial one.  ERROR_NO, with
 * the file's name, if it is missing. */
int static_copy_bundle(const struct static_copy *copy, uint64_t index,
    struct buffer *out, bool *whole, struct error *err);

/* The line of one entry. */
int static_copy_entry(const struct static_copy *copy, uint64_t seq,
    struct buffer *out, struct error *err);

/* "attachment/<hex>". */
struct static_name {
	char text[sizeof STATIC_ATTACHMENTS + 1 + DIGEST_HEX_LEN];
};
struct static_name static_attachment_name(struct digest digest);

#endif
