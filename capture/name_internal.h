/* name_internal.h: file names, which are any bytes, as text. */
#ifndef CAPTURE_NAME_INTERNAL_H
#define CAPTURE_NAME_INTERNAL_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/json.h"

/*
 * Append a name as well-formed UTF-8 from which its bytes can be told again:
 * control characters (below 0x20, and 0x7f), backslash, what is not UTF-8,
 * and the bytes in `also' become \xHH, lower case.
 */
void name_append(struct buffer *out, struct bytes name, const char *also);

/* Whether JSON has a spelling of it that is read back as the same: UTF-8
 * without NUL and noncharacters. */
int name_is_json(bool *out, struct bytes name, struct error *err);

/* A name as a JSON text: as it is where JSON can say it, else as name_append
 * writes it, with every byte above 0x7f as \xHH.  NULL without memory. */
struct json *name_json(struct bytes name);

#endif
