#include "reports/worst.h"

#include <string.h>

#include "base/memory.h"

unsigned
result_severity(enum result result)
{
	static const unsigned severity[RESULT_COUNT] = {
		[RESULT_FAIL] = 5,
		[RESULT_ERROR] = 4,
		[RESULT_NO_EVIDENCE] = 3,
		[RESULT_WAIVED] = 2,
		[RESULT_PASS] = 1,
		[RESULT_NOT_APPLICABLE] = 0,
	};

	return severity[result];
}

int
worst_order(const void *a, const void *b)
{
	const struct cell *one = a, *two = b;
	int order;

	if (one->denies != two->denies)
		return one->denies ? -1 : 1;
	if (one->result != two->result)
		return result_severity(one->result) >
			result_severity(two->result)
		    ? -1
		    : 1;
	if (one->rule != two->rule)
		return one->rule < two->rule ? -1 : 1;
	order = strcmp(one->name, two->name);
	if (order == 0)
		order = strcmp(one->environment, two->environment);
	if (order != 0)
		return order;
	return one->number < two->number ? -1 : one->number > two->number;
}

void
worst_free(struct worst *worst)
{
	for (size_t i = 0; i < worst->count; i++)
		memory_free(worst->cell[i].texts);
	memory_free(worst->cell);
	worst->cell = NULL;
	worst->count = worst->capacity = 0;
}

bool
worst_wants(const struct worst *worst, const struct cell *cell)
{
	return worst->count < worst->most ||
	    (worst->count > 0 && worst_order(cell, &worst->cell[0]) < 0);
}

static size_t
room_for(const char *text)
{
	return text == NULL ? 0 : strlen(text) + 1;
}

static const char *
move_text(char **at, const char *text)
{
	char *copy = *at;
	size_t room = room_for(text);

	if (text == NULL)
		return NULL;
	memcpy(copy, text, room);
	*at += room;
	return copy;
}

/* All texts of a cell in one piece that is its own. */
static int
own_texts(struct cell *cell, struct error *err)
{
	size_t room = room_for(cell->name) + room_for(cell->environment) +
	    room_for(cell->message);
	char *at;

	for (size_t i = 0; i < cell->value_count; i++)
		room += room_for(cell->value[i].expression) +
		    room_for(cell->value[i].value);
	at = memory_new(room + 1, 1);
	if (at == NULL)
		return error_memory(err);
	cell->texts = at;
	cell->name = move_text(&at, cell->name);
	cell->environment = move_text(&at, cell->environment);
	cell->message = move_text(&at, cell->message);
	for (size_t i = 0; i < cell->value_count; i++) {
		struct judged_value *value = &cell->value[i];

		value->expression = move_text(&at, value->expression);
		value->value = move_text(&at, value->value);
	}
	return 0;
}

static void
swap(struct worst *worst, size_t one, size_t two)
{
	struct cell kept = worst->cell[one];

	worst->cell[one] = worst->cell[two];
	worst->cell[two] = kept;
}

static bool
is_after(const struct worst *worst, size_t one, size_t two)
{
	return worst_order(&worst->cell[one], &worst->cell[two]) > 0;
}

static void
rise(struct worst *worst, size_t at)
{
	while (at > 0 && is_after(worst, at, (at - 1) / 2)) {
		swap(worst, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static void
sink(struct worst *worst)
{
	size_t at = 0, below;

	while ((below = at * 2 + 1) < worst->count) {
		if (below + 1 < worst->count &&
		    is_after(worst, below + 1, below))
			below++;
		if (!is_after(worst, below, at))
			return;
		swap(worst, at, below);
		at = below;
	}
}

int
worst_keep(struct worst *worst, const struct cell *cell, struct error *err)
{
	struct cell own = *cell, *grown;

	if (!worst_wants(worst, cell))
		return 0;
	grown = memory_grow(worst->cell, &worst->capacity, worst->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	worst->cell = grown;
	if (own_texts(&own, err) == -1)
		return -1;
	if (worst->count < worst->most) {
		worst->cell[worst->count] = own;
		rise(worst, worst->count++);
	} else {
		memory_free(worst->cell[0].texts);
		worst->cell[0] = own;
		sink(worst);
	}
	return 0;
}
