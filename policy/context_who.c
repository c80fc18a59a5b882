/* Who signed. */
#include <string.h>

#include "keys/public_key.h"
#include "policy/context_internal.h"

struct who {
	struct cel_lazy lazy;
	struct context *context;
	struct public_key key;
	const struct principal *principal; /* NULL: nobody known. */
	struct cel_value found;
};

void
context_touch_nothing(struct cel_lazy *lazy)
{
	(void)lazy;
}

static struct cel_value
role_list(struct context *context, unsigned roles)
{
	struct cel_value item[ROLE_COUNT];
	size_t count = 0;

	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if (roles & (1U << i))
			item[count++] = context_text(context, role_name(i));
	}
	return context_list(context, item, count);
}

/* What the entry that enrolled a key says of its holder. */
static struct cel_value
identity_of(struct context *context, const struct principal *principal)
{
	struct cel_value entry, key, *found, empty;

	empty = cel_map(context->arena, NULL, NULL, 0);
	if (principal == NULL)
		return empty;
	entry = context_entry(context, principal->enrolled_seq);
	if (entry.type != CEL_MAP)
		return empty;
	if (principal->enrolled_seq == 0) {
		key = cel_string(bytes_of_text("founders"));
		found = (struct cel_value *)(uintptr_t)cel_map_find(entry.map,
		    &key);
		if (found == NULL || found->type != CEL_LIST)
			return empty;
		for (size_t i = 0; i < found->list->count; i++) {
			const struct cel_value *founder = &found->list->item[i];
			const struct cel_value *name;

			key = cel_string(bytes_of_text("name"));
			name = cel_map_find(founder->map, &key);
			if (name != NULL &&
			    bytes_equal(name->text,
				bytes_of_text(principal->name)))
				entry = *founder;
		}
	}
	key = cel_string(bytes_of_text("identity"));
	found = (struct cel_value *)(uintptr_t)cel_map_find(entry.map, &key);
	return found == NULL || found->type != CEL_MAP ? empty : *found;
}

static bool
who_member(struct who *who, const char *name, struct cel_value *value)
{
	const struct principal *principal = who->principal;
	struct context *context = who->context;
	const struct identity *identity = principal == NULL
	    ? NULL
	    : identity_before(principal->identity, context->view.size);

	if (strcmp(name, "name") == 0) {
		*value = context_text(context,
		    principal == NULL ? "the ledger" : principal->name);
	} else if (strcmp(name, "roles") == 0) {
		*value = role_list(context,
		    principal == NULL ? 0 : principal->roles);
	} else if (strcmp(name, "key") == 0) {
		*value = context_text(context,
		    public_key_fingerprint(who->key).text);
	} else if (strcmp(name, "in_force") == 0) {
		*value = cel_bool(principal == NULL ||
		    principal->ended_seq == AUTHORITY_NEVER);
	} else if (strcmp(name, "identity") == 0) {
		*value = identity_of(context, principal);
	} else if (strcmp(name, "certified") == 0) {
		*value = cel_bool(identity_counts(identity, context->view.size,
		    context->view.time_ms));
	} else if (strcmp(name, "subject") == 0) {
		*value = context_text(context,
		    identity == NULL ? "" : identity->subject);
	} else if (strcmp(name, "issuer") == 0) {
		*value = context_text(context,
		    identity == NULL ? "" : identity->issuer);
	} else {
		return false;
	}
	return true;
}

static bool
who_find(struct cel_lazy *lazy, struct bytes name,
    const struct cel_value **value)
{
	struct who *who = (struct who *)lazy;
	char text[16] = "";

	*value = NULL;
	if (name.len >= sizeof text)
		return true;
	memcpy(text, name.data, name.len);
	if (!who_member(who, text, &who->found))
		return true;
	*value = arena_take(who->context->arena, 1, sizeof **value);
	if (*value == NULL)
		return true;
	*(struct cel_value *)(uintptr_t)*value = who->found;
	return true;
}

static void
who_fill(struct cel_lazy *lazy, struct cel_map *map)
{
	static const char *const names[] = { "name", "roles", "key", "in_force",
		"identity", "certified", "subject", "issuer" };
	struct who *who = (struct who *)lazy;
	struct cel_value values[8], whole;

	for (size_t i = 0; i < 8; i++)
		who_member(who, names[i], &values[i]);
	whole = context_map(who->context, names, values, 8);
	if (whole.type == CEL_MAP)
		context_fill(map, whole.map);
}

/* The content of a map, into one that was made empty. */
void
context_fill(struct cel_map *map, const struct cel_map *from)
{
	map->count = from->count;
	map->key = from->key;
	map->value = from->value;
	map->slot = from->slot;
	map->slot_count = from->slot_count;
}

struct cel_value
context_signer(struct context *context, struct public_key key)
{
	struct who *who = context_take(context, 1, sizeof *who);
	struct cel_map *map = context_take(context, 1, sizeof *map);

	if (who == NULL || map == NULL)
		return cel_error("out of memory");
	who->lazy =
	    (struct cel_lazy){ context_touch_nothing, who_find, who_fill };
	who->context = context;
	who->key = key;
	who->principal = authority_by_key(context->view.authority, key);
	map->lazy = &who->lazy;
	return (struct cel_value){ .type = CEL_MAP, .map = map };
}

/* One key can sign one record in many ways, and is one signer. */
static bool
stands_before(const struct public_key *key, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (public_key_equal(key[i], key[at]))
			return true;
	}
	return false;
}

struct cel_value
context_signers(struct context *context, const struct public_key *key,
    size_t count)
{
	struct cel_value item[LIMIT_SIGNATURES];
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (!stands_before(key, i))
			item[found++] = context_signer(context, key[i]);
	}
	return context_list(context, item, found);
}
