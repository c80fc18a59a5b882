/* residue.h: bytes that should be gone, looked for in a ledger's files. */
#ifndef LEDGER_RESIDUE_H
#define LEDGER_RESIDUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/* What is looked for; wiped when freed. */
struct residue;
int residue_new(struct residue **out, struct error *err);
void residue_free(struct residue *residue);

/*
 * Look for pieces of these bytes, at most 16, each of 32 bytes that are not
 * much alike: a database keeps long values in parts.  Bytes fewer than
 * RESIDUE_LEAST say nothing, and are left out.
 */
#define RESIDUE_LEAST 8
int residue_add(struct residue *residue, struct bytes bytes, struct error *err);
/* Look for these bytes as a whole, or for the first RESIDUE_MOST of them. */
#define RESIDUE_MOST 256
int residue_add_text(struct residue *residue, struct bytes bytes,
    struct error *err);

struct residue_found {
	uint64_t bytes; /* Searched, */
	unsigned files; /* in so many files. */
	uint64_t pieces; /* Found, */
	const char *where; /* in that file last: "", "-wal", "-shm", … */
};

/* Search a store's file, and what SQLite keeps beside it, whatever may be
 * writing to them. */
int residue_search(struct residue_found *found, const struct residue *residue,
    const char *store_path, struct error *err);

#endif
