/*
 * The one pass that decides whether a text is the JSON we accept.  It builds
 * nothing; cJSON, which is more lenient, sees a text only after this.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/json_internal.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text_internal.h"

/* Objects up to this size are searched for a name by comparing. */
#define COMPARED_MAX 16
/* Names of the objects under way that need no memory of their own. */
#define NAMES_FIRST 96
/* How much of a name a message shows. */
#define NAME_SHOWN 60

/* A member's name: as written, and how long it is without escapes. */
struct name {
	const uint8_t *at;
	size_t written_len;
	size_t len;
};

/* The names of the objects under way, outermost first. */
struct names {
	struct name *list; /* first, or memory of its own. */
	size_t count;
	size_t capacity;
	struct name first[NAMES_FIRST];
};

struct scan {
	const uint8_t *start;
	const uint8_t *at;
	const uint8_t *end;
	int depth;
	struct error *err;
	struct names names;
};

static int scan_value(struct scan *scan);

/* Lines and characters before `at', both from 1. */
static void
place_of(const struct scan *scan, const uint8_t *at, size_t *line,
    size_t *column)
{
	*line = *column = 1;
	for (const uint8_t *p = scan->start; p < at; p++) {
		if (*p == '\n') {
			++*line;
			*column = 1;
		} else if ((*p & 0xC0) != 0x80) {
			++*column;
		}
	}
}

static int __attribute__((format(printf, 4, 5))) fail(struct scan *scan,
    const uint8_t *at, const char *remedy, const char *format, ...)
{
	char what[200];
	size_t line, column;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	place_of(scan, at, &line, &column);
	error_set(scan->err, ERROR_UNDECIDED, remedy, "%s", what);
	return error_within(scan->err, "line %zu, column %zu", line, column);
}

/* What was expected, and what is there instead. */
static int
fail_expected(struct scan *scan, const char *expected)
{
	uint32_t code;

	if (scan->at == scan->end)
		return fail(scan, scan->at, NULL,
		    "the text ends where %s was expected", expected);
	if (text_decode(&code, scan->at, (size_t)(scan->end - scan->at)) == 0)
		return fail(scan, scan->at, "save it as UTF-8",
		    "ill-formed UTF-8 stands where %s was expected", expected);
	if (text_is_hidden(code))
		return fail(scan, scan->at, NULL,
		    "U+%04" PRIX32 " stands where %s was expected", code,
		    expected);
	return fail(scan, scan->at, NULL, "`%.*s' stands where %s was expected",
	    (int)text_decode(&code, scan->at, (size_t)(scan->end - scan->at)),
	    (const char *)scan->at, expected);
}

static inline void
skip_space(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at <= ' ' &&
	    (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\t' ||
		*scan->at == '\r'))
		scan->at++;
}

/* Four hex digits in either case; false if there are none. */
static bool
read_hex4(uint32_t *unit, const uint8_t *at, const uint8_t *end)
{
	*unit = 0;
	if (end - at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		uint32_t c = at[i], digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			digit = (c | 32) - 'a' + 10;
		else
			return false;
		*unit = *unit << 4 | digit;
	}
	return true;
}

/* The code point of \uXXXX, or of a pair of them; *at is behind the u. */
static const char *
read_unicode_escape(const uint8_t **at, const uint8_t *end, uint32_t *code)
{
	uint32_t high, low;

	if (!read_hex4(&high, *at, end))
		return "\\u lacks its four hex digits";
	*at += 4;
	*code = high;
	if (high == 0)
		return "U+0000 is not allowed in a text";
	if (high < 0xD800 || high > 0xDFFF)
		return text_is_noncharacter(high)
		    ? "an escape is a noncharacter"
		    : NULL;
	if (high > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' ||
	    (*at)[1] != 'u' || !read_hex4(&low, *at + 2, end) || low < 0xDC00 ||
	    low > 0xDFFF)
		return "an escape is half of a surrogate pair";
	*at += 6;
	*code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
	return text_is_noncharacter(*code) ? "an escape is a noncharacter"
					   : NULL;
}

/* The code point of an escape; *at is at the backslash and moves behind. */
static const char *
read_escape(const uint8_t **at, const uint8_t *end, uint32_t *code)
{
	if (end - *at < 2)
		return "the text ends within an escape";
	*at += 2;
	switch ((*at)[-1]) {
	case '"':
	case '\\':
	case '/':
		*code = (*at)[-1];
		return NULL;
	case 'b':
		*code = '\b';
		return NULL;
	case 'f':
		*code = '\f';
		return NULL;
	case 'n':
		*code = '\n';
		return NULL;
	case 'r':
		*code = '\r';
		return NULL;
	case 't':
		*code = '\t';
		return NULL;
	case 'u':
		return read_unicode_escape(at, end, code);
	default:
		return "a backslash begins no escape there is";
	}
}

/* One character that json_skip_plain stops at, other than the quote. */
static int
scan_special(struct scan *scan, size_t *shrink)
{
	const uint8_t *at = scan->at;
	uint32_t code;
	uint8_t encoded[4];
	size_t step;

	if (at == scan->end)
		return fail(scan, at, NULL, "the text ends within a string");
	if (*at == '\\') {
		const char *what = read_escape(&scan->at, scan->end, &code);

		if (what != NULL)
			return fail(scan, at, NULL, "%s", what);
		*shrink += (size_t)(scan->at - at) - text_encode(encoded, code);
		return 0;
	}
	if (*at < 0x20)
		return fail(scan, at,
		    "write it as an escape, such as \\n or "
		    "\\u001b",
		    "a control character stands bare in a string");
	step = text_decode(&code, at, (size_t)(scan->end - at));
	if (step == 0)
		return fail(scan, at, "save it as UTF-8", "ill-formed UTF-8");
	if (text_is_noncharacter(code))
		return fail(scan, at, NULL, "U+%04" PRIX32 " is a noncharacter",
		    code);
	scan->at += step;
	return 0;
}

/* A string; scan->at is at its quote.  What it says goes to *name. */
static int
scan_string(struct scan *scan, struct name *name)
{
	const uint8_t *start = ++scan->at;
	size_t shrink = 0;

	for (;;) {
		scan->at = json_skip_plain(scan->at, scan->end);
		if (scan->at < scan->end && *scan->at == '"')
			break;
		if (scan_special(scan, &shrink) != 0)
			return -1;
	}
	name->at = start;
	name->written_len = (size_t)(scan->at++ - start);
	name->len = name->written_len - shrink;
	return 0;
}

/* Reads a name byte by byte, without its escapes. */
struct name_reader {
	const uint8_t *at;
	const uint8_t *end;
	uint8_t encoded[4];
	size_t next, count;
};

static uint8_t
name_byte(struct name_reader *reader)
{
	uint32_t code = 0;

	if (reader->next < reader->count)
		return reader->encoded[reader->next++];
	if (*reader->at != '\\')
		return *reader->at++;
	/* Every escape was checked when the name was scanned. */
	(void)read_escape(&reader->at, reader->end, &code);
	reader->count = text_encode(reader->encoded, code);
	reader->next = 1;
	return reader->encoded[0];
}

/* Shorter names first, then by their bytes: quick, and any order will do. */
static int
name_compare(const struct name *a, const struct name *b)
{
	struct name_reader x = { .at = a->at, .end = a->at + a->written_len };
	struct name_reader y = { .at = b->at, .end = b->at + b->written_len };

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (a->len == a->written_len && b->len == b->written_len)
		return memcmp(a->at, b->at, a->len);
	for (size_t i = 0; i < a->len; i++) {
		uint8_t c = name_byte(&x), d = name_byte(&y);

		if (c != d)
			return c < d ? -1 : 1;
	}
	return 0;
}

/* name_compare, and equal names in the order of the text. */
static int
name_order(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = name_compare(x, y);

	if (order != 0)
		return order;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int
fail_duplicate(struct scan *scan, const struct name *name)
{
	int shown = name->written_len < NAME_SHOWN ? (int)name->written_len
						   : NAME_SHOWN;

	/* Not through the middle of a character. */
	while (shown < (int)name->written_len && shown > 0 &&
	    (name->at[shown] & 0xC0) == 0x80)
		shown--;
	return fail(scan, name->at - 1, "keep one of them",
	    "the member \"%.*s%s\" is there twice", shown,
	    (const char *)name->at,
	    shown < (int)name->written_len ? "..." : "");
}

static int
names_push(struct scan *scan, struct name name)
{
	struct names *names = &scan->names;

	if (names->count == names->capacity) {
		bool first = names->list == names->first;
		struct name *list = memory_grow(first ? NULL : names->list,
		    &names->capacity, names->count + 1, sizeof(*list));

		if (list == NULL)
			return error_memory(scan->err);
		if (first)
			memcpy(list, names->first, sizeof(names->first));
		names->list = list;
	}
	names->list[names->count++] = name;
	return 0;
}

/* Enter a name into the object whose names begin at `base'. */
static int
names_enter(struct scan *scan, size_t base, const struct name *name)
{
	const struct names *names = &scan->names;

	if (names->count - base < COMPARED_MAX)
		for (size_t i = base; i < names->count; i++)
			if (names->list[i].len == name->len &&
			    name_compare(&names->list[i], name) == 0)
				return fail_duplicate(scan, name);
	return names_push(scan, *name);
}

/* Leave the object whose names begin at `base', with a last look at them. */
static int
names_leave(struct scan *scan, size_t base)
{
	struct name *list = scan->names.list + base;
	size_t count = scan->names.count - base;
	const struct name *twice = NULL;

	scan->names.count = base;
	if (count <= COMPARED_MAX)
		return 0;
	qsort(list, count, sizeof(*list), name_order);
	for (size_t i = 1; i < count; i++)
		if (name_compare(&list[i - 1], &list[i]) == 0 &&
		    (twice == NULL || list[i].at < twice->at))
			twice = &list[i];
	return twice == NULL ? 0 : fail_duplicate(scan, twice);
}

/* Behind a child: true if another follows, false at the end or on failure. */
static bool
another(struct scan *scan, uint8_t close, const char *expected, int *result)
{
	skip_space(scan);
	if (scan->at < scan->end && *scan->at == ',') {
		scan->at++;
		skip_space(scan);
		return true;
	}
	if (scan->at < scan->end && *scan->at == close) {
		scan->at++;
		*result = 0;
	} else {
		*result = fail_expected(scan, expected);
	}
	return false;
}

static int
scan_member(struct scan *scan, size_t base)
{
	struct name name;

	if (scan->at == scan->end || *scan->at != '"')
		return fail_expected(scan, "a member's name in quotes");
	if (scan_string(scan, &name) != 0 ||
	    names_enter(scan, base, &name) != 0)
		return -1;
	skip_space(scan);
	if (scan->at == scan->end || *scan->at != ':')
		return fail_expected(scan, "a colon");
	scan->at++;
	skip_space(scan);
	return scan_value(scan);
}

/* An object; scan->at is behind its brace. */
static int
scan_object(struct scan *scan)
{
	size_t base = scan->names.count;
	int result = -1;

	skip_space(scan);
	if (scan->at < scan->end && *scan->at == '}') {
		scan->at++;
		return 0;
	}
	do
		if (scan_member(scan, base) != 0)
			return -1;
	while (another(scan, '}', "a comma or a closing brace", &result));
	return result != 0 ? -1 : names_leave(scan, base);
}

/* A list; scan->at is behind its bracket. */
static int
scan_list(struct scan *scan)
{
	int result = -1;

	skip_space(scan);
	if (scan->at < scan->end && *scan->at == ']') {
		scan->at++;
		return 0;
	}
	do
		if (scan_value(scan) != 0)
			return -1;
	while (another(scan, ']', "a comma or a closing bracket", &result));
	return result;
}

static int
scan_container(struct scan *scan)
{
	int result;

	if (scan->depth == LIMIT_JSON_DEPTH)
		return fail(scan, scan->at, "make it flatter",
		    "lists and objects are nested deeper than %d",
		    LIMIT_JSON_DEPTH);
	scan->depth++;
	result = *scan->at++ == '{' ? scan_object(scan) : scan_list(scan);
	scan->depth--;
	return result;
}

static int
scan_word(struct scan *scan, const char *word)
{
	if (!bytes_begin(bytes_of(scan->at, (size_t)(scan->end - scan->at)),
		word))
		return fail_expected(scan, "a value");
	scan->at += strlen(word);
	return 0;
}

static int
scan_number(struct scan *scan)
{
	const char *what, *remedy;
	const uint8_t *end =
	    json_number_end(scan->at, scan->end, &what, &remedy);

	if (end == NULL)
		return fail(scan, scan->at, remedy, "%s", what);
	scan->at = end;
	return 0;
}

static int
scan_value(struct scan *scan)
{
	struct name unused;

	if (scan->at == scan->end)
		return fail_expected(scan, "a value");
	switch (*scan->at) {
	case '"':
		return scan_string(scan, &unused);
	case '{':
	case '[':
		return scan_container(scan);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		return scan_number(scan);
	default:
		return fail_expected(scan, "a value");
	}
}

static int
scan_text(struct scan *scan)
{
	if (bytes_begin(bytes_of(scan->at, (size_t)(scan->end - scan->at)),
		"\xEF\xBB\xBF"))
		return fail(scan, scan->at, "save it as UTF-8 without one",
		    "the text begins with a byte order mark");
	skip_space(scan);
	if (scan_value(scan) != 0)
		return -1;
	skip_space(scan);
	if (scan->at < scan->end)
		return fail_expected(scan, "the end of the text");
	return 0;
}

/* Not by an initialiser: it would clear the first names for nothing. */
static void
scan_begin(struct scan *scan, struct bytes text, struct error *err)
{
	scan->start = scan->at = text.data;
	scan->end = text.data + text.len;
	scan->depth = 0;
	scan->err = err;
	scan->names.list = scan->names.first;
	scan->names.count = 0;
	scan->names.capacity = NAMES_FIRST;
}

int
json_check(struct bytes text, struct error *err)
{
	struct scan scan;
	int result;

	scan_begin(&scan, text.len == 0 ? bytes_of_text("") : text, err);
	result = scan_text(&scan);
	if (scan.names.list != scan.names.first)
		memory_free(scan.names.list);
	return result;
}
