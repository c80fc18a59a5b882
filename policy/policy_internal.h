/* policy_internal.h: parts of a policy file that have a file of their own. */
#ifndef POLICY_POLICY_INTERNAL_H
#define POLICY_POLICY_INTERNAL_H

#include "policy/policy.h"

/* The member `seal' of a policy: a map of kinds, or "*", to lists of paths. */
int policy_take_seal(struct policy *policy, const struct yaml *map,
    struct error *err);

#endif
