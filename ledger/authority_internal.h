/* authority_internal.h: the state of authority, and a record that asks. */
#ifndef LEDGER_AUTHORITY_INTERNAL_H
#define LEDGER_AUTHORITY_INTERNAL_H

#include "ledger/authority.h"
#include "ledger/principals_internal.h"

struct authority {
	bool founded;
	uint64_t last_seq;
	struct note_key ledger_key;
	struct principals principals;
	size_t owners; /* In force. */
	struct trusts *trusts;
	struct trust_source source;
	bool assume;
};

/* A record that asks, and who signed it. */
struct request {
	const struct record *record;
	uint64_t seq;
	int64_t time_ms;
	const struct public_key *signer;
	size_t signer_count;
};

/* authority.c */

/* Every signer of a key or trust record must be entitled to it: an owner in
 * force, or the key it is about where that suffices (self, or NULL). */
int authority_owners_signed(const struct authority *authority,
    const struct request *request, const struct principal *self,
    struct error *err);

/* What comes after the genesis, in order, and is meant for this ledger. */
int authority_check_place(const struct authority *authority,
    const struct request *request, struct error *err);

/* authority_trust.c */

/*
 * The certificate that a record brings for a key, or NULL if it brings none:
 * who made it signed the binding, and it leads to a root of this moment.
 */
int authority_take_identity(struct identity **out,
    const struct authority *authority, const struct request *request,
    struct public_key key, struct error *err);

/* Take in a trust record. */
int authority_apply_trust(struct authority *authority,
    const struct request *request, struct error *err);

#endif
