/*
 * ssh_key_fuzz.c: any bytes are refused or are a public key of OpenSSH.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/ssh_key.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "keys/public_key.h"

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
	struct bytes input = bytes_of(data, size), comment;
	struct public_key key, exact;
	struct public_key_text text;
	struct error err = { .class = 0 };
	bool is_exact = public_key_parse_exact(&exact, input, &err) == 0;

	demand(is_exact || err.class == ERROR_UNDECIDED);
	if (public_key_parse_ssh(&key, &comment, input, &err) == -1) {
		demand(err.class == ERROR_UNDECIDED && !is_exact);
		return 0;
	}
	text = public_key_ssh(key);
	demand(bytes_begin(input, text.text));
	demand(is_exact == (size == PUBLIC_KEY_SSH_LEN));
	demand(!is_exact || public_key_equal(key, exact));
	demand(comment.len == 0 || (comment.data > data &&
	    comment.data + comment.len <= data + size));
	demand(strlen(public_key_fingerprint(key).text) == FINGERPRINT_LEN);
	return 0;
}
