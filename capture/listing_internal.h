/* listing_internal.h: what lies below a folder, in one order. */
#ifndef CAPTURE_LISTING_INTERNAL_H
#define CAPTURE_LISTING_INTERNAL_H

#include <stdint.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/error.h"

/* A regular file, or a symbolic link, which has a target. */
struct listing_item {
	char *path; /* Below the folder; "" for a file that was given. */
	char *target; /* NULL for a file. */
	uint64_t size;
	uint64_t device;
	uint64_t inode;
	struct timespec modified;
	struct timespec changed;
	struct digest digest; /* For whoever hashes it. */
};

struct listing {
	struct listing_item *items;
	size_t count;
	size_t capacity;
};
void listing_free(struct listing *listing);

/* Add a copy of the path, with what fstatat said of it. */
struct listing_item *listing_add(struct listing *listing, const char *path,
    const struct stat *status);

/*
 * All files and links below the folder, sorted by the bytes of their paths.
 * No link is followed below it.  Passed over is what `excluded' names
 * (absolute real paths, NULL-terminated; or NULL).  Files of other kinds are
 * refused: nobody could say what their content is.
 */
int listing_make(struct listing *out, const char *folder,
    const char *const excluded[], struct error *err);

/* Refuse (ERROR_UNDECIDED) unless both say the same of the same files; names
 * the first that came, went or changed. */
int listing_compare(const struct listing *before, const struct listing *after,
    const char *folder, struct error *err);

#endif
