#include "cli/disclosed.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "ledger/disclosure_file.h"

static int
not_of_entry(const char *path, struct error *err)
{
	return error_set(err, ERROR_NO, "ask for the file of this entry",
	    "%.200s is of another entry", path);
}

/* Every disclosure is of a field of that entry. */
static int
check_fields(const struct disclosures *list, const struct reader_entry *entry,
    const char *path, struct error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct disclosure *one = &list->item[i];
		size_t k = 0;

		while (k < entry->revealed.count &&
		    !digest_equal(entry->revealed.item[k].digest, one->digest))
			k++;
		if (k == entry->revealed.count ||
		    (one->path != NULL &&
			strcmp(one->path, entry->revealed.item[k].path) != 0))
			return error_set(err, ERROR_NO,
			    "it was changed, or is of another entry",
			    "%.200s: disclosure %zu is of no sealed field of "
			    "entry %llu",
			    path, i + 1, (unsigned long long)entry->entry.seq);
		if (entry->revealed.item[k].state != FIELD_SHOWN &&
		    entry->revealed.item[k].state != FIELD_ERASED)
			return error_set(err, ERROR_NO, NULL,
			    "%.200s: what disclosure %zu says does not fit "
			    "the record",
			    path, i + 1);
	}
	return 0;
}

static int
check_source(const struct disclosure_source *source, struct reader *reader,
    const char *path, const uint64_t *seq, struct reader_entry *entry,
    struct error *err)
{
	uint64_t number = seq == NULL ? source->number : *seq;

	if (source->ledger != NULL &&
	    strcmp(source->ledger,
		authority_origin(reader_authority(reader))) != 0)
		return error_set(err, ERROR_NO, "name the ledger it is of",
		    "%.200s is of the ledger %.100s, this is %.100s", path,
		    source->ledger, authority_origin(reader_authority(reader)));
	if (!source->has_entry && seq == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "look at the entry: `vouch show ENTRY --disclosed FILE'",
		    "%.200s does not say which entry it is of", path);
	if (reader_read(reader, number, entry, err) == -1)
		return -1;
	if (source->has_entry &&
	    (number != source->number ||
		!digest_equal(source->entry, entry->leaf)))
		return not_of_entry(path, err);
	return 0;
}

int
disclosed_take(struct disclosures *out, struct reader *reader, const char *path,
    const uint64_t *seq, struct error *err)
{
	struct disclosure_source source = { .ledger = NULL };
	struct reader_entry entry = reader_entry_new();
	int result = disclosure_file_read(out, &source, path, err);

	if (result == 0) {
		reader_disclose(reader, out);
		result = check_source(&source, reader, path, seq, &entry, err);
	}
	if (result == 0)
		result = check_fields(out, &entry, path, err);
	disclosure_source_free(&source);
	reader_entry_free(&entry);
	return result;
}

void
disclosed_show(struct terminal *terminal, const struct reader_entry *entry)
{
	const struct revealed *revealed = &entry->revealed;
	struct buffer word = buffer_new(100);

	for (size_t i = 0; i < revealed->count; i++) {
		const struct revealed_field *field = &revealed->item[i];

		if (i == 0)
			fputc('\n', terminal->out);
		terminal_say(terminal, STYLE_FAINT, "%-11s",
		    i == 0 ? "sealed" : "and");
		terminal_show(terminal, STYLE_STRONG,
		    bytes_of_text(field->path));
		buffer_clear(&word);
		revealed_word(&word, field);
		if (field->state == FIELD_SHOWN)
			terminal_say(terminal, STYLE_GOOD,
			    ": shown, its hash matches\n");
		else
			terminal_say(terminal,
			    field->state == FIELD_MISSING ? STYLE_BAD
							  : STYLE_WARN,
			    ": %s\n", buffer_string(&word));
	}
	buffer_free(&word);
}

static void
field_json(struct buffer *out, const struct reader_entry *entry,
    const struct revealed_field *field)
{
	static const char *const states[] = {
		[FIELD_SHOWN] = "shown",
		[FIELD_ERASED] = "erased",
		[FIELD_MISSING] = "missing",
		[FIELD_WITHHELD] = "withheld",
	};
	const struct json *value, *parent;
	struct error ignored;

	buffer_text(out, "{\"path\":");
	json_write_text(out, bytes_of_text(field->path));
	buffer_printf(out, ",\"digest\":\"%s\",\"state\":\"%s\"",
	    digest_hex(field->digest).text, states[field->state]);
	if (field->state == FIELD_ERASED)
		buffer_printf(out, ",\"erased_by\":%llu",
		    (unsigned long long)field->erased_by);
	if (field->state == FIELD_SHOWN &&
	    sealed_find(&value, &parent, entry->record.predicate, field->path,
		&ignored) == 0) {
		buffer_text(out, ",\"value\":");
		json_write(out, value);
	}
	buffer_byte(out, '}');
}

void
disclosed_json(const struct reader_entry *entry)
{
	struct buffer out = buffer_new(LIMIT_DISCLOSURE_FILE);

	if (entry->revealed.count == 0)
		return;
	buffer_text(&out, ",\"sealed\":[");
	for (size_t i = 0; i < entry->revealed.count; i++) {
		if (i > 0)
			buffer_byte(&out, ',');
		field_json(&out, entry, &entry->revealed.item[i]);
	}
	buffer_byte(&out, ']');
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}
