#include "reports/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "reports/escape.h"

/* A cell may hold many texts, each as long as a document admits. */
#define CELL_BYTES ((size_t)64 * 1024 * 1024)
#define MARKDOWN_MOST ((size_t)60 * 1024)

static bool
is(const struct xml *node, const char *name)
{
	return node != NULL && strcmp(xml_name(node), name) == 0;
}

static const char *
get(const struct xml *node, const char *name)
{
	const char *value = xml_get(node, name);

	return value == NULL ? "" : value;
}

/* --- Content in a line --- */

static const char *
status_word(const char *word)
{
	if (strcmp(word, "partial") == 0)
		return "partly covered";
	return strcmp(word, "unmapped") == 0 ? "no rule" : word;
}

/* Append a text with white space of any length as one space. */
static void
squeeze(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		bool space = *text == ' ' || *text == '\n' || *text == '\t';

		if (!space)
			buffer_byte(out, (uint8_t)*text);
		else if (out->len > 0 && out->data[out->len - 1] != ' ')
			buffer_byte(out, ' ');
	}
}

static void add_line(void *cookie, const struct xml *element, const char *text);

static void
flatten(struct buffer *out, const struct xml *node)
{
	xml_mixed(node, add_line, out);
}

static void
add_line(void *cookie, const struct xml *element, const char *text)
{
	struct buffer *out = cookie;

	if (element == NULL) {
		squeeze(out, text);
	} else if (is(element, "st")) {
		buffer_text(out, status_word(get(element, "w")));
	} else if (is(element, "cite")) {
		if (out->len > 0 && out->data[out->len - 1] != ' ')
			buffer_byte(out, ' ');
		buffer_printf(out, "#%s", get(element, "e"));
	} else if (is(element, "br")) {
		buffer_text(out, "; ");
	} else {
		flatten(out, element);
	}
}

/* The content of a cell, cleared before.  If it cannot be had, neither can what
 * it is for. */
static const char *
content(struct buffer *cell, const struct xml *node, struct buffer *out)
{
	buffer_clear(cell);
	flatten(cell, node);
	while (cell->len > 0 && cell->data[cell->len - 1] == ' ')
		cell->data[--cell->len] = '\0';
	if (cell->state != BUFFER_FINE)
		out->state = cell->state;
	return buffer_string(cell);
}

/* A plot whose numbers are a table of the page by itself. */
static bool
is_tabled(const struct xml *plot)
{
	return strcmp(get(plot, "table"), "no") == 0;
}

/* --- CSV --- */

static void
csv_table(struct buffer *out, const struct xml *table, struct buffer *cell)
{
	buffer_text(out, "table,");
	escape_csv(out, get(table, "name"));
	buffer_byte(out, ',');
	escape_csv(out, get(table, "caption"));
	buffer_text(out, "\r\n");
	for (const struct xml *col = xml_first(table); is(col, "col");
	     col = xml_next(col)) {
		if (col != xml_first(table))
			buffer_byte(out, ',');
		escape_csv(out, get(col, "label"));
	}
	buffer_text(out, "\r\n");
	for (const struct xml *row = xml_first(table); row != NULL;
	     row = xml_next(row)) {
		if (!is(row, "row"))
			continue;
		for (const struct xml *c = xml_first(row); c != NULL;
		     c = xml_next(c)) {
			if (c != xml_first(row))
				buffer_byte(out, ',');
			escape_csv(out, content(cell, c, out));
		}
		buffer_text(out, "\r\n");
	}
	buffer_text(out, "\r\n");
}

static void
csv_plot(struct buffer *out, const struct xml *plot)
{
	static const char *const names[] = { "label", "x", "value", "low",
		"high", "n", "pass", "waived", "none", "fail", "error" };

	buffer_text(out, "table,plot,");
	escape_csv(out, get(plot, "title"));
	buffer_text(out, "\r\n");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		buffer_printf(out, "%s%s", i == 0 ? "" : ",", names[i]);
	buffer_text(out, "\r\n");
	for (const struct xml *pt = xml_first(plot); pt != NULL;
	     pt = xml_next(pt)) {
		if (!is(pt, "pt"))
			continue;
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			if (i > 0)
				buffer_byte(out, ',');
			escape_csv(out, get(pt, names[i]));
		}
		buffer_text(out, "\r\n");
	}
	buffer_text(out, "\r\n");
}

void
render_csv(struct buffer *out, const struct xml *page, const char *stamp)
{
	struct buffer cell = buffer_new(CELL_BYTES);

	buffer_printf(out, "report,%s,", stamp);
	escape_csv(out, get(page, "kind"));
	buffer_text(out, "\r\n\r\n");
	for (const struct xml *section = xml_first(page); section != NULL;
	     section = xml_next(section)) {
		for (const struct xml *block = xml_first(section);
		     block != NULL; block = xml_next(block)) {
			if (is(block, "table"))
				csv_table(out, block, &cell);
			else if (is(block, "plot") && !is_tabled(block))
				csv_plot(out, block);
		}
	}
	buffer_free(&cell);
}

/* --- Markdown --- */

static void
md_inline(struct buffer *out, const struct xml *node, struct buffer *cell)
{
	escape_markdown(out, content(cell, node, out));
}

static void
md_table(struct buffer *out, const struct xml *table, struct buffer *cell)
{
	size_t columns = 0;

	buffer_byte(out, '|');
	for (const struct xml *col = xml_first(table); is(col, "col");
	     col = xml_next(col)) {
		buffer_byte(out, ' ');
		escape_markdown(out, get(col, "label"));
		buffer_text(out, " |");
		columns++;
	}
	buffer_text(out, "\n|");
	for (size_t i = 0; i < columns; i++)
		buffer_text(out, " --- |");
	buffer_byte(out, '\n');
	for (const struct xml *row = xml_first(table); row != NULL;
	     row = xml_next(row)) {
		if (!is(row, "row"))
			continue;
		buffer_byte(out, '|');
		for (const struct xml *c = xml_first(row); c != NULL;
		     c = xml_next(c)) {
			buffer_byte(out, ' ');
			md_inline(out, c, cell);
			buffer_text(out, " |");
		}
		buffer_byte(out, '\n');
	}
	buffer_byte(out, '\n');
}

static void
md_plot(struct buffer *out, const struct xml *plot)
{
	static const char *const names[][2] = { { "label", "of" },
		{ "x", "predicted" }, { "value", "value" }, { "low", "low" },
		{ "high", "high" }, { "n", "n" }, { "pass", "pass" },
		{ "waived", "waived" }, { "none", "no evidence" },
		{ "fail", "fail" }, { "error", "error" } };
	const size_t count = sizeof names / sizeof names[0];
	const struct xml *first = xml_first(plot);
	size_t shown = 0;

	buffer_text(out, "**");
	escape_markdown(out, get(plot, "title"));
	buffer_text(out, "**\n\n");
	if (!is(first, "pt"))
		return;
	for (unsigned line = 0; line < 2; line++) {
		buffer_byte(out, '|');
		for (size_t i = 0; i < count; i++) {
			if (xml_get(first, names[i][0]) != NULL)
				buffer_printf(out, " %s |",
				    line == 0 ? names[i][1] : "---");
		}
		buffer_byte(out, '\n');
	}
	for (const struct xml *pt = first; is(pt, "pt") && shown++ < 40;
	     pt = xml_next(pt)) {
		buffer_byte(out, '|');
		for (size_t i = 0; i < count; i++) {
			if (xml_get(first, names[i][0]) == NULL)
				continue;
			buffer_byte(out, ' ');
			escape_markdown(out, get(pt, names[i][0]));
			buffer_text(out, " |");
		}
		buffer_byte(out, '\n');
	}
	buffer_byte(out, '\n');
}

static void
md_pairs(struct buffer *out, const struct xml *block, struct buffer *cell)
{
	for (const struct xml *one = xml_first(block); one != NULL;
	     one = xml_next(one)) {
		buffer_text(out, "- **");
		escape_markdown(out, get(one, "name"));
		buffer_text(out, "**: ");
		md_inline(out, one, cell);
		buffer_byte(out, '\n');
	}
	buffer_byte(out, '\n');
}

static void
md_block(struct buffer *out, const struct xml *block, struct buffer *cell)
{
	if (is(block, "table")) {
		md_table(out, block, cell);
	} else if (is(block, "plot")) {
		if (!is_tabled(block))
			md_plot(out, block);
	} else if (is(block, "facts")) {
		if (xml_get(block, "title") != NULL) {
			buffer_text(out, "### ");
			escape_markdown(out, get(block, "title"));
			buffer_text(out, "\n\n");
		}
		md_pairs(out, block, cell);
	} else if (is(block, "finding")) {
		buffer_printf(out,
		    "### %s: ", status_word(get(block, "status")));
		escape_markdown(out, get(block, "title"));
		buffer_text(out, "\n\nOwner: ");
		escape_markdown(out, get(block, "owner"));
		buffer_text(out, "\n\n");
		md_pairs(out, block, cell);
	} else if (is(block, "list")) {
		for (const struct xml *item = xml_first(block); item != NULL;
		     item = xml_next(item)) {
			buffer_text(out, "- ");
			md_inline(out, item, cell);
			buffer_byte(out, '\n');
		}
		buffer_byte(out, '\n');
	} else if (is(block, "tiles")) {
		for (const struct xml *tile = xml_first(block); tile != NULL;
		     tile = xml_next(tile)) {
			buffer_text(out, "- **");
			escape_markdown(out, get(tile, "label"));
			buffer_printf(out, "**: %s, %s (%s)\n",
			    get(tile, "value"),
			    status_word(get(tile, "status")),
			    get(tile, "note"));
		}
		buffer_byte(out, '\n');
	} else {
		if (is(block, "verdict"))
			buffer_printf(out, "**%s.** ",
			    status_word(get(block, "w")));
		md_inline(out, block, cell);
		buffer_text(out, "\n\n");
	}
}

static void
md_section(struct buffer *out, const struct xml *section, struct buffer *cell)
{
	buffer_clear(out);
	buffer_text(out, "## ");
	escape_markdown(out, get(section, "title"));
	buffer_text(out, "\n\n");
	for (const struct xml *block = xml_first(section); block != NULL;
	     block = xml_next(block))
		md_block(out, block, cell);
}

/* The first section says how it came out, and the figures what that rests on:
 * the others share the room that those leave. */
static bool
is_needed(const struct xml *page, const struct xml *section)
{
	return section == xml_first(page) ||
	    strcmp(get(section, "id"), "figures") == 0;
}

void
render_markdown(struct buffer *out, const struct xml *page, const char *stamp)
{
	struct buffer cell = buffer_new(CELL_BYTES);
	struct buffer part = buffer_new((size_t)64 * 1024 * 1024);
	size_t left_out = 0, needed = 0;

	buffer_printf(out, "<!-- %s -->\n\n# ", stamp);
	escape_markdown(out, get(page, "title"));
	buffer_text(out, ": ");
	escape_markdown(out, get(page, "about"));
	buffer_text(out, "\n\n");
	escape_markdown(out, get(page, "origin"));
	buffer_printf(out, ", checkpoint of %s entries, root `%s`, ",
	    get(page, "size"), get(page, "root"));
	escape_date(out, get(page, "time"));
	buffer_text(out, "\n\n");
	for (const struct xml *section = xml_first(page); section != NULL;
	     section = xml_next(section)) {
		if (!is_needed(page, section))
			continue;
		md_section(&part, section, &cell);
		needed += part.len;
	}
	if (needed > MARKDOWN_MOST)
		needed = 0;
	for (const struct xml *section = xml_first(page); section != NULL;
	     section = xml_next(section)) {
		bool own = is_needed(page, section);

		md_section(&part, section, &cell);
		needed -= own && needed > 0 ? part.len : 0;
		if (out->len + part.len + needed > MARKDOWN_MOST)
			left_out++;
		else
			buffer_append(out, buffer_bytes(&part));
	}
	if (left_out > 0)
		buffer_printf(out,
		    "%zu section%s too long for 64 kB: see --format html.\n",
		    left_out, left_out == 1 ? " is" : "s are");
	buffer_free(&part);
	buffer_free(&cell);
}

/* --- Text --- */

struct writer {
	struct buffer *out;
	const struct report_look *look;
	struct buffer cell;
};

static const char *
colour_of(const char *word)
{
	if (strcmp(word, "pass") == 0)
		return "32";
	if (strcmp(word, "fail") == 0 || strcmp(word, "error") == 0)
		return "31";
	if (strcmp(word, "waived") == 0 || strcmp(word, "no evidence") == 0)
		return "33";
	return "2";
}

static void
styled(struct writer *writer, const char *code, const char *text)
{
	if (writer->look->colour)
		buffer_printf(writer->out, "\033[%sm%s\033[0m", code, text);
	else
		buffer_text(writer->out, text);
}

static void
write_status(struct writer *writer, const char *word)
{
	static const char *const marks[][2] = {
		{ "pass", "✓ " },
		{ "fail", "✗ " },
		{ "error", "! " },
		{ "waived", "△ " },
		{ "no evidence", "○ " },
	};
	struct buffer text = buffer_new(100);

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if (strcmp(word, marks[i][0]) == 0)
			buffer_text(&text, marks[i][1]);
	}
	buffer_text(&text, status_word(word));
	styled(writer, colour_of(word), buffer_string(&text));
	buffer_free(&text);
}

/* A text in lines of the width, each with so many spaces before it. */
static void
wrap(struct writer *writer, const char *text, size_t indent, size_t at)
{
	size_t width = writer->look->columns;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");
		size_t columns = text_columns(bytes_of(text, len));

		if (at > indent && at + 1 + columns > width) {
			buffer_byte(writer->out, '\n');
			at = 0;
		}
		if (at == 0) {
			for (; at < indent; at++)
				buffer_byte(writer->out, ' ');
		} else if (at > indent) {
			buffer_byte(writer->out, ' ');
			at++;
		}
		buffer_append(writer->out, bytes_of(text, len));
		at += columns;
		text += len;
		text += strspn(text, " ");
	}
	buffer_byte(writer->out, '\n');
}

#define COLUMNS_MAX 16

static size_t
measure_table(struct writer *writer, const struct xml *table,
    size_t width[COLUMNS_MAX])
{
	size_t count = 0, all = 0;

	for (const struct xml *col = xml_first(table);
	     is(col, "col") && count < COLUMNS_MAX; col = xml_next(col))
		width[count++] = text_columns(bytes_of_text(get(col, "label")));
	for (const struct xml *row = xml_first(table); row != NULL;
	     row = xml_next(row)) {
		size_t i = 0;

		if (!is(row, "row"))
			continue;
		for (const struct xml *c = xml_first(row);
		     c != NULL && i < count; c = xml_next(c), i++) {
			size_t columns;

			(void)content(&writer->cell, c, writer->out);
			columns = text_columns(buffer_bytes(&writer->cell)) +
			    (is(xml_first(c), "st") ? 2 : 0);
			width[i] = columns > width[i] ? columns : width[i];
		}
	}
	for (size_t i = 0; i < count; i++)
		all += width[i] + 2;
	return all;
}

static void
pad(struct writer *writer, size_t spaces)
{
	while (spaces-- > 0)
		buffer_byte(writer->out, ' ');
}

static void
text_cell(struct writer *writer, const struct xml *c, bool number, size_t width,
    bool last)
{
	const char *text = content(&writer->cell, c, writer->out);
	size_t columns = text_columns(bytes_of_text(text));
	const struct xml *first = xml_first(c);
	size_t marked = 0;

	if (number)
		pad(writer, width - columns);
	if (is(first, "st") && xml_next(first) == NULL) {
		size_t before = writer->out->len;

		write_status(writer, get(first, "w"));
		marked = before < writer->out->len &&
			strchr("pfewn", *get(first, "w")) != NULL &&
			strcmp(get(first, "w"), "not applicable") != 0
		    ? 2
		    : 0;
	} else {
		buffer_text(writer->out, text);
	}
	if (!last)
		pad(writer, (number ? 0 : width - columns - marked) + 2);
}

static void
text_rows(struct writer *writer, const struct xml *table,
    const size_t width[COLUMNS_MAX])
{
	size_t i = 0;

	for (const struct xml *col = xml_first(table); is(col, "col");
	     col = xml_next(col), i++) {
		styled(writer, "1", get(col, "label"));
		pad(writer,
		    width[i] + 2 -
			text_columns(bytes_of_text(get(col, "label"))));
	}
	buffer_byte(writer->out, '\n');
	for (const struct xml *row = xml_first(table); row != NULL;
	     row = xml_next(row)) {
		const struct xml *col = xml_first(table);

		if (!is(row, "row"))
			continue;
		i = 0;
		for (const struct xml *c = xml_first(row); c != NULL;
		     c = xml_next(c), i++, col = xml_next(col))
			text_cell(writer, c,
			    strcmp(get(col, "type"), "number") == 0, width[i],
			    xml_next(c) == NULL);
		buffer_byte(writer->out, '\n');
	}
}

/* Too wide for the terminal: each row as a paragraph of its cells. */
static void
text_records(struct writer *writer, const struct xml *table)
{
	for (const struct xml *row = xml_first(table); row != NULL;
	     row = xml_next(row)) {
		const struct xml *col = xml_first(table);

		if (!is(row, "row"))
			continue;
		for (const struct xml *c = xml_first(row); c != NULL;
		     c = xml_next(c), col = xml_next(col)) {
			const struct xml *first = xml_first(c);
			const char *text =
			    content(&writer->cell, c, writer->out);
			const char *label = get(col, "label");

			if (*text == '\0')
				continue;
			if (is(first, "st") && xml_next(first) == NULL) {
				pad(writer, c == xml_first(row) ? 2 : 6);
				if (c != xml_first(row))
					buffer_printf(writer->out,
					    "%s: ", label);
				write_status(writer, get(first, "w"));
				buffer_byte(writer->out, '\n');
				continue;
			}
			pad(writer, c == xml_first(row) ? 2 : 6);
			styled(writer, "2", label);
			buffer_text(writer->out, *label == '\0' ? "" : ":");
			wrap(writer, text, 8, 9 + strlen(label));
		}
	}
}

static void
text_table(struct writer *writer, const struct xml *table)
{
	size_t width[COLUMNS_MAX] = { 0 };

	if (measure_table(writer, table, width) <= writer->look->columns + 2)
		text_rows(writer, table, width);
	else
		text_records(writer, table);
	buffer_byte(writer->out, '\n');
}

static void
text_plot(struct writer *writer, const struct xml *plot)
{
	static const char *const names[] = { "x", "value", "low", "high", "n",
		"pass", "waived", "none", "fail", "error" };
	size_t shown = 0;

	styled(writer, "1", get(plot, "title"));
	buffer_byte(writer->out, '\n');
	for (const struct xml *pt = xml_first(plot); is(pt, "pt");
	     pt = xml_next(pt)) {
		if (++shown > 20) {
			buffer_text(writer->out, "  …\n");
			break;
		}
		buffer_printf(writer->out, "  %s:", get(pt, "label"));
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			if (xml_get(pt, names[i]) != NULL)
				buffer_printf(writer->out, "  %s %s",
				    strcmp(names[i], "none") == 0
					? "no evidence"
					: names[i],
				    get(pt, names[i]));
		}
		buffer_byte(writer->out, '\n');
	}
	buffer_byte(writer->out, '\n');
}

static void
text_pairs(struct writer *writer, const struct xml *block)
{
	for (const struct xml *one = xml_first(block); one != NULL;
	     one = xml_next(one)) {
		const char *name = get(one, "name");

		buffer_text(writer->out, "  ");
		styled(writer, "2", name);
		buffer_byte(writer->out, ':');
		wrap(writer, content(&writer->cell, one, writer->out), 6,
		    text_columns(bytes_of_text(name)) + 7);
	}
	buffer_byte(writer->out, '\n');
}

static void
text_block(struct writer *writer, const struct xml *block)
{
	if (is(block, "table")) {
		text_table(writer, block);
	} else if (is(block, "plot")) {
		if (!is_tabled(block))
			text_plot(writer, block);
	} else if (is(block, "facts")) {
		if (xml_get(block, "title") != NULL) {
			styled(writer, "1", get(block, "title"));
			buffer_byte(writer->out, '\n');
		}
		text_pairs(writer, block);
	} else if (is(block, "finding")) {
		write_status(writer, get(block, "status"));
		wrap(writer, get(block, "title"), 2,
		    4 + strlen(get(block, "status")));
		text_pairs(writer, block);
	} else if (is(block, "list")) {
		for (const struct xml *item = xml_first(block); item != NULL;
		     item = xml_next(item)) {
			buffer_text(writer->out, "- ");
			wrap(writer, content(&writer->cell, item, writer->out),
			    2, 2);
		}
		buffer_byte(writer->out, '\n');
	} else if (is(block, "tiles")) {
		for (const struct xml *tile = xml_first(block); tile != NULL;
		     tile = xml_next(tile)) {
			write_status(writer, get(tile, "status"));
			buffer_printf(writer->out, "  %s: %s (%s)\n",
			    get(tile, "label"), get(tile, "value"),
			    get(tile, "note"));
		}
		buffer_byte(writer->out, '\n');
	} else {
		if (is(block, "verdict")) {
			write_status(writer, get(block, "w"));
			buffer_byte(writer->out, ':');
			wrap(writer, content(&writer->cell, block, writer->out),
			    2, 6 + strlen(get(block, "w")));
		} else {
			wrap(writer, content(&writer->cell, block, writer->out),
			    0, 0);
		}
		buffer_byte(writer->out, '\n');
	}
}

void
render_text(struct buffer *out, const struct xml *page,
    const struct report_look *look)
{
	struct writer writer = { out, look, buffer_new(CELL_BYTES) };

	styled(&writer, "1", get(page, "title"));
	buffer_printf(out, ": %s\n%s, checkpoint of %s entries, ",
	    get(page, "about"), get(page, "origin"), get(page, "size"));
	escape_date(out, get(page, "time"));
	buffer_text(out, "\n\n");
	for (const struct xml *section = xml_first(page); section != NULL;
	     section = xml_next(section)) {
		styled(&writer, "1;4", get(section, "title"));
		buffer_text(out, "\n\n");
		for (const struct xml *block = xml_first(section);
		     block != NULL; block = xml_next(block))
			text_block(&writer, block);
	}
	buffer_free(&writer.cell);
}

/* --- JSON --- */

struct json_writer {
	struct buffer *out;
	bool comma;
};

static void
json_attribute(void *cookie, const char *name, const char *value)
{
	struct json_writer *writer = cookie;

	if (writer->comma)
		buffer_byte(writer->out, ',');
	writer->comma = true;
	json_write_text(writer->out, bytes_of_text(name));
	buffer_byte(writer->out, ':');
	json_write_text(writer->out, bytes_of_text(value));
}

static void json_node(struct buffer *out, const struct xml *node);

/* Children of one name together, in the place of the first of them. */
static void
json_children(struct json_writer *writer, const struct xml *node)
{
	for (const struct xml *child = xml_first(node); child != NULL;
	     child = xml_next(child)) {
		const struct xml *before = xml_first(node);
		bool first = true;

		while (before != child && !is(before, xml_name(child)))
			before = xml_next(before);
		if (before != child)
			continue;
		if (writer->comma)
			buffer_byte(writer->out, ',');
		writer->comma = true;
		json_write_text(writer->out, bytes_of_text(xml_name(child)));
		buffer_text(writer->out, ":[");
		for (const struct xml *one = child; one != NULL;
		     one = xml_next(one)) {
			if (!is(one, xml_name(child)))
				continue;
			if (!first)
				buffer_byte(writer->out, ',');
			first = false;
			json_node(writer->out, one);
		}
		buffer_byte(writer->out, ']');
	}
}

static void
json_node(struct buffer *out, const struct xml *node)
{
	struct json_writer writer = { out, false };
	const char *text = xml_only_text(node);

	buffer_byte(out, '{');
	xml_attributes(node, json_attribute, &writer);
	if (text != NULL && *text != '\0')
		json_attribute(&writer, "text", text);
	else
		json_children(&writer, node);
	buffer_byte(out, '}');
}

void
render_json(struct buffer *out, const struct xml *report)
{
	json_node(out, report);
	buffer_byte(out, '\n');
}
