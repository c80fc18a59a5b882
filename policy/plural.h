/* plural.h: what lists of records of a kind are called where rules see them. */
#ifndef POLICY_PLURAL_H
#define POLICY_PLURAL_H

/* X(list, kind): of what is about a model, in its lineage. */
#define PLURALS_ABOUT(X) \
	X(models, model) \
	X(evaluations, evaluation) \
	X(observations, observation) \
	X(incidents, incident) \
	X(proposals, proposal) \
	X(approvals, approval) \
	X(rejections, rejection) \
	X(deployments, deployment) \
	X(waivers, waiver) \
	X(reviews, review) \
	X(attestations, attestation) \
	X(gaps, gap) \
	X(holds, hold)

/* The same of the whole ledger. */
#define PLURALS_ALL(X) X(datasets, dataset) X(runs, run) PLURALS_ABOUT(X)

/* A row of a table of these, and its number: enum { PLURALS_ALL(PLURAL_NUMBER) }. */
struct plural {
	const char *list;
	const char *kind;
};
#define PLURAL_ROW(list, kind) { #list, #kind },
#define PLURAL_NUMBER(list, kind) PLURAL_##list,

#endif
