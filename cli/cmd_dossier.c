#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/tar.h"
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "ledger/dossier.h"
#include "ledger/list_walk.h"
#include "reports/report.h"

#define REPORT_BYTES ((size_t)256 * 1024 * 1024)

struct dossier_command {
	const char *at;
	const char *output;
	bool without_report;
	bool as_it_is;
	struct option_list disclose;
};

static const struct option options[] = {
	{ "at", 0, OPTION_TEXT, offsetof(struct dossier_command, at), "SIZE",
	    "by the newest checkpoint of at most so many entries", NULL,
	    false },
	{ "output", 'o', OPTION_TEXT, offsetof(struct dossier_command, output),
	    "FILE", "write it there", NULL, true },
	{ "without-report", 0, OPTION_FLAG,
	    offsetof(struct dossier_command, without_report), NULL,
	    "leave out the provenance report for people", NULL, false },
	{ "disclose", 0, OPTION_LIST,
	    offsetof(struct dossier_command, disclose), "PATTERN",
	    "show the sealed fields whose path it fits, such as user or "
	    "'environment.*' (may be given again)",
	    NULL, false },
	{ "as-it-is", 0, OPTION_FLAG,
	    offsetof(struct dossier_command, as_it_is), NULL,
	    "do not have the ledger sign an index record first", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* How many entries came since the newest index record in view. */
static int
entries_since(uint64_t *count, struct reader *reader, struct error *err)
{
	struct list_index newest = { .seq = 0 };
	uint64_t size = reader_size(reader);
	bool found = false;

	if (list_index_newest(&newest, reader_store(reader), size, &found,
		err) == -1)
		return -1;
	*count = found ? size - newest.seq - 1 : size;
	return 0;
}

static int
sign_index(struct context *context, struct error *err)
{
	const struct append_own own = list_index_record();
	struct session_write session;
	struct digest leaf;
	uint64_t seq;
	int result;

	if (session_write_unsigned(&session, context, err) == -1)
		return -1;
	result = appender_add_own(session.appender, &own, &seq, &leaf, err);
	session_write_end(&session);
	return result;
}

/*
 * Every entry since the last index record would go into the dossier, whatever
 * it is about.  So the ledger signs one now, where its key is at hand.
 */
static int
bring_up_to_date(struct reader **reader, struct context *context,
    struct error *err)
{
	struct error why;
	uint64_t since;

	if (entries_since(&since, *reader, err) == -1)
		return -1;
	if (since == 0)
		return 0;
	reader_close(*reader);
	*reader = NULL;
	if (sign_index(context, &why) == -1) {
		if (why.class == ERROR_SYSTEM) {
			*err = why;
			return -1;
		}
		fprintf(stderr,
		    "vouch: the ledger cannot sign an index record, so the "
		    "%" PRIu64 " entries since the last one go into the "
		    "dossier whole: %s\n",
		    since, why.what);
	}
	return session_read(reader, context, err);
}

/* Let the reader show the ledger at a checkpoint. */
static int
go_to_checkpoint(struct reader *reader, const char *at, struct error *err)
{
	uint64_t most = UINT64_MAX, size;
	char as_of[32];

	if (at != NULL && option_number(&most, at, "at", err) == -1)
		return -1;
	if (at != NULL && most > reader_full_size(reader))
		return error_set(err, ERROR_UNDECIDED, "give a smaller --at",
		    "the ledger has %" PRIu64 " entries, not %" PRIu64,
		    reader_full_size(reader), most);
	if (report_size(&size, reader, most, err) == -1)
		return -1;
	if (size == reader_size(reader))
		return 0;
	(void)snprintf(as_of, sizeof as_of, "%" PRIu64, size - 1);
	return reader_as_of(reader, as_of, err);
}

/* The entry that is meant, a model's or a deployment's. */
static int
find(struct dossier_about *about, struct reader *reader, const char *what,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	const char *subject;
	uint64_t seq;
	int result = -1;

	if (reader_find_of(reader, "model", what, &seq, err) == -1 ||
	    reader_read(reader, seq, &entry, err) == -1)
		goto done;
	subject = json_member_text(json_first(entry.record.subjects), "name");
	about->deployment = DOSSIER_NOBODY;
	if (strcmp(entry.record.kind->name, "deployment") == 0) {
		about->deployment = seq;
	} else if (strcmp(entry.record.kind->name, "model") != 0) {
		error_set(err, ERROR_UNDECIDED, "see `vouch list model'",
		    "'%.100s' is a %s, not a model or a deployment", what,
		    entry.record.kind->name);
		goto done;
	}
	if (strlen(subject) >= sizeof about->name) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the model's name is too long for a dossier");
		goto done;
	}
	memcpy(about->name, subject, strlen(subject) + 1);
	about->digest = entry.record.subject;
	result = 0;
done:
	reader_entry_free(&entry);
	return result;
}

/* The report for people.  A dossier is good without it, so what stands in its
 * way is told and no more. */
static int
make_report(struct buffer *out, const struct context *context,
    struct reader *reader, const struct dossier_about *about, struct error *err)
{
	const struct report_look look = { .columns = 80 };
	struct buffer path = buffer_new(8192);
	struct report_order order = { .kind = REPORT_PROVENANCE,
		.program = "vouch " VOUCH_VERSION };
	struct report *report = NULL;
	const char *name = about->name;
	char number[24];
	int result = -1;

	if (strncmp(name, "model/", 6) == 0)
		name += 6;
	if (about->deployment != DOSSIER_NOBODY) {
		(void)snprintf(number, sizeof number, "%" PRIu64,
		    about->deployment);
		name = number;
	}
	if (session_store_path(&path, context, err) == 0) {
		order.path = buffer_string(&path);
		order.model = name;
		result = report_make(&report, reader, &order, err);
	}
	if (result == 0)
		result = report_write(out, report, "html", &look, err);
	report_free(report);
	buffer_free(&path);
	if (result == 0 || err->class != ERROR_UNDECIDED)
		return result;
	fprintf(stderr, "vouch: the dossier has no report for people: %s%s%s\n",
	    err->where, err->where[0] == '\0' ? "" : ": ", err->what);
	buffer_clear(out);
	return 0;
}

static void
say_written(const struct context *context, const struct dossier_about *about,
    const char *path, const struct buffer *dossier, uint64_t size)
{
	struct terminal terminal;

	if (context->json) {
		printf("{\"file\":");
		print_json_text(path);
		printf(",\"bytes\":%zu,\"size\":%" PRIu64
		       ",\"sha256\":\"%s\"}\n",
		    dossier->len, size,
		    digest_hex(digest_of(buffer_bytes(dossier))).text);
		return;
	}
	if (context->quiet)
		return;
	terminal_begin(&terminal, context, false);
	fputs("wrote ", terminal.out);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(path));
	fprintf(terminal.out, " (%s): ", number_bytes(dossier->len).text);
	terminal_show(&terminal, STYLE_PLAIN, bytes_of_text(about->name));
	fprintf(terminal.out, " at the checkpoint of %s entries\n",
	    number_grouped(size).text);
	terminal_end(&terminal);
}

/* The sealed fields that are shown, in the place of those chosen before. */
static int
choose(struct disclosures *shown, struct reader *reader,
    const struct dossier_order *order, const struct dossier_command *command,
    struct error *err)
{
	disclosures_free(shown);
	*shown = (struct disclosures){ .count = 0 };
	return dossier_choose(shown, reader, order->about.digest,
	    command->disclose.item, command->disclose.count, err);
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct dossier_command *command = given;
	struct buffer out = buffer_new(LIMIT_DOSSIER);
	struct buffer report = buffer_new(REPORT_BYTES);
	struct dossier_order order = { .report = { NULL, 0 } };
	struct disclosures shown = { .count = 0 };
	struct reader *reader = NULL;
	int result = -1;

	if (file_check_place(command->output, err) == -1 ||
	    session_read(&reader, context, err) == -1 ||
	    go_to_checkpoint(reader, command->at, err) == -1 ||
	    find(&order.about, reader, operands.item[0], err) == -1 ||
	    choose(&shown, reader, &order, command, err) == -1)
		goto done;
	/* Only what is possible is worth an index record. */
	if (command->at == NULL && !command->as_it_is &&
	    (bring_up_to_date(&reader, context, err) == -1 ||
		choose(&shown, reader, &order, command, err) == -1))
		goto done;
	/* Nothing else is shown, in the report neither. */
	reader_disclose(reader, &shown);
	if (!command->without_report &&
	    make_report(&report, context, reader, &order.about, err) == -1)
		goto done;
	order.report = buffer_bytes(&report);
	order.shown = &shown;
	if (dossier_pack(&out, reader, &order, err) == -1 ||
	    file_write(command->output, buffer_bytes(&out), 0644, err) == -1)
		goto done;
	say_written(context, &order.about, command->output, &out,
	    reader_size(reader));
	result = 0;
done:
	reader_close(reader);
	disclosures_free(&shown);
	buffer_free(&out);
	buffer_free(&report);
	return result;
}

static const char *const examples[] = {
	"vouch dossier credit -o credit.tar",
	"# as it was when the ledger had 9 entries",
	"vouch dossier credit --at 9 -o credit-then.tar",
	NULL,
};

const struct command cmd_dossier = {
	.name = "dossier",
	.group = "Hand over",
	.summary = "pack a model's whole history into one file for a stranger",
	.operands = "MODEL|DEPLOYMENT",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct dossier_command),
	.machine = true,
	.run = run,
	.description =
	    "Writes a tar archive with everything that somebody who has "
	    "neither the ledger nor this program needs to check how a model "
	    "came to be and who let it into use: the entries of its whole "
	    "lineage, each with the proof that it is in the ledger, the "
	    "signed checkpoint, the keys, the policies and other attachments, "
	    "a report for people, and VERIFY.md, which says how to check it "
	    "all with sha256sum, openssl, jq and python3. `vouch "
	    "check-dossier' checks it too.\n\n"
	    "It proves, too, that nothing about the model was left out, by the "
	    "newest index record and the entries since. As those go in whole, "
	    "whatever they are about, the ledger signs an index record first, "
	    "unless --at or --as-it-is is given.\n\n"
	    "What is sealed stays sealed, except for fields that --disclose "
	    "names; what was erased is there as erased, with the record that "
	    "says so. The report shows no other values.\n\n"
	    "The same ledger at the same checkpoint gives the same bytes.",
	.examples = examples,
};
