/* page.h: a page of blocks, as the stylesheets make them, turned into HTML. */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

#include "base/buffer.h"
#include "base/error.h"
#include "reports/xml.h"

/*
 * Append a page (namespace urn:vouchbook:page:v1) that is no report as one
 * HTML file, by our own html.xsl and without a report's stamp.  The same page
 * gives the same bytes.
 */
int report_page(struct buffer *out, const struct xml_doc *page,
    struct error *err);

#endif
