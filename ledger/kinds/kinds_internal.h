/* kinds_internal.h: the kinds, and the rows that several of them share. */
#ifndef LEDGER_KINDS_INTERNAL_H
#define LEDGER_KINDS_INTERNAL_H

#include "base/error.h"
#include "ledger/kind.h"
#include "ledger/record.h"

extern const struct kind kind_genesis;
extern const struct kind kind_key;
extern const struct kind kind_trust;
extern const struct kind kind_dataset;
extern const struct kind kind_run;
extern const struct kind kind_model;
extern const struct kind kind_evaluation;
extern const struct kind kind_observation;
extern const struct kind kind_incident;
extern const struct kind kind_proposal;
extern const struct kind kind_approval;
extern const struct kind kind_rejection;
extern const struct kind kind_deployment;
extern const struct kind kind_review;
extern const struct kind kind_policy;
extern const struct kind kind_waiver;
extern const struct kind kind_verdict;
extern const struct kind kind_index;
extern const struct kind kind_report;
extern const struct kind kind_attestation;
extern const struct kind kind_gap;
extern const struct kind kind_hold;
extern const struct kind kind_erasure;

/* The words of all roles, NULL-terminated. */
extern const char *const role_words[];

/* {name, digest} of the model or the data a record is about. */
extern const struct member about_model_rows[];
extern const struct member about_dataset_rows[];
/* {name, digest} of what is decided on: a model, a policy, the ledger. */
extern const struct member about_rows[];
/* {name, digest} of a model that is no longer in use. */
extern const struct member replaced_rows[];
/* {name, version, digest, entry} of a policy in force. */
extern const struct member policy_reference_rows[];
/* {name, digest} of what something was derived from. */
extern const struct member parent_rows[];
/* Where the code stood. */
extern const struct member code_rows[];
/* What it cost. */
extern const struct member cost_rows[];

/* Refuse a member that this record may not have, or lacks; `when' says in
 * which case: "of a run that starts". */
int kind_forbids(const struct record *record, const char *name,
    const char *when, struct error *err);
int kind_needs(const struct record *record, const char *name, const char *when,
    struct error *err);

/* Refuse a time `later' (a path below object) before `earlier'; either may
 * be absent. */
int kind_in_order(const struct json *object, const char *path,
    const char *earlier, const char *later, struct error *err);

#endif
