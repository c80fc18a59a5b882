#include "policy/cel_zone.h"

#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"

#define FOLDER "/usr/share/zoneinfo/"
#define NAME_MAX_BYTES 64
#define FILE_MAX ((size_t)1 << 20)
#define HEADER 44

/* A part of a zone file: counts from its header, and where its data is. */
struct part {
	const uint8_t *data;
	size_t len;
	size_t time_size; /* 4 in version 1, 8 after. */
	uint32_t isut, isstd, leaps, times, types, characters;
};

static uint32_t
big32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

static int64_t
big_time(const uint8_t *at, size_t size)
{
	if (size == 4)
		return (int32_t)big32(at);
	return (int64_t)((uint64_t)big32(at) << 32 | big32(at + 4));
}

/* The bytes of a part's data. */
static size_t
size_of(const struct part *part)
{
	return (size_t)part->times * (part->time_size + 1) +
	    (size_t)part->types * 6 + part->characters +
	    (size_t)part->leaps * (part->time_size + 4) + part->isstd +
	    part->isut;
}

static bool
read_part(struct part *part, struct bytes file, size_t time_size)
{
	if (file.len < HEADER || memcmp(file.data, "TZif", 4) != 0)
		return false;
	part->time_size = time_size;
	part->isut = big32(file.data + 20);
	part->isstd = big32(file.data + 24);
	part->leaps = big32(file.data + 28);
	part->times = big32(file.data + 32);
	part->types = big32(file.data + 36);
	part->characters = big32(file.data + 40);
	part->data = file.data + HEADER;
	part->len = file.len - HEADER;
	return part->types > 0 && part->types <= 256 &&
	    part->times < FILE_MAX && part->leaps < FILE_MAX &&
	    part->characters < FILE_MAX && part->isstd < FILE_MAX &&
	    part->isut < FILE_MAX && size_of(part) <= part->len;
}

/* The type in force: that of the last change that was not later. */
static bool
offset_in(const struct part *part, int64_t seconds, int64_t *offset)
{
	const uint8_t *index = part->data + part->times * part->time_size;
	const uint8_t *type = index + part->times;
	size_t low = 0, high = part->times, which = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (big_time(part->data + middle * part->time_size,
			part->time_size) <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0)
		which = index[low - 1];
	if (which >= part->types)
		return false;
	*offset = (int32_t)big32(type + which * 6);
	return true;
}

static bool
is_zone_name(struct bytes name)
{
	if (name.len == 0 || name.len > NAME_MAX_BYTES || name.data[0] == '/')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '-' ||
			c == '+' || c == '/'))
			return false;
	}
	return true;
}

bool
cel_zone_offset(struct bytes name, int64_t seconds, int64_t *offset)
{
	struct buffer path = buffer_new(200), file = buffer_new(FILE_MAX);
	struct error ignored;
	struct part part;
	struct bytes rest;
	bool found = false;

	if (!is_zone_name(name))
		return false;
	buffer_text(&path, FOLDER);
	buffer_append(&path, name);
	if (file_read(&file, buffer_string(&path), &ignored) == -1 ||
	    !read_part(&part, buffer_bytes(&file), 4))
		goto done;
	/* From version 2 on, a second part has 64-bit times. */
	if (file.data[4] >= '2') {
		rest =
		    bytes_after(buffer_bytes(&file), HEADER + size_of(&part));
		if (!read_part(&part, rest, 8))
			goto done;
	}
	found = offset_in(&part, seconds, offset);
done:
	buffer_free(&path);
	buffer_free(&file);
	return found;
}
