/* certificate.h: X.509 certificates and lists of revoked ones, read strictly. */
#ifndef KEYS_CERTIFICATE_H
#define KEYS_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "keys/outside_key.h"

/*
 * Certificates are version 3 or older (RFC 5280), in DER.  Refused when read
 * (ERROR_UNDECIDED): bytes that are left over, keys that outside_key.h does
 * not take, signatures by anything but SHA-256, SHA-384 or SHA-512, critical
 * extensions that are not understood, and name or policy constraints whether
 * critical or not: they are not processed, so nobody may rely on them.
 * Whether a certificate may be believed is certificate_path.h's matter.
 */
struct certificate;
struct certificates; /* A list: of a chain, of roots, of a file. */

int certificates_new(struct certificates **out, struct error *err);
void certificates_free(struct certificates *certificates);

/* Add one in DER; or all of a file: one in DER, or some in PEM (at least
 * one).  On failure nothing was added.  At most LIMIT_CERTIFICATES. */
int certificates_add(struct certificates *certificates, struct bytes der,
    struct error *err);
int certificates_read(struct certificates *certificates, struct bytes file,
    struct error *err);

size_t certificates_count(const struct certificates *certificates);
const struct certificate *certificates_at(const struct certificates
					      *certificates,
    size_t i);

/* Its DER, borrowed; SHA-256 of that (as `openssl x509 -fingerprint
 * -sha256'). */
struct bytes certificate_der(const struct certificate *certificate);
struct digest certificate_fingerprint(const struct certificate *certificate);

/*
 * Append the subject or the issuer as RFC 4514 spells names ("CN=Alice
 * Example,O=Bank AG" with a space after each comma), the most particular
 * first; what a terminal would act on is escaped.  "(no name)" if empty.
 */
void certificate_subject(struct buffer *out,
    const struct certificate *certificate);
void certificate_issuer(struct buffer *out,
    const struct certificate *certificate);
bool certificate_has_subject(const struct certificate *certificate);

/* The issuer's Name in DER and the serial number's bytes, borrowed: what CMS
 * names a signer by.  And the subject's Name. */
struct bytes certificate_issuer_der(const struct certificate *certificate);
struct bytes certificate_subject_der(const struct certificate *certificate);
struct bytes certificate_serial(const struct certificate *certificate);

/* The first and the last instant at which it is valid. */
int64_t certificate_from_ms(const struct certificate *certificate);
int64_t certificate_until_ms(const struct certificate *certificate);

/* Whether it says that it is an authority's (basicConstraints, CA:TRUE). */
bool certificate_is_authority(const struct certificate *certificate);

/* Its key, borrowed. */
const struct outside_key *certificate_key(const struct certificate
	*certificate);

/*
 * Lists of revoked certificates (CRLs, RFC 5280, 5).  Refused: bytes left
 * over, critical extensions (so delta and indirect lists), no nextUpdate,
 * weak signatures.
 */
struct revocations;
int revocations_new(struct revocations **out, struct error *err);
void revocations_free(struct revocations *revocations);
/* Add one in DER, or those of a file in PEM (at least one). */
int revocations_add(struct revocations *revocations, struct bytes der,
    struct error *err);
int revocations_read(struct revocations *revocations, struct bytes file,
    struct error *err);
size_t revocations_count(const struct revocations *revocations);
/* Of the i-th: DER, issuer, when issued, when the next is due, how many. */
struct bytes revocations_der(const struct revocations *revocations, size_t i);
void revocations_issuer(struct buffer *out,
    const struct revocations *revocations, size_t i);
int64_t revocations_from_ms(const struct revocations *revocations, size_t i);
int64_t revocations_until_ms(const struct revocations *revocations, size_t i);
uint64_t revocations_entries(const struct revocations *revocations, size_t i);

/* Whether one of the lists has the serial number of one of the certificates,
 * in its issuer's name; no signature is verified. */
bool revocations_mention(const struct revocations *revocations,
    const struct certificates *certificates);

#endif
