#include "base/sorter.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Fewest items of a run that are read at a time. */
#define PIECE_LEAST ((size_t)64)

/* A run being read in pieces. */
struct run {
	uint64_t at, end; /* Item numbers in the file. */
	uint8_t *piece;
	size_t next, count;
};

struct sorter {
	size_t size;
	size_t held;
	sorter_compare *compare;
	uint8_t *item; /* Those held in memory. */
	size_t count;
	size_t capacity;
	FILE *file; /* Sorted runs of `held' items each, the last shorter. */
	uint64_t in_file;
	/* While they are taken. */
	struct run *run;
	size_t run_count;
	uint8_t *pieces;
	size_t piece; /* How many items of a run are read at a time. */
	size_t *heap; /* Numbers of the runs that have items, least first. */
	size_t heap_count;
	bool taken; /* The first of the heap was given out. */
	size_t next; /* Without a file. */
};

int
sorter_new(struct sorter **out, size_t size, size_t held,
    sorter_compare *compare, struct error *err)
{
	struct sorter *sorter = memory_new(1, sizeof *sorter);

	if (sorter == NULL)
		return error_memory(err);
	sorter->size = size;
	sorter->held = held;
	sorter->compare = compare;
	*out = sorter;
	return 0;
}

static void
forget_runs(struct sorter *sorter)
{
	memory_free(sorter->run);
	memory_free(sorter->pieces);
	memory_free(sorter->heap);
	sorter->run = NULL;
	sorter->pieces = NULL;
	sorter->heap = NULL;
}

void
sorter_free(struct sorter *sorter)
{
	if (sorter == NULL)
		return;
	if (sorter->file != NULL)
		fclose(sorter->file);
	forget_runs(sorter);
	memory_free(sorter->item);
	memory_free(sorter);
}

/* Put what is held into the file, as a sorted run. */
static int
spill(struct sorter *sorter, struct error *err)
{
	if (sorter->file == NULL && (sorter->file = tmpfile()) == NULL)
		return error_errno(err, "cannot make a temporary file");
	qsort(sorter->item, sorter->count, sorter->size, sorter->compare);
	if (fseeko(sorter->file, 0, SEEK_END) == -1 ||
	    fwrite(sorter->item, sorter->size, sorter->count, sorter->file) !=
		sorter->count)
		return error_errno(err, "cannot write to a temporary file");
	sorter->in_file += sorter->count;
	sorter->count = 0;
	return 0;
}

int
sorter_add(struct sorter *sorter, const void *item, struct error *err)
{
	uint8_t *grown;

	if (sorter->count == sorter->held && spill(sorter, err) == -1)
		return -1;
	if (sorter->count == sorter->capacity) {
		grown = memory_grow(sorter->item, &sorter->capacity,
		    sorter->count + 1, sorter->size);
		if (grown == NULL)
			return error_memory(err);
		sorter->item = grown;
	}
	memcpy(sorter->item + sorter->count * sorter->size, item, sorter->size);
	sorter->count++;
	return 0;
}

static int
fill(struct sorter *sorter, struct run *run, struct error *err)
{
	uint64_t left = run->end - run->at;
	size_t want = left < sorter->piece ? (size_t)left : sorter->piece;

	run->next = 0;
	run->count = 0;
	if (want == 0)
		return 0;
	if (fseeko(sorter->file, (off_t)(run->at * sorter->size), SEEK_SET) ==
		-1 ||
	    fread(run->piece, sorter->size, want, sorter->file) != want)
		return error_errno(err, "cannot read a temporary file");
	run->at += want;
	run->count = want;
	return 0;
}

static const void *
first_of(const struct sorter *sorter, size_t place)
{
	const struct run *run = &sorter->run[sorter->heap[place]];

	return run->piece + run->next * sorter->size;
}

/* Let the run at a place of the heap sink to where it belongs. */
static void
sink(struct sorter *sorter, size_t place)
{
	for (;;) {
		size_t least = place, kept;

		for (size_t i = 2 * place + 1;
		     i <= 2 * place + 2 && i < sorter->heap_count; i++)
			if (sorter->compare(first_of(sorter, i),
				first_of(sorter, least)) < 0)
				least = i;
		if (least == place)
			return;
		kept = sorter->heap[place];
		sorter->heap[place] = sorter->heap[least];
		sorter->heap[least] = kept;
		place = least;
	}
}

static int
begin_runs(struct sorter *sorter, struct error *err)
{
	size_t count =
	    (size_t)((sorter->in_file + sorter->held - 1) / sorter->held);

	sorter->run_count = count;
	sorter->piece = sorter->held / count;
	if (sorter->piece < PIECE_LEAST)
		sorter->piece = PIECE_LEAST;
	sorter->run = memory_new(count, sizeof *sorter->run);
	sorter->heap = memory_new(count, sizeof *sorter->heap);
	sorter->pieces = memory_new(count * sorter->piece, sorter->size);
	if (sorter->run == NULL || sorter->heap == NULL ||
	    sorter->pieces == NULL)
		return error_memory(err);
	sorter->heap_count = count;
	for (size_t i = 0; i < count; i++) {
		struct run *run = &sorter->run[i];

		run->at = (uint64_t)i * sorter->held;
		run->end = i + 1 == count ? sorter->in_file
					  : run->at + sorter->held;
		run->piece = sorter->pieces + i * sorter->piece * sorter->size;
		sorter->heap[i] = i;
		if (fill(sorter, run, err) == -1)
			return -1;
	}
	for (size_t i = count; i > 0; i--)
		sink(sorter, i - 1);
	return 0;
}

int
sorter_begin(struct sorter *sorter, struct error *err)
{
	sorter->next = 0;
	sorter->taken = false;
	forget_runs(sorter);
	if (sorter->file == NULL) {
		if (sorter->count > 1)
			qsort(sorter->item, sorter->count, sorter->size,
			    sorter->compare);
		return 0;
	}
	if (sorter->count > 0 && spill(sorter, err) == -1)
		return -1;
	/* Its memory is for the runs now. */
	memory_free(sorter->item);
	sorter->item = NULL;
	sorter->capacity = 0;
	return begin_runs(sorter, err);
}

/* Past the item that was given out. */
static int
step(struct sorter *sorter, struct error *err)
{
	struct run *run = &sorter->run[sorter->heap[0]];

	run->next++;
	if (run->next == run->count) {
		if (fill(sorter, run, err) == -1)
			return -1;
		if (run->count == 0)
			sorter->heap[0] = sorter->heap[--sorter->heap_count];
	}
	sink(sorter, 0);
	return 0;
}

int
sorter_next(struct sorter *sorter, const void **item, struct error *err)
{
	*item = NULL;
	if (sorter->file == NULL) {
		if (sorter->next < sorter->count)
			*item = sorter->item + sorter->next++ * sorter->size;
		return 0;
	}
	if (sorter->taken && step(sorter, err) == -1)
		return -1;
	sorter->taken = sorter->heap_count > 0;
	if (sorter->taken)
		*item = first_of(sorter, 0);
	return 0;
}
