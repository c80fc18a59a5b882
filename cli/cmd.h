/* cmd.h: the commands, each in a file of its own; and what they print alike. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"

extern const struct command cmd_init;
extern const struct command cmd_key_new;
extern const struct command cmd_key_request;
extern const struct command cmd_key_enrol;
extern const struct command cmd_key_rotate;
extern const struct command cmd_key_revoke;
extern const struct command cmd_key_binding;
extern const struct command cmd_key_certify;
extern const struct command cmd_key_list;
extern const struct command cmd_trust_add;
extern const struct command cmd_trust_withdraw;
extern const struct command cmd_trust_list;
extern const struct command cmd_dataset_add;
extern const struct command cmd_run;
extern const struct command cmd_model_register;
extern const struct command cmd_evaluate;
extern const struct command cmd_observe;
extern const struct command cmd_incident;
extern const struct command cmd_propose;
extern const struct command cmd_approve;
extern const struct command cmd_reject;
extern const struct command cmd_deploy;
extern const struct command cmd_rollback;
extern const struct command cmd_retire;
extern const struct command cmd_review;
extern const struct command cmd_gate;
extern const struct command cmd_pending;
extern const struct command cmd_waive;
extern const struct command cmd_waivers;
extern const struct command cmd_attest;
extern const struct command cmd_gap;
extern const struct command cmd_hold;
extern const struct command cmd_erase;
extern const struct command cmd_policy_check;
extern const struct command cmd_policy_packs;
extern const struct command cmd_policy_export;
extern const struct command cmd_policy_test;
extern const struct command cmd_policy_publish;
extern const struct command cmd_policy_propose;
extern const struct command cmd_policy_retire;
extern const struct command cmd_policy_list;
extern const struct command cmd_policy_show;
extern const struct command cmd_policy_diff;
extern const struct command cmd_policy_explain;
extern const struct command cmd_policy_eval;
extern const struct command cmd_policy_simulate;
extern const struct command cmd_audit;
extern const struct command cmd_record;
extern const struct command cmd_correct;
extern const struct command cmd_log;
extern const struct command cmd_show;
extern const struct command cmd_disclose;
extern const struct command cmd_list;
extern const struct command cmd_compare;
extern const struct command cmd_lineage;
extern const struct command cmd_status;
extern const struct command cmd_report;
extern const struct command cmd_verify;
extern const struct command cmd_index;
extern const struct command cmd_prove;
extern const struct command cmd_publish;
extern const struct command cmd_check_proof;
extern const struct command cmd_dossier;
extern const struct command cmd_check_dossier;
extern const struct command cmd_witness_add;
extern const struct command cmd_witness_remove;
extern const struct command cmd_witness_quorum;
extern const struct command cmd_witness_list;
extern const struct command cmd_witness_request;
extern const struct command cmd_witness_key;
extern const struct command cmd_witness_cosign;
extern const struct command cmd_timestamp_request;
extern const struct command cmd_timestamp_add;
extern const struct command cmd_timestamp_list;
extern const struct command cmd_timestamp_export;
extern const struct command cmd_check_oms;
extern const struct command cmd_export_in_toto;
extern const struct command cmd_export_slsa;
extern const struct command cmd_population;
extern const struct command cmd_sample;
extern const struct command cmd_reindex;
extern const struct command cmd_settle;
extern const struct command cmd_schema;
extern const struct command cmd_completion;
extern const struct command cmd_help;
extern const struct command cmd_version;

/* Add a role by its word; ERROR_UNDECIDED with the nearest. */
int roles_add(unsigned *roles, const char *word, struct error *err);

/* Write a text to standard output as JSON. */
void print_json_text(const char *text);

#endif
