/* Lists (the lists extension as cel-go documents it, ext/README.md). */
#include <stdlib.h>
#include <string.h>

#include "policy/cel_functions_internal.h"

/* lists.range makes no more than this at once. */
#define RANGE_MAX 100000
#define FLATTEN_DEPTH_MAX 64

static struct cel_value
no_memory(void)
{
	return cel_error("the expression takes too much memory");
}

static struct cel_value
wrong(struct cel_run *run, const char *what, const struct cel_value *arg)
{
	return cel_errorf(run->arena, "%s of a %s", what,
	    cel_type_name(arg->type));
}

struct cel_value
cel_list_distinct(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	const struct cel_list *list = arg->list;
	struct cel_value *item;
	size_t kept = 0;

	(void)count;
	if (arg->type != CEL_LIST)
		return wrong(run, "distinct", arg);
	item = arena_take(run->arena, list->count, sizeof *item);
	if (item == NULL)
		return no_memory();
	for (size_t i = 0; i < list->count; i++) {
		size_t k = 0;

		while (k < kept && !cel_equal(&item[k], &list->item[i]))
			k++;
		if (!cel_step(run, k + 1))
			return cel_error("the expression takes too many steps");
		if (k == kept)
			item[kept++] = list->item[i];
	}
	return cel_list(run->arena, item, kept);
}

static size_t
flat_count(const struct cel_list *list, int64_t depth)
{
	size_t total = 0;

	for (size_t i = 0; i < list->count; i++)
		total += list->item[i].type == CEL_LIST && depth > 0
		    ? flat_count(list->item[i].list, depth - 1)
		    : 1;
	return total;
}

static size_t
flatten(struct cel_value *out, const struct cel_list *list, int64_t depth)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->item[i].type == CEL_LIST && depth > 0)
			count +=
			    flatten(out + count, list->item[i].list, depth - 1);
		else
			out[count++] = list->item[i];
	}
	return count;
}

struct cel_value
cel_list_flatten(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	int64_t depth = 1;
	struct cel_value *item;
	size_t total;

	if (arg->type != CEL_LIST)
		return wrong(run, "flatten", arg);
	if (count == 2) {
		if (arg[1].type != CEL_INT)
			return wrong(run, "the depth of flatten", &arg[1]);
		if (arg[1].integer < 0)
			return cel_error("the depth of flatten is negative");
		depth = arg[1].integer < FLATTEN_DEPTH_MAX ? arg[1].integer
							   : FLATTEN_DEPTH_MAX;
	}
	total = flat_count(arg->list, depth);
	if (!cel_step(run, total))
		return cel_error("the expression takes too many steps");
	item = arena_take(run->arena, total, sizeof *item);
	if (item == NULL)
		return no_memory();
	flatten(item, arg->list, depth);
	return cel_list(run->arena, item, total);
}

struct cel_value
cel_list_range(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct cel_value *item;
	size_t total;

	(void)count;
	if (arg->type != CEL_INT)
		return wrong(run, "lists.range", arg);
	if (arg->integer > RANGE_MAX)
		return cel_error("the range is too long");
	if (arg->integer < 0)
		return cel_error("the range is negative");
	total = (size_t)arg->integer;
	if (!cel_step(run, total))
		return cel_error("the expression takes too many steps");
	item = arena_take(run->arena, total, sizeof *item);
	if (item == NULL)
		return no_memory();
	for (size_t i = 0; i < total; i++)
		item[i] = cel_int((int64_t)i);
	return cel_list(run->arena, item, total);
}

struct cel_value
cel_list_slice(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	int64_t from, to;

	(void)count;
	if (arg->type != CEL_LIST)
		return wrong(run, "slice", arg);
	if (arg[1].type != CEL_INT || arg[2].type != CEL_INT)
		return cel_error("the ends of a slice are to be ints");
	from = arg[1].integer;
	to = arg[2].integer;
	if (from < 0 || to < 0 || from > to || (uint64_t)to > arg->list->count)
		return cel_error("a slice beyond the list");
	return cel_list(run->arena, arg->list->item + from,
	    (size_t)(to - from));
}

/* Sorting by keys: positions, so that equal keys keep their order. */
struct place {
	const struct cel_value *key;
	size_t number;
};

static int
by_key(const void *a, const void *b)
{
	const struct place *one = a, *two = b;
	bool ordered;
	int order = cel_compare(one->key, two->key, &ordered);

	return order != 0 ? order : one->number < two->number ? -1 : 1;
}

struct cel_value
cel_sort(struct cel_run *run, const struct cel_list *list,
    const struct cel_value *key)
{
	struct place *place =
	    arena_take(run->arena, list->count, sizeof *place);
	struct cel_value *item =
	    arena_take(run->arena, list->count, sizeof *item);
	bool ordered = true;

	if (place == NULL || item == NULL)
		return no_memory();
	if (!cel_step(run, list->count * 8))
		return cel_error("the expression takes too many steps");
	for (size_t i = 0; i < list->count; i++) {
		if (key[i].type != key[0].type)
			return cel_error("what is sorted is of several types");
		(void)cel_compare(&key[0], &key[i], &ordered);
		if (!ordered)
			return cel_errorf(run->arena, "a %s cannot be sorted",
			    cel_type_name(key[i].type));
		place[i] = (struct place){ &key[i], i };
	}
	/* The C library may take memory for this; merge by hand instead. */
	for (size_t width = 1; width < list->count; width *= 2) {
		struct place *merged =
		    arena_take(run->arena, list->count, sizeof *merged);

		if (merged == NULL)
			return no_memory();
		for (size_t start = 0; start < list->count;
		     start += 2 * width) {
			size_t left = start, middle = start + width,
			       end = start + 2 * width, right, at = start;

			if (middle > list->count)
				middle = list->count;
			if (end > list->count)
				end = list->count;
			right = middle;
			while (left < middle || right < end) {
				if (right == end ||
				    (left < middle &&
					by_key(&place[left], &place[right]) <
					    0))
					merged[at++] = place[left++];
				else
					merged[at++] = place[right++];
			}
		}
		place = merged;
	}
	for (size_t i = 0; i < list->count; i++)
		item[i] = list->item[place[i].number];
	return cel_list(run->arena, item, list->count);
}

struct cel_value
cel_list_sort(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (arg->type != CEL_LIST)
		return wrong(run, "sort", arg);
	return cel_sort(run, arg->list, arg->list->item);
}

struct cel_value
cel_list_first(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (arg->type != CEL_LIST)
		return wrong(run, "first", arg);
	return cel_optional(run->arena,
	    arg->list->count == 0 ? NULL : &arg->list->item[0]);
}

struct cel_value
cel_list_last(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (arg->type != CEL_LIST)
		return wrong(run, "last", arg);
	return cel_optional(run->arena,
	    arg->list->count == 0 ? NULL
				  : &arg->list->item[arg->list->count - 1]);
}

struct cel_value
cel_list_reverse(struct cel_run *run, const struct cel_list *list)
{
	struct cel_value *item =
	    arena_take(run->arena, list->count, sizeof *item);

	if (item == NULL)
		return no_memory();
	for (size_t i = 0; i < list->count; i++)
		item[i] = list->item[list->count - 1 - i];
	return cel_list(run->arena, item, list->count);
}

/* --- Sets: lists of which only the members count --- */

static bool
holds(const struct cel_list *list, const struct cel_value *value)
{
	for (size_t i = 0; i < list->count; i++) {
		if (cel_equal(&list->item[i], value))
			return true;
	}
	return false;
}

static bool
holds_all(const struct cel_list *list, const struct cel_list *wanted)
{
	for (size_t i = 0; i < wanted->count; i++) {
		if (!holds(list, &wanted->item[i]))
			return false;
	}
	return true;
}

/* Two lists, and the steps that comparing them takes. */
static bool
two_lists(struct cel_run *run, const struct cel_value *arg,
    struct cel_value *error)
{
	if (arg[0].type != CEL_LIST || arg[1].type != CEL_LIST) {
		*error =
		    wrong(run, "a set", &arg[arg[0].type == CEL_LIST ? 1 : 0]);
		return false;
	}
	*error = cel_error("the expression takes too many steps");
	return cel_step(run, (uint64_t)arg[0].list->count * arg[1].list->count);
}

struct cel_value
cel_sets_contains(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	struct cel_value error;

	(void)count;
	if (!two_lists(run, arg, &error))
		return error;
	return cel_bool(holds_all(arg[0].list, arg[1].list));
}

struct cel_value
cel_sets_equivalent(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	struct cel_value error;

	(void)count;
	if (!two_lists(run, arg, &error))
		return error;
	return cel_bool(holds_all(arg[0].list, arg[1].list) &&
	    holds_all(arg[1].list, arg[0].list));
}

struct cel_value
cel_sets_intersects(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	struct cel_value error;

	(void)count;
	if (!two_lists(run, arg, &error))
		return error;
	for (size_t i = 0; i < arg[1].list->count; i++) {
		if (holds(arg[0].list, &arg[1].list->item[i]))
			return cel_bool(true);
	}
	return cel_bool(false);
}
