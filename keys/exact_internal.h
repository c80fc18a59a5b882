/* exact_internal.h: taking apart a text that has one spelling. */
#ifndef KEYS_EXACT_INTERNAL_H
#define KEYS_EXACT_INTERNAL_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/encoding.h"

/* Whether rest begins with the literal, which is then taken off. */
static inline bool
exact_literal(struct bytes *rest, const char *literal)
{
	if (!bytes_begin(*rest, literal))
		return false;
	*rest = bytes_after(*rest, strlen(literal));
	return true;
}

/* Take everything before the next quotation mark, which must come. */
static inline bool
exact_quoted(struct bytes *out, struct bytes *rest)
{
	const uint8_t *end =
	    rest->len == 0 ? NULL : memchr(rest->data, '"', rest->len);

	if (end == NULL)
		return false;
	*out = bytes_of(rest->data, (size_t)(end - rest->data));
	*rest = bytes_after(*rest, out->len);
	return true;
}

/* Take the base64 of exactly len bytes. */
static inline bool
exact_base64(uint8_t *out, size_t len, struct bytes *rest)
{
	size_t text_len = BASE64_LEN(len);

	if (rest->len < text_len ||
	    !base64_decode_fixed(out, len, bytes_of(rest->data, text_len)))
		return false;
	*rest = bytes_after(*rest, text_len);
	return true;
}

#endif
