/* encoding_test.c: one spelling each way, and nothing else is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

/* RFC 4648, section 10. */
static const struct {
	const char *bytes, *base64, *hex;
} vectors[] = {
	{ "", "", "" },
	{ "f", "Zg==", "66" },
	{ "fo", "Zm8=", "666f" },
	{ "foo", "Zm9v", "666f6f" },
	{ "foob", "Zm9vYg==", "666f6f62" },
	{ "fooba", "Zm9vYmE=", "666f6f6261" },
	{ "foobar", "Zm9vYmFy", "666f6f626172" },
};
#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

static void
rfc_4648_vectors_are_written_and_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		struct bytes bytes = bytes_of_text(vectors[i].bytes);
		struct bytes text = bytes_of_text(vectors[i].base64);
		uint8_t back[8];
		char out[20];
		size_t len = 99;

		base64_encode(out, bytes);
		assert_string_equal(out, vectors[i].base64);
		assert_true(base64_decode(back, &len, text));
		assert_true(bytes_equal(bytes_of(back, len), bytes));
		assert_true(base64_decode_fixed(back, bytes.len, text));
		assert_true(bytes_equal(bytes_of(back, bytes.len), bytes));
		hex_encode(out, bytes);
		assert_string_equal(out, vectors[i].hex);
		assert_true(hex_decode(back, bytes.len,
		    bytes_of_text(vectors[i].hex)));
		assert_true(bytes_equal(bytes_of(back, bytes.len), bytes));
	}
}

static void
base64url_uses_its_own_alphabet_without_padding(void **state)
{
	char out[20];

	(void)state;
	base64url_encode(out, bytes_of("\xFB\xFF\xBF", 3));
	assert_string_equal(out, "-_-_");
	base64_encode(out, bytes_of("\xFB\xFF\xBF", 3));
	assert_string_equal(out, "+/+/");
	base64url_encode(out, bytes_of("f", 1));
	assert_string_equal(out, "Zg");
	base64url_encode(out, bytes_of("fo", 2));
	assert_string_equal(out, "Zm8");
	base64url_encode(out, bytes_of(NULL, 0));
	assert_string_equal(out, "");
}

static void
every_length_comes_back(void **state)
{
	uint8_t bytes[300], back[304];
	char text[BASE64_LEN(300) + 1], hex[601];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 151 + i / 7);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct bytes in = bytes_of(bytes, len);
		size_t got = 0;

		base64_encode(text, in);
		assert_int_equal(strlen(text), BASE64_LEN(len));
		assert_true(base64_decode(back, &got, bytes_of_text(text)));
		assert_true(bytes_equal(bytes_of(back, got), in));
		memset(back, 0xEE, sizeof(back));
		assert_true(base64_decode_fixed(back, len,
		    bytes_of_text(text)));
		assert_true(bytes_equal(bytes_of(back, len), in));
		assert_int_equal(back[len], 0xEE);
		assert_false(base64_decode_fixed(back, len + 1,
		    bytes_of_text(text)));
		assert_false(len > 0 && base64_decode_fixed(back, len - 1,
		    bytes_of_text(text)));
		hex_encode(hex, in);
		assert_true(hex_decode(back, len, bytes_of_text(hex)));
		assert_true(bytes_equal(bytes_of(back, len), in));
	}
}

/* A character more or less, a changed one: whatever is read must be what is
 * written for it. */
static void
only_the_canonical_base64_is_read(void **state)
{
	static const char *const texts[] = { "Zg==", "Zm8=", "Zm9v",
		"AAAAZg==", "AAAAZm8=", "AAAAZm9v" };
	uint8_t back[9];
	char text[9], again[13];
	size_t read = 0, len;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t at = 0; at < strlen(texts[i]); at++)
			for (int c = 0; c < 256; c++) {
				struct bytes in = bytes_of(text,
				    strlen(texts[i]));

				memcpy(text, texts[i], in.len + 1);
				text[at] = (char)c;
				if (!base64_decode(back, &len, in))
					continue;
				base64_encode(again, bytes_of(back, len));
				assert_memory_equal(again, text, in.len + 1);
				read++;
			}
	/* 4: Zm9v; 2 and 3: one place fixed bits; each at its 64 or fewer. */
	assert_true(read > 1000);
}

static void
bad_base64_is_refused(void **state)
{
	static const char *const texts[] = { "Z", "Zg", "Zg=", "Zg===", "Zh==",
		"Zm9=", "Zm8==", "=", "==", "===", "====", "Z===", "Zg==Zg==",
		"Zm8=Zg==", " Zg==", "Zg== ", "Zg==\n", "Zm\n9v", "Zm-_",
		"Zm9v!", "=Zm9", "Z=9v", "Zm=v" };
	uint8_t back[16];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (base64_decode(back, &len, bytes_of_text(texts[i])))
			fail_msg("read %s", texts[i]);
		for (size_t want = 0; want < 8; want++)
			assert_false(base64_decode_fixed(back, want,
			    bytes_of_text(texts[i])));
	}
	assert_false(base64_decode(back, &len, bytes_of("Zm9\0", 4)));
}

static void
bad_hex_is_refused(void **state)
{
	uint8_t back[4];

	(void)state;
	assert_true(hex_decode(back, 2, bytes_of_text("0aff")));
	assert_false(hex_decode(back, 2, bytes_of_text("0aF0")));
	assert_false(hex_decode(back, 2, bytes_of_text("0af")));
	assert_false(hex_decode(back, 2, bytes_of_text("0aff0")));
	assert_false(hex_decode(back, 2, bytes_of_text("0aff00")));
	assert_false(hex_decode(back, 2, bytes_of_text("0g00")));
	assert_false(hex_decode(back, 2, bytes_of_text(" 0af")));
	assert_false(hex_decode(back, 2, bytes_of_text("0x0a")));
	for (int c = 0; c < 256; c++) {
		char text[2] = { '0', (char)c };
		bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

		assert_int_equal(hex_decode(back, 1, bytes_of(text, 2)),
		    is_hex);
	}
}

static void
buffers_take_encoded_bytes_up_to_their_ceiling(void **state)
{
	struct buffer buffer = buffer_new(15);
	struct error err;

	(void)state;
	hex_append(&buffer, bytes_of("\x01\xAB", 2));
	buffer_byte(&buffer, ' ');
	base64_append(&buffer, bytes_of("foob", 4));
	assert_string_equal(buffer_string(&buffer), "01ab Zm9vYg==");
	hex_append(&buffer, bytes_of("x", 1));
	assert_int_equal(buffer_check(&buffer, "x", &err), 0);
	hex_append(&buffer, bytes_of("x", 1));
	assert_int_equal(buffer_check(&buffer, "x", &err), -1);
	buffer_free(&buffer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_4648_vectors_are_written_and_read),
		cmocka_unit_test(
		    base64url_uses_its_own_alphabet_without_padding),
		cmocka_unit_test(every_length_comes_back),
		cmocka_unit_test(only_the_canonical_base64_is_read),
		cmocka_unit_test(bad_base64_is_refused),
		cmocka_unit_test(bad_hex_is_refused),
		cmocka_unit_test(
		    buffers_take_encoded_bytes_up_to_their_ceiling),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
