/* merkle.h: the Merkle tree kept as tiles: growing, roots, proofs. */
#ifndef LEDGER_MERKLE_H
#define LEDGER_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "ledger/proof.h"

/* RFC 6962, 2.1: the root of no entries is SHA-256 of nothing; a node is
 * SHA-256(0x01 || left || right). */
struct digest merkle_empty(void);
struct digest merkle_node(struct digest left, struct digest right);

/*
 * Tiles (c2sp.org/tlog-tiles): tile (level, index) holds the up to 256 hashes
 * of height 8 * level with numbers 256 * index … 256 * index + width - 1.
 */
#define TILE_WIDTH 256
#define TILE_LEVELS 8

/* The most entries there may be: seq is a whole number of JSON. */
#define MERKLE_SIZE_MAX ((uint64_t)1 << 53)

/*
 * The growing tree: for each level its last, partial tile (width 0 … 255).
 * About 64 KiB; a plain value without pointers.
 */
struct merkle {
	uint64_t size;
	unsigned width[TILE_LEVELS];
	struct digest hash[TILE_LEVELS][TILE_WIDTH];
};

/* The empty tree. */
void merkle_begin(struct merkle *tree);

/*
 * Called with every tile that became full, before it leaves the tree: 256
 * hashes.  Non-zero stops.  NULL where nobody wants them.
 */
typedef int merkle_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err);

/* Add one leaf hash.  0, or -1 when `full' said so (the tree is then spoilt)
 * or the size would pass MERKLE_SIZE_MAX. */
int merkle_add(struct merkle *tree, struct digest leaf, merkle_tile *full,
    void *cookie, struct error *err);

/* The root of the tree as it stands. */
struct digest merkle_root(const struct merkle *tree);

/*
 * Where stored tiles come from.  `read' fills `width' hashes of the tile
 * (level, index): the first `width' of them if the stored one is wider, which
 * is sound because a tile only ever grows.  ERROR_NO if it is not there.
 */
struct tile_source {
	int (*read)(void *cookie, unsigned level, uint64_t index,
	    unsigned width, struct digest *out, struct error *err);
	void *cookie;
};

/* Load the growing tree of `size' entries from stored tiles.  On failure the
 * tree is spoilt. */
int merkle_load(struct merkle *tree, uint64_t size,
    const struct tile_source *source, struct error *err);

/* The root of the first `size' entries, from stored tiles: O(log size)
 * tile reads. */
int merkle_root_at(struct digest *root, uint64_t size,
    const struct tile_source *source, struct error *err);

/* Inclusion of entry `index' in the first `size' (RFC 9162, 2.1.3.1), and
 * consistency of the first `old_size' with the first `size' (2.1.4.1).
 * index < size <= MERKLE_SIZE_MAX; 0 < old_size <= size; otherwise
 * ERROR_UNDECIDED. */
int merkle_inclusion(struct proof *out, uint64_t index, uint64_t size,
    const struct tile_source *source, struct error *err);
int merkle_consistency(struct proof *out, uint64_t old_size, uint64_t size,
    const struct tile_source *source, struct error *err);

#endif
