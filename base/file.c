#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/file_internal.h"
#include "base/memory.h"
#include "base/random.h"

/* How much is read at a time when a file does not say how long it is. */
#define READ_BLOCK ((size_t)64 * 1024)
/* Linux writes no more at once. */
#define WRITE_BLOCK ((size_t)1024 * 1024 * 1024)

int
file_failed(struct error *err, const char *verb, const char *path)
{
	int number = errno;

	error_errno(err, "cannot %s `%s'", verb, path);
	if (number == ENOENT || number == ENOTDIR || number == EISDIR ||
	    number == ELOOP || number == ENAMETOOLONG)
		err->class = ERROR_UNDECIDED;
	return -1;
}

ssize_t
file_read_some(int fd, void *out, size_t len)
{
	ssize_t got;

	do
		got = read(fd, out, len);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Whether anything is left to read, when there is no room for it. */
static int
read_past_ceiling(int fd, bool *more)
{
	char byte;
	ssize_t got = file_read_some(fd, &byte, 1);

	*more = got > 0;
	return got < 0 ? -1 : 0;
}

/* Append all of fd to out; a full buffer says so itself. */
static int
read_all(struct buffer *out, int fd, size_t hint)
{
	for (;;) {
		size_t left = out->ceiling - out->len, block = READ_BLOCK;
		uint8_t *room;
		ssize_t got;
		bool more;

		if (left == 0) {
			if (read_past_ceiling(fd, &more) != 0)
				return -1;
			if (more)
				buffer_room(out, 1);
			return 0;
		}
		if (hint > out->len)
			block = hint - out->len;
		room = buffer_room(out, block < left ? block : left);
		if (room == NULL)
			return 0;
		got = file_read_some(fd, room, block < left ? block : left);
		if (got <= 0)
			return (int)got;
		buffer_added(out, (size_t)got);
	}
}

/* Append all of an open file to out, which on failure is as it was. */
static int
read_open(struct buffer *out, int fd, const char *name, struct error *err)
{
	size_t before = out->len, hint = 0;
	struct stat status;

	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    (uintmax_t)status.st_size < out->ceiling - before)
		hint = before + (size_t)status.st_size + 1;
	if (read_all(out, fd, hint) != 0)
		file_failed(err, "read", name);
	else if (buffer_check(out, "content", err) != 0)
		error_within(err, "%s", name);
	else
		return 0;
	out->len = before;
	out->state = BUFFER_FINE;
	if (out->data != NULL)
		out->data[before] = '\0';
	return -1;
}

int
file_read(struct buffer *out, const char *path, struct error *err)
{
	int fd, result;

	if (buffer_check(out, "content read so far", err) != 0)
		return -1;
	if (strcmp(path, "-") == 0)
		return read_open(out, STDIN_FILENO, "standard input", err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return file_failed(err, "read", path);
	result = read_open(out, fd, path, err);
	close(fd);
	return result;
}

static int
is_not_regular(struct error *err, const char *path)
{
	return error_set(err, ERROR_UNDECIDED,
	    "remove it: nobody should have put it there",
	    "%s is no regular file", path);
}

int
file_read_regular(struct buffer *out, const char *path, struct error *err)
{
	struct stat status;
	int fd, result;

	if (buffer_check(out, "content read so far", err) != 0)
		return -1;
	if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode))
		return is_not_regular(err, path);
	fd = open(path,
	    O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return file_failed(err, "read", path);
	/* Something else may have been put there meanwhile. */
	result = fstat(fd, &status) == 0 && S_ISREG(status.st_mode)
	    ? read_open(out, fd, path, err)
	    : is_not_regular(err, path);
	close(fd);
	return result;
}

/* The folder a path lies in, as a text of its own; NULL without memory. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return memory_text(".");
	if (slash == path)
		return memory_text("/");
	return memory_text_of(bytes_of(path, (size_t)(slash - path)));
}

int
file_write_all(int fd, struct bytes content)
{
	while (content.len > 0) {
		size_t len = content.len < WRITE_BLOCK ? content.len
						       : WRITE_BLOCK;
		ssize_t put = write(fd, content.data, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		content = bytes_after(content, (size_t)put);
	}
	return 0;
}

/*
 * Write content to a new file with a name nobody else uses, in `folder', and
 * have it on the disk.  Its name goes to `name'.  Leaves nothing on failure.
 */
static int
temporary_write(struct buffer *name, const char *folder, struct bytes content,
    mode_t mode, struct error *err)
{
	uint8_t salt[8];
	char hex[2 * sizeof(salt) + 1], own[sizeof(hex) + 8];
	int fd = -1, number;

	random_fill(salt, sizeof(salt));
	hex_encode(hex, bytes_of(salt, sizeof(salt)));
	snprintf(own, sizeof(own), ".new-%s", hex);
	if (file_join(name, folder, own, err) != 0)
		return -1;
	fd = open(buffer_string(name),
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return file_failed(err, "write in the folder", folder);
	if (file_write_all(fd, content) != 0 || fsync(fd) != 0)
		goto failed;
	number = close(fd);
	fd = -1;
	if (number == 0)
		return 0;
failed:
	number = errno;
	if (fd >= 0)
		close(fd);
	unlink(buffer_string(name));
	errno = number;
	return error_errno(err, "cannot write to the disk of `%s'", folder);
}

/* Let path be the temporary file, replacing or refusing what is there. */
static int
temporary_place(const char *temporary, const char *path, bool replace,
    struct error *err)
{
	int number = 0;

	if (replace && rename(temporary, path) == 0)
		return 0;
	if (replace || link(temporary, path) != 0)
		number = errno;
	unlink(temporary);
	if (number == 0)
		return 0;
	errno = number;
	if (number != EEXIST || replace)
		return file_failed(err, "write", path);
	return error_set(err, ERROR_UNDECIDED,
	    "choose another name, or move what is there", "`%s' exists already",
	    path);
}

static int
write_whole(const char *path, struct bytes content, mode_t mode, bool replace,
    struct error *err)
{
	struct buffer temporary = buffer_new(SIZE_MAX);
	char *folder = folder_of(path);
	int result = -1;

	if (folder == NULL) {
		error_memory(err);
		goto done;
	}
	/* rename(2) has other words for it. */
	if (replace && file_is_folder(path)) {
		errno = EISDIR;
		file_failed(err, "write", path);
		goto done;
	}
	if (temporary_write(&temporary, folder, content, mode, err) != 0 ||
	    temporary_place(buffer_string(&temporary), path, replace, err) != 0)
		goto done;
	result = file_sync_folder(folder, err);
done:
	memory_free(folder);
	buffer_free(&temporary);
	return result;
}

int
file_write(const char *path, struct bytes content, mode_t mode,
    struct error *err)
{
	return write_whole(path, content, mode, true, err);
}

int
file_create(const char *path, struct bytes content, mode_t mode,
    struct error *err)
{
	return write_whole(path, content, mode, false, err);
}

int
file_check_place(const char *path, struct error *err)
{
	char *folder = folder_of(path);
	int result = -1;

	if (folder == NULL)
		return error_memory(err);
	if (*path == '\0' || file_is_folder(path)) {
		errno = *path == '\0' ? ENOENT : EISDIR;
		file_failed(err, "write", path);
	} else if (!file_is_folder(folder)) {
		error_set(err, ERROR_UNDECIDED, "make it, or name another",
		    "there is no folder `%s' to write `%s' in", folder, path);
	} else if (access(folder, W_OK) == -1) {
		file_failed(err, "write in the folder", folder);
	} else {
		result = 0;
	}
	memory_free(folder);
	return result;
}

int
file_sync_folder(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;

	if (fd < 0)
		return file_failed(err, "open the folder", path);
	/* EINVAL: a file system that keeps no folders apart. */
	if (fsync(fd) != 0 && errno != EINVAL)
		result = error_errno(err, "cannot keep the folder `%s' on disk",
		    path);
	close(fd);
	return result;
}

bool
file_exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool
file_is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int
make_folder(const char *path, mode_t mode, struct error *err)
{
	if (mkdir(path, mode) == 0 || (errno == EEXIST && file_is_folder(path)))
		return 0;
	if (errno == EEXIST)
		errno = ENOTDIR;
	/* mkdir says EROFS or EACCES of a folder that is there, too. */
	if (errno != ENOTDIR && file_is_folder(path))
		return 0;
	return file_failed(err, "make the folder", path);
}

int
file_make_folders(const char *path, mode_t mode, struct error *err)
{
	char *copy = memory_text(path);
	int result = -1;

	if (copy == NULL)
		return error_memory(err);
	for (char *at = copy; *at != '\0'; at++) {
		if (*at != '/' || at == copy || at[-1] == '/')
			continue;
		*at = '\0';
		if (make_folder(copy, mode, err) != 0)
			goto done;
		*at = '/';
	}
	result = make_folder(copy, mode, err);
done:
	memory_free(copy);
	return result;
}

int
file_join(struct buffer *out, const char *folder, const char *name,
    struct error *err)
{
	size_t len = strlen(folder);

	buffer_clear(out);
	buffer_text(out, folder);
	if (len > 0 && folder[len - 1] != '/')
		buffer_text(out, "/");
	buffer_text(out, name);
	return buffer_check(out, "path", err);
}
