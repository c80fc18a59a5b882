/* memory.h: allocation, in one place. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/bytes.h"

/* Zeroed memory for count things of size bytes; NULL if there is none. */
void *memory_new(size_t count, size_t size);

/*
 * Grow an array to hold at least `needed' things of size bytes, doubling;
 * *capacity is updated.  Returns the array, or NULL (the old one is kept).
 */
void *memory_grow(void *array, size_t *capacity, size_t needed, size_t size);

/* A copy of a text, or of bytes with a NUL behind; NULL without memory. */
char *memory_text(const char *text);
char *memory_text_of(struct bytes bytes);

/* Free; takes NULL. */
void memory_free(void *pointer);

#endif
