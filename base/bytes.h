/* bytes.h: a borrowed span of bytes, passed by value. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* len bytes at data; data may be NULL when len is 0.  Never owned. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

/* The span of len bytes at data. */
static inline struct bytes
bytes_of(const void *data, size_t len)
{
	return (struct bytes){ data, len };
}

/* The bytes of a NUL-terminated text, without the NUL. */
static inline struct bytes
bytes_of_text(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

/* Equal length and content.  Not constant-time: for public bytes only. */
static inline bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Whether a begins with the NUL-terminated text. */
static inline bool
bytes_begin(struct bytes a, const char *text)
{
	size_t len = strlen(text);

	return a.len >= len && (len == 0 || memcmp(a.data, text, len) == 0);
}

/* The rest of a after its first len bytes; len is at most a.len. */
static inline struct bytes
bytes_after(struct bytes a, size_t len)
{
	return (struct bytes){ a.len == len ? NULL : a.data + len,
		a.len - len };
}

#endif
