/* note.h: C2SP signed notes: text, signature lines, verifier keys. */
#ifndef KEYS_NOTE_H
#define KEYS_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "keys/public_key.h"
#include "keys/signer.h"

/* Signature types (c2sp.org/signed-note). */
enum note_algorithm {
	NOTE_ED25519 = 0x01,
	NOTE_COSIGNATURE =
	    0x04, /* c2sp.org/tlog-cosignature, timestamped Ed25519 */
};

/* A verifier key: "<name>+<hex key id>+<base64(algorithm || key)>". */
struct note_key {
	char name[LIMIT_ORIGIN + 1];
	uint32_t id;
	enum note_algorithm algorithm;
	struct public_key key;
};

/* Names are not empty, UTF-8, without white space (Unicode) and '+'. */
bool note_name_is_valid(struct bytes name);

/* Build and spell verifier keys.  The key id is the first four bytes, big
 * endian, of SHA-256(name || 0x0A || algorithm || key). */
int note_key_make(struct note_key *out, const char *name,
    enum note_algorithm algorithm, struct public_key key, struct error *err);
int note_key_parse(struct note_key *out, struct bytes vkey, struct error *err);
void note_key_write(struct buffer *out, const struct note_key *key);

/* One signature line of a note, borrowed from the note's text. */
struct note_line {
	struct bytes name;
	uint32_t id;
	struct bytes
	    signature; /* Base64 text after which the key id was read. */
	uint8_t blob[96]; /* Decoded, without the key id. */
	size_t blob_len; /* 0 if longer than blob: of an unknown kind. */
};
struct note {
	struct bytes text; /* With its final newline: what is signed. */
	size_t line_count;
	struct note_line line[LIMIT_NOTE_SIGNATURES];
};

/* The time that a cosignature's line states; 0 for a line of another form. */
uint64_t note_line_time(const struct note_line *line);

/* Append a line as it was read: "— name base64\n". */
void note_line_write(struct buffer *out, const struct note_line *line);

/* Take a note apart (c2sp.org/signed-note, "Format"): UTF-8 without controls
 * but newline, last blank line splits, every signature line well-formed. */
int note_parse(struct note *out, struct bytes note, struct error *err);

/*
 * How many lines are by this key (name and id) and verify.  A line by the key
 * that does not verify makes the answer ERROR_NO, as Go's note.Open does.
 * For NOTE_COSIGNATURE *time_s is the newest cosignature's time (may be NULL).
 */
int note_verify(size_t *verified, const struct note *note,
    const struct note_key *key, uint64_t *time_s, struct error *err);

/* The same for a witness's cosignatures, with the times of the oldest and the
 * newest of them (0 if there is none). */
int note_cosigned(size_t *verified, const struct note *note,
    const struct note_key *key, uint64_t *oldest_s, uint64_t *newest_s,
    struct error *err);

/* Append "text\n— name base64\n" to out: the text must end in a newline. */
int note_sign(struct buffer *out, struct bytes text, const char *name,
    const struct signer *signer, struct error *err);

/* The signature line alone, and the cosignature of a checkpoint text at
 * time_s ("cosignature/v1\ntime N\n" before the text). */
int note_signature_line(struct buffer *out, struct bytes text, const char *name,
    const struct signer *signer, struct error *err);
int note_cosignature_line(struct buffer *out, struct bytes text,
    const char *name, const struct signer *signer, uint64_t time_s,
    struct error *err);

#endif
