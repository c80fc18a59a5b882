#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/decide.h"
#include "cli/policy_file.h"
#include "cli/terminal.h"
#include "cli/verdicts.h"
#include "policy/examples.h"
#include "policy/past.h"

/* Rules tried out: examples, explanations, expressions, the past. */

struct rules_options {
	const char *subject;
	const char *to;
	const char *as;
	const char *since;
	bool verbose;
};

#define AT(field) offsetof(struct rules_options, field)
#define END_ROW \
	{ \
		NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false \
	}

/* --- policy test --- */

struct telling {
	const struct context *context;
	struct terminal terminal;
	bool verbose;
	bool first;
};

static void
tell_result(void *cookie, const struct example_result *result)
{
	struct telling *telling = cookie;
	struct terminal *terminal = &telling->terminal;

	if (telling->context->json) {
		printf("%s{\"example\":", telling->first ? "" : ",");
		telling->first = false;
		print_json_text(result->example);
		printf(",\"line\":%zu,\"rule\":", result->line);
		print_json_text(result->rule);
		printf(",\"wanted\":\"%s\",\"got\":\"%s\",\"right\":%s}",
		    result->wanted, result->got,
		    result->right ? "true" : "false");
		return;
	}
	if (result->right && !telling->verbose)
		return;
	terminal_say(terminal, result->right ? STYLE_GOOD : STYLE_BAD, "%s ",
	    !terminal->unicode  ? (result->right ? "ok" : "x")
		: result->right ? "✓"
				: "✗");
	terminal_show(terminal, STYLE_PLAIN, bytes_of_text(result->example));
	fputs(": ", terminal->out);
	terminal_show(terminal, STYLE_NAME, bytes_of_text(result->rule));
	fprintf(terminal->out, " is %s", result->got);
	if (!result->right)
		fprintf(terminal->out, ", not %s (line %zu)", result->wanted,
		    result->line);
	if (!result->right && result->message != NULL) {
		fputs(": ", terminal->out);
		terminal_show(terminal, STYLE_PLAIN,
		    bytes_of_text(result->message));
	}
	fputc('\n', terminal->out);
}

static void
say_coverage(struct terminal *terminal, const struct examples_report *report)
{
	for (size_t i = 0; i < report->rules; i++) {
		const struct rule_coverage *one = &report->coverage[i];
		bool other = one->reached[RESULT_FAIL] ||
		    one->reached[RESULT_NO_EVIDENCE] ||
		    one->reached[RESULT_ERROR];

		if (strcmp(one->rule->id, "emergency-review") == 0 ||
		    (one->reached[RESULT_PASS] && other))
			continue;
		terminal_say(terminal, STYLE_WARN, "! ");
		terminal_say(terminal, STYLE_NAME, "%s", one->rule->id);
		fprintf(terminal->out, " %s in no example\n",
		    !one->reached[RESULT_PASS] && !other ? "is asked"
			: one->reached[RESULT_PASS]      ? "fails"
							 : "passes");
	}
}

static int
test_one(struct telling *telling, const struct policy_file *file, bool *good,
    struct error *err)
{
	struct examples_report report;

	if (telling->context->json)
		printf("{\"policy\":\"%s\",\"results\":[", file->policy->name);
	telling->first = true;
	if (examples_run(&report, file->policy, tell_result, telling, err) ==
	    -1)
		return error_within(err, "%s", file->path);
	if (telling->context->json) {
		printf("],\"examples\":%zu,\"expectations\":%zu,\"wrong\":%zu,"
		       "\"rules\":%zu,\"rules_reached\":%zu,\"branches\":%zu,"
		       "\"branches_reached\":%zu}\n",
		    report.count, report.expectations, report.wrong,
		    report.rules, report.rules_reached, report.branches,
		    report.branches_reached);
	} else {
		say_coverage(&telling->terminal, &report);
		fprintf(telling->terminal.out,
		    "%s: %zu examples, %zu of %zu expectations right; %zu of "
		    "%zu rules both pass and do not; %zu of %zu branches\n",
		    file->policy->name, report.count,
		    report.expectations - report.wrong, report.expectations,
		    report.rules_reached, report.rules, report.branches_reached,
		    report.branches);
	}
	*good &= report.wrong == 0 && report.count > 0;
	examples_free(&report);
	return 0;
}

static int
run_test(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct rules_options *options = given;
	struct telling telling = { .context = context,
		.verbose = options->verbose };
	bool good = true;
	int result = 0;

	terminal_begin(&telling.terminal, context, false);
	for (size_t i = 0; result == 0 && i < operands.count; i++) {
		struct policy_file file;

		result = policy_file_read(&file, operands.item[i], err);
		if (result == -1)
			break;
		result = test_one(&telling, &file, &good, err);
		policy_file_free(&file);
	}
	terminal_end(&telling.terminal);
	context->verdict = good ? 0 : ERROR_NO;
	return result;
}

static const struct option test_rows[] = {
	{ "verbose", 'v', OPTION_FLAG, AT(verbose), NULL,
	    "what came out right, too", NULL, false },
	END_ROW,
};

static const char *const test_examples[] = {
	"vouch policy test credit.yaml",
	NULL,
};

const struct command cmd_policy_test = {
	.name = "test",
	.parent = "policy",
	.group = "Rules",
	.summary = "try the examples beside the rules",
	.operands = "FILE…",
	.least = 1,
	.most = 1000,
	.options = test_rows,
	.options_size = sizeof(struct rules_options),
	.machine = true,
	.run = run_test,
	.description =
	    "Each example says what is given (records, a signer, a time) and "
	    "what it expects of which rule: pass, fail, no evidence, not "
	    "applicable or error. Shows which rules and which branches of "
	    "their conditions no example reaches. Exit status 1 if one comes "
	    "out otherwise, or if there are none.",
	.examples = test_examples,
};

/* --- policy explain --- */

struct explaining {
	struct terminal terminal;
	size_t terms;
};

struct part_telling {
	struct terminal *terminal;
	const struct cel_trace *trace;
	struct buffer line;
};

/* An expression on one line, and short. */
static void
one_line(struct buffer *out, struct bytes text)
{
	bool space = false;

	buffer_clear(out);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			space = out->len > 0;
			continue;
		}
		if (space)
			buffer_byte(out, ' ');
		space = false;
		buffer_byte(out, c);
	}
}

static void
tell_part(void *cookie, const struct cel_part *part)
{
	struct part_telling *telling = cookie;
	const struct cel_value *value = &telling->trace->value[part->number];
	struct terminal *terminal = telling->terminal;
	struct buffer shown = buffer_new((size_t)1 << 20);
	enum style style = STYLE_PLAIN;
	size_t used;

	/* What was not evaluated, literals and whole records say nothing. */
	if (part->constant ||
	    (value->type == CEL_ERROR && value->text.data == NULL) ||
	    (value->type == CEL_MAP && part->depth > 0)) {
		buffer_free(&shown);
		return;
	}
	one_line(&telling->line, part->text);
	fprintf(terminal->out, "    %*s", (int)(part->depth * 2), "");
	used = terminal_show_within(terminal, STYLE_PLAIN,
	    buffer_bytes(&telling->line),
	    terminal->width > 40 ? terminal->width - 24 - part->depth * 2 : 40);
	(void)used;
	fputs(" = ", terminal->out);
	if (value->type == CEL_ERROR) {
		buffer_text(&shown, "error: ");
		buffer_append(&shown, value->text);
		style = STYLE_BAD;
	} else if (value->type == CEL_LIST && value->list->count > 3) {
		buffer_printf(&shown, "[%zu items]", value->list->count);
	} else if (value->type == CEL_LIST && value->list->count > 0 &&
	    value->list->item[0].type == CEL_MAP) {
		buffer_printf(&shown, "[%zu record%s]", value->list->count,
		    value->list->count == 1 ? "" : "s");
	} else {
		cel_write(&shown, value);
		if (value->type == CEL_BOOL)
			style = value->boolean ? STYLE_GOOD : STYLE_BAD;
	}
	terminal_show(terminal, style, buffer_bytes(&shown));
	if (part->in_macro)
		terminal_say(terminal, STYLE_FAINT,
		    " (of the last one looked "
		    "at)");
	fputc('\n', terminal->out);
	buffer_free(&shown);
}

static void
explain_term(void *cookie, const struct judged *judged, const char *term,
    const struct cel_program *program, const struct cel_trace *trace,
    const struct cel_value *value)
{
	struct explaining *explaining = cookie;
	struct part_telling telling = { &explaining->terminal, trace,
		buffer_new((size_t)1 << 20) };

	(void)judged;
	(void)value;
	explaining->terms++;
	terminal_say(&explaining->terminal, STYLE_STRONG, "  %s\n", term);
	cel_parts(program, tell_part, &telling);
	buffer_free(&telling.line);
}

static void
explain_result(struct terminal *terminal, const struct judged *judged,
    int64_t now_ms)
{
	struct judgement one = { .count = 1,
		.judged = (struct judged *)(uintptr_t)judged };

	verdicts_print(terminal, &one, now_ms, true);
	fprintf(terminal->out, "                 because: %s\n",
	    judged->rule->because);
}

/* "POLICY/RULE" or RULE. */
static void
split_rule(struct judge_listener *listener, char *text)
{
	char *slash = strchr(text, '/');

	listener->rule = text;
	if (slash != NULL) {
		*slash = '\0';
		listener->policy = text;
		listener->rule = slash + 1;
	}
}

/* Ask with the ear open; the results of that rule are shown. */
static size_t
explain_asked(struct explaining *explaining, const struct judgement *judgement,
    const struct judge_listener *listener, int64_t now_ms)
{
	size_t shown = 0;

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judged *judged = &judgement->judged[i];

		if (judged->rule == NULL ||
		    strcmp(judged->rule->id, listener->rule) != 0 ||
		    (listener->policy != NULL &&
			strcmp(listener->policy, judged->edition->said.name) !=
			    0))
			continue;
		explain_result(&explaining->terminal, judged, now_ms);
		shown++;
	}
	return shown;
}

static int
explain(struct context *context, struct reader *reader, struct judge *judge,
    const struct rules_options *options, char *what, struct error *err)
{
	struct explaining explaining;
	struct judge_listener listener = { .cookie = &explaining,
		.told = explain_term };
	struct append_view view = decide_view(reader, clock_now_ms());
	struct question question = { .kind = kind_named("deployment") };
	struct json *statement = NULL;
	struct judgement judgement;
	struct public_key key;
	size_t shown = 0;
	int result = -1;

	split_rule(&listener, what);
	explaining.terms = 0;
	terminal_begin(&explaining.terminal, context, true);
	judge_listen(judge, &listener);
	if (options->subject != NULL) {
		if (decide_candidate(&statement, reader, options->subject,
			options->to, err) == -1)
			goto done;
		question.statement = statement;
		if (decide_presumed(&question, &key, reader, options->as,
			err) == -1)
			goto done;
		if (judge_ask(judge, &view, &question, NULL, 0, &judgement,
			err) == -1)
			goto done;
		shown = explain_asked(&explaining, &judgement, &listener,
		    view.time_ms);
	}
	if (shown == 0) {
		question = (struct question){ .kind = NULL };
		if (judge_ask(judge, &view, &question, NULL, 0, &judgement,
			err) == -1)
			goto done;
		shown = explain_asked(&explaining, &judgement, &listener,
		    view.time_ms);
	}
	if (shown == 0) {
		error_set(err, ERROR_UNDECIDED,
		    "see `vouch policy list', and say --subject MODEL",
		    "no rule '%.100s' in force can be asked%s", listener.rule,
		    options->subject == NULL ? " without a subject" : "");
		goto done;
	}
	result = 0;
done:
	judge_listen(judge, NULL);
	terminal_end(&explaining.terminal);
	json_free(statement);
	return result;
}

static int
run_explain(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct rules_options *options = given;
	struct rules_options whole = *options;
	struct reader *reader = NULL;
	struct judge *judge = NULL;
	char *what = memory_text(operands.item[0]);
	int result = -1;

	if (whole.to == NULL)
		whole.to = "production";
	if (what == NULL)
		return error_memory(err);
	if (session_read(&reader, context, err) == 0 &&
	    judge_new(&judge, err) == 0)
		result = explain(context, reader, judge, &whole, what, err);
	judge_free(judge);
	reader_close(reader);
	memory_free(what);
	return result;
}

static const struct option explain_rows[] = {
	{ "subject", 's', OPTION_TEXT, AT(subject), "MODEL",
	    "the model that it is asked of", NULL, false },
	{ "to", 0, OPTION_TEXT, AT(to), "ENVIRONMENT",
	    "where it would be deployed (production)", NULL, false },
	{ "as", 0, OPTION_TEXT, AT(as), "NAME", "who would deploy it", NULL,
	    false },
	END_ROW,
};

static const char *const explain_examples[] = {
	"vouch policy explain starter/good-enough --subject credit",
	NULL,
};

const struct command cmd_policy_explain = {
	.name = "explain",
	.parent = "policy",
	.group = "Rules",
	.summary = "show how a rule comes to its result",
	.operands = "RULE",
	.least = 1,
	.most = 1,
	.options = explain_rows,
	.options_size = sizeof(struct rules_options),
	.reads = true,
	.run = run_explain,
	.description =
	    "RULE is POLICY/ID, or ID alone. Each part of its expressions is "
	    "shown with its value. It is asked of a deployment of the model; "
	    "rules for audits are asked of the ledger.",
	.examples = explain_examples,
};

/* --- policy eval --- */

/* One expression: its value, or where it is wrong. */
static bool
evaluate_line(struct judge *judge, struct terminal *terminal, const char *text)
{
	const struct cel_options options = { .names = policy_names,
		.strict = true };
	struct buffer shown = buffer_new((size_t)16 << 20);
	struct cel_program *program;
	struct cel_value value;
	struct error err;
	size_t column;
	bool good = false;

	if (cel_parse(&program, bytes_of_text(text), &options, &err) == -1) {
		terminal_say(terminal, STYLE_BAD, "%s", err.where);
		fputs(": ", terminal->out);
		terminal_show(terminal, STYLE_PLAIN, bytes_of_text(err.what));
		fputc('\n', terminal->out);
		if (sscanf(err.where, "line 1, column %zu", &column) == 1) {
			cel_show_place(&shown, bytes_of_text(text), column - 1);
			fputs(buffer_string(&shown), terminal->out);
		}
		buffer_free(&shown);
		return false;
	}
	value = judge_evaluate(judge, program);
	if (context_check(judge_context(judge), &err) == -1) {
		terminal_show(terminal, STYLE_BAD, bytes_of_text(err.what));
	} else if (value.type == CEL_ERROR) {
		terminal_say(terminal, STYLE_BAD, "error: ");
		terminal_show(terminal, STYLE_PLAIN, value.text);
	} else {
		cel_write(&shown, &value);
		terminal_show(terminal, STYLE_PLAIN, buffer_bytes(&shown));
		good = true;
	}
	fputc('\n', terminal->out);
	cel_program_free(program);
	buffer_free(&shown);
	return good;
}

static void
prompt(struct judge *judge, struct terminal *terminal)
{
	bool asks = isatty(STDIN_FILENO) && terminal->is_terminal;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (asks)
		fputs("expressions on the ledger; an empty line ends\n",
		    terminal->out);
	for (;;) {
		if (asks)
			fputs("cel> ", terminal->out);
		fflush(terminal->out);
		len = getline(&line, &room, stdin);
		if (len <= 0)
			break;
		while (len > 0 &&
		    (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		if (len == 0)
			break;
		(void)evaluate_line(judge, terminal, line);
	}
	free(line);
}

static int
run_eval(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct rules_options *options = given;
	struct question question = { .kind = NULL };
	struct json *statement = NULL;
	struct reader *reader = NULL;
	struct judge *judge = NULL;
	struct terminal terminal;
	struct append_view view;
	struct public_key key;
	int result = -1;

	if (session_read(&reader, context, err) == -1 ||
	    judge_new(&judge, err) == -1)
		goto done;
	view = decide_view(reader, clock_now_ms());
	if (options->subject != NULL) {
		question.kind = kind_named("deployment");
		if (decide_candidate(&statement, reader, options->subject,
			options->to == NULL ? "production" : options->to,
			err) == -1)
			goto done;
		question.statement = statement;
		if (decide_presumed(&question, &key, reader, options->as,
			err) == -1)
			goto done;
	}
	if (judge_look(judge, &view, &question, err) == -1)
		goto done;
	terminal_begin(&terminal, context, false);
	if (operands.count == 0)
		prompt(judge, &terminal);
	else if (!evaluate_line(judge, &terminal, operands.item[0]))
		context->verdict = ERROR_NO;
	terminal_end(&terminal);
	result = 0;
done:
	json_free(statement);
	judge_free(judge);
	reader_close(reader);
	return result;
}

static const char *const eval_examples[] = {
	"vouch policy eval 'size(ledger.runs)'",
	"vouch policy eval --subject credit 'lineage.evaluations.map(e, "
	"e.metrics)'",
	NULL,
};

const struct command cmd_policy_eval = {
	.name = "eval",
	.parent = "policy",
	.group = "Rules",
	.summary = "try expressions on the ledger",
	.operands = "[EXPRESSION]",
	.most = 1,
	.options = explain_rows,
	.options_size = sizeof(struct rules_options),
	.reads = true,
	.run = run_eval,
	.description =
	    "Sees what a rule sees (docs/rules.md). With --subject, the record "
	    "is a deployment of that model. Without an expression it asks for "
	    "one after the other.",
	.examples = eval_examples,
};

/* --- policy simulate --- */

struct simulation {
	struct terminal terminal;
	const struct context *context;
	struct store *store;
	struct past *past;
	struct judge *judge;
	const struct edition *draft;
	struct buffer reason;
	size_t asked;
	size_t changed;
	bool first;
};

/* What the verdict on record said of an entry: the next one, if it is one. */
static const char *
decided(struct simulation *simulation, uint64_t seq, uint64_t size)
{
	struct index_row row;
	struct error ignored;

	if (seq + 1 >= size ||
	    index_row_at(simulation->store, seq + 1, size, &row, &ignored) ==
		-1 ||
	    strcmp(row.kind->name, "verdict") != 0)
		return "not judged";
	return strcmp(row.status, "allowed") == 0 ? "allowed" : "not judged";
}

static void
tell_decision(struct simulation *simulation, uint64_t seq,
    const struct append_view *view, const struct question *question,
    const char *was, const struct judgement *judgement)
{
	const char *is = judgement->allowed ? "allowed" : "refused";
	const char *name =
	    json_member_text(json_first(json_member(question->statement,
				 "subject")),
		"name");
	struct terminal *terminal = &simulation->terminal;
	bool same = strcmp(was, is) == 0 ||
	    (judgement->allowed && strcmp(was, "not judged") == 0);

	simulation->asked++;
	simulation->changed += !same;
	buffer_clear(&simulation->reason);
	judgement_reason(&simulation->reason, judgement);
	if (simulation->context->json) {
		printf("%s{\"seq\":%llu,\"kind\":\"%s\",\"name\":",
		    simulation->first ? "" : ",", (unsigned long long)seq,
		    question->kind->name);
		simulation->first = false;
		print_json_text(name == NULL ? "" : name);
		printf(",\"was\":\"%s\",\"would_be\":\"%s\",\"because\":", was,
		    is);
		print_json_text(buffer_string(&simulation->reason));
		printf("}");
		return;
	}
	fprintf(terminal->out, "%6llu  %.10s  ", (unsigned long long)seq,
	    time_format(view->time_ms).text);
	terminal_say(terminal, STYLE_PLAIN, "%s of ", question->kind->name);
	terminal_show(terminal, STYLE_NAME,
	    bytes_of_text(name == NULL ? "?" : name));
	fprintf(terminal->out, ": %s; would be ", was);
	terminal_say(terminal, judgement->allowed ? STYLE_GOOD : STYLE_BAD,
	    "%s", is);
	if (!judgement->allowed)
		fprintf(terminal->out, " (%s)",
		    buffer_string(&simulation->reason));
	fputc('\n', terminal->out);
}

static int
simulate_row(struct simulation *simulation, const struct index_row *row,
    uint64_t size, struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct append_view view;
	struct question question;
	struct judgement judgement;
	const char *was;
	int result = 0;

	if (row->kind->roles == 0) {
		const char *hex;
		struct digest attempt;

		if (strcmp(row->status, "refused") != 0)
			goto done;
		result = -1;
		if (store_entry(simulation->store, row->seq, &entry.line,
			err) == -1 ||
		    entry_parse(&entry.entry, buffer_bytes(&entry.line), err) ==
			-1 ||
		    record_parse(&entry.record,
			buffer_bytes(&entry.entry.envelope.payload), err) == -1)
			goto done;
		hex = json_member_text(entry.record.predicate, "attempt");
		if (!digest_parse(&attempt, bytes_of_text(hex)) ||
		    past_attempt(simulation->past, attempt, row->seq,
			row->time_ms, &question, &view, err) == -1)
			goto done;
		was = "refused";
	} else {
		if (strcmp(row->kind->name, "genesis") == 0 ||
		    strcmp(row->kind->name, "key") == 0)
			goto done;
		was = decided(simulation, row->seq, size);
		result = past_record(simulation->past, row->seq, &question,
		    &view, err);
		if (result == -1)
			goto done;
	}
	result = judge_ask(simulation->judge, &view, &question,
	    &simulation->draft, 1, &judgement, err);
	if (result == 0 && judgement.gated)
		tell_decision(simulation, row->seq, &view, &question, was,
		    &judgement);
done:
	reader_entry_free(&entry);
	return result;
}

static int
simulate(struct simulation *simulation, struct reader *reader, uint64_t from,
    struct error *err)
{
	struct index_query query = { .before = reader_size(reader),
		.from = from,
		.oldest_first = true };
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	if (index_list(&list, simulation->store, &query, err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, err);
		if (result == 0 && more)
			result = simulate_row(simulation, &row,
			    reader_size(reader), err);
	} while (result == 0 && more);
	index_list_free(list);
	return result;
}

static int
run_simulate(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct rules_options *options = given;
	struct simulation simulation = {
		.context = context, .reason = buffer_new(4096), .first = true
	};
	struct edition draft = { .policy = NULL };
	struct policy_file file = { .path = NULL };
	struct reader *reader = NULL;
	int64_t since;
	uint64_t from = 0;
	int result = -1;

	if (policy_file_read(&file, operands.item[0], err) == -1)
		return -1;
	if (session_read(&reader, context, err) == -1 ||
	    judge_new(&simulation.judge, err) == -1 ||
	    past_new(&simulation.past, reader_store(reader), err) == -1 ||
	    edition_of(&draft, file.policy, NULL, err) == -1)
		goto done;
	file.policy = NULL; /* The edition's now. */
	if (options->since != NULL &&
	    (time_parse(&since, options->since, clock_now_ms(), err) == -1 ||
		index_size_at(reader_store(reader), since, &from, err) == -1))
		goto done;
	simulation.store = reader_store(reader);
	simulation.draft = &draft;
	terminal_begin(&simulation.terminal, context, true);
	if (context->json)
		printf("{\"decisions\":[");
	result = simulate(&simulation, reader, from, err);
	if (result == 0 && context->json)
		printf("],\"asked\":%zu,\"changed\":%zu}\n", simulation.asked,
		    simulation.changed);
	else if (result == 0)
		fprintf(simulation.terminal.out,
		    "%zu decision%s, %zu would be otherwise\n",
		    simulation.asked, simulation.asked == 1 ? "" : "s",
		    simulation.changed);
	terminal_end(&simulation.terminal);
done:
	edition_free(&draft);
	past_free(simulation.past);
	judge_free(simulation.judge);
	reader_close(reader);
	policy_file_free(&file);
	buffer_free(&simulation.reason);
	return result;
}

static const struct option simulate_rows[] = {
	{ "since", 0, OPTION_TEXT, AT(since), "TIME",
	    "decisions from then on (all)", NULL, false },
	END_ROW,
};

static const char *const simulate_examples[] = {
	"vouch policy simulate credit.yaml --since 90d",
	NULL,
};

const struct command cmd_policy_simulate = {
	.name = "simulate",
	.parent = "policy",
	.group = "Rules",
	.summary = "what a policy would have said of the past",
	.operands = "FILE",
	.least = 1,
	.most = 1,
	.options = simulate_rows,
	.options_size = sizeof(struct rules_options),
	.reads = true,
	.machine = true,
	.run = run_simulate,
	.description =
	    "Asks the policy about each record it has rules on, and each that "
	    "was refused, as the ledger stood then, and compares with what was "
	    "decided.",
	.examples = simulate_examples,
};
