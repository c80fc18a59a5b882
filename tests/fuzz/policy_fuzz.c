/*
 * policy_fuzz.c: any text is refused with a place or is a policy, and the
 * examples of a policy come to an end.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/policy.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "policy/examples.h"
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct examples_report report;
	struct policy *policy;
	struct error err;

	if (policy_parse(&policy, bytes_of(data, size), &err) == -1) {
		if (err.what[0] == '\0')
			abort();
		return 0;
	}
	if (examples_run(&report, policy, NULL, NULL, &err) == 0)
		examples_free(&report);
	else if (err.what[0] == '\0')
		abort();
	policy_free(policy);
	return 0;
}
