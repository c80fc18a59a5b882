/*
 * tile_fuzz.c: any bytes are a bundle up to some entry, or refused; and any
 * text is the name of a tile in its one spelling, or none.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/tile.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* What was taken off, put together again, is what was there. */
static void
read_bundle(struct bytes input)
{
	struct buffer again = buffer_new(input.len + 1);
	struct bytes rest = input, entry;
	struct error err;
	bool more = true;
	int result;

	while ((result = tile_bundle_next(&entry, &more, &rest, &err)) == 0 &&
	    more)
		demand(tile_bundle_add(&again, entry, &err) == 0);
	demand(result == 0 || (err.class == ERROR_NO && err.what[0] != '\0'));
	demand(bytes_equal(buffer_bytes(&again),
	    bytes_of(input.data, input.len - rest.len)));
	demand(result == -1 || rest.len == 0);
	buffer_free(&again);
}

static void
read_name(struct bytes input)
{
	char *text = memory_text_of(input);
	struct buffer again = buffer_new(256);
	struct tile_name name;

	if (text != NULL && tile_name_parse(&name, text)) {
		if (name.entries)
			tile_entries_path(&again, name.index, name.width);
		else
			tile_path(&again, name.level, name.index, name.width);
		demand(strcmp(buffer_string(&again), text) == 0);
		demand(name.width >= 1 && name.width <= TILE_WIDTH);
	}
	buffer_free(&again);
	memory_free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_bundle(bytes_of(data, size));
	read_name(bytes_of(data, size));
	return 0;
}
