#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/stamps.h"

/* ---- timestamp list ---- */

struct list_options {
	const char *roots;
};

static const struct option list_rows[] = {
	{ "roots", 0, OPTION_TEXT, offsetof(struct list_options, roots), "FILE",
	    "root certificates of authorities you trust, instead of those that "
	    "the ledger trusts: PEM or DER",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

struct listing {
	struct buffer json;
	struct table *table;
	size_t count;
};

static void
cell(struct table *table, enum style style, bool number, const char *text)
{
	table_cell(table, style, number, bytes_of_text(text));
}

static void
add_row(struct table *table, const struct kept_timestamp *kept)
{
	char short_digest[9];

	snprintf(short_digest, sizeof short_digest, "%.8s",
	    digest_hex(kept->digest).text);
	cell(table, STYLE_PLAIN, true, number_grouped(kept->size).text);
	if (kept->state == KEPT_BAD) {
		cell(table, STYLE_PLAIN, false, "");
		cell(table, STYLE_BAD, false, "bad");
		cell(table, STYLE_FAINT, false, short_digest);
		cell(table, STYLE_BAD, false, kept->why->what);
		return;
	}
	cell(table, STYLE_PLAIN, false,
	    time_format(kept->timestamp.latest_ms).text);
	if (kept->state == KEPT_GOOD)
		cell(table, STYLE_GOOD, false, "good");
	else
		cell(table, STYLE_WARN, false, "unknown");
	cell(table, STYLE_FAINT, false, short_digest);
	cell(table, STYLE_NAME, false, kept->authority);
}

static int
take(void *cookie, const struct kept_timestamp *kept, struct error *err)
{
	struct listing *listing = cookie;

	if (listing->count++ > 0)
		buffer_byte(&listing->json, ',');
	stamps_json(&listing->json, kept);
	add_row(listing->table, kept);
	return buffer_check(&listing->json, "list", err);
}

/* Every timestamp of the ledger, judged by the roots in a file or by the
 * ledger's own. */
static int
each(struct context *context, const char *roots_path, timestamps_visit *visit,
    void *cookie, struct error *err)
{
	struct certificates *roots = NULL;
	struct reader *reader = NULL;
	int result = -1;

	if ((roots_path == NULL ||
		stamps_read_roots(&roots, roots_path, err) == 0) &&
	    session_read(&reader, context, err) == 0)
		result = timestamps_each(reader_store(reader),
		    authority_trusts(reader_authority(reader)), roots, visit,
		    cookie, err);
	reader_close(reader);
	certificates_free(roots);
	return result;
}

static int
run_list(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	static const char *const headings[] = { "checkpoint", "existed by",
		"state", "token", "authority" };
	const struct list_options *options = given;
	struct listing listing = {
		.json = buffer_new((size_t)64 << 20),
		.table = table_new(headings, 5),
	};
	struct terminal terminal;
	int result;

	(void)operands;
	if (listing.table == NULL)
		return error_memory(err);
	result = each(context, options->roots, take, &listing, err);
	if (result == 0 && context->json) {
		printf("[%s]\n", buffer_string(&listing.json));
	} else if (result == 0) {
		terminal_begin(&terminal, context, true);
		if (listing.count > 0)
			table_print(listing.table, &terminal);
		else if (!context->quiet)
			fputs("no timestamps are kept\n", terminal.out);
		terminal_end(&terminal);
	}
	table_free(listing.table);
	buffer_free(&listing.json);
	return result;
}

static const char *const list_examples[] = {
	"vouch timestamp list",
	NULL,
};

const struct command cmd_timestamp_list = {
	.name = "list",
	.parent = "timestamp",
	.group = "Witnesses and timestamps",
	.summary = "the timestamps that are kept, each checked again",
	.options = list_rows,
	.options_size = sizeof(struct list_options),
	.machine = true,
	.run = run_list,
	.description =
	    "By checkpoint: the time by which it existed (what the authority's "
	    "clock said, and its stated accuracy added), whether the "
	    "authority is one that the ledger trusted then (good) or one "
	    "that nobody here named (unknown), the beginning of the "
	    "token's SHA-256, and the authority.",
	.examples = list_examples,
};

/* ---- timestamp export ---- */

struct export_options {
	const char *output;
	const char *token;
};

static const struct option export_rows[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct export_options, output),
	    "FILE", "write the token to FILE, and the text to FILE.body", NULL,
	    true },
	{ "token", 0, OPTION_TEXT, offsetof(struct export_options, token),
	    "HEX", "of several: the one whose SHA-256 begins so", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* The one that is wanted. */
struct finding {
	uint64_t size;
	const char *digest; /* How it begins, or NULL. */
	struct buffer token;
	struct buffer text;
	size_t count;
};

static int
find(void *cookie, const struct kept_timestamp *kept, struct error *err)
{
	struct finding *finding = cookie;
	struct digest_text hex = digest_hex(kept->digest);

	(void)err;
	if (kept->size != finding->size ||
	    (finding->digest != NULL &&
		strncmp(hex.text, finding->digest, strlen(finding->digest)) !=
		    0))
		return 0;
	if (finding->count++ == 0) {
		buffer_append(&finding->token, kept->token);
		buffer_append(&finding->text, kept->text);
	}
	return 0;
}

static int
write_both(const struct finding *finding, const char *path, struct error *err)
{
	struct buffer body = buffer_new(8192);
	int result = -1;

	buffer_printf(&body, "%s.body", path);
	if (buffer_check(&body, "path", err) == 0 &&
	    file_write(path, buffer_bytes(&finding->token), 0644, err) == 0)
		result = file_write(buffer_string(&body),
		    buffer_bytes(&finding->text), 0644, err);
	buffer_free(&body);
	return result;
}

static int
run_export(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct export_options *options = given;
	struct finding finding = {
		.digest = options->token,
		.token = buffer_new(LIMIT_TIMESTAMP),
		.text = buffer_new(LIMIT_NOTE),
	};
	int result = -1;

	if (option_number(&finding.size, operands.item[0], "SIZE", err) == -1 ||
	    each(context, NULL, find, &finding, err) == -1)
		goto done;
	if (finding.count == 0)
		error_set(err, ERROR_UNDECIDED, "see `vouch timestamp list'",
		    "there is no such timestamp of the checkpoint of %llu "
		    "entries",
		    (unsigned long long)finding.size);
	else if (finding.count > 1)
		error_set(err, ERROR_UNDECIDED,
		    "choose one by --token; see `vouch timestamp list'",
		    "there are %zu such timestamps of the checkpoint of %llu "
		    "entries",
		    finding.count, (unsigned long long)finding.size);
	else if (buffer_check(&finding.token, "timestamp", err) == 0 &&
	    buffer_check(&finding.text, "checkpoint", err) == 0)
		result = write_both(&finding, options->output, err);
done:
	buffer_free(&finding.token);
	buffer_free(&finding.text);
	return result;
}

static const char *const export_examples[] = {
	"vouch timestamp export 1 -o stamp.tst",
	"# openssl ts -verify -token_in -in stamp.tst -data stamp.tst.body "
	"-CAfile roots.pem",
	NULL,
};

const struct command cmd_timestamp_export = {
	.name = "export",
	.parent = "timestamp",
	.group = "Witnesses and timestamps",
	.summary = "write a timestamp for a program of the auditor's choice",
	.operands = "SIZE",
	.least = 1,
	.most = 1,
	.options = export_rows,
	.options_size = sizeof(struct export_options),
	.run = run_export,
	.description =
	    "Writes the token over the checkpoint of SIZE entries, and the "
	    "bytes that it is about: the checkpoint's text, whose third "
	    "line is the root. Then\n\n"
	    "  openssl ts -verify -token_in -in FILE -data FILE.body -CAfile "
	    "ROOTS\n\n"
	    "checks it without `vouch'.",
	.examples = export_examples,
};
