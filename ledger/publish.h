/* publish.h: a ledger written as files that any web server can serve. */
#ifndef LEDGER_PUBLISH_H
#define LEDGER_PUBLISH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "keys/note.h"
#include "ledger/checkpoint.h"
#include "ledger/store.h"

struct publish_options {
	/* Attachments, too.  A folder that has some is kept up to date in any
	 * case. */
	bool attachments;
	/* The checkpoint is not the newest, but one that others vouch for. */
	bool earlier;
	/* Write all of it again, though it is there: to mend a copy. */
	bool whole;
	void *cookie;
	int (*progress)(void *cookie, uint64_t done, uint64_t total);
};

struct publish_result {
	bool had_checkpoint; /* It was published before, */
	uint64_t from; /* with so many entries, */
	struct checkpoint checkpoint; /* and now has those of this one. */
	uint64_t tiles; /* Files written. */
	uint64_t bundles;
	uint64_t rewritten; /* Of them, because an entry was erased. */
	uint64_t attachments;
	uint64_t removed; /* Old partial tiles, erased attachments. */
};

/*
 * Write the static form of the first entries of a store, those under `note',
 * into a folder, or extend what was published there: only what is new is read
 * and written, the checkpoint last.  The store is in a read transaction, key
 * is the ledger's own.  At every moment a reader finds a whole published
 * ledger, the old or the new; what a kill leaves behind is used or removed by
 * the next publisher.  Refused (ERROR_NO) is a folder that has the checkpoint
 * of another ledger, of a fork of this one, or a later one; and a ledger whose
 * entries and tree do not lead to its checkpoint.  An earlier checkpoint is
 * refused if something was erased since, as nothing below it would say why it
 * is gone.  ERROR_UNDECIDED: another publisher is at work there.
 */
int publish_ledger(struct publish_result *result, struct store *store,
    struct bytes note, const struct note_key *key, const char *folder,
    const struct publish_options *options, struct error *err);

#endif
