#include "ledger/proof.h"

#include "ledger/merkle.h"

/*
 * Where a path stands on its way up: the number of its node, and that of the
 * last node of the same height.  RFC 9162 calls them fn and sn.
 */
struct path {
	uint64_t node;
	uint64_t last;
};

/*
 * Whether the next hash of the proof stands to the left of the path; and go
 * up past the node that joins them.  A last node without a sibling is passed
 * up unchanged until it is a right child.
 */
static bool
is_left(struct path *path)
{
	bool left = (path->node & 1) != 0 || path->node == path->last;

	while (left && (path->node & 1) == 0 && path->node != 0) {
		path->node >>= 1;
		path->last >>= 1;
	}
	path->node >>= 1;
	path->last >>= 1;
	return left;
}

bool
proof_includes(const struct proof *proof, struct digest leaf, uint64_t index,
    uint64_t size, struct digest root)
{
	struct path path = { index, size - 1 };
	struct digest hash = leaf;

	if (index >= size)
		return false;
	for (size_t i = 0; i < proof->count; i++) {
		/* At the root already: hashes left over prove nothing. */
		if (path.last == 0)
			return false;
		hash = is_left(&path) ? merkle_node(proof->hash[i], hash)
				      : merkle_node(hash, proof->hash[i]);
	}
	return path.last == 0 && digest_equal(hash, root);
}

/* Both roots, from a proof between trees of different sizes. */
static bool
prove_extension(const struct proof *proof, struct path path,
    struct digest old_root, struct digest root)
{
	struct digest old, new;
	size_t i = 0;

	if (proof->count == 0)
		return false;
	while ((path.node & 1) != 0) {
		path.node >>= 1;
		path.last >>= 1;
	}
	/* A power of two is a whole subtree: its root begins the proof. */
	old = new = path.node == 0 ? old_root : proof->hash[i++];
	for (; i < proof->count; i++) {
		if (path.last == 0)
			return false;
		if (is_left(&path)) {
			old = merkle_node(proof->hash[i], old);
			new = merkle_node(proof->hash[i], new);
		} else {
			new = merkle_node(new, proof->hash[i]);
		}
	}
	return path.last == 0 && digest_equal(old, old_root) &&
	    digest_equal(new, root);
}

bool
proof_extends(const struct proof *proof, uint64_t old_size,
    struct digest old_root, uint64_t size, struct digest root)
{
	struct path path = { old_size - 1, size - 1 };

	if (old_size > size)
		return false;
	if (old_size == 0 && !digest_equal(old_root, merkle_empty()))
		return false;
	if (old_size == size)
		return proof->count == 0 && digest_equal(old_root, root);
	if (old_size == 0)
		return proof->count == 0;
	return prove_extension(proof, path, old_root, root);
}
