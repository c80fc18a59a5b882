/* signer.h: something that signs: a key in memory or one in an ssh-agent. */
#ifndef KEYS_SIGNER_H
#define KEYS_SIGNER_H

#include "base/bytes.h"
#include "base/error.h"
#include "keys/public_key.h"

struct signer;

/*
 * A new random key, or the key of a 32-byte RFC 8032 seed (for test vectors
 * and key files).  The private part lives in memory that is locked, guarded
 * and wiped (libsodium sodium_malloc), and kept out of core dumps.
 */
int signer_generate(struct signer **out, struct error *err);
int signer_from_seed(struct signer **out, const uint8_t seed[32],
    struct error *err);

/*
 * A signer made by another module (agent.c): `sign' gets the cookie, fills
 * the signature or *err; `release' frees the cookie.
 */
struct signer_backend {
	int (*sign)(void *cookie, struct bytes message, struct signature *out,
	    struct error *err);
	void (*release)(void *cookie);
};
int signer_from_backend(struct signer **out, struct public_key key,
    const struct signer_backend *backend, void *cookie, struct error *err);

void signer_free(struct signer *signer);

struct public_key signer_public_key(const struct signer *signer);

/* Ed25519 over the message.  What a backend returns is verified here before
 * it is handed on: an agent that signs wrongly is an ERROR_SYSTEM. */
int signer_sign(const struct signer *signer, struct bytes message,
    struct signature *out, struct error *err);

/* The seed of a key in memory, borrowed, or NULL for a backend: for key_file. */
const uint8_t *signer_seed(const struct signer *signer);

#endif
