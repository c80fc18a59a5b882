/* trace.h: what stands behind one entry, hop by hop, as an auditor asks. */
#ifndef LEDGER_TRACE_H
#define LEDGER_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/reader.h"

/* From what is in use to what it was made from. */
enum trace_hop {
	TRACE_DEPLOYMENT,
	TRACE_PROPOSAL, /* That the deployment carries out. */
	TRACE_APPROVAL, /* Of that proposal. */
	TRACE_VERDICT, /* On the deployment. */
	TRACE_EVALUATION, /* Of the model, before it was deployed. */
	TRACE_MODEL, /* Its registration. */
	TRACE_RUN, /* That made it. */
	TRACE_DATA, /* That the run used. */
	TRACE_CODE, /* That the run ran. */
	TRACE_HOPS,
};
const char *trace_hop_name(enum trace_hop hop);

/* The entries found for a hop, in order of seq; without any it is missing
 * unless the note says what is there instead. */
struct trace_step {
	uint64_t *seq;
	size_t count;
	bool missing;
	struct buffer note; /* What is known beside entries; may be empty. */
};
struct trace {
	uint64_t seq; /* Of the entry traced. */
	struct trace_step step[TRACE_HOPS];
};

/* Trace an entry in the reader's view, by the index.  To be freed if 0. */
int trace_make(struct trace *out, struct reader *reader, uint64_t seq,
    struct error *err);
void trace_free(struct trace *trace);

#endif
