/* disclosed.h: files of disclosures that people were given, and what is shown. */
#ifndef CLI_DISCLOSED_H
#define CLI_DISCLOSED_H

#include "cli/terminal.h"
#include "ledger/reader.h"
#include "ledger/sealed.h"

/*
 * Read a file of disclosures and hold it against the ledger: it is of this
 * ledger, of an entry that stands at its number, and each disclosure opens a
 * commitment there; ERROR_NO for what is not so.  With *seq the entry must be
 * that one; NULL: any.  From then on the reader shows these alone.  The list
 * must live as long as the reader.
 */
int disclosed_take(struct disclosures *out, struct reader *reader,
    const char *path, const uint64_t *seq, struct error *err);

/* Which fields of an entry are sealed, and what is known of each: lines for
 * people; for programs a member "sealed", with a comma before it. */
void disclosed_show(struct terminal *terminal,
    const struct reader_entry *entry);
void disclosed_json(const struct reader_entry *entry);

#endif
