/* file_batch.h: many files that appear whole, their disk work done together. */
#ifndef BASE_FILE_BATCH_H
#define BASE_FILE_BATCH_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * As file_write for each of many files below a folder, but with what waits
 * for the disk done for many at once, by a thread of its own while more is
 * written.  Contents are written to files in `staging', a folder in it of the
 * same file system, brought to the disk, and given their names by rename(2): a
 * reader, a kill or a power cut finds a file whole, as it was before, or not
 * at all.  Nothing is promised of the order before file_batch_finish has
 * returned; afterwards all of it is on the disk.  An error may be that of a
 * file written earlier; all one can do then is to free the batch.
 */
struct file_batch;

/* Borrow both paths; staging is relative to folder and exists. */
int file_batch_new(struct file_batch **out, const char *folder,
    const char *staging, struct error *err);
/* Files that have no name yet are forgotten. */
void file_batch_free(struct file_batch *batch);

/* Let folder/name have this content.  Folders of the name are made. */
int file_batch_write(struct file_batch *batch, const char *name,
    struct bytes content, struct error *err);
/* Everything so far, files and folders, on the disk and under its name. */
int file_batch_finish(struct file_batch *batch, struct error *err);

#endif
