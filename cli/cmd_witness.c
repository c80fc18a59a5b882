#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/exchange_file.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/trust_file.h"
#include "cli/witness_key.h"
#include "ledger/witness_exchange.h"
#include "ledger/witness_folder.h"

#define PATH_LIMIT 8192

/* witness key. */

struct key_options {
	const char *name;
};

static const struct option key_rows[] = {
	{ "name", 0, OPTION_TEXT, offsetof(struct key_options, name), "NAME",
	    "the witness's name (the key's)", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_key(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct key_options *options = given;
	struct buffer vkey = buffer_new(1024);
	struct note_key key;

	(void)operands;
	if (witness_key(&key, NULL, context, options->name, err) == -1)
		return -1;
	note_key_write(&vkey, &key);
	printf("%s\n", buffer_string(&vkey));
	buffer_free(&vkey);
	return 0;
}

static const char *const key_examples[] = {
	"vouch witness key --key alice",
	NULL,
};

const struct command cmd_witness_key = {
	.name = "key",
	.parent = "witness",
	.group = "Witnesses and timestamps",
	.summary = "print the verifier key of a witness, which is you",
	.options = key_rows,
	.options_size = sizeof(struct key_options),
	.run = run_key,
	.description =
	    "Who keeps a ledger gives it to `vouch witness add', an auditor "
	    "to `vouch verify --witness'. Have a key for this alone: `vouch "
	    "key new NAME'.",
	.examples = key_examples,
};

/* witness cosign. */

struct cosign_options {
	struct option_list logs;
	const char *policy;
	const char *name;
	const char *state;
	const char *output;
};

static const struct option cosign_rows[] = {
	{ "log", 0, OPTION_LIST, offsetof(struct cosign_options, logs), "VKEY",
	    "the verifier key of a ledger that you are a witness of; may be "
	    "given several times",
	    NULL, false },
	{ "policy", 0, OPTION_TEXT, offsetof(struct cosign_options, policy),
	    "FILE", "take the logs from a policy (c2sp.org/tlog-policy)", NULL,
	    false },
	{ "name", 0, OPTION_TEXT, offsetof(struct cosign_options, name), "NAME",
	    "the witness's name (the key's)", NULL, false },
	{ "state", 0, OPTION_TEXT, offsetof(struct cosign_options, state),
	    "DIR",
	    "where to remember what was cosigned (witness in your own folder)",
	    NULL, false },
	{ "output", 'o', OPTION_TEXT, offsetof(struct cosign_options, output),
	    "FILE", "write the cosignature to FILE", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* A witness at work. */
struct cosigning {
	struct context *context;
	struct terminal terminal;
	struct witness witness;
	struct signer *signer;
	struct note_key *logs;
	struct trust_file file;
	struct buffer state;
	struct witness_answer answer;
	bool answered; /* Of a folder: something was. */
};

static int
take_logs(struct cosigning *cosigning, const struct cosign_options *options,
    struct error *err)
{
	size_t given = options->logs.count, more = 0;

	if (options->policy != NULL) {
		if (trust_file_read(&cosigning->file, options->policy, err) ==
		    -1)
			return -1;
		more = cosigning->file.policy->log_count;
	}
	if (given + more == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "give --log VKEY, or --policy with a log line",
		    "a witness must be told whose ledgers it knows");
	cosigning->logs = memory_new(given + more, sizeof *cosigning->logs);
	if (cosigning->logs == NULL)
		return error_memory(err);
	for (size_t i = 0; i < given; i++) {
		if (note_key_parse(&cosigning->logs[i],
			bytes_of_text(options->logs.item[i]), err) == -1)
			return error_within(err, "--log");
		if (cosigning->logs[i].algorithm != NOTE_ED25519)
			return error_set(err, ERROR_UNDECIDED,
			    "give the key of the ledger itself",
			    "--log is a witness's key");
	}
	if (more > 0)
		memcpy(cosigning->logs + given, cosigning->file.policy->log,
		    more * sizeof *cosigning->logs);
	cosigning->witness.logs = cosigning->logs;
	cosigning->witness.log_count = given + more;
	return 0;
}

static int
take_state(struct cosigning *cosigning, const char *given, struct error *err)
{
	struct buffer home = buffer_new(PATH_LIMIT);
	int result = -1;

	if (given != NULL) {
		buffer_text(&cosigning->state, given);
		result = buffer_check(&cosigning->state, "path", err);
	} else if (session_home(&home, err) == 0) {
		result = file_join(&cosigning->state, buffer_string(&home),
		    "witness", err);
	}
	buffer_free(&home);
	cosigning->witness.folder = buffer_string(&cosigning->state);
	return result;
}

static int
begin(struct cosigning *cosigning, const struct cosign_options *options,
    struct error *err)
{
	if (take_logs(cosigning, options, err) == -1 ||
	    take_state(cosigning, options->state, err) == -1 ||
	    witness_key(&cosigning->witness.key, &cosigning->signer,
		cosigning->context, options->name, err) == -1)
		return -1;
	cosigning->witness.signer = cosigning->signer;
	return 0;
}

static void
end(struct cosigning *cosigning)
{
	signer_free(cosigning->signer);
	memory_free(cosigning->logs);
	trust_file_free(&cosigning->file);
	buffer_free(&cosigning->state);
	witness_answer_free(&cosigning->answer);
}

static int
answer(struct cosigning *cosigning, struct bytes request, struct error *err)
{
	return witness_answer(&cosigning->answer, &cosigning->witness, request,
	    (uint64_t)clock_now_ms() / 1000, err);
}

/* What `vouch prove --consistency' wrote is a request and the older
 * checkpoint: the request alone. */
static struct bytes
request_of(struct bytes text)
{
	struct tlog_extension extension;
	struct error ignored;

	if (tlog_extension_parse(&extension, text, &ignored) == -1)
		return text;
	return bytes_of(text.data,
	    (size_t)(extension.note.data - text.data) + extension.note.len);
}

/* A conflict of sizes only says from where to prove. */
static bool
is_misbehaviour(const struct witness_answer *answer)
{
	return answer->status == WITNESS_NOT_PROVED ||
	    (answer->status == WITNESS_CONFLICT &&
		answer->old_size == answer->state.size);
}

static void
put_answer(struct buffer *out, const struct witness_answer *answer)
{
	buffer_printf(out, "\"status\":%u", (unsigned)answer->status);
	if (answer->asked.origin[0] != '\0') {
		buffer_text(out, ",\"origin\":");
		json_write_text(out, bytes_of_text(answer->asked.origin));
		buffer_printf(out, ",\"size\":%llu,\"known\":%llu",
		    (unsigned long long)answer->asked.size,
		    (unsigned long long)answer->state.size);
	}
	buffer_text(out,
	    answer->status == WITNESS_COSIGN ? ",\"cosignature\":"
					     : ",\"because\":");
	json_write_text(out,
	    answer->status == WITNESS_COSIGN
		? buffer_bytes(&answer->body)
		: bytes_of_text(answer->reason.what));
	buffer_text(out, "}\n");
}

static void
say_json(const struct witness_answer *answer, const char *file)
{
	struct buffer out = buffer_new((size_t)1 << 20);

	buffer_text(&out, "{");
	if (file != NULL) {
		buffer_text(&out, "\"file\":");
		json_write_text(&out, bytes_of_text(file));
		buffer_text(&out, ",");
	}
	put_answer(&out, answer);
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

/* One request: the cosignature, or a refusal as the command's error. */
static int
cosign_one(struct cosigning *cosigning, const char *path, const char *output,
    struct error *err)
{
	const struct witness_answer *given = &cosigning->answer;
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	int result = -1;

	if (file_read(&text, path, err) == -1 ||
	    answer(cosigning, request_of(buffer_bytes(&text)), err) == -1)
		goto done;
	if (cosigning->context->json)
		say_json(given, NULL);
	if (given->status != WITNESS_COSIGN) {
		*err = given->reason;
		error_within(err, "%s", path);
		goto done;
	}
	result = 0;
	if (output != NULL)
		result =
		    file_write(output, buffer_bytes(&given->body), 0644, err);
	else if (!cosigning->context->json)
		fputs(buffer_string(&given->body), stdout);
done:
	buffer_free(&text);
	return result;
}

static void
say_answer(struct cosigning *cosigning, const char *file)
{
	const struct witness_answer *given = &cosigning->answer;
	struct terminal *terminal = &cosigning->terminal;
	bool good = given->status == WITNESS_COSIGN;

	if (!good && given->status != WITNESS_CONFLICT)
		cosigning->context->verdict = ERROR_NO;
	if (is_misbehaviour(given))
		cosigning->context->verdict = ERROR_NO;
	if (cosigning->context->json) {
		say_json(given, file);
		return;
	}
	if (cosigning->context->quiet && good)
		return;
	terminal_say(terminal, good ? STYLE_GOOD : STYLE_BAD, "%s ",
	    !terminal->unicode ? (good ? "ok" : "x")
		: good         ? "✓"
			       : "✗");
	terminal_show(terminal, STYLE_NAME,
	    bytes_of_text(given->asked.origin[0] == '\0'
		    ? file
		    : given->asked.origin));
	if (good) {
		fprintf(terminal->out, ": cosigned %s entries\n",
		    number_grouped(given->asked.size).text);
		return;
	}
	fputs(": ", terminal->out);
	terminal_show(terminal, STYLE_PLAIN, bytes_of_text(given->reason.what));
	fputc('\n', terminal->out);
}

/* Whether this very request was cosigned already. */
static bool
is_answered(const char *path, struct digest request)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct exchange_answer answer;
	struct error ignored;
	bool answered = file_read_regular(&text, path, &ignored) == 0 &&
	    exchange_answer_parse(&answer, buffer_bytes(&text), &ignored) ==
		0 &&
	    answer.status == WITNESS_COSIGN &&
	    digest_equal(answer.request, request);

	buffer_free(&text);
	return answered;
}

static int
leave_answer(const struct cosigning *cosigning, const char *path,
    struct digest request, struct error *err)
{
	const struct witness_answer *given = &cosigning->answer;
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	const struct exchange_answer left = {
		.request = request,
		.size = given->asked.size,
		.status = (unsigned)given->status,
		.body = buffer_bytes(&given->body),
	};
	int result;

	exchange_answer_write(&text, &left);
	result = buffer_check(&text, "answer", err);
	if (result == 0)
		result = exchange_file_write(path, buffer_bytes(&text), err);
	buffer_free(&text);
	return result;
}

/* One file of the folder. */
static int
cosign_file(struct cosigning *cosigning, const char *folder, const char *stem,
    struct error *err)
{
	struct buffer request = buffer_new(PATH_LIMIT);
	struct buffer place = buffer_new(PATH_LIMIT);
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct digest digest;
	int result = -1;

	if (exchange_file_place(&request, folder, stem, EXCHANGE_REQUEST,
		err) == -1 ||
	    exchange_file_place(&place, folder, stem, EXCHANGE_ANSWER, err) ==
		-1)
		goto done;
	result = 0;
	/* It may be gone by now: then there is nothing to be answered. */
	if (!file_exists(buffer_string(&request)))
		goto done;
	result = file_read_regular(&text, buffer_string(&request), err);
	if (result == -1)
		goto done;
	digest = digest_of(buffer_bytes(&text));
	if (is_answered(buffer_string(&place), digest))
		goto done;
	cosigning->answered = true;
	result = answer(cosigning, buffer_bytes(&text), err);
	if (result == 0)
		result =
		    leave_answer(cosigning, buffer_string(&place), digest, err);
	if (result == 0)
		say_answer(cosigning, buffer_string(&request));
done:
	buffer_free(&request);
	buffer_free(&place);
	buffer_free(&text);
	return result;
}

/* What cannot be read is no reason not to answer the others. */
static int
cosign_or_say(struct cosigning *cosigning, const char *folder, const char *stem,
    struct error *err)
{
	if (cosign_file(cosigning, folder, stem, err) == 0)
		return 0;
	cosigning->answered = true;
	if (err->class != ERROR_UNDECIDED)
		return -1;
	cosigning->context->verdict = ERROR_NO;
	fputs("x ", stderr);
	fprintf(stderr, "%s%s%s\n", err->where, err->where[0] == 0 ? "" : ": ",
	    err->what);
	return 0;
}

/* A folder for which there was nothing to do may be the wrong one. */
static void
say_nothing(const struct cosigning *cosigning, const char *folder,
    size_t requests)
{
	if (cosigning->context->quiet || cosigning->context->json)
		return;
	if (requests == 0)
		fprintf(stderr, "vouch: there is no request to %s in %s\n",
		    cosigning->witness.key.name, folder);
	else
		fprintf(stderr,
		    "vouch: nothing to cosign: %s has been answered\n",
		    requests == 1 ? "the request" : "every request");
}

/* Every request to this witness, in the order of their names. */
static int
cosign_folder(struct cosigning *cosigning, const char *folder,
    struct error *err)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort);
	size_t requests = 0;
	int result = 0;

	if (count == -1)
		return error_errno(err, "cannot read the folder %s", folder);
	terminal_begin(&cosigning->terminal, cosigning->context, false);
	for (int i = 0; i < count; i++) {
		struct exchange_stem stem;

		if (result == 0 &&
		    exchange_is_request(&stem, entries[i]->d_name,
			&cosigning->witness.key)) {
			requests++;
			result =
			    cosign_or_say(cosigning, folder, stem.text, err);
		}
		free(entries[i]);
	}
	free(entries);
	terminal_end(&cosigning->terminal);
	if (result == 0 && !cosigning->answered)
		say_nothing(cosigning, folder, requests);
	return result;
}

static int
run_cosign(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct cosign_options *options = given;
	struct cosigning cosigning = {
		.context = context,
		.file = trust_file_new(),
		.state = buffer_new(PATH_LIMIT),
		.answer = witness_answer_new(),
	};
	const char *what = operands.item[0];
	bool folder = file_is_folder(what);
	int result = -1;

	if (folder && options->output != NULL)
		error_set(err, ERROR_UNDECIDED, "leave it out",
		    "answers to a folder are left in it, not in -o FILE");
	else if (begin(&cosigning, options, err) == 0)
		result = folder
		    ? cosign_folder(&cosigning, what, err)
		    : cosign_one(&cosigning, what, options->output, err);
	end(&cosigning);
	return result;
}

static const char *const cosign_examples[] = {
	"vouch witness request --folder exchange",
	"vouch witness cosign exchange --key alice --log "
	"\"$(vouch status --json | jq -r .vkey)\"",
	NULL,
};

const struct command cmd_witness_cosign = {
	.name = "cosign",
	.parent = "witness",
	.group = "Witnesses and timestamps",
	.summary = "as a witness, cosign what extends what you saw before",
	.operands = "REQUEST | FOLDER",
	.least = 1,
	.most = 1,
	.options = cosign_rows,
	.options_size = sizeof(struct cosign_options),
	.machine = true,
	.run = run_cosign,
	.description =
	    "A witness remembers, of each ledger, the last checkpoint that it "
	    "cosigned, and cosigns only what is proved to extend it. So who "
	    "rewrites a ledger gets no more cosignatures, and who shows two "
	    "histories to two people has one of them cosigned at most. No "
	    "ledger is needed, and nothing is read of what it records.\n\n"
	    "REQUEST is the body of an add-checkpoint request "
	    "(c2sp.org/tlog-witness), or what `vouch prove --consistency' "
	    "writes; the cosignature (c2sp.org/tlog-cosignature) is printed. "
	    "Of a FOLDER, every request to this witness is answered in a file "
	    "beside it, those that were cosigned already not again: it may be "
	    "run as often as you like.\n\n"
	    "What was seen is kept, on disk before a cosignature leaves, in "
	    "the folder witness beside your keys, or in --state DIR. Never "
	    "put it back from a copy: a witness that forgets cosigns "
	    "twice.\n\n"
	    "Exit status 0: cosigned, or, of a FOLDER, answered with the size "
	    "from which it is to be proved (409); 1: refused, and why; 2: no "
	    "request; 3: "
	    "what was seen cannot be read or kept, and nothing was cosigned.",
	.examples = cosign_examples,
};
