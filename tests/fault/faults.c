/*
 * faults.c: a library to be preloaded that makes the n-th call of some sort
 * fail: an allocation, a write, an fsync, an open.
 *
 * A test in the same process arms it with fault_arm; a whole program is given
 * FAULT_SORT, FAULT_AT and FAULT_ERRNO in its environment.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum sort { NONE, MALLOC, WRITE, FSYNC, OPEN };

void fault_arm(int sort, long at, int number);
long fault_count(void);

static int armed;
static long countdown;
static long counted;
static int failure;

/* Arm: the at-th call of this sort from now fails with errno `number', and
 * only that one; at 0 only counts. */
void
fault_arm(int sort, long at, int number)
{
	armed = sort;
	countdown = at;
	counted = 0;
	failure = number;
}

long
fault_count(void)
{
	return counted;
}

/* Whether this call is to fail. */
static int
strikes(int sort)
{
	long n;

	if (armed != sort)
		return 0;
	n = __atomic_add_fetch(&counted, 1, __ATOMIC_RELAXED);
	if (n != countdown)
		return 0;
	errno = failure;
	return 1;
}

__attribute__((constructor)) static void
from_environment(void)
{
	const char *sort = getenv("FAULT_SORT");
	const char *at = getenv("FAULT_AT");
	const char *number = getenv("FAULT_ERRNO");
	static const char *const names[] = { "", "malloc", "write", "fsync",
	    "open" };

	for (int i = 1; sort != NULL && i <= OPEN; i++) {
		if (strcmp(sort, names[i]) == 0)
			fault_arm(i, at == NULL ? 0 : atol(at),
			    number == NULL ? EIO : atoi(number));
	}
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);

void *
malloc(size_t size)
{
	return strikes(MALLOC) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return strikes(MALLOC) ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *pointer, size_t size)
{
	return strikes(MALLOC) ? NULL : __libc_realloc(pointer, size);
}

/* The real function of that name, as `real'. */
#define REAL(name) \
	static __typeof__(&name) real; \
	if (real == NULL) \
		*(void **)&real = dlsym(RTLD_NEXT, #name)

ssize_t
write(int descriptor, const void *data, size_t len)
{
	REAL(write);
	return strikes(WRITE) ? -1 : real(descriptor, data, len);
}

ssize_t
pwrite64(int descriptor, const void *data, size_t len, off64_t at)
{
	REAL(pwrite64);
	return strikes(WRITE) ? -1 : real(descriptor, data, len, at);
}

ssize_t
pwrite(int descriptor, const void *data, size_t len, off_t at)
{
	return pwrite64(descriptor, data, len, at);
}

int
fsync(int descriptor)
{
	REAL(fsync);
	return strikes(FSYNC) ? -1 : real(descriptor);
}

int
fdatasync(int descriptor)
{
	REAL(fdatasync);
	return strikes(FSYNC) ? -1 : real(descriptor);
}

/* What SQLite uses to grow files counts as writing. */
int
ftruncate64(int descriptor, off64_t len)
{
	REAL(ftruncate64);
	return strikes(WRITE) ? -1 : real(descriptor, len);
}

int
posix_fallocate64(int descriptor, off64_t at, off64_t len)
{
	REAL(posix_fallocate64);
	return strikes(WRITE) ? failure : real(descriptor, at, len);
}

static mode_t
mode_of(int flags, va_list *arguments)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ?
	    (mode_t)va_arg(*arguments, int) : 0;
}

int
open64(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, &arguments);
	va_end(arguments);
	REAL(open64);
	return strikes(OPEN) ? -1 : real(path, flags, mode);
}

int
open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, &arguments);
	va_end(arguments);
	REAL(open);
	return strikes(OPEN) ? -1 : real(path, flags, mode);
}
