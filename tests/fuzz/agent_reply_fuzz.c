/*
 * agent_reply_fuzz.c: any reply of an agent is refused or understood.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/agent_reply.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "keys/agent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The key of RFC 8032's first test, which the corpus lists. */
	static const struct public_key key = { {
		0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7,
		0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
		0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25,
		0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
	} };
	struct bytes reply = bytes_of(data, size);
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];
	struct signature signature;
	bool found = false;
	struct error err;

	public_key_wire(wire, key);
	if (agent_parse_identities(&found, key, reply, &err) == -1)
		demand(err.class == ERROR_SYSTEM && !found);
	else if (found)
		demand(memmem(data, size, wire, sizeof wire) != NULL);
	if (agent_parse_signature(&signature, reply, &err) == -1)
		demand(err.class == ERROR_SYSTEM);
	else
		demand(size == 88 && memcmp(data + 24, signature.byte,
		    SIGNATURE_LEN) == 0);
	return 0;
}
