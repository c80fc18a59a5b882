#include "ledger/interval.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/cosignatures.h"
#include "ledger/store_timestamp.h"
#include "ledger/timestamps.h"

/* Times beyond the year 9999 are said by nobody. */
#define SECONDS_MAX ((uint64_t)253402300799)

#define NO_LATER SIZE_MAX

struct dated_list {
	struct dated *item;
	size_t *later; /* Of each, the larger one that existed the earliest, */
	size_t count;
	size_t capacity;
	bool ordered; /* or NO_LATER: by size. */
	struct store *store; /* Where timestamps wait to be judged, */
	const struct trusts *trusts; /* and by whom. */
	char **name;
	size_t name_count;
	size_t name_capacity;
};

int
dated_list_new(struct dated_list **out, struct error *err)
{
	struct dated_list *list = memory_new(1, sizeof *list);

	if (list == NULL)
		return error_memory(err);
	*out = list;
	return 0;
}

void
dated_list_free(struct dated_list *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->name_count; i++)
		memory_free(list->name[i]);
	memory_free(list->name);
	memory_free(list->item);
	memory_free(list->later);
	memory_free(list);
}

size_t
dated_count(const struct dated_list *list)
{
	return list->count;
}

/* The list's own copy of a name; NULL without memory. */
static const char *
keep_name(struct dated_list *list, const char *name, struct error *err)
{
	char **grown;
	char *copy;

	for (size_t i = 0; i < list->name_count; i++) {
		if (strcmp(list->name[i], name) == 0)
			return list->name[i];
	}
	grown = memory_grow(list->name, &list->name_capacity,
	    list->name_count + 1, sizeof *grown);
	if (grown == NULL ||
	    (list->name = grown, copy = memory_text(name)) == NULL) {
		error_memory(err);
		return NULL;
	}
	list->name[list->name_count++] = copy;
	return copy;
}

static int
add(struct dated_list *list, struct dated item, const char *name,
    struct error *err)
{
	struct dated *grown;

	if ((item.by = keep_name(list, name, err)) == NULL)
		return -1;
	grown = memory_grow(list->item, &list->capacity, list->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	list->item = grown;
	list->item[list->count++] = item;
	list->ordered = false;
	return 0;
}

int
dated_add_cosignatures(struct dated_list *list, uint64_t size,
    uint64_t oldest_s, uint64_t newest_s, const char *witness,
    struct error *err)
{
	/* A second is cut, never rounded: it is over when the next begins. */
	struct dated item = {
		.size = size,
		.what = DATED_COSIGNATURE,
		.existed_ms = (int64_t)oldest_s * 1000 + 999,
		.newest_ms = (int64_t)oldest_s * 1000,
		.is_newest = true,
	};

	if (oldest_s > SECONDS_MAX || newest_s > SECONDS_MAX)
		return 0;
	if (add(list, item, witness, err) == -1)
		return -1;
	if (newest_s == oldest_s)
		return 0;
	item.existed_ms = (int64_t)newest_s * 1000 + 999;
	item.newest_ms = (int64_t)newest_s * 1000;
	return add(list, item, witness, err);
}

int
dated_add_timestamp(struct dated_list *list, uint64_t size, int64_t time_ms,
    int64_t accuracy_ms, const char *authority, struct error *err)
{
	const struct dated item = {
		.size = size,
		.what = DATED_TIMESTAMP,
		.existed_ms = time_ms + accuracy_ms,
	};

	return add(list, item, authority, err);
}

/* One witness's lines, if they verify. */
static int
add_witness(struct dated_list *list, uint64_t size, const struct note *parts,
    const struct tlog_node *node, struct error *err)
{
	uint64_t oldest_s, newest_s;
	struct error finding;
	size_t verified = 0;

	if (note_cosigned(&verified, parts, &node->key, &oldest_s, &newest_s,
		&finding) == -1) {
		if (finding.class != ERROR_SYSTEM)
			return 0;
		*err = finding;
		return -1;
	}
	if (verified == 0)
		return 0;
	return dated_add_cosignatures(list, size, oldest_s, newest_s,
	    node_name_of(node).text, err);
}

int
dated_add_note(struct dated_list *list, uint64_t size, struct bytes note,
    const struct tlog_policy *policy, struct error *err)
{
	struct error ignored;
	struct note parts;

	if (note_parse(&parts, note, &ignored) == -1)
		return 0;
	for (size_t i = 0; i < policy->node_count; i++) {
		if (!policy->node[i].is_group &&
		    add_witness(list, size, &parts, &policy->node[i], err) ==
			-1)
			return -1;
	}
	return 0;
}

/* What is no timestamp dates nothing; whether one holds is asked later. */
static int
add_waiting(struct dated_list *list, const struct store_timestamp *stored,
    struct error *err)
{
	struct timestamp timestamp;
	struct error ignored;
	struct dated item = {
		.size = stored->size,
		.what = DATED_TIMESTAMP,
		.waits = true,
	};

	if (stored->digest.len != DIGEST_LEN ||
	    timestamp_parse(&timestamp, stored->token, &ignored) == -1)
		return 0;
	item.existed_ms = timestamp.latest_ms;
	memcpy(item.token.byte, stored->digest.data, DIGEST_LEN);
	return add(list, item, "", err);
}

static int
add_timestamps(struct dated_list *list, struct store *store,
    const struct trusts *trusts, uint64_t most, struct error *err)
{
	struct store_timestamp stored;
	bool more = true;

	list->store = store;
	list->trusts = trusts;
	if (store_scan_timestamps(store, 0, err) == -1)
		return -1;
	for (;;) {
		if (store_scan_timestamps_next(store, &stored, &more, err) ==
		    -1)
			return -1;
		if (!more || stored.size > most)
			return 0;
		if (add_waiting(list, &stored, err) == -1)
			return -1;
	}
}

int
dated_add_store(struct dated_list *list, struct store *store,
    struct trust_book *book, uint64_t most, struct error *err)
{
	struct bytes note;
	uint64_t size;
	bool more = true;

	if (add_timestamps(list, store, trust_book_trusts(book), most, err) ==
	    -1)
		return -1;
	if (!trust_book_has_witness(book))
		return 0;
	if (cosignatures_scan(store, err) == -1)
		return -1;
	for (;;) {
		if (cosignatures_scan_next(store, &size, &note, &more, err) ==
		    -1)
			return -1;
		if (!more || size > most)
			return 0;
		if (dated_add_note(list, size, note, trust_book_at(book, size),
			err) == -1)
			return -1;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	return (x->size > y->size) - (x->size < y->size);
}

/* By size, each with the larger one that existed the earliest.  Where there is
 * no memory for that, nothing is claimed. */
static bool
put_in_order(struct dated_list *list)
{
	size_t earliest = NO_LATER, larger = NO_LATER;

	if (list->ordered || list->count == 0)
		return list->count > 0;
	memory_free(list->later);
	list->later = memory_new(list->count, sizeof *list->later);
	if (list->later == NULL)
		return false;
	qsort(list->item, list->count, sizeof *list->item, compare);
	for (size_t i = list->count; i-- > 0;) {
		if (i + 1 < list->count &&
		    list->item[i + 1].size != list->item[i].size)
			larger = earliest;
		list->later[i] = larger;
		if (earliest == NO_LATER ||
		    list->item[i].existed_ms < list->item[earliest].existed_ms)
			earliest = i;
	}
	list->ordered = true;
	return true;
}

/* A timestamp that was waited for, and holds. */
struct settled {
	struct dated_list *list;
	struct dated *item;
	bool good;
};

static int
settle_good(void *cookie, const struct kept_timestamp *kept, struct error *err)
{
	struct settled *settled = cookie;

	settled->good = kept->state == KEPT_GOOD;
	if (!settled->good)
		return 0;
	settled->item->by = keep_name(settled->list, kept->authority, err);
	settled->item->waits = false;
	return settled->item->by == NULL ? -1 : 0;
}

/*
 * Judge one that waits.  What does not hold, what is by nobody who is trusted,
 * and what cannot be judged, dates nothing: it leaves the list, which is then
 * to be put in order again, and false is returned.
 */
static bool
settle(struct dated_list *list, size_t at)
{
	struct settled settled = { .list = list, .item = &list->item[at] };
	struct error ignored;

	if (!list->item[at].waits)
		return true;
	if (timestamps_one(list->store, list->trusts, list->item[at].size,
		list->item[at].token, settle_good, &settled, &ignored) == 0 &&
	    settled.good)
		return true;
	list->item[at] = list->item[--list->count];
	list->ordered = false;
	return false;
}

/*
 * A witness that had seen no more than `size' when more existed already, as
 * another says, had not been shown all: what it says of entries that it did
 * not see is worth nothing.
 */
static bool
says_after(const struct dated_list *list, size_t at)
{
	const struct dated *item = &list->item[at];
	size_t later = list->later[at];

	return item->is_newest &&
	    (later == NO_LATER ||
		item->newest_ms <= list->item[later].existed_ms);
}

/* Where those stand that an entry's interval follows from. */
struct bounds {
	size_t after, before; /* Or NO_LATER. */
	size_t doubt; /* One that waits, and makes a witness unheard. */
};

static struct bounds
find_bounds(const struct dated_list *list, uint64_t seq)
{
	struct bounds found = { NO_LATER, NO_LATER, NO_LATER };

	for (size_t i = 0; i < list->count; i++) {
		const struct dated *item = &list->item[i];

		if (item->size <= seq && says_after(list, i)) {
			if (found.after == NO_LATER ||
			    item->newest_ms >=
				list->item[found.after].newest_ms)
				found.after = i;
		} else if (item->size <= seq) {
			if (item->is_newest && list->item[list->later[i]].waits)
				found.doubt = list->later[i];
		} else if (found.before == NO_LATER ||
		    item->existed_ms < list->item[found.before].existed_ms) {
			found.before = i;
		}
	}
	return found;
}

struct interval
interval_of(struct dated_list *list, uint64_t seq)
{
	struct interval found = { .has_after = false };
	struct bounds bounds;

	for (;;) {
		if (!put_in_order(list))
			return found;
		bounds = find_bounds(list, seq);
		/* Each time one of those that wait is settled. */
		if (bounds.doubt != NO_LATER) {
			(void)settle(list, bounds.doubt);
			continue;
		}
		if (bounds.before == NO_LATER || settle(list, bounds.before))
			break;
	}
	if (bounds.after != NO_LATER) {
		found.has_after = true;
		found.after = list->item[bounds.after];
	}
	if (bounds.before != NO_LATER) {
		found.has_before = true;
		found.before = list->item[bounds.before];
	}
	return found;
}
