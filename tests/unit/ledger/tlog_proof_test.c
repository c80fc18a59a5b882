/* tlog_proof_test.c: proofs as files, whole, cut and changed. */
#include "naive.h"

#include "base/buffer.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/tlog_proof.h"

#define SIZE 13
#define ZERO64 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static struct error err;

static struct bytes
line_of(size_t i)
{
	static char text[SIZE][16];

	snprintf(text[i], sizeof text[i], "entry %zu", i);
	return bytes_of_text(text[i]);
}

/* One level of the tree, as tiles: small enough for the lowest one. */
static struct digest leaves[SIZE];

static int
read_tile(void *cookie, unsigned level, uint64_t index, unsigned width,
    struct digest *out, struct error *error)
{
	(void)cookie;
	(void)error;
	assert_int_equal(level, 0);
	assert_int_equal(index, 0);
	memcpy(out, leaves, width * sizeof *out);
	return 0;
}

static const struct tile_source tiles = { read_tile, NULL };

/* The signed checkpoint of the first `size' entries. */
static void
note_of(struct buffer *out, uint64_t size, const char *origin)
{
	uint8_t seed[32] = { 7 };
	struct checkpoint checkpoint = { .size = size };
	struct signer *signer;

	for (size_t i = 0; i < SIZE; i++)
		leaves[i] = entry_leaf_hash(line_of(i));
	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
	expect_fine(merkle_root_at(&checkpoint.root, size, &tiles, &err), &err);
	expect_fine(signer_from_seed(&signer, seed, &err), &err);
	expect_fine(checkpoint_sign(out, &checkpoint, signer, &err), &err);
	signer_free(signer);
}

static void
proof_of(struct buffer *out, uint64_t index, uint64_t size, const char *extra)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct tlog_proof proof = { .index = index,
		.extra = bytes_of_text(extra) };

	note_of(&note, size, "example.com/log");
	proof.note = buffer_bytes(&note);
	expect_fine(merkle_inclusion(&proof.path, index, size, &tiles, &err),
	    &err);
	tlog_proof_write(out, &proof);
	buffer_free(&note);
}

static void
every_entry_of_every_tree_is_proved_and_written_again(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer again = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_proof proof;

	(void)state;
	for (uint64_t size = 1; size <= SIZE; size++) {
		for (uint64_t i = 0; i < size; i++) {
			buffer_clear(&text);
			buffer_clear(&again);
			proof_of(&text, i, size, i % 2 == 0 ? "" : "YWdl");
			expect_fine(tlog_proof_parse(&proof,
			    buffer_bytes(&text), &err), &err);
			assert_int_equal(proof.index, i);
			assert_int_equal(proof.checkpoint.size, size);
			assert_int_equal(proof.extra.len, i % 2 * 4);
			expect_fine(tlog_proof_check(&proof, line_of(i), &err),
			    &err);
			assert_int_equal(tlog_proof_check(&proof,
			    line_of((i + 1) % SIZE), &err), -1);
			expect_said(&err, ERROR_NO, "does not lead");
			tlog_proof_write(&again, &proof);
			assert_true(bytes_equal(buffer_bytes(&text),
			    buffer_bytes(&again)));
		}
	}
	buffer_free(&text);
	buffer_free(&again);
}

static void
a_proof_that_is_cut_or_has_a_bit_changed_is_no_proof(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	uint8_t seed[32] = { 7 };
	struct tlog_proof proof;
	struct checkpoint checkpoint;
	struct signer *signer;
	struct note_key key;

	(void)state;
	proof_of(&text, 5, SIZE, "");
	expect_fine(signer_from_seed(&signer, seed, &err), &err);
	expect_fine(note_key_make(&key, "example.com/log", NOTE_ED25519,
	    signer_public_key(signer), &err), &err);
	for (size_t len = 0; len < text.len; len++) {
		assert_int_equal(tlog_proof_parse(&proof,
		    bytes_of(text.data, len), &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		assert_non_null(strstr(err.where, "line "));
	}
	for (size_t bit = 0; bit < text.len * 8; bit++) {
		text.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (tlog_proof_parse(&proof, buffer_bytes(&text), &err) == 0 &&
		    checkpoint_open(&checkpoint, proof.note, &key, &err) == 0 &&
		    tlog_proof_check(&proof, line_of(5), &err) == 0)
			fail_msg("bit %zu may be changed", bit);
		text.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	signer_free(signer);
	buffer_free(&text);
}

static void
only_the_one_spelling_is_a_proof(void **state)
{
	static const struct {
		const char *head;
		const char *said;
		const char *where;
	} heads[] = {
		{ "", "does not begin", "line 1" },
		{ "c2sp.org/tlog-proof@v2\nindex 5\n\n", "begin", "line 1" },
		{ "c2sp.org/tlog-proof@v1\n\n", "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nindex 05\n\n", "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nindex -5\n\n", "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nindex  5\n\n", "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nindex 5 \n\n", "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nindex\n\n", "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nindex 18446744073709551621\n\n",
		    "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nindex 9007199254740993\n\n",
		    "index", "line 2" },
		{ "c2sp.org/tlog-proof@v1\nextra \nindex 5\n\n", "extra",
		    "line 2" },
		{ "c2sp.org/tlog-proof@v1\nextra YWd\nindex 5\n\n", "extra",
		    "line 2" },
		{ "c2sp.org/tlog-proof@v1\nextra YWdl\nextra YWdl\n"
		  "index 5\n\n", "index", "line 3" },
		{ "c2sp.org/tlog-proof@v1\nindex 5\nAAAA\n\n", "base64",
		    "line 3" },
		{ "c2sp.org/tlog-proof@v1\r\nindex 5\n\n", "begin", "line 1" },
		{ "c2sp.org/tlog-proof@v1\nindex 5\n" ZERO64 " \n\n",
		    "base64", "line 3" },
	};
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_proof proof;

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		buffer_clear(&text);
		buffer_text(&text, heads[i].head);
		note_of(&text, SIZE, "example.com/log");
		if (tlog_proof_parse(&proof, buffer_bytes(&text), &err) == 0)
			fail_msg("taken: %s", heads[i].head);
		expect_said(&err, ERROR_UNDECIDED, heads[i].said);
		assert_string_equal(err.where, heads[i].where);
	}
	/* More hashes than any tree is high. */
	buffer_clear(&text);
	buffer_text(&text, "c2sp.org/tlog-proof@v1\nindex 5\n");
	for (int i = 0; i < 65; i++)
		buffer_text(&text, ZERO64 "\n");
	buffer_text(&text, "\n");
	assert_int_equal(tlog_proof_parse(&proof, buffer_bytes(&text), &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "too many hashes");
	buffer_free(&text);
}

static void
an_index_beyond_the_checkpoint_is_no(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_proof proof;

	(void)state;
	proof_of(&text, 5, SIZE, "");
	expect_fine(tlog_proof_parse(&proof, buffer_bytes(&text), &err), &err);
	proof.index = SIZE;
	assert_int_equal(tlog_proof_check(&proof, line_of(5), &err), -1);
	expect_said(&err, ERROR_NO, "not among the 13 entries");
	buffer_free(&text);
}

static void
extension_of(struct buffer *out, uint64_t old, uint64_t size,
    const char *origin)
{
	struct tlog_extension extension;
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct buffer old_note = buffer_new(LIMIT_NOTE);

	note_of(&note, size, "example.com/log");
	note_of(&old_note, old, origin);
	extension.note = buffer_bytes(&note);
	extension.old_note = buffer_bytes(&old_note);
	extension.old.size = old;
	expect_fine(merkle_consistency(&extension.path, old, size, &tiles,
	    &err), &err);
	tlog_extension_write(out, &extension);
	buffer_free(&note);
	buffer_free(&old_note);
}

static void
every_checkpoint_is_proved_to_extend_those_before(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer again = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_extension extension;

	(void)state;
	for (uint64_t size = 1; size <= SIZE; size++) {
		for (uint64_t old = 1; old <= size; old++) {
			buffer_clear(&text);
			buffer_clear(&again);
			extension_of(&text, old, size, "example.com/log");
			expect_fine(tlog_extension_parse(&extension,
			    buffer_bytes(&text), &err), &err);
			assert_int_equal(extension.old.size, old);
			expect_fine(tlog_extension_check(&extension, &err),
			    &err);
			tlog_extension_write(&again, &extension);
			assert_true(bytes_equal(buffer_bytes(&text),
			    buffer_bytes(&again)));
			extension.old.root.byte[0] ^= 1;
			assert_int_equal(tlog_extension_check(&extension, &err),
			    -1);
			expect_said(&err, ERROR_NO, "not shown to begin");
		}
	}
	buffer_free(&text);
	buffer_free(&again);
}

static void
an_extension_cut_anywhere_or_of_two_ledgers_is_none(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_extension extension;

	(void)state;
	extension_of(&text, 5, SIZE, "example.com/log");
	for (size_t len = 0; len < text.len; len++) {
		assert_int_equal(tlog_extension_parse(&extension,
		    bytes_of(text.data, len), &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		assert_non_null(strstr(err.where, "line "));
	}
	/* The first line is not signed: it must agree. */
	assert_int_equal(text.data[4], '5');
	text.data[4] = '4';
	assert_int_equal(tlog_extension_parse(&extension, buffer_bytes(&text),
	    &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "old size");
	assert_string_equal(err.where, "line 1");
	buffer_clear(&text);
	extension_of(&text, 5, SIZE, "example.com/other");
	expect_fine(tlog_extension_parse(&extension, buffer_bytes(&text),
	    &err), &err);
	assert_int_equal(tlog_extension_check(&extension, &err), -1);
	expect_said(&err, ERROR_NO, "two ledgers");
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_entry_of_every_tree_is_proved_and_written_again),
		cmocka_unit_test(
		    a_proof_that_is_cut_or_has_a_bit_changed_is_no_proof),
		cmocka_unit_test(only_the_one_spelling_is_a_proof),
		cmocka_unit_test(an_index_beyond_the_checkpoint_is_no),
		cmocka_unit_test(
		    every_checkpoint_is_proved_to_extend_those_before),
		cmocka_unit_test(
		    an_extension_cut_anywhere_or_of_two_ledgers_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
