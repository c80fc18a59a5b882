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

/* A pattern that was read; its length counts as work. */
struct cel_pattern {
	pcre2_code *code;
	size_t len;
};

/* What matching needs, made once in an evaluation. */
struct cel_matcher {
	pcre2_match_context *context;
	pcre2_match_data *data;
};

static void *
take_memory(PCRE2_SIZE size, void *arena)
{
	return arena_take_uncounted(arena, size);
}

/* The arena takes back everything at once. */
static void
leave_memory(void *memory, void *arena)
{
	(void)memory;
	(void)arena;
}

static const struct cel_matcher *
matcher_of(struct cel_run *run)
{
	struct cel_matcher *matcher = run->matcher;
	pcre2_general_context *memory;

	if (matcher != NULL)
		return matcher;
	memory =
	    pcre2_general_context_create(take_memory, leave_memory, run->arena);
	matcher = arena_take_uncounted(run->arena, sizeof *matcher);
	if (memory == NULL || matcher == NULL)
		return NULL;
	matcher->context = pcre2_match_context_create(memory);
	matcher->data = pcre2_match_data_create(1, memory);
	if (matcher->context == NULL || matcher->data == NULL)
		return NULL;
	pcre2_set_match_limit(matcher->context, MATCH_LIMIT);
	pcre2_set_depth_limit(matcher->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(matcher->context, HEAP_LIMIT_KIB);
	run->matcher = matcher;
	return matcher;
}

static bool
step(struct cel_run *run, struct bytes text, size_t pattern_len)
{
	return cel_step(run, 100 + (text.len + pattern_len) / 4);
}

static struct cel_value
match(struct cel_run *run, const pcre2_code *code, struct bytes text)
{
	const struct cel_matcher *matcher = matcher_of(run);
	int found;

	if (matcher == NULL)
		return cel_error("memory is exhausted");
	found = pcre2_match(code, text.len == 0 ? (PCRE2_SPTR) "" : text.data,
	    text.len, 0, PCRE2_NO_UTF_CHECK, matcher->data, matcher->context);
	if (found == PCRE2_ERROR_NOMATCH)
		return cel_bool(false);
	return found >= 0 ? cel_bool(true)
			  : cel_error("the pattern takes too much work");
}

static pcre2_code *
compile(struct bytes pattern, PCRE2_SIZE *where, pcre2_compile_context *context)
{
	int why;

	return pcre2_compile(pattern.len == 0 ? (PCRE2_SPTR) "" : pattern.data,
	    pattern.len, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &why, where,
	    context);
}

const struct cel_pattern *
cel_pattern_new(struct arena *arena, struct bytes pattern)
{
	struct cel_pattern *out = arena_take_uncounted(arena, sizeof *out);
	pcre2_general_context *memory =
	    pcre2_general_context_create(take_memory, leave_memory, arena);
	pcre2_compile_context *context;
	PCRE2_SIZE where;

	if (out == NULL || memory == NULL || pattern.len > PATTERN_MAX ||
	    is_beyond_re2(pattern))
		return NULL;
	context = pcre2_compile_context_create(memory);
	if (context == NULL)
		return NULL;
	out->len = pattern.len;
	out->code = compile(pattern, &where, context);
	return out->code == NULL ? NULL : out;
}

struct cel_value
cel_matches_pattern(struct cel_run *run, const struct cel_pattern *pattern,
    struct bytes text)
{
	if (!step(run, text, pattern->len))
		return cel_error("the expression takes too many steps");
	return match(run, pattern->code, text);
}

struct cel_value
cel_matches(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	struct cel_value value;
	pcre2_code *code;
	PCRE2_SIZE where;

	(void)count;
	if (arg[0].type != CEL_STRING || arg[1].type != CEL_STRING)
		return cel_error("matches is of two strings");
	if (arg[1].text.len > PATTERN_MAX)
		return cel_error("the pattern is too long");
	if (is_beyond_re2(arg[1].text))
		return cel_error("the pattern uses what RE2 does not have");
	if (!step(run, arg[0].text, arg[1].text.len))
		return cel_error("the expression takes too many steps");
	code = compile(arg[1].text, &where, NULL);
	if (code == NULL)
		return cel_errorf(run->arena,
		    "the pattern is wrong at character %zu", where + 1);
	value = match(run, code, arg[0].text);
	pcre2_code_free(code);
	return value;
}
