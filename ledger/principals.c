/* principals.c: the holders of keys, in three hash tables. */
#include "ledger/principals_internal.h"

#include <string.h>

#include "base/memory.h"

/* FNV-1a; names and fingerprints are short. */
static size_t
hash_text(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return (size_t)(hash ^ hash >> 29);
}

/* A fingerprint is a hash: eight characters after "SHA256:" will do. */
static size_t
hash_fingerprint(const char *text)
{
	uint64_t word;

	memcpy(&word, text + 7, sizeof(word));
	return (size_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> 24);
}

static size_t
hash_key(const struct public_key *key)
{
	uint64_t word;

	memcpy(&word, key->byte, sizeof(word));
	return (size_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> 24);
}

static struct principal **
find_key(const struct table *table, const struct public_key *key)
{
	size_t mask = table->capacity - 1;
	size_t i = hash_key(key) & mask;

	while (table->slot[i] != NULL &&
	    !public_key_equal(table->slot[i]->key, *key))
		i = (i + 1) & mask;
	return &table->slot[i];
}

static struct principal **
find_fingerprint(const struct table *table, const char *fingerprint)
{
	size_t mask = table->capacity - 1;
	size_t i = hash_fingerprint(fingerprint) & mask;

	while (table->slot[i] != NULL &&
	    memcmp(table->slot[i]->fingerprint.text, fingerprint,
		FINGERPRINT_LEN) != 0)
		i = (i + 1) & mask;
	return &table->slot[i];
}

static struct principal **
find_name(const struct table *table, const char *name)
{
	size_t mask = table->capacity - 1;
	size_t i = hash_text(name) & mask;

	while (table->slot[i] != NULL &&
	    strcmp(table->slot[i]->name, name) != 0)
		i = (i + 1) & mask;
	return &table->slot[i];
}

static void
put_key(struct table *table, struct principal *principal)
{
	struct principal **slot = find_key(table, &principal->key);

	table->count += *slot == NULL;
	*slot = principal;
}

static void
put_fingerprint(struct table *table, struct principal *principal)
{
	struct principal **slot =
	    find_fingerprint(table, principal->fingerprint.text);

	table->count += *slot == NULL;
	*slot = principal;
}

static void
put_name(struct table *table, struct principal *principal)
{
	struct principal **slot = find_name(table, principal->name);

	table->count += *slot == NULL;
	*slot = principal;
}

/* Room for `more' more, at most half full afterwards. */
static int
table_reserve(struct table *table, size_t more,
    void put(struct table *, struct principal *), struct error *err)
{
	struct table grown = { NULL, table->capacity, 0 };

	while (grown.capacity < 2 * (table->count + more))
		grown.capacity = grown.capacity == 0 ? 16 : 2 * grown.capacity;
	if (grown.capacity == table->capacity)
		return 0;
	grown.slot = memory_new(grown.capacity, sizeof(*grown.slot));
	if (grown.slot == NULL)
		return error_memory(err);
	for (size_t i = 0; i < table->capacity; i++)
		if (table->slot[i] != NULL)
			put(&grown, table->slot[i]);
	memory_free(table->slot);
	*table = grown;
	return 0;
}

int
principals_reserve(struct principals *principals, size_t more,
    struct error *err)
{
	struct principal **grown = memory_grow(principals->principal,
	    &principals->capacity, principals->count + more, sizeof(*grown));

	if (grown == NULL)
		return error_memory(err);
	principals->principal = grown;
	if (table_reserve(&principals->by_key, more, put_key, err) == -1 ||
	    table_reserve(&principals->by_fingerprint, more, put_fingerprint,
		err) == -1)
		return -1;
	return table_reserve(&principals->by_name, more, put_name, err);
}

void
principal_free(struct principal *principal)
{
	if (principal == NULL)
		return;
	identity_free(principal->identity);
	memory_free(principal);
}

void
principals_free(struct principals *principals)
{
	for (size_t i = 0; i < principals->count; i++)
		principal_free(principals->principal[i]);
	memory_free(principals->principal);
	memory_free(principals->by_key.slot);
	memory_free(principals->by_fingerprint.slot);
	memory_free(principals->by_name.slot);
}

void
principals_add(struct principals *principals, struct principal *principal)
{
	principals->principal[principals->count++] = principal;
	put_key(&principals->by_key, principal);
	put_fingerprint(&principals->by_fingerprint, principal);
	put_name(&principals->by_name, principal);
}

struct principal *
principals_by_key(const struct principals *principals, struct public_key key)
{
	return *find_key(&principals->by_key, &key);
}

struct principal *
principals_by_fingerprint(const struct principals *principals,
    const char *fingerprint)
{
	if (strlen(fingerprint) != FINGERPRINT_LEN)
		return NULL;
	return *find_fingerprint(&principals->by_fingerprint, fingerprint);
}

struct principal *
principals_by_name(const struct principals *principals, const char *name)
{
	return *find_name(&principals->by_name, name);
}
