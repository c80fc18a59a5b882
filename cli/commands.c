#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/cmd.h"
#include "ledger/kind.h"

/* One line a command, in the order that help shows. */
const struct command *const commands[] = {
	&cmd_init,
	&cmd_key_new,
	&cmd_key_request,
	&cmd_key_enrol,
	&cmd_key_rotate,
	&cmd_key_revoke,
	&cmd_key_binding,
	&cmd_key_certify,
	&cmd_key_list,
	&cmd_trust_add,
	&cmd_trust_withdraw,
	&cmd_trust_list,
	&cmd_dataset_add,
	&cmd_run,
	&cmd_model_register,
	&cmd_evaluate,
	&cmd_observe,
	&cmd_incident,
	&cmd_attest,
	&cmd_gap,
	&cmd_hold,
	&cmd_erase,
	&cmd_record,
	&cmd_correct,
	&cmd_propose,
	&cmd_approve,
	&cmd_reject,
	&cmd_gate,
	&cmd_deploy,
	&cmd_rollback,
	&cmd_retire,
	&cmd_review,
	&cmd_pending,
	&cmd_waive,
	&cmd_waivers,
	&cmd_policy_packs,
	&cmd_policy_export,
	&cmd_policy_list,
	&cmd_policy_show,
	&cmd_policy_check,
	&cmd_policy_test,
	&cmd_policy_propose,
	&cmd_policy_publish,
	&cmd_policy_retire,
	&cmd_policy_diff,
	&cmd_policy_explain,
	&cmd_policy_eval,
	&cmd_policy_simulate,
	&cmd_audit,
	&cmd_log,
	&cmd_show,
	&cmd_disclose,
	&cmd_list,
	&cmd_compare,
	&cmd_lineage,
	&cmd_status,
	&cmd_report,
	&cmd_verify,
	&cmd_index,
	&cmd_population,
	&cmd_sample,
	&cmd_reindex,
	&cmd_settle,
	&cmd_prove,
	&cmd_check_proof,
	&cmd_dossier,
	&cmd_check_dossier,
	&cmd_publish,
	&cmd_export_in_toto,
	&cmd_export_slsa,
	&cmd_check_oms,
	&cmd_witness_add,
	&cmd_witness_remove,
	&cmd_witness_quorum,
	&cmd_witness_list,
	&cmd_witness_request,
	&cmd_witness_key,
	&cmd_witness_cosign,
	&cmd_timestamp_request,
	&cmd_timestamp_add,
	&cmd_timestamp_list,
	&cmd_timestamp_export,
	&cmd_schema,
	&cmd_completion,
	&cmd_help,
	&cmd_version,
	NULL,
};

const struct command *
command_find(const char *const words[], size_t count, size_t *used)
{
	bool is_parent = false;

	*used = 0;
	for (size_t i = 0; count > 0 && commands[i] != NULL; i++) {
		const struct command *command = commands[i];

		if (command->parent == NULL) {
			if (strcmp(command->name, words[0]) != 0)
				continue;
			*used = 1;
			return command;
		}
		if (strcmp(command->parent, words[0]) != 0)
			continue;
		is_parent = true;
		if (count > 1 && strcmp(command->name, words[1]) == 0) {
			*used = 2;
			return command;
		}
	}
	*used = is_parent ? 1 : 0;
	return NULL;
}

int
roles_add(unsigned *roles, const char *word, struct error *err)
{
	const char *words[ROLE_COUNT + 1] = { NULL };
	const char *nearest;

	for (unsigned i = 0; i < ROLE_COUNT; i++)
		words[i] = role_name(i);
	if (role_of(word) == 0) {
		nearest = text_nearest(word, words);
		return error_set(err, ERROR_UNDECIDED,
		    "choose owner, engineer, approver, compliance or service",
		    "there is no role '%.40s'%s%s%s", word,
		    nearest == NULL ? "" : "; did you mean '",
		    nearest == NULL ? "" : nearest,
		    nearest == NULL ? "" : "'?");
	}
	*roles |= role_of(word);
	return 0;
}

void
print_json_text(const char *text)
{
	struct buffer out = buffer_new((size_t)1 << 20);

	json_write_text(&out, bytes_of_text(text));
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}
