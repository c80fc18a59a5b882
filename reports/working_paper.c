#include "reports/working_paper.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "ledger/identity.h"
#include "ledger/trace.h"
#include "reports/page.h"
#include "reports/render.h"
#include "reports/xml.h"

#define PAGE "urn:vouchbook:page:v1"
#define BLANK "____________________"
/* Entries of a hop that are shown; the rest is counted. */
#define SHOWN_MOST 20
#define LINE_MAX_BYTES ((size_t)64 * 1024)

const char *const working_paper_formats[] = { "text", "markdown", "html", "csv",
	"json", NULL };

struct writing {
	const struct working_paper *paper;
	struct reader_entry entry;
	struct buffer line;
	bool tables; /* For programs: rows and nothing blank. */
};

/* Who signed, as the ledger knows them, and whom a certificate says that to
 * be. */
static void
put_signer(struct writing *writing, const struct index_row *row)
{
	const struct authority *authority =
	    reader_authority(writing->paper->reader);
	const struct principal *principal =
	    authority_by_key(authority, row->signer);
	const struct note_key *own = authority_ledger_key(authority);
	const struct identity *identity = principal == NULL
	    ? NULL
	    : identity_before(principal->identity, row->seq);

	if (principal != NULL)
		buffer_text(&writing->line, principal->name);
	else if (own != NULL && public_key_equal(own->key, row->signer))
		buffer_text(&writing->line, "the ledger");
	if (identity != NULL) {
		buffer_text(&writing->line, " (");
		identity_describe_at(&writing->line, identity, row->time_ms);
		buffer_text(&writing->line, ")");
	}
}

/* "entry 41 (9c3e1f2a), 2026-…, dana: deployment of …, deploy". */
static int
put_entry(struct writing *writing, uint64_t seq, struct error *err)
{
	struct reader *reader = writing->paper->reader;
	struct buffer *line = &writing->line;
	struct index_row row;
	size_t titled;

	if (index_row_at(reader_store(reader), seq, reader_size(reader), &row,
		err) == -1)
		return -1;
	if (row.kind == &kind_erased) {
		buffer_printf(line, "entry %llu (%.8s), %s: erased",
		    (unsigned long long)seq, digest_hex(row.leaf).text,
		    time_format(row.time_ms).text);
		return buffer_check(line, "line", err);
	}
	if (reader_read(reader, seq, &writing->entry, err) == -1)
		return -1;
	buffer_printf(line, "entry %llu (%.8s), %s, ", (unsigned long long)seq,
	    digest_hex(row.leaf).text, time_format(row.time_ms).text);
	put_signer(writing, &row);
	buffer_text(line, ": ");
	record_title(line, &writing->entry.record);
	titled = line->len;
	buffer_text(line, "; ");
	record_summary(line, &writing->entry.record);
	/* It may have said nothing. */
	if (line->len == titled + 2)
		line->data[line->len = titled] = '\0';
	if (row.superseded)
		buffer_printf(line, "; corrected by entry %llu",
		    (unsigned long long)row.superseded_by);
	return buffer_check(line, "line", err);
}

/* What was found for a hop, in a line. */
static int
put_step(struct writing *writing, const struct trace_step *step,
    struct error *err)
{
	size_t shown = step->count < SHOWN_MOST ? step->count : SHOWN_MOST;

	buffer_clear(&writing->line);
	if (step->missing)
		buffer_text(&writing->line, "MISSING");
	for (size_t i = 0; i < shown; i++) {
		buffer_text(&writing->line, i == 0 ? "" : " | ");
		if (put_entry(writing, step->seq[i], err) == -1)
			return -1;
	}
	if (step->count > shown)
		buffer_printf(&writing->line, " | and %zu more",
		    step->count - shown);
	if (step->note.len > 0) {
		buffer_text(&writing->line, writing->line.len == 0 ? "" : "; ");
		buffer_append(&writing->line, buffer_bytes(&step->note));
	}
	return buffer_check(&writing->line, "line", err);
}

static void
put_title(struct buffer *out, const struct population_item *item)
{
	struct json *tree = NULL;
	struct error ignored;

	if (json_parse(&tree, item->title, &ignored) == 0)
		buffer_text(out, json_text(tree));
	json_free(tree);
}

static void
add_fact(struct xml *facts, const char *name, const char *text)
{
	xml_set(xml_add_text(facts, "fact", text), "name", name);
}

/* A field for whoever tests: a line, or on a page something to write into. */
static void
add_blank(struct xml *facts, const char *name)
{
	struct xml *fact = xml_add_text(facts, "fact", BLANK);

	xml_set(fact, "name", name);
	xml_set(fact, "blank", "yes");
}

/* ---- for people ---- */

static const char *const results[] = { "Tested by", "Date", "Result",
	"Exception" };
#define RESULTS (sizeof results / sizeof results[0])

static int
add_item_facts(struct writing *writing, struct xml *section, size_t number,
    struct error *err)
{
	const struct population_draw *draw = &writing->paper->draw[number];
	const struct population_item *item =
	    &writing->paper->population->item[draw->item];
	struct xml *facts = xml_add(section, "facts");
	struct trace trace;
	int result = 0;

	buffer_clear(&writing->line);
	buffer_printf(&writing->line, "%zu. Entry %llu: ", number + 1,
	    (unsigned long long)item->seq);
	put_title(&writing->line, item);
	xml_set(facts, "title", buffer_string(&writing->line));
	buffer_clear(&writing->line);
	buffer_printf(&writing->line, "%s, leaf hash %s",
	    time_format(item->time_ms).text, digest_hex(item->leaf).text);
	add_fact(facts, "recorded", buffer_string(&writing->line));
	add_fact(facts, "drawn by", digest_hex(draw->rank).text);
	if (trace_make(&trace, writing->paper->reader, item->seq, err) == -1)
		return -1;
	for (size_t i = 0; i < TRACE_HOPS && result == 0; i++) {
		result = put_step(writing, &trace.step[i], err);
		add_fact(facts, trace_hop_name((enum trace_hop)i),
		    buffer_string(&writing->line));
	}
	for (size_t i = 0; i < RESULTS; i++)
		add_blank(facts, results[i]);
	trace_free(&trace);
	return result;
}

/* ---- for programs ---- */

static struct xml *
add_table(struct xml *section, const char *name, const char *const labels[])
{
	struct xml *table = xml_add(section, "table");

	xml_set(table, "name", name);
	for (size_t i = 0; labels[i] != NULL; i++)
		xml_set(xml_add(table, "col"), "label", labels[i]);
	return table;
}

static void
add_number(struct xml *row, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof text, "%llu", (unsigned long long)number);
	xml_add_text(row, "c", text);
}

static void
add_item_row(struct writing *writing, struct xml *table, size_t number)
{
	const struct population_draw *draw = &writing->paper->draw[number];
	const struct population_item *item =
	    &writing->paper->population->item[draw->item];
	struct xml *row = xml_add(table, "row");

	add_number(row, number + 1);
	add_number(row, item->seq);
	xml_add_text(row, "c", digest_hex(item->leaf).text);
	xml_add_text(row, "c", digest_hex(draw->rank).text);
	xml_add_text(row, "c", time_format(item->time_ms).text);
	buffer_clear(&writing->line);
	put_title(&writing->line, item);
	xml_add_text(row, "c", buffer_string(&writing->line));
	for (size_t i = 0; i < RESULTS; i++)
		xml_add(row, "c");
}

static int
add_trace_rows(struct writing *writing, struct xml *table, size_t number,
    struct error *err)
{
	const struct population_draw *draw = &writing->paper->draw[number];
	struct trace trace;
	int result = 0;

	if (trace_make(&trace, writing->paper->reader,
		writing->paper->population->item[draw->item].seq, err) == -1)
		return -1;
	for (size_t i = 0; i < TRACE_HOPS && result == 0; i++) {
		struct xml *row = xml_add(table, "row");

		result = put_step(writing, &trace.step[i], err);
		add_number(row, number + 1);
		xml_add_text(row, "c", trace_hop_name((enum trace_hop)i));
		xml_add_text(row, "c",
		    trace.step[i].missing ? "missing" : "found");
		xml_add_text(row, "c", buffer_string(&writing->line));
	}
	trace_free(&trace);
	return result;
}

static int
add_tables(struct writing *writing, struct xml *section, struct error *err)
{
	static const char *const items[] = { "item", "entry", "leaf", "rank",
		"time", "title", "tested by", "date", "result", "exception",
		NULL };
	static const char *const hops[] = { "item", "hop", "found", "what",
		NULL };
	struct xml *table = add_table(section, "items", items);

	for (size_t i = 0; i < writing->paper->count; i++)
		add_item_row(writing, table, i);
	table = add_table(section, "trace", hops);
	for (size_t i = 0; i < writing->paper->count; i++)
		if (add_trace_rows(writing, table, i, err) == -1)
			return -1;
	return 0;
}

/* ---- the whole ---- */

static void
put_period(struct buffer *out, const struct population *population)
{
	struct json *tree = NULL;
	struct error ignored;

	buffer_printf(out, "every %s", population->kind->name);
	if (population->has_from)
		buffer_printf(out, ", from %s",
		    time_format(population->from_ms).text);
	if (population->has_to)
		buffer_printf(out, ", before %s",
		    time_format(population->to_ms).text);
	if (population->where.len > 0 &&
	    json_parse(&tree, population->where, &ignored) == 0)
		buffer_printf(out, ", where %s", json_text(tree));
	json_free(tree);
}

static void
add_head(struct writing *writing, struct xml *section)
{
	const struct working_paper *paper = writing->paper;
	struct xml *facts = xml_add(section, "facts");
	struct buffer *line = &writing->line;

	buffer_clear(line);
	put_period(line, paper->population);
	add_fact(facts, "population", buffer_string(line));
	buffer_clear(line);
	buffer_printf(line, "%llu of the %zu entries of the complete list",
	    (unsigned long long)paper->population->in,
	    paper->population->count);
	add_fact(facts, "entries", buffer_string(line));
	add_fact(facts, "SHA-256 of the population",
	    digest_hex(paper->digest).text);
	add_fact(facts, "seed", paper->seed);
	add_fact(facts, "method",
	    "The entries are put in order of SHA-256(population's SHA-256, a "
	    "blank, leaf hash, a blank, seed), all as text with hashes in "
	    "hex; the first ones are drawn.");
	buffer_clear(line);
	buffer_printf(line, "%zu", paper->count);
	add_fact(facts, "drawn", buffer_string(line));
	if (!writing->tables)
		add_blank(facts, "seed chosen by, on");
}

/* When the last entry of the checkpoint was recorded. */
static int64_t
time_of(const struct list_proof *proof)
{
	struct entry entry = entry_new();
	struct error ignored;
	int64_t time_ms = 0;

	for (size_t i = proof->since_count; i > 0 && time_ms == 0; i--)
		if (entry_parse(&entry, proof->since[i - 1], &ignored) == 0)
			time_ms = entry.time_ms;
	entry_free(&entry);
	return time_ms;
}

static void
set_page(struct xml *page, const struct working_paper *paper)
{
	const struct checkpoint *checkpoint =
	    &paper->population->proof->checkpoint;
	const struct population *population = paper->population;

	xml_set(page, "title", "Working paper");
	xml_set(page, "kind", "sample");
	xml_setf(page, "about", "sample of %zu from every %s", paper->count,
	    population->kind->name);
	xml_set(page, "origin", checkpoint->origin);
	xml_setf(page, "size", "%llu", (unsigned long long)checkpoint->size);
	xml_set(page, "root", digest_hex(checkpoint->root).text);
	xml_set(page, "time", time_format(time_of(population->proof)).text);
}

static int
fill_page(struct writing *writing, struct xml *page, struct error *err)
{
	struct xml *section = xml_add(page, "section");

	set_page(page, writing->paper);
	xml_set(section, "id", "sample");
	xml_set(section, "title", "How it was drawn");
	add_head(writing, section);
	section = xml_add(page, "section");
	/* The name of what is never cut for its length. */
	xml_set(section, "id", "figures");
	xml_set(section, "title", "Items");
	if (writing->tables)
		return add_tables(writing, section, err);
	for (size_t i = 0; i < writing->paper->count; i++)
		if (add_item_facts(writing, section, i, err) == -1)
			return -1;
	return 0;
}

static int
render_page(struct buffer *out, struct xml_doc *doc, const char *program,
    struct error *err)
{
	xml_set(xml_root(doc), "reader", "for whoever tests the sample");
	xml_set(xml_root(doc), "program", program);
	return report_page(out, doc, err);
}

static int
render(struct buffer *out, struct xml_doc *doc, const char *format,
    const char *program, const struct report_look *look, struct error *err)
{
	const struct xml *page = xml_root(doc);

	if (strcmp(format, "html") == 0)
		return render_page(out, doc, program, err);
	if (strcmp(format, "text") == 0)
		render_text(out, page, look);
	else if (strcmp(format, "markdown") == 0)
		render_markdown(out, page, "vouch sample");
	else if (strcmp(format, "csv") == 0)
		render_csv(out, page, "vouch sample");
	else
		render_json(out, page);
	return 0;
}

int
working_paper_write(struct buffer *out, const struct working_paper *paper,
    const char *format, const struct report_look *look, struct error *err)
{
	struct writing writing = {
		.paper = paper,
		.entry = reader_entry_new(),
		.line = buffer_new(LINE_MAX_BYTES),
		.tables = strcmp(format, "csv") == 0 ||
		    strcmp(format, "json") == 0,
	};
	struct xml_doc *doc = NULL;
	int result = -1;

	if (xml_new(&doc, "page", PAGE, err) == 0 &&
	    fill_page(&writing, xml_root(doc), err) == 0 &&
	    xml_check(doc, "the working paper", err) == 0 &&
	    render(out, doc, format, paper->program, look, err) == 0)
		result = buffer_check(out, "the working paper", err);
	xml_free(doc);
	buffer_free(&writing.line);
	reader_entry_free(&writing.entry);
	return result;
}
