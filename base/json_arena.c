#include <assert.h>
#include <stdalign.h>

#include "base/json.h"
#include "base/json_internal.h"
#include "base/memory.h"

/* Room for the trees of a hundred statements, and less than a cache. */
#define BLOCK_SIZE ((size_t)64 * 1024)
#define ALIGNMENT 16

struct block {
	struct block *older;
	size_t len;
	alignas(ALIGNMENT) uint8_t data[];
};

struct json_arena {
	struct block *newest;
	/* What is left of the newest block. */
	uint8_t *at;
	size_t left;
};

/* The arena that this thread has begun.  cJSON's hooks take no cookie. */
static _Thread_local struct json_arena *begun;

static int
arena_extend(struct json_arena *arena, size_t len)
{
	struct block *block;

	if (len < BLOCK_SIZE)
		len = BLOCK_SIZE;
	if (len > SIZE_MAX - sizeof(*block))
		return -1;
	block = memory_new(1, sizeof(*block) + len);
	if (block == NULL)
		return -1;
	block->older = arena->newest;
	block->len = len;
	arena->newest = block;
	arena->at = block->data;
	arena->left = len;
	return 0;
}

static bool
arena_owns(const struct json_arena *arena, const void *pointer)
{
	uintptr_t place = (uintptr_t)pointer;

	for (const struct block *block = arena->newest; block != NULL;
	     block = block->older)
		if (place - (uintptr_t)block->data < block->len)
			return true;
	return false;
}

void *
json_alloc(size_t size)
{
	struct json_arena *arena = begun;
	void *cut;

	if (arena == NULL)
		return memory_new(1, size);
	if (size > SIZE_MAX - ALIGNMENT)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > arena->left && arena_extend(arena, size) != 0)
		return NULL;
	cut = arena->at;
	arena->at += size;
	arena->left -= size;
	return cut;
}

void
json_release(void *pointer)
{
	if (begun == NULL || !arena_owns(begun, pointer))
		memory_free(pointer);
}

bool
json_arena_is_begun(void)
{
	return begun != NULL;
}

int
json_arena_new(struct json_arena **out, struct error *err)
{
	struct json_arena *arena = memory_new(1, sizeof(*arena));

	if (arena == NULL || arena_extend(arena, BLOCK_SIZE) != 0) {
		json_arena_free(arena);
		return error_memory(err);
	}
	*out = arena;
	return 0;
}

/* Free the blocks newer than the last one to keep. */
static void
arena_shrink(struct json_arena *arena, struct block *keep)
{
	while (arena->newest != keep) {
		struct block *block = arena->newest;

		arena->newest = block->older;
		memory_free(block);
	}
}

void
json_arena_free(struct json_arena *arena)
{
	if (arena == NULL)
		return;
	assert(begun != arena);
	arena_shrink(arena, NULL);
	memory_free(arena);
}

void
json_arena_begin(struct json_arena *arena)
{
	assert(begun == NULL);
	begun = arena;
}

void
json_arena_end(void)
{
	begun = NULL;
}

void
json_arena_reset(struct json_arena *arena)
{
	struct block *oldest = arena->newest;

	while (oldest->older != NULL)
		oldest = oldest->older;
	arena_shrink(arena, oldest);
	arena->at = oldest->data;
	arena->left = oldest->len;
}
