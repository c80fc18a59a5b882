#include "ledger/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/store_internal.h"

/* How long a writer waits for the others, in milliseconds. */
#define BUSY_MS 60000

/* Hashed in pieces of this size. */
#define BLOB_PIECE (256 * 1024)

int
store_failed(struct store *store, struct error *err)
{
	int code = store->db == NULL ? SQLITE_NOMEM
				     : sqlite3_errcode(store->db);
	const char *why = store->db == NULL ? "" : sqlite3_errmsg(store->db);

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return error_memory(err);
	case SQLITE_FULL:
		return error_set(err, ERROR_SYSTEM,
		    "free some space on that disk and try again",
		    "the disk is full: nothing was changed in %s", store->path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return error_set(err, ERROR_SYSTEM,
		    "check the permissions of the file and its folder",
		    "cannot write to %s: it is read-only", store->path);
	case SQLITE_CANTOPEN:
		return error_set(err, ERROR_SYSTEM,
		    "check that the file and its folder can be read and written",
		    "cannot open %s: %s", store->path, why);
	case SQLITE_BUSY:
		return error_set(err, ERROR_SYSTEM,
		    "try again when the other process has finished",
		    "%s is in use by another process", store->path);
	case SQLITE_NOTADB:
		return error_set(err, ERROR_UNDECIDED,
		    "name the file or folder of a Vouchbook ledger",
		    "%s is not a ledger", store->path);
	case SQLITE_CORRUPT:
		return error_set(err, ERROR_NO,
		    "run `vouch reindex', or verify a copy made before",
		    "the file %s is damaged (%s)", store->path, why);
	case SQLITE_CONSTRAINT:
		return error_set(err, ERROR_NO, NULL,
		    "%s refused what was to be written (%s)", store->path, why);
	default:
		return error_set(err, ERROR_SYSTEM,
		    "check the disk that holds the ledger", "cannot use %s: %s",
		    store->path, why);
	}
}

sqlite3_stmt *
store_statement(struct store *store, enum store_sql sql, struct error *err)
{
	sqlite3_stmt *statement = store->statement[sql];

	if (statement == NULL) {
		if (sqlite3_prepare_v3(store->db, store_sql[sql], -1,
			SQLITE_PREPARE_PERSISTENT, &statement,
			NULL) != SQLITE_OK) {
			store_failed(store, err);
			return NULL;
		}
		store->statement[sql] = statement;
	} else {
		sqlite3_reset(statement);
	}
	return statement;
}

int
store_step(struct store *store, sqlite3_stmt *statement, struct error *err)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	store_failed(store, err);
	sqlite3_reset(statement);
	return -1;
}

int
store_run(struct store *store, sqlite3_stmt *statement, struct error *err)
{
	int step;

	if (statement == NULL)
		return -1;
	do
		step = store_step(store, statement, err);
	while (step == 1);
	sqlite3_reset(statement);
	return step;
}

int
store_bind_int(struct store *store, sqlite3_stmt *statement, int number,
    uint64_t value, struct error *err)
{
	sqlite3_int64 bound = value > INT64_MAX ? INT64_MAX
						: (sqlite3_int64)value;

	if (sqlite3_bind_int64(statement, number, bound) != SQLITE_OK)
		return store_failed(store, err);
	return 0;
}

int
store_bind_blob(struct store *store, sqlite3_stmt *statement, int number,
    struct bytes value, struct error *err)
{
	if (sqlite3_bind_blob64(statement, number,
		value.len == 0 ? (const void *)"" : value.data, value.len,
		SQLITE_STATIC) != SQLITE_OK)
		return store_failed(store, err);
	return 0;
}

int
store_bind_text(struct store *store, sqlite3_stmt *statement, int number,
    struct bytes value, struct error *err)
{
	if (sqlite3_bind_text64(statement, number,
		value.len == 0 ? "" : (const char *)value.data, value.len,
		SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
		return store_failed(store, err);
	return 0;
}

struct bytes
store_column(sqlite3_stmt *statement, int column)
{
	const void *data = sqlite3_column_blob(statement, column);
	int len = sqlite3_column_bytes(statement, column);

	if (data == NULL || len <= 0)
		return bytes_of(NULL, 0);
	return bytes_of(data, (size_t)len);
}

/* Run SQL that is not worth keeping prepared. */
static int
run_text(struct store *store, const char *sql, struct error *err)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_failed(store, err);
	return 0;
}

/* The number that a PRAGMA gives. */
static int
pragma_number(struct store *store, const char *sql, int64_t *number,
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

	if (run_text(store, "BEGIN EXCLUSIVE", err) == -1)
		return -1;
	for (int64_t at = from; store_migrations[at] != NULL; at++) {
		if (run_text(store, store_migrations[at], err) == -1)
			goto failed;
	}
	snprintf(pragma, sizeof pragma, "PRAGMA user_version = %lld",
	    (long long)current_version());
	if (run_text(store, pragma, err) == -1)
		goto failed;
	snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d",
	    STORE_APPLICATION_ID);
	if (run_text(store, pragma, err) == -1)
		goto failed;
	if (run_text(store, "COMMIT", err) == 0)
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
	sqlite3_busy_timeout(store->db, BUSY_MS);
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
	if (run_text(store,
		"PRAGMA synchronous = FULL;"
		"PRAGMA foreign_keys = ON;"
		"PRAGMA secure_delete = ON;"
		"PRAGMA cell_size_check = ON;"
		"PRAGMA cache_size = -8192;"
		"PRAGMA temp_store = MEMORY",
		err) == -1)
		return -1;
	if (store->mode == STORE_READ)
		return run_text(store, "PRAGMA query_only = ON", err);
	/* Leaf hashes come in no order: their index is written all over. */
	return run_text(store, "PRAGMA cache_size = -32768", err);
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
	if (run_text(store, "PRAGMA journal_mode = DELETE", err) == -1 ||
	    set_up(store, err) == -1 || migrate(store, 0, err) == -1 ||
	    run_text(store, "PRAGMA journal_mode = WAL", err) == -1)
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

	if (pragma_number(store, "PRAGMA application_id", &application, err) ==
		-1 ||
	    pragma_number(store, "PRAGMA user_version", &version, err) == -1)
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
	bool writable;

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
	*out = store;
	return 0;
failed:
	store_close(store);
	return -1;
}

static int
begin(struct store *store, enum store_sql sql, struct error *err)
{
	memset(store->kind_added, 0, sizeof store->kind_added);
	if (store_run(store, store_statement(store, sql, err), err) == -1)
		return -1;
	store->in_transaction = true;
	return 0;
}

int
store_begin_read(struct store *store, struct error *err)
{
	uint64_t size;

	if (begin(store, SQL_BEGIN_READ, err) == -1)
		return -1;
	/* A deferred transaction fixes its view with its first read. */
	if (store_size(store, &size, err) == -1) {
		store_end(store);
		return -1;
	}
	return 0;
}

int
store_begin_write(struct store *store, struct error *err)
{
	return begin(store, SQL_BEGIN_WRITE, err);
}

int
store_commit(struct store *store, struct error *err)
{
	if (index_flush_counts(store, err) == -1 ||
	    store_run(store, store_statement(store, SQL_COMMIT, err), err) ==
		-1)
		return -1;
	store->in_transaction = false;
	return 0;
}

void
store_end(struct store *store)
{
	struct error ignored;

	if (store == NULL || !store->in_transaction)
		return;
	store->in_transaction = false;
	store->signer.known = false;
	for (size_t i = 0; i < SQL_COUNT_OF_STATEMENTS; i++) {
		if (store->statement[i] != NULL)
			sqlite3_reset(store->statement[i]);
	}
	sqlite3_blob_close(store->blob);
	store->blob = NULL;
	/* SQLite rolls back by itself after some failures. */
	if (!sqlite3_get_autocommit(store->db))
		store_run(store, store_statement(store, SQL_ROLLBACK, &ignored),
		    &ignored);
}

int
store_size(struct store *store, uint64_t *size, struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_SIZE, err);

	if (statement == NULL || store_step(store, statement, err) != 1)
		return -1;
	*size = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

int
store_entry(struct store *store, uint64_t seq, struct buffer *out,
    struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_ENTRY, err);
	int step;

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, seq, err) == -1)
		return -1;
	step = store_step(store, statement, err);
	if (step == -1)
		return -1;
	if (step == 0)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "there is no entry %llu", (unsigned long long)seq);
	buffer_clear(out);
	buffer_append(out, store_column(statement, 0));
	sqlite3_reset(statement);
	return buffer_check(out, "entry", err);
}

int
store_put_entry(struct store *store, uint64_t seq, struct bytes entry,
    struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_PUT_ENTRY, err);

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, seq, err) == -1 ||
	    store_bind_text(store, statement, 2, entry, err) == -1)
		return -1;
	return store_run(store, statement, err);
}

int
store_scan_entries(struct store *store, uint64_t from, uint64_t to,
    struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_SCAN_ENTRIES, err);

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, from, err) == -1 ||
	    store_bind_int(store, statement, 2, to, err) == -1)
		return -1;
	return 0;
}

int
store_scan_next(struct store *store, enum store_sql sql, uint64_t *number,
    struct bytes *bytes, bool *more, struct error *err)
{
	sqlite3_stmt *statement = store->statement[sql];
	int step = store_step(store, statement, err);

	if (step == -1)
		return -1;
	*more = step == 1;
	if (*more) {
		*number = (uint64_t)sqlite3_column_int64(statement, 0);
		*bytes = store_column(statement, 1);
	} else {
		sqlite3_reset(statement);
	}
	return 0;
}

int
store_scan_entries_next(struct store *store, uint64_t *seq, struct bytes *entry,
    bool *more, struct error *err)
{
	return store_scan_next(store, SQL_SCAN_ENTRIES, seq, entry, more, err);
}

int
store_checkpoint(struct store *store, uint64_t at_most, uint64_t *size,
    struct buffer *note, struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_CHECKPOINT, err);
	int step;

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, at_most, err) == -1)
		return -1;
	step = store_step(store, statement, err);
	if (step == -1)
		return -1;
	buffer_clear(note);
	*size = 0;
	if (step == 1) {
		*size = (uint64_t)sqlite3_column_int64(statement, 0);
		buffer_append(note, store_column(statement, 1));
	}
	sqlite3_reset(statement);
	return buffer_check(note, "checkpoint", err);
}

static int
write_note(struct store *store, enum store_sql which, uint64_t size,
    struct bytes note, struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, which, err);

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, size, err) == -1 ||
	    store_bind_text(store, statement, 2, note, err) == -1)
		return -1;
	return store_run(store, statement, err);
}

int
store_put_checkpoint(struct store *store, uint64_t size, struct bytes note,
    struct error *err)
{
	return write_note(store, SQL_PUT_CHECKPOINT, size, note, err);
}

int
store_replace_checkpoint(struct store *store, uint64_t size, struct bytes note,
    struct error *err)
{
	return write_note(store, SQL_REPLACE_CHECKPOINT, size, note, err);
}

int
store_scan_checkpoints(struct store *store, uint64_t from, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_SCAN_CHECKPOINTS, err);

	if (statement == NULL)
		return -1;
	return store_bind_int(store, statement, 1, from, err);
}

int
store_scan_checkpoints_next(struct store *store, uint64_t *size,
    struct bytes *note, bool *more, struct error *err)
{
	return store_scan_next(store, SQL_SCAN_CHECKPOINTS, size, note, more,
	    err);
}

int
store_tile(struct store *store, unsigned level, uint64_t index,
    struct digest out[TILE_WIDTH], unsigned *width, struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_TILE, err);
	struct bytes hashes;
	int step;

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, level, err) == -1 ||
	    store_bind_int(store, statement, 2, index, err) == -1)
		return -1;
	step = store_step(store, statement, err);
	if (step == -1)
		return -1;
	*width = 0;
	if (step == 1) {
		hashes = store_column(statement, 0);
		if (hashes.len == 0 || hashes.len % DIGEST_LEN != 0 ||
		    hashes.len > TILE_WIDTH * DIGEST_LEN) {
			sqlite3_reset(statement);
			return error_set(err, ERROR_NO, "run `vouch verify'",
			    "tile %u/%llu has %zu bytes", level,
			    (unsigned long long)index, hashes.len);
		}
		memcpy(out, hashes.data, hashes.len);
		*width = (unsigned)(hashes.len / DIGEST_LEN);
	}
	sqlite3_reset(statement);
	return 0;
}

int
store_put_tile(struct store *store, unsigned level, uint64_t index,
    const struct digest *hashes, unsigned width, struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_PUT_TILE, err);

	if (statement == NULL ||
	    store_bind_int(store, statement, 1, level, err) == -1 ||
	    store_bind_int(store, statement, 2, index, err) == -1 ||
	    store_bind_blob(store, statement, 3,
		bytes_of(hashes, width * sizeof *hashes), err) == -1)
		return -1;
	return store_run(store, statement, err);
}

int
store_tile_count(struct store *store, uint64_t *count, struct error *err)
{
	sqlite3_stmt *statement = store_statement(store, SQL_TILE_COUNT, err);

	if (statement == NULL || store_step(store, statement, err) != 1)
		return -1;
	*count = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

static int
read_tile(void *cookie, unsigned level, uint64_t index, unsigned width,
    struct digest *out, struct error *err)
{
	struct digest hashes[TILE_WIDTH];
	unsigned kept;

	if (store_tile(cookie, level, index, hashes, &kept, err) == -1)
		return -1;
	if (kept < width)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "tile %u/%llu is missing or has too few hashes", level,
		    (unsigned long long)index);
	memcpy(out, hashes, width * sizeof *hashes);
	return 0;
}

struct tile_source
store_tiles(struct store *store)
{
	return (struct tile_source){ read_tile, store };
}

int
store_put_attachment(struct store *store, struct bytes content,
    struct digest *digest, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_PUT_ATTACHMENT, err);
	struct digest computed = digest_of(content);

	if (content.len > LIMIT_ATTACHMENT)
		return error_set(err, ERROR_UNDECIDED,
		    "record its digest and keep the bytes elsewhere",
		    "an attachment of %zu bytes is over the ceiling of %d",
		    content.len, LIMIT_ATTACHMENT);
	if (statement == NULL ||
	    store_bind_blob(store, statement, 1, digest_bytes(&computed),
		err) == -1 ||
	    store_bind_blob(store, statement, 2, content, err) == -1 ||
	    store_run(store, statement, err) == -1)
		return -1;
	*digest = computed;
	return 0;
}

/* The row of an attachment, 0 if there is none. */
static int
find_attachment(struct store *store, struct digest digest, int64_t *id,
    uint64_t *size, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_FIND_ATTACHMENT, err);
	int step;

	if (statement == NULL ||
	    store_bind_blob(store, statement, 1, digest_bytes(&digest), err) ==
		-1)
		return -1;
	step = store_step(store, statement, err);
	if (step == -1)
		return -1;
	*id = step == 1 ? sqlite3_column_int64(statement, 0) : 0;
	*size = step == 1 ? (uint64_t)sqlite3_column_int64(statement, 1) : 0;
	sqlite3_reset(statement);
	return 0;
}

int
store_has_attachment(struct store *store, struct digest digest, bool *has,
    struct error *err)
{
	uint64_t size;
	int64_t id;

	if (find_attachment(store, digest, &id, &size, err) == -1)
		return -1;
	*has = id != 0;
	return 0;
}

/* Read an attachment in pieces, giving each to a buffer or a digest. */
static int
read_attachment(struct store *store, struct digest digest, uint64_t *size,
    struct buffer *out, struct digest_stream *stream, struct error *err)
{
	uint8_t *piece = NULL;
	uint64_t at = 0;
	int64_t id;
	int result = -1;

	if (find_attachment(store, digest, &id, size, err) == -1)
		return -1;
	if (id == 0)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "attachment %.16s… is missing", digest_hex(digest).text);
	if (sqlite3_blob_open(store->db, "main", "attachment", "content", id, 0,
		&store->blob) != SQLITE_OK) {
		store_failed(store, err);
		goto done;
	}
	if ((piece = memory_new(1, BLOB_PIECE)) == NULL) {
		error_memory(err);
		goto done;
	}
	while (at < *size) {
		size_t len = *size - at < BLOB_PIECE ? (size_t)(*size - at)
						     : BLOB_PIECE;

		if (sqlite3_blob_read(store->blob, piece, (int)len, (int)at) !=
		    SQLITE_OK) {
			store_failed(store, err);
			goto done;
		}
		if (out != NULL)
			buffer_append(out, bytes_of(piece, len));
		if (stream != NULL)
			digest_add(stream, bytes_of(piece, len));
		at += len;
	}
	result = 0;
done:
	sqlite3_blob_close(store->blob);
	store->blob = NULL;
	memory_free(piece);
	return result;
}

int
store_attachment(struct store *store, struct digest digest, struct buffer *out,
    struct error *err)
{
	uint64_t size;

	buffer_clear(out);
	if (read_attachment(store, digest, &size, out, NULL, err) == -1)
		return -1;
	return buffer_check(out, "attachment", err);
}

int
store_next_attachment(struct store *store, const struct digest *after,
    struct digest *digest, bool *more, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_NEXT_ATTACHMENT, err);
	struct bytes start = after == NULL ? bytes_of("", 0)
					   : digest_bytes(after);
	struct bytes found;
	int step;

	if (statement == NULL ||
	    store_bind_blob(store, statement, 1, start, err) == -1)
		return -1;
	step = store_step(store, statement, err);
	if (step == -1)
		return -1;
	*more = step == 1;
	if (*more) {
		found = store_column(statement, 0);
		if (found.len != DIGEST_LEN) {
			sqlite3_reset(statement);
			return error_set(err, ERROR_NO, "run `vouch verify'",
			    "an attachment has no proper digest");
		}
		memcpy(digest->byte, found.data, DIGEST_LEN);
	}
	sqlite3_reset(statement);
	return 0;
}

int
store_attachment_digest(struct store *store, struct digest digest,
    struct digest *computed, uint64_t *size, struct error *err)
{
	struct digest_stream stream;

	digest_begin(&stream);
	if (read_attachment(store, digest, size, NULL, &stream, err) == -1)
		return -1;
	*computed = digest_end(&stream);
	return 0;
}

int
store_check_structure(struct store *store, struct error *err)
{
	sqlite3_stmt *statement =
	    store_statement(store, SQL_CHECK_STRUCTURE, err);
	struct bytes answer;
	int result = 0;
	int step;

	if (statement == NULL)
		return -1;
	step = store_step(store, statement, err);
	if (step == -1)
		return -1;
	answer = store_column(statement, 0);
	if (step == 0 || !bytes_equal(answer, bytes_of_text("ok")))
		result = error_set(err, ERROR_NO,
		    "run `vouch reindex', or verify a copy made before",
		    "the file's structure is damaged: %.*s", (int)answer.len,
		    (const char *)answer.data);
	sqlite3_reset(statement);
	return result;
}
