/* Values that may not be there (the optionals extension of cel-spec). */
#include "policy/cel_functions_internal.h"

struct cel_value
cel_optional_of(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	return cel_optional(run->arena, arg);
}

struct cel_value
cel_optional_none(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	(void)arg;
	(void)count;
	return cel_optional(run->arena, NULL);
}

static bool
is_zero(const struct cel_value *value)
{
	switch (value->type) {
	case CEL_NULL:
		return true;
	case CEL_BOOL:
		return !value->boolean;
	case CEL_INT:
	case CEL_UINT:
		return value->natural == 0;
	case CEL_DOUBLE:
		return value->number == 0;
	case CEL_STRING:
	case CEL_BYTES:
		return value->text.len == 0;
	case CEL_LIST:
		return value->list->count == 0;
	case CEL_MAP:
		return value->map->count == 0;
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		return value->time.seconds == 0 && value->time.nanos == 0;
	default:
		return false;
	}
}

struct cel_value
cel_optional_of_non_zero(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	(void)count;
	return cel_optional(run->arena, is_zero(arg) ? NULL : arg);
}

static struct cel_value
not_optional(struct cel_run *run, const struct cel_value *arg)
{
	return cel_errorf(run->arena, "a %s is no optional",
	    cel_type_name(arg->type));
}

struct cel_value
cel_optional_has_value(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	(void)count;
	if (arg->type != CEL_OPTIONAL)
		return not_optional(run, arg);
	return cel_bool(arg->inner != NULL);
}

struct cel_value
cel_optional_value(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	(void)count;
	if (arg->type != CEL_OPTIONAL)
		return not_optional(run, arg);
	return arg->inner == NULL ? cel_error("the optional has no value")
				  : *arg->inner;
}

struct cel_value
cel_optional_or(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (arg[0].type != CEL_OPTIONAL || arg[1].type != CEL_OPTIONAL)
		return not_optional(run,
		    &arg[arg[0].type == CEL_OPTIONAL ? 1 : 0]);
	return arg[0].inner == NULL ? arg[1] : arg[0];
}

struct cel_value
cel_optional_or_value(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	(void)count;
	if (arg[0].type != CEL_OPTIONAL)
		return not_optional(run, arg);
	return arg[0].inner == NULL ? arg[1] : *arg[0].inner;
}
