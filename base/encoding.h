/* encoding.h: hex, base64 and base64url, strict in both directions. */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"

/* Length of the base64 text (with padding) of len bytes. */
#define BASE64_LEN(len) (((len) + 2) / 3 * 4)

/*
 * Encoders write to out, which has room, and put a NUL behind.
 * hex: 2 * len + 1 chars, lower case.  base64 (RFC 4648, 4): BASE64_LEN + 1,
 * padded.  base64url (RFC 4648, 5): no padding, at most BASE64_LEN + 1.
 */
void hex_encode(char *out, struct bytes in);
void base64_encode(char *out, struct bytes in);
void base64url_encode(char *out, struct bytes in);

/* The same, appended to a buffer. */
void hex_append(struct buffer *out, struct bytes in);
void base64_append(struct buffer *out, struct bytes in);
void base64url_append(struct buffer *out, struct bytes in);

/*
 * Decoders accept the one canonical spelling and nothing else: lower-case
 * hex; base64 with exact padding and zero bits left over, no white space
 * (RFC 4648, 3.3 and 3.5).  hex_decode and the _fixed form fill exactly len
 * bytes.  base64_decode writes at most in.len / 4 * 3 bytes to out and sets
 * *len.  They return false for anything else; out is then undefined.
 */
bool hex_decode(uint8_t *out, size_t len, struct bytes in);
bool base64_decode(uint8_t *out, size_t *len, struct bytes in);
bool base64_decode_fixed(uint8_t *out, size_t len, struct bytes in);
/* base64url without padding (RFC 4648, 5), as canonical; writes at most
 * in.len / 4 * 3 + 2 bytes to out and sets *len. */
bool base64url_decode(uint8_t *out, size_t *len, struct bytes in);

#endif
