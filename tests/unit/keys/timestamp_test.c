/* timestamp_test.c: timestamps by openssl are taken, and what is not right
 * about others is said. */
#include "scratch.h"

#include "base/clock.h"
#include "base/limits.h"
#include "keys/der.h"
#include "keys/timestamp_check.h"

/* What tests/vectors/timestamps/make.sh made. */
static struct buffer
vector(const char *name)
{
	struct buffer path = buffer_new(4096);
	struct buffer content = buffer_new(LIMIT_TIMESTAMP);
	const char *root = getenv("ROOT");
	FILE *file;
	int c;

	buffer_printf(&path, "%s/tests/vectors/timestamps/%s",
	    root == NULL ? "." : root, name);
	file = fopen(buffer_string(&path), "rb");
	if (file == NULL)
		fail_msg("%s: no such vector", name);
	while ((c = getc(file)) != EOF)
		buffer_byte(&content, (uint8_t)c);
	fclose(file);
	buffer_free(&path);
	return content;
}

/* Roots by name, ended by NULL. */
static struct certificates *
roots_of(const char *one, const char *two)
{
	const char *const names[] = { one, two };
	struct certificates *list;
	struct error err;

	expect_fine(certificates_new(&list, &err), &err);
	for (size_t i = 0; i < 2 && names[i] != NULL; i++) {
		struct buffer file = vector(names[i]);

		expect_fine(certificates_read(list, buffer_bytes(&file), &err),
		    &err);
		buffer_free(&file);
	}
	return list;
}

/* A reply or token whose bytes stay until it is freed. */
struct stamp {
	struct buffer file;
	struct timestamp timestamp;
};

static int
read_stamp(struct stamp *out, struct bytes file, struct error *err)
{
	struct bytes token;

	if (timestamp_reply_token(&token, file, err) == -1)
		return -1;
	return timestamp_parse(&out->timestamp, token, err);
}

static void
open_stamp(struct stamp *out, const char *name)
{
	struct error err;

	out->file = vector(name);
	if (read_stamp(out, buffer_bytes(&out->file), &err) == -1)
		fail_msg("%s: %s: %s", name, err.where, err.what);
}

static int
check(enum timestamp_standing *standing, const struct timestamp *timestamp,
    const struct certificates *roots, struct error *err)
{
	struct buffer authority = buffer_new(LIMIT_SUBJECT);
	int result =
	    timestamp_check(standing, &authority, timestamp, roots, NULL, err);

	if (result == 0)
		assert_int_not_equal(authority.len, 0);
	buffer_free(&authority);
	return result;
}

/* ---- what is asked ---- */

static void
a_query_is_read_back_as_it_was_written(void **state)
{
	static const enum outside_hash hashes[] = { OUTSIDE_SHA256,
		OUTSIDE_SHA384, OUTSIDE_SHA512 };
	struct error err;

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct buffer out = buffer_new(LIMIT_TIMESTAMP_QUERY);
		uint8_t nonce[TIMESTAMP_NONCE_LEN];
		struct timestamp_query made, back;

		timestamp_nonce(nonce);
		expect_fine(timestamp_query_make(&made, hashes[i / 2],
				bytes_of_text("message"),
				bytes_of(nonce, i == 0 ? 0 : sizeof nonce),
				i % 2 == 0, &err),
		    &err);
		timestamp_query_write(&out, &made);
		expect_fine(buffer_check(&out, "query", &err), &err);
		expect_fine(timestamp_query_parse(&back, buffer_bytes(&out),
				&err),
		    &err);
		assert_int_equal(back.hash, made.hash);
		assert_int_equal(back.certificates, made.certificates);
		assert_true(bytes_equal(back.nonce, made.nonce));
		assert_memory_equal(back.imprint, made.imprint,
		    cms_hash_len(made.hash));
		buffer_free(&out);
	}
}

static void
queries_by_openssl_are_written_again_to_the_byte(void **state)
{
	static const char *const names[] = { "sha256.tsq", "sha384.tsq",
		"sha512.tsq", "plain.tsq", "policy.tsq" };
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buffer file = vector(names[i]);
		struct buffer out = buffer_new(LIMIT_TIMESTAMP_QUERY);
		struct timestamp_query query;

		expect_fine(timestamp_query_parse(&query, buffer_bytes(&file),
				&err),
		    &err);
		timestamp_query_write(&out, &query);
		assert_true(bytes_equal(buffer_bytes(&out),
		    buffer_bytes(&file)));
		for (size_t cut = 0; cut < file.len; cut++)
			assert_int_equal(timestamp_query_parse(&query,
					     bytes_of(file.data, cut), &err),
			    -1);
		buffer_byte(&file, 0);
		assert_int_equal(timestamp_query_parse(&query,
				     buffer_bytes(&file), &err),
		    -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		buffer_free(&file);
		buffer_free(&out);
	}
}

static void
queries_of_other_kinds_are_refused(void **state)
{
	static const struct {
		const char *hex;
		const char *says;
	} bad[] = {
		{ "3000", "version" },
		{ "3003020102", "version" },
		{ "3005020101" "3000", "imprint" },
		/* An OID that ends in the middle, a nonce with two zeros, and
		 * FALSE, which is the default. */
		{ "3008020101" "0603", "it is cut" },
	};
	struct buffer file = vector("sha1.tsq");
	struct timestamp_query query;
	struct error err;

	(void)state;
	assert_int_equal(timestamp_query_parse(&query, buffer_bytes(&file),
			     &err),
	    -1);
	assert_non_null(strstr(err.what, "not by SHA-256"));
	buffer_free(&file);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		uint8_t raw[64];
		size_t len = strlen(bad[i].hex) / 2;

		assert_true(hex_decode(raw, len, bytes_of_text(bad[i].hex)));
		assert_int_equal(timestamp_query_parse(&query,
				     bytes_of(raw, len), &err),
		    -1);
		if (strstr(err.what, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].hex, err.what);
	}
}

static void
nonces_are_random_and_of_one_length(void **state)
{
	uint8_t one[TIMESTAMP_NONCE_LEN], two[TIMESTAMP_NONCE_LEN];

	(void)state;
	timestamp_nonce(one);
	for (int i = 0; i < 200; i++) {
		timestamp_nonce(two);
		assert_int_equal(two[0] & 0xc0, 0x40);
	}
	assert_memory_not_equal(one, two, sizeof one);
}

/* ---- what is answered ---- */

static void
timestamps_by_openssl_are_good(void **state)
{
	static const struct {
		const char *name;
		const char *query;
	} good[] = {
		{ "rsa-sha256.tsr", "sha256.tsq" },
		{ "rsa-sha384.tsr", "sha384.tsq" },
		{ "rsa-sha512.tsr", "sha512.tsq" },
		{ "p256-sha256.tsr", "sha256.tsq" },
		{ "p256-sha384.tsr", "sha384.tsq" },
		{ "p256-sha512.tsr", "sha512.tsq" },
		{ "p384.tsr", "sha256.tsq" }, /* Through another authority. */
		{ "pss.tst", "sha256.tsq" },
		{ "by-sha1.tsr", "sha256.tsq" }, /* ESSCertID of version 1. */
		{ "named.tsr", "sha256.tsq" }, /* With tsa and ordering. */
		{ "policy.tsr", "policy.tsq" },
		{ "extended.tst", "sha256.tsq" },
		{ "named-otherwise.tst", "sha256.tsq" },
		{ "exact.tst", "sha256.tsq" },
		{ "reshaped-parameters.tst", "sha256.tsq" }, /* NULL. */
	};
	struct certificates *roots = roots_of("root.pem", "other.pem");
	struct buffer message = vector("message"), another = vector("sha1.tsq");
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct buffer file = vector(good[i].query);
		enum timestamp_standing standing = TIMESTAMP_UNKNOWN;
		struct timestamp_query query;
		struct stamp stamp;

		open_stamp(&stamp, good[i].name);
		expect_fine(timestamp_query_parse(&query, buffer_bytes(&file),
				&err),
		    &err);
		expect_fine(timestamp_answers(&stamp.timestamp, &query, &err),
		    &err);
		expect_fine(timestamp_is_about(&stamp.timestamp,
				buffer_bytes(&message), &err),
		    &err);
		assert_int_equal(timestamp_is_about(&stamp.timestamp,
				     buffer_bytes(&another), &err),
		    -1);
		assert_int_equal(err.class, ERROR_NO);
		if (check(&standing, &stamp.timestamp, roots, &err) == -1)
			fail_msg("%s: %s", good[i].name, err.what);
		assert_int_equal(standing, TIMESTAMP_GOOD);
		buffer_free(&file);
		buffer_free(&stamp.file);
	}
	buffer_free(&message);
	buffer_free(&another);
	certificates_free(roots);
}

static void
an_authority_is_named_and_its_time_is_exact(void **state)
{
	struct buffer authority = buffer_new(LIMIT_SUBJECT);
	struct buffer policy = buffer_new(200);
	struct certificates *roots = roots_of("root.pem", NULL);
	enum timestamp_standing standing;
	struct stamp stamp;
	struct error err;

	(void)state;
	open_stamp(&stamp, "exact.tst");
	expect_fine(timestamp_check(&standing, &authority, &stamp.timestamp,
			roots, NULL, &err),
	    &err);
	assert_string_equal(buffer_string(&authority),
	    "CN=Clock P-256, O=Clock AG");
	/* genTime .12345678, accuracy 500 ms and 100 us, rounded outwards. */
	assert_string_equal(time_format(stamp.timestamp.time_ms).text,
	    "2027-06-01T12:00:00.123Z");
	assert_string_equal(time_format(stamp.timestamp.earliest_ms).text,
	    "2027-06-01T11:59:59.623Z");
	assert_string_equal(time_format(stamp.timestamp.latest_ms).text,
	    "2027-06-01T12:00:00.624Z");
	assert_true(stamp.timestamp.has_accuracy);
	der_oid_text(&policy, stamp.timestamp.policy);
	assert_string_equal(buffer_string(&policy), "1.3.6.1.4.1.99999.1");
	buffer_free(&stamp.file);

	/* Without accuracy the time is what it says. */
	open_stamp(&stamp, "no-nonce.tst");
	assert_false(stamp.timestamp.has_accuracy);
	assert_int_equal(stamp.timestamp.nonce.len, 0);
	assert_true(stamp.timestamp.earliest_ms == stamp.timestamp.time_ms);
	assert_true(stamp.timestamp.latest_ms == stamp.timestamp.time_ms);
	buffer_free(&stamp.file);
	buffer_free(&authority);
	buffer_free(&policy);
	certificates_free(roots);
}

static void
what_does_not_answer_the_query_is_refused(void **state)
{
	static const struct {
		const char *name;
		const char *query;
		const char *says;
	} bad[] = {
		{ "rsa-sha256.tsr", "another.tsq", "imprint" },
		{ "rsa-sha256.tsr", "sha384.tsq", "imprint" },
		{ "rsa-sha256.tsr", "plain.tsq", "nonce" },
		{ "no-nonce.tst", "sha256.tsq", "nonce" },
		{ "rsa-sha256.tsr", "policy.tsq", "nonce" },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct buffer file = vector(bad[i].query);
		struct timestamp_query query;
		struct stamp stamp;

		open_stamp(&stamp, bad[i].name);
		expect_fine(timestamp_query_parse(&query, buffer_bytes(&file),
				&err),
		    &err);
		assert_int_equal(timestamp_answers(&stamp.timestamp, &query,
				     &err),
		    -1);
		assert_int_equal(err.class, ERROR_NO);
		assert_non_null(strstr(err.what, bad[i].says));
		/* Nor under another policy. */
		if (strcmp(bad[i].query, "policy.tsq") == 0) {
			query.policy = bytes_of("\x2a", 1);
			query.nonce = stamp.timestamp.nonce;
			assert_int_equal(timestamp_answers(&stamp.timestamp,
					     &query, &err),
			    -1);
			assert_non_null(strstr(err.what, "policy"));
		}
		buffer_free(&file);
		buffer_free(&stamp.file);
	}
}

static void
what_is_signed_by_the_wrong_certificate_is_refused(void **state)
{
	static const struct {
		const char *name;
		const char *says;
	} bad[] = {
		{ "early.tst", "valid only from" },
		{ "expired.tst", "expired" },
		{ "by-rogue.tst", "" },
		{ "bare.tst", "is not for timestamps" },
		{ "loose.tst", "critically" },
		{ "more.tst", "for more than timestamps" },
		{ "misnamed.tst", "names another authority" },
		{ "unnamed.tst", "did not sign which certificate" },
		{ "swapped.tst", "not the one that its signer named" },
	};
	struct certificates *roots = roots_of("root.pem", NULL);
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		enum timestamp_standing standing;
		struct stamp stamp;

		open_stamp(&stamp, bad[i].name);
		assert_int_equal(check(&standing, &stamp.timestamp, roots,
				     &err),
		    -1);
		assert_int_equal(err.class, ERROR_NO);
		if (strstr(err.what, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].name, err.what);
		buffer_free(&stamp.file);
	}
	certificates_free(roots);
}

static void
whom_nobody_named_is_unknown_and_not_good(void **state)
{
	static const struct {
		const char *name;
		const char *root;
		bool known;
	} all[] = {
		{ "by-other.tsr", "root.pem", false },
		{ "by-other.tsr", NULL, false },
		{ "p384.tsr", "other.pem", false },
		{ "without-certificate.tsr", "root.pem", false },
		{ "by-other.tsr", "other.pem", true },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct certificates *roots = roots_of(all[i].root, NULL);
		enum timestamp_standing standing = TIMESTAMP_GOOD;
		struct stamp stamp;

		open_stamp(&stamp, all[i].name);
		expect_fine(check(&standing, &stamp.timestamp, roots, &err),
		    &err);
		assert_int_equal(standing,
		    all[i].known ? TIMESTAMP_GOOD : TIMESTAMP_UNKNOWN);
		buffer_free(&stamp.file);
		certificates_free(roots);
	}
}

static void
a_signer_may_be_found_among_the_roots(void **state)
{
	struct certificates *roots = roots_of("root.pem", "rsa.pem");
	enum timestamp_standing standing = TIMESTAMP_UNKNOWN;
	struct stamp stamp;
	struct error err;

	(void)state;
	open_stamp(&stamp, "without-certificate.tsr");
	expect_fine(check(&standing, &stamp.timestamp, roots, &err), &err);
	assert_int_equal(standing, TIMESTAMP_GOOD);
	buffer_free(&stamp.file);
	certificates_free(roots);
}

static void
what_is_no_timestamp_is_refused(void **state)
{
	static const struct {
		const char *name;
		enum error_class class;
		const char *says;
	} bad[] = {
		{ "rejected.tsr", ERROR_NO, "rejection (badAlg)" },
		{ "ber.tst", ERROR_UNDECIDED, "not DER" },
		{ "two.tst", ERROR_UNDECIDED, "several signers" },
		{ "by-key.tst", ERROR_UNDECIDED, "issuer and serial" },
		{ "weak.tst", ERROR_UNDECIDED, "not SHA-256" },
		{ "sha1.tst", ERROR_UNDECIDED, "not by SHA-256" },
		{ "plain-data.tst", ERROR_UNDECIDED, "" },
		{ "detached.tst", ERROR_UNDECIDED, "content is missing" },
		{ "critical.tst", ERROR_UNDECIDED, "critical extension" },
		{ "version-2.tst", ERROR_UNDECIDED, "version is not 1" },
		{ "long-serial.tst", ERROR_UNDECIDED, "accuracy" },
		{ "reshaped-unsigned.tst", ERROR_UNDECIDED, "nobody signed" },
		{ "reshaped-lists.tst", ERROR_UNDECIDED, "revoked" },
		{ "reshaped-two-hashes.tst", ERROR_UNDECIDED, "several digest" },
		{ "reshaped-other-hash.tst", ERROR_UNDECIDED, "two digest" },
		{ "reshaped-order.tst", ERROR_UNDECIDED, "not in order" },
		{ "reshaped-twice.tst", ERROR_UNDECIDED, "not in order" },
		{ "reshaped-no-attributes.tst", ERROR_UNDECIDED,
		    "no signed attributes" },
		{ "reshaped-empty-attributes.tst", ERROR_UNDECIDED,
		    "no signed attributes" },
		{ "reshaped-version.tst", ERROR_UNDECIDED, "not 3" },
		{ "reshaped-kind.tst", ERROR_UNDECIDED, "not SignedData" },
		{ "reshaped-many.tst", ERROR_UNDECIDED, "too many" },
		{ "reshaped-no-certificate.tst", ERROR_UNDECIDED,
		    "certificates is malformed" },
		{ "reshaped-signature.tst", ERROR_UNDECIDED,
		    "signature is malformed" },
		{ "reshaped-signer.tst", ERROR_UNDECIDED,
		    "signer is malformed" },
		{ "reshaped-scheme.tst", ERROR_UNDECIDED, "algorithms differ" },
		{ "reshaped-unknown-scheme.tst", ERROR_UNDECIDED,
		    "not RSA or ECDSA" },
		{ "message", ERROR_UNDECIDED, "not DER" },
		{ "sha256.tsq", ERROR_UNDECIDED, "neither" },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct buffer file = vector(bad[i].name);
		struct stamp stamp;

		assert_int_equal(read_stamp(&stamp, buffer_bytes(&file), &err),
		    -1);
		if (strstr(err.what, bad[i].says) == NULL ||
		    err.class != bad[i].class)
			fail_msg("%s: %s", bad[i].name, err.what);
		buffer_free(&file);
	}
}

static void
a_reply_cut_at_any_byte_or_followed_by_any_is_refused(void **state)
{
	static const char *const names[] = { "rsa-sha256.tsr", "p384.tsr",
		"exact.tst", "rejected.tsr" };
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buffer file = vector(names[i]);
		struct stamp stamp;

		for (size_t cut = 0; cut < file.len; cut++) {
			assert_int_equal(read_stamp(&stamp,
					     bytes_of(file.data, cut), &err),
			    -1);
			assert_int_equal(err.class, ERROR_UNDECIDED);
		}
		for (unsigned byte = 0; byte < 256; byte++) {
			buffer_byte(&file, (uint8_t)byte);
			assert_int_equal(read_stamp(&stamp,
					     buffer_bytes(&file), &err),
			    -1);
			assert_int_equal(err.class, ERROR_UNDECIDED);
			file.len--;
		}
		buffer_free(&file);
	}
}

/* Every bit that is turned over is found; nothing of a token is unsigned. */
static void
every_bit_of_a_token_counts(void **state)
{
	static const char *const names[] = { "p384.tsr", "by-sha1.tsr", "pss.tst" };
	struct certificates *roots = roots_of("root.pem", NULL);
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buffer file = vector(names[i]);
		struct bytes token;

		/* Around it is only what was said about granting it. */
		expect_fine(timestamp_reply_token(&token, buffer_bytes(&file),
				&err),
		    &err);
		for (size_t at = file.len - token.len; at < file.len; at++) {
			enum timestamp_standing standing = TIMESTAMP_UNKNOWN;
			struct stamp stamp;
			bool good;

			file.data[at] ^= (uint8_t)(1u << at % 8);
			good = read_stamp(&stamp, buffer_bytes(&file), &err) ==
				0 &&
			    check(&standing, &stamp.timestamp, roots, &err) ==
				0 &&
			    standing == TIMESTAMP_GOOD;
			if (good)
				fail_msg("%s: byte %zu was changed", names[i],
				    at);
			file.data[at] ^= (uint8_t)(1u << at % 8);
		}
		buffer_free(&file);
	}
	certificates_free(roots);
}

/* ---- DER ---- */

static void
der_has_one_spelling(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} integers[] = {
		{ "020100", true },
		{ "02017f", true },
		{ "0202007f", false }, /* Nine zero bits. */
		{ "02020080", true },
		{ "0202ff80", false }, /* Nine ones. */
		{ "0202ff7f", true },
		{ "0200", false },
		{ "02810100", false }, /* A length that is too long. */
		{ "02820001" "00", false },
		{ "0280010000", false }, /* Indefinite. */
		{ "0202", false },
		{ "030100", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
		uint8_t raw[32];
		size_t len = strlen(integers[i].hex) / 2;
		struct bytes from, value;

		assert_true(
		    hex_decode(raw, len, bytes_of_text(integers[i].hex)));
		from = bytes_of(raw, len);
		if (der_integer(&from, &value) != integers[i].good)
			fail_msg("%s", integers[i].hex);
		assert_int_equal(from.len, integers[i].good ? 0 : len);
	}
}

static void
der_numbers_are_not_negative_and_fit(void **state)
{
	static const uint8_t most[] = { 2, 9, 0, 255, 255, 255, 255, 255, 255,
		255, 255 };
	static const uint8_t more[] = { 2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t less[] = { 2, 1, 255 };
	struct bytes from = bytes_of(most, sizeof most);
	uint64_t number;

	(void)state;
	assert_true(der_number(&from, DER_INTEGER, &number));
	assert_true(number == UINT64_MAX);
	from = bytes_of(more, sizeof more);
	assert_false(der_number(&from, DER_INTEGER, &number));
	from = bytes_of(less, sizeof less);
	assert_false(der_number(&from, DER_INTEGER, &number));
}

static void
der_oids_are_read_and_spelled(void **state)
{
	static const struct {
		const char *hex;
		const char *text; /* NULL: refused. */
	} oids[] = {
		{ "06032a0304", "1.2.3.4" },
		{ "060200" "05", "0.0.5" },
		{ "06028837", "2.999" },
		{ "0602" "2a80", NULL },
		{ "0603" "2a8001", NULL },
		{ "0600", NULL },
		{ "060b2affffffffffffffffff7f", "1.2.…" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof oids / sizeof oids[0]; i++) {
		struct buffer out = buffer_new(100);
		uint8_t raw[32];
		size_t len = strlen(oids[i].hex) / 2;
		struct bytes from, oid;

		assert_true(hex_decode(raw, len, bytes_of_text(oids[i].hex)));
		from = bytes_of(raw, len);
		if (der_oid(&from, &oid) != (oids[i].text != NULL))
			fail_msg("%s", oids[i].hex);
		if (oids[i].text != NULL) {
			der_oid_text(&out, oid);
			if (i == 6)
				assert_non_null(
				    strstr(buffer_string(&out), "…"));
			else
				assert_string_equal(buffer_string(&out),
				    oids[i].text);
		}
		buffer_free(&out);
	}
}

static void
der_lengths_are_written_as_they_are_read(void **state)
{
	static const size_t lens[] = { 0, 1, 127, 128, 255, 256, 65535, 65536 };

	(void)state;
	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		struct buffer content = buffer_new(1 << 20);
		struct buffer out = buffer_new(1 << 20);
		struct bytes from, back;

		for (size_t k = 0; k < lens[i]; k++)
			buffer_byte(&content, (uint8_t)k);
		der_put(&out, DER_OCTET_STRING, buffer_bytes(&content));
		from = buffer_bytes(&out);
		assert_true(der_take(&from, DER_OCTET_STRING, &back));
		assert_int_equal(from.len, 0);
		assert_true(bytes_equal(back, buffer_bytes(&content)));
		buffer_free(&content);
		buffer_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_read_back_as_it_was_written),
		cmocka_unit_test(
		    queries_by_openssl_are_written_again_to_the_byte),
		cmocka_unit_test(queries_of_other_kinds_are_refused),
		cmocka_unit_test(nonces_are_random_and_of_one_length),
		cmocka_unit_test(timestamps_by_openssl_are_good),
		cmocka_unit_test(an_authority_is_named_and_its_time_is_exact),
		cmocka_unit_test(what_does_not_answer_the_query_is_refused),
		cmocka_unit_test(
		    what_is_signed_by_the_wrong_certificate_is_refused),
		cmocka_unit_test(whom_nobody_named_is_unknown_and_not_good),
		cmocka_unit_test(a_signer_may_be_found_among_the_roots),
		cmocka_unit_test(what_is_no_timestamp_is_refused),
		cmocka_unit_test(
		    a_reply_cut_at_any_byte_or_followed_by_any_is_refused),
		cmocka_unit_test(every_bit_of_a_token_counts),
		cmocka_unit_test(der_has_one_spelling),
		cmocka_unit_test(der_numbers_are_not_negative_and_fit),
		cmocka_unit_test(der_oids_are_read_and_spelled),
		cmocka_unit_test(der_lengths_are_written_as_they_are_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
