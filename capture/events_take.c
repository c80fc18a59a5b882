/* events_take.c: what one line says, and what there is room for. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

/* ---- refusing ---- */

static void item_refuse(struct intake *intake, const char *format, ...)
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
	item_refuse(intake,
	    "a name has 1 to %d bytes and no control "
	    "characters",
	    LIMIT_NAME);
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
		out->text = out->type == JSON_TEXT
		    ? memory_text(json_text(value))
		    : json_as_text(value);
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
		len += (unsigned char)*p < 0x20 ? 6
		    : *p == '"' || *p == '\\'   ? 2
						: 1;
	return len;
}

static size_t
named_len(const struct named *named)
{
	return said_len(named->name) + 2 +
	    (named->value.type == JSON_TEXT ? said_len(named->value.text) : 24);
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
	size_t len = said_len(name) + 2 +
	    (value->type == JSON_TEXT ? said_len(value->text) : 24);

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
			item_refuse(intake,
			    "the %s \"%s\" was given another "
			    "value before, which stands",
			    what, name);
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
	scalar.text = json_type(value) == JSON_TEXT
	    ? memory_text(json_text(value))
	    : json_as_text(value);
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
		item_refuse(intake,
		    "there is no room for more of the metric "
		    "\"%s\"",
		    name);
		return;
	}
	series = metric_named(events, name);
	grown = series == NULL ? NULL
			       : memory_grow(series->points, &series->capacity,
				     series->count + 1, sizeof(*grown));
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
		return error_set(err, ERROR_UNDECIDED, NULL, "it says nothing");
	return 0;
}

int
events_take(struct events *events, const struct json *line, struct error *err)
{
	struct intake intake = { .events = events, .line = line };
	const struct json *one;

	if (line_check(line, err) == -1)
		return -1;
	for (one = json_first(line); one != NULL; one = json_next(one)) {
		const struct event *event = event_named(json_name(one));

		if (event != NULL && event->take != NULL)
			event->take(&intake, one);
	}
	if (!intake.refused)
		return 0;
	*err = intake.why;
	return -1;
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
	if (read != NULL &&
	    (json_type(read) == JSON_NUMBER || json_type(read) == JSON_BOOL)) {
		result = scalar_of(out, read);
	} else {
		*out = (struct scalar){
			.type = JSON_TEXT,
			.text = memory_text(value),
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
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "a parameter's "
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
	} else if (named_add(events, &events->parameters, name, &scalar) ==
	    -1) {
		error_memory(err);
	} else {
		return 0;
	}
	memory_free(scalar.text);
	return result;
}
