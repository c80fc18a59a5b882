/* exchange_file.h: leaving files in a folder that others write to. */
#ifndef CLI_EXCHANGE_FILE_H
#define CLI_EXCHANGE_FILE_H

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"

/* FOLDER/STEM.TAIL. */
int exchange_file_place(struct buffer *out, const char *folder,
    const char *stem, const char *tail, struct error *err);

/* Replace a file as a whole, unless that is what it has already: so that
 * nothing is sent again that is the same. */
int exchange_file_write(const char *path, struct bytes content,
    struct error *err);

#endif
