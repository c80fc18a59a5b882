/* index.c: an entry's rows: made, changed, compared. */
#include "ledger/index.h"

#include <string.h>

#include "ledger/index_internal.h"
#include "ledger/store_internal.h"

static size_t
kind_number(const struct kind *kind)
{
	size_t i = 0;

	while (kinds[i] != NULL && kinds[i] != kind)
		i++;
	return i;
}

/* The row of a signer's key; put there when `add' and it is new.  0: none. */
static int
signer_id(struct store *store, struct public_key key, bool add, int64_t *id,
    struct error *err)
{
	struct bytes bytes = bytes_of(key.byte, sizeof key.byte);
	sqlite3_stmt *statement;
	int step;

	if (store->signer.known &&
	    memcmp(store->signer.key, key.byte, sizeof key.byte) == 0) {
		*id = store->signer.id;
		return 0;
	}
	statement = store_statement(store, SQL_FIND_SIGNER, err);
	if (statement == NULL ||
	    store_bind_blob(store, statement, 1, bytes, err) == -1)
		return -1;
	step = store_step(store, statement, err);
	if (step == -1)
		return -1;
	*id = step == 1 ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	if (step == 0 && add) {
		statement = store_statement(store, SQL_PUT_SIGNER, err);
		if (statement == NULL ||
		    store_bind_blob(store, statement, 1, bytes, err) == -1 ||
		    store_run(store, statement, err) == -1)
			return -1;
		*id = sqlite3_last_insert_rowid(store->db);
	}
	if (*id != 0) {
		memcpy(store->signer.key, key.byte, sizeof key.byte);
		store->signer.id = *id;
		store->signer.known = true;
	}
	return 0;
}

static struct bytes
fact_text(const struct facts *facts, size_t offset)
{
	return bytes_of_text(facts_text(facts, offset));
}

static int
put_record(struct store *store, const struct index_entry *entry,
    struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_PUT_RECORD, err);
	const struct facts *facts = entry->facts;
	int64_t signer;

	if (s == NULL ||
	    signer_id(store, entry->signer, true, &signer, err) == -1 ||
	    store_bind_int(store, s, 1, entry->seq, err) == -1 ||
	    store_bind_text(store, s, 2, bytes_of_text(entry->kind->name),
		err) == -1 ||
	    store_bind_text(store, s, 3, fact_text(facts, facts->name), err) ==
		-1 ||
	    store_bind_text(store, s, 4, fact_text(facts, facts->version),
		err) == -1 ||
	    store_bind_text(store, s, 5, fact_text(facts, facts->status),
		err) == -1 ||
	    store_bind_int(store, s, 6, (uint64_t)entry->time_ms, err) == -1 ||
	    store_bind_int(store, s, 7, (uint64_t)entry->made_ms, err) == -1 ||
	    store_bind_blob(store, s, 8, bytes_of(entry->nonce, NONCE_LEN),
		err) == -1 ||
	    store_bind_blob(store, s, 9, digest_bytes(&entry->leaf), err) ==
		-1 ||
	    store_bind_int(store, s, 10, (uint64_t)signer, err) == -1)
		return -1;
	return store_run(store, s, err);
}

static int
put_artefact(struct store *store, const struct index_entry *entry,
    const struct fact *fact, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_PUT_ARTEFACT, err);

	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&fact->digest), err) ==
		-1 ||
	    store_bind_text(store, s, 2, bytes_of_text(entry->kind->name),
		err) == -1 ||
	    store_bind_int(store, s, 3, entry->seq, err) == -1 ||
	    store_bind_int(store, s, 4, (uint64_t)fact->role, err) == -1 ||
	    store_bind_text(store, s, 5, fact_text(entry->facts, fact->name),
		err) == -1)
		return -1;
	return store_run(store, s, err);
}

static int
put_value(struct store *store, uint64_t seq, const struct facts *facts,
    const struct fact *fact, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_PUT_VALUE, err);

	if (s == NULL || store_bind_int(store, s, 1, seq, err) == -1 ||
	    store_bind_int(store, s, 2, (uint64_t)fact->role, err) == -1 ||
	    store_bind_text(store, s, 3, fact_text(facts, fact->name), err) ==
		-1)
		return -1;
	if (fact->type == FACT_NUMBER) {
		if (sqlite3_bind_double(s, 4, fact->number) != SQLITE_OK ||
		    sqlite3_bind_null(s, 5) != SQLITE_OK)
			return store_failed(store, err);
	} else {
		if (sqlite3_bind_null(s, 4) != SQLITE_OK)
			return store_failed(store, err);
		if (store_bind_text(store, s, 5, fact_text(facts, fact->text),
			err) == -1)
			return -1;
	}
	return store_run(store, s, err);
}

int
index_add(struct store *store, const struct index_entry *entry,
    struct error *err)
{
	const struct facts *facts = entry->facts;
	size_t number = kind_number(entry->kind);

	if (put_record(store, entry, err) == -1)
		return -1;
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];
		int put = fact->role < FACT_PARAMETER
		    ? put_artefact(store, entry, fact, err)
		    : put_value(store, entry->seq, facts, fact, err);

		if (put == -1)
			return -1;
	}
	if (number < KINDS_MAX)
		store->kind_added[number]++;
	return 0;
}

int
index_flush_counts(struct store *store, struct error *err)
{
	for (size_t i = 0; i < KINDS_MAX && kinds[i] != NULL; i++) {
		sqlite3_stmt *s;

		if (store->kind_added[i] == 0)
			continue;
		s = store_statement(store, SQL_ADD_COUNT, err);
		if (s == NULL ||
		    store_bind_text(store, s, 1, bytes_of_text(kinds[i]->name),
			err) == -1 ||
		    store_bind_int(store, s, 2, store->kind_added[i], err) ==
			-1 ||
		    store_run(store, s, err) == -1)
			return -1;
		store->kind_added[i] = 0;
	}
	return 0;
}

static int
drop_artefact(struct store *store, const struct index_entry *was,
    const struct fact *fact, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_DROP_ARTEFACT, err);

	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&fact->digest), err) ==
		-1 ||
	    store_bind_text(store, s, 2, bytes_of_text(was->kind->name), err) ==
		-1 ||
	    store_bind_int(store, s, 3, was->seq, err) == -1 ||
	    store_bind_int(store, s, 4, (uint64_t)fact->role, err) == -1)
		return -1;
	return store_run(store, s, err);
}

/* The rows of an entry but that of its record. */
static int
drop_rows(struct store *store, const struct index_entry *was, struct error *err)
{
	const struct facts *facts = was->facts;
	sqlite3_stmt *s;

	for (size_t i = 0; i < facts->count; i++)
		if (facts->fact[i].role < FACT_PARAMETER &&
		    drop_artefact(store, was, &facts->fact[i], err) == -1)
			return -1;
	s = store_statement(store, SQL_DROP_VALUES, err);
	if (s == NULL || store_bind_int(store, s, 1, was->seq, err) == -1)
		return -1;
	return store_run(store, s, err);
}

static int
change_record(struct store *store, const struct index_entry *kept,
    struct error *err)
{
	sqlite3_stmt *s;
	int64_t signer;

	if (signer_id(store, kept->signer, true, &signer, err) == -1)
		return -1;
	s = store_statement(store, SQL_ERASE_RECORD, err);
	if (s == NULL || store_bind_int(store, s, 1, kept->seq, err) == -1 ||
	    store_bind_text(store, s, 2, bytes_of_text(kept->kind->name),
		err) == -1 ||
	    store_bind_text(store, s, 3,
		fact_text(kept->facts, kept->facts->status), err) == -1 ||
	    store_bind_int(store, s, 4, (uint64_t)kept->time_ms, err) == -1 ||
	    store_bind_int(store, s, 5, (uint64_t)kept->made_ms, err) == -1 ||
	    store_bind_blob(store, s, 6, bytes_of(kept->nonce, NONCE_LEN),
		err) == -1 ||
	    store_bind_int(store, s, 7, (uint64_t)signer, err) == -1)
		return -1;
	return store_run(store, s, err);
}

int
index_erase(struct store *store, const struct index_entry *kept,
    const struct index_entry *was, struct error *err)
{
	size_t number = kind_number(kept->kind);

	if (was != NULL && drop_rows(store, was, err) == -1)
		return -1;
	if (was == NULL && number < KINDS_MAX)
		store->kind_added[number]++;
	if (change_record(store, kept, err) == -1)
		return -1;
	for (size_t i = 0; i < kept->facts->count; i++)
		if (put_artefact(store, kept, &kept->facts->fact[i], err) == -1)
			return -1;
	return 0;
}

int
index_has_nonce(struct store *store, int64_t made_ms,
    const uint8_t nonce[NONCE_LEN], bool *has, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_FIND_NONCE, err);
	int step;

	if (s == NULL ||
	    store_bind_int(store, s, 1, (uint64_t)made_ms, err) == -1 ||
	    store_bind_blob(store, s, 2, bytes_of(nonce, NONCE_LEN), err) == -1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	*has = step == 1;
	sqlite3_reset(s);
	return 0;
}

int
index_clear(struct store *store, struct error *err)
{
	static const enum store_sql order[] = { SQL_CLEAR_VALUES,
		SQL_CLEAR_ARTEFACTS, SQL_CLEAR_RECORDS, SQL_CLEAR_SIGNERS,
		SQL_CLEAR_COUNTS, SQL_CLEAR_LISTS };

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		if (store_run(store, store_statement(store, order[i], err),
			err) == -1)
			return -1;
	}
	store->signer.known = false;
	memset(store->kind_added, 0, sizeof store->kind_added);
	return 0;
}

int
index_differs(struct error *err, const char *what)
{
	return error_set(err, ERROR_NO, "run `vouch reindex'",
	    "the index differs from the entry: %s", what);
}

static int
check_record(struct store *store, const struct index_entry *entry,
    struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_CHECK_RECORD, err);
	const struct facts *facts = entry->facts;
	const char *what = NULL;
	int64_t signer;
	int step;

	if (s == NULL || store_bind_int(store, s, 1, entry->seq, err) == -1 ||
	    signer_id(store, entry->signer, false, &signer, err) == -1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	if (step == 0)
		what = "it has no row";
	else if (!bytes_equal(store_column(s, 0),
		     bytes_of_text(entry->kind->name)))
		what = "kind";
	else if (!bytes_equal(store_column(s, 1),
		     fact_text(facts, facts->name)))
		what = "name";
	else if (!bytes_equal(store_column(s, 2),
		     fact_text(facts, facts->version)))
		what = "version";
	else if (!bytes_equal(store_column(s, 3),
		     fact_text(facts, facts->status)))
		what = "status";
	else if (sqlite3_column_int64(s, 4) != entry->time_ms)
		what = "time";
	else if (sqlite3_column_int64(s, 5) != entry->made_ms)
		what = "made";
	else if (!bytes_equal(store_column(s, 6),
		     bytes_of(entry->nonce, NONCE_LEN)))
		what = "nonce";
	else if (!bytes_equal(store_column(s, 7), digest_bytes(&entry->leaf)))
		what = "leaf hash";
	else if (signer == 0 || sqlite3_column_int64(s, 8) != signer)
		what = "signer";
	sqlite3_reset(s);
	return what == NULL ? 0 : index_differs(err, what);
}

static int
check_artefact(struct store *store, const struct index_entry *entry,
    const struct fact *fact, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_CHECK_ARTEFACT, err);
	bool same;
	int step;

	if (s == NULL ||
	    store_bind_blob(store, s, 1, digest_bytes(&fact->digest), err) ==
		-1 ||
	    store_bind_text(store, s, 2, bytes_of_text(entry->kind->name),
		err) == -1 ||
	    store_bind_int(store, s, 3, entry->seq, err) == -1 ||
	    store_bind_int(store, s, 4, (uint64_t)fact->role, err) == -1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	same = step == 1 &&
	    bytes_equal(store_column(s, 0),
		fact_text(entry->facts, fact->name));
	sqlite3_reset(s);
	return same ? 0 : index_differs(err, fact_role_name(fact->role));
}

static int
check_value(struct store *store, uint64_t seq, const struct facts *facts,
    const struct fact *fact, struct error *err)
{
	sqlite3_stmt *s = store_statement(store, SQL_CHECK_VALUES, err);
	bool same;
	int step;

	if (s == NULL || store_bind_int(store, s, 1, seq, err) == -1 ||
	    store_bind_int(store, s, 2, (uint64_t)fact->role, err) == -1 ||
	    store_bind_text(store, s, 3, fact_text(facts, fact->name), err) ==
		-1)
		return -1;
	step = store_step(store, s, err);
	if (step == -1)
		return -1;
	if (step == 0) {
		same = false;
	} else if (fact->type == FACT_NUMBER) {
		double number = sqlite3_column_double(s, 0);

		same = sqlite3_column_type(s, 0) == SQLITE_FLOAT &&
		    memcmp(&number, &fact->number, sizeof number) == 0 &&
		    sqlite3_column_type(s, 1) == SQLITE_NULL;
	} else {
		same = sqlite3_column_type(s, 0) == SQLITE_NULL &&
		    bytes_equal(store_column(s, 1),
			fact_text(facts, fact->text));
	}
	sqlite3_reset(s);
	return same ? 0 : index_differs(err, fact_role_name(fact->role));
}

int
index_check(struct store *store, const struct index_entry *entry,
    struct error *err)
{
	const struct facts *facts = entry->facts;

	if (check_record(store, entry, err) == -1)
		return -1;
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];
		int check = fact->role < FACT_PARAMETER
		    ? check_artefact(store, entry, fact, err)
		    : check_value(store, entry->seq, facts, fact, err);

		if (check == -1)
			return -1;
	}
	return 0;
}
