/* key_file_test.c: keys at rest: sealed, private, of one spelling. */
#include "scratch.h"

#include <sodium.h>

#include "base/file.h"
#include "base/limits.h"
#include "keys/key_file.h"
#include "remains.h"

static struct passphrase *
passphrase(const char *words)
{
	struct passphrase *out = NULL;
	struct error err;

	expect_fine(passphrase_of(&out, bytes_of_text(words), &err), &err);
	return out;
}

static struct buffer
content_of(const char *path)
{
	struct buffer out = buffer_new(LIMIT_KEY_FILE);
	struct error err;

	expect_fine(file_read(&out, path, &err), &err);
	return out;
}

/* Create `path' with the key `number', sealed with words or (NULL) open. */
static void
create(const char *path, uint8_t number, const char *words)
{
	struct passphrase *with = words == NULL ? NULL : passphrase(words);
	struct signer *signer = signer_number(number);
	struct error err;

	expect_fine(key_file_create(path, "alice", signer, with, &err), &err);
	signer_free(signer);
	passphrase_free(with);
}

/* Open `path'; whether it could be, and then it is the key `number'. */
static bool
opens(const char *path, const char *words, uint8_t number, struct error *err)
{
	struct passphrase *with = words == NULL ? NULL : passphrase(words);
	struct signer *signer = NULL;
	int result = key_file_open(&signer, path, with, err);

	if (result == 0) {
		assert_true(public_key_equal(signer_public_key(signer),
		    key_number(number)));
		signer_free(signer);
	} else {
		assert_null(signer);
	}
	passphrase_free(with);
	return result == 0;
}

static mode_t
mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 07777;
}

static void
a_sealed_key_opens_with_its_passphrase_only(void **state)
{
	struct error err;

	(void)state;
	create("key", 4, "correct horse");
	assert_int_equal(mode_of("key"), 0600);
	if (!opens("key", "correct horse", 4, &err))
		fail_msg("%s", err.what);
	assert_false(opens("key", "correct horsf", 4, &err));
	expect_said(&err, ERROR_UNDECIDED, "wrong passphrase");
	assert_false(opens("key", NULL, 4, &err));
	expect_said(&err, ERROR_UNDECIDED, "needs a passphrase");
	assert_non_null(strstr(err.remedy, "VOUCH_PASSPHRASE_FILE"));
}

static void
a_key_without_passphrase_opens_without(void **state)
{
	struct error err;

	(void)state;
	create("key", 4, NULL);
	assert_int_equal(mode_of("key"), 0600);
	assert_true(opens("key", NULL, 4, &err));
	assert_true(opens("key", "needless", 4, &err));
}

static void
inspection_needs_no_passphrase(void **state)
{
	struct key_file_info info;
	struct error err;

	(void)state;
	create("open", 4, NULL);
	create("sealed", 5, "words");
	expect_fine(key_file_inspect(&info, "open", &err), &err);
	assert_string_equal(info.name, "alice");
	assert_false(info.encrypted);
	assert_true(public_key_equal(info.key, key_number(4)));
	expect_fine(key_file_inspect(&info, "sealed", &err), &err);
	assert_true(info.encrypted);
	assert_true(public_key_equal(info.key, key_number(5)));
}

static void
an_existing_file_is_not_replaced(void **state)
{
	struct signer *signer = signer_number(5);
	struct buffer before, after;
	struct error err;

	(void)state;
	create("key", 4, NULL);
	before = content_of("key");
	assert_int_equal(key_file_create("key", "bob", signer, NULL, &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "exists");
	after = content_of("key");
	assert_true(bytes_equal(buffer_bytes(&before),
	    buffer_bytes(&after)));
	buffer_wipe(&before);
	buffer_wipe(&after);
	signer_free(signer);
}

static int
never_signs(void *cookie, struct bytes message, struct signature *out,
    struct error *err)
{
	(void)cookie;
	(void)message;
	(void)out;
	return error_set(err, ERROR_SYSTEM, NULL, "asked to sign");
}

static void
never_mind(void *cookie)
{
	(void)cookie;
}

static void
only_a_key_in_memory_with_a_name_is_written(void **state)
{
	static const struct signer_backend backend =
	    { never_signs, never_mind };
	static const char *const names[] = { "", "a b", "\"", "a\nb", "-a",
		"\xc3\xa4" };
	struct signer *elsewhere, *signer = signer_number(4);
	struct error err;

	(void)state;
	expect_fine(signer_from_backend(&elsewhere, key_number(4), &backend,
	    NULL, &err), &err);
	assert_int_equal(key_file_create("key", "alice", elsewhere, NULL,
	    &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "agent");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(key_file_create("key", names[i], signer,
		    NULL, &err), -1);
		expect_said(&err, ERROR_UNDECIDED, "cannot be the name");
	}
	assert_int_equal(access("key", F_OK), -1);
	signer_free(elsewhere);
	signer_free(signer);
}

/*
 * A key file made by another hand: from the description in docs/format.md,
 * with libsodium alone.  NULL words leave it open.
 */
struct recipe {
	uint8_t seed[32];
	uint8_t public_of; /* The number of the key whose public part it has. */
	const char *words;
	unsigned long long passes, memory, used_memory;
};

static void
cook(struct buffer *out, const struct recipe *recipe)
{
	uint8_t salt[16], nonce[24], key[32], sealed[48];
	const char *words = recipe->words;

	memset(salt, 's', sizeof salt);
	memset(nonce, 'n', sizeof nonce);
	buffer_printf(out, "{\"format\":\"vouch-key-v1\",\"name\":\"alice\","
	    "\"public\":\"%s\",\"kdf\":",
	    public_key_ssh(key_number(recipe->public_of)).text);
	if (words == NULL) {
		buffer_text(out, "{\"name\":\"none\"},\"cipher\":\"none\","
		    "\"secret\":\"");
		base64_append(out, bytes_of(recipe->seed, 32));
		buffer_text(out, "\"}\n");
		return;
	}
	buffer_printf(out, "{\"name\":\"argon2id13\",\"passes\":%llu,"
	    "\"memory\":%llu,\"salt\":\"", recipe->passes, recipe->memory);
	base64_append(out, bytes_of(salt, sizeof salt));
	buffer_text(out, "\"},\"cipher\":\"xchacha20-poly1305-ietf\"");
	assert_int_equal(crypto_pwhash_argon2id(key, sizeof key, words,
	    strlen(words), salt, recipe->passes, recipe->used_memory,
	    crypto_pwhash_argon2id_ALG_ARGON2ID13), 0);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL,
	    recipe->seed, 32, out->data, out->len, NULL, nonce, key);
	buffer_text(out, ",\"nonce\":\"");
	base64_append(out, bytes_of(nonce, sizeof nonce));
	buffer_text(out, "\",\"secret\":\"");
	base64_append(out, bytes_of(sealed, sizeof sealed));
	buffer_text(out, "\"}\n");
}

/* The key 4 under "words", cheaply. */
static struct recipe
plain_recipe(const char *words)
{
	struct recipe recipe = { .public_of = 4, .words = words, .passes = 1,
		.memory = 8192, .used_memory = 8192 };

	memset(recipe.seed, 4, sizeof recipe.seed);
	return recipe;
}

static void
cook_file(const char *path, const struct recipe *recipe, mode_t mode)
{
	struct buffer text = buffer_new(LIMIT_KEY_FILE);

	cook(&text, recipe);
	write_file(path, buffer_bytes(&text), mode);
	buffer_wipe(&text);
}

static void
files_made_from_the_description_open(void **state)
{
	struct recipe sealed = plain_recipe("words");
	struct recipe open = plain_recipe(NULL);
	struct error err;

	(void)state;
	cook_file("sealed", &sealed, 0600);
	cook_file("open", &open, 0600);
	if (!opens("sealed", "words", 4, &err) || !opens("open", NULL, 4, &err))
		fail_msg("%s", err.what);
	assert_false(opens("sealed", "word", 4, &err));
}

static void
what_is_created_follows_the_description(void **state)
{
	struct recipe open = plain_recipe(NULL);
	struct buffer wanted = buffer_new(LIMIT_KEY_FILE), made;
	char head[500];

	(void)state;
	cook(&wanted, &open);
	create("open", 4, NULL);
	made = content_of("open");
	assert_string_equal(buffer_string(&made), buffer_string(&wanted));
	buffer_wipe(&made);
	buffer_wipe(&wanted);
	/* RFC 9106's second recommended choice. */
	create("sealed", 4, "words");
	made = content_of("sealed");
	(void)snprintf(head, sizeof head, "{\"format\":\"vouch-key-v1\","
	    "\"name\":\"alice\",\"public\":\"%s\",\"kdf\":{\"name\":"
	    "\"argon2id13\",\"passes\":3,\"memory\":67108864,\"salt\":\"",
	    public_key_ssh(key_number(4)).text);
	assert_true(bytes_begin(buffer_bytes(&made), head));
	buffer_free(&made);
}

/* Whether the texts of a member differ in two files. */
static bool
member_differs(const struct buffer *one, const struct buffer *two,
    const char *member)
{
	const char *a = strstr(buffer_string(one), member);
	const char *b = strstr(buffer_string(two), member);

	assert_true(a != NULL && b != NULL);
	return strncmp(a + strlen(member), b + strlen(member), 20) != 0;
}

static void
two_files_of_one_key_have_nothing_secret_in_common(void **state)
{
	struct buffer one, two;

	(void)state;
	create("one", 4, "words");
	create("two", 4, "words");
	one = content_of("one");
	two = content_of("two");
	assert_int_equal(one.len, two.len);
	assert_true(member_differs(&one, &two, "\"salt\":\""));
	assert_true(member_differs(&one, &two, "\"nonce\":\""));
	assert_true(member_differs(&one, &two, "\"secret\":\""));
	buffer_free(&one);
	buffer_free(&two);
}

/* Every byte, changed in a few ways: the file never opens. */
static void
any_changed_byte_keeps_a_sealed_key_shut(void **state)
{
	static const uint8_t masks[] = { 1, 2, 4, 0x20, 0x80 };
	struct recipe recipe = plain_recipe("words");
	struct buffer text = buffer_new(LIMIT_KEY_FILE);
	struct error err;

	(void)state;
	cook(&text, &recipe);
	for (size_t i = 0; i < text.len; i++) {
		for (size_t m = 0; m < sizeof masks; m++) {
			text.data[i] ^= masks[m];
			write_file("key", buffer_bytes(&text), 0600);
			if (opens("key", "words", 4, &err))
				fail_msg("byte %zu, mask %u", i, masks[m]);
			assert_int_equal(err.class, ERROR_UNDECIDED);
			text.data[i] ^= masks[m];
		}
	}
	buffer_free(&text);
}

static void
shortened_and_lengthened_files_are_refused(void **state)
{
	struct recipe recipes[] = { plain_recipe("words"),
		plain_recipe(NULL) };
	struct key_file_info info;
	struct error err;

	(void)state;
	for (size_t r = 0; r < 2; r++) {
		struct buffer text = buffer_new(LIMIT_KEY_FILE * 2);

		cook(&text, &recipes[r]);
		for (size_t len = 0; len < text.len; len++) {
			write_file("key", bytes_of(text.data, len), 0600);
			assert_int_equal(key_file_inspect(&info, "key",
			    &err), -1);
			expect_said(&err, ERROR_UNDECIDED, "not a key file");
		}
		while (text.len <= LIMIT_KEY_FILE) {
			buffer_byte(&text, '\n');
			if (text.len > 1000 && text.len < LIMIT_KEY_FILE - 2)
				continue;
			write_file("key", buffer_bytes(&text), 0600);
			assert_int_equal(key_file_inspect(&info, "key",
			    &err), -1);
			expect_said(&err, ERROR_UNDECIDED, "not a key file");
		}
		buffer_wipe(&text);
	}
}

static void
other_spellings_of_the_same_are_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
		{ "{\"format", "{ \"format" }, { ":\"alice\"", ": \"alice\"" },
		{ "alice", "\\u0061lice" }, { "alice", "al ice" },
		{ "alice", "" }, { "\"passes\":1", "\"passes\":1.0" },
		{ "\"passes\":1", "\"passes\":01" },
		{ "\"passes\":1", "\"passes\":+1" },
		{ "\"passes\":1", "\"passes\":0" },
		{ "\"passes\":1", "\"passes\":" },
		{ "\"memory\":8192", "\"memory\":8.192e3" },
		{ "\"memory\":8192", "\"memory\":8193" },
		{ "\"memory\":8192", "\"memory\":1024" },
		{ "\"memory\":8192", "\"memory\":18446744073709559808" },
		{ "}\n", "}" }, { "}\n", "}\r\n" }, { "}\n", ",\"x\":1}\n" },
		{ "argon2id13", "argon2i13" }, { "vouch-key-v1", "vouch-key-v2" },
	};
	struct recipe recipe = plain_recipe("words");
	struct buffer text = buffer_new(LIMIT_KEY_FILE);
	struct error err;

	(void)state;
	cook(&text, &recipe);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const char *at = strstr(buffer_string(&text), changes[i].from);
		struct buffer changed = buffer_new(LIMIT_KEY_FILE);

		assert_non_null(at);
		if (strcmp(changes[i].from, "}\n") == 0)
			at = buffer_string(&text) + text.len - 2;
		buffer_append(&changed, bytes_of(text.data,
		    (size_t)(at - buffer_string(&text))));
		buffer_text(&changed, changes[i].to);
		buffer_text(&changed, at + strlen(changes[i].from));
		write_file("key", buffer_bytes(&changed), 0600);
		if (opens("key", "words", 4, &err))
			fail_msg("%s was read", changes[i].to);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		buffer_free(&changed);
	}
	buffer_free(&text);
}

static void
names_are_as_strict_as_when_they_are_written(void **state)
{
	static const char *const names[] = { "", "al ice", "\\u0061lice",
		"-alice", "alice\n", "\xc3\xa4", "\\\"" };
	struct recipe recipe = plain_recipe(NULL);
	struct buffer text = buffer_new(LIMIT_KEY_FILE);
	const char *at;
	struct error err;

	(void)state;
	cook(&text, &recipe);
	at = strstr(buffer_string(&text), "alice");
	assert_non_null(at);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buffer changed = buffer_new(LIMIT_KEY_FILE);

		buffer_append(&changed, bytes_of(text.data,
		    (size_t)(at - buffer_string(&text))));
		buffer_printf(&changed, "%s%s", names[i], at + 5);
		write_file("key", buffer_bytes(&changed), 0600);
		assert_false(opens("key", NULL, 4, &err));
		expect_said(&err, ERROR_UNDECIDED, "not a key file");
		buffer_wipe(&changed);
	}
	buffer_wipe(&text);
}

static void
work_beyond_the_ceilings_is_refused_before_it_is_done(void **state)
{
	static const struct {
		unsigned long long passes, memory;
		bool allowed;
	} costs[] = {
		{ LIMIT_KDF_PASSES, 8192, true },
		{ LIMIT_KDF_PASSES + 1, 8192, false },
		{ 999999999999999, 8192, false },
		{ 1, LIMIT_KDF_MEMORY, true },
		{ 1, LIMIT_KDF_MEMORY + 1024, false },
		{ 1, 999999999999488, false },
		{ 1, 7168, false }, /* Too little for the algorithm. */
		{ 1, 8193, false }, /* Not whole KiB, as it counts. */
	};
	struct key_file_info info;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
		struct recipe recipe = plain_recipe("words");
		int result;

		recipe.passes = 1;
		recipe.memory = costs[i].memory;
		cook_file("key", &recipe, 0600);
		if (costs[i].passes != 1) {
			struct buffer text = content_of("key");
			const char *rest = strstr(buffer_string(&text),
			    "\"passes\":1") + 10;
			struct buffer changed = buffer_new(LIMIT_KEY_FILE);

			buffer_append(&changed, bytes_of(text.data,
			    (size_t)(rest - buffer_string(&text)) - 1));
			buffer_printf(&changed, "%llu%s", costs[i].passes,
			    rest);
			write_file("key", buffer_bytes(&changed), 0600);
			buffer_free(&changed);
			buffer_free(&text);
		}
		result = key_file_inspect(&info, "key", &err);
		assert_int_equal(result, costs[i].allowed ? 0 : -1);
		if (costs[i].allowed)
			continue;
		expect_said(&err, ERROR_UNDECIDED, "not allowed");
		assert_false(opens("key", "words", 4, &err));
		expect_said(&err, ERROR_UNDECIDED, "not allowed");
	}
}

static void
a_public_key_that_does_not_follow_is_refused(void **state)
{
	struct recipe open = plain_recipe(NULL);
	struct recipe sealed = plain_recipe("words");
	struct error err;

	(void)state;
	open.public_of = sealed.public_of = 5;
	cook_file("open", &open, 0600);
	cook_file("sealed", &sealed, 0600);
	assert_false(opens("open", NULL, 4, &err));
	expect_said(&err, ERROR_UNDECIDED, "not that of its secret");
	assert_false(opens("sealed", "words", 4, &err));
	expect_said(&err, ERROR_UNDECIDED, "not that of its secret");
}

static void
files_that_others_can_touch_are_refused(void **state)
{
	static const struct {
		mode_t mode;
		bool sealed_opens, open_opens;
	} modes[] = {
		{ 0600, true, true }, { 0400, true, true },
		{ 0700, true, true }, { 0640, true, false },
		{ 0604, true, false }, { 0644, true, false },
		{ 0620, false, false }, { 0602, false, false },
		{ 0666, false, false },
	};
	struct recipe open = plain_recipe(NULL);
	struct recipe sealed = plain_recipe("words");
	struct key_file_info info;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		cook_file("open", &open, modes[i].mode);
		cook_file("sealed", &sealed, modes[i].mode);
		assert_int_equal(opens("sealed", "words", 4, &err),
		    modes[i].sealed_opens);
		assert_int_equal(key_file_inspect(&info, "sealed", &err) == 0,
		    modes[i].sealed_opens);
		if (!modes[i].sealed_opens) {
			expect_said(&err, ERROR_UNDECIDED, "others can change");
			assert_string_equal(err.remedy, "chmod 600 sealed");
		}
		assert_int_equal(opens("open", NULL, 4, &err),
		    modes[i].open_opens);
		if (!modes[i].open_opens)
			assert_string_equal(err.remedy, "chmod 600 open");
	}
}

static void
what_is_no_key_file_is_refused_with_a_reason(void **state)
{
	struct key_file_info info;
	struct error err;

	(void)state;
	assert_int_equal(key_file_inspect(&info, "absent", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "cannot read the key file `absent'");
	assert_int_equal(key_file_inspect(&info, ".", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "not a regular file");
	/* One that nobody writes to does not keep us waiting. */
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(key_file_inspect(&info, "fifo", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "not a regular file");
	write_file("ssh", bytes_of_text("-----BEGIN OPENSSH PRIVATE KEY-----\n"
	    "b3BlbnNzaC1rZXktdjEAAAAA\n"), 0600);
	assert_int_equal(key_file_inspect(&info, "ssh", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "private key of OpenSSH");
	assert_non_null(strstr(err.remedy, "ssh-add"));
	write_file("json", bytes_of_text("{}\n"), 0600);
	assert_int_equal(key_file_inspect(&info, "json", &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "`json' is not a key file");
}

/* A random key, and what its secret looks like in memory and in a file. */
struct use {
	const char *path;
	const char *words;
	struct remains seed, base64;
};

static void
use_a_key(void *cookie)
{
	struct use *use = cookie;
	struct passphrase *with =
	    use->words == NULL ? NULL : passphrase(use->words);
	struct signer *signer;
	char text[BASE64_LEN(32) + 1];
	struct error err;

	expect_fine(signer_generate(&signer, &err), &err);
	use->seed = remains_of(signer_seed(signer));
	base64_encode(text, bytes_of(signer_seed(signer), 32));
	use->base64 = remains_of(text);
	explicit_bzero(text, sizeof text);
	expect_fine(key_file_create(use->path, "alice", signer, with, &err),
	    &err);
	signer_free(signer);
	expect_fine(key_file_open(&signer, use->path, with, &err), &err);
	assert_int_equal(remains_count(&use->seed), 1);
	signer_free(signer);
	passphrase_free(with);
}

static void
nothing_remains_of_a_key_that_was_used(void **state)
{
	struct use uses[] = { { .path = "open" },
		{ .path = "sealed", .words = "the words of a passphrase" } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		remains_below(use_a_key, &uses[i]);
		assert_int_equal(remains_count(&uses[i].seed), 0);
		assert_int_equal(remains_count(&uses[i].base64), 0);
	}
}

static void
inspect_and_fail_to_open(void *cookie)
{
	const struct use *use = cookie;
	struct key_file_info info;
	struct error err;

	expect_fine(key_file_inspect(&info, use->path, &err), &err);
	assert_int_equal(chmod(use->path, 0644), 0);
	assert_false(opens(use->path, NULL, 4, &err));
}

static void
nothing_remains_of_a_file_that_was_only_inspected(void **state)
{
	struct use use = { .path = "open" };

	(void)state;
	remains_below(use_a_key, &use);
	remains_below(inspect_and_fail_to_open, &use);
	assert_int_equal(remains_count(&use.seed), 0);
	assert_int_equal(remains_count(&use.base64), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, place_enter, place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sealed_key_opens_with_its_passphrase_only),
		TEST(a_key_without_passphrase_opens_without),
		TEST(inspection_needs_no_passphrase),
		TEST(an_existing_file_is_not_replaced),
		TEST(only_a_key_in_memory_with_a_name_is_written),
		TEST(files_made_from_the_description_open),
		TEST(what_is_created_follows_the_description),
		TEST(two_files_of_one_key_have_nothing_secret_in_common),
		TEST(any_changed_byte_keeps_a_sealed_key_shut),
		TEST(shortened_and_lengthened_files_are_refused),
		TEST(other_spellings_of_the_same_are_refused),
		TEST(names_are_as_strict_as_when_they_are_written),
		TEST(work_beyond_the_ceilings_is_refused_before_it_is_done),
		TEST(a_public_key_that_does_not_follow_is_refused),
		TEST(files_that_others_can_touch_are_refused),
		TEST(what_is_no_key_file_is_refused_with_a_reason),
		TEST(nothing_remains_of_a_key_that_was_used),
		TEST(nothing_remains_of_a_file_that_was_only_inspected),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
