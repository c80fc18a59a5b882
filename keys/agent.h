/* agent.h: signing with a key that an ssh-agent holds. */
#ifndef KEYS_AGENT_H
#define KEYS_AGENT_H

#include <stdbool.h>

#include "base/error.h"
#include "keys/public_key.h"
#include "keys/signer.h"

/*
 * A signer whose private key is in the agent at SSH_AUTH_SOCK (draft-ietf-
 * sshm-ssh-agent: SSH_AGENTC_REQUEST_IDENTITIES, SSH_AGENTC_SIGN_REQUEST with
 * flags 0).  Refused with a clear remedy when there is no agent ("eval
 * $(ssh-agent)") or it does not hold the key ("ssh-add PATH").  Replies are
 * bounded by LIMIT_AGENT_MESSAGE and every length in them is checked; reads
 * have a time limit of two minutes, for agents that ask a person.
 */
int agent_signer(struct signer **out, struct public_key key, struct error *err);

/* Whether an agent is there and holds the key; never an error. */
bool agent_holds(struct public_key key);

/* Parse replies: for the fuzzer and tests.  Whether an identities answer
 * lists the key; the signature in a sign response. */
int agent_parse_identities(bool *found, struct public_key key,
    struct bytes reply, struct error *err);
int agent_parse_signature(struct signature *out, struct bytes reply,
    struct error *err);

#endif
