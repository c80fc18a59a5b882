/* signing_certificate.h: which certificate a signer signed to be its own. */
#ifndef KEYS_SIGNING_CERTIFICATE_H
#define KEYS_SIGNING_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"
#include "keys/certificate.h"
#include "keys/cms.h"

/*
 * The signed attributes SigningCertificate (RFC 2634, 5.4; by SHA-1) and
 * SigningCertificateV2 (RFC 5035, 3; by any hash, SHA-256 when unsaid).  Each
 * lists certificates; the first is the signer's, further ones limit those that
 * may stand between it and a root.  SHA-1 is taken as good enough here: it
 * says which of the certificates that a key has is meant, and neither the key
 * nor the message hangs on it.
 */
struct signing_certificate {
	bool by_sha1;
	enum outside_hash hash; /* Otherwise. */
	struct bytes digest; /* Of the whole certificate. */
	struct bytes issuer; /* A Name, and a serial; empty: not said. */
	struct bytes serial;
};

struct signing_certificates {
	/* Of each attribute that is there, V2 first. */
	struct {
		size_t count;
		struct signing_certificate item[LIMIT_CMS_CERTIFICATES];
	} list[2];
	size_t list_count;
};

/* Read both from a message's signed attributes.  ERROR_UNDECIDED if one is
 * malformed, ERROR_NO if there is none. */
int signing_certificates_parse(struct signing_certificates *out,
    const struct cms *cms, struct error *err);

/* Whether it names this certificate. */
bool signing_certificate_is(const struct signing_certificate *named,
    const struct certificate *certificate);

/* Whether every list that is there names it as the signer's; or lets it stand
 * between: a list of one name does not say. */
bool signing_certificates_sign(const struct signing_certificates *named,
    const struct certificate *certificate);
bool signing_certificates_allow(const struct signing_certificates *named,
    const struct certificate *certificate);

#endif
