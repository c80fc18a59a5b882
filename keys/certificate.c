#include "keys/certificate.h"

#include <stdio.h>

#include <mbedtls/asn1.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "keys/certificate_internal.h"
#include "keys/pem.h"

int
certificate_refused(int reason, const char *what, struct error *err)
{
	int high = -(-reason & 0xFF80);

	if (reason == MBEDTLS_ERR_X509_ALLOC_FAILED ||
	    high == MBEDTLS_ERR_PK_ALLOC_FAILED ||
	    reason == MBEDTLS_ERR_ASN1_ALLOC_FAILED)
		return error_memory(err);
	if (high == MBEDTLS_ERR_X509_INVALID_EXTENSIONS)
		return error_set(err, ERROR_UNDECIDED,
		    "use one without that extension",
		    "the %s has an extension that is malformed, or critical "
		    "and not understood here",
		    what);
	if (reason == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG ||
	    high == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG)
		return error_set(err, ERROR_UNDECIDED,
		    "use RSA or ECDSA with SHA-256, SHA-384 or SHA-512",
		    "the %s is signed by a method that is not known here",
		    what);
	if (high == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG ||
	    high == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE)
		return error_set(err, ERROR_UNDECIDED,
		    "use RSA, P-256, P-384 or P-521",
		    "the %s has a key of a kind that is not taken", what);
	return error_set(err, ERROR_UNDECIDED, "get the file again",
	    "this is not a well-formed %s (ASN.1 reader: -0x%04X)", what,
	    (unsigned)-reason);
}

bool
certificate_time(int64_t *ms, const mbedtls_x509_time *time)
{
	char text[64];

	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.000Z",
	    time->year, time->mon, time->day, time->hour, time->min, time->sec);
	return time_parse_exact(ms, bytes_of_text(text));
}

bool
certificate_signed(const struct certificate *issuer, mbedtls_x509_buf body,
    mbedtls_x509_buf signature, mbedtls_md_type_t md, mbedtls_pk_type_t scheme,
    const void *options)
{
	const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md);
	uint8_t digest[MBEDTLS_MD_MAX_SIZE];

	return info != NULL && mbedtls_pk_can_do(issuer->key.pk, scheme) &&
	    mbedtls_md(info, body.p, body.len, digest) == 0 &&
	    mbedtls_pk_verify_ext(scheme, options, issuer->key.pk, md, digest,
		mbedtls_md_get_size(info), signature.p, signature.len) == 0;
}

/* A signature's hash, and that of a padding with one of its own. */
static int
check_signature_method(mbedtls_md_type_t md, mbedtls_pk_type_t scheme,
    const void *options, const char *what, struct error *err)
{
	const mbedtls_pk_rsassa_pss_options *pss = options;

	if (outside_takes_md(md) &&
	    (scheme != MBEDTLS_PK_RSASSA_PSS || pss == NULL ||
		outside_takes_md(pss->mgf1_hash_id)))
		return 0;
	return error_set(err, ERROR_UNDECIDED,
	    "use SHA-256, SHA-384 or SHA-512",
	    "the %s is signed with a hash that is too weak", what);
}

/* ---- certificates ---- */

int
certificates_new(struct certificates **out, struct error *err)
{
	struct certificates *certificates = memory_new(1, sizeof *certificates);

	if (certificates == NULL)
		return error_memory(err);
	*out = certificates;
	return 0;
}

static void
certificate_free(struct certificate *certificate)
{
	if (certificate == NULL)
		return;
	mbedtls_x509_crt_free(&certificate->crt);
	memory_free(certificate);
}

/* Forget the last ones, down to count. */
static void
shrink(struct certificates *certificates, size_t count)
{
	while (certificates->count > count)
		certificate_free(certificates->item[--certificates->count]);
}

void
certificates_free(struct certificates *certificates)
{
	if (certificates == NULL)
		return;
	shrink(certificates, 0);
	memory_free(certificates->item);
	memory_free(certificates);
}

static bool
is_oid(const mbedtls_x509_buf *oid, const char *bytes, size_t len)
{
	return oid->len == len && memcmp(oid->p, bytes, len) == 0;
}

/* What the library does not understand: constraints are refused at any rate;
 * policies hold by themselves, unless something demands them. */
static int
take_extension(void *cookie, const mbedtls_x509_crt *crt,
    const mbedtls_x509_buf *oid, int critical, const unsigned char *p,
    const unsigned char *end)
{
	bool *constrained = cookie;

	(void)crt;
	(void)p;
	(void)end;
	if (is_oid(oid, MBEDTLS_OID_NAME_CONSTRAINTS,
		MBEDTLS_OID_SIZE(MBEDTLS_OID_NAME_CONSTRAINTS)) ||
	    is_oid(oid, MBEDTLS_OID_POLICY_CONSTRAINTS,
		MBEDTLS_OID_SIZE(MBEDTLS_OID_POLICY_CONSTRAINTS)) ||
	    is_oid(oid, MBEDTLS_OID_INIHIBIT_ANYPOLICY,
		MBEDTLS_OID_SIZE(MBEDTLS_OID_INIHIBIT_ANYPOLICY))) {
		*constrained = true;
		return 0;
	}
	if (is_oid(oid, MBEDTLS_OID_CERTIFICATE_POLICIES,
		MBEDTLS_OID_SIZE(MBEDTLS_OID_CERTIFICATE_POLICIES)))
		return 0;
	return critical ? MBEDTLS_ERR_X509_INVALID_EXTENSIONS : 0;
}

static int
parse_certificate(struct certificate *certificate, struct bytes der,
    struct error *err)
{
	mbedtls_x509_crt *crt = &certificate->crt;
	bool constrained = false;
	int reason;

	reason = mbedtls_x509_crt_parse_der_with_ext_cb(crt, der.data, der.len,
	    1, take_extension, &constrained);
	if (reason != 0)
		return certificate_refused(reason, "certificate", err);
	if (crt->raw.len != der.len)
		return error_set(err, ERROR_UNDECIDED, "get the file again",
		    "there are bytes after the certificate");
	if (constrained)
		return error_set(err, ERROR_UNDECIDED,
		    "use an authority without them",
		    "the certificate has name or policy constraints, which "
		    "are not checked here");
	if (check_signature_method(crt->sig_md, crt->sig_pk, crt->sig_opts,
		"certificate", err) == -1 ||
	    outside_key_take(&certificate->key, &crt->pk, err) == -1)
		return -1;
	if (!certificate_time(&certificate->from_ms, &crt->valid_from) ||
	    !certificate_time(&certificate->until_ms, &crt->valid_to))
		return error_set(err, ERROR_UNDECIDED, "get the file again",
		    "the certificate is valid at no time that exists");
	/* Its last second is whole. */
	certificate->until_ms += 999;
	certificate->fingerprint = digest_of(bytes_of_buf(crt->raw));
	return 0;
}

int
certificates_add(struct certificates *certificates, struct bytes der,
    struct error *err)
{
	struct certificate *certificate, **grown;

	if (certificates->count == LIMIT_CERTIFICATES)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "there are more than %d certificates", LIMIT_CERTIFICATES);
	if (der.len == 0 || der.len > LIMIT_CERTIFICATE)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "a certificate has 1 to %d bytes, not %zu",
		    LIMIT_CERTIFICATE, der.len);
	grown = memory_grow(certificates->item, &certificates->capacity,
	    certificates->count + 1, sizeof(struct certificate *));
	if (grown == NULL)
		return error_memory(err);
	certificates->item = grown;
	if ((certificate = memory_new(1, sizeof *certificate)) == NULL)
		return error_memory(err);
	mbedtls_x509_crt_init(&certificate->crt);
	if (parse_certificate(certificate, der, err) == -1) {
		certificate_free(certificate);
		return -1;
	}
	certificates->item[certificates->count++] = certificate;
	return 0;
}

static int
read_pem(struct certificates *certificates, struct bytes text,
    struct error *err)
{
	struct buffer der = buffer_new(LIMIT_CERTIFICATE_FILE);
	size_t number = 0;
	bool found = true;
	int result = -1;

	for (;;) {
		if (pem_next(&der, &text, "CERTIFICATE", &found, err) == -1 ||
		    (found &&
			certificates_add(certificates, buffer_bytes(&der),
			    err) == -1)) {
			error_within(err, "certificate %zu", number + 1);
			goto done;
		}
		if (!found)
			break;
		number++;
	}
	if (number == 0) {
		error_set(err, ERROR_UNDECIDED,
		    "give one in DER or PEM (RFC 7468)",
		    "there is no certificate");
		goto done;
	}
	result = 0;
done:
	buffer_free(&der);
	return result;
}

int
certificates_read(struct certificates *certificates, struct bytes file,
    struct error *err)
{
	size_t before = certificates->count;

	if (file.len > LIMIT_CERTIFICATE_FILE)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "a file of certificates has at most %d bytes",
		    LIMIT_CERTIFICATE_FILE);
	if (!pem_is(file))
		return certificates_add(certificates, file, err);
	if (read_pem(certificates, file, err) == 0)
		return 0;
	shrink(certificates, before);
	return -1;
}

size_t
certificates_count(const struct certificates *certificates)
{
	return certificates == NULL ? 0 : certificates->count;
}

const struct certificate *
certificates_at(const struct certificates *certificates, size_t i)
{
	return certificates->item[i];
}

struct bytes
certificate_der(const struct certificate *certificate)
{
	return bytes_of_buf(certificate->crt.raw);
}

struct digest
certificate_fingerprint(const struct certificate *certificate)
{
	return certificate->fingerprint;
}

struct bytes
certificate_subject_der(const struct certificate *certificate)
{
	return bytes_of_buf(certificate->crt.subject_raw);
}

struct bytes
certificate_issuer_der(const struct certificate *certificate)
{
	return bytes_of_buf(certificate->crt.issuer_raw);
}

struct bytes
certificate_serial(const struct certificate *certificate)
{
	return bytes_of_buf(certificate->crt.serial);
}

int64_t
certificate_from_ms(const struct certificate *certificate)
{
	return certificate->from_ms;
}

int64_t
certificate_until_ms(const struct certificate *certificate)
{
	return certificate->until_ms;
}

bool
certificate_is_authority(const struct certificate *certificate)
{
	return certificate->crt.version == 3 && certificate->crt.ca_istrue;
}

const struct outside_key *
certificate_key(const struct certificate *certificate)
{
	return &certificate->key;
}

/* ---- lists of revoked certificates ---- */

int
revocations_new(struct revocations **out, struct error *err)
{
	struct revocations *revocations = memory_new(1, sizeof *revocations);

	if (revocations == NULL)
		return error_memory(err);
	*out = revocations;
	return 0;
}

static void
list_free(struct revocation_list *list)
{
	if (list == NULL)
		return;
	mbedtls_x509_crl_free(&list->crl);
	memory_free(list);
}

static void
shrink_lists(struct revocations *revocations, size_t count)
{
	while (revocations->count > count)
		list_free(revocations->item[--revocations->count]);
}

void
revocations_free(struct revocations *revocations)
{
	if (revocations == NULL)
		return;
	shrink_lists(revocations, 0);
	memory_free(revocations->item);
	memory_free(revocations);
}

static int
parse_list(struct revocation_list *list, struct bytes der, struct error *err)
{
	static const char what[] = "list of revoked certificates";
	mbedtls_x509_crl *crl = &list->crl;
	int reason = mbedtls_x509_crl_parse_der(crl, der.data, der.len);

	if (reason != 0)
		return certificate_refused(reason, what, err);
	if (check_signature_method(crl->sig_md, crl->sig_pk, crl->sig_opts,
		what, err) == -1)
		return -1;
	if (!certificate_time(&list->from_ms, &crl->this_update) ||
	    !certificate_time(&list->until_ms, &crl->next_update))
		return error_set(err, ERROR_UNDECIDED,
		    "use one with nextUpdate",
		    "the %s does not say until when it holds", what);
	list->until_ms += 999;
	return 0;
}

int
revocations_add(struct revocations *revocations, struct bytes der,
    struct error *err)
{
	struct revocation_list *list, **grown;

	if (der.len == 0 || der.len > LIMIT_REVOCATIONS)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "a list of revoked certificates has 1 to %d bytes, not %zu",
		    LIMIT_REVOCATIONS, der.len);
	grown = memory_grow(revocations->item, &revocations->capacity,
	    revocations->count + 1, sizeof(struct revocation_list *));
	if (grown == NULL)
		return error_memory(err);
	revocations->item = grown;
	if ((list = memory_new(1, sizeof *list)) == NULL)
		return error_memory(err);
	mbedtls_x509_crl_init(&list->crl);
	if (parse_list(list, der, err) == -1) {
		list_free(list);
		return -1;
	}
	revocations->item[revocations->count++] = list;
	return 0;
}

static int
read_pem_lists(struct revocations *revocations, struct bytes text,
    struct error *err)
{
	struct buffer der = buffer_new(LIMIT_REVOCATIONS);
	bool found = true, any = false;
	int result = -1;

	for (;;) {
		if (pem_next(&der, &text, "X509 CRL", &found, err) == -1 ||
		    (found &&
			revocations_add(revocations, buffer_bytes(&der), err) ==
			    -1))
			goto done;
		if (!found)
			break;
		any = true;
	}
	if (!any) {
		error_set(err, ERROR_UNDECIDED,
		    "give one in DER or PEM (\"X509 CRL\")",
		    "there is no list of revoked certificates");
		goto done;
	}
	result = 0;
done:
	buffer_free(&der);
	return result;
}

int
revocations_read(struct revocations *revocations, struct bytes file,
    struct error *err)
{
	size_t before = revocations->count;

	if (!pem_is(file))
		return revocations_add(revocations, file, err);
	if (read_pem_lists(revocations, file, err) == 0)
		return 0;
	shrink_lists(revocations, before);
	return -1;
}

size_t
revocations_count(const struct revocations *revocations)
{
	return revocations == NULL ? 0 : revocations->count;
}

struct bytes
revocations_der(const struct revocations *revocations, size_t i)
{
	return bytes_of_buf(revocations->item[i]->crl.raw);
}

void
revocations_issuer(struct buffer *out, const struct revocations *revocations,
    size_t i)
{
	certificate_write_name(out, &revocations->item[i]->crl.issuer);
}

int64_t
revocations_from_ms(const struct revocations *revocations, size_t i)
{
	return revocations->item[i]->from_ms;
}

int64_t
revocations_until_ms(const struct revocations *revocations, size_t i)
{
	return revocations->item[i]->until_ms;
}

uint64_t
revocations_entries(const struct revocations *revocations, size_t i)
{
	const mbedtls_x509_crl_entry *entry = &revocations->item[i]->crl.entry;
	uint64_t count = 0;

	for (; entry != NULL; entry = entry->next)
		if (entry->serial.p != NULL)
			count++;
	return count;
}

bool
revocation_list_has(const struct revocation_list *list,
    const struct certificate *certificate)
{
	const mbedtls_x509_crl_entry *entry = &list->crl.entry;
	struct bytes serial = bytes_of_buf(certificate->crt.serial);

	if (!bytes_equal(bytes_of_buf(list->crl.issuer_raw),
		bytes_of_buf(certificate->crt.issuer_raw)))
		return false;
	for (; entry != NULL; entry = entry->next)
		if (entry->serial.p != NULL &&
		    bytes_equal(bytes_of_buf(entry->serial), serial))
			return true;
	return false;
}

bool
revocations_mention(const struct revocations *revocations,
    const struct certificates *certificates)
{
	for (size_t i = 0; i < revocations_count(revocations); i++)
		for (size_t k = 0; k < certificates_count(certificates); k++)
			if (revocation_list_has(revocations->item[i],
				certificates->item[k]))
				return true;
	return false;
}
