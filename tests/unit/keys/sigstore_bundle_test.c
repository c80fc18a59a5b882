/* sigstore_bundle_test.c: bundles are read, and verified by whose they are. */
#include "scratch.h"

#include "base/limits.h"
#include "keys/sigstore_bundle.h"

/* Made with openssl: `{"a":1}' in an envelope, signed on each curve. */
#define P256_PEM \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExHCnEjQwT4B0DanWwJaDlY6uE9n2\n" \
    "0PhXWLdN1e/r4KsbiSsu+4R148khvq1CpAIK+XUiNJx4DBg3TApAd5hxag==\n" \
    "-----END PUBLIC KEY-----\n"
#define P256_HINT \
    "60e91e3a2e5e6ef7be4bdaeb38e16e460f73dc7e56c20423f539d843ba6eb150"
#define P256_SIG \
    "MEUCIBZk7tgqO2Yyln72I9M+IvGkDEfJ5Ftcb54vk3Y54Jy6AiEA1qXAd4ET/nQl" \
    "gGWyFh+6pzquntTrKvxdVVNskTmUj+4="
#define P384_PEM \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEcVhPkXn1jjjr23dAhwzw/vvEMAOpFxa3\n" \
    "8c2SLQtDZ2q1sEvfYh3L/ZFDcWS/ABiCdwjfCUuxK208Lp6Y88aJxMFGOiXDTSrZ\n" \
    "KiJmF6MdJHxhJ/K7kK2uWPlw3F84U4Bf\n" \
    "-----END PUBLIC KEY-----\n"
#define P384_HINT \
    "f7537821925b57eeb47c1cbea38e289cc3186fd0d34cc07cbb51062c4a1ccd6c"
#define P384_SIG \
    "MGUCMEQvRb3VV2fGBolmZr4bnb/txDnRTYswMYj7kMCtalhHDntMZPsWW8394v9O" \
    "Ftb/5wIxALKr8KUwhc/wg/3vIeQITYjVOADm603j5TI5UWodP1DhAYm6tSGxCEoK" \
    "PyZ0vcJ6qQ=="
#define P521_PEM \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQAlbcsaofeDmZCnicGyDvp3xpxtJmY\n" \
    "9jlQtmrcQfe3WQP2KdnFNC7Vep8rf1t2XhfGJ+4GpTro8zS7uchlRpzGv5oBg0Fy\n" \
    "O4TGqnFA5lqV47pPhvTOa22U9P9LhxUDrBRktAGPnhyOdikGS5J16ZIEZmloK5hb\n" \
    "Z0Qv3uDIP7AWQBAEApk=\n" \
    "-----END PUBLIC KEY-----\n"
#define P521_HINT \
    "e60f2ea0c6d1d2f83f294434183c60f6e26ecd75a87afeac88d7bbe165b4025b"
#define P521_SIG \
    "MIGHAkENUHD3ngIpbXr+DSbn77hKmDNLJha+LU8Wkr8G/KQ6VF37/gnhS3mTEhTh" \
    "naslRDLutdmNXPNAMaX+AhQc3ia4iAJCAUUm56k9VLSa0X8MvNt6A3Xv55KJaTn/" \
    "7ZAwHujVmQIXqlVk1j8LkspuhFU26hcGD7tdHDx7BnChtNaqatrkDVK0"

#define PAYLOAD "eyJhIjoxfQ=="
#define TYPE "\"mediaType\":\"" SIGSTORE_BUNDLE_TYPE "\""
#define KEY(hint) "\"publicKey\":{\"hint\":\"" hint "\"}"
#define MATERIAL(of) "\"verificationMaterial\":{" of "}"
#define ENVELOPE(payload, signatures) \
	"\"dsseEnvelope\":{\"payload\":\"" payload \
	"\",\"payloadType\":\"application/vnd.in-toto+json\"," \
	"\"signatures\":[" signatures "]}"
#define SIG(text) "{\"sig\":\"" text "\",\"keyid\":\"\"}"
#define BUNDLE(of, payload, signatures) \
	"{" TYPE "," MATERIAL(of) "," ENVELOPE(payload, signatures) "}"

static struct sigstore_bundle
read_bundle(const char *text)
{
	struct sigstore_bundle bundle = sigstore_bundle_new();
	struct error err;

	expect_fine(sigstore_bundle_parse(&bundle, bytes_of_text(text), &err),
	    &err);
	return bundle;
}

static void
expect_unread(const char *text, const char *why)
{
	struct sigstore_bundle bundle = sigstore_bundle_new();
	struct error err;

	assert_int_equal(
	    sigstore_bundle_parse(&bundle, bytes_of_text(text), &err), -1);
	expect_said(&err, ERROR_UNDECIDED, why);
	/* Nothing is left of what was read. */
	assert_int_equal(bundle.payload.len, 0);
	assert_null(bundle.chain);
	sigstore_bundle_free(&bundle);
}

static struct outside_key *
key_of(const char *pem)
{
	struct outside_key *key;
	struct error err;

	expect_fine(outside_key_read(&key, bytes_of_text(pem), &err), &err);
	return key;
}

/* What checking says under a key: NULL for a signature that verifies. */
static void
expect_checked(const char *text, const char *pem, enum error_class class,
    const char *why)
{
	struct sigstore_bundle bundle = read_bundle(text);
	struct outside_key *key = key_of(pem);
	struct error err;
	int result = sigstore_bundle_check_key(&bundle, key, &err);

	if (why == NULL) {
		expect_fine(result, &err);
	} else {
		assert_int_equal(result, -1);
		expect_said(&err, class, why);
	}
	outside_key_free(key);
	sigstore_bundle_free(&bundle);
}

static void
each_curve_has_its_hash(void **state)
{
	(void)state;
	expect_checked(BUNDLE(KEY(P256_HINT), PAYLOAD, SIG(P256_SIG)),
	    P256_PEM, 0, NULL);
	expect_checked(BUNDLE(KEY(P384_HINT), PAYLOAD, SIG(P384_SIG)),
	    P384_PEM, 0, NULL);
	expect_checked(BUNDLE(KEY(P521_HINT), PAYLOAD, SIG(P521_SIG)),
	    P521_PEM, 0, NULL);
}

static void
a_hint_may_be_missing_but_not_wrong(void **state)
{
	(void)state;
	expect_checked(BUNDLE("\"publicKey\":{}", PAYLOAD, SIG(P256_SIG)),
	    P256_PEM, 0, NULL);
	expect_checked(BUNDLE(KEY(""), PAYLOAD, SIG(P256_SIG)), P256_PEM, 0,
	    NULL);
	expect_checked(BUNDLE(KEY("a" P256_HINT), PAYLOAD, SIG(P256_SIG)),
	    P256_PEM, ERROR_NO, "names another key");
}

static void
what_was_changed_does_not_verify(void **state)
{
	(void)state;
	expect_checked(BUNDLE(KEY(P256_HINT), "eyJhIjoyfQ==", SIG(P256_SIG)),
	    P256_PEM, ERROR_NO, "was changed");
	expect_checked(BUNDLE("\"publicKey\":{}", PAYLOAD, SIG(P384_SIG)),
	    P256_PEM, ERROR_NO, "was changed");
	expect_checked(BUNDLE("\"publicKey\":{}", PAYLOAD, SIG(P256_SIG)),
	    P384_PEM, ERROR_NO, "was changed");
	expect_checked(BUNDLE(KEY(P256_HINT), PAYLOAD, SIG("AAAA")), P256_PEM,
	    ERROR_NO, "was changed");
}

static void
no_character_of_a_signature_may_be_another(void **state)
{
	struct outside_key *key = key_of(P256_PEM);
	char sig[] = P256_SIG;

	(void)state;
	for (size_t i = 0; sig[i] != '\0'; i++) {
		char before = sig[i];
		struct sigstore_bundle bundle = sigstore_bundle_new();
		struct buffer text = buffer_new(4096);
		struct error err;

		sig[i] = before == 'A' ? 'B' : 'A';
		buffer_printf(&text,
		    "{" TYPE "," MATERIAL("\"publicKey\":{}")
		    "," ENVELOPE(PAYLOAD, SIG("%s")) "}", sig);
		assert_true(sigstore_bundle_parse(&bundle, buffer_bytes(&text),
				&err) == -1 ||
		    sigstore_bundle_check_key(&bundle, key, &err) == -1);
		sig[i] = before;
		sigstore_bundle_free(&bundle);
		buffer_free(&text);
	}
	outside_key_free(key);
}

static void
what_is_no_bundle_is_refused_with_why(void **state)
{
	(void)state;
	expect_unread("{", "the text ends");
	expect_unread("[]", "mediaType");
	expect_unread("{\"mediaType\":\"application/json\"}", "mediaType");
	expect_unread("{" TYPE "}", "no verificationMaterial");
	expect_unread(BUNDLE("", PAYLOAD, SIG(P256_SIG)), "not one of");
	expect_unread(BUNDLE(KEY("a") ",\"certificate\":{}", PAYLOAD,
			  SIG(P256_SIG)),
	    "not one of");
	expect_unread("{" TYPE "," MATERIAL(KEY("a")) "}", "no dsseEnvelope");
	expect_unread("{" TYPE "," MATERIAL(KEY("a")) ",\"dsseEnvelope\":[]}",
	    "payloadType");
	expect_unread(BUNDLE(KEY("a"), PAYLOAD, ""), "one signature");
	expect_unread(BUNDLE(KEY("a"), PAYLOAD,
			  SIG(P256_SIG) "," SIG(P256_SIG)),
	    "one signature");
	expect_unread(BUNDLE(KEY("a"), PAYLOAD, "3"), "not base64");
	expect_unread(BUNDLE(KEY("a"), "", SIG(P256_SIG)), "not base64");
	expect_unread(BUNDLE(KEY("a"), "A", SIG(P256_SIG)), "not base64");
	expect_unread(BUNDLE(KEY("a"), PAYLOAD,
			  SIG(P521_SIG P521_SIG P521_SIG)),
	    "ECDSA signature");
	expect_unread(BUNDLE(KEY(P521_SIG P521_SIG), PAYLOAD, SIG(P256_SIG)),
	    "hint is too long");
	expect_unread(BUNDLE("\"x509CertificateChain\":{}", PAYLOAD,
			  SIG(P256_SIG)),
	    "no certificates");
	expect_unread(BUNDLE("\"certificate\":{\"rawBytes\":\"AAAA\"}",
			  PAYLOAD, SIG(P256_SIG)),
	    "certificate");
	expect_unread(BUNDLE("\"certificate\":{\"rawBytes\":7}", PAYLOAD,
			  SIG(P256_SIG)),
	    "certificate is not base64");
}

static void
what_is_not_checked_here_is_named(void **state)
{
	(void)state;
	expect_unread(BUNDLE(KEY("a") ",\"tlogEntries\":[{}]", PAYLOAD,
			  SIG(P256_SIG)),
	    "a transparency log");
	expect_unread(BUNDLE(KEY("a") ",\"timestampVerificationData\":"
				      "{\"rfc3161Timestamps\":[{}]}",
			  PAYLOAD, SIG(P256_SIG)),
	    "timestamps");
	expect_unread("{" TYPE "," MATERIAL(KEY("a"))
	    ",\"messageSignature\":{}}", "over a digest");
	/* Empty ones say nothing. */
	expect_checked(BUNDLE(KEY(P256_HINT) ",\"tlogEntries\":[]", PAYLOAD,
			   SIG(P256_SIG)),
	    P256_PEM, 0, NULL);
}

static void
keys_and_certificates_are_not_taken_for_each_other(void **state)
{
	struct sigstore_bundle bundle =
	    read_bundle(BUNDLE(KEY(P256_HINT), PAYLOAD, SIG(P256_SIG)));
	struct buffer subject = buffer_new(LIMIT_SUBJECT);
	struct certificates *roots;
	struct error err;

	(void)state;
	expect_fine(certificates_new(&roots, &err), &err);
	assert_int_equal(sigstore_bundle_check_chain(&subject, &bundle, roots,
			     NULL, 0, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "with a bare key");
	expect_fine(certificates_new(&bundle.chain, &err), &err);
	{
		struct outside_key *key = key_of(P256_PEM);

		assert_int_equal(
		    sigstore_bundle_check_key(&bundle, key, &err), -1);
		expect_said(&err, ERROR_UNDECIDED, "with a certificate");
		outside_key_free(key);
	}
	certificates_free(roots);
	buffer_free(&subject);
	sigstore_bundle_free(&bundle);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_curve_has_its_hash),
		cmocka_unit_test(a_hint_may_be_missing_but_not_wrong),
		cmocka_unit_test(what_was_changed_does_not_verify),
		cmocka_unit_test(no_character_of_a_signature_may_be_another),
		cmocka_unit_test(what_is_no_bundle_is_refused_with_why),
		cmocka_unit_test(what_is_not_checked_here_is_named),
		cmocka_unit_test(
		    keys_and_certificates_are_not_taken_for_each_other),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
