/* memory_test.c: memory is zeroed, grown by doubling, refused when absurd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

/* AddressSanitizer would rather stop than say that there is no memory. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void
new_memory_is_zeroed(void **state)
{
	unsigned char *memory = memory_new(100, 3);

	(void)state;
	assert_non_null(memory);
	for (int i = 0; i < 300; i++)
		assert_int_equal(memory[i], 0);
	memory_free(memory);
	memory_free(NULL);
}

static void
nothing_is_no_failure(void **state)
{
	void *memory = memory_new(0, 8);

	(void)state;
	assert_non_null(memory);
	memory_free(memory);
}

static void
a_product_that_overflows_is_refused(void **state)
{
	size_t capacity = 0;

	(void)state;
	assert_null(memory_new(SIZE_MAX / 2, 3));
	assert_null(memory_grow(NULL, &capacity, SIZE_MAX / 2, 3));
	assert_int_equal(capacity, 0);
}

static void
an_array_grows_and_keeps_its_content(void **state)
{
	size_t capacity = 0, changes = 0;
	int *array = NULL;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		size_t before = capacity;
		int *grown = memory_grow(array, &capacity, i + 1,
		    sizeof(*array));

		assert_non_null(grown);
		array = grown;
		assert_true(capacity > i);
		changes += capacity != before ? 1 : 0;
		array[i] = (int)i;
	}
	/* Doubling, not crawling. */
	assert_in_range(changes, 1, 20);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(array[i], i);
	memory_free(array);
}

static void
a_failed_growth_keeps_the_old_array(void **state)
{
	size_t capacity = 0;
	char *array = memory_grow(NULL, &capacity, 4, 1);
	size_t before = capacity;

	(void)state;
	assert_non_null(array);
	memcpy(array, "abc", 4);
	assert_null(memory_grow(array, &capacity, SIZE_MAX / 2, 4));
	assert_int_equal(capacity, before);
	assert_string_equal(array, "abc");
	memory_free(array);
}

static void
texts_are_copied_with_a_nul(void **state)
{
	char *one = memory_text("one"), *two;

	(void)state;
	two = memory_text_of(bytes_of("two and more", 3));
	assert_string_equal(one, "one");
	assert_string_equal(two, "two");
	memory_free(one);
	memory_free(two);
	one = memory_text_of(bytes_of(NULL, 0));
	assert_string_equal(one, "");
	memory_free(one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_memory_is_zeroed),
		cmocka_unit_test(nothing_is_no_failure),
		cmocka_unit_test(a_product_that_overflows_is_refused),
		cmocka_unit_test(an_array_grows_and_keeps_its_content),
		cmocka_unit_test(a_failed_growth_keeps_the_old_array),
		cmocka_unit_test(texts_are_copied_with_a_nul),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
