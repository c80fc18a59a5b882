#include "keys/note.h"

#include <string.h>

#include "base/encoding.h"
#include "base/text.h"

#define DASH "\xe2\x80\x94 " /* U+2014 and a space begin a signature line. */
#define DASH_LEN 4

#define TIME_BYTES 8 /* Before the signature in a cosignature. */

/* White space of Unicode outside ASCII, as UTF-8 (property White_Space). */
static bool
has_wide_space(struct bytes text)
{
	static const char *const spaces[] = { "\xc2\x85", "\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80" };

	for (size_t i = 0; i < text.len; i++) {
		struct bytes at = bytes_after(text, i);

		if (text.data[i] < 0x80)
			continue;
		for (size_t s = 0; s < sizeof spaces / sizeof spaces[0]; s++) {
			if (bytes_begin(at, spaces[s]))
				return true;
		}
		/* U+2000 to U+200A. */
		if (at.len >= 3 && at.data[0] == 0xe2 && at.data[1] == 0x80 &&
		    at.data[2] >= 0x80 && at.data[2] <= 0x8a)
			return true;
	}
	return false;
}

bool
note_name_is_valid(struct bytes name)
{
	if (name.len == 0 || name.len > LIMIT_ORIGIN || !text_is_utf8(name))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] <= ' ' || name.data[i] == '+' ||
		    name.data[i] == 0x7f)
			return false;
	}
	return !has_wide_space(name);
}

/* A key id: big endian. */
static uint32_t
read_id(const uint8_t byte[4])
{
	return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 |
	    (uint32_t)byte[2] << 8 | byte[3];
}

static uint32_t
key_id(const char *name, enum note_algorithm algorithm, struct public_key key)
{
	uint8_t kind = (uint8_t)algorithm;
	struct digest_stream stream;
	struct digest digest;

	digest_begin(&stream);
	digest_add(&stream, bytes_of_text(name));
	digest_add(&stream, bytes_of_text("\n"));
	digest_add(&stream, bytes_of(&kind, 1));
	digest_add(&stream, bytes_of(key.byte, PUBLIC_KEY_LEN));
	digest = digest_end(&stream);
	return read_id(digest.byte);
}

int
note_key_make(struct note_key *out, const char *name,
    enum note_algorithm algorithm, struct public_key key, struct error *err)
{
	struct note_key made = { .algorithm = algorithm, .key = key };

	if (!note_name_is_valid(bytes_of_text(name)))
		return error_set(err, ERROR_UNDECIDED,
		    "choose a name without white space and '+', of at most "
		    "200 bytes",
		    "'%.80s' cannot be the name of a key", name);
	memcpy(made.name, name, strlen(name) + 1);
	made.id = key_id(name, algorithm, key);
	*out = made;
	return 0;
}

int
note_key_parse(struct note_key *out, struct bytes vkey, struct error *err)
{
	const uint8_t *plus = vkey.len == 0 ? NULL
					    : memchr(vkey.data, '+', vkey.len);
	uint8_t blob[1 + PUBLIC_KEY_LEN], id[4];
	struct note_key made;
	char name[LIMIT_ORIGIN + 1];
	struct public_key key;
	struct bytes rest;
	size_t len;

	if (plus == NULL)
		goto malformed;
	len = (size_t)(plus - vkey.data);
	if (len > LIMIT_ORIGIN || !note_name_is_valid(bytes_of(vkey.data, len)))
		goto malformed;
	memcpy(name, vkey.data, len);
	name[len] = '\0';
	rest = bytes_after(vkey, len + 1);
	if (rest.len < 9 || rest.data[8] != '+' ||
	    !hex_decode(id, sizeof id, bytes_of(rest.data, 8)) ||
	    !base64_decode_fixed(blob, sizeof blob, bytes_after(rest, 9)))
		goto malformed;
	if (blob[0] != NOTE_ED25519 && blob[0] != NOTE_COSIGNATURE)
		return error_set(err, ERROR_UNDECIDED,
		    "give a key of type 1 (Ed25519) or 4 (cosignature)",
		    "the verifier key is of the unknown type %u", blob[0]);
	memcpy(key.byte, blob + 1, PUBLIC_KEY_LEN);
	if (note_key_make(&made, name, (enum note_algorithm)blob[0], key,
		err) == -1)
		return -1;
	if (made.id != read_id(id))
		return error_set(err, ERROR_UNDECIDED,
		    "copy the whole verifier key again",
		    "the verifier key's id does not fit its name and key");
	*out = made;
	return 0;
malformed:
	return error_set(err, ERROR_UNDECIDED,
	    "give NAME+ID+KEY, as `vouch status' shows a ledger's and "
	    "`vouch witness key' a witness's",
	    "not a verifier key");
}

void
note_key_write(struct buffer *out, const struct note_key *key)
{
	uint8_t blob[1 + PUBLIC_KEY_LEN];

	blob[0] = (uint8_t)key->algorithm;
	memcpy(blob + 1, key->key.byte, PUBLIC_KEY_LEN);
	buffer_printf(out, "%s+%08x+", key->name, key->id);
	base64_append(out, bytes_of(blob, sizeof blob));
}

static int
malformed(struct error *err, const char *what)
{
	return error_set(err, ERROR_NO, NULL, "not a signed note: %s", what);
}

/*
 * Decode a signature of any length, of which the first bytes are kept: those
 * of kinds we do not know may be long, and have to be well-formed only.
 */
static bool
decode_head(uint8_t *out, size_t out_len, size_t *len, struct bytes text)
{
	size_t total = 0;

	do {
		uint8_t piece[3 * 128];
		size_t take = text.len < 4 * 128 ? text.len : 4 * 128, got;

		if (!base64_decode(piece, &got, bytes_of(text.data, take)))
			return false;
		text = bytes_after(text, take);
		/* Padding is at the end of the whole only. */
		if (text.len > 0 && got < sizeof piece)
			return false;
		if (total < out_len)
			memcpy(out + total, piece,
			    got < out_len - total ? got : out_len - total);
		total += got;
	} while (text.len > 0);
	*len = total;
	return true;
}

static int
parse_line(struct note_line *out, struct bytes line, struct error *err)
{
	uint8_t blob[4 + sizeof out->blob];
	const uint8_t *space;
	struct bytes rest;
	size_t len;

	if (!bytes_begin(line, DASH))
		return malformed(err, "a signature line is malformed");
	rest = bytes_after(line, DASH_LEN);
	space = rest.len == 0 ? NULL : memchr(rest.data, ' ', rest.len);
	if (space == NULL)
		return malformed(err, "a signature line is malformed");
	out->name = bytes_of(rest.data, (size_t)(space - rest.data));
	out->signature = bytes_after(rest, out->name.len + 1);
	if (!note_name_is_valid(out->name))
		return malformed(err, "a signer's name is malformed");
	if (!decode_head(blob, sizeof blob, &len, out->signature))
		return malformed(err, "a signature is not base64");
	if (len < 5)
		return malformed(err, "a signature is too short");
	out->id = read_id(blob);
	out->blob_len = len - 4;
	if (out->blob_len > sizeof out->blob)
		out->blob_len = 0;
	memcpy(out->blob, blob + 4, out->blob_len);
	return 0;
}

/* Where the last blank line is: the offset of its second newline. */
static bool
find_split(struct bytes note, size_t *at)
{
	for (size_t i = note.len; i-- > 1;) {
		if (note.data[i] == '\n' && note.data[i - 1] == '\n') {
			*at = i;
			return true;
		}
	}
	return false;
}

/* What both sides of the blank line consist of. */
static int
check_characters(struct bytes text, struct error *err)
{
	if (text.len > LIMIT_NOTE)
		return malformed(err, "it is too long");
	if (!text_is_utf8(text))
		return malformed(err, "it is not UTF-8");
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < ' ' && text.data[i] != '\n')
			return malformed(err, "it has control characters");
	}
	return 0;
}

int
note_parse(struct note *out, struct bytes note, struct error *err)
{
	struct note parsed = { .line_count = 0 };
	struct bytes rest;
	size_t split;

	if (check_characters(note, err) == -1)
		return -1;
	if (!find_split(note, &split) || split + 1 == note.len)
		return malformed(err, "it has no signatures");
	parsed.text = bytes_of(note.data, split);
	rest = bytes_after(note, split + 1);
	while (rest.len > 0) {
		const uint8_t *end = memchr(rest.data, '\n', rest.len);
		size_t len;

		if (end == NULL)
			return malformed(err, "its last line is cut");
		if (parsed.line_count == LIMIT_NOTE_SIGNATURES)
			return malformed(err, "it has too many signatures");
		len = (size_t)(end - rest.data);
		if (parse_line(&parsed.line[parsed.line_count],
			bytes_of(rest.data, len), err) == -1)
			return error_within(err, "signature line %zu",
			    parsed.line_count + 1);
		parsed.line_count++;
		rest = bytes_after(rest, len + 1);
	}
	*out = parsed;
	return 0;
}

/* The message of a cosignature (c2sp.org/tlog-cosignature). */
static void
cosigned(struct buffer *out, struct bytes text, uint64_t time_s)
{
	buffer_printf(out, "cosignature/v1\ntime %llu\n",
	    (unsigned long long)time_s);
	buffer_append(out, text);
}

static bool
verify_plain(const struct note *note, const struct note_line *line,
    const struct note_key *key)
{
	struct signature signature;

	if (line->blob_len != SIGNATURE_LEN)
		return false;
	memcpy(signature.byte, line->blob, SIGNATURE_LEN);
	return public_key_verify(key->key, note->text, &signature);
}

uint64_t
note_line_time(const struct note_line *line)
{
	uint64_t when = 0;

	if (line->blob_len != TIME_BYTES + SIGNATURE_LEN)
		return 0;
	for (size_t i = 0; i < TIME_BYTES; i++)
		when = when << 8 | line->blob[i];
	return when;
}

/* The oldest and newest of several times. */
struct span {
	uint64_t oldest_s;
	uint64_t newest_s;
};

/* -1 is want of memory; *span takes in the cosignature's time. */
static int
verify_cosignature(bool *good, const struct note *note,
    const struct note_line *line, const struct note_key *key, struct span *span,
    struct error *err)
{
	struct buffer message = buffer_new(LIMIT_NOTE + 64);
	struct signature signature;
	uint64_t when = note_line_time(line);
	int result = -1;

	*good = false;
	if (line->blob_len != TIME_BYTES + SIGNATURE_LEN)
		return 0;
	memcpy(signature.byte, line->blob + TIME_BYTES, SIGNATURE_LEN);
	cosigned(&message, note->text, when);
	if (buffer_check(&message, "cosigned message", err) == -1)
		goto done;
	*good = when <= INT64_MAX &&
	    public_key_verify(key->key, buffer_bytes(&message), &signature);
	if (*good && when > span->newest_s)
		span->newest_s = when;
	if (*good && when < span->oldest_s)
		span->oldest_s = when;
	result = 0;
done:
	buffer_free(&message);
	return result;
}

/* Of the lines by this key, how many; ERROR_NO if one does not verify. */
static int
verify_lines(size_t *verified, const struct note *note,
    const struct note_key *key, struct span *span, struct error *err)
{
	size_t count = 0;

	span->oldest_s = UINT64_MAX;
	span->newest_s = 0;
	for (size_t i = 0; i < note->line_count; i++) {
		const struct note_line *line = &note->line[i];
		bool good;

		if (line->id != key->id ||
		    !bytes_equal(line->name, bytes_of_text(key->name)))
			continue;
		if (key->algorithm == NOTE_ED25519)
			good = verify_plain(note, line, key);
		else if (verify_cosignature(&good, note, line, key, span,
			     err) == -1)
			return -1;
		if (!good)
			return error_set(err, ERROR_NO, NULL,
			    "the signature by %s does not verify", key->name);
		count++;
	}
	*verified = count;
	return 0;
}

int
note_verify(size_t *verified, const struct note *note,
    const struct note_key *key, uint64_t *time_s, struct error *err)
{
	struct span span;

	if (verify_lines(verified, note, key, &span, err) == -1)
		return -1;
	if (time_s != NULL)
		*time_s = span.newest_s;
	return 0;
}

int
note_cosigned(size_t *verified, const struct note *note,
    const struct note_key *key, uint64_t *oldest_s, uint64_t *newest_s,
    struct error *err)
{
	struct span span;

	if (verify_lines(verified, note, key, &span, err) == -1)
		return -1;
	*oldest_s = *verified == 0 ? 0 : span.oldest_s;
	*newest_s = span.newest_s;
	return 0;
}

void
note_line_write(struct buffer *out, const struct note_line *line)
{
	buffer_text(out, DASH);
	buffer_append(out, line->name);
	buffer_byte(out, ' ');
	buffer_append(out, line->signature);
	buffer_byte(out, '\n');
}

/* Append a whole signature line, or nothing. */
static int
write_line(struct buffer *out, const char *name, enum note_algorithm algorithm,
    struct public_key key, struct bytes blob, struct error *err)
{
	uint8_t raw[4 + TIME_BYTES + SIGNATURE_LEN];
	char text[BASE64_LEN(sizeof raw) + 1];
	struct note_key made;

	if (note_key_make(&made, name, algorithm, key, err) == -1)
		return -1;
	for (int i = 0; i < 4; i++)
		raw[i] = (uint8_t)(made.id >> (24 - 8 * i));
	memcpy(raw + 4, blob.data, blob.len);
	base64_encode(text, bytes_of(raw, 4 + blob.len));
	buffer_printf(out, DASH "%s %s\n", name, text);
	return buffer_check(out, "signed note", err);
}

int
note_signature_line(struct buffer *out, struct bytes text, const char *name,
    const struct signer *signer, struct error *err)
{
	struct signature signature;

	if (signer_sign(signer, text, &signature, err) == -1)
		return -1;
	return write_line(out, name, NOTE_ED25519, signer_public_key(signer),
	    bytes_of(signature.byte, SIGNATURE_LEN), err);
}

int
note_cosignature_line(struct buffer *out, struct bytes text, const char *name,
    const struct signer *signer, uint64_t time_s, struct error *err)
{
	struct buffer message = buffer_new(LIMIT_NOTE + 64);
	uint8_t blob[TIME_BYTES + SIGNATURE_LEN];
	struct signature signature;
	int result = -1;

	if (time_s > INT64_MAX)
		return error_set(err, ERROR_UNDECIDED, "check the clock",
		    "the time is beyond what a cosignature can say");
	for (int i = 0; i < TIME_BYTES; i++)
		blob[i] = (uint8_t)(time_s >> (56 - 8 * i));
	cosigned(&message, text, time_s);
	if (buffer_check(&message, "cosigned message", err) == -1 ||
	    signer_sign(signer, buffer_bytes(&message), &signature, err) == -1)
		goto done;
	memcpy(blob + TIME_BYTES, signature.byte, SIGNATURE_LEN);
	result = write_line(out, name, NOTE_COSIGNATURE,
	    signer_public_key(signer), bytes_of(blob, sizeof blob), err);
done:
	buffer_free(&message);
	return result;
}

int
note_sign(struct buffer *out, struct bytes text, const char *name,
    const struct signer *signer, struct error *err)
{
	struct buffer line = buffer_new(LIMIT_NOTE);
	int result = -1;

	if (text.len == 0 || text.data[text.len - 1] != '\n')
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the text of a note must end in a newline");
	if (check_characters(text, err) == -1) {
		/* Nobody's answer is no here: the caller's text is bad. */
		err->class = ERROR_UNDECIDED;
		return -1;
	}
	if (note_signature_line(&line, text, name, signer, err) == -1)
		goto done;
	buffer_append(out, text);
	buffer_byte(out, '\n');
	buffer_append(out, buffer_bytes(&line));
	result = buffer_check(out, "signed note", err);
done:
	buffer_free(&line);
	return result;
}
