#include "keys/certificate_path.h"

#include <mbedtls/asn1.h>
#include <stdio.h>

#include <mbedtls/oid.h>

#include "base/clock.h"
#include "keys/certificate_internal.h"

/*
 * mbedtls_x509_crt_verify asks the system's clock, both to judge and to
 * choose among issuers, so that its answer about the past changes with the
 * present.  Here the path is walked by the time that is given, with the
 * library's reading and verifying of what is signed.
 */

/* id-kp-documentSigning (RFC 9336), which the library does not name. */
#define OID_DOCUMENT_SIGNING "\x2b\x06\x01\x05\x05\x07\x03\x24"

/* ---- saying no ---- */

/* Refuse a certificate: by whom it is, and why. */
static int
refuse(const struct certificate *certificate, const char *why,
    const char *remedy, struct error *err)
{
	struct buffer subject = buffer_new(LIMIT_SUBJECT);

	certificate_subject(&subject, certificate);
	error_set(err, ERROR_NO, remedy, "the certificate of %.300s %s",
	    buffer_string(&subject), why);
	buffer_free(&subject);
	return -1;
}

static int
check_time(const struct certificate *certificate, int64_t time_ms,
    struct error *err)
{
	char why[80];

	if (time_ms < certificate->from_ms) {
		snprintf(why, sizeof why, "is valid only from %s",
		    time_format(certificate->from_ms).text);
		return refuse(certificate, why, "use one that is valid", err);
	}
	if (time_ms > certificate->until_ms) {
		snprintf(why, sizeof why, "expired, it was valid until %s",
		    time_format(certificate->until_ms).text);
		return refuse(certificate, why, "use one that is valid", err);
	}
	return 0;
}

/* ---- what it is for ---- */

static bool
has_usage(const mbedtls_x509_crt *crt, unsigned any_of)
{
	return (crt->ext_types & MBEDTLS_X509_EXT_KEY_USAGE) == 0 ||
	    (crt->key_usage & any_of) != 0;
}

static bool
states_purposes(const mbedtls_x509_crt *crt)
{
	return (crt->ext_types & MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE) != 0;
}

/* Whether it states this purpose, by name. */
static bool
has_purpose(const mbedtls_x509_crt *crt, const char *oid, size_t len)
{
	const mbedtls_x509_sequence *one = &crt->ext_key_usage;

	for (; one != NULL; one = one->next)
		if (one->buf.len == len && memcmp(one->buf.p, oid, len) == 0)
			return true;
	return false;
}

#define HAS(crt, oid) has_purpose(crt, oid, MBEDTLS_OID_SIZE(oid))

/* Of a certificate that states purposes: is this one of them? */
static bool
allows_purpose(const mbedtls_x509_crt *crt, enum certificate_purpose purpose)
{
	if (purpose == PURPOSE_SIGNATURE)
		return true;
	if (purpose == PURPOSE_TIMESTAMP)
		return HAS(crt, MBEDTLS_OID_TIME_STAMPING);
	if (HAS(crt, MBEDTLS_OID_ANY_EXTENDED_KEY_USAGE))
		return true;
	if (purpose == PURPOSE_CODE)
		return HAS(crt, MBEDTLS_OID_CODE_SIGNING);
	return HAS(crt, MBEDTLS_OID_CLIENT_AUTH) ||
	    HAS(crt, MBEDTLS_OID_EMAIL_PROTECTION) ||
	    HAS(crt, OID_DOCUMENT_SIGNING);
}

/* Whether an extension that was parsed is marked critical. */
static bool
is_critical(const mbedtls_x509_crt *crt, const char *oid, size_t oid_len)
{
	unsigned char *at = crt->v3_ext.p;
	const unsigned char *end = at + crt->v3_ext.len;
	size_t len;

	if (crt->v3_ext.len == 0 ||
	    mbedtls_asn1_get_tag(&at, end, &len,
		MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0)
		return false;
	while (at < end) {
		unsigned char *next;
		int critical = 0;

		if (mbedtls_asn1_get_tag(&at, end, &len,
			MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0)
			return false;
		next = at + len;
		if (mbedtls_asn1_get_tag(&at, next, &len, MBEDTLS_ASN1_OID) !=
		    0)
			return false;
		if (len == oid_len && memcmp(at, oid, len) == 0) {
			at += len;
			return mbedtls_asn1_get_bool(&at, next, &critical) ==
			    0 &&
			    critical != 0;
		}
		at = next;
	}
	return false;
}

static int
check_timestamp_purpose(const struct certificate *certificate,
    struct error *err)
{
	const mbedtls_x509_crt *crt = &certificate->crt;

	if (!states_purposes(crt) || !allows_purpose(crt, PURPOSE_TIMESTAMP))
		return refuse(certificate, "is not for timestamps", NULL, err);
	if (crt->ext_key_usage.next != NULL)
		return refuse(certificate,
		    "is for more than timestamps (RFC 3161, 2.3)", NULL, err);
	if (!is_critical(crt, MBEDTLS_OID_EXTENDED_KEY_USAGE,
		MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE)))
		return refuse(certificate,
		    "does not say critically that it is for timestamps (RFC "
		    "3161, 2.3)",
		    NULL, err);
	return 0;
}

/* The certificate at the path's beginning. */
static int
check_holder(const struct certificate *certificate,
    enum certificate_purpose purpose, struct error *err)
{
	const mbedtls_x509_crt *crt = &certificate->crt;
	unsigned usage = MBEDTLS_X509_KU_DIGITAL_SIGNATURE;

	if (purpose == PURPOSE_IDENTITY || purpose == PURPOSE_TIMESTAMP)
		usage |= MBEDTLS_X509_KU_NON_REPUDIATION;
	if (crt->ca_istrue)
		return refuse(certificate,
		    "is an authority's: it signs certificates, nothing else",
		    "use a certificate of its holder", err);
	if (!has_usage(crt, usage))
		return refuse(certificate, "is not for signatures",
		    "use one with the usage digitalSignature", err);
	if (purpose == PURPOSE_TIMESTAMP)
		return check_timestamp_purpose(certificate, err);
	if (purpose == PURPOSE_CODE && !states_purposes(crt) &&
	    (crt->ext_types & MBEDTLS_X509_EXT_KEY_USAGE) == 0)
		return refuse(certificate, "does not say what it is for",
		    "use one with the usage digitalSignature", err);
	if (states_purposes(crt) && !allows_purpose(crt, purpose))
		return refuse(certificate, "is for another purpose",
		    purpose == PURPOSE_IDENTITY
			? "use one for client authentication, e-mail or "
			  "documents"
			: "use one for code signing",
		    err);
	if (purpose == PURPOSE_IDENTITY && crt->subject.oid.p == NULL)
		return refuse(certificate, "names nobody",
		    "use one with a subject", err);
	return 0;
}

/* Those above it; `below' are between this one and the first, but for those
 * an authority issued to itself. */
static int
check_authority(const struct certificate *certificate,
    enum certificate_purpose purpose, int below, struct error *err)
{
	const mbedtls_x509_crt *crt = &certificate->crt;

	if (crt->version != 3 || !crt->ca_istrue)
		return refuse(certificate, "is not an authority's (CA:FALSE)",
		    NULL, err);
	if (!has_usage(crt, MBEDTLS_X509_KU_KEY_CERT_SIGN))
		return refuse(certificate, "is not for signing certificates",
		    NULL, err);
	/* max_pathlen is one more than stated, 0 when not stated. */
	if (crt->max_pathlen > 0 && below >= crt->max_pathlen)
		return refuse(certificate, "allows no path as long as this",
		    NULL, err);
	if (states_purposes(crt) && !allows_purpose(crt, purpose))
		return refuse(certificate,
		    "is of an authority for other purposes", NULL, err);
	return 0;
}

/* ---- who signed it ---- */

static bool
is_self_issued(const struct certificate *certificate)
{
	return bytes_equal(bytes_of_buf(certificate->crt.issuer_raw),
	    bytes_of_buf(certificate->crt.subject_raw));
}

static bool
is_signed_by(const struct certificate *certificate,
    const struct certificate *issuer)
{
	const mbedtls_x509_crt *crt = &certificate->crt;

	return certificate_signed(issuer, crt->tbs, crt->sig, crt->sig_md,
	    crt->sig_pk, crt->sig_opts);
}

static int
no_issuer(const struct certificate *certificate, bool named, struct error *err)
{
	struct buffer issuer = buffer_new(LIMIT_SUBJECT);
	char why[400];

	certificate_issuer(&issuer, certificate);
	snprintf(why, sizeof why,
	    named ? "names %.250s as its issuer, who has not signed it"
		  : "leads to no trusted root: its issuer %.250s is not there",
	    buffer_string(&issuer));
	buffer_free(&issuer);
	return refuse(certificate, why,
	    named ? NULL
		  : "give the whole chain, or have an owner trust its root",
	    err);
}

/* ---- who revoked it ---- */

static bool
list_signed_by(const struct revocation_list *list,
    const struct certificate *issuer)
{
	const mbedtls_x509_crl *crl = &list->crl;

	return has_usage(&issuer->crt, MBEDTLS_X509_KU_CRL_SIGN) &&
	    certificate_signed(issuer, crl->tbs, crl->sig, crl->sig_md,
		crl->sig_pk, crl->sig_opts);
}

/* A list is in the name of whose subject is its issuer. */
static bool
is_in_name_of(const struct revocation_list *list,
    const struct certificate *authority)
{
	return bytes_equal(bytes_of_buf(list->crl.issuer_raw),
	    bytes_of_buf(authority->crt.subject_raw));
}

bool
certificate_list_is_named(const struct revocations *revoked, size_t i,
    const struct certificates *authorities)
{
	for (size_t k = 0; k < certificates_count(authorities); k++)
		if (is_in_name_of(revoked->item[i], authorities->item[k]))
			return true;
	return false;
}

bool
certificate_list_is_signed(const struct revocations *revoked, size_t i,
    const struct certificates *authorities)
{
	const struct revocation_list *list = revoked->item[i];

	for (size_t k = 0; k < certificates_count(authorities); k++)
		if (is_in_name_of(list, authorities->item[k]) &&
		    list_signed_by(list, authorities->item[k]))
			return true;
	return false;
}

static bool
is_of_issuer(const struct revocation_list *list,
    const struct certificate *certificate)
{
	return bytes_equal(bytes_of_buf(list->crl.issuer_raw),
	    bytes_of_buf(certificate->crt.issuer_raw));
}

bool
certificate_is_revoked(size_t *which, const struct certificate_path *path,
    const struct revocations *revoked)
{
	for (size_t i = 0; i + 1 < path->count; i++)
		for (size_t k = 0; k < revocations_count(revoked); k++) {
			const struct revocation_list *list = revoked->item[k];

			if (revocation_list_has(list, path->step[i]) &&
			    list_signed_by(list, path->step[i + 1])) {
				*which = i;
				return true;
			}
		}
	return false;
}

/* The lists of one issuer, about one certificate. */
static int
check_revocation(const struct certificate *certificate,
    const struct certificate *issuer, const struct certificate_demand *demand,
    struct error *err)
{
	bool any = false, by_issuer = false, current = false;

	for (size_t i = 0; i < revocations_count(demand->revoked); i++) {
		const struct revocation_list *list = demand->revoked->item[i];

		if (!is_of_issuer(list, certificate))
			continue;
		any = true;
		if (!list_signed_by(list, issuer))
			continue;
		by_issuer = true;
		if (revocation_list_has(list, certificate))
			return refuse(certificate, "was revoked by its issuer",
			    "use one that was not", err);
		if (demand->time_ms >= list->from_ms &&
		    demand->time_ms <= list->until_ms)
			current = true;
	}
	if (any && !by_issuer)
		return refuse(certificate,
		    "may have been revoked: the list in its issuer's name "
		    "is signed by another",
		    "have an owner withdraw that list", err);
	if (any && !current)
		return refuse(certificate,
		    "may have been revoked: its issuer's list is not current",
		    "have an owner trust the newest list", err);
	return 0;
}

/* ---- the path ---- */

/*
 * There may be several certificates of one name and key: an authority's own
 * beside one that another authority gave it, or a new one beside one that has
 * expired.  So each is tried.  Bad ones may be many, and signatures take long.
 */
struct walk {
	const struct certificate_demand *demand;
	struct certificate_path path;
	unsigned tried;
	bool failed;
	struct error failure; /* Of the first way that was tried. */
};

static bool
is_in(const struct certificate_path *path, const struct certificate *one)
{
	for (size_t i = 0; i < path->count; i++) {
		if (bytes_equal(bytes_of_buf(path->step[i]->crt.raw),
			bytes_of_buf(one->crt.raw)))
			return true;
	}
	return false;
}

static int
check_step(const struct walk *walk, int below, struct error *err)
{
	const struct certificate_path *path = &walk->path;
	const struct certificate_demand *demand = walk->demand;
	const struct certificate *last = path->step[path->count - 1];

	if (check_time(last, demand->time_ms, err) == -1)
		return -1;
	if (path->count == 1)
		return check_holder(last, demand->purpose, err);
	if (check_authority(last, demand->purpose, below, err) == -1)
		return -1;
	return check_revocation(path->step[path->count - 2], last, demand, err);
}

/* This way does not lead to a root. */
static int
fail(struct walk *walk, const struct error *why)
{
	if (!walk->failed)
		walk->failure = *why;
	walk->failed = true;
	return -1;
}

/* In what order issuers are tried: roots first, those not valid last. */
struct choice {
	bool root;
	bool valid;
};
static const struct choice choices[] = { { true, true }, { true, false },
	{ false, true }, { false, false } };

static int walk_from(struct walk *walk, bool root, int below);

/* The issuers of the path's last of that choice; *found counts them. */
static int
walk_choice(struct walk *walk, struct choice choice, int below, size_t *named,
    size_t *found)
{
	const struct certificate_demand *demand = walk->demand;
	const struct certificates *list = choice.root ? demand->roots
						      : demand->between;
	size_t count = walk->path.count;
	const struct certificate *last = walk->path.step[count - 1];
	struct bytes name = bytes_of_buf(last->crt.issuer_raw);

	for (size_t i = 0; i < certificates_count(list); i++) {
		const struct certificate *one = list->item[i];
		bool valid = demand->time_ms >= one->from_ms &&
		    demand->time_ms <= one->until_ms;

		if (valid != choice.valid ||
		    !bytes_equal(name, bytes_of_buf(one->crt.subject_raw)))
			continue;
		++*named;
		if (is_in(&walk->path, one) ||
		    walk->tried == LIMIT_CERTIFICATES_TRIED)
			continue;
		walk->tried++;
		if (!is_signed_by(last, one))
			continue;
		++*found;
		walk->path.step[count] = one;
		walk->path.count = count + 1;
		if (walk_from(walk, choice.root, below) == 0)
			return 0;
		walk->path.count = count;
	}
	return -1;
}

/* Go on from the path's last, which may be a root. */
static int
walk_from(struct walk *walk, bool root, int below)
{
	const struct certificate *last = walk->path.step[walk->path.count - 1];
	size_t named = 0, found = 0;
	struct error err;

	if (check_step(walk, below, &err) == -1)
		return fail(walk, &err);
	if (root)
		return 0;
	if (walk->path.count == LIMIT_CERTIFICATE_PATH) {
		refuse(walk->path.step[0], "has too long a path to a root",
		    NULL, &err);
		return fail(walk, &err);
	}
	if (walk->path.count > 1 && !is_self_issued(last))
		below++;
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		if (walk_choice(walk, choices[i], below, &named, &found) == 0)
			return 0;
	}
	if (found > 0)
		return -1;
	if (walk->tried == LIMIT_CERTIFICATES_TRIED)
		refuse(walk->path.step[0], "has too many issuers of one name",
		    "give only those that lead to the root", &err);
	else
		no_issuer(last, named > 0, &err);
	return fail(walk, &err);
}

int
certificate_check(struct certificate_path *out,
    const struct certificate *certificate,
    const struct certificate_demand *demand, struct error *err)
{
	struct walk walk = {
		.demand = demand,
		.path = { .step = { certificate }, .count = 1 },
	};

	if (walk_from(&walk, false, 0) == -1) {
		*err = walk.failure;
		return -1;
	}
	*out = walk.path;
	return 0;
}
