/* surroundings_internal.h: what may be missing, and what must not. */
#ifndef CAPTURE_SURROUNDINGS_INTERNAL_H
#define CAPTURE_SURROUNDINGS_INTERNAL_H

#include <stdbool.h>
#include <unistd.h>

#include "base/error.h"

/* Whether a file that could not be read may be left aside: because it is not
 * ours to read, or no file; not because memory or the disk failed. */
static inline bool
may_be_left_aside(const char *path, const struct error *why)
{
	return why->class != ERROR_SYSTEM || access(path, R_OK) == -1;
}

#endif
