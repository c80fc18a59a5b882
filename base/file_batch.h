/* file_batch.h: many files that appear whole, their disk work done together. */
#ifndef BASE_FILE_BATCH_H
#define BASE_FILE_BATCH_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * As file_write for each of many files below a folder, but written for many
 * at once, by a thread of its own while the caller prepares more.  Contents go
 * to files in `staging', a folder in it of the same file system, are brought
 * to the disk, and given their names by rename(2): a reader, a kill or a power
 * cut finds a file whole, as it was before, or not at all.  Nothing is
 * promised of the order before file_batch_finish has returned; afterwards all
 * of it is on the disk.  A failure may be that of a file given earlier; from
 * then on every call fails, and all one can do is to free the batch.  It holds
 * up to 8 MiB of contents, or the two largest if those are more.
 */
struct file_batch;

/* Borrow both paths; staging is relative to folder and exists. */
int file_batch_new(struct file_batch **out, const char *folder,
    const char *staging, struct error *err);
/* Files that have no name yet are forgotten. */
void file_batch_free(struct file_batch *batch);

/* Let folder/name have this content, which is copied.  Folders of the name
 * are made. */
int file_batch_write(struct file_batch *batch, const char *name,
    struct bytes content, struct error *err);
/* Everything so far, files and folders, on the disk and under its name. */
int file_batch_finish(struct file_batch *batch, struct error *err);

#endif
