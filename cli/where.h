/* where.h: a condition in CEL on records, for commands that list them. */
#ifndef CLI_WHERE_H
#define CLI_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/reader.h"

/*
 * Sees `record' with what its entry adds to it (seq, time, signer, …), `kind',
 * `subject', `signer', `signers' and `now', which is the entry's time.  A
 * record that lacks what it asks for does not meet it.  `text' NULL: all do.
 */
struct where;
int where_new(struct where **out, struct reader *reader, const char *text,
    struct error *err);
void where_free(struct where *where);
int where_meets(struct where *where, const struct index_row *row, bool *meets,
    struct error *err);

#endif
