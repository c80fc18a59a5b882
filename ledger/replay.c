#include "ledger/replay.h"

#include "base/limits.h"
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

static int
take_kind(struct replay *replay, const struct index_query *query,
    struct error *err)
{
	struct index_list *list = NULL;
	struct index_row row;
	bool more = true;
	int result = -1;

	if (index_list(&list, replay->store, query, err) == -1)
		return -1;
	for (;;) {
		if (index_next(list, &row, &more, err) == -1)
			goto done;
		if (!more)
			break;
		if (take_entry(replay, row.seq, err) == -1) {
			error_within(err, "entry %llu",
			    (unsigned long long)row.seq);
			goto done;
		}
	}
	result = 0;
done:
	index_list_free(list);
	return result;
}

int
replay_authority(struct authority *authority, struct store *store,
    uint64_t from, uint64_t to, struct error *err)
{
	static const char *const authority_kinds[] = { "genesis", "key" };
	struct replay replay = {
		.authority = authority,
		.store = store,
		.admission = admission_new(),
		.line = buffer_new(LIMIT_ENTRY),
		.scratch = buffer_new(LIMIT_ENVELOPE),
	};
	struct index_query query = {
		.before = to,
		.from = from,
		.oldest_first = true,
	};
	int result = json_arena_new(&replay.arena, err);

	for (size_t i = 0; i < 2 && result == 0; i++) {
		query.kind = authority_kinds[i];
		result = take_kind(&replay, &query, err);
	}
	admission_free(&replay.admission);
	json_arena_free(replay.arena);
	buffer_free(&replay.line);
	buffer_free(&replay.scratch);
	return result;
}
