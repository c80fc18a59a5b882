#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/keyed_hash.h"

/* The first of the 128-bit vectors of SipHash's reference implementation:
 * key 00 … 0f, no input; then the input 00. */
static void
keyed_hash_gives_the_vectors_of_siphash(void **state)
{
	static const uint8_t none[16] = { 0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25,
		0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93 };
	static const uint8_t one[16] = { 0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99,
		0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45 };
	struct hash_key key;
	struct keyed_hash hash;
	uint8_t zero = 0;

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		key.byte[i] = i;
	hash = keyed_hash(&key, bytes_of(NULL, 0));
	assert_memory_equal(&hash, none, 16);
	hash = keyed_hash(&key, bytes_of(&zero, 1));
	assert_memory_equal(&hash, one, 16);
}

static void
keys_are_not_the_same_twice(void **state)
{
	struct hash_key one = hash_key_new(), two = hash_key_new();

	(void)state;
	assert_memory_not_equal(one.byte, two.byte, sizeof one.byte);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keyed_hash_gives_the_vectors_of_siphash),
		cmocka_unit_test(keys_are_not_the_same_twice),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
