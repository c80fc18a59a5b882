/* buffer_test.c: buffers grow to their ceiling and remember a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"

/* AddressSanitizer would rather stop than say that there is no memory. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void
what_is_appended_is_there(void **state)
{
	struct buffer buffer = buffer_new(1000);
	struct error err;

	(void)state;
	buffer_text(&buffer, "one ");
	buffer_byte(&buffer, '2');
	buffer_append(&buffer, bytes_of(" three", 6));
	buffer_printf(&buffer, " %d %s", 4, "five");
	assert_string_equal(buffer_string(&buffer), "one 2 three 4 five");
	assert_int_equal(buffer_bytes(&buffer).len, 18);
	assert_int_equal(buffer_check(&buffer, "text", &err), 0);
	buffer_free(&buffer);
}

static void
an_empty_buffer_is_an_empty_string(void **state)
{
	struct buffer buffer = buffer_new(10);
	struct error err;

	(void)state;
	assert_string_equal(buffer_string(&buffer), "");
	buffer_append(&buffer, bytes_of(NULL, 0));
	buffer_text(&buffer, "");
	buffer_printf(&buffer, "%s", "");
	assert_string_equal(buffer_string(&buffer), "");
	assert_int_equal(buffer.len, 0);
	assert_int_equal(buffer_check(&buffer, "text", &err), 0);
	buffer_free(&buffer);
	buffer_free(NULL);
	buffer_wipe(NULL);
}

static void
every_length_up_to_the_ceiling_fits_and_ends_with_a_nul(void **state)
{
	struct error err;

	(void)state;
	for (size_t ceiling = 0; ceiling < 200; ceiling++) {
		struct buffer buffer = buffer_new(ceiling);

		for (size_t i = 0; i < ceiling; i++) {
			buffer_byte(&buffer, (uint8_t)('a' + i % 26));
			assert_int_equal(buffer.len, i + 1);
			assert_int_equal(buffer.data[i + 1], 0);
		}
		assert_int_equal(buffer_check(&buffer, "x", &err), 0);
		for (size_t i = 0; i < ceiling; i++)
			assert_int_equal(buffer.data[i], 'a' + i % 26);
		buffer_byte(&buffer, 'z');
		assert_int_equal(buffer.len, ceiling);
		assert_int_equal(buffer_check(&buffer, "x", &err), -1);
		buffer_free(&buffer);
	}
}

static void
over_the_ceiling_is_refused_once_and_for_all(void **state)
{
	struct buffer buffer = buffer_new(4);
	struct error err;

	(void)state;
	buffer_text(&buffer, "abc");
	buffer_text(&buffer, "de");
	buffer_text(&buffer, "f");
	assert_string_equal(buffer_string(&buffer), "abc");
	assert_int_equal(buffer_check(&buffer, "entry", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_string_equal(err.what,
	    "the entry is larger than the 4 bytes allowed");
	buffer_clear(&buffer);
	buffer_text(&buffer, "f");
	assert_int_equal(buffer_check(&buffer, "entry", &err), 0);
	assert_string_equal(buffer_string(&buffer), "f");
	buffer_free(&buffer);
}

static void
no_memory_is_the_systems_failure(void **state)
{
	struct buffer buffer = buffer_new(SIZE_MAX);
	struct error err;

	(void)state;
	assert_null(buffer_room(&buffer, SIZE_MAX / 4));
	buffer_text(&buffer, "late");
	assert_int_equal(buffer_check(&buffer, "entry", &err), -1);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_int_equal(buffer.len, 0);
	buffer_free(&buffer);
}

static void
room_is_where_the_next_bytes_go(void **state)
{
	struct buffer buffer = buffer_new(1000);
	uint8_t *room;

	(void)state;
	buffer_text(&buffer, "ab");
	room = buffer_room(&buffer, 500);
	assert_non_null(room);
	memset(room, 'x', 500);
	buffer_added(&buffer, 3);
	assert_string_equal(buffer_string(&buffer), "abxxx");
	assert_null(buffer_room(&buffer, 996));
	buffer_free(&buffer);
}

static void
a_wiped_buffer_is_empty_and_may_be_used_again(void **state)
{
	struct buffer buffer = buffer_new(100);

	(void)state;
	buffer_text(&buffer, "secret");
	buffer_wipe(&buffer);
	assert_int_equal(buffer.len, 0);
	assert_null(buffer.data);
	buffer_text(&buffer, "again");
	assert_string_equal(buffer_string(&buffer), "again");
	buffer_free(&buffer);
}

static void
a_long_printf_is_whole(void **state)
{
	struct buffer buffer = buffer_new(10000);
	char text[3001];

	(void)state;
	memset(text, 'y', 3000);
	text[3000] = '\0';
	buffer_printf(&buffer, "<%s>", text);
	assert_int_equal(buffer.len, 3002);
	assert_int_equal(buffer.data[3001], '>');
	buffer_free(&buffer);
}

static void
spans_are_compared_by_content(void **state)
{
	struct bytes a = bytes_of_text("abc"), none = bytes_of(NULL, 0);

	(void)state;
	assert_true(bytes_equal(a, bytes_of("abcd", 3)));
	assert_false(bytes_equal(a, bytes_of("abcd", 4)));
	assert_false(bytes_equal(a, bytes_of("abd", 3)));
	assert_true(bytes_equal(none, bytes_of_text("")));
	assert_true(bytes_begin(a, "ab"));
	assert_true(bytes_begin(a, ""));
	assert_true(bytes_begin(none, ""));
	assert_false(bytes_begin(a, "abcd"));
	assert_false(bytes_begin(a, "b"));
	assert_true(bytes_equal(bytes_after(a, 1), bytes_of_text("bc")));
	assert_int_equal(bytes_after(a, 3).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_appended_is_there),
		cmocka_unit_test(an_empty_buffer_is_an_empty_string),
		cmocka_unit_test(
		    every_length_up_to_the_ceiling_fits_and_ends_with_a_nul),
		cmocka_unit_test(over_the_ceiling_is_refused_once_and_for_all),
		cmocka_unit_test(no_memory_is_the_systems_failure),
		cmocka_unit_test(room_is_where_the_next_bytes_go),
		cmocka_unit_test(a_wiped_buffer_is_empty_and_may_be_used_again),
		cmocka_unit_test(a_long_printf_is_whole),
		cmocka_unit_test(spans_are_compared_by_content),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
