#include "ledger/index_sum.h"

#include <string.h>

#include "base/limits.h"
#include "ledger/store_internal.h"

/* The tables, as the first byte of a row. */
enum table { TABLE_RECORD, TABLE_ARTEFACT, TABLE_VALUE, TABLES };

static void
add_number(struct index_sum *sum, uint64_t low, uint64_t high)
{
	sum->low += low;
	sum->high += high + (sum->low < low);
}

void
index_sum_add(struct index_sum *sum, const struct index_sum *more)
{
	sum->rows += more->rows;
	add_number(sum, more->low, more->high);
}

bool
index_sum_equal(const struct index_sum *a, const struct index_sum *b)
{
	return a->rows == b->rows && a->low == b->low && a->high == b->high;
}

/* A row is its fields one after another; those of any length after it. */

static void
begin_row(struct buffer *row, enum table table)
{
	buffer_clear(row);
	buffer_byte(row, (uint8_t)table);
}

static void
add_integer(struct buffer *row, uint64_t value)
{
	buffer_append(row, bytes_of(&value, sizeof value));
}

static void
add_bytes(struct buffer *row, struct bytes bytes)
{
	add_integer(row, bytes.len);
	buffer_append(row, bytes);
}

static void
add_double(struct buffer *row, double value)
{
	buffer_append(row, bytes_of(&value, sizeof value));
}

static int
end_row(struct index_sum *sum, const struct hash_key *key,
    const struct buffer *row, struct error *err)
{
	struct keyed_hash hash;

	if (buffer_check(row, "row of the index", err) == -1)
		return -1;
	hash = keyed_hash(key, buffer_bytes(row));
	add_number(sum, hash.low, hash.high);
	sum->rows++;
	return 0;
}

static struct bytes
text_of(const struct facts *facts, size_t offset)
{
	return bytes_of_text(facts_text(facts, offset));
}

static void
write_record(struct buffer *row, const struct index_entry *entry)
{
	const struct facts *facts = entry->facts;

	begin_row(row, TABLE_RECORD);
	add_integer(row, entry->seq);
	add_bytes(row, bytes_of_text(entry->kind->name));
	add_bytes(row, text_of(facts, facts->name));
	add_bytes(row, text_of(facts, facts->version));
	add_bytes(row, text_of(facts, facts->status));
	add_integer(row, (uint64_t)entry->time_ms);
	add_integer(row, (uint64_t)entry->made_ms);
	add_bytes(row, bytes_of(entry->nonce, NONCE_LEN));
	add_bytes(row, digest_bytes(&entry->leaf));
	add_bytes(row, bytes_of(entry->signer.byte, PUBLIC_KEY_LEN));
}

static void
write_fact(struct buffer *row, const struct index_entry *entry,
    const struct fact *fact)
{
	const struct facts *facts = entry->facts;

	if (fact->role < FACT_PARAMETER) {
		begin_row(row, TABLE_ARTEFACT);
		add_bytes(row, digest_bytes(&fact->digest));
		add_bytes(row, bytes_of_text(entry->kind->name));
		add_integer(row, entry->seq);
		add_integer(row, fact->role);
		add_bytes(row, text_of(facts, fact->name));
		return;
	}
	begin_row(row, TABLE_VALUE);
	add_integer(row, entry->seq);
	add_integer(row, fact->role);
	add_bytes(row, text_of(facts, fact->name));
	add_integer(row, fact->type == FACT_NUMBER);
	if (fact->type == FACT_NUMBER)
		add_double(row, fact->number);
	else
		add_bytes(row, text_of(facts, fact->text));
}

int
index_sum_entry(struct index_sum *sum, const struct hash_key *key,
    struct buffer *scratch, const struct index_entry *entry, struct error *err)
{
	const struct facts *facts = entry->facts;

	write_record(scratch, entry);
	if (end_row(sum, key, scratch, err) == -1)
		return -1;
	for (size_t i = 0; i < facts->count; i++) {
		write_fact(scratch, entry, &facts->fact[i]);
		if (end_row(sum, key, scratch, err) == -1)
			return -1;
	}
	return 0;
}

struct index_scan
index_scan_begin(struct store *store, const struct hash_key *key)
{
	return (struct index_scan){
		.store = store,
		.key = *key,
		.row = buffer_new(LIMIT_ENVELOPE),
		.signer_id = -1,
	};
}

void
index_scan_end(struct index_scan *scan)
{
	buffer_free(&scan->row);
}

static void
take_integer(struct buffer *row, sqlite3_stmt *s, int column)
{
	add_integer(row, (uint64_t)sqlite3_column_int64(s, column));
}

/* The key behind a record's signer column; zeros if there is none. */
static int
take_signer(struct index_scan *scan, int64_t id, struct error *err)
{
	struct bytes key;
	sqlite3_stmt *s;
	int step;

	if (id == scan->signer_id)
		return 0;
	s = store_statement(scan->store, SQL_SIGNER, err);
	if (s == NULL || sqlite3_bind_int64(s, 1, id) != SQLITE_OK)
		return -1;
	step = store_step(scan->store, s, err);
	if (step == -1)
		return -1;
	memset(scan->signer, 0, sizeof scan->signer);
	if (step == 1) {
		key = store_column(s, 0);
		if (key.len == sizeof scan->signer)
			memcpy(scan->signer, key.data, key.len);
	}
	scan->signer_id = id;
	sqlite3_reset(s);
	return 0;
}

static int
take_row(struct index_scan *scan, sqlite3_stmt *s, struct error *err)
{
	struct buffer *row = &scan->row;

	begin_row(row, (enum table)scan->table);
	switch (scan->table) {
	case TABLE_RECORD:
		if (take_signer(scan, sqlite3_column_int64(s, 9), err) == -1)
			return -1;
		take_integer(row, s, 0);
		for (int i = 1; i <= 4; i++)
			add_bytes(row, store_column(s, i));
		take_integer(row, s, 5);
		take_integer(row, s, 6);
		add_bytes(row, store_column(s, 7));
		add_bytes(row, store_column(s, 8));
		add_bytes(row, bytes_of(scan->signer, sizeof scan->signer));
		break;
	case TABLE_ARTEFACT:
		add_bytes(row, store_column(s, 0));
		add_bytes(row, store_column(s, 1));
		take_integer(row, s, 2);
		take_integer(row, s, 3);
		add_bytes(row, store_column(s, 4));
		break;
	default:
		take_integer(row, s, 0);
		take_integer(row, s, 1);
		add_bytes(row, store_column(s, 2));
		/* One of number and text is there; both or none match no row
		 * that an entry makes. */
		if (sqlite3_column_type(s, 4) == SQLITE_NULL) {
			add_integer(row, 1);
			if (sqlite3_column_type(s, 3) == SQLITE_FLOAT)
				add_double(row, sqlite3_column_double(s, 3));
		} else {
			add_integer(row,
			    sqlite3_column_type(s, 3) == SQLITE_NULL ? 0 : 2);
			add_bytes(row, store_column(s, 4));
		}
	}
	return end_row(&scan->sum, &scan->key, row, err);
}

int
index_scan_to(struct index_scan *scan, uint64_t rows, struct error *err)
{
	static const enum store_sql tables[] = { SQL_SCAN_RECORDS,
		SQL_SCAN_ARTEFACTS, SQL_SCAN_VALUES };
	struct store *store = scan->store;

	while (scan->sum.rows < rows && scan->table < TABLES) {
		/* Prepared when its table is reached, then stepped. */
		sqlite3_stmt *s = store->statement[tables[scan->table]];
		int step;

		if (s == NULL &&
		    (s = store_statement(store, tables[scan->table], err)) ==
			NULL)
			return -1;
		step = store_step(store, s, err);
		if (step == -1)
			return -1;
		if (step == 0) {
			sqlite3_reset(s);
			scan->table++;
		} else if (take_row(scan, s, err) == -1) {
			return -1;
		}
	}
	return 0;
}
