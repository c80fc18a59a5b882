#include "keys/timestamp_check.h"

#include "base/encoding.h"
#include "keys/certificate_path.h"
#include "keys/der.h"
#include "keys/signing_certificate.h"

/* The certificates that came with a token. */
struct bundle {
	struct certificates *all;
	struct certificates *between; /* Those that may lead to a root. */
	struct signing_certificates named;
	bool unread; /* One of them cannot be read: */
	struct error why;
};

static int
gather(struct bundle *out, const struct cms *cms, struct error *err)
{
	if (certificates_new(&out->all, err) == -1 ||
	    certificates_new(&out->between, err) == -1 ||
	    signing_certificates_parse(&out->named, cms, err) == -1)
		return -1;
	/* What is not needed may be of any kind. */
	for (size_t i = 0; i < cms->certificate_count; i++) {
		struct error why;
		size_t at = certificates_count(out->all);

		if (certificates_add(out->all, cms->certificate[i], &why) ==
		    -1) {
			if (why.class == ERROR_SYSTEM) {
				*err = why;
				return -1;
			}
			out->unread = true;
			out->why = why;
		} else if (signing_certificates_allow(&out->named,
			       certificates_at(out->all, at)) &&
		    certificates_add(out->between, cms->certificate[i], err) ==
			-1) {
			return -1;
		}
	}
	return 0;
}

static void
bundle_free(struct bundle *bundle)
{
	certificates_free(bundle->all);
	certificates_free(bundle->between);
}

static bool
is_signer(const struct certificate *certificate, const struct cms *cms)
{
	return bytes_equal(certificate_issuer_der(certificate), cms->issuer) &&
	    bytes_equal(certificate_serial(certificate), cms->serial);
}

static const struct certificate *
find_signer(const struct certificates *among, const struct cms *cms)
{
	for (size_t i = 0; i < certificates_count(among); i++) {
		if (is_signer(certificates_at(among, i), cms))
			return certificates_at(among, i);
	}
	return NULL;
}

/* The signer's certificate; NULL if there are none and it is not here. */
static int
take_signer(const struct certificate **out, const struct bundle *bundle,
    const struct cms *cms, const struct certificates *roots, struct error *err)
{
	const struct certificate *signer = find_signer(bundle->all, cms);

	if (signer == NULL)
		signer = find_signer(roots, cms);
	if (signer == NULL && bundle->unread) {
		*err = bundle->why;
		err->class = ERROR_NO;
		return error_within(err, "a certificate of the timestamp");
	}
	if (signer == NULL && cms->certificate_count == 0) {
		*out = NULL;
		return 0;
	}
	if (signer == NULL)
		return error_set(err, ERROR_NO, NULL,
		    "the certificates of the timestamp are not its signer's");
	if (!signing_certificates_sign(&bundle->named, signer))
		return error_set(err, ERROR_NO, NULL,
		    "the certificate is not the one that its signer named");
	*out = signer;
	return 0;
}

/* A directoryName must be the subject's (RFC 3161, 2.4.2); names of other
 * forms say nothing that is checked. */
static int
check_name(const struct timestamp *timestamp, const struct certificate *signer,
    struct error *err)
{
	struct bytes tsa = timestamp->tsa, name;

	if (!der_take(&tsa, DER_CONSTRUCTED(4), &name))
		return 0;
	if (!bytes_equal(name, certificate_subject_der(signer)))
		return error_set(err, ERROR_NO, NULL,
		    "the timestamp names another authority than signed it");
	return 0;
}

static bool
is_issued_by(const struct certificate *certificate,
    const struct certificate *issuer)
{
	return bytes_equal(certificate_issuer_der(certificate),
	    certificate_subject_der(issuer));
}

/* Whether a certificate that can be reached from the signer, by names alone,
 * names a root as its issuer. */
static bool
names_a_root(const struct certificate *signer,
    const struct certificates *between, const struct certificates *roots)
{
	const struct certificate *reached[LIMIT_CMS_CERTIFICATES + 1] = {
		signer
	};
	size_t count = 1;

	for (size_t at = 0; at < count; at++) {
		for (size_t i = 0; i < certificates_count(roots); i++) {
			if (is_issued_by(reached[at],
				certificates_at(roots, i)))
				return true;
		}
		for (size_t i = 0; i < certificates_count(between); i++) {
			const struct certificate *next =
			    certificates_at(between, i);
			bool known = false;

			for (size_t k = 0; k < count && !known; k++)
				known = reached[k] == next;
			if (!known && is_issued_by(reached[at], next))
				reached[count++] = next;
		}
	}
	return false;
}

static int
check_signer(enum timestamp_standing *standing, struct buffer *authority,
    const struct timestamp *timestamp, const struct bundle *bundle,
    const struct certificates *roots, const struct revocations *revoked,
    struct error *err)
{
	const struct certificate_demand demand = {
		.purpose = PURPOSE_TIMESTAMP,
		.time_ms = timestamp->time_ms,
		.between = bundle->between,
		.roots = roots,
		.revoked = revoked,
	};
	const struct certificate *signer = NULL;
	struct certificate_path path;
	bool known;

	if (take_signer(&signer, bundle, &timestamp->cms, roots, err) == -1)
		return -1;
	if (signer == NULL) {
		buffer_text(authority, "(without certificate) serial ");
		hex_append(authority, timestamp->cms.serial);
		*standing = TIMESTAMP_UNKNOWN;
		return buffer_check(authority, "authority's name", err);
	}
	if (cms_signed_by(&timestamp->cms, certificate_key(signer), err) ==
		-1 ||
	    check_name(timestamp, signer, err) == -1)
		return -1;
	known = names_a_root(signer, bundle->between, roots);
	if (known && certificate_check(&path, signer, &demand, err) == -1)
		return -1;
	certificate_subject(authority, signer);
	*standing = known ? TIMESTAMP_GOOD : TIMESTAMP_UNKNOWN;
	return buffer_check(authority, "authority's name", err);
}

int
timestamp_check(enum timestamp_standing *standing, struct buffer *authority,
    const struct timestamp *timestamp, const struct certificates *roots,
    const struct revocations *revoked, struct error *err)
{
	struct bundle bundle = { .unread = false };
	int result = -1;

	if (gather(&bundle, &timestamp->cms, err) == 0)
		result = check_signer(standing, authority, timestamp, &bundle,
		    roots, revoked, err);
	bundle_free(&bundle);
	return result;
}
