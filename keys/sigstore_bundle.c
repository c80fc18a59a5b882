#include "keys/sigstore_bundle.h"

#include <string.h>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/limits.h"
#include "keys/envelope.h"

/* No signature on a curve that is taken here is longer (P-521: 141). */
#define SIGNATURE_MAX 160
#define HINT_MAX 256

struct sigstore_bundle
sigstore_bundle_new(void)
{
	return (struct sigstore_bundle){
		.payload = buffer_new(LIMIT_SIGSTORE_BUNDLE),
		.signature = buffer_new(SIGNATURE_MAX + 2),
		.hint = buffer_new(HINT_MAX),
	};
}

void
sigstore_bundle_free(struct sigstore_bundle *bundle)
{
	if (bundle == NULL)
		return;
	buffer_free(&bundle->payload);
	buffer_free(&bundle->signature);
	buffer_free(&bundle->hint);
	certificates_free(bundle->chain);
	bundle->chain = NULL;
}

static int
malformed(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED,
	    "give the file that the model's signer wrote",
	    "not a Sigstore bundle of version 0.3: %s", what);
}

static int
cannot_check(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED,
	    "check it with `model_signing verify sigstore'",
	    "the bundle rests on %s, which is not checked here", what);
}

/* ---- reading ---- */

static int
decode(struct buffer *out, const char *text, const char *what,
    struct error *err)
{
	uint8_t *room;
	size_t len;

	if (text == NULL || text[0] == '\0')
		return malformed(err, what);
	room = buffer_room(out, strlen(text) / 4 * 3 + 3);
	if (buffer_check(out, what, err) == -1) {
		return out->state == BUFFER_FULL ? malformed(err, what) : -1;
	}
	if (!base64_decode(room, &len, bytes_of_text(text)))
		return malformed(err, what);
	buffer_added(out, len);
	return 0;
}

static int
take_envelope(struct sigstore_bundle *out, const struct json *envelope,
    struct error *err)
{
	const char *type = json_member_text(envelope, "payloadType");
	const struct json *signatures = json_member(envelope, "signatures");

	if (envelope == NULL)
		return malformed(err, "it has no dsseEnvelope");
	if (type == NULL || strcmp(type, ENVELOPE_TYPE) != 0)
		return malformed(err, "its payloadType is not " ENVELOPE_TYPE);
	if (signatures == NULL || json_type(signatures) != JSON_LIST ||
	    json_count(signatures) != 1)
		return malformed(err, "its envelope has not one signature");
	if (decode(&out->payload, json_member_text(envelope, "payload"),
		"its payload is not base64", err) == -1)
		return -1;
	return decode(&out->signature,
	    json_member_text(json_first(signatures), "sig"),
	    "its signature is not base64 of an ECDSA signature", err);
}

static int
take_certificate(struct sigstore_bundle *out, const struct json *certificate,
    struct error *err)
{
	struct buffer der = buffer_new(LIMIT_CERTIFICATE + 3);
	int result = -1;

	if (decode(&der, json_member_text(certificate, "rawBytes"),
		"a certificate is not base64", err) == 0)
		result = certificates_add(out->chain, buffer_bytes(&der), err);
	buffer_free(&der);
	return result;
}

static int
take_chain(struct sigstore_bundle *out, const struct json *list,
    struct error *err)
{
	const struct json *one;

	if (list == NULL || json_type(list) != JSON_LIST ||
	    json_count(list) == 0)
		return malformed(err, "its chain has no certificates");
	if (json_count(list) > LIMIT_CERTIFICATES)
		return malformed(err, "its chain has too many certificates");
	for (one = json_first(list); one != NULL; one = json_next(one))
		if (take_certificate(out, one, err) == -1)
			return error_within(err, "certificate %zu",
			    certificates_count(out->chain) + 1);
	return 0;
}

static int
take_hint(struct sigstore_bundle *out, const struct json *key,
    struct error *err)
{
	const char *hint = json_member_text(key, "hint");

	if (hint != NULL)
		buffer_text(&out->hint, hint);
	return out->hint.state == BUFFER_FULL
	    ? malformed(err, "its key's hint is too long")
	    : buffer_check(&out->hint, "hint", err);
}

/* Exactly one of the three that say whose the signature is. */
static int
take_material(struct sigstore_bundle *out, const struct json *material,
    struct error *err)
{
	const struct json *key = json_member(material, "publicKey");
	const struct json *one = json_member(material, "certificate");
	const struct json *chain =
	    json_member(material, "x509CertificateChain");

	if ((key != NULL) + (one != NULL) + (chain != NULL) != 1)
		return malformed(err,
		    "its verificationMaterial has not one of publicKey, "
		    "certificate and x509CertificateChain");
	if (key != NULL)
		return take_hint(out, key, err);
	if (certificates_new(&out->chain, err) == -1)
		return -1;
	return one != NULL
	    ? take_certificate(out, one, err)
	    : take_chain(out, json_member(chain, "certificates"), err);
}

/* What would have to be checked too, and is not here. */
static int
refuse_the_rest(const struct json *root, const struct json *material,
    struct error *err)
{
	const struct json *stamps =
	    json_member(material, "timestampVerificationData");

	if (json_count(json_member(material, "tlogEntries")) > 0)
		return cannot_check(err,
		    "a transparency log (keyless signing)");
	if (json_count(json_member(stamps, "rfc3161Timestamps")) > 0)
		return cannot_check(err, "timestamps of its own");
	if (json_member(root, "messageSignature") != NULL)
		return cannot_check(err,
		    "a signature over a digest, not over a statement");
	return 0;
}

static int
take_bundle(struct sigstore_bundle *out, const struct json *root,
    struct error *err)
{
	const char *type = json_member_text(root, "mediaType");
	const struct json *material = json_member(root, "verificationMaterial");

	if (type == NULL || strcmp(type, SIGSTORE_BUNDLE_TYPE) != 0)
		return malformed(err,
		    "its mediaType is not " SIGSTORE_BUNDLE_TYPE);
	if (material == NULL)
		return malformed(err, "it has no verificationMaterial");
	if (refuse_the_rest(root, material, err) == -1 ||
	    take_material(out, material, err) == -1)
		return -1;
	return take_envelope(out, json_member(root, "dsseEnvelope"), err);
}

int
sigstore_bundle_parse(struct sigstore_bundle *out, struct bytes text,
    struct error *err)
{
	struct json *root = NULL;
	int result;

	if (json_parse(&root, text, err) == -1)
		return -1;
	result = take_bundle(out, root, err);
	json_free(root);
	if (result == -1) {
		sigstore_bundle_free(out);
		*out = sigstore_bundle_new();
	}
	return result;
}

/* ---- checking ---- */

/* Each curve has its hash (protobuf-specs, PublicKeyDetails). */
static int
hash_of(enum outside_hash *out, const struct outside_key *key,
    struct error *err)
{
	static const struct {
		const char *kind;
		enum outside_hash hash;
	} curves[] = {
		{ "P-256", OUTSIDE_SHA256 },
		{ "P-384", OUTSIDE_SHA384 },
		{ "P-521", OUTSIDE_SHA512 },
	};

	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
		if (strcmp(outside_key_kind(key), curves[i].kind) == 0) {
			*out = curves[i].hash;
			return 0;
		}
	}
	return error_set(err, ERROR_UNDECIDED, NULL,
	    "models are signed with keys on P-256, P-384 or P-521, and this "
	    "is %s",
	    outside_key_kind(key));
}

static int
check_signature(const struct sigstore_bundle *bundle,
    const struct outside_key *key, enum outside_hash hash, struct error *err)
{
	struct buffer message = buffer_new(LIMIT_SIGSTORE_BUNDLE + 200);
	int result = -1;

	envelope_pae(&message, buffer_bytes(&bundle->payload));
	if (buffer_check(&message, "signed message", err) == -1)
		goto done;
	if (outside_key_verify(key, hash, OUTSIDE_ECDSA, buffer_bytes(&message),
		buffer_bytes(&bundle->signature)))
		result = 0;
	else
		error_set(err, ERROR_NO, NULL,
		    "the signature is not by the %s: the bundle was changed, "
		    "or another signed it",
		    bundle->chain == NULL ? "key given" : "certificate's key");
done:
	buffer_free(&message);
	return result;
}

/* SHA-256 in hex of the key in PEM, its lines of 64 characters. */
static int
hint_of(struct digest_text *out, const struct outside_key *key,
    struct error *err)
{
	struct buffer der = buffer_new(LIMIT_CERTIFICATE);
	struct buffer line = buffer_new(LIMIT_CERTIFICATE);
	struct buffer pem = buffer_new(LIMIT_CERTIFICATE * 2);
	int result = -1;

	if (outside_key_write(&der, key, err) == -1)
		goto done;
	base64_append(&line, buffer_bytes(&der));
	buffer_text(&pem, "-----BEGIN PUBLIC KEY-----\n");
	for (size_t at = 0; at < line.len; at += 64) {
		size_t len = line.len - at < 64 ? line.len - at : 64;

		buffer_append(&pem, bytes_of(line.data + at, len));
		buffer_byte(&pem, '\n');
	}
	buffer_text(&pem, "-----END PUBLIC KEY-----\n");
	if (buffer_check(&line, "key", err) == -1 ||
	    buffer_check(&pem, "key", err) == -1)
		goto done;
	*out = digest_hex(digest_of(buffer_bytes(&pem)));
	result = 0;
done:
	buffer_free(&der);
	buffer_free(&line);
	buffer_free(&pem);
	return result;
}

int
sigstore_bundle_check_key(const struct sigstore_bundle *bundle,
    const struct outside_key *key, struct error *err)
{
	enum outside_hash hash;
	struct digest_text hint;

	if (bundle->chain != NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "give the roots that you trust with --roots",
		    "the bundle was signed with a certificate, not with a "
		    "bare key");
	if (hash_of(&hash, key, err) == -1 || hint_of(&hint, key, err) == -1)
		return -1;
	if (bundle->hint.len > 0 &&
	    strcmp(buffer_string(&bundle->hint), hint.text) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "the bundle names another key than the one given "
		    "(%.16s…, not %.16s…)",
		    buffer_string(&bundle->hint), hint.text);
	return check_signature(bundle, key, hash, err);
}

int
sigstore_bundle_check_chain(struct buffer *subject,
    const struct sigstore_bundle *bundle, const struct certificates *roots,
    const struct revocations *revoked, int64_t time_ms, struct error *err)
{
	struct certificate_demand demand = {
		.purpose = PURPOSE_CODE,
		.time_ms = time_ms,
		.between = bundle->chain,
		.roots = roots,
		.revoked = revoked,
	};
	struct certificate_path path;
	const struct certificate *signer;
	const struct outside_key *key;
	enum outside_hash hash;

	if (bundle->chain == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "give the signer's public key with --key",
		    "the bundle was signed with a bare key, not with a "
		    "certificate");
	signer = certificates_at(bundle->chain, 0);
	key = certificate_key(signer);
	if (certificate_check(&path, signer, &demand, err) == -1 ||
	    hash_of(&hash, key, err) == -1 ||
	    check_signature(bundle, key, hash, err) == -1)
		return -1;
	certificate_subject(subject, signer);
	return buffer_check(subject, "subject", err);
}
