#include "ledger/list_walk.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/index.h"
#include "ledger/list_heads.h"
#include "ledger/list_since.h"
#include "ledger/merkle.h"
#include "ledger/record.h"
#include "ledger/store_internal.h"

#define DUE_LEAST 1024
#define DUE_SHARE 8

struct walk {
	struct store *store;
	uint64_t size;
	const struct list_visitor *visitor;
	struct list_head whole[KINDS_MAX]; /* By number in kinds[]. */
	struct list_key key; /* The list in hand, */
	struct list_head head; /* and what it came to so far. */
	uint64_t last_seq;
};

static int
stale(struct error *err)
{
	return error_set(err, ERROR_NO,
	    "run `vouch reindex', then `vouch verify'",
	    "the index is not that of the entries: no lists can be made of it");
}

/* The kind of a column; NULL if there is no such kind. */
static const struct kind *
column_kind(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return text == NULL ? NULL : kind_named(text);
}

static bool
column_digest(struct digest *out, sqlite3_stmt *statement, int column)
{
	struct bytes bytes = store_column(statement, column);

	if (bytes.len != DIGEST_LEN)
		return false;
	memcpy(out->byte, bytes.data, DIGEST_LEN);
	return true;
}

static size_t
number_of(const struct kind *kind)
{
	size_t i = 0;

	while (kinds[i] != kind)
		i++;
	return i;
}

static int
tell_item(struct walk *walk, const struct list_key *key, uint64_t seq,
    struct digest leaf, struct error *err)
{
	if (walk->visitor->item == NULL)
		return 0;
	return walk->visitor->item(walk->visitor->cookie, key, seq, leaf, err);
}

/* One entry of the ledger, in its kind's list. */
static int
take_leaf(struct walk *walk, sqlite3_stmt *statement, struct merkle *tree,
    struct error *err)
{
	struct list_key key = { .kind = column_kind(statement, 1) };
	struct digest leaf;

	if ((uint64_t)sqlite3_column_int64(statement, 0) != tree->size ||
	    key.kind == NULL || !column_digest(&leaf, statement, 2))
		return stale(err);
	if (tell_item(walk, &key, tree->size, leaf, err) != 0)
		return -1;
	list_head_add(&walk->whole[number_of(key.kind)], leaf);
	return merkle_add(tree, leaf, NULL, NULL, err);
}

static int
take_leaves(struct walk *walk, struct merkle *tree, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(walk->store, SQL_SCAN_LEAVES, err);
	int step;

	if (statement == NULL ||
	    store_bind_int(walk->store, statement, 1, walk->size, err) == -1)
		return -1;
	while ((step = store_step(walk->store, statement, err)) == 1)
		if (take_leaf(walk, statement, tree, err) != 0) {
			sqlite3_reset(statement);
			return -1;
		}
	return step;
}

/* The kinds' lists, in order of their names. */
static int
tell_whole(struct walk *walk, struct error *err)
{
	struct list_key key, last = { .kind = NULL };

	for (;;) {
		key = (struct list_key){ .kind = NULL };
		for (size_t i = 0; kinds[i] != NULL; i++)
			if ((last.kind == NULL ||
				strcmp(kinds[i]->name, last.kind->name) > 0) &&
			    (key.kind == NULL ||
				strcmp(kinds[i]->name, key.kind->name) < 0))
				key.kind = kinds[i];
		if (key.kind == NULL)
			return 0;
		last = key;
		if (walk->whole[number_of(key.kind)].count > 0 &&
		    walk->visitor->list(walk->visitor->cookie, &key,
			&walk->whole[number_of(key.kind)], err) != 0)
			return -1;
	}
}

/* All entries, their leaf hashes compared with the tree's root. */
static int
walk_whole(struct walk *walk, struct error *err)
{
	struct tile_source tiles = store_tiles(walk->store);
	struct merkle *tree = memory_new(1, sizeof *tree);
	struct digest root = merkle_empty();
	int result = -1;

	if (tree == NULL)
		return error_memory(err);
	merkle_begin(tree);
	if (take_leaves(walk, tree, err) == -1)
		goto done;
	if (walk->size > 0 && tree->size == walk->size &&
	    merkle_root_at(&root, walk->size, &tiles, err) == -1)
		goto done;
	if (tree->size != walk->size ||
	    !digest_equal(merkle_root(tree), root)) {
		stale(err);
		goto done;
	}
	result = tell_whole(walk, err);
done:
	memory_free(tree);
	return result;
}

/* The list in hand is complete. */
static int
end_list(struct walk *walk, struct error *err)
{
	if (walk->head.count == 0)
		return 0;
	return walk->visitor->list(walk->visitor->cookie, &walk->key,
	    &walk->head, err);
}

/* One entry under an artefact that it names. */
static int
take_named(struct walk *walk, sqlite3_stmt *statement, struct error *err)
{
	struct list_key key = { .kind = column_kind(statement, 1) };
	uint64_t seq = (uint64_t)sqlite3_column_int64(statement, 2);
	struct digest leaf;

	if (key.kind == NULL || !column_digest(&key.subject, statement, 0) ||
	    !column_digest(&leaf, statement, 3))
		return stale(err);
	if (walk->head.count == 0 || list_key_compare(&key, &walk->key) != 0) {
		if (end_list(walk, err) != 0)
			return -1;
		walk->key = key;
		walk->head = (struct list_head){ .count = 0 };
	} else if (seq == walk->last_seq) {
		/* Named in two roles: it stands in the list once. */
		return 0;
	}
	walk->last_seq = seq;
	list_head_add(&walk->head, leaf);
	return tell_item(walk, &key, seq, leaf, err);
}

static int
walk_named(struct walk *walk, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(walk->store, SQL_SCAN_NAMED, err);
	int step;

	if (statement == NULL ||
	    store_bind_int(walk->store, statement, 1, walk->size, err) == -1 ||
	    store_bind_int(walk->store, statement, 2, FACT_DATASET, err) == -1)
		return -1;
	while ((step = store_step(walk->store, statement, err)) == 1)
		if (take_named(walk, statement, err) != 0) {
			sqlite3_reset(statement);
			return -1;
		}
	return step == -1 ? -1 : end_list(walk, err);
}

int
list_walk(struct store *store, uint64_t size,
    const struct list_visitor *visitor, struct error *err)
{
	struct walk walk = {
		.store = store,
		.size = size,
		.visitor = visitor,
	};

	if (walk_whole(&walk, err) == -1)
		return -1;
	return walk_named(&walk, err);
}

/* ---- one list ---- */

static sqlite3_stmt *
ask_items(struct store *store, uint64_t size, const struct list_key *key,
    struct error *err)
{
	bool whole = list_key_is_whole(key);
	sqlite3_stmt *s = store_statement(store,
	    whole ? SQL_ITEMS_WHOLE : SQL_ITEMS_NAMED, err);

	if (s == NULL ||
	    store_bind_text(store, s, 1, bytes_of_text(key->kind->name), err) ==
		-1 ||
	    store_bind_int(store, s, 2, size, err) == -1)
		return NULL;
	if (!whole &&
	    (store_bind_blob(store, s, 3, digest_bytes(&key->subject), err) ==
		    -1 ||
		store_bind_int(store, s, 4, FACT_DATASET, err) == -1))
		return NULL;
	return s;
}

int
list_items(struct store *store, uint64_t size, const struct list_key *key,
    int (*item)(void *cookie, uint64_t seq, struct digest leaf,
	struct error *err),
    void *cookie, struct error *err)
{
	sqlite3_stmt *s = ask_items(store, size, key, err);
	uint64_t seq, last = UINT64_MAX;
	struct digest leaf;
	int step, result;

	if (s == NULL)
		return -1;
	while ((step = store_step(store, s, err)) == 1) {
		seq = (uint64_t)sqlite3_column_int64(s, 0);
		/* Named in two roles: it stands in the list once. */
		if (seq == last)
			continue;
		last = seq;
		result = column_digest(&leaf, s, 1)
		    ? item(cookie, seq, leaf, err)
		    : stale(err);
		if (result != 0) {
			sqlite3_reset(s);
			return result;
		}
	}
	return step;
}

/* ---- index records ---- */

/* A tree that grows, and the lists of it, which are kept. */
struct growth {
	struct list_tree tree;
	struct list_heads heads;
};

static int
grow(void *cookie, const struct list_key *key, const struct list_head *head,
    struct error *err)
{
	struct growth *growth = cookie;

	list_tree_add(&growth->tree, list_leaf_hash(key, head), 0, NULL);
	return list_heads_add(&growth->heads, key, head, err);
}

/* By a walk over all entries. */
static int
grow_anew(struct growth *growth, const struct append_view *view,
    struct error *err)
{
	const struct list_visitor visitor = { .cookie = growth, .list = grow };
	int result = -1;

	list_tree_begin(&growth->tree);
	if (list_heads_begin(&growth->heads, view->store, err) == 0 &&
	    list_walk(view->store, view->size, &visitor, err) == 0)
		result = list_heads_end(&growth->heads, view->size, err);
	list_heads_free(&growth->heads);
	return result;
}

static int
put_members(struct json *out, uint64_t size, uint64_t lists, struct digest root,
    struct error *err)
{
	char version[24];

	snprintf(version, sizeof version, "%llu", (unsigned long long)size);
	if (json_put(out, "name", json_new_text("lists"), err) == -1 ||
	    json_put(out, "version", json_new_text(version), err) == -1 ||
	    json_put(out, "entries", json_new_number((double)size), err) ==
		-1 ||
	    json_put(out, "lists", json_new_number((double)lists), err) == -1 ||
	    json_put(out, "root", json_new_text(digest_hex(root).text), err) ==
		-1)
		return -1;
	return 0;
}

static int
compose(void *cookie, const struct append_view *view, struct json **members,
    struct buffer *attachment, struct error *err)
{
	struct growth *growth = memory_new(1, sizeof *growth);
	uint64_t lists;
	bool grown;
	int result = -1;

	(void)cookie;
	(void)attachment;
	if (growth == NULL)
		return error_memory(err);
	if (list_since(&growth->tree, view->store, view->size, &grown, err) ==
		-1 ||
	    (!grown && grow_anew(growth, view, err) == -1))
		goto done;
	lists = growth->tree.size;
	*members = json_new_object();
	result = put_members(*members, view->size, lists,
	    list_tree_end(&growth->tree, NULL), err);
done:
	memory_free(growth);
	return result;
}

struct append_own
list_index_record(void)
{
	return (struct append_own){ .kind = "index", .compose = compose };
}

int
list_index_read(struct list_index *out, const struct json *predicate,
    uint64_t seq, struct error *err)
{
	const struct json *entries = json_member(predicate, "entries");
	const struct json *lists = json_member(predicate, "lists");
	const char *root = json_member_text(predicate, "root");

	if (json_type(entries) != JSON_NUMBER ||
	    json_type(lists) != JSON_NUMBER || root == NULL ||
	    !digest_parse(&out->root, bytes_of_text(root)) ||
	    json_number(entries) != (double)seq)
		return error_set(err, ERROR_NO, NULL,
		    "the index record is not of the %llu entries before it",
		    (unsigned long long)seq);
	out->seq = seq;
	out->lists = (uint64_t)json_number(lists);
	return 0;
}

static int
read_index(struct list_index *out, struct store *store, uint64_t seq,
    struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();
	struct record record;
	int result = -1;

	if (store_entry(store, seq, &line, err) == 0 &&
	    entry_parse(&entry, buffer_bytes(&line), err) == 0 &&
	    record_parse(&record, buffer_bytes(&entry.envelope.payload), err) ==
		0) {
		result = list_index_read(out, record.predicate, seq, err);
		record_free(&record);
	}
	if (result == -1)
		error_within(err, "entry %llu", (unsigned long long)seq);
	entry_free(&entry);
	buffer_free(&line);
	return result;
}

int
list_index_newest(struct list_index *out, struct store *store, uint64_t size,
    bool *found, struct error *err)
{
	const struct index_query query = { .before = size, .kind = "index" };
	struct index_list *list = NULL;
	struct index_row row;
	int result;

	if (index_list(&list, store, &query, err) == -1)
		return -1;
	result = index_next(list, &row, found, err);
	index_list_free(list);
	if (result == -1 || !*found)
		return result;
	return read_index(out, store, row.seq, err);
}

bool
list_index_is_due(uint64_t last, uint64_t size)
{
	uint64_t since = size - last;

	return size >= last && since >= DUE_LEAST && since >= size / DUE_SHARE;
}
