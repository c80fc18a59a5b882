#include "ledger/store_disclosure.h"

#include <string.h>

#include "base/limits.h"
#include "ledger/sealed.h"
#include "ledger/store_internal.h"

int
store_put_disclosure(struct store *store, struct bytes text, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_PUT_DISCLOSURE, err);
	struct digest digest = sealed_digest(text);

	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&digest), err) == -1 ||
	    store_bind_text(store, s, 2, text, err) == -1)
		return -1;
	return store_run(store, s, err);
}

int
store_disclosure(struct store *store, struct digest digest, struct buffer *text,
    bool *there, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_DISCLOSURE, err);
	int step;

	buffer_clear(text);
	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&digest), err) == -1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	*there = step == 1;
	if (*there)
		buffer_append(text, store_column(s, 0));
	sqlite3_reset(s);
	return buffer_check(text, "disclosure", err);
}

int
store_next_disclosure(struct store *store, const struct digest *after,
    struct digest *digest, struct buffer *text, bool *more, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_NEXT_DISCLOSURE, err);
	struct bytes start = after == NULL ? bytes_of("", 0)
					   : digest_bytes(after);
	struct bytes found;
	int step;

	buffer_clear(text);
	if (s == NULL || store_bind_blob(store, s, 1, start, err) == -1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	*more = step == 1;
	if (*more) {
		found = store_column(s, 0);
		if (found.len != DIGEST_LEN) {
			sqlite3_reset(s);
			return error_set(err, ERROR_NO, "run `vouch verify'",
			    "a disclosure has no proper digest");
		}
		memcpy(digest->byte, found.data, DIGEST_LEN);
		buffer_append(text, store_column(s, 1));
	}
	sqlite3_reset(s);
	return buffer_check(text, "disclosure", err);
}

static int
drop_by_digest(struct store *store, enum store_sql sql, struct digest digest,
    struct error *err)
{
	sqlite3_stmt *s = store_statement(store, sql, err);

	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&digest), err) == -1)
		return -1;
	return store_run(store, s, err);
}

int
store_drop_disclosure(struct store *store, struct digest digest,
    struct error *err)
{
	return drop_by_digest(store, SQL_DROP_DISCLOSURE, digest, err);
}

int
store_drop_attachment(struct store *store, struct digest digest,
    struct error *err)
{
	return drop_by_digest(store, SQL_DROP_ATTACHMENT, digest, err);
}

int
store_blank_entry(struct store *store, uint64_t seq, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_BLANK_ENTRY, err);

	if (s == NULL || store_bind_int(store, s, 1, seq, err) == -1)
		return -1;
	return store_run(store, s, err);
}

const char *
store_path(const struct store *store)
{
	return store->path;
}
