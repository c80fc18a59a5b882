/* signer_test.c: keys sign, agents are not believed, secrets are wiped. */
#include "scratch.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "remains.h"

/* RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc). */
static const struct {
	const char *seed, *key, *message, *signature;
} vectors[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc4"
	  "4449c5697b326919703bac031cae7f60",
	  "d75a980182b10ab7d54bfed3c964073a"
	  "0ee172f3daa62325af021a68f707511a",
	  "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f"
	  "5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc"
	  "9c982ccf2ec4968cc0cd55f12af4660c",
	  "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ "c5aa8df43f9f837bedb7442f31dcb7b1"
	  "66d38535076f094b85ce3a2e0b4458f7",
	  "fc51cd8e6218a1a38da47ed00230f058"
	  "0816ed13ba3303ac5deb911548908025",
	  "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
	{ "833fe62409237b9d62ec77587520911e"
	  "9a759cec1d19755b7da901b96dca3d42",
	  "ec172b93ad5e563bf4932c70e1245034"
	  "c35467ef2efd4d64ebf819683467e2bf",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	  "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
	  "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704" },
};
#define VECTORS (sizeof vectors / sizeof vectors[0])

static void
rfc_8032_vectors_are_signed_and_verified(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		uint8_t seed[32], message[64], wanted[SIGNATURE_LEN];
		struct bytes bytes = bytes_of(message,
		    strlen(vectors[i].message) / 2);
		struct signature signature;
		struct signer *signer;
		struct public_key key;
		struct error err;

		from_hex(seed, sizeof seed, vectors[i].seed);
		from_hex(key.byte, sizeof key.byte, vectors[i].key);
		from_hex(message, bytes.len, vectors[i].message);
		from_hex(wanted, sizeof wanted, vectors[i].signature);
		expect_fine(signer_from_seed(&signer, seed, &err), &err);
		assert_true(public_key_equal(signer_public_key(signer), key));
		expect_fine(signer_sign(signer, bytes, &signature, &err),
		    &err);
		assert_memory_equal(signature.byte, wanted, SIGNATURE_LEN);
		assert_true(public_key_verify(key, bytes, &signature));
		assert_memory_equal(signer_seed(signer), seed, sizeof seed);
		signer_free(signer);
	}
}

static void
new_keys_differ_and_sign(void **state)
{
	struct bytes message = bytes_of_text("a message");
	struct signer *one = NULL, *two = NULL;
	struct signature signature;
	struct error err;

	(void)state;
	expect_fine(signer_generate(&one, &err), &err);
	expect_fine(signer_generate(&two, &err), &err);
	assert_false(public_key_equal(signer_public_key(one),
	    signer_public_key(two)));
	expect_fine(signer_sign(one, message, &signature, &err), &err);
	assert_true(public_key_verify(signer_public_key(one), message,
	    &signature));
	assert_false(public_key_verify(signer_public_key(two), message,
	    &signature));
	signer_free(one);
	signer_free(two);
	signer_free(NULL);
}

/* A backend that does as it is told, and counts its releases. */
struct puppet {
	enum { SIGNS, SIGNS_OTHERS, FAILS } does;
	int released;
};

static int
puppet_sign(void *cookie, struct bytes message, struct signature *out,
    struct error *err)
{
	const struct puppet *puppet = cookie;
	struct signer *signer = signer_number(
	    puppet->does == SIGNS_OTHERS ? 8 : 7);
	int result = signer_sign(signer, message, out, err);

	signer_free(signer);
	if (puppet->does == FAILS)
		return error_set(err, ERROR_UNDECIDED, "ask nicely", "no");
	return result;
}

static void
puppet_release(void *cookie)
{
	((struct puppet *)cookie)->released++;
}

static const struct signer_backend puppets = { puppet_sign, puppet_release };

static void
a_backend_signs_and_is_released_once(void **state)
{
	struct puppet puppet = { SIGNS, 0 };
	struct bytes message = bytes_of_text("a message");
	struct signature signature;
	struct signer *signer;
	struct error err;

	(void)state;
	expect_fine(signer_from_backend(&signer, key_number(7), &puppets,
	    &puppet, &err), &err);
	expect_fine(signer_sign(signer, message, &signature, &err), &err);
	assert_true(public_key_verify(key_number(7), message, &signature));
	assert_null(signer_seed(signer));
	assert_int_equal(puppet.released, 0);
	signer_free(signer);
	assert_int_equal(puppet.released, 1);
}

static void
a_backend_is_not_believed(void **state)
{
	struct puppet puppet = { SIGNS_OTHERS, 0 };
	struct bytes message = bytes_of_text("a message");
	struct signature signature = { { 0 } }, untouched = { { 0 } };
	struct signer *signer;
	struct error err;

	(void)state;
	expect_fine(signer_from_backend(&signer, key_number(7), &puppets,
	    &puppet, &err), &err);
	assert_int_equal(signer_sign(signer, message, &signature, &err), -1);
	expect_said(&err, ERROR_SYSTEM, "does not verify");
	puppet.does = FAILS;
	assert_int_equal(signer_sign(signer, message, &signature, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no");
	assert_string_equal(err.remedy, "ask nicely");
	assert_memory_equal(&signature, &untouched, sizeof signature);
	signer_free(signer);
}

/* Whether the mapping of an address has a flag in smaps (proc(5)). */
static bool
mapping_has(const void *address, const char *flag)
{
	FILE *smaps = fopen("/proc/self/smaps", "r");
	uint64_t wanted = (uint64_t)(uintptr_t)address, from, to;
	bool inside = false, found = false;
	char line[500];

	assert_non_null(smaps);
	while (fgets(line, sizeof line, smaps) != NULL) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2)
			inside = wanted >= from && wanted < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line + 8, flag) != NULL;
	}
	fclose(smaps);
	return found;
}

/* Whether locking does anything: AddressSanitizer makes it do nothing. */
static bool
memory_can_be_locked(void)
{
	void *page = mmap(NULL, 1, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool locked;

	assert_true(page != MAP_FAILED);
	locked = mlock(page, 1) == 0 && mapping_has(page, " lo");
	munmap(page, 1);
	return locked;
}

static void
a_secret_is_locked_and_left_out_of_core_dumps(void **state)
{
	struct signer *signer = signer_number(3);

	(void)state;
	assert_true(mapping_has(signer_seed(signer), " dd"));
	assert_int_equal(mapping_has(signer_seed(signer), " lo"),
	    memory_can_be_locked());
	assert_false(mapping_has(signer_seed(signer), " wr"));
	signer_free(signer);
}

static void
without_memory_to_lock_a_key_still_signs(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		struct rlimit none = { 0, 0 };
		struct signature signature;
		struct signer *signer;
		struct error err;

		if (setrlimit(RLIMIT_MEMLOCK, &none) == -1 ||
		    (geteuid() == 0 && setuid(65534) == -1) ||
		    signer_generate(&signer, &err) == -1 ||
		    mapping_has(signer_seed(signer), " lo") ||
		    !mapping_has(signer_seed(signer), " dd") ||
		    signer_sign(signer, bytes_of_text("x"), &signature,
		    &err) == -1)
			_exit(1);
		signer_free(signer);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
writing_to_a_secret_ends_the_program(void **state)
{
	struct signer *signer = signer_number(3);
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGSEGV, SIG_DFL);
		*(volatile uint8_t *)(uintptr_t)signer_seed(signer) = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	signer_free(signer);
}

static void
sign_and_forget(void *cookie)
{
	struct remains *remains = cookie;
	struct signature signature;
	struct signer *signer;
	struct error err;

	expect_fine(signer_generate(&signer, &err), &err);
	*remains = remains_of(signer_seed(signer));
	expect_fine(signer_sign(signer, bytes_of_text("x"), &signature, &err),
	    &err);
	assert_int_equal(remains_count(remains), 1);
	signer_free(signer);
}

static void
nothing_remains_of_a_freed_key(void **state)
{
	struct remains remains;

	(void)state;
	remains_below(sign_and_forget, &remains);
	assert_int_equal(remains_count(&remains), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_8032_vectors_are_signed_and_verified),
		cmocka_unit_test(new_keys_differ_and_sign),
		cmocka_unit_test(a_backend_signs_and_is_released_once),
		cmocka_unit_test(a_backend_is_not_believed),
		cmocka_unit_test(
		    a_secret_is_locked_and_left_out_of_core_dumps),
		cmocka_unit_test(without_memory_to_lock_a_key_still_signs),
		cmocka_unit_test(writing_to_a_secret_ends_the_program),
		cmocka_unit_test(nothing_remains_of_a_freed_key),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
