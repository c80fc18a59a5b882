/* context.h: what a rule sees: the ledger at a moment, as CEL values. */
#ifndef POLICY_CONTEXT_H
#define POLICY_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "ledger/append.h"
#include "ledger/index.h"
#include "policy/cel_value.h"
#include "policy/policy.h"

/*
 * docs/rules.md is the contract.  Values are made when they are looked at, so
 * that a rule pays for what it asks; they live until the next context_begin.
 * What was looked at is noted: it is the evidence of a result.
 */
struct context;
int context_new(struct context **out, struct error *err);
void context_free(struct context *context);

/* A policy in force, as `ledger.policies' shows it. */
struct context_policy {
	const char *name;
	const char *version;
	struct digest digest;
	struct digest leaf;
	int64_t time_ms;
};

/* Forget everything, and look at this moment.  The view and the policies are
 * borrowed. */
void context_begin(struct context *context, const struct append_view *view,
    const struct context_policy *policies, size_t policy_count);

/* Forget what was read at this moment, to have the memory back; values that
 * were made are gone. */
void context_forget(struct context *context);

/* What is judged next: its lineage is that of this subject.  Keeps what was
 * read. */
void context_about(struct context *context, struct digest digest,
    const char *name);

/* A record that is not in the ledger, from its statement. */
struct cel_value context_statement(struct context *context,
    const struct kind *kind, const struct json *statement);
/* A record's members from JSON of any completeness, for examples: by the rows
 * of the kind where there are any. */
struct cel_value context_members(struct context *context,
    const struct kind *kind, const struct json *members);
/* Any JSON. */
struct cel_value context_json(struct context *context,
    const struct json *value);
/* A text copied, a time. */
struct cel_value context_text(struct context *context, const char *text);
struct cel_value context_time(int64_t time_ms);
/* A map of as many texts and values. */
struct cel_value context_map(struct context *context, const char *const names[],
    const struct cel_value values[], size_t count);
struct cel_value context_list(struct context *context,
    const struct cel_value *item, size_t count);

/* Who holds a key. */
struct cel_value context_signer(struct context *context, struct public_key key);
struct cel_value context_signers(struct context *context,
    const struct public_key *key, size_t count);

/* Inputs of a run that is judged, whose lineage begins with them. */
void context_inputs(struct context *context, const struct json *predicate);

/* An entry as a record. */
struct cel_value context_entry(struct context *context, uint64_t seq);

/* The variables model, lineage and ledger; subject too. */
struct cel_value context_model(struct context *context);
struct cel_value context_lineage(struct context *context);
struct cel_value context_ledger(struct context *context);
struct cel_value context_subject(struct context *context);

/* The list of `ledger.NAME', and how an audit goes over it. */
struct cel_value context_ledger_list(struct context *context, const char *name);
/* Of a record that context_entry or a list gave: its row; NULL for others. */
const struct index_row *context_row(const struct cel_value *record);

/* Begin to note what is looked at; and what was, in order of entries. */
void context_mark(struct context *context);
size_t context_seen(struct context *context, const struct digest **leaves);

/* -1 when the ledger could not be read since context_begin. */
int context_check(const struct context *context, struct error *err);

/* Where values may be made that live as long as the context's. */
struct arena *context_arena(struct context *context);

#endif
