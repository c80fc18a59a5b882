/* outside_key.h: keys that are not ours: RSA and the NIST curves. */
#ifndef KEYS_OUTSIDE_KEY_H
#define KEYS_OUTSIDE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

/*
 * Keys of other people's systems: in certificates, in timestamps, beside
 * models.  RSA of 2,048 to 8,192 bits and P-256, P-384, P-521; nothing else
 * and nothing weaker.  They only verify here.
 */
struct outside_key;

/* Hashes, and how an RSA key signs them. */
enum outside_hash { OUTSIDE_SHA256, OUTSIDE_SHA384, OUTSIDE_SHA512 };
#define OUTSIDE_HASH_COUNT 3
enum outside_scheme {
	OUTSIDE_ECDSA, /* A DER ECDSA-Sig-Value (RFC 3279, 2.2.3). */
	OUTSIDE_PKCS1, /* RSASSA-PKCS1-v1_5 (RFC 8017, 8.2). */
	OUTSIDE_PSS, /* RSASSA-PSS (RFC 8017, 8.1): MGF1 with the same hash,
			a salt of any length. */
	OUTSIDE_FITTING, /* What fits the key: either, when it is RSA. */
};

/* "sha256", "sha384", "sha512"; and back, false for anything else. */
const char *outside_hash_name(enum outside_hash hash);
bool outside_hash_named(enum outside_hash *out, const char *name);

/* The digest of a message by one of them: out has room for 64 bytes. */
#define OUTSIDE_DIGEST_MAX 64
int outside_digest(uint8_t out[OUTSIDE_DIGEST_MAX], size_t *len,
    enum outside_hash hash, struct bytes message, struct error *err);

/*
 * A key by itself: a SubjectPublicKeyInfo (RFC 5280, 4.1), in DER or as PEM
 * "PUBLIC KEY".  Trailing bytes, other kinds of keys and weak ones are refused
 * (ERROR_UNDECIDED).
 */
int outside_key_read(struct outside_key **out, struct bytes file,
    struct error *err);
void outside_key_free(struct outside_key *key);

/* Its SubjectPublicKeyInfo in DER, appended; and "RSA 3072", "P-256". */
int outside_key_write(struct buffer *out, const struct outside_key *key,
    struct error *err);
const char *outside_key_kind(const struct outside_key *key);
/* A curve's key: P-256, P-384, P-521; false for RSA. */
bool outside_key_is_curve(const struct outside_key *key);

/* Whether the signature over the message verifies. */
bool outside_key_verify(const struct outside_key *key, enum outside_hash hash,
    enum outside_scheme scheme, struct bytes message, struct bytes signature);

/* The same by RSASSA-PSS with a salt of exactly that length. */
bool outside_key_verify_salted(const struct outside_key *key,
    enum outside_hash hash, size_t salt_len, struct bytes message,
    struct bytes signature);

#endif
