#include "policy/rule_shapes.h"

#include <string.h>

#include "policy/plural.h"

struct making {
	struct arena *arena;
	const struct shape *signer;
	const struct shape *subject;
	bool full; /* The arena gave no more. */
};

#define FIELDS_MAX 160

struct fields {
	struct field field[FIELDS_MAX];
	size_t count;
};

static const struct shape any_shape = { .type = SHAPE_ANY };
static const struct shape bool_shape = { .type = SHAPE_BOOL };
static const struct shape int_shape = { .type = SHAPE_INT };
static const struct shape double_shape = { .type = SHAPE_DOUBLE };
static const struct shape string_shape = { .type = SHAPE_STRING };
static const struct shape time_shape = { .type = SHAPE_TIMESTAMP };
static const struct shape strings_shape = { .type = SHAPE_LIST,
	.item = &string_shape };

static const struct shape *
new_shape(struct making *making, const struct shape *shape)
{
	struct shape *copy = arena_take(making->arena, 1, sizeof *copy);

	if (copy == NULL) {
		making->full = true;
		return &any_shape;
	}
	*copy = *shape;
	return copy;
}

static const struct shape *
list_of(struct making *making, const struct shape *item)
{
	const struct shape shape = { .type = SHAPE_LIST, .item = item };

	return new_shape(making, &shape);
}

static void
add(struct fields *fields, const char *name, const struct shape *shape)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (strcmp(fields->field[i].name, name) != 0)
			continue;
		/* Two kinds say it in different ways. */
		if (fields->field[i].shape->type != shape->type)
			fields->field[i].shape = &any_shape;
		return;
	}
	if (fields->count < FIELDS_MAX)
		fields->field[fields->count++] = (struct field){ name, shape };
}

static const struct shape *
object_of(struct making *making, const struct fields *fields)
{
	struct field *copy =
	    arena_take(making->arena, fields->count + 1, sizeof *copy);
	const struct shape shape = { .type = SHAPE_OBJECT,
		.field = copy,
		.field_count = fields->count };

	if (copy == NULL) {
		making->full = true;
		return &any_shape;
	}
	memcpy(copy, fields->field, fields->count * sizeof *copy);
	return new_shape(making, &shape);
}

static const struct shape *shape_of_row(struct making *making,
    enum member_type type, const struct member *row);

static void
add_rows(struct making *making, struct fields *fields, const struct member *row)
{
	for (; row->name != NULL; row++)
		add(fields, row->name, shape_of_row(making, row->type, row));
}

static const struct shape *
shape_of_row(struct making *making, enum member_type type,
    const struct member *row)
{
	struct fields fields = { .count = 0 };
	struct shape shape = { .type = SHAPE_ANY };

	switch (type) {
	case MEMBER_TIME:
		return &time_shape;
	case MEMBER_NUMBER:
	case MEMBER_COUNT:
	case MEMBER_INTEGER:
		return &double_shape;
	case MEMBER_BOOL:
		return &bool_shape;
	case MEMBER_WORD:
		shape.type = SHAPE_STRING;
		shape.words = row->words;
		return new_shape(making, &shape);
	case MEMBER_SCALAR:
	case MEMBER_ANY:
		return &any_shape;
	case MEMBER_OBJECT:
		add_rows(making, &fields, row->members);
		return object_of(making, &fields);
	case MEMBER_LIST:
	case MEMBER_MAP:
		shape.type = type == MEMBER_LIST ? SHAPE_LIST : SHAPE_MAP;
		shape.item = row->element == MEMBER_LIST ||
			row->element == MEMBER_MAP
		    ? &any_shape
		    : shape_of_row(making, row->element, row);
		return new_shape(making, &shape);
	default:
		return &string_shape;
	}
}

static void
add_kind(struct making *making, struct fields *fields, const struct kind *kind)
{
	add_rows(making, fields, kind_common);
	add_rows(making, fields, kind->members);
	add_rows(making, fields, kind_optional);
}

/* What an entry adds to its record. */
static void
add_extras(struct making *making, struct fields *fields)
{
	add(fields, "seq", &int_shape);
	add(fields, "entry", &string_shape);
	add(fields, "time", &time_shape);
	add(fields, "kind", &string_shape);
	add(fields, "signer", making->signer);
	add(fields, "signers", list_of(making, making->signer));
	add(fields, "subject", making->subject);
}

static const struct shape *
records_of(struct making *making, const char *name)
{
	const struct kind *kind = kind_named(name);
	struct fields fields = { .count = 0 };

	if (kind == NULL)
		return &any_shape;
	add_kind(making, &fields, kind);
	add_extras(making, &fields);
	if (strcmp(name, "deployment") == 0)
		add(&fields, "reviewed", &bool_shape);
	return object_of(making, &fields);
}

static const struct plural lists[] = { PLURALS_ALL(PLURAL_ROW) };
enum { PLURALS_ALL(PLURAL_NUMBER) };
#define LISTS (sizeof lists / sizeof lists[0])

static void
add_lists(struct making *making, struct fields *fields,
    const struct shape *const records[LISTS])
{
	for (size_t i = 0; i < LISTS; i++)
		add(fields, lists[i].list, list_of(making, records[i]));
}

static const struct shape *
lineage_shape(struct making *making, const struct shape *const records[LISTS])
{
	struct fields fields = { .count = 0 }, input = { .count = 0 };

	add_lists(making, &fields, records);
	add(&fields, "evaluation_datasets",
	    list_of(making, records[PLURAL_datasets]));
	add(&input, "name", &string_shape);
	add(&input, "digest", &string_shape);
	add(&input, "entry", &string_shape);
	add(&input, "seq", &int_shape);
	add(&fields, "unregistered",
	    list_of(making, object_of(making, &input)));
	return object_of(making, &fields);
}

static const struct shape *
ledger_shape(struct making *making, const struct shape *const records[LISTS],
    const struct fields *signer)
{
	struct fields fields = { .count = 0 }, policy = { .count = 0 };
	struct fields key = *signer;
	struct shape policies = { .type = SHAPE_MAP };

	add_lists(making, &fields, records);
	add(&fields, "origin", &string_shape);
	add(&fields, "size", &int_shape);
	add(&key, "enrolled", &int_shape);
	add(&key, "ended", &int_shape);
	add(&fields, "keys", list_of(making, object_of(making, &key)));
	add(&policy, "name", &string_shape);
	add(&policy, "version", &string_shape);
	add(&policy, "digest", &string_shape);
	add(&policy, "entry", &string_shape);
	add(&policy, "time", &time_shape);
	policies.item = object_of(making, &policy);
	add(&fields, "policies", new_shape(making, &policies));
	add(&fields, "deployed", list_of(making, records[PLURAL_deployments]));
	add(&fields, "emergencies",
	    list_of(making, records[PLURAL_deployments]));
	return object_of(making, &fields);
}

static const struct shape *
record_shape(struct making *making, const struct rule *rule)
{
	struct fields fields = { .count = 0 };

	for (size_t i = 0; kinds[i] != NULL; i++) {
		if (rule->on[i])
			add_kind(making, &fields, kinds[i]);
	}
	if (rule->on_audit && rule->each != EACH_LEDGER) {
		add_kind(making, &fields,
		    kind_named(rule->each == EACH_DEPLOYED ? "deployment"
							   : "model"));
		add_extras(making, &fields);
	}
	return object_of(making, &fields);
}

static const struct shape *
params_shape(struct making *making, const struct json *params)
{
	struct fields fields = { .count = 0 };

	for (const struct json *child = json_first(params); child != NULL;
	     child = json_next(child)) {
		const struct shape *shape = &any_shape;

		if (json_type(child) == JSON_NUMBER)
			shape = &double_shape;
		else if (json_type(child) == JSON_TEXT)
			shape = &string_shape;
		else if (json_type(child) == JSON_BOOL)
			shape = &bool_shape;
		add(&fields, json_name(child), shape);
	}
	return object_of(making, &fields);
}

int
rule_shapes_make(struct rule_shapes *out, const struct rule *rule,
    const struct json *params, struct arena *arena, struct error *err)
{
	struct making making = { .arena = arena };
	struct fields signer = { .count = 0 }, subject = { .count = 0 };
	const struct shape map = { .type = SHAPE_MAP, .item = &any_shape };
	const struct shape *records[LISTS] = { NULL };

	add(&signer, "name", &string_shape);
	add(&signer, "roles", &strings_shape);
	add(&signer, "key", &string_shape);
	add(&signer, "in_force", &bool_shape);
	add(&signer, "certified", &bool_shape);
	add(&signer, "subject", &string_shape);
	add(&signer, "issuer", &string_shape);
	add(&signer, "identity", new_shape(&making, &map));
	making.signer = object_of(&making, &signer);
	add(&subject, "name", &string_shape);
	add(&subject, "digest", &string_shape);
	making.subject = object_of(&making, &subject);
	for (size_t i = 0; i < LISTS; i++)
		records[i] = records_of(&making, lists[i].kind);
	out->variable[NAME_RECORD] = record_shape(&making, rule);
	out->variable[NAME_KIND] = &string_shape;
	out->variable[NAME_SUBJECT] = making.subject;
	out->variable[NAME_SIGNER] = making.signer;
	out->variable[NAME_SIGNERS] = list_of(&making, making.signer);
	out->variable[NAME_NOW] = &time_shape;
	out->variable[NAME_MODEL] = records[PLURAL_models];
	out->variable[NAME_LINEAGE] = lineage_shape(&making, records);
	out->variable[NAME_PARAMS] = params_shape(&making, params);
	out->variable[NAME_LEDGER] = ledger_shape(&making, records, &signer);
	return making.full ? error_memory(err) : 0;
}
