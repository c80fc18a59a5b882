/* model.c: one model: what it was made from, as data sheets, runs and a graph. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ledger/lineage.h"
#include "reports/gather_internal.h"

#define GRAPH_NODES 300
#define FACT_BYTES ((size_t)64 * 1024)

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

			if (!gather_is_number(value))
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

int
gather_entity(struct gather *gather, uint64_t seq, const char *use)
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
	qsort(seqs, count, sizeof seqs[0], gather_by_seq);
	for (size_t i = 0; i < count && result == 0; i++)
		result = gather_entity(gather, seqs[i], "made from");
	return result;
}

int
gather_model(struct gather *gather)
{
	return put_lineage(gather) == -1 ? -1 : gather_measured(gather);
}
