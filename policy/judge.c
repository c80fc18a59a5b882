#include "policy/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "ledger/record.h"
#include "policy/waiver.h"

/* Ceilings of one expression, the same on every machine. */
#define TERM_BYTES ((size_t)32 * 1024 * 1024)
#define TERM_STEPS 2000000
/* Texts of one judgement. */
#define TEXT_BYTES ((size_t)256 * 1024 * 1024)
#define VALUE_LEN_MAX 160
#define MESSAGE_LEN_MAX 400
/* Results that are longer are kept as an attachment. */
#define INLINE_MAX 40000
/* An audit that gives its results away forgets what it read when it is so
 * much, or a few times what the largest of its subjects takes: so that what
 * all of them look at is not read again for each. */
#define FORGET_BYTES ((size_t)4 * 1024 * 1024)
#define FORGET_TIMES 4

/* What an audit goes over. */
struct audited {
	uint64_t seq; /* Of the record that says so. */
	struct digest digest;
	const char *name;
	const char *environment;
};

struct judge {
	struct context *context;
	struct rulebook *rulebook;
	struct arena *term; /* Of one expression. */
	struct arena *texts; /* Of one judgement. */
	struct cel_trace trace;
	size_t trace_room;
	struct buffer scratch;
	struct judged *judged;
	size_t judged_capacity;
	size_t count;
	/* The question. */
	struct append_view view;
	const struct question *question;
	struct cel_value variables[NAME_COUNT];
	char environment[LIMIT_NAME + 1]; /* "" for none. */
	char about_name[LIMIT_NAME * 2];
	const char *kept_name; /* The same two, as long as the answer. */
	const char *kept_environment;
	struct digest about;
	const struct edition *const *editions;
	size_t edition_count;
	struct context_policy *said;
	size_t said_capacity;
	const struct judge_listener *listener;
	const struct edition *params_of; /* Whose parameters are set. */
	/* Of an audit. */
	const struct judge_taker *taker; /* NULL: results are kept. */
	struct audited *audited;
	size_t audited_capacity;
	size_t audited_count;
	struct arena *names; /* Of what is audited. */
	size_t largest; /* What one subject took. */
	bool starved; /* The system had no memory for this question. */
};

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

/* --- Texts --- */

/* At most so many bytes, whole characters. */
static const char *
keep_text(struct judge *judge, struct bytes text, size_t most)
{
	bool cut = text.len > most;
	struct bytes copy;
	char *end;

	if (cut) {
		text.len = most;
		while (text.len > 0 && (text.data[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	if (!cut) {
		copy = arena_copy(judge->texts, text);
		return copy.data == NULL ? "" : (const char *)copy.data;
	}
	end = arena_take(judge->texts, text.len + 4, 1);
	if (end == NULL)
		return "";
	memcpy(end, text.data, text.len);
	memcpy(end + text.len, "\xe2\x80\xa6", 4);
	return end;
}

/* An expression on one line. */
static const char *
keep_expression(struct judge *judge, struct bytes text)
{
	bool space = false;

	buffer_clear(&judge->scratch);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			space = judge->scratch.len > 0;
			continue;
		}
		if (space)
			buffer_byte(&judge->scratch, ' ');
		space = false;
		buffer_byte(&judge->scratch, c);
	}
	return keep_text(judge, buffer_bytes(&judge->scratch), VALUE_LEN_MAX);
}

static const char *
keep_value(struct judge *judge, const struct cel_value *value)
{
	buffer_clear(&judge->scratch);
	if (value->type == CEL_LIST)
		buffer_printf(&judge->scratch, "[%zu item%s]",
		    value->list->count, value->list->count == 1 ? "" : "s");
	else
		cel_write(&judge->scratch, value);
	return keep_text(judge, buffer_bytes(&judge->scratch), VALUE_LEN_MAX);
}

/* --- Expressions --- */

static struct cel_value
evaluate(struct judge *judge, const struct policy_term *term, bool traced)
{
	const struct cel_limits limits = { .steps = TERM_STEPS,
		.trace = traced ? &judge->trace : NULL };

	struct cel_value value;

	judge->trace.count = cel_part_count(term->program);
	value =
	    cel_evaluate(term->program, judge->variables, judge->term, &limits);
	/* Said of memory while the arena has room: it was the system's. */
	if (value.type == CEL_ERROR && value.text.data != NULL &&
	    !arena_is_full(judge->term) &&
	    memmem(value.text.data, value.text.len, "memory", 6) != NULL)
		judge->starved = true;
	return value;
}

static int
trace_room(struct judge *judge, const struct policy *policy, struct error *err)
{
	struct cel_value *grown;

	if (policy == NULL || judge->trace_room > policy->max_parts)
		return 0;
	grown = memory_grow(judge->trace.value, &judge->trace_room,
	    policy->max_parts + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	judge->trace.value = grown;
	return 0;
}

/* Parts that say why: what was looked up, not what follows from it. */
struct collecting {
	struct judge *judge;
	struct judged *judged;
	bool lists;
};

static bool
is_plain(const struct cel_value *value)
{
	switch (value->type) {
	case CEL_NULL:
	case CEL_BOOL:
	case CEL_INT:
	case CEL_UINT:
	case CEL_DOUBLE:
	case CEL_STRING:
	case CEL_TIMESTAMP:
	case CEL_DURATION:
	case CEL_LIST:
		return true;
	default:
		return false;
	}
}

static void
collect(void *cookie, const struct cel_part *part)
{
	struct collecting *collecting = cookie;
	struct judge *judge = collecting->judge;
	struct judged *judged = collecting->judged;
	const struct cel_value *value = &judge->trace.value[part->number];
	const char *expression;

	if (part->depth == 0 || part->constant ||
	    judged->value_count == VALUES_MAX || !is_plain(value) ||
	    (value->type == CEL_LIST) != collecting->lists ||
	    (value->type == CEL_BOOL && part->compares))
		return;
	expression = keep_expression(judge, part->text);
	for (size_t i = 0; i < judged->value_count; i++) {
		if (strcmp(judged->value[i].expression, expression) == 0)
			return;
	}
	judged->value[judged->value_count++] =
	    (struct judged_value){ expression, keep_value(judge, value) };
}

static void
collect_values(struct judge *judge, struct judged *judged,
    const struct policy_term *term)
{
	struct collecting collecting = { judge, judged, false };

	if (term->program == NULL)
		return;
	cel_parts(term->program, collect, &collecting);
	/* That a list is empty or long explains what nothing else does. */
	collecting.lists = true;
	if (judged->value_count < 2)
		cel_parts(term->program, collect, &collecting);
}

/* "why, at line 2, column 7 of require". */
static const char *
error_message(struct judge *judge, const struct policy_term *term,
    const char *name, const struct cel_value *value)
{
	size_t at = (value->position & ~CEL_ERROR_MISSING);
	size_t line = 1, column = 1;
	struct buffer text = buffer_new(2000);
	const char *kept;

	for (size_t i = 0; at > 0 && i + 1 < at && i < term->node->text.len;
	     i++) {
		column++;
		if (term->node->text.data[i] == '\n') {
			line++;
			column = 1;
		}
	}
	buffer_append(&text, value->text);
	judge->starved |= text.state == BUFFER_NO_MEMORY;
	buffer_printf(&text, " (%s, line %zu, column %zu)", name, line, column);
	kept = keep_text(judge, buffer_bytes(&text), MESSAGE_LEN_MAX);
	buffer_free(&text);
	return kept;
}

/* What an error of an expression means. */
static enum result
result_of_error(struct judge *judge, struct judged *judged,
    const struct policy_term *term, const char *name,
    const struct cel_value *value)
{
	judged->message = error_message(judge, term, name, value);
	return (value->position & CEL_ERROR_MISSING) != 0 ? RESULT_NO_EVIDENCE
							  : RESULT_ERROR;
}

/*
 * Memory that the system did not have decides nothing: that is no result but
 * a failure, and nothing is recorded.
 */
static int
check_memory(const struct judge *judge, struct error *err)
{
	if (judge->starved || arena_is_starved(judge->term) ||
	    arena_is_starved(judge->texts) ||
	    arena_is_starved(context_arena(judge->context)) ||
	    judge->scratch.state == BUFFER_NO_MEMORY)
		return error_memory(err);
	return context_check(judge->context, err);
}

/* --- Scope --- */

static bool
any_matches(const struct policy_texts *patterns, const char *text)
{
	for (size_t i = 0; i < patterns->count; i++) {
		if (policy_matches(patterns->item[i], text))
			return true;
	}
	return false;
}

/* A model by its whole name, NAME@VERSION or NAME. */
static bool
model_matches(const struct policy_texts *patterns, const char *name)
{
	char bare[LIMIT_NAME * 2], *at;
	const char *slash = strchr(name, '/');

	if (any_matches(patterns, name))
		return true;
	(void)snprintf(bare, sizeof bare, "%s",
	    slash == NULL ? name : slash + 1);
	if (any_matches(patterns, bare))
		return true;
	at = strrchr(bare, '@');
	if (at != NULL)
		*at = '\0';
	return any_matches(patterns, bare);
}

static const struct cel_value *
member(const struct cel_value *map, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));

	return map->type == CEL_MAP ? cel_map_find(map->map, &key) : NULL;
}

/* A class that is not known is not outside of anything. */
static bool
class_matches(struct judge *judge, const struct policy_texts *classes)
{
	const struct cel_value *class =
	    member(&judge->variables[NAME_MODEL], "risk_class");
	char text[64];

	if (class == NULL || class->type != CEL_STRING ||
	    class->text.len >= sizeof text)
		return true;
	memcpy(text, class->text.data, class->text.len);
	text[class->text.len] = '\0';
	return any_matches(classes, text);
}

static bool
in_scope(struct judge *judge, const struct policy_scope *scope)
{
	if (scope->models.count > 0 &&
	    !model_matches(&scope->models, judge->about_name))
		return false;
	if (scope->environments.count > 0 &&
	    !any_matches(&scope->environments, judge->environment))
		return false;
	return scope->risk_classes.count == 0 ||
	    class_matches(judge, &scope->risk_classes);
}

/* --- One rule --- */

/* Whether only what does not pass is asked for in full. */
static bool
is_brief(const struct judge *judge)
{
	return judge->taker != NULL && judge->taker->brief;
}

static void
set_evidence(struct judge *judge, struct judged *judged)
{
	const struct digest *leaves;
	size_t count = context_seen(judge->context, &leaves);

	judged->evidence_count = count;
	for (size_t i = 0; i < count && i < EVIDENCE_MAX; i++)
		judged->evidence[i] = leaves[i];
	if (count > EVIDENCE_MAX &&
	    !(judged->result == RESULT_PASS && is_brief(judge)))
		judged->evidence_digest =
		    digest_of(bytes_of(leaves, count * sizeof *leaves));
}

/* The message, if the rule makes one; else why it is there. */
static void
set_message(struct judge *judge, struct judged *judged)
{
	const struct rule *rule = judged->rule;
	struct cel_value value;

	if (rule->message.program != NULL) {
		value = evaluate(judge, &rule->message, false);
		if (value.type == CEL_STRING) {
			judged->message =
			    keep_text(judge, value.text, MESSAGE_LEN_MAX);
			return;
		}
	}
	if (judged->message == NULL)
		judged->message = rule->because;
}

static bool
is_heard(const struct judge *judge, const struct judged *judged)
{
	const struct judge_listener *listener = judge->listener;

	return listener != NULL &&
	    (listener->rule == NULL ||
		strcmp(listener->rule, judged->rule->id) == 0) &&
	    (listener->policy == NULL ||
		strcmp(listener->policy, judged->edition->said.name) == 0);
}

static enum result
condition(struct judge *judge, struct judged *judged,
    const struct policy_term *term, const char *name, bool traced,
    enum result otherwise)
{
	bool heard = is_heard(judge, judged);
	struct cel_value value = evaluate(judge, term, traced || heard);

	if (heard)
		judge->listener->told(judge->listener->cookie, judged, name,
		    term->program, &judge->trace, &value);
	if (value.type == CEL_BOOL)
		return value.boolean ? RESULT_PASS : otherwise;
	if (value.type == CEL_ERROR)
		return result_of_error(judge, judged, term, name, &value);
	judged->message = "the condition is not true or false";
	return RESULT_ERROR;
}

/* Most results pass.  Of those that do not, the values are found by looking
 * once more: an expression comes to the same again. */
static enum result
brief_requirement(struct judge *judge, struct judged *judged)
{
	const struct policy_term *term = &judged->rule->require;
	enum result result =
	    condition(judge, judged, term, "require", false, RESULT_FAIL);

	if (result != RESULT_PASS) {
		arena_reset(judge->term);
		(void)evaluate(judge, term, true);
		collect_values(judge, judged, term);
	}
	return result;
}

static enum result
own_result(struct judge *judge, struct judged *judged)
{
	const struct rule *rule = judged->rule;
	enum result result;

	if (!in_scope(judge, &judged->edition->policy->scope) ||
	    !in_scope(judge, &rule->scope))
		return RESULT_NOT_APPLICABLE;
	if (rule->when.program != NULL) {
		result = condition(judge, judged, &rule->when, "when", false,
		    RESULT_NOT_APPLICABLE);
		if (result != RESULT_PASS)
			return result;
	}
	if (rule->evidence.program != NULL) {
		result = condition(judge, judged, &rule->evidence, "evidence",
		    true, RESULT_NO_EVIDENCE);
		if (result != RESULT_PASS) {
			collect_values(judge, judged, &rule->evidence);
			/* What cannot be looked up is not there. */
			return result;
		}
	}
	if (is_brief(judge))
		return brief_requirement(judge, judged);
	result = condition(judge, judged, &rule->require, "require", true,
	    RESULT_FAIL);
	collect_values(judge, judged, &rule->require);
	return result;
}

static void
apply_waiver(struct judge *judge, struct judged *judged)
{
	struct waiver waiver;

	if (!judged->rule->waivable ||
	    (judged->result != RESULT_FAIL &&
		judged->result != RESULT_NO_EVIDENCE))
		return;
	waiver_find(&waiver, judge->context, judged->edition, judged->rule,
	    judge->environment[0] == '\0' ? NULL : judge->environment,
	    judge->view.time_ms);
	judged->waiver_note = waiver.note;
	if (waiver.row == NULL)
		return;
	judged->result = RESULT_WAIVED;
	judged->waiver = waiver.row->leaf;
	judged->waiver_row = waiver.row;
	judged->waiver_until = waiver.until_ms;
}

static struct judged *
new_judged(struct judge *judge, const struct edition *edition,
    const struct rule *rule, struct error *err)
{
	struct judged *grown = memory_grow(judge->judged,
	    &judge->judged_capacity, judge->count + 1, sizeof *grown);

	if (grown == NULL) {
		error_memory(err);
		return NULL;
	}
	judge->judged = grown;
	grown += judge->count++;
	memset(grown, 0, sizeof *grown);
	grown->edition = edition;
	grown->rule = rule;
	grown->about = judge->about;
	grown->name = judge->kept_name;
	grown->environment = judge->kept_environment;
	return grown;
}

static int
judge_rule(struct judge *judge, const struct edition *edition,
    const struct rule *rule, const char *on, struct error *err)
{
	struct judged *judged = new_judged(judge, edition, rule, err);

	if (judged == NULL)
		return -1;
	judged->on = on;
	arena_reset(judge->term);
	judge->starved = false;
	context_mark(judge->context);
	judged->result = judged->own = own_result(judge, judged);
	if (judged->result == RESULT_NOT_APPLICABLE)
		return check_memory(judge, err);
	set_evidence(judge, judged);
	if (judged->result != RESULT_PASS) {
		set_message(judge, judged);
		apply_waiver(judge, judged);
	}
	return check_memory(judge, err);
}

/* --- One question --- */

static void
set_environment(struct judge *judge, const struct cel_value *record)
{
	const struct cel_value *value = member(record, "environment");

	judge->environment[0] = '\0';
	if (value != NULL && value->type == CEL_STRING &&
	    value->text.len < sizeof judge->environment) {
		memcpy(judge->environment, value->text.data, value->text.len);
		judge->environment[value->text.len] = '\0';
	}
}

static void
set_about(struct judge *judge, struct digest digest, const char *name)
{
	judge->about = digest;
	(void)snprintf(judge->about_name, sizeof judge->about_name, "%s", name);
	judge->kept_name = keep_text(judge, bytes_of_text(judge->about_name),
	    sizeof judge->about_name);
	judge->kept_environment = keep_text(judge,
	    bytes_of_text(judge->environment), sizeof judge->environment);
	context_about(judge->context, digest, name);
	judge->variables[NAME_SUBJECT] = context_subject(judge->context);
	judge->variables[NAME_LINEAGE] = context_lineage(judge->context);
	judge->variables[NAME_MODEL] = context_model(judge->context);
}

static void
set_params(struct judge *judge, const struct edition *edition)
{
	if (judge->params_of == edition)
		return;
	judge->params_of = edition;
	judge->variables[NAME_PARAMS] =
	    context_json(judge->context, edition->params);
}

/* A policy that this program cannot read allows nothing that is gated. */
static int
judge_unreadable(struct judge *judge, const struct edition *edition,
    struct error *err)
{
	struct judged *judged;
	const struct kind *kind = judge->question->kind;

	if (kind != NULL && strcmp(kind->name, "deployment") != 0)
		return 0;
	judged = new_judged(judge, edition, NULL, err);
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
			set_params(judge, edition);
			if (judge_rule(judge, edition, rule, NULL, err) == -1)
				return -1;
		}
	}
	return 0;
}

static void
set_variables(struct judge *judge)
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

/* All rules of an audit that go over `each', of one thing. */
static int
audit_one(struct judge *judge, enum policy_each each, const char *on,
    struct error *err)
{
	for (size_t i = 0; i < judge->edition_count; i++) {
		const struct edition *edition = judge->editions[i];

		if (edition->policy == NULL)
			continue;
		for (size_t k = 0; k < edition->policy->rule_count; k++) {
			const struct rule *rule = &edition->policy->rule[k];

			if (!rule->on_audit || rule->each != each)
				continue;
			set_params(judge, edition);
			if (judge_rule(judge, edition, rule, on, err) == -1)
				return -1;
		}
	}
	return 0;
}

static bool
text_member(char *out, size_t room, const struct cel_value *map,
    const char *name)
{
	const struct cel_value *value = member(map, name);

	if (value == NULL || value->type != CEL_STRING ||
	    value->text.len >= room)
		return false;
	memcpy(out, value->text.data, value->text.len);
	out[value->text.len] = '\0';
	return true;
}

/* What a list of the ledger has, copied: the list may be forgotten while it is
 * gone over. */
static int
list_audited(struct judge *judge, enum policy_each each, struct error *err)
{
	struct cel_value list = context_ledger_list(judge->context,
	    each == EACH_DEPLOYED ? "deployed" : "models");
	struct audited *grown;

	judge->audited_count = 0;
	arena_reset(judge->names);
	if (list.type != CEL_LIST)
		return context_check(judge->context, err);
	grown = memory_grow(judge->audited, &judge->audited_capacity,
	    list.list->count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	judge->audited = grown;
	for (size_t i = 0; i < list.list->count; i++) {
		const struct cel_value *item = &list.list->item[i];
		const struct cel_value *subject = member(item, "subject");
		struct audited *one = &grown[judge->audited_count];
		char name[LIMIT_NAME * 2], hex[80];

		if (subject == NULL ||
		    !text_member(name, sizeof name, subject, "name") ||
		    !text_member(hex, sizeof hex, subject, "digest") ||
		    !digest_parse(&one->digest, bytes_of_text(hex)))
			continue;
		set_environment(judge, item);
		one->seq = context_row(item)->seq;
		one->name =
		    (const char *)arena_copy(judge->names, bytes_of_text(name))
			.data;
		one->environment = (const char *)arena_copy(judge->names,
		    bytes_of_text(judge->environment))
				       .data;
		if (one->name == NULL || one->environment == NULL)
			return error_memory(err);
		judge->audited_count++;
	}
	return 0;
}

/* Give away what is known of one thing, and forget it. */
static int
give(struct judge *judge, struct error *err)
{
	int result;

	if (judge->taker == NULL)
		return 0;
	result = judge->taker->take(judge->taker->cookie, judge->judged,
	    judge->count, err);
	judge->count = 0;
	arena_reset(judge->texts);
	return result;
}

/* Forget what was read, if it has become much. */
static void
forget(struct judge *judge)
{
	if (judge->taker == NULL ||
	    arena_used(context_arena(judge->context)) <
		FORGET_BYTES + FORGET_TIMES * judge->largest)
		return;
	context_forget(judge->context);
	set_variables(judge);
}

static int
audit_subject(struct judge *judge, enum policy_each each,
    const struct audited *audited, struct error *err)
{
	const struct arena *arena = context_arena(judge->context);
	char on[LIMIT_NAME * 3 + 8];
	size_t before;

	forget(judge);
	before = arena_used(arena);
	(void)snprintf(judge->environment, sizeof judge->environment, "%s",
	    audited->environment);
	set_about(judge, audited->digest, audited->name);
	judge->variables[NAME_RECORD] =
	    context_entry(judge->context, audited->seq);
	(void)snprintf(on, sizeof on, "%s%s%s", audited->name,
	    judge->environment[0] == '\0' ? "" : " in ", judge->environment);
	if (audit_one(judge, each,
		keep_text(judge, bytes_of_text(on), sizeof on), err) == -1)
		return -1;
	if (arena_used(arena) - before > judge->largest)
		judge->largest = arena_used(arena) - before;
	return give(judge, err);
}

/* Whether an audit has a rule that goes over a list at all. */
static bool
goes_over(const struct judge *judge, enum policy_each each)
{
	for (size_t i = 0; i < judge->edition_count; i++) {
		const struct policy *policy = judge->editions[i]->policy;

		for (size_t k = 0; policy != NULL && k < policy->rule_count;
		     k++) {
			if (policy->rule[k].on_audit &&
			    policy->rule[k].each == each)
				return true;
		}
	}
	return false;
}

static int
audit_list(struct judge *judge, enum policy_each each, struct error *err)
{
	const struct judge_taker *taker = judge->taker;

	if (!goes_over(judge, each))
		return 0;
	if (list_audited(judge, each, err) == -1)
		return -1;
	for (size_t i = 0; i < judge->audited_count; i++) {
		const struct audited *audited = &judge->audited[i];

		if (taker != NULL && taker->only != NULL &&
		    !digest_equal(audited->digest, *taker->only))
			continue;
		if (audit_subject(judge, each, audited, err) == -1)
			return -1;
	}
	return 0;
}

/* Policies in order, rules in theirs, and then what they were asked of. */
static int
by_rule(const void *a, const void *b)
{
	const struct judged *one = a, *two = b;
	int order;

	if (one->edition != two->edition)
		return strcmp(one->edition->said.name, two->edition->said.name);
	if (one->rule != two->rule)
		return one->rule < two->rule ? -1 : 1;
	order = strcmp(one->on == NULL ? "" : one->on,
	    two->on == NULL ? "" : two->on);
	return order;
}

static int
ask_audit(struct judge *judge, struct error *err)
{
	const struct note_key *key =
	    authority_ledger_key(judge->view.authority);

	judge->environment[0] = '\0';
	set_about(judge, public_key_digest(key->key),
	    authority_origin(judge->view.authority));
	for (size_t i = 0; i < judge->edition_count; i++) {
		if (judge->editions[i]->policy == NULL &&
		    judge_unreadable(judge, judge->editions[i], err) == -1)
			return -1;
	}
	if (audit_one(judge, EACH_LEDGER, NULL, err) == -1 ||
	    give(judge, err) == -1 ||
	    audit_list(judge, EACH_DEPLOYED, err) == -1 ||
	    audit_list(judge, EACH_MODEL, err) == -1)
		return -1;
	if (judge->count > 1)
		qsort(judge->judged, judge->count, sizeof *judge->judged,
		    by_rule);
	/* What the verdict is about. */
	judge->about = public_key_digest(key->key);
	(void)snprintf(judge->about_name, sizeof judge->about_name, "%s",
	    authority_origin(judge->view.authority));
	return 0;
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
	set_environment(judge, &judge->variables[NAME_RECORD]);
	set_about(judge, digest, name);
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
		if (trace_room(judge, judge->editions[i]->policy, err) == -1)
			return -1;
	}
	if (copy_said(judge, err) == -1)
		return -1;
	context_begin(judge->context, &judge->view, judge->said,
	    judge->edition_count);
	set_variables(judge);
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
	result = ask_audit(judge, err);
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
		if (ask_audit(judge, err) == -1)
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
	set_variables(judge);
	judge->variables[NAME_PARAMS] =
	    cel_map(context_arena(judge->context), NULL, NULL, 0);
	judge->environment[0] = '\0';
	if (question->statement != NULL)
		return set_subject(judge, err);
	set_about(judge, public_key_digest(key->key),
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

/* --- The verdict --- */

static int
put_text(struct json *object, const char *name, const char *text,
    struct error *err)
{
	return json_put(object, name, json_new_text(text), err);
}

static int
put_evidence(struct json *object, const struct judged *judged,
    struct error *err)
{
	struct json *list;

	if (judged->evidence_count == 0)
		return 0;
	list = json_new_list();
	for (size_t i = 0; i < judged->evidence_count && i < EVIDENCE_MAX; i++)
		if (json_push(list,
			json_new_text(digest_hex(judged->evidence[i]).text),
			err) == -1) {
			json_free(list);
			return -1;
		}
	if (json_put(object, "evidence", list, err) == -1)
		return -1;
	if (judged->evidence_count <= EVIDENCE_MAX)
		return 0;
	if (json_put(object, "evidence_count",
		json_new_integer((int64_t)judged->evidence_count), err) == -1)
		return -1;
	return put_text(object, "evidence_digest",
	    digest_hex(judged->evidence_digest).text, err);
}

static int
put_values(struct json *object, const struct judged *judged, struct error *err)
{
	struct json *list;

	if (judged->value_count == 0)
		return 0;
	list = json_new_list();
	for (size_t i = 0; i < judged->value_count; i++) {
		struct json *one = json_new_object();

		if (json_put(one, "expression",
			json_new_text(judged->value[i].expression),
			err) == -1 ||
		    json_put(one, "value",
			json_new_text(judged->value[i].value), err) == -1 ||
		    json_push(list, one, err) == -1) {
			json_free(list);
			return -1;
		}
	}
	return json_put(object, "values", list, err);
}

static int
put_result(struct json *list, const struct judged *judged, struct error *err)
{
	struct json *one = json_new_object();
	bool denies = judged->rule == NULL || judged->rule->denies;

	if (one == NULL)
		return error_memory(err);
	if (put_text(one, "policy", judged->edition->said.name, err) == -1 ||
	    put_text(one, "rule",
		judged->rule == NULL ? "unreadable" : judged->rule->id,
		err) == -1 ||
	    put_text(one, "result", result_name(judged->result), err) == -1 ||
	    put_text(one, "otherwise", denies ? "deny" : "warn", err) == -1)
		goto failed;
	if (judged->result == RESULT_WAIVED &&
	    (put_text(one, "own", result_name(judged->own), err) == -1 ||
		put_text(one, "waiver", digest_hex(judged->waiver).text, err) ==
		    -1))
		goto failed;
	if ((judged->on != NULL &&
		put_text(one, "on", judged->on, err) == -1) ||
	    (judged->message != NULL && judged->message[0] != '\0' &&
		put_text(one, "message", judged->message, err) == -1) ||
	    put_evidence(one, judged, err) == -1 ||
	    put_values(one, judged, err) == -1)
		goto failed;
	return json_push(list, one, err);
failed:
	json_free(one);
	return -1;
}

static int
put_results(struct json *members, const struct judgement *judgement,
    struct buffer *attachment, struct error *err)
{
	struct json *list = json_new_list();

	if (list == NULL)
		return error_memory(err);
	for (size_t i = 0; i < judgement->count; i++) {
		if (put_result(list, &judgement->judged[i], err) == -1) {
			json_free(list);
			return -1;
		}
	}
	buffer_clear(attachment);
	json_write(attachment, list);
	if (attachment->len <= INLINE_MAX) {
		buffer_clear(attachment);
		return json_put(members, "results", list, err);
	}
	json_free(list);
	if (buffer_check(attachment, "results", err) == -1)
		return -1;
	return put_text(members, "details",
	    digest_hex(digest_of(buffer_bytes(attachment))).text, err);
}

static int
put_policies(struct json *members, const struct judge *judge, struct error *err)
{
	struct json *list = json_new_list();

	for (size_t i = 0; i < judge->edition_count; i++) {
		const struct context_policy *said = &judge->said[i];
		struct json *one = json_new_object();

		if (put_text(one, "name", said->name, err) == -1 ||
		    put_text(one, "version", said->version, err) == -1 ||
		    put_text(one, "digest", digest_hex(said->digest).text,
			err) == -1 ||
		    put_text(one, "entry", digest_hex(said->leaf).text, err) ==
			-1) {
			json_free(one);
			json_free(list);
			return -1;
		}
		if (json_push(list, one, err) == -1) {
			json_free(list);
			return -1;
		}
	}
	return json_put(members, "policies", list, err);
}

static int
put_counts(struct json *members, const struct judgement *judgement,
    struct error *err)
{
	struct json *counts = json_new_object();

	for (unsigned i = 0; i < RESULT_COUNT; i++) {
		if (judgement->totals[i] == 0)
			continue;
		if (json_put(counts, result_name((enum result)i),
			json_new_integer((int64_t)judgement->totals[i]),
			err) == -1) {
			json_free(counts);
			return -1;
		}
	}
	return json_put(members, "counts", counts, err);
}

static int
put_about(struct json *members, const struct judge *judge, struct error *err)
{
	struct json *about = json_new_object();

	if (put_text(about, "name", judge->about_name, err) == -1 ||
	    put_text(about, "digest", digest_hex(judge->about).text, err) ==
		-1) {
		json_free(about);
		return -1;
	}
	return json_put(members, "about", about, err);
}

static int
put_by(struct json *members, const struct judge *judge, struct error *err)
{
	const struct principal *signer;
	struct json *by;

	if (judge->question->signer_count == 0)
		return 0;
	signer =
	    authority_by_key(judge->view.authority, judge->question->signer[0]);
	by = json_new_object();
	if (put_text(by, "name", signer == NULL ? "unknown" : signer->name,
		err) == -1 ||
	    put_text(by, "key",
		public_key_fingerprint(judge->question->signer[0]).text,
		err) == -1) {
		json_free(by);
		return -1;
	}
	return json_put(members, "by", by, err);
}

int
judge_members(struct json **out, struct judge *judge,
    const struct judgement *judgement, const struct digest *entry,
    const struct digest *attempt, struct buffer *attachment, struct error *err)
{
	const struct kind *kind = judge->question->kind;
	struct json *members = json_new_object();

	if (members == NULL)
		return error_memory(err);
	if (put_about(members, judge, err) == -1 ||
	    put_text(members, "kind", kind == NULL ? "audit" : kind->name,
		err) == -1 ||
	    put_text(members, "decision",
		kind == NULL          ? "reported"
		    : attempt != NULL ? "refused"
				      : "allowed",
		err) == -1 ||
	    (entry != NULL &&
		put_text(members, "entry", digest_hex(*entry).text, err) ==
		    -1) ||
	    (attempt != NULL &&
		put_text(members, "attempt", digest_hex(*attempt).text, err) ==
		    -1) ||
	    put_by(members, judge, err) == -1 ||
	    (judgement->emergency &&
		json_put(members, "emergency", json_new_bool(true), err) ==
		    -1) ||
	    put_policies(members, judge, err) == -1 ||
	    put_text(members, "evaluator", POLICY_EVALUATOR, err) == -1 ||
	    put_counts(members, judgement, err) == -1 ||
	    put_results(members, judgement, attachment, err) == -1) {
		json_free(members);
		return -1;
	}
	*out = members;
	return 0;
}
