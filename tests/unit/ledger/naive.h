/* naive.h: the Merkle tree as RFC 6962 defines it, and nothing else. */
#ifndef TESTS_LEDGER_NAIVE_H
#define TESTS_LEDGER_NAIVE_H

#include "expect.h"
#include "ledger/merkle.h"

/*
 * The definitions of RFC 6962, 2.1, as they are printed there: recursion over
 * D[from:to].  Roots are remembered, so that all trees up to NAIVE_MAX share
 * them; nothing here knows of tiles.
 */
#define NAIVE_MAX 1100

static struct naive_root {
	bool known;
	struct digest hash;
} *naive_roots;

static inline int
naive_begin(void **state)
{
	(void)state;
	naive_roots = calloc((size_t)(NAIVE_MAX + 1) * (NAIVE_MAX + 1),
	    sizeof *naive_roots);
	return naive_roots == NULL ? -1 : 0;
}

static inline int
naive_end(void **state)
{
	(void)state;
	free(naive_roots);
	return 0;
}

/* Entry number i is the text "entry i". */
static inline struct digest
naive_leaf(uint64_t i)
{
	char text[40];
	int len = snprintf(text, sizeof text, "entry %llu",
	    (unsigned long long)i);

	return digest_prefixed(0x00, bytes_of(text, (size_t)len),
	    bytes_of(NULL, 0));
}

/* "k, the largest power of two smaller than n" */
static inline uint64_t
naive_k(uint64_t n)
{
	uint64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

/* MTH(D[from:to]) */
static inline struct digest
naive_mth(uint64_t from, uint64_t to)
{
	struct naive_root *root = &naive_roots[from * (NAIVE_MAX + 1) + to];
	struct digest left, right;

	if (from == to)
		return digest_of(bytes_of(NULL, 0));
	if (root->known)
		return root->hash;
	if (to - from == 1) {
		root->hash = naive_leaf(from);
	} else {
		left = naive_mth(from, from + naive_k(to - from));
		right = naive_mth(from + naive_k(to - from), to);
		root->hash = digest_prefixed(0x01, digest_bytes(&left),
		    digest_bytes(&right));
	}
	root->known = true;
	return root->hash;
}

/* A proof, with the subtree of each hash and the side on which it stands. */
struct naive_proof {
	struct proof proof;
	struct {
		uint64_t from;
		uint64_t to;
	} span[LIMIT_PROOF];
	char shape[LIMIT_PROOF + 2]; /* "L" and "R", and "=" for the old root. */
};

static inline void
naive_add(struct naive_proof *out, char side, uint64_t from, uint64_t to)
{
	size_t i = out->proof.count++;

	out->span[i].from = from;
	out->span[i].to = to;
	out->shape[strlen(out->shape)] = side;
}

/* PATH(m, D[from:to]), RFC 6962, 2.1.1 */
static inline void
naive_path(struct naive_proof *out, uint64_t m, uint64_t from, uint64_t to)
{
	uint64_t k;

	if (to - from == 1)
		return;
	k = naive_k(to - from);
	if (m < k) {
		naive_path(out, m, from, from + k);
		naive_add(out, 'R', from + k, to);
	} else {
		naive_path(out, m - k, from + k, to);
		naive_add(out, 'L', from, from + k);
	}
}

/* SUBPROOF(m, D[from:to], b), RFC 6962, 2.1.2 */
static inline void
naive_subproof(struct naive_proof *out, uint64_t m, uint64_t from, uint64_t to,
    bool b)
{
	uint64_t k;

	if (m == to - from) {
		if (b)
			out->shape[strlen(out->shape)] = '=';
		else
			naive_add(out, '.', from, to);
		return;
	}
	k = naive_k(to - from);
	if (m <= k) {
		naive_subproof(out, m, from, from + k, b);
		naive_add(out, 'R', from + k, to);
	} else {
		naive_subproof(out, m - k, from + k, to, false);
		naive_add(out, 'L', from, from + k);
	}
}

/* What a proof consists of, for trees of any size; and its hashes. */
static inline struct naive_proof
naive_inclusion_shape(uint64_t index, uint64_t size)
{
	struct naive_proof out;

	out.proof.count = 0;
	memset(out.shape, 0, sizeof out.shape);
	naive_path(&out, index, 0, size);
	return out;
}

static inline struct naive_proof
naive_consistency_shape(uint64_t old_size, uint64_t size)
{
	struct naive_proof out;

	out.proof.count = 0;
	memset(out.shape, 0, sizeof out.shape);
	naive_subproof(&out, old_size, 0, size, true);
	return out;
}

static inline void
naive_hash(struct naive_proof *out)
{
	for (size_t i = 0; i < out->proof.count; i++)
		out->proof.hash[i] = naive_mth(out->span[i].from,
		    out->span[i].to);
}

static inline struct naive_proof
naive_inclusion(uint64_t index, uint64_t size)
{
	struct naive_proof out = naive_inclusion_shape(index, size);

	naive_hash(&out);
	return out;
}

static inline struct naive_proof
naive_consistency(uint64_t old_size, uint64_t size)
{
	struct naive_proof out = naive_consistency_shape(old_size, size);

	naive_hash(&out);
	return out;
}

#endif
