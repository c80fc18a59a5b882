#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/append.h"
#include "ledger/erasure.h"
#include "ledger/reader.h"
#include "ledger/residue.h"
#include "ledger/store_disclosure.h"
#include "ledger/store_settle.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"

#define SECRET "Erika Mustermann, Hauptstrasse 7, Musterstadt"

/* A ledger with an incident whose text is sealed, as entry 1. */
struct world {
	struct fixture fixture;
	char *folder;
	struct appender *appender;
	struct disclosures disclosures;
	struct append_item item;
	struct error err;
};

static int
record(struct world *world, const char *kind, struct json *members,
    const struct disclosures *disclosures)
{
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct record_head head;
	struct json *subjects = NULL;
	size_t bad;
	int result;

	appender_head(world->appender, &head);
	assert_int_equal(record_subjects(&subjects, kind_named(kind),
			     head.ledger, members, NULL, &world->err), 0);
	fixture_record(&line, world->fixture.founder, &head, kind, subjects,
	    json_copy(members));
	world->item.envelope = buffer_bytes(&line);
	appender_disclose(world->appender, disclosures);
	result = appender_add(world->appender, &world->item, 1, NULL, 0, &bad,
	    &world->err);
	buffer_free(&line);
	return result;
}

static struct json *
incident(const char *name)
{
	struct json *members = json_new_object();
	struct error err;

	assert_int_equal(json_put(members, "name", json_new_text(name), &err) |
	    json_put(members, "version", json_new_text("1"), &err) |
	    json_put(members, "title", json_new_text("t"), &err) |
	    json_put(members, "what", json_new_text(SECRET), &err) |
	    json_put(members, "severity", json_new_text("low"), &err), 0);
	return members;
}

static int
set_up(void **state)
{
	struct world *world = memory_new(1, sizeof *world);
	struct json *members = incident("i1");

	world->folder = fixture_folder();
	fixture_make(&world->fixture, world->folder, FIXTURE_ORIGIN);
	assert_int_equal(appender_open(&world->appender, world->fixture.store,
	    world->fixture.ledger_key, &world->err), 0);
	assert_int_equal(sealed_seal(members, "what", &world->disclosures,
	    &world->err), 0);
	if (record(world, "incident", members, &world->disclosures) == -1)
		fail_msg("%s", world->err.what);
	json_free(members);
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;

	appender_close(world->appender);
	disclosures_free(&world->disclosures);
	fixture_free(&world->fixture);
	fixture_remove(world->folder);
	memory_free(world);
	return 0;
}

/* An erasure of the field of entry 1; `number' and `path' may be wrong. */
static struct json *
erasure_of(struct world *world, unsigned number, const char *path)
{
	char text[1000];
	struct json *members;
	struct reader *reader;
	struct reader_entry entry = reader_entry_new();

	assert_int_equal(reader_open(&reader, world->fixture.store,
	    &world->err), 0);
	assert_int_equal(reader_read(reader, 1, &entry, &world->err), 0);
	snprintf(text, sizeof text,
	    "{\"name\":\"r\",\"version\":\"1\",\"entries\":[{\"number\":%u,"
	    "\"entry\":\"%s\",\"fields\":[{\"path\":\"%s\",\"digest\":\"%s\"}]}],"
	    "\"basis\":\"b\",\"request\":\"r\"}",
	    number, digest_hex(entry.leaf).text, path,
	    digest_hex(world->disclosures.item[0].digest).text);
	reader_entry_free(&entry);
	reader_close(reader);
	assert_int_equal(json_parse(&members, bytes_of_text(text),
	    &world->err), 0);
	return members;
}

static void
must_verify(struct world *world, uint64_t erased)
{
	struct verify_options options = { .threads = 1 };
	struct verify_result result;

	assert_int_equal(verify_ledger(&result, world->fixture.store, &options,
	    &world->err), 0);
	assert_int_equal(result.problems, 0);
	assert_int_equal(result.erased, erased);
}

static uint64_t
remnants(struct world *world)
{
	struct residue *residue;
	struct residue_found found;

	assert_int_equal(residue_new(&residue, &world->err), 0);
	assert_int_equal(residue_add(residue,
	    bytes_of_text(world->disclosures.item[0].text), &world->err), 0);
	assert_int_equal(residue_search(&found, residue, world->fixture.store,
	    &world->err), 0);
	residue_free(residue);
	return found.pieces;
}

static void
a_value_is_kept_beside_and_destroyed_for_good(void **state)
{
	struct world *world = *state;
	struct json *members = erasure_of(world, 1, "what");
	bool done;

	must_verify(world, 0);
	assert_true(remnants(world) > 0);
	assert_int_equal(record(world, "erasure", members, NULL), 0);
	must_verify(world, 1);
	assert_int_equal(store_settle(appender_store(world->appender), false,
	    1000, &done, &world->err), 0);
	assert_true(done);
	assert_int_equal(remnants(world), 0);
	/* Not a second time, and not brought back. */
	assert_int_equal(record(world, "erasure", members, NULL), -1);
	assert_non_null(strstr(world->err.what, "was erased by entry 2"));
	json_free(members);
	members = incident("i2");
	assert_int_equal(record(world, "incident", members,
	    &world->disclosures), -1);
	assert_non_null(strstr(world->err.what, "no record here"));
	json_free(members);
	must_verify(world, 1);
}

static void
what_is_not_named_rightly_is_not_erased(void **state)
{
	struct world *world = *state;
	struct json *members = erasure_of(world, 0, "what");

	assert_int_equal(record(world, "erasure", members, NULL), -1);
	assert_int_equal(world->err.class, ERROR_NO);
	json_free(members);
	members = erasure_of(world, 1, "title");
	assert_int_equal(record(world, "erasure", members, NULL), -1);
	assert_non_null(strstr(world->err.what, "no field 'title'"));
	json_free(members);
	must_verify(world, 0);
}

static void
a_sealed_value_needs_its_own_disclosure(void **state)
{
	struct world *world = *state;
	struct disclosures list = { .item = NULL };
	struct json *members = incident("i2");

	assert_int_equal(sealed_seal(members, "what", &list, &world->err), 0);
	assert_int_equal(record(world, "incident", members, NULL), -1);
	assert_non_null(strstr(world->err.what, "is not disclosed"));
	assert_int_equal(record(world, "incident", members, &list), 0);
	json_free(members);
	/* The same commitment in another record. */
	members = incident("i3");
	json_free(json_take(members, "what"));
	assert_int_equal(json_put(members, "what",
	    sealed_value(list.item[0].digest), &world->err), 0);
	assert_int_equal(record(world, "incident", members, NULL), -1);
	assert_non_null(strstr(world->err.what, "stands in entry 2"));
	json_free(members);
	disclosures_free(&list);
	must_verify(world, 0);
}

static void
a_disclosed_value_fits_its_member(void **state)
{
	struct world *world = *state;
	struct disclosures list = { .item = NULL };
	struct json *members = incident("i2");

	json_free(json_take(members, "what"));
	assert_int_equal(json_put(members, "what", json_new_number(7),
	    &world->err), 0);
	assert_int_equal(sealed_seal(members, "what", &list, &world->err), 0);
	assert_int_equal(record(world, "incident", members, &list), -1);
	assert_non_null(strstr(world->err.what, "a number was found"));
	json_free(members);
	disclosures_free(&list);
}

/* A copy in an unused part of the file, such as rows leave that are moved
 * about in their page. */
static void
leave_copy(struct world *world)
{
	sqlite3 *db;
	char sql[4096];

	(void)snprintf(sql, sizeof sql,
	    "PRAGMA secure_delete = OFF;"
	    "INSERT INTO disclosure VALUES (zeroblob(32), '%s');"
	    "DELETE FROM disclosure WHERE digest = zeroblob(32);",
	    world->disclosures.item[0].text);
	assert_int_equal(sqlite3_open(world->fixture.store, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Erase, and be killed between the commit and all that follows it. */
static void
erase_and_die(struct world *world)
{
	struct json *members = erasure_of(world, 1, "what");
	int status;
	pid_t child;

	appender_close(world->appender);
	world->appender = NULL;
	leave_copy(world);
	child = fork();
	if (child == 0) {
		if (appender_open(&world->appender, world->fixture.store,
			world->fixture.ledger_key, &world->err) == -1 ||
		    record(world, "erasure", members, NULL) == -1)
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	json_free(members);
	assert_true(remnants(world) > 0);
}

static bool
owes(struct world *world)
{
	struct store *store;
	bool result;

	assert_int_equal(store_open(&store, world->fixture.store, STORE_READ,
	    &world->err), 0);
	assert_int_equal(store_owes(store, &result, &world->err), 0);
	store_close(store);
	return result;
}

static void
open_for_writing(struct world *world)
{
	struct store *store;

	assert_int_equal(store_open(&store, world->fixture.store, STORE_WRITE,
	    &world->err), 0);
	store_close(store);
}

static void
what_a_kill_leaves_the_next_writer_removes(void **state)
{
	struct world *world = *state;

	assert_false(owes(world));
	erase_and_die(world);
	assert_true(owes(world));
	open_for_writing(world);
	assert_int_equal(remnants(world), 0);
	assert_false(owes(world));
	must_verify(world, 1);
}

static void
what_a_reader_holds_stays_owed(void **state)
{
	struct world *world = *state;
	struct store *reader;

	erase_and_die(world);
	assert_int_equal(store_open(&reader, world->fixture.store, STORE_READ,
	    &world->err), 0);
	assert_int_equal(store_begin_read(reader, &world->err), 0);
	open_for_writing(world);
	assert_true(owes(world));
	store_close(reader);
	open_for_writing(world);
	assert_int_equal(remnants(world), 0);
	assert_false(owes(world));
	must_verify(world, 1);
}

static void
residue_finds_pieces_across_blocks(void **state)
{
	struct world *world = *state;
	struct residue *residue;
	struct residue_found found;
	char path[4096];
	char *block = memory_new(1, (size_t)3 * 1024 * 1024);
	int descriptor;

	snprintf(path, sizeof path, "%s/file", world->folder);
	assert_int_equal(residue_new(&residue, &world->err), 0);
	assert_int_equal(residue_add_text(residue, bytes_of_text(SECRET),
	    &world->err), 0);
	assert_int_equal(residue_add_text(residue, bytes_of_text("short"),
	    &world->err), 0);
	memcpy(block + 1024 * 1024 - 10, SECRET, strlen(SECRET));
	descriptor = open(path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(descriptor, block, (size_t)3 * 1024 * 1024),
	    3 * 1024 * 1024);
	close(descriptor);
	assert_int_equal(residue_search(&found, residue, path, &world->err), 0);
	assert_int_equal(found.files, 1);
	assert_int_equal(found.bytes, 3 * 1024 * 1024);
	assert_int_equal(found.pieces, 1);
	residue_free(residue);
	memory_free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_value_is_kept_beside_and_destroyed_for_good, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    what_is_not_named_rightly_is_not_erased, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_sealed_value_needs_its_own_disclosure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_disclosed_value_fits_its_member, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_a_kill_leaves_the_next_writer_removes, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(what_a_reader_holds_stays_owed,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    residue_finds_pieces_across_blocks, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
