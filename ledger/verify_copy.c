#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "ledger/entry.h"
#include "ledger/static_copy.h"
#include "ledger/verify_internal.h"

/* Bundles in a row that are looked for in vain. */
#define RUN_MAX 4096

/*
 * A published copy as a source.  Its one checkpoint says how many entries
 * there should be, and so which files: each is read, and what is wrong with
 * one is told once, by the name of the file, where the entries that it lacks
 * would have come.
 */
struct copy {
	struct static_copy files;
	uint64_t next; /* The entry that comes next. */
	struct buffer bundle; /* The bundle that it is in, */
	struct bytes rest; /* what is left of it, */
	bool whole; /* and whether it ends with its last entry. */
	bool leftover; /* Bytes after that are to be told. */
	bool checkpoint_given;
	DIR *attachments;
	struct verify *verify; /* While the files are walked. */
};

/* ---- entries ---- */

/* The entries from `next' to the end of its bundle are not to be had. */
static void
skip_bundle(struct copy *copy)
{
	uint64_t end = (copy->next / TILE_WIDTH + 1) * TILE_WIDTH;

	copy->next = end < copy->files.checkpoint.size
	    ? end
	    : copy->files.checkpoint.size;
	copy->rest = bytes_of(NULL, 0);
}

static int
open_bundle(struct copy *copy, struct error *err)
{
	buffer_clear(&copy->bundle);
	if (static_copy_bundle(&copy->files, copy->next / TILE_WIDTH,
		&copy->bundle, &copy->whole, err) == -1)
		return -1;
	copy->rest = buffer_bytes(&copy->bundle);
	return 0;
}

/* The bundle that comes next cannot be had, as err says: how many after it
 * cannot either?  A forger's checkpoint may be of any size. */
static int
skip_missing(struct copy *copy, struct error *err)
{
	struct error finding = *err, other;
	uint64_t more = 0;

	skip_bundle(copy);
	while (copy->next < copy->files.checkpoint.size && more < RUN_MAX &&
	    open_bundle(copy, &other) == -1) {
		if (other.class == ERROR_SYSTEM) {
			*err = other;
			return -1;
		}
		skip_bundle(copy);
		more++;
	}
	if (more == RUN_MAX)
		copy->next = copy->files.checkpoint.size;
	if (more > 0)
		error_set(err, finding.class, finding.remedy,
		    "%s, nor can %llu%s bundles after it be had", finding.what,
		    (unsigned long long)more,
		    more == RUN_MAX ? " or more" : "");
	return -1;
}

/* In the words of one who looks for the file. */
static int
short_bundle(const struct copy *copy, struct error *err)
{
	struct buffer name = buffer_new(128);
	uint64_t index = copy->next / TILE_WIDTH;
	unsigned width = tile_width(copy->files.checkpoint.size, 0, index);

	tile_entries_path(&name, index, width);
	error_set(err, ERROR_NO, NULL, "%s ends after %u of its %u entries",
	    buffer_string(&name), (unsigned)(copy->next % TILE_WIDTH), width);
	buffer_free(&name);
	return -1;
}

static int
long_bundle(struct copy *copy, struct error *err)
{
	struct buffer name = buffer_new(128);
	uint64_t index = (copy->next - 1) / TILE_WIDTH;
	unsigned width = tile_width(copy->files.checkpoint.size, 0, index);

	tile_entries_path(&name, index, width);
	error_set(err, ERROR_NO, NULL,
	    "%s has %zu bytes after the last of its %u entries",
	    buffer_string(&name), copy->rest.len, width);
	buffer_free(&name);
	copy->leftover = false;
	return -1;
}

static int
next_entry(void *cookie, uint64_t *seq, struct bytes *line, bool *more,
    struct error *err)
{
	struct copy *copy = cookie;
	uint64_t size = copy->files.checkpoint.size;
	bool there;

	*seq = copy->next;
	if (copy->leftover) {
		*seq = copy->next - 1;
		return long_bundle(copy, err);
	}
	*more = copy->next < size;
	if (!*more)
		return 0;
	if (copy->next % TILE_WIDTH == 0 && open_bundle(copy, err) == -1)
		return err->class == ERROR_SYSTEM ? -1
						  : skip_missing(copy, err);
	if (tile_bundle_next(line, &there, &copy->rest, err) == -1 || !there) {
		short_bundle(copy, err);
		skip_bundle(copy);
		return -1;
	}
	copy->next++;
	if (copy->next % TILE_WIDTH == 0 || copy->next == size)
		copy->leftover = copy->whole && copy->rest.len > 0;
	return 0;
}

static int
entry_at(void *cookie, uint64_t seq, struct buffer *line, struct error *err)
{
	const struct copy *copy = cookie;

	return static_copy_entry(&copy->files, seq, line, err);
}

/* ---- the checkpoint and the tiles ---- */

static int
next_checkpoint(void *cookie, uint64_t *size, struct bytes *note, bool *more,
    struct error *err)
{
	struct copy *copy = cookie;

	(void)err;
	*more = !copy->checkpoint_given;
	*size = copy->files.checkpoint.size;
	*note = buffer_bytes(&copy->files.note);
	copy->checkpoint_given = true;
	return 0;
}

static int
newest_checkpoint(void *cookie, uint64_t *size, struct buffer *note,
    struct error *err)
{
	const struct copy *copy = cookie;

	buffer_clear(note);
	buffer_append(note, buffer_bytes(&copy->files.note));
	*size = copy->files.checkpoint.size;
	return buffer_check(note, "checkpoint", err);
}

static int
tile(void *cookie, unsigned level, uint64_t index,
    struct digest out[TILE_WIDTH], unsigned *width, struct error *err)
{
	const struct copy *copy = cookie;

	return static_copy_tile(&copy->files, level, index, out, width, err);
}

/* ---- attachments ---- */

static int
has_attachment(void *cookie, struct digest digest, bool *has, struct error *err)
{
	const struct copy *copy = cookie;
	uint64_t size;

	return folder_has(&copy->files.folder,
	    static_attachment_name(digest).text, has, &size, err);
}

static int
next_attachment(void *cookie, const struct digest *after, struct digest *digest,
    bool *more, struct error *err)
{
	struct copy *copy = cookie;
	const struct dirent *found;
	int fd;

	*more = false;
	if (after == NULL && copy->files.has_attachments &&
	    copy->attachments == NULL) {
		/* A link is named when the files are walked. */
		fd = openat(copy->files.folder.fd, STATIC_ATTACHMENTS,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		copy->attachments = fd == -1 ? NULL : fdopendir(fd);
		if (fd != -1 && copy->attachments == NULL) {
			close(fd);
			return error_memory(err);
		}
	}
	while (copy->attachments != NULL && !*more &&
	    (found = readdir(copy->attachments)) != NULL)
		*more = digest_parse(digest, bytes_of_text(found->d_name));
	return 0;
}

static int
attachment_digest(void *cookie, struct digest digest, struct digest *computed,
    uint64_t *size, struct error *err)
{
	const struct copy *copy = cookie;
	struct static_name name = static_attachment_name(digest);
	bool there;

	if (folder_digest(&copy->files.folder, name.text, LIMIT_ATTACHMENT,
		computed, size, &there, err) == -1)
		return -1;
	if (!there)
		return error_set(err, ERROR_NO, NULL, "%s is gone", name.text);
	return 0;
}

/* ---- files that were not read on the way ---- */

static int
tell_file(const struct copy *copy, const char *name, const char *what,
    struct error *err)
{
	struct buffer text = buffer_new(2048);

	text_show(&text, bytes_of_text(name));
	buffer_printf(&text, " %s", what);
	if (buffer_check(&text, "name", err) == -1) {
		buffer_clear(&text);
		buffer_printf(&text, "a file with a very long name %s", what);
	}
	verify_tell(copy->verify, VERIFY_STORE, VERIFY_NOWHERE,
	    buffer_string(&text));
	buffer_free(&text);
	if (copy->verify->stopped)
		return error_set(err, ERROR_NO, NULL, "enough was found");
	return 0;
}

/* The beginning of a tile, in a file of its own.  Where the tile itself
 * cannot be had, that was told. */
static int
check_old_tile(const struct copy *copy, const char *path,
    const struct tile_name *name, struct error *err)
{
	struct buffer content = buffer_new(TILE_WIDTH * sizeof(struct digest));
	struct digest hashes[TILE_WIDTH];
	struct error finding;
	unsigned width = 0;
	bool there, same = false;

	if (static_copy_tile(&copy->files, name->level, name->index, hashes,
		&width, &finding) == -1)
		return 0;
	if (folder_read(&copy->files.folder, path, &content, &there,
		&finding) == 0)
		same = width >= name->width &&
		    bytes_equal(buffer_bytes(&content),
			bytes_of(hashes, name->width * sizeof *hashes));
	buffer_free(&content);
	return same ? 0
		    : tell_file(copy, path,
			  "is an old partial tile that does not agree with "
			  "the tree",
			  err);
}

/* The beginning of a bundle: the entries of the tree, some of them erased. */
static bool
agrees(struct bytes old, struct bytes now, const struct tile_name *name,
    const struct digest hashes[TILE_WIDTH])
{
	struct error ignored;

	for (unsigned i = 0; i < name->width; i++) {
		struct bytes line, kept;
		bool more, also;

		if (tile_bundle_next(&line, &more, &old, &ignored) == -1 ||
		    tile_bundle_next(&kept, &also, &now, &ignored) == -1 ||
		    !more || !also || (line.len == 0) != (kept.len == 0))
			return false;
		if (line.len > 0 &&
		    !digest_equal(entry_leaf_hash(line), hashes[i]))
			return false;
	}
	return old.len == 0;
}

static int
check_old_bundle(const struct copy *copy, const char *path,
    const struct tile_name *name, struct error *err)
{
	struct buffer old = buffer_new(STATIC_BUNDLE_MAX);
	struct buffer now = buffer_new(STATIC_BUNDLE_MAX);
	struct digest hashes[TILE_WIDTH];
	struct error finding;
	unsigned width = 0;
	bool there, whole, good = true;

	if (static_copy_bundle(&copy->files, name->index, &now, &whole,
		&finding) == 0 &&
	    static_copy_tile(&copy->files, 0, name->index, hashes, &width,
		&finding) == 0)
		good = folder_read(&copy->files.folder, path, &old, &there,
			   &finding) == 0 &&
		    width >= name->width &&
		    agrees(buffer_bytes(&old), buffer_bytes(&now), name,
			hashes);
	buffer_free(&old);
	buffer_free(&now);
	return good ? 0
		    : tell_file(copy, path,
			  "is an old partial bundle that does not agree with "
			  "the tree",
			  err);
}

/* What a publisher that was killed, or is at work, has beyond the checkpoint:
 * nobody signed for it. */
static int
tell_ahead(const struct copy *copy, const char *path)
{
	const struct verify_options *options = copy->verify->options;

	copy->verify->result->ahead++;
	if (options->ahead != NULL)
		options->ahead(options->cookie, path);
	return 0;
}

static int
visit_tile(void *cookie, const char *path, bool plain, struct error *err)
{
	const struct copy *copy = cookie;
	struct tile_name name;
	unsigned width;

	if (!plain)
		return tell_file(copy, path, "is not a plain file", err);
	if (!tile_name_parse(&name, path))
		return tell_file(copy, path, "is no tile: it is astray here",
		    err);
	width = tile_width(copy->files.checkpoint.size, name.level, name.index);
	if (width == name.width)
		return 0; /* It was read. */
	if (width < name.width)
		return tell_ahead(copy, path);
	return name.entries ? check_old_bundle(copy, path, &name, err)
			    : check_old_tile(copy, path, &name, err);
}

static int
visit_attachment(void *cookie, const char *path, bool plain, struct error *err)
{
	const struct copy *copy = cookie;
	struct digest ignored;

	if (!plain)
		return tell_file(copy, path, "is not a plain file", err);
	/* Those that are attachments were read. */
	if (strncmp(path, STATIC_ATTACHMENTS "/", sizeof STATIC_ATTACHMENTS) ==
		0 &&
	    digest_parse(&ignored,
		bytes_of_text(path + sizeof STATIC_ATTACHMENTS)))
		return 0;
	return tell_file(copy, path, "is no attachment: it is astray here",
	    err);
}

/* The signature where the tree never came to the checkpoint's size. */
static void
check_unreached(struct verify *verify, const struct copy *copy)
{
	const struct note_key *key = authority_ledger_key(verify->authority);
	struct checkpoint opened;
	struct error finding;

	if (verify->newest_checkpoint == copy->files.checkpoint.size ||
	    key == NULL)
		return;
	if (checkpoint_open(&opened, buffer_bytes(&copy->files.note), key,
		&finding) == -1)
		verify_tell(verify, VERIFY_CHECKPOINT,
		    copy->files.checkpoint.size, finding.what);
}

static int
finish(void *cookie, struct verify *verify, struct error *err)
{
	struct copy *copy = cookie;
	int result = 0;

	copy->verify = verify;
	check_unreached(verify, copy);
	if (folder_walk(&copy->files.folder, STATIC_TILES, visit_tile, copy,
		err) == -1 ||
	    folder_walk(&copy->files.folder, STATIC_ATTACHMENTS,
		visit_attachment, copy, err) == -1)
		result = verify->stopped ? 0 : -1;
	return result;
}

static void
close_copy(void *cookie)
{
	struct copy *copy = cookie;

	if (copy->attachments != NULL)
		closedir(copy->attachments);
	static_copy_close(&copy->files);
	buffer_free(&copy->bundle);
	memory_free(copy);
}

int
verify_source_copy(struct verify_source *out, const char *path,
    struct error *err)
{
	struct copy *copy = memory_new(1, sizeof *copy);

	if (copy == NULL)
		return error_memory(err);
	if (static_copy_open(&copy->files, path, err) == -1) {
		memory_free(copy);
		return -1;
	}
	copy->bundle = buffer_new(STATIC_BUNDLE_MAX);
	*out = (struct verify_source){
		.cookie = copy,
		.size = copy->files.checkpoint.size,
		.tells_gaps = true,
		.without_attachments = !copy->files.has_attachments,
		.next_entry = next_entry,
		.entry = entry_at,
		.next_checkpoint = next_checkpoint,
		.newest_checkpoint = newest_checkpoint,
		.tile = tile,
		.has_attachment = has_attachment,
		.next_attachment = next_attachment,
		.attachment_digest = attachment_digest,
		.finish = finish,
		.close = close_copy,
	};
	return 0;
}
