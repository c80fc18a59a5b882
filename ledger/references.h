/* references.h: what a record points to must be there. */
#ifndef LEDGER_REFERENCES_H
#define LEDGER_REFERENCES_H

#include <stdint.h>

#include "base/error.h"
#include "ledger/facts.h"
#include "ledger/store.h"

/*
 * Entries that a record names by leaf hash must stand before seq, and a
 * record can only correct one of its own kind.  The index finds them; the
 * tree's own hash confirms what it says.  ERROR_NO for what is not so.
 */
int references_check_entries(struct store *store, const struct kind *kind,
    const struct facts *facts, uint64_t seq, struct error *err);

/* Attachments that it names must be kept.  (Verification checks their bytes
 * as well.)  ERROR_NO. */
int references_check_attachments(struct store *store, const struct facts *facts,
    struct error *err);
/* The same where they are kept elsewhere than in a store. */
typedef int references_has(void *cookie, struct digest digest, bool *has,
    struct error *err);
int references_check_attachments_in(references_has *has_attachment,
    void *cookie, const struct facts *facts, struct error *err);

/* Commitments of a record that enters as seq stand in no other entry.  ERROR_
 * NO. */
int references_check_sealed(struct store *store, const struct facts *facts,
    uint64_t seq, struct error *err);

#endif
