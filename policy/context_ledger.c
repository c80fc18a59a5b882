/* context_ledger.c: what a rule sees of the whole ledger. */
#include <string.h>

#include "base/hash_table.h"
#include "base/memory.h"
#include "policy/context_internal.h"
#include "policy/plural.h"

/* Lists that hold all records of a kind. */
static const struct plural plurals[] = { PLURALS_ALL(PLURAL_ROW) };
#define PLURALS (sizeof plurals / sizeof plurals[0])

static const char *const others[] = { "origin", "size", "keys", "policies",
	"deployed", "emergencies" };
#define OTHERS (sizeof others / sizeof others[0])

struct ledger_map {
	struct cel_lazy lazy;
	struct context *context;
	struct cel_map map;
	bool made[PLURALS + OTHERS];
	struct cel_value value[PLURALS + OTHERS];
};

/* All records of a kind that stand, oldest first; runs as their end. */
static struct cel_value
all_of(struct context *context, const char *kind)
{
	struct index_query query = {
		.before = context->view.size, .kind = kind, .oldest_first = true
	};
	struct index_list *list = NULL;
	struct index_row row;
	struct cel_value *item = NULL, *grown, value;
	size_t count = 0, capacity = 0;
	struct error err;
	bool more = true;

	if (index_list(&list, context->view.store, &query, &err) == -1) {
		context_fail(context, &err);
		return cel_error("the ledger cannot be read");
	}
	while (index_next(list, &row, &more, &err) == 0 && more) {
		if (row.superseded)
			continue;
		grown = memory_grow(item, &capacity, count + 1, sizeof *item);
		if (grown == NULL) {
			error_memory(&err);
			context_fail(context, &err);
			break;
		}
		item = grown;
		item[count++] = context_value(context_known(context, &row));
	}
	if (more)
		context_fail(context, &err);
	index_list_free(list);
	value = context_list(context, item, count);
	memory_free(item);
	return value;
}

static struct cel_value
all_keys(struct context *context)
{
	static const char *const names[] = { "name", "roles", "key", "in_force",
		"identity", "certified", "subject", "issuer", "enrolled",
		"ended" };
	const struct authority *authority = context->view.authority;
	size_t count = authority_count(authority);
	struct cel_value *item = context_take(context, count, sizeof *item);

	if (item == NULL)
		return cel_error("out of memory");
	for (size_t i = 0; i < count; i++) {
		const struct principal *principal = authority_at(authority, i);
		struct cel_value who = context_signer(context, principal->key);
		struct cel_value values[10];

		for (size_t k = 0; k < 8; k++) {
			struct cel_value key =
			    cel_string(bytes_of_text(names[k]));
			const struct cel_value *found = who.type == CEL_MAP
			    ? cel_map_find(who.map, &key)
			    : NULL;

			values[k] = found == NULL ? cel_null() : *found;
		}
		values[8] = cel_int((int64_t)principal->enrolled_seq);
		values[9] = cel_int((int64_t)principal->ended_seq);
		item[i] = context_map(context, names, values,
		    principal->ended_seq == AUTHORITY_NEVER ? 9 : 10);
	}
	return cel_list(context->arena, item, count);
}

static struct cel_value
all_policies(struct context *context)
{
	static const char *const names[] = { "name", "version", "digest",
		"entry", "time" };
	size_t count = context->policy_count;
	struct cel_value *key = context_take(context, count, sizeof *key);
	struct cel_value *item = context_take(context, count, sizeof *item);

	if (key == NULL || item == NULL)
		return cel_error("out of memory");
	for (size_t i = 0; i < count; i++) {
		const struct context_policy *policy = &context->policies[i];
		const struct cel_value values[] = {
			context_text(context, policy->name),
			context_text(context, policy->version),
			context_text(context, digest_hex(policy->digest).text),
			context_text(context, digest_hex(policy->leaf).text),
			context_time(policy->time_ms),
		};

		key[i] = values[0];
		item[i] = context_map(context, names, values, 5);
	}
	return cel_map(context->arena, key, item, count);
}

static struct bytes
text_at(const struct cel_value *map, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));
	const struct cel_value *found =
	    map->type == CEL_MAP ? cel_map_find(map->map, &key) : NULL;

	return found == NULL || found->type != CEL_STRING ? bytes_of("", 0)
							  : found->text;
}

/* "model/credit" of "model/credit@3": the versions of a model stand in for
 * one another. */
static struct bytes
family(const struct cel_value *deployment)
{
	struct cel_value key = cel_string(bytes_of_text("model"));
	const struct cel_value *model = cel_map_find(deployment->map, &key);
	struct bytes name = model == NULL ? bytes_of("", 0)
					  : text_at(model, "name");

	for (size_t i = name.len; i > 0; i--) {
		if (name.data[i - 1] == '@')
			return bytes_of(name.data, i - 1);
	}
	return name;
}

/* Where a family is in use. */
struct spot {
	struct bytes where;
	struct bytes which;
	uint64_t hash;
};

/* The number of a spot among those in use, or count. */
static size_t
find_spot(const struct hash_table *table, const struct spot *spots,
    size_t count, const struct spot *spot)
{
	for (size_t at = hash_table_first(table, spot->hash);
	     at != HASH_TABLE_END; at = hash_table_next(table, at)) {
		if (bytes_equal(spots[at].where, spot->where) &&
		    bytes_equal(spots[at].which, spot->which))
			return at;
	}
	return count;
}

/* Of deployments, oldest first, those that stand into `item': the last of
 * each spot, unless it was retired; the last one then takes its place. */
static int
take_standing(const struct cel_list *all, struct cel_value *item,
    struct spot *spots, struct hash_table *table, size_t *count,
    struct error *err)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct cel_value *one = &all->item[i];
		struct spot spot = { .where = text_at(one, "environment"),
			.which = family(one) };
		size_t place;

		spot.hash = hash_table_hash(table, spot.where, spot.which);
		place = find_spot(table, spots, *count, &spot);
		if (!bytes_equal(text_at(one, "action"),
			bytes_of_text("retire"))) {
			if (place == *count &&
			    hash_table_put(table, (*count)++, spot.hash, err) ==
				-1)
				return -1;
			item[place] = *one;
			spots[place] = spot;
		} else if (place < *count) {
			hash_table_take(table, place);
			if (place == --*count)
				continue;
			hash_table_take(table, *count);
			item[place] = item[*count];
			spots[place] = spots[*count];
			if (hash_table_put(table, place, spots[place].hash,
				err) == -1)
				return -1;
		}
	}
	return 0;
}

/* The deployments that stand at the moment: the last of each family of models
 * in each environment, unless it was retired. */
static struct cel_value
now_deployed(struct context *context)
{
	struct cel_value all = context_ledger_list(context, "deployments");
	struct hash_table table;
	struct cel_value *item;
	struct spot *spots;
	struct error err;
	size_t count = 0;

	if (all.type != CEL_LIST)
		return all;
	item = context_take(context, all.list->count, sizeof *item);
	if (item == NULL)
		return cel_error("out of memory");
	spots = memory_new(all.list->count + 1, sizeof *spots);
	if (spots == NULL) {
		error_memory(&err);
		context_fail(context, &err);
		return cel_error("out of memory");
	}
	table = hash_table_new();
	context->quiet++;
	if (take_standing(all.list, item, spots, &table, &count, &err) == -1)
		context_fail(context, &err);
	context->quiet--;
	hash_table_free(&table);
	memory_free(spots);
	return cel_list(context->arena, item, count);
}

/* Deployments ahead of the rules. */
static struct cel_value
all_emergencies(struct context *context)
{
	struct cel_value all = context_ledger_list(context, "deployments");
	struct cel_value *item, key = cel_string(bytes_of_text("emergency"));
	size_t count = 0;

	if (all.type != CEL_LIST)
		return cel_error("the ledger cannot be read");
	item = context_take(context, all.list->count, sizeof *item);
	if (item == NULL)
		return cel_error("out of memory");
	context->quiet++;
	for (size_t i = 0; i < all.list->count; i++) {
		const struct cel_value *emergency =
		    cel_map_find(all.list->item[i].map, &key);

		if (emergency != NULL && emergency->type == CEL_BOOL &&
		    emergency->boolean)
			item[count++] = all.list->item[i];
	}
	context->quiet--;
	return cel_list(context->arena, item, count);
}

static struct cel_value
make_other(struct context *context, size_t which)
{
	switch (which) {
	case 0:
		return context_text(context,
		    authority_origin(context->view.authority));
	case 1:
		return cel_int((int64_t)context->view.size);
	case 2:
		return all_keys(context);
	case 3:
		return all_policies(context);
	case 4:
		return now_deployed(context);
	default:
		return all_emergencies(context);
	}
}

static const struct cel_value *
ledger_member(struct ledger_map *ledger, size_t which)
{
	if (!ledger->made[which]) {
		ledger->made[which] = true;
		ledger->value[which] = which < PLURALS
		    ? all_of(ledger->context, plurals[which].kind)
		    : make_other(ledger->context, which - PLURALS);
	}
	return &ledger->value[which];
}

static const char *
member_name(size_t which)
{
	return which < PLURALS ? plurals[which].list : others[which - PLURALS];
}

static bool
ledger_find(struct cel_lazy *lazy, struct bytes name,
    const struct cel_value **value)
{
	struct ledger_map *ledger = (struct ledger_map *)lazy;

	*value = NULL;
	for (size_t i = 0; i < PLURALS + OTHERS; i++) {
		if (bytes_equal(name, bytes_of_text(member_name(i))))
			*value = ledger_member(ledger, i);
	}
	return true;
}

static void
ledger_fill(struct cel_lazy *lazy, struct cel_map *map)
{
	struct ledger_map *ledger = (struct ledger_map *)lazy;
	const char *names[PLURALS + OTHERS];
	struct cel_value values[PLURALS + OTHERS], whole;

	for (size_t i = 0; i < PLURALS + OTHERS; i++) {
		names[i] = member_name(i);
		values[i] = *ledger_member(ledger, i);
	}
	whole = context_map(ledger->context, names, values, PLURALS + OTHERS);
	if (whole.type == CEL_MAP)
		context_fill(map, whole.map);
}

struct cel_value
context_ledger(struct context *context)
{
	struct ledger_map *ledger = context->ledger;

	if (ledger == NULL) {
		ledger = context_take(context, 1, sizeof *ledger);
		if (ledger == NULL)
			return cel_error("out of memory");
		ledger->lazy = (struct cel_lazy){ context_touch_nothing,
			ledger_find, ledger_fill };
		ledger->context = context;
		ledger->map.lazy = &ledger->lazy;
		context->ledger = ledger;
	}
	return (struct cel_value){ .type = CEL_MAP, .map = &ledger->map };
}

struct cel_value
context_ledger_list(struct context *context, const char *name)
{
	struct cel_value ledger = context_ledger(context);
	struct cel_value key = cel_string(bytes_of_text(name));
	const struct cel_value *found =
	    ledger.type == CEL_MAP ? cel_map_find(ledger.map, &key) : NULL;

	return found == NULL ? cel_error("there is no such list") : *found;
}
