/* error_test.c: what a person reads when something failed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void
an_error_says_what_and_what_to_do(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set(&err, ERROR_NO, "run `vouch init'",
	    "no ledger in %s", "here"), -1);
	assert_int_equal(err.class, ERROR_NO);
	assert_string_equal(err.what, "no ledger in here");
	assert_string_equal(err.remedy, "run `vouch init'");
	assert_string_equal(err.where, "");
}

static void
a_remedy_may_be_missing(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_UNDECIDED, NULL, "no");
	assert_string_equal(err.remedy, "");
}

static void
places_are_added_from_the_inside_out(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_NO, NULL, "bad");
	assert_int_equal(error_within(&err, "line %d, column %d", 3, 9), -1);
	assert_string_equal(err.where, "line 3, column 9");
	error_within(&err, "payload");
	error_within(&err, "entry %d", 41);
	assert_string_equal(err.where, "entry 41: payload: line 3, column 9");
}

static void
a_new_error_forgets_the_old_place(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_NO, "one", "one");
	error_within(&err, "here");
	error_set(&err, ERROR_SYSTEM, NULL, "two");
	assert_string_equal(err.where, "");
	assert_string_equal(err.remedy, "");
}

static void
a_message_stays_one_harmless_line(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_NO, "a\033[1m", "name `%s'",
	    "x\n\033[31my\x80z\xE2\x80\xAE!");
	assert_string_equal(err.what, "name `x?\?[31my?z?\?\?!'");
	assert_string_equal(err.remedy, "a?[1m");
	error_within(&err, "file %s", "\r\x1b]0;t\x07");
	assert_string_equal(err.where, "file ?\?]0;t?");
}

static void
letters_of_any_language_are_kept(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_NO, NULL, "`%s' fehlt", "Größe-数据");
	assert_string_equal(err.what, "`Größe-数据' fehlt");
}

static void
a_message_that_is_too_long_ends_with_an_ellipsis(void **state)
{
	char name[2001];
	struct error err;
	size_t len;

	(void)state;
	/* Two-byte characters: one of them straddles every ceiling or none. */
	for (int shift = 0; shift < 2; shift++) {
		for (size_t i = 0; i + 1 < sizeof(name); i += 2)
			memcpy(name + i, "\xC3\xA9", 2);
		name[sizeof(name) - 1] = '\0';
		error_set(&err, ERROR_NO, name, "%s%s", shift ? "x" : "", name);
		error_within(&err, "%s%s", shift ? "x" : "", name);
		len = strlen(err.what);
		assert_in_range(len, ERROR_WHAT_MAX - 3, ERROR_WHAT_MAX - 1);
		assert_string_equal(err.what + len - 3, "...");
		assert_null(strchr(err.what, '?'));
		assert_in_range(strlen(err.where), ERROR_WHERE_MAX - 3,
		    ERROR_WHERE_MAX - 1);
		assert_null(strchr(err.where, '?'));
		assert_null(strchr(err.remedy, '?'));
	}
	error_set(&err, ERROR_NO, NULL, "no");
	error_within(&err, "%.300s", name);
	error_within(&err, "%.300s", name);
	len = strlen(err.where);
	assert_in_range(len, ERROR_WHERE_MAX - 3, ERROR_WHERE_MAX - 1);
	assert_string_equal(err.where + len - 3, "...");
}

static void
an_error_may_quote_itself(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_NO, "wait", "inner");
	error_set(&err, ERROR_UNDECIDED, err.remedy, "outer (%s)", err.what);
	assert_string_equal(err.what, "outer (inner)");
}

static void
the_system_is_quoted_with_a_remedy(void **state)
{
	static const struct {
		int number;
		const char *remedy;
	} rows[] = {
		{ ENOSPC, "free some space on that disk" },
		{ EACCES, "permission" },
		{ EPERM, "permission" },
		{ EROFS, "may be written" },
		{ ENOENT, "spelling" },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		errno = rows[i].number;
		assert_int_equal(error_errno(&err, "cannot write %s", "f"), -1);
		assert_int_equal(err.class, ERROR_SYSTEM);
		assert_memory_equal(err.what, "cannot write f: ", 16);
		assert_string_equal(err.what + 16, strerror(rows[i].number));
		assert_non_null(strstr(err.remedy, rows[i].remedy));
	}
	errno = ERANGE;
	error_errno(&err, "no");
	assert_string_equal(err.remedy, "");
}

static void
exhausted_memory_is_the_systems_failure(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_memory(&err), -1);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_non_null(strstr(err.what, "memory"));
	assert_string_not_equal(err.remedy, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_says_what_and_what_to_do),
		cmocka_unit_test(a_remedy_may_be_missing),
		cmocka_unit_test(places_are_added_from_the_inside_out),
		cmocka_unit_test(a_new_error_forgets_the_old_place),
		cmocka_unit_test(a_message_stays_one_harmless_line),
		cmocka_unit_test(letters_of_any_language_are_kept),
		cmocka_unit_test(
		    a_message_that_is_too_long_ends_with_an_ellipsis),
		cmocka_unit_test(an_error_may_quote_itself),
		cmocka_unit_test(the_system_is_quoted_with_a_remedy),
		cmocka_unit_test(exhausted_memory_is_the_systems_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
