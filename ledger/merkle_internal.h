/* merkle_internal.h: what a proof is made of, before any hashing. */
#ifndef LEDGER_MERKLE_INTERNAL_H
#define LEDGER_MERKLE_INTERNAL_H

#include "ledger/merkle.h"

/* The entries from … to - 1: one subtree whose root is one hash of a proof. */
struct span {
	uint64_t from;
	uint64_t to;
};
struct spans {
	size_t count;
	struct span span[LIMIT_PROOF];
};

/* The subtrees of merkle_inclusion and merkle_consistency, in the order of
 * the proof.  The arguments are those that these accept. */
struct spans merkle_inclusion_spans(uint64_t index, uint64_t size);
struct spans merkle_consistency_spans(uint64_t old_size, uint64_t size);

/* The root of a span that is a subtree: span.from is a multiple of a power of
 * two at least as large as the span. */
int merkle_span_root(struct digest *out, struct span span,
    const struct tile_source *source, struct error *err);

#endif
