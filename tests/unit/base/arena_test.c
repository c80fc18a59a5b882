#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static struct error err;

static void
what_is_given_out_is_counted_up_to_the_ceiling(void **state)
{
	struct arena *arena;

	(void)state;
	assert_int_equal(arena_new(&arena, 64, &err), 0);
	assert_non_null(arena_take(arena, 1, 40)); /* 48, aligned */
	assert_int_equal(arena_used(arena), 48);
	assert_null(arena_take(arena, 1, 17));
	assert_true(arena_is_full(arena));
	arena_reset(arena);
	assert_false(arena_is_full(arena));
	assert_non_null(arena_take(arena, 2, 32));
	assert_null(arena_take(arena, SIZE_MAX, 2));
	arena_free(arena);
}

static void
what_is_not_counted_leaves_the_ceiling_alone(void **state)
{
	struct arena *arena;
	uint8_t *beside, *counted;

	(void)state;
	assert_int_equal(arena_new(&arena, 64, &err), 0);
	beside = arena_take_uncounted(arena, 100000);
	assert_non_null(beside);
	beside[99999] = 1;
	assert_int_equal(arena_used(arena), 0);
	counted = arena_take(arena, 1, 64);
	assert_non_null(counted);
	counted[63] = 2;
	assert_int_equal(beside[99999], 1);
	assert_false(arena_is_full(arena));
	assert_null(arena_take_uncounted(arena, SIZE_MAX - 3));
	assert_true(arena_is_full(arena));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_out_is_counted_up_to_the_ceiling),
		cmocka_unit_test(what_is_not_counted_leaves_the_ceiling_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
