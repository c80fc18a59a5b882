/* identity_test.c: certificates vouch for keys, by what the ledger trusts. */
#include <stdio.h>
#include <stdlib.h>

#include "base/encoding.h"
#include "keys/signer.h"
#include "ledger/authority.h"
#include "tests/unit/ledger/records.h"

/* alice owns the ledger; bob, whose key the vectors' certificates vouch for,
 * is enrolled; eve is not. */
enum { LEDGER = 1, ALICE = 2, EVE = 3, BOB = 4 };

static struct signer *
signer_of(uint8_t seed_byte)
{
	uint8_t seed[32];
	struct signer *signer;
	struct error err;

	memset(seed, seed_byte, sizeof seed);
	assert_int_equal(signer_from_seed(&signer, seed, &err), 0);
	return signer;
}

static struct public_key
key_of(uint8_t seed_byte)
{
	struct signer *signer = signer_of(seed_byte);
	struct public_key key = signer_public_key(signer);

	signer_free(signer);
	return key;
}

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

static struct certificates *
certificates_of(const char *name)
{
	struct buffer file = vector(name);
	struct certificates *list;
	struct error err;

	assert_int_equal(certificates_new(&list, &err), 0);
	assert_int_equal(certificates_read(list, buffer_bytes(&file), &err), 0);
	buffer_free(&file);
	return list;
}

static void
put_der(struct buffer *out, const char *name)
{
	struct certificates *list = certificates_of(name);

	base64_append(out, certificate_der(certificates_at(list, 0)));
	certificates_free(list);
}

/* A moment at which all of the vectors hold. */
static int64_t
moment(void)
{
	struct certificates *list = certificates_of("bmp.pem");
	int64_t time_ms = certificate_from_ms(certificates_at(list, 0)) + 60000;

	certificates_free(list);
	return time_ms;
}

/* ---- attachments ---- */

static bool fetch_fails;

/* Any of the vectors' lists, by its digest. */
static int
fetch(void *cookie, struct digest digest, struct buffer *out, struct error *err)
{
	static const char *const names[] = { "people.crl",
		"people-revokes-dora.crl", "root-revokes-people.crl",
		"people-short.crl", "rogue.crl" };
	size_t *asked = cookie;

	++*asked;
	if (fetch_fails)
		return error_set(err, ERROR_SYSTEM, NULL, "the disk is gone");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buffer file = vector(names[i]);
		struct revocations *lists;
		struct bytes der;
		bool found;

		assert_int_equal(revocations_new(&lists, err), 0);
		assert_int_equal(revocations_read(lists, buffer_bytes(&file),
				     err),
		    0);
		der = revocations_der(lists, 0);
		found = digest_equal(digest_of(der), digest);
		if (found)
			buffer_append(out, der);
		revocations_free(lists);
		buffer_free(&file);
		if (found)
			return 0;
	}
	/* Something else than was asked for. */
	buffer_text(out, "changed");
	return 0;
}

static size_t fetched;

/* ---- records ---- */

static struct authority *
founded(void)
{
	const struct public_key signers[] = { key_of(ALICE), key_of(LEDGER) };
	struct buffer members = buffer_new(4000);
	struct authority *authority;
	struct note_key vkey;
	struct record record;
	struct error err;

	assert_int_equal(note_key_make(&vkey, TEST_ORIGIN, NOTE_ED25519,
			     key_of(LEDGER), &err),
	    0);
	buffer_printf(&members,
	    "{\"format\":1,\"origin\":\"%s\",\"ledger_key\":\"", TEST_ORIGIN);
	note_key_write(&members, &vkey);
	buffer_printf(&members,
	    "\",\"founders\":[{\"name\":\"alice\",\"key\":\"%s\",\"roles\":"
	    "[\"owner\",\"engineer\"]}],\"roles\":[\"owner\",\"engineer\","
	    "\"approver\",\"compliance\",\"service\"]}",
	    public_key_ssh(key_of(ALICE)).text);
	record = test_record("genesis", buffer_string(&members));
	buffer_free(&members);
	assert_int_equal(authority_new(&authority, &err), 0);
	if (authority_apply(authority, &record, 0, 0, signers, 2, &err) == -1)
		fail_msg("%s", err.what);
	record_free(&record);
	fetched = 0;
	fetch_fails = false;
	authority_set_source(authority,
	    (struct trust_source){ .cookie = &fetched, .fetch = fetch });
	return authority;
}

/* Apply a record; what NULL: it must succeed. */
static void
apply_at(struct authority *authority, const char *kind, const char *members,
    uint64_t seq, int64_t time_ms, uint8_t signer, const char *what)
{
	struct record record = test_record(kind, members);
	const struct public_key key = key_of(signer);
	struct error err;
	int result =
	    authority_apply(authority, &record, seq, time_ms, &key, 1, &err);

	record_free(&record);
	if (what == NULL) {
		if (result == -1)
			fail_msg("entry %u: %s", (unsigned)seq, err.what);
		return;
	}
	assert_int_equal(result, -1);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
}

static void
apply(struct authority *authority, const char *kind, const char *members,
    uint64_t seq, const char *what)
{
	apply_at(authority, kind, members, seq, moment(), ALICE, what);
}

/* A root that is trusted, or no longer. */
static void
root(struct authority *authority, const char *name, const char *file,
    bool trusted, uint64_t seq, const char *what)
{
	struct buffer members = buffer_new(LIMIT_ENTRY);

	buffer_printf(&members,
	    "{\"name\":\"%s\",\"version\":\"%u\",\"about\":\"identity-root\","
	    "\"status\":\"%s\",\"because\":\"so\",\"certificate\":\"",
	    name, (unsigned)seq, trusted ? "trusted" : "withdrawn");
	put_der(&members, file);
	buffer_text(&members, "\"}");
	apply(authority, "trust", buffer_string(&members), seq, what);
	buffer_free(&members);
}

static void
list(struct authority *authority, const char *name, const char *file,
    uint64_t seq, const char *what)
{
	struct buffer members = buffer_new(LIMIT_ENTRY), content = vector(file);
	struct revocations *lists;
	struct error err;

	assert_int_equal(revocations_new(&lists, &err), 0);
	assert_int_equal(revocations_read(lists, buffer_bytes(&content), &err),
	    0);
	buffer_printf(&members,
	    "{\"name\":\"%s\",\"version\":\"%u\",\"about\":\"revocations\","
	    "\"status\":\"trusted\",\"list\":\"%s\"}",
	    name, (unsigned)seq,
	    digest_hex(digest_of(revocations_der(lists, 0))).text);
	apply(authority, "trust", buffer_string(&members), seq, what);
	revocations_free(lists);
	buffer_free(&members);
	buffer_free(&content);
}

/* ,"certified":{…} of one of the vectors' bindings. */
static void
put_certified(struct buffer *out, const char *who, const char *hash,
    const char *binding)
{
	char name[100];
	struct buffer signature;

	(void)snprintf(name, sizeof name, "%s.binding.sig", binding);
	signature = vector(name);
	buffer_printf(out, ",\"certified\":{\"hash\":\"%s\",\"binding\":\"",
	    hash);
	base64_append(out, buffer_bytes(&signature));
	buffer_text(out, "\",\"chain\":[\"");
	(void)snprintf(name, sizeof name, "%s.pem", who);
	put_der(out, name);
	buffer_text(out, "\",\"");
	put_der(out, "people.pem");
	buffer_text(out, "\"]}");
	buffer_free(&signature);
}

static void
enrol(struct authority *authority, const char *who, const char *hash,
    uint64_t seq, const char *what)
{
	struct buffer members = buffer_new(LIMIT_ENTRY),
		      text = buffer_new(1000);
	struct signer *bob = signer_of(BOB);
	struct signature proof;
	struct error err;

	authority_proof_text(&text, TEST_ORIGIN, "bob", key_of(BOB));
	assert_int_equal(signer_sign(bob, buffer_bytes(&text), &proof, &err),
	    0);
	buffer_printf(&members,
	    "{\"action\":\"enrol\",\"name\":\"bob\",\"key\":\"%s\","
	    "\"roles\":[\"approver\"],\"proof\":\"",
	    public_key_ssh(key_of(BOB)).text);
	base64_append(&members, bytes_of(proof.byte, SIGNATURE_LEN));
	buffer_text(&members, "\"");
	if (who != NULL)
		put_certified(&members, who, hash, who);
	buffer_text(&members, "}");
	apply(authority, "key", buffer_string(&members), seq, what);
	signer_free(bob);
	buffer_free(&members);
	buffer_free(&text);
}

static void
certify_at(struct authority *authority, const char *who, const char *hash,
    const char *binding, uint64_t seq, int64_t time_ms, const char *what)
{
	struct buffer members = buffer_new(LIMIT_ENTRY);

	buffer_printf(&members,
	    "{\"action\":\"certify\",\"name\":\"bob\",\"key\":\"%s\"",
	    public_key_ssh(key_of(BOB)).text);
	put_certified(&members, who, hash, binding);
	buffer_text(&members, "}");
	apply_at(authority, "key", buffer_string(&members), seq, time_ms, ALICE,
	    what);
	buffer_free(&members);
}

static const struct identity *
identity_of_bob(const struct authority *authority)
{
	return authority_by_key(authority, key_of(BOB))->identity;
}

/* ---- tests ---- */

static void
a_certificate_vouches_by_a_root_that_was_named_before(void **state)
{
	struct authority *authority = founded();
	const struct identity *identity;
	struct buffer text = buffer_new(1000);

	(void)state;
	enrol(authority, "alice", "sha256", 1, "leads to no trusted root");
	assert_null(authority_by_key(authority, key_of(BOB)));
	root(authority, "bank", "root.pem", true, 1, NULL);
	enrol(authority, "alice", "sha256", 2, NULL);
	identity = identity_of_bob(authority);
	assert_non_null(identity);
	assert_string_equal(identity->subject,
	    "CN=Alice Example, O=Bank AG, C=DE");
	assert_int_equal(identity_first(identity), strlen("CN=Alice Example"));
	assert_int_equal(identity->seq, 2);
	assert_null(identity_before(identity, 2));
	assert_ptr_equal(identity_before(identity, 3), identity);
	assert_false(identity_counts(identity, 2, moment()));
	assert_true(identity_counts(identity, 3, moment()));
	assert_true(identity_counts(identity, 3, identity->until_ms));
	assert_false(identity_counts(identity, 3, identity->until_ms + 1));
	assert_false(identity_counts(NULL, 3, moment()));
	identity_describe(&text, identity);
	assert_string_equal(buffer_string(&text),
	    "CN=Alice Example, O=Bank AG, C=DE, certified by CN=Bank AG "
	    "People, O=Bank AG");
	buffer_clear(&text);
	identity_describe_at(&text, identity, identity->until_ms);
	assert_null(strstr(buffer_string(&text), "expired"));
	identity_describe_at(&text, identity, identity->until_ms + 1);
	assert_non_null(strstr(buffer_string(&text),
	    "People, O=Bank AG; the certificate had expired, at 20"));
	buffer_free(&text);
	authority_free(authority);
}

static void
a_key_in_force_is_certified_again_and_again(void **state)
{
	struct authority *authority = founded();
	const struct identity *identity;

	(void)state;
	root(authority, "bank", "root.pem", true, 1, NULL);
	root(authority, "rsa", "root-rsa.pem", true, 2, NULL);
	enrol(authority, NULL, NULL, 3, NULL);
	assert_null(identity_of_bob(authority));
	certify_at(authority, "bob", "sha512", "bob", 4, moment(), NULL);
	certify_at(authority, "dora", "sha384", "dora", 5, moment(), NULL);
	identity = identity_of_bob(authority);
	assert_string_equal(identity->subject, "CN=Dora Example, O=Bank AG");
	assert_string_equal(identity_before(identity, 5)->subject,
	    "CN=Bob Example, O=Bank AG");
	authority_free(authority);
}

static void
a_binding_is_by_the_certificate_and_for_the_key(void **state)
{
	struct authority *authority = founded();
	const struct public_key key = key_of(ALICE);
	struct buffer members = buffer_new(LIMIT_ENTRY);

	(void)state;
	root(authority, "bank", "root.pem", true, 1, NULL);
	enrol(authority, NULL, NULL, 2, NULL);
	certify_at(authority, "alice", "sha256", "dora", 3, moment(),
	    "has not signed for bob's key");
	certify_at(authority, "alice", "sha384", "alice", 3, moment(),
	    "has not signed for bob's key");
	/* Bob's, for alice's key. */
	buffer_printf(&members,
	    "{\"action\":\"certify\",\"name\":\"alice\",\"key\":\"%s\"",
	    public_key_ssh(key).text);
	put_certified(&members, "alice", "sha256", "alice");
	buffer_text(&members, "}");
	apply(authority, "key", buffer_string(&members), 3,
	    "has not signed for alice's key");
	/* Only owners certify. */
	buffer_clear(&members);
	buffer_printf(&members,
	    "{\"action\":\"certify\",\"name\":\"bob\",\"key\":\"%s\"",
	    public_key_ssh(key_of(BOB)).text);
	put_certified(&members, "alice", "sha256", "alice");
	buffer_text(&members, "}");
	apply_at(authority, "key", buffer_string(&members), 3, moment(), BOB,
	    "takes owner");
	assert_null(identity_of_bob(authority));
	buffer_free(&members);
	authority_free(authority);
}

static void
the_time_is_that_of_the_entry(void **state)
{
	struct authority *authority = founded();
	struct certificates *alice = certificates_of("alice.pem");
	int64_t from = certificate_from_ms(certificates_at(alice, 0));
	int64_t until = certificate_until_ms(certificates_at(alice, 0));

	(void)state;
	root(authority, "bank", "root.pem", true, 1, NULL);
	enrol(authority, NULL, NULL, 2, NULL);
	certify_at(authority, "alice", "sha256", "alice", 3, from - 1,
	    "valid only from");
	certify_at(authority, "alice", "sha256", "alice", 3, until + 1,
	    "expired");
	certify_at(authority, "by-rogue", "sha256", "by-rogue", 3, moment(),
	    "has not signed it");
	certify_at(authority, "alice", "sha256", "alice", 3, moment(), NULL);
	certificates_free(alice);
	authority_free(authority);
}

static void
a_later_list_ends_a_certificate_from_its_entry_on(void **state)
{
	struct authority *authority = founded();
	const struct identity *identity;
	struct buffer text = buffer_new(1000);

	(void)state;
	root(authority, "bank", "root.pem", true, 1, NULL);
	list(authority, "people", "people.crl", 2, NULL);
	enrol(authority, "dora", "sha384", 3, NULL);
	identity = identity_of_bob(authority);
	list(authority, "people", "people.crl", 4, NULL);
	assert_int_equal(identity->end, IDENTITY_HOLDS);
	/* By somebody else in the root's name. */
	list(authority, "other", "rogue.crl", 5, "who has not signed it");
	assert_int_equal(identity->end, IDENTITY_HOLDS);
	list(authority, "people", "people-revokes-dora.crl", 6, NULL);
	assert_int_equal(identity->end, IDENTITY_REVOKED);
	assert_int_equal(identity->ended_seq, 6);
	assert_true(identity_counts(identity, 6, moment()));
	assert_false(identity_counts(identity, 7, moment()));
	identity_describe(&text, identity);
	assert_non_null(strstr(buffer_string(&text),
	    "; the certificate was revoked in entry 6"));
	certify_at(authority, "dora", "sha384", "dora", 7, moment(),
	    "was revoked");
	buffer_free(&text);
	authority_free(authority);
}

static void
what_is_above_a_certificate_may_be_revoked_too(void **state)
{
	struct authority *authority = founded();

	(void)state;
	root(authority, "bank", "root.pem", true, 1, NULL);
	enrol(authority, "alice", "sha256", 2, NULL);
	list(authority, "root", "root-revokes-people.crl", 3, NULL);
	assert_int_equal(identity_of_bob(authority)->end, IDENTITY_REVOKED);
	authority_free(authority);
}

static void
a_withdrawn_root_ends_what_leads_to_it_alone(void **state)
{
	struct authority *authority = founded();
	const struct identity *identity;

	(void)state;
	root(authority, "bank", "root.pem", true, 1, NULL);
	root(authority, "same", "root.pem", true, 2, NULL);
	enrol(authority, "alice", "sha256", 3, NULL);
	identity = identity_of_bob(authority);
	root(authority, "same", "root.pem", false, 4, NULL);
	assert_int_equal(identity->end, IDENTITY_HOLDS);
	root(authority, "bank", "root.pem", false, 5, NULL);
	assert_int_equal(identity->end, IDENTITY_ROOT_WITHDRAWN);
	assert_int_equal(identity->ended_seq, 5);
	certify_at(authority, "alice", "sha256", "alice", 6, moment(),
	    "leads to no trusted root");
	authority_free(authority);
}

static void
a_replaced_root_ends_nothing_before_its_name_is_withdrawn(void **state)
{
	struct authority *authority = founded();
	const struct identity *identity;

	(void)state;
	root(authority, "bank", "root.pem", true, 1, NULL);
	root(authority, "other", "rogue.pem", true, 2, NULL);
	enrol(authority, "alice", "sha256", 3, NULL);
	identity = identity_of_bob(authority);
	root(authority, "bank", "root-rsa.pem", true, 4, NULL);
	assert_int_equal(identity->end, IDENTITY_HOLDS);
	/* What alice's certificate never led to. */
	root(authority, "other", "rogue.pem", false, 5, NULL);
	assert_int_equal(identity->end, IDENTITY_HOLDS);
	root(authority, "bank", "root-rsa.pem", false, 6, NULL);
	assert_int_equal(identity->end, IDENTITY_ROOT_WITHDRAWN);
	assert_int_equal(identity->ended_seq, 6);
	authority_free(authority);
}

static void
only_owners_say_whom_to_trust_and_only_what_can_be_read(void **state)
{
	struct authority *authority = founded();
	struct buffer members = buffer_new(1000), vkey = buffer_new(1000);
	const struct trusted *trust;
	struct certificates *roots;
	struct note_key witness;
	struct error err;

	(void)state;
	root(authority, "bank", "alice.pem", true, 1, "not an authority's");
	apply(authority, "trust",
	    "{\"name\":\"x\",\"version\":\"1\",\"about\":\"timestamp-root\","
	    "\"status\":\"trusted\",\"certificate\":\"*\"}",
	    1, "not in base64");
	apply(authority, "trust",
	    "{\"name\":\"x\",\"version\":\"1\",\"about\":\"timestamp-root\","
	    "\"status\":\"trusted\",\"certificate\":\"AAAA\"}",
	    1, "not a well-formed");
	apply(authority, "trust",
	    "{\"name\":\"x\",\"version\":\"1\",\"about\":\"revocations\","
	    "\"status\":\"trusted\",\"list\":\"00000000000000000000000000000000"
	    "00000000000000000000000000000000\"}",
	    1, "was changed");
	fetch_fails = true;
	list(authority, "people", "people.crl", 1, "the disk is gone");
	fetch_fails = false;
	assert_int_equal(trusts_count(authority_trusts(authority)), 0);
	apply_at(authority, "trust",
	    "{\"name\":\"two\",\"version\":\"1\",\"about\":\"quorum\","
	    "\"status\":\"trusted\",\"wanted\":2}",
	    1, moment(), EVE, "never enrolled");
	apply(authority, "trust",
	    "{\"name\":\"two\",\"version\":\"1\",\"about\":\"quorum\","
	    "\"status\":\"trusted\",\"wanted\":2}",
	    1, NULL);
	assert_int_equal(note_key_make(&witness, "w.example", NOTE_COSIGNATURE,
			     key_of(EVE), &err),
	    0);
	note_key_write(&vkey, &witness);
	buffer_printf(&members,
	    "{\"name\":\"w\",\"version\":\"1\",\"about\":\"witness\","
	    "\"status\":\"trusted\",\"vkey\":\"%s\"}",
	    buffer_string(&vkey));
	apply(authority, "trust", buffer_string(&members), 2, NULL);
	trust = trusts_named(authority_trusts(authority), "two");
	assert_int_equal(trust->wanted, 2);
	assert_int_equal(trust->about, TRUST_QUORUM);
	assert_string_equal(trusts_at(authority_trusts(authority), 1)->vkey,
	    buffer_string(&vkey));
	buffer_free(&members);
	buffer_free(&vkey);
	assert_null(trusts_at(authority_trusts(authority), 2));
	assert_true(trust_held(trust, 2));
	assert_false(trust_held(trust, 1));
	apply(authority, "trust",
	    "{\"name\":\"two\",\"version\":\"2\",\"about\":\"quorum\","
	    "\"status\":\"withdrawn\",\"wanted\":2,\"because\":\"x\"}",
	    3, NULL);
	assert_true(trust_held(trust, 3));
	assert_false(trust_held(trust, 4));
	assert_int_equal(trusts_roots(&roots, authority_trusts(authority),
			     TRUST_IDENTITY_ROOT, TRUST_NEVER, false, &err),
	    0);
	assert_int_equal(certificates_count(roots), 0);
	certificates_free(roots);
	authority_free(authority);
}

static void
what_was_checked_before_is_not_checked_again(void **state)
{
	struct authority *authority = founded();

	(void)state;
	authority_assume(authority, true);
	/* Nobody is certified: no list is read. */
	list(authority, "people", "people-revokes-dora.crl", 1, NULL);
	assert_int_equal(fetched, 0);
	/* A working copy believes its entries; a verification does not. */
	enrol(authority, "dora", "sha384", 2, NULL);
	assert_non_null(identity_of_bob(authority));
	assert_int_equal(fetched, 0);
	root(authority, "bank", "root.pem", true, 3, NULL);
	list(authority, "people", "people-revokes-dora.crl", 4, NULL);
	assert_int_equal(fetched, 1);
	assert_int_equal(identity_of_bob(authority)->ended_seq, 4);
	authority_assume(authority, false);
	certify_at(authority, "dora", "sha384", "dora", 5, moment(),
	    "was revoked");
	authority_free(authority);
}

static void
where_there_are_no_attachments_nobody_is_known_to_be_revoked(void **state)
{
	struct authority *authority = founded();

	(void)state;
	authority_set_source(authority, (struct trust_source){ 0 });
	root(authority, "bank", "root.pem", true, 1, NULL);
	list(authority, "people", "people-revokes-dora.crl", 2, NULL);
	enrol(authority, "dora", "sha384", 3, NULL);
	assert_int_equal(identity_of_bob(authority)->end, IDENTITY_HOLDS);
	authority_free(authority);
}

static void
what_a_record_brings_must_be_whole(void **state)
{
	static const struct {
		const char *chain, *binding, *what;
	} cases[] = {
		{ "", "AAAA", "no certificate" },
		{ "\"*\"", "AAAA", "not in base64" },
		{ "\"AAAA\"", "AAAA", "not a well-formed" },
	};
	struct authority *authority = founded();

	(void)state;
	enrol(authority, NULL, NULL, 1, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer members = buffer_new(LIMIT_ENTRY);

		buffer_printf(&members,
		    "{\"action\":\"certify\",\"name\":\"bob\",\"key\":\"%s\","
		    "\"certified\":{\"hash\":\"sha256\",\"binding\":\"%s\","
		    "\"chain\":[%s]}}",
		    public_key_ssh(key_of(BOB)).text, cases[i].binding,
		    cases[i].chain);
		apply(authority, "key", buffer_string(&members), 2,
		    cases[i].what);
		buffer_free(&members);
	}
	authority_free(authority);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_certificate_vouches_by_a_root_that_was_named_before),
		cmocka_unit_test(a_key_in_force_is_certified_again_and_again),
		cmocka_unit_test(
		    a_binding_is_by_the_certificate_and_for_the_key),
		cmocka_unit_test(the_time_is_that_of_the_entry),
		cmocka_unit_test(
		    a_later_list_ends_a_certificate_from_its_entry_on),
		cmocka_unit_test(
		    what_is_above_a_certificate_may_be_revoked_too),
		cmocka_unit_test(a_withdrawn_root_ends_what_leads_to_it_alone),
		cmocka_unit_test(
		    a_replaced_root_ends_nothing_before_its_name_is_withdrawn),
		cmocka_unit_test(
		    only_owners_say_whom_to_trust_and_only_what_can_be_read),
		cmocka_unit_test(what_was_checked_before_is_not_checked_again),
		cmocka_unit_test(
		    where_there_are_no_attachments_nobody_is_known_to_be_revoked),
		cmocka_unit_test(what_a_record_brings_must_be_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
