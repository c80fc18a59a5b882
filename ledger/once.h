/* once.h: finds what occurs twice in a long stream, in bounded memory. */
#ifndef LEDGER_ONCE_H
#define LEDGER_ONCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/*
 * Keys are added with their number in the stream.  Up to 262,144 are held
 * in memory (4 MiB); sorted runs of more go to an unnamed temporary file and
 * are merged at the end.  Keys are hashed under a random key, so that nobody
 * can steer them; equal hashes are candidates, which the caller
 * confirms by looking at the two things.
 */
struct once;
int once_new(struct once **out, struct error *err);
void once_free(struct once *once);

/* Add a key. */
int once_add(struct once *once, struct bytes key, uint64_t number,
    struct error *err);

/* Call `pair' with the numbers (first < second) of every pair of neighbours
 * with equal hashes.  Non-zero stops with its value. */
int once_find(struct once *once,
    int (*pair)(void *cookie, uint64_t first, uint64_t second,
	struct error *err),
    void *cookie, struct error *err);

#endif
