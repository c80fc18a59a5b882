/* keyed_hash.h: a fast hash that nobody can aim at without its random key. */
#ifndef BASE_KEYED_HASH_H
#define BASE_KEYED_HASH_H

#include <stdint.h>

#include "base/bytes.h"

/* Not for what is kept or signed (that is SHA-256): for tables and sums of
 * this process. */
struct hash_key {
	uint8_t byte[16];
};
struct keyed_hash {
	uint64_t low;
	uint64_t high;
};

/* A new key from the system's generator. */
struct hash_key hash_key_new(void);

/* SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012). */
struct keyed_hash keyed_hash(const struct hash_key *key, struct bytes bytes);

#endif
