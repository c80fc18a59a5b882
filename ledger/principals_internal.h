/* principals_internal.h: the holders of keys, found by key and by name. */
#ifndef LEDGER_PRINCIPALS_INTERNAL_H
#define LEDGER_PRINCIPALS_INTERNAL_H

#include "ledger/authority.h"

/*
 * Principals are allocated one by one, so that a borrowed one stays where it
 * is while others come.  Tables find them by key, by its fingerprint and by
 * name; a name leads to the newest principal of that name, the only one that
 * can be in force.
 */
struct table {
	struct principal **slot; /* capacity, a power of two, half empty. */
	size_t capacity;
	size_t count;
};

/* All zero is empty; but find only after principals_reserve. */
struct principals {
	struct principal **principal; /* In the order they came. */
	size_t count;
	size_t capacity;
	struct table by_key;
	struct table by_fingerprint;
	struct table by_name;
};

void principal_free(struct principal *principal);

/* Frees the principals too. */
void principals_free(struct principals *principals);

/* Room for `more' principals, so that adding them cannot fail. */
int principals_reserve(struct principals *principals, size_t more,
    struct error *err);

/* Takes the principal; there is room. */
void principals_add(struct principals *principals, struct principal *principal);

/* Or NULL; by name the newest, which may have ended. */
struct principal *principals_by_key(const struct principals *principals,
    struct public_key key);
struct principal *principals_by_fingerprint(const struct principals *principals,
    const char *fingerprint);
struct principal *principals_by_name(const struct principals *principals,
    const char *name);

#endif
