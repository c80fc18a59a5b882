/* pdf.h: HTML printed by WeasyPrint, when it is there. */
#ifndef REPORTS_PDF_H
#define REPORTS_PDF_H

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"

/*
 * Print with the program `weasyprint' of PATH, without a shell, in a private
 * folder that is removed, for at most two minutes, with the document's time as
 * its clock and the report document attached.  ERROR_UNDECIDED with a word on
 * printing from a browser when it is not there or fails.
 */
int report_pdf(struct buffer *out, struct bytes html, struct bytes xml,
    int64_t time_ms, struct error *err);

#endif
