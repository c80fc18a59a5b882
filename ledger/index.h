/* index.h: what helps to find entries; may be dropped and rebuilt. */
#ifndef LEDGER_INDEX_H
#define LEDGER_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "keys/public_key.h"
#include "ledger/facts.h"
#include "ledger/record.h"
#include "ledger/store.h"

/* What the index says of an entry, beside its facts. */
struct index_entry {
	uint64_t seq;
	int64_t time_ms;
	int64_t made_ms;
	uint8_t nonce[NONCE_LEN];
	struct digest leaf;
	struct public_key signer; /* Of the first signature. */
	const struct kind *kind;
	const struct facts *facts;
};

/* Add one entry's rows, inside the store's write transaction.  Marks the
 * entry it supersedes. */
int index_add(struct store *store, const struct index_entry *entry,
    struct error *err);

/*
 * An entry's body is destroyed: from now on its rows are those of `kept', whose
 * facts are facts_of_erased.  `was' is what index_add was given; NULL when the
 * index is rebuilt, and has only a row without a kind for it.  Lists of
 * records show the entry as kind_erased, if at all.  In the store's write
 * transaction.
 */
int index_erase(struct store *store, const struct index_entry *kept,
    const struct index_entry *was, struct error *err);

/* Whether a record with this (made, nonce) is in the ledger: a replay. */
int index_has_nonce(struct store *store, int64_t made_ms,
    const uint8_t nonce[NONCE_LEN], bool *has, struct error *err);

/* Empty every index table, in the store's write transaction. */
int index_clear(struct store *store, struct error *err);

/* Compare with what an entry says: ERROR_NO naming what differs.  Rows that
 * no entry makes are found by index_sum.h. */
int index_check(struct store *store, const struct index_entry *entry,
    struct error *err);

/* One row of a list. */
struct index_row {
	uint64_t seq;
	int64_t time_ms;
	const struct kind *kind;
	struct digest leaf;
	struct public_key signer;
	char name[LIMIT_NAME + 1]; /* "" if the kind has none. */
	char version[LIMIT_NAME + 1];
	char status[32];
	bool superseded;
	uint64_t superseded_by; /* seq, when superseded. */
};

/* What to list.  Zero or NULL members mean no restriction, but `before' is
 * the number of entries to look at: 0 … before-1. */
struct index_query {
	uint64_t before; /* As of this size. */
	uint64_t from; /* Not below this seq. */
	const char *kind;
	const struct public_key *signer;
	const struct digest *mentions; /* A digest in any role. */
	const char *name; /* Exact; */
	const char *version; /* exact. */
	bool oldest_first;
	bool erased; /* Also entries whose body was destroyed. */
};

/* A list, newest first unless asked otherwise.  index_next gives *more =
 * false at its end.  Superseding by entries at or past `before' is not seen. */
struct index_list;
int index_list(struct index_list **out, struct store *store,
    const struct index_query *query, struct error *err);
int index_next(struct index_list *list, struct index_row *row, bool *more,
    struct error *err);
void index_list_free(struct index_list *list);

/* One row by seq; by leaf hash prefix (8 or more hex characters: ERROR_
 * UNDECIDED if none or several match below `before'). */
int index_row_at(struct store *store, uint64_t seq, uint64_t before,
    struct index_row *row, struct error *err);
int index_find_leaf(struct store *store, const char *prefix, uint64_t before,
    uint64_t *seq, struct error *err);
int index_find_exact(struct store *store, struct digest leaf, bool *found,
    uint64_t *seq, struct error *err);

/* The number of entries before a time (entries' times never go back). */
int index_size_at(struct store *store, int64_t time_ms, uint64_t *size,
    struct error *err);

/* Entries that mention a digest, of one kind or (NULL) of any, as (seq, role)
 * in order of seq. */
struct index_mention {
	uint64_t seq;
	enum fact_role role;
};
int index_mentions(struct store *store, struct digest digest, const char *kind,
    uint64_t before, struct index_mention **out, size_t *count,
    struct error *err);

/* Entries that named it and whose body was destroyed since, in role FACT_NAMED:
 * index_mentions has none of them. */
int index_was_named(struct store *store, struct digest digest, const char *kind,
    uint64_t before, struct index_mention **out, size_t *count,
    struct error *err);

/* How many entries of each kind (in the order of kinds[]), without a scan. */
int index_kind_counts(struct store *store, uint64_t *counts, struct error *err);

/* How many entries of a kind there are before a size, corrected ones too. */
int index_count(struct store *store, const char *kind, uint64_t before,
    size_t *count, struct error *err);

/* Digests whose name is `name' (as subjects), newest first, at most `max'. */
int index_find_name(struct store *store, const char *kind, const char *name,
    const char *version, uint64_t before, struct index_row *row, bool *found,
    struct error *err);

#endif
