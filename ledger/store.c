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
