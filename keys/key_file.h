/* key_file.h: an Ed25519 key on disk, encrypted with a passphrase. */
#ifndef KEYS_KEY_FILE_H
#define KEYS_KEY_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "keys/passphrase.h"
#include "keys/signer.h"

/*
 * One JSON object on one line and a newline, mode 0600:
 * {"format":"vouch-key-v1","name":…,"public":"ssh-ed25519 …",
 *  "kdf":{"name":"argon2id13","passes":3,"memory":67108864,"salt":"<b64 16>"},
 *  "cipher":"xchacha20-poly1305-ietf","nonce":"<b64 24>","secret":"<b64 48>"}
 * The secret is the seed, sealed with the derived key; the additional data is
 * the ASCII of everything before ,"nonce" in this spelling, so that no member
 * can be changed unnoticed.  Unencrypted (only when asked): "kdf":{"name":
 * "none"},"cipher":"none","secret":"<b64 32>" and no nonce.
 * Full description: docs/format.md, "Key files".
 */

/* What a key file says without its passphrase. */
struct key_file_info {
	char name[201];
	struct public_key key;
	bool encrypted;
};

/* Create path (refusing an existing one) with the seed of a signer in memory.
 * passphrase NULL writes it unencrypted. */
int key_file_create(const char *path, const char *name,
    const struct signer *signer, const struct passphrase *passphrase,
    struct error *err);

/* Read the public part.  Refuses anything but the canonical form, KDF
 * parameters over base/limits.h, and files that others may write. */
int key_file_inspect(struct key_file_info *out, const char *path,
    struct error *err);

/* Open.  passphrase may be NULL for an unencrypted file.  A wrong passphrase
 * is ERROR_UNDECIDED.  The public key must follow from the seed.  An
 * unencrypted file that others can read is refused with `chmod 600 PATH'. */
int key_file_open(struct signer **out, const char *path,
    const struct passphrase *passphrase, struct error *err);

#endif
