#include "ledger/verify.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/verify_internal.h"

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
		if (line.len == 0)
			slot->state = SLOT_ERASED;
		else if (entry_parse(&slot->admission.entry, line,
			     &slot->error) == -1)
			slot->state = SLOT_NOT_ENTRY;
		else if (admission_read(&slot->admission, block->arena[slice],
			     &slot->error) == -1)
			slot->state = SLOT_NOT_RECORD;
		else
			slot->state = SLOT_FINE;
	}
}

/* Stage three, on any thread: authors and their index rows, then
 * checkpoints. */
static void
sign_slice(struct block *block, size_t slice)
{
	struct buffer *scratch = &block->scratch[slice];
	size_t first = slice * SLICE;

	verify_index_slice(block, slice);
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
	const struct verify_source *source = &verify->source;
	block->count = 0;
	block->bytes = 0;
	while (!verify->scan_ended && block->count < BLOCK &&
	    block->bytes < BLOCK_BYTES) {
		struct slot *slot = &block->slot[block->count];
		struct bytes line;
		struct error finding;
		bool more;

		if (source->next_entry(source->cookie, &slot->seq, &line, &more,
			&finding) == -1) {
			if (!source->tells_gaps) {
				*err = finding;
				return -1;
			}
			if (verify_found_error(verify, block, VERIFY_ENTRY,
				slot->seq, &finding, err) == -1)
				return -1;
			verify->scan_ended =
			    block->problem_count > verify_most(verify);
			continue;
		}
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

static int
order_block(struct verify *verify, struct block *block, struct error *err)
{
	size_t parts;

	pool_wait(verify->pool, &block->read_set);
	verify->current = block;
	block->checkpoint_count = 0;
	for (size_t i = 0; i < block->count; i++) {
		if (verify_order_slot(verify, block, &block->slot[i], err) ==
		    -1)
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
	if (verify->without_index)
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
		    verify_found_error(verify, block, VERIFY_SIGNATURE,
			slot->seq, &slot->error, err) == -1)
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
		if (verify_found_error(verify, block, VERIFY_CHECKPOINT,
			stored->size, &stored->error, err) == -1)
			return -1;
	}
	verify_tell_block(verify, block);
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

static int
set_up(struct verify *verify, struct error *err)
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
	verify->gone.key = hash_key_new();
	verify->gone.text = buffer_new(LIMIT_DISCLOSURE);
	if ((verify->tree = memory_new(1, sizeof *verify->tree)) == NULL)
		return error_memory(err);
	merkle_begin(verify->tree);
	if (verify_open_since(verify, err) == -1 ||
	    authority_new(&verify->authority, err) == -1 ||
	    once_new(&verify->once, err) == -1 ||
	    trust_book_new(&verify->trust, authority_trusts(verify->authority),
		err) == -1 ||
	    verify_lists_new(&verify->lists, err) == -1 ||
	    pool_new(&verify->pool, threads, err) == -1 ||
	    verify_next_checkpoint(verify, err) == -1)
		return -1;
	authority_set_source(verify->authority,
	    (struct trust_source){ .cookie = verify->source.cookie,
		.fetch = verify->source.attachment });
	if (verify->without_index)
		return 0;
	verify->sum_key = hash_key_new();
	verify->index_scan = index_scan_begin(verify->store, &verify->sum_key);
	return 0;
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
	buffer_wipe(&verify->gone.text);
	buffer_free(&verify->gone.text);
	buffer_free(&verify->pending.note);
	once_free(verify->once);
	trust_book_free(verify->trust);
	verify_lists_free(verify->lists);
	authority_free(verify->authority);
	memory_free(verify->tree);
	if (verify->source.close != NULL)
		verify->source.close(verify->source.cookie);
	memory_free(verify);
}

/* Verify what the source has, and close it. */
static int
verify_from(struct verify_result *result, const struct verify_source *source,
    const struct verify_options *options, struct error *err)
{
	struct verify *verify = memory_new(1, sizeof *verify);
	int done = -1;

	memset(result, 0, sizeof *result);
	if (verify == NULL) {
		source->close(source->cookie);
		return error_memory(err);
	}
	verify->options = options;
	verify->result = result;
	verify->source = *source;
	verify->store = source->store;
	verify->without_index = options->without_index || source->store == NULL;
	verify->size = result->size = source->size;
	if (set_up(verify, err) == -1 || stream(verify, err) == -1)
		goto done;
	if (verify->size == 0)
		verify_tell(verify, VERIFY_ENTRY, 0,
		    "the ledger has no entries");
	verify_finish_since(verify);
	if (!verify->stopped && verify_finish(verify, err) == -1)
		goto done;
	done = 0;
done:
	tear_down(verify);
	return done;
}

int
verify_ledger(struct verify_result *result, const char *path,
    const struct verify_options *options, struct error *err)
{
	struct verify_source source;

	memset(result, 0, sizeof *result);
	if (verify_source_store(&source, path, err) == -1)
		return -1;
	return verify_from(result, &source, options, err);
}

int
verify_copy(struct verify_result *result, const char *folder,
    const struct verify_options *options, struct error *err)
{
	struct verify_source source;

	memset(result, 0, sizeof *result);
	if (verify_source_copy(&source, folder, err) == -1)
		return -1;
	return verify_from(result, &source, options, err);
}
