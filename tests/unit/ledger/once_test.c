#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/once.h"

struct found {
	unsigned count;
	uint64_t first, second;
};

static int
note_pair(void *cookie, uint64_t first, uint64_t second, struct error *err)
{
	struct found *found = cookie;

	(void)err;
	found->count++;
	found->first = first;
	found->second = second;
	return 0;
}

static void
fill(struct once *once, uint64_t count, uint64_t twice, uint64_t again)
{
	struct error err;

	for (uint64_t i = 0; i < count; i++) {
		uint64_t key = i == again ? twice : i;

		assert_int_equal(once_add(once, bytes_of(&key, sizeof key), i,
		    &err), 0);
	}
}

static void
once_finds_nothing_where_all_differ(void **state)
{
	struct found found = { 0 };
	struct once *once;
	struct error err;

	(void)state;
	assert_int_equal(once_new(&once, &err), 0);
	fill(once, 1000, 0, UINT64_MAX);
	assert_int_equal(once_find(once, note_pair, &found, &err), 0);
	assert_int_equal(found.count, 0);
	once_free(once);
}

static void
once_finds_a_pair_in_memory(void **state)
{
	struct found found = { 0 };
	struct once *once;
	struct error err;

	(void)state;
	assert_int_equal(once_new(&once, &err), 0);
	fill(once, 1000, 17, 800);
	assert_int_equal(once_find(once, note_pair, &found, &err), 0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.first, 17);
	assert_int_equal(found.second, 800);
	once_free(once);
}

/* More than fit in memory: three runs in a file, the rest held. */
static void
once_finds_a_pair_across_runs_in_a_file(void **state)
{
	struct found found = { 0 };
	struct once *once;
	struct error err;

	(void)state;
	assert_int_equal(once_new(&once, &err), 0);
	fill(once, 3300000, 5, 3299999);
	assert_int_equal(once_find(once, note_pair, &found, &err), 0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.first, 5);
	assert_int_equal(found.second, 3299999);
	once_free(once);
}

static int
refuse(void *cookie, uint64_t first, uint64_t second, struct error *err)
{
	(void)cookie;
	(void)first;
	(void)second;
	return error_set(err, ERROR_NO, NULL, "enough");
}

static void
once_stops_when_told_to(void **state)
{
	struct once *once;
	struct error err;

	(void)state;
	assert_int_equal(once_new(&once, &err), 0);
	fill(once, 10, 1, 2);
	assert_int_equal(once_find(once, refuse, NULL, &err), -1);
	assert_string_equal(err.what, "enough");
	once_free(once);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once_finds_nothing_where_all_differ),
		cmocka_unit_test(once_finds_a_pair_in_memory),
		cmocka_unit_test(once_finds_a_pair_across_runs_in_a_file),
		cmocka_unit_test(once_stops_when_told_to),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
