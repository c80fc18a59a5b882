#include <string.h>

#include "ledger/record.h"
#include "policy/judge_internal.h"

/* Results that are longer are kept as an attachment. */
#define INLINE_MAX 40000

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
