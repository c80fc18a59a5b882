#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/exchange_file.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "ledger/cosignatures.h"
#include "ledger/merkle.h"
#include "ledger/tlog_proof.h"
#include "ledger/trust_book.h"
#include "ledger/witness.h"
#include "ledger/witness_exchange.h"

#define PATH_LIMIT 8192

struct request_options {
	const char *folder;
	bool again;
};

static const struct option request_rows[] = {
	{ "folder", 0, OPTION_TEXT, offsetof(struct request_options, folder),
	    "DIR", "the folder in which requests and answers are exchanged",
	    NULL, true },
	{ "again", 0, OPTION_FLAG, offsetof(struct request_options, again),
	    NULL,
	    "ask those, too, that have cosigned the newest checkpoint: that "
	    "nothing came since is worth a new date",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* What became of one witness's part. */
enum outcome {
	COSIGNED, /* The newest checkpoint, now or before. */
	ASKED, /* A request is waiting. */
	REFUSED, /* It said no to the request that is there. */
	REWRITTEN, /* It has seen what this ledger does not have. */
	NO_COSIGNATURE, /* Its answer is none. */
};

struct asking {
	const struct request_options *options;
	struct context *context;
	struct terminal terminal;
	struct reader *reader;
	struct store *store; /* For writing. */
	uint64_t size; /* Of the newest checkpoint. */
	/* Of the witness in hand. */
	const struct tlog_node *node;
	struct buffer request_path, answer_path;
	struct buffer answer_text;
	struct exchange_answer answer;
	bool has_answer;
	bool is_new; /* Whether a cosignature was taken just now. */
	uint64_t cosigned; /* The newest checkpoint with its cosignature, */
	uint64_t time_s; /* and the time of that. */
	uint64_t known; /* The size that it has seen, as far as we know. */
	enum outcome outcome;
	struct error reason;
};

/* Put a cosignature that arrived into the checkpoint that it is of. */
static int
take_cosignature(struct asking *asking, struct error *err)
{
	struct error finding;
	bool changed = false;

	if (asking->answer.size > asking->size) {
		asking->outcome = REWRITTEN;
		error_set(&asking->reason, ERROR_NO, NULL,
		    "it has cosigned %llu entries, this ledger has %llu: the "
		    "ledger was rolled back",
		    (unsigned long long)asking->answer.size,
		    (unsigned long long)asking->size);
		return 0;
	}
	if (store_begin_write(asking->store, err) == -1)
		return -1;
	if (cosignatures_put(asking->store, asking->answer.size,
		asking->answer.body, &asking->node->key, &changed,
		&finding) == 0)
		return store_commit(asking->store, err);
	store_end(asking->store);
	if (finding.class == ERROR_SYSTEM) {
		*err = finding;
		return -1;
	}
	asking->outcome = NO_COSIGNATURE;
	asking->reason = finding;
	return 0;
}

static int
read_answer(struct asking *asking, struct error *err)
{
	asking->has_answer = false;
	buffer_clear(&asking->answer_text);
	if (!file_exists(buffer_string(&asking->answer_path)))
		return 0;
	if (file_read_regular(&asking->answer_text,
		buffer_string(&asking->answer_path), &asking->reason) == -1 ||
	    exchange_answer_parse(&asking->answer,
		buffer_bytes(&asking->answer_text), &asking->reason) == -1) {
		error_within(&asking->reason, "%s",
		    buffer_string(&asking->answer_path));
		asking->outcome = NO_COSIGNATURE;
		return 0;
	}
	asking->has_answer = true;
	if (asking->answer.status != WITNESS_COSIGN)
		return 0;
	return take_cosignature(asking, err);
}

/* The newest checkpoint that it has cosigned, by what the ledger keeps. */
static int
find_known(struct asking *asking, struct error *err)
{
	struct bytes note;
	uint64_t size, when;
	bool more = true;

	asking->cosigned = 0;
	asking->time_s = 0;
	if (store_begin_read(asking->store, err) == -1)
		return -1;
	if (cosignatures_scan(asking->store, err) == -1)
		goto failed;
	for (;;) {
		struct error ignored;
		struct note parts;
		size_t verified = 0;

		if (cosignatures_scan_next(asking->store, &size, &note, &more,
			err) == -1)
			goto failed;
		if (!more)
			break;
		if (size > asking->size ||
		    note_parse(&parts, note, &ignored) == -1 ||
		    note_verify(&verified, &parts, &asking->node->key, &when,
			&ignored) == -1 ||
		    verified == 0)
			continue;
		asking->cosigned = size;
		asking->time_s = when;
	}
	asking->known = asking->cosigned;
	store_end(asking->store);
	return 0;
failed:
	store_end(asking->store);
	return -1;
}

/* What is asked: from the size that it knows to the newest checkpoint, whose
 * note has by now what other witnesses said. */
static int
compose_request(struct buffer *out, struct asking *asking, struct error *err)
{
	struct tile_source tiles = store_tiles(reader_store(asking->reader));
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct tlog_request request = { .old_size = asking->known };
	uint64_t found = 0;
	int result = -1;

	if (store_checkpoint(asking->store, asking->size, &found, &note, err) ==
	    -1)
		goto done;
	request.note = buffer_bytes(&note);
	if (asking->known > 0 &&
	    merkle_consistency(&request.path, asking->known, asking->size,
		&tiles, err) == -1)
		goto done;
	tlog_request_write(out, &request);
	result = buffer_check(out, "request", err);
done:
	buffer_free(&note);
	return result;
}

/* A conflict is a matter of sizes, unless the sizes agree. */
static void
take_conflict(struct asking *asking, const struct tlog_request *current)
{
	uint64_t size;

	if (!exchange_size(&size, asking->answer.body)) {
		asking->outcome = NO_COSIGNATURE;
		error_set(&asking->reason, ERROR_NO, NULL,
		    "its answer names no size");
	} else if (size > asking->size) {
		asking->outcome = REWRITTEN;
		error_set(&asking->reason, ERROR_NO, NULL,
		    "it has seen %llu entries, this ledger has %llu: the "
		    "ledger was rolled back",
		    (unsigned long long)size, (unsigned long long)asking->size);
	} else if (current != NULL && size == current->old_size) {
		asking->outcome = REWRITTEN;
		error_set(&asking->reason, ERROR_NO, NULL,
		    "it has seen another history of the first %llu entries",
		    (unsigned long long)size);
	} else if (size > asking->known) {
		asking->known = size;
	}
}

/* What an answer without cosignature means for the request that is there. */
static void
take_refusal(struct asking *asking, struct bytes request)
{
	bool is_current =
	    digest_equal(asking->answer.request, digest_of(request));
	struct bytes body = asking->answer.body;
	bool rewritten = asking->answer.status == WITNESS_NOT_PROVED;
	struct tlog_request current;
	struct error ignored;

	if (asking->answer.status == WITNESS_CONFLICT) {
		is_current = is_current &&
		    tlog_request_parse(&current, request, &ignored) == 0;
		take_conflict(asking, is_current ? &current : NULL);
		return;
	}
	if (!is_current)
		return;
	while (body.len > 0 && body.data[body.len - 1] == '\n')
		body.len--;
	asking->outcome = rewritten ? REWRITTEN : REFUSED;
	error_set(&asking->reason, ERROR_NO, NULL, "%s, it says %u: %.*s",
	    rewritten ? "it has seen another history" : "it refuses",
	    asking->answer.status, (int)(body.len > 300 ? 300 : body.len),
	    body.len == 0 ? "" : (const char *)body.data);
}

/* Leave the request that is wanted now, or none. */
static int
leave_request(struct asking *asking, struct error *err)
{
	const char *path = buffer_string(&asking->request_path);
	struct buffer there = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer wanted = buffer_new(LIMIT_TLOG_PROOF);
	struct error ignored;
	int result = 0;

	if (file_read_regular(&there, path, &ignored) == 0 &&
	    asking->has_answer && asking->answer.status != WITNESS_COSIGN)
		take_refusal(asking, buffer_bytes(&there));
	if (asking->outcome == REWRITTEN)
		goto done;
	if (asking->cosigned == asking->size &&
	    (!asking->options->again || asking->is_new)) {
		if (asking->outcome == ASKED)
			asking->outcome = COSIGNED;
		if (there.len > 0 && unlink(path) == -1)
			result = error_errno(err, "cannot remove %s", path);
		goto done;
	}
	result = compose_request(&wanted, asking, err);
	if (result == 0)
		result = exchange_file_write(path, buffer_bytes(&wanted), err);
done:
	buffer_free(&there);
	buffer_free(&wanted);
	return result;
}

static void
say_json(const struct asking *asking)
{
	static const char *const words[] = { "cosigned", "asked", "refused",
		"rewritten", "no cosignature" };
	struct buffer out = buffer_new((size_t)1 << 20);

	buffer_text(&out, "{\"witness\":");
	json_write_text(&out, asking->node->name);
	buffer_printf(&out, ",\"outcome\":\"%s\",\"size\":%llu",
	    words[asking->outcome], (unsigned long long)asking->size);
	if (asking->time_s > 0)
		buffer_printf(&out, ",\"cosigned\":%llu,\"time\":%llu",
		    (unsigned long long)asking->cosigned,
		    (unsigned long long)asking->time_s);
	if (asking->outcome >= REFUSED) {
		buffer_text(&out, ",\"because\":");
		json_write_text(&out, bytes_of_text(asking->reason.what));
	}
	printf("%s}\n", buffer_string(&out));
	buffer_free(&out);
}

static void
say_outcome(struct asking *asking)
{
	struct terminal *terminal = &asking->terminal;
	bool good = asking->outcome < REFUSED;

	if (!good)
		asking->context->verdict = ERROR_NO;
	if (asking->context->json) {
		say_json(asking);
		return;
	}
	if (asking->context->quiet && good)
		return;
	if (good)
		fputs("  ", terminal->out);
	else
		terminal_say(terminal, STYLE_BAD, "%s ",
		    terminal->unicode ? "✗" : "x");
	terminal_show(terminal, STYLE_NAME, asking->node->name);
	if (asking->outcome == COSIGNED)
		fprintf(terminal->out, ": cosigned %s entries at %s\n",
		    number_grouped(asking->size).text,
		    number_time(asking->time_s).text);
	else if (asking->outcome == ASKED)
		fprintf(terminal->out,
		    ": asked to cosign %s entries, having seen %s\n",
		    number_grouped(asking->size).text,
		    number_grouped(asking->known).text);
	else {
		fputs(": ", terminal->out);
		terminal_show(terminal, STYLE_PLAIN,
		    bytes_of_text(asking->reason.what));
		fputc('\n', terminal->out);
	}
}

static int
ask(struct asking *asking, struct error *err)
{
	const char *origin = reader_checkpoint(asking->reader)->origin;
	struct exchange_stem stem =
	    exchange_stem_of(origin, &asking->node->key);
	uint64_t before_s;

	asking->outcome = ASKED;
	if (exchange_file_place(&asking->request_path, asking->options->folder,
		stem.text, EXCHANGE_REQUEST, err) == -1 ||
	    exchange_file_place(&asking->answer_path, asking->options->folder,
		stem.text, EXCHANGE_ANSWER, err) == -1 ||
	    find_known(asking, err) == -1)
		return -1;
	before_s = asking->time_s;
	if (read_answer(asking, err) == -1 || find_known(asking, err) == -1)
		return -1;
	asking->is_new = asking->time_s > before_s;
	if (leave_request(asking, err) == -1)
		return -1;
	say_outcome(asking);
	return 0;
}

static int
ask_all(struct asking *asking, struct trust_book *book, struct error *err)
{
	const struct tlog_policy *policy =
	    trust_book_at(book, reader_full_size(asking->reader));
	size_t asked = 0;

	for (size_t i = 0; i < policy->node_count; i++) {
		if (policy->node[i].is_group)
			continue;
		asking->node = &policy->node[i];
		if (ask(asking, err) == -1)
			return -1;
		asked++;
	}
	if (asked == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "`vouch witness add VKEY'",
		    "this ledger trusts no witness");
	return 0;
}

static int
run_request(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	struct asking asking = {
		.options = given,
		.context = context,
		.request_path = buffer_new(PATH_LIMIT),
		.answer_path = buffer_new(PATH_LIMIT),
		.answer_text = buffer_new(LIMIT_TLOG_PROOF),
	};
	struct buffer path = buffer_new(PATH_LIMIT);
	struct trust_book *book = NULL;
	int result = -1;

	(void)operands;
	if (session_read(&asking.reader, context, err) == -1 ||
	    trust_book_new(&book,
		authority_trusts(reader_authority(asking.reader)), err) == -1 ||
	    file_make_folders(asking.options->folder, 0755, err) == -1 ||
	    session_store_path(&path, context, err) == -1 ||
	    store_open(&asking.store, buffer_string(&path), STORE_WRITE, err) ==
		-1)
		goto done;
	asking.size = reader_checkpoint(asking.reader)->size;
	terminal_begin(&asking.terminal, context, false);
	result = ask_all(&asking, book, err);
	terminal_end(&asking.terminal);
done:
	store_close(asking.store);
	trust_book_free(book);
	reader_close(asking.reader);
	buffer_free(&asking.request_path);
	buffer_free(&asking.answer_path);
	buffer_free(&asking.answer_text);
	buffer_free(&path);
	return result;
}

static const char *const request_examples[] = {
	"vouch witness add \"$(vouch witness key --key alice --name w1)\"",
	"vouch witness request --folder exchange",
	NULL,
};

const struct command cmd_witness_request = {
	.name = "request",
	.parent = "witness",
	.group = "Witnesses and timestamps",
	.summary =
	    "ask the trusted witnesses to cosign, and take their answers",
	.options = request_rows,
	.options_size = sizeof(struct request_options),
	.machine = true,
	.run = run_request,
	.description =
	    "Takes the answers that are in the folder, verifies each "
	    "cosignature by the witness's key and keeps it in the checkpoint "
	    "that it is of; then leaves a request for each witness that has "
	    "not cosigned the newest checkpoint. Have the folder brought to "
	    "the witnesses by any means, `vouch witness cosign' run there, "
	    "and the folder brought back; run this as often as you like. The "
	    "names of the files are in docs/format.md.\n\n"
	    "Exit status 1: a witness refused, or has seen what this ledger "
	    "does not have.",
	.examples = request_examples,
};
