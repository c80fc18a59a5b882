#include "tests/support/cel_bindings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"

/* i: the number of the item around it. */
static struct cel_value value_of(struct arena *arena, const struct json *json,
    int64_t i);

static _Noreturn void
wrong(const char *what)
{
	fprintf(stderr, "bindings: %s\n", what);
	exit(2);
}

static void *
take(struct arena *arena, size_t count, size_t size)
{
	void *taken = arena_take(arena, count, size);

	if (taken == NULL)
		wrong("too much memory");
	return taken;
}

/* A number of a list, or 0. */
static int64_t
number_at(const struct json *list, size_t at)
{
	const struct json *item = json_first(list);

	while (item != NULL && at-- > 0)
		item = json_next(item);
	return item == NULL ? 0 : json_integer(item);
}

static int64_t
stepped(const struct json *list, int64_t i)
{
	int64_t modulo = number_at(list, 1);

	if (modulo < 1)
		wrong("a modulo is to be 1 or more");
	return i * number_at(list, 0) % modulo + number_at(list, 2);
}

static struct cel_value
text_of(struct arena *arena, const struct json *list, int64_t i)
{
	const char *text = json_text(json_first(list)), *mark;
	struct buffer out = buffer_new(1000);
	int64_t modulo = number_at(list, 1);
	struct cel_value value;

	if (text == NULL || modulo < 1)
		wrong("$text is of a text and a modulo");
	mark = strstr(text, "{}");
	buffer_printf(&out, "%.*s%lld%s",
	    (int)(mark == NULL ? strlen(text) : (size_t)(mark - text)), text,
	    (long long)(i % modulo), mark == NULL ? "" : mark + 2);
	value = cel_string(arena_copy(arena, buffer_bytes(&out)));
	buffer_free(&out);
	return value;
}

/* By way of the language itself: timestamp("…"). */
static struct cel_value
spelt(struct arena *arena, const char *function, const struct json *json)
{
	struct buffer source = buffer_new(200);
	struct cel_program *program;
	struct cel_value value;
	struct error err;

	if (json_text(json) == NULL)
		wrong("a time is a text");
	buffer_printf(&source, "%s(\"%s\")", function, json_text(json));
	if (cel_parse(&program, buffer_bytes(&source), NULL, &err) == -1)
		wrong(err.what);
	value = cel_evaluate(program, NULL, arena, NULL);
	cel_program_free(program);
	buffer_free(&source);
	if (value.type == CEL_ERROR)
		wrong("no time");
	return value;
}

static struct cel_value
timestamp_of(struct arena *arena, const struct json *json, int64_t i)
{
	struct cel_value value;

	if (json_type(json) == JSON_TEXT)
		return spelt(arena, "timestamp", json);
	value = spelt(arena, "timestamp", json_first(json));
	value.time.seconds += i * number_at(json, 1);
	return value;
}

static struct cel_value
bytes_of_base64(struct arena *arena, const char *text)
{
	uint8_t *out;
	size_t len = 0;

	if (text == NULL)
		wrong("bytes are a text");
	out = take(arena, 1, strlen(text) + 1);
	if (!base64_decode(out, &len, bytes_of_text(text)))
		wrong("no base64");
	return cel_bytes(bytes_of(out, len));
}

static struct cel_value
items_of(struct arena *arena, const struct json *list)
{
	size_t count = (size_t)number_at(list, 0);
	struct cel_value *item = take(arena, count, sizeof *item);

	for (size_t i = 0; i < count; i++)
		item[i] = value_of(arena, json_next(json_first(list)),
		    (int64_t)i);
	return cel_list(arena, item, count);
}

static struct cel_value
entries_of(struct arena *arena, const struct json *list)
{
	const struct json *name = json_next(json_first(list));
	size_t count = (size_t)number_at(list, 0);
	struct cel_value *key = take(arena, count, sizeof *key);
	struct cel_value *item = take(arena, count, sizeof *item);

	for (size_t i = 0; i < count; i++) {
		char text[100];

		snprintf(text, sizeof text, "%s%zu", json_text(name), i);
		key[i] = cel_string(arena_copy(arena, bytes_of_text(text)));
		item[i] = value_of(arena, json_next(name), (int64_t)i);
	}
	return cel_map(arena, key, item, count);
}

static struct cel_value
special(struct arena *arena, const struct json *json, int64_t i)
{
	const char *type = json_name(json);
	bool list = json_type(json) == JSON_LIST;

	if (strcmp(type, "$int") == 0)
		return cel_int(list ? stepped(json, i) : json_integer(json));
	if (strcmp(type, "$uint") == 0)
		return cel_uint((uint64_t)json_integer(json));
	if (strcmp(type, "$double") == 0)
		return cel_double((double)stepped(json, i) /
		    (double)number_at(json, 3));
	if (strcmp(type, "$text") == 0)
		return text_of(arena, json, i);
	if (strcmp(type, "$bool") == 0)
		return cel_bool(i % json_integer(json) == 0);
	if (strcmp(type, "$timestamp") == 0)
		return timestamp_of(arena, json, i);
	if (strcmp(type, "$duration") == 0)
		return spelt(arena, "duration", json);
	if (strcmp(type, "$bytes") == 0)
		return bytes_of_base64(arena, json_text(json));
	if (strcmp(type, "$items") == 0)
		return items_of(arena, json);
	if (strcmp(type, "$entries") == 0)
		return entries_of(arena, json);
	wrong(type);
}

static struct cel_value
list_of(struct arena *arena, const struct json *json, int64_t i)
{
	struct cel_value *item = take(arena, json_count(json), sizeof *item);
	size_t count = 0;

	for (const struct json *m = json_first(json); m != NULL;
	     m = json_next(m))
		item[count++] = value_of(arena, m, i);
	return cel_list(arena, item, count);
}

static struct cel_value
map_of(struct arena *arena, const struct json *json, int64_t i)
{
	struct cel_value *key = take(arena, json_count(json), sizeof *key);
	struct cel_value *item = take(arena, json_count(json), sizeof *item);
	size_t count = 0;

	for (const struct json *m = json_first(json); m != NULL;
	     m = json_next(m)) {
		key[count] = cel_string(
		    arena_copy(arena, bytes_of_text(json_name(m))));
		item[count++] = value_of(arena, m, i);
	}
	return cel_map(arena, key, item, count);
}

static struct cel_value
value_of(struct arena *arena, const struct json *json, int64_t i)
{
	const struct json *first = json_first(json);

	switch (json_type(json)) {
	case JSON_NULL:
		return cel_null();
	case JSON_BOOL:
		return cel_bool(json_bool(json));
	case JSON_NUMBER:
		return cel_double(json_number(json));
	case JSON_TEXT:
		return cel_string(
		    arena_copy(arena, bytes_of_text(json_text(json))));
	case JSON_LIST:
		return list_of(arena, json, i);
	default:
		return first != NULL && json_name(first)[0] == '$'
		    ? special(arena, first, i)
		    : map_of(arena, json, i);
	}
}

void
cel_bindings_read(struct cel_bindings *out, const struct json *json,
    struct arena *arena)
{
	size_t count = 0;

	for (const struct json *m = json_first(json); m != NULL;
	     m = json_next(m)) {
		if (count == CEL_BINDINGS_MAX)
			wrong("too many variables");
		out->name[count] = json_name(m);
		out->value[count++] = value_of(arena, m, 0);
	}
	out->name[count] = NULL;
}
