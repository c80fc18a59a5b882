/* figures.c: every number, and by what definition it was counted. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "reports/gather_internal.h"

/*
 * A definition is a name, what is counted in words, and how, as a query that
 * can be repeated with the program; LAST is the number of the checkpoint's
 * last entry.  Its digest covers all three and the
 * program's version, so that a figure is never compared with one that counts
 * something else.
 */
static const struct definition {
	const char *name;
	const char *says;
	const char *query;
} definitions[] = {
	{ "checks-pass", "Rule results that are pass",
	    "vouch audit --dry-run --as-of LAST; vouch show VERDICT of each deployment in use" },
	{ "checks-fail", "Rule results that are fail",
	    "vouch audit --dry-run --as-of LAST; vouch show VERDICT of each deployment in use" },
	{ "checks-waived", "Rule results lifted by a waiver that is in force",
	    "vouch audit --dry-run --as-of LAST; vouch waivers --as-of LAST" },
	{ "checks-no-evidence",
	    "Rule results that could not be reached, because what the rule "
	    "asks about is not on record",
	    "vouch audit --dry-run --as-of LAST; vouch show VERDICT of each deployment in use" },
	{ "checks-not-applicable",
	    "Rules that had nothing to say of what they were asked about",
	    "vouch audit --dry-run --all --as-of LAST" },
	{ "checks-error", "Rules that have no value: faults of the rules",
	    "vouch audit --dry-run --as-of LAST" },
	{ "controls-met",
	    "Controls whose rules all pass or are waived, of those that apply",
	    "rules whose `controls' name the control; catalogue's `applies'" },
	{ "entries-cited",
	    "Entries cited whose leaf hash, signature and place in the tree "
	    "are as they should be",
	    "vouch show ENTRY for each" },
	{ "entries-verified", "Entries verified in full", "vouch verify" },
	{ "problems", "Problems that verification found", "vouch verify" },
	{ "in-use",
	    "Models in use, once each (in a report about one model, whether "
	    "it is): the last deployment in each environment that was not "
	    "retired",
	    "vouch policy eval --as-of LAST 'ledger.deployed.map(d, "
	    "d.model.digest).distinct().size()'" },
	{ "kind-count", "Entries of a kind that stand (are not corrected)",
	    "vouch list KIND --all --as-of LAST" },
	{ "entries", "Entries of the ledger",
	    "vouch policy eval --as-of LAST 'ledger.size'" },
	{ "metric", "A metric as it was recorded", "vouch show ENTRY" },
	{ "approvals", "Approvals of the newest proposal by different people",
	    "vouch list approval --all --where 'record.proposal == \"LEAF\"' "
	    "--as-of LAST; as many as the rules in force ask for" },
	{ "waivers-open",
	    "Waivers that apply (in a report about one model, to it): granted "
	    "as the policy allows, neither ended nor withdrawn",
	    "vouch waivers --as-of LAST" },
	{ "incidents-open",
	    "Incidents that are not closed (in a report about one model, its "
	    "own)",
	    "vouch list incident --where '!has(record.status) || "
	    "record.status != \"closed\"' --as-of LAST" },
	{ "unjudged",
	    "Deployments in use that were judged by no rule when they went "
	    "into use, though there are rules on deployments now",
	    "vouch show DEPLOYMENT of each in use: no verdict is about it" },
	{ "trend",
	    "Rule results at a past checkpoint, with the policies in "
	    "force then",
	    "vouch audit --dry-run --as-of LAST; the verdicts of the "
	    "deployments in use then" },
};
#define DEFINITIONS (sizeof definitions / sizeof definitions[0])

static const char *
definition_id(const char *name, char id[16])
{
	for (size_t i = 0; i < DEFINITIONS; i++) {
		if (strcmp(definitions[i].name, name) == 0) {
			(void)snprintf(id, 16, "d%zu", i + 1);
			return id;
		}
	}
	return NULL;
}

/* What a query is asked with: the checkpoint, and what was ordered. */
static void
put_parameters(struct gather *gather, struct xml *node)
{
	const struct report_order *order = gather->order;
	struct buffer text = buffer_new(4096);

	buffer_printf(&text, "checkpoint %" PRIu64 ", LAST %" PRIu64,
	    gather->view.size, gather->view.size - 1);
	if (order->since > 0)
		buffer_printf(&text, ", since %" PRIu64, order->since);
	if (gather->has_model)
		buffer_printf(&text, ", %s", gather->model_name);
	if (order->environment != NULL)
		buffer_printf(&text, ", to %s", order->environment);
	xml_set(node, "parameters", buffer_string(&text));
	buffer_free(&text);
}

struct xml *
gather_figure(struct gather *gather, const char *id, const char *definition,
    double value, double of, const char *unit)
{
	struct xml *node = xml_add(gather->section[SECTION_FIGURES], "figure");
	struct buffer number = buffer_new(100);
	char ref[16];

	gather->figures++;
	xml_set(node, "id", id);
	xml_set(node, "definition", definition_id(definition, ref));
	json_write_number(&number, value);
	xml_set(node, "value", isfinite(value) ? buffer_string(&number) : "0");
	if (of >= 0) {
		buffer_clear(&number);
		json_write_number(&number, of);
		xml_set(node, "of", buffer_string(&number));
	}
	xml_set(node, "unit", unit);
	put_parameters(gather, node);
	buffer_free(&number);
	return node;
}

/* What nothing was found for rests on all that was looked through. */
void
gather_figures_end(struct gather *gather)
{
	for (struct xml *one = xml_first(gather->section[SECTION_FIGURES]);
	     one != NULL; one = xml_next(one)) {
		if (xml_first(one) == NULL)
			gather_cite(gather, one, gather->view.size - 1);
	}
}

void
gather_definitions(struct gather *gather)
{
	struct xml *section = gather->section[SECTION_DEFINITIONS];

	for (size_t i = 0; i < DEFINITIONS; i++) {
		const struct definition *one = &definitions[i];
		struct xml *node = xml_add(section, "definition");
		struct buffer text = buffer_new(4096);

		buffer_printf(&text, "%s\n%s\n%s\n%s\n", one->name, one->says,
		    one->query, gather->order->program);
		xml_setf(node, "id", "d%zu", i + 1);
		xml_set(node, "name", one->name);
		xml_set(node, "digest",
		    digest_hex(digest_of(buffer_bytes(&text))).text);
		xml_add_text(node, "says", one->says);
		xml_add_text(node, "query", one->query);
		buffer_free(&text);
	}
}

struct xml *
gather_action(struct gather *gather, const struct finding *finding)
{
	struct xml *node = xml_add(gather->section[SECTION_ACTIONS], "action");

	xml_setf(node, "id", "a%zu", ++gather->actions);
	xml_set(node, "type", finding->type);
	xml_set(node, "status", finding->status);
	xml_set(node, "title", finding->title);
	xml_set(node, "owner",
	    finding->owner == NULL ? "nobody is named" : finding->owner);
	if (finding->since_ms > 0)
		xml_set(node, "since", time_format(finding->since_ms).text);
	xml_set(node, "due", finding->due);
	xml_add_text(node, "criteria", finding->criteria);
	xml_add_text(node, "condition", finding->condition);
	xml_add_text(node, "cause", finding->cause);
	xml_add_text(node, "consequence", finding->consequence);
	xml_add_text(node, "recommendation", finding->recommendation);
	xml_add_text(node, "command", finding->command);
	return node;
}
