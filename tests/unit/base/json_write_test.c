/* json_write_test.c: a tree has one spelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static void
writes(const char *text, const char *expected)
{
	struct buffer out = buffer_new(10000);
	struct json *value = NULL;
	struct error err;

	assert_int_equal(json_parse(&value, bytes_of_text(text), &err), 0);
	json_write(&out, value);
	assert_string_equal(buffer_string(&out), expected);
	json_free(value);
	buffer_free(&out);
}

static void
members_keep_their_order_and_space_goes(void **state)
{
	(void)state;
	writes(" { \"b\" : [ 1 , true , null ] ,\n\"a\" : { } , \"\" : [] } ",
	    "{\"b\":[1,true,null],\"a\":{},\"\":[]}");
	writes("false", "false");
}

static void
texts_have_the_shortest_escapes(void **state)
{
	(void)state;
	writes("\"\\u0022\\u005c\\/\\u0008\\u000c\\u000a\\u000d\\u0009\"",
	    "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
	writes("\"\\u0001\\u001F\\u007f\"", "\"\\u0001\\u001f\x7F\"");
	writes("\"\\u00f6\\uD83D\\uDE00\\u2028\"",
	    "\"\xC3\xB6\xF0\x9F\x98\x80\xE2\x80\xA8\"");
	writes("{\"\\u0061\\n\":1}", "{\"a\\n\":1}");
}

static void
one_text(struct bytes text, const char *expected)
{
	struct buffer out = buffer_new(1000);
	struct error err;

	json_write_text(&out, text);
	assert_string_equal(buffer_string(&out), expected);
	assert_int_equal(json_check(buffer_bytes(&out), &err), 0);
	buffer_free(&out);
}

/* Whatever bytes arrive, what is written can be read. */
static void
what_no_text_may_hold_is_replaced(void **state)
{
	(void)state;
	one_text(bytes_of("a\0b", 3), "\"a\xEF\xBF\xBD" "b\"");
	one_text(bytes_of_text("Gr\xF6\xDF" "e"),
	    "\"Gr\xEF\xBF\xBD\xEF\xBF\xBD" "e\"");
	one_text(bytes_of_text("\xEF\xBF\xBF"), "\"\xEF\xBF\xBD\"");
	one_text(bytes_of_text("\xED\xA0\x80"),
	    "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
	one_text(bytes_of(NULL, 0), "\"\"");
}

static void
every_two_bytes_make_a_text_that_can_be_read(void **state)
{
	struct buffer out = buffer_new(1000);
	struct error err;

	(void)state;
	for (int i = 0; i < 65536; i++) {
		uint8_t pair[2] = { (uint8_t)(i >> 8), (uint8_t)i };

		buffer_clear(&out);
		json_write_text(&out, bytes_of(pair, 2));
		assert_int_equal(json_check(buffer_bytes(&out), &err), 0);
	}
	buffer_free(&out);
}

static void
people_get_two_spaces_a_level(void **state)
{
	struct buffer out = buffer_new(10000);
	struct json *value = NULL;
	struct error err;

	(void)state;
	assert_int_equal(json_parse(&value, bytes_of_text("{\"a\":[1,{\"b\":2"
	    "}],\"c\":{},\"d\":[],\"e\":\"x\"}"), &err), 0);
	json_write_pretty(&out, value);
	assert_string_equal(buffer_string(&out),
	    "{\n"
	    "  \"a\": [\n"
	    "    1,\n"
	    "    {\n"
	    "      \"b\": 2\n"
	    "    }\n"
	    "  ],\n"
	    "  \"c\": {},\n"
	    "  \"d\": [],\n"
	    "  \"e\": \"x\"\n"
	    "}");
	json_free(value);
	buffer_free(&out);
}

static void
a_full_buffer_is_remembered(void **state)
{
	struct buffer out = buffer_new(5);
	struct json *value = NULL;
	struct error err;

	(void)state;
	assert_int_equal(json_parse(&value, bytes_of_text("[1,2,3]"), &err),
	    0);
	json_write(&out, value);
	assert_int_equal(buffer_check(&out, "text", &err), -1);
	json_free(value);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_keep_their_order_and_space_goes),
		cmocka_unit_test(texts_have_the_shortest_escapes),
		cmocka_unit_test(what_no_text_may_hold_is_replaced),
		cmocka_unit_test(every_two_bytes_make_a_text_that_can_be_read),
		cmocka_unit_test(people_get_two_spaces_a_level),
		cmocka_unit_test(a_full_buffer_is_remembered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
