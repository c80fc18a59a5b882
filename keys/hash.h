/* hash.h: the hash functions that other people's signatures use. */
#ifndef KEYS_HASH_H
#define KEYS_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Ours is SHA-256 alone (base/digest.h); these are met in what certificate
 * and timestamp authorities sign (FIPS 180-4). */
enum hash {
	HASH_SHA256,
	HASH_SHA384,
	HASH_SHA512,
	HASH_SHA1, /* Only to name a certificate (RFC 2634): proves nothing. */
};
#define HASH_MAX_LEN 64

/* "sha256", and back; false for an unknown word.  SHA-1 cannot be chosen. */
const char *hash_name(enum hash hash);
bool hash_of_name(enum hash *out, const char *name);

/* The content of its OBJECT IDENTIFIER, and back (SHA-1 is not found). */
struct bytes hash_oid(enum hash hash);
bool hash_of_oid(enum hash *out, struct bytes oid);

/* Its length in bytes. */
size_t hash_len(enum hash hash);

/* The hash of bytes in the first hash_len bytes of out; false only if the
 * library cannot. */
bool hash_bytes(uint8_t out[HASH_MAX_LEN], enum hash hash, struct bytes bytes);

#endif
