/* checkpoint_test.c: what a ledger signs of itself, and nothing like it. */
#include "ledger/checkpoint.h"
#include "tests/unit/ledger/expect.h"

#define ROOT64 "HtxMBIDhSyfpf7dNHo/kWuH9C7xfvX12YKmVhLZlAh0="

static struct error err;

static struct signer *
signer_of(uint8_t first)
{
	uint8_t seed[32] = { first };
	struct signer *signer;

	expect_fine(signer_from_seed(&signer, seed, &err), &err);
	return signer;
}

static struct note_key
key_of(const struct signer *signer, const char *name)
{
	struct note_key key;

	expect_fine(note_key_make(&key, name, NOTE_ED25519,
	    signer_public_key(signer), &err), &err);
	return key;
}

static void
checkpoint_is_three_lines(void **state)
{
	struct checkpoint checkpoint = { .origin = "example.com/log",
		.size = 1234567 };
	struct buffer text = buffer_new(LIMIT_NOTE);

	(void)state;
	checkpoint.root = hash_of_base64(ROOT64);
	checkpoint_write(&text, &checkpoint);
	assert_string_equal(buffer_string(&text),
	    "example.com/log\n1234567\n" ROOT64 "\n");
	buffer_free(&text);
}

static void
checkpoint_reads_what_it_wrote_and_passes_extensions_over(void **state)
{
	struct checkpoint checkpoint;

	(void)state;
	expect_fine(checkpoint_parse(&checkpoint,
	    bytes_of_text("example.com/log\n0\n" ROOT64 "\n"), &err), &err);
	assert_int_equal(checkpoint.size, 0);
	expect_fine(checkpoint_parse(&checkpoint, bytes_of_text(
	    "example.com/log\n9007199254740992\n" ROOT64 "\nmore\nlines\n"),
	    &err), &err);
	assert_true(checkpoint.size == (uint64_t)1 << 53);
	assert_string_equal(checkpoint.origin, "example.com/log");
	assert_true(digest_equal(checkpoint.root, hash_of_base64(ROOT64)));
}

static void
checkpoint_refuses_every_other_spelling(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"example.com/log",
		"example.com/log\n",
		"example.com/log\n5\n",
		"example.com/log\n5\n" ROOT64,
		"\n5\n" ROOT64 "\n",
		"example.com/log\n\n" ROOT64 "\n",
		"example.com/log\n05\n" ROOT64 "\n",
		"example.com/log\n+5\n" ROOT64 "\n",
		"example.com/log\n-5\n" ROOT64 "\n",
		"example.com/log\n5 \n" ROOT64 "\n",
		"example.com/log\n5.0\n" ROOT64 "\n",
		"example.com/log\n0x5\n" ROOT64 "\n",
		"example.com/log\n99999999999999999999\n" ROOT64 "\n",
		"example.com/log\n18446744073709551616\n" ROOT64 "\n",
		"example.com/log\n5\nHtxMBIDhSyfpf7dNHo/kWuH9C7xfvX12YKmVhLZ\n",
		"example.com/log\n5\n"
		"HtxMBIDhSyfpf7dNHo/kWuH9C7xfvX12YKmVhLZlAh0\n",
		"example.com/log\n5\n"
		"HtxMBIDhSyfpf7dNHo/kWuH9C7xfvX12YKmVhLZlAh1=\n",
		"example.com/log\n5\n"
		"HtxMBIDhSyfpf7dNHo_kWuH9C7xfvX12YKmVhLZlAh0=\n",
		"example.com/log\r\n5\r\n" ROOT64 "\r\n",
		"example.com/log\n9007199254740993\n" ROOT64 "\n",
		"example.com log\n5\n" ROOT64 "\n",
		"example.com+log\n5\n" ROOT64 "\n",
		"example.com/log\n5\n" ROOT64 "\n\n",
		"example.com/log\n5\n" ROOT64 "\nmore\n\nlines\n",
		"example.com/log\n5\n" ROOT64 "\nmore",
	};
	struct checkpoint checkpoint;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (checkpoint_parse(&checkpoint, bytes_of_text(texts[i]),
		    &err) == 0)
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(err.class, ERROR_NO);
	}
}

static void
an_origin_has_at_most_200_bytes(void **state)
{
	struct buffer text = buffer_new(LIMIT_NOTE);
	struct checkpoint checkpoint;
	char origin[LIMIT_ORIGIN + 1];

	(void)state;
	memset(origin, 'o', LIMIT_ORIGIN);
	origin[LIMIT_ORIGIN] = '\0';
	buffer_printf(&text, "%s\n5\n" ROOT64 "\n", origin);
	expect_fine(checkpoint_parse(&checkpoint, buffer_bytes(&text), &err),
	    &err);
	assert_string_equal(checkpoint.origin, origin);
	buffer_clear(&text);
	buffer_printf(&text, "%so\n5\n" ROOT64 "\n", origin);
	assert_int_equal(checkpoint_parse(&checkpoint, buffer_bytes(&text),
	    &err), -1);
	expect_said(&err, ERROR_NO, "origin");
	buffer_free(&text);
}

static void
checkpoint_opens_under_its_own_key_alone(void **state)
{
	struct checkpoint checkpoint = { .origin = "example.com/log",
		.size = 5 }, opened;
	struct signer *own = signer_of(1), *other = signer_of(2);
	struct note_key key = key_of(own, "example.com/log");
	struct note_key wrong = key_of(other, "example.com/log");
	struct buffer note = buffer_new(LIMIT_NOTE);

	(void)state;
	checkpoint.root = hash_of_base64(ROOT64);
	expect_fine(checkpoint_sign(&note, &checkpoint, own, &err), &err);
	expect_fine(checkpoint_open(&opened, buffer_bytes(&note), &key, &err),
	    &err);
	assert_int_equal(opened.size, 5);
	assert_true(digest_equal(opened.root, checkpoint.root));
	assert_int_equal(checkpoint_open(&opened, buffer_bytes(&note), &wrong,
	    &err), -1);
	assert_int_equal(err.class, ERROR_NO);
	/* Each byte counts: of the text, of the name and of the signature. */
	for (size_t i = 0; i < note.len; i++) {
		note.data[i] ^= 1;
		assert_int_equal(checkpoint_open(&opened, buffer_bytes(&note),
		    &key, &err), -1);
		assert_int_equal(err.class, ERROR_NO);
		note.data[i] ^= 1;
	}
	buffer_free(&note);
	signer_free(own);
	signer_free(other);
}

static void
checkpoint_of_another_origin_is_not_taken_for_this_ones(void **state)
{
	/* The same key under two names: c2sp.org/tlog-checkpoint lets the
	 * origin alone tell the logs apart. */
	struct checkpoint checkpoint = { .origin = "example.com/other",
		.size = 5 }, opened;
	struct signer *own = signer_of(1);
	struct note_key key = key_of(own, "example.com/log");
	struct buffer text = buffer_new(LIMIT_NOTE), note =
	    buffer_new(LIMIT_NOTE);

	(void)state;
	checkpoint.root = hash_of_base64(ROOT64);
	checkpoint_write(&text, &checkpoint);
	expect_fine(note_sign(&note, buffer_bytes(&text), "example.com/log",
	    own, &err), &err);
	assert_int_equal(checkpoint_open(&opened, buffer_bytes(&note), &key,
	    &err), -1);
	assert_int_equal(err.class, ERROR_NO);
	buffer_free(&text);
	buffer_free(&note);
	signer_free(own);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(checkpoint_is_three_lines),
		cmocka_unit_test(
		    checkpoint_reads_what_it_wrote_and_passes_extensions_over),
		cmocka_unit_test(checkpoint_refuses_every_other_spelling),
		cmocka_unit_test(an_origin_has_at_most_200_bytes),
		cmocka_unit_test(checkpoint_opens_under_its_own_key_alone),
		cmocka_unit_test(
		    checkpoint_of_another_origin_is_not_taken_for_this_ones),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
