/* policy.h: a policy file, read and compiled. */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "ledger/kind.h"
#include "policy/cel.h"
#include "policy/yaml.h"

/*
 * docs/policies.md describes the file.  Everything in a policy lives in its
 * arena; it does not change after it was read.
 */

/* The version of the rules' meaning: what a verdict was made by, so that it
 * can be made again. */
#define POLICY_EVALUATOR "1"

/* What a rule sees, in the order in which its values are given. */
enum policy_name {
	NAME_RECORD,
	NAME_KIND,
	NAME_SUBJECT,
	NAME_SIGNER,
	NAME_SIGNERS,
	NAME_NOW,
	NAME_MODEL,
	NAME_LINEAGE,
	NAME_PARAMS,
	NAME_LEDGER,
	NAME_COUNT,
};
extern const char *const policy_names[NAME_COUNT + 1];

/* One expression of a rule. */
struct policy_term {
	struct cel_program *program; /* NULL: there is none. */
	const struct yaml *node;
};

struct policy_texts {
	const char **item;
	size_t count;
};

/* To what a policy or rule is restricted; empty lists restrict nothing. */
struct policy_scope {
	struct policy_texts models; /* Names; `*' stands for anything. */
	struct policy_texts environments;
	struct policy_texts risk_classes;
};

enum policy_each {
	EACH_LEDGER, /* Once. */
	EACH_DEPLOYED, /* For each model in use, in each environment. */
	EACH_MODEL, /* For each registered model. */
};

struct rule {
	const char *id;
	bool on[KINDS_MAX]; /* By the order of kinds[]. */
	bool on_audit;
	enum policy_each each;
	struct policy_term when;
	struct policy_term evidence;
	struct policy_term require;
	struct policy_term message;
	bool denies; /* otherwise: deny, not warn. */
	bool waivable;
	bool always; /* An emergency does not lift it. */
	const char *because;
	const char *remedy; /* Or NULL. */
	struct policy_texts controls;
	struct policy_scope scope;
	const struct yaml *node;
};

/* What records of a kind must say sealed. */
struct policy_seal {
	const struct kind *kind; /* NULL: of every kind that may. */
	struct policy_texts paths; /* Or the word of a class of members. */
	const struct yaml *node;
};

struct policy {
	struct arena *arena;
	const char *name;
	const char *title; /* Or NULL. */
	const char *about; /* Or NULL. */
	struct policy_texts sources;
	struct json *params; /* Its defaults; owned. */
	struct policy_scope scope;
	struct {
		unsigned roles; /* Who may sign one. */
		uint64_t max_days; /* 0: an end is not needed. */
	} waivers;
	struct {
		bool allowed;
		unsigned roles;
		uint64_t review_hours;
	} emergency;
	size_t seal_count;
	struct policy_seal *seal;
	size_t rule_count;
	struct rule *rule;
	const struct yaml *examples; /* A list, or NULL. */
	struct digest digest; /* Of its text. */
	size_t max_parts; /* Of any expression. */
};

/*
 * Read a policy.  ERROR_UNDECIDED with line and column for what is not one:
 * unknown members with the nearest, missing ones, wrong types, expressions
 * that do not parse or name what there is not, two rules of one id.
 */
int policy_parse(struct policy **out, struct bytes text, struct error *err);
void policy_free(struct policy *policy);

/* A rule by its id, or NULL. */
const struct rule *policy_rule(const struct policy *policy, const char *id);

/*
 * The next path that records of a kind must say sealed, from number *at on
 * (which begins as 0 and is moved on); NULL at the end.  Classes come as the
 * paths that they stand for.
 */
const char *policy_seal_path(const struct policy *policy,
    const struct kind *kind, size_t *at);

/* Whether what its rules on audit say of a model may rest on more of the ledger
 * than the model's history: one that is about the ledger does, and one that
 * has the word `ledger' (which may be within another: then nothing is lost). */
bool policy_asks_ledger(const struct policy *policy);

/* Whether a text matches a name in which `*' stands for anything. */
bool policy_matches(const char *pattern, const char *text);

/* The number of a kind in kinds[]. */
size_t policy_kind_number(const struct kind *kind);

#endif
