/* identity.h: who a key's holder is, by a certificate of somebody else. */
#ifndef LEDGER_IDENTITY_H
#define LEDGER_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "keys/certificate.h"
#include "keys/public_key.h"

/*
 * A certificate's holder signs a statement that names a ledger, a name in it,
 * an Ed25519 key and the certificate; the chain leads to a root that the
 * ledger trusts (docs/format.md, "Identities").
 */

/* Why a certificate no longer counts. */
enum identity_end {
	IDENTITY_HOLDS,
	IDENTITY_REVOKED, /* By a list trusted in entry ended_seq. */
	IDENTITY_ROOT_WITHDRAWN, /* The root was, in entry ended_seq. */
};
#define IDENTITY_NEVER UINT64_MAX

struct identity {
	char *subject; /* As certificate_subject spells them. */
	char *issuer;
	struct digest fingerprint; /* SHA-256 of the certificate. */
	int64_t from_ms; /* When the certificate is valid. */
	int64_t until_ms;
	uint64_t seq; /* The entry that says so, and its time. */
	int64_t time_ms;
	uint64_t ended_seq; /* IDENTITY_NEVER while it counts. */
	enum identity_end end;
	struct certificates *chain; /* The holder's first. */
	struct identity *before; /* What was certified before, or NULL. */
};

/*
 * What the certificate's key signs: the ASCII lines "vouchbook-identity/v1",
 * origin, name, "ssh-ed25519 …" and the certificate's SHA-256 in hex, each
 * with its newline.
 */
void identity_binding_text(struct buffer *out, const char *origin,
    const char *name, struct public_key key, struct digest certificate);

/* The hash under which the signature over a binding text verifies by the
 * certificate's key; ERROR_NO if there is none. */
int identity_binding_hash(enum outside_hash *out,
    const struct certificate *certificate, struct bytes text,
    struct bytes signature, struct error *err);

/* Append the members of `certified' for a record. */
int identity_compose(struct json **out, const struct certificates *chain,
    enum outside_hash hash, struct bytes signature, struct error *err);

/* Read the member `certified' of the record at seq; believes nothing yet. */
int identity_read(struct identity **out, const struct json *certified,
    uint64_t seq, int64_t time_ms, struct error *err);
void identity_free(struct identity *identity); /* And those before. */

/* Whether the binding's signature verifies; ERROR_NO. */
int identity_check_binding(const struct identity *identity,
    const struct json *certified, const char *origin, const char *name,
    struct public_key key, struct error *err);
/* Whether the chain leads to one of the roots, at the entry's time, and none
 * of it is revoked by the lists (NULL: none); ERROR_NO. */
int identity_check_chain(const struct identity *identity,
    const struct certificates *roots, const struct revocations *revoked,
    struct error *err);

/* Whether lists name one of the chain that leads to these roots. */
bool identity_is_revoked(const struct identity *identity,
    const struct certificates *roots, const struct revocations *revoked);

/* The identity that counted for a key's holder before entry seq (that the
 * certificate was revoked since shows in ended_seq): of those that the newest
 * leads to, the last before seq; or NULL. */
const struct identity *identity_before(const struct identity *newest,
    uint64_t seq);

/* Whether it counts for what is signed in entry seq at a time: certified
 * before, not ended before, not expired. */
bool identity_counts(const struct identity *identity, uint64_t seq,
    int64_t time_ms);

/* How long the first part of its subject is: of "CN=Alice Example, O=Bank AG"
 * "CN=Alice Example". */
size_t identity_first(const struct identity *identity);

/* Append "CN=…, O=…, certified by CN=…"; and, when it has ended by now, "; the
 * certificate was revoked in entry N". */
void identity_describe(struct buffer *out, const struct identity *identity);
/* The same for who signs at a time; and "; the certificate had expired, at …"
 * if it had. */
void identity_describe_at(struct buffer *out, const struct identity *identity,
    int64_t time_ms);

#endif
