#include "cli/entries.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/certify.h"

const char *
entries_signer(const struct reader *reader, struct public_key key)
{
	const struct authority *authority = reader_authority(reader);
	const struct principal *principal = authority_by_key(authority, key);

	if (principal != NULL)
		return principal->name;
	return public_key_equal(key, authority_ledger_key(authority)->key)
	    ? "the ledger"
	    : "unknown";
}

const struct identity *
entries_identity(const struct reader *reader, struct public_key key,
    uint64_t seq)
{
	const struct principal *principal =
	    authority_by_key(reader_authority(reader), key);

	return principal == NULL ? NULL
				 : identity_before(principal->identity, seq);
}

void
entries_json(struct buffer *out, struct reader *reader,
    const struct index_row *row, const struct reader_entry *entry)
{
	struct buffer title = buffer_new(8192);
	struct buffer summary = buffer_new((size_t)1 << 17);
	const struct identity *identity =
	    entries_identity(reader, row->signer, row->seq);

	record_title(&title, &entry->record);
	record_summary(&summary, &entry->record);
	buffer_printf(out,
	    "{\"seq\":%llu,\"time\":\"%s\",\"kind\":\"%s\","
	    "\"title\":",
	    (unsigned long long)row->seq, time_format(row->time_ms).text,
	    row->kind->name);
	json_write_text(out, buffer_bytes(&title));
	buffer_text(out, ",\"summary\":");
	json_write_text(out, buffer_bytes(&summary));
	buffer_printf(out,
	    ",\"name\":\"%s\",\"version\":\"%s\","
	    "\"status\":\"%s\",\"digest\":\"%s\",\"signer\":\"%s\","
	    "\"leaf\":\"%s\"",
	    row->name, row->version, row->status,
	    digest_hex(entry->record.subject).text,
	    entries_signer(reader, row->signer), digest_hex(row->leaf).text);
	if (identity != NULL)
		certify_json(out, identity);
	if (row->superseded)
		buffer_printf(out, ",\"corrected_by\":%llu",
		    (unsigned long long)row->superseded_by);
	buffer_text(out, "}\n");
	buffer_free(&title);
	buffer_free(&summary);
}

int
entries_subject(struct digest *out, struct reader *reader, const char *what,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	uint64_t seq;
	int result = -1;

	if (digest_parse(out, bytes_of_text(what)))
		return 0;
	if (reader_find(reader, what, &seq, err) == 0 &&
	    reader_read(reader, seq, &entry, err) == 0) {
		*out = entry.record.subject;
		result = 0;
	}
	reader_entry_free(&entry);
	return result;
}

int
entries_signer_key(struct public_key *out, const struct reader *reader,
    const char *what, struct error *err)
{
	const struct authority *authority = reader_authority(reader);
	const struct principal *principal =
	    authority_by_fingerprint(authority, what);

	if (principal == NULL)
		principal = authority_by_name(authority, what);
	/* Somebody whose key has ended is still a signer of old entries. */
	for (size_t i = authority_count(authority); principal == NULL && i > 0;
	     i--) {
		if (strcmp(authority_at(authority, i - 1)->name, what) == 0)
			principal = authority_at(authority, i - 1);
	}
	if (principal == NULL)
		return error_set(err, ERROR_UNDECIDED, "see `vouch key list'",
		    "nobody called '%.100s' ever had a key here", what);
	*out = principal->key;
	return 0;
}

void
entries_value(struct buffer *out, const struct json *value)
{
	if (json_type(value) == JSON_TEXT)
		buffer_text(out, json_text(value));
	else
		json_write(out, value);
}

int
entries_unknown_kind(const char *name, struct error *err)
{
	const char *names[KINDS_MAX];
	const char *nearest;
	size_t n = 0;

	for (; n + 1 < KINDS_MAX && kinds[n] != NULL; n++)
		names[n] = kinds[n]->name;
	names[n] = NULL;
	nearest = text_nearest(name, names);
	return error_set(err, ERROR_UNDECIDED, "see `vouch schema'",
	    "there is no kind '%.40s'%s%s%s", name,
	    nearest == NULL ? "" : "; did you mean '",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
}
