/* witness_key.h: the key that somebody cosigns with, who is no part of a ledger. */
#ifndef CLI_WITNESS_KEY_H
#define CLI_WITNESS_KEY_H

#include "base/error.h"
#include "cli/command.h"
#include "keys/note.h"
#include "keys/signer.h"

/*
 * The verifier key of a witness (NOTE_COSIGNATURE): --key, else VOUCH_KEY, else
 * the only key in HOME/keys.  `name' is the witness's, NULL for the key's own
 * (a .pub file, whose key an ssh-agent holds, has none).  With signer NULL no
 * passphrase is asked for.
 */
int witness_key(struct note_key *out, struct signer **signer,
    const struct context *context, const char *name, struct error *err);

#endif
