/* list_proof_test.c: what is complete is proved, and what is not is not. */
#include "expect.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/limits.h"
#include "ledger/list_proof.h"
#include "ledger/list_walk.h"
#include "ledger/population.h"
#include "ledger/reader.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"

/* 0 genesis, 1 … 20 observations, 21 index, 22 … 26 observations, 27 index,
 * 28, 29 observations. */
#define SIZE 30
#define FIRST 21
#define SECOND 27

static struct error err;
static char *folder;
static struct fixture fixture;
static struct reader *reader;

static void
add_index(struct appender *appender)
{
	const struct append_own own = list_index_record();
	struct digest leaf;
	uint64_t seq;

	expect_fine(appender_add_own(appender, &own, &seq, &leaf, &err), &err);
}

static int
set_up(void **state)
{
	struct appender *appender;

	(void)state;
	folder = fixture_folder();
	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	expect_fine(appender_open(&appender, fixture.store, fixture.ledger_key,
	    &err), &err);
	fixture_fill(&fixture, appender, 20, 10);
	add_index(appender);
	fixture_fill(&fixture, appender, 5, 1);
	add_index(appender);
	fixture_fill(&fixture, appender, 2, 1);
	appender_close(appender);
	expect_fine(reader_open(&reader, fixture.store, &err), &err);
	assert_int_equal(reader_full_size(reader), SIZE);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	reader_close(reader);
	fixture_free(&fixture);
	fixture_remove(folder);
	return 0;
}

static struct list_key
key_of(const char *kind, const char *content)
{
	struct list_key key = { .kind = kind_named(kind) };

	if (content != NULL)
		key.subject = digest_of(bytes_of_text(content));
	return key;
}

static void
prove_at(struct buffer *out, const struct list_key *keys, size_t count,
    uint64_t at_most)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	uint64_t size;

	*out = buffer_new(LIMIT_LIST_PROOF);
	expect_fine(store_checkpoint(reader_store(reader), at_most, &size,
	    &note, &err), &err);
	expect_fine(list_prove(out, reader_store(reader), buffer_bytes(&note),
	    keys, count, &err), &err);
	buffer_free(&note);
}

/* Members as they are told. */
struct told {
	uint64_t count[LIST_PARTS_MAX];
	uint64_t last;
	size_t part;
	struct buffer line;
};

/* The line of whatever entry is asked for, by its number. */
static int
give(void *cookie, uint64_t seq, struct digest leaf, struct bytes *line,
    struct error *error)
{
	struct told *told = cookie;
	struct error ignored;

	(void)leaf;
	(void)error;
	buffer_clear(&told->line);
	*line = bytes_of_text("none");
	if (store_entry(reader_store(reader), seq, &told->line, &ignored) == 0)
		*line = buffer_bytes(&told->line);
	return 0;
}

static int
tell(void *cookie, const struct list_member *member, struct error *error)
{
	struct told *told = cookie;

	(void)error;
	assert_true(member->part >= told->part);
	if (member->part == told->part && told->count[member->part] > 0)
		assert_true(member->seq > told->last);
	told->part = member->part;
	told->last = member->seq;
	told->count[member->part]++;
	return 0;
}

/* Parse, write again, check. */
static int
check(struct bytes text, struct told *told, struct list_claim *claim)
{
	const struct list_checker checker = { .cookie = told, .line = give,
		.member = tell };
	struct public_key key = signer_public_key(fixture.ledger_key);
	struct buffer again = buffer_new(LIMIT_LIST_PROOF);
	struct list_proof *proof;
	int result;

	memset(told, 0, sizeof *told);
	told->line = buffer_new(LIMIT_ENTRY);
	if (list_proof_parse(&proof, text, &err) == -1) {
		buffer_free(&again);
		return -1;
	}
	list_proof_write(&again, proof);
	assert_true(bytes_equal(text, buffer_bytes(&again)));
	buffer_free(&again);
	result = list_proof_check(claim, proof, &key, &checker, &err);
	list_proof_free(proof);
	buffer_free(&told->line);
	return result;
}

static void
a_list_is_complete_at_every_checkpoint(void **state)
{
	const struct list_key key = key_of("observation", "a model");
	static struct told told;
	struct list_claim claim;
	struct buffer text;

	(void)state;
	for (uint64_t size = 1; size <= SIZE; size++) {
		struct buffer note = buffer_new(LIMIT_NOTE);
		uint64_t at, expected;

		expect_fine(store_checkpoint(reader_store(reader), size, &at,
		    &note, &err), &err);
		buffer_free(&note);
		prove_at(&text, &key, 1, size);
		expect_fine(check(buffer_bytes(&text), &told, &claim), &err);
		expected = at - 1 - (at > FIRST) - (at > SECOND);
		assert_int_equal(told.count[0], expected);
		assert_int_equal(claim.members, expected);
		assert_int_equal(claim.indexed,
		    at > SECOND ? SECOND : at > FIRST ? FIRST : 0);
		buffer_free(&text);
	}
}

static void
what_is_absent_is_proved_wherever_it_would_stand(void **state)
{
	struct list_key key = { .kind = kind_named("waiver") };
	static struct told told;
	struct list_claim claim;
	struct buffer text;

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		memset(&key.subject, (int)byte, sizeof key.subject);
		prove_at(&text, &key, 1, SIZE);
		expect_fine(check(buffer_bytes(&text), &told, &claim), &err);
		assert_int_equal(claim.members, 0);
		buffer_free(&text);
	}
	/* Before all others. */
	memset(&key.subject, 0, sizeof key.subject);
	key.kind = kind_named("approval");
	prove_at(&text, &key, 1, SIZE);
	expect_fine(check(buffer_bytes(&text), &told, &claim), &err);
	assert_int_equal(claim.members, 0);
	buffer_free(&text);
}

static void
many_lists_make_one_proof(void **state)
{
	struct list_key key[100];
	static struct told told;
	struct list_claim claim;
	struct buffer text;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		key[i] = key_of("observation", NULL);
		memset(&key[i].subject, (int)(97 * i % 256), 32);
	}
	/* Twice the same, and some that are there. */
	key[7] = key[8];
	key[20] = key_of("observation", "a model");
	key[21] = key_of("genesis", NULL);
	key[22] = key_of("index", NULL);
	key[23] = key_of("observation", NULL);
	prove_at(&text, key, 100, SIZE);
	expect_fine(check(buffer_bytes(&text), &told, &claim), &err);
	/* Zeros are the whole ledger: genesis, two indexes, 27, 27. */
	assert_int_equal(claim.members, 1 + 2 + 27 + 27);
	buffer_free(&text);
	assert_int_equal(list_prove(&text, reader_store(reader),
	    reader_note(reader), key, 0, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "one to");
	assert_int_equal(list_prove(&text, reader_store(reader),
	    reader_note(reader), key, LIST_PARTS_MAX + 1, &err), -1);
}

static void
a_proof_cut_or_changed_proves_nothing(void **state)
{
	const struct list_key key[] = { key_of("observation", "a model"),
		key_of("run", "a model") };
	static struct told told;
	struct list_claim claim;
	struct buffer text;
	size_t note, absent;

	(void)state;
	prove_at(&text, key, 2, SIZE);
	for (size_t len = 0; len < text.len; len++) {
		assert_int_equal(check(bytes_of(text.data, len), &told,
		    &claim), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	/* The signatures of the note are for others to verify. */
	note = (size_t)((const char *)memmem(text.data, text.len,
	    "\n" FIXTURE_ORIGIN "\n", strlen(FIXTURE_ORIGIN) + 2) -
	    (const char *)text.data);
	absent = (size_t)(strstr(buffer_string(&text), " run\n") -
	    buffer_string(&text)) - 68;
	for (size_t i = 0; i < note; i++) {
		text.data[i] ^= 1;
		if (check(buffer_bytes(&text), &told, &claim) == 0)
			/* The absence of another digest is as true. */
			assert_in_range(i, absent, absent + 68);
		else
			assert_true(err.class == ERROR_NO ||
			    err.class == ERROR_UNDECIDED);
		text.data[i] ^= 1;
	}
	expect_fine(check(buffer_bytes(&text), &told, &claim), &err);
	buffer_free(&text);
}

/* Some entry of the list, given as another line than it is. */
static int
give_wrong(void *cookie, uint64_t seq, struct digest leaf, struct bytes *line,
    struct error *error)
{
	(void)leaf;
	(void)error;
	*line = seq == 5 ? bytes_of_text(cookie) : bytes_of(NULL, 0);
	return 0;
}

static int
give_own(void *cookie, uint64_t seq, struct digest leaf, struct bytes *line,
    struct error *error)
{
	struct buffer *own = cookie;

	(void)leaf;
	expect_fine(store_entry(reader_store(reader), seq, own, error), error);
	*line = buffer_bytes(own);
	return 0;
}

static void
lines_are_checked_where_they_are_given(void **state)
{
	const struct list_key key = key_of("observation", "a model");
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct list_checker checker = { .cookie = &line, .line = give_own };
	struct list_proof *proof;
	struct list_claim claim;
	struct buffer text;
	char wrong[] = "{}";

	(void)state;
	prove_at(&text, &key, 1, SIZE);
	expect_fine(list_proof_parse(&proof, buffer_bytes(&text), &err), &err);
	expect_fine(list_proof_check(&claim, proof, NULL, &checker, &err),
	    &err);
	assert_int_equal(claim.without_line, 0);
	checker.cookie = wrong;
	checker.line = give_wrong;
	assert_int_equal(list_proof_check(&claim, proof, NULL, &checker, &err),
	    -1);
	expect_said(&err, ERROR_NO, "entry 5 is not that entry");
	list_proof_free(proof);
	buffer_free(&text);
	buffer_free(&line);
}

/* An index record that the ledger signed, with another entry's number in it,
 * is somebody else's. */
static void
another_key_did_not_sign_the_index_record(void **state)
{
	const struct list_key key = key_of("observation", "a model");
	struct public_key other = signer_public_key(fixture.founder);
	struct list_proof *proof;
	struct list_claim claim;
	struct buffer text;

	(void)state;
	prove_at(&text, &key, 1, SIZE);
	expect_fine(list_proof_parse(&proof, buffer_bytes(&text), &err), &err);
	assert_int_equal(list_proof_check(&claim, proof, &other, NULL, &err),
	    -1);
	assert_int_equal(err.class, ERROR_NO);
	list_proof_free(proof);
	buffer_free(&text);
}

/* Entries erased whole stand as leaf hashes: the tree still holds, and what
 * is not known is counted. */
static void
what_was_erased_since_is_counted(void **state)
{
	const struct list_key key = key_of("observation", "a model");
	struct buffer erased = buffer_new(200);
	struct list_proof *proof;
	struct list_claim claim;
	struct buffer text;

	(void)state;
	prove_at(&text, &key, 1, SIZE);
	expect_fine(list_proof_parse(&proof, buffer_bytes(&text), &err), &err);
	assert_int_equal(proof->since_count, SIZE - SECOND);
	buffer_printf(&erased, "erased %s",
	    digest_hex(entry_leaf_hash(proof->since[1])).text);
	proof->since[1] = buffer_bytes(&erased);
	expect_fine(list_proof_check(&claim, proof, NULL, NULL, &err), &err);
	assert_int_equal(claim.erased, 1);
	assert_int_equal(claim.members, 26);
	/* The index record itself cannot be gone. */
	proof->since[0] = proof->since[1];
	assert_int_equal(list_proof_check(&claim, proof, NULL, NULL, &err),
	    -1);
	list_proof_free(proof);
	buffer_free(&text);
	buffer_free(&erased);
}

static void
an_index_record_is_due_after_enough(void **state)
{
	(void)state;
	assert_false(list_index_is_due(0, 0));
	assert_false(list_index_is_due(0, 1023));
	assert_true(list_index_is_due(0, 1024));
	assert_false(list_index_is_due(1024, 2047));
	assert_true(list_index_is_due(1024, 2048));
	assert_false(list_index_is_due(80000, 90000));
	assert_true(list_index_is_due(80000, 91429));
	assert_false(list_index_is_due(10, 5));
}

/* ---- verification ---- */

struct seen {
	uint64_t count;
	uint64_t seq;
	enum verify_check check;
	char what[300];
};

static void
see(void *cookie, const struct verify_problem *problem)
{
	struct seen *seen = cookie;

	seen->count++;
	seen->seq = problem->seq;
	seen->check = problem->check;
	snprintf(seen->what, sizeof seen->what, "%s", problem->what);
}

/* What an index record should say, but for one member. */
static int
compose_lie(void *cookie, const struct append_view *view, struct json **members,
    struct buffer *attachment, struct error *error)
{
	const struct append_own own = list_index_record();
	const char *lie = cookie;
	struct json *truth = NULL;

	expect_fine(own.compose(NULL, view, &truth, attachment, error), error);
	*members = json_new_object();
	for (const struct json *child = json_first(truth); child != NULL;
	     child = json_next(child)) {
		struct json *value = json_type(child) == JSON_NUMBER
		    ? json_new_number(json_number(child))
		    : json_new_text(json_text(child));

		if (strcmp(json_name(child), lie) == 0) {
			json_free(value);
			value = strcmp(lie, "root") == 0
			    ? json_new_text(digest_hex(digest_of(
				  bytes_of_text("x"))).text)
			    : json_new_number(7);
		}
		expect_fine(json_put(*members, json_name(child), value, error),
		    error);
	}
	json_free(truth);
	return 0;
}

static void
a_wrong_index_record_is_told(void **state)
{
	static const char *const lies[][2] = {
		{ "root", "are not those of the entries" },
		{ "lists", "signs 7 lists" },
		{ "entries", "not of all entries before it" },
	};
	char *place = fixture_folder();
	struct appender *appender;
	struct fixture own;
	struct verify_result result;
	struct seen seen = { .count = 0 };
	struct verify_options options = { .cookie = &seen, .problem = see };
	struct digest leaf;
	uint64_t seq;

	(void)state;
	fixture_make(&own, place, FIXTURE_ORIGIN);
	expect_fine(appender_open(&appender, own.store, own.ledger_key, &err),
	    &err);
	fixture_fill(&own, appender, 3, 3);
	/* More right ones than there are trees at once. */
	for (int i = 0; i < 1030; i++)
		add_index(appender);
	expect_fine(verify_ledger(&result, own.store, &options, &err), &err);
	assert_int_equal(result.problems, 0);
	assert_int_equal(result.lists, 1030);
	for (size_t i = 0; i < 3; i++) {
		char word[16];
		struct append_own lie = {
			.kind = "index",
			.cookie = word,
			.compose = compose_lie,
		};

		snprintf(word, sizeof word, "%s", lies[i][0]);
		expect_fine(appender_add_own(appender, &lie, &seq, &leaf,
		    &err), &err);
		expect_fine(verify_ledger(&result, own.store, &options, &err),
		    &err);
		assert_int_equal(result.problems, i + 1);
		assert_int_equal(seen.check, VERIFY_LISTS);
		assert_int_equal(seen.seq, seq);
		assert_string_equal(verify_check_name(seen.check), "lists");
		if (strstr(seen.what, lies[i][1]) == NULL)
			fail_msg("%s", seen.what);
	}
	appender_close(appender);
	fixture_free(&own);
	fixture_remove(place);
}

/* ---- populations ---- */

static void
a_population_is_read_and_written_again_or_refused(void **state)
{
	const struct list_key key = key_of("genesis", NULL);
	struct population made = { .kind = key.kind, .has_to = true,
		.to_ms = 4000000000000, .where = bytes_of_text("\"true\"") };
	struct population_item item = { .title = bytes_of_text("\"t\"") };
	struct buffer text = buffer_new(LIMIT_LIST_PROOF);
	struct buffer again = buffer_new(LIMIT_LIST_PROOF);
	struct buffer proof;
	struct population read;
	struct list_claim claim;
	struct list_proof *parsed;

	(void)state;
	prove_at(&proof, &key, 1, SIZE);
	expect_fine(list_proof_parse(&parsed, buffer_bytes(&proof), &err),
	    &err);
	item.leaf = parsed->part[0].item[0].leaf;
	list_proof_free(parsed);
	expect_fine(population_add(&made, &item, &err), &err);
	made.proof_text = buffer_bytes(&proof);
	population_write(&text, &made);
	assert_true(population_is(buffer_bytes(&text)));
	expect_fine(population_parse(&read, buffer_bytes(&text), &err), &err);
	population_write(&again, &read);
	assert_true(bytes_equal(buffer_bytes(&text), buffer_bytes(&again)));
	expect_fine(population_check(&claim, &read, NULL, NULL, NULL, &err),
	    &err);
	/* With its line, the time and title are not those. */
	buffer_clear(&again);
	assert_int_equal(population_check(&claim, &read, NULL, give_own,
	    &again, &err), -1);
	expect_said(&err, ERROR_NO, "another time or title");
	read.item[0].mark = POPULATION_BEFORE;
	assert_int_equal(population_check(&claim, &read, NULL, NULL, NULL,
	    &err), -1);
	expect_said(&err, ERROR_NO, "is marked 'before'");
	population_free(&read);
	for (size_t len = 0; len < text.len; len++) {
		assert_int_equal(population_parse(&read,
		    bytes_of(text.data, len), &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	population_free(&made);
	buffer_free(&text);
	buffer_free(&again);
	buffer_free(&proof);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_complete_at_every_checkpoint),
		cmocka_unit_test(
		    what_is_absent_is_proved_wherever_it_would_stand),
		cmocka_unit_test(many_lists_make_one_proof),
		cmocka_unit_test(a_proof_cut_or_changed_proves_nothing),
		cmocka_unit_test(lines_are_checked_where_they_are_given),
		cmocka_unit_test(another_key_did_not_sign_the_index_record),
		cmocka_unit_test(what_was_erased_since_is_counted),
		cmocka_unit_test(an_index_record_is_due_after_enough),
		cmocka_unit_test(a_wrong_index_record_is_told),
		cmocka_unit_test(
		    a_population_is_read_and_written_again_or_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
