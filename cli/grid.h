/* grid.h: a list of objects that are alike, shown as a table. */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include <stdbool.h>

#include "base/json.h"
#include "cli/terminal.h"

/*
 * Print a list whose elements are objects with the same members, each of them
 * a text, number or the like, or an object of such; texts come first.  False,
 * and nothing is printed, for any other value, for what is wider than the
 * window, and where memory fails.
 */
bool grid_print(struct terminal *terminal, const struct json *list);

#endif
