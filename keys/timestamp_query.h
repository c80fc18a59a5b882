/* timestamp_query.h: what a timestamp authority is asked (RFC 3161). */
#ifndef KEYS_TIMESTAMP_QUERY_H
#define KEYS_TIMESTAMP_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "keys/outside_key.h"

/* The longest nonce that is read, and ours: 62 random bits, as some
 * authorities take no more than 64. */
#define TIMESTAMP_NONCE_MAX 64
#define TIMESTAMP_NONCE_LEN 8

/* A TimeStampReq (2.4.1).  Spans are borrowed. */
struct timestamp_query {
	enum outside_hash hash;
	uint8_t imprint[OUTSIDE_DIGEST_MAX]; /* cms_hash_len bytes of it. */
	struct bytes policy; /* An OID's content; empty: any. */
	struct bytes nonce; /* An INTEGER's content; empty: none. */
	bool certificates; /* Whether the answer shall carry them. */
};

/* A nonce as the content of an INTEGER. */
void timestamp_nonce(uint8_t out[TIMESTAMP_NONCE_LEN]);

/* A query about a message, with a nonce that lives as long as the query. */
int timestamp_query_make(struct timestamp_query *out, enum outside_hash hash,
    struct bytes message, struct bytes nonce, bool certificates,
    struct error *err);

/* Append it as DER. */
void timestamp_query_write(struct buffer *out,
    const struct timestamp_query *query);

/* Read one: version 1, SHA-256 to SHA-512, without extensions, and nothing
 * behind it; ERROR_UNDECIDED otherwise. */
int timestamp_query_parse(struct timestamp_query *out, struct bytes der,
    struct error *err);

/* A MessageImprint (2.4.1), off the front of `from': its hash, and bytes of
 * that hash's length.  ERROR_UNDECIDED. */
int timestamp_imprint_take(enum outside_hash *hash, struct bytes *imprint,
    struct bytes *from, struct error *err);

#endif
