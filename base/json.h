/* json.h: strict JSON trees: read, build, write. The one door to cJSON. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"

/*
 * A value in a tree; a cJSON node under another name, so that one room knows
 * the library.  A tree has one owner: whoever holds its root.
 */
struct json;

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_TEXT,
	JSON_LIST,
	JSON_OBJECT,
};

/*
 * Read one value, strictly I-JSON (RFC 7493) and a little more: refused, with
 * line and column in err->where, are duplicate members, ill-formed UTF-8,
 * lone surrogates, noncharacters, U+0000, nesting over LIMIT_JSON_DEPTH,
 * bytes after the value, a byte order mark, NaN and infinities, and numbers
 * that a double would not give back: more than 17 significant digits (zeros
 * at the end do not count), digits that do not survive, integers beyond 2^53
 * (unless with a point or exponent: 1e20), overflow, underflow, and numbers
 * written with more than 60 characters.  White space is RFC 8259's.
 */
int json_parse(struct json **out, struct bytes text, struct error *err);

/* Only the checks of json_parse, without a tree. */
int json_check(struct bytes text, struct error *err);

void json_free(struct json *value);

/* What a value is. */
enum json_type json_type(const struct json *value);
/* "a text", "a number", … for messages. */
const char *json_type_name(enum json_type type);

/* The member of an object, or NULL if absent or not an object. */
const struct json *json_member(const struct json *object, const char *name);
/* Walking lists and objects: first child (or NULL), next sibling (or NULL),
 * the name of a child of an object, and how many children there are. */
const struct json *json_first(const struct json *value);
const struct json *json_next(const struct json *value);
const char *json_name(const struct json *value);
size_t json_count(const struct json *value);

/* The content of a value of that type; asking another type gives NULL, 0,
 * false.  json_integer is for numbers that are whole: see json_is_integer. */
const char *json_text(const struct json *value);
double json_number(const struct json *value);
bool json_bool(const struct json *value);
bool json_is_integer(const struct json *value); /* whole, |x| <= 2^53 */
int64_t json_integer(const struct json *value);

/* json_member then json_text: NULL unless it is there and a text. */
const char *json_member_text(const struct json *object, const char *name);

/*
 * Building.  Each returns the new value, owned by the caller until it is put
 * into a tree, or NULL without memory.  Texts are copied; a NUL within one
 * becomes U+FFFD.
 */
struct json *json_new_object(void);
struct json *json_new_list(void);
struct json *json_new_text(const char *text);
struct json *json_new_text_of(struct bytes text);
/* Not finite: the text NaN, Infinity or -Infinity. */
struct json *json_new_number(double number);
struct json *json_new_integer(int64_t number); /* beyond 2^53: a text */
struct json *json_new_bool(bool value);
struct json *json_new_null(void);
struct json *json_copy(const struct json *value);

/*
 * Put `child' at the end of an object or list, which owns it from then on.
 * A NULL child or parent, or no memory, gives -1 and frees the child: so
 * that json_put(object, "n", json_new_number(3), err) needs one check.
 * The caller sees to it that no name is put twice.
 */
int json_put(struct json *object, const char *name, struct json *child,
    struct error *err);
int json_push(struct json *list, struct json *child, struct error *err);

/*
 * Put `with' in the place of a child of an object or list, which is freed; an
 * object's member keeps its name.  A NULL `with' or no memory gives -1; then
 * `with' is freed and the child stays.  An arena's tree takes only what was
 * made in the arena, and the other way round.
 */
int json_replace(struct json *parent, const struct json *child,
    struct json *with, struct error *err);

/* Take a member out of an object; the caller owns it.  NULL if absent. */
struct json *json_take(struct json *object, const char *name);

/*
 * Append the value in its one spelling: members in tree order, no white
 * space, texts with the shortest escapes (\" \\ \b \f \n \r \t, \u00XX for
 * other controls, everything else as UTF-8), whole numbers up to 2^53 without
 * point or exponent, others by the shortest of %.15g, %.16g, %.17g that reads
 * back, with ".0" behind should that have neither point nor exponent.  -0 is
 * 0.  What no JSON text may hold (ill-formed bytes, U+0000, noncharacters)
 * becomes U+FFFD, so that what is written can always be read.
 * json_write_pretty indents by two spaces, for people.
 */
void json_write(struct buffer *out, const struct json *value);
void json_write_pretty(struct buffer *out, const struct json *value);
/* One text in that spelling, with its quotes. */
void json_write_text(struct buffer *out, struct bytes text);
/* One number in that spelling; not finite gives the quoted word. */
void json_write_number(struct buffer *out, double number);

/*
 * Many small trees: between json_arena_begin and json_arena_end trees of
 * this thread are cut from the arena and json_free of them does nothing,
 * then or later; json_arena_reset forgets them all at once.  Nothing built
 * inside outlives the reset, or is put into a tree from outside.  Not nested.
 */
struct json_arena;
int json_arena_new(struct json_arena **out, struct error *err);
void json_arena_free(struct json_arena *arena);
void json_arena_begin(struct json_arena *arena);
void json_arena_end(void);
void json_arena_reset(struct json_arena *arena);

#endif
