#include "reports/escape.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"

void
escape_markdown(struct buffer *out, const char *text)
{
	if (*text == '+' || *text == '-' || *text == '=')
		buffer_byte(out, '\\');
	for (const char *at = text; *at != '\0'; at++) {
		if (strncmp(at, "://", 3) == 0) {
			buffer_text(out, ":&#47;&#47;");
			at += 2;
		} else if (strncmp(at, "www.", 4) == 0) {
			buffer_text(out, "www&#46;");
			at += 3;
		} else if ((*at == '.' || *at == ')') && at > text &&
		    strspn(text, "0123456789") == (size_t)(at - text)) {
			/* "1." would begin a list. */
			buffer_byte(out, '\\');
			buffer_byte(out, (uint8_t)*at);
		} else if (*at == '<') {
			buffer_text(out, "&lt;");
		} else if (*at == '&') {
			buffer_text(out, "&amp;");
		} else if (*at == '\n' || *at == '\r') {
			buffer_byte(out, ' ');
		} else {
			if (strchr("\\`*_{}[]>#|~$!", *at) != NULL)
				buffer_byte(out, '\\');
			buffer_byte(out, (uint8_t)*at);
		}
	}
}

static bool
is_number(const char *text)
{
	char *end;

	if (text[strspn(text, "+-.0123456789eE")] != '\0')
		return false;
	(void)strtod(text, &end);
	return end != text && *end == '\0';
}

void
escape_csv(struct buffer *out, const char *text)
{
	bool formula = *text != '\0' && strchr("=+-@\t\r", *text) != NULL &&
	    !is_number(text);

	if (!formula && text[strcspn(text, "\",\r\n;")] == '\0') {
		buffer_text(out, text);
		return;
	}
	buffer_byte(out, '"');
	if (formula)
		buffer_byte(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buffer_byte(out, '"');
		buffer_byte(out, (uint8_t)*text);
	}
	buffer_byte(out, '"');
}

void
escape_uuid(struct buffer *out, const char *text)
{
	struct digest digest = digest_of(bytes_of_text(text));

	digest.byte[6] = (uint8_t)(0x80 | (digest.byte[6] & 0x0f));
	digest.byte[8] = (uint8_t)(0x80 | (digest.byte[8] & 0x3f));
	for (unsigned i = 0; i < 16; i++)
		buffer_printf(out, "%s%02x",
		    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
		    digest.byte[i]);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

void
escape_name(struct buffer *out, const char *text)
{
	if (!is_letter(*text))
		buffer_byte(out, '_');
	for (; *text != '\0'; text++)
		buffer_byte(out,
		    is_letter(*text) || (*text >= '0' && *text <= '9') ||
			    *text == '-' || *text == '.'
			? (uint8_t)*text
			: (uint8_t)'_');
}

void
escape_date(struct buffer *out, const char *text)
{
	int64_t ms;

	if (time_parse_exact(&ms, bytes_of_text(text)))
		buffer_printf(out, "%.10s %.5s UTC", text, text + 11);
	else
		buffer_text(out, text);
}

void
escape_number(struct buffer *out, const char *text)
{
	size_t len = strlen(text);

	if (len < 5 || strspn(text, "0123456789") != len) {
		buffer_text(out, text);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buffer_byte(out, ',');
		buffer_byte(out, (uint8_t)text[i]);
	}
}
