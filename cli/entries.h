/* entries.h: entries as people see them: lines, references, facts. */
#ifndef CLI_ENTRIES_H
#define CLI_ENTRIES_H

#include <stdio.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "ledger/reader.h"

/* The name under which a key signs, or its fingerprint. */
const char *entries_signer(const struct reader *reader, struct public_key key);

/* Whom a certificate said that to be before entry seq; or NULL. */
const struct identity *entries_identity(const struct reader *reader,
    struct public_key key, uint64_t seq);

/* One JSON object of an index row with its record's title. */
void entries_json(struct buffer *out, struct reader *reader,
    const struct index_row *row, const struct reader_entry *entry);

/* What --subject may be: an entry, a name, or a digest in hex. */
int entries_subject(struct digest *out, struct reader *reader, const char *what,
    struct error *err);

/* What --signer may be: a name or a fingerprint. */
int entries_signer_key(struct public_key *out, const struct reader *reader,
    const char *what, struct error *err);

/* A value of a record in a line of text: numbers as written, lists and
 * objects as JSON. */
void entries_value(struct buffer *out, const struct json *value);

/* That there is no kind of this name: ERROR_UNDECIDED, with the nearest. */
int entries_unknown_kind(const char *name, struct error *err);

#endif
