/* tlog_policy_test.c: whom to trust: groups, quorums, and what is no policy. */
#include "expect.h"

#include "base/buffer.h"
#include "ledger/tlog_policy.h"

#define WITNESSES 6

static struct error err;
static struct tlog_policy policy;
static struct tlog_quorum quorum;

static struct signer *
signer_of(unsigned number)
{
	uint8_t seed[32] = { (uint8_t)(number + 1), 9 };
	struct signer *signer;

	expect_fine(signer_from_seed(&signer, seed, &err), &err);
	return signer;
}

/* The verifier key of witness number n, or of the log that has its number. */
static const char *
vkey_of(const char *name, unsigned number, enum note_algorithm algorithm)
{
	static char text[8][400];
	static unsigned next;
	struct signer *signer = signer_of(number);
	struct buffer out = buffer_new(400);
	struct note_key key;

	expect_fine(note_key_make(&key, name, algorithm,
	    signer_public_key(signer), &err), &err);
	note_key_write(&out, &key);
	next = (next + 1) % 8;
	snprintf(text[next], sizeof text[next], "%s", buffer_string(&out));
	buffer_free(&out);
	signer_free(signer);
	return text[next];
}

#define LOG 20
#define ROOT64 "HtxMBIDhSyfpf7dNHo/kWuH9C7xfvX12YKmVhLZlAh0="

/* A checkpoint signed by the log's key under a name, cosigned by the witnesses
 * of these bits. */
static void
note_named(struct buffer *out, const char *origin, const char *signed_as,
    unsigned bits)
{
	struct buffer text = buffer_new(LIMIT_NOTE);
	struct signer *signer = signer_of(LOG);
	char name[16];

	buffer_printf(&text, "%s\n5\n" ROOT64 "\n", origin);
	expect_fine(note_sign(out, buffer_bytes(&text), signed_as, signer, &err),
	    &err);
	signer_free(signer);
	for (unsigned i = 0; i < WITNESSES; i++) {
		if ((bits & 1u << i) == 0)
			continue;
		signer = signer_of(i);
		snprintf(name, sizeof name, "w%u", i);
		expect_fine(note_cosignature_line(out, buffer_bytes(&text),
		    name, signer, 1700000000 + i, &err), &err);
		signer_free(signer);
	}
	buffer_free(&text);
}

static void
note_by(struct buffer *out, const char *origin, unsigned bits)
{
	note_named(out, origin, origin, bits);
}

/* The lines of a log and six witnesses, and then these. */
static void
policy_text(struct buffer *out, const char *rest)
{
	char name[16];

	buffer_printf(out, "# whom to trust\n\nlog %s https://a.example/\n",
	    vkey_of("example.com/log", LOG, NOTE_ED25519));
	for (unsigned i = 0; i < WITNESSES; i++) {
		snprintf(name, sizeof name, "w%u", i);
		buffer_printf(out, " \twitness\tW%u  %s \n", i,
		    vkey_of(name, i, NOTE_COSIGNATURE));
	}
	buffer_text(out, rest);
}

static struct buffer kept;

static int
parse_with(const char *rest)
{
	buffer_free(&kept);
	kept = buffer_new(LIMIT_TLOG_POLICY + 100);
	policy_text(&kept, rest);
	return tlog_policy_parse(&policy, buffer_bytes(&kept), &err);
}

static unsigned
bits_of(unsigned set)
{
	unsigned count = 0;

	for (; set != 0; set >>= 1)
		count += set & 1;
	return count;
}

/* Ask every one of the sets of witnesses. */
static void
expect_quorum(const char *rest, bool (*wanted)(unsigned bits))
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct checkpoint checkpoint;

	expect_fine(parse_with(rest), &err);
	for (unsigned bits = 0; bits < 1u << WITNESSES; bits++) {
		buffer_clear(&note);
		note_by(&note, "example.com/log", bits);
		expect_fine(tlog_policy_open(&checkpoint, &policy,
		    buffer_bytes(&note), &err), &err);
		assert_int_equal(checkpoint.size, 5);
		expect_fine(tlog_policy_judge(&quorum, &policy,
		    buffer_bytes(&note), &err), &err);
		if (quorum.met != wanted(bits))
			fail_msg("%s with witnesses %x", rest, bits);
		for (unsigned i = 0; i < WITNESSES; i++) {
			assert_int_equal(quorum.node_met[i],
			    (bits >> i & 1) != 0);
			assert_int_equal(quorum.time_s[i],
			    quorum.node_met[i] ? 1700000000 + i : 0);
		}
	}
	buffer_free(&note);
}

static bool
always(unsigned bits)
{
	(void)bits;
	return true;
}

static bool
only_third(unsigned bits)
{
	return (bits & 4) != 0;
}

static bool
only_fourth(unsigned bits)
{
	return (bits & 8) != 0;
}

static bool
two_of_three(unsigned bits)
{
	return bits_of(bits & 7) >= 2;
}

static bool
any_of_six(unsigned bits)
{
	return bits != 0;
}

static bool
all_of_six(unsigned bits)
{
	return bits == 63;
}

static bool
two_of_three_and_any(unsigned bits)
{
	return two_of_three(bits) && (bits & 070) != 0;
}

static bool
deep(unsigned bits)
{
	unsigned count = (unsigned)(bits_of(bits & 3) == 2) +
	    (unsigned)((bits & 014) != 0) + (bits >> 4 & 1);

	return count >= 2;
}

static void
a_quorum_is_met_by_exactly_the_right_witnesses(void **state)
{
	(void)state;
	expect_quorum("quorum none\n", always);
	expect_quorum("quorum W2\n", only_third);
	expect_quorum("group g 2 W0 W1 W2\nquorum g\n", two_of_three);
	expect_quorum("group g any W0 W1 W2 W3 W4 W5\nquorum g\n", any_of_six);
	expect_quorum("group g all W0 W1 W2 W3 W4 W5\nquorum g\n", all_of_six);
	expect_quorum("group X 2 W0 W1 W2\ngroup Y any W3 W4 W5\n"
	    "group X-and-Y all X Y\nquorum X-and-Y\n", two_of_three_and_any);
	expect_quorum("group a all W0 W1\ngroup b any W2 W3\n"
	    "group c 2 a b W4\ngroup d 1 c\nquorum d\n", deep);
	/* What is not in the quorum is of no account. */
	expect_quorum("group g 2 W0 W1 W2\nquorum W3\ngroup h any W4 g\n",
	    only_fourth);
}

static void
what_is_no_policy_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *rest;
		const char *said;
		unsigned line;
	} wrongs[] = {
		{ "", "no quorum line", 10 },
		{ "quorum W0", "cut", 10 },
		{ "quorum W9\n", "not named on a line before", 10 },
		{ "quorum w0\n", "not named on a line before", 10 },
		{ "quorum\n", "no name", 10 },
		{ "quorum W0 W1\n", "too many words", 10 },
		{ "quorum W0\nquorum W1\n", "second quorum", 11 },
		{ "quorum none\nquorum none\n", "second quorum", 11 },
		{ "quorum g\ngroup g any W0\n", "not named", 10 },
		{ "group g any W0 W9\nquorum g\n", "not named", 10 },
		{ "group g any g\nquorum g\n", "not named", 10 },
		{ "group g any h\ngroup h any W0\nquorum g\n", "not named",
		    10 },
		{ "group g any W0 W0\nquorum g\n", "in a group already", 10 },
		{ "group g any W0\ngroup h any W0\nquorum g\n",
		    "in a group already", 11 },
		{ "group g 0 W0\nquorum g\n", "so many", 10 },
		{ "group g 2 W0\nquorum g\n", "so many", 10 },
		{ "group g 01 W0\nquorum g\n", "all, any or a number", 10 },
		{ "group g most W0\nquorum g\n", "all, any or a number", 10 },
		{ "group g 99999999999999999999 W0\nquorum g\n",
		    "all, any or a number", 10 },
		{ "group g any\nquorum g\n", "no members", 10 },
		{ "group g\nquorum g\n", "all, any or a number", 10 },
		{ "group\nquorum W0\n", "no name", 10 },
		{ "group W0 any W1\nquorum W0\n", "given already", 10 },
		{ "group none any W1\nquorum none\n", "none", 10 },
		{ "group g any none\nquorum g\n", "no member", 10 },
		{ "quorum none\nwitness\n", "no name", 11 },
		{ "quorum none\nwitness N\n", "no verifier key", 11 },
		{ "quorum none\nwitness N hello\n", "not a verifier key", 11 },
		{ "quorum none\nlog\n", "no verifier key", 11 },
		{ "quorum none\nQuorum none\n", "begins with", 11 },
		{ "quorum none\r\n", "control", 10 },
		{ "quorum none\n\x7f\n", "control", 11 },
		{ "quorum none\n\v\n", "control", 11 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
		char where[20];

		snprintf(where, sizeof where, "line %u", wrongs[i].line);
		if (parse_with(wrongs[i].rest) == 0)
			fail_msg("taken: %s", wrongs[i].rest);
		expect_said(&err, ERROR_UNDECIDED, wrongs[i].said);
		assert_string_equal(err.where, where);
	}
}

static void
keys_are_of_the_right_sort_and_come_once(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_POLICY);
	const char *const wrongs[][2] = {
		{ vkey_of("a", 30, NOTE_COSIGNATURE), "log %s\n" },
		{ vkey_of("a", 30, NOTE_ED25519), "witness N %s\n" },
		{ vkey_of("other", LOG, NOTE_ED25519), "log %s\n" },
		{ vkey_of("other", 3, NOTE_COSIGNATURE), "witness N %s\n" },
		{ vkey_of("a", 30, NOTE_ED25519), "log %s url more\n" },
		{ vkey_of("a", 30, NOTE_COSIGNATURE),
		    "witness N %s url more\n" },
		{ vkey_of("a", 30, NOTE_COSIGNATURE), "witness W1 %s\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
		const char *at = strstr(wrongs[i][1], "%s");

		buffer_clear(&text);
		policy_text(&text, "quorum none\n");
		buffer_append(&text, bytes_of(wrongs[i][1],
		    (size_t)(at - wrongs[i][1])));
		buffer_text(&text, wrongs[i][0]);
		buffer_text(&text, at + 2);
		if (tlog_policy_parse(&policy, buffer_bytes(&text), &err) == 0)
			fail_msg("taken: %s", wrongs[i][1]);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		assert_string_equal(err.where, "line 11");
	}
	buffer_free(&text);
}

static void
a_log_is_believed_by_name_and_key(void **state)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct checkpoint checkpoint;

	(void)state;
	expect_fine(parse_with("quorum none\n"), &err);
	note_by(&note, "example.com/other", 0);
	assert_int_equal(tlog_policy_open(&checkpoint, &policy,
	    buffer_bytes(&note), &err), -1);
	expect_said(&err, ERROR_NO, "not signed by a log of the policy");
	/* One key may sign for two logs: the name says for which. */
	buffer_clear(&note);
	note_named(&note, "example.com/other", "example.com/log", 0);
	assert_int_equal(tlog_policy_open(&checkpoint, &policy,
	    buffer_bytes(&note), &err), -1);
	expect_said(&err, ERROR_NO, "example.com/other, is not signed");
	buffer_clear(&note);
	note_by(&note, "example.com/log", 0);
	expect_fine(tlog_policy_open(&checkpoint, &policy, buffer_bytes(&note),
	    &err), &err);
	/* The size is signed. */
	*strchr((char *)note.data, '5') = '6';
	assert_int_equal(tlog_policy_open(&checkpoint, &policy,
	    buffer_bytes(&note), &err), -1);
	expect_said(&err, ERROR_NO, "does not verify");
	buffer_free(&note);
}

static void
a_witness_whose_line_does_not_verify_spoils_the_note(void **state)
{
	struct buffer note = buffer_new(LIMIT_NOTE);

	(void)state;
	expect_fine(parse_with("quorum W0\n"), &err);
	note_by(&note, "example.com/log", 3);
	/* The last signature's last whole character. */
	note.data[note.len - 10] = note.data[note.len - 10] == 'A' ? 'B' : 'A';
	assert_int_equal(tlog_policy_judge(&quorum, &policy,
	    buffer_bytes(&note), &err), -1);
	expect_said(&err, ERROR_NO, "w1 does not verify");
	buffer_free(&note);
}

static void
there_are_ceilings(void **state)
{
	struct buffer text = buffer_new(2 * LIMIT_TLOG_POLICY);

	(void)state;
	for (unsigned i = 0; i <= LIMIT_TLOG_WITNESSES; i++)
		buffer_printf(&text, "witness N%u %s\n", i,
		    vkey_of("w", i + 40, NOTE_COSIGNATURE));
	buffer_text(&text, "quorum none\n");
	assert_int_equal(tlog_policy_parse(&policy, buffer_bytes(&text), &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "too many witnesses");
	assert_string_equal(err.where, "line 65");
	buffer_clear(&text);
	buffer_printf(&text, "witness g0 %s\n",
	    vkey_of("w", 40, NOTE_COSIGNATURE));
	for (unsigned i = 1; i <= LIMIT_TLOG_GROUPS; i++)
		buffer_printf(&text, "group g%u all g%u\n", i, i - 1);
	buffer_text(&text, "quorum g64\n");
	expect_fine(tlog_policy_parse(&policy, buffer_bytes(&text), &err),
	    &err);
	buffer_text(&text, "group g65 all g64\n");
	assert_int_equal(tlog_policy_parse(&policy, buffer_bytes(&text), &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "too many groups");
	buffer_clear(&text);
	buffer_text(&text, "quorum none\n");
	while (text.len <= LIMIT_TLOG_POLICY)
		buffer_text(&text, "#\n");
	assert_int_equal(tlog_policy_parse(&policy, buffer_bytes(&text), &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "too long");
	buffer_free(&text);
}

static int
forget(void **state)
{
	(void)state;
	buffer_free(&kept);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_quorum_is_met_by_exactly_the_right_witnesses),
		cmocka_unit_test(what_is_no_policy_is_refused_with_its_line),
		cmocka_unit_test(keys_are_of_the_right_sort_and_come_once),
		cmocka_unit_test(a_log_is_believed_by_name_and_key),
		cmocka_unit_test(
		    a_witness_whose_line_does_not_verify_spoils_the_note),
		cmocka_unit_test(there_are_ceilings),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, forget);
}
