/* model.c: one model: what it was made from, judged by, and how it does. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
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

/* A value for people: a text as it is, a list with commas, the rest as JSON. */
static void
write_value(struct buffer *out, const struct json *value)
{
	if (json_type(value) == JSON_TEXT) {
		buffer_text(out, json_text(value));
	} else if (json_type(value) == JSON_LIST) {
		for (const struct json *one = json_first(value); one != NULL;
		     one = json_next(one)) {
			if (one != json_first(value))
				buffer_text(out, ", ");
			write_value(out, one);
		}
	} else if (json_type(value) == JSON_OBJECT) {
		for (const struct json *one = json_first(value); one != NULL;
		     one = json_next(one)) {
			buffer_printf(out, "%s%s ",
			    one == json_first(value) ? "" : ", ",
			    json_name(one));
			write_value(out, one);
		}
	} else {
		json_write(out, value);
	}
}

static void
put_fact(struct xml *node, const char *name, const struct json *value)
{
	struct buffer text = buffer_new(FACT_BYTES);

	if (value == NULL)
		return;
	write_value(&text, value);
	if (text.state == BUFFER_FINE && text.len > 0)
		xml_set(xml_add_text(node, "fact", buffer_string(&text)),
		    "name", name);
	buffer_free(&text);
}

/* --- What it was made from --- */

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
		write_value(&text, one);
		if (text.state == BUFFER_FINE && text.len > 0) {
			struct xml *member =
			    xml_add_text(node, "member", buffer_string(&text));

			xml_set(member, "of", of);
			xml_set(member, "name", json_name(one));
		}
		buffer_free(&text);
	}
}

/* A command as a shell would take it. */
static void
put_command(struct xml *node, const struct json *command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./=:,@%+-";
	struct buffer text = buffer_new(FACT_BYTES);

	for (const struct json *one = json_first(command); one != NULL;
	     one = json_next(one)) {
		const char *word = json_text(one);

		if (one != json_first(command))
			buffer_byte(&text, ' ');
		if (*word != '\0' && word[strspn(word, plain)] == '\0') {
			buffer_text(&text, word);
			continue;
		}
		buffer_byte(&text, '\'');
		for (; *word != '\0'; word++) {
			if (*word == '\'')
				buffer_text(&text, "'\\'");
			buffer_byte(&text, (uint8_t)*word);
		}
		buffer_byte(&text, '\'');
	}
	if (text.state == BUFFER_FINE && text.len > 0)
		xml_set(xml_add_text(node, "member", buffer_string(&text)),
		    "of", "command");
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

	put_fact(node, "command", json_member(record, "command"));
	put_fact(node, "status", json_member(record, "status"));
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
	put_command(node, json_member(record, "command"));
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

static int
put_entity(struct gather *gather, const struct lineage_node *from)
{
	struct reader_entry entry = reader_entry_new();
	const char *kind = from->kind->name;
	struct xml *node;
	int result =
	    reader_read(gather->reader, from->seq, &entry, gather->err);

	if (result == 0 && !from->superseded) {
		node = xml_add(gather->section[SECTION_ENTITIES], "entity");
		xml_set(node, "type", kind);
		xml_set(node, "name", from->name);
		xml_set(node, "digest", digest_hex(entry.record.subject).text);
		if (strcmp(kind, "dataset") == 0)
			put_dataset(node, entry.record.predicate);
		else
			put_run(node, entry.record.predicate);
		gather_cite(gather, node, from->seq);
		if (strcmp(kind, "run") == 0)
			put_training(gather, entry.record.predicate, from->seq);
	}
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
put_lineage(struct gather *gather)
{
	struct lineage *lineage;
	int result = 0;

	if (lineage_walk(&lineage, gather->reader, gather->model, LINEAGE_UP,
		GRAPH_NODES, gather->err) == -1)
		return -1;
	put_graph(gather, lineage);
	for (size_t i = 0; i < lineage->node_count && result == 0; i++) {
		const struct lineage_node *one = &lineage->node[i];

		if (one->is_entry &&
		    (strcmp(one->kind->name, "dataset") == 0 ||
			strcmp(one->kind->name, "run") == 0))
			result = put_entity(gather, one);
	}
	lineage_free(lineage);
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
			write_value(&label, json_member(slice, "value"));
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
	return 0;
}

/* --- How it does --- */

struct course {
	struct gather *gather;
	const char *member; /* metrics, drift */
	size_t skip; /* Observations before the last POINTS_MAX. */
	size_t seen;
	struct xml *series[16];
	size_t count;
};

static int
count_one(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	(void)row;
	(void)entry;
	++*(size_t *)cookie;
	return 0;
}

static int
take_observation(void *cookie, const struct index_row *row,
    const struct reader_entry *entry)
{
	struct course *course = cookie;
	const struct json *record = entry->record.predicate;

	if (course->seen++ < course->skip)
		return 0;
	for (const struct json *one =
		 json_first(json_member(record, course->member));
	     one != NULL; one = json_next(one)) {
		struct xml *point;
		size_t at = 0;

		while (at < course->count &&
		    strcmp(xml_get(course->series[at], "name"),
			json_name(one)) != 0)
			at++;
		if (at == 16 || !is_number(one))
			continue;
		if (at == course->count) {
			struct xml *series =
			    xml_add(course->gather->section[SECTION_SERIES],
				"series");

			if (series == NULL)
				return 0;
			xml_set(series, "type", "observation");
			xml_set(series, "name", json_name(one));
			xml_set(series, "of", course->member);
			course->series[course->count++] = series;
		}
		point = xml_add(course->series[at], "point");
		xml_set(point, "time",
		    json_member_text(json_member(record, "window"), "to"));
		xml_setf(point, "value", "%.6g", json_number(one));
		put_count(point, record);
		gather_cite(course->gather, point, row->seq);
	}
	return 0;
}

static int
put_observations(struct gather *gather)
{
	static const char *const members[] = { "metrics", "drift",
		"latency_ms" };
	size_t all = 0;

	if (gather_each(gather, "observation", &gather->model, count_one,
		&all) == -1)
		return -1;
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct course course = { .gather = gather,
			.member = members[i],
			.skip = all > POINTS_MAX ? all - POINTS_MAX : 0 };

		if (gather_each(gather, "observation", &gather->model,
			take_observation, &course) == -1)
			return -1;
	}
	(void)gather_figure(gather, "count-observation", "kind-count",
	    (double)all, -1, "observations");
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
