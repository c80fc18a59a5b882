#include "policy/yaml.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/memory.h"
#include "base/text.h"

#define YAML_BYTES_MAX ((size_t)1024 * 1024)
#define YAML_DEPTH_MAX 50
#define YAML_NODES_MAX 100000

/* An anchor and what it stands for; NULL while that is being read. */
struct anchor {
	char *name;
	struct yaml *node;
};

struct loader {
	yaml_parser_t parser;
	yaml_event_t event; /* Not taken yet. */
	bool has_event;
	struct arena *arena;
	struct anchor *anchor;
	size_t anchors;
	size_t anchor_capacity;
	size_t nodes;
	unsigned depth;
	struct error *err;
};

static int
refuse_at(struct loader *loader, yaml_mark_t mark, const char *what)
{
	error_set(loader->err, ERROR_UNDECIDED, NULL, "%s", what);
	return error_within(loader->err, "line %zu, column %zu", mark.line + 1,
	    mark.column + 1);
}

int
yaml_place(const struct yaml *node, struct error *err)
{
	return error_within(err, "line %zu, column %zu", node->line,
	    node->column);
}

static int
no_memory(struct loader *loader)
{
	if (arena_is_starved(loader->arena))
		return error_memory(loader->err);
	return error_set(loader->err, ERROR_UNDECIDED, "make it smaller",
	    "the file takes too much memory");
}

/* The next event, in loader->event. */
static int
next(struct loader *loader)
{
	if (loader->has_event)
		yaml_event_delete(&loader->event);
	loader->has_event = false;
	if (!yaml_parser_parse(&loader->parser, &loader->event)) {
		yaml_mark_t mark = loader->parser.problem_mark;
		const char *problem = loader->parser.problem;

		if (loader->parser.error == YAML_MEMORY_ERROR)
			return error_memory(loader->err);
		error_set(loader->err, ERROR_UNDECIDED, NULL,
		    "this is not YAML: %s",
		    problem == NULL ? "unreadable" : problem);
		return error_within(loader->err, "line %zu, column %zu",
		    mark.line + 1, mark.column + 1);
	}
	loader->has_event = true;
	return 0;
}

/* --- Scalars: the core schema --- */

static bool
is_one_of(const char *text, const char *const words[])
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(text, words[i]) == 0)
			return true;
	}
	return false;
}

static bool
only(const char *text, const char *characters)
{
	return *text != '\0' && text[strspn(text, characters)] == '\0';
}

static bool
is_integer(const char *text, double *number)
{
	const char *digits = text + (*text == '-' || *text == '+');

	if (strncmp(text, "0o", 2) == 0 && only(text + 2, "01234567")) {
		*number = (double)strtoull(text + 2, NULL, 8);
		return true;
	}
	if (strncmp(text, "0x", 2) == 0 &&
	    only(text + 2, "0123456789abcdefABCDEF")) {
		*number = (double)strtoull(text + 2, NULL, 16);
		return true;
	}
	if (!only(digits, "0123456789"))
		return false;
	*number = strtod(text, NULL);
	return true;
}

static bool
is_float(const char *text, double *number)
{
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", NULL };
	static const char *const nan_words[] = { ".nan", ".NaN", ".NAN", NULL };
	const char *rest = text + (*text == '-' || *text == '+');
	size_t before, behind = 0;

	if (is_one_of(text, nan_words)) {
		*number = (double)NAN;
		return true;
	}
	if (is_one_of(rest, infinite)) {
		*number = *text == '-' ? -HUGE_VAL : HUGE_VAL;
		return true;
	}
	before = strspn(rest, "0123456789");
	rest += before;
	if (*rest == '.') {
		behind = strspn(rest + 1, "0123456789");
		rest += 1 + behind;
	}
	if (before + behind == 0)
		return false;
	if (*rest == 'e' || *rest == 'E') {
		rest += 1 + (rest[1] == '-' || rest[1] == '+');
		if (!only(rest, "0123456789"))
			return false;
		rest = "";
	}
	if (*rest != '\0')
		return false;
	*number = strtod(text, NULL);
	return true;
}

static void
resolve(struct yaml *node)
{
	static const char *const nulls[] = { "null", "Null", "NULL", "~", "",
		NULL };
	static const char *const yes[] = { "true", "True", "TRUE", NULL };
	static const char *const no[] = { "false", "False", "FALSE", NULL };
	const char *text = (const char *)node->text.data;

	node->type = YAML_TEXT;
	if (is_one_of(text, nulls)) {
		node->type = YAML_NULL;
	} else if (is_one_of(text, yes) || is_one_of(text, no)) {
		node->type = YAML_BOOL;
		node->boolean = is_one_of(text, yes);
	} else if (is_integer(text, &node->number) ||
	    is_float(text, &node->number)) {
		node->type = YAML_NUMBER;
	}
}

/* --- Nodes --- */

static struct yaml *
new_node(struct loader *loader, enum yaml_type type)
{
	struct yaml *node;

	if (++loader->nodes > YAML_NODES_MAX) {
		refuse_at(loader, loader->event.start_mark,
		    "the file has more values than there may be");
		return NULL;
	}
	node = arena_take(loader->arena, 1, sizeof *node);
	if (node == NULL) {
		no_memory(loader);
		return NULL;
	}
	memset(node, 0, sizeof *node);
	node->type = type;
	node->line = loader->event.start_mark.line + 1;
	node->column = loader->event.start_mark.column + 1;
	node->weight = 1;
	return node;
}

/* Remember a node by its anchor, from where it begins: what refers to itself
 * is refused. */
static int
anchor_new(struct loader *loader, const yaml_char_t *name)
{
	struct anchor *grown;

	if (name == NULL)
		return 0;
	grown = memory_grow(loader->anchor, &loader->anchor_capacity,
	    loader->anchors + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(loader->err);
	loader->anchor = grown;
	grown[loader->anchors].node = NULL;
	grown[loader->anchors].name = memory_text((const char *)name);
	if (grown[loader->anchors].name == NULL)
		return error_memory(loader->err);
	loader->anchors++;
	return 0;
}

static struct yaml *
take_alias(struct loader *loader)
{
	const char *name = (const char *)loader->event.data.alias.anchor;

	for (size_t i = loader->anchors; i > 0; i--) {
		struct anchor *anchor = &loader->anchor[i - 1];

		if (strcmp(anchor->name, name) != 0)
			continue;
		if (anchor->node == NULL)
			break;
		loader->nodes += anchor->node->weight;
		if (loader->nodes <= YAML_NODES_MAX)
			return anchor->node;
		refuse_at(loader, loader->event.start_mark,
		    "the aliases stand for more values than there may be");
		return NULL;
	}
	refuse_at(loader, loader->event.start_mark,
	    "this alias stands for nothing");
	return NULL;
}

static struct yaml *
take_scalar(struct loader *loader)
{
	yaml_scalar_style_t style = loader->event.data.scalar.style;
	struct yaml *node = new_node(loader, YAML_TEXT);
	struct bytes text = bytes_of(loader->event.data.scalar.value,
	    loader->event.data.scalar.length);

	if (node == NULL)
		return NULL;
	if (memchr(text.data, 0, text.len) != NULL) {
		refuse_at(loader, loader->event.start_mark,
		    "a text holds a NUL");
		return NULL;
	}
	node->text = arena_copy(loader->arena, text);
	if (node->text.data == NULL) {
		no_memory(loader);
		return NULL;
	}
	node->quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
	    style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	node->block = style == YAML_LITERAL_SCALAR_STYLE ||
	    style == YAML_FOLDED_SCALAR_STYLE;
	if (style == YAML_PLAIN_SCALAR_STYLE)
		resolve(node);
	return node;
}

static struct yaml *take_node(struct loader *loader);

struct pairs {
	struct yaml **key;
	struct yaml **item;
	size_t count;
	size_t key_capacity;
	size_t item_capacity;
};

static int
pairs_add(struct loader *loader, struct pairs *pairs, struct yaml *key,
    struct yaml *item)
{
	struct yaml **keys = memory_grow(pairs->key, &pairs->key_capacity,
	    pairs->count + 1, sizeof *keys);
	struct yaml **items;

	if (keys == NULL)
		return error_memory(loader->err);
	pairs->key = keys;
	items = memory_grow(pairs->item, &pairs->item_capacity,
	    pairs->count + 1, sizeof *items);
	if (items == NULL)
		return error_memory(loader->err);
	pairs->item = items;
	keys[pairs->count] = key;
	items[pairs->count++] = item;
	return 0;
}

static struct yaml **
kept(struct loader *loader, struct yaml **from, size_t count)
{
	struct yaml **copy = arena_take(loader->arena, count, sizeof *copy);

	if (copy != NULL && count > 0)
		memcpy(copy, from, count * sizeof *copy);
	return copy;
}

static int
keep_pairs(struct loader *loader, struct yaml *node, const struct pairs *pairs)
{
	node->count = pairs->count;
	node->item = kept(loader, pairs->item, pairs->count);
	if (node->type == YAML_MAP)
		node->key = kept(loader, pairs->key, pairs->count);
	if (node->item == NULL || (node->type == YAML_MAP && node->key == NULL))
		return no_memory(loader);
	for (size_t i = 0; i < node->count; i++)
		node->weight += node->item[i]->weight + 1;
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	const struct yaml *const *one = a, *const *two = b;

	return strcmp((const char *)(*one)->text.data,
	    (const char *)(*two)->text.data);
}

/* A key that stands twice, or NULL. */
static const struct yaml *
duplicate(struct pairs *pairs, struct yaml **sorted)
{
	if (pairs->count == 0)
		return NULL;
	memcpy(sorted, pairs->key, pairs->count * sizeof *sorted);
	qsort(sorted, pairs->count, sizeof *sorted, by_text);
	for (size_t i = 1; i < pairs->count; i++) {
		if (by_text(&sorted[i - 1], &sorted[i]) == 0)
			return sorted[i - 1]->line > sorted[i]->line
			    ? sorted[i - 1]
			    : sorted[i];
	}
	return NULL;
}

static int
refuse_duplicates(struct loader *loader, struct pairs *pairs)
{
	struct yaml **sorted = memory_new(pairs->count + 1, sizeof *sorted);
	const struct yaml *twice;

	if (sorted == NULL)
		return error_memory(loader->err);
	twice = duplicate(pairs, sorted);
	memory_free(sorted);
	return twice == NULL ? 0
			     : yaml_refuse(twice, loader->err,
				   "the key \"%.80s\" stands here twice",
				   (const char *)twice->text.data);
}

static int
take_pair(struct loader *loader, struct pairs *pairs)
{
	struct yaml *key = take_node(loader), *item;

	if (key == NULL)
		return -1;
	if (key->type > YAML_TEXT)
		return yaml_refuse(key, loader->err, "a key is to be a text");
	if (next(loader) == -1 || (item = take_node(loader)) == NULL)
		return -1;
	return pairs_add(loader, pairs, key, item);
}

/* A list or a map, whose beginning is the event at hand. */
static struct yaml *
take_many(struct loader *loader, enum yaml_type type, yaml_event_type_t end)
{
	struct yaml *node = new_node(loader, type), *item, *result = NULL;
	struct pairs pairs = { NULL, NULL, 0, 0, 0 };

	if (node == NULL)
		return NULL;
	if (++loader->depth > YAML_DEPTH_MAX) {
		refuse_at(loader, loader->event.start_mark,
		    "nested too deeply");
		return NULL;
	}
	for (;;) {
		if (next(loader) == -1)
			goto done;
		if (loader->event.type == end)
			break;
		if (type == YAML_MAP) {
			if (take_pair(loader, &pairs) == -1)
				goto done;
		} else if ((item = take_node(loader)) == NULL ||
		    pairs_add(loader, &pairs, NULL, item) == -1) {
			goto done;
		}
	}
	if ((type == YAML_MAP && refuse_duplicates(loader, &pairs) == -1) ||
	    keep_pairs(loader, node, &pairs) == -1)
		goto done;
	loader->depth--;
	result = node;
done:
	memory_free(pairs.key);
	memory_free(pairs.item);
	return result;
}

static int
refuse_tag(struct loader *loader, const yaml_char_t *tag)
{
	/* "!" alone says that a plain text is one. */
	if (tag == NULL || strcmp((const char *)tag, "!") == 0)
		return 0;
	return refuse_at(loader, loader->event.start_mark,
	    "tags are not used here");
}

static struct yaml *
take_value(struct loader *loader)
{
	switch (loader->event.type) {
	case YAML_SCALAR_EVENT:
		if (refuse_tag(loader, loader->event.data.scalar.tag) == -1)
			return NULL;
		return take_scalar(loader);
	case YAML_SEQUENCE_START_EVENT:
		if (refuse_tag(loader, loader->event.data.sequence_start.tag) ==
		    -1)
			return NULL;
		return take_many(loader, YAML_LIST, YAML_SEQUENCE_END_EVENT);
	case YAML_MAPPING_START_EVENT:
		if (refuse_tag(loader, loader->event.data.mapping_start.tag) ==
		    -1)
			return NULL;
		return take_many(loader, YAML_MAP, YAML_MAPPING_END_EVENT);
	default:
		refuse_at(loader, loader->event.start_mark,
		    "a value is expected");
		return NULL;
	}
}

/* The value that begins with the event at hand. */
static struct yaml *
take_node(struct loader *loader)
{
	const yaml_char_t *anchor = NULL;
	size_t number = loader->anchors;
	struct yaml *node;

	if (loader->event.type == YAML_ALIAS_EVENT)
		return take_alias(loader);
	if (loader->event.type == YAML_SCALAR_EVENT)
		anchor = loader->event.data.scalar.anchor;
	else if (loader->event.type == YAML_SEQUENCE_START_EVENT)
		anchor = loader->event.data.sequence_start.anchor;
	else if (loader->event.type == YAML_MAPPING_START_EVENT)
		anchor = loader->event.data.mapping_start.anchor;
	if (anchor_new(loader, anchor) == -1)
		return NULL;
	node = take_value(loader);
	if (node != NULL && anchor != NULL)
		loader->anchor[number].node = node;
	return node;
}

static int
skip(struct loader *loader, unsigned count)
{
	while (count-- > 0) {
		if (next(loader) == -1)
			return -1;
	}
	return 0;
}

static struct yaml *
take_document(struct loader *loader)
{
	struct yaml *node;

	/* The beginning of the stream, and that of the document. */
	if (skip(loader, 2) == -1)
		return NULL;
	if (loader->event.type != YAML_DOCUMENT_START_EVENT) {
		refuse_at(loader, loader->event.start_mark,
		    "the file is empty");
		return NULL;
	}
	if (next(loader) == -1 || (node = take_node(loader)) == NULL ||
	    skip(loader, 2) == -1)
		return NULL;
	if (loader->event.type != YAML_STREAM_END_EVENT) {
		refuse_at(loader, loader->event.start_mark,
		    "a second document begins here");
		return NULL;
	}
	return node;
}

int
yaml_parse(struct yaml **out, struct bytes text, struct arena *arena,
    struct error *err)
{
	struct loader loader = { .arena = arena, .err = err };
	struct yaml *node;

	if (text.len > YAML_BYTES_MAX)
		return error_set(err, ERROR_UNDECIDED, "make it smaller",
		    "the file has %zu bytes, more than %zu", text.len,
		    YAML_BYTES_MAX);
	if (!text_is_utf8(text))
		return error_set(err, ERROR_UNDECIDED, "save it as UTF-8",
		    "the file is not UTF-8");
	if (!yaml_parser_initialize(&loader.parser))
		return error_memory(err);
	yaml_parser_set_encoding(&loader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&loader.parser, text.data, text.len);
	node = take_document(&loader);
	if (loader.has_event)
		yaml_event_delete(&loader.event);
	yaml_parser_delete(&loader.parser);
	for (size_t i = 0; i < loader.anchors; i++)
		memory_free(loader.anchor[i].name);
	memory_free(loader.anchor);
	if (node == NULL)
		return -1;
	*out = node;
	return 0;
}

const struct yaml *
yaml_member(const struct yaml *map, const char *key)
{
	if (map == NULL || map->type != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++) {
		if (bytes_equal(map->key[i]->text, bytes_of_text(key)))
			return map->item[i];
	}
	return NULL;
}

const char *
yaml_type_name(enum yaml_type type)
{
	static const char *const names[] = {
		[YAML_NULL] = "nothing",
		[YAML_BOOL] = "true or false",
		[YAML_NUMBER] = "a number",
		[YAML_TEXT] = "a text",
		[YAML_LIST] = "a list",
		[YAML_MAP] = "a map",
	};

	return names[type];
}

static int
json_children(struct json *out, const struct yaml *node, struct error *err)
{
	for (size_t i = 0; i < node->count; i++) {
		struct json *child;

		if (yaml_json(&child, node->item[i], err) == -1)
			return -1;
		if ((node->type == YAML_MAP
			    ? json_put(out,
				  (const char *)node->key[i]->text.data, child,
				  err)
			    : json_push(out, child, err)) == -1)
			return -1;
	}
	return 0;
}

int
yaml_json(struct json **out, const struct yaml *node, struct error *err)
{
	struct json *value = NULL;

	switch (node->type) {
	case YAML_NULL:
		value = json_new_null();
		break;
	case YAML_BOOL:
		value = json_new_bool(node->boolean);
		break;
	case YAML_NUMBER:
		value = json_new_number(node->number);
		break;
	case YAML_TEXT:
		value = json_new_text_of(node->text);
		break;
	case YAML_LIST:
		value = json_new_list();
		break;
	case YAML_MAP:
		value = json_new_object();
		break;
	}
	if (value == NULL)
		return error_memory(err);
	if (node->count > 0 && json_children(value, node, err) == -1) {
		json_free(value);
		return -1;
	}
	*out = value;
	return 0;
}
