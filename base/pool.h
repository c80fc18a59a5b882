/* pool.h: a few threads that do jobs, in whatever order they come. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct pool;

/* How many processors this process may use, at least 1. */
unsigned pool_processors(void);

/* A pool of `threads' threads (at least 1), which block every signal. */
int pool_new(struct pool **out, unsigned threads, struct error *err);
/* Waits for what is under way. */
void pool_free(struct pool *pool);

/*
 * A set of `count' calls function(cookie, index) with index 0 … count-1,
 * handed out to the threads one at a time.  The struct belongs to the caller
 * and must live until pool_wait has returned for it.  Several sets may be
 * under way at once; earlier ones are served first.
 */
struct pool_set {
	void (*function)(void *cookie, size_t index);
	void *cookie;
	size_t count;
	/* For the pool. */
	size_t taken;
	size_t finished;
	struct pool_set *next;
};
void pool_start(struct pool *pool, struct pool_set *set);
/* Returns when every call of the set has; the caller's thread helps. */
void pool_wait(struct pool *pool, struct pool_set *set);

#endif
