/* listing.c: what lies below a folder, in one order. */
#include "capture/listing_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

/* A walk through a folder; folders still to be read wait in a list, so that
 * neither depth nor breadth costs descriptors or stack. */
struct walk {
	const char *folder;
	int top;
	char *real;
	const char *const *excluded;
	struct listing found;
	char **waiting;
	size_t waiting_count;
	size_t waiting_capacity;
};

void
listing_free(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		memory_free(listing->items[i].path);
		memory_free(listing->items[i].target);
	}
	memory_free(listing->items);
	*listing = (struct listing){ 0 };
}

struct listing_item *
listing_add(struct listing *listing, const char *path,
    const struct stat *status)
{
	struct listing_item *grown =
				memory_grow(listing->items, &listing->capacity,
				    listing->count + 1, sizeof(*grown)),
			    *item;

	if (grown == NULL)
		return NULL;
	listing->items = grown;
	item = &grown[listing->count];
	*item = (struct listing_item){
		.path = memory_text(path),
		.size = (uint64_t)status->st_size,
		.device = status->st_dev,
		.inode = status->st_ino,
		.modified = status->st_mtim,
		.changed = status->st_ctim,
	};
	if (item->path == NULL)
		return NULL;
	listing->count++;
	return item;
}

static int
listing_changed(struct error *err, const char *folder, const char *path,
    const char *how)
{
	return error_set(err, ERROR_UNDECIDED,
	    "wait until nothing writes there, then try again",
	    "`%s/%s' %s while the folder was measured", folder, path, how);
}

/* Something below the folder could not be looked at. */
static int
walk_failed(const struct walk *walk, const char *path, struct error *err)
{
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
		return listing_changed(err, walk->folder, path, "changed");
	return error_errno(err, "cannot read `%s%s%s'", walk->folder,
	    *path == '\0' ? "" : "/", path);
}

static bool
walk_excludes(const struct walk *walk, const char *path)
{
	size_t len = strlen(walk->real);

	if (strcmp(walk->real, "/") == 0)
		len = 0;
	for (size_t i = 0; walk->excluded != NULL && walk->excluded[i] != NULL;
	     i++) {
		const char *one = walk->excluded[i];

		if (strncmp(one, walk->real, len) == 0 && one[len] == '/' &&
		    strcmp(one + len + 1, path) == 0)
			return true;
	}
	return false;
}

static int
walk_wait(struct walk *walk, const char *path, struct error *err)
{
	char **grown = memory_grow(walk->waiting, &walk->waiting_capacity,
	    walk->waiting_count + 1, sizeof(*grown));

	if (grown == NULL)
		return error_memory(err);
	walk->waiting = grown;
	grown[walk->waiting_count] = memory_text(path);
	if (grown[walk->waiting_count] == NULL)
		return error_memory(err);
	walk->waiting_count++;
	return 0;
}

static int
walk_link(struct walk *walk, int folder, const char *name, const char *path,
    const struct stat *status, struct error *err)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(folder, name, target, sizeof(target));
	struct listing_item *item;

	if (len == -1)
		return walk_failed(walk, path, err);
	item = listing_add(&walk->found, path, status);
	if (item == NULL)
		return error_memory(err);
	item->target = memory_text_of(bytes_of(target, (size_t)len));
	return item->target == NULL ? error_memory(err) : 0;
}

static int
walk_entry(struct walk *walk, int folder, const char *name, const char *path,
    struct error *err)
{
	struct stat status;

	if (walk_excludes(walk, path))
		return 0;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return walk_failed(walk, path, err);
	if (S_ISDIR(status.st_mode))
		return walk_wait(walk, path, err);
	if (S_ISLNK(status.st_mode))
		return walk_link(walk, folder, name, path, &status, err);
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_UNDECIDED,
		    "move it out of the folder",
		    "`%s/%s' is a device, socket or pipe, which has no "
		    "content to measure",
		    walk->folder, path);
	if (listing_add(&walk->found, path, &status) == NULL)
		return error_memory(err);
	return 0;
}

/*
 * Open a folder below the top name by name: so that no link is followed on
 * the way, and a path may be longer than PATH_MAX.
 */
static int
walk_open(const struct walk *walk, const char *path)
{
	int fd = openat(walk->top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[NAME_MAX + 1];

	while (fd != -1 && *path != '\0') {
		size_t len = strcspn(path, "/");
		int next, number;

		memcpy(name, path, len);
		name[len] = '\0';
		next = openat(fd, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		number = errno;
		close(fd);
		errno = number;
		fd = next;
		path += len + (path[len] == '/');
	}
	return fd;
}

static int
walk_entries(struct walk *walk, DIR *opened, const char *path,
    struct error *err)
{
	struct buffer below = buffer_new(SIZE_MAX / 2);
	struct dirent *entry;
	int result = -1;

	while (errno = 0, (entry = readdir(opened)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		buffer_clear(&below);
		if (*path != '\0') {
			buffer_text(&below, path);
			buffer_byte(&below, '/');
		}
		buffer_text(&below, entry->d_name);
		if (buffer_check(&below, "path", err) == -1 ||
		    walk_entry(walk, dirfd(opened), entry->d_name,
			buffer_string(&below), err) == -1)
			goto done;
	}
	if (errno != 0) {
		walk_failed(walk, path, err);
		goto done;
	}
	result = 0;
done:
	buffer_free(&below);
	return result;
}

static int
walk_folder(struct walk *walk, const char *path, struct error *err)
{
	int fd = walk_open(walk, path), result;
	DIR *opened;

	if (fd == -1)
		return walk_failed(walk, path, err);
	opened = fdopendir(fd);
	if (opened == NULL) {
		walk_failed(walk, path, err);
		close(fd);
		return -1;
	}
	result = walk_entries(walk, opened, path, err);
	closedir(opened);
	return result;
}

static int
item_order(const void *a, const void *b)
{
	const struct listing_item *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int
walk_begin(struct walk *walk, struct error *err)
{
	walk->top = open(walk->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (walk->top == -1)
		return error_errno(err, "cannot read the folder `%s'",
		    walk->folder);
	walk->real = realpath(walk->folder, NULL);
	if (walk->real == NULL)
		return error_errno(err, "cannot find the folder `%s'",
		    walk->folder);
	return walk_wait(walk, "", err);
}

int
listing_make(struct listing *out, const char *folder,
    const char *const excluded[], struct error *err)
{
	struct walk walk = {
		.folder = folder,
		.top = -1,
		.excluded = excluded,
	};
	int result = -1;

	if (walk_begin(&walk, err) == -1)
		goto done;
	while (walk.waiting_count > 0) {
		char *path = walk.waiting[--walk.waiting_count];
		int read = walk_folder(&walk, path, err);

		memory_free(path);
		if (read == -1)
			goto done;
	}
	if (walk.found.count > 1)
		qsort(walk.found.items, walk.found.count,
		    sizeof(*walk.found.items), item_order);
	*out = walk.found;
	walk.found = (struct listing){ 0 };
	result = 0;
done:
	listing_free(&walk.found);
	while (walk.waiting_count > 0)
		memory_free(walk.waiting[--walk.waiting_count]);
	memory_free(walk.waiting);
	free(walk.real);
	if (walk.top != -1)
		close(walk.top);
	return result;
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool
same_item(const struct listing_item *a, const struct listing_item *b)
{
	return a->size == b->size && a->device == b->device &&
	    a->inode == b->inode && same_time(a->modified, b->modified) &&
	    same_time(a->changed, b->changed);
}

int
listing_compare(const struct listing *before, const struct listing *after,
    const char *folder, struct error *err)
{
	size_t i = 0, j = 0;

	while (i < before->count || j < after->count) {
		const struct listing_item *a = before->items + i;
		const struct listing_item *b = after->items + j;
		int order = i == before->count ? 1
		    : j == after->count        ? -1
					       : strcmp(a->path, b->path);

		if (order < 0)
			return listing_changed(err, folder, a->path,
			    "vanished");
		if (order > 0)
			return listing_changed(err, folder, b->path,
			    "appeared");
		if (!same_item(a, b))
			return listing_changed(err, folder, a->path, "changed");
		i++;
		j++;
	}
	return 0;
}
