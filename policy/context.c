#include "policy/context.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/sealed.h"
#include "policy/context_internal.h"

#define CONTEXT_BYTES ((size_t)1024 * 1024 * 1024)

int
context_new(struct context **out, struct error *err)
{
	struct context *context = memory_new(1, sizeof *context);

	if (context == NULL)
		return error_memory(err);
	context->line = buffer_new(LIMIT_ENTRY);
	context->entry = entry_new();
	if (arena_new(&context->arena, CONTEXT_BYTES, err) == -1 ||
	    json_arena_new(&context->json, err) == -1) {
		context_free(context);
		return -1;
	}
	*out = context;
	return 0;
}

void
context_free(struct context *context)
{
	if (context == NULL)
		return;
	arena_free(context->arena);
	json_arena_free(context->json);
	buffer_free(&context->line);
	entry_free(&context->entry);
	memory_free(context->slot);
	memory_free(context->seen);
	memory_free(context->leaf);
	memory_free(context);
}

void
context_begin(struct context *context, const struct append_view *view,
    const struct context_policy *policies, size_t policy_count)
{
	arena_reset(context->arena);
	context->view = *view;
	context->policies = policies;
	context->policy_count = policy_count;
	context->failed = false;
	context->known_count = 0;
	if (context->slot != NULL)
		memset(context->slot, 0,
		    context->slots * sizeof *context->slot);
	context->mark = 0;
	context->seen_count = 0;
	context->lineage = NULL;
	context->ledger = NULL;
	context->input_count = 0;
	context->has_subject = false;
	context->model_known = false;
}

void
context_forget(struct context *context)
{
	const struct append_view view = context->view;

	context_begin(context, &view, context->policies, context->policy_count);
}

void
context_about(struct context *context, struct digest digest, const char *name)
{
	context->subject = digest;
	context->subject_name = context_text(context, name);
	context->has_subject = true;
	context->lineage = NULL;
	context->model_known = false;
	context->input_count = 0;
}

struct arena *
context_arena(struct context *context)
{
	return context->arena;
}

void
context_fail(struct context *context, const struct error *err)
{
	if (!context->failed)
		context->error = *err;
	context->failed = true;
}

int
context_check(const struct context *context, struct error *err)
{
	if (arena_is_full(context->arena))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the lineage takes too much memory");
	if (!context->failed)
		return 0;
	*err = context->error;
	return -1;
}

void *
context_take(struct context *context, size_t count, size_t size)
{
	void *taken = arena_take(context->arena, count, size);

	if (taken != NULL)
		memset(taken, 0, count * size);
	return taken;
}

/* --- Plain values --- */

struct cel_value
context_text(struct context *context, const char *text)
{
	struct bytes copy = arena_copy(context->arena, bytes_of_text(text));

	return copy.data == NULL ? cel_error("out of memory")
				 : cel_string(copy);
}

static struct cel_value
digest_text(struct context *context, struct digest digest)
{
	return context_text(context, digest_hex(digest).text);
}

struct cel_value
context_time(int64_t time_ms)
{
	int64_t seconds = time_ms / 1000, rest = time_ms % 1000;

	if (rest < 0) {
		rest += 1000;
		seconds--;
	}
	return (struct cel_value){ .type = CEL_TIMESTAMP,
		.time = { seconds, (int32_t)(rest * 1000000) } };
}

struct cel_value
context_map(struct context *context, const char *const names[],
    const struct cel_value values[], size_t count)
{
	struct cel_value *key = context_take(context, count, sizeof *key);
	struct cel_value *value = context_take(context, count, sizeof *value);

	if (key == NULL || value == NULL)
		return cel_error("out of memory");
	for (size_t i = 0; i < count; i++) {
		key[i] = context_text(context, names[i]);
		value[i] = values[i];
	}
	return cel_map(context->arena, key, value, count);
}

struct cel_value
context_list(struct context *context, const struct cel_value *item,
    size_t count)
{
	struct cel_value *copy = context_take(context, count, sizeof *copy);

	if (copy == NULL)
		return cel_error("out of memory");
	if (count > 0)
		memcpy(copy, item, count * sizeof *copy);
	return cel_list(context->arena, copy, count);
}

/* --- Records --- */

static void
known_touch(struct cel_lazy *lazy)
{
	struct known *known = (struct known *)lazy;
	struct context *context = known->context;
	uint64_t *grown;

	if (context->quiet > 0 || known->mark == context->mark)
		return;
	known->mark = context->mark;
	grown = memory_grow(context->seen, &context->seen_capacity,
	    context->seen_count + 1, sizeof *grown);
	if (grown == NULL) {
		struct error err;

		error_memory(&err);
		context_fail(context, &err);
		return;
	}
	context->seen = grown;
	grown[context->seen_count++] = known->row.seq;
}

/* Members that the index keeps: which column a name is. */
enum quick {
	QUICK_SEQ,
	QUICK_ENTRY,
	QUICK_TIME,
	QUICK_SIGNER,
	QUICK_KIND,
	QUICK_NAME,
	QUICK_VERSION,
	QUICK_STATUS,
	QUICK_NONE,
};

static enum quick
quick_of(const struct kind *kind, struct bytes name)
{
	static const char *const extras[] = { "seq", "entry", "time", "signer",
		"kind" };

	for (const struct member *row = kind->members; row->name != NULL;
	     row++) {
		if (!bytes_equal(name, bytes_of_text(row->name)))
			continue;
		switch (row->index) {
		case INDEX_NAME:
			return QUICK_NAME;
		case INDEX_VERSION:
			return QUICK_VERSION;
		case INDEX_STATUS:
			return QUICK_STATUS;
		default:
			return QUICK_NONE;
		}
	}
	for (unsigned i = 0; i < sizeof extras / sizeof extras[0]; i++) {
		if (bytes_equal(name, bytes_of_text(extras[i])))
			return (enum quick)i;
	}
	return QUICK_NONE;
}

static struct cel_value
quick_value(const struct known *known, enum quick which)
{
	const struct index_row *row = &known->row;

	switch (which) {
	case QUICK_SEQ:
		return cel_int((int64_t)row->seq);
	case QUICK_ENTRY:
		return digest_text(known->context, row->leaf);
	case QUICK_TIME:
		return context_time(row->time_ms);
	case QUICK_SIGNER:
		return context_signer(known->context, row->signer);
	case QUICK_KIND:
		return cel_string(bytes_of_text(row->kind->name));
	case QUICK_NAME:
		return cel_string(bytes_of_text(row->name));
	case QUICK_VERSION:
		return cel_string(bytes_of_text(row->version));
	default:
		return cel_string(bytes_of_text(row->status));
	}
}

/* What the index knows of a record, without reading it. */
static bool
known_find(struct cel_lazy *lazy, struct bytes name,
    const struct cel_value **value)
{
	struct known *known = (struct known *)lazy;
	enum quick which = quick_of(known->row.kind, name);
	struct cel_value *made;

	/* A run has the members of two entries. */
	if (which == QUICK_NONE)
		return false;
	if (which >= QUICK_NAME && quick_value(known, which).text.len == 0)
		return known->row.kind->subject != SUBJECT_IDENTITY;
	if (known->quick[which] == NULL) {
		made = arena_take(known->context->arena, 1, sizeof *made);
		if (made == NULL)
			return true;
		*made = quick_value(known, which);
		known->quick[which] = made;
	}
	*value = known->quick[which];
	return true;
}

/* Read an entry into context->entry. */
static int
read_entry(struct context *context, uint64_t seq, struct error *err)
{
	if (store_entry(context->view.store, seq, &context->line, err) == -1 ||
	    entry_parse(&context->entry, buffer_bytes(&context->line), err) ==
		-1)
		return error_within(err, "entry %llu", (unsigned long long)seq);
	return 0;
}

struct wide {
	struct cel_value *key;
	struct cel_value *value;
	size_t count;
	size_t room;
};

static void
wide_put(struct wide *wide, struct context *context, const char *name,
    struct cel_value value)
{
	if (wide->count == wide->room)
		return;
	wide->key[wide->count] = context_text(context, name);
	wide->value[wide->count++] = value;
}

static bool
wide_has(const struct wide *wide, const char *name)
{
	for (size_t i = 0; i < wide->count; i++) {
		if (bytes_equal(wide->key[i].text, bytes_of_text(name)))
			return true;
	}
	return false;
}

static void
wide_members(struct wide *wide, struct context *context,
    const struct kind *kind, const struct json *predicate)
{
	const struct member *const tables[] = { kind_common, kind->members,
		kind_optional, NULL };

	for (const struct json *child = json_first(predicate); child != NULL;
	     child = json_next(child)) {
		const char *name = json_name(child);

		if (!wide_has(wide, name) && !sealed_looks_so(child))
			wide_put(wide, context, name,
			    context_member(context, child, tables, name));
	}
}

static struct cel_value
subject_of(struct context *context, const struct json *statement)
{
	static const char *const names[] = { "name", "digest" };
	const struct json *first =
	    json_first(json_member(statement, "subject"));
	const char *name = json_member_text(first, "name");
	const char *hex =
	    json_member_text(json_member(first, "digest"), "sha256");
	const struct cel_value values[] = {
		context_text(context, name == NULL ? "" : name),
		context_text(context, hex == NULL ? "" : hex),
	};

	return context_map(context, names, values, 2);
}

/* The signers, by the hints in an entry, which are its keys' fingerprints. */
static struct cel_value
signers_of(struct context *context, const struct index_row *row)
{
	struct public_key key[LIMIT_SIGNATURES];
	size_t count = 0;

	for (size_t i = 0; i < context->entry.envelope.signature_count; i++) {
		const struct principal *principal =
		    authority_by_fingerprint(context->view.authority,
			context->entry.envelope.signature[i].keyid.text);

		key[count++] = principal == NULL ? row->signer : principal->key;
	}
	return context_signers(context, key, count);
}

/* Whether an entry's body was destroyed. */
static bool
is_erased(struct context *context, uint64_t seq)
{
	struct index_row row;
	struct error err;

	if (index_row_at(context->view.store, seq, context->view.size, &row,
		&err) == 0)
		return row.kind == &kind_erased;
	context_fail(context, &err);
	return true;
}

/* A run's members: those of its end, then those of its start. */
static void
wide_start(struct wide *wide, struct context *context,
    const struct known *known, const char *started)
{
	struct json *statement = NULL;
	struct digest leaf;
	struct error err;
	uint64_t seq;
	bool found = false;

	if (!digest_parse(&leaf, bytes_of_text(started)))
		return;
	if (index_find_exact(context->view.store, leaf, &found, &seq, &err) ==
	    -1) {
		context_fail(context, &err);
		return;
	}
	if (!found || seq >= known->row.seq || is_erased(context, seq))
		return;
	if (read_entry(context, seq, &err) == -1 ||
	    json_parse(&statement,
		buffer_bytes(&context->entry.envelope.payload), &err) == -1) {
		context_fail(context, &err);
		return;
	}
	wide_members(wide, context, known->row.kind,
	    json_member(statement, "predicate"));
	json_free(statement);
}

/* Whether somebody looked at a deployment since. */
static bool
is_reviewed(struct context *context, struct digest leaf)
{
	struct index_query query = { .before = context->view.size,
		.kind = "review",
		.mentions = &leaf };
	struct index_list *list;
	struct index_row row;
	struct error err;
	bool more = true, found = false;

	if (index_list(&list, context->view.store, &query, &err) == -1) {
		context_fail(context, &err);
		return false;
	}
	while (!found && more) {
		if (index_next(list, &row, &more, &err) == -1) {
			context_fail(context, &err);
			break;
		}
		found = more && !row.superseded;
	}
	index_list_free(list);
	return found;
}

static void
fill_from(struct known *known, struct cel_map *map,
    const struct json *statement)
{
	struct context *context = known->context;
	const struct index_row *row = &known->row;
	const struct json *predicate = json_member(statement, "predicate");
	const char *started = json_member_text(predicate, "started");
	struct wide wide = { .room = json_count(predicate) + 80 };
	struct cel_value whole;

	wide.key = context_take(context, wide.room, sizeof *wide.key);
	wide.value = context_take(context, wide.room, sizeof *wide.value);
	if (wide.key == NULL || wide.value == NULL)
		return;
	wide_put(&wide, context, "seq", cel_int((int64_t)row->seq));
	wide_put(&wide, context, "entry", digest_text(context, row->leaf));
	wide_put(&wide, context, "time", context_time(row->time_ms));
	wide_put(&wide, context, "signer",
	    context_signer(context, row->signer));
	wide_put(&wide, context, "signers", signers_of(context, row));
	/* A verdict has a member of that name. */
	if (json_member(predicate, "kind") == NULL)
		wide_put(&wide, context, "kind",
		    cel_string(bytes_of_text(row->kind->name)));
	wide_put(&wide, context, "subject", subject_of(context, statement));
	if (strcmp(row->kind->name, "deployment") == 0)
		wide_put(&wide, context, "reviewed",
		    cel_bool(is_reviewed(context, row->leaf)));
	wide_members(&wide, context, row->kind, predicate);
	if (started != NULL && strcmp(row->kind->name, "run") == 0)
		wide_start(&wide, context, known, started);
	whole = cel_map(context->arena, wide.key, wide.value, wide.count);
	if (whole.type == CEL_MAP)
		context_fill(map, whole.map);
}

static void
known_fill(struct cel_lazy *lazy, struct cel_map *map)
{
	struct known *known = (struct known *)lazy;
	struct context *context = known->context;
	struct json *statement = NULL;
	struct error err;
	bool outermost = !context->in_json;

	if (read_entry(context, known->row.seq, &err) == -1) {
		context_fail(context, &err);
		return;
	}
	if (outermost) {
		json_arena_reset(context->json);
		json_arena_begin(context->json);
		context->in_json = true;
	}
	if (json_parse(&statement,
		buffer_bytes(&context->entry.envelope.payload), &err) == -1)
		context_fail(context, &err);
	else
		fill_from(known, map, statement);
	json_free(statement);
	if (outermost) {
		json_arena_end();
		context->in_json = false;
	}
}

/* --- The table of what was read --- */

static struct known **
slot_of(struct context *context, uint64_t seq)
{
	size_t at = (size_t)(seq * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
	    (context->slots - 1);

	while (context->slot[at] != NULL && context->slot[at]->row.seq != seq)
		at = (at + 1) & (context->slots - 1);
	return &context->slot[at];
}

static bool
grow_slots(struct context *context)
{
	struct known **old = context->slot;
	size_t before = context->slots;

	if (context->known_count * 2 < context->slots)
		return true;
	context->slots = before == 0 ? 256 : before * 2;
	context->slot = memory_new(context->slots, sizeof *context->slot);
	if (context->slot == NULL) {
		context->slot = old;
		context->slots = before;
		return false;
	}
	for (size_t i = 0; i < before; i++) {
		if (old[i] != NULL)
			*slot_of(context, old[i]->row.seq) = old[i];
	}
	memory_free(old);
	return true;
}

struct known *
context_known(struct context *context, const struct index_row *row)
{
	struct known **slot, *known;
	struct error err;

	if (!grow_slots(context)) {
		error_memory(&err);
		context_fail(context, &err);
		return NULL;
	}
	slot = slot_of(context, row->seq);
	if (*slot != NULL)
		return *slot;
	known = context_take(context, 1, sizeof *known);
	if (known == NULL)
		return NULL;
	known->lazy = (struct cel_lazy){ known_touch, known_find, known_fill };
	known->context = context;
	known->row = *row;
	known->map.lazy = &known->lazy;
	known->mark = UINT64_MAX;
	*slot = known;
	context->known_count++;
	return known;
}

struct cel_value
context_value(const struct known *known)
{
	if (known == NULL)
		return cel_error("out of memory");
	return (struct cel_value){ .type = CEL_MAP, .map = &known->map };
}

struct cel_value
context_entry(struct context *context, uint64_t seq)
{
	struct index_row row;
	struct error err;

	if (index_row_at(context->view.store, seq, context->view.size, &row,
		&err) == -1) {
		context_fail(context, &err);
		return cel_error("the ledger cannot be read");
	}
	return context_value(context_known(context, &row));
}

const struct index_row *
context_row(const struct cel_value *record)
{
	if (record->type != CEL_MAP || record->map->lazy == NULL ||
	    record->map->lazy->fill != known_fill)
		return NULL;
	return &((const struct known *)record->map->lazy)->row;
}

/* --- What was looked at --- */

void
context_mark(struct context *context)
{
	context->mark++;
	context->seen_count = 0;
}

static int
by_seq(const void *a, const void *b)
{
	const uint64_t *one = a, *two = b;

	return *one < *two ? -1 : *one > *two;
}

size_t
context_seen(struct context *context, const struct digest **leaves)
{
	struct digest *grown = memory_grow(context->leaf,
	    &context->leaf_capacity, context->seen_count + 1, sizeof *grown);

	*leaves = NULL;
	if (grown == NULL)
		return 0;
	context->leaf = grown;
	if (context->seen_count > 0)
		qsort(context->seen, context->seen_count, sizeof *context->seen,
		    by_seq);
	for (size_t i = 0; i < context->seen_count; i++)
		grown[i] = (*slot_of(context, context->seen[i]))->row.leaf;
	*leaves = grown;
	return context->seen_count;
}
