/* store_sql.h: every SQL statement of the program, by name. */
#ifndef LEDGER_STORE_SQL_H
#define LEDGER_STORE_SQL_H

/*
 * Statements are whole, never pasted together; each is prepared on first use
 * and kept.  Arguments are ?1, ?2, … in the order that store_sql.c shows.
 */
enum store_sql {
	SQL_BEGIN_READ,
	SQL_BEGIN_WRITE,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_SIZE,
	SQL_ENTRY,
	SQL_PUT_ENTRY,
	SQL_SCAN_ENTRIES,
	SQL_CHECKPOINT,
	SQL_PUT_CHECKPOINT,
	SQL_REPLACE_CHECKPOINT,
	SQL_SCAN_COSIGNED,
	SQL_SCAN_CHECKPOINTS,
	SQL_TILE,
	SQL_PUT_TILE,
	SQL_TILE_COUNT,
	SQL_PUT_ATTACHMENT,
	SQL_FIND_ATTACHMENT,
	SQL_NEXT_ATTACHMENT,
	SQL_CHECK_STRUCTURE,
	/* The index. */
	SQL_FIND_SIGNER,
	SQL_PUT_SIGNER,
	SQL_SIGNER,
	SQL_PUT_RECORD,
	SQL_PUT_ARTEFACT,
	SQL_PUT_VALUE,
	SQL_ADD_COUNT,
	SQL_FIND_NONCE,
	SQL_CLEAR_VALUES,
	SQL_CLEAR_ARTEFACTS,
	SQL_CLEAR_RECORDS,
	SQL_CLEAR_SIGNERS,
	SQL_CLEAR_COUNTS,
	SQL_CHECK_RECORD,
	SQL_CHECK_ARTEFACT,
	SQL_CHECK_VALUES,
	SQL_SCAN_RECORDS,
	SQL_SCAN_ARTEFACTS,
	SQL_SCAN_VALUES,
	SQL_KIND_COUNTS,
	SQL_COUNT_KIND,
	SQL_SCAN_LEAVES,
	SQL_SCAN_NAMED,
	SQL_ROW,
	SQL_SUPERSEDED,
	SQL_FIND_LEAF,
	SQL_FIND_LEAF_PREFIX,
	SQL_MENTIONS,
	SQL_MENTIONS_KIND,
	SQL_TIME_OF,
	SQL_LIST_ALL,
	SQL_LIST_ALL_OLDEST,
	SQL_LIST_KIND,
	SQL_LIST_KIND_OLDEST,
	SQL_LIST_NAME,
	SQL_LIST_NAME_OLDEST,
	SQL_LIST_SIGNER,
	SQL_LIST_SIGNER_OLDEST,
	SQL_LIST_MENTIONS,
	SQL_LIST_MENTIONS_OLDEST,
	SQL_LIST_MENTIONS_KIND,
	SQL_LIST_MENTIONS_KIND_OLDEST,
	SQL_COUNT_OF_STATEMENTS,
};

/* The text of a statement. */
extern const char *const store_sql[SQL_COUNT_OF_STATEMENTS];

/*
 * Migrations: element N brings a file of schema version N to version N + 1;
 * element 0 makes the schema in an empty file.  NULL ends them, so their
 * number is the current version.
 */
extern const char *const store_migrations[];

/* "VOUC": SQLite's application_id, so that file(1) knows a ledger. */
#define STORE_APPLICATION_ID 0x564f5543

#endif
