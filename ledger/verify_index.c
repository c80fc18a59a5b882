#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/erasure.h"
#include "ledger/index.h"
#include "ledger/verify_internal.h"

/* What the index should say of an entry whose first signer is known. */
static struct index_entry
index_row_of(const struct slot *slot)
{
	const struct admission *admission = &slot->admission;
	struct index_entry row = {
		.seq = slot->seq,
		.time_ms = admission->entry.time_ms,
		.made_ms = admission->made_ms,
		.leaf = slot->leaf,
		.signer = admission->key[0],
		.kind = admission->kind,
		.facts = &admission->facts,
	};

	memcpy(row.nonce, admission->nonce, NONCE_LEN);
	return row;
}

/* The first whole entry that a record erases, from an item on. */
static const struct json *
next_whole(const struct json *item)
{
	while (item != NULL && !erasure_item(item).whole)
		item = json_next(item);
	return item;
}

static const struct json *
first_whole(const struct slot *slot)
{
	return erasure_is(slot->admission.kind)
	    ? next_whole(erasure_items(&slot->admission.record))
	    : NULL;
}

/* What an erasure leaves in the index of the entries that it destroyed. */
static int
sum_erased(struct block *block, size_t slice, const struct slot *slot)
{
	struct facts facts = facts_new();
	struct index_entry kept;
	struct error ignored;
	int result = 0;

	for (const struct json *item = first_whole(slot);
	     item != NULL && result == 0; item = next_whole(json_next(item))) {
		struct erased erased = erasure_item(item);

		if (erasure_kept(&kept, &facts, &erased, &ignored) == 0)
			result = index_sum_entry(&block->sum[slice],
			    &block->verify->sum_key, &block->scratch[slice],
			    &kept, &ignored);
	}
	facts_free(&facts);
	return result;
}

void
verify_index_slice(struct block *block, size_t slice)
{
	size_t first = slice * SLICE;
	struct error ignored;

	block->sum[slice] = (struct index_sum){ 0 };
	block->sum_failed[slice] = false;
	if (block->verify->without_index)
		return;
	for (size_t i = first; i < first + SLICE && i < block->count; i++) {
		const struct slot *slot = &block->slot[i];
		struct index_entry row;

		if (slot->state != SLOT_FINE || !slot->admission.known[0])
			continue;
		row = index_row_of(slot);
		if (index_sum_entry(&block->sum[slice], &block->verify->sum_key,
			&block->scratch[slice], &row, &ignored) == -1 ||
		    sum_erased(block, slice, slot) == -1)
			block->sum_failed[slice] = true;
	}
}

static void
count_erased(struct verify *verify, const struct slot *slot)
{
	for (const struct json *item = first_whole(slot); item != NULL;
	     item = next_whole(json_next(item))) {
		struct erased erased = erasure_item(item);
		size_t kind = 0;

		while (kinds[kind] != NULL && kinds[kind] != erased.kind)
			kind++;
		if (kinds[kind] == NULL)
			continue;
		verify->kind_count[kind]++;
		verify->index_rows += 1 + json_count(erased.named);
	}
}

/* Count what the index should have; it is compared at the end. */
void
verify_index_count(struct verify *verify, const struct slot *slot)
{
	size_t kind = 0;

	while (kinds[kind] != slot->admission.kind)
		kind++;
	verify->kind_count[kind]++;
	verify->index_rows += 1 + slot->admission.facts.count;
	count_erased(verify, slot);
	verify->index_spoilt |= !slot->admission.known[0];
}

/* One entry's rows, looked up one by one. */
static int
check_index_entry(struct verify *verify, uint64_t seq, struct bytes line,
    struct error *err)
{
	struct slot *slot = &verify->block[0].slot[0];
	struct admission *admission = &slot->admission;
	struct error finding;
	struct index_entry row;

	/* What is no record was named before. */
	if (admission_read_entry(admission, line, verify->arena, &finding) ==
	    -1) {
		if (finding.class != ERROR_SYSTEM)
			return 0;
		*err = finding;
		return -1;
	}
	admission_resolve(admission, verify->authority);
	if (!admission->known[0])
		return 0;
	slot->seq = seq;
	slot->leaf = entry_leaf_hash(line);
	row = index_row_of(slot);
	if (index_check(verify->store, &row, &finding) == 0)
		return 0;
	if (finding.class == ERROR_SYSTEM) {
		*err = finding;
		return -1;
	}
	verify_tell(verify, VERIFY_INDEX, seq, finding.what);
	return 0;
}

/* The sums differ, or one of them is not known: which entries' rows? */
static int
name_index_problems(struct verify *verify, struct error *err)
{
	uint64_t told = verify->result->problems, seq;
	struct bytes line;
	char text[160];
	bool more;

	if (store_scan_entries(verify->store, 0, UINT64_MAX, err) == -1)
		return -1;
	for (;;) {
		if (verify->source.next_entry(verify->source.cookie, &seq,
			&line, &more, err) == -1)
			return -1;
		if (!more || verify->stopped)
			break;
		if (check_index_entry(verify, seq, line, err) == -1)
			return -1;
	}
	if (verify->index_spoilt || verify->stopped ||
	    (told < verify->result->problems &&
		verify->index_scan.sum.rows <= verify->index_sum.rows))
		return 0;
	snprintf(text, sizeof text,
	    "the index has %llu rows, the entries make %llu",
	    (unsigned long long)verify->index_scan.sum.rows,
	    (unsigned long long)verify->index_sum.rows);
	verify_tell(verify, VERIFY_INDEX, VERIFY_NOWHERE, text);
	return 0;
}

static int
finish_counts(struct verify *verify, struct error *err)
{
	uint64_t counts[KINDS_MAX];
	char text[160];

	if (index_kind_counts(verify->store, counts, err) == -1)
		return -1;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		if (counts[i] == verify->kind_count[i])
			continue;
		snprintf(text, sizeof text,
		    "the index counts %llu entries of kind %s, there are %llu",
		    (unsigned long long)counts[i], kinds[i]->name,
		    (unsigned long long)verify->kind_count[i]);
		verify_tell(verify, VERIFY_INDEX, VERIFY_NOWHERE, text);
	}
	return 0;
}

int
verify_finish_index(struct verify *verify, struct error *err)
{
	if (verify->without_index)
		return 0;
	if (index_scan_to(&verify->index_scan, UINT64_MAX, err) == -1)
		return -1;
	if ((verify->index_spoilt ||
		!index_sum_equal(&verify->index_sum,
		    &verify->index_scan.sum)) &&
	    name_index_problems(verify, err) == -1)
		return -1;
	return verify->index_spoilt ? 0 : finish_counts(verify, err);
}
