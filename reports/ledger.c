/* ledger.c: the whole ledger in a few numbers: counts, changes, trend. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "reports/gather_internal.h"

#define TREND_POINTS 8
/* Results that a trend may ask for at all its points together. */
#define TREND_RESULTS 200000

#define NEWEST 4
struct seqs {
	uint64_t seq[NEWEST];
};

/* How many entries of each kind that stand were there before a size. */
static int
count_kind(struct gather *gather, const char *kind, uint64_t before,
    size_t *count, struct seqs *newest)
{
	struct index_query query = { .before = before, .kind = kind };
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	*count = 0;
	if (index_list(&list, gather->store, &query, gather->err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, gather->err);
		if (result == -1 || !more || row.superseded)
			continue;
		if (newest != NULL && *count < NEWEST)
			newest->seq[*count] = row.seq;
		++*count;
	} while (result == 0 && more);
	index_list_free(list);
	return result;
}

int
gather_ledger(struct gather *gather)
{
	static const char *const counted[] = { "model", "dataset", "evaluation",
		"approval", "deployment", "waiver", "incident", "policy" };
	const struct report_order *order = gather->order;
	struct xml *node;
	size_t in_use = 0;

	(void)gather_figure(gather, "entries", "entries",
	    (double)gather->view.size, -1, "entries");
	for (size_t i = 0; i < gather->unit_count; i++)
		in_use += !gather->has_model ||
		    digest_equal(gather->unit[i].model, gather->model);
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
		struct seqs newest;
		size_t now, then = 0;
		char id[60];

		if (count_kind(gather, counted[i], gather->view.size, &now,
			&newest) == -1 ||
		    (order->since > 0 &&
			count_kind(gather, counted[i], order->since, &then,
			    NULL) == -1))
			return -1;
		(void)snprintf(id, sizeof id, "count-%s", counted[i]);
		node = gather_figure(gather, id, "kind-count", (double)now, -1,
		    counted[i]);
		for (size_t k = 0; k < now && k < NEWEST; k++)
			gather_cite(gather, node, newest.seq[k]);
		if (order->since == 0)
			continue;
		node = xml_add(gather->section[SECTION_CHANGES], "change");
		xml_set(node, "what", counted[i]);
		xml_setf(node, "then", "%zu", then);
		xml_setf(node, "now", "%zu", now);
	}
	return 0;
}

/* --- Trend --- */

/* The authority at a size, by a reader of its own. */
static int
look_back(struct gather *gather, uint64_t size, struct xml *series)
{
	static const char *const names[RESULT_COUNT] = { "pass", "fail",
		"waived", "no-evidence", "not-applicable", "error" };
	const struct question audit = { .kind = NULL };
	struct reader *reader = NULL;
	struct reader_entry entry = reader_entry_new();
	struct judgement judgement;
	struct append_view view;
	struct xml *point;
	char as_of[32];
	int result = -1;

	(void)snprintf(as_of, sizeof as_of, "%" PRIu64, size - 1);
	if (reader_open(&reader, gather->order->path, gather->err) == -1 ||
	    reader_as_of(reader, as_of, gather->err) == -1 ||
	    reader_read(reader, size - 1, &entry, gather->err) == -1)
		goto done;
	view = (struct append_view){ .store = reader_store(reader),
		.authority = reader_authority(reader),
		.size = size,
		.time_ms = entry.entry.time_ms };
	if (judge_ask(gather->judge, &view, &audit, NULL, 0, &judgement,
		gather->err) == -1)
		goto done;
	point = xml_add(series, "point");
	xml_set(point, "time", time_format(view.time_ms).text);
	xml_setf(point, "label", "%" PRIu64, size);
	for (unsigned i = 0; i < RESULT_COUNT; i++)
		xml_setf(point, names[i], "%zu", judgement.totals[i]);
	gather_cite(gather, point, size - 1);
	result = 0;
done:
	reader_entry_free(&entry);
	reader_close(reader);
	return result;
}

/* At most so many checkpoints, evenly spread, the last one among them. */
int
gather_trend(struct gather *gather)
{
	struct xml *series, *node;
	struct buffer note = buffer_new(LIMIT_NOTE);
	uint64_t last = 0;
	size_t results = 0;
	int result = 0;

	for (unsigned i = 0; i < RESULT_COUNT; i++)
		results += gather->totals[i];
	if (gather->edition_count == 0 || gather->view.size < 2)
		goto done;
	if (results * TREND_POINTS > TREND_RESULTS) {
		node = xml_add_text(gather->section[SECTION_COVER],
		    "summarised",
		    "The trend is not computed again for a ledger of so many "
		    "results; vouch report --at SIZE gives any point of it.");
		xml_set(node, "shown", "0");
		goto done;
	}
	series = xml_add(gather->section[SECTION_SERIES], "series");
	xml_set(series, "type", "trend");
	xml_set(series, "name", "results of the rules on audit");
	for (unsigned i = 1; i <= TREND_POINTS && result == 0; i++) {
		uint64_t size = 0;

		buffer_clear(&note);
		result = store_checkpoint(gather->store,
		    gather->view.size * i / TREND_POINTS, &size, &note,
		    gather->err);
		if (result == 0 && size > last) {
			result = look_back(gather, size, series);
			last = size;
		}
	}
done:
	buffer_free(&note);
	return result;
}
