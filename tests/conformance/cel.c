/*
 * cel.c: the cases of the CEL conformance suite, one a line of JSON (its form
 * is in README.md beside the cases).  Prints TAP.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/json.h"
#include "policy/cel.h"

static struct error err;

static struct cel_value value_of(struct arena *arena, const struct json *json);

/* Our JSON has no U+0000, the suite has: it is read as U+E000. */
static void
hide_nul(char *line)
{
	for (char *at = line; *at != '\0'; at++) {
		if (*at != '\\')
			continue;
		if (strncmp(at, "\\u0000", 6) == 0)
			at[2] = 'E';
		at++;
	}
}

/* And turned back. */
static struct bytes
plain_text(struct arena *arena, const char *text)
{
	struct bytes copy = arena_copy(arena, bytes_of_text(text));
	uint8_t *data = (uint8_t *)(uintptr_t)copy.data;
	size_t len = 0;

	for (size_t i = 0; i < copy.len; i++) {
		if (bytes_begin(bytes_after(copy, i), "\xee\x80\x80")) {
			data[len++] = '\0';
			i += 2;
		} else {
			data[len++] = data[i];
		}
	}
	data[len] = '\0';
	return bytes_of(data, len);
}

static struct bytes
text_of(struct arena *arena, const struct json *json)
{
	const char *text = json_text(json);

	return plain_text(arena, text == NULL ? "" : text);
}

/* By way of the language itself: timestamp("…"). */
static struct cel_value
spelt(struct arena *arena, const char *function, const struct json *json)
{
	struct buffer source = buffer_new(200);
	struct cel_program *program;
	struct cel_value value;

	buffer_printf(&source, "%s(\"%s\")", function, json_text(json));
	if (cel_parse(&program, buffer_bytes(&source), NULL, &err) == -1)
		abort();
	value = cel_evaluate(program, NULL, arena, NULL);
	cel_program_free(program);
	buffer_free(&source);
	return value;
}

static double
number_of(const struct json *json)
{
	const char *text = json_text(json);

	if (text == NULL)
		return json_number(json);
	return text[0] == 'N' ? NAN : text[0] == '-' ? -INFINITY : INFINITY;
}

static struct cel_value
list_of(struct arena *arena, const struct json *json)
{
	struct cel_value *item =
	    arena_take(arena, json_count(json), sizeof *item);
	size_t count = 0;

	for (const struct json *m = json_first(json); m != NULL;
	     m = json_next(m))
		item[count++] = value_of(arena, m);
	return cel_list(arena, item, count);
}

static struct cel_value
map_of(struct arena *arena, const struct json *json)
{
	struct cel_value *key = arena_take(arena, json_count(json), sizeof *key);
	struct cel_value *item =
	    arena_take(arena, json_count(json), sizeof *item);
	size_t count = 0;

	for (const struct json *m = json_first(json); m != NULL;
	     m = json_next(m), count++) {
		key[count] = value_of(arena, json_first(m));
		item[count] = value_of(arena, json_next(json_first(m)));
	}
	return cel_map(arena, key, item, count);
}

static struct cel_value
value_of(struct arena *arena, const struct json *json)
{
	const struct json *only = json_first(json);
	const char *type = json_name(only);
	const char *text = json_text(only);

	if (strcmp(type, "null") == 0)
		return cel_null();
	if (strcmp(type, "bool") == 0)
		return cel_bool(json_bool(only));
	if (strcmp(type, "int") == 0)
		return cel_int(text == NULL ? 0 : strtoll(text, NULL, 10));
	if (strcmp(type, "uint") == 0)
		return cel_uint(text == NULL ? 0 : strtoull(text, NULL, 10));
	if (strcmp(type, "double") == 0)
		return cel_double(number_of(only));
	if (strcmp(type, "string") == 0)
		return cel_string(text_of(arena, only));
	if (strcmp(type, "bytes") == 0) {
		uint8_t *out = arena_take(arena, 1, strlen(text) + 1);
		size_t len = 0;

		if (!base64_decode(out, &len, bytes_of_text(text)))
			abort();
		return cel_bytes(bytes_of(out, len));
	}
	if (strcmp(type, "list") == 0)
		return list_of(arena, only);
	if (strcmp(type, "map") == 0)
		return map_of(arena, only);
	if (strcmp(type, "type") == 0)
		return cel_type((const char *)text_of(arena, only).data);
	return spelt(arena, type, only);
}

/* As equal as a test can ask: also of one type, and NaN is NaN. */
static bool
same(const struct cel_value *a, const struct cel_value *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == CEL_DOUBLE && isnan(a->number) && isnan(b->number))
		return true;
	return cel_equal(a, b);
}

static bool
run_case(const struct json *test, struct buffer *why)
{
	const struct json *expect = json_member(test, "expect");
	const struct json *bindings = json_member(test, "bindings");
	const char *names[16] = { NULL };
	struct cel_value variables[16], value, wanted;
	struct cel_options options = { .names = names,
		.container = json_member_text(test, "container") };
	struct cel_program *program = NULL;
	struct arena *arena;
	size_t count = 0;
	bool good;

	if (arena_new(&arena, (size_t)1 << 26, &err) == -1)
		abort();
	for (const struct json *b = json_first(bindings);
	     b != NULL && count < 15; b = json_next(b)) {
		names[count] = json_name(b);
		variables[count++] = value_of(arena, b);
	}
	options.without_macros = json_bool(json_member(test, "disableMacros"));
	if (cel_parse(&program,
		plain_text(arena, json_member_text(test, "expr")), &options,
		&err) == -1) {
		value = cel_errorf(arena, "%s: %s", err.where, err.what);
	} else {
		value = cel_evaluate(program, variables, arena, NULL);
	}
	if (json_member(expect, "error") != NULL) {
		good = value.type == CEL_ERROR;
	} else {
		wanted = value_of(arena, json_member(expect, "value"));
		good = same(&value, &wanted);
	}
	cel_write(why, &value);
	cel_program_free(program);
	arena_free(arena);
	return good;
}

int
main(int count, char *argument[])
{
	struct buffer text = buffer_new((size_t)1 << 24), why;
	unsigned tests = 0, failed = 0;
	char *line, *rest;

	if (count != 2 || file_read(&text, argument[1], &err) == -1) {
		fprintf(stderr, "cel: name a file of cases\n");
		return 2;
	}
	rest = (char *)text.data;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		struct json *test;
		bool good;

		hide_nul(line);
		if (json_parse(&test, bytes_of_text(line), &err) == -1) {
			fprintf(stderr, "cel: %s\n", err.what);
			return 2;
		}
		why = buffer_new(4000);
		good = run_case(test, &why);
		tests++;
		failed += !good;
		printf("%sok %u - %s/%s/%s\n", good ? "" : "not ", tests,
		    json_member_text(test, "file"),
		    json_member_text(test, "section"),
		    json_member_text(test, "name"));
		if (!good)
			printf("# %s\n# gave %s\n",
			    json_member_text(test, "expr"),
			    buffer_string(&why));
		buffer_free(&why);
		json_free(test);
	}
	printf("1..%u\n", tests);
	buffer_free(&text);
	return failed == 0 ? 0 : 1;
}
