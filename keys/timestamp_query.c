#include "keys/timestamp_query.h"

#include "base/limits.h"
#include "base/random.h"
#include "keys/cms.h"
#include "keys/der.h"

void
timestamp_nonce(uint8_t out[TIMESTAMP_NONCE_LEN])
{
	random_fill(out, TIMESTAMP_NONCE_LEN);
	/* Positive, and always of the same length. */
	out[0] = (uint8_t)((out[0] & 0x3f) | 0x40);
}

int
timestamp_query_make(struct timestamp_query *out, enum outside_hash hash,
    struct bytes message, struct bytes nonce, bool certificates,
    struct error *err)
{
	struct timestamp_query made = {
		.hash = hash, .nonce = nonce, .certificates = certificates
	};
	size_t len;

	if (outside_digest(made.imprint, &len, hash, message, err) == -1)
		return -1;
	*out = made;
	return 0;
}

/* The content of a MessageImprint. */
static void
put_imprint(struct buffer *out, const struct timestamp_query *query)
{
	static const uint8_t null[] = { DER_NULL, 0 };
	uint8_t space[64];
	struct buffer algorithm = buffer_new(sizeof space);

	der_put(&algorithm, DER_OID, cms_hash_oid(query->hash));
	buffer_append(&algorithm, bytes_of(null, sizeof null));
	der_put(out, DER_SEQUENCE, buffer_bytes(&algorithm));
	der_put(out, DER_OCTET_STRING,
	    bytes_of(query->imprint, cms_hash_len(query->hash)));
	if (algorithm.state != BUFFER_FINE)
		out->state = algorithm.state;
	buffer_free(&algorithm);
}

void
timestamp_query_write(struct buffer *out, const struct timestamp_query *query)
{
	static const uint8_t version[] = { 1 }, yes[] = { 0xff };
	struct buffer body = buffer_new(LIMIT_TIMESTAMP_QUERY);
	struct buffer imprint = buffer_new(LIMIT_TIMESTAMP_QUERY);

	put_imprint(&imprint, query);
	der_put(&body, DER_INTEGER, bytes_of(version, sizeof version));
	der_put(&body, DER_SEQUENCE, buffer_bytes(&imprint));
	if (query->policy.len > 0)
		der_put(&body, DER_OID, query->policy);
	if (query->nonce.len > 0)
		der_put(&body, DER_INTEGER, query->nonce);
	if (query->certificates)
		der_put(&body, DER_BOOLEAN, bytes_of(yes, sizeof yes));
	der_put(out, DER_SEQUENCE, buffer_bytes(&body));
	if (imprint.state != BUFFER_FINE)
		out->state = imprint.state;
	if (body.state != BUFFER_FINE)
		out->state = body.state;
	buffer_free(&imprint);
	buffer_free(&body);
}

int
timestamp_imprint_take(enum outside_hash *hash, struct bytes *imprint,
    struct bytes *from, struct error *err)
{
	enum outside_hash its_hash = OUTSIDE_SHA256;
	struct bytes inside, octets;
	enum cms_hash_found found;

	if (!der_take(from, DER_SEQUENCE, &inside) ||
	    (found = cms_hash_take(&its_hash, &inside)) == CMS_HASH_MALFORMED ||
	    !der_take(&inside, DER_OCTET_STRING, &octets) || inside.len > 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "its imprint is malformed");
	if (found == CMS_HASH_OTHER)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "its imprint is not by SHA-256, SHA-384 or SHA-512");
	if (octets.len != cms_hash_len(its_hash))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "its imprint is not as long as its hash");
	*hash = its_hash;
	*imprint = octets;
	return 0;
}

static int
malformed(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED,
	    "give what `vouch timestamp request' or `openssl ts -query' wrote",
	    "not a timestamp query: %s", what);
}

int
timestamp_query_parse(struct timestamp_query *out, struct bytes der,
    struct error *err)
{
	struct timestamp_query parsed = { .certificates = false };
	struct bytes body, imprint;
	struct error why;
	uint64_t version;

	if (der.len > LIMIT_TIMESTAMP_QUERY ||
	    !der_take(&der, DER_SEQUENCE, &body) || der.len > 0)
		return malformed(err, "it is cut, too long, or not DER");
	if (!der_number(&body, DER_INTEGER, &version) || version != 1)
		return malformed(err, "its version is not 1");
	if (timestamp_imprint_take(&parsed.hash, &imprint, &body, &why) == -1)
		return malformed(err, why.what);
	memcpy(parsed.imprint, imprint.data, imprint.len);
	if (der_is_next(body, DER_OID) && !der_oid(&body, &parsed.policy))
		return malformed(err, "its policy is malformed");
	if (der_is_next(body, DER_INTEGER) &&
	    (!der_integer(&body, &parsed.nonce) ||
		parsed.nonce.len > TIMESTAMP_NONCE_MAX))
		return malformed(err, "its nonce is malformed");
	parsed.certificates = der_true(&body);
	if (body.len > 0)
		return malformed(err, "it asks for what is not known here");
	*out = parsed;
	return 0;
}
