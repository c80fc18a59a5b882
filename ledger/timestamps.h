/* timestamps.h: the timestamps kept beside checkpoints, each judged again. */
#ifndef LEDGER_TIMESTAMPS_H
#define LEDGER_TIMESTAMPS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "keys/certificate.h"
#include "keys/timestamp_check.h"
#include "ledger/store.h"
#include "ledger/trust.h"

/*
 * What is stamped is the text of a checkpoint's note: the lines that the ledger
 * signs, with their newlines, without signatures, so that cosignatures may be
 * added later.
 */
struct kept_timestamp {
	uint64_t size; /* Of the checkpoint. */
	struct digest digest; /* That it is kept under. */
	struct bytes token;
	struct bytes text; /* What it is about, as the ledger has it. */
	enum {
		KEPT_GOOD, /* By an authority that is trusted here. */
		KEPT_UNKNOWN, /* It holds, by one that nobody here named. */
		KEPT_BAD,
	} state;
	struct timestamp timestamp; /* Not of a bad one. */
	const char *authority; /* Its subject; not of a bad one. */
	const struct error *why; /* Of a bad one. */
};

/* Called for each; all of it lives during the call.  -1 with err ends it. */
typedef int timestamps_visit(void *cookie, const struct kept_timestamp *kept,
    struct error *err);

/*
 * Who the authority of a timestamp over the checkpoint of `size' entries is,
 * appended, and how it stands to the roots that are given; if that is NULL, to
 * those that the ledger trusted at that size.  A ledger that
 * trusted any keeps timestamps by no others: ERROR_NO.  Only where it trusted
 * none, or by roots that are given, an authority may be unknown.
 */
int timestamps_standing(enum timestamp_standing *standing,
    struct buffer *authority, const struct timestamp *timestamp, uint64_t size,
    const struct trusts *trusts, const struct certificates *roots,
    struct error *err);

/*
 * Judge every timestamp that a store keeps, by size: its digest, its imprint
 * against the stored checkpoint, its signature, and its authority at genTime,
 * by the roots that are given or, if that is NULL, by the ledger's.
 */
int timestamps_each(struct store *store, const struct trusts *trusts,
    const struct certificates *roots, timestamps_visit *visit, void *cookie,
    struct error *err);

/* The same of one, by the ledger's roots; visit is not called if it is not
 * kept. */
int timestamps_one(struct store *store, const struct trusts *trusts,
    uint64_t size, struct digest digest, timestamps_visit *visit, void *cookie,
    struct error *err);

/* The text of the checkpoint of exactly `size' entries, in out, whose content
 * is replaced; ERROR_NO if there is none. */
int timestamps_text(struct buffer *out, struct store *store, uint64_t size,
    struct error *err);

/*
 * The newest checkpoint of at most `at_most' entries that a timestamp is about,
 * and its text, as timestamps_text; ERROR_NO if it is about none.
 */
int timestamps_find(uint64_t *size, struct buffer *text, struct store *store,
    uint64_t at_most, const struct timestamp *timestamp, struct error *err);

#endif
