#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "ledger/store_internal.h"
#include "ledger/store_settle.h"

/* How long who opens a store waits for readers, to do what is owed. */
#define PAY_WAIT_MS 1000

int
store_run_text(struct store *store, const char *sql, struct error *err)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_failed(store, err);
	return 0;
}

int
store_pragma(struct store *store, const char *sql, int64_t *number,
    struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int result = -1;

	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) !=
	    SQLITE_OK)
		return store_failed(store, err);
	switch (store_step(store, statement, err)) {
	case 1:
		*number = sqlite3_column_int64(statement, 0);
		result = 0;
		break;
	case 0:
		*number = 0;
		result = 0;
		break;
	default:
		break;
	}
	sqlite3_finalize(statement);
	return result;
}

static int64_t
current_version(void)
{
	int64_t version = 0;

	while (store_migrations[version] != NULL)
		version++;
	return version;
}

/* Bring a file from one schema version to the current one. */
static int
migrate(struct store *store, int64_t from, struct error *err)
{
	char pragma[64];

	if (store_run_text(store, "BEGIN EXCLUSIVE", err) == -1)
		return -1;
	for (int64_t at = from; store_migrations[at] != NULL; at++) {
		if (store_run_text(store, store_migrations[at], err) == -1)
			goto failed;
	}
	snprintf(pragma, sizeof pragma, "PRAGMA user_version = %lld",
	    (long long)current_version());
	if (store_run_text(store, pragma, err) == -1)
		goto failed;
	snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d",
	    STORE_APPLICATION_ID);
	if (store_run_text(store, pragma, err) == -1)
		goto failed;
	if (store_run_text(store, "COMMIT", err) == 0)
		return 0;
failed:
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

static int
trace(unsigned kind, void *cookie, void *statement, void *sql)
{
	(void)kind;
	(void)cookie;
	(void)sql;
	char *text = sqlite3_expanded_sql(statement);

	fprintf(stderr, "sql: %.300s\n", text == NULL ? "?" : text);
	sqlite3_free(text);
	return 0;
}

/* An open handle with nothing known of the file yet. */
static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Once: SQLite need not count its memory, which takes a lock each time. */
static void
configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int
connect(struct store **out, const char *path, enum store_mode mode, int flags,
    bool immutable, struct error *err)
{
	struct store *store = memory_new(1, sizeof *store);
	char *uri = NULL;
	int result = -1;
	int code;

	if (store == NULL)
		return error_memory(err);
	pthread_once(&configured, configure);
	store->mode = mode;
	store->path = memory_text(path);
	if (store->path == NULL) {
		error_memory(err);
		goto done;
	}
	if (immutable) {
		uri = sqlite3_mprintf("file:%q?immutable=1", path);
		if (uri == NULL || strpbrk(path, "?#%") != NULL) {
			error_set(err, ERROR_SYSTEM,
			    "copy the ledger to a folder that can be written",
			    "cannot open %s on read-only media", path);
			goto done;
		}
		flags |= SQLITE_OPEN_URI;
	}
	code = sqlite3_open_v2(uri == NULL ? path : uri, &store->db,
	    flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (code != SQLITE_OK) {
		store_failed(store, err);
		goto done;
	}
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	/* The file may come from anyone: no surprises from its schema. */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	if (getenv("VOUCH_SQLTRACE") != NULL)
		sqlite3_trace_v2(store->db, SQLITE_TRACE_STMT, trace, NULL);
	*out = store;
	store = NULL;
	result = 0;
done:
	sqlite3_free(uri);
	store_close(store);
	return result;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	if (store->in_transaction)
		store_end(store);
	sqlite3_blob_close(store->blob);
	for (size_t i = 0; i < SQL_COUNT_OF_STATEMENTS; i++)
		sqlite3_finalize(store->statement[i]);
	sqlite3_close(store->db);
	memory_free(store->path);
	memory_free(store);
}

static int
set_up(struct store *store, struct error *err)
{
	if (store_run_text(store,
		"PRAGMA synchronous = FULL;"
		"PRAGMA foreign_keys = ON;"
		"PRAGMA secure_delete = ON;"
		"PRAGMA cell_size_check = ON;"
		"PRAGMA cache_size = -8192;"
		"PRAGMA temp_store = MEMORY",
		err) == -1)
		return -1;
	if (store->mode == STORE_READ)
		return store_run_text(store, "PRAGMA query_only = ON", err);
	/* Leaf hashes come in no order: their index is written all over. */
	return store_run_text(store, "PRAGMA cache_size = -32768", err);
}

int
store_create(const char *path, struct error *err)
{
	struct store *store = NULL;
	int result = -1;

	if (file_exists(path))
		return error_set(err, ERROR_UNDECIDED,
		    "use the ledger that is there, or choose another folder",
		    "%s is already there", path);
	if (connect(&store, path, STORE_WRITE,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, false, err) == -1)
		return -1;
	/* The header is on disk before WAL begins, so that a file whose log is
	 * lost still says what it is. */
	if (store_run_text(store, "PRAGMA journal_mode = DELETE", err) == -1 ||
	    set_up(store, err) == -1 || migrate(store, 0, err) == -1 ||
	    store_run_text(store, "PRAGMA journal_mode = WAL", err) == -1)
		goto done;
	result = 0;
done:
	store_close(store);
	if (result == -1)
		unlink(path);
	return result;
}

/*
 * The schema must be ours to the letter: a file with other tables, triggers
 * or generated columns is not read.
 */
static int
schema_digest(sqlite3 *db, struct digest *out)
{
	struct digest_stream stream;
	sqlite3_stmt *statement = NULL;
	int code;

	digest_begin(&stream);
	code = sqlite3_prepare_v2(db,
	    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"
	    " WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name",
	    -1, &statement, NULL);
	if (code != SQLITE_OK)
		return -1;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < 4; i++) {
			digest_add(&stream, store_column(statement, i));
			digest_add(&stream, bytes_of("", 1));
		}
	}
	sqlite3_finalize(statement);
	*out = digest_end(&stream);
	return code == SQLITE_DONE ? 0 : -1;
}

static int
check_schema(struct store *store, int64_t version, struct error *err)
{
	struct digest ours, theirs;
	sqlite3 *model = NULL;
	int result = -1;

	if (sqlite3_open_v2(":memory:", &model,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY |
		    SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		error_memory(err);
		goto done;
	}
	for (int64_t i = 0; i < version; i++) {
		if (sqlite3_exec(model, store_migrations[i], NULL, NULL,
			NULL) != SQLITE_OK) {
			error_memory(err);
			goto done;
		}
	}
	if (schema_digest(model, &ours) == -1) {
		error_memory(err);
		goto done;
	}
	if (schema_digest(store->db, &theirs) == -1) {
		store_failed(store, err);
		goto done;
	}
	if (!digest_equal(ours, theirs)) {
		error_set(err, ERROR_NO,
		    "do not trust this file; ask for the ledger's own",
		    "the tables of %s are not those of a ledger", store->path);
		goto done;
	}
	result = 0;
done:
	sqlite3_close(model);
	return result;
}

/* Is it ours, and of which version? */
static int
check_identity(struct store *store, struct error *err)
{
	int64_t application, version;

	if (store_pragma(store, "PRAGMA application_id", &application, err) ==
		-1 ||
	    store_pragma(store, "PRAGMA user_version", &version, err) == -1)
		return -1;
	if (application != STORE_APPLICATION_ID)
		return error_set(err, ERROR_UNDECIDED,
		    "name the file or folder of a Vouchbook ledger",
		    "%s is not a ledger", store->path);
	if (version > current_version())
		return error_set(err, ERROR_UNDECIDED, "use a newer vouch",
		    "%s has schema version %lld; this program knows up to %lld",
		    store->path, (long long)version,
		    (long long)current_version());
	if (version < 1)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "%s has schema version %lld, which was never used",
		    store->path, (long long)version);
	if (version < current_version()) {
		if (store->mode == STORE_READ)
			return error_set(err, ERROR_UNDECIDED,
			    "run `vouch reindex' to bring it up to date",
			    "%s has the older schema version %lld", store->path,
			    (long long)version);
		/* Nothing is done to a file that is not ours to the letter. */
		if (check_schema(store, version, err) == -1 ||
		    migrate(store, version, err) == -1)
			return -1;
	}
	return check_schema(store, current_version(), err);
}

static bool
log_is_waiting(const char *path)
{
	struct buffer wal = buffer_new(4096);
	struct stat status;
	bool waiting = true;

	buffer_text(&wal, path);
	buffer_text(&wal, "-wal");
	if (wal.state == BUFFER_FINE)
		waiting = stat(buffer_string(&wal), &status) == 0 &&
		    status.st_size > 0;
	buffer_free(&wal);
	return waiting;
}

static int
check_is_file(const char *path, struct error *err)
{
	struct stat status;

	if (stat(path, &status) == -1) {
		if (errno == ENOENT || errno == ENOTDIR)
			return error_set(err, ERROR_UNDECIDED,
			    "make one with `vouch init', or name one with "
			    "--ledger",
			    "there is no ledger at %s", path);
		return error_errno(err, "cannot look at %s", path);
	}
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_UNDECIDED,
		    "name the file or folder of a Vouchbook ledger",
		    "%s is not a ledger", path);
	if (access(path, R_OK) == -1)
		return error_errno(err, "cannot read %s", path);
	return 0;
}

int
store_open(struct store **out, const char *path, enum store_mode mode,
    struct error *err)
{
	struct store *store = NULL;
	struct error ignored;
	bool writable, owes;

	if (check_is_file(path, err) == -1)
		return -1;
	writable = access(path, W_OK) == 0;
	if (mode == STORE_WRITE && !writable)
		return error_errno(err, "cannot write to %s", path);
	if (connect(&store, path, mode,
		writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, false,
		err) == -1)
		return -1;
	if (set_up(store, err) == 0 && check_identity(store, err) == 0)
		goto opened;
	/* A WAL file needs a folder that can be written, unless nothing is
	 * waiting in it: then the file alone is the whole ledger. */
	if (mode == STORE_WRITE || err->class != ERROR_SYSTEM ||
	    log_is_waiting(path))
		goto failed;
	store_close(store);
	store = NULL;
	if (connect(&store, path, mode, SQLITE_OPEN_READONLY, true, err) == -1)
		return -1;
	if (set_up(store, err) == -1 || check_identity(store, err) == -1)
		goto failed;
opened:
	/* Whoever was killed over an erasure left this; where it cannot be done
	 * now, it stays owed, and `vouch status' says so. */
	if (mode == STORE_WRITE)
		(void)store_pay(store, PAY_WAIT_MS, &owes, &ignored);
	*out = store;
	return 0;
failed:
	store_close(store);
	return -1;
}
