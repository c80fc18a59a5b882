/* pool_test.c: every call is made once, in whatever thread. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pool.h"

#define CALLS 5000

static void
count_call(void *cookie, size_t index)
{
	atomic_int *calls = cookie;

	atomic_fetch_add(&calls[index], 1);
}

static struct pool *
new_pool(unsigned threads)
{
	struct pool *pool = NULL;
	struct error err;

	assert_int_equal(pool_new(&pool, threads, &err), 0);
	return pool;
}

static void
every_call_is_made_exactly_once(void **state)
{
	static atomic_int calls[CALLS];

	(void)state;
	for (unsigned threads = 1; threads <= 4; threads++) {
		struct pool *pool = new_pool(threads);
		struct pool_set set = { .function = count_call,
			.cookie = calls, .count = CALLS };

		for (int i = 0; i < CALLS; i++)
			atomic_store(&calls[i], 0);
		pool_start(pool, &set);
		pool_wait(pool, &set);
		for (int i = 0; i < CALLS; i++)
			assert_int_equal(atomic_load(&calls[i]), 1);
		pool_free(pool);
	}
}

static void
an_empty_set_is_done_at_once(void **state)
{
	struct pool *pool = new_pool(2);
	struct pool_set set = { .function = count_call, .count = 0 };

	(void)state;
	pool_start(pool, &set);
	pool_wait(pool, &set);
	pool_free(pool);
	pool_free(NULL);
}

static void
several_sets_may_be_under_way(void **state)
{
	static atomic_int calls[8][200];
	struct pool *pool = new_pool(3);
	struct pool_set sets[8];

	(void)state;
	for (int round = 1; round <= 20; round++) {
		for (int i = 0; i < 8; i++) {
			sets[i] = (struct pool_set){ .function = count_call,
				.cookie = calls[i], .count = 200 };
			pool_start(pool, &sets[i]);
		}
		/* Not in the order they were started. */
		for (int i = 7; i >= 0; i--)
			pool_wait(pool, &sets[i]);
		for (int i = 0; i < 8; i++)
			for (int j = 0; j < 200; j++)
				assert_int_equal(atomic_load(&calls[i][j]),
				    round);
	}
	pool_free(pool);
}

struct meeting {
	pthread_barrier_t barrier;
	atomic_bool caller_helped;
	pthread_t caller;
};

/* Returns only when two threads are inside at once. */
static void
meet(void *cookie, size_t index)
{
	struct meeting *meeting = cookie;

	(void)index;
	if (pthread_equal(pthread_self(), meeting->caller))
		atomic_store(&meeting->caller_helped, true);
	pthread_barrier_wait(&meeting->barrier);
}

static void
the_caller_helps_while_it_waits(void **state)
{
	struct pool *pool = new_pool(1);
	struct meeting meeting = { .caller = pthread_self() };
	struct pool_set set = { .function = meet, .cookie = &meeting,
		.count = 2 };

	(void)state;
	assert_int_equal(pthread_barrier_init(&meeting.barrier, NULL, 2), 0);
	pool_start(pool, &set);
	pool_wait(pool, &set);
	assert_true(atomic_load(&meeting.caller_helped));
	pool_free(pool);
	pthread_barrier_destroy(&meeting.barrier);
}

struct mask {
	pthread_t caller;
	pthread_barrier_t barrier;
	atomic_int blocked;
	atomic_int calls_elsewhere;
};

static void
look_at_mask(void *cookie, size_t index)
{
	struct mask *mask = cookie;
	sigset_t set;

	(void)index;
	if (!pthread_equal(pthread_self(), mask->caller)) {
		pthread_sigmask(SIG_SETMASK, NULL, &set);
		atomic_fetch_add(&mask->calls_elsewhere, 1);
		atomic_fetch_add(&mask->blocked, sigismember(&set, SIGINT) &&
		    sigismember(&set, SIGTERM) && sigismember(&set, SIGALRM));
	}
	pthread_barrier_wait(&mask->barrier);
}

static void
threads_of_the_pool_take_no_signals(void **state)
{
	struct mask mask = { .caller = pthread_self() };
	struct pool_set set = { .function = look_at_mask, .cookie = &mask,
		.count = 2 };
	struct pool *pool = new_pool(1);
	sigset_t mine;

	(void)state;
	assert_int_equal(pthread_barrier_init(&mask.barrier, NULL, 2), 0);
	pool_start(pool, &set);
	pool_wait(pool, &set);
	assert_int_equal(atomic_load(&mask.calls_elsewhere), 1);
	assert_int_equal(atomic_load(&mask.blocked), 1);
	pthread_sigmask(SIG_SETMASK, NULL, &mine);
	assert_false(sigismember(&mine, SIGINT));
	pool_free(pool);
	pthread_barrier_destroy(&mask.barrier);
}

static void
freeing_waits_for_what_is_under_way(void **state)
{
	static atomic_int calls[CALLS];
	struct pool *pool = new_pool(2);
	struct pool_set set = { .function = count_call, .cookie = calls,
		.count = CALLS };

	(void)state;
	pool_start(pool, &set);
	pool_free(pool);
	for (int i = 0; i < CALLS; i++)
		assert_int_equal(atomic_load(&calls[i]), 1);
}

static void
there_is_a_processor(void **state)
{
	(void)state;
	assert_in_range(pool_processors(), 1, 100000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_is_made_exactly_once),
		cmocka_unit_test(an_empty_set_is_done_at_once),
		cmocka_unit_test(several_sets_may_be_under_way),
		cmocka_unit_test(the_caller_helps_while_it_waits),
		cmocka_unit_test(threads_of_the_pool_take_no_signals),
		cmocka_unit_test(freeing_waits_for_what_is_under_way),
		cmocka_unit_test(there_is_a_processor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
