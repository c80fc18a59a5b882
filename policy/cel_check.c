#include "policy/cel_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "policy/cel_functions_internal.h"

struct check {
	const struct cel_program *program;
	const struct shape *const *variable;
	const struct shape *local[CEL_LOCALS_MAX + 2];
	void (*found)(void *cookie, const struct cel_finding *finding);
	void *cookie;
};

static const struct shape any = { .type = SHAPE_ANY };
static const struct shape null = { .type = SHAPE_NULL };
static const struct shape boolean = { .type = SHAPE_BOOL };
static const struct shape integer = { .type = SHAPE_INT };
static const struct shape number = { .type = SHAPE_DOUBLE };
static const struct shape string = { .type = SHAPE_STRING };
static const struct shape octets = { .type = SHAPE_BYTES };
static const struct shape timestamp = { .type = SHAPE_TIMESTAMP };
static const struct shape duration = { .type = SHAPE_DURATION };
static const struct shape list = { .type = SHAPE_LIST, .item = &any };
static const struct shape integers = { .type = SHAPE_LIST, .item = &integer };
static const struct shape strings = { .type = SHAPE_LIST, .item = &string };
static const struct shape map = { .type = SHAPE_MAP, .item = &any };
static const struct shape type = { .type = SHAPE_TYPE };
static const struct shape optional = { .type = SHAPE_OPTIONAL };

static const char *
shape_name(const struct shape *shape)
{
	static const char *const names[] = { "anything", "null", "a bool",
		"an int", "a double", "a string", "bytes", "a timestamp",
		"a duration", "a list", "a map", "a record", "a type",
		"an optional" };

	return names[shape->type];
}

static void tell(struct check *check, const struct cel_node *node, bool error,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static void
tell(struct check *check, const struct cel_node *node, bool error,
    const char *format, ...)
{
	char what[500];
	va_list arguments;
	struct cel_finding finding = { node->position, error, what };

	va_start(arguments, format);
	(void)vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	check->found(check->cookie, &finding);
}

/* The text of a node, on one line and short. */
struct source_text {
	char text[100];
};

static struct source_text
source_of(const struct check *check, const struct cel_node *node)
{
	struct source_text out = { "" };
	size_t len = 0;

	for (size_t i = node->start; i < node->end && len < 90; i++) {
		char c = (char)check->program->source.data[i];

		if (c == '\n' || c == '\t')
			c = ' ';
		if (c != ' ' || (len > 0 && out.text[len - 1] != ' '))
			out.text[len++] = c;
	}
	return out;
}

static const struct shape *walk(struct check *check,
    const struct cel_node *node);

/* --- Members --- */

static const struct shape *
field_of(const struct shape *shape, struct bytes name)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		if (bytes_equal(name, bytes_of_text(shape->field[i].name)))
			return shape->field[i].shape;
	}
	return NULL;
}

#define NAMES_MAX 128

static const char *
nearest_field(const struct shape *shape, struct bytes name)
{
	const char *names[NAMES_MAX + 1];
	char text[100];
	size_t count = 0;

	for (; count < shape->field_count && count < NAMES_MAX; count++)
		names[count] = shape->field[count].name;
	names[count] = NULL;
	(void)snprintf(text, sizeof text, "%.*s",
	    (int)(name.len < 90 ? name.len : 90), (const char *)name.data);
	return text_nearest(text, names);
}

static const struct shape *
select_from(struct check *check, const struct cel_node *node,
    const struct shape *shape, struct bytes name)
{
	const struct shape *found;
	const char *nearest;

	if (shape->type == SHAPE_ANY || shape->type == SHAPE_OPTIONAL)
		return &any;
	if (shape->type == SHAPE_MAP)
		return shape->item;
	if (shape->type != SHAPE_OBJECT) {
		tell(check, node, true, "`%s': %s has no members",
		    source_of(check, node).text, shape_name(shape));
		return &any;
	}
	found = field_of(shape, name);
	if (found != NULL)
		return found;
	nearest = nearest_field(shape, name);
	tell(check, node, true, "`%s': no such member%s%s%s",
	    source_of(check, node).text,
	    nearest == NULL ? "" : "; did you mean `",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
	return &any;
}

static const struct shape *
walk_select(struct check *check, const struct cel_node *node)
{
	const struct shape *found =
	    select_from(check, node, walk(check, node->arg[0]), node->name);

	if (node->op == OP_HAS)
		return &boolean;
	return node->optional ? &optional : found;
}

static const struct shape *
walk_index(struct check *check, const struct cel_node *node)
{
	const struct shape *operand = walk(check, node->arg[0]);
	const struct shape *found = &any;
	const struct cel_node *key = node->arg[1];

	walk(check, key);
	if (operand->type == SHAPE_LIST || operand->type == SHAPE_MAP)
		found = operand->item;
	else if (operand->type == SHAPE_OBJECT && key->op == OP_CONSTANT &&
	    key->constant.type == CEL_STRING)
		found = select_from(check, node, operand, key->constant.text);
	return node->optional ? &optional : found;
}

/* --- Operators --- */

static bool
is_number(const struct shape *shape)
{
	return shape->type == SHAPE_INT || shape->type == SHAPE_DOUBLE;
}

/* Whether two values can ever be equal, or stand in an order. */
static bool
comparable(const struct shape *a, const struct shape *b)
{
	if (a->type == SHAPE_ANY || b->type == SHAPE_ANY ||
	    a->type == b->type || (is_number(a) && is_number(b)))
		return true;
	return (a->type == SHAPE_MAP && b->type == SHAPE_OBJECT) ||
	    (a->type == SHAPE_OBJECT && b->type == SHAPE_MAP);
}

/* A text compared with one that is not among its words. */
static void
check_word(struct check *check, const struct cel_node *node,
    const struct shape *shape, const struct cel_node *other)
{
	const char *nearest;
	char text[100];

	if (shape->words == NULL || other->op != OP_CONSTANT ||
	    other->constant.type != CEL_STRING)
		return;
	for (size_t i = 0; shape->words[i] != NULL; i++) {
		if (bytes_equal(other->constant.text,
			bytes_of_text(shape->words[i])))
			return;
	}
	(void)snprintf(text, sizeof text, "%.*s",
	    (int)(other->constant.text.len < 90 ? other->constant.text.len
						: 90),
	    (const char *)other->constant.text.data);
	nearest = text_nearest(text, shape->words);
	tell(check, other, true, "in `%s': it is never '%s'%s%s%s",
	    source_of(check, node).text, text,
	    nearest == NULL ? "" : "; did you mean '",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
}

static const struct shape *
walk_comparison(struct check *check, const struct cel_node *node, bool order)
{
	const struct shape *left = walk(check, node->arg[0]);
	const struct shape *right = walk(check, node->arg[1]);
	bool unordered = left->type == SHAPE_LIST || left->type == SHAPE_MAP ||
	    left->type == SHAPE_OBJECT;

	if (!comparable(left, right))
		tell(check, node, order, "`%s' compares %s with %s",
		    source_of(check, node).text, shape_name(left),
		    shape_name(right));
	else if (order && unordered)
		tell(check, node, true, "`%s': %s has no order",
		    source_of(check, node).text, shape_name(left));
	check_word(check, node, left, node->arg[1]);
	check_word(check, node, right, node->arg[0]);
	return &boolean;
}

static const struct shape *
walk_arithmetic(struct check *check, const struct cel_node *node)
{
	const struct shape *left = walk(check, node->arg[0]);
	const struct shape *right = walk(check, node->arg[1]);
	bool plus = node->function->call == cel_add;
	bool minus = node->function->call == cel_subtract;

	if (left->type == SHAPE_ANY || right->type == SHAPE_ANY)
		return left->type == SHAPE_ANY ? &any : left;
	if (is_number(left) && is_number(right)) {
		if (left->type == right->type)
			return left;
		tell(check, node, true,
		    "`%s': arithmetic does not cross types; %s",
		    source_of(check, node).text,
		    node->arg[1]->op == OP_CONSTANT ||
			    node->arg[0]->op == OP_CONSTANT
			? "write the number with a point, as in 2.0"
			: "convert one with double()");
		return &number;
	}
	if (plus && left->type == right->type &&
	    (left->type == SHAPE_STRING || left->type == SHAPE_BYTES ||
		left->type == SHAPE_LIST || left->type == SHAPE_DURATION))
		return left;
	if ((plus || minus) && left->type == SHAPE_TIMESTAMP &&
	    right->type == SHAPE_DURATION)
		return left;
	if (plus && left->type == SHAPE_DURATION &&
	    right->type == SHAPE_TIMESTAMP)
		return right;
	if (minus && left->type == right->type &&
	    (left->type == SHAPE_TIMESTAMP || left->type == SHAPE_DURATION))
		return &duration;
	tell(check, node, true, "`%s': %s and %s", source_of(check, node).text,
	    shape_name(left), shape_name(right));
	return &any;
}

static const struct shape *
walk_in(struct check *check, const struct cel_node *node)
{
	const struct shape *item = walk(check, node->arg[0]);
	const struct shape *in = walk(check, node->arg[1]);
	const struct cel_node *list_node = node->arg[1];

	if (in->type != SHAPE_ANY && in->type != SHAPE_LIST &&
	    in->type != SHAPE_MAP && in->type != SHAPE_OBJECT)
		tell(check, node, true, "`%s': nothing is in %s",
		    source_of(check, node).text, shape_name(in));
	else if (in->type == SHAPE_LIST && !comparable(item, in->item))
		tell(check, node, false, "`%s' looks for %s among %s",
		    source_of(check, node).text, shape_name(item),
		    shape_name(in->item));
	for (uint32_t i = 0; list_node->op == OP_LIST && i < list_node->count;
	     i++)
		check_word(check, node, item, list_node->arg[i]);
	return &boolean;
}

/* --- Calls --- */

static const struct {
	const char *name;
	const struct shape *gives;
} results[] = {
	{ "!_", &boolean },
	{ "bool", &boolean },
	{ "int", &integer },
	{ "uint", &integer },
	{ "double", &number },
	{ "string", &string },
	{ "bytes", &octets },
	{ "type", &type },
	{ "timestamp", &timestamp },
	{ "duration", &duration },
	{ "size", &integer },
	{ "getFullYear", &integer },
	{ "getMonth", &integer },
	{ "getDate", &integer },
	{ "getDayOfMonth", &integer },
	{ "getDayOfWeek", &integer },
	{ "getDayOfYear", &integer },
	{ "getHours", &integer },
	{ "getMinutes", &integer },
	{ "getSeconds", &integer },
	{ "getMilliseconds", &integer },
	{ "contains", &boolean },
	{ "startsWith", &boolean },
	{ "endsWith", &boolean },
	{ "matches", &boolean },
	{ "charAt", &string },
	{ "indexOf", &integer },
	{ "lastIndexOf", &integer },
	{ "substring", &string },
	{ "lowerAscii", &string },
	{ "upperAscii", &string },
	{ "trim", &string },
	{ "replace", &string },
	{ "split", &strings },
	{ "join", &string },
	{ "format", &string },
	{ "strings.quote", &string },
	{ "base64.encode", &string },
	{ "base64.decode", &octets },
	{ "hasValue", &boolean },
	{ "optional.of", &optional },
	{ "optional.none", &optional },
	{ "first", &optional },
	{ "last", &optional },
	{ "lists.range", &integers },
	{ "sets.contains", &boolean },
	{ "sets.equivalent", &boolean },
	{ "sets.intersects", &boolean },
	{ "math.isNaN", &boolean },
	{ "math.isInf", &boolean },
	{ "math.isFinite", &boolean },
	{ "math.sqrt", &number },
};

/* "+01:00", "-02:30", "UTC" and the like are the same everywhere. */
static bool
is_fixed_zone(struct bytes zone)
{
	if (bytes_equal(zone, bytes_of_text("UTC")) || zone.len == 0)
		return true;
	return zone.data[0] == '+' || zone.data[0] == '-' ||
	    (zone.data[0] >= '0' && zone.data[0] <= '9');
}

static void
check_zone(struct check *check, const struct cel_node *node)
{
	const struct cel_node *zone;

	if (strncmp(node->function->name, "get", 3) != 0 || node->count < 2)
		return;
	zone = node->arg[1];
	if (zone->op == OP_CONSTANT && zone->constant.type == CEL_STRING &&
	    is_fixed_zone(zone->constant.text))
		return;
	tell(check, zone, true,
	    "a named time zone depends on the machine; write its distance "
	    "from UTC, as in '+01:00'");
}

static const struct shape *
walk_call(struct check *check, const struct cel_node *node)
{
	cel_call *call = node->function->call;
	const struct shape *first = &any;

	if (call == cel_is_equal || call == cel_is_unequal)
		return walk_comparison(check, node, false);
	if (call == cel_less || call == cel_less_equal || call == cel_greater ||
	    call == cel_greater_equal)
		return walk_comparison(check, node, true);
	if (call == cel_add || call == cel_subtract || call == cel_multiply ||
	    call == cel_divide || call == cel_modulo)
		return walk_arithmetic(check, node);
	if (call == cel_in)
		return walk_in(check, node);
	for (uint32_t i = 0; i < node->count; i++) {
		const struct shape *shape = walk(check, node->arg[i]);

		if (i == 0)
			first = shape;
	}
	check_zone(check, node);
	if (call == cel_negate || call == cel_reverse ||
	    call == cel_list_distinct || call == cel_list_slice ||
	    call == cel_list_sort)
		return first;
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
		if (strcmp(results[i].name, node->function->name) == 0)
			return results[i].gives;
	}
	return &any;
}

/* --- Macros --- */

static const struct shape *
walk_macro(struct check *check, const struct cel_node *node)
{
	const struct shape *range = walk(check, node->arg[0]), *body = &any;
	const struct shape *item = &any, *key = &any;

	if (range->type == SHAPE_LIST) {
		item = range->item;
		key = &integer;
	} else if (range->type == SHAPE_MAP || range->type == SHAPE_OBJECT) {
		item = range->type == SHAPE_MAP ? range->item : &any;
		key = &string;
	} else if (range->type != SHAPE_ANY) {
		tell(check, node, true, "`%s': %s cannot be gone over",
		    source_of(check, node->arg[0]).text, shape_name(range));
	}
	if (node->two) {
		check->local[node->number] = key;
		check->local[node->number + 1] = item;
	} else {
		check->local[node->number] =
		    range->type == SHAPE_LIST || range->type == SHAPE_ANY ? item
									  : key;
	}
	for (uint32_t i = 1; i < node->count; i++)
		body = walk(check, node->arg[i]);
	switch (node->op) {
	case OP_ALL:
	case OP_EXISTS:
	case OP_EXISTS_ONE:
	case OP_FILTER:
		if (body->type != SHAPE_ANY && body->type != SHAPE_BOOL)
			tell(check, node->arg[1], true,
			    "`%s' is %s, not true or false",
			    source_of(check, node->arg[1]).text,
			    shape_name(body));
		return node->op == OP_FILTER ? range : &boolean;
	case OP_SORT_BY:
		return range;
	case OP_TRANSFORM:
		return &list;
	default:
		return &map;
	}
}

static const struct shape *
walk_logic(struct check *check, const struct cel_node *node)
{
	for (uint32_t i = 0; i < node->count; i++) {
		const struct shape *shape = walk(check, node->arg[i]);

		if (shape->type != SHAPE_ANY && shape->type != SHAPE_BOOL)
			tell(check, node->arg[i], true,
			    "`%s' is %s, not true or false",
			    source_of(check, node->arg[i]).text,
			    shape_name(shape));
	}
	return &boolean;
}

static const struct shape *
walk_choice(struct check *check, const struct cel_node *node)
{
	const struct shape *condition = walk(check, node->arg[0]);
	const struct shape *one = walk(check, node->arg[1]);
	const struct shape *two = walk(check, node->arg[2]);

	if (condition->type != SHAPE_ANY && condition->type != SHAPE_BOOL)
		tell(check, node->arg[0], true, "`%s' is %s, not true or false",
		    source_of(check, node->arg[0]).text, shape_name(condition));
	return one->type == two->type ? one : &any;
}

static const struct shape *
constant_shape(const struct cel_value *value)
{
	switch (value->type) {
	case CEL_NULL:
		return &null;
	case CEL_BOOL:
		return &boolean;
	case CEL_INT:
	case CEL_UINT:
		return &integer;
	case CEL_DOUBLE:
		return &number;
	case CEL_STRING:
		return &string;
	case CEL_BYTES:
		return &octets;
	case CEL_TYPE:
		return &type;
	default:
		return &any;
	}
}

static const struct shape *
walk_items(struct check *check, const struct cel_node *node,
    const struct shape *whole)
{
	for (uint32_t i = 0; i < node->count; i++)
		walk(check, node->arg[i]);
	if (node->op == OP_LIST && node->count > 0 &&
	    walk(check, node->arg[0])->type == SHAPE_STRING)
		return &strings;
	return whole;
}

static const struct shape *
walk_bound(struct check *check, const struct cel_node *node)
{
	const struct shape *value = walk(check, node->arg[0]);

	check->local[node->number] = node->op == OP_BIND ? value : &any;
	value = walk(check, node->arg[1]);
	return node->op == OP_BIND ? value : &optional;
}

static const struct shape *
walk(struct check *check, const struct cel_node *node)
{
	switch (node->op) {
	case OP_CONSTANT:
		return constant_shape(&node->constant);
	case OP_VARIABLE:
		return check->variable[node->number];
	case OP_LOCAL:
		return check->local[node->number] == NULL
		    ? &any
		    : check->local[node->number];
	case OP_SELECT:
	case OP_HAS:
		return walk_select(check, node);
	case OP_INDEX:
		return walk_index(check, node);
	case OP_CALL:
		return walk_call(check, node);
	case OP_LIST:
		return walk_items(check, node, &list);
	case OP_MAP:
		return walk_items(check, node, &map);
	case OP_AND:
	case OP_OR:
		return walk_logic(check, node);
	case OP_CHOICE:
		return walk_choice(check, node);
	case OP_BIND:
	case OP_OPT_MAP:
	case OP_OPT_FLAT_MAP:
		return walk_bound(check, node);
	case OP_NAME:
		return &any;
	default:
		return walk_macro(check, node);
	}
}

void
cel_check(const struct cel_program *program,
    const struct shape *const *variables, enum shape_type wanted,
    void (*found)(void *cookie, const struct cel_finding *finding),
    void *cookie)
{
	struct check check = { .program = program,
		.variable = variables,
		.found = found,
		.cookie = cookie };
	const struct shape *shape = walk(&check, program->root);

	if (wanted != SHAPE_ANY && shape->type != SHAPE_ANY &&
	    shape->type != wanted) {
		const struct shape expected = { .type = wanted };

		tell(&check, program->root, true, "it gives %s, not %s",
		    shape_name(shape), shape_name(&expected));
	}
}
