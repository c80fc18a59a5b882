/* cms.h: CMS SignedData by one signer, taken apart strictly (RFC 5652). */
#ifndef KEYS_CMS_H
#define KEYS_CMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "keys/outside_key.h"

/* What a SignedData says; nothing of it is checked but its form.  All is
 * borrowed from what was parsed. */
struct cms {
	struct bytes content_type; /* An OID's content. */
	struct bytes content; /* What was signed about. */
	size_t certificate_count;
	struct bytes certificate[LIMIT_CMS_CERTIFICATES]; /* Whole values. */
	struct bytes issuer; /* The signer's certificate: a Name, */
	struct bytes serial; /* an INTEGER's content. */
	enum outside_hash hash;
	struct bytes attributes; /* The content of signedAttrs. */
	/* RFC 5754, 3.2; RFC 4056; RFC 5753, 2.1. */
	enum outside_scheme scheme;
	uint64_t salt_len; /* Of OUTSIDE_PSS. */
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

/* Whether the attributes are signed by a key: over the DER of their SET OF
 * (5.4).  ERROR_NO if not. */
int cms_signed_by(const struct cms *cms, const struct outside_key *key,
    struct error *err);

/*
 * Hashes as AlgorithmIdentifiers (RFC 5754, 2): the content of an OID; and one
 * off the front of a span.  CMS_HASH_OTHER is well-formed and not one of
 * SHA-256, SHA-384 and SHA-512.
 */
enum cms_hash_found { CMS_HASH_FOUND, CMS_HASH_OTHER, CMS_HASH_MALFORMED };
struct bytes cms_hash_oid(enum outside_hash hash);
enum cms_hash_found cms_hash_take(enum outside_hash *hash, struct bytes *from);
size_t cms_hash_len(enum outside_hash hash);

#endif
