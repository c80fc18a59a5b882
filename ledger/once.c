#include "ledger/once.h"

#include "base/keyed_hash.h"
#include "base/memory.h"
#include "base/sorter.h"

/* Keys held in memory: 4 MiB. */
#define HELD ((size_t)1 << 18)

struct item {
	uint64_t hash;
	uint64_t number;
};

struct once {
	struct hash_key key;
	struct sorter *sorter;
};

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

int
once_new(struct once **out, struct error *err)
{
	struct once *once = memory_new(1, sizeof *once);

	if (once == NULL)
		return error_memory(err);
	once->key = hash_key_new();
	if (sorter_new(&once->sorter, sizeof(struct item), HELD, compare_items,
		err) == -1) {
		once_free(once);
		return -1;
	}
	*out = once;
	return 0;
}

void
once_free(struct once *once)
{
	if (once == NULL)
		return;
	sorter_free(once->sorter);
	memory_free(once);
}

int
once_add(struct once *once, struct bytes key, uint64_t number,
    struct error *err)
{
	struct item item = { keyed_hash(&once->key, key).low, number };

	return sorter_add(once->sorter, &item, err);
}

int
once_find(struct once *once,
    int (*pair)(void *cookie, uint64_t first, uint64_t second,
	struct error *err),
    void *cookie, struct error *err)
{
	struct item last = { 0, 0 };
	bool any = false;
	const void *next;

	if (sorter_begin(once->sorter, err) == -1 ||
	    sorter_next(once->sorter, &next, err) == -1)
		return -1;
	while (next != NULL) {
		const struct item item = *(const struct item *)next;
		int result;

		if (any && item.hash == last.hash &&
		    (result = pair(cookie, last.number, item.number, err)) != 0)
			return result;
		last = item;
		any = true;
		if (sorter_next(once->sorter, &next, err) == -1)
			return -1;
	}
	return 0;
}
