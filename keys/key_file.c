#include "keys/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "keys/exact_internal.h"

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
	buffer_printf(out,
	    "{\"name\":\"argon2id13\",\"passes\":%llu,"
	    "\"memory\":%llu",
	    (unsigned long long)parts->passes,
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
		append_base64(out, ",\"secret\":\"", parts->secret, SEALED_LEN);
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
key_file_create(const char *path, const char *name, const struct signer *signer,
    const struct passphrase *passphrase, struct error *err)
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

/* A number as write_head writes it: at most 15 digits, the first not 0. */
static bool
take_number(uint64_t *out, struct bytes *rest)
{
	uint64_t number = 0;
	size_t len = 0;

	while (len < rest->len && rest->data[len] >= '0' &&
	    rest->data[len] <= '9' && len < 15)
		number = number * 10 + (uint64_t)(rest->data[len++] - '0');
	if (len == 0 || rest->data[0] == '0')
		return false;
	*out = number;
	*rest = bytes_after(*rest, len);
	return true;
}

static bool
take_name(char out[LIMIT_NAME + 1], struct bytes *rest)
{
	struct bytes name;

	if (!exact_quoted(&name, rest) || !text_is_name(name))
		return false;
	memcpy(out, name.data, name.len);
	out[name.len] = '\0';
	return true;
}

static bool
take_public(struct public_key *out, struct bytes *rest)
{
	struct error ignored;
	struct bytes text;

	return exact_quoted(&text, rest) &&
	    public_key_parse_exact(out, text, &ignored) == 0;
}

/* From behind "kdf": to the end, for a key without and with passphrase. */
static bool
take_plain(struct parts *parts, struct bytes *rest)
{
	return exact_literal(rest,
		   "none\"},\"cipher\":\"none\","
		   "\"secret\":\"") &&
	    exact_base64(parts->secret, SEED_LEN, rest);
}

static bool
take_sealed(struct parts *parts, struct bytes *rest)
{
	parts->info.encrypted = true;
	return exact_literal(rest, "argon2id13\",\"passes\":") &&
	    take_number(&parts->passes, rest) &&
	    exact_literal(rest, ",\"memory\":") &&
	    take_number(&parts->memory, rest) &&
	    exact_literal(rest, ",\"salt\":\"") &&
	    exact_base64(parts->salt, SALT_LEN, rest) &&
	    exact_literal(rest,
		"\"},\"cipher\":\"xchacha20-poly1305-ietf\","
		"\"nonce\":\"") &&
	    exact_base64(parts->nonce, NONCE_LEN, rest) &&
	    exact_literal(rest, "\",\"secret\":\"") &&
	    exact_base64(parts->secret, SEALED_LEN, rest);
}

/*
 * There is one spelling.  It is read without a JSON tree, which would leave
 * a secret that is not encrypted behind in freed memory.
 */
static bool
take_parts(struct parts *parts, struct bytes text)
{
	struct bytes rest = text;

	return exact_literal(&rest,
		   "{\"format\":\"vouch-key-v1\","
		   "\"name\":\"") &&
	    take_name(parts->info.name, &rest) &&
	    exact_literal(&rest, "\",\"public\":\"") &&
	    take_public(&parts->info.key, &rest) &&
	    exact_literal(&rest, "\",\"kdf\":{\"name\":\"") &&
	    (bytes_begin(rest, "none") ? take_plain(parts, &rest)
				       : take_sealed(parts, &rest)) &&
	    exact_literal(&rest, "\"}\n") && rest.len == 0;
}

/* Ceilings, before any work is done; and what libsodium would round. */
static int
check_work(const struct parts *parts, const char *path, struct error *err)
{
	if (!parts->info.encrypted ||
	    (parts->passes <= LIMIT_KDF_PASSES &&
		parts->memory <= LIMIT_KDF_MEMORY &&
		parts->memory >= crypto_pwhash_argon2id_MEMLIMIT_MIN &&
		parts->memory % 1024 == 0))
		return 0;
	return error_set(err, ERROR_UNDECIDED,
	    "make the key again with `vouch key new'",
	    "the key file `%s' asks for %" PRIu64 " passes over %" PRIu64
	    " bytes of memory to open it, which is not allowed",
	    path, parts->passes, parts->memory);
}

static int
parse(struct parts *parts, struct bytes text, const char *path,
    struct error *err)
{
	memset(parts, 0, sizeof *parts);
	if (take_parts(parts, text))
		return check_work(parts, path, err);
	if (bytes_begin(text, "-----BEGIN OPENSSH PRIVATE KEY-----"))
		return error_set(err, ERROR_UNDECIDED,
		    "add it to an ssh-agent with `ssh-add', which then signs",
		    "`%s' is a private key of OpenSSH", path);
	return error_set(err, ERROR_UNDECIDED,
	    "give a file made by `vouch key new', unchanged",
	    "`%s' is not a key file", path);
}

static int
refuse_mode(struct error *err, const char *what, const char *path)
{
	error_set(err, ERROR_UNDECIDED, NULL, "others can %s `%s'", what, path);
	snprintf(err->remedy, sizeof err->remedy, "chmod 600 %.300s", path);
	return -1;
}

static int
refuse_errno(struct error *err, const char *path)
{
	int number = errno;

	error_errno(err, "cannot read the key file `%s'", path);
	if (number == ENOENT || number == ENOTDIR || number == ELOOP ||
	    number == ENAMETOOLONG)
		err->class = ERROR_UNDECIDED;
	return -1;
}

/* All of an open file, up to and including one byte too many. */
static int
read_text(struct buffer *out, int descriptor, const char *path,
    struct error *err)
{
	uint8_t *room = buffer_room(out, LIMIT_KEY_FILE + 1);
	size_t len = 0;

	if (room == NULL)
		return buffer_check(out, "key file", err);
	while (len <= LIMIT_KEY_FILE) {
		ssize_t got =
		    read(descriptor, room + len, LIMIT_KEY_FILE + 1 - len);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return refuse_errno(err, path);
		if (got == 0)
			break;
		len += (size_t)got;
	}
	buffer_added(out, len);
	return 0;
}

/* Open, look and read the same file, and take it apart. */
static int
read_parts(struct parts *parts, mode_t *mode, const char *path,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_KEY_FILE + 1);
	struct stat status;
	int descriptor, result = -1;

	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor == -1)
		return refuse_errno(err, path);
	if (fstat(descriptor, &status) == -1) {
		refuse_errno(err, path);
		goto done;
	}
	if (!S_ISREG(status.st_mode)) {
		error_set(err, ERROR_UNDECIDED, "name a key file",
		    "`%s' is not a regular file", path);
		goto done;
	}
	if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		refuse_mode(err, "change the key file", path);
		goto done;
	}
	if (read_text(&text, descriptor, path, err) == -1 ||
	    parse(parts, buffer_bytes(&text), path, err) == -1)
		goto done;
	*mode = status.st_mode;
	result = 0;
done:
	close(descriptor);
	buffer_wipe(&text);
	return result;
}

int
key_file_inspect(struct key_file_info *out, const char *path, struct error *err)
{
	struct parts parts;
	mode_t mode;
	int result = read_parts(&parts, &mode, path, err);

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
		key) == -1) {
		error_set(err, ERROR_UNDECIDED,
		    "try again; or restore the file, if it was changed",
		    "wrong passphrase for the key file `%s'", path);
		goto done;
	}
	result = 0;
done:
	buffer_free(&head);
	sodium_free(key);
	return result;
}

/* The seed, by whichever way the file keeps it. */
static int
take_seed(uint8_t *seed, const struct parts *parts, mode_t mode,
    const struct passphrase *passphrase, const char *path, struct error *err)
{
	if (!parts->info.encrypted) {
		if ((mode & (S_IRGRP | S_IROTH)) != 0)
			return refuse_mode(err, "read the unencrypted key file",
			    path);
		memcpy(seed, parts->secret, SEED_LEN);
		return 0;
	}
	if (passphrase == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "set VOUCH_PASSPHRASE_FILE or run on a terminal",
		    "the key file `%s' needs a passphrase", path);
	return unseal(seed, parts, passphrase, path, err);
}

int
key_file_open(struct signer **out, const char *path,
    const struct passphrase *passphrase, struct error *err)
{
	struct signer *signer = NULL;
	struct parts parts;
	uint8_t *seed = NULL;
	mode_t mode;
	int result = -1;

	if (sodium_init() == -1)
		return error_set(err, ERROR_SYSTEM, NULL,
		    "libsodium cannot start");
	if (read_parts(&parts, &mode, path, err) == -1)
		goto done;
	if ((seed = sodium_malloc(SEED_LEN)) == NULL) {
		error_memory(err);
		goto done;
	}
	if (take_seed(seed, &parts, mode, passphrase, path, err) == -1 ||
	    signer_from_seed(&signer, seed, err) == -1)
		goto done;
	if (!public_key_equal(signer_public_key(signer), parts.info.key)) {
		error_set(err, ERROR_UNDECIDED,
		    "restore the key file from a copy",
		    "the public key in `%s' is not that of its secret", path);
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
