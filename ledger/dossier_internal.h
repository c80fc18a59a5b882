/* dossier_internal.h: a dossier that is being checked, for its checkers. */
#ifndef LEDGER_DOSSIER_INTERNAL_H
#define LEDGER_DOSSIER_INTERNAL_H

#include "base/hash_table.h"
#include "ledger/admission.h"
#include "ledger/dossier_check.h"

struct dossier {
	struct tar *files;
	bool *used; /* Of each file: something asked for it. */
	struct dossier_about about;
	size_t count;
	struct dossier_entry *entry; /* In order of seq. */
	struct hash_table by_leaf;
	struct authority *authority;
	/* What erasure records in it say. */
	struct dossier_erased {
		struct digest leaf; /* Of the entry. */
		struct digest what; /* An attachment or commitment; or zeros. */
		uint64_t seq; /* Of the record. */
	} * erased;
	size_t erased_count;
	size_t erased_capacity;
	struct hash_table by_erased;
	/* What was named before it was known to be erased. */
	struct dossier_missing {
		uint64_t seq;
		struct digest
		    leaf; /* Of the entry that is not there, or whose */
		struct digest what; /* attachment this is; or zeros. */
	} * missing;
	size_t missing_count;
	size_t missing_capacity;
	struct dated_list *dates; /* Once they were checked. */
	/* While it is checked. */
	const struct dossier_options *options;
	struct dossier_result *result;
	struct bytes note; /* The checkpoint's. */
	struct hash_table by_nonce;
	struct nonce {
		int64_t made_ms;
		uint8_t nonce[NONCE_LEN];
	} * nonce; /* Of each entry. */
};

/* Tell a problem.  `where' is a file's name below the top folder, or "". */
void dossier_tell(struct dossier *dossier, const char *check, const char *where,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same with what another module found; -1 for the system's failures. */
int dossier_tell_error(struct dossier *dossier, const char *check,
    const char *where, const struct error *finding, struct error *err);

/* The file of a name below the top folder, which is thereby used; or NULL. */
const struct tar_file *dossier_use(struct dossier *dossier, const char *format,
    ...) __attribute__((format(printf, 2, 3)));

/* Each entry: its proof, place, record, authority, pin, and what it names. */
int dossier_check_entries(struct dossier *dossier, struct error *err);
/* Take in an erasure record; and what such say of an entry's attachment or
 * commitment, or (NULL) of its body: NULL if nothing. */
int dossier_take_erasure(struct dossier *dossier, const struct record *record,
    uint64_t seq, struct error *err);
const struct dossier_erased *dossier_erased(const struct dossier *dossier,
    struct digest leaf, const struct digest *what);
/* Count what an entry has sealed, and check what is shown of it. */
int dossier_check_sealed(struct dossier *dossier,
    const struct dossier_entry *entry, const struct record *record,
    struct error *err);

/* Each certificate that an authority knows, of a holder's chain or a root, as
 * a file: its name and content.  The same may come more than once. */
int dossier_certificates(const struct authority *authority, void *cookie,
    int (*each)(void *cookie, const char *name, struct bytes pem,
	struct error *err),
    struct error *err);

/* Add to a list the dated checkpoints of at most `size' entries that a store
 * keeps: by whom the ledger believed. */
int dossier_dates_of(struct dated_list *list, struct store *store,
    const struct authority *authority, uint64_t size, struct error *err);
/* The checkpoints that date entries, and what witnesses say of them. */
int dossier_check_dates(struct dossier *dossier, struct error *err);

/* The name of a timestamp over the checkpoint of so many entries: its size and
 * the front of its SHA-256.  And the check of those that are there, which adds
 * them to what is dated. */
void dossier_stamp_name(struct buffer *out, uint64_t size, struct bytes token);
int dossier_check_stamps(struct dossier *dossier, struct error *err);

/* Whether the lists are complete, and all of their entries here. */
int dossier_check_lists(struct dossier *dossier, struct error *err);

#endif
