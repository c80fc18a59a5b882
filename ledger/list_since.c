#include "ledger/list_since.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/admission.h"
#include "ledger/list_heads.h"
#include "ledger/list_walk.h"
#include "ledger/store_internal.h"

/* Four an entry; 12 MiB of them. */
#define CHANGES_MAX ((size_t)1 << 17)

/* Reading an entry takes as long as walking over some five. */
#define WORTH_LEAST 1024
#define WORTH_SHARE 4

/* Entries being read, and where they stand. */
struct since {
	struct store *store;
	uint64_t size;
	struct list_change *change;
	size_t count;
	size_t capacity;
	struct admission admission;
	struct json_arena *arena;
	struct digest tile[TILE_WIDTH]; /* The one that seq is in, */
	uint64_t tile_end; /* up to here. */
};

/* Not done, and no failure. */
static int
give_up(struct error *err)
{
	return error_set(err, ERROR_NO, NULL,
	    "the lists must be made of all entries");
}

static int
add(struct since *since, struct digest subject, uint64_t seq,
    struct digest leaf, struct error *err)
{
	struct list_change *grown;

	if (since->count == CHANGES_MAX)
		return give_up(err);
	if (since->count == since->capacity) {
		grown = memory_grow(since->change, &since->capacity,
		    since->count + 1, sizeof *grown);
		if (grown == NULL)
			return error_memory(err);
		since->change = grown;
	}
	since->change[since->count++] = (struct list_change){
		.key = { subject, since->admission.kind },
		.seq = seq,
		.leaf = leaf,
	};
	return 0;
}

/* Whether the ledger's tree has this leaf there. */
static int
is_in_tree(struct since *since, uint64_t seq, struct digest leaf, bool *is,
    struct error *err)
{
	struct tile_source tiles = store_tiles(since->store);
	uint64_t begin = seq / TILE_WIDTH * TILE_WIDTH;
	unsigned width = since->size - begin < TILE_WIDTH
	    ? (unsigned)(since->size - begin)
	    : TILE_WIDTH;

	if (seq >= since->tile_end) {
		if (tiles.read(tiles.cookie, 0, seq / TILE_WIDTH, width,
			since->tile, err) == -1)
			return -1;
		since->tile_end = begin + width;
	}
	*is = digest_equal(since->tile[seq % TILE_WIDTH], leaf);
	return 0;
}

static int
take_entry(struct since *since, uint64_t seq, struct bytes line,
    struct error *err)
{
	static const struct digest zeros;
	struct digest leaf = entry_leaf_hash(line);
	bool is;

	if (is_in_tree(since, seq, leaf, &is, err) == -1)
		return -1;
	if (!is ||
	    admission_read_entry(&since->admission, line, since->arena, err) ==
		-1)
		return is ? -1 : give_up(err);
	if (add(since, zeros, seq, leaf, err) == -1)
		return -1;
	for (size_t i = 0; i < since->admission.facts.count; i++) {
		const struct fact *fact = &since->admission.facts.fact[i];

		if (list_counts(fact) &&
		    add(since, fact->digest, seq, leaf, err) == -1)
			return -1;
	}
	return 0;
}

static int
scan_entries(struct since *since, uint64_t from, struct error *err)
{
	uint64_t seq = from, at;
	struct bytes line;
	bool more;

	if (store_scan_entries(since->store, from, since->size, err) == -1)
		return -1;
	for (;; seq++) {
		if (store_scan_entries_next(since->store, &at, &line, &more,
			err) == -1)
			return -1;
		if (!more)
			return seq == since->size ? 0 : give_up(err);
		/* Without a body: only others know what it named. */
		if (at != seq || line.len == 0)
			return give_up(err);
		if (take_entry(since, seq, line, err) == -1)
			return -1;
	}
}

static int
take_entries(struct since *since, uint64_t from, struct error *err)
{
	int result = scan_entries(since, from, err);

	/* What was given up in the middle is asked again. */
	if (result == -1 && since->store->statement[SQL_SCAN_ENTRIES] != NULL)
		sqlite3_reset(since->store->statement[SQL_SCAN_ENTRIES]);
	return result;
}

static int
compare_changes(const void *a, const void *b)
{
	const struct list_change *x = a, *y = b;
	int order = list_key_compare(&x->key, &y->key);

	return order != 0 ? order : (x->seq > y->seq) - (x->seq < y->seq);
}

/* In order, each entry once in a list, in however many roles it named it. */
static void
order_changes(struct since *since)
{
	size_t kept = 0;

	if (since->count == 0)
		return;
	qsort(since->change, since->count, sizeof *since->change,
	    compare_changes);
	for (size_t i = 0; i < since->count; i++)
		if (kept == 0 ||
		    compare_changes(&since->change[kept - 1],
			&since->change[i]) != 0)
			since->change[kept++] = since->change[i];
	since->count = kept;
}

/* What is kept is of the newest index record, and that is not too old. */
static int
find_index(struct list_index *index, struct store *store, uint64_t size,
    struct error *err)
{
	uint64_t kept;
	bool found;

	if (list_heads_size(&kept, store, err) == -1 ||
	    (kept > 0 &&
		list_index_newest(index, store, size, &found, err) == -1))
		return -1;
	if (kept == 0 || !found || kept != index->seq ||
	    size - kept > LIST_SINCE_MAX ||
	    (size - kept > WORTH_LEAST && size - kept > size / WORTH_SHARE))
		return give_up(err);
	return 0;
}

static int
advance(struct list_tree *tree, struct list_tree *before, struct since *since,
    struct error *err)
{
	struct list_index index;

	if (find_index(&index, since->store, since->size, err) == -1 ||
	    json_arena_new(&since->arena, err) == -1 ||
	    take_entries(since, index.seq, err) == -1)
		return -1;
	order_changes(since);
	list_tree_begin(tree);
	list_tree_begin(before);
	if (list_heads_advance(since->store, since->size, since->change,
		since->count, before, tree, err) == -1)
		return -1;
	if (before->size != index.lists ||
	    !digest_equal(list_tree_end(before, NULL), index.root))
		return give_up(err);
	return 0;
}

int
list_since(struct list_tree *tree, struct store *store, uint64_t size,
    bool *grown, struct error *err)
{
	struct list_tree *before = memory_new(1, sizeof *before);
	struct since *since = memory_new(1, sizeof *since);
	struct error why;
	int result = 0;

	*grown = false;
	if (before == NULL || since == NULL) {
		memory_free(before);
		memory_free(since);
		return error_memory(err);
	}
	since->store = store;
	since->size = size;
	since->admission = admission_new();
	*grown = advance(tree, before, since, &why) == 0;
	if (!*grown && why.class == ERROR_SYSTEM) {
		*err = why;
		result = -1;
	}
	memory_free(since->change);
	admission_free(&since->admission);
	json_arena_free(since->arena);
	memory_free(since);
	memory_free(before);
	return result;
}
