/* Policies at the door of a real ledger, and their verdicts again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "ledger/entry.h"
#include "policy/gate.h"
#include "policy/replay.h"
#include "tests/support/fixture.h"

#define MODEL "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"

struct team {
	char *folder;
	struct fixture fixture;
	struct appender *appender;
	struct gate *gate;
};

static struct error err;

static void
team_make(struct team *team)
{
	team->folder = fixture_folder();
	fixture_make(&team->fixture, team->folder, FIXTURE_ORIGIN);
	assert_int_equal(appender_open(&team->appender, team->fixture.store,
	    team->fixture.ledger_key, &err), 0);
	assert_int_equal(gate_new(&team->gate, &err), 0);
	appender_set_gate(team->appender, gate_table(team->gate));
}

static void
team_free(struct team *team)
{
	appender_close(team->appender);
	gate_free(team->gate);
	fixture_free(&team->fixture);
	fixture_remove(team->folder);
}

static void
compose(struct buffer *out, struct team *team, const char *kind,
    const char *members, const struct digest *artefact)
{
	struct json *tree = NULL, *subjects = NULL;
	struct record_head head;

	assert_int_equal(appender_refresh(team->appender, &err), 0);
	appender_head(team->appender, &head);
	assert_int_equal(json_parse(&tree, bytes_of_text(members), &err), 0);
	if (record_subjects(&subjects, kind_named(kind), head.ledger, tree,
	    artefact, &err) == -1)
		fail_msg("%s: %s", members, err.what);
	fixture_record(out, team->fixture.founder, &head, kind, subjects, tree);
}

static int
add(struct team *team, const char *kind, const char *members,
    const struct digest *artefact, const struct bytes *attachment)
{
	struct buffer envelope = buffer_new(LIMIT_ENVELOPE);
	struct append_item item;
	size_t bad;
	int result;

	compose(&envelope, team, kind, members, artefact);
	item = (struct append_item){ .envelope = buffer_bytes(&envelope) };
	result = appender_add(team->appender, &item, 1, attachment,
	    attachment == NULL ? 0 : 1, &bad, &err);
	buffer_free(&envelope);
	return result;
}

static int
publish_as(struct team *team, const char *name, const char *text)
{
	struct bytes bytes = bytes_of_text(text);
	struct digest digest = digest_of(bytes);
	char members[500];

	(void)snprintf(members, sizeof members, "{\"name\":\"%s\",\"version\":"
	    "\"1\",\"status\":\"in force\",\"text\":\"%s\",\"evaluator\":"
	    "\"1\"}", name, digest_hex(digest).text);
	return add(team, "policy", members, &digest, &bytes);
}

static void
publish(struct team *team, const char *name, const char *require)
{
	struct buffer text = buffer_new(10000);

	buffer_printf(&text, "policy: %s\nrules:\n  - id: r\n"
	    "    on: [incident]\n    require: \"%s\"\n    otherwise: deny\n"
	    "    because: So.\n", name, require);
	if (publish_as(team, name, buffer_string(&text)) == -1)
		fail_msg("%s: %s", err.where, err.what);
	buffer_free(&text);
}

static int
incident(struct team *team, const char *name, const char *severity)
{
	char members[500];

	(void)snprintf(members, sizeof members, "{\"name\":\"%s\",\"version\":"
	    "\"1\",\"title\":\"t\",\"what\":\"w\",\"severity\":\"%s\"}", name,
	    severity);
	return add(team, "incident", members, NULL, NULL);
}

static uint64_t
size_of(struct team *team)
{
	assert_int_equal(appender_refresh(team->appender, &err), 0);
	return appender_checkpoint(team->appender)->size;
}

/* The last entry's record, which is a verdict. */
static void
last_verdict(struct team *team, uint64_t size, struct buffer *line,
    struct entry *entry, struct record *record)
{
	*line = buffer_new(LIMIT_ENTRY);
	*entry = entry_new();
	assert_int_equal(store_entry(appender_store(team->appender),
	    size - 1, line, &err), 0);
	assert_int_equal(entry_parse(entry, buffer_bytes(line), &err), 0);
	assert_int_equal(record_parse(record,
	    buffer_bytes(&entry->envelope.payload), &err), 0);
	assert_string_equal(record->kind->name, "verdict");
}

static void
check_verdict(struct team *team, const char *decision, const char *result)
{
	struct buffer line;
	struct entry entry;
	struct record record;

	last_verdict(team, size_of(team), &line, &entry, &record);
	assert_string_equal(json_member_text(record.predicate, "decision"),
	    decision);
	assert_string_equal(json_member_text(json_first(json_member(
	    record.predicate, "results")), "result"), result);
	record_free(&record);
	entry_free(&entry);
	buffer_free(&line);
}

struct found {
	uint64_t count;
	uint64_t seq;
	char what[300];
};

static void
note(void *cookie, const struct replay_problem *problem)
{
	struct found *found = cookie;

	if (found->count++ > 0)
		return;
	found->seq = problem->seq;
	strncpy(found->what, problem->what, sizeof found->what - 1);
}

static void
replay(struct team *team, struct found *found, uint64_t verdicts)
{
	const struct replay_options options = { .cookie = found,
		.problem = note };
	struct replay_result result;

	memset(found, 0, sizeof *found);
	assert_int_equal(replay_verdicts(&result, team->fixture.store,
	    &options, &err), 0);
	assert_int_equal(result.problems, found->count);
	assert_int_equal(result.verdicts, verdicts);
}

static void
what_no_rule_is_about_enters_alone(void **state)
{
	struct team team;

	(void)state;
	team_make(&team);
	assert_int_equal(incident(&team, "a", "low"), 0);
	assert_int_equal(size_of(&team), 2);
	publish(&team, "p", "record.severity == 'low'");
	assert_int_equal(size_of(&team), 3);
	team_free(&team);
}

static void
what_is_allowed_has_its_verdict_behind_it(void **state)
{
	struct found found;
	struct team team;

	(void)state;
	team_make(&team);
	publish(&team, "p", "record.severity == 'low'");
	assert_int_equal(incident(&team, "a", "low"), 0);
	assert_int_equal(size_of(&team), 4);
	check_verdict(&team, "allowed", "pass");
	replay(&team, &found, 1);
	assert_int_equal(found.count, 0);
	team_free(&team);
}

static void
what_is_refused_leaves_only_its_verdict(void **state)
{
	struct found found;
	struct team team;

	(void)state;
	team_make(&team);
	publish(&team, "p", "record.severity == 'low'");
	assert_int_equal(incident(&team, "a", "high"), -1);
	assert_int_equal(err.class, ERROR_NO);
	assert_non_null(strstr(err.what, "refused by the policies in force: "
					 "p: r"));
	assert_int_equal(size_of(&team), 3);
	check_verdict(&team, "refused", "fail");
	replay(&team, &found, 1);
	assert_int_equal(found.count, 0);
	/* And the ledger goes on. */
	assert_int_equal(incident(&team, "a", "low"), 0);
	team_free(&team);
}

static void
of_a_list_with_a_refused_item_nothing_enters(void **state)
{
	struct buffer one = buffer_new(LIMIT_ENVELOPE);
	struct buffer two = buffer_new(LIMIT_ENVELOPE);
	struct append_item item[2] = { { .seq = 0 } };
	struct team team;
	size_t bad;

	(void)state;
	team_make(&team);
	publish(&team, "p", "record.severity == 'low'");
	compose(&one, &team, "incident", "{\"name\":\"a\",\"version\":\"1\","
	    "\"title\":\"t\",\"what\":\"w\",\"severity\":\"low\"}", NULL);
	compose(&two, &team, "incident", "{\"name\":\"b\",\"version\":\"1\","
	    "\"title\":\"t\",\"what\":\"w\",\"severity\":\"high\"}", NULL);
	item[0].envelope = buffer_bytes(&one);
	item[1].envelope = buffer_bytes(&two);
	assert_int_equal(appender_add(team.appender, item, 2, NULL, 0, &bad,
	    &err), -1);
	assert_int_equal(bad, 1);
	assert_int_equal(size_of(&team), 3);
	check_verdict(&team, "refused", "fail");
	/* The good one alone is welcome. */
	assert_int_equal(appender_add(team.appender, item, 1, NULL, 0, &bad,
	    &err), 0);
	team_free(&team);
	buffer_free(&one);
	buffer_free(&two);
}

static void
two_policies_that_disagree_refuse(void **state)
{
	struct team team;

	(void)state;
	team_make(&team);
	publish(&team, "a", "record.severity == 'low'");
	publish(&team, "b", "record.severity == 'high'");
	assert_int_equal(incident(&team, "x", "low"), -1);
	assert_non_null(strstr(err.what, "b: r"));
	assert_int_equal(incident(&team, "x", "high"), -1);
	assert_non_null(strstr(err.what, "a: r"));
	team_free(&team);
}

static void
missing_data_is_no_evidence_and_a_fault_is_an_error(void **state)
{
	struct team team;

	(void)state;
	team_make(&team);
	publish(&team, "p", "record.remedy == 'x'");
	assert_int_equal(incident(&team, "a", "low"), -1);
	check_verdict(&team, "refused", "no evidence");
	publish(&team, "p", "1 / size(record.name) == 1 / 0");
	assert_int_equal(incident(&team, "a", "low"), -1);
	check_verdict(&team, "refused", "error");
	team_free(&team);
}

static void
bombs_deny(void **state)
{
	static const char *const bombs[] = {
		"lists.range(2000).all(a, lists.range(2000).all(b, a + b >= "
		"0))",
		"[1].map(x, lists.range(90000).map(y, string(y)).join('-'))"
		"[0].split('').map(c, c + c).join('').size() > 3 && "
		"lists.range(90000).map(y, lists.range(100)).size() > 0",
		"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches("
		"'^(a+)+(a+)+(a+)+(a+)+$') || "
		"lists.range(100000).all(a, lists.range(90).size() == 90)",
	};
	struct team team;

	(void)state;
	team_make(&team);
	for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
		publish(&team, "p", bombs[i]);
		assert_int_equal(incident(&team, "a", "low"), -1);
		check_verdict(&team, "refused", "error");
	}
	team_free(&team);
}

static void
a_text_that_is_no_policy_is_refused_without_a_trace(void **state)
{
	struct team team;
	uint64_t before;

	(void)state;
	team_make(&team);
	before = size_of(&team);
	assert_int_equal(publish_as(&team, "p", "policy: p\nrules: 3\n"), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_int_equal(publish_as(&team, "q", "policy: p\nrules:\n"
	    "  - {id: r, on: [run], require: 'true', otherwise: deny, "
	    "because: x}\n"), -1);
	assert_non_null(strstr(err.what, "calls itself \"p\""));
	assert_int_equal(size_of(&team), before);
	team_free(&team);
}

static void
nobody_else_makes_a_verdict(void **state)
{
	struct team team;

	(void)state;
	team_make(&team);
	assert_int_equal(add(&team, "verdict", kind_named("verdict")->example,
	    NULL, NULL), -1);
	assert_non_null(strstr(err.what, "the ledger itself"));
	assert_int_equal(size_of(&team), 1);
	team_free(&team);
}

static void
a_record_that_went_around_the_rules_is_found(void **state)
{
	struct found found;
	struct team team;

	(void)state;
	team_make(&team);
	publish(&team, "p", "record.severity == 'low'");
	appender_set_gate(team.appender, NULL);
	assert_int_equal(incident(&team, "a", "high"), 0);
	replay(&team, &found, 0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.seq, 2);
	assert_non_null(strstr(found.what, "it has no verdict"));
	team_free(&team);
}

/* A verdict that the ledger's key signs, but that says another thing. */
static int
lie(void *cookie, const struct append_view *view, struct json **members,
    struct buffer *attachment, struct error *why)
{
	struct buffer line;
	struct entry entry;
	struct record record;
	struct json *copy = json_new_object();
	const struct json *child;

	(void)attachment;
	last_verdict(cookie, view->size, &line, &entry, &record);
	child = json_first(record.predicate);
	for (int i = 0; i < 4; i++)
		child = json_next(child);
	for (; child != NULL; child = json_next(child)) {
		struct json *value = json_copy(child);

		if (strcmp(json_name(child), "evaluator") == 0) {
			json_free(value);
			value = json_new_text("1");
		}
		if (strcmp(json_name(child), "counts") == 0) {
			json_free(value);
			value = json_new_object();
			json_put(value, "pass", json_new_integer(2), why);
		}
		assert_int_equal(json_put(copy, json_name(child), value, why),
		    0);
	}
	*members = copy;
	record_free(&record);
	entry_free(&entry);
	buffer_free(&line);
	return 0;
}

static void
a_verdict_that_lies_is_found(void **state)
{
	struct append_own own = { "verdict", NULL, lie };
	struct found found;
	struct team team;
	struct digest leaf;
	uint64_t seq;

	(void)state;
	team_make(&team);
	publish(&team, "p", "record.severity == 'low'");
	assert_int_equal(incident(&team, "a", "low"), 0);
	own.cookie = &team;
	if (appender_add_own(team.appender, &own, &seq, &leaf, &err) == -1)
		fail_msg("%s", err.what);
	replay(&team, &found, 2);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.seq, seq);
	team_free(&team);
}

static void
an_audit_is_signed_by_the_ledger_and_computed_again(void **state)
{
	static const char text[] = "policy: p\nrules:\n"
	    "  - {id: few, on: [audit], require: 'size(ledger.incidents) < 2',"
	    " otherwise: deny, because: Few.}\n";
	struct append_own own;
	struct found found;
	struct team team;
	struct digest leaf;
	uint64_t seq;

	(void)state;
	team_make(&team);
	assert_int_equal(publish_as(&team, "p", text), 0);
	own = gate_audit(team.gate);
	assert_int_equal(appender_add_own(team.appender, &own, &seq, &leaf,
	    &err), 0);
	check_verdict(&team, "reported", "pass");
	assert_int_equal(incident(&team, "a", "low"), 0);
	assert_int_equal(incident(&team, "b", "low"), 0);
	assert_int_equal(appender_add_own(team.appender, &own, &seq, &leaf,
	    &err), 0);
	check_verdict(&team, "reported", "fail");
	replay(&team, &found, 2);
	assert_int_equal(found.count, 0);
	team_free(&team);
}

static void
the_lineage_is_that_of_the_moment(void **state)
{
	struct found found;
	struct digest model;
	struct team team;
	struct buffer text = buffer_new(10000);

	(void)state;
	digest_parse(&model, bytes_of_text(MODEL));
	team_make(&team);
	buffer_text(&text, "policy: p\nrules:\n  - id: r\n"
	    "    on: [observation]\n"
	    "    require: lineage.evaluations.exists(e, e.metrics.auc > 0.8)\n"
	    "    otherwise: deny\n    because: So.\n");
	assert_int_equal(publish_as(&team, "p", buffer_string(&text)), 0);
	assert_int_equal(add(&team, "observation",
	    kind_named("observation")->example, NULL, NULL), -1);
	check_verdict(&team, "refused", "fail");
	assert_int_equal(add(&team, "evaluation",
	    "{\"model\":{\"name\":\"model/credit@1\",\"digest\":\"" MODEL
	    "\"},\"dataset\":{\"name\":\"d\",\"digest\":\"" MODEL "\"},"
	    "\"metrics\":{\"auc\":0.9}}", NULL, NULL), 0);
	if (add(&team, "observation", kind_named("observation")->example, NULL,
	    NULL) == -1)
		fail_msg("%s", err.what);
	check_verdict(&team, "allowed", "pass");
	/* The first is still what it was: nothing had been evaluated then. */
	replay(&team, &found, 2);
	assert_int_equal(found.count, 0);
	team_free(&team);
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_no_rule_is_about_enters_alone),
		cmocka_unit_test(what_is_allowed_has_its_verdict_behind_it),
		cmocka_unit_test(what_is_refused_leaves_only_its_verdict),
		cmocka_unit_test(of_a_list_with_a_refused_item_nothing_enters),
		cmocka_unit_test(two_policies_that_disagree_refuse),
		cmocka_unit_test(
		    missing_data_is_no_evidence_and_a_fault_is_an_error),
		cmocka_unit_test(bombs_deny),
		cmocka_unit_test(
		    a_text_that_is_no_policy_is_refused_without_a_trace),
		cmocka_unit_test(nobody_else_makes_a_verdict),
		cmocka_unit_test(a_record_that_went_around_the_rules_is_found),
		cmocka_unit_test(a_verdict_that_lies_is_found),
		cmocka_unit_test(
		    an_audit_is_signed_by_the_ledger_and_computed_again),
		cmocka_unit_test(the_lineage_is_that_of_the_moment),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
