/* text.h: text for people: UTF-8, terminals, near misses. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"

/* Well-formed UTF-8 (RFC 3629: shortest forms, no surrogates, to U+10FFFF). */
bool text_is_utf8(struct bytes bytes);

/*
 * Append bytes from outside so that a terminal shows them and does nothing
 * else: control characters, ill-formed bytes, bidirectional controls and
 * zero-width characters become \n, \t, \xHH or \u{HEX}.
 */
void text_show(struct buffer *out, struct bytes bytes);

/* Columns a terminal uses for well-formed text without controls. */
size_t text_columns(struct bytes bytes);

/*
 * The word of a NULL-terminated list nearest to `word' by edit distance, if
 * near enough to be worth asking "did you mean"; otherwise NULL.
 */
const char *text_nearest(const char *word, const char *const words[]);

/* Whether text matches [A-Za-z0-9][A-Za-z0-9._/-]*, at most LIMIT_NAME bytes. */
bool text_is_name(struct bytes text);

#endif
