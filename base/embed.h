/* embed.h: files that are part of the program. */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stdint.h>

#include "base/bytes.h"

/* The file at `path' (from the top of the project) as it is, with a NUL
 * behind, so that the program needs nothing beside itself. */
#define EMBED(symbol, path) \
	__asm__(".section .rodata\n" \
		".global " #symbol "_begin\n" \
		".global " #symbol "_end\n" #symbol "_begin:\n" \
		".incbin \"" path "\"\n" #symbol "_end:\n" \
		".byte 0\n" \
		".text\n"); \
	extern const uint8_t symbol##_begin[]; \
	extern const uint8_t symbol##_end[]

/* One of a table of them; `name' NULL ends it. */
struct embedded {
	const char *name;
	const uint8_t *begin;
	const uint8_t *end;
};

/* The file of a name; empty when there is none. */
static inline struct bytes
embedded_find(const struct embedded table[], const char *name)
{
	for (const struct embedded *file = table; file->name != NULL; file++) {
		if (strcmp(file->name, name) == 0)
			return bytes_of(file->begin,
			    (size_t)(file->end - file->begin));
	}
	return bytes_of("", 0);
}

#endif
