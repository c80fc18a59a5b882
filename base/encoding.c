#include "base/encoding.h"

#include <stdint.h>

/*
 * A decoding table gives, for a character of the alphabet, its value plus a
 * mark; for anything else 0, without the mark.
 */
#define HEX_MARK 0x10
#define BASE64_MARK 0x40

static const char hex_digits[] = "0123456789abcdef";

static const uint8_t hex_values[256] = {
	['0'] = 0x10,
	['1'] = 0x11,
	['2'] = 0x12,
	['3'] = 0x13,
	['4'] = 0x14,
	['5'] = 0x15,
	['6'] = 0x16,
	['7'] = 0x17,
	['8'] = 0x18,
	['9'] = 0x19,
	['a'] = 0x1a,
	['b'] = 0x1b,
	['c'] = 0x1c,
	['d'] = 0x1d,
	['e'] = 0x1e,
	['f'] = 0x1f,
};

/* RFC 4648, tables 1 and 2. */
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789-_";

static const uint8_t base64_values[256] = {
	['A'] = 64,
	['B'] = 65,
	['C'] = 66,
	['D'] = 67,
	['E'] = 68,
	['F'] = 69,
	['G'] = 70,
	['H'] = 71,
	['I'] = 72,
	['J'] = 73,
	['K'] = 74,
	['L'] = 75,
	['M'] = 76,
	['N'] = 77,
	['O'] = 78,
	['P'] = 79,
	['Q'] = 80,
	['R'] = 81,
	['S'] = 82,
	['T'] = 83,
	['U'] = 84,
	['V'] = 85,
	['W'] = 86,
	['X'] = 87,
	['Y'] = 88,
	['Z'] = 89,
	['a'] = 90,
	['b'] = 91,
	['c'] = 92,
	['d'] = 93,
	['e'] = 94,
	['f'] = 95,
	['g'] = 96,
	['h'] = 97,
	['i'] = 98,
	['j'] = 99,
	['k'] = 100,
	['l'] = 101,
	['m'] = 102,
	['n'] = 103,
	['o'] = 104,
	['p'] = 105,
	['q'] = 106,
	['r'] = 107,
	['s'] = 108,
	['t'] = 109,
	['u'] = 110,
	['v'] = 111,
	['w'] = 112,
	['x'] = 113,
	['y'] = 114,
	['z'] = 115,
	['0'] = 116,
	['1'] = 117,
	['2'] = 118,
	['3'] = 119,
	['4'] = 120,
	['5'] = 121,
	['6'] = 122,
	['7'] = 123,
	['8'] = 124,
	['9'] = 125,
	['+'] = 126,
	['/'] = 127,
};

void
hex_encode(char *out, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++) {
		*out++ = hex_digits[in.data[i] >> 4];
		*out++ = hex_digits[in.data[i] & 15];
	}
	*out = '\0';
}

/* The whole and the last, partial group; returns where the text ends. */
static char *
encode_groups(char *out, struct bytes in, const char *digits, bool padded)
{
	const uint8_t *at = in.data;
	size_t left = in.len;
	uint32_t group;

	for (; left >= 3; left -= 3, at += 3) {
		group = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
		*out++ = digits[group >> 18];
		*out++ = digits[group >> 12 & 63];
		*out++ = digits[group >> 6 & 63];
		*out++ = digits[group & 63];
	}
	if (left == 0)
		return out;
	group = (uint32_t)at[0] << 16;
	if (left == 2)
		group |= (uint32_t)at[1] << 8;
	*out++ = digits[group >> 18];
	*out++ = digits[group >> 12 & 63];
	if (left == 2)
		*out++ = digits[group >> 6 & 63];
	else if (padded)
		*out++ = '=';
	if (padded)
		*out++ = '=';
	return out;
}

void
base64_encode(char *out, struct bytes in)
{
	*encode_groups(out, in, base64_digits, true) = '\0';
}

void
base64url_encode(char *out, struct bytes in)
{
	*encode_groups(out, in, base64url_digits, false) = '\0';
}

void
hex_append(struct buffer *out, struct bytes in)
{
	size_t len = in.len > SIZE_MAX / 2 ? SIZE_MAX : in.len * 2;
	uint8_t *room = buffer_room(out, len);

	if (room == NULL)
		return;
	hex_encode((char *)room, in);
	buffer_added(out, len);
}

void
base64_append(struct buffer *out, struct bytes in)
{
	size_t len = in.len > SIZE_MAX / 2 ? SIZE_MAX : BASE64_LEN(in.len);
	uint8_t *room = buffer_room(out, len);

	if (room == NULL)
		return;
	base64_encode((char *)room, in);
	buffer_added(out, len);
}

void
base64url_append(struct buffer *out, struct bytes in)
{
	size_t len = in.len > SIZE_MAX / 2
	    ? SIZE_MAX
	    : in.len / 3 * 4 + (in.len % 3 == 0 ? 0 : in.len % 3 + 1);
	uint8_t *room = buffer_room(out, len);

	if (room == NULL)
		return;
	base64url_encode((char *)room, in);
	buffer_added(out, len);
}

bool
hex_decode(uint8_t *out, size_t len, struct bytes in)
{
	uint8_t marks = HEX_MARK;

	if (in.len / 2 != len || in.len % 2 != 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t high = hex_values[in.data[2 * i]];
		uint8_t low = hex_values[in.data[2 * i + 1]];

		marks = (uint8_t)(marks & high & low);
		out[i] = (uint8_t)(high << 4 | (low & 15));
	}
	return marks != 0;
}

/* One group of four characters; the marks of all are and-ed into *marks. */
static inline uint32_t
decode_group(const uint8_t *at, uint32_t *marks)
{
	uint32_t a = base64_values[at[0]], b = base64_values[at[1]];
	uint32_t c = base64_values[at[2]], d = base64_values[at[3]];

	*marks &= a & b & c & d;
	return (a << 18) + (b << 12) + (c << 6) + d - (BASE64_MARK << 18) -
	    (BASE64_MARK << 12) - (BASE64_MARK << 6) - BASE64_MARK;
}

/* The last group, when it is padded: one or two bytes; 0 if it is wrong. */
static size_t
decode_padded(uint8_t *out, const uint8_t *at)
{
	uint8_t group[4] = { at[0], at[1], at[2], 'A' };
	uint32_t marks = BASE64_MARK, bits;
	size_t len = 2;

	if (at[2] == '=') {
		group[2] = 'A';
		len = 1;
	}
	bits = decode_group(group, &marks);
	if (marks == 0 || (bits & (len == 1 ? 0xFFFF : 0xFF)) != 0)
		return 0;
	out[0] = (uint8_t)(bits >> 16);
	if (len == 2)
		out[1] = (uint8_t)(bits >> 8);
	return len;
}

bool
base64_decode(uint8_t *out, size_t *len, struct bytes in)
{
	uint32_t marks = BASE64_MARK;
	const uint8_t *at = in.data;
	uint8_t *to = out;
	size_t groups = in.len / 4, last = 0;
	bool padded = in.len > 0 && in.data[in.len - 1] == '=';

	if (in.len % 4 != 0)
		return false;
	for (size_t i = padded ? 1 : 0; i < groups; i++, at += 4, to += 3) {
		uint32_t bits = decode_group(at, &marks);

		to[0] = (uint8_t)(bits >> 16);
		to[1] = (uint8_t)(bits >> 8);
		to[2] = (uint8_t)bits;
	}
	if (padded && (last = decode_padded(to, at)) == 0)
		return false;
	if (marks == 0)
		return false;
	*len = (size_t)(to - out) + last;
	return true;
}

bool
base64_decode_fixed(uint8_t *out, size_t len, struct bytes in)
{
	/* Of this length, only the padding can still make it shorter. */
	size_t padding = (3 - len % 3) % 3, got;
	uint8_t last[3];
	bool fine;

	if (len > SIZE_MAX / 2 || in.len != BASE64_LEN(len))
		return false;
	if (padding == 0)
		return (in.len == 0 || in.data[in.len - 1] != '=') &&
		    base64_decode(out, &got, in);
	/* The last group is decoded apart: out has no room for all of it. */
	fine = base64_decode(out, &got, bytes_of(in.data, in.len - 4)) &&
	    got == in.len / 4 * 3 - 3 &&
	    base64_decode(last, &got, bytes_of(in.data + in.len - 4, 4)) &&
	    got == 3 - padding;
	if (fine)
		memcpy(out + len - got, last, got);
	return fine;
}

/* The six bits of a character of base64url, or 64 for any other. */
static uint32_t
url_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0') + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : 64;
}

bool
base64url_decode(uint8_t *out, size_t *len, struct bytes in)
{
	uint32_t bits = 0;
	unsigned held = 0;

	if (in.len % 4 == 1)
		return false;
	*len = 0;
	for (size_t i = 0; i < in.len; i++) {
		uint32_t value = url_value(in.data[i]);

		if (value == 64)
			return false;
		bits = bits << 6 | value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[(*len)++] = (uint8_t)(bits >> held);
			bits &= (UINT32_C(1) << held) - 1;
		}
	}
	return bits == 0;
}
