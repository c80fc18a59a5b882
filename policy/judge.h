/* judge.h: what the policies in force say of a record, or in an audit. */
#ifndef POLICY_JUDGE_H
#define POLICY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "policy/context.h"
#include "policy/policy.h"
#include "policy/rulebook.h"

/* Never merged: each asks for something else of its reader. */
enum result {
	RESULT_PASS,
	RESULT_FAIL,
	RESULT_WAIVED, /* It does not hold, and a waiver lifts it. */
	RESULT_NO_EVIDENCE, /* What it asks about is not on record. */
	RESULT_NOT_APPLICABLE,
	RESULT_ERROR, /* It has no value: a fault of the rule. */
	RESULT_COUNT,
};
const char *result_name(enum result result);

struct judged_value {
	const char *expression;
	const char *value;
};
#define VALUES_MAX 6
#define EVIDENCE_MAX 16

/* One rule's result.  Texts live as long as the judge's next question. */
struct judged {
	const struct edition *edition;
	const struct rule *rule; /* NULL: the policy cannot be read. */
	const char *on; /* In an audit, of what; or NULL. */
	struct digest about; /* Of what: its digest, */
	const char *name; /* its name, */
	const char *environment; /* and where; "" anywhere. */
	enum result result;
	enum result own; /* Beneath a waiver; else the same. */
	struct digest waiver; /* Leaf hash, when waived. */
	const struct index_row *waiver_row;
	const char *waiver_note; /* Why one does not apply; or NULL. */
	int64_t waiver_until; /* INT64_MAX: no end. */
	const char *message; /* What is wrong; NULL when it passes. */
	size_t evidence_count;
	struct digest evidence[EVIDENCE_MAX];
	struct digest evidence_digest; /* Of all their leaf hashes. */
	size_t value_count;
	struct judged_value value[VALUES_MAX];
};

/* Who and what. */
struct question {
	const struct kind *kind; /* NULL: an audit. */
	const struct json *statement; /* NULL in an audit. */
	const struct public_key *signer;
	size_t signer_count;
	bool unsigned_yet; /* Nobody has signed it: a gate's question. */
};

struct judgement {
	size_t count;
	struct judged *judged;
	bool gated; /* Some rule is about it. */
	bool allowed;
	bool emergency; /* Allowed ahead of the rules. */
	size_t totals[RESULT_COUNT];
};

/* Judges one question after the other; not shared by threads. */
struct judge;
int judge_new(struct judge **out, struct error *err);
void judge_free(struct judge *judge);
struct context *judge_context(struct judge *judge);
struct rulebook *judge_rulebook(struct judge *judge);

/*
 * What the policies in force before view->size say.  With `editions' not
 * NULL, those instead: for what would have been said.  Lives until the next
 * question.
 */
int judge_ask(struct judge *judge, const struct append_view *view,
    const struct question *question, const struct edition *const *editions,
    size_t edition_count, struct judgement *out, struct error *err);

/*
 * An audit that gives its results away as it goes: those about the ledger,
 * then those about each thing in use, and forgets them and what was read for
 * them.  What it needs of memory does not grow with the things in use or with
 * what is on record of them.
 */
struct judge_taker {
	void *cookie;
	/* Results about one thing, in the order of rules, which live until it
	 * returns.  -1 ends the audit. */
	int (*take)(void *cookie, const struct judged *judged, size_t count,
	    struct error *err);
	const struct digest *only; /* What is in use of this; NULL: all. */
	bool brief; /* What passes comes without values and digest. */
};
int judge_audit(struct judge *judge, const struct append_view *view,
    const struct judge_taker *taker, struct error *err);

/*
 * Be told how each expression of a rule comes to its value, the next time
 * it is asked: `term' is "when", "evidence" or "require".  NULL: of none.
 */
struct judge_listener {
	const char *policy; /* NULL: any. */
	const char *rule; /* NULL: any. */
	void *cookie;
	void (*told)(void *cookie, const struct judged *judged,
	    const char *term, const struct cel_program *program,
	    const struct cel_trace *trace, const struct cel_value *value);
};
void judge_listen(struct judge *judge, const struct judge_listener *listener);

/* After judge_ask of a record, or judge_look: the value of an expression on
 * policy_names[].  Lives until the next one. */
struct cel_value judge_evaluate(struct judge *judge,
    const struct cel_program *program);

/* Set the scene without a rule: the subject of a statement, or the ledger. */
int judge_look(struct judge *judge, const struct append_view *view,
    const struct question *question, struct error *err);

/* The members of the verdict record that says it: `entry' that entered, or
 * `attempt' that was refused, or neither.  What is too long for an entry is
 * written to the attachment. */
int judge_members(struct json **out, struct judge *judge,
    const struct judgement *judgement, const struct digest *entry,
    const struct digest *attempt, struct buffer *attachment, struct error *err);

/* In a line: "refused by starter: two-approvals, licensed-data". */
void judgement_reason(struct buffer *out, const struct judgement *judgement);

/* Whether a rule is about records of a kind (NULL: audits). */
bool rule_is_on(const struct rule *rule, const struct kind *kind);

/* Whether a result stops what was asked. */
bool judged_denies(const struct judged *judged);

#endif
