#include "ledger/once.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keyed_hash.h"
#include "base/memory.h"

/* Keys held in memory; when runs are merged, so many of them all together. */
#define HELD ((size_t)1 << 18)
#define PIECE_LEAST ((size_t)64)

struct item {
	uint64_t hash;
	uint64_t number;
};

struct once {
	struct hash_key key;
	struct item *item;
	size_t count;
	size_t capacity;
	FILE *file; /* Sorted runs of HELD items each. */
	size_t run_count;
	size_t piece; /* How many items of a run are read at a time. */
};

int
once_new(struct once **out, struct error *err)
{
	struct once *once = memory_new(1, sizeof *once);

	if (once == NULL)
		return error_memory(err);
	once->key = hash_key_new();
	*out = once;
	return 0;
}

void
once_free(struct once *once)
{
	if (once == NULL)
		return;
	if (once->file != NULL)
		fclose(once->file);
	memory_free(once->item);
	memory_free(once);
}

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Put what is held into the file, as a sorted run. */
static int
spill(struct once *once, struct error *err)
{
	if (once->file == NULL && (once->file = tmpfile()) == NULL)
		return error_errno(err, "cannot make a temporary file");
	qsort(once->item, once->count, sizeof *once->item, compare_items);
	if (fwrite(once->item, sizeof *once->item, once->count, once->file) !=
	    once->count)
		return error_errno(err, "cannot write to a temporary file");
	once->run_count++;
	once->count = 0;
	return 0;
}

int
once_add(struct once *once, struct bytes key, uint64_t number,
    struct error *err)
{
	struct item *grown;

	if (once->count == HELD && spill(once, err) == -1)
		return -1;
	if (once->count == once->capacity) {
		grown = memory_grow(once->item, &once->capacity,
		    once->count + 1, sizeof *grown);
		if (grown == NULL)
			return error_memory(err);
		once->item = grown;
	}
	once->item[once->count].hash = keyed_hash(&once->key, key).low;
	once->item[once->count].number = number;
	once->count++;
	return 0;
}

/* A run being read in pieces. */
struct run {
	uint64_t at, end; /* Item numbers in the file. */
	struct item *piece;
	size_t next, count;
};

static int
run_fill(struct once *once, struct run *run, struct error *err)
{
	uint64_t left = run->end - run->at;
	size_t want = left < once->piece ? (size_t)left : once->piece;

	run->next = 0;
	run->count = 0;
	if (want == 0)
		return 0;
	if (fseeko(once->file, (off_t)(run->at * sizeof(struct item)),
		SEEK_SET) == -1 ||
	    fread(run->piece, sizeof(struct item), want, once->file) != want)
		return error_errno(err, "cannot read a temporary file");
	run->at += want;
	run->count = want;
	return 0;
}

/* The run whose next item is smallest, or NULL at the end of all. */
static struct run *
smallest(struct run *runs, size_t count)
{
	struct run *best = NULL;

	for (size_t i = 0; i < count; i++) {
		if (runs[i].next == runs[i].count)
			continue;
		if (best == NULL ||
		    compare_items(&runs[i].piece[runs[i].next],
			&best->piece[best->next]) < 0)
			best = &runs[i];
	}
	return best;
}

static int
merge(struct once *once, struct run *runs, size_t count,
    int (*pair)(void *cookie, uint64_t first, uint64_t second,
	struct error *err),
    void *cookie, struct error *err)
{
	struct item last = { 0, 0 };
	bool any = false;
	struct run *run;

	while ((run = smallest(runs, count)) != NULL) {
		struct item item = run->piece[run->next++];
		int result;

		if (any && item.hash == last.hash &&
		    (result = pair(cookie, last.number, item.number, err)) != 0)
			return result;
		last = item;
		any = true;
		/* The last run is the one in memory: it is not refilled. */
		if (run->next == run->count && run != &runs[count - 1] &&
		    run_fill(once, run, err) == -1)
			return -1;
	}
	return 0;
}

int
once_find(struct once *once,
    int (*pair)(void *cookie, uint64_t first, uint64_t second,
	struct error *err),
    void *cookie, struct error *err)
{
	size_t count = once->run_count + 1;
	struct run *runs = memory_new(count, sizeof *runs);
	int result = -1;

	if (runs == NULL)
		return error_memory(err);
	if (once->run_count > 0)
		once->piece = HELD / once->run_count;
	if (once->piece < PIECE_LEAST)
		once->piece = PIECE_LEAST;
	for (size_t i = 0; i < once->run_count; i++) {
		runs[i].at = (uint64_t)i * HELD;
		runs[i].end = runs[i].at + HELD;
		runs[i].piece = memory_new(once->piece, sizeof(struct item));
		if (runs[i].piece == NULL) {
			error_memory(err);
			goto done;
		}
		if (run_fill(once, &runs[i], err) == -1)
			goto done;
	}
	if (once->count > 0)
		qsort(once->item, once->count, sizeof *once->item,
		    compare_items);
	runs[count - 1].piece = once->item;
	runs[count - 1].count = once->count;
	result = merge(once, runs, count, pair, cookie, err);
done:
	for (size_t i = 0; i < once->run_count; i++)
		memory_free(runs[i].piece);
	memory_free(runs);
	return result;
}
