/* escape.h: any text as plain text, in each of the notations. */
#ifndef REPORTS_ESCAPE_H
#define REPORTS_ESCAPE_H

#include "base/buffer.h"

/* Plain text in CommonMark with tables: nothing in it is markup, a link or a
 * mention of somebody. */
void escape_markdown(struct buffer *out, const char *text);
/* A CSV field (RFC 4180).  What a spreadsheet would take for a formula (=, +,
 * -, @, their full-width forms, a tab or a return in front, unless it is a
 * number) gets an apostrophe before it. */
void escape_csv(struct buffer *out, const char *text);
/* A version 5 UUID (RFC 9562, 5.5) of the URL urn:vouchbook:TEXT: the same
 * text, the same UUID, in any language.  OSCAL takes no version 8. */
void escape_uuid(struct buffer *out, const char *text);
/* One line: runs of white space are one space, there is none at the ends, and
 * what would be empty is "-".  So want it formats that have no empty texts. */
void escape_line(struct buffer *out, const char *text);
/* An XML NCName: other characters become _. */
void escape_name(struct buffer *out, const char *text);
/* "2026-11-24 09:00 UTC" of a time in its one spelling; others as they are. */
void escape_date(struct buffer *out, const char *text);
/* "12,345" of a whole number; others as they are. */
void escape_number(struct buffer *out, const char *text);

#endif
