/* model_signing.h: what an OpenSSF Model Signing statement says of a folder. */
#ifndef CAPTURE_MODEL_SIGNING_H
#define CAPTURE_MODEL_SIGNING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"

/* A file that was signed. */
struct model_signing_file {
	char *name; /* As the statement has it, below the folder. */
	char *path; /* The same as a manifest spells it (artefact.h). */
	struct digest digest;
};

/*
 * An in-toto statement with the predicate https://model_signing/signature/v1.0
 * (OpenSSF Model Signing 1.0), of files hashed whole by SHA-256.
 */
struct model_signing {
	char *name; /* What the model was called: informative. */
	bool links; /* Symbolic links stand for the files they lead to. */
	size_t file_count;
	struct model_signing_file *file; /* By path; "." for a single file. */
	size_t ignored_count;
	char **ignored; /* Paths that nobody signed, as a manifest has them. */
	size_t *passed; /* How many files each of them let pass. */
};
void model_signing_free(struct model_signing *statement);

/*
 * Read and check a statement by itself.  ERROR_UNDECIDED: it is malformed, or
 * says something that cannot be checked here (files in shards, other hashes,
 * predicates of before 1.0), which the error names.  ERROR_NO: it contradicts
 * itself: its root, the SHA-256 of all its digests in order, is not its
 * subject's, or it signs what it ignores, or signs nothing.
 */
int model_signing_parse(struct model_signing *out, struct bytes statement,
    struct error *err);

/* Let one more path pass, such as the signature's own file. */
int model_signing_ignore(struct model_signing *statement, struct bytes path,
    struct error *err);

/*
 * Compare with a manifest (artefact.h), or with the digest of a single file
 * where `manifest' is NULL.  For each disagreement an object {"path","what"}
 * is pushed to `findings', in order of path, `what' being a sentence's rest:
 * "is not signed".  `folder' is where the files are, so that links can be
 * followed; NULL if they are nowhere: then links are not compared.
 */
int model_signing_compare(struct json *findings, struct model_signing *said,
    const struct buffer *manifest, struct digest digest, const char *folder,
    struct error *err);

/* The manifest without the lines that the statement ignores, appended. */
void model_signing_filter(struct buffer *out, const struct model_signing *said,
    const struct buffer *manifest);

#endif
