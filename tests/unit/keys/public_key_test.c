/* public_key_test.c: keys as OpenSSH spells them; weak ones are refused. */
#include "scratch.h"

/* GitHub's Ed25519 host key and its fingerprint, as GitHub publishes them. */
#define KNOWN_KEY "ssh-ed25519 " \
    "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
#define KNOWN_FINGERPRINT "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"

static void
a_published_key_has_its_published_fingerprint(void **state)
{
	struct public_key key;
	struct error err;

	(void)state;
	expect_fine(public_key_parse_exact(&key, bytes_of_text(KNOWN_KEY),
	    &err), &err);
	assert_string_equal(public_key_fingerprint(key).text,
	    KNOWN_FINGERPRINT);
	assert_string_equal(public_key_ssh(key).text, KNOWN_KEY);
}

static void
the_wire_form_is_that_of_rfc_8709(void **state)
{
	/* Section 4: string "ssh-ed25519", string key. */
	uint8_t wanted[PUBLIC_KEY_WIRE_LEN] = "\0\0\0\x0bssh-ed25519\0\0\0\x20";
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];
	struct public_key key = key_number(1);
	struct digest digest = public_key_digest(key), own;

	(void)state;
	memcpy(wanted + 19, key.byte, PUBLIC_KEY_LEN);
	public_key_wire(wire, key);
	assert_memory_equal(wire, wanted, sizeof wire);
	own = digest_of(bytes_of(wanted, sizeof wanted));
	assert_true(digest_equal(digest, own));
}

static void
ssh_keygen_agrees_on_keys_and_fingerprints(void **state)
{
	char line[300], wanted[300];
	struct public_key key;
	struct bytes comment;
	struct error err;

	(void)state;
	if (!has_command("ssh-keygen")) {
		print_message("# ssh-keygen is not installed\n");
		skip();
	}
	for (int i = 0; i < 5; i++) {
		(void)unlink("key");
		assert_int_equal(system("ssh-keygen -q -t ed25519 -N '' "
		    "-C 'a person@a place' -f key"), 0);
		assert_int_equal(command_output(line, sizeof line,
		    "cat key.pub"), 0);
		assert_int_equal(command_output(wanted, sizeof wanted,
		    "ssh-keygen -lf key.pub | cut -d' ' -f2 | tr -d '\\n'"),
		    0);
		expect_fine(public_key_parse_ssh(&key, &comment,
		    bytes_of_text(line), &err), &err);
		assert_string_equal(public_key_fingerprint(key).text, wanted);
		assert_true(bytes_equal(comment,
		    bytes_of_text("a person@a place")));
		assert_memory_equal(line, public_key_ssh(key).text,
		    PUBLIC_KEY_SSH_LEN);
	}
}

static void
lines_are_read_as_people_have_them(void **state)
{
	static const struct {
		const char *line, *comment;
	} lines[] = {
		{ KNOWN_KEY, "" },
		{ KNOWN_KEY "\n", "" },
		{ KNOWN_KEY "\r\n", "" },
		{ KNOWN_KEY " ", "" },
		{ KNOWN_KEY " me", "me" },
		{ KNOWN_KEY " me at work\n", "me at work" },
	};
	struct public_key key;
	struct bytes comment;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct bytes line = bytes_of_text(lines[i].line);

		expect_fine(public_key_parse_ssh(&key, &comment, line, &err),
		    &err);
		assert_true(bytes_equal(comment,
		    bytes_of_text(lines[i].comment)));
		expect_fine(public_key_parse_ssh(&key, NULL, line, &err),
		    &err);
		assert_string_equal(public_key_ssh(key).text, KNOWN_KEY);
	}
}

static void
other_lines_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *line, *what;
	} lines[] = {
		{ "ssh-rsa AAAAB3NzaC1yc2E= x", "Ed25519 is needed" },
		{ "ecdsa-sha2-nistp256 AAAA x", "Ed25519 is needed" },
		{ "sk-ssh-ed25519@openssh.com AAAA x", "Ed25519 is needed" },
		{ "ssh-ed25519-cert-v01@openssh.com AAAA",
		  "Ed25519 is needed" },
		{ "", "not an OpenSSH public key" },
		{ "ssh", "not an OpenSSH public key" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----",
		  "not an OpenSSH public key" },
		{ "ssh-ed25519 ", "malformed" },
		{ "ssh-ed25519  AAAA", "malformed" },
		{ KNOWN_KEY "=", "malformed" },
		{ KNOWN_KEY "\n" KNOWN_KEY "\n", "more than one line" },
		{ KNOWN_KEY " me\nssh-rsa AAAA\n", "more than one line" },
	};
	struct public_key key, untouched;
	struct error err;

	(void)state;
	memset(&key, 5, sizeof key);
	untouched = key;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		assert_int_equal(public_key_parse_ssh(&key, NULL,
		    bytes_of_text(lines[i].line), &err), -1);
		expect_said(&err, ERROR_UNDECIDED, lines[i].what);
		assert_true(err.remedy[0] != '\0');
	}
	assert_true(public_key_equal(key, untouched));
}

/*
 * Points that make any signature verify for some messages, in every encoding
 * of theirs (order 1, 2, 4 and 8), and a few that no signer has.
 */
static const struct {
	const char *name, *hex;
} weak[] = {
	{ "order 1",
	  "0100000000000000000000000000000000000000000000000000000000000000" },
	{ "order 2",
	  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
	{ "order 4",
	  "0000000000000000000000000000000000000000000000000000000000000000" },
	{ "order 4, the other",
	  "0000000000000000000000000000000000000000000000000000000000000080" },
	{ "order 8",
	  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05" },
	{ "order 8, another",
	  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a" },
	{ "order 1, not canonical",
	  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
	{ "order 4, not canonical",
	  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
	{ "not canonical",
	  "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
	{ "not on the curve",
	  "0200000000000000000000000000000000000000000000000000000000000000" },
};

static void
weak_points_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
		struct public_key key, parsed;
		struct public_key_text text;
		struct error err;

		from_hex(key.byte, sizeof key.byte, weak[i].hex);
		text = public_key_ssh(key);
		print_message("# %s\n", weak[i].name);
		assert_int_equal(public_key_parse_ssh(&parsed, NULL,
		    bytes_of_text(text.text), &err), -1);
		expect_said(&err, ERROR_UNDECIDED, "not a sound");
		assert_int_equal(public_key_parse_exact(&parsed,
		    bytes_of_text(text.text), &err), -1);
		expect_said(&err, ERROR_UNDECIDED, "not a sound");
	}
}

static void
a_weak_key_verifies_nothing(void **state)
{
	/* R the neutral point, S zero: 0*B = R + h*A for A neutral. */
	struct signature signature = { { 1 } };
	struct public_key key = { { 1 } };

	(void)state;
	assert_false(public_key_verify(key, bytes_of_text("anything"),
	    &signature));
}

static void
a_signature_has_one_form_only(void **state)
{
	/* The order of the base point (RFC 8032, 5.1), little endian. */
	static const char order_hex[] =
	    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
	struct bytes message = bytes_of_text("a message");
	struct signer *signer = signer_number(9);
	struct signature signature;
	uint8_t order[32];
	unsigned carry = 0;
	struct error err;

	(void)state;
	from_hex(order, sizeof order, order_hex);
	expect_fine(signer_sign(signer, message, &signature, &err), &err);
	assert_true(public_key_verify(signer_public_key(signer), message,
	    &signature));
	/* S + L satisfies the equation as well. */
	for (size_t i = 0; i < sizeof order; i++) {
		carry += (unsigned)signature.byte[32 + i] + order[i];
		signature.byte[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(carry, 0);
	assert_false(public_key_verify(signer_public_key(signer), message,
	    &signature));
	signer_free(signer);
}

static void
every_changed_bit_of_a_signature_is_noticed(void **state)
{
	struct bytes message = bytes_of_text("a message");
	struct signer *signer = signer_number(9);
	struct signature signature;
	struct error err;

	(void)state;
	expect_fine(signer_sign(signer, message, &signature, &err), &err);
	for (size_t i = 0; i < SIGNATURE_LEN * 8; i++) {
		struct signature changed = signature;

		changed.byte[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_false(public_key_verify(signer_public_key(signer),
		    message, &changed));
	}
	assert_false(public_key_verify(signer_public_key(signer),
	    bytes_of_text("another"), &signature));
	assert_false(public_key_verify(key_number(8), message, &signature));
	signer_free(signer);
}

static void
exact_reading_takes_one_spelling_only(void **state)
{
	static const char *const others[] = { "", KNOWN_KEY "\n",
		KNOWN_KEY " ", KNOWN_KEY " me", " " KNOWN_KEY,
		"ssh-ed25519\tAAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsa"
		"bgH5C9okWi0dh2l9GKJl" };
	struct bytes known = bytes_of_text(KNOWN_KEY);
	struct public_key key;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		assert_int_equal(public_key_parse_exact(&key,
		    bytes_of_text(others[i]), &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	for (size_t len = 0; len < known.len; len++)
		assert_int_equal(public_key_parse_exact(&key,
		    bytes_of(known.data, len), &err), -1);
}

/* What is accepted after any change of a byte is spelled that way. */
static void
no_key_has_a_second_spelling(void **state)
{
	struct public_key key, known;
	struct error err;
	size_t accepted = 0;

	(void)state;
	expect_fine(public_key_parse_exact(&known, bytes_of_text(KNOWN_KEY),
	    &err), &err);
	for (size_t i = 0; i < PUBLIC_KEY_SSH_LEN; i++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			char text[] = KNOWN_KEY;

			if ((uint8_t)text[i] == byte)
				continue;
			text[i] = (char)byte;
			if (public_key_parse_exact(&key,
			    bytes_of(text, PUBLIC_KEY_SSH_LEN), &err) == -1)
				continue;
			assert_false(public_key_equal(key, known));
			assert_string_equal(public_key_ssh(key).text, text);
			accepted++;
		}
	}
	/* About one in sixteen points is of prime order. */
	assert_true(accepted > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_published_key_has_its_published_fingerprint),
		cmocka_unit_test(the_wire_form_is_that_of_rfc_8709),
		cmocka_unit_test_setup_teardown(
		    ssh_keygen_agrees_on_keys_and_fingerprints, place_enter,
		    place_leave),
		cmocka_unit_test(lines_are_read_as_people_have_them),
		cmocka_unit_test(other_lines_are_refused_with_a_reason),
		cmocka_unit_test(weak_points_are_refused),
		cmocka_unit_test(a_weak_key_verifies_nothing),
		cmocka_unit_test(a_signature_has_one_form_only),
		cmocka_unit_test(every_changed_bit_of_a_signature_is_noticed),
		cmocka_unit_test(exact_reading_takes_one_spelling_only),
		cmocka_unit_test(no_key_has_a_second_spelling),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
