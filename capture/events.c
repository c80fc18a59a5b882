/* events.c: what a run says about itself is taken in. */
#include "capture/events.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "capture/events_internal.h"
#include "capture/name_internal.h"

/* A line while it is taken in.  What is wrong with one of its members does
 * not keep the others out; the line counts as refused once. */
struct intake {
	struct events *events;
	const struct json *line;
	bool refused;
	struct error why; /* The first reason. */
};

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

/* ---- refusing ---- */

static void
item_refuse(struct intake *intake, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
item_refuse(struct intake *intake, const char *format, ...)
{
	char what[ERROR_WHAT_MAX];
	va_list arguments;

	if (intake->refused)
		return;
	va_start(arguments, format);
	(void)vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	error_set(&intake->why, ERROR_UNDECIDED, NULL, "%s", what);
	intake->refused = true;
}

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

/* Names that a record takes: see MEMBER_MAP's free names. */
static bool
is_free_name(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;
	size_t len = strlen(name);

	if (len == 0 || len > LIMIT_NAME || strcmp(name, "$sealed") == 0)
		return false;
	for (; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f ||
		    (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f))
			return false;
	return true;
}

static bool
name_check(struct intake *intake, const char *name)
{
	if (is_free_name(name))
		return true;
	item_refuse(intake, "a name has 1 to %d bytes and no control "
	    "characters", LIMIT_NAME);
	return false;
}

/* ---- scalars ---- */

static bool
scalar_equal(const struct scalar *a, const struct scalar *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == JSON_NUMBER)
		return a->number <= b->number && a->number >= b->number;
	if (a->type == JSON_BOOL)
		return a->truth == b->truth;
	return strcmp(a->text, b->text) == 0;
}

/* A value as JSON text, for what is no scalar. */
static char *
json_as_text(const struct json *value)
{
	struct buffer written = buffer_new(LIMIT_EVENT_LINE * 4);
	struct error err;
	char *made = NULL;

	json_write(&written, value);
	if (buffer_check(&written, "value", &err) == 0)
		made = memory_text_of(buffer_bytes(&written));
	buffer_free(&written);
	return made;
}

static int
scalar_of(struct scalar *out, const struct json *value)
{
	*out = (struct scalar){ .type = json_type(value) };
	if (out->type == JSON_NUMBER) {
		out->number = json_number(value);
	} else if (out->type == JSON_BOOL) {
		out->truth = json_bool(value);
	} else {
		out->text = out->type == JSON_TEXT ?
		    memory_text(json_text(value)) : json_as_text(value);
		out->type = JSON_TEXT;
		if (out->text == NULL)
			return -1;
	}
	return 0;
}

/* How long a text is between quotes in a record. */
static size_t
said_len(const char *text)
{
	size_t len = 2;

	for (const char *p = text; *p != '\0'; p++)
		len += (unsigned char)*p < 0x20 ? 6 :
		    *p == '"' || *p == '\\' ? 2 : 1;
	return len;
}

static size_t
named_len(const struct named *named)
{
	return said_len(named->name) + 2 + (named->value.type == JSON_TEXT ?
	    said_len(named->value.text) : 24);
}

static struct named *
named_find(const struct named_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

/* Add a name with its value, which is taken over when this succeeds. */
static int
named_add(struct events *events, struct named_list *list, const char *name,
    const struct scalar *value)
{
	struct named *grown = memory_grow(list->items, &list->capacity,
	    list->count + 1, sizeof(*grown));
	struct named *one;

	if (grown == NULL)
		return -1;
	list->items = grown;
	one = &grown[list->count];
	one->name = memory_text(name);
	if (one->name == NULL)
		return -1;
	one->value = *value;
	list->count++;
	events->said_len += named_len(one);
	return 0;
}

static bool
has_room(const struct events *events, const char *name,
    const struct scalar *value)
{
	size_t len = said_len(name) + 2 + (value->type == JSON_TEXT ?
	    said_len(value->text) : 24);

	return len <= EVENTS_SAID_LEN - events->said_len;
}

/* What was said first about a name stands. */
static void
named_take(struct intake *intake, struct named_list *list, const char *what,
    const struct json *value)
{
	struct events *events = intake->events;
	const char *name = json_name(value);
	const struct named *before = named_find(list, name);
	struct scalar scalar;

	if (!name_check(intake, name))
		return;
	if (scalar_of(&scalar, value) == -1) {
		events->no_memory = true;
		return;
	}
	if (before != NULL) {
		if (!scalar_equal(&before->value, &scalar))
			item_refuse(intake, "the %s \"%s\" was given another "
			    "value before, which stands", what, name);
	} else if (!has_room(events, name, &scalar)) {
		item_refuse(intake, "a record has no room for the %s \"%s\"",
		    what, name);
	} else if (named_add(events, list, name, &scalar) == -1) {
		events->no_memory = true;
	} else {
		return;
	}
	memory_free(scalar.text);
}

/* ---- members of a line ---- */

static void
take_parameters(struct intake *intake, const struct json *value)
{
	const struct json *one;

	for (one = json_first(value); one != NULL; one = json_next(one))
		named_take(intake, &intake->events->parameters, "parameter",
		    one);
}

static void
take_seeds(struct intake *intake, const struct json *value)
{
	const struct json *one;

	for (one = json_first(value); one != NULL; one = json_next(one))
		named_take(intake, &intake->events->seeds, "seed", one);
}

/* A tag is a text; the last one stands. */
static void
tag_take(struct intake *intake, const struct json *value)
{
	struct events *events = intake->events;
	struct named *before = named_find(&events->tags, json_name(value));
	struct scalar scalar = { .type = JSON_TEXT };

	if (!name_check(intake, json_name(value)))
		return;
	scalar.text = json_type(value) == JSON_TEXT ?
	    memory_text(json_text(value)) : json_as_text(value);
	if (scalar.text == NULL) {
		events->no_memory = true;
		return;
	}
	if (*scalar.text == '\0') {
		item_refuse(intake, "the tag \"%s\" is empty",
		    json_name(value));
	} else if (!has_room(events, json_name(value), &scalar)) {
		item_refuse(intake, "a record has no room for the tag \"%s\"",
		    json_name(value));
	} else if (before != NULL) {
		char *old = before->value.text;

		events->said_len -= named_len(before);
		before->value.text = scalar.text;
		events->said_len += named_len(before);
		scalar.text = old;
	} else if (named_add(events, &events->tags, json_name(value),
	    &scalar) == -1) {
		events->no_memory = true;
	} else {
		return;
	}
	memory_free(scalar.text);
}

static void
take_tags(struct intake *intake, const struct json *value)
{
	const struct json *one;

	for (one = json_first(value); one != NULL; one = json_next(one))
		tag_take(intake, one);
}

/* Notes are one text, a line or more each. */
static void
take_note(struct intake *intake, const struct json *value)
{
	struct events *events = intake->events;
	const char *text = json_text(value);
	size_t len = said_len(text);
	struct error err;

	if (*text == '\0') {
		item_refuse(intake, "the note is empty");
		return;
	}
	if (len > EVENTS_SAID_LEN - events->said_len) {
		item_refuse(intake, "a record has no room for the note");
		return;
	}
	events->said_len += len;
	if (events->note.len > 0)
		buffer_byte(&events->note, '\n');
	buffer_text(&events->note, text);
	if (buffer_check(&events->note, "note", &err) == -1)
		events->no_memory = true;
}

static void
path_take(struct intake *intake, struct path_list *list,
    const struct json *value)
{
	const char *path = json_text(value);
	char **grown;

	if (*path == '\0') {
		item_refuse(intake, "the path is empty");
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], path) == 0)
			return;
	if (list->count == EVENTS_PATHS_MAX) {
		item_refuse(intake, "more than %d paths", EVENTS_PATHS_MAX);
		return;
	}
	grown = memory_grow(list->items, &list->capacity, list->count + 1,
	    sizeof(*grown));
	if (grown != NULL) {
		list->items = grown;
		grown[list->count] = memory_text(path);
	}
	if (grown == NULL || grown[list->count] == NULL)
		intake->events->no_memory = true;
	else
		list->count++;
}

static void
take_input(struct intake *intake, const struct json *value)
{
	path_take(intake, &intake->events->inputs, value);
}

static void
take_output(struct intake *intake, const struct json *value)
{
	path_take(intake, &intake->events->outputs, value);
}

/* ---- metrics ---- */

static bool
metric_value(double *out, const struct json *value)
{
	const char *word = json_text(value);

	if (json_type(value) == JSON_NUMBER)
		*out = json_number(value);
	else if (word != NULL && strcmp(word, "NaN") == 0)
		*out = NAN;
	else if (word != NULL && strcmp(word, "Infinity") == 0)
		*out = INFINITY;
	else if (word != NULL && strcmp(word, "-Infinity") == 0)
		*out = -INFINITY;
	else
		return false;
	return true;
}

static struct series *
metric_find(struct events *events, const char *name)
{
	for (size_t i = 0; i < events->metric_count; i++)
		if (strcmp(events->metrics[i].name, name) == 0)
			return &events->metrics[i];
	return NULL;
}

/* A metric by its name, new or not; NULL without memory. */
static struct series *
metric_named(struct events *events, const char *name)
{
	struct series *found = metric_find(events, name), *grown;

	if (found != NULL)
		return found;
	grown = memory_grow(events->metrics, &events->metric_capacity,
	    events->metric_count + 1, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	events->metrics = grown;
	grown += events->metric_count;
	*grown = (struct series){ .name = memory_text(name) };
	if (grown->name == NULL)
		return NULL;
	events->metric_count++;
	return grown;
}

/* Whether a record has room for one more point; what it costs is noted. */
static bool
metric_has_room(struct events *events, const char *name)
{
	const struct series *found = metric_find(events, name);
	size_t len = said_len(name);

	if (found != NULL && found->count == SERIES_POINTS_MAX)
		return false;
	if (events->point_count == EVENTS_POINTS_MAX)
		return false;
	if (found == NULL)
		len += EVENTS_METRIC_LEN;
	else if (found->count == 1)
		len += EVENTS_SERIES_LEN;
	else
		return true;
	if (len > EVENTS_METRICS_LEN - events->metrics_len)
		return false;
	events->metrics_len += len;
	return true;
}

static void
metric_take(struct intake *intake, const struct json *value)
{
	struct events *events = intake->events;
	const char *name = json_name(value);
	const struct json *step = json_member(intake->line, "step");
	struct series_point point, *grown;
	struct series *series;

	if (!name_check(intake, name))
		return;
	if (!metric_value(&point.value, value)) {
		item_refuse(intake, "the metric \"%s\" is not a number", name);
		return;
	}
	if (!metric_has_room(events, name)) {
		item_refuse(intake, "there is no room for more of the metric "
		    "\"%s\"", name);
		return;
	}
	series = metric_named(events, name);
	grown = series == NULL ? NULL : memory_grow(series->points,
	    &series->capacity, series->count + 1, sizeof(*grown));
	if (grown == NULL) {
		events->no_memory = true;
		return;
	}
	series->points = grown;
	point.step = step != NULL ? json_number(step) : (double)series->count;
	series->points[series->count++] = point;
	events->point_count++;
}

static void
take_metrics(struct intake *intake, const struct json *value)
{
	const struct json *one;

	for (one = json_first(value); one != NULL; one = json_next(one))
		metric_take(intake, one);
}

/* ---- lines ---- */

/* What a line may have. */
static const struct event {
	const char *name;
	enum json_type type;
	void (*take)(struct intake *intake, const struct json *value);
} event_rows[] = {
	{ "param", JSON_OBJECT, take_parameters },
	{ "metric", JSON_OBJECT, take_metrics },
	{ "tag", JSON_OBJECT, take_tags },
	{ "seed", JSON_OBJECT, take_seeds },
	{ "note", JSON_TEXT, take_note },
	{ "input", JSON_TEXT, take_input },
	{ "output", JSON_TEXT, take_output },
	{ "step", JSON_NUMBER, NULL },
	{ "time", JSON_TEXT, NULL },
};

static const struct event *
event_named(const char *name)
{
	for (size_t i = 0; i < sizeof(event_rows) / sizeof(event_rows[0]); i++)
		if (strcmp(event_rows[i].name, name) == 0)
			return &event_rows[i];
	return NULL;
}

/* Whether the line is one of ours at all. */
static int
line_check(const struct json *line, struct error *err)
{
	const struct json *one;
	size_t said = 0;

	if (json_type(line) != JSON_OBJECT)
		return error_set(err, ERROR_UNDECIDED, NULL, "not an object");
	for (one = json_first(line); one != NULL; one = json_next(one)) {
		const struct event *event = event_named(json_name(one));

		if (event == NULL)
			return error_set(err, ERROR_UNDECIDED, NULL,
			    "\"%.100s\" is not known here", json_name(one));
		if (json_type(one) != event->type)
			return error_set(err, ERROR_UNDECIDED, NULL,
			    "\"%s\" is %s, not %s", event->name,
			    json_type_name(json_type(one)),
			    json_type_name(event->type));
		said += event->take != NULL;
	}
	if (said == 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "it says nothing");
	return 0;
}

static int
line_take(struct events *events, struct bytes text, struct error *err)
{
	struct intake intake = { .events = events };
	struct json *line = NULL;
	const struct json *one;
	int result = -1;

	buffer_clear(&events->plain);
	events_plain(&events->plain, text);
	if (buffer_check(&events->plain, "line", err) == -1 ||
	    json_parse(&line, buffer_bytes(&events->plain), err) == -1 ||
	    line_check(line, err) == -1)
		goto done;
	intake.line = line;
	for (one = json_first(line); one != NULL; one = json_next(one)) {
		const struct event *event = event_named(json_name(one));

		if (event->take != NULL)
			event->take(&intake, one);
	}
	if (intake.refused) {
		*err = intake.why;
		goto done;
	}
	result = 0;
done:
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
		error_set(&err, ERROR_UNDECIDED, NULL,
		    "longer than %d bytes", LIMIT_EVENT_LINE);
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
		error_set(&err, ERROR_UNDECIDED, NULL,
		    "longer than %d bytes", LIMIT_EVENT_LINE);
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
		size_t len = end == NULL ? block.len :
		    (size_t)(end - block.data);

		if (len > LIMIT_EVENT_LINE - lines->begun.len)
			lines->too_long = true;
		if (lines->too_long)
			buffer_clear(&lines->begun);
		else
			buffer_append(&lines->begun,
			    bytes_of(block.data, len));
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
			    "was not read", LIMIT_EVENTS);
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
		.events = events, .begun = buffer_new(LIMIT_EVENT_LINE),
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

/* ---- the command line ---- */

/* Number, true or false, or text, as it looks. */
static int
scalar_typed(struct scalar *out, const char *value, struct error *err)
{
	struct json *read = NULL;
	int result = -1;

	if (json_parse(&read, bytes_of_text(value), err) == -1 &&
	    err->class == ERROR_SYSTEM)
		goto done;
	if (read != NULL && (json_type(read) == JSON_NUMBER ||
	    json_type(read) == JSON_BOOL)) {
		result = scalar_of(out, read);
	} else {
		*out = (struct scalar){
			.type = JSON_TEXT, .text = memory_text(value),
		};
		result = out->text == NULL ? -1 : 0;
	}
	if (result == -1)
		error_memory(err);
done:
	json_free(read);
	return result;
}

static int
parameter_check(const char *name, const char *value, struct error *err)
{
	bool fine, fine_too;

	if (!is_free_name(name))
		return error_set(err, ERROR_UNDECIDED, NULL, "a parameter's "
		    "name has 1 to %d bytes and no control characters",
		    LIMIT_NAME);
	if (name_is_json(&fine, bytes_of_text(name), err) == -1 ||
	    name_is_json(&fine_too, bytes_of_text(value), err) == -1)
		return -1;
	if (!fine || !fine_too)
		return error_set(err, ERROR_UNDECIDED, "write it in UTF-8",
		    "the parameter \"%s\" is not a text", name);
	return 0;
}

int
events_parameter(struct events *events, const char *name, const char *value,
    struct error *err)
{
	const struct named *before = named_find(&events->parameters, name);
	struct scalar scalar = { 0 };
	int result = -1;

	if (parameter_check(name, value, err) == -1)
		return -1;
	if (scalar_typed(&scalar, value, err) == -1)
		return -1;
	if (before != NULL && scalar_equal(&before->value, &scalar)) {
		result = 0;
	} else if (before != NULL) {
		error_set(err, ERROR_UNDECIDED, "give it once",
		    "the parameter \"%s\" has another value already", name);
	} else if (!has_room(events, name, &scalar)) {
		error_set(err, ERROR_UNDECIDED,
		    "record a file of parameters as an input",
		    "a record has no room for the parameter \"%s\"", name);
	} else if (named_add(events, &events->parameters, name,
	    &scalar) == -1) {
		error_memory(err);
	} else {
		return 0;
	}
	memory_free(scalar.text);
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
