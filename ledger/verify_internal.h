/* verify_internal.h: a verification from inside, for the files that share it. */
#ifndef LEDGER_VERIFY_INTERNAL_H
#define LEDGER_VERIFY_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/pool.h"
#include "ledger/admission.h"
#include "ledger/index_sum.h"
#include "ledger/merkle.h"
#include "ledger/once.h"
#include "ledger/trust_book.h"
#include "ledger/verify.h"
#include "ledger/verify_lists.h"
#include "ledger/verify_source.h"

#define BLOCK 512
#define SLICE 32
#define SLICES (BLOCK / SLICE)
#define BLOCKS 3
/* Also ends a block: entries may be 64 KiB each. */
#define BLOCK_BYTES (4 * 1024 * 1024)
#define ROOTS 1024
#define PROBLEMS_DEFAULT 1000

struct slot {
	uint64_t seq;
	struct buffer line;
	struct digest leaf;
	struct admission admission;
	enum { SLOT_FINE, SLOT_NOT_ENTRY, SLOT_NOT_RECORD, SLOT_ERASED } state;
	bool light; /* Before the auditor's own checkpoint. */
	bool bad_signature;
	struct error error; /* Of state, or of the signature. */
};

/* A stored checkpoint whose signature is to be verified. */
struct signed_size {
	uint64_t size;
	struct buffer note;
	struct digest root; /* Of our tree at that size. */
	bool compare; /* Whether our tree can say. */
	bool light;
	bool bad;
	struct error error;
};

struct problem {
	uint64_t seq;
	size_t order;
	enum verify_check check;
	char *what;
};

struct block {
	struct verify *verify;
	struct slot *slot;
	size_t made; /* How many slots were ever used. */
	size_t count;
	size_t bytes;
	struct signed_size *checkpoint;
	size_t checkpoint_count;
	size_t checkpoint_capacity;
	struct problem *problem;
	size_t problem_count;
	size_t problem_capacity;
	struct pool_set read_set;
	struct pool_set sign_set;
	struct json_arena *arena[SLICES]; /* One for each part of read_set */
	struct buffer scratch[SLICES]; /* and of sign_set. */
	struct index_sum sum[SLICES];
	bool sum_failed[SLICES];
};

struct verify {
	const struct verify_options *options;
	struct verify_result *result;
	struct verify_source source;
	struct store *store; /* What the source is, or NULL: then there is no
			      * index to compare. */
	bool without_index;
	struct pool *pool;
	struct block block[BLOCKS];
	struct buffer scratch;
	struct json_arena *arena;
	/* The state of the order stage. */
	uint64_t size; /* Rows there are: highest seq + 1. */
	uint64_t next_seq;
	bool scan_ended;
	struct digest last_leaf;
	int64_t last_time_ms;
	struct merkle *tree;
	bool tree_spoilt; /* A leaf is missing: no more roots. */
	bool root_reported;
	struct authority *authority;
	struct digest origin;
	struct once *once;
	struct verify_lists *lists;
	struct hash_key sum_key;
	struct index_sum index_sum; /* What the entries make, */
	struct index_scan index_scan; /* what the index has. */
	uint64_t index_rows; /* Of the entries put in order so far. */
	uint64_t kind_count[KINDS_MAX];
	bool index_spoilt; /* Some entry's rows are not known. */
	struct { /* What is missing, and what erasures say is. */
		struct hash_key key;
		struct index_sum missing;
		struct index_sum named;
		struct buffer text;
	} gone;
	uint64_t tile_count;
	struct digest tile[TILE_WIDTH]; /* The level 0 tile we are in. */
	unsigned tile_width;
	bool tile_reported;
	struct { /* Stored checkpoints, in order. */
		uint64_t size;
		struct buffer note;
		bool there;
	} pending;
	uint64_t newest_checkpoint;
	struct { /* Roots at the sizes of recent checkpoints. */
		uint64_t size;
		struct digest root;
	} root[ROOTS];
	struct checkpoint since;
	bool has_since;
	struct note_key given_key;
	struct trust_book *trust; /* Whom its entries trust, so far. */
	bool stopped; /* Enough problems. */
	struct block *current;
};

/* Tell one problem; after enough of them, stop. */
void verify_tell(struct verify *verify, enum verify_check check, uint64_t seq,
    const char *what);
/* Keep a problem of the block in hand, to be told in order of seq; the second
 * keeps what another module found, whose own failures pass on. */
int verify_found(struct verify *verify, struct block *block,
    enum verify_check check, uint64_t seq, struct error *err,
    const char *format, ...) __attribute__((format(printf, 6, 7)));
int verify_found_error(struct verify *verify, struct block *block,
    enum verify_check check, uint64_t seq, const struct error *finding,
    struct error *err);
void verify_tell_block(struct verify *verify, struct block *block);
/* The most problems that are told. */
uint64_t verify_most(const struct verify *verify);

/* Everything that depends on the entries before, for one entry. */
int verify_order_slot(struct verify *verify, struct block *block,
    struct slot *slot, struct error *err);
/* The next of the stored checkpoints, as the pending one. */
int verify_next_checkpoint(struct verify *verify, struct error *err);

/* The checkpoint that the auditor kept: read at the beginning; at the end its
 * signature, once the genesis has given the key. */
int verify_open_since(struct verify *verify, struct error *err);
void verify_finish_since(struct verify *verify);
/* What can be said at the end: replays, partial tiles, newest checkpoint,
 * attachments, the index, the rest of the source. */
int verify_finish(struct verify *verify, struct error *err);

/* The timestamps beside the checkpoints, where the source is a store. */
int verify_finish_timestamps(struct verify *verify, struct error *err);
/* Witnesses: whether what they signed under a checkpoint verifies, and at the
 * end whether the auditor's own were enough. */
int verify_witness_checkpoint(struct verify *verify, struct block *block,
    const struct signed_size *stored, struct error *err);
int verify_finish_witnesses(struct verify *verify, struct error *err);

/* The index: rows that a slice of a block makes (any thread), how many an
 * entry makes, and at the end the comparison with what is there. */
void verify_index_slice(struct block *block, size_t slice);
void verify_index_count(struct verify *verify, const struct slot *slot);
int verify_finish_index(struct verify *verify, struct error *err);

/*
 * Sealed fields, attachments and erasures (verify_sealed.c): what one entry in
 * order has, lacks or erases; and at the end whether exactly that is missing
 * which erasures name.
 */
int verify_sealed_slot(struct verify *verify, struct block *block,
    struct slot *slot, struct digest leaf, struct error *err);
int verify_finish_sealed(struct verify *verify, struct error *err);
/* The stored leaf hash at seq, looked up; ERROR_NO if there is none. */
int verify_leaf_at(struct verify *verify, uint64_t seq, struct digest *leaf,
    struct error *err);

#endif
