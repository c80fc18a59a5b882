#include "policy/cel_value.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/json.h"
#include "policy/cel_functions_internal.h"

#define SMALL_MAP 8
#define MESSAGE_MAX 300

struct cel_value
cel_null(void)
{
	return (struct cel_value){ .type = CEL_NULL };
}

struct cel_value
cel_bool(bool boolean)
{
	return (struct cel_value){ .type = CEL_BOOL, .boolean = boolean };
}

struct cel_value
cel_int(int64_t integer)
{
	return (struct cel_value){ .type = CEL_INT, .integer = integer };
}

struct cel_value
cel_uint(uint64_t natural)
{
	return (struct cel_value){ .type = CEL_UINT, .natural = natural };
}

struct cel_value
cel_double(double number)
{
	return (struct cel_value){ .type = CEL_DOUBLE, .number = number };
}

struct cel_value
cel_string(struct bytes text)
{
	return (struct cel_value){ .type = CEL_STRING, .text = text };
}

struct cel_value
cel_bytes(struct bytes bytes)
{
	return (struct cel_value){ .type = CEL_BYTES, .text = bytes };
}

struct cel_value
cel_type(const char *name)
{
	return (struct cel_value){ .type = CEL_TYPE,
		.text = bytes_of_text(name) };
}

struct cel_value
cel_error(const char *why)
{
	return (struct cel_value){ .type = CEL_ERROR,
		.text = bytes_of_text(why) };
}

struct cel_value
cel_errorf(struct arena *arena, const char *format, ...)
{
	char message[MESSAGE_MAX];
	struct cel_value error = { .type = CEL_ERROR };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	error.text = arena_copy(arena, bytes_of_text(message));
	return error.text.data == NULL ? cel_error("out of memory") : error;
}

const char *
cel_type_name(enum cel_type type)
{
	static const char *const names[] = {
		[CEL_ERROR] = "error",
		[CEL_NULL] = "null_type",
		[CEL_BOOL] = "bool",
		[CEL_INT] = "int",
		[CEL_UINT] = "uint",
		[CEL_DOUBLE] = "double",
		[CEL_STRING] = "string",
		[CEL_BYTES] = "bytes",
		[CEL_LIST] = "list",
		[CEL_MAP] = "map",
		[CEL_TIMESTAMP] = "google.protobuf.Timestamp",
		[CEL_DURATION] = "google.protobuf.Duration",
		[CEL_TYPE] = "type",
		[CEL_OPTIONAL] = "optional_type",
	};

	return names[type];
}

struct cel_value
cel_list(struct arena *arena, const struct cel_value *item, size_t count)
{
	struct cel_list *list = arena_take(arena, 1, sizeof *list);

	if (list == NULL)
		return cel_error("out of memory");
	list->count = count;
	list->finder = NULL;
	list->item = item;
	return (struct cel_value){ .type = CEL_LIST, .list = list };
}

struct cel_value
cel_optional(struct arena *arena, const struct cel_value *inner)
{
	struct cel_value *kept;

	if (inner == NULL)
		return (struct cel_value){ .type = CEL_OPTIONAL };
	kept = arena_take(arena, 1, sizeof *kept);
	if (kept == NULL)
		return cel_error("out of memory");
	*kept = *inner;
	return (struct cel_value){ .type = CEL_OPTIONAL, .inner = kept };
}

/* --- Numbers --- */

static int
order(bool less, bool more)
{
	return more - less;
}

static int
compare_int_uint(int64_t a, uint64_t b)
{
	if (a < 0)
		return -1;
	return order((uint64_t)a<b, (uint64_t)a> b);
}

/* By the nearest double, as every implementation does: beyond 2^53 a whole
 * number equals the double it is rounded to. */
static int
compare_int_double(int64_t a, double b)
{
	return order((double)a<b, (double)a> b);
}

static int
compare_uint_double(uint64_t a, double b)
{
	return order((double)a<b, (double)a> b);
}

static bool
is_number(const struct cel_value *value)
{
	return value->type == CEL_INT || value->type == CEL_UINT ||
	    value->type == CEL_DOUBLE;
}

static int
compare_numbers(const struct cel_value *a, const struct cel_value *b,
    bool *ordered)
{
	*ordered = !(a->type == CEL_DOUBLE && isnan(a->number)) &&
	    !(b->type == CEL_DOUBLE && isnan(b->number));
	if (!*ordered)
		return 0;
	if (a->type > b->type)
		return -compare_numbers(b, a, ordered);
	if (a->type == CEL_DOUBLE)
		return order(a->number<b->number, a->number> b->number);
	if (b->type == CEL_DOUBLE)
		return a->type == CEL_INT
		    ? compare_int_double(a->integer, b->number)
		    : compare_uint_double(a->natural, b->number);
	if (a->type == CEL_UINT)
		return order(a->natural<b->natural, a->natural> b->natural);
	if (b->type == CEL_UINT)
		return compare_int_uint(a->integer, b->natural);
	return order(a->integer<b->integer, a->integer> b->integer);
}

/* Short texts are compared in two parts that may overlap: most names and words
 * are short. */
static bool
equal_texts(struct bytes a, struct bytes b)
{
	uint64_t first[2], last[2];
	size_t len = a.len;

	if (len != b.len)
		return false;
	if (len > 16)
		return memcmp(a.data, b.data, len) == 0;
	if (len >= 8) {
		memcpy(&first[0], a.data, 8);
		memcpy(&first[1], b.data, 8);
		memcpy(&last[0], a.data + len - 8, 8);
		memcpy(&last[1], b.data + len - 8, 8);
		return first[0] == first[1] && last[0] == last[1];
	}
	for (size_t i = 0; i < len; i++) {
		if (a.data[i] != b.data[i])
			return false;
	}
	return true;
}

static int
compare_texts(struct bytes a, struct bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int compared = len == 0 ? 0 : memcmp(a.data, b.data, len);

	if (compared != 0)
		return compared < 0 ? -1 : 1;
	return order(a.len<b.len, a.len> b.len);
}

static int
compare_times(struct cel_time a, struct cel_time b)
{
	if (a.seconds != b.seconds)
		return order(a.seconds<b.seconds, a.seconds> b.seconds);
	return order(a.nanos<b.nanos, a.nanos> b.nanos);
}

int
cel_compare(const struct cel_value *a, const struct cel_value *b, bool *ordered)
{
	if (is_number(a) && is_number(b))
		return compare_numbers(a, b, ordered);
	*ordered = a->type == b->type;
	if (!*ordered)
		return 0;
	switch (a->type) {
	case CEL_BOOL:
		return a->boolean - b->boolean;
	case CEL_STRING:
	case CEL_BYTES:
		return compare_texts(a->text, b->text);
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		return compare_times(a->time, b->time);
	default:
		*ordered = false;
		return 0;
	}
}

static bool
equal_lists(const struct cel_list *a, const struct cel_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!cel_equal(&a->item[i], &b->item[i]))
			return false;
	}
	return true;
}

static bool
equal_maps(const struct cel_map *a, const struct cel_map *b)
{
	cel_map_fill(a);
	cel_map_fill(b);
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct cel_value *other = cel_map_find(b, &a->key[i]);

		if (other == NULL || !cel_equal(&a->value[i], other))
			return false;
	}
	return true;
}

bool
cel_equal(const struct cel_value *a, const struct cel_value *b)
{
	bool ordered;

	if (a->type == CEL_STRING && b->type == CEL_STRING)
		return equal_texts(a->text, b->text);
	if (is_number(a) && is_number(b))
		return compare_numbers(a, b, &ordered) == 0 && ordered;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case CEL_NULL:
		return true;
	case CEL_BOOL:
		return a->boolean == b->boolean;
	case CEL_TYPE:
		return bytes_equal(a->text, b->text);
	case CEL_LIST:
		return equal_lists(a->list, b->list);
	case CEL_MAP:
		return equal_maps(a->map, b->map);
	case CEL_OPTIONAL:
		if (a->inner == NULL || b->inner == NULL)
			return a->inner == b->inner;
		return cel_equal(a->inner, b->inner);
	default:
		return cel_compare(a, b, &ordered) == 0 && ordered;
	}
}

/* --- Maps --- */

static uint64_t
mixed(uint64_t number)
{
	/* The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

uint64_t
cel_text_hash(struct bytes text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ text.data[i]) * UINT64_C(0x100000001b3);
	return mixed(hash);
}

/* Equal keys have equal hashes, numbers of different types too. */
static uint64_t
hash_key_value(const struct cel_value *key)
{
	switch (key->type) {
	case CEL_BOOL:
		return mixed(key->boolean ? 1 : 2) + 1;
	case CEL_INT:
		return mixed((uint64_t)key->integer);
	case CEL_UINT:
		return mixed(key->natural);
	case CEL_DOUBLE:
		if (key->number >= 0x1p63)
			return key->number < 0x1p64
			    ? mixed((uint64_t)key->number)
			    : 0;
		return key->number >= -0x1p63
		    ? mixed((uint64_t)(int64_t)key->number)
		    : 0;
	default:
		return cel_text_hash(key->text);
	}
}

static bool
is_key(const struct cel_value *value)
{
	return value->type == CEL_BOOL || value->type == CEL_INT ||
	    value->type == CEL_UINT || value->type == CEL_STRING;
}

void
cel_map_fill(const struct cel_map *map)
{
	struct cel_map *own = (struct cel_map *)(uintptr_t)map;

	if (map->lazy == NULL)
		return;
	map->lazy->touch(map->lazy);
	if (!map->filled) {
		own->filled = true;
		map->lazy->fill(map->lazy, own);
	}
}

/* Whether a map of the host's can tell without being filled in. */
static bool
find_lazily(const struct cel_map *map, const struct cel_value *key,
    const struct cel_value **value)
{
	map->lazy->touch(map->lazy);
	if (map->filled)
		return false;
	*value = NULL;
	return key->type != CEL_STRING ||
	    map->lazy->find(map->lazy, key->text, value);
}

const struct cel_value *
cel_map_member(const struct cel_map *map, struct bytes name, uint64_t hash)
{
	const struct cel_value *key;
	size_t at;

	if (map->slot == NULL) {
		for (size_t i = 0; i < map->count; i++) {
			key = &map->key[i];
			if (key->type == CEL_STRING &&
			    equal_texts(key->text, name))
				return &map->value[i];
		}
		return NULL;
	}
	at = hash & (map->slot_count - 1);
	while (map->slot[at] != 0) {
		key = &map->key[map->slot[at] - 1];
		if (key->type == CEL_STRING && equal_texts(key->text, name))
			return &map->value[map->slot[at] - 1];
		at = (at + 1) & (map->slot_count - 1);
	}
	return NULL;
}

const struct cel_value *
cel_map_find(const struct cel_map *map, const struct cel_value *key)
{
	const struct cel_value *value;
	size_t at;

	if (!is_key(key) && key->type != CEL_DOUBLE)
		return NULL;
	if (map->lazy != NULL) {
		if (find_lazily(map, key, &value))
			return value;
		cel_map_fill(map);
	}
	if (key->type == CEL_STRING)
		return cel_map_member(map, key->text,
		    map->slot == NULL ? 0 : cel_text_hash(key->text));
	if (map->slot == NULL) {
		for (size_t i = 0; i < map->count; i++) {
			if (cel_equal(&map->key[i], key))
				return &map->value[i];
		}
		return NULL;
	}
	at = hash_key_value(key) & (map->slot_count - 1);
	while (map->slot[at] != 0) {
		if (cel_equal(&map->key[map->slot[at] - 1], key))
			return &map->value[map->slot[at] - 1];
		at = (at + 1) & (map->slot_count - 1);
	}
	return NULL;
}

/* Fill the hash table; false if two keys are equal. */
static bool
fill_slots(const struct cel_map *map, uint32_t *slot)
{
	memset(slot, 0, map->slot_count * sizeof *slot);
	for (size_t i = 0; i < map->count; i++) {
		size_t at =
		    hash_key_value(&map->key[i]) & (map->slot_count - 1);

		while (slot[at] != 0) {
			if (cel_equal(&map->key[slot[at] - 1], &map->key[i]))
				return false;
			at = (at + 1) & (map->slot_count - 1);
		}
		slot[at] = (uint32_t)i + 1;
	}
	return true;
}

static bool
has_equal_keys(const struct cel_value *key, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (cel_equal(&key[i], &key[j]))
				return true;
		}
	}
	return false;
}

struct cel_value
cel_map(struct arena *arena, const struct cel_value *key,
    const struct cel_value *value, size_t count)
{
	struct cel_map *map = arena_take(arena, 1, sizeof *map);
	uint32_t *slot;

	if (map == NULL)
		return cel_error("out of memory");
	*map = (struct cel_map){ .count = count, .key = key, .value = value };
	for (size_t i = 0; i < count; i++) {
		if (!is_key(&key[i]))
			return cel_errorf(arena, "a %s cannot be a key",
			    cel_type_name(key[i].type));
	}
	if (count <= SMALL_MAP) {
		if (has_equal_keys(key, count))
			return cel_error("two keys of a map are equal");
		return (struct cel_value){ .type = CEL_MAP, .map = map };
	}
	for (map->slot_count = 16; map->slot_count < count * 2;)
		map->slot_count *= 2;
	slot = arena_take(arena, map->slot_count, sizeof *slot);
	if (slot == NULL)
		return cel_error("out of memory");
	if (!fill_slots(map, slot))
		return cel_error("two keys of a map are equal");
	map->slot = slot;
	return (struct cel_value){ .type = CEL_MAP, .map = map };
}

/* --- For people --- */

static void
write_double(struct buffer *out, double number)
{
	size_t before = out->len;

	if (isnan(number)) {
		buffer_text(out, "NaN");
	} else if (isinf(number)) {
		buffer_text(out, number < 0 ? "-Infinity" : "Infinity");
	} else {
		json_write_number(out, number);
		if (out->state == BUFFER_FINE &&
		    strpbrk((const char *)out->data + before, ".eE") == NULL)
			buffer_text(out, ".0");
	}
}

static void
write_list(struct buffer *out, const struct cel_list *list)
{
	buffer_byte(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			buffer_text(out, ", ");
		cel_write(out, &list->item[i]);
	}
	buffer_byte(out, ']');
}

static void
write_map(struct buffer *out, const struct cel_map *map)
{
	cel_map_fill(map);
	buffer_byte(out, '{');
	for (size_t i = 0; i < map->count; i++) {
		if (i > 0)
			buffer_text(out, ", ");
		cel_write(out, &map->key[i]);
		buffer_text(out, ": ");
		cel_write(out, &map->value[i]);
	}
	buffer_byte(out, '}');
}

static void
write_bytes(struct buffer *out, struct bytes bytes)
{
	buffer_text(out, "b\"");
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.data[i] >= ' ' && bytes.data[i] < 0x7f &&
		    bytes.data[i] != '"' && bytes.data[i] != '\\')
			buffer_byte(out, bytes.data[i]);
		else
			buffer_printf(out, "\\x%02x", bytes.data[i]);
	}
	buffer_byte(out, '"');
}

void
cel_write(struct buffer *out, const struct cel_value *value)
{
	switch (value->type) {
	case CEL_ERROR:
		buffer_text(out, "error: ");
		buffer_append(out, value->text);
		break;
	case CEL_NULL:
		buffer_text(out, "null");
		break;
	case CEL_BOOL:
		buffer_text(out, value->boolean ? "true" : "false");
		break;
	case CEL_INT:
		buffer_printf(out, "%lld", (long long)value->integer);
		break;
	case CEL_UINT:
		buffer_printf(out, "%lluu", (unsigned long long)value->natural);
		break;
	case CEL_DOUBLE:
		write_double(out, value->number);
		break;
	case CEL_STRING:
		json_write_text(out, value->text);
		break;
	case CEL_BYTES:
		write_bytes(out, value->text);
		break;
	case CEL_LIST:
		write_list(out, value->list);
		break;
	case CEL_MAP:
		write_map(out, value->map);
		break;
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		cel_time_write(out, value);
		break;
	case CEL_TYPE:
		buffer_append(out, value->text);
		break;
	case CEL_OPTIONAL:
		if (value->inner == NULL) {
			buffer_text(out, "optional.none()");
			break;
		}
		buffer_text(out, "optional.of(");
		cel_write(out, value->inner);
		buffer_byte(out, ')');
	}
}
