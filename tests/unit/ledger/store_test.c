#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/store.h"
#include "ledger/store_internal.h"
#include "tests/support/fixture.h"

struct place {
	char *folder;
	char *store;
};

static int
set_up(void **state)
{
	struct place *place = memory_new(1, sizeof *place);
	struct buffer path = buffer_new(4096);
	struct error err;

	place->folder = fixture_folder();
	assert_int_equal(file_join(&path, place->folder, "l.db", &err), 0);
	place->store = (char *)path.data;
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	memory_free(place->store);
	fixture_remove(place->folder);
	memory_free(place);
	return 0;
}

static struct store *
made(const struct place *place)
{
	struct store *store;
	struct error err;

	assert_int_equal(store_create(place->store, &err), 0);
	assert_int_equal(store_open(&store, place->store, STORE_WRITE, &err),
	    0);
	return store;
}

static void
sql(const struct place *place, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->store, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
refused(const struct place *place, enum error_class class, const char *word)
{
	struct store *store = NULL;
	struct error err;

	assert_int_equal(store_open(&store, place->store, STORE_READ, &err),
	    -1);
	assert_int_equal(err.class, class);
	if (strstr(err.what, word) == NULL)
		fail_msg("'%s' does not say '%s'", err.what, word);
}

static void
store_keeps_what_was_committed(void **state)
{
	const struct place *place = *state;
	struct store *store = made(place);
	struct buffer out = buffer_new(LIMIT_ENTRY);
	struct error err;
	uint64_t size;

	assert_int_equal(store_begin_write(store, &err), 0);
	assert_int_equal(store_put_entry(store, 0, bytes_of_text("one"), &err),
	    0);
	assert_int_equal(store_commit(store, &err), 0);
	assert_int_equal(store_begin_write(store, &err), 0);
	assert_int_equal(store_put_entry(store, 1, bytes_of_text("two"), &err),
	    0);
	store_end(store);
	store_close(store);
	assert_int_equal(store_open(&store, place->store, STORE_READ, &err), 0);
	assert_int_equal(store_size(store, &size, &err), 0);
	assert_int_equal(size, 1);
	assert_int_equal(store_entry(store, 0, &out, &err), 0);
	assert_string_equal(buffer_string(&out), "one");
	assert_int_equal(store_entry(store, 1, &out, &err), -1);
	buffer_free(&out);
	store_close(store);
}

static void
store_for_reading_cannot_write(void **state)
{
	const struct place *place = *state;
	struct store *store = made(place);
	struct error err;

	store_close(store);
	assert_int_equal(store_open(&store, place->store, STORE_READ, &err), 0);
	assert_int_equal(store_put_entry(store, 0, bytes_of_text("x"), &err),
	    -1);
	store_close(store);
}

static void
store_never_replaces_an_entry(void **state)
{
	struct store *store = made(*state);
	struct error err;

	assert_int_equal(store_begin_write(store, &err), 0);
	assert_int_equal(store_put_entry(store, 0, bytes_of_text("one"), &err),
	    0);
	assert_int_equal(store_put_entry(store, 0, bytes_of_text("two"), &err),
	    -1);
	store_close(store);
}

static void
store_keeps_only_wider_tiles(void **state)
{
	struct store *store = made(*state);
	struct digest in[3] = { { { 1 } }, { { 2 } }, { { 3 } } };
	struct digest out[TILE_WIDTH];
	struct error err;
	unsigned width;

	assert_int_equal(store_begin_write(store, &err), 0);
	assert_int_equal(store_put_tile(store, 0, 7, in, 3, &err), 0);
	assert_int_equal(store_put_tile(store, 0, 7, in, 2, &err), 0);
	assert_int_equal(store_tile(store, 0, 7, out, &width, &err), 0);
	assert_int_equal(width, 3);
	assert_memory_equal(in, out, sizeof in);
	assert_int_equal(store_tile(store, 1, 7, out, &width, &err), 0);
	assert_int_equal(width, 0);
	store_close(store);
}

static void
store_finds_the_checkpoint_at_or_below_a_size(void **state)
{
	struct store *store = made(*state);
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct error err;
	uint64_t size;

	assert_int_equal(store_begin_write(store, &err), 0);
	assert_int_equal(store_put_checkpoint(store, 3, bytes_of_text("three"),
	    &err), 0);
	assert_int_equal(store_put_checkpoint(store, 9, bytes_of_text("nine"),
	    &err), 0);
	assert_int_equal(store_checkpoint(store, 8, &size, &note, &err), 0);
	assert_int_equal(size, 3);
	assert_string_equal(buffer_string(&note), "three");
	assert_int_equal(store_checkpoint(store, UINT64_MAX, &size, &note,
	    &err), 0);
	assert_int_equal(size, 9);
	assert_int_equal(store_checkpoint(store, 2, &size, &note, &err), 0);
	assert_int_equal(size, 0);
	buffer_free(&note);
	store_close(store);
}

static void
store_keeps_attachments_by_their_digest(void **state)
{
	struct store *store = made(*state);
	struct digest digest, again, computed;
	struct buffer out = buffer_new(1 << 20);
	struct error err;
	uint64_t size;
	bool has, more;

	assert_int_equal(store_begin_write(store, &err), 0);
	assert_int_equal(store_put_attachment(store, bytes_of_text("text"),
	    &digest, &err), 0);
	assert_int_equal(store_put_attachment(store, bytes_of_text("text"),
	    &again, &err), 0);
	assert_true(digest_equal(digest, digest_of(bytes_of_text("text"))));
	assert_int_equal(store_has_attachment(store, digest, &has, &err), 0);
	assert_true(has);
	assert_int_equal(store_attachment(store, digest, &out, &err), 0);
	assert_string_equal(buffer_string(&out), "text");
	assert_int_equal(store_attachment_digest(store, digest, &computed,
	    &size, &err), 0);
	assert_true(digest_equal(digest, computed));
	assert_int_equal(size, 4);
	assert_int_equal(store_next_attachment(store, NULL, &again, &more,
	    &err), 0);
	assert_true(more && digest_equal(again, digest));
	assert_int_equal(store_next_attachment(store, &digest, &again, &more,
	    &err), 0);
	assert_false(more);
	buffer_free(&out);
	store_close(store);
}

static void
store_says_that_there_is_no_file(void **state)
{
	refused(*state, ERROR_UNDECIDED, "no ledger");
}

static void
store_says_that_a_text_is_not_a_ledger(void **state)
{
	const struct place *place = *state;
	struct error err;

	assert_int_equal(file_write(place->store, bytes_of_text("hello"), 0600,
	    &err), 0);
	refused(place, ERROR_UNDECIDED, "not a ledger");
}

static void
store_says_that_another_database_is_not_a_ledger(void **state)
{
	sql(*state, "CREATE TABLE t(x)");
	refused(*state, ERROR_UNDECIDED, "not a ledger");
}

static void
store_says_that_a_folder_is_not_a_ledger(void **state)
{
	const struct place *place = *state;

	assert_int_equal(mkdir(place->store, 0700), 0);
	refused(place, ERROR_UNDECIDED, "not a ledger");
	rmdir(place->store);
}

static void
store_refuses_a_newer_schema(void **state)
{
	store_close(made(*state));
	sql(*state, "PRAGMA user_version = 99");
	refused(*state, ERROR_UNDECIDED, "schema version 99");
}

static void
store_refuses_a_schema_with_something_added(void **state)
{
	store_close(made(*state));
	sql(*state, "CREATE TRIGGER t AFTER INSERT ON entry BEGIN"
	    " DELETE FROM entry; END");
	refused(*state, ERROR_NO, "tables");
}

/* A file of the first schema, with one record that mentions a digest. */
static void
make_first(const struct place *place)
{
	sql(place, store_migrations[0]);
	sql(place, "PRAGMA user_version = 1");
	sql(place, "PRAGMA application_id = 0x564f5543");
	sql(place, "INSERT INTO entry VALUES (0, 'x')");
	sql(place, "INSERT INTO signer VALUES (1, zeroblob(32))");
	sql(place, "INSERT INTO record VALUES (0, 'model', 'm', '1', '', 1,"
	    " 2, x'00', zeroblob(32), 1)");
	sql(place, "INSERT INTO artefact VALUES (zeroblob(32), 0, 4, 'n')");
}

static void
store_brings_an_older_schema_up_to_date(void **state)
{
	const struct place *place = *state;
	struct store *store;
	struct error err;
	sqlite3_stmt *s;

	make_first(place);
	refused(place, ERROR_UNDECIDED, "older schema version 1");
	assert_int_equal(store_open(&store, place->store, STORE_WRITE, &err),
	    0);
	store_close(store);
	assert_int_equal(store_open(&store, place->store, STORE_READ, &err), 0);
	assert_int_equal(sqlite3_prepare_v2(store->db,
	    "SELECT kind, seq, role, name FROM artefact", -1, &s, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), "model");
	assert_int_equal(sqlite3_column_int(s, 1), 0);
	assert_int_equal(sqlite3_column_int(s, 2), 4);
	assert_string_equal((const char *)sqlite3_column_text(s, 3), "n");
	assert_int_equal(sqlite3_step(s), SQLITE_DONE);
	sqlite3_finalize(s);
	store_close(store);
}

static void
store_leaves_an_older_file_alone_that_has_something_added(void **state)
{
	const struct place *place = *state;
	struct store *store = NULL;
	struct error err;

	make_first(place);
	sql(place, "CREATE TABLE more(x)");
	assert_int_equal(store_open(&store, place->store, STORE_WRITE, &err),
	    -1);
	assert_int_equal(err.class, ERROR_NO);
	/* It is still of the first schema. */
	sql(place, "SELECT digest, seq, role, name FROM artefact"
	    " ORDER BY (SELECT count(*) FROM more)");
	refused(place, ERROR_UNDECIDED, "older schema version 1");
}

static void
store_opens_a_file_in_a_folder_that_cannot_be_written(void **state)
{
	const struct place *place = *state;
	struct store *store = made(place);
	struct error err;
	uint64_t size;

	store_close(store);
	if (geteuid() == 0) {
		/* Root writes everywhere; the immutable path is tried by a
		 * story as another user. */
		skip();
	}
	assert_int_equal(chmod(place->store, 0400), 0);
	assert_int_equal(chmod(place->folder, 0500), 0);
	assert_int_equal(store_open(&store, place->store, STORE_READ, &err), 0);
	assert_int_equal(store_size(store, &size, &err), 0);
	store_close(store);
	chmod(place->folder, 0700);
}

/* Plans: what looks through a whole table is on this list, with its reason. */
static const enum store_sql scans[] = {
	SQL_TILE_COUNT,      /* verification counts all */
	SQL_SCAN_RECORDS,    /* verification sums all */
	SQL_SCAN_ARTEFACTS,  /* likewise */
	SQL_SCAN_VALUES,     /* likewise */
	SQL_SCAN_NAMED,      /* all lists of all artefacts, in order */
	SQL_KIND_COUNTS,     /* one row a kind */
	SQL_CLEAR_VALUES,    /* reindex */
	SQL_CLEAR_ARTEFACTS, /* reindex */
	SQL_CLEAR_RECORDS,   /* reindex */
	SQL_CLEAR_SIGNERS,   /* reindex */
	SQL_CLEAR_COUNTS,    /* reindex */
	SQL_CLEAR_LISTS,     /* reindex, and lists made anew */
};

static bool
may_scan(enum store_sql number)
{
	for (size_t i = 0; i < sizeof scans / sizeof scans[0]; i++) {
		if (scans[i] == number)
			return true;
	}
	return false;
}

static void
store_looks_up_by_an_index_whatever_it_asks(void **state)
{
	struct store *store = made(*state);

	for (int i = 0; i < SQL_COUNT_OF_STATEMENTS; i++) {
		sqlite3_stmt *plan;
		char *text;

		assert_non_null(store_sql[i]);
		if (strncmp(store_sql[i], "PRAGMA", 6) == 0 ||
		    strncmp(store_sql[i], "BEGIN", 5) == 0 ||
		    strcmp(store_sql[i], "COMMIT") == 0 ||
		    strcmp(store_sql[i], "ROLLBACK") == 0)
			continue;
		text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", store_sql[i]);
		assert_int_equal(sqlite3_prepare_v2(store->db, text, -1, &plan,
		    NULL), SQLITE_OK);
		while (sqlite3_step(plan) == SQLITE_ROW) {
			const char *line =
			    (const char *)sqlite3_column_text(plan, 3);

			if (strncmp(line, "SCAN", 4) == 0 &&
			    strstr(line, "CONSTANT") == NULL &&
			    !may_scan((enum store_sql)i))
				fail_msg("%s: %s", store_sql[i], line);
			if (strstr(line, "TEMP B-TREE") != NULL &&
			    i != SQL_LIST_MENTIONS &&
			    i != SQL_LIST_MENTIONS_OLDEST &&
			    i != SQL_MENTIONS && i != SQL_WAS_NAMED)
				fail_msg("%s: %s", store_sql[i], line);
		}
		sqlite3_finalize(plan);
		sqlite3_free(text);
	}
	store_close(store);
}

static void
store_file_says_what_it_is(void **state)
{
	const struct place *place = *state;
	struct buffer head = buffer_new(1 << 24);
	struct error err;

	store_close(made(place));
	assert_int_equal(file_read(&head, place->store, &err), 0);
	assert_memory_equal(head.data, "SQLite format 3", 16);
	assert_memory_equal(head.data + 68, "VOUC", 4);
	buffer_free(&head);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(store_keeps_what_was_committed),
		T(store_for_reading_cannot_write),
		T(store_never_replaces_an_entry),
		T(store_keeps_only_wider_tiles),
		T(store_finds_the_checkpoint_at_or_below_a_size),
		T(store_keeps_attachments_by_their_digest),
		T(store_says_that_there_is_no_file),
		T(store_says_that_a_text_is_not_a_ledger),
		T(store_says_that_another_database_is_not_a_ledger),
		T(store_says_that_a_folder_is_not_a_ledger),
		T(store_refuses_a_newer_schema),
		T(store_refuses_a_schema_with_something_added),
		T(store_brings_an_older_schema_up_to_date),
		T(store_leaves_an_older_file_alone_that_has_something_added),
		T(store_opens_a_file_in_a_folder_that_cannot_be_written),
		T(store_looks_up_by_an_index_whatever_it_asks),
		T(store_file_says_what_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
