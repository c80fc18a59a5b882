/* tar.h: archives in the one spelling of POSIX ustar that we write. */
#ifndef BASE_TAR_H
#define BASE_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"

/*
 * Regular files only, in the order of the bytes of their names, all with one
 * time, nobody's, mode 0644; contents padded with zeros; two blocks of zeros
 * at the end (IEEE 1003.1, pax, "ustar Interchange Format").  So there is one
 * archive of a set of files, and any changed byte of it is found.
 */
#define TAR_NAME_MAX 100

struct tar_file {
	char name[TAR_NAME_MAX + 1];
	struct bytes content;
};

/* A set of files, found by name. */
struct tar;
int tar_new(struct tar **out, struct error *err);
void tar_free(struct tar *tar);

/* Whether it may be a file's name here: at most TAR_NAME_MAX bytes of
 * A-Z a-z 0-9 . _ - and /, without parts that are empty or begin with a dot. */
bool tar_name_is_valid(const char *name);

/* Put a file in, in any order; the content is copied.  A name that is not
 * valid, or there already, is ERROR_UNDECIDED. */
int tar_add(struct tar *tar, const char *name, struct bytes content,
    struct error *err);
/* Whether it was put in. */
bool tar_has(const struct tar *tar, const char *name);
/* Put the files in order, after the last was put in and before anything
 * below. */
int tar_settle(struct tar *tar, struct error *err);

/* The files in order of their names. */
size_t tar_count(const struct tar *tar);
const struct tar_file *tar_at(const struct tar *tar, size_t i);
/* The file of a name, or NULL. */
const struct tar_file *tar_find(const struct tar *tar, const char *name);
/* The number of the first file whose name begins so; the count if none. */
size_t tar_first(const struct tar *tar, const char *prefix);

/* Append the archive. */
void tar_write(struct buffer *out, const struct tar *tar, uint64_t time_s);

/* Read exactly that spelling; contents are borrowed from the archive.  At most
 * `most' files.  Anything else is ERROR_UNDECIDED, with the place. */
int tar_read(struct tar **out, struct bytes archive, size_t most,
    uint64_t *time_s, struct error *err);

#endif
