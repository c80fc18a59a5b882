#include "ledger/list_heads.h"

#include <assert.h>
#include <string.h>

#include "ledger/store_internal.h"

/* A list: subject, the kind's name and NULs, count, running hash.  In order
 * of the first two as bytes. */
#define KIND_LEN 16
#define KEY_LEN (DIGEST_LEN + KIND_LEN)
#define COUNT_LEN 8
#define LIST_LEN (KEY_LEN + COUNT_LEN + DIGEST_LEN)

/* What a file may make us read at once; a piece that was written is smaller
 * by far. */
#define PIECE_MAX ((size_t)1 << 20)
/* A piece and all that may come to it. */
#define MERGED_MAX ((size_t)1 << 28)

static int
malformed(struct error *err)
{
	return error_set(err, ERROR_NO, "run `vouch reindex'",
	    "the lists kept beside the index are malformed");
}

/* ---- spelling ---- */

static void
write_number(uint8_t out[COUNT_LEN], uint64_t number)
{
	for (size_t i = COUNT_LEN; i > 0; i--, number >>= 8)
		out[i - 1] = (uint8_t)(number & 0xff);
}

static uint64_t
read_number(const uint8_t in[COUNT_LEN])
{
	uint64_t number = 0;

	for (size_t i = 0; i < COUNT_LEN; i++)
		number = number << 8 | in[i];
	return number;
}

static void
write_key(uint8_t out[KEY_LEN], const struct list_key *key)
{
	size_t len = strlen(key->kind->name);

	assert(len < KIND_LEN);
	memcpy(out, key->subject.byte, DIGEST_LEN);
	memset(out + DIGEST_LEN, 0, KIND_LEN);
	memcpy(out + DIGEST_LEN, key->kind->name, len);
}

static void
write_list(struct buffer *out, const struct list_key *key,
    const struct list_head *head)
{
	uint8_t text[LIST_LEN];

	write_key(text, key);
	write_number(text + KEY_LEN, head->count);
	memcpy(text + KEY_LEN + COUNT_LEN, head->running.byte, DIGEST_LEN);
	buffer_append(out, bytes_of(text, sizeof text));
}

static int
read_list(struct list_key *key, struct list_head *head, const uint8_t *text,
    struct error *err)
{
	const char *kind = (const char *)text + DIGEST_LEN;

	memcpy(key->subject.byte, text, DIGEST_LEN);
	key->kind = kind[KIND_LEN - 1] == '\0' ? kind_named(kind) : NULL;
	head->count = read_number(text + KEY_LEN);
	memcpy(head->running.byte, text + KEY_LEN + COUNT_LEN, DIGEST_LEN);
	return key->kind == NULL ? malformed(err) : 0;
}

/* ---- pieces in the store ---- */

/* The piece behind a key (or the first, behind an empty one); empty behind the
 * last.  Begins with the key that it is kept by. */
static int
next_piece(struct buffer *piece, struct store *store, struct bytes after,
    struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_NEXT_LISTS, err);
	struct bytes first, heads;
	int step;

	/* `after' may be in the piece: forget that only then. */
	if (s == NULL || store_bind_blob(store, s, 1, after, err) == -1)
		return -1;
	step = store_step(store, s, err);
	buffer_clear(piece);
	if (step != 1)
		return step;
	first = store_column(s, 0);
	heads = store_column(s, 1);
	if (heads.len == 0 || heads.len % LIST_LEN != 0 ||
	    heads.len > PIECE_MAX || first.len != KEY_LEN ||
	    memcmp(first.data, heads.data, KEY_LEN) != 0) {
		sqlite3_reset(s);
		return malformed(err);
	}
	buffer_append(piece, heads);
	sqlite3_reset(s);
	return buffer_check(piece, "lists", err);
}

static struct bytes
first_key(const struct buffer *piece)
{
	return bytes_of(buffer_bytes(piece).data,
	    piece->len == 0 ? 0 : KEY_LEN);
}

static int
put_row(struct store *store, struct bytes first, struct bytes heads,
    struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_PUT_LISTS, err);

	if (s == NULL || store_bind_blob(store, s, 1, first, err) == -1 ||
	    store_bind_blob(store, s, 2, heads, err) == -1)
		return -1;
	return store_run(store, s, err);
}

static int
put_size(struct store *store, uint64_t size, struct error *err)
{
	uint8_t text[COUNT_LEN];

	write_number(text, size);
	return put_row(store, bytes_of("", 0), bytes_of(text, sizeof text),
	    err);
}

int
list_heads_size(uint64_t *size, struct store *store, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_LISTS_SIZE, err);
	struct bytes text;
	int step;

	*size = 0;
	if (s == NULL)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	if (step == 1) {
		text = store_column(s, 0);
		if (text.len == COUNT_LEN)
			*size = read_number(text.data);
	}
	sqlite3_reset(s);
	return 0;
}

static int
each_of(struct bytes piece,
    int (*list)(void *cookie, const struct list_key *key,
	const struct list_head *head, struct error *err),
    void *cookie, struct error *err)
{
	struct list_key key;
	struct list_head head;
	int result;

	for (; piece.len > 0; piece = bytes_after(piece, LIST_LEN)) {
		if (read_list(&key, &head, piece.data, err) == -1)
			return -1;
		result = list(cookie, &key, &head, err);
		if (result != 0)
			return result;
	}
	return 0;
}

int
list_heads_each(struct store *store,
    int (*list)(void *cookie, const struct list_key *key,
	const struct list_head *head, struct error *err),
    void *cookie, struct error *err)
{
	struct buffer piece = buffer_new(PIECE_MAX);
	int result;

	do {
		result = next_piece(&piece, store, first_key(&piece), err);
		if (result == 0)
			result =
			    each_of(buffer_bytes(&piece), list, cookie, err);
	} while (result == 0 && piece.len > 0);
	buffer_free(&piece);
	return result;
}

/* ---- kept anew ---- */

int
list_heads_begin(struct list_heads *heads, struct store *store,
    struct error *err)
{
	*heads = (struct list_heads){
		.store = store,
		.piece = buffer_new(PIECE_MAX),
	};
	return store_run(store, store_statement(store, SQL_CLEAR_LISTS, err),
	    err);
}

static int
put_piece(struct list_heads *heads, struct error *err)
{
	int result;

	if (buffer_check(&heads->piece, "lists", err) == -1)
		return -1;
	result = put_row(heads->store, first_key(&heads->piece),
	    buffer_bytes(&heads->piece), err);
	buffer_clear(&heads->piece);
	return result;
}

int
list_heads_add(struct list_heads *heads, const struct list_key *key,
    const struct list_head *head, struct error *err)
{
	write_list(&heads->piece, key, head);
	/* With room for what will come between. */
	if (heads->piece.len < LIST_PIECE * LIST_LEN / 4 * 3)
		return 0;
	return put_piece(heads, err);
}

int
list_heads_end(struct list_heads *heads, uint64_t size, struct error *err)
{
	if (buffer_check(&heads->piece, "lists", err) == -1 ||
	    (heads->piece.len > 0 && put_piece(heads, err) == -1))
		return -1;
	return put_size(heads->store, size, err);
}

void
list_heads_free(struct list_heads *heads)
{
	buffer_free(&heads->piece);
}

/* ---- brought up to a size ---- */

struct merge {
	struct store *store;
	const struct list_change *change;
	const struct list_change *end;
	struct list_tree *before;
	struct list_tree *after;
	struct buffer piece; /* What is merged now, */
	struct buffer next; /* what stands behind it, */
	struct buffer merged; /* and what becomes of it. */
};

/* All changes of the list of the next one, added to its head. */
static void
take_changes(struct merge *merge, struct list_head *head)
{
	const struct list_change *first = merge->change;

	while (merge->change < merge->end &&
	    list_key_compare(&merge->change->key, &first->key) == 0) {
		list_head_add(head, merge->change->leaf);
		merge->change++;
	}
}

static void
keep_list(struct merge *merge, const struct list_key *key,
    const struct list_head *head, const struct digest *leaf)
{
	list_tree_add(merge->after,
	    leaf != NULL ? *leaf : list_leaf_hash(key, head), 0, NULL);
	write_list(&merge->merged, key, head);
}

/* Lists that are new, before a key; before the end if it is NULL. */
static void
take_new(struct merge *merge, const uint8_t *limit)
{
	uint8_t key[KEY_LEN];

	while (merge->change < merge->end) {
		struct list_key of = merge->change->key;
		struct list_head head = { .count = 0 };

		write_key(key, &of);
		if (limit != NULL && memcmp(key, limit, KEY_LEN) >= 0)
			return;
		take_changes(merge, &head);
		keep_list(merge, &of, &head, NULL);
	}
}

/* A list that was there. */
static int
take_old(struct merge *merge, const uint8_t *text, struct error *err)
{
	struct list_key key;
	struct list_head head;
	struct digest leaf;

	if (read_list(&key, &head, text, err) == -1)
		return -1;
	leaf = list_leaf_hash(&key, &head);
	list_tree_add(merge->before, leaf, 0, NULL);
	if (merge->change == merge->end ||
	    list_key_compare(&merge->change->key, &key) != 0) {
		keep_list(merge, &key, &head, &leaf);
		return 0;
	}
	take_changes(merge, &head);
	keep_list(merge, &key, &head, NULL);
	return 0;
}

/* What was merged, in pieces of about the same length. */
static int
put_merged(struct merge *merge, struct error *err)
{
	struct bytes rest = buffer_bytes(&merge->merged);
	size_t lists = rest.len / LIST_LEN;
	size_t pieces = (lists + LIST_PIECE - 1) / LIST_PIECE;
	sqlite3_stmt *s;

	if (memcmp(rest.data, first_key(&merge->piece).data, KEY_LEN) != 0) {
		s = store_statement(merge->store, SQL_DROP_LISTS, err);
		if (s == NULL ||
		    store_bind_blob(merge->store, s, 1,
			first_key(&merge->piece), err) == -1 ||
		    store_run(merge->store, s, err) == -1)
			return -1;
	}
	for (; pieces > 0; pieces--) {
		size_t len = rest.len / LIST_LEN / pieces * LIST_LEN;

		if (put_row(merge->store, bytes_of(rest.data, KEY_LEN),
			bytes_of(rest.data, len), err) == -1)
			return -1;
		rest = bytes_after(rest, len);
	}
	return 0;
}

static int
merge_piece(struct merge *merge, struct error *err)
{
	const struct list_change *from = merge->change;
	struct bytes rest = buffer_bytes(&merge->piece);
	struct bytes limit = first_key(&merge->next);

	buffer_clear(&merge->merged);
	for (; rest.len > 0; rest = bytes_after(rest, LIST_LEN)) {
		take_new(merge, rest.data);
		if (take_old(merge, rest.data, err) == -1)
			return -1;
	}
	take_new(merge, limit.len == 0 ? NULL : limit.data);
	if (buffer_check(&merge->merged, "lists", err) == -1)
		return -1;
	return merge->change == from ? 0 : put_merged(merge, err);
}

static int
merge_all(struct merge *merge, struct error *err)
{
	struct buffer spare;

	if (next_piece(&merge->piece, merge->store, bytes_of("", 0), err) == -1)
		return -1;
	/* There is no ledger without a genesis. */
	if (merge->piece.len == 0)
		return malformed(err);
	while (merge->piece.len > 0) {
		if (next_piece(&merge->next, merge->store,
			first_key(&merge->piece), err) == -1 ||
		    merge_piece(merge, err) == -1)
			return -1;
		spare = merge->piece;
		merge->piece = merge->next;
		merge->next = spare;
	}
	return 0;
}

int
list_heads_advance(struct store *store, uint64_t size,
    const struct list_change change[], size_t count, struct list_tree *before,
    struct list_tree *after, struct error *err)
{
	struct merge merge = {
		.store = store,
		.change = change,
		.end = change + count,
		.before = before,
		.after = after,
		.piece = buffer_new(PIECE_MAX),
		.next = buffer_new(PIECE_MAX),
		.merged = buffer_new(MERGED_MAX),
	};
	int result = merge_all(&merge, err);

	if (result == 0)
		result = put_size(store, size, err);
	buffer_free(&merge.piece);
	buffer_free(&merge.next);
	buffer_free(&merge.merged);
	return result;
}
