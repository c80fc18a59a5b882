/* waiver.h: whether a waiver lifts a rule; decided here and nowhere else. */
#ifndef POLICY_WAIVER_H
#define POLICY_WAIVER_H

#include "policy/context.h"
#include "policy/rulebook.h"

struct waiver {
	const struct index_row *row; /* Of the waiver that applies, or NULL. */
	int64_t until_ms; /* INT64_MAX: without end. */
	const char
	    *note; /* Why the newest one does not; NULL: there is none. */
};

/*
 * The waiver of a rule for what is judged, at a moment: granted, for this
 * environment or any, not past its end, signed by a role that the policy
 * names, and not for longer than it allows.  Of several the newest.
 */
void waiver_find(struct waiver *out, struct context *context,
    const struct edition *edition, const struct rule *rule,
    const char *environment, int64_t now_ms);

/* The same of one waiver of a list that is in the order of entries, whatever
 * rule it is about; NULL if it applies. */
const char *waiver_objection(const struct cel_list *waivers, size_t number,
    const struct policy *policy, const char *environment, int64_t now_ms,
    int64_t *until_ms);

#endif
