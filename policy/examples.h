/* examples.h: the examples beside the rules, and what they reach. */
#ifndef POLICY_EXAMPLES_H
#define POLICY_EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "policy/judge.h"
#include "policy/policy.h"

/* What came of one expectation. */
struct example_result {
	const char *example; /* Its name. */
	size_t line;
	const char *rule;
	const char *wanted;
	const char *got;
	const char *message; /* What the rule said, or NULL. */
	bool right;
};

/* Which results a rule came to in any example, and which of its parts were
 * true or false. */
struct rule_coverage {
	const struct rule *rule;
	bool reached[RESULT_COUNT];
	size_t branches; /* Conditions in it, counted for true and false. */
	size_t branches_reached;
};

struct examples_report {
	size_t count; /* Examples. */
	size_t expectations;
	size_t wrong;
	size_t rules;
	size_t rules_reached; /* By a pass and by something else. */
	size_t branches;
	size_t branches_reached;
	struct rule_coverage *coverage; /* Of each rule; owned. */
};

/*
 * Try every example of a policy.  `each' is told of each expectation.
 * ERROR_UNDECIDED, with its line, for an example that is not one.
 */
int examples_run(struct examples_report *report, const struct policy *policy,
    void (*each)(void *cookie, const struct example_result *result),
    void *cookie, struct error *err);
void examples_free(struct examples_report *report);

#endif
