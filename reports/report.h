/* report.h: the ledger at a checkpoint, told to somebody. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "keys/public_key.h"
#include "ledger/reader.h"

/*
 * A report is one XML document (docs/reports.md, reports/schema/report.xsd)
 * that holds every figure, each with the entries and the definition it came
 * from; all formats are made from it.  The same checkpoint and order give the
 * same bytes: "now" is the time of the checkpoint's last entry.
 */
enum report_kind {
	REPORT_POSTURE, /* For a board: one page. */
	REPORT_PROVENANCE, /* For an auditor: one model. */
	REPORT_COMPLIANCE, /* For a compliance team: control by control. */
	REPORT_RELEASE, /* For an engineer: go or no-go. */
	REPORT_KINDS,
};
const char *report_kind_name(enum report_kind kind);
bool report_kind_named(enum report_kind *kind, const char *name);

/* What is asked for.  Texts are borrowed. */
struct report_order {
	enum report_kind kind;
	const char *program; /* "vouch 0.1.0". */
	const char *path; /* Of the store, to verify it. */
	const char *model; /* As it was typed; NULL: the whole ledger. */
	const char *environment; /* REPORT_RELEASE: where to; or NULL. */
	uint64_t since; /* A size to compare with; 0: none. */
	bool verify; /* The whole ledger, however large. */
	bool all; /* Show what passes, too, one by one. */
	/* The reader has a part of a ledger, whose entries are proved to be in
	 * the checkpoint's tree: nothing else of the tree is there.  That the
	 * whole ledger was verified is then said as an issued report says it
	 * that found nothing wrong. */
	bool part;
	/* REPORT_RELEASE: the deployment that would be recorded, and by whom. */
	const struct json *statement;
	const struct public_key *signer;
	size_t signer_count;
};

/* Up to how many entries the whole ledger is verified unasked. */
#define REPORT_VERIFY_ENTRIES 20000
/* Verdicts, subjects and entries that a report shows one by one; what is
 * beyond is counted and said to be so. */
#define REPORT_VERDICTS_MAX 500
#define REPORT_SUBJECTS_MAX 500
#define REPORT_ENTRIES_MAX 5000

struct report;
/* The reader shows a ledger up to a checkpoint: see report_size. */
int report_make(struct report **out, struct reader *reader,
    const struct report_order *order, struct error *err);
void report_free(struct report *report);

/* The size of the newest checkpoint at or below a size: what a report can be
 * about. */
int report_size(uint64_t *size, struct reader *reader, uint64_t at_most,
    struct error *err);

/* The formats, NULL-terminated: "html", "xml", …; and the ending of a file. */
extern const char *const report_formats[];
const char *report_ending(const char *format);

/* How it is written: a user's own stylesheet in the place of ours ("style") or
 * of the branding ("brand"); empty: none. */
struct report_look {
	struct bytes style;
	struct bytes brand;
	bool colour; /* text: with escapes for a terminal. */
	unsigned columns; /* text: how wide. */
};
int report_write(struct buffer *out, const struct report *report,
    const char *format, const struct report_look *look, struct error *err);

/*
 * An issued report beside one made again: in html, xml and json each figure
 * is compared by its id; in any format the bytes.  The order it was made by
 * is read from it with report_order_of.
 */
struct report_stamp {
	char kind[16];
	char format[16];
	char model[500];
	char environment[256];
	uint64_t size;
	char root[65];
	uint64_t since;
	bool verify;
	bool all;
	char program[64];
};
int report_stamp_of(struct report_stamp *out, struct bytes issued,
    struct error *err);

/* One difference after the other: the figure's id, what the report says and
 * what the ledger says (NULL: it has no such figure).  *figures is how many
 * were compared, *differences how many differ. */
int report_compare(const struct report *report, struct bytes issued,
    const char *format, size_t *figures, size_t *differences,
    void (*told)(void *cookie, const char *figure, const char *issued,
	const char *now),
    void *cookie, struct error *err);

#endif
