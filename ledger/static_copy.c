#include "ledger/static_copy.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

#define PATH_LIMIT 8192
#define NAME_LIMIT 128

static bool
has(const char *path, const char *name)
{
	struct buffer whole = buffer_new(PATH_LIMIT);
	struct error ignored;
	bool there = file_join(&whole, path, name, &ignored) == 0 &&
	    file_exists(buffer_string(&whole));

	buffer_free(&whole);
	return there;
}

bool
static_copy_is(const char *path)
{
	return has(path, STATIC_CHECKPOINT) && has(path, STATIC_TILES);
}

static int
read_checkpoint(struct static_copy *copy, struct error *err)
{
	struct note *parts;
	bool there;
	int result = -1;

	if (folder_read(&copy->folder, STATIC_CHECKPOINT, &copy->note, &there,
		err) == -1)
		return error_within(err, "%s", copy->folder.path);
	if (!there)
		return error_set(err, ERROR_UNDECIDED,
		    "make one with `vouch publish'",
		    "there is no published ledger in %s: it has no checkpoint",
		    copy->folder.path);
	parts = memory_new(1, sizeof *parts);
	if (parts == NULL)
		return error_memory(err);
	if (note_parse(parts, buffer_bytes(&copy->note), err) == 0 &&
	    checkpoint_parse(&copy->checkpoint, parts->text, err) == 0)
		result = 0;
	memory_free(parts);
	if (result == 0 && copy->checkpoint.size > MERKLE_SIZE_MAX)
		result =
		    error_set(err, ERROR_NO, NULL, "no ledger has %llu entries",
			(unsigned long long)copy->checkpoint.size);
	if (result == -1 && err->class != ERROR_SYSTEM) {
		err->class = ERROR_NO;
		return error_within(err, "%s/" STATIC_CHECKPOINT,
		    copy->folder.path);
	}
	return result;
}

int
static_copy_open(struct static_copy *out, const char *path, struct error *err)
{
	struct static_copy made = { .note = buffer_new(LIMIT_NOTE) };
	struct stat status;

	if (folder_open(&made.folder, path, err) == -1)
		return -1;
	if (read_checkpoint(&made, err) == -1) {
		static_copy_close(&made);
		return -1;
	}
	made.has_attachments = fstatat(made.folder.fd, STATIC_ATTACHMENTS,
				   &status, AT_SYMLINK_NOFOLLOW) == 0;
	*out = made;
	return 0;
}

void
static_copy_close(struct static_copy *copy)
{
	folder_close(&copy->folder);
	buffer_free(&copy->note);
}

static int
read_named(const struct static_copy *copy, const struct tile_name *name,
    struct buffer *out, bool *there, struct error *err)
{
	struct buffer path = buffer_new(NAME_LIMIT);
	int result;

	if (name->entries)
		tile_entries_path(&path, name->index, name->width);
	else
		tile_path(&path, name->level, name->index, name->width);
	result =
	    folder_read(&copy->folder, buffer_string(&path), out, there, err);
	if (result == 0 && *there && !name->entries &&
	    out->len != name->width * sizeof(struct digest))
		result = error_set(err, ERROR_NO, NULL,
		    "%s has %zu bytes, not the %zu of its hashes",
		    buffer_string(&path), out->len,
		    name->width * sizeof(struct digest));
	buffer_free(&path);
	return result;
}

/* The file of a name, or the full one that it has become part of. */
static int
read_either(const struct static_copy *copy, struct tile_name *name,
    struct buffer *out, struct error *err)
{
	struct buffer path = buffer_new(NAME_LIMIT);
	unsigned wanted = name->width;
	bool there;

	if (read_named(copy, name, out, &there, err) == -1)
		return -1;
	if (!there && wanted < TILE_WIDTH) {
		name->width = TILE_WIDTH;
		if (read_named(copy, name, out, &there, err) == -1)
			return -1;
	}
	if (there)
		return 0;
	if (name->entries)
		tile_entries_path(&path, name->index, wanted);
	else
		tile_path(&path, name->level, name->index, wanted);
	error_set(err, ERROR_NO,
	    "get the copy again, or publish it with --whole", "%s is missing",
	    buffer_string(&path));
	buffer_free(&path);
	return -1;
}

int
static_copy_tile(const struct static_copy *copy, unsigned level, uint64_t index,
    struct digest out[TILE_WIDTH], unsigned *width, struct error *err)
{
	struct tile_name name = {
		.level = level,
		.index = index,
		.width = tile_width(copy->checkpoint.size, level, index),
	};
	struct buffer content = buffer_new(TILE_WIDTH * sizeof(struct digest));
	unsigned wanted = name.width;
	int result = 0;

	if (wanted > 0)
		result = read_either(copy, &name, &content, err);
	if (result == 0) {
		if (wanted > 0)
			memcpy(out, content.data, wanted * sizeof *out);
		*width = wanted;
	}
	buffer_free(&content);
	return result;
}

static int
read_tile(void *cookie, unsigned level, uint64_t index, unsigned width,
    struct digest *out, struct error *err)
{
	struct digest hashes[TILE_WIDTH];
	unsigned kept;

	if (static_copy_tile(cookie, level, index, hashes, &kept, err) == -1)
		return -1;
	if (kept < width)
		return error_set(err, ERROR_NO, NULL,
		    "the tree has no %u hashes in tile %u/%llu", width, level,
		    (unsigned long long)index);
	memcpy(out, hashes, width * sizeof *hashes);
	return 0;
}

struct tile_source
static_copy_tiles(const struct static_copy *copy)
{
	/* Only read through. */
	return (struct tile_source){ read_tile, (void *)(uintptr_t)copy };
}

int
static_copy_bundle(const struct static_copy *copy, uint64_t index,
    struct buffer *out, bool *whole, struct error *err)
{
	struct tile_name name = {
		.entries = true,
		.index = index,
		.width = tile_width(copy->checkpoint.size, 0, index),
	};
	unsigned wanted = name.width;

	if (wanted == 0)
		return error_set(err, ERROR_NO, NULL,
		    "the tree has no bundle %llu", (unsigned long long)index);
	if (read_either(copy, &name, out, err) == -1)
		return -1;
	*whole = name.width == wanted;
	return 0;
}

int
static_copy_entry(const struct static_copy *copy, uint64_t seq,
    struct buffer *out, struct error *err)
{
	struct buffer bundle = buffer_new(STATIC_BUNDLE_MAX);
	struct bytes rest, line = { NULL, 0 };
	bool more = true, whole;
	int result = -1;

	if (static_copy_bundle(copy, seq / TILE_WIDTH, &bundle, &whole, err) ==
	    -1)
		goto done;
	rest = buffer_bytes(&bundle);
	for (uint64_t i = 0; i <= seq % TILE_WIDTH && more; i++) {
		if (tile_bundle_next(&line, &more, &rest, err) == -1)
			goto done;
	}
	if (!more) {
		error_set(err, ERROR_NO, NULL, "there is no entry %llu",
		    (unsigned long long)seq);
		goto done;
	}
	buffer_clear(out);
	buffer_append(out, line);
	result = buffer_check(out, "entry", err);
done:
	buffer_free(&bundle);
	return result;
}

struct static_name
static_attachment_name(struct digest digest)
{
	struct static_name name;

	(void)snprintf(name.text, sizeof name.text, STATIC_ATTACHMENTS "/%s",
	    digest_hex(digest).text);
	return name;
}
