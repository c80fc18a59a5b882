/* certificate_name.c: who a certificate is about, in a person's words. */
#include <mbedtls/oid.h>

#include "base/encoding.h"
#include "base/text.h"
#include "keys/certificate_internal.h"

/* A Name has few attributes; of one with more, the first are told. */
#define ATTRIBUTES_MAX 32

/* A code point as UTF-8. */
static void
put_code(struct buffer *out, unsigned code)
{
	if (code < 0x80) {
		buffer_byte(out, (uint8_t)code);
	} else if (code < 0x800) {
		buffer_byte(out, (uint8_t)(0xC0 | code >> 6));
		buffer_byte(out, (uint8_t)(0x80 | (code & 0x3F)));
	} else {
		buffer_byte(out, (uint8_t)(0xE0 | code >> 12));
		buffer_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3F)));
		buffer_byte(out, (uint8_t)(0x80 | (code & 0x3F)));
	}
}

/* The value's characters; half of a pair (BMPString) stays ill-formed, so that
 * it is shown as its bytes.  False if they are not known. */
static bool
read_value(struct buffer *out, const mbedtls_x509_buf *value)
{
	switch (value->tag) {
	case MBEDTLS_ASN1_UTF8_STRING:
	case MBEDTLS_ASN1_PRINTABLE_STRING:
	case MBEDTLS_ASN1_IA5_STRING:
		buffer_append(out, bytes_of_buf(*value));
		return true;
	case MBEDTLS_ASN1_T61_STRING:
		for (size_t i = 0; i < value->len; i++)
			put_code(out, value->p[i]);
		return true;
	case MBEDTLS_ASN1_BMP_STRING:
		for (size_t i = 0; i + 1 < value->len; i += 2)
			put_code(out,
			    (unsigned)value->p[i] << 8 | value->p[i + 1]);
		return true;
	default:
		return false;
	}
}

static void
write_unread(struct buffer *out, const mbedtls_x509_buf *value)
{
	buffer_text(out, "#");
	hex_append(out, bytes_of_buf(*value));
}

/* RFC 4514, 2.4: what would end the value is escaped. */
static void
escape_value(struct buffer *out, struct bytes value)
{
	for (size_t i = 0; i < value.len; i++) {
		uint8_t c = value.data[i];
		bool edge = (c == ' ' && (i == 0 || i + 1 == value.len)) ||
		    (c == '#' && i == 0);

		if (c == 0)
			buffer_text(out, "\\00");
		else {
			if (edge || strchr(",+\"\\<>;=", c) != NULL)
				buffer_byte(out, '\\');
			buffer_byte(out, c);
		}
	}
}

/* The user's identifier (RFC 4519, 2.39), which the library does not name. */
#define OID_UID "\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x01"

static bool
is_uid(const mbedtls_x509_buf *oid)
{
	return bytes_equal(bytes_of_buf(*oid),
	    bytes_of(OID_UID, sizeof OID_UID - 1));
}

static void
put_attribute(struct buffer *out, const mbedtls_x509_name *attribute)
{
	struct buffer value = buffer_new(LIMIT_CERTIFICATE * 2);
	struct buffer escaped = buffer_new(LIMIT_CERTIFICATE * 4);
	const char *name;
	char numbers[128];

	if (is_uid(&attribute->oid))
		buffer_text(out, "UID");
	else if (mbedtls_oid_get_attr_short_name(&attribute->oid, &name) == 0)
		buffer_text(out, name);
	else if (mbedtls_oid_get_numeric_string(numbers, sizeof numbers,
		     &attribute->oid) > 0)
		buffer_text(out, numbers);
	else
		buffer_text(out, "?");
	buffer_text(out, "=");
	if (read_value(&value, &attribute->val))
		escape_value(&escaped, buffer_bytes(&value));
	else
		write_unread(&escaped, &attribute->val);
	text_show(out, buffer_bytes(&escaped));
	buffer_free(&value);
	buffer_free(&escaped);
}

void
certificate_write_name(struct buffer *out, const mbedtls_x509_name *name)
{
	const mbedtls_x509_name *attribute[ATTRIBUTES_MAX];
	size_t count = 0;

	for (; name != NULL && name->oid.p != NULL && count < ATTRIBUTES_MAX;
	     name = name->next)
		attribute[count++] = name;
	if (count == 0)
		buffer_text(out, "(no name)");
	/* The most particular is the last. */
	for (size_t i = count; i-- > 0;) {
		put_attribute(out, attribute[i]);
		if (i > 0)
			buffer_text(out,
			    attribute[i - 1]->next_merged ? "+" : ", ");
	}
}

void
certificate_subject(struct buffer *out, const struct certificate *certificate)
{
	certificate_write_name(out, &certificate->crt.subject);
}

void
certificate_issuer(struct buffer *out, const struct certificate *certificate)
{
	certificate_write_name(out, &certificate->crt.issuer);
}

bool
certificate_has_subject(const struct certificate *certificate)
{
	return certificate->crt.subject.oid.p != NULL;
}
