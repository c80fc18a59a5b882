#include "keys/der.h"

#include <mbedtls/asn1.h>

/* The bytes of the shortest header before len bytes of content (10.1). */
static size_t
header_len(size_t len)
{
	size_t header = 2;

	if (len >= 0x80) {
		for (size_t rest = len; rest > 0; rest >>= 8)
			header++;
	}
	return header;
}

static bool
take(struct bytes *from, uint8_t tag, struct bytes *whole,
    struct bytes *content)
{
	unsigned char *at = (unsigned char *)from->data;
	const unsigned char *end;
	size_t len, header;

	if (from->len == 0)
		return false;
	end = from->data + from->len;
	/* It refuses indefinite lengths and those beyond the end. */
	if (mbedtls_asn1_get_tag(&at, end, &len, tag) != 0)
		return false;
	header = (size_t)(at - from->data);
	if (header != header_len(len))
		return false;
	*whole = bytes_of(from->data, header + len);
	*content = bytes_of(from->data + header, len);
	*from = bytes_after(*from, header + len);
	return true;
}

bool
der_take(struct bytes *from, uint8_t tag, struct bytes *content)
{
	struct bytes whole;

	return take(from, tag, &whole, content);
}

bool
der_take_whole(struct bytes *from, uint8_t tag, struct bytes *whole)
{
	struct bytes content;

	return take(from, tag, whole, &content);
}

bool
der_take_any(struct bytes *from, struct bytes *whole)
{
	/* A tag of several bytes begins so. */
	if (from->len == 0 || (from->data[0] & 0x1f) == 0x1f)
		return false;
	return der_take_whole(from, from->data[0], whole);
}

bool
der_is_next(struct bytes from, uint8_t tag)
{
	return from.len > 0 && from.data[0] == tag;
}

/* Nine equal bits in front are one byte too many (8.3.2). */
static bool
is_integer(struct bytes value)
{
	if (value.len == 0)
		return false;
	if (value.len == 1)
		return true;
	return !(value.data[0] == 0x00 && (value.data[1] & 0x80) == 0) &&
	    !(value.data[0] == 0xff && (value.data[1] & 0x80) != 0);
}

bool
der_integer(struct bytes *from, struct bytes *value)
{
	struct bytes rest = *from, content;

	if (!der_take(&rest, DER_INTEGER, &content) || !is_integer(content))
		return false;
	*from = rest;
	*value = content;
	return true;
}

bool
der_number(struct bytes *from, uint8_t tag, uint64_t *value)
{
	struct bytes rest = *from, content;
	uint64_t number = 0;

	if (!der_take(&rest, tag, &content) || !is_integer(content) ||
	    (content.data[0] & 0x80) != 0 ||
	    content.len > (content.data[0] == 0 ? 9 : 8))
		return false;
	for (size_t i = 0; i < content.len; i++)
		number = number << 8 | content.data[i];
	*from = rest;
	*value = number;
	return true;
}

bool
der_true(struct bytes *from)
{
	struct bytes rest = *from, content;

	if (!der_take(&rest, DER_BOOLEAN, &content) || content.len != 1 ||
	    content.data[0] != 0xff)
		return false;
	*from = rest;
	return true;
}

/* Parts of seven bits a byte, the last byte of each below 0x80 (8.19.2). */
static bool
is_oid(struct bytes oid)
{
	bool begins = true;

	for (size_t i = 0; i < oid.len; i++) {
		if (begins && oid.data[i] == 0x80)
			return false;
		begins = oid.data[i] < 0x80;
	}
	return oid.len > 0 && begins;
}

bool
der_oid(struct bytes *from, struct bytes *oid)
{
	struct bytes rest = *from, content;

	if (!der_take(&rest, DER_OID, &content) || !is_oid(content))
		return false;
	*from = rest;
	*oid = content;
	return true;
}

bool
der_algorithm(struct bytes *from, struct bytes *oid, struct bytes *parameters)
{
	static const uint8_t null[] = { DER_NULL, 0 };
	struct bytes rest = *from, content, whole = bytes_of(NULL, 0);

	if (!der_take(&rest, DER_SEQUENCE, &content) ||
	    !der_oid(&content, oid) ||
	    (content.len > 0 && !der_take_any(&content, &whole)) ||
	    content.len > 0)
		return false;
	if (whole.len > 0 && whole.data[0] == DER_NULL) {
		if (!bytes_equal(whole, bytes_of(null, sizeof null)))
			return false;
		whole = bytes_of(NULL, 0);
	}
	*parameters = whole;
	*from = rest;
	return true;
}

void
der_oid_text(struct buffer *out, struct bytes oid)
{
	uint64_t part = 0;
	bool first = true;

	for (size_t i = 0; i < oid.len; i++) {
		/* Parts as long as this stand in nobody's register. */
		if (part >> 57 != 0) {
			buffer_text(out, "…");
			return;
		}
		part = part << 7 | (oid.data[i] & 0x7f);
		if (oid.data[i] >= 0x80)
			continue;
		if (first) {
			unsigned arc = part < 80 ? (unsigned)part / 40 : 2;

			buffer_printf(out, "%u.%llu", arc,
			    (unsigned long long)(part - 40 * arc));
		} else {
			buffer_printf(out, ".%llu", (unsigned long long)part);
		}
		first = false;
		part = 0;
	}
}

void
der_put_header(struct buffer *out, uint8_t tag, size_t len)
{
	size_t octets = header_len(len) - 2;

	buffer_byte(out, tag);
	if (octets == 0) {
		buffer_byte(out, (uint8_t)len);
		return;
	}
	buffer_byte(out, (uint8_t)(0x80 | octets));
	while (octets-- > 0)
		buffer_byte(out, (uint8_t)(len >> (8 * octets)));
}

void
der_put(struct buffer *out, uint8_t tag, struct bytes content)
{
	der_put_header(out, tag, content.len);
	buffer_append(out, content);
}
