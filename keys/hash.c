#include "keys/hash.h"

#include <mbedtls/md.h>

/* joint-iso-itu-t(2) country(16) us(840) organization(1) gov(101) csor(3)
 * nistAlgorithm(4) hashAlgs(2). */
#define NIST_HASHES 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02

static const struct {
	const char *name;
	uint8_t oid[9];
	uint8_t oid_len;
	uint8_t len;
	mbedtls_md_type_t type;
} hashes[] = {
	[HASH_SHA256] = { "sha256", { NIST_HASHES, 1 }, 9, 32,
	    MBEDTLS_MD_SHA256 },
	[HASH_SHA384] = { "sha384", { NIST_HASHES, 2 }, 9, 48,
	    MBEDTLS_MD_SHA384 },
	[HASH_SHA512] = { "sha512", { NIST_HASHES, 3 }, 9, 64,
	    MBEDTLS_MD_SHA512 },
	/* iso(1) identified-organization(3) oiw(14) secsig(3) 2 26. */
	[HASH_SHA1] = { "sha1", { 0x2b, 0x0e, 0x03, 0x02, 0x1a }, 5, 20,
	    MBEDTLS_MD_SHA1 },
};

const char *
hash_name(enum hash hash)
{
	return hashes[hash].name;
}

bool
hash_of_name(enum hash *out, const char *name)
{
	for (int i = 0; i <= HASH_SHA512; i++)
		if (strcmp(hashes[i].name, name) == 0) {
			*out = (enum hash)i;
			return true;
		}
	return false;
}

struct bytes
hash_oid(enum hash hash)
{
	return bytes_of(hashes[hash].oid, hashes[hash].oid_len);
}

bool
hash_of_oid(enum hash *out, struct bytes oid)
{
	for (int i = 0; i <= HASH_SHA512; i++)
		if (bytes_equal(hash_oid((enum hash)i), oid)) {
			*out = (enum hash)i;
			return true;
		}
	return false;
}

size_t
hash_len(enum hash hash)
{
	return hashes[hash].len;
}

bool
hash_bytes(uint8_t out[HASH_MAX_LEN], enum hash hash, struct bytes bytes)
{
	const mbedtls_md_info_t *info =
	    mbedtls_md_info_from_type(hashes[hash].type);

	return info != NULL &&
	    mbedtls_md(info, bytes.data, bytes.len, out) == 0;
}
