/* dossier_stamps.c: timestamps over the checkpoints of a dossier. */
#include <string.h>

#include "ledger/checkpoint_internal.h"
#include "ledger/dossier_internal.h"
#include "ledger/timestamps.h"

#define STAMPS DOSSIER_FOLDER "timestamps/"
#define ENDING ".tst"

void
dossier_stamp_name(struct buffer *out, uint64_t size, struct bytes token)
{
	buffer_printf(out, STAMPS "%llu-%.16s" ENDING, (unsigned long long)size,
	    digest_hex(digest_of(token)).text);
}

/* The size in a name; whether it is the token's own. */
static bool
is_own_name(uint64_t *size, const struct tar_file *file)
{
	struct buffer name = buffer_new(TAR_NAME_MAX + 1);
	struct bytes rest = bytes_of_text(file->name + strlen(STAMPS));
	const uint8_t *dash = rest.len == 0 ? NULL
					    : memchr(rest.data, '-', rest.len);
	bool own = false;

	if (dash != NULL &&
	    checkpoint_number(size,
		bytes_of(rest.data, (size_t)(dash - rest.data)))) {
		dossier_stamp_name(&name, *size, file->content);
		own = strcmp(buffer_string(&name), file->name) == 0;
	}
	buffer_free(&name);
	return own;
}

/* The text that was stamped: what the ledger signed of the checkpoint. */
static bool
text_of(struct note *out, struct dossier *dossier, uint64_t size)
{
	const struct tar_file *file =
	    dossier_use(dossier, "checkpoints/%llu", (unsigned long long)size);
	struct error ignored;

	if (size == dossier->about.size)
		return note_parse(out, dossier->note, &ignored) == 0;
	return file != NULL && note_parse(out, file->content, &ignored) == 0;
}

static int
check_stamp(struct dossier *dossier, const struct tar_file *file,
    struct error *err)
{
	const char *where = file->name + strlen(DOSSIER_FOLDER);
	enum timestamp_standing standing = TIMESTAMP_UNKNOWN;
	struct buffer authority = buffer_new(LIMIT_TIMESTAMP);
	struct timestamp timestamp;
	struct error finding;
	struct note note;
	uint64_t size;
	int result = 0;

	if (!is_own_name(&size, file) || !text_of(&note, dossier, size)) {
		dossier_tell(dossier, "timestamp", where,
		    "it was altered, or is over no checkpoint that is here");
	} else if (timestamp_parse(&timestamp, file->content, &finding) == -1 ||
	    timestamp_is_about(&timestamp, note.text, &finding) == -1 ||
	    timestamps_standing(&standing, &authority, &timestamp, size,
		authority_trusts(dossier->authority),
		dossier->options->timestamp_roots, &finding) == -1) {
		result = dossier_tell_error(dossier, "timestamp", where,
		    &finding, err);
	} else if (standing == TIMESTAMP_GOOD) {
		dossier->result->timestamps++;
		result = dated_add_timestamp(dossier->dates, size,
		    timestamp.latest_ms, 0, buffer_string(&authority), err);
	} else {
		dossier->result->timestamps_unknown++;
	}
	buffer_free(&authority);
	return result;
}

int
dossier_check_stamps(struct dossier *dossier, struct error *err)
{
	size_t i = tar_first(dossier->files, STAMPS);

	for (; i < tar_count(dossier->files); i++) {
		const struct tar_file *file = tar_at(dossier->files, i);

		if (strncmp(file->name, STAMPS, strlen(STAMPS)) != 0)
			break;
		(void)dossier_use(dossier, "%s",
		    file->name + strlen(DOSSIER_FOLDER));
		if (check_stamp(dossier, file, err) == -1)
			return -1;
	}
	return 0;
}
