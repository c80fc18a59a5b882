/* dossier_check.h: checking a dossier without its ledger. */
#ifndef LEDGER_DOSSIER_CHECK_H
#define LEDGER_DOSSIER_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/tar.h"
#include "keys/note.h"
#include "ledger/authority.h"
#include "ledger/checkpoint.h"
#include "ledger/dossier.h"
#include "ledger/interval.h"
#include "ledger/tlog_policy.h"
#include "ledger/witnessed.h"

/* One that was taken apart; nothing in it is true before it was checked.
 * What is borrowed lives as long as the archive it was read from. */
struct dossier;

/* An entry of it. */
struct dossier_entry {
	uint64_t seq;
	struct bytes line;
	struct digest leaf;
	const struct kind *kind; /* NULL: it is no record. */
	int64_t time_ms;
	size_t signer_count; /* Whose signatures verified. */
	struct public_key signer[LIMIT_SIGNATURES];
};

/* Take it apart: the archive is in its one spelling, about.json and the
 * entries are there.  ERROR_UNDECIDED for what is no dossier. */
int dossier_read(struct dossier **out, struct bytes archive, struct error *err);
void dossier_free(struct dossier *dossier);

const struct dossier_about *dossier_about(const struct dossier *dossier);
const struct tar *dossier_files(const struct dossier *dossier);
/* In order of their numbers. */
size_t dossier_entry_count(const struct dossier *dossier);
const struct dossier_entry *dossier_entry_at(const struct dossier *dossier,
    size_t i);
const struct dossier_entry *dossier_entry_of(const struct dossier *dossier,
    struct digest leaf);
/* After dossier_check: whose keys the entries speak of. */
const struct authority *dossier_authority(const struct dossier *dossier);

/* After dossier_check found nothing wrong: put the entries into a new store,
 * each under its number, with an index and the attachments.  It is a part of
 * a ledger only, and has no tree: good for looking things up.  With `readable'
 * it has what a reader needs, too: the checkpoints, the last entry under the
 * dossier's, and timestamps. */
int dossier_store(const char *path, const struct dossier *dossier,
    bool readable, struct error *err);

/* After dossier_check found nothing wrong: add what it shows of sealed fields
 * to a list, for reader_disclose. */
int dossier_disclosed(struct disclosures *out, const struct dossier *dossier,
    struct error *err);

/* After dossier_check: between what times an entry was recorded. */
struct interval dossier_interval(const struct dossier *dossier, uint64_t seq);

/* What a problem is about, as words that programs may rely on: those of
 * verify.h, and "manifest", "file", "proof", "key", "list", "disclosure",
 * "about". */
struct dossier_problem {
	const char *check;
	const char *where; /* A file, or "". */
	const char *what; /* One sentence; lives during the call. */
};

struct dossier_options {
	const struct note_key *key; /* The ledger's, from elsewhere; or NULL: */
	const struct tlog_policy *policy; /* by this; or NULL. */
	/* To which the certificates of signers must lead; NULL: to those that
	 * the ledger trusts. */
	const struct certificates *identity_roots;
	/* The same of timestamps. */
	const struct certificates *timestamp_roots;
	void *cookie;
	void (*problem)(void *cookie, const struct dossier_problem *problem);
};

struct dossier_result {
	struct checkpoint checkpoint; /* If it is signed by whom we believe. */
	bool has_checkpoint;
	struct tlog_quorum quorum; /* By the policy. */
	/* Who cosigned which checkpoints: of whom the policy names, or else
	 * the ledger. */
	struct witnessed witnessed;
	uint64_t entries;
	uint64_t signatures;
	uint64_t timestamps; /* By authorities that are believed; */
	uint64_t timestamps_unknown; /* by others. */
	uint64_t pins;
	uint64_t identities; /* Certificates of keys' holders. */
	uint64_t attachments;
	uint64_t erased; /* Attachments and entries, lawfully. */
	uint64_t sealed; /* Fields, and */
	uint64_t shown; /* how many of them are disclosed. */
	uint64_t lists; /* That are complete, */
	uint64_t listed; /* and how many entries they have. */
	uint64_t problems;
};

/* Everything that docs/format.md asks for.  0 when the work could be done,
 * whatever it found: result->problems says. */
int dossier_check(struct dossier_result *result, struct dossier *dossier,
    const struct dossier_options *options, struct error *err);

#endif
