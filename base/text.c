#include "base/text.h"

#include <string.h>

#include "base/limits.h"
#include "base/text_internal.h"

/* Code points from first to last. */
struct range {
	uint32_t first, last;
};

/* What text_is_hidden says, above U+009F. */
static const struct range hidden[] = {
	{ 0x00AD, 0x00AD }, /* soft hyphen */
	{ 0x061C, 0x061C }, /* Arabic letter mark */
	{ 0x115F, 0x1160 }, /* Hangul fillers */
	{ 0x180E, 0x180E }, /* Mongolian vowel separator */
	{ 0x200B, 0x200F }, /* zero width, direction marks */
	{ 0x2028, 0x202E }, /* separators, embeddings, overrides */
	{ 0x2060, 0x206F }, /* invisible operators, isolates */
	{ 0x3164, 0x3164 }, /* Hangul filler */
	{ 0xFEFF, 0xFEFF }, /* byte order mark */
	{ 0xFFA0, 0xFFA0 }, /* halfwidth Hangul filler */
	{ 0xFFF9, 0xFFFB }, /* interlinear annotation */
	{ 0xFFFE, 0xFFFF }, /* no characters, and refused by XML */
	{ 0xE0000, 0xE0FFF }, /* tags and their selectors */
};

/* Marks drawn over the character before (general categories Mn, Me). */
static const struct range combining[] = {
	{ 0x0300, 0x036F },
	{ 0x0483, 0x0489 },
	{ 0x0591, 0x05BD },
	{ 0x05BF, 0x05BF },
	{ 0x05C1, 0x05C2 },
	{ 0x05C4, 0x05C5 },
	{ 0x05C7, 0x05C7 },
	{ 0x0610, 0x061A },
	{ 0x064B, 0x065F },
	{ 0x0670, 0x0670 },
	{ 0x06D6, 0x06DC },
	{ 0x06DF, 0x06E4 },
	{ 0x06E7, 0x06E8 },
	{ 0x06EA, 0x06ED },
	{ 0x0711, 0x0711 },
	{ 0x0730, 0x074A },
	{ 0x07A6, 0x07B0 },
	{ 0x07EB, 0x07F3 },
	{ 0x0816, 0x082D },
	{ 0x0859, 0x085B },
	{ 0x08CA, 0x0902 },
	{ 0x093A, 0x093A },
	{ 0x093C, 0x093C },
	{ 0x0941, 0x0948 },
	{ 0x094D, 0x094D },
	{ 0x0951, 0x0957 },
	{ 0x0962, 0x0963 },
	{ 0x0981, 0x0981 },
	{ 0x09BC, 0x09BC },
	{ 0x09C1, 0x09C4 },
	{ 0x09CD, 0x09CD },
	{ 0x0A01, 0x0A02 },
	{ 0x0A3C, 0x0A51 },
	{ 0x0ABC, 0x0ABC },
	{ 0x0AC1, 0x0AC8 },
	{ 0x0ACD, 0x0ACD },
	{ 0x0B3C, 0x0B3C },
	{ 0x0B41, 0x0B44 },
	{ 0x0B4D, 0x0B56 },
	{ 0x0BC0, 0x0BC0 },
	{ 0x0BCD, 0x0BCD },
	{ 0x0C3E, 0x0C40 },
	{ 0x0C46, 0x0C56 },
	{ 0x0CCC, 0x0CCD },
	{ 0x0D41, 0x0D44 },
	{ 0x0D4D, 0x0D4D },
	{ 0x0DCA, 0x0DCA },
	{ 0x0DD2, 0x0DD6 },
	{ 0x0E31, 0x0E31 },
	{ 0x0E34, 0x0E3A },
	{ 0x0E47, 0x0E4E },
	{ 0x0EB1, 0x0EB1 },
	{ 0x0EB4, 0x0EBC },
	{ 0x0EC8, 0x0ECD },
	{ 0x0F18, 0x0F19 },
	{ 0x0F35, 0x0F39 },
	{ 0x0F71, 0x0F7E },
	{ 0x0F80, 0x0F84 },
	{ 0x0F86, 0x0F87 },
	{ 0x0F8D, 0x0FBC },
	{ 0x102D, 0x1030 },
	{ 0x1032, 0x1037 },
	{ 0x1039, 0x103A },
	{ 0x1161, 0x11FF },
	{ 0x135D, 0x135F },
	{ 0x17B4, 0x17B5 },
	{ 0x17B7, 0x17BD },
	{ 0x17C6, 0x17C6 },
	{ 0x17C9, 0x17D3 },
	{ 0x1AB0, 0x1ACE },
	{ 0x1DC0, 0x1DFF },
	{ 0x20D0, 0x20F0 },
	{ 0x2CEF, 0x2CF1 },
	{ 0x2DE0, 0x2DFF },
	{ 0x302A, 0x302D },
	{ 0x3099, 0x309A },
	{ 0xA66F, 0xA67D },
	{ 0xA69E, 0xA69F },
	{ 0xA6F0, 0xA6F1 },
	{ 0xA8E0, 0xA8F1 },
	{ 0xFB1E, 0xFB1E },
	{ 0xFE00, 0xFE0F },
	{ 0xFE20, 0xFE2F },
	{ 0x1D167, 0x1D169 },
	{ 0x1E000, 0x1E02A },
	{ 0x1E8D0, 0x1E8D6 },
	{ 0x1E944, 0x1E94A },
	{ 0xE0100, 0xE01EF },
};

/* Two columns (East Asian Width W and F, Unicode Annex 11). */
static const struct range wide[] = {
	{ 0x1100, 0x115F },
	{ 0x231A, 0x231B },
	{ 0x2329, 0x232A },
	{ 0x23E9, 0x23EC },
	{ 0x23F0, 0x23F0 },
	{ 0x23F3, 0x23F3 },
	{ 0x25FD, 0x25FE },
	{ 0x2614, 0x2615 },
	{ 0x2648, 0x2653 },
	{ 0x267F, 0x267F },
	{ 0x2693, 0x2693 },
	{ 0x26A1, 0x26A1 },
	{ 0x26AA, 0x26AB },
	{ 0x26BD, 0x26BE },
	{ 0x26C4, 0x26C5 },
	{ 0x26CE, 0x26CE },
	{ 0x26D4, 0x26D4 },
	{ 0x26EA, 0x26EA },
	{ 0x26F2, 0x26F3 },
	{ 0x26F5, 0x26F5 },
	{ 0x26FA, 0x26FA },
	{ 0x26FD, 0x26FD },
	{ 0x2705, 0x2705 },
	{ 0x270A, 0x270B },
	{ 0x2728, 0x2728 },
	{ 0x274C, 0x274C },
	{ 0x274E, 0x274E },
	{ 0x2753, 0x2755 },
	{ 0x2757, 0x2757 },
	{ 0x2795, 0x2797 },
	{ 0x27B0, 0x27B0 },
	{ 0x27BF, 0x27BF },
	{ 0x2B1B, 0x2B1C },
	{ 0x2B50, 0x2B50 },
	{ 0x2B55, 0x2B55 },
	{ 0x2E80, 0x303E },
	{ 0x3041, 0x33FF },
	{ 0x3400, 0x4DBF },
	{ 0x4E00, 0x9FFF },
	{ 0xA000, 0xA4CF },
	{ 0xA960, 0xA97C },
	{ 0xAC00, 0xD7A3 },
	{ 0xF900, 0xFAFF },
	{ 0xFE10, 0xFE19 },
	{ 0xFE30, 0xFE6F },
	{ 0xFF01, 0xFF60 },
	{ 0xFFE0, 0xFFE6 },
	{ 0x16FE0, 0x18CFF },
	{ 0x1AFF0, 0x1B2FF },
	{ 0x1F004, 0x1F004 },
	{ 0x1F0CF, 0x1F0CF },
	{ 0x1F18E, 0x1F18E },
	{ 0x1F191, 0x1F19A },
	{ 0x1F200, 0x1F320 },
	{ 0x1F32D, 0x1F335 },
	{ 0x1F337, 0x1F37C },
	{ 0x1F37E, 0x1F393 },
	{ 0x1F3A0, 0x1F3CA },
	{ 0x1F3CF, 0x1F3D3 },
	{ 0x1F3E0, 0x1F3F0 },
	{ 0x1F3F4, 0x1F3F4 },
	{ 0x1F3F8, 0x1F43E },
	{ 0x1F440, 0x1F440 },
	{ 0x1F442, 0x1F4FC },
	{ 0x1F4FF, 0x1F53D },
	{ 0x1F54B, 0x1F54E },
	{ 0x1F550, 0x1F567 },
	{ 0x1F57A, 0x1F57A },
	{ 0x1F595, 0x1F596 },
	{ 0x1F5A4, 0x1F5A4 },
	{ 0x1F5FB, 0x1F64F },
	{ 0x1F680, 0x1F6C5 },
	{ 0x1F6CC, 0x1F6CC },
	{ 0x1F6D0, 0x1F6D2 },
	{ 0x1F6D5, 0x1F6D7 },
	{ 0x1F6DC, 0x1F6DF },
	{ 0x1F6EB, 0x1F6EC },
	{ 0x1F6F4, 0x1F6FC },
	{ 0x1F7E0, 0x1F7F0 },
	{ 0x1F90C, 0x1F93A },
	{ 0x1F93C, 0x1F945 },
	{ 0x1F947, 0x1F9FF },
	{ 0x1FA70, 0x1FAFF },
	{ 0x20000, 0x2FFFD },
	{ 0x30000, 0x3FFFD },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_among(uint32_t code, const struct range *ranges, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code < ranges[middle].first)
			high = middle;
		else if (code > ranges[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

static bool
is_tail(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

size_t
text_decode(uint32_t *code, const uint8_t *at, size_t len)
{
	uint32_t value;

	if (len >= 1 && at[0] < 0x80) {
		*code = at[0];
		return 1;
	}
	if (len >= 2 && at[0] >= 0xC2 && at[0] <= 0xDF && is_tail(at[1])) {
		*code = (uint32_t)(at[0] & 0x1F) << 6 | (at[1] & 0x3F);
		return 2;
	}
	if (len >= 3 && (at[0] & 0xF0) == 0xE0 && is_tail(at[1]) &&
	    is_tail(at[2])) {
		value = (uint32_t)(at[0] & 0x0F) << 12 |
		    (uint32_t)(at[1] & 0x3F) << 6 | (at[2] & 0x3F);
		*code = value;
		return value < 0x800 || (value >= 0xD800 && value <= 0xDFFF)
		    ? 0
		    : 3;
	}
	if (len >= 4 && (at[0] & 0xF8) == 0xF0 && is_tail(at[1]) &&
	    is_tail(at[2]) && is_tail(at[3])) {
		value = (uint32_t)(at[0] & 0x07) << 18 |
		    (uint32_t)(at[1] & 0x3F) << 12 |
		    (uint32_t)(at[2] & 0x3F) << 6 | (at[3] & 0x3F);
		*code = value;
		return value < 0x10000 || value > 0x10FFFF ? 0 : 4;
	}
	return 0;
}

size_t
text_encode(uint8_t out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (uint8_t)(0xC0 | code >> 6);
		out[1] = (uint8_t)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (uint8_t)(0xE0 | code >> 12);
		out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
		out[2] = (uint8_t)(0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (uint8_t)(0xF0 | code >> 18);
	out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
	out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
	out[3] = (uint8_t)(0x80 | (code & 0x3F));
	return 4;
}

bool
text_is_hidden(uint32_t code)
{
	if (code < 0x7F)
		return code < 0x20;
	return code <= 0x9F || is_among(code, hidden, COUNT(hidden));
}

bool
text_is_utf8(struct bytes bytes)
{
	const uint8_t *at = bytes.data;
	size_t left = bytes.len;

	while (left > 0) {
		uint32_t code;
		uint64_t eight;
		size_t step;

		if (left >= sizeof(eight)) {
			memcpy(&eight, at, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof(eight);
				left -= sizeof(eight);
				continue;
			}
		}
		step = text_decode(&code, at, left);
		if (step == 0)
			return false;
		at += step;
		left -= step;
	}
	return true;
}

/* One character of text_show: step is 0 for an ill-formed byte. */
static void
show_one(struct buffer *out, const uint8_t *at, size_t step, uint32_t code)
{
	if (step == 0)
		buffer_printf(out, "\\x%02X", at[0]);
	else if (!text_is_hidden(code))
		buffer_append(out, bytes_of(at, step));
	else if (code == '\n')
		buffer_text(out, "\\n");
	else if (code == '\t')
		buffer_text(out, "\\t");
	else if (code < 0x80)
		buffer_printf(out, "\\x%02X", (unsigned)code);
	else
		buffer_printf(out, "\\u{%X}", (unsigned)code);
}

void
text_show(struct buffer *out, struct bytes bytes)
{
	while (bytes.len > 0) {
		uint32_t code = 0;
		size_t step = text_decode(&code, bytes.data, bytes.len);

		show_one(out, bytes.data, step, code);
		bytes = bytes_after(bytes, step == 0 ? 1 : step);
	}
}

static size_t
character_columns(uint32_t code)
{
	if (code < 0x300)
		return 1;
	if (is_among(code, wide, COUNT(wide)))
		return 2;
	return is_among(code, combining, COUNT(combining)) ||
		is_among(code, hidden, COUNT(hidden))
	    ? 0
	    : 1;
}

size_t
text_columns(struct bytes bytes)
{
	size_t columns = 0;

	while (bytes.len > 0) {
		uint32_t code = 0;
		size_t step = text_decode(&code, bytes.data, bytes.len);

		columns += character_columns(code);
		bytes = bytes_after(bytes, step == 0 ? 1 : step);
	}
	return columns;
}

/* Words longer than this are no slips of the finger. */
#define WORD_MAX 64

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Insertions, deletions, substitutions and swaps of neighbours that make b of
 * a (optimal string alignment); case does not count.
 */
static size_t
edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *two = rows[0], *one = rows[1], *now = rows[2], *spare;

	for (size_t j = 0; j <= b_len; j++)
		two[j] = one[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			char x = lower(a[i - 1]), y = lower(b[j - 1]);

			now[j] = smaller(one[j - 1] + (x == y ? 0 : 1),
			    smaller(one[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && x == lower(b[j - 2]) &&
			    y == lower(a[i - 2]))
				now[j] = smaller(now[j], two[j - 2] + 1);
		}
		spare = two;
		two = one;
		one = now;
		now = spare;
	}
	return one[b_len];
}

const char *
text_nearest(const char *word, const char *const words[])
{
	size_t len = strnlen(word, WORD_MAX + 1);
	/* A third of the word may be wrong, and one letter always. */
	size_t best = len < 6 ? 1 : len / 3;
	const char *nearest = NULL;

	if (len == 0 || len > WORD_MAX)
		return NULL;
	for (; *words != NULL; words++) {
		size_t words_len = strnlen(*words, WORD_MAX + 1);
		size_t distance;

		if (words_len > WORD_MAX)
			continue;
		distance = edit_distance(word, len, *words, words_len);
		/* Nothing of the word would be left. */
		if (distance >= len)
			continue;
		if (distance < best || (nearest == NULL && distance == best)) {
			best = distance;
			nearest = *words;
		}
	}
	return nearest;
}

static bool
is_letter_or_digit(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9');
}

bool
text_is_name(struct bytes text)
{
	if (text.len == 0 || text.len > LIMIT_NAME ||
	    !is_letter_or_digit(text.data[0]))
		return false;
	for (size_t i = 1; i < text.len; i++)
		if (!is_letter_or_digit(text.data[i]) &&
		    (text.data[i] == '\0' ||
			strchr("._/-", text.data[i]) == NULL))
			return false;
	return true;
}
