/* clock_test.c: times as entries spell them and as people type them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

/* 2026-11-23T09:00:00.123Z by `date -u +%s'. */
#define NOW INT64_C(1795424400123)

static void
known_moments_have_their_spelling(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ NOW, "2026-11-23T09:00:00.123Z" },
		{ INT64_C(951782400000), "2000-02-29T00:00:00.000Z" },
		{ INT64_C(4107542399999), "2100-02-28T23:59:59.999Z" },
		{ INT64_C(4107542400000), "2100-03-01T00:00:00.000Z" },
		{ INT64_C(253402300799999), "9999-12-31T23:59:59.999Z" },
		{ INT64_C(-62135596800000), "0001-01-01T00:00:00.000Z" },
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(time_format(rows[i].ms).text, rows[i].text);
		assert_true(time_parse_exact(&ms, bytes_of_text(rows[i].text)));
		assert_int_equal(ms, rows[i].ms);
	}
}

/* What the sanitizers make slow is done in full without them. */
#ifdef VOUCH_SANITIZED
#define DAYS 17
#else
#define DAYS 1
#endif

/* Every day of 9,999 years, beside the C library's own reckoning. */
static void
every_day_agrees_with_the_c_library(void **state)
{
	int64_t day = -719162;

	(void)state;
	for (; day <= 2932896; day += DAYS) {
		int64_t ms = day * 86400000 + llabs(day) * 7919 % 86400000;
		time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
		struct time_text text = time_format(ms);
		char theirs[64];
		struct tm tm;
		int64_t back;

		gmtime_r(&seconds, &tm);
		/* %F does not pad the years before 1000. */
		strftime(theirs, sizeof(theirs), "-%m-%dT%H:%M:%S.", &tm);
		assert_memory_equal(text.text + 4, theirs, 16);
		assert_int_equal(atoi(text.text), tm.tm_year + 1900);
		assert_true(time_parse_exact(&back, bytes_of_text(text.text)));
		assert_int_equal(back, ms);
	}
}

static void
only_the_exact_spelling_is_exact(void **state)
{
	static const char *const texts[] = {
		"", "2026-11-23T09:00:00Z", "2026-11-23T09:00:00.12Z",
		"2026-11-23T09:00:00.1234Z", "2026-11-23t09:00:00.123Z",
		"2026-11-23T09:00:00.123z", "2026-11-23 09:00:00.123Z",
		"2026-11-23T09:00:00.123+", "2026-11-23T09:00:00,123Z",
		"2026-02-29T09:00:00.123Z", "2100-02-29T09:00:00.123Z",
		"2026-13-01T09:00:00.123Z", "2026-00-01T09:00:00.123Z",
		"2026-11-31T09:00:00.123Z", "2026-11-00T09:00:00.123Z",
		"2026-11-23T24:00:00.000Z", "2026-11-23T09:60:00.123Z",
		"2026-11-23T09:00:60.123Z", "0000-01-01T00:00:00.000Z",
		" 026-11-23T09:00:00.123Z", "+026-11-23T09:00:00.123Z",
		"2026-11-23T09:00:00.123Z ", "2026-11-23T 9:00:00.123Z",
	};
	int64_t ms = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (time_parse_exact(&ms, bytes_of_text(texts[i])))
			fail_msg("read `%s'", texts[i]);
	assert_false(time_parse_exact(&ms,
	    bytes_of("2026-11-23T09:00:00.1\0003Z", 24)));
	assert_int_equal(ms, 42);
}

static void
people_may_type_dates_times_and_ages(void **state)
{
	static const struct {
		const char *text, *means;
	} rows[] = {
		{ "2026-11-23", "2026-11-23T00:00:00.000Z" },
		{ "2026-11-23T09:00:00.123Z", "2026-11-23T09:00:00.123Z" },
		{ "2026-11-23T09:00:00Z", "2026-11-23T09:00:00.000Z" },
		{ "2026-11-23T09:00Z", "2026-11-23T09:00:00.000Z" },
		{ "2026-11-23 09:00z", "2026-11-23T09:00:00.000Z" },
		{ "2026-11-23t09:00:01.5Z", "2026-11-23T09:00:01.500Z" },
		{ "2026-11-23T09:00:01.123456789Z",
		  "2026-11-23T09:00:01.123Z" },
		{ "2026-11-23T09:00:00+02:00", "2026-11-23T07:00:00.000Z" },
		{ "2026-11-23T23:30:00-05:30", "2026-11-24T05:00:00.000Z" },
		{ "2024-02-29T00:00:00+00:01", "2024-02-28T23:59:00.000Z" },
		{ "7d", "2026-11-16T09:00:00.123Z" },
		{ "2w", "2026-11-09T09:00:00.123Z" },
		{ "12h", "2026-11-22T21:00:00.123Z" },
		{ "30m", "2026-11-23T08:30:00.123Z" },
		{ "10s", "2026-11-23T08:59:50.123Z" },
		{ "0d", "2026-11-23T09:00:00.123Z" },
	};
	struct error err;
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(time_parse(&ms, rows[i].text, NOW, &err), 0);
		assert_string_equal(time_format(ms).text, rows[i].means);
	}
}

static void
what_is_no_time_is_refused_with_examples(void **state)
{
	static const char *const texts[] = {
		"", "yesterday", "7", "d", "7x", "-7d", "7dd", "7 d", "1.5d",
		"999999d", "9999999999d", "99999999999999999999d",
		"2026-11", "2026-11-23T", "2026-11-23T09", "2026-11-23T09:00",
		"2026-11-23T09:00:00", "2026-11-23T09:00:00.Z",
		"2026-11-23T09:00:00+2", "2026-11-23T09:00:00+0200",
		"2026-11-23T09:00:00+24:00", "2026-11-23T09:00:00+02:60",
		"2026-11-23T09:00:00ZZ", "2026-11-23T09:00:00Z+02:00",
		"2016-12-31T23:59:60Z", "2026-02-29", "2026-11-23Z",
		"2026-11-23T25:00Z", "0000-01-01", "23.11.2026",
		"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
	};
	struct error err;
	int64_t ms = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (time_parse(&ms, texts[i], NOW, &err) == 0)
			fail_msg("read `%s'", texts[i]);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		assert_non_null(strstr(err.remedy, "2026-11-23T09:00:00Z"));
	}
	assert_int_equal(ms, 42);
	time_parse(&ms, "2016-12-31T23:59:60Z", NOW, &err);
	assert_non_null(strstr(err.what, "leap second"));
	time_parse(&ms, "2026-11-23T09:00:00", NOW, &err);
	assert_non_null(strstr(err.what, "zone"));
}

static void
the_time_zone_of_the_machine_does_not_matter(void **state)
{
	struct error err;
	int64_t ms;

	(void)state;
	assert_int_equal(setenv("TZ", "Asia/Kathmandu", 1), 0);
	tzset();
	assert_int_equal(time_parse(&ms, "2026-11-23", NOW, &err), 0);
	assert_string_equal(time_format(ms).text, "2026-11-23T00:00:00.000Z");
	unsetenv("TZ");
	tzset();
}

static void
clocks_go_forward(void **state)
{
	int64_t now = clock_now_ms(), since = clock_monotonic_ns();
	time_t seconds = time(NULL);

	(void)state;
	assert_in_range(now / 1000, seconds - 5, seconds + 5);
	assert_true(clock_monotonic_ns() >= since);
	assert_true(since > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_moments_have_their_spelling),
		cmocka_unit_test(every_day_agrees_with_the_c_library),
		cmocka_unit_test(only_the_exact_spelling_is_exact),
		cmocka_unit_test(people_may_type_dates_times_and_ages),
		cmocka_unit_test(what_is_no_time_is_refused_with_examples),
		cmocka_unit_test(the_time_zone_of_the_machine_does_not_matter),
		cmocka_unit_test(clocks_go_forward),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
