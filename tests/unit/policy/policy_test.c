/* Policies read, and mistakes in their expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "policy/packs.h"
#include "policy/policy.h"
#include "policy/rule_shapes.h"

static struct error err;

/* A policy of one rule with these lines. */
static int
parse(struct policy **out, const char *lines)
{
	struct buffer text = buffer_new(10000);
	int result;

	buffer_printf(&text,
	    "policy: p\nparams: {min: 0.5, name: a}\nrules:\n"
	    "  - id: r\n%s", lines);
	result = policy_parse(out, buffer_bytes(&text), &err);
	buffer_free(&text);
	return result;
}

#define REST "    otherwise: deny\n    because: So.\n"
#define ON "    on: [deployment]\n"

static void
check_refused(const char *lines, const char *where, const char *what)
{
	struct policy *policy;

	assert_int_equal(parse(&policy, lines), -1);
	if (strstr(err.what, what) == NULL || strcmp(err.where, where) != 0)
		fail_msg("%s: %s: %s", lines, err.where, err.what);
}

static void
a_policy_is_read(void **state)
{
	struct policy *policy;
	const struct rule *rule;

	(void)state;
	assert_int_equal(parse(&policy, ON "    require: 'true'\n" REST
	    "    controls: [a/b, c]\n    waivable: false\n"), 0);
	rule = policy_rule(policy, "r");
	assert_non_null(rule);
	assert_true(rule->denies && !rule->waivable && !rule->on_audit);
	assert_true(rule->on[policy_kind_number(kind_named("deployment"))]);
	assert_int_equal(rule->controls.count, 2);
	assert_null(policy_rule(policy, "other"));
	policy_free(policy);
}

static void
what_is_wrong_is_named_with_its_place(void **state)
{
	(void)state;
	check_refused(ON "    requires: 'true'\n" REST, "line 6, column 5",
	    "did you mean \"require\"?");
	check_refused(ON REST, "line 4, column 5", "\"require\" is missing");
	check_refused("    on: [deploiment]\n    require: 'true'\n" REST,
	    "line 5, column 9", "did you mean \"deployment\"?");
	check_refused("    on: [verdict]\n    require: 'true'\n" REST,
	    "line 5, column 9", "nobody may judge");
	check_refused(ON "    require: 'true'\n    otherwise: stop\n"
	    "    because: So.\n", "line 7, column 16", "deny or warn");
	check_refused(ON "    require: 'modle.name'\n" REST,
	    "line 6, column 14", "there is no variable 'modle'");
	check_refused(ON "    require: 'sise(model)'\n" REST,
	    "line 6, column 14", "there is no function 'sise'");
	check_refused(ON "    require: '1 +'\n" REST, "line 6, column 14",
	    "line 1, column 4");
	check_refused(ON "    require: 'true'\n    each: deployed\n" REST,
	    "line 7, column 11", "not on audit");
	check_refused(ON "    require: 'true'\n" REST "  - id: r\n" ON
	    "    require: 'true'\n" REST, "line 9, column 9",
	    "the rule on line 4 is called \"r\" too");
}

static void
an_emergency_brings_a_rule(void **state)
{
	static const char text[] = "policy: p\n"
	    "emergency: {roles: [approver], review_hours: 24}\n"
	    "rules:\n  - id: r\n" ON "    require: 'true'\n" REST;
	struct policy *policy;

	(void)state;
	assert_int_equal(policy_parse(&policy, bytes_of_text(text), &err), 0);
	assert_int_equal(policy->rule_count, 2);
	assert_true(policy_rule(policy, "emergency-review")->always);
	policy_free(policy);
}

static bool
asks_ledger(const char *lines)
{
	struct policy *policy;
	bool asks;

	assert_int_equal(parse(&policy, lines), 0);
	asks = policy_asks_ledger(policy);
	policy_free(policy);
	return asks;
}

static void
rules_on_audit_may_look_at_the_ledger(void **state)
{
	(void)state;
	assert_true(asks_ledger("    on: [audit]\n    require: 'true'\n" REST));
	assert_false(asks_ledger("    on: [audit]\n    each: deployed\n"
	    "    require: size(lineage.runs) > 0\n" REST));
	assert_true(asks_ledger("    on: [audit]\n    each: deployed\n"
	    "    require: size(ledger.runs) > 0\n" REST));
	assert_true(asks_ledger("    on: [audit]\n    each: deployed\n"
	    "    when: size(ledger.runs) > 0\n    require: 'true'\n" REST));
	/* What was decided once is on record. */
	assert_false(asks_ledger(ON "    require: size(ledger.runs) > 0\n"
	    REST));
}

static void
names_match_patterns(void **state)
{
	(void)state;
	assert_true(policy_matches("credit*", "credit-risk"));
	assert_true(policy_matches("*", ""));
	assert_true(policy_matches("a*c*e", "abcde"));
	assert_false(policy_matches("a*c", "abcd"));
	assert_false(policy_matches("", "a"));
}

/* What the check of expressions finds: the first sentence, or "". */
struct finding {
	size_t count;
	size_t position;
	bool error;
	char what[500];
};

static void
take(void *cookie, const struct cel_finding *finding)
{
	struct finding *out = cookie;

	if (out->count++ > 0)
		return;
	out->position = finding->position;
	out->error = finding->error;
	strncpy(out->what, finding->what, sizeof out->what - 1);
}

static void
check_term(const char *expression, const char *what)
{
	struct finding finding = { .count = 0 };
	struct buffer lines = buffer_new(5000);
	struct rule_shapes shapes;
	struct policy *policy;
	struct arena *arena;

	buffer_printf(&lines, "    on: [deployment, evaluation]\n"
	    "    require: >-\n      %s\n" REST, expression);
	if (parse(&policy, buffer_string(&lines)) == -1)
		fail_msg("%s: %s", expression, err.what);
	assert_int_equal(arena_new(&arena, (size_t)16 << 20, &err), 0);
	assert_int_equal(rule_shapes_make(&shapes, &policy->rule[0],
	    policy->params, arena, &err), 0);
	cel_check(policy->rule[0].require.program, shapes.variable, SHAPE_BOOL,
	    take, &finding);
	if ((what[0] == '\0') != (finding.count == 0) ||
	    strstr(finding.what, what) == NULL)
		fail_msg("%s: %s", expression, finding.what);
	arena_free(arena);
	policy_free(policy);
	buffer_free(&lines);
}

static void
good_expressions_have_no_findings(void **state)
{
	static const char *const good[] = {
		"record.environment == 'production'",
		"lineage.evaluations.exists(e, e.metrics.auc >= params.min)",
		"lineage.evaluations.all(e, has(e.n) && e.n >= 100)",
		"model.risk_class in ['high', 'limited']",
		"now - model.time < duration('24h')",
		"size(lineage.runs) > 0 && lineage.runs[0].signer.name != ''",
		"lineage.observations.exists(o, o.window.to > now)",
		"ledger.policies.all(n, ledger.policies[n].version != '')",
		"signers.all(s, 'approver' in s.roles)",
		"lineage.evaluations.map(e, e.metrics.auc).sort()[0] > 0.5",
		"now.getHours('+01:00') < 18",
		"params.name == record.environment",
		"record.metrics.auc * 2.0 > 1.0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		check_term(good[i], "");
}

static void
bad_expressions_are_found_before_they_are_used(void **state)
{
	static const char *const bad[][2] = {
		{ "record.metrcs.auc > 0.5",
		    "`record.metrcs': no such member; did you mean `metrics'?" },
		{ "has(model.ownr)", "did you mean `owner'?" },
		{ "model.risk_class == 'hihg'",
		    "it is never 'hihg'; did you mean 'high'?" },
		{ "model.risk_class in ['hihg']", "it is never 'hihg'" },
		{ "model.name < 3.0", "compares a string with a double" },
		{ "model.name == 3.0", "compares a string with a double" },
		{ "record.n * 2 > 5.0", "write the number with a point" },
		{ "model.name + 1 == 'a'", "a string and an int" },
		{ "model.name.x == 1", "a string has no members" },
		{ "size(lineage.runs)", "it gives an int, not a bool" },
		{ "model.name && true", "is a string, not true or false" },
		{ "model.name.all(c, c == 'a')", "cannot be gone over" },
		{ "lineage.runs.all(r, r.name)", "not true or false" },
		{ "now.getHours('Europe/Berlin') < 18",
		    "a named time zone depends on the machine" },
		{ "lineage.runz.size() == 0", "did you mean `runs'?" },
		{ "ledger['deployd'].size() == 0", "did you mean `deployed'?" },
		{ "params.mni > 0.5", "did you mean `min'?" },
		{ "lineage.runs > 3", "compares a list with an int" },
		{ "'a' in model.name", "nothing is in a string" },
		{ "signer.role == 'approver'", "did you mean `roles'?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		check_term(bad[i][0], bad[i][1]);
}

static void
every_pack_is_in_the_program(void **state)
{
	(void)state;
	for (const struct embedded *pack = packs; pack->name != NULL; pack++) {
		struct policy *policy;

		if (policy_parse(&policy, pack_text(pack->name), &err) == -1)
			fail_msg("%s: %s: %s", pack->name, err.where,
			    err.what);
		assert_string_equal(policy->name, pack->name);
		policy_free(policy);
	}
	assert_int_equal(pack_text("none").len, 0);
}

static void
a_place_is_shown_below_its_line(void **state)
{
	struct buffer out = buffer_new(10000);

	(void)state;
	cel_show_place(&out, bytes_of_text("a ||\nä + x"), 10);
	assert_string_equal(buffer_string(&out), "    ä + x\n        ^\n");
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_is_read),
		cmocka_unit_test(what_is_wrong_is_named_with_its_place),
		cmocka_unit_test(an_emergency_brings_a_rule),
		cmocka_unit_test(names_match_patterns),
		cmocka_unit_test(rules_on_audit_may_look_at_the_ledger),
		cmocka_unit_test(good_expressions_have_no_findings),
		cmocka_unit_test(
		    bad_expressions_are_found_before_they_are_used),
		cmocka_unit_test(every_pack_is_in_the_program),
		cmocka_unit_test(a_place_is_shown_below_its_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
