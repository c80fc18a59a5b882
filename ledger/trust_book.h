/* trust_book.h: the trusted witnesses at some size, as a policy. */
#ifndef LEDGER_TRUST_BOOK_H
#define LEDGER_TRUST_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/tlog_policy.h"
#include "ledger/trust.h"

/* Looks into the trust records of an authority, which are borrowed and may
 * become more. */
struct trust_book;
int trust_book_new(struct trust_book **out, const struct trusts *trusts,
    struct error *err);
void trust_book_free(struct trust_book *book);

/*
 * Who held for a checkpoint of `size' entries: the records below that size
 * decide.  The nodes are the witnesses, by their names in the ledger, and
 * last, if a quorum was named, a group of them all; without one,
 * policy->quorum is TLOG_NOBODY.  Borrowed until the next call.
 */
const struct tlog_policy *trust_book_at(struct trust_book *book, uint64_t size);

/* The records that it looks into. */
const struct trusts *trust_book_trusts(const struct trust_book *book);

/* Whether any witness was ever trusted. */
bool trust_book_has_witness(const struct trust_book *book);

/* The name of a node as a text: a policy has it as bytes. */
struct node_name {
	char text[LIMIT_NAME + 1];
};
struct node_name node_name_of(const struct tlog_node *node);

#endif
