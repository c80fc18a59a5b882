/* json_check_test.c: what is refused, where, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"

static void
accepts(struct bytes text)
{
	struct json *tree = NULL;
	struct error err;

	if (json_check(text, &err) != 0)
		fail_msg("refused %.*s: %s", (int)text.len,
		    (const char *)text.data, err.what);
	/* And cJSON is of the same opinion. */
	assert_int_equal(json_parse(&tree, text, &err), 0);
	json_free(tree);
}

static void
refuses_at(struct bytes text, const char *what, const char *where)
{
	struct json *tree = NULL;
	struct error err;

	if (json_check(text, &err) == 0)
		fail_msg("accepted %.*s", (int)text.len,
		    (const char *)text.data);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	if (strstr(err.what, what) == NULL)
		fail_msg("`%s' does not say `%s'", err.what, what);
	if (where != NULL)
		assert_string_equal(err.where, where);
	assert_int_equal(json_parse(&tree, text, &err), -1);
	assert_null(tree);
}

static void
refuses(const char *text, const char *what)
{
	refuses_at(bytes_of_text(text), what, NULL);
}

static void
every_kind_of_value_is_accepted(void **state)
{
	static const char *const texts[] = { "null", "true", "false", "0",
		"-0", "1", "-1.5e-3", "\"\"", "\"x\"", "[]", "{}", "[[]]",
		" [ 1 , 2 ] ", "\t{\r\n\"a\" : { \"b\":[ ] } }\n", "[{},{}]",
		"{\"a\":1,\"b\":2,\"A\":3,\"\":4}",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0001\\uABCD\\uabcd\"",
		"\"\\uD83D\\uDE00\"", "\"\x7F\xC2\x80 Gr\xC3\xB6\xC3\x9F\"",
		"\"\xF0\x9F\x98\x80\"", "\"\xEF\xBF\xBD\"",
		"{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":1}]}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		accepts(bytes_of_text(texts[i]));
}

static void
broken_grammar_is_refused(void **state)
{
	static const char *const texts[] = { "", " ", "nul", "nulL", "truE",
		"tru", "falsy", "True", "NaN", "Infinity", "-Infinity", "+1",
		".5", "1.", "1.e5", "1e", "1e+", "1e-", "-", "--1", "0x1",
		"1 2", "1,", "[1,]", "[,1]", "[1 2]", "[", "]", "[1",
		"[1}", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
		"{,}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1",
		"{\"a\":1]", "{\"a\":1 \"b\":2}", "\"", "\"a", "\"\\",
		"\"\\\"", "'a'", "\"a\" x", "{} {}", "/**/1", "1//", "[1]]",
		"\"\\x41\"", "\"\\U0041\"", "\"\\u004\"", "\"\\u00g1\"",
		"\"\\u 041\"", "\"\\", "\"\\u", "\"\\u00", "nullx", "1a",
		"\f1", "\v1", "\xC2\xA0[1]", "1e5.5", "1.2.3", "- 1" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuses(texts[i], "");
}

static void
the_place_is_line_and_character(void **state)
{
	(void)state;
	refuses_at(bytes_of_text("{\n  \"a\": tru\n}"), "a value",
	    "line 2, column 8");
	refuses_at(bytes_of_text("[\"Größe\",x]"), "`x' stands where a value",
	    "line 1, column 10");
	refuses_at(bytes_of_text("[1,\n2,\n"), "the text ends where a value",
	    "line 3, column 1");
	refuses_at(bytes_of_text("[1] \xE2\x80\xAE"), "U+202E",
	    "line 1, column 5");
	refuses_at(bytes_of_text("[1] ö"), "`ö'", "line 1, column 5");
	refuses_at(bytes_of_text(""), "the text ends where a value",
	    "line 1, column 1");
	refuses_at(bytes_of_text("{\"a\":1,\n \"b\":2,\n \"a\":3}"),
	    "\"a\" is there twice", "line 3, column 2");
	refuses_at(bytes_of_text("{\"n\": 01}"), "needless zero",
	    "line 1, column 7");
}

static void
a_byte_order_mark_is_refused(void **state)
{
	(void)state;
	refuses_at(bytes_of_text("\xEF\xBB\xBF{}"), "byte order mark",
	    "line 1, column 1");
}

static void
bytes_after_the_value_are_refused(void **state)
{
	(void)state;
	refuses("{}x", "the end of the text");
	refuses("1 1", "the end of the text");
	refuses_at(bytes_of("{}\0", 3), "U+0000", "line 1, column 3");
}

static void
ill_formed_texts_are_refused(void **state)
{
	static const char *const bad[] = { "\x80", "\xC3", "\xC3(", "\xC0\xAF",
		"\xE0\x80\x80", "\xED\xA0\x80", "\xED\xB0\x80",
		"\xF4\x90\x80\x80", "\xFF", "\xF0\x9F\x98" };
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "\"a%s\"", bad[i]);
		refuses(text, "ill-formed UTF-8");
		snprintf(text, sizeof(text), "{\"%s\":1}", bad[i]);
		refuses(text, "ill-formed UTF-8");
		snprintf(text, sizeof(text), "\"12345678%s12345678\"", bad[i]);
		refuses(text, "ill-formed UTF-8");
	}
	refuses("[\x80]", "ill-formed UTF-8");
}

static void
half_surrogate_pairs_are_refused(void **state)
{
	static const char *const bad[] = { "\"\\uD800\"", "\"\\uDC00\"",
		"\"\\uD83D\\uD83D\"", "\"\\uDE00\\uD83D\"", "\"\\uD83Dx\"",
		"\"\\uD83D\\n\"", "\"\\uD83D\\u0041\"", "\"\\uD83D\\uDE0\"",
		"\"\\uDBFF\"", "\"\\uDFFF\"", "\"\\uD83D\\\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuses(bad[i], "surrogate");
}

static void
noncharacters_and_u_0000_are_refused(void **state)
{
	(void)state;
	refuses("\"\\u0000\"", "U+0000");
	refuses("\"\\uFFFE\"", "noncharacter");
	refuses("\"\\uFFFF\"", "noncharacter");
	refuses("\"\\uFDD0\"", "noncharacter");
	refuses("\"\\uFDEF\"", "noncharacter");
	refuses("\"\\uD83F\\uDFFE\"", "noncharacter");
	refuses("\"\xEF\xBF\xBE\"", "U+FFFE is a noncharacter");
	refuses("\"\xEF\xB7\x90\"", "U+FDD0 is a noncharacter");
	refuses("\"\xF4\x8F\xBF\xBF\"", "U+10FFFF is a noncharacter");
	accepts(bytes_of_text("\"\\uFDCF\\uFDF0\\uFFFD\\uD83F\\uDFFD\""));
}

static void
bare_controls_are_refused(void **state)
{
	char text[24] = "\"123456789012345\"";

	(void)state;
	for (int c = 0; c < 0x20; c++)
		for (size_t at = 1; at <= 15; at += 7) {
			char before = text[at];

			text[at] = (char)c;
			refuses_at(bytes_of(text, 17), "control", NULL);
			text[at] = before;
		}
	accepts(bytes_of(text, 17));
}

static void
nested(char *text, char open, char close, int depth)
{
	for (int i = 0; i < depth; i++) {
		if (open == '{') {
			memcpy(text, "{\"a\":", 5);
			text += 5;
		} else {
			*text++ = open;
		}
	}
	*text++ = '1';
	for (int i = 0; i < depth; i++)
		*text++ = close;
	*text = '\0';
}

static void
nesting_ends_at_the_limit(void **state)
{
	char *text = malloc(1000000);

	(void)state;
	assert_non_null(text);
	nested(text, '[', ']', LIMIT_JSON_DEPTH);
	accepts(bytes_of_text(text));
	nested(text, '{', '}', LIMIT_JSON_DEPTH);
	accepts(bytes_of_text(text));
	nested(text, '[', ']', LIMIT_JSON_DEPTH + 1);
	refuses_at(bytes_of_text(text), "deeper than 64", "line 1, column 65");
	nested(text, '{', '}', LIMIT_JSON_DEPTH + 1);
	refuses(text, "deeper than 64");
	nested(text, '[', ']', 400000);
	refuses(text, "deeper than 64");
	free(text);
}

static void
names_are_compared_without_their_escapes(void **state)
{
	(void)state;
	refuses("{\"a\":1,\"a\":2}", "twice");
	refuses("{\"a\":1,\"\\u0061\":2}", "twice");
	refuses("{\"\\u0061\":1,\"a\":2}", "twice");
	refuses("{\"\\u0061\":1,\"\\u0061\":2}", "twice");
	refuses("{\"\":1,\"\":2}", "twice");
	refuses("{\"a\\/b\":1,\"a/b\":2}", "twice");
	refuses("{\"\\n\":1,\"\\u000A\":2}", "twice");
	refuses("{\"\xC3\xB6\":1,\"\\u00f6\":2}", "twice");
	refuses("{\"\xF0\x9F\x98\x80\":1,\"\\uD83D\\uDE00\":2}", "twice");
	refuses("{\"x\":[{\"b\":1,\"a\":1,\"b\":2}]}", "\"b\" is there twice");
	accepts(bytes_of_text("{\"a\":1,\"A\":2,\"aa\":3,\"\\u0062\":4}"));
	accepts(bytes_of_text("{\"\\\\u0061\":1,\"a\":2}"));
	/* A letter and its mark are not the letter that has it. */
	accepts(bytes_of_text("{\"\xC3\xB6\":1,\"o\xCC\x88\":2}"));
}

/* An object of `count' members, of which two may have the same name. */
static struct buffer
big_object(int count, int twice_at, const char *twice)
{
	struct buffer text = buffer_new(100 * 1000 * 1000);

	buffer_byte(&text, '{');
	for (int i = 0; i < count; i++) {
		if (i > 0)
			buffer_text(&text, ",\n");
		if (i == twice_at)
			buffer_printf(&text, "\"%s\":{\"a\":1}", twice);
		else
			buffer_printf(&text, "\"member-%07d\":{\"a\":1}", i);
	}
	buffer_byte(&text, '}');
	return text;
}

static void
duplicates_are_found_in_objects_of_any_size(void **state)
{
	(void)state;
	for (int count = 2; count < 300; count += count < 40 ? 1 : 37) {
		struct buffer text = big_object(count, -1, "");

		accepts(buffer_bytes(&text));
		buffer_free(&text);
		for (int at = 1; at < count; at += 1 + count / 10) {
			char where[40];

			snprintf(where, sizeof(where), "line %d, column 1",
			    at + 1);
			text = big_object(count, at, "m\\u0065mber-0000000");
			refuses_at(buffer_bytes(&text), "twice", where);
			buffer_free(&text);
		}
	}
}

static void
the_first_of_several_duplicates_is_named(void **state)
{
	struct buffer text = buffer_new(10000);

	(void)state;
	buffer_text(&text, "{");
	for (int i = 0; i < 60; i++)
		buffer_printf(&text, "%s\"n%d\":0", i > 0 ? ",\n" : "",
		    i < 40 ? i : (i * 7 + 5) % 40);
	buffer_text(&text, "}");
	refuses_at(buffer_bytes(&text), "\"n5\" is there twice",
	    "line 41, column 1");
	buffer_free(&text);
}

/* Big objects are no way to keep the checker busy. */
static void
time_does_not_grow_faster_than_the_text(void **state)
{
	struct buffer small = big_object(2000, -1, "");
	struct buffer large = big_object(200000, -1, "");
	struct error err;
	int64_t start = clock_monotonic_ns(), small_ns, large_ns;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(json_check(buffer_bytes(&small), &err), 0);
	small_ns = (clock_monotonic_ns() - start) / 10 + 1;
	start = clock_monotonic_ns();
	assert_int_equal(json_check(buffer_bytes(&large), &err), 0);
	large_ns = clock_monotonic_ns() - start;
	/* A hundred times the text; quadratic would be ten thousand. */
	assert_true(large_ns / small_ns < 2500);
	buffer_free(&small);
	buffer_free(&large);
}

static void
a_message_shows_a_long_name_in_part(void **state)
{
	char text[2000], name[700];
	struct error err;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(name); i += 3)
		memcpy(name + i, "数", 4);
	snprintf(text, sizeof(text), "{\"%s\":1,\"%s\":2}", name, name);
	assert_int_equal(json_check(bytes_of_text(text), &err), -1);
	assert_true(strlen(err.what) < 200);
	assert_non_null(strstr(err.what, "数...\" is there twice"));
	assert_null(strchr(err.what, '?'));
}

/* Cut anywhere, a text is refused; and no byte behind the end is read. */
static void
a_text_cut_anywhere_is_refused(void **state)
{
	static const char whole[] = "{\"a\":[1,-2.5e+3,true,false,null,"
	    "\"x\\u00e9\\uD83D\\uDE00 \xF0\x9F\x98\x80\"],\"b\":{}}";

	(void)state;
	accepts(bytes_of_text(whole));
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char *cut = malloc(len);

		assert_true(cut != NULL || len == 0);
		if (len > 0)
			memcpy(cut, whole, len);
		refuses_at(bytes_of(cut, len), "", NULL);
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_is_accepted),
		cmocka_unit_test(broken_grammar_is_refused),
		cmocka_unit_test(the_place_is_line_and_character),
		cmocka_unit_test(a_byte_order_mark_is_refused),
		cmocka_unit_test(bytes_after_the_value_are_refused),
		cmocka_unit_test(ill_formed_texts_are_refused),
		cmocka_unit_test(half_surrogate_pairs_are_refused),
		cmocka_unit_test(noncharacters_and_u_0000_are_refused),
		cmocka_unit_test(bare_controls_are_refused),
		cmocka_unit_test(nesting_ends_at_the_limit),
		cmocka_unit_test(names_are_compared_without_their_escapes),
		cmocka_unit_test(duplicates_are_found_in_objects_of_any_size),
		cmocka_unit_test(the_first_of_several_duplicates_is_named),
		cmocka_unit_test(time_does_not_grow_faster_than_the_text),
		cmocka_unit_test(a_message_shows_a_long_name_in_part),
		cmocka_unit_test(a_text_cut_anywhere_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
