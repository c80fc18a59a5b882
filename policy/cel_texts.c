/* Sizes, parts and patterns of texts ("Standard Definitions"). */
#include <string.h>

#include "policy/cel_functions_internal.h"

/* Code points of UTF-8 that was checked when it came in. */
static int64_t
code_points(struct bytes text)
{
	int64_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += (text.data[i] & 0xc0) != 0x80;
	return count;
}

struct cel_value
cel_size(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	switch (arg->type) {
	case CEL_STRING:
		if (!cel_step(run, arg->text.len / 64))
			return cel_error("the expression takes too many steps");
		return cel_int(code_points(arg->text));
	case CEL_BYTES:
		return cel_int((int64_t)arg->text.len);
	case CEL_LIST:
		return cel_int((int64_t)arg->list->count);
	case CEL_MAP:
		return cel_int((int64_t)arg->map->count);
	default:
		return cel_errorf(run->arena, "a %s has no size",
		    cel_type_name(arg->type));
	}
}

static bool
are_strings(const struct cel_value *arg)
{
	return arg[0].type == CEL_STRING && arg[1].type == CEL_STRING;
}

static struct cel_value
not_strings(struct cel_run *run, const struct cel_value *arg)
{
	return cel_errorf(run->arena, "this is asked of a string, not a %s",
	    cel_type_name(arg[arg[0].type == CEL_STRING ? 1 : 0].type));
}

struct cel_value
cel_contains(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (!are_strings(arg))
		return not_strings(run, arg);
	if (arg[1].text.len == 0)
		return cel_bool(true);
	if (!cel_step(run, arg[0].text.len / 64))
		return cel_error("the expression takes too many steps");
	return cel_bool(arg[0].text.len != 0 &&
	    memmem(arg[0].text.data, arg[0].text.len, arg[1].text.data,
		arg[1].text.len) != NULL);
}

struct cel_value
cel_starts_with(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (!are_strings(arg))
		return not_strings(run, arg);
	return cel_bool(arg[0].text.len >= arg[1].text.len &&
	    bytes_equal(bytes_of(arg[0].text.data, arg[1].text.len),
		arg[1].text));
}

struct cel_value
cel_ends_with(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (!are_strings(arg))
		return not_strings(run, arg);
	return cel_bool(arg[0].text.len >= arg[1].text.len &&
	    bytes_equal(bytes_after(arg[0].text,
			    arg[0].text.len - arg[1].text.len),
		arg[1].text));
}
