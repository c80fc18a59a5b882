/* envelope_test.c: DSSE envelopes: any are read, one spelling is written. */
#include "scratch.h"

#include "keys/envelope.h"

#define PAYLOAD "{\"a\":1,\"b\":\"\xc3\xb6?>\"}" /* Has + and / in base64. */
#define PAYLOAD_64 "eyJhIjoxLCJiIjoiw7Y/PiJ9"
#define PAYLOAD_URL "eyJhIjoxLCJiIjoiw7Y_PiJ9"
#define TYPE "\"payloadType\":\"application/vnd.in-toto+json\""

/* An envelope of the payload signed by the keys 1 to count. */
static struct envelope
signed_by(const char *payload, uint8_t count)
{
	struct envelope envelope = envelope_new();
	struct error err;

	buffer_text(&envelope.payload, payload);
	for (uint8_t i = 1; i <= count; i++) {
		struct signer *signer = signer_number(i);

		expect_fine(envelope_sign(&envelope, signer, &err), &err);
		signer_free(signer);
	}
	return envelope;
}

/* The base64 of the first signature, in a buffer that lives on. */
static const char *
signature_text(const struct envelope *envelope)
{
	static char text[BASE64_LEN(SIGNATURE_LEN) + 1];

	base64_encode(text, bytes_of(envelope->signature[0].signature.byte,
	    SIGNATURE_LEN));
	return text;
}

static void
expect_written(const struct envelope *envelope, const char *wanted)
{
	struct buffer out = buffer_new(LIMIT_ENVELOPE);

	envelope_write(&out, envelope);
	assert_string_equal(buffer_string(&out), wanted);
	buffer_free(&out);
}

static bool
verifies(const struct envelope *envelope, size_t index, struct public_key key)
{
	struct buffer scratch = buffer_new(LIMIT_ENVELOPE * 2);
	bool verified = false;
	struct error err;

	expect_fine(envelope_verify(envelope, index, key, &scratch, &verified,
	    &err), &err);
	buffer_free(&scratch);
	return verified;
}

static void
pae_is_that_of_dsse(void **state)
{
	/*
	 * The example of DSSE v1.0.2 (protocol.md, "Test Vectors") with our
	 * type in the place of theirs: "DSSEv1 29
	 * http://example.com/HelloWorld 11 hello world".
	 */
	static const char wanted[] =
	    "DSSEv1 28 application/vnd.in-toto+json 11 hello world";
	struct buffer out = buffer_new(1000);

	(void)state;
	envelope_pae(&out, bytes_of_text("hello world"));
	assert_string_equal(buffer_string(&out), wanted);
	buffer_clear(&out);
	envelope_pae(&out, bytes_of_text(""));
	assert_string_equal(buffer_string(&out),
	    "DSSEv1 28 application/vnd.in-toto+json 0 ");
	buffer_free(&out);
}

static void
what_is_signed_is_the_pae(void **state)
{
	struct envelope envelope = signed_by("hello world", 1);

	(void)state;
	assert_true(public_key_verify(key_number(1), bytes_of_text(
	    "DSSEv1 28 application/vnd.in-toto+json 11 hello world"),
	    &envelope.signature[0].signature));
	envelope_free(&envelope);
}

static void
one_spelling_is_written(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, 2);
	char second[BASE64_LEN(SIGNATURE_LEN) + 1], wanted[600];

	(void)state;
	base64_encode(second, bytes_of(envelope.signature[1].signature.byte,
	    SIGNATURE_LEN));
	(void)snprintf(wanted, sizeof wanted, "{\"payload\":\"" PAYLOAD_64
	    "\"," TYPE ",\"signatures\":[{\"keyid\":\"%s\",\"sig\":\"%s\"},"
	    "{\"keyid\":\"%s\",\"sig\":\"%s\"}]}",
	    public_key_fingerprint(key_number(1)).text,
	    signature_text(&envelope),
	    public_key_fingerprint(key_number(2)).text, second);
	expect_written(&envelope, wanted);
	envelope_free(&envelope);
}

static void
what_is_written_is_read_back_both_ways(void **state)
{
	struct envelope back = envelope_new();
	struct error err;

	(void)state;
	for (uint8_t count = 1; count <= LIMIT_SIGNATURES; count++) {
		struct envelope envelope = signed_by(PAYLOAD, count);
		struct buffer text = buffer_new(LIMIT_ENVELOPE);

		envelope_write(&text, &envelope);
		expect_fine(envelope_parse_exact(&back, buffer_bytes(&text),
		    &err), &err);
		expect_written(&back, buffer_string(&text));
		expect_fine(envelope_parse(&back, buffer_bytes(&text), &err),
		    &err);
		expect_written(&back, buffer_string(&text));
		for (uint8_t i = 0; i < count; i++) {
			assert_true(verifies(&back, i,
			    key_number((uint8_t)(i + 1))));
			assert_false(verifies(&back, i,
			    key_number((uint8_t)(i + 2))));
		}
		buffer_free(&text);
		envelope_free(&envelope);
	}
	envelope_free(&back);
}

static void
a_changed_payload_does_not_verify(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, 1);

	(void)state;
	for (size_t i = 0; i < envelope.payload.len; i++) {
		envelope.payload.data[i] ^= 1;
		assert_false(verifies(&envelope, 0, key_number(1)));
		envelope.payload.data[i] ^= 1;
	}
	buffer_byte(&envelope.payload, ' ');
	assert_false(verifies(&envelope, 0, key_number(1)));
	envelope_free(&envelope);
}

/*
 * Envelopes of one signature as others may write them: %s is where its
 * base64 goes, or its base64url without padding after an `@'.
 */
static const char *const accepted[] = {
	"{\"payload\":\"" PAYLOAD_64 "\"," TYPE
	",\"signatures\":[{\"sig\":\"%s\"}]}",
	"{\"signatures\":[{\"sig\":\"%s\"}]," TYPE
	",\"payload\":\"" PAYLOAD_64 "\"}",
	"\n{ " TYPE " ,\t\"payload\" : \"" PAYLOAD_URL
	"\", \"signatures\": [ { \"sig\": \"%s\", \"keyid\": \"\" } ] }\r\n",
	"{\"payload\":\"" PAYLOAD_64 "\"," TYPE
	",\"signatures\":[{\"keyid\":\"somebody's own hint\",\"sig\":\"%s\"}]}",
	"{\"payload\":\"" PAYLOAD_64 "\"," TYPE ",\"signatures\":[{\"sig\":"
	"\"%s\",\"cert\":[1,{}],\"more\":null}]}",
	"{\"payload\":\"\\u0065yJhIjoxLCJiIjoiw7Y\\/PiJ9\"," TYPE
	",\"signatures\":[{\"sig\":\"%s\"}]}",
	"@{\"payload\":\"" PAYLOAD_URL "\"," TYPE
	",\"signatures\":[{\"sig\":\"%s\"}]}",
	"@{\"payload\":\"" PAYLOAD_64 "\"," TYPE
	",\"signatures\":[{\"sig\":\"%s\"}]}",
};

static void
url_safe(char *text)
{
	for (; *text != '\0'; text++)
		*text = *text == '+' ? '-' : *text == '/' ? '_' :
		    *text == '=' ? '\0' : *text;
}

static void
others_spellings_are_read(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, 1);
	struct envelope back = envelope_new();
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
		struct buffer text = buffer_new(LIMIT_ENVELOPE);
		const char *format = accepted[i];
		char sig[BASE64_LEN(SIGNATURE_LEN) + 1];

		strcpy(sig, signature_text(&envelope));
		if (*format == '@') {
			format++;
			url_safe(sig);
		}
		for (; *format != '\0'; format++) {
			if (*format == '%') {
				buffer_text(&text, sig);
				format++;
			} else {
				buffer_byte(&text, (uint8_t)*format);
			}
		}
		expect_fine(envelope_parse(&back, buffer_bytes(&text), &err),
		    &err);
		assert_true(bytes_equal(buffer_bytes(&back.payload),
		    bytes_of_text(PAYLOAD)));
		assert_int_equal(back.signature_count, 1);
		assert_string_equal(back.signature[0].keyid.text, "");
		assert_true(verifies(&back, 0, key_number(1)));
		/* And none of them is our spelling. */
		assert_int_equal(envelope_parse_exact(&back,
		    buffer_bytes(&text), &err), -1);
		assert_int_equal(err.class, ERROR_NO);
		buffer_free(&text);
	}
	envelope_free(&envelope);
	envelope_free(&back);
}

static void
a_payload_is_read_padded_or_not(void **state)
{
	static const struct {
		const char *base64, *payload;
	} texts[] = {
		{ "", "" }, { "Zg==", "f" }, { "Zg", "f" }, { "Zm8=", "fo" },
		{ "Zm8", "fo" }, { "Zm9v", "foo" }, { "Zm9vYg==", "foob" },
		{ "Zm9vYg", "foob" }, { "fn5-", "~~~" }, { "fn5+", "~~~" },
		/* Not right: */
		{ "Zg=", NULL }, { "Zg===", NULL }, { "Zm9v=", NULL },
		{ "Zm9v====", NULL }, { "====", NULL }, { "=", NULL },
		{ "Z", NULL }, { "Zh==", NULL }, { "Zh", NULL },
		{ "Zg==Zg==", NULL }, { "Zm 9v", NULL }, { "Zm9v\\n", NULL },
		{ "f-5+", NULL }, { "fn5*", NULL }, { "Z=g=", NULL },
	};
	struct envelope back = envelope_new();
	char sig[BASE64_LEN(SIGNATURE_LEN) + 1], text[300];
	struct error err;

	(void)state;
	base64_encode(sig, bytes_of(
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	    SIGNATURE_LEN));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		int result;

		(void)snprintf(text, sizeof text, "{\"payload\":\"%s\"," TYPE
		    ",\"signatures\":[{\"sig\":\"%s\"}]}", texts[i].base64,
		    sig);
		result = envelope_parse(&back, bytes_of_text(text), &err);
		if (texts[i].payload == NULL) {
			if (result == 0)
				fail_msg("%s was read", texts[i].base64);
			expect_said(&err, ERROR_UNDECIDED,
			    "payload is not base64");
			continue;
		}
		expect_fine(result, &err);
		assert_true(bytes_equal(buffer_bytes(&back.payload),
		    bytes_of_text(texts[i].payload)));
	}
	envelope_free(&back);
}

#define SIG_A "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJj" \
    "ZGVmMDEyMzQ1Njc4OWFiY2RlZg=="
#define SIG_A_URL "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5" \
    "YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg"
#define ONE_SIG "\"signatures\":[{\"sig\":\"" SIG_A "\"}]"

static void
what_is_no_envelope_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *text, *what;
	} bad[] = {
		{ "", "" },
		{ "[]", "members" },
		{ "{}", "members" },
		{ "{\"payload\":\"Zg==\"," TYPE "}", "members" },
		{ "{\"payload\":\"Zg==\"," ONE_SIG "}", "members" },
		{ "{" TYPE "," ONE_SIG "}", "members" },
		{ "{\"payload\":\"Zg==\"," TYPE "," ONE_SIG ",\"x\":1}",
		  "members" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signature\":[]}",
		  "no signatures" },
		{ "{\"payload\":1," TYPE "," ONE_SIG "}", "members" },
		{ "{\"payload\":\"Zg==\",\"payloadType\":null," ONE_SIG "}",
		  "members" },
		{ "{\"payload\":\"Zg==\",\"payloadType\":\"text/plain\"," ONE_SIG
		  "}", "payloadType is not" },
		{ "{\"payload\":\"Zg==\",\"payloadType\":"
		  "\"application/vnd.in-toto+jsoN\"," ONE_SIG "}",
		  "payloadType is not" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[]}",
		  "no signatures" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":{\"sig\":\"" SIG_A
		  "\"}}", "no signatures" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[\"" SIG_A
		  "\"]}", "not an object" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[{}]}",
		  "not an object with sig" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[{\"sig\":1}]}",
		  "not an object with sig" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[{\"sig\":\"\"}]}",
		  "not 64 bytes" },
		{ "{\"payload\":\"Zg==\"," TYPE
		  ",\"signatures\":[{\"sig\":\"AAAA\"}]}", "not 64 bytes" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[{\"sig\":\"AAAA"
		  SIG_A "\"}]}", "not 64 bytes" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[{\"sig\":\"" SIG_A
		  "\",\"keyid\":7}]}", "keyid" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[{\"sig\":\"" SIG_A
		  "\"},{\"sig\":\"" SIG_A "\"}]}", "twice" },
		{ "{\"payload\":\"Zg==\"," TYPE ",\"signatures\":[{\"sig\":\"" SIG_A
		  "\"},{\"sig\":\"" SIG_A_URL "\",\"keyid\":\"x\"}]}",
		  "twice" },
		{ "{\"payload\":\"Zg==\",\"payload\":\"\"," TYPE "," ONE_SIG "}",
		  "" },
		{ "{\"payload\":\"Zg==\"," TYPE "," ONE_SIG "} x", "" },
	};
	struct envelope out = envelope_new();
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (envelope_parse(&out, bytes_of_text(bad[i].text), &err) !=
		    -1)
			fail_msg("%s was read", bad[i].text);
		expect_said(&err, ERROR_UNDECIDED, bad[i].what);
		assert_int_equal(out.signature_count, 0);
		assert_int_equal(out.payload.len, 0);
		assert_int_equal(envelope_parse_exact(&out,
		    bytes_of_text(bad[i].text), &err), -1);
		assert_int_equal(err.class, ERROR_NO);
		assert_int_equal(out.signature_count, 0);
		assert_int_equal(out.payload.len, 0);
	}
	envelope_free(&out);
}

static void
the_second_signature_is_named_when_it_is_bad(void **state)
{
	struct envelope out = envelope_new();
	struct error err;

	(void)state;
	assert_int_equal(envelope_parse(&out, bytes_of_text(
	    "{\"payload\":\"\"," TYPE ",\"signatures\":[{\"sig\":\"" SIG_A
	    "\"},{\"sig\":\"AAAA\"}]}"), &err), -1);
	assert_string_equal(err.where, "signature 2");
	envelope_free(&out);
}

/* An envelope of `count' made-up signatures, in our spelling. */
static void
many_signatures(struct buffer *out, unsigned count)
{
	struct fingerprint keyid = public_key_fingerprint(key_number(1));

	buffer_text(out, "{\"payload\":\"\"," TYPE ",\"signatures\":[");
	for (unsigned i = 0; i < count; i++) {
		uint8_t signature[SIGNATURE_LEN] = { (uint8_t)i };

		buffer_printf(out, "%s{\"keyid\":\"%s\",\"sig\":\"",
		    i == 0 ? "" : ",", keyid.text);
		base64_append(out, bytes_of(signature, sizeof signature));
		buffer_text(out, "\"}");
	}
	buffer_text(out, "]}");
}

/* Our spelling, but for the hint; `twice' has its signature once more. */
static int
parse_hinted(struct envelope *out, const char *keyid, bool twice, bool exactly,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	int result;

	buffer_printf(&text, "{\"payload\":\"Zg==\"," TYPE
	    ",\"signatures\":[{\"keyid\":\"%s\",\"sig\":\"" SIG_A "\"}",
	    keyid);
	if (twice)
		buffer_printf(&text, ",{\"keyid\":\"%s\",\"sig\":\"" SIG_A
		    "\"}", public_key_fingerprint(key_number(2)).text);
	buffer_text(&text, "]}");
	result = exactly ?
	    envelope_parse_exact(out, buffer_bytes(&text), err) :
	    envelope_parse(out, buffer_bytes(&text), err);
	buffer_free(&text);
	return result;
}

static void
a_hint_is_a_fingerprint_or_absent(void **state)
{
	static const char *const others[] = { "", "SHA256:", "x",
		"SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOq",
		"SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU=",
		"SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqV",
		"SHA256:+DiY3wvvV6TuJJhbpZisF_zLDA0zPMSvHdkr4UvCOqU",
		"sha256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU" };
	static const char known[] =
	    "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";
	struct envelope out = envelope_new();
	struct error err;

	(void)state;
	expect_fine(parse_hinted(&out, known, false, true, &err), &err);
	assert_string_equal(out.signature[0].keyid.text, known);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		expect_fine(parse_hinted(&out, others[i], false, false,
		    &err), &err);
		assert_string_equal(out.signature[0].keyid.text, "");
		assert_int_equal(parse_hinted(&out, others[i], false, true,
		    &err), -1);
		expect_said(&err, ERROR_NO, "a signature");
	}
	/* Another hint makes no other signature. */
	assert_int_equal(parse_hinted(&out, known, true, true, &err), -1);
	expect_said(&err, ERROR_NO, "twice");
	assert_int_equal(out.payload.len, 0);
	assert_int_equal(parse_hinted(&out, known, true, false, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "twice");
	assert_int_equal(out.payload.len, 0);
	envelope_free(&out);
}

static void
more_signatures_than_allowed_are_refused(void **state)
{
	struct envelope out = envelope_new();
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct error err;

	(void)state;
	many_signatures(&text, LIMIT_SIGNATURES);
	expect_fine(envelope_parse_exact(&out, buffer_bytes(&text), &err),
	    &err);
	buffer_byte(&text, ' ');
	expect_fine(envelope_parse(&out, buffer_bytes(&text), &err), &err);
	assert_int_equal(out.signature_count, LIMIT_SIGNATURES);
	buffer_clear(&text);
	many_signatures(&text, LIMIT_SIGNATURES + 1);
	assert_int_equal(envelope_parse_exact(&out, buffer_bytes(&text),
	    &err), -1);
	expect_said(&err, ERROR_NO, "too many");
	assert_int_equal(envelope_parse(&out, buffer_bytes(&text), &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "too many");
	buffer_free(&text);
	envelope_free(&out);
}

static void
an_envelope_is_signed_as_often_as_allowed(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, LIMIT_SIGNATURES);
	struct signer *signer = signer_number(99);
	struct error err;

	(void)state;
	assert_int_equal(envelope_sign(&envelope, signer, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "at most 8");
	assert_int_equal(envelope.signature_count, LIMIT_SIGNATURES);
	signer_free(signer);
	envelope_free(&envelope);
}

static void
nobody_signs_an_envelope_twice(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, 2);
	struct signer *signer = signer_number(1);
	struct error err;

	(void)state;
	assert_int_equal(envelope_sign(&envelope, signer, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "already");
	assert_int_equal(envelope.signature_count, 2);
	signer_free(signer);
	envelope_free(&envelope);
}

static void
too_large_an_envelope_is_refused(void **state)
{
	struct buffer text = buffer_new(SIZE_MAX);
	struct envelope out = envelope_new();
	struct error err;

	(void)state;
	buffer_text(&text, "{\"payload\":\"");
	while (text.len < LIMIT_ENVELOPE)
		buffer_text(&text, "AAAA");
	buffer_text(&text, "\"," TYPE "," ONE_SIG "}");
	assert_int_equal(envelope_parse(&out, buffer_bytes(&text), &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "too large");
	assert_int_equal(envelope_parse_exact(&out, buffer_bytes(&text),
	    &err), -1);
	assert_int_equal(err.class, ERROR_NO);
	buffer_free(&text);
	envelope_free(&out);
}

static void
exact_reading_refuses_every_shortened_text(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, 2);
	struct envelope out = envelope_new();
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct error err;

	(void)state;
	envelope_write(&text, &envelope);
	for (size_t len = 0; len < text.len; len++) {
		/* In memory of its own, so that reading on is noticed. */
		uint8_t *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy, text.data, len);
		copy = realloc(copy, len == 0 ? 1 : len);
		assert_int_equal(envelope_parse_exact(&out,
		    bytes_of(copy, len), &err), -1);
		assert_int_equal(err.class, ERROR_NO);
		free(copy);
	}
	buffer_byte(&text, '\n');
	assert_int_equal(envelope_parse_exact(&out, buffer_bytes(&text),
	    &err), -1);
	buffer_free(&text);
	envelope_free(&envelope);
	envelope_free(&out);
}

/* Whatever one byte is changed to: refused, or read and written the same. */
static void
exact_reading_knows_no_second_spelling(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, 2);
	struct envelope out = envelope_new();
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	size_t read = 0;
	struct error err;

	(void)state;
	envelope_write(&text, &envelope);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t before = text.data[i];

		for (unsigned byte = 0; byte < 256; byte++) {
			text.data[i] = (uint8_t)byte;
			if (byte == before || envelope_parse_exact(&out,
			    buffer_bytes(&text), &err) == -1)
				continue;
			expect_written(&out, buffer_string(&text));
			read++;
		}
		text.data[i] = before;
	}
	/* All but the frame is base64, where other letters say other bytes. */
	assert_true(read > 10000);
	buffer_free(&text);
	envelope_free(&envelope);
	envelope_free(&out);
}

static void
reading_again_needs_no_more_memory(void **state)
{
	struct envelope envelope = signed_by(PAYLOAD, 1);
	struct envelope out = envelope_new();
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	const uint8_t *memory;
	struct error err;

	(void)state;
	envelope_write(&text, &envelope);
	expect_fine(envelope_parse_exact(&out, buffer_bytes(&text), &err),
	    &err);
	memory = out.payload.data;
	for (int i = 0; i < 100; i++)
		expect_fine(envelope_parse_exact(&out, buffer_bytes(&text),
		    &err), &err);
	assert_ptr_equal(out.payload.data, memory);
	buffer_free(&text);
	envelope_free(&envelope);
	envelope_free(&out);
	envelope_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pae_is_that_of_dsse),
		cmocka_unit_test(what_is_signed_is_the_pae),
		cmocka_unit_test(one_spelling_is_written),
		cmocka_unit_test(what_is_written_is_read_back_both_ways),
		cmocka_unit_test(a_changed_payload_does_not_verify),
		cmocka_unit_test(others_spellings_are_read),
		cmocka_unit_test(a_payload_is_read_padded_or_not),
		cmocka_unit_test(what_is_no_envelope_is_refused_with_a_reason),
		cmocka_unit_test(the_second_signature_is_named_when_it_is_bad),
		cmocka_unit_test(a_hint_is_a_fingerprint_or_absent),
		cmocka_unit_test(more_signatures_than_allowed_are_refused),
		cmocka_unit_test(an_envelope_is_signed_as_often_as_allowed),
		cmocka_unit_test(nobody_signs_an_envelope_twice),
		cmocka_unit_test(too_large_an_envelope_is_refused),
		cmocka_unit_test(exact_reading_refuses_every_shortened_text),
		cmocka_unit_test(exact_reading_knows_no_second_spelling),
		cmocka_unit_test(reading_again_needs_no_more_memory),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
