#include "policy/cel_lex.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct lexer {
	struct bytes source;
	size_t at;
	struct arena *arena;
};

static int
peek(const struct lexer *lexer, size_t ahead)
{
	return lexer->at + ahead < lexer->source.len
	    ? lexer->source.data[lexer->at + ahead]
	    : -1;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int
hex_value(int c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
begins_name(int c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct cel_token
wrong(size_t position, const char *why)
{
	return (struct cel_token){ .type = TOKEN_WRONG,
		.position = position,
		.text = bytes_of_text(why) };
}

static void
skip_space(struct lexer *lexer)
{
	for (;;) {
		int c = peek(lexer, 0);

		if (c == '/' && peek(lexer, 1) == '/') {
			while (peek(lexer, 0) != -1 && peek(lexer, 0) != '\n')
				lexer->at++;
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\f' ||
		    c == '\r') {
			lexer->at++;
		} else {
			return;
		}
	}
}

/* Hexadecimal digits, exactly so many or (0) as many as there are. */
static bool
take_hex(struct lexer *lexer, size_t count, uint64_t *value)
{
	size_t taken = 0;

	*value = 0;
	while (hex_value(peek(lexer, 0)) != -1 &&
	    (count == 0 || taken < count)) {
		if (*value >> 60 != 0)
			return false;
		*value = *value << 4 | (uint64_t)hex_value(peek(lexer, 0));
		lexer->at++;
		taken++;
	}
	return count == 0 ? taken > 0 : taken == count;
}

static struct cel_token
take_hex_number(struct lexer *lexer, size_t start)
{
	struct cel_token token = { .type = TOKEN_INT, .position = start };

	lexer->at += 2;
	if (!take_hex(lexer, 0, &token.natural))
		return wrong(start, "a number that is too large");
	if ((peek(lexer, 0) | 0x20) == 'u') {
		token.type = TOKEN_UINT;
		lexer->at++;
	}
	return token;
}

static void
skip_digits(struct lexer *lexer)
{
	while (is_digit(peek(lexer, 0)))
		lexer->at++;
}

/* Whether an exponent with digits stands here. */
static bool
skip_exponent(struct lexer *lexer)
{
	size_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-' ? 1 : 0;

	if (peek(lexer, 0) == -1 || (peek(lexer, 0) | 0x20) != 'e' ||
	    !is_digit(peek(lexer, 1 + sign)))
		return false;
	lexer->at += 1 + sign;
	skip_digits(lexer);
	return true;
}

static struct cel_token
take_number(struct lexer *lexer)
{
	struct cel_token token = { .type = TOKEN_INT, .position = lexer->at };
	size_t start = lexer->at;
	char text[400];
	bool real = false;
	size_t len;

	if (peek(lexer, 0) == '0' && (peek(lexer, 1) | 0x20) == 'x' &&
	    hex_value(peek(lexer, 2)) != -1)
		return take_hex_number(lexer, start);
	skip_digits(lexer);
	if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
		real = true;
		lexer->at++;
		skip_digits(lexer);
	}
	real |= skip_exponent(lexer);
	len = lexer->at - start;
	if (len >= sizeof text)
		return wrong(start, "a number that is too long");
	memcpy(text, lexer->source.data + start, len);
	text[len] = '\0';
	if (real) {
		token.type = TOKEN_DOUBLE;
		token.number = strtod(text, NULL);
		return token;
	}
	errno = 0;
	token.natural = strtoull(text, NULL, 10);
	if (errno == ERANGE)
		return wrong(start, "a number that is too large");
	if (peek(lexer, 0) != -1 && (peek(lexer, 0) | 0x20) == 'u') {
		token.type = TOKEN_UINT;
		lexer->at++;
	}
	return token;
}

/* --- Strings --- */

static size_t
encode_utf8(uint8_t *out, uint64_t point)
{
	if (point < 0x80) {
		out[0] = (uint8_t)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (uint8_t)(0xc0 | point >> 6);
		out[1] = (uint8_t)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (uint8_t)(0xe0 | point >> 12);
		out[1] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | point >> 18);
	out[1] = (uint8_t)(0x80 | (point >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (point & 0x3f));
	return 4;
}

/* Three octal digits of which the first is here; up to 377. */
static bool
take_octal(struct lexer *lexer, uint64_t *value)
{
	*value = 0;
	for (int i = 0; i < 3; i++) {
		int c = peek(lexer, 0);

		if (c < '0' || c > (i == 0 ? '3' : '7'))
			return false;
		*value = *value * 8 + (uint64_t)(c - '0');
		lexer->at++;
	}
	return true;
}

/* After the backslash: what it stands for, up to four bytes. */
static bool
take_escape(struct lexer *lexer, bool bytes, uint8_t *out, size_t *len)
{
	static const char plain[] = "\\?\"'`";
	static const char named[] = "abfnrtv";
	static const char meant[] = "\a\b\f\n\r\t\v";
	int c = peek(lexer, 0);
	const char *found;
	uint64_t point;

	if (c <= 0)
		return false;
	*len = 1;
	if (strchr(plain, c) != NULL) {
		out[0] = (uint8_t)c;
		lexer->at++;
		return true;
	}
	if ((found = strchr(named, c)) != NULL) {
		out[0] = (uint8_t)meant[found - named];
		lexer->at++;
		return true;
	}
	if (is_digit(c)) {
		if (!take_octal(lexer, &point))
			return false;
	} else {
		lexer->at++;
		if (!take_hex(lexer,
			c == 'x' || c == 'X' ? 2
			    : c == 'u'       ? 4
					     : 8,
			&point) ||
		    strchr("xXuU", c) == NULL ||
		    (bytes && (c == 'u' || c == 'U')))
			return false;
	}
	if (bytes) {
		out[0] = (uint8_t)point;
		return true;
	}
	if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return false;
	*len = encode_utf8(out, point);
	return true;
}

static struct cel_token
take_string(struct lexer *lexer, size_t start, bool raw, bool bytes)
{
	struct cel_token token = { .type = bytes ? TOKEN_BYTES : TOKEN_STRING,
		.position = start };
	int quote = peek(lexer, 0);
	bool triple = peek(lexer, 1) == quote && peek(lexer, 2) == quote;
	uint8_t *out;
	size_t len = 0;

	lexer->at += triple ? 3 : 1;
	/* No escape is shorter than what it stands for. */
	out = arena_take(lexer->arena, 1, lexer->source.len - lexer->at + 1);
	if (out == NULL)
		return wrong(start, "an expression that takes too much memory");
	for (;;) {
		int c = peek(lexer, 0);
		size_t taken = 1;

		if (c == -1 || (!triple && (c == '\n' || c == '\r')))
			return wrong(start, "a string that does not end");
		if (c == quote &&
		    (!triple ||
			(peek(lexer, 1) == quote && peek(lexer, 2) == quote)))
			break;
		lexer->at++;
		if (c != '\\' || raw)
			out[len] = (uint8_t)c;
		else if (!take_escape(lexer, bytes, out + len, &taken))
			return wrong(lexer->at, "an escape that there is not");
		len += taken;
	}
	lexer->at += triple ? 3 : 1;
	token.text = bytes_of(out, len);
	if (!bytes && !text_is_utf8(token.text))
		return wrong(start, "a string that is not UTF-8");
	return token;
}

/* A string's prefix is a name until its quote is seen. */
static bool
is_string(const struct lexer *lexer, size_t *prefix, bool *raw, bool *bytes)
{
	*raw = *bytes = false;
	for (*prefix = 0; *prefix < 3; ++*prefix) {
		int c = peek(lexer, *prefix);

		if (c == '"' || c == '\'')
			return true;
		if ((c == 'r' || c == 'R') && !*raw)
			*raw = true;
		else if ((c == 'b' || c == 'B') && !*bytes)
			*bytes = true;
		else
			return false;
	}
	return false;
}

static struct cel_token
take_quoted_name(struct lexer *lexer)
{
	struct cel_token token = { .type = TOKEN_QUOTED_NAME,
		.position = lexer->at };
	size_t start = ++lexer->at;

	while (peek(lexer, 0) != '`') {
		int c = peek(lexer, 0);

		if (!begins_name(c) && !is_digit(c) && c != '.' && c != '-' &&
		    c != '/' && c != ' ')
			return wrong(start - 1, "a quoted name that is none");
		lexer->at++;
	}
	token.text = bytes_of(lexer->source.data + start, lexer->at - start);
	lexer->at++;
	return token.text.len == 0 ? wrong(start - 1, "an empty name") : token;
}

static struct cel_token
take_name(struct lexer *lexer)
{
	struct cel_token token = { .type = TOKEN_NAME, .position = lexer->at };
	size_t start = lexer->at;

	while (begins_name(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
		lexer->at++;
	token.text = bytes_of(lexer->source.data + start, lexer->at - start);
	return token;
}

static struct cel_token
take_sign(struct lexer *lexer)
{
	static const char *const signs[] = { "&&", "||",
		"==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",",
		"?", ":", "+", "-", "*", "/", "%", "!", "<", ">" };
	struct bytes rest = bytes_after(lexer->source, lexer->at);

	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		struct cel_token token = { .type = TOKEN_SIGN,
			.position = lexer->at };

		if (!bytes_begin(rest, signs[i]))
			continue;
		token.text = bytes_of_text(signs[i]);
		lexer->at += token.text.len;
		return token;
	}
	return wrong(lexer->at, "a character that means nothing here");
}

struct cel_token
cel_token_at(struct bytes source, size_t *offset, struct arena *arena)
{
	struct lexer lexer = { source, *offset, arena };
	struct cel_token token = { .type = TOKEN_END };
	bool raw, bytes;
	size_t prefix;
	int c;

	skip_space(&lexer);
	token.position = lexer.at;
	c = peek(&lexer, 0);
	if (c != -1) {
		if (is_string(&lexer, &prefix, &raw, &bytes)) {
			lexer.at += prefix;
			token = take_string(&lexer, token.position, raw, bytes);
		} else if (is_digit(c) ||
		    (c == '.' && is_digit(peek(&lexer, 1)))) {
			token = take_number(&lexer);
		} else if (begins_name(c)) {
			token = take_name(&lexer);
		} else if (c == '`') {
			token = take_quoted_name(&lexer);
		} else {
			token = take_sign(&lexer);
		}
	}
	*offset = lexer.at;
	return token;
}
