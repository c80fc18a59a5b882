#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash_table.h"

#define MANY 1000

static struct error err;

static uint64_t
hash_of(const struct hash_table *table, uint64_t one, uint64_t two)
{
	return hash_table_hash(table, bytes_of(&one, sizeof one),
	    bytes_of(&two, sizeof two));
}

static bool
has(const struct hash_table *table, size_t number, uint64_t hash)
{
	size_t at = hash_table_first(table, hash);

	while (at != HASH_TABLE_END && at != number)
		at = hash_table_next(table, at);
	return at == number;
}

static void
numbers_are_found_until_they_are_taken_out(void **state)
{
	struct hash_table table = hash_table_new();

	(void)state;
	assert_int_equal(hash_table_first(&table, 5), HASH_TABLE_END);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(hash_table_put(&table, i,
		    hash_of(&table, i, 7), &err), 0);
	for (size_t i = 0; i < MANY; i += 3)
		hash_table_take(&table, i);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(has(&table, i, hash_of(&table, i, 7)),
		    i % 3 != 0);
	assert_int_equal(hash_table_put(&table, 3, hash_of(&table, 0, 7),
	    &err), 0);
	assert_true(has(&table, 3, hash_of(&table, 0, 7)));
	assert_false(has(&table, 3, hash_of(&table, 3, 7)));
	hash_table_free(&table);
}

static void
several_numbers_may_be_put_under_one_hash(void **state)
{
	struct hash_table table = hash_table_new();
	bool seen[MANY] = { false };
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(hash_table_put(&table, i, i % 2, &err), 0);
	for (size_t at = hash_table_first(&table, 1); at != HASH_TABLE_END;
	     at = hash_table_next(&table, at)) {
		assert_int_equal(at % 2, 1);
		assert_false(seen[at]);
		seen[at] = true;
		count++;
	}
	assert_int_equal(count, MANY / 2);
	hash_table_free(&table);
}

static void
two_parts_are_not_taken_for_one_another(void **state)
{
	struct hash_table table = hash_table_new();

	(void)state;
	assert_int_not_equal(hash_of(&table, 1, 2), hash_of(&table, 2, 1));
	assert_int_not_equal(hash_of(&table, 1, 1), hash_of(&table, 2, 2));
	assert_int_equal(hash_of(&table, 1, 2), hash_of(&table, 1, 2));
	hash_table_free(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_found_until_they_are_taken_out),
		cmocka_unit_test(several_numbers_may_be_put_under_one_hash),
		cmocka_unit_test(two_parts_are_not_taken_for_one_another),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
