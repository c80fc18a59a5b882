/* yaml.h: files that people write, as trees.  The one door to libyaml. */
#ifndef POLICY_YAML_H
#define POLICY_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/json.h"

/*
 * YAML 1.2 with the core schema (YAML 1.2.2, section 10.3): `on', `yes' and
 * dates are texts.  One document.  Refused, with line and column in
 * err->where: duplicate keys, keys that are not texts, tags, nesting over 50,
 * more than 100,000 nodes with aliases counted as often as they stand for
 * something, texts over 1 MiB, and what is not UTF-8.
 */
enum yaml_type {
	YAML_NULL,
	YAML_BOOL,
	YAML_NUMBER,
	YAML_TEXT,
	YAML_LIST,
	YAML_MAP,
};

struct yaml {
	enum yaml_type type;
	size_t line; /* From 1. */
	size_t column;
	struct bytes text; /* TEXT; as written for others.  NUL behind. */
	double number;
	bool boolean;
	bool quoted; /* A text in quotes. */
	bool block; /* A text after | or >: it begins on the next line. */
	size_t count; /* LIST, MAP */
	struct yaml **key; /* MAP: texts. */
	struct yaml **item;
	size_t weight; /* Nodes, aliases expanded. */
};

/* The tree lives in the arena. */
int yaml_parse(struct yaml **out, struct bytes text, struct arena *arena,
    struct error *err);

/* The value under a key, or NULL. */
const struct yaml *yaml_member(const struct yaml *map, const char *key);

/* "a list", "a text", … for messages. */
const char *yaml_type_name(enum yaml_type type);

/* An ERROR_UNDECIDED at a node. */
#define yaml_refuse(node, err, ...) \
	(error_fill(err, ERROR_UNDECIDED, NULL, __VA_ARGS__), \
	    yaml_place(node, err))
int yaml_place(const struct yaml *node, struct error *err);

/* The same tree as JSON, owned by the caller; not finite numbers as the words
 * that JSON has for them here. */
int yaml_json(struct json **out, const struct yaml *node, struct error *err);

#endif
