/* file.h: files read whole, replaced atomically, hashed; folders made. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"

/*
 * Append the whole content of a file (or standard input for "-") to out,
 * whose ceiling bounds it.  A path that leads nowhere, or to a folder, is
 * ERROR_UNDECIDED in this header: the fault of who named it.
 */
int file_read(struct buffer *out, const char *path, struct error *err);

/*
 * The same of a file in a folder that others write to.  A link, a pipe, or
 * anything else that is no regular file is ERROR_UNDECIDED; even one that is
 * put there meanwhile is neither followed nor waited for.
 */
int file_read_regular(struct buffer *out, const char *path, struct error *err);

/*
 * Replace or create a file so that after a crash it has the old content or
 * the new: a temporary beside it, fsync, rename, fsync of the folder.  mode
 * as in open(2).  file_create refuses (ERROR_UNDECIDED) if path exists,
 * atomically, by link(2).  Should only the last fsync, of the folder, fail,
 * then the new content may be there already.
 */
int file_write(const char *path, struct bytes content, mode_t mode,
    struct error *err);
int file_create(const char *path, struct bytes content, mode_t mode,
    struct error *err);

/*
 * Refuse early a path at which file_write could not put a file: a folder, or
 * a name in a folder that is not there (ERROR_UNDECIDED) or may not be
 * written in (ERROR_SYSTEM).  Nothing is written.
 */
int file_check_place(const char *path, struct error *err);

/* fsync a folder, so that names made in it survive a power cut. */
int file_sync_folder(const char *path, struct error *err);

/* Whether something is there; whether it is a folder. */
bool file_exists(const char *path);
bool file_is_folder(const char *path);

/* Make a folder and those above it, with mode; existing ones are kept. */
int file_make_folders(const char *path, mode_t mode, struct error *err);

/* "folder/name" in out (its old content is replaced). */
int file_join(struct buffer *out, const char *folder, const char *name,
    struct error *err);

/*
 * Called while hashing with the bytes done so far in this file; returning
 * non-zero stops the work with ERROR_SYSTEM "interrupted".  May be NULL.
 */
typedef int file_progress(void *cookie, uint64_t done);

/*
 * SHA-256 and size of a regular file (links are followed), read in large
 * blocks, ahead of the hashing by a second thread when it is long.  Fails
 * (ERROR_UNDECIDED) if it is not a regular file, vanishes, is replaced, or
 * changes meanwhile (size, times and inode are compared before and after).
 */
int file_digest(struct digest *digest, uint64_t *size, const char *path,
    file_progress *progress, void *cookie, struct error *err);

#endif
