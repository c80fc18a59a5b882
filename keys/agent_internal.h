/* agent_internal.h: one question to the ssh-agent, for agent.c and its test. */
#ifndef KEYS_AGENT_INTERNAL_H
#define KEYS_AGENT_INTERNAL_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/*
 * Send a request (its length is put before it) to the agent at SSH_AUTH_SOCK
 * over a connection of its own, and append its reply, without the length.
 * All of it has to be over in patience_ms.
 */
int agent_ask(struct buffer *reply, struct bytes request, int64_t patience_ms,
    struct error *err);

#endif
