#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/decide.h"
#include "cli/gate_formats.h"
#include "cli/verdicts.h"
#include "ledger/verify.h"

/* Whether a deployment would be allowed, for people and for CI. */

struct gate_options {
	const char *to;
	const char *as;
	const char *format;
	bool all;
	bool verify;
};

static const char *const formats[] = { "text", "json", "junit", "sarif", NULL };

static const struct option options[] = {
	{ "to", 0, OPTION_TEXT, offsetof(struct gate_options, to),
	    "ENVIRONMENT", "where it would go", NULL, true },
	{ "as", 0, OPTION_TEXT, offsetof(struct gate_options, as), "NAME",
	    "who would deploy it (whose key you have)", NULL, false },
	{ "format", 0, OPTION_CHOICE, offsetof(struct gate_options, format),
	    "FORMAT", "text, json, junit or sarif", formats, false },
	{ "all", 'a', OPTION_FLAG, offsetof(struct gate_options, all), NULL,
	    "rules that are not applicable, too", NULL, false },
	{ "verify", 0, OPTION_FLAG, offsetof(struct gate_options, verify), NULL,
	    "verify the whole ledger first", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* Whether the ledger that would be asked is sound. */
static int
check_ledger(const struct context *context, struct error *err)
{
	struct buffer path = buffer_new(8192);
	struct verify_options how = { .threads = 0 };
	struct verify_result result;
	int done = -1;

	if (session_store_path(&path, context, err) == 0 &&
	    verify_ledger(&result, buffer_string(&path), &how, err) == 0)
		done = result.problems == 0
		    ? 0
		    : error_set(err, ERROR_UNDECIDED, "run `vouch verify'",
			  "the ledger has %llu problem%s",
			  (unsigned long long)result.problems,
			  result.problems == 1 ? "" : "s");
	buffer_free(&path);
	return done;
}

/* 0 go, 1 no-go, 2 cannot be decided: then something is missing, and nothing
 * that is there says no. */
static int
verdict_of(const struct judgement *judgement)
{
	if (judgement->allowed)
		return 0;
	for (size_t i = 0; i < judgement->count; i++) {
		if (judged_denies(&judgement->judged[i]) &&
		    judgement->judged[i].result == RESULT_FAIL)
			return ERROR_NO;
	}
	return ERROR_UNDECIDED;
}

static void
say_text(const struct context *context, const struct judgement *judgement,
    int verdict, const char *model, const char *environment, int64_t now_ms,
    bool all)
{
	static const char *const words[] = { "go", "no go",
		"cannot be decided: evidence is missing" };
	struct buffer counts = buffer_new(4096);
	struct terminal terminal;

	terminal_begin(&terminal, context, false);
	verdicts_print(&terminal, judgement, now_ms, all);
	verdicts_count(&counts, judgement);
	terminal_say(&terminal, verdict == 0 ? STYLE_GOOD : STYLE_BAD, "%s",
	    words[verdict]);
	fputs(": ", terminal.out);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(model));
	fputs(" to ", terminal.out);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(environment));
	fprintf(terminal.out, " (%s)\n", buffer_string(&counts));
	if (!judgement->gated)
		fputs("no policy in force says anything of deployments; see "
		      "`vouch help policy publish'\n",
		    terminal.out);
	terminal_end(&terminal);
	buffer_free(&counts);
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct gate_options *gate = given;
	const char *format = context->json ? "json"
	    : gate->format == NULL         ? "text"
					   : gate->format;
	struct question question = { .kind = kind_named("deployment") };
	struct json *statement = NULL;
	struct reader *reader = NULL;
	struct judge *judge = NULL;
	struct judgement judgement;
	struct append_view view;
	struct public_key key;
	const char *model;
	int result = -1;

	if ((gate->verify && check_ledger(context, err) == -1) ||
	    session_read(&reader, context, err) == -1 ||
	    judge_new(&judge, err) == -1 ||
	    decide_candidate(&statement, reader, operands.item[0], gate->to,
		err) == -1 ||
	    decide_presumed(&question, &key, reader, gate->as, err) == -1)
		goto done;
	view = decide_view(reader, clock_now_ms());
	question.statement = statement;
	if (judge_ask(judge, &view, &question, NULL, 0, &judgement, err) == -1)
		goto done;
	model = json_member_text(json_first(json_member(statement, "subject")),
	    "name");
	context->verdict = verdict_of(&judgement);
	if (strcmp(format, "text") == 0)
		say_text(context, &judgement, context->verdict, model, gate->to,
		    view.time_ms, gate->all);
	else
		gate_format(stdout, format, &judgement, context->verdict, model,
		    gate->to);
	result = 0;
done:
	/* A ledger that is not what it should be says neither yes nor no. */
	if (result == -1 && err->class == ERROR_NO)
		err->class = ERROR_UNDECIDED;
	json_free(statement);
	judge_free(judge);
	reader_close(reader);
	return result;
}

static const char *const examples[] = {
	"vouch gate credit --to production",
	"vouch gate credit --to production --format junit",
	NULL,
};

const struct command cmd_gate = {
	.name = "gate",
	.group = "Decide",
	.summary = "ask whether a model may go somewhere",
	.operands = "MODEL",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct gate_options),
	.reads = true,
	.machine = true,
	.run = run,
	.description =
	    "Rule by rule what `vouch deploy' would be told, with the values "
	    "that decide and the command that supplies what is missing. "
	    "Records nothing. With --verify the whole ledger is verified first. "
	    "Exit status 0: go; 1: no go; 2: it cannot be "
	    "decided, because evidence is missing or the ledger cannot be "
	    "read.\n\n"
	    "--format junit and sarif are for CI systems, which show them "
	    "beside the build.",
	.examples = examples,
};
