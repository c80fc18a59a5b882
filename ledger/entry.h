/* entry.h: one line of the ledger: exact, or refused. */
#ifndef LEDGER_ENTRY_H
#define LEDGER_ENTRY_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "keys/envelope.h"

/*
 * {"seq":41,"time":"2026-11-23T09:00:00.123Z","prev":"<64 hex>","envelope":{…}}
 * (docs/format.md, "Entry"): members in this order, no white space, no final
 * newline, at most LIMIT_ENTRY bytes; the envelope as envelope_write spells
 * it.  There is one spelling of an entry, so parse and write are inverses.
 */
struct entry {
	uint64_t seq; /* From 0; at most 2^53 - 1. */
	int64_t time_ms;
	struct digest prev; /* Leaf hash of the entry before; zeros at seq 0. */
	struct envelope envelope;
};

/* An empty entry, and its end.  May be parsed into again and again. */
struct entry entry_new(void);
void entry_free(struct entry *entry);

/* Read the exact spelling, or ERROR_NO naming the member that is wrong; the
 * envelope may then be empty. */
int entry_parse(struct entry *out, struct bytes line, struct error *err);

/* Append the spelling.  Over LIMIT_ENTRY: ERROR_UNDECIDED with the sizes and
 * the remedy to move large values to an attachment.  On failure what stands
 * in `out' is not an entry. */
int entry_write(struct buffer *out, uint64_t seq, int64_t time_ms,
    struct digest prev, const struct envelope *envelope, struct error *err);

/* The leaf hash: SHA-256(0x00 || line) (RFC 6962, 2.1). */
struct digest entry_leaf_hash(struct bytes line);

#endif
