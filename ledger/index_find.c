/* index_find.c: entries found by their rows. */
#include <string.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "ledger/index.h"
#include "ledger/index_internal.h"
#include "ledger/store_internal.h"

/* A text column into a fixed field; a longer one is a damaged index. */
static int
take_text(char *out, size_t size, sqlite3_stmt *statement, int column,
    struct error *err)
{
	struct bytes text = store_column(statement, column);

	if (text.len >= size)
		return index_differs(err, "a text is too long");
	if (text.len != 0)
		memcpy(out, text.data, text.len);
	out[text.len] = '\0';
	return 0;
}

/* Records that follow each other are mostly signed by the same key. */
struct last_signer {
	bool known;
	int64_t id;
	struct public_key key;
};

static int
take_signer(struct store *store, int64_t id, struct last_signer *last,
    struct index_row *row, struct error *err)
{
	sqlite3_stmt *look_up;
	struct bytes key;

	if (!last->known || last->id != id) {
		look_up = store_statement(store, SQL_SIGNER, err);
		if (look_up == NULL ||
		    store_bind_int(store, look_up, 1, (uint64_t)id, err) == -1)
			return -1;
		if (store_step(store, look_up, err) != 1)
			return index_differs(err, "signer");
		key = store_column(look_up, 0);
		if (key.len != PUBLIC_KEY_LEN)
			return index_differs(err, "signer");
		memcpy(last->key.byte, key.data, PUBLIC_KEY_LEN);
		last->id = id;
		last->known = true;
		sqlite3_reset(look_up);
	}
	row->signer = last->key;
	return 0;
}

/* seq, time, kind, leaf, signer, name, version, status. */
static int
take_row(struct store *store, sqlite3_stmt *s, uint64_t before,
    struct last_signer *last, struct index_row *row, struct error *err)
{
	char kind[LIMIT_NAME + 1];
	struct bytes leaf = store_column(s, 3);
	int64_t signer = sqlite3_column_int64(s, 4);
	sqlite3_stmt *look_up;

	memset(row, 0, sizeof *row);
	row->seq = (uint64_t)sqlite3_column_int64(s, 0);
	row->time_ms = sqlite3_column_int64(s, 1);
	if (leaf.len != DIGEST_LEN)
		return index_differs(err, "leaf hash");
	memcpy(row->leaf.byte, leaf.data, DIGEST_LEN);
	if (take_text(kind, sizeof kind, s, 2, err) == -1 ||
	    take_text(row->name, sizeof row->name, s, 5, err) == -1 ||
	    take_text(row->version, sizeof row->version, s, 6, err) == -1 ||
	    take_text(row->status, sizeof row->status, s, 7, err) == -1)
		return -1;
	row->kind = strcmp(row->status, FACTS_ERASED) == 0 ? &kind_erased
							   : kind_named(kind);
	if (row->kind == NULL)
		return index_differs(err, "kind");

	if (take_signer(store, signer, last, row, err) == -1)
		return -1;
	look_up = store_statement(store, SQL_SUPERSEDED, err);
	if (look_up == NULL ||
	    store_bind_blob(store, look_up, 1, digest_bytes(&row->leaf), err) ==
		-1 ||
	    /* What corrects a record is of its kind. */
	    store_bind_text(store, look_up, 2, bytes_of_text(row->kind->name),
		err) == -1 ||
	    store_bind_int(store, look_up, 3, FACT_SUPERSEDES, err) == -1 ||
	    store_bind_int(store, look_up, 4, before, err) == -1)
		return -1;
	switch (store_step(store, look_up, err)) {
	case 1:
		row->superseded = true;
		row->superseded_by = (uint64_t)sqlite3_column_int64(look_up, 0);
		break;
	case 0:
		break;
	default:
		return -1;
	}
	sqlite3_reset(look_up);
	return 0;
}

struct index_list {
	struct store *store;
	struct index_query query;
	struct public_key signer;
	struct digest mentions;
	char *kind;
	char *name;
	char *version;
	enum store_sql sql;
	sqlite3_stmt *statement; /* Its own, so that lists may be nested. */
	struct last_signer last;
	uint64_t previous; /* The row given last, by a number from 1. */
};

/* The statement that narrows most; index_next checks the rest. */
static enum store_sql
list_statement(const struct index_query *query)
{
	enum store_sql newest;

	if (query->mentions != NULL && query->kind != NULL)
		newest = SQL_LIST_MENTIONS_KIND;
	else if (query->mentions != NULL)
		newest = SQL_LIST_MENTIONS;
	else if (query->kind != NULL && query->name != NULL &&
	    query->name[0] != '\0')
		newest = SQL_LIST_NAME;
	else if (query->kind != NULL)
		newest = SQL_LIST_KIND;
	else if (query->signer != NULL)
		newest = SQL_LIST_SIGNER;
	else
		newest = SQL_LIST_ALL;
	return query->oldest_first ? newest + 1 : newest;
}

static int
copy_query(struct index_list *list, const struct index_query *query,
    struct error *err)
{
	list->query = *query;
	if (query->signer != NULL) {
		list->signer = *query->signer;
		list->query.signer = &list->signer;
	}
	if (query->mentions != NULL) {
		list->mentions = *query->mentions;
		list->query.mentions = &list->mentions;
	}
	if (query->kind != NULL)
		list->query.kind = list->kind = memory_text(query->kind);
	if (query->name != NULL)
		list->query.name = list->name = memory_text(query->name);
	if (query->version != NULL)
		list->query.version = list->version =
		    memory_text(query->version);
	if ((query->kind != NULL && list->kind == NULL) ||
	    (query->name != NULL && list->name == NULL) ||
	    (query->version != NULL && list->version == NULL))
		return error_memory(err);
	return 0;
}

static int
bind_list(struct index_list *list, struct error *err)
{
	struct store *store = list->store;
	const struct index_query *query = &list->query;

	if (store_bind_int(store, list->statement, 1, query->from, err) == -1 ||
	    store_bind_int(store, list->statement, 2, query->before, err) == -1)
		return -1;
	switch (list->sql) {
	case SQL_LIST_NAME:
	case SQL_LIST_NAME_OLDEST:
		if (store_bind_text(store, list->statement, 4,
			bytes_of_text(query->name), err) == -1)
			return -1;
		/* FALLTHROUGH */
	case SQL_LIST_KIND:
	case SQL_LIST_KIND_OLDEST:
		return store_bind_text(store, list->statement, 3,
		    bytes_of_text(query->kind), err);
	case SQL_LIST_SIGNER:
	case SQL_LIST_SIGNER_OLDEST:
		return store_bind_blob(store, list->statement, 3,
		    bytes_of(query->signer->byte, PUBLIC_KEY_LEN), err);
	case SQL_LIST_MENTIONS_KIND:
	case SQL_LIST_MENTIONS_KIND_OLDEST:
		if (store_bind_text(store, list->statement, 4,
			bytes_of_text(query->kind), err) == -1)
			return -1;
		/* FALLTHROUGH */
	case SQL_LIST_MENTIONS:
	case SQL_LIST_MENTIONS_OLDEST:
		return store_bind_blob(store, list->statement, 3,
		    digest_bytes(query->mentions), err);
	default:
		return 0;
	}
}

int
index_list(struct index_list **out, struct store *store,
    const struct index_query *query, struct error *err)
{
	struct index_list *list = memory_new(1, sizeof *list);

	if (list == NULL)
		return error_memory(err);
	list->store = store;
	list->sql = list_statement(query);
	if (copy_query(list, query, err) == -1)
		goto failed;
	/* The one that a list before this one has left, or a new one. */
	list->statement = store->statement[list->sql];
	store->statement[list->sql] = NULL;
	if (list->statement == NULL &&
	    sqlite3_prepare_v3(store->db, store_sql[list->sql], -1,
		SQLITE_PREPARE_PERSISTENT, &list->statement,
		NULL) != SQLITE_OK) {
		store_failed(store, err);
		goto failed;
	}
	if (bind_list(list, err) == -1)
		goto failed;
	*out = list;
	return 0;
failed:
	index_list_free(list);
	return -1;
}

static bool
matches(const struct index_query *query, const struct index_row *row)
{
	if (row->kind == &kind_erased && !query->erased)
		return false;
	if (query->kind != NULL && strcmp(query->kind, row->kind->name) != 0)
		return false;
	if (query->name != NULL && strcmp(query->name, row->name) != 0)
		return false;
	if (query->version != NULL && strcmp(query->version, row->version) != 0)
		return false;
	return query->signer == NULL ||
	    public_key_equal(*query->signer, row->signer);
}

int
index_next(struct index_list *list, struct index_row *row, bool *more,
    struct error *err)
{
	for (;;) {
		int step = store_step(list->store, list->statement, err);

		if (step == -1)
			return -1;
		if (step == 0) {
			*more = false;
			return 0;
		}
		/* One entry's mentions follow each other. */
		if ((uint64_t)sqlite3_column_int64(list->statement, 0) + 1 ==
		    list->previous)
			continue;
		if (take_row(list->store, list->statement, list->query.before,
			&list->last, row, err) == -1)
			return -1;
		list->previous = row->seq + 1;
		if (matches(&list->query, row)) {
			*more = true;
			return 0;
		}
	}
}

/* Leave the statement to the next list: preparing one takes longer than most
 * lists do. */
static void
leave_statement(struct index_list *list)
{
	sqlite3_stmt **place = &list->store->statement[list->sql];

	if (list->statement == NULL || *place != NULL) {
		sqlite3_finalize(list->statement);
		return;
	}
	sqlite3_reset(list->statement);
	sqlite3_clear_bindings(list->statement);
	*place = list->statement;
}

void
index_list_free(struct index_list *list)
{
	if (list == NULL)
		return;
	leave_statement(list);
	memory_free(list->kind);
	memory_free(list->name);
	memory_free(list->version);
	memory_free(list);
}

int
index_row_at(struct store *store, uint64_t seq, uint64_t before,
    struct index_row *row, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_ROW, err);
	struct last_signer last = { .known = false };
	int result;

	if (s == NULL || store_bind_int(store, s, 1, seq, err) == -1)
		return -1;
	switch (store_step(store, s, err)) {
	case 1:
		result = take_row(store, s, before, &last, row, err);
		sqlite3_reset(s);
		return result;
	case 0:
		return error_set(err, ERROR_UNDECIDED,
		    "run `vouch reindex' if the ledger has this entry",
		    "the index has no entry %llu", (unsigned long long)seq);
	default:
		return -1;
	}
}

int
index_find_exact(struct store *store, struct digest leaf, bool *found,
    uint64_t *seq, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_FIND_LEAF, err);
	int step;

	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&leaf), err) == -1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	*found = step == 1;
	if (*found)
		*seq = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

int
index_find_leaf(struct store *store, const char *prefix, uint64_t before,
    uint64_t *seq, struct error *err)
{
	size_t len = strlen(prefix);
	unsigned found = 0;
	uint8_t head[4];
	sqlite3_stmt *s;
	int step;

	if (len < 8 || len > DIGEST_HEX_LEN ||
	    !hex_decode(head, sizeof head, bytes_of(prefix, 8)))
		return error_set(err, ERROR_UNDECIDED,
		    "give at least 8 hexadecimal characters of a leaf hash",
		    "'%s' is not a leaf hash", prefix);
	s = store_statement(store, SQL_FIND_LEAF_PREFIX, err);
	if (s == NULL ||
	    store_bind_blob(store, s, 1, bytes_of(head, sizeof head), err) ==
		-1 ||
	    store_bind_int(store, s, 2, before, err) == -1)
		return -1;
	while ((step = store_step(store, s, err)) == 1) {
		struct bytes leaf = store_column(s, 1);
		char hex[DIGEST_HEX_LEN + 1];

		if (leaf.len != DIGEST_LEN)
			continue;
		hex_encode(hex, leaf);
		if (strncmp(hex, prefix, len) == 0) {
			*seq = (uint64_t)sqlite3_column_int64(s, 0);
			found++;
		}
	}
	sqlite3_reset(s);
	if (step == -1)
		return -1;
	if (found == 0)
		return error_set(err, ERROR_UNDECIDED, "see `vouch log'",
		    "no entry has a leaf hash that begins with %s", prefix);
	if (found > 1)
		return error_set(err, ERROR_UNDECIDED,
		    "give more characters of the hash",
		    "%u entries have leaf hashes that begin with %s", found,
		    prefix);
	return 0;
}

/* The time of an entry. */
static int
time_of(struct store *store, uint64_t seq, int64_t *time_ms, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_TIME_OF, err);
	int step;

	if (s == NULL || store_bind_int(store, s, 1, seq, err) == -1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	if (step == 0)
		return error_set(err, ERROR_NO, "run `vouch reindex'",
		    "the index has no entry %llu", (unsigned long long)seq);
	*time_ms = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

int
index_size_at(struct store *store, int64_t time_ms, uint64_t *size,
    struct error *err)
{
	uint64_t low = 0, high;

	if (store_size(store, &high, err) == -1)
		return -1;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		int64_t at = 0;

		if (time_of(store, middle, &at, err) == -1)
			return -1;
		if (at < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	*size = low;
	return 0;
}

/* `sql' has ?3 for the kind if that is not NULL. */
static int
find_mentions(struct store *store, enum store_sql sql, struct digest digest,
    const char *kind, uint64_t before, struct index_mention **out,
    size_t *count, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, sql, err);
	struct index_mention *list = NULL;
	size_t capacity = 0, n = 0;
	int step;

	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&digest), err) == -1 ||
	    store_bind_int(store, s, 2, before, err) == -1 ||
	    (kind != NULL &&
		store_bind_text(store, s, 3, bytes_of_text(kind), err) == -1))
		return -1;
	while ((step = store_step(store, s, err)) == 1) {
		struct index_mention *grown =
		    memory_grow(list, &capacity, n + 1, sizeof *list);

		if (grown == NULL) {
			sqlite3_reset(s);
			memory_free(list);
			return error_memory(err);
		}
		list = grown;
		list[n].seq = (uint64_t)sqlite3_column_int64(s, 0);
		list[n].role = (enum fact_role)sqlite3_column_int(s, 1);
		n++;
	}
	if (step == -1) {
		memory_free(list);
		return -1;
	}
	sqlite3_reset(s);
	*out = list;
	*count = n;
	return 0;
}

int
index_mentions(struct store *store, struct digest digest, const char *kind,
    uint64_t before, struct index_mention **out, size_t *count,
    struct error *err)
{
	return find_mentions(store,
	    kind == NULL ? SQL_MENTIONS : SQL_MENTIONS_KIND, digest, kind,
	    before, out, count, err);
}

int
index_was_named(struct store *store, struct digest digest, const char *kind,
    uint64_t before, struct index_mention **out, size_t *count,
    struct error *err)
{
	return find_mentions(store,
	    kind == NULL ? SQL_WAS_NAMED : SQL_WAS_NAMED_KIND, digest, kind,
	    before, out, count, err);
}

int
index_kind_counts(struct store *store, uint64_t *counts, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_KIND_COUNTS, err);
	int step;

	if (s == NULL)
		return -1;
	for (size_t i = 0; kinds[i] != NULL; i++)
		counts[i] = 0;
	while ((step = store_step(store, s, err)) == 1) {
		struct bytes name = store_column(s, 0);

		for (size_t i = 0; kinds[i] != NULL; i++) {
			if (bytes_equal(name, bytes_of_text(kinds[i]->name)))
				counts[i] =
				    (uint64_t)sqlite3_column_int64(s, 1);
		}
	}
	sqlite3_reset(s);
	return step;
}

int
index_count(struct store *store, const char *kind, uint64_t before,
    size_t *count, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_COUNT_KIND, err);

	if (s == NULL ||
	    store_bind_text(store, s, 1, bytes_of_text(kind), err) == -1 ||
	    store_bind_int(store, s, 2, before, err) == -1)
		return -1;
	if (store_step(store, s, err) == -1)
		return -1;
	*count = (size_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

int
index_find_name(struct store *store, const char *kind, const char *name,
    const char *version, uint64_t before, struct index_row *row, bool *found,
    struct error *err)
{
	struct index_query query = {
		.before = before,
		.kind = kind,
		.name = name,
		.version = version,
	};
	struct index_list *list = NULL;
	int result;

	if (index_list(&list, store, &query, err) == -1)
		return -1;
	result = index_next(list, row, found, err);
	index_list_free(list);
	return result;
}
