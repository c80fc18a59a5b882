/*
 * entry_fuzz.c: any bytes are refused or are an entry in its one spelling;
 * any bytes are a bundle of entries or are not.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/entry.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "ledger/entry.h"
#include "ledger/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* What is read is written to the same bytes. */
static void
read_as_entry(struct bytes input)
{
	static struct buffer text;
	struct entry entry = entry_new();
	struct error err;

	text = buffer_new(LIMIT_ENTRY);
	if (entry_parse(&entry, input, &err) == 0) {
		demand(input.len <= LIMIT_ENTRY);
		demand(entry_write(&text, entry.seq, entry.time_ms, entry.prev,
		    &entry.envelope, &err) == 0);
		demand(bytes_equal(buffer_bytes(&text), input));
	} else {
		demand(err.class == ERROR_NO && err.what[0] != '\0');
	}
	entry_free(&entry);
	buffer_free(&text);
}

/* A bundle's entries, put together again, are the bundle. */
static void
read_as_bundle(struct bytes input)
{
	struct buffer again = buffer_new((size_t)1 << 24);
	struct bytes rest = input, entry;
	struct error err;
	bool more = true;

	while (tile_bundle_next(&entry, &more, &rest, &err) == 0 && more)
		demand(tile_bundle_add(&again, entry, &err) == 0);
	if (!more)
		demand(bytes_equal(buffer_bytes(&again), input));
	else
		demand(err.class == ERROR_NO);
	buffer_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_as_entry(bytes_of(data, size));
	read_as_bundle(bytes_of(data, size));
	return 0;
}
