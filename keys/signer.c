#include "keys/signer.h"

#include <sodium.h>
#include <string.h>

#include "base/memory.h"

/* A key in memory has `secret' (seed, then public key: libsodium's form). */
struct signer {
	struct public_key key;
	uint8_t *secret;
	const struct signer_backend *backend;
	void *cookie;
};

static int
new_signer(struct signer **out, struct error *err)
{
	if (sodium_init() == -1)
		return error_set(err, ERROR_SYSTEM, NULL,
		    "libsodium cannot start");
	if ((*out = memory_new(1, sizeof **out)) == NULL)
		return error_memory(err);
	return 0;
}

int
signer_from_seed(struct signer **out, const uint8_t seed[32], struct error *err)
{
	struct signer *signer;

	if (new_signer(&signer, err) == -1)
		return -1;
	/* Locked, guarded, left out of core dumps. */
	signer->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
	if (signer->secret == NULL) {
		memory_free(signer);
		return error_memory(err);
	}
	crypto_sign_seed_keypair(signer->key.byte, signer->secret, seed);
	sodium_mprotect_readonly(signer->secret);
	*out = signer;
	return 0;
}

int
signer_generate(struct signer **out, struct error *err)
{
	uint8_t seed[32];
	int result;

	if (sodium_init() == -1)
		return error_set(err, ERROR_SYSTEM, NULL,
		    "libsodium cannot start");
	randombytes_buf(seed, sizeof seed);
	result = signer_from_seed(out, seed, err);
	sodium_memzero(seed, sizeof seed);
	return result;
}

int
signer_from_backend(struct signer **out, struct public_key key,
    const struct signer_backend *backend, void *cookie, struct error *err)
{
	struct signer *signer;

	if (new_signer(&signer, err) == -1)
		return -1;
	signer->key = key;
	signer->backend = backend;
	signer->cookie = cookie;
	*out = signer;
	return 0;
}

void
signer_free(struct signer *signer)
{
	if (signer == NULL)
		return;
	if (signer->backend != NULL)
		signer->backend->release(signer->cookie);
	sodium_free(signer->secret);
	memory_free(signer);
}

struct public_key
signer_public_key(const struct signer *signer)
{
	return signer->key;
}

int
signer_sign(const struct signer *signer, struct bytes message,
    struct signature *out, struct error *err)
{
	struct signature made;

	if (signer->backend == NULL) {
		crypto_sign_detached(made.byte, NULL, message.data, message.len,
		    signer->secret);
		*out = made;
		return 0;
	}
	if (signer->backend->sign(signer->cookie, message, &made, err) == -1)
		return -1;
	if (!public_key_verify(signer->key, message, &made))
		return error_set(err, ERROR_SYSTEM, "use another agent or key",
		    "the agent's signature does not verify");
	*out = made;
	return 0;
}

const uint8_t *
signer_seed(const struct signer *signer)
{
	return signer->secret;
}
