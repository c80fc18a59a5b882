#include "ledger/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#define SALT_LEN 16
/* base64url of a salt and of a digest. */
#define SALT_TEXT_LEN 22
#define DIGEST_TEXT_LEN 43

/* Deeper than any tree that json_parse gives. */
#define STEPS_MAX (LIMIT_JSON_DEPTH + 1)

/* ---- commitments ---- */

bool
sealed_looks_so(const struct json *value)
{
	const struct json *first;

	if (json_type(value) != JSON_OBJECT)
		return false;
	first = json_first(value);
	return first != NULL && strcmp(json_name(first), SEALED_NAME) == 0;
}

bool
sealed_is(const struct json *value, struct digest *digest)
{
	uint8_t bytes[BASE64_LEN(DIGEST_LEN)];
	const char *text;
	size_t len;

	if (!sealed_looks_so(value) || json_count(value) != 1 ||
	    (text = json_text(json_first(value))) == NULL ||
	    strlen(text) != DIGEST_TEXT_LEN ||
	    !base64url_decode(bytes, &len, bytes_of_text(text)))
		return false;
	memcpy(digest->byte, bytes, DIGEST_LEN);
	return true;
}

struct json *
sealed_value(struct digest digest)
{
	struct json *made = json_new_object();
	char text[BASE64_LEN(DIGEST_LEN) + 1];
	struct error ignored;

	base64url_encode(text, digest_bytes(&digest));
	if (made != NULL &&
	    json_put(made, SEALED_NAME, json_new_text(text), &ignored) == -1) {
		json_free(made);
		made = NULL;
	}
	return made;
}

struct digest
sealed_digest(struct bytes disclosure)
{
	return digest_of(disclosure);
}

int
sealed_disclose(struct buffer *out, const struct json *value, struct error *err)
{
	struct buffer array = buffer_new(LIMIT_ENVELOPE);
	char salt_text[SALT_TEXT_LEN + 3];
	uint8_t salt[SALT_LEN];
	int result;

	random_fill(salt, sizeof salt);
	base64url_encode(salt_text, bytes_of(salt, sizeof salt));
	buffer_printf(&array, "[\"%s\",", salt_text);
	json_write(&array, value);
	buffer_byte(&array, ']');
	result = buffer_check(&array, "sealed value", err);
	if (result == 0)
		base64url_append(out, buffer_bytes(&array));
	explicit_bzero(salt, sizeof salt);
	explicit_bzero(salt_text, sizeof salt_text);
	buffer_wipe(&array);
	buffer_free(&array);
	return result == 0 ? buffer_check(out, "disclosure", err) : -1;
}

static int
not_a_disclosure(struct error *err, const char *why)
{
	return error_set(err, ERROR_UNDECIDED, NULL,
	    "this is not a disclosure: %s", why);
}

/* Whether there is a commitment anywhere in a value, null itself, or what
 * looks like one. */
static bool
holds_sealed(const struct json *value)
{
	for (const struct json *child = json_first(value); child != NULL;
	     child = json_next(child)) {
		const char *name = json_name(child);

		if ((name != NULL && strcmp(name, SEALED_NAME) == 0) ||
		    holds_sealed(child))
			return true;
	}
	return false;
}

/* [salt,value]: takes the value out of its array. */
static int
take_value(struct json **value, const struct json *array, struct error *err)
{
	const struct json *salt = json_first(array);
	const struct json *second = salt == NULL ? NULL : json_next(salt);
	uint8_t bytes[BASE64_LEN(SALT_LEN)];
	size_t len;

	if (json_type(array) != JSON_LIST || json_count(array) != 2)
		return not_a_disclosure(err, "no array of salt and value");
	if (json_text(salt) == NULL ||
	    strlen(json_text(salt)) != SALT_TEXT_LEN ||
	    !base64url_decode(bytes, &len, bytes_of_text(json_text(salt))))
		return not_a_disclosure(err,
		    "its salt is not 128 bits in base64url");
	if (json_type(second) == JSON_NULL || holds_sealed(second))
		return not_a_disclosure(err,
		    "its value is null, or sealed itself");
	*value = json_copy(second);
	return *value == NULL ? error_memory(err) : 0;
}

int
sealed_open(struct json **value, struct bytes disclosure, struct error *err)
{
	uint8_t *bytes = NULL;
	struct json *array = NULL;
	struct error why;
	size_t len = 0;
	int result = -1;

	if (disclosure.len > LIMIT_DISCLOSURE)
		return not_a_disclosure(err, "it is too long");
	if ((bytes = memory_new(1, disclosure.len + 4)) == NULL)
		return error_memory(err);
	if (!base64url_decode(bytes, &len, disclosure))
		not_a_disclosure(err, "it is not base64url without padding");
	else if (json_parse(&array, bytes_of(bytes, len), &why) == 0)
		result = take_value(value, array, err);
	else if (why.class == ERROR_SYSTEM)
		*err = why;
	else
		not_a_disclosure(err, why.what);
	json_free(array);
	explicit_bzero(bytes, disclosure.len + 4);
	memory_free(bytes);
	return result;
}

/* ---- paths ---- */

static bool
is_bare(const char *name)
{
	return *name != '\0' &&
	    name[strspn(name,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_-/")] == '\0';
}

void
sealed_path_step(struct buffer *out, const char *name, size_t item)
{
	if (name == NULL) {
		buffer_printf(out, "[%zu]", item);
	} else if (is_bare(name)) {
		buffer_printf(out, "%s%s", out->len == 0 ? "" : ".", name);
	} else {
		buffer_byte(out, '[');
		json_write_text(out, bytes_of_text(name));
		buffer_byte(out, ']');
	}
}

/* Where in a path we are. */
struct steps {
	const struct json *value;
	const struct json *parent;
	const char *rest;
	const char *path;
};

static int
no_such_value(const struct steps *at, struct error *err)
{
	return error_set(err, ERROR_UNDECIDED,
	    "see `vouch show ENTRY --payload', or `vouch schema KIND'",
	    "there is no value at '%.200s'", at->path);
}

/* The member that the rest begins with, up to its end, '.' or '['; if there is
 * none, the longest whose name has such characters itself. */
static bool
step_bare(struct steps *at)
{
	const struct json *best = NULL;
	size_t best_len = 0, plain = strcspn(at->rest, ".[");

	for (const struct json *child = json_first(at->value); child != NULL;
	     child = json_next(child)) {
		const char *name = json_name(child);
		size_t len = name == NULL ? 0 : strlen(name);

		if (len == 0 || strncmp(at->rest, name, len) != 0 ||
		    strchr(".[", at->rest[len]) == NULL ||
		    (best != NULL && best_len == plain))
			continue;
		if (len == plain || len > best_len) {
			best = child;
			best_len = len;
		}
	}
	if (best == NULL)
		return false;
	at->parent = at->value;
	at->value = best;
	at->rest += best_len;
	return true;
}

/* "[12]" of a list. */
static bool
step_item(struct steps *at)
{
	char *end;
	unsigned long long item = strtoull(at->rest + 1, &end, 10);
	const struct json *child = json_first(at->value);

	if (at->rest[1] < '0' || at->rest[1] > '9' || *end != ']' ||
	    json_type(at->value) != JSON_LIST)
		return false;
	for (; child != NULL && item > 0; item--)
		child = json_next(child);
	if (child == NULL)
		return false;
	at->parent = at->value;
	at->value = child;
	at->rest = end + 1;
	return true;
}

/* "[\"a name\"]" of an object. */
static bool
step_quoted(struct steps *at)
{
	struct json *text = NULL;
	const struct json *child;
	const char *end = at->rest + 2;
	struct error ignored;

	while (*end != '\0' && *end != '"')
		end += *end == '\\' && end[1] != '\0' ? 2 : 1;
	if (*end != '"' || end[1] != ']' ||
	    json_parse(&text, bytes_of(at->rest + 1, (size_t)(end - at->rest)),
		&ignored) == -1)
		return false;
	child = json_member(at->value, json_text(text));
	json_free(text);
	if (child == NULL)
		return false;
	at->parent = at->value;
	at->value = child;
	at->rest = end + 2;
	return true;
}

int
sealed_find(const struct json **value, const struct json **parent,
    const struct json *root, const char *path, struct error *err)
{
	struct steps at = { root, NULL, path, path };

	do {
		bool found;

		if (*at.rest == '.' && at.parent != NULL)
			at.rest++;
		else if (at.parent != NULL && *at.rest != '[')
			return no_such_value(&at, err);
		if (*at.rest != '[')
			found = json_type(at.value) == JSON_OBJECT &&
			    step_bare(&at);
		else if (at.rest[1] == '"')
			found = step_quoted(&at);
		else
			found = step_item(&at);
		if (!found)
			return no_such_value(&at, err);
	} while (*at.rest != '\0');
	*value = at.value;
	*parent = at.parent;
	return 0;
}

/* ---- all of a record ---- */

/* A walk over a tree without recursion. */
struct walk {
	const struct json *at[STEPS_MAX];
	size_t item[STEPS_MAX];
	size_t depth; /* Of the value that is looked at. */
};

static void
write_path(struct buffer *out, const struct walk *walk)
{
	for (size_t i = 0; i <= walk->depth; i++)
		sealed_path_step(out, json_name(walk->at[i]), walk->item[i]);
}

static int
add_field(struct sealed_fields *list, const struct walk *walk,
    struct digest digest, struct error *err)
{
	struct buffer path = buffer_new(LIMIT_ENVELOPE);
	struct sealed_field *grown;
	int result = -1;

	for (size_t i = 0; i < list->count; i++)
		if (digest_equal(list->item[i].digest, digest))
			return error_set(err, ERROR_UNDECIDED,
			    "seal each value with a salt of its own",
			    "two fields are sealed by the same commitment");
	grown = memory_grow(list->item, &list->capacity, list->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	list->item = grown;
	write_path(&path, walk);
	if (buffer_check(&path, "path", err) == 0) {
		grown += list->count;
		grown->digest = digest;
		grown->path = memory_text(buffer_string(&path));
		if (grown->path == NULL) {
			error_memory(err);
		} else {
			list->count++;
			result = 0;
		}
	}
	buffer_free(&path);
	return result;
}

/* To the value after this one and what is in it; false at the end. */
static bool
walk_on(struct walk *walk)
{
	for (;;) {
		const struct json *next = json_next(walk->at[walk->depth]);

		if (next != NULL) {
			walk->at[walk->depth] = next;
			walk->item[walk->depth]++;
			return true;
		}
		if (walk->depth == 0)
			return false;
		walk->depth--;
	}
}

static void
clear_fields(struct sealed_fields *list)
{
	while (list->count > 0)
		memory_free(list->item[--list->count].path);
}

int
sealed_list(struct sealed_fields *list, const struct json *predicate,
    struct error *err)
{
	struct walk walk = { .depth = 0 };
	bool more;

	clear_fields(list);
	walk.at[0] = json_first(predicate);
	more = walk.at[0] != NULL;
	while (more) {
		const struct json *value = walk.at[walk.depth];
		const struct json *inside = json_first(value);
		struct digest digest;

		if (inside != NULL && sealed_is(value, &digest)) {
			if (add_field(list, &walk, digest, err) == -1)
				return -1;
			inside = NULL;
		}
		if (inside != NULL && walk.depth + 1 < STEPS_MAX) {
			walk.at[++walk.depth] = inside;
			walk.item[walk.depth] = 0;
		} else {
			more = walk_on(&walk);
		}
	}
	return 0;
}

void
sealed_fields_free(struct sealed_fields *list)
{
	clear_fields(list);
	memory_free(list->item);
	*list = (struct sealed_fields){ .item = NULL };
}

/* ---- disclosures ---- */

int
disclosures_add(struct disclosures *list, const char *path, struct bytes text,
    struct error *err)
{
	struct disclosure *grown = memory_grow(list->item, &list->capacity,
	    list->count + 1, sizeof *grown);
	struct disclosure made = { .digest = sealed_digest(text) };

	if (grown == NULL)
		return error_memory(err);
	list->item = grown;
	made.path = path == NULL ? NULL : memory_text(path);
	made.text = memory_new(1, text.len + 1);
	if ((path != NULL && made.path == NULL) || made.text == NULL) {
		memory_free(made.path);
		memory_free(made.text);
		return error_memory(err);
	}
	if (text.len > 0)
		memcpy(made.text, text.data, text.len);
	grown[list->count++] = made;
	return 0;
}

const struct disclosure *
disclosures_find(const struct disclosures *list, struct digest digest)
{
	for (size_t i = 0; i < list->count; i++)
		if (digest_equal(list->item[i].digest, digest))
			return &list->item[i];
	return NULL;
}

void
disclosures_free(struct disclosures *list)
{
	for (size_t i = 0; i < list->count; i++) {
		memory_free(list->item[i].path);
		explicit_bzero(list->item[i].text, strlen(list->item[i].text));
		memory_free(list->item[i].text);
	}
	memory_free(list->item);
	*list = (struct disclosures){ .item = NULL };
}

/* ---- sealing ---- */

int
sealed_seal(struct json *members, const char *path,
    struct disclosures *disclosures, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_DISCLOSURE);
	const struct json *value, *parent;
	int result = -1;

	if (sealed_find(&value, &parent, members, path, err) == -1)
		goto done;
	if (json_type(value) == JSON_NULL || sealed_looks_so(value) ||
	    holds_sealed(value)) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "what is at '%.200s' is sealed already, or null", path);
		goto done;
	}
	if (sealed_disclose(&text, value, err) == -1 ||
	    disclosures_add(disclosures, path, buffer_bytes(&text), err) == -1)
		goto done;
	result = json_replace((struct json *)(uintptr_t)parent, value,
	    sealed_value(disclosures->item[disclosures->count - 1].digest),
	    err);
done:
	buffer_wipe(&text);
	buffer_free(&text);
	return result;
}
