/* judge_internal.h: one judgement from inside: a rule, an audit, a verdict. */
#ifndef POLICY_JUDGE_INTERNAL_H
#define POLICY_JUDGE_INTERNAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "policy/judge.h"

/* Ceilings of one expression, the same on every machine. */
#define TERM_BYTES ((size_t)32 * 1024 * 1024)
#define TERM_STEPS 2000000

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

/* --- judge.c: what all rules of a question see --- */

void judge_set_environment(struct judge *judge, const struct cel_value *record);
void judge_set_about(struct judge *judge, struct digest digest,
    const char *name);
void judge_set_params(struct judge *judge, const struct edition *edition);
void judge_set_variables(struct judge *judge);
/* A policy that this program cannot read allows nothing that is gated. */
int judge_unreadable(struct judge *judge, const struct edition *edition,
    struct error *err);

/* --- judge_rule.c --- */

/* A text of the judgement: cut after `most' bytes; NULL without memory. */
const char *judge_keep_text(struct judge *judge, struct bytes text,
    size_t most);
/* The member of a map, or NULL. */
const struct cel_value *judge_member(const struct cel_value *map,
    const char *name);
/* Room for the values of a policy's longest expression. */
int judge_trace_room(struct judge *judge, const struct policy *policy,
    struct error *err);
/* A result that says nothing yet; the judge's, until the next one. */
struct judged *judge_new_judged(struct judge *judge,
    const struct edition *edition, const struct rule *rule, struct error *err);
/* Ask one rule of what is set; `on' says of what in words, or NULL. */
int judge_rule(struct judge *judge, const struct edition *edition,
    const struct rule *rule, const char *on, struct error *err);

/* --- judge_audit.c --- */

/* All rules of an audit, over all that they go over. */
int judge_ask_audit(struct judge *judge, struct error *err);

#endif
