#include "cli/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const style_codes[] = {
	[STYLE_PLAIN] = "",
	[STYLE_STRONG] = "\033[1m",
	[STYLE_FAINT] = "\033[2m",
	[STYLE_GOOD] = "\033[32m",
	[STYLE_BAD] = "\033[1;31m",
	[STYLE_WARN] = "\033[33m",
	[STYLE_NAME] = "\033[36m",
	[STYLE_STRUCK] = "\033[9;2m",
};

static bool
wants_colour(const struct context *context, bool is_terminal)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (context->colour != COLOUR_AUTO)
		return context->colour == COLOUR_ALWAYS;
	if (no != NULL && *no != '\0')
		return false;
	return is_terminal && term != NULL && strcmp(term, "dumb") != 0;
}

static unsigned
columns_of(int descriptor)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns != NULL && atoi(columns) > 20)
		return (unsigned)atoi(columns);
	if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
		return size.ws_col;
	return 80;
}

/* Start a pager that reads what we write; 0 when there is none. */
static int
start_pager(int *descriptor)
{
	const char *pager = getenv("VOUCH_PAGER");
	int ends[2];
	pid_t child;

	if (pager == NULL)
		pager = getenv("PAGER");
	if (pager == NULL || *pager == '\0')
		pager = "less";
	if (strcmp(pager, "cat") == 0 || pipe(ends) == -1)
		return 0;
	child = fork();
	if (child == 0) {
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		close(ends[1]);
		setenv("LESS", "FRX", 0);
		/* A pager may be given with arguments. */
		execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	if (child == -1) {
		close(ends[1]);
		return 0;
	}
	*descriptor = ends[1];
	return child;
}

void
terminal_begin(struct terminal *terminal, const struct context *context,
    bool page)
{
	int descriptor = -1;

	memset(terminal, 0, sizeof *terminal);
	terminal->is_terminal = isatty(STDOUT_FILENO) == 1;
	terminal->out = stdout;
	terminal->width = columns_of(STDOUT_FILENO);
	terminal->colour = wants_colour(context, terminal->is_terminal);
	terminal->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!page || !terminal->is_terminal || context->no_pager)
		return;
	fflush(stdout);
	terminal->pager = start_pager(&descriptor);
	if (terminal->pager == 0)
		return;
	/* It may be quit before all was read. */
	signal(SIGPIPE, SIG_IGN);
	terminal->out = fdopen(descriptor, "w");
	if (terminal->out == NULL)
		terminal->out = stdout;
}

void
terminal_end(struct terminal *terminal)
{
	int status;

	fflush(terminal->out);
	if (terminal->pager == 0)
		return;
	if (terminal->out != stdout)
		fclose(terminal->out);
	while (waitpid(terminal->pager, &status, 0) == -1 && errno == EINTR)
		;
	terminal->out = stdout;
	terminal->pager = 0;
}

static void
style_begin(const struct terminal *terminal, enum style style)
{
	if (terminal->colour && style != STYLE_PLAIN)
		fputs(style_codes[style], terminal->out);
}

static void
style_end(const struct terminal *terminal, enum style style)
{
	if (terminal->colour && style != STYLE_PLAIN)
		fputs("\033[0m", terminal->out);
}

void
terminal_show(struct terminal *terminal, enum style style, struct bytes text)
{
	struct buffer shown = buffer_new((size_t)1 << 24);

	text_show(&shown, text);
	style_begin(terminal, style);
	fputs(buffer_string(&shown), terminal->out);
	style_end(terminal, style);
	buffer_free(&shown);
}

/* The front of a text that fits so many columns. */
static int
fitting(const char *text, size_t columns)
{
	size_t len = strlen(text);

	while (len > 0 && text_columns(bytes_of(text, len)) > columns) {
		len--;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	return (int)len;
}

size_t
terminal_show_within(struct terminal *terminal, enum style style,
    struct bytes text, size_t columns)
{
	struct buffer shown = buffer_new((size_t)1 << 24);
	size_t wide;

	text_show(&shown, text);
	wide = text_columns(buffer_bytes(&shown));
	style_begin(terminal, style);
	if (wide <= columns || !terminal->is_terminal) {
		fputs(buffer_string(&shown), terminal->out);
	} else {
		wide = columns;
		fprintf(terminal->out, "%.*s%s",
		    fitting(buffer_string(&shown), columns - 1),
		    buffer_string(&shown), terminal->unicode ? "…" : ">");
	}
	style_end(terminal, style);
	buffer_free(&shown);
	return wide;
}

void
terminal_say(struct terminal *terminal, enum style style, const char *format,
    ...)
{
	va_list arguments;

	style_begin(terminal, style);
	va_start(arguments, format);
	vfprintf(terminal->out, format, arguments);
	va_end(arguments);
	style_end(terminal, style);
}

void
terminal_spark(struct terminal *terminal, const double *values, size_t count,
    size_t columns)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇",
		"█" };
	double low = INFINITY, high = -INFINITY;
	size_t width = count < columns ? count : columns;

	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		low = values[i] < low ? values[i] : low;
		high = values[i] > high ? values[i] : high;
	}
	if (!terminal->unicode || count < 2 || low > high)
		return;
	style_begin(terminal, STYLE_NAME);
	for (size_t column = 0; column < width; column++) {
		double value = values[column * count / width];
		double part = high > low ? (value - low) / (high - low) : 0;

		fputs(isfinite(value) ? bars[(size_t)(part * 7 + 0.5)] : "·",
		    terminal->out);
	}
	style_end(terminal, STYLE_NAME);
}

struct progress
progress_begin(const struct context *context, const char *what, bool bytes)
{
	return (struct progress){
		.what = what,
		.started_ns = clock_monotonic_ns(),
		.enabled = !context->quiet && isatty(STDERR_FILENO) == 1,
		.bytes = bytes,
	};
}

int
progress_draw(void *cookie, uint64_t done, uint64_t total)
{
	struct progress *progress = cookie;
	int64_t now = clock_monotonic_ns();
	unsigned filled;

	if (!progress->enabled ||
	    now - progress->started_ns < (int64_t)1000000000 ||
	    now - progress->drawn_ns < 100000000)
		return 0;
	progress->drawn_ns = now;
	progress->shown = true;
	filled = total == 0 ? 0
			    : (unsigned)(30.0 * (double)done / (double)total);
	fprintf(stderr, "\r%s [%.*s%.*s] %s of %s\033[K", progress->what,
	    (int)filled, "##############################", (int)(30 - filled),
	    "..............................",
	    progress->bytes ? number_bytes(done).text
			    : number_grouped(done).text,
	    progress->bytes ? number_bytes(total).text
			    : number_grouped(total).text);
	fflush(stderr);
	return 0;
}

void
progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}

struct number_text
number_grouped(uint64_t number)
{
	struct number_text out;
	char digits[24];
	int len =
	    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
	int at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out.text[at++] = ',';
		out.text[at++] = digits[i];
	}
	out.text[at] = '\0';
	return out;
}

struct number_text
number_time(uint64_t time_s)
{
	struct number_text out;

	if (time_s < (uint64_t)253402300800) /* The year 10000. */
		snprintf(out.text, sizeof out.text, "%s",
		    time_format((int64_t)time_s * 1000).text);
	else
		snprintf(out.text, sizeof out.text, "time %llu",
		    (unsigned long long)time_s);
	return out;
}

struct number_text
number_bytes(uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	struct number_text out;
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1024 && unit < 4) {
		value /= 1024;
		unit++;
	}
	snprintf(out.text, sizeof out.text, unit == 0 ? "%.0f %s" : "%.1f %s",
	    value, units[unit]);
	return out;
}

#define TABLE_COLUMNS 32

struct cell {
	char *text;
	size_t columns;
	enum style style;
	bool number;
};

struct table {
	const char *const *headings;
	size_t columns;
	struct cell *cell;
	size_t count;
	size_t capacity;
	bool failed;
};

struct table *
table_new(const char *const headings[], size_t columns)
{
	struct table *table = memory_new(1, sizeof *table);

	if (table != NULL) {
		table->headings = headings;
		table->columns = columns;
	}
	return table;
}

void
table_free(struct table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->count; i++)
		memory_free(table->cell[i].text);
	memory_free(table->cell);
	memory_free(table);
}

void
table_cell(struct table *table, enum style style, bool number,
    struct bytes text)
{
	struct buffer shown = buffer_new((size_t)1 << 20);
	struct cell *grown;

	if (table == NULL)
		return;
	text_show(&shown, text);
	grown = memory_grow(table->cell, &table->capacity, table->count + 1,
	    sizeof *grown);
	if (grown == NULL) {
		table->failed = true;
		buffer_free(&shown);
		return;
	}
	table->cell = grown;
	grown[table->count].text = memory_text(buffer_string(&shown));
	grown[table->count].columns = text_columns(buffer_bytes(&shown));
	grown[table->count].style = style;
	grown[table->count].number = number;
	if (grown[table->count].text == NULL)
		table->failed = true;
	else
		table->count++;
	buffer_free(&shown);
}

static void
spaces(FILE *out, size_t count)
{
	while (count-- > 0)
		fputc(' ', out);
}

static void
print_cell(struct terminal *terminal, const struct cell *cell, size_t width,
    size_t room, bool last)
{
	size_t shown = cell->columns;
	bool cut = last && terminal->is_terminal && cell->columns > room;

	if (cell->number)
		spaces(terminal->out, width - cell->columns);
	style_begin(terminal, cell->style);
	if (cut)
		fprintf(terminal->out, "%.*s%s",
		    fitting(cell->text, room > 1 ? room - 1 : 1), cell->text,
		    terminal->unicode ? "…" : ">");
	else
		fputs(cell->text, terminal->out);
	style_end(terminal, cell->style);
	if (!cell->number && !last)
		spaces(terminal->out, width - shown);
	if (!last)
		fputs("  ", terminal->out);
}

/* The widest cell of each column, the heading too. */
static void
column_widths(const struct table *table, size_t width[TABLE_COLUMNS])
{
	for (size_t c = 0; c < table->columns; c++)
		width[c] = text_columns(bytes_of_text(table->headings[c]));
	for (size_t i = 0; i < table->count; i++) {
		size_t c = i % table->columns;

		if (table->cell[i].columns > width[c])
			width[c] = table->cell[i].columns;
	}
}

size_t
table_width(const struct table *table)
{
	size_t width[TABLE_COLUMNS], sum = 0;

	if (table == NULL || table->failed || table->columns > TABLE_COLUMNS)
		return SIZE_MAX;
	column_widths(table, width);
	for (size_t c = 0; c < table->columns; c++)
		sum += width[c] + (c == 0 ? 0 : 2);
	return sum;
}

void
table_print(struct table *table, struct terminal *terminal)
{
	size_t width[TABLE_COLUMNS] = { 0 };
	size_t used = 0;

	if (table == NULL || table->failed || table->columns > TABLE_COLUMNS)
		return;
	column_widths(table, width);
	for (size_t c = 0; c + 1 < table->columns; c++)
		used += width[c] + 2;
	for (size_t c = 0; c < table->columns; c++) {
		struct cell head = {
			.text = (char *)(uintptr_t)table->headings[c],
			.columns =
			    text_columns(bytes_of_text(table->headings[c])),
			.style = STYLE_STRONG,
			.number = table->count > c && table->cell[c].number,
		};

		print_cell(terminal, &head, width[c], SIZE_MAX,
		    c + 1 == table->columns);
	}
	fputc('\n', terminal->out);
	for (size_t i = 0; i < table->count; i++) {
		size_t c = i % table->columns;
		size_t room =
		    terminal->width > used + 10 ? terminal->width - used : 10;

		print_cell(terminal, &table->cell[i], width[c], room,
		    c + 1 == table->columns);
		if (c + 1 == table->columns)
			fputc('\n', terminal->out);
	}
}

void
table_markdown(struct table *table, FILE *out)
{
	if (table == NULL || table->failed)
		return;
	for (size_t c = 0; c < table->columns; c++)
		fprintf(out, "| %s ", table->headings[c]);
	fputs("|\n", out);
	for (size_t c = 0; c < table->columns; c++)
		fputs(table->count > c && table->cell[c].number ? "| ---: "
								: "| --- ",
		    out);
	fputs("|\n", out);
	for (size_t i = 0; i < table->count; i++) {
		fputs("| ", out);
		for (const char *at = table->cell[i].text; *at != '\0'; at++) {
			if (*at == '|' || *at == '\\' || *at == '<')
				fputc('\\', out);
			fputc(*at, out);
		}
		fputc(' ', out);
		if ((i + 1) % table->columns == 0)
			fputs("|\n", out);
	}
}
