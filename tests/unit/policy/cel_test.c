/* cel_test.c: what expressions give, beside the conformance suite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "policy/cel.h"

static struct error err;

/* What an expression gives, as cel_write spells it. */
static const char *
given(const char *source, const struct cel_limits *limits, size_t ceiling)
{
	static char out[4000];
	static const char *const names[] = { "x", "items", "a.b", NULL };
	struct cel_options options = { .names = names };
	struct buffer text = buffer_new(sizeof out - 1);
	struct cel_program *program;
	struct cel_value variables[3], list[3], value;
	struct arena *arena;

	assert_int_equal(arena_new(&arena, ceiling, &err), 0);
	if (cel_parse(&program, bytes_of_text(source), &options, &err) == -1) {
		(void)snprintf(out, sizeof out, "%s: %s", err.where, err.what);
		arena_free(arena);
		return out;
	}
	for (int i = 0; i < 3; i++)
		list[i] = cel_int(i + 1);
	variables[0] = cel_int(5);
	variables[1] = cel_list(arena, list, 3);
	variables[2] = cel_string(bytes_of_text("dotted"));
	value = cel_evaluate(program, variables, arena, limits);
	cel_write(&text, &value);
	(void)snprintf(out, sizeof out, "%s", buffer_string(&text));
	buffer_free(&text);
	cel_program_free(program);
	arena_free(arena);
	return out;
}

struct expectation {
	const char *source;
	const char *value;
};

static void
expect_all(const struct expectation *expected)
{
	for (; expected->source != NULL; expected++) {
		const char *value =
		    given(expected->source, NULL, (size_t)1 << 24);

		if (strcmp(value, expected->value) != 0)
			fail_msg("%s: %s, not %s", expected->source, value,
			    expected->value);
	}
}

static void
values_are_spelt_for_people(void **state)
{
	static const struct expectation expected[] = {
		{ "null", "null" },
		{ "1u", "1u" },
		{ "2.0", "2.0" },
		{ "0.0 / 0.0", "NaN" },
		{ "-1.0 / 0.0", "-Infinity" },
		{ "b'a\\xff\"'", "b\"a\\xff\\x22\"" },
		{ "'say \"so\"'", "\"say \\\"so\\\"\"" },
		{ "[1, 'a', [true]]", "[1, \"a\", [true]]" },
		{ "{'a': 1, 2: 3u}", "{\"a\": 1, 2: 3u}" },
		{ "type(1.5)", "double" },
		{ "[type(null), type([]), type({}), type(type(1))]",
		    "[null_type, list, map, type]" },
		{ "optional.none()", "optional.none()" },
		{ "optional.of(1)", "optional.of(1)" },
		{ "timestamp('2026-11-23T09:00:00.25Z')",
		    "2026-11-23T09:00:00.25Z" },
		{ "duration('90.5s')", "90.5s" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
names_are_variables_types_or_errors(void **state)
{
	static const struct expectation expected[] = {
		{ "x", "5" },
		{ ".x", "5" },
		{ "a.b", "\"dotted\"" },
		{ "items.map(x, x * 2)", "[2, 4, 6]" },
		{ "items.all(x, .x == 5)", "true" },
		{ "nothing || true", "true" },
		{ "nothing", "error: there is no variable 'nothing'" },
		{ "items.nothing()", "error: there is no function 'nothing'" },
		{ "size()", "error: 'size' has another number of arguments" },
		{ "x.y", "error: a int has no members" },
		{ "{'y': 1}.z", "error: there is no key 'z'" },
		{ "{1: 2}[3]", "error: there is no such key" },
		{ "items[3]", "error: index out of range" },
		{ "items['a']", "error: a string cannot be an index" },
		{ "has(x.y)", "error: a int has no members" },
		{ "x ? 1 : 2", "error: what stands before a '?' is not a bool" },
		{ "x && true", "error: && and || take true and false" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
arithmetic_stays_within_its_types(void **state)
{
	static const struct expectation expected[] = {
		{ "9223372036854775807 + 1", "error: the result is out of range" },
		{ "-9223372036854775808 - 1", "error: the result is out of range" },
		{ "-9223372036854775808 / -1",
		    "error: the result is out of range" },
		{ "-(-9223372036854775807 - 1)",
		    "error: the result is out of range" },
		{ "4611686018427387904 * 2", "error: the result is out of range" },
		{ "0u - 1u", "error: the result is out of range" },
		{ "18446744073709551615u + 1u",
		    "error: the result is out of range" },
		{ "7 % 0", "error: modulus by zero" },
		{ "7u / 0u", "error: division by zero" },
		{ "1 + 1u", "error: + is not for a int and a uint" },
		{ "!1", "error: ! is not for a int" },
		{ "-'a'", "error: - is not for a string" },
		{ "'a' * 2", "error: * is not for a string and a int" },
		{ "1 < 'a'", "error: < is not for a int and a string" },
		{ "1 in 2", "error: in is not for a int and a int" },
		{ "1 < 1.5 && 2u > 1 && 1.0 <= 1u", "true" },
		{ "b'a' + b'b' == b'ab'", "true" },
		{ "[1] + [2.0] == [1u, 2]", "true" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
conversions_take_what_they_can(void **state)
{
	static const struct expectation expected[] = {
		{ "[bool('true'), bool('F'), bool(true)]",
		    "[true, false, true]" },
		{ "bool('yes')", "error: 'yes' is no bool" },
		{ "[int('-7'), int(7u), int(7.9), int(timestamp(7))]",
		    "[-7, 7, 7, 7]" },
		{ "int('7x')", "error: '7x' is no int" },
		{ "int(1e30)", "error: the number is out of range" },
		{ "int([])", "error: a list cannot become a int" },
		{ "[uint('7'), uint(7), uint(7.9)]", "[7u, 7u, 7u]" },
		{ "uint(-1)", "error: the number is out of range" },
		{ "uint('-1')", "error: '-1' is no uint" },
		{ "uint(-1.5)", "error: the number is out of range" },
		{ "uint(null)", "error: a null_type cannot become a uint" },
		{ "[double('1.5'), double(2), double(3u)]", "[1.5, 2.0, 3.0]" },
		{ "double('1x')", "error: '1x' is no double" },
		{ "double(null)", "error: a null_type cannot become a double" },
		{ "[string(1), string(2u), string(1.0), string(true), string(b'a')]",
		    "[\"1\", \"2\", \"1\", \"true\", \"a\"]" },
		{ "string(b'\\xff')", "error: the bytes are not UTF-8" },
		{ "string([])", "error: a list cannot become a string" },
		{ "string(timestamp('2026-02-28T23:59:59.120Z'))",
		    "\"2026-02-28T23:59:59.12Z\"" },
		{ "string(duration('-90.5s'))", "\"-90.5s\"" },
		{ "bytes('a')", "b\"a\"" },
		{ "bytes(1)", "error: a int cannot become a bytes" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
times_are_counted_in_nanoseconds(void **state)
{
	static const struct expectation expected[] = {
		{ "timestamp('2026-11-23T09:00:00+01:30') =="
		  " timestamp('2026-11-23T07:30:00Z')",
		    "true" },
		{ "duration('1h30m2.5s') == duration('5402500ms')", "true" },
		{ "duration('1us') + duration('1ns') == duration('1001ns')",
		    "true" },
		{ "timestamp('2026-03-01T00:00:00Z') - duration('1s') =="
		  " timestamp('2026-02-28T23:59:59Z')",
		    "true" },
		{ "timestamp('2026-03-01T00:00:00Z').getDayOfYear()", "59" },
		{ "timestamp('2026-11-23T00:00:00Z').getDayOfWeek()", "1" },
		{ "timestamp('2026-11-23T00:00:00Z').getMonth()", "10" },
		{ "timestamp('2026-11-23T00:00:00Z').getDate('-01:00')", "22" },
		{ "timestamp('0001-01-01T00:00:00Z').getDate('-01:00')", "31" },
		{ "string(-0.0) + string(0.0)", "\"-00\"" },
		{ "duration('3661s').getHours()", "1" },
		{ "duration('3661s').getMinutes()", "61" },
		{ "duration('1.5s').getMilliseconds()", "500" },
		{ "duration('1s').getDate()",
		    "error: a duration has no such part" },
		{ "timestamp('2026-02-29T00:00:00Z')",
		    "error: '2026-02-29T00:00:00Z' is no timestamp (RFC 3339)" },
		{ "timestamp('9999-12-31T23:59:59Z') + duration('1s')",
		    "error: the timestamp is out of range" },
		{ "duration('1')",
		    "error: '1' is no duration, such as 1h30m" },
		{ "duration('400000000000s')",
		    "error: the duration is out of range" },
		{ "timestamp('2026-11-23T00:00:00Z').getHours('Nowhere/At')",
		    "error: 'Nowhere/At' is no time zone" },
		{ "timestamp(null)",
		    "error: a null_type cannot become a timestamp" },
		{ "duration([])", "error: a list cannot become a duration" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
optionals_carry_what_may_be_missing(void **state)
{
	static const struct expectation expected[] = {
		{ "{'a': 1}.?a.orValue(0) + {}.?a.orValue(7)", "8" },
		{ "[?optional.of(1), ?optional.none(), 2]", "[1, 2]" },
		{ "{?'a': optional.of(1), ?'b': optional.none()}",
		    "{\"a\": 1}" },
		{ "[?1]", "error: what follows a '?' is no optional" },
		{ "{?'a': 1}", "error: what follows a '?' is no optional" },
		{ "[1][?5]", "optional.none()" },
		{ "optional.none().value()",
		    "error: the optional has no value" },
		{ "(1).value()", "error: a int is no optional" },
		{ "(1).hasValue()", "error: a int is no optional" },
		{ "optional.none().or(2)", "error: a int is no optional" },
		{ "optional.of(1).or(optional.of(1 / 0)).value()", "1" },
		{ "optional.of(1).orValue(1 / 0)", "1" },
		{ "optional.none().orValue(1 / 0)",
		    "error: division by zero" },
		{ "(1).orValue(2)", "error: a int is no optional" },
		{ "(1).optMap(x, x)", "error: a int is no optional" },
		{ "[null, false, 0, 0u, 0.0, '', b'', [], {},"
		  " duration('0s')].map(v,"
		  " optional.ofNonZeroValue(v).hasValue())",
		    "[false, false, false, false, false, false, false, false, "
		    "false, false]" },
		{ "optional.ofNonZeroValue(type(1)).hasValue()", "true" },
		{ "optional.of(1) == optional.of(1.0)", "true" },
		{ "optional.none() == optional.of(1)", "false" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
strings_are_of_code_points(void **state)
{
	static const struct expectation expected[] = {
		{ "'αβγ'.reverse()", "\"γβα\"" },
		{ "'a-b-c'.split('-')", "[\"a\", \"b\", \"c\"]" },
		{ "'αβ'.split('')", "[\"α\", \"β\"]" },
		{ "'a-b-c'.split('-', 2)", "[\"a\", \"b-c\"]" },
		{ "'abc'.split('-', 0)", "[]" },
		{ "['a', 'b'].join('-')", "\"a-b\"" },
		{ "['a', 1].join()",
		    "error: a int stands where a string is wanted" },
		{ "'a'.join()", "error: a string stands where a list is wanted" },
		{ "['a'].join(1)",
		    "error: a int stands where a string is wanted" },
		{ "'aXbX'.replace('X', '--')", "\"a--b--\"" },
		{ "'aXbX'.replace('X', '', 1)", "\"abX\"" },
		{ "'ab'.replace('', '-')", "\"-a-b-\"" },
		{ "'hello'.substring(1, 3)", "\"el\"" },
		{ "'hello'.substring(3, 1)",
		    "error: the end is before the start" },
		{ "'hello'.lastIndexOf('l', 2)", "2" },
		{ "'hello'.indexOf('h', 9)",
		    "error: the position is past the end" },
		{ "'hello'.indexOf('', -1)",
		    "error: the position is past the end" },
		{ "'\\u2003a\\u3000'.trim()", "\"a\"" },
		{ "'abc'.charAt(3)", "\"\"" },
		{ "size('αβ') + size(b'ab') + size([1]) + size({1: 2})", "6" },
		{ "size(1)", "error: a int has no size" },
		{ "'abc'.contains('') && 'abc'.startsWith('a')", "true" },
		{ "'abc'.contains(1)",
		    "error: this is asked of a string, not a int" },
		{ "'%s %d %.2f %x %b'.format([[1, {'k': null}], 7u, 1, 'az', true])",
		    "\"[1, {k: null}] 7 1.00 617a 1\"" },
		{ "'%s'.format([optional.none()])",
		    "error: %s does not format a optional_type" },
		{ "'%'.format([])", "error: a '%' without a verb" },
		{ "'%.x'.format([1])", "error: a '%' without a verb" },
		{ "'%x %X %o'.format([-255, 255u, -8])", "\"-ff FF -10\"" },
		{ "base64.encode(b'hi') + string(base64.decode('aGk'))",
		    "\"aGk=hi\"" },
		{ "base64.decode('a')", "error: this is not base64" },
		{ "base64.encode('a')",
		    "error: a string stands where bytes are wanted" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
patterns_are_those_of_re2_and_limited(void **state)
{
	static const struct expectation expected[] = {
		{ "'grey'.matches('^gr[ae]y$')", "true" },
		{ "matches('grey', 'x')", "false" },
		{ "'a'.matches('(')",
		    "error: the pattern is wrong at character 2" },
		{ "'aa'.matches('(a)\\\\1')",
		    "error: the pattern uses what RE2 does not have" },
		{ "'a'.matches('(?=a)')",
		    "error: the pattern uses what RE2 does not have" },
		{ "'a'.matches(1)", "error: matches is of two strings" },
		{ "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'"
		  ".matches('^(a+)+$')",
		    "error: the pattern takes too much work" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
patterns_mean_what_they_mean_to_re2(void **state)
{
	static const struct expectation expected[] = {
		{ "'a\\n'.matches('a$')", "false" },
		{ "'a\\nb'.matches('(?m)a$')", "true" },
		{ "'\\v'.matches(r'\\s|[\\s]')", "false" },
		{ "'\\v'.matches(r'^\\S[\\S]?$')", "true" },
		{ "'\\n'.matches(r'\\v')", "false" },
		{ "'\\v'.matches(r'^\\v$') && '\\v'.matches(r'[\\v]')", "true" },
		{ "'a{,2}'.matches('^a{,2}$') && 'a{'.matches('a{')", "true" },
		{ "'a.b)'.matches(r'^\\Qa.b)\\E$')", "true" },
		{ "'é'.matches(r'^\\x{e9}\\pL?[[:alpha:]]?$')", "true" },
		{ "']-'.matches('^[]a][^]a]$')", "true" },
		{ "'AB'.matches('(?i)^(?P<x>a)(?:b)$')", "true" },
		{ NULL, NULL },
	};
	static const char *const beyond[] = { "a++", "a*+", "a?+", "a**",
		"a{2}{3}", "a{1001}", "\\Z", "\\h", "\\N", "\\e", "\\1",
		"\\x0", "\\p{Xan}", "[\\b]", "(?x)a", "(?#c)a", "(?P=n)",
		"(?1)", "(?-1)", "(?=a)", "(?<=a)", "(?>a)", "(*UTF)", "(?^a)" };

	(void)state;
	expect_all(expected);
	for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
		char source[100];

		snprintf(source, sizeof source, "'a'.matches(r'%s')", beyond[i]);
		if (strcmp(given(source, NULL, (size_t)1 << 20),
			"error: the pattern uses what RE2 does not have") != 0)
			fail_msg("%s is not refused", source);
	}
}

static void
mathematics_goes_across_numbers(void **state)
{
	static const struct expectation expected[] = {
		{ "[math.greatest(1, 2u, 1.5), math.least([3, 2.5])]",
		    "[2u, 2.5]" },
		{ "math.least([])",
		    "error: an empty list has no such number" },
		{ "math.greatest('a')", "error: a string is no number for this" },
		{ "[math.ceil(1.2), math.floor(-1.2), math.round(2.5),"
		  " math.trunc(-1.7)]",
		    "[2.0, -2.0, 3.0, -1.0]" },
		{ "math.ceil(1)", "error: a int is no number for this" },
		{ "[math.abs(-3), math.abs(-1.5), math.sign(-2.0),"
		  " math.sign(3u), math.sign(-7)]",
		    "[3, 1.5, -1.0, 1u, -1]" },
		{ "math.abs(-9223372036854775808)",
		    "error: the result is out of range" },
		{ "[math.sqrt(16), math.sqrt(4u), math.sqrt(2.25)]",
		    "[4.0, 2.0, 1.5]" },
		{ "[math.bitAnd(6, 3), math.bitOr(6u, 1u), math.bitXor(6, 3),"
		  " math.bitNot(0)]",
		    "[2, 7u, 5, -1]" },
		{ "[math.bitShiftLeft(1, 70), math.bitShiftRight(-1, 63)]",
		    "[0, 1]" },
		{ "math.bitShiftLeft(1, -1)",
		    "error: a shift by less than nothing" },
		{ "math.bitAnd(1, 1u)", "error: a uint is no number for this" },
		{ "math.bitNot(1.0)", "error: a double is no number for this" },
		{ "[math.isNaN(0.0 / 0.0), math.isInf(1.0), math.isFinite(1.0)]",
		    "[true, false, true]" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
macros_go_over_lists_and_maps(void **state)
{
	static const struct expectation expected[] = {
		{ "items.filter(i, i > 1).map(i, i > 2, i * 10)", "[30]" },
		{ "items.transformList(i, v, i + v)", "[1, 3, 5]" },
		{ "items.transformMap(i, v, v > 1, v * v)", "{1: 4, 2: 9}" },
		{ "items.transformMapEntry(i, v, {string(v): i})",
		    "{\"1\": 0, \"2\": 1, \"3\": 2}" },
		{ "items.transformMapEntry(i, v, {})",
		    "error: an entry is a map of one" },
		{ "items.exists_one(i, i == 2)", "true" },
		{ "items.exists_one(i, 1)", "error: a condition is not a bool" },
		{ "items.filter(i, 1)", "error: a condition is not a bool" },
		{ "items.all(i, 1)", "error: a condition is not a bool" },
		{ "x.all(i, true)", "error: a int cannot be gone over" },
		{ "{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])", "true" },
		{ "cel.bind(y, x + 1, y * y)", "36" },
		{ "cel.bind(y, 1 / 0, y > 1)", "error: division by zero" },
		{ "cel.bind(y, 1 / 0, true)", "true" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
what_is_no_expression_is_refused_with_its_place(void **state)
{
	static const struct expectation expected[] = {
		{ "", "line 1, column 1: the expression ends too early" },
		{ "1 +", "line 1, column 4: the expression ends too early" },
		{ "1\n  @", "line 2, column 3: a character that means nothing "
			    "here" },
		{ "(1", "line 1, column 3: ')' is expected" },
		{ "1 2", "line 1, column 3: nothing is expected here" },
		{ "if", "line 1, column 1: 'if' is a reserved word" },
		{ "x.in", "line 1, column 3: a name is expected" },
		{ "'abc", "line 1, column 1: a string that does not end" },
		{ "'\\q'", "line 1, column 4: an escape that there is not" },
		{ "'\\ud800'", "line 1, column 8: an escape that there is not" },
		{ "9223372036854775808",
		    "line 1, column 1: a number that is too large" },
		{ "99999999999999999999u",
		    "line 1, column 1: a number that is too large" },
		{ "has(x)", "line 1, column 1: has() is asked of a member, as in "
			    "has(x.y)" },
		{ "items.map(1, 2)", "line 1, column 11: a macro's variable is to "
				     "be a simple name" },
		{ "items.all(i, 1, 2, 3)", "line 1, column 7: this macro has "
					   "another number of arguments" },
		{ "items.transformMap(i, 1)",
		    "line 1, column 23: this macro has two variables" },
		{ "cel.bind(1, 2, 3)", "line 1, column 10: the variable of "
				       "cel.bind is to be a simple name" },
		{ "size(1,)", "line 1, column 8: an argument is expected" },
		{ ".1x", "line 1, column 3: nothing is expected here" },
		{ "x.``", "line 1, column 3: an empty name" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

static void
maps_have_no_two_equal_keys(void **state)
{
	static const struct expectation expected[] = {
		{ "{1: 1, 1u: 2}", "error: two keys of a map are equal" },
		{ "{1.5: 1}", "error: a double cannot be a key" },
		{ "{1:1,2:2,3:3,4:4,5:5,6:6,7:7,8:8,9:9,10:10}[9.0]", "9" },
		{ "{1:1,2:2,3:3,4:4,5:5,6:6,7:7,8:8,9:9,9u:10}",
		    "error: two keys of a map are equal" },
		{ "{'a':1,'b':2,'c':3,'d':4,'e':5,'f':6,'g':7,'h':8,true:9}"
		  "[true]",
		    "9" },
		{ "{1: [1]} == {1.0: [1u]}",
		    "error: a double cannot be a key" },
		{ "{1: [1]} == {1u: [1.0]}", "true" },
		{ NULL, NULL },
	};

	(void)state;
	expect_all(expected);
}

/* A text many times over. */
static char *
repeated(const char *front, const char *text, size_t count, const char *back)
{
	size_t len = strlen(text);
	char *out =
	    memory_new(1, strlen(front) + len * count + strlen(back) + 1);
	char *at = stpcpy(out, front);

	for (size_t i = 0; i < count; i++)
		at = stpcpy(at, text);
	(void)stpcpy(at, back);
	return out;
}

static void
ceilings_end_what_grows(void **state)
{
	const struct cel_limits few = { .steps = 50 };
	char *deep = repeated("", "(", 5000, "1");
	char *minus = repeated("", "-", 5000, "1");
	const char *doubling =
	    "cel.bind(a, 'aaaaaaaaaaaaaaaa', cel.bind(b, a+a+a+a+a+a+a+a,"
	    " cel.bind(c, b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c,"
	    " cel.bind(e, d+d+d+d+d+d+d+d, size(e+e+e+e+e+e+e+e))))))";

	(void)state;
	assert_string_equal(given("items.map(a, items.map(b, items.map(c, a)))",
				&few, (size_t)1 << 20),
	    "error: the expression takes too many steps");
	assert_string_equal(given(doubling, NULL, (size_t)1 << 16),
	    "error: the expression takes too much memory");
	assert_non_null(strstr(given(deep, NULL, (size_t)1 << 20),
	    "nested too deeply"));
	assert_non_null(strstr(given(minus, NULL, (size_t)1 << 20),
	    "nested too deeply"));
	memory_free(deep);
	memory_free(minus);
}

/* Nodes, items and characters: what is computed when an expression is read
 * costs what it would cost when it is evaluated. */
static void
steps_are_counted_alike_however_it_is_evaluated(void **state)
{
	static const struct {
		const char *source;
		uint64_t steps;
	} counted[] = {
		{ "x", 1 },
		{ "x + 1 < 7", 5 },
		{ "x in [1, 2, 3]", 9 },
		{ "[[1, 2], [3]].size()", 7 },
		{ "timestamp('2026-01-01T00:00:00Z') > timestamp(0)", 5 },
		{ "[duration('1s'), duration('2s')] == []", 7 },
		{ "'abcd'.matches('ab')", 104 },
		{ "items.exists(i, i == 2)", 11 },
	};
	const char *const over = "error: the expression takes too many steps";

	(void)state;
	for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
		struct cel_limits limits = { .steps = counted[i].steps };

		assert_string_equal(given(counted[i].source, &limits, 100000),
		    over);
		limits.steps++;
		assert_string_not_equal(
		    given(counted[i].source, &limits, 100000), over);
	}
}

static void
many_patterns_match_as_few_do(void **state)
{
	char *all = repeated("", "'ab'.matches('^a') && ", 150,
	    "'ab'.matches('b$') && !'ab'.matches('^b')");
	char *wrong = repeated("", "'ab'.matches('^a') && ", 150,
	    "'ab'.matches('(')");

	(void)state;
	assert_string_equal(given(all, NULL, (size_t)1 << 20), "true");
	assert_string_equal(given(wrong, NULL, (size_t)1 << 20),
	    "error: the pattern is wrong at character 2");
	memory_free(all);
	memory_free(wrong);
}

static void
a_strict_parse_finds_what_there_is_not(void **state)
{
	const struct cel_options options = { .strict = true };
	struct cel_program *program;

	(void)state;
	assert_int_equal(cel_parse(&program, bytes_of_text("true || nothing"),
			     &options, &err),
	    -1);
	assert_string_equal(err.what, "there is no variable 'nothing'");
	assert_string_equal(err.where, "line 1, column 9");
}

struct found {
	char text[400];
};

static void
take_comparison(void *cookie, const struct cel_comparison *comparison)
{
	static const char *const orders[] = { [CEL_LESS] = "<",
		[CEL_LESS_EQUAL] = "<=",
		[CEL_GREATER] = ">",
		[CEL_GREATER_EQUAL] = ">=" };
	struct found *found = cookie;
	size_t len = strlen(found->text);

	(void)snprintf(found->text + len, sizeof found->text - len,
	    "%.*s %s %.*s%s%s%s; ", (int)comparison->left.text.len,
	    (const char *)comparison->left.text.data, orders[comparison->order],
	    (int)comparison->right.text.len,
	    (const char *)comparison->right.text.data,
	    comparison->in_all ? " in all" : "",
	    comparison->in_exists ? " in exists" : "",
	    comparison->in_others ? " in others" : "");
}

static void
orderings_are_found_with_the_macros_around_them(void **state)
{
	static const struct {
		const char *source;
		const char *found;
	} rows[] = {
		{ "1 >= a && b < 2.5", "1 >= a; b < 2.5; " },
		{ "a == b || a != b", "" },
		{ "l.all(x, x > a)", "x > a in all; " },
		{ "l.exists(x, l.filter(y, y <= x).size() >= 2)",
		    "l.filter(y, y <= x).size() >= 2 in exists; "
		    "y <= x in exists in others; " },
		{ "l.map(x, x < 1)[0]", "x < 1 in others; " },
		{ "(a < b ? 1 : 2) > 1", "(a < b ? 1 : 2) > 1; a < b; " },
	};
	static const char *const names[] = { "a", "b", "l", NULL };
	const struct cel_options options = { .names = names };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cel_program *program;
		struct found found = { "" };

		assert_int_equal(cel_parse(&program,
				     bytes_of_text(rows[i].source), &options,
				     &err),
		    0);
		cel_comparisons(program, take_comparison, &found);
		assert_string_equal(found.text, rows[i].found);
		cel_program_free(program);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_spelt_for_people),
		cmocka_unit_test(
		    orderings_are_found_with_the_macros_around_them),
		cmocka_unit_test(names_are_variables_types_or_errors),
		cmocka_unit_test(arithmetic_stays_within_its_types),
		cmocka_unit_test(conversions_take_what_they_can),
		cmocka_unit_test(times_are_counted_in_nanoseconds),
		cmocka_unit_test(optionals_carry_what_may_be_missing),
		cmocka_unit_test(strings_are_of_code_points),
		cmocka_unit_test(patterns_are_those_of_re2_and_limited),
		cmocka_unit_test(patterns_mean_what_they_mean_to_re2),
		cmocka_unit_test(mathematics_goes_across_numbers),
		cmocka_unit_test(macros_go_over_lists_and_maps),
		cmocka_unit_test(
		    what_is_no_expression_is_refused_with_its_place),
		cmocka_unit_test(maps_have_no_two_equal_keys),
		cmocka_unit_test(ceilings_end_what_grows),
		cmocka_unit_test(
		    steps_are_counted_alike_however_it_is_evaluated),
		cmocka_unit_test(many_patterns_match_as_few_do),
		cmocka_unit_test(a_strict_parse_finds_what_there_is_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
