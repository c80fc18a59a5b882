/* certificate_test.c: certificates are read, named and believed, or not. */
#include "scratch.h"

#include "base/limits.h"
#include "keys/certificate_path.h"
#include "keys/pem.h"

#define DAY_MS (INT64_C(86400) * 1000)

/* What tests/vectors/certificates/make.sh made. */
static struct buffer
vector(const char *name)
{
	struct buffer path = buffer_new(4096);
	struct buffer content = buffer_new(LIMIT_CERTIFICATE_FILE);
	const char *root = getenv("ROOT");
	FILE *file;
	int c;

	buffer_printf(&path, "%s/tests/vectors/certificates/%s",
	    root == NULL ? "." : root, name);
	file = fopen(buffer_string(&path), "rb");
	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		buffer_byte(&content, (uint8_t)c);
	fclose(file);
	buffer_free(&path);
	return content;
}

static void
read_into(struct certificates *list, const char *name)
{
	struct buffer file = vector(name);
	struct error err;

	expect_fine(certificates_read(list, buffer_bytes(&file), &err), &err);
	buffer_free(&file);
}

static struct certificates *
list_of(const char *const names[])
{
	struct certificates *list;
	struct error err;

	expect_fine(certificates_new(&list, &err), &err);
	for (size_t i = 0; names[i] != NULL; i++)
		read_into(list, names[i]);
	return list;
}

/* What reading refuses, and why. */
static void
expect_unread(const char *name, const char *why)
{
	struct buffer file = vector(name);
	struct certificates *list;
	struct error err;

	expect_fine(certificates_new(&list, &err), &err);
	assert_int_equal(certificates_read(list, buffer_bytes(&file), &err),
	    -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	if (strstr(err.what, why) == NULL)
		fail_msg("%s: %s", name, err.what);
	assert_int_equal(certificates_count(list), 0);
	certificates_free(list);
	buffer_free(&file);
}

/* ---- reading ---- */

static void
a_chain_is_read_in_pem_and_der(void **state)
{
	struct buffer both = vector("alice.pem"), more = vector("people.pem");
	struct buffer out = buffer_new(LIMIT_SUBJECT);
	struct certificates *list, *again;
	const struct certificate *alice;
	struct error err;

	(void)state;
	buffer_append(&both, buffer_bytes(&more));
	expect_fine(certificates_new(&list, &err), &err);
	expect_fine(certificates_new(&again, &err), &err);
	expect_fine(certificates_read(list, buffer_bytes(&both), &err), &err);
	assert_int_equal(certificates_count(list), 2);
	alice = certificates_at(list, 0);
	certificate_subject(&out, alice);
	assert_string_equal(buffer_string(&out),
	    "CN=Alice Example, O=Bank AG, C=DE");
	buffer_clear(&out);
	certificate_issuer(&out, alice);
	assert_string_equal(buffer_string(&out),
	    "CN=Bank AG People, O=Bank AG");
	assert_string_equal(outside_key_kind(certificate_key(alice)), "P-256");
	assert_true(certificate_serial(alice).len > 0);
	assert_int_equal(certificate_issuer_der(alice).data[0], 0x30);
	expect_fine(certificates_read(again, certificate_der(alice), &err),
	    &err);
	assert_true(digest_equal(certificate_fingerprint(alice),
	    certificate_fingerprint(certificates_at(again, 0))));
	assert_true(digest_equal(certificate_fingerprint(alice),
	    digest_of(certificate_der(alice))));
	certificates_free(list);
	certificates_free(again);
	buffer_free(&both);
	buffer_free(&more);
	buffer_free(&out);
}

static void
names_are_spelled_so_that_nothing_is_mistaken(void **state)
{
	static const char *const names[] = { "names.pem", "bmp.pem",
		"nobody.pem", "sharp.pem", NULL };
	struct certificates *list = list_of(names);
	struct buffer out = buffer_new(LIMIT_SUBJECT);

	(void)state;
	certificate_subject(&out, certificates_at(list, 0));
	/* A multi-valued one, escapes, a tab, the domain's component. */
	assert_string_equal(buffer_string(&out),
	    "CN=\\ #Zo\xC3\xAB\\tX\\ +UID=7, "
	    "O=B\xC3\xA4nk\\, \\\"A\\+G\\\"\\\\\\= \\<x\\>\\;\\ , DC=example");
	buffer_clear(&out);
	certificate_subject(&out, certificates_at(list, 1));
	assert_string_equal(buffer_string(&out),
	    "CN=\xC5\xBB\xC3\xB3\xC5\x82w \xCE\xA9");
	buffer_clear(&out);
	certificate_subject(&out, certificates_at(list, 2));
	assert_string_equal(buffer_string(&out), "(no name)");
	assert_false(certificate_has_subject(certificates_at(list, 2)));
	buffer_clear(&out);
	certificate_subject(&out, certificates_at(list, 3));
	assert_string_equal(buffer_string(&out), "CN=\\#616263, O=a#1");
	certificates_free(list);
	buffer_free(&out);
}

static void
what_is_weak_or_not_understood_is_not_read(void **state)
{
	(void)state;
	expect_unread("sha1.pem", "too weak");
	expect_unread("carol-sha1-mask.pem", "too weak");
	expect_unread("rsa1024.pem", "1024 bits");
	expect_unread("k1.pem", "kind");
	expect_unread("critical.pem", "not understood");
	expect_unread("constrained.pem", "constraints");
	expect_unread("constrained-critical.pem", "constraints");
	expect_unread("people.crl", "no certificate");
	expect_unread("alice.sha256.sig", "not a well-formed");
}

static void
what_may_be_ignored_is(void **state)
{
	static const char *const names[] = { "extra.pem", "policies.pem",
		"bare.pem", NULL };
	struct certificates *list = list_of(names);

	(void)state;
	assert_int_equal(certificates_count(list), 3);
	certificates_free(list);
}

static void
a_certificate_cut_off_anywhere_is_refused(void **state)
{
	static const char *const names[] = { "carol.pem", NULL };
	struct certificates *list = list_of(names);
	struct bytes der = certificate_der(certificates_at(list, 0));
	uint8_t *copy = malloc(der.len + 1);
	struct certificates *cut;
	struct error err;

	(void)state;
	assert_non_null(copy);
	memcpy(copy, der.data, der.len);
	copy[der.len] = 0;
	expect_fine(certificates_new(&cut, &err), &err);
	for (size_t len = 0; len < der.len; len++) {
		assert_int_equal(certificates_add(cut, bytes_of(copy, len),
				     &err),
		    -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	assert_int_equal(certificates_add(cut, bytes_of(copy, der.len + 1),
			     &err),
	    -1);
	assert_non_null(strstr(err.what, "bytes after"));
	expect_fine(certificates_add(cut, bytes_of(copy, der.len), &err), &err);
	certificates_free(cut);
	certificates_free(list);
	free(copy);
}

static void
a_text_form_cut_off_or_spoilt_is_refused(void **state)
{
	struct buffer file = vector("alice.pem");
	struct bytes whole = buffer_bytes(&file);
	struct certificates *list;
	struct error err;

	(void)state;
	expect_fine(certificates_new(&list, &err), &err);
	/* The newline at the end is not needed. */
	for (size_t len = 1; len + 1 < whole.len; len++)
		assert_int_equal(certificates_read(list,
				     bytes_of(whole.data, len), &err),
		    -1);
	file.data[100] = '*';
	assert_int_equal(certificates_read(list, whole, &err), -1);
	assert_non_null(strstr(err.what, "no base64"));
	assert_string_equal(err.where, "certificate 1");
	buffer_free(&file);
	/* A NUL is no white space. */
	file = vector("alice.pem");
	assert_int_equal(file.data[27], '\n');
	file.data[27] = '\0';
	assert_int_equal(certificates_read(list, buffer_bytes(&file), &err),
	    -1);
	assert_non_null(strstr(err.what, "no base64"));
	certificates_free(list);
	buffer_free(&file);
}

static void
so_many_certificates_and_no_more(void **state)
{
	struct buffer one = vector("alice.pem");
	struct buffer all = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct buffer huge = buffer_new(LIMIT_CERTIFICATE_FILE * 2);
	struct certificates *list;
	struct error err;

	(void)state;
	expect_fine(certificates_new(&list, &err), &err);
	for (size_t i = 0; i <= LIMIT_CERTIFICATES; i++)
		buffer_append(&all, buffer_bytes(&one));
	assert_int_equal(certificates_read(list, buffer_bytes(&all), &err), -1);
	assert_non_null(strstr(err.what, "more than"));
	assert_int_equal(certificates_count(list), 0);
	for (size_t i = 0; i <= LIMIT_CERTIFICATE_FILE; i++)
		buffer_byte(&huge, '0');
	assert_int_equal(certificates_read(list, buffer_bytes(&huge), &err),
	    -1);
	certificates_free(list);
	buffer_free(&one);
	buffer_free(&all);
	buffer_free(&huge);
}

/* ---- believing ---- */

struct attempt {
	const char *name; /* The certificate; */
	const char *between[3]; /* what comes with it; */
	const char *roots[3];
	const char *lists[3]; /* of revoked ones; */
	enum certificate_purpose purpose;
	int64_t after_ms; /* so long after its first instant; 0: a minute. */
};

/* Check one; the reason why not is in err. */
static int
check_path(struct certificate_path *path, const struct attempt *attempt,
    struct error *err)
{
	const char *const own[] = { attempt->name, NULL };
	struct certificates *list = list_of(own);
	struct certificates *between = list_of(attempt->between);
	struct certificates *roots = list_of(attempt->roots);
	struct revocations *revoked;
	const struct certificate *one = certificates_at(list, 0);
	struct certificate_demand demand = {
		.purpose = attempt->purpose,
		.time_ms = certificate_from_ms(one) +
		    (attempt->after_ms == 0 ? 60000 : attempt->after_ms),
		.between = between,
		.roots = roots,
	};
	int result;

	expect_fine(revocations_new(&revoked, err), err);
	for (size_t i = 0; attempt->lists[i] != NULL; i++) {
		struct buffer file = vector(attempt->lists[i]);

		expect_fine(revocations_read(revoked, buffer_bytes(&file), err),
		    err);
		buffer_free(&file);
	}
	demand.revoked = revoked;
	/* Those in the list before its own are no use to it. */
	result = certificate_check(path, one, &demand, err);
	revocations_free(revoked);
	certificates_free(list);
	certificates_free(between);
	certificates_free(roots);
	return result;
}

static void
expect_belief(struct attempt attempt, size_t steps)
{
	struct certificate_path path;
	struct error err;

	if (check_path(&path, &attempt, &err) == -1)
		fail_msg("%s: %s", attempt.name, err.what);
	assert_int_equal(path.count, steps);
}

static void
expect_doubt(struct attempt attempt, const char *why)
{
	struct certificate_path path;
	struct error err;

	if (check_path(&path, &attempt, &err) == 0)
		fail_msg("%s was believed", attempt.name);
	assert_int_equal(err.class, ERROR_NO);
	if (strstr(err.what, why) == NULL)
		fail_msg("%s: %s", attempt.name, err.what);
}

#define PEOPLE \
	.between = { "people.pem" }, .roots = { "root-rsa.pem", "root.pem" }
#define ROOT .roots = { "root.pem" }

static void
who_leads_to_a_root_is_believed(void **state)
{
	(void)state;
	expect_belief((struct attempt){ "alice.pem", PEOPLE }, 3);
	expect_belief((struct attempt){ "dora.pem", PEOPLE }, 3);
	expect_belief((struct attempt){ "erin.pem", PEOPLE }, 3);
	expect_belief((struct attempt){ "bob.pem", PEOPLE }, 2);
	expect_belief((struct attempt){ "carol.pem", PEOPLE }, 2);
	/* An authority below another may be trusted by itself. */
	expect_belief((struct attempt){ "alice.pem",
			  .roots = { "people.pem" } },
	    2);
	/* Who states no use may do anything; policies ask for nothing. */
	expect_belief((struct attempt){ "bare.pem", ROOT }, 2);
	expect_belief((struct attempt){ "policies.pem", ROOT }, 2);
	/* Of two of one name, the one that signed. */
	expect_belief((struct attempt){ "by-rogue.pem",
			  .roots = { "root.pem", "rogue.pem" } },
	    2);
}

static void
who_leads_to_no_root_is_not(void **state)
{
	(void)state;
	expect_doubt((struct attempt){ "by-rogue.pem", PEOPLE },
	    "has not signed it");
	expect_doubt((struct attempt){ "alice.pem", ROOT },
	    "leads to no trusted root");
	expect_doubt((struct attempt){ "alice.pem",
			 .between = { "people.pem" } },
	    "leads to no trusted root");
	expect_doubt((struct attempt){ "by-rogue.pem",
			 .between = { "rogue.pem" }, ROOT },
	    "has not signed it");
	expect_doubt((struct attempt){ "by-person.pem",
			 .between = { "alice.pem", "people.pem" }, ROOT },
	    "CA:FALSE");
	expect_doubt((struct attempt){ "too-deep.pem",
			 .between = { "deeper.pem", "people.pem" }, ROOT },
	    "no path as long");
	expect_doubt((struct attempt){ "by-no-signer.pem",
			 .between = { "no-signer.pem" }, ROOT },
	    "not for signing certificates");
	expect_doubt((struct attempt){ "by-servers.pem",
			 .between = { "servers.pem" }, ROOT },
	    "for other purposes");
	expect_doubt((struct attempt){ "people.pem", ROOT }, "authority's");
	expect_doubt((struct attempt){ "nobody.pem", ROOT }, "names nobody");
}

static void
a_certificate_is_good_for_what_it_says(void **state)
{
	(void)state;
	expect_doubt((struct attempt){ "encipher.pem", PEOPLE },
	    "not for signatures");
	expect_doubt((struct attempt){ "server.pem", PEOPLE },
	    "another purpose");
	expect_doubt((struct attempt){ "coder.pem", ROOT }, "another purpose");
	expect_belief((struct attempt){ "coder.pem", ROOT,
			  .purpose = PURPOSE_CODE },
	    2);
	expect_doubt((struct attempt){ "alice.pem", PEOPLE,
			 .purpose = PURPOSE_CODE },
	    "another purpose");
	expect_belief((struct attempt){ "server.pem", PEOPLE,
			  .purpose = PURPOSE_SIGNATURE },
	    3);
	expect_belief((struct attempt){ "stamper.pem", ROOT,
			  .purpose = PURPOSE_TIMESTAMP },
	    2);
	expect_doubt((struct attempt){ "stamper-loose.pem", ROOT,
			 .purpose = PURPOSE_TIMESTAMP },
	    "critically");
	expect_doubt((struct attempt){ "stamper-more.pem", ROOT,
			 .purpose = PURPOSE_TIMESTAMP },
	    "more than timestamps");
	expect_doubt((struct attempt){ "bare.pem", ROOT,
			 .purpose = PURPOSE_TIMESTAMP },
	    "not for timestamps");
}

/* A BOOLEAN that is there and false. */
static void
what_says_that_it_is_not_critical_is_not(void **state)
{
	static const uint8_t critical[] = { 0x06, 0x03, 0x55, 0x1D, 0x25, 0x01,
		0x01, 0xFF };
	static const char *const names[] = { "stamper.pem", NULL };
	static const char *const trusted[] = { "root.pem", NULL };
	struct certificates *list = list_of(names), *roots = list_of(trusted);
	struct bytes der = certificate_der(certificates_at(list, 0));
	struct buffer changed = buffer_new(LIMIT_CERTIFICATE);
	struct certificate_demand demand = { .purpose = PURPOSE_TIMESTAMP,
		.time_ms = certificate_until_ms(certificates_at(list, 0)),
		.roots = roots };
	struct certificate_path path;
	struct error err;
	uint8_t *at;

	(void)state;
	buffer_append(&changed, der);
	at = memmem(changed.data, changed.len, critical, sizeof critical);
	assert_non_null(at);
	at[sizeof critical - 1] = 0;
	expect_fine(certificates_add(list, buffer_bytes(&changed), &err), &err);
	assert_int_equal(certificate_check(&path, certificates_at(list, 1),
			     &demand, &err),
	    -1);
	expect_said(&err, ERROR_NO, "critically");
	certificates_free(list);
	certificates_free(roots);
	buffer_free(&changed);
}

static void
time_is_the_time_that_is_asked_about(void **state)
{
	(void)state;
	expect_belief((struct attempt){ "alice.pem", PEOPLE,
			  .after_ms = 3649 * DAY_MS },
	    3);
	expect_belief((struct attempt){ "alice.pem", PEOPLE,
			  .after_ms = 3650 * DAY_MS + 999 },
	    3);
	expect_doubt((struct attempt){ "alice.pem", PEOPLE,
			 .after_ms = 3650 * DAY_MS + 1000 },
	    "expired");
	expect_doubt((struct attempt){ "alice.pem", PEOPLE, .after_ms = -1 },
	    "only from");
}

static void
who_was_revoked_is_not_believed(void **state)
{
	(void)state;
	expect_belief((struct attempt){ "dora.pem", PEOPLE,
			  .lists = { "people.crl" } },
	    3);
	expect_doubt((struct attempt){ "dora.pem", PEOPLE,
			 .lists = { "people.crl", "people-revokes-dora.crl" } },
	    "was revoked");
	expect_belief((struct attempt){ "alice.pem", PEOPLE,
			  .lists = { "people-revokes-dora.crl" } },
	    3);
	/* The authority's own. */
	expect_doubt((struct attempt){ "alice.pem", PEOPLE,
			 .lists = { "root-revokes-people.crl" } },
	    "CN=Bank AG People, O=Bank AG was revoked");
	/* By somebody of the same name: alone it is refused. */
	expect_doubt((struct attempt){ "alice.pem", PEOPLE,
			 .lists = { "rogue.crl" } },
	    "signed by another");
	/* One that is not of this issuer says nothing. */
	expect_belief((struct attempt){ "bob.pem", PEOPLE,
			  .lists = { "rogue.crl", "people.crl" } },
	    2);
	/* One that is not current any more. */
	expect_doubt((struct attempt){ "alice.pem", PEOPLE,
			 .lists = { "people-short.crl" },
			 .after_ms = 3 * DAY_MS },
	    "not current");
	expect_belief((struct attempt){ "alice.pem", PEOPLE,
			  .lists = { "people-short.crl", "people.crl" },
			  .after_ms = 3 * DAY_MS },
	    3);
}

static void
what_was_revoked_later_is_found(void **state)
{
	static const char *const names[] = { "dora.pem", "people.pem",
		"root.pem", NULL };
	static const struct {
		const char *list;
		bool revokes;
		size_t which;
	} cases[] = {
		{ "people-revokes-dora.crl", true, 0 },
		{ "root-revokes-people.crl", true, 1 },
		{ "people.crl", false, 0 },
		{ "rogue.crl", false, 0 },
	};
	struct certificates *list = list_of(names);
	struct certificate_path path = { .count = 3 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		path.step[i] = certificates_at(list, i);
	for (size_t i = 0; i < 4; i++) {
		struct buffer file = vector(cases[i].list);
		struct revocations *revoked;
		size_t which = 0;
		struct error err;

		expect_fine(revocations_new(&revoked, &err), &err);
		expect_fine(revocations_read(revoked, buffer_bytes(&file),
				&err),
		    &err);
		assert_int_equal(certificate_is_revoked(&which, &path, revoked),
		    cases[i].revokes);
		assert_int_equal(which, cases[i].which);
		revocations_free(revoked);
		buffer_free(&file);
	}
	certificates_free(list);
}

/* ---- lists ---- */

static void
a_list_is_read_whole_or_not(void **state)
{
	struct buffer file = vector("people-revokes-dora.crl");
	struct buffer text = buffer_new(LIMIT_SUBJECT);
	struct revocations *lists, *cut;
	struct bytes der;
	uint8_t *copy;
	struct error err;

	(void)state;
	expect_fine(revocations_new(&lists, &err), &err);
	expect_fine(revocations_new(&cut, &err), &err);
	expect_fine(revocations_read(lists, buffer_bytes(&file), &err), &err);
	assert_int_equal(revocations_count(lists), 1);
	assert_int_equal(revocations_entries(lists, 0), 1);
	assert_true(revocations_until_ms(lists, 0) -
		revocations_from_ms(lists, 0) ==
	    3650 * DAY_MS + 999);
	revocations_issuer(&text, lists, 0);
	assert_string_equal(buffer_string(&text),
	    "CN=Bank AG People, O=Bank AG");
	der = revocations_der(lists, 0);
	copy = malloc(der.len + 1);
	assert_non_null(copy);
	memcpy(copy, der.data, der.len);
	copy[der.len] = 0;
	for (size_t len = 0; len < der.len; len++)
		assert_int_equal(revocations_add(cut, bytes_of(copy, len),
				     &err),
		    -1);
	assert_int_equal(revocations_add(cut, bytes_of(copy, der.len + 1),
			     &err),
	    -1);
	assert_int_equal(revocations_read(cut,
			     bytes_of_text("-----BEGIN X509 CRL-----\nAAAA"),
			     &err),
	    -1);
	assert_int_equal(revocations_read(cut,
			     bytes_of_text("-----BEGIN CERTIFICATE-----\nAAAA"),
			     &err),
	    -1);
	assert_int_equal(revocations_count(cut), 0);
	expect_fine(revocations_read(cut, der, &err), &err);
	free(copy);
	revocations_free(lists);
	revocations_free(cut);
	buffer_free(&file);
	buffer_free(&text);
}

/* ---- keys ---- */

static void
other_peoples_signatures_verify(void **state)
{
	static const struct {
		const char *key, *signature, *kind;
		enum outside_hash hash;
		enum outside_scheme scheme;
	} cases[] = {
		{ "alice.pub", "alice.sha256.sig", "P-256", OUTSIDE_SHA256,
		    OUTSIDE_ECDSA },
		{ "erin.pub", "erin.sha512.sig", "P-521", OUTSIDE_SHA512,
		    OUTSIDE_ECDSA },
		{ "bob.pub", "bob.sha384.sig", "RSA 2048", OUTSIDE_SHA384,
		    OUTSIDE_PKCS1 },
		{ "carol.pub", "carol.sha512.pss.sig", "RSA 3072",
		    OUTSIDE_SHA512, OUTSIDE_PSS },
	};
	struct bytes text = bytes_of_text("vouched\n");

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buffer file = vector(cases[i].key);
		struct buffer made = vector(cases[i].signature);
		struct buffer der = buffer_new(4096);
		struct bytes signature = buffer_bytes(&made);
		struct outside_key *key, *again;
		struct error err;

		expect_fine(outside_key_read(&key, buffer_bytes(&file), &err),
		    &err);
		assert_string_equal(outside_key_kind(key), cases[i].kind);
		for (unsigned hash = 0; hash < OUTSIDE_HASH_COUNT; hash++)
			for (unsigned scheme = 0; scheme < 3; scheme++)
				assert_int_equal(outside_key_verify(key, hash,
						     scheme, text, signature),
				    hash == cases[i].hash &&
					scheme == cases[i].scheme);
		assert_true(outside_key_verify(key, cases[i].hash,
		    OUTSIDE_FITTING, text, signature));
		assert_false(outside_key_verify(key, cases[i].hash,
		    OUTSIDE_FITTING, bytes_of_text("vouched"), signature));
		assert_false(outside_key_verify(key, cases[i].hash,
		    OUTSIDE_FITTING, bytes_of(NULL, 0), bytes_of(NULL, 0)));
		for (size_t len = 0; len < signature.len; len++)
			assert_false(outside_key_verify(key, cases[i].hash,
			    OUTSIDE_FITTING, text,
			    bytes_of(signature.data, len)));
		expect_fine(outside_key_write(&der, key, &err), &err);
		expect_fine(outside_key_read(&again, buffer_bytes(&der), &err),
		    &err);
		assert_string_equal(outside_key_kind(again), cases[i].kind);
		buffer_byte(&der, 0);
		outside_key_free(again);
		assert_int_equal(outside_key_read(&again, buffer_bytes(&der),
				     &err),
		    -1);
		outside_key_free(key);
		buffer_free(&file);
		buffer_free(&made);
		buffer_free(&der);
	}
}

static void
keys_of_other_kinds_are_refused(void **state)
{
	static const char *const names[] = { "ed.pub", "k1.pub", "alice.pem" };
	struct outside_key *key;
	struct error err;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct buffer file = vector(names[i]);

		assert_int_equal(outside_key_read(&key, buffer_bytes(&file),
				     &err),
		    -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		buffer_free(&file);
	}
	assert_int_equal(outside_key_read(&key, bytes_of(NULL, 0), &err), -1);
	outside_key_free(NULL);
}

static void
hashes_have_names(void **state)
{
	enum outside_hash hash;

	(void)state;
	for (unsigned i = 0; i < OUTSIDE_HASH_COUNT; i++) {
		assert_true(outside_hash_named(&hash,
		    outside_hash_name((enum outside_hash)i)));
		assert_int_equal(hash, i);
	}
	assert_false(outside_hash_named(&hash, "sha1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_is_read_in_pem_and_der),
		cmocka_unit_test(names_are_spelled_so_that_nothing_is_mistaken),
		cmocka_unit_test(what_is_weak_or_not_understood_is_not_read),
		cmocka_unit_test(what_may_be_ignored_is),
		cmocka_unit_test(a_certificate_cut_off_anywhere_is_refused),
		cmocka_unit_test(a_text_form_cut_off_or_spoilt_is_refused),
		cmocka_unit_test(so_many_certificates_and_no_more),
		cmocka_unit_test(who_leads_to_a_root_is_believed),
		cmocka_unit_test(who_leads_to_no_root_is_not),
		cmocka_unit_test(a_certificate_is_good_for_what_it_says),
		cmocka_unit_test(what_says_that_it_is_not_critical_is_not),
		cmocka_unit_test(time_is_the_time_that_is_asked_about),
		cmocka_unit_test(who_was_revoked_is_not_believed),
		cmocka_unit_test(what_was_revoked_later_is_found),
		cmocka_unit_test(a_list_is_read_whole_or_not),
		cmocka_unit_test(other_peoples_signatures_verify),
		cmocka_unit_test(keys_of_other_kinds_are_refused),
		cmocka_unit_test(hashes_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
