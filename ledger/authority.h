/* authority.h: whose key may sign what, at a point in the ledger. */
#ifndef LEDGER_AUTHORITY_H
#define LEDGER_AUTHORITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "keys/note.h"
#include "keys/public_key.h"
#include "ledger/identity.h"
#include "ledger/record.h"
#include "ledger/trust.h"

/*
 * Authority comes from the entries: genesis names the ledger's key and the
 * founders; key records enrol, rotate, certify and revoke; trust records name
 * the roots of certificates and what was revoked.  Replaying them in order
 * gives, at every seq, the keys and roles that decide.  Pure: no store, no
 * clock; lists of revoked certificates come by a function that is given.
 */

#define AUTHORITY_NEVER UINT64_MAX

/* A key and what its holder may do. */
struct principal {
	struct public_key key;
	struct fingerprint fingerprint;
	char name[LIMIT_NAME + 1];
	unsigned roles;
	uint64_t enrolled_seq;
	uint64_t ended_seq; /* AUTHORITY_NEVER while in force. */
	bool rotated; /* Ended by rotation, not revocation. */
	struct identity *identity; /* The newest certificate's, or NULL. */
};

struct authority;
int authority_new(struct authority **out, struct error *err);
void authority_free(struct authority *authority);

/*
 * Where lists of revoked certificates are; copied.  Without one (a static
 * copy has no attachments) nobody is known to be revoked.
 */
void authority_set_source(struct authority *authority,
    struct trust_source source);
/* Take what follows for checked, as a ledger's own entries are when it is
 * worked with: signatures of certificates are not verified again, and lists
 * are read only to learn whose certificate they end. */
void authority_assume(struct authority *authority, bool assume);

/* Whom the ledger trusts beside its keys' holders. */
const struct trusts *authority_trusts(const struct authority *authority);

/* After genesis: the origin and the ledger's verifier key; NULL before. */
const char *authority_origin(const struct authority *authority);
const struct note_key *authority_ledger_key(const struct authority *authority);

/* All keys ever enrolled, in order. */
size_t authority_count(const struct authority *authority);
const struct principal *authority_at(const struct authority *authority,
    size_t i);

/* The principal of a fingerprint or a key, in force or not; or NULL. */
const struct principal *authority_by_fingerprint(const struct authority
						     *authority,
    const char *fingerprint);
const struct principal *authority_by_key(const struct authority *authority,
    struct public_key key);
/* The principal in force under a name; or NULL. */
const struct principal *authority_by_name(const struct authority *authority,
    const char *name);

/*
 * May a record of this kind signed by these principals enter now?  ERROR_NO
 * with who and why not: a key that has ended, a role too low.  For genesis
 * and key records call authority_apply instead, which decides as well.
 */
int authority_allows(const struct authority *authority, const struct kind *kind,
    const struct principal *const signers[], size_t signer_count,
    struct error *err);

/*
 * Take in a genesis, key or trust record at seq and the time of its entry,
 * signed by `signers' (keys whose signatures verified).  Decides by the state
 * so far; on success the state is the one after it.
 * genesis: seq 0 only; signed by every founder and by the ledger's key.
 * enrol: by an owner; the new key's proof of possession must verify; neither
 *   key nor name already in force; a key that ever ended never comes back.
 * rotate: by the old key itself or an owner; proof by the new key; name and
 *   roles pass on.  revoke: by an owner or the key itself; never the last
 *   owner in force.
 * certify: by an owner; a key in force.  Whoever is certified, then or when
 *   enrolled or rotated: the certificate's key signed the binding, and its
 *   chain leads at that time to a root trusted before, none of it revoked.
 * trust: by an owner; the certificate or the list can be read.
 */
int authority_apply(struct authority *authority, const struct record *record,
    uint64_t seq, int64_t time_ms, const struct public_key signers[],
    size_t signer_count, struct error *err);

/*
 * What a new key signs to prove that its holder has it: the ASCII lines
 * "vouchbook-key-proof/v1", origin, name, "ssh-ed25519 …", each with its
 * newline (docs/format.md, "Proof of possession").
 */
void authority_proof_text(struct buffer *out, const char *origin,
    const char *name, struct public_key key);

#endif
