/* document.h: the report document: gathered from a ledger, and checked. */
#ifndef REPORTS_DOCUMENT_H
#define REPORTS_DOCUMENT_H

#include "ledger/reader.h"
#include "reports/report.h"
#include "reports/xml.h"

/* Gather everything that an order asks for. */
int report_gather(struct xml_doc **out, struct reader *reader,
    const struct report_order *order, struct error *err);

/* Check it: against its schema (references too), and that its counts are
 * those of its parts.  What does not hold is a fault of the program. */
int report_check(const struct xml_doc *doc, struct error *err);

/* Whether a leaf hash is in the tree of the checkpoint, at its place (with
 * NULL for the store that is known): NULL, or what is wrong. */
const char *report_check_place(const struct checkpoint *checkpoint,
    struct store *store, uint64_t seq, struct digest leaf);

/* Whether an entry is what it should be: at its place, and its signatures
 * verify.  NULL, or what is wrong. */
const char *report_check_entry(const struct authority *authority,
    const struct checkpoint *checkpoint, struct store *store,
    const struct reader_entry *entry);

#endif
