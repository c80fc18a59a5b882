#include "cli/grid.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/entries.h"

#define COLUMNS_MAX 24

/* A column: a member, or a member of a member. */
struct column {
	const char *outer; /* NULL for a member of the element itself. */
	const char *name;
	char *heading; /* The name, made harmless. */
	bool number;
};

struct grid {
	struct column column[COLUMNS_MAX];
	size_t count;
	bool fits;
};

static bool
is_plain(const struct json *value)
{
	return json_type(value) != JSON_OBJECT && json_type(value) != JSON_LIST;
}

static void
add_column(struct grid *grid, const char *outer, const struct json *member)
{
	struct buffer heading = buffer_new(1024);
	struct column *column = &grid->column[grid->count];

	if (grid->count == COLUMNS_MAX) {
		grid->fits = false;
		return;
	}
	text_show(&heading, bytes_of_text(json_name(member)));
	*column = (struct column){
		.outer = outer,
		.name = json_name(member),
		.heading = memory_text(buffer_string(&heading)),
		.number = json_type(member) == JSON_NUMBER,
	};
	grid->fits &= column->heading != NULL;
	grid->count++;
	buffer_free(&heading);
}

/* Columns by the first element: its texts, its other members, and theirs. */
static void
choose_columns(struct grid *grid, const struct json *element)
{
	for (int texts = 1; texts >= 0; texts--) {
		for (const struct json *m = json_first(element); m != NULL;
		     m = json_next(m)) {
			if (is_plain(m) && (json_type(m) == JSON_TEXT) == texts)
				add_column(grid, NULL, m);
		}
	}
	for (const struct json *m = json_first(element); m != NULL;
	     m = json_next(m)) {
		if (is_plain(m))
			continue;
		if (json_type(m) == JSON_LIST)
			grid->fits = false;
		for (const struct json *inner = json_first(m); inner != NULL;
		     inner = json_next(inner)) {
			if (is_plain(inner))
				add_column(grid, json_name(m), inner);
			else
				grid->fits = false;
		}
	}
}

static const struct json *
cell_of(const struct json *element, const struct column *column)
{
	if (column->outer != NULL)
		element = json_member(element, column->outer);
	return json_member(element, column->name);
}

/* How many values an element has, in it and in its members. */
static size_t
count_values(const struct json *element)
{
	size_t count = 0;

	for (const struct json *m = json_first(element); m != NULL;
	     m = json_next(m))
		count += is_plain(m) ? 1 : json_count(m);
	return count;
}

static bool
add_row(struct table *table, const struct grid *grid,
    const struct json *element)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);

	if (json_type(element) != JSON_OBJECT ||
	    count_values(element) != grid->count)
		return false;
	for (size_t i = 0; i < grid->count; i++) {
		const struct json *value = cell_of(element, &grid->column[i]);

		if (value == NULL || !is_plain(value)) {
			buffer_free(&text);
			return false;
		}
		buffer_clear(&text);
		entries_value(&text, value);
		table_cell(table,
		    grid->column[i].number ? STYLE_PLAIN : STYLE_NAME,
		    grid->column[i].number, buffer_bytes(&text));
	}
	buffer_free(&text);
	return true;
}

bool
grid_print(struct terminal *terminal, const struct json *list)
{
	const char *headings[COLUMNS_MAX];
	struct grid grid = { .fits = true };
	struct table *table = NULL;

	if (json_type(list) != JSON_LIST || json_count(list) < 2 ||
	    json_type(json_first(list)) != JSON_OBJECT)
		return false;
	choose_columns(&grid, json_first(list));
	for (size_t i = 0; i < grid.count; i++)
		headings[i] = grid.column[i].heading;
	grid.fits = grid.fits && grid.count > 0 &&
	    (table = table_new(headings, grid.count)) != NULL;
	for (const struct json *element = json_first(list);
	     grid.fits && element != NULL; element = json_next(element))
		grid.fits = add_row(table, &grid, element);
	grid.fits = grid.fits && table_width(table) <= terminal->width;
	if (grid.fits) {
		fputc('\n', terminal->out);
		table_print(table, terminal);
	}
	table_free(table);
	for (size_t i = 0; i < grid.count; i++)
		memory_free(grid.column[i].heading);
	return grid.fits;
}
