/* artefact.h: a file or a folder as a name, a digest and a size. */
#ifndef CAPTURE_ARTEFACT_H
#define CAPTURE_ARTEFACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/pool.h"

/*
 * A folder is described by a manifest, in the manner of OpenSSF Model Signing:
 * one line "SHA256-HEX  SIZE  PATH\n" for each regular file below it, sorted
 * by the bytes of the path as the system has it (relative, '/' between
 * names).  So that a manifest is text whatever names there are, control
 * characters (below 0x20, and 0x7f), backslash and bytes that are not part of
 * well-formed UTF-8 are written \xHH, lower case.  The folder's digest is the
 * SHA-256 of the manifest, which is kept as an attachment.
 * Symbolic links inside a folder are recorded as "link:TARGET  0  PATH\n" and
 * never followed, wherever they point; a space in TARGET is \x20, so that two
 * spaces always part the fields.  Folders are known by what is in them: an
 * empty one leaves no trace.  Other kinds of file are refused
 * (docs/format.md, "Manifests").
 */
struct artefact {
	char *name; /* As given. */
	struct digest digest;
	uint64_t size; /* Of all files, in bytes. */
	uint64_t file_count; /* 1 for a file; links are not counted. */
	bool folder;
	struct buffer manifest; /* Of a folder; empty otherwise. */
};
void artefact_free(struct artefact *artefact);

/* Called some ten times a second, from the calling thread, with bytes done
 * and known in total; non-zero stops with "interrupted".  May be NULL. */
typedef int artefact_progress(void *cookie, uint64_t done, uint64_t total);

/*
 * Digest many paths at once on all threads of the pool: the files of folders
 * are spread over them.  out has room for count artefacts; on success each is
 * to be freed.  A path that is a link stands for what it points to.
 * A file that vanishes or changes while it is read is an error that names it;
 * so is anything that came, went or changed in a folder between the moment it
 * was listed and the moment the last file was read (type, size, inode and
 * times are compared): what is told is a state that the folder was in.
 * Entries named in `excluded' (absolute real paths, NULL-terminated, e.g. the
 * ledger's own folder; or NULL) are passed over.
 * What does not exist or has no content of its own: ERROR_UNDECIDED.
 */
int artefact_measure(struct artefact *out, const char *const paths[],
    size_t count, const char *const excluded[], struct pool *pool,
    artefact_progress *progress, void *cookie, struct error *err);

/* The JSON object that records keep of it: name, digest, size, and for a
 * folder files and manifest.  A name that JSON cannot say has its bytes as
 * \xHH.  NULL without memory. */
struct json *artefact_json(const struct artefact *artefact);

#endif
