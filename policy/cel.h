/* cel.h: the Common Expression Language: parsed once, evaluated often. */
#ifndef POLICY_CEL_H
#define POLICY_CEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "policy/cel_value.h"

/*
 * The language of google/cel-spec (doc/langdef.md) without protobuf messages.
 * An expression is parsed to a tree in one arena, its names resolved against
 * those declared.  Evaluation is pure: it reads the tree and the variables,
 * allocates from the arena it is given, and is limited in steps, depth and
 * memory, each counted the same on every machine.
 */
struct cel_program;

struct cel_options {
	const char *const *names; /* Declared variables; NULL ends them. */
	const char *container; /* Prefix of names, or NULL. */
	bool without_macros;
	/* Refuse names and functions that there are not; otherwise they are
	 * errors when they are evaluated. */
	bool strict;
};

/* ERROR_UNDECIDED for what is no expression, with line and column in where,
 * and the line with a mark under the place in what. */
int cel_parse(struct cel_program **out, struct bytes source,
    const struct cel_options *options, struct error *err);
/* For people: the line of the expression in which a place is, cut to a window
 * around it, and below it a mark; each with its newline. */
void cel_show_place(struct buffer *out, struct bytes source, size_t position);

void cel_program_free(struct cel_program *program);

/* What each part of an expression came to, the last time it was evaluated:
 * `count' values, of which those never evaluated are CEL_ERROR without a
 * text. */
struct cel_trace {
	struct cel_value *value;
	size_t count;
};

/* A part of an expression: its text, how deep it is nested, and its number in
 * a trace. */
struct cel_part {
	struct bytes text;
	size_t start;
	unsigned depth;
	uint32_t number;
	bool constant; /* A literal. */
	bool
	    compares; /* ==, <, in and the like, or a call that gives a bool. */
	bool in_macro; /* Evaluated for items, one after the other. */
};

/* How many parts there are; and each of them, outermost first. */
size_t cel_part_count(const struct cel_program *program);
void cel_parts(const struct cel_program *program,
    void (*each)(void *cookie, const struct cel_part *part), void *cookie);

/* An ordering of two parts: `left' < `right' and the like. */
enum cel_order {
	CEL_LESS,
	CEL_LESS_EQUAL,
	CEL_GREATER,
	CEL_GREATER_EQUAL,
};
struct cel_comparison {
	enum cel_order order;
	struct cel_part left;
	struct cel_part right;
	/* Inside macros a trace has what the last item came to, which is the
	 * one that decided if it is false in an all, true in an exists. */
	bool in_all;
	bool in_exists;
	bool in_others; /* Filters and the like: no item decides. */
};
/* Each of them, outermost first. */
void cel_comparisons(const struct cel_program *program,
    void (*each)(void *cookie, const struct cel_comparison *comparison),
    void *cookie);

/* Ceilings of one evaluation. */
struct cel_limits {
	uint64_t steps; /* Nodes and items looked at; 0: a million. */
	/* Memory is the ceiling of the arena. */
	struct cel_trace *trace; /* Or NULL. */
};

/*
 * Evaluate with values in the order of the names.  What comes back lives as
 * long as the arena and the program; it is a CEL_ERROR when the expression
 * has no value, or a ceiling was met.
 */
struct cel_value cel_evaluate(const struct cel_program *program,
    const struct cel_value *variables, struct arena *arena,
    const struct cel_limits *limits);

#endif
