/* admission.h: everything about one envelope that several threads may check. */
#ifndef LEDGER_ADMISSION_H
#define LEDGER_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "keys/envelope.h"
#include "ledger/authority.h"
#include "ledger/entry.h"
#include "ledger/facts.h"
#include "ledger/record.h"

/*
 * Appending and verifying ask the same questions of an envelope, in the same
 * order: is its payload a valid record (admission_read), whose are its
 * signatures (admission_resolve), do they verify (admission_check), may they
 * sign this (admission_decide).  The first and third are the work and touch
 * nothing shared; the other two take turns, in order of entries.
 */
struct admission {
	struct entry entry; /* Parsed into, or only its envelope. */
	/* From admission_read. */
	const struct kind *kind;
	int64_t made_ms;
	uint8_t nonce[NONCE_LEN];
	uint64_t after_size;
	struct digest after_root;
	struct digest ledger; /* SHA-256 of the origin it names. */
	struct facts facts;
	struct record record; /* Kept of what changes authority, or erases. */
	bool has_record;
	/* From admission_resolve and admission_check. */
	struct public_key key[LIMIT_SIGNATURES];
	bool known[LIMIT_SIGNATURES];
	bool checked[LIMIT_SIGNATURES];
};

/* An empty one, reused for envelope after envelope; and its end. */
struct admission admission_new(void);
void admission_free(struct admission *admission);

/* Take in the record in admission->entry.envelope.payload.  The arena is the
 * calling thread's and is reset. */
int admission_read(struct admission *admission, struct json_arena *arena,
    struct error *err);

/* entry_parse of a line into admission->entry, then admission_read. */
int admission_read_entry(struct admission *admission, struct bytes line,
    struct json_arena *arena, struct error *err);

/* The kinds that only the ledger itself signs, and makes: verdict. */
bool admission_is_own(const struct admission *admission);

/* The kinds that change who may do what: genesis, key and trust. */
bool admission_is_authority(const struct admission *admission);

/* Whether a record has sealed fields, by its facts. */
bool admission_is_sealed(const struct admission *admission);

/*
 * Find the key of each signature by its hint: among the principals, or for
 * genesis and key records among the keys that the record itself names.  A
 * signature without a usable hint tries every principal in force.  Keys not
 * found stay unknown; that is decided later.
 */
void admission_resolve(struct admission *admission,
    const struct authority *authority);

/* Verify every signature whose key is known.  ERROR_NO for one that fails. */
int admission_check(struct admission *admission, struct buffer *scratch,
    struct error *err);

/* Whether every signature is known and was verified. */
bool admission_is_checked(const struct admission *admission);

/*
 * With all signatures known: may it enter at seq, at the time of its entry?
 * What changes the authority must have been verified before.  ERROR_NO
 * with who and why not.  Whoever admits others by this answer must see to it
 * that admission_is_checked.
 */
int admission_decide(struct admission *admission, struct authority *authority,
    uint64_t seq, struct error *err);

/* Write the fingerprints of the keys that verified as keyids, so that the
 * entry has its one spelling. */
void admission_name_keys(struct admission *admission);

#endif
