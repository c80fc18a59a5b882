/* arena.h: memory given out in order and taken back all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"

/*
 * For what lives and dies together, such as the tree of an expression or the
 * values of one evaluation.  Grows in blocks up to a ceiling; what it gives
 * out is aligned for any type and not set to anything.  Resetting keeps the
 * first block, so that work which repeats allocates once.
 */
struct arena;

/* The ceiling is in bytes of what is given out. */
int arena_new(struct arena **out, size_t ceiling, struct error *err);
void arena_free(struct arena *arena);

/* NULL when the ceiling is reached (arena_is_full) or memory is exhausted. */
void *arena_take(struct arena *arena, size_t count, size_t size);
/* As arena_take, but not counted towards the ceiling: for what a library takes
 * in amounts that differ from machine to machine. */
void *arena_take_uncounted(struct arena *arena, size_t size);
/* Bytes copied, with a NUL behind them; data NULL on failure. */
struct bytes arena_copy(struct arena *arena, struct bytes bytes);

/* Whether something was refused since the last reset: by the ceiling, or
 * else by the system. */
bool arena_is_full(const struct arena *arena);

/* Whether the system had no memory to give, since the last reset: what was
 * found out with it may be otherwise another time. */
bool arena_is_starved(const struct arena *arena);

/* How much was given out since the last reset. */
size_t arena_used(const struct arena *arena);

void arena_reset(struct arena *arena);

#endif
