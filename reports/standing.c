/*
 * standing.c: where the ledger stands: what each rule says of what is in use.
 *
 * Rules on audit are asked again, at the checkpoint.  Rules on deployments
 * gave their verdict when a model went into use: that one, as it was signed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "policy/rulebook.h"
#include "reports/gather_internal.h"

/* "model/credit" of "model/credit@3". */
static size_t
family_len(const char *name)
{
	const char *at = strrchr(name, '@');

	return at == NULL ? strlen(name) : (size_t)(at - name);
}

static bool
same_place(const struct unit *unit, const char *name, const char *environment)
{
	return strcmp(unit->environment, environment) == 0 &&
	    family_len(unit->name) == family_len(name) &&
	    strncmp(unit->name, name, family_len(name)) == 0;
}

static int
take_deployment(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct gather *gather = cookie;
	const struct json *predicate = entry->record.predicate;
	const struct json *model = json_member(predicate, "model");
	const char *name = json_member_text(model, "name");
	const char *where = json_member_text(predicate, "environment");
	size_t place = 0;
	struct unit *unit;

	if (name == NULL || where == NULL)
		return 0;
	while (place < gather->unit_count &&
	    !same_place(&gather->unit[place], name, where))
		place++;
	if (strcmp(row->status, "retire") == 0) {
		if (place < gather->unit_count)
			gather->unit[place] =
			    gather->unit[--gather->unit_count];
		return 0;
	}
	unit = memory_grow(gather->unit, &gather->unit_capacity,
	    gather->unit_count + 1, sizeof *unit);
	if (unit == NULL)
		return error_memory(gather->err);
	gather->unit = unit;
	unit += place;
	gather->unit_count += place == gather->unit_count;
	memset(unit, 0, sizeof *unit);
	unit->seq = row->seq;
	unit->leaf = row->leaf;
	unit->model = entry->record.subject;
	unit->name = gather_text(gather, name);
	unit->environment = gather_text(gather, where);
	unit->verdict = UINT64_MAX;
	return 0;
}

static int
by_unit(const void *a, const void *b)
{
	const struct unit *one = a, *two = b;
	int order = strcmp(one->name, two->name);

	return order != 0 ? order : strcmp(one->environment, two->environment);
}

static int
take_registration(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct gather *gather = cookie;
	const struct json *predicate = entry->record.predicate;

	(void)row;
	if (gather->has_model &&
	    digest_equal(gather->model, entry->record.subject))
		gather->model_owner =
		    gather_text(gather, json_member_text(predicate, "owner"));
	for (size_t i = 0; i < gather->unit_count; i++) {
		struct unit *unit = &gather->unit[i];

		if (!digest_equal(unit->model, entry->record.subject))
			continue;
		unit->owner =
		    gather_text(gather, json_member_text(predicate, "owner"));
		unit->risk_class = gather_text(gather,
		    json_member_text(predicate, "risk_class"));
	}
	return 0;
}

int
gather_units(struct gather *gather)
{
	if (gather_each(gather, "deployment", NULL, take_deployment, gather) ==
	    -1)
		return -1;
	if (gather->unit_count > 1)
		qsort(gather->unit, gather->unit_count, sizeof *gather->unit,
		    by_unit);
	return gather_each(gather, "model",
	    gather->has_model ? &gather->model : NULL, take_registration,
	    gather);
}

/* --- Rules --- */

static struct report_rule *
add_rule(struct gather *gather, const char *policy, const char *version,
    const char *name)
{
	struct report_rule *grown = memory_grow(gather->rule,
	    &gather->rule_capacity, gather->rule_count + 1, sizeof *grown);

	if (grown == NULL) {
		error_memory(gather->err);
		return NULL;
	}
	gather->rule = grown;
	grown += gather->rule_count++;
	memset(grown, 0, sizeof *grown);
	grown->policy = gather_text(gather, policy);
	grown->version = gather_text(gather, version);
	grown->name = gather_text(gather, name);
	grown->denies = true;
	return grown;
}

/* All rules in force, in the order of their policies. */
static int
take_rules(struct gather *gather)
{
	const struct edition *const *editions;

	if (rulebook_at(judge_rulebook(gather->judge), &gather->view, &editions,
		&gather->edition_count, gather->err) == -1)
		return -1;
	for (size_t i = 0; i < gather->edition_count; i++) {
		const struct edition *edition = editions[i];
		size_t count =
		    edition->policy == NULL ? 1 : edition->policy->rule_count;

		for (size_t k = 0; k < count; k++) {
			const struct rule *rule = edition->policy == NULL
			    ? NULL
			    : &edition->policy->rule[k];
			struct report_rule *one = add_rule(gather,
			    edition->said.name, edition->said.version,
			    rule == NULL ? "unreadable" : rule->id);

			if (one == NULL)
				return -1;
			one->edition = edition;
			one->rule = rule;
			one->denies = rule == NULL || rule->denies;
		}
	}
	gather->state =
	    memory_new(gather->rule_count * gather->unit_count + 1, 1);
	return gather->state == NULL ? error_memory(gather->err) : 0;
}

/* The number of a rule by its names; rule_count if there is none in force.
 * *from is where the last one was: results come in the order of rules. */
static size_t
find_rule(const struct gather *gather, const char *policy, const char *name,
    size_t *from)
{
	for (size_t i = 0; i < gather->rule_count; i++) {
		size_t at = (*from + i) % gather->rule_count;
		const struct report_rule *rule = &gather->rule[at];

		if (strcmp(rule->name, name) == 0 &&
		    strcmp(rule->policy, policy) == 0) {
			*from = at + 1;
			return at;
		}
	}
	return gather->rule_count;
}

/* --- Results --- */

static const unsigned severity[RESULT_COUNT] = {
	[RESULT_FAIL] = 5,
	[RESULT_ERROR] = 4,
	[RESULT_NO_EVIDENCE] = 3,
	[RESULT_WAIVED] = 2,
	[RESULT_PASS] = 1,
	[RESULT_NOT_APPLICABLE] = 0,
};

/* Count a result, and keep it if it is to be shown. */
static struct cell *
add_cell(struct gather *gather, size_t rule, enum result result, size_t unit)
{
	struct cell *grown;

	gather->rule[rule].count[result]++;
	gather->totals[result]++;
	if (unit < gather->unit_count) {
		uint8_t *state =
		    &gather->state[rule * gather->unit_count + unit];

		if (*state == 0 || severity[*state - 1] < severity[result])
			*state = (uint8_t)(result + 1);
	}
	if (!gather->has_model &&
	    (result == RESULT_PASS || result == RESULT_NOT_APPLICABLE))
		return NULL;
	grown = memory_grow(gather->cell, &gather->cell_capacity,
	    gather->cell_count + 1, sizeof *grown);
	if (grown == NULL)
		return NULL;
	gather->cell = grown;
	grown += gather->cell_count++;
	memset(grown, 0, sizeof *grown);
	grown->rule = rule;
	grown->result = grown->own = result;
	grown->environment = "";
	grown->record = UINT64_MAX;
	return grown;
}

static void
fill_judged(struct gather *gather, struct cell *cell,
    const struct judged *judged)
{
	cell->about = judged->about;
	cell->name = gather_text(gather, judged->name);
	cell->environment = gather_text(gather, judged->environment);
	cell->own = judged->own;
	cell->denies = judged_denies(judged);
	cell->waiver = judged->waiver;
	cell->message = gather_text(gather, judged->message);
	cell->evidence_count = judged->evidence_count;
	for (size_t i = 0; i < judged->evidence_count && i < EVIDENCE_MAX; i++)
		cell->evidence[i] = judged->evidence[i];
	cell->value_count = judged->value_count;
	for (size_t i = 0; i < judged->value_count; i++) {
		cell->value[i].expression =
		    gather_text(gather, judged->value[i].expression);
		cell->value[i].value =
		    gather_text(gather, judged->value[i].value);
	}
}

static size_t
unit_of(const struct gather *gather, const struct judged *judged, size_t *from)
{
	for (size_t i = 0; i < gather->unit_count; i++) {
		size_t at = (*from + i) % gather->unit_count;
		const struct unit *unit = &gather->unit[at];

		if (digest_equal(unit->model, judged->about) &&
		    strcmp(unit->environment, judged->environment) == 0) {
			*from = at;
			return at;
		}
	}
	return gather->unit_count;
}

/* Results that this program came to now. */
static void
take_judgement(struct gather *gather, const struct judgement *judgement,
    bool asked)
{
	size_t from = 0, unit_from = 0;

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judged *judged = &judgement->judged[i];
		size_t rule = find_rule(gather, judged->edition->said.name,
		    judged->rule == NULL ? "unreadable" : judged->rule->id,
		    &from);
		bool whole = strcmp(judged->name,
				 authority_origin(gather->view.authority)) == 0;
		struct cell *cell;

		from = from == 0 ? 0 : from - 1;
		if (rule == gather->rule_count ||
		    (gather->has_model && !whole &&
			!digest_equal(judged->about, gather->model)))
			continue;
		cell = add_cell(gather, rule, judged->result,
		    asked ? gather->unit_count
			  : unit_of(gather, judged, &unit_from));
		if (cell == NULL)
			continue;
		fill_judged(gather, cell, judged);
		cell->source = asked ? CELL_ASKED : CELL_COMPUTED;
	}
}

static bool
result_of(enum result *out, const char *word)
{
	for (unsigned i = 0; word != NULL && i < RESULT_COUNT; i++) {
		if (strcmp(word, result_name((enum result)i)) == 0) {
			*out = (enum result)i;
			return true;
		}
	}
	return false;
}

static void
fill_recorded(struct gather *gather, struct cell *cell,
    const struct json *result, const struct unit *unit)
{
	const struct json *waiver = json_member(result, "waiver");
	enum result own;

	cell->source = CELL_RECORDED;
	cell->record = unit->verdict;
	cell->about = unit->model;
	cell->name = unit->name;
	cell->environment = unit->environment;
	if (result_of(&own, json_member_text(result, "own")))
		cell->own = own;
	cell->denies =
	    strcmp(json_member_text(result, "otherwise"), "deny") == 0;
	if (waiver != NULL)
		(void)digest_parse(&cell->waiver,
		    bytes_of_text(json_text(waiver)));
	cell->message =
	    gather_text(gather, json_member_text(result, "message"));
	for (const struct json *leaf =
		 json_first(json_member(result, "evidence"));
	     leaf != NULL && cell->evidence_count < EVIDENCE_MAX;
	     leaf = json_next(leaf))
		(void)digest_parse(&cell->evidence[cell->evidence_count++],
		    bytes_of_text(json_text(leaf)));
	if (json_member(result, "evidence_count") != NULL)
		cell->evidence_count =
		    (size_t)json_integer(json_member(result, "evidence_count"));
	for (const struct json *value =
		 json_first(json_member(result, "values"));
	     value != NULL && cell->value_count < VALUES_MAX;
	     value = json_next(value)) {
		struct judged_value *kept = &cell->value[cell->value_count++];

		kept->expression =
		    gather_text(gather, json_member_text(value, "expression"));
		kept->value =
		    gather_text(gather, json_member_text(value, "value"));
	}
}

static void
take_results(struct gather *gather, size_t number, const struct json *results)
{
	const struct unit *unit = &gather->unit[number];
	size_t from = 0;

	for (const struct json *one = json_first(results); one != NULL;
	     one = json_next(one)) {
		const char *policy = json_member_text(one, "policy");
		const char *name = json_member_text(one, "rule");
		enum result result;
		struct cell *cell;
		size_t rule;

		if (policy == NULL || name == NULL ||
		    !result_of(&result, json_member_text(one, "result")))
			continue;
		rule = find_rule(gather, policy, name, &from);
		if (rule == gather->rule_count)
			continue;
		cell = add_cell(gather, rule, result, number);
		if (cell != NULL)
			fill_recorded(gather, cell, one, unit);
	}
}

/* The verdict under which a deployment entered. */
static int
find_verdict(struct gather *gather, struct unit *unit)
{
	struct index_query query = { .before = gather->view.size,
		.from = unit->seq,
		.kind = "verdict",
		.mentions = &unit->leaf,
		.oldest_first = true };
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	if (index_list(&list, gather->store, &query, gather->err) == -1)
		return -1;
	result = index_next(list, &row, &more, gather->err);
	if (result == 0 && more)
		unit->verdict = row.seq;
	index_list_free(list);
	return result;
}

static int
take_verdict(struct gather *gather, size_t number, struct reader_entry *entry)
{
	struct unit *unit = &gather->unit[number];
	const struct json *results;
	const char *details;
	struct digest digest;
	struct buffer text = buffer_new(LIMIT_ATTACHMENT);
	struct json *tree = NULL;
	int result = -1;

	if (find_verdict(gather, unit) == -1)
		return -1;
	if (unit->verdict == UINT64_MAX)
		return 0;
	if (reader_read(gather->reader, unit->verdict, entry, gather->err) ==
	    -1)
		return -1;
	results = json_member(entry->record.predicate, "results");
	details = json_member_text(entry->record.predicate, "details");
	if (results == NULL && details != NULL &&
	    digest_parse(&digest, bytes_of_text(details))) {
		if (store_attachment(gather->store, digest, &text,
			gather->err) == -1 ||
		    json_parse(&tree, buffer_bytes(&text), gather->err) == -1)
			goto done;
		results = tree;
	}
	take_results(gather, number, results);
	result = 0;
done:
	json_free(tree);
	buffer_free(&text);
	return result;
}

static bool
in_scope(const struct gather *gather, const struct unit *unit)
{
	return !gather->has_model || digest_equal(unit->model, gather->model);
}

/* Worst first; then in the order of rules and of what they are about. */
static int
by_severity(const void *a, const void *b)
{
	const struct cell *one = a, *two = b;
	int order;

	if (one->denies != two->denies)
		return one->denies ? -1 : 1;
	if (severity[one->result] != severity[two->result])
		return severity[one->result] > severity[two->result] ? -1 : 1;
	if (one->rule != two->rule)
		return one->rule < two->rule ? -1 : 1;
	order = strcmp(one->name, two->name);
	return order != 0 ? order : strcmp(one->environment, two->environment);
}

int
gather_standing(struct gather *gather)
{
	const struct question audit = { .kind = NULL };
	struct question release = { .kind = kind_named("deployment"),
		.statement = gather->order->statement,
		.signer = gather->order->signer,
		.signer_count = gather->order->signer_count,
		.unsigned_yet = true };
	struct reader_entry entry = reader_entry_new();
	struct judge_listener listener = { .cookie = gather,
		.told = gather_hear };
	struct judgement judgement;
	int asked, result = -1;

	if (take_rules(gather) == -1)
		goto done;
	if (gather->edition_count == 0) {
		result = 0;
		goto done;
	}
	if (gather->order->kind == REPORT_RELEASE) {
		judge_listen(gather->judge, &listener);
		asked = judge_ask(gather->judge, &gather->view, &release, NULL,
		    0, &judgement, gather->err);
		judge_listen(gather->judge, NULL);
		if (asked == -1)
			goto done;
		take_judgement(gather, &judgement, true);
	} else {
		if (judge_ask(gather->judge, &gather->view, &audit, NULL, 0,
			&judgement, gather->err) == -1)
			goto done;
		take_judgement(gather, &judgement, false);
		for (size_t i = 0; i < gather->unit_count; i++) {
			if (in_scope(gather, &gather->unit[i]) &&
			    take_verdict(gather, i, &entry) == -1)
				goto done;
		}
	}
	if (gather->cell_count > 1)
		qsort(gather->cell, gather->cell_count, sizeof *gather->cell,
		    by_severity);
	result = 0;
done:
	reader_entry_free(&entry);
	return result;
}

/* --- Into the document --- */

void
gather_cite_policies(struct gather *gather, struct xml *node)
{
	const struct edition *last = NULL;

	for (size_t i = 0; i < gather->rule_count; i++) {
		if (gather->rule[i].edition != last)
			gather_cite(gather, node, gather->rule[i].edition->seq);
		last = gather->rule[i].edition;
	}
}

void
gather_rules(struct gather *gather)
{
	static const char *const names[RESULT_COUNT] = { "pass", "fail",
		"waived", "no-evidence", "not-applicable", "error" };
	struct xml *section = gather->section[SECTION_RULES], *policy = NULL;
	const struct edition *last = NULL;
	size_t policies = 0;

	for (size_t i = 0; i < gather->rule_count; i++) {
		const struct report_rule *rule = &gather->rule[i];
		struct xml *node;

		if (rule->edition != last) {
			policy = xml_add(section, "policy");
			xml_setf(policy, "id", "p%zu", ++policies);
			xml_set(policy, "name", rule->policy);
			xml_set(policy, "version", rule->version);
			xml_set(policy, "digest",
			    digest_hex(rule->edition->said.digest).text);
			if (rule->edition->policy != NULL)
				xml_set(policy, "title",
				    rule->edition->policy->title);
			gather_cite(gather, policy, rule->edition->seq);
			last = rule->edition;
		}
		node = xml_add(policy, "rule");
		xml_setf(node, "id", "r%zu", i + 1);
		xml_set(node, "name", rule->name);
		xml_set(node, "otherwise", rule->denies ? "deny" : "warn");
		for (unsigned k = 0; k < RESULT_COUNT; k++)
			xml_setf(node, names[k], "%zu", rule->count[k]);
		if (rule->rule == NULL)
			continue;
		xml_add_text(node, "because", rule->rule->because);
		xml_add_text(node, "remedy", rule->rule->remedy);
		for (size_t k = 0; k < rule->rule->controls.count; k++)
			xml_add_text(node, "implements",
			    rule->rule->controls.item[k]);
	}
	for (unsigned i = 0; i < RESULT_COUNT; i++) {
		struct xml *figure;
		char id[40];

		(void)snprintf(id, sizeof id, "checks-%s", names[i]);
		figure = gather_figure(gather, id, id,
		    (double)gather->totals[i], -1, "checks");
		gather_cite_policies(gather, figure);
		for (size_t k = 0; k < gather->unit_count && k < 8; k++) {
			if (in_scope(gather, &gather->unit[k]) &&
			    gather->order->kind != REPORT_RELEASE &&
			    gather->unit[k].verdict != UINT64_MAX)
				gather_cite(gather, figure,
				    gather->unit[k].verdict);
		}
	}
}

static void
put_verdict(struct gather *gather, const struct cell *cell, size_t number)
{
	static const char *const sources[] = { "computed", "recorded",
		"asked" };
	static const struct digest none;
	struct xml *node =
	    xml_add(gather->section[SECTION_VERDICTS], "verdict");
	struct xml *part;

	xml_setf(node, "id", "v%zu", number);
	xml_setf(node, "rule", "r%zu", cell->rule + 1);
	if (strcmp(cell->name, gather->checkpoint.origin) != 0)
		xml_set(node, "subject",
		    gather_subject(gather, cell->about, cell->name));
	if (cell->environment[0] != '\0')
		xml_set(node, "environment", cell->environment);
	xml_set(node, "result", result_name(cell->result));
	xml_set(node, "own", result_name(cell->own));
	xml_set(node, "denies", cell->denies ? "true" : "false");
	xml_set(node, "source", sources[cell->source]);
	xml_add_text(node, "message", cell->message);
	for (size_t i = 0; i < cell->value_count; i++) {
		part = xml_add_text(node, "value", cell->value[i].value);
		xml_set(part, "expression", cell->value[i].expression);
	}
	gather_thresholds_of(gather, node, cell);
	if (cell->record != UINT64_MAX)
		gather_cite(gather, xml_add(node, "record"), cell->record);
	if (!digest_equal(cell->waiver, none))
		gather_cite_leaf(gather, xml_add(node, "lifted"), cell->waiver);
	if (cell->evidence_count == 0)
		return;
	part = xml_add(node, "rests-on");
	xml_setf(part, "entries", "%zu", cell->evidence_count);
	for (size_t i = 0; i < cell->evidence_count && i < EVIDENCE_MAX; i++)
		gather_cite_leaf(gather, part, cell->evidence[i]);
}

void
gather_verdicts(struct gather *gather)
{
	size_t shown = gather->cell_count < REPORT_VERDICTS_MAX
	    ? gather->cell_count
	    : REPORT_VERDICTS_MAX;
	size_t all = 0;
	struct xml *node;

	for (unsigned i = 0; i < RESULT_COUNT; i++)
		all += gather->totals[i];
	if (gather->order->kind == REPORT_POSTURE && shown > 50)
		shown = 50;
	for (size_t i = 0; i < shown; i++)
		put_verdict(gather, &gather->cell[i], i + 1);
	xml_setf(gather->section[SECTION_VERDICTS], "shown", "%zu", shown);
	xml_setf(gather->section[SECTION_VERDICTS], "all", "%zu", all);
	if (shown == all)
		return;
	node = xml_add_text(gather->section[SECTION_COVER], "summarised",
	    gather->has_model
		? "The worst results are shown one by one; all are counted."
		: "Results that do not pass are shown one by one, the worst "
		  "first; all are counted.");
	xml_setf(node, "shown", "%zu", shown);
	xml_setf(node, "all", "%zu", all);
}
