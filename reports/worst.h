/* worst.h: of many results the worst, as many as are shown. */
#ifndef REPORTS_WORST_H
#define REPORTS_WORST_H

#include "policy/judge.h"

/* One result. */
struct cell {
	size_t rule;
	struct digest about;
	const char *name;
	const char *environment;
	enum result result, own;
	enum { CELL_COMPUTED, CELL_RECORDED, CELL_ASKED } source;
	bool denies;
	uint64_t record; /* seq of the verdict, if recorded. */
	struct digest waiver;
	const char *message;
	size_t value_count;
	struct judged_value value[VALUES_MAX];
	size_t evidence_count; /* In all. */
	struct digest evidence[EVIDENCE_MAX];
	size_t number; /* In the order in which they came. */
	char *texts; /* Where those above are, once it is kept. */
};

/* How bad a result is: 0 is nothing to say of. */
unsigned result_severity(enum result result);

/* The worst first; then in the order of rules and of what they are about, and
 * at last as they came.  For qsort. */
int worst_order(const void *a, const void *b);

/* A heap with the least bad on top, which leaves when a worse one comes: what
 * it keeps does not depend on the order in which they come. */
struct worst {
	size_t most;
	struct cell *cell;
	size_t count, capacity;
};
void worst_free(struct worst *worst);

/* Whether it would be kept: so that the others need not be filled in. */
bool worst_wants(const struct worst *worst, const struct cell *cell);
/* Keep it if it is wanted, with a copy of its texts. */
int worst_keep(struct worst *worst, const struct cell *cell, struct error *err);

#endif
