#include "keys/key_file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

/* RFC 9106's second recommended choice: three passes over 64 MiB. */
#define PASSES 3
#define MEMORY ((size_t)64 * 1024 * 1024)
#define SEED_LEN 32
#define SEALED_LEN (SEED_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SALT_LEN crypto_pwhash_SALTBYTES

/* A key file taken apart. */
struct parts {
	struct key_file_info info;
	uint64_t passes;
	uint64_t memory;
	uint8_t salt[SALT_LEN];
	uint8_t nonce[NONCE_LEN];
	uint8_t secret[SEALED_LEN]; /* SEED_LEN of it when not encrypted. */
};

static void
append_base64(struct buffer *out, const char *before, const uint8_t *data,
    size_t len)
{
	buffer_text(out, before);
	base64_append(out, bytes_of(data, len));
	buffer_byte(out, '"');
}

/* Everything before ,"nonce": also what the seal covers beside the seed. */
static void
write_head(struct buffer *out, const struct parts *parts)
{
	buffer_text(out, "{\"format\":\"vouch-key-v1\",\"name\":");
	json_write_text(out, bytes_of_text(parts->info.name));
	buffer_printf(out, ",\"public\":\"%s\",\"kdf\":",
	    public_key_ssh(parts->info.key).text);
	if (!parts->info.encrypted) {
		buffer_text(out, "{\"name\":\"none\"},\"cipher\":\"none\"");
		return;
	}
	buffer_printf(out, "{\"name\":\"argon2id13\",\"passes\":%llu,"
	    "\"memory\":%llu", (unsigned long long)parts->passes,
	    (unsigned long long)parts->memory);
	append_base64(out, ",\"salt\":\"", parts->salt, SALT_LEN);
	buffer_text(out, "},\"cipher\":\"xchacha20-poly1305-ietf\"");
}

static void
write_all(struct buffer *out, const struct parts *parts)
{
	write_head(out, parts);
	if (parts->info.encrypted) {
		append_base64(out, ",\"nonce\":\"", parts->nonce, NONCE_LEN);
		append_base64(out, ",\"secret\":\"", parts->secret,
		    SEALED_LEN);
	} else {
		append_base64(out, ",\"secret\":\"", parts->secret, SEED_LEN);
	}
	buffer_text(out, "}\n");
}

/* The cipher's key in locked memory. */
static int
derive(uint8_t **out, const struct parts *parts,
    const struct passphrase *passphrase, struct error *err)
{
	struct bytes words = passphrase_bytes(passphrase);
	uint8_t *key =
	    sodium_malloc(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

	if (key == NULL)
		return error_memory(err);
	if (crypto_pwhash(key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	    (const char *)words.data, words.len, parts->salt, parts->passes,
	    (size_t)parts->memory, crypto_pwhash_ALG_ARGON2ID13) == -1) {
		sodium_free(key);
		return error_memory(err);
	}
	*out = key;
	return 0;
}

static int
seal(struct parts *parts, const uint8_t *seed,
    const struct passphrase *passphrase, struct error *err)
{
	struct buffer head = buffer_new(LIMIT_KEY_FILE);
	uint8_t *key = NULL;
	int result = -1;

	parts->passes = PASSES;
	parts->memory = MEMORY;
	randombytes_buf(parts->salt, SALT_LEN);
	randombytes_buf(parts->nonce, NONCE_LEN);
	write_head(&head, parts);
	if (buffer_check(&head, "key file", err) == -1 ||
	    derive(&key, parts, passphrase, err) == -1)
		goto done;
	crypto_aead_xchacha20poly1305_ietf_encrypt(parts->secret, NULL, seed,
	    SEED_LEN, head.data, head.len, NULL, parts->nonce, key);
	result = 0;
done:
	buffer_free(&head);
	sodium_free(key);
	return result;
}

int
key_file_create(const char *path, const char *name,
    const struct signer *signer, const struct passphrase *passphrase,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_KEY_FILE);
	const uint8_t *seed = signer_seed(signer);
	struct parts parts;
	int result = -1;

	memset(&parts, 0, sizeof parts);
	if (!text_is_name(bytes_of_text(name)))
		return error_set(err, ERROR_UNDECIDED,
		    "use letters, digits, '.', '_', '-' and '/'",
		    "'%.80s' cannot be the name of a key", name);
	if (seed == NULL)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the key is in an agent and cannot be written to a file");
	memcpy(parts.info.name, name, strlen(name) + 1);
	parts.info.key = signer_public_key(signer);
	parts.info.encrypted = passphrase != NULL;
	if (passphrase == NULL)
		memcpy(parts.secret, seed, SEED_LEN);
	else if (seal(&parts, seed, passphrase, err) == -1)
		goto done;
	write_all(&text, &parts);
	if (buffer_check(&text, "key file", err) == 0)
		result = file_create(path, buffer_bytes(&text), 0600, err);
done:
	buffer_wipe(&text);
	sodium_memzero(&parts, sizeof parts);
	return result;
}

static bool
take_base64(uint8_t *out, size_t len, const struct json *object,
    const char *name)
{
	const char *text = json_member_text(object, name);

	return text != NULL &&
	    base64_decode_fixed(out, len, bytes_of_text(text));
}

static bool
take_kdf(struct parts *parts, const struct json *kdf)
{
	const struct json *passes = json_member(kdf, "passes");
	const struct json *memory = json_member(kdf, "memory");
	const char *name = json_member_text(kdf, "name");

	if (name == NULL)
		return false;
	if (strcmp(name, "none") == 0)
		return true;
	if (strcmp(name, "argon2id13") != 0 || passes == NULL ||
	    memory == NULL || !json_is_integer(passes) ||
	    !json_is_integer(memory) || json_integer(passes) < 1 ||
	    json_integer(memory) < (int64_t)crypto_pwhash_MEMLIMIT_MIN)
		return false;
	parts->info.encrypted = true;
	parts->passes = (uint64_t)json_integer(passes);
	parts->memory = (uint64_t)json_integer(memory);
	return take_base64(parts->salt, SALT_LEN, kdf, "salt");
}

/* Read the members; whether the spelling is exact is checked afterwards. */
static bool
take_members(struct parts *parts, const struct json *root)
{
	const char *name = json_member_text(root, "name");
	const char *public = json_member_text(root, "public");
	struct error ignored;

	if (name == NULL || public == NULL ||
	    strlen(name) >= sizeof parts->info.name ||
	    !take_kdf(parts, json_member(root, "kdf")) ||
	    public_key_parse_exact(&parts->info.key, bytes_of_text(public),
	    &ignored) == -1)
		return false;
	memcpy(parts->info.name, name, strlen(name) + 1);
	if (!parts->info.encrypted)
		return take_base64(parts->secret, SEED_LEN, root, "secret");
	return take_base64(parts->nonce, NONCE_LEN, root, "nonce") &&
	    take_base64(parts->secret, SEALED_LEN, root, "secret");
}

/* There is one spelling: what we would write must be what we read. */
static int
parse(struct parts *parts, struct bytes text, const char *path,
    struct error *err)
{
	struct buffer again = buffer_new(LIMIT_KEY_FILE);
	struct json *root = NULL;
	bool good = false;

	memset(parts, 0, sizeof *parts);
	if (json_parse(&root, text, err) == 0 && take_members(parts, root)) {
		write_all(&again, parts);
		good = again.state == BUFFER_FINE &&
		    bytes_equal(buffer_bytes(&again), text);
	}
	json_free(root);
	buffer_wipe(&again);
	if (!good)
		return error_set(err, ERROR_UNDECIDED,
		    "give a file made by `vouch key new'",
		    "%s is not a key file", path);
	if (parts->passes > LIMIT_KDF_PASSES ||
	    parts->memory > LIMIT_KDF_MEMORY)
		return error_set(err, ERROR_UNDECIDED,
		    "make the key again with `vouch key new'",
		    "%s asks for more work to open it than is allowed", path);
	return 0;
}

static int
read_parts(struct parts *parts, struct stat *status, const char *path,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_KEY_FILE);
	int result = -1;

	if (sodium_init() == -1)
		return error_set(err, ERROR_SYSTEM, NULL,
		    "libsodium cannot start");
	if (stat(path, status) == -1) {
		error_errno(err, "cannot read the key file %s", path);
		if (errno == ENOENT)
			err->class = ERROR_UNDECIDED;
		return -1;
	}
	if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "others can write the key file %s", path);
		snprintf(err->remedy, sizeof err->remedy, "chmod 600 %s", path);
		return -1;
	}
	if (file_read(&text, path, err) == 0)
		result = parse(parts, buffer_bytes(&text), path, err);
	buffer_wipe(&text);
	return result;
}

int
key_file_inspect(struct key_file_info *out, const char *path,
    struct error *err)
{
	struct parts parts;
	struct stat status;
	int result = read_parts(&parts, &status, path, err);

	if (result == 0)
		*out = parts.info;
	sodium_memzero(&parts, sizeof parts);
	return result;
}

static int
unseal(uint8_t *seed, const struct parts *parts,
    const struct passphrase *passphrase, const char *path, struct error *err)
{
	struct buffer head = buffer_new(LIMIT_KEY_FILE);
	uint8_t *key = NULL;
	int result = -1;

	write_head(&head, parts);
	if (buffer_check(&head, "key file", err) == -1 ||
	    derive(&key, parts, passphrase, err) == -1)
		goto done;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed, NULL, NULL,
	    parts->secret, SEALED_LEN, head.data, head.len, parts->nonce,
	    key) == -1)
		error_set(err, ERROR_UNDECIDED, "try the passphrase again",
		    "wrong passphrase for %s", path);
	else
		result = 0;
done:
	buffer_free(&head);
	sodium_free(key);
	return result;
}

static int
check_unencrypted(const struct stat *status, const char *path,
    struct error *err)
{
	if ((status->st_mode & (S_IRGRP | S_IROTH)) == 0)
		return 0;
	error_set(err, ERROR_UNDECIDED, NULL,
	    "others can read the unencrypted key file %s", path);
	snprintf(err->remedy, sizeof err->remedy, "chmod 600 %s", path);
	return -1;
}

int
key_file_open(struct signer **out, const char *path,
    const struct passphrase *passphrase, struct error *err)
{
	struct signer *signer = NULL;
	struct parts parts;
	struct stat status;
	uint8_t *seed = NULL;
	int result = -1;

	if (read_parts(&parts, &status, path, err) == -1)
		goto done;
	if ((seed = sodium_malloc(SEED_LEN)) == NULL) {
		error_memory(err);
		goto done;
	}
	if (!parts.info.encrypted) {
		if (check_unencrypted(&status, path, err) == -1)
			goto done;
		memcpy(seed, parts.secret, SEED_LEN);
	} else if (passphrase == NULL) {
		error_set(err, ERROR_UNDECIDED,
		    "set VOUCH_PASSPHRASE_FILE or run on a terminal",
		    "%s needs a passphrase", path);
		goto done;
	} else if (unseal(seed, &parts, passphrase, path, err) == -1) {
		goto done;
	}
	if (signer_from_seed(&signer, seed, err) == -1)
		goto done;
	if (!public_key_equal(signer_public_key(signer), parts.info.key)) {
		error_set(err, ERROR_UNDECIDED,
		    "restore the key file from a copy",
		    "the public key in %s is not that of its secret", path);
		goto done;
	}
	*out = signer;
	signer = NULL;
	result = 0;
done:
	signer_free(signer);
	sodium_free(seed);
	sodium_memzero(&parts, sizeof parts);
	return result;
}
