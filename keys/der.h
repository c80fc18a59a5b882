/* der.h: DER read strictly, one value after the other. */
#ifndef KEYS_DER_H
#define KEYS_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"

/*
 * X.690, distinguished encoding: lengths are definite and as short as they can
 * be, tags are of one byte.  A reader is a span that shrinks: each function
 * takes one value off its front and returns true, or returns false and leaves
 * the span as it was.  What is given back is borrowed from the span.
 */
#define DER_BOOLEAN 0x01
#define DER_INTEGER 0x02
#define DER_BIT_STRING 0x03
#define DER_OCTET_STRING 0x04
#define DER_NULL 0x05
#define DER_OID 0x06
#define DER_UTF8_STRING 0x0c
#define DER_SEQUENCE 0x30
#define DER_SET 0x31
#define DER_GENERALIZED_TIME 0x18
/* [N], of a primitive or of a constructed value. */
#define DER_PRIMITIVE(n) (0x80 | (n))
#define DER_CONSTRUCTED(n) (0xa0 | (n))

/* The content of a value of that tag; or the value with its header. */
bool der_take(struct bytes *from, uint8_t tag, struct bytes *content);
bool der_take_whole(struct bytes *from, uint8_t tag, struct bytes *whole);

/* Any value with its header, whatever its tag. */
bool der_take_any(struct bytes *from, struct bytes *whole);

/* Whether the next value has that tag; nothing is taken. */
bool der_is_next(struct bytes from, uint8_t tag);

/* An INTEGER's content in its one spelling (8.3.2): two's complement, big
 * endian; and one that is neither negative nor above UINT64_MAX, with the tag
 * given (implicit tags spell integers, too). */
bool der_integer(struct bytes *from, struct bytes *value);
bool der_number(struct bytes *from, uint8_t tag, uint64_t *value);

/* A BOOLEAN that is true: with DEFAULT FALSE the other is never written. */
bool der_true(struct bytes *from);

/* The content of an OBJECT IDENTIFIER, every part in its one spelling. */
bool der_oid(struct bytes *from, struct bytes *oid);

/* An AlgorithmIdentifier: its OID, and its parameters with their header;
 * those that are absent or NULL are empty. */
bool der_algorithm(struct bytes *from, struct bytes *oid,
    struct bytes *parameters);

/* Append an OID as people write it, "1.3.6.1.4.1.5.5.7". */
void der_oid_text(struct buffer *out, struct bytes oid);

/* Append a header (tag and length) for a content of len bytes. */
void der_put_header(struct buffer *out, uint8_t tag, size_t len);
/* Append a whole value. */
void der_put(struct buffer *out, uint8_t tag, struct bytes content);

#endif
