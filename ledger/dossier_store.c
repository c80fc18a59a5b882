/* dossier_store.c: the entries of a dossier in a store of their own. */
#include <string.h>

#include "base/limits.h"
#include "ledger/dossier_internal.h"
#include "ledger/index.h"
#include "ledger/store.h"

/* Attachments, whatever names them. */
static int
put_attachments(struct store *store, const struct dossier *dossier,
    struct error *err)
{
	static const char folder[] = DOSSIER_FOLDER "attachments/";
	size_t i = tar_first(dossier->files, folder);
	struct digest digest;

	for (; i < tar_count(dossier->files); i++) {
		const struct tar_file *file = tar_at(dossier->files, i);

		if (strncmp(file->name, folder, strlen(folder)) != 0)
			break;
		if (store_put_attachment(store, file->content, &digest, err) ==
		    -1)
			return -1;
	}
	return 0;
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
	return index_add(store, &row, err);
}

static int
fill(struct store *store, const struct dossier *dossier, struct error *err)
{
	struct admission admission = admission_new();
	struct json_arena *arena = NULL;
	int result = json_arena_new(&arena, err);

	for (size_t i = 0; result == 0 && i < dossier->count; i++)
		result = put_entry(store, &dossier->entry[i], &admission, arena,
		    err);
	admission_free(&admission);
	json_arena_free(arena);
	return result == 0 ? put_attachments(store, dossier, err) : -1;
}

int
dossier_store(const char *path, const struct dossier *dossier,
    struct error *err)
{
	struct store *store = NULL;
	int result = -1;

	if (store_create(path, err) == 0 &&
	    store_open(&store, path, STORE_WRITE, err) == 0 &&
	    store_begin_write(store, err) == 0 &&
	    fill(store, dossier, err) == 0)
		result = store_commit(store, err);
	store_close(store);
	return result;
}
