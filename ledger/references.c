#include "ledger/references.h"

#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/index.h"

/* The leaf hash at seq: by the tree, or for an entry that is not in a stored
 * tile yet by its line. */
static int
leaf_at(struct store *store, uint64_t seq, struct digest *leaf,
    struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct digest hashes[TILE_WIDTH];
	unsigned at = (unsigned)(seq % TILE_WIDTH);
	unsigned width = 0;
	int result;

	if (store_tile(store, 0, seq / TILE_WIDTH, hashes, &width, err) == -1)
		return -1;
	if (at < width) {
		*leaf = hashes[at];
		return 0;
	}
	result = store_entry(store, seq, &line, err);
	if (result == 0)
		*leaf = entry_leaf_hash(buffer_bytes(&line));
	buffer_free(&line);
	return result;
}

static int
check_entry(struct store *store, const struct kind *kind,
    const struct fact *fact, uint64_t seq, struct error *err)
{
	struct index_row row;
	struct digest leaf;
	uint64_t at = 0;
	bool found = false;

	if (index_find_exact(store, fact->digest, &found, &at, err) == -1)
		return -1;
	if (!found || at >= seq)
		return error_set(err, ERROR_NO,
		    "name an entry by its leaf hash",
		    "no entry before it has the leaf hash %.16s…",
		    digest_hex(fact->digest).text);
	if (leaf_at(store, at, &leaf, err) == -1)
		return -1;
	if (!digest_equal(leaf, fact->digest))
		return error_set(err, ERROR_NO, "run `vouch reindex'",
		    "the index names entry %llu for a leaf hash that it has not",
		    (unsigned long long)at);
	if (fact->role != FACT_SUPERSEDES)
		return 0;
	if (index_row_at(store, at, seq, &row, err) == -1)
		return -1;
	/* What kind it was, nobody can see any more. */
	if (row.kind != kind && row.kind != &kind_erased)
		return error_set(err, ERROR_NO,
		    "correct an entry by one of its own kind",
		    "a record of kind %s cannot correct entry %llu, of kind "
		    "%s",
		    kind->name, (unsigned long long)at, row.kind->name);
	return 0;
}

int
references_check_entries(struct store *store, const struct kind *kind,
    const struct facts *facts, uint64_t seq, struct error *err)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];

		if ((fact->role == FACT_ENTRY ||
			fact->role == FACT_SUPERSEDES) &&
		    check_entry(store, kind, fact, seq, err) == -1)
			return -1;
	}
	return 0;
}

int
references_check_attachments_in(references_has *has_attachment, void *cookie,
    const struct facts *facts, struct error *err)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];
		bool has = false;

		if (fact->role != FACT_ATTACHMENT)
			continue;
		if (has_attachment(cookie, fact->digest, &has, err) == -1)
			return -1;
		if (!has)
			return error_set(err, ERROR_NO,
			    "give the attachment together with the record",
			    "the attachment %.16s… that it names is not in the "
			    "ledger",
			    digest_hex(fact->digest).text);
	}
	return 0;
}

int
references_check_sealed(struct store *store, const struct facts *facts,
    uint64_t seq, struct error *err)
{
	for (size_t i = 0; i < facts->count; i++) {
		struct index_mention *mention = NULL;
		size_t count = 0;

		if (facts->fact[i].role != FACT_SEALED)
			continue;
		if (index_mentions(store, facts->fact[i].digest, NULL, seq,
			&mention, &count, err) == -1)
			return -1;
		if (count > 0)
			error_set(err, ERROR_NO,
			    "seal each value with a salt of its own",
			    "its commitment %.16s… stands in entry %llu "
			    "already",
			    digest_hex(facts->fact[i].digest).text,
			    (unsigned long long)mention[0].seq);
		memory_free(mention);
		if (count > 0)
			return -1;
	}
	return 0;
}

static int
store_has(void *cookie, struct digest digest, bool *has, struct error *err)
{
	return store_has_attachment(cookie, digest, has, err);
}

int
references_check_attachments(struct store *store, const struct facts *facts,
    struct error *err)
{
	return references_check_attachments_in(store_has, store, facts, err);
}
