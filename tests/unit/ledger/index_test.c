/* index_test.c: what an append leaves in the index, and what is found by it. */
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "ledger/lineage.h"
#include "ledger/reader.h"
#include "ledger/references.h"
#include "tests/support/fixture.h"
#include "tests/unit/ledger/expect.h"
#include "tests/unit/ledger/records.h"

static struct error err;

/* Entries of the story that all tests read. */
enum {
	GENESIS,
	ENROLMENT,
	RAW,            /* dataset/raw@1 */
	DATA,           /* dataset/hmda@1, from raw */
	RUN_START,      /* run/train@1, on hmda */
	RUN_END,        /* the same: finished, made a model and a log */
	MODEL,          /* model/credit@1, by that run */
	EVALUATION,     /* of it on other data, with a report */
	NAMESAKE,       /* model/hmda@1 */
	CORRECTION,     /* of DATA */
	DATA_2,         /* dataset/hmda@2 */
	OBSERVATION,    /* of the model */
	CORRECTION_2,   /* of CORRECTION */
	SIZE,
};

struct place {
	char *folder;
	char *copy; /* A path for changed copies of the store. */
	struct fixture fixture;
	struct digest leaf[SIZE];
	struct appender *appender; /* While the story is being written. */
	struct reader *reader;
};

/* The digest of an artefact: of its name here. */
static struct digest
artefact(const char *name)
{
	return digest_of(bytes_of_text(name));
}

static const char *
hex(struct digest digest)
{
	static struct digest_text text[4];
	static unsigned next;

	next = (next + 1) % 4;
	text[next] = digest_hex(digest);
	return text[next].text;
}

/* Append a record of these members; where it came to stand. */
static struct append_item
append(struct place *place, struct appender *appender,
    const struct signer *signer, const char *kind, const char *about,
    struct bytes attachment, const char *members)
{
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct digest digest = artefact(about == NULL ? "" : about);
	struct json *tree = test_json(members), *subjects = NULL;
	struct append_item item;
	struct record_head head;
	size_t bad;

	appender_head(appender, &head);
	expect_fine(record_subjects(&subjects, kind_named(kind),
	    place->fixture.origin, tree, &digest, &err), &err);
	fixture_record(&line, signer, &head, kind, subjects, tree);
	item.envelope = buffer_bytes(&line);
	expect_fine(appender_add(appender, &item, 1, &attachment,
	    attachment.len == 0 ? 0 : 1, &bad, &err), &err);
	buffer_free(&line);
	return item;
}

/* The next entry of the story; members with places for up to three digests. */
static void
tell(struct place *place, uint64_t seq, const struct signer *signer,
    const char *kind, const char *about, const char *members,
    const char *const digests[3])
{
	struct bytes report = bytes_of_text("a report\n");
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct append_item item;
	const char *rest = members;

	for (size_t i = 0; i < 3 && digests[i] != NULL; i++) {
		const char *at = strchr(rest, '%');

		assert_non_null(at);
		buffer_append(&text, bytes_of(rest, (size_t)(at - rest)));
		buffer_text(&text, digests[i]);
		rest = at + 1;
	}
	buffer_text(&text, rest);
	item = append(place, place->appender, signer, kind, about,
	    seq == EVALUATION ? report : bytes_of(NULL, 0),
	    buffer_string(&text));
	assert_int_equal(item.seq, seq);
	place->leaf[seq] = item.leaf;
	buffer_free(&text);
}

#define DIGESTS(...) ((const char *const[3]){ __VA_ARGS__ })

static void
tell_making(struct place *place)
{
	const struct signer *engineer = place->fixture.engineer;

	tell(place, RAW, engineer, "dataset", "raw",
	    "{\"name\":\"raw\",\"version\":\"1\"}", DIGESTS(NULL));
	tell(place, DATA, engineer, "dataset", "data",
	    "{\"name\":\"hmda\",\"version\":\"1\",\"parents\":["
	    "{\"name\":\"dataset/raw@1\",\"digest\":\"%\"}]}",
	    DIGESTS(hex(artefact("raw"))));
	tell(place, RUN_START, engineer, "run", NULL,
	    "{\"phase\":\"start\",\"name\":\"train\",\"version\":\"1\","
	    "\"parameters\":{\"lr\":0.5,\"mode\":\"fast\",\"shuffle\":true},"
	    "\"inputs\":[{\"name\":\"train.csv\",\"digest\":\"%\"}]}",
	    DIGESTS(hex(artefact("data"))));
	tell(place, RUN_END, engineer, "run", NULL,
	    "{\"phase\":\"end\",\"started\":\"%\","
	    "\"name\":\"train\",\"version\":\"1\","
	    "\"metrics\":{\"auc\":0.75,\"loss\":\"NaN\"},"
	    "\"outputs\":[{\"name\":\"model.bin\",\"digest\":\"%\"},"
	    "{\"name\":\"log.txt\",\"digest\":\"%\"}],"
	    "\"status\":\"finished\"}",
	    DIGESTS(hex(place->leaf[RUN_START]), hex(artefact("model")),
	    hex(artefact("log"))));
	tell(place, MODEL, engineer, "model", "model",
	    "{\"name\":\"credit\",\"version\":\"1\",\"run\":\"%\"}",
	    DIGESTS(hex(place->leaf[RUN_END])));
}

static void
tell_using(struct place *place)
{
	const struct signer *founder = place->fixture.founder;

	tell(place, EVALUATION, place->fixture.engineer, "evaluation", NULL,
	    "{\"model\":{\"name\":\"model/credit@1\",\"digest\":\"%\"},"
	    "\"dataset\":{\"name\":\"test.csv\",\"digest\":\"%\"},"
	    "\"metrics\":{\"auc\":0.5},\"report\":\"%\"}",
	    DIGESTS(hex(artefact("model")), hex(artefact("test")),
	    hex(digest_of(bytes_of_text("a report\n")))));
	tell(place, NAMESAKE, founder, "model", "namesake",
	    "{\"name\":\"hmda\",\"version\":\"1\"}", DIGESTS(NULL));
	tell(place, CORRECTION, founder, "dataset", "data",
	    "{\"name\":\"hmda\",\"version\":\"1\",\"licence\":\"CC0-1.0\","
	    "\"supersedes\":{\"entry\":\"%\",\"because\":\"licence\"}}",
	    DIGESTS(hex(place->leaf[DATA])));
	tell(place, DATA_2, founder, "dataset", "data 2",
	    "{\"name\":\"hmda\",\"version\":\"2\"}", DIGESTS(NULL));
	tell(place, OBSERVATION, founder, "observation", NULL,
	    "{\"model\":{\"name\":\"model/credit@1\",\"digest\":\"%\"},"
	    "\"window\":{\"from\":\"2026-11-01T00:00:00.000Z\","
	    "\"to\":\"2026-11-02T00:00:00.000Z\"},"
	    "\"metrics\":{\"auc\":0.25}}",
	    DIGESTS(hex(artefact("model"))));
	tell(place, CORRECTION_2, founder, "dataset", "data",
	    "{\"name\":\"hmda\",\"version\":\"1\",\"licence\":\"MIT\","
	    "\"supersedes\":{\"entry\":\"%\",\"because\":\"again\"}}",
	    DIGESTS(hex(place->leaf[CORRECTION])));
}

static int
write_story(void **state)
{
	struct place *place = memory_new(1, sizeof *place);
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct buffer copy = buffer_new(4096);
	struct append_item item;
	size_t bad;

	assert_non_null(place);
	place->folder = fixture_folder();
	fixture_make(&place->fixture, place->folder, FIXTURE_ORIGIN);
	expect_fine(file_join(&copy, place->folder, "copy.db", &err), &err);
	place->copy = (char *)copy.data;
	expect_fine(appender_open(&place->appender, place->fixture.store,
	    place->fixture.ledger_key, &err), &err);
	fixture_enrolment(&line, &place->fixture,
	    appender_checkpoint(place->appender));
	item.envelope = buffer_bytes(&line);
	expect_fine(appender_add(place->appender, &item, 1, NULL, 0, &bad,
	    &err), &err);
	place->leaf[ENROLMENT] = item.leaf;
	tell_making(place);
	tell_using(place);
	appender_close(place->appender);
	place->appender = NULL;
	buffer_free(&line);
	*state = place;
	return 0;
}

static int
forget_story(void **state)
{
	struct place *place = *state;

	memory_free(place->copy);
	fixture_free(&place->fixture);
	fixture_remove(place->folder);
	memory_free(place);
	return 0;
}

/* Each test reads the story anew. */
static int
set_up(void **state)
{
	struct place *place = *state;

	expect_fine(reader_open(&place->reader, place->fixture.store, &err),
	    &err);
	assert_int_equal(reader_size(place->reader), SIZE);
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	reader_close(place->reader);
	place->reader = NULL;
	(void)unlink(place->copy);
	return 0;
}

/* ---- what is there ---- */

/* Rows as text: values separated by blanks, rows by newlines. */
static void
expect_rows(const struct place *place, const char *sql, const char *rows)
{
	struct buffer text = buffer_new(1 << 20);
	sqlite3_stmt *statement;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->fixture.store, &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(statement) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++) {
			const char *value =
			    (const char *)sqlite3_column_text(statement, i);

			buffer_printf(&text, "%s%s", i == 0 ? "" : " ",
			    value == NULL ? "NULL" : value);
		}
		buffer_byte(&text, '\n');
	}
	sqlite3_finalize(statement);
	sqlite3_close(db);
	assert_string_equal(buffer_string(&text), rows);
	buffer_free(&text);
}

static void
every_entry_has_a_row_of_its_kind_name_version_and_status(void **state)
{
	expect_rows(*state,
	    "SELECT seq, kind, name, version, status FROM record"
	    " ORDER BY seq",
	    "0 genesis " FIXTURE_ORIGIN "  \n"
	    "1 key engineer  enrol\n"
	    "2 dataset raw 1 \n"
	    "3 dataset hmda 1 \n"
	    "4 run train 1 \n"
	    "5 run train 1 finished\n"
	    "6 model credit 1 \n"
	    "7 evaluation   \n"
	    "8 model hmda 1 \n"
	    "9 dataset hmda 1 \n"
	    "10 dataset hmda 2 \n"
	    "11 observation   \n"
	    "12 dataset hmda 1 \n");
}

/* The rows of the entry's digests: role, name. */
static void
expect_mentions(const struct place *place, unsigned seq, const char *digest,
    const char *rows)
{
	struct buffer sql = buffer_new(1000);

	buffer_printf(&sql, "SELECT role, name FROM artefact"
	    " WHERE seq = %u AND digest = x'%s' ORDER BY role", seq, digest);
	expect_rows(place, buffer_string(&sql), rows);
	buffer_free(&sql);
}

static void
digests_are_kept_with_their_roles_and_names(void **state)
{
	struct place *place = *state;

	expect_rows(place,
	    "SELECT count(*) FROM artefact WHERE seq = 5", "6\n");
	expect_mentions(place, RUN_END, hex(artefact("model")),
	    "0 model.bin\n2 model.bin\n");
	expect_mentions(place, RUN_END, hex(artefact("log")),
	    "0 log.txt\n2 log.txt\n");
	expect_mentions(place, RUN_END, hex(place->leaf[RUN_START]), "6 \n");
	expect_mentions(place, RUN_END,
	    hex(record_identity(FIXTURE_ORIGIN, "run/train@1")),
	    "0 run/train@1\n");
	expect_mentions(place, RUN_START, hex(artefact("data")),
	    "1 train.csv\n");
	expect_mentions(place, DATA, hex(artefact("data")),
	    "0 dataset/hmda@1\n");
	expect_mentions(place, DATA, hex(artefact("raw")),
	    "3 dataset/raw@1\n");
	expect_mentions(place, EVALUATION, hex(artefact("model")),
	    "0 model/credit@1\n4 model/credit@1\n");
	expect_mentions(place, EVALUATION, hex(artefact("test")),
	    "5 test.csv\n");
	expect_mentions(place, EVALUATION,
	    hex(digest_of(bytes_of_text("a report\n"))), "8 \n");
	expect_mentions(place, CORRECTION, hex(place->leaf[DATA]), "7 \n");
}

static void
values_are_kept_as_numbers_where_they_are_numbers(void **state)
{
	expect_rows(*state,
	    "SELECT seq, role, name, number, text FROM value"
	    " ORDER BY seq, role, name",
	    "4 16 lr 0.5 NULL\n"
	    "4 16 mode NULL fast\n"
	    "4 16 shuffle NULL true\n"
	    "5 17 auc 0.75 NULL\n"
	    "5 17 loss NULL NaN\n"
	    "7 17 auc 0.5 NULL\n"
	    "11 17 auc 0.25 NULL\n");
}

static void
kinds_are_counted(void **state)
{
	struct place *place = *state;
	uint64_t counts[KINDS_MAX], sum = 0;

	expect_fine(index_kind_counts(reader_store(place->reader), counts,
	    &err), &err);
	for (size_t i = 0; kinds[i] != NULL; i++) {
		sum += counts[i];
		if (strcmp(kinds[i]->name, "dataset") == 0)
			assert_int_equal(counts[i], 5);
		if (strcmp(kinds[i]->name, "incident") == 0)
			assert_int_equal(counts[i], 0);
	}
	assert_int_equal(sum, SIZE);
}

static void
a_row_says_what_the_entry_says(void **state)
{
	struct place *place = *state;
	struct reader_entry entry = reader_entry_new();
	struct index_row row;

	for (uint64_t seq = 0; seq < SIZE; seq++) {
		expect_fine(index_row_at(reader_store(place->reader), seq,
		    SIZE, &row, &err), &err);
		expect_fine(reader_read(place->reader, seq, &entry, &err),
		    &err);
		assert_int_equal(row.seq, seq);
		assert_int_equal(row.time_ms, entry.entry.time_ms);
		assert_ptr_equal(row.kind, entry.record.kind);
		assert_true(digest_equal(row.leaf, entry.leaf));
		if (seq > GENESIS)
			assert_true(digest_equal(row.leaf, place->leaf[seq]));
		assert_string_equal(public_key_fingerprint(row.signer).text,
		    entry.entry.envelope.signature[0].keyid.text);
		if (seq == RUN_END)
			assert_string_equal(row.status, "finished");
	}
	reader_entry_free(&entry);
	assert_int_equal(index_row_at(reader_store(place->reader), SIZE,
	    UINT64_MAX, &row, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no entry 13");
}

static void
a_correction_is_seen_from_its_own_place_on(void **state)
{
	static const struct {
		uint64_t seq, before, by; /* 0: not superseded. */
	} cases[] = {
		{ DATA, CORRECTION, 0 },
		{ DATA, CORRECTION + 1, CORRECTION },
		{ DATA, SIZE, CORRECTION },
		{ CORRECTION, CORRECTION_2, 0 },
		{ CORRECTION, SIZE, CORRECTION_2 },
		{ CORRECTION_2, SIZE, 0 },
		{ DATA_2, SIZE, 0 },
	};
	struct place *place = *state;
	struct index_row row;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		expect_fine(index_row_at(reader_store(place->reader),
		    cases[i].seq, cases[i].before, &row, &err), &err);
		assert_int_equal(row.superseded, cases[i].by != 0);
		assert_int_equal(row.superseded_by, cases[i].by);
	}
}

static void
a_nonce_is_known_with_its_time_only(void **state)
{
	struct place *place = *state;
	struct store *store = reader_store(place->reader);
	struct reader_entry entry = reader_entry_new();
	struct record_head *head = &entry.record.head;
	bool has;

	expect_fine(reader_read(place->reader, RUN_END, &entry, &err), &err);
	expect_fine(index_has_nonce(store, head->made_ms, head->nonce, &has,
	    &err), &err);
	assert_true(has);
	expect_fine(index_has_nonce(store, head->made_ms + 1, head->nonce,
	    &has, &err), &err);
	assert_false(has);
	head->nonce[NONCE_LEN - 1] ^= 1;
	expect_fine(index_has_nonce(store, head->made_ms, head->nonce, &has,
	    &err), &err);
	assert_false(has);
	reader_entry_free(&entry);
}

/* ---- lists ---- */

static void
expect_list(const struct place *place, struct index_query query,
    const char *expected)
{
	struct buffer seqs = buffer_new(1000);
	struct index_list *list;
	struct index_row row;
	bool more;

	expect_fine(index_list(&list, reader_store(place->reader), &query,
	    &err), &err);
	for (;;) {
		expect_fine(index_next(list, &row, &more, &err), &err);
		if (!more)
			break;
		buffer_printf(&seqs, "%s%llu", seqs.len == 0 ? "" : " ",
		    (unsigned long long)row.seq);
	}
	index_list_free(list);
	assert_string_equal(buffer_string(&seqs), expected);
	buffer_free(&seqs);
}

#define LIST(expected, ...)                                                    \
	expect_list(place, (struct index_query){ __VA_ARGS__ }, expected)

static void
lists_are_narrowed_by_each_of_their_questions(void **state)
{
	struct place *place = *state;
	struct public_key founder = signer_public_key(place->fixture.founder);
	struct public_key engineer =
	    signer_public_key(place->fixture.engineer);
	struct public_key ledger =
	    signer_public_key(place->fixture.ledger_key);
	struct digest model = artefact("model"), none = artefact("nothing");

	LIST("12 11 10 9 8 7 6 5 4 3 2 1 0", .before = SIZE);
	LIST("0 1 2 3", .before = 4, .oldest_first = true);
	LIST("11 10", .before = 12, .from = 10);
	LIST("", .before = 5, .from = 5);
	LIST("12 10 9 3 2", .before = SIZE, .kind = "dataset");
	LIST("2 3 9", .before = 10, .kind = "dataset",
	    .oldest_first = true);
	LIST("12 10 9 3", .before = SIZE, .kind = "dataset", .name = "hmda");
	LIST("3 9 12", .before = SIZE, .kind = "dataset", .name = "hmda",
	    .version = "1", .oldest_first = true);
	LIST("12 10 9 8 3", .before = SIZE, .name = "hmda");
	LIST("12 9 8 6 5 4 3 2", .before = SIZE, .version = "1");
	LIST("7", .before = SIZE, .kind = "evaluation", .name = "");
	LIST("", .before = SIZE, .kind = "dataset", .name = "hmd");
	LIST("", .before = SIZE, .kind = "incident");
	LIST("", .before = SIZE, .kind = "no such kind");
	LIST("7 6 5 4 3 2", .before = SIZE, .signer = &engineer);
	LIST("0 1 8 9", .before = 10, .signer = &founder,
	    .oldest_first = true);
	/* The genesis is listed under its first signature. */
	LIST("", .before = SIZE, .signer = &ledger);
	LIST("3 2", .before = SIZE, .signer = &engineer, .kind = "dataset");
	/* In several roles at once, and listed once. */
	LIST("11 7 6 5", .before = SIZE, .mentions = &model);
	LIST("5 6 7", .before = 11, .mentions = &model,
	    .oldest_first = true);
	LIST("6", .before = SIZE, .mentions = &model, .kind = "model");
	LIST("7", .before = SIZE, .mentions = &model, .kind = "evaluation");
	LIST("5", .before = SIZE, .mentions = &model, .kind = "run",
	    .oldest_first = true);
	LIST("", .before = 7, .mentions = &model, .kind = "evaluation");
	LIST("", .before = SIZE, .from = 8, .mentions = &model,
	    .kind = "evaluation");
	LIST("", .before = SIZE, .mentions = &model, .kind = "incident");
	LIST("", .before = SIZE, .mentions = &none);
}

static void
a_list_may_be_read_while_another_is(void **state)
{
	struct place *place = *state;
	struct index_query query = { .before = SIZE };
	struct index_list *list;
	struct index_row row;
	bool more;

	expect_fine(index_list(&list, reader_store(place->reader), &query,
	    &err), &err);
	for (uint64_t seq = SIZE; seq > 0; seq--) {
		expect_fine(index_next(list, &row, &more, &err), &err);
		assert_true(more);
		assert_int_equal(row.seq, seq - 1);
		LIST("1 0", .before = 2);
	}
	index_list_free(list);
}

static void
mentions_are_in_order_with_their_roles(void **state)
{
	static const struct index_mention expected[] = {
		{ RUN_END, FACT_SUBJECT }, { RUN_END, FACT_OUTPUT },
		{ MODEL, FACT_SUBJECT },
		{ EVALUATION, FACT_SUBJECT }, { EVALUATION, FACT_MODEL },
		{ OBSERVATION, FACT_SUBJECT }, { OBSERVATION, FACT_MODEL },
	};
	struct place *place = *state;
	struct index_mention *mention;
	size_t count;

	expect_fine(index_mentions(reader_store(place->reader),
	    artefact("model"), NULL, SIZE, &mention, &count, &err), &err);
	assert_int_equal(count, sizeof expected / sizeof expected[0]);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(mention[i].seq, expected[i].seq);
		assert_int_equal(mention[i].role, expected[i].role);
	}
	memory_free(mention);
	expect_fine(index_mentions(reader_store(place->reader),
	    artefact("model"), NULL, EVALUATION, &mention, &count, &err), &err);
	assert_int_equal(count, 3);
	memory_free(mention);
	expect_fine(index_mentions(reader_store(place->reader),
	    artefact("model"), "evaluation", SIZE, &mention, &count, &err),
	    &err);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(mention[i].seq, expected[i + 3].seq);
		assert_int_equal(mention[i].role, expected[i + 3].role);
	}
	memory_free(mention);
	expect_fine(index_mentions(reader_store(place->reader),
	    artefact("nothing"), NULL, SIZE, &mention, &count, &err), &err);
	assert_int_equal(count, 0);
	memory_free(mention);
}

static void
entries_of_a_kind_are_counted_before_a_size(void **state)
{
	static const struct {
		const char *kind;
		uint64_t before;
		size_t count;
	} cases[] = {
		{ "dataset", SIZE, 5 }, { "dataset", 10, 3 },
		{ "dataset", 2, 0 }, { "model", SIZE, 2 },
		{ "incident", SIZE, 0 }, { "no such kind", SIZE, 0 },
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t count = 77;

		expect_fine(index_count(reader_store(place->reader),
		    cases[i].kind, cases[i].before, &count, &err), &err);
		assert_int_equal(count, cases[i].count);
	}
}

static void
records_read_one_after_the_other_may_share_their_memory(void **state)
{
	struct place *place = *state;
	struct reader_entry many = reader_entry_new();
	struct reader_entry one = reader_entry_new();

	expect_fine(reader_read(place->reader, RAW, &many, &err), &err);
	expect_fine(reader_entry_for_many(&many, &err), &err);
	expect_fine(reader_entry_for_many(&many, &err), &err);
	assert_null(many.record.statement);
	for (uint64_t seq = 0; seq < SIZE; seq++) {
		struct buffer a = buffer_new(LIMIT_ENTRY);
		struct buffer b = buffer_new(LIMIT_ENTRY);

		expect_fine(reader_read(place->reader, seq, &many, &err),
		    &err);
		expect_fine(reader_read(place->reader, seq, &one, &err), &err);
		json_write(&a, many.record.statement);
		json_write(&b, one.record.statement);
		assert_string_equal(buffer_string(&a), buffer_string(&b));
		buffer_free(&a);
		buffer_free(&b);
	}
	assert_int_equal(reader_read(place->reader, SIZE, &many, &err), -1);
	assert_null(many.record.statement);
	reader_entry_free(&many);
	reader_entry_free(&one);
}

/* ---- leaf hashes ---- */

static void
an_entry_is_found_by_eight_characters_of_its_leaf_hash(void **state)
{
	struct place *place = *state;
	struct store *store = reader_store(place->reader);
	char prefix[DIGEST_HEX_LEN + 1];
	uint64_t seq;

	for (uint64_t want = ENROLMENT; want < SIZE; want++) {
		for (size_t len = 8; len <= DIGEST_HEX_LEN; len += 7) {
			memcpy(prefix, hex(place->leaf[want]), len);
			prefix[len] = '\0';
			expect_fine(index_find_leaf(store, prefix, SIZE, &seq,
			    &err), &err);
			assert_int_equal(seq, want);
		}
	}
	memcpy(prefix, hex(place->leaf[MODEL]), 9);
	prefix[7] = '\0';
	assert_int_equal(index_find_leaf(store, prefix, SIZE, &seq, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "not a leaf hash");
	/* One more character, and it is the wrong one. */
	memcpy(prefix, hex(place->leaf[MODEL]), 9);
	prefix[8] = prefix[8] == '0' ? '1' : '0';
	prefix[9] = '\0';
	assert_int_equal(index_find_leaf(store, prefix, SIZE, &seq, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no entry has a leaf hash");
	/* Not yet there. */
	prefix[8] = '\0';
	assert_int_equal(index_find_leaf(store, prefix, MODEL, &seq, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "no entry has a leaf hash");
	expect_fine(index_find_leaf(store, prefix, MODEL + 1, &seq, &err),
	    &err);
}

static void
what_cannot_be_a_leaf_hash_is_not_looked_for(void **state)
{
	static const char *const wrong[] = { "", "1234567", "1234567g",
		"0x123456", "-1234567" };
	char too_long[DIGEST_HEX_LEN + 2];
	struct place *place = *state;
	uint64_t seq;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(index_find_leaf(reader_store(place->reader),
		    wrong[i], SIZE, &seq, &err), -1);
		expect_said(&err, ERROR_UNDECIDED, "not a leaf hash");
		assert_non_null(strstr(err.remedy, "8"));
	}
	memset(too_long, '0', sizeof too_long - 1);
	too_long[sizeof too_long - 1] = '\0';
	assert_int_equal(index_find_leaf(reader_store(place->reader),
	    too_long, SIZE, &seq, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "not a leaf hash");
}

/* Change a copy of the store as somebody with the file could, and open it. */
static struct reader *
reader_of_changed(const struct place *place, const char *sql)
{
	struct reader *reader;
	char *said = NULL;
	sqlite3 *db;

	fixture_copy(place->fixture.store, place->copy);
	assert_int_equal(sqlite3_open(place->copy, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK ||
	    sqlite3_total_changes(db) == 0)
		fail_msg("%s: %s", sql, said);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	expect_fine(reader_open(&reader, place->copy, &err), &err);
	return reader;
}

static void
a_prefix_that_several_entries_have_is_ambiguous(void **state)
{
	/* Nobody finds two such entries soon; the index shows two. */
	struct place *place = *state;
	struct reader *reader = reader_of_changed(place,
	    "UPDATE record SET leaf = CAST(x'aabbccdd11' || zeroblob(27)"
	    " AS BLOB) WHERE seq = 3;"
	    "UPDATE record SET leaf = CAST(x'aabbccdd12' || zeroblob(27)"
	    " AS BLOB) WHERE seq = 9");
	struct store *store = reader_store(reader);
	uint64_t seq;

	assert_int_equal(index_find_leaf(store, "aabbccdd", SIZE, &seq, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "2 entries");
	assert_non_null(strstr(err.remedy, "more characters"));
	assert_int_equal(index_find_leaf(store, "aabbccdd1", SIZE, &seq,
	    &err), -1);
	expect_fine(index_find_leaf(store, "aabbccdd12", SIZE, &seq, &err),
	    &err);
	assert_int_equal(seq, 9);
	/* When the other one was not there yet, it was not ambiguous. */
	expect_fine(index_find_leaf(store, "aabbccdd", 9, &seq, &err), &err);
	assert_int_equal(seq, 3);
	/* By the whole hash each is found. */
	assert_int_equal(reader_find(reader, "aabbccdd", &seq, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "2 entries");
	reader_close(reader);
}

static void
an_exact_leaf_hash_is_found_or_not(void **state)
{
	struct place *place = *state;
	struct store *store = reader_store(place->reader);
	struct digest other = place->leaf[MODEL];
	uint64_t seq = 0;
	bool found;

	expect_fine(index_find_exact(store, place->leaf[MODEL], &found, &seq,
	    &err), &err);
	assert_true(found);
	assert_int_equal(seq, MODEL);
	other.byte[31] ^= 1;
	expect_fine(index_find_exact(store, other, &found, &seq, &err), &err);
	assert_false(found);
}

/* ---- what people call an entry ---- */

static void
expect_found(struct reader *reader, const char *what, uint64_t expected)
{
	uint64_t seq;

	if (reader_find(reader, what, &seq, &err) == -1)
		fail_msg("%s: %s", what, err.what);
	if (seq != expected)
		fail_msg("%s is entry %llu, not %llu", what,
		    (unsigned long long)seq, (unsigned long long)expected);
}

static void
expect_not_found(struct reader *reader, const char *what, const char *part)
{
	uint64_t seq;

	if (reader_find(reader, what, &seq, &err) == 0)
		fail_msg("%s is entry %llu", what, (unsigned long long)seq);
	expect_said(&err, ERROR_UNDECIDED, part);
}

static void
an_entry_is_found_by_what_people_call_it(void **state)
{
	struct place *place = *state;
	struct reader *reader = place->reader;

	expect_found(reader, "0", GENESIS);
	expect_found(reader, "12", CORRECTION_2);
	expect_found(reader, "model/credit@1", MODEL);
	expect_found(reader, "model/credit", MODEL);
	expect_found(reader, "credit@1", MODEL);
	expect_found(reader, "credit", MODEL);
	expect_found(reader, "dataset/hmda@2", DATA_2);
	expect_found(reader, "hmda@2", DATA_2);
	expect_found(reader, "key/engineer", ENROLMENT);
	/* A run that has ended is its end. */
	expect_found(reader, "run/train@1", RUN_END);
	expect_found(reader, "train", RUN_END);
	expect_found(reader, hex(place->leaf[RUN_START]), RUN_START);
}

static void
a_name_alone_is_of_the_kind_that_is_meant(void **state)
{
	struct place *place = *state;
	struct appender *appender;
	struct reader *reader;
	uint64_t seq;

	fixture_copy(place->fixture.store, place->copy);
	expect_fine(appender_open(&appender, place->copy,
	    place->fixture.ledger_key, &err), &err);
	(void)append(place, appender, place->fixture.founder, "dataset",
	    "twin", bytes_of(NULL, 0), "{\"name\":\"credit\",\"version\":\"1\"}");
	appender_close(appender);
	expect_fine(reader_open(&reader, place->copy, &err), &err);
	expect_not_found(reader, "credit@1", "both a ");
	expect_fine(reader_find_of(reader, "dataset", "credit@1", &seq, &err),
	    &err);
	assert_int_equal(seq, SIZE);
	expect_fine(reader_find_of(reader, "model", "credit", &seq, &err),
	    &err);
	assert_int_equal(seq, MODEL);
	/* What is no such name is found as ever. */
	expect_fine(reader_find_of(reader, "model", "dataset/credit", &seq,
	    &err), &err);
	assert_int_equal(seq, SIZE);
	expect_fine(reader_find_of(reader, "model", "12", &seq, &err), &err);
	assert_int_equal(seq, CORRECTION_2);
	assert_int_equal(reader_find_of(reader, "model", "nothing", &seq, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "there is no 'nothing'");
	reader_close(reader);
}

static void
corrected_records_lead_to_their_corrections(void **state)
{
	struct place *place = *state;
	struct reader *reader = place->reader;

	expect_found(reader, "dataset/hmda@1", CORRECTION_2);
	/* Unless the entry itself is meant. */
	expect_found(reader, "3", DATA);
	expect_found(reader, hex(place->leaf[DATA]), DATA);
	expect_found(reader, hex(place->leaf[CORRECTION]), CORRECTION);
}

static void
a_corrected_name_leads_to_the_name_it_should_have_had(void **state)
{
	struct place *place = *state;
	struct buffer members = buffer_new(LIMIT_ENVELOPE);
	struct appender *appender;
	struct append_item item;
	struct reader *reader;

	fixture_copy(place->fixture.store, place->copy);
	expect_fine(appender_open(&appender, place->copy,
	    place->fixture.ledger_key, &err), &err);
	item = append(place, appender, place->fixture.founder, "dataset",
	    "typo", bytes_of(NULL, 0),
	    "{\"name\":\"tpyo\",\"version\":\"1\"}");
	buffer_printf(&members, "{\"name\":\"typo\",\"version\":\"1\","
	    "\"supersedes\":{\"entry\":\"%s\",\"because\":\"typo\"}}",
	    hex(item.leaf));
	(void)append(place, appender, place->fixture.founder, "dataset",
	    "typo", bytes_of(NULL, 0), buffer_string(&members));
	appender_close(appender);
	expect_fine(reader_open(&reader, place->copy, &err), &err);
	expect_found(reader, "dataset/tpyo@1", SIZE + 1);
	expect_found(reader, "tpyo", SIZE + 1);
	expect_found(reader, "typo", SIZE + 1);
	expect_fine(reader_as_of(reader, "13", &err), &err);
	expect_found(reader, "tpyo", SIZE);
	reader_close(reader);
	buffer_free(&members);
}

static void
a_name_alone_is_its_newest_version(void **state)
{
	struct place *place = *state;

	/* Correcting the first version does not make it the newest. */
	expect_found(place->reader, "dataset/hmda", DATA_2);
}

static void
a_name_of_two_kinds_needs_the_kind(void **state)
{
	struct place *place = *state;

	expect_not_found(place->reader, "hmda@1", "both a ");
	assert_non_null(strstr(err.what, "dataset"));
	assert_non_null(strstr(err.what, "model"));
	expect_not_found(place->reader, "hmda", "both a ");
	expect_found(place->reader, "model/hmda", NAMESAKE);
}

static void
what_is_not_there_is_told_with_the_nearest_name(void **state)
{
	struct place *place = *state;
	struct reader *reader = place->reader;

	expect_not_found(reader, "13", "the newest is 12");
	expect_not_found(reader, "model/credti@1", "did you mean 'credit'");
	expect_not_found(reader, "credit@2", "no 'credit@2'");
	expect_not_found(reader, "dataset/credit", "no 'dataset/credit'");
	expect_not_found(reader, "zzzzzzzzzzzz", "no 'zzzzzzzzzzzz'");
	expect_not_found(reader, "", "no ''");
	expect_not_found(reader, "@1", "no '@1'");
	expect_not_found(reader, "/", "no '/'");
	expect_not_found(reader, "model/", "no 'model/'");
	expect_not_found(reader, "credit@", "no 'credit@'");
	expect_not_found(reader, "00000000aa", "leaf hash that begins");
	/* Upper case is no hash, and a hash is not longer than 64. */
	expect_not_found(reader, "AAAAAAAAAA", "no 'AAAAAAAAAA'");
}

static void
as_of_an_entry_the_later_ones_are_not_there(void **state)
{
	struct place *place = *state;
	struct reader *reader = place->reader;
	struct reader_entry entry = reader_entry_new();

	expect_fine(reader_as_of(reader, "8", &err), &err);
	assert_int_equal(reader_size(reader), 9);
	assert_int_equal(reader_full_size(reader), SIZE);
	assert_int_equal(reader_checkpoint(reader)->size, SIZE);
	expect_found(reader, "dataset/hmda", DATA);
	expect_not_found(reader, "9", "the newest is 8");
	expect_not_found(reader, "dataset/hmda@2", "no 'dataset/hmda@2'");
	expect_not_found(reader, hex(place->leaf[DATA_2]), "no entry has");
	assert_int_equal(reader_read(reader, 9, &entry, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no entry 9 in view");
	expect_fine(reader_as_of(reader, "4", &err), &err);
	expect_found(reader, "run/train", RUN_START);
	/* The authority follows: at first there was the founder alone. */
	assert_int_equal(authority_count(reader_authority(reader)), 2);
	expect_fine(reader_as_of(reader, "0", &err), &err);
	assert_int_equal(authority_count(reader_authority(reader)), 1);
	assert_int_equal(reader_as_of(reader, "13", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no entry 13");
	reader_entry_free(&entry);
}

static void
as_of_a_time_are_the_entries_up_to_it(void **state)
{
	/* Entries stand within milliseconds; the index gives them days. */
	struct place *place = *state;
	struct reader *reader = reader_of_changed(place,
	    "UPDATE record SET time = (seq / 2) * 86400000");
	uint64_t size;

	expect_fine(reader_as_of(reader, "1970-01-01T00:00:00Z", &err), &err);
	assert_int_equal(reader_size(reader), 2);
	expect_fine(reader_as_of(reader, "1970-01-03T23:59:59Z", &err), &err);
	assert_int_equal(reader_size(reader), 6);
	expect_fine(reader_as_of(reader, "1970-01-04", &err), &err);
	assert_int_equal(reader_size(reader), 8);
	expect_fine(reader_as_of(reader, "2000-01-01", &err), &err);
	assert_int_equal(reader_size(reader), SIZE);
	assert_int_equal(reader_as_of(reader, "1969-12-31", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no entries at");
	assert_int_equal(reader_as_of(reader, "yesterday-ish", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	expect_fine(index_size_at(reader_store(reader), 86400000, &size,
	    &err), &err);
	assert_int_equal(size, 2);
	expect_fine(index_size_at(reader_store(reader), 86400001, &size,
	    &err), &err);
	assert_int_equal(size, 4);
	reader_close(reader);
}

static void
a_reader_keeps_its_view_while_others_append(void **state)
{
	struct place *place = *state;
	struct reader *reader;
	struct appender *appender;
	struct reader_entry entry = reader_entry_new();

	fixture_copy(place->fixture.store, place->copy);
	expect_fine(reader_open(&reader, place->copy, &err), &err);
	expect_fine(appender_open(&appender, place->copy,
	    place->fixture.ledger_key, &err), &err);
	fixture_fill(&place->fixture, appender, 3, 1);
	assert_int_equal(appender_checkpoint(appender)->size, SIZE + 3);
	assert_int_equal(reader_size(reader), SIZE);
	expect_not_found(reader, "13", "the newest is 12");
	assert_int_equal(reader_read(reader, SIZE, &entry, &err), -1);
	LIST("12 11", .before = UINT64_MAX >> 1, .from = 11);
	reader_close(reader);
	expect_fine(reader_open(&reader, place->copy, &err), &err);
	expect_found(reader, "15", 15);
	reader_close(reader);
	appender_close(appender);
	reader_entry_free(&entry);
}

static void
a_reader_wants_the_newest_checkpoint_to_be_sound(void **state)
{
	static const struct {
		const char *sql;
		const char *part;
	} cases[] = {
		{ "UPDATE checkpoint SET note = replace(note,"
		  " 'fixture.example/ledger' || char(10),"
		  " 'other.example/ledger' || char(10)) WHERE size = 13", "" },
		{ "DELETE FROM checkpoint WHERE size = 13", "of 12 entries" },
		{ "DELETE FROM entry WHERE seq = 12", "the ledger has 12" },
		{ "DELETE FROM checkpoint", "" },
		{ "DELETE FROM record WHERE seq = 0;"
		  " UPDATE record SET kind = 'model' WHERE seq = 1",
		    "genesis" },
	};
	struct place *place = *state;
	struct reader *reader;
	sqlite3 *db;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fixture_copy(place->fixture.store, place->copy);
		assert_int_equal(sqlite3_open(place->copy, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, cases[i].sql, NULL, NULL,
		    NULL), SQLITE_OK);
		assert_true(sqlite3_total_changes(db) > 0);
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		if (reader_open(&reader, place->copy, &err) == 0)
			fail_msg("opened after: %s", cases[i].sql);
		expect_said(&err, ERROR_NO, cases[i].part);
	}
}

/* ---- references ---- */

/* One fact of these, as references see it. */
static int
check_reference(struct place *place, const char *kind, enum fact_role role,
    struct digest digest, uint64_t seq)
{
	struct fact fact = { .role = role, .digest = digest };
	struct facts facts = { .count = 1, .fact = &fact };

	return references_check_entries(reader_store(place->reader),
	    kind_named(kind), &facts, seq, &err);
}

static void
entries_that_are_named_stand_before(void **state)
{
	struct place *place = *state;
	struct digest end = place->leaf[RUN_END], other = end;

	expect_fine(check_reference(place, "model", FACT_ENTRY, end,
	    RUN_END + 1), &err);
	assert_int_equal(check_reference(place, "model", FACT_ENTRY, end,
	    RUN_END), -1);
	expect_said(&err, ERROR_NO, "no entry before it");
	other.byte[0] ^= 1;
	assert_int_equal(check_reference(place, "model", FACT_ENTRY, other,
	    SIZE), -1);
	expect_said(&err, ERROR_NO, "no entry before it");
	/* Digests in other roles are not entries. */
	expect_fine(check_reference(place, "model", FACT_INPUT, other, SIZE),
	    &err);
}

static void
a_correction_is_of_its_own_kind(void **state)
{
	struct place *place = *state;

	expect_fine(check_reference(place, "dataset", FACT_SUPERSEDES,
	    place->leaf[DATA], SIZE), &err);
	assert_int_equal(check_reference(place, "model", FACT_SUPERSEDES,
	    place->leaf[DATA], SIZE), -1);
	expect_said(&err, ERROR_NO, "cannot correct entry 3");
}

static void
an_index_that_lies_about_a_leaf_hash_is_not_believed(void **state)
{
	struct place *place = *state;
	struct digest invented = artefact("invented");
	struct buffer sql = buffer_new(1000);
	struct reader *ours = place->reader;

	buffer_printf(&sql, "UPDATE record SET leaf = x'%s' WHERE seq = 5",
	    hex(invented));
	place->reader = reader_of_changed(place, buffer_string(&sql));
	assert_int_equal(check_reference(place, "model", FACT_ENTRY, invented,
	    SIZE), -1);
	expect_said(&err, ERROR_NO, "a leaf hash that it has not");
	assert_non_null(strstr(err.remedy, "reindex"));
	reader_close(place->reader);
	place->reader = ours;
	buffer_free(&sql);
}

static void
attachments_that_are_named_are_kept(void **state)
{
	struct place *place = *state;
	struct fact fact = { .role = FACT_ATTACHMENT };
	struct facts facts = { .count = 1, .fact = &fact };
	struct store *store = reader_store(place->reader);

	fact.digest = digest_of(bytes_of_text("a report\n"));
	expect_fine(references_check_attachments(store, &facts, &err), &err);
	fact.digest = artefact("model");
	assert_int_equal(references_check_attachments(store, &facts, &err),
	    -1);
	expect_said(&err, ERROR_NO, "is not in the ledger");
	fact.role = FACT_OUTPUT;
	expect_fine(references_check_attachments(store, &facts, &err), &err);
}

/* ---- the index compared with an entry ---- */

/* What index_check says of an entry that is given as it is. */
static int
check_entry(struct reader *reader, uint64_t seq)
{
	struct reader_entry entry = reader_entry_new();
	struct facts facts = facts_new();
	struct index_entry says;
	int result;

	expect_fine(reader_read(reader, seq, &entry, &err), &err);
	expect_fine(facts_gather(&facts, &entry.record, &err), &err);
	says = (struct index_entry){ .seq = seq,
		.time_ms = entry.entry.time_ms,
		.made_ms = entry.record.head.made_ms,
		.leaf = entry.leaf,
		.kind = entry.record.kind,
		.facts = &facts };
	memcpy(says.nonce, entry.record.head.nonce, NONCE_LEN);
	/* The key is not in the entry; its fingerprint is. */
	for (size_t i = 0; i < authority_count(reader_authority(reader)); i++) {
		const struct principal *one =
		    authority_at(reader_authority(reader), i);

		if (strcmp(one->fingerprint.text,
		    entry.entry.envelope.signature[0].keyid.text) == 0)
			says.signer = one->key;
	}
	result = index_check(reader_store(reader), &says, &err);
	reader_entry_free(&entry);
	facts_free(&facts);
	return result;
}

static void
index_check_names_what_differs(void **state)
{
	static const struct {
		const char *sql;
		const char *part;
	} cases[] = {
		{ "UPDATE record SET kind = 'model' WHERE seq = 5", "kind" },
		{ "UPDATE record SET name = 'x' WHERE seq = 5", "name" },
		{ "UPDATE record SET version = '' WHERE seq = 5", "version" },
		{ "UPDATE record SET status = '' WHERE seq = 5", "status" },
		{ "UPDATE record SET time = time + 1 WHERE seq = 5", "time" },
		{ "UPDATE record SET made = made + 1 WHERE seq = 5", "made" },
		{ "UPDATE record SET nonce = zeroblob(16) WHERE seq = 5",
		    "nonce" },
		{ "UPDATE record SET leaf = zeroblob(32) WHERE seq = 5",
		    "leaf hash" },
		{ "UPDATE record SET signer = 1 WHERE seq = 5", "signer" },
		{ "DELETE FROM record WHERE seq = 5", "no row" },
		{ "DELETE FROM artefact WHERE seq = 5 AND role = 2",
		    "output" },
		{ "UPDATE artefact SET name = 'x' WHERE seq = 5 AND role = 2",
		    "output" },
		{ "UPDATE artefact SET role = 1 WHERE seq = 5 AND role = 6",
		    "entry" },
		{ "UPDATE value SET number = 0.7500001 WHERE seq = 5 AND"
		  " name = 'auc'", "metric" },
		{ "UPDATE value SET text = 'nan' WHERE seq = 5 AND"
		  " name = 'loss'", "metric" },
		{ "DELETE FROM value WHERE seq = 5", "metric" },
	};
	struct place *place = *state;

	for (uint64_t seq = 0; seq < SIZE; seq++)
		expect_fine(check_entry(place->reader, seq), &err);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct reader *reader =
		    reader_of_changed(place, cases[i].sql);

		if (check_entry(reader, RUN_END) == 0)
			fail_msg("not noticed: %s", cases[i].sql);
		expect_said(&err, ERROR_NO, cases[i].part);
		expect_fine(check_entry(reader, MODEL), &err);
		reader_close(reader);
	}
}

static void
a_damaged_row_is_told_and_not_shown(void **state)
{
	static const char *const damage[] = {
		"UPDATE record SET kind = 'unheard of' WHERE seq = 5",
		"UPDATE record SET leaf = x'00' WHERE seq = 5",
		"UPDATE record SET signer = 99 WHERE seq = 5",
		"UPDATE record SET name = printf('%.300c', 'x')"
		" WHERE seq = 5",
		"UPDATE record SET status = printf('%.40c', 'x')"
		" WHERE seq = 5",
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
		struct reader *reader = reader_of_changed(place, damage[i]);
		struct index_row row;

		if (index_row_at(reader_store(reader), RUN_END, SIZE, &row,
		    &err) == 0)
			fail_msg("shown: %s", damage[i]);
		expect_said(&err, ERROR_NO, "the index differs");
		assert_non_null(strstr(err.remedy, "reindex"));
		reader_close(reader);
	}
}

/* ---- lineage ---- */

static struct lineage *
walk(struct reader *reader, struct digest start,
    enum lineage_direction direction, size_t max_nodes)
{
	struct lineage *lineage;

	expect_fine(lineage_walk(&lineage, reader, start, direction,
	    max_nodes, &err), &err);
	return lineage;
}

static const struct lineage_node *
node_of(const struct lineage *lineage, struct digest digest)
{
	for (size_t i = 0; i < lineage->node_count; i++) {
		if (digest_equal(lineage->node[i].digest, digest))
			return &lineage->node[i];
	}
	return NULL;
}

static void
expect_node(const struct lineage *lineage, struct digest digest,
    const char *name, unsigned depth)
{
	const struct lineage_node *node = node_of(lineage, digest);

	if (node == NULL)
		fail_msg("%s is not there", name);
	assert_string_equal(node->name, name);
	if (node->depth != depth)
		fail_msg("%s is %u away, not %u", name, node->depth, depth);
}

static void
expect_edge(const struct lineage *lineage, struct digest from,
    struct digest to, enum fact_role role)
{
	for (size_t i = 0; i < lineage->edge_count; i++) {
		const struct lineage_edge *edge = &lineage->edge[i];

		if (digest_equal(lineage->node[edge->from].digest, from) &&
		    digest_equal(lineage->node[edge->to].digest, to)) {
			assert_int_equal(edge->role, role);
			return;
		}
	}
	fail_msg("no edge from %s to %s", hex(from), hex(to));
}

static void
expect_no_edge_twice(const struct lineage *lineage)
{
	for (size_t i = 0; i < lineage->edge_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (lineage->edge[i].from == lineage->edge[j].from &&
			    lineage->edge[i].to == lineage->edge[j].to)
				fail_msg("edge %zu is edge %zu again", i, j);
		}
	}
}

static void
upwards_is_what_a_thing_came_from(void **state)
{
	struct place *place = *state;
	struct digest *leaf = place->leaf;
	struct lineage *up = walk(place->reader, artefact("model"),
	    LINEAGE_UP, 1000);

	assert_true(digest_equal(up->node[0].digest, artefact("model")));
	assert_false(up->node[0].is_entry);
	assert_int_equal(up->node[0].depth, 0);
	assert_int_equal(up->node[0].seq, RUN_END);
	expect_node(up, leaf[RUN_END], "run/train@1", 1);
	expect_node(up, leaf[MODEL], "model/credit@1", 1);
	expect_node(up, leaf[RUN_START], "run/train@1", 2);
	expect_node(up, artefact("data"), "train.csv", 3);
	expect_node(up, leaf[DATA], "dataset/hmda@1", 4);
	expect_node(up, artefact("raw"), "dataset/raw@1", 5);
	expect_node(up, leaf[RAW], "dataset/raw@1", 6);
	expect_edge(up, leaf[RUN_START], leaf[RUN_END], FACT_ENTRY);
	expect_edge(up, artefact("data"), leaf[RUN_START], FACT_INPUT);
	expect_edge(up, leaf[DATA], artefact("data"), FACT_SUBJECT);
	expect_edge(up, artefact("raw"), leaf[DATA], FACT_PARENT);
	expect_edge(up, leaf[RUN_END], leaf[MODEL], FACT_ENTRY);
	/* What came of it is not what it came from. */
	assert_null(node_of(up, leaf[EVALUATION]));
	assert_null(node_of(up, leaf[OBSERVATION]));
	assert_null(node_of(up, artefact("log")));
	assert_string_equal(node_of(up, leaf[RUN_END])->status, "finished");
	assert_true(node_of(up, leaf[DATA])->superseded);
	assert_false(node_of(up, leaf[RAW])->superseded);
	assert_false(up->truncated);
	expect_no_edge_twice(up);
	lineage_free(up);
}

static void
downwards_is_what_came_from_a_thing(void **state)
{
	struct place *place = *state;
	struct digest *leaf = place->leaf;
	struct lineage *down = walk(place->reader, artefact("raw"),
	    LINEAGE_DOWN, 1000);

	expect_node(down, artefact("raw"), "dataset/raw@1", 0);
	expect_node(down, leaf[DATA], "dataset/hmda@1", 1);
	expect_node(down, artefact("data"), "dataset/hmda@1", 2);
	expect_node(down, leaf[CORRECTION], "dataset/hmda@1", 2);
	expect_node(down, leaf[RUN_START], "run/train@1", 3);
	expect_node(down, leaf[RUN_END], "run/train@1", 4);
	expect_node(down, artefact("model"), "model.bin", 5);
	expect_node(down, artefact("log"), "log.txt", 5);
	expect_node(down, leaf[EVALUATION], "evaluation", 6);
	expect_node(down, leaf[OBSERVATION], "observation", 6);
	expect_edge(down, leaf[RUN_END], artefact("log"), FACT_SUBJECT);
	expect_edge(down, artefact("model"), leaf[EVALUATION], FACT_MODEL);
	expect_edge(down, leaf[DATA], leaf[CORRECTION], FACT_SUPERSEDES);
	assert_null(node_of(down, leaf[RAW]));
	assert_null(node_of(down, artefact("test")));
	assert_null(node_of(down, leaf[NAMESAKE]));
	/* A report is kept with its entry; nothing comes of it. */
	assert_null(node_of(down, digest_of(bytes_of_text("a report\n"))));
	expect_no_edge_twice(down);
	lineage_free(down);
}

static void
both_ways_each_thing_is_there_once(void **state)
{
	struct place *place = *state;
	struct lineage *both = walk(place->reader, place->leaf[RUN_END],
	    LINEAGE_BOTH, 1000);

	assert_true(both->node[0].is_entry);
	assert_int_equal(both->node[0].seq, RUN_END);
	assert_non_null(node_of(both, artefact("raw")));
	assert_non_null(node_of(both, place->leaf[OBSERVATION]));
	for (size_t i = 0; i < both->node_count; i++)
		assert_ptr_equal(node_of(both, both->node[i].digest),
		    &both->node[i]);
	expect_no_edge_twice(both);
	lineage_free(both);
}

static void
an_artefact_is_placed_where_it_was_first_mentioned(void **state)
{
	struct place *place = *state;
	struct lineage *up = walk(place->reader, artefact("model"),
	    LINEAGE_UP, 1000);

	/* Met at the run, but a dataset before that. */
	assert_int_equal(node_of(up, artefact("data"))->seq, DATA);
	assert_int_equal(node_of(up, artefact("raw"))->seq, RAW);
	lineage_free(up);
}

static void
lineage_ends_where_the_view_ends(void **state)
{
	struct place *place = *state;
	struct lineage *down, *none;

	expect_fine(reader_as_of(place->reader, "5", &err), &err);
	down = walk(place->reader, artefact("raw"), LINEAGE_DOWN, 1000);
	assert_non_null(node_of(down, artefact("model")));
	assert_null(node_of(down, place->leaf[MODEL]));
	assert_null(node_of(down, place->leaf[CORRECTION]));
	assert_false(node_of(down, place->leaf[DATA])->superseded);
	lineage_free(down);
	assert_int_equal(lineage_walk(&none, place->reader, artefact("test"),
	    LINEAGE_BOTH, 1000, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no entry mentions");
	assert_int_equal(lineage_walk(&none, place->reader,
	    place->leaf[MODEL], LINEAGE_BOTH, 1000, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no entry mentions");
}

static void
lineage_stops_when_it_is_too_large_and_says_so(void **state)
{
	struct place *place = *state;
	struct lineage *whole = walk(place->reader, artefact("raw"),
	    LINEAGE_BOTH, 1000);
	size_t count = whole->node_count;

	assert_false(whole->truncated);
	lineage_free(whole);
	for (size_t most = 1; most <= count; most++) {
		struct lineage *part = walk(place->reader, artefact("raw"),
		    LINEAGE_BOTH, most);

		assert_int_equal(part->node_count, most);
		assert_int_equal(part->truncated, most < count);
		for (size_t i = 0; i < part->edge_count; i++)
			assert_true(part->edge[i].from < most &&
			    part->edge[i].to < most);
		for (size_t i = 0; i < most; i++)
			assert_true(part->node[i].name != NULL &&
			    part->node[i].status != NULL);
		lineage_free(part);
	}
}

static void
a_run_with_many_outputs_leads_to_each_once(void **state)
{
	enum { OUTPUTS = 100 };
	struct place *place = *state;
	struct buffer members = buffer_new(LIMIT_ENVELOPE);
	struct appender *appender;
	struct append_item item;
	struct reader *reader;
	struct lineage *down;
	char name[20];

	buffer_text(&members, "{\"phase\":\"whole\",\"name\":\"many\","
	    "\"version\":\"1\",\"outputs\":[");
	for (unsigned i = 0; i < OUTPUTS; i++) {
		(void)snprintf(name, sizeof name, "out-%u", i);
		buffer_printf(&members,
		    "%s{\"name\":\"%s\",\"digest\":\"%s\"}",
		    i == 0 ? "" : ",", name, hex(artefact(name)));
	}
	buffer_text(&members, "],\"status\":\"finished\"}");
	fixture_copy(place->fixture.store, place->copy);
	expect_fine(appender_open(&appender, place->copy,
	    place->fixture.ledger_key, &err), &err);
	item = append(place, appender, place->fixture.founder, "run", NULL,
	    bytes_of(NULL, 0), buffer_string(&members));
	appender_close(appender);
	expect_fine(reader_open(&reader, place->copy, &err), &err);
	down = walk(reader, item.leaf, LINEAGE_DOWN, 1000);
	/* The run, its identity and what it made. */
	assert_int_equal(down->node_count, OUTPUTS + 2);
	assert_int_equal(down->edge_count, OUTPUTS + 1);
	expect_no_edge_twice(down);
	lineage_free(down);
	reader_close(reader);
	buffer_free(&members);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(every_entry_has_a_row_of_its_kind_name_version_and_status),
		T(digests_are_kept_with_their_roles_and_names),
		T(values_are_kept_as_numbers_where_they_are_numbers),
		T(kinds_are_counted),
		T(a_row_says_what_the_entry_says),
		T(a_correction_is_seen_from_its_own_place_on),
		T(a_nonce_is_known_with_its_time_only),
		T(lists_are_narrowed_by_each_of_their_questions),
		T(a_list_may_be_read_while_another_is),
		T(mentions_are_in_order_with_their_roles),
		T(entries_of_a_kind_are_counted_before_a_size),
		T(records_read_one_after_the_other_may_share_their_memory),
		T(an_entry_is_found_by_eight_characters_of_its_leaf_hash),
		T(what_cannot_be_a_leaf_hash_is_not_looked_for),
		T(a_prefix_that_several_entries_have_is_ambiguous),
		T(an_exact_leaf_hash_is_found_or_not),
		T(an_entry_is_found_by_what_people_call_it),
		T(a_name_alone_is_of_the_kind_that_is_meant),
		T(corrected_records_lead_to_their_corrections),
		T(a_corrected_name_leads_to_the_name_it_should_have_had),
		T(a_name_alone_is_its_newest_version),
		T(a_name_of_two_kinds_needs_the_kind),
		T(what_is_not_there_is_told_with_the_nearest_name),
		T(as_of_an_entry_the_later_ones_are_not_there),
		T(as_of_a_time_are_the_entries_up_to_it),
		T(a_reader_keeps_its_view_while_others_append),
		T(a_reader_wants_the_newest_checkpoint_to_be_sound),
		T(entries_that_are_named_stand_before),
		T(a_correction_is_of_its_own_kind),
		T(an_index_that_lies_about_a_leaf_hash_is_not_believed),
		T(attachments_that_are_named_are_kept),
		T(index_check_names_what_differs),
		T(a_damaged_row_is_told_and_not_shown),
		T(upwards_is_what_a_thing_came_from),
		T(downwards_is_what_came_from_a_thing),
		T(both_ways_each_thing_is_there_once),
		T(an_artefact_is_placed_where_it_was_first_mentioned),
		T(lineage_ends_where_the_view_ends),
		T(lineage_stops_when_it_is_too_large_and_says_so),
		T(a_run_with_many_outputs_leads_to_each_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, write_story, forget_story);
}
