#include "keys/outside_key.h"

#include <stdio.h>
#include <string.h>

#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>

#include "base/limits.h"
#include "base/memory.h"
#include "keys/certificate_internal.h"
#include "keys/pem.h"

#define RSA_BITS_LEAST 2048
#define RSA_BITS_MOST 8192
/* A public exponent with more makes verifying slow, for nothing. */
#define RSA_EXPONENT_BITS_MOST 64

static const struct {
	const char *name;
	mbedtls_md_type_t md;
} hashes[OUTSIDE_HASH_COUNT] = {
	[OUTSIDE_SHA256] = { "sha256", MBEDTLS_MD_SHA256 },
	[OUTSIDE_SHA384] = { "sha384", MBEDTLS_MD_SHA384 },
	[OUTSIDE_SHA512] = { "sha512", MBEDTLS_MD_SHA512 },
};

const char *
outside_hash_name(enum outside_hash hash)
{
	return hashes[hash].name;
}

bool
outside_hash_named(enum outside_hash *out, const char *name)
{
	for (unsigned i = 0; i < OUTSIDE_HASH_COUNT; i++)
		if (strcmp(hashes[i].name, name) == 0) {
			*out = (enum outside_hash)i;
			return true;
		}
	return false;
}

bool
outside_takes_md(mbedtls_md_type_t md)
{
	for (size_t i = 0; i < OUTSIDE_HASH_COUNT; i++)
		if (hashes[i].md == md)
			return true;
	return false;
}

int
outside_digest(uint8_t out[OUTSIDE_DIGEST_MAX], size_t *len,
    enum outside_hash hash, struct bytes message, struct error *err)
{
	const mbedtls_md_info_t *info =
	    mbedtls_md_info_from_type(hashes[hash].md);
	static const uint8_t nothing[1];

	if (info == NULL ||
	    mbedtls_md(info, message.len == 0 ? nothing : message.data,
		message.len, out) != 0)
		return error_memory(err);
	*len = mbedtls_md_get_size(info);
	return 0;
}

/* ---- reading ---- */

static const char *
curve_name(mbedtls_ecp_group_id id)
{
	switch (id) {
	case MBEDTLS_ECP_DP_SECP256R1:
		return "P-256";
	case MBEDTLS_ECP_DP_SECP384R1:
		return "P-384";
	case MBEDTLS_ECP_DP_SECP521R1:
		return "P-521";
	default:
		return NULL;
	}
}

static int
take_rsa(struct outside_key *key, mbedtls_pk_context *pk, struct error *err)
{
	size_t bits = mbedtls_pk_get_bitlen(pk);

	if (bits < RSA_BITS_LEAST || bits > RSA_BITS_MOST)
		return error_set(err, ERROR_UNDECIDED,
		    "use a key of 2048 to 8192 bits",
		    "an RSA key of %zu bits is not taken", bits);
	if (mbedtls_mpi_bitlen(&mbedtls_pk_rsa(*pk)->E) >
	    RSA_EXPONENT_BITS_MOST)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "an RSA key with so large an exponent is not taken");
	snprintf(key->kind, sizeof key->kind, "RSA %zu", bits);
	return 0;
}

int
outside_key_take(struct outside_key *key, mbedtls_pk_context *pk,
    struct error *err)
{
	const char *curve = NULL;

	key->pk = pk;
	if (mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA)
		return take_rsa(key, pk, err);
	if (mbedtls_pk_get_type(pk) == MBEDTLS_PK_ECKEY)
		curve = curve_name(mbedtls_pk_ec(*pk)->grp.id);
	if (curve == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "use RSA, P-256, P-384 or P-521",
		    "a key of this kind is not taken");
	snprintf(key->kind, sizeof key->kind, "%s", curve);
	return 0;
}

static int
parse_key(struct outside_key *key, struct bytes der, struct error *err)
{
	unsigned char *at = (unsigned char *)(uintptr_t)der.data;
	int reason =
	    mbedtls_pk_parse_subpubkey(&at, der.data + der.len, &key->own);

	if (reason != 0)
		return certificate_refused(reason, "public key", err);
	if (at != der.data + der.len)
		return error_set(err, ERROR_UNDECIDED, "get the file again",
		    "there are bytes after the public key");
	return outside_key_take(key, &key->own, err);
}

int
outside_key_read(struct outside_key **out, struct bytes file, struct error *err)
{
	struct buffer der = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct outside_key *key = NULL;
	bool found = true;
	int result = -1;

	if (pem_is(file)) {
		if (pem_next(&der, &file, "PUBLIC KEY", &found, err) == -1)
			goto done;
	} else {
		buffer_append(&der, file);
	}
	if (buffer_check(&der, "public key", err) == -1)
		goto done;
	if (!found || der.len == 0) {
		error_set(err, ERROR_UNDECIDED,
		    "make it with `openssl pkey -pubout'",
		    "there is no public key");
		goto done;
	}
	if ((key = memory_new(1, sizeof *key)) == NULL) {
		error_memory(err);
		goto done;
	}
	mbedtls_pk_init(&key->own);
	if (parse_key(key, buffer_bytes(&der), err) == -1)
		goto done;
	*out = key;
	key = NULL;
	result = 0;
done:
	outside_key_free(key);
	buffer_free(&der);
	return result;
}

void
outside_key_free(struct outside_key *key)
{
	if (key == NULL)
		return;
	mbedtls_pk_free(&key->own);
	memory_free(key);
}

/* ---- asking ---- */

int
outside_key_write(struct buffer *out, const struct outside_key *key,
    struct error *err)
{
	uint8_t room[2200];
	/* Written from the end of the room backwards. */
	int len = mbedtls_pk_write_pubkey_der(key->pk, room, sizeof room);

	if (len <= 0)
		return error_memory(err);
	buffer_append(out,
	    bytes_of(room + sizeof room - (size_t)len, (size_t)len));
	return buffer_check(out, "public key", err);
}

const char *
outside_key_kind(const struct outside_key *key)
{
	return key->kind;
}

bool
outside_key_is_curve(const struct outside_key *key)
{
	return mbedtls_pk_get_type(key->pk) == MBEDTLS_PK_ECKEY;
}

/* ---- verifying ---- */

static bool
verify_as(const struct outside_key *key, enum outside_hash hash,
    mbedtls_pk_type_t scheme, int salt_len, const uint8_t *digest, size_t len,
    struct bytes signature)
{
	mbedtls_pk_rsassa_pss_options pss = {
		.mgf1_hash_id = hashes[hash].md,
		.expected_salt_len = salt_len,
	};
	bool is_pss = scheme == MBEDTLS_PK_RSASSA_PSS;

	return signature.len > 0 && mbedtls_pk_can_do(key->pk, scheme) &&
	    mbedtls_pk_verify_ext(scheme, is_pss ? &pss : NULL, key->pk,
		hashes[hash].md, digest, len, signature.data,
		signature.len) == 0;
}

bool
outside_key_verify(const struct outside_key *key, enum outside_hash hash,
    enum outside_scheme scheme, struct bytes message, struct bytes signature)
{
	static const mbedtls_pk_type_t as[] = {
		[OUTSIDE_ECDSA] = MBEDTLS_PK_ECDSA,
		[OUTSIDE_PKCS1] = MBEDTLS_PK_RSA,
		[OUTSIDE_PSS] = MBEDTLS_PK_RSASSA_PSS,
	};
	const int any = MBEDTLS_RSA_SALT_LEN_ANY;
	uint8_t digest[OUTSIDE_DIGEST_MAX];
	struct error ignored;
	size_t len;

	if (outside_digest(digest, &len, hash, message, &ignored) == -1)
		return false;
	if (scheme != OUTSIDE_FITTING)
		return verify_as(key, hash, as[scheme], any, digest, len,
		    signature);
	if (outside_key_is_curve(key))
		return verify_as(key, hash, MBEDTLS_PK_ECDSA, any, digest, len,
		    signature);
	return verify_as(key, hash, MBEDTLS_PK_RSA, any, digest, len,
		   signature) ||
	    verify_as(key, hash, MBEDTLS_PK_RSASSA_PSS, any, digest, len,
		signature);
}

bool
outside_key_verify_salted(const struct outside_key *key, enum outside_hash hash,
    size_t salt_len, struct bytes message, struct bytes signature)
{
	uint8_t digest[OUTSIDE_DIGEST_MAX];
	struct error ignored;
	size_t len;

	return salt_len <= MBEDTLS_MPI_MAX_SIZE &&
	    outside_digest(digest, &len, hash, message, &ignored) == 0 &&
	    verify_as(key, hash, MBEDTLS_PK_RSASSA_PSS, (int)salt_len, digest,
		len, signature);
}
