/* cms.h: CMS SignedData by one signer, taken apart strictly (RFC 5652). */
#ifndef KEYS_CMS_H
#define KEYS_CMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "keys/hash.h"

/* How the attributes were signed. */
enum cms_scheme {
	CMS_RSA, /* RSASSA-PKCS1-v1_5 (RFC 3370, 3.2; RFC 5754, 3.2). */
	CMS_RSA_PSS, /* RFC 4056. */
	CMS_ECDSA, /* RFC 5753, 2.1. */
};

/* What a SignedData says; nothing of it is checked but its form.  All is
 * borrowed from what was parsed. */
struct cms {
	struct bytes content_type; /* An OID's content. */
	struct bytes content; /* What was signed about. */
	size_t certificate_count;
	struct bytes certificate[LIMIT_CMS_CERTIFICATES]; /* Whole values. */
	struct bytes issuer; /* The signer's certificate: a Name, */
	struct bytes serial; /* an INTEGER's content. */
	enum hash hash;
	struct bytes attributes; /* The content of signedAttrs. */
	enum cms_scheme scheme;
	struct bytes parameters; /* Of CMS_RSA_PSS. */
	struct bytes signature;
};

/*
 * Take apart a ContentInfo: SignedData of version 3 with content, one digest
 * algorithm (SHA-256 to SHA-512), and one signer named by issuer and serial
 * number, with signed attributes in DER order and none unsigned.  ERROR_UNDECIDED
 * for all else.
 */
int cms_parse(struct cms *out, struct bytes der, struct error *err);

/*
 * The value of the signed attribute of a type (an OID's content), which has
 * exactly one value and stands there once; without one, *found is false and
 * the value empty.
 * ERROR_UNDECIDED if it is there otherwise.
 */
int cms_attribute(struct bytes *value, bool *found, const struct cms *cms,
    struct bytes type, struct error *err);

#endif
