#include "base/pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "base/memory.h"

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work; /* A set was started, or the end has come. */
	pthread_cond_t finished; /* The last call of a set returned. */
	struct pool_set *first; /* Sets with calls not yet handed out. */
	struct pool_set *last;
	bool ending;
	size_t thread_count;
	pthread_t threads[];
};

unsigned
pool_processors(void)
{
	cpu_set_t set;
	long online;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return (unsigned)CPU_COUNT(&set);
	/* More processors than a cpu_set_t has bits. */
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 ? (unsigned)online : 1;
}

static void
queue_remove(struct pool *pool, struct pool_set *set)
{
	struct pool_set **link = &pool->first, *before = NULL;

	while (*link != set) {
		before = *link;
		link = &before->next;
	}
	*link = set->next;
	if (pool->last == set)
		pool->last = before;
	set->next = NULL;
}

/* Hand out and make one call of a set that has some left.  With the lock. */
static void
set_step(struct pool *pool, struct pool_set *set)
{
	size_t index = set->taken++;

	if (set->taken == set->count)
		queue_remove(pool, set);
	pthread_mutex_unlock(&pool->lock);
	set->function(set->cookie, index);
	pthread_mutex_lock(&pool->lock);
	if (++set->finished == set->count)
		pthread_cond_broadcast(&pool->finished);
}

static void *
thread_main(void *argument)
{
	struct pool *pool = argument;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		if (pool->first != NULL)
			set_step(pool, pool->first);
		else if (pool->ending)
			break;
		else
			pthread_cond_wait(&pool->work, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* Start the threads with every signal blocked, which they inherit. */
static int
threads_start(struct pool *pool, unsigned threads)
{
	sigset_t all, before;
	int number = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (number == 0 && pool->thread_count < threads) {
		number = pthread_create(&pool->threads[pool->thread_count],
		    NULL, thread_main, pool);
		if (number == 0)
			pool->thread_count++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return number;
}

int
pool_new(struct pool **out, unsigned threads, struct error *err)
{
	struct pool *pool;
	int number;

	if (threads == 0)
		threads = 1;
	pool = memory_new(1, sizeof(*pool) + threads * sizeof(pthread_t));
	if (pool == NULL)
		return error_memory(err);
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->finished, NULL);
	number = threads_start(pool, threads);
	if (number != 0) {
		pool_free(pool);
		errno = number;
		return error_errno(err, "cannot start a thread");
	}
	*out = pool;
	return 0;
}

void
pool_free(struct pool *pool)
{
	if (pool == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (size_t i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
	pthread_cond_destroy(&pool->finished);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	memory_free(pool);
}

void
pool_start(struct pool *pool, struct pool_set *set)
{
	set->taken = 0;
	set->finished = 0;
	set->next = NULL;
	if (set->count == 0)
		return;
	pthread_mutex_lock(&pool->lock);
	if (pool->last == NULL)
		pool->first = set;
	else
		pool->last->next = set;
	pool->last = set;
	if (set->count == 1)
		pthread_cond_signal(&pool->work);
	else
		pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
}

void
pool_wait(struct pool *pool, struct pool_set *set)
{
	pthread_mutex_lock(&pool->lock);
	while (set->taken < set->count)
		set_step(pool, set);
	while (set->finished < set->count)
		pthread_cond_wait(&pool->finished, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}
