#include "cli/receipt.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "ledger/tlog_proof.h"

#define PATH_LIMIT 8192
#define ENTRY_ENDING ".entry"

/* Of an entry whose body was destroyed there is only the leaf hash. */
static int
check_erased(const struct tlog_proof *proof, struct store *store,
    struct error *err)
{
	struct tile_source tiles = store_tiles(store);
	struct digest leaves[TILE_WIDTH];
	unsigned at = (unsigned)(proof->index % TILE_WIDTH);

	if (tiles.read(tiles.cookie, 0, proof->index / TILE_WIDTH, at + 1,
		leaves, err) == -1)
		return -1;
	if (proof_includes(&proof->path, leaves[at], proof->index,
		proof->checkpoint.size, proof->checkpoint.root))
		return 0;
	return error_set(err, ERROR_NO, NULL, "the proof does not hold");
}

/* Nobody is given a proof that does not hold. */
static int
check_own(const struct tlog_proof *proof, struct store *store,
    struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	int result = -1;

	if (store_entry(store, proof->index, &line, err) == 0)
		result = line.len == 0
		    ? check_erased(proof, store, err)
		    : tlog_proof_check(proof, buffer_bytes(&line), err);
	if (result == -1 && err->class == ERROR_NO)
		error_set(err, ERROR_NO, "see `vouch verify'",
		    "the ledger is damaged: what it keeps does not prove "
		    "entry %llu",
		    (unsigned long long)proof->index);
	buffer_free(&line);
	return result;
}

int
receipt_prove(struct buffer *out, struct store *store, uint64_t seq,
    struct bytes note, struct error *err)
{
	struct tile_source tiles = store_tiles(store);
	struct tlog_proof proof = { .index = seq, .note = note };
	struct note parts;

	if (note_parse(&parts, note, err) == -1 ||
	    checkpoint_parse(&proof.checkpoint, parts.text, err) == -1)
		return -1;
	if (seq >= proof.checkpoint.size)
		return error_set(err, ERROR_UNDECIDED, "give a later --at",
		    "entry %llu is not in the checkpoint of %llu entries",
		    (unsigned long long)seq,
		    (unsigned long long)proof.checkpoint.size);
	if (merkle_inclusion(&proof.path, seq, proof.checkpoint.size, &tiles,
		err) == -1 ||
	    check_own(&proof, store, err) == -1)
		return -1;
	tlog_proof_write(out, &proof);
	return buffer_check(out, "proof", err);
}

static int
entry_place(struct buffer *out, const char *path, struct error *err)
{
	buffer_printf(out, "%s" ENTRY_ENDING, path);
	return buffer_check(out, "path", err);
}

int
receipt_write(const char *path, struct store *store, uint64_t seq,
    struct bytes note, struct error *err)
{
	struct buffer proof = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer beside = buffer_new(PATH_LIMIT);
	struct buffer line = buffer_new(LIMIT_ENTRY);
	int result = -1;

	/* The proof last: where it is, the line is too. */
	if (receipt_prove(&proof, store, seq, note, err) == 0 &&
	    store_entry(store, seq, &line, err) == 0 &&
	    entry_place(&beside, path, err) == 0 &&
	    file_write(buffer_string(&beside), buffer_bytes(&line), 0644,
		err) == 0)
		result = file_write(path, buffer_bytes(&proof), 0644, err);
	buffer_free(&proof);
	buffer_free(&beside);
	buffer_free(&line);
	return result;
}
