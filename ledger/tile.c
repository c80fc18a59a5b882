#include "ledger/tile.h"

#include <string.h>

#include "base/limits.h"
#include "ledger/merkle.h"

/* "x001/x234/067": groups of three digits, all but the last with an x. */
static void
write_number(struct buffer *out, uint64_t index)
{
	unsigned groups[8];
	size_t count = 0;

	do {
		groups[count++] = (unsigned)(index % 1000);
		index /= 1000;
	} while (index > 0);
	while (count-- > 1)
		buffer_printf(out, "x%03u/", groups[count]);
	buffer_printf(out, "%03u", groups[0]);
}

static void
write_width(struct buffer *out, unsigned width)
{
	if (width < 256)
		buffer_printf(out, ".p/%u", width);
}

void
tile_path(struct buffer *out, unsigned level, uint64_t index, unsigned width)
{
	buffer_printf(out, "tile/%u/", level);
	write_number(out, index);
	write_width(out, width);
}

void
tile_entries_path(struct buffer *out, uint64_t index, unsigned width)
{
	buffer_text(out, "tile/entries/");
	write_number(out, index);
	write_width(out, width);
}

/* A decimal number of a name, or UINT64_MAX; which numbers may stand there is
 * seen by writing the name again. */
static uint64_t
read_number(const char **at)
{
	uint64_t number = 0;
	const char *digit = *at;

	for (; *digit >= '0' && *digit <= '9'; digit++) {
		if (digit - *at > 18)
			return UINT64_MAX;
		number = number * 10 + (uint64_t)(*digit - '0');
	}
	if (digit == *at)
		return UINT64_MAX;
	*at = digit;
	return number;
}

/* "x001/x234/067", of at most five groups. */
static uint64_t
read_index(const char **at)
{
	uint64_t index = 0;

	for (unsigned groups = 0; groups < 6; groups++) {
		bool more = **at == 'x';
		uint64_t group;

		*at += more;
		group = read_number(at);
		if (group > 999)
			return UINT64_MAX;
		index = index * 1000 + group;
		if (!more)
			return index;
		if (**at != '/')
			return UINT64_MAX;
		++*at;
	}
	return UINT64_MAX;
}

bool
tile_name_parse(struct tile_name *out, const char *path)
{
	struct buffer again = buffer_new(128);
	struct tile_name name = { .width = TILE_WIDTH };
	const char *at = path;
	uint64_t number = 0;
	bool exact;

	if (strncmp(path, "tile/", 5) != 0)
		return false;
	name.entries = strncmp(path, "tile/entries/", 13) == 0;
	at += name.entries ? 13 : 5;
	if (!name.entries) {
		number = read_number(&at);
		if (number >= 64 || *at++ != '/')
			return false;
		name.level = (unsigned)number;
	}
	name.index = read_index(&at);
	if (name.index == UINT64_MAX)
		return false;
	if (strncmp(at, ".p/", 3) == 0) {
		at += 3;
		number = read_number(&at);
		if (number == 0 || number >= TILE_WIDTH)
			return false;
		name.width = (unsigned)number;
	}
	if (name.entries)
		tile_entries_path(&again, name.index, name.width);
	else
		tile_path(&again, name.level, name.index, name.width);
	exact = strcmp(buffer_string(&again), path) == 0;
	buffer_free(&again);
	if (exact)
		*out = name;
	return exact;
}

unsigned
tile_width(uint64_t size, unsigned level, uint64_t index)
{
	uint64_t hashes = level < TILE_LEVELS ? size >> (8 * level) : 0;

	if (index < hashes / TILE_WIDTH)
		return TILE_WIDTH;
	return index == hashes / TILE_WIDTH ? (unsigned)(hashes % TILE_WIDTH)
					    : 0;
}

int
tile_bundle_add(struct buffer *out, struct bytes entry, struct error *err)
{
	if (entry.len > LIMIT_ENTRY)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "an entry of %zu bytes does not fit a bundle", entry.len);
	buffer_byte(out, (uint8_t)(entry.len >> 8));
	buffer_byte(out, (uint8_t)(entry.len & 0xff));
	buffer_append(out, entry);
	return buffer_check(out, "entry bundle", err);
}

int
tile_bundle_next(struct bytes *entry, bool *more, struct bytes *rest,
    struct error *err)
{
	size_t len;

	*more = rest->len > 0;
	if (!*more)
		return 0;
	if (rest->len < 2)
		return error_set(err, ERROR_NO, NULL,
		    "the entry bundle is truncated");
	len = (size_t)rest->data[0] << 8 | rest->data[1];
	if (rest->len - 2 < len)
		return error_set(err, ERROR_NO, NULL,
		    "the entry bundle is truncated");
	*entry = bytes_of(rest->data + 2, len);
	*rest = bytes_after(*rest, 2 + len);
	return 0;
}
