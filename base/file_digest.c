/*
 * Hashing a file that somebody may be writing to.  A second thread reads a
 * block while the first hashes the one before: reading from the page cache
 * alone takes a sixth of the time.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_internal.h"
#include "base/memory.h"
#include "base/pool.h"

/* How much is read at a time; two of them stay in a core's cache. */
#define BLOCK_LEN ((size_t)512 * 1024)
/* From this size on a thread is worth starting. */
#define AHEAD_FROM (16 * BLOCK_LEN)

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Compare what is known of a file before hashing and after. */
static int
hash_compare(const struct stat *before, int fd, uint64_t done, const char *path,
    struct error *err)
{
	static const char remedy[] = "wait until nothing writes there, "
				     "then try again";
	struct stat after, named;

	if (fstat(fd, &after) != 0)
		return file_failed(err, "look at", path);
	if (stat(path, &named) != 0 && errno == ENOENT)
		return error_set(err, ERROR_UNDECIDED, remedy,
		    "`%s' vanished while it was hashed", path);
	if (stat(path, &named) != 0)
		return file_failed(err, "look at", path);
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

/* A block of the file: where it goes, how it went. */
struct block {
	int fd;
	int number; /* errno, when got is negative. */
	size_t len;
	ssize_t got;
	uint8_t *data;
};

static void
block_read(void *cookie, size_t index)
{
	struct block *block = cookie;

	(void)index;
	block->got = file_read_some(block->fd, block->data, block->len);
	block->number = errno;
}

/* Hash one block while the pool, if there is one, reads the next. */
static void
block_hash(struct digest_stream *stream, const struct block *now,
    struct block *next, struct pool *pool)
{
	struct pool_set set = {
		.function = block_read, .cookie = next, .count = 1
	};

	if (pool != NULL)
		pool_start(pool, &set);
	digest_add(stream, bytes_of(now->data, (size_t)now->got));
	if (pool != NULL)
		pool_wait(pool, &set);
	else
		block_read(next, 0);
}

/* Hash all of an open file; *done counts its bytes. */
static int
hash_all(struct digest *digest, uint64_t *done, struct block blocks[2],
    struct pool *pool, const char *path, file_progress *progress, void *cookie,
    struct error *err)
{
	struct block *now = &blocks[0], *next = &blocks[1], *spare;
	struct digest_stream stream;

	digest_begin(&stream);
	*done = 0;
	for (block_read(now, 0); now->got > 0;
	     spare = now, now = next, next = spare) {
		*done += (uint64_t)now->got;
		block_hash(&stream, now, next, pool);
		if (progress != NULL && progress(cookie, *done) != 0)
			return error_set(err, ERROR_SYSTEM, NULL,
			    "interrupted while hashing `%s'", path);
	}
	if (now->got < 0) {
		errno = now->number;
		return file_failed(err, "read", path);
	}
	*digest = digest_end(&stream);
	return 0;
}

/* Two blocks, no larger than the file needs them.  NULL without memory. */
static uint8_t *
blocks_new(struct block blocks[2], int fd, off_t size)
{
	size_t len = BLOCK_LEN;
	uint8_t *memory;

	/* A byte more than a small file has, so that its end is seen. */
	if ((uintmax_t)size < BLOCK_LEN)
		len = (size_t)size + 1;
	memory = memory_new(2, len);
	for (size_t i = 0; memory != NULL && i < 2; i++)
		blocks[i] = (struct block){
			.fd = fd, .len = len, .data = memory + i * len
		};
	return memory;
}

/* A thread that reads ahead, where that pays; NULL is as good. */
static struct pool *
reader_new(off_t size)
{
	struct pool *pool = NULL;
	struct error unused;

	if ((uintmax_t)size >= AHEAD_FROM && pool_processors() > 1)
		(void)pool_new(&pool, 1, &unused);
	return pool;
}

static int
hash_open(int *fd, struct stat *status, const char *path, struct error *err)
{
	/* O_NONBLOCK: a pipe must be refused, not waited for. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0)
		return file_failed(err, "read", path);
	if (fstat(*fd, status) != 0)
		return file_failed(err, "look at", path);
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
	struct pool *pool = NULL;
	uint8_t *memory = NULL;
	struct block blocks[2] = { { 0 } };
	struct digest found;
	struct stat status;
	uint64_t done = 0;
	int fd = -1, result = -1;

	if (hash_open(&fd, &status, path, err) != 0)
		goto done;
	memory = blocks_new(blocks, fd, status.st_size);
	if (memory == NULL) {
		error_memory(err);
		goto done;
	}
	pool = reader_new(status.st_size);
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (hash_all(&found, &done, blocks, pool, path, progress, cookie,
		err) != 0 ||
	    hash_compare(&status, fd, done, path, err) != 0)
		goto done;
	*digest = found;
	*size = done;
	result = 0;
done:
	pool_free(pool);
	memory_free(memory);
	if (fd >= 0)
		close(fd);
	return result;
}
