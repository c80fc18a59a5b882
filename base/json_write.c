#include "base/json.h"
#include "base/json_internal.h"
#include "base/text_internal.h"

/* U+FFFD, which stands for what no JSON text of ours may hold. */
#define REPLACEMENT "\xEF\xBF\xBD"
#define INDENT 2

/* An ASCII character that needs an escape. */
static void
write_escape(struct buffer *out, uint8_t c)
{
	static const char digits[] = "0123456789abcdef";
	static const char letters[] = {
		['"'] = '"',
		['\\'] = '\\',
		['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't',
	};
	char escape[] = "\\u00XX";

	if (letters[c] != '\0') {
		escape[1] = letters[c];
		buffer_append(out, bytes_of(escape, 2));
		return;
	}
	escape[4] = digits[c >> 4];
	escape[5] = digits[c & 15];
	buffer_append(out, bytes_of(escape, 6));
}

/* Write the one character that text begins with; returns its length. */
static size_t
write_special(struct buffer *out, struct bytes text)
{
	uint32_t code;
	size_t len = text_decode(&code, text.data, text.len);

	if (len == 0 || code == 0 || text_is_noncharacter(code))
		buffer_text(out, REPLACEMENT);
	else if (code < 0x80)
		write_escape(out, (uint8_t)code);
	else
		buffer_append(out, bytes_of(text.data, len));
	return len == 0 ? 1 : len;
}

void
json_write_text(struct buffer *out, struct bytes text)
{
	buffer_byte(out, '"');
	while (text.len > 0) {
		size_t len =
		    (size_t)(json_skip_plain(text.data, text.data + text.len) -
			text.data);

		buffer_append(out, bytes_of(text.data, len));
		text = bytes_after(text, len);
		if (text.len > 0)
			text = bytes_after(text, write_special(out, text));
	}
	buffer_byte(out, '"');
}

/* A new line of the pretty form; depth is -1 in the other. */
static void
write_line(struct buffer *out, int depth)
{
	if (depth < 0)
		return;
	buffer_byte(out, '\n');
	for (int i = 0; i < depth * INDENT; i++)
		buffer_byte(out, ' ');
}

static void write_value(struct buffer *out, const struct json *value,
    int depth);

static void
write_children(struct buffer *out, const struct json *value, int depth)
{
	bool object = json_type(value) == JSON_OBJECT;
	const struct json *child = json_first(value);
	int inner = depth < 0 ? depth : depth + 1;

	buffer_byte(out, object ? '{' : '[');
	for (; child != NULL; child = json_next(child)) {
		if (child != json_first(value))
			buffer_byte(out, ',');
		write_line(out, inner);
		if (object) {
			json_write_text(out, bytes_of_text(json_name(child)));
			buffer_text(out, depth < 0 ? ":" : ": ");
		}
		write_value(out, child, inner);
	}
	if (json_first(value) != NULL)
		write_line(out, depth);
	buffer_byte(out, object ? '}' : ']');
}

static void
write_value(struct buffer *out, const struct json *value, int depth)
{
	switch (json_type(value)) {
	case JSON_NULL:
		buffer_text(out, "null");
		break;
	case JSON_BOOL:
		buffer_text(out, json_bool(value) ? "true" : "false");
		break;
	case JSON_NUMBER:
		json_write_number(out, json_number(value));
		break;
	case JSON_TEXT:
		json_write_text(out, bytes_of_text(json_text(value)));
		break;
	case JSON_LIST:
	case JSON_OBJECT:
		write_children(out, value, depth);
		break;
	}
}

void
json_write(struct buffer *out, const struct json *value)
{
	write_value(out, value, -1);
}

void
json_write_pretty(struct buffer *out, const struct json *value)
{
	write_value(out, value, 0);
}
