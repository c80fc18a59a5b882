/* interval_test.c: between what times an entry was recorded; cosignatures. */
#include "expect.h"

#include "base/limits.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignatures.h"
#include "ledger/interval.h"
#include "ledger/witnessed.h"

static struct error err;

static int
set_up(void **state)
{
	expect_fine(dated_list_new((struct dated_list **)state, &err), &err);
	return 0;
}

static int
tear_down(void **state)
{
	dated_list_free(*state);
	return 0;
}

static void
cosigned(struct dated_list *list, uint64_t size, uint64_t oldest_s,
    uint64_t newest_s, const char *by)
{
	expect_fine(dated_add_cosignatures(list, size, oldest_s, newest_s, by,
	    &err), &err);
}

/* -1: nothing is proved on that side. */
static void
expect_interval(struct dated_list *list, uint64_t seq, int64_t after_ms,
    int64_t before_ms)
{
	struct interval found = interval_of(list, seq);

	assert_int_equal(found.has_after ? found.after.newest_ms : -1,
	    after_ms);
	assert_int_equal(found.has_before ? found.before.existed_ms : -1,
	    before_ms);
}

static void
nothing_proves_nothing(void **state)
{
	expect_interval(*state, 0, -1, -1);
	expect_interval(*state, 5, -1, -1);
}

static void
an_entry_lies_between_what_has_it_and_what_has_it_not(void **state)
{
	cosigned(*state, 20, 200, 200, "w");
	cosigned(*state, 10, 100, 100, "w");
	cosigned(*state, 30, 300, 300, "w");
	expect_interval(*state, 0, -1, 100999);
	expect_interval(*state, 9, -1, 100999);
	expect_interval(*state, 10, 100000, 200999);
	expect_interval(*state, 19, 100000, 200999);
	expect_interval(*state, 20, 200000, 300999);
	expect_interval(*state, 30, 300000, -1);
	assert_int_equal(dated_count(*state), 3);
}

static void
the_oldest_says_before_and_the_newest_after(void **state)
{
	cosigned(*state, 10, 100, 150, "w");
	expect_interval(*state, 9, -1, 100999);
	expect_interval(*state, 10, 150000, -1);
	cosigned(*state, 10, 90, 140, "v");
	expect_interval(*state, 9, -1, 90999);
	expect_interval(*state, 10, 150000, -1);
	assert_string_equal(interval_of(*state, 9).before.by, "v");
	assert_string_equal(interval_of(*state, 10).after.by, "w");
}

static void
a_witness_that_was_behind_says_nothing_of_what_came_after(void **state)
{
	/* v was shown 10 long after w had 20. */
	cosigned(*state, 20, 200, 200, "w");
	cosigned(*state, 10, 500, 500, "v");
	expect_interval(*state, 15, -1, 200999);
	expect_interval(*state, 25, 200000, -1);
	/* What it says of 10 still is that it existed. */
	expect_interval(*state, 5, -1, 200999);
	/* Before w had 20, it was not behind. */
	cosigned(*state, 10, 120, 120, "v");
	expect_interval(*state, 15, 120000, 200999);
	expect_interval(*state, 5, -1, 120999);
}

static void
a_timestamp_says_only_that_it_existed(void **state)
{
	expect_fine(dated_add_timestamp(*state, 10, 50000, 1500, "CN=TSA",
	    &err), &err);
	expect_interval(*state, 9, -1, 51500);
	expect_interval(*state, 10, -1, -1);
	assert_int_equal(interval_of(*state, 9).before.what, DATED_TIMESTAMP);
	assert_string_equal(interval_of(*state, 9).before.by, "CN=TSA");
	/* And shows who was behind. */
	cosigned(*state, 5, 60, 60, "w");
	expect_interval(*state, 7, -1, 51500);
}

static void
a_time_that_is_none_is_passed_over(void **state)
{
	cosigned(*state, 10, UINT64_MAX, UINT64_MAX, "w");
	cosigned(*state, 10, 5, (uint64_t)1 << 62, "w");
	assert_int_equal(dated_count(*state), 0);
	cosigned(*state, 10, 0, 253402300799, "w");
	assert_int_equal(dated_count(*state), 2);
}

static void
an_interval_is_never_empty(void **state)
{
	uint32_t random = 1;

	for (int i = 0; i < 300; i++) {
		random = random * 1664525 + 1013904223;
		cosigned(*state, 1 + random / 65536 % 50,
		    random / 256 % 1000, random / 256 % 1000 + random % 40,
		    i % 2 == 0 ? "v" : "w");
		for (uint64_t seq = 0; seq < 55; seq++) {
			struct interval found = interval_of(*state, seq);

			if (found.has_after && found.has_before)
				assert_true(found.after.newest_ms <=
				    found.before.existed_ms);
		}
	}
}

/* A checkpoint with cosignatures, and what becomes of it. */

struct cast {
	struct signer *log, *w, *v;
	struct note_key w_key, v_key;
	struct buffer note;
	struct bytes text;
};

static void
cast_make(struct cast *cast)
{
	const struct checkpoint checkpoint = { "example.com/log", 7,
		{ { 1 } } };
	uint8_t seed[32] = { 1 };
	struct note parts;

	expect_fine(signer_from_seed(&cast->log, seed, &err), &err);
	seed[0] = 2;
	expect_fine(signer_from_seed(&cast->w, seed, &err), &err);
	seed[0] = 3;
	expect_fine(signer_from_seed(&cast->v, seed, &err), &err);
	expect_fine(note_key_make(&cast->w_key, "w", NOTE_COSIGNATURE,
	    signer_public_key(cast->w), &err), &err);
	expect_fine(note_key_make(&cast->v_key, "v", NOTE_COSIGNATURE,
	    signer_public_key(cast->v), &err), &err);
	cast->note = buffer_new(LIMIT_NOTE);
	expect_fine(checkpoint_sign(&cast->note, &checkpoint, cast->log, &err),
	    &err);
	expect_fine(note_parse(&parts, buffer_bytes(&cast->note), &err), &err);
	cast->text = parts.text;
}

static void
cast_free(struct cast *cast)
{
	signer_free(cast->log);
	signer_free(cast->w);
	signer_free(cast->v);
	buffer_free(&cast->note);
}

static int
merge(struct cast *cast, const struct signer *signer,
    const struct note_key *key, const uint64_t *times, size_t count,
    bool *changed)
{
	struct buffer lines = buffer_new(LIMIT_NOTE);
	struct buffer merged = buffer_new(LIMIT_NOTE);
	struct note parts;
	int result;

	for (size_t i = 0; i < count; i++)
		expect_fine(note_cosignature_line(&lines, cast->text, key->name,
		    signer, times[i], &err), &err);
	result = cosignatures_merge(&merged, changed,
	    buffer_bytes(&cast->note), buffer_bytes(&lines), key, &err);
	if (result == 0) {
		buffer_clear(&cast->note);
		buffer_append(&cast->note, buffer_bytes(&merged));
		expect_fine(note_parse(&parts, buffer_bytes(&cast->note), &err),
		    &err);
		cast->text = parts.text;
	}
	buffer_free(&lines);
	buffer_free(&merged);
	return result;
}

static void
expect_span(const struct cast *cast, const struct note_key *key, size_t lines,
    uint64_t oldest_s, uint64_t newest_s)
{
	uint64_t oldest, newest;
	size_t verified;
	struct note parts;

	expect_fine(note_parse(&parts, buffer_bytes(&cast->note), &err), &err);
	expect_fine(note_cosigned(&verified, &parts, key, &oldest, &newest,
	    &err), &err);
	assert_int_equal(verified, lines);
	assert_int_equal(oldest, oldest_s);
	assert_int_equal(newest, newest_s);
}

static void
of_each_witness_the_oldest_and_newest_are_kept(void **state)
{
	struct cast cast;
	bool changed;

	(void)state;
	cast_make(&cast);
	expect_span(&cast, &cast.w_key, 0, 0, 0);
	expect_fine(merge(&cast, cast.w, &cast.w_key, (uint64_t[]){ 50 }, 1,
	    &changed), &err);
	assert_true(changed);
	expect_span(&cast, &cast.w_key, 1, 50, 50);
	expect_fine(merge(&cast, cast.w, &cast.w_key, (uint64_t[]){ 50 }, 1,
	    &changed), &err);
	assert_false(changed);
	expect_fine(merge(&cast, cast.v, &cast.v_key,
	    (uint64_t[]){ 60, 61, 62 }, 3, &changed), &err);
	assert_true(changed);
	expect_span(&cast, &cast.v_key, 2, 60, 62);
	expect_fine(merge(&cast, cast.w, &cast.w_key,
	    (uint64_t[]){ 70, 40, 55 }, 3, &changed), &err);
	expect_span(&cast, &cast.w_key, 2, 40, 70);
	expect_span(&cast, &cast.v_key, 2, 60, 62);
	expect_fine(merge(&cast, cast.w, &cast.w_key, (uint64_t[]){ 60 }, 1,
	    &changed), &err);
	assert_false(changed);
	cast_free(&cast);
}

static void
what_does_not_verify_is_not_taken(void **state)
{
	struct buffer lines = buffer_new(LIMIT_NOTE);
	struct buffer merged = buffer_new(LIMIT_NOTE);
	struct cast cast;
	bool changed;

	(void)state;
	cast_make(&cast);
	assert_int_equal(merge(&cast, cast.v, &cast.w_key, (uint64_t[]){ 1 }, 1,
	    &changed), -1);
	expect_said(&err, ERROR_NO, "no cosignature by w");
	buffer_text(&lines, "no line\n");
	assert_int_equal(cosignatures_merge(&merged, &changed,
	    buffer_bytes(&cast.note), buffer_bytes(&lines), &cast.w_key, &err),
	    -1);
	expect_said(&err, ERROR_NO, "no cosignatures");
	/* Signed over another text. */
	buffer_clear(&lines);
	expect_fine(note_cosignature_line(&lines, bytes_of_text("a\n1\nb\n"),
	    "w", cast.w, 5, &err), &err);
	assert_int_equal(cosignatures_merge(&merged, &changed,
	    buffer_bytes(&cast.note), buffer_bytes(&lines), &cast.w_key, &err),
	    -1);
	expect_said(&err, ERROR_NO, "does not verify");
	/* A second text in front of the lines. */
	buffer_clear(&lines);
	buffer_text(&lines, "x\n\n");
	expect_fine(note_cosignature_line(&lines, cast.text, "w", cast.w, 5,
	    &err), &err);
	assert_int_equal(cosignatures_merge(&merged, &changed,
	    buffer_bytes(&cast.note), buffer_bytes(&lines), &cast.w_key, &err),
	    -1);
	assert_int_equal(merged.len, 0);
	buffer_free(&lines);
	buffer_free(&merged);
	cast_free(&cast);
}

static void
a_checkpoint_meets_a_quorum_or_not(void **state)
{
	struct tlog_policy *policy = calloc(1, sizeof *policy);
	struct buffer text = buffer_new(LIMIT_TLOG_POLICY);
	struct witnessed *found = calloc(1, sizeof *found);
	struct dated_list *list = *state;
	struct cast cast;
	bool changed;

	cast_make(&cast);
	buffer_text(&text, "witness W ");
	note_key_write(&text, &cast.w_key);
	buffer_text(&text, "\nwitness V ");
	note_key_write(&text, &cast.v_key);
	buffer_text(&text, "\ngroup both all W V\nquorum both\n");
	expect_fine(tlog_policy_parse(policy, buffer_bytes(&text), &err), &err);
	expect_fine(witnessed_take(found, 7, buffer_bytes(&cast.note), policy,
	    &err), &err);
	assert_int_equal(found->newest.trusted, 2);
	assert_int_equal(found->newest.count, 0);
	assert_int_equal(found->met.size, 0);
	expect_fine(merge(&cast, cast.w, &cast.w_key, (uint64_t[]){ 50, 55 }, 2,
	    &changed), &err);
	expect_fine(witnessed_take(found, 7, buffer_bytes(&cast.note), policy,
	    &err), &err);
	assert_int_equal(found->newest.count, 1);
	assert_false(found->newest.met);
	expect_fine(merge(&cast, cast.v, &cast.v_key, (uint64_t[]){ 52 }, 1,
	    &changed), &err);
	expect_fine(witnessed_take(found, 7, buffer_bytes(&cast.note), policy,
	    &err), &err);
	assert_true(found->newest.met);
	assert_int_equal(found->met.size, 7);
	assert_int_equal(found->met.wanted, 2);
	assert_string_equal(found->met.by[0].name.text, "W");
	assert_int_equal(found->met.by[0].oldest_s, 50);
	assert_int_equal(found->met.by[0].newest_s, 55);
	expect_fine(dated_add_note(list, 7, buffer_bytes(&cast.note), policy,
	    &err), &err);
	assert_int_equal(dated_count(list), 3);
	expect_interval(list, 6, -1, 50999);
	/* One line is changed: that witness said nothing, the other did. */
	cast.note.data[cast.note.len - 8] ^= 1;
	assert_int_equal(witnessed_take(found, 7, buffer_bytes(&cast.note),
	    policy, &err), -1);
	assert_int_equal(err.class, ERROR_NO);
	assert_int_equal(found->newest.count, 0);
	expect_fine(dated_add_note(list, 7, buffer_bytes(&cast.note), policy,
	    &err), &err);
	assert_int_equal(dated_count(list), 5);
	expect_fine(dated_add_note(list, 7, bytes_of_text("no note"), policy,
	    &err), &err);
	assert_int_equal(dated_count(list), 5);
	free(policy);
	free(found);
	buffer_free(&text);
	cast_free(&cast);
}

int
main(void)
{
#define WITH_LIST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_LIST(nothing_proves_nothing),
		WITH_LIST(
		    an_entry_lies_between_what_has_it_and_what_has_it_not),
		WITH_LIST(the_oldest_says_before_and_the_newest_after),
		WITH_LIST(
		    a_witness_that_was_behind_says_nothing_of_what_came_after),
		WITH_LIST(a_timestamp_says_only_that_it_existed),
		WITH_LIST(a_time_that_is_none_is_passed_over),
		WITH_LIST(an_interval_is_never_empty),
		WITH_LIST(of_each_witness_the_oldest_and_newest_are_kept),
		WITH_LIST(what_does_not_verify_is_not_taken),
		WITH_LIST(a_checkpoint_meets_a_quorum_or_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
