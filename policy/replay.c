#include "policy/replay.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/erasure.h"
#include "ledger/index.h"
#include "ledger/record.h"
#include "policy/judge.h"
#include "policy/past.h"

struct replay {
	struct store *store;
	struct past *past;
	struct judge *judge;
	const struct replay_options *options;
	struct replay_result *result;
	/* The verdict. */
	struct buffer line;
	struct entry entry;
	struct record verdict;
	uint64_t seq;
	/* The entry behind one. */
	struct buffer other_line;
	struct entry other;
	struct buffer attachment;
	struct buffer text;
	struct buffer again;
};

static void
complain(struct replay *replay, uint64_t seq, const char *what)
{
	const struct replay_problem problem = { seq, what };

	replay->result->problems++;
	if (replay->options->problem != NULL)
		replay->options->problem(replay->options->cookie, &problem);
}

/* Whether the entry with this leaf hash was destroyed. */
static int
find_erased(struct replay *replay, const char *hex, struct replay_lost *lost,
    bool *erased, struct error *err)
{
	struct index_row row;
	struct digest leaf;
	bool found = false;

	*erased = false;
	if (hex == NULL || !digest_parse(&leaf, bytes_of_text(hex)))
		return 0;
	if (index_find_exact(replay->store, leaf, &found, &lost->entry, err) ==
	    -1)
		return -1;
	if (!found)
		return 0;
	if (index_row_at(replay->store, lost->entry, UINT64_MAX, &row, err) ==
	    -1)
		return -1;
	if (row.kind != &kind_erased)
		return 0;
	return erasure_find_whole(replay->store, leaf, erased, &lost->by, err);
}

/* The same of any that the verdict in hand names. */
static int
find_named(struct replay *replay, struct replay_lost *lost, bool *erased,
    struct error *err)
{
	const struct json *predicate = replay->verdict.predicate;
	const struct json *result =
	    json_first(json_member(predicate, "results"));

	if (find_erased(replay, json_member_text(predicate, "entry"), lost,
		erased, err) == -1)
		return -1;
	for (; result != NULL && !*erased; result = json_next(result))
		for (const struct json *one =
			 json_first(json_member(result, "evidence"));
		     one != NULL && !*erased; one = json_next(one))
			if (find_erased(replay, json_text(one), lost, erased,
				err) == -1)
				return -1;
	return 0;
}

static int
read_entry(struct replay *replay, uint64_t seq, struct buffer *line,
    struct entry *entry, struct error *err)
{
	if (store_entry(replay->store, seq, line, err) == -1 ||
	    entry_parse(entry, buffer_bytes(line), err) == -1)
		return error_within(err, "entry %llu", (unsigned long long)seq);
	return 0;
}

/* An entry before the verdict that the erasure at lost->by destroyed. */
static int
find_destroyed(struct replay *replay, struct replay_lost *lost, bool *erased,
    struct error *err)
{
	struct record record;

	if (read_entry(replay, lost->by, &replay->other_line, &replay->other,
		err) == -1 ||
	    record_parse(&record, buffer_bytes(&replay->other.envelope.payload),
		err) == -1)
		return -1;
	for (const struct json *item = erasure_items(&record);
	     item != NULL && !*erased; item = json_next(item)) {
		struct erased gone = erasure_item(item);

		lost->entry = gone.number;
		*erased = gone.whole && gone.number < replay->seq;
	}
	record_free(&record);
	return 0;
}

/* Any that stood before the verdict in hand and was destroyed since. */
static int
find_since(struct replay *replay, struct replay_lost *lost, bool *erased,
    struct error *err)
{
	struct index_query query = {
		.from = replay->seq, .kind = "erasure", .oldest_first = true
	};
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result = 0;

	if (store_size(replay->store, &query.before, err) == -1 ||
	    index_list(&list, replay->store, &query, err) == -1)
		return -1;
	while (result == 0 && !*erased) {
		result = index_next(list, &row, &more, err);
		if (result == -1 || !more)
			break;
		lost->by = row.seq;
		result = find_destroyed(replay, lost, erased, err);
	}
	index_list_free(list);
	return result;
}

/* A verdict is not computed again as it is on record. */
static int
complain_of_verdict(struct replay *replay, const char *what, struct error *err)
{
	struct replay_lost lost = { .seq = replay->seq, .what = what };
	bool erased = false;

	if (find_named(replay, &lost, &erased, err) == -1)
		return -1;
	lost.is_named = erased;
	if (!erased && find_since(replay, &lost, &erased, err) == -1)
		return -1;
	if (!erased) {
		complain(replay, replay->seq, what);
		return 0;
	}
	replay->result->lost++;
	if (replay->options->lost != NULL)
		replay->options->lost(replay->options->cookie, &lost);
	return 0;
}

/* The record that entered, or that was refused, and when it was judged. */
static int
find_question(struct replay *replay, struct question *question,
    struct append_view *view, struct digest *leaf, bool *entered,
    struct error *err)
{
	const struct json *predicate = replay->verdict.predicate;
	const char *hex = json_member_text(predicate, "entry");
	uint64_t seq = replay->seq;
	bool found = false;

	*entered = hex != NULL;
	if (hex == NULL)
		hex = json_member_text(predicate, "attempt");
	if (hex == NULL || !digest_parse(leaf, bytes_of_text(hex)))
		return error_set(err, ERROR_NO, NULL,
		    "it does not say what it is about");
	if (!*entered)
		return past_attempt(replay->past, *leaf, replay->seq,
		    replay->entry.time_ms, question, view, err);
	if (index_find_exact(replay->store, *leaf, &found, &seq, err) == -1)
		return -1;
	if (!found || seq >= replay->seq)
		return error_set(err, ERROR_NO, NULL,
		    "the entry that it is about is not there");
	return past_record(replay->past, seq, question, view, err);
}

/* Members from one on, in their one spelling. */
static void
write_from(struct buffer *out, const struct json *child)
{
	buffer_clear(out);
	for (; child != NULL; child = json_next(child)) {
		json_write_text(out, bytes_of_text(json_name(child)));
		json_write(out, child);
	}
}

/* The first member of a predicate behind its head. */
static const struct json *
behind_head(const struct json *predicate)
{
	const struct json *child = json_first(predicate);

	for (size_t i = 0; kind_common[i].name != NULL && child != NULL; i++)
		child = json_next(child);
	return child;
}

static const char *
text_or(const struct json *object, const char *name, const char *otherwise)
{
	const char *text = json_member_text(object, name);

	return text == NULL ? otherwise : text;
}

/* Which rule differs first. */
static int
name_difference(struct replay *replay, const struct json *members,
    struct error *err)
{
	const struct json *was =
	    json_first(json_member(replay->verdict.predicate, "results"));
	const struct json *is = json_first(json_member(members, "results"));
	struct buffer one = buffer_new((size_t)1 << 20);
	struct buffer two = buffer_new((size_t)1 << 20);
	char what[600];
	bool same = true;

	while (was != NULL && is != NULL && same) {
		buffer_clear(&one);
		buffer_clear(&two);
		json_write(&one, was);
		json_write(&two, is);
		same = bytes_equal(buffer_bytes(&one), buffer_bytes(&two));
		if (same) {
			was = json_next(was);
			is = json_next(is);
		}
	}
	if (was != NULL && is != NULL)
		(void)snprintf(what, sizeof what,
		    "the rule %.60s/%.60s is \"%s\" on record; computed "
		    "again it is \"%s\"%s",
		    text_or(was, "policy", "?"), text_or(was, "rule", "?"),
		    text_or(was, "result", "?"), text_or(is, "result", "?"),
		    strcmp(text_or(was, "result", ""),
			text_or(is, "result", "")) == 0
			? ", for other reasons"
			: "");
	else
		(void)snprintf(what, sizeof what,
		    "the decision is \"%s\" on record; computed again it is "
		    "\"%s\"",
		    text_or(replay->verdict.predicate, "decision", "?"),
		    text_or(members, "decision", "?"));
	buffer_free(&one);
	buffer_free(&two);
	return complain_of_verdict(replay, what, err);
}

static int
compare(struct replay *replay, const struct question *question,
    const struct append_view *view, const struct digest *leaf, bool entered,
    struct error *err)
{
	struct judgement judgement;
	struct json *members = NULL;
	bool refused;
	int result = 0;

	if (judge_ask(replay->judge, view, question, NULL, 0, &judgement,
		err) == -1)
		return -1;
	if (!judgement.gated) {
		return complain_of_verdict(replay,
		    "no rule in force was about what it judges", err);
	}
	refused = question->kind != NULL && !judgement.allowed;
	if (question->kind != NULL && refused == entered) {
		return complain_of_verdict(replay,
		    entered ? "what it allowed is refused when it is computed "
			      "again"
			    : "what it refused is allowed when it is computed "
			      "again",
		    err);
	}
	buffer_clear(&replay->attachment);
	if (judge_members(&members, replay->judge, &judgement,
		question->kind != NULL && entered ? leaf : NULL,
		question->kind != NULL && !entered ? leaf : NULL,
		&replay->attachment, err) == -1)
		return -1;
	write_from(&replay->text, behind_head(replay->verdict.predicate));
	write_from(&replay->again, json_first(members));
	if (buffer_check(&replay->text, "verdict", err) == -1 ||
	    buffer_check(&replay->again, "verdict", err) == -1) {
		json_free(members);
		return -1;
	}
	if (!bytes_equal(buffer_bytes(&replay->text),
		buffer_bytes(&replay->again)))
		result = name_difference(replay, members, err);
	json_free(members);
	return result;
}

/* -1 only when the store or memory fail; what is wrong with the verdict is a
 * finding. */
static int
replay_one(struct replay *replay, struct error *err)
{
	const char *name, *evaluator;
	struct append_view view = { .store = replay->store,
		.authority = replay->past->authority,
		.size = replay->seq,
		.time_ms = replay->entry.time_ms };
	struct question question = { .kind = NULL };
	struct digest leaf;
	struct error why;
	bool entered = false;
	int result = 0;

	name = json_member_text(replay->verdict.predicate, "kind");
	evaluator = json_member_text(replay->verdict.predicate, "evaluator");
	if (strcmp(evaluator, POLICY_EVALUATOR) != 0) {
		complain(replay, replay->seq,
		    "it was made by an evaluator that this program does not "
		    "have");
		return 0;
	}
	if (strcmp(name, "audit") == 0) {
		result = past_authority(replay->past, replay->seq, &why);
	} else {
		result = find_question(replay, &question, &view, &leaf,
		    &entered, &why);
	}
	if (result == 0)
		result =
		    compare(replay, &question, &view, &leaf, entered, &why);
	if (result == 0)
		return 0;
	if (why.class == ERROR_SYSTEM) {
		*err = why;
		return -1;
	}
	return complain_of_verdict(replay, why.what, err);
}

/* --- Records without a verdict --- */

/* Whether any edition before seq has rules on records of a kind. */
static int
was_gated(struct replay *replay, const struct kind *kind, uint64_t seq,
    bool *gated, struct error *err)
{
	const struct append_view view = { .store = replay->store,
		.authority = replay->past->authority,
		.size = seq };
	const struct edition *const *editions;
	size_t count;

	*gated = false;
	if (rulebook_at(judge_rulebook(replay->judge), &view, &editions, &count,
		err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct policy *policy = editions[i]->policy;

		for (size_t k = 0; policy != NULL && k < policy->rule_count;
		     k++)
			*gated |= rule_is_on(&policy->rule[k], kind);
	}
	return 0;
}

/* The entry behind a gated one is its verdict. */
static int
check_followed(struct replay *replay, const struct index_row *row,
    uint64_t size, struct error *err)
{
	struct record verdict;
	const char *hex = NULL;
	bool gated;

	if (was_gated(replay, row->kind, row->seq, &gated, err) == -1)
		return -1;
	if (!gated)
		return 0;
	if (row->seq + 1 < size) {
		if (read_entry(replay, row->seq + 1, &replay->other_line,
			&replay->other, err) == -1)
			return -1;
		if (record_parse(&verdict,
			buffer_bytes(&replay->other.envelope.payload),
			err) == -1)
			return -1;
		hex = json_member_text(verdict.predicate, "entry");
		if (verdict.kind != kind_named("verdict") || hex == NULL ||
		    strcmp(hex, digest_hex(row->leaf).text) != 0)
			hex = NULL;
		if (hex == NULL)
			complain(replay, row->seq,
			    "a rule in force was about it, and it has no "
			    "verdict");
		record_free(&verdict);
	} else {
		complain(replay, row->seq,
		    "a rule in force was about it, and it has no verdict");
	}
	return 0;
}

static int
look_at(struct replay *replay, const struct index_row *row, uint64_t size,
    bool any_policy, struct error *err)
{
	if (row->kind != kind_named("verdict"))
		return any_policy && row->kind->roles != 0 &&
			!replay->options->partial
		    ? check_followed(replay, row, size, err)
		    : 0;
	replay->seq = row->seq;
	if (read_entry(replay, row->seq, &replay->line, &replay->entry, err) ==
		-1 ||
	    record_parse(&replay->verdict,
		buffer_bytes(&replay->entry.envelope.payload), err) == -1)
		return -1;
	replay->result->verdicts++;
	if (replay_one(replay, err) == -1) {
		record_free(&replay->verdict);
		return -1;
	}
	record_free(&replay->verdict);
	return 0;
}

static int
replay_all(struct replay *replay, struct error *err)
{
	const struct replay_options *options = replay->options;
	uint64_t most = options->max_problems == 0 ? 1000
						   : options->max_problems;
	struct index_list *list;
	struct index_row row;
	struct index_query query = { .oldest_first = true };
	bool more = true, any_policy = false;
	uint64_t size;
	int result = 0;

	if (store_size(replay->store, &size, err) == -1)
		return -1;
	query.before = size;
	if (index_list(&list, replay->store, &query, err) == -1)
		return -1;
	while (result == 0 && replay->result->problems < most) {
		result = index_next(list, &row, &more, err);
		if (result == -1 || !more)
			break;
		result = look_at(replay, &row, size, any_policy, err);
		any_policy |= strcmp(row.kind->name, "policy") == 0;
		if (result == 0 && options->progress != NULL &&
		    row.seq % 256 == 0 &&
		    options->progress(options->cookie, row.seq, size) != 0)
			result =
			    error_set(err, ERROR_SYSTEM, NULL, "interrupted");
	}
	index_list_free(list);
	return result;
}

int
replay_verdicts(struct replay_result *result, const char *path,
    const struct replay_options *options, struct error *err)
{
	struct replay *replay = memory_new(1, sizeof *replay);
	int status = -1;

	if (replay == NULL)
		return error_memory(err);
	memset(result, 0, sizeof *result);
	replay->options = options;
	replay->result = result;
	replay->line = buffer_new(LIMIT_ENTRY);
	replay->other_line = buffer_new(LIMIT_ENTRY);
	replay->attachment = buffer_new(LIMIT_ATTACHMENT);
	replay->text = buffer_new(LIMIT_ATTACHMENT);
	replay->again = buffer_new(LIMIT_ATTACHMENT);
	replay->entry = entry_new();
	replay->other = entry_new();
	if (judge_new(&replay->judge, err) == 0 &&
	    store_open(&replay->store, path, STORE_READ, err) == 0 &&
	    past_new(&replay->past, replay->store, err) == 0 &&
	    store_begin_read(replay->store, err) == 0)
		status = replay_all(replay, err);
	store_close(replay->store);
	judge_free(replay->judge);
	past_free(replay->past);
	entry_free(&replay->entry);
	entry_free(&replay->other);
	buffer_free(&replay->line);
	buffer_free(&replay->other_line);
	buffer_free(&replay->attachment);
	buffer_free(&replay->text);
	buffer_free(&replay->again);
	memory_free(replay);
	return status;
}
