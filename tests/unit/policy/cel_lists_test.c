/* Lists, sets and sorting in expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/cel.h"

static void
check(const char *const cases[][2], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buffer out = buffer_new(100000);
		struct cel_program *program;
		struct cel_value value;
		struct arena *arena;
		struct error err;

		if (cel_parse(&program, bytes_of_text(cases[i][0]), NULL,
		    &err) == -1)
			fail_msg("%s: %s", cases[i][0], err.what);
		assert_int_equal(arena_new(&arena, (size_t)8 << 20, &err), 0);
		value = cel_evaluate(program, NULL, arena, NULL);
		if (value.type == CEL_ERROR) {
			buffer_text(&out, "error: ");
			buffer_append(&out, value.text);
		} else {
			cel_write(&out, &value);
		}
		if (strcmp(buffer_string(&out), cases[i][1]) != 0)
			fail_msg("%s: %s, not %s", cases[i][0],
			    buffer_string(&out), cases[i][1]);
		cel_program_free(program);
		arena_free(arena);
		buffer_free(&out);
	}
}
#define CHECK(cases) check(cases, sizeof cases / sizeof cases[0])

static void
lists_are_cut_turned_and_flattened(void **state)
{
	static const char *const cases[][2] = {
		{ "[1, 2, 2, 1.0, 'a', 'a'].distinct()", "[1, 2, \"a\"]" },
		{ "[[1, [2]], 3].flatten()", "[1, [2], 3]" },
		{ "[[1, [2, [3]]], 4].flatten(2)", "[1, 2, [3], 4]" },
		{ "[[1]].flatten(-1)",
		    "error: the depth of flatten is negative" },
		{ "lists.range(4)", "[0, 1, 2, 3]" },
		{ "lists.range(0)", "[]" },
		{ "lists.range(-1)", "error: the range is negative" },
		{ "lists.range(100001)", "error: the range is too long" },
		{ "[1, 2, 3, 4].slice(1, 3)", "[2, 3]" },
		{ "[1, 2].slice(1, 1)", "[]" },
		{ "[1, 2].slice(1, 3)", "error: a slice beyond the list" },
		{ "[1, 2].slice(2, 1)", "error: a slice beyond the list" },
		{ "[1, 2, 3].reverse()", "[3, 2, 1]" },
		{ "[1, 2].first().value() + [1, 2].last().value()", "3" },
		{ "[].first().hasValue()", "false" },
	};

	(void)state;
	CHECK(cases);
}

static void
what_has_an_order_is_sorted(void **state)
{
	static const char *const cases[][2] = {
		{ "[3, 1, 2, 1].sort()", "[1, 1, 2, 3]" },
		{ "['b', 'a', 'ä'].sort()", "[\"a\", \"b\", \"ä\"]" },
		{ "[true, false].sort()", "[false, true]" },
		{ "[].sort()", "[]" },
		{ "[1, 'a'].sort()",
		    "error: what is sorted is of several types" },
		{ "[[1], [0]].sort()", "error: a list cannot be sorted" },
		/* Equal keys stay as they were. */
		{ "[{'n': 'b', 'k': 1}, {'n': 'a', 'k': 1}, {'n': 'c', 'k': 0}]"
		  ".sortBy(x, x.k).map(x, x.n)",
		    "[\"c\", \"b\", \"a\"]" },
		{ "lists.range(100).sortBy(x, -x).slice(0, 3)", "[99, 98, 97]" },
		{ "{'a': 1}.sortBy(x, x)", "error: a map cannot be sorted" },
	};

	(void)state;
	CHECK(cases);
}

static void
sets_know_only_their_members(void **state)
{
	static const char *const cases[][2] = {
		{ "sets.contains([1, 2, 3], [3, 1, 1.0])", "true" },
		{ "sets.contains([1], [2])", "false" },
		{ "sets.contains([], [])", "true" },
		{ "sets.equivalent([1, 2], [2, 1, 2])", "true" },
		{ "sets.equivalent([1, 2], [2])", "false" },
		{ "sets.intersects([1, 2], [2, 3])", "true" },
		{ "sets.intersects([1], [])", "false" },
		{ "sets.intersects(1, [])", "error: a set of a int" },
	};

	(void)state;
	CHECK(cases);
}

static void
what_is_not_needed_is_not_evaluated(void **state)
{
	static const char *const cases[][2] = {
		{ "optional.of(1).orValue(1 / 0)", "1" },
		{ "optional.of(1).or(optional.of(1 / 0)).value()", "1" },
		{ "optional.none().orValue(2)", "2" },
	};

	(void)state;
	CHECK(cases);
}

static void
a_long_chain_is_refused_before_it_is_walked(void **state)
{
	struct buffer text = buffer_new(1 << 20);
	struct cel_program *program;
	struct error err;

	(void)state;
	buffer_text(&text, "1");
	for (int i = 0; i < 100000; i++)
		buffer_text(&text, "+1");
	assert_int_equal(cel_parse(&program, buffer_bytes(&text), NULL, &err),
	    -1);
	assert_non_null(strstr(err.what, "nested too deeply"));
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_cut_turned_and_flattened),
		cmocka_unit_test(what_has_an_order_is_sorted),
		cmocka_unit_test(sets_know_only_their_members),
		cmocka_unit_test(what_is_not_needed_is_not_evaluated),
		cmocka_unit_test(a_long_chain_is_refused_before_it_is_walked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
