#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/decide.h"
#include "cli/report_dossier.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "reports/report.h"

/* The ledger at a checkpoint, told to a board, an auditor, a compliance team
 * or an engineer; and an issued report computed again. */

#define STYLE_BYTES ((size_t)16 * 1024 * 1024)
#define REPORT_BYTES ((size_t)256 * 1024 * 1024)

struct report_options {
	const char *format;
	const char *output;
	const char *at;
	const char *since;
	const char *to;
	const char *as;
	const char *style;
	const char *brand;
	const char *check;
	const char *dossier;
	bool verify;
	bool all;
	bool file;
};

static const struct option options[] = {
	{ "format", 0, OPTION_CHOICE, offsetof(struct report_options, format),
	    "FORMAT",
	    "html, text, md, xml, json, csv, pdf; sarif, junit, prov, "
	    "prov-json, model-card, oscal, oscal-json, cyclonedx or "
	    "cyclonedx-json",
	    report_formats, false },
	{ "output", 'o', OPTION_TEXT, offsetof(struct report_options, output),
	    "FILE", "write it there (its ending says the format)", NULL,
	    false },
	{ "at", 0, OPTION_TEXT, offsetof(struct report_options, at),
	    "CHECKPOINT|DATE", "the state then, with the policies of then",
	    NULL, false },
	{ "since", 0, OPTION_TEXT, offsetof(struct report_options, since),
	    "CHECKPOINT|DATE", "compare with the state then", NULL, false },
	{ "to", 0, OPTION_TEXT, offsetof(struct report_options, to),
	    "ENVIRONMENT", "release: where it would go", NULL, false },
	{ "as", 0, OPTION_TEXT, offsetof(struct report_options, as), "NAME",
	    "release: who would deploy it", NULL, false },
	{ "style", 0, OPTION_TEXT, offsetof(struct report_options, style),
	    "FILE", "an XSLT stylesheet of your own in the place of ours", NULL,
	    false },
	{ "brand", 0, OPTION_TEXT, offsetof(struct report_options, brand),
	    "FILE", "name, logo and colours: a stylesheet like brand.xsl", NULL,
	    false },
	{ "verify", 0, OPTION_FLAG, offsetof(struct report_options, verify),
	    NULL, "verify the whole ledger, however large", NULL, false },
	{ "all", 0, OPTION_FLAG, offsetof(struct report_options, all), NULL,
	    "show what passes, too (SARIF has failures and reviews otherwise)",
	    NULL, false },
	{ "file", 0, OPTION_FLAG, offsetof(struct report_options, file), NULL,
	    "sign the report's digest into the ledger", NULL, false },
	{ "check", 0, OPTION_TEXT, offsetof(struct report_options, check),
	    "FILE", "compute the figures of an issued report again", NULL,
	    false },
	{ "dossier", 0, OPTION_TEXT, offsetof(struct report_options, dossier),
	    "FILE",
	    "with --check: not from the ledger but from this dossier, by the "
	    "verifier key --key VKEY",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static bool
is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* The size of the checkpoint that is meant. */
static int
size_of(uint64_t *size, struct reader *reader, const char *text,
    struct error *err)
{
	uint64_t at_most = UINT64_MAX;

	if (text != NULL && is_number(text)) {
		at_most = strtoull(text, NULL, 10);
		if (at_most > reader_full_size(reader))
			return error_set(err, ERROR_UNDECIDED,
			    "give the size of a checkpoint, or a date",
			    "the ledger has %" PRIu64
			    " entries; there is no checkpoint of %.30s",
			    reader_full_size(reader), text);
	} else if (text != NULL) {
		int64_t ms;

		if (time_parse(&ms, text, clock_now_ms(), err) == -1 ||
		    index_size_at(reader_store(reader), ms, &at_most, err) ==
			-1)
			return -1;
	}
	return report_size(size, reader, at_most, err);
}

static int
go_to(struct reader *reader, uint64_t size, struct error *err)
{
	char as_of[32];

	if (size == reader_size(reader))
		return 0;
	(void)snprintf(as_of, sizeof as_of, "%" PRIu64, size - 1);
	return reader_as_of(reader, as_of, err);
}

/* The checkpoint of the last report of a name that was filed. */
static int
last_filed(uint64_t *since, struct reader *reader, const char *name,
    struct error *err)
{
	struct index_query query = {
		.before = reader_size(reader), .kind = "report", .name = name
	};
	struct reader_entry entry = reader_entry_new();
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	if (index_list(&list, reader_store(reader), &query, err) == -1)
		return -1;
	result = index_next(list, &row, &more, err);
	index_list_free(list);
	if (result == 0 && more) {
		result = reader_read(reader, row.seq, &entry, err);
		if (result == 0)
			*since = (uint64_t)
			    json_integer(json_member(entry.record.predicate,
				"size"));
	}
	reader_entry_free(&entry);
	return result;
}

/* What is asked, once the reader shows the ledger at the checkpoint. */
struct asked {
	struct report_order order;
	struct json *statement;
	struct public_key key;
	struct buffer path;
};

static int
ask(struct asked *asked, struct context *context, struct reader *reader,
    const char *as, struct error *err)
{
	struct report_order *order = &asked->order;
	struct question question = { .kind = NULL };

	order->program = "vouch " VOUCH_VERSION;
	if (order->part)
		return 0;
	if (session_store_path(&asked->path, context, err) == -1)
		return -1;
	order->path = buffer_string(&asked->path);
	if (order->kind != REPORT_RELEASE)
		return 0;
	if (decide_candidate(&asked->statement, reader, order->model,
		order->environment, err) == -1 ||
	    decide_presumed(&question, &asked->key, reader, as, err) == -1)
		return -1;
	order->statement = asked->statement;
	order->signer = question.signer;
	order->signer_count = question.signer_count;
	return 0;
}

static int
read_look(struct report_look *look, struct buffer *style, struct buffer *brand,
    const struct report_options *given, struct error *err)
{
	if ((given->style != NULL &&
		file_read(style, given->style, err) == -1) ||
	    (given->brand != NULL && file_read(brand, given->brand, err) == -1))
		return -1;
	if ((given->style != NULL && style->len == 0) ||
	    (given->brand != NULL && brand->len == 0))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the stylesheet is empty");
	look->style = buffer_bytes(style);
	look->brand = buffer_bytes(brand);
	look->columns = 80;
	return 0;
}

/* The format of a file by its ending: the longest that fits. */
static const char *
format_of(const char *path)
{
	size_t all = strlen(path), best_len = 0;
	const char *best = NULL;

	for (size_t i = 0; report_formats[i] != NULL; i++) {
		const char *ending = report_ending(report_formats[i]);
		size_t len = strlen(ending);

		if (len > best_len && all > len + 1 &&
		    path[all - len - 1] == '.' &&
		    strcmp(path + all - len, ending) == 0) {
			best = report_formats[i];
			best_len = len;
		}
	}
	return best;
}

/* Sign the digest of what was written into the ledger. */
static int
file_report(struct context *context, const struct report_order *order,
    const char *format, struct bytes written, struct reader *reader,
    struct error *err)
{
	struct digest digest = digest_of(written);
	struct json *members = json_new_object();
	struct session_write session;
	const struct checkpoint *newest = reader_checkpoint(reader);
	struct checkpoint checkpoint = *newest;
	struct buffer note = buffer_new(LIMIT_NOTE);
	char *version = NULL;
	uint64_t size;
	int result = -1;

	if (store_checkpoint(reader_store(reader), reader_size(reader), &size,
		&note, err) == -1 ||
	    checkpoint_open(&checkpoint, buffer_bytes(&note),
		authority_ledger_key(reader_authority(reader)), err) == -1 ||
	    session_write(&session, context, err) == -1) {
		buffer_free(&note);
		json_free(members);
		return -1;
	}
	if (compose_next_version(&version, &session, "report",
		report_kind_name(order->kind), err) == -1 ||
	    json_put(members, "name",
		json_new_text(report_kind_name(order->kind)), err) == -1 ||
	    json_put(members, "version", json_new_text(version), err) == -1 ||
	    json_put(members, "format", json_new_text(format), err) == -1 ||
	    json_put(members, "size",
		json_new_integer((int64_t)checkpoint.size), err) == -1 ||
	    json_put(members, "root",
		json_new_text(digest_hex(checkpoint.root).text), err) == -1 ||
	    json_put(members, "program", json_new_text(order->program), err) ==
		-1 ||
	    (order->model != NULL &&
		json_put(members, "model", json_new_text(order->model), err) ==
		    -1))
		goto done;
	result = compose_record(&session, context, "report", members, &digest,
	    NULL, 0, err);
done:
	session_write_end(&session);
	memory_free(version);
	buffer_free(&note);
	json_free(members);
	return result;
}

static int
write_out(struct context *context, const struct report_options *given,
    const char *format, struct bytes text, struct error *err)
{
	struct terminal terminal;

	if (given->output != NULL) {
		if (file_write(given->output, text, 0644, err) == -1)
			return -1;
		if (!context->quiet)
			printf("wrote %s (%s, %s)\n", given->output, format,
			    number_bytes(text.len).text);
		return 0;
	}
	terminal_begin(&terminal, context, strcmp(format, "text") == 0);
	fwrite(text.data, 1, text.len, terminal.out);
	terminal_end(&terminal);
	return 0;
}

/* What an order needs, whether it was typed or an issued report says it. */
static int
check_order(const struct report_order *order, struct error *err)
{
	if (order->model == NULL &&
	    (order->kind == REPORT_PROVENANCE || order->kind == REPORT_RELEASE))
		return error_set(err, ERROR_UNDECIDED, "see `vouch list model'",
		    "which model is it about?");
	if (order->model != NULL && order->kind == REPORT_POSTURE)
		return error_set(err, ERROR_UNDECIDED,
		    "vouch report provenance MODEL is about one",
		    "posture is about the whole ledger");
	if ((order->environment != NULL) != (order->kind == REPORT_RELEASE))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    order->environment == NULL
			? "a release goes somewhere: --to ENVIRONMENT"
			: "--to is for release");
	if (order->environment != NULL &&
	    !text_is_name(bytes_of_text(order->environment)))
		return error_set(err, ERROR_UNDECIDED,
		    "use letters, digits, '.', '_', '-' and '/'",
		    "'%.80s' cannot be the name of an environment",
		    order->environment);
	return 0;
}

static int
check_usage(struct report_order *order, const struct report_options *given,
    struct operands operands, struct error *err)
{
	if (operands.count == 0 ||
	    !report_kind_named(&order->kind, operands.item[0]))
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch help report'",
		    "the report is posture, provenance, compliance or release");
	order->model = operands.count > 1 ? operands.item[1] : NULL;
	order->environment = given->to;
	order->verify = given->verify;
	order->all = given->all;
	return check_order(order, err);
}

static int
make(struct context *context, const struct report_options *given,
    struct operands operands, struct error *err)
{
	struct asked asked = { .path = buffer_new(8192) };
	struct buffer style = buffer_new(STYLE_BYTES);
	struct buffer brand = buffer_new(STYLE_BYTES);
	struct buffer text = buffer_new(REPORT_BYTES);
	struct report_look look = { .columns = 80 };
	struct reader *reader = NULL;
	struct report *report = NULL;
	struct terminal terminal;
	const char *format = given->format;
	uint64_t size;
	int result = -1;

	if (check_usage(&asked.order, given, operands, err) == -1 ||
	    read_look(&look, &style, &brand, given, err) == -1)
		goto done;
	if (format == NULL)
		format = context->json      ? "json"
		    : given->output == NULL ? "text"
		    : format_of(given->output) == NULL
		    ? "html"
		    : format_of(given->output);
	if (session_read(&reader, context, err) == -1 ||
	    size_of(&size, reader, given->at, err) == -1 ||
	    (given->since != NULL &&
		size_of(&asked.order.since, reader, given->since, err) == -1) ||
	    go_to(reader, size, err) == -1)
		goto done;
	if (asked.order.since > size) {
		error_set(err, ERROR_UNDECIDED,
		    "compare with a state before it",
		    "the state of %" PRIu64
		    " entries is later than that of %" PRIu64,
		    asked.order.since, size);
		goto done;
	}
	if (given->since == NULL && asked.order.kind == REPORT_POSTURE &&
	    last_filed(&asked.order.since, reader, "posture", err) == -1)
		goto done;
	if (ask(&asked, context, reader, given->as, err) == -1 ||
	    report_make(&report, reader, &asked.order, err) == -1)
		goto done;
	if (strcmp(format, "text") == 0 && given->output == NULL) {
		terminal_begin(&terminal, context, false);
		look.colour = terminal.colour;
		look.columns = terminal.width < 40 ? 40 : terminal.width;
		terminal_end(&terminal);
	}
	if (report_write(&text, report, format, &look, err) == -1 ||
	    write_out(context, given, format, buffer_bytes(&text), err) == -1)
		goto done;
	result = given->file ? file_report(context, &asked.order, format,
				   buffer_bytes(&text), reader, err)
			     : 0;
done:
	report_free(report);
	reader_close(reader);
	json_free(asked.statement);
	buffer_free(&asked.path);
	buffer_free(&style);
	buffer_free(&brand);
	buffer_free(&text);
	return result;
}

/* --- An issued one, computed again --- */

/* Where the figures of now are from. */
struct comparison {
	struct terminal terminal;
	const char *by; /* "the ledger". */
};

static void
say_difference(void *cookie, const char *figure, const char *issued,
    const char *now)
{
	struct comparison *comparison = cookie;
	struct terminal *terminal = &comparison->terminal;

	terminal_say(terminal, STYLE_BAD, "%s ", terminal->unicode ? "✗" : "x");
	terminal_show(terminal, STYLE_NAME, bytes_of_text(figure));
	fputs(": the report says ", terminal->out);
	terminal_show(terminal, STYLE_PLAIN, bytes_of_text(issued));
	if (now == NULL)
		fprintf(terminal->out, ", %s has no such figure\n",
		    comparison->by);
	else
		fprintf(terminal->out, ", %s %s\n", comparison->by, now);
}

/* In which format the report, made again, has these very bytes. */
static int
same_bytes(const char **format, const struct report *report,
    const struct report_look *look, struct bytes issued, struct error *err)
{
	*format = NULL;
	for (size_t i = 0; report_formats[i] != NULL; i++) {
		struct buffer text = buffer_new(REPORT_BYTES);
		int result;

		if ((strcmp(report_formats[i], "pdf") == 0) !=
		    bytes_begin(issued, "%PDF"))
			continue;
		result =
		    report_write(&text, report, report_formats[i], look, err);
		bool same = result == 0 &&
		    bytes_equal(buffer_bytes(&text), issued);

		buffer_free(&text);
		if (result == -1)
			return -1;
		if (same) {
			*format = report_formats[i];
			return 0;
		}
		if (look->style.len > 0)
			return 0;
	}
	return 0;
}

static const char *
guess_format(struct bytes issued)
{
	if (issued.len > 0 && issued.data[0] == '{')
		return "json";
	return bytes_begin(issued, "<?xml") ? "xml" : "html";
}

/* An issued report that is checked. */
struct checked {
	struct context *context;
	const struct report_options *given;
	struct report_stamp stamp;
	struct asked asked;
	struct report_look look;
	struct buffer issued;
	const char *lacks; /* Of a dossier: see report_dossier.h; or NULL. */
};

/* What a dossier cannot say. */
static void
say_lacking(struct checked *checked, struct terminal *terminal, bool same)
{
	bool verified = checked->stamp.size <= REPORT_VERIFY_ENTRIES ||
	    checked->stamp.verify;

	if (same && verified)
		fputs("that the whole ledger was verified is what the report "
		      "says: a dossier has a part of it\n",
		    terminal->out);
	if (same || checked->lacks == NULL)
		return;
	checked->context->verdict = ERROR_UNDECIDED;
	fprintf(terminal->out, "that is not decided by what is here: %s\n",
	    checked->lacks);
}

static void
say_same(const struct checked *checked, struct terminal *terminal,
    const char *format)
{
	terminal_say(terminal, STYLE_GOOD, "the same");
	fprintf(terminal->out,
	    ": computed again from the %s of %" PRIu64
	    " entries, every byte of it (%s)\n",
	    checked->given->dossier == NULL ? "checkpoint"
					    : "dossier at the checkpoint",
	    checked->stamp.size, format);
}

static void
say_other(const struct checked *checked, struct terminal *terminal,
    size_t figures, size_t differences)
{
	const struct report_stamp *stamp = &checked->stamp;

	terminal_say(terminal, STYLE_BAD, "not the same");
	fprintf(terminal->out,
	    ": %zu of %zu figures differ%s from what the %s of %" PRIu64
	    " entries gives%s\n",
	    differences, figures, differences == 0 ? "; other bytes do" : "",
	    checked->given->dossier == NULL ? "checkpoint"
					    : "dossier at the checkpoint",
	    stamp->size,
	    strcmp(stamp->program, "vouch " VOUCH_VERSION) == 0
		? ""
		: " (another version of the program made it)");
}

static int
compare(struct checked *checked, const struct report *report, struct error *err)
{
	const struct report_options *given = checked->given;
	struct bytes issued = buffer_bytes(&checked->issued);
	struct comparison by = { .by = given->dossier == NULL ? "the ledger"
							      : "the dossier" };
	const char *format;
	size_t figures = 0, differences = 0;

	if (same_bytes(&format, report, &checked->look, issued, err) == -1)
		return -1;
	terminal_begin(&by.terminal, checked->context, false);
	if (report_compare(report, issued,
		format == NULL ? guess_format(issued) : format, &figures,
		&differences, say_difference, &by, err) == -1)
		return -1;
	if (format != NULL) {
		say_same(checked, &by.terminal, format);
	} else {
		checked->context->verdict = ERROR_NO;
		say_other(checked, &by.terminal, figures, differences);
	}
	if (given->dossier != NULL)
		say_lacking(checked, &by.terminal, format != NULL);
	terminal_end(&by.terminal);
	return 0;
}

/* Make it again from what a reader shows, and compare. */
static int
check_by(struct checked *checked, struct reader *reader, struct error *err)
{
	const struct report_stamp *stamp = &checked->stamp;
	struct report *report = NULL;
	uint64_t size;
	int result = -1;

	if (stamp->size == 0 || stamp->size > reader_full_size(reader))
		return error_set(err, ERROR_NO, NULL,
		    "it is of %" PRIu64
		    " entries, and this ledger has %" PRIu64,
		    stamp->size, reader_full_size(reader));
	if (report_size(&size, reader, stamp->size, err) == 0 &&
	    go_to(reader, size, err) == 0 &&
	    ask(&checked->asked, checked->context, reader, checked->given->as,
		err) == 0 &&
	    report_make(&report, reader, &checked->asked.order, err) == 0)
		result = compare(checked, report, err);
	report_free(report);
	return result;
}

static int
check_in(void *cookie, struct reader *reader, const char *lacks,
    struct error *err)
{
	struct checked *checked = cookie;

	checked->asked.order.part = true;
	checked->lacks = lacks;
	return check_by(checked, reader, err);
}

static int
check_order_of(struct report_order *order, const struct report_stamp *stamp,
    struct error *err)
{
	if (!report_kind_named(&order->kind, stamp->kind))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "it is a report of a kind that is not known here");
	order->model = stamp->model[0] == '\0' ? NULL : stamp->model;
	order->environment = stamp->environment[0] == '\0' ? NULL
							   : stamp->environment;
	order->since = stamp->since;
	order->verify = stamp->verify;
	order->all = stamp->all;
	return check_order(order, err);
}

static int
check(struct context *context, const struct report_options *given,
    struct error *err)
{
	struct checked checked = { .context = context,
		.given = given,
		.asked = { .path = buffer_new(8192) },
		.issued = buffer_new(REPORT_BYTES) };
	struct buffer style = buffer_new(STYLE_BYTES);
	struct buffer brand = buffer_new(STYLE_BYTES);
	struct reader *reader = NULL;
	int result = -1;

	if (file_read(&checked.issued, given->check, err) == -1 ||
	    read_look(&checked.look, &style, &brand, given, err) == -1 ||
	    report_stamp_of(&checked.stamp, buffer_bytes(&checked.issued),
		err) == -1 ||
	    check_order_of(&checked.asked.order, &checked.stamp, err) == -1)
		goto done;
	if (given->dossier != NULL)
		result = report_dossier(given->dossier, context->key,
		    &checked.stamp, check_in, &checked, err);
	else if (session_read(&reader, context, err) == 0)
		result = check_by(&checked, reader, err);
done:
	reader_close(reader);
	json_free(checked.asked.statement);
	buffer_free(&checked.asked.path);
	buffer_free(&checked.issued);
	buffer_free(&style);
	buffer_free(&brand);
	return result;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct report_options *options_given = given;

	if (context->receipt != NULL && !options_given->file)
		return error_set(err, ERROR_UNDECIDED, "add --file",
		    "--receipt wants a report that is recorded");
	if (options_given->dossier != NULL && options_given->check == NULL)
		return error_set(err, ERROR_UNDECIDED, "add --check FILE",
		    "--dossier is for checking a report");
	if (options_given->check != NULL && operands.count == 0)
		return check(context, options_given, err);
	if (options_given->check != NULL)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "--check reads from the file what it is a report of");
	return make(context, options_given, operands, err);
}

static const char *const examples[] = {
	"vouch report posture",
	"vouch report provenance credit -o credit.html",
	"vouch report compliance -o compliance.html",
	"vouch report release credit --to production",
	"vouch report --check compliance.html",
	"# by whoever has not the ledger, from a dossier of that checkpoint",
	"vouch dossier credit --as-it-is -o d.tar",
	"vouch status --json | jq -r .vkey >vkey",
	"vouch report --check credit.html --dossier d.tar --key \"$(cat vkey)\"",
	NULL,
};

const struct command cmd_report = {
	.name = "report",
	.group = "Check",
	.summary = "tell what the ledger says, to people who act on it",
	.operands = "[KIND [MODEL]]",
	.least = 0,
	.most = 2,
	.options = options,
	.options_size = sizeof(struct report_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run,
	.description =
	    "KIND is posture (a page for a board), provenance (one model, for "
	    "an auditor), compliance (control by control: the EU AI Act, NIST "
	    "AI RMF, ISO/IEC 42001, SR 26-2, SOC 2, GDPR) or release (go or "
	    "no-go, for an engineer).\n\n"
	    "A report is of a checkpoint: the same checkpoint gives the same "
	    "bytes, and now is the time of its last entry. Every figure cites "
	    "its entries and its definition. With --check they are computed "
	    "again; exit status 1 if they differ. With --dossier they come, "
	    "for a provenance report, from a dossier of the same model and "
	    "checkpoint (`vouch dossier MODEL --at SIZE'), which is checked "
	    "first: no ledger is looked at. Exit status 2 if they differ and "
	    "the dossier may have too little to say why. With --file the "
	    "report's "
	    "digest is signed into the ledger, and vouch show FILE proves "
	    "that it is the one issued.",
	.examples = examples,
};
