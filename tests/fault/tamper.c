/*
 * tamper.c: thousands of seeded changes to a ledger's file, each of which
 * verification must find, and name by entry where an entry was changed; and
 * an operator who holds the ledger's own key and signs everything again.
 * Prints TAP.  TAMPER_SEED in the environment gives another run.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/append.h"
#include "ledger/entry.h"
#include "ledger/merkle.h"
#include "ledger/reader.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"
#include "tests/support/mutate.h"

#define ENTRIES 300

static struct fixture fixture, other;
static char *work;
static struct error err;
static struct mutator mutator;
static uint64_t size;
static unsigned tests;

static uint64_t
random_number(uint64_t below)
{
	return mutator_number(&mutator, below);
}

static sqlite3 *
open_copy(void)
{
	sqlite3 *db;

	if (sqlite3_open(work, &db) != SQLITE_OK)
		abort();
	/* Any order of rows, with references broken on the way. */
	sqlite3_exec(db, "PRAGMA foreign_keys=OFF; PRAGMA journal_mode=DELETE;"
	    "PRAGMA synchronous=OFF; BEGIN", NULL, NULL, NULL);
	return db;
}

static void
close_copy(sqlite3 *db)
{
	if (sqlite3_exec(db, "COMMIT; PRAGMA journal_mode=WAL", NULL, NULL,
	    NULL) != SQLITE_OK || sqlite3_close(db) != SQLITE_OK) {
		fprintf(stderr, "tamper: %s\n", sqlite3_errmsg(db));
		abort();
	}
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
		fprintf(stderr, "tamper: %s: %s\n", sql, sqlite3_errmsg(db));
		abort();
	}
	return statement;
}

static void
finish(sqlite3_stmt *statement)
{
	if (sqlite3_step(statement) != SQLITE_DONE)
		abort();
	sqlite3_finalize(statement);
}

/* The value of a column of the row with this number, as bytes. */
static struct buffer
value_of(sqlite3 *db, const char *sql, uint64_t number)
{
	sqlite3_stmt *statement = prepare(db, sql);
	struct buffer value = buffer_new((size_t)1 << 28);

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
	if (sqlite3_step(statement) != SQLITE_ROW)
		abort();
	buffer_append(&value, bytes_of(sqlite3_column_blob(statement, 0),
	    (size_t)sqlite3_column_bytes(statement, 0)));
	sqlite3_finalize(statement);
	return value;
}

static void
put_value(sqlite3 *db, const char *sql, uint64_t number, struct bytes value,
    bool text)
{
	sqlite3_stmt *statement = prepare(db, sql);

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
	if (text)
		sqlite3_bind_text(statement, 2, (const char *)value.data,
		    (int)value.len, SQLITE_TRANSIENT);
	else
		sqlite3_bind_blob(statement, 2, value.data, (int)value.len,
		    SQLITE_TRANSIENT);
	finish(statement);
}

static uint64_t
count_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = prepare(db, sql);
	uint64_t count;

	if (sqlite3_step(statement) != SQLITE_ROW)
		abort();
	count = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return count;
}

/* Change, remove or insert one byte. */
static void
change_byte(struct buffer *value, bool length_too)
{
	size_t at = (size_t)random_number(value->len);

	switch (length_too ? random_number(4) : 0) {
	case 1:
		memmove(value->data + at, value->data + at + 1,
		    value->len - at - 1);
		value->len--;
		break;
	case 2:
		if (buffer_room(value, 1) == NULL)
			abort();
		memmove(value->data + at + 1, value->data + at,
		    value->len - at);
		/* The same byte twice is a change too. */
		value->len++;
		break;
	default:
		value->data[at] ^= (uint8_t)(1 << random_number(8));
		break;
	}
}

/* Each mutation changes an open copy and returns the entry it is about, or
 * VERIFY_NOWHERE. */
static uint64_t
mutate_entry(sqlite3 *db)
{
	uint64_t seq = random_number(size);
	struct buffer body = value_of(db,
	    "SELECT body FROM entry WHERE seq=?1", seq);

	change_byte(&body, true);
	put_value(db, "UPDATE entry SET body=?2 WHERE seq=?1", seq,
	    buffer_bytes(&body), true);
	buffer_free(&body);
	return seq;
}

static uint64_t
drop_entry(sqlite3 *db)
{
	uint64_t seq = random_number(size);
	sqlite3_stmt *statement =
	    prepare(db, "DELETE FROM entry WHERE seq=?1");

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)seq);
	finish(statement);
	/* The last one's absence shows in the checkpoint, of size `size'. */
	return seq == size - 1 ? VERIFY_NOWHERE : seq;
}

static uint64_t
swap_entries(sqlite3 *db)
{
	uint64_t a = random_number(size), b = random_number(size - 1);

	if (b >= a)
		b++;
	struct buffer one = value_of(db,
	    "SELECT body FROM entry WHERE seq=?1", a);
	struct buffer two = value_of(db,
	    "SELECT body FROM entry WHERE seq=?1", b);

	put_value(db, "UPDATE entry SET body=?2 WHERE seq=?1", a,
	    buffer_bytes(&two), true);
	put_value(db, "UPDATE entry SET body=?2 WHERE seq=?1", b,
	    buffer_bytes(&one), true);
	buffer_free(&one);
	buffer_free(&two);
	return a;
}

static uint64_t
insert_entry(sqlite3 *db)
{
	uint64_t from = random_number(size);
	struct buffer body = value_of(db,
	    "SELECT body FROM entry WHERE seq=?1", from);
	/* At the end, or far behind it. */
	uint64_t seq = size + random_number(2) * random_number(1000);

	put_value(db, "INSERT INTO entry(seq, body) VALUES(?1, ?2)", seq,
	    buffer_bytes(&body), true);
	buffer_free(&body);
	return VERIFY_NOWHERE;
}

/* Insert in the middle: all later entries move up by one. */
static uint64_t
insert_and_shift(sqlite3 *db)
{
	uint64_t seq = 1 + random_number(size - 1);
	struct buffer body = value_of(db,
	    "SELECT body FROM entry WHERE seq=?1", random_number(size));
	sqlite3_stmt *statement;

	statement = prepare(db,
	    "UPDATE entry SET seq = -seq - 1 WHERE seq >= ?1");
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)seq);
	sqlite3_exec(db, "PRAGMA ignore_check_constraints=ON", NULL, NULL,
	    NULL);
	sqlite3_finalize(statement);
	for (uint64_t at = size; at > seq; at--) {
		struct buffer moved = value_of(db,
		    "SELECT body FROM entry WHERE seq=?1", at - 1);

		put_value(db, "INSERT OR REPLACE INTO entry(seq, body)"
		    " VALUES(?1, ?2)", at, buffer_bytes(&moved), true);
		buffer_free(&moved);
	}
	put_value(db, "UPDATE entry SET body=?2 WHERE seq=?1", seq,
	    buffer_bytes(&body), true);
	buffer_free(&body);
	return seq;
}

static uint64_t
mutate_tile(sqlite3 *db)
{
	uint64_t row = random_number(count_of(db,
	    "SELECT count(*) FROM tile"));
	struct buffer hashes = value_of(db,
	    "SELECT hashes FROM tile ORDER BY rowid LIMIT 1 OFFSET ?1", row);

	switch (random_number(3)) {
	case 0:
		hashes.len -= DIGEST_LEN;
		break;
	default:
		change_byte(&hashes, false);
		break;
	}
	put_value(db, "UPDATE tile SET hashes=?2 WHERE rowid ="
	    " (SELECT rowid FROM tile ORDER BY rowid LIMIT 1 OFFSET ?1)", row,
	    buffer_bytes(&hashes), false);
	buffer_free(&hashes);
	return VERIFY_NOWHERE;
}

static uint64_t
drop_tile(sqlite3 *db)
{
	uint64_t row = random_number(count_of(db,
	    "SELECT count(*) FROM tile"));
	sqlite3_stmt *statement = prepare(db, "DELETE FROM tile WHERE rowid ="
	    " (SELECT rowid FROM tile ORDER BY rowid LIMIT 1 OFFSET ?1)");

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)row);
	finish(statement);
	return VERIFY_NOWHERE;
}

static uint64_t
mutate_checkpoint(sqlite3 *db)
{
	uint64_t row = random_number(count_of(db,
	    "SELECT count(*) FROM checkpoint"));
	struct buffer note = value_of(db, "SELECT note FROM checkpoint"
	    " ORDER BY size LIMIT 1 OFFSET ?1", row);

	change_byte(&note, true);
	put_value(db, "UPDATE checkpoint SET note=?2 WHERE size ="
	    " (SELECT size FROM checkpoint ORDER BY size LIMIT 1 OFFSET ?1)",
	    row, buffer_bytes(&note), true);
	buffer_free(&note);
	return VERIFY_NOWHERE;
}

static uint64_t
drop_newest_checkpoint(sqlite3 *db)
{
	sqlite3_exec(db, "DELETE FROM checkpoint WHERE size ="
	    " (SELECT max(size) FROM checkpoint)", NULL, NULL, NULL);
	return VERIFY_NOWHERE;
}

static uint64_t
mutate_attachment(sqlite3 *db)
{
	struct buffer content = value_of(db,
	    "SELECT content FROM attachment LIMIT 1 OFFSET ?1", 0);

	if (random_number(8) == 0) {
		sqlite3_exec(db, "DELETE FROM attachment", NULL, NULL, NULL);
	} else {
		change_byte(&content, true);
		put_value(db, "UPDATE attachment SET content=?2 WHERE ?1 = 0",
		    0, buffer_bytes(&content), false);
	}
	buffer_free(&content);
	return VERIFY_NOWHERE;
}

static uint64_t
mutate_index(sqlite3 *db)
{
	static const char *const changes[] = {
		"UPDATE record SET name = name || 'x' WHERE seq = ?1",
		"UPDATE record SET kind = 'run' WHERE seq = ?1",
		"UPDATE record SET time = time + 1 WHERE seq = ?1",
		"UPDATE record SET made = made - 1 WHERE seq = ?1",
		"UPDATE record SET leaf = zeroblob(32) WHERE seq = ?1",
		"DELETE FROM record WHERE seq = ?1",
		"UPDATE record SET status = 'failed' WHERE seq = ?1",
		"DELETE FROM artefact WHERE seq = ?1",
		"INSERT INTO artefact SELECT zeroblob(32), kind, seq, role, name"
		" FROM artefact WHERE seq = ?1 LIMIT 1",
		"UPDATE artefact SET role = role + 1 WHERE seq = ?1",
		"INSERT INTO value VALUES(?1, 17, 'invented', 1.0, NULL)",
	};
	size_t which = (size_t)random_number(sizeof changes /
	    sizeof changes[0]);
	sqlite3_stmt *statement = prepare(db, changes[which]);
	uint64_t seq = 2 + random_number(size - 2);

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)seq);
	finish(statement);
	return VERIFY_NOWHERE;
}

/* An entry of another ledger, with the same keys, in place of ours. */
static uint64_t
splice_entry(sqlite3 *db)
{
	uint64_t seq = random_number(size);
	sqlite3_stmt *statement;
	char *sql = sqlite3_mprintf("ATTACH %Q AS other", other.store);

	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		abort();
	sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	statement = prepare(db, "UPDATE entry SET body = (SELECT body FROM"
	    " other.entry WHERE seq = ?1) WHERE seq >= ?1 AND seq < ?1 + ?2");
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)seq);
	sqlite3_bind_int64(statement, 2,
	    1 + (sqlite3_int64)random_number(3));
	finish(statement);
	sqlite3_free(sql);
	return seq;
}

struct seen {
	uint64_t looked_for;
	bool named;
	uint64_t count;
	enum verify_check check;
	char what[300];
};

static void
note_problem(void *cookie, const struct verify_problem *problem)
{
	struct seen *seen = cookie;

	if (seen->count++ == 0) {
		seen->check = problem->check;
		snprintf(seen->what, sizeof seen->what, "%s", problem->what);
	}
	if (problem->seq == seen->looked_for)
		seen->named = true;
}

static struct seen
verify_work(uint64_t looked_for, bool *failed)
{
	struct seen seen = { .looked_for = looked_for };
	struct verify_options options = {
		.problem = note_problem,
		.cookie = &seen,
	};
	struct verify_result result;

	*failed = verify_ledger(&result, work, &options, &err) == -1;
	return seen;
}

/* `count' mutations of one sort. */
static void
try(const char *name, uint64_t (*mutate)(sqlite3 *), unsigned count)
{
	unsigned missed = 0, unnamed = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t start = mutator.state;
		struct seen seen;
		uint64_t seq;
		bool failed;
		sqlite3 *db;

		fixture_copy(fixture.store, work);
		db = open_copy();
		seq = mutate(db);
		close_copy(db);
		seen = verify_work(seq, &failed);
		if (seen.count == 0 && !failed) {
			printf("# missed: %s, state %llu\n", name,
			    (unsigned long long)start);
			missed++;
		} else if (failed && err.class == ERROR_SYSTEM) {
			printf("# %s: %s\n", name, err.what);
			missed++;
		} else if (!failed && seq != VERIFY_NOWHERE && !seen.named) {
			printf("# entry %llu not named: %s\n",
			    (unsigned long long)seq, seen.what);
			unnamed++;
		}
	}
	tests++;
	printf("%s %u - %u times: %s\n",
	    missed == 0 && unnamed == 0 ? "ok" : "not ok", tests, count, name);
}

static void
expect(bool condition, const char *sentence)
{
	tests++;
	printf("%s %u - %s\n", condition ? "ok" : "not ok", tests, sentence);
}

/* A ledger signed anew by someone who holds the ledger's key: from these
 * lines' envelopes, with new chain, tiles and checkpoints. */
static void
put_tile(sqlite3 *db, unsigned level, uint64_t index,
    const struct digest *hashes, unsigned width)
{
	sqlite3_stmt *statement = prepare(db,
	    "INSERT OR REPLACE INTO tile(level, number, hashes)"
	    " VALUES(?1, ?2, ?3)");

	sqlite3_bind_int(statement, 1, (int)level);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)index);
	sqlite3_bind_blob(statement, 3, hashes,
	    (int)(width * sizeof *hashes), SQLITE_STATIC);
	finish(statement);
}

static int
full_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *ignored)
{
	(void)ignored;
	put_tile(cookie, level, index, hashes, TILE_WIDTH);
	return 0;
}

static void
sign_size(sqlite3 *db, const struct merkle *tree)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct checkpoint checkpoint = { .size = tree->size };
	uint64_t number = tree->size;

	strcpy(checkpoint.origin, FIXTURE_ORIGIN);
	checkpoint.root = merkle_root(tree);
	if (checkpoint_sign(&note, &checkpoint, fixture.ledger_key, &err) ==
	    -1)
		fixture_die("sign", &err);
	put_value(db, "INSERT OR REPLACE INTO checkpoint(size, note)"
	    " VALUES(?1, ?2)", tree->size, buffer_bytes(&note), true);
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		number /= TILE_WIDTH;
		if (tree->width[level] > 0)
			put_tile(db, level, number, tree->hash[level],
			    tree->width[level]);
	}
	buffer_free(&note);
}

/* Rebuild the working copy with a change: envelope `at' replaced by another,
 * or all from `at' on left out, or one more at the end. */
enum rewrite { REPLACE, LEAVE_OUT, APPEND };

static void
rewrite_as_operator(enum rewrite how, uint64_t at, struct bytes envelope)
{
	struct merkle *tree = memory_new(1, sizeof *tree);
	struct digest prev = { { 0 } };
	struct entry entry = entry_new();
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct error ignored;
	uint64_t rebuilt, total = size + (how == APPEND);
	uint64_t seq = 0;
	sqlite3 *db;

	fixture_copy(fixture.store, work);
	db = open_copy();
	/* Checkpoints stay at the sizes they had. */
	merkle_begin(tree);
	sqlite3_exec(db, "DELETE FROM tile", NULL, NULL, NULL);
	for (uint64_t i = 0; i < total; i++) {
		struct buffer body = value_of(db,
		    "SELECT body FROM entry WHERE seq=?1",
		    i < size ? i : size - 1);

		if (entry_parse(&entry, buffer_bytes(&body), &err) == -1)
			fixture_die("entry", &err);
		buffer_free(&body);
		if (how == LEAVE_OUT && i == at)
			continue;
		if ((how == REPLACE && i == at) || i == size) {
			if (envelope_parse(&entry.envelope, envelope, &err) ==
			    -1)
				fixture_die("envelope", &err);
		}
		buffer_clear(&line);
		if (entry_write(&line, seq, entry.time_ms, prev,
		    &entry.envelope, &err) == -1)
			fixture_die("entry", &err);
		put_value(db, "INSERT OR REPLACE INTO entry(seq, body)"
		    " VALUES(?1, ?2)", seq, buffer_bytes(&line), true);
		prev = entry_leaf_hash(buffer_bytes(&line));
		if (merkle_add(tree, prev, full_tile, db, &err) == -1)
			fixture_die("tree", &err);
		seq++;
		sqlite3_stmt *there = prepare(db,
		    "SELECT 1 FROM checkpoint WHERE size=?1");
		sqlite3_bind_int64(there, 1, (sqlite3_int64)seq);
		bool sign = sqlite3_step(there) == SQLITE_ROW || i == total - 1;
		sqlite3_finalize(there);
		if (sign)
			sign_size(db, tree);
	}
	sqlite3_stmt *rest = prepare(db, "DELETE FROM entry WHERE seq >= ?1");
	sqlite3_bind_int64(rest, 1, (sqlite3_int64)seq);
	finish(rest);
	rest = prepare(db, "DELETE FROM checkpoint WHERE size > ?1");
	sqlite3_bind_int64(rest, 1, (sqlite3_int64)seq);
	finish(rest);
	close_copy(db);
	append_reindex(work, &rebuilt, NULL, NULL, &ignored);
	entry_free(&entry);
	buffer_free(&line);
	memory_free(tree);
}

static void
operators(void)
{
	struct checkpoint none = { .size = 0, .root = merkle_empty() };
	struct buffer record = buffer_new(LIMIT_ENVELOPE);
	struct seen seen;
	bool failed;

	/* The founder is the operator here: he may sign what he likes. */
	rewrite_as_operator(APPEND, 0, ({
		fixture_observation(&record, &fixture, fixture.founder, &none,
		    1);
		buffer_bytes(&record);
	}));
	seen = verify_work(0, &failed);
	expect(!failed && seen.count == 0,
	    "what is rebuilt without a change verifies");

	rewrite_as_operator(REPLACE, 40, buffer_bytes(&record));
	seen = verify_work(0, &failed);
	printf("# %s\n", seen.what);
	expect(!failed && seen.count > 0 && seen.check == VERIFY_PIN,
	    "an operator who rewrites an old entry is convicted by the pins "
	    "of later authors");

	rewrite_as_operator(LEAVE_OUT, 40, bytes_of(NULL, 0));
	seen = verify_work(0, &failed);
	expect(!failed && seen.count > 0 && seen.check == VERIFY_PIN,
	    "an operator who leaves out an old entry is convicted by the pins "
	    "of later authors");

	/* The same envelope once more, well-formed in every other way. */
	sqlite3 *db;
	struct buffer body;
	struct entry entry = entry_new();

	fixture_copy(fixture.store, work);
	db = open_copy();
	body = value_of(db, "SELECT body FROM entry WHERE seq=?1", 100);
	close_copy(db);
	if (entry_parse(&entry, buffer_bytes(&body), &err) == -1)
		fixture_die("entry", &err);
	buffer_clear(&record);
	envelope_write(&record, &entry.envelope);
	rewrite_as_operator(APPEND, 0, buffer_bytes(&record));
	seen = verify_work(size, &failed);
	expect(!failed && seen.count > 0 && seen.named,
	    "a replayed envelope is found although the operator signed it");
	entry_free(&entry);
	buffer_free(&body);

	/* A record signed by a key that nobody enrolled. */
	struct signer *stranger;

	if (signer_generate(&stranger, &err) == -1)
		fixture_die("key", &err);
	buffer_clear(&record);
	fixture_observation(&record, &fixture, stranger, &none, 1);
	rewrite_as_operator(APPEND, 0, buffer_bytes(&record));
	seen = verify_work(size, &failed);
	expect(!failed && seen.named && seen.check == VERIFY_AUTHORITY,
	    "a stranger's record is found although the operator took it in");
	signer_free(stranger);

	/* A record meant for another ledger with the same keys. */
	buffer_clear(&record);
	fixture_observation(&record, &other, fixture.founder, &none, 1);
	rewrite_as_operator(APPEND, 0, buffer_bytes(&record));
	seen = verify_work(size, &failed);
	expect(!failed && seen.named && seen.check == VERIFY_RECORD,
	    "a record meant for another ledger is found");
	buffer_free(&record);
}

/* A dataset with a manifest, which is an attachment. */
static void
add_attachment(struct appender *appender)
{
	struct bytes manifest = bytes_of_text("0000  1  a file\n");
	struct digest digest = digest_of(manifest);
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct append_item item;
	struct record_head head;
	size_t bad;

	appender_head(appender, &head);
	json_put(members, "name", json_new_text("folder"), &err);
	json_put(members, "version", json_new_text("1"), &err);
	json_put(members, "manifest",
	    json_new_text(digest_hex(digest).text), &err);
	json_push(subjects, record_subject("dataset/folder@1", digest), &err);
	fixture_record(&line, fixture.founder, &head, "dataset", subjects,
	    members);
	item.envelope = buffer_bytes(&line);
	if (appender_add(appender, &item, 1, &manifest, 1, &bad, &err) == -1)
		fixture_die("dataset", &err);
	buffer_free(&line);
}

static void
fill(struct fixture *made, bool attachment)
{
	struct appender *appender;
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct append_item item;
	size_t bad;

	if (appender_open(&appender, made->store, made->ledger_key, &err) ==
	    -1)
		fixture_die("open", &err);
	fixture_enrolment(&line, made, appender_checkpoint(appender));
	item.envelope = buffer_bytes(&line);
	if (appender_add(appender, &item, 1, NULL, 0, &bad, &err) == -1)
		fixture_die("enrol", &err);
	if (attachment)
		add_attachment(appender);
	fixture_fill(made, appender, ENTRIES, 5);
	size = appender_checkpoint(appender)->size;
	appender_close(appender);
	buffer_free(&line);
}

int
main(void)
{
	char *folder = fixture_folder(), *second = fixture_folder();
	struct buffer path = buffer_new(4096);
	const char *seed = getenv("TAMPER_SEED");
	struct seen seen;
	bool failed;

	mutator.state = seed == NULL ? 1 : strtoull(seed, NULL, 10);
	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	fixture_make(&other, second, "other.example/ledger");
	fill(&other, true);
	fill(&fixture, true);
	if (file_join(&path, folder, "work.db", &err) == -1)
		fixture_die("path", &err);
	work = (char *)path.data;

	fixture_copy(fixture.store, work);
	seen = verify_work(0, &failed);
	printf("# %s\n", failed ? err.what : seen.what);
	expect(!failed && seen.count == 0, "the untouched ledger verifies");
	operators();
	try("a byte of an entry changed, removed or doubled", mutate_entry,
	    700);
	try("an entry dropped", drop_entry, 150);
	try("two entries swapped", swap_entries, 150);
	try("an entry added behind the last", insert_entry, 100);
	try("an entry inserted in the middle", insert_and_shift, 50);
	try("entries of another ledger spliced in", splice_entry, 150);
	try("a tile changed or cut", mutate_tile, 350);
	try("a tile dropped", drop_tile, 20);
	try("a byte of a checkpoint changed, removed or doubled",
	    mutate_checkpoint, 350);
	try("the newest checkpoint dropped", drop_newest_checkpoint, 1);
	try("an attachment changed or dropped", mutate_attachment, 60);
	try("a row of the index changed, dropped or added", mutate_index,
	    200);
	printf("1..%u\n", tests);
	fixture_free(&fixture);
	fixture_free(&other);
	buffer_free(&path);
	fixture_remove(folder);
	fixture_remove(second);
	return 0;
}
