/* values.c: values of records, as people read them. */
#include <string.h>

#include "reports/gather_internal.h"

const char *const gather_result_names[RESULT_COUNT] = { "pass", "fail",
	"waived", "no-evidence", "not-applicable", "error" };

bool
gather_is_number(const struct json *value)
{
	return value != NULL && json_type(value) == JSON_NUMBER;
}

void
gather_count(struct xml *node, const char *name, const struct json *from)
{
	if (gather_is_number(json_member(from, "n")))
		xml_setf(node, name, "%.0f",
		    json_number(json_member(from, "n")));
}

int
gather_by_seq(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;

	return one < two ? -1 : one > two;
}

void
gather_write_value(struct buffer *out, const struct json *value)
{
	if (json_type(value) == JSON_TEXT) {
		buffer_text(out, json_text(value));
	} else if (json_type(value) == JSON_LIST) {
		for (const struct json *one = json_first(value); one != NULL;
		     one = json_next(one)) {
			if (one != json_first(value))
				buffer_text(out, ", ");
			gather_write_value(out, one);
		}
	} else if (json_type(value) == JSON_OBJECT) {
		for (const struct json *one = json_first(value); one != NULL;
		     one = json_next(one)) {
			buffer_printf(out, "%s%s ",
			    one == json_first(value) ? "" : ", ",
			    json_name(one));
			gather_write_value(out, one);
		}
	} else {
		json_write(out, value);
	}
}

void
gather_write_command(struct buffer *out, const struct json *command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./=:,@%+-";

	for (const struct json *one = json_first(command); one != NULL;
	     one = json_next(one)) {
		const char *word = json_text(one);

		if (one != json_first(command))
			buffer_byte(out, ' ');
		if (*word != '\0' && word[strspn(word, plain)] == '\0') {
			buffer_text(out, word);
			continue;
		}
		buffer_byte(out, '\'');
		for (; *word != '\0'; word++) {
			if (*word == '\'')
				buffer_text(out, "'\\'");
			buffer_byte(out, (uint8_t)*word);
		}
		buffer_byte(out, '\'');
	}
}
