/* list_heads_test.c: lists that were kept say what all entries say, or are not
 * believed. */
#include "expect.h"

#include <sqlite3.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/append.h"
#include "ledger/list_heads.h"
#include "ledger/list_proof.h"
#include "ledger/list_since.h"
#include "ledger/list_walk.h"
#include "ledger/reader.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"

#define BATCH 256

static struct error err;

/* A ledger, and numbers that look random but are the same each time. */
struct world {
	char *folder;
	struct fixture fixture;
	struct appender *appender;
	uint64_t random;
	unsigned incidents;
};

static unsigned
draw(struct world *world, unsigned below)
{
	world->random = world->random * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (unsigned)(world->random >> 33) % below;
}

static int
set_up(void **state)
{
	struct world *world = memory_new(1, sizeof *world);

	world->folder = fixture_folder();
	world->random = 7;
	fixture_make(&world->fixture, world->folder, FIXTURE_ORIGIN);
	expect_fine(appender_open(&world->appender, world->fixture.store,
	    world->fixture.ledger_key, &err), &err);
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;

	appender_close(world->appender);
	fixture_free(&world->fixture);
	fixture_remove(world->folder);
	memory_free(world);
	return 0;
}

static struct digest
artefact(unsigned number)
{
	return digest_of(bytes_of(&number, sizeof number));
}

static struct digest
incident_subject(unsigned number)
{
	char name[40];

	snprintf(name, sizeof name, "incident/i%u@1", number);
	return record_identity(FIXTURE_ORIGIN, name);
}

/* The envelope of a record with these members. */
static void
write_record(struct world *world, struct buffer *out, const char *kind,
    struct json *subjects, const char *text)
{
	struct record_head head;
	struct json *members;

	appender_head(world->appender, &head);
	expect_fine(json_parse(&members, bytes_of_text(text), &err), &err);
	if (subjects == NULL)
		expect_fine(record_subjects(&subjects, kind_named(kind),
		    head.ledger, members, NULL, &err), &err);
	fixture_record(out, world->fixture.founder, &head, kind, subjects,
	    members);
}

static void
write_incident(struct world *world, struct buffer *out, unsigned number,
    const struct digest *corrected)
{
	char text[600], supersedes[200] = "";

	if (corrected != NULL)
		snprintf(supersedes, sizeof supersedes,
		    ",\"supersedes\":{\"entry\":\"%s\",\"because\":\"more\"}",
		    digest_hex(*corrected).text);
	snprintf(text, sizeof text,
	    "{\"name\":\"i%u\",\"version\":\"1\",\"title\":\"t\",\"what\":\"w\","
	    "\"severity\":\"low\"%s}", number, supersedes);
	write_record(world, out, "incident", NULL, text);
}

/* Of one model, by its subject too, and some data. */
static void
write_observation(struct world *world, struct buffer *out, unsigned model,
    unsigned data)
{
	struct json *subjects = json_new_list();
	char text[800];

	expect_fine(json_push(subjects, record_subject("model/m@1",
	    artefact(model)), &err), &err);
	snprintf(text, sizeof text,
	    "{\"model\":{\"name\":\"model/m@1\",\"digest\":\"%s\"},"
	    "\"window\":{\"from\":\"2026-11-01T00:00:00.000Z\","
	    "\"to\":\"2026-11-02T00:00:00.000Z\"},\"metrics\":{\"auc\":0.5},"
	    "\"dataset\":{\"name\":\"d.csv\",\"digest\":\"%s\"}}",
	    digest_hex(artefact(model)).text, digest_hex(artefact(data)).text);
	write_record(world, out, "observation", subjects, text);
}

static void
add(struct world *world, struct append_item *items, size_t count)
{
	size_t bad;

	expect_fine(appender_add(world->appender, items, count, NULL, 0, &bad,
	    &err), &err);
}

/* So many incidents and observations, of few models and data. */
static void
fill(struct world *world, unsigned count)
{
	struct append_item items[BATCH];
	struct buffer line[BATCH];

	while (count > 0) {
		unsigned n = count < BATCH ? count : BATCH;

		for (unsigned i = 0; i < n; i++) {
			line[i] = buffer_new(LIMIT_ENVELOPE);
			if (draw(world, 2) == 0)
				write_incident(world, &line[i],
				    world->incidents++, NULL);
			else
				write_observation(world, &line[i],
				    draw(world, 5), draw(world, 200));
			items[i] = (struct append_item){
				.envelope = buffer_bytes(&line[i]),
			};
		}
		add(world, items, n);
		for (unsigned i = 0; i < n; i++)
			buffer_free(&line[i]);
		count -= n;
	}
}

/* One incident more, as entry *seq. */
static void
add_incident(struct world *world, unsigned number,
    const struct digest *corrected, uint64_t *seq, struct digest *leaf)
{
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct append_item item = { .seq = 0 };

	write_incident(world, &line, number, corrected);
	item.envelope = buffer_bytes(&line);
	add(world, &item, 1);
	*seq = item.seq;
	*leaf = item.leaf;
	buffer_free(&line);
}

/* Destroy the body of an incident. */
static void
erase(struct world *world, unsigned number, uint64_t seq)
{
	struct reader_entry entry = reader_entry_new();
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct append_item item = { .seq = 0 };
	char nonce[2 * NONCE_LEN + 1], text[2000];
	struct reader *reader;

	expect_fine(reader_open(&reader, world->fixture.store, &err), &err);
	expect_fine(reader_read(reader, seq, &entry, &err), &err);
	hex_encode(nonce, bytes_of(entry.record.head.nonce, NONCE_LEN));
	snprintf(text, sizeof text,
	    "{\"name\":\"e%llu\",\"version\":\"1\",\"entries\":[{\"number\":%llu,"
	    "\"entry\":\"%s\",\"whole\":{\"kind\":\"incident\",\"time\":\"%s\","
	    "\"made\":\"%s\",\"nonce\":\"%s\",\"signer\":\"%s\",\"named\":"
	    "[\"%s\"]}}],\"basis\":\"b\",\"request\":\"r\"}",
	    (unsigned long long)seq, (unsigned long long)seq,
	    digest_hex(entry.leaf).text,
	    time_format(entry.entry.time_ms).text,
	    time_format(entry.record.head.made_ms).text, nonce,
	    public_key_ssh(signer_public_key(world->fixture.founder)).text,
	    digest_hex(incident_subject(number)).text);
	reader_entry_free(&entry);
	reader_close(reader);
	write_record(world, &line, "erasure", NULL, text);
	item.envelope = buffer_bytes(&line);
	add(world, &item, 1);
	buffer_free(&line);
}

static uint64_t
add_index(struct world *world)
{
	const struct append_own own = list_index_record();
	struct digest leaf;
	uint64_t seq;

	expect_fine(appender_add_own(world->appender, &own, &seq, &leaf, &err),
	    &err);
	return seq;
}

static uint64_t
kept_size(struct world *world)
{
	uint64_t size;

	expect_fine(list_heads_size(&size, appender_store(world->appender),
	    &err), &err);
	return size;
}

/* Whether the next index record needs no walk. */
static bool
grows(struct world *world)
{
	struct list_tree *tree = memory_new(1, sizeof *tree);
	struct store *store = appender_store(world->appender);
	uint64_t size;
	bool grown;

	expect_fine(store_begin_write(store, &err), &err);
	expect_fine(store_size(store, &size, &err), &err);
	expect_fine(list_since(tree, store, size, &grown, &err), &err);
	store_end(store);
	memory_free(tree);
	return grown;
}

static void
run_sql(struct world *world, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(world->fixture.store, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Lists that are there and some that are not, of everything. */
#define KEYS 120
static int
prove(struct world *world, struct buffer *out)
{
	struct list_key keys[KEYS];
	struct reader *reader;
	size_t count = 0;
	int result;

	*out = buffer_new(LIMIT_LIST_PROOF);
	for (size_t i = 0; kinds[i] != NULL; i++)
		keys[count++] = (struct list_key){ .kind = kinds[i] };
	for (unsigned i = 0; count < KEYS; i++) {
		keys[count] = (struct list_key){ artefact(i),
			kind_named(i % 7 == 6 ? "run" : "observation") };
		if (i % 3 == 2)
			keys[count] = (struct list_key){ incident_subject(i),
				kind_named("incident") };
		count++;
	}
	expect_fine(reader_open(&reader, world->fixture.store, &err), &err);
	result = list_prove(out, reader_store(reader), reader_note(reader),
	    keys, count, &err);
	reader_close(reader);
	return result;
}

static void
expect_proof(struct world *world, const struct buffer *expected)
{
	struct buffer proof;
	struct list_proof *parsed;
	struct list_claim claim;

	expect_fine(prove(world, &proof), &err);
	assert_true(bytes_equal(buffer_bytes(&proof), buffer_bytes(expected)));
	expect_fine(list_proof_parse(&parsed, buffer_bytes(&proof), &err),
	    &err);
	expect_fine(list_proof_check(&claim, parsed, NULL, NULL, &err), &err);
	list_proof_free(parsed);
	buffer_free(&proof);
}

/* Verification computes each index record from the entries. */
static void
must_verify(struct world *world, uint64_t indexes)
{
	struct verify_options options = { .threads = 1 };
	struct verify_result result;

	expect_fine(verify_ledger(&result, world->fixture.store, &options,
	    &err), &err);
	assert_int_equal(result.problems, 0);
	assert_int_equal(result.lists, indexes);
}

static void
lists_that_were_kept_make_the_same_records_as_a_walk(void **state)
{
	struct world *world = *state;
	struct digest leaf;
	uint64_t seq, corrected, before;
	unsigned records = 0;

	assert_int_equal(kept_size(world), 0);
	assert_false(grows(world));
	/* More lists than there are in some pieces. */
	fill(world, 5000);
	add_incident(world, 300000, NULL, &before, &leaf);
	seq = add_index(world);
	records++;
	assert_int_equal(kept_size(world), seq);
	for (unsigned round = 0; round < 12; round++) {
		/* Sometimes nothing but the index record itself. */
		fill(world, round % 4 == 3 ? 0 : draw(world, 400));
		add_incident(world, 100000 + round, NULL, &seq, &leaf);
		add_incident(world, 100000 + round, &leaf, &corrected, &leaf);
		assert_true(grows(world));
		if (round == 5) {
			/* One of those since. */
			add_incident(world, 200000, NULL, &seq, &leaf);
			erase(world, 200000, seq);
			assert_false(grows(world));
		}
		/* And one that stands before the last index record. */
		if (round == 7)
			erase(world, 300000, before);
		seq = add_index(world);
		records++;
		assert_int_equal(kept_size(world), seq);
	}
	must_verify(world, records);
}

static void
what_is_proved_is_the_same_with_and_without_them(void **state)
{
	struct world *world = *state;
	struct buffer kept, walked;
	uint64_t rebuilt, seq;

	fill(world, 3000);
	add_index(world);
	fill(world, 500);
	seq = add_index(world);
	fill(world, 20);
	expect_fine(prove(world, &kept), &err);
	/* That this was without a walk: a walk would find this. */
	run_sql(world, "UPDATE record SET leaf = zeroblob(32) WHERE kind = "
		       "'genesis'");
	run_sql(world, "DELETE FROM list");
	assert_int_equal(prove(world, &walked), -1);
	assert_int_equal(err.class, ERROR_NO);
	buffer_free(&walked);
	appender_close(world->appender);
	expect_fine(append_reindex(world->fixture.store, &rebuilt, NULL, NULL,
	    &err), &err);
	expect_fine(appender_open(&world->appender, world->fixture.store,
	    world->fixture.ledger_key, &err), &err);
	assert_int_equal(kept_size(world), 0);
	expect_proof(world, &kept);
	assert_int_equal(add_index(world), seq + 21);
	assert_int_equal(kept_size(world), seq + 21);
	must_verify(world, 3);
	buffer_free(&kept);
}

static void
lists_that_are_wrong_are_not_believed(void **state)
{
	static const char *const harm[] = {
		"UPDATE list SET heads = x'0000000000000001' WHERE first = x''",
		"UPDATE list SET heads = x'00' WHERE first = x''",
		"DELETE FROM list WHERE first = x''",
		"DELETE FROM list WHERE first <> x''",
		"DELETE FROM list WHERE id = 3",
		"UPDATE list SET heads = substr(heads, 1, length(heads) - 1) "
		"WHERE id = 3",
		"UPDATE list SET heads = substr(heads, 1, length(heads) - 88) "
		"WHERE id = 3",
		"UPDATE list SET heads = CAST(substr(heads, 1, 120) || x'ff' || "
		"substr(heads, 122) AS BLOB) WHERE id = 3",
		/* A count and a running hash. */
		"UPDATE list SET heads = CAST(substr(heads, 1, 55) || x'09' || "
		"substr(heads, 57) AS BLOB) WHERE id = 2",
		"UPDATE list SET heads = CAST(substr(heads, 1, 56) || "
		"zeroblob(32) || substr(heads, 89) AS BLOB) WHERE id = 2",
		/* An order that no ledger has. */
		"UPDATE list SET first = CAST(x'00' || substr(first, 2) AS "
		"BLOB) WHERE id = 4",
		"UPDATE list SET heads = zeroblob(2000000) WHERE id = 2",
		"UPDATE list SET heads = x'' WHERE id = 2",
	};
	struct world *world = *state;
	struct buffer right;
	uint64_t seq;

	fill(world, 4500);
	add_index(world);
	expect_fine(prove(world, &right), &err);
	for (size_t i = 0; i < sizeof harm / sizeof harm[0]; i++) {
		run_sql(world, harm[i]);
		expect_proof(world, &right);
		if (grows(world))
			fail_msg("believed after %s", harm[i]);
		buffer_free(&right);
		/* Nor is the next index record made from it; it mends it. */
		seq = add_index(world);
		assert_int_equal(kept_size(world), seq);
		assert_true(grows(world));
		expect_fine(prove(world, &right), &err);
	}
	must_verify(world, 1 + sizeof harm / sizeof harm[0]);
	buffer_free(&right);
}

static void
a_list_whose_entries_the_index_has_wrong_is_not_proved(void **state)
{
	struct world *world = *state;
	struct buffer proof;
	char sql[200];

	fill(world, 300);
	add_index(world);
	snprintf(sql, sizeof sql, "DELETE FROM artefact WHERE digest = x'%s'",
	    digest_hex(artefact(1)).text);
	run_sql(world, sql);
	assert_int_equal(prove(world, &proof), -1);
	expect_said(&err, ERROR_NO, "not those that the index record");
	buffer_free(&proof);
}

/* An entry that came since is not what the tree has: a walk says so too. */
static void
an_entry_that_is_not_in_the_tree_makes_no_lists(void **state)
{
	struct world *world = *state;

	fill(world, 20);
	add_index(world);
	fill(world, 3);
	assert_true(grows(world));
	run_sql(world, "UPDATE entry SET body = replace(body, '\"time\":\"2',"
		       " '\"time\":\"3') WHERE seq = 23");
	assert_false(grows(world));
}

static void
every_kind_can_be_kept(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i] != NULL; i++)
		assert_true(strlen(kinds[i]->name) < 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_can_be_kept),
		cmocka_unit_test_setup_teardown(
		    lists_that_were_kept_make_the_same_records_as_a_walk,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_is_proved_is_the_same_with_and_without_them, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    lists_that_are_wrong_are_not_believed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_list_whose_entries_the_index_has_wrong_is_not_proved,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    an_entry_that_is_not_in_the_tree_makes_no_lists, set_up,
		    tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
