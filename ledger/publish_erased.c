#include <dirent.h>
#include <stdlib.h>

#include "ledger/entry.h"
#include "ledger/facts.h"
#include "ledger/index.h"
#include "ledger/publish_internal.h"

#define ERASURES "erasure"

/* A bundle of so many entries, as the store has them now. */
static int
rewrite(struct publish *publish, uint64_t index, unsigned width,
    struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct buffer name = buffer_new(128);
	int result = 0;

	buffer_clear(&publish->bundle);
	for (unsigned i = 0; i < width && result == 0; i++) {
		result = store_entry(publish->store, TILE_WIDTH * index + i,
		    &line, err);
		if (result == 0)
			result = tile_bundle_add(&publish->bundle,
			    buffer_bytes(&line), err);
	}
	tile_entries_path(&name, index, width);
	if (result == 0)
		result = publish_write(publish, &name,
		    buffer_bytes(&publish->bundle), err);
	publish->result->bundles++;
	publish->result->rewritten++;
	buffer_clear(&publish->bundle);
	buffer_free(&line);
	buffer_free(&name);
	return result;
}

/* The partial bundles of a number: whatever sizes were published, or were
 * named by a publisher that was killed before its checkpoint.  The newest was
 * just written. */
static int
rewrite_partials(struct publish *publish, uint64_t index, unsigned above,
    struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	const struct dirent *found;
	int result = 0;
	DIR *dir;

	buffer_printf(&path, "%s/", publish->folder);
	tile_entries_path(&path, index, TILE_WIDTH);
	buffer_text(&path, ".p");
	if (buffer_check(&path, "path", err) == -1)
		return -1;
	dir = opendir(buffer_string(&path));
	buffer_free(&path);
	if (dir == NULL)
		return 0;
	while (result == 0 && (found = readdir(dir)) != NULL) {
		unsigned long width = strtoul(found->d_name, NULL, 10);

		if (width > above && width < TILE_WIDTH &&
		    TILE_WIDTH * index + width < publish->checkpoint.size)
			result = rewrite(publish, index, (unsigned)width, err);
	}
	closedir(dir);
	return result;
}

/* One entry that an erasure names: if its body was destroyed, the bundles that
 * have it and are not written anyway. */
static int
check_erased(struct publish *publish, struct digest leaf, struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	uint64_t seq = 0, index;
	bool found = false, empty;
	int result = -1;

	if (index_find_exact(publish->store, leaf, &found, &seq, err) == -1)
		return -1;
	if (!found)
		return 0;
	if (store_entry(publish->store, seq, &line, err) == -1)
		goto done;
	result = 0;
	empty = line.len == 0;
	index = seq / TILE_WIDTH;
	if (empty && index < publish->result->from / TILE_WIDTH)
		result = rewrite(publish, index, TILE_WIDTH, err);
	if (empty && result == 0)
		result = rewrite_partials(publish, index,
		    (unsigned)(seq % TILE_WIDTH), err);
done:
	buffer_free(&line);
	return result;
}

/* What a record says, by the row of its kind. */
static int
gather(struct facts *facts, struct bytes line, struct error *err)
{
	struct entry entry = entry_new();
	struct record record = { .statement = NULL };
	int result = -1;

	if (entry_parse(&entry, line, err) == 0 &&
	    record_parse(&record, buffer_bytes(&entry.envelope.payload), err) ==
		0) {
		result = facts_gather(facts, &record, err);
		record_free(&record);
	}
	entry_free(&entry);
	return result;
}

/* All that one erasure names. */
static int
check_erasure(struct publish *publish, uint64_t seq, struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct facts facts = facts_new();
	int result = -1;

	if (store_entry(publish->store, seq, &line, err) == 0 &&
	    gather(&facts, buffer_bytes(&line), err) == 0)
		result = 0;
	for (size_t i = 0; i < facts.count && result == 0; i++) {
		if (facts.fact[i].role == FACT_ENTRY)
			result =
			    check_erased(publish, facts.fact[i].digest, err);
	}
	facts_free(&facts);
	buffer_free(&line);
	return result;
}

int
publish_nothing_owed(struct publish *publish, struct error *err)
{
	const struct index_query query = {
		.before = UINT64_MAX,
		.from = publish->checkpoint.size,
		.kind = ERASURES,
		.oldest_first = true,
	};
	struct index_list *list;
	struct index_row row;
	bool more;
	int result;

	if (!publish->options->earlier)
		return 0;
	if (index_list(&list, publish->store, &query, err) == -1)
		return -1;
	result = index_next(list, &row, &more, err);
	if (result == 0 && more)
		result = error_set(err, ERROR_NO,
		    "have a later checkpoint cosigned, or publish without "
		    "--cosigned",
		    "entry %llu erased something, and the checkpoint of %llu "
		    "entries that witnesses cosigned does not have it yet",
		    (unsigned long long)row.seq,
		    (unsigned long long)publish->checkpoint.size);
	index_list_free(list);
	return result;
}

int
publish_erased(struct publish *publish, struct error *err)
{
	const struct index_query query = {
		.before = publish->checkpoint.size,
		.from = publish->result->from,
		.kind = ERASURES,
		.oldest_first = true,
	};
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result = 0;

	if (publish->result->from == publish->checkpoint.size)
		return 0;
	if (index_list(&list, publish->store, &query, err) == -1)
		return -1;
	while (result == 0 && more) {
		result = index_next(list, &row, &more, err);
		if (result == 0 && more)
			result = check_erasure(publish, row.seq, err);
	}
	index_list_free(list);
	return result;
}
