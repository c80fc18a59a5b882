/* controls.c: control by control, what rules and evidence there are. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "policy/catalogues.h"
#include "reports/gather_internal.h"

/* What a ledger has that controls apply to. */
struct facts_of {
	bool in_use;
	bool high_risk;
	bool personal_data;
};

struct attested {
	const char *control;
	bool holds;
	uint64_t seq;
	const char *until;
	const char *by;
};

struct control_gather {
	struct gather *gather;
	struct facts_of facts;
	struct attested *attested;
	size_t attested_count, attested_capacity;
	size_t number;
	bool *implements; /* Of the control gone through: by rule. */
	/* Of the framework that is gone through. */
	size_t mapped, met, open, unmapped, not_applicable;
};

static int
take_dataset(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct control_gather *current = cookie;
	(void)row;
	if (json_count(json_member(entry->record.predicate, "personal_data")) >
	    0)
		current->facts.personal_data = true;
	return 0;
}

static int
take_attestation(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct control_gather *current = cookie;
	struct gather *gather = current->gather;
	const struct json *predicate = entry->record.predicate;
	const struct json *about = json_member(predicate, "about");
	const char *hex = json_member_text(about, "digest");
	const struct principal *by =
	    authority_by_key(gather->view.authority, row->signer);
	struct attested *grown;

	if (gather->has_model && hex != NULL &&
	    strcmp(hex, digest_hex(gather->model).text) != 0 &&
	    strncmp(json_member_text(about, "name"), "model/", 6) == 0)
		return 0;
	grown = memory_grow(current->attested, &current->attested_capacity,
	    current->attested_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(gather->err);
	current->attested = grown;
	grown += current->attested_count++;
	grown->control =
	    gather_text(gather, json_member_text(predicate, "control"));
	grown->holds = json_bool(json_member(predicate, "holds"));
	grown->until =
	    gather_text(gather, json_member_text(predicate, "until"));
	grown->by = by == NULL ? NULL : gather_text(gather, by->name);
	grown->seq = row->seq;
	return 0;
}

static bool
unit_in_scope(const struct gather *gather, const struct unit *unit)
{
	return !gather->has_model || digest_equal(unit->model, gather->model);
}

static bool
is_high(const struct unit *unit)
{
	return unit->risk_class != NULL &&
	    (strcmp(unit->risk_class, "high") == 0 ||
		strcmp(unit->risk_class, "unacceptable") == 0);
}

/* NULL when it applies. */
static const char *
why_not(const struct facts_of *facts, struct bytes applies)
{
	if (bytes_equal(applies, bytes_of_text("in-use")) && !facts->in_use)
		return "No model is in use.";
	if (bytes_equal(applies, bytes_of_text("high-risk")) &&
	    !facts->high_risk)
		return "No model in use is of risk class high.";
	if (bytes_equal(applies, bytes_of_text("decisions")) &&
	    !facts->high_risk)
		return "No model of risk class high is in use.";
	if (bytes_equal(applies, bytes_of_text("personal-data")) &&
	    !facts->personal_data)
		return "No data set on record names personal data.";
	return NULL;
}

struct tally {
	size_t rules;
	size_t count[RESULT_COUNT];
};

static bool
implements(const struct report_rule *rule, const char *catalogue,
    struct bytes id)
{
	for (size_t i = 0; rule->rule != NULL && i < rule->rule->controls.count;
	     i++) {
		if (catalogue_covers(catalogue, id,
			rule->rule->controls.item[i]))
			return true;
	}
	return false;
}

/* A rule about the ledger as a whole, which came to a result. */
static bool
is_whole(const struct report_rule *rule)
{
	return rule->rule != NULL && rule->rule->on_audit &&
	    rule->rule->each == EACH_LEDGER &&
	    rule->count[RESULT_PASS] + rule->count[RESULT_FAIL] +
		rule->count[RESULT_WAIVED] >
	    0;
}

/* Deployments to which a control applies, and those a rule of it judged. */
static void
coverage(const struct control_gather *all, const struct yaml *control,
    size_t *scope, size_t *tested)
{
	struct gather *gather = all->gather;
	struct bytes applies = yaml_member(control, "applies")->text;
	bool only_high = bytes_equal(applies, bytes_of_text("high-risk")) ||
	    bytes_equal(applies, bytes_of_text("decisions"));
	bool whole = false;

	*scope = 0;
	*tested = 0;
	for (size_t r = 0; r < gather->rule_count && !whole; r++)
		whole = all->implements[r] && is_whole(&gather->rule[r]);
	for (size_t u = 0; u < gather->unit_count; u++) {
		bool done = whole;

		if (!unit_in_scope(gather, &gather->unit[u]) ||
		    (only_high && !is_high(&gather->unit[u])))
			continue;
		++*scope;
		for (size_t r = 0; r < gather->rule_count && !done; r++) {
			uint8_t state =
			    gather->state[r * gather->unit_count + u];

			done = all->implements[r] && state != 0 &&
			    state - 1 != RESULT_NOT_APPLICABLE &&
			    state - 1 != RESULT_NO_EVIDENCE;
		}
		*tested += done;
	}
}

static const char *
status_of(const struct tally *tally)
{
	if (tally->rules == 0)
		return "unmapped";
	if (tally->count[RESULT_FAIL] > 0)
		return "fail";
	if (tally->count[RESULT_ERROR] > 0)
		return "error";
	if (tally->count[RESULT_NO_EVIDENCE] > 0)
		return "no evidence";
	if (tally->count[RESULT_WAIVED] > 0)
		return "waived";
	if (tally->count[RESULT_PASS] > 0)
		return "pass";
	return "not applicable";
}

/* "Fails: robust, code-known." */
static void
put_gap_rules(struct buffer *words, const struct control_gather *all,
    enum result result, const char *verb)
{
	const struct gather *gather = all->gather;
	size_t named = 0;

	for (size_t r = 0; r < gather->rule_count; r++) {
		if (!all->implements[r] || gather->rule[r].count[result] == 0)
			continue;
		if (named++ < 8)
			buffer_printf(words, "%s%s%s",
			    named > 1             ? ", "
				: words->len == 0 ? ""
						  : " ",
			    named == 1 ? verb : "", gather->rule[r].name);
	}
	if (named > 8)
		buffer_printf(words, " and %zu more", named - 8);
	if (named > 0)
		buffer_byte(words, '.');
}

/* What a control lacks, in words. */
static void
put_gaps(const struct control_gather *all, struct xml *node,
    const struct tally *tally, const char *status, const struct yaml *control)
{
	const struct yaml *evidence = yaml_member(control, "evidence");
	struct buffer words = buffer_new(4096);

	if (strcmp(status, "unmapped") == 0) {
		buffer_text(&words,
		    "No rule in force implements it; records "
		    "that could serve: ");
		for (size_t i = 0; i < evidence->count; i++)
			buffer_printf(&words, "%s%.*s", i == 0 ? "" : ", ",
			    (int)evidence->item[i]->text.len,
			    (const char *)evidence->item[i]->text.data);
		buffer_byte(&words, '.');
	} else if (tally->count[RESULT_FAIL] + tally->count[RESULT_ERROR] +
		tally->count[RESULT_NO_EVIDENCE] >
	    0) {
		put_gap_rules(&words, all, RESULT_FAIL, "Fails: ");
		put_gap_rules(&words, all, RESULT_NO_EVIDENCE,
		    "Lacks evidence: ");
		put_gap_rules(&words, all, RESULT_ERROR, "At fault: ");
	} else if (strcmp(status, "not applicable") == 0) {
		buffer_text(&words,
		    "Rules implement it, and none had anything to judge.");
	}
	if (words.len > 0)
		xml_add_text(node, "gap", buffer_string(&words));
	buffer_free(&words);
}

/* Who answers for the models that the rules of a control judged: one name,
 * or how many. */
static const char *
owner_of_units(const struct control_gather *all, struct gather *gather)
{
	const char *owner = NULL;
	struct buffer text = buffer_new(4096);
	size_t others = 0;

	for (size_t u = 0; u < gather->unit_count; u++) {
		const struct unit *unit = &gather->unit[u];
		bool judged = false;

		for (size_t r = 0; r < gather->rule_count && !judged; r++)
			judged = all->implements[r] &&
			    gather->state[r * gather->unit_count + u] != 0;
		if (!judged || unit->owner == NULL)
			continue;
		if (owner == NULL)
			owner = unit->owner;
		else if (strcmp(owner, unit->owner) != 0)
			others++;
	}
	if (others > 0) {
		buffer_printf(&text, "%.200s and owners of %zu more", owner,
		    others);
		owner = gather_text(gather, buffer_string(&text));
	}
	buffer_free(&text);
	return owner;
}

/* An entry that a result rests on, unless the control cites it already. */
static void
cite_evidence(struct gather *gather, struct xml *node, struct digest leaf,
    uint64_t *newest)
{
	struct index_row row;
	struct error ignored;
	bool found = false;
	uint64_t seq;
	char id[32];

	if (index_find_exact(gather->store, leaf, &found, &seq, &ignored) ==
		-1 ||
	    !found || seq >= gather->view.size ||
	    index_row_at(gather->store, seq, gather->view.size, &row,
		&ignored) == -1)
		return;
	(void)snprintf(id, sizeof id, "e%" PRIu64, seq);
	for (const struct xml *one = xml_first(node); one != NULL;
	     one = xml_next(one)) {
		const char *entry = xml_get(one, "entry");

		if (entry != NULL && strcmp(entry, id) == 0)
			return;
	}
	gather_cite(gather, node, seq);
	/* What was erased is no evidence any more. */
	if (row.kind != &kind_erased)
		*newest = seq > *newest ? seq : *newest;
}

/* Who answers, how fresh, until when: from attestations and the evidence of
 * the rules' results. */
static void
put_backing(struct control_gather *all, struct xml *node, const char *catalogue,
    const struct yaml *control)
{
	struct gather *gather = all->gather;
	struct bytes id = yaml_member(control, "id")->text;
	const char *owner = NULL, *due = NULL;
	uint64_t newest = 0;
	size_t shown = 0;

	for (size_t i = all->attested_count; i > 0; i--) {
		const struct attested *one = &all->attested[i - 1];

		if (!catalogue_covers(catalogue, id, one->control))
			continue;
		owner = owner == NULL ? one->by : owner;
		if (one->until != NULL &&
		    (due == NULL || strcmp(one->until, due) < 0))
			due = one->until;
		newest = one->seq > newest ? one->seq : newest;
		if (shown++ < 8)
			gather_cite(gather, node, one->seq);
	}
	for (size_t u = 0; u < gather->unit_count && shown < 8; u++) {
		const struct unit *unit = &gather->unit[u];

		if (!unit_in_scope(gather, unit) || unit->verdict == UINT64_MAX)
			continue;
		for (size_t r = 0; r < gather->rule_count; r++) {
			uint8_t state =
			    gather->state[r * gather->unit_count + u];

			if (all->implements[r] && state > 0 &&
			    state - 1 != RESULT_NOT_APPLICABLE &&
			    gather->rule[r].rule->on[policy_kind_number(
				kind_named("deployment"))]) {
				gather_cite(gather, node, unit->verdict);
				newest = unit->verdict > newest ? unit->verdict
								: newest;
				shown++;
				break;
			}
		}
	}
	for (size_t r = 0; r < gather->rule_count && shown < 8; r++) {
		const struct report_rule *rule = &gather->rule[r];

		for (size_t i = 0; all->implements[r] && shown < 8 &&
		     i < rule->evidence_count;
		     i++, shown++)
			cite_evidence(gather, node, rule->evidence[i], &newest);
	}
	if (owner == NULL)
		owner = owner_of_units(all, gather);
	xml_set(node, "owner", owner);
	xml_set(node, "due", due);
	if (newest > 0) {
		struct index_row row;
		struct error ignored;

		if (index_row_at(gather->store, newest, gather->view.size, &row,
			&ignored) == 0)
			xml_set(node, "fresh", time_format(row.time_ms).text);
	}
}

static void
put_control(struct control_gather *all, struct xml *framework,
    const char *catalogue, const struct yaml *control)
{
	struct gather *gather = all->gather;
	struct bytes id = yaml_member(control, "id")->text;
	struct xml *node = xml_add(framework, "control"), *use;
	const char *reason =
	    why_not(&all->facts, yaml_member(control, "applies")->text);
	struct tally tally = { .rules = 0 };
	const char *status;
	size_t scope, tested;

	xml_setf(node, "id", "c%zu", ++all->number);
	xml_set(node, "number", (const char *)id.data);
	xml_set(node, "title",
	    (const char *)yaml_member(control, "title")->text.data);
	for (size_t r = 0; r < gather->rule_count; r++) {
		all->implements[r] =
		    implements(&gather->rule[r], catalogue, id);
		if (!all->implements[r])
			continue;
		tally.rules++;
		for (unsigned k = 0; k < RESULT_COUNT; k++)
			tally.count[k] += gather->rule[r].count[k];
		use = xml_add(node, "use");
		xml_setf(use, "rule", "r%zu", r + 1);
	}
	status = status_of(&tally);
	all->mapped += tally.rules > 0;
	if (reason != NULL) {
		xml_set(node, "reason", reason);
		status = "not applicable";
		all->not_applicable++;
	} else if (tally.rules == 0) {
		all->unmapped++;
	} else if (strcmp(status, "pass") == 0 ||
	    strcmp(status, "waived") == 0) {
		all->met++;
	} else {
		all->open++;
	}
	xml_set(node, "applicable", reason == NULL ? "true" : "false");
	xml_set(node, "status", status);
	if (gather->order->kind != REPORT_COMPLIANCE)
		return;
	coverage(all, control, &scope, &tested);
	xml_setf(node, "tested", "%zu", tested);
	xml_setf(node, "in-scope", "%zu", scope);
	xml_add_text(node, "asks",
	    (const char *)yaml_member(control, "asks")->text.data);
	put_backing(all, node, catalogue, control);
	if (reason == NULL)
		put_gaps(all, node, &tally, status, control);
}

static int
put_framework(struct control_gather *all, const struct embedded *file)
{
	static const char *const heads[] = { "title", "version", "source",
		"checked", "note" };
	struct gather *gather = all->gather;
	const struct yaml *tree, *controls;
	struct xml *node;
	char id[100];

	if (catalogue_read(&tree, file, gather->arena, gather->err) == -1)
		return -1;
	all->met = all->open = all->unmapped = all->not_applicable =
	    all->mapped = 0;
	node = xml_add(gather->section[SECTION_CONTROLS], "framework");
	xml_set(node, "id", file->name);
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		xml_set(node, heads[i],
		    (const char *)yaml_member(tree, heads[i])->text.data);
	controls = yaml_member(tree, "controls");
	for (size_t i = 0; i < controls->count; i++)
		put_control(all, node, file->name, controls->item[i]);
	xml_setf(node, "met", "%zu", all->met);
	xml_setf(node, "open", "%zu", all->open);
	xml_setf(node, "unmapped", "%zu", all->unmapped);
	xml_setf(node, "not-applicable", "%zu", all->not_applicable);
	xml_setf(node, "all", "%zu", controls->count);
	(void)snprintf(id, sizeof id, "controls-%s", file->name);
	node = gather_figure(gather, id, "controls-met", (double)all->met,
	    (double)(controls->count - all->not_applicable), "controls");
	gather_cite_policies(gather, node);
	return 0;
}

int
gather_controls(struct gather *gather)
{
	struct control_gather all = { .gather = gather };
	int result = -1;

	if (gather->order->kind != REPORT_POSTURE &&
	    gather->order->kind != REPORT_COMPLIANCE)
		return 0;
	all.implements =
	    memory_new(gather->rule_count + 1, sizeof *all.implements);
	if (all.implements == NULL)
		return error_memory(gather->err);
	for (size_t i = 0; i < gather->unit_count; i++) {
		if (!unit_in_scope(gather, &gather->unit[i]))
			continue;
		all.facts.in_use = true;
		all.facts.high_risk |= is_high(&gather->unit[i]);
	}
	if (gather_each(gather, "dataset", NULL, take_dataset, &all) == -1 ||
	    gather_each(gather, "attestation", NULL, take_attestation, &all) ==
		-1)
		goto done;
	for (const struct embedded *file = catalogues; file->name != NULL;
	     file++) {
		if (put_framework(&all, file) == -1)
			goto done;
	}
	result = 0;
done:
	memory_free(all.implements);
	memory_free(all.attested);
	return result;
}
