#include "ledger/store_settle.h"

#include "ledger/store_internal.h"

/* A file up to here is written anew in memory; a larger one by way of a
 * temporary file. */
#define REWRITE_IN_MEMORY ((int64_t)256 * 1024 * 1024)

int
store_owe(struct store *store, struct error *err)
{
	return store_run(store, store_statement(store, SQL_OWE, err), err);
}

int
store_owes(struct store *store, bool *owes, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_OWES, err);
	int step = store_step(store, s, err);

	if (step == -1)
		return -1;
	*owes = step == 1;
	sqlite3_reset(s);
	return 0;
}

int
store_settled(struct store *store, struct error *err)
{
	return store_run(store, store_statement(store, SQL_SETTLED, err), err);
}

static int
rewrite_file(struct store *store, struct error *err)
{
	struct error ignored;
	int64_t pages, size;
	bool large;
	int result;

	if (store_pragma(store, "PRAGMA page_count", &pages, err) == -1 ||
	    store_pragma(store, "PRAGMA page_size", &size, err) == -1)
		return -1;
	large = size > 0 && pages > REWRITE_IN_MEMORY / size;
	if (large &&
	    store_run_text(store, "PRAGMA temp_store = FILE", err) == -1)
		return -1;
	result = store_run_text(store, "VACUUM", err);
	if (large)
		(void)store_run_text(store, "PRAGMA temp_store = MEMORY",
		    &ignored);
	return result;
}

int
store_settle(struct store *store, bool rewrite, int wait_ms, bool *done,
    struct error *err)
{
	int code;

	/* A statement that is not reset would be a reader itself. */
	for (size_t i = 0; i < SQL_COUNT_OF_STATEMENTS; i++)
		if (store->statement[i] != NULL)
			sqlite3_reset(store->statement[i]);
	if (rewrite && rewrite_file(store, err) == -1)
		return -1;
	sqlite3_busy_timeout(store->db, wait_ms);
	code = sqlite3_wal_checkpoint_v2(store->db, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	*done = code == SQLITE_OK;
	if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY)
		return 0;
	return store_failed(store, err);
}

int
store_pay(struct store *store, int wait_ms, bool *owes, struct error *err)
{
	bool done = false;

	if (store_owes(store, owes, err) == -1)
		return -1;
	if (!*owes)
		return 0;
	/* While somebody reads, writing anew would not cut the log. */
	if (store_settle(store, false, wait_ms, &done, err) == -1)
		return -1;
	if (done && store_settle(store, true, wait_ms, &done, err) == -1)
		return -1;
	if (!done)
		return 0;
	*owes = false;
	return store_settled(store, err);
}
