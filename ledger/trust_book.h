/* trust_book.h: which witnesses a ledger trusted, and how many it wanted. */
#ifndef LEDGER_TRUST_BOOK_H
#define LEDGER_TRUST_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "ledger/store.h"
#include "ledger/tlog_policy.h"

/*
 * The trust records of a ledger, in order.  The newest one of a name holds
 * from the next entry on; so a checkpoint of N entries is judged by those
 * with a seq below N.
 */
struct trust_book;
int trust_book_new(struct trust_book **out, struct error *err);
void trust_book_free(struct trust_book *book);

/* Take one entry's exact line into the book, in order of seq: passed over if
 * it is no trust record. */
int trust_book_add(struct trust_book *book, struct bytes line,
    struct error *err);

/* The trust records below `before', which the index finds; or, without
 * believing the index, every entry is looked at. */
int trust_book_load(struct trust_book *book, struct store *store,
    uint64_t before, bool without_index, struct error *err);

/*
 * What held for a checkpoint of `size' entries, as a policy whose nodes are
 * the witnesses by their names in the ledger, and last, if a quorum was
 * named, a group of them all.  Without one, policy->quorum is TLOG_NOBODY.
 * Borrowed until the next call.
 */
const struct tlog_policy *trust_book_at(struct trust_book *book, uint64_t size);

/* The name of a node as a text: what is above has it as bytes. */
struct node_name {
	char text[LIMIT_NAME + 1];
};
struct node_name node_name_of(const struct tlog_node *node);

#endif
