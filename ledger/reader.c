#include "ledger/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "ledger/erasure.h"
#include "ledger/replay.h"

struct reader {
	struct store *store;
	struct authority *authority;
	uint64_t size;
	uint64_t full_size;
	struct checkpoint checkpoint;
	struct buffer note;
	const struct disclosures
	    *disclosures; /* Or NULL: those of the store. */
};

/* The authority at the view's end. */
static int
load_authority(struct reader *reader, struct error *err)
{
	struct authority *authority = NULL;

	if (authority_new(&authority, err) == -1)
		return -1;
	if (replay_authority(authority, reader->store, 0, reader->size, err) ==
	    -1) {
		authority_free(authority);
		return -1;
	}
	if (authority_ledger_key(authority) == NULL) {
		authority_free(authority);
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the ledger does not begin with a genesis record");
	}
	authority_free(reader->authority);
	reader->authority = authority;
	return 0;
}

static int
load_checkpoint(struct reader *reader, struct error *err)
{
	uint64_t size;

	if (store_checkpoint(reader->store, UINT64_MAX, &size, &reader->note,
		err) == -1)
		return -1;
	if (checkpoint_open(&reader->checkpoint, buffer_bytes(&reader->note),
		authority_ledger_key(reader->authority), err) == -1)
		return error_within(err, "newest checkpoint");
	if (reader->checkpoint.size != reader->full_size)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "the newest checkpoint is of %llu entries, the ledger has "
		    "%llu",
		    (unsigned long long)reader->checkpoint.size,
		    (unsigned long long)reader->full_size);
	return 0;
}

int
reader_open(struct reader **out, const char *path, struct error *err)
{
	struct reader *reader = memory_new(1, sizeof *reader);

	if (reader == NULL)
		return error_memory(err);
	reader->note = buffer_new(LIMIT_NOTE);
	if (store_open(&reader->store, path, STORE_READ, err) == -1 ||
	    store_begin_read(reader->store, err) == -1 ||
	    store_size(reader->store, &reader->full_size, err) == -1)
		goto failed;
	reader->size = reader->full_size;
	if (load_authority(reader, err) == -1 ||
	    load_checkpoint(reader, err) == -1)
		goto failed;
	*out = reader;
	return 0;
failed:
	reader_close(reader);
	return -1;
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	store_close(reader->store);
	authority_free(reader->authority);
	buffer_free(&reader->note);
	memory_free(reader);
}

/* A seq in decimal, all of it; false for anything else. */
static bool
parse_seq(const char *text, uint64_t *seq)
{
	size_t len = strlen(text);

	if (len == 0 || len > 16 || strspn(text, "0123456789") != len)
		return false;
	*seq = strtoull(text, NULL, 10);
	return true;
}

int
reader_as_of(struct reader *reader, const char *seq_or_time, struct error *err)
{
	uint64_t size, seq;
	int64_t time_ms;

	if (parse_seq(seq_or_time, &seq)) {
		if (seq >= reader->full_size)
			return error_set(err, ERROR_UNDECIDED,
			    "give the number of an entry that is there",
			    "the ledger has %llu entries; there is no entry "
			    "%llu",
			    (unsigned long long)reader->full_size,
			    (unsigned long long)seq);
		size = seq + 1;
	} else {
		if (time_parse(&time_ms, seq_or_time, clock_now_ms(), err) ==
			-1 ||
		    index_size_at(reader->store, time_ms + 1, &size, err) == -1)
			return -1;
		if (size == 0)
			return error_set(err, ERROR_UNDECIDED,
			    "give a time after its beginning",
			    "the ledger had no entries at %s",
			    time_format(time_ms).text);
	}
	reader->size = size;
	return load_authority(reader, err);
}

struct store *
reader_store(struct reader *reader)
{
	return reader->store;
}

const struct authority *
reader_authority(const struct reader *reader)
{
	return reader->authority;
}

uint64_t
reader_size(const struct reader *reader)
{
	return reader->size;
}

uint64_t
reader_full_size(const struct reader *reader)
{
	return reader->full_size;
}

const struct checkpoint *
reader_checkpoint(const struct reader *reader)
{
	return &reader->checkpoint;
}

struct bytes
reader_note(const struct reader *reader)
{
	return buffer_bytes(&reader->note);
}

struct reader_entry
reader_entry_new(void)
{
	struct reader_entry entry;

	memset(&entry, 0, sizeof entry);
	entry.line = buffer_new(LIMIT_ENTRY);
	entry.entry = entry_new();
	return entry;
}

static void
forget_record(struct reader_entry *entry)
{
	if (entry->arena == NULL)
		record_free(&entry->record);
	else
		json_arena_reset(entry->arena);
	memset(&entry->record, 0, sizeof entry->record);
}

void
reader_entry_free(struct reader_entry *entry)
{
	if (entry == NULL)
		return;
	buffer_free(&entry->line);
	entry_free(&entry->entry);
	forget_record(entry);
	json_arena_free(entry->arena);
	entry->arena = NULL;
	revealed_free(&entry->revealed);
}

int
reader_entry_for_many(struct reader_entry *entry, struct error *err)
{
	forget_record(entry);
	return entry->arena != NULL ? 0 : json_arena_new(&entry->arena, err);
}

void
reader_disclose(struct reader *reader, const struct disclosures *disclosures)
{
	reader->disclosures = disclosures;
}

static int
parse_record(struct reader *reader, struct reader_entry *entry,
    struct error *err)
{
	struct bytes payload = buffer_bytes(&entry->entry.envelope.payload);
	int result;

	if (entry->arena != NULL)
		json_arena_begin(entry->arena);
	result = record_parse(&entry->record, payload, err);
	if (result == 0)
		result = reveal_record(&entry->revealed, &entry->record,
		    entry->leaf, reader->store, reader->disclosures, err);
	if (entry->arena != NULL)
		json_arena_end();
	return result;
}

int
reader_read(struct reader *reader, uint64_t seq, struct reader_entry *out,
    struct error *err)
{
	struct bytes line;

	forget_record(out);
	if (seq >= reader->size)
		return error_set(err, ERROR_UNDECIDED, "see `vouch log'",
		    "there is no entry %llu in view", (unsigned long long)seq);
	if (store_entry(reader->store, seq, &out->line, err) == -1)
		return -1;
	line = buffer_bytes(&out->line);
	if (line.len == 0)
		return erasure_refuse(reader->store, seq, err);
	out->leaf = entry_leaf_hash(line);
	if (entry_parse(&out->entry, line, err) == -1 ||
	    parse_record(reader, out, err) == -1)
		return error_within(err, "entry %llu", (unsigned long long)seq);
	return 0;
}

int
reader_time(struct reader *reader, uint64_t seq, int64_t *time_ms,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct index_row row;
	int result = index_row_at(reader->store, seq, reader->size, &row, err);

	*time_ms = row.time_ms;
	if (result == 0 && row.kind != &kind_erased) {
		result = reader_read(reader, seq, &entry, err);
		*time_ms = entry.entry.time_ms;
	}
	reader_entry_free(&entry);
	return result;
}

/* "KIND/NAME@VERSION" taken apart; the kind may be missing. */
struct reference {
	char kind[LIMIT_NAME + 1];
	char name[LIMIT_NAME + 1];
	char version[LIMIT_NAME + 1];
};

static bool
copy_part(char *out, const char *from, size_t len)
{
	if (len == 0 || len > LIMIT_NAME)
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return true;
}

static bool
split_reference(struct reference *out, const char *what)
{
	const char *slash = strchr(what, '/');
	const char *at;

	memset(out, 0, sizeof *out);
	/* Names may contain '/' themselves; a kind's name in front decides. */
	if (slash != NULL) {
		if (!copy_part(out->kind, what, (size_t)(slash - what)))
			return false;
		if (kind_named(out->kind) != NULL)
			what = slash + 1;
		else
			out->kind[0] = '\0';
	}
	at = strrchr(what, '@');
	if (at != NULL && !copy_part(out->version, at + 1, strlen(at + 1)))
		return false;
	return copy_part(out->name, what,
	    at == NULL ? strlen(what) : (size_t)(at - what));
}

/* From a record to the newest one that corrects it. */
static int
follow_corrections(struct reader *reader, struct index_row *row,
    struct error *err)
{
	while (row->superseded) {
		uint64_t next = row->superseded_by;

		if (next <= row->seq)
			break;
		if (index_row_at(reader->store, next, reader->size, row, err) ==
		    -1)
			return -1;
	}
	return 0;
}

/* The entry that a record's chain of corrections began with. */
static int
first_of_chain(struct reader *reader, uint64_t seq, uint64_t *first,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct index_row row;
	struct digest leaf;
	bool found = true;
	int result = -1;

	for (*first = seq; found;) {
		const char *hex;

		if (reader_read(reader, *first, &entry, err) == -1)
			goto done;
		hex = json_member_text(json_member(entry.record.predicate,
					   "supersedes"),
		    "entry");
		if (hex == NULL || !digest_parse(&leaf, bytes_of_text(hex)))
			break;
		if (index_find_exact(reader->store, leaf, &found, &seq, err) ==
		    -1)
			goto done;
		if (!found || seq >= *first)
			break;
		if (index_row_at(reader->store, seq, reader->size, &row, err) ==
		    -1)
			goto done;
		*first = seq;
		/* What an erased one corrected, nobody knows any more. */
		if (row.kind == &kind_erased)
			break;
	}
	result = 0;
done:
	reader_entry_free(&entry);
	return result;
}

int
reader_newest(struct reader *reader, const struct kind *kind, const char *name,
    const char *version, struct index_row *row, bool *found, struct error *err)
{
	struct index_query query = { .before = reader->size,
		.kind = kind->name,
		.name = name,
		.version = version };
	struct index_list *list = NULL;
	struct index_row candidate;
	uint64_t best = 0, first;
	bool more = true;
	int result = -1;

	*found = false;
	if (index_list(&list, reader->store, &query, err) == -1)
		return -1;
	/* No chain began after its newest record: older rows cannot win. */
	for (;;) {
		if (index_next(list, &candidate, &more, err) == -1)
			goto done;
		if (!more || (*found && candidate.seq < best))
			break;
		if (first_of_chain(reader, candidate.seq, &first, err) == -1)
			goto done;
		if (*found && first <= best)
			continue;
		*row = candidate;
		best = first;
		*found = true;
	}
	result = *found ? follow_corrections(reader, row, err) : 0;
done:
	index_list_free(list);
	return result;
}

/* The newest record of that name, in one kind or in the only one that has
 * it. */
static int
find_reference(struct reader *reader, const struct reference *reference,
    struct index_row *row, bool *found, struct error *err)
{
	const char *version =
	    reference->version[0] == '\0' ? NULL : reference->version;
	const struct kind *first = NULL;

	*found = false;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		struct index_row candidate;
		bool here = false;

		if (reference->kind[0] != '\0' &&
		    strcmp(reference->kind, kinds[i]->name) != 0)
			continue;
		if (reader_newest(reader, kinds[i], reference->name, version,
			&candidate, &here, err) == -1)
			return -1;
		if (!here)
			continue;
		if (*found)
			return error_set(err, ERROR_UNDECIDED,
			    "put the kind in front, as in run/NAME",
			    "both a %s and a %s are called %s", first->name,
			    kinds[i]->name, reference->name);
		*row = candidate;
		*found = true;
		first = kinds[i];
	}
	return 0;
}

/* How many of the newest names are looked through for a near miss. */
#define NEAR_MAX 500

static int
not_found(struct reader *reader, const char *what,
    const struct reference *reference, struct error *err)
{
	struct index_query query = { .before = reader->size };
	const char *words[NEAR_MAX + 1];
	char *names[NEAR_MAX];
	struct index_list *list = NULL;
	struct index_row row;
	const char *nearest;
	size_t count = 0;
	bool more = false;

	if (index_list(&list, reader->store, &query, err) == -1)
		return -1;
	for (size_t looked = 0; looked < NEAR_MAX; looked++) {
		if (index_next(list, &row, &more, err) == -1 || !more)
			break;
		if (row.name[0] != '\0' &&
		    (names[count] = memory_text(row.name)) != NULL) {
			words[count] = names[count];
			count++;
		}
	}
	index_list_free(list);
	words[count] = NULL;
	nearest = text_nearest(reference->name, words);
	if (nearest != NULL && strcmp(nearest, reference->name) != 0)
		error_set(err, ERROR_UNDECIDED, "see `vouch log'",
		    "there is no '%s' in this ledger; did you mean '%s'?", what,
		    nearest);
	else
		error_set(err, ERROR_UNDECIDED, "see `vouch log'",
		    "there is no '%s' in this ledger", what);
	while (count > 0)
		memory_free(names[--count]);
	return -1;
}

int
reader_find(struct reader *reader, const char *what, uint64_t *seq,
    struct error *err)
{
	struct reference reference;
	struct index_row row;
	size_t len = strlen(what);
	bool is_hash = len >= 8 && len <= DIGEST_HEX_LEN &&
	    strspn(what, "0123456789abcdef") == len;
	uint64_t number;
	bool found = false;

	if (parse_seq(what, &number) && (number < reader->size || !is_hash)) {
		if (number >= reader->size)
			return error_set(err, ERROR_UNDECIDED,
			    "see `vouch log'",
			    "there is no entry %llu; the newest is %llu",
			    (unsigned long long)number,
			    (unsigned long long)(reader->size - 1));
		*seq = number;
		return 0;
	}
	if (split_reference(&reference, what)) {
		if (find_reference(reader, &reference, &row, &found, err) == -1)
			return -1;
		if (found) {
			*seq = row.seq;
			return 0;
		}
	}
	if (is_hash)
		return index_find_leaf(reader->store, what, reader->size, seq,
		    err);
	return not_found(reader, what, &reference, err);
}

int
reader_find_of(struct reader *reader, const char *kind, const char *what,
    uint64_t *seq, struct error *err)
{
	struct reference reference;
	struct index_row row;
	bool found = false;

	if (split_reference(&reference, what) && reference.kind[0] == '\0') {
		memcpy(reference.kind, kind, strlen(kind) + 1);
		if (find_reference(reader, &reference, &row, &found, err) == -1)
			return -1;
	}
	if (!found)
		return reader_find(reader, what, seq, err);
	*seq = row.seq;
	return 0;
}

int
reader_mention(uint64_t *seq, bool *found, struct reader *reader,
    struct digest digest, const char *kind, enum fact_role role,
    struct error *err)
{
	struct index_mention *mention = NULL;
	struct index_row row;
	size_t count = 0;
	int result = -1;

	*found = false;
	if (index_mentions(reader->store, digest, kind, reader->size, &mention,
		&count, err) == -1)
		return -1;
	while (!*found && count-- > 0) {
		if (mention[count].role != role)
			continue;
		if (index_row_at(reader->store, mention[count].seq,
			reader->size, &row, err) == -1)
			goto done;
		*found = !row.superseded;
		*seq = row.seq;
	}
	result = 0;
done:
	memory_free(mention);
	return result;
}
