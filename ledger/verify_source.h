/* verify_source.h: where a ledger is read from when it is verified. */
#ifndef LEDGER_VERIFY_SOURCE_H
#define LEDGER_VERIFY_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "ledger/store.h"

struct verify;

/*
 * One verifier reads a store or a static copy: this is what it asks of
 * either.  Called by one thread.  A function gives 0, or -1 with ERROR_SYSTEM
 * when it could not be read, and with any other class for what is wrong in
 * what was read: a finding, after which it may be asked for more.
 */
struct verify_source {
	void *cookie;
	/* The store, where it is one: then there is an index beside it. */
	struct store *store;
	uint64_t size; /* Entries there are, or should be: highest seq + 1. */
	/* Entries that are not there were told by next_entry already. */
	bool tells_gaps;
	/* There are no attachments here: nobody misses them. */
	bool without_attachments;

	/* The next entry that is there, from the first on, so that a gap shows
	 * in seq; *more is false at the end.  The bytes live until the next
	 * call.  For a finding, seq is where. */
	int (*next_entry)(void *cookie, uint64_t *seq, struct bytes *line,
	    bool *more, struct error *err);
	/* One of them. */
	int (*entry)(void *cookie, uint64_t seq, struct buffer *line,
	    struct error *err);
	/* The checkpoints by size, and the newest one (size 0: none). */
	int (*next_checkpoint)(void *cookie, uint64_t *size, struct bytes *note,
	    bool *more, struct error *err);
	int (*newest_checkpoint)(void *cookie, uint64_t *size,
	    struct buffer *note, struct error *err);
	/* The hashes of a tile and how many they are; 0 if there is none. */
	int (*tile)(void *cookie, unsigned level, uint64_t index,
	    struct digest out[TILE_WIDTH], unsigned *width, struct error *err);
	/* Attachments, as those of store.h. */
	int (*has_attachment)(void *cookie, struct digest digest, bool *has,
	    struct error *err);
	int (*next_attachment)(void *cookie, const struct digest *after,
	    struct digest *digest, bool *more, struct error *err);
	int (*attachment_digest)(void *cookie, struct digest digest,
	    struct digest *computed, uint64_t *size, struct error *err);
	/* One of them whole; NULL where there are none.  A list of revoked
	 * certificates is wanted in the middle of the entries. */
	int (*attachment)(void *cookie, struct digest digest,
	    struct buffer *out, struct error *err);
	/* At the end, whatever else is to be compared here: told by verify_tell
	 * of verify_internal.h. */
	int (*finish)(void *cookie, struct verify *verify, struct error *err);
	void (*close)(void *cookie);
};

/* The store at path, in one read transaction.  End with source->close. */
int verify_source_store(struct verify_source *out, const char *path,
    struct error *err);
/* The published copy in a folder, as static_copy_open takes it. */
int verify_source_copy(struct verify_source *out, const char *path,
    struct error *err);

#endif
