#include "ledger/verify_lists.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/sorter.h"
#include "ledger/list_walk.h"
#include "ledger/record.h"

/* Items held in memory, 10 MiB; and trees that grow at once, 3 MiB. */
#define HELD ((size_t)1 << 17)
#define TREES 1024

/* An entry in a list, as it is sorted. */
struct item {
	struct digest subject;
	struct digest leaf;
	uint64_t seq;
	uint64_t kind; /* Its number in kinds[]. */
};

struct claim {
	struct list_index index;
	bool malformed;
};

struct verify_lists {
	struct sorter *sorter;
	struct claim *claim;
	size_t claim_count;
	size_t claim_capacity;
	uint64_t unknown; /* The first entry that is not known. */
};

/* Trees of some claims, growing together. */
struct growth {
	const struct claim *claim;
	size_t count;
	struct list_tree *tree;
};

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = digest_compare(x->subject, y->subject);

	if (order == 0 && x->kind != y->kind)
		order = strcmp(kinds[x->kind]->name, kinds[y->kind]->name);
	if (order == 0)
		order = (x->seq > y->seq) - (x->seq < y->seq);
	return order;
}

int
verify_lists_new(struct verify_lists **out, struct error *err)
{
	struct verify_lists *lists = memory_new(1, sizeof *lists);

	if (lists == NULL)
		return error_memory(err);
	lists->unknown = UINT64_MAX;
	if (sorter_new(&lists->sorter, sizeof(struct item), HELD, compare_items,
		err) == -1) {
		verify_lists_free(lists);
		return -1;
	}
	*out = lists;
	return 0;
}

void
verify_lists_free(struct verify_lists *lists)
{
	if (lists == NULL)
		return;
	sorter_free(lists->sorter);
	memory_free(lists->claim);
	memory_free(lists);
}

static struct item
item_of(uint64_t seq, struct digest leaf, const struct kind *kind)
{
	struct item item = { .leaf = leaf, .seq = seq };

	while (kinds[item.kind] != kind)
		item.kind++;
	return item;
}

int
verify_lists_add(struct verify_lists *lists, uint64_t seq, struct digest leaf,
    const struct kind *kind, const struct facts *facts, struct error *err)
{
	struct item item = item_of(seq, leaf, kind);

	/* In the list of the whole ledger first: its subject is zeros. */
	if (sorter_add(lists->sorter, &item, err) == -1)
		return -1;
	for (size_t i = 0; i < facts->count; i++) {
		if (!list_counts(&facts->fact[i]))
			continue;
		item.subject = facts->fact[i].digest;
		if (sorter_add(lists->sorter, &item, err) == -1)
			return -1;
	}
	return 0;
}

int
verify_lists_add_named(struct verify_lists *lists, uint64_t seq,
    struct digest leaf, const struct kind *kind, const struct digest *named,
    size_t count, struct error *err)
{
	struct item item = item_of(seq, leaf, kind);

	if (sorter_add(lists->sorter, &item, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		item.subject = named[i];
		if (sorter_add(lists->sorter, &item, err) == -1)
			return -1;
	}
	return 0;
}

void
verify_lists_unknown(struct verify_lists *lists, uint64_t seq)
{
	if (seq < lists->unknown)
		lists->unknown = seq;
}

int
verify_lists_claim(struct verify_lists *lists, uint64_t seq,
    struct bytes payload, struct error *err)
{
	struct error finding;
	struct record record;
	struct claim *grown = memory_grow(lists->claim, &lists->claim_capacity,
	    lists->claim_count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	lists->claim = grown;
	grown += lists->claim_count;
	if (record_parse(&record, payload, err) == -1)
		return -1;
	grown->malformed = list_index_read(&grown->index, record.predicate, seq,
			       &finding) == -1;
	grown->index.seq = seq;
	lists->claim_count++;
	record_free(&record);
	return 0;
}

/* A list that has come to `head' before the entry `until' is in all trees
 * from *next on that end at or before it. */
static void
give(struct growth *growth, size_t *next, uint64_t until,
    const struct list_key *key, const struct list_head *head)
{
	struct digest leaf = { { 0 } };
	bool hashed = false;

	for (; *next < growth->count && growth->claim[*next].index.seq <= until;
	     ++*next) {
		if (head->count == 0)
			continue;
		if (!hashed)
			leaf = list_leaf_hash(key, head);
		hashed = true;
		list_tree_add(&growth->tree[*next], leaf, 0, NULL);
	}
}

/* All items, list by list. */
static int
fold(struct verify_lists *lists, struct growth *growth, struct error *err)
{
	struct list_key key = { .kind = NULL };
	struct list_head head = { .count = 0 };
	struct item last = { .seq = 0 };
	const void *taken;
	size_t next = 0;

	if (sorter_begin(lists->sorter, err) == -1)
		return -1;
	for (;;) {
		const struct item *item;

		if (sorter_next(lists->sorter, &taken, err) == -1)
			return -1;
		item = taken;
		if (item == NULL)
			break;
		if (key.kind != kinds[item->kind] ||
		    !digest_equal(key.subject, item->subject)) {
			if (key.kind != NULL)
				give(growth, &next, UINT64_MAX, &key, &head);
			next = 0;
			head = (struct list_head){ .count = 0 };
			key.subject = item->subject;
			key.kind = kinds[item->kind];
		} else if (item->seq == last.seq) {
			/* Named in two roles: it stands in the list once. */
			continue;
		}
		give(growth, &next, item->seq, &key, &head);
		list_head_add(&head, item->leaf);
		last = *item;
	}
	if (key.kind != NULL)
		give(growth, &next, UINT64_MAX, &key, &head);
	return 0;
}

static void
judge(const struct claim *claim, struct list_tree *tree,
    void (*wrong)(void *cookie, uint64_t seq, const char *what), void *cookie)
{
	uint64_t lists = tree->size;
	char text[160];

	if (claim->malformed) {
		snprintf(text, sizeof text,
		    "the index record is not of all entries before it");
	} else if (lists != claim->index.lists) {
		snprintf(text, sizeof text,
		    "the index record signs %llu lists, the entries before it "
		    "make %llu",
		    (unsigned long long)claim->index.lists,
		    (unsigned long long)lists);
	} else if (!digest_equal(list_tree_end(tree, NULL),
		       claim->index.root)) {
		snprintf(text, sizeof text,
		    "the lists that the index record signs are not those of "
		    "the entries before it");
	} else {
		return;
	}
	wrong(cookie, claim->index.seq, text);
}

int
verify_lists_finish(struct verify_lists *lists, uint64_t *checked,
    void (*wrong)(void *cookie, uint64_t seq, const char *what), void *cookie,
    struct error *err)
{
	struct growth growth = { .count = 0 };
	size_t known = 0;
	int result = -1;

	*checked = 0;
	while (known < lists->claim_count &&
	    lists->claim[known].index.seq <= lists->unknown)
		known++;
	if (known == 0)
		return 0;
	growth.tree =
	    memory_new(known < TREES ? known : TREES, sizeof *growth.tree);
	if (growth.tree == NULL)
		return error_memory(err);
	for (size_t at = 0; at < known; at += growth.count) {
		growth.claim = lists->claim + at;
		growth.count = known - at < TREES ? known - at : TREES;
		for (size_t i = 0; i < growth.count; i++)
			list_tree_begin(&growth.tree[i]);
		if (fold(lists, &growth, err) == -1)
			goto done;
		for (size_t i = 0; i < growth.count; i++)
			judge(&growth.claim[i], &growth.tree[i], wrong, cookie);
		*checked += growth.count;
	}
	result = 0;
done:
	memory_free(growth.tree);
	return result;
}
