/* list_prove.c: proofs of lists, made from a store. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "keys/note.h"
#include "ledger/entry.h"
#include "ledger/list_heads.h"
#include "ledger/list_proof_internal.h"
#include "ledger/list_walk.h"
#include "ledger/merkle_internal.h"

/* A list that is not in the tree yet: what comes next may want its path. */
struct held {
	bool any;
	struct list_key key;
	struct list_head head;
	unsigned path; /* One more than its number; 0: nobody wants it. */
};

/* What was found of a part: the paths that it wants (those of the list itself,
 * or of those beside it), and the head that its items must make. */
struct found {
	unsigned path[2];
	struct list_head head;
};

/* Some of the lists, looked for in one walk: as many as paths suffice for. */
struct search {
	struct list_part *part;
	struct found *found;
	size_t count;
	size_t next; /* The first that was neither met nor passed. */
	struct list_tree tree;
	struct held held;
	unsigned paths;
	struct proof path[LIST_MARKS];
};

static int
add_item(struct list_part *part, uint64_t seq, struct digest leaf,
    struct error *err)
{
	size_t capacity = part->count;
	struct list_item *grown;

	/* Doubled: full whenever it is a power of two. */
	if ((part->count & (part->count - 1)) == 0) {
		grown = memory_grow(part->item, &capacity, part->count + 1,
		    sizeof *grown);
		if (grown == NULL)
			return error_memory(err);
		part->item = grown;
	}
	part->item[part->count++] =
	    (struct list_item){ .seq = seq, .leaf = leaf };
	return 0;
}

static int
meet_item(void *cookie, const struct list_key *key, uint64_t seq,
    struct digest leaf, struct error *err)
{
	struct search *search = cookie;
	size_t from = 0, to = search->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = list_key_compare(key, &search->part[middle].key);

		if (order == 0)
			return add_item(&search->part[middle], seq, leaf, err);
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return 0;
}

/* The number of a list's path. */
static unsigned
path_of(struct search *search, struct held *list)
{
	if (list->path == 0)
		list->path = ++search->paths;
	return list->path - 1;
}

static void
flush_held(struct search *search)
{
	if (search->held.any)
		list_tree_add(&search->tree,
		    list_leaf_hash(&search->held.key, &search->held.head),
		    search->held.path == 0
			? 0
			: UINT64_C(1) << (search->held.path - 1),
		    search->path);
}

static void
add_near(struct search *search, struct held *list, uint64_t number)
{
	struct list_part *part = &search->part[search->next];

	search->found[search->next].path[part->near_count] =
	    path_of(search, list);
	part->near[part->near_count++] = (struct list_near){
		.number = number,
		.key = list->key,
		.head = list->head,
	};
}

/* The list looked for is not there: it would stand behind the one held, and
 * before the one given, if there are such. */
static int
pass(struct search *search, struct held *behind, struct error *err)
{
	struct list_part *part = &search->part[search->next];
	uint64_t number = search->tree.size;

	part->place = LIST_ABSENT;
	part->near = memory_new(2, sizeof *part->near);
	if (part->near == NULL)
		return error_memory(err);
	if (search->held.any)
		add_near(search, &search->held, number++);
	if (behind != NULL)
		add_near(search, behind, number);
	search->next++;
	return 0;
}

/* The parts that there are paths for: a part wants two at most. */
static bool
has_next(struct search *search)
{
	if (search->paths + 2 > LIST_MARKS)
		search->count = search->next;
	return search->next < search->count;
}

static int
meet_list(void *cookie, const struct list_key *key,
    const struct list_head *head, struct error *err)
{
	struct search *search = cookie;
	struct held met = { .any = true, .key = *key, .head = *head };
	int order = 1;

	while (has_next(search) &&
	    (order = list_key_compare(&search->part[search->next].key, key)) <
		0)
		if (pass(search, &met, err) == -1)
			return -1;
	if (search->next < search->count && order == 0) {
		struct list_part *part = &search->part[search->next];

		part->place = LIST_PRESENT;
		part->number = search->tree.size + search->held.any;
		search->found[search->next].path[0] = path_of(search, &met);
		search->found[search->next].head = *head;
		search->next++;
	}
	flush_held(search);
	search->held = met;
	return 0;
}

/* Give the paths to those who wanted them. */
static void
hand_out(struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		struct list_part *part = &search->part[i];
		const unsigned *path = search->found[i].path;

		if (part->place == LIST_PRESENT)
			part->path = search->path[path[0]];
		for (size_t k = 0; k < part->near_count; k++)
			part->near[k].path = search->path[path[k]];
	}
}

/* Forget what was found of a part. */
static void
clear_part(struct list_part *part)
{
	struct list_key key = part->key;

	list_part_free(part);
	*part = (struct list_part){ .key = key };
}

/* Where the lists of a search come from. */
typedef int search_walk(struct search *search, struct store *store,
    uint64_t size, struct error *err);

/* From all entries of SQLite's index. */
static int
walk_entries(struct search *search, struct store *store, uint64_t size,
    struct error *err)
{
	const struct list_visitor visitor = {
		.cookie = search,
		.item = meet_item,
		.list = meet_list,
	};

	return list_walk(store, size, &visitor, err);
}

/* From those that were kept, without their entries. */
static int
walk_kept(struct search *search, struct store *store, uint64_t size,
    struct error *err)
{
	(void)size;
	return list_heads_each(store, meet_list, search, err);
}

/* Look for the first lists, and give *count as many as were. */
static int
search_some(struct list_part *parts, struct found *found, size_t *count,
    struct store *store, const struct list_index *index, search_walk *walk,
    struct error *err)
{
	struct search *search = memory_new(1, sizeof *search);
	int result = -1;

	if (search == NULL)
		return error_memory(err);
	search->part = parts;
	search->found = found;
	search->count = *count;
	list_tree_begin(&search->tree);
	if (walk(search, store, index->seq, err) == -1)
		goto done;
	while (has_next(search))
		if (pass(search, NULL, err) == -1)
			goto done;
	flush_held(search);
	if (search->tree.size != index->lists ||
	    !digest_equal(list_tree_end(&search->tree, search->path),
		index->root)) {
		error_set(err, ERROR_NO, "run `vouch verify'",
		    "the lists are not those that the index record, entry "
		    "%llu, signs",
		    (unsigned long long)index->seq);
		goto done;
	}
	hand_out(search);
	/* Others may have got items already. */
	for (size_t i = search->count; i < *count; i++)
		clear_part(&parts[i]);
	*count = search->count;
	result = 0;
done:
	memory_free(search);
	return result;
}

static int
search_all(struct list_part *parts, struct found *found, size_t count,
    struct store *store, const struct list_index *index, search_walk *walk,
    struct error *err)
{
	size_t some;

	for (size_t i = 0; i < count; i += some) {
		some = count - i;
		if (search_some(parts + i, found + i, &some, store, index, walk,
			err) == -1)
			return -1;
	}
	return 0;
}

/* ---- from the lists that were kept ---- */

/* The items of one list, and what they come to. */
struct gathering {
	struct list_part *part;
	struct list_head head;
};

static int
gather_item(void *cookie, uint64_t seq, struct digest leaf, struct error *err)
{
	struct gathering *gathering = cookie;

	list_head_add(&gathering->head, leaf);
	return add_item(gathering->part, seq, leaf, err);
}

/* The items of a list that is there: they must make the head that the index
 * record signs. */
static int
gather_items(struct list_part *part, const struct list_head *head,
    struct store *store, uint64_t size, struct error *err)
{
	struct gathering gathering = { .part = part };

	if (list_items(store, size, &part->key, gather_item, &gathering, err) ==
	    -1)
		return -1;
	if (gathering.head.count != head->count ||
	    !digest_equal(gathering.head.running, head->running))
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the entries of a list are not those that were signed");
	return 0;
}

/* ERROR_NO when what was kept is of no use, or wrong. */
static int
search_kept(struct list_part *parts, struct found *found, size_t count,
    struct store *store, const struct list_index *index, struct error *err)
{
	uint64_t size;

	if (list_heads_size(&size, store, err) == -1)
		return -1;
	if (size != index->seq)
		return error_set(err, ERROR_NO, NULL,
		    "the lists that were kept are of another size");
	if (search_all(parts, found, count, store, index, walk_kept, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (parts[i].place == LIST_PRESENT &&
		    gather_items(&parts[i], &found[i].head, store, index->seq,
			err) == -1)
			return -1;
	return 0;
}

/* From what was kept, or else from all entries. */
static int
search_parts(struct list_part *parts, size_t count, struct store *store,
    const struct list_index *index, struct error *err)
{
	struct found *found = memory_new(count, sizeof *found);
	int result;

	if (found == NULL)
		return error_memory(err);
	result = search_kept(parts, found, count, store, index, err);
	if (result == -1 && err->class != ERROR_SYSTEM) {
		for (size_t i = 0; i < count; i++)
			clear_part(&parts[i]);
		result = search_all(parts, found, count, store, index,
		    walk_entries, err);
	}
	memory_free(found);
	return result;
}

/* ---- what came since ---- */

static int
subtrees_before(struct proof *out, uint64_t size, struct store *store,
    struct error *err)
{
	struct tile_source tiles = store_tiles(store);
	uint64_t at = 0;

	out->count = 0;
	for (unsigned height = 64; height > 0; height--) {
		uint64_t width = UINT64_C(1) << (height - 1);

		if ((size & width) == 0)
			continue;
		if (merkle_span_root(&out->hash[out->count++],
			(struct span){ at, at + width }, &tiles, err) == -1)
			return -1;
		at += width;
	}
	return 0;
}

/* The line of an entry, or what stands for it; and its leaf hash. */
static int
write_line(struct buffer *out, struct digest *leaf, struct store *store,
    uint64_t seq, struct bytes line, struct error *err)
{
	struct digest hashes[TILE_WIDTH];
	struct tile_source tiles = store_tiles(store);
	unsigned place = (unsigned)(seq % TILE_WIDTH);

	if (line.len > 0) {
		*leaf = entry_leaf_hash(line);
		buffer_append(out, line);
	} else {
		if (tiles.read(tiles.cookie, 0, seq / TILE_WIDTH, place + 1,
			hashes, err) == -1)
			return -1;
		*leaf = hashes[place];
		buffer_printf(out, LIST_ERASED "%s", digest_hex(*leaf).text);
	}
	buffer_byte(out, '\n');
	return 0;
}

static int
write_lines(struct buffer *out, struct list_tree *tree, struct store *store,
    uint64_t size, struct error *err)
{
	struct digest leaf;
	struct bytes line;
	uint64_t seq;
	bool more;

	if (store_scan_entries(store, tree->size, size, err) == -1)
		return -1;
	while (tree->size < size) {
		if (store_scan_entries_next(store, &seq, &line, &more, err) ==
		    -1)
			return -1;
		if (!more || seq != tree->size)
			return error_set(err, ERROR_NO, "run `vouch verify'",
			    "entry %llu is missing",
			    (unsigned long long)tree->size);
		if (write_line(out, &leaf, store, seq, line, err) == -1)
			return -1;
		list_tree_add(tree, leaf, 0, NULL);
	}
	return store_scan_entries_next(store, &seq, &line, &more, err);
}

static int
write_since(struct buffer *out, struct store *store, uint64_t from,
    const struct checkpoint *checkpoint, struct bytes note, struct error *err)
{
	struct list_tree *tree = memory_new(1, sizeof *tree);
	struct proof before;
	int result = -1;

	if (tree == NULL)
		return error_memory(err);
	if (subtrees_before(&before, from, store, err) == -1)
		goto done;
	list_tree_begin_at(tree, from, before.hash);
	list_proof_write_since(out, checkpoint->size - from);
	if (write_lines(out, tree, store, checkpoint->size, err) == -1)
		goto done;
	if (!digest_equal(list_tree_end(tree, NULL), checkpoint->root)) {
		error_set(err, ERROR_NO, "run `vouch verify'",
		    "the ledger is damaged: its entries are not those of the "
		    "checkpoint");
		goto done;
	}
	list_proof_write_end(out, &before, note);
	result = buffer_check(out, "proof", err);
done:
	memory_free(tree);
	return result;
}

/* ---- the whole ---- */

static int
compare_parts(const void *a, const void *b)
{
	const struct list_part *x = a, *y = b;

	return list_key_compare(&x->key, &y->key);
}

/* The lists wanted, each once, in order. */
static size_t
order_parts(struct list_part *parts, const struct list_key keys[], size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		parts[i].key = keys[i];
	qsort(parts, count, sizeof *parts, compare_parts);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 ||
		    list_key_compare(&parts[kept - 1].key, &parts[i].key) != 0)
			parts[kept++].key = parts[i].key;
	return kept;
}

static int
prove_parts(struct list_part *parts, size_t count, struct store *store,
    uint64_t size, uint64_t *from, struct error *err)
{
	struct list_index index;
	bool found;

	*from = 0;
	if (list_index_newest(&index, store, size, &found, err) == -1)
		return -1;
	if (!found) {
		for (size_t i = 0; i < count; i++)
			parts[i].place = LIST_FROM_START;
		return 0;
	}
	*from = index.seq;
	return search_parts(parts, count, store, &index, err);
}

int
list_prove(struct buffer *out, struct store *store, struct bytes note,
    const struct list_key keys[], size_t count, struct error *err)
{
	struct list_part *parts;
	struct checkpoint checkpoint;
	struct note pieces;
	uint64_t from;
	size_t kept = 0;
	int result = -1;

	if (count == 0 || count > LIST_PARTS_MAX)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "a proof is of one to %d lists", LIST_PARTS_MAX);
	parts = memory_new(count, sizeof *parts);
	if (parts == NULL)
		return error_memory(err);
	if (note_parse(&pieces, note, err) == -1 ||
	    checkpoint_parse(&checkpoint, pieces.text, err) == -1)
		goto done;
	kept = order_parts(parts, keys, count);
	if (prove_parts(parts, kept, store, checkpoint.size, &from, err) == -1)
		goto done;
	list_proof_write_parts(out, parts, kept);
	result = write_since(out, store, from, &checkpoint, note, err);
done:
	for (size_t i = 0; i < kept; i++)
		list_part_free(&parts[i]);
	memory_free(parts);
	return result;
}
