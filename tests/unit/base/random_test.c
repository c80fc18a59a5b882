/* random_test.c: the system's generator fills what it is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

static void
two_draws_differ(void **state)
{
	unsigned char a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	random_fill(a, sizeof(a));
	random_fill(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

static void
every_byte_is_filled_and_none_behind(void **state)
{
	unsigned char seen[16] = { 0 }, draw[17];

	(void)state;
	for (int i = 0; i < 64; i++) {
		draw[16] = 0xEE;
		random_fill(draw, 16);
		assert_int_equal(draw[16], 0xEE);
		for (int j = 0; j < 16; j++)
			seen[j] |= draw[j];
	}
	for (int j = 0; j < 16; j++)
		assert_int_equal(seen[j], 0xFF);
	random_fill(draw, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_draws_differ),
		cmocka_unit_test(every_byte_is_filled_and_none_behind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
