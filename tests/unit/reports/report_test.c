/* report_test.c: a report is held to what it rests on, and computed again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/limits.h"
#include "policy/gate.h"
#include "reports/document.h"
#include "reports/report.h"
#include "tests/support/fixture.h"

#define ROOM ((size_t)16 << 20)

static struct error err;

/* A ledger with a model, a rule that fails on it, and its reports. */
struct place {
	char *folder;
	struct fixture fixture;
	struct appender *appender;
	struct gate *gate;
	struct reader *reader;
	struct report *report;
	struct buffer xml;
};

static void
add(struct place *place, const char *kind, const char *members,
    struct bytes artefact, const struct bytes *attachment)
{
	struct buffer envelope = buffer_new(LIMIT_ENVELOPE);
	struct digest digest = digest_of(artefact);
	struct json *tree = NULL, *subjects = NULL;
	struct record_head head;
	struct append_item item;
	size_t bad;

	assert_int_equal(appender_refresh(place->appender, &err), 0);
	appender_head(place->appender, &head);
	assert_int_equal(json_parse(&tree, bytes_of_text(members), &err), 0);
	if (record_subjects(&subjects, kind_named(kind), head.ledger, tree,
	    &digest, &err) == -1)
		fail_msg("%s: %s", members, err.what);
	fixture_record(&envelope, place->fixture.founder, &head, kind,
	    subjects, tree);
	item = (struct append_item){ .envelope = buffer_bytes(&envelope) };
	if (appender_add(place->appender, &item, 1, attachment,
	    attachment == NULL ? 0 : 1, &bad, &err) == -1)
		fail_msg("%s: %s", members, err.what);
	buffer_free(&envelope);
}

static void
publish(struct place *place, const char *text)
{
	struct bytes bytes = bytes_of_text(text);
	char members[500];

	(void)snprintf(members, sizeof members, "{\"name\":\"p\",\"version\":"
	    "\"1\",\"status\":\"in force\",\"text\":\"%s\",\"evaluator\":"
	    "\"1\"}", digest_hex(digest_of(bytes)).text);
	add(place, "policy", members, bytes, &bytes);
}

static void
make_report(struct place *place, enum report_kind kind)
{
	const struct report_order order = { .kind = kind,
		.program = "vouch 0", .path = place->fixture.store };

	report_free(place->report);
	reader_close(place->reader);
	place->report = NULL;
	place->reader = NULL;
	if (reader_open(&place->reader, place->fixture.store, &err) == -1 ||
	    report_make(&place->report, place->reader, &order, &err) == -1)
		fail_msg("%s", err.what);
}

static void
write_as(struct buffer *out, const struct place *place, const char *format)
{
	const struct report_look look = { .columns = 80 };

	buffer_clear(out);
	if (report_write(out, place->report, format, &look, &err) == -1)
		fail_msg("%s: %s", format, err.what);
}

static int
enter(void **state)
{
	static struct place place;

	place.folder = fixture_folder();
	place.xml = buffer_new(ROOM);
	fixture_make(&place.fixture, place.folder, FIXTURE_ORIGIN);
	if (appender_open(&place.appender, place.fixture.store,
	    place.fixture.ledger_key, &err) == -1 ||
	    gate_new(&place.gate, &err) == -1)
		return -1;
	appender_set_gate(place.appender, gate_table(place.gate));
	add(&place, "model", "{\"name\":\"credit\",\"version\":\"1\","
	    "\"owner\":\"risk\"}", bytes_of_text("a model"), NULL);
	fixture_fill(&place.fixture, place.appender, 3, 3);
	publish(&place, "policy: p\nrules:\n  - id: owned\n    on: [audit]\n"
	    "    each: model\n    require: record.owner == 'me'\n"
	    "    otherwise: deny\n    because: So.\n"
	    "    controls: [eu-ai-act/art-10]\n");
	make_report(&place, REPORT_POSTURE);
	write_as(&place.xml, &place, "xml");
	*state = &place;
	return 0;
}

static int
leave(void **state)
{
	struct place *place = *state;

	report_free(place->report);
	reader_close(place->reader);
	appender_close(place->appender);
	gate_free(place->gate);
	fixture_free(&place->fixture);
	fixture_remove(place->folder);
	buffer_free(&place->xml);
	return 0;
}

/* The document with the first `from' changed; NULL: as it is. */
static int
check_changed(const struct place *place, const char *from, const char *to)
{
	struct buffer text = buffer_new(ROOM);
	const char *all = buffer_string(&place->xml);
	const char *at = from == NULL ? all : strstr(all, from);
	struct xml_doc *doc = NULL;
	int result;

	if (at == NULL)
		fail_msg("no %s", from);
	buffer_append(&text, bytes_of(all, (size_t)(at - all)));
	buffer_text(&text, from == NULL ? "" : to);
	buffer_text(&text, at + (from == NULL ? 0 : strlen(from)));
	assert_int_equal(xml_parse(&doc, buffer_bytes(&text), &err), 0);
	memset(&err, 0, sizeof err);
	result = report_check(doc, &err);
	xml_free(doc);
	buffer_free(&text);
	return result;
}

static void
a_document_that_does_not_hold_is_refused(void **state)
{
	static const char *const changes[][2] = {
		/* References that lead nowhere. */
		{ "<cite entry=\"e", "<cite entry=\"e99999" },
		{ "definition=\"d1\"", "definition=\"d9999\"" },
		{ "<entry id=\"e", "<entry id=\"e7777" },
		{ "rule=\"r1\"", "rule=\"r77\"" },
		/* Words and numbers of other kinds. */
		{ "result=\"fail\"", "result=\"failed\"" },
		{ "kind=\"posture\"", "kind=\"pasture\"" },
		{ "time=\"2", "time=\"x2" },
		{ "<cover>", "<cover odd=\"1\">" },
		{ "<figures>", "<figures><odd/>" },
		/* Counts that are not those of the parts. */
		{ "<figure id=\"checks-fail\"", "<figure id=\"checks-oops\"" },
		{ " fail=\"1\"", " fail=\"2\"" },
		{ " pass=\"0\"", " pass=\"1\"" },
		{ "result=\"fail\"", "result=\"pass\"" },
	};
	const struct place *place = *state;

	if (check_changed(place, NULL, NULL) == -1)
		fail_msg("%s", err.what);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		if (check_changed(place, changes[i][0], changes[i][1]) == 0)
			fail_msg("accepted: %s", changes[i][1]);
		assert_int_equal(err.class, ERROR_SYSTEM);
		assert_non_null(strstr(err.remedy, "fault of vouch"));
	}
}

static void
every_format_is_written_and_has_an_ending(void **state)
{
	struct place *place = *state;
	struct buffer out = buffer_new(ROOM);

	for (unsigned kind = 0; kind < REPORT_KINDS; kind++) {
		if (kind != REPORT_POSTURE && kind != REPORT_COMPLIANCE)
			continue;
		make_report(place, kind);
		for (size_t i = 0; report_formats[i] != NULL; i++) {
			assert_true(strlen(report_ending(report_formats[i])) >
			    1);
			if (strcmp(report_formats[i], "pdf") == 0)
				continue;
			write_as(&out, place, report_formats[i]);
			assert_true(out.len > 100);
		}
	}
	make_report(place, REPORT_POSTURE);
	buffer_free(&out);
}

static void
a_terminal_gets_colour_and_any_width(void **state)
{
	const struct place *place = *state;
	struct buffer out = buffer_new(ROOM);

	for (unsigned columns = 20; columns < 300; columns += 35) {
		const struct report_look look = { .columns = columns,
			.colour = true };

		buffer_clear(&out);
		assert_int_equal(report_write(&out, place->report, "text",
		    &look, &err), 0);
		assert_non_null(strstr(buffer_string(&out), "\033[31m✗ fail"));
		assert_non_null(strstr(buffer_string(&out), "\033[0m"));
	}
	buffer_free(&out);
}

static void
what_does_not_fit_is_not_cut(void **state)
{
	const struct report_look look = { .columns = 80 };
	const struct place *place = *state;

	for (size_t i = 0; report_formats[i] != NULL; i++) {
		struct buffer out = buffer_new(200);

		if (strcmp(report_formats[i], "pdf") != 0)
			assert_int_equal(report_write(&out, place->report,
			    report_formats[i], &look, &err), -1);
		buffer_free(&out);
	}
}

static void
a_brand_or_a_style_may_be_anothers(void **state)
{
	static const char brand[] = "<xsl:stylesheet version=\"1.0\" "
	    "xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">"
	    "<xsl:variable name=\"brand-name\">Example Bank</xsl:variable>"
	    "<xsl:variable name=\"brand-colour\">#123456</xsl:variable>"
	    "<xsl:template name=\"brand-logo\"/></xsl:stylesheet>";
	static const char style[] = "<xsl:stylesheet version=\"1.0\" "
	    "xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">"
	    "<xsl:output method=\"text\"/><xsl:template match=\"/\">mine"
	    "</xsl:template></xsl:stylesheet>";
	struct report_look look = { .brand = bytes_of_text(brand) };
	const struct place *place = *state;
	struct buffer out = buffer_new(ROOM);

	assert_int_equal(report_write(&out, place->report, "html", &look,
	    &err), 0);
	assert_non_null(strstr(buffer_string(&out), "Example Bank"));
	look.style = bytes_of_text(style);
	buffer_clear(&out);
	assert_int_equal(report_write(&out, place->report, "html", &look,
	    &err), 0);
	assert_string_equal(buffer_string(&out), "mine");
	look.style = bytes_of_text("<style/>");
	assert_int_equal(report_write(&out, place->report, "html", &look,
	    &err), -1);
	look.style = bytes_of_text("");
	look.brand = bytes_of_text("no brand");
	assert_int_equal(report_write(&out, place->report, "html", &look,
	    &err), -1);
	buffer_free(&out);
}

/* --- Computing it again --- */


static void
note(void *cookie, const char *figure, const char *issued, const char *now)
{
	buffer_printf(cookie, "%s: %s, %s; ", figure, issued,
	    now == NULL ? "none" : now);
}

static size_t
compare(const struct place *place, const char *format, struct bytes issued,
    struct buffer *told)
{
	size_t figures, differences;

	buffer_clear(told);
	assert_int_equal(report_compare(place->report, issued, format,
	    &figures, &differences, note, told, &err), 0);
	if (strcmp(format, "md") != 0 && issued.len > 1000)
		assert_true(figures > 10);
	return differences;
}

/* The text with the first `from' behind the first `behind' changed. */
static void
change(struct buffer *text, const char *behind, const char *from,
    const char *to)
{
	char *all = strdup(buffer_string(text)), *at = strstr(all, behind);

	at = at == NULL ? NULL : strstr(at, from);
	if (at == NULL)
		fail_msg("no %s behind %s", from, behind);
	buffer_clear(text);
	buffer_append(text, bytes_of(all, (size_t)(at - all)));
	buffer_text(text, to);
	buffer_text(text, at + strlen(from));
	free(all);
}

static void
a_figure_that_was_changed_is_named(void **state)
{
	static const char *const changes[][4] = {
		{ "html", "data-figure=\"checks-fail\"", "value=\"1\"",
		    "value=\"4\"" },
		{ "html", "data-figure=\"checks-fail\"", ">1<", ">4<" },
		{ "xml", "<figure id=\"checks-fail\"", "value=\"1\"",
		    "value=\"4\"" },
		{ "json", "{\"id\":\"checks-fail\"", "\"value\":\"1\"",
		    "\"value\":\"4\"" },
	};
	const struct place *place = *state;
	struct buffer text = buffer_new(ROOM), told = buffer_new(10000);

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		write_as(&text, place, changes[i][0]);
		assert_int_equal(compare(place, changes[i][0],
		    buffer_bytes(&text), &told), 0);
		change(&text, changes[i][1], changes[i][2], changes[i][3]);
		assert_int_equal(compare(place, changes[i][0],
		    buffer_bytes(&text), &told), 1);
		assert_string_equal(buffer_string(&told),
		    "checks-fail: 4, 1; ");
	}
	/* A figure that there is not, with escapes in its name. */
	write_as(&text, place, "html");
	change(&text, "data-figure", "\"checks-fail\"",
	    "\"a&lt;&amp;&gt;&quot;&odd;\"");
	assert_int_equal(compare(place, "html", buffer_bytes(&text), &told), 1);
	assert_string_equal(buffer_string(&told), "a<&>\"&odd;: 1, none; ");
	/* 1 and 1.0 are one number. */
	write_as(&text, place, "xml");
	change(&text, "<figure id=\"checks-fail\"", "value=\"1\"",
	    "value=\"1.0\"");
	assert_int_equal(compare(place, "xml", buffer_bytes(&text), &told), 0);
	buffer_free(&text);
	buffer_free(&told);
}

static void
a_report_that_breaks_off_is_read_as_far_as_it_goes(void **state)
{
	static const char *const formats[] = { "html", "xml", "json", "md" };
	const struct place *place = *state;
	struct buffer text = buffer_new(ROOM), told = buffer_new(ROOM);

	for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
		write_as(&text, place, formats[f]);
		for (size_t i = 0; i < 300; i++) {
			size_t len = text.len * i / 300;
			/* Of its own, so that reading beyond is noticed. */
			char *part = malloc(len + 1);
			size_t figures, differences;

			assert_non_null(part);
			memcpy(part, text.data, len);
			assert_int_equal(report_compare(place->report,
			    bytes_of(part, len), formats[f], &figures,
			    &differences, note, &told, &err), 0);
			free(part);
		}
	}
	buffer_free(&text);
	buffer_free(&told);
}

static void
put_stamp(struct buffer *out, const char *json)
{
	buffer_clear(out);
	buffer_text(out, "before vouchbook-report:v1:");
	hex_append(out, bytes_of_text(json));
	buffer_text(out, "\" after");
}

static void
a_stamp_says_of_what_it_is(void **state)
{
	static const char *const bad[] = { "", "vouchbook-report:v1:",
		"vouchbook-report:v1:7", "vouchbook-report:v1:7b7",
		"vouchbook-report:v1:zz", "vouchbook-report:v1:7b",
		"vouchbook-report:v2:7b7d" };
	struct buffer text = buffer_new(ROOM);
	const struct place *place = *state;
	struct report_stamp stamp;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(report_stamp_of(&stamp, bytes_of_text(bad[i]),
		    &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	write_as(&text, place, "csv");
	assert_int_equal(report_stamp_of(&stamp, buffer_bytes(&text), &err), 0);
	assert_string_equal(stamp.kind, "posture");
	assert_int_equal(stamp.size, 6);
	assert_false(stamp.verify);
	put_stamp(&text, "{\"kind\":\"release\",\"model\":\"m\","
	    "\"environment\":\"e\",\"size\":\"12\",\"since\":\"7\","
	    "\"verify\":\"true\"}");
	assert_int_equal(report_stamp_of(&stamp, buffer_bytes(&text), &err), 0);
	assert_string_equal(stamp.environment, "e");
	assert_int_equal(stamp.since, 7);
	assert_true(stamp.verify);
	/* Longer than there is room for: cut, and so of no such kind. */
	put_stamp(&text, "{\"kind\":\"posture-posture-posture\","
	    "\"size\":12}");
	assert_int_equal(report_stamp_of(&stamp, buffer_bytes(&text), &err), 0);
	assert_int_equal(strlen(stamp.kind), sizeof stamp.kind - 1);
	assert_int_equal(stamp.size, 0);
	buffer_free(&text);
}

static void
kinds_have_names(void **state)
{
	enum report_kind kind;

	(void)state;
	for (unsigned i = 0; i < REPORT_KINDS; i++) {
		assert_true(report_kind_named(&kind, report_kind_name(i)));
		assert_int_equal(kind, i);
	}
	assert_false(report_kind_named(&kind, "pasture"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_that_does_not_hold_is_refused),
		cmocka_unit_test(every_format_is_written_and_has_an_ending),
		cmocka_unit_test(a_terminal_gets_colour_and_any_width),
		cmocka_unit_test(what_does_not_fit_is_not_cut),
		cmocka_unit_test(a_brand_or_a_style_may_be_anothers),
		cmocka_unit_test(a_figure_that_was_changed_is_named),
		cmocka_unit_test(
		    a_report_that_breaks_off_is_read_as_far_as_it_goes),
		cmocka_unit_test(a_stamp_says_of_what_it_is),
		cmocka_unit_test(kinds_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter, leave);
}
