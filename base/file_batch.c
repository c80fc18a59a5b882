#include "base/file_batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/file_internal.h"
#include "base/memory.h"
#include "base/pool.h"

/* Files that go to the disk together: so many, or with so many bytes. */
#define LOAD_FILES 64
#define LOAD_BYTES ((size_t)4 * 1024 * 1024)
#define NAME_LEN 256

struct waiting {
	char name[NAME_LEN];
	size_t offset; /* Its content, in that of the load. */
	size_t len;
	int fd; /* Once it is written. */
};

/* Folders in which a file got its name since the last finish. */
struct touched {
	char name[NAME_LEN];
};

struct load {
	struct buffer content;
	struct waiting waiting[LOAD_FILES];
	size_t count;
	size_t written; /* So many are files, which have no name yet. */
};

/* While one load is written, the other is filled. */
struct file_batch {
	const char *folder;
	const char *staging;
	struct load load[2];
	struct load *filling;

	struct pool *thread; /* From the first full load on. */
	struct pool_set settling;
	bool under_way;
	/* Of the thread that settles, or of nobody when none is under way. */
	struct load *settled;
	struct touched *touched;
	size_t touched_count;
	size_t touched_capacity;
	struct buffer path;
	struct buffer other;
	int result; /* -1 from the first failure on. */
	struct error err;
};

int
file_batch_new(struct file_batch **out, const char *folder, const char *staging,
    struct error *err)
{
	struct file_batch *batch = memory_new(1, sizeof *batch);

	if (batch == NULL)
		return error_memory(err);
	batch->folder = folder;
	batch->staging = staging;
	batch->load[0].content = buffer_new(SIZE_MAX);
	batch->load[1].content = buffer_new(SIZE_MAX);
	batch->filling = &batch->load[0];
	batch->path = buffer_new(SIZE_MAX);
	batch->other = buffer_new(SIZE_MAX);
	*out = batch;
	return 0;
}

/* Where the file of that number is written until it has its name. */
static int
staged(struct file_batch *batch, size_t number, struct error *err)
{
	buffer_clear(&batch->path);
	buffer_printf(&batch->path, "%s/%s/%zu", batch->folder, batch->staging,
	    number);
	return buffer_check(&batch->path, "path", err);
}

static void
forget(struct file_batch *batch, struct load *load)
{
	struct error ignored;

	for (size_t i = 0; i < load->written; i++) {
		close(load->waiting[i].fd);
		if (staged(batch, i, &ignored) == 0)
			unlink(buffer_string(&batch->path));
	}
	buffer_free(&load->content);
}

void
file_batch_free(struct file_batch *batch)
{
	if (batch == NULL)
		return;
	if (batch->under_way)
		pool_wait(batch->thread, &batch->settling);
	pool_free(batch->thread);
	forget(batch, &batch->load[0]);
	forget(batch, &batch->load[1]);
	buffer_free(&batch->path);
	buffer_free(&batch->other);
	memory_free(batch->touched);
	memory_free(batch);
}

/* ---- one load ---- */

/* Remember a folder; runs of files in the same one are the rule. */
static int
touch(struct file_batch *batch, const char *name, size_t len, struct error *err)
{
	struct touched *grown;
	size_t most = batch->touched_count < 16 ? batch->touched_count : 16;

	for (size_t i = 0; i < most; i++) {
		const char *kept =
		    batch->touched[batch->touched_count - 1 - i].name;

		if (strlen(kept) == len && memcmp(kept, name, len) == 0)
			return 0;
	}
	grown = memory_grow(batch->touched, &batch->touched_capacity,
	    batch->touched_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	batch->touched = grown;
	grown += batch->touched_count++;
	memcpy(grown->name, name, len);
	grown->name[len] = '\0';
	return 0;
}

/* The folders of a name: made, and remembered, each above the next. */
static int
make_way(struct file_batch *batch, const char *name, struct error *err)
{
	const char *slash = strrchr(name, '/');

	if (touch(batch, "", 0, err) == -1)
		return -1;
	if (slash == NULL)
		return 0;
	for (const char *at = name; at <= slash; at++) {
		if (*at == '/' &&
		    touch(batch, name, (size_t)(at - name), err) == -1)
			return -1;
	}
	buffer_clear(&batch->other);
	buffer_printf(&batch->other, "%s/%.*s", batch->folder,
	    (int)(slash - name), name);
	if (buffer_check(&batch->other, "path", err) == -1)
		return -1;
	return file_make_folders(buffer_string(&batch->other), 0777, err);
}

static int
write_staged(struct file_batch *batch, struct load *load, size_t number,
    struct error *err)
{
	struct waiting *waiting = &load->waiting[number];
	struct bytes content =
	    bytes_of(load->content.data + waiting->offset, waiting->len);

	if (staged(batch, number, err) == -1)
		return -1;
	waiting->fd = open(buffer_string(&batch->path),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (waiting->fd == -1)
		return file_failed(err, "write", buffer_string(&batch->path));
	load->written++;
	if (file_write_all(waiting->fd, content) == -1)
		return error_errno(err, "cannot write to the disk of `%s'",
		    batch->folder);
	/* So that the first fsync finds all of them on their way. */
	(void)sync_file_range(waiting->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	return 0;
}

/* One file that is on the disk gets its name. */
static int
give_name(struct file_batch *batch, const struct load *load, size_t number,
    struct error *err)
{
	const char *name = load->waiting[number].name;

	if (make_way(batch, name, err) == -1 ||
	    staged(batch, number, err) == -1 ||
	    file_join(&batch->other, batch->folder, name, err) == -1)
		return -1;
	if (rename(buffer_string(&batch->path), buffer_string(&batch->other)) ==
	    -1)
		return file_failed(err, "write", buffer_string(&batch->other));
	return 0;
}

/* A whole load: to the disk first, then their names. */
static int
settle(struct file_batch *batch, struct load *load, struct error *err)
{
	for (size_t i = 0; i < load->count; i++) {
		if (write_staged(batch, load, i, err) == -1)
			return -1;
	}
	for (size_t i = 0; i < load->count; i++) {
		if (fsync(load->waiting[i].fd) == -1)
			return error_errno(err,
			    "cannot write to the disk of `%s'", batch->folder);
	}
	for (size_t i = 0; i < load->count; i++) {
		if (give_name(batch, load, i, err) == -1)
			return -1;
	}
	for (size_t i = 0; i < load->count; i++)
		close(load->waiting[i].fd);
	load->written = 0;
	load->count = 0;
	buffer_clear(&load->content);
	return 0;
}

/* ---- two, one after the other ---- */

static void
settle_one(void *cookie, size_t index)
{
	struct file_batch *batch = cookie;

	(void)index;
	batch->result = settle(batch, batch->settled, &batch->err);
}

/* The load under way, if there is one, has come to its end. */
static int
await(struct file_batch *batch, struct error *err)
{
	if (batch->under_way)
		pool_wait(batch->thread, &batch->settling);
	batch->under_way = false;
	if (batch->result == -1)
		*err = batch->err;
	return batch->result;
}

/* The full load goes its way, and the other one is filled. */
static int
change_loads(struct file_batch *batch, struct error *err)
{
	if (await(batch, err) == -1 ||
	    (batch->thread == NULL && pool_new(&batch->thread, 1, err) == -1))
		return -1;
	batch->settled = batch->filling;
	batch->filling =
	    &batch->load[batch->filling == &batch->load[0] ? 1 : 0];
	batch->settling = (struct pool_set){
		.function = settle_one,
		.cookie = batch,
		.count = 1,
	};
	batch->under_way = true;
	pool_start(batch->thread, &batch->settling);
	return 0;
}

int
file_batch_write(struct file_batch *batch, const char *name,
    struct bytes content, struct error *err)
{
	struct load *load = batch->filling;
	struct waiting *waiting;

	if (strlen(name) >= NAME_LEN)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the name `%s' is too long", name);
	if (load->count == LOAD_FILES || load->content.len >= LOAD_BYTES) {
		if (change_loads(batch, err) == -1)
			return -1;
		load = batch->filling;
	}
	waiting = &load->waiting[load->count];
	memcpy(waiting->name, name, strlen(name) + 1);
	waiting->offset = load->content.len;
	waiting->len = content.len;
	buffer_append(&load->content, content);
	if (buffer_check(&load->content, name, err) == -1)
		return -1;
	load->count++;
	return 0;
}

int
file_batch_finish(struct file_batch *batch, struct error *err)
{
	if (await(batch, err) == -1)
		return -1;
	batch->settled = batch->filling;
	settle_one(batch, 0);
	if (await(batch, err) == -1)
		return -1;
	for (size_t i = 0; i < batch->touched_count; i++) {
		if (file_join(&batch->path, batch->folder,
			batch->touched[i].name, err) == -1 ||
		    file_sync_folder(buffer_string(&batch->path), err) == -1)
			return -1;
	}
	batch->touched_count = 0;
	return 0;
}
