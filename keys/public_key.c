#include "keys/public_key.h"

#include <sodium.h>
#include <string.h>

#include "base/encoding.h"

static const uint8_t wire_head[19] = "\0\0\0\x0bssh-ed25519\0\0\0\x20";

void
public_key_wire(uint8_t out[PUBLIC_KEY_WIRE_LEN], struct public_key key)
{
	memcpy(out, wire_head, sizeof wire_head);
	memcpy(out + sizeof wire_head, key.byte, PUBLIC_KEY_LEN);
}

struct digest
public_key_digest(struct public_key key)
{
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];

	public_key_wire(wire, key);
	return digest_of(bytes_of(wire, sizeof wire));
}

struct fingerprint
public_key_fingerprint(struct public_key key)
{
	struct fingerprint fingerprint = { "SHA256:" };
	struct digest digest = public_key_digest(key);
	char text[BASE64_LEN(DIGEST_LEN) + 1];

	base64_encode(text, digest_bytes(&digest));
	memcpy(fingerprint.text + 7, text, 43);
	fingerprint.text[FINGERPRINT_LEN] = '\0';
	return fingerprint;
}

bool
public_key_equal(struct public_key a, struct public_key b)
{
	return memcmp(a.byte, b.byte, PUBLIC_KEY_LEN) == 0;
}

struct public_key_text
public_key_ssh(struct public_key key)
{
	struct public_key_text out = { "ssh-ed25519 " };
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];

	public_key_wire(wire, key);
	base64_encode(out.text + 12, bytes_of(wire, sizeof wire));
	return out;
}

static int
check_point(struct public_key key, struct error *err)
{
	if (crypto_core_ed25519_is_valid_point(key.byte) != 1)
		return error_set(err, ERROR_UNDECIDED, "make a new key",
		    "the public key is not a sound Ed25519 point");
	return 0;
}

static int
parse_base64(struct public_key *out, struct bytes text, struct error *err)
{
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];

	if (!base64_decode_fixed(wire, sizeof wire, text) ||
	    memcmp(wire, wire_head, sizeof wire_head) != 0)
		return error_set(err, ERROR_UNDECIDED,
		    "give a line as in ~/.ssh/id_ed25519.pub",
		    "the public key is malformed");
	memcpy(out->byte, wire + sizeof wire_head, PUBLIC_KEY_LEN);
	return check_point(*out, err);
}

int
public_key_parse_ssh(struct public_key *out, struct bytes *comment,
    struct bytes line, struct error *err)
{
	struct public_key parsed;
	struct bytes rest;
	size_t end = 0;

	while (line.len > 0 &&
	    (line.data[line.len - 1] == '\n' ||
		line.data[line.len - 1] == '\r'))
		line.len--;
	if (!bytes_begin(line, "ssh-ed25519 ")) {
		if (bytes_begin(line, "ssh-") || bytes_begin(line, "ecdsa-") ||
		    bytes_begin(line, "sk-"))
			return error_set(err, ERROR_UNDECIDED,
			    "make one with `ssh-keygen -t ed25519'",
			    "the key is of another type; Ed25519 is needed");
		return error_set(err, ERROR_UNDECIDED,
		    "give a file as ~/.ssh/id_ed25519.pub",
		    "not an OpenSSH public key");
	}
	rest = bytes_after(line, 12);
	if (rest.len > 0 && memchr(rest.data, '\n', rest.len) != NULL)
		return error_set(err, ERROR_UNDECIDED, "give one key",
		    "more than one line where one public key is wanted");
	while (end < rest.len && rest.data[end] != ' ')
		end++;
	if (parse_base64(&parsed, bytes_of(rest.data, end), err) == -1)
		return -1;
	*out = parsed;
	if (comment != NULL)
		*comment = end < rest.len ? bytes_after(rest, end + 1)
					  : bytes_of(NULL, 0);
	return 0;
}

int
public_key_parse_exact(struct public_key *out, struct bytes text,
    struct error *err)
{
	struct public_key parsed;

	if (text.len != PUBLIC_KEY_SSH_LEN ||
	    !bytes_begin(text, "ssh-ed25519 "))
		return error_set(err, ERROR_UNDECIDED,
		    "write \"ssh-ed25519 AAAA…\" without a comment",
		    "not an Ed25519 public key");
	if (parse_base64(&parsed, bytes_after(text, 12), err) == -1)
		return -1;
	*out = parsed;
	return 0;
}

bool
public_key_verify(struct public_key key, struct bytes message,
    const struct signature *signature)
{
	return crypto_sign_verify_detached(signature->byte, message.data,
		   message.len, key.byte) == 0;
}
