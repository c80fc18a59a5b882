#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/decide.h"
#include "cli/terminal.h"
#include "cli/verdicts.h"

/* The rules over the whole ledger; and what waits for whom. */

struct audit_options {
	bool dry;
	bool all;
	const char *as;
};

static const struct option audit_rows[] = {
	{ "dry-run", 'n', OPTION_FLAG, offsetof(struct audit_options, dry),
	    NULL, "record nothing", NULL, false },
	{ "all", 'a', OPTION_FLAG, offsetof(struct audit_options, all), NULL,
	    "rules that are not applicable, too", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static void
say(struct context *context, const struct judgement *judgement, int64_t now_ms,
    bool all, uint64_t seq)
{
	struct buffer out = buffer_new((size_t)64 << 20);
	struct terminal terminal;

	context->verdict = judgement->allowed ? 0 : ERROR_NO;
	if (context->json) {
		buffer_printf(&out, "{\"good\":%s,",
		    judgement->allowed ? "true" : "false");
		if (seq != UINT64_MAX)
			buffer_printf(&out, "\"seq\":%llu,",
			    (unsigned long long)seq);
		buffer_text(&out, "\"results\":");
		verdicts_json(&out, judgement);
		buffer_text(&out, "}\n");
		fputs(buffer_string(&out), stdout);
		buffer_free(&out);
		return;
	}
	terminal_begin(&terminal, context, false);
	verdicts_print(&terminal, judgement, now_ms, all);
	verdicts_count(&out, judgement);
	terminal_say(&terminal, judgement->allowed ? STYLE_GOOD : STYLE_BAD,
	    "audit: %s", buffer_string(&out));
	if (seq != UINT64_MAX)
		fprintf(terminal.out, " (recorded as entry %llu)",
		    (unsigned long long)seq);
	fputc('\n', terminal.out);
	terminal_end(&terminal);
	buffer_free(&out);
}

/* Asked without recording. */
static int
look(struct context *context, bool all, struct error *err)
{
	struct question question = { .kind = NULL };
	struct reader *reader = NULL;
	struct judge *judge = NULL;
	struct judgement judgement;
	struct append_view view;
	int result = -1;

	if (session_read(&reader, context, err) == -1 ||
	    judge_new(&judge, err) == -1)
		goto done;
	view = decide_view(reader, clock_now_ms());
	if (judge_ask(judge, &view, &question, NULL, 0, &judgement, err) == -1)
		goto done;
	say(context, &judgement, view.time_ms, all, UINT64_MAX);
	result = 0;
done:
	judge_free(judge);
	reader_close(reader);
	return result;
}

static int
run_audit(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct audit_options *options = given;
	const struct judgement *judgement;
	struct session_write session;
	struct append_own own;
	struct digest leaf;
	uint64_t seq;
	int result = -1;

	(void)operands;
	if (context->receipt != NULL &&
	    (options->dry || context->as_of != NULL))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "--receipt wants an audit that is recorded");
	if (options->dry || context->as_of != NULL)
		return look(context, options->all, err);
	if (session_write_unsigned(&session, context, err) == -1)
		return -1;
	own = gate_audit(session.gate);
	if (appender_add_own(session.appender, &own, &seq, &leaf, err) == 0) {
		gate_last(session.gate, &judgement);
		say(context, judgement, clock_now_ms(), options->all, seq);
		result = session_receipt(&session, seq, err);
	}
	session_write_end(&session);
	return result;
}

static const char *const audit_examples[] = {
	"vouch audit",
	"vouch audit --dry-run",
	NULL,
};

const struct command cmd_audit = {
	.name = "audit",
	.group = "Rules",
	.summary = "ask the rules over the whole ledger",
	.options = audit_rows,
	.options_size = sizeof(struct audit_options),
	.reads = true,
	.machine = true,
	.appends = true,
	.run = run_audit,
	.description =
	    "The rules on audit of the policies in force: over the ledger, "
	    "over each model in use, over each model registered. The verdict "
	    "is recorded, signed by the ledger; with --dry-run or --as-of "
	    "nothing is. Exit status 1 if a rule that denies does not hold.",
	.examples = audit_examples,
};

/* --- pending --- */

static const struct option pending_rows[] = {
	{ "as", 0, OPTION_TEXT, offsetof(struct audit_options, as), "NAME",
	    "for whom (everybody)", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

struct pending {
	struct context *context;
	struct terminal terminal;
	struct reader *reader;
	struct judge *judge;
	const struct principal *who; /* Or NULL: everybody. */
	size_t count;
};

/* Whether the records of a kind that name an entry were signed by somebody,
 * or by anybody if who is NULL; and how many there are. */
static int
answers(struct pending *pending, const char *kind, struct digest leaf,
    size_t *count, bool *own, struct error *err)
{
	struct index_query query = { .before = reader_size(pending->reader),
		.kind = kind,
		.mentions = &leaf };
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	*count = 0;
	*own = false;
	if (index_list(&list, reader_store(pending->reader), &query, err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, err);
		if (result == 0 && more && !row.superseded) {
			++*count;
			if (pending->who != NULL)
				*own |= public_key_equal(row.signer,
				    pending->who->key);
		}
	} while (result == 0 && more);
	index_list_free(list);
	return result;
}

static bool
may(const struct pending *pending, const char *kind)
{
	return pending->who == NULL ||
	    (pending->who->roles & kind_named(kind)->roles) != 0;
}

static void
say_task(struct pending *pending, uint64_t seq, const char *what,
    const char *name, const char *where, const char *command)
{
	struct terminal *terminal = &pending->terminal;

	pending->count++;
	if (pending->context->json) {
		printf("%s{\"seq\":%llu,\"what\":",
		    pending->count == 1 ? "" : ",", (unsigned long long)seq);
		print_json_text(what);
		printf(",\"name\":");
		print_json_text(name);
		printf(",\"environment\":");
		print_json_text(where == NULL ? "" : where);
		printf(",\"command\":");
		print_json_text(command);
		printf("}");
		return;
	}
	terminal_say(terminal, STYLE_WARN, "%s ",
	    terminal->unicode ? "→" : ">");
	terminal_show(terminal, STYLE_NAME, bytes_of_text(name));
	if (where != NULL) {
		fputs(" to ", terminal->out);
		terminal_show(terminal, STYLE_NAME, bytes_of_text(where));
	}
	fprintf(terminal->out, " (entry %llu): %s\n", (unsigned long long)seq,
	    what);
	terminal_say(terminal, STYLE_FAINT, "    %s\n", command);
}

/* What stops a deployment now, in words. */
static int
what_stops(struct pending *pending, const struct reader_entry *proposal,
    struct buffer *out, bool *go, struct error *err)
{
	const struct json *predicate = proposal->record.predicate;
	struct json *members = json_new_object(), *statement = NULL;
	struct append_view view = decide_view(pending->reader, clock_now_ms());
	struct question question = { .kind = kind_named("deployment") };
	struct judgement judgement;
	struct public_key key;
	int result = -1;

	if (json_put(members, "action", json_new_text("deploy"), err) == -1 ||
	    decide_copy(members, "model", predicate, "about", err) == -1 ||
	    decide_copy(members, "environment", predicate, "environment",
		err) == -1 ||
	    json_put(members, "proposal",
		json_new_text(digest_hex(proposal->leaf).text), err) == -1 ||
	    decide_statement(&statement, "deployment",
		reader_checkpoint(pending->reader)->origin, members, NULL,
		err) == -1)
		goto done;
	question.statement = statement;
	for (size_t i = 0; i < authority_count(view.authority); i++) {
		const struct principal *one = authority_at(view.authority, i);

		if (one->ended_seq == AUTHORITY_NEVER &&
		    (one->roles & question.kind->roles) != 0) {
			key = one->key;
			question.signer = &key;
			question.signer_count = 1;
		}
	}
	if (judge_ask(pending->judge, &view, &question, NULL, 0, &judgement,
		err) == -1)
		goto done;
	*go = judgement.allowed;
	judgement_reason(out, &judgement);
	result = 0;
done:
	json_free(members);
	json_free(statement);
	return result;
}

static int
look_at_proposal(struct pending *pending, const struct index_row *row,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct buffer stops = buffer_new(4096), what = buffer_new(8192);
	struct buffer command = buffer_new(1000);
	size_t approvals, rejections, deployments;
	const char *name, *where, *until;
	bool own, rejected_by_me, ignored, go = false;
	int64_t end;
	int result = -1;

	if (reader_read(pending->reader, row->seq, &entry, err) == -1 ||
	    answers(pending, "approval", row->leaf, &approvals, &own, err) ==
		-1 ||
	    answers(pending, "rejection", row->leaf, &rejections,
		&rejected_by_me, err) == -1 ||
	    answers(pending, "deployment", row->leaf, &deployments, &ignored,
		err) == -1)
		goto done;
	name = json_member_text(json_first(entry.record.subjects), "name");
	where = json_member_text(entry.record.predicate, "environment");
	until = json_member_text(entry.record.predicate, "until");
	result = 0;
	if (deployments > 0 || rejections > 0 || own ||
	    (until != NULL && time_parse_exact(&end, bytes_of_text(until)) &&
		end < clock_now_ms()))
		goto done;
	if (where != NULL &&
	    what_stops(pending, &entry, &stops, &go, err) == -1) {
		result = -1;
		goto done;
	}
	if (where != NULL && go) {
		if (!may(pending, "deployment"))
			goto done;
		buffer_printf(&what, "%zu approval%s, ready to be deployed",
		    approvals, approvals == 1 ? "" : "s");
		buffer_printf(&command, "vouch deploy %llu",
		    (unsigned long long)row->seq);
	} else {
		if (!may(pending, "approval"))
			goto done;
		buffer_printf(&what, "%zu approval%s", approvals,
		    approvals == 1 ? "" : "s");
		if (stops.len > 0)
			buffer_printf(&what, "; stopped by %s",
			    buffer_string(&stops));
		buffer_printf(&command,
		    "vouch approve %llu --because TEXT, or vouch reject %llu "
		    "--because TEXT",
		    (unsigned long long)row->seq, (unsigned long long)row->seq);
	}
	say_task(pending, row->seq, buffer_string(&what), name, where,
	    buffer_string(&command));
done:
	reader_entry_free(&entry);
	buffer_free(&stops);
	buffer_free(&what);
	buffer_free(&command);
	return result;
}

/* A deployment ahead of the rules that nobody has reviewed. */
static int
look_at_deployment(struct pending *pending, const struct index_row *row,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	char command[120];
	size_t reviews;
	bool own;
	int result = -1;

	if (reader_read(pending->reader, row->seq, &entry, err) == -1 ||
	    answers(pending, "review", row->leaf, &reviews, &own, err) == -1)
		goto done;
	result = 0;
	if (reviews > 0 || !may(pending, "review") ||
	    !json_bool(json_member(entry.record.predicate, "emergency")))
		goto done;
	(void)snprintf(command, sizeof command,
	    "vouch review %llu --outcome upheld|reversed --because TEXT",
	    (unsigned long long)row->seq);
	say_task(pending, row->seq, "an emergency to be reviewed",
	    json_member_text(json_first(entry.record.subjects), "name"),
	    json_member_text(entry.record.predicate, "environment"), command);
done:
	reader_entry_free(&entry);
	return result;
}

static int
each_of(struct pending *pending, const char *kind,
    int (*look_at)(struct pending *pending, const struct index_row *row,
	struct error *err),
    struct error *err)
{
	struct index_query query = { .before = reader_size(pending->reader),
		.kind = kind,
		.oldest_first = true };
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	if (index_list(&list, reader_store(pending->reader), &query, err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, err);
		if (result == 0 && more && !row.superseded)
			result = look_at(pending, &row, err);
	} while (result == 0 && more);
	index_list_free(list);
	return result;
}

static int
run_pending(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct audit_options *options = given;
	struct pending pending = { .context = context };
	int result = -1;

	(void)operands;
	if (session_read(&pending.reader, context, err) == -1 ||
	    judge_new(&pending.judge, err) == -1)
		goto done;
	if (options->as != NULL) {
		pending.who =
		    authority_by_name(reader_authority(pending.reader),
			options->as);
		if (pending.who == NULL) {
			error_set(err, ERROR_UNDECIDED, "see `vouch key list'",
			    "nobody called '%.100s'", options->as);
			goto done;
		}
	}
	terminal_begin(&pending.terminal, context, true);
	if (context->json)
		printf("[");
	result = each_of(&pending, "proposal", look_at_proposal, err);
	if (result == 0)
		result =
		    each_of(&pending, "deployment", look_at_deployment, err);
	if (context->json)
		printf("]\n");
	else if (result == 0 && pending.count == 0)
		fputs("nothing waits\n", pending.terminal.out);
	terminal_end(&pending.terminal);
done:
	judge_free(pending.judge);
	reader_close(pending.reader);
	return result;
}

static const char *const pending_examples[] = {
	"vouch pending",
	"vouch pending --as dana",
	NULL,
};

const struct command cmd_pending = {
	.name = "pending",
	.group = "Decide",
	.summary = "what waits for a decision, and why",
	.options = pending_rows,
	.options_size = sizeof(struct audit_options),
	.reads = true,
	.machine = true,
	.run = run_pending,
	.description =
	    "Proposals that are not answered, those that are ready to be "
	    "deployed, and emergencies to be reviewed, each with the command "
	    "that does it. With --as, only what that person may do and has "
	    "not done.",
	.examples = pending_examples,
};
