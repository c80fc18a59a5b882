#include "policy/judge.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "policy/judge_internal.h"

/* Texts of one judgement. */
#define TEXT_BYTES ((size_t)256 * 1024 * 1024)

const char *
result_name(enum result result)
{
	static const char *const names[] = { "pass", "fail", "waived",
		"no evidence", "not applicable", "error" };

	return names[result];
}

int
judge_new(struct judge **out, struct error *err)
{
	struct judge *judge = memory_new(1, sizeof *judge);

	if (judge == NULL)
		return error_memory(err);
	judge->scratch = buffer_new((size_t)64 * 1024 * 1024);
	if (context_new(&judge->context, err) == -1 ||
	    rulebook_new(&judge->rulebook, err) == -1 ||
	    arena_new(&judge->term, TERM_BYTES, err) == -1 ||
	    arena_new(&judge->texts, TEXT_BYTES, err) == -1 ||
	    arena_new(&judge->names, TEXT_BYTES, err) == -1) {
		judge_free(judge);
		return -1;
	}
	*out = judge;
	return 0;
}

void
judge_free(struct judge *judge)
{
	if (judge == NULL)
		return;
	context_free(judge->context);
	rulebook_free(judge->rulebook);
	arena_free(judge->term);
	arena_free(judge->texts);
	arena_free(judge->names);
	memory_free(judge->audited);
	memory_free(judge->trace.value);
	memory_free(judge->judged);
	memory_free(judge->said);
	buffer_free(&judge->scratch);
	memory_free(judge);
}

struct context *
judge_context(struct judge *judge)
{
	return judge->context;
}

struct rulebook *
judge_rulebook(struct judge *judge)
{
	return judge->rulebook;
}

bool
rule_is_on(const struct rule *rule, const struct kind *kind)
{
	return kind == NULL ? rule->on_audit
			    : rule->on[policy_kind_number(kind)];
}

bool
judged_denies(const struct judged *judged)
{
	if (judged->rule != NULL && !judged->rule->denies)
		return false;
	return judged->result == RESULT_FAIL ||
	    judged->result == RESULT_NO_EVIDENCE ||
	    judged->result == RESULT_ERROR;
}

/* --- One question --- */

void
judge_set_environment(struct judge *judge, const struct cel_value *record)
{
	const struct cel_value *value = judge_member(record, "environment");

	judge->environment[0] = '\0';
	if (value != NULL && value->type == CEL_STRING &&
	    value->text.len < sizeof judge->environment) {
		memcpy(judge->environment, value->text.data, value->text.len);
		judge->environment[value->text.len] = '\0';
	}
}

void
judge_set_about(struct judge *judge, struct digest digest, const char *name)
{
	judge->about = digest;
	(void)snprintf(judge->about_name, sizeof judge->about_name, "%s", name);
	judge->kept_name = judge_keep_text(judge,
	    bytes_of_text(judge->about_name), sizeof judge->about_name);
	judge->kept_environment = judge_keep_text(judge,
	    bytes_of_text(judge->environment), sizeof judge->environment);
	context_about(judge->context, digest, name);
	judge->variables[NAME_SUBJECT] = context_subject(judge->context);
	judge->variables[NAME_LINEAGE] = context_lineage(judge->context);
	judge->variables[NAME_MODEL] = context_model(judge->context);
}

void
judge_set_params(struct judge *judge, const struct edition *edition)
{
	if (judge->params_of == edition)
		return;
	judge->params_of = edition;
	judge->variables[NAME_PARAMS] =
	    context_json(judge->context, edition->params);
}

int
judge_unreadable(struct judge *judge, const struct edition *edition,
    struct error *err)
{
	struct judged *judged;
	const struct kind *kind = judge->question->kind;

	if (kind != NULL && strcmp(kind->name, "deployment") != 0)
		return 0;
	judged = judge_new_judged(judge, edition, NULL, err);
	if (judged == NULL)
		return -1;
	judged->result = judged->own = RESULT_ERROR;
	judged->message = "the policy cannot be read by this program";
	return 0;
}

static int
ask_of_record(struct judge *judge, struct error *err)
{
	for (size_t i = 0; i < judge->edition_count; i++) {
		const struct edition *edition = judge->editions[i];

		if (edition->policy == NULL) {
			if (judge_unreadable(judge, edition, err) == -1)
				return -1;
			continue;
		}
		for (size_t k = 0; k < edition->policy->rule_count; k++) {
			const struct rule *rule = &edition->policy->rule[k];

			if (!rule_is_on(rule, judge->question->kind))
				continue;
			judge_set_params(judge, edition);
			if (judge_rule(judge, edition, rule, NULL, err) == -1)
				return -1;
		}
	}
	return 0;
}

void
judge_set_variables(struct judge *judge)
{
	const struct question *question = judge->question;
	struct context *context = judge->context;
	struct cel_value *variables = judge->variables;

	judge->params_of = NULL;
	variables[NAME_KIND] = context_text(context,
	    question->kind == NULL ? "audit" : question->kind->name);
	variables[NAME_SIGNERS] =
	    context_signers(context, question->signer, question->signer_count);
	variables[NAME_SIGNER] = question->signer_count == 0
	    ? cel_map(context_arena(context), NULL, NULL, 0)
	    : context_signer(context, question->signer[0]);
	variables[NAME_NOW] = context_time(judge->view.time_ms);
	variables[NAME_LEDGER] = context_ledger(context);
	variables[NAME_RECORD] = question->statement == NULL
	    ? cel_map(context_arena(context), NULL, NULL, 0)
	    : context_statement(context, question->kind, question->statement);
}

static int
set_subject(struct judge *judge, struct error *err)
{
	const struct json *statement = judge->question->statement;
	const struct json *first =
	    json_first(json_member(statement, "subject"));
	const char *name = json_member_text(first, "name");
	const char *hex =
	    json_member_text(json_member(first, "digest"), "sha256");
	struct digest digest;

	if (name == NULL || hex == NULL ||
	    !digest_parse(&digest, bytes_of_text(hex)))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the record has no subject");
	judge_set_environment(judge, &judge->variables[NAME_RECORD]);
	judge_set_about(judge, digest, name);
	if (strcmp(judge->question->kind->name, "run") == 0)
		context_inputs(judge->context,
		    json_member(statement, "predicate"));
	return 0;
}

static int
copy_said(struct judge *judge, struct error *err)
{
	struct context_policy *grown = memory_grow(judge->said,
	    &judge->said_capacity, judge->edition_count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	judge->said = grown;
	for (size_t i = 0; i < judge->edition_count; i++)
		grown[i] = judge->editions[i]->said;
	return 0;
}

/* Whether any rule is about it: most records are nobody's business. */
static bool
is_gated(const struct judge *judge)
{
	const struct kind *kind = judge->question->kind;

	if (kind == NULL)
		return true;
	for (size_t i = 0; i < judge->edition_count; i++) {
		const struct policy *policy = judge->editions[i]->policy;

		if (policy == NULL && strcmp(kind->name, "deployment") == 0)
			return true;
		for (size_t k = 0; policy != NULL && k < policy->rule_count;
		     k++) {
			if (rule_is_on(&policy->rule[k], kind))
				return true;
		}
	}
	return false;
}

/* Whether a policy lets this go ahead of its rules. */
static bool
lifts(const struct judge *judge, const struct judged *judged)
{
	const struct policy *policy = judged->edition->policy;
	const struct json *predicate =
	    json_member(judge->question->statement, "predicate");

	if (policy == NULL || judged->rule == NULL || judged->rule->always ||
	    !policy->emergency.allowed ||
	    !json_bool(json_member(predicate, "emergency")))
		return false;
	for (size_t i = 0; i < judge->question->signer_count; i++) {
		const struct principal *signer =
		    authority_by_key(judge->view.authority,
			judge->question->signer[i]);

		if (signer != NULL &&
		    (signer->roles & policy->emergency.roles) != 0)
			return true;
	}
	return false;
}

static void
decide(struct judge *judge, struct judgement *out)
{
	memset(out, 0, sizeof *out);
	out->count = judge->count;
	out->judged = judge->judged;
	out->gated = true;
	out->allowed = true;
	for (size_t i = 0; i < judge->count; i++) {
		const struct judged *judged = &judge->judged[i];

		out->totals[judged->result]++;
		if (!judged_denies(judged))
			continue;
		if (lifts(judge, judged))
			out->emergency = true;
		else
			out->allowed = false;
	}
	out->emergency &= out->allowed;
}

/* Which editions are asked; and those in force, if none are given. */
static int
set_question(struct judge *judge, const struct append_view *view,
    const struct question *question, const struct edition *const *editions,
    size_t edition_count, struct error *err)
{
	judge->view = *view;
	judge->question = question;
	judge->count = 0;
	judge->taker = NULL;
	judge->editions = editions;
	judge->edition_count = edition_count;
	if (editions != NULL)
		return 0;
	return rulebook_at(judge->rulebook, view, &judge->editions,
	    &judge->edition_count, err);
}

static int
begin(struct judge *judge, struct error *err)
{
	arena_reset(judge->texts);
	judge->largest = 0;
	for (size_t i = 0; i < judge->edition_count; i++) {
		if (judge_trace_room(judge, judge->editions[i]->policy, err) ==
		    -1)
			return -1;
	}
	if (copy_said(judge, err) == -1)
		return -1;
	context_begin(judge->context, &judge->view, judge->said,
	    judge->edition_count);
	judge_set_variables(judge);
	return 0;
}

int
judge_audit(struct judge *judge, const struct append_view *view,
    const struct judge_taker *taker, struct error *err)
{
	static const struct question audit = { .kind = NULL };
	int result;

	if (set_question(judge, view, &audit, NULL, 0, err) == -1 ||
	    begin(judge, err) == -1)
		return -1;
	judge->taker = taker;
	result = judge_ask_audit(judge, err);
	judge->taker = NULL;
	return result == -1 ? -1 : context_check(judge->context, err);
}

int
judge_ask(struct judge *judge, const struct append_view *view,
    const struct question *question, const struct edition *const *editions,
    size_t edition_count, struct judgement *out, struct error *err)
{
	if (set_question(judge, view, question, editions, edition_count, err) ==
	    -1)
		return -1;
	memset(out, 0, sizeof *out);
	out->allowed = true;
	if (!is_gated(judge))
		return 0;
	if (begin(judge, err) == -1)
		return -1;
	if (question->kind == NULL) {
		if (judge_ask_audit(judge, err) == -1)
			return -1;
	} else if (set_subject(judge, err) == -1 ||
	    ask_of_record(judge, err) == -1) {
		return -1;
	}
	decide(judge, out);
	return context_check(judge->context, err);
}

void
judge_listen(struct judge *judge, const struct judge_listener *listener)
{
	judge->listener = listener;
}

int
judge_look(struct judge *judge, const struct append_view *view,
    const struct question *question, struct error *err)
{
	const struct note_key *key = authority_ledger_key(view->authority);

	judge->view = *view;
	judge->question = question;
	judge->count = 0;
	if (rulebook_at(judge->rulebook, view, &judge->editions,
		&judge->edition_count, err) == -1 ||
	    copy_said(judge, err) == -1)
		return -1;
	arena_reset(judge->texts);
	context_begin(judge->context, view, judge->said, judge->edition_count);
	judge_set_variables(judge);
	judge->variables[NAME_PARAMS] =
	    cel_map(context_arena(judge->context), NULL, NULL, 0);
	judge->environment[0] = '\0';
	if (question->statement != NULL)
		return set_subject(judge, err);
	judge_set_about(judge, public_key_digest(key->key),
	    authority_origin(view->authority));
	return 0;
}

struct cel_value
judge_evaluate(struct judge *judge, const struct cel_program *program)
{
	const struct cel_limits limits = { .steps = TERM_STEPS };

	arena_reset(judge->term);
	return cel_evaluate(program, judge->variables, judge->term, &limits);
}

void
judgement_reason(struct buffer *out, const struct judgement *judgement)
{
	const char *before = NULL;
	size_t named = 0;

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judged *judged = &judgement->judged[i];

		if (!judged_denies(judged))
			continue;
		if (named++ == 8) {
			buffer_text(out, ", …");
			break;
		}
		if (before == NULL ||
		    strcmp(before, judged->edition->said.name) != 0)
			buffer_printf(out, "%s%s: ", before == NULL ? "" : "; ",
			    judged->edition->said.name);
		else
			buffer_text(out, ", ");
		before = judged->edition->said.name;
		buffer_text(out,
		    judged->rule == NULL ? "unreadable" : judged->rule->id);
	}
}
