/*
 * bench_cel.c: what evaluating expressions costs.  For each line of
 * expressions.jsonl a line is printed: nanoseconds per evaluation, calls for
 * memory per evaluation outside the arena, bytes of the arena, the value.
 *
 * usage: bench_cel FILE [NUMBER]: all of them, or one, from 1
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "tests/support/cel_bindings.h"

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define ROUND_NS 100000000
#define ROUNDS 5

static struct error err;

/* --- Calls for memory, by standing in front of the C library --- */

static unsigned long allocations;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);

void *
malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	allocations++;
	return __libc_calloc(count, size);
}

void *
realloc(void *pointer, size_t size)
{
	allocations++;
	return __libc_realloc(pointer, size);
}

/* --- The measuring --- */

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "bench_cel: %s: %s %s\n", what, err.where, err.what);
	exit(3);
}

/* Nanoseconds per evaluation: the least of several rounds, because whatever
 * else the machine does only adds. */
static double
measure(const struct cel_program *program, const struct cel_value *variables,
    struct arena *arena)
{
	double least = 0;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t begun = clock_monotonic_ns(), passed;
		long count = 0, more = 1;
		double one;

		do {
			for (long i = 0; i < more; i++) {
				arena_reset(arena);
				cel_evaluate(program, variables, arena, NULL);
			}
			count += more;
			more = count;
			passed = clock_monotonic_ns() - begun;
			if (passed > ROUND_NS / 4)
				more = count / 8 + 1;
		} while (passed < ROUND_NS);
		one = (double)passed / (double)count;
		if (round == 0 || one < least)
			least = one;
	}
	return least;
}

static void
bench(const struct json *line)
{
	struct cel_bindings bindings;
	const struct cel_options options = { .names = bindings.name };
	struct buffer out = buffer_new(1 << 20);
	struct arena *variables, *arena;
	struct cel_program *program;
	struct cel_value value;
	unsigned long before;
	double ns;

	if (arena_new(&variables, ARENA_BYTES, &err) == -1 ||
	    arena_new(&arena, ARENA_BYTES, &err) == -1)
		die("memory");
	cel_bindings_read(&bindings, json_member(line, "bindings"), variables);
	if (cel_parse(&program, bytes_of_text(json_member_text(line, "expr")),
		&options, &err) == -1)
		die(json_member_text(line, "name"));
	ns = measure(program, bindings.value, arena);
	before = allocations;
	arena_reset(arena);
	value = cel_evaluate(program, bindings.value, arena, NULL);
	before = allocations - before;
	cel_write(&out, &value);
	printf("%.1f\t%lu\t%zu\t%s\t%s\n", ns, before, arena_used(arena),
	    buffer_string(&out), json_member_text(line, "name"));
	fflush(stdout);
	buffer_free(&out);
	cel_program_free(program);
	arena_free(arena);
	arena_free(variables);
}

int
main(int argc, char **argv)
{
	struct buffer text = buffer_new((size_t)1 << 24);
	int number = 0, only = argc == 3 ? atoi(argv[2]) : 0;
	char *line, *rest;

	if (argc < 2 || file_read(&text, argv[1], &err) == -1)
		die("name a file of expressions");
	rest = (char *)text.data;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		struct json *json;

		if (++number != only && only != 0)
			continue;
		if (json_parse(&json, bytes_of_text(line), &err) == -1)
			die("expressions");
		bench(json);
		json_free(json);
	}
	buffer_free(&text);
	return 0;
}
