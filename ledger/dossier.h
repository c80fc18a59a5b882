/* dossier.h: a model's history in one file, for who will not see the ledger. */
#ifndef LEDGER_DOSSIER_H
#define LEDGER_DOSSIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/limits.h"
#include "ledger/list.h"
#include "ledger/reader.h"
#include "ledger/sealed.h"

/* docs/format.md, "Dossiers", is the contract. */
#define DOSSIER_FOLDER "dossier/"
#define DOSSIER_FORMAT "vouchbook-dossier/v1"
#define DOSSIER_NOBODY UINT64_MAX

/* What about.json says. */
struct dossier_about {
	char origin[LIMIT_ORIGIN + 1];
	uint64_t size; /* Of the checkpoint. */
	char name[LIMIT_MODEL_NAME + 1]; /* The model's. */
	struct digest digest;
	uint64_t deployment; /* DOSSIER_NOBODY: none was asked for. */
};
void dossier_about_write(struct buffer *out, const struct dossier_about *about);
/* Exactly that spelling; ERROR_NO. */
int dossier_about_parse(struct dossier_about *out, struct bytes text,
    struct error *err);

/* The kinds of which it has every entry: genesis, key, trust, policy. */
bool dossier_has_all(const struct kind *kind);

/* The lists that a dossier proves to be complete: of the subject, one for each
 * kind; of the whole ledger, those of which it has every entry.  How many. */
#define DOSSIER_LISTS "complete.lists"
#define DOSSIER_LISTS_MAX (2 * (size_t)KINDS_MAX)
size_t dossier_list_keys(struct list_key keys[DOSSIER_LISTS_MAX],
    struct digest subject);

/* Which entries belong to it: numbers in order, owned by the caller. */
struct dossier_set {
	uint64_t *seq;
	size_t count;
	/* Behind them those that would, had they not been erased whole. */
	size_t gone;
};
/* The reader shows the ledger at the size of a checkpoint. */
int dossier_select(struct dossier_set *out, struct reader *reader,
    struct digest subject, struct error *err);
void dossier_set_free(struct dossier_set *set);

/* A public key in two forms, and the file names of both: ending "pub", "pem". */
void dossier_key_write(struct buffer *out, struct public_key key,
    const char *name, bool pem);
void dossier_key_name(struct buffer *out, struct public_key key, bool pem);

/* MANIFEST: of all files but itself. */
struct tar;
void dossier_manifest(struct buffer *out, const struct tar *files);

/* How to check one without this program: VERIFY.md. */
struct bytes dossier_guide(void);

/*
 * Add to a list the disclosures of what is sealed in the history of a subject,
 * where the path fits a pattern (fnmatch(3)); ERROR_UNDECIDED if none does.
 * Give them to reader_disclose, too, before a report is made.
 */
int dossier_choose(struct disclosures *out, struct reader *reader,
    struct digest subject, const char *const patterns[], size_t count,
    struct error *err);

/* What is asked for. */
struct dossier_order {
	struct dossier_about about; /* origin and size are filled in. */
	struct bytes report; /* The provenance report in HTML, or empty. */
	const struct disclosures *shown; /* Sealed fields; NULL: none. */
};

/* Append the archive; the reader as above.  Same ledger, same size, same
 * order: same bytes. */
int dossier_pack(struct buffer *out, struct reader *reader,
    const struct dossier_order *order, struct error *err);

#endif
