#include "base/json.h"
#include "capture/profile.h"
#include "tests/unit/capture/files.h"

static struct error err;

/* The profile of a file with this text, as JSON; "" when there is none. */
static const char *
profile_of(const char *text, size_t len)
{
	static char out[8192];
	struct buffer written = buffer_new(sizeof out - 1);
	struct json *profile;
	FILE *file = fopen("data.csv", "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	if (profile_csv(&profile, "data.csv", &err) == -1)
		fail_msg("%s", err.what);
	if (profile != NULL)
		json_write(&written, profile);
	(void)snprintf(out, sizeof out, "%s", buffer_string(&written));
	json_free(profile);
	buffer_free(&written);
	return out;
}

#define EXPECT(text, json) \
	assert_string_equal(profile_of(text, sizeof text - 1), json)

static void
rows_columns_gaps_and_repeats_are_counted(void **state)
{
	(void)state;
	EXPECT("a,b\n1,2\n3,4\n", "{\"rows\":2,\"columns\":2,\"missing\":0,"
	    "\"duplicates\":0}");
	EXPECT("a,b,c\n1,,x\n,NA,x\n1,,x\n1,,x\n", "{\"rows\":4,\"columns\":3,"
	    "\"missing\":5,\"duplicates\":2,\"profile\":{"
	    "\"missing_by_column\":{\"a\":1,\"b\":4}}}");
	EXPECT("a,b\n", "{\"rows\":0,\"columns\":2,\"missing\":0,"
	    "\"duplicates\":0}");
}

static void
every_word_for_nothing_is_a_gap_unless_it_is_quoted(void **state)
{
	(void)state;
	EXPECT("a,b\nNA,N/A\nNaN,nan\nnull,NULL\nNone,\n",
	    "{\"rows\":4,\"columns\":2,\"missing\":8,\"duplicates\":0,"
	    "\"profile\":{\"missing_by_column\":{\"a\":4,\"b\":4}}}");
	EXPECT("a,b\n\"NA\",\"null\"\n\"\",x\n",
	    "{\"rows\":2,\"columns\":2,\"missing\":1,\"duplicates\":0,"
	    "\"profile\":{\"missing_by_column\":{\"a\":1}}}");
}

static void
quotes_hold_separators_newlines_and_quotes(void **state)
{
	(void)state;
	EXPECT("a,b\n\"1,5\",\"x\ny\"\n\"say \"\"so\"\"\",z\n",
	    "{\"rows\":2,\"columns\":2,\"missing\":0,\"duplicates\":0}");
	/* Two spellings of one row are one row. */
	EXPECT("a,b\n\"1\",2\n1,2\n",
	    "{\"rows\":2,\"columns\":2,\"missing\":0,\"duplicates\":1}");
	/* What is not the same cell by cell is not the same row. */
	EXPECT("a,b\n12,3\n1,23\n",
	    "{\"rows\":2,\"columns\":2,\"missing\":0,\"duplicates\":0}");
}

static void
the_separator_is_the_one_the_heading_has_most_of(void **state)
{
	(void)state;
	EXPECT("a;b;c\n1,5;2;3\n",
	    "{\"rows\":1,\"columns\":3,\"missing\":0,\"duplicates\":0}");
	EXPECT("a\tb,c\td\n1\t2\t3\n",
	    "{\"rows\":1,\"columns\":3,\"missing\":0,\"duplicates\":0}");
}

static void
other_systems_lines_and_a_missing_last_newline_are_fine(void **state)
{
	(void)state;
	EXPECT("a,b\r\n1,2\r\n\r\n3,4\r\n",
	    "{\"rows\":2,\"columns\":2,\"missing\":0,\"duplicates\":0}");
	EXPECT("a,b\n1,2",
	    "{\"rows\":1,\"columns\":2,\"missing\":0,\"duplicates\":0}");
	EXPECT("a,b\n1,",
	    "{\"rows\":1,\"columns\":2,\"missing\":1,\"duplicates\":0,"
	    "\"profile\":{\"missing_by_column\":{\"b\":1}}}");
}

static void
what_is_no_table_has_no_profile(void **state)
{
	(void)state;
	EXPECT("", "");
	EXPECT("one column\n1\n2\n", "");
	EXPECT("a,b", "");
	EXPECT("a,b\n1,2,3\n", "");
	EXPECT("a,b\n1\n", "");
	EXPECT("a,b\n1,2\n\0,3\n", "");
	EXPECT("a,\xff\n1,2\n", "");
	EXPECT("a,b\n1,\"never closed\n", "");
}

static void
columns_of_one_name_are_told_once(void **state)
{
	(void)state;
	EXPECT("a,a,\n,,\n",
	    "{\"rows\":1,\"columns\":3,\"missing\":3,\"duplicates\":0,"
	    "\"profile\":{\"missing_by_column\":{\"a\":1}}}");
}

static void
a_file_that_cannot_be_opened_is_an_error(void **state)
{
	struct json *profile;

	(void)state;
	assert_int_equal(profile_csv(&profile, "none.csv", &err), -1);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_non_null(strstr(err.what, "none.csv"));
}

static void
many_rows_are_compared(void **state)
{
	char *text = malloc(200000);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	len += (size_t)sprintf(text, "n,square\n");
	for (int i = 0; i < 10000; i++)
		len += (size_t)sprintf(text + len, "%d,%d\n", i % 9000,
		    i % 9000 % 7);
	assert_string_equal(profile_of(text, len), "{\"rows\":10000,"
	    "\"columns\":2,\"missing\":0,\"duplicates\":1000}");
	free(text);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, place_enter, place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_columns_gaps_and_repeats_are_counted),
		TEST(every_word_for_nothing_is_a_gap_unless_it_is_quoted),
		TEST(quotes_hold_separators_newlines_and_quotes),
		TEST(the_separator_is_the_one_the_heading_has_most_of),
		TEST(other_systems_lines_and_a_missing_last_newline_are_fine),
		TEST(what_is_no_table_has_no_profile),
		TEST(columns_of_one_name_are_told_once),
		TEST(a_file_that_cannot_be_opened_is_an_error),
		TEST(many_rows_are_compared),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
