/* store_settle.h: that nothing of what was destroyed stays in the files. */
#ifndef LEDGER_STORE_SETTLE_H
#define LEDGER_STORE_SETTLE_H

#include <stdbool.h>

#include "base/error.h"
#include "ledger/store.h"

/*
 * SQLite overwrites what it deletes (secure_delete), in the page that is
 * written then.  Older copies stay in the log until it is cut, and in unused
 * parts of pages, from when rows were moved about, until the file is written
 * anew.  So who destroys something owes the rest; the store keeps that in mind
 * until it is done, whoever is killed in between.
 */

/* In the write transaction that destroys: the rest is owed from now on. */
int store_owe(struct store *store, struct error *err);

/* Is it still? */
int store_owes(struct store *store, bool *owes, struct error *err);

/*
 * Outside a transaction: bring everything from the log into the file and cut
 * the log to nothing, waiting for readers up to wait_ms; *done is false when
 * one still holds it.  With `rewrite' the file is written anew first, so that
 * no unused part of a page remains.
 */
int store_settle(struct store *store, bool rewrite, int wait_ms, bool *done,
    struct error *err);

/* Outside a transaction: nothing is owed any more. */
int store_settled(struct store *store, struct error *err);

/*
 * Outside a transaction: do what is owed, if anything is.  Where a reader
 * holds the log for longer than wait_ms nothing is written anew, and *owes
 * stays true.  A store that is opened for writing has tried it.
 */
int store_pay(struct store *store, int wait_ms, bool *owes, struct error *err);

#endif
