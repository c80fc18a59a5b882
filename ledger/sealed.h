/* sealed.h: values that are signed as commitments, and what discloses them. */
#ifndef LEDGER_SEALED_H
#define LEDGER_SEALED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"

/*
 * docs/format.md, "Sealed fields".  In place of a value V stands
 *
 *	{"$sealed":"base64url(SHA-256(D))"}
 *
 * where D, the disclosure, is the ASCII of base64url([salt,V]): a disclosure
 * of an array element as in SD-JWT, the salt being 128 random bits in
 * base64url.  Whoever has D can check it against the commitment; whoever has
 * not learns nothing of V, not even by guessing it.
 */
#define SEALED_NAME "$sealed"

/* Whether a value is an object with that member first; and whether it is
 * exactly such a commitment: then its digest. */
bool sealed_looks_so(const struct json *value);
bool sealed_is(const struct json *value, struct digest *digest);

/* The commitment to a digest, as a value; NULL without memory. */
struct json *sealed_value(struct digest digest);

/* Append a disclosure of a value with a fresh salt. */
int sealed_disclose(struct buffer *out, const struct json *value,
    struct error *err);

/* What a commitment to this disclosure is: SHA-256 of its text. */
struct digest sealed_digest(struct bytes disclosure);

/*
 * Read a disclosure strictly: canonical base64url without padding of a JSON
 * array of two, a salt (base64url of 16 bytes) and any value but null or one
 * that is or holds a commitment.  ERROR_UNDECIDED.  The value is owned by the
 * caller.
 */
int sealed_open(struct json **value, struct bytes disclosure,
    struct error *err);

/*
 * Paths as people write them: "environment.system", "note", "command[2]",
 * "parameters[\"learning rate\"]".  From a predicate; a name is bare if it
 * has only letters, digits, '_', '-' and '/'.
 */

/* Append a step: of an object (".name", or without the dot at the beginning
 * of `out'), or of a list (name NULL: "[item]"). */
void sealed_path_step(struct buffer *out, const char *name, size_t item);

/*
 * The value at a path and what holds it; ERROR_UNDECIDED when there is none.
 * A name with a dot may stand bare where no other member is meant.
 */
int sealed_find(const struct json **value, const struct json **parent,
    const struct json *root, const char *path, struct error *err);

/* A field that is sealed. */
struct sealed_field {
	char *path;
	struct digest digest;
};
struct sealed_fields {
	struct sealed_field *item;
	size_t count;
	size_t capacity;
};

/* All sealed fields of a predicate, in order; replaces what is in the list.
 * Refused (ERROR_UNDECIDED): two with one commitment, for erasing one would
 * erase the other. */
int sealed_list(struct sealed_fields *list, const struct json *predicate,
    struct error *err);
void sealed_fields_free(struct sealed_fields *list);

/* Disclosures on their way into a ledger or out of it; they own their texts,
 * which are wiped. */
struct disclosure {
	char *path; /* NULL if not known. */
	char *text;
	struct digest digest;
};
struct disclosures {
	struct disclosure *item;
	size_t count;
	size_t capacity;
};
int disclosures_add(struct disclosures *list, const char *path,
    struct bytes text, struct error *err);
const struct disclosure *disclosures_find(const struct disclosures *list,
    struct digest digest);
void disclosures_free(struct disclosures *list);

/*
 * Seal the value at a path of a record's members: the commitment takes its
 * place, its disclosure is added to the list.  Refused when there is no such
 * value, it is sealed already, or holds sealed ones.  Whether it may be
 * sealed is decided when the record is read (member_is_sealable).
 */
int sealed_seal(struct json *members, const char *path,
    struct disclosures *disclosures, struct error *err);

#endif
