/* proven.h: a new key, and that its holder has it. */
#ifndef CLI_PROVEN_H
#define CLI_PROVEN_H

#include "base/encoding.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "cli/session.h"
#include "keys/public_key.h"

/* A key under a name, and its proof of possession. */
struct proven {
	char name[LIMIT_NAME + 1];
	struct public_key key;
	char proof[BASE64_LEN(SIGNATURE_LEN) + 1];
};

/* "bob" of "keys/bob.key" or "id_ed25519.pub". */
int proven_label(char out[LIMIT_NAME + 1], const char *path, struct error *err);

/* Have the key itself prove it: given as a name or a key file, or (ssh) as a
 * public key file whose key the ssh-agent holds.  The name is the key's, if
 * none is given. */
int proven_here(struct proven *out, const char *given, const char *ssh,
    const char *name, const char *origin, struct error *err);

/* What `vouch key request' printed, for this ledger. */
int proven_request(struct proven *out, const char *path, const char *origin,
    struct error *err);

/* The members action, name, key and, if it is there, proof. */
int proven_members(struct json **out, const char *action,
    const struct proven *proven, struct error *err);

/* Who has a key in force under a name; NULL with err filled in. */
const struct principal *proven_holder(const struct session_write *session,
    const char *name, struct error *err);

#endif
