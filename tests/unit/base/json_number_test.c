/* json_number_test.c: numbers come back with their digits or are refused. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/random.h"

/* What a literal is written as, or NULL when it is refused. */
static const char *
written(const char *literal)
{
	static char text[400];
	struct buffer out = buffer_new(sizeof(text) - 1);
	struct json *value = NULL;
	struct error err;

	if (json_parse(&value, bytes_of_text(literal), &err) != 0) {
		assert_string_equal(err.where, "line 1, column 1");
		return NULL;
	}
	assert_int_equal(json_type(value), JSON_NUMBER);
	json_write(&out, value);
	strcpy(text, buffer_string(&out));
	buffer_free(&out);
	json_free(value);
	return text;
}

static void
refuses(const char *literal, const char *what, const char *remedy)
{
	struct error err;

	if (json_check(bytes_of_text(literal), &err) == 0)
		fail_msg("accepted %s", literal);
	if (strstr(err.what, what) == NULL)
		fail_msg("%s: `%s' does not say `%s'", literal, err.what, what);
	if (strstr(err.remedy, remedy) == NULL)
		fail_msg("%s: `%s' does not say `%s'", literal, err.remedy,
		    remedy);
}

static void
numbers_have_one_spelling(void **state)
{
	static const struct {
		const char *read, *written;
	} rows[] = {
		{ "0", "0" }, { "-0", "0" }, { "0.0", "0" }, { "-0.0e5", "0" },
		{ "0e99999999999", "0" }, { "1", "1" }, { "-1", "-1" },
		{ "1.0", "1" }, { "1e3", "1000" }, { "1E+3", "1000" },
		{ "100e-2", "1" }, { "0.1", "0.1" }, { "1.50", "1.5" },
		{ "1e-7", "1e-07" }, { "0.0001", "0.0001" },
		{ "12345.678", "12345.678" },
		{ "9007199254740992", "9007199254740992" },
		{ "-9007199254740992", "-9007199254740992" },
		{ "9007199254740992.0", "9007199254740992" },
		{ "9007199254740991e0", "9007199254740991" },
		{ "1e15", "1000000000000000" }, { "1e16", "1e+16" },
		{ "1e20", "1e+20" }, { "1e300", "1e+300" },
		{ "9007199254740994.0", "9007199254740994.0" },
		{ "18014398509481984e0", "18014398509481984.0" },
		{ "0.6931471805599453", "0.6931471805599453" },
		{ "0.30000000000000004", "0.30000000000000004" },
		{ "2.2250738585072014e-308", "2.2250738585072014e-308" },
		{ "1.7976931348623157e308", "1.7976931348623157e+308" },
		{ "5e-324", "4.94065645841247e-324" },
		{ "1.00000000000000000000000000", "1" },
		{ "100000000000000000000.0", "1e+20" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char once[400];

		if (written(rows[i].read) == NULL)
			fail_msg("refused %s", rows[i].read);
		strcpy(once, written(rows[i].read));
		assert_string_equal(once, rows[i].written);
		assert_string_equal(written(once), once);
	}
}

static void
integers_beyond_two_to_the_53_are_refused(void **state)
{
	static const char *const literals[] = { "9007199254740993",
		"-9007199254740993", "9007199254740994", "9999999999999999",
		"10000000000000000", "18446744073709551616",
		"100000000000000000000000000000",
		"9007199254740992000000000000000000000000000000000000000" };

	(void)state;
	for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++)
		refuses(literals[i], "beyond 2^53", "write it as a string");
}

static void
digits_that_would_be_lost_are_refused(void **state)
{
	(void)state;
	refuses("0.123456789012345678", "more than 17", "round it");
	refuses("1.000000000000000000001", "more than 17", "round it");
	refuses("1.00000000000000000000010000", "more than 17", "round it");
	refuses("12345678901234567890.5", "more than 17", "round it");
	/* 17 digits that are not those of the nearest double. */
	refuses("0.30000000000000003", "would not give back", "round it");
	refuses("0.90000000000000001", "would not give back", "round it");
	refuses("9007199254740993.0", "would not give back", "round it");
	refuses("9007199254740993e0", "would not give back", "round it");
	/* Nearly nothing is left of these. */
	refuses("1.2345e-322", "would not give back", "round it");
	refuses("0.1000000000000000000000000000000000000000000000000000000000"
	    "0", "60 characters", "exponent");
	refuses("0.00000000000000000000000000000000000000000000000000000000001"
	    "0", "60 characters", "exponent");
}

static void
overflow_and_underflow_are_refused(void **state)
{
	(void)state;
	refuses("1e309", "too large", "");
	refuses("-1.8e308", "too large", "");
	refuses("1e999999999999999999999", "too large", "");
	refuses("1e-324", "too small", "");
	refuses("-1e-9999999999999999999", "too small", "");
}

/* Every double printed with 17 digits, as with the shortest, comes back. */
static void
any_double_survives_its_own_spelling(void **state)
{
	char text[64];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		double number, back;
		uint64_t bits;

		random_fill(&bits, sizeof(bits));
		/* Half of them of the size of measurements. */
		if (i % 2 == 0)
			bits = (bits & ~(UINT64_C(0x7FF) << 52)) |
			    (1023 - 40 + bits % 80) << 52;
		memcpy(&number, &bits, sizeof(number));
		if (!isfinite(number))
			continue;
		snprintf(text, sizeof(text), "%.17g", number);
		if (strpbrk(text, ".e") == NULL)
			strcat(text, ".0");
		if (written(text) == NULL)
			fail_msg("refused %s", text);
		back = strtod(written(text), NULL);
		assert_memory_equal(&back, &number, sizeof(back));
		strcpy(text, written(text));
		assert_string_equal(written(text), text);
	}
}

/* The spelling by printf, which the writer mostly does without. */
static void
shortest_printed(char text[64], double number)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, 64, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			return;
	}
}

static void
the_spelling_is_the_shortest_that_reads_back(void **state)
{
	struct buffer out = buffer_new(100);
	char expected[64];

	(void)state;
	for (int i = 0; i < 60000; i++) {
		double number;
		uint64_t bits;

		random_fill(&bits, sizeof(bits));
		/* Of every size there is; decimals; beside powers of two and
		 * of ten. */
		if (i % 4 == 0)
			number = ldexp((double)(bits >> 11), (int)(bits % 200)
			    - 150);
		else if (i % 4 == 1)
			number = (double)(bits % 1000000) / 1000 + 0.0005;
		else
			number = nextafter(i % 4 == 2 ?
			    ldexp(1, (int)(bits % 120) - 60) :
			    pow(10, (int)(bits % 30) - 10),
			    (bits >> 32) % 2 ? 0 : 1e300);
		if ((bits >> 33) % 2)
			number = -number;
		if (number == floor(number))
			continue;
		shortest_printed(expected, number);
		buffer_clear(&out);
		json_write_number(&out, number);
		assert_string_equal(buffer_string(&out), expected);
	}
	buffer_free(&out);
}

/* Decimals of 16 and 17 digits, judged beside printf. */
static void
the_judgement_is_that_of_printing(void **state)
{
	int refused = 0;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		char literal[64], printed[64];
		uint64_t digits, place;
		int count = 16 + i % 2;
		bool survives;

		random_fill(&digits, sizeof(digits));
		random_fill(&place, sizeof(place));
		digits = count == 16 ?
		    1000000000000000 + digits % 9000000000000000 :
		    10000000000000000 + digits % 90000000000000000;
		digits -= digits % 10 == 0 ? 1 : 0;
		snprintf(literal, sizeof(literal), "%lu.%lue%d",
		    (unsigned long)(digits / 1000),
		    (unsigned long)(digits % 1000 + 1000),
		    (int)(place % 40) - 30);
		/* The point was only to make room for three fixed digits. */
		memmove(strchr(literal, '.') + 1, strchr(literal, '.') + 2,
		    strlen(strchr(literal, '.') + 1));
		snprintf(printed, sizeof(printed), "%.*e", count - 1,
		    strtod(literal, NULL));
		memmove(printed + 1, printed + 2, strlen(printed + 1));
		survives = strtoull(printed, NULL, 10) == digits;
		if (survives != (written(literal) != NULL))
			fail_msg("%s, printed %s", literal, printed);
		refused += survives ? 0 : 1;
	}
	assert_true(refused > 1000);
}

static void
the_locale_does_not_matter(void **state)
{
	static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8",
		"fr_FR.UTF-8", "cs_CZ.UTF-8", "C.UTF-8" };

	(void)state;
	/* Whichever of them the machine has. */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		setlocale(LC_ALL, names[i]);
		assert_string_equal(written("0.5"), "0.5");
		assert_string_equal(written("0.30000000000000004"),
		    "0.30000000000000004");
		assert_string_equal(written("1.5e300"), "1.5e+300");
	}
	setlocale(LC_ALL, "C");
}

static void
what_is_not_finite_is_a_word(void **state)
{
	struct buffer out = buffer_new(100);

	(void)state;
	json_write_number(&out, NAN);
	json_write_number(&out, INFINITY);
	json_write_number(&out, -INFINITY);
	assert_string_equal(buffer_string(&out),
	    "\"NaN\"\"Infinity\"\"-Infinity\"");
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_one_spelling),
		cmocka_unit_test(integers_beyond_two_to_the_53_are_refused),
		cmocka_unit_test(digits_that_would_be_lost_are_refused),
		cmocka_unit_test(overflow_and_underflow_are_refused),
		cmocka_unit_test(any_double_survives_its_own_spelling),
		cmocka_unit_test(the_spelling_is_the_shortest_that_reads_back),
		cmocka_unit_test(the_judgement_is_that_of_printing),
		cmocka_unit_test(the_locale_does_not_matter),
		cmocka_unit_test(what_is_not_finite_is_a_word),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
