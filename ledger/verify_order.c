#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/erasure.h"
#include "ledger/references.h"
#include "ledger/verify_internal.h"

/* A full tile of ours against the stored one. */
static int
compare_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err)
{
	struct verify *verify = cookie;
	const struct verify_source *source = &verify->source;
	struct digest stored[TILE_WIDTH];
	struct error finding;
	unsigned width;

	verify->tile_count++;
	if (verify->tree_spoilt)
		return 0;
	if (source->tile(source->cookie, level, index, stored, &width,
		&finding) == -1) {
		/* The leaves' own was told when the first was looked up. */
		if (source->tells_gaps)
			return level == 0
			    ? 0
			    : verify_found_error(verify, verify->current,
				  VERIFY_TREE, verify->tree->size - 1, &finding,
				  err);
		if (finding.class == ERROR_SYSTEM) {
			*err = finding;
			return -1;
		}
		width = 0;
	}
	if (width == TILE_WIDTH && memcmp(stored, hashes, sizeof stored) == 0)
		return 0;
	/* Level 0 was compared leaf by leaf on the way. */
	if (level == 0 && width == TILE_WIDTH)
		return 0;
	return verify_found(verify, verify->current, VERIFY_TREE,
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
	const struct verify_source *source = &verify->source;
	unsigned at = (unsigned)(seq % TILE_WIDTH);
	struct error finding;

	if (at == 0 || verify->tile_width == UINT32_MAX) {
		verify->tile_reported = false;
		if (source->tile(source->cookie, 0, seq / TILE_WIDTH,
			verify->tile, &verify->tile_width, &finding) == -1) {
			verify->tile_width = 0;
			verify->tile_reported = source->tells_gaps;
			if ((finding.class == ERROR_SYSTEM ||
				source->tells_gaps) &&
			    verify_found_error(verify, verify->current,
				VERIFY_TREE, seq, &finding, err) == -1)
				return -1;
		}
	}
	*there = at < verify->tile_width;
	if (*there)
		*leaf = verify->tile[at];
	return 0;
}

/* The next of the stored checkpoints, as the pending one. */
int
verify_next_checkpoint(struct verify *verify, struct error *err)
{
	const struct verify_source *source = &verify->source;
	struct bytes note;

	if (source->next_checkpoint(source->cookie, &verify->pending.size,
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
		if (verify_witness_checkpoint(verify, block, grown, err) == -1)
			return -1;
		if (verify_next_checkpoint(verify, err) == -1)
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
	return verify_found(verify, block, VERIFY_CHECKPOINT,
	    verify->since.size, err,
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

	verify_lists_unknown(verify->lists, first);
	if (!verify->source.tells_gaps &&
	    verify_found(verify, block, VERIFY_ENTRY, first, err,
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

/* Of an entry without a body nothing but the stored leaf is known, and the
 * next one's prev. */
static int
order_erased(struct verify *verify, const struct slot *slot,
    struct digest *leaf, struct error *err)
{
	bool there;

	if (stored_leaf(verify, slot->seq, leaf, &there, err) == -1)
		return -1;
	verify->tree_spoilt = !there;
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
	if (slot->state == SLOT_ERASED)
		return order_erased(verify, slot, leaf, err);
	if (stored_leaf(verify, slot->seq, leaf, &there, err) == -1)
		return -1;
	if (!there) {
		if (!verify->tile_reported &&
		    verify_found(verify, block, VERIFY_TREE, slot->seq, err,
			"the tree has no leaf hash for this entry") == -1)
			return -1;
		verify->tile_reported = true;
		*leaf = slot->leaf;
		return 0;
	}
	if (digest_equal(*leaf, slot->leaf))
		return 0;
	return verify_found(verify, block, VERIFY_TREE, slot->seq, err,
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
	    verify_found(verify, block, VERIFY_CHAIN, slot->seq, err,
		"the entry says it is number %llu",
		(unsigned long long)entry->seq) == -1)
		return -1;
	if (!digest_equal(entry->prev, verify->last_leaf) &&
	    verify_found(verify, block, VERIFY_CHAIN, slot->seq, err,
		"prev is not the leaf hash of the entry before") == -1)
		return -1;
	if (entry->time_ms < verify->last_time_ms &&
	    verify_found(verify, block, VERIFY_TIME, slot->seq, err,
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
		return verify_found(verify, block, VERIFY_CHECKPOINT, 0, err,
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
			return verify_found_error(verify, block,
			    VERIFY_SIGNATURE, slot->seq, &finding, err);
		}
	}
	if (admission_decide(admission, verify->authority, slot->seq,
		&finding) == -1 &&
	    verify_found_error(verify, block, VERIFY_AUTHORITY, slot->seq,
		&finding, err) == -1)
		return -1;
	if (slot->seq == 0 && take_genesis(verify, block, err) == -1)
		return -1;
	if (!digest_equal(admission->ledger, verify->origin))
		return verify_found(verify, block, VERIFY_RECORD, slot->seq,
		    err, "the record is meant for another ledger");
	return 0;
}

/* The tile that is growing is ours: one that is wrong in the source is told
 * when it is compared, and not by every author who saw a root above it. */
static bool
read_growing(const struct merkle *tree, unsigned level, uint64_t index,
    unsigned width, struct digest *out)
{
	/* Above are only tiles of more entries than there may be. */
	if (level >= TILE_LEVELS - 1)
		return false;
	if (index != tree->size >> (8 * (level + 1)) ||
	    width > tree->width[level])
		return false;
	memcpy(out, tree->hash[level], width * sizeof *out);
	return true;
}

/* Tiles of the source, as the Merkle functions want them. */
static int
read_tile(void *cookie, unsigned level, uint64_t index, unsigned width,
    struct digest *out, struct error *err)
{
	struct verify *verify = cookie;
	const struct verify_source *source = &verify->source;
	struct digest hashes[TILE_WIDTH];
	unsigned kept;

	if (read_growing(verify->tree, level, index, width, out))
		return 0;
	if (source->tile(source->cookie, level, index, hashes, &kept, err) ==
	    -1)
		return -1;
	if (kept < width)
		return error_set(err, ERROR_NO, NULL,
		    "tile %u/%llu is missing or has too few hashes", level,
		    (unsigned long long)index);
	memcpy(out, hashes, width * sizeof *hashes);
	return 0;
}

int
verify_leaf_at(struct verify *verify, uint64_t seq, struct digest *leaf,
    struct error *err)
{
	struct digest hashes[TILE_WIDTH];
	unsigned at = (unsigned)(seq % TILE_WIDTH);

	if (read_tile(verify, 0, seq / TILE_WIDTH, at + 1, hashes, err) == -1)
		return -1;
	*leaf = hashes[at];
	return 0;
}

/* The root of the first `size' entries, by what is known of the tree. */
static int
known_root(struct verify *verify, uint64_t size, struct digest *root,
    struct error *err)
{
	struct tile_source tiles = { read_tile, verify };

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
		return verify_found(verify, block, VERIFY_PIN, slot->seq, err,
		    "its author had seen %llu entries, more than stand before "
		    "it",
		    (unsigned long long)admission->after_size);
	if (verify->tree_spoilt)
		return 0;
	if (known_root(verify, admission->after_size, &root, &finding) == -1) {
		/* A copy's file that cannot be read is told once, not here. */
		if (verify->source.tells_gaps && finding.class != ERROR_SYSTEM)
			return 0;
		return verify_found_error(verify, block, VERIFY_PIN, slot->seq,
		    &finding, err);
	}
	if (digest_equal(root, admission->after_root))
		return 0;
	return verify_found(verify, block, VERIFY_PIN, slot->seq, err,
	    "its author saw another history of the first %llu entries: they "
	    "were rewritten after it was signed",
	    (unsigned long long)admission->after_size);
}

static void
count_absent(struct verify *verify, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		verify->result->absent +=
		    facts->fact[i].role == FACT_ATTACHMENT;
}

static int
order_references(struct verify *verify, struct block *block, struct slot *slot,
    struct error *err)
{
	const struct admission *admission = &slot->admission;
	struct error finding;

	if (verify->source.without_attachments)
		count_absent(verify, &admission->facts);
	if (verify->without_index)
		return 0;
	if (references_check_entries(verify->store, admission->kind,
		&admission->facts, slot->seq, &finding) == -1)
		return verify_found_error(verify, block, VERIFY_RECORD,
		    slot->seq, &finding, err);
	return 0;
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

/* What entries named that an erasure destroyed. */
static int
order_lists_erased(struct verify *verify, const struct record *record,
    struct error *err)
{
	for (const struct json *item = erasure_items(record); item != NULL;
	     item = json_next(item)) {
		struct erased erased = erasure_item(item);
		size_t count = json_count(erased.named);
		struct digest *named;
		size_t i = 0;
		int result;

		if (!erased.whole || erased.kind == NULL)
			continue;
		if ((named = memory_new(count + 1, sizeof *named)) == NULL)
			return error_memory(err);
		for (const struct json *one = json_first(erased.named);
		     one != NULL; one = json_next(one))
			(void)digest_parse(&named[i++],
			    bytes_of_text(json_text(one)));
		result = verify_lists_add_named(verify->lists, erased.number,
		    erased.leaf, erased.kind, named, count, err);
		memory_free(named);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* What it names, for the lists; and what an index record says of them. */
static int
order_lists(struct verify *verify, const struct slot *slot, struct digest leaf,
    struct error *err)
{
	const struct admission *admission = &slot->admission;

	/* What a destroyed one named, its erasure says. */
	if (slot->state == SLOT_ERASED)
		return 0;
	if (slot->state != SLOT_FINE || !digest_equal(leaf, slot->leaf)) {
		verify_lists_unknown(verify->lists, slot->seq);
		return 0;
	}
	if (verify_lists_add(verify->lists, slot->seq, leaf, admission->kind,
		&admission->facts, err) == -1)
		return -1;
	if (erasure_is(admission->kind) &&
	    order_lists_erased(verify, &admission->record, err) == -1)
		return -1;
	if (slot->light || admission->kind != kind_named("index"))
		return 0;
	return verify_lists_claim(verify->lists, slot->seq,
	    buffer_bytes(&admission->entry.envelope.payload), err);
}

/* Everything that depends on the entries before, for one entry. */
int
verify_order_slot(struct verify *verify, struct block *block, struct slot *slot,
    struct error *err)
{
	struct digest leaf;

	if (slot->seq > verify->next_seq &&
	    take_gap(verify, block, slot->seq, err) == -1)
		return -1;
	if (order_leaf(verify, block, slot, &leaf, err) == -1)
		return -1;
	if (slot->state == SLOT_NOT_ENTRY) {
		if (verify_found_error(verify, block, VERIFY_ENTRY, slot->seq,
			&slot->error, err) == -1)
			return -1;
	} else if (slot->state != SLOT_ERASED &&
	    order_chain(verify, block, slot, err) == -1) {
		return -1;
	}
	if (slot->state == SLOT_NOT_RECORD &&
	    verify_found_error(verify, block, VERIFY_RECORD, slot->seq,
		&slot->error, err) == -1)
		return -1;
	if (slot->state != SLOT_FINE) {
		verify->index_spoilt |= slot->state != SLOT_ERASED;
	} else {
		if (order_authority(verify, block, slot, err) == -1 ||
		    order_pin(verify, block, slot, err) == -1 ||
		    order_references(verify, block, slot, err) == -1 ||
		    remember_once(verify, slot, err) == -1)
			return -1;
		verify_index_count(verify, slot);
	}
	if (verify_sealed_slot(verify, block, slot, leaf, err) == -1 ||
	    order_lists(verify, slot, leaf, err) == -1)
		return -1;
	verify->last_leaf = leaf;
	verify->next_seq = slot->seq + 1;
	if (!verify->tree_spoilt && grow_tree(verify, block, leaf, err) == -1)
		return -1;
	if (!slot->light)
		verify->result->entries++;
	return 0;
}
