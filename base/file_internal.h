/* file_internal.h: what the file sources of this room share. */
#ifndef BASE_FILE_INTERNAL_H
#define BASE_FILE_INTERNAL_H

#include <stddef.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/error.h"

/*
 * error_errno with "cannot VERB `PATH'"; but a path that leads nowhere is the
 * fault of who named it (ERROR_UNDECIDED), not of the system.
 */
int file_failed(struct error *err, const char *verb, const char *path);

/* read(2), again after a signal. */
ssize_t file_read_some(int fd, void *out, size_t len);

/* write(2) until all is written; -1 with errno. */
int file_write_all(int fd, struct bytes content);

#endif
