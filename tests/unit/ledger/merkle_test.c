/* merkle_test.c: the tree of tiles against RFC 6962's definition. */
#include "naive.h"

#include "base/memory.h"
#include "ledger/merkle_internal.h"

/* The test tree of Certificate Transparency's implementations
 * (transparency-dev/merkle, proof/verify_test.go): leaves and roots. */
static const char *const ct_leaves[] = { "", "00", "10", "2021", "3031",
    "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" };
static const char *const ct_roots[] = {
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static struct merkle *
new_tree(void)
{
	struct merkle *tree = memory_new(1, sizeof *tree);

	assert_non_null(tree);
	merkle_begin(tree);
	return tree;
}

static void
add(struct merkle *tree, struct digest leaf)
{
	struct error err;

	expect_fine(merkle_add(tree, leaf, NULL, NULL, &err), &err);
}

static void
a_tree_of_nothing_has_the_hash_of_nothing(void **state)
{
	struct merkle *tree = new_tree();

	(void)state;
	expect_hash(merkle_empty(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4"
	    "649b934ca495991b7852b855");
	assert_true(digest_equal(merkle_root(tree), merkle_empty()));
	memory_free(tree);
}

static void
leaves_and_nodes_are_told_apart(void **state)
{
	struct digest leaf, forged;
	uint8_t both[2 * DIGEST_LEN];

	(void)state;
	/* transparency-dev/merkle, rfc6962_test.go. */
	expect_hash(digest_prefixed(0x00, bytes_of_text("L123456"),
	    bytes_of(NULL, 0)), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6"
	    "ad7ad547639252b4d56");
	expect_hash(digest_prefixed(0x01, bytes_of_text("N123"),
	    bytes_of_text("N456")), "aa217fe888e47007fa15edab33c2b492a722cb106"
	    "c64667fc2b044444de66bbb");
	leaf = naive_leaf(1);
	memcpy(both, leaf.byte, DIGEST_LEN);
	memcpy(both + DIGEST_LEN, leaf.byte, DIGEST_LEN);
	forged = digest_prefixed(0x00, bytes_of(both, sizeof both),
	    bytes_of(NULL, 0));
	assert_false(digest_equal(merkle_node(leaf, leaf), forged));
	assert_true(digest_equal(merkle_node(leaf, leaf),
	    digest_prefixed(0x01, digest_bytes(&leaf),
	    digest_bytes(&leaf))));
}

static void
the_tree_of_certificate_transparency_has_its_roots(void **state)
{
	struct merkle *tree = new_tree();
	uint8_t leaf[16];

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		size_t len = strlen(ct_leaves[i]) / 2;

		assert_true(hex_decode(leaf, len,
		    bytes_of_text(ct_leaves[i])));
		add(tree, digest_prefixed(0x00, bytes_of(leaf, len),
		    bytes_of(NULL, 0)));
		expect_hash(merkle_root(tree), ct_roots[i]);
	}
	memory_free(tree);
}

/*
 * Tiles of the tree of NAIVE_MAX entries, as a store would have kept them:
 * full ones as they were handed over, and the last ones.
 */
struct shelf {
	struct digest hash[TILE_LEVELS][8][TILE_WIDTH];
	unsigned full[TILE_LEVELS];
	uint64_t size;      /* Reads must be within the tree of this size. */
	unsigned reads;
	unsigned fail_at;   /* Fail this read; 0 for none. */
};

static int
keep_full(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err)
{
	struct shelf *shelf = cookie;

	(void)err;
	assert_int_equal(index, shelf->full[level]);
	memcpy(shelf->hash[level][index], hashes,
	    TILE_WIDTH * sizeof *hashes);
	shelf->full[level]++;
	return 0;
}

/* How many hashes the tile has in the tree of that size. */
static unsigned
width_at(uint64_t size, unsigned level, uint64_t index)
{
	uint64_t there = level == TILE_LEVELS ? 0 : size >> 8 * level;

	if (there <= index * TILE_WIDTH)
		return 0;
	there -= index * TILE_WIDTH;
	return there < TILE_WIDTH ? (unsigned)there : TILE_WIDTH;
}

static int
read_shelf(void *cookie, unsigned level, uint64_t index, unsigned width,
    struct digest *out, struct error *err)
{
	struct shelf *shelf = cookie;

	assert_in_range(width, 1, width_at(shelf->size, level, index));
	if (++shelf->reads == shelf->fail_at)
		return error_set(err, ERROR_NO, NULL, "the tile is lost");
	memcpy(out, shelf->hash[level][index], width * sizeof *out);
	return 0;
}

static struct shelf *
new_shelf(uint64_t size)
{
	struct shelf *shelf = memory_new(1, sizeof *shelf);
	struct merkle *tree = new_tree();
	struct error err;

	for (uint64_t i = 0; i < size; i++)
		expect_fine(merkle_add(tree, naive_leaf(i), keep_full, shelf,
		    &err), &err);
	for (unsigned level = 0; level < 3; level++)
		memcpy(shelf->hash[level][shelf->full[level]],
		    tree->hash[level],
		    tree->width[level] * sizeof tree->hash[level][0]);
	shelf->size = size;
	memory_free(tree);
	return shelf;
}

static struct tile_source
source_of(struct shelf *shelf, uint64_t size)
{
	shelf->size = size;
	return (struct tile_source){ read_shelf, shelf };
}

static void
every_tree_to_1100_has_the_root_of_the_definition(void **state)
{
	struct shelf *shelf = new_shelf(NAIVE_MAX);
	struct merkle *tree = new_tree(), *loaded = new_tree();
	struct digest root;
	struct error err;

	(void)state;
	for (uint64_t size = 0; size <= NAIVE_MAX; size++) {
		struct tile_source source = source_of(shelf, size);
		struct digest want = naive_mth(0, size);

		assert_int_equal(tree->size, size);
		assert_true(digest_equal(merkle_root(tree), want));
		expect_fine(merkle_root_at(&root, size, &source, &err), &err);
		assert_true(digest_equal(root, want));
		expect_fine(merkle_load(loaded, size, &source, &err), &err);
		assert_int_equal(loaded->size, size);
		assert_true(digest_equal(merkle_root(loaded), want));
		/* What was loaded goes on growing. */
		add(loaded, naive_leaf(size));
		add(tree, naive_leaf(size));
		assert_true(digest_equal(merkle_root(loaded),
		    merkle_root(tree)));
	}
	memory_free(loaded);
	memory_free(tree);
	memory_free(shelf);
}

static void
tiles_hold_the_hashes_of_their_level(void **state)
{
	struct shelf *shelf = new_shelf(NAIVE_MAX);

	(void)state;
	assert_int_equal(shelf->full[0], 4);
	assert_int_equal(shelf->full[1], 0);
	for (uint64_t i = 0; i < NAIVE_MAX; i++)
		assert_true(digest_equal(naive_leaf(i),
		    shelf->hash[0][i / TILE_WIDTH][i % TILE_WIDTH]));
	for (uint64_t i = 0; i < 4; i++)
		assert_true(digest_equal(shelf->hash[1][0][i],
		    naive_mth(i * TILE_WIDTH, (i + 1) * TILE_WIDTH)));
	memory_free(shelf);
}

static int
count_full(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err)
{
	unsigned *count = cookie;

	(void)hashes;
	(void)err;
	assert_int_equal(index, count[level]++);
	return 0;
}

static void
a_tree_of_70000_has_the_tiles_that_c2sp_counts(void **state)
{
	static const unsigned widths[TILE_LEVELS] = { 112, 17, 1 };
	struct merkle *tree = new_tree();
	unsigned count[TILE_LEVELS] = { 0 };
	struct error err;

	(void)state;
	/* c2sp.org/tlog-tiles, "Partial Tiles". */
	for (unsigned i = 0; i < 70000; i++)
		expect_fine(merkle_add(tree, merkle_empty(), count_full,
		    count, &err), &err);
	assert_int_equal(count[0], 273);
	assert_int_equal(count[1], 1);
	assert_int_equal(count[2], 0);
	assert_memory_equal(tree->width, widths, sizeof widths);
	memory_free(tree);
}

static int
refuse_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *err)
{
	(void)cookie;
	(void)level;
	(void)index;
	(void)hashes;
	return error_set(err, ERROR_SYSTEM, NULL, "the disk is full");
}

static void
a_tile_that_cannot_be_kept_stops_the_tree(void **state)
{
	struct merkle *tree = new_tree();
	struct error err;

	(void)state;
	for (unsigned i = 0; i < TILE_WIDTH - 1; i++)
		expect_fine(merkle_add(tree, naive_leaf(i), refuse_tile, NULL,
		    &err), &err);
	assert_int_equal(merkle_add(tree, naive_leaf(255), refuse_tile, NULL,
	    &err), -1);
	expect_said(&err, ERROR_SYSTEM, "the disk is full");
	memory_free(tree);
}

static void
a_tree_ends_at_two_to_the_53(void **state)
{
	struct merkle *tree = new_tree();
	struct error err;

	(void)state;
	tree->size = MERKLE_SIZE_MAX - 1;
	add(tree, naive_leaf(0));
	assert_int_equal(merkle_add(tree, naive_leaf(0), NULL, NULL, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "full");
	assert_int_equal(tree->size, MERKLE_SIZE_MAX);
	memory_free(tree);
}

static void
expect_spans(const struct spans *spans, const struct naive_proof *want)
{
	assert_int_equal(spans->count, want->proof.count);
	for (size_t i = 0; i < spans->count; i++) {
		assert_int_equal(spans->span[i].from, want->span[i].from);
		assert_int_equal(spans->span[i].to, want->span[i].to);
	}
}

/* Whether the root of a subtree was compared already. */
static bool
is_new(bool *seen, struct span span)
{
	bool *at = &seen[span.from * (NAIVE_MAX + 1) + span.to];
	bool was = *at;

	*at = true;
	return !was;
}

/* Every subtree that occurs is hashed from tiles of the smallest tree that
 * has it, and must have the root of the definition. */
static void
expect_roots(struct shelf *shelf, bool *seen, const struct spans *spans)
{
	struct digest root;
	struct error err;

	for (size_t i = 0; i < spans->count; i++) {
		struct span span = spans->span[i];
		struct tile_source source = source_of(shelf, span.to);

		if (!is_new(seen, span))
			continue;
		expect_fine(merkle_span_root(&root, span, &source, &err),
		    &err);
		assert_true(digest_equal(root, naive_mth(span.from, span.to)));
	}
}

/*
 * A proof is its subtrees and their roots.  Both are compared for every proof
 * of every tree, each root once; whole proofs are in the tests after this.
 */
static void
every_proof_to_1100_consists_of_the_subtrees_of_the_definition(void **state)
{
	struct shelf *shelf = new_shelf(NAIVE_MAX);
	bool *seen = memory_new((size_t)(NAIVE_MAX + 1) * (NAIVE_MAX + 1),
	    sizeof *seen);

	(void)state;
	assert_non_null(seen);
	for (uint64_t size = 1; size <= NAIVE_MAX; size++) {
		for (uint64_t i = 0; i < size; i++) {
			struct naive_proof path = naive_inclusion_shape(i,
			    size);
			struct naive_proof more = naive_consistency_shape(
			    i + 1, size);
			struct spans spans = merkle_inclusion_spans(i, size);

			expect_spans(&spans, &path);
			expect_roots(shelf, seen, &spans);
			spans = merkle_consistency_spans(i + 1, size);
			expect_spans(&spans, &more);
			expect_roots(shelf, seen, &spans);
		}
	}
	memory_free(seen);
	memory_free(shelf);
}

static void
expect_proof(const struct proof *proof, const struct proof *want)
{
	assert_int_equal(proof->count, want->count);
	assert_memory_equal(proof->hash, want->hash,
	    want->count * sizeof *want->hash);
}

/* Both proofs of an entry and of the size that it completes. */
static void
expect_proofs(struct shelf *shelf, uint64_t index, uint64_t size)
{
	struct tile_source source = source_of(shelf, size);
	struct naive_proof want = naive_inclusion(index, size);
	struct proof proof;
	struct error err;

	expect_fine(merkle_inclusion(&proof, index, size, &source, &err),
	    &err);
	expect_proof(&proof, &want.proof);
	want = naive_consistency(index + 1, size);
	expect_fine(merkle_consistency(&proof, index + 1, size, &source,
	    &err), &err);
	expect_proof(&proof, &want.proof);
}

static void
every_proof_to_260_and_at_edges_is_the_definition(void **state)
{
	static const uint64_t edges[] = { 511, 512, 513, 768, 1024, 1025,
	    1100 };
	struct shelf *shelf = new_shelf(NAIVE_MAX);

	(void)state;
	for (uint64_t size = 1; size <= 260; size++) {
		for (uint64_t i = 0; i < size; i++)
			expect_proofs(shelf, i, size);
	}
	for (size_t e = 0; e < sizeof edges / sizeof edges[0]; e++) {
		for (uint64_t i = 0; i < edges[e]; i++)
			expect_proofs(shelf, i, edges[e]);
	}
	memory_free(shelf);
}

static void
the_example_of_rfc_6962_has_its_proofs(void **state)
{
	/* Section 2.1.3, with its letters: seven entries. */
	static const struct span b = { 1, 2 }, c = { 2, 3 }, d = { 3, 4 },
	    f = { 5, 6 }, g = { 0, 2 }, h = { 2, 4 }, i = { 4, 6 },
	    j = { 6, 7 }, k = { 0, 4 }, l = { 4, 7 };
	const struct {
		bool consistency;
		uint64_t of;
		size_t count;
		struct span span[4];
	} proofs[] = {
		{ false, 0, 3, { b, h, l } },
		{ false, 3, 3, { c, g, l } },
		{ false, 4, 3, { f, j, k } },
		{ false, 6, 2, { i, k } },
		{ true, 3, 4, { c, d, g, l } },
		{ true, 4, 1, { l } },
		{ true, 6, 3, { i, j, k } },
	};

	(void)state;
	for (size_t p = 0; p < sizeof proofs / sizeof proofs[0]; p++) {
		struct spans spans = proofs[p].consistency ?
		    merkle_consistency_spans(proofs[p].of, 7) :
		    merkle_inclusion_spans(proofs[p].of, 7);

		assert_int_equal(spans.count, proofs[p].count);
		assert_memory_equal(spans.span, proofs[p].span,
		    spans.count * sizeof spans.span[0]);
	}
}

/*
 * Trees too large to grow: all leaves are alike but those whose numbers are
 * in `marked', so that subtrees without them are known by their height.
 */
static const uint64_t marked[] = { 0, 1, 2, 127, 254, 255, 256, 257, 511, 512,
    65279, 65280, 65534, 65535, 65536, 65537, 65791, 65792, 0xfffffe,
    0xffffff, 0x1000000, 0x1000001, 0xffffffff, 0x100000000,
    0x123456789abcd, 0x1ffffffffffffe, 0x1fffffffffffff };
#define MARKED (sizeof marked / sizeof marked[0])

static struct digest blank[54];

static void
begin_blank(void)
{
	blank[0] = naive_leaf(0);
	for (size_t h = 1; h < 54; h++)
		blank[h] = merkle_node(blank[h - 1], blank[h - 1]);
}

/* The root of the complete subtree of 2^height leaves from `from' on. */
static struct digest
sparse_node(unsigned height, uint64_t from)
{
	uint64_t half = height == 0 ? 0 : (uint64_t)1 << (height - 1);
	bool any = false;

	for (size_t i = 0; i < MARKED; i++)
		any = any || (marked[i] >= from &&
		    marked[i] - from < (uint64_t)1 << height);
	if (!any)
		return blank[height];
	if (height == 0)
		return naive_leaf(from + 1);
	return merkle_node(sparse_node(height - 1, from),
	    sparse_node(height - 1, from + half));
}

/* MTH(D[from:to]) */
static struct digest
sparse_mth(uint64_t from, uint64_t to)
{
	unsigned height = 0;
	uint64_t k;

	while ((uint64_t)1 << height < to - from)
		height++;
	if ((uint64_t)1 << height == to - from)
		return sparse_node(height, from);
	k = naive_k(to - from);
	return merkle_node(sparse_mth(from, from + k),
	    sparse_mth(from + k, to));
}

static int
read_sparse(void *cookie, unsigned level, uint64_t index, unsigned width,
    struct digest *out, struct error *err)
{
	const uint64_t *size = cookie;

	(void)err;
	assert_in_range(width, 1, width_at(*size, level, index));
	for (unsigned i = 0; i < width; i++)
		out[i] = sparse_node(8 * level,
		    (index * TILE_WIDTH + i) << 8 * level);
	return 0;
}

static void
expect_sparse_inclusion(const struct tile_source *source, uint64_t index,
    uint64_t size, struct digest root)
{
	struct naive_proof want = naive_inclusion_shape(index, size);
	struct proof proof;
	struct error err;

	expect_fine(merkle_inclusion(&proof, index, size, source, &err), &err);
	assert_int_equal(proof.count, want.proof.count);
	for (size_t i = 0; i < proof.count; i++)
		assert_true(digest_equal(proof.hash[i],
		    sparse_mth(want.span[i].from, want.span[i].to)));
	assert_true(proof_includes(&proof, sparse_node(0, index), index, size,
	    root));
	proof.hash[proof.count / 2].byte[31] ^= 1;
	assert_true(proof.count == 0 || !proof_includes(&proof,
	    sparse_node(0, index), index, size, root));
}

static void
expect_sparse_consistency(const struct tile_source *source, uint64_t old_size,
    uint64_t size, struct digest root)
{
	struct naive_proof want = naive_consistency_shape(old_size, size);
	struct digest old_root = sparse_mth(0, old_size);
	struct proof proof;
	struct error err;

	expect_fine(merkle_consistency(&proof, old_size, size, source, &err),
	    &err);
	assert_int_equal(proof.count, want.proof.count);
	for (size_t i = 0; i < proof.count; i++)
		assert_true(digest_equal(proof.hash[i],
		    sparse_mth(want.span[i].from, want.span[i].to)));
	assert_true(proof_extends(&proof, old_size, old_root, size, root));
	proof.hash[proof.count / 2].byte[0] ^= 0x80;
	assert_true(proof.count == 0 || !proof_extends(&proof, old_size,
	    old_root, size, root));
}

static void
large_trees_have_their_roots_and_proofs(void **state)
{
	static const uint64_t sizes[] = { 65535, 65536, 65537, 65792, 70000,
	    0xffffff, 0x1000000, 0x1000001, 0x1010101, 0xffffffff,
	    0x100000000, 0x100000001, 0x123456789abcd, 0x1fffffffffffff,
	    MERKLE_SIZE_MAX };
	uint64_t size;
	struct tile_source source = { read_sparse, &size };
	struct merkle *tree = new_tree();
	struct error err;

	(void)state;
	begin_blank();
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		struct digest root;

		size = sizes[s];
		expect_fine(merkle_root_at(&root, size, &source, &err), &err);
		assert_true(digest_equal(root, sparse_mth(0, size)));
		expect_fine(merkle_load(tree, size, &source, &err), &err);
		assert_true(digest_equal(merkle_root(tree), root));
		for (size_t i = 0; i < MARKED && marked[i] < size; i++) {
			expect_sparse_inclusion(&source, marked[i], size,
			    root);
			expect_sparse_consistency(&source, marked[i] + 1,
			    size, root);
		}
		expect_sparse_inclusion(&source, size - 1, size, root);
		expect_sparse_inclusion(&source, size / 3, size, root);
		expect_sparse_consistency(&source, size / 3, size, root);
	}
	memory_free(tree);
}

static void
large_trees_grow_across_their_edges(void **state)
{
	static const uint64_t edges[] = { 65536, 0x1000000, 0x100000000 };
	struct merkle *tree = new_tree();
	struct error err;

	(void)state;
	begin_blank();
	for (size_t e = 0; e < sizeof edges / sizeof edges[0]; e++) {
		uint64_t size = edges[e] - 2;
		struct tile_source source = { read_sparse, &size };

		expect_fine(merkle_load(tree, size, &source, &err), &err);
		while (size < edges[e] + 2) {
			add(tree, sparse_node(0, size));
			size++;
			assert_true(digest_equal(merkle_root(tree),
			    sparse_mth(0, size)));
		}
	}
	memory_free(tree);
}

static void
what_is_not_in_the_tree_has_no_proof(void **state)
{
	struct shelf *shelf = new_shelf(20);
	struct tile_source source = source_of(shelf, 20);
	struct proof proof = { .count = 77 };
	struct error err;

	(void)state;
	assert_int_equal(merkle_inclusion(&proof, 20, 20, &source, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "entry 20 is not among");
	assert_int_equal(merkle_inclusion(&proof, 0, 0, &source, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "entry 0 is not among");
	assert_int_equal(merkle_inclusion(&proof, 0, MERKLE_SIZE_MAX + 1,
	    &source, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no ledger has");
	assert_int_equal(merkle_inclusion(&proof, 0, UINT64_MAX, &source,
	    &err), -1);
	assert_int_equal(merkle_consistency(&proof, 0, 20, &source, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "from 0 to 20");
	assert_int_equal(merkle_consistency(&proof, 21, 20, &source, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "from 21 to 20");
	assert_int_equal(merkle_consistency(&proof, 1, UINT64_MAX, &source,
	    &err), -1);
	assert_int_equal(proof.count, 77);
	assert_int_equal(shelf->reads, 0);
	memory_free(shelf);
}

static int
try_inclusion(const struct tile_source *source, struct error *err)
{
	struct proof proof = { .count = 77 };
	int result = merkle_inclusion(&proof, 700, 1100, source, err);

	assert_true(result == 0 || proof.count == 77);
	return result;
}

static int
try_consistency(const struct tile_source *source, struct error *err)
{
	struct proof proof = { .count = 77 };
	int result = merkle_consistency(&proof, 700, 1100, source, err);

	assert_true(result == 0 || proof.count == 77);
	return result;
}

static int
try_root(const struct tile_source *source, struct error *err)
{
	struct digest root = merkle_empty();
	int result = merkle_root_at(&root, 1100, source, err);

	assert_true(result == 0 || digest_equal(root, merkle_empty()));
	return result;
}

static int
try_load(const struct tile_source *source, struct error *err)
{
	struct merkle *tree = new_tree();
	int result = merkle_load(tree, 1100, source, err);

	memory_free(tree);
	return result;
}

static void
a_lost_tile_is_reported_whichever_it_is(void **state)
{
	int (*const tries[])(const struct tile_source *, struct error *) = {
	    try_inclusion, try_consistency, try_root, try_load };
	struct shelf *shelf = new_shelf(NAIVE_MAX);
	struct tile_source source = source_of(shelf, NAIVE_MAX);
	struct error err;

	(void)state;
	for (size_t t = 0; t < 4; t++) {
		unsigned needed;

		shelf->fail_at = 0;
		shelf->reads = 0;
		expect_fine(tries[t](&source, &err), &err);
		needed = shelf->reads;
		assert_in_range(needed, 2, 30);
		for (unsigned n = 1; n <= needed; n++) {
			shelf->reads = 0;
			shelf->fail_at = n;
			assert_int_equal(tries[t](&source, &err), -1);
			expect_said(&err, ERROR_NO, "the tile is lost");
		}
	}
	memory_free(shelf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_of_nothing_has_the_hash_of_nothing),
		cmocka_unit_test(leaves_and_nodes_are_told_apart),
		cmocka_unit_test(
		    the_tree_of_certificate_transparency_has_its_roots),
		cmocka_unit_test(
		    every_tree_to_1100_has_the_root_of_the_definition),
		cmocka_unit_test(tiles_hold_the_hashes_of_their_level),
		cmocka_unit_test(
		    a_tree_of_70000_has_the_tiles_that_c2sp_counts),
		cmocka_unit_test(a_tile_that_cannot_be_kept_stops_the_tree),
		cmocka_unit_test(a_tree_ends_at_two_to_the_53),
		cmocka_unit_test(
		    every_proof_to_1100_consists_of_the_subtrees_of_the_definition),
		cmocka_unit_test(
		    every_proof_to_260_and_at_edges_is_the_definition),
		cmocka_unit_test(the_example_of_rfc_6962_has_its_proofs),
		cmocka_unit_test(large_trees_have_their_roots_and_proofs),
		cmocka_unit_test(large_trees_grow_across_their_edges),
		cmocka_unit_test(what_is_not_in_the_tree_has_no_proof),
		cmocka_unit_test(a_lost_tile_is_reported_whichever_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, naive_begin, naive_end);
}
