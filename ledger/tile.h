/* tile.h: names and bundles of the static form (c2sp.org/tlog-tiles). */
#ifndef LEDGER_TILE_H
#define LEDGER_TILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"

/*
 * Append the path of a tile: "tile/<L>/<N>" with N in groups of three digits
 * ("x001/x234/067"), and ".p/<W>" when width is under 256.  tile_entries_path
 * names the bundle of entries 256 * index …: "tile/entries/<N>[.p/<W>]".
 */
void tile_path(struct buffer *out, unsigned level, uint64_t index,
    unsigned width);
void tile_entries_path(struct buffer *out, uint64_t index, unsigned width);

/* What a path names: false unless it is exactly what one of the two above
 * writes. */
struct tile_name {
	bool entries; /* A bundle, not hashes. */
	unsigned level;
	uint64_t index;
	unsigned width;
};
bool tile_name_parse(struct tile_name *out, const char *path);

/* How wide the tile (level, index) is in a tree of `size' entries: 0 if it has
 * none such.  A bundle is as wide as the tile of level 0. */
unsigned tile_width(uint64_t size, unsigned level, uint64_t index);

/* Add one entry to a bundle: its length as a big-endian uint16, its bytes. */
int tile_bundle_add(struct buffer *out, struct bytes entry, struct error *err);

/* Take the next entry off a bundle: false at its end; ERROR_NO if truncated. */
int tile_bundle_next(struct bytes *entry, bool *more, struct bytes *rest,
    struct error *err);

#endif
