#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* The first allocation, unless more is asked for or less allowed. */
#define CAPACITY_FIRST 64

struct buffer
buffer_new(size_t ceiling)
{
	return (struct buffer){
		/* One byte of every capacity is the NUL's. */
		.ceiling = ceiling < SIZE_MAX ? ceiling : SIZE_MAX - 1,
	};
}

void
buffer_free(struct buffer *buffer)
{
	if (buffer == NULL)
		return;
	memory_free(buffer->data);
	*buffer = buffer_new(buffer->ceiling);
}

void
buffer_wipe(struct buffer *buffer)
{
	if (buffer == NULL)
		return;
	if (buffer->data != NULL)
		explicit_bzero(buffer->data, buffer->capacity);
	buffer_free(buffer);
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->len = 0;
	buffer->state = BUFFER_FINE;
	if (buffer->data != NULL)
		buffer->data[0] = '\0';
}

/*
 * Move to a capacity of at least `needed' bytes.  Not by realloc, which would
 * leave a copy behind that buffer_wipe could not find.
 */
static int
buffer_move(struct buffer *buffer, size_t needed)
{
	size_t capacity = CAPACITY_FIRST;
	uint8_t *data;

	if (buffer->capacity > SIZE_MAX / 2)
		capacity = needed;
	else if (buffer->capacity > 0)
		capacity = buffer->capacity * 2;
	if (capacity < needed)
		capacity = needed;
	if (capacity > buffer->ceiling + 1)
		capacity = buffer->ceiling + 1;
	data = memory_new(1, capacity);
	if (data == NULL) {
		buffer->state = BUFFER_NO_MEMORY;
		return -1;
	}
	if (buffer->data != NULL) {
		memcpy(data, buffer->data, buffer->len);
		explicit_bzero(buffer->data, buffer->capacity);
		memory_free(buffer->data);
	}
	buffer->data = data;
	buffer->capacity = capacity;
	return 0;
}

uint8_t *
buffer_room(struct buffer *buffer, size_t len)
{
	if (buffer->state != BUFFER_FINE)
		return NULL;
	if (len > buffer->ceiling - buffer->len) {
		buffer->state = BUFFER_FULL;
		return NULL;
	}
	if (buffer->capacity - buffer->len <= len &&
	    buffer_move(buffer, buffer->len + len + 1) != 0)
		return NULL;
	return buffer->data + buffer->len;
}

void
buffer_added(struct buffer *buffer, size_t len)
{
	if (buffer->state != BUFFER_FINE || buffer->data == NULL)
		return;
	buffer->len += len;
	buffer->data[buffer->len] = '\0';
}

void
buffer_append(struct buffer *buffer, struct bytes bytes)
{
	uint8_t *room = buffer_room(buffer, bytes.len);

	if (room == NULL || bytes.len == 0)
		return;
	memcpy(room, bytes.data, bytes.len);
	buffer_added(buffer, bytes.len);
}

void
buffer_text(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, bytes_of_text(text));
}

void
buffer_byte(struct buffer *buffer, uint8_t byte)
{
	uint8_t *room = buffer_room(buffer, 1);

	if (room == NULL)
		return;
	*room = byte;
	buffer_added(buffer, 1);
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	uint8_t *room;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len < 0) {
		/* Formatting fails for want of memory only. */
		if (buffer->state == BUFFER_FINE)
			buffer->state = BUFFER_NO_MEMORY;
		return;
	}
	room = buffer_room(buffer, (size_t)len);
	if (room == NULL)
		return;
	va_start(arguments, format);
	vsnprintf((char *)room, (size_t)len + 1, format, arguments);
	va_end(arguments);
	buffer_added(buffer, (size_t)len);
}

struct bytes
buffer_bytes(const struct buffer *buffer)
{
	return bytes_of(buffer->data, buffer->len);
}

const char *
buffer_string(const struct buffer *buffer)
{
	return buffer->data == NULL ? "" : (const char *)buffer->data;
}

int
buffer_check(const struct buffer *buffer, const char *what, struct error *err)
{
	switch (buffer->state) {
	case BUFFER_NO_MEMORY:
		return error_memory(err);
	case BUFFER_FULL:
		return error_set(err, ERROR_UNDECIDED,
		    "make it smaller, or split it",
		    "the %s is larger than the %zu bytes allowed", what,
		    buffer->ceiling);
	case BUFFER_FINE:
		break;
	}
	return 0;
}
