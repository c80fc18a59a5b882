/* certificate_path.h: whether a certificate leads to a root, at a given time. */
#ifndef KEYS_CERTIFICATE_PATH_H
#define KEYS_CERTIFICATE_PATH_H

#include "base/limits.h"
#include "keys/certificate.h"

/* What a certificate is to be good for. */
enum certificate_purpose {
	/* A person's or a machine's: digitalSignature or nonRepudiation if
	 * usage is stated; clientAuth, emailProtection or documentSigning if
	 * extended usage is stated; a subject. */
	PURPOSE_IDENTITY,
	/* RFC 3161, 2.3: id-kp-timeStamping, critical and alone. */
	PURPOSE_TIMESTAMP,
	/* digitalSignature if usage is stated, codeSigning if extended usage
	 * is stated; and one of them is. */
	PURPOSE_CODE,
	/* digitalSignature, whatever else. */
	PURPOSE_SIGNATURE,
};

struct certificate_demand {
	enum certificate_purpose purpose;
	int64_t time_ms; /* At this time; never the system's. */
	const struct certificates *between; /* In any order; NULL: none. */
	const struct certificates *roots;
	const struct revocations *revoked; /* NULL: none known. */
};

/* From the certificate to the root, borrowed. */
struct certificate_path {
	const struct certificate *step[LIMIT_CERTIFICATE_PATH];
	size_t count;
};

/*
 * Build the path and check it (RFC 5280, 6, at demand->time_ms): each is
 * signed by the next (names equal byte for byte), the last is one of the
 * roots; all are valid then; all but the first are authorities, may sign
 * certificates, allow a path as long and, if they limit what their
 * certificates are for, allow the purpose; none but the root is revoked.  For
 * an issuer of whom lists are given, one must be signed by it and be current
 * then.  Of several issuers of one name each is tried, with at most
 * LIMIT_CERTIFICATES_TRIED signatures.  A path depends on nothing but what is
 * given.  ERROR_NO says which certificate and why, of the first way tried.
 */
int certificate_check(struct certificate_path *out,
    const struct certificate *certificate,
    const struct certificate_demand *demand, struct error *err);

/* Whether the i-th list is in the name of one of the authorities; and whether
 * one of that name signed it. */
bool certificate_list_is_named(const struct revocations *revoked, size_t i,
    const struct certificates *authorities);
bool certificate_list_is_signed(const struct revocations *revoked, size_t i,
    const struct certificates *authorities);

/* Whether one of the lists, signed by its issuer in the path, has one of the
 * path's certificates; *which is that step. */
bool certificate_is_revoked(size_t *which, const struct certificate_path *path,
    const struct revocations *revoked);

#endif
