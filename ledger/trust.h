/* trust.h: whom the ledger believes beside the holders of its keys. */
#ifndef LEDGER_TRUST_H
#define LEDGER_TRUST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/limits.h"
#include "keys/certificate.h"
#include "ledger/record.h"

/*
 * Replayed from trust records: the newest of a name holds from the next entry
 * on.  Authority keeps these (authority_trusts); commands and checks of
 * timestamps and cosignatures ask here.
 */

#define TRUST_NEVER UINT64_MAX

enum trust_about {
	TRUST_WITNESS,
	TRUST_QUORUM,
	TRUST_IDENTITY_ROOT,
	TRUST_TIMESTAMP_ROOT,
	TRUST_REVOCATIONS,
};
/* "witness", "quorum", "identity-root", "timestamp-root", "revocations". */
const char *trust_about_name(enum trust_about about);

/* One trust record; what belongs to other subjects is NULL or 0. */
struct trusted {
	char name[LIMIT_NAME + 1];
	char version[LIMIT_NAME + 1];
	enum trust_about about;
	bool trusted; /* Or withdrawn, by this record. */
	uint64_t seq;
	uint64_t ended_seq; /* Where the next of its name came, or never. */
	char *vkey; /* Of a witness. */
	uint64_t wanted; /* Of a quorum. */
	struct certificates *certificate; /* Of a root: one. */
	struct digest list; /* Of revocations: the attachment. */
};

struct trusts;
int trusts_new(struct trusts **out, struct error *err);
void trusts_free(struct trusts *trusts);

/* Reads an attachment by its digest, appended to out: here, lists of revoked
 * certificates. */
struct trust_source {
	void *cookie;
	int (*fetch)(void *cookie, struct digest digest, struct buffer *out,
	    struct error *err);
};

/* Take in the record at seq: its certificate is read and must be an
 * authority's (ERROR_NO).  *taken is borrowed. */
int trusts_apply(struct trusts *trusts, const struct trusted **taken,
    const struct record *record, uint64_t seq, struct error *err);

/* Read the list that a record about revocations names; others have none. */
int trusts_read_list(struct revocations *out, const struct record *record,
    const struct trust_source *source, struct error *err);

/* All records there were, in order; and the newest of a name, or NULL. */
size_t trusts_count(const struct trusts *trusts);
const struct trusted *trusts_at(const struct trusts *trusts, size_t i);
const struct trusted *trusts_named(const struct trusts *trusts,
    const char *name);

/* Whether it held when entry seq came: trusted before, not ended before.
 * TRUST_NEVER asks about now. */
bool trust_held(const struct trusted *trust, uint64_t seq);

/* The root certificates about this that held when entry seq came; the caller
 * frees them.  With `ever', also those withdrawn since. */
int trusts_roots(struct certificates **out, const struct trusts *trusts,
    enum trust_about about, uint64_t seq, bool ever, struct error *err);
/* Those that records of a name ever trusted. */
int trusts_roots_called(struct certificates **out, const struct trusts *trusts,
    enum trust_about about, const char *name, struct error *err);

/* The lists of revoked certificates that held when entry seq came. */
int trusts_revocations(struct revocations **out, const struct trusts *trusts,
    const struct trust_source *source, uint64_t seq, struct error *err);

#endif
