/* proof.h: checking inclusion and consistency from a few hashes alone. */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/limits.h"

/* A list of hashes, in RFC 9162 order: from the leaves to the root. */
struct proof {
	size_t count;
	struct digest hash[2 * LIMIT_PROOF];
};

/*
 * The verifier's side of merkle_inclusion and merkle_consistency: no tiles
 * needed.  False for any proof that is not exactly right: too short, too
 * long, or for another place.
 *
 * proof_includes (RFC 9162, 2.1.3.2): the leaf hash is entry `index' of the
 * tree of `size' entries with this root.
 *
 * proof_extends (2.1.4.2): the tree of `size' entries with this root begins
 * with the old one.  A tree of no entries is the beginning of every tree, by
 * an empty proof; its root is merkle_empty.
 */
bool proof_includes(const struct proof *proof, struct digest leaf,
    uint64_t index, uint64_t size, struct digest root);
bool proof_extends(const struct proof *proof, uint64_t old_size,
    struct digest old_root, uint64_t size, struct digest root);

#endif
