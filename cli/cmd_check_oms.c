#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "capture/model_signing.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "keys/sigstore_bundle.h"
#include "ledger/replay.h"

struct check_options {
	const char *key;
	const char *roots;
	const char *identity;
	const char *revoked;
	const char *at;
	const char *run;
	const char *model;
	struct option_list ignore;
};

static const struct option rows[] = {
	{ "key", 0, OPTION_TEXT, offsetof(struct check_options, key), "PEM",
	    "the signer's public key (P-256, P-384 or P-521)", NULL, false },
	{ "roots", 0, OPTION_TEXT, offsetof(struct check_options, roots), "PEM",
	    "the roots that the signer's certificate must lead to", NULL,
	    false },
	{ "identity", 0, OPTION_TEXT, offsetof(struct check_options, identity),
	    "SUBJECT", "whose the certificate must be, as this command says it",
	    NULL, false },
	{ "revoked", 0, OPTION_TEXT, offsetof(struct check_options, revoked),
	    "FILE", "the authorities' lists of revoked certificates", NULL,
	    false },
	{ "at", 0, OPTION_TEXT, offsetof(struct check_options, at), "TIME",
	    "when the certificates must be valid (now)", NULL, false },
	{ "run", 0, OPTION_TEXT, offsetof(struct check_options, run), "ENTRY",
	    "the run that must have made the model", NULL, false },
	{ "model", 0, OPTION_TEXT, offsetof(struct check_options, model),
	    "NAME", "the registered model that it must be", NULL, false },
	{ "ignore", 0, OPTION_LIST, offsetof(struct check_options, ignore),
	    "PATH", "pass over what nobody signed, below DIR", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* All that is known of a signed model, and what was found. */
struct check {
	struct context *context;
	const struct check_options *options;
	const char *path; /* Of the bundle. */
	const char *folder;
	struct sigstore_bundle bundle;
	struct buffer signer; /* Whose signature it is, for people. */
	struct model_signing said;
	struct artefact artefact;
	struct json *findings;
	struct buffer store; /* Path of the ledger's store; empty: none. */
	struct reader *reader;
	bool registered;
	struct reader_entry entry; /* Where the ledger has it. */
};

static void
check_free(struct check *check)
{
	sigstore_bundle_free(&check->bundle);
	buffer_free(&check->signer);
	model_signing_free(&check->said);
	artefact_free(&check->artefact);
	json_free(check->findings);
	buffer_free(&check->store);
	reader_entry_free(&check->entry);
	reader_close(check->reader);
}

/* ---- the signature ---- */

static int
check_by_key(struct check *check, struct error *err)
{
	struct buffer file = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct outside_key *key = NULL;
	int result = -1;

	if (file_read(&file, check->options->key, err) == -1)
		goto done;
	if (outside_key_read(&key, buffer_bytes(&file), err) == -1) {
		error_within(err, "%s", check->options->key);
		goto done;
	}
	if (sigstore_bundle_check_key(&check->bundle, key, err) == -1) {
		error_within(err, "%s", check->path);
		goto done;
	}
	buffer_printf(&check->signer, "the key given (%s)",
	    outside_key_kind(key));
	result = 0;
done:
	outside_key_free(key);
	buffer_free(&file);
	return result;
}

static int
read_roots(struct certificates **out, const char *path, struct error *err)
{
	struct buffer file = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct certificates *roots = NULL;
	int result = -1;

	if (file_read(&file, path, err) == -1 ||
	    certificates_new(&roots, err) == -1)
		goto done;
	if (certificates_read(roots, buffer_bytes(&file), err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	*out = roots;
	roots = NULL;
	result = 0;
done:
	certificates_free(roots);
	buffer_free(&file);
	return result;
}

static int
read_revoked(struct revocations **out, const char *path, struct error *err)
{
	struct buffer file = buffer_new(LIMIT_REVOCATIONS);
	struct revocations *revoked = NULL;
	int result = -1;

	if (path == NULL)
		return 0;
	if (file_read(&file, path, err) == -1 ||
	    revocations_new(&revoked, err) == -1)
		goto done;
	if (revocations_read(revoked, buffer_bytes(&file), err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	*out = revoked;
	revoked = NULL;
	result = 0;
done:
	revocations_free(revoked);
	buffer_free(&file);
	return result;
}

/* The roots that the ledger trusts for people, and its authorities' lists. */
static int
ledger_roots(struct certificates **roots, struct revocations **revoked,
    const struct check *check, struct error *err)
{
	const struct trusts *trusts;
	struct trust_source source;

	if (check->reader == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "give --key for a bare key's signature, --roots for a "
		    "certificate's",
		    "whom to believe is not said");
	trusts = authority_trusts(reader_authority(check->reader));
	source = replay_source(reader_store(check->reader));
	if (trusts_roots(roots, trusts, TRUST_IDENTITY_ROOT, TRUST_NEVER, false,
		err) == -1)
		return -1;
	if (certificates_count(*roots) == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "give --key or --roots, or name a root with `vouch trust'",
		    "whom to believe is not said, and the ledger trusts no "
		    "root");
	return trusts_revocations(revoked, trusts, &source, TRUST_NEVER, err);
}

static int
given_roots(struct certificates **roots, struct revocations **revoked,
    const struct check *check, struct error *err)
{
	if (check->options->roots == NULL)
		return ledger_roots(roots, revoked, check, err);
	return read_roots(roots, check->options->roots, err) == -1
	    ? -1
	    : read_revoked(revoked, check->options->revoked, err);
}

static int
expect_identity(const struct check *check, struct error *err)
{
	if (check->options->identity == NULL ||
	    strcmp(check->options->identity, buffer_string(&check->signer)) ==
		0)
		return 0;
	return error_set(err, ERROR_NO, NULL,
	    "the certificate is that of %s, not of %s",
	    buffer_string(&check->signer), check->options->identity);
}

static int
check_by_roots(struct check *check, struct error *err)
{
	struct certificates *roots = NULL;
	struct revocations *revoked = NULL;
	int64_t now = clock_now_ms(), at = now;
	int result = -1;

	if ((check->options->at != NULL &&
		time_parse(&at, check->options->at, now, err) == -1) ||
	    given_roots(&roots, &revoked, check, err) == -1)
		goto done;
	if (sigstore_bundle_check_chain(&check->signer, &check->bundle, roots,
		revoked, at, err) == -1 ||
	    expect_identity(check, err) == -1) {
		error_within(err, "%s", check->path);
		goto done;
	}
	result = 0;
done:
	revocations_free(revoked);
	certificates_free(roots);
	return result;
}

static int
check_signature(struct check *check, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_SIGSTORE_BUNDLE);
	int result = -1;

	if (file_read(&text, check->path, err) == -1)
		goto done;
	if (sigstore_bundle_parse(&check->bundle, buffer_bytes(&text), err) ==
	    -1) {
		error_within(err, "%s", check->path);
		goto done;
	}
	if ((check->options->key != NULL ? check_by_key(check, err)
					 : check_by_roots(check, err)) == -1)
		goto done;
	/* Only now does anybody believe what it says. */
	result = model_signing_parse(&check->said,
	    buffer_bytes(&check->bundle.payload), err);
	if (result == -1)
		error_within(err, "%s: statement", check->path);
done:
	buffer_free(&text);
	return result;
}

/* ---- the files ---- */

/* The signature's own file, should it lie among what it signs. */
static int
ignore_bundle(struct check *check, struct error *err)
{
	char *top = realpath(check->folder, NULL);
	char *file = realpath(check->path, NULL);
	size_t len = top == NULL ? 0 : strlen(top);
	int result = 0;

	if (top != NULL && file != NULL && strncmp(file, top, len) == 0 &&
	    file[len] == '/')
		result = model_signing_ignore(&check->said,
		    bytes_of_text(file + len + 1), err);
	free(top);
	free(file);
	return result;
}

/* What the signer left out, what the reader leaves out, and the signature. */
static int
ignore_paths(struct check *check, struct error *err)
{
	const struct option_list *list = &check->options->ignore;

	for (size_t i = 0; i < list->count; i++)
		if (model_signing_ignore(&check->said,
			bytes_of_text(list->item[i]), err) == -1)
			return -1;
	return ignore_bundle(check, err);
}

static const struct buffer *
manifest_of(const struct check *check)
{
	return check->artefact.folder ? &check->artefact.manifest : NULL;
}

static int
check_files(struct check *check, struct error *err)
{
	if (ignore_paths(check, err) == -1 ||
	    compose_measure(&check->artefact, &check->folder, 1, check->context,
		buffer_string(&check->store), err) == -1)
		return -1;
	check->findings = json_new_list();
	if (check->findings == NULL)
		return error_memory(err);
	return model_signing_compare(check->findings, &check->said,
	    manifest_of(check), check->artefact.digest, check->folder, err);
}

/* ---- the ledger ---- */

/* Whether one is at hand; where it must be, its absence is an error. */
static int
find_ledger(struct check *check, struct error *err)
{
	bool wanted = check->options->run != NULL ||
	    check->options->model != NULL || check->context->ledger != NULL;

	if (session_store_path(&check->store, check->context, err) == -1) {
		buffer_clear(&check->store);
		return wanted || err->class != ERROR_UNDECIDED ? -1 : 0;
	}
	return session_read(&check->reader, check->context, err);
}

/* The digest of only what was signed: a signature or a .git may have come to
 * the folder since it was registered. */
static int
signed_digest(struct digest *out, const struct check *check, struct error *err)
{
	struct buffer signed_files = buffer_new(SIZE_MAX / 2);
	int result = -1;

	*out = check->artefact.digest;
	if (!check->artefact.folder)
		return 0;
	model_signing_filter(&signed_files, &check->said,
	    &check->artefact.manifest);
	if (buffer_check(&signed_files, "list of files", err) == 0) {
		*out = digest_of(buffer_bytes(&signed_files));
		result = 0;
	}
	buffer_free(&signed_files);
	return result;
}

/* Any record of what lies there. */
static int
look_up(struct check *check, const struct digest digest[2], struct error *err)
{
	static const struct {
		const char *kind;
		enum fact_role role;
	} as[] = { { "model", FACT_SUBJECT }, { "run", FACT_OUTPUT } };
	uint64_t seq = 0;

	for (size_t i = 0; i < 4 && !check->registered; i++)
		if (reader_mention(&seq, &check->registered, check->reader,
			digest[i % 2], as[i / 2].kind, as[i / 2].role,
			err) == -1)
			return -1;
	return check->registered
	    ? reader_read(check->reader, seq, &check->entry, err)
	    : 0;
}

static int
find_here(struct check *check, const char *where, const char *what,
    struct error *err)
{
	struct json *finding = json_new_object();

	if (finding == NULL)
		return error_memory(err);
	if (json_put(finding, "path", json_new_text(where), err) == -1 ||
	    json_put(finding, "what", json_new_text(what), err) == -1) {
		json_free(finding);
		return -1;
	}
	return json_push(check->findings, finding, err);
}

static bool
is_digest(const char *hex, const struct digest digest[2])
{
	return hex != NULL &&
	    (strcmp(hex, digest_hex(digest[0]).text) == 0 ||
		strcmp(hex, digest_hex(digest[1]).text) == 0);
}

/* Compare a list of files that the ledger keeps with what was signed; NULL
 * where it keeps none. */
static int
compare_kept(struct json **out, struct check *check, const char *manifest,
    struct error *err)
{
	struct buffer kept = buffer_new(LIMIT_ATTACHMENT);
	struct json *findings = json_new_list();
	struct digest digest;
	int result = -1;

	if (findings == NULL) {
		error_memory(err);
		goto done;
	}
	if (manifest == NULL ||
	    !digest_parse(&digest, bytes_of_text(manifest))) {
		*out = NULL;
		result = 0;
		goto done;
	}
	if (store_attachment(reader_store(check->reader), digest, &kept, err) ==
		-1 ||
	    model_signing_compare(findings, &check->said, &kept, digest, NULL,
		err) == -1)
		goto done;
	*out = findings;
	findings = NULL;
	result = 0;
done:
	json_free(findings);
	buffer_free(&kept);
	return result;
}

/* Take the differences over, each with the entry that says so. */
static int
take_differences(struct check *check, const struct json *differences,
    struct error *err)
{
	const struct json *one;
	char what[400];

	for (one = json_first(differences); one != NULL; one = json_next(one)) {
		(void)snprintf(what, sizeof what, "in entry %llu: %s",
		    (unsigned long long)check->entry.entry.seq,
		    json_member_text(one, "what"));
		if (find_here(check, json_member_text(one, "path"), what,
			err) == -1)
			return -1;
	}
	return 0;
}

/* A record that was named: the thing it speaks of must be this one. */
static int
compare_record(struct check *check, const struct digest digest[2],
    const struct json *thing, const char *hex, struct error *err)
{
	struct json *differences = NULL;
	char what[200];
	int result = 0;

	check->registered = is_digest(hex, digest);
	if (check->registered)
		return 0;
	if (compare_kept(&differences, check,
		json_member_text(thing, "manifest"), err) == -1)
		return -1;
	if (differences == NULL) {
		(void)snprintf(what, sizeof what,
		    "is another model than that of entry %llu",
		    (unsigned long long)check->entry.entry.seq);
		result = find_here(check, check->folder, what, err);
	} else if (json_count(differences) == 0) {
		check->registered = true;
	} else {
		result = take_differences(check, differences, err);
	}
	json_free(differences);
	return result;
}

static int
check_model(struct check *check, const struct digest digest[2],
    struct error *err)
{
	const struct record *record = &check->entry.record;

	return compare_record(check, digest, record->predicate,
	    digest_hex(record->subject).text, err);
}

static int
check_run(struct check *check, const struct digest digest[2], struct error *err)
{
	const struct json *outputs =
	    json_member(check->entry.record.predicate, "outputs");
	const struct json *output;
	char what[200];

	for (output = json_first(outputs); output != NULL;
	     output = json_next(output)) {
		check->registered =
		    is_digest(json_member_text(output, "digest"), digest);
		if (check->registered)
			return 0;
	}
	/* Of a single one, what is different can be said. */
	if (json_count(outputs) == 1)
		return compare_record(check, digest, json_first(outputs),
		    json_member_text(json_first(outputs), "digest"), err);
	(void)snprintf(what, sizeof what,
	    "is no output of the run of entry %llu",
	    (unsigned long long)check->entry.entry.seq);
	return find_here(check, check->folder, what, err);
}

/* Read the entry of a kind that was named. */
static int
read_named(struct check *check, const char *kind, const char *what,
    struct error *err)
{
	uint64_t seq;

	if (reader_find_of(check->reader, kind, what, &seq, err) == -1 ||
	    reader_read(check->reader, seq, &check->entry, err) == -1)
		return -1;
	if (strcmp(check->entry.record.kind->name, kind) != 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "'%.100s' is a %s, not a %s", what,
		    check->entry.record.kind->name, kind);
	return 0;
}

static int
check_ledger(struct check *check, struct error *err)
{
	struct digest digest[2] = { check->artefact.digest };

	if (check->reader == NULL)
		return 0;
	if (signed_digest(&digest[1], check, err) == -1)
		return -1;
	if (check->options->model != NULL)
		return read_named(check, "model", check->options->model, err) ==
			-1
		    ? -1
		    : check_model(check, digest, err);
	if (check->options->run != NULL)
		return read_named(check, "run", check->options->run, err) == -1
		    ? -1
		    : check_run(check, digest, err);
	return look_up(check, digest, err);
}

/* ---- what is said ---- */

static void
say_json(const struct check *check)
{
	struct buffer out = buffer_new(SIZE_MAX / 2), title = buffer_new(4096);
	const char *comma = "";

	buffer_printf(&out, "{\"ok\":%s,\"signer\":",
	    json_count(check->findings) == 0 ? "true" : "false");
	json_write_text(&out, buffer_bytes(&check->signer));
	buffer_text(&out, ",\"model\":");
	json_write_text(&out, bytes_of_text(check->said.name));
	buffer_printf(&out,
	    ",\"files\":%zu,\"findings\":", check->said.file_count);
	json_write(&out, check->findings);
	buffer_text(&out, ",\"ignored\":[");
	for (size_t i = 0; i < check->said.ignored_count; i++) {
		if (check->said.passed[i] == 0)
			continue;
		buffer_printf(&out, "%s{\"path\":", comma);
		json_write_text(&out, bytes_of_text(check->said.ignored[i]));
		buffer_printf(&out, ",\"files\":%zu}", check->said.passed[i]);
		comma = ",";
	}
	buffer_text(&out, "],\"ledger\":");
	if (check->reader == NULL) {
		buffer_text(&out, "null");
	} else if (!check->registered) {
		buffer_text(&out, "{\"registered\":false}");
	} else {
		record_title(&title, &check->entry.record);
		buffer_printf(&out,
		    "{\"registered\":true,\"entry\":%llu,\"leaf\":\"%s\","
		    "\"title\":",
		    (unsigned long long)check->entry.entry.seq,
		    digest_hex(check->entry.leaf).text);
		json_write_text(&out, buffer_bytes(&title));
		buffer_byte(&out, '}');
	}
	printf("%s}\n", buffer_string(&out));
	buffer_free(&title);
	buffer_free(&out);
}

static void
say_findings(struct terminal *terminal, const struct json *findings)
{
	const struct json *one;

	for (one = json_first(findings); one != NULL; one = json_next(one)) {
		terminal_say(terminal, STYLE_BAD, "%s ",
		    terminal->unicode ? "✗" : "x");
		terminal_show(terminal, STYLE_STRONG,
		    bytes_of_text(json_member_text(one, "path")));
		fputc(' ', terminal->out);
		terminal_show(terminal, STYLE_PLAIN,
		    bytes_of_text(json_member_text(one, "what")));
		fputc('\n', terminal->out);
	}
}

static void
say_ignored(struct terminal *terminal, const struct model_signing *said)
{
	const char *before = "  passed over, as nobody signed it: ";

	for (size_t i = 0; i < said->ignored_count; i++) {
		if (said->passed[i] == 0)
			continue;
		fputs(before, terminal->out);
		terminal_show(terminal, STYLE_NAME,
		    bytes_of_text(said->ignored[i]));
		if (said->passed[i] > 1)
			fprintf(terminal->out, " (%s files)",
			    number_grouped(said->passed[i]).text);
		before = ", ";
	}
	if (before[0] == ',')
		fputc('\n', terminal->out);
}

static void
say_ledger(struct terminal *terminal, const struct check *check)
{
	struct buffer title = buffer_new(4096);

	if (check->reader == NULL) {
		fputs("  no ledger is at hand to compare it with\n",
		    terminal->out);
	} else if (check->registered) {
		record_title(&title, &check->entry.record);
		fprintf(terminal->out, "  the ledger has it as entry %llu: ",
		    (unsigned long long)check->entry.entry.seq);
		terminal_show(terminal, STYLE_NAME, buffer_bytes(&title));
		fputc('\n', terminal->out);
	} else if (check->options->model == NULL &&
	    check->options->run == NULL) {
		fputs("  the ledger does not know it: no model and no run's "
		      "output is this\n",
		    terminal->out);
	}
	buffer_free(&title);
}

static void
say(const struct check *check)
{
	size_t findings = json_count(check->findings);
	struct terminal terminal;

	if (check->context->json) {
		say_json(check);
		return;
	}
	if (check->context->quiet && findings == 0)
		return;
	terminal_begin(&terminal, check->context, true);
	say_findings(&terminal, check->findings);
	if (findings == 0)
		terminal_say(&terminal, STYLE_GOOD, "%s ",
		    terminal.unicode ? "✓" : "ok");
	fprintf(terminal.out, "%ssigned by ", findings == 0 ? "" : "  ");
	terminal_show(&terminal, STYLE_NAME, buffer_bytes(&check->signer));
	if (findings == 0)
		fprintf(terminal.out, "; all %s file%s as signed\n",
		    number_grouped(check->said.file_count).text,
		    check->said.file_count == 1 ? " is" : "s are");
	else
		fputc('\n', terminal.out);
	say_ignored(&terminal, &check->said);
	say_ledger(&terminal, check);
	terminal_end(&terminal);
}

/* ---- the command ---- */

static int
expect_options(const struct check_options *options, struct error *err)
{
	if (options->key != NULL && options->roots != NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "give --key for a bare key's signature, --roots for a "
		    "certificate's",
		    "--key and --roots do not go together");
	if (options->revoked != NULL && options->roots == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch check-oms -h'", "--revoked goes with --roots");
	if (options->key != NULL &&
	    (options->identity != NULL || options->at != NULL))
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch check-oms -h'",
		    "--identity and --at go with certificates");
	if (options->run != NULL && options->model != NULL)
		return error_set(err, ERROR_UNDECIDED, "give one of them",
		    "--run and --model do not go together");
	return 0;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct check check = {
		.context = context,
		.options = given,
		.path = operands.item[0],
		.folder = operands.item[1],
		.bundle = sigstore_bundle_new(),
		.signer = buffer_new(LIMIT_SUBJECT),
		.store = buffer_new(LIMIT_ENTRY),
		.entry = reader_entry_new(),
	};
	int result = -1;

	if (expect_options(check.options, err) == 0 &&
	    find_ledger(&check, err) == 0 &&
	    check_signature(&check, err) == 0 &&
	    check_files(&check, err) == 0 && check_ledger(&check, err) == 0) {
		say(&check);
		context->verdict = json_count(check.findings) > 0;
		result = 0;
	}
	check_free(&check);
	return result;
}

static const char *const examples[] = {
	"vouch check-oms model.sig model.json --key signer.pem",
	"vouch check-oms model.sig model.json --key signer.pem --model credit",
	NULL,
};

const struct command cmd_check_oms = {
	.name = "check-oms",
	.group = "Hand over",
	.summary = "check a model's OpenSSF signature against its files",
	.operands = "BUNDLE DIR",
	.least = 2,
	.most = 2,
	.options = rows,
	.options_size = sizeof(struct check_options),
	.reads = true,
	.machine = true,
	.run = run,
	.description =
	    "BUNDLE is what `model_signing sign key' or `sign certificate' "
	    "(OpenSSF Model Signing 1.0) wrote, often model.sig; DIR the "
	    "model's folder, or its file. The signature is checked with the "
	    "public key given, or with the certificate in the bundle, which "
	    "must be for signing and lead to one of the roots given, or, where "
	    "neither is given, to one that the ledger trusts (`vouch trust'); "
	    "then "
	    "every file: one that was changed, added, removed or renamed, and "
	    "a link where none is allowed, is told in a line.\n\n"
	    "Where a ledger is at hand it says which entry registered this "
	    "folder as a model or as the output of a run. With --model or "
	    "--run it must be that one; what differs is told by file.\n\n"
	    "Exit status 0: all agrees; 1: something does not, and what; 2: "
	    "it cannot be decided: the bundle is malformed, or rests on what "
	    "is not checked here (a transparency log, files hashed in shards "
	    "or with BLAKE).",
	.examples = examples,
};
