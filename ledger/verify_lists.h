/* verify_lists.h: every index record computed again, from the entries. */
#ifndef LEDGER_VERIFY_LISTS_H
#define LEDGER_VERIFY_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "ledger/facts.h"
#include "ledger/kind.h"

/*
 * Entries are told in order of seq, each with what it names; so are the index
 * records among them.  At the end all lists are folded once, in order, and
 * grow the trees of all index records at once.  What must be kept meanwhile
 * goes to a temporary file: memory does not grow with the ledger.
 */
struct verify_lists;
int verify_lists_new(struct verify_lists **out, struct error *err);
void verify_lists_free(struct verify_lists *lists);

/* An entry: its kind, and the digests it names (facts.h). */
int verify_lists_add(struct verify_lists *lists, uint64_t seq,
    struct digest leaf, const struct kind *kind, const struct facts *facts,
    struct error *err);

/* The same of an entry of which only this much is known: the artefacts it
 * named. */
int verify_lists_add_named(struct verify_lists *lists, uint64_t seq,
    struct digest leaf, const struct kind *kind, const struct digest *named,
    size_t count, struct error *err);

/* What the entry at seq is cannot be known: index records behind it can not be
 * computed.  The caller says what is wrong with the entry. */
void verify_lists_unknown(struct verify_lists *lists, uint64_t seq);

/* An index record that was told before: its payload.  What is wrong with it
 * by itself is told at the end, too. */
int verify_lists_claim(struct verify_lists *lists, uint64_t seq,
    struct bytes payload, struct error *err);

/* Compute all that was claimed; `wrong' is told of each index record that is
 * not right, in order of seq.  *checked counts those that were computed. */
int verify_lists_finish(struct verify_lists *lists, uint64_t *checked,
    void (*wrong)(void *cookie, uint64_t seq, const char *what), void *cookie,
    struct error *err);

#endif
