#include "ledger/checkpoint_internal.h"

#include <string.h>

#include "base/encoding.h"
#include "ledger/checkpoint.h"

void
checkpoint_write(struct buffer *out, const struct checkpoint *checkpoint)
{
	buffer_printf(out, "%s\n%llu\n", checkpoint->origin,
	    (unsigned long long)checkpoint->size);
	base64_append(out, digest_bytes(&checkpoint->root));
	buffer_byte(out, '\n');
}

static int
wrong(struct error *err, const char *what)
{
	return error_set(err, ERROR_NO, NULL, "not a checkpoint: %s", what);
}

bool
checkpoint_take_line(struct bytes *rest, struct bytes *line)
{
	const uint8_t *end =
	    rest->len == 0 ? NULL : memchr(rest->data, '\n', rest->len);

	if (end == NULL)
		return false;
	*line = bytes_of(rest->data, (size_t)(end - rest->data));
	*rest = bytes_after(*rest, line->len + 1);
	return true;
}

bool
checkpoint_number(uint64_t *number, struct bytes text)
{
	*number = 0;
	if (text.len == 0 || text.len > 16 ||
	    (text.len > 1 && text.data[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		*number = *number * 10 + (uint64_t)(text.data[i] - '0');
	}
	return *number <= (uint64_t)1 << 53;
}

int
checkpoint_parse(struct checkpoint *out, struct bytes text, struct error *err)
{
	struct bytes rest = text, origin, size, root, extension;
	struct checkpoint parsed;

	memset(&parsed, 0, sizeof parsed);
	if (!checkpoint_take_line(&rest, &origin) || origin.len == 0 ||
	    origin.len > LIMIT_ORIGIN || !note_name_is_valid(origin))
		return wrong(err, "origin");
	memcpy(parsed.origin, origin.data, origin.len);
	if (!checkpoint_take_line(&rest, &size) ||
	    !checkpoint_number(&parsed.size, size))
		return wrong(err, "size");
	if (!checkpoint_take_line(&rest, &root) ||
	    !base64_decode_fixed(parsed.root.byte, DIGEST_LEN, root))
		return wrong(err, "root");
	while (rest.len > 0) {
		if (!checkpoint_take_line(&rest, &extension) ||
		    extension.len == 0)
			return wrong(err, "extension");
	}
	*out = parsed;
	return 0;
}

int
checkpoint_sign(struct buffer *out, const struct checkpoint *checkpoint,
    const struct signer *signer, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_NOTE);
	int result;

	checkpoint_write(&text, checkpoint);
	result = buffer_check(&text, "checkpoint", err);
	if (result == 0)
		result = note_sign(out, buffer_bytes(&text), checkpoint->origin,
		    signer, err);
	buffer_free(&text);
	return result;
}

int
checkpoint_open(struct checkpoint *out, struct bytes note,
    const struct note_key *key, struct error *err)
{
	struct checkpoint parsed;
	struct note parts;
	size_t verified = 0;

	if (note_parse(&parts, note, err) == -1 ||
	    checkpoint_parse(&parsed, parts.text, err) == -1 ||
	    note_verify(&verified, &parts, key, NULL, err) == -1)
		return -1;
	if (verified == 0)
		return error_set(err, ERROR_NO, NULL,
		    "the checkpoint is not signed by %s", key->name);
	if (strcmp(parsed.origin, key->name) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "the checkpoint is of another ledger, %s", parsed.origin);
	*out = parsed;
	return 0;
}
