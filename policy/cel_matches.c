/*
 * Regular expressions: cel-spec asks for RE2's (github.com/google/re2,
 * "Syntax").  They are read here, what RE2 does not have is refused, and the
 * rest is put into the words in which PCRE2 means the same, which then matches
 * under limits that count the same everywhere.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <string.h>

#include "policy/cel_functions_internal.h"

#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT_KIB 4096
#define PATTERN_MAX 10000

/* --- Reading --- */

#define REPEAT_MAX 1000 /* RE2's. */

struct reader {
	struct bytes rest; /* Not read yet. */
	struct buffer out;
	bool repeated; /* What was read last is a quantifier, */
	bool lazy; /* with a ? behind it. */
};

static bool
is_one_of(uint8_t byte, const char *set)
{
	return byte != '\0' && strchr(set, byte) != NULL;
}

static void
take(struct reader *reader, size_t len)
{
	buffer_append(&reader->out, bytes_of(reader->rest.data, len));
	reader->rest = bytes_after(reader->rest, len);
}

/* Something else stands for what is next. */
static void
replace(struct reader *reader, size_t len, const char *with)
{
	buffer_text(&reader->out, with);
	reader->rest = bytes_after(reader->rest, len);
}

/* "\x41" or "\x{1F600}" */
static bool
read_hex(struct reader *reader)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	struct bytes rest = reader->rest;
	size_t len = 3;

	if (rest.len < 4)
		return false;
	if (rest.data[2] != '{') {
		if (!is_one_of(rest.data[2], digits) ||
		    !is_one_of(rest.data[3], digits))
			return false;
		take(reader, 4);
		return true;
	}
	while (len < rest.len && is_one_of(rest.data[len], digits))
		len++;
	if (len == 3 || len == rest.len || rest.data[len] != '}')
		return false;
	take(reader, len + 1);
	return true;
}

/* "\pL" or "\p{Greek}"; names in X are PCRE2's own. */
static bool
read_property(struct reader *reader)
{
	struct bytes rest = reader->rest;

	if (rest.len < 3 || rest.data[2] == 'X' ||
	    (rest.data[2] == '{' && rest.len > 3 && rest.data[3] == 'X'))
		return false;
	take(reader, 3);
	return true;
}

/* "\Q", the text, "\E" */
static void
read_quoted(struct reader *reader)
{
	size_t len = 2;

	while (len < reader->rest.len &&
	    !bytes_begin(bytes_after(reader->rest, len), "\\E"))
		len++;
	take(reader, len < reader->rest.len ? len + 2 : len);
}

/* A backslash and what it is before.  RE2's white space lacks \v, which is one
 * character there. */
static bool
read_escape(struct reader *reader, bool in_class)
{
	uint8_t byte = reader->rest.len < 2 ? '\0' : reader->rest.data[1];

	switch (byte) {
	case 's':
		replace(reader, 2,
		    in_class ? "\\t\\n\\f\\r\\x20" : "[\\t\\n\\f\\r\\x20]");
		return true;
	case 'S':
		replace(reader, 2,
		    in_class ? "\\S\\x0b" : "[^\\t\\n\\f\\r\\x20]");
		return true;
	case 'v':
		replace(reader, 2, "\\x0b");
		return true;
	case 'x':
		return read_hex(reader);
	case 'p':
	case 'P':
		return read_property(reader);
	case 'Q':
		if (in_class)
			return false;
		read_quoted(reader);
		return true;
	default:
		if (!is_one_of(byte,
			in_class ? "aftnrdDwW0" : "aftnrdDwW0AbBz") &&
		    !is_one_of(byte, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "))
			return false;
		take(reader, 2);
		return true;
	}
}

/* From '[' to ']'. */
static bool
read_class(struct reader *reader)
{
	take(reader, 1);
	if (bytes_begin(reader->rest, "^"))
		take(reader, 1);
	if (bytes_begin(reader->rest, "]"))
		take(reader, 1);
	while (reader->rest.len > 0 && reader->rest.data[0] != ']') {
		const uint8_t *end = NULL;

		if (bytes_begin(reader->rest, "[:"))
			end = memmem(reader->rest.data, reader->rest.len, ":]",
			    2);
		if (end != NULL)
			take(reader, (size_t)(end - reader->rest.data) + 2);
		else if (reader->rest.data[0] != '\\')
			take(reader, 1);
		else if (!read_escape(reader, true))
			return false;
	}
	if (reader->rest.len > 0)
		take(reader, 1);
	return true;
}

/* "?P<name>" or "?<name>": the length with the '(' before it, or 0. */
static size_t
name_len(struct bytes rest)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t begin = bytes_begin(rest, "(?P<") ? 4 : 3, len = begin;

	if (begin == 3 && !bytes_begin(rest, "(?<"))
		return 0;
	while (len < rest.len && is_one_of(rest.data[len], letters))
		len++;
	return len > begin && len < rest.len && rest.data[len] == '>' ? len + 1
								      : 0;
}

/* "(", "(?:", "(?i)", "(?P<name>": nothing else.  What a group is called does
 * not matter here. */
static bool
read_group(struct reader *reader)
{
	size_t named = name_len(reader->rest), len = 2;

	if (bytes_begin(reader->rest, "(*"))
		return false;
	if (named > 0) {
		replace(reader, named, "(?:");
		return true;
	}
	if (!bytes_begin(reader->rest, "(?")) {
		take(reader, 1);
		return true;
	}
	while (len < reader->rest.len &&
	    is_one_of(reader->rest.data[len], "imsU-"))
		len++;
	if (len == reader->rest.len || !is_one_of(reader->rest.data[len], ":)"))
		return false;
	take(reader, len + 1);
	return true;
}

/* The length of "{2}", "{2,}" or "{2,5}", or 0 if that is no quantifier;
 * *most is the larger number. */
static size_t
quantifier_len(struct bytes rest, unsigned *most)
{
	unsigned number[2] = { 0, 0 };
	size_t which = 0, digits = 0;

	for (size_t i = 1; i < rest.len; i++) {
		uint8_t byte = rest.data[i];

		if (byte >= '0' && byte <= '9') {
			digits++;
			if (number[which] <= REPEAT_MAX)
				number[which] =
				    number[which] * 10 + (byte - '0');
		} else if (byte == ',' && which == 0 && digits > 0) {
			which = 1;
		} else {
			*most = number[0] > number[1] ? number[0] : number[1];
			return byte == '}' && digits > 0 ? i + 1 : 0;
		}
	}
	return 0;
}

/* One on top of another would mean something else to PCRE2. */
static bool
read_quantifier(struct reader *reader, size_t len)
{
	if (reader->repeated && (reader->lazy || reader->rest.data[0] != '?'))
		return false;
	reader->lazy = reader->repeated;
	reader->repeated = true;
	take(reader, len);
	return true;
}

static bool
read_next(struct reader *reader)
{
	uint8_t byte = reader->rest.data[0];
	unsigned most = 0;
	size_t len = byte == '{' ? quantifier_len(reader->rest, &most)
				 : (size_t)is_one_of(byte, "*+?");

	if (len > 0)
		return most <= REPEAT_MAX && read_quantifier(reader, len);
	reader->repeated = reader->lazy = false;
	switch (byte) {
	case '\\':
		return read_escape(reader, false);
	case '[':
		return read_class(reader);
	case '(':
		return read_group(reader);
	case '{':
		replace(reader, 1, "\\{");
		return true;
	default:
		take(reader, 1);
		return true;
	}
}

/* The pattern for PCRE2; false if RE2 has no such pattern. */
static bool
read_pattern(struct bytes pattern, struct buffer *out)
{
	struct reader reader = { .rest = pattern, .out = *out };
	bool good = true;

	while (good && reader.rest.len > 0)
		good = read_next(&reader);
	*out = reader.out;
	return good && out->state == BUFFER_FINE;
}

/* --- Matching --- */

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

/* NULL if it is wrong: *where is then the place, or 0 for what RE2 does not
 * have. */
static pcre2_code *
compile(struct bytes pattern, PCRE2_SIZE *where, pcre2_compile_context *context)
{
	struct buffer out = buffer_new((size_t)PATTERN_MAX * 20);
	pcre2_code *code = NULL;
	int why;

	*where = 0;
	if (read_pattern(pattern, &out)) {
		code = pcre2_compile((PCRE2_SPTR)buffer_string(&out), out.len,
		    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY |
			PCRE2_NO_AUTO_CAPTURE,
		    &why, where, context);
		++*where;
	}
	buffer_free(&out);
	return code;
}

const struct cel_pattern *
cel_pattern_new(struct arena *arena, struct bytes pattern)
{
	struct cel_pattern *out = arena_take_uncounted(arena, sizeof *out);
	pcre2_general_context *memory =
	    pcre2_general_context_create(take_memory, leave_memory, arena);
	pcre2_compile_context *context;
	PCRE2_SIZE where;

	if (out == NULL || memory == NULL || pattern.len > PATTERN_MAX)
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
	if (!step(run, arg[0].text, arg[1].text.len))
		return cel_error("the expression takes too many steps");
	code = compile(arg[1].text, &where, NULL);
	if (code == NULL && where == 0)
		return cel_error("the pattern uses what RE2 does not have");
	if (code == NULL)
		return cel_errorf(run->arena,
		    "the pattern is wrong at character %zu", where);
	value = match(run, code, arg[0].text);
	pcre2_code_free(code);
	return value;
}
