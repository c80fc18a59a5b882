/* disclosure_file.h: chosen sealed fields of one entry, for one reader. */
#ifndef LEDGER_DISCLOSURE_FILE_H
#define LEDGER_DISCLOSURE_FILE_H

#include "base/error.h"
#include "ledger/sealed.h"

/*
 * docs/format.md, "Files of disclosures":
 *
 *	{"format":"urn:vouchbook:disclosures:v1","ledger":"ORIGIN",
 *	 "number":41,"entry":"<leaf hash>","disclosures":[
 *	  {"path":"user","disclosure":"WyJ…"}]}
 *
 * Without ledger, number and entry for a record that is in no ledger yet.
 */
#define DISCLOSURE_FILE_FORMAT "urn:vouchbook:disclosures:v1"

/* Whose fields they are. */
struct disclosure_source {
	char *ledger; /* Owned; NULL if the file does not say. */
	uint64_t number;
	struct digest entry;
	bool has_entry;
};
void disclosure_source_free(struct disclosure_source *source);

void disclosure_file_write(struct buffer *out,
    const struct disclosure_source *source,
    const struct disclosures *disclosures);

/* Read one, strictly; each disclosure is one (sealed_open).  What it says is
 * added to the list; `source' may be NULL.  ERROR_UNDECIDED. */
int disclosure_file_parse(struct disclosures *out,
    struct disclosure_source *source, struct bytes text, struct error *err);
int disclosure_file_read(struct disclosures *out,
    struct disclosure_source *source, const char *path, struct error *err);

#endif
