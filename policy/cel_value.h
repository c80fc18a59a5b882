/* cel_value.h: the values of the Common Expression Language. */
#ifndef POLICY_CEL_VALUE_H
#define POLICY_CEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/bytes.h"

/* google/cel-spec, doc/langdef.md, "Values". */
enum cel_type {
	CEL_ERROR, /* Not a value of the language: what stands for none. */
	CEL_NULL,
	CEL_BOOL,
	CEL_INT,
	CEL_UINT,
	CEL_DOUBLE,
	CEL_STRING,
	CEL_BYTES,
	CEL_LIST,
	CEL_MAP,
	CEL_TIMESTAMP,
	CEL_DURATION,
	CEL_TYPE,
	CEL_OPTIONAL,
};

/* Since 1970 UTC, or a length; nanos has the sign of seconds if negative. */
struct cel_time {
	int64_t seconds;
	int32_t nanos;
};

struct cel_list;
struct cel_map;
struct cel_value {
	enum cel_type type;
	/* CEL_ERROR: offset in the expression and 1, or 0; with a mark when what
	 * was asked for is not there. */
	uint32_t position;
	union {
		bool boolean;
		int64_t integer;
		uint64_t natural;
		double number;
		struct bytes
		    text; /* STRING, BYTES; TYPE: its name; ERROR: why. */
		const struct cel_list *list;
		const struct cel_map *map;
		struct cel_time time; /* TIMESTAMP, DURATION */
		const struct cel_value *inner; /* OPTIONAL; NULL is none. */
	};
};

struct cel_list {
	size_t count;
	const struct cel_value *item;
	/* Or NULL: the host's, which finds items without going over them. */
	const struct cel_finder *finder;
};

/*
 * Members of the host's that are made when they are looked at.  The map is
 * filled in once, by fill; before that, find may know a member, or that there
 * is none: so that what nobody asks for is never read.
 */
struct cel_map;
struct cel_lazy {
	/* Called each time that something looks into it. */
	void (*touch)(struct cel_lazy *lazy);
	/* true when it is known: *value is then the member or NULL. */
	bool (*find)(struct cel_lazy *lazy, struct bytes name,
	    const struct cel_value **value);
	void (*fill)(struct cel_lazy *lazy, struct cel_map *map);
};

/*
 * The numbers of the items whose member `name' equals a value, in order; as
 * if each were compared.  False when it cannot say so: some item lacks it.
 */
struct cel_finder {
	bool (*equal)(const struct cel_finder *finder, struct bytes name,
	    const struct cel_value *value, const uint32_t **item,
	    size_t *count);
};

/* Keys are bool, int, uint or string, no two equal. */
struct cel_map {
	size_t count;
	const struct cel_value *key;
	const struct cel_value *value;
	const uint32_t *slot; /* Hash table of numbers + 1; NULL if small. */
	size_t slot_count; /* A power of two. */
	struct cel_lazy *lazy; /* Or NULL. */
	bool filled; /* What is above is there. */
};

#define CEL_ERROR_MISSING ((uint32_t)1 << 31)

/* Values without content of their own. */
struct cel_value cel_null(void);
struct cel_value cel_bool(bool boolean);
struct cel_value cel_int(int64_t integer);
struct cel_value cel_uint(uint64_t natural);
struct cel_value cel_double(double number);
struct cel_value cel_string(struct bytes text); /* Borrowed. */
struct cel_value cel_bytes(struct bytes bytes); /* Borrowed. */
/* A type by its name in the language: "int", "list"; a static text. */
struct cel_value cel_type(const char *name);
struct cel_value cel_error(const char *why); /* A static text. */
/* A message made in the arena, as by printf. */
struct cel_value cel_errorf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Containers made in the arena from items that live as long.  A map with two
 * equal keys, or a key of another type, is an error. */
struct cel_value cel_list(struct arena *arena, const struct cel_value *item,
    size_t count);
struct cel_value cel_map(struct arena *arena, const struct cel_value *key,
    const struct cel_value *value, size_t count);
struct cel_value cel_optional(struct arena *arena,
    const struct cel_value *inner);

/* Fill in a map that the host makes on demand; before its members are gone
 * over.  Lists may hold such maps. */
void cel_map_fill(const struct cel_map *map);

/* The value under a key (numbers compare across their types), or NULL. */
const struct cel_value *cel_map_find(const struct cel_map *map,
    const struct cel_value *key);

/* The value under a text in a map that is not the host's, or NULL; hash is
 * cel_text_hash of the text. */
const struct cel_value *cel_map_member(const struct cel_map *map,
    struct bytes name, uint64_t hash);
uint64_t cel_text_hash(struct bytes text);

/* Equality of the language: numbers across types, containers by content,
 * different types are unequal. */
bool cel_equal(const struct cel_value *a, const struct cel_value *b);

/* -1, 0 or 1 for two values of types that have an order; *ordered is false
 * for others, and for NaN. */
int cel_compare(const struct cel_value *a, const struct cel_value *b,
    bool *ordered);

/* "int", "list", "google.protobuf.Timestamp": what type(x) is. */
const char *cel_type_name(enum cel_type type);

/* A value for people, in the language's own spelling. */
void cel_write(struct buffer *out, const struct cel_value *value);

#endif
