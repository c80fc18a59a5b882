#include "policy/rulebook.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "ledger/entry.h"
#include "ledger/index.h"
#include "ledger/record.h"

struct rulebook {
	struct edition **edition; /* Oldest first. */
	size_t count;
	size_t capacity;
	uint64_t seen; /* Entries looked at. */
	const struct edition **answer;
	size_t answer_capacity;
	struct buffer scratch;
	struct entry entry;
};

int
rulebook_new(struct rulebook **out, struct error *err)
{
	struct rulebook *rulebook = memory_new(1, sizeof *rulebook);

	if (rulebook == NULL)
		return error_memory(err);
	rulebook->scratch = buffer_new(LIMIT_ATTACHMENT);
	rulebook->entry = entry_new();
	*out = rulebook;
	return 0;
}

void
edition_free(struct edition *edition)
{
	if (edition == NULL)
		return;
	policy_free(edition->policy);
	json_free(edition->params);
	memory_free((void *)(uintptr_t)edition->said.name);
	memory_free((void *)(uintptr_t)edition->said.version);
	*edition = (struct edition){ .policy = NULL };
}

void
rulebook_free(struct rulebook *rulebook)
{
	if (rulebook == NULL)
		return;
	for (size_t i = 0; i < rulebook->count; i++) {
		edition_free(rulebook->edition[i]);
		memory_free(rulebook->edition[i]);
	}
	memory_free(rulebook->edition);
	memory_free(rulebook->answer);
	buffer_free(&rulebook->scratch);
	entry_free(&rulebook->entry);
	memory_free(rulebook);
}

int
rulebook_params(struct json **out, const struct policy *policy,
    const struct json *own, struct error *err)
{
	struct json *params = json_copy(policy->params);
	const struct json *child;

	if (params == NULL)
		return error_memory(err);
	for (child = json_first(own); child != NULL; child = json_next(child)) {
		struct json *old = json_take(params, json_name(child));

		if (old == NULL) {
			json_free(params);
			return error_set(err, ERROR_UNDECIDED, NULL,
			    "the policy %s has no parameter \"%.60s\"",
			    policy->name, json_name(child));
		}
		json_free(old);
		if (json_put(params, json_name(child), json_copy(child), err) ==
		    -1) {
			json_free(params);
			return -1;
		}
	}
	*out = params;
	return 0;
}

int
edition_of(struct edition *out, struct policy *policy,
    const struct json *params, struct error *err)
{
	struct edition edition = { .in_force = true };

	edition.said.digest = policy->digest;
	edition.said.name = memory_text(policy->name);
	edition.said.version = memory_text("draft");
	if (edition.said.name == NULL || edition.said.version == NULL)
		error_memory(err);
	else if (rulebook_params(&edition.params, policy, params, err) == 0) {
		edition.policy = policy;
		*out = edition;
		return 0;
	}
	edition_free(&edition);
	return -1;
}

/* The record at an entry. */
static int
read_record(struct rulebook *rulebook, struct store *store, uint64_t seq,
    struct record *record, struct error *err)
{
	if (store_entry(store, seq, &rulebook->scratch, err) == -1 ||
	    entry_parse(&rulebook->entry, buffer_bytes(&rulebook->scratch),
		err) == -1 ||
	    record_parse(record,
		buffer_bytes(&rulebook->entry.envelope.payload), err) == -1)
		return error_within(err, "entry %llu", (unsigned long long)seq);
	return 0;
}

static int
add_edition(struct rulebook *rulebook, const struct index_row *row,
    struct error *err)
{
	struct edition **grown = memory_grow(rulebook->edition,
	    &rulebook->capacity, rulebook->count + 1, sizeof *grown);
	struct edition *edition;

	if (grown == NULL)
		return error_memory(err);
	rulebook->edition = grown;
	edition = memory_new(1, sizeof *edition);
	if (edition == NULL)
		return error_memory(err);
	edition->seq = row->seq;
	edition->in_force = strcmp(row->status, "in force") == 0;
	edition->said.name = memory_text(row->name);
	edition->said.version = memory_text(row->version);
	edition->said.leaf = row->leaf;
	edition->said.time_ms = row->time_ms;
	if (edition->said.name == NULL || edition->said.version == NULL) {
		edition_free(edition);
		memory_free(edition);
		return error_memory(err);
	}
	grown[rulebook->count++] = edition;
	return 0;
}

/* Whether no policy has been published since: most of the time. */
static int
has_all(const struct rulebook *rulebook, struct store *store, bool *all,
    struct error *err)
{
	uint64_t counts[KINDS_MAX];

	if (index_kind_counts(store, counts, err) == -1)
		return -1;
	*all =
	    counts[policy_kind_number(kind_named("policy"))] == rulebook->count;
	return 0;
}

/* Take in policy entries up to a size. */
static int
look(struct rulebook *rulebook, const struct append_view *view,
    struct error *err)
{
	struct index_query query = { .before = view->size,
		.from = rulebook->seen,
		.kind = "policy",
		.oldest_first = true };
	struct index_list *list;
	struct index_row row;
	bool more = true, all = false;
	int result = 0;

	if (rulebook->seen >= view->size)
		return 0;
	if (has_all(rulebook, view->store, &all, err) == -1)
		return -1;
	if (all) {
		rulebook->seen = view->size;
		return 0;
	}
	if (index_list(&list, view->store, &query, err) == -1)
		return -1;
	while (result == 0 && more) {
		result = index_next(list, &row, &more, err);
		if (result == 0 && more)
			result = add_edition(rulebook, &row, err);
	}
	index_list_free(list);
	if (result == 0)
		rulebook->seen = view->size;
	return result;
}

/* Its text and parameters.  What cannot be used is marked: only a failing
 * store is an error. */
static int
load(struct rulebook *rulebook, struct store *store, struct edition *edition,
    struct error *err)
{
	struct record record;
	struct digest digest;
	const char *evaluator;
	struct error why;
	int result = -1;

	if (edition->policy != NULL || edition->unreadable)
		return 0;
	if (read_record(rulebook, store, edition->seq, &record, err) == -1)
		return -1;
	digest = record.subject;
	edition->said.digest = digest;
	evaluator = json_member_text(record.predicate, "evaluator");
	edition->unreadable = strcmp(evaluator, POLICY_EVALUATOR) != 0;
	if (store_attachment(store, digest, &rulebook->scratch, err) == -1)
		goto done;
	if (!digest_equal(digest_of(buffer_bytes(&rulebook->scratch)),
		digest)) {
		error_set(err, ERROR_NO, "run `vouch verify'",
		    "the text of policy %s@%s is not the one it was",
		    edition->said.name, edition->said.version);
		goto done;
	}
	result = 0;
	if (edition->unreadable)
		goto done;
	if (policy_parse(&edition->policy, buffer_bytes(&rulebook->scratch),
		&why) == -1 ||
	    rulebook_params(&edition->params, edition->policy,
		json_member(record.predicate, "params"), &why) == -1) {
		if (why.class == ERROR_SYSTEM) {
			*err = why;
			result = -1;
			goto done;
		}
		edition->unreadable = true;
	}
done:
	record_free(&record);
	return result;
}

static int
by_name(const void *a, const void *b)
{
	const struct edition *const *one = a, *const *two = b;

	return strcmp((*one)->said.name, (*two)->said.name);
}

static int
room(struct rulebook *rulebook, struct error *err)
{
	const struct edition **grown = memory_grow(rulebook->answer,
	    &rulebook->answer_capacity, rulebook->count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	rulebook->answer = grown;
	return 0;
}

int
rulebook_at(struct rulebook *rulebook, const struct append_view *view,
    const struct edition *const **editions, size_t *count, struct error *err)
{
	size_t found = 0;

	if (look(rulebook, view, err) == -1 || room(rulebook, err) == -1)
		return -1;
	for (size_t i = 0; i < rulebook->count; i++) {
		struct edition *edition = rulebook->edition[i];
		size_t place = 0;

		if (edition->seq >= view->size)
			break;
		while (place < found &&
		    strcmp(rulebook->answer[place]->said.name,
			edition->said.name) != 0)
			place++;
		rulebook->answer[place] = edition;
		found += place == found;
	}
	*count = 0;
	for (size_t i = 0; i < found; i++) {
		struct edition *edition =
		    (struct edition *)(uintptr_t)rulebook->answer[i];

		if (!edition->in_force)
			continue;
		if (load(rulebook, view->store, edition, err) == -1)
			return -1;
		rulebook->answer[(*count)++] = edition;
	}
	if (*count > 1)
		qsort(rulebook->answer, *count, sizeof *rulebook->answer,
		    by_name);
	*editions = rulebook->answer;
	return 0;
}

int
rulebook_all(struct rulebook *rulebook, const struct append_view *view,
    const struct edition *const **editions, size_t *count, struct error *err)
{
	if (look(rulebook, view, err) == -1 || room(rulebook, err) == -1)
		return -1;
	*count = 0;
	for (size_t i = 0; i < rulebook->count; i++) {
		if (rulebook->edition[i]->seq >= view->size)
			break;
		if (load(rulebook, view->store, rulebook->edition[i], err) ==
		    -1)
			return -1;
		rulebook->answer[(*count)++] = rulebook->edition[i];
	}
	*editions = rulebook->answer;
	return 0;
}
