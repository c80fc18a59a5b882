/* context_internal.h: the values of a context from inside. */
#ifndef POLICY_CONTEXT_INTERNAL_H
#define POLICY_CONTEXT_INTERNAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "ledger/entry.h"
#include "policy/context.h"

/* A record of the ledger; its members are made when they are looked at. */
struct known {
	struct cel_lazy lazy; /* First: it is found by it. */
	struct context *context;
	struct index_row row;
	struct cel_map map;
	const struct cel_value *quick[8];
	uint64_t mark; /* When it was noted last. */
};

struct input {
	struct digest digest;
	struct cel_value name;
};

struct context {
	struct arena *arena;
	struct json_arena *json;
	bool in_json;
	struct append_view view;
	const struct context_policy *policies;
	size_t policy_count;
	bool failed;
	struct error error;
	struct buffer line;
	struct entry entry;
	/* Records by seq. */
	struct known **slot;
	size_t slots; /* A power of two. */
	size_t known_count;
	/* What was looked at since the mark. */
	uint64_t mark;
	unsigned quiet; /* Nothing is noted. */
	uint64_t *seen;
	size_t seen_count;
	size_t seen_capacity;
	struct digest *leaf;
	size_t leaf_capacity;
	/* What is judged. */
	bool has_subject;
	struct digest subject;
	struct cel_value subject_name;
	struct input *input;
	size_t input_count;
	bool model_known;
	struct cel_value model;
	struct lineage_map *lineage;
	struct ledger_map *ledger;
};

void context_fail(struct context *context, const struct error *err);
/* Zeroed, in the arena; NULL when it is full. */
void *context_take(struct context *context, size_t count, size_t size);
/* For maps that do nothing when they are looked at. */
void context_touch_nothing(struct cel_lazy *lazy);
/* A member's value by the row that has its name, in tables that end with
 * NULL. */
struct cel_value context_member(struct context *context,
    const struct json *value, const struct member *const tables[],
    const char *name);
void context_fill(struct cel_map *map, const struct cel_map *from);
/* The record of a row, made once; NULL without memory. */
struct known *context_known(struct context *context,
    const struct index_row *row);
struct cel_value context_value(const struct known *known);

#endif
