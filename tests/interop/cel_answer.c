/*
 * cel_answer.c: what each expression of a file comes to, one a line, in the
 * spelling of cel_go/answer.go.  Lines are as tests/bench/cel/README.md says;
 * one without bindings has those of the line before.
 *
 * usage: cel_answer FILE
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/support/cel_bindings.h"

#define MEMORY ((size_t)64 * 1024 * 1024)

static struct error err;

static void write_value(struct buffer *out, const struct cel_value *value);

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "cel_answer: %s: %s %s\n", what, err.where, err.what);
	exit(2);
}

static void
write_quoted(struct buffer *out, struct bytes text)
{
	buffer_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			buffer_byte(out, c);
		else
			buffer_printf(out, "\\x%02x", c);
	}
	buffer_byte(out, '"');
}

static void
write_double(struct buffer *out, double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof bits);
	if (isnan(number))
		buffer_text(out, "double:NaN");
	else
		buffer_printf(out, "double:%016llx", (unsigned long long)bits);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Entries by their text, so that their order does not matter. */
static void
write_map(struct buffer *out, const struct cel_map *map)
{
	char **entry;

	cel_map_fill(map);
	entry = calloc(map->count + 1, sizeof *entry);
	if (entry == NULL)
		die("memory");
	for (size_t i = 0; i < map->count; i++) {
		struct buffer one = buffer_new(MEMORY);

		write_value(&one, &map->key[i]);
		buffer_text(&one, ": ");
		write_value(&one, &map->value[i]);
		entry[i] = strdup(buffer_string(&one));
		buffer_free(&one);
	}
	qsort(entry, map->count, sizeof *entry, by_text);
	buffer_byte(out, '{');
	for (size_t i = 0; i < map->count; i++) {
		buffer_text(out, i == 0 ? "" : ", ");
		buffer_text(out, entry[i]);
		free(entry[i]);
	}
	buffer_byte(out, '}');
	free(entry);
}

static void
write_list(struct buffer *out, const struct cel_list *list)
{
	buffer_byte(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		buffer_text(out, i == 0 ? "" : ", ");
		write_value(out, &list->item[i]);
	}
	buffer_byte(out, ']');
}

static void
write_value(struct buffer *out, const struct cel_value *value)
{
	switch (value->type) {
	case CEL_ERROR:
		buffer_text(out, "error");
		break;
	case CEL_DOUBLE:
		write_double(out, value->number);
		break;
	case CEL_STRING:
		write_quoted(out, value->text);
		break;
	case CEL_BYTES:
		buffer_byte(out, 'b');
		write_quoted(out, value->text);
		break;
	case CEL_LIST:
		write_list(out, value->list);
		break;
	case CEL_MAP:
		write_map(out, value->map);
		break;
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		buffer_printf(out, "%s:%lld:%d",
		    value->type == CEL_DURATION ? "duration" : "timestamp",
		    (long long)value->time.seconds, (int)value->time.nanos);
		break;
	case CEL_TYPE:
		buffer_text(out, "type:");
		buffer_append(out, value->text);
		break;
	case CEL_OPTIONAL:
		buffer_text(out, value->inner == NULL ? "none" : "some(");
		if (value->inner == NULL)
			break;
		write_value(out, value->inner);
		buffer_byte(out, ')');
		break;
	default:
		cel_write(out, value); /* null, true, 5, 5u */
	}
}

static void
answer(const struct json *line, const struct cel_bindings *bindings)
{
	const struct cel_options options = { .names = bindings->name };
	struct buffer out = buffer_new(MEMORY);
	struct cel_program *program;
	struct cel_value value;
	struct arena *arena;

	if (arena_new(&arena, MEMORY, &err) == -1)
		die("memory");
	if (cel_parse(&program, bytes_of_text(json_member_text(line, "expr")),
		&options, &err) == 0) {
		value = cel_evaluate(program, bindings->value, arena, NULL);
		write_value(&out, &value);
		if (value.type == CEL_ERROR && getenv("CEL_WHY") != NULL)
			fprintf(stderr, "%s: %.*s\n",
			    json_member_text(line, "expr"), (int)value.text.len,
			    (const char *)value.text.data);
		cel_program_free(program);
	} else {
		buffer_text(&out, "refused");
	}
	puts(buffer_string(&out));
	buffer_free(&out);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct buffer text = buffer_new((size_t)1 << 26);
	struct cel_bindings bindings = { .name = { NULL } };
	struct json *json, *kept = NULL;
	struct arena *arena;
	char *line, *rest;

	if (argc != 2 || file_read(&text, argv[1], &err) == -1)
		die("name a file of expressions");
	if (arena_new(&arena, MEMORY, &err) == -1)
		die("memory");
	rest = (char *)text.data;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		if (json_parse(&json, bytes_of_text(line), &err) == -1)
			die("expressions");
		if (json_member(json, "bindings") != NULL) {
			cel_bindings_read(&bindings,
			    json_member(json, "bindings"), arena);
			answer(json, &bindings);
			json_free(kept);
			kept = json; /* The names are borrowed. */
			continue;
		}
		answer(json, &bindings);
		json_free(json);
	}
	json_free(kept);
	arena_free(arena);
	buffer_free(&text);
	return 0;
}
