#include "cli/erased.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "cli/entries.h"
#include "cli/witnessed_say.h"
#include "ledger/erasure.h"

#define LABEL 11 /* Columns that labels take. */

/* The erasure that names it, and what that says of it. */
struct found {
	struct reader_entry entry;
	struct erased erased;
	uint64_t by;
};

static int
find(struct found *found, struct reader *reader, const struct index_row *row,
    struct error *err)
{
	bool there = false;

	found->entry = reader_entry_new();
	if (erasure_find_whole(reader_store(reader), row->leaf, &there,
		&found->by, err) == -1)
		return -1;
	/* It says itself that none is there. */
	if (!there)
		return erasure_refuse(reader_store(reader), row->seq, err);
	if (found->by >= reader_size(reader))
		return error_set(err, ERROR_NO, "look without --as-of",
		    "entry %llu was erased by entry %llu, after that time",
		    (unsigned long long)row->seq,
		    (unsigned long long)found->by);
	if (reader_read(reader, found->by, &found->entry, err) == -1)
		return -1;
	for (const struct json *i = erasure_items(&found->entry.record);
	     i != NULL; i = json_next(i)) {
		found->erased = erasure_item(i);
		if (found->erased.number == row->seq)
			break;
	}
	return 0;
}

int
erased_line(struct terminal *terminal, struct reader *reader,
    const struct index_row *row, unsigned seq_width, struct error *err)
{
	uint64_t by = 0;
	bool there = false;

	if (erasure_find_whole(reader_store(reader), row->leaf, &there, &by,
		err) == -1)
		return -1;
	terminal_say(terminal, STYLE_STRONG, "%*llu", (int)seq_width,
	    (unsigned long long)row->seq);
	terminal_say(terminal, STYLE_FAINT, "  %.10s %.8s  ",
	    time_format(row->time_ms).text,
	    time_format(row->time_ms).text + 11);
	if (there)
		terminal_say(terminal, STYLE_WARN, "erased by entry %llu",
		    (unsigned long long)by);
	else
		terminal_say(terminal, STYLE_BAD,
		    "missing: no erasure names it");
	terminal_say(terminal, STYLE_FAINT, "  %s %.8s\n",
	    entries_signer(reader, row->signer), digest_hex(row->leaf).text);
	return 0;
}

int
erased_json(struct reader *reader, const struct index_row *row,
    const struct interval *interval, struct error *err)
{
	struct buffer recorded = buffer_new((size_t)1 << 16);
	uint64_t by = 0;
	bool there = false;

	if (erasure_find_whole(reader_store(reader), row->leaf, &there, &by,
		err) == -1)
		return -1;
	printf("{\"seq\":%llu,\"time\":\"%s\",\"kind\":\"erased\",\"leaf\":"
	       "\"%s\"",
	    (unsigned long long)row->seq, time_format(row->time_ms).text,
	    digest_hex(row->leaf).text);
	if (there)
		printf(",\"erased_by\":%llu", (unsigned long long)by);
	if (interval != NULL) {
		interval_json(&recorded, interval);
		printf(",\"recorded\":%s", buffer_string(&recorded));
	}
	printf("}\n");
	buffer_free(&recorded);
	return 0;
}

static void
label(struct terminal *terminal, const char *text)
{
	terminal_say(terminal, STYLE_FAINT, "%-*s", LABEL, text);
}

static void
show_text(struct terminal *terminal, const char *name, const char *text)
{
	if (text == NULL)
		return;
	label(terminal, name);
	terminal_show(terminal, STYLE_PLAIN, bytes_of_text(text));
	fputc('\n', terminal->out);
}

int
erased_show(struct terminal *terminal, struct reader *reader,
    const struct index_row *row, const struct interval *interval,
    struct error *err)
{
	struct found found;
	const struct json *predicate;
	int result = find(&found, reader, row, err);

	if (result == 0) {
		predicate = found.entry.record.predicate;
		terminal_say(terminal, STYLE_STRONG, "entry %llu  ",
		    (unsigned long long)row->seq);
		terminal_say(terminal, STYLE_WARN, "erased by entry %llu\n",
		    (unsigned long long)found.by);
		show_text(terminal, "was a",
		    found.erased.kind == NULL ? "?" : found.erased.kind->name);
		show_text(terminal, "time", time_format(row->time_ms).text);
		interval_say(terminal, interval, row->time_ms, 0, LABEL);
		show_text(terminal, "signed by",
		    entries_signer(reader, row->signer));
		show_text(terminal, "leaf hash", digest_hex(row->leaf).text);
		show_text(terminal, "basis",
		    json_member_text(predicate, "basis"));
		show_text(terminal, "request",
		    json_member_text(predicate, "request"));
		show_text(terminal, "because",
		    json_member_text(predicate, "because"));
	}
	reader_entry_free(&found.entry);
	return result;
}
