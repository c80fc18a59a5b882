/*
 * tlog_policy_fuzz.c: any bytes are refused with a line, or are a policy,
 * which a note that nobody signed meets only where nobody is wanted.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/tlog_policy.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/tlog_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* Members stand before their group, and are in one at most. */
static void
demand_order(const struct tlog_policy *policy)
{
	demand(policy->log_count <= LIMIT_TLOG_LOGS);
	demand(policy->node_count <= TLOG_NODES);
	demand(policy->quorum == TLOG_NOBODY ||
	    policy->quorum < policy->node_count);
	for (size_t i = 0; i < policy->node_count; i++) {
		const struct tlog_node *node = &policy->node[i];

		demand(node->name.len > 0 && node->name.len <= LIMIT_NAME);
		demand(node->within == TLOG_NOBODY ||
		    (node->within > i && node->within < policy->node_count &&
			policy->node[node->within].is_group));
		demand(!node->is_group ||
		    (node->wanted >= 1 && node->wanted <= node->members));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char note[] =
	    "example.com/log\n5\n"
	    "HtxMBIDhSyfpf7dNHo/kWuH9C7xfvX12YKmVhLZlAh0=\n\n"
	    "\xe2\x80\x94 example.com/log AAAAAAAA\n";
	static struct tlog_policy policy;
	static struct tlog_quorum quorum;
	struct checkpoint checkpoint;
	struct error err;

	if (tlog_policy_parse(&policy, bytes_of(data, size), &err) == -1) {
		demand(err.class == ERROR_UNDECIDED && err.what[0] != '\0');
		demand(size > LIMIT_TLOG_POLICY ||
		    strncmp(err.where, "line ", 5) == 0);
		return 0;
	}
	demand_order(&policy);
	demand(tlog_policy_open(&checkpoint, &policy, bytes_of_text(note),
	    &err) == -1 && err.class == ERROR_NO);
	if (tlog_policy_judge(&quorum, &policy, bytes_of_text(note), &err) == 0)
		demand(quorum.met == (policy.quorum == TLOG_NOBODY));
	else
		demand(err.class == ERROR_NO);
	return 0;
}
