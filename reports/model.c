/* model.c: one model: what it was made from, judged by, and how it does. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ledger/lineage.h"
#include "reports/gather_internal.h"

#define GRAPH_NODES 300
#define POINTS_MAX 200
#define FACT_BYTES ((size_t)64 * 1024)

static bool
is_number(const struct json *value)
{
	return value != NULL && json_type(value) == JSON_NUMBER;
}

void
gather_write_value(struct buffer *out, const struct json *value)
{
	if (json_type(value) == JSON_TEXT) {
		buffer_text(out, json_text(value));
	} else if (json_type(value) == JSON_LIST) {
		for (const struct json *one = json_first(value); one != NULL;
		     one = json_next(one)) {
			if (one != json_first(value))
				buffer_text(out, ", ");
			gather_write_value(out, one);
		}
	} else if (json_type(value) == JSON_OBJECT) {
		for (const struct json *one = json_first(value); one != NULL;
		     one = json_next(one)) {
			buffer_printf(out, "%s%s ",
			    one == json_first(value) ? "" : ", ",
			    json_name(one));
			gather_write_value(out, one);
		}
	} else {
		json_write(out, value);
	}
}

static bool
has_fact(const struct xml *node, const char *name)
{
	for (const struct xml *one = xml_first(node); one != NULL;
	     one = xml_next(one)) {
		if (strcmp(xml_name(one), "fact") == 0 &&
		    strcmp(xml_get(one, "name"), name) == 0)
			return true;
	}
	return false;
}

static void
put_fact(struct xml *node, const char *name, const struct json *value)
{
	struct buffer text = buffer_new(FACT_BYTES);

	if (value == NULL || has_fact(node, name))
		return;
	gather_write_value(&text, value);
	if (text.state == BUFFER_FINE && text.len > 0)
		xml_set(xml_add_text(node, "fact", buffer_string(&text)),
		    "name", name);
	buffer_free(&text);
}

/* --- What it was made from --- */

static bool
has_member(const struct xml *node, const char *of, const char *name)
{
	for (const struct xml *one = xml_first(node); one != NULL;
	     one = xml_next(one)) {
		if (strcmp(xml_name(one), "member") == 0 &&
		    strcmp(xml_get(one, "of"), of) == 0 &&
		    xml_get(one, "name") != NULL &&
		    strcmp(xml_get(one, "name"), name) == 0)
			return true;
	}
	return false;
}

/* The same as facts are, member by member, for notations that have places for
 * each; of an object within an object the names are joined. */
static void
put_members(struct xml *node, const char *of, const struct json *object)
{
	for (const struct json *one = json_first(object); one != NULL;
	     one = json_next(one)) {
		struct buffer text = buffer_new(FACT_BYTES);
		char below[100];

		if (json_type(one) == JSON_OBJECT) {
			(void)snprintf(below, sizeof below, "%.40s.%.40s", of,
			    json_name(one));
			put_members(node, below, one);
			continue;
		}
		gather_write_value(&text, one);
		if (text.state == BUFFER_FINE && text.len > 0 &&
		    !has_member(node, of, json_name(one))) {
			struct xml *member =
			    xml_add_text(node, "member", buffer_string(&text));

			xml_set(member, "of", of);
			xml_set(member, "name", json_name(one));
		}
		buffer_free(&text);
	}
}

void
gather_write_command(struct buffer *out, const struct json *command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./=:,@%+-";

	for (const struct json *one = json_first(command); one != NULL;
	     one = json_next(one)) {
		const char *word = json_text(one);

		if (one != json_first(command))
			buffer_byte(out, ' ');
		if (*word != '\0' && word[strspn(word, plain)] == '\0') {
			buffer_text(out, word);
			continue;
		}
		buffer_byte(out, '\'');
		for (; *word != '\0'; word++) {
			if (*word == '\'')
				buffer_text(out, "'\\'");
			buffer_byte(out, (uint8_t)*word);
		}
		buffer_byte(out, '\'');
	}
}

static void
put_command(struct xml *node, const struct json *command)
{
	struct buffer text = buffer_new(FACT_BYTES);

	gather_write_command(&text, command);
	if (text.state == BUFFER_FINE && text.len > 0 &&
	    !has_fact(node, "command")) {
		xml_set(xml_add_text(node, "fact", buffer_string(&text)),
		    "name", "command");
		xml_set(xml_add_text(node, "member", buffer_string(&text)),
		    "of", "command");
	}
	buffer_free(&text);
}

static void
put_dataset(struct xml *node, const struct json *record)
{
	static const char *const plain[] = { "split", "licence", "origin",
		"legal_basis", "location", "description" };
	const struct json *quality = json_member(record, "quality");
	const struct json *personal = json_member(record, "personal_data");

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		put_fact(node, plain[i], json_member(record, plain[i]));
	if (personal != NULL && json_count(personal) == 0)
		xml_set(xml_add_text(node, "fact", "none"), "name",
		    "personal data");
	else
		put_fact(node, "personal data", personal);
	put_fact(node, "rows", json_member(quality, "rows"));
	put_fact(node, "columns", json_member(quality, "columns"));
	put_fact(node, "missing values", json_member(quality, "missing"));
	put_fact(node, "repeated rows", json_member(quality, "duplicates"));
	for (const struct json *check =
		 json_first(json_member(quality, "checks"));
	     check != NULL; check = json_next(check))
		xml_set(xml_add_text(node, "fact",
			    json_bool(json_member(check, "passed"))
				? "passed"
				: "did not pass"),
		    "name", json_member_text(check, "name"));
	for (const struct json *one = json_first(personal); one != NULL;
	     one = json_next(one))
		xml_set(xml_add_text(node, "member", json_text(one)), "of",
		    "personal-data");
}

static void
put_run(struct xml *node, const struct json *record)
{
	const struct json *code = json_member(record, "code");
	const struct json *environment = json_member(record, "environment");

	put_command(node, json_member(record, "command"));
	put_fact(node, "status", json_member(record, "status"));
	put_fact(node, "started", json_member(record, "started_at"));
	put_fact(node, "ended", json_member(record, "ended_at"));
	put_fact(node, "repository", json_member(code, "repository"));
	put_fact(node, "commit", json_member(code, "commit"));
	if (json_bool(json_member(code, "dirty")))
		xml_set(xml_add_text(node, "fact",
			    "the files differed from the commit"),
		    "name", "code");
	put_fact(node, "system", json_member(environment, "system"));
	put_fact(node, "interpreter", json_member(environment, "interpreter"));
	put_fact(node, "parameters", json_member(record, "parameters"));
	put_fact(node, "seeds", json_member(record, "seeds"));
	put_fact(node, "metrics", json_member(record, "metrics"));
	put_fact(node, "seconds", json_member(record, "wall_seconds"));
	put_fact(node, "cost", json_member(record, "cost"));
	put_members(node, "parameter", json_member(record, "parameters"));
	put_members(node, "seed", json_member(record, "seeds"));
	put_members(node, "metric", json_member(record, "metrics"));
	put_members(node, "code", code);
	put_members(node, "environment", environment);
	put_members(node, "cost", json_member(record, "cost"));
}

static void
put_training(struct gather *gather, const struct json *record, uint64_t seq)
{
	for (const struct json *one = json_first(json_member(record, "series"));
	     one != NULL; one = json_next(one)) {
		const struct json *points = json_member(one, "points");
		struct xml *node;

		if (points == NULL)
			points = json_member(one, "sketch");
		if (json_count(points) < 2)
			continue;
		node = xml_add(gather->section[SECTION_SERIES], "series");
		xml_set(node, "type", "training");
		xml_set(node, "name", json_name(one));
		gather_cite(gather, node, seq);
		for (const struct json *point = json_first(points);
		     point != NULL; point = json_next(point)) {
			const struct json *value = json_next(json_first(point));
			struct xml *put;

			if (!is_number(value))
				continue;
			put = xml_add(node, "point");
			xml_setf(put, "x", "%.10g",
			    json_number(json_first(point)));
			xml_setf(put, "value", "%.6g", json_number(value));
		}
	}
}

/* The entity of a digest: a run that was begun and ended is one. */
static struct xml *
find_entity(struct gather *gather, const char *kind, struct digest digest)
{
	struct digest_text hex = digest_hex(digest);

	for (struct xml *one = xml_first(gather->section[SECTION_ENTITIES]);
	     one != NULL; one = xml_next(one)) {
		if (strcmp(xml_get(one, "type"), kind) == 0 &&
		    strcmp(xml_get(one, "digest"), hex.text) == 0)
			return one;
	}
	return NULL;
}

static int
put_entity(struct gather *gather, uint64_t seq, const char *use)
{
	struct reader_entry entry = reader_entry_new();
	const struct json *name;
	const char *kind;
	struct xml *node;
	int result = reader_read(gather->reader, seq, &entry, gather->err);

	if (result == -1)
		goto done;
	kind = entry.record.kind->name;
	node = find_entity(gather, kind, entry.record.subject);
	if (node == NULL) {
		name = json_member(json_first(entry.record.subjects), "name");
		node = xml_add(gather->section[SECTION_ENTITIES], "entity");
		xml_set(node, "type", kind);
		xml_set(node, "use", use);
		xml_set(node, "name", name == NULL ? "" : json_text(name));
		xml_set(node, "digest", digest_hex(entry.record.subject).text);
	} else if (strcmp(kind, "run") != 0) {
		goto done;
	}
	if (strcmp(kind, "dataset") == 0)
		put_dataset(node, entry.record.predicate);
	else
		put_run(node, entry.record.predicate);
	gather_cite(gather, node, seq);
	if (strcmp(kind, "run") == 0)
		put_training(gather, entry.record.predicate, seq);
done:
	reader_entry_free(&entry);
	return result;
}

static void
put_graph(struct gather *gather, const struct lineage *lineage)
{
	struct xml *section = gather->section[SECTION_GRAPH], *node;
	unsigned rows[64] = { 0 }, deepest = 0;

	for (size_t i = 0; i < lineage->node_count; i++)
		deepest = lineage->node[i].depth > deepest
		    ? lineage->node[i].depth
		    : deepest;
	for (size_t i = 0; i < lineage->node_count; i++) {
		const struct lineage_node *one = &lineage->node[i];
		unsigned layer = deepest - one->depth;

		if (layer > 63)
			layer = 63;
		node = xml_add(section, "node");
		xml_setf(node, "id", "n%zu", i + 1);
		xml_setf(node, "layer", "%u", layer);
		xml_setf(node, "row", "%u", rows[layer]++);
		xml_set(node, "type",
		    one->is_entry ? one->kind->name : "artefact");
		xml_set(node, "label",
		    one->name == NULL || one->name[0] == '\0' ? "(unnamed)"
							      : one->name);
		xml_setf(node, "digest", "%.12s", digest_hex(one->digest).text);
		if (one->is_entry)
			gather_cite(gather, node, one->seq);
		else
			xml_set(node, "sha256", digest_hex(one->digest).text);
	}
	for (size_t i = 0; i < lineage->edge_count; i++) {
		node = xml_add(section, "edge");
		xml_setf(node, "from", "n%zu", lineage->edge[i].from + 1);
		xml_setf(node, "to", "n%zu", lineage->edge[i].to + 1);
		xml_set(node, "role", fact_role_name(lineage->edge[i].role));
	}
	if (lineage->truncated) {
		node =
		    xml_add_text(gather->section[SECTION_COVER], "summarised",
			"The provenance graph shows its nearest parts.");
		xml_setf(node, "shown", "%zu", lineage->node_count);
	}
}

static int
by_seq(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;

	return one < two ? -1 : one > two;
}

static int
put_lineage(struct gather *gather)
{
	struct lineage *lineage;
	uint64_t seqs[GRAPH_NODES];
	size_t count = 0;
	int result = 0;

	if (lineage_walk(&lineage, gather->reader, gather->model, LINEAGE_UP,
		GRAPH_NODES, gather->err) == -1)
		return -1;
	put_graph(gather, lineage);
	for (size_t i = 0; i < lineage->node_count; i++) {
		const struct lineage_node *one = &lineage->node[i];

		if (one->is_entry && !one->superseded && count < GRAPH_NODES &&
		    (strcmp(one->kind->name, "dataset") == 0 ||
			strcmp(one->kind->name, "run") == 0))
			seqs[count++] = one->seq;
	}
	lineage_free(lineage);
	/* As it came about. */
	qsort(seqs, count, sizeof seqs[0], by_seq);
	for (size_t i = 0; i < count && result == 0; i++)
		result = put_entity(gather, seqs[i], "made from");
	return result;
}

/* --- How it was judged --- */

static void
put_interval(struct xml *point, const struct json *intervals, const char *name)
{
	const struct json *one = json_member(intervals, name);

	if (one == NULL)
		return;
	xml_setf(point, "low", "%.6g", json_number(json_member(one, "low")));
	xml_setf(point, "high", "%.6g", json_number(json_member(one, "high")));
}

static void
put_count(struct xml *node, const struct json *from)
{
	if (is_number(json_member(from, "n")))
		xml_setf(node, "n", "%.0f",
		    json_number(json_member(from, "n")));
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

		if (!is_number(one))
			continue;
		point = xml_add(series, "point");
		xml_set(point, "label", json_name(one));
		xml_setf(point, "value", "%.6g", json_number(one));
		put_count(point, record);
		put_interval(point, json_member(record, "intervals"),
		    json_name(one));
		if (json_member(limit, "min") != NULL)
			xml_setf(point, "min", "%.6g",
			    json_number(json_member(limit, "min")));
		if (json_member(limit, "max") != NULL)
			xml_setf(point, "max", "%.6g",
			    json_number(json_member(limit, "max")));
		(void)snprintf(id, sizeof id, "metric-%" PRIu64 "-%.300s", seq,
		    json_name(one));
		figure = gather_figure(gather, id, "metric", json_number(one),
		    -1, "");
		put_count(figure, record);
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
		if (is_number(whole))
			xml_setf(series, "whole", "%.6g", json_number(whole));
		gather_cite(gather, series, seq);
		for (const struct json *slice = json_first(slices);
		     slice != NULL; slice = json_next(slice)) {
			const struct json *value =
			    json_member(json_member(slice, "metrics"),
				json_name(metric));
			struct buffer label = buffer_new(FACT_BYTES);
			struct xml *point;

			if (!is_number(value))
				continue;
			point = xml_add(series, "point");
			buffer_printf(&label,
			    "%s = ", json_member_text(slice, "slice"));
			gather_write_value(&label, json_member(slice, "value"));
			xml_set(point, "label", buffer_string(&label));
			buffer_free(&label);
			xml_setf(point, "value", "%.6g", json_number(value));
			put_count(point, slice);
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
		put_count(point, bin);
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
			struct buffer label = buffer_new(FACT_BYTES);
			struct xml *point;

			if (!is_number(metric))
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
	return result == 0 && more ? put_entity(gather, row.seq, "judged on")
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

	if (!is_number(value))
		return;
	series = course_of(course, member, name);
	if (series == NULL)
		return;
	point = xml_add(series, "point");
	xml_set(point, "time",
	    json_member_text(json_member(course->record, "window"), "to"));
	xml_setf(point, "value", "%.6g", json_number(value));
	put_count(point, course->record);
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
	size_t all = 0, kept = 0;
	struct index_list *list;
	struct index_row row;
	struct xml *figure;
	bool more = true;
	int result;

	if (index_list(&list, gather->store, &query, gather->err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, gather->err);
		if (result == -1 || !more || row.superseded)
			continue;
		if (all++ < POINTS_MAX)
			seqs[kept++] = row.seq;
	} while (result == 0 && more);
	index_list_free(list);
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
gather_model(struct gather *gather)
{
	if (put_lineage(gather) == -1 ||
	    gather_each(gather, "evaluation", &gather->model, take_evaluation,
		gather) == -1 ||
	    put_observations(gather) == -1)
		return -1;
	return 0;
}
