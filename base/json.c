#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/json_internal.h"

/*
 * A bit of cJSON's type that it does not use: this root is in an arena.  So
 * json_free knows, even when the arena is no longer begun.
 */
#define TYPE_IN_ARENA (1 << 16)

/* U+FFFD, which stands for what a text cannot hold. */
#define REPLACEMENT "\xEF\xBF\xBD"

static void
hooks_init(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ json_alloc, json_release });
}

/* Before the first node: memory comes from us. */
static void
library_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, hooks_init);
}

static const cJSON *
node(const struct json *value)
{
	return (const cJSON *)value;
}

static bool
is_type(const struct json *value, int type)
{
	return value != NULL && (node(value)->type & 0xFF) == type;
}

/* A new root, marked by where its memory came from. */
static struct json *
root(cJSON *value)
{
	if (value == NULL)
		return NULL;
	value->type &= ~TYPE_IN_ARENA;
	if (json_arena_is_begun())
		value->type |= TYPE_IN_ARENA;
	return (struct json *)value;
}

int
json_parse(struct json **out, struct bytes text, struct error *err)
{
	locale_t before;
	cJSON *tree;

	library_init();
	if (json_check(text, err) != 0)
		return -1;
	/* cJSON reads numbers as the locale would have them. */
	before = uselocale(json_locale());
	tree = cJSON_ParseWithLength((const char *)text.data, text.len);
	uselocale(before);
	/* What passes json_check is JSON: only memory can be missing. */
	if (tree == NULL)
		return error_memory(err);
	*out = root(tree);
	return 0;
}

void
json_free(struct json *value)
{
	if (value != NULL && (node(value)->type & TYPE_IN_ARENA) == 0)
		cJSON_Delete((cJSON *)value);
}

enum json_type
json_type(const struct json *value)
{
	switch (node(value)->type & 0xFF) {
	case cJSON_False:
	case cJSON_True:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_TEXT;
	case cJSON_Array:
		return JSON_LIST;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

const char *
json_type_name(enum json_type type)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",
		[JSON_BOOL] = "true or false",
		[JSON_NUMBER] = "a number",
		[JSON_TEXT] = "a text",
		[JSON_LIST] = "a list",
		[JSON_OBJECT] = "an object",
	};

	return names[type];
}

const struct json *
json_member(const struct json *object, const char *name)
{
	const cJSON *child;

	if (!is_type(object, cJSON_Object))
		return NULL;
	for (child = node(object)->child; child != NULL; child = child->next)
		if (strcmp(child->string, name) == 0)
			return (const struct json *)child;
	return NULL;
}

const struct json *
json_first(const struct json *value)
{
	return value == NULL ? NULL : (const struct json *)node(value)->child;
}

const struct json *
json_next(const struct json *value)
{
	return (const struct json *)node(value)->next;
}

const char *
json_name(const struct json *value)
{
	return node(value)->string;
}

size_t
json_count(const struct json *value)
{
	size_t count = 0;

	for (value = json_first(value); value != NULL; value = json_next(value))
		count++;
	return count;
}

const char *
json_text(const struct json *value)
{
	return is_type(value, cJSON_String) ? node(value)->valuestring : NULL;
}

double
json_number(const struct json *value)
{
	return is_type(value, cJSON_Number) ? node(value)->valuedouble : 0;
}

bool
json_bool(const struct json *value)
{
	return is_type(value, cJSON_True);
}

bool
json_is_integer(const struct json *value)
{
	double number = json_number(value);

	return is_type(value, cJSON_Number) && number == floor(number) &&
	    fabs(number) <= (double)JSON_INTEGER_MAX;
}

int64_t
json_integer(const struct json *value)
{
	return json_is_integer(value) ? (int64_t)json_number(value) : 0;
}

const char *
json_member_text(const struct json *object, const char *name)
{
	return json_text(json_member(object, name));
}

struct json *
json_new_object(void)
{
	library_init();
	return root(cJSON_CreateObject());
}

struct json *
json_new_list(void)
{
	library_init();
	return root(cJSON_CreateArray());
}

struct json *
json_new_text(const char *text)
{
	library_init();
	return root(cJSON_CreateString(text));
}

struct json *
json_new_text_of(struct bytes text)
{
	size_t nuls = 0;
	struct json *made;
	cJSON *value;
	char *out;

	for (size_t i = 0; i < text.len; i++)
		nuls += text.data[i] == '\0' ? 1 : 0;
	made = json_new_text("");
	if (made == NULL)
		return NULL;
	out = json_alloc(text.len + nuls * (strlen(REPLACEMENT) - 1) + 1);
	if (out == NULL) {
		json_free(made);
		return NULL;
	}
	value = (cJSON *)made;
	json_release(value->valuestring);
	value->valuestring = out;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\0')
			out = stpcpy(out, REPLACEMENT);
		else
			*out++ = (char)text.data[i];
	}
	*out = '\0';
	return made;
}

struct json *
json_new_number(double number)
{
	if (isnan(number))
		return json_new_text("NaN");
	if (isinf(number))
		return json_new_text(number > 0 ? "Infinity" : "-Infinity");
	library_init();
	return root(cJSON_CreateNumber(number));
}

struct json *
json_new_integer(int64_t number)
{
	char text[24];

	if (number >= -JSON_INTEGER_MAX && number <= JSON_INTEGER_MAX)
		return json_new_number((double)number);
	snprintf(text, sizeof(text), "%lld", (long long)number);
	return json_new_text(text);
}

struct json *
json_new_bool(bool value)
{
	library_init();
	return root(cJSON_CreateBool(value));
}

struct json *
json_new_null(void)
{
	library_init();
	return root(cJSON_CreateNull());
}

struct json *
json_copy(const struct json *value)
{
	library_init();
	return root(cJSON_Duplicate(node(value), true));
}

/* An arena's child may stand in an arena's tree only: it dies sooner. */
static bool
may_hold(const struct json *parent, const struct json *child)
{
	return (node(child)->type & TYPE_IN_ARENA) == 0 ||
	    (node(parent)->type & TYPE_IN_ARENA) != 0;
}

int
json_put(struct json *object, const char *name, struct json *child,
    struct error *err)
{
	if (object == NULL || child == NULL)
		goto failed;
	assert(json_type(object) == JSON_OBJECT && may_hold(object, child));
	if (cJSON_AddItemToObject((cJSON *)object, name, (cJSON *)child))
		return 0;
failed:
	json_free(child);
	return error_memory(err);
}

int
json_push(struct json *list, struct json *child, struct error *err)
{
	if (list == NULL || child == NULL)
		goto failed;
	assert(json_type(list) == JSON_LIST && may_hold(list, child));
	if (cJSON_AddItemToArray((cJSON *)list, (cJSON *)child))
		return 0;
failed:
	json_free(child);
	return error_memory(err);
}

struct json *
json_take(struct json *object, const char *name)
{
	const struct json *member = json_member(object, name);
	cJSON *taken;

	if (member == NULL)
		return NULL;
	taken = cJSON_DetachItemViaPointer((cJSON *)object,
	    (cJSON *)(uintptr_t)member);
	taken->type &= ~TYPE_IN_ARENA;
	taken->type |= node(object)->type & TYPE_IN_ARENA;
	return (struct json *)taken;
}

int
json_replace(struct json *parent, const struct json *child, struct json *with,
    struct error *err)
{
	cJSON *old = (cJSON *)(uintptr_t)child;
	cJSON *now = (cJSON *)with;
	size_t len;

	if (with == NULL)
		return error_memory(err);
	if (old->string != NULL) {
		len = strlen(old->string) + 1;
		json_release(now->string);
		if ((now->string = json_alloc(len)) == NULL) {
			json_free(with);
			return error_memory(err);
		}
		memcpy(now->string, old->string, len);
	}
	(void)cJSON_ReplaceItemViaPointer((cJSON *)parent, old, now);
	return 0;
}
