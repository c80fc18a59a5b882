#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/disclosed.h"
#include "cli/session.h"
#include "cli/stamps.h"
#include "cli/terminal.h"
#include "cli/trust_file.h"
#include "cli/witnessed_say.h"
#include "ledger/disclosure_file.h"
#include "ledger/static_copy.h"
#include "ledger/verify.h"
#include "policy/replay.h"

struct verify_command {
	const char *from_tiles;
	const char *since;
	const char *vkey;
	const char *key; /* The same by the name that check-proof has. */
	const char *keep;
	const char *timestamp_roots;
	const char *policy;
	struct option_list witnesses;
	bool without_index;
	bool structure;
	bool replay;
	uint64_t threads;
	uint64_t most;
	struct option_list disclosed;
};

static const struct option options[] = {
	{ "from-tiles", 0, OPTION_TEXT,
	    offsetof(struct verify_command, from_tiles), "DIR",
	    "the published copy in DIR, and not a ledger", NULL, false },
	{ "since", 0, OPTION_TEXT, offsetof(struct verify_command, since),
	    "FILE",
	    "a checkpoint you kept: prove that this ledger extends "
	    "it, and verify the signatures of what is new",
	    NULL, false },
	{ "vkey", 0, OPTION_TEXT, offsetof(struct verify_command, vkey), "KEY",
	    "the ledger's verifier key as you know it from elsewhere", NULL,
	    false },
	{ "key", 0, OPTION_TEXT, offsetof(struct verify_command, key), "VKEY",
	    "the same as --vkey", NULL, false },
	{ "checkpoint", 0, OPTION_TEXT, offsetof(struct verify_command, keep),
	    "FILE", "keep the verified checkpoint in FILE, for the next visit",
	    NULL, false },
	{ "timestamp-roots", 0, OPTION_TEXT,
	    offsetof(struct verify_command, timestamp_roots), "FILE",
	    "root certificates of timestamp authorities you trust, instead of "
	    "those that the ledger trusts: PEM or DER",
	    NULL, false },
	{ "policy", 0, OPTION_TEXT, offsetof(struct verify_command, policy),
	    "FILE",
	    "whom you believe: logs, witnesses and a quorum of them "
	    "(c2sp.org/tlog-policy), which some checkpoint must meet",
	    NULL, false },
	{ "witness", 0, OPTION_LIST, offsetof(struct verify_command, witnesses),
	    "VKEY",
	    "the verifier key of a witness you believe; all that are given "
	    "must have cosigned some checkpoint",
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
	struct buffer lost; /* JSON: verdicts that cannot be computed again. */
};

/* Whether its number is how many entries a checkpoint has. */
static bool
is_of_checkpoint(const struct verify_problem *problem)
{
	return problem->check == VERIFY_CHECKPOINT ||
	    problem->check == VERIFY_TIMESTAMP;
}

static void
timestamps_json(const struct verify_timestamps *timestamps)
{
	struct buffer out = buffer_new(LIMIT_SUBJECT * 8);

	stamps_say_json(&out, timestamps);
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

static void
tell_json(struct telling *telling, const struct verify_problem *problem)
{
	printf("%s{", telling->first ? "{\"problems\":[" : ",");
	telling->first = false;
	if (problem->seq != VERIFY_NOWHERE)
		printf("\"%s\":%llu,",
		    is_of_checkpoint(problem) ? "size" : "seq",
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
	else if (is_of_checkpoint(problem))
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

/* A file of a copy that nobody signed for: no problem, but said. */
static void
tell_ahead(void *cookie, const char *path)
{
	struct telling *telling = cookie;

	if (telling->context->json || telling->context->quiet)
		return;
	progress_end(&telling->progress);
	terminal_say(&telling->terminal, STYLE_WARN, "%s ",
	    telling->terminal.unicode ? "→" : ">");
	terminal_show(&telling->terminal, STYLE_NAME, bytes_of_text(path));
	fputs(" is ahead of the checkpoint: not checked\n",
	    telling->terminal.out);
}

static int
show_progress(void *cookie, uint64_t done, uint64_t total)
{
	struct telling *telling = cookie;

	return progress_draw(&telling->progress, done, total);
}

static void
witnesses_json(const struct verify_result *result, bool believed)
{
	struct buffer out = buffer_new((size_t)1 << 20);

	buffer_text(&out, ",\"witnessed\":");
	witnessed_json(&out, &result->witnessed);
	if (believed) {
		buffer_text(&out, ",\"believed\":");
		witnessed_json(&out, &result->believed);
	}
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

static void
sum_json(const struct telling *telling, const struct verify_result *result,
    bool copy, bool believed, bool replayed)
{
	if (telling->first)
		printf("{\"problems\":[");
	printf("],\"entries\":%llu,\"size\":%llu,\"signatures\":%llu,"
	       "\"checkpoints\":%llu,\"attachments\":%llu,\"lists\":%llu,"
	       "\"sealed\":%llu,\"erased\":%llu,\"problem_count\":%llu",
	    (unsigned long long)result->entries,
	    (unsigned long long)result->size,
	    (unsigned long long)result->signatures,
	    (unsigned long long)result->checkpoints,
	    (unsigned long long)result->attachments,
	    (unsigned long long)result->lists,
	    (unsigned long long)result->sealed,
	    (unsigned long long)result->erased,
	    (unsigned long long)result->problems);
	if (replayed)
		printf(",\"not_recomputable\":[%s]",
		    buffer_string(&telling->lost));
	if (!copy)
		printf(",\"settled\":%s", result->owes ? "false" : "true");
	if (copy)
		printf(",\"absent_attachments\":%llu,\"ahead\":%llu",
		    (unsigned long long)result->absent,
		    (unsigned long long)result->ahead);
	if (result->has_checkpoint) {
		printf(",\"checkpoint\":{\"origin\":");
		print_json_text(result->checkpoint.origin);
		printf(",\"size\":%llu,\"root\":\"%s\"}",
		    (unsigned long long)result->checkpoint.size,
		    digest_hex(result->checkpoint.root).text);
	}
	timestamps_json(&result->timestamps);
	witnesses_json(result, believed);
	printf("}\n");
}

/* What was not there to be checked. */
static void
say_absent(struct telling *telling, const struct verify_result *result)
{
	if (result->absent == 0)
		return;
	terminal_say(&telling->terminal, STYLE_WARN, "%s ",
	    telling->terminal.unicode ? "→" : ">");
	fprintf(telling->terminal.out,
	    "no attachments are published here: %s that entries name were not "
	    "checked\n",
	    number_grouped(result->absent).text);
}

/* What stands to be done, and proves nothing. */
static void
say_owed(struct telling *telling, const struct verify_result *result)
{
	if (!result->owes)
		return;
	terminal_say(&telling->terminal, STYLE_WARN, "%s ",
	    telling->terminal.unicode ? "→" : ">");
	fputs("an erasure is not finished, so what it destroyed may still "
	      "stand in the file: `vouch settle'\n",
	    telling->terminal.out);
}

/* A folder that names its own key may be anybody's. */
static void
say_own_key(struct telling *telling)
{
	terminal_say(&telling->terminal, STYLE_WARN, "%s ",
	    telling->terminal.unicode ? "→" : ">");
	fputs("the key is the folder's own: that it is the ledger's, only "
	      "--key VKEY shows\n",
	    telling->terminal.out);
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
key_of_genesis(struct note_key *out, struct bytes line, struct error *err)
{
	struct entry entry = entry_new();
	struct record record = { .statement = NULL };
	const char *vkey;
	int result = -1;

	if (entry_parse(&entry, line, err) == -1 ||
	    record_parse(&record, buffer_bytes(&entry.envelope.payload), err) ==
		-1)
		goto done;
	vkey = json_member_text(record.predicate, "ledger_key");
	result = vkey == NULL
	    ? error_set(err, ERROR_NO, NULL, "the genesis names no key")
	    : note_key_parse(out, bytes_of_text(vkey), err);
	record_free(&record);
done:
	entry_free(&entry);
	return result;
}

static int
genesis_key(struct note_key *out, struct store *store, struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	int result = -1;

	if (store_entry(store, 0, &line, err) == 0)
		result = key_of_genesis(out, buffer_bytes(&line), err);
	buffer_free(&line);
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

/* The same with a copy.  One that is behind what was seen is no fault. */
static int
remember_copy(struct telling *telling, const char *folder, const char *keep,
    struct error *err)
{
	struct static_copy copy;
	struct tile_source tiles = static_copy_tiles(&copy);
	struct buffer genesis = buffer_new(LIMIT_ENTRY);
	struct note_key key;
	uint64_t seen = 0;
	int result = -1;

	if (static_copy_open(&copy, folder, err) == -1)
		return -1;
	if (static_copy_entry(&copy, 0, &genesis, err) == 0 &&
	    key_of_genesis(&key, buffer_bytes(&genesis), err) == 0 &&
	    checkpoint_open(&copy.checkpoint, buffer_bytes(&copy.note), &key,
		err) == 0)
		result = session_remember_copy(&tiles, &copy.checkpoint,
		    buffer_bytes(&copy.note), &key, &seen, err);
	if (result == 0 && keep != NULL)
		result = file_write(keep, buffer_bytes(&copy.note), 0644, err);
	if (result == 0 && seen > copy.checkpoint.size &&
	    !telling->context->json && !telling->context->quiet)
		printf("this copy is behind: you have seen %s entries of this "
		       "ledger\n",
		    number_grouped(seen).text);
	static_copy_close(&copy);
	buffer_free(&genesis);
	return result;
}

static void
tell_replay(void *cookie, const struct replay_problem *problem)
{
	struct telling *telling = cookie;

	if (telling->context->json) {
		printf("%s{\"seq\":%llu,\"check\":\"verdict\",\"what\":",
		    telling->first ? "{\"problems\":[" : ",",
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
lost_json(struct buffer *out, const struct replay_lost *lost)
{
	buffer_printf(out,
	    "%s{\"seq\":%llu,\"erased_entry\":%llu,\"erased_by\":%llu,"
	    "\"rests_on_it\":%s,\"what\":",
	    out->len == 0 ? "" : ",", (unsigned long long)lost->seq,
	    (unsigned long long)lost->entry, (unsigned long long)lost->by,
	    lost->is_named ? "true" : "false");
	json_write_text(out,
	    bytes_of_text(lost->what == NULL ? "" : lost->what));
	buffer_byte(out, '}');
}

static void
tell_lost(void *cookie, const struct replay_lost *lost)
{
	struct telling *telling = cookie;

	if (telling->context->json) {
		lost_json(&telling->lost, lost);
		return;
	}
	progress_end(&telling->progress);
	terminal_say(&telling->terminal, STYLE_WARN,
	    "entry %llu: verdict: it cannot be computed again, for %s entry "
	    "%llu, which was erased by entry %llu",
	    (unsigned long long)lost->seq,
	    lost->is_named ? "it rests on" : "rules may have counted",
	    (unsigned long long)lost->entry, (unsigned long long)lost->by);
	if (!lost->is_named) {
		fputs(": ", telling->terminal.out);
		terminal_show(&telling->terminal, STYLE_PLAIN,
		    bytes_of_text(lost->what));
	}
	fputc('\n', telling->terminal.out);
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

/* Nobody waits for a long verification to hear that a file is not there. */
static int
check_readable(const struct option_list *files, struct error *err)
{
	for (size_t i = 0; i < files->count; i++) {
		struct disclosure_source source = { .ledger = NULL };
		struct disclosures list = { .item = NULL };
		int result =
		    disclosure_file_read(&list, &source, files->item[i], err);

		disclosure_source_free(&source);
		disclosures_free(&list);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* The auditor's own witnesses. */
static int
take_believed(struct trust_file *out, const struct verify_command *command,
    struct error *err)
{
	if (command->policy != NULL && command->witnesses.count > 0)
		return error_set(err, ERROR_UNDECIDED,
		    "write the witnesses into the policy",
		    "--witness does not go with --policy");
	if (command->policy != NULL)
		return trust_file_read(out, command->policy, err);
	return command->witnesses.count == 0
	    ? 0
	    : trust_file_of_keys(out, &command->witnesses, err);
}

/* Which copy is meant, if one is: --from-tiles, or a folder that has the
 * form of one. */
static const char *
copy_of(const struct verify_command *command, struct operands operands)
{
	if (command->from_tiles != NULL)
		return command->from_tiles;
	return operands.count == 1 && static_copy_is(operands.item[0])
	    ? operands.item[0]
	    : NULL;
}

/* What wants an index, a copy cannot give. */
static int
check_usage(const struct verify_command *command, struct operands operands,
    const char *copy, struct error *err)
{
	if (command->vkey != NULL && command->key != NULL)
		return error_set(err, ERROR_UNDECIDED, "give it once",
		    "--vkey and --key are two names for one thing");
	if (command->from_tiles != NULL && operands.count > 0)
		return error_set(err, ERROR_UNDECIDED, "name one of them",
		    "--from-tiles and LEDGER are two things to verify");
	if (copy != NULL && command->disclosed.count > 0)
		return error_set(err, ERROR_UNDECIDED,
		    "verify the ledger itself",
		    "%s is a published copy: it has no index for --disclosed",
		    copy);
	if (copy != NULL && (command->replay || command->structure))
		return error_set(err, ERROR_UNDECIDED,
		    "verify the ledger itself",
		    "%s is a published copy: it has no index for --%s", copy,
		    command->replay ? "replay" : "structure");
	if (copy != NULL && command->timestamp_roots != NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "verify the ledger itself",
		    "%s is a published copy: it has no timestamps", copy);
	return 0;
}

static int
read_since(struct buffer *out, const char *path, struct error *err)
{
	if (path == NULL)
		return 0;
	if (file_read(out, path, err) == -1)
		return -1;
	if (out->len == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "keep one with `vouch verify --checkpoint FILE'",
		    "%s is empty", path);
	return 0;
}

static void
say_sum(struct telling *telling, const struct verify_command *command,
    const struct verify_result *result, bool copy, bool believed)
{
	if (telling->context->json) {
		sum_json(telling, result, copy, believed, command->replay);
	} else if (!telling->context->quiet || result->problems > 0) {
		say_absent(telling, result);
		say_owed(telling, result);
		if (copy && command->vkey == NULL && command->key == NULL &&
		    !believed)
			say_own_key(telling);
		sum(telling, result, command->since != NULL);
		stamps_say(&telling->terminal, &result->timestamps);
		witnessed_say(&telling->terminal, &result->witnessed,
		    "the ledger's");
		if (believed)
			witnessed_say(&telling->terminal, &result->believed,
			    "your");
	}
	terminal_end(&telling->terminal);
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct verify_command *command = given;
	const char *copy = copy_of(command, operands);
	struct telling telling = { .context = context,
		.first = true,
		.lost = buffer_new(LIMIT_LIST_PROOF) };
	struct buffer path = buffer_new(8192);
	struct buffer since = buffer_new(LIMIT_NOTE);
	struct certificates *roots = NULL;
	struct trust_file believe = trust_file_new();
	struct verify_result result;
	struct verify_options how = {
		.threads = (unsigned)command->threads,
		.max_problems = command->most,
		.without_index = command->without_index,
		.structure = command->structure,
		.vkey = command->vkey != NULL ? command->vkey : command->key,
		.cookie = &telling,
		.problem = tell,
		.progress = show_progress,
		.ahead = tell_ahead,
	};
	int done = -1;

	if (check_usage(command, operands, copy, err) == -1)
		return -1;
	if (copy == NULL && operands.count == 1)
		context->ledger = operands.item[0];
	if ((copy == NULL && session_store_path(&path, context, err) == -1) ||
	    read_since(&since, command->since, err) == -1)
		goto done;
	how.since = buffer_bytes(&since);
	if (command->timestamp_roots != NULL &&
	    stamps_read_roots(&roots, command->timestamp_roots, err) == -1)
		goto done;
	how.timestamp_roots = roots;
	if (take_believed(&believe, command, err) == -1 ||
	    check_readable(&command->disclosed, err) == -1)
		goto done;
	how.policy = believe.policy;
	telling.progress = progress_begin(context, "verifying", false);
	terminal_begin(&telling.terminal, context, false);
	done = copy == NULL
	    ? verify_ledger(&result, buffer_string(&path), &how, err)
	    : verify_copy(&result, copy, &how, err);
	progress_end(&telling.progress);
	if (done == 0 && command->replay)
		done = replay(&telling, command, buffer_string(&path), &result,
		    err);
	if (done == -1)
		goto done;
	say_sum(&telling, command, &result, copy != NULL,
	    believe.policy != NULL);
	if (check_disclosed(&telling, command, buffer_string(&path), err) ==
	    -1) {
		done = -1;
		goto done;
	}
	if (result.problems > 0)
		context->verdict = ERROR_NO;
	else
		done = copy == NULL
		    ? remember(buffer_string(&path), command->keep, err)
		    : remember_copy(&telling, copy, command->keep, err);
done:
	trust_file_free(&believe);
	buffer_free(&telling.lost);
	buffer_free(&path);
	buffer_free(&since);
	certificates_free(roots);
	return done;
}

static const char *const examples[] = {
	"vouch verify",
	"vouch verify --checkpoint last-visit.txt",
	"vouch verify --since last-visit.txt",
	"vouch publish public && vouch verify public",
	NULL,
};

const struct command cmd_verify = {
	.name = "verify",
	.group = "Check",
	.summary = "recompute everything from the entries",
	.operands = "[LEDGER | DIR]",
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
	    "Timestamps that are kept are checked again, by the roots that the "
	    "ledger trusted at their checkpoint or by --timestamp-roots; it "
	    "says by when the newest of these checkpoints existed, and how "
	    "many timestamps are by authorities that nobody named.\n\n"
	    "DIR is what `vouch publish' wrote: a folder with a checkpoint and "
	    "tiles. All of it is checked the same way, without a database; "
	    "attachments if they were published, otherwise it is said how many "
	    "were not. References from entry to entry are left to the ledger's "
	    "index. A file that is missing, astray or of another length is "
	    "named.\n\n"
	    "Then it says which witnesses, of those that the ledger trusted at "
	    "the time, cosigned the newest checkpoint, when, and whether "
	    "that is the quorum that the ledger wants; and which checkpoint "
	    "is the newest that meets it. A cosignature that does not verify "
	    "is a problem, a quorum that is not met is not: what is new "
	    "waits to be cosigned. With --policy or --witness, some "
	    "checkpoint must meet yours.\n\n"
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
