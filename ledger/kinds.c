/* kinds.c: every kind of record, in the order of the documentation. */
#include "ledger/kinds/kinds_internal.h"

const struct kind *const kinds[] = {
	&kind_genesis,
	&kind_key,
	&kind_trust,
	&kind_dataset,
	&kind_run,
	&kind_model,
	&kind_evaluation,
	&kind_observation,
	&kind_incident,
	&kind_proposal,
	&kind_approval,
	&kind_rejection,
	&kind_deployment,
	&kind_review,
	&kind_policy,
	&kind_waiver,
	&kind_verdict,
	&kind_index,
	&kind_attestation,
	&kind_gap,
	&kind_hold,
	&kind_report,
	&kind_erasure,
	NULL,
};
