#include <string.h>

#include "policy/cel_functions_internal.h"

#define STEPS_DEFAULT 1000000

static const struct cel_value true_value = { .type = CEL_BOOL,
	.boolean = true };
static const struct cel_value false_value = { .type = CEL_BOOL };

/*
 * What a node comes to, without copying what stands somewhere already: a
 * constant, a variable, a member.  What does not is made in *space.  A local
 * is good until the macro that it belongs to takes its next item.
 */
static const struct cel_value *look(struct cel_run *run,
    const struct cel_node *node, struct cel_value *space);

static struct cel_value
evaluate(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value space;

	return *look(run, node, &space);
}

static const struct cel_value *
truth(bool boolean)
{
	return boolean ? &true_value : &false_value;
}

/* Made where there is room for it. */
static const struct cel_value *
made(struct cel_value *space, struct cel_value value)
{
	*space = value;
	return space;
}

bool
cel_step(struct cel_run *run, uint64_t count)
{
	if (run->steps_left < count) {
		run->steps_left = 0;
		return false;
	}
	run->steps_left -= count;
	return true;
}

static struct cel_value
too_many_steps(void)
{
	return cel_error("the expression takes too many steps");
}

static struct cel_value
no_memory(void)
{
	return cel_error("the expression takes too much memory");
}

/* An error says where, the first time it is seen. */
static struct cel_value
placed(const struct cel_node *node, struct cel_value value)
{
	if (value.type == CEL_ERROR &&
	    (value.position & ~CEL_ERROR_MISSING) == 0)
		value.position |= node->position + 1;
	return value;
}

/* --- Members --- */

static struct cel_value
no_such_key(struct cel_run *run, const struct cel_value *key)
{
	if (key->type == CEL_STRING)
		return cel_errorf(run->arena, "there is no key '%.*s'",
		    (int)(key->text.len < 100 ? key->text.len : 100),
		    (const char *)key->text.data);
	return cel_error("there is no such key");
}

/* A whole number of any type, as an index. */
static bool
as_index(const struct cel_value *value, size_t count, size_t *index)
{
	struct cel_value zero = cel_int(0), end = cel_uint(count);
	bool ordered;

	if (value->type != CEL_INT && value->type != CEL_UINT &&
	    value->type != CEL_DOUBLE)
		return false;
	if (cel_compare(value, &zero, &ordered) < 0 || !ordered ||
	    cel_compare(value, &end, &ordered) >= 0)
		return false;
	*index = value->type == CEL_DOUBLE ? (size_t)value->number
					   : (size_t)value->natural;
	return value->type != CEL_DOUBLE || value->number == (double)*index;
}

/* The item under a key or number; NULL if there is none.  *error when the
 * container has no items, or the key cannot be one. */
static const struct cel_value *
item_of(struct cel_run *run, const struct cel_value *container,
    const struct cel_value *key, struct cel_value *error)
{
	size_t index;

	*error = cel_null();
	if (container->type == CEL_MAP) {
		if (key->type < CEL_BOOL || key->type > CEL_STRING)
			*error = cel_errorf(run->arena, "a %s cannot be a key",
			    cel_type_name(key->type));
		return cel_map_find(container->map, key);
	}
	if (container->type == CEL_LIST) {
		if (key->type < CEL_INT || key->type > CEL_DOUBLE)
			*error =
			    cel_errorf(run->arena, "a %s cannot be an index",
				cel_type_name(key->type));
		return as_index(key, container->list->count, &index)
		    ? &container->list->item[index]
		    : NULL;
	}
	*error = cel_errorf(run->arena, "a %s has no members",
	    cel_type_name(container->type));
	return NULL;
}

/* container[key], container.key and their optional forms: a member of an
 * optional is optional too. */
static struct cel_value
take_item(struct cel_run *run, const struct cel_value *container,
    const struct cel_value *key, bool optional)
{
	const struct cel_value *item;
	struct cel_value error;

	if (container->type == CEL_OPTIONAL) {
		if (container->inner == NULL)
			return *container;
		container = container->inner;
		optional = true;
	}
	item = item_of(run, container, key, &error);
	if (item == NULL && error.type == CEL_ERROR)
		return error;
	if (optional)
		return cel_optional(run->arena, item);
	if (item != NULL)
		return *item;
	error = container->type == CEL_LIST ? cel_error("index out of range")
					    : no_such_key(run, key);
	error.position |= CEL_ERROR_MISSING;
	return error;
}

/* The member of a map that is there already; NULL if it has to be asked for in
 * full. */
static const struct cel_value *
member_at_hand(const struct cel_value *operand, const struct cel_node *node)
{
	if (operand->type != CEL_MAP || operand->map->lazy != NULL)
		return NULL;
	return cel_map_member(operand->map, node->name, node->hash);
}

static const struct cel_value *
look_select(struct cel_run *run, const struct cel_node *node,
    struct cel_value *space)
{
	struct cel_value held, key;
	const struct cel_value *operand = look(run, node->arg[0], &held);
	const struct cel_value *member = member_at_hand(operand, node);

	if (member != NULL && !node->optional)
		return member;
	if (operand->type == CEL_ERROR)
		return made(space, *operand);
	if (operand->type != CEL_MAP && operand->type != CEL_OPTIONAL)
		return made(space,
		    cel_errorf(run->arena, "a %s has no members",
			cel_type_name(operand->type)));
	key = cel_string(node->name);
	return made(space, take_item(run, operand, &key, node->optional));
}

static const struct cel_value *
look_has(struct cel_run *run, const struct cel_node *node,
    struct cel_value *space)
{
	const struct cel_value *operand = look(run, node->arg[0], space);
	struct cel_value key;

	if (operand->type == CEL_OPTIONAL) {
		if (operand->inner == NULL)
			return &false_value;
		operand = operand->inner;
	}
	if (operand->type == CEL_ERROR)
		return operand;
	if (operand->type != CEL_MAP)
		return made(space,
		    cel_errorf(run->arena, "a %s has no members",
			cel_type_name(operand->type)));
	if (operand->map->lazy == NULL)
		return truth(cel_map_member(operand->map, node->name,
				 node->hash) != NULL);
	key = cel_string(node->name);
	return truth(cel_map_find(operand->map, &key) != NULL);
}

static const struct cel_value *
look_index(struct cel_run *run, const struct cel_node *node,
    struct cel_value *space)
{
	struct cel_value held, other;
	const struct cel_value *operand = look(run, node->arg[0], &held);
	const struct cel_value *key, *item = NULL;

	if (operand->type == CEL_ERROR)
		return made(space, *operand);
	key = look(run, node->arg[1], &other);
	if (key->type == CEL_ERROR)
		return made(space, *key);
	if (operand->type == CEL_LIST && key->type == CEL_INT &&
	    key->natural < operand->list->count)
		item = &operand->list->item[key->natural];
	else if (operand->type == CEL_MAP && operand->map->lazy == NULL)
		item = cel_map_find(operand->map, key);
	if (item != NULL && !node->optional)
		return item;
	return made(space, take_item(run, operand, key, node->optional));
}

/* --- Lists and maps --- */

static struct cel_value
evaluate_list(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value *item =
	    arena_take(run->arena, node->count, sizeof *item);
	size_t count = 0;

	if (item == NULL)
		return no_memory();
	for (uint32_t i = 0; i < node->count; i++) {
		const struct cel_node *element = node->arg[i];
		bool optional = element->op == OP_LIST && element->optional;
		struct cel_value value =
		    evaluate(run, optional ? element->arg[0] : element);

		if (value.type == CEL_ERROR)
			return value;
		if (optional && value.type != CEL_OPTIONAL)
			return cel_error("what follows a '?' is no optional");
		if (!optional)
			item[count++] = value;
		else if (value.inner != NULL)
			item[count++] = *value.inner;
	}
	return cel_list(run->arena, item, count);
}

static struct cel_value
evaluate_map(struct cel_run *run, const struct cel_node *node)
{
	size_t most = node->count / 2, count = 0;
	struct cel_value *key = arena_take(run->arena, most, sizeof *key);
	struct cel_value *item = arena_take(run->arena, most, sizeof *item);

	if (key == NULL || item == NULL)
		return no_memory();
	for (uint32_t i = 0; i < node->count; i += 2) {
		const struct cel_node *value = node->arg[i + 1];
		bool optional = value->op == OP_LIST && value->optional;

		key[count] = evaluate(run, node->arg[i]);
		if (key[count].type == CEL_ERROR)
			return key[count];
		item[count] = evaluate(run, optional ? value->arg[0] : value);
		if (item[count].type == CEL_ERROR)
			return item[count];
		if (optional) {
			if (item[count].type != CEL_OPTIONAL)
				return cel_error(
				    "what follows a '?' is no optional");
			if (item[count].inner == NULL)
				continue;
			item[count] = *item[count].inner;
		}
		count++;
	}
	return cel_map(run->arena, key, item, count);
}

/* --- Logic --- */

/* && and ||: whichever side decides, decides; else an error stands ("Logical
 * Operators"). */
static const struct cel_value *
look_logic(struct cel_run *run, const struct cel_node *node,
    struct cel_value *space)
{
	bool decides = node->op == OP_OR;
	struct cel_value other;
	const struct cel_value *left = look(run, node->arg[0], space), *right;

	if (left->type == CEL_BOOL && left->boolean == decides)
		return left;
	right = look(run, node->arg[1], &other);
	if (right->type == CEL_BOOL &&
	    (right->boolean == decides || left->type == CEL_BOOL))
		return truth(right->boolean);
	if (left->type == CEL_ERROR)
		return left;
	if (right->type == CEL_ERROR)
		return made(space, *right);
	return made(space, cel_error("&& and || take true and false"));
}

static const struct cel_value *
look_choice(struct cel_run *run, const struct cel_node *node,
    struct cel_value *space)
{
	const struct cel_value *condition = look(run, node->arg[0], space);

	if (condition->type == CEL_ERROR)
		return condition;
	if (condition->type != CEL_BOOL)
		return made(space,
		    cel_error("what stands before a '?' is not a bool"));
	return look(run, node->arg[condition->boolean ? 1 : 2], space);
}

/* --- Macros --- */

/* What a macro goes over. */
struct range {
	size_t count;
	const struct cel_value *key; /* NULL for a list. */
	const struct cel_value *item;
	const struct cel_finder *finder;
	const uint32_t *number; /* Only these items; NULL for all. */
};

static bool
range_of(const struct cel_value *value, struct range *range)
{
	if (value->type == CEL_LIST) {
		*range = (struct range){ value->list->count, NULL,
			value->list->item, value->list->finder, NULL };
		return true;
	}
	if (value->type == CEL_MAP) {
		cel_map_fill(value->map);
		*range = (struct range){ value->map->count, value->map->key,
			value->map->value, NULL, NULL };
		return true;
	}
	return false;
}

static void
set_variables(struct cel_run *run, const struct cel_node *node,
    const struct range *range, size_t i)
{
	struct cel_value *local = run->local + node->number;

	if (range->number != NULL)
		i = range->number[i];
	if (range->key != NULL)
		local[0] = range->key[i];
	else if (node->two)
		local[0] = cel_int((int64_t)i);
	else
		local[0] = range->item[i];
	if (node->two)
		local[1] = range->item[i];
}

static bool
uses_local(const struct cel_node *node, uint32_t number)
{
	if (node->op == OP_LOCAL && node->number == number)
		return true;
	for (uint32_t i = 0; i < node->count; i++) {
		if (uses_local(node->arg[i], number))
			return true;
	}
	return false;
}

/* The `x.name == value' in a condition on x made of &&: an item for which it
 * is false makes the whole false, whatever the rest is. */
static const struct cel_node *
needed_equality(const struct cel_node *node, uint32_t local)
{
	const struct cel_node *found, *left;

	if (node->op == OP_AND) {
		found = needed_equality(node->arg[0], local);
		return found != NULL ? found
				     : needed_equality(node->arg[1], local);
	}
	if (node->op != OP_CALL || node->function->call != cel_is_equal)
		return NULL;
	left = node->arg[0];
	if (left->op == OP_SELECT && !left->optional &&
	    left->arg[0]->op == OP_LOCAL && left->arg[0]->number == local &&
	    !uses_local(node->arg[1], local))
		return node;
	return NULL;
}

/*
 * The items of a host's list that can meet a condition, when the host finds
 * them by a member: so that the look-up of one among many thousands does not
 * go over them.  The answer is the same.
 */
static bool
narrow(struct cel_run *run, const struct cel_node *node,
    const struct cel_finder *finder, const uint32_t **item, size_t *count)
{
	const struct cel_node *equality;
	struct cel_value value;

	if (finder == NULL || node->two ||
	    (node->op != OP_EXISTS && node->op != OP_FILTER &&
		node->op != OP_EXISTS_ONE))
		return false;
	equality = needed_equality(node->arg[1], node->number);
	if (equality == NULL)
		return false;
	value = evaluate(run, equality->arg[1]);
	return value.type != CEL_ERROR &&
	    finder->equal(finder, equality->arg[0]->name, &value, item, count);
}

/* all and exists: as && and || over the items. */
static struct cel_value
evaluate_quantifier(struct cel_run *run, const struct cel_node *node,
    const struct range *range)
{
	bool decides = node->op == OP_EXISTS;
	struct cel_value found = cel_bool(!decides);

	for (size_t i = 0; i < range->count; i++) {
		struct cel_value space;
		const struct cel_value *value;

		set_variables(run, node, range, i);
		value = look(run, node->arg[1], &space);
		if (value->type == CEL_BOOL) {
			if (value->boolean == decides)
				return *value;
		} else if (found.type != CEL_ERROR) {
			found = value->type == CEL_ERROR
			    ? *value
			    : cel_error("a condition is not a bool");
		}
		if (run->steps_left == 0)
			return too_many_steps();
	}
	return found;
}

static struct cel_value
evaluate_exists_one(struct cel_run *run, const struct cel_node *node,
    const struct range *range)
{
	size_t count = 0;

	for (size_t i = 0; i < range->count; i++) {
		struct cel_value value;

		set_variables(run, node, range, i);
		value = evaluate(run, node->arg[1]);
		if (value.type == CEL_ERROR)
			return value;
		if (value.type != CEL_BOOL)
			return cel_error("a condition is not a bool");
		count += value.boolean;
	}
	return cel_bool(count == 1);
}

/* Whether an item passes the filter, if the macro has one; or an error. */
static struct cel_value
passes(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value value;

	if (node->op != OP_FILTER && node->count < 3)
		return cel_bool(true);
	value = evaluate(run, node->arg[1]);
	if (value.type != CEL_BOOL && value.type != CEL_ERROR)
		return cel_error("a condition is not a bool");
	return value;
}

static struct cel_value
evaluate_transform(struct cel_run *run, const struct cel_node *node,
    const struct range *range)
{
	struct cel_value *item =
	    arena_take(run->arena, range->count, sizeof *item);
	size_t count = 0;

	if (item == NULL)
		return no_memory();
	for (size_t i = 0; i < range->count; i++) {
		struct cel_value value;

		set_variables(run, node, range, i);
		value = passes(run, node);
		if (value.type == CEL_ERROR)
			return value;
		if (!value.boolean)
			continue;
		if (node->op == OP_FILTER)
			value = run->local[node->number];
		else
			value = evaluate(run, node->arg[node->count - 1]);
		if (value.type == CEL_ERROR)
			return value;
		item[count++] = value;
	}
	return cel_list(run->arena, item, count);
}

static struct cel_value
evaluate_sort_by(struct cel_run *run, const struct cel_node *node,
    const struct range *range)
{
	struct cel_value *key =
	    arena_take(run->arena, range->count, sizeof *key);
	struct cel_list list = { .count = range->count, .item = range->item };

	if (range->key != NULL)
		return cel_error("a map cannot be sorted");
	if (key == NULL)
		return no_memory();
	for (size_t i = 0; i < range->count; i++) {
		set_variables(run, node, range, i);
		key[i] = evaluate(run, node->arg[1]);
		if (key[i].type == CEL_ERROR)
			return key[i];
	}
	return cel_sort(run, &list, key);
}

static struct cel_value
evaluate_transform_map(struct cel_run *run, const struct cel_node *node,
    const struct range *range)
{
	struct cel_value *key =
	    arena_take(run->arena, range->count, sizeof *key);
	struct cel_value *item =
	    arena_take(run->arena, range->count, sizeof *item);
	size_t count = 0;

	if (key == NULL || item == NULL)
		return no_memory();
	for (size_t i = 0; i < range->count; i++) {
		struct cel_value value;

		set_variables(run, node, range, i);
		value = passes(run, node);
		if (value.type == CEL_ERROR)
			return value;
		if (!value.boolean)
			continue;
		key[count] = run->local[node->number];
		value = evaluate(run, node->arg[node->count - 1]);
		if (value.type == CEL_ERROR)
			return value;
		if (node->op == OP_TRANSFORM_ENTRY) {
			if (value.type != CEL_MAP || value.map->count != 1)
				return cel_error("an entry is a map of one");
			key[count] = value.map->key[0];
			value = value.map->value[0];
		}
		item[count++] = value;
	}
	return cel_map(run->arena, key, item, count);
}

static struct cel_value
evaluate_macro(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value value = evaluate(run, node->arg[0]);
	struct range range;

	if (value.type == CEL_ERROR)
		return value;
	if (!range_of(&value, &range))
		return cel_errorf(run->arena, "a %s cannot be gone over",
		    cel_type_name(value.type));
	if (narrow(run, node, range.finder, &range.number, &range.count) &&
	    range.count == 0)
		range.number = NULL;
	if (!cel_step(run, range.count))
		return too_many_steps();
	switch (node->op) {
	case OP_ALL:
	case OP_EXISTS:
		return evaluate_quantifier(run, node, &range);
	case OP_EXISTS_ONE:
		return evaluate_exists_one(run, node, &range);
	case OP_TRANSFORM:
	case OP_FILTER:
		return evaluate_transform(run, node, &range);
	case OP_SORT_BY:
		return evaluate_sort_by(run, node, &range);
	default:
		return evaluate_transform_map(run, node, &range);
	}
}

/* What is bound may be an error: it is one where it is used. */
static struct cel_value
evaluate_bind(struct cel_run *run, const struct cel_node *node)
{
	run->local[node->number] = evaluate(run, node->arg[0]);
	return evaluate(run, node->arg[1]);
}

static struct cel_value
evaluate_optional_map(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value value = evaluate(run, node->arg[0]);

	if (value.type == CEL_ERROR)
		return value;
	if (value.type != CEL_OPTIONAL)
		return cel_errorf(run->arena, "a %s is no optional",
		    cel_type_name(value.type));
	if (value.inner == NULL)
		return value;
	run->local[node->number] = *value.inner;
	value = evaluate(run, node->arg[1]);
	if (value.type == CEL_ERROR || node->op == OP_OPT_FLAT_MAP)
		return value;
	return cel_optional(run->arena, &value);
}

/* --- The whole --- */

/* x.or(y) and x.orValue(y): what is not needed is not evaluated. */
static bool
is_alternative(const struct cel_node *node)
{
	return node->function->call == cel_optional_or ||
	    node->function->call == cel_optional_or_value;
}

static struct cel_value
evaluate_call(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value few[4], *arg = few;

	if (node->count > 4) {
		arg = arena_take(run->arena, node->count, sizeof *arg);
		if (arg == NULL)
			return no_memory();
	}
	for (uint32_t i = 0; i < node->count; i++) {
		const struct cel_value *value =
		    look(run, node->arg[i], &arg[i]);

		if (value != &arg[i])
			arg[i] = *value;
		if (arg[i].type == CEL_ERROR)
			return arg[i];
		if (i == 0 && arg[0].type == CEL_OPTIONAL &&
		    arg[0].inner != NULL && is_alternative(node))
			return node->function->call == cel_optional_or
			    ? arg[0]
			    : *arg[0].inner;
		if (arg[i].type == CEL_MAP && arg[i].map->lazy != NULL)
			cel_map_fill(arg[i].map);
	}
	if (node->pattern != NULL && arg[0].type == CEL_STRING)
		return cel_matches_pattern(run, node->pattern, arg[0].text);
	return node->function->call(run, arg, node->count);
}

/* An operator on two values of a type that most are of; NULL where the
 * function is to be asked. */
static const struct cel_value *
quick_ints(enum cel_quick quick, int64_t a, int64_t b, struct cel_value *space)
{
	int64_t result;

	switch (quick) {
	case QUICK_EQUAL:
		return truth(a == b);
	case QUICK_UNEQUAL:
		return truth(a != b);
	case QUICK_LESS:
		return truth(a < b);
	case QUICK_LESS_EQUAL:
		return truth(a <= b);
	case QUICK_GREATER:
		return truth(a > b);
	case QUICK_GREATER_EQUAL:
		return truth(a >= b);
	case QUICK_ADD:
		if (__builtin_add_overflow(a, b, &result))
			return NULL;
		return made(space, cel_int(result));
	case QUICK_SUBTRACT:
		if (__builtin_sub_overflow(a, b, &result))
			return NULL;
		return made(space, cel_int(result));
	case QUICK_MULTIPLY:
		if (__builtin_mul_overflow(a, b, &result))
			return NULL;
		return made(space, cel_int(result));
	default:
		return NULL;
	}
}

static const struct cel_value *
quick_doubles(enum cel_quick quick, double a, double b, struct cel_value *space)
{
	switch (quick) {
	case QUICK_EQUAL:
		return truth(a == b);
	case QUICK_UNEQUAL:
		return truth(a != b);
	case QUICK_LESS:
		return truth(a < b);
	case QUICK_LESS_EQUAL:
		return truth(a <= b);
	case QUICK_GREATER:
		return truth(a > b);
	case QUICK_GREATER_EQUAL:
		return truth(a >= b);
	case QUICK_ADD:
		return made(space, cel_double(a + b));
	case QUICK_SUBTRACT:
		return made(space, cel_double(a - b));
	case QUICK_MULTIPLY:
		return made(space, cel_double(a * b));
	default:
		return NULL;
	}
}

static const struct cel_value *
quickly(enum cel_quick quick, const struct cel_value *a,
    const struct cel_value *b, struct cel_value *space)
{
	if (a->type != b->type)
		return NULL;
	switch (a->type) {
	case CEL_INT:
		return quick_ints(quick, a->integer, b->integer, space);
	case CEL_DOUBLE:
		return quick_doubles(quick, a->number, b->number, space);
	case CEL_BOOL:
	case CEL_STRING:
		if (quick == QUICK_EQUAL)
			return truth(cel_equal(a, b));
		return quick == QUICK_UNEQUAL ? truth(!cel_equal(a, b)) : NULL;
	default:
		return NULL;
	}
}

/* An operator: without copying its sides where they are of usual types. */
static const struct cel_value *
look_operator(struct cel_run *run, const struct cel_node *node,
    struct cel_value *space)
{
	struct cel_value arg[2], other;
	const struct cel_value *a = look(run, node->arg[0], &arg[0]), *b;
	const struct cel_value *value;

	if (a->type == CEL_ERROR)
		return made(space, *a);
	b = look(run, node->arg[1], &other);
	if (b->type == CEL_ERROR)
		return made(space, *b);
	value = quickly(node->quick, a, b, space);
	if (value != NULL)
		return value;
	if (a != &arg[0])
		arg[0] = *a;
	arg[1] = *b;
	for (int i = 0; i < 2; i++) {
		if (arg[i].type == CEL_MAP && arg[i].map->lazy != NULL)
			cel_map_fill(arg[i].map);
	}
	return made(space, node->function->call(run, arg, 2));
}

static struct cel_value
evaluate_other(struct cel_run *run, const struct cel_node *node)
{
	switch (node->op) {
	case OP_CALL:
		return evaluate_call(run, node);
	case OP_LIST:
		return evaluate_list(run, node);
	case OP_MAP:
		return evaluate_map(run, node);
	case OP_BIND:
		return evaluate_bind(run, node);
	case OP_OPT_MAP:
	case OP_OPT_FLAT_MAP:
		return evaluate_optional_map(run, node);
	case OP_NAME:
		return cel_error("a name without a value");
	default:
		return evaluate_macro(run, node);
	}
}

/* Say where an error is, and leave a trace. */
static const struct cel_value *
noted(struct cel_run *run, const struct cel_node *node,
    const struct cel_value *value, struct cel_value *space)
{
	*space = placed(node, *value);
	if (run->trace != NULL && node->id < run->trace->count)
		run->trace->value[node->id] = *space;
	return space;
}

static const struct cel_value *
look(struct cel_run *run, const struct cel_node *node, struct cel_value *space)
{
	const struct cel_value *value;

	if (run->steps_left == 0)
		return made(space, too_many_steps());
	run->steps_left--;
	switch (node->op) {
	case OP_CONSTANT:
		value = &node->constant;
		break;
	case OP_VARIABLE:
		value = &run->variable[node->number];
		break;
	case OP_LOCAL:
		value = &run->local[node->number];
		break;
	case OP_SELECT:
		value = look_select(run, node, space);
		break;
	case OP_HAS:
		value = look_has(run, node, space);
		break;
	case OP_INDEX:
		value = look_index(run, node, space);
		break;
	case OP_AND:
	case OP_OR:
		value = look_logic(run, node, space);
		break;
	case OP_CHOICE:
		value = look_choice(run, node, space);
		break;
	default:
		if (node->folded != 0 && run->trace == NULL)
			value = cel_step(run, node->folded)
			    ? &node->constant
			    : made(space, too_many_steps());
		else if (node->quick != QUICK_NONE)
			value = look_operator(run, node, space);
		else
			value = made(space, evaluate_other(run, node));
	}
	if (value->type == CEL_ERROR || run->trace != NULL)
		return noted(run, node, value, space);
	return value;
}

struct cel_value
cel_evaluate(const struct cel_program *program,
    const struct cel_value *variables, struct arena *arena,
    const struct cel_limits *limits)
{
	struct cel_run run = {
		.program = program,
		.variable = variables,
		.arena = arena,
		.trace = limits == NULL ? NULL : limits->trace,
		.steps_left = limits == NULL || limits->steps == 0
		    ? STEPS_DEFAULT
		    : limits->steps,
	};
	struct cel_value value;

	for (size_t i = 0; run.trace != NULL && i < run.trace->count; i++)
		run.trace->value[i] = (struct cel_value){ .type = CEL_ERROR };
	run.local = arena_take(arena, program->locals + 1, sizeof *run.local);
	if (run.local == NULL)
		return no_memory();
	value = evaluate(&run, program->root);
	if (run.steps_left == 0)
		return too_many_steps();
	if (arena_is_full(arena))
		return no_memory();
	return value;
}

size_t
cel_part_count(const struct cel_program *program)
{
	return program->nodes;
}

static bool
gives_bool(const struct cel_node *node)
{
	if (node->op == OP_CALL)
		return node->function->name[0] == '_' ||
		    node->function->name[0] == '@' || node->count > 0;
	return node->op == OP_AND || node->op == OP_OR || node->op == OP_HAS ||
	    node->op == OP_ALL || node->op == OP_EXISTS ||
	    node->op == OP_EXISTS_ONE;
}

static struct cel_part
part_of(const struct cel_program *program, const struct cel_node *node,
    unsigned depth, bool in_macro)
{
	return (struct cel_part){
		.text = bytes_of(program->source.data + node->start,
		    node->end - node->start),
		.start = node->start,
		.depth = depth,
		.number = node->id,
		.constant = node->op == OP_CONSTANT,
		.compares = gives_bool(node),
		.in_macro = in_macro,
	};
}

static bool
is_macro(const struct cel_node *node)
{
	return node->op >= OP_ALL && node->op <= OP_TRANSFORM_ENTRY;
}

static void
walk_parts(const struct cel_program *program, const struct cel_node *node,
    unsigned depth, bool in_macro,
    void (*each)(void *cookie, const struct cel_part *part), void *cookie)
{
	struct cel_part part = part_of(program, node, depth, in_macro);

	each(cookie, &part);
	for (uint32_t i = 0; i < node->count; i++)
		walk_parts(program, node->arg[i], depth + 1,
		    in_macro || (is_macro(node) && i > 0), each, cookie);
}

static void
walk_comparisons(const struct cel_program *program, const struct cel_node *node,
    struct cel_comparison within,
    void (*each)(void *cookie, const struct cel_comparison *comparison),
    void *cookie)
{
	bool in_macro = within.in_all || within.in_exists || within.in_others;

	if (node->op == OP_CALL && node->count == 2 &&
	    node->quick >= QUICK_LESS && node->quick <= QUICK_GREATER_EQUAL) {
		struct cel_comparison found = within;

		found.order = (enum cel_order)(node->quick - QUICK_LESS);
		found.left = part_of(program, node->arg[0], 0, in_macro);
		found.right = part_of(program, node->arg[1], 0, in_macro);
		each(cookie, &found);
	}
	for (uint32_t i = 0; i < node->count; i++) {
		struct cel_comparison below = within;

		if (is_macro(node) && i > 0) {
			below.in_all |= node->op == OP_ALL;
			below.in_exists |= node->op == OP_EXISTS;
			below.in_others |= node->op != OP_ALL &&
			    node->op != OP_EXISTS;
		}
		walk_comparisons(program, node->arg[i], below, each, cookie);
	}
}

void
cel_parts(const struct cel_program *program,
    void (*each)(void *cookie, const struct cel_part *part), void *cookie)
{
	walk_parts(program, program->root, 0, false, each, cookie);
}

void
cel_comparisons(const struct cel_program *program,
    void (*each)(void *cookie, const struct cel_comparison *comparison),
    void *cookie)
{
	const struct cel_comparison none = { .order = CEL_LESS };

	walk_comparisons(program, program->root, none, each, cookie);
}
