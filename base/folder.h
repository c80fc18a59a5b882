/* folder.h: files below a folder whose content nobody vouches for. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"

/*
 * A folder from elsewhere may hold anything under any name.  Names are
 * relative to it ("tile/0/x001/000"), no link is followed below it, and only
 * plain files are read: what is there but is none is ERROR_NO with its name.
 * What cannot be read is ERROR_SYSTEM.
 */
struct folder {
	int fd;
	char *path;
};

/* ERROR_UNDECIDED if there is no such folder.  (The folder itself may be a
 * link: who names it knows it.) */
int folder_open(struct folder *out, const char *path, struct error *err);
void folder_close(struct folder *folder);

/* Append a file to out, whose ceiling bounds it (ERROR_NO if it is larger).
 * Nothing there: *there is false and out is as it was. */
int folder_read(const struct folder *folder, const char *name,
    struct buffer *out, bool *there, struct error *err);

/* Whether a plain file is there, and how long it is. */
int folder_has(const struct folder *folder, const char *name, bool *there,
    uint64_t *size, struct error *err);

/* SHA-256 and size of a file of at most `most' bytes, read in pieces. */
int folder_digest(const struct folder *folder, const char *name, uint64_t most,
    struct digest *digest, uint64_t *size, bool *there, struct error *err);

/*
 * Visit all that lies below a folder in it, in no order: each file, link or
 * other thing by its name, and whether it is a plain file.  Folders deeper
 * than FOLDER_DEPTH are visited as things.  Not there: nothing is visited.
 * A visitor's -1 stops with its error.
 */
#define FOLDER_DEPTH 12
typedef int folder_visit(void *cookie, const char *name, bool plain,
    struct error *err);
int folder_walk(const struct folder *folder, const char *below,
    folder_visit *visit, void *cookie, struct error *err);

#endif
