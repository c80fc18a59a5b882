/* The encoders extension of cel-spec. */
#include "base/encoding.h"
#include "policy/cel_functions_internal.h"

struct cel_value
cel_base64_encode(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	uint8_t *out;

	(void)count;
	if (arg->type != CEL_BYTES)
		return cel_errorf(run->arena,
		    "a %s stands where bytes are "
		    "wanted",
		    cel_type_name(arg->type));
	out = arena_take(run->arena, 1, BASE64_LEN(arg->text.len) + 1);
	if (out == NULL || !cel_step(run, arg->text.len / 16))
		return cel_error("the expression takes too much memory");
	base64_encode((char *)out, arg->text);
	return cel_string(bytes_of(out, BASE64_LEN(arg->text.len)));
}

/* Padding may be left out. */
struct cel_value
cel_base64_decode(struct cel_run *run, const struct cel_value *arg,
    size_t count)
{
	size_t len, missing;
	uint8_t *text, *out;

	(void)count;
	if (arg->type != CEL_STRING)
		return cel_errorf(run->arena,
		    "a %s stands where a string is "
		    "wanted",
		    cel_type_name(arg->type));
	missing = (4 - arg->text.len % 4) % 4;
	text = arena_take(run->arena, 1, arg->text.len + 4);
	out = arena_take(run->arena, 1, arg->text.len + 4);
	if (text == NULL || out == NULL || !cel_step(run, arg->text.len / 16))
		return cel_error("the expression takes too much memory");
	for (size_t i = 0; i < arg->text.len + missing; i++)
		text[i] = i < arg->text.len ? arg->text.data[i] : '=';
	if (missing == 3 ||
	    !base64_decode(out, &len, bytes_of(text, arg->text.len + missing)))
		return cel_error("this is not base64");
	return cel_bytes(bytes_of(out, len));
}
