/* place.h: a folder of its own for a test, and files in it. */
#ifndef TESTS_CAPTURE_PLACE_H
#define TESTS_CAPTURE_PLACE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"

/* Each test works in a folder of its own, which is its working directory. */
static inline int
place_enter(void **state)
{
	const char *parent = getenv("TMPDIR");
	char *place = malloc(300);

	if (place == NULL)
		return -1;
	(void)snprintf(place, 300, "%s/capture.XXXXXX",
	    parent == NULL ? "/tmp" : parent);
	if (mkdtemp(place) == NULL || chdir(place) == -1)
		return -1;
	*state = place;
	return 0;
}

static inline int
place_remove(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)at;
	if (kind == FTW_D || kind == FTW_DNR)
		return chmod(path, 0700);
	return remove(path);
}

/* Folders deeper than the system takes paths are removed from inside. */
static inline int
place_leave(void **state)
{
	int result = chdir("/") == 0 && nftw(*state, place_remove, 16,
	    FTW_DEPTH | FTW_PHYS) == 0 ? 0 : -1;

	free(*state);
	return result;
}

static inline void
place_folder(const char *path)
{
	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		fail_msg("%s: %s", path, strerror(errno));
}

static inline void
place_bytes(const char *path, const void *content, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd == -1 || write(fd, content, len) != (ssize_t)len)
		fail_msg("%s: %s", path, strerror(errno));
	close(fd);
}

static inline void
place_file(const char *path, const char *content)
{
	place_bytes(path, content, strlen(content));
}

/* How many descriptors are open. */
static inline int
place_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static inline void
expect_fine(int result, const struct error *err)
{
	if (result == -1)
		fail_msg("%s: %s", err->where, err->what);
}

static inline void
expect_said(const struct error *err, enum error_class class, const char *part)
{
	assert_int_equal(err->class, class);
	if (strstr(err->what, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err->what, part);
}

#endif
