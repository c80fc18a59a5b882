/* facts.c: gathering what the index keeps, by walking a kind's rows. */
#include "ledger/facts.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/kind_internal.h"

/* Up to so many facts a search for the same one just looks at all. */
#define FACTS_FEW 24

const char *
fact_role_name(enum fact_role role)
{
	switch (role) {
	case FACT_SUBJECT:
		return "subject";
	case FACT_INPUT:
		return "input";
	case FACT_OUTPUT:
		return "output";
	case FACT_PARENT:
		return "parent";
	case FACT_MODEL:
		return "model";
	case FACT_DATASET:
		return "dataset";
	case FACT_ENTRY:
		return "entry";
	case FACT_SUPERSEDES:
		return "supersedes";
	case FACT_ATTACHMENT:
		return "attachment";
	case FACT_ERASED:
		return "erased";
	case FACT_SEALED:
		return "sealed";
	case FACT_NAMED:
		return "named";
	case FACT_PARAMETER:
		return "parameter";
	case FACT_METRIC:
		return "metric";
	}
	return "";
}

struct facts
facts_new(void)
{
	/* Every text of a statement, at most twice, each with a NUL. */
	return (struct facts){ .text = buffer_new(3 * LIMIT_ENVELOPE) };
}

void
facts_free(struct facts *facts)
{
	if (facts == NULL)
		return;
	memory_free(facts->fact);
	memory_free(facts->slot);
	buffer_free(&facts->text);
	*facts = facts_new();
}

const char *
facts_text(const struct facts *facts, size_t offset)
{
	return buffer_string(&facts->text) + offset;
}

/* Keep a text; without memory the buffer remembers the failure. */
static size_t
keep_text(struct facts *facts, const char *text)
{
	size_t offset = facts->text.len;

	if (text == NULL || *text == '\0')
		return 0;
	buffer_append(&facts->text, bytes_of(text, strlen(text) + 1));
	return facts->text.state == BUFFER_FINE ? offset : 0;
}

/* ---- the same fact once ---- */

static bool
is_value(enum fact_role role)
{
	return role >= FACT_PARAMETER;
}

/* Whether a fact says the same: a digest in a role, or a value's name. */
static bool
is_same(const struct facts *facts, const struct fact *a, const struct fact *b,
    const char *name)
{
	if (a->role != b->role)
		return false;
	if (is_value(a->role))
		return strcmp(facts_text(facts, a->name), name) == 0;
	return digest_equal(a->digest, b->digest);
}

static size_t
hash_fact(const struct fact *fact, const char *name)
{
	uint64_t hash = 0;

	/* FNV-1a for names; a digest's first bytes are hash enough. */
	if (is_value(fact->role)) {
		hash = UINT64_C(0xcbf29ce484222325);
		for (; *name != '\0'; name++)
			hash =
			    (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	} else {
		memcpy(&hash, fact->digest.byte, sizeof(hash));
	}
	hash = (hash ^ (uint64_t)fact->role) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 20);
}

/* The slot where a fact is or would be; the table has free slots. */
static size_t
find_slot(const struct facts *facts, const struct fact *fact, const char *name)
{
	size_t mask = facts->slot_capacity - 1;
	size_t i = hash_fact(fact, name) & mask;

	while (facts->slot[i] != 0 &&
	    !is_same(facts, &facts->fact[facts->slot[i] - 1], fact, name))
		i = (i + 1) & mask;
	return i;
}

/* A table for all facts and one more, at most a quarter full; its capacity is
 * a power of two, as find_slot needs. */
static int
grow_slots(struct facts *facts, struct error *err)
{
	size_t capacity = 128;
	uint32_t *slot;

	while (capacity < 4 * (facts->count + 1))
		capacity *= 2;
	slot = memory_new(capacity, sizeof(*slot));
	if (slot == NULL)
		return error_memory(err);
	memory_free(facts->slot);
	facts->slot = slot;
	facts->slot_capacity = capacity;
	facts->slot_filled = false;
	return 0;
}

static int
ready_slots(struct facts *facts, struct error *err)
{
	if (2 * (facts->count + 1) > facts->slot_capacity &&
	    grow_slots(facts, err) == -1)
		return -1;
	if (facts->slot_filled)
		return 0;
	memset(facts->slot, 0, facts->slot_capacity * sizeof(*facts->slot));
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];

		facts->slot[find_slot(facts, fact,
		    facts_text(facts, fact->name))] = (uint32_t)(i + 1);
	}
	facts->slot_filled = true;
	return 0;
}

/* Whether the fact is there.  *slot is where it would go, if they count. */
static int
is_known(struct facts *facts, const struct fact *fact, const char *name,
    bool *known, size_t *slot, struct error *err)
{
	*known = false;
	if (facts->count < FACTS_FEW) {
		for (size_t i = 0; i < facts->count && !*known; i++)
			*known = is_same(facts, &facts->fact[i], fact, name);
		return 0;
	}
	if (ready_slots(facts, err) == -1)
		return -1;
	*slot = find_slot(facts, fact, name);
	*known = facts->slot[*slot] != 0;
	return 0;
}

/* Add a fact with its name and, for a text value, its text. */
static int
add_fact(struct facts *facts, struct fact *fact, const char *name,
    const char *text, struct error *err)
{
	size_t slot = SIZE_MAX;
	struct fact *grown;
	bool known;

	if (is_known(facts, fact, name, &known, &slot, err) == -1)
		return -1;
	if (known)
		return 0;
	if (facts->count == facts->capacity) {
		grown = memory_grow(facts->fact, &facts->capacity,
		    facts->count + 1, sizeof(*facts->fact));
		if (grown == NULL)
			return error_memory(err);
		facts->fact = grown;
	}
	fact->name = keep_text(facts, name);
	fact->text = keep_text(facts, text);
	facts->fact[facts->count++] = *fact;
	if (slot != SIZE_MAX)
		facts->slot[slot] = (uint32_t)facts->count;
	return 0;
}

/* ---- walking ---- */

static int
add_digest(struct facts *facts, enum fact_role role, const char *hex,
    const char *name, struct error *err)
{
	struct fact fact = { .role = role };

	if (!digest_parse(&fact.digest, bytes_of_text(hex)))
		return 0;
	return add_fact(facts, &fact, name == NULL ? "" : name, NULL, err);
}

static int
add_values(struct facts *facts, enum fact_role role, const struct json *map,
    struct error *err)
{
	const struct json *child;

	for (child = json_first(map); child != NULL; child = json_next(child)) {
		struct fact fact = { .role = role, .type = FACT_TEXT };
		const char *text = json_text(child);

		if (sealed_looks_so(child))
			continue;
		if (json_type(child) == JSON_NUMBER) {
			fact.type = FACT_NUMBER;
			fact.number = json_number(child);
		} else if (json_type(child) == JSON_BOOL) {
			text = json_bool(child) ? "true" : "false";
		}
		if (add_fact(facts, &fact, json_name(child), text, err) == -1)
			return -1;
	}
	return 0;
}

static int walk_members(struct facts *facts, const struct json *child,
    const struct member *const rows[], const char *sibling, struct error *err);

static int
walk_object(struct facts *facts, const struct json *object,
    const struct member *const rows[], struct error *err)
{
	return walk_members(facts, json_first(object), rows,
	    json_member_text(object, "name"), err);
}

/* What is inside a value whose row has members. */
static int
walk_inside(struct facts *facts, const struct json *value,
    const struct member *row, struct error *err)
{
	const struct member *const rows[] = { row->members, NULL };
	const struct json *child;

	if (row->type == MEMBER_OBJECT)
		return walk_object(facts, value, rows, err);
	for (child = json_first(value); child != NULL; child = json_next(child))
		if (walk_object(facts, child, rows, err) == -1)
			return -1;
	return 0;
}

/* The record's own name is not that of what it mentions: only inside
 * objects does `name' name the digest beside it. */
static int
take_member(struct facts *facts, const struct json *value,
    const struct member *row, const char *sibling, struct error *err)
{
	static const enum fact_role roles[] = {
		[INDEX_INPUT] = FACT_INPUT,
		[INDEX_OUTPUT] = FACT_OUTPUT,
		[INDEX_PARENT] = FACT_PARENT,
		[INDEX_MODEL] = FACT_MODEL,
		[INDEX_DATASET] = FACT_DATASET,
		[INDEX_ENTRY] = FACT_ENTRY,
		[INDEX_SUPERSEDES] = FACT_SUPERSEDES,
		[INDEX_ATTACHMENT] = FACT_ATTACHMENT,
		[INDEX_ERASED] = FACT_ERASED,
	};

	if (sealed_looks_so(value))
		return 0;
	switch (row->index) {
	case INDEX_NOTHING:
		return row->members == NULL
		    ? 0
		    : walk_inside(facts, value, row, err);
	case INDEX_NAME:
		facts->name = keep_text(facts, json_text(value));
		return 0;
	case INDEX_VERSION:
		facts->version = keep_text(facts, json_text(value));
		return 0;
	case INDEX_STATUS:
		facts->status = keep_text(facts, json_text(value));
		return 0;
	case INDEX_PARAMETERS:
		return add_values(facts, FACT_PARAMETER, value, err);
	case INDEX_METRICS:
		return add_values(facts, FACT_METRIC, value, err);
	default:
		break;
	}
	if (row->type != MEMBER_LIST)
		return add_digest(facts, roles[row->index], json_text(value),
		    sibling, err);
	for (value = json_first(value); value != NULL; value = json_next(value))
		if (add_digest(facts, roles[row->index], json_text(value), "",
			err) == -1)
			return -1;
	return 0;
}

/* The members from `child' on; `sibling' names the digests among them. */
static int
walk_members(struct facts *facts, const struct json *child,
    const struct member *const rows[], const char *sibling, struct error *err)
{
	struct member_cursor cursor = member_cursor_new(rows);
	unsigned number;

	for (; child != NULL; child = json_next(child)) {
		const struct member *row =
		    member_find(&cursor, json_name(child), &number);

		if (row != NULL &&
		    take_member(facts, child, row, sibling, err) == -1)
			return -1;
	}
	return 0;
}

/* The commitments anywhere in a value, which no tree nests deeper than
 * LIMIT_JSON_DEPTH.  Erasing one of two that are the same would erase both. */
static int
add_sealed(struct facts *facts, const struct json *value, struct error *err)
{
	const struct json *child;

	for (child = json_first(value); child != NULL;
	     child = json_next(child)) {
		struct fact fact = { .role = FACT_SEALED };
		size_t before = facts->count;

		if (!sealed_is(child, &fact.digest)) {
			if (add_sealed(facts, child, err) == -1)
				return -1;
			continue;
		}
		if (add_fact(facts, &fact, "", NULL, err) == -1)
			return -1;
		if (facts->count == before)
			return error_set(err, ERROR_UNDECIDED,
			    "seal each value with a salt of its own",
			    "two fields are sealed by the same commitment");
	}
	return 0;
}

static int
gather(struct facts *facts, const struct record *record, struct error *err)
{
	const struct member *const rows[] = {
		record->kind->members,
		kind_optional,
		NULL,
	};
	const struct json *child;

	for (child = json_first(record->subjects); child != NULL;
	     child = json_next(child))
		if (add_digest(facts, FACT_SUBJECT,
			json_member_text(json_member(child, "digest"),
			    "sha256"),
			json_member_text(child, "name"), err) == -1)
			return -1;
	/* The head says nothing that is indexed here. */
	child = json_first(record->predicate);
	for (size_t i = 0; kind_common[i].name != NULL; i++)
		child = json_next(child);
	if (walk_members(facts, child, rows, "", err) == -1)
		return -1;
	if (record->kind->sealable &&
	    add_sealed(facts, record->predicate, err) == -1)
		return -1;
	return buffer_check(&facts->text, "facts of a record", err);
}

static void
clear(struct facts *facts)
{
	facts->count = 0;
	facts->name = facts->version = facts->status = 0;
	facts->slot_filled = false;
	buffer_clear(&facts->text);
	buffer_byte(&facts->text, 0);
}

int
facts_gather(struct facts *facts, const struct record *record,
    struct error *err)
{
	clear(facts);
	return gather(facts, record, err);
}

int
facts_of_erased(struct facts *facts, const struct json *named,
    struct error *err)
{
	clear(facts);
	facts->status = keep_text(facts, FACTS_ERASED);
	for (const struct json *one = json_first(named); one != NULL;
	     one = json_next(one))
		if (add_digest(facts, FACT_NAMED, json_text(one), "", err) ==
		    -1)
			return -1;
	return buffer_check(&facts->text, "facts of an erased entry", err);
}
