/* mutate.h: seeded changes of bytes, the same on every machine. */
#ifndef TESTS_SUPPORT_MUTATE_H
#define TESTS_SUPPORT_MUTATE_H

#include <stdint.h>

#include "base/buffer.h"

/* splitmix64: small, and the same everywhere. */
struct mutator {
	uint64_t state;
};
uint64_t mutator_number(struct mutator *mutator, uint64_t below);

/*
 * Change bytes in one of seven ways: a bit flipped, a byte removed, doubled or
 * replaced by another, a piece removed, two pieces of 32 bytes exchanged, the
 * end cut off.  What comes out differs from what went in, which is not empty.
 */
void mutate_bytes(struct buffer *bytes, struct mutator *mutator);

#endif
