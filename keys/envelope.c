#include "keys/envelope.h"

#include <assert.h>
#include <string.h>

#include "base/encoding.h"
#include "base/json.h"
#include "keys/exact_internal.h"

struct envelope
envelope_new(void)
{
	struct envelope envelope;

	memset(&envelope, 0, sizeof envelope);
	envelope.payload = buffer_new(LIMIT_ENVELOPE);
	return envelope;
}

void
envelope_free(struct envelope *envelope)
{
	if (envelope != NULL)
		buffer_free(&envelope->payload);
}

static int
malformed(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED,
	    "give a DSSE v1 envelope of an in-toto statement",
	    "not a valid envelope: %s", what);
}

/* Base64 of either alphabet, without padding, as the standard one with. */
static void
standardise(struct buffer *out, struct bytes text)
{
	static const char *const padding[] = { "", "===", "==", "=" };

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		buffer_byte(out, c == '-' ? '+' : c == '_' ? '/' : c);
	}
	buffer_text(out, padding[text.len % 4]);
}

/*
 * Append what a text says in base64 of either alphabet, padded or not; but
 * one alphabet throughout, and no padding or the right one.  If it is not
 * that, `what' goes into the message.
 */
static int
decode_either(struct buffer *out, const char *text, const char *what,
    struct error *err)
{
	struct buffer standard = buffer_new(LIMIT_ENVELOPE + 4);
	size_t len = strlen(text), whole = len, decoded;
	uint8_t *room;
	int result = -1;

	while (len > 0 && text[len - 1] == '=')
		len--;
	if ((len < whole && (whole % 4 != 0 || whole - len > 2)) ||
	    (strpbrk(text, "-_") != NULL && strpbrk(text, "+/") != NULL))
		return malformed(err, what);
	standardise(&standard, bytes_of(text, len));
	room = buffer_room(out, standard.len / 4 * 3);
	if (buffer_check(&standard, "base64", err) == -1 ||
	    buffer_check(out, "decoded base64", err) == -1)
		goto done;
	if (!base64_decode(room, &decoded, buffer_bytes(&standard))) {
		malformed(err, what);
		goto done;
	}
	buffer_added(out, decoded);
	result = 0;
done:
	buffer_free(&standard);
	return result;
}

/* "SHA256:" and the unpadded base64 of 32 bytes. */
static bool
is_fingerprint(struct bytes text)
{
	uint8_t padded[BASE64_LEN(DIGEST_LEN)], digest[DIGEST_LEN];

	if (text.len != FINGERPRINT_LEN || !bytes_begin(text, "SHA256:"))
		return false;
	memcpy(padded, text.data + 7, sizeof padded - 1);
	padded[sizeof padded - 1] = '=';
	return base64_decode_fixed(digest, sizeof digest,
	    bytes_of(padded, sizeof padded));
}

/* Whether the last signature is the same as an earlier one. */
static bool
is_repeated(const struct envelope *envelope, size_t last)
{
	for (size_t i = 0; i < last; i++) {
		if (memcmp(envelope->signature[i].signature.byte,
			envelope->signature[last].signature.byte,
			SIGNATURE_LEN) == 0)
			return true;
	}
	return false;
}

static int
parse_signature(struct envelope_signature *out, const struct json *value,
    struct error *err)
{
	static const char what[] = "a signature is not 64 bytes of base64";
	struct buffer raw = buffer_new(LIMIT_ENVELOPE);
	const char *sig = json_member_text(value, "sig");
	const char *keyid = json_member_text(value, "keyid");
	int result = -1;

	if (json_type(value) != JSON_OBJECT || sig == NULL) {
		malformed(err, "a signature is not an object with sig");
		goto done;
	}
	if (json_member(value, "keyid") != NULL && keyid == NULL) {
		malformed(err, "a keyid is not a text");
		goto done;
	}
	if (decode_either(&raw, sig, what, err) == -1)
		goto done;
	if (raw.len != SIGNATURE_LEN) {
		malformed(err, what);
		goto done;
	}
	memcpy(out->signature.byte, raw.data, SIGNATURE_LEN);
	memset(&out->keyid, 0, sizeof out->keyid);
	if (keyid != NULL && is_fingerprint(bytes_of_text(keyid)))
		memcpy(out->keyid.text, keyid, FINGERPRINT_LEN);
	result = 0;
done:
	buffer_free(&raw);
	return result;
}

static int
parse_signatures(struct envelope *out, const struct json *list,
    struct error *err)
{
	const struct json *value;
	size_t count = 0;

	if (list == NULL || json_type(list) != JSON_LIST ||
	    json_count(list) == 0)
		return malformed(err, "it has no signatures");
	if (json_count(list) > LIMIT_SIGNATURES)
		return malformed(err, "it has too many signatures");
	for (value = json_first(list); value != NULL;
	     value = json_next(value), count++) {
		if (parse_signature(&out->signature[count], value, err) == -1)
			return error_within(err, "signature %zu", count + 1);
		if (is_repeated(out, count))
			return malformed(err, "a signature is there twice");
	}
	out->signature_count = count;
	return 0;
}

static int
parse_members(struct envelope *out, const struct json *root, struct error *err)
{
	const char *payload = json_member_text(root, "payload");
	const char *type = json_member_text(root, "payloadType");

	if (json_type(root) != JSON_OBJECT || json_count(root) != 3 ||
	    payload == NULL || type == NULL)
		return malformed(err,
		    "its members are to be payload, "
		    "payloadType and signatures");
	if (strcmp(type, ENVELOPE_TYPE) != 0)
		return malformed(err, "payloadType is not " ENVELOPE_TYPE);
	if (decode_either(&out->payload, payload, "payload is not base64",
		err) == -1)
		return -1;
	return parse_signatures(out, json_member(root, "signatures"), err);
}

static void
clear(struct envelope *envelope)
{
	buffer_clear(&envelope->payload);
	envelope->signature_count = 0;
}

#define HEAD "{\"payload\":\""
#define MIDDLE "\",\"payloadType\":\"" ENVELOPE_TYPE "\",\"signatures\":["
#define SIG_HEAD "{\"keyid\":\""
#define SIG_MIDDLE "\",\"sig\":\""
#define SIG_TAIL "\"}"

void
envelope_write(struct buffer *out, const struct envelope *envelope)
{
	buffer_text(out, HEAD);
	base64_append(out, buffer_bytes(&envelope->payload));
	buffer_text(out, MIDDLE);
	for (size_t i = 0; i < envelope->signature_count; i++) {
		const struct envelope_signature *one = &envelope->signature[i];

		buffer_text(out, i == 0 ? SIG_HEAD : "," SIG_HEAD);
		buffer_text(out, one->keyid.text);
		buffer_text(out, SIG_MIDDLE);
		base64_append(out,
		    bytes_of(one->signature.byte, SIGNATURE_LEN));
		buffer_text(out, SIG_TAIL);
	}
	buffer_text(out, "]}");
}

static bool
take_payload(struct buffer *out, struct bytes *rest)
{
	struct bytes text;
	uint8_t *room;
	size_t len;

	if (!exact_quoted(&text, rest) ||
	    (room = buffer_room(out, text.len / 4 * 3)) == NULL ||
	    !base64_decode(room, &len, text))
		return false;
	buffer_added(out, len);
	return true;
}

static bool
take_signature(struct envelope_signature *out, struct bytes *rest)
{
	struct bytes keyid;

	if (!exact_literal(rest, SIG_HEAD) || rest->len < FINGERPRINT_LEN)
		return false;
	keyid = bytes_of(rest->data, FINGERPRINT_LEN);
	if (!is_fingerprint(keyid))
		return false;
	memcpy(out->keyid.text, keyid.data, FINGERPRINT_LEN);
	out->keyid.text[FINGERPRINT_LEN] = '\0';
	*rest = bytes_after(*rest, FINGERPRINT_LEN);
	return exact_literal(rest, SIG_MIDDLE) &&
	    exact_base64(out->signature.byte, SIGNATURE_LEN, rest) &&
	    exact_literal(rest, SIG_TAIL);
}

/*
 * Read the one spelling into a cleared envelope: NULL, or what is not in it.
 * Want of memory shows in the payload's state.
 */
static const char *
take_envelope(struct envelope *out, struct bytes text)
{
	struct bytes rest = text;
	size_t count = 0;

	if (text.len > LIMIT_ENVELOPE)
		return "its length";
	if (!exact_literal(&rest, HEAD) || !take_payload(&out->payload, &rest))
		return "payload";
	if (!exact_literal(&rest, MIDDLE))
		return "payloadType";
	do {
		if (count == LIMIT_SIGNATURES)
			return "too many signatures";
		if (!take_signature(&out->signature[count], &rest))
			return "a signature";
		if (is_repeated(out, count))
			return "a signature that is there twice";
		count++;
	} while (exact_literal(&rest, ","));
	if (!exact_literal(&rest, "]}") || rest.len != 0)
		return "its end";
	out->signature_count = count;
	return NULL;
}

int
envelope_parse_exact(struct envelope *out, struct bytes text, struct error *err)
{
	const char *wrong;

	clear(out);
	wrong = take_envelope(out, text);
	if (wrong == NULL)
		return 0;
	if (buffer_check(&out->payload, "payload", err) == 0)
		error_set(err, ERROR_NO, NULL,
		    "not the one spelling of an envelope: %s", wrong);
	clear(out);
	return -1;
}

int
envelope_parse(struct envelope *out, struct bytes text, struct error *err)
{
	struct json *root = NULL;
	int result = -1;

	clear(out);
	if (text.len > LIMIT_ENVELOPE)
		return malformed(err, "it is too large");
	/* Most come from us, in our spelling: that is read without a tree. */
	if (take_envelope(out, text) == NULL)
		return 0;
	clear(out);
	if (json_parse(&root, text, err) == -1)
		goto done;
	result = parse_members(out, root, err);
done:
	if (result == -1)
		clear(out);
	json_free(root);
	return result;
}

void
envelope_pae(struct buffer *out, struct bytes payload)
{
	buffer_printf(out, "DSSEv1 %zu %s %zu ", strlen(ENVELOPE_TYPE),
	    ENVELOPE_TYPE, payload.len);
	buffer_append(out, payload);
}

int
envelope_sign(struct envelope *envelope, const struct signer *signer,
    struct error *err)
{
	struct buffer message = buffer_new(LIMIT_ENVELOPE * 2);
	size_t count = envelope->signature_count;
	struct envelope_signature *made = &envelope->signature[count];
	int result = -1;

	if (count == LIMIT_SIGNATURES)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "an envelope has at most %d signatures", LIMIT_SIGNATURES);
	envelope_pae(&message, buffer_bytes(&envelope->payload));
	if (buffer_check(&message, "message to sign", err) == -1 ||
	    signer_sign(signer, buffer_bytes(&message), &made->signature,
		err) == -1)
		goto done;
	if (is_repeated(envelope, count)) {
		error_set(err, ERROR_UNDECIDED, "sign with another key",
		    "the envelope has a signature by this key already");
		goto done;
	}
	made->keyid = public_key_fingerprint(signer_public_key(signer));
	envelope->signature_count++;
	result = 0;
done:
	buffer_free(&message);
	return result;
}

int
envelope_verify(const struct envelope *envelope, size_t index,
    struct public_key key, struct buffer *scratch, bool *verified,
    struct error *err)
{
	assert(index < envelope->signature_count);
	buffer_clear(scratch);
	envelope_pae(scratch, buffer_bytes(&envelope->payload));
	if (buffer_check(scratch, "signed message", err) == -1)
		return -1;
	*verified = public_key_verify(key, buffer_bytes(scratch),
	    &envelope->signature[index].signature);
	return 0;
}
