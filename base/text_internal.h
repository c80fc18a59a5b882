/* text_internal.h: one character at a time, for the files of this room. */
#ifndef BASE_TEXT_INTERNAL_H
#define BASE_TEXT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decode the character that begins the len bytes at `at' (RFC 3629).  Returns
 * how many bytes it takes, or 0 if they begin no well-formed character.
 */
size_t text_decode(uint32_t *code, const uint8_t *at, size_t len);

/* The UTF-8 of a code point, to out; returns its 1 to 4 bytes. */
size_t text_encode(uint8_t out[4], uint32_t code);

/*
 * Whether a terminal would obey a character, or show nothing for it: C0 and
 * C1 controls, bidirectional controls, zero-width characters, separators of
 * lines and paragraphs, tags.
 */
bool text_is_hidden(uint32_t code);

/* One of the 66 noncharacters (Unicode, 23.7), which RFC 7493 refuses. */
static inline bool
text_is_noncharacter(uint32_t code)
{
	return (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
}

#endif
