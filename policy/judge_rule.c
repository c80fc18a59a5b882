#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "policy/judge_internal.h"
#include "policy/waiver.h"

#define VALUE_LEN_MAX 160
#define MESSAGE_LEN_MAX 400

/* --- Texts --- */

/* At most so many bytes, whole characters. */
const char *
judge_keep_text(struct judge *judge, struct bytes text, size_t most)
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
	return judge_keep_text(judge, buffer_bytes(&judge->scratch),
	    VALUE_LEN_MAX);
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
	return judge_keep_text(judge, buffer_bytes(&judge->scratch),
	    VALUE_LEN_MAX);
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

int
judge_trace_room(struct judge *judge, const struct policy *policy,
    struct error *err)
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
	kept = judge_keep_text(judge, buffer_bytes(&text), MESSAGE_LEN_MAX);
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

const struct cel_value *
judge_member(const struct cel_value *map, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));

	return map->type == CEL_MAP ? cel_map_find(map->map, &key) : NULL;
}

/* A class that is not known is not outside of anything. */
static bool
class_matches(struct judge *judge, const struct policy_texts *classes)
{
	const struct cel_value *class =
	    judge_member(&judge->variables[NAME_MODEL], "risk_class");
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
			    judge_keep_text(judge, value.text, MESSAGE_LEN_MAX);
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

struct judged *
judge_new_judged(struct judge *judge, const struct edition *edition,
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

int
judge_rule(struct judge *judge, const struct edition *edition,
    const struct rule *rule, const char *on, struct error *err)
{
	struct judged *judged = judge_new_judged(judge, edition, rule, err);

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
