/* checkpoint_internal.h: exact lines and numbers, as all C2SP texts have. */
#ifndef LEDGER_CHECKPOINT_INTERNAL_H
#define LEDGER_CHECKPOINT_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* The next line without its newline; false at the end, and if it is cut. */
bool checkpoint_take_line(struct bytes *rest, struct bytes *line);

/* A decimal without leading zeros, at most 2^53. */
bool checkpoint_number(uint64_t *number, struct bytes text);

#endif
