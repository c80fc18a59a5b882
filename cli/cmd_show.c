#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/disclosed.h"
#include "cli/entries.h"
#include "cli/erased.h"
#include "cli/grid.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/witnessed_say.h"

struct show_options {
	bool raw;
	bool payload;
	const char *disclosed;
};

static const struct option options[] = {
	{ "raw", 0, OPTION_FLAG, offsetof(struct show_options, raw), NULL,
	    "print the entry's exact line", NULL, false },
	{ "payload", 0, OPTION_FLAG, offsetof(struct show_options, payload),
	    NULL, "print the statement as it was signed", NULL, false },
	{ "disclosed", 0, OPTION_TEXT, offsetof(struct show_options, disclosed),
	    "FILE", "show the sealed fields that FILE discloses, and no others",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

#define LABEL 11 /* Columns that labels take. */

static void
label(struct terminal *terminal, const char *text)
{
	terminal_say(terminal, STYLE_FAINT, "%-*s", LABEL, text);
}

/* Whom a certificate says that to be. */
static void
show_identity(struct terminal *terminal, const struct principal *who,
    const struct entry *entry)
{
	struct buffer text = buffer_new(LIMIT_SUBJECT * 3);
	const struct identity *identity =
	    who == NULL ? NULL : identity_before(who->identity, entry->seq);

	if (identity != NULL) {
		identity_describe_at(&text, identity, entry->time_ms);
		label(terminal, "who is");
		terminal_show(terminal, STYLE_PLAIN, buffer_bytes(&text));
		fputc('\n', terminal->out);
	}
	buffer_free(&text);
}

/* Who signed, in which roles, and whether the signature verifies. */
static void
show_signers(struct terminal *terminal, struct reader *reader,
    const struct reader_entry *entry)
{
	const struct envelope *envelope = &entry->entry.envelope;
	struct buffer scratch = buffer_new(LIMIT_ENVELOPE);
	struct buffer roles = buffer_new(1024);

	for (size_t i = 0; i < envelope->signature_count; i++) {
		const char *hint = envelope->signature[i].keyid.text;
		const struct principal *who =
		    authority_by_fingerprint(reader_authority(reader), hint);
		const struct note_key *own =
		    authority_ledger_key(reader_authority(reader));
		bool is_ledger =
		    strcmp(hint, public_key_fingerprint(own->key).text) == 0;
		bool verified = false;
		struct error ignored;

		if (who != NULL || is_ledger)
			(void)envelope_verify(envelope, i,
			    is_ledger ? own->key : who->key, &scratch,
			    &verified, &ignored);
		label(terminal, i == 0 ? "signed by" : "and by");
		terminal_say(terminal, STYLE_NAME, "%s",
		    is_ledger         ? "the ledger's own key"
			: who == NULL ? "unknown"
				      : who->name);
		if (who != NULL) {
			buffer_clear(&roles);
			role_write(&roles, who->roles, ", ");
			fprintf(terminal->out, " (%s)", buffer_string(&roles));
		}
		fprintf(terminal->out, " %s ", hint);
		terminal_say(terminal, verified ? STYLE_GOOD : STYLE_BAD,
		    verified ? "%s verified" : "%s does not verify",
		    !terminal->unicode ? "-"
			: verified     ? "✓"
				       : "✗");
		fputc('\n', terminal->out);
		show_identity(terminal, who, &entry->entry);
	}
	buffer_free(&scratch);
	buffer_free(&roles);
}

/* A list or object that fits a line is shown in one. */
static bool
is_short(const struct json *value)
{
	struct buffer out = buffer_new(4096);
	bool fits;

	json_write(&out, value);
	fits = out.state == BUFFER_FINE && out.len <= 60;
	buffer_free(&out);
	return fits;
}

/* {"lr":0.1,"l2":true} as lr 0.1, l2 true. */
static void
show_short(struct terminal *terminal, const struct json *value)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	bool object = json_type(value) == JSON_OBJECT;
	const char *separator = "";

	for (const struct json *m = json_first(value); m != NULL;
	     m = json_next(m)) {
		fputs(separator, terminal->out);
		separator = ", ";
		if (object) {
			terminal_show(terminal, STYLE_FAINT,
			    bytes_of_text(json_name(m)));
			fputc(' ', terminal->out);
		}
		buffer_clear(&text);
		entries_value(&text, m);
		terminal_show(terminal, STYLE_PLAIN, buffer_bytes(&text));
	}
	if (json_count(value) == 0)
		fputs(object ? "{}" : "[]", terminal->out);
	buffer_free(&text);
}

/* Whether it holds only texts, numbers and the like. */
static bool
is_flat(const struct json *value)
{
	for (const struct json *m = json_first(value); m != NULL;
	     m = json_next(m)) {
		if (json_type(m) == JSON_OBJECT || json_type(m) == JSON_LIST)
			return false;
	}
	return true;
}

#define SPARK_COLUMNS 32

/* How one metric went: its figures, and its course as a line. */
static void
show_course(struct terminal *terminal, const struct json *series)
{
	static const char *const figures[] = { "count", "first", "last", "min",
		"max" };
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	const struct json *points = json_member(series, "points");
	double values[LIMIT_SERIES_INLINE];
	size_t count = 0;

	if (points == NULL)
		points = json_member(series, "sketch");
	for (const struct json *p = json_first(points);
	     p != NULL && count < LIMIT_SERIES_INLINE; p = json_next(p)) {
		/* [step, value] */
		const struct json *value =
		    json_count(p) == 2 ? json_next(json_first(p)) : p;

		values[count++] =
		    json_type(value) == JSON_NUMBER ? json_number(value) : NAN;
	}
	terminal_spark(terminal, values, count, SPARK_COLUMNS);
	for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
		const struct json *figure = json_member(series, figures[i]);

		if (figure == NULL)
			continue;
		buffer_clear(&text);
		entries_value(&text, figure);
		terminal_say(terminal, STYLE_FAINT, "%s%s ",
		    i == 0 && count < 2 ? "" : "  ", figures[i]);
		terminal_show(terminal, STYLE_PLAIN, buffer_bytes(&text));
	}
	fputc('\n', terminal->out);
	buffer_free(&text);
}

static void
show_series(struct terminal *terminal, const struct json *series)
{
	fputc('\n', terminal->out);
	for (const struct json *m = json_first(series); m != NULL;
	     m = json_next(m)) {
		fputs("  ", terminal->out);
		terminal_show(terminal, STYLE_FAINT,
		    bytes_of_text(json_name(m)));
		fputs(": ", terminal->out);
		show_course(terminal, m);
	}
}

static void
show_value(struct terminal *terminal, const struct json *value, unsigned depth)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	enum json_type type = json_type(value);

	if ((type == JSON_OBJECT || type == JSON_LIST) && is_short(value) &&
	    is_flat(value)) {
		show_short(terminal, value);
		fputc('\n', terminal->out);
	} else if ((type != JSON_OBJECT && type != JSON_LIST) ||
	    is_short(value)) {
		entries_value(&text, value);
		terminal_show(terminal, STYLE_PLAIN, buffer_bytes(&text));
		fputc('\n', terminal->out);
	} else if (!grid_print(terminal, value)) {
		fputc('\n', terminal->out);
		for (const struct json *m = json_first(value); m != NULL;
		     m = json_next(m)) {
			fprintf(terminal->out, "%*s", (int)(depth * 2 + 2), "");
			if (type == JSON_OBJECT) {
				terminal_show(terminal, STYLE_FAINT,
				    bytes_of_text(json_name(m)));
				fputs(": ", terminal->out);
			} else {
				fputs("- ", terminal->out);
			}
			show_value(terminal, m, depth + 1);
		}
	}
	buffer_free(&text);
}

/* A leaf hash as the entry it is of. */
static void
show_reference(struct terminal *terminal, struct reader *reader,
    const char *hex)
{
	struct digest leaf;
	struct error ignored;
	struct index_row row;
	bool found = false;
	uint64_t seq;

	if (!digest_parse(&leaf, bytes_of_text(hex)) ||
	    index_find_exact(reader_store(reader), leaf, &found, &seq,
		&ignored) == -1 ||
	    !found ||
	    index_row_at(reader_store(reader), seq, reader_size(reader), &row,
		&ignored) == -1)
		return;
	terminal_say(terminal, STYLE_FAINT, " (entry %llu, %s%s%s)",
	    (unsigned long long)seq, row.kind->name,
	    row.name[0] == '\0' ? "" : " ", row.name);
}

static void
show_corrections(struct terminal *terminal, struct reader *reader,
    const struct reader_entry *entry, const struct index_row *row)
{
	const struct json *supersedes =
	    json_member(entry->record.predicate, "supersedes");
	const char *because = json_member_text(supersedes, "because");
	const char *corrected = json_member_text(supersedes, "entry");

	if (corrected != NULL) {
		label(terminal, "corrects");
		fprintf(terminal->out, "%.16s", corrected);
		show_reference(terminal, reader, corrected);
		if (because != NULL) {
			fputs(" because: ", terminal->out);
			terminal_show(terminal, STYLE_PLAIN,
			    bytes_of_text(because));
		}
		fputc('\n', terminal->out);
	}
	if (row->superseded) {
		label(terminal, "corrected");
		terminal_say(terminal, STYLE_WARN, "by entry %llu\n",
		    (unsigned long long)row->superseded_by);
	}
}

static bool
is_head(const char *name)
{
	return strcmp(name, "ledger") == 0 || strcmp(name, "made") == 0 ||
	    strcmp(name, "nonce") == 0 || strcmp(name, "after") == 0 ||
	    strcmp(name, "supersedes") == 0;
}

static void
show_members(struct terminal *terminal, struct reader *reader,
    const struct json *predicate)
{
	fputc('\n', terminal->out);
	for (const struct json *m = json_first(predicate); m != NULL;
	     m = json_next(m)) {
		const char *name = json_name(m);

		if (is_head(name))
			continue;
		terminal_show(terminal, STYLE_STRONG, bytes_of_text(name));
		fputs(": ", terminal->out);
		if (json_type(m) == JSON_TEXT &&
		    (strcmp(name, "started") == 0 ||
			strcmp(name, "run") == 0)) {
			fprintf(terminal->out, "%.16s", json_text(m));
			show_reference(terminal, reader, json_text(m));
			fputc('\n', terminal->out);
		} else if (strcmp(name, "series") == 0) {
			show_series(terminal, m);
		} else {
			show_value(terminal, m, 0);
		}
	}
}

static void
show_entry(struct terminal *terminal, struct reader *reader,
    const struct reader_entry *entry, const struct index_row *row,
    const struct interval *interval, const struct interval *seen)
{
	const struct record *record = &entry->record;
	struct buffer title = buffer_new(8192);

	record_title(&title, record);
	terminal_say(terminal, STYLE_STRONG, "entry %llu  ",
	    (unsigned long long)entry->entry.seq);
	terminal_show(terminal, row->superseded ? STYLE_STRUCK : STYLE_NAME,
	    buffer_bytes(&title));
	fputc('\n', terminal->out);
	label(terminal, "kind");
	fprintf(terminal->out, "%s: %.*s\n", record->kind->name,
	    (int)strcspn(record->kind->sentence, ".:"), record->kind->sentence);
	label(terminal, "time");
	fprintf(terminal->out, "%s (its author's clock: %s)\n",
	    time_format(entry->entry.time_ms).text,
	    time_format(record->head.made_ms).text);
	interval_say(terminal, interval, entry->entry.time_ms, 0, LABEL);
	show_signers(terminal, reader, entry);
	label(terminal, "leaf hash");
	fprintf(terminal->out, "%s\n", digest_hex(entry->leaf).text);
	label(terminal, "previous");
	fprintf(terminal->out, "%s\n", digest_hex(entry->entry.prev).text);
	label(terminal, "had seen");
	fprintf(terminal->out, "%llu entries",
	    (unsigned long long)record->head.after_size);
	if (seen->has_after)
		fprintf(terminal->out,
		    ", the last of them recorded after %s: it was signed later",
		    time_format(seen->after.newest_ms).text);
	fputc('\n', terminal->out);
	for (const struct json *s = json_first(record->subjects); s != NULL;
	     s = json_next(s)) {
		const char *name = json_member_text(s, "name");
		const char *digest =
		    json_member_text(json_member(s, "digest"), "sha256");

		label(terminal,
		    s == json_first(record->subjects) ? "subject" : "and");
		terminal_show(terminal, STYLE_PLAIN,
		    bytes_of_text(name == NULL ? "" : name));
		fprintf(terminal->out, " sha256:%s\n",
		    digest == NULL ? "" : digest);
	}
	show_corrections(terminal, reader, entry, row);
	show_members(terminal, reader, record->predicate);
	disclosed_show(terminal, entry);
	buffer_free(&title);
}

/* The entry whose subject is a file's content: a report that was filed, a data
 * set, a model. */
static int
find_file(struct reader *reader, const char *path, uint64_t *seq,
    struct error *err)
{
	struct index_query query = { .before = reader_size(reader) };
	struct index_list *list;
	struct index_row row;
	struct digest digest;
	uint64_t size;
	bool more = true;
	int result;

	if (file_digest(&digest, &size, path, NULL, NULL, err) == -1)
		return -1;
	query.mentions = &digest;
	if (index_list(&list, reader_store(reader), &query, err) == -1)
		return -1;
	result = index_next(list, &row, &more, err);
	if (result == 0 && more)
		*seq = row.seq;
	else if (result == 0)
		result = error_set(err, ERROR_NO,
		    "it was never recorded, or it was changed since",
		    "no entry is about these bytes: SHA-256 %.16s…",
		    digest_hex(digest).text);
	index_list_free(list);
	return result;
}

static int
find(struct reader *reader, const char *what, uint64_t *seq, struct error *err)
{
	if (reader_find(reader, what, seq, err) == 0)
		return 0;
	if (err->class != ERROR_UNDECIDED || !file_exists(what) ||
	    file_is_folder(what))
		return -1;
	return find_file(reader, what, seq, err);
}

static void
print_interval(const struct interval *interval, const struct interval *seen)
{
	struct buffer out = buffer_new((size_t)1 << 16);

	interval_json(&out, interval);
	printf("\"recorded\":%s,\"signed_after\":", buffer_string(&out));
	if (seen->has_after)
		printf("\"%s\",", time_format(seen->after.newest_ms).text);
	else
		printf("null,");
	buffer_free(&out);
}

static int
show_erased(const struct context *context, struct reader *reader,
    const struct index_row *row, const struct interval *interval,
    struct error *err)
{
	struct terminal terminal;
	int result;

	if (context->json)
		return erased_json(reader, row, interval, err);
	terminal_begin(&terminal, context, true);
	result = erased_show(&terminal, reader, row, interval, err);
	terminal_end(&terminal);
	return result;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct show_options *options_given = given;
	struct reader_entry entry = reader_entry_new();
	struct disclosures disclosed = { .item = NULL };
	struct reader *reader = NULL;
	struct dated_list *dated = NULL;
	struct interval interval, seen = { .has_after = false };
	struct terminal terminal;
	struct index_row row;
	struct bytes payload;
	uint64_t seq;
	int result = -1;

	if (session_read(&reader, context, err) == -1)
		return -1;
	if (find(reader, operands.item[0], &seq, err) == -1 ||
	    index_row_at(reader_store(reader), seq, reader_size(reader), &row,
		err) == -1 ||
	    interval_of_entry(&interval, &dated, reader, seq, err) == -1)
		goto done;
	if (row.kind == &kind_erased) {
		result = show_erased(context, reader, &row, &interval, err);
		goto done;
	}
	if (options_given->disclosed != NULL &&
	    disclosed_take(&disclosed, reader, options_given->disclosed, &seq,
		err) == -1)
		goto done;
	if (reader_read(reader, seq, &entry, err) == -1)
		goto done;
	/* Its author pinned what was there: the signature came after that. */
	if (entry.record.head.after_size > 0)
		seen = interval_of(dated, entry.record.head.after_size - 1);
	payload = buffer_bytes(&entry.entry.envelope.payload);
	result = 0;
	if (options_given->raw) {
		fwrite(entry.line.data, 1, entry.line.len, stdout);
		fputc('\n', stdout);
	} else if (options_given->payload) {
		fwrite(payload.data, 1, payload.len, stdout);
	} else if (context->json) {
		printf("{\"seq\":%llu,\"leaf\":\"%s\",\"signer\":\"%s\",",
		    (unsigned long long)seq, digest_hex(entry.leaf).text,
		    entries_signer(reader, row.signer));
		if (row.superseded)
			printf("\"corrected_by\":%llu,",
			    (unsigned long long)row.superseded_by);
		print_interval(&interval, &seen);
		printf("\"entry\":%s,\"statement\":",
		    buffer_string(&entry.line));
		fwrite(payload.data, 1, payload.len, stdout);
		disclosed_json(&entry);
		printf("}\n");
	} else {
		terminal_begin(&terminal, context, true);
		show_entry(&terminal, reader, &entry, &row, &interval, &seen);
		terminal_end(&terminal);
	}
done:
	disclosures_free(&disclosed);
	dated_list_free(dated);
	reader_entry_free(&entry);
	reader_close(reader);
	return result;
}

static const char *const examples[] = {
	"vouch show 0",
	"vouch show 0 --json",
	NULL,
};

const struct command cmd_show = {
	.name = "show",
	.group = "Look",
	.summary = "show an entry: who signed what, and what it says",
	.operands = "ENTRY",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct show_options),
	.reads = true,
	.machine = true,
	.run = run,
	.description =
	    "ENTRY is a number, the first eight or more characters of a leaf "
	    "hash, or a name: run/train@3, run/train (the newest), or train "
	    "if one kind only has that name. A name leads to the newest "
	    "correction; a number or hash to that very entry. The path of a "
	    "file leads to the newest entry about exactly these bytes: so "
	    "that a report that was filed is proved to be the one issued "
	    "(exit status 1 if there is none).\n\n"
	    "`after' and `before' is between what times the entry was "
	    "recorded, as witnesses and timestamp authorities prove it and "
	    "not the ledger's clock; docs/format.md has the argument.",
	.examples = examples,
};
