#include "policy/examples.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "policy/context.h"
#include "policy/plural.h"

#define VALUE_BYTES ((size_t)64 * 1024 * 1024)

struct examples {
	const struct policy *policy;
	struct examples_report *report;
	struct context *context;
	struct arena *term;
	struct authority *authority;
	struct cel_trace trace;
	struct cel_value variables[NAME_COUNT];
	/* Of each rule's parts: 1 was false, 2 was true. */
	uint8_t **seen;
	int64_t now_ms;
	const struct kind *kind;
	char name[200];
	char environment[200];
	void (*each)(void *cookie, const struct example_result *result);
	void *cookie;
};

static const struct plural lineage_lists[] = {
	PLURALS_ALL(PLURAL_ROW){ "evaluation_datasets", "dataset" },
	{ "unregistered", "" },
	/* Of the whole ledger. */
	{ "deployed", "deployment" },
	{ "emergencies", "deployment" },
	{ "keys", "" },
};
#define LISTS (sizeof lineage_lists / sizeof lineage_lists[0])

/* --- Values from YAML --- */

/* JSON with times in their one spelling, where a text is a time of any
 * precision. */
static int
plain_json(struct json **out, const struct yaml *node, struct error *err)
{
	struct json *made;
	int64_t time_ms;
	struct error ignored;

	if (node->type == YAML_TEXT && !node->quoted && node->text.len >= 10 &&
	    node->text.data[4] == '-' && node->text.data[7] == '-' &&
	    time_parse(&time_ms, (const char *)node->text.data, 0, &ignored) ==
		0) {
		*out = json_new_text(time_format(time_ms).text);
		return *out == NULL ? error_memory(err) : 0;
	}
	if (node->type != YAML_LIST && node->type != YAML_MAP)
		return yaml_json(out, node, err);
	made = node->type == YAML_LIST ? json_new_list() : json_new_object();
	for (size_t i = 0; i < node->count; i++) {
		struct json *child;

		if (plain_json(&child, node->item[i], err) == -1 ||
		    (node->type == YAML_LIST
			    ? json_push(made, child, err)
			    : json_put(made,
				  (const char *)node->key[i]->text.data, child,
				  err)) == -1) {
			json_free(made);
			return -1;
		}
	}
	if (made == NULL)
		return error_memory(err);
	*out = made;
	return 0;
}

/* What an entry adds to a record, unless the example says it. */
static int
with_extras(struct json *record, const char *kind, size_t number,
    struct error *err)
{
	struct json *signer;

	if (json_member(record, "seq") == NULL &&
	    json_put(record, "seq", json_new_integer((int64_t)number), err) ==
		-1)
		return -1;
	if (json_member(record, "entry") == NULL &&
	    json_put(record, "entry", json_new_text(""), err) == -1)
		return -1;
	if (json_member(record, "signer") == NULL) {
		signer = json_new_object();
		if (json_put(signer, "name", json_new_text("somebody"), err) ==
			-1 ||
		    json_put(signer, "roles", json_new_list(), err) == -1 ||
		    json_put(signer, "in_force", json_new_bool(true), err) ==
			-1) {
			json_free(signer);
			return -1;
		}
		if (json_put(record, "signer", signer, err) == -1)
			return -1;
	}
	if (*kind != '\0' && json_member(record, "kind") == NULL &&
	    json_put(record, "kind", json_new_text(kind), err) == -1)
		return -1;
	return 0;
}

/* Numbers of entries and times, which are no members of the kinds. */
static struct cel_value
extra(struct examples *examples, const struct json *record, const char *name,
    struct cel_value given)
{
	const struct json *value = json_member(record, name);
	int64_t time_ms;

	if (strcmp(name, "seq") == 0 && json_is_integer(value))
		return cel_int(json_integer(value));
	if (strcmp(name, "time") == 0 && json_text(value) != NULL &&
	    time_parse_exact(&time_ms, bytes_of_text(json_text(value))))
		return context_time(time_ms);
	(void)examples;
	return given;
}

static struct cel_value
record_value(struct examples *examples, const struct kind *kind,
    const struct json *record)
{
	struct cel_value made =
	    context_members(examples->context, kind, record);
	struct cel_map *map;

	if (made.type != CEL_MAP)
		return made;
	map = (struct cel_map *)(uintptr_t)made.map;
	for (size_t i = 0; i < map->count; i++) {
		struct cel_value *value =
		    (struct cel_value *)(uintptr_t)&map->value[i];

		if (bytes_equal(map->key[i].text, bytes_of_text("seq")))
			*value = extra(examples, record, "seq", *value);
		else if (bytes_equal(map->key[i].text, bytes_of_text("time")))
			*value = extra(examples, record, "time", *value);
	}
	return made;
}

static struct cel_value
list_value(struct examples *examples, const struct yaml *node, const char *kind,
    struct error *err)
{
	struct cel_value *item = arena_take(context_arena(examples->context),
	    node == NULL ? 0 : node->count, sizeof *item);
	size_t count = 0;

	if (item == NULL)
		return cel_error("out of memory");
	for (size_t i = 0; node != NULL && i < node->count; i++) {
		struct json *record;

		if (node->item[i]->type != YAML_MAP) {
			yaml_refuse(node->item[i], err,
			    "a record is a map, not %s",
			    yaml_type_name(node->item[i]->type));
			return cel_error("refused");
		}
		if (plain_json(&record, node->item[i], err) == -1)
			return cel_error("refused");
		if (with_extras(record, kind, i, err) == -1) {
			json_free(record);
			return cel_error("refused");
		}
		item[count++] =
		    record_value(examples, kind_named(kind), record);
		json_free(record);
	}
	return cel_list(context_arena(examples->context), item, count);
}

/* lineage or ledger: every list is there, given or empty. */
static int
lists_value(struct examples *examples, const struct yaml *node, bool ledger,
    struct cel_value *out, struct error *err)
{
	const char *names[LISTS + 4];
	struct cel_value values[LISTS + 4];
	size_t count = 0;

	for (size_t i = 0; i < LISTS; i++) {
		const struct yaml *list =
		    yaml_member(node, lineage_lists[i].list);

		if (list != NULL && list->type != YAML_LIST)
			return yaml_refuse(list, err,
			    "\"%s\" is to be a list, not %s",
			    lineage_lists[i].list, yaml_type_name(list->type));
		names[count] = lineage_lists[i].list;
		values[count++] =
		    list_value(examples, list, lineage_lists[i].kind, err);
		if (values[count - 1].type == CEL_ERROR)
			return -1;
	}
	if (ledger) {
		const struct yaml *policies = yaml_member(node, "policies");
		struct json *json = NULL;

		names[count] = "origin";
		values[count++] =
		    context_text(examples->context, "ledger.example");
		names[count] = "size";
		values[count++] = cel_int(1000);
		if (policies != NULL && plain_json(&json, policies, err) == -1)
			return -1;
		names[count] = "policies";
		values[count++] = json != NULL
		    ? context_json(examples->context, json)
		    : cel_map(context_arena(examples->context), NULL, NULL, 0);
		json_free(json);
	}
	*out = context_map(examples->context, names, values, count);
	return 0;
}

/* A map of the example, through its kind's rows. */
static int
map_value(struct examples *examples, const struct yaml *given, const char *name,
    const struct kind *kind, struct cel_value *out, struct error *err)
{
	const struct yaml *node = yaml_member(given, name);
	struct json *json = NULL;

	if (node == NULL) {
		*out = cel_map(context_arena(examples->context), NULL, NULL, 0);
		return 0;
	}
	if (node->type != YAML_MAP)
		return yaml_refuse(node, err, "\"%s\" is to be a map, not %s",
		    name, yaml_type_name(node->type));
	if (plain_json(&json, node, err) == -1)
		return -1;
	*out = record_value(examples, kind, json);
	json_free(json);
	return 0;
}

/* Signers have roles and a name, whether or not it matters here. */
static int
signer_value(struct examples *examples, const struct yaml *given,
    struct error *err)
{
	struct cel_value *variables = examples->variables;
	const struct yaml *node = yaml_member(given, "signer");
	struct json *json = NULL;

	if (node != NULL && plain_json(&json, node, err) == -1)
		return -1;
	if (json == NULL)
		json = json_new_object();
	if ((json_member(json, "name") == NULL &&
		json_put(json, "name", json_new_text("somebody"), err) == -1) ||
	    (json_member(json, "certified") == NULL &&
		json_put(json, "certified", json_new_bool(false), err) == -1) ||
	    (json_member(json, "subject") == NULL &&
		json_put(json, "subject", json_new_text(""), err) == -1) ||
	    (json_member(json, "issuer") == NULL &&
		json_put(json, "issuer", json_new_text(""), err) == -1) ||
	    (json_member(json, "roles") == NULL &&
		json_put(json, "roles", json_new_list(), err) == -1) ||
	    (json_member(json, "in_force") == NULL &&
		json_put(json, "in_force", json_new_bool(true), err) == -1)) {
		json_free(json);
		return -1;
	}
	variables[NAME_SIGNER] = context_json(examples->context, json);
	variables[NAME_SIGNERS] =
	    context_list(examples->context, &variables[NAME_SIGNER], 1);
	json_free(json);
	return 0;
}

static int
params_value(struct examples *examples, const struct yaml *given,
    struct error *err)
{
	const struct yaml *node = yaml_member(given, "params");
	struct json *own = NULL, *params = NULL;
	int result = -1;

	if (node != NULL && yaml_json(&own, node, err) == -1)
		return -1;
	if (rulebook_params(&params, examples->policy, own, err) == 0) {
		examples->variables[NAME_PARAMS] =
		    context_json(examples->context, params);
		result = 0;
	} else if (node != NULL) {
		yaml_place(node, err);
	}
	json_free(params);
	json_free(own);
	return result;
}

static int
only_known(const struct yaml *map, const char *const names[], const char *what,
    struct error *err)
{
	for (size_t i = 0; i < map->count; i++) {
		size_t k = 0;

		while (names[k] != NULL &&
		    !bytes_equal(map->key[i]->text, bytes_of_text(names[k])))
			k++;
		if (names[k] == NULL)
			return yaml_refuse(map->key[i], err,
			    "%s has no member \"%.60s\"", what,
			    (const char *)map->key[i]->text.data);
	}
	return 0;
}

static int
set_time(struct examples *examples, const struct yaml *node, struct error *err)
{
	const struct yaml *now = yaml_member(node, "now");

	examples->now_ms = 1795424400000; /* 2026-11-23T09:00:00Z */
	if (now != NULL &&
	    time_parse(&examples->now_ms, (const char *)now->text.data, 0,
		err) == -1)
		return yaml_place(now, err);
	return 0;
}

static int
set_kind(struct examples *examples, const struct yaml *node, struct error *err)
{
	const struct yaml *kind = yaml_member(node, "kind");
	const char *name = "deployment";

	if (kind != NULL && kind->type == YAML_TEXT)
		name = (const char *)kind->text.data;
	examples->kind = kind_named(name);
	if (examples->kind == NULL && strcmp(name, "audit") != 0)
		return yaml_refuse(kind, err, "\"%.60s\" is no kind of record",
		    name);
	examples->variables[NAME_KIND] = context_text(examples->context, name);
	return 0;
}

static void
keep(char out[200], const struct cel_value *map, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));
	const struct cel_value *value =
	    map->type == CEL_MAP ? cel_map_find(map->map, &key) : NULL;

	out[0] = '\0';
	if (value != NULL && value->type == CEL_STRING &&
	    value->text.len < 200) {
		memcpy(out, value->text.data, value->text.len);
		out[value->text.len] = '\0';
	}
}

/* Everything that the rules see in this example. */
static int
set_variables(struct examples *examples, const struct yaml *node,
    struct error *err)
{
	static const char *const given_names[] = { "record", "model", "subject",
		"signer", "params", "lineage", "ledger", NULL };
	const struct yaml *given = yaml_member(node, "given");
	struct cel_value *variables = examples->variables;
	static const struct yaml nothing = { .type = YAML_MAP };

	if (given == NULL)
		given = &nothing;
	if (given->type != YAML_MAP)
		return yaml_refuse(given, err, "\"given\" is to be a map");
	if (only_known(given, given_names, "\"given\"", err) == -1 ||
	    set_time(examples, node, err) == -1)
		return -1;
	context_begin(examples->context,
	    &(struct append_view){
		.authority = examples->authority, .time_ms = examples->now_ms },
	    NULL, 0);
	variables[NAME_NOW] = context_time(examples->now_ms);
	if (set_kind(examples, node, err) == -1 ||
	    map_value(examples, given, "record",
		examples->kind == NULL ? kind_named("deployment")
				       : examples->kind,
		&variables[NAME_RECORD], err) == -1 ||
	    map_value(examples, given, "model", kind_named("model"),
		&variables[NAME_MODEL], err) == -1 ||
	    map_value(examples, given, "subject", NULL,
		&variables[NAME_SUBJECT], err) == -1 ||
	    signer_value(examples, given, err) == -1 ||
	    params_value(examples, given, err) == -1 ||
	    lists_value(examples, yaml_member(given, "lineage"), false,
		&variables[NAME_LINEAGE], err) == -1 ||
	    lists_value(examples, yaml_member(given, "ledger"), true,
		&variables[NAME_LEDGER], err) == -1)
		return -1;
	keep(examples->environment, &variables[NAME_RECORD], "environment");
	keep(examples->name, &variables[NAME_SUBJECT], "name");
	if (examples->name[0] == '\0')
		keep(examples->name, &variables[NAME_MODEL], "name");
	return 0;
}

/* --- Coverage --- */

struct noting {
	struct examples *examples;
	uint8_t *seen;
};

static void
note_part(void *cookie, const struct cel_part *part)
{
	struct noting *noting = cookie;
	const struct cel_value *value =
	    &noting->examples->trace.value[part->number];

	if (!part->constant && value->type == CEL_BOOL)
		noting->seen[part->number] |= value->boolean ? 2 : 1;
}

struct counting {
	const uint8_t *seen;
	struct rule_coverage *coverage;
};

/* Each condition counts twice: it may be true and it may be false. */
static void
count_part(void *cookie, const struct cel_part *part)
{
	struct counting *counting = cookie;
	uint8_t seen = counting->seen[part->number];

	/* What was never a condition is none. */
	if (part->constant || seen == 0)
		return;
	counting->coverage->branches += 2;
	counting->coverage->branches_reached +=
	    (size_t)(seen & 1) + (size_t)(seen >> 1);
}

/* --- One expectation --- */

static struct cel_value
evaluate(struct examples *examples, const struct rule *rule,
    const struct policy_term *term, bool noted)
{
	size_t number = (size_t)(rule - examples->policy->rule);
	struct cel_limits limits = { .steps = 2000000 };
	struct noting noting = { examples, examples->seen[number] };
	struct cel_value value;

	examples->trace.count = cel_part_count(term->program);
	limits.trace = &examples->trace;
	value = cel_evaluate(term->program, examples->variables, examples->term,
	    &limits);
	if (noted)
		cel_parts(term->program, note_part, &noting);
	return value;
}

static enum result
result_of(const struct cel_value *value, enum result otherwise,
    const char **message)
{
	if (value->type == CEL_BOOL)
		return value->boolean ? RESULT_PASS : otherwise;
	if (value->type == CEL_ERROR) {
		*message = (const char *)value->text.data;
		return (value->position & CEL_ERROR_MISSING) != 0
		    ? RESULT_NO_EVIDENCE
		    : RESULT_ERROR;
	}
	*message = "the condition is not true or false";
	return RESULT_ERROR;
}

static bool
matches_scope(const struct examples *examples, const struct policy_scope *scope)
{
	bool fits = scope->environments.count == 0;
	const struct cel_value *class;
	struct cel_value key = cel_string(bytes_of_text("risk_class"));

	for (size_t i = 0; i < scope->environments.count; i++)
		fits |= policy_matches(scope->environments.item[i],
		    examples->environment);
	if (!fits)
		return false;
	fits = scope->models.count == 0;
	for (size_t i = 0; i < scope->models.count; i++)
		fits |= policy_matches(scope->models.item[i], examples->name);
	if (!fits || scope->risk_classes.count == 0)
		return fits;
	class = cel_map_find(examples->variables[NAME_MODEL].map, &key);
	if (class == NULL || class->type != CEL_STRING)
		return true;
	for (size_t i = 0; i < scope->risk_classes.count; i++) {
		if (bytes_equal(class->text,
			bytes_of_text(scope->risk_classes.item[i])))
			return true;
	}
	return false;
}

static enum result
try_rule(struct examples *examples, const struct rule *rule,
    const char **message)
{
	struct cel_value value;
	enum result result;

	arena_reset(examples->term);
	if (!rule_is_on(rule, examples->kind) ||
	    !matches_scope(examples, &examples->policy->scope) ||
	    !matches_scope(examples, &rule->scope))
		return RESULT_NOT_APPLICABLE;
	if (rule->when.program != NULL) {
		value = evaluate(examples, rule, &rule->when, false);
		result = result_of(&value, RESULT_NOT_APPLICABLE, message);
		if (result != RESULT_PASS)
			return result;
	}
	if (rule->evidence.program != NULL) {
		value = evaluate(examples, rule, &rule->evidence, false);
		result = result_of(&value, RESULT_NO_EVIDENCE, message);
		if (result != RESULT_PASS)
			return result;
	}
	value = evaluate(examples, rule, &rule->require, true);
	result = result_of(&value, RESULT_FAIL, message);
	if (result != RESULT_PASS && rule->message.program != NULL) {
		value = evaluate(examples, rule, &rule->message, false);
		*message = value.type == CEL_STRING
		    ? (const char *)value.text.data
		    : *message;
	}
	return result;
}

static int
try_expectation(struct examples *examples, const struct yaml *example,
    const struct yaml *key, const struct yaml *wanted, struct error *err)
{
	const struct yaml *name = yaml_member(example, "name");
	const char *id = (const char *)key->text.data;
	const struct rule *rule = policy_rule(examples->policy, id);
	struct example_result said = {
		.example = name == NULL ? "(no name)"
					: (const char *)name->text.data,
		.line = key->line,
		.rule = id,
		.wanted = (const char *)wanted->text.data,
	};
	enum result result;
	unsigned known = 0;

	if (rule == NULL)
		return yaml_refuse(key, err, "there is no rule \"%.60s\"", id);
	while (known < RESULT_COUNT &&
	    strcmp(result_name((enum result)known), said.wanted) != 0)
		known++;
	if (known == RESULT_COUNT)
		return yaml_refuse(wanted, err,
		    "\"%.60s\" is no result: pass, fail, no evidence, not "
		    "applicable, error",
		    said.wanted);
	result = try_rule(examples, rule, &said.message);
	said.got = result_name(result);
	said.right = strcmp(said.got, said.wanted) == 0;
	examples->report->expectations++;
	examples->report->wrong += !said.right;
	examples->report->coverage[rule - examples->policy->rule]
	    .reached[result] = true;
	if (examples->each != NULL)
		examples->each(examples->cookie, &said);
	return 0;
}

static int
try_example(struct examples *examples, const struct yaml *example,
    struct error *err)
{
	static const char *const names[] = { "name", "about", "now", "kind",
		"given", "expect", NULL };
	const struct yaml *expect = yaml_member(example, "expect");

	if (example->type != YAML_MAP)
		return yaml_refuse(example, err, "an example is a map");
	if (only_known(example, names, "an example", err) == -1)
		return -1;
	if (expect == NULL || expect->type != YAML_MAP || expect->count == 0)
		return yaml_refuse(expect == NULL ? example : expect, err,
		    "an example expects results of rules, as in {rule: pass}");
	if (set_variables(examples, example, err) == -1)
		return -1;
	examples->report->count++;
	for (size_t i = 0; i < expect->count; i++) {
		if (try_expectation(examples, example, expect->key[i],
			expect->item[i], err) == -1)
			return -1;
	}
	return 0;
}

static void
sum_up(struct examples *examples)
{
	struct examples_report *report = examples->report;

	for (size_t i = 0; i < report->rules; i++) {
		struct rule_coverage *coverage = &report->coverage[i];
		struct counting counting = { examples->seen[i], coverage };
		bool other = coverage->reached[RESULT_FAIL] ||
		    coverage->reached[RESULT_NO_EVIDENCE] ||
		    coverage->reached[RESULT_ERROR];

		report->rules_reached += coverage->reached[RESULT_PASS] &&
		    other;
		cel_parts(coverage->rule->require.program, count_part,
		    &counting);
		report->branches += coverage->branches;
		report->branches_reached += coverage->branches_reached;
	}
}

static int
prepare(struct examples *examples, struct error *err)
{
	const struct policy *policy = examples->policy;
	struct examples_report *report = examples->report;
	size_t parts = policy->max_parts + 1;

	memset(report, 0, sizeof *report);
	report->rules = policy->rule_count;
	report->coverage = memory_new(report->rules, sizeof *report->coverage);
	examples->trace.value =
	    memory_new(parts, sizeof *examples->trace.value);
	examples->seen = memory_new(report->rules, sizeof *examples->seen);
	if (report->coverage == NULL || examples->trace.value == NULL ||
	    examples->seen == NULL)
		return error_memory(err);
	for (size_t i = 0; i < report->rules; i++) {
		report->coverage[i].rule = &policy->rule[i];
		examples->seen[i] = memory_new(parts, 1);
		if (examples->seen[i] == NULL)
			return error_memory(err);
	}
	if (context_new(&examples->context, err) == -1 ||
	    authority_new(&examples->authority, err) == -1)
		return -1;
	return arena_new(&examples->term, VALUE_BYTES, err);
}

int
examples_run(struct examples_report *report, const struct policy *policy,
    void (*each)(void *cookie, const struct example_result *result),
    void *cookie, struct error *err)
{
	struct examples examples = { .policy = policy,
		.report = report,
		.each = each,
		.cookie = cookie };
	int result = prepare(&examples, err);

	for (size_t i = 0; result == 0 && policy->examples != NULL &&
	     i < policy->examples->count;
	     i++)
		result = try_example(&examples, policy->examples->item[i], err);
	if (result == 0)
		sum_up(&examples);
	for (size_t i = 0; examples.seen != NULL && i < report->rules; i++)
		memory_free(examples.seen[i]);
	memory_free(examples.seen);
	memory_free(examples.trace.value);
	context_free(examples.context);
	authority_free(examples.authority);
	arena_free(examples.term);
	if (result == -1)
		examples_free(report);
	return result;
}

void
examples_free(struct examples_report *report)
{
	memory_free(report->coverage);
	report->coverage = NULL;
}
