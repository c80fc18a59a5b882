/* timestamps_test.c: what is kept beside a checkpoint is judged by it. */
#include "expect.h"
#include "records.h"

#include <sqlite3.h>

#include "base/file.h"
#include "base/memory.h"
#include "ledger/interval.h"
#include "ledger/store_timestamp.h"
#include "ledger/timestamps.h"
#include "tests/support/fixture.h"

static struct error err;

/* What tests/vectors/timestamps/make.sh made: tokens about the text of a
 * checkpoint of seven entries. */
#define SIZE 7

static struct buffer
vector(const char *name)
{
	struct buffer path = buffer_new(4096);
	struct buffer content = buffer_new(LIMIT_CERTIFICATE_FILE);
	const char *root = getenv("ROOT");

	buffer_printf(&path, "%s/tests/vectors/timestamps/%s",
	    root == NULL ? "." : root, name);
	expect_fine(file_read(&content, buffer_string(&path), &err), &err);
	buffer_free(&path);
	return content;
}

static struct certificates *
roots_of(const char *name)
{
	struct buffer file = vector(name);
	struct certificates *list;

	expect_fine(certificates_new(&list, &err), &err);
	expect_fine(certificates_read(list, buffer_bytes(&file), &err), &err);
	buffer_free(&file);
	return list;
}

struct place {
	char *folder;
	char *path;
	struct store *store;
	struct trusts *trusts;
};

/* A store with checkpoints of 3, 7 and 9 entries; the second is the one that
 * was stamped.  Nobody's signature is looked at here. */
static int
set_up(void **state)
{
	struct place *place = memory_new(1, sizeof *place);
	struct buffer path = buffer_new(4096), note = vector("message");

	place->folder = fixture_folder();
	expect_fine(file_join(&path, place->folder, "l.db", &err), &err);
	place->path = (char *)path.data;
	expect_fine(store_create(place->path, &err), &err);
	expect_fine(store_open(&place->store, place->path, STORE_WRITE, &err),
	    &err);
	expect_fine(trusts_new(&place->trusts, &err), &err);
	buffer_text(&note, "\n\xe2\x80\x94 example.com/log AAAAAAAA\n");
	expect_fine(store_begin_write(place->store, &err), &err);
	expect_fine(store_put_checkpoint(place->store, SIZE,
			buffer_bytes(&note), &err),
	    &err);
	for (uint64_t size = 3; size <= 9; size += 6) {
		buffer_clear(&note);
		buffer_printf(&note,
		    "example.com/log\n%llu\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		    "AAAA=\n\n\xe2\x80\x94 example.com/log AAAAAAAA\n",
		    (unsigned long long)size);
		expect_fine(store_put_checkpoint(place->store, size,
				buffer_bytes(&note), &err),
		    &err);
	}
	buffer_free(&note);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	store_close(place->store);
	trusts_free(place->trusts);
	memory_free(place->path);
	fixture_remove(place->folder);
	memory_free(place);
	return 0;
}

static bool
keep(const struct place *place, uint64_t size, const char *name)
{
	struct buffer file = vector(name);
	struct bytes token = buffer_bytes(&file);
	bool added;

	expect_fine(timestamp_reply_token(&token, token, &err), &err);
	expect_fine(store_put_timestamp(place->store, size, token, &added,
			&err),
	    &err);
	buffer_free(&file);
	return added;
}

/* The ledger trusts the root in a file from the entry after seq on. */
static void
trust(const struct place *place, const char *name, uint64_t seq,
    const char *root, const char *status)
{
	struct certificates *list = roots_of(root);
	struct buffer members = buffer_new(LIMIT_ENTRY);
	struct buffer statement = buffer_new(LIMIT_ENTRY);
	const struct trusted *taken;
	struct record record;

	buffer_printf(&members,
	    "{\"name\":\"%s\",\"version\":\"%llu\",\"about\":\"timestamp-root\","
	    "\"status\":\"%s\",\"because\":\"so\",\"certificate\":\"",
	    name, (unsigned long long)seq, status);
	base64_append(&members, certificate_der(certificates_at(list, 0)));
	buffer_text(&members, "\"}");
	expect_fine(test_compose(&statement, "trust", buffer_string(&members),
			&err),
	    &err);
	expect_fine(record_parse(&record, buffer_bytes(&statement), &err),
	    &err);
	expect_fine(trusts_apply(place->trusts, &taken, &record, seq, &err),
	    &err);
	record_free(&record);
	buffer_free(&members);
	buffer_free(&statement);
	certificates_free(list);
}

struct seen {
	unsigned good, unknown, bad;
	uint64_t last_size;
	struct error why;
	char authority[100];
	int fail;
};

static int
see(void *cookie, const struct kept_timestamp *kept, struct error *error)
{
	struct seen *seen = cookie;

	assert_true(kept->size >= seen->last_size);
	seen->last_size = kept->size;
	switch (kept->state) {
	case KEPT_GOOD:
		seen->good++;
		snprintf(seen->authority, sizeof seen->authority, "%s",
		    kept->authority);
		assert_true(
		    bytes_begin(kept->text, "example.com/log\n7\n"));
		break;
	case KEPT_UNKNOWN:
		seen->unknown++;
		break;
	case KEPT_BAD:
		seen->bad++;
		seen->why = *kept->why;
		break;
	}
	return seen->fail ? error_set(error, ERROR_SYSTEM, NULL, "enough") : 0;
}

static struct seen
judged(const struct place *place, const struct certificates *roots)
{
	struct seen seen = { .good = 0 };

	expect_fine(timestamps_each(place->store, place->trusts, roots, see,
			&seen, &err),
	    &err);
	return seen;
}

static void
a_token_is_kept_once_and_found_again(void **state)
{
	const struct place *place = *state;
	struct store_timestamp stored;
	struct buffer file = vector("exact.tst");
	bool more;

	assert_true(keep(place, SIZE, "exact.tst"));
	assert_false(keep(place, SIZE, "exact.tst"));
	assert_true(keep(place, 9, "exact.tst"));
	expect_fine(store_scan_timestamps(place->store, 8, &err), &err);
	expect_fine(store_scan_timestamps_next(place->store, &stored, &more,
			&err),
	    &err);
	assert_true(more);
	assert_int_equal(stored.size, 9);
	assert_true(bytes_equal(stored.token, buffer_bytes(&file)));
	expect_fine(store_scan_timestamps_next(place->store, &stored, &more,
			&err),
	    &err);
	assert_false(more);
	buffer_free(&file);
}

static void
a_token_needs_a_checkpoint(void **state)
{
	const struct place *place = *state;
	struct buffer file = vector("exact.tst");
	bool added;

	assert_int_equal(store_put_timestamp(place->store, 4,
			     buffer_bytes(&file), &added, &err),
	    -1);
	buffer_free(&file);
}

static void
who_is_good_depends_on_the_roots(void **state)
{
	const struct place *place = *state;
	struct certificates *root = roots_of("root.pem");
	struct certificates *other = roots_of("other.pem");
	struct certificates *rogue = roots_of("rogue.pem");
	struct seen seen;

	keep(place, SIZE, "p384.tsr");
	keep(place, SIZE, "by-other.tsr");
	keep(place, SIZE, "without-certificate.tsr");
	seen = judged(place, NULL);
	assert_int_equal(seen.unknown, 3);
	seen = judged(place, root);
	assert_int_equal(seen.good, 1);
	assert_int_equal(seen.unknown, 2);
	assert_string_equal(seen.authority, "CN=Clock P-384, O=Clock AG");
	seen = judged(place, other);
	assert_int_equal(seen.good, 1);
	assert_string_equal(seen.authority, "CN=Other clock, O=Other");
	seen = judged(place, rogue);
	assert_int_equal(seen.good, 0);
	assert_int_equal(seen.bad, 1);
	certificates_free(root);
	certificates_free(other);
	certificates_free(rogue);
}

static void
a_ledgers_roots_are_those_before_the_checkpoint(void **state)
{
	const struct place *place = *state;
	struct seen seen;

	keep(place, SIZE, "p256-sha256.tsr");
	trust(place, "late", SIZE, "root.pem", "trusted");
	seen = judged(place, NULL);
	assert_int_equal(seen.unknown, 1);
	trust(place, "late", SIZE + 1, "root.pem", "withdrawn");
	assert_int_equal(judged(place, NULL).unknown, 1);
}

static void
a_ledger_that_trusts_clocks_takes_no_others(void **state)
{
	const struct place *place = *state;
	struct seen seen;

	keep(place, SIZE, "p256-sha256.tsr");
	keep(place, SIZE, "by-other.tsr");
	trust(place, "clock", SIZE - 1, "root.pem", "trusted");
	/* What was withdrawn later, was trusted then. */
	trust(place, "clock", SIZE, "root.pem", "withdrawn");
	seen = judged(place, NULL);
	assert_int_equal(seen.good, 1);
	assert_int_equal(seen.bad, 1);
	expect_said(&seen.why, ERROR_NO, "none of the roots that the ledger");
}

static void
what_was_changed_in_the_table_is_bad(void **state)
{
	static const struct {
		const char *sql;
		const char *says;
	} all[] = {
		{ "UPDATE timestamp SET size = 3", "something else" },
		{ "UPDATE timestamp SET size = 4", "no checkpoint of 4" },
		{ "UPDATE timestamp SET size = -1", "no checkpoint" },
		{ "UPDATE timestamp SET digest = zeroblob(32)", "digest" },
		{ "UPDATE timestamp SET token = zeroblob(0)", "digest" },
		{ "UPDATE checkpoint SET note = 'x' WHERE size = 7", "" },
	};
	struct place *place = *state;
	struct certificates *root = roots_of("root.pem");

	keep(place, SIZE, "exact.tst");
	expect_fine(store_commit(place->store, &err), &err);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct buffer copy = buffer_new(4096);
		struct place work = *place;
		struct seen seen;
		sqlite3 *db;

		store_close(place->store);
		buffer_printf(&copy, "%s.copy", place->path);
		fixture_copy(place->path, buffer_string(&copy));
		assert_int_equal(sqlite3_open(buffer_string(&copy), &db),
		    SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, all[i].sql, NULL, NULL,
				     NULL),
		    SQLITE_OK);
		sqlite3_close(db);
		expect_fine(store_open(&work.store, buffer_string(&copy),
				STORE_READ, &err),
		    &err);
		seen = judged(&work, root);
		assert_int_equal(seen.bad, 1);
		if (strstr(seen.why.what, all[i].says) == NULL)
			fail_msg("%s: %s", all[i].sql, seen.why.what);
		store_close(work.store);
		expect_fine(store_open(&place->store, place->path, STORE_WRITE,
				&err),
		    &err);
		buffer_free(&copy);
	}
	certificates_free(root);
}

static void
who_looks_may_stop(void **state)
{
	const struct place *place = *state;
	struct seen seen = { .fail = 1 };

	keep(place, SIZE, "exact.tst");
	assert_int_equal(timestamps_each(place->store, place->trusts, NULL,
			     see, &seen, &err),
	    -1);
	expect_said(&err, ERROR_SYSTEM, "enough");
}

static void
a_token_finds_its_checkpoint(void **state)
{
	const struct place *place = *state;
	struct buffer text = buffer_new(LIMIT_NOTE);
	struct buffer file = vector("exact.tst");
	struct timestamp timestamp;
	uint64_t size = 0;

	expect_fine(timestamp_parse(&timestamp, buffer_bytes(&file), &err),
	    &err);
	expect_fine(timestamps_find(&size, &text, place->store, UINT64_MAX,
			&timestamp, &err),
	    &err);
	assert_int_equal(size, SIZE);
	assert_true(bytes_begin(buffer_bytes(&text), "example.com/log\n7\n"));
	assert_int_equal(timestamps_find(&size, &text, place->store, SIZE - 1,
			     &timestamp, &err),
	    -1);
	expect_said(&err, ERROR_NO, "no checkpoint of this ledger");
	assert_int_equal(timestamps_text(&text, place->store, 8, &err), -1);
	assert_int_equal(timestamps_text(&text, place->store, 0, &err), -1);
	buffer_free(&text);
	buffer_free(&file);
}

static void
what_is_good_dates_the_entries(void **state)
{
	const struct place *place = *state;
	struct trust_book *book;
	struct dated_list *list;
	struct interval interval;

	keep(place, SIZE, "exact.tst");
	keep(place, SIZE, "by-other.tsr");
	trust(place, "clock", 0, "root.pem", "trusted");
	expect_fine(trust_book_new(&book, place->trusts, &err), &err);
	expect_fine(dated_list_new(&list, &err), &err);
	expect_fine(dated_add_store(list, place->store, book, UINT64_MAX, &err), &err);
	assert_int_equal(dated_count(list), 2);
	interval = interval_of(list, SIZE - 1);
	assert_false(interval.has_after);
	assert_true(interval.has_before);
	assert_int_equal(interval.before.what, DATED_TIMESTAMP);
	assert_string_equal(interval.before.by, "CN=Clock P-256, O=Clock AG");
	assert_true(interval.before.existed_ms == INT64_C(1811851200624));
	interval = interval_of(list, SIZE);
	assert_false(interval.has_after);
	assert_false(interval.has_before);
	dated_list_free(list);
	trust_book_free(book);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_token_is_kept_once_and_found_again),
		TEST(a_token_needs_a_checkpoint),
		TEST(who_is_good_depends_on_the_roots),
		TEST(a_ledgers_roots_are_those_before_the_checkpoint),
		TEST(a_ledger_that_trusts_clocks_takes_no_others),
		TEST(what_was_changed_in_the_table_is_bad),
		TEST(who_looks_may_stop),
		TEST(a_token_finds_its_checkpoint),
		TEST(what_is_good_dates_the_entries),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
