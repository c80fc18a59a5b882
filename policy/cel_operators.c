/* Arithmetic and comparison ("Operators", "Arithmetic Operators"). */
#include <math.h>
#include <string.h>

#include "policy/cel_functions_internal.h"

static struct cel_value
no_overload(struct cel_run *run, const char *what, const struct cel_value *arg,
    size_t count)
{
	if (count == 1)
		return cel_errorf(run->arena, "%s is not for a %s", what,
		    cel_type_name(arg[0].type));
	return cel_errorf(run->arena, "%s is not for a %s and a %s", what,
	    cel_type_name(arg[0].type), cel_type_name(arg[1].type));
}

static struct cel_value
overflow(void)
{
	return cel_error("the result is out of range");
}

static bool
both(const struct cel_value *arg, enum cel_type type)
{
	return arg[0].type == type && arg[1].type == type;
}

/* Texts, bytes and lists one after the other. */
static struct cel_value
join_texts(struct cel_run *run, const struct cel_value *arg)
{
	struct cel_value value = arg[0];
	size_t len = arg[0].text.len + arg[1].text.len;
	uint8_t *data = arena_take(run->arena, 1, len + 1);

	if (data == NULL || !cel_step(run, len / 16))
		return cel_error("the expression takes too much memory");
	if (arg[0].text.len > 0)
		memcpy(data, arg[0].text.data, arg[0].text.len);
	if (arg[1].text.len > 0)
		memcpy(data + arg[0].text.len, arg[1].text.data,
		    arg[1].text.len);
	value.text = bytes_of(data, len);
	return value;
}

static struct cel_value
join_lists(struct cel_run *run, const struct cel_value *arg)
{
	const struct cel_list *a = arg[0].list, *b = arg[1].list;
	struct cel_value *item =
	    arena_take(run->arena, a->count + b->count, sizeof *item);

	if (item == NULL || !cel_step(run, (a->count + b->count) / 4))
		return cel_error("the expression takes too much memory");
	if (a->count > 0)
		memcpy(item, a->item, a->count * sizeof *item);
	if (b->count > 0)
		memcpy(item + a->count, b->item, b->count * sizeof *item);
	return cel_list(run->arena, item, a->count + b->count);
}

struct cel_value
cel_add(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	int64_t integer;
	uint64_t natural;

	if (both(arg, CEL_INT))
		return __builtin_add_overflow(arg[0].integer, arg[1].integer,
			   &integer)
		    ? overflow()
		    : cel_int(integer);
	if (both(arg, CEL_UINT))
		return __builtin_add_overflow(arg[0].natural, arg[1].natural,
			   &natural)
		    ? overflow()
		    : cel_uint(natural);
	if (both(arg, CEL_DOUBLE))
		return cel_double(arg[0].number + arg[1].number);
	if (both(arg, CEL_STRING) || both(arg, CEL_BYTES))
		return join_texts(run, arg);
	if (both(arg, CEL_LIST))
		return join_lists(run, arg);
	if (both(arg, CEL_DURATION))
		return cel_time_add(&arg[0], &arg[1], CEL_DURATION, false);
	if (arg[0].type == CEL_TIMESTAMP && arg[1].type == CEL_DURATION)
		return cel_time_add(&arg[0], &arg[1], CEL_TIMESTAMP, false);
	if (arg[0].type == CEL_DURATION && arg[1].type == CEL_TIMESTAMP)
		return cel_time_add(&arg[1], &arg[0], CEL_TIMESTAMP, false);
	return no_overload(run, "+", arg, count);
}

struct cel_value
cel_subtract(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	int64_t integer;
	uint64_t natural;

	if (both(arg, CEL_INT))
		return __builtin_sub_overflow(arg[0].integer, arg[1].integer,
			   &integer)
		    ? overflow()
		    : cel_int(integer);
	if (both(arg, CEL_UINT))
		return __builtin_sub_overflow(arg[0].natural, arg[1].natural,
			   &natural)
		    ? overflow()
		    : cel_uint(natural);
	if (both(arg, CEL_DOUBLE))
		return cel_double(arg[0].number - arg[1].number);
	if (both(arg, CEL_DURATION) || both(arg, CEL_TIMESTAMP))
		return cel_time_add(&arg[0], &arg[1], CEL_DURATION, true);
	if (arg[0].type == CEL_TIMESTAMP && arg[1].type == CEL_DURATION)
		return cel_time_add(&arg[0], &arg[1], CEL_TIMESTAMP, true);
	return no_overload(run, "-", arg, count);
}

struct cel_value
cel_multiply(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	int64_t integer;
	uint64_t natural;

	if (both(arg, CEL_INT))
		return __builtin_mul_overflow(arg[0].integer, arg[1].integer,
			   &integer)
		    ? overflow()
		    : cel_int(integer);
	if (both(arg, CEL_UINT))
		return __builtin_mul_overflow(arg[0].natural, arg[1].natural,
			   &natural)
		    ? overflow()
		    : cel_uint(natural);
	if (both(arg, CEL_DOUBLE))
		return cel_double(arg[0].number * arg[1].number);
	return no_overload(run, "*", arg, count);
}

struct cel_value
cel_divide(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	if (both(arg, CEL_DOUBLE))
		return cel_double(arg[0].number / arg[1].number);
	if (!both(arg, CEL_INT) && !both(arg, CEL_UINT))
		return no_overload(run, "/", arg, count);
	if (arg[1].natural == 0)
		return cel_error("division by zero");
	if (arg[0].type == CEL_UINT)
		return cel_uint(arg[0].natural / arg[1].natural);
	if (arg[0].integer == INT64_MIN && arg[1].integer == -1)
		return overflow();
	return cel_int(arg[0].integer / arg[1].integer);
}

struct cel_value
cel_modulo(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	if (!both(arg, CEL_INT) && !both(arg, CEL_UINT))
		return no_overload(run, "%", arg, count);
	if (arg[1].natural == 0)
		return cel_error("modulus by zero");
	if (arg[0].type == CEL_UINT)
		return cel_uint(arg[0].natural % arg[1].natural);
	if (arg[0].integer == INT64_MIN && arg[1].integer == -1)
		return overflow();
	return cel_int(arg[0].integer % arg[1].integer);
}

struct cel_value
cel_negate(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	if (arg[0].type == CEL_DOUBLE)
		return cel_double(-arg[0].number);
	if (arg[0].type != CEL_INT)
		return no_overload(run, "-", arg, count);
	return arg[0].integer == INT64_MIN ? overflow()
					   : cel_int(-arg[0].integer);
}

struct cel_value
cel_not(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	if (arg[0].type != CEL_BOOL)
		return no_overload(run, "!", arg, count);
	return cel_bool(!arg[0].boolean);
}

struct cel_value
cel_is_equal(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)run;
	(void)count;
	return cel_bool(cel_equal(&arg[0], &arg[1]));
}

struct cel_value
cel_is_unequal(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)run;
	(void)count;
	return cel_bool(!cel_equal(&arg[0], &arg[1]));
}

/* Types that have an order, and numbers across types; NaN is neither more nor
 * less than anything. */
static bool
may_compare(const struct cel_value *arg)
{
	bool ordered;

	if (arg[0].type >= CEL_INT && arg[0].type <= CEL_DOUBLE &&
	    arg[1].type >= CEL_INT && arg[1].type <= CEL_DOUBLE)
		return true;
	cel_compare(&arg[0], &arg[1], &ordered);
	return ordered;
}

#define COMPARISON(function, sign, condition) \
	struct cel_value function(struct cel_run *run, \
	    const struct cel_value *arg, size_t count) \
	{ \
		bool ordered; \
		int order; \
\
		if (!may_compare(arg)) \
			return no_overload(run, sign, arg, count); \
		order = cel_compare(&arg[0], &arg[1], &ordered); \
		return cel_bool(ordered && (condition)); \
	}
COMPARISON(cel_less, "<", order < 0)
COMPARISON(cel_less_equal, "<=", order <= 0)
COMPARISON(cel_greater, ">", order > 0)
COMPARISON(cel_greater_equal, ">=", order >= 0)

struct cel_value
cel_in(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	if (arg[1].type == CEL_MAP)
		return cel_bool(cel_map_find(arg[1].map, &arg[0]) != NULL);
	if (arg[1].type != CEL_LIST)
		return no_overload(run, "in", arg, count);
	if (!cel_step(run, arg[1].list->count))
		return cel_error("the expression takes too many steps");
	for (size_t i = 0; i < arg[1].list->count; i++) {
		if (cel_equal(&arg[0], &arg[1].list->item[i]))
			return cel_bool(true);
	}
	return cel_bool(false);
}
