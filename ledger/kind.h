/* kind.h: what a record kind is: its members, in one table. */
#ifndef LEDGER_KIND_H
#define LEDGER_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"

/*
 * Each kind is described once, in ledger/kinds/NAME.c, by rows of struct
 * member.  From the rows come validation (record_parse), the JSON Schema that
 * `vouch schema' prints (kind_schema), the index (facts_gather) and the
 * documentation (docs/kinds.md).  A new kind is one file and one line in
 * kinds.c.
 */

/* Roles a key may have; a bit each. */
enum role {
	ROLE_OWNER = 1 << 0, /* Enrols, rotates and revokes keys. */
	ROLE_ENGINEER = 1 << 1, /* Records data, runs, models, evaluations. */
	ROLE_APPROVER = 1 << 2, /* Signs decisions. */
	ROLE_COMPLIANCE = 1 << 3, /* Writes rules and waivers, erases. */
	ROLE_SERVICE = 1 << 4, /* A machine: pipelines and monitors. */
};
#define ROLE_COUNT 5

/* A role's word, and what it may do; NULL past ROLE_COUNT. */
const char *role_name(unsigned bit_number);
const char *role_sentence(unsigned bit_number);
/* The roles of a word ("engineer"), or 0. */
unsigned role_of(const char *word);
/* Append "engineer, owner" in table order. */
void role_write(struct buffer *out, unsigned roles, const char *separator);

enum member_type {
	MEMBER_TEXT, /* A text, not empty. */
	MEMBER_NAME, /* text_is_name. */
	MEMBER_DIGEST, /* 64 hex characters: SHA-256. */
	MEMBER_NONCE, /* 32 hex characters: 128 bits. */
	MEMBER_COMMIT, /* 40 or 64 hex characters: a git commit. */
	MEMBER_TIME, /* The exact spelling of clock.h. */
	MEMBER_NUMBER, /* A number, or "NaN", "Infinity", "-Infinity". */
	MEMBER_COUNT, /* A whole number >= 0; beyond 2^53 as a text. */
	MEMBER_INTEGER, /* A whole number; beyond 2^53 as a text. */
	MEMBER_BOOL,
	MEMBER_WORD, /* One of `words'. */
	MEMBER_PUBLIC_KEY, /* "ssh-ed25519 AAAA…" exactly. */
	MEMBER_SIGNATURE, /* 64 bytes in base64. */
	MEMBER_SCALAR, /* Text, number or bool. */
	MEMBER_ANY, /* Any JSON. */
	MEMBER_OBJECT, /* An object with `members'. */
	MEMBER_LIST, /* A list of `element', with `members' or `words'. */
	MEMBER_MAP, /* An object of free names, each an `element'. */
};

/* What the index keeps of a member. */
enum member_index {
	INDEX_NOTHING,
	INDEX_NAME, /* record.name */
	INDEX_VERSION, /* record.version */
	INDEX_STATUS, /* record.status */
	INDEX_PARAMETERS, /* A map of scalars. */
	INDEX_METRICS, /* A map of numbers. */
	INDEX_INPUT, /* Digest of something this record used. */
	INDEX_OUTPUT, /* Digest of something it made. */
	INDEX_PARENT, /* Digest of what the subject was derived from. */
	INDEX_MODEL, /* Digest of the model it is about. */
	INDEX_DATASET, /* Digest of the data it is about. */
	INDEX_ENTRY, /* Leaf hash of an earlier entry. */
	INDEX_SUPERSEDES, /* Leaf hash of the entry this one corrects. */
	INDEX_ATTACHMENT, /* Digest of an attachment, which must be kept. */
	INDEX_ERASED, /* Digest of what was destroyed: attachment, commitment. */
};

struct member {
	const char *name; /* NULL ends the rows. */
	enum member_type type;
	bool required;
	enum member_index index;
	const char *sentence;
	const struct member *members;
	const char *const *words;
	enum member_type element;
};

/* What subject[0] of the statement must be. */
enum kind_subject {
	SUBJECT_LEDGER, /* The origin, with the ledger key's digest. */
	SUBJECT_KEY, /* "key/NAME", with the public key's digest. */
	SUBJECT_ARTEFACT, /* "KIND/NAME@VERSION", with the artefact's digest. */
	SUBJECT_IDENTITY, /* "KIND/NAME@VERSION", with record_identity. */
	SUBJECT_MODEL, /* The name and digest of the member `model'. */
	SUBJECT_ABOUT, /* The name and digest of the member `about'. */
};

struct record;
struct kind {
	const char *name;
	const char *sentence;
	unsigned roles; /* Any of these may sign; 0: the ledger itself. */
	enum kind_subject subject;
	bool
	    authority; /* It changes what later ones may do: see authority.h. */
	/* Its values may be sealed; its entries may be destroyed.  Neither for
	 * what carries authority or rules (docs/format.md, sealed fields). */
	bool sealable;
	bool erasable;
	const struct member *members;
	/* What rows cannot say; NULL if nothing. */
	int (*check)(const struct record *record, struct error *err);
	/* As much of that as JSON Schema can say: the predicate's allOf. */
	const char *conditions;
	const char *example; /* Domain members of one record, as JSON. */
};

/* Every kind, NULL-terminated, in the order of docs/kinds.md. */
extern const struct kind *const kinds[];

/* What lists call an entry whose body was destroyed: none of kinds[], without
 * members; what it was is in the erasure record. */
extern const struct kind kind_erased;
#define KINDS_MAX 64 /* More than kinds[] will ever have. */
const struct kind *kind_named(const char *name);

/*
 * Whether a value of this row may be sealed, `type' being the row's own or
 * its element's: free text, numbers, and lists and objects of such, but not
 * what the index finds records by, nor words, names, times, digests and keys,
 * which authority, lineage and checks rest on, nor an object that needs one.
 */
bool member_is_sealable(const struct member *row, enum member_type type);

/* The members that every predicate begins with, and those any may have. */
extern const struct member kind_common[];
extern const struct member kind_optional[];

/* "urn:vouchbook:KIND:v1". */
#define KIND_TYPE_PREFIX "urn:vouchbook:"
#define KIND_TYPE_SUFFIX ":v1"

/*
 * Check a value against rows: unknown members (with the nearest name),
 * missing ones, wrong types, each with its path in err->where
 * ("predicate.inputs[2].digest").  ERROR_UNDECIDED.
 */
int member_check_object(const struct json *object,
    const struct member *const rows[], const char *path, struct error *err);

/* Append the JSON Schema (2020-12) of the kind's predicate as a tree. */
int kind_schema(struct json **out, const struct kind *kind, struct error *err);

/* Append the section of a kind in Markdown (sentence, signers, subject,
 * members, an example); of NULL: what every record has. */
void kind_describe(struct buffer *out, const struct kind *kind);

#endif
