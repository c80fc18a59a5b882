#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/dossier_folder.h"
#include "cli/dossier_tell.h"
#include "cli/terminal.h"
#include "cli/witnessed_say.h"
#include "ledger/dossier_check.h"
#include "policy/replay.h"

struct check_command {
	const char *key;
	const char *policy;
	const char *identity_roots;
	const char *timestamp_roots;
};

static const struct option options[] = {
	{ "key", 0, OPTION_TEXT, offsetof(struct check_command, key), "VKEY",
	    "the ledger's verifier key as you know it from elsewhere", NULL,
	    false },
	{ "policy", 0, OPTION_TEXT, offsetof(struct check_command, policy),
	    "FILE",
	    "whom to trust: logs, witnesses and a quorum of them "
	    "(c2sp.org/tlog-policy)",
	    NULL, false },
	{ "identity-roots", 0, OPTION_TEXT,
	    offsetof(struct check_command, identity_roots), "PEM",
	    "the authorities to which the certificates of signers must lead, "
	    "instead of those that the ledger trusts",
	    NULL, false },
	{ "timestamp-roots", 0, OPTION_TEXT,
	    offsetof(struct check_command, timestamp_roots), "PEM",
	    "the authorities to which timestamps must lead, instead of those "
	    "that the ledger trusts",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* What is checked, by whom it is believed, and how it is told. */
struct checking {
	const struct context *context;
	struct buffer archive;
	struct note_key key;
	struct tlog_policy *policy;
	struct buffer policy_text;
	struct certificates *identity_roots;
	struct certificates *timestamp_roots;
	struct dossier *dossier;
	struct dossier_result result;
	struct replay_result replayed;
	struct buffer differs; /* Lines on verdicts. */
	struct terminal terminal;
	bool first;
};

static void
tell(void *cookie, const struct dossier_problem *problem)
{
	struct checking *checking = cookie;
	struct terminal *terminal = &checking->terminal;

	if (checking->context->json) {
		printf("%s{\"check\":\"%s\",\"where\":",
		    checking->first ? "" : ",", problem->check);
		checking->first = false;
		print_json_text(problem->where);
		printf(",\"what\":");
		print_json_text(problem->what);
		printf("}");
		return;
	}
	terminal_say(terminal, STYLE_BAD, "%s ", terminal->unicode ? "✗" : "x");
	if (problem->where[0] != '\0') {
		terminal_show(terminal, STYLE_STRONG,
		    bytes_of_text(problem->where));
		fputs(": ", terminal->out);
	}
	fprintf(terminal->out, "%s: ", problem->check);
	terminal_show(terminal, STYLE_PLAIN, bytes_of_text(problem->what));
	fputc('\n', terminal->out);
}

/* The certificates of a file. */
static int
read_roots(struct certificates **out, const char *path, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_CERTIFICATE_FILE);
	int result = -1;

	if (certificates_new(out, err) == 0 && file_read(&text, path, err) == 0)
		result = certificates_read(*out, buffer_bytes(&text), err);
	buffer_free(&text);
	return result == 0 ? 0 : error_within(err, "%s", path);
}

static int
believe(struct dossier_options *how, struct checking *checking,
    const struct check_command *command, struct error *err)
{
	if (command->key != NULL) {
		if (note_key_parse(&checking->key, bytes_of_text(command->key),
			err) == -1)
			return -1;
		if (checking->key.algorithm != NOTE_ED25519)
			return error_set(err, ERROR_UNDECIDED,
			    "give the key of the ledger itself",
			    "--key is a witness's key");
		how->key = &checking->key;
	}
	if (command->identity_roots != NULL &&
	    read_roots(&checking->identity_roots, command->identity_roots,
		err) == -1)
		return -1;
	if (command->timestamp_roots != NULL &&
	    read_roots(&checking->timestamp_roots, command->timestamp_roots,
		err) == -1)
		return -1;
	how->identity_roots = checking->identity_roots;
	how->timestamp_roots = checking->timestamp_roots;
	if (command->policy == NULL)
		return 0;
	checking->policy = memory_new(1, sizeof *checking->policy);
	if (checking->policy == NULL)
		return error_memory(err);
	if (file_read(&checking->policy_text, command->policy, err) == -1)
		return -1;
	if (tlog_policy_parse(checking->policy,
		buffer_bytes(&checking->policy_text), err) == -1)
		return error_within(err, "%s", command->policy);
	how->policy = checking->policy;
	return 0;
}

/* What could not be computed again is told when all else is said. */
static void
keep_verdict(void *cookie, const struct replay_problem *problem)
{
	struct checking *checking = cookie;

	buffer_printf(&checking->differs, "  %llu: %s\n",
	    (unsigned long long)problem->seq, problem->what);
}

/* Compute the verdicts again from the entries of the dossier alone. */
static int
replay_in(void *cookie, const char *path, struct error *err)
{
	struct checking *checking = cookie;
	const struct replay_options how = {
		.partial = true, .cookie = checking, .problem = keep_verdict
	};

	return replay_verdicts(&checking->replayed, path, &how, err);
}

/* Everything else was decided without it: what stands in its way is told. */
static void
replay(struct checking *checking)
{
	struct error why;

	if (dossier_in_folder(checking->dossier, false, replay_in, checking,
		&why) == 0)
		return;
	checking->replayed = (struct replay_result){ .problems = 0 };
	buffer_clear(&checking->differs);
	buffer_printf(&checking->differs, "%s", why.what);
}

static void
say_head(struct checking *checking)
{
	const struct dossier_about *about = dossier_about(checking->dossier);
	const struct checkpoint *checkpoint = &checking->result.checkpoint;
	struct terminal *terminal = &checking->terminal;
	char root[BASE64_LEN(DIGEST_LEN) + 1];

	base64_encode(root, digest_bytes(&checkpoint->root));
	fputs("The dossier is about ", terminal->out);
	terminal_show(terminal, STYLE_NAME, bytes_of_text(about->name));
	fprintf(terminal->out, " (SHA-256 %s)\nin the ledger ",
	    digest_hex(about->digest).text);
	terminal_show(terminal, STYLE_NAME, bytes_of_text(checkpoint->origin));
	fprintf(terminal->out, " at its checkpoint of %s entries, root %s.\n\n",
	    number_grouped(checkpoint->size).text, root);
}

static void
say_verdicts(struct checking *checking)
{
	const struct replay_result *replayed = &checking->replayed;
	struct terminal *terminal = &checking->terminal;

	if (replayed->verdicts == 0 && checking->differs.len > 0) {
		fputs("The verdicts could not be computed again: ",
		    terminal->out);
		terminal_show(terminal, STYLE_PLAIN,
		    buffer_bytes(&checking->differs));
		fputc('\n', terminal->out);
	}
	if (replayed->verdicts == 0)
		return;
	fprintf(terminal->out,
	    "%s of %s verdicts were computed again by the policies of their "
	    "time and are the same.\n",
	    number_grouped(replayed->verdicts - replayed->problems).text,
	    number_grouped(replayed->verdicts).text);
	if (replayed->problems == 0)
		return;
	fputs("Not decided by what is here, as these came out otherwise (a "
	      "rule may look at more of\nthe ledger than a dossier has; `vouch "
	      "verify --replay' decides):\n",
	    terminal->out);
	for (struct bytes rest = buffer_bytes(&checking->differs);
	     rest.len > 0;) {
		const uint8_t *end = memchr(rest.data, '\n', rest.len);
		size_t len = (size_t)(end - rest.data);

		terminal_show(terminal, STYLE_PLAIN, bytes_of(rest.data, len));
		fputc('\n', terminal->out);
		rest = bytes_after(rest, len + 1);
	}
}

/* What an auditor may quote. */
static void
say_established(struct checking *checking)
{
	const struct dossier_result *result = &checking->result;
	struct terminal *terminal = &checking->terminal;

	fprintf(terminal->out,
	    "\nEstablished: the checkpoint is signed by the ledger's key that "
	    "was given;\n"
	    "each of the %s entries is in the ledger at its place, unaltered;\n"
	    "%s signatures verify, each by a key that the ledger had enrolled "
	    "for it then;\n"
	    "%s authors' pins agree: nobody had seen another history;\n"
	    "%s attachments, policies among them, are those that were "
	    "recorded;\n"
	    "nothing on the model was left out: %s lists are complete, by the "
	    "ledger's word\nup to its newest index record and by every entry "
	    "since.\n",
	    number_grouped(result->entries).text,
	    number_grouped(result->signatures).text,
	    number_grouped(result->pins).text,
	    number_grouped(result->attachments).text,
	    number_grouped(result->lists).text);
	if (result->sealed > 0)
		fprintf(terminal->out,
		    "sealed fields: %s, of which shown and fitting: %s.\n",
		    number_grouped(result->sealed).text,
		    number_grouped(result->shown).text);
	if (result->erased > 0)
		fprintf(terminal->out,
		    "%s times something is named that was erased, each by a "
		    "record that says so.\n",
		    number_grouped(result->erased).text);
	say_verdicts(checking);
	if (result->identities > 0)
		fprintf(terminal->out,
		    "%s certificate%s of keys' holders lead%s to %s roots.\n",
		    number_grouped(result->identities).text,
		    result->identities == 1 ? "" : "s",
		    result->identities == 1 ? "s" : "",
		    checking->identity_roots == NULL ? "the ledger's" : "your");
	if (result->timestamps + result->timestamps_unknown > 0)
		fprintf(terminal->out,
		    "timestamps by authorities that are believed: %s; by others "
		    "(--timestamp-roots): %s.\n",
		    number_grouped(result->timestamps).text,
		    number_grouped(result->timestamps_unknown).text);
	witnessed_say(terminal, &result->witnessed,
	    checking->policy == NULL ? "the ledger's" : "your");
	fputs(
	    "VERIFY.md and the report, where there is one, are for people: they "
	    "were not checked\nand prove nothing.\n",
	    terminal->out);
}

static void
say_sum(struct checking *checking)
{
	const struct dossier_result *result = &checking->result;
	struct terminal *terminal = &checking->terminal;
	bool good = result->problems == 0;

	terminal_say(terminal, good ? STYLE_GOOD : STYLE_BAD, "%s ",
	    !terminal->unicode ? (good ? "ok" : "x")
		: good         ? "✓"
			       : "✗");
	fputs("checked the dossier of ", terminal->out);
	terminal_show(terminal, STYLE_NAME,
	    bytes_of_text(dossier_about(checking->dossier)->name));
	fprintf(terminal->out, ": %s entries, ",
	    number_grouped(result->entries).text);
	terminal_say(terminal, good ? STYLE_GOOD : STYLE_BAD, "%s problem%s\n",
	    number_grouped(result->problems).text,
	    result->problems == 1 ? "" : "s");
}

static int
say_json(struct checking *checking, struct error *err)
{
	const struct dossier_about *about = dossier_about(checking->dossier);
	const struct dossier_result *result = &checking->result;
	struct buffer out = buffer_new((size_t)1 << 30);
	int done = 0;

	buffer_printf(&out, "],\"holds\":%s,\"subject\":{\"name\":",
	    result->problems == 0 ? "true" : "false");
	json_write_text(&out, bytes_of_text(about->name));
	buffer_printf(&out, ",\"digest\":\"%s\"}",
	    digest_hex(about->digest).text);
	if (result->has_checkpoint) {
		buffer_text(&out, ",\"checkpoint\":{\"origin\":");
		json_write_text(&out, bytes_of_text(result->checkpoint.origin));
		buffer_printf(&out, ",\"size\":%llu,\"root\":\"%s\"}",
		    (unsigned long long)result->checkpoint.size,
		    digest_hex(result->checkpoint.root).text);
	}
	buffer_printf(&out,
	    ",\"signatures\":%llu,\"pins\":%llu,\"attachments\":%llu,"
	    "\"problem_count\":%llu",
	    (unsigned long long)result->signatures,
	    (unsigned long long)result->pins,
	    (unsigned long long)result->attachments,
	    (unsigned long long)result->problems);
	buffer_printf(&out, ",\"verdicts\":{\"computed\":%llu,\"same\":%llu}",
	    (unsigned long long)checking->replayed.verdicts,
	    (unsigned long long)(checking->replayed.verdicts -
		checking->replayed.problems));
	buffer_printf(&out, ",\"sealed\":%llu,\"shown\":%llu,\"erased\":%llu",
	    (unsigned long long)result->sealed,
	    (unsigned long long)result->shown,
	    (unsigned long long)result->erased);
	buffer_printf(&out,
	    ",\"timestamps\":{\"believed\":%llu,\"unknown\":%llu}",
	    (unsigned long long)result->timestamps,
	    (unsigned long long)result->timestamps_unknown);
	buffer_printf(&out, ",\"lists\":%llu,\"identities\":%llu",
	    (unsigned long long)result->lists,
	    (unsigned long long)result->identities);
	if (result->problems == 0) {
		buffer_text(&out, ",\"witnessed\":");
		witnessed_json(&out, &result->witnessed);
		buffer_text(&out, ",\"entries\":");
		done = dossier_say_json(&out, checking->dossier, err);
	}
	buffer_text(&out, "}\n");
	if (done == 0)
		done = buffer_check(&out, "answer", err);
	if (done == 0)
		fwrite(out.data, 1, out.len, stdout);
	buffer_free(&out);
	return done;
}

static int
say(struct checking *checking, struct error *err)
{
	bool good = checking->result.problems == 0;
	int result = 0;

	if (checking->context->json)
		return say_json(checking, err);
	if (good && !checking->context->quiet) {
		say_head(checking);
		result =
		    dossier_say(&checking->terminal, checking->dossier, err);
		say_established(checking);
	}
	if (!good || !checking->context->quiet)
		say_sum(checking);
	return result;
}

static int
check(struct checking *checking, const struct check_command *command,
    const char *path, struct error *err)
{
	struct dossier_options how = { .cookie = checking, .problem = tell };

	if (believe(&how, checking, command, err) == -1 ||
	    file_read(&checking->archive, path, err) == -1)
		return -1;
	if (how.key == NULL &&
	    (how.policy == NULL || how.policy->log_count == 0))
		return error_set(err, ERROR_UNDECIDED,
		    "give --key, or --policy with a log line",
		    "there is no key of a ledger to believe");
	if (dossier_read(&checking->dossier, buffer_bytes(&checking->archive),
		err) == -1)
		return error_within(err, "%s", path);
	if (checking->context->json)
		printf("{\"problems\":[");
	if (dossier_check(&checking->result, checking->dossier, &how, err) ==
	    -1)
		return -1;
	if (checking->result.problems == 0)
		replay(checking);
	return 0;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct checking *checking = memory_new(1, sizeof *checking);
	int result = -1;

	if (checking == NULL)
		return error_memory(err);
	checking->context = context;
	checking->first = true;
	checking->archive = buffer_new(LIMIT_DOSSIER);
	checking->policy_text = buffer_new(LIMIT_TLOG_POLICY);
	checking->differs = buffer_new((size_t)1 << 20);
	terminal_begin(&checking->terminal, context, false);
	if (check(checking, given, operands.item[0], err) == 0)
		result = say(checking, err);
	terminal_end(&checking->terminal);
	if (result == 0 && checking->result.problems > 0)
		context->verdict = ERROR_NO;
	dossier_free(checking->dossier);
	memory_free(checking->policy);
	certificates_free(checking->identity_roots);
	certificates_free(checking->timestamp_roots);
	buffer_free(&checking->archive);
	buffer_free(&checking->policy_text);
	buffer_free(&checking->differs);
	memory_free(checking);
	return result;
}

static const char *const examples[] = {
	"vouch dossier credit -o credit.tar",
	"vouch check-dossier credit.tar --key "
	"\"$(vouch status --json | jq -r .vkey)\"",
	NULL,
};

const struct command cmd_check_dossier = {
	.name = "check-dossier",
	.group = "Hand over",
	.summary = "check a dossier, without the ledger",
	.operands = "FILE",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct check_command),
	.machine = true,
	.run = run,
	.description =
	    "FILE is what `vouch dossier' wrote. No ledger is looked at, and "
	    "nothing in the file is believed but for the verifier key that "
	    "you give: the checkpoint must be signed by it; each entry must "
	    "be under the checkpoint at its place; every signature must be by "
	    "a key that was enrolled for it at that point; what authors had "
	    "seen of the ledger must be its beginning; what entries name must "
	    "be there. Then it says who did what, in words that can be "
	    "quoted.\n\n"
	    "VERIFY.md and the report in the archive are for people and prove "
	    "nothing.\n\n"
	    "Exit status 0: all of it holds; 1: something does not, and what; "
	    "2: the file is no dossier, or is malformed, and where.",
	.examples = examples,
};
