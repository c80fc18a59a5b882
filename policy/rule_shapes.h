/* rule_shapes.h: what is known of the names that a rule sees. */
#ifndef POLICY_RULE_SHAPES_H
#define POLICY_RULE_SHAPES_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "policy/cel_check.h"
#include "policy/policy.h"

/*
 * The shapes of policy_names[], from the rows of the kinds: `record' is one of
 * the kinds that the rule is on, or in an audit a deployment or a model.
 * `params' is the policy's.  They live in the arena.
 */
struct rule_shapes {
	const struct shape *variable[NAME_COUNT];
};
int rule_shapes_make(struct rule_shapes *out, const struct rule *rule,
    const struct json *params, struct arena *arena, struct error *err);

#endif
