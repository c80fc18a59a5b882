/* working_paper.h: a sample from a population, to be tested item by item. */
#ifndef REPORTS_WORKING_PAPER_H
#define REPORTS_WORKING_PAPER_H

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/population.h"
#include "ledger/reader.h"
#include "reports/report.h"

/* What was drawn; all borrowed. */
struct working_paper {
	struct reader *reader; /* The ledger that the traces are read from. */
	const struct population *population;
	struct digest digest; /* Of the population's file. */
	const char *seed;
	const char *program; /* What makes it, with its version. */
	const struct population_draw *draw;
	size_t count;
};

/* The formats, NULL-terminated: text, markdown, html, csv,
 * json. */
extern const char *const working_paper_formats[];

/*
 * Append the paper: what was drawn from and how, and each item with what
 * stands behind it, hop by hop; what is missing is said to be, and the fields
 * for results are blank.  The same ledger and sample give the same bytes.
 */
int working_paper_write(struct buffer *out, const struct working_paper *paper,
    const char *format, const struct report_look *look, struct error *err);

#endif
