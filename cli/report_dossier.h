/* report_dossier.h: the part of a ledger that a dossier has, for a report. */
#ifndef CLI_REPORT_DOSSIER_H
#define CLI_REPORT_DOSSIER_H

#include "base/error.h"
#include "ledger/reader.h"
#include "reports/report.h"

/*
 * Check a dossier (a file) by the verifier key, or NULL if none was given, as
 * `vouch check-dossier' does; then call `use' with a reader of what it has.
 * `lacks' says in a clause why a report that is made from it may be another
 * than the one made from the whole ledger; NULL if nothing is known that
 * would.  ERROR_NO if the dossier does not hold; ERROR_UNDECIDED if it is not
 * about what the report is about, or is of another checkpoint.
 */
int report_dossier(const char *file, const char *vkey,
    const struct report_stamp *stamp,
    int (*use)(void *cookie, struct reader *reader, const char *lacks,
	struct error *err),
    void *cookie, struct error *err);

#endif
