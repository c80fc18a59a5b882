#include "policy/policy.h"
#include "policy/policy_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#define POLICY_BYTES ((size_t)256 * 1024 * 1024)
#define RULES_MAX 5000

const char *const policy_names[NAME_COUNT + 1] = {
	[NAME_RECORD] = "record",
	[NAME_KIND] = "kind",
	[NAME_SUBJECT] = "subject",
	[NAME_SIGNER] = "signer",
	[NAME_SIGNERS] = "signers",
	[NAME_NOW] = "now",
	[NAME_MODEL] = "model",
	[NAME_LINEAGE] = "lineage",
	[NAME_PARAMS] = "params",
	[NAME_LEDGER] = "ledger",
};

size_t
policy_kind_number(const struct kind *kind)
{
	size_t number = 0;

	while (kinds[number] != kind)
		number++;
	return number;
}

static bool
names_ledger(const struct policy_term *term)
{
	static const char word[] = "ledger";
	struct bytes text;

	if (term->node == NULL || term->node->text.len == 0)
		return false;
	text = term->node->text;
	return memmem(text.data, text.len, word, strlen(word)) != NULL;
}

bool
policy_asks_ledger(const struct policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rule[i];

		if (rule->on_audit &&
		    (rule->each == EACH_LEDGER || names_ledger(&rule->when) ||
			names_ledger(&rule->evidence) ||
			names_ledger(&rule->require) ||
			names_ledger(&rule->message)))
			return true;
	}
	return false;
}

bool
policy_matches(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* --- Members of a map --- */

struct reading {
	struct policy *policy;
	struct error *err;
};

static const char *
text_of(const struct yaml *node)
{
	return (const char *)node->text.data;
}

/* Refuse keys that are none of the names. */
static int
only_members(const struct yaml *map, const char *what,
    const char *const names[], struct error *err)
{
	if (map->type != YAML_MAP)
		return yaml_refuse(map, err, "%s is to be a map, not %s", what,
		    yaml_type_name(map->type));
	for (size_t i = 0; i < map->count; i++) {
		const char *key = text_of(map->key[i]), *nearest;
		size_t k = 0;

		while (names[k] != NULL && strcmp(names[k], key) != 0)
			k++;
		if (names[k] != NULL)
			continue;
		nearest = text_nearest(key, names);
		return yaml_refuse(map->key[i], err,
		    "%s has no member \"%.60s\"%s%s%s", what, key,
		    nearest == NULL ? "" : "; did you mean \"",
		    nearest == NULL ? "" : nearest,
		    nearest == NULL ? "" : "\"?");
	}
	return 0;
}

/* A text; NULL is left when there is none and none is needed. */
static int
take_text(const char **out, const struct yaml *map, const char *name,
    bool needed, struct error *err)
{
	const struct yaml *node = yaml_member(map, name);

	if (node == NULL) {
		if (needed)
			return yaml_refuse(map, err,
			    "the member \"%s\" is missing", name);
		return 0;
	}
	if (node->type > YAML_TEXT || node->type == YAML_NULL ||
	    node->text.len == 0)
		return yaml_refuse(node, err, "\"%s\" is to be a text, not %s",
		    name, yaml_type_name(node->type));
	*out = text_of(node);
	return 0;
}

static int
take_flag(bool *out, const struct yaml *map, const char *name,
    struct error *err)
{
	const struct yaml *node = yaml_member(map, name);

	if (node == NULL)
		return 0;
	if (node->type != YAML_BOOL)
		return yaml_refuse(node, err,
		    "\"%s\" is to be true or false, not %s", name,
		    yaml_type_name(node->type));
	*out = node->boolean;
	return 0;
}

static int
take_count(uint64_t *out, const struct yaml *map, const char *name,
    uint64_t most, struct error *err)
{
	const struct yaml *node = yaml_member(map, name);

	if (node == NULL)
		return 0;
	if (node->type != YAML_NUMBER || !(node->number >= 1) ||
	    node->number > (double)most ||
	    node->number != (double)(uint64_t)node->number)
		return yaml_refuse(node, err,
		    "\"%s\" is to be a whole number from 1 to %llu", name,
		    (unsigned long long)most);
	*out = (uint64_t)node->number;
	return 0;
}

/* A list of texts, or one text. */
static int
take_texts(struct reading *reading, struct policy_texts *out,
    const struct yaml *map, const char *name)
{
	const struct yaml *node = yaml_member(map, name);
	size_t count;

	if (node == NULL)
		return 0;
	if (node->type == YAML_MAP || node->type == YAML_NULL)
		return yaml_refuse(node, reading->err,
		    "\"%s\" is to be a list of texts, not %s", name,
		    yaml_type_name(node->type));
	count = node->type == YAML_LIST ? node->count : 1;
	out->item =
	    arena_take(reading->policy->arena, count + 1, sizeof *out->item);
	if (out->item == NULL)
		return error_memory(reading->err);
	for (size_t i = 0; i < count; i++) {
		const struct yaml *item =
		    node->type == YAML_LIST ? node->item[i] : node;

		if (item->type != YAML_TEXT && item->type != YAML_NUMBER)
			return yaml_refuse(item, reading->err,
			    "\"%s\" is to be a list of texts; here is %s", name,
			    yaml_type_name(item->type));
		out->item[i] = text_of(item);
	}
	out->count = count;
	return 0;
}

static int
take_roles(struct reading *reading, unsigned *roles, const struct yaml *map)
{
	struct policy_texts words = { NULL, 0 };

	if (take_texts(reading, &words, map, "roles") == -1)
		return -1;
	if (words.count > 0)
		*roles = 0;
	for (size_t i = 0; i < words.count; i++) {
		if (role_of(words.item[i]) == 0)
			return yaml_refuse(yaml_member(map, "roles"),
			    reading->err, "there is no role \"%.60s\"",
			    words.item[i]);
		*roles |= role_of(words.item[i]);
	}
	return 0;
}

static int
take_scope(struct reading *reading, struct policy_scope *scope,
    const struct yaml *map)
{
	static const char *const names[] = { "models", "environments",
		"risk_classes", NULL };
	const struct yaml *node = yaml_member(map, "scope");

	if (node == NULL)
		return 0;
	if (only_members(node, "a scope", names, reading->err) == -1 ||
	    take_texts(reading, &scope->models, node, "models") == -1 ||
	    take_texts(reading, &scope->environments, node, "environments") ==
		-1)
		return -1;
	return take_texts(reading, &scope->risk_classes, node, "risk_classes");
}

/* --- Expressions --- */

/* "line 12 …": where a part of an expression stands in the file, if it is
 * written in one piece; and the line with a mark. */
static int
refuse_expression(const struct yaml *node, const char *name,
    const struct error *inner, struct error *err)
{
	if (inner->class == ERROR_SYSTEM) {
		*err = *inner;
		return -1;
	}
	error_set(err, ERROR_UNDECIDED, inner->remedy, "in \"%s\", %s: %s",
	    name, inner->where, inner->what);
	return yaml_place(node, err);
}

static int
take_term(struct reading *reading, struct policy_term *term,
    const struct yaml *map, const char *name, bool needed)
{
	const struct cel_options options = { .names = policy_names,
		.strict = true };
	const struct yaml *node = yaml_member(map, name);
	struct error inner;

	if (node == NULL) {
		if (needed)
			return yaml_refuse(map, reading->err,
			    "the member \"%s\" is missing", name);
		return 0;
	}
	if (node->type > YAML_TEXT || node->type == YAML_NULL)
		return yaml_refuse(node, reading->err,
		    "\"%s\" is to be an expression, not %s", name,
		    yaml_type_name(node->type));
	if (cel_parse(&term->program, node->text, &options, &inner) == -1)
		return refuse_expression(node, name, &inner, reading->err);
	term->node = node;
	if (cel_part_count(term->program) > reading->policy->max_parts)
		reading->policy->max_parts = cel_part_count(term->program);
	return 0;
}

/* --- Rules --- */

static int
take_on(struct reading *reading, struct rule *rule, const struct yaml *map)
{
	struct policy_texts words = { NULL, 0 };
	const struct yaml *node = yaml_member(map, "on");
	const char *names[KINDS_MAX + 2], *nearest;
	size_t count = 0;

	if (node == NULL)
		return yaml_refuse(map, reading->err,
		    "the member \"on\" is missing");
	if (take_texts(reading, &words, map, "on") == -1)
		return -1;
	for (; kinds[count] != NULL; count++)
		names[count] = kinds[count]->name;
	names[count] = "audit";
	names[count + 1] = NULL;
	for (size_t i = 0; i < words.count; i++) {
		const struct kind *kind = kind_named(words.item[i]);

		if (strcmp(words.item[i], "audit") == 0) {
			rule->on_audit = true;
			continue;
		}
		if (kind != NULL && kind->roles != 0 &&
		    kind->subject != SUBJECT_LEDGER &&
		    kind->subject != SUBJECT_KEY) {
			rule->on[policy_kind_number(kind)] = true;
			continue;
		}
		nearest = kind == NULL ? text_nearest(words.item[i], names)
				       : NULL;
		return yaml_refuse(node, reading->err,
		    kind == NULL ? "\"%.60s\" is no kind of record%s%s%s"
				 : "nobody may judge a \"%.60s\"%s%s%s",
		    words.item[i], nearest == NULL ? "" : "; did you mean \"",
		    nearest == NULL ? "" : nearest,
		    nearest == NULL ? "" : "\"?");
	}
	return words.count > 0
	    ? 0
	    : yaml_refuse(node, reading->err, "\"on\" names no kind of record");
}

static int
take_each(struct rule *rule, const struct yaml *map, struct error *err)
{
	static const char *const words[] = { "ledger", "deployed", "model" };
	const struct yaml *node = yaml_member(map, "each");
	const char *text = "ledger";

	if (node == NULL)
		return 0;
	if (!rule->on_audit)
		return yaml_refuse(node, err,
		    "\"each\" says what an audit goes over; this rule is not "
		    "on audit");
	if (take_text(&text, map, "each", false, err) == -1)
		return -1;
	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(text, words[i]) == 0) {
			rule->each = (enum policy_each)i;
			return 0;
		}
	}
	return yaml_refuse(node, err,
	    "\"each\" is ledger, deployed or model, not \"%.60s\"", text);
}

static int
take_otherwise(struct rule *rule, const struct yaml *map, struct error *err)
{
	const struct yaml *node = yaml_member(map, "otherwise");
	const char *text = NULL;

	if (take_text(&text, map, "otherwise", true, err) == -1)
		return -1;
	rule->denies = strcmp(text, "deny") == 0;
	if (rule->denies || strcmp(text, "warn") == 0)
		return 0;
	return yaml_refuse(node, err,
	    "\"otherwise\" is deny or warn, not \"%.60s\"", text);
}

static int
take_id(struct reading *reading, struct rule *rule, const struct yaml *map)
{
	const struct policy *policy = reading->policy;

	if (take_text(&rule->id, map, "id", true, reading->err) == -1)
		return -1;
	if (!text_is_name(bytes_of_text(rule->id)) ||
	    strchr(rule->id, '/') != NULL || strlen(rule->id) > 60)
		return yaml_refuse(yaml_member(map, "id"), reading->err,
		    "an id is made of up to 60 letters, digits, '.', '_' and "
		    "'-'");
	for (const struct rule *other = policy->rule; other < rule; other++) {
		if (strcmp(other->id, rule->id) == 0)
			return yaml_refuse(yaml_member(map, "id"), reading->err,
			    "the rule on line %zu is called \"%s\" too",
			    other->node->line, rule->id);
	}
	return 0;
}

static int
take_rule(struct reading *reading, struct rule *rule, const struct yaml *map)
{
	static const char *const names[] = { "id", "on", "each", "scope",
		"when", "evidence", "require", "otherwise", "because", "remedy",
		"message", "controls", "waivable", "always", NULL };
	struct error *err = reading->err;

	rule->node = map;
	rule->waivable = true;
	if (only_members(map, "a rule", names, err) == -1 ||
	    take_id(reading, rule, map) == -1 ||
	    take_on(reading, rule, map) == -1 ||
	    take_each(rule, map, err) == -1 ||
	    take_scope(reading, &rule->scope, map) == -1 ||
	    take_term(reading, &rule->when, map, "when", false) == -1 ||
	    take_term(reading, &rule->evidence, map, "evidence", false) == -1 ||
	    take_term(reading, &rule->require, map, "require", true) == -1 ||
	    take_term(reading, &rule->message, map, "message", false) == -1 ||
	    take_otherwise(rule, map, err) == -1 ||
	    take_text(&rule->because, map, "because", true, err) == -1 ||
	    take_text(&rule->remedy, map, "remedy", false, err) == -1 ||
	    take_texts(reading, &rule->controls, map, "controls") == -1 ||
	    take_flag(&rule->waivable, map, "waivable", err) == -1)
		return -1;
	return take_flag(&rule->always, map, "always", err);
}

/*
 * What an emergency leaves to be done: a rule of every policy that allows
 * one, written as others are.
 */
static int
take_review_rule(struct reading *reading)
{
	struct policy *policy = reading->policy;
	struct rule *rule = &policy->rule[policy->rule_count];
	char text[1000];
	struct yaml *map;

	(void)snprintf(text, sizeof text,
	    "id: emergency-review\n"
	    "on: [deployment, audit]\n"
	    "require: ledger.emergencies.all(d, d.reviewed || "
	    "now <= d.time + duration('%lluh'))\n"
	    "otherwise: deny\n"
	    "waivable: false\n"
	    "always: true\n"
	    "because: A deployment that went ahead of the rules must be "
	    "reviewed within %llu hours.\n"
	    "remedy: vouch review DEPLOYMENT --outcome upheld --because TEXT\n",
	    (unsigned long long)policy->emergency.review_hours,
	    (unsigned long long)policy->emergency.review_hours);
	if (yaml_parse(&map, bytes_of_text(text), policy->arena,
		reading->err) == -1 ||
	    take_rule(reading, rule, map) == -1)
		return -1;
	policy->rule_count++;
	return 0;
}

static int
take_rules(struct reading *reading, const struct yaml *map)
{
	struct policy *policy = reading->policy;
	const struct yaml *list = yaml_member(map, "rules");

	if (list == NULL || list->type != YAML_LIST || list->count == 0)
		return yaml_refuse(list == NULL ? map : list, reading->err,
		    "a policy has a list of rules, at least one");
	if (list->count > RULES_MAX)
		return yaml_refuse(list, reading->err,
		    "a policy has at most %d rules", RULES_MAX);
	policy->rule =
	    arena_take(policy->arena, list->count + 1, sizeof *policy->rule);
	if (policy->rule == NULL)
		return error_memory(reading->err);
	memset(policy->rule, 0, (list->count + 1) * sizeof *policy->rule);
	for (size_t i = 0; i < list->count; i++) {
		/* Counted first, so that what it has taken is freed. */
		policy->rule_count = i + 1;
		if (take_rule(reading, &policy->rule[i], list->item[i]) == -1)
			return -1;
	}
	return policy->emergency.allowed ? take_review_rule(reading) : 0;
}

/* --- The whole --- */

static int
take_waivers(struct reading *reading, const struct yaml *map)
{
	static const char *const names[] = { "roles", "max_days", NULL };
	const struct yaml *node = yaml_member(map, "waivers");

	reading->policy->waivers.roles = ROLE_COMPLIANCE;
	if (node == NULL)
		return 0;
	if (only_members(node, "\"waivers\"", names, reading->err) == -1 ||
	    take_roles(reading, &reading->policy->waivers.roles, node) == -1)
		return -1;
	return take_count(&reading->policy->waivers.max_days, node, "max_days",
	    36500, reading->err);
}

static int
take_emergency(struct reading *reading, const struct yaml *map)
{
	static const char *const names[] = { "roles", "review_hours", NULL };
	const struct yaml *node = yaml_member(map, "emergency");
	struct policy *policy = reading->policy;

	if (node == NULL)
		return 0;
	policy->emergency.allowed = true;
	policy->emergency.roles = ROLE_APPROVER;
	policy->emergency.review_hours = 48;
	if (only_members(node, "\"emergency\"", names, reading->err) == -1 ||
	    take_roles(reading, &policy->emergency.roles, node) == -1)
		return -1;
	return take_count(&policy->emergency.review_hours, node, "review_hours",
	    8760, reading->err);
}

static int
take_params(struct reading *reading, const struct yaml *map)
{
	const struct yaml *node = yaml_member(map, "params");

	if (node == NULL) {
		reading->policy->params = json_new_object();
		return reading->policy->params == NULL
		    ? error_memory(reading->err)
		    : 0;
	}
	if (node->type != YAML_MAP)
		return yaml_refuse(node, reading->err,
		    "\"params\" is to be a map, not %s",
		    yaml_type_name(node->type));
	return yaml_json(&reading->policy->params, node, reading->err);
}

static int
take_examples(struct reading *reading, const struct yaml *map)
{
	const struct yaml *node = yaml_member(map, "examples");

	if (node != NULL && node->type != YAML_LIST)
		return yaml_refuse(node, reading->err,
		    "\"examples\" is to be a list, not %s",
		    yaml_type_name(node->type));
	reading->policy->examples = node;
	return 0;
}

static int
take_policy(struct reading *reading, const struct yaml *map)
{
	static const char *const names[] = { "policy", "title", "about",
		"sources", "params", "scope", "waivers", "emergency", "seal",
		"rules", "examples", NULL };
	struct policy *policy = reading->policy;

	if (only_members(map, "a policy", names, reading->err) == -1 ||
	    take_text(&policy->name, map, "policy", true, reading->err) == -1)
		return -1;
	if (!text_is_name(bytes_of_text(policy->name)) ||
	    strchr(policy->name, '/') != NULL || strlen(policy->name) > 60)
		return yaml_refuse(yaml_member(map, "policy"), reading->err,
		    "a policy's name is made of up to 60 letters, digits, '.', "
		    "'_' and '-'");
	if (take_text(&policy->title, map, "title", false, reading->err) ==
		-1 ||
	    take_text(&policy->about, map, "about", false, reading->err) ==
		-1 ||
	    take_texts(reading, &policy->sources, map, "sources") == -1 ||
	    take_params(reading, map) == -1 ||
	    take_scope(reading, &policy->scope, map) == -1 ||
	    take_waivers(reading, map) == -1 ||
	    take_emergency(reading, map) == -1 ||
	    policy_take_seal(policy, map, reading->err) == -1 ||
	    take_rules(reading, map) == -1)
		return -1;
	return take_examples(reading, map);
}

int
policy_parse(struct policy **out, struct bytes text, struct error *err)
{
	struct policy *policy = memory_new(1, sizeof *policy);
	struct reading reading = { policy, err };
	struct yaml *map;

	if (policy == NULL)
		return error_memory(err);
	policy->digest = digest_of(text);
	if (arena_new(&policy->arena, POLICY_BYTES, err) == -1 ||
	    yaml_parse(&map, text, policy->arena, err) == -1 ||
	    take_policy(&reading, map) == -1) {
		/* What memory was lacking for is not wrong with the file. */
		if (policy->arena != NULL && arena_is_starved(policy->arena))
			error_memory(err);
		policy_free(policy);
		return -1;
	}
	*out = policy;
	return 0;
}

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	for (size_t i = 0; i < policy->rule_count; i++) {
		struct rule *rule = &policy->rule[i];

		cel_program_free(rule->when.program);
		cel_program_free(rule->evidence.program);
		cel_program_free(rule->require.program);
		cel_program_free(rule->message.program);
	}
	json_free(policy->params);
	arena_free(policy->arena);
	memory_free(policy);
}

const struct rule *
policy_rule(const struct policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		if (strcmp(policy->rule[i].id, id) == 0)
			return &policy->rule[i];
	}
	return NULL;
}
