#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_internal.h"
#include "base/memory.h"

/* Names are ours, or were found by folder_walk. */
#define NAME_LEN 4096
#define PIECE ((size_t)64 * 1024)

int
folder_open(struct folder *out, const char *path, struct error *err)
{
	struct folder made = { .path = memory_text(path) };

	if (made.path == NULL)
		return error_memory(err);
	made.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (made.fd == -1) {
		memory_free(made.path);
		return file_failed(err, "open the folder", path);
	}
	*out = made;
	return 0;
}

void
folder_close(struct folder *folder)
{
	if (folder->path != NULL)
		close(folder->fd);
	memory_free(folder->path);
	folder->path = NULL;
}

/* What the system said of a name below the folder. */
static int
failed(const struct folder *folder, const char *name, struct error *err)
{
	if (errno == ELOOP)
		return error_set(err, ERROR_NO, NULL,
		    "%s is a link, and no link is followed", name);
	if (errno == ENOTDIR)
		return error_set(err, ERROR_NO, NULL,
		    "%s lies below what is not a folder", name);
	if (errno == ENXIO)
		return error_set(err, ERROR_NO, NULL, "%s is not a plain file",
		    name);
	return error_errno(err, "cannot read %s/%s", folder->path, name);
}

/* Open the name, a part at a time, following no link; -1 with errno. */
static int
open_below(const struct folder *folder, const char *name, int flags)
{
	char part[NAME_LEN];
	int at = folder->fd, next, number;
	const char *slash;

	do {
		size_t len;

		slash = strchr(name, '/');
		len = slash == NULL ? strlen(name) : (size_t)(slash - name);
		if (len >= sizeof part) {
			errno = ENAMETOOLONG;
			next = -1;
		} else {
			memcpy(part, name, len);
			part[len] = '\0';
			next = openat(at, part,
			    (slash == NULL ? flags : O_PATH | O_DIRECTORY) |
				O_NOFOLLOW | O_CLOEXEC);
		}
		number = errno;
		if (at != folder->fd)
			close(at);
		errno = number;
		at = next;
		name += slash == NULL ? len : len + 1;
	} while (slash != NULL && at != -1);
	return at;
}

/* A plain file, open; *fd is -1 if there is nothing. */
static int
open_plain(const struct folder *folder, const char *name, int *fd,
    uint64_t *size, struct error *err)
{
	struct stat status;

	*fd = open_below(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (*fd == -1)
		return errno == ENOENT ? 0 : failed(folder, name, err);
	if (fstat(*fd, &status) == -1) {
		failed(folder, name, err);
		close(*fd);
		return -1;
	}
	if (!S_ISREG(status.st_mode)) {
		close(*fd);
		return error_set(err, ERROR_NO, NULL, "%s is %s", name,
		    S_ISDIR(status.st_mode) ? "a folder, not a file"
					    : "not a plain file");
	}
	*size = (uint64_t)status.st_size;
	return 0;
}

static int
too_large(const char *name, uint64_t most, struct error *err)
{
	return error_set(err, ERROR_NO, NULL, "%s is larger than %llu bytes",
	    name, (unsigned long long)most);
}

/* All of fd to out. */
static int
read_whole(const struct folder *folder, const char *name, int fd, uint64_t size,
    struct buffer *out, struct error *err)
{
	size_t most = out->ceiling - out->len;
	size_t left = (size_t)size;

	if (size > most)
		return too_large(name, most, err);
	/* One byte more, to see that it did not grow. */
	while (out->len < out->ceiling) {
		size_t wanted = left > 0 ? left : 1;
		uint8_t *room = buffer_room(out, wanted);
		ssize_t got;

		if (room == NULL)
			return buffer_check(out, name, err);
		got = file_read_some(fd, room, wanted);
		if (got < 0)
			return failed(folder, name, err);
		if (got == 0)
			return 0;
		buffer_added(out, (size_t)got);
		left -= left > 0 ? (size_t)got : 0;
	}
	return 0;
}

int
folder_read(const struct folder *folder, const char *name, struct buffer *out,
    bool *there, struct error *err)
{
	size_t before = out->len;
	uint64_t size = 0;
	int fd, result;

	if (open_plain(folder, name, &fd, &size, err) == -1)
		return -1;
	*there = fd != -1;
	if (fd == -1)
		return 0;
	result = read_whole(folder, name, fd, size, out, err);
	close(fd);
	if (result == -1) {
		out->len = before;
		out->state = BUFFER_FINE;
	}
	return result;
}

int
folder_has(const struct folder *folder, const char *name, bool *there,
    uint64_t *size, struct error *err)
{
	int fd;

	*size = 0;
	if (open_plain(folder, name, &fd, size, err) == -1)
		return -1;
	*there = fd != -1;
	if (fd != -1)
		close(fd);
	return 0;
}

int
folder_digest(const struct folder *folder, const char *name, uint64_t most,
    struct digest *digest, uint64_t *size, bool *there, struct error *err)
{
	struct digest_stream stream;
	uint8_t *piece;
	uint64_t total = 0;
	int fd, result = -1;
	ssize_t got = 0;

	if (open_plain(folder, name, &fd, &total, err) == -1)
		return -1;
	*there = fd != -1;
	if (fd == -1)
		return 0;
	piece = memory_new(1, PIECE);
	if (piece == NULL) {
		error_memory(err);
		goto done;
	}
	digest_begin(&stream);
	total = 0;
	while (total <= most && (got = file_read_some(fd, piece, PIECE)) > 0) {
		digest_add(&stream, bytes_of(piece, (size_t)got));
		total += (uint64_t)got;
	}
	if (total > most)
		too_large(name, most, err);
	else if (got < 0)
		failed(folder, name, err);
	else
		result = 0;
	if (result == 0) {
		*digest = digest_end(&stream);
		*size = total;
	}
done:
	memory_free(piece);
	close(fd);
	return result;
}

/* The folders that a walk is in, one below the other. */
struct walk {
	const struct folder *folder;
	DIR *dir[FOLDER_DEPTH];
	size_t len[FOLDER_DEPTH]; /* Of the name, up to there. */
	size_t depth;
	char name[NAME_LEN];
};

static int
walk_into(struct walk *walk, struct error *err)
{
	int fd = open_below(walk->folder, walk->name,
	    O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);

	if (dir == NULL) {
		failed(walk->folder, walk->name, err);
		if (fd != -1)
			close(fd);
		return -1;
	}
	walk->dir[walk->depth] = dir;
	walk->len[walk->depth++] = strlen(walk->name);
	return 0;
}

/* One name of the folder that the walk is in. */
static int
walk_name(struct walk *walk, const char *own, folder_visit *visit, void *cookie,
    struct error *err)
{
	DIR *dir = walk->dir[walk->depth - 1];
	size_t len = walk->len[walk->depth - 1], more = strlen(own);
	struct stat status;

	if (len + 1 + more >= sizeof walk->name)
		return error_set(err, ERROR_NO, NULL,
		    "a name below %s is too long", walk->folder->path);
	walk->name[len] = '/';
	memcpy(walk->name + len + 1, own, more + 1);
	if (fstatat(dirfd(dir), own, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0
				       : failed(walk->folder, walk->name, err);
	if (S_ISDIR(status.st_mode) && walk->depth < FOLDER_DEPTH)
		return walk_into(walk, err);
	return visit(cookie, walk->name, S_ISREG(status.st_mode), err);
}

static int
walk_on(struct walk *walk, folder_visit *visit, void *cookie, struct error *err)
{
	while (walk->depth > 0) {
		const struct dirent *found;

		errno = 0;
		found = readdir(walk->dir[walk->depth - 1]);
		if (found == NULL) {
			walk->name[walk->len[walk->depth - 1]] = '\0';
			if (errno != 0)
				return failed(walk->folder, walk->name, err);
			closedir(walk->dir[--walk->depth]);
		} else if (strcmp(found->d_name, ".") != 0 &&
		    strcmp(found->d_name, "..") != 0 &&
		    walk_name(walk, found->d_name, visit, cookie, err) == -1) {
			return -1;
		}
	}
	return 0;
}

int
folder_walk(const struct folder *folder, const char *below, folder_visit *visit,
    void *cookie, struct error *err)
{
	struct walk *walk = memory_new(1, sizeof *walk);
	struct stat status;
	int result = 0;

	if (walk == NULL)
		return error_memory(err);
	walk->folder = folder;
	if (strlen(below) >= sizeof walk->name) {
		memory_free(walk);
		errno = ENAMETOOLONG;
		return failed(folder, below, err);
	}
	memcpy(walk->name, below, strlen(below) + 1);
	if (fstatat(folder->fd, below, &status, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno != ENOENT)
			result = failed(folder, below, err);
	} else if (!S_ISDIR(status.st_mode)) {
		result = visit(cookie, below, S_ISREG(status.st_mode), err);
	} else if ((result = walk_into(walk, err)) == 0) {
		result = walk_on(walk, visit, cookie, err);
	}
	while (walk->depth > 0)
		closedir(walk->dir[--walk->depth]);
	memory_free(walk);
	return result;
}
