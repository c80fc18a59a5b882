#include "ledger/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/pool.h"
#include "ledger/admission.h"
#include "ledger/entry.h"
#include "ledger/index.h"
#include "ledger/index_sum.h"
#include "ledger/merkle.h"
#include "ledger/once.h"
#include "ledger/references.h"
#include "ledger/replay.h"

/*
 * A stream in three stages, block by block:
 *
 *   read     (all processors)  each entry's spelling, leaf hash and record;
 *   order    (one, in order)   chain, clock, tree, tiles, checkpoints,
 *                              authority, pins, replays, references;
 *   sign     (all processors)  the signatures of authors and checkpoints, and
 *                              what the index should say.
 *
 * While one block is put in order, the next is being read and the signatures
 * of the last are being verified, so no processor waits.  Three blocks are
 * held, whatever the size of the ledger.
 *
 * When an entry was changed, two witnesses say what stood there: the stored
 * tile and the next entry's prev.  The tree goes on with the stored leaf, so
 * that one changed entry is one problem and not one for each that follows.
 */

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
	enum { SLOT_FINE, SLOT_NOT_ENTRY, SLOT_NOT_RECORD } state;
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
	struct store *store;
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
	struct hash_key sum_key;
	struct index_sum index_sum; /* What the entries make, */
	struct index_scan index_scan; /* what the index has. */
	uint64_t index_rows; /* Of the entries put in order so far. */
	uint64_t kind_count[KINDS_MAX];
	bool index_spoilt; /* Some entry's rows are not known. */
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
	bool stopped; /* Enough problems. */
	struct block *current;
};

static const char *const check_names[] = {
	[VERIFY_ENTRY] = "entry",
	[VERIFY_CHAIN] = "chain",
	[VERIFY_TIME] = "time",
	[VERIFY_RECORD] = "record",
	[VERIFY_SIGNATURE] = "signature",
	[VERIFY_AUTHORITY] = "authority",
	[VERIFY_REPLAY] = "replay",
	[VERIFY_PIN] = "pin",
	[VERIFY_TREE] = "tree",
	[VERIFY_CHECKPOINT] = "checkpoint",
	[VERIFY_ATTACHMENT] = "attachment",
	[VERIFY_INDEX] = "index",
	[VERIFY_STORE] = "store",
};

const char *
verify_check_name(enum verify_check check)
{
	return check_names[check];
}

/* Tell one problem; after enough of them, stop. */
static void
tell(struct verify *verify, enum verify_check check, uint64_t seq,
    const char *what)
{
	uint64_t most = verify->options->max_problems == 0
	    ? PROBLEMS_DEFAULT
	    : verify->options->max_problems;
	struct verify_problem problem = { check, seq, what };

	if (verify->result->problems >= most) {
		verify->stopped = true;
		return;
	}
	verify->result->problems++;
	if (verify->options->problem != NULL)
		verify->options->problem(verify->options->cookie, &problem);
}

/* Keep a problem of the block in hand, to be told in order of seq. */
static int found(struct verify *verify, struct block *block,
    enum verify_check check, uint64_t seq, struct error *err,
    const char *format, ...) __attribute__((format(printf, 6, 7)));

static int
found(struct verify *verify, struct block *block, enum verify_check check,
    uint64_t seq, struct error *err, const char *format, ...)
{
	struct problem *grown;
	char text[ERROR_WHAT_MAX + ERROR_WHERE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	grown = memory_grow(block->problem, &block->problem_capacity,
	    block->problem_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	block->problem = grown;
	grown = &block->problem[block->problem_count];
	*grown = (struct problem){
		.seq = seq,
		.order = block->problem_count,
		.check = check,
		.what = memory_text(text),
	};
	if (grown->what == NULL)
		return error_memory(err);
	block->problem_count++;
	(void)verify;
	return 0;
}

/* The same, with what another module found; its own failures pass on. */
static int
found_error(struct verify *verify, struct block *block, enum verify_check check,
    uint64_t seq, const struct error *finding, struct error *err)
{
	if (finding->class == ERROR_SYSTEM) {
		if (err != finding)
			*err = *finding;
		return -1;
	}
	return found(verify, block, check, seq, err, "%s%s%s", finding->where,
	    finding->where[0] == '\0' ? "" : ": ", finding->what);
}

static int
compare_problems(const void *a, const void *b)
{
	const struct problem *x = a, *y = b;

	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void
tell_block(struct verify *verify, struct block *block)
{
	if (block->problem_count > 1)
		qsort(block->problem, block->problem_count,
		    sizeof *block->problem, compare_problems);
	for (size_t i = 0; i < block->problem_count; i++) {
		tell(verify, block->problem[i].check, block->problem[i].seq,
		    block->problem[i].what);
		memory_free(block->problem[i].what);
	}
	block->problem_count = 0;
}

/* Stage one, on any thread. */
static void
read_slice(void *cookie, size_t slice)
{
	struct block *block = cookie;

	for (size_t i = slice * SLICE;
	     i < block->count && i < (slice + 1) * SLICE; i++) {
		struct slot *slot = &block->slot[i];
		struct bytes line = buffer_bytes(&slot->line);

		slot->bad_signature = false;
		slot->leaf = entry_leaf_hash(line);
		if (entry_parse(&slot->admission.entry, line, &slot->error) ==
		    -1)
			slot->state = SLOT_NOT_ENTRY;
		else if (admission_read(&slot->admission, block->arena[slice],
			     &slot->error) == -1)
			slot->state = SLOT_NOT_RECORD;
		else
			slot->state = SLOT_FINE;
	}
}

/* What the index should say of an entry whose first signer is known. */
static struct index_entry
index_row_of(const struct slot *slot)
{
	const struct admission *admission = &slot->admission;
	struct index_entry row = {
		.seq = slot->seq,
		.time_ms = admission->entry.time_ms,
		.made_ms = admission->made_ms,
		.leaf = slot->leaf,
		.signer = admission->key[0],
		.kind = admission->kind,
		.facts = &admission->facts,
	};

	memcpy(row.nonce, admission->nonce, NONCE_LEN);
	return row;
}

static void
sum_slice(struct block *block, size_t slice)
{
	size_t first = slice * SLICE;
	struct error ignored;

	block->sum[slice] = (struct index_sum){ 0 };
	block->sum_failed[slice] = false;
	if (block->verify->options->without_index)
		return;
	for (size_t i = first; i < first + SLICE && i < block->count; i++) {
		const struct slot *slot = &block->slot[i];
		struct index_entry row;

		if (slot->state != SLOT_FINE || !slot->admission.known[0])
			continue;
		row = index_row_of(slot);
		if (index_sum_entry(&block->sum[slice], &block->verify->sum_key,
			&block->scratch[slice], &row, &ignored) == -1)
			block->sum_failed[slice] = true;
	}
}

/* Stage three, on any thread: authors and their index rows, then
 * checkpoints. */
static void
sign_slice(struct block *block, size_t slice)
{
	struct buffer *scratch = &block->scratch[slice];
	size_t first = slice * SLICE;

	sum_slice(block, slice);
	for (size_t i = first; i < first + SLICE && i < block->count; i++) {
		struct slot *slot = &block->slot[i];

		if (slot->state == SLOT_FINE && !slot->light &&
		    admission_check(&slot->admission, scratch, &slot->error) ==
			-1)
			slot->bad_signature = true;
	}
}

static void
sign_checkpoint(struct verify *verify, struct signed_size *stored)
{
	const struct note_key *key = authority_ledger_key(verify->authority);
	struct checkpoint checkpoint;

	if (key == NULL || stored->light)
		return;
	if (checkpoint_open(&checkpoint, buffer_bytes(&stored->note), key,
		&stored->error) == -1)
		stored->bad = true;
	else if (checkpoint.size != stored->size)
		stored->bad =
		    error_set(&stored->error, ERROR_NO, NULL,
			"it is kept under another size than its own, %llu",
			(unsigned long long)checkpoint.size) == -1;
	else if (stored->compare &&
	    !digest_equal(checkpoint.root, stored->root))
		stored->bad = error_set(&stored->error, ERROR_NO, NULL,
				  "its root is not that of the entries") == -1;
}

static void
sign_part(void *cookie, size_t part)
{
	struct block *block = cookie;
	size_t slices = (block->count + SLICE - 1) / SLICE;

	if (part < slices) {
		sign_slice(block, part);
		return;
	}
	part = (part - slices) * SLICE;
	for (size_t i = part; i < part + SLICE && i < block->checkpoint_count;
	     i++)
		sign_checkpoint(block->verify, &block->checkpoint[i]);
}

/* Fill a block from the scan. */
static int
fill_block(struct verify *verify, struct block *block, struct error *err)
{
	block->count = 0;
	block->bytes = 0;
	while (!verify->scan_ended && block->count < BLOCK &&
	    block->bytes < BLOCK_BYTES) {
		struct slot *slot = &block->slot[block->count];
		struct bytes line;
		bool more;

		if (store_scan_entries_next(verify->store, &slot->seq, &line,
			&more, err) == -1)
			return -1;
		if (!more) {
			verify->scan_ended = true;
			break;
		}
		if (block->count == block->made) {
			slot->line = buffer_new(LIMIT_ENTRY);
			slot->admission = admission_new();
			block->made++;
		}
		buffer_clear(&slot->line);
		buffer_append(&slot->line,
		    line.len > LIMIT_ENTRY ? bytes_of(line.data, LIMIT_ENTRY)
					   : line);
		if (buffer_check(&slot->line, "entry", err) == -1)
			return -1;
		slot->light = verify->has_since &&
		    slot->seq < verify->since.size;
		block->bytes += line.len;
		block->count++;
	}
	block->read_set = (struct pool_set){
		.function = read_slice,
		.cookie = block,
		.count = (block->count + SLICE - 1) / SLICE,
	};
	if (block->count > 0)
		pool_start(verify->pool, &block->read_set);
	return 0;
}

/* A full tile of ours against the stored one. */
static int
compare_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err)
{
	struct verify *verify = cookie;
	struct digest stored[TILE_WIDTH];
	unsigned width;

	verify->tile_count++;
	if (verify->tree_spoilt)
		return 0;
	if (store_tile(verify->store, level, index, stored, &width, err) ==
	    -1) {
		if (err->class == ERROR_SYSTEM)
			return -1;
		width = 0;
	}
	if (width == TILE_WIDTH && memcmp(stored, hashes, sizeof stored) == 0)
		return 0;
	/* Level 0 was compared leaf by leaf on the way. */
	if (level == 0 && width == TILE_WIDTH)
		return 0;
	return found(verify, verify->current, VERIFY_TREE,
	    verify->tree->size - 1, err,
	    width == TILE_WIDTH
		? "the stored tile %u/%llu differs"
		: "the stored tile %u/%llu is missing or incomplete",
	    level, (unsigned long long)index);
}

/* The stored leaf hash at seq, if there is one. */
static int
stored_leaf(struct verify *verify, uint64_t seq, struct digest *leaf,
    bool *there, struct error *err)
{
	unsigned at = (unsigned)(seq % TILE_WIDTH);

	if (at == 0 || verify->tile_width == UINT32_MAX) {
		if (store_tile(verify->store, 0, seq / TILE_WIDTH, verify->tile,
			&verify->tile_width, err) == -1) {
			if (err->class == ERROR_SYSTEM)
				return -1;
			verify->tile_width = 0;
		}
		verify->tile_reported = false;
	}
	*there = at < verify->tile_width;
	if (*there)
		*leaf = verify->tile[at];
	return 0;
}

/* The next of the stored checkpoints, as the pending one. */
static int
next_checkpoint(struct verify *verify, struct error *err)
{
	struct bytes note;

	if (store_scan_checkpoints_next(verify->store, &verify->pending.size,
		&note, &verify->pending.there, err) == -1)
		return -1;
	buffer_clear(&verify->pending.note);
	if (verify->pending.there)
		buffer_append(&verify->pending.note, note);
	return buffer_check(&verify->pending.note, "checkpoint", err);
}

/* The checkpoints stored for the size that the tree has now. */
static int
take_checkpoints(struct verify *verify, struct block *block, struct error *err)
{
	while (verify->pending.there &&
	    verify->pending.size <= verify->tree->size) {
		struct signed_size *grown = block->checkpoint;
		size_t old = block->checkpoint_capacity;

		grown = memory_grow(grown, &block->checkpoint_capacity,
		    block->checkpoint_count + 1, sizeof *grown);
		if (grown == NULL)
			return error_memory(err);
		block->checkpoint = grown;
		for (size_t i = old; i < block->checkpoint_capacity; i++)
			grown[i].note = buffer_new(LIMIT_NOTE);
		grown += block->checkpoint_count++;
		buffer_clear(&grown->note);
		buffer_append(&grown->note,
		    buffer_bytes(&verify->pending.note));
		if (buffer_check(&grown->note, "checkpoint", err) == -1)
			return -1;
		grown->size = verify->pending.size;
		grown->root = merkle_root(verify->tree);
		grown->compare = !verify->tree_spoilt &&
		    grown->size == verify->tree->size;
		grown->light = verify->has_since &&
		    grown->size < verify->since.size;
		grown->bad = false;
		verify->root[grown->size % ROOTS].size = grown->size;
		verify->root[grown->size % ROOTS].root = grown->root;
		verify->newest_checkpoint = grown->size;
		if (next_checkpoint(verify, err) == -1)
			return -1;
	}
	return 0;
}

/* The auditor's own checkpoint, once the tree has its size. */
static int
compare_since(struct verify *verify, struct block *block, struct error *err)
{
	if (!verify->has_since || verify->tree->size != verify->since.size)
		return 0;
	if (!verify->tree_spoilt &&
	    digest_equal(merkle_root(verify->tree), verify->since.root))
		return 0;
	return found(verify, block, VERIFY_CHECKPOINT, verify->since.size, err,
	    "the first %llu entries are not those of the checkpoint that "
	    "was kept: this ledger was rewritten",
	    (unsigned long long)verify->since.size);
}

/* One more leaf: ours, or the stored one where ours was changed. */
static int
grow_tree(struct verify *verify, struct block *block, struct digest leaf,
    struct error *err)
{
	if (merkle_add(verify->tree, leaf, compare_tile, verify, err) == -1 ||
	    take_checkpoints(verify, block, err) == -1)
		return -1;
	return compare_since(verify, block, err);
}

/* Entries from next_seq to before seq are not there. */
static int
take_gap(struct verify *verify, struct block *block, uint64_t seq,
    struct error *err)
{
	uint64_t first = verify->next_seq;

	if (found(verify, block, VERIFY_ENTRY, first, err,
		seq - first == 1 ? "the entry is missing"
				 : "the entries from %llu to %llu are missing",
		(unsigned long long)first, (unsigned long long)(seq - 1)) == -1)
		return -1;
	/* A gap may be as wide as a forger likes. */
	while (verify->next_seq < seq && !verify->tree_spoilt) {
		struct digest leaf;
		bool there;

		if (stored_leaf(verify, verify->next_seq, &leaf, &there, err) ==
		    -1)
			return -1;
		if (!there) {
			verify->tree_spoilt = true;
			break;
		}
		if (grow_tree(verify, block, leaf, err) == -1)
			return -1;
		verify->last_leaf = leaf;
		verify->next_seq++;
	}
	verify->next_seq = seq;
	return 0;
}

/* Against the stored leaf; gives the leaf that the tree goes on with. */
static int
order_leaf(struct verify *verify, struct block *block, struct slot *slot,
    struct digest *leaf, struct error *err)
{
	bool there;

	*leaf = slot->leaf;
	if (verify->tree_spoilt)
		return 0;
	if (stored_leaf(verify, slot->seq, leaf, &there, err) == -1)
		return -1;
	if (!there) {
		if (!verify->tile_reported &&
		    found(verify, block, VERIFY_TREE, slot->seq, err,
			"the tree has no leaf hash for this entry") == -1)
			return -1;
		verify->tile_reported = true;
		*leaf = slot->leaf;
		return 0;
	}
	if (digest_equal(*leaf, slot->leaf))
		return 0;
	return found(verify, block, VERIFY_TREE, slot->seq, err,
	    "the entry is not the one in the tree: its leaf hash is %.16s…, "
	    "the tree has %.16s…",
	    digest_hex(slot->leaf).text, digest_hex(*leaf).text);
}

static int
order_chain(struct verify *verify, struct block *block, struct slot *slot,
    struct error *err)
{
	const struct entry *entry = &slot->admission.entry;

	if (entry->seq != slot->seq &&
	    found(verify, block, VERIFY_CHAIN, slot->seq, err,
		"the entry says it is number %llu",
		(unsigned long long)entry->seq) == -1)
		return -1;
	if (!digest_equal(entry->prev, verify->last_leaf) &&
	    found(verify, block, VERIFY_CHAIN, slot->seq, err,
		"prev is not the leaf hash of the entry before") == -1)
		return -1;
	if (entry->time_ms < verify->last_time_ms &&
	    found(verify, block, VERIFY_TIME, slot->seq, err,
		"its time is before that of the entry before") == -1)
		return -1;
	verify->last_time_ms = entry->time_ms;
	return 0;
}

/* The genesis fixes the origin, and the key if the auditor gave none. */
static int
take_genesis(struct verify *verify, struct block *block, struct error *err)
{
	const char *origin = authority_origin(verify->authority);
	const struct note_key *key = authority_ledger_key(verify->authority);

	if (origin == NULL || key == NULL)
		return 0;
	verify->origin = digest_of(bytes_of_text(origin));
	if (verify->options->vkey == NULL)
		return 0;
	if (!public_key_equal(key->key, verify->given_key.key) ||
	    strcmp(key->name, verify->given_key.name) != 0)
		return found(verify, block, VERIFY_CHECKPOINT, 0, err,
		    "the ledger's key is not the one given");
	return 0;
}

static int
order_authority(struct verify *verify, struct block *block, struct slot *slot,
    struct error *err)
{
	struct admission *admission = &slot->admission;
	struct error finding;

	admission_resolve(admission, verify->authority);
	if (admission_is_authority(admission)) {
		/* It decides what comes after: no waiting for stage three. */
		if (admission_check(admission, &verify->scratch, &finding) ==
		    -1) {
			slot->state = SLOT_NOT_RECORD;
			return found_error(verify, block, VERIFY_SIGNATURE,
			    slot->seq, &finding, err);
		}
	}
	if (admission_decide(admission, verify->authority, slot->seq,
		&finding) == -1 &&
	    found_error(verify, block, VERIFY_AUTHORITY, slot->seq, &finding,
		err) == -1)
		return -1;
	if (slot->seq == 0 && take_genesis(verify, block, err) == -1)
		return -1;
	if (!digest_equal(admission->ledger, verify->origin))
		return found(verify, block, VERIFY_RECORD, slot->seq, err,
		    "the record is meant for another ledger");
	return 0;
}

/* The root of the first `size' entries, by what is known of the tree. */
static int
known_root(struct verify *verify, uint64_t size, struct digest *root,
    struct error *err)
{
	struct tile_source tiles = store_tiles(verify->store);

	if (size == 0) {
		*root = merkle_empty();
		return 0;
	}
	if (verify->root[size % ROOTS].size == size) {
		*root = verify->root[size % ROOTS].root;
		return 0;
	}
	if (merkle_root_at(root, size, &tiles, err) == -1)
		return -1;
	verify->root[size % ROOTS].size = size;
	verify->root[size % ROOTS].root = *root;
	return 0;
}

static int
order_pin(struct verify *verify, struct block *block, struct slot *slot,
    struct error *err)
{
	const struct admission *admission = &slot->admission;
	struct digest root;
	struct error finding;

	if (admission->after_size > slot->seq)
		return found(verify, block, VERIFY_PIN, slot->seq, err,
		    "its author had seen %llu entries, more than stand before "
		    "it",
		    (unsigned long long)admission->after_size);
	if (verify->tree_spoilt)
		return 0;
	if (known_root(verify, admission->after_size, &root, &finding) == -1)
		return found_error(verify, block, VERIFY_PIN, slot->seq,
		    &finding, err);
	if (digest_equal(root, admission->after_root))
		return 0;
	return found(verify, block, VERIFY_PIN, slot->seq, err,
	    "its author saw another history of the first %llu entries: they "
	    "were rewritten after it was signed",
	    (unsigned long long)admission->after_size);
}

static int
order_references(struct verify *verify, struct block *block, struct slot *slot,
    struct error *err)
{
	const struct admission *admission = &slot->admission;
	struct error finding;

	if (references_check_attachments(verify->store, &admission->facts,
		&finding) == -1 &&
	    found_error(verify, block, VERIFY_ATTACHMENT, slot->seq, &finding,
		err) == -1)
		return -1;
	if (verify->options->without_index)
		return 0;
	if (references_check_entries(verify->store, admission->kind,
		&admission->facts, slot->seq, &finding) == -1)
		return found_error(verify, block, VERIFY_RECORD, slot->seq,
		    &finding, err);
	return 0;
}

/* Count what the index should have; it is compared at the end. */
static void
order_index(struct verify *verify, const struct slot *slot)
{
	size_t kind = 0;

	while (kinds[kind] != slot->admission.kind)
		kind++;
	verify->kind_count[kind]++;
	verify->index_rows += 1 + slot->admission.facts.count;
	verify->index_spoilt |= !slot->admission.known[0];
}

static int
remember_once(struct verify *verify, const struct slot *slot, struct error *err)
{
	uint8_t key[sizeof(int64_t) + NONCE_LEN];

	memcpy(key, &slot->admission.made_ms, sizeof(int64_t));
	memcpy(key + sizeof(int64_t), slot->admission.nonce, NONCE_LEN);
	return once_add(verify->once, bytes_of(key, sizeof key), slot->seq,
	    err);
}

/* Everything that depends on the entries before, for one entry. */
static int
order_slot(struct verify *verify, struct block *block, struct slot *slot,
    struct error *err)
{
	struct digest leaf;

	if (slot->seq > verify->next_seq &&
	    take_gap(verify, block, slot->seq, err) == -1)
		return -1;
	if (order_leaf(verify, block, slot, &leaf, err) == -1)
		return -1;
	if (slot->state == SLOT_NOT_ENTRY) {
		if (found_error(verify, block, VERIFY_ENTRY, slot->seq,
			&slot->error, err) == -1)
			return -1;
	} else if (order_chain(verify, block, slot, err) == -1) {
		return -1;
	}
	if (slot->state == SLOT_NOT_RECORD &&
	    found_error(verify, block, VERIFY_RECORD, slot->seq, &slot->error,
		err) == -1)
		return -1;
	if (slot->state != SLOT_FINE) {
		verify->index_spoilt = true;
	} else {
		if (order_authority(verify, block, slot, err) == -1 ||
		    order_pin(verify, block, slot, err) == -1 ||
		    order_references(verify, block, slot, err) == -1 ||
		    remember_once(verify, slot, err) == -1)
			return -1;
		order_index(verify, slot);
	}
	verify->last_leaf = leaf;
	verify->next_seq = slot->seq + 1;
	if (!verify->tree_spoilt && grow_tree(verify, block, leaf, err) == -1)
		return -1;
	if (!slot->light)
		verify->result->entries++;
	return 0;
}

static int
order_block(struct verify *verify, struct block *block, struct error *err)
{
	size_t parts;

	pool_wait(verify->pool, &block->read_set);
	verify->current = block;
	block->checkpoint_count = 0;
	for (size_t i = 0; i < block->count; i++) {
		if (order_slot(verify, block, &block->slot[i], err) == -1)
			return -1;
	}
	parts = (block->count + SLICE - 1) / SLICE +
	    (block->checkpoint_count + SLICE - 1) / SLICE;
	block->sign_set = (struct pool_set){
		.function = sign_part,
		.cookie = block,
		.count = parts,
	};
	pool_start(verify->pool, &block->sign_set);
	if (verify->options->without_index)
		return 0;
	return index_scan_to(&verify->index_scan, verify->index_rows, err);
}

static int
add_sums(struct verify *verify, const struct block *block, struct error *err)
{
	for (size_t i = 0; i * SLICE < block->count; i++) {
		if (block->sum_failed[i])
			return error_memory(err);
		index_sum_add(&verify->index_sum, &block->sum[i]);
	}
	return 0;
}

/* Wait for a block's signatures and tell all that was found in it. */
static int
finish_block(struct verify *verify, struct block *block, struct error *err)
{
	struct verify_result *result = verify->result;

	if (block->sign_set.count > 0) {
		pool_wait(verify->pool, &block->sign_set);
		if (add_sums(verify, block, err) == -1)
			return -1;
	}
	for (size_t i = 0; i < block->count; i++) {
		struct slot *slot = &block->slot[i];

		if (slot->state == SLOT_FINE && !slot->light)
			result->signatures +=
			    slot->admission.entry.envelope.signature_count;
		if (slot->bad_signature &&
		    found_error(verify, block, VERIFY_SIGNATURE, slot->seq,
			&slot->error, err) == -1)
			return -1;
	}
	for (size_t i = 0; i < block->checkpoint_count; i++) {
		struct signed_size *stored = &block->checkpoint[i];

		if (!stored->light) {
			result->checkpoints++;
			result->signatures++;
		}
		/* After the first wrong root all later ones are wrong. */
		if (!stored->bad || (stored->compare && verify->root_reported))
			continue;
		verify->root_reported |= stored->compare;
		if (found_error(verify, block, VERIFY_CHECKPOINT, stored->size,
			&stored->error, err) == -1)
			return -1;
	}
	tell_block(verify, block);
	block->count = 0;
	block->checkpoint_count = 0;
	block->sign_set.count = 0;
	return 0;
}

static int
report_progress(const struct verify *verify, struct error *err)
{
	const struct verify_options *options = verify->options;

	if (options->progress != NULL &&
	    options->progress(options->cookie, verify->next_seq,
		verify->size) != 0)
		return error_set(err, ERROR_SYSTEM, NULL, "interrupted");
	return 0;
}

/* All blocks: one being read, one put in order, one having its signatures
 * verified. */
static int
stream(struct verify *verify, struct error *err)
{
	size_t turn = 0;

	if (fill_block(verify, &verify->block[0], err) == -1)
		return -1;
	while (verify->block[turn].count > 0 && !verify->stopped) {
		struct block *now = &verify->block[turn];
		struct block *ahead = &verify->block[(turn + 1) % BLOCKS];
		struct block *behind = &verify->block[(turn + 2) % BLOCKS];

		if (fill_block(verify, ahead, err) == -1 ||
		    order_block(verify, now, err) == -1 ||
		    finish_block(verify, behind, err) == -1 ||
		    report_progress(verify, err) == -1)
			return -1;
		turn = (turn + 1) % BLOCKS;
	}
	/* The last one's signatures; and what was read ahead, if stopped. */
	for (size_t i = 0; i < BLOCKS; i++) {
		struct block *block = &verify->block[(turn + i) % BLOCKS];

		if (verify->stopped && block->sign_set.count == 0) {
			if (block->count > 0)
				pool_wait(verify->pool, &block->read_set);
			block->count = 0;
		}
		if (finish_block(verify, block, err) == -1)
			return -1;
	}
	return 0;
}

/* What the end of the tree leaves to be compared: partial tiles, number. */
static int
finish_tiles(struct verify *verify, struct error *err)
{
	const struct merkle *tree = verify->tree;
	uint64_t number = tree->size;
	uint64_t stored_count;
	char text[160];

	if (verify->tree_spoilt)
		return 0;
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		struct digest stored[TILE_WIDTH];
		unsigned width = 0;

		number /= TILE_WIDTH;
		if (store_tile(verify->store, level, number, stored, &width,
			err) == -1) {
			if (err->class == ERROR_SYSTEM)
				return -1;
			width = UINT32_MAX;
		}
		if (tree->width[level] > 0)
			verify->tile_count++;
		if (width == tree->width[level] &&
		    (width == 0 ||
			memcmp(stored, tree->hash[level],
			    width * sizeof *stored) == 0))
			continue;
		/* Leaves that differ were told entry by entry. */
		if (level == 0 && width == tree->width[0])
			continue;
		snprintf(text, sizeof text,
		    "the stored tile %u/%llu differs from the entries", level,
		    (unsigned long long)number);
		tell(verify, VERIFY_TREE, VERIFY_NOWHERE, text);
	}
	if (store_tile_count(verify->store, &stored_count, err) == -1)
		return -1;
	if (stored_count != verify->tile_count) {
		snprintf(text, sizeof text,
		    "%llu tiles are stored, the entries make %llu",
		    (unsigned long long)stored_count,
		    (unsigned long long)verify->tile_count);
		tell(verify, VERIFY_TREE, VERIFY_NOWHERE, text);
	}
	return 0;
}

/* Whether the newest checkpoint is of all entries, and sound. */
static int
finish_checkpoints(struct verify *verify, struct error *err)
{
	struct verify_result *result = verify->result;
	const struct note_key *key = authority_ledger_key(verify->authority);
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct error finding;
	uint64_t size;
	char text[200];
	int done = -1;

	if (store_checkpoint(verify->store, UINT64_MAX, &size, &note, err) ==
	    -1)
		goto done;
	if (size > verify->next_seq) {
		snprintf(text, sizeof text,
		    "the newest checkpoint is of %llu entries, but only %llu "
		    "are there: entries were removed from the end",
		    (unsigned long long)size,
		    (unsigned long long)verify->next_seq);
		tell(verify, VERIFY_CHECKPOINT, size, text);
	} else if (size < verify->next_seq) {
		snprintf(text, sizeof text,
		    "the entries from %llu on are under no checkpoint",
		    (unsigned long long)size);
		tell(verify, VERIFY_CHECKPOINT, size, text);
	}
	if (key == NULL)
		tell(verify, VERIFY_CHECKPOINT, VERIFY_NOWHERE,
		    "without a genesis there is no key to check them by");
	else if (size > 0 &&
	    checkpoint_open(&result->checkpoint, buffer_bytes(&note), key,
		&finding) == 0)
		result->has_checkpoint = result->checkpoint.size == size &&
		    !verify->tree_spoilt && size == verify->tree->size &&
		    digest_equal(merkle_root(verify->tree),
			result->checkpoint.root);
	if (verify->has_since && verify->since.size > verify->next_seq) {
		snprintf(text, sizeof text,
		    "the checkpoint that was kept is of %llu entries, this "
		    "ledger has %llu: it was rolled back",
		    (unsigned long long)verify->since.size,
		    (unsigned long long)verify->next_seq);
		tell(verify, VERIFY_CHECKPOINT, verify->since.size, text);
	}
	done = 0;
done:
	buffer_free(&note);
	return done;
}

/* Two entries with the same author's clock and nonce? */
static int
tell_replay(void *cookie, uint64_t first, uint64_t second, struct error *err)
{
	struct verify *verify = cookie;
	struct slot *one = &verify->block[0].slot[0];
	struct slot *two = &verify->block[0].slot[1];
	char text[100];

	if (store_entry(verify->store, first, &one->line, err) == -1 ||
	    store_entry(verify->store, second, &two->line, err) == -1 ||
	    admission_read_entry(&one->admission, buffer_bytes(&one->line),
		verify->arena, err) == -1 ||
	    admission_read_entry(&two->admission, buffer_bytes(&two->line),
		verify->arena, err) == -1)
		return -1;
	if (one->admission.made_ms != two->admission.made_ms ||
	    memcmp(one->admission.nonce, two->admission.nonce, NONCE_LEN) != 0)
		return 0;
	snprintf(text, sizeof text, "the same record as entry %llu",
	    (unsigned long long)first);
	tell(verify, VERIFY_REPLAY, second, text);
	return 0;
}

/* The entry that names an attachment, by the index; or nowhere. */
static int
attachment_owner(struct verify *verify, struct digest digest, uint64_t *seq,
    struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;

	*seq = VERIFY_NOWHERE;
	if (index_mentions(verify->store, digest, NULL, verify->size, &mention,
		&count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (mention[i].role == FACT_ATTACHMENT) {
			*seq = mention[i].seq;
			break;
		}
	}
	memory_free(mention);
	return 0;
}

static int
finish_attachments(struct verify *verify, struct error *err)
{
	struct digest digest, computed;
	const struct digest *after = NULL;
	struct error finding;
	bool more = true;

	for (;;) {
		uint64_t owner, size;
		char text[160];

		if (store_next_attachment(verify->store, after, &digest, &more,
			err) == -1)
			return -1;
		if (!more)
			return 0;
		after = &digest;
		verify->result->attachments++;
		if (attachment_owner(verify, digest, &owner, err) == -1)
			return -1;
		if (store_attachment_digest(verify->store, digest, &computed,
			&size, &finding) == -1) {
			if (finding.class == ERROR_SYSTEM) {
				*err = finding;
				return -1;
			}
			tell(verify, VERIFY_ATTACHMENT, owner, finding.what);
			continue;
		}
		if (!digest_equal(digest, computed)) {
			snprintf(text, sizeof text,
			    "attachment %.16s… was altered",
			    digest_hex(digest).text);
			tell(verify, VERIFY_ATTACHMENT, owner, text);
		} else if (owner == VERIFY_NOWHERE && !verify->index_spoilt &&
		    !verify->options->without_index) {
			snprintf(text, sizeof text,
			    "no entry names attachment %.16s…",
			    digest_hex(digest).text);
			tell(verify, VERIFY_ATTACHMENT, owner, text);
		}
	}
}

/* One entry's rows, looked up one by one. */
static int
check_index_entry(struct verify *verify, uint64_t seq, struct bytes line,
    struct error *err)
{
	struct slot *slot = &verify->block[0].slot[0];
	struct admission *admission = &slot->admission;
	struct error finding;
	struct index_entry row;

	/* What is no record was named before. */
	if (admission_read_entry(admission, line, verify->arena, &finding) ==
	    -1) {
		if (finding.class != ERROR_SYSTEM)
			return 0;
		*err = finding;
		return -1;
	}
	admission_resolve(admission, verify->authority);
	if (!admission->known[0])
		return 0;
	slot->seq = seq;
	slot->leaf = entry_leaf_hash(line);
	row = index_row_of(slot);
	if (index_check(verify->store, &row, &finding) == 0)
		return 0;
	if (finding.class == ERROR_SYSTEM) {
		*err = finding;
		return -1;
	}
	tell(verify, VERIFY_INDEX, seq, finding.what);
	return 0;
}

/* The sums differ, or one of them is not known: which entries' rows? */
static int
name_index_problems(struct verify *verify, struct error *err)
{
	uint64_t told = verify->result->problems, seq;
	struct bytes line;
	char text[160];
	bool more;

	if (store_scan_entries(verify->store, 0, UINT64_MAX, err) == -1)
		return -1;
	for (;;) {
		if (store_scan_entries_next(verify->store, &seq, &line, &more,
			err) == -1)
			return -1;
		if (!more || verify->stopped)
			break;
		if (check_index_entry(verify, seq, line, err) == -1)
			return -1;
	}
	if (verify->index_spoilt || verify->stopped ||
	    (told < verify->result->problems &&
		verify->index_scan.sum.rows <= verify->index_sum.rows))
		return 0;
	snprintf(text, sizeof text,
	    "the index has %llu rows, the entries make %llu",
	    (unsigned long long)verify->index_scan.sum.rows,
	    (unsigned long long)verify->index_sum.rows);
	tell(verify, VERIFY_INDEX, VERIFY_NOWHERE, text);
	return 0;
}

static int
finish_counts(struct verify *verify, struct error *err)
{
	uint64_t counts[KINDS_MAX];
	char text[160];

	if (index_kind_counts(verify->store, counts, err) == -1)
		return -1;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		if (counts[i] == verify->kind_count[i])
			continue;
		snprintf(text, sizeof text,
		    "the index counts %llu entries of kind %s, there are %llu",
		    (unsigned long long)counts[i], kinds[i]->name,
		    (unsigned long long)verify->kind_count[i]);
		tell(verify, VERIFY_INDEX, VERIFY_NOWHERE, text);
	}
	return 0;
}

static int
finish_index(struct verify *verify, struct error *err)
{
	if (verify->options->without_index)
		return 0;
	if (index_scan_to(&verify->index_scan, UINT64_MAX, err) == -1)
		return -1;
	if ((verify->index_spoilt ||
		!index_sum_equal(&verify->index_sum,
		    &verify->index_scan.sum)) &&
	    name_index_problems(verify, err) == -1)
		return -1;
	return verify->index_spoilt ? 0 : finish_counts(verify, err);
}

/* Whether SQLite finds its rows by its indexes as it does by its tables. */
static int
finish_structure(struct verify *verify, struct error *err)
{
	struct error finding;

	if (!verify->options->structure ||
	    store_check_structure(verify->store, &finding) == 0)
		return 0;
	if (finding.class == ERROR_SYSTEM) {
		*err = finding;
		return -1;
	}
	tell(verify, VERIFY_STORE, VERIFY_NOWHERE, finding.what);
	return 0;
}

/* The auditor's note is by the ledger's key; which, the auditor or the
 * genesis says. */
static int
open_since(struct verify *verify, struct error *err)
{
	struct note note;

	if (verify->options->vkey != NULL &&
	    note_key_parse(&verify->given_key,
		bytes_of_text(verify->options->vkey), err) == -1)
		return error_within(err, "verifier key");
	if (verify->options->since.len == 0)
		return 0;
	verify->has_since = true;
	if (verify->options->vkey != NULL) {
		if (checkpoint_open(&verify->since, verify->options->since,
			&verify->given_key, err) == 0)
			return 0;
		err->class = ERROR_UNDECIDED;
		return error_within(err, "checkpoint that was kept");
	}
	if (note_parse(&note, verify->options->since, err) == -1 ||
	    checkpoint_parse(&verify->since, note.text, err) == -1) {
		err->class = ERROR_UNDECIDED;
		return error_within(err, "checkpoint that was kept");
	}
	return 0;
}

/* Once the genesis has given the key. */
static void
finish_since(struct verify *verify)
{
	const struct note_key *key = authority_ledger_key(verify->authority);
	struct checkpoint checkpoint;
	struct error finding;

	if (!verify->has_since || verify->options->vkey != NULL || key == NULL)
		return;
	if (checkpoint_open(&checkpoint, verify->options->since, key,
		&finding) == -1)
		tell(verify, VERIFY_CHECKPOINT, VERIFY_NOWHERE,
		    "the checkpoint that was kept is not signed by this "
		    "ledger's key");
}

static int
set_up(struct verify *verify, const char *path, struct error *err)
{
	unsigned threads = verify->options->threads == 0
	    ? pool_processors()
	    : verify->options->threads;

	verify->pending.note = buffer_new(LIMIT_NOTE);
	verify->tile_width = UINT32_MAX;
	verify->scratch = buffer_new(LIMIT_ENVELOPE);
	if (json_arena_new(&verify->arena, err) == -1)
		return -1;
	for (size_t b = 0; b < BLOCKS; b++) {
		struct block *block = &verify->block[b];

		block->verify = verify;
		block->slot = memory_new(BLOCK, sizeof *block->slot);
		if (block->slot == NULL)
			return error_memory(err);
		for (size_t i = 0; i < SLICES; i++) {
			block->scratch[i] = buffer_new(LIMIT_ENVELOPE);
			if (json_arena_new(&block->arena[i], err) == -1)
				return -1;
		}
	}
	if ((verify->tree = memory_new(1, sizeof *verify->tree)) == NULL)
		return error_memory(err);
	merkle_begin(verify->tree);
	if (open_since(verify, err) == -1 ||
	    authority_new(&verify->authority, err) == -1 ||
	    once_new(&verify->once, err) == -1 ||
	    pool_new(&verify->pool, threads, err) == -1 ||
	    store_open(&verify->store, path, STORE_READ, err) == -1 ||
	    store_begin_read(verify->store, err) == -1 ||
	    store_size(verify->store, &verify->size, err) == -1 ||
	    store_scan_checkpoints(verify->store, 0, err) == -1 ||
	    next_checkpoint(verify, err) == -1)
		return -1;
	authority_set_source(verify->authority, replay_source(verify->store));
	verify->result->size = verify->size;
	verify->sum_key = hash_key_new();
	verify->index_scan = index_scan_begin(verify->store, &verify->sum_key);
	return store_scan_entries(verify->store, 0, UINT64_MAX, err);
}

static void
tear_down(struct verify *verify)
{
	/* First the threads: they use all the rest. */
	pool_free(verify->pool);
	for (size_t b = 0; b < BLOCKS; b++) {
		struct block *block = &verify->block[b];

		for (size_t i = 0; i < block->made; i++) {
			buffer_free(&block->slot[i].line);
			admission_free(&block->slot[i].admission);
		}
		for (size_t i = 0; i < block->checkpoint_capacity; i++)
			buffer_free(&block->checkpoint[i].note);
		for (size_t i = 0; i < block->problem_count; i++)
			memory_free(block->problem[i].what);
		for (size_t i = 0; i < SLICES; i++) {
			json_arena_free(block->arena[i]);
			buffer_free(&block->scratch[i]);
		}
		memory_free(block->slot);
		memory_free(block->checkpoint);
		memory_free(block->problem);
	}
	index_scan_end(&verify->index_scan);
	json_arena_free(verify->arena);
	buffer_free(&verify->scratch);
	buffer_free(&verify->pending.note);
	once_free(verify->once);
	authority_free(verify->authority);
	memory_free(verify->tree);
	store_close(verify->store);
	memory_free(verify);
}

int
verify_ledger(struct verify_result *result, const char *path,
    const struct verify_options *options, struct error *err)
{
	struct verify *verify = memory_new(1, sizeof *verify);
	int done = -1;

	if (verify == NULL)
		return error_memory(err);
	memset(result, 0, sizeof *result);
	verify->options = options;
	verify->result = result;
	if (set_up(verify, path, err) == -1 || stream(verify, err) == -1)
		goto done;
	if (verify->size == 0)
		tell(verify, VERIFY_ENTRY, 0, "the ledger has no entries");
	finish_since(verify);
	if (!verify->stopped &&
	    (once_find(verify->once, tell_replay, verify, err) == -1 ||
		finish_tiles(verify, err) == -1 ||
		finish_checkpoints(verify, err) == -1 ||
		finish_attachments(verify, err) == -1 ||
		finish_index(verify, err) == -1 ||
		finish_structure(verify, err) == -1))
		goto done;
	done = 0;
done:
	tear_down(verify);
	return done;
}
