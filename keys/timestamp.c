#include "keys/timestamp.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "keys/der.h"

#define PKCS9 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09

static const uint8_t tst_info[] = { PKCS9, 16, 1, 4 };
static const uint8_t content_type[] = { PKCS9, 3 };
static const uint8_t message_digest[] = { PKCS9, 4 };

/* An accuracy beyond that says nothing. */
#define ACCURACY_MAX_S (366 * 24 * 3600)

static int
malformed(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED, NULL, "not a timestamp: %s",
	    what);
}

/* PKIFailureInfo (2.4.2), by bit. */
static const struct {
	unsigned bit;
	const char *name;
} failures[] = {
	{ 0, "badAlg" },
	{ 2, "badRequest" },
	{ 5, "badDataFormat" },
	{ 14, "timeNotAvailable" },
	{ 15, "unacceptedPolicy" },
	{ 16, "unacceptedExtension" },
	{ 17, "addInfoNotAvailable" },
	{ 25, "systemFailure" },
};

static const char *
failure_name(struct bytes bits)
{
	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
		size_t byte = 1 + failures[i].bit / 8; /* After the unused. */

		if (byte < bits.len &&
		    (bits.data[byte] & 0x80 >> failures[i].bit % 8) != 0)
			return failures[i].name;
	}
	return "no reason given";
}

static int
rejected(uint64_t status, struct bytes text, struct bytes failure,
    struct error *err)
{
	static const char *const names[] = { "granted", "grantedWithMods",
		"rejection", "waiting", "revocationWarning",
		"revocationNotification" };
	struct buffer shown = buffer_new(1024);

	text_show(&shown, bytes_of(text.data, text.len < 80 ? text.len : 80));
	error_set(err, ERROR_NO, "ask again, or another authority",
	    "the authority gave no timestamp: %s (%s)%s%.300s",
	    status < sizeof names / sizeof names[0] ? names[status]
						    : "unknown status",
	    failure_name(failure), shown.len == 0 ? "" : ": ",
	    buffer_string(&shown));
	buffer_free(&shown);
	return -1;
}

/* A PKIStatusInfo: its status must be that there is a token. */
static int
check_status(struct bytes info, struct error *err)
{
	struct bytes texts = bytes_of(NULL, 0), text = bytes_of(NULL, 0);
	struct bytes failure = bytes_of(NULL, 0), rest;
	uint64_t status;

	if (!der_number(&info, DER_INTEGER, &status))
		return malformed(err, "its status is malformed");
	(void)der_take(&info, DER_SEQUENCE, &texts);
	for (rest = texts; rest.len > 0;) {
		struct bytes one;

		if (!der_take(&rest, DER_UTF8_STRING, &one) ||
		    !text_is_utf8(one))
			return malformed(err, "its status is malformed");
		if (text.len == 0)
			text = one;
	}
	(void)der_take(&info, DER_BIT_STRING, &failure);
	if (info.len > 0)
		return malformed(err, "its status is malformed");
	if (status > 1 || failure.len > 0)
		return rejected(status, text, failure, err);
	return 0;
}

int
timestamp_reply_token(struct bytes *token, struct bytes reply,
    struct error *err)
{
	struct bytes rest = reply, inside, status, whole;

	if (reply.len > LIMIT_TIMESTAMP)
		return malformed(err, "it is too long");
	if (!der_take(&rest, DER_SEQUENCE, &inside))
		return malformed(err, "it is cut, or not DER");
	if (rest.len > 0)
		return malformed(err, "something follows it");
	if (der_is_next(inside, DER_OID)) {
		*token = reply;
		return 0;
	}
	if (!der_take(&inside, DER_SEQUENCE, &status))
		return malformed(err, "it is neither a reply nor a token");
	if (check_status(status, err) == -1)
		return -1;
	if (inside.len == 0)
		return malformed(err, "it is granted, and there is none");
	if (!der_take_whole(&inside, DER_SEQUENCE, &whole) || inside.len > 0)
		return malformed(err, "its token is malformed");
	*token = whole;
	return 0;
}

/* The attributes that every signature has (RFC 5652, 11.1 and 11.2): what is
 * signed is this content and no other. */
static int
check_attributes(const struct cms *cms, struct error *err)
{
	uint8_t computed[OUTSIDE_DIGEST_MAX];
	struct bytes value, inside;
	size_t len;
	bool found;

	if (cms_attribute(&value, &found, cms,
		bytes_of(content_type, sizeof content_type), err) == -1)
		return -1;
	if (!found || !der_oid(&value, &inside) ||
	    !bytes_equal(inside, cms->content_type))
		return malformed(err, "no content type was signed, or another");
	if (cms_attribute(&value, &found, cms,
		bytes_of(message_digest, sizeof message_digest), err) == -1)
		return -1;
	if (!found || !der_take(&value, DER_OCTET_STRING, &inside))
		return malformed(err, "no digest of its content was signed");
	if (outside_digest(computed, &len, cms->hash, cms->content, err) == -1)
		return -1;
	if (!bytes_equal(inside, bytes_of(computed, len)))
		return error_set(err, ERROR_NO, NULL,
		    "the timestamp was altered: its content is not what was "
		    "signed");
	return 0;
}

/* Microseconds of "[.FFF]" before the Z; *finer says that there are more. */
static bool
read_fraction(struct bytes text, uint64_t *us, bool *finer)
{
	uint64_t value = 0, unit = 100000;

	*us = 0;
	*finer = false;
	if (text.len == 0)
		return true;
	/* A fraction does not end in a zero (2.4.2), and has digits. */
	if (text.len < 2 || text.data[0] != '.' ||
	    text.data[text.len - 1] == '0')
		return false;
	for (size_t i = 1; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		if (unit == 0)
			*finer = true;
		value += (uint64_t)(text.data[i] - '0') * unit;
		unit /= 10;
	}
	*us = value;
	return true;
}

/* YYYYMMDDhhmmss[.FFF]Z (2.4.2), in microseconds since 1970. */
static bool
read_time(struct bytes text, int64_t *us, bool *finer)
{
	char spelled[TIME_LEN + 1];
	uint64_t fraction;
	int64_t ms;

	if (text.len < 15 || text.len > 40 || text.data[text.len - 1] != 'Z')
		return false;
	for (size_t i = 0; i < 14; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	if (!read_fraction(bytes_of(text.data + 14, text.len - 15), &fraction,
		finer))
		return false;
	snprintf(spelled, sizeof spelled, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.000Z",
	    (const char *)text.data, (const char *)text.data + 4,
	    (const char *)text.data + 6, (const char *)text.data + 8,
	    (const char *)text.data + 10, (const char *)text.data + 12);
	if (!time_parse_exact(&ms, bytes_of_text(spelled)) || ms < 0)
		return false;
	*us = ms * 1000 + (int64_t)fraction;
	return true;
}

/* Accuracy (2.4.2): parts that are absent are zero. */
static bool
read_accuracy(struct bytes content, uint64_t *us)
{
	uint64_t seconds = 0, millis = 0, micros = 0;

	if (der_is_next(content, DER_INTEGER) &&
	    (!der_number(&content, DER_INTEGER, &seconds) ||
		seconds > ACCURACY_MAX_S))
		return false;
	if (der_is_next(content, DER_PRIMITIVE(0)) &&
	    (!der_number(&content, DER_PRIMITIVE(0), &millis) || millis < 1 ||
		millis > 999))
		return false;
	if (der_is_next(content, DER_PRIMITIVE(1)) &&
	    (!der_number(&content, DER_PRIMITIVE(1), &micros) || micros < 1 ||
		micros > 999))
		return false;
	*us = seconds * 1000000 + millis * 1000 + micros;
	return content.len == 0;
}

static int
parse_when(struct timestamp *out, struct bytes *info, struct error *err)
{
	struct bytes text, content;
	uint64_t accuracy = 0;
	int64_t us, latest;
	bool finer;

	if (!der_take(info, DER_GENERALIZED_TIME, &text) ||
	    !read_time(text, &us, &finer))
		return malformed(err, "its time is malformed");
	out->has_accuracy = der_take(info, DER_SEQUENCE, &content);
	if (out->has_accuracy && !read_accuracy(content, &accuracy))
		return malformed(err, "its accuracy is malformed");
	out->time_ms = us / 1000;
	out->earliest_ms =
	    us < (int64_t)accuracy ? 0 : (us - (int64_t)accuracy) / 1000;
	latest = us + (int64_t)accuracy + (finer ? 1 : 0);
	out->latest_ms = (latest + 999) / 1000;
	return 0;
}

/* Extensions ::= SEQUENCE OF SEQUENCE { OID, critical, OCTET STRING }: one
 * that must be understood is not. */
static int
check_extensions(struct bytes extensions, struct error *err)
{
	struct bytes one, oid, value;

	if (extensions.len == 0)
		return malformed(err, "its extensions are malformed");
	while (extensions.len > 0) {
		bool critical;

		if (!der_take(&extensions, DER_SEQUENCE, &one) ||
		    !der_oid(&one, &oid))
			return malformed(err, "its extensions are malformed");
		critical = der_true(&one);
		if (!der_take(&one, DER_OCTET_STRING, &value) || one.len > 0)
			return malformed(err, "its extensions are malformed");
		if (critical)
			return malformed(err,
			    "it has a critical extension that is not known "
			    "here");
	}
	return 0;
}

static int
parse_info(struct timestamp *out, struct bytes der, struct error *err)
{
	struct bytes info, extensions;
	struct error why;
	uint64_t version;

	if (!der_take(&der, DER_SEQUENCE, &info) || der.len > 0)
		return malformed(err, "its content is malformed");
	if (!der_number(&info, DER_INTEGER, &version) || version != 1)
		return malformed(err, "its version is not 1");
	if (!der_oid(&info, &out->policy))
		return malformed(err, "its policy is malformed");
	if (timestamp_imprint_take(&out->hash, &out->imprint, &info, &why) ==
	    -1)
		return malformed(err, why.what);
	if (!der_integer(&info, &out->serial))
		return malformed(err, "its serial number is malformed");
	if (parse_when(out, &info, err) == -1)
		return -1;
	(void)der_true(&info); /* ordering: nothing here depends on it. */
	if (der_is_next(info, DER_INTEGER) &&
	    (!der_integer(&info, &out->nonce) ||
		out->nonce.len > TIMESTAMP_NONCE_MAX))
		return malformed(err, "its nonce is malformed");
	if (der_take(&info, DER_CONSTRUCTED(0), &out->tsa)) {
		struct bytes name = out->tsa, whole;

		if (!der_take_any(&name, &whole) || name.len > 0)
			return malformed(err, "its authority is malformed");
	}
	if (der_take(&info, DER_CONSTRUCTED(1), &extensions) &&
	    check_extensions(extensions, err) == -1)
		return -1;
	if (info.len > 0)
		return malformed(err, "its content is malformed");
	return 0;
}

int
timestamp_parse(struct timestamp *out, struct bytes token, struct error *err)
{
	struct timestamp parsed = { .has_accuracy = false };

	if (token.len > LIMIT_TIMESTAMP)
		return malformed(err, "it is too long");
	if (cms_parse(&parsed.cms, token, err) == -1)
		return -1;
	if (!bytes_equal(parsed.cms.content_type,
		bytes_of(tst_info, sizeof tst_info)))
		return malformed(err, "it is signed about something else");
	if (parse_info(&parsed, parsed.cms.content, err) == -1 ||
	    check_attributes(&parsed.cms, err) == -1)
		return -1;
	*out = parsed;
	return 0;
}

int
timestamp_is_about(const struct timestamp *timestamp, struct bytes message,
    struct error *err)
{
	uint8_t computed[OUTSIDE_DIGEST_MAX];
	size_t len;

	if (outside_digest(computed, &len, timestamp->hash, message, err) == -1)
		return -1;
	if (!bytes_equal(timestamp->imprint, bytes_of(computed, len)))
		return error_set(err, ERROR_NO, NULL,
		    "the timestamp is about something else: its imprint "
		    "differs");
	return 0;
}

int
timestamp_answers(const struct timestamp *timestamp,
    const struct timestamp_query *query, struct error *err)
{
	if (timestamp->hash != query->hash ||
	    !bytes_equal(timestamp->imprint,
		bytes_of(query->imprint, cms_hash_len(query->hash))))
		return error_set(err, ERROR_NO, NULL,
		    "the timestamp does not answer the query: its imprint "
		    "differs");
	if (!bytes_equal(timestamp->nonce, query->nonce))
		return error_set(err, ERROR_NO, NULL,
		    "the timestamp does not answer the query: its nonce "
		    "differs");
	if (query->policy.len > 0 &&
	    !bytes_equal(timestamp->policy, query->policy))
		return error_set(err, ERROR_NO, NULL,
		    "the timestamp does not answer the query: it was given "
		    "under another policy");
	return 0;
}
