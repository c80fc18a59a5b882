#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/entries.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/where.h"
#include "ledger/facts.h"

#define MOST 20

static const char *const formats[] = { "table", "json", "markdown", NULL };

struct compare_options {
	const char *format;
	const char *where;
	bool differing;
};

static const struct option options[] = {
	{ "format", 'f', OPTION_CHOICE,
	    offsetof(struct compare_options, format), "FORMAT",
	    "table, json or markdown", formats, false },
	{ "differing", 'd', OPTION_FLAG,
	    offsetof(struct compare_options, differing), NULL,
	    "only what differs", NULL, false },
	{ "where", 'w', OPTION_TEXT, offsetof(struct compare_options, where),
	    "CEL",
	    "the newest runs that have ended and meet this condition on "
	    "`record'",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* One thing compared: a title and its facts. */
struct column {
	char title[300];
	struct facts facts;
};

/* A name that some column has, and in which role. */
struct line {
	enum fact_role role;
	const char *name;
	bool differs;
};

static const struct fact *
find_fact(const struct column *column, enum fact_role role, const char *name)
{
	for (size_t i = 0; i < column->facts.count; i++) {
		const struct fact *fact = &column->facts.fact[i];

		if (fact->role == role &&
		    strcmp(facts_text(&column->facts, fact->name), name) == 0)
			return fact;
	}
	return NULL;
}

static void
fact_value(struct buffer *out, const struct column *column,
    const struct fact *fact)
{
	if (fact == NULL)
		return;
	if (fact->type == FACT_NUMBER)
		json_write_number(out, fact->number);
	else
		buffer_text(out, facts_text(&column->facts, fact->text));
}

static bool
line_differs(const struct line *line, const struct column *columns,
    size_t count)
{
	struct buffer first = buffer_new(8192), other = buffer_new(8192);
	bool differs = false;

	fact_value(&first, &columns[0],
	    find_fact(&columns[0], line->role, line->name));
	for (size_t i = 1; i < count; i++) {
		buffer_clear(&other);
		fact_value(&other, &columns[i],
		    find_fact(&columns[i], line->role, line->name));
		differs |=
		    !bytes_equal(buffer_bytes(&first), buffer_bytes(&other));
	}
	buffer_free(&first);
	buffer_free(&other);
	return differs;
}

/* Every parameter, then every metric, in the order they are met. */
static int
gather_lines(struct line **out, size_t *count, const struct column *columns,
    size_t column_count, struct error *err)
{
	static const enum fact_role roles[] = { FACT_PARAMETER, FACT_METRIC };
	struct line *lines = NULL;
	size_t capacity = 0, n = 0;

	for (size_t r = 0; r < 2; r++) {
		for (size_t c = 0; c < column_count; c++) {
			const struct facts *facts = &columns[c].facts;

			for (size_t i = 0; i < facts->count; i++) {
				const char *name =
				    facts_text(facts, facts->fact[i].name);
				struct line *grown;
				bool known = false;

				if (facts->fact[i].role != roles[r])
					continue;
				for (size_t k = 0; k < n && !known; k++)
					known = lines[k].role == roles[r] &&
					    strcmp(lines[k].name, name) == 0;
				if (known)
					continue;
				grown = memory_grow(lines, &capacity, n + 1,
				    sizeof *grown);
				if (grown == NULL) {
					memory_free(lines);
					return error_memory(err);
				}
				lines = grown;
				lines[n] =
				    (struct line){ roles[r], name, false };
				lines[n].differs = line_differs(&lines[n],
				    columns, column_count);
				n++;
			}
		}
	}
	*out = lines;
	*count = n;
	return 0;
}

static void
print_json(const struct line *lines, size_t line_count,
    const struct column *columns, size_t count)
{
	struct buffer out = buffer_new((size_t)1 << 24);

	buffer_text(&out, "{\"columns\":[");
	for (size_t c = 0; c < count; c++) {
		if (c > 0)
			buffer_byte(&out, ',');
		json_write_text(&out, bytes_of_text(columns[c].title));
	}
	buffer_text(&out, "],\"rows\":[");
	for (size_t i = 0; i < line_count; i++) {
		buffer_text(&out, i == 0 ? "{\"what\":" : ",{\"what\":");
		buffer_text(&out,
		    lines[i].role == FACT_METRIC ? "\"metric\""
						 : "\"parameter\"");
		buffer_text(&out, ",\"name\":");
		json_write_text(&out, bytes_of_text(lines[i].name));
		buffer_printf(&out, ",\"differs\":%s,\"values\":[",
		    lines[i].differs ? "true" : "false");
		for (size_t c = 0; c < count; c++) {
			const struct fact *fact = find_fact(&columns[c],
			    lines[i].role, lines[i].name);

			if (c > 0)
				buffer_byte(&out, ',');
			if (fact == NULL)
				buffer_text(&out, "null");
			else if (fact->type == FACT_NUMBER)
				json_write_number(&out, fact->number);
			else
				json_write_text(&out,
				    bytes_of_text(facts_text(&columns[c].facts,
					fact->text)));
		}
		buffer_text(&out, "]}");
	}
	buffer_text(&out, "]}\n");
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

static struct table *
make_table(const struct line *lines, size_t line_count,
    const struct column *columns, size_t count, const char **headings,
    bool unicode)
{
	struct table *table;

	headings[0] = "";
	headings[1] = "NAME";
	for (size_t c = 0; c < count; c++)
		headings[c + 2] = columns[c].title;
	table = table_new(headings, count + 2);
	for (size_t i = 0; i < line_count; i++) {
		struct buffer value = buffer_new(8192);

		table_cell(table, STYLE_WARN, false,
		    bytes_of_text(!lines[i].differs ? ""
			    : unicode               ? "≠"
						    : "!"));
		buffer_text(&value, lines[i].name);
		table_cell(table,
		    lines[i].role == FACT_METRIC ? STYLE_NAME : STYLE_PLAIN,
		    false, buffer_bytes(&value));
		for (size_t c = 0; c < count; c++) {
			const struct fact *fact = find_fact(&columns[c],
			    lines[i].role, lines[i].name);

			buffer_clear(&value);
			fact_value(&value, &columns[c], fact);
			if (fact == NULL)
				buffer_text(&value, unicode ? "–" : "-");
			table_cell(table,
			    lines[i].differs ? STYLE_WARN : STYLE_PLAIN, true,
			    buffer_bytes(&value));
		}
		buffer_free(&value);
	}
	return table;
}

static void
print_table(const struct line *lines, size_t line_count,
    const struct column *columns, size_t count, bool markdown,
    const struct context *context)
{
	const char *headings[MOST + 2];
	struct terminal terminal;
	struct table *table;

	terminal_begin(&terminal, context, !markdown);
	table = make_table(lines, line_count, columns, count, headings,
	    markdown || terminal.unicode);
	if (markdown)
		table_markdown(table, terminal.out);
	else
		table_print(table, &terminal);
	terminal_end(&terminal);
	table_free(table);
}

static int
read_column(struct column *column, struct reader *reader, const char *what,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct buffer title = buffer_new(8192);
	uint64_t seq;
	int result = -1;

	if (reader_find(reader, what, &seq, err) == 0 &&
	    reader_read(reader, seq, &entry, err) == 0 &&
	    facts_gather(&column->facts, &entry.record, err) == 0) {
		record_title(&title, &entry.record);
		snprintf(column->title, sizeof column->title, "%.280s",
		    buffer_string(&title));
		/* Evaluations of one model are told apart by their entry. */
		if (column->facts.name == 0)
			snprintf(column->title, sizeof column->title,
			    "%.250s (entry %llu)", buffer_string(&title),
			    (unsigned long long)seq);
		result = 0;
	}
	buffer_free(&title);
	reader_entry_free(&entry);
	return result;
}

/* The newest runs that have ended and meet a condition, oldest first. */
static int
read_matching(struct column *columns, size_t *count, struct reader *reader,
    const char *condition, struct error *err)
{
	struct index_query query = { .before = reader_size(reader),
		.kind = "run" };
	struct index_list *list = NULL;
	struct where *where = NULL;
	struct index_row row;
	char number[24];
	bool more = true, meets;
	int result = -1;

	if (where_new(&where, reader, condition, err) == -1 ||
	    index_list(&list, reader_store(reader), &query, err) == -1)
		goto done;
	while (*count < MOST) {
		if (index_next(list, &row, &more, err) == -1)
			goto done;
		if (!more)
			break;
		if (row.superseded || row.status[0] == '\0')
			continue;
		if (where_meets(where, &row, &meets, err) == -1)
			goto done;
		if (!meets)
			continue;
		(void)snprintf(number, sizeof number, "%llu",
		    (unsigned long long)row.seq);
		if (read_column(&columns[*count], reader, number, err) == -1)
			goto done;
		++*count;
	}
	result = 0;
done:
	index_list_free(list);
	where_free(where);
	return result;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct compare_options *how = given;
	const char *format = context->json ? "json"
	    : how->format == NULL          ? "table"
					   : how->format;
	struct column *columns = memory_new(MOST, sizeof *columns);
	struct reader *reader = NULL;
	struct line *lines = NULL;
	size_t line_count = 0, kept = 0, count = 0;
	int result = -1;

	if (columns == NULL)
		return error_memory(err);
	for (size_t i = 0; i < MOST; i++)
		columns[i].facts = facts_new();
	if (session_read(&reader, context, err) == -1)
		goto done;
	for (; count < operands.count; count++) {
		if (read_column(&columns[count], reader, operands.item[count],
			err) == -1)
			goto done;
	}
	if (how->where != NULL &&
	    read_matching(columns, &count, reader, how->where, err) == -1)
		goto done;
	if (count < 2) {
		error_set(err, ERROR_UNDECIDED, "name two entries, or --where",
		    how->where == NULL ? "there is nothing to compare"
				       : "fewer than two runs meet --where");
		goto done;
	}
	if (gather_lines(&lines, &line_count, columns, count, err) == -1)
		goto done;
	for (size_t i = 0; i < line_count; i++) {
		if (!how->differing || lines[i].differs)
			lines[kept++] = lines[i];
	}
	if (strcmp(format, "json") == 0)
		print_json(lines, kept, columns, count);
	else if (kept == 0)
		printf(line_count == 0
			? "they have neither parameters nor metrics\n"
			: "they do not differ\n");
	else
		print_table(lines, kept, columns, count,
		    strcmp(format, "markdown") == 0, context);
	result = 0;
done:
	for (size_t i = 0; i < MOST; i++)
		facts_free(&columns[i].facts);
	memory_free(columns);
	memory_free(lines);
	reader_close(reader);
	return result;
}

static const char *const examples[] = {
	"vouch compare run/train@1 run/train@2",
	"vouch compare run/train@1 run/train@2 --format markdown",
	"vouch compare --where 'record.name == \"train\"'",
	NULL,
};

const struct command cmd_compare = {
	.name = "compare",
	.group = "Look",
	.summary = "set parameters and metrics side by side",
	.operands = "[ENTRY…]",
	.most = MOST,
	.options = options,
	.options_size = sizeof(struct compare_options),
	.reads = true,
	.machine = true,
	.run = run,
	.description =
	    "Of runs, evaluations or observations, named as for `vouch show'. "
	    "What differs is marked with a sign and a colour.",
	.examples = examples,
};
