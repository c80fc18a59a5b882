/* digest.h: SHA-256 digests as values, of bytes and of streams. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define DIGEST_LEN 32
#define DIGEST_HEX_LEN 64

struct digest {
	uint8_t byte[DIGEST_LEN];
};

/* SHA-256 (FIPS 180-4) of bytes. */
struct digest digest_of(struct bytes bytes);

/* SHA-256 of one prefix byte, then a, then b (RFC 6962, 2.1). */
struct digest digest_prefixed(uint8_t prefix, struct bytes a, struct bytes b);

/* Equal?  Digests are public: not constant-time.  And memcmp's order. */
bool digest_equal(struct digest a, struct digest b);
int digest_compare(struct digest a, struct digest b);

/* 64 lower-case hex characters and a NUL. */
struct digest_text {
	char text[DIGEST_HEX_LEN + 1];
};
struct digest_text digest_hex(struct digest digest);

/* Exactly 64 lower-case hex characters, or false. */
bool digest_parse(struct digest *out, struct bytes hex);

/* The bytes of a digest, borrowed. */
static inline struct bytes
digest_bytes(const struct digest *digest)
{
	return bytes_of(digest->byte, DIGEST_LEN);
}

/* SHA-1 (FIPS 180-4), for UUIDs of version 5 and to tell certificates apart:
 * it proves nothing. */
#define DIGEST_SHA1_LEN 20
void digest_sha1(uint8_t out[DIGEST_SHA1_LEN], struct bytes bytes);

/* An incremental SHA-256.  Opaque: nettle's context fits inside. */
struct digest_stream {
	uint64_t state[24];
};
void digest_begin(struct digest_stream *stream);
void digest_add(struct digest_stream *stream, struct bytes bytes);
struct digest digest_end(struct digest_stream *stream);

#endif
