/*
 * lists_fuzz.c: any bytes are refused with a line, or are a proof of complete
 * lists, or a population, in its one spelling; and checking either ends.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/lists.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "ledger/list_proof.h"
#include "ledger/population.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
demand_refusal(const struct error *err)
{
	demand(err->class == ERROR_UNDECIDED && err->what[0] != '\0' &&
	    strstr(err->where, "line ") != NULL);
}

/* Members come list by list, in order. */
struct told {
	size_t part;
	uint64_t next;
	uint64_t count;
};

static int
tell(void *cookie, const struct list_member *member, struct error *err)
{
	struct told *told = cookie;

	(void)err;
	if (member->part != told->part)
		told->next = 0;
	demand(member->part >= told->part && member->seq >= told->next);
	told->part = member->part;
	told->next = member->seq + 1;
	told->count++;
	return 0;
}

static void
read_proof(struct bytes input)
{
	struct buffer again = buffer_new(LIMIT_LIST_PROOF);
	struct told told = { .part = 0 };
	const struct list_checker checker = { .cookie = &told, .member = tell };
	struct list_proof *proof;
	struct list_claim claim;
	struct error err;

	if (list_proof_parse(&proof, input, &err) == -1) {
		demand_refusal(&err);
		return;
	}
	demand(list_proof_is(input));
	list_proof_write(&again, proof);
	demand(bytes_equal(buffer_bytes(&again), input));
	if (list_proof_check(&claim, proof, NULL, &checker, &err) == 0)
		demand(claim.members == told.count &&
		    claim.indexed < proof->checkpoint.size);
	else
		demand(err.class == ERROR_NO);
	list_proof_free(proof);
	buffer_free(&again);
}

static void
read_population(struct bytes input)
{
	struct buffer again = buffer_new(LIMIT_LIST_PROOF);
	struct population population;
	struct list_claim claim;
	struct error err;

	if (population_parse(&population, input, &err) == -1) {
		demand_refusal(&err);
		return;
	}
	demand(population_is(input));
	population_write(&again, &population);
	demand(bytes_equal(buffer_bytes(&again), input));
	if (population_check(&claim, &population, NULL, NULL, NULL, &err) == 0)
		demand(claim.members == population.count);
	else
		demand(err.class == ERROR_NO);
	population_free(&population);
	buffer_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_proof(bytes_of(data, size));
	read_population(bytes_of(data, size));
	return 0;
}
