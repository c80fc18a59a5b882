#include "reports/escape.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/digest.h"

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* Whether an @ makes neither an address nor a mention: credit@1. */
static bool
is_version(const char *text, const char *at)
{
	size_t len = strspn(at + 1, "0123456789");

	return at > text && is_word(at[-1]) && len > 0 &&
	    !is_word(at[1 + len]) &&
	    (at[1 + len] == '\0' || strchr(".-_", at[1 + len]) == NULL);
}

void
escape_markdown(struct buffer *out, const char *text)
{
	if (*text == '+' || *text == '-' || *text == '=')
		buffer_byte(out, '\\');
	for (const char *at = text; *at != '\0'; at++) {
		if (strncmp(at, "://", 3) == 0) {
			buffer_text(out, ":&#47;&#47;");
			at += 2;
		} else if (strncasecmp(at, "www.", 4) == 0) {
			buffer_append(out, bytes_of(at, 3));
			buffer_text(out, "&#46;");
			at += 3;
		} else if (*at == '@' && !is_version(text, at)) {
			buffer_text(out, "&#64;");
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

/* What a spreadsheet takes for the beginning of a formula: some take the
 * full-width forms, too. */
static bool
begins_formula(const char *text)
{
	static const char *const wide[] = { "＝", "＋", "－", "＠" };

	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return true;
	}
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

void
escape_csv(struct buffer *out, const char *text)
{
	bool formula = begins_formula(text) && !is_number(text);

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
	/* The namespace of URLs (RFC 9562, 6.6). */
	static const uint8_t urls[16] = { 0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad,
		0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
	struct buffer name = buffer_new(strlen(text) + 100);
	uint8_t byte[DIGEST_SHA1_LEN];

	buffer_append(&name, bytes_of(urls, sizeof urls));
	buffer_text(&name, "urn:vouchbook:");
	buffer_text(&name, text);
	digest_sha1(byte, buffer_bytes(&name));
	if (name.state != BUFFER_FINE)
		out->state = name.state;
	buffer_free(&name);
	byte[6] = (uint8_t)(0x50 | (byte[6] & 0x0f));
	byte[8] = (uint8_t)(0x80 | (byte[8] & 0x3f));
	for (unsigned i = 0; i < 16; i++)
		buffer_printf(out, "%s%02x",
		    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", byte[i]);
}

/* How many bytes of white space (Unicode's White_Space) begin the text. */
static size_t
space_len(const char *text)
{
	static const char *const wide[] = { "\xc2\x85", "\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf" };

	if ((uint8_t)*text < 0x80)
		return *text == ' ' || (*text >= '\t' && *text <= '\r');
	/* U+2000 to U+200A. */
	if (strncmp(text, "\xe2\x80", 2) == 0 && (uint8_t)text[2] >= 0x80 &&
	    (uint8_t)text[2] <= 0x8a)
		return 3;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return strlen(wide[i]);
	}
	return 0;
}

void
escape_line(struct buffer *out, const char *text)
{
	size_t begin = out->len;
	bool space = false;

	while (*text != '\0') {
		size_t len = space_len(text);

		if (len > 0) {
			space = out->len > begin;
			text += len;
			continue;
		}
		if (space)
			buffer_byte(out, ' ');
		space = false;
		buffer_byte(out, (uint8_t)*text++);
	}
	if (out->len == begin)
		buffer_byte(out, '-');
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
