/* stamps.h: what commands about timestamps share. */
#ifndef CLI_STAMPS_H
#define CLI_STAMPS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "cli/terminal.h"
#include "keys/certificate.h"
#include "keys/timestamp_query.h"
#include "ledger/timestamps.h"
#include "ledger/verify.h"

/*
 * Queries that were written wait for their answers beside the ledger, each as
 * it is in timestamp-requests/NONCE.tsq, the nonce in hex.  They may be
 * answered by several authorities, and removed at any time.
 */
int stamps_keep_query(const char *store_path,
    const struct timestamp_query *query, struct error *err);

/* The query with this nonce, into out, which it lives as long as; *found is
 * false if none waits. */
int stamps_find_query(struct timestamp_query *query, struct buffer *out,
    bool *found, const char *store_path, struct bytes nonce, struct error *err);

/* A query from a file. */
int stamps_read_query(struct timestamp_query *query, struct buffer *out,
    const char *path, struct error *err);

/* The roots in a file: PEM or DER. */
int stamps_read_roots(struct certificates **out, const char *path,
    struct error *err);

/* One kept timestamp as a member of a list in JSON. */
void stamps_json(struct buffer *out, const struct kept_timestamp *kept);

/* What verification found, as lines and as a member. */
void stamps_say(struct terminal *terminal, const struct verify_timestamps *sum);
void stamps_say_json(struct buffer *out, const struct verify_timestamps *sum);

#endif
