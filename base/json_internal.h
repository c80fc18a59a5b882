/* json_internal.h: what the json files of this room share. */
#ifndef BASE_JSON_INTERNAL_H
#define BASE_JSON_INTERNAL_H

#include <endian.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Integers a double tells apart: up to 2^53. */
#define JSON_INTEGER_MAX (INT64_C(1) << 53)

/*
 * Read the number that begins at `at' and ends before `end'.  Returns where
 * it ends, or NULL with *what wrong with it and a *remedy (or NULL).
 */
const uint8_t *json_number_end(const uint8_t *at, const uint8_t *end,
    const char **what, const char **remedy);

/* The locale "C": numbers have a point in it, whatever people set. */
locale_t json_locale(void);

/* Memory for nodes: from this thread's arena when one is begun. */
void *json_alloc(size_t size);
void json_release(void *pointer);

/* Whether json_alloc cuts from an arena now. */
bool json_arena_is_begun(void);

#define JSON_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * The high bit of each of eight bytes that is a quote, a backslash, below
 * U+0020 or beyond ASCII.  What borrows carry upwards may mark bytes above
 * the first such one wrongly.
 */
static inline uint64_t
json_special_marks(uint64_t eight)
{
	uint64_t quote = eight ^ JSON_EACH('"'),
		 backslash = eight ^ JSON_EACH('\\');

	return (eight | (eight - JSON_EACH(0x20)) | (quote - JSON_EACH(1)) |
		   (backslash - JSON_EACH(1))) &
	    JSON_EACH(0x80);
}

/* Behind the plain characters that begin at `at': those a string holds and
 * is written with as they are. */
static inline const uint8_t *
json_skip_plain(const uint8_t *at, const uint8_t *end)
{
	for (; end - at >= 8; at += 8) {
		uint64_t eight, marks;

		memcpy(&eight, at, sizeof(eight));
		marks = json_special_marks(le64toh(eight));
		if (marks != 0)
			return at + __builtin_ctzll(marks) / 8;
	}
	while (at < end && *at >= 0x20 && *at < 0x80 && *at != '"' &&
	    *at != '\\')
		at++;
	return at;
}

#endif
