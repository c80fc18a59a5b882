/* cel_check.h: mistakes in an expression that can be seen before it is used. */
#ifndef POLICY_CEL_CHECK_H
#define POLICY_CEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/cel.h"

/* What is known of a value before there is one. */
enum shape_type {
	SHAPE_ANY, /* Nothing. */
	SHAPE_NULL,
	SHAPE_BOOL,
	SHAPE_INT, /* int or uint */
	SHAPE_DOUBLE,
	SHAPE_STRING,
	SHAPE_BYTES,
	SHAPE_TIMESTAMP,
	SHAPE_DURATION,
	SHAPE_LIST, /* of item */
	SHAPE_MAP, /* of free names to item */
	SHAPE_OBJECT, /* with these fields and no others */
	SHAPE_TYPE,
	SHAPE_OPTIONAL,
};

struct shape;
struct field {
	const char *name;
	const struct shape *shape;
};
struct shape {
	enum shape_type type;
	const struct shape *item;
	const struct field *field;
	size_t field_count;
	const char *const *words; /* Of a text that is one of these. */
};

struct cel_finding {
	size_t position; /* Offset in the expression. */
	bool error; /* It can never work; otherwise a warning. */
	const char *what; /* One sentence; lives during the call. */
};

/*
 * Look for members that there are not, with the nearest ("`record.metrcs': no
 * such member; did you mean `metrics'?"), for operators on values they never
 * work on, for words that a member never has, for what depends on the machine
 * (named time zones), and for a result that is not `wanted'.  `variables' are
 * the shapes of the names the expression was parsed with.
 */
void cel_check(const struct cel_program *program,
    const struct shape *const *variables, enum shape_type wanted,
    void (*found)(void *cookie, const struct cel_finding *finding),
    void *cookie);

#endif
