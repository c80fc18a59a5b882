/* authority_test.c: who may sign what, as entry follows entry. */
#include <stdio.h>

#include "base/encoding.h"
#include "keys/signer.h"
#include "ledger/authority.h"
#include "tests/unit/ledger/records.h"

/* A key of which the seed is one byte repeated. */
static struct public_key
key_of(uint8_t seed_byte)
{
	uint8_t seed[32];
	struct signer *signer;
	struct public_key key;
	struct error err;

	memset(seed, seed_byte, sizeof(seed));
	assert_int_equal(signer_from_seed(&signer, seed, &err), 0);
	key = signer_public_key(signer);
	signer_free(signer);
	return key;
}

/* The proof that the holder of a key gives, for an origin and a name. */
static void
proof_of(char out[BASE64_LEN(SIGNATURE_LEN) + 1], uint8_t seed_byte,
    const char *origin, const char *name)
{
	struct buffer text = buffer_new(1000);
	struct signature signature;
	uint8_t seed[32];
	struct signer *signer;
	struct error err;

	memset(seed, seed_byte, sizeof(seed));
	assert_int_equal(signer_from_seed(&signer, seed, &err), 0);
	authority_proof_text(&text, origin, name, signer_public_key(signer));
	assert_int_equal(signer_sign(signer, buffer_bytes(&text), &signature,
	    &err), 0);
	base64_encode(out, bytes_of(signature.byte, SIGNATURE_LEN));
	signer_free(signer);
	buffer_free(&text);
}

/* The ledger's key is 1; alice (owner, engineer) has 2, olga (owner) 3. */
enum { LEDGER = 1, ALICE = 2, OLGA = 3, BOB = 4, NEW = 5, STRANGER = 9 };

static struct record
genesis_record(const char *roles_of_olga)
{
	struct buffer members = buffer_new(4000);
	struct note_key vkey;
	struct record record;
	struct error err;

	assert_int_equal(note_key_make(&vkey, TEST_ORIGIN, NOTE_ED25519,
	    key_of(LEDGER), &err), 0);
	buffer_printf(&members, "{\"format\":1,\"origin\":\"%s\","
	    "\"ledger_key\":\"", TEST_ORIGIN);
	note_key_write(&members, &vkey);
	buffer_printf(&members, "\",\"founders\":[{\"name\":\"alice\","
	    "\"key\":\"%s\",\"roles\":[\"owner\",\"engineer\"]},"
	    "{\"name\":\"olga\",\"key\":\"%s\",\"roles\":[%s]}],"
	    "\"roles\":[\"owner\",\"engineer\",\"approver\","
	    "\"compliance\",\"service\"]}", public_key_ssh(key_of(ALICE)).text,
	    public_key_ssh(key_of(OLGA)).text, roles_of_olga);
	record = test_record("genesis", buffer_string(&members));
	buffer_free(&members);
	return record;
}

/* An authority after its genesis. */
static struct authority *
founded(const char *roles_of_olga)
{
	const struct public_key signers[] = {
		key_of(ALICE), key_of(OLGA), key_of(LEDGER),
	};
	struct record record = genesis_record(roles_of_olga);
	struct authority *authority;
	struct error err;

	assert_int_equal(authority_new(&authority, &err), 0);
	assert_null(authority_origin(authority));
	assert_null(authority_ledger_key(authority));
	if (authority_apply(authority, &record, 0, 0, signers, 3, &err) == -1)
		fail_msg("%s", err.what);
	record_free(&record);
	return authority;
}

static struct record
enrol_record(const char *name, uint8_t key, const char *roles,
    const char *proof_origin, const char *proof_name)
{
	struct buffer members = buffer_new(2000);
	char proof[BASE64_LEN(SIGNATURE_LEN) + 1];
	struct record record;

	proof_of(proof, key, proof_origin, proof_name);
	buffer_printf(&members, "{\"action\":\"enrol\",\"name\":\"%s\","
	    "\"key\":\"%s\",\"roles\":[%s],\"proof\":\"%s\"}", name,
	    public_key_ssh(key_of(key)).text, roles, proof);
	record = test_record("key", buffer_string(&members));
	buffer_free(&members);
	return record;
}

static struct record
rotate_record(const char *name, uint8_t old, uint8_t new, uint8_t proof_key)
{
	struct buffer members = buffer_new(2000);
	char proof[BASE64_LEN(SIGNATURE_LEN) + 1];
	struct record record;

	proof_of(proof, proof_key, TEST_ORIGIN, name);
	buffer_printf(&members, "{\"action\":\"rotate\",\"name\":\"%s\","
	    "\"key\":\"%s\",\"replaces\":\"%s\",\"proof\":\"%s\"}", name,
	    public_key_ssh(key_of(new)).text,
	    public_key_ssh(key_of(old)).text, proof);
	record = test_record("key", buffer_string(&members));
	buffer_free(&members);
	return record;
}

static struct record
revoke_record(const char *name, uint8_t key)
{
	struct buffer members = buffer_new(2000);
	struct record record;

	buffer_printf(&members, "{\"action\":\"revoke\",\"name\":\"%s\","
	    "\"key\":\"%s\",\"because\":\"left\"}", name,
	    public_key_ssh(key_of(key)).text);
	record = test_record("key", buffer_string(&members));
	buffer_free(&members);
	return record;
}

/* Apply a record signed by one key; frees it.  what NULL: it must succeed. */
static void
apply(struct authority *authority, struct record record, uint64_t seq,
    uint8_t signer, const char *what)
{
	const struct public_key key = key_of(signer);
	size_t count = authority_count(authority);
	struct error err;
	int result = authority_apply(authority, &record, seq, 0, &key, 1, &err);

	record_free(&record);
	if (what == NULL) {
		if (result == -1)
			fail_msg("%s", err.what);
		return;
	}
	assert_int_equal(result, -1);
	assert_int_equal(err.class, ERROR_NO);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
	assert_int_equal(authority_count(authority), count);
}

static void
enrol_bob(struct authority *authority, uint64_t seq)
{
	apply(authority, enrol_record("bob", BOB, "\"engineer\"",
	    TEST_ORIGIN, "bob"), seq, ALICE, NULL);
}

/* ---- genesis ---- */

static void
genesis_names_the_origin_the_key_and_the_founders(void **state)
{
	struct authority *authority = founded("\"owner\"");
	const struct principal *alice;

	(void)state;
	assert_string_equal(authority_origin(authority), TEST_ORIGIN);
	assert_true(public_key_equal(authority_ledger_key(authority)->key,
	    key_of(LEDGER)));
	assert_int_equal(authority_count(authority), 2);
	alice = authority_at(authority, 0);
	assert_string_equal(alice->name, "alice");
	assert_int_equal(alice->roles, ROLE_OWNER | ROLE_ENGINEER);
	assert_int_equal(alice->enrolled_seq, 0);
	assert_true(alice->ended_seq == AUTHORITY_NEVER);
	assert_ptr_equal(authority_by_name(authority, "alice"), alice);
	assert_ptr_equal(authority_by_key(authority, key_of(ALICE)), alice);
	assert_ptr_equal(authority_by_fingerprint(authority,
	    public_key_fingerprint(key_of(ALICE)).text), alice);
	assert_null(authority_at(authority, 2));
	assert_null(authority_by_name(authority, "bob"));
	assert_null(authority_by_key(authority, key_of(BOB)));
	assert_null(authority_by_key(authority, key_of(LEDGER)));
	assert_null(authority_by_fingerprint(authority, "SHA256:x"));
	assert_null(authority_by_fingerprint(authority, ""));
	authority_free(authority);
	authority_free(NULL);
}

static void
genesis_is_signed_by_all_founders_and_the_ledger(void **state)
{
	static const struct {
		uint8_t signer[4];
		size_t count;
		const char *what;
	} cases[] = {
		{ { ALICE, OLGA }, 2, "ledger's own key" },
		{ { ALICE, LEDGER }, 2, "olga" },
		{ { OLGA, LEDGER }, 2, "alice" },
		{ { ALICE, OLGA, LEDGER, STRANGER }, 4, "not a founder" },
		{ { ALICE, OLGA, STRANGER }, 3, "ledger's own key" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record record = genesis_record("\"owner\"");
		struct public_key signers[4];
		struct authority *authority;
		struct error err;

		for (size_t j = 0; j < cases[i].count; j++)
			signers[j] = key_of(cases[i].signer[j]);
		assert_int_equal(authority_new(&authority, &err), 0);
		assert_int_equal(authority_apply(authority, &record, 0, 0,
		    signers, cases[i].count, &err), -1);
		assert_int_equal(err.class, ERROR_NO);
		assert_non_null(strstr(err.what, cases[i].what));
		assert_int_equal(authority_count(authority), 0);
		assert_null(authority_origin(authority));
		authority_free(authority);
		record_free(&record);
	}
}

static void
genesis_comes_once_and_first(void **state)
{
	const struct public_key signers[] = {
		key_of(ALICE), key_of(OLGA), key_of(LEDGER),
	};
	struct authority *authority = founded("\"owner\""), *other;
	struct record record = genesis_record("\"owner\"");
	struct error err;

	(void)state;
	assert_int_equal(authority_apply(authority, &record, 0, 0, signers, 3,
	    &err), -1);
	assert_int_equal(authority_new(&other, &err), 0);
	assert_int_equal(authority_apply(other, &record, 1, 0, signers, 3,
	    &err), -1);
	assert_non_null(strstr(err.what, "beginning"));
	record_free(&record);
	apply(other, enrol_record("bob", BOB, "\"engineer\"", TEST_ORIGIN,
	    "bob"), 1, ALICE, "after the genesis");
	authority_free(other);
	authority_free(authority);
}

/* ---- enrol ---- */

static void
an_owner_enrols(void **state)
{
	struct authority *authority = founded("\"owner\"");
	const struct principal *bob;

	(void)state;
	enrol_bob(authority, 7);
	bob = authority_by_name(authority, "bob");
	assert_non_null(bob);
	assert_int_equal(bob->roles, ROLE_ENGINEER);
	assert_int_equal(bob->enrolled_seq, 7);
	assert_ptr_equal(authority_by_key(authority, key_of(BOB)), bob);
	authority_free(authority);
}

static void
only_owners_enrol(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	enrol_bob(authority, 1);
	apply(authority, enrol_record("eve", NEW, "\"owner\"", TEST_ORIGIN,
	    "eve"), 2, BOB, "bob signs as engineer");
	apply(authority, enrol_record("eve", NEW, "\"owner\"", TEST_ORIGIN,
	    "eve"), 2, STRANGER, "never enrolled");
	apply(authority, enrol_record("eve", NEW, "\"owner\"", TEST_ORIGIN,
	    "eve"), 2, NEW, "never enrolled");
	authority_free(authority);
}

static void
every_signer_of_a_key_record_is_entitled(void **state)
{
	struct authority *authority = founded("\"owner\"");
	struct public_key signers[2] = { key_of(ALICE), key_of(STRANGER) };
	struct record record = enrol_record("bob", BOB, "\"engineer\"",
	    TEST_ORIGIN, "bob");
	struct error err;

	(void)state;
	assert_int_equal(authority_apply(authority, &record, 1, 0, signers, 2,
	    &err), -1);
	assert_int_equal(authority_apply(authority, &record, 1, 0, signers, 0,
	    &err), -1);
	signers[1] = key_of(OLGA);
	assert_int_equal(authority_apply(authority, &record, 1, 0, signers, 2,
	    &err), 0);
	record_free(&record);
	authority_free(authority);
}

static void
a_proof_is_for_this_ledger_name_and_key(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	apply(authority, enrol_record("bob", BOB, "\"engineer\"",
	    "example.org/other", "bob"), 1, ALICE, "does not verify");
	apply(authority, enrol_record("bob", BOB, "\"engineer\"",
	    TEST_ORIGIN, "rob"), 1, ALICE, "does not verify");
	enrol_bob(authority, 1);
	apply(authority, rotate_record("bob", BOB, NEW, BOB), 2, BOB,
	    "does not verify");
	authority_free(authority);
}

static void
names_and_keys_in_force_are_taken(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	enrol_bob(authority, 1);
	apply(authority, enrol_record("bob", NEW, "\"engineer\"",
	    TEST_ORIGIN, "bob"), 2, ALICE, "the name bob is taken");
	apply(authority, enrol_record("rob", BOB, "\"engineer\"",
	    TEST_ORIGIN, "rob"), 2, ALICE, "enrolled already, as bob");
	apply(authority, enrol_record("robot", LEDGER, "\"service\"",
	    TEST_ORIGIN, "robot"), 2, ALICE, "ledger's own key");
	authority_free(authority);
}

static void
a_record_for_another_ledger_changes_nothing(void **state)
{
	struct authority *authority = founded("\"owner\"");
	struct record record = enrol_record("bob", BOB, "\"engineer\"",
	    TEST_ORIGIN, "bob");

	(void)state;
	record.head.ledger = "example.org/other";
	apply(authority, record, 1, ALICE, "example.org/other");
	authority_free(authority);
}

static void
key_records_come_in_order_of_seq(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	enrol_bob(authority, 5);
	apply(authority, revoke_record("bob", BOB), 5, ALICE, "in order");
	apply(authority, revoke_record("bob", BOB), 6, ALICE, NULL);
	authority_free(authority);
}

/* ---- rotate and revoke ---- */

static void
rotation_passes_name_and_roles_on(void **state)
{
	struct authority *authority = founded("\"owner\"");
	const struct principal *old, *new;

	(void)state;
	enrol_bob(authority, 1);
	old = authority_by_name(authority, "bob");
	apply(authority, rotate_record("bob", BOB, NEW, NEW), 2, BOB, NULL);
	new = authority_by_name(authority, "bob");
	assert_true(public_key_equal(new->key, key_of(NEW)));
	assert_int_equal(new->roles, ROLE_ENGINEER);
	assert_int_equal(new->enrolled_seq, 2);
	assert_ptr_equal(authority_by_key(authority, key_of(BOB)), old);
	assert_int_equal(old->ended_seq, 2);
	assert_true(old->rotated);
	apply(authority, rotate_record("bob", NEW, BOB, BOB), 3, NEW,
	    "never comes back");
	apply(authority, rotate_record("bob", BOB, 6, 6), 3, ALICE,
	    "replaced by entry 2");
	apply(authority, rotate_record("bob", NEW, 6, 6), 3, OLGA, NULL);
	authority_free(authority);
}

static void
rotation_is_signed_by_the_key_itself_or_an_owner(void **state)
{
	struct authority *authority = founded("\"approver\"");

	(void)state;
	enrol_bob(authority, 1);
	apply(authority, rotate_record("bob", BOB, NEW, NEW), 2, OLGA,
	    "olga signs as approver");
	apply(authority, rotate_record("alice", ALICE, NEW, NEW), 2, BOB,
	    "bob signs as engineer");
	apply(authority, rotate_record("alice", BOB, NEW, NEW), 2, ALICE,
	    "bob's, not alice's");
	apply(authority, rotate_record("bob", BOB, NEW, NEW), 2, ALICE,
	    NULL);
	authority_free(authority);
}

static void
a_revoked_key_never_comes_back_but_its_name_may(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	enrol_bob(authority, 1);
	apply(authority, revoke_record("bob", BOB), 2, BOB, NULL);
	assert_null(authority_by_name(authority, "bob"));
	assert_int_equal(authority_by_key(authority, key_of(BOB))->ended_seq,
	    2);
	assert_false(authority_by_key(authority, key_of(BOB))->rotated);
	apply(authority, enrol_record("bob", BOB, "\"engineer\"",
	    TEST_ORIGIN, "bob"), 3, ALICE, "never comes back");
	apply(authority, revoke_record("bob", BOB), 3, ALICE,
	    "revoked by entry 2");
	apply(authority, enrol_record("bob", NEW, "\"engineer\"",
	    TEST_ORIGIN, "bob"), 3, ALICE, NULL);
	assert_true(public_key_equal(authority_by_name(authority,
	    "bob")->key, key_of(NEW)));
	authority_free(authority);
}

static void
the_last_owner_stays(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	apply(authority, revoke_record("olga", OLGA), 1, ALICE, NULL);
	apply(authority, revoke_record("alice", ALICE), 2, ALICE,
	    "alice is the last owner");
	apply(authority, rotate_record("alice", ALICE, NEW, NEW), 2, ALICE,
	    NULL);
	apply(authority, revoke_record("alice", NEW), 3, NEW,
	    "alice is the last owner");
	apply(authority, enrol_record("olga", 6, "\"owner\"", TEST_ORIGIN,
	    "olga"), 3, NEW, NULL);
	apply(authority, revoke_record("alice", NEW), 4, 6, NULL);
	apply(authority, enrol_record("bob", BOB, "\"owner\"", TEST_ORIGIN,
	    "bob"), 5, ALICE, "alice's key");
	authority_free(authority);
}

static void
a_key_is_revoked_by_itself_or_an_owner(void **state)
{
	struct authority *authority = founded("\"approver\"");

	(void)state;
	enrol_bob(authority, 1);
	apply(authority, revoke_record("olga", OLGA), 2, BOB,
	    "bob signs as engineer");
	apply(authority, revoke_record("nobody", STRANGER), 2, ALICE,
	    "never enrolled");
	apply(authority, revoke_record("olga", OLGA), 2, OLGA, NULL);
	authority_free(authority);
}

/* ---- allowing ---- */

static void
check_allows(const struct authority *authority, const char *kind,
    uint8_t signer, const char *what)
{
	const struct principal *principal = authority_by_key(authority,
	    key_of(signer));
	struct error err;
	int result = authority_allows(authority, kind_named(kind), &principal,
	    1, &err);

	if (what == NULL) {
		assert_int_equal(result, 0);
		return;
	}
	assert_int_equal(result, -1);
	assert_int_equal(err.class, ERROR_NO);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
}

static void
a_role_decides_which_kinds_a_key_may_sign(void **state)
{
	struct authority *authority = founded("\"service\"");
	const struct principal *both[2];
	struct error err;

	(void)state;
	check_allows(authority, "run", ALICE, NULL);
	check_allows(authority, "run", OLGA, NULL);
	check_allows(authority, "model", ALICE, NULL);
	check_allows(authority, "model", OLGA,
	    "olga signs as service, but a record of kind model takes "
	    "engineer");
	check_allows(authority, "run", STRANGER, "never enrolled");
	both[0] = authority_by_key(authority, key_of(ALICE));
	both[1] = authority_by_key(authority, key_of(OLGA));
	assert_int_equal(authority_allows(authority, kind_named("run"), both,
	    2, &err), 0);
	assert_int_equal(authority_allows(authority, kind_named("model"),
	    both, 2, &err), -1);
	assert_int_equal(authority_allows(authority, kind_named("run"), both,
	    0, &err), -1);
	authority_free(authority);
}

static void
a_key_that_ended_signs_no_more(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	enrol_bob(authority, 1);
	check_allows(authority, "run", BOB, NULL);
	apply(authority, rotate_record("bob", BOB, NEW, NEW), 2, BOB, NULL);
	check_allows(authority, "run", BOB, "replaced by entry 2");
	check_allows(authority, "run", NEW, NULL);
	apply(authority, revoke_record("bob", NEW), 3, ALICE, NULL);
	check_allows(authority, "run", NEW, "revoked by entry 3");
	authority_free(authority);
}

static void
only_genesis_and_key_records_change_authority(void **state)
{
	struct authority *authority = founded("\"owner\"");

	(void)state;
	apply(authority, test_record("model", kind_named("model")->example),
	    1, ALICE, "changes no authority");
	authority_free(authority);
}

/* ---- many ---- */

static void
borrowed_principals_stay_while_hundreds_come(void **state)
{
	struct authority *authority = founded("\"owner\"");
	const struct principal *alice = authority_by_name(authority, "alice");

	(void)state;
	for (unsigned i = 10; i < 250; i++) {
		char name[20];

		(void)snprintf(name, sizeof(name), "worker-%u", i);
		apply(authority, enrol_record(name, (uint8_t)i,
		    "\"service\"", TEST_ORIGIN, name), i, ALICE, NULL);
	}
	assert_ptr_equal(authority_by_name(authority, "alice"), alice);
	for (unsigned i = 10; i < 250; i++) {
		const struct principal *found = authority_by_key(authority,
		    key_of((uint8_t)i));

		assert_non_null(found);
		assert_ptr_equal(authority_by_name(authority, found->name),
		    found);
		assert_ptr_equal(authority_by_fingerprint(authority,
		    found->fingerprint.text), found);
		assert_int_equal(found->enrolled_seq, i);
		assert_ptr_equal(authority_at(authority, i - 8), found);
	}
	authority_free(authority);
}

static void
the_proof_text_is_four_lines(void **state)
{
	struct buffer text = buffer_new(1000);

	(void)state;
	authority_proof_text(&text, "example.org/credit", "bob",
	    key_of(ALICE));
	assert_ptr_equal(strstr(buffer_string(&text),
	    "vouchbook-key-proof/v1\nexample.org/credit\nbob\n"
	    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"),
	    buffer_string(&text));
	assert_int_equal(text.len, 23 + 19 + 4 + 81);
	assert_int_equal(text.data[text.len - 1], '\n');
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    genesis_names_the_origin_the_key_and_the_founders),
		cmocka_unit_test(
		    genesis_is_signed_by_all_founders_and_the_ledger),
		cmocka_unit_test(genesis_comes_once_and_first),
		cmocka_unit_test(an_owner_enrols),
		cmocka_unit_test(only_owners_enrol),
		cmocka_unit_test(every_signer_of_a_key_record_is_entitled),
		cmocka_unit_test(a_proof_is_for_this_ledger_name_and_key),
		cmocka_unit_test(names_and_keys_in_force_are_taken),
		cmocka_unit_test(a_record_for_another_ledger_changes_nothing),
		cmocka_unit_test(key_records_come_in_order_of_seq),
		cmocka_unit_test(rotation_passes_name_and_roles_on),
		cmocka_unit_test(
		    rotation_is_signed_by_the_key_itself_or_an_owner),
		cmocka_unit_test(
		    a_revoked_key_never_comes_back_but_its_name_may),
		cmocka_unit_test(the_last_owner_stays),
		cmocka_unit_test(a_key_is_revoked_by_itself_or_an_owner),
		cmocka_unit_test(a_role_decides_which_kinds_a_key_may_sign),
		cmocka_unit_test(a_key_that_ended_signs_no_more),
		cmocka_unit_test(
		    only_genesis_and_key_records_change_authority),
		cmocka_unit_test(borrowed_principals_stay_while_hundreds_come),
		cmocka_unit_test(the_proof_text_is_four_lines),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
