/* kind_schema.c: the rows of a kind as JSON Schema (2020-12). */
#include "base/limits.h"
#include "ledger/kind_internal.h"

#define SCHEMA_DIALECT "https://json-schema.org/draft/2020-12/schema"

/*
 * Every function here puts keywords into `schema' and returns 0 or -1; a
 * NULL value handed to json_put is its own error, so that one check serves
 * for making and putting.
 */

static int
put_text(struct json *schema, const char *keyword, const char *text,
    struct error *err)
{
	return json_put(schema, keyword, json_new_text(text), err);
}

static int
put_number(struct json *schema, const char *keyword, int64_t number,
    struct error *err)
{
	return json_put(schema, keyword, json_new_integer(number), err);
}

/* {"type":"string","pattern":…}, the pattern being NULL for any text. */
static int
put_string(struct json *schema, const char *pattern, int64_t least,
    int64_t most, struct error *err)
{
	if (put_text(schema, "type", "string", err) == -1)
		return -1;
	if (pattern != NULL && put_text(schema, "pattern", pattern, err) == -1)
		return -1;
	if (least > 0 && put_number(schema, "minLength", least, err) == -1)
		return -1;
	return most > 0 ? put_number(schema, "maxLength", most, err) : 0;
}

static int
put_words(struct json *schema, const char *const words[], struct error *err)
{
	struct json *list = json_new_list();

	for (size_t i = 0; words[i] != NULL; i++)
		if (json_push(list, json_new_text(words[i]), err) == -1) {
			json_free(list);
			return -1;
		}
	return json_put(schema, "enum", list, err);
}

/* A whole number that JSON can carry, at least `least'. */
static struct json *
integer_schema(int64_t least, struct error *err)
{
	struct json *schema = json_new_object();

	if (put_text(schema, "type", "integer", err) == -1 ||
	    put_number(schema, "minimum", least, err) == -1 ||
	    put_number(schema, "maximum", INT64_C(1) << 53, err) == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

static struct json *
type_schema(const char *type, struct error *err)
{
	struct json *schema = json_new_object();

	if (put_text(schema, "type", type, err) == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

static struct json *
pattern_schema(const char *pattern, struct error *err)
{
	struct json *schema = json_new_object();

	if (put_string(schema, pattern, 0, 0, err) == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

static struct json *
words_schema(const char *const words[], struct error *err)
{
	struct json *schema = json_new_object();

	if (put_words(schema, words, err) == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

/* {"anyOf":[a,b]}; takes both, which may be NULL. */
static int
put_either(struct json *schema, struct json *a, struct json *b,
    struct error *err)
{
	struct json *list = json_new_list();

	if (json_push(list, a, err) == -1) {
		json_free(b);
		json_free(list);
		return -1;
	}
	if (json_push(list, b, err) == -1) {
		json_free(list);
		return -1;
	}
	return json_put(schema, "anyOf", list, err);
}

static int
put_number_type(struct json *schema, enum member_type type, struct error *err)
{
	static const char *const not_finite[] = {
		"NaN",
		"Infinity",
		"-Infinity",
		NULL,
	};

	if (type == MEMBER_NUMBER)
		return put_either(schema, type_schema("number", err),
		    words_schema(not_finite, err), err);
	if (type == MEMBER_COUNT)
		return put_either(schema, integer_schema(0, err),
		    pattern_schema("^[1-9][0-9]{15,18}$", err), err);
	return put_either(schema, integer_schema(-(INT64_C(1) << 53), err),
	    pattern_schema("^-?[1-9][0-9]{15,18}$", err), err);
}

static int
put_scalar(struct json *schema, struct error *err)
{
	static const char *const types[] = { "string", "number", "boolean" };
	struct json *list = json_new_list();

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (json_push(list, json_new_text(types[i]), err) == -1) {
			json_free(list);
			return -1;
		}
	return json_put(schema, "type", list, err);
}

static int put_type(struct json *schema, const struct member *row,
    enum member_type type, bool sealable, struct error *err);
static int put_members(struct json *schema, const struct member *const rows[],
    bool sealable, struct error *err);

static int
put_object(struct json *schema, const struct member *row, bool sealable,
    struct error *err)
{
	const struct member *const rows[] = { row->members, NULL };

	return put_members(schema, rows, sealable, err);
}

/* {"$ref":"#/$defs/sealed"}: in place of a value, a commitment to it. */
static struct json *
sealed_reference(struct error *err)
{
	struct json *schema = json_new_object();

	if (put_text(schema, "$ref", "#/$defs/sealed", err) == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

/* What a value of this type is, or where it may be sealed, either. */
static int
put_value(struct json *schema, const struct member *row, enum member_type type,
    bool sealable, struct error *err)
{
	struct json *open;

	if (!sealable || type == MEMBER_ANY || !member_is_sealable(row, type))
		return put_type(schema, row, type, sealable, err);
	open = json_new_object();
	if (open == NULL)
		return error_memory(err);
	if (put_type(open, row, type, sealable, err) == -1) {
		json_free(open);
		return -1;
	}
	return put_either(schema, open, sealed_reference(err), err);
}

/* What each item or value is; nested lists and maps hold anything. */
static struct json *
element_schema(const struct member *row, bool sealable, struct error *err)
{
	struct json *schema = json_new_object();
	int result;

	if (schema == NULL) {
		error_memory(err);
		return NULL;
	}
	if (row->element == MEMBER_LIST)
		result = put_text(schema, "type", "array", err);
	else if (row->element == MEMBER_MAP)
		result = put_text(schema, "type", "object", err);
	else
		result = put_value(schema, row, row->element, sealable, err);
	if (result == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

static struct json *
free_name_schema(struct error *err)
{
	struct json *schema = json_new_object(), *not = json_new_object();

	if (put_text(not, "const", SEALED_NAME, err) == -1) {
		json_free(not );
		not = NULL;
	}
	if (json_put(schema, "not", not, err) == -1 ||
	    put_text(schema, "pattern", "^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
		err) == -1 ||
	    put_number(schema, "maxLength", LIMIT_NAME, err) == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

static int
put_map(struct json *schema, const struct member *row, bool sealable,
    struct error *err)
{
	if (put_text(schema, "type", "object", err) == -1 ||
	    json_put(schema, "propertyNames", free_name_schema(err), err) == -1)
		return -1;
	return json_put(schema, "additionalProperties",
	    element_schema(row, sealable, err), err);
}

static int
put_type(struct json *schema, const struct member *row, enum member_type type,
    bool sealable, struct error *err)
{
	switch (type) {
	case MEMBER_TEXT:
		return put_string(schema, NULL, 1, 0, err);
	case MEMBER_NAME:
		return put_string(schema, "^[A-Za-z0-9][A-Za-z0-9._/-]*$", 0,
		    LIMIT_NAME, err);
	case MEMBER_DIGEST:
		return put_string(schema, "^[0-9a-f]{64}$", 0, 0, err);
	case MEMBER_NONCE:
		return put_string(schema, "^[0-9a-f]{32}$", 0, 0, err);
	case MEMBER_COMMIT:
		return put_string(schema, "^([0-9a-f]{40}|[0-9a-f]{64})$", 0, 0,
		    err);
	case MEMBER_TIME:
		return put_string(schema,
		    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T"
		    "[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
		    0, 0, err);
	case MEMBER_PUBLIC_KEY:
		return put_string(schema,
		    "^ssh-ed25519 "
		    "AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$",
		    0, 0, err);
	case MEMBER_SIGNATURE:
		return put_string(schema, "^[A-Za-z0-9+/]{86}==$", 0, 0, err);
	case MEMBER_NUMBER:
	case MEMBER_COUNT:
	case MEMBER_INTEGER:
		return put_number_type(schema, type, err);
	case MEMBER_BOOL:
		return put_text(schema, "type", "boolean", err);
	case MEMBER_WORD:
		return put_words(schema, row->words, err);
	case MEMBER_SCALAR:
		return put_scalar(schema, err);
	case MEMBER_ANY:
		return 0;
	case MEMBER_OBJECT:
		return put_object(schema, row, sealable, err);
	case MEMBER_LIST:
		if (put_text(schema, "type", "array", err) == -1)
			return -1;
		return json_put(schema, "items",
		    element_schema(row, sealable, err), err);
	case MEMBER_MAP:
		return put_map(schema, row, sealable, err);
	}
	return 0;
}

static struct json *
row_schema(const struct member *row, bool sealable, struct error *err)
{
	struct json *schema = json_new_object();

	if (put_text(schema, "description", row->sentence, err) == -1 ||
	    put_value(schema, row, row->type, sealable, err) == -1) {
		json_free(schema);
		return NULL;
	}
	return schema;
}

static struct json *
properties_of(const struct member *const rows[], bool sealable,
    struct error *err)
{
	struct json *properties = json_new_object();

	for (; *rows != NULL; rows++)
		for (const struct member *row = *rows; row->name != NULL; row++)
			if (json_put(properties, row->name,
				row_schema(row,
				    sealable && *rows != kind_common, err),
				err) == -1) {
				json_free(properties);
				return NULL;
			}
	return properties;
}

static struct json *
required_of(const struct member *const rows[], struct error *err)
{
	struct json *required = json_new_list();

	for (; *rows != NULL; rows++)
		for (const struct member *row = *rows; row->name != NULL; row++)
			if (row->required &&
			    json_push(required, json_new_text(row->name),
				err) == -1) {
				json_free(required);
				return NULL;
			}
	return required;
}

static int
put_members(struct json *schema, const struct member *const rows[],
    bool sealable, struct error *err)
{
	if (put_text(schema, "type", "object", err) == -1 ||
	    json_put(schema, "properties", properties_of(rows, sealable, err),
		err) == -1 ||
	    json_put(schema, "required", required_of(rows, err), err) == -1)
		return -1;
	return json_put(schema, "additionalProperties", json_new_bool(false),
	    err);
}

static int
put_conditions(struct json *schema, const struct kind *kind, struct error *err)
{
	struct json *conditions;

	if (kind->conditions == NULL)
		return 0;
	if (json_parse(&conditions, bytes_of_text(kind->conditions), err) == -1)
		return -1;
	return json_put(schema, "allOf", conditions, err);
}

/* "$defs": what stands in place of a sealed value. */
static int
put_definitions(struct json *schema, const struct kind *kind, struct error *err)
{
	static const char definitions[] =
	    "{\"sealed\":{\"description\":\"A commitment in place of a value "
	    "(docs/format.md, sealed fields).\",\"type\":\"object\","
	    "\"properties\":{\"" SEALED_NAME "\":{\"type\":\"string\","
	    "\"pattern\":\"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$\"}},"
	    "\"required\":[\"" SEALED_NAME "\"],"
	    "\"additionalProperties\":false}}";
	struct json *made;

	if (!kind->sealable)
		return 0;
	if (json_parse(&made, bytes_of_text(definitions), err) == -1)
		return -1;
	return json_put(schema, "$defs", made, err);
}

int
kind_schema(struct json **out, const struct kind *kind, struct error *err)
{
	const struct member *const rows[] = {
		kind_common,
		kind->members,
		kind_optional,
		NULL,
	};
	struct json *schema = json_new_object();
	struct buffer id = buffer_new(200);
	int result = -1;

	buffer_printf(&id, "%s%s%s", KIND_TYPE_PREFIX, kind->name,
	    KIND_TYPE_SUFFIX);
	if (buffer_check(&id, "schema", err) == -1 ||
	    put_text(schema, "$schema", SCHEMA_DIALECT, err) == -1 ||
	    put_text(schema, "$id", buffer_string(&id), err) == -1 ||
	    put_text(schema, "title", kind->name, err) == -1 ||
	    put_text(schema, "description", kind->sentence, err) == -1 ||
	    put_members(schema, rows, kind->sealable, err) == -1 ||
	    put_definitions(schema, kind, err) == -1 ||
	    put_conditions(schema, kind, err) == -1)
		goto done;
	*out = schema;
	schema = NULL;
	result = 0;
done:
	json_free(schema);
	buffer_free(&id);
	return result;
}
