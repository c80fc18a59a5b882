/* name.c: file names, which are any bytes, as text. */
#include "capture/name_internal.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* How many bytes the UTF-8 character at the beginning has; 0 if none. */
static size_t
character_len(struct bytes text)
{
	for (size_t len = 1; len <= 4 && len <= text.len; len++)
		if (text_is_utf8(bytes_of(text.data, len)))
			return len;
	return 0;
}

void
name_append(struct buffer *out, struct bytes name, const char *also)
{
	while (name.len > 0) {
		uint8_t c = name.data[0];
		size_t len = character_len(name);

		if (len == 0 || c < 0x20 || c == 0x7f || c == '\\' ||
		    strchr(also, c) != NULL) {
			buffer_printf(out, "\\x%02x", c);
			len = 1;
		} else {
			buffer_append(out, bytes_of(name.data, len));
		}
		name = bytes_after(name, len);
	}
}

int
name_is_json(bool *out, struct bytes name, struct error *err)
{
	struct buffer quoted = buffer_new(6 * name.len + 2);
	struct json *read = NULL;
	int result = -1;

	json_write_text(&quoted, name);
	if (buffer_check(&quoted, "name", err) == -1)
		goto done;
	if (json_parse(&read, buffer_bytes(&quoted), err) == 0)
		*out = bytes_equal(bytes_of_text(json_text(read)), name);
	else if (err->class == ERROR_UNDECIDED)
		*out = false;
	else
		goto done;
	result = 0;
done:
	json_free(read);
	buffer_free(&quoted);
	return result;
}

struct json *
name_json(struct bytes name)
{
	struct buffer plain = buffer_new(4 * name.len + 1);
	struct json *made = NULL;
	struct error err;
	bool fine;

	if (name_is_json(&fine, name, &err) == -1)
		return NULL;
	if (fine)
		return json_new_text_of(name);
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] > 0x7f)
			buffer_printf(&plain, "\\x%02x", name.data[i]);
		else
			name_append(&plain, bytes_of(name.data + i, 1), "");
	if (buffer_check(&plain, "name", &err) == 0)
		made = json_new_text(buffer_string(&plain));
	buffer_free(&plain);
	return made;
}
