/* remains.h: searching this process's memory for what should be gone. */
#ifndef TESTS_KEYS_REMAINS_H
#define TESTS_KEYS_REMAINS_H

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/*
 * What is looked for, with every byte inverted: the search must not find
 * itself.  24 bytes tell one secret from everything else.
 */
#define REMAINS_LEN 24
struct remains {
	uint8_t inverted[REMAINS_LEN];
};

static inline struct remains
remains_of(const void *secret)
{
	struct remains remains;

	for (size_t i = 0; i < REMAINS_LEN; i++)
		remains.inverted[i] = (uint8_t)~((const uint8_t *)secret)[i];
	return remains;
}

#define REMAINS_BLOCK ((size_t)256 * 1024)
/* Tables of sanitizers are larger, and hold no data of ours. */
#define REMAINS_REGION ((uint64_t)1 << 30)

static inline size_t
remains_in(uint8_t *block, size_t len, const struct remains *remains)
{
	const uint8_t *inverted = remains->inverted, *end = block + len;
	uint8_t *at = block;
	size_t count = 0;

	/* memchr is quick, under sanitizers too. */
	while (at < end && (at = memchr(at, inverted[0] ^ 0xff,
	    (size_t)(end - at))) != NULL) {
		size_t same = 0;

		while (same < REMAINS_LEN && at + same < end &&
		    (at[same] ^ inverted[same]) == 0xff)
			same++;
		count += same == REMAINS_LEN;
		at++;
	}
	return count;
}

/* Search from..to through /proc/self/mem, in overlapping blocks. */
static inline size_t
remains_between(int memory, uint64_t from, uint64_t to, uint8_t *block,
    const struct remains *remains)
{
	size_t count = 0;

	while (from < to) {
		size_t len = to - from < REMAINS_BLOCK ? (size_t)(to - from) :
		    REMAINS_BLOCK;
		ssize_t got = pread(memory, block, len, (off_t)from);

		if (got <= 0)
			break;
		count += remains_in(block, (size_t)got, remains);
		if ((size_t)got < REMAINS_LEN || from + (size_t)got == to)
			break;
		from += (size_t)got - REMAINS_LEN + 1;
	}
	return count;
}

/*
 * Call a function so far down the stack that what its callees leave there is
 * not written over by the search, or by anything before it.
 */
#define REMAINS_DEPTH ((size_t)128 * 1024)
static void __attribute__((noinline, unused))
remains_below(void (*function)(void *), void *cookie)
{
	volatile uint8_t between[REMAINS_DEPTH];

	between[0] = 0;
	function(cookie);
	between[REMAINS_DEPTH - 1] = between[0];
}

/* How often it is found in memory that can be read and once was written. */
static inline size_t
remains_count(const struct remains *remains)
{
	/* In a file's mapping and not the heap, and emptied after use. */
	static uint8_t block[REMAINS_BLOCK];
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	FILE *maps = fopen("/proc/self/maps", "r");
	uint64_t own = (uint64_t)(uintptr_t)block, from, to;
	char line[500], flags[5];
	size_t count = 0;

	assert_true(memory != -1);
	assert_non_null(maps);
	while (fgets(line, sizeof line, maps) != NULL) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &from, &to,
		    flags) != 3 || flags[0] != 'r' || flags[3] != 'p' ||
		    to - from > REMAINS_REGION)
			continue;
		if (own >= from && own < to) {
			count += remains_between(memory, from, own, block,
			    remains);
			from = own + sizeof block;
		}
		count += remains_between(memory, from, to, block, remains);
	}
	explicit_bzero(block, sizeof block);
	fclose(maps);
	close(memory);
	return count;
}

#endif
