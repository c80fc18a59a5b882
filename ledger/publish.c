#include "ledger/publish.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_batch.h"
#include "base/memory.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/publish_internal.h"

#define WORKSHOP_LOCK "lock"
/* The size that was published before, until its partial tiles are removed. */
#define WORKSHOP_BEFORE "before"

/* ---- the workshop: one publisher at a time ---- */

static int
workshop_path(struct buffer *out, const struct publish *publish,
    const char *name, struct error *err)
{
	buffer_clear(out);
	buffer_printf(out, "%s/" STATIC_WORKSHOP "%s%s", publish->folder,
	    name[0] == '\0' ? "" : "/", name);
	return buffer_check(out, "path", err);
}

static int
take_lock(struct publish *publish, struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	int result = -1;

	if (workshop_path(&path, publish, "", err) == -1 ||
	    file_make_folders(buffer_string(&path), 0777, err) == -1 ||
	    workshop_path(&path, publish, WORKSHOP_LOCK, err) == -1)
		goto done;
	publish->lock = open(buffer_string(&path),
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (publish->lock == -1)
		error_errno(err, "cannot open `%s'", buffer_string(&path));
	else if (flock(publish->lock, LOCK_EX | LOCK_NB) == 0)
		result = 0;
	else if (errno == EWOULDBLOCK)
		error_set(err, ERROR_UNDECIDED, "try again when it has ended",
		    "another `vouch publish' is at work in %s",
		    publish->folder);
	else
		error_errno(err, "cannot lock `%s'", buffer_string(&path));
done:
	buffer_free(&path);
	return result;
}

/* What a publisher left that was killed: files without a name. */
static int
clear_workshop(struct publish *publish, struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	const struct dirent *found;
	DIR *dir;

	if (workshop_path(&path, publish, "", err) == -1)
		return -1;
	dir = opendir(buffer_string(&path));
	buffer_free(&path);
	if (dir == NULL)
		return error_errno(err, "cannot read `%s/" STATIC_WORKSHOP "'",
		    publish->folder);
	while ((found = readdir(dir)) != NULL) {
		if (strcmp(found->d_name, WORKSHOP_LOCK) != 0 &&
		    strcmp(found->d_name, WORKSHOP_BEFORE) != 0 &&
		    strcmp(found->d_name, ".") != 0 &&
		    strcmp(found->d_name, "..") != 0)
			(void)unlinkat(dirfd(dir), found->d_name, 0);
	}
	closedir(dir);
	return 0;
}

/* ---- what is published already ---- */

static int
refuse_other(const struct publish *publish, const struct static_copy *copy,
    struct error *err)
{
	const char *remedy = "publish into another folder";

	if (strcmp(copy->checkpoint.origin, publish->checkpoint.origin) != 0)
		return error_set(err, ERROR_NO, remedy,
		    "%s has another ledger, %s", publish->folder,
		    copy->checkpoint.origin);
	return error_set(err, ERROR_NO, remedy,
	    "the checkpoint in %s is not signed by this ledger's key",
	    publish->folder);
}

/* The published checkpoint must be one of this ledger's own past. */
static int
check_past(struct publish *publish, const struct static_copy *copy,
    struct error *err)
{
	struct tile_source tiles = store_tiles(publish->store);
	uint64_t size = copy->checkpoint.size;
	struct checkpoint opened;
	struct digest root = merkle_empty();
	struct error finding;

	if (checkpoint_open(&opened, buffer_bytes(&copy->note), publish->key,
		&finding) == -1)
		return refuse_other(publish, copy, err);
	if (size > publish->checkpoint.size && publish->options->earlier)
		return error_set(err, ERROR_NO,
		    "have that one cosigned, or publish without --cosigned",
		    "%s has %llu entries already, and the newest checkpoint "
		    "that witnesses cosigned has %llu",
		    publish->folder, (unsigned long long)size,
		    (unsigned long long)publish->checkpoint.size);
	if (size > publish->checkpoint.size)
		return error_set(err, ERROR_NO,
		    "ask who runs it where the later entries are; "
		    "`vouch verify' compares it with what you have seen",
		    "%s is ahead of this ledger, which was rolled back: it has "
		    "%llu entries, the ledger has %llu",
		    publish->folder, (unsigned long long)size,
		    (unsigned long long)publish->checkpoint.size);
	if (size > 0 && merkle_root_at(&root, size, &tiles, err) == -1)
		return -1;
	if (!digest_equal(root, opened.root))
		return error_set(err, ERROR_NO,
		    "compare it with the copy by `vouch verify'",
		    "%s has a fork of this ledger: its first %llu entries are "
		    "others",
		    publish->folder, (unsigned long long)size);
	return 0;
}

static int
read_published(struct publish *publish, struct error *err)
{
	struct publish_result *result = publish->result;
	struct static_copy copy;
	struct error finding;
	int done = -1;

	if (static_copy_open(&copy, publish->folder, &finding) == -1) {
		/* Nothing yet. */
		if (finding.class == ERROR_UNDECIDED)
			return 0;
		*err = finding;
		return -1;
	}
	if (check_past(publish, &copy, err) == 0) {
		result->had_checkpoint = true;
		result->from = publish->options->whole ? 0
						       : copy.checkpoint.size;
		publish->same_note =
		    bytes_equal(buffer_bytes(&copy.note), publish->note);
		publish->has_attachments = copy.has_attachments;
		done = 0;
	}
	static_copy_close(&copy);
	return done;
}

/* ---- tiles ---- */

int
publish_write(struct publish *publish, const struct buffer *name,
    struct bytes content, struct error *err)
{
	if (buffer_check(name, "name", err) == -1)
		return -1;
	return file_batch_write(publish->batch, buffer_string(name), content,
	    err);
}

static int
write_tile(struct publish *publish, unsigned level, uint64_t index,
    const struct digest *hashes, unsigned width, struct error *err)
{
	struct buffer name = buffer_new(128);
	int result;

	tile_path(&name, level, index, width);
	result = publish_write(publish, &name,
	    bytes_of(hashes, width * sizeof *hashes), err);
	buffer_free(&name);
	publish->result->tiles++;
	return result;
}

static int
full_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err)
{
	return write_tile(cookie, level, index, hashes, TILE_WIDTH, err);
}

static int
write_partial_tiles(struct publish *publish, struct error *err)
{
	uint64_t size = publish->checkpoint.size;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		unsigned width = publish->tree->width[level];

		if (width > 0 &&
		    write_tile(publish, level, size >> (8 * (level + 1)),
			publish->tree->hash[level], width, err) == -1)
			return -1;
	}
	return 0;
}

/* ---- entries ---- */

static int
write_bundle(struct publish *publish, uint64_t index, unsigned width,
    struct error *err)
{
	struct buffer name = buffer_new(128);
	int result;

	tile_entries_path(&name, index, width);
	result =
	    publish_write(publish, &name, buffer_bytes(&publish->bundle), err);
	buffer_free(&name);
	buffer_clear(&publish->bundle);
	publish->result->bundles++;
	return result;
}

/* The leaf hash of a line; of one that was erased, the stored one. */
static int
leaf_of(struct publish *publish, uint64_t seq, struct bytes line,
    struct digest *leaf, struct error *err)
{
	struct tile_source tiles = store_tiles(publish->store);
	unsigned at = (unsigned)(seq % TILE_WIDTH);
	struct digest hashes[TILE_WIDTH];

	if (line.len > 0) {
		*leaf = entry_leaf_hash(line);
		return 0;
	}
	if (tiles.read(tiles.cookie, 0, seq / TILE_WIDTH, at + 1, hashes,
		err) == -1)
		return -1;
	*leaf = hashes[at];
	return 0;
}

/* One entry into its bundle; and, from the published size on, the tree. */
static int
take_entry(struct publish *publish, uint64_t seq, struct bytes line,
    struct error *err)
{
	uint64_t last = publish->checkpoint.size - 1;
	struct digest leaf;

	if (tile_bundle_add(&publish->bundle, line, err) == -1)
		return -1;
	if (seq >= publish->result->from &&
	    (leaf_of(publish, seq, line, &leaf, err) == -1 ||
		merkle_add(publish->tree, leaf, full_tile, publish, err) == -1))
		return -1;
	if (seq % TILE_WIDTH != TILE_WIDTH - 1 && seq != last)
		return 0;
	return write_bundle(publish, seq / TILE_WIDTH,
	    (unsigned)(seq % TILE_WIDTH) + 1, err);
}

/* Every now and then, say how far it is. */
static int
tell_progress(const struct publish *publish, uint64_t seq, struct error *err)
{
	const struct publish_options *options = publish->options;
	uint64_t from = publish->result->from;

	if (options->progress == NULL || seq % TILE_WIDTH != 0 || seq < from ||
	    options->progress(options->cookie, seq - from,
		publish->checkpoint.size - from) == 0)
		return 0;
	return error_set(err, ERROR_SYSTEM, NULL, "interrupted");
}

static int
write_entries(struct publish *publish, struct error *err)
{
	/* The bundle that was partial begins again. */
	uint64_t next = publish->result->from / TILE_WIDTH * TILE_WIDTH;

	if (store_scan_entries(publish->store, next, publish->checkpoint.size,
		err) == -1)
		return -1;
	for (; next < publish->checkpoint.size; next++) {
		struct bytes line;
		uint64_t seq;
		bool more;

		if (store_scan_entries_next(publish->store, &seq, &line, &more,
			err) == -1)
			return -1;
		if (!more || seq != next)
			return error_set(err, ERROR_NO, "run `vouch verify'",
			    "entry %llu is missing", (unsigned long long)next);
		if (take_entry(publish, seq, line, err) == -1 ||
		    tell_progress(publish, seq, err) == -1)
			return -1;
	}
	return 0;
}

/* Nobody is given a tree that does not lead to its checkpoint. */
static int
write_tree(struct publish *publish, struct error *err)
{
	struct tile_source tiles = store_tiles(publish->store);

	if (publish->result->from == publish->checkpoint.size)
		return 0;
	if (merkle_load(publish->tree, publish->result->from, &tiles, err) ==
		-1 ||
	    write_entries(publish, err) == -1)
		return -1;
	if (!digest_equal(merkle_root(publish->tree), publish->checkpoint.root))
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the ledger is damaged: its entries do not lead to the "
		    "root of its checkpoint");
	return write_partial_tiles(publish, err);
}

/* ---- the checkpoint, and what it makes superfluous ---- */

/* What the next publisher is to remove, should this one be killed. */
static int
remember_before(struct publish *publish, struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	struct buffer size = buffer_new(32);
	int result = -1;

	buffer_printf(&size, "%llu\n",
	    (unsigned long long)publish->result->from);
	if (workshop_path(&path, publish, WORKSHOP_BEFORE, err) == 0)
		result = file_write(buffer_string(&path), buffer_bytes(&size),
		    0666, err);
	buffer_free(&path);
	buffer_free(&size);
	return result;
}

/* The partial tiles of one number, once the full one is there. */
static int
remove_partials(struct publish *publish, const struct tile_name *name,
    struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	const struct dirent *found;
	DIR *dir;

	buffer_printf(&path, "%s/", publish->folder);
	if (name->entries)
		tile_entries_path(&path, name->index, TILE_WIDTH);
	else
		tile_path(&path, name->level, name->index, TILE_WIDTH);
	buffer_text(&path, ".p");
	if (buffer_check(&path, "path", err) == -1)
		return -1;
	dir = opendir(buffer_string(&path));
	if (dir != NULL) {
		while ((found = readdir(dir)) != NULL) {
			if (found->d_name[0] != '.' &&
			    unlinkat(dirfd(dir), found->d_name, 0) == 0)
				publish->result->removed++;
		}
		closedir(dir);
		(void)rmdir(buffer_string(&path));
	}
	buffer_free(&path);
	return 0;
}

/* The partial tiles of a size that is past, where they are full now. */
static int
remove_past(struct publish *publish, uint64_t past, struct error *err)
{
	uint64_t size = publish->checkpoint.size;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		struct tile_name name = {
			.level = level,
			.index = past >> (8 * (level + 1)),
		};

		if (tile_width(size, level, name.index) != TILE_WIDTH)
			return 0;
		if (remove_partials(publish, &name, err) == -1)
			return -1;
		name.entries = true;
		if (level == 0 && remove_partials(publish, &name, err) == -1)
			return -1;
	}
	return 0;
}

/* What a publisher that was killed had still to remove. */
static int
finish_before(struct publish *publish, struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	struct buffer text = buffer_new(32);
	uint64_t size = publish->checkpoint.size;
	uint64_t past = 0;
	struct error ignored;
	int result = -1;

	if (workshop_path(&path, publish, WORKSHOP_BEFORE, err) == -1)
		goto done;
	result = 0;
	if (file_read(&text, buffer_string(&path), &ignored) == -1)
		goto done;
	for (size_t i = 0; i + 1 < text.len && past <= size; i++)
		past = past * 10 + (uint64_t)(text.data[i] - '0');
	/* Not beyond what is published: full tiles are there up to it. */
	publish->checkpoint.size = publish->result->from;
	if (past <= publish->result->from)
		result = remove_past(publish, past, err);
	publish->checkpoint.size = size;
	(void)unlink(buffer_string(&path));
done:
	buffer_free(&path);
	buffer_free(&text);
	return result;
}

static int
write_checkpoint(struct publish *publish, struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	uint64_t from = publish->result->from;
	/* If not the tile of the leaves, then no other. */
	bool filled = from > 0 &&
	    tile_width(publish->checkpoint.size, 0, from / TILE_WIDTH) ==
		TILE_WIDTH;
	int result = -1;

	if (publish->same_note)
		return 0;
	if (filled && remember_before(publish, err) == -1)
		goto done;
	buffer_text(&path, STATIC_CHECKPOINT);
	if (publish_write(publish, &path, publish->note, err) == -1 ||
	    file_batch_finish(publish->batch, err) == -1)
		goto done;
	result = 0;
	if (!filled)
		goto done;
	result = remove_past(publish, from, err);
	if (result == 0 &&
	    workshop_path(&path, publish, WORKSHOP_BEFORE, err) == 0)
		(void)unlink(buffer_string(&path));
done:
	buffer_free(&path);
	return result;
}

/* Everything, under the lock. */
static int
publish_all(struct publish *publish, struct error *err)
{
	if (clear_workshop(publish, err) == -1 ||
	    read_published(publish, err) == -1 ||
	    publish_nothing_owed(publish, err) == -1 ||
	    finish_before(publish, err) == -1 ||
	    file_batch_new(&publish->batch, publish->folder, STATIC_WORKSHOP,
		err) == -1 ||
	    write_tree(publish, err) == -1 ||
	    publish_erased(publish, err) == -1 ||
	    publish_attachments(publish, err) == -1 ||
	    file_batch_finish(publish->batch, err) == -1)
		return -1;
	return write_checkpoint(publish, err);
}

static int
read_note(struct publish *publish, struct error *err)
{
	if (publish->note.len == 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the ledger has no checkpoint");
	return checkpoint_open(&publish->checkpoint, publish->note,
	    publish->key, err);
}

int
publish_ledger(struct publish_result *result, struct store *store,
    struct bytes note, const struct note_key *key, const char *folder,
    const struct publish_options *options, struct error *err)
{
	struct publish publish = {
		.store = store,
		.key = key,
		.folder = folder,
		.note = note,
		.options = options,
		.result = result,
		.lock = -1,
		.bundle = buffer_new(STATIC_BUNDLE_MAX),
	};
	int done = -1;

	memset(result, 0, sizeof *result);
	publish.tree = memory_new(1, sizeof *publish.tree);
	if (publish.tree == NULL)
		return error_memory(err);
	if (read_note(&publish, err) == 0 && take_lock(&publish, err) == 0)
		done = publish_all(&publish, err);
	result->checkpoint = publish.checkpoint;
	file_batch_free(publish.batch);
	if (publish.lock != -1)
		close(publish.lock);
	buffer_free(&publish.bundle);
	memory_free(publish.tree);
	return done;
}
