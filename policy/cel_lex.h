/* cel_lex.h: the words of an expression. */
#ifndef POLICY_CEL_LEX_H
#define POLICY_CEL_LEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

enum cel_token_type {
	TOKEN_END,
	TOKEN_WRONG, /* text says why. */
	TOKEN_NAME,
	TOKEN_QUOTED_NAME, /* `in backticks` */
	TOKEN_INT, /* Without its sign, which comes before it. */
	TOKEN_UINT,
	TOKEN_DOUBLE,
	TOKEN_STRING, /* text is its content. */
	TOKEN_BYTES,
	TOKEN_SIGN, /* text is the sign: "&&", "(", … */
};

struct cel_token {
	enum cel_token_type type;
	size_t position;
	struct bytes text;
	uint64_t natural;
	double number;
};

/* The token at an offset, and where the next one is looked for.  The content
 * of strings is made in the arena. */
struct cel_token cel_token_at(struct bytes source, size_t *offset,
    struct arena *arena);

#endif
