/* The strings extension of cel-spec: positions count code points. */
#include <string.h>

#include "policy/cel_functions_internal.h"

static struct cel_value
no_memory(void)
{
	return cel_error("the expression takes too much memory");
}

static struct cel_value
wrong_type(struct cel_run *run, const struct cel_value *value,
    const char *wanted)
{
	return cel_errorf(run->arena, "a %s stands where a %s is wanted",
	    cel_type_name(value->type), wanted);
}

/* What is wrong with the arguments' types, "s" and "i" for each; or null. */
static struct cel_value
check_types(struct cel_run *run, const struct cel_value *arg, size_t count,
    const char *types)
{
	for (size_t i = 0; i < count; i++) {
		if (types[i] == 's' && arg[i].type != CEL_STRING)
			return wrong_type(run, &arg[i], "string");
		if (types[i] == 'i' && arg[i].type != CEL_INT)
			return wrong_type(run, &arg[i], "int");
	}
	for (size_t i = 0; i < count; i++) {
		if (types[i] == 's' && !cel_step(run, arg[i].text.len / 16 + 1))
			return cel_error("the expression takes too many steps");
	}
	return cel_null();
}

#define CHECK(types) \
	do { \
		struct cel_value checked = \
		    check_types(run, arg, count, types); \
\
		if (checked.type == CEL_ERROR) \
			return checked; \
	} while (0)

/* --- Positions --- */

static size_t
width_at(struct bytes text, size_t offset)
{
	size_t width = 1;

	while (offset + width < text.len &&
	    (text.data[offset + width] & 0xc0) == 0x80)
		width++;
	return width;
}

/* The offset of a code point; false past the end. */
static bool
offset_of(struct bytes text, int64_t position, size_t *offset)
{
	*offset = 0;
	if (position < 0)
		return false;
	for (; position > 0 && *offset < text.len; position--)
		*offset += width_at(text, *offset);
	return position == 0;
}

static int64_t
position_of(struct bytes text, size_t offset)
{
	int64_t position = 0;

	for (size_t i = 0; i < offset; i++)
		position += (text.data[i] & 0xc0) != 0x80;
	return position;
}

static bool
found_at(struct bytes text, size_t offset, struct bytes part)
{
	return text.len - offset >= part.len &&
	    (part.len == 0 ||
		memcmp(text.data + offset, part.data, part.len) == 0);
}

struct cel_value
cel_char_at(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	size_t offset;

	CHECK("si");
	if (!offset_of(arg[0].text, arg[1].integer, &offset))
		return cel_error("the position is past the end");
	if (offset == arg[0].text.len)
		return cel_string(bytes_of("", 0));
	return cel_string(bytes_of(arg[0].text.data + offset,
	    width_at(arg[0].text, offset)));
}

struct cel_value
cel_index_of(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct bytes text = arg[0].text, part = arg[1].text;
	size_t offset = 0;
	const uint8_t *found;

	CHECK("ssi");
	if (count == 3 && !offset_of(text, arg[2].integer, &offset))
		return cel_error("the position is past the end");
	if (part.len == 0)
		return cel_int(position_of(text, offset));
	found = offset >= text.len
	    ? NULL
	    : memmem(text.data + offset, text.len - offset, part.data,
		  part.len);
	if (found == NULL)
		return cel_int(-1);
	return cel_int(position_of(text, (size_t)(found - text.data)));
}

struct cel_value
cel_last_index_of(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	struct bytes text = arg[0].text, part = arg[1].text;
	size_t offset = text.len;

	CHECK("ssi");
	if (count == 3 && !offset_of(text, arg[2].integer, &offset))
		return cel_error("the position is past the end");
	if (!cel_step(run, text.len * (part.len / 16 + 1) / 16))
		return cel_error("the expression takes too many steps");
	for (;; offset--) {
		bool boundary = offset == text.len ||
		    (text.data[offset] & 0xc0) != 0x80;

		if (boundary && found_at(text, offset, part))
			return cel_int(position_of(text, offset));
		if (offset == 0)
			return cel_int(-1);
	}
}

struct cel_value
cel_substring(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct bytes text = arg[0].text;
	size_t start, end = text.len;

	CHECK("sii");
	if (!offset_of(text, arg[1].integer, &start) ||
	    (count == 3 && !offset_of(text, arg[2].integer, &end)))
		return cel_error("the position is past the end");
	if (end < start)
		return cel_error("the end is before the start");
	return cel_string(bytes_of(text.len == 0 ? (const uint8_t *)""
						 : text.data + start,
	    end - start));
}

/* --- Letters --- */

static struct cel_value
with_case(struct cel_run *run, const struct cel_value *arg, char from, char to,
    int change)
{
	struct bytes text = arg->text;
	uint8_t *out = arena_take(run->arena, 1, text.len + 1);

	if (out == NULL)
		return no_memory();
	for (size_t i = 0; i < text.len; i++)
		out[i] = text.data[i] >= (uint8_t)from &&
			text.data[i] <= (uint8_t)to
		    ? (uint8_t)(text.data[i] + change)
		    : text.data[i];
	return cel_string(bytes_of(out, text.len));
}

struct cel_value
cel_lower_ascii(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	CHECK("s");
	return with_case(run, arg, 'A', 'Z', 'a' - 'A');
}

struct cel_value
cel_upper_ascii(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	CHECK("s");
	return with_case(run, arg, 'a', 'z', 'A' - 'a');
}

struct cel_value
cel_reverse(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct bytes text = arg->text;
	uint8_t *out;

	if (arg->type == CEL_LIST)
		return cel_list_reverse(run, arg->list);
	CHECK("s");
	if ((out = arena_take(run->arena, 1, text.len + 1)) == NULL)
		return no_memory();
	for (size_t at = 0, width; at < text.len; at += width) {
		width = width_at(text, at);
		memcpy(out + text.len - at - width, text.data + at, width);
	}
	return cel_string(bytes_of(out, text.len));
}

/* White space of Unicode (property White_Space), as UTF-8; its length. */
static size_t
space_at(struct bytes text, size_t offset)
{
	static const char *const wide[] = { "\xc2\x85", "\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80" };
	struct bytes rest = bytes_after(text, offset);

	if (rest.len == 0)
		return 0;
	if (rest.data[0] == ' ' ||
	    (rest.data[0] >= '\t' && rest.data[0] <= '\r'))
		return 1;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		if (bytes_begin(rest, wide[i]))
			return strlen(wide[i]);
	}
	/* U+2000 to U+200A. */
	if (rest.len >= 3 && rest.data[0] == 0xe2 && rest.data[1] == 0x80 &&
	    rest.data[2] >= 0x80 && rest.data[2] <= 0x8a)
		return 3;
	return 0;
}

struct cel_value
cel_trim(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct bytes text = arg->text;
	size_t start = 0, end = 0, width;

	CHECK("s");
	while ((width = space_at(text, start)) > 0)
		start += width;
	end = start;
	for (size_t at = start; at < text.len;) {
		width = space_at(text, at);
		at += width > 0 ? width : width_at(text, at);
		if (width == 0)
			end = at;
	}
	return cel_string(bytes_of(text.len == 0 ? (const uint8_t *)""
						 : text.data + start,
	    end - start));
}

/* --- Several --- */

struct cel_value
cel_replace(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct bytes text = arg[0].text, from = arg[1].text, to = arg[2].text;
	int64_t left = count == 4 ? arg[3].integer : -1;
	struct buffer out = buffer_new((size_t)1 << 24);
	struct cel_value value;
	size_t at = 0;

	CHECK("sssi");
	while (at <= text.len) {
		bool here = left != 0 && found_at(text, at, from);

		if (here) {
			buffer_append(&out, to);
			left -= left > 0;
		}
		if (here && from.len > 0) {
			at += from.len;
			continue;
		}
		if (at == text.len)
			break;
		buffer_append(&out,
		    bytes_of(text.data + at, width_at(text, at)));
		at += width_at(text, at);
	}
	value = cel_string(arena_copy(run->arena, buffer_bytes(&out)));
	if (out.state != BUFFER_FINE || value.text.data == NULL ||
	    !cel_step(run, out.len / 16))
		value = no_memory();
	buffer_free(&out);
	return value;
}

struct cel_value
cel_split(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct bytes text = arg[0].text, by = arg[1].text;
	int64_t most = count == 3 ? arg[2].integer : -1;
	struct cel_value *item;
	size_t at = 0, parts = 0, start = 0;

	CHECK("ssi");
	item = arena_take(run->arena, text.len + 1, sizeof *item);
	if (item == NULL)
		return no_memory();
	if (most == 0)
		return cel_list(run->arena, item, 0);
	while (at < text.len && (most < 0 || (int64_t)parts + 1 < most)) {
		size_t width = by.len > 0 ? by.len : width_at(text, at);

		if (by.len == 0) {
			item[parts++] =
			    cel_string(bytes_of(text.data + at, width));
			start = at + width;
		} else if (found_at(text, at, by)) {
			item[parts++] =
			    cel_string(bytes_of(text.data + start, at - start));
			start = at + width;
		} else {
			width = 1;
		}
		at += width;
	}
	if (by.len > 0 || start < text.len)
		item[parts++] =
		    cel_string(bytes_of(text.len == 0 ? (const uint8_t *)""
						      : text.data + start,
			text.len - start));
	return cel_list(run->arena, item, parts);
}

struct cel_value
cel_join(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct buffer out = buffer_new((size_t)1 << 24);
	struct cel_value value;

	if (arg[0].type != CEL_LIST)
		return wrong_type(run, &arg[0], "list");
	if (count == 2 && arg[1].type != CEL_STRING)
		return wrong_type(run, &arg[1], "string");
	for (size_t i = 0; i < arg[0].list->count; i++) {
		const struct cel_value *item = &arg[0].list->item[i];

		if (item->type != CEL_STRING) {
			buffer_free(&out);
			return wrong_type(run, item, "string");
		}
		if (i > 0 && count == 2)
			buffer_append(&out, arg[1].text);
		buffer_append(&out, item->text);
	}
	value = cel_string(arena_copy(run->arena, buffer_bytes(&out)));
	if (out.state != BUFFER_FINE || value.text.data == NULL ||
	    !cel_step(run, out.len / 16))
		value = no_memory();
	buffer_free(&out);
	return value;
}

struct cel_value
cel_quote(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	static const char plain[] = "\a\b\f\n\r\t\v\\\"";
	static const char named[] = "abfnrtv\\\"";
	uint8_t *out;
	size_t len = 0;

	CHECK("s");
	out = arena_take(run->arena, 1, arg->text.len * 2 + 3);
	if (out == NULL)
		return no_memory();
	out[len++] = '"';
	for (size_t i = 0; i < arg->text.len; i++) {
		uint8_t byte = arg->text.data[i];
		const char *found = byte == '\0' ? NULL : strchr(plain, byte);

		if (found != NULL) {
			out[len++] = '\\';
			byte = (uint8_t)named[found - plain];
		}
		out[len++] = byte;
	}
	out[len++] = '"';
	return cel_string(bytes_of(out, len));
}
