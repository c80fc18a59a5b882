/* JSON becomes values by the rows of its kind. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ledger/record.h"
#include "ledger/sealed.h"
#include "policy/context_internal.h"

static struct cel_value convert(struct context *context,
    const struct json *value, const struct member *row);

static const struct member *
row_of(const struct member *const tables[], const char *name)
{
	for (size_t t = 0; tables != NULL && tables[t] != NULL; t++) {
		for (const struct member *row = tables[t]; row->name != NULL;
		     row++) {
			if (strcmp(row->name, name) == 0)
				return row;
		}
	}
	return NULL;
}

static struct cel_value
convert_object(struct context *context, const struct json *object,
    const struct member *const tables[], const struct member *each)
{
	size_t count = json_count(object), i = 0;
	struct cel_value *key = context_take(context, count, sizeof *key);
	struct cel_value *value = context_take(context, count, sizeof *value);
	const struct json *child;

	if (key == NULL || value == NULL)
		return cel_error("out of memory");
	for (child = json_first(object); child != NULL;
	     child = json_next(child)) {
		const char *name = json_name(child);

		/* A rule never sees what may be erased: it is not there. */
		if (sealed_looks_so(child))
			continue;
		key[i] = context_text(context, name);
		value[i++] = convert(context, child,
		    each != NULL ? each : row_of(tables, name));
	}
	return cel_map(context->arena, key, value, i);
}

static struct cel_value
convert_list(struct context *context, const struct json *list,
    const struct member *row)
{
	size_t count = json_count(list), i = 0;
	struct cel_value *item = context_take(context, count, sizeof *item);
	const struct json *child;

	if (item == NULL)
		return cel_error("out of memory");
	for (child = json_first(list); child != NULL; child = json_next(child))
		if (!sealed_looks_so(child))
			item[i++] = convert(context, child, row);
	return cel_list(context->arena, item, i);
}

static struct cel_value
convert_text(struct context *context, const char *text, enum member_type type)
{
	int64_t time_ms;

	if (type == MEMBER_TIME &&
	    time_parse_exact(&time_ms, bytes_of_text(text)))
		return context_time(time_ms);
	if (type == MEMBER_NUMBER) {
		if (strcmp(text, "NaN") == 0)
			return cel_double((double)NAN);
		if (strcmp(text, "Infinity") == 0)
			return cel_double(HUGE_VAL);
		if (strcmp(text, "-Infinity") == 0)
			return cel_double(-HUGE_VAL);
	}
	if (type == MEMBER_COUNT || type == MEMBER_INTEGER) {
		/* Whole numbers beyond 2^53, checked by the kind's rows. */
		if (text[0] == '-')
			return cel_int(strtoll(text, NULL, 10));
		return cel_uint(strtoull(text, NULL, 10));
	}
	return context_text(context, text);
}

/* A row for the items of a list or map: the element as a type of its own. */
static struct member
element_row(const struct member *row)
{
	struct member element = { .name = NULL, .type = MEMBER_ANY };

	if (row != NULL &&
	    (row->type == MEMBER_LIST || row->type == MEMBER_MAP)) {
		element.type = row->element;
		element.members = row->members;
		if (element.type == MEMBER_LIST || element.type == MEMBER_MAP)
			element.element = MEMBER_ANY;
	}
	return element;
}

static struct cel_value
convert(struct context *context, const struct json *value,
    const struct member *row)
{
	struct member element = element_row(row);
	enum member_type type = row == NULL ? MEMBER_ANY : row->type;
	const struct member *const tables[] = {
		row == NULL ? NULL : row->members, NULL
	};

	switch (json_type(value)) {
	case JSON_BOOL:
		return cel_bool(json_bool(value));
	case JSON_NUMBER:
		return cel_double(json_number(value));
	case JSON_TEXT:
		return convert_text(context, json_text(value), type);
	case JSON_LIST:
		return convert_list(context, value, &element);
	case JSON_OBJECT:
		if (type == MEMBER_MAP)
			return convert_object(context, value, NULL, &element);
		return convert_object(context, value, tables, NULL);
	default:
		return cel_null();
	}
}

struct cel_value
context_member(struct context *context, const struct json *value,
    const struct member *const tables[], const char *name)
{
	return convert(context, value, row_of(tables, name));
}

struct cel_value
context_json(struct context *context, const struct json *value)
{
	return convert(context, value, NULL);
}

struct cel_value
context_members(struct context *context, const struct kind *kind,
    const struct json *members)
{
	const struct member *const tables[] = { kind_common,
		kind == NULL ? kind_optional : kind->members, kind_optional,
		NULL };

	return convert_object(context, members, tables, NULL);
}

struct cel_value
context_statement(struct context *context, const struct kind *kind,
    const struct json *statement)
{
	return context_members(context, kind,
	    json_member(statement, "predicate"));
}

void
context_inputs(struct context *context, const struct json *predicate)
{
	const struct json *input = json_first(json_member(predicate, "inputs"));
	size_t count = json_count(json_member(predicate, "inputs"));

	context->input = context_take(context, count, sizeof *context->input);
	if (context->input == NULL)
		return;
	for (; input != NULL; input = json_next(input)) {
		struct input *one = &context->input[context->input_count];
		const char *hex = json_member_text(input, "digest");
		const char *name = json_member_text(input, "name");

		if (hex == NULL ||
		    !digest_parse(&one->digest, bytes_of_text(hex)))
			continue;
		one->name = context_text(context, name == NULL ? "" : name);
		context->input_count++;
	}
}
