#include "ledger/tile.h"

#include "base/limits.h"

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
