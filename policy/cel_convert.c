/* Conversions between types ("Standard Definitions"). */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/cel_functions_internal.h"

#define INT_END 9223372036854775808.0 /* 2^63 */

static struct cel_value
cannot(struct cel_run *run, const struct cel_value *arg, const char *type)
{
	if (arg->type == CEL_STRING)
		return cel_errorf(run->arena, "'%.*s' is no %s",
		    (int)(arg->text.len < 80 ? arg->text.len : 80),
		    (const char *)arg->text.data, type);
	return cel_errorf(run->arena, "a %s cannot become a %s",
	    cel_type_name(arg->type), type);
}

static struct cel_value
out_of_range(void)
{
	return cel_error("the number is out of range");
}

/* A text as a NUL-terminated one that fits, without spaces in front. */
static bool
as_number_text(const struct cel_value *value, char *out, size_t size)
{
	if (value->text.len == 0 || value->text.len >= size ||
	    memchr(value->text.data, '\0', value->text.len) != NULL ||
	    value->text.data[0] <= ' ')
		return false;
	memcpy(out, value->text.data, value->text.len);
	out[value->text.len] = '\0';
	return true;
}

struct cel_value
cel_to_bool(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	static const char *const yes[] = { "1", "t", "true", "TRUE", "True",
		"T" };
	static const char *const no[] = { "0", "f", "false", "FALSE", "False",
		"F" };

	(void)count;
	if (arg->type == CEL_BOOL)
		return *arg;
	for (size_t i = 0; arg->type == CEL_STRING && i < 6; i++) {
		if (bytes_equal(arg->text, bytes_of_text(yes[i])))
			return cel_bool(true);
		if (bytes_equal(arg->text, bytes_of_text(no[i])))
			return cel_bool(false);
	}
	return cannot(run, arg, "bool");
}

struct cel_value
cel_to_int(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	char text[64], *end;
	long long integer;

	(void)count;
	switch (arg->type) {
	case CEL_INT:
		return *arg;
	case CEL_UINT:
		return arg->natural > INT64_MAX
		    ? out_of_range()
		    : cel_int((int64_t)arg->natural);
	case CEL_DOUBLE:
		/* Neither end of the range is a double that can be told from
		 * its neighbours: both are refused. */
		if (isnan(arg->number) || fabs(arg->number) >= INT_END)
			return out_of_range();
		return cel_int((int64_t)arg->number);
	case CEL_TIMESTAMP:
		return cel_int(arg->time.seconds);
	case CEL_STRING:
		if (!as_number_text(arg, text, sizeof text) || text[0] == '+')
			return cannot(run, arg, "int");
		errno = 0;
		integer = strtoll(text, &end, 10);
		if (*end != '\0' || errno != 0)
			return cannot(run, arg, "int");
		return cel_int(integer);
	default:
		return cannot(run, arg, "int");
	}
}

struct cel_value
cel_to_uint(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	char text[64], *end;
	unsigned long long natural;

	(void)count;
	switch (arg->type) {
	case CEL_UINT:
		return *arg;
	case CEL_INT:
		return arg->integer < 0 ? out_of_range()
					: cel_uint((uint64_t)arg->integer);
	case CEL_DOUBLE:
		if (!(arg->number >= 0 && arg->number < 0x1p64))
			return out_of_range();
		return cel_uint((uint64_t)arg->number);
	case CEL_STRING:
		if (!as_number_text(arg, text, sizeof text) || text[0] == '-' ||
		    text[0] == '+')
			return cannot(run, arg, "uint");
		errno = 0;
		natural = strtoull(text, &end, 10);
		if (*end != '\0' || errno != 0)
			return cannot(run, arg, "uint");
		return cel_uint(natural);
	default:
		return cannot(run, arg, "uint");
	}
}

struct cel_value
cel_to_double(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	char text[400], *end;
	double number;

	(void)count;
	switch (arg->type) {
	case CEL_DOUBLE:
		return *arg;
	case CEL_INT:
		return cel_double((double)arg->integer);
	case CEL_UINT:
		return cel_double((double)arg->natural);
	case CEL_STRING:
		if (!as_number_text(arg, text, sizeof text))
			return cannot(run, arg, "double");
		number = strtod(text, &end);
		if (*end != '\0' || strpbrk(text, "xXpP(") != NULL)
			return cannot(run, arg, "double");
		return cel_double(number);
	default:
		return cannot(run, arg, "double");
	}
}

struct cel_value
cel_to_string(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct buffer out = buffer_new(400);
	struct cel_value value;

	(void)count;
	switch (arg->type) {
	case CEL_STRING:
		return *arg;
	case CEL_BYTES:
		if (!text_is_utf8(arg->text))
			return cel_error("the bytes are not UTF-8");
		return cel_string(arg->text);
	case CEL_BOOL:
	case CEL_INT:
		cel_write(&out, arg);
		break;
	case CEL_UINT:
		buffer_printf(&out, "%llu", (unsigned long long)arg->natural);
		break;
	case CEL_DOUBLE:
		if (arg->number == 0 && signbit(arg->number))
			buffer_byte(&out, '-');
		cel_write(&out, arg);
		/* As few digits as say it: 1.0 is "1". */
		if (out.len > 2 && memcmp(out.data + out.len - 2, ".0", 2) == 0)
			out.len -= 2;
		break;
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		cel_time_write(&out, arg);
		break;
	default:
		return cannot(run, arg, "string");
	}
	value = cel_string(arena_copy(run->arena, buffer_bytes(&out)));
	buffer_free(&out);
	return value.text.data == NULL
	    ? cel_error("the expression takes too much memory")
	    : value;
}

struct cel_value
cel_to_bytes(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)count;
	if (arg->type != CEL_STRING && arg->type != CEL_BYTES)
		return cannot(run, arg, "bytes");
	return cel_bytes(arg->text);
}

struct cel_value
cel_to_dyn(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)run;
	(void)count;
	return *arg;
}

struct cel_value
cel_type_of(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	(void)run;
	(void)count;
	return cel_type(cel_type_name(arg->type));
}
