#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>

/* The first size of a growing array, in things. */
#define GROW_FIRST 8

void *
memory_new(size_t count, size_t size)
{
	/* calloc(0) may be NULL, which would read as exhausted memory. */
	if (count == 0 || size == 0)
		return calloc(1, 1);
	return calloc(count, size);
}

void *
memory_grow(void *array, size_t *capacity, size_t needed, size_t size)
{
	size_t wanted = *capacity < GROW_FIRST ? GROW_FIRST : *capacity;
	void *grown;

	if (array != NULL && needed <= *capacity)
		return array;
	while (wanted < needed)
		wanted = wanted > SIZE_MAX / 2 ? needed : wanted * 2;
	grown = reallocarray(array, wanted, size == 0 ? 1 : size);
	if (grown != NULL)
		*capacity = wanted;
	return grown;
}

char *
memory_text(const char *text)
{
	return memory_text_of(bytes_of_text(text));
}

char *
memory_text_of(struct bytes bytes)
{
	char *copy;

	if (bytes.len == SIZE_MAX)
		return NULL;
	copy = malloc(bytes.len + 1);
	if (copy == NULL)
		return NULL;
	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	copy[bytes.len] = '\0';
	return copy;
}

void
memory_free(void *pointer)
{
	free(pointer);
}
