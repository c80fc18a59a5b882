/* cel_bindings.h: values of CEL written as JSON, for tests and benchmarks. */
#ifndef TESTS_SUPPORT_CEL_BINDINGS_H
#define TESTS_SUPPORT_CEL_BINDINGS_H

#include "base/json.h"
#include "policy/cel.h"

#define CEL_BINDINGS_MAX 15

/* Names, as struct cel_options takes them, and their values. */
struct cel_bindings {
	const char *name[CEL_BINDINGS_MAX + 1];
	struct cel_value value[CEL_BINDINGS_MAX];
};

/* The form is told in tests/bench/cel/README.md.  The names are the JSON's,
 * the values the arena's.  What does not have this form ends the program. */
void cel_bindings_read(struct cel_bindings *out, const struct json *json,
    struct arena *arena);

#endif
