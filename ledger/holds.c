#include "ledger/holds.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/entry.h"

#define DAY_MS INT64_C(86400000)

static bool
list_has(const struct json *list, const char *text)
{
	for (const struct json *item = json_first(list); item != NULL;
	     item = json_next(item))
		if (json_text(item) != NULL &&
		    strcmp(json_text(item), text) == 0)
			return true;
	return false;
}

static bool
mentions(const struct facts *facts, const char *hex)
{
	struct digest digest;

	if (hex == NULL || !digest_parse(&digest, bytes_of_text(hex)))
		return false;
	for (size_t i = 0; i < facts->count; i++)
		if (facts->fact[i].role <= FACT_DATASET &&
		    digest_equal(facts->fact[i].digest, digest))
			return true;
	return false;
}

static bool
is_about(const struct json *hold, const struct index_row *row,
    const struct facts *facts)
{
	return list_has(json_member(hold, "entries"),
		   digest_hex(row->leaf).text) ||
	    list_has(json_member(hold, "kinds"), row->kind->name) ||
	    mentions(facts,
		json_member_text(json_member(hold, "model"), "digest"));
}

static bool
is_over(const struct json *hold, const struct index_row *row, int64_t now_ms)
{
	const char *until = json_member_text(hold, "until");
	const struct json *days = json_member(hold, "days");
	int64_t end_ms;

	if (until != NULL && time_parse_exact(&end_ms, bytes_of_text(until)) &&
	    now_ms >= end_ms)
		return true;
	/* A number of days that no integer holds has no end. */
	if (days == NULL || !json_is_integer(days) ||
	    json_integer(days) > INT64_C(36525000))
		return false;
	return now_ms - row->time_ms >= json_integer(days) * DAY_MS;
}

/* Working memory: which names were decided by a newer record. */
struct look {
	struct buffer line;
	struct entry entry;
	char **name;
	size_t count;
	size_t capacity;
};

static int
remember(struct look *look, const char *name, bool *known, struct error *err)
{
	char **grown;

	*known = false;
	for (size_t i = 0; i < look->count && !*known; i++)
		*known = strcmp(look->name[i], name) == 0;
	if (*known)
		return 0;
	grown = memory_grow(look->name, &look->capacity, look->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	look->name = grown;
	if ((grown[look->count] = memory_text(name)) == NULL)
		return error_memory(err);
	look->count++;
	return 0;
}

static int
keeps(struct look *look, struct store *store, const struct index_row *hold,
    const struct index_row *row, const struct facts *facts, int64_t now_ms,
    bool *held, struct error *err)
{
	struct record record;

	if (store_entry(store, hold->seq, &look->line, err) == -1 ||
	    entry_parse(&look->entry, buffer_bytes(&look->line), err) == -1 ||
	    record_parse(&record, buffer_bytes(&look->entry.envelope.payload),
		err) == -1)
		return error_within(err, "entry %llu",
		    (unsigned long long)hold->seq);
	*held = is_about(record.predicate, row, facts) &&
	    !is_over(record.predicate, row, now_ms);
	record_free(&record);
	return 0;
}

static int
look_at_all(struct look *look, struct store *store, uint64_t size,
    int64_t now_ms, const struct index_row *row, const struct facts *facts,
    bool *held, uint64_t *seq, struct error *err)
{
	struct index_query query = { .before = size, .kind = "hold" };
	struct index_list *list;
	struct index_row hold;
	bool more = true, known;
	int result = 0;

	if (index_list(&list, store, &query, err) == -1)
		return -1;
	while (result == 0 && !*held) {
		result = index_next(list, &hold, &more, err);
		if (result == -1 || !more)
			break;
		result = remember(look, hold.name, &known, err);
		if (result == -1 || known || strcmp(hold.status, "held") != 0)
			continue;
		result =
		    keeps(look, store, &hold, row, facts, now_ms, held, err);
		*seq = hold.seq;
	}
	index_list_free(list);
	return result;
}

int
holds_find(struct store *store, uint64_t size, int64_t now_ms,
    const struct index_row *row, const struct facts *facts, bool *held,
    uint64_t *seq, struct error *err)
{
	struct look look = {
		.line = buffer_new(LIMIT_ENTRY),
		.entry = entry_new(),
	};
	int result;

	*held = false;
	result =
	    look_at_all(&look, store, size, now_ms, row, facts, held, seq, err);
	while (look.count > 0)
		memory_free(look.name[--look.count]);
	memory_free(look.name);
	buffer_free(&look.line);
	entry_free(&look.entry);
	return result;
}
