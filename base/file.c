#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/random.h"

/* How much is read at a time when a file does not say how long it is. */
#define READ_BLOCK ((size_t)64 * 1024)
/* How much is hashed at a time. */
#define HASH_BLOCK ((size_t)1024 * 1024)
/* Linux writes no more at once. */
#define WRITE_BLOCK ((size_t)1024 * 1024 * 1024)

/*
 * error_errno, but a path that leads nowhere is the fault of who named it,
 * not of the system.
 */
static int
path_failed(struct error *err, const char *verb, const char *path)
{
	int number = errno;

	error_errno(err, "cannot %s `%s'", verb, path);
	if (number == ENOENT || number == ENOTDIR || number == EISDIR ||
	    number == ELOOP || number == ENAMETOOLONG)
		err->class = ERROR_UNDECIDED;
	return -1;
}

/* read(2), again after a signal. */
static ssize_t
read_some(int fd, void *out, size_t len)
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
	ssize_t got = read_some(fd, &byte, 1);

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
		got = read_some(fd, room, block < left ? block : left);
		if (got <= 0)
			return (int)got;
		buffer_added(out, (size_t)got);
	}
}

int
file_read(struct buffer *out, const char *path, struct error *err)
{
	bool standard = strcmp(path, "-") == 0;
	size_t before = out->len, hint = 0;
	int fd = STDIN_FILENO, result = -1;
	struct stat status;

	if (buffer_check(out, "content read so far", err) != 0)
		return -1;
	if (!standard)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return path_failed(err, "read", path);
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    (uintmax_t)status.st_size < out->ceiling - before)
		hint = before + (size_t)status.st_size + 1;
	if (read_all(out, fd, hint) != 0) {
		path_failed(err, "read", standard ? "standard input" : path);
		goto done;
	}
	if (buffer_check(out, "content", err) != 0) {
		error_within(err, "%s", standard ? "standard input" : path);
		goto done;
	}
	result = 0;
done:
	if (!standard)
		close(fd);
	if (result != 0) {
		out->len = before;
		out->state = BUFFER_FINE;
		if (out->data != NULL)
			out->data[before] = '\0';
	}
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

static int
write_all(int fd, struct bytes content)
{
	while (content.len > 0) {
		size_t len = content.len < WRITE_BLOCK ? content.len :
		    WRITE_BLOCK;
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
temporary_write(struct buffer *name, const char *folder,
    struct bytes content, mode_t mode, struct error *err)
{
	uint8_t salt[8];
	char hex[2 * sizeof(salt) + 1], own[sizeof(hex) + 8] = ".new-";
	int fd = -1, number;

	random_fill(salt, sizeof(salt));
	hex_encode(hex, bytes_of(salt, sizeof(salt)));
	strcat(own, hex);
	if (file_join(name, folder, own, err) != 0)
		return -1;
	fd = open(buffer_string(name),
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return path_failed(err, "write in the folder", folder);
	if (write_all(fd, content) != 0 || fsync(fd) != 0)
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
		return path_failed(err, "write", path);
	return error_set(err, ERROR_UNDECIDED,
	    "choose another name, or move what is there",
	    "`%s' exists already", path);
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
	/* Said early, before anything is written; link(2) has the last word. */
	if (file_exists(path))
		return error_set(err, ERROR_UNDECIDED,
		    "choose another name, or move what is there",
		    "`%s' exists already", path);
	return write_whole(path, content, mode, false, err);
}

int
file_sync_folder(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;

	if (fd < 0)
		return path_failed(err, "open the folder", path);
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
	return path_failed(err, "make the folder", path);
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

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Compare what is known of a file before hashing and after. */
static int
hash_compare(const struct stat *before, int fd, uint64_t done,
    const char *path, struct error *err)
{
	static const char remedy[] = "wait until nothing writes there, "
	    "then try again";
	struct stat after, named;

	if (fstat(fd, &after) != 0)
		return path_failed(err, "look at", path);
	if (stat(path, &named) != 0 && errno == ENOENT)
		return error_set(err, ERROR_UNDECIDED, remedy,
		    "`%s' vanished while it was hashed", path);
	if (stat(path, &named) != 0)
		return path_failed(err, "look at", path);
	if (named.st_dev != before->st_dev || named.st_ino != before->st_ino)
		return error_set(err, ERROR_UNDECIDED, remedy,
		    "`%s' was replaced while it was hashed", path);
	if (after.st_size != before->st_size ||
	    done != (uint64_t)before->st_size ||
	    !same_time(after.st_mtim, before->st_mtim) ||
	    !same_time(after.st_ctim, before->st_ctim))
		return error_set(err, ERROR_UNDECIDED, remedy,
		    "`%s' changed while it was hashed", path);
	return 0;
}

/* Hash all of fd; *done counts the bytes. */
static int
hash_all(struct digest *digest, uint64_t *done, int fd, struct buffer *block,
    const char *path, file_progress *progress, void *cookie,
    struct error *err)
{
	struct digest_stream stream;
	size_t len = block->ceiling;
	uint8_t *room = buffer_room(block, len);
	ssize_t got;

	if (room == NULL)
		return buffer_check(block, "block", err);
	digest_begin(&stream);
	*done = 0;
	while ((got = read_some(fd, room, len)) > 0) {
		digest_add(&stream, bytes_of(room, (size_t)got));
		*done += (uint64_t)got;
		if (progress != NULL && progress(cookie, *done) != 0)
			return error_set(err, ERROR_SYSTEM, NULL,
			    "interrupted while hashing `%s'", path);
	}
	if (got < 0)
		return path_failed(err, "read", path);
	*digest = digest_end(&stream);
	return 0;
}

static int
hash_open(int *fd, struct stat *status, const char *path, struct error *err)
{
	/* O_NONBLOCK: a pipe must be refused, not waited for. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0)
		return path_failed(err, "read", path);
	if (fstat(*fd, status) != 0)
		return path_failed(err, "look at", path);
	if (!S_ISREG(status->st_mode))
		return error_set(err, ERROR_UNDECIDED, "name a regular file",
		    "`%s' is %s, not a file with content of its own", path,
		    S_ISDIR(status->st_mode) ? "a folder" : "a device or pipe");
	return 0;
}

int
file_digest(struct digest *digest, uint64_t *size, const char *path,
    file_progress *progress, void *cookie, struct error *err)
{
	struct buffer block = buffer_new(HASH_BLOCK);
	struct digest found;
	struct stat status;
	uint64_t done = 0;
	int fd = -1, result = -1;

	if (hash_open(&fd, &status, path, err) != 0)
		goto done;
	/* One byte more than a small file has, to see its end at once. */
	if ((uintmax_t)status.st_size < HASH_BLOCK)
		block.ceiling = (size_t)status.st_size + 1;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (hash_all(&found, &done, fd, &block, path, progress, cookie,
	    err) != 0 || hash_compare(&status, fd, done, path, err) != 0)
		goto done;
	*digest = found;
	*size = done;
	result = 0;
done:
	if (fd >= 0)
		close(fd);
	buffer_free(&block);
	return result;
}
