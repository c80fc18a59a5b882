/* member.c: a value against the rows that describe it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/text.h"
#include "keys/public_key.h"
#include "ledger/kind_internal.h"

/*
 * Where a value stands, as a chain on the stack: nothing is written out
 * unless there is something to refuse.
 */
struct place {
	const struct place *up;
	const char *name; /* NULL for an item of a list. */
	size_t item;
	bool sealable; /* Of the first one: of all. */
};

static const struct {
	const char *word;
	const char *form;
} types[] = {
	[MEMBER_TEXT] = { "text", "a text that is not empty" },
	[MEMBER_NAME] = { "name",
	    "a name: letters, digits and . _ / -, "
	    "beginning with a letter or digit, at most 200 characters" },
	[MEMBER_DIGEST] = { "digest",
	    "a SHA-256 digest: 64 lower-case hex characters" },
	[MEMBER_NONCE] = { "nonce",
	    "128 random bits: 32 lower-case hex characters" },
	[MEMBER_COMMIT] = { "commit",
	    "a git commit: 40 or 64 lower-case hex characters" },
	[MEMBER_TIME] = { "time", "a time such as 2026-11-23T09:00:00.123Z" },
	[MEMBER_NUMBER] = { "number",
	    "a number, or the text NaN, Infinity or -Infinity" },
	[MEMBER_COUNT] = { "count",
	    "a whole number from 0 (beyond 2^53 as a text)" },
	[MEMBER_INTEGER] = { "whole number",
	    "a whole number (beyond 2^53 as a text)" },
	[MEMBER_BOOL] = { "true or false", "true or false" },
	[MEMBER_WORD] = { "word", "one of a few words" },
	[MEMBER_PUBLIC_KEY] = { "public key",
	    "a public key such as ssh-ed25519 AAAA…, without comment" },
	[MEMBER_SIGNATURE] = { "signature",
	    "an Ed25519 signature: 64 bytes in base64" },
	[MEMBER_SCALAR] = { "text, number, or true or false",
	    "a text, a number, true or false" },
	[MEMBER_ANY] = { "anything", "any JSON value" },
	[MEMBER_OBJECT] = { "object", "an object" },
	[MEMBER_LIST] = { "list", "a list" },
	[MEMBER_MAP] = { "map", "an object of free names" },
};

const char *
member_type_word(enum member_type type)
{
	return types[type].word;
}

const char *
member_type_form(enum member_type type)
{
	return types[type].form;
}

struct member_cursor
member_cursor_new(const struct member *const rows[])
{
	return (struct member_cursor){ rows, rows, rows[0], 0 };
}

static bool
is_row(const struct member *row, const char *name)
{
	return row->name != NULL && row->name[0] == name[0] &&
	    strcmp(row->name, name) == 0;
}

/* The row at the cursor was found: go one on, over the end of its table. */
static const struct member *
step(struct member_cursor *cursor, unsigned *number)
{
	const struct member *found = cursor->next++;

	*number = cursor->number++;
	if (cursor->next->name == NULL && cursor->table[1] != NULL)
		cursor->next = *++cursor->table;
	return found;
}

const struct member *
member_find(struct member_cursor *cursor, const char *name, unsigned *number)
{
	if (is_row(cursor->next, name))
		return step(cursor, number);
	*cursor = member_cursor_new(cursor->rows);
	for (; *cursor->table != NULL; cursor->table++)
		for (cursor->next = *cursor->table; cursor->next->name != NULL;
		     cursor->next++, cursor->number++)
			if (is_row(cursor->next, name))
				return step(cursor, number);
	*cursor = member_cursor_new(cursor->rows);
	return NULL;
}

/* ---- saying where ---- */

static void
place_write(struct buffer *out, const struct place *place)
{
	if (place->up == NULL) {
		buffer_text(out, place->name);
		return;
	}
	place_write(out, place->up);
	sealed_path_step(out, place->name, place->item);
}

/* Add the place to an error that was just set.  Returns -1. */
static int
misplaced(const struct place *place, struct error *err)
{
	struct buffer path = buffer_new(ERROR_WHERE_MAX);

	place_write(&path, place);
	error_within(err, "%s", buffer_string(&path));
	buffer_free(&path);
	return -1;
}

/* Refuse a value that has not the form of its type. */
static int
misshapen(const struct json *value, enum member_type type,
    const struct place *place, struct error *err)
{
	const char *text = json_text(value);

	if (text == NULL)
		error_set(err, ERROR_UNDECIDED, NULL,
		    "%s was found instead of %s",
		    json_type_name(json_type(value)), types[type].form);
	else if (*text == '\0')
		error_set(err, ERROR_UNDECIDED, NULL,
		    "an empty text was found instead of %s", types[type].form);
	else if (strlen(text) <= 100)
		error_set(err, ERROR_UNDECIDED, NULL, "\"%s\" is not %s", text,
		    types[type].form);
	else
		error_set(err, ERROR_UNDECIDED, NULL,
		    "a text of %zu bytes was found instead of %s", strlen(text),
		    types[type].form);
	return misplaced(place, err);
}

/* ---- single values ---- */

/* No early end, so that the compiler may look at many characters at once. */
static inline bool
is_hex(const char *text, size_t len)
{
	unsigned wrong = 0;

	if (strlen(text) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		wrong |= (unsigned)((uint8_t)(c - '0') > 9) &
		    (unsigned)((uint8_t)(c - 'a') > 5);
	}
	return wrong == 0;
}

static bool
is_not_finite(const char *text)
{
	return strcmp(text, "NaN") == 0 || strcmp(text, "Infinity") == 0 ||
	    strcmp(text, "-Infinity") == 0;
}

bool
member_is_big_integer(const char *text, bool negative)
{
	static const char least[] = "9007199254740993";
	static const char most[] = "9223372036854775807";
	size_t len;

	if (negative && *text == '-')
		text++;
	len = strspn(text, "0123456789");
	if (text[len] != '\0' || len < strlen(least) || len > strlen(most) ||
	    *text == '0')
		return false;
	if (len == strlen(least))
		return strcmp(text, least) >= 0;
	return len < strlen(most) || strcmp(text, most) <= 0;
}

static bool
is_whole(const struct json *value, bool negative)
{
	const char *text;

	if (json_is_integer(value))
		return negative || json_integer(value) >= 0;
	text = json_text(value);
	return text != NULL && member_is_big_integer(text, negative);
}

bool
member_is_number(const struct json *value)
{
	const char *text;

	if (json_type(value) == JSON_NUMBER)
		return true;
	text = json_text(value);
	return text != NULL && is_not_finite(text);
}

static bool
is_public_key(const char *text)
{
	struct public_key key;
	struct error ignored;

	return public_key_parse_exact(&key, bytes_of_text(text), &ignored) == 0;
}

/* A value of a type that is spelled as one text. */
static bool
is_text_of_type(const char *text, enum member_type type)
{
	uint8_t signature[SIGNATURE_LEN];
	int64_t ms;

	if (text == NULL)
		return false;
	switch (type) {
	case MEMBER_TEXT:
		return *text != '\0';
	case MEMBER_NAME:
		return text_is_name(bytes_of_text(text));
	case MEMBER_DIGEST:
		return is_hex(text, DIGEST_HEX_LEN);
	case MEMBER_NONCE:
		return is_hex(text, 32);
	case MEMBER_COMMIT:
		return is_hex(text, 40) || is_hex(text, 64);
	case MEMBER_TIME:
		return time_parse_exact(&ms, bytes_of_text(text));
	case MEMBER_PUBLIC_KEY:
		return is_public_key(text);
	case MEMBER_SIGNATURE:
		return base64_decode_fixed(signature, sizeof(signature),
		    bytes_of_text(text));
	default:
		return false;
	}
}

/* ---- words ---- */

static int
check_word(const struct json *value, const char *const words[],
    const struct place *place, struct error *err)
{
	const char *text = json_text(value), *nearest;
	struct buffer list;
	char remedy[100] = "";

	if (text == NULL)
		return misshapen(value, MEMBER_WORD, place, err);
	for (size_t i = 0; words[i] != NULL; i++)
		if (strcmp(text, words[i]) == 0)
			return 0;
	list = buffer_new(ERROR_WHAT_MAX);
	for (size_t i = 0; words[i] != NULL; i++)
		buffer_printf(&list, "%s%s", i == 0 ? "" : ", ", words[i]);
	nearest = text_nearest(text, words);
	if (nearest != NULL)
		(void)snprintf(remedy, sizeof(remedy), "did you mean \"%s\"?",
		    nearest);
	error_set(err, ERROR_UNDECIDED, remedy, "\"%s\" is not one of: %s",
	    strlen(text) <= 100 ? text : "a long text", buffer_string(&list));
	buffer_free(&list);
	return misplaced(place, err);
}

/* ---- composed values ---- */

static bool
has_index(const struct member *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (rows->index != INDEX_NOTHING || has_index(rows->members))
			return true;
	return false;
}

static bool
needs_what_is_open(const struct member *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (rows->required && !member_is_sealable(rows, rows->type))
			return true;
	return false;
}

/* Of the two values of index that a sealed value is simply missing from. */
static bool
is_indexed_by_name(const struct member *row)
{
	return row->index == INDEX_PARAMETERS || row->index == INDEX_METRICS;
}

bool
member_is_sealable(const struct member *row, enum member_type type)
{
	if (row->index != INDEX_NOTHING && !is_indexed_by_name(row))
		return false;
	switch (type) {
	case MEMBER_TEXT:
	case MEMBER_COMMIT:
	case MEMBER_NUMBER:
	case MEMBER_COUNT:
	case MEMBER_INTEGER:
	case MEMBER_SCALAR:
	case MEMBER_ANY:
		return true;
	case MEMBER_OBJECT:
		return !has_index(row->members) &&
		    !needs_what_is_open(row->members);
	case MEMBER_LIST:
	case MEMBER_MAP:
		return row->element == MEMBER_LIST ||
		    row->element == MEMBER_MAP ||
		    member_is_sealable(row, row->element);
	default:
		return false;
	}
}

static int check_value(const struct json *value, const struct member *row,
    enum member_type type, const struct place *place, struct error *err);

/* A name of the author's own in a map: 1 to LIMIT_NAME bytes, no control
 * characters (U+0000-001F, U+007F-009F), not the mark of a sealed value. */
static bool
is_free_name(const char *name)
{
	size_t len = strlen(name);
	const unsigned char *p = (const unsigned char *)name;

	if (len == 0 || len > LIMIT_NAME)
		return false;
	for (; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f ||
		    (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f))
			return false;
	return *name != '$' || strcmp(name, SEALED_NAME) != 0;
}

static int
check_free_name(const struct place *place, struct error *err)
{
	if (is_free_name(place->name))
		return 0;
	if (strcmp(place->name, SEALED_NAME) == 0)
		error_set(err, ERROR_UNDECIDED, "use another name",
		    "the name \"%s\" is kept for sealed values", SEALED_NAME);
	else
		error_set(err, ERROR_UNDECIDED, NULL,
		    "a name here has 1 to %d bytes and no control characters",
		    LIMIT_NAME);
	return misplaced(place, err);
}

static bool
all_sealable(const struct place *place)
{
	while (place->up != NULL)
		place = place->up;
	return place->sealable;
}

/* A value that says it is sealed: may it be, and is it spelled so? */
static int
check_sealed(const struct json *value, bool may, const struct place *place,
    struct error *err)
{
	struct digest ignored;

	if (!may)
		error_set(err, ERROR_UNDECIDED, "say it openly",
		    "what authority, lineage or rules rest on cannot be "
		    "sealed");
	else if (sealed_is(value, &ignored))
		return 0;
	else
		error_set(err, ERROR_UNDECIDED, NULL,
		    "a sealed value is {\"" SEALED_NAME
		    "\": a SHA-256 digest in base64url} and nothing else");
	return misplaced(place, err);
}

static int
check_any(const struct json *value, const struct place *place,
    struct error *err)
{
	struct place here = { place, NULL, 0, false };
	bool named = json_type(value) == JSON_OBJECT;
	const struct json *child;

	for (child = json_first(value); child != NULL;
	     child = json_next(child), here.item++) {
		if (named) {
			here.name = json_name(child);
			if (strcmp(here.name, SEALED_NAME) == 0)
				return check_sealed(value, all_sealable(place),
				    place, err);
		}
		if (check_any(child, &here, err) == -1)
			return -1;
	}
	return 0;
}

/* What a list or map holds.  A list of lists holds anything inside those. */
static int
check_element(const struct json *value, const struct member *row,
    const struct place *place, struct error *err)
{
	enum json_type wanted = row->element == MEMBER_LIST ? JSON_LIST
							    : JSON_OBJECT;

	if (row->element != MEMBER_LIST && row->element != MEMBER_MAP)
		return check_value(value, row, row->element, place, err);
	if (json_type(value) != wanted)
		return misshapen(value, row->element, place, err);
	return check_any(value, place, err);
}

static int
check_list(const struct json *value, const struct member *row,
    const struct place *place, struct error *err)
{
	struct place here = { place, NULL, 0, false };
	const struct json *child;

	if (json_type(value) != JSON_LIST)
		return misshapen(value, MEMBER_LIST, place, err);
	for (child = json_first(value); child != NULL;
	     child = json_next(child), here.item++)
		if (check_element(child, row, &here, err) == -1)
			return -1;
	return 0;
}

static int
check_map(const struct json *value, const struct member *row,
    const struct place *place, struct error *err)
{
	struct place here = { place, NULL, 0, false };
	const struct json *child;

	if (json_type(value) != JSON_OBJECT)
		return misshapen(value, MEMBER_MAP, place, err);
	for (child = json_first(value); child != NULL;
	     child = json_next(child)) {
		here.name = json_name(child);
		if (check_free_name(&here, err) == -1 ||
		    check_element(child, row, &here, err) == -1)
			return -1;
	}
	return 0;
}

static int
unknown_member(const char *name, const struct member *const rows[],
    const struct place *place, struct error *err)
{
	const char *names[MEMBER_ROWS_MAX + 1], *nearest;
	char remedy[300] = "";
	size_t n = 0;

	for (; *rows != NULL; rows++)
		for (const struct member *row = *rows;
		     row->name != NULL && n < MEMBER_ROWS_MAX; row++)
			names[n++] = row->name;
	names[n] = NULL;
	nearest = text_nearest(name, names);
	if (nearest != NULL)
		(void)snprintf(remedy, sizeof(remedy), "did you mean \"%s\"?",
		    nearest);
	error_set(err, ERROR_UNDECIDED, remedy, "\"%s\" is not a member here",
	    strlen(name) <= 100 ? name : "(a long name)");
	return misplaced(place, err);
}

static int
missing_member(const struct member *const rows[], uint64_t seen,
    const struct place *place, struct error *err)
{
	char remedy[300];
	unsigned n = 0;

	for (; *rows != NULL; rows++)
		for (const struct member *row = *rows; row->name != NULL;
		     row++, n++) {
			if (!row->required || (seen & UINT64_C(1) << n) != 0)
				continue;
			(void)snprintf(remedy, sizeof(remedy),
			    "add \"%s\", %s: %s", row->name,
			    types[row->type].form, row->sentence);
			error_set(err, ERROR_UNDECIDED, remedy,
			    "the member \"%s\" is missing", row->name);
			return misplaced(place, err);
		}
	return 0;
}

/* The members from `child' on. */
static int
check_members(const struct json *child, const struct member *const rows[],
    const struct place *place, struct error *err)
{
	struct member_cursor cursor = member_cursor_new(rows);
	struct place here = { place, NULL, 0, false };
	uint64_t seen = 0;
	unsigned number = 0;

	for (; child != NULL; child = json_next(child)) {
		const struct member *row;

		here.name = json_name(child);
		row = member_find(&cursor, here.name, &number);
		if (row == NULL)
			return unknown_member(here.name, rows, place, err);
		if ((seen & UINT64_C(1) << number) != 0) {
			error_set(err, ERROR_UNDECIDED, "leave one out",
			    "the member \"%s\" is there twice", here.name);
			return misplaced(place, err);
		}
		seen |= UINT64_C(1) << number;
		if (check_value(child, row, row->type, &here, err) == -1)
			return -1;
	}
	return missing_member(rows, seen, place, err);
}

static int
check_object(const struct json *value, const struct member *row,
    const struct place *place, struct error *err)
{
	const struct member *const rows[] = { row->members, NULL };

	if (json_type(value) != JSON_OBJECT)
		return misshapen(value, MEMBER_OBJECT, place, err);
	return check_members(json_first(value), rows, place, err);
}

/* `row' says what is inside; `type' is the row's own or its element's. */
static int
check_value(const struct json *value, const struct member *row,
    enum member_type type, const struct place *place, struct error *err)
{
	bool fine;

	if (sealed_looks_so(value))
		return check_sealed(value,
		    all_sealable(place) && member_is_sealable(row, type), place,
		    err);
	switch (type) {
	case MEMBER_NUMBER:
		fine = member_is_number(value);
		break;
	case MEMBER_COUNT:
		fine = is_whole(value, false);
		break;
	case MEMBER_INTEGER:
		fine = is_whole(value, true);
		break;
	case MEMBER_BOOL:
		fine = json_type(value) == JSON_BOOL;
		break;
	case MEMBER_SCALAR:
		fine = json_type(value) == JSON_TEXT ||
		    json_type(value) == JSON_NUMBER ||
		    json_type(value) == JSON_BOOL;
		break;
	case MEMBER_WORD:
		return check_word(value, row->words, place, err);
	case MEMBER_ANY:
		return check_any(value, place, err);
	case MEMBER_OBJECT:
		return check_object(value, row, place, err);
	case MEMBER_LIST:
		return check_list(value, row, place, err);
	case MEMBER_MAP:
		return check_map(value, row, place, err);
	default:
		fine = is_text_of_type(json_text(value), type);
		break;
	}
	return fine ? 0 : misshapen(value, type, place, err);
}

int
member_check_object(const struct json *object,
    const struct member *const rows[], const char *path, struct error *err)
{
	const struct place place = { NULL, path, 0, false };

	if (json_type(object) != JSON_OBJECT)
		return misshapen(object, MEMBER_OBJECT, &place, err);
	return check_members(json_first(object), rows, &place, err);
}

int
member_check_rest(const struct json *first, const struct member *const rows[],
    const char *path, bool sealable, struct error *err)
{
	const struct place place = { NULL, path, 0, sealable };

	return check_members(first, rows, &place, err);
}
