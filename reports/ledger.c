/* ledger.c: the whole ledger in a few numbers: counts, changes, trend. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "reports/gather_internal.h"

#define TREND_POINTS 8
/* Results that a trend may ask for at all its past points together. */
#define TREND_RESULTS 200000

#define NEWEST 4

/* --- What was said before --- */

/* How all rules came out at a past size, with the policies and the authority
 * of then: what gather_standing says, by a reader of its own. */
static int
look_back(struct gather *gather, uint64_t size, size_t totals[RESULT_COUNT],
    int64_t *time_ms)
{
	struct gather past = { .order = gather->order,
		.judge = gather->judge,
		.arena = gather->arena,
		.units = hash_table_new(),
		.subjects = hash_table_new(),
		.citations = hash_table_new(),
		.has_model = gather->has_model,
		.model = gather->model,
		.past = true,
		.now = gather,
		.err = gather->err };
	char as_of[32];
	int result = -1;

	(void)snprintf(as_of, sizeof as_of, "%" PRIu64, size - 1);
	if (reader_open(&past.reader, gather->order->path, gather->err) == -1 ||
	    reader_as_of(past.reader, as_of, gather->err) == -1 ||
	    reader_time(past.reader, size - 1, time_ms, gather->err) == -1)
		goto done;
	past.store = reader_store(past.reader);
	past.checkpoint = gather->checkpoint;
	past.view = (struct append_view){ .store = past.store,
		.authority = reader_authority(past.reader),
		.size = size,
		.time_ms = *time_ms };
	if (gather_units(&past) == -1 || gather_standing(&past) == -1)
		goto done;
	memcpy(totals, past.totals, sizeof past.totals);
	result = 0;
done:
	gather_clear(&past);
	reader_close(past.reader);
	return result;
}

/* What the rules said then, beside what they say now. */
static int
put_results_since(struct gather *gather)
{
	static const char *const says[RESULT_COUNT] = { "checks that pass",
		"checks that fail", "checks that are waived",
		"checks that lack evidence", NULL,
		"checks that are faults of rules" };
	size_t totals[RESULT_COUNT];
	int64_t time_ms;

	if (look_back(gather, gather->order->since, totals, &time_ms) == -1)
		return -1;
	for (unsigned i = 0; i < RESULT_COUNT; i++) {
		struct xml *node;

		if (says[i] == NULL)
			continue;
		node = xml_add(gather->section[SECTION_CHANGES], "change");
		xml_set(node, "what", says[i]);
		xml_setf(node, "then", "%zu", totals[i]);
		xml_setf(node, "now", "%zu", gather->totals[i]);
	}
	return 0;
}

int
gather_ledger(struct gather *gather)
{
	static const struct {
		const char *kind;
		const char *many;
	} counted[] = { { "model", "models" }, { "dataset", "data sets" },
		{ "evaluation", "evaluations" }, { "approval", "approvals" },
		{ "deployment", "deployments" }, { "waiver", "waivers" },
		{ "incident", "incidents" }, { "policy", "policies" } };
	const struct report_order *order = gather->order;
	struct xml *node;
	size_t in_use = 0;

	(void)gather_figure(gather, "entries", "entries",
	    (double)gather->view.size, -1, "entries");
	/* Once each, in however many environments. */
	for (size_t i = 0; i < gather->unit_count; i++)
		in_use +=
		    (!gather->has_model ||
			digest_equal(gather->unit[i].model, gather->model)) &&
		    gather_unit_first(gather, gather->unit[i].model) == i;
	node = gather_figure(gather, "in-use", "in-use", (double)in_use, -1,
	    "models");
	for (size_t i = 0; i < gather->unit_count; i++) {
		if (!gather->has_model ||
		    digest_equal(gather->unit[i].model, gather->model)) {
			if (i < 16)
				gather_cite(gather, node, gather->unit[i].seq);
			if (i < 100)
				(void)gather_subject(gather,
				    gather->unit[i].model,
				    gather->unit[i].name);
		}
	}
	if (gather->order->kind != REPORT_POSTURE &&
	    gather->order->kind != REPORT_COMPLIANCE)
		return 0;
	for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
		struct index_query query = { .before = gather->view.size,
			.kind = counted[i].kind };
		uint64_t newest[NEWEST];
		size_t now, then = 0, kept, none;
		char id[60];

		if (gather_standing_of(gather, &query, &now, newest, NEWEST,
			&kept) == -1)
			return -1;
		query.before = order->since;
		if (order->since > 0 &&
		    gather_standing_of(gather, &query, &then, NULL, 0, &none) ==
			-1)
			return -1;
		(void)snprintf(id, sizeof id, "count-%s", counted[i].kind);
		node = gather_figure(gather, id, "kind-count", (double)now, -1,
		    counted[i].many);
		for (size_t k = 0; k < kept; k++)
			gather_cite(gather, node, newest[k]);
		if (order->since == 0)
			continue;
		node = xml_add(gather->section[SECTION_CHANGES], "change");
		xml_set(node, "what", counted[i].many);
		xml_setf(node, "then", "%zu", then);
		xml_setf(node, "now", "%zu", now);
	}
	return order->since > 0 && order->since < gather->view.size &&
		gather->edition_count > 0
	    ? put_results_since(gather)
	    : 0;
}

/* --- Trend --- */

/* One checkpoint of it, of those there are. */
struct point {
	unsigned place; /* 1 to TREND_POINTS. */
	uint64_t size;
	size_t subjects; /* At most so many things were in use. */
};

static int
put_point(struct gather *gather, struct xml *series, const struct point *point)
{
	size_t totals[RESULT_COUNT];
	int64_t time_ms = gather->view.time_ms;
	struct xml *node;

	/* The newest is what this report has asked for. */
	memcpy(totals, gather->totals, sizeof totals);
	if (point->size < gather->view.size &&
	    look_back(gather, point->size, totals, &time_ms) == -1)
		return -1;
	node = xml_add(series, "point");
	xml_set(node, "time", time_format(time_ms).text);
	xml_setf(node, "label", "%" PRIu64, point->size);
	for (unsigned i = 0; i < RESULT_COUNT; i++)
		xml_setf(node, gather_result_names[i], "%zu", totals[i]);
	gather_cite(gather, node, point->size - 1);
	return 0;
}

/* At most so many checkpoints, evenly spread, the last one among them. */
static int
find_points(struct gather *gather, struct point points[TREND_POINTS],
    size_t *count)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	uint64_t last = 0;
	int result = 0;

	*count = 0;
	for (unsigned i = 1; i <= TREND_POINTS && result == 0; i++) {
		struct point point = { .place = i };
		size_t models = 0;

		buffer_clear(&note);
		result = store_checkpoint(gather->store,
		    gather->view.size * i / TREND_POINTS, &point.size, &note,
		    gather->err);
		if (result == -1 || point.size <= last)
			continue;
		last = point.size;
		if (index_count(gather->store, "deployment", point.size,
			&point.subjects, gather->err) == -1 ||
		    index_count(gather->store, "model", point.size, &models,
			gather->err) == -1)
			result = -1;
		point.subjects += models;
		points[(*count)++] = point;
	}
	buffer_free(&note);
	return result;
}

/* How many results the past points ask for, every step-th of them: reckoned
 * from today's by what can have been in use.  Verdicts need not be read again
 * for most of them. */
static double
cost(const struct gather *gather, const struct point *points, size_t count,
    unsigned step)
{
	double today = 0, subjects = 0;

	for (unsigned i = 0; i < RESULT_COUNT; i++)
		today += (double)gather->audited[i];
	for (size_t i = 0; i + 1 < count; i++) {
		if ((TREND_POINTS - points[i].place) % step == 0)
			subjects += (double)points[i].subjects;
	}
	return count == 0 || points[count - 1].subjects == 0
	    ? today * (double)count
	    : today * subjects / (double)points[count - 1].subjects;
}

int
gather_trend(struct gather *gather)
{
	struct point points[TREND_POINTS];
	struct xml *series, *node;
	size_t count, shown = 0;
	unsigned step = 1;

	if (gather->edition_count == 0 || gather->view.size < 2)
		return 0;
	if (find_points(gather, points, &count) == -1)
		return -1;
	while (step < TREND_POINTS &&
	    cost(gather, points, count, step) > TREND_RESULTS)
		step *= 2;
	series = xml_add(gather->section[SECTION_SERIES], "series");
	xml_set(series, "type", "trend");
	xml_set(series, "name", "results of all rules");
	for (size_t i = 0; i < count; i++) {
		if ((TREND_POINTS - points[i].place) % step != 0)
			continue;
		if (put_point(gather, series, &points[i]) == -1)
			return -1;
		shown++;
	}
	if (shown == count)
		return 0;
	node = xml_add_text(gather->section[SECTION_COVER], "summarised",
	    "The trend is computed again at fewer checkpoints, because each "
	    "asks for so many results; vouch report --at SIZE gives any point "
	    "of it.");
	xml_setf(node, "shown", "%zu", shown);
	xml_setf(node, "all", "%zu", count);
	return 0;
}
