/* buffer.h: owned bytes that grow up to a ceiling and remember a failure. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/*
 * A buffer is born with its ceiling (see base/limits.h).  Appending never
 * fails visibly: the first failure (no memory, over the ceiling) is kept,
 * later appends do nothing, and buffer_check says what happened.  So a writer
 * appends freely and checks once.  data[len] is always a NUL that is not
 * counted, so that a buffer of text may be read as a C string.
 */
struct buffer {
	uint8_t *data;
	size_t len;
	size_t capacity;
	size_t ceiling;
	enum { BUFFER_FINE, BUFFER_NO_MEMORY, BUFFER_FULL } state;
};

/* An empty buffer that may hold up to ceiling bytes.  Allocates nothing. */
struct buffer buffer_new(size_t ceiling);

/* Free what it owns; the buffer is empty afterwards and may be used again. */
void buffer_free(struct buffer *buffer);

/* As buffer_free, after wiping every byte it ever held. */
void buffer_wipe(struct buffer *buffer);

/* Forget the content and any failure; keep the memory. */
void buffer_clear(struct buffer *buffer);

/* Append bytes, a text, one byte, or formatted text. */
void buffer_append(struct buffer *buffer, struct bytes bytes);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_byte(struct buffer *buffer, uint8_t byte);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Make room for len more bytes and return where they go, or NULL on failure
 * (remembered).  The caller writes there and then calls buffer_added.
 */
uint8_t *buffer_room(struct buffer *buffer, size_t len);
void buffer_added(struct buffer *buffer, size_t len);

/* What it holds, borrowed until the next change. */
struct bytes buffer_bytes(const struct buffer *buffer);

/* As a C string, borrowed; "" when empty. */
const char *buffer_string(const struct buffer *buffer);

/*
 * 0 if every append succeeded; otherwise -1, with `what' naming the thing
 * that was being written ("entry", "attachment").
 */
int buffer_check(const struct buffer *buffer, const char *what,
    struct error *err);

#endif
