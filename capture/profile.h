/* profile.h: what a CSV file holds: rows, columns, gaps, repeated rows. */
#ifndef CAPTURE_PROFILE_H
#define CAPTURE_PROFILE_H

#include "base/error.h"
#include "base/json.h"

/*
 * The `quality' member of a data set: rows (without the heading), columns,
 * missing (empty cells, NA, NaN, null), duplicates (rows whose bytes are those
 * of an earlier one; counted up to ten million rows, then left out), and for
 * each column its missing cells where there are any.
 * Reads RFC 4180 with ',', ';' or tab, whichever the heading has most of.
 * *out is NULL for what is not such a file: not text, under two columns, or
 * rows of different lengths.  Memory: 8 bytes a row.
 */
int profile_csv(struct json **out, const char *path, struct error *err);

#endif
