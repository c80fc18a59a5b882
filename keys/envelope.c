#include "keys/envelope.h"

#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/json.h"

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

/* Standard or URL-safe, padded or not, into exact standard form first. */
static bool
decode_either(struct buffer *out, const char *text)
{
	size_t len = strlen(text), decoded;
	struct buffer exact = buffer_new(LIMIT_ENVELOPE + 4);
	uint8_t *room;
	bool good = false;

	while (len > 0 && text[len - 1] == '=')
		len--;
	/* Padding, if there is any, must be the right one. */
	if (text[len] != '\0' && strlen(text) % 4 != 0)
		goto done;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		buffer_byte(&exact,
		    (uint8_t)(c == '-' ? '+' : c == '_' ? '/' : c));
	}
	while (exact.len % 4 != 0)
		buffer_byte(&exact, '=');
	room = buffer_room(out, exact.len / 4 * 3);
	if (exact.state != BUFFER_FINE || room == NULL)
		goto done;
	good = base64_decode(room, &decoded, buffer_bytes(&exact));
	if (good)
		buffer_added(out, decoded);
done:
	buffer_free(&exact);
	return good;
}

static bool
is_fingerprint(const char *text)
{
	uint8_t digest[33];
	char padded[45];

	if (strlen(text) != FINGERPRINT_LEN || memcmp(text, "SHA256:", 7) != 0)
		return false;
	snprintf(padded, sizeof padded, "%s=", text + 7);
	return base64_decode_fixed(digest, 32, bytes_of(padded, 44));
}

static int
parse_signature(struct envelope_signature *out, const struct json *value,
    struct error *err)
{
	struct buffer raw = buffer_new(1024);
	const char *sig = json_member_text(value, "sig");
	const char *keyid = json_member_text(value, "keyid");
	bool good = sig != NULL && strlen(sig) < 200 &&
	    decode_either(&raw, sig) && raw.len == SIGNATURE_LEN;

	if (good)
		memcpy(out->signature.byte, raw.data, SIGNATURE_LEN);
	buffer_free(&raw);
	if (!good)
		return malformed(err, "a signature is not 64 bytes of base64");
	if (json_member(value, "keyid") != NULL && keyid == NULL)
		return malformed(err, "a keyid is not a text");
	memset(&out->keyid, 0, sizeof out->keyid);
	if (keyid != NULL && is_fingerprint(keyid))
		memcpy(out->keyid.text, keyid, FINGERPRINT_LEN);
	return 0;
}

static int
parse_signatures(struct envelope *out, const struct json *list,
    struct error *err)
{
	const struct json *value = json_first(list);

	if (list == NULL || json_type(list) != JSON_LIST || value == NULL)
		return malformed(err, "it has no signatures");
	for (; value != NULL; value = json_next(value)) {
		struct envelope_signature *made;

		if (out->signature_count == LIMIT_SIGNATURES)
			return malformed(err, "it has too many signatures");
		made = &out->signature[out->signature_count];
		if (json_type(value) != JSON_OBJECT)
			return malformed(err, "a signature is not an object");
		if (parse_signature(made, value, err) == -1)
			return -1;
		for (size_t i = 0; i < out->signature_count; i++) {
			if (memcmp(out->signature[i].signature.byte,
			    made->signature.byte, SIGNATURE_LEN) == 0)
				return malformed(err,
				    "a signature is there twice");
		}
		out->signature_count++;
	}
	return 0;
}

int
envelope_parse(struct envelope *out, struct bytes text, struct error *err)
{
	struct json *root = NULL;
	const char *payload, *type;
	int result = -1;

	buffer_clear(&out->payload);
	out->signature_count = 0;
	if (text.len > LIMIT_ENVELOPE)
		return malformed(err, "it is too large");
	if (json_parse(&root, text, err) == -1)
		return -1;
	payload = json_member_text(root, "payload");
	type = json_member_text(root, "payloadType");
	if (json_type(root) != JSON_OBJECT || json_count(root) != 3 ||
	    payload == NULL || type == NULL)
		malformed(err, "its members are payload, payloadType and "
		    "signatures");
	else if (strcmp(type, ENVELOPE_TYPE) != 0)
		malformed(err, "payloadType is not " ENVELOPE_TYPE);
	else if (!decode_either(&out->payload, payload))
		malformed(err, "payload is not base64");
	else
		result = parse_signatures(out, json_member(root, "signatures"),
		    err);
	json_free(root);
	return result;
}

#define HEAD "{\"payload\":\""
#define MIDDLE "\",\"payloadType\":\"" ENVELOPE_TYPE "\",\"signatures\":["
#define SIG_HEAD "{\"keyid\":\""
#define SIG_MIDDLE "\",\"sig\":\""
#define SIG_TAIL "\"}"
#define SIG_LEN BASE64_LEN(SIGNATURE_LEN)

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

static int
inexact(struct error *err, const char *what)
{
	return error_set(err, ERROR_NO, NULL,
	    "not the one spelling of an envelope: %s", what);
}

static bool
take(struct bytes *rest, const char *text, size_t len)
{
	if (rest->len < len || memcmp(rest->data, text, len) != 0)
		return false;
	*rest = bytes_after(*rest, len);
	return true;
}
#define TAKE(rest, literal) take(rest, literal, sizeof(literal) - 1)

static int
take_signature(struct envelope_signature *out, struct bytes *rest,
    struct error *err)
{
	if (!TAKE(rest, SIG_HEAD) || rest->len < FINGERPRINT_LEN)
		return inexact(err, "keyid");
	memcpy(out->keyid.text, rest->data, FINGERPRINT_LEN);
	out->keyid.text[FINGERPRINT_LEN] = '\0';
	*rest = bytes_after(*rest, FINGERPRINT_LEN);
	if (!is_fingerprint(out->keyid.text))
		return inexact(err, "keyid");
	if (!TAKE(rest, SIG_MIDDLE) || rest->len < SIG_LEN ||
	    !base64_decode_fixed(out->signature.byte, SIGNATURE_LEN,
	    bytes_of(rest->data, SIG_LEN)))
		return inexact(err, "sig");
	*rest = bytes_after(*rest, SIG_LEN);
	if (!TAKE(rest, SIG_TAIL))
		return inexact(err, "signatures");
	return 0;
}

int
envelope_parse_exact(struct envelope *out, struct bytes text,
    struct error *err)
{
	struct bytes rest = text;
	const uint8_t *end;
	uint8_t *room;
	size_t len;

	buffer_clear(&out->payload);
	out->signature_count = 0;
	if (!TAKE(&rest, HEAD) || rest.len == 0 ||
	    (end = memchr(rest.data, '"', rest.len)) == NULL)
		return inexact(err, "payload");
	len = (size_t)(end - rest.data);
	if ((room = buffer_room(&out->payload, len / 4 * 3)) == NULL)
		return buffer_check(&out->payload, "payload", err);
	if (!base64_decode(room, &len, bytes_of(rest.data, len)))
		return inexact(err, "payload");
	buffer_added(&out->payload, len);
	rest = bytes_after(rest, (size_t)(end - rest.data));
	if (!TAKE(&rest, MIDDLE))
		return inexact(err, "payloadType");
	for (;;) {
		struct envelope_signature *one =
		    &out->signature[out->signature_count];

		if (out->signature_count == LIMIT_SIGNATURES)
			return inexact(err, "too many signatures");
		if (take_signature(one, &rest, err) == -1)
			return -1;
		for (size_t i = 0; i < out->signature_count; i++) {
			if (memcmp(out->signature[i].signature.byte,
			    one->signature.byte, SIGNATURE_LEN) == 0)
				return inexact(err, "a signature twice");
		}
		out->signature_count++;
		if (!TAKE(&rest, ","))
			break;
	}
	if (!TAKE(&rest, "]}") || rest.len != 0)
		return inexact(err, "its end");
	return 0;
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
	struct envelope_signature *made;
	int result = -1;

	if (envelope->signature_count == LIMIT_SIGNATURES)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "an envelope has at most %d signatures", LIMIT_SIGNATURES);
	made = &envelope->signature[envelope->signature_count];
	envelope_pae(&message, buffer_bytes(&envelope->payload));
	if (buffer_check(&message, "message to sign", err) == 0 &&
	    signer_sign(signer, buffer_bytes(&message), &made->signature,
	    err) == 0) {
		made->keyid =
		    public_key_fingerprint(signer_public_key(signer));
		envelope->signature_count++;
		result = 0;
	}
	buffer_free(&message);
	return result;
}

int
envelope_verify(const struct envelope *envelope, size_t index,
    struct public_key key, struct buffer *scratch, bool *verified,
    struct error *err)
{
	buffer_clear(scratch);
	envelope_pae(scratch, buffer_bytes(&envelope->payload));
	if (buffer_check(scratch, "signed message", err) == -1)
		return -1;
	*verified = public_key_verify(key, buffer_bytes(scratch),
	    &envelope->signature[index].signature);
	return 0;
}
