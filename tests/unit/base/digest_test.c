/* digest_test.c: SHA-256 as FIPS 180-4 has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"

/* NIST's examples for SHA-256 (FIPS 180-2, appendix B, and the empty text). */
static const struct {
	const char *text, *hex;
} vectors[] = {
	{ "",
	  "e3b0c44298fc1c149afbf4c8996fb924"
	  "27ae41e4649b934ca495991b7852b855" },
	{ "abc",
	  "ba7816bf8f01cfea414140de5dae2223"
	  "b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039"
	  "a33ce45964ff2167f6ecedd419db06c1" },
};

static void
fips_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_string_equal(digest_hex(digest_of(
		    bytes_of_text(vectors[i].text))).text, vectors[i].hex);
}

/* NIST's example for SHA-1 (FIPS 180-2, appendix A). */
static void
sha1_of_abc(void **state)
{
	uint8_t byte[DIGEST_SHA1_LEN];

	(void)state;
	digest_sha1(byte, bytes_of_text("abc"));
	assert_memory_equal(byte,
	    "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e"
	    "\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d",
	    sizeof byte);
}

static void
a_million_times_a_in_pieces_of_every_size(void **state)
{
	struct digest_stream stream;
	uint8_t piece[1000];
	size_t left = 1000000, len = 1;

	(void)state;
	memset(piece, 'a', sizeof(piece));
	digest_begin(&stream);
	while (left > 0) {
		len = len % sizeof(piece) + 1;
		if (len > left)
			len = left;
		digest_add(&stream, bytes_of(piece, len));
		left -= len;
	}
	digest_add(&stream, bytes_of(NULL, 0));
	assert_string_equal(digest_hex(digest_end(&stream)).text,
	    "cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0");
}

static void
prefixed_is_the_digest_of_what_is_joined(void **state)
{
	struct digest joined = digest_of(bytes_of("\x01""abcde", 6));

	(void)state;
	assert_true(digest_equal(joined, digest_prefixed(1,
	    bytes_of_text("ab"), bytes_of_text("cde"))));
	assert_true(digest_equal(joined, digest_prefixed(1,
	    bytes_of(NULL, 0), bytes_of_text("abcde"))));
	assert_false(digest_equal(joined, digest_prefixed(0,
	    bytes_of_text("ab"), bytes_of_text("cde"))));
	/* RFC 6962, 2.1.1: the leaf hash of an empty entry. */
	assert_string_equal(digest_hex(digest_prefixed(0, bytes_of(NULL, 0),
	    bytes_of(NULL, 0))).text,
	    "6e340b9cffb37a989ca544e6bb780a2c"
	    "78901d3fb33738768511a30617afa01d");
}

static void
hex_is_read_back_and_only_in_lower_case(void **state)
{
	struct digest digest = digest_of(bytes_of_text("abc")), back;
	struct digest_text text = digest_hex(digest);

	(void)state;
	assert_true(digest_parse(&back, bytes_of_text(text.text)));
	assert_true(digest_equal(back, digest));
	assert_false(digest_parse(&back, bytes_of(text.text, 63)));
	assert_false(digest_parse(&back, bytes_of(text.text, 65)));
	text.text[0] = 'B';
	assert_false(digest_parse(&back, bytes_of_text(text.text)));
	/* A failure leaves what was there. */
	assert_true(digest_equal(back, digest));
}

static void
digests_are_ordered_as_by_memcmp(void **state)
{
	struct digest a = { { 0 } }, b = { { 0 } };

	(void)state;
	assert_int_equal(digest_compare(a, b), 0);
	b.byte[31] = 1;
	assert_true(digest_compare(a, b) < 0);
	a.byte[0] = 0x80;
	assert_true(digest_compare(a, b) > 0);
	assert_false(digest_equal(a, b));
}

static void
a_stream_may_begin_again(void **state)
{
	struct digest_stream stream;

	(void)state;
	digest_begin(&stream);
	digest_add(&stream, bytes_of_text("left over"));
	digest_begin(&stream);
	digest_add(&stream, bytes_of_text("abc"));
	assert_string_equal(digest_hex(digest_end(&stream)).text,
	    vectors[1].hex);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fips_vectors),
		cmocka_unit_test(sha1_of_abc),
		cmocka_unit_test(a_million_times_a_in_pieces_of_every_size),
		cmocka_unit_test(prefixed_is_the_digest_of_what_is_joined),
		cmocka_unit_test(hex_is_read_back_and_only_in_lower_case),
		cmocka_unit_test(digests_are_ordered_as_by_memcmp),
		cmocka_unit_test(a_stream_may_begin_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
