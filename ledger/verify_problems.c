#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ledger/verify_internal.h"

static const char *const check_names[] = {
	[VERIFY_ENTRY] = "entry",
	[VERIFY_CHAIN] = "chain",
	[VERIFY_TIME] = "time",
	[VERIFY_RECORD] = "record",
	[VERIFY_SIGNATURE] = "signature",
	[VERIFY_AUTHORITY] = "authority",
	[VERIFY_REPLAY] = "replay",
	[VERIFY_PIN] = "pin",
	[VERIFY_TREE] = "tree",
	[VERIFY_CHECKPOINT] = "checkpoint",
	[VERIFY_TIMESTAMP] = "timestamp",
	[VERIFY_ATTACHMENT] = "attachment",
	[VERIFY_SEALED] = "sealed",
	[VERIFY_ERASURE] = "erasure",
	[VERIFY_INDEX] = "index",
	[VERIFY_LISTS] = "lists",
	[VERIFY_STORE] = "store",
};

const char *
verify_check_name(enum verify_check check)
{
	return check_names[check];
}

uint64_t
verify_most(const struct verify *verify)
{
	return verify->options->max_problems == 0
	    ? PROBLEMS_DEFAULT
	    : verify->options->max_problems;
}

void
verify_tell(struct verify *verify, enum verify_check check, uint64_t seq,
    const char *what)
{
	struct verify_problem problem = { check, seq, what };

	if (verify->result->problems >= verify_most(verify)) {
		verify->stopped = true;
		return;
	}
	verify->result->problems++;
	if (verify->options->problem != NULL)
		verify->options->problem(verify->options->cookie, &problem);
}

int
verify_found(struct verify *verify, struct block *block,
    enum verify_check check, uint64_t seq, struct error *err,
    const char *format, ...)
{
	struct problem *grown;
	char text[ERROR_WHAT_MAX + ERROR_WHERE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	grown = memory_grow(block->problem, &block->problem_capacity,
	    block->problem_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	block->problem = grown;
	grown = &block->problem[block->problem_count];
	*grown = (struct problem){
		.seq = seq,
		.order = block->problem_count,
		.check = check,
		.what = memory_text(text),
	};
	if (grown->what == NULL)
		return error_memory(err);
	block->problem_count++;
	(void)verify;
	return 0;
}

int
verify_found_error(struct verify *verify, struct block *block,
    enum verify_check check, uint64_t seq, const struct error *finding,
    struct error *err)
{
	if (finding->class == ERROR_SYSTEM) {
		if (err != finding)
			*err = *finding;
		return -1;
	}
	return verify_found(verify, block, check, seq, err, "%s%s%s",
	    finding->where, finding->where[0] == '\0' ? "" : ": ",
	    finding->what);
}

static int
compare_problems(const void *a, const void *b)
{
	const struct problem *x = a, *y = b;

	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

void
verify_tell_block(struct verify *verify, struct block *block)
{
	if (block->problem_count > 1)
		qsort(block->problem, block->problem_count,
		    sizeof *block->problem, compare_problems);
	for (size_t i = 0; i < block->problem_count; i++) {
		verify_tell(verify, block->problem[i].check,
		    block->problem[i].seq, block->problem[i].what);
		memory_free(block->problem[i].what);
	}
	block->problem_count = 0;
}
