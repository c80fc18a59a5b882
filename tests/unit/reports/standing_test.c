/* standing_test.c: what the rules say now, what they said before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "policy/gate.h"
#include "reports/document.h"
#include "reports/report.h"
#include "reports/xml.h"
#include "tests/support/fixture.h"

#define BATCH 600

static struct error err;

struct place {
	char *folder;
	struct fixture fixture;
	struct appender *appender;
	struct gate *gate;
	struct append_item item[BATCH];
	size_t filled;
};

static void
flush(struct place *place, const struct bytes *attachment)
{
	size_t bad;

	assert_int_equal(appender_refresh(place->appender, &err), 0);
	if (appender_add(place->appender, place->item, place->filled,
	    attachment, attachment != NULL, &bad, &err) == -1)
		fail_msg("%s", err.what);
	for (size_t i = 0; i < place->filled; i++)
		free((void *)(uintptr_t)place->item[i].envelope.data);
	place->filled = 0;
}

static void
add(struct place *place, const char *kind, const char *members,
    const struct digest *artefact)
{
	struct buffer envelope = buffer_new(LIMIT_ENVELOPE);
	struct json *tree = NULL, *subjects = NULL;
	struct record_head head;

	appender_head(place->appender, &head);
	if (json_parse(&tree, bytes_of_text(members), &err) == -1 ||
	    record_subjects(&subjects, kind_named(kind), head.ledger, tree,
	    artefact, &err) == -1)
		fail_msg("%s: %s", members, err.what);
	fixture_record(&envelope, place->fixture.founder, &head, kind,
	    subjects, tree);
	place->item[place->filled++] =
	    (struct append_item){ .envelope = buffer_bytes(&envelope) };
}

static void
publish(struct place *place, const char *version, const char *text)
{
	struct bytes bytes = bytes_of_text(text);
	struct digest digest = digest_of(bytes);
	char members[500];

	(void)snprintf(members, sizeof members, "{\"name\":\"p\",\"version\":"
	    "\"%s\",\"status\":\"in force\",\"text\":\"%s\",\"evaluator\":"
	    "\"1\"}", version, digest_hex(digest).text);
	add(place, "policy", members, &digest);
	flush(place, &bytes);
}

static struct digest
digest_of_model(unsigned number, unsigned version)
{
	char name[40];

	(void)snprintf(name, sizeof name, "%u %u", number, version);
	return digest_of(bytes_of_text(name));
}

static void
add_model(struct place *place, unsigned number, unsigned version)
{
	struct digest digest = digest_of_model(number, version);
	char members[300];

	(void)snprintf(members, sizeof members, "{\"name\":\"m%u\","
	    "\"version\":\"%u\",\"owner\":\"%s\"}", number, version,
	    number % 2 == 0 ? "even" : "odd");
	add(place, "model", members, &digest);
}

static void
deploy(struct place *place, unsigned number, unsigned version,
    const char *action)
{
	struct digest digest = digest_of_model(number, version);
	char members[500];

	(void)snprintf(members, sizeof members, "{\"action\":\"%s\",\"model\":"
	    "{\"name\":\"model/m%u@%u\",\"digest\":\"%s\"},\"environment\":"
	    "\"production\",\"emergency\":true,\"because\":\"So.\"}", action,
	    number, version, digest_hex(digest).text);
	add(place, "deployment", members, NULL);
	flush(place, NULL);
}

static void
evaluate(struct place *place, unsigned number, unsigned version)
{
	struct digest_text hex = digest_hex(digest_of_model(number, version));
	char members[500];

	(void)snprintf(members, sizeof members, "{\"model\":{\"name\":"
	    "\"model/m%u@%u\",\"digest\":\"%s\"},\"dataset\":{\"name\":"
	    "\"dataset/t@1\",\"digest\":\"%s\"},\"metrics\":{\"auc\":"
	    "0.8}}", number, version, hex.text, hex.text);
	add(place, "evaluation", members, NULL);
	flush(place, NULL);
}

static void
rules(char *out, size_t room, const char *owner)
{
	(void)snprintf(out, room, "policy: p\nrules:\n"
	    "  - id: entering-%s\n    on: [deployment]\n"
	    "    require: model.owner == '%s'\n"
	    "    otherwise: warn\n    because: So.\n"
	    "  - id: evaluated\n    on: [deployment, audit]\n"
	    "    each: deployed\n"
	    "    require: lineage.evaluations.size() > 0\n"
	    "    otherwise: warn\n    because: So.\n"
	    "  - id: owned\n    on: [audit]\n    each: model\n"
	    "    require: model.owner == '%s'\n"
	    "    otherwise: deny\n    because: So.\n", owner, owner, owner);
}

static int
enter(void **state)
{
	static struct place place;

	memset(&place, 0, sizeof place);
	place.folder = fixture_folder();
	fixture_make(&place.fixture, place.folder, FIXTURE_ORIGIN);
	if (appender_open(&place.appender, place.fixture.store,
	    place.fixture.ledger_key, &err) == -1 ||
	    gate_new(&place.gate, &err) == -1)
		return -1;
	appender_set_gate(place.appender, gate_table(place.gate));
	*state = &place;
	return 0;
}

static int
leave(void **state)
{
	struct place *place = *state;

	appender_close(place->appender);
	gate_free(place->gate);
	fixture_free(&place->fixture);
	fixture_remove(place->folder);
	return 0;
}

/* The document at a size; 0: now. */
static struct xml_doc *
gather(const struct place *place, enum report_kind kind, uint64_t size)
{
	const struct report_order order = { .kind = kind,
		.program = "vouch 0", .path = place->fixture.store };
	struct xml_doc *doc = NULL;
	struct reader *reader;
	char as_of[32];

	(void)snprintf(as_of, sizeof as_of, "%llu",
	    (unsigned long long)size - 1);
	if (reader_open(&reader, place->fixture.store, &err) == -1 ||
	    (size > 0 && reader_as_of(reader, as_of, &err) == -1) ||
	    report_gather(&doc, reader, &order, &err) == -1)
		fail_msg("%s", err.what);
	reader_close(reader);
	return doc;
}

static struct xml *
child(struct xml *node, const char *name)
{
	struct xml *one = xml_first(node);

	while (one != NULL && strcmp(xml_name(one), name) != 0)
		one = xml_next(one);
	return one;
}

static const char *
figure(struct xml_doc *doc, const char *id)
{
	struct xml *one = xml_first(child(xml_root(doc), "figures"));

	while (one != NULL && strcmp(xml_get(one, "id"), id) != 0)
		one = xml_next(one);
	assert_non_null(one);
	return xml_get(one, "value");
}

/* Models come, change, are replaced and retired, and so do rules. */
static void
tell_a_history(struct place *place)
{
	char text[1000];

	rules(text, sizeof text, "even");
	publish(place, "1", text);
	for (unsigned i = 0; i < 8; i++) {
		add_model(place, i, 1);
		flush(place, NULL);
		deploy(place, i, 1, "deploy");
	}
	rules(text, sizeof text, "odd");
	publish(place, "2", text);
	for (unsigned i = 8; i < 12; i++) {
		add_model(place, i, 1);
		flush(place, NULL);
		deploy(place, i, 1, "deploy");
	}
	deploy(place, 1, 1, "retire");
	add_model(place, 2, 2);
	flush(place, NULL);
	deploy(place, 2, 2, "deploy");
	/* The same one again, about which more is known. */
	evaluate(place, 5, 1);
	deploy(place, 5, 1, "deploy");
	for (unsigned i = 12; i < 16; i++) {
		add_model(place, i, 1);
		flush(place, NULL);
		deploy(place, i, 1, "deploy");
	}
}

static void
a_trend_says_what_reports_of_then_say(void **state)
{
	static const char *const words[] = { "pass", "fail", "waived",
		"no-evidence", "not-applicable", "error" };
	struct place *place = *state;
	struct xml_doc *doc, *past;
	struct xml *point;
	size_t points = 0;

	tell_a_history(place);
	doc = gather(place, REPORT_POSTURE, 0);
	point = xml_first(xml_first(child(xml_root(doc), "series")));
	for (; point != NULL; point = xml_next(point), points++) {
		past = gather(place, REPORT_POSTURE,
		    strtoull(xml_get(point, "label"), NULL, 10));
		for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
			char id[40];

			(void)snprintf(id, sizeof id, "checks-%s", words[i]);
			assert_string_equal(xml_get(point, words[i]),
			    figure(past, id));
		}
		xml_free(past);
	}
	assert_int_equal(points, 8);
	assert_string_not_equal(figure(doc, "checks-pass"), "0");
	assert_string_not_equal(figure(doc, "checks-fail"), "0");
	xml_free(doc);
}

static void
more_than_is_shown_is_counted(void **state)
{
	struct place *place = *state;
	struct xml_doc *doc;
	struct xml *verdicts;
	size_t shown = 0;
	char text[1000];

	rules(text, sizeof text, "nobody");
	publish(place, "1", text);
	for (unsigned i = 0; i < BATCH; i++)
		add_model(place, i, 1);
	flush(place, NULL);
	doc = gather(place, REPORT_COMPLIANCE, 0);
	verdicts = child(xml_root(doc), "verdicts");
	assert_string_equal(xml_get(verdicts, "shown"), "500");
	assert_string_equal(xml_get(verdicts, "all"), "600");
	for (struct xml *one = xml_first(verdicts); one != NULL;
	     one = xml_next(one)) {
		assert_string_equal(xml_get(one, "result"), "fail");
		shown++;
	}
	assert_int_equal(shown, 500);
	assert_string_equal(figure(doc, "checks-fail"), "600");
	xml_free(doc);
}

#define T(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_trend_says_what_reports_of_then_say),
		T(more_than_is_shown_is_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
