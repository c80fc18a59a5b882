/* erasure.h: destroying what a record says, so that every proof still holds. */
#ifndef LEDGER_ERASURE_H
#define LEDGER_ERASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/index.h"
#include "ledger/record.h"
#include "ledger/store.h"

/*
 * docs/format.md, "Erasure".  A record of kind erasure takes effect as it
 * enters: in the same transaction the disclosures, attachments and bodies
 * that it names are destroyed.  Commitments, digests of attachments and leaf
 * hashes stay, so signatures, chain and tree hold; and what is missing is
 * missing lawfully only where such a record names it.
 */
bool erasure_is(const struct kind *kind);

/* What an erasure record says of one entry; borrowed from the record. */
struct erased {
	uint64_t number;
	struct digest leaf;
	const struct json *fields; /* A list, or NULL. */
	const struct json *attachments;
	bool whole;
	const struct kind *kind; /* If whole: the kind it was, or NULL, */
	const struct json *named; /* the artefacts it named, */
	struct index_entry kept; /* and what the index keeps; but facts. */
};
/* Of an item of `entries' in a record that was read. */
struct erased erasure_item(const struct json *item);
/* The same, with kept->facts in the facts given. */
int erasure_kept(struct index_entry *kept, struct facts *facts,
    const struct erased *erased, struct error *err);
/* The first item; the others are its json_next. */
const struct json *erasure_items(const struct record *record);

/*
 * May it take effect, as entry seq, at that time?  Everything named must
 * stand before seq and be there still; attachments are named for each entry
 * that has them; nothing may carry authority or rules; no hold in force keeps
 * it.  ERROR_NO, in a write transaction.
 */
int erasure_admit(struct store *store, const struct record *record,
    uint64_t seq, int64_t now_ms, struct error *err);

/* Destroy it, in the same transaction. */
int erasure_apply(struct store *store, const struct record *record,
    struct error *err);

/* What apply leaves in the index, for who rebuilds it. */
int erasure_reindex(struct store *store, const struct record *record,
    struct error *err);

/* The entry of the erasure that names the commitment or attachment `digest'
 * of the entry with this leaf hash (NULL: of any).  The index finds it, the
 * entry confirms it. */
int erasure_find(struct store *store, struct digest digest,
    const struct digest *leaf, bool *found, uint64_t *seq, struct error *err);

/* The same, of an entry's body. */
int erasure_find_whole(struct store *store, struct digest leaf, bool *found,
    uint64_t *seq, struct error *err);

/* May an attachment come in with new records?  Not if it was erased of an
 * entry that stands and names it still: that one lacks it lawfully, and would
 * not any more.  ERROR_NO. */
int erasure_admit_attachment(struct store *store, struct digest digest,
    struct error *err);

/* Say that entry `number' was erased whole, by which entry: ERROR_NO. */
int erasure_refuse(struct store *store, uint64_t number, struct error *err);

#endif
