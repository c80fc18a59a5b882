/* "…%s…".format([…]): the strings extension's formatting. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cel_functions_internal.h"

#define PRECISION_MAX 100

static bool write_text(struct cel_run *run, struct buffer *out,
    const struct cel_value *value);

/* "key: value", and how much of it is the key. */
struct pair {
	struct bytes text;
	size_t key;
};

static int
compare_keys(const void *a, const void *b)
{
	const struct pair *one = a, *two = b;
	struct bytes keys[2] = { bytes_of(one->text.data, one->key),
		bytes_of(two->text.data, two->key) };
	const struct bytes *x = &keys[0], *y = &keys[1];
	size_t len = x->len < y->len ? x->len : y->len;
	int compared = len == 0 ? 0 : memcmp(x->data, y->data, len);

	return compared != 0 ? compared : (x->len > y->len) - (x->len < y->len);
}

/* Entries in the order of their keys' texts: a map has none of its own. */
static bool
write_map(struct cel_run *run, struct buffer *out, const struct cel_map *map)
{
	struct pair *entry;

	cel_map_fill(map);
	entry = arena_take(run->arena, map->count, sizeof *entry);

	if (entry == NULL)
		return false;
	for (size_t i = 0; i < map->count; i++) {
		struct buffer text = buffer_new((size_t)1 << 24);
		bool written = write_text(run, &text, &map->key[i]);

		entry[i].key = text.len;
		buffer_text(&text, ": ");
		written = written && write_text(run, &text, &map->value[i]);
		entry[i].text = arena_copy(run->arena, buffer_bytes(&text));
		buffer_free(&text);
		if (!written || entry[i].text.data == NULL)
			return false;
	}
	if (map->count > 0)
		qsort(entry, map->count, sizeof *entry, compare_keys);
	buffer_byte(out, '{');
	for (size_t i = 0; i < map->count; i++) {
		if (i > 0)
			buffer_text(out, ", ");
		buffer_append(out, entry[i].text);
	}
	buffer_byte(out, '}');
	return true;
}

/* As %s says it; false for what it cannot. */
static bool
write_text(struct cel_run *run, struct buffer *out,
    const struct cel_value *value)
{
	struct cel_value text;

	if (!cel_step(run, 1))
		return false;
	switch (value->type) {
	case CEL_NULL:
	case CEL_TYPE:
		cel_write(out, value);
		return true;
	case CEL_LIST:
		buffer_byte(out, '[');
		for (size_t i = 0; i < value->list->count; i++) {
			if (i > 0)
				buffer_text(out, ", ");
			if (!write_text(run, out, &value->list->item[i]))
				return false;
		}
		buffer_byte(out, ']');
		return true;
	case CEL_MAP:
		return write_map(run, out, value->map);
	case CEL_OPTIONAL:
	case CEL_ERROR:
		return false;
	default:
		text = cel_to_string(run, value, 1);
		if (text.type == CEL_ERROR)
			return false;
		buffer_append(out, text.text);
		return true;
	}
}

static bool
write_not_finite(struct buffer *out, const struct cel_value *value)
{
	if (value->type != CEL_DOUBLE || isfinite(value->number))
		return false;
	buffer_text(out,
	    isnan(value->number)    ? "NaN"
		: value->number < 0 ? "-Infinity"
				    : "Infinity");
	return true;
}

static bool
write_decimal(struct buffer *out, const struct cel_value *value)
{
	if (value->type == CEL_INT)
		buffer_printf(out, "%lld", (long long)value->integer);
	else if (value->type == CEL_UINT)
		buffer_printf(out, "%llu", (unsigned long long)value->natural);
	else
		return write_not_finite(out, value);
	return true;
}

static bool
write_fixed(struct buffer *out, const struct cel_value *value, char verb,
    int precision)
{
	double number;

	if (write_not_finite(out, value))
		return true;
	if (value->type == CEL_DOUBLE)
		number = value->number;
	else if (value->type == CEL_INT)
		number = (double)value->integer;
	else if (value->type == CEL_UINT)
		number = (double)value->natural;
	else
		return false;
	if (verb == 'f')
		buffer_printf(out, "%.*f", precision, number);
	else
		buffer_printf(out, "%.*e", precision, number);
	return true;
}

static void
write_base(struct buffer *out, uint64_t number, unsigned base, bool capital)
{
	const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[64];
	size_t at = sizeof text;

	do {
		text[--at] = digits[number % base];
		number /= base;
	} while (number > 0);
	buffer_append(out, bytes_of(text + at, sizeof text - at));
}

static bool
write_in_base(struct buffer *out, const struct cel_value *value, char verb)
{
	unsigned base = verb == 'b' ? 2 : verb == 'o' ? 8 : 16;
	bool negative = value->type == CEL_INT && value->integer < 0;

	if (value->type == CEL_BOOL && verb == 'b') {
		buffer_byte(out, value->boolean ? '1' : '0');
		return true;
	}
	if (base == 16 &&
	    (value->type == CEL_STRING || value->type == CEL_BYTES)) {
		for (size_t i = 0; i < value->text.len; i++)
			buffer_printf(out, verb == 'X' ? "%02X" : "%02x",
			    value->text.data[i]);
		return true;
	}
	if (value->type != CEL_INT && value->type != CEL_UINT)
		return false;
	if (negative)
		buffer_byte(out, '-');
	write_base(out, negative ? -value->natural : value->natural, base,
	    verb == 'X');
	return true;
}

static bool
write_verb(struct cel_run *run, struct buffer *out, char verb, int precision,
    const struct cel_value *value)
{
	switch (verb) {
	case 's':
		return write_text(run, out, value);
	case 'd':
		return write_decimal(out, value);
	case 'f':
	case 'e':
		return write_fixed(out, value, verb, precision);
	case 'b':
	case 'o':
	case 'x':
	case 'X':
		return write_in_base(out, value, verb);
	default:
		return false;
	}
}

/* ".3" after a percent sign; -1 for what is none. */
static int
take_precision(struct bytes *rest)
{
	int precision = 0;

	if (rest->len == 0 || rest->data[0] != '.')
		return 6;
	*rest = bytes_after(*rest, 1);
	if (rest->len == 0 || rest->data[0] < '0' || rest->data[0] > '9')
		return -1;
	while (rest->len > 0 && rest->data[0] >= '0' && rest->data[0] <= '9') {
		precision = precision * 10 + (rest->data[0] - '0');
		if (precision > PRECISION_MAX)
			return -1;
		*rest = bytes_after(*rest, 1);
	}
	return precision;
}

static struct cel_value
write_all(struct cel_run *run, struct buffer *out, struct bytes rest,
    const struct cel_list *list)
{
	size_t next = 0;

	while (rest.len > 0) {
		const uint8_t *percent = memchr(rest.data, '%', rest.len);
		size_t len = percent == NULL ? rest.len
					     : (size_t)(percent - rest.data);
		int precision;
		char verb;

		buffer_append(out, bytes_of(rest.data, len));
		rest = bytes_after(rest, len);
		if (rest.len == 0)
			break;
		rest = bytes_after(rest, 1);
		precision = take_precision(&rest);
		if (precision == -1 || rest.len == 0)
			return cel_error("a '%' without a verb");
		verb = (char)rest.data[0];
		rest = bytes_after(rest, 1);
		if (verb == '%') {
			buffer_byte(out, '%');
			continue;
		}
		if (next == list->count)
			return cel_error("there are fewer values than verbs");
		if (!write_verb(run, out, verb, precision, &list->item[next]))
			return cel_errorf(run->arena,
			    "%%%c does not format a %s", verb,
			    cel_type_name(list->item[next].type));
		next++;
	}
	return cel_null();
}

struct cel_value
cel_format(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct buffer out = buffer_new((size_t)1 << 24);
	struct cel_value value;

	(void)count;
	if (arg[0].type != CEL_STRING || arg[1].type != CEL_LIST)
		return cel_error("format is of a string, and takes a list");
	value = write_all(run, &out, arg[0].text, arg[1].list);
	if (value.type != CEL_ERROR)
		value = cel_string(arena_copy(run->arena, buffer_bytes(&out)));
	if (value.type != CEL_ERROR &&
	    (out.state != BUFFER_FINE || value.text.data == NULL ||
		!cel_step(run, out.len / 16)))
		value = cel_error("the expression takes too much memory");
	buffer_free(&out);
	return value;
}
