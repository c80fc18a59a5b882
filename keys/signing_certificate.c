#include "keys/signing_certificate.h"

#include "keys/der.h"

/* id-aa 12 and 47 (1.2.840.113549.1.9.16.2). */
#define ID_AA 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02

static const uint8_t version_1[] = { ID_AA, 12 };
static const uint8_t version_2[] = { ID_AA, 47 };

static int
malformed(struct error *err)
{
	return error_set(err, ERROR_UNDECIDED, NULL,
	    "the signing certificate that it names is malformed");
}

/* IssuerSerial: GeneralNames with one directoryName, and a serial number. */
static bool
read_issuer(struct signing_certificate *out, struct bytes content)
{
	struct bytes names, name;

	return der_take(&content, DER_SEQUENCE, &names) &&
	    der_take(&names, DER_CONSTRUCTED(4), &name) && names.len == 0 &&
	    der_take_whole(&name, DER_SEQUENCE, &out->issuer) &&
	    name.len == 0 && der_integer(&content, &out->serial) &&
	    content.len == 0;
}

/* ESSCertID or ESSCertIDv2. */
static bool
read_one(struct signing_certificate *out, struct bytes content, bool second)
{
	struct bytes issuer;

	out->by_sha1 = !second;
	out->hash = OUTSIDE_SHA256;
	/* The default is spelled out by some. */
	if (second && der_is_next(content, DER_SEQUENCE) &&
	    cms_hash_take(&out->hash, &content) != CMS_HASH_FOUND)
		return false;
	if (!der_take(&content, DER_OCTET_STRING, &out->digest) ||
	    out->digest.len !=
		(second ? cms_hash_len(out->hash) : DIGEST_SHA1_LEN))
		return false;
	if (content.len == 0)
		return true;
	return der_take(&content, DER_SEQUENCE, &issuer) && content.len == 0 &&
	    read_issuer(out, issuer);
}

static int
read_list(struct signing_certificates *out, const struct cms *cms, bool second,
    struct error *err)
{
	struct bytes type = second ? bytes_of(version_2, sizeof version_2)
				   : bytes_of(version_1, sizeof version_1);
	struct bytes value, content, list, one, policies;
	bool found;
	size_t count = 0, at = out->list_count;

	if (cms_attribute(&value, &found, cms, type, err) == -1)
		return -1;
	if (!found)
		return 0;
	if (!der_take(&value, DER_SEQUENCE, &content) ||
	    !der_take(&content, DER_SEQUENCE, &list) || list.len == 0)
		return malformed(err);
	(void)der_take(&content, DER_SEQUENCE, &policies);
	if (content.len > 0)
		return malformed(err);
	while (list.len > 0) {
		if (count == LIMIT_CMS_CERTIFICATES ||
		    !der_take(&list, DER_SEQUENCE, &one) ||
		    !read_one(&out->list[at].item[count], one, second))
			return malformed(err);
		count++;
	}
	out->list[at].count = count;
	out->list_count++;
	return 0;
}

int
signing_certificates_parse(struct signing_certificates *out,
    const struct cms *cms, struct error *err)
{
	struct signing_certificates parsed = { .list_count = 0 };

	if (read_list(&parsed, cms, true, err) == -1 ||
	    read_list(&parsed, cms, false, err) == -1)
		return -1;
	if (parsed.list_count == 0)
		return error_set(err, ERROR_NO, NULL,
		    "its signer did not sign which certificate is its own");
	*out = parsed;
	return 0;
}

/* Whether it has the digest that it is named by. */
static bool
has_digest(const struct signing_certificate *named, struct bytes der)
{
	uint8_t computed[OUTSIDE_DIGEST_MAX];
	size_t len = DIGEST_SHA1_LEN;
	struct error ignored;

	if (named->by_sha1)
		digest_sha1(computed, der);
	else if (outside_digest(computed, &len, named->hash, der, &ignored) ==
	    -1)
		return false;
	return bytes_equal(named->digest, bytes_of(computed, len));
}

bool
signing_certificate_is(const struct signing_certificate *named,
    const struct certificate *certificate)
{
	if (!has_digest(named, certificate_der(certificate)))
		return false;
	return named->issuer.len == 0 ||
	    (bytes_equal(named->issuer, certificate_issuer_der(certificate)) &&
		bytes_equal(named->serial, certificate_serial(certificate)));
}

bool
signing_certificates_sign(const struct signing_certificates *named,
    const struct certificate *certificate)
{
	for (size_t i = 0; i < named->list_count; i++)
		if (!signing_certificate_is(&named->list[i].item[0],
			certificate))
			return false;
	return named->list_count > 0;
}

bool
signing_certificates_allow(const struct signing_certificates *named,
    const struct certificate *certificate)
{
	for (size_t i = 0; i < named->list_count; i++) {
		bool listed = named->list[i].count == 1;

		for (size_t k = 1; k < named->list[i].count && !listed; k++)
			listed = signing_certificate_is(&named->list[i].item[k],
			    certificate);
		if (!listed)
			return false;
	}
	return true;
}
