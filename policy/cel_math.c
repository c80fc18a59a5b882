/* The math extension of cel-spec. */
#include <math.h>

#include "policy/cel_functions_internal.h"

static bool
is_number(const struct cel_value *value)
{
	return value->type >= CEL_INT && value->type <= CEL_DOUBLE;
}

static struct cel_value
not_number(struct cel_run *run, const struct cel_value *value)
{
	return cel_errorf(run->arena, "a %s is no number for this",
	    cel_type_name(value->type));
}

/* Of several arguments, or of one list of them: the one that no other passes
 * in this direction. */
static struct cel_value
extreme(struct cel_run *run, const struct cel_value *arg, size_t count, int way)
{
	struct cel_value best;
	bool ordered;

	if (count == 1 && arg->type == CEL_LIST) {
		count = arg->list->count;
		arg = arg->list->item;
		if (count == 0)
			return cel_error("an empty list has no such number");
	}
	for (size_t i = 0; i < count; i++) {
		if (!is_number(&arg[i]))
			return not_number(run, &arg[i]);
		if (i == 0 || cel_compare(&arg[i], &best, &ordered) == way)
			best = arg[i];
	}
	return best;
}

struct cel_value
cel_math_greatest(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	return extreme(run, arg, count, 1);
}

struct cel_value
cel_math_least(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	return extreme(run, arg, count, -1);
}

#define OF_DOUBLE(name, result) \
	struct cel_value name(struct cel_run *run, \
	    const struct cel_value *arg, size_t count) \
	{ \
		double x = arg->number; \
\
		(void)count; \
		if (arg->type != CEL_DOUBLE) \
			return not_number(run, arg); \
		return result; \
	}
OF_DOUBLE(cel_math_ceil, cel_double(ceil(x)))
OF_DOUBLE(cel_math_floor, cel_double(floor(x)))
OF_DOUBLE(cel_math_round, cel_double(round(x)))
OF_DOUBLE(cel_math_trunc, cel_double(trunc(x)))
OF_DOUBLE(cel_math_is_nan, cel_bool(isnan(x)))
OF_DOUBLE(cel_math_is_inf, cel_bool(isinf(x)))
OF_DOUBLE(cel_math_is_finite, cel_bool(isfinite(x)))

struct cel_value
cel_math_sqrt(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (!is_number(arg))
		return not_number(run, arg);
	return cel_double(sqrt(arg->type == CEL_INT ? (double)arg->integer
		: arg->type == CEL_UINT             ? (double)arg->natural
						    : arg->number));
}

struct cel_value
cel_math_abs(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (!is_number(arg))
		return not_number(run, arg);
	if (arg->type == CEL_DOUBLE)
		return cel_double(fabs(arg->number));
	if (arg->type == CEL_UINT)
		return *arg;
	if (arg->integer == INT64_MIN)
		return cel_error("the result is out of range");
	return cel_int(arg->integer < 0 ? -arg->integer : arg->integer);
}

struct cel_value
cel_math_sign(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (!is_number(arg))
		return not_number(run, arg);
	if (arg->type == CEL_UINT)
		return cel_uint(arg->natural > 0);
	if (arg->type == CEL_INT)
		return cel_int((arg->integer > 0) - (arg->integer < 0));
	if (isnan(arg->number))
		return *arg;
	return cel_double((arg->number > 0) - (arg->number < 0));
}

/* Two ints or two uints, bit by bit. */
#define OF_BITS(name, sign) \
	struct cel_value name(struct cel_run *run, \
	    const struct cel_value *arg, size_t count) \
	{ \
		struct cel_value value = arg[0]; \
\
		(void)count; \
		if ((arg[0].type != CEL_INT && arg[0].type != CEL_UINT) || \
		    arg[1].type != arg[0].type) \
			return not_number(run, \
			    &arg[arg[0].type == CEL_INT || \
				arg[0].type == CEL_UINT]); \
		value.natural = arg[0].natural sign arg[1].natural; \
		return value; \
	}
OF_BITS(cel_math_bit_and, &)
OF_BITS(cel_math_bit_or, |)
OF_BITS(cel_math_bit_xor, ^)

struct cel_value
cel_math_bit_not(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct cel_value value = *arg;

	(void)count;
	if (arg->type != CEL_INT && arg->type != CEL_UINT)
		return not_number(run, arg);
	value.natural = ~arg->natural;
	return value;
}

/* By 64 and more nothing is left; the sign is not kept. */
static struct cel_value
shift(struct cel_run *run, const struct cel_value *arg, bool left)
{
	struct cel_value value = arg[0];

	if (arg[0].type != CEL_INT && arg[0].type != CEL_UINT)
		return not_number(run, &arg[0]);
	if (arg[1].type != CEL_INT)
		return not_number(run, &arg[1]);
	if (arg[1].integer < 0)
		return cel_error("a shift by less than nothing");
	if (arg[1].integer >= 64)
		value.natural = 0;
	else if (left)
		value.natural = arg[0].natural << arg[1].integer;
	else
		value.natural = arg[0].natural >> arg[1].integer;
	return value;
}

struct cel_value
cel_math_shift_left(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	(void)count;
	return shift(run, arg, true);
}

struct cel_value
cel_math_shift_right(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	(void)count;
	return shift(run, arg, false);
}
