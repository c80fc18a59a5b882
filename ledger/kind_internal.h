/* kind_internal.h: what the files about kinds share with each other. */
#ifndef LEDGER_KIND_INTERNAL_H
#define LEDGER_KIND_INTERNAL_H

#include "ledger/kind.h"
#include "ledger/sealed.h"

/* Most rows that one object may be checked against, all tables together. */
#define MEMBER_ROWS_MAX 64

/*
 * Finding rows by name in NULL-terminated tables.  Members mostly stand in
 * the order of the rows, so the row after the last one found is tried first.
 */
struct member_cursor {
	const struct member *const *rows;
	const struct member *const *table;
	const struct member *next;
	unsigned number; /* Place of `next' counted over all tables. */
};
struct member_cursor member_cursor_new(const struct member *const rows[]);

/* The row of a name, or NULL; *number is its place over all tables. */
const struct member *member_find(struct member_cursor *cursor, const char *name,
    unsigned *number);

/* As member_check_object, for the members from `first' on (which may be
 * NULL): the caller has checked those before.  Sealed values are accepted in
 * place of others where `sealable' and member_is_sealable. */
int member_check_rest(const struct json *first,
    const struct member *const rows[], const char *path, bool sealable,
    struct error *err);

/* "a digest", for tables of people; and what such a value looks like. */
const char *member_type_word(enum member_type type);
const char *member_type_form(enum member_type type);

/* Whether a value is a number, or the text of one that is not finite. */
bool member_is_number(const struct json *value);

/* Whether a text is a whole number spelled as a text because it is beyond
 * 2^53 (and within 64 bits); negative ones only if allowed. */
bool member_is_big_integer(const char *text, bool negative);

/* The list inside a record whose items are its further subjects: the first
 * row whose objects carry an INDEX_OUTPUT digest; or NULL. */
const struct member *kind_outputs(const struct kind *kind);

/* The first item of that list in a record's members, or NULL. */
const struct json *kind_first_output(const struct kind *kind,
    const struct json *members);

#endif
