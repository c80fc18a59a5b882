#include "ledger/identity.h"

#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"
#include "keys/certificate_path.h"

void
identity_binding_text(struct buffer *out, const char *origin, const char *name,
    struct public_key key, struct digest certificate)
{
	buffer_printf(out, "vouchbook-identity/v1\n%s\n%s\n%s\n%s\n", origin,
	    name, public_key_ssh(key).text, digest_hex(certificate).text);
}

int
identity_binding_hash(enum outside_hash *out,
    const struct certificate *certificate, struct bytes text,
    struct bytes signature, struct error *err)
{
	for (unsigned i = 0; i < OUTSIDE_HASH_COUNT; i++)
		if (outside_key_verify(certificate_key(certificate),
			(enum outside_hash)i, OUTSIDE_FITTING, text,
			signature)) {
			*out = (enum outside_hash)i;
			return 0;
		}
	return error_set(err, ERROR_NO,
	    "sign what `vouch key binding' prints with the certificate's key",
	    "the signature is not by the certificate's key over the binding "
	    "of this name and key in this ledger");
}

/* ---- in records ---- */

static struct json *
base64_text(struct bytes bytes)
{
	struct buffer text = buffer_new(BASE64_LEN(bytes.len) + 1);
	struct json *made = NULL;

	base64_append(&text, bytes);
	if (text.state == BUFFER_FINE)
		made = json_new_text(buffer_string(&text));
	buffer_free(&text);
	return made;
}

int
identity_compose(struct json **out, const struct certificates *chain,
    enum outside_hash hash, struct bytes signature, struct error *err)
{
	struct json *certified = json_new_object(), *list = json_new_list();

	if (certified == NULL || list == NULL) {
		error_memory(err);
		goto failed;
	}
	for (size_t i = 0; i < certificates_count(chain); i++)
		if (json_push(list,
			base64_text(certificate_der(certificates_at(chain, i))),
			err) == -1)
			goto failed;
	if (json_put(certified, "hash", json_new_text(outside_hash_name(hash)),
		err) == -1 ||
	    json_put(certified, "binding", base64_text(signature), err) == -1 ||
	    json_put(certified, "chain", list, err) == -1) {
		/* A list that was refused is freed by json_put. */
		list = NULL;
		goto failed;
	}
	*out = certified;
	return 0;
failed:
	json_free(list);
	json_free(certified);
	return -1;
}

/* The bytes of a base64 text, in a cleared buffer. */
static int
decode(struct buffer *out, const char *text, const char *what,
    struct error *err)
{
	struct bytes letters = bytes_of_text(text);
	uint8_t *room;
	size_t len;

	buffer_clear(out);
	room = buffer_room(out, letters.len / 4 * 3 + 1);
	if (room == NULL)
		return buffer_check(out, what, err);
	if (!base64_decode(room, &len, letters))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the %s is not in base64", what);
	buffer_added(out, len);
	return 0;
}

static int
read_chain(struct certificates *chain, const struct json *list,
    struct error *err)
{
	struct buffer der = buffer_new(LIMIT_ENTRY);
	const struct json *item = json_first(list);
	size_t number = 0;
	int result = -1;

	for (; item != NULL; item = json_next(item), number++)
		if (decode(&der, json_text(item), "certificate", err) == -1 ||
		    certificates_add(chain, buffer_bytes(&der), err) == -1) {
			error_within(err, "predicate.certified.chain[%zu]",
			    number);
			goto done;
		}
	if (number == 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the chain has no certificate");
		goto done;
	}
	result = 0;
done:
	buffer_free(&der);
	return result;
}

/* Keep in words what the first of the chain says. */
static int
describe_first(struct identity *identity, struct error *err)
{
	const struct certificate *first = certificates_at(identity->chain, 0);
	struct buffer subject = buffer_new(LIMIT_SUBJECT);
	struct buffer issuer = buffer_new(LIMIT_SUBJECT);
	int result = -1;

	certificate_subject(&subject, first);
	certificate_issuer(&issuer, first);
	if (buffer_check(&subject, "certificate's subject", err) == -1 ||
	    buffer_check(&issuer, "certificate's issuer", err) == -1)
		goto done;
	identity->subject = memory_text(buffer_string(&subject));
	identity->issuer = memory_text(buffer_string(&issuer));
	identity->fingerprint = certificate_fingerprint(first);
	identity->from_ms = certificate_from_ms(first);
	identity->until_ms = certificate_until_ms(first);
	result = identity->subject == NULL || identity->issuer == NULL
	    ? error_memory(err)
	    : 0;
done:
	buffer_free(&subject);
	buffer_free(&issuer);
	return result;
}

int
identity_read(struct identity **out, const struct json *certified, uint64_t seq,
    int64_t time_ms, struct error *err)
{
	struct identity *identity = memory_new(1, sizeof *identity);

	if (identity == NULL)
		return error_memory(err);
	identity->seq = seq;
	identity->time_ms = time_ms;
	identity->ended_seq = IDENTITY_NEVER;
	if (certificates_new(&identity->chain, err) == -1 ||
	    read_chain(identity->chain, json_member(certified, "chain"), err) ==
		-1 ||
	    describe_first(identity, err) == -1) {
		identity_free(identity);
		return -1;
	}
	*out = identity;
	return 0;
}

void
identity_free(struct identity *identity)
{
	while (identity != NULL) {
		struct identity *before = identity->before;

		certificates_free(identity->chain);
		memory_free(identity->subject);
		memory_free(identity->issuer);
		memory_free(identity);
		identity = before;
	}
}

/* ---- checking ---- */

int
identity_check_binding(const struct identity *identity,
    const struct json *certified, const char *origin, const char *name,
    struct public_key key, struct error *err)
{
	struct buffer text = buffer_new(4096);
	struct buffer signature = buffer_new(LIMIT_ENTRY);
	enum outside_hash hash;
	int result = -1;

	identity_binding_text(&text, origin, name, key, identity->fingerprint);
	if (buffer_check(&text, "binding", err) == -1 ||
	    decode(&signature, json_member_text(certified, "binding"),
		"signature of the binding", err) == -1)
		goto done;
	if (!outside_hash_named(&hash, json_member_text(certified, "hash")) ||
	    !outside_key_verify(certificate_key(certificates_at(identity->chain,
				    0)),
		hash, OUTSIDE_FITTING, buffer_bytes(&text),
		buffer_bytes(&signature))) {
		error_set(err, ERROR_NO, NULL,
		    "the certificate of %.200s has not signed for %s's key",
		    identity->subject, name);
		goto done;
	}
	result = 0;
done:
	buffer_free(&text);
	buffer_free(&signature);
	return result;
}

int
identity_check_chain(const struct identity *identity,
    const struct certificates *roots, const struct revocations *revoked,
    struct error *err)
{
	struct certificate_path ignored;
	struct certificate_demand demand = {
		.purpose = PURPOSE_IDENTITY,
		.time_ms = identity->time_ms,
		.between = identity->chain,
		.roots = roots,
		.revoked = revoked,
	};

	return certificate_check(&ignored, certificates_at(identity->chain, 0),
	    &demand, err);
}

bool
identity_is_revoked(const struct identity *identity,
    const struct certificates *roots, const struct revocations *revoked)
{
	struct certificate_path path;
	struct certificate_demand demand = {
		.purpose = PURPOSE_IDENTITY,
		.time_ms = identity->time_ms,
		.between = identity->chain,
		.roots = roots,
	};
	struct error ignored;
	size_t which;

	/* Most are not mentioned: no signature needs verifying. */
	return revocations_mention(revoked, identity->chain) &&
	    certificate_check(&path, certificates_at(identity->chain, 0),
		&demand, &ignored) == 0 &&
	    certificate_is_revoked(&which, &path, revoked);
}

/* ---- asking ---- */

const struct identity *
identity_before(const struct identity *newest, uint64_t seq)
{
	while (newest != NULL && newest->seq >= seq)
		newest = newest->before;
	return newest;
}

bool
identity_counts(const struct identity *identity, uint64_t seq, int64_t time_ms)
{
	return identity != NULL && identity->seq < seq &&
	    identity->ended_seq >= seq && time_ms <= identity->until_ms;
}

size_t
identity_first(const struct identity *identity)
{
	const char *at = identity->subject;

	/* A comma that is part of a name has a backslash before it. */
	for (; *at != '\0' && *at != ','; at++)
		if (*at == '\\' && at[1] != '\0')
			at++;
	return (size_t)(at - identity->subject);
}

void
identity_describe(struct buffer *out, const struct identity *identity)
{
	static const char *const ends[] = {
		[IDENTITY_REVOKED] = "the certificate was revoked",
		[IDENTITY_ROOT_WITHDRAWN] = "its root was withdrawn",
	};

	buffer_printf(out, "%s, certified by %s", identity->subject,
	    identity->issuer);
	if (identity->end != IDENTITY_HOLDS)
		buffer_printf(out, "; %s in entry %llu", ends[identity->end],
		    (unsigned long long)identity->ended_seq);
}

void
identity_describe_at(struct buffer *out, const struct identity *identity,
    int64_t time_ms)
{
	identity_describe(out, identity);
	if (time_ms > identity->until_ms)
		buffer_printf(out, "; the certificate had expired, at %s",
		    time_format(identity->until_ms).text);
}
