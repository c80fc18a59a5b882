/*
 * json_fuzz.c: any bytes are refused or survive being written and read.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/json.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* Read what must be readable and write it in its one spelling. */
static void
rewrite(struct buffer *out, struct bytes text)
{
	struct json *value = NULL;
	struct error err;

	demand(json_parse(&value, text, &err) == 0);
	json_write(out, value);
	demand(buffer_check(out, "text", &err) == 0);
	json_free(value);
}

/* The same bytes again, from the plain, the pretty and an arena's tree. */
static void
survives(const struct json *value)
{
	struct buffer once = buffer_new(SIZE_MAX), again = buffer_new(SIZE_MAX);
	struct buffer pretty = buffer_new(SIZE_MAX);
	struct json_arena *arena = NULL;
	struct error err;

	json_write(&once, value);
	demand(buffer_check(&once, "text", &err) == 0);
	rewrite(&again, buffer_bytes(&once));
	demand(bytes_equal(buffer_bytes(&once), buffer_bytes(&again)));

	json_write_pretty(&pretty, value);
	demand(json_arena_new(&arena, &err) == 0);
	json_arena_begin(arena);
	buffer_clear(&again);
	rewrite(&again, buffer_bytes(&pretty));
	json_arena_end();
	demand(bytes_equal(buffer_bytes(&once), buffer_bytes(&again)));

	json_arena_free(arena);
	buffer_free(&pretty);
	buffer_free(&again);
	buffer_free(&once);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = bytes_of(data, size);
	struct json *value = NULL;
	struct error err = { .class = 0 };
	bool checked = json_check(text, &err) == 0;

	demand(checked || (err.what[0] != '\0' && err.where[0] != '\0'));
	demand((json_parse(&value, text, &err) == 0) == checked);
	if (!checked)
		return 0;
	survives(value);
	json_free(value);
	return 0;
}
