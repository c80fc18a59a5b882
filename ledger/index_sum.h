/* index_sum.h: the index compared with the entries as a whole, by a sum. */
#ifndef LEDGER_INDEX_SUM_H
#define LEDGER_INDEX_SUM_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/keyed_hash.h"
#include "ledger/index.h"
#include "ledger/store.h"

/*
 * Looking up each row of each entry is most of the work of comparing an
 * index.  Instead every row that the entries make, and every row that is
 * there, is hashed under a key that is drawn for this
 * comparison, and the hashes are added.  The sums are of the same rows, in
 * any order, or they differ: nobody who wrote the file knew the key.
 */
struct index_sum {
	uint64_t rows;
	uint64_t low; /* A 128-bit number. */
	uint64_t high;
};

void index_sum_add(struct index_sum *sum, const struct index_sum *more);
bool index_sum_equal(const struct index_sum *a, const struct index_sum *b);

/* Add the rows that an entry makes.  -1: memory. */
int index_sum_entry(struct index_sum *sum, const struct hash_key *key,
    struct buffer *scratch, const struct index_entry *entry, struct error *err);

/*
 * Going over the rows that are there, in one read transaction of the store:
 * index_scan_to goes on until so many rows in all were added to scan->sum, or
 * to the end.  Rows of a kind that no entry could make are added too.
 */
struct index_scan {
	struct store *store;
	struct hash_key key;
	struct buffer row;
	unsigned table;
	struct index_sum sum;
	/* The signer met last. */
	int64_t signer_id;
	uint8_t signer[PUBLIC_KEY_LEN];
};
struct index_scan index_scan_begin(struct store *store,
    const struct hash_key *key);
int index_scan_to(struct index_scan *scan, uint64_t rows, struct error *err);
void index_scan_end(struct index_scan *scan);

#endif
