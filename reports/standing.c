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

/* The deployments in use while they are found, by family and environment. */
struct places {
	struct gather *gather;
	struct hash_table table;
};

static uint64_t
hash_of_place(const struct places *places, const char *name,
    const char *environment)
{
	return hash_table_hash(&places->table, bytes_of(name, family_len(name)),
	    bytes_of_text(environment));
}

/* The number of a unit, or how many there are. */
static size_t
find_place(const struct places *places, const char *name,
    const char *environment, uint64_t hash)
{
	const struct gather *gather = places->gather;

	for (size_t at = hash_table_first(&places->table, hash);
	     at != HASH_TABLE_END; at = hash_table_next(&places->table, at)) {
		const struct unit *unit = &gather->unit[at];

		if (strcmp(unit->environment, environment) == 0 &&
		    bytes_equal(bytes_of(unit->name, family_len(unit->name)),
			bytes_of(name, family_len(name))))
			return at;
	}
	return gather->unit_count;
}

/* What was retired leaves its place to the last one. */
static int
retire(struct places *places, size_t place)
{
	struct gather *gather = places->gather;
	size_t last = gather->unit_count - 1;
	struct unit *unit = gather->unit;

	if (place > last)
		return 0;
	hash_table_take(&places->table, place);
	gather->unit_count--;
	if (place == last)
		return 0;
	hash_table_take(&places->table, last);
	unit[place] = unit[last];
	return hash_table_put(&places->table, place,
	    hash_of_place(places, unit[place].name, unit[place].environment),
	    gather->err);
}

static int
take_deployment(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct places *places = cookie;
	struct gather *gather = places->gather;
	const struct json *predicate = entry->record.predicate;
	const struct json *model = json_member(predicate, "model");
	const char *name = json_member_text(model, "name");
	const char *where = json_member_text(predicate, "environment");
	struct unit *unit;
	uint64_t hash;
	size_t place;

	if (name == NULL || where == NULL)
		return 0;
	hash = hash_of_place(places, name, where);
	place = find_place(places, name, where, hash);
	if (strcmp(row->status, "retire") == 0)
		return retire(places, place);
	unit = memory_grow(gather->unit, &gather->unit_capacity,
	    gather->unit_count + 1, sizeof *unit);
	if (unit == NULL)
		return error_memory(gather->err);
	gather->unit = unit;
	if (place == gather->unit_count) {
		if (hash_table_put(&places->table, place, hash, gather->err) ==
		    -1)
			return -1;
		gather->unit_count++;
	}
	unit += place;
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

static uint64_t
hash_of_model(const struct gather *gather, const struct digest *model)
{
	return hash_table_hash(&gather->units, digest_bytes(model),
	    bytes_of("", 0));
}

static size_t
same_model(const struct gather *gather, size_t at, const struct digest *model)
{
	while (at != HASH_TABLE_END &&
	    !digest_equal(gather->unit[at].model, *model))
		at = hash_table_next(&gather->units, at);
	return at;
}

size_t
gather_unit_first(const struct gather *gather, struct digest model)
{
	return same_model(gather,
	    hash_table_first(&gather->units, hash_of_model(gather, &model)),
	    &model);
}

size_t
gather_unit_next(const struct gather *gather, size_t unit)
{
	return same_model(gather, hash_table_next(&gather->units, unit),
	    &gather->unit[unit].model);
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
	for (size_t at = gather_unit_first(gather, entry->record.subject);
	     at != HASH_TABLE_END; at = gather_unit_next(gather, at)) {
		struct unit *unit = &gather->unit[at];

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
	struct places places = { gather, hash_table_new() };
	int result =
	    gather_each(gather, "deployment", NULL, take_deployment, &places);

	hash_table_free(&places.table);
	if (result == -1)
		return -1;
	if (gather->unit_count > 1)
		qsort(gather->unit, gather->unit_count, sizeof *gather->unit,
		    by_unit);
	for (size_t i = 0; i < gather->unit_count; i++) {
		if (hash_table_put(&gather->units, i,
			hash_of_model(gather, &gather->unit[i].model),
			gather->err) == -1)
			return -1;
	}
	return gather->past ? 0
			    : gather_each(gather, "model",
				  gather->has_model ? &gather->model : NULL,
				  take_registration, gather);
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

/* Count a result, for a rule and for a deployment in use. */
static void
count(struct gather *gather, size_t rule, enum result result, size_t unit)
{
	uint8_t *state = &gather->state[rule * gather->unit_count + unit];

	gather->rule[rule].count[result]++;
	gather->totals[result]++;
	if (unit < gather->unit_count &&
	    (*state == 0 ||
		result_severity((enum result)(*state - 1)) <
		    result_severity(result)))
		*state = (uint8_t)(result + 1);
}

/* Keep some of a rule's evidence: nothing else shows what passes. */
static void
note_evidence(struct gather *gather, size_t number, struct digest leaf)
{
	struct report_rule *rule = &gather->rule[number];

	for (size_t i = 0; i < rule->evidence_count; i++) {
		if (digest_equal(rule->evidence[i], leaf))
			return;
	}
	if (rule->evidence_count < RULE_EVIDENCE)
		rule->evidence[rule->evidence_count++] = leaf;
}

/* Whether results of this sort are shown one by one at all. */
static bool
is_shown(const struct gather *gather, enum result result)
{
	return !gather->past &&
	    (gather->has_model || gather->order->all ||
		(result != RESULT_PASS && result != RESULT_NOT_APPLICABLE));
}

static struct worst *
worst_of(struct gather *gather, enum result result)
{
	return result == RESULT_FAIL || result == RESULT_ERROR ||
		result == RESULT_NO_EVIDENCE
	    ? &gather->bad
	    : &gather->rest;
}

/* Its place among the units; how many there are for what is in none. */
static size_t
unit_of(const struct gather *gather, const struct judged *judged)
{
	size_t found = gather->unit_count;

	for (size_t at = gather_unit_first(gather, judged->about);
	     at != HASH_TABLE_END; at = gather_unit_next(gather, at)) {
		const struct unit *unit = &gather->unit[at];

		if (strcmp(unit->environment, judged->environment) != 0)
			continue;
		if (strcmp(unit->name, judged->name) == 0)
			return at;
		found = at < found ? at : found;
	}
	return found;
}

/* A result that this program came to now. */
static int
keep_judged(struct gather *gather, const struct judged *judged, size_t rule)
{
	struct worst *worst = worst_of(gather, judged->result);
	struct cell cell = { .rule = rule,
		.about = judged->about,
		.name = judged->name,
		.environment = judged->environment,
		.result = judged->result,
		.own = judged->own,
		.source = gather->order->kind == REPORT_RELEASE ? CELL_ASKED
								: CELL_COMPUTED,
		.denies = judged_denies(judged),
		.record = UINT64_MAX,
		.waiver = judged->waiver,
		.message = judged->message,
		.value_count = judged->value_count,
		.evidence_count = judged->evidence_count,
		.number = gather->result_count++ };

	if (!worst_wants(worst, &cell))
		return 0;
	memcpy(cell.value, judged->value, sizeof cell.value);
	memcpy(cell.evidence, judged->evidence, sizeof cell.evidence);
	return worst_keep(worst, &cell, gather->err);
}

/* Results about one thing, in the order of rules. */
static int
take_judged(void *cookie, const struct judged *judged, size_t many,
    struct error *err)
{
	struct gather *gather = cookie;
	size_t from = 0, unit = gather->unit_count;

	(void)err;
	if (many > 0 && gather->order->kind != REPORT_RELEASE)
		unit = unit_of(gather, judged);
	for (size_t i = 0; i < many; i++) {
		const struct judged *one = &judged[i];
		size_t rule = find_rule(gather, one->edition->said.name,
		    one->rule == NULL ? "unreadable" : one->rule->id, &from);
		bool whole = strcmp(one->name,
				 authority_origin(gather->view.authority)) == 0;

		from = from == 0 ? 0 : from - 1;
		if (rule == gather->rule_count ||
		    (gather->has_model && !whole &&
			!digest_equal(one->about, gather->model)))
			continue;
		count(gather, rule, one->result, unit);
		gather->audited[one->result]++;
		for (size_t k = 0; k < one->evidence_count && k < RULE_EVIDENCE;
		     k++)
			note_evidence(gather, rule, one->evidence[k]);
		if (is_shown(gather, one->result) &&
		    keep_judged(gather, one, rule) == -1)
			return -1;
	}
	return 0;
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
take_digest(struct digest *out, const struct json *value)
{
	if (json_type(value) == JSON_TEXT)
		(void)digest_parse(out, bytes_of_text(json_text(value)));
}

/* Texts are borrowed from the record. */
static void
fill_recorded(struct cell *cell, const struct json *result)
{
	const struct json *waiver = json_member(result, "waiver");
	const struct json *count = json_member(result, "evidence_count");
	enum result own;

	if (result_of(&own, json_member_text(result, "own")))
		cell->own = own;
	if (waiver != NULL)
		take_digest(&cell->waiver, waiver);
	cell->message = json_member_text(result, "message");
	for (const struct json *leaf =
		 json_first(json_member(result, "evidence"));
	     leaf != NULL && cell->evidence_count < EVIDENCE_MAX;
	     leaf = json_next(leaf))
		take_digest(&cell->evidence[cell->evidence_count++], leaf);
	if (count != NULL &&
	    json_integer(count) > (int64_t)cell->evidence_count)
		cell->evidence_count = (size_t)json_integer(count);
	for (const struct json *value =
		 json_first(json_member(result, "values"));
	     value != NULL && cell->value_count < VALUES_MAX;
	     value = json_next(value))
		cell->value[cell->value_count++] = (struct judged_value){
			json_member_text(value, "expression"),
			json_member_text(value, "value")
		};
}

static int
keep_recorded(struct gather *gather, const struct json *recorded,
    const struct unit *unit, size_t rule, enum result result)
{
	struct worst *worst = worst_of(gather, result);
	const char *otherwise = json_member_text(recorded, "otherwise");
	struct cell cell = { .rule = rule,
		.about = unit->model,
		.name = unit->name,
		.environment = unit->environment,
		.result = result,
		.own = result,
		.source = CELL_RECORDED,
		.denies = otherwise != NULL && strcmp(otherwise, "deny") == 0,
		.record = unit->verdict,
		.number = gather->result_count++ };

	if (!worst_wants(worst, &cell))
		return 0;
	fill_recorded(&cell, recorded);
	return worst_keep(worst, &cell, gather->err);
}

static void
note_recorded(struct gather *gather, size_t rule, const struct json *recorded)
{
	const struct json *leaf = json_first(json_member(recorded, "evidence"));
	struct digest digest;

	for (size_t i = 0; leaf != NULL && i < RULE_EVIDENCE &&
	     gather->rule[rule].evidence_count < RULE_EVIDENCE;
	     i++, leaf = json_next(leaf)) {
		if (json_type(leaf) == JSON_TEXT &&
		    digest_parse(&digest, bytes_of_text(json_text(leaf))))
			note_evidence(gather, rule, digest);
	}
}

static int
take_results(struct gather *gather, size_t number, const struct json *results)
{
	struct unit *unit = &gather->unit[number];
	size_t from = 0;

	for (const struct json *one = json_first(results); one != NULL;
	     one = json_next(one)) {
		const char *policy = json_member_text(one, "policy");
		const char *name = json_member_text(one, "rule");
		enum result result;
		size_t rule;

		if (policy == NULL || name == NULL ||
		    !result_of(&result, json_member_text(one, "result")))
			continue;
		rule = find_rule(gather, policy, name, &from);
		if (rule == gather->rule_count)
			continue;
		count(gather, rule, result, number);
		unit->recorded[result]++;
		note_recorded(gather, rule, one);
		if (is_shown(gather, result) &&
		    keep_recorded(gather, one, unit, rule, result) == -1)
			return -1;
	}
	return 0;
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

/* Whether the same rules are in force as today. */
static bool
has_rules_of_now(const struct gather *gather)
{
	const struct gather *now = gather->now;

	if (now == NULL || now->rule_count != gather->rule_count)
		return false;
	for (size_t i = 0; i < gather->rule_count; i++) {
		if (gather->rule[i].edition != now->rule[i].edition ||
		    gather->rule[i].rule != now->rule[i].rule)
			return false;
	}
	return true;
}

/* A past deployment that is still in use: what its verdict says is known. */
static bool
take_known(struct gather *gather, const struct unit *unit)
{
	const struct gather *now = gather->now;

	for (size_t at = gather_unit_first(now, unit->model);
	     at != HASH_TABLE_END; at = gather_unit_next(now, at)) {
		const struct unit *same = &now->unit[at];

		if (same->seq != unit->seq ||
		    same->verdict >= gather->view.size)
			continue;
		for (unsigned i = 0; i < RESULT_COUNT; i++)
			gather->totals[i] += same->recorded[i];
		return true;
	}
	return false;
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
	result = take_results(gather, number, results);
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

/* Those that were kept, in order.  Whoever looks for what is bad finds as many
 * of that as are shown of all. */
static int
sort_cells(struct gather *gather)
{
	size_t bad = gather->bad.count, rest = gather->rest.count;

	gather->cell = memory_new(bad + rest + 1, sizeof *gather->cell);
	if (gather->cell == NULL)
		return error_memory(gather->err);
	if (bad > 0)
		memcpy(gather->cell, gather->bad.cell,
		    bad * sizeof *gather->cell);
	if (rest > 0)
		memcpy(gather->cell + bad, gather->rest.cell,
		    rest * sizeof *gather->cell);
	gather->cell_count = bad + rest;
	if (gather->cell_count > 1)
		qsort(gather->cell, gather->cell_count, sizeof *gather->cell,
		    worst_order);
	return 0;
}

/* What would be said of a deployment that nobody has signed. */
static int
ask_release(struct gather *gather)
{
	struct question release = { .kind = kind_named("deployment"),
		.statement = gather->order->statement,
		.signer = gather->order->signer,
		.signer_count = gather->order->signer_count,
		.unsigned_yet = true };
	struct judge_listener listener = { .cookie = gather,
		.told = gather_hear };
	struct judgement judgement;
	int asked;

	judge_listen(gather->judge, &listener);
	asked = judge_ask(gather->judge, &gather->view, &release, NULL, 0,
	    &judgement, gather->err);
	judge_listen(gather->judge, NULL);
	return asked == -1 ? -1
			   : take_judged(gather, judgement.judged,
				 judgement.count, gather->err);
}

static int
ask_audit(struct gather *gather)
{
	struct judge_taker taker = { .cookie = gather,
		.take = take_judged,
		.only = gather->has_model ? &gather->model : NULL,
		.brief = gather->past ||
		    (!gather->has_model && !gather->order->all) };
	struct reader_entry entry = reader_entry_new();
	bool known;
	int result =
	    judge_audit(gather->judge, &gather->view, &taker, gather->err);

	if (result == 0)
		result = reader_entry_for_many(&entry, gather->err);
	known = has_rules_of_now(gather);
	for (size_t i = 0; i < gather->unit_count && result == 0; i++) {
		const struct unit *unit = &gather->unit[i];

		if (in_scope(gather, unit) &&
		    !(known && take_known(gather, unit)))
			result = take_verdict(gather, i, &entry);
	}
	reader_entry_free(&entry);
	return result;
}

int
gather_standing(struct gather *gather)
{
	if (take_rules(gather) == -1)
		return -1;
	if (gather->edition_count == 0)
		return 0;
	if ((gather->order->kind == REPORT_RELEASE ? ask_release(gather)
						   : ask_audit(gather)) == -1)
		return -1;
	return sort_cells(gather);
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
			xml_setf(node, gather_result_names[k], "%zu",
			    rule->count[k]);
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

		(void)snprintf(id, sizeof id, "checks-%s",
		    gather_result_names[i]);
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
	    gather->has_model || gather->order->all
		? "The worst results are shown one by one; all are counted."
		: "Results that do not pass are shown one by one, the worst "
		  "first; all are counted.");
	xml_setf(node, "shown", "%zu", shown);
	xml_setf(node, "all", "%zu", all);
}
