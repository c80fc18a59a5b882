/* dossier_store.c: the entries of a dossier in a store of their own. */
#include <string.h>

#include "base/limits.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/dossier_internal.h"
#include "ledger/erasure.h"
#include "ledger/index.h"
#include "ledger/list_proof.h"
#include "ledger/store.h"
#include "ledger/store_timestamp.h"

/* Each file of a folder: the rest of its name, and its content. */
static int
each_file(struct store *store, const struct dossier *dossier,
    const char *folder,
    int (*put)(struct store *store, const char *name, struct bytes content,
	struct error *err),
    struct error *err)
{
	size_t i = tar_first(dossier->files, folder);

	for (; i < tar_count(dossier->files); i++) {
		const struct tar_file *file = tar_at(dossier->files, i);

		if (strncmp(file->name, folder, strlen(folder)) != 0)
			break;
		if (put(store, file->name + strlen(folder), file->content,
			err) == -1)
			return -1;
	}
	return 0;
}

/* Whatever names it. */
static int
put_attachment(struct store *store, const char *name, struct bytes content,
    struct error *err)
{
	struct digest digest;

	(void)name;
	return store_put_attachment(store, content, &digest, err);
}

static int
put_checkpoint(struct store *store, const char *name, struct bytes content,
    struct error *err)
{
	uint64_t size;

	return checkpoint_number(&size, bytes_of_text(name))
	    ? store_put_checkpoint(store, size, content, err)
	    : 0;
}

/* The size is that in front of its name. */
static int
put_timestamp(struct store *store, const char *name, struct bytes content,
    struct error *err)
{
	uint64_t size;
	bool added;

	return checkpoint_number(&size, bytes_of(name, strcspn(name, "-")))
	    ? store_put_timestamp(store, size, content, &added, err)
	    : 0;
}

/* An entry that was erased whole, as a ledger keeps one: its row, and no line. */
static int
put_gone(struct store *store, const struct erased *erased, struct facts *facts,
    struct error *err)
{
	static const struct facts no_facts = { .count = 0 };
	struct index_entry kept, row;
	struct index_row there;
	struct error ignored;

	if (index_row_at(store, erased->number, UINT64_MAX, &there, &ignored) ==
	    0)
		return 0;
	if (erasure_kept(&kept, facts, erased, err) == -1 ||
	    store_put_entry(store, erased->number, bytes_of(NULL, 0), err) ==
		-1)
		return -1;
	row = kept;
	row.kind = &kind_erased;
	row.facts = &no_facts;
	return index_add(store, &row, err) == -1
	    ? -1
	    : index_erase(store, &kept, NULL, err);
}

/* What an erasure record says is gone. */
static int
put_erased(struct store *store, struct bytes payload, struct error *err)
{
	struct facts facts = facts_new();
	struct record record = { .statement = NULL };
	int result = record_parse(&record, payload, err);

	for (const struct json *item = result == 0 ? erasure_items(&record)
						   : NULL;
	     item != NULL && result == 0; item = json_next(item)) {
		struct erased erased = erasure_item(item);

		if (erased.whole)
			result = put_gone(store, &erased, &facts, err);
	}
	record_free(&record);
	facts_free(&facts);
	return result;
}

static int
put_entry(struct store *store, const struct dossier_entry *entry,
    struct admission *admission, struct json_arena *arena, struct error *err)
{
	struct index_entry row = { .seq = entry->seq,
		.time_ms = entry->time_ms,
		.leaf = entry->leaf,
		.signer = entry->signer[0],
		.kind = entry->kind };

	if (admission_read_entry(admission, entry->line, arena, err) == -1 ||
	    store_put_entry(store, entry->seq, entry->line, err) == -1)
		return -1;
	row.made_ms = admission->made_ms;
	row.facts = &admission->facts;
	memcpy(row.nonce, admission->nonce, NONCE_LEN);
	if (index_add(store, &row, err) == -1)
		return -1;
	return erasure_is(row.kind)
	    ? put_erased(store,
		  buffer_bytes(&admission->entry.envelope.payload), err)
	    : 0;
}

/* The last entry under the checkpoint, of which the lists have the line: it
 * was proved with them, whatever it is about.  Not if it was erased. */
static int
put_last(struct store *store, const struct dossier *dossier, struct bytes line,
    struct admission *admission, struct json_arena *arena, struct error *err)
{
	struct dossier_entry last = { .seq = dossier->about.size - 1,
		.line = line,
		.leaf = entry_leaf_hash(line) };

	if (dossier_entry_of(dossier, last.leaf) != NULL ||
	    bytes_begin(line, "erased "))
		return 0;
	if (admission_read_entry(admission, line, arena, err) == -1)
		return -1;
	admission_resolve(admission, dossier->authority);
	last.kind = admission->kind;
	last.time_ms = admission->entry.time_ms;
	last.signer[0] = admission->key[0];
	return put_entry(store, &last, admission, arena, err);
}

static int
put_end(struct store *store, const struct dossier *dossier,
    struct admission *admission, struct json_arena *arena, struct error *err)
{
	const char *name = DOSSIER_FOLDER DOSSIER_LISTS;
	size_t at = tar_first(dossier->files, name);
	struct list_proof *proof = NULL;
	int result = 0;

	if (at == tar_count(dossier->files) ||
	    list_proof_parse(&proof, tar_at(dossier->files, at)->content,
		err) == -1)
		return -1;
	if (proof->since_count > 0)
		result = put_last(store, dossier,
		    proof->since[proof->since_count - 1], admission, arena,
		    err);
	list_proof_free(proof);
	return result;
}

/* What a reader needs beside the entries. */
static int
put_rest(struct store *store, const struct dossier *dossier, struct error *err)
{
	return store_put_checkpoint(store, dossier->about.size, dossier->note,
		   err) == -1 ||
		each_file(store, dossier, DOSSIER_FOLDER "checkpoints/",
		    put_checkpoint, err) == -1 ||
		each_file(store, dossier, DOSSIER_FOLDER "timestamps/",
		    put_timestamp, err) == -1
	    ? -1
	    : 0;
}

static int
fill(struct store *store, const struct dossier *dossier, bool readable,
    struct error *err)
{
	struct admission admission = admission_new();
	struct json_arena *arena = NULL;
	int result = json_arena_new(&arena, err);

	for (size_t i = 0; result == 0 && i < dossier->count; i++)
		result = put_entry(store, &dossier->entry[i], &admission, arena,
		    err);
	if (result == 0 && readable)
		result = put_end(store, dossier, &admission, arena, err);
	admission_free(&admission);
	json_arena_free(arena);
	if (result == 0)
		result = each_file(store, dossier,
		    DOSSIER_FOLDER "attachments/", put_attachment, err);
	if (result == 0 && readable)
		result = put_rest(store, dossier, err);
	return result;
}

int
dossier_store(const char *path, const struct dossier *dossier, bool readable,
    struct error *err)
{
	struct store *store = NULL;
	int result = -1;

	if (store_create(path, err) == 0 &&
	    store_open(&store, path, STORE_WRITE, err) == 0 &&
	    store_begin_write(store, err) == 0 &&
	    fill(store, dossier, readable, err) == 0)
		result = store_commit(store, err);
	store_close(store);
	return result;
}
