/* Files that people write. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "policy/yaml.h"

static struct error err;

static struct arena *
new_arena(void)
{
	struct arena *arena;

	assert_int_equal(arena_new(&arena, (size_t)64 << 20, &err), 0);
	return arena;
}

static void
check_json(const char *text, const char *json)
{
	struct arena *arena = new_arena();
	struct buffer out = buffer_new(100000);
	struct json *value;
	struct yaml *node;

	if (yaml_parse(&node, bytes_of_text(text), arena, &err) == -1)
		fail_msg("%s: %s: %s", text, err.where, err.what);
	assert_int_equal(yaml_json(&value, node, &err), 0);
	json_write(&out, value);
	assert_string_equal(buffer_string(&out), json);
	json_free(value);
	buffer_free(&out);
	arena_free(arena);
}

static void
check_refused(const char *text, const char *where, const char *what)
{
	struct arena *arena = new_arena();
	struct yaml *node;

	assert_int_equal(yaml_parse(&node, bytes_of_text(text), arena, &err),
	    -1);
	if (strstr(err.what, what) == NULL || strcmp(err.where, where) != 0)
		fail_msg("%s: %s: %s", text, err.where, err.what);
	arena_free(arena);
}

static void
scalars_are_those_of_the_core_schema(void **state)
{
	(void)state;
	check_json("[null, ~, Null, true, False, yes, on, off]",
	    "[null,null,null,true,false,\"yes\",\"on\",\"off\"]");
	check_json("[1, -7, +3, 0o17, 0x1F, 1.5, .5, -1e3, 1.e2, 1_000, 1:30]",
	    "[1,-7,3,15,31,1.5,0.5,-1000,100,\"1_000\",\"1:30\"]");
	check_json("[.inf, -.INF, .nan, '1', \"true\", 2026-11-23]",
	    "[\"Infinity\",\"-Infinity\",\"NaN\",\"1\",\"true\","
	    "\"2026-11-23\"]");
	check_json("on: deployment\n? key\n: |\n  two\n  lines\n",
	    "{\"on\":\"deployment\",\"key\":\"two\\nlines\\n\"}");
}

static void
aliases_stand_for_what_they_name(void **state)
{
	(void)state;
	check_json("a: &x {b: 1}\nc: [*x, *x]\n",
	    "{\"a\":{\"b\":1},\"c\":[{\"b\":1},{\"b\":1}]}");
	check_refused("a: *b\n", "line 1, column 4", "stands for nothing");
	check_refused("a: &a [*a]\n", "line 1, column 8", "stands for nothing");
}

static void
a_bomb_of_aliases_is_refused(void **state)
{
	struct arena *arena = new_arena();
	struct buffer text = buffer_new(10000);
	struct yaml *node;

	(void)state;
	buffer_text(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++) {
		buffer_printf(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buffer_printf(&text, "%s*a%d", k == 0 ? "" : ", ",
			    i - 1);
		buffer_text(&text, "]\n");
	}
	assert_int_equal(yaml_parse(&node, buffer_bytes(&text), arena, &err),
	    -1);
	assert_non_null(strstr(err.what, "the aliases stand for more"));
	buffer_free(&text);
	arena_free(arena);
}

static void
what_is_unclear_is_refused_with_its_place(void **state)
{
	(void)state;
	check_refused("a: 1\nb: 2\na: 3\n", "line 3, column 1", "twice");
	check_refused("a: !!str 1\n", "line 1, column 4", "tags");
	check_refused("[a]: 1\n", "line 1, column 1", "a key is to be a text");
	check_refused("a: 1\n---\nb: 2\n", "line 2, column 1", "second");
	check_refused("", "line 1, column 1", "empty");
	check_refused("a: [1, 2\n", "line 2, column 1", "this is not YAML");
	check_refused("a: \xff\n", "", "not UTF-8");
	check_refused("a: \"\\0\"\n", "line 1, column 4", "NUL");
}

static void
deep_nesting_is_refused(void **state)
{
	struct arena *arena = new_arena();
	struct buffer text = buffer_new(100000);
	struct yaml *node;

	(void)state;
	for (int i = 0; i < 2000; i++)
		buffer_byte(&text, '[');
	assert_int_equal(yaml_parse(&node, buffer_bytes(&text), arena, &err),
	    -1);
	assert_non_null(strstr(err.what, "nested too deeply"));
	buffer_free(&text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_are_those_of_the_core_schema),
		cmocka_unit_test(aliases_stand_for_what_they_name),
		cmocka_unit_test(a_bomb_of_aliases_is_refused),
		cmocka_unit_test(what_is_unclear_is_refused_with_its_place),
		cmocka_unit_test(deep_nesting_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
