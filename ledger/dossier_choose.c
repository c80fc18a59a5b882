/* dossier_choose.c: which sealed fields a dossier shows. */
#include <fnmatch.h>
#include <string.h>

#include "base/limits.h"
#include "ledger/dossier.h"
#include "ledger/store_disclosure.h"

static bool
fits(const char *path, const char *const patterns[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fnmatch(patterns[i], path, 0) == 0)
			return true;
	return false;
}

static int
choose_of(struct disclosures *out, struct store *store,
    const struct revealed *revealed, const char *const patterns[], size_t count,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	int result = 0;

	for (size_t i = 0; i < revealed->count && result == 0; i++) {
		const struct revealed_field *field = &revealed->item[i];
		bool there = false;

		if (field->state != FIELD_SHOWN ||
		    !fits(field->path, patterns, count))
			continue;
		result =
		    store_disclosure(store, field->digest, &text, &there, err);
		if (result == 0 && there)
			result = disclosures_add(out, field->path,
			    buffer_bytes(&text), err);
	}
	buffer_wipe(&text);
	return result;
}

int
dossier_choose(struct disclosures *out, struct reader *reader,
    struct digest subject, const char *const patterns[], size_t count,
    struct error *err)
{
	struct reader_entry now = reader_entry_new();
	struct dossier_set set = { .seq = NULL };
	int result = 0;

	if (count > 0)
		result = dossier_select(&set, reader, subject, err);
	for (size_t i = 0; i < set.count && result == 0; i++) {
		result = reader_read(reader, set.seq[i], &now, err);
		if (result == 0)
			result = choose_of(out, reader_store(reader),
			    &now.revealed, patterns, count, err);
	}
	reader_entry_free(&now);
	dossier_set_free(&set);
	if (result == 0 && count > 0 && out->count == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch show ENTRY' for the paths of sealed fields",
		    "no sealed field in the model's history fits '%.100s'",
		    patterns[0]);
	return result;
}
