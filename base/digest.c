#include "base/digest.h"

#include <assert.h>
#include <string.h>

#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "base/encoding.h"

static_assert(sizeof(struct sha256_ctx) <= sizeof(struct digest_stream),
    "nettle's context fits inside");
static_assert(_Alignof(struct sha256_ctx) <= _Alignof(struct digest_stream),
    "and is aligned there");
static_assert(SHA256_DIGEST_SIZE == DIGEST_LEN, "SHA-256 is 32 bytes");
static_assert(SHA1_DIGEST_SIZE == DIGEST_SHA1_LEN, "SHA-1 is 20 bytes");

static void
add(struct sha256_ctx *context, struct bytes bytes)
{
	if (bytes.len > 0)
		sha256_update(context, bytes.len, bytes.data);
}

struct digest
digest_of(struct bytes bytes)
{
	struct sha256_ctx context;
	struct digest digest;

	sha256_init(&context);
	add(&context, bytes);
	sha256_digest(&context, sizeof(digest.byte), digest.byte);
	return digest;
}

struct digest
digest_prefixed(uint8_t prefix, struct bytes a, struct bytes b)
{
	struct sha256_ctx context;
	struct digest digest;

	sha256_init(&context);
	add(&context, bytes_of(&prefix, 1));
	add(&context, a);
	add(&context, b);
	sha256_digest(&context, sizeof(digest.byte), digest.byte);
	return digest;
}

void
digest_sha1(uint8_t out[DIGEST_SHA1_LEN], struct bytes bytes)
{
	struct sha1_ctx context;

	sha1_init(&context);
	if (bytes.len > 0)
		sha1_update(&context, bytes.len, bytes.data);
	sha1_digest(&context, DIGEST_SHA1_LEN, out);
}

bool
digest_equal(struct digest a, struct digest b)
{
	return memcmp(a.byte, b.byte, DIGEST_LEN) == 0;
}

int
digest_compare(struct digest a, struct digest b)
{
	return memcmp(a.byte, b.byte, DIGEST_LEN);
}

struct digest_text
digest_hex(struct digest digest)
{
	struct digest_text text = { "" };

	hex_encode(text.text, digest_bytes(&digest));
	return text;
}

bool
digest_parse(struct digest *out, struct bytes hex)
{
	struct digest digest = { { 0 } };

	if (!hex_decode(digest.byte, DIGEST_LEN, hex))
		return false;
	*out = digest;
	return true;
}

void
digest_begin(struct digest_stream *stream)
{
	sha256_init((void *)stream);
}

void
digest_add(struct digest_stream *stream, struct bytes bytes)
{
	add((void *)stream, bytes);
}

struct digest
digest_end(struct digest_stream *stream)
{
	struct digest digest;

	sha256_digest((void *)stream, sizeof(digest.byte), digest.byte);
	return digest;
}
