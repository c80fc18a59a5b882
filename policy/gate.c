#include "policy/gate.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/record.h"

struct gate {
	struct append_gate table;
	struct judge *judge;
	struct json *statement; /* Of the question. */
	struct question question;
	struct public_key signer[LIMIT_SIGNATURES];
	struct judgement judgement;
	bool judged;
};

/* A policy's text is checked before it can be in force. */
static int
check_policy(const struct append_view *view, const struct json *statement,
    struct error *err)
{
	const struct json *predicate = json_member(statement, "predicate");
	const char *evaluator = json_member_text(predicate, "evaluator");
	const char *hex = json_member_text(predicate, "text");
	struct buffer text = buffer_new(LIMIT_ATTACHMENT);
	struct policy *policy = NULL;
	struct json *params = NULL;
	struct digest digest;
	int result = -1;

	if (strcmp(json_member_text(predicate, "status"), "in force") != 0)
		return 0;
	if (strcmp(evaluator, POLICY_EVALUATOR) != 0)
		return error_set(err, ERROR_UNDECIDED,
		    "use a version of vouch that knows it",
		    "the policy is written for evaluator %.20s, this program "
		    "has " POLICY_EVALUATOR,
		    evaluator);
	if (!digest_parse(&digest, bytes_of_text(hex)) ||
	    store_attachment(view->store, digest, &text, err) == -1)
		goto done;
	if (policy_parse(&policy, buffer_bytes(&text), err) == -1)
		goto done;
	if (strcmp(policy->name, json_member_text(predicate, "name")) != 0)
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the policy's text calls itself \"%s\"", policy->name);
	else
		result = rulebook_params(&params, policy,
		    json_member(predicate, "params"), err);
done:
	json_free(params);
	policy_free(policy);
	buffer_free(&text);
	return result;
}

/* Goes over what the policies in force want sealed and is open: seals it
 * with `disclosures', or else refuses it. */
static int
go_over_seals(struct gate *gate, const struct append_view *view,
    const struct kind *kind, struct json *members,
    struct disclosures *disclosures, struct error *err)
{
	const struct edition *const *editions;
	size_t count;

	if (!kind->sealable)
		return 0;
	if (rulebook_at(judge_rulebook(gate->judge), view, &editions, &count,
		err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct policy *policy = editions[i]->policy;
		const struct json *value, *parent;
		struct error absent;
		const char *path;
		size_t at = 0;

		while (policy != NULL &&
		    (path = policy_seal_path(policy, kind, &at)) != NULL) {
			if (sealed_find(&value, &parent, members, path,
				&absent) == -1 ||
			    sealed_looks_so(value))
				continue;
			if (disclosures == NULL)
				return error_set(err, ERROR_NO,
				    "sign it with that field sealed: --seal",
				    "the policy %s wants '%.100s' of a %s "
				    "sealed",
				    editions[i]->said.name, path, kind->name);
			if (sealed_seal(members, path, disclosures, err) == -1)
				return error_within(err, "policy %s",
				    editions[i]->said.name);
		}
	}
	return 0;
}

int
gate_seal(struct gate *gate, const struct append_view *view,
    const struct kind *kind, struct json *members,
    struct disclosures *disclosures, struct error *err)
{
	return go_over_seals(gate, view, kind, members, disclosures, err);
}

static int
refusal(const struct gate *gate, struct error *err)
{
	struct buffer reason = buffer_new(ERROR_WHAT_MAX);

	judgement_reason(&reason, &gate->judgement);
	error_set(err, ERROR_NO,
	    "see `vouch log --kind verdict', and `vouch gate' for what is missing",
	    "refused by the policies in force: %s", buffer_string(&reason));
	buffer_free(&reason);
	return 0;
}

static int
gate_ask(void *cookie, const struct append_view *view,
    const struct append_question *asked, enum append_answer *answer,
    struct error *err)
{
	struct gate *gate = cookie;

	*answer = APPEND_UNGATED;
	gate->judged = false;
	json_free(gate->statement);
	gate->statement = NULL;
	if (asked->kind->subject == SUBJECT_LEDGER)
		return 0;
	if (json_parse(&gate->statement, asked->payload, err) == -1)
		return -1;
	if (strcmp(asked->kind->name, "policy") == 0 &&
	    check_policy(view, gate->statement, err) == -1)
		return -1;
	/* The tree is ours, and nothing is changed in it. */
	if (go_over_seals(gate, view, asked->kind,
		(struct json *)(uintptr_t)json_member(gate->statement,
		    "predicate"),
		NULL, err) == -1)
		return -1;
	memcpy(gate->signer, asked->signer,
	    asked->signer_count * sizeof *gate->signer);
	gate->question = (struct question){
		.kind = asked->kind,
		.statement = gate->statement,
		.signer = gate->signer,
		.signer_count = asked->signer_count,
	};
	if (judge_ask(gate->judge, view, &gate->question, NULL, 0,
		&gate->judgement, err) == -1)
		return -1;
	gate->judged = gate->judgement.gated;
	if (!gate->judged)
		return 0;
	*answer = gate->judgement.allowed ? APPEND_ALLOWED : APPEND_REFUSED;
	return gate->judgement.allowed ? 0 : refusal(gate, err);
}

static int
gate_verdict(void *cookie, const struct digest *entry,
    const struct digest *attempt, struct json **members,
    struct buffer *attachment, struct error *err)
{
	struct gate *gate = cookie;

	return judge_members(members, gate->judge, &gate->judgement, entry,
	    attempt, attachment, err);
}

int
gate_new(struct gate **out, struct error *err)
{
	struct gate *gate = memory_new(1, sizeof *gate);

	if (gate == NULL)
		return error_memory(err);
	if (judge_new(&gate->judge, err) == -1) {
		memory_free(gate);
		return -1;
	}
	gate->table = (struct append_gate){ gate, gate_ask, gate_verdict };
	*out = gate;
	return 0;
}

void
gate_free(struct gate *gate)
{
	if (gate == NULL)
		return;
	json_free(gate->statement);
	judge_free(gate->judge);
	memory_free(gate);
}

const struct append_gate *
gate_table(struct gate *gate)
{
	return &gate->table;
}

bool
gate_last(const struct gate *gate, const struct judgement **judgement)
{
	*judgement = &gate->judgement;
	return gate->judged;
}

struct judge *
gate_judge(struct gate *gate)
{
	return gate->judge;
}

static int
compose_audit(void *cookie, const struct append_view *view,
    struct json **members, struct buffer *attachment, struct error *err)
{
	struct gate *gate = cookie;

	gate->question = (struct question){ .kind = NULL };
	if (judge_ask(gate->judge, view, &gate->question, NULL, 0,
		&gate->judgement, err) == -1)
		return -1;
	gate->judged = true;
	return judge_members(members, gate->judge, &gate->judgement, NULL, NULL,
	    attachment, err);
}

struct append_own
gate_audit(struct gate *gate)
{
	return (struct append_own){ "verdict", gate, compose_audit };
}
