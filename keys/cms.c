#include "keys/cms.h"

#include "keys/der.h"

static const uint8_t signed_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x07, 0x02 };

/* joint-iso-itu-t(2) country(16) us(840) organization(1) gov(101) csor(3)
 * nistAlgorithm(4) hashAlgs(2) 1, 2 and 3. */
#define HASH_OID(n) \
	{ \
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, n \
	}
#define HASH_OID_LEN 9
static const struct {
	uint8_t oid[HASH_OID_LEN];
	size_t len;
} hashes[OUTSIDE_HASH_COUNT] = {
	[OUTSIDE_SHA256] = { HASH_OID(1), 32 },
	[OUTSIDE_SHA384] = { HASH_OID(2), 48 },
	[OUTSIDE_SHA512] = { HASH_OID(3), 64 },
};

#define PKCS1 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01
#define ECDSA_SHA2 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03

/* What may stand as signatureAlgorithm, and the hash that it then fixes. */
static const struct {
	uint8_t oid[9];
	uint8_t len;
	enum outside_scheme scheme;
	bool fixes;
	enum outside_hash hash;
} schemes[] = {
	{ { PKCS1, 1 }, 9, OUTSIDE_PKCS1, false, OUTSIDE_SHA256 },
	{ { PKCS1, 11 }, 9, OUTSIDE_PKCS1, true, OUTSIDE_SHA256 },
	{ { PKCS1, 12 }, 9, OUTSIDE_PKCS1, true, OUTSIDE_SHA384 },
	{ { PKCS1, 13 }, 9, OUTSIDE_PKCS1, true, OUTSIDE_SHA512 },
	{ { PKCS1, 10 }, 9, OUTSIDE_PSS, false, OUTSIDE_SHA256 },
	{ { ECDSA_SHA2, 2 }, 8, OUTSIDE_ECDSA, true, OUTSIDE_SHA256 },
	{ { ECDSA_SHA2, 3 }, 8, OUTSIDE_ECDSA, true, OUTSIDE_SHA384 },
	{ { ECDSA_SHA2, 4 }, 8, OUTSIDE_ECDSA, true, OUTSIDE_SHA512 },
};

static int
malformed(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED, NULL,
	    "not a signed message (CMS): %s", what);
}

struct bytes
cms_hash_oid(enum outside_hash hash)
{
	return bytes_of(hashes[hash].oid, HASH_OID_LEN);
}

size_t
cms_hash_len(enum outside_hash hash)
{
	return hashes[hash].len;
}

enum cms_hash_found
cms_hash_take(enum outside_hash *hash, struct bytes *from)
{
	struct bytes oid, parameters;

	if (!der_algorithm(from, &oid, &parameters) || parameters.len > 0)
		return CMS_HASH_MALFORMED;
	for (int i = 0; i < OUTSIDE_HASH_COUNT; i++)
		if (bytes_equal(oid, cms_hash_oid((enum outside_hash)i))) {
			*hash = (enum outside_hash)i;
			return CMS_HASH_FOUND;
		}
	return CMS_HASH_OTHER;
}

/* The one digest algorithm of the whole, and of the signer. */
static int
parse_hash(enum outside_hash *out, struct bytes *from, struct error *err)
{
	switch (cms_hash_take(out, from)) {
	case CMS_HASH_FOUND:
		return 0;
	case CMS_HASH_OTHER:
		return malformed(err,
		    "its digest algorithm is not SHA-256, SHA-384 or SHA-512");
	default:
		return malformed(err, "its digest algorithm is malformed");
	}
}

/* An explicit hash that must be that of the whole. */
static bool
is_hash(struct bytes *from, uint8_t tag, enum outside_hash hash)
{
	struct bytes inside;
	enum outside_hash its;

	return der_take(from, tag, &inside) &&
	    cms_hash_take(&its, &inside) == CMS_HASH_FOUND && inside.len == 0 &&
	    its == hash;
}

/* RSASSA-PSS-params (RFC 4055, 3.1): SHA-1, the default, is never meant, so
 * both hashes stand there; they are that of the whole. */
static bool
take_pss(uint64_t *salt_len, struct bytes parameters, enum outside_hash hash)
{
	static const uint8_t mgf1[] = { PKCS1, 8 };
	struct bytes inside, mask, function, oid, salt;
	enum outside_hash its_hash;
	uint64_t trailer;

	if (!der_take(&parameters, DER_SEQUENCE, &inside) ||
	    !is_hash(&inside, DER_CONSTRUCTED(0), hash) ||
	    !der_take(&inside, DER_CONSTRUCTED(1), &mask) ||
	    !der_take(&mask, DER_SEQUENCE, &function) || mask.len > 0 ||
	    !der_oid(&function, &oid) ||
	    !bytes_equal(oid, bytes_of(mgf1, sizeof mgf1)) ||
	    cms_hash_take(&its_hash, &function) != CMS_HASH_FOUND ||
	    function.len > 0 || its_hash != hash)
		return false;
	*salt_len = 20;
	if (der_take(&inside, DER_CONSTRUCTED(2), &salt) &&
	    (!der_number(&salt, DER_INTEGER, salt_len) || salt.len > 0))
		return false;
	if (der_take(&inside, DER_CONSTRUCTED(3), &salt) &&
	    (!der_number(&salt, DER_INTEGER, &trailer) || salt.len > 0 ||
		trailer != 1))
		return false;
	return inside.len == 0;
}

static int
parse_scheme(struct cms *out, struct bytes *from, struct error *err)
{
	struct bytes oid, parameters;

	if (!der_algorithm(from, &oid, &parameters))
		return malformed(err, "its signature algorithm is malformed");
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		if (!bytes_equal(oid, bytes_of(schemes[i].oid, schemes[i].len)))
			continue;
		if (schemes[i].fixes && schemes[i].hash != out->hash)
			return malformed(err,
			    "its signature and digest algorithms differ");
		out->scheme = schemes[i].scheme;
		if (out->scheme == OUTSIDE_PSS
			? !take_pss(&out->salt_len, parameters, out->hash)
			: parameters.len > 0)
			return malformed(err,
			    "its signature algorithm has the wrong parameters");
		return 0;
	}
	return malformed(err,
	    "its signature algorithm is not RSA or ECDSA with SHA-2");
}

/* memcmp's order, a shorter one before those that it begins (X.690, 11.6). */
static int
compare(struct bytes a, struct bytes b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.data, b.data, shared);

	if (order != 0 || a.len == b.len)
		return order;
	return a.len < b.len ? -1 : 1;
}

/* An Attribute: its type and the content of its SET OF values. */
static bool
take_attribute(struct bytes *from, struct bytes *whole, struct bytes *type,
    struct bytes *values)
{
	struct bytes again, inside;

	if (!der_take_whole(from, DER_SEQUENCE, whole))
		return false;
	again = *whole;
	return der_take(&again, DER_SEQUENCE, &inside) &&
	    der_oid(&inside, type) && der_take(&inside, DER_SET, values) &&
	    inside.len == 0;
}

/* What is signed is the DER of a SET OF (RFC 5652, 5.4): in its one order. */
static int
check_attributes(struct bytes attributes, struct error *err)
{
	struct bytes last = bytes_of(NULL, 0), whole, type, values;

	if (attributes.len == 0)
		return malformed(err, "it has no signed attributes");
	while (attributes.len > 0) {
		if (!take_attribute(&attributes, &whole, &type, &values))
			return malformed(err,
			    "its signed attributes are malformed");
		if (last.len > 0 && compare(last, whole) >= 0)
			return malformed(err,
			    "its signed attributes are not in order");
		last = whole;
	}
	return 0;
}

static int
parse_signer(struct cms *out, struct bytes signer, struct error *err)
{
	struct bytes sid;
	uint64_t version;
	enum outside_hash hash;

	if (!der_number(&signer, DER_INTEGER, &version))
		return malformed(err, "its signer is malformed");
	if (version != 1 || !der_take(&signer, DER_SEQUENCE, &sid))
		return malformed(err,
		    "its signer is not named by issuer and serial number");
	if (!der_take_whole(&sid, DER_SEQUENCE, &out->issuer) ||
	    !der_integer(&sid, &out->serial) || sid.len > 0)
		return malformed(err, "its signer's name is malformed");
	if (parse_hash(&hash, &signer, err) == -1)
		return -1;
	if (hash != out->hash)
		return malformed(err, "it has two digest algorithms");
	if (!der_take(&signer, DER_CONSTRUCTED(0), &out->attributes))
		return malformed(err, "it has no signed attributes");
	if (check_attributes(out->attributes, err) == -1 ||
	    parse_scheme(out, &signer, err) == -1)
		return -1;
	if (!der_take(&signer, DER_OCTET_STRING, &out->signature))
		return malformed(err, "its signature is malformed");
	if (signer.len > 0)
		return malformed(err, "it has attributes that nobody signed");
	return 0;
}

static int
parse_certificates(struct cms *out, struct bytes set, struct error *err)
{
	while (set.len > 0) {
		if (out->certificate_count == LIMIT_CMS_CERTIFICATES)
			return malformed(err, "it has too many certificates");
		if (!der_take_whole(&set, DER_SEQUENCE,
			&out->certificate[out->certificate_count]))
			return malformed(err,
			    "one of its certificates is malformed");
		out->certificate_count++;
	}
	return 0;
}

static int
parse_content(struct cms *out, struct bytes *from, struct error *err)
{
	struct bytes info, inside;

	if (!der_take(from, DER_SEQUENCE, &info) ||
	    !der_oid(&info, &out->content_type))
		return malformed(err, "its content is malformed");
	if (info.len == 0)
		return malformed(err, "its content is missing");
	if (!der_take(&info, DER_CONSTRUCTED(0), &inside) || info.len > 0 ||
	    !der_take(&inside, DER_OCTET_STRING, &out->content) ||
	    inside.len > 0)
		return malformed(err, "its content is malformed");
	return 0;
}

static int
parse_signed_data(struct cms *out, struct bytes data, struct error *err)
{
	struct bytes set, signer;
	uint64_t version;

	if (!der_number(&data, DER_INTEGER, &version) ||
	    !der_take(&data, DER_SET, &set))
		return malformed(err, "its head is malformed");
	if (version != 3)
		return malformed(err, "its version is not 3");
	if (parse_hash(&out->hash, &set, err) == -1)
		return -1;
	if (set.len > 0)
		return malformed(err, "it has several digest algorithms");
	if (parse_content(out, &data, err) == -1)
		return -1;
	if (der_take(&data, DER_CONSTRUCTED(0), &set) &&
	    parse_certificates(out, set, err) == -1)
		return -1;
	if (der_is_next(data, DER_CONSTRUCTED(1)))
		return malformed(err,
		    "it has lists of revoked certificates, which nobody signed "
		    "with it");
	if (!der_take(&data, DER_SET, &set) || data.len > 0 ||
	    !der_take(&set, DER_SEQUENCE, &signer))
		return malformed(err, "its signer is malformed");
	if (set.len > 0)
		return malformed(err, "it has several signers");
	return parse_signer(out, signer, err);
}

int
cms_parse(struct cms *out, struct bytes der, struct error *err)
{
	struct cms parsed = { .certificate_count = 0 };
	struct bytes info, type, inside, data;

	if (!der_take(&der, DER_SEQUENCE, &info) || !der_oid(&info, &type))
		return malformed(err, "it is cut, or not DER");
	if (der.len > 0)
		return malformed(err, "something follows it");
	if (!bytes_equal(type, bytes_of(signed_data, sizeof signed_data)))
		return malformed(err, "it is not SignedData");
	if (!der_take(&info, DER_CONSTRUCTED(0), &inside) || info.len > 0 ||
	    !der_take(&inside, DER_SEQUENCE, &data) || inside.len > 0)
		return malformed(err, "it is cut, or not DER");
	if (parse_signed_data(&parsed, data, err) == -1)
		return -1;
	*out = parsed;
	return 0;
}

int
cms_attribute(struct bytes *value, bool *found, const struct cms *cms,
    struct bytes type, struct error *err)
{
	struct bytes rest = cms->attributes, whole, its_type, values, only;
	struct bytes only_one = bytes_of(NULL, 0);
	bool there = false;

	while (rest.len > 0 &&
	    take_attribute(&rest, &whole, &its_type, &values)) {
		if (!bytes_equal(type, its_type))
			continue;
		if (there)
			return malformed(err,
			    "a signed attribute stands there twice");
		if (!der_take_any(&values, &only) || values.len > 0)
			return malformed(err,
			    "a signed attribute has not one value");
		only_one = only;
		there = true;
	}
	*value = only_one;
	*found = there;
	return 0;
}

int
cms_signed_by(const struct cms *cms, const struct outside_key *key,
    struct error *err)
{
	struct buffer message = buffer_new(cms->attributes.len + 16);
	struct bytes set;
	int result = -1;

	/* In the message they stand under another tag than was signed. */
	der_put(&message, DER_SET, cms->attributes);
	if (buffer_check(&message, "signed attributes", err) == -1)
		goto done;
	set = buffer_bytes(&message);
	if (cms->scheme == OUTSIDE_PSS
		? !outside_key_verify_salted(key, cms->hash, cms->salt_len, set,
		      cms->signature)
		: !outside_key_verify(key, cms->hash, cms->scheme, set,
		      cms->signature))
		error_set(err, ERROR_NO, NULL,
		    "the signature does not verify by the certificate's key");
	else
		result = 0;
done:
	buffer_free(&message);
	return result;
}
