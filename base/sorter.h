/* sorter.h: many items of one size put in order, in bounded memory. */
#ifndef BASE_SORTER_H
#define BASE_SORTER_H

#include <stddef.h>

#include "base/error.h"

/*
 * Up to `held' items are kept in memory; sorted runs of more go to an unnamed
 * temporary file and are merged as they are taken.
 */
struct sorter;
typedef int sorter_compare(const void *a, const void *b);

/* Items are of `size' bytes and copied; none may need more alignment than a
 * pointer, and size is a multiple of that. */
int sorter_new(struct sorter **out, size_t size, size_t held,
    sorter_compare *compare, struct error *err);
void sorter_free(struct sorter *sorter);

/* Add an item; none after sorter_begin.  ERROR_SYSTEM. */
int sorter_add(struct sorter *sorter, const void *item, struct error *err);

/* Begin to take them, least first; may be called again, to take all once
 * more.  sorter_next gives the next item, borrowed until the call after, or
 * NULL at the end.  ERROR_SYSTEM. */
int sorter_begin(struct sorter *sorter, struct error *err);
int sorter_next(struct sorter *sorter, const void **item, struct error *err);

#endif
