/* rulebook.h: which policies were in force when. */
#ifndef POLICY_RULEBOOK_H
#define POLICY_RULEBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/append.h"
#include "policy/context.h"
#include "policy/policy.h"

/* A version of a policy that is in the ledger. */
struct edition {
	uint64_t seq;
	bool in_force; /* From this entry on, until the next of its name. */
	struct context_policy said; /* Its texts are the edition's. */
	struct policy *policy; /* NULL until it is needed. */
	struct json *params; /* Its own and this ledger's. */
	bool unreadable; /* Not by this program. */
};

/* Reads each policy entry once, and each text when it is first needed. */
struct rulebook;
int rulebook_new(struct rulebook **out, struct error *err);
void rulebook_free(struct rulebook *rulebook);

/*
 * The editions in force before entry number view->size, by name; borrowed
 * until the next call.  One whose text cannot be used is there, marked.
 */
int rulebook_at(struct rulebook *rulebook, const struct append_view *view,
    const struct edition *const **editions, size_t *count, struct error *err);

/* Every edition up to a size, oldest first. */
int rulebook_all(struct rulebook *rulebook, const struct append_view *view,
    const struct edition *const **editions, size_t *count, struct error *err);

/* Parameters of a policy with a ledger's own in their place; owned.  A name
 * that the policy does not have is refused. */
int rulebook_params(struct json **out, const struct policy *policy,
    const struct json *own, struct error *err);

/* An edition that is not in any ledger: a file that is being tried. */
int edition_of(struct edition *out, struct policy *policy,
    const struct json *params, struct error *err);
void edition_free(struct edition *edition);

#endif
