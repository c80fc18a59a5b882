/* files.h: files in the folder of a test, and expectations. */
#ifndef TESTS_CAPTURE_FILES_H
#define TESTS_CAPTURE_FILES_H

#include <errno.h>
#include <fcntl.h>
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
#include "tests/support/place.h"

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
