#include <stdio.h>

#include "ledger/store_settle.h"
#include "ledger/verify_internal.h"

static int
next_entry(void *cookie, uint64_t *seq, struct bytes *line, bool *more,
    struct error *err)
{
	return store_scan_entries_next(cookie, seq, line, more, err);
}

static int
entry_at(void *cookie, uint64_t seq, struct buffer *line, struct error *err)
{
	return store_entry(cookie, seq, line, err);
}

static int
next_checkpoint(void *cookie, uint64_t *size, struct bytes *note, bool *more,
    struct error *err)
{
	return store_scan_checkpoints_next(cookie, size, note, more, err);
}

static int
newest_checkpoint(void *cookie, uint64_t *size, struct buffer *note,
    struct error *err)
{
	return store_checkpoint(cookie, UINT64_MAX, size, note, err);
}

static int
tile(void *cookie, unsigned level, uint64_t index,
    struct digest out[TILE_WIDTH], unsigned *width, struct error *err)
{
	return store_tile(cookie, level, index, out, width, err);
}

static int
has_attachment(void *cookie, struct digest digest, bool *has, struct error *err)
{
	return store_has_attachment(cookie, digest, has, err);
}

static int
next_attachment(void *cookie, const struct digest *after, struct digest *digest,
    bool *more, struct error *err)
{
	return store_next_attachment(cookie, after, digest, more, err);
}

static int
attachment(void *cookie, struct digest digest, struct buffer *out,
    struct error *err)
{
	return store_attachment(cookie, digest, out, err);
}

static int
attachment_digest(void *cookie, struct digest digest, struct digest *computed,
    uint64_t *size, struct error *err)
{
	return store_attachment_digest(cookie, digest, computed, size, err);
}

/* As many tiles are kept as the entries make. */
static int
count_tiles(struct verify *verify, struct error *err)
{
	uint64_t stored;
	char text[160];

	if (verify->tree_spoilt)
		return 0;
	if (store_tile_count(verify->store, &stored, err) == -1)
		return -1;
	if (stored == verify->tile_count)
		return 0;
	snprintf(text, sizeof text,
	    "%llu tiles are stored, the entries make %llu",
	    (unsigned long long)stored, (unsigned long long)verify->tile_count);
	verify_tell(verify, VERIFY_TREE, VERIFY_NOWHERE, text);
	return 0;
}

/* Whether SQLite finds its rows by its indexes as it does by its tables. */
static int
check_structure(struct verify *verify, struct error *err)
{
	struct error finding;

	if (!verify->options->structure ||
	    store_check_structure(verify->store, &finding) == 0)
		return 0;
	if (finding.class == ERROR_SYSTEM) {
		*err = finding;
		return -1;
	}
	verify_tell(verify, VERIFY_STORE, VERIFY_NOWHERE, finding.what);
	return 0;
}

static int
finish(void *cookie, struct verify *verify, struct error *err)
{
	(void)cookie;
	if (count_tiles(verify, err) == -1 ||
	    store_owes(verify->store, &verify->result->owes, err) == -1)
		return -1;
	return check_structure(verify, err);
}

static void
close_store(void *cookie)
{
	store_close(cookie);
}

int
verify_source_store(struct verify_source *out, const char *path,
    struct error *err)
{
	struct store *store = NULL;
	uint64_t size = 0;

	if (store_open(&store, path, STORE_READ, err) == -1)
		return -1;
	if (store_begin_read(store, err) == -1 ||
	    store_size(store, &size, err) == -1 ||
	    store_scan_checkpoints(store, 0, err) == -1 ||
	    store_scan_entries(store, 0, UINT64_MAX, err) == -1) {
		store_close(store);
		return -1;
	}
	*out = (struct verify_source){
		.cookie = store,
		.store = store,
		.size = size,
		.next_entry = next_entry,
		.entry = entry_at,
		.next_checkpoint = next_checkpoint,
		.newest_checkpoint = newest_checkpoint,
		.tile = tile,
		.has_attachment = has_attachment,
		.next_attachment = next_attachment,
		.attachment_digest = attachment_digest,
		.attachment = attachment,
		.finish = finish,
		.close = close_store,
	};
	return 0;
}
