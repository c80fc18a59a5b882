#include "base/hash_table.h"

#include <string.h>

#include "base/memory.h"

#define HEADS_FIRST 64

struct hash_table
hash_table_new(void)
{
	return (struct hash_table){ .key = hash_key_new() };
}

void
hash_table_free(struct hash_table *table)
{
	memory_free(table->head);
	memory_free(table->link);
	table->head = NULL;
	table->link = NULL;
	table->head_count = table->link_capacity = table->count = 0;
}

uint64_t
hash_table_hash(const struct hash_table *table, struct bytes first,
    struct bytes second)
{
	return keyed_hash(&table->key, first).low +
	    keyed_hash(&table->key, second).high;
}

static size_t *
head_of(const struct hash_table *table, uint64_t hash)
{
	return &table->head[hash & (table->head_count - 1)];
}

/* Twice as many heads, and every number under its new one. */
static int
grow_heads(struct hash_table *table, struct error *err)
{
	size_t *old = table->head, before = table->head_count;

	if (table->count < table->head_count)
		return 0;
	table->head_count = before == 0 ? HEADS_FIRST : before * 2;
	table->head = memory_new(table->head_count, sizeof *table->head);
	if (table->head == NULL) {
		table->head = old;
		table->head_count = before;
		return error_memory(err);
	}
	for (size_t i = 0; i < before; i++) {
		for (size_t at = old[i], next; at != 0; at = next) {
			struct hash_link *link = &table->link[at - 1];
			size_t *head = head_of(table, link->hash);

			next = link->next;
			link->next = *head;
			*head = at;
		}
	}
	memory_free(old);
	return 0;
}

int
hash_table_put(struct hash_table *table, size_t number, uint64_t hash,
    struct error *err)
{
	struct hash_link *grown = memory_grow(table->link,
	    &table->link_capacity, number + 1, sizeof *grown);
	size_t *head;

	if (grown == NULL)
		return error_memory(err);
	table->link = grown;
	if (grow_heads(table, err) == -1)
		return -1;
	head = head_of(table, hash);
	table->link[number] = (struct hash_link){ hash, *head };
	*head = number + 1;
	table->count++;
	return 0;
}

void
hash_table_take(struct hash_table *table, size_t number)
{
	size_t *at = head_of(table, table->link[number].hash);

	while (*at != number + 1)
		at = &table->link[*at - 1].next;
	*at = table->link[number].next;
	table->count--;
}

/* From a number + 1 on, the next one that was put under the hash. */
static size_t
seek(const struct hash_table *table, size_t at, uint64_t hash)
{
	while (at != 0 && table->link[at - 1].hash != hash)
		at = table->link[at - 1].next;
	return at == 0 ? HASH_TABLE_END : at - 1;
}

size_t
hash_table_first(const struct hash_table *table, uint64_t hash)
{
	return table->head == NULL ? HASH_TABLE_END
				   : seek(table, *head_of(table, hash), hash);
}

size_t
hash_table_next(const struct hash_table *table, size_t number)
{
	const struct hash_link *link = &table->link[number];

	return seek(table, link->next, link->hash);
}
