/* cel_internal.h: the tree of an expression, and what evaluates it. */
#ifndef POLICY_CEL_INTERNAL_H
#define POLICY_CEL_INTERNAL_H

#include "policy/cel.h"

enum cel_op {
	OP_CONSTANT,
	OP_NAME, /* Not resolved yet. */
	OP_VARIABLE, /* number: which. */
	OP_LOCAL, /* number: which. */
	OP_SELECT, /* arg[0].name */
	OP_HAS, /* has(arg[0].name) */
	OP_INDEX,
	OP_CALL,
	OP_LIST,
	OP_MAP, /* arg: key, value, key, value, … */
	OP_AND,
	OP_OR,
	OP_CHOICE,
	/* Over arg[0] with locals number and number + 1; then the body, or the
	 * filter and the body. */
	OP_ALL,
	OP_EXISTS,
	OP_EXISTS_ONE,
	OP_TRANSFORM,
	OP_FILTER,
	OP_SORT_BY, /* The items in the order of the body. */
	OP_TRANSFORM_MAP,
	OP_TRANSFORM_ENTRY,
	OP_BIND, /* arg[0] as local number in arg[1]. */
	OP_OPT_MAP, /* The content of arg[0] as local number in arg[1]. */
	OP_OPT_FLAT_MAP,
};

/* Operators on two values that are evaluated without a call where both are of
 * a usual type. */
enum cel_quick {
	QUICK_NONE,
	QUICK_EQUAL,
	QUICK_UNEQUAL,
	QUICK_LESS,
	QUICK_LESS_EQUAL,
	QUICK_GREATER,
	QUICK_GREATER_EQUAL,
	QUICK_ADD,
	QUICK_SUBTRACT,
	QUICK_MULTIPLY,
	QUICK_OTHER,
};

struct cel_run;
struct cel_node;
struct cel_matcher;
struct cel_pattern;
/* Strict: arguments are values; the receiver is the first. */
typedef struct cel_value cel_call(struct cel_run *run,
    const struct cel_value *arg, size_t count);

struct cel_function {
	const char *name; /* "size", "math.greatest", "_+_". */
	cel_call *call;
	bool receiver; /* May be called as x.name(…). */
	bool global; /* May be called as name(x, …). */
	unsigned least;
	unsigned most;
};
const struct cel_function *cel_function_find(struct bytes name, bool receiver);

struct cel_node {
	enum cel_op op;
	uint32_t position; /* Where an error in it is shown. */
	uint32_t start; /* Its text, from here */
	uint32_t end; /* up to here. */
	uint32_t id; /* Below program->nodes. */
	uint32_t height;
	uint32_t number;
	uint32_t count;
	bool optional; /* .? and [? ]; an element or entry with a ?. */
	bool two; /* Two variables. */
	bool absolute; /* A name with a dot in front. */
	struct cel_node **arg;
	struct bytes name;
	uint64_t hash; /* Of the name of a member. */
	const struct cel_function *function;
	enum cel_quick quick;
	/* Not 0: the value is `constant', computed beforehand, and stands for
	 * so many steps. */
	uint32_t folded;
	/* Of a call of matches with a constant pattern, or NULL. */
	const struct cel_pattern *pattern;
	struct cel_value constant;
};

struct cel_program {
	struct arena *arena;
	struct bytes source;
	const struct cel_node *root;
	unsigned locals;
	uint32_t nodes;
	unsigned patterns; /* Read beforehand. */
};

struct cel_run {
	const struct cel_program *program;
	const struct cel_value *variable;
	struct cel_value *local;
	struct arena *arena;
	uint64_t steps_left;
	struct cel_trace *trace; /* Or NULL. */
	struct cel_matcher *matcher; /* Made when it is needed. */
};

/* Count work beside that of nodes; false when there were too many steps. */
bool cel_step(struct cel_run *run, uint64_t count);

#define CEL_DEPTH_MAX 200
/* Of a tree: a + b + c + … is deep to the left without nesting. */
#define CEL_HEIGHT_MAX 1000
#define CEL_LOCALS_MAX 64

#endif
