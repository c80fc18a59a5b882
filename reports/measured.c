/* measured.c: one model: how it was judged, and how it does in use. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "reports/gather_internal.h"

#define POINTS_MAX 200
#define LABEL_BYTES ((size_t)64 * 1024)

/* --- How it was judged --- */

static void
put_interval(struct xml *point, const struct json *intervals, const char *name)
{
	const struct json *one = json_member(intervals, name);

	if (!gather_is_number(json_member(one, "low")) ||
	    !gather_is_number(json_member(one, "high")))
		return;
	xml_setf(point, "low", "%.6g", json_number(json_member(one, "low")));
	xml_setf(point, "high", "%.6g", json_number(json_member(one, "high")));
}

static void
put_metrics(struct gather *gather, struct xml *series,
    const struct json *record, uint64_t seq)
{
	const struct json *thresholds = json_member(record, "thresholds");

	for (const struct json *one =
		 json_first(json_member(record, "metrics"));
	     one != NULL; one = json_next(one)) {
		const struct json *limit =
		    json_member(thresholds, json_name(one));
		struct xml *point, *figure;
		char id[400];

		if (!gather_is_number(one))
			continue;
		point = xml_add(series, "point");
		xml_set(point, "label", json_name(one));
		xml_setf(point, "value", "%.6g", json_number(one));
		gather_count(point, "n", record);
		put_interval(point, json_member(record, "intervals"),
		    json_name(one));
		if (gather_is_number(json_member(limit, "min")))
			xml_setf(point, "min", "%.6g",
			    json_number(json_member(limit, "min")));
		if (gather_is_number(json_member(limit, "max")))
			xml_setf(point, "max", "%.6g",
			    json_number(json_member(limit, "max")));
		(void)snprintf(id, sizeof id, "metric-%" PRIu64 "-%.300s", seq,
		    json_name(one));
		figure = gather_figure(gather, id, "metric", json_number(one),
		    -1, "");
		gather_count(figure, "n", record);
		gather_cite(gather, figure, seq);
	}
}

/* One series for each metric that slices have. */
static void
put_slices(struct gather *gather, const struct json *record, const char *name,
    uint64_t seq)
{
	const struct json *slices = json_member(record, "slices");

	for (const struct json *metric =
		 json_first(json_member(json_first(slices), "metrics"));
	     metric != NULL; metric = json_next(metric)) {
		struct xml *series =
		    xml_add(gather->section[SECTION_SERIES], "series");
		const struct json *whole =
		    json_member(json_member(record, "metrics"),
			json_name(metric));

		xml_set(series, "type", "slices");
		xml_set(series, "name", json_name(metric));
		xml_set(series, "of", name);
		if (gather_is_number(whole))
			xml_setf(series, "whole", "%.6g", json_number(whole));
		gather_cite(gather, series, seq);
		for (const struct json *slice = json_first(slices);
		     slice != NULL; slice = json_next(slice)) {
			const struct json *value =
			    json_member(json_member(slice, "metrics"),
				json_name(metric));
			struct buffer label = buffer_new(LABEL_BYTES);
			struct xml *point;

			if (!gather_is_number(value))
				continue;
			point = xml_add(series, "point");
			buffer_printf(&label,
			    "%s = ", json_member_text(slice, "slice"));
			gather_write_value(&label, json_member(slice, "value"));
			xml_set(point, "label", buffer_string(&label));
			buffer_free(&label);
			xml_setf(point, "value", "%.6g", json_number(value));
			gather_count(point, "n", slice);
			put_interval(point, json_member(slice, "intervals"),
			    json_name(metric));
		}
	}
}

static void
put_calibration(struct gather *gather, const struct json *record,
    const char *name, uint64_t seq)
{
	const struct json *bins = json_member(record, "calibration");
	struct xml *series;

	if (json_count(bins) == 0)
		return;
	series = xml_add(gather->section[SECTION_SERIES], "series");
	xml_set(series, "type", "calibration");
	xml_set(series, "name", "calibration");
	xml_set(series, "of", name);
	gather_cite(gather, series, seq);
	for (const struct json *bin = json_first(bins); bin != NULL;
	     bin = json_next(bin)) {
		const struct json *predicted = json_member(bin, "predicted");
		const struct json *observed = json_member(bin, "observed");
		struct xml *point;

		if (predicted == NULL || observed == NULL)
			continue;
		point = xml_add(series, "point");
		xml_setf(point, "label", "%.3g to %.3g",
		    json_number(json_member(bin, "lower")),
		    json_number(json_member(bin, "upper")));
		xml_setf(point, "x", "%.4f", json_number(predicted));
		xml_setf(point, "value", "%.4f", json_number(observed));
		gather_count(point, "n", bin);
	}
}

/* What was done to its inputs, and how it stood that. */
static void
put_robustness(struct gather *gather, const struct json *record,
    const char *name, uint64_t seq)
{
	const struct json *tried = json_member(record, "robustness");
	struct xml *series = NULL;

	for (const struct json *one = json_first(tried); one != NULL;
	     one = json_next(one)) {
		for (const struct json *metric =
			 json_first(json_member(one, "metrics"));
		     metric != NULL; metric = json_next(metric)) {
			struct buffer label = buffer_new(LABEL_BYTES);
			struct xml *point;

			if (!gather_is_number(metric))
				continue;
			if (series == NULL) {
				series =
				    xml_add(gather->section[SECTION_SERIES],
					"series");
				xml_set(series, "type", "robustness");
				xml_set(series, "name", "robustness");
				xml_set(series, "of", name);
				gather_cite(gather, series, seq);
			}
			buffer_printf(&label, "%s, %s",
			    json_member_text(one, "name"), json_name(metric));
			point = xml_add(series, "point");
			xml_set(point, "label", buffer_string(&label));
			xml_setf(point, "value", "%.6g", json_number(metric));
			buffer_free(&label);
		}
	}
}

/* The record of the data that it was judged on, when there is one. */
static int
put_judged_on(struct gather *gather, const struct json *dataset)
{
	struct index_query query = { .before = gather->view.size,
		.kind = "dataset" };
	struct index_list *list;
	struct index_row row;
	struct digest digest;
	bool more = true;
	int result;

	if (!digest_parse(&digest,
		bytes_of_text(json_member_text(dataset, "digest"))))
		return 0;
	query.mentions = &digest;
	if (index_list(&list, gather->store, &query, gather->err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, gather->err);
	} while (result == 0 && more && row.superseded);
	index_list_free(list);
	return result == 0 && more ? gather_entity(gather, row.seq, "judged on")
				   : result;
}

static int
take_evaluation(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct gather *gather = cookie;
	const struct json *record = entry->record.predicate;
	const char *name = json_member_text(record, "name");
	struct xml *series = xml_add(gather->section[SECTION_SERIES], "series");

	if (name == NULL)
		name = "evaluation";
	xml_set(series, "type", "metrics");
	xml_set(series, "name", name);
	xml_set(series, "of",
	    json_member_text(json_member(record, "dataset"), "name"));
	xml_set(series, "data",
	    json_member_text(json_member(record, "dataset"), "digest"));
	xml_set(series, "time", time_format(row->time_ms).text);
	gather_cite(gather, series, row->seq);
	put_metrics(gather, series, record, row->seq);
	put_slices(gather, record, name, row->seq);
	put_calibration(gather, record, name, row->seq);
	put_robustness(gather, record, name, row->seq);
	return put_judged_on(gather, json_member(record, "dataset"));
}

/* --- How it does --- */

#define COURSES_MAX 32

struct course {
	struct gather *gather;
	uint64_t seq;
	const struct json *record;
	struct xml *series[COURSES_MAX];
	/* As they were recorded: what the document has of them is cleaned. */
	const char *member[COURSES_MAX];
	const char *name[COURSES_MAX];
	size_t count;
};

static struct xml *
course_of(struct course *course, const char *member, const char *name)
{
	struct xml *series;

	for (size_t i = 0; i < course->count; i++) {
		if (strcmp(course->name[i], name) == 0 &&
		    strcmp(course->member[i], member) == 0)
			return course->series[i];
	}
	if (course->count == COURSES_MAX)
		return NULL;
	series = xml_add(course->gather->section[SECTION_SERIES], "series");
	if (series == NULL)
		return NULL;
	xml_set(series, "type", "observation");
	xml_set(series, "name", name);
	xml_set(series, "of", member);
	course->name[course->count] = gather_text(course->gather, name);
	course->member[course->count] = member;
	course->series[course->count++] = series;
	return series;
}

static void
put_observed(struct course *course, const char *member, const char *name,
    const struct json *value)
{
	struct xml *series, *point;

	if (!gather_is_number(value))
		return;
	series = course_of(course, member, name);
	if (series == NULL)
		return;
	point = xml_add(series, "point");
	xml_set(point, "time",
	    json_member_text(json_member(course->record, "window"), "to"));
	xml_setf(point, "value", "%.6g", json_number(value));
	gather_count(point, "n", course->record);
	gather_cite(course->gather, point, course->seq);
}

static void
take_observation(struct course *course)
{
	static const char *const members[] = { "metrics", "drift", "latency_ms",
		"feedback" };

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		for (const struct json *one =
			 json_first(json_member(course->record, members[i]));
		     one != NULL; one = json_next(one))
			put_observed(course, members[i], json_name(one), one);
	}
	put_observed(course, "throughput", "throughput",
	    json_member(course->record, "throughput"));
}

/* The newest, in order; all are counted. */
static int
put_observations(struct gather *gather)
{
	struct index_query query = { .before = gather->view.size,
		.kind = "observation",
		.mentions = &gather->model };
	struct course course = { .gather = gather };
	struct reader_entry entry = reader_entry_new();
	uint64_t seqs[POINTS_MAX];
	size_t all, kept;
	struct xml *figure;
	int result =
	    gather_standing_of(gather, &query, &all, seqs, POINTS_MAX, &kept);

	for (size_t i = kept; i > 0 && result == 0; i--) {
		result = reader_read(gather->reader, seqs[i - 1], &entry,
		    gather->err);
		course.seq = seqs[i - 1];
		course.record = entry.record.predicate;
		if (result == 0)
			take_observation(&course);
	}
	reader_entry_free(&entry);
	if (result == -1)
		return -1;
	figure = gather_figure(gather, "count-observation", "kind-count",
	    (double)all, -1, "observations");
	for (size_t i = 0; i < kept && i < 8; i++)
		gather_cite(gather, figure, seqs[i]);
	if (kept < all) {
		figure =
		    xml_add_text(gather->section[SECTION_COVER], "summarised",
			"The newest observations are shown; all are counted.");
		xml_setf(figure, "shown", "%zu", kept);
		xml_setf(figure, "all", "%zu", all);
	}
	return 0;
}

int
gather_measured(struct gather *gather)
{
	if (gather_each(gather, "evaluation", &gather->model, take_evaluation,
		gather) == -1 ||
	    put_observations(gather) == -1)
		return -1;
	return 0;
}
