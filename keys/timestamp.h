/* timestamp.h: a timestamp token, read and checked (RFC 3161, RFC 5816). */
#ifndef KEYS_TIMESTAMP_H
#define KEYS_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "keys/cms.h"
#include "keys/timestamp_query.h"

/*
 * A TimeStampToken: a signed message (keys/cms.h) about a TSTInfo (2.4.2).
 * Everything is borrowed from the token's bytes.
 */
struct timestamp {
	struct cms cms;
	struct bytes policy; /* An OID's content: under which it was given. */
	enum outside_hash hash;
	struct bytes imprint;
	struct bytes serial; /* An INTEGER's content. */
	int64_t time_ms; /* genTime, its milliseconds cut. */
	/* genTime with the accuracy that is stated, rounded outwards: the
	 * message was there at latest_ms, and the authority stamped it no
	 * earlier than earliest_ms. */
	int64_t earliest_ms;
	int64_t latest_ms;
	bool has_accuracy;
	struct bytes nonce; /* An INTEGER's content; empty: none. */
	struct bytes tsa; /* A GeneralName; empty: none. */
};

/*
 * The token in what an authority answered: a TimeStampResp that is granted,
 * perhaps with modifications, with nothing behind it; or, as some keep it, the
 * token itself.  A rejection is ERROR_NO with the authority's reasons,
 * anything else ERROR_UNDECIDED.
 */
int timestamp_reply_token(struct bytes *token, struct bytes reply,
    struct error *err);

/* Read a token, and see that its signature is about its content: attributes
 * content-type and message-digest (RFC 5652, 5.4).  Malformed: ERROR_UNDECIDED;
 * another content than was signed: ERROR_NO. */
int timestamp_parse(struct timestamp *out, struct bytes token,
    struct error *err);

/* Whether it is about this message: ERROR_NO if not. */
int timestamp_is_about(const struct timestamp *timestamp, struct bytes message,
    struct error *err);

/* Whether it answers the query (2.4.2): its imprint, nonce and policy.
 * ERROR_NO if not. */
int timestamp_answers(const struct timestamp *timestamp,
    const struct timestamp_query *query, struct error *err);

#endif
