/* terminal.h: what people see: colour, width, pager, progress, tables. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "cli/command.h"

/* Styles; each is a word to be said, never the only sign of a meaning. */
enum style {
	STYLE_PLAIN,
	STYLE_STRONG,
	STYLE_FAINT,
	STYLE_GOOD,
	STYLE_BAD,
	STYLE_WARN,
	STYLE_NAME,
	STYLE_STRUCK,
};

/* Output of one command: standard output, or a pager in front of it. */
struct terminal {
	FILE *out;
	bool colour;
	bool unicode; /* The locale can show box drawing. */
	unsigned width; /* Columns; 80 when it is no terminal. */
	bool is_terminal;
	int pager; /* Its process, or 0. */
};

/* Begin output, through a pager if `page' and on a terminal. */
void terminal_begin(struct terminal *terminal, const struct context *context,
    bool page);
/* Flush and wait for the pager. */
void terminal_end(struct terminal *terminal);

/* A line of at most so many columns that shows the course of values; nothing
 * where there is no Unicode, or under two values that are finite. */
void terminal_spark(struct terminal *terminal, const double *values,
    size_t count, size_t columns);

/* Write text from the ledger, made harmless (text_show), in a style. */
void terminal_show(struct terminal *terminal, enum style style,
    struct bytes text);
/* The same, cut to so many columns where there is a window; how many it
 * took. */
size_t terminal_show_within(struct terminal *terminal, enum style style,
    struct bytes text, size_t columns);
/* Write our own words. */
void terminal_say(struct terminal *terminal, enum style style,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A progress bar on standard error, shown only on a terminal and only when
 * the work takes over a second. */
struct progress {
	const char *what;
	int64_t started_ns;
	int64_t drawn_ns;
	bool shown;
	bool enabled;
	bool bytes; /* Count bytes, not things. */
};
struct progress progress_begin(const struct context *context, const char *what,
    bool bytes);
/* A callback for whoever works: cookie is the struct progress. */
int progress_draw(void *cookie, uint64_t done, uint64_t total);
void progress_end(struct progress *progress);

/* "12,345". */
struct number_text {
	char text[32];
};
struct number_text number_grouped(uint64_t number);
/* "1.4 GiB". */
struct number_text number_bytes(uint64_t bytes);

/* "2026-11-23T09:00:00.000Z"; a number where others state one that is no time
 * of ours. */
struct number_text number_time(uint64_t time_s);

/*
 * A table: rows of cells, columns as wide as needed.  Texts are copied and
 * made harmless.  Numbers are set to the right.
 */
struct table;
struct table *table_new(const char *const headings[], size_t columns);
void table_free(struct table *table);
void table_cell(struct table *table, enum style style, bool number,
    struct bytes text);
/* How many columns of the terminal it takes whole. */
size_t table_width(const struct table *table);
/* Print aligned, with the last column cut to the terminal's width. */
void table_print(struct table *table, struct terminal *terminal);
/* As a table in Markdown. */
void table_markdown(struct table *table, FILE *out);

#endif
