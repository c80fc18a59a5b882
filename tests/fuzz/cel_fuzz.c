/*
 * cel_fuzz.c: any text is refused or is an expression, and every expression
 * has a value or an error within its ceilings, the same each time.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/cel.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "policy/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* What it gives, in words. */
static void
give(struct buffer *out, const struct cel_program *program)
{
	const struct cel_limits limits = { .steps = 20000 };
	struct cel_value item[2] = { cel_int(1), cel_string(bytes_of("a", 1)) };
	struct cel_value variables[2], value;
	struct arena *arena;
	struct error err;

	demand(arena_new(&arena, (size_t)1 << 20, &err) == 0);
	variables[0] = cel_int(5);
	variables[1] = cel_list(arena, item, 2);
	value = cel_evaluate(program, variables, arena, &limits);
	cel_write(out, &value);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "x", "items", NULL };
	const struct cel_options options = { .names = names };
	struct buffer first = buffer_new((size_t)1 << 20);
	struct buffer second = buffer_new((size_t)1 << 20);
	struct cel_program *program;
	struct error err;

	if (cel_parse(&program, bytes_of(data, size), &options, &err) == 0) {
		give(&first, program);
		give(&second, program);
		demand(bytes_equal(buffer_bytes(&first),
		    buffer_bytes(&second)));
		cel_program_free(program);
	} else {
		demand(err.what[0] != '\0' && err.where[0] != '\0');
	}
	buffer_free(&first);
	buffer_free(&second);
	return 0;
}
