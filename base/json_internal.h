/* json_internal.h: what the json files of this room share. */
#ifndef BASE_JSON_INTERNAL_H
#define BASE_JSON_INTERNAL_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Integers a double tells apart: up to 2^53. */
#define JSON_INTEGER_MAX (INT64_C(1) << 53)

/*
 * Read the number that begins at `at' and ends before `end'.  Returns where
 * it ends, or NULL with *what wrong with it and a *remedy (or NULL).
 */
const uint8_t *json_number_end(const uint8_t *at, const uint8_t *end,
    const char **what, const char **remedy);

/* The locale "C": numbers have a point in it, whatever people set. */
locale_t json_locale(void);

/* Memory for nodes: from this thread's arena when one is begun. */
void *json_alloc(size_t size);
void json_release(void *pointer);

/* Whether json_alloc cuts from an arena now. */
bool json_arena_is_begun(void);

#endif
