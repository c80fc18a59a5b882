/* entry_test.c: a line of the ledger has one spelling and no other. */
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/entry.h"
#include "tests/unit/ledger/expect.h"
#include "tests/unit/ledger/records.h"

#define TIME "2026-11-23T09:00:00.123Z"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define PREV "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c"
#define SEQ_MAX ((UINT64_C(1) << 53) - 1)

static struct error err;

/* What an author signs need not be a record: an entry does not look inside. */
struct place {
	struct signer *signer;
	struct envelope envelope;
	struct digest prev;
	struct buffer line; /* Entry 41 of this envelope. */
};

static int
set_up(void **state)
{
	static const uint8_t seed[32] = { 7 };
	struct place *place = memory_new(1, sizeof *place);

	assert_non_null(place);
	expect_fine(signer_from_seed(&place->signer, seed, &err), &err);
	place->envelope = envelope_new();
	buffer_text(&place->envelope.payload, "{\"a\":\"\xc3\xa9\"}");
	expect_fine(envelope_sign(&place->envelope, place->signer, &err),
	    &err);
	place->prev = hash_of_hex(PREV);
	place->line = buffer_new(LIMIT_ENTRY);
	expect_fine(entry_write(&place->line, 41, TEST_MADE_MS, place->prev,
	    &place->envelope, &err), &err);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	buffer_free(&place->line);
	envelope_free(&place->envelope);
	signer_free(place->signer);
	memory_free(place);
	return 0;
}

/* Not taken, and said why: the member that is wrong. */
static void
refused(struct bytes line, const char *part)
{
	struct entry entry = entry_new();
	bool taken = entry_parse(&entry, line, &err) == 0;

	entry_free(&entry);
	if (taken)
		fail_msg("taken: %zu bytes, but not %s", line.len, part);
	assert_int_equal(err.class, ERROR_NO);
	if (strstr(err.what, part) == NULL && strstr(err.where, part) == NULL)
		fail_msg("'%s: %s' does not say '%s'", err.where, err.what,
		    part);
}

/* The good line with the first `old' replaced is refused. */
static void
refused_with(const struct place *place, const char *old, const char *new,
    const char *part)
{
	struct buffer line = buffer_new(2 * LIMIT_ENTRY);

	test_replace(&line, buffer_string(&place->line), old, new);
	refused(buffer_bytes(&line), part);
	buffer_free(&line);
}

static void
an_entry_is_its_four_members_in_order(void **state)
{
	struct place *place = *state;
	struct buffer expected = buffer_new(LIMIT_ENTRY);

	buffer_text(&expected, "{\"seq\":41,\"time\":\"" TIME "\",\"prev\":\""
	    PREV "\",\"envelope\":{\"payload\":\"eyJhIjoiw6kifQ==\","
	    "\"payloadType\":\"application/vnd.in-toto+json\","
	    "\"signatures\":[{\"keyid\":\"");
	buffer_text(&expected, public_key_fingerprint(
	    signer_public_key(place->signer)).text);
	buffer_text(&expected, "\",\"sig\":\"");
	base64_append(&expected, bytes_of(
	    place->envelope.signature[0].signature.byte, SIGNATURE_LEN));
	buffer_text(&expected, "\"}]}}");
	assert_string_equal(buffer_string(&place->line),
	    buffer_string(&expected));
	buffer_free(&expected);
}

static void
what_is_read_is_what_was_written(void **state)
{
	struct place *place = *state;
	struct buffer again = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();

	expect_fine(entry_parse(&entry, buffer_bytes(&place->line), &err),
	    &err);
	assert_int_equal(entry.seq, 41);
	assert_int_equal(entry.time_ms, TEST_MADE_MS);
	assert_true(digest_equal(entry.prev, place->prev));
	assert_string_equal(buffer_string(&entry.envelope.payload),
	    "{\"a\":\"\xc3\xa9\"}");
	assert_int_equal(entry.envelope.signature_count, 1);
	assert_memory_equal(entry.envelope.signature[0].signature.byte,
	    place->envelope.signature[0].signature.byte, SIGNATURE_LEN);
	expect_fine(entry_write(&again, entry.seq, entry.time_ms, entry.prev,
	    &entry.envelope, &err), &err);
	assert_true(bytes_equal(buffer_bytes(&again),
	    buffer_bytes(&place->line)));
	entry_free(&entry);
	buffer_free(&again);
}

static void
the_first_and_the_last_possible_entry_come_back(void **state)
{
	static const struct {
		uint64_t seq;
		int64_t time_ms;
		const char *head;
	} cases[] = {
		{ 0, 0, "{\"seq\":0,\"time\":\"1970-01-01T00:00:00.000Z\"," },
		{ SEQ_MAX, INT64_C(253402300799999),
		    "{\"seq\":9007199254740991,"
		    "\"time\":\"9999-12-31T23:59:59.999Z\"," },
	};
	struct place *place = *state;
	struct digest zeros = hash_of_hex(ZEROS);
	struct entry entry = entry_new();

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buffer_clear(&place->line);
		expect_fine(entry_write(&place->line, cases[i].seq,
		    cases[i].time_ms, zeros, &place->envelope, &err), &err);
		assert_true(bytes_begin(buffer_bytes(&place->line),
		    cases[i].head));
		expect_fine(entry_parse(&entry, buffer_bytes(&place->line),
		    &err), &err);
		assert_true(entry.seq == cases[i].seq);
		assert_true(entry.time_ms == cases[i].time_ms);
		assert_true(digest_equal(entry.prev, zeros));
	}
	entry_free(&entry);
}

static void
one_entry_may_be_read_into_again_and_again(void **state)
{
	struct place *place = *state;
	struct buffer two = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();
	struct signer *other;

	expect_fine(signer_generate(&other, &err), &err);
	expect_fine(envelope_sign(&place->envelope, other, &err), &err);
	expect_fine(entry_write(&two, 42, TEST_MADE_MS + 1, place->prev,
	    &place->envelope, &err), &err);
	expect_fine(entry_parse(&entry, buffer_bytes(&two), &err), &err);
	assert_int_equal(entry.envelope.signature_count, 2);
	assert_int_equal(entry_parse(&entry, bytes_of_text("{}"), &err), -1);
	expect_fine(entry_parse(&entry, buffer_bytes(&place->line), &err),
	    &err);
	assert_int_equal(entry.seq, 41);
	assert_int_equal(entry.envelope.signature_count, 1);
	assert_string_equal(buffer_string(&entry.envelope.payload),
	    "{\"a\":\"\xc3\xa9\"}");
	signer_free(other);
	entry_free(&entry);
	buffer_free(&two);
}

static void
every_beginning_of_a_line_is_refused(void **state)
{
	struct place *place = *state;

	/* Copied to its own size, so that reading past the end shows. */
	for (size_t len = 0; len < place->line.len; len++) {
		uint8_t *cut = memory_new(1, len == 0 ? 1 : len);

		assert_non_null(cut);
		memcpy(cut, place->line.data, len);
		refused(bytes_of(cut, len), "not the one spelling");
		memory_free(cut);
	}
}

static void
every_changed_byte_is_refused_or_is_another_entry(void **state)
{
	struct place *place = *state;
	struct digest leaf = entry_leaf_hash(buffer_bytes(&place->line));
	struct buffer again = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();

	for (size_t i = 0; i < place->line.len * 8; i++) {
		uint8_t bit = (uint8_t)(1 << i % 8);

		place->line.data[i / 8] ^= bit;
		if (entry_parse(&entry, buffer_bytes(&place->line), &err) ==
		    0) {
			buffer_clear(&again);
			expect_fine(entry_write(&again, entry.seq,
			    entry.time_ms, entry.prev, &entry.envelope, &err),
			    &err);
			assert_true(bytes_equal(buffer_bytes(&again),
			    buffer_bytes(&place->line)));
		} else {
			assert_int_equal(err.class, ERROR_NO);
		}
		assert_false(digest_equal(leaf,
		    entry_leaf_hash(buffer_bytes(&place->line))));
		place->line.data[i / 8] ^= bit;
	}
	entry_free(&entry);
	buffer_free(&again);
}

static void
seq_is_a_whole_number_below_2_to_the_53(void **state)
{
	static const struct {
		const char *seq;
		const char *part; /* After a number, the next member lacks. */
	} wrong[] = {
		{ "", "seq" }, { "-1", "seq" }, { "+41", "seq" },
		{ "041", "seq" }, { "00", "seq" }, { "\"41\"", "seq" },
		{ " 41", "seq" }, { "null", "seq" },
		{ "9007199254740992", "seq" },
		{ "18446744073709551657", "seq" },
		{ "99999999999999999999999999", "seq" },
		{ "41.0", "time" }, { "4.1e1", "time" }, { "41 ", "time" },
		{ "0x29", "time" },
	};
	struct buffer spelt = buffer_new(100);

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		buffer_clear(&spelt);
		buffer_printf(&spelt, "\"seq\":%s,", wrong[i].seq);
		refused_with(*state, "\"seq\":41,", buffer_string(&spelt),
		    wrong[i].part);
	}
	buffer_free(&spelt);
}

static void
time_is_utc_with_milliseconds_and_a_day_that_exists(void **state)
{
	static const char *const wrong[] = {
		"2026-11-23T09:00:00Z",
		"2026-11-23T09:00:00.12Z",
		"2026-11-23T09:00:00.1234Z",
		"2026-11-23T09:00:00.123456789Z",
		"2026-11-23T09:00:00.123",
		"2026-11-23T09:00:00.123z",
		"2026-11-23t09:00:00.123Z",
		"2026-11-23 09:00:00.123Z",
		"2026-11-23T09:00:00,123Z",
		"2026-11-23T10:00:00.123+01:00",
		"2026-11-23T09:00:00.123+00:00",
		"2026-13-23T09:00:00.123Z",
		"2026-00-23T09:00:00.123Z",
		"2026-11-31T09:00:00.123Z",
		"2026-02-29T09:00:00.123Z",
		"2026-11-23T24:00:00.123Z",
		"2026-11-23T09:60:00.123Z",
		"2026-12-31T23:59:60.000Z",
		"1969-12-31T23:59:59.999Z",
		"0000-01-01T00:00:00.000Z",
		"12026-11-23T09:00:00.12Z",
		"",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		/* The right length and wrong inside, or the wrong length. */
		refused_with(*state, TIME, wrong[i],
		    strlen(wrong[i]) == strlen(TIME) ? "time" : "not the one");
	}
	refused_with(*state, "\"" TIME "\"", "1795424400123", "time");
}

static void
prev_is_64_lower_case_hex_characters(void **state)
{
	char upper[] = PREV;
	char other[] = PREV;

	refused_with(*state, PREV, PREV "5c", "envelope");
	refused_with(*state, "\"" PREV, "\"c" PREV, "envelope");
	refused_with(*state, "\"5c", "\"", "prev");
	refused_with(*state, PREV, "", "prev");
	refused_with(*state, "\"" PREV "\"", "null", "prev");
	for (char *at = upper; *at != '\0'; at++)
		*at = *at == 'c' ? 'C' : *at;
	refused_with(*state, PREV, upper, "prev");
	other[63] = 'g';
	refused_with(*state, PREV, other, "prev");
}

static void
members_are_all_there_once_in_order_and_no_others(void **state)
{
	static const char seq[] = "\"seq\":41,";
	static const char time[] = "\"time\":\"" TIME "\",";
	static const char prev[] = "\"prev\":\"" PREV "\",";
	struct buffer text = buffer_new(1000);

	refused_with(*state, seq, "", "seq");
	refused_with(*state, time, "", "time");
	refused_with(*state, prev, "", "prev");
	refused_with(*state, "\"envelope\":{", "{", "envelope");
	refused_with(*state, seq, "\"seq\":41,\"seq\":41,", "time");
	refused_with(*state, "\"seq\"", "\"SEQ\"", "seq");
	refused_with(*state, "{\"seq\"", "{\"more\":1,\"seq\"", "seq");
	refused_with(*state, "\"prev\"", "\"more\":1,\"prev\"", "prev");
	refused_with(*state, "\"envelope\"", "\"more\":1,\"envelope\"",
	    "envelope");
	refused_with(*state, "]}}", "]},\"more\":1}", "envelope");
	refused_with(*state, "]}}", "],\"more\":1}}", "envelope");
	/* time before seq; prev before time. */
	buffer_printf(&text, "%s%s", seq, time);
	refused_with(*state, buffer_string(&text),
	    "\"time\":\"" TIME "\",\"seq\":41,", "seq");
	buffer_clear(&text);
	buffer_printf(&text, "%s%s", time, prev);
	refused_with(*state, buffer_string(&text),
	    "\"prev\":\"" PREV "\",\"time\":\"" TIME "\",", "time");
	buffer_free(&text);
}

static void
white_space_and_other_escapes_are_refused(void **state)
{
	refused_with(*state, "{\"seq\"", " {\"seq\"", "seq");
	refused_with(*state, "{\"seq\"", "{ \"seq\"", "seq");
	refused_with(*state, "\"seq\":", "\"seq\": ", "seq");
	refused_with(*state, "\"seq\"", "\"\\u0073eq\"", "seq");
	refused_with(*state, ",\"time\"", ", \"time\"", "time");
	refused_with(*state, ",\"prev\"", ",\n\"prev\"", "prev");
	refused_with(*state, "\"envelope\":", "\"envelope\": ", "envelope");
	refused_with(*state, "{\"payload\"", "{ \"payload\"", "envelope");
	refused_with(*state, "vnd.in-toto", "vnd\\u002ein-toto", "envelope");
	refused_with(*state, "application/", "application\\/", "envelope");
	refused_with(*state, "{\"seq\"", "\xef\xbb\xbf{\"seq\"", "seq");
}

static void
nothing_may_follow_the_line(void **state)
{
	struct place *place = *state;
	static const char *const tails[] = { "\n", " ", "}", "{}", ",", "x" };

	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		size_t len = place->line.len;

		buffer_text(&place->line, tails[i]);
		refused(buffer_bytes(&place->line), "envelope");
		place->line.len = len;
	}
	buffer_byte(&place->line, '\0');
	refused(buffer_bytes(&place->line), "envelope");
}

static void
base64_has_one_spelling(void **state)
{
	static const char good[] = "eyJhIjoiw6kifQ==";

	refused_with(*state, good, "eyJhIjoiw6kifQ", "payload");
	refused_with(*state, good, "eyJhIjoiw6kifQ=", "payload");
	refused_with(*state, good, "eyJhIjoiw6kifQ===", "payload");
	/* The last character carries bits that are no part of the bytes. */
	refused_with(*state, good, "eyJhIjoiw6kifR==", "payload");
	refused_with(*state, good, "eyJhIjoi-6kifQ==", "payload");
	refused_with(*state, good, "eyJhIjoi\\n6kifQ==", "payload");
	refused_with(*state, good, "eyJhIjoi w6kifQ==", "payload");
	refused_with(*state, "\"sig\":\"", "\"sig\":\"AAAA", "signature");
}

static void
an_envelope_has_signatures_and_each_says_by_whom(void **state)
{
	struct place *place = *state;
	struct buffer line = buffer_new(LIMIT_ENTRY);
	const char *text = buffer_string(&place->line);
	const char *at = strstr(text, "[{");

	assert_non_null(at);
	buffer_append(&line, bytes_of(text, (size_t)(at - text)));
	buffer_text(&line, "[]}}");
	refused(buffer_bytes(&line), "signature");
	refused_with(place, "SHA256:", "SHA256-", "signature");
	refused_with(place, "\"keyid\":\"SHA256:", "\"keyid\":\"", "signature");
	/* The same one twice. */
	buffer_clear(&line);
	buffer_append(&line, bytes_of(text, place->line.len - 3));
	buffer_byte(&line, ',');
	buffer_text(&line, at + 1);
	refused(buffer_bytes(&line), "twice");
	buffer_free(&line);
}

/* Write with a payload that makes an entry of exactly len bytes; seq may have
 * to take up what base64's steps of four do not reach. */
static int
write_of_length(struct buffer *out, struct place *place, size_t len)
{
	struct envelope *envelope = &place->envelope;
	uint64_t seq = 1;

	for (unsigned digits = 1; digits <= 4; digits++, seq *= 10) {
		size_t frame;

		buffer_clear(&envelope->payload);
		buffer_clear(out);
		expect_fine(entry_write(out, seq, 0, place->prev, envelope,
		    &err), &err);
		frame = out->len;
		if ((len - frame) % 4 != 0)
			continue;
		for (size_t i = 0; i < (len - frame) / 4 * 3; i++)
			buffer_byte(&envelope->payload, 'x');
		buffer_clear(out);
		return entry_write(out, seq, 0, place->prev, envelope, &err);
	}
	fail_msg("no entry of %zu bytes", len);
	return -1;
}

static void
an_entry_has_at_most_65535_bytes(void **state)
{
	struct place *place = *state;
	struct buffer line = buffer_new(2 * LIMIT_ENTRY);
	struct entry entry = entry_new();

	expect_fine(write_of_length(&line, place, LIMIT_ENTRY), &err);
	assert_int_equal(line.len, 65535);
	expect_fine(entry_parse(&entry, buffer_bytes(&line), &err), &err);
	assert_true(bytes_equal(buffer_bytes(&entry.envelope.payload),
	    buffer_bytes(&place->envelope.payload)));
	assert_int_equal(write_of_length(&line, place, LIMIT_ENTRY + 1), -1);
	expect_said(&err, ERROR_UNDECIDED, "too large");
	assert_non_null(strstr(err.what, "65535"));
	assert_non_null(strstr(err.remedy, "attachment"));
	/* What stands there is spelt well and too long all the same. */
	assert_int_equal(line.len, 65536);
	refused(buffer_bytes(&line), "too long");
	entry_free(&entry);
	buffer_free(&line);
}

static void
a_buffer_that_is_full_means_too_large_as_well(void **state)
{
	struct place *place = *state;
	struct buffer line = buffer_new(LIMIT_ENTRY);

	for (size_t i = 0; i < LIMIT_ENTRY; i++)
		buffer_byte(&place->envelope.payload, 'x');
	assert_int_equal(entry_write(&line, 1, 0, place->prev,
	    &place->envelope, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "too large");
	buffer_free(&line);
}

static void
what_stood_in_the_buffer_does_not_count(void **state)
{
	struct place *place = *state;
	struct buffer lines = buffer_new(4 * LIMIT_ENTRY);
	size_t before = LIMIT_ENTRY;

	while (lines.len < before)
		buffer_byte(&lines, '\n');
	expect_fine(entry_write(&lines, 41, TEST_MADE_MS, place->prev,
	    &place->envelope, &err), &err);
	assert_true(bytes_equal(bytes_after(buffer_bytes(&lines), before),
	    buffer_bytes(&place->line)));
	buffer_free(&lines);
}

static void
no_entry_is_written_that_would_not_be_read(void **state)
{
	struct place *place = *state;

	assert_int_equal(entry_write(&place->line, SEQ_MAX + 1, 0,
	    place->prev, &place->envelope, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "full");
	assert_int_equal(entry_write(&place->line, 1, -1, place->prev,
	    &place->envelope, &err), -1);
	expect_said(&err, ERROR_SYSTEM, "1970");
	assert_int_equal(entry_write(&place->line, 1,
	    INT64_C(253402300800000), place->prev, &place->envelope, &err),
	    -1);
	expect_said(&err, ERROR_SYSTEM, "9999");
}

static void
leaf_hashes_are_those_of_rfc_6962(void **state)
{
	(void)state;
	/* SHA-256 of 00, and of 00 61: computed by sha256sum. */
	expect_hash(entry_leaf_hash(bytes_of_text("")),
	    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
	expect_hash(entry_leaf_hash(bytes_of_text("a")),
	    "022a6979e6dab7aa5ae4c3e5e45f7e977112a7e63593820dbec1ec738a24f93c");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(an_entry_is_its_four_members_in_order),
		T(what_is_read_is_what_was_written),
		T(the_first_and_the_last_possible_entry_come_back),
		T(one_entry_may_be_read_into_again_and_again),
		T(every_beginning_of_a_line_is_refused),
		T(every_changed_byte_is_refused_or_is_another_entry),
		T(seq_is_a_whole_number_below_2_to_the_53),
		T(time_is_utc_with_milliseconds_and_a_day_that_exists),
		T(prev_is_64_lower_case_hex_characters),
		T(members_are_all_there_once_in_order_and_no_others),
		T(white_space_and_other_escapes_are_refused),
		T(nothing_may_follow_the_line),
		T(base64_has_one_spelling),
		T(an_envelope_has_signatures_and_each_says_by_whom),
		T(an_entry_has_at_most_65535_bytes),
		T(a_buffer_that_is_full_means_too_large_as_well),
		T(what_stood_in_the_buffer_does_not_count),
		T(no_entry_is_written_that_would_not_be_read),
		cmocka_unit_test(leaf_hashes_are_those_of_rfc_6962),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
