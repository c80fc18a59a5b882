/* events_test.c: what a run says about itself is kept, within bounds. */
#include <math.h>

#include "base/limits.h"
#include "capture/events.h"
#include "tests/unit/capture/files.h"

/* What was handed over to be kept. */
struct kept {
	unsigned count;
	struct buffer last;
	bool refuse;
};

static int
keep(void *cookie, struct bytes content, struct digest digest,
    struct error *err)
{
	struct kept *kept = cookie;

	if (kept->refuse)
		return error_set(err, ERROR_SYSTEM, NULL, "disk full");
	assert_true(digest_equal(digest, digest_of(content)));
	kept->count++;
	buffer_clear(&kept->last);
	buffer_append(&kept->last, content);
	return 0;
}

static struct events *
events_begin(void)
{
	struct events *events;
	struct error err;

	expect_fine(events_new(&events, &err), &err);
	return events;
}

static void
say(struct events *events, const char *line)
{
	events_line(events, bytes_of_text(line));
}

/* Write, and end; *kept may be NULL when nothing is to be kept. */
static struct json *
written(struct events *events, struct kept *kept)
{
	struct kept none = { .last = buffer_new(0) };
	struct json *members = json_new_object();
	struct error err;

	expect_fine(events_write(events, members, keep,
	    kept == NULL ? &none : kept, &err), &err);
	assert_int_equal(none.count, 0);
	events_free(events);
	return members;
}

static void
expect_written(struct events *events, const char *expected)
{
	struct buffer text = buffer_new(1 << 20);
	struct json *members = written(events, NULL);

	json_write(&text, members);
	assert_string_equal(buffer_string(&text), expected);
	json_free(members);
	buffer_free(&text);
}

static void
expect_line_refused(const char *line, const char *reason)
{
	struct events *events = events_begin();

	say(events, line);
	assert_int_equal(events_line_count(events), 1);
	assert_int_equal(events_refused_count(events), 1);
	assert_non_null(events_first_refusal(events));
	if (strstr(events_first_refusal(events), reason) == NULL ||
	    strncmp(events_first_refusal(events), "line 1: ", 8) != 0)
		fail_msg("%s: \"%s\" is not \"%s\"", line,
		    events_first_refusal(events), reason);
	expect_written(events, "{\"events\":{\"lines\":1,\"refused\":1}}");
}

/* ---- what is said ---- */

static void
everything_that_may_be_said_is_kept(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"param\":{\"lr\":0.1,\"bias\":true,\"opt\":\"adam\"}}");
	say(events, "{\"metric\":{\"auc\":0.91,\"n\":40},\"step\":10}");
	say(events, " {\"seed\":{\"python\":7,\"numpy\":\"abc\"}}\r");
	say(events, "{\"tag\":{\"team\":\"risk\"},\"note\":\"first\","
	    "\"time\":\"2026-11-23T09:00:00Z\"}");
	say(events, "{\"note\":\"second\"}");
	say(events, "{\"input\":\"data.csv\"}");
	say(events, "{\"input\":\"data.csv\"}");
	say(events, "{\"output\":\"model.bin\",\"input\":\"b\"}");
	assert_int_equal(events_line_count(events), 8);
	assert_int_equal(events_refused_count(events), 0);
	assert_null(events_first_refusal(events));
	assert_int_equal(events_input_count(events), 2);
	assert_string_equal(events_input(events, 0), "data.csv");
	assert_string_equal(events_input(events, 1), "b");
	assert_int_equal(events_output_count(events), 1);
	assert_string_equal(events_output(events, 0), "model.bin");
	expect_written(events, "{\"parameters\":{\"lr\":0.1,\"bias\":true,"
	    "\"opt\":\"adam\"},\"metrics\":{\"auc\":0.91,\"n\":40},"
	    "\"seeds\":{\"python\":7,\"numpy\":\"abc\"},"
	    "\"tags\":{\"team\":\"risk\"},\"note\":\"first\\nsecond\","
	    "\"events\":{\"lines\":8}}");
}

static void
a_run_that_says_nothing_has_no_members(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "");
	say(events, " \t\r\n");
	expect_written(events, "{}");
	events_free(NULL);
}

static void
the_last_value_is_the_metric(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"metric\":{\"loss\":3},\"step\":1}");
	say(events, "{\"metric\":{\"loss\":1},\"step\":2.5}");
	say(events, "{\"metric\":{\"loss\":2},\"step\":-4}");
	expect_written(events, "{\"metrics\":{\"loss\":2},\"series\":{"
	    "\"loss\":{\"count\":3,\"first\":3,\"last\":2,\"min\":1,"
	    "\"max\":3,\"points\":[[1,3],[2.5,1],[-4,2]]}},"
	    "\"events\":{\"lines\":3}}");
}

static void
steps_that_are_not_said_are_counted_for_each_metric(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"metric\":{\"a\":5,\"b\":6}}");
	say(events, "{\"metric\":{\"b\":7}}");
	say(events, "{\"metric\":{\"a\":8}}");
	expect_written(events, "{\"metrics\":{\"a\":8,\"b\":7},\"series\":{"
	    "\"a\":{\"count\":2,\"first\":5,\"last\":8,\"min\":5,\"max\":8,"
	    "\"points\":[[0,5],[1,8]]},"
	    "\"b\":{\"count\":2,\"first\":6,\"last\":7,\"min\":6,\"max\":7,"
	    "\"points\":[[0,6],[1,7]]}},\"events\":{\"lines\":3}}");
}

static void
numbers_as_python_writes_them_are_taken(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"metric\": {\"loss\": NaN}}");
	say(events, "{\"metric\": {\"loss\": -Infinity}}");
	say(events, "{\"metric\": {\"loss\":Infinity}}");
	say(events, "{\"metric\": {\"loss\": \"NaN\"}}");
	say(events, "{\"metric\": {\"loss\": 2}}");
	say(events, "{\"param\": {\"NaN\": \"a NaN, \\\"NaN\", \"x\": NaN}}");
	say(events, "{\"seed\": {\"s\": 18446744073709551615, \"t\": "
	    "-9007199254740993, \"u\": 9007199254740992}}");
	expect_written(events, "{\"parameters\":{\"NaN\":\"a NaN, \\\"NaN\","
	    "\"x\":\"NaN\"},\"metrics\":{\"loss\":2},\"series\":{\"loss\":{"
	    "\"count\":5,\"first\":\"NaN\",\"last\":2,\"min\":\"-Infinity\","
	    "\"max\":\"Infinity\",\"points\":[[0,\"NaN\"],"
	    "[1,\"-Infinity\"],[2,\"Infinity\"],[3,\"NaN\"],[4,2]]}},"
	    "\"seeds\":{\"s\":\"18446744073709551615\","
	    "\"t\":\"-9007199254740993\",\"u\":9007199254740992},"
	    "\"events\":{\"lines\":7}}");
}

static void
what_is_no_scalar_is_kept_as_its_text(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"param\":{\"depth\":null,\"layers\":[64, 32],"
	    "\"opt\":{\"name\":\"adam\"}},\"tag\":{\"fold\":3}}");
	expect_written(events, "{\"parameters\":{\"depth\":\"null\","
	    "\"layers\":\"[64,32]\",\"opt\":\"{\\\"name\\\":\\\"adam\\\"}\"},"
	    "\"tags\":{\"fold\":\"3\"},\"events\":{\"lines\":1}}");
}

/* ---- what is refused ---- */

static void
lines_that_are_none_of_ours_are_counted_and_named(void **state)
{
	struct events *events = events_begin();

	(void)state;
	expect_line_refused("[1]", "not an object");
	expect_line_refused("{}", "says nothing");
	expect_line_refused("{\"step\":1}", "says nothing");
	expect_line_refused("{\"params\":{\"a\":1}}", "\"params\"");
	expect_line_refused("{\"param\":{\"a\":1},\"x\":1}", "\"x\"");
	expect_line_refused("{\"param\":[1]}", "\"param\" is a list");
	expect_line_refused("{\"note\":7}", "\"note\" is a number");
	expect_line_refused("{\"metric\":{\"a\":1},\"step\":\"1\"}",
	    "\"step\" is a text");
	expect_line_refused("{\"metric\":{\"a\":1},\"step\":NaN}",
	    "\"step\" is a text");
	expect_line_refused("{\"param\":{\"a\":1}", "");
	expect_line_refused("{\"param\":{\"a\":1,\"a\":1}}", "");
	expect_line_refused("{\"param\":{\"a\":\"\xff\"}}", "");
	expect_line_refused("{NaN:{\"a\":1}}", "");
	expect_line_refused("{\"param\":{NaN:1}}", "");
	expect_line_refused("{\"param\":{9007199254740993 :1}}", "");
	expect_line_refused("{\"param\":{\"a\":nan}}", "");
	expect_line_refused("{\"param\":{\"a\":+Infinity}}", "");
	expect_line_refused("\x1b[2J", "");
	say(events, "{\"note\":\"fine\"}");
	say(events, "");
	say(events, "what?");
	say(events, "[]");
	assert_int_equal(events_line_count(events), 3);
	assert_int_equal(events_refused_count(events), 2);
	assert_memory_equal(events_first_refusal(events), "line 2: ", 8);
	events_free(events);
}

static void
a_refusal_is_one_line_without_controls(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"a\\u001b[2Jb\\n\":1}");
	assert_null(strpbrk(events_first_refusal(events), "\x1b\n"));
	events_free(events);
}

static void
members_that_cannot_be_used_do_not_keep_the_others_out(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"metric\":{\"a\":true,\"b\":1,\"c\":\"x\",\"\":2}}");
	say(events, "{\"param\":{\"new\\nline\":1,\"$sealed\":2,\"ok\":3,"
	    "\"\xc2\x85\":4}}");
	say(events, "{\"note\":\"\",\"input\":\"\",\"tag\":{\"t\":\"\"},"
	    "\"seed\":{\"s\":1}}");
	assert_int_equal(events_refused_count(events), 3);
	assert_string_equal(events_first_refusal(events),
	    "line 1: the metric \"a\" is not a number");
	expect_written(events, "{\"parameters\":{\"ok\":3},"
	    "\"metrics\":{\"b\":1},\"seeds\":{\"s\":1},"
	    "\"events\":{\"lines\":3,\"refused\":3}}");
}

static void
the_first_value_of_a_parameter_stands(void **state)
{
	struct events *events = events_begin();

	(void)state;
	say(events, "{\"param\":{\"lr\":0.1,\"x\":\"a\"}}");
	say(events, "{\"param\":{\"lr\":0.1,\"x\":\"a\"}}");
	assert_int_equal(events_refused_count(events), 0);
	say(events, "{\"param\":{\"lr\":0.2,\"new\":1}}");
	say(events, "{\"param\":{\"lr\":\"0.1\"}}");
	say(events, "{\"seed\":{\"s\":1}}");
	say(events, "{\"seed\":{\"s\":2}}");
	say(events, "{\"tag\":{\"t\":\"first\"}}");
	say(events, "{\"tag\":{\"t\":\"last\"}}");
	assert_int_equal(events_refused_count(events), 3);
	assert_string_equal(events_first_refusal(events), "line 3: the "
	    "parameter \"lr\" was given another value before, which stands");
	expect_written(events, "{\"parameters\":{\"lr\":0.1,\"x\":\"a\","
	    "\"new\":1},\"seeds\":{\"s\":1},\"tags\":{\"t\":\"last\"},"
	    "\"events\":{\"lines\":8,\"refused\":3}}");
}

/* ---- the command line ---- */

static void
parameters_of_the_command_line_have_the_type_they_look_like(void **state)
{
	struct events *events = events_begin();
	static const char *const given[][2] = {
		{ "a", "0.1" }, { "b", "true" }, { "c", "1e3" },
		{ "d", "007" }, { "e", "" }, { "f", "NaN" }, { "g", "null" },
		{ "h", "[1]" }, { "i", "18446744073709551615" },
		{ "j", "\"q\"" }, { "k", "false" },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		expect_fine(events_parameter(events, given[i][0], given[i][1],
		    &err), &err);
	expect_written(events, "{\"parameters\":{\"a\":0.1,\"b\":true,"
	    "\"c\":1000,\"d\":\"007\",\"e\":\"\",\"f\":\"NaN\","
	    "\"g\":\"null\",\"h\":\"[1]\",\"i\":\"18446744073709551615\","
	    "\"j\":\"\\\"q\\\"\",\"k\":false}}");
}

static void
parameters_of_the_command_line_are_given_once(void **state)
{
	struct events *events = events_begin();
	struct error err;

	(void)state;
	expect_fine(events_parameter(events, "lr", "0.1", &err), &err);
	expect_fine(events_parameter(events, "lr", "0.10", &err), &err);
	assert_int_equal(events_parameter(events, "lr", "0.2", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "\"lr\"");
	assert_int_equal(events_parameter(events, "", "1", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "name");
	assert_int_equal(events_parameter(events, "a", "\xff", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "\"a\"");
	assert_int_equal(events_parameter(events, "\xff", "a", &err), -1);
	say(events, "{\"param\":{\"lr\":0.3}}");
	assert_int_equal(events_refused_count(events), 1);
	expect_written(events, "{\"parameters\":{\"lr\":0.1},"
	    "\"events\":{\"lines\":1,\"refused\":1}}");
}

/* ---- files ---- */

static void
a_file_is_read_to_its_last_line(void **state)
{
	static const char text[] = "{\"metric\":{\"a\":1}}\n\n"
	    "nonsense\r\n{\"metric\":{\"a\":2}}";
	struct events *events = events_begin();
	struct error err;
	char expected[400];

	(void)state;
	place_file("events", text);
	expect_fine(events_read(events, "events", &err), &err);
	assert_int_equal(events_line_count(events), 3);
	assert_memory_equal(events_first_refusal(events), "line 2: ", 8);
	(void)snprintf(expected, sizeof(expected), "{\"metrics\":{\"a\":2},"
	    "\"series\":{\"a\":{\"count\":2,\"first\":1,\"last\":2,\"min\":1,"
	    "\"max\":2,\"points\":[[0,1],[1,2]]}},\"events\":{\"lines\":3,"
	    "\"refused\":1,\"digest\":\"%s\"}}",
	    digest_hex(digest_of(bytes_of_text(text))).text);
	expect_written(events, expected);
}

/* A line of that length, spaces at its end. */
static void
add_line(struct buffer *out, const char *line, size_t len)
{
	buffer_text(out, line);
	for (size_t i = strlen(line); i < len; i++)
		buffer_byte(out, ' ');
	buffer_byte(out, '\n');
}

static void
a_long_line_is_refused_and_the_next_is_read(void **state)
{
	struct events *events = events_begin();
	struct buffer text = buffer_new(1 << 20);
	struct error err;

	(void)state;
	add_line(&text, "{\"note\":\"fits\"}", LIMIT_EVENT_LINE);
	add_line(&text, "{\"note\":\"long\"}", LIMIT_EVENT_LINE + 1);
	add_line(&text, "{\"note\":\"longer\"}", 300000);
	buffer_text(&text, "{\"note\":\"end\"}");
	place_bytes("events", text.data, text.len);
	expect_fine(events_read(events, "events", &err), &err);
	assert_int_equal(events_line_count(events), 4);
	assert_int_equal(events_refused_count(events), 2);
	assert_string_equal(events_first_refusal(events),
	    "line 2: longer than 65536 bytes");
	buffer_free(&text);
	events_free(events);
}

static void
what_is_no_file_cannot_be_read(void **state)
{
	struct events *events = events_begin();
	struct error err;

	(void)state;
	assert_int_equal(events_read(events, "absent", &err), -1);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(events_read(events, "pipe", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "pipe");
	assert_int_equal(events_read(events, ".", &err), -1);
	expect_written(events, "{}");
}

/* ---- series ---- */

/* A wave with one peak and one trough in known places. */
static double
wave(size_t i)
{
	return i == 333 ? 100 : i == 444 ? -100 : (double)(i % 7);
}

static struct events *
wave_of(size_t count)
{
	struct events *events = events_begin();
	char line[100];

	for (size_t i = 0; i < count; i++) {
		(void)snprintf(line, sizeof(line),
		    "{\"metric\":{\"m\":%g},\"step\":%zu}", wave(i), i * 10);
		say(events, line);
	}
	return events;
}

static void
two_hundred_points_are_kept_in_the_record(void **state)
{
	struct json *members = written(wave_of(200), NULL);
	const struct json *one = json_member(json_member(members, "series"),
	    "m");

	(void)state;
	assert_int_equal(json_count(json_member(one, "points")), 200);
	assert_null(json_member(one, "sketch"));
	assert_null(json_member(one, "steps"));
	json_free(members);
}

static void
more_points_are_sketched_and_attached(void **state)
{
	struct kept kept = { .last = buffer_new(1 << 20) };
	struct json *members = written(wave_of(1000), &kept);
	const struct json *one = json_member(json_member(members, "series"),
	    "m"), *point;
	struct buffer lines = buffer_new(1 << 20);
	double last_step = -1;
	unsigned peaks = 0;

	(void)state;
	assert_int_equal(kept.count, 1);
	for (size_t i = 0; i < 1000; i++)
		buffer_printf(&lines, "%zu %g\n", i * 10, wave(i));
	assert_string_equal(buffer_string(&kept.last), buffer_string(&lines));
	assert_string_equal(json_member_text(one, "steps"),
	    digest_hex(digest_of(buffer_bytes(&lines))).text);
	assert_null(json_member(one, "points"));
	assert_int_equal(json_integer(json_member(one, "count")), 1000);
	assert_int_equal(json_integer(json_member(one, "min")), -100);
	assert_int_equal(json_integer(json_member(one, "max")), 100);
	one = json_member(one, "sketch");
	assert_in_range(json_count(one), 52, LIMIT_SERIES_SKETCH);
	for (point = json_first(one); point != NULL;
	    point = json_next(point)) {
		double step = json_number(json_first(point));
		double value = json_number(json_next(json_first(point)));

		assert_true(step > last_step);
		assert_true(fabs(value - wave((size_t)step / 10)) < 1e-9);
		peaks += fabs(value) > 99;
		last_step = step;
	}
	assert_int_equal(peaks, 2);
	assert_int_equal(json_integer(json_first(json_first(one))), 0);
	assert_int_equal((int)last_step, 9990);
	json_free(members);
	buffer_free(&lines);
	buffer_free(&kept.last);
}

static void
a_sketch_shows_that_there_was_no_number(void **state)
{
	struct kept kept = { .last = buffer_new(1 << 20) };
	struct events *events = wave_of(500);
	struct buffer text = buffer_new(1 << 20);
	struct json *members;

	(void)state;
	say(events, "{\"metric\":{\"m\":NaN},\"step\":5000}");
	for (int i = 0; i < 400; i++)
		say(events, "{\"metric\":{\"m\":1},\"step\":6000}");
	members = written(events, &kept);
	json_write(&text, members);
	assert_non_null(strstr(buffer_string(&text), "[5000,\"NaN\"]"));
	assert_non_null(strstr(buffer_string(&text), "\"min\":-100"));
	assert_non_null(strstr(buffer_string(&text), "\"max\":100"));
	assert_non_null(strstr(buffer_string(&kept.last), "\n5000 NaN\n"));
	json_free(members);
	buffer_free(&text);
	buffer_free(&kept.last);
}

static void
a_failure_to_keep_is_passed_on(void **state)
{
	struct kept kept = { .refuse = true };
	struct events *events = wave_of(300);
	struct json *members = json_new_object();
	struct error err;

	(void)state;
	assert_int_equal(events_write(events, members, keep, &kept, &err),
	    -1);
	assert_string_equal(err.what, "disk full");
	json_free(members);
	events_free(events);
}

/* ---- bounds ---- */

static void
whatever_a_run_says_its_record_fits_an_entry(void **state)
{
	struct kept kept = { .last = buffer_new(1 << 20) };
	struct events *events = events_begin();
	struct buffer text = buffer_new(1 << 20);
	struct json *members;
	char line[400];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(line, sizeof(line), "{\"metric\":{"
		    "\"metric/of/a/name/%d\":-1.2345678901234568e-300},"
		    "\"step\":1,\"param\":{\"p%d\":\"\\u0001%s\"},"
		    "\"note\":\"n%d\",\"output\":\"o%d\"}", i % 150, i,
		    "\\\\\\\\\\\\", i, i);
		say(events, line);
	}
	assert_true(events_refused_count(events) > 0);
	assert_true(events_output_count(events) <= 1024);
	members = written(events, &kept);
	json_write(&text, members);
	assert_in_range(text.len, 30000, 40 * 1024);
	assert_in_range(kept.count, 60, 150);
	json_free(members);
	buffer_free(&text);
	buffer_free(&kept.last);
}

static void
many_series_share_the_room(void **state)
{
	struct kept kept = { .last = buffer_new(1 << 20) };
	struct events *events = events_begin();
	const struct json *series;
	struct json *members;
	char line[100];

	(void)state;
	for (int i = 0; i < 20 * 150; i++) {
		(void)snprintf(line, sizeof(line),
		    "{\"metric\":{\"m%d\":%d.5},\"step\":%d}", i % 20, i, i);
		say(events, line);
	}
	assert_int_equal(events_refused_count(events), 0);
	members = written(events, &kept);
	series = json_member(members, "series");
	assert_int_equal(json_count(series), 20);
	assert_int_equal(kept.count, 20);
	series = json_first(series);
	assert_in_range(json_count(json_member(series, "sketch")), 27, 50);
	assert_null(json_member(series, "points"));
	json_free(members);
	buffer_free(&kept.last);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_enter, \
    place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everything_that_may_be_said_is_kept),
		TEST(a_run_that_says_nothing_has_no_members),
		TEST(the_last_value_is_the_metric),
		TEST(steps_that_are_not_said_are_counted_for_each_metric),
		TEST(numbers_as_python_writes_them_are_taken),
		TEST(what_is_no_scalar_is_kept_as_its_text),
		TEST(lines_that_are_none_of_ours_are_counted_and_named),
		TEST(a_refusal_is_one_line_without_controls),
		TEST(members_that_cannot_be_used_do_not_keep_the_others_out),
		TEST(the_first_value_of_a_parameter_stands),
		TEST(parameters_of_the_command_line_have_the_type_they_look_like),
		TEST(parameters_of_the_command_line_are_given_once),
		TEST(a_file_is_read_to_its_last_line),
		TEST(a_long_line_is_refused_and_the_next_is_read),
		TEST(what_is_no_file_cannot_be_read),
		TEST(two_hundred_points_are_kept_in_the_record),
		TEST(more_points_are_sketched_and_attached),
		TEST(a_sketch_shows_that_there_was_no_number),
		TEST(a_failure_to_keep_is_passed_on),
		TEST(whatever_a_run_says_its_record_fits_an_entry),
		TEST(many_series_share_the_room),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
