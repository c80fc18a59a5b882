#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"
#include "ledger/append_internal.h"
#include "ledger/erasure.h"
#include "ledger/index.h"
#include "ledger/references.h"
#include "ledger/replay.h"
#include "ledger/store_disclosure.h"

/*
 * How an entry comes into being.
 *
 * 1. prepare: the envelope is read, its record checked and its signatures
 *    verified.  That is nine tenths of the work; it touches nothing shared,
 *    and many envelopes are prepared at once on all processors.
 * 2. admit: with the one writer's place taken, authority, replay, pins and
 *    references are decided by the entries before, in order.
 * 3. write: the entry's line, its leaf in the tree, its index rows.
 * 4. seal: the lines are read back and compared, the last tiles are kept,
 *    the checkpoint is signed, and all of it is committed together.
 *
 * The envelopes go through in blocks: while one is admitted and written, the
 * next ones are prepared, also those of the list that comes after this one
 * if it is known already; so no processor waits for the disk.
 */

/* A clock may be this far behind the last entry: several machines, or a
 * correction by a time server.  Then the last entry's time is used. */
#define CLOCK_TOLERANCE_MS 5000

static void
free_block(struct block *block)
{
	for (size_t i = 0; i < block->made; i++)
		admission_free(&block->slot[i].admission);
	for (size_t i = 0; i < SLICES; i++) {
		json_arena_free(block->arena[i]);
		buffer_free(&block->scratch[i]);
	}
	memory_free(block->slot);
}

void
appender_close(struct appender *appender)
{
	if (appender == NULL)
		return;
	pool_free(appender->pool);
	store_close(appender->store);
	authority_free(appender->authority);
	memory_free(appender->tree);
	buffer_free(&appender->note);
	buffer_free(&appender->line);
	buffer_free(&appender->scratch);
	entry_free(&appender->entry);
	admission_free(&appender->own);
	json_arena_free(appender->own_arena);
	for (size_t i = 0; i < BLOCKS; i++)
		free_block(&appender->block[i]);
	memory_free(appender);
}

/* What a block needs, when it is first used. */
static int
make_block(struct appender *appender, struct block *block, struct error *err)
{
	block->appender = appender;
	for (size_t i = 0; i < SLICES; i++) {
		block->scratch[i] = buffer_new(LIMIT_ENVELOPE);
		if (block->arena[i] == NULL &&
		    json_arena_new(&block->arena[i], err) == -1)
			return -1;
	}
	block->slot = memory_new(BLOCK, sizeof *block->slot);
	return block->slot == NULL ? error_memory(err) : 0;
}

/* Room in a block for so many items. */
static int
ready_block(struct appender *appender, struct block *block, size_t count,
    struct error *err)
{
	if (block->slot == NULL && make_block(appender, block, err) == -1)
		return -1;
	for (; block->made < count; block->made++)
		block->slot[block->made].admission = admission_new();
	return 0;
}

static int
new_appender(struct appender **out, const struct signer *ledger_key,
    struct error *err)
{
	struct appender *appender = memory_new(1, sizeof *appender);

	if (appender == NULL)
		return error_memory(err);
	appender->ledger_key = ledger_key;
	appender->note = buffer_new(LIMIT_NOTE);
	appender->line = buffer_new(LIMIT_ENTRY);
	appender->entry = entry_new();
	appender->own = admission_new();
	appender->scratch = buffer_new(LIMIT_ENVELOPE);
	appender->tree = memory_new(1, sizeof *appender->tree);
	if (appender->tree == NULL) {
		error_memory(err);
		goto failed;
	}
	merkle_begin(appender->tree);
	if (authority_new(&appender->authority, err) == -1)
		goto failed;
	*out = appender;
	return 0;
failed:
	appender_close(appender);
	return -1;
}

/* The last entry's leaf hash and time. */
static int
load_last_entry(struct appender *appender, uint64_t size, struct error *err)
{
	struct entry *entry = &appender->entry;

	if (store_entry(appender->store, size - 1, &appender->line, err) ==
		-1 ||
	    entry_parse(entry, buffer_bytes(&appender->line), err) == -1)
		return -1;
	appender->last_leaf = entry_leaf_hash(buffer_bytes(&appender->line));
	appender->last_time_ms = entry->time_ms;
	return 0;
}

static int
load_checkpoint(struct appender *appender, uint64_t size, struct error *err)
{
	uint64_t signed_size;

	if (store_checkpoint(appender->store, UINT64_MAX, &signed_size,
		&appender->note, err) == -1 ||
	    checkpoint_open(&appender->checkpoint,
		buffer_bytes(&appender->note),
		authority_ledger_key(appender->authority), err) == -1)
		return -1;
	if (signed_size != size || appender->checkpoint.size != size)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the newest checkpoint is of %llu entries, the ledger has "
		    "%llu",
		    (unsigned long long)appender->checkpoint.size,
		    (unsigned long long)size);
	return 0;
}

static void settle(struct appender *appender);

/* Look at what others appended; inside a transaction. */
int
append_catch_up(struct appender *appender, struct error *err)
{
	struct tile_source tiles = store_tiles(appender->store);
	uint64_t size;

	if (store_size(appender->store, &size, err) == -1)
		return -1;
	if (appender->current && size == appender->tree->size)
		return 0;
	settle(appender);
	if (size == 0)
		return error_set(err, ERROR_NO, "make a new one",
		    "the ledger has no entries");
	if (!appender->current || size < appender->tree->size) {
		authority_free(appender->authority);
		appender->authority = NULL;
		if (authority_new(&appender->authority, err) == -1)
			return -1;
		merkle_begin(appender->tree);
		appender->pin.known = false;
	}
	appender->current = false;
	if (replay_authority(appender->authority, appender->store,
		appender->tree->size, size, err) == -1)
		return -1;
	if (authority_ledger_key(appender->authority) == NULL)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the ledger does not begin with a genesis record");
	appender->origin =
	    digest_of(bytes_of_text(authority_origin(appender->authority)));
	if (merkle_load(appender->tree, size, &tiles, err) == -1 ||
	    load_last_entry(appender, size, err) == -1 ||
	    load_checkpoint(appender, size, err) == -1)
		return -1;
	if (!digest_equal(merkle_root(appender->tree),
		appender->checkpoint.root))
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the tree is not the one that the newest checkpoint signs");
	appender->current = true;
	return 0;
}

int
appender_refresh(struct appender *appender, struct error *err)
{
	int result;

	if (store_begin_read(appender->store, err) == -1)
		return -1;
	result = append_catch_up(appender, err);
	store_end(appender->store);
	return result;
}

int
appender_open(struct appender **out, const char *path,
    const struct signer *ledger_key, struct error *err)
{
	struct appender *appender = NULL;

	if (new_appender(&appender, ledger_key, err) == -1)
		return -1;
	if (store_open(&appender->store, path, STORE_WRITE, err) == -1 ||
	    appender_refresh(appender, err) == -1)
		goto failed;
	if (!public_key_equal(signer_public_key(ledger_key),
		authority_ledger_key(appender->authority)->key)) {
		error_set(err, ERROR_UNDECIDED,
		    "put the ledger's own key file back in its place",
		    "the ledger key given is not the key of %s",
		    authority_origin(appender->authority));
		goto failed;
	}
	*out = appender;
	return 0;
failed:
	appender_close(appender);
	return -1;
}

const struct authority *
appender_authority(const struct appender *appender)
{
	return appender->authority;
}

const struct checkpoint *
appender_checkpoint(const struct appender *appender)
{
	return &appender->checkpoint;
}

struct bytes
appender_note(const struct appender *appender)
{
	return buffer_bytes(&appender->note);
}

struct store *
appender_store(struct appender *appender)
{
	return appender->store;
}

void
appender_head(const struct appender *appender, struct record_head *head)
{
	head->ledger = authority_origin(appender->authority);
	head->made_ms = clock_now_ms();
	random_fill(head->nonce, sizeof head->nonce);
	head->after_size = appender->checkpoint.size;
	head->after_root = appender->checkpoint.root;
}

/* Step 1, for one envelope: everything that needs nobody else. */
static void
prepare_one(struct block *block, struct slot *slot,
    const struct append_item *item, size_t slice)
{
	struct admission *admission = &slot->admission;

	slot->failed = true;
	if (envelope_parse(&admission->entry.envelope, item->envelope,
		&slot->error) == -1 ||
	    admission_read(admission, block->arena[slice], &slot->error) == -1)
		return;
	admission_resolve(admission, block->appender->authority);
	if (admission_check(admission, &block->scratch[slice], &slot->error) ==
	    -1)
		return;
	slot->failed = false;
}

static void
prepare_slice(void *cookie, size_t slice)
{
	struct block *block = cookie;

	for (size_t i = slice * SLICE;
	     i < block->count && i < (slice + 1) * SLICE; i++)
		prepare_one(block, &block->slot[i], &block->item[i], slice);
}

/* Begin to prepare a block; block_wait before its slots are looked at. */
static int
block_start(struct appender *appender, struct block *block,
    struct append_item *item, size_t count, struct error *err)
{
	if (ready_block(appender, block, count, err) == -1)
		return -1;
	block->item = item;
	block->count = count;
	block->set = (struct pool_set){
		.function = prepare_slice,
		.cookie = block,
		.count = (count + SLICE - 1) / SLICE,
	};
	if (block->set.count <= 1) {
		prepare_slice(block, 0);
		block->set.count = 0;
		return 0;
	}
	if (appender->pool == NULL &&
	    pool_new(&appender->pool, pool_processors(), err) == -1)
		return -1;
	pool_start(appender->pool, &block->set);
	return 0;
}

static void
block_wait(struct appender *appender, struct block *block)
{
	if (block->set.count > 0)
		pool_wait(appender->pool, &block->set);
	block->set.count = 0;
}

/* Nobody looks at the authority any more: it may be changed. */
static void
settle(struct appender *appender)
{
	for (size_t i = 0; i < appender->in_flight; i++)
		block_wait(appender,
		    &appender->block[(appender->first + i) % BLOCKS]);
}

/* Forget what was being prepared. */
static void
abandon(struct appender *appender)
{
	settle(appender);
	appender->in_flight = 0;
	appender->list_count = 0;
}

/* Fill the ring from the lists, in their order. */
static int
start_blocks(struct appender *appender, struct error *err)
{
	for (size_t i = 0; i < appender->list_count; i++) {
		struct list *list = &appender->list[i];

		while (list->started < list->count &&
		    appender->in_flight < BLOCKS) {
			size_t rest = list->count - list->started;
			size_t count = rest < BLOCK ? rest : BLOCK;
			size_t at =
			    (appender->first + appender->in_flight) % BLOCKS;

			if (block_start(appender, &appender->block[at],
				list->item + list->started, count, err) == -1)
				return -1;
			appender->in_flight++;
			list->started += count;
		}
	}
	return 0;
}

int
appender_prepare(struct appender *appender, struct append_item items[],
    size_t count, struct error *err)
{
	if (appender->list_count == LISTS || count == 0)
		return 0;
	appender->list[appender->list_count++] =
	    (struct list){ items, count, 0 };
	if (start_blocks(appender, err) == -1) {
		abandon(appender);
		return -1;
	}
	return 0;
}

/* The author has seen `size' entries with this root: is that our history? */
static int
check_pin(struct appender *appender, const struct admission *admission,
    uint64_t committed, struct error *err)
{
	struct tile_source tiles = store_tiles(appender->store);
	struct digest root = merkle_empty();

	if (appender->pin.known &&
	    appender->pin.size == admission->after_size &&
	    digest_equal(appender->pin.root, admission->after_root))
		return 0;
	if (admission->after_size > committed)
		return error_set(err, ERROR_NO,
		    "compare this ledger with the one its author saw",
		    "its author saw %llu entries, this ledger has %llu",
		    (unsigned long long)admission->after_size,
		    (unsigned long long)committed);
	if (admission->after_size > 0 &&
	    merkle_root_at(&root, admission->after_size, &tiles, err) == -1)
		return -1;
	if (!digest_equal(root, admission->after_root))
		return error_set(err, ERROR_NO,
		    "compare this ledger with the one its author saw",
		    "its author saw another history of the first %llu entries",
		    (unsigned long long)admission->after_size);
	appender->pin.size = admission->after_size;
	appender->pin.root = admission->after_root;
	appender->pin.known = true;
	return 0;
}

/* Step 2: may it enter, as entry number seq? */
static int
admit(struct appender *appender, struct slot *slot, uint64_t seq,
    uint64_t committed, int64_t time_ms, struct error *err)
{
	struct admission *admission = &slot->admission;
	bool replay = false;

	if (slot->failed) {
		*err = slot->error;
		return -1;
	}
	/* Keys enrolled since it was prepared, perhaps just now. */
	if (admission_is_own(admission))
		return error_set(err, ERROR_NO, NULL,
		    "only the ledger itself makes a %s", admission->kind->name);
	if (!admission_is_checked(admission)) {
		admission_resolve(admission, appender->authority);
		if (admission_check(admission, &appender->scratch, err) == -1)
			return -1;
	}
	admission->entry.time_ms = time_ms;
	if (admission_decide(admission, appender->authority, seq, err) == -1)
		return -1;
	if (!admission_is_checked(admission))
		return error_set(err, ERROR_NO, NULL,
		    "a signature was not verified");
	if (seq == 0)
		appender->origin =
		    digest_of(bytes_of_text(authority_origin(appender
								 ->authority)));
	if (!digest_equal(admission->ledger, appender->origin))
		return error_set(err, ERROR_NO,
		    "record it in the ledger it is meant for",
		    "the record is meant for another ledger, not for %s",
		    authority_origin(appender->authority));
	if (index_has_nonce(appender->store, admission->made_ms,
		admission->nonce, &replay, err) == -1)
		return -1;
	if (replay)
		return error_set(err, ERROR_NO, NULL,
		    "this record is in the ledger already");
	if (check_pin(appender, admission, committed, err) == -1 ||
	    references_check_entries(appender->store, admission->kind,
		&admission->facts, seq, err) == -1)
		return -1;
	if (references_check_attachments(appender->store, &admission->facts,
		err) == -1)
		return -1;
	return append_sealed_admit(appender, admission, seq, time_ms, err);
}

static int
put_full_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err)
{
	return store_put_tile(cookie, level, index, hashes, TILE_WIDTH, err);
}

/* Step 3. */
int
append_write(struct appender *appender, struct admission *admission,
    int64_t time_ms, uint64_t *seq, struct digest *leaf, struct error *err)
{
	struct index_entry row;

	admission_name_keys(admission);
	*seq = appender->tree->size;
	buffer_clear(&appender->line);
	if (entry_write(&appender->line, *seq, time_ms, appender->last_leaf,
		&admission->entry.envelope, err) == -1)
		return -1;
	*leaf = entry_leaf_hash(buffer_bytes(&appender->line));
	row = (struct index_entry){
		.seq = *seq,
		.time_ms = time_ms,
		.made_ms = admission->made_ms,
		.leaf = *leaf,
		.signer = admission->key[0],
		.kind = admission->kind,
		.facts = &admission->facts,
	};
	memcpy(row.nonce, admission->nonce, NONCE_LEN);
	if (store_put_entry(appender->store, *seq,
		buffer_bytes(&appender->line), err) == -1 ||
	    index_add(appender->store, &row, err) == -1 ||
	    merkle_add(appender->tree, *leaf, put_full_tile, appender->store,
		err) == -1)
		return -1;
	appender->last_leaf = *leaf;
	appender->last_time_ms = time_ms;
	return 0;
}

/* The time of the entries to be written: now, and never going back. */
int
append_time(const struct appender *appender, int64_t *time_ms,
    struct error *err)
{
	int64_t now = clock_now_ms();

	if (now < appender->last_time_ms - CLOCK_TOLERANCE_MS)
		return error_set(err, ERROR_SYSTEM,
		    "set the clock of this machine right",
		    "the clock says %s, but the last entry was made at %s",
		    time_format(now).text,
		    time_format(appender->last_time_ms).text);
	*time_ms = now < appender->last_time_ms ? appender->last_time_ms : now;
	return 0;
}

/* Step 4: before commit, read back what was written and compare. */
static int
read_back(struct appender *appender, const struct append_item items[],
    size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (store_entry(appender->store, items[i].seq, &appender->line,
			err) == -1)
			return -1;
		if (!digest_equal(entry_leaf_hash(buffer_bytes(&appender
								    ->line)),
			items[i].leaf))
			return error_set(err, ERROR_SYSTEM,
			    "check this machine's memory and disk",
			    "entry %llu read back differs from what was "
			    "written",
			    (unsigned long long)items[i].seq);
	}
	return 0;
}

int
append_seal(struct appender *appender, struct error *err)
{
	const struct merkle *tree = appender->tree;
	uint64_t number = tree->size;
	struct checkpoint *checkpoint = &appender->checkpoint;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		if (tree->width[level] > 0 &&
		    store_put_tile(appender->store, level, number / TILE_WIDTH,
			tree->hash[level], tree->width[level], err) == -1)
			return -1;
		number /= TILE_WIDTH;
	}
	memset(checkpoint, 0, sizeof *checkpoint);
	strncpy(checkpoint->origin, authority_origin(appender->authority),
	    sizeof checkpoint->origin - 1);
	checkpoint->size = tree->size;
	checkpoint->root = merkle_root(tree);
	buffer_clear(&appender->note);
	if (checkpoint_sign(&appender->note, checkpoint, appender->ledger_key,
		err) == -1)
		return -1;
	return store_put_checkpoint(appender->store, tree->size,
	    buffer_bytes(&appender->note), err);
}

/* Steps 2 and 3 for an item, and its verdict if somebody judges it. */
static int
take_item(struct appender *appender, struct slot *slot,
    struct append_item *item, uint64_t committed, int64_t time_ms,
    struct error *err)
{
	struct admission *admission = &slot->admission;
	bool gated = false;

	/* Nobody may be reading the authority while it changes. */
	if (!slot->failed && admission_is_authority(admission))
		settle(appender);
	if (admit(appender, slot, appender->tree->size, committed, time_ms,
		err) == -1 ||
	    append_judge(appender, admission, item->envelope, time_ms, &gated,
		err) == -1 ||
	    append_write(appender, admission, time_ms, &item->seq, &item->leaf,
		err) == -1 ||
	    append_sealed_apply(appender, admission, err) == -1)
		return -1;
	return gated ? append_verdict(appender, item->leaf, time_ms, err) : 0;
}

static int
take_block(struct appender *appender, struct block *block, uint64_t committed,
    int64_t time_ms, size_t *taken, struct error *err)
{
	for (size_t i = 0; i < block->count; i++) {
		if (take_item(appender, &block->slot[i], &block->item[i],
			committed, time_ms, err) == -1)
			return -1;
		++*taken;
	}
	return read_back(appender, block->item, block->count, err);
}

/* All blocks of the first list, while those behind are being prepared. */
static int
take_list(struct appender *appender, size_t *taken, struct error *err)
{
	size_t count = appender->list[0].count;
	uint64_t committed = appender->tree->size;
	int64_t time_ms = 0;

	if (append_time(appender, &time_ms, err) == -1)
		return -1;
	while (*taken < count) {
		struct block *block = &appender->block[appender->first];

		block_wait(appender, block);
		if (take_block(appender, block, committed, time_ms, taken,
			err) == -1)
			return -1;
		appender->first = (appender->first + 1) % BLOCKS;
		appender->in_flight--;
		if (start_blocks(appender, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_attachments(struct store *store, const struct bytes attachments[],
    size_t count, struct digest digest[], struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (store_put_attachment(store, attachments[i], &digest[i],
			err) == -1 ||
		    erasure_admit_attachment(store, digest[i], err) == -1)
			return -1;
	}
	return 0;
}

/* Whether an entry that stands names it as its attachment. */
static int
is_named(struct store *store, struct digest digest, uint64_t size, bool *named,
    struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;

	*named = false;
	if (index_mentions(store, digest, NULL, size, &mention, &count, err) ==
	    -1)
		return -1;
	while (!*named && count-- > 0)
		*named = mention[count].role == FACT_ATTACHMENT;
	memory_free(mention);
	return 0;
}

static int
drop_unnamed(struct appender *appender, const struct digest digest[],
    size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		bool named;

		if (is_named(appender->store, digest[i], appender->tree->size,
			&named, err) == -1 ||
		    (!named &&
			store_drop_attachment(appender->store, digest[i],
			    err) == -1))
			return -1;
	}
	return 0;
}

/* In the write transaction: everything up to the commit. */
static int
add_in_transaction(struct appender *appender, const struct bytes attachments[],
    size_t attachment_count, size_t *taken, struct error *err)
{
	struct digest *digest = memory_new(attachment_count, sizeof *digest);
	int result = -1;

	if (digest == NULL)
		return error_memory(err);
	if (put_attachments(appender->store, attachments, attachment_count,
		digest, err) == 0 &&
	    append_sealed_put(appender, err) == 0 &&
	    take_list(appender, taken, err) == 0 &&
	    append_sealed_done(appender, err) == 0 &&
	    drop_unnamed(appender, digest, attachment_count, err) == 0 &&
	    append_seal(appender, err) == 0)
		result = store_commit(appender->store, err);
	memory_free(digest);
	return result;
}

/* The list to be appended is the first one; if it was prepared, its blocks
 * are in the ring already. */
static int
begin_list(struct appender *appender, struct append_item items[], size_t count,
    struct error *err)
{
	if (appender->list_count > 0 && appender->list[0].item == items &&
	    appender->list[0].count == count)
		return 0;
	abandon(appender);
	return appender_prepare(appender, items, count, err);
}

int
appender_add(struct appender *appender, struct append_item items[],
    size_t count, const struct bytes attachments[], size_t attachment_count,
    size_t *bad, struct error *err)
{
	size_t taken = 0;
	int result = -1;

	*bad = count;
	appender->refused = false;
	if (count == 0)
		return 0;
	if (begin_list(appender, items, count, err) == -1)
		return -1;
	/* The first block is prepared before the others have to wait for us. */
	block_wait(appender, &appender->block[appender->first]);
	if (store_begin_write(appender->store, err) == -1)
		goto done;
	if (appender->tree->size == 0 || append_catch_up(appender, err) == 0) {
		appender->current = false;
		result = add_in_transaction(appender, attachments,
		    attachment_count, &taken, err);
		appender->current = result == 0;
		*bad = taken;
	}
	store_end(appender->store);
done:
	appender->disclosures = NULL;
	if (result == 0) {
		appender->list[0] = appender->list[1];
		appender->list_count--;
	} else {
		abandon(appender);
	}
	if (result == -1 && appender->refused)
		return append_refusal(appender, items[*bad].envelope, err);
	return result;
}

static void
remove_store(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	struct buffer name = buffer_new(8192);

	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		buffer_clear(&name);
		buffer_text(&name, path);
		buffer_text(&name, tails[i]);
		if (name.state == BUFFER_FINE)
			unlink(buffer_string(&name));
	}
	buffer_free(&name);
}

int
appender_found(const char *path, struct bytes genesis,
    const struct signer *ledger_key, struct error *err)
{
	struct append_item item = { .envelope = genesis };
	struct appender *appender = NULL;
	size_t bad;
	int result = -1;

	if (store_create(path, err) == -1)
		return -1;
	if (new_appender(&appender, ledger_key, err) == 0 &&
	    store_open(&appender->store, path, STORE_WRITE, err) == 0 &&
	    appender_add(appender, &item, 1, NULL, 0, &bad, err) == 0) {
		if (public_key_equal(signer_public_key(ledger_key),
			authority_ledger_key(appender->authority)->key))
			result = 0;
		else
			error_set(err, ERROR_UNDECIDED, NULL,
			    "the genesis names another ledger key");
	}
	appender_close(appender);
	if (result == -1)
		remove_store(path);
	return result;
}

/* A row for an entry whose body was destroyed; what is kept of it beside its
 * leaf hash, the erasure that comes later says. */
static int
reindex_erased(struct appender *appender, uint64_t seq, struct error *err)
{
	struct tile_source tiles = store_tiles(appender->store);
	const struct note_key *key = authority_ledger_key(appender->authority);
	static const struct facts no_facts = { .count = 0 };
	struct digest leaves[TILE_WIDTH];
	unsigned at = (unsigned)(seq % TILE_WIDTH);
	struct index_entry row = { .seq = seq, .kind = &kind_erased };

	if (key == NULL)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "it is empty");
	if (tiles.read(tiles.cookie, 0, seq / TILE_WIDTH, at + 1, leaves,
		err) == -1)
		return -1;
	row.leaf = leaves[at];
	row.signer = key->key;
	row.facts = &no_facts;
	return index_add(appender->store, &row, err);
}

/*
 * One entry's index rows, from its line.  What carries authority is
 * replayed on the way, so that signers are known without believing the index
 * that is being thrown away.
 */
static int
reindex_entry(struct appender *appender, uint64_t seq, struct bytes line,
    struct error *err)
{
	struct block *block = &appender->block[0];
	struct admission *admission = &block->slot[0].admission;
	struct index_entry row;

	if (line.len == 0)
		return reindex_erased(appender, seq, err);
	if (admission_read_entry(admission, line, block->arena[0], err) == -1)
		return -1;
	if (admission->entry.seq != seq)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the entry says it is number %llu",
		    (unsigned long long)admission->entry.seq);
	admission_resolve(admission, appender->authority);
	if (!admission->known[0])
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "its signer is not enrolled");
	row = (struct index_entry){
		.seq = seq,
		.time_ms = admission->entry.time_ms,
		.made_ms = admission->made_ms,
		.leaf = entry_leaf_hash(line),
		.signer = admission->key[0],
		.kind = admission->kind,
		.facts = &admission->facts,
	};
	memcpy(row.nonce, admission->nonce, NONCE_LEN);
	if (index_add(appender->store, &row, err) == -1)
		return -1;
	if (erasure_is(admission->kind))
		return erasure_reindex(appender->store, &admission->record,
		    err);
	if (!admission_is_authority(admission))
		return 0;
	if (admission_check(admission, &appender->scratch, err) == -1)
		return -1;
	return admission_decide(admission, appender->authority, seq, err);
}

static int
reindex_all(struct appender *appender, uint64_t size,
    int (*progress)(void *cookie, uint64_t done, uint64_t total), void *cookie,
    struct error *err)
{
	authority_set_source(appender->authority,
	    replay_source(appender->store));
	authority_assume(appender->authority, true);
	if (ready_block(appender, &appender->block[0], 1, err) == -1 ||
	    store_scan_entries(appender->store, 0, size, err) == -1)
		return -1;
	for (uint64_t seq = 0; seq < size; seq++) {
		struct bytes line;
		uint64_t at;
		bool more;

		if (store_scan_entries_next(appender->store, &at, &line, &more,
			err) == -1)
			return -1;
		if (!more || at != seq)
			return error_set(err, ERROR_NO, "run `vouch verify'",
			    "entry %llu is missing", (unsigned long long)seq);
		if (reindex_entry(appender, seq, line, err) == -1)
			return error_within(err, "entry %llu",
			    (unsigned long long)seq);
		if (progress != NULL && seq % 1024 == 0 &&
		    progress(cookie, seq, size) != 0)
			return error_set(err, ERROR_SYSTEM, NULL,
			    "interrupted");
	}
	return 0;
}

int
append_reindex(const char *path, uint64_t *rebuilt,
    int (*progress)(void *cookie, uint64_t done, uint64_t total), void *cookie,
    struct error *err)
{
	struct appender *appender = NULL;
	uint64_t size;
	int result = -1;

	if (new_appender(&appender, NULL, err) == -1)
		return -1;
	if (store_open(&appender->store, path, STORE_WRITE, err) == 0 &&
	    store_begin_write(appender->store, err) == 0 &&
	    store_size(appender->store, &size, err) == 0 &&
	    index_clear(appender->store, err) == 0 &&
	    reindex_all(appender, size, progress, cookie, err) == 0 &&
	    store_commit(appender->store, err) == 0) {
		*rebuilt = size;
		result = 0;
	}
	appender_close(appender);
	return result;
}
