/* certificate_internal.h: what mbedTLS keeps of certificates and keys. */
#ifndef KEYS_CERTIFICATE_INTERNAL_H
#define KEYS_CERTIFICATE_INTERNAL_H

#include <mbedtls/pk.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include "base/limits.h"
#include "keys/certificate.h"

struct outside_key {
	mbedtls_pk_context *pk; /* Its own, or a certificate's. */
	mbedtls_pk_context own;
	char kind[16];
};

struct certificate {
	mbedtls_x509_crt crt;
	struct outside_key key;
	struct digest fingerprint;
	int64_t from_ms;
	int64_t until_ms;
};

struct certificates {
	struct certificate **item;
	size_t count;
	size_t capacity;
};

struct revocation_list {
	mbedtls_x509_crl crl;
	int64_t from_ms;
	int64_t until_ms;
};

struct revocations {
	struct revocation_list **item;
	size_t count;
	size_t capacity;
};

/* Whether a list is in the name of the certificate's issuer and has its serial
 * number. */
bool revocation_list_has(const struct revocation_list *list,
    const struct certificate *certificate);

/* Describe a key, or refuse it. */
int outside_key_take(struct outside_key *key, mbedtls_pk_context *pk,
    struct error *err);

/* Whether a hash is one of outside_hash. */
bool outside_takes_md(mbedtls_md_type_t md);

/* Append a Name as certificate_subject does. */
void certificate_write_name(struct buffer *out, const mbedtls_x509_name *name);

/* Milliseconds since 1970; false if there is no such time. */
bool certificate_time(int64_t *ms, const mbedtls_x509_time *time);

/* Say that mbedTLS refused something for this reason.  Returns -1. */
int certificate_refused(int reason, const char *what, struct error *err);

/* Whether the signature over a certificate's or list's body verifies. */
bool certificate_signed(const struct certificate *issuer, mbedtls_x509_buf body,
    mbedtls_x509_buf signature, mbedtls_md_type_t md, mbedtls_pk_type_t scheme,
    const void *options);

static inline struct bytes
bytes_of_buf(mbedtls_x509_buf buf)
{
	return bytes_of(buf.p, buf.len);
}

#endif
