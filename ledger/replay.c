#include "ledger/replay.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/admission.h"
#include "ledger/index.h"

/* Working memory of a replay. */
struct replay {
	struct authority *authority;
	struct store *store;
	struct admission admission;
	struct json_arena *arena;
	struct buffer line;
	struct buffer scratch;
};

static int
take_entry(struct replay *replay, uint64_t seq, struct error *err)
{
	struct admission *admission = &replay->admission;

	if (store_entry(replay->store, seq, &replay->line, err) == -1 ||
	    admission_read_entry(admission, buffer_bytes(&replay->line),
		replay->arena, err) == -1)
		return -1;
	admission_resolve(admission, replay->authority);
	if (admission_check(admission, &replay->scratch, err) == -1)
		return -1;
	return admission_decide(admission, replay->authority, seq, err);
}

/* The seqs of the entries that carry authority, of all such kinds. */
struct seqs {
	uint64_t *item;
	size_t count;
	size_t capacity;
};

static int
gather_kind(struct seqs *seqs, struct store *store,
    const struct index_query *query, struct error *err)
{
	struct index_list *list = NULL;
	struct index_row row;
	uint64_t *grown;
	bool more = true;
	int result = -1;

	if (index_list(&list, store, query, err) == -1)
		return -1;
	for (;;) {
		if (index_next(list, &row, &more, err) == -1)
			goto done;
		if (!more)
			break;
		grown = memory_grow(seqs->item, &seqs->capacity,
		    seqs->count + 1, sizeof *grown);
		if (grown == NULL) {
			error_memory(err);
			goto done;
		}
		seqs->item = grown;
		seqs->item[seqs->count++] = row.seq;
	}
	result = 0;
done:
	index_list_free(list);
	return result;
}

static int
compare_seqs(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
gather(struct seqs *seqs, struct store *store, uint64_t from, uint64_t to,
    struct error *err)
{
	struct index_query query = {
		.before = to,
		.from = from,
		.oldest_first = true,
	};

	for (size_t i = 0; kinds[i] != NULL; i++) {
		if (!kinds[i]->authority)
			continue;
		query.kind = kinds[i]->name;
		if (gather_kind(seqs, store, &query, err) == -1)
			return -1;
	}
	if (seqs->count > 1)
		qsort(seqs->item, seqs->count, sizeof *seqs->item,
		    compare_seqs);
	return 0;
}

static int
take_all(struct replay *replay, const struct seqs *seqs, struct error *err)
{
	for (size_t i = 0; i < seqs->count; i++)
		if (take_entry(replay, seqs->item[i], err) == -1)
			return error_within(err, "entry %llu",
			    (unsigned long long)seqs->item[i]);
	return 0;
}

static int
fetch(void *cookie, struct digest digest, struct buffer *out, struct error *err)
{
	return store_attachment(cookie, digest, out, err);
}

struct trust_source
replay_source(struct store *store)
{
	return (struct trust_source){ .cookie = store, .fetch = fetch };
}

int
replay_authority(struct authority *authority, struct store *store,
    uint64_t from, uint64_t to, struct error *err)
{
	struct replay replay = {
		.authority = authority,
		.store = store,
		.admission = admission_new(),
		.line = buffer_new(LIMIT_ENTRY),
		.scratch = buffer_new(LIMIT_ENVELOPE),
	};
	struct seqs seqs = { 0 };
	int result = -1;

	authority_set_source(authority, replay_source(store));
	authority_assume(authority, true);
	if (json_arena_new(&replay.arena, err) == 0 &&
	    gather(&seqs, store, from, to, err) == 0)
		result = take_all(&replay, &seqs, err);
	authority_assume(authority, false);
	memory_free(seqs.item);
	admission_free(&replay.admission);
	json_arena_free(replay.arena);
	buffer_free(&replay.line);
	buffer_free(&replay.scratch);
	return result;
}
