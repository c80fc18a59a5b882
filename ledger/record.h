/* record.h: a record: an in-toto statement with one of our predicates. */
#ifndef LEDGER_RECORD_H
#define LEDGER_RECORD_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "ledger/kind.h"

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define NONCE_LEN 16

/* What every predicate begins with. */
struct record_head {
	const char *ledger; /* The origin it is meant for. */
	int64_t made_ms; /* The author's clock. */
	uint8_t nonce[NONCE_LEN];
	uint64_t after_size; /* The newest checkpoint its author saw. */
	struct digest after_root;
};

/* A record that has been read and found well-formed. */
struct record {
	const struct kind *kind;
	struct record_head head;
	struct digest subject; /* sha256 of subject[0]. */
	struct json *statement; /* Owned; the pointers here point into it. */
	const struct json *subjects;
	const struct json *predicate;
};

/*
 * Read and check a statement: strict JSON; _type, subject, predicateType,
 * predicate and nothing else; subjects with a name and a sha256; the head's
 * four members first and in order; the kind's rows; the subject rule; the
 * kind's own check.  Everything that can be decided without the ledger.
 */
int record_parse(struct record *out, struct bytes payload, struct error *err);
void record_free(struct record *record);

/* The same questions of a record whose tree was changed since: after values
 * took the place of commitments. */
int record_check(const struct record *record, struct error *err);

/*
 * Compose a statement.  `subjects' is a list of {"name","digest":{"sha256"}};
 * `members' is an object with the kind's own members (and supersedes, tags,
 * note), which follow the head in the predicate.  Neither is taken.  The text
 * is what gets signed.  It is parsed back with record_parse before it is
 * returned, so that nobody signs what would be refused.
 */
int record_compose(struct buffer *out, const struct kind *kind,
    const struct record_head *head, const struct json *subjects,
    const struct json *members, struct error *err);

/* The same text, not checked: for who parses it before it is used. */
int record_write(struct buffer *out, const struct kind *kind,
    const struct record_head *head, const struct json *subjects,
    const struct json *members, struct error *err);

/* The digest that stands for something that is not bytes, a run or an
 * incident: SHA-256 of "ORIGIN SP NAME", NAME being "KIND/NAME@VERSION". */
struct digest record_identity(const char *origin, const char *name);

/* A subject for record_compose: {"name":…,"digest":{"sha256":…}}. */
struct json *record_subject(const char *name, struct digest digest);

/*
 * The subjects that a record with these members must have: the kind's first
 * one, then its outputs.  `members' is as for record_compose and may still be
 * wrong; `artefact' is the digest of what an artefact's record is about, and
 * may be NULL for other kinds.
 */
int record_subjects(struct json **out, const struct kind *kind,
    const char *origin, const struct json *members,
    const struct digest *artefact, struct error *err);

/*
 * What a record is, in a line for logs: "run/credit/train@3", "evaluation of
 * model/credit@1", "enrol alice as engineer, owner", "ORIGIN founded by
 * alice".  And what it says, shortly: "finished, auc 0.83, loss 0.31"; may be
 * empty.  Texts from the record are appended as they are: show them with
 * text_show.
 */
void record_title(struct buffer *out, const struct record *record);
void record_summary(struct buffer *out, const struct record *record);

#endif
