#include "ledger/merkle_internal.h"

#include <string.h>

struct digest
merkle_empty(void)
{
	return digest_of(bytes_of(NULL, 0));
}

struct digest
merkle_node(struct digest left, struct digest right)
{
	return digest_prefixed(0x01, digest_bytes(&left), digest_bytes(&right));
}

void
merkle_begin(struct merkle *tree)
{
	tree->size = 0;
	memset(tree->width, 0, sizeof tree->width);
}

/* The root of 256 hashes, or of the first `count', a power of two. */
static struct digest
root_of(const struct digest *hashes, unsigned count)
{
	struct digest row[TILE_WIDTH];

	memcpy(row, hashes, count * sizeof *row);
	for (; count > 1; count /= 2) {
		for (unsigned i = 0; i < count / 2; i++)
			row[i] = merkle_node(row[2 * i], row[2 * i + 1]);
	}
	return row[0];
}

int
merkle_add(struct merkle *tree, struct digest leaf, merkle_tile *full,
    void *cookie, struct error *err)
{
	uint64_t number = tree->size;
	struct digest hash = leaf;

	if (tree->size >= MERKLE_SIZE_MAX)
		return error_set(err, ERROR_UNDECIDED, "begin a new ledger",
		    "the ledger is full");
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		tree->hash[level][tree->width[level]++] = hash;
		if (tree->width[level] < TILE_WIDTH)
			break;
		if (full != NULL &&
		    full(cookie, level, number / TILE_WIDTH, tree->hash[level],
			err) != 0)
			return -1;
		hash = root_of(tree->hash[level], TILE_WIDTH);
		tree->width[level] = 0;
		number /= TILE_WIDTH;
	}
	tree->size++;
	return 0;
}

/* Fold a row of hashes, right to left, onto what stands to its right. */
static void
fold(const struct digest *row, unsigned width, struct digest *root, bool *any)
{
	unsigned end = width;

	/* The row's complete subtrees, smallest (rightmost) first. */
	for (unsigned span = 1; end > 0; span *= 2) {
		if ((end & span) == 0)
			continue;
		end -= span;
		struct digest part = root_of(row + end, span);

		*root = *any ? merkle_node(part, *root) : part;
		*any = true;
	}
}

struct digest
merkle_root(const struct merkle *tree)
{
	struct digest root = merkle_empty();
	bool any = false;

	for (unsigned level = 0; level < TILE_LEVELS; level++)
		fold(tree->hash[level], tree->width[level], &root, &any);
	return root;
}

int
merkle_load(struct merkle *tree, uint64_t size,
    const struct tile_source *source, struct error *err)
{
	uint64_t number = size;

	tree->size = size;
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		tree->width[level] = (unsigned)(number % TILE_WIDTH);
		number /= TILE_WIDTH;
		if (tree->width[level] > 0 &&
		    source->read(source->cookie, level, number,
			tree->width[level], tree->hash[level], err) == -1)
			return -1;
	}
	return 0;
}

int
merkle_root_at(struct digest *root, uint64_t size,
    const struct tile_source *source, struct error *err)
{
	struct digest hashes[TILE_WIDTH];
	struct digest found = merkle_empty();
	uint64_t number = size;
	bool any = false;

	for (unsigned level = 0; level < TILE_LEVELS && number > 0; level++) {
		unsigned width = (unsigned)(number % TILE_WIDTH);

		number /= TILE_WIDTH;
		if (width == 0)
			continue;
		if (source->read(source->cookie, level, number, width, hashes,
			err) == -1)
			return -1;
		fold(hashes, width, &found, &any);
	}
	*root = found;
	return 0;
}

/* The hash of the complete subtree of 2^height leaves, number `index'. */
static int
subtree(struct digest *out, unsigned height, uint64_t index,
    const struct tile_source *source, struct error *err)
{
	struct digest hashes[TILE_WIDTH];
	unsigned level = height / 8;
	unsigned span = 1u << height % 8;
	uint64_t first = index * span;
	unsigned from = (unsigned)(first % TILE_WIDTH);

	if (source->read(source->cookie, level, first / TILE_WIDTH, from + span,
		hashes, err) == -1)
		return -1;
	*out = root_of(hashes + from, span);
	return 0;
}

int
merkle_span_root(struct digest *out, struct span span,
    const struct tile_source *source, struct error *err)
{
	struct digest root = { { 0 } }, part;
	uint64_t end = span.to;
	bool any = false;

	/* Complete subtrees, smallest (rightmost) first. */
	for (unsigned height = 0; end > span.from; height++) {
		uint64_t width = (uint64_t)1 << height;

		if (((end - span.from) & width) == 0)
			continue;
		end -= width;
		if (subtree(&part, height, end >> height, source, err) == -1)
			return -1;
		root = any ? merkle_node(part, root) : part;
		any = true;
	}
	*out = root;
	return 0;
}

/* The largest power of two below n, n > 1. */
static uint64_t
split(uint64_t n)
{
	uint64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

static void
add_span(struct spans *spans, uint64_t from, uint64_t to)
{
	spans->span[spans->count++] = (struct span){ from, to };
}

/* Found from the root down, but a proof begins at the leaves. */
static void
turn_round(struct spans *spans)
{
	for (size_t i = 0; i < spans->count / 2; i++) {
		struct span *other = &spans->span[spans->count - 1 - i];
		struct span kept = *other;

		*other = spans->span[i];
		spans->span[i] = kept;
	}
}

struct spans
merkle_inclusion_spans(uint64_t index, uint64_t size)
{
	struct spans spans = { .count = 0 };
	uint64_t from = 0, to = size;

	while (to - from > 1) {
		uint64_t middle = from + split(to - from);

		if (index < middle) {
			add_span(&spans, middle, to);
			to = middle;
		} else {
			add_span(&spans, from, middle);
			from = middle;
		}
	}
	turn_round(&spans);
	return spans;
}

/* RFC 9162, 2.1.4.1, SUBPROOF: the old tree ends where some subtree does. */
struct spans
merkle_consistency_spans(uint64_t old_size, uint64_t size)
{
	struct spans spans = { .count = 0 };
	uint64_t from = 0, to = size;

	while (old_size != to) {
		uint64_t middle = from + split(to - from);

		if (old_size <= middle) {
			add_span(&spans, middle, to);
			to = middle;
		} else {
			add_span(&spans, from, middle);
			from = middle;
		}
	}
	/* Were it the whole old tree, its root would be known already. */
	if (from > 0)
		add_span(&spans, from, to);
	turn_round(&spans);
	return spans;
}

static int
hash_spans(struct proof *out, const struct spans *spans,
    const struct tile_source *source, struct error *err)
{
	struct proof proof;

	for (size_t i = 0; i < spans->count; i++) {
		if (merkle_span_root(&proof.hash[i], spans->span[i], source,
			err) == -1)
			return -1;
	}
	memcpy(out->hash, proof.hash, spans->count * sizeof *out->hash);
	out->count = spans->count;
	return 0;
}

static int
check_size(uint64_t size, struct error *err)
{
	if (size > MERKLE_SIZE_MAX)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "no ledger has %llu entries", (unsigned long long)size);
	return 0;
}

int
merkle_inclusion(struct proof *out, uint64_t index, uint64_t size,
    const struct tile_source *source, struct error *err)
{
	struct spans spans;

	if (check_size(size, err) == -1)
		return -1;
	if (index >= size)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "entry %llu is not among the first %llu",
		    (unsigned long long)index, (unsigned long long)size);
	spans = merkle_inclusion_spans(index, size);
	return hash_spans(out, &spans, source, err);
}

int
merkle_consistency(struct proof *out, uint64_t old_size, uint64_t size,
    const struct tile_source *source, struct error *err)
{
	struct spans spans;

	if (check_size(size, err) == -1)
		return -1;
	if (old_size == 0 || old_size > size)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "there is no proof from %llu to %llu entries",
		    (unsigned long long)old_size, (unsigned long long)size);
	spans = merkle_consistency_spans(old_size, size);
	return hash_spans(out, &spans, source, err);
}
