/* public_key.h: Ed25519 public keys: spelling, fingerprints, verification. */
#ifndef KEYS_PUBLIC_KEY_H
#define KEYS_PUBLIC_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

#define PUBLIC_KEY_LEN 32
#define SIGNATURE_LEN 64

struct public_key {
	uint8_t byte[PUBLIC_KEY_LEN];
};
struct signature {
	uint8_t byte[SIGNATURE_LEN];
};

/* "SHA256:" and 43 characters of unpadded base64, as `ssh-keygen -l' prints. */
#define FINGERPRINT_LEN 50
struct fingerprint {
	char text[FINGERPRINT_LEN + 1];
};

/* SHA-256 of the key's SSH wire form (RFC 8709, 4); and its printed form. */
struct digest public_key_digest(struct public_key key);
struct fingerprint public_key_fingerprint(struct public_key key);

bool public_key_equal(struct public_key a, struct public_key b);

/* "ssh-ed25519 AAAA…", no comment, no newline: 80 characters and a NUL. */
#define PUBLIC_KEY_SSH_LEN 80
struct public_key_text {
	char text[PUBLIC_KEY_SSH_LEN + 1];
};
struct public_key_text public_key_ssh(struct public_key key);

/* The SSH wire form: string "ssh-ed25519", string key: 51 bytes. */
#define PUBLIC_KEY_WIRE_LEN 51
void public_key_wire(uint8_t out[PUBLIC_KEY_WIRE_LEN], struct public_key key);

/*
 * Read one line of an OpenSSH public key file: "ssh-ed25519 BASE64 [comment]".
 * Other key types are refused with a message that says Ed25519 is needed, and
 * so are points that are not on the curve, of small order or not canonical.
 * The comment, if wanted, is borrowed from line (empty if none).
 */
int public_key_parse_ssh(struct public_key *out, struct bytes *comment,
    struct bytes line, struct error *err);

/* Exactly the spelling of public_key_ssh, or refused: for records. */
int public_key_parse_exact(struct public_key *out, struct bytes text,
    struct error *err);

/* RFC 8032 Ed25519 (libsodium's rules: canonical S, no small-order points). */
bool public_key_verify(struct public_key key, struct bytes message,
    const struct signature *signature);

#endif
