#include "keys/pem.h"

#include <stdio.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"

/* Where a text begins in another, or NULL. */
static const uint8_t *
find(struct bytes in, const char *text)
{
	return in.len == 0 ? NULL : memmem(in.data, in.len, text, strlen(text));
}

bool
pem_is(struct bytes file)
{
	return find(file, "-----BEGIN ") != NULL;
}

/* Base64 in lines of any length. */
static int
decode(struct buffer *out, struct bytes lines, struct error *err)
{
	struct buffer letters = buffer_new(lines.len + 1);
	uint8_t *room;
	size_t len = 0;
	int result = -1;

	for (size_t i = 0; i < lines.len; i++)
		if (lines.data[i] == 0 ||
		    strchr(" \t\r\n", lines.data[i]) == NULL)
			buffer_byte(&letters, lines.data[i]);
	if (buffer_check(&letters, "text form", err) == -1)
		goto done;
	room = buffer_room(out, letters.len / 4 * 3 + 1);
	if (room == NULL) {
		buffer_check(out, "text form", err);
		goto done;
	}
	if (!base64_decode(room, &len, buffer_bytes(&letters)) || len == 0) {
		error_set(err, ERROR_UNDECIDED, "get the file again",
		    "between BEGIN and END is no base64");
		goto done;
	}
	buffer_added(out, len);
	result = 0;
done:
	buffer_free(&letters);
	return result;
}

int
pem_next(struct buffer *out, struct bytes *text, const char *label, bool *found,
    struct error *err)
{
	char begin[64], end[64];
	const uint8_t *from, *to;
	struct bytes lines, rest;

	snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
	snprintf(end, sizeof end, "-----END %s-----", label);
	buffer_clear(out);
	if ((from = find(*text, begin)) == NULL) {
		*found = false;
		return 0;
	}
	lines = bytes_after(*text, (size_t)(from - text->data) + strlen(begin));
	if ((to = find(lines, end)) == NULL)
		return error_set(err, ERROR_UNDECIDED, "get the whole file",
		    "a block that begins with \"%s\" does not end", begin);
	rest = bytes_after(lines, (size_t)(to - lines.data) + strlen(end));
	lines.len = (size_t)(to - lines.data);
	if (decode(out, lines, err) == -1)
		return -1;
	*text = rest;
	*found = true;
	return 0;
}
