/* render.h: pages and documents as plain notations. */
#ifndef REPORTS_RENDER_H
#define REPORTS_RENDER_H

#include "reports/report.h"
#include "reports/xml.h"

/* A page (the namespace urn:vouchbook:page:v1) for a terminal, as Markdown of
 * less than 64 kB, and its tables as CSV (RFC 4180). */
void render_text(struct buffer *out, const struct xml *page,
    const struct report_look *look);
void render_markdown(struct buffer *out, const struct xml *page,
    const char *stamp);
void render_csv(struct buffer *out, const struct xml *page, const char *stamp);

/* The report document as JSON: attributes and single children as members,
 * repeated children as lists. */
void render_json(struct buffer *out, const struct xml *report);

#endif
