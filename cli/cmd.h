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
extern const struct command cmd_key_list;
extern const struct command cmd_dataset_add;
extern const struct command cmd_run;
extern const struct command cmd_model_register;
extern const struct command cmd_evaluate;
extern const struct command cmd_observe;
extern const struct command cmd_incident;
extern const struct command cmd_record;
extern const struct command cmd_correct;
extern const struct command cmd_log;
extern const struct command cmd_show;
extern const struct command cmd_list;
extern const struct command cmd_compare;
extern const struct command cmd_lineage;
extern const struct command cmd_status;
extern const struct command cmd_verify;
extern const struct command cmd_reindex;
extern const struct command cmd_schema;
extern const struct command cmd_completion;
extern const struct command cmd_help;
extern const struct command cmd_version;

/* Add a role by its word; ERROR_UNDECIDED with the nearest. */
int roles_add(unsigned *roles, const char *word, struct error *err);

/* Write a text to standard output as JSON. */
void print_json_text(const char *text);

#endif
