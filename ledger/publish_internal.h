/* publish_internal.h: a publication from inside, for the files that share it. */
#ifndef LEDGER_PUBLISH_INTERNAL_H
#define LEDGER_PUBLISH_INTERNAL_H

#include "base/file_batch.h"
#include "ledger/publish.h"
#include "ledger/static_copy.h"

#define PUBLISH_PATH_LIMIT 8192

struct publish {
	struct store *store;
	const struct note_key *key;
	const char *folder;
	struct bytes note;
	struct checkpoint checkpoint; /* Of the note. */
	const struct publish_options *options;
	struct publish_result *result;
	int lock;
	bool same_note; /* The published checkpoint is this one already. */
	bool has_attachments; /* There are published ones. */
	struct file_batch *batch;
	struct merkle *tree;
	struct buffer bundle;
};

/* Let a file have this content, with the others of the batch. */
int publish_write(struct publish *publish, const struct buffer *name,
    struct bytes content, struct error *err);

/* ERROR_NO if something was erased by an entry behind the checkpoint. */
int publish_nothing_owed(struct publish *publish, struct error *err);

/* Bundles with entries that were erased since they were published, written
 * again without them. */
int publish_erased(struct publish *publish, struct error *err);

/* Attachments that are not published yet; and those that are and were erased
 * are removed. */
int publish_attachments(struct publish *publish, struct error *err);

#endif
