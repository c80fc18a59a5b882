/* lineage.h: what came from what: the graph around a digest. */
#ifndef LEDGER_LINEAGE_H
#define LEDGER_LINEAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "ledger/facts.h"
#include "ledger/reader.h"

/*
 * Nodes are artefacts (digests) and entries; edges say how an entry mentions
 * an artefact or another entry.  Walked up (what it came from: runs that made
 * it, their inputs, parents) and down (what came from it: runs that used it,
 * evaluations, models, observations) without repeating a node.
 */
struct lineage_node {
	bool is_entry;
	struct digest digest; /* Artefact digest, or leaf hash of the entry. */
	uint64_t seq; /* Of the entry; of an artefact's first mention. */
	const struct kind *kind; /* Of the entry. */
	char *name; /* "model/credit@1", "train.csv". */
	char *status; /* Run status or "". */
	bool superseded;
	unsigned depth; /* Steps from the start. */
};
struct lineage_edge {
	size_t from, to; /* Node numbers; from is earlier in origin:
	                          input -> run -> output. */
	enum fact_role role;
};
struct lineage {
	size_t node_count;
	struct lineage_node *node; /* node[0] is the start. */
	size_t edge_count;
	struct lineage_edge *edge;
	bool truncated; /* max_nodes was reached. */
};

enum lineage_direction { LINEAGE_UP = 1, LINEAGE_DOWN = 2, LINEAGE_BOTH = 3 };

int lineage_walk(struct lineage **out, struct reader *reader,
    struct digest start, enum lineage_direction direction, size_t max_nodes,
    struct error *err);
void lineage_free(struct lineage *lineage);

#endif
