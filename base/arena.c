#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"

#define FIRST_BLOCK ((size_t)16 * 1024)
#define ALIGNMENT 16

struct block {
	struct block *next;
	size_t size;
	size_t used;
	/* Aligned as the block is, which malloc sees to. */
	_Alignas(ALIGNMENT) uint8_t byte[];
};

struct arena {
	struct block *first;
	struct block *current;
	size_t ceiling;
	size_t used;
	bool full;
	bool starved;
};

static struct block *
new_block(size_t size)
{
	struct block *block = memory_new(1, sizeof *block + size);

	if (block != NULL)
		block->size = size;
	return block;
}

int
arena_new(struct arena **out, size_t ceiling, struct error *err)
{
	struct arena *arena = memory_new(1, sizeof *arena);

	if (arena == NULL || (arena->first = new_block(FIRST_BLOCK)) == NULL) {
		memory_free(arena);
		return error_memory(err);
	}
	arena->current = arena->first;
	arena->ceiling = ceiling;
	*out = arena;
	return 0;
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	while (arena->first != NULL) {
		struct block *next = arena->first->next;

		memory_free(arena->first);
		arena->first = next;
	}
	memory_free(arena);
}

/* A block with room for so much, after the current one. */
static struct block *
block_with(struct arena *arena, size_t size)
{
	struct block *block = arena->current;
	size_t wanted = block->size * 2;

	while (block->size - block->used < size) {
		if (block->next == NULL) {
			block->next = new_block(wanted > size ? wanted : size);
			if (block->next == NULL)
				return NULL;
		}
		block = block->next;
	}
	return block;
}

static void *
refuse(struct arena *arena)
{
	arena->full = true;
	return NULL;
}

/* len: a multiple of the alignment. */
static void *
take(struct arena *arena, size_t len)
{
	struct block *block = arena->current;
	void *taken;

	if (block->size - block->used < len)
		block = block_with(arena, len);
	if (block == NULL) {
		arena->starved = true;
		return refuse(arena);
	}
	taken = block->byte + block->used;
	block->used += len;
	arena->current = block;
	return taken;
}

void *
arena_take(struct arena *arena, size_t count, size_t size)
{
	size_t len;
	void *taken;

	if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size)
		return refuse(arena);
	len = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (len > arena->ceiling - arena->used)
		return refuse(arena);
	taken = take(arena, len);
	if (taken != NULL)
		arena->used += len;
	return taken;
}

void *
arena_take_uncounted(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX - ALIGNMENT)
		return refuse(arena);
	return take(arena, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

struct bytes
arena_copy(struct arena *arena, struct bytes bytes)
{
	uint8_t *copy = arena_take(arena, 1, bytes.len + 1);

	if (copy == NULL)
		return bytes_of(NULL, 0);
	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	copy[bytes.len] = '\0';
	return bytes_of(copy, bytes.len);
}

bool
arena_is_full(const struct arena *arena)
{
	return arena->full;
}

bool
arena_is_starved(const struct arena *arena)
{
	return arena->starved;
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}

void
arena_reset(struct arena *arena)
{
	for (struct block *block = arena->first; block != NULL;
	     block = block->next)
		block->used = 0;
	arena->current = arena->first;
	arena->used = 0;
	arena->full = false;
	arena->starved = false;
}
