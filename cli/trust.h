/* trust.h: records of whom the ledger trusts, as commands make them. */
#ifndef CLI_TRUST_H
#define CLI_TRUST_H

#include "cli/compose.h"
#include "ledger/trust.h"

/*
 * Record that something is trusted from here on: `own' is the member that
 * belongs to its subject ("vkey", "wanted", "certificate", "list"), which is
 * taken; attachments as for compose_record.
 */
int trust_record(struct session_write *session, const struct context *context,
    const char *name, enum trust_about about, const char *own,
    struct json *value, const char *because, const struct bytes attachments[],
    size_t attachment_count, struct error *err);

/* Record that it no longer is. */
int trust_withdraw(struct session_write *session, const struct context *context,
    const char *name, const char *because, struct error *err);

/* Append what a record is about: "CN=…", a verifier key, "2 witnesses". */
void trust_describe(struct buffer *out, const struct trusted *trust);

#endif
