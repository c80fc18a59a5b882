/* hash_table.h: numbers of things, found by a hash of what they are. */
#ifndef BASE_HASH_TABLE_H
#define BASE_HASH_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/keyed_hash.h"

/*
 * For arrays whose items are found by one or two of their members.  The table
 * knows the items' numbers only: its user compares.  Its hash has a random
 * key, so that nobody can choose names that fall on one place.
 */
struct hash_table {
	struct hash_key key;
	size_t *head; /* By hash: a number + 1, or 0. */
	size_t head_count; /* A power of two. */
	struct hash_link {
		uint64_t hash;
		size_t next; /* A number + 1, or 0. */
	} * link; /* By number. */
	size_t link_capacity;
	size_t count;
};
struct hash_table hash_table_new(void);
void hash_table_free(struct hash_table *table);

/* Of one thing, or of two together. */
uint64_t hash_table_hash(const struct hash_table *table, struct bytes first,
    struct bytes second);

/* A number that is not in it; and one that is, taken out. */
int hash_table_put(struct hash_table *table, size_t number, uint64_t hash,
    struct error *err);
void hash_table_take(struct hash_table *table, size_t number);

/* The numbers put under a hash, in no order; HASH_TABLE_END behind the
 * last. */
#define HASH_TABLE_END SIZE_MAX
size_t hash_table_first(const struct hash_table *table, uint64_t hash);
size_t hash_table_next(const struct hash_table *table, size_t number);

#endif
