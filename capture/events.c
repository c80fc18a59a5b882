/* events.c: what a run says about itself is taken in, line by line. */
#include "capture/events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "capture/events_internal.h"

/* ---- life ---- */

int
events_new(struct events **out, struct error *err)
{
	struct events *made = memory_new(1, sizeof(*made));

	if (made == NULL)
		return error_memory(err);
	made->note = buffer_new(EVENTS_SAID_LEN);
	/* The shortest word that gets quotes has three bytes. */
	made->plain = buffer_new(2 * LIMIT_EVENT_LINE);
	digest_begin(&made->hash);
	*out = made;
	return 0;
}

static void
named_list_free(struct named_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		memory_free(list->items[i].name);
		memory_free(list->items[i].value.text);
	}
	memory_free(list->items);
}

static void
path_list_free(struct path_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		memory_free(list->items[i]);
	memory_free(list->items);
}

void
events_free(struct events *events)
{
	if (events == NULL)
		return;
	named_list_free(&events->parameters);
	named_list_free(&events->seeds);
	named_list_free(&events->tags);
	for (size_t i = 0; i < events->metric_count; i++) {
		memory_free(events->metrics[i].name);
		memory_free(events->metrics[i].points);
	}
	memory_free(events->metrics);
	path_list_free(&events->inputs);
	path_list_free(&events->outputs);
	memory_free(events->first_refusal);
	buffer_free(&events->note);
	buffer_free(&events->plain);
	memory_free(events);
}

/* ---- lines ---- */

static void
line_refuse(struct events *events, const struct error *why)
{
	char text[ERROR_WHAT_MAX + 40];

	if (events->refused_count++ > 0)
		return;
	(void)snprintf(text, sizeof(text), "line %llu: %s",
	    (unsigned long long)events->line_count, why->what);
	events->first_refusal = memory_text(text);
	if (events->first_refusal == NULL)
		events->no_memory = true;
}

static int
line_take(struct events *events, struct bytes text, struct error *err)
{
	struct json *line = NULL;
	int result = -1;

	buffer_clear(&events->plain);
	events_plain(&events->plain, text);
	if (buffer_check(&events->plain, "line", err) == 0 &&
	    json_parse(&line, buffer_bytes(&events->plain), err) == 0)
		result = events_take(events, line, err);
	json_free(line);
	return result;
}

static bool
is_blank(struct bytes line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] != ' ' && line.data[i] != '\t' &&
		    line.data[i] != '\r' && line.data[i] != '\n')
			return false;
	return true;
}

void
events_line(struct events *events, struct bytes line)
{
	struct error err;

	if (is_blank(line))
		return;
	events->line_count++;
	if (line.len > LIMIT_EVENT_LINE) {
		error_set(&err, ERROR_UNDECIDED, NULL, "longer than %d bytes",
		    LIMIT_EVENT_LINE);
		line_refuse(events, &err);
	} else if (line_take(events, line, &err) == -1) {
		if (err.class == ERROR_SYSTEM)
			events->no_memory = true;
		line_refuse(events, &err);
	}
}

/* ---- files ---- */

/* A file while it is cut into lines. */
struct lines {
	struct events *events;
	struct buffer begun; /* A line whose end has not been read yet. */
	bool too_long;
};

static void
lines_end(struct lines *lines)
{
	struct events *events = lines->events;
	struct error err;

	if (lines->too_long) {
		events->line_count++;
		error_set(&err, ERROR_UNDECIDED, NULL, "longer than %d bytes",
		    LIMIT_EVENT_LINE);
		line_refuse(events, &err);
	} else if (lines->begun.state != BUFFER_FINE) {
		events->no_memory = true;
	} else {
		events_line(events, buffer_bytes(&lines->begun));
	}
	buffer_clear(&lines->begun);
	lines->too_long = false;
}

static void
lines_add(struct lines *lines, struct bytes block)
{
	while (block.len > 0) {
		const uint8_t *end = memchr(block.data, '\n', block.len);
		size_t len = end == NULL ? block.len
					 : (size_t)(end - block.data);

		if (len > LIMIT_EVENT_LINE - lines->begun.len)
			lines->too_long = true;
		if (lines->too_long)
			buffer_clear(&lines->begun);
		else
			buffer_append(&lines->begun, bytes_of(block.data, len));
		if (end == NULL)
			return;
		lines_end(lines);
		block = bytes_after(block, len + 1);
	}
}

static int
events_open(int *fd, const char *path, struct error *err)
{
	struct stat status;

	/* O_NONBLOCK: the program may have put a pipe in its place. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd == -1 || fstat(*fd, &status) == -1)
		return error_errno(err, "cannot read the events `%s'", path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the events `%s' are not a regular file", path);
	return 0;
}

/* Read up to the end or the limit. */
static int
events_blocks(struct lines *lines, int fd, struct buffer *block,
    const char *path, struct error *err)
{
	struct events *events = lines->events;
	size_t total = 0;

	for (;;) {
		uint8_t *room = buffer_room(block, block->ceiling);
		ssize_t len;

		if (room == NULL)
			return buffer_check(block, "events", err);
		len = read(fd, room, block->ceiling);
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1)
			return error_errno(err, "cannot read the events `%s'",
			    path);
		if (len == 0)
			return 0;
		total += (size_t)len;
		if (total > LIMIT_EVENTS) {
			struct error over;

			error_set(&over, ERROR_UNDECIDED, NULL,
			    "the file is longer than %zu bytes, and the rest "
			    "was not read",
			    LIMIT_EVENTS);
			line_refuse(events, &over);
			lines->too_long = false;
			buffer_clear(&lines->begun);
			return 0;
		}
		digest_add(&events->hash, bytes_of(room, (size_t)len));
		events->hashed = true;
		lines_add(lines, bytes_of(room, (size_t)len));
	}
}

int
events_read(struct events *events, const char *path, struct error *err)
{
	struct lines lines = {
		.events = events,
		.begun = buffer_new(LIMIT_EVENT_LINE),
	};
	struct buffer block = buffer_new(64 * 1024);
	int fd = -1, result = -1;

	if (events_open(&fd, path, err) == -1 ||
	    events_blocks(&lines, fd, &block, path, err) == -1)
		goto done;
	if (lines.begun.len > 0 || lines.too_long)
		lines_end(&lines);
	if (events->no_memory) {
		error_memory(err);
		goto done;
	}
	result = 0;
done:
	if (fd != -1)
		close(fd);
	buffer_free(&lines.begun);
	buffer_free(&block);
	return result;
}

/* ---- asking ---- */

size_t
events_input_count(const struct events *events)
{
	return events->inputs.count;
}

const char *
events_input(const struct events *events, size_t i)
{
	return events->inputs.items[i];
}

size_t
events_output_count(const struct events *events)
{
	return events->outputs.count;
}

const char *
events_output(const struct events *events, size_t i)
{
	return events->outputs.items[i];
}

uint64_t
events_line_count(const struct events *events)
{
	return events->line_count;
}

uint64_t
events_refused_count(const struct events *events)
{
	return events->refused_count;
}

const char *
events_first_refusal(const struct events *events)
{
	return events->first_refusal;
}
