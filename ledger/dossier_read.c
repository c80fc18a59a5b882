/* dossier_read.c: a dossier taken apart, and what its checkers ask of it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/dossier_internal.h"
#include "ledger/entry.h"

#define ENTRIES DOSSIER_FOLDER "entries/"
#define ENTRY_ENDING ".json"

/* --- Telling --- */

void
dossier_tell(struct dossier *dossier, const char *check, const char *where,
    const char *format, ...)
{
	char what[ERROR_WHAT_MAX + ERROR_WHERE_MAX];
	struct dossier_problem problem = { check, where, what };
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	dossier->result->problems++;
	if (dossier->options->problem != NULL)
		dossier->options->problem(dossier->options->cookie, &problem);
}

int
dossier_tell_error(struct dossier *dossier, const char *check,
    const char *where, const struct error *finding, struct error *err)
{
	if (finding->class == ERROR_SYSTEM) {
		if (err != finding)
			*err = *finding;
		return -1;
	}
	dossier_tell(dossier, check, where, "%s%s%s", finding->where,
	    finding->where[0] == '\0' ? "" : ": ", finding->what);
	return 0;
}

/* --- Taking it apart --- */

const struct tar_file *
dossier_use(struct dossier *dossier, const char *format, ...)
{
	char name[TAR_NAME_MAX + 1];
	va_list arguments;
	size_t at;
	int len;

	memcpy(name, DOSSIER_FOLDER, sizeof DOSSIER_FOLDER);
	va_start(arguments, format);
	len = vsnprintf(name + strlen(DOSSIER_FOLDER),
	    sizeof name - strlen(DOSSIER_FOLDER), format, arguments);
	va_end(arguments);
	if (len < 0 || (size_t)len >= sizeof name - strlen(DOSSIER_FOLDER))
		return NULL;
	at = tar_first(dossier->files, name);
	if (at == tar_count(dossier->files) ||
	    strcmp(tar_at(dossier->files, at)->name, name) != 0)
		return NULL;
	dossier->used[at] = true;
	return tar_at(dossier->files, at);
}

/* Whether it is named as an entry is, and which. */
static bool
entry_number(uint64_t *seq, const char *name)
{
	struct bytes rest = bytes_of_text(name);
	size_t ending = strlen(ENTRY_ENDING);

	if (!bytes_begin(rest, ENTRIES))
		return false;
	rest = bytes_after(rest, strlen(ENTRIES));
	if (rest.len <= ending ||
	    memcmp(rest.data + rest.len - ending, ENTRY_ENDING, ending) != 0)
		return false;
	return checkpoint_number(seq, bytes_of(rest.data, rest.len - ending));
}

static int
compare_entries(const void *a, const void *b)
{
	const struct dossier_entry *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

static uint64_t
leaf_hash_of(const struct dossier *dossier, struct digest leaf)
{
	return hash_table_hash(&dossier->by_leaf, digest_bytes(&leaf),
	    bytes_of(NULL, 0));
}

static int
read_entries(struct dossier *dossier, struct error *err)
{
	size_t files = tar_count(dossier->files), last = 0;

	dossier->entry = memory_new(files + 1, sizeof *dossier->entry);
	dossier->nonce = memory_new(files + 1, sizeof *dossier->nonce);
	if (dossier->entry == NULL || dossier->nonce == NULL)
		return error_memory(err);
	for (size_t i = 0; i < files; i++) {
		const struct tar_file *file = tar_at(dossier->files, i);
		struct dossier_entry *entry = &dossier->entry[last];

		if (!entry_number(&entry->seq, file->name))
			continue;
		entry->line = file->content;
		entry->leaf = entry_leaf_hash(file->content);
		dossier->used[i] = true;
		last++;
	}
	dossier->count = last;
	if (last > 1)
		qsort(dossier->entry, last, sizeof *dossier->entry,
		    compare_entries);
	for (size_t i = 0; i < last; i++)
		if (hash_table_put(&dossier->by_leaf, i,
			leaf_hash_of(dossier, dossier->entry[i].leaf),
			err) == -1)
			return -1;
	return 0;
}

/* A list of revoked certificates, for the authority. */
static int
fetch(void *cookie, struct digest digest, struct buffer *out, struct error *err)
{
	const struct tar_file *file =
	    dossier_use(cookie, "attachments/%s", digest_hex(digest).text);

	if (file == NULL || !digest_equal(digest_of(file->content), digest))
		return error_set(err, ERROR_NO, NULL,
		    "the list of revoked certificates %.16s… is not in the "
		    "dossier",
		    digest_hex(digest).text);
	buffer_append(out, file->content);
	return buffer_check(out, "list", err);
}

int
dossier_read(struct dossier **out, struct bytes archive, struct error *err)
{
	struct dossier *dossier = memory_new(1, sizeof *dossier);
	const struct tar_file *about;
	uint64_t time_s;

	if (dossier == NULL)
		return error_memory(err);
	dossier->by_leaf = hash_table_new();
	dossier->by_nonce = hash_table_new();
	dossier->by_erased = hash_table_new();
	if (tar_read(&dossier->files, archive, LIMIT_DOSSIER_FILES, &time_s,
		err) == -1) {
		if (err->class == ERROR_UNDECIDED)
			error_within(err, "not a dossier");
		goto failed;
	}
	dossier->used =
	    memory_new(tar_count(dossier->files) + 1, sizeof *dossier->used);
	if (dossier->used == NULL) {
		error_memory(err);
		goto failed;
	}
	about = dossier_use(dossier, "about.json");
	if (about == NULL) {
		error_set(err, ERROR_UNDECIDED, "see `vouch help dossier'",
		    "the archive is no dossier: it has no about.json");
		goto failed;
	}
	if (dossier_about_parse(&dossier->about, about->content, err) == -1) {
		error_within(err, "about.json");
		goto failed;
	}
	if (read_entries(dossier, err) == -1 ||
	    authority_new(&dossier->authority, err) == -1)
		goto failed;
	authority_set_source(dossier->authority,
	    (struct trust_source){ .cookie = dossier, .fetch = fetch });
	*out = dossier;
	return 0;
failed:
	dossier_free(dossier);
	return -1;
}

void
dossier_free(struct dossier *dossier)
{
	if (dossier == NULL)
		return;
	tar_free(dossier->files);
	hash_table_free(&dossier->by_leaf);
	hash_table_free(&dossier->by_nonce);
	hash_table_free(&dossier->by_erased);
	memory_free(dossier->erased);
	memory_free(dossier->missing);
	authority_free(dossier->authority);
	dated_list_free(dossier->dates);
	memory_free(dossier->used);
	memory_free(dossier->entry);
	memory_free(dossier->nonce);
	memory_free(dossier);
}

const struct dossier_about *
dossier_about(const struct dossier *dossier)
{
	return &dossier->about;
}

const struct tar *
dossier_files(const struct dossier *dossier)
{
	return dossier->files;
}

size_t
dossier_entry_count(const struct dossier *dossier)
{
	return dossier->count;
}

const struct dossier_entry *
dossier_entry_at(const struct dossier *dossier, size_t i)
{
	return &dossier->entry[i];
}

const struct dossier_entry *
dossier_entry_of(const struct dossier *dossier, struct digest leaf)
{
	size_t at =
	    hash_table_first(&dossier->by_leaf, leaf_hash_of(dossier, leaf));

	while (at != HASH_TABLE_END &&
	    !digest_equal(dossier->entry[at].leaf, leaf))
		at = hash_table_next(&dossier->by_leaf, at);
	return at == HASH_TABLE_END ? NULL : &dossier->entry[at];
}

const struct authority *
dossier_authority(const struct dossier *dossier)
{
	return dossier->authority;
}
