/*
 * Regular expressions, by PCRE2 under limits that count the same everywhere:
 * cel-spec asks for RE2's syntax, of which PCRE2's is all but a superset; what
 * RE2 has not (references back, looking around) is refused by its letters.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <string.h>

#include "policy/cel_functions_internal.h"

#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT_KIB 4096
#define PATTERN_MAX 10000

/* Whether the pattern asks for what RE2 does not have. */
static bool
is_beyond_re2(struct bytes pattern)
{
	for (size_t i = 0; i + 1 < pattern.len; i++) {
		struct bytes rest = bytes_after(pattern, i);

		if (rest.data[0] == '\\') {
			if ((rest.data[1] >= '1' && rest.data[1] <= '9') ||
			    strchr("gkKGXR", rest.data[1]) != NULL)
				return true;
			i++;
		} else if (bytes_begin(rest, "(?=") ||
		    bytes_begin(rest, "(?!") || bytes_begin(rest, "(?<=") ||
		    bytes_begin(rest, "(?<!") || bytes_begin(rest, "(?>") ||
		    bytes_begin(rest, "(?|") || bytes_begin(rest, "(?(") ||
		    bytes_begin(rest, "(?R") || bytes_begin(rest, "(?&") ||
		    bytes_begin(rest, "(?C") || bytes_begin(rest, "(*")) {
			return true;
		}
	}
	return false;
}

static struct cel_value
match(struct cel_run *run, pcre2_code *code, struct bytes text)
{
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *data =
	    pcre2_match_data_create_from_pattern(code, NULL);
	struct cel_value value = cel_error("memory is exhausted");
	int found;

	if (context == NULL || data == NULL)
		goto done;
	pcre2_set_match_limit(context, MATCH_LIMIT);
	pcre2_set_depth_limit(context, DEPTH_LIMIT);
	pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
	found = pcre2_match(code, text.len == 0 ? (PCRE2_SPTR) "" : text.data,
	    text.len, 0, PCRE2_NO_UTF_CHECK, data, context);
	if (found >= 0)
		value = cel_bool(true);
	else if (found == PCRE2_ERROR_NOMATCH)
		value = cel_bool(false);
	else
		value = cel_error("the pattern takes too much work");
done:
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	(void)run;
	return value;
}

struct cel_value
cel_matches(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct cel_value value;
	pcre2_code *code;
	PCRE2_SIZE where;
	int why;

	(void)count;
	if (arg[0].type != CEL_STRING || arg[1].type != CEL_STRING)
		return cel_error("matches is of two strings");
	if (arg[1].text.len > PATTERN_MAX)
		return cel_error("the pattern is too long");
	if (is_beyond_re2(arg[1].text))
		return cel_error("the pattern uses what RE2 does not have");
	if (!cel_step(run, 100 + (arg[0].text.len + arg[1].text.len) / 4))
		return cel_error("the expression takes too many steps");
	code = pcre2_compile(arg[1].text.len == 0 ? (PCRE2_SPTR) ""
						  : arg[1].text.data,
	    arg[1].text.len, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &why, &where,
	    NULL);
	if (code == NULL)
		return cel_errorf(run->arena,
		    "the pattern is wrong at character %zu", where + 1);
	value = match(run, code, arg[0].text);
	pcre2_code_free(code);
	return value;
}
