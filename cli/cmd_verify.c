#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/disclosed.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "ledger/verify.h"
#include "policy/replay.h"

struct verify_command {
	const char *since;
	const char *vkey;
	const char *keep;
	bool without_index;
	bool structure;
	bool replay;
	uint64_t threads;
	uint64_t most;
	struct option_list disclosed;
};

static const struct option options[] = {
	{ "since", 0, OPTION_TEXT, offsetof(struct verify_command, since),
	    "FILE",
	    "a checkpoint you kept: prove that this ledger extends "
	    "it, and verify the signatures of what is new",
	    NULL, false },
	{ "vkey", 0, OPTION_TEXT, offsetof(struct verify_command, vkey), "KEY",
	    "the ledger's verifier key as you know it from elsewhere", NULL,
	    false },
	{ "checkpoint", 0, OPTION_TEXT, offsetof(struct verify_command, keep),
	    "FILE", "keep the verified checkpoint in FILE, for the next visit",
	    NULL, false },
	{ "without-index", 0, OPTION_FLAG,
	    offsetof(struct verify_command, without_index), NULL,
	    "do not compare the index, which is no evidence", NULL, false },
	{ "structure", 0, OPTION_FLAG,
	    offsetof(struct verify_command, structure), NULL,
	    "SQLite's own check of the file and its indexes, too (slower)",
	    NULL, false },
	{ "replay", 0, OPTION_FLAG, offsetof(struct verify_command, replay),
	    NULL, "compute every verdict again from the entries before it",
	    NULL, false },
	{ "disclosed", 0, OPTION_LIST,
	    offsetof(struct verify_command, disclosed), "FILE",
	    "values that were disclosed to you: each must be the one that its "
	    "entry's author signed",
	    NULL, false },
	{ "threads", 0, OPTION_COUNT, offsetof(struct verify_command, threads),
	    "N", "processors to use (all)", NULL, false },
	{ "most", 0, OPTION_COUNT, offsetof(struct verify_command, most), "N",
	    "stop after so many problems (1000)", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

struct telling {
	struct terminal terminal;
	struct progress progress;
	const struct context *context;
	bool first;
};

static void
tell_json(struct telling *telling, const struct verify_problem *problem)
{
	printf("%s{", telling->first ? "" : ",");
	telling->first = false;
	if (problem->seq != VERIFY_NOWHERE)
		printf("\"%s\":%llu,",
		    problem->check == VERIFY_CHECKPOINT ? "size" : "seq",
		    (unsigned long long)problem->seq);
	printf("\"check\":\"%s\",\"what\":", verify_check_name(problem->check));
	print_json_text(problem->what);
	printf("}");
}

static void
tell(void *cookie, const struct verify_problem *problem)
{
	struct telling *telling = cookie;

	if (telling->context->json) {
		tell_json(telling, problem);
		return;
	}
	progress_end(&telling->progress);
	terminal_say(&telling->terminal, STYLE_BAD, "%s ",
	    telling->terminal.unicode ? "✗" : "x");
	if (problem->seq == VERIFY_NOWHERE)
		terminal_say(&telling->terminal, STYLE_STRONG, "ledger");
	else if (problem->check == VERIFY_CHECKPOINT)
		terminal_say(&telling->terminal, STYLE_STRONG,
		    "checkpoint of %llu", (unsigned long long)problem->seq);
	else
		terminal_say(&telling->terminal, STYLE_STRONG, "entry %llu",
		    (unsigned long long)problem->seq);
	terminal_say(&telling->terminal, STYLE_PLAIN,
	    ": %s: ", verify_check_name(problem->check));
	terminal_show(&telling->terminal, STYLE_PLAIN,
	    bytes_of_text(problem->what));
	fputc('\n', telling->terminal.out);
}

static int
show_progress(void *cookie, uint64_t done, uint64_t total)
{
	struct telling *telling = cookie;

	return progress_draw(&telling->progress, done, total);
}

static void
sum_json(const struct verify_result *result)
{
	printf(
	    "],\"entries\":%llu,\"size\":%llu,\"signatures\":%llu,"
	    "\"checkpoints\":%llu,\"attachments\":%llu,\"sealed\":%llu,"
	    "\"erased\":%llu,\"problem_count\":%llu",
	    (unsigned long long)result->entries,
	    (unsigned long long)result->size,
	    (unsigned long long)result->signatures,
	    (unsigned long long)result->checkpoints,
	    (unsigned long long)result->attachments,
	    (unsigned long long)result->sealed,
	    (unsigned long long)result->erased,
	    (unsigned long long)result->problems);
	if (result->has_checkpoint) {
		printf(",\"checkpoint\":{\"origin\":");
		print_json_text(result->checkpoint.origin);
		printf(",\"size\":%llu,\"root\":\"%s\"}",
		    (unsigned long long)result->checkpoint.size,
		    digest_hex(result->checkpoint.root).text);
	}
	printf("}\n");
}

/* The line that a person can quote. */
static void
sum(struct telling *telling, const struct verify_result *result, bool since)
{
	struct terminal *terminal = &telling->terminal;
	bool good = result->problems == 0;
	char root[BASE64_LEN(DIGEST_LEN) + 1];

	terminal_say(terminal, good ? STYLE_GOOD : STYLE_BAD, "%s ",
	    !terminal->unicode ? (good ? "ok" : "x")
		: good         ? "✓"
			       : "✗");
	fprintf(terminal->out, "verified %s %sentries",
	    number_grouped(result->entries).text, since ? "new " : "");
	if (result->has_checkpoint) {
		base64_encode(root, digest_bytes(&result->checkpoint.root));
		fputs(" to checkpoint ", terminal->out);
		terminal_show(terminal, STYLE_NAME,
		    bytes_of_text(result->checkpoint.origin));
		fprintf(terminal->out, " %s %.12s…",
		    number_grouped(result->checkpoint.size).text, root);
	}
	terminal_say(terminal, good ? STYLE_GOOD : STYLE_BAD,
	    ", %s problem%s\n", number_grouped(result->problems).text,
	    result->problems == 1 ? "" : "s");
}

/* The ledger that was verified, read without its index. */
struct verified {
	struct store *store;
	struct buffer note;
	struct note_key key;
	struct checkpoint checkpoint;
};

/* The ledger's own key, as the genesis names it. */
static int
genesis_key(struct note_key *out, struct store *store, struct error *err)
{
	struct reader_entry genesis = reader_entry_new();
	const char *vkey;
	int result = -1;

	if (store_entry(store, 0, &genesis.line, err) == -1 ||
	    entry_parse(&genesis.entry, buffer_bytes(&genesis.line), err) ==
		-1 ||
	    record_parse(&genesis.record,
		buffer_bytes(&genesis.entry.envelope.payload), err) == -1)
		goto done;
	vkey = json_member_text(genesis.record.predicate, "ledger_key");
	result = vkey == NULL
	    ? error_set(err, ERROR_NO, NULL, "the genesis names no key")
	    : note_key_parse(out, bytes_of_text(vkey), err);
done:
	reader_entry_free(&genesis);
	return result;
}

static void
verified_close(struct verified *verified)
{
	store_close(verified->store);
	buffer_free(&verified->note);
}

static int
verified_open(struct verified *out, const char *path, struct error *err)
{
	struct verified made = { .note = buffer_new(LIMIT_NOTE) };
	uint64_t size;

	if (store_open(&made.store, path, STORE_READ, err) == -1 ||
	    store_begin_read(made.store, err) == -1 ||
	    genesis_key(&made.key, made.store, err) == -1 ||
	    store_checkpoint(made.store, UINT64_MAX, &size, &made.note, err) ==
		-1 ||
	    checkpoint_open(&made.checkpoint, buffer_bytes(&made.note),
		&made.key, err) == -1) {
		verified_close(&made);
		return -1;
	}
	*out = made;
	return 0;
}

/* What the person saw before must be a part of what was verified; and what
 * was verified is kept for the next visit. */
static int
remember(const char *path, const char *keep, struct error *err)
{
	struct verified verified;
	int result;

	if (verified_open(&verified, path, err) == -1)
		return -1;
	result = session_remember(path, verified.store, &verified.checkpoint,
	    buffer_bytes(&verified.note), &verified.key, err);
	if (result == 0 && keep != NULL)
		result =
		    file_write(keep, buffer_bytes(&verified.note), 0644, err);
	verified_close(&verified);
	return result;
}

static void
tell_replay(void *cookie, const struct replay_problem *problem)
{
	struct telling *telling = cookie;

	if (telling->context->json) {
		printf("%s{\"seq\":%llu,\"check\":\"verdict\",\"what\":",
		    telling->first ? "" : ",",
		    (unsigned long long)problem->seq);
		telling->first = false;
		print_json_text(problem->what);
		printf("}");
		return;
	}
	progress_end(&telling->progress);
	terminal_say(&telling->terminal, STYLE_BAD, "%s ",
	    telling->terminal.unicode ? "✗" : "x");
	terminal_say(&telling->terminal, STYLE_STRONG, "entry %llu",
	    (unsigned long long)problem->seq);
	fputs(": verdict: ", telling->terminal.out);
	terminal_show(&telling->terminal, STYLE_PLAIN,
	    bytes_of_text(problem->what));
	fputc('\n', telling->terminal.out);
}

static void
tell_lost(void *cookie, const struct replay_lost *lost)
{
	struct telling *telling = cookie;

	if (telling->context->json)
		return;
	progress_end(&telling->progress);
	terminal_say(&telling->terminal, STYLE_WARN,
	    "entry %llu: verdict: it cannot be computed again, for it rests on "
	    "entry %llu, which was erased by entry %llu\n",
	    (unsigned long long)lost->seq, (unsigned long long)lost->entry,
	    (unsigned long long)lost->by);
}

/* The verdicts, once the entries and the index are known to agree. */
static int
replay(struct telling *telling, const struct verify_command *command,
    const char *path, struct verify_result *result, struct error *err)
{
	struct replay_result replayed;
	const struct replay_options how = {
		.max_problems = command->most,
		.cookie = telling,
		.problem = tell_replay,
		.lost = tell_lost,
		.progress = show_progress,
	};

	telling->progress =
	    progress_begin(telling->context, "computing verdicts", false);
	if (replay_verdicts(&replayed, path, &how, err) == -1) {
		progress_end(&telling->progress);
		return -1;
	}
	progress_end(&telling->progress);
	result->problems += replayed.problems;
	if (!telling->context->json && !telling->context->quiet)
		fprintf(telling->terminal.out,
		    "%s verdicts computed again, %s differ\n",
		    number_grouped(replayed.verdicts).text,
		    number_grouped(replayed.problems).text);
	return 0;
}

/* Files of disclosures, against the entries that were just verified. */
static int
check_disclosed(struct telling *telling, const struct verify_command *command,
    const char *path, struct error *err)
{
	for (size_t i = 0; i < command->disclosed.count; i++) {
		const char *file = command->disclosed.item[i];
		struct disclosures list = { .item = NULL };
		struct reader *reader = NULL;
		int result = reader_open(&reader, path, err);

		if (result == 0)
			result = disclosed_take(&list, reader, file, NULL, err);
		if (result == 0 && !telling->context->json &&
		    !telling->context->quiet) {
			terminal_show(&telling->terminal, STYLE_PLAIN,
			    bytes_of_text(file));
			fprintf(telling->terminal.out,
			    ": %zu value%s as signed\n", list.count,
			    list.count == 1 ? "" : "s");
		}
		reader_close(reader);
		disclosures_free(&list);
		if (result == -1)
			return -1;
	}
	return 0;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct verify_command *command = given;
	struct telling telling = { .context = context, .first = true };
	struct buffer path = buffer_new(8192);
	struct buffer since = buffer_new(LIMIT_NOTE);
	struct verify_result result;
	struct verify_options how = {
		.threads = (unsigned)command->threads,
		.max_problems = command->most,
		.without_index = command->without_index,
		.structure = command->structure,
		.vkey = command->vkey,
		.cookie = &telling,
		.problem = tell,
		.progress = show_progress,
	};
	int done = -1;

	if (operands.count == 1)
		context->ledger = operands.item[0];
	if (session_store_path(&path, context, err) == -1)
		goto done;
	if (command->since != NULL) {
		if (file_read(&since, command->since, err) == -1)
			goto done;
		how.since = buffer_bytes(&since);
		if (since.len == 0) {
			error_set(err, ERROR_UNDECIDED,
			    "keep one with `vouch verify --checkpoint FILE'",
			    "%s is empty", command->since);
			goto done;
		}
	}
	telling.progress = progress_begin(context, "verifying", false);
	terminal_begin(&telling.terminal, context, false);
	if (context->json)
		printf("{\"problems\":[");
	if (verify_ledger(&result, buffer_string(&path), &how, err) == -1) {
		progress_end(&telling.progress);
		goto done;
	}
	progress_end(&telling.progress);
	if (command->replay &&
	    replay(&telling, command, buffer_string(&path), &result, err) == -1)
		goto done;
	if (context->json)
		sum_json(&result);
	else if (!context->quiet || result.problems > 0)
		sum(&telling, &result, command->since != NULL);
	if (check_disclosed(&telling, command, buffer_string(&path), err) == -1)
		goto done;
	terminal_end(&telling.terminal);
	if (result.problems > 0)
		context->verdict = ERROR_NO;
	else if (remember(buffer_string(&path), command->keep, err) == -1)
		goto done;
	done = 0;
done:
	buffer_free(&path);
	buffer_free(&since);
	return done;
}

static const char *const examples[] = {
	"vouch verify",
	"vouch verify --checkpoint last-visit.txt",
	"vouch verify --since last-visit.txt",
	NULL,
};

const struct command cmd_verify = {
	.name = "verify",
	.group = "Check",
	.summary = "recompute everything from the entries",
	.operands = "[LEDGER]",
	.most = 1,
	.options = options,
	.options_size = sizeof(struct verify_command),
	.machine = true,
	.run = run,
	.description =
	    "Leaf hashes, chain, tree, every checkpoint's signature, every "
	    "author's signature, every pin of the history an author had seen, "
	    "attachments, authority at that point, validity of each record, "
	    "and the index against the entries. Names each entry at fault, "
	    "and ends in one line to be quoted. Exit status 0: no problem; "
	    "1: some.\n\n"
	    "An auditor who keeps a checkpoint (--checkpoint FILE) needs at "
	    "the next visit only --since FILE: the whole chain and tree are "
	    "recomputed, the first entries are proved to be those of the "
	    "checkpoint, and the signatures of the new ones are verified.\n\n"
	    "--replay computes every verdict again by the policies and the "
	    "evaluator of its time, and names those that differ and the "
	    "records that should have one. One that rests on an entry whose "
	    "body was destroyed is named, and is no problem.\n\n"
	    "Of each sealed field the value that is kept must be the one that "
	    "was signed; what is missing must be named by an erasure, and "
	    "nothing that an erasure names may be there. --disclosed FILE "
	    "does the same for values that you were given.",
	.examples = examples,
};
