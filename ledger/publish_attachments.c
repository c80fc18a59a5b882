#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "ledger/index.h"
#include "ledger/publish_internal.h"

/* One that is not there yet.  The file's name is its digest: it is either
 * this content or nobody will take it for it. */
static int
write_one(struct publish *publish, const struct folder *folder,
    struct digest digest, struct error *err)
{
	struct static_name path = static_attachment_name(digest);
	struct buffer content = buffer_new(LIMIT_ATTACHMENT);
	struct buffer name = buffer_new(sizeof path.text);
	uint64_t size;
	bool there;
	int result = -1;

	if (folder_has(folder, path.text, &there, &size, err) == -1)
		return -1;
	if (there)
		return 0;
	buffer_text(&name, path.text);
	if (store_attachment(publish->store, digest, &content, err) == 0)
		result =
		    publish_write(publish, &name, buffer_bytes(&content), err);
	publish->result->attachments++;
	buffer_free(&content);
	buffer_free(&name);
	return result;
}

/* Whether an entry below the checkpoint mentions it; below the newest one,
 * each is. */
static int
is_due(bool *due, struct publish *publish, struct digest digest,
    struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;

	*due = true;
	if (!publish->options->earlier)
		return 0;
	if (index_mentions(publish->store, digest, NULL,
		publish->checkpoint.size, &mention, &count, err) == -1)
		return -1;
	*due = count > 0;
	memory_free(mention);
	return 0;
}

static int
write_all(struct publish *publish, const struct folder *folder,
    struct error *err)
{
	const struct digest *after = NULL;
	struct digest digest;
	bool more, due;

	for (;;) {
		if (store_next_attachment(publish->store, after, &digest, &more,
			err) == -1)
			return -1;
		if (!more)
			return 0;
		if (is_due(&due, publish, digest, err) == -1 ||
		    (due && write_one(publish, folder, digest, err) == -1))
			return -1;
		after = &digest;
	}
}

/* What the ledger has no more: it was erased. */
static int
remove_erased(struct publish *publish, const char *path, struct error *err)
{
	const struct dirent *found;
	DIR *dir = opendir(path);
	bool removed = false;
	int result = 0;

	if (dir == NULL)
		return error_errno(err, "cannot read `%s'", path);
	while (result == 0 && (found = readdir(dir)) != NULL) {
		struct digest digest;
		bool has = true;

		if (!digest_parse(&digest, bytes_of_text(found->d_name)))
			continue;
		result =
		    store_has_attachment(publish->store, digest, &has, err);
		if (result == -1 || has)
			continue;
		if (unlinkat(dirfd(dir), found->d_name, 0) == -1)
			result = error_errno(err, "cannot remove `%s/%s'", path,
			    found->d_name);
		publish->result->removed++;
		removed = true;
	}
	closedir(dir);
	return result == 0 && removed ? file_sync_folder(path, err) : result;
}

int
publish_attachments(struct publish *publish, struct error *err)
{
	struct buffer path = buffer_new(PUBLISH_PATH_LIMIT);
	struct folder folder = { .path = NULL };
	int result = -1;

	if (!publish->options->attachments && !publish->has_attachments)
		return 0;
	if (file_join(&path, publish->folder, STATIC_ATTACHMENTS, err) == 0 &&
	    file_make_folders(buffer_string(&path), 0777, err) == 0 &&
	    folder_open(&folder, publish->folder, err) == 0 &&
	    write_all(publish, &folder, err) == 0)
		result = remove_erased(publish, buffer_string(&path), err);
	folder_close(&folder);
	buffer_free(&path);
	return result;
}
