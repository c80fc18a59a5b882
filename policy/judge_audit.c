#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "policy/judge_internal.h"

/* An audit that gives its results away forgets what it read when it is so
 * much, or a few times what the largest of its subjects takes: so that what
 * all of them look at is not read again for each. */
#define FORGET_BYTES ((size_t)4 * 1024 * 1024)
#define FORGET_TIMES 4

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
			judge_set_params(judge, edition);
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
	const struct cel_value *value = judge_member(map, name);

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
		const struct cel_value *subject = judge_member(item, "subject");
		struct audited *one = &grown[judge->audited_count];
		char name[LIMIT_NAME * 2], hex[80];

		if (subject == NULL ||
		    !text_member(name, sizeof name, subject, "name") ||
		    !text_member(hex, sizeof hex, subject, "digest") ||
		    !digest_parse(&one->digest, bytes_of_text(hex)))
			continue;
		judge_set_environment(judge, item);
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
	judge_set_variables(judge);
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
	judge_set_about(judge, audited->digest, audited->name);
	judge->variables[NAME_RECORD] =
	    context_entry(judge->context, audited->seq);
	(void)snprintf(on, sizeof on, "%s%s%s", audited->name,
	    judge->environment[0] == '\0' ? "" : " in ", judge->environment);
	if (audit_one(judge, each,
		judge_keep_text(judge, bytes_of_text(on), sizeof on),
		err) == -1)
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

int
judge_ask_audit(struct judge *judge, struct error *err)
{
	const struct note_key *key =
	    authority_ledger_key(judge->view.authority);

	judge->environment[0] = '\0';
	judge_set_about(judge, public_key_digest(key->key),
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
