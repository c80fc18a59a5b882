/*
 * release.c: a candidate beside what is in use: how they differ, group by
 * group; where one would go back to; whose approval is still awaited.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ledger/lineage.h"
#include "reports/gather_internal.h"

#define LINEAGE_NODES 300
#define TRAITS_MAX 400
#define TRAIT_BYTES ((size_t)64 * 1024)

/* What can be said of a model in a few words. */
struct trait {
	const char *name;
	const char *text;
};

struct traits {
	struct gather *gather;
	struct digest model;
	size_t count;
	struct trait trait[TRAITS_MAX];
	/* The newest evaluation, and the newest that has slices. */
	uint64_t evaluation, sliced;
};

static void
add_trait(struct traits *traits, const char *prefix, const char *name,
    const struct json *value)
{
	struct buffer text = buffer_new(TRAIT_BYTES);
	struct buffer full = buffer_new(TRAIT_BYTES);

	if (value == NULL || traits->count == TRAITS_MAX)
		return;
	buffer_printf(&full, "%s%s", prefix, name);
	gather_write_value(&text, value);
	for (size_t i = 0; i < traits->count; i++) {
		if (strcmp(traits->trait[i].name, buffer_string(&full)) == 0)
			goto done;
	}
	traits->trait[traits->count].name =
	    gather_text(traits->gather, buffer_string(&full));
	traits->trait[traits->count++].text =
	    gather_text(traits->gather, buffer_string(&text));
done:
	buffer_free(&full);
	buffer_free(&text);
}

static int
take_registration(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	static const char *const names[][2] = { { "owner", "owner" },
		{ "risk_class", "risk class" }, { "framework", "built with" },
		{ "intended_use", "meant for" }, { "licence", "licence" },
		{ "limitations", "limitations" } };
	struct traits *traits = cookie;

	(void)row;
	if (!digest_equal(entry->record.subject, traits->model))
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		add_trait(traits, "", names[i][1],
		    json_member(entry->record.predicate, names[i][0]));
	return 0;
}

static void
take_run(struct traits *traits, const struct json *record)
{
	const struct json *code = json_member(record, "code");
	struct buffer command = buffer_new(TRAIT_BYTES);
	struct json *text = NULL;

	gather_write_command(&command, json_member(record, "command"));
	if (command.len > 0)
		text = json_new_text(buffer_string(&command));
	add_trait(traits, "training ", "command", text);
	json_free(text);
	buffer_free(&command);
	add_trait(traits, "code ", "commit", json_member(code, "commit"));
	for (const struct json *one =
		 json_first(json_member(record, "parameters"));
	     one != NULL; one = json_next(one))
		add_trait(traits, "parameter ", json_name(one), one);
	for (const struct json *one = json_first(json_member(record, "seeds"));
	     one != NULL; one = json_next(one))
		add_trait(traits, "seed ", json_name(one), one);
}

/* What it was trained with and on. */
static int
walk_back(struct traits *traits)
{
	struct gather *gather = traits->gather;
	struct reader_entry entry = reader_entry_new();
	struct buffer data = buffer_new(TRAIT_BYTES);
	struct lineage *lineage;
	struct json *text;
	int result = 0;

	if (lineage_walk(&lineage, gather->reader, traits->model, LINEAGE_UP,
		LINEAGE_NODES, gather->err) == -1)
		return -1;
	for (size_t i = 0; i < lineage->node_count && result == 0; i++) {
		const struct lineage_node *one = &lineage->node[i];

		if (!one->is_entry || one->superseded ||
		    strcmp(one->kind->name, "run") != 0) {
			if (one->is_entry && !one->superseded &&
			    strcmp(one->kind->name, "dataset") == 0)
				buffer_printf(&data, "%s%s",
				    data.len == 0 ? "" : ", ", one->name);
			continue;
		}
		result =
		    reader_read(gather->reader, one->seq, &entry, gather->err);
		if (result == 0)
			take_run(traits, entry.record.predicate);
	}
	text = data.len == 0 ? NULL : json_new_text(buffer_string(&data));
	add_trait(traits, "", "data on record", text);
	json_free(text);
	buffer_free(&data);
	lineage_free(lineage);
	reader_entry_free(&entry);
	return result;
}

static int
take_evaluation(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct traits *traits = cookie;
	const struct json *record = entry->record.predicate;
	struct digest about;

	if (!digest_parse(&about,
		bytes_of_text(json_member_text(json_member(record, "model"),
		    "digest"))) ||
	    !digest_equal(about, traits->model))
		return 0;
	traits->evaluation = row->seq;
	if (json_count(json_member(record, "slices")) > 0)
		traits->sliced = row->seq;
	return 0;
}

static int
collect(struct traits **out, struct gather *gather, struct digest model)
{
	struct traits *traits = memory_new(1, sizeof *traits);
	struct reader_entry entry = reader_entry_new();
	struct json *digest;
	int result = -1;

	if (traits == NULL)
		return error_memory(gather->err);
	traits->gather = gather;
	traits->model = model;
	traits->evaluation = traits->sliced = UINT64_MAX;
	digest = json_new_text(digest_hex(model).text);
	add_trait(traits, "", "artefact", digest);
	json_free(digest);
	if (gather_each(gather, "model", &model, take_registration, traits) ==
		-1 ||
	    walk_back(traits) == -1 ||
	    gather_each(gather, "evaluation", &model, take_evaluation,
		traits) == -1)
		goto done;
	if (traits->evaluation != UINT64_MAX) {
		const struct json *record;

		if (reader_read(gather->reader, traits->evaluation, &entry,
			gather->err) == -1)
			goto done;
		record = entry.record.predicate;
		add_trait(traits, "", "evaluated on",
		    json_member(json_member(record, "dataset"), "name"));
		for (const struct json *one =
			 json_first(json_member(record, "metrics"));
		     one != NULL; one = json_next(one))
			add_trait(traits, "metric ", json_name(one), one);
	}
	*out = traits;
	result = 0;
done:
	if (result == -1)
		memory_free(traits);
	reader_entry_free(&entry);
	return result;
}

static const char *
trait_text(const struct traits *traits, const char *name)
{
	for (size_t i = 0; i < traits->count; i++) {
		if (strcmp(traits->trait[i].name, name) == 0)
			return traits->trait[i].text;
	}
	return NULL;
}

static void
put_difference(struct gather *gather, const char *what, const char *was,
    const char *now)
{
	struct xml *node;

	if (was != NULL && now != NULL && strcmp(was, now) == 0)
		return;
	node = xml_add(gather->section[SECTION_CHANGES], "difference");
	xml_set(node, "what", what);
	xml_add_text(node, "was", was);
	xml_add_text(node, "now", now);
}

static void
put_differences(struct gather *gather, const struct traits *was,
    const struct traits *now)
{
	for (size_t i = 0; i < now->count; i++)
		put_difference(gather, now->trait[i].name,
		    trait_text(was, now->trait[i].name), now->trait[i].text);
	for (size_t i = 0; i < was->count; i++) {
		if (trait_text(now, was->trait[i].name) == NULL)
			put_difference(gather, was->trait[i].name,
			    was->trait[i].text, NULL);
	}
}

/* --- Group by group --- */

static const struct json *
slice_like(const struct json *record, const struct json *slice)
{
	struct buffer wanted = buffer_new(TRAIT_BYTES);
	const struct json *found = NULL;

	json_write(&wanted, json_member(slice, "value"));
	for (const struct json *one = json_first(json_member(record, "slices"));
	     one != NULL && found == NULL; one = json_next(one)) {
		struct buffer value = buffer_new(TRAIT_BYTES);

		json_write(&value, json_member(one, "value"));
		if (strcmp(json_member_text(one, "slice"),
			json_member_text(slice, "slice")) == 0 &&
		    bytes_equal(buffer_bytes(&value), buffer_bytes(&wanted)))
			found = one;
		buffer_free(&value);
	}
	buffer_free(&wanted);
	return found;
}

static void
put_pairs(struct gather *gather, const struct json *now, const struct json *was,
    uint64_t now_seq, uint64_t was_seq)
{
	const struct json *slices = json_member(now, "slices");

	for (const struct json *metric =
		 json_first(json_member(json_first(slices), "metrics"));
	     metric != NULL; metric = json_next(metric)) {
		const char *name = json_name(metric);
		struct xml *series =
		    xml_add(gather->section[SECTION_SERIES], "series");

		xml_set(series, "type", "paired");
		xml_set(series, "name", name);
		xml_set(series, "of",
		    json_member_text(json_member(now, "dataset"), "name"));
		gather_cite(gather, series, now_seq);
		gather_cite(gather, series, was_seq);
		for (const struct json *slice = json_first(slices);
		     slice != NULL; slice = json_next(slice)) {
			const struct json *other = slice_like(was, slice);
			const struct json *value =
			    json_member(json_member(slice, "metrics"), name);
			const struct json *before =
			    json_member(json_member(other, "metrics"), name);
			struct buffer label = buffer_new(TRAIT_BYTES);
			struct xml *point;

			if (!gather_is_number(value) ||
			    !gather_is_number(before))
				continue;
			buffer_printf(&label,
			    "%s = ", json_member_text(slice, "slice"));
			gather_write_value(&label, json_member(slice, "value"));
			point = xml_add(series, "point");
			xml_set(point, "label", buffer_string(&label));
			buffer_free(&label);
			xml_setf(point, "value", "%.6g", json_number(value));
			gather_count(point, "n", slice);
			xml_setf(point, "was", "%.6g", json_number(before));
			gather_count(point, "was-n", other);
		}
	}
}

static int
pair_slices(struct gather *gather, const struct traits *was,
    const struct traits *now)
{
	struct reader_entry one = reader_entry_new(), two = reader_entry_new();
	int result = 0;

	if (was->sliced == UINT64_MAX || now->sliced == UINT64_MAX)
		return 0;
	result = reader_read(gather->reader, now->sliced, &one, gather->err);
	if (result == 0)
		result =
		    reader_read(gather->reader, was->sliced, &two, gather->err);
	if (result == 0)
		put_pairs(gather, one.record.predicate, two.record.predicate,
		    now->sliced, was->sliced);
	reader_entry_free(&one);
	reader_entry_free(&two);
	return result;
}

/* --- What is in use there, and what was before --- */

struct history {
	struct gather *gather;
	bool found[2];
	/* The newest deployment there, and the newest of another version. */
	struct digest model[2];
	const char *name[2];
	uint64_t seq[2];
	int64_t time_ms[2];
};

static bool
same_family(const char *one, const char *two)
{
	size_t len = strcspn(one, "@");

	return strcspn(two, "@") == len && strncmp(one, two, len) == 0;
}

static int
take_deployment(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct history *history = cookie;
	struct gather *gather = history->gather;
	const struct json *record = entry->record.predicate;
	const char *name =
	    json_member_text(json_member(record, "model"), "name");
	const char *where = json_member_text(record, "environment");

	if (name == NULL || where == NULL ||
	    strcmp(where, gather->order->environment) != 0 ||
	    !same_family(name, gather->model_name))
		return 0;
	if (strcmp(row->status, "retire") == 0) {
		history->found[0] = false;
		return 0;
	}
	if (history->seq[0] != UINT64_MAX &&
	    !digest_equal(history->model[0], entry->record.subject)) {
		history->found[1] = true;
		history->model[1] = history->model[0];
		history->name[1] = history->name[0];
		history->seq[1] = history->seq[0];
		history->time_ms[1] = history->time_ms[0];
	}
	history->found[0] = true;
	history->model[0] = entry->record.subject;
	history->name[0] = gather_text(gather, name);
	history->seq[0] = row->seq;
	history->time_ms[0] = row->time_ms;
	return 0;
}

static void
put_placed(struct gather *gather, const char *name,
    const struct history *history, size_t which, const char *command)
{
	struct xml *node = xml_add(gather->section[SECTION_CHANGES], name);

	xml_set(node, "subject",
	    gather_subject(gather, history->model[which],
		history->name[which]));
	xml_set(node, "time", time_format(history->time_ms[which]).text);
	if (digest_equal(history->model[which], gather->model))
		xml_set(node, "same", "true");
	xml_add_text(node, "command", command);
	gather_cite(gather, node, history->seq[which]);
}

/* --- Approvals --- */

struct approvals {
	struct gather *gather;
	struct digest proposal;
	uint64_t proposed; /* seq */
	size_t count;
	struct public_key by[64];
	uint64_t seq[64];
};

static int
take_proposal(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct approvals *approvals = cookie;
	const char *where =
	    json_member_text(entry->record.predicate, "environment");

	if (where != NULL &&
	    strcmp(where, approvals->gather->order->environment) != 0)
		return 0;
	approvals->proposal = row->leaf;
	approvals->proposed = row->seq;
	return 0;
}

static int
take_approval(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct approvals *approvals = cookie;
	const char *of = json_member_text(entry->record.predicate, "proposal");
	const struct principal *who =
	    authority_by_key(approvals->gather->view.authority, row->signer);
	struct digest leaf;

	if (of == NULL || !digest_parse(&leaf, bytes_of_text(of)) ||
	    !digest_equal(leaf, approvals->proposal) || who == NULL ||
	    who->ended_seq < approvals->gather->view.size)
		return 0;
	for (size_t i = 0; i < approvals->count; i++) {
		if (public_key_equal(approvals->by[i], row->signer))
			return 0;
	}
	if (approvals->count < sizeof approvals->by / sizeof approvals->by[0]) {
		approvals->by[approvals->count] = row->signer;
		approvals->seq[approvals->count++] = row->seq;
	}
	return 0;
}

/* The most approvals that a rule in force asks for; -1: none says. */
static double
approvals_wanted(const struct gather *gather)
{
	double most = -1;

	for (size_t i = 0; i < gather->threshold_count; i++) {
		const struct threshold *one = &gather->threshold[i];

		if (strstr(one->measure, "lineage.approvals") != NULL &&
		    (one->order == CEL_GREATER ||
			one->order == CEL_GREATER_EQUAL)) {
			double wanted = one->order == CEL_GREATER
			    ? one->limit + 1
			    : one->limit;

			most = wanted > most ? wanted : most;
		}
	}
	return most;
}

static int
put_approvals(struct gather *gather)
{
	const struct authority *authority = gather->view.authority;
	struct approvals approvals = { .gather = gather,
		.proposed = UINT64_MAX };
	struct xml *figure;
	double wanted = approvals_wanted(gather);

	if (gather_each(gather, "proposal", &gather->model, take_proposal,
		&approvals) == -1)
		return -1;
	if (approvals.proposed != UINT64_MAX &&
	    gather_each(gather, "approval", &gather->model, take_approval,
		&approvals) == -1)
		return -1;
	figure = gather_figure(gather, "approvals", "approvals",
	    (double)approvals.count, wanted, "approvals");
	if (approvals.proposed != UINT64_MAX)
		gather_cite(gather, figure, approvals.proposed);
	for (size_t i = 0; i < approvals.count; i++)
		gather_cite(gather, figure, approvals.seq[i]);
	if (wanted >= 0 && (double)approvals.count >= wanted)
		return 0;
	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);
		bool given = false;

		for (size_t k = 0; k < approvals.count; k++)
			given |= public_key_equal(approvals.by[k], one->key);
		if (!given && one->ended_seq >= gather->view.size &&
		    (one->roles & ROLE_APPROVER) != 0)
			xml_set(xml_add(gather->section[SECTION_APPROVALS],
				    "awaited"),
			    "signer", gather_signer(gather, one->key).text);
	}
	return 0;
}

int
gather_release(struct gather *gather)
{
	struct history history = { .gather = gather,
		.seq = { UINT64_MAX, UINT64_MAX } };
	struct traits *now = NULL, *was = NULL;
	char command[900];
	bool same;
	int result = -1;

	if (gather_each(gather, "deployment", NULL, take_deployment,
		&history) == -1 ||
	    put_approvals(gather) == -1)
		return -1;
	if (!history.found[0])
		return 0;
	same = digest_equal(history.model[0], gather->model);
	put_placed(gather, "deployed", &history, 0, NULL);
	if (!same || history.found[1]) {
		(void)snprintf(command, sizeof command,
		    "vouch rollback %.400s --in %.200s --because TEXT",
		    history.name[same] +
			(strncmp(history.name[same], "model/", 6) == 0 ? 6 : 0),
		    gather->order->environment);
		put_placed(gather, "fallback", &history, same ? 1 : 0, command);
	}
	/* What is in use already is compared with what was before it. */
	if (same && !history.found[1])
		return 0;
	if (collect(&now, gather, gather->model) == -1 ||
	    collect(&was, gather, history.model[same ? 1 : 0]) == -1)
		goto done;
	put_differences(gather, was, now);
	result = pair_slices(gather, was, now);
done:
	memory_free(now);
	memory_free(was);
	return result;
}
