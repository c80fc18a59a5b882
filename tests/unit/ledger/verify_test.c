/* verify_test.c: each thing that can be wrong is named, at its place. */
#include <sqlite3.h>

#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/merkle.h"
#include "ledger/reader.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"
#include "tests/unit/ledger/expect.h"

#define ENTRIES 600 /* Three tiles of level 0, the last of them partial. */

static struct error err;

struct place {
	char *folder;
	struct fixture fixture;
	char *sound; /* A copy that stays as it was. */
	struct buffer kept; /* A checkpoint seen when half was there. */
	struct buffer other_kept; /* One of another history. */
	uint64_t kept_size;
};

/* Problems as they were told, the first of them in full. */
#define MANY ((size_t)64)
struct told {
	size_t count;
	struct {
		enum verify_check check;
		uint64_t seq;
		char what[200];
	} problem[MANY];
	uint64_t progress;
	uint64_t stop_at;
};

static void
tell(void *cookie, const struct verify_problem *problem)
{
	struct told *told = cookie;

	if (told->count < MANY) {
		told->problem[told->count].check = problem->check;
		told->problem[told->count].seq = problem->seq;
		(void)snprintf(told->problem[told->count].what, 200, "%s",
		    problem->what);
	}
	told->count++;
}

static int
tell_progress(void *cookie, uint64_t done, uint64_t total)
{
	struct told *told = cookie;

	assert_true(done >= told->progress && done <= total);
	told->progress = done;
	return told->stop_at != 0 && done >= told->stop_at;
}

static int
set_up(void **state)
{
	struct place *place = memory_new(1, sizeof *place);
	struct buffer sound = buffer_new(4096);
	struct appender *appender;

	place->folder = fixture_folder();
	fixture_make(&place->fixture, place->folder, FIXTURE_ORIGIN);
	expect_fine(appender_open(&appender, place->fixture.store,
	    place->fixture.ledger_key, &err), &err);
	fixture_fill(&place->fixture, appender, ENTRIES / 2, 7);
	place->kept = buffer_new(LIMIT_NOTE);
	place->kept_size = appender_checkpoint(appender)->size;
	expect_fine(checkpoint_sign(&place->kept,
	    appender_checkpoint(appender), place->fixture.ledger_key, &err),
	    &err);
	/* The same size and key, another root: a history that was forked. */
	struct checkpoint forked = *appender_checkpoint(appender);

	forked.root.byte[0] ^= 1;
	place->other_kept = buffer_new(LIMIT_NOTE);
	expect_fine(checkpoint_sign(&place->other_kept, &forked,
	    place->fixture.ledger_key, &err), &err);
	fixture_fill(&place->fixture, appender, ENTRIES - ENTRIES / 2, 11);
	appender_close(appender);
	buffer_printf(&sound, "%s/sound.db", place->folder);
	place->sound = (char *)sound.data;
	fixture_copy(place->fixture.store, place->sound);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	buffer_free(&place->kept);
	buffer_free(&place->other_kept);
	memory_free(place->sound);
	fixture_free(&place->fixture);
	fixture_remove(place->folder);
	memory_free(place);
	return 0;
}

/* The sound ledger with this done to it by whoever has the file. */
static void
spoil(const struct place *place, const char *sql)
{
	char *said = NULL;
	int done, changes;
	sqlite3 *db;

	fixture_copy(place->sound, place->fixture.store);
	assert_int_equal(sqlite3_open(place->fixture.store, &db), SQLITE_OK);
	done = sqlite3_exec(db, sql, NULL, NULL, &said);
	changes = sqlite3_total_changes(db);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	if (done != SQLITE_OK || changes == 0)
		fail_msg("%s: %s", sql, said);
}

static struct verify_result
verify(const struct place *place, struct verify_options options,
    struct told *told)
{
	struct verify_result result;

	memset(told, 0, sizeof *told);
	options.cookie = told;
	options.problem = tell;
	expect_fine(verify_ledger(&result, place->fixture.store, &options,
	    &err), &err);
	assert_int_equal(result.problems, told->count);
	return result;
}

static void
expect_told(const struct told *told, enum verify_check check, uint64_t seq,
    const char *part, const char *what)
{
	for (size_t i = 0; i < told->count && i < MANY; i++) {
		if (told->problem[i].check == check &&
		    told->problem[i].seq == seq &&
		    strstr(told->problem[i].what, part) != NULL)
			return;
	}
	for (size_t i = 0; i < told->count && i < MANY; i++)
		print_message("# told: %s %llu %s\n",
		    verify_check_name(told->problem[i].check),
		    (unsigned long long)told->problem[i].seq,
		    told->problem[i].what);
	fail_msg("%s: not told: %s %llu %s", what, verify_check_name(check),
	    (unsigned long long)seq, part);
}

static void
a_sound_ledger_has_no_problems_and_is_counted(void **state)
{
	struct place *place = *state;
	struct told told;

	for (unsigned threads = 1; threads <= 3; threads++) {
		struct verify_result result = verify(place,
		    (struct verify_options){ .threads = threads }, &told);

		assert_int_equal(result.problems, 0);
		assert_int_equal(result.size, ENTRIES + 1);
		assert_int_equal(result.entries, ENTRIES + 1);
		/* Founder and ledger signed the genesis. */
		assert_int_equal(result.signatures,
		    ENTRIES + 2 + result.checkpoints);
		assert_true(result.has_checkpoint);
		assert_int_equal(result.checkpoint.size, ENTRIES + 1);
	}
}

static void
what_was_spoilt_is_named_at_its_place(void **state)
{
	static const struct {
		const char *sql;
		enum verify_check check;
		uint64_t seq;
		const char *part;
	} cases[] = {
		{ "UPDATE entry SET body = body || ' ' WHERE seq = 5",
		    VERIFY_ENTRY, 5, "" },
		{ "UPDATE entry SET body = replace(body, '\"seq\":9,',"
		  " '\"seq\":8,') WHERE seq = 9",
		    VERIFY_CHAIN, 9, "number 8" },
		{ "UPDATE entry SET body = replace(body, '\"time\":\"202',"
		  " '\"time\":\"200') WHERE seq = 300",
		    VERIFY_TIME, 300, "before" },
		{ "UPDATE entry SET body = (SELECT body FROM entry WHERE"
		  " seq = 12) WHERE seq = 11",
		    VERIFY_TREE, 11, "" },
		{ "DELETE FROM entry WHERE seq = 7", VERIFY_ENTRY, 7,
		    "missing" },
		{ "DELETE FROM entry WHERE seq = 600", VERIFY_CHECKPOINT, 601,
		    "" },
		{ "UPDATE tile SET hashes ="
		  " CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)"
		  " WHERE level = 0 AND number = 1",
		    VERIFY_TREE, 256, "" },
		{ "UPDATE tile SET hashes ="
		  " CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)"
		  " WHERE level = 1",
		    VERIFY_TREE, VERIFY_NOWHERE, "" },
		{ "DELETE FROM tile WHERE level = 0 AND number = 2",
		    VERIFY_TREE, VERIFY_NOWHERE, "" },
		{ "INSERT INTO tile VALUES (0, 9, zeroblob(32))", VERIFY_TREE,
		    VERIFY_NOWHERE, "" },
		{ "UPDATE checkpoint SET note = replace(note,"
		  " char(10) || '8' || char(10), char(10) || '9' || char(10))"
		  " WHERE size = 8",
		    VERIFY_CHECKPOINT, 8, "" },
		{ "UPDATE checkpoint SET note = (SELECT note FROM checkpoint"
		  " WHERE size = 15) WHERE size = 8",
		    VERIFY_CHECKPOINT, 8, "another size" },
		{ "DELETE FROM checkpoint WHERE size > 400", VERIFY_CHECKPOINT,
		    400, "no checkpoint" },
		{ "INSERT INTO attachment(digest, content)"
		  " VALUES (zeroblob(32), x'78')",
		    VERIFY_ATTACHMENT, VERIFY_NOWHERE, "altered" },
		{ "UPDATE record SET name = 'x' WHERE seq = 9", VERIFY_INDEX,
		    9, "name" },
		{ "UPDATE record SET signer = 99 WHERE seq = 21", VERIFY_INDEX,
		    21, "signer" },
		{ "UPDATE signer SET key = zeroblob(32)", VERIFY_INDEX, 1,
		    "signer" },
		{ "DELETE FROM record WHERE seq = 599", VERIFY_INDEX, 599,
		    "no row" },
		{ "UPDATE artefact SET name = 'x' WHERE seq = 30",
		    VERIFY_INDEX, 30, "" },
		{ "UPDATE value SET number = number + 1 WHERE seq = 12",
		    VERIFY_INDEX, 12, "metric" },
		{ "UPDATE value SET number = NULL, text = 'x' WHERE seq = 13",
		    VERIFY_INDEX, 13, "metric" },
		{ "DELETE FROM value WHERE seq = 14", VERIFY_INDEX, 14,
		    "metric" },
		{ "UPDATE artefact SET kind = 'run' WHERE seq = 11",
		    VERIFY_INDEX, 11, "subject" },
		{ "INSERT INTO artefact(digest, kind, seq, role, name)"
		  " VALUES (zeroblob(32), 'run', 3, 1, 'x')",
		    VERIFY_INDEX, VERIFY_NOWHERE, "rows" },
		{ "INSERT INTO value(seq, role, name, number, text)"
		  " VALUES (3, 17, 'more', 1.0, 'x')",
		    VERIFY_INDEX, VERIFY_NOWHERE, "rows" },
		{ "UPDATE kind_count SET entries = entries + 1"
		  " WHERE kind = 'observation'",
		    VERIFY_INDEX, VERIFY_NOWHERE, "counts 601" },
		{ "DELETE FROM kind_count", VERIFY_INDEX, VERIFY_NOWHERE,
		    "counts 0" },
	};
	struct place *place = *state;
	struct told told;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		spoil(place, cases[i].sql);
		verify(place, (struct verify_options){ .threads = 2 }, &told);
		expect_told(&told, cases[i].check, cases[i].seq,
		    cases[i].part, cases[i].sql);
	}
}

/* In the file itself: a kind is spelt otherwise in the tree that entries are
 * found by, and not in the table. */
static void
misspell_in_index(const char *store)
{
	uint8_t page[4096];
	sqlite3_stmt *statement;
	sqlite3 *db;
	uint8_t *word;
	long at;
	FILE *file;

	assert_int_equal(sqlite3_open(store, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT rootpage FROM"
	    " sqlite_schema WHERE name = 'record_kind'", -1, &statement, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	at = (long)(sqlite3_column_int64(statement, 0) - 1) *
	    (long)sizeof page;
	sqlite3_finalize(statement);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	file = fopen(store, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fread(page, 1, sizeof page, file), sizeof page);
	word = memmem(page, sizeof page, "observation", 11);
	assert_non_null(word);
	word[10] = 'N';
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fwrite(page, 1, sizeof page, file), sizeof page);
	assert_int_equal(fclose(file), 0);
}

static void
an_index_that_hides_rows_is_found_by_the_check_of_structure(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .structure = true };
	struct told told;

	fixture_copy(place->sound, place->fixture.store);
	verify(place, options, &told);
	assert_int_equal(told.count, 0);
	misspell_in_index(place->fixture.store);
	verify(place, options, &told);
	expect_told(&told, VERIFY_STORE, VERIFY_NOWHERE, "record_kind",
	    "structure");
}

static void
one_thing_spoilt_is_not_many_problems(void **state)
{
	struct place *place = *state;
	struct told told;

	/* Its own spelling, its leaf hash, and its rows, which nobody knows. */
	spoil(place, "UPDATE entry SET body = body || ' ' WHERE seq = 5");
	verify(place, (struct verify_options){ .threads = 2 }, &told);
	for (size_t i = 0; i < told.count; i++)
		assert_int_equal(told.problem[i].seq, 5);
	assert_true(told.count <= 3);
}

static void
the_index_can_be_left_out(void **state)
{
	struct place *place = *state;
	struct told told;

	spoil(place, "UPDATE record SET name = 'x' WHERE seq = 9");
	verify(place, (struct verify_options){ .without_index = true }, &told);
	assert_int_equal(told.count, 0);
}

static void
after_enough_problems_it_stops(void **state)
{
	struct place *place = *state;
	struct verify_result result;
	struct told told;

	spoil(place, "UPDATE entry SET body = body || ' '");
	result = verify(place,
	    (struct verify_options){ .max_problems = 10 }, &told);
	assert_int_equal(result.problems, 10);
}

static void
a_kept_checkpoint_is_extended_and_only_the_rest_is_new(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .threads = 2,
		.since = buffer_bytes(&place->kept) };
	struct verify_result result;
	struct told told;

	fixture_copy(place->sound, place->fixture.store);
	result = verify(place, options, &told);
	assert_int_equal(result.problems, 0);
	assert_int_equal(result.entries, ENTRIES + 1 - place->kept_size);
	assert_int_equal(result.size, ENTRIES + 1);
	/* Of what came before, nothing could be changed unseen. */
	spoil(place, "UPDATE entry SET body = replace(body, '\"seq\":9,',"
	    " '\"seq\":8,') WHERE seq = 9");
	result = verify(place, options, &told);
	assert_true(result.problems > 0);
}

static void
a_checkpoint_of_another_history_is_not_extended(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .threads = 2,
		.since = buffer_bytes(&place->other_kept) };
	struct told told;

	fixture_copy(place->sound, place->fixture.store);
	verify(place, options, &told);
	expect_told(&told, VERIFY_CHECKPOINT, place->kept_size,
	    "not those of the checkpoint", "forked");
}

static void
a_ledger_that_was_rolled_back_is_told(void **state)
{
	struct place *place = *state;
	struct buffer sql = buffer_new(1024);
	struct verify_options options = { .threads = 2,
		.since = buffer_bytes(&place->kept) };
	struct told told;

	buffer_printf(&sql, "DELETE FROM entry WHERE seq > 50;"
	    "DELETE FROM checkpoint WHERE size > 50");
	spoil(place, buffer_string(&sql));
	verify(place, options, &told);
	expect_told(&told, VERIFY_CHECKPOINT, place->kept_size, "rolled back",
	    "rolled back");
	buffer_free(&sql);
}

static void
a_kept_file_that_is_no_checkpoint_is_no_answer(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .since = bytes_of_text("hello\n") };
	struct verify_result result;

	fixture_copy(place->sound, place->fixture.store);
	assert_int_equal(verify_ledger(&result, place->fixture.store,
	    &options, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
}

static void
the_auditors_own_key_counts(void **state)
{
	struct place *place = *state;
	struct buffer right = buffer_new(1024), wrong = buffer_new(1024);
	struct verify_options options = { .threads = 1 };
	struct note_key key;
	struct told told;

	fixture_copy(place->sound, place->fixture.store);
	expect_fine(note_key_make(&key, FIXTURE_ORIGIN, NOTE_ED25519,
	    signer_public_key(place->fixture.ledger_key), &err), &err);
	note_key_write(&right, &key);
	expect_fine(note_key_make(&key, FIXTURE_ORIGIN, NOTE_ED25519,
	    signer_public_key(place->fixture.founder), &err), &err);
	note_key_write(&wrong, &key);
	options.vkey = buffer_string(&right);
	verify(place, options, &told);
	assert_int_equal(told.count, 0);
	options.vkey = buffer_string(&wrong);
	verify(place, options, &told);
	expect_told(&told, VERIFY_CHECKPOINT, 0, "not the one given", "vkey");
	options.vkey = "nonsense";

	struct verify_result result;

	assert_int_equal(verify_ledger(&result, place->fixture.store,
	    &options, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	buffer_free(&right);
	buffer_free(&wrong);
}

static void
progress_is_told_and_may_stop_it(void **state)
{
	struct place *place = *state;
	struct told told = { .count = 0 };
	struct verify_options options = { .threads = 2, .cookie = &told,
		.problem = tell, .progress = tell_progress };
	struct verify_result result;

	fixture_copy(place->sound, place->fixture.store);
	expect_fine(verify_ledger(&result, place->fixture.store, &options,
	    &err), &err);
	assert_int_equal(told.progress, ENTRIES + 1);
	told.progress = 0;
	told.stop_at = 1;
	assert_int_equal(verify_ledger(&result, place->fixture.store,
	    &options, &err), -1);
	assert_non_null(strstr(err.what, "interrupted"));
}

static void
what_is_not_there_is_no_answer(void **state)
{
	struct verify_options options = { .threads = 1 };
	struct verify_result result;

	(void)state;
	assert_int_equal(verify_ledger(&result, "/nonexistent/ledger.db",
	    &options, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
}

/* ---- one thing wrong and nothing else ---- */

/* An entry that whoever holds the ledger's own key puts at the end. */
struct forgery {
	uint64_t seq;
	int64_t time_ms;
	struct digest prev;
	struct envelope envelope;
	struct checkpoint after; /* The newest one, before the forgery. */
	const char *tail; /* After the line. */
};

static int
put_full_tile(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *why)
{
	return store_put_tile(cookie, level, index, hashes, TILE_WIDTH, why);
}

/* The tree with one leaf more, signed by the ledger's key. */
static void
sign_tree(const struct place *place, struct store *store, struct digest leaf,
    const struct checkpoint *before)
{
	struct merkle *tree = memory_new(1, sizeof *tree);
	struct checkpoint checkpoint = *before;
	struct tile_source tiles = store_tiles(store);
	struct buffer note = buffer_new(LIMIT_NOTE);
	uint64_t number;

	assert_non_null(tree);
	expect_fine(merkle_load(tree, before->size, &tiles, &err), &err);
	expect_fine(merkle_add(tree, leaf, put_full_tile, store, &err), &err);
	number = tree->size;
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		number /= TILE_WIDTH;
		if (tree->width[level] > 0)
			expect_fine(store_put_tile(store, level, number,
			    tree->hash[level], tree->width[level], &err),
			    &err);
	}
	checkpoint.size = tree->size;
	checkpoint.root = merkle_root(tree);
	expect_fine(checkpoint_sign(&note, &checkpoint,
	    place->fixture.ledger_key, &err), &err);
	expect_fine(store_put_checkpoint(store, tree->size,
	    buffer_bytes(&note), &err), &err);
	buffer_free(&note);
	memory_free(tree);
}

/* A sound beginning for a forgery, on a fresh copy of the sound ledger. */
static struct forgery
begin_forgery(const struct place *place)
{
	struct forgery forgery = { .seq = ENTRIES + 1, .tail = "",
		.envelope = envelope_new() };
	struct reader_entry last = reader_entry_new();
	struct reader *reader;

	fixture_copy(place->sound, place->fixture.store);
	expect_fine(reader_open(&reader, place->fixture.store, &err), &err);
	expect_fine(reader_read(reader, ENTRIES, &last, &err), &err);
	forgery.prev = last.leaf;
	forgery.time_ms = last.entry.time_ms;
	forgery.after = *reader_checkpoint(reader);
	reader_entry_free(&last);
	reader_close(reader);
	return forgery;
}

static void
put_forgery(const struct place *place, struct forgery *forgery)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct store *store;

	expect_fine(entry_write(&line, forgery->seq, forgery->time_ms,
	    forgery->prev, &forgery->envelope, &err), &err);
	buffer_text(&line, forgery->tail);
	expect_fine(store_open(&store, place->fixture.store, STORE_WRITE,
	    &err), &err);
	expect_fine(store_begin_write(store, &err), &err);
	expect_fine(store_put_entry(store, ENTRIES + 1, buffer_bytes(&line),
	    &err), &err);
	sign_tree(place, store, entry_leaf_hash(buffer_bytes(&line)),
	    &forgery->after);
	expect_fine(store_commit(store, &err), &err);
	store_close(store);
	envelope_free(&forgery->envelope);
	buffer_free(&line);
}

/* An observation, for any ledger and after any checkpoint. */
static void
observe(const struct place *place, struct forgery *forgery,
    const char *origin, const struct signer *signer,
    const struct checkpoint *after)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct fixture fixture = place->fixture;

	fixture.origin = origin;
	fixture_observation(&text, &fixture, signer, after, 1);
	expect_fine(envelope_parse(&forgery->envelope, buffer_bytes(&text),
	    &err), &err);
	buffer_free(&text);
}

/* The envelope that entry 5 has. */
static void
repeat(const struct place *place, struct forgery *forgery)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct reader_entry old = reader_entry_new();
	struct reader *reader;

	expect_fine(reader_open(&reader, place->fixture.store, &err), &err);
	expect_fine(reader_read(reader, 5, &old, &err), &err);
	envelope_write(&text, &old.entry.envelope);
	expect_fine(envelope_parse(&forgery->envelope, buffer_bytes(&text),
	    &err), &err);
	reader_entry_free(&old);
	reader_close(reader);
	buffer_free(&text);
}

/* A dataset that names an attachment, which somebody else has to keep. */
static void
name_attachment(const struct place *place, struct buffer *text,
    const struct checkpoint *after, struct bytes content)
{
	struct record_head head = { .ledger = FIXTURE_ORIGIN,
		.made_ms = clock_now_ms(), .nonce = { 42 },
		.after_size = after->size, .after_root = after->root };
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct digest digest = digest_of(content);

	expect_fine(json_put(members, "name", json_new_text("d"), &err),
	    &err);
	expect_fine(json_put(members, "version", json_new_text("1"), &err),
	    &err);
	expect_fine(json_put(members, "manifest",
	    json_new_text(digest_hex(digest).text), &err), &err);
	expect_fine(json_push(subjects, record_subject("dataset/d@1", digest),
	    &err), &err);
	fixture_record(text, place->fixture.founder, &head, "dataset",
	    subjects, members);
}

/* Exactly this is told of the last entry, and nothing of any other. */
static void
expect_alone(struct place *place, struct forgery *forgery,
    enum verify_check check, const char *part)
{
	/* Nobody wrote the index's rows of a forgery. */
	struct verify_options options = { .without_index = true };
	struct told told;

	put_forgery(place, forgery);
	for (options.threads = 1; options.threads <= 2; options.threads++) {
		verify(place, options, &told);
		expect_told(&told, check, ENTRIES + 1, part, part);
		assert_int_equal(told.count, 1);
	}
}

#define OURS FIXTURE_ORIGIN, place->fixture.founder, &forgery.after

static void
an_operator_who_forges_nothing_is_not_accused(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .without_index = true };
	struct forgery forgery = begin_forgery(place);
	struct told told;

	observe(place, &forgery, OURS);
	put_forgery(place, &forgery);
	assert_int_equal(verify(place, options, &told).size, ENTRIES + 2);
	assert_int_equal(told.count, 0);
}

static void
a_forged_entry_is_told_by_what_is_wrong_with_it(void **state)
{
	struct place *place = *state;
	struct forgery forgery = begin_forgery(place);

	observe(place, &forgery, OURS);
	forgery.tail = " ";
	expect_alone(place, &forgery, VERIFY_ENTRY, "spelling");

	forgery = begin_forgery(place);
	observe(place, &forgery, OURS);
	forgery.prev.byte[31] ^= 1;
	expect_alone(place, &forgery, VERIFY_CHAIN, "prev");

	forgery = begin_forgery(place);
	observe(place, &forgery, OURS);
	forgery.seq++;
	expect_alone(place, &forgery, VERIFY_CHAIN, "number 602");

	forgery = begin_forgery(place);
	observe(place, &forgery, OURS);
	forgery.time_ms -= 3600000;
	expect_alone(place, &forgery, VERIFY_TIME, "before");

	forgery = begin_forgery(place);
	buffer_text(&forgery.envelope.payload, "{}");
	expect_fine(envelope_sign(&forgery.envelope, place->fixture.founder,
	    &err), &err);
	expect_alone(place, &forgery, VERIFY_RECORD, "");

	forgery = begin_forgery(place);
	observe(place, &forgery, "other.example/ledger",
	    place->fixture.founder, &forgery.after);
	expect_alone(place, &forgery, VERIFY_RECORD, "another ledger");

	forgery = begin_forgery(place);
	repeat(place, &forgery);
	expect_alone(place, &forgery, VERIFY_REPLAY, "entry 5");
}

static void
a_record_that_its_signer_did_not_sign_is_told(void **state)
{
	struct place *place = *state;
	struct forgery forgery = begin_forgery(place);

	observe(place, &forgery, OURS);
	forgery.envelope.signature[0].signature.byte[40] ^= 1;
	expect_alone(place, &forgery, VERIFY_SIGNATURE, "does not verify");

	/* What is signed was changed: another number of examples. */
	forgery = begin_forgery(place);
	observe(place, &forgery, OURS);
	char *number = strstr((char *)forgery.envelope.payload.data,
	    "\"n\":1");

	assert_non_null(number);
	number[4] = '2';
	expect_alone(place, &forgery, VERIFY_SIGNATURE, "does not verify");
}

static void
a_record_by_somebody_who_may_not_is_told(void **state)
{
	struct place *place = *state;
	struct forgery forgery = begin_forgery(place);

	observe(place, &forgery, FIXTURE_ORIGIN, place->fixture.engineer,
	    &forgery.after);
	expect_alone(place, &forgery, VERIFY_AUTHORITY, "not enrolled");
}

static void
a_record_that_saw_another_history_is_told(void **state)
{
	struct place *place = *state;
	struct forgery forgery = begin_forgery(place);
	struct checkpoint seen = forgery.after;

	seen.root.byte[0] ^= 1;
	observe(place, &forgery, FIXTURE_ORIGIN, place->fixture.founder,
	    &seen);
	expect_alone(place, &forgery, VERIFY_PIN, "another history");

	forgery = begin_forgery(place);
	seen = forgery.after;
	seen.size++;
	observe(place, &forgery, FIXTURE_ORIGIN, place->fixture.founder,
	    &seen);
	expect_alone(place, &forgery, VERIFY_PIN, "more than stand before");

	/* A size at which nobody signed a checkpoint: the tiles say it. */
	forgery = begin_forgery(place);
	seen = forgery.after;
	seen.size = 300;
	observe(place, &forgery, FIXTURE_ORIGIN, place->fixture.founder,
	    &seen);
	expect_alone(place, &forgery, VERIFY_PIN, "first 300 entries");
}

static void
a_record_whose_attachment_is_not_kept_is_told(void **state)
{
	struct place *place = *state;
	struct forgery forgery = begin_forgery(place);
	struct buffer text = buffer_new(LIMIT_ENVELOPE);

	name_attachment(place, &text, &forgery.after, bytes_of_text("x"));
	expect_fine(envelope_parse(&forgery.envelope, buffer_bytes(&text),
	    &err), &err);
	expect_alone(place, &forgery, VERIFY_ATTACHMENT, "not in the ledger");
	buffer_free(&text);
}

static void
a_record_that_names_an_entry_that_is_not_there_is_told(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .threads = 2 };
	struct forgery forgery = begin_forgery(place);
	struct record_head head = { .ledger = FIXTURE_ORIGIN,
		.made_ms = clock_now_ms(), .nonce = { 43 },
		.after_size = forgery.after.size,
		.after_root = forgery.after.root };
	struct digest digest = digest_of(bytes_of_text("m"));
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct told told;

	expect_fine(json_put(members, "name", json_new_text("m"), &err),
	    &err);
	expect_fine(json_put(members, "version", json_new_text("1"), &err),
	    &err);
	expect_fine(json_put(members, "run",
	    json_new_text(digest_hex(digest).text), &err), &err);
	expect_fine(json_push(subjects, record_subject("model/m@1", digest),
	    &err), &err);
	fixture_record(&text, place->fixture.founder, &head, "model",
	    subjects, members);
	expect_fine(envelope_parse(&forgery.envelope, buffer_bytes(&text),
	    &err), &err);
	put_forgery(place, &forgery);
	verify(place, options, &told);
	expect_told(&told, VERIFY_RECORD, ENTRIES + 1, "no entry before it",
	    "reference");
	buffer_free(&text);
}

static void
a_checkpoint_of_another_tree_is_told_though_it_is_signed(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .threads = 2 };
	struct store *store;
	struct told told;
	sqlite3 *db;

	fixture_copy(place->sound, place->fixture.store);
	assert_int_equal(sqlite3_open(place->fixture.store, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM checkpoint WHERE"
	    " size = 301", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(place->kept_size, 301);
	expect_fine(store_open(&store, place->fixture.store, STORE_WRITE,
	    &err), &err);
	expect_fine(store_begin_write(store, &err), &err);
	expect_fine(store_put_checkpoint(store, place->kept_size,
	    buffer_bytes(&place->other_kept), &err), &err);
	expect_fine(store_commit(store, &err), &err);
	store_close(store);
	verify(place, options, &told);
	expect_told(&told, VERIFY_CHECKPOINT, place->kept_size,
	    "root is not that of the entries", "forked");
	assert_int_equal(told.count, 1);
}

static void
problems_are_told_in_order_of_entries(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .without_index = true };
	uint64_t last = 0;
	struct told told;

	/* Found in one stage or the other: chain 40 before signature 20. */
	spoil(place,
	    "UPDATE entry SET body = substr(body, 1,"
	    " instr(body, '\"sig\":\"') + 6) || 'AAAA' ||"
	    " substr(body, instr(body, '\"sig\":\"') + 11) WHERE seq = 20;"
	    "UPDATE entry SET body = replace(body, '\"seq\":40,',"
	    " '\"seq\":41,') WHERE seq = 40");
	verify(place, options, &told);
	expect_told(&told, VERIFY_SIGNATURE, 20, "", "signature");
	expect_told(&told, VERIFY_CHAIN, 40, "number 41", "chain");
	for (size_t i = 0; i < told.count; i++) {
		assert_true(told.problem[i].seq >= last);
		last = told.problem[i].seq;
	}
}

static void
attachments_are_told_with_the_entry_that_names_them(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .threads = 2 };
	struct bytes content = bytes_of_text("a manifest\n");
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct append_item item;
	struct appender *appender;
	struct told told;
	sqlite3 *db;
	size_t bad;

	fixture_copy(place->sound, place->fixture.store);
	expect_fine(appender_open(&appender, place->fixture.store,
	    place->fixture.ledger_key, &err), &err);
	name_attachment(place, &text, appender_checkpoint(appender), content);
	item.envelope = buffer_bytes(&text);
	expect_fine(appender_add(appender, &item, 1, &content, 1, &bad, &err),
	    &err);
	appender_close(appender);
	assert_int_equal(verify(place, options, &told).attachments, 1);
	assert_int_equal(told.count, 0);

	assert_int_equal(sqlite3_open(place->fixture.store, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
	    "UPDATE attachment SET content = x'00'", NULL, NULL, NULL),
	    SQLITE_OK);
	verify(place, options, &told);
	expect_told(&told, VERIFY_ATTACHMENT, ENTRIES + 1, "altered",
	    "altered");
	assert_int_equal(told.count, 1);

	/* SHA-256 of "x", which nobody names. */
	assert_int_equal(sqlite3_exec(db,
	    "DELETE FROM attachment; INSERT INTO attachment(digest, content)"
	    " VALUES (x'2d711642b726b04401627ca9fbac32f5"
	    "c8530fb1903cc4db02258717921a4881', x'78')", NULL, NULL, NULL),
	    SQLITE_OK);
	verify(place, options, &told);
	expect_told(&told, VERIFY_ATTACHMENT, ENTRIES + 1, "not in the ledger",
	    "missing");
	expect_told(&told, VERIFY_ATTACHMENT, VERIFY_NOWHERE,
	    "no entry names", "left over");
	assert_int_equal(told.count, 2);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	buffer_free(&text);
}

static void
what_came_before_the_kept_checkpoint_still_counts_for_replays(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .threads = 2, .without_index = true,
		.since = buffer_bytes(&place->kept) };
	struct forgery forgery = begin_forgery(place);
	struct verify_result result;
	struct told told;

	repeat(place, &forgery);
	put_forgery(place, &forgery);
	result = verify(place, options, &told);
	expect_told(&told, VERIFY_REPLAY, ENTRIES + 1, "entry 5", "replay");
	assert_int_equal(told.count, 1);
	/* Signatures are verified from there on only. */
	assert_int_equal(result.entries, ENTRIES + 2 - place->kept_size);
	assert_true(result.signatures < ENTRIES);
}

static void
any_number_of_threads_tells_the_same_in_the_same_order(void **state)
{
	static const unsigned threads[] = { 2, 3, 4, 0 };
	struct place *place = *state;
	struct told one, many;

	spoil(place,
	    "UPDATE entry SET body = body || ' ' WHERE seq % 97 = 5;"
	    "UPDATE entry SET body = substr(body, 1,"
	    " instr(body, '\"sig\":\"') + 6) || 'AAAA' ||"
	    " substr(body, instr(body, '\"sig\":\"') + 11) WHERE seq = 210;"
	    "DELETE FROM entry WHERE seq = 500;"
	    "UPDATE checkpoint SET note = replace(note, 'e', 'f')"
	    " WHERE size = 15;"
	    "UPDATE record SET name = 'x' WHERE seq = 9");
	verify(place, (struct verify_options){ .threads = 1 }, &one);
	expect_told(&one, VERIFY_SIGNATURE, 210, "", "signature");
	expect_told(&one, VERIFY_CHECKPOINT, 15, "", "checkpoint");
	assert_true(one.count > 10 && one.count <= MANY);
	for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
		verify(place,
		    (struct verify_options){ .threads = threads[i] }, &many);
		assert_int_equal(many.count, one.count);
		for (size_t j = 0; j < one.count; j++) {
			assert_int_equal(many.problem[j].check,
			    one.problem[j].check);
			assert_int_equal(many.problem[j].seq,
			    one.problem[j].seq);
			assert_string_equal(many.problem[j].what,
			    one.problem[j].what);
		}
	}
}

static void
a_store_without_entries_is_no_ledger(void **state)
{
	struct place *place = *state;
	struct verify_options options = { .threads = 1 };
	struct verify_result result;
	struct told told;

	assert_int_equal(unlink(place->fixture.store), 0);
	expect_fine(store_create(place->fixture.store, &err), &err);
	result = verify(place, options, &told);
	assert_int_equal(result.size, 0);
	assert_false(result.has_checkpoint);
	expect_told(&told, VERIFY_ENTRY, 0, "no entries", "empty");
	fixture_copy(place->sound, place->fixture.store);
}

static void
each_check_has_its_word(void **state)
{
	static const struct {
		enum verify_check check;
		const char *word;
	} words[] = {
		{ VERIFY_ENTRY, "entry" }, { VERIFY_CHAIN, "chain" },
		{ VERIFY_TIME, "time" }, { VERIFY_RECORD, "record" },
		{ VERIFY_SIGNATURE, "signature" },
		{ VERIFY_AUTHORITY, "authority" },
		{ VERIFY_REPLAY, "replay" }, { VERIFY_PIN, "pin" },
		{ VERIFY_TREE, "tree" },
		{ VERIFY_CHECKPOINT, "checkpoint" },
		{ VERIFY_ATTACHMENT, "attachment" },
		{ VERIFY_INDEX, "index" }, { VERIFY_STORE, "store" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		assert_string_equal(verify_check_name(words[i].check),
		    words[i].word);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_ledger_has_no_problems_and_is_counted),
		cmocka_unit_test(what_was_spoilt_is_named_at_its_place),
		cmocka_unit_test(
		    an_index_that_hides_rows_is_found_by_the_check_of_structure),
		cmocka_unit_test(one_thing_spoilt_is_not_many_problems),
		cmocka_unit_test(the_index_can_be_left_out),
		cmocka_unit_test(after_enough_problems_it_stops),
		cmocka_unit_test(
		    a_kept_checkpoint_is_extended_and_only_the_rest_is_new),
		cmocka_unit_test(
		    a_checkpoint_of_another_history_is_not_extended),
		cmocka_unit_test(a_ledger_that_was_rolled_back_is_told),
		cmocka_unit_test(
		    a_kept_file_that_is_no_checkpoint_is_no_answer),
		cmocka_unit_test(the_auditors_own_key_counts),
		cmocka_unit_test(progress_is_told_and_may_stop_it),
		cmocka_unit_test(what_is_not_there_is_no_answer),
		cmocka_unit_test(an_operator_who_forges_nothing_is_not_accused),
		cmocka_unit_test(
		    a_forged_entry_is_told_by_what_is_wrong_with_it),
		cmocka_unit_test(a_record_that_its_signer_did_not_sign_is_told),
		cmocka_unit_test(a_record_by_somebody_who_may_not_is_told),
		cmocka_unit_test(a_record_that_saw_another_history_is_told),
		cmocka_unit_test(a_record_whose_attachment_is_not_kept_is_told),
		cmocka_unit_test(
		    a_record_that_names_an_entry_that_is_not_there_is_told),
		cmocka_unit_test(
		    a_checkpoint_of_another_tree_is_told_though_it_is_signed),
		cmocka_unit_test(problems_are_told_in_order_of_entries),
		cmocka_unit_test(
		    attachments_are_told_with_the_entry_that_names_them),
		cmocka_unit_test(
		    what_came_before_the_kept_checkpoint_still_counts_for_replays),
		cmocka_unit_test(
		    any_number_of_threads_tells_the_same_in_the_same_order),
		cmocka_unit_test(a_store_without_entries_is_no_ledger),
		cmocka_unit_test(each_check_has_its_word),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
