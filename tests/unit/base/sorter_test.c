/* sorter_test.c: items in order, whether they fit into memory or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/sorter.h"

struct item {
	uint64_t key;
	uint64_t number;
};

static struct error err;

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* As many items come back as went in, in order, twice. */
static void
sorts(size_t held, uint64_t count, uint64_t keys)
{
	struct sorter *sorter;
	const void *next;

	assert_int_equal(sorter_new(&sorter, sizeof(struct item), held,
	    compare, &err), 0);
	for (uint64_t i = 0; i < count; i++) {
		struct item item = { i * UINT64_C(2654435761) % keys, i };

		assert_int_equal(sorter_add(sorter, &item, &err), 0);
	}
	for (int turn = 0; turn < 2; turn++) {
		struct item last = { 0, 0 };
		uint64_t sum = 0, taken = 0;

		assert_int_equal(sorter_begin(sorter, &err), 0);
		assert_int_equal(sorter_next(sorter, &next, &err), 0);
		while (next != NULL) {
			const struct item item = *(const struct item *)next;

			assert_true(taken == 0 || compare(&last, &item) < 0);
			assert_int_equal(item.key,
			    item.number * UINT64_C(2654435761) % keys);
			last = item;
			sum += item.number;
			taken++;
			assert_int_equal(sorter_next(sorter, &next, &err), 0);
		}
		assert_int_equal(taken, count);
		assert_int_equal(sum, count == 0 ? 0 : count * (count - 1) / 2);
	}
	sorter_free(sorter);
}

static void
what_fits_is_sorted_in_memory(void **state)
{
	(void)state;
	sorts(100, 0, 7);
	sorts(100, 1, 7);
	sorts(100, 100, 7);
}

static void
what_does_not_is_sorted_in_a_file(void **state)
{
	(void)state;
	sorts(100, 101, 7);
	sorts(100, 200, 1000003);
	sorts(100, 199, 1);
	sorts(64, 100000, 1000003);
	sorts(1000, 100001, 13);
}

static void
nothing_is_freed_without_harm(void **state)
{
	(void)state;
	sorter_free(NULL);
}

static void
without_a_place_for_files_it_says_so(void **state)
{
	struct sorter *sorter;
	struct item item = { 0, 0 };
	struct rlimit limit, few;

	(void)state;
	assert_int_equal(sorter_new(&sorter, sizeof item, 64, compare, &err),
	    0);
	for (int i = 0; i < 64; i++)
		assert_int_equal(sorter_add(sorter, &item, &err), 0);
	/* No descriptor may be had any more. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	few = limit;
	few.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(sorter_add(sorter, &item, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_non_null(strstr(err.what, "temporary file"));
	sorter_free(sorter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_sorted_in_memory),
		cmocka_unit_test(what_does_not_is_sorted_in_a_file),
		cmocka_unit_test(nothing_is_freed_without_harm),
		cmocka_unit_test(without_a_place_for_files_it_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
