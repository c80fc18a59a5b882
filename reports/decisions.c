/* decisions.c: who said what should happen, and what waits for whom. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "policy/rulebook.h"
#include "policy/waiver.h"
#include "reports/gather_internal.h"

#define DAY_MS ((int64_t)86400000)

struct decisions {
	struct gather *gather;
	const char *kind;
	size_t open_waivers, open_incidents, kept, findings;
	struct cel_value waivers; /* All of them, as rules see them, */
	size_t at; /* of which this is the next. */
	bool grave; /* Only incidents that are, as findings. */
	const struct edition *const *editions;
	uint64_t waiver[8], incident[8]; /* Of those that are open. */
};

/* Whether whoever signed it also signed a run that made the model. */
static bool
made_it(struct gather *gather, const struct index_row *row)
{
	for (struct xml *one = xml_first(gather->section[SECTION_ENTITIES]);
	     one != NULL; one = xml_next(one)) {
		struct xml *cite = xml_first(one);
		struct index_row run;
		struct error ignored;
		const char *entry;

		while (cite != NULL && strcmp(xml_name(cite), "cite") != 0)
			cite = xml_next(cite);
		entry = xml_get(cite, "entry");
		if (strcmp(xml_get(one, "type"), "run") != 0 || entry == NULL)
			continue;
		if (index_row_at(gather->store, strtoull(entry + 1, NULL, 10),
			gather->view.size, &run, &ignored) == 0 &&
		    public_key_equal(run.signer, row->signer))
			return true;
	}
	return false;
}

/* How many records of a kind name an entry. */
static size_t
answers(struct gather *gather, const char *kind, struct digest leaf)
{
	struct index_query query = {
		.before = gather->view.size, .kind = kind, .mentions = &leaf
	};
	size_t count, none;

	return gather_standing_of(gather, &query, &count, NULL, 0, &none) == -1
	    ? 0
	    : count;
}

static const char *
signer_name(struct gather *gather, const struct index_row *row)
{
	const struct principal *who =
	    authority_by_key(gather->view.authority, row->signer);

	return who == NULL ? "the ledger" : who->name;
}

static void
ask_for_decision(struct decisions *all, const struct index_row *row,
    const struct json *record)
{
	struct gather *gather = all->gather;
	const struct json *about = json_member(record, "about");
	const char *where = json_member_text(record, "environment");
	size_t approved = answers(gather, "approval", row->leaf);
	char title[900], command[200], condition[200];
	struct finding finding = { .type = "decision",
		.status = "no evidence",
		.since_ms = row->time_ms,
		.criteria = "What is proposed is answered: by approvals, or "
			    "by a rejection.",
		.consequence = "Until then it does not go into use.",
		.title = title,
		.command = command };

	if (answers(gather, "deployment", row->leaf) > 0 ||
	    answers(gather, "rejection", row->leaf) > 0)
		return;
	(void)snprintf(title, sizeof title,
	    "Answer the proposal of %.400s%s%.200s",
	    json_member_text(about, "name"), where == NULL ? "" : " for ",
	    where == NULL ? "" : where);
	(void)snprintf(command, sizeof command,
	    "vouch approve %" PRIu64 " --because TEXT", row->seq);
	(void)snprintf(condition, sizeof condition,
	    "%zu approval%s; it has not been deployed, and nobody rejected it.",
	    approved, approved == 1 ? "" : "s");
	finding.owner = "whoever may approve";
	finding.condition = condition;
	finding.recommendation = approved == 0
	    ? "Approve it or reject it, with the reason."
	    : "Approve it too, reject it, or ask what it still lacks: vouch "
	      "pending.";
	gather_cite(gather, gather_action(gather, &finding), row->seq);
}

static void
ask_for_review(struct decisions *all, const struct index_row *row,
    const struct json *record)
{
	struct gather *gather = all->gather;
	char title[600], command[200];
	struct finding finding = { .type = "decision",
		.status = "fail",
		.title = title,
		.since_ms = row->time_ms,
		.owner = "whoever may review",
		.criteria = "What went into use ahead of the rules is looked "
			    "at afterwards.",
		.condition = "Nobody has recorded a review.",
		.cause = json_member_text(record, "because"),
		.consequence = "An exception has become the rule.",
		.recommendation = "Review it: uphold it or reverse it.",
		.command = command };

	if (!json_bool(json_member(record, "emergency")) ||
	    answers(gather, "review", row->leaf) > 0)
		return;
	(void)snprintf(title, sizeof title,
	    "Review the emergency deployment of %.400s",
	    json_member_text(json_member(record, "model"), "name"));
	(void)snprintf(command, sizeof command,
	    "vouch review %" PRIu64 " --outcome upheld|reversed --because TEXT",
	    row->seq);
	gather_cite(gather, gather_action(gather, &finding), row->seq);
}

static int
take_decision(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct decisions *all = cookie;
	struct gather *gather = all->gather;
	const struct json *record = entry->record.predicate;
	const struct json *about = json_member(record, "about");
	struct digest digest;
	struct xml *node;

	if (about == NULL)
		about = json_member(record, "model");
	if (strcmp(all->kind, "proposal") == 0)
		ask_for_decision(all, row, record);
	else if (strcmp(all->kind, "deployment") == 0)
		ask_for_review(all, row, record);
	if (!gather->has_model || about == NULL ||
	    !digest_parse(&digest,
		bytes_of_text(json_member_text(about, "digest"))))
		return 0;
	node = xml_add(gather->section[SECTION_APPROVALS], "decision");
	xml_set(node, "type", all->kind);
	xml_set(node, "subject",
	    gather_subject(gather, digest, json_member_text(about, "name")));
	xml_set(node, "signer", gather_signer(gather, row->signer).text);
	xml_set(node, "time", time_format(row->time_ms).text);
	xml_set(node, "environment", json_member_text(record, "environment"));
	xml_set(node, "action", json_member_text(record, "action"));
	xml_set(node, "outcome", json_member_text(record, "outcome"));
	xml_set(node, "until", json_member_text(record, "until"));
	if (strcmp(all->kind, "approval") == 0)
		xml_set(node, "separate",
		    made_it(gather, row) ? "false" : "true");
	if (json_bool(json_member(record, "emergency")))
		xml_set(node, "emergency", "true");
	xml_add_text(node, "because", json_member_text(record, "because"));
	for (const struct json *one =
		 json_first(json_member(record, "conditions"));
	     one != NULL; one = json_next(one))
		xml_add_text(node, "condition", json_text(one));
	gather_cite(gather, node, row->seq);
	return 0;
}

/* The policy in force that a rule is of, by the rule's full name. */
static const struct policy *
policy_of(const struct decisions *all, const char *rule)
{
	const char *slash = strchr(rule, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - rule);

	for (size_t i = 0; len > 0 && i < all->gather->edition_count; i++) {
		const struct edition *one = all->editions[i];

		if (bytes_equal(bytes_of_text(one->said.name),
			bytes_of(rule, len)))
			return one->policy;
	}
	return NULL;
}

/* Why a waiver lifts nothing (any more); NULL if it does.  Waivers are asked
 * about in their order. */
static const char *
objection_to(struct decisions *all, const struct index_row *row)
{
	const struct cel_list *list = all->waivers.list;
	int64_t until_ms;

	while (all->at < list->count &&
	    context_row(&list->item[all->at])->seq < row->seq)
		all->at++;
	if (all->at == list->count ||
	    context_row(&list->item[all->at])->seq != row->seq)
		return "it was corrected";
	return waiver_objection(list, all->at, policy_of(all, row->name), NULL,
	    all->gather->view.time_ms, &until_ms);
}

/* What takes a waiver back is no waiver: those that it ends cite it. */
static void
cite_withdrawal(struct gather *gather, const struct index_row *row,
    const struct json *record, const char *subject)
{
	const char *there = json_member_text(record, "environment");

	for (struct xml *one = xml_first(gather->section[SECTION_WAIVERS]);
	     one != NULL; one = xml_next(one)) {
		const char *where = xml_get(one, "environment");

		if (strcmp(xml_get(one, "rule"), row->name) == 0 &&
		    strcmp(xml_get(one, "subject"), subject) == 0 &&
		    (there == NULL || where == NULL ||
			strcmp(there, where) == 0))
			gather_cite(gather, one, row->seq);
	}
}

static int
take_waiver(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct decisions *all = cookie;
	struct gather *gather = all->gather;
	const struct json *record = entry->record.predicate;
	const struct json *model = json_member(record, "model");
	const char *until = json_member_text(record, "until");
	const char *objection, *subject;
	int64_t end = INT64_MAX;
	struct digest digest;
	struct xml *node;

	if (!digest_parse(&digest,
		bytes_of_text(json_member_text(model, "digest"))))
		return 0;
	subject =
	    gather_subject(gather, digest, json_member_text(model, "name"));
	if (strcmp(row->status, "withdrawn") == 0) {
		cite_withdrawal(gather, row, record, subject);
		return 0;
	}
	if (until != NULL)
		(void)time_parse_exact(&end, bytes_of_text(until));
	objection = objection_to(all, row);
	if (objection == NULL)
		all->waiver[all->open_waivers++ % 8] = row->seq;
	if (all->kept++ >= 200)
		return 0;
	node = xml_add(gather->section[SECTION_WAIVERS], "waiver");
	xml_set(node, "rule", json_member_text(record, "rule"));
	xml_set(node, "subject", subject);
	xml_set(node, "environment", json_member_text(record, "environment"));
	xml_set(node, "signer", gather_signer(gather, row->signer).text);
	xml_set(node, "from", time_format(row->time_ms).text);
	xml_set(node, "until", until);
	xml_set(node, "status",
	    objection == NULL ? end - gather->view.time_ms < 30 * DAY_MS
		    ? "ends soon"
		    : "open"
		: strcmp(objection, "it was withdrawn") == 0 ? "withdrawn"
		: end <= gather->view.time_ms                ? "ended"
							     : "no effect");
	xml_add_text(node, "because", json_member_text(record, "because"));
	xml_add_text(node, "compensating",
	    json_member_text(record, "compensating"));
	gather_cite(gather, node, row->seq);
	return 0;
}

/* Whether it is not closed; what is told again under its name takes its
 * place. */
static bool
is_open(struct gather *gather, const struct index_row *row)
{
	struct index_query query = { .before = gather->view.size,
		.kind = "incident",
		.name = row->name };
	struct index_list *list;
	struct index_row newest;
	struct error ignored;
	bool more = true, open = strcmp(row->status, "closed") != 0;

	if (!open || row->name[0] == '\0' ||
	    index_list(&list, gather->store, &query, &ignored) == -1)
		return open;
	if (index_next(list, &newest, &more, &ignored) == 0 && more)
		open = newest.seq == row->seq;
	index_list_free(list);
	return open;
}

/* An open incident as a finding: grave ones come before what rules found, the
 * others behind it. */
static int
find_incident(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct decisions *all = cookie;
	struct gather *gather = all->gather;
	const struct json *record = entry->record.predicate;
	const char *severity = json_member_text(record, "severity");
	bool grave = strcmp(severity, "critical") == 0 ||
	    strcmp(severity, "high") == 0;
	char title[900];
	struct finding finding = { .type = "finding",
		.status = "fail",
		.title = title,
		.owner = signer_name(gather, row),
		.since_ms = row->time_ms,
		.criteria = "Incidents are handled until they are closed.",
		.condition = json_member_text(record, "what"),
		.cause = "As reported; see the entry.",
		.consequence = json_member_text(record, "affected"),
		.recommendation = json_member_text(record, "remedy") };

	if (!is_open(gather, row) || grave != all->grave ||
	    all->findings++ >= 50)
		return 0;
	(void)snprintf(title, sizeof title, "Incident (%.40s): %.800s",
	    severity, json_member_text(record, "title"));
	gather_cite(gather, gather_action(gather, &finding), row->seq);
	return 0;
}

static int
take_incident(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct decisions *all = cookie;
	struct gather *gather = all->gather;
	const struct json *record = entry->record.predicate;
	const char *status = json_member_text(record, "status");
	struct xml *node =
	    xml_add(gather->section[SECTION_APPROVALS], "incident");

	xml_set(node, "title", json_member_text(record, "title"));
	xml_set(node, "severity", json_member_text(record, "severity"));
	xml_set(node, "status", status == NULL ? "open" : status);
	xml_set(node, "time", time_format(row->time_ms).text);
	gather_cite(gather, node, row->seq);
	if (is_open(gather, row))
		all->incident[all->open_incidents++ % 8] = row->seq;
	return 0;
}

/* The words of a remedy that stand for what this finding is about. */
static const char *
remedy_for(struct gather *gather, const struct cell *cell, const char *remedy)
{
	const char *model =
	    strncmp(cell->name, "model/", 6) == 0 ? cell->name + 6 : NULL;
	const struct {
		const char *word;
		const char *by;
	} words[] = {
		{ "MODEL", model },
		{ "PROPOSAL", model }, /* Its newest. */
		{ "ENVIRONMENT",
		    cell->environment[0] == '\0' ? NULL : cell->environment },
	};
	struct buffer out = buffer_new(16384);
	const char *result;

	while (remedy != NULL && *remedy != '\0') {
		size_t len = strspn(remedy, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		bool put = false;

		for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
			if (len > 0 && strlen(words[i].word) == len &&
			    strncmp(words[i].word, remedy, len) == 0 &&
			    words[i].by != NULL) {
				buffer_text(&out, words[i].by);
				put = true;
			}
		}
		len = len == 0 ? 1 : len;
		if (!put)
			buffer_append(&out, bytes_of(remedy, len));
		remedy += len;
	}
	result = out.len == 0 ? NULL : gather_text(gather, buffer_string(&out));
	buffer_free(&out);
	return result;
}

static int64_t
time_of(struct gather *gather, uint64_t seq)
{
	struct index_row row;
	struct error ignored;

	return index_row_at(gather->store, seq, gather->view.size, &row,
		   &ignored) == 0
	    ? row.time_ms
	    : 0;
}

/* Since when it can have been so: both the rule and what it is about were
 * there. */
static int64_t
since(struct gather *gather, const struct cell *cell, const struct unit *unit)
{
	const struct edition *edition = gather->rule[cell->rule].edition;
	int64_t one = 0, two = 0;

	if (cell->record != UINT64_MAX)
		return time_of(gather, cell->record);
	if (edition != NULL)
		one = time_of(gather, edition->seq);
	if (unit != NULL)
		two = time_of(gather, unit->seq);
	return one > two ? one : two;
}

static const char *
condition_of(const struct cell *cell, const char *criteria)
{
	static const char *const words[RESULT_COUNT] = {
		[RESULT_FAIL] = "That does not hold.",
		[RESULT_NO_EVIDENCE] =
		    "Nothing on record says whether that holds.",
		[RESULT_ERROR] = "The rule could not say whether that holds.",
	};

	return cell->message == NULL || strcmp(cell->message, criteria) == 0
	    ? words[cell->result]
	    : cell->message;
}

/* A result that is not good, as a finding. */
static void
put_finding(struct gather *gather, const struct cell *cell)
{
	const struct report_rule *rule = &gather->rule[cell->rule];
	const struct unit *unit = NULL;
	const char *owner = NULL;
	char title[700];
	struct finding finding = { .type = cell->denies ? "blocker" : "finding",
		.status = result_name(cell->result),
		.title = title };
	struct xml *node;

	for (size_t i = 0; i < gather->unit_count; i++) {
		if (digest_equal(gather->unit[i].model, cell->about) &&
		    strcmp(gather->unit[i].environment, cell->environment) == 0)
			unit = &gather->unit[i];
	}
	owner = unit != NULL ? unit->owner : NULL;
	if (owner == NULL && gather->has_model &&
	    digest_equal(gather->model, cell->about))
		owner = gather->model_owner;
	(void)snprintf(title, sizeof title, "%.200s: %.300s%s%.150s",
	    rule->name, cell->name, cell->environment[0] == '\0' ? "" : " in ",
	    cell->environment);
	finding.owner = owner;
	finding.since_ms = since(gather, cell, unit);
	finding.criteria = rule->rule == NULL ? "The policy can be read."
					      : rule->rule->because;
	finding.condition = condition_of(cell, finding.criteria);
	finding.cause = cell->result == RESULT_NO_EVIDENCE
	    ? "What the rule asks about is not on record."
	    : cell->result == RESULT_ERROR
	    ? "The rule has no value here: it is a fault of the rule."
	    : "What is on record does not meet the rule.";
	finding.consequence = cell->denies
	    ? "A deployment is refused while this stands."
	    : "It stands as a warning; nothing is refused.";
	finding.command = rule->rule == NULL
	    ? NULL
	    : remedy_for(gather, cell, rule->rule->remedy);
	finding.recommendation = finding.command == NULL
	    ? "Ask whoever published the policy."
	    : cell->source == CELL_RECORDED
	    ? "Supply what is missing for the next deployment, or have it "
	      "waived with a reason."
	    : "Supply what is missing, or have it waived with a reason.";
	node = gather_action(gather, &finding);
	xml_setf(node, "rule", "r%zu", cell->rule + 1);
	for (size_t i = 0; i < cell->evidence_count && i < 4; i++)
		gather_cite_leaf(gather, node, cell->evidence[i]);
	if (cell->record != UINT64_MAX)
		gather_cite(gather, node, cell->record);
	if (cell->evidence_count == 0 && cell->record == UINT64_MAX &&
	    rule->edition != NULL)
		gather_cite(gather, node, rule->edition->seq);
}

/* All waivers at this moment; whether each applies is decided where rules are
 * judged (policy/waiver.h). */
static int
find_waivers(struct decisions *all)
{
	struct gather *gather = all->gather;
	const struct question question = { .kind = NULL };
	size_t count;

	if (judge_look(gather->judge, &gather->view, &question, gather->err) ==
	    -1)
		return -1;
	all->waivers =
	    context_ledger_list(judge_context(gather->judge), "waivers");
	if (context_check(judge_context(gather->judge), gather->err) == -1)
		return -1;
	if (all->waivers.type != CEL_LIST)
		return error_set(gather->err, ERROR_UNDECIDED, NULL,
		    "the waivers cannot be read");
	return rulebook_at(judge_rulebook(gather->judge), &gather->view,
	    &all->editions, &count, gather->err);
}

static bool
asks_deployments(const struct gather *gather)
{
	size_t number = policy_kind_number(kind_named("deployment"));

	for (size_t i = 0; i < gather->rule_count; i++) {
		const struct rule *rule = gather->rule[i].rule;

		if (rule != NULL && rule->on[number])
			return true;
	}
	return false;
}

/* What went into use before there were rules about that passes none: nobody
 * shall take its silence for a yes. */
static void
find_unjudged(struct gather *gather)
{
	struct xml *figure, *node = NULL;
	uint64_t cited[8];
	size_t count = 0;
	char title[900];
	struct finding finding = { .type = "finding",
		.status = "no evidence",
		.title = title,
		.criteria = "What is in use was judged by the rules on "
			    "deployments when it went into use.",
		.condition = "No rule was asked: there was none then.",
		.cause = "It went into use before the rules.",
		.consequence = "No check here says whether it would be "
			       "allowed today.",
		.recommendation = "Propose it again, or take it out of use." };
	bool asked = asks_deployments(gather);

	if (gather->order->kind == REPORT_RELEASE)
		return;
	for (size_t i = 0; asked && i < gather->unit_count; i++) {
		const struct unit *unit = &gather->unit[i];

		if (unit->verdict != UINT64_MAX ||
		    (gather->has_model &&
			!digest_equal(unit->model, gather->model)))
			continue;
		if (count == 0) {
			(void)snprintf(title, sizeof title,
			    "Never judged: %.400s in %.200s", unit->name,
			    unit->environment);
			finding.owner = unit->owner;
			finding.since_ms = time_of(gather, unit->seq);
		}
		if (count < 8)
			cited[count] = unit->seq;
		count++;
	}
	if (count > 1)
		(void)snprintf(title + strlen(title),
		    sizeof title - strlen(title), ", and %zu more", count - 1);
	figure = gather_figure(gather, "in-use-unjudged", "unjudged",
	    (double)count, -1, "deployments");
	if (count > 0)
		node = gather_action(gather, &finding);
	for (size_t i = 0; i < count && i < 8; i++) {
		gather_cite(gather, figure, cited[i]);
		gather_cite(gather, node, cited[i]);
	}
}

int
gather_decisions(struct gather *gather)
{
	static const char *const asked[] = { "proposal", "approval",
		"rejection", "deployment", "review" };
	const struct digest *model = gather->has_model ? &gather->model : NULL;
	struct decisions all = { .gather = gather, .grave = true };
	struct xml *node;
	size_t findings = 0;

	if (gather_each(gather, "incident", model, find_incident, &all) == -1)
		return -1;
	for (size_t i = 0; i < gather->cell_count && findings < 100; i++) {
		const struct cell *cell = &gather->cell[i];

		if (cell->result == RESULT_FAIL ||
		    cell->result == RESULT_ERROR ||
		    cell->result == RESULT_NO_EVIDENCE) {
			put_finding(gather, cell);
			findings++;
		}
	}
	find_unjudged(gather);
	all.grave = false;
	if (gather_each(gather, "incident", model, find_incident, &all) == -1)
		return -1;
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		all.kind = asked[i];
		if (!gather->has_model && i != 0 && i != 3)
			continue;
		if (gather_each(gather, asked[i], model, take_decision, &all) ==
		    -1)
			return -1;
	}
	if (find_waivers(&all) == -1 ||
	    gather_each(gather, "waiver", model, take_waiver, &all) == -1 ||
	    gather_each(gather, "incident", model, take_incident, &all) == -1)
		return -1;
	node = gather_figure(gather, "waivers-open", "waivers-open",
	    (double)all.open_waivers, -1, "waivers");
	for (size_t i = 0; i < all.open_waivers && i < 8; i++)
		gather_cite(gather, node, all.waiver[i]);
	node = gather_figure(gather, "incidents-open", "incidents-open",
	    (double)all.open_incidents, -1, "incidents");
	for (size_t i = 0; i < all.open_incidents && i < 8; i++)
		gather_cite(gather, node, all.incident[i]);
	return 0;
}
