#include "ledger/store_timestamp.h"

#include "ledger/store_internal.h"

int
store_put_timestamp(struct store *store, uint64_t size, struct bytes token,
    bool *added, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_PUT_TIMESTAMP, err);
	struct digest digest = digest_of(token);

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, size, err) == -1 ||
	    store_bind_blob(store, statement, 2, digest_bytes(&digest), err) ==
		-1 ||
	    store_bind_blob(store, statement, 3, token, err) == -1 ||
	    store_run(store, statement, err) == -1)
		return -1;
	*added = sqlite3_changes(store->db) > 0;
	return 0;
}

int
store_timestamp(struct store *store, uint64_t size, struct digest digest,
    struct buffer *out, bool *found, struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_TIMESTAMP, err);
	int step;

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, size, err) == -1 ||
	    store_bind_blob(store, statement, 2, digest_bytes(&digest), err) ==
		-1 ||
	    (step = store_step(store, statement, err)) == -1)
		return -1;
	*found = step == 1;
	buffer_clear(out);
	if (*found)
		buffer_append(out, store_column(statement, 0));
	sqlite3_reset(statement);
	return buffer_check(out, "timestamp", err);
}

int
store_scan_timestamps(struct store *store, uint64_t from, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_SCAN_TIMESTAMPS, err);

	if (statement == NULL)
		return -1;
	if (from > 0)
		return store_bind_int(store, statement, 1, from, err);
	/* All of them: also what somebody put below nothing. */
	if (sqlite3_bind_int64(statement, 1, INT64_MIN) != SQLITE_OK)
		return store_failed(store, err);
	return 0;
}

int
store_scan_timestamps_next(struct store *store, struct store_timestamp *out,
    bool *more, struct error *err)
{
	sqlite3_stmt *statement = store->statement[SQL_SCAN_TIMESTAMPS];
	int step = store_step(store, statement, err);

	if (step == -1)
		return -1;
	*more = step == 1;
	if (step == 0) {
		sqlite3_reset(statement);
		return 0;
	}
	out->size = (uint64_t)sqlite3_column_int64(statement, 0);
	out->digest = store_column(statement, 1);
	out->token = store_column(statement, 2);
	return 0;
}
