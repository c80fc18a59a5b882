#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/entries.h"
#include "cli/lists.h"
#include "cli/options.h"
#include "cli/receipt.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/trust_file.h"
#include "cli/witnessed_say.h"
#include "ledger/tlog_policy.h"
#include "ledger/tlog_proof.h"

struct prove_options {
	bool consistency;
	bool cosigned;
	bool complete;
	const char *at;
	const char *output;
};

static const struct option prove_rows[] = {
	{ "consistency", 0, OPTION_FLAG,
	    offsetof(struct prove_options, consistency), NULL,
	    "prove that the checkpoint of TO entries, or the newest, extends "
	    "that of FROM",
	    NULL, false },
	{ "complete", 0, OPTION_FLAG, offsetof(struct prove_options, complete),
	    NULL,
	    "prove which entries of a KIND there are: all, or all that name "
	    "SUBJECT",
	    NULL, false },
	{ "at", 0, OPTION_TEXT, offsetof(struct prove_options, at), "SIZE",
	    "by the newest checkpoint of at most so many entries", NULL,
	    false },
	{ "cosigned", 0, OPTION_FLAG, offsetof(struct prove_options, cosigned),
	    NULL,
	    "by the newest checkpoint that meets the ledger's quorum of "
	    "witnesses",
	    NULL, false },
	{ "output", 'o', OPTION_TEXT, offsetof(struct prove_options, output),
	    "FILE", "write to FILE", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* The checkpoint of exactly so many entries. */
static int
checkpoint_of(struct buffer *note, struct reader *reader, uint64_t size,
    struct error *err)
{
	uint64_t found = 0;

	if (store_checkpoint(reader_store(reader), size, &found, note, err) ==
	    -1)
		return -1;
	if (found != size || size == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "choose a size that the ledger signed",
		    "there is no checkpoint of %llu entries; the last one "
		    "before is of %llu",
		    (unsigned long long)size, (unsigned long long)found);
	return 0;
}

static int
read_note(struct checkpoint *out, const struct buffer *note, struct error *err)
{
	struct note parts;

	if (note_parse(&parts, buffer_bytes(note), err) == -1)
		return -1;
	return checkpoint_parse(out, parts.text, err);
}

static int
prove_consistency(struct buffer *out, struct reader *reader,
    struct operands operands, struct error *err)
{
	struct tile_source tiles = store_tiles(reader_store(reader));
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct buffer old_note = buffer_new(LIMIT_NOTE);
	uint64_t from, to = reader_full_size(reader);
	struct tlog_extension extension;
	int result = -1;

	if (option_number(&from, operands.item[0], "FROM", err) == -1 ||
	    (operands.count == 2 &&
		option_number(&to, operands.item[1], "TO", err) == -1))
		goto done;
	if (from > to) {
		error_set(err, ERROR_UNDECIDED, "give the smaller size first",
		    "%llu entries do not extend %llu", (unsigned long long)to,
		    (unsigned long long)from);
		goto done;
	}
	if (checkpoint_of(&old_note, reader, from, err) == -1 ||
	    checkpoint_of(&note, reader, to, err) == -1 ||
	    read_note(&extension.old, &old_note, err) == -1 ||
	    read_note(&extension.checkpoint, &note, err) == -1 ||
	    merkle_consistency(&extension.path, from, to, &tiles, err) == -1)
		goto done;
	if (tlog_extension_check(&extension, err) == -1) {
		error_set(err, ERROR_NO, "see `vouch verify'",
		    "the ledger is damaged: what it keeps does not prove that "
		    "%llu entries extend %llu",
		    (unsigned long long)to, (unsigned long long)from);
		goto done;
	}
	extension.note = buffer_bytes(&note);
	extension.old_note = buffer_bytes(&old_note);
	tlog_extension_write(out, &extension);
	result = buffer_check(out, "proof", err);
done:
	buffer_free(&note);
	buffer_free(&old_note);
	return result;
}

/* The checkpoint to prove by: the newest, or an older one that is asked for. */
static int
checkpoint_for(struct buffer *note, struct reader *reader,
    const struct prove_options *options, struct error *err)
{
	const char *at = options->at;
	uint64_t size, most = UINT64_MAX;

	if (at != NULL && option_number(&most, at, "at", err) == -1)
		return -1;
	if (options->cosigned && witnessed_met(&most, reader, err) == -1)
		return -1;
	if (store_checkpoint(reader_store(reader), most, &size, note, err) ==
	    -1)
		return -1;
	if (note->len == 0)
		return error_set(err, ERROR_UNDECIDED, "give a later --at",
		    "there is no checkpoint of at most %s entries",
		    at == NULL ? "any" : at);
	return 0;
}

/* When it was recorded, for who makes the proof: it is not in it. */
static int
say_recorded(const struct context *context, struct reader *reader, uint64_t seq,
    struct error *err)
{
	struct dated_list *dated = NULL;
	struct interval interval;
	struct terminal terminal;

	if (context->quiet)
		return 0;
	if (interval_of_entry(&interval, &dated, reader, seq, err) == -1)
		return -1;
	terminal_begin(&terminal, context, false);
	terminal.out = stderr;
	interval_say(&terminal, &interval, -1, 0, 8);
	terminal_end(&terminal);
	dated_list_free(dated);
	return 0;
}

static int
prove_entry(struct buffer *out, struct reader *reader, const char *what,
    const struct prove_options *options, uint64_t *seq, struct error *err)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	int result = -1;

	if (reader_find(reader, what, seq, err) == 0 &&
	    checkpoint_for(&note, reader, options, err) == 0)
		result = receipt_prove(out, reader_store(reader), *seq,
		    buffer_bytes(&note), err);
	buffer_free(&note);
	return result;
}

/* The list of one kind, or of each. */
static int
prove_complete(struct buffer *out, struct reader *reader,
    struct operands operands, const struct prove_options *options,
    struct error *err)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct list_key key[KINDS_MAX];
	size_t count = 1;
	int result = -1;

	if (lists_subject(&key[0].subject, reader,
		operands.count == 2 ? operands.item[1] : NULL, err) == -1 ||
	    checkpoint_for(&note, reader, options, err) == -1)
		goto done;
	if (strcmp(operands.item[0], "any") == 0) {
		for (count = 0; kinds[count] != NULL; count++) {
			key[count].subject = key[0].subject;
			key[count].kind = kinds[count];
		}
	} else if ((key[0].kind = kind_named(operands.item[0])) == NULL) {
		entries_unknown_kind(operands.item[0], err);
		goto done;
	}
	result = list_prove(out, reader_store(reader), buffer_bytes(&note), key,
	    count, err);
done:
	buffer_free(&note);
	return result;
}

/* To the file that is named, which is then said, or to standard output. */
static int
write_proof(const struct context *context, const struct prove_options *options,
    struct reader *reader, struct bytes proof, struct error *err)
{
	const char *path = options->output;
	struct terminal terminal;

	if (path == NULL) {
		fwrite(proof.data, 1, proof.len, stdout);
		return 0;
	}
	if ((options->complete ? lists_write_files(path, proof, proof,
				     reader_store(reader), err)
			       : file_write(path, proof, 0644, err)) == -1)
		return -1;
	if (context->quiet)
		return 0;
	terminal_begin(&terminal, context, false);
	fputs("wrote ", terminal.out);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(path));
	if (options->complete) {
		fputs(", and the entries' lines to ", terminal.out);
		terminal_show(&terminal, STYLE_NAME, bytes_of_text(path));
		terminal_say(&terminal, STYLE_NAME, ".entries");
	}
	fputc('\n', terminal.out);
	terminal_end(&terminal);
	return 0;
}

static int
run_prove(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct prove_options *options = given;
	struct buffer proof =
	    buffer_new(options->complete ? LIMIT_LIST_PROOF : LIMIT_TLOG_PROOF);
	struct reader *reader = NULL;
	uint64_t seq = 0;
	int result = -1;

	if (options->consistency && options->complete)
		return error_set(err, ERROR_UNDECIDED, "see `vouch prove -h'",
		    "--consistency does not go with --complete");
	if (operands.count == 2 && !options->consistency && !options->complete)
		return error_set(err, ERROR_UNDECIDED, "see `vouch prove -h'",
		    "a proof is of one entry");
	if (options->consistency && (options->at != NULL || options->cosigned))
		return error_set(err, ERROR_UNDECIDED,
		    "write --consistency FROM TO",
		    "--%s does not go with --consistency",
		    options->at != NULL ? "at" : "cosigned");
	if (options->at != NULL && options->cosigned)
		return error_set(err, ERROR_UNDECIDED, "choose one",
		    "--at does not go with --cosigned");
	if ((options->output != NULL &&
		file_check_place(options->output, err) == -1) ||
	    session_read(&reader, context, err) == -1)
		return -1;
	if ((options->complete
		    ? prove_complete(&proof, reader, operands, options, err)
		    : options->consistency
		    ? prove_consistency(&proof, reader, operands, err)
		    : prove_entry(&proof, reader, operands.item[0], options,
			  &seq, err)) == -1)
		goto done;
	result =
	    write_proof(context, options, reader, buffer_bytes(&proof), err);
	if (result == 0 && !options->consistency && !options->complete)
		result = say_recorded(context, reader, seq, err);
	if (result == 0 && !options->consistency && !context->quiet &&
	    options->at == NULL && !options->cosigned)
		result = witnessed_hint(reader, options->complete ? 0 : seq + 1,
		    err);
done:
	buffer_free(&proof);
	reader_close(reader);
	return result;
}

static const char *const prove_examples[] = {
	"vouch prove 0 -o 0.tlog-proof",
	"vouch prove --consistency 1",
	"vouch prove --complete key -o keys.lists",
	NULL,
};

const struct command cmd_prove = {
	.name = "prove",
	.group = "Hand over",
	.summary = "prove to a stranger what is in the ledger, and what is not",
	.operands =
	    "ENTRY | --consistency FROM [TO] | --complete KIND [SUBJECT]",
	.least = 1,
	.most = 2,
	.options = prove_rows,
	.options_size = sizeof(struct prove_options),
	.run = run_prove,
	.description =
	    "Writes a proof (c2sp.org/tlog-proof@v1) that ENTRY is in the "
	    "ledger: its index, the hashes that lead from it to the root, and "
	    "the signed checkpoint. Who has it and the entry's exact line "
	    "(`vouch show ENTRY --raw') needs no ledger to check it: `vouch "
	    "check-proof', or any program that knows the format. Between what "
	    "times the entry was recorded, as witnesses and timestamps prove "
	    "it, is said beside. Every command that "
	    "records something leaves both by --receipt FILE: the proof in "
	    "FILE, the line in FILE.entry.\n\n"
	    "With --consistency it proves that a checkpoint extends an earlier "
	    "one: FROM and TO are numbers of entries at which the ledger "
	    "signed one.\n\n"
	    "With --complete it proves which entries of KIND (or of any kind) "
	    "there are, and that there are no others: in the whole ledger, or "
	    "of those that name SUBJECT, a model, a data set, another entry "
	    "or a SHA-256. A record names what it is about, the model and the "
	    "data that it mentions, and inputs, outputs and parents. The "
	    "lines of the entries are left in FILE.entries. `vouch index' "
	    "just before makes the proof short.",
	.examples = prove_examples,
};

struct check_options {
	bool consistency;
	const char *key;
	const char *policy;
};

static const struct option check_rows[] = {
	{ "consistency", 0, OPTION_FLAG,
	    offsetof(struct check_options, consistency), NULL,
	    "check a proof that one checkpoint extends another", NULL, false },
	{ "key", 0, OPTION_TEXT, offsetof(struct check_options, key), "VKEY",
	    "the ledger's verifier key as you know it from elsewhere", NULL,
	    false },
	{ "policy", 0, OPTION_TEXT, offsetof(struct check_options, policy),
	    "FILE",
	    "whom to trust: logs, witnesses and a quorum of them "
	    "(c2sp.org/tlog-policy)",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* Whom to believe, and what came of it. */
struct trust {
	bool has_key;
	struct note_key key;
	struct trust_file file;
	const struct tlog_policy *policy; /* NULL: none was given. */
	struct tlog_quorum
	    *quorum; /* Of the checkpoint that was opened last. */
};

static void
trust_free(struct trust *trust)
{
	trust_file_free(&trust->file);
	memory_free(trust->quorum);
}

static int
trust_of(struct trust *trust, const struct check_options *options,
    struct error *err)
{
	trust->file = trust_file_new();
	trust->quorum = memory_new(1, sizeof *trust->quorum);
	if (trust->quorum == NULL)
		return error_memory(err);
	if (options->key != NULL) {
		if (note_key_parse(&trust->key, bytes_of_text(options->key),
			err) == -1)
			return -1;
		if (trust->key.algorithm != NOTE_ED25519)
			return error_set(err, ERROR_UNDECIDED,
			    "give the key of the ledger itself",
			    "--key is a witness's key");
		trust->has_key = true;
	}
	if (options->policy != NULL &&
	    trust_file_read(&trust->file, options->policy, err) == -1)
		return -1;
	trust->policy = trust->file.policy;
	if (!trust->has_key &&
	    (trust->policy == NULL || trust->policy->log_count == 0))
		return error_set(err, ERROR_UNDECIDED,
		    "give --key, or --policy with a log line",
		    "there is no key of a ledger to believe");
	return 0;
}

/* The checkpoint must be signed by the key, and, if there is a policy, by one
 * of its logs where it names any, and by its quorum. */
static int
trust_note(struct trust *trust, struct bytes note, struct error *err)
{
	const struct tlog_policy *policy = trust->policy;
	struct checkpoint checkpoint;

	if (trust->has_key &&
	    checkpoint_open(&checkpoint, note, &trust->key, err) == -1)
		return -1;
	if (policy == NULL)
		return 0;
	if (policy->log_count > 0 &&
	    tlog_policy_open(&checkpoint, policy, note, err) == -1)
		return -1;
	if (tlog_policy_judge(trust->quorum, policy, note, err) == -1)
		return -1;
	if (!trust->quorum->met) {
		const struct tlog_node *quorum = &policy->node[policy->quorum];

		if (quorum->is_group)
			return error_set(err, ERROR_NO, NULL,
			    "the quorum %.*s is not met: it needs %zu of its "
			    "%zu members and has %zu",
			    (int)quorum->name.len,
			    (const char *)quorum->name.data, quorum->wanted,
			    quorum->members,
			    trust->quorum->count[policy->quorum]);
		return error_set(err, ERROR_NO, NULL,
		    "the quorum is not met: %.*s has not cosigned",
		    (int)quorum->name.len, (const char *)quorum->name.data);
	}
	return 0;
}

/* A name of a policy may be any bytes: as text, for JSON. */
static void
put_name(struct buffer *out, struct bytes name)
{
	struct buffer shown = buffer_new(LIMIT_NAME * 10);

	text_show(&shown, name);
	json_write_text(out, buffer_bytes(&shown));
	buffer_free(&shown);
}

static void
put_quorum(struct buffer *out, const struct trust *trust)
{
	const struct tlog_policy *policy = trust->policy;
	const char *separator = "";

	buffer_text(out, ",\"quorum\":");
	if (policy->quorum == TLOG_NOBODY)
		buffer_text(out, "\"none\"");
	else
		put_name(out, policy->node[policy->quorum].name);
	buffer_text(out, ",\"witnesses\":[");
	for (size_t i = 0; i < policy->node_count; i++) {
		if (policy->node[i].is_group || !trust->quorum->node_met[i])
			continue;
		buffer_printf(out, "%s{\"name\":", separator);
		put_name(out, policy->node[i].name);
		buffer_printf(out, ",\"time\":%llu}",
		    (unsigned long long)trust->quorum->time_s[i]);
		separator = ",";
	}
	buffer_text(out, "]");
}

static void
say_quorum(struct terminal *terminal, const struct trust *trust)
{
	const struct tlog_policy *policy = trust->policy;
	const struct tlog_node *quorum;

	if (policy->quorum == TLOG_NOBODY) {
		fputs("the policy wants no witnesses\n", terminal->out);
	} else {
		quorum = &policy->node[policy->quorum];
		fputs("quorum met: ", terminal->out);
		terminal_show(terminal, STYLE_NAME, quorum->name);
		if (quorum->is_group)
			fprintf(terminal->out, ", %zu of %zu, %zu needed",
			    trust->quorum->count[policy->quorum],
			    quorum->members, quorum->wanted);
		fputc('\n', terminal->out);
	}
	for (size_t i = 0; i < policy->node_count; i++) {
		if (policy->node[i].is_group || !trust->quorum->node_met[i])
			continue;
		fputs("  cosigned by ", terminal->out);
		terminal_show(terminal, STYLE_NAME, policy->node[i].name);
		fprintf(terminal->out, ", %s\n",
		    number_time(trust->quorum->time_s[i]).text);
	}
}

static void
put_checkpoint(struct buffer *out, const struct checkpoint *checkpoint)
{
	buffer_text(out, "{\"origin\":");
	json_write_text(out, bytes_of_text(checkpoint->origin));
	buffer_printf(out, ",\"size\":%llu,\"root\":\"%s\"}",
	    (unsigned long long)checkpoint->size,
	    digest_hex(checkpoint->root).text);
}

static void
say_good(struct terminal *terminal)
{
	terminal_say(terminal, STYLE_GOOD, "%s ",
	    terminal->unicode ? "✓" : "ok");
}

static void
say_included(const struct context *context, const struct trust *trust,
    const struct tlog_proof *proof, struct digest leaf,
    const struct interval *interval, int64_t time_ms)
{
	struct buffer out = buffer_new((size_t)1 << 20);
	struct terminal terminal;

	if (context->json) {
		buffer_printf(&out,
		    "{\"included\":true,\"index\":%llu,\"leaf\":\"%s\","
		    "\"checkpoint\":",
		    (unsigned long long)proof->index, digest_hex(leaf).text);
		put_checkpoint(&out, &proof->checkpoint);
		if (trust->policy != NULL) {
			put_quorum(&out, trust);
			buffer_text(&out, ",\"recorded\":");
			interval_json(&out, interval);
		}
		printf("%s}\n", buffer_string(&out));
	} else if (!context->quiet) {
		terminal_begin(&terminal, context, false);
		say_good(&terminal);
		fprintf(terminal.out, "the line is entry %llu (%.8s) of ",
		    (unsigned long long)proof->index, digest_hex(leaf).text);
		terminal_show(&terminal, STYLE_NAME,
		    bytes_of_text(proof->checkpoint.origin));
		fprintf(terminal.out, ", by its checkpoint of %s entries\n",
		    number_grouped(proof->checkpoint.size).text);
		if (trust->policy != NULL)
			say_quorum(&terminal, trust);
		interval_say(&terminal, interval, time_ms, 0, 8);
		terminal_end(&terminal);
	}
	buffer_free(&out);
}

static void
say_extends(const struct context *context, const struct trust *trust,
    const struct tlog_extension *extension)
{
	struct buffer out = buffer_new((size_t)1 << 20);
	struct terminal terminal;

	if (context->json) {
		buffer_text(&out, "{\"extends\":true,\"old\":");
		put_checkpoint(&out, &extension->old);
		buffer_text(&out, ",\"checkpoint\":");
		put_checkpoint(&out, &extension->checkpoint);
		if (trust->policy != NULL)
			put_quorum(&out, trust);
		printf("%s}\n", buffer_string(&out));
	} else if (!context->quiet) {
		terminal_begin(&terminal, context, false);
		say_good(&terminal);
		fprintf(terminal.out, "the checkpoint of %s entries of ",
		    number_grouped(extension->checkpoint.size).text);
		terminal_show(&terminal, STYLE_NAME,
		    bytes_of_text(extension->checkpoint.origin));
		fprintf(terminal.out, " extends that of %s\n",
		    number_grouped(extension->old.size).text);
		if (trust->policy != NULL)
			say_quorum(&terminal, trust);
		terminal_end(&terminal);
	}
	buffer_free(&out);
}

/* Only the new checkpoint needs witnesses: what they saw is that it extends
 * what was before. */
static int
check_extension(const struct context *context, struct trust *trust,
    struct bytes text, const char *path, struct error *err)
{
	struct tlog_extension extension;
	struct checkpoint ignored;

	if (tlog_extension_parse(&extension, text, err) == -1)
		return error_within(err, "%s", path);
	if ((trust->has_key ? checkpoint_open(&ignored, extension.old_note,
				  &trust->key, err)
			    : tlog_policy_open(&ignored, trust->policy,
				  extension.old_note, err)) == -1 ||
	    trust_note(trust, extension.note, err) == -1 ||
	    tlog_extension_check(&extension, err) == -1)
		return error_within(err, "%s", path);
	say_extends(context, trust, &extension);
	return 0;
}

/* The exact line, with or without the newline that files end in. */
static int
read_line(struct buffer *out, const char *path, struct error *err)
{
	if (file_read(out, path, err) == -1)
		return -1;
	if (out->len > 0 && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
	if (out->len == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "give the line as `vouch show --raw' prints it",
		    "%s is empty", path);
	return 0;
}

/* The line counts itself, too: a ledger where that differs is not whole.  Its
 * time, or -1 for what is no entry of ours. */
static int
check_seq(struct bytes line, uint64_t index, int64_t *time_ms,
    struct error *err)
{
	struct entry entry = entry_new();
	struct error ignored;
	int result = 0;

	*time_ms = -1;
	if (entry_parse(&entry, line, &ignored) == -1)
		goto done;
	*time_ms = entry.time_ms;
	if (entry.seq != index)
		result = error_set(err, ERROR_NO, NULL,
		    "the line says that it is entry %llu, the proof says %llu",
		    (unsigned long long)entry.seq, (unsigned long long)index);
done:
	entry_free(&entry);
	return result;
}

/* By when it was recorded, as the checkpoint's own cosignatures say. */
static int
date_proof(struct interval *out, struct dated_list **list,
    const struct trust *trust, const struct tlog_proof *proof,
    struct error *err)
{
	if (dated_list_new(list, err) == -1 ||
	    (trust->policy != NULL &&
		dated_add_note(*list, proof->checkpoint.size, proof->note,
		    trust->policy, err) == -1))
		return -1;
	*out = interval_of(*list, proof->index);
	return 0;
}

static int
check_inclusion(const struct context *context, struct trust *trust,
    struct bytes text, const char *path, const char *entry_path,
    struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY + 1);
	struct dated_list *dated = NULL;
	struct interval interval;
	struct tlog_proof proof;
	int64_t time_ms;
	int result = -1;

	if (read_line(&line, entry_path, err) == -1)
		goto done;
	if (tlog_proof_parse(&proof, text, err) == -1 ||
	    trust_note(trust, proof.note, err) == -1 ||
	    tlog_proof_check(&proof, buffer_bytes(&line), err) == -1 ||
	    check_seq(buffer_bytes(&line), proof.index, &time_ms, err) == -1 ||
	    date_proof(&interval, &dated, trust, &proof, err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	say_included(context, trust, &proof,
	    entry_leaf_hash(buffer_bytes(&line)), &interval, time_ms);
	result = 0;
done:
	dated_list_free(dated);
	buffer_free(&line);
	return result;
}

static int
check_lists(const struct context *context, struct trust *trust,
    struct bytes text, struct operands operands, struct error *err)
{
	struct list_proof *proof = NULL;
	int result = -1;

	if (list_proof_parse(&proof, text, err) == 0 &&
	    trust_note(trust, proof->note, err) == 0)
		result = lists_check(context, proof,
		    trust->has_key ? &trust->key.key : NULL,
		    operands.count == 2 ? operands.item[1] : NULL, err);
	if (result == -1)
		error_place(err, "%s", operands.item[0]);
	list_proof_free(proof);
	return result;
}

static int
check_population(const struct context *context, struct trust *trust,
    struct bytes text, struct operands operands, struct error *err)
{
	struct population population;
	int result = -1;

	if (population_parse(&population, text, err) == -1)
		return error_within(err, "%s", operands.item[0]);
	if (trust_note(trust, population.proof->note, err) == 0)
		result = lists_check_population(context, &population,
		    trust->has_key ? &trust->key.key : NULL, text,
		    operands.count == 2 ? operands.item[1] : NULL, err);
	if (result == -1)
		error_place(err, "%s", operands.item[0]);
	population_free(&population);
	return result;
}

static int
run_check(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct check_options *options = given;
	struct buffer text = buffer_new(2 * LIMIT_LIST_PROOF);
	struct trust trust = { .has_key = false };
	bool extension, lists, population;
	int result = -1;

	if (trust_of(&trust, options, err) == -1 ||
	    file_read(&text, operands.item[0], err) == -1)
		goto done;
	extension = options->consistency ||
	    (operands.count == 1 && tlog_extension_is(buffer_bytes(&text)));
	lists = !extension && list_proof_is(buffer_bytes(&text));
	population = !extension && population_is(buffer_bytes(&text));
	if (!lists && !population && operands.count != (extension ? 1 : 2))
		error_set(err, ERROR_UNDECIDED, "see `vouch check-proof -h'",
		    extension
			? "a proof of consistency is one file"
			: "check-proof wants a proof and the entry's line");
	else if (lists)
		result = check_lists(context, &trust, buffer_bytes(&text),
		    operands, err);
	else if (population)
		result = check_population(context, &trust, buffer_bytes(&text),
		    operands, err);
	else if (extension)
		result = check_extension(context, &trust, buffer_bytes(&text),
		    operands.item[0], err);
	else
		result = check_inclusion(context, &trust, buffer_bytes(&text),
		    operands.item[0], operands.item[1], err);
done:
	trust_free(&trust);
	buffer_free(&text);
	return result;
}

static const char *const check_examples[] = {
	"vouch prove 0 -o 0.tlog-proof && vouch show 0 --raw >0.entry",
	"vouch check-proof 0.tlog-proof 0.entry --key "
	"\"$(vouch status --json | jq -r .vkey)\"",
	NULL,
};

const struct command cmd_check_proof = {
	.name = "check-proof",
	.group = "Hand over",
	.summary = "check a proof or receipt, without the ledger",
	.operands =
	    "FILE ENTRY-FILE | --consistency FILE | FILE [ENTRIES-FILE]",
	.least = 1,
	.most = 2,
	.options = check_rows,
	.options_size = sizeof(struct check_options),
	.machine = true,
	.run = run_check,
	.description =
	    "FILE is a proof that `vouch prove' wrote, or a receipt; "
	    "ENTRY-FILE the entry's exact line, from `vouch show ENTRY --raw' "
	    "or beside the receipt. No ledger is looked at. The checkpoint "
	    "must be signed by the ledger whose verifier key is given, and "
	    "the hashes must lead from the line to its root.\n\n"
	    "FILE may be a proof that lists are complete, from `vouch prove "
	    "--complete'. ENTRIES-FILE, which it left beside, has the lines "
	    "of the entries: each is then shown, and checked to belong. Or it is a "
	    "population from `vouch population'.\n\n"
	    "--policy names more logs, witnesses and a quorum: their "
	    "cosignatures of the checkpoint are verified, and which quorum "
	    "was met is said, and by when the entry was recorded at the "
	    "latest. A checkpoint must satisfy both --key and "
	    "--policy where both are given.\n\n"
	    "Exit status 0: it is proved; 1: it is not, and why; 2: something "
	    "is malformed, and where.",
	.examples = check_examples,
};
