/* slsa.h: SLSA provenance v1, told from the record of a run. */
#ifndef REPORTS_SLSA_H
#define REPORTS_SLSA_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "ledger/reader.h"

/* docs/exports.md says what each member of such a statement means. */
#define SLSA_PREDICATE "https://slsa.dev/provenance/v1"
#define SLSA_BUILD_TYPE "urn:vouchbook:buildtype:run:v1"

/*
 * The entry at which the run ended that made an artefact: the one that the
 * newest model record about it names, else the newest that has it among its
 * outputs; corrected records do not count.  ERROR_UNDECIDED if there is none,
 * ERROR_NO if the run that there is did not finish.
 */
int slsa_find_run(uint64_t *seq, struct reader *reader, struct digest artefact,
    struct error *err);

/*
 * Append the in-toto statement with SLSA's predicate (slsa.dev/spec/v1.0/
 * provenance) that says how the run which ended at entry `seq' made the
 * artefact; ERROR_UNDECIDED if the artefact is none of its outputs.  Nothing
 * in it depends on when it is made.  `builder' is the URI of the platform
 * that ran it, or NULL: then it is made of the ledger's origin and of whether
 * the run was watched.
 */
int slsa_statement(struct buffer *out, struct reader *reader, uint64_t seq,
    struct digest artefact, const char *builder, struct error *err);

#endif
