/* store_internal.h: the store's statements, shared with the index. */
#ifndef LEDGER_STORE_INTERNAL_H
#define LEDGER_STORE_INTERNAL_H

#include <sqlite3.h>

#include "ledger/kind.h"
#include "ledger/store.h"
#include "ledger/store_sql.h"

/* How long a writer waits for the others, in milliseconds. */
#define STORE_BUSY_MS 60000

struct store {
	sqlite3 *db;
	char *path;
	enum store_mode mode;
	bool in_transaction;
	sqlite3_stmt *statement[SQL_COUNT_OF_STATEMENTS];
	sqlite3_blob *blob;
	/* Entries added in this transaction, by number in kinds[]. */
	uint64_t kind_added[KINDS_MAX];
	/* The signer rows met last, most records having the same. */
	struct {
		uint8_t key[32];
		int64_t id;
		bool known;
	} signer;
};

/* The prepared statement, reset and without bindings; NULL on failure. */
sqlite3_stmt *store_statement(struct store *store, enum store_sql sql,
    struct error *err);

/* Step: 1 for a row, 0 for done, -1 on failure.  store_run steps to the end
 * and resets. */
int store_step(struct store *store, sqlite3_stmt *statement, struct error *err);
int store_run(struct store *store, sqlite3_stmt *statement, struct error *err);

/* Run SQL that is not worth keeping prepared, and the number that a PRAGMA
 * gives. */
int store_run_text(struct store *store, const char *sql, struct error *err);
int store_pragma(struct store *store, const char *sql, int64_t *number,
    struct error *err);

/* The next (number, bytes) row of a scan whose statement has begun. */
int store_scan_next(struct store *store, enum store_sql sql, uint64_t *number,
    struct bytes *bytes, bool *more, struct error *err);

/* Bindings; borrowed bytes must live until the reset. */
int store_bind_int(struct store *store, sqlite3_stmt *statement, int number,
    uint64_t value, struct error *err);
int store_bind_blob(struct store *store, sqlite3_stmt *statement, int number,
    struct bytes value, struct error *err);
int store_bind_text(struct store *store, sqlite3_stmt *statement, int number,
    struct bytes value, struct error *err);

/* Columns. */
struct bytes store_column(sqlite3_stmt *statement, int column);

/* What SQLite says now, as an error. */
int store_failed(struct store *store, struct error *err);

/* Put the waiting kind counts into the index: at commit. */
int index_flush_counts(struct store *store, struct error *err);

#endif
