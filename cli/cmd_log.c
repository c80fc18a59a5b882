#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/entries.h"
#include "cli/erased.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/where.h"

#define WHERE_SENTENCE \
	"only records that meet this condition on `record', `kind', " \
	"`signer' and `now'"

struct log_options {
	const char *kind;
	const char *signer;
	const char *subject;
	const char *since;
	const char *until;
	const char *where;
	uint64_t count;
	bool oldest;
};

static const struct option log_rows[] = {
	{ "kind", 'k', OPTION_TEXT, offsetof(struct log_options, kind), "KIND",
	    "only records of this kind", NULL, false },
	{ "signer", 's', OPTION_TEXT, offsetof(struct log_options, signer),
	    "WHO", "only what this person or key signed", NULL, false },
	{ "subject", 0, OPTION_TEXT, offsetof(struct log_options, subject),
	    "WHAT", "only what mentions this entry, name or digest", NULL,
	    false },
	{ "since", 0, OPTION_TEXT, offsetof(struct log_options, since), "TIME",
	    "only from this time on (2026-11-23, 7d, …)", NULL, false },
	{ "until", 0, OPTION_TEXT, offsetof(struct log_options, until), "TIME",
	    "only before this time", NULL, false },
	{ "where", 'w', OPTION_TEXT, offsetof(struct log_options, where), "CEL",
	    WHERE_SENTENCE, NULL, false },
	{ "count", 'n', OPTION_COUNT, offsetof(struct log_options, count), "N",
	    "at most so many", NULL, false },
	{ "oldest-first", 0, OPTION_FLAG, offsetof(struct log_options, oldest),
	    NULL, "in the order of the ledger", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* The range of entries between two times. */
static int
bound_times(struct index_query *query, struct reader *reader,
    const struct log_options *options, struct error *err)
{
	int64_t now = clock_now_ms(), time_ms;
	uint64_t size;

	if (options->since != NULL) {
		if (time_parse(&time_ms, options->since, now, err) == -1 ||
		    index_size_at(reader_store(reader), time_ms, &query->from,
			err) == -1)
			return -1;
	}
	if (options->until != NULL) {
		if (time_parse(&time_ms, options->until, now, err) == -1 ||
		    index_size_at(reader_store(reader), time_ms, &size, err) ==
			-1)
			return -1;
		if (size < query->before)
			query->before = size;
	}
	return 0;
}

#define WIDE 100 /* A window with room for the kind, too. */

/* One line; in a window it is cut so that its tail can be seen. */
static void
print_line(struct terminal *terminal, struct reader *reader,
    const struct index_row *row, const struct reader_entry *entry,
    unsigned seq_width)
{
	struct buffer title = buffer_new(8192);
	struct buffer summary = buffer_new((size_t)1 << 17);
	struct buffer tail = buffer_new(LIMIT_SUBJECT * 2);
	const struct identity *identity;
	enum style style = row->superseded ? STYLE_STRUCK : STYLE_PLAIN;
	char corrected[48] = "", when[24];
	size_t fixed, room, used;
	bool narrow;

	record_title(&title, &entry->record);
	record_summary(&summary, &entry->record);
	identity = entries_identity(reader, row->signer, row->seq);
	buffer_printf(&tail, "  %s", entries_signer(reader, row->signer));
	/* The most particular part: who. */
	if (identity != NULL)
		buffer_printf(&tail, " (%.*s)", (int)identity_first(identity),
		    identity->subject);
	buffer_printf(&tail, " %.8s", digest_hex(row->leaf).text);
	if (row->superseded)
		snprintf(corrected, sizeof corrected, "  corrected by %llu",
		    (unsigned long long)row->superseded_by);
	snprintf(when, sizeof when, "%.10s %.8s",
	    time_format(row->time_ms).text,
	    time_format(row->time_ms).text + 11);
	/* The title says the kind, too. */
	narrow = terminal->is_terminal && terminal->width < WIDE;
	fixed = seq_width + 2 + strlen(when) + 2 + (narrow ? 0 : 12) +
	    text_columns(buffer_bytes(&tail)) + strlen(corrected);
	room = terminal->width > fixed + 8 ? terminal->width - fixed : 8;
	terminal_say(terminal, STYLE_STRONG, "%*llu", (int)seq_width,
	    (unsigned long long)row->seq);
	terminal_say(terminal, STYLE_FAINT, "  %s  ", when);
	if (!narrow)
		terminal_say(terminal, STYLE_NAME, "%-12s", row->kind->name);
	used =
	    terminal_show_within(terminal, style, buffer_bytes(&title), room);
	if (summary.len > 0 && (used + 6 < room || !terminal->is_terminal)) {
		fputs("  ", terminal->out);
		terminal_show_within(terminal, STYLE_FAINT,
		    buffer_bytes(&summary), room - used - 2);
	}
	terminal_say(terminal, STYLE_FAINT, "%s", buffer_string(&tail));
	if (row->superseded)
		terminal_say(terminal, STYLE_WARN, "%s", corrected);
	fputc('\n', terminal->out);
	buffer_free(&title);
	buffer_free(&summary);
	buffer_free(&tail);
}

static unsigned
digits_of(uint64_t number)
{
	unsigned digits = 1;

	while (number >= 10) {
		number /= 10;
		digits++;
	}
	return digits;
}

static int
print_list(struct reader *reader, const struct index_query *query,
    struct where *where, const struct context *context, uint64_t count,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct buffer line = buffer_new((size_t)1 << 20);
	unsigned width = digits_of(query->before);
	struct index_list *list = NULL;
	struct terminal terminal;
	struct index_row row;
	bool more = false, meets = true;
	int result = -1;

	if (index_list(&list, reader_store(reader), query, err) == -1)
		goto done;
	terminal_begin(&terminal, context, !context->json);
	for (uint64_t shown = 0; count == 0 || shown < count; shown++) {
		if (index_next(list, &row, &more, err) == -1)
			break;
		if (!more) {
			result = 0;
			break;
		}
		if (where_meets(where, &row, &meets, err) == -1)
			break;
		if (!meets) {
			shown--;
			continue;
		}
		if (row.kind == &kind_erased) {
			if ((context->json
				    ? erased_json(reader, &row, NULL, err)
				    : erased_line(&terminal, reader, &row,
					  width, err)) == -1)
				break;
		} else if (reader_read(reader, row.seq, &entry, err) == -1) {
			break;
		} else if (context->json) {
			buffer_clear(&line);
			entries_json(&line, reader, &row, &entry);
			fputs(buffer_string(&line), terminal.out);
		} else {
			print_line(&terminal, reader, &row, &entry, width);
		}
		if (ferror(terminal.out)) {
			result = 0;
			break;
		}
		if (shown + 1 == count)
			result = 0;
	}
	terminal_end(&terminal);
done:
	index_list_free(list);
	reader_entry_free(&entry);
	buffer_free(&line);
	return result;
}

static int
run_log(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct log_options *options = given;
	struct index_query query = { .kind = options->kind,
		.oldest_first = options->oldest };
	struct reader *reader = NULL;
	struct public_key signer;
	struct where *where = NULL;
	struct digest subject;
	int result = -1;

	(void)operands;
	if (options->kind != NULL && kind_named(options->kind) == NULL)
		return entries_unknown_kind(options->kind, err);
	if (session_read(&reader, context, err) == -1)
		return -1;
	query.before = reader_size(reader);
	/* No condition is true of what nobody knows. */
	query.erased = options->where == NULL;
	if (where_new(&where, reader, options->where, err) == -1)
		goto done;
	if (options->signer != NULL) {
		if (entries_signer_key(&signer, reader, options->signer, err) ==
		    -1)
			goto done;
		query.signer = &signer;
	}
	if (options->subject != NULL) {
		if (entries_subject(&subject, reader, options->subject, err) ==
		    -1)
			goto done;
		query.mentions = &subject;
	}
	if (bound_times(&query, reader, options, err) == 0)
		result = print_list(reader, &query, where, context,
		    options->count, err);
done:
	where_free(where);
	reader_close(reader);
	return result;
}

static const char *const log_examples[] = {
	"vouch log",
	"vouch log --kind dataset -n 5",
	"vouch log --since 7d --json",
	"vouch log --where 'record.metrics.auc > 0.8'",
	NULL,
};

const struct command cmd_log = {
	.name = "log",
	.group = "Look",
	.summary = "show entries, newest first",
	.options = log_rows,
	.options_size = sizeof(struct log_options),
	.reads = true,
	.machine = true,
	.run = run_log,
	.description =
	    "One line an entry: its number, the ledger's time (UTC), kind, "
	    "what it is and says, who signed it, and the beginning of its "
	    "leaf hash. An entry that was corrected is struck and names the "
	    "one that corrects it.",
	.examples = log_examples,
};

/* list KIND. */

struct list_options {
	const char *where;
	bool all;
};

static const struct option list_rows[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct list_options, all), NULL,
	    "every version, corrected ones too", NULL, false },
	{ "where", 'w', OPTION_TEXT, offsetof(struct list_options, where),
	    "CEL", WHERE_SENTENCE, NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static const char *const list_headings[] = { "ENTRY", "NAME", "VERSION",
	"DIGEST", "WHEN", "WHO", "STATUS" };

static void
list_row(struct table *table, struct reader *reader,
    const struct index_row *row, const struct reader_entry *entry)
{
	struct buffer text = buffer_new(8192);
	enum style style = row->superseded ? STYLE_STRUCK : STYLE_PLAIN;

	buffer_printf(&text, "%llu", (unsigned long long)row->seq);
	table_cell(table, STYLE_PLAIN, true, buffer_bytes(&text));
	buffer_clear(&text);
	if (row->name[0] != '\0')
		buffer_text(&text, row->name);
	else
		record_title(&text, &entry->record);
	table_cell(table, style == STYLE_PLAIN ? STYLE_NAME : style, false,
	    buffer_bytes(&text));
	table_cell(table, style, false, bytes_of_text(row->version));
	table_cell(table, STYLE_FAINT, false,
	    bytes_of(digest_hex(entry->record.subject).text, 12));
	table_cell(table, STYLE_FAINT, false,
	    bytes_of(time_format(row->time_ms).text, 16));
	table_cell(table, STYLE_PLAIN, false,
	    bytes_of_text(entries_signer(reader, row->signer)));
	buffer_clear(&text);
	buffer_text(&text, row->status);
	if (row->superseded)
		buffer_printf(&text, "%scorrected by %llu",
		    text.len == 0 ? "" : ", ",
		    (unsigned long long)row->superseded_by);
	table_cell(table,
	    strcmp(row->status, "failed") == 0         ? STYLE_BAD
		: strcmp(row->status, "finished") == 0 ? STYLE_GOOD
						       : STYLE_PLAIN,
	    false, buffer_bytes(&text));
	buffer_free(&text);
}

/* Whether the end of this run is there, of which this is the start. */
static int
has_ended(struct reader *reader, const struct index_row *row, bool *ended,
    struct error *err)
{
	struct index_query query = {
		.before = reader_size(reader),
		.from = row->seq + 1,
		.kind = row->kind->name,
		.name = row->name,
		.version = row->version,
		.oldest_first = true,
	};
	struct index_list *list = NULL;
	struct index_row end;
	int result;

	*ended = false;
	if (strcmp(row->kind->name, "run") != 0 || row->status[0] != '\0')
		return 0;
	if (index_list(&list, reader_store(reader), &query, err) == -1)
		return -1;
	result = index_next(list, &end, ended, err);
	index_list_free(list);
	return result;
}

/* Whether another record stands for this one's name. */
static int
is_outdated(struct reader *reader, const struct index_row *row, bool *outdated,
    struct error *err)
{
	struct index_row newest;
	bool found = false;

	*outdated = false;
	if (row->name[0] == '\0')
		return 0;
	if (reader_newest(reader, row->kind, row->name, NULL, &newest, &found,
		err) == -1)
		return -1;
	*outdated = found && newest.seq != row->seq;
	return 0;
}

static int
list_all(struct reader *reader, const struct kind *kind, bool all,
    struct where *where, struct context *context, struct table *table,
    struct error *err)
{
	struct index_query query = { .kind = kind->name,
		.before = reader_size(reader) };
	struct reader_entry entry = reader_entry_new();
	struct buffer line = buffer_new((size_t)1 << 20);
	struct index_list *list = NULL;
	struct index_row row;
	bool more = false;
	int result = -1;

	if (index_list(&list, reader_store(reader), &query, err) == -1)
		goto done;
	for (;;) {
		bool outdated, meets;

		if (index_next(list, &row, &more, err) == -1)
			goto done;
		if (!more)
			break;
		if ((all ? has_ended(reader, &row, &outdated, err)
			 : is_outdated(reader, &row, &outdated, err)) == -1)
			goto done;
		if (outdated)
			continue;
		if (where_meets(where, &row, &meets, err) == -1)
			goto done;
		if (!meets)
			continue;
		if (reader_read(reader, row.seq, &entry, err) == -1)
			goto done;
		if (context->json) {
			buffer_clear(&line);
			entries_json(&line, reader, &row, &entry);
			fputs(buffer_string(&line), stdout);
		} else {
			list_row(table, reader, &row, &entry);
		}
	}
	result = 0;
done:
	index_list_free(list);
	reader_entry_free(&entry);
	buffer_free(&line);
	return result;
}

static int
run_list(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct list_options *options = given;
	const struct kind *kind = kind_named(operands.item[0]);
	struct reader *reader = NULL;
	struct terminal terminal;
	struct where *where = NULL;
	struct table *table;
	int result;

	if (kind == NULL)
		return entries_unknown_kind(operands.item[0], err);
	if (session_read(&reader, context, err) == -1)
		return -1;
	table = table_new(list_headings, 7);
	result = where_new(&where, reader, options->where, err);
	if (result == 0)
		result = list_all(reader, kind, options->all, where, context,
		    table, err);
	where_free(where);
	if (result == 0 && !context->json) {
		terminal_begin(&terminal, context, true);
		table_print(table, &terminal);
		terminal_end(&terminal);
	}
	table_free(table);
	reader_close(reader);
	return result;
}

static const char *const list_examples[] = {
	"vouch list dataset",
	"vouch list run --all",
	"vouch list run --where 'record.parameters.lr < 0.2'",
	NULL,
};

const struct command cmd_list = {
	.name = "list",
	.group = "Look",
	.summary = "list what there is of a kind",
	.operands = "KIND",
	.least = 1,
	.most = 1,
	.options = list_rows,
	.options_size = sizeof(struct list_options),
	.reads = true,
	.machine = true,
	.run = run_list,
	.description =
	    "The newest version of each name, newest first; with --all every "
	    "one. Kinds without names (evaluations, observations, keys) are "
	    "listed whole.",
	.examples = list_examples,
};
