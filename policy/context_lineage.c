/* context_lineage.c: what led to a model, and what was said of it. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "policy/context_internal.h"
#include "policy/plural.h"

/* Most artefacts and runs on the way to one model. */
#define WALK_MAX 10000

/* Lists in a lineage that hold all records of a kind about the subject. */
static const struct plural about[] = { PLURALS_ABOUT(PLURAL_ROW) };
enum { PLURALS_ABOUT(PLURAL_NUMBER) };
#define ABOUT_COUNT (sizeof about / sizeof about[0])

#define EVALUATION_DATA 3
#define WALKED 4
static const char *const walked[WALKED] = { "runs", "datasets", "unregistered",
	"evaluation_datasets" };

struct lineage_map {
	struct cel_lazy lazy;
	struct context *context;
	struct cel_map map;
	/* The records about the subject, each kind when it is asked for. */
	bool has[ABOUT_COUNT];
	struct cel_value list[ABOUT_COUNT];
	bool has_walked;
	bool has_evaluation_data;
	struct cel_value walk[WALKED];
};

/* --- Growing lists of values --- */

struct many {
	struct cel_value *item;
	size_t count;
	size_t capacity;
};

static void
many_add(struct context *context, struct many *many, struct cel_value value)
{
	struct cel_value *grown = memory_grow(many->item, &many->capacity,
	    many->count + 1, sizeof *grown);
	struct error err;

	if (grown == NULL) {
		error_memory(&err);
		context_fail(context, &err);
		return;
	}
	many->item = grown;
	grown[many->count++] = value;
}

/* --- Finding records of a list by a member --- */

struct finder {
	struct cel_finder finder;
	struct context *context;
	const struct cel_list *list;
	struct column {
		struct column *next;
		struct bytes name;
		bool whole; /* Every item has it, as a text. */
		uint32_t *number; /* Sorted by text, then number. */
		const struct cel_value **value; /* By number. */
	} * column;
};

/* The column that is being sorted; qsort has no cookie. */
static _Thread_local const struct column *sorting;

static int
compare_texts(struct bytes a, struct bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.data, b.data, len);

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

static int
by_text(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
	int order =
	    compare_texts(sorting->value[one]->text, sorting->value[two]->text);

	return order != 0 ? order : one < two ? -1 : one > two;
}

static struct column *
make_column(struct finder *finder, struct bytes name)
{
	struct context *context = finder->context;
	struct column *column = context_take(context, 1, sizeof *column);
	size_t count = finder->list->count;
	struct cel_value key = cel_string(name);

	if (column == NULL)
		return NULL;
	column->number = context_take(context, count, sizeof(uint32_t));
	column->value = context_take(context, count, sizeof *column->value);
	column->name = arena_copy(context->arena, name);
	if (column->number == NULL || column->value == NULL ||
	    column->name.data == NULL)
		return NULL;
	column->whole = true;
	/* This is the host's looking, not the rule's. */
	context->quiet++;
	for (size_t i = 0; i < count && column->whole; i++) {
		const struct cel_value *value =
		    cel_map_find(finder->list->item[i].map, &key);

		column->number[i] = (uint32_t)i;
		column->value[i] = value;
		column->whole = value != NULL && value->type == CEL_STRING;
	}
	context->quiet--;
	if (column->whole) {
		sorting = column;
		qsort(column->number, count, sizeof(uint32_t), by_text);
	}
	column->next = finder->column;
	finder->column = column;
	return column;
}

static bool
find_equal(const struct cel_finder *base, struct bytes name,
    const struct cel_value *value, const uint32_t **item, size_t *count)
{
	struct finder *finder = (struct finder *)(uintptr_t)base;
	struct column *column = finder->column;
	size_t low = 0, high = finder->list->count, end;

	while (column != NULL && !bytes_equal(column->name, name))
		column = column->next;
	if (column == NULL)
		column = make_column(finder, name);
	if (column == NULL || !column->whole)
		return false;
	*count = 0;
	*item = column->number;
	if (value->type != CEL_STRING)
		return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_texts(column->value[column->number[middle]]->text,
			value->text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < finder->list->count &&
	     bytes_equal(column->value[column->number[end]]->text, value->text);
	     end++)
		continue;
	*item = column->number + low;
	*count = end - low;
	return true;
}

/* A list of records; those of any length are found by their members. */
static struct cel_value
record_list(struct context *context, const struct many *many)
{
	struct cel_value value = context_list(context, many->item, many->count);
	struct finder *finder;

	if (value.type != CEL_LIST || many->count < 8)
		return value;
	finder = context_take(context, 1, sizeof *finder);
	if (finder == NULL)
		return value;
	finder->finder.equal = find_equal;
	finder->context = context;
	finder->list = value.list;
	((struct cel_list *)(uintptr_t)value.list)->finder = &finder->finder;
	return value;
}

/* --- Records about the subject --- */

/* All records of a kind that stand and mention a digest, oldest first. */
static void
add_records(struct context *context, struct many *many, const char *kind,
    const struct digest *digest)
{
	struct index_query query = { .before = context->view.size,
		.kind = kind,
		.mentions = digest,
		.oldest_first = true };
	struct index_list *list;
	struct index_row row;
	struct error err;
	bool more = true;

	if (index_list(&list, context->view.store, &query, &err) == -1) {
		context_fail(context, &err);
		return;
	}
	while (more) {
		if (index_next(list, &row, &more, &err) == -1) {
			context_fail(context, &err);
			break;
		}
		if (more && !row.superseded)
			many_add(context, many,
			    context_value(context_known(context, &row)));
	}
	index_list_free(list);
}

static int
value_by_seq(const void *a, const void *b)
{
	uint64_t one = context_row(a)->seq, two = context_row(b)->seq;

	return one < two ? -1 : one > two;
}

static void
sort_records(struct many *many)
{
	if (many->count > 1)
		qsort(many->item, many->count, sizeof *many->item,
		    value_by_seq);
}

/* What is attested of the ledger holds for all that is in it. */
static void
add_attestations_of_all(struct context *context, struct many *many)
{
	const struct note_key *key =
	    authority_ledger_key(context->view.authority);
	struct digest digest;

	if (key == NULL)
		return;
	digest = public_key_digest(key->key);
	add_records(context, many, "attestation", &digest);
	sort_records(many);
}

static const struct cel_value *
about_list(struct lineage_map *lineage, size_t number)
{
	struct context *context = lineage->context;
	struct many many = { NULL, 0, 0 };

	if (lineage->has[number])
		return &lineage->list[number];
	lineage->has[number] = true;
	if (context->has_subject)
		add_records(context, &many, about[number].kind,
		    &context->subject);
	if (number == PLURAL_attestations)
		add_attestations_of_all(context, &many);
	lineage->list[number] = record_list(context, &many);
	memory_free(many.item);
	return &lineage->list[number];
}

/* --- The way back: runs and data --- */

struct walk {
	struct context *context;
	struct many runs;
	struct many datasets;
	struct many unregistered;
	struct {
		struct digest digest;
		struct cel_value name;
		uint64_t seq; /* Of the run that read it. */
		struct digest leaf;
		bool is_input;
	} * todo;
	size_t count;
	size_t capacity;
};

static void
walk_to(struct walk *walk, struct digest digest, struct cel_value name,
    const struct index_row *by, bool is_input)
{
	void *grown;
	struct error err;

	for (size_t i = 0; i < walk->count; i++) {
		if (digest_equal(walk->todo[i].digest, digest))
			return;
	}
	if (walk->count == WALK_MAX) {
		error_set(&err, ERROR_UNDECIDED, NULL,
		    "more than %d artefacts led to this one", WALK_MAX);
		context_fail(walk->context, &err);
		return;
	}
	grown = memory_grow(walk->todo, &walk->capacity, walk->count + 1,
	    sizeof *walk->todo);
	if (grown == NULL) {
		error_memory(&err);
		context_fail(walk->context, &err);
		return;
	}
	walk->todo = grown;
	walk->todo[walk->count].digest = digest;
	walk->todo[walk->count].name = name;
	walk->todo[walk->count].seq = by == NULL ? 0 : by->seq;
	walk->todo[walk->count].is_input = is_input;
	if (by != NULL)
		walk->todo[walk->count].leaf = by->leaf;
	walk->count++;
}

static const struct cel_value *
member(const struct cel_value *map, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));

	return map->type == CEL_MAP ? cel_map_find(map->map, &key) : NULL;
}

/* The {digest} of each item of a list in a record. */
static void
walk_list(struct walk *walk, const struct cel_value *record, const char *name,
    bool is_input)
{
	const struct cel_value *list = member(record, name);

	if (list == NULL || list->type != CEL_LIST)
		return;
	for (size_t i = 0; i < list->list->count; i++) {
		const struct cel_value *item = &list->list->item[i];
		const struct cel_value *hex = member(item, "digest");
		const struct cel_value *said = member(item, "name");
		struct digest digest;

		if (hex != NULL && hex->type == CEL_STRING &&
		    digest_parse(&digest, hex->text))
			walk_to(walk, digest,
			    said == NULL ? cel_string(bytes_of("", 0)) : *said,
			    context_row(record), is_input);
	}
}

static bool
has_record(const struct many *many, uint64_t seq)
{
	for (size_t i = 0; i < many->count; i++) {
		if (context_row(&many->item[i])->seq == seq)
			return true;
	}
	return false;
}

/* A record that made or describes an artefact, and where it leads. */
static bool
take_mention(struct walk *walk, const struct index_mention *mention)
{
	struct context *context = walk->context;
	struct index_row row;
	struct cel_value record;
	struct error err;
	bool describes = false;

	if (index_row_at(context->view.store, mention->seq, context->view.size,
		&row, &err) == -1) {
		context_fail(context, &err);
		return false;
	}
	if (row.superseded)
		return false;
	record = context_value(context_known(context, &row));
	if (mention->role == FACT_OUTPUT &&
	    strcmp(row.kind->name, "run") == 0) {
		if (!has_record(&walk->runs, row.seq)) {
			many_add(context, &walk->runs, record);
			walk_list(walk, &record, "inputs", true);
		}
	} else if (mention->role == FACT_SUBJECT &&
	    strcmp(row.kind->name, "dataset") == 0) {
		many_add(context, &walk->datasets, record);
		walk_list(walk, &record, "parents", false);
		describes = true;
	}
	return describes;
}

static int
mention_by_seq(const void *a, const void *b)
{
	const struct index_mention *one = a, *two = b;

	if (one->seq != two->seq)
		return one->seq < two->seq ? -1 : 1;
	return one->role < two->role ? -1 : one->role > two->role;
}

/* What runs and data sets say of an artefact, in order: other kinds lead
 * nowhere. */
static int
find_makers(struct context *context, struct digest digest,
    struct index_mention **out, size_t *count, struct error *err)
{
	struct store *store = context->view.store;
	uint64_t size = context->view.size;
	struct index_mention *runs = NULL, *datasets = NULL, *grown;
	size_t run_count = 0, dataset_count = 0, capacity;
	int result = -1;

	if (index_mentions(store, digest, "run", size, &runs, &run_count,
		err) == -1 ||
	    index_mentions(store, digest, "dataset", size, &datasets,
		&dataset_count, err) == -1)
		goto done;
	capacity = run_count;
	if (dataset_count > 0) {
		grown = memory_grow(runs, &capacity, run_count + dataset_count,
		    sizeof *grown);
		if (grown == NULL) {
			error_memory(err);
			goto done;
		}
		runs = grown;
		memcpy(runs + run_count, datasets,
		    dataset_count * sizeof *datasets);
		qsort(runs, run_count + dataset_count, sizeof *runs,
		    mention_by_seq);
	}
	*out = runs;
	*count = run_count + dataset_count;
	runs = NULL;
	result = 0;
done:
	memory_free(runs);
	memory_free(datasets);
	return result;
}

static void
take_artefact(struct walk *walk, size_t number)
{
	struct context *context = walk->context;
	struct index_mention *mention = NULL;
	size_t count = 0;
	struct error err;
	bool described = false, made = false;

	if (find_makers(context, walk->todo[number].digest, &mention, &count,
		&err) == -1) {
		context_fail(context, &err);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		/* What is said of the subject itself is found elsewhere. */
		if (mention[i].role != FACT_OUTPUT &&
		    (mention[i].role != FACT_SUBJECT || number == 0))
			continue;
		made |= mention[i].role == FACT_OUTPUT;
		described |= take_mention(walk, &mention[i]);
	}
	memory_free(mention);
	if (walk->todo[number].is_input && !described && !made) {
		static const char *const names[] = { "name", "digest", "entry",
			"seq" };
		const struct cel_value values[] = {
			walk->todo[number].name,
			context_text(context,
			    digest_hex(walk->todo[number].digest).text),
			context_text(context,
			    digest_hex(walk->todo[number].leaf).text),
			cel_int((int64_t)walk->todo[number].seq),
		};

		many_add(context, &walk->unregistered,
		    context_map(context, names, values, 4));
	}
}

/* The data that evaluations were made on. */
static struct cel_value
evaluation_data(struct lineage_map *lineage)
{
	struct context *context = lineage->context;
	struct walk walk = { .context = context };
	const struct cel_value *evaluations;
	struct cel_value result;

	evaluations = about_list(lineage, PLURAL_evaluations);
	for (size_t i = 0;
	     evaluations->type == CEL_LIST && i < evaluations->list->count;
	     i++) {
		const struct cel_value *item = &evaluations->list->item[i];
		const struct cel_value *data = member(item, "dataset");
		const struct cel_value *hex =
		    data == NULL ? NULL : member(data, "digest");
		struct digest digest;

		if (hex != NULL && digest_parse(&digest, hex->text))
			walk_to(&walk, digest, *hex, NULL, false);
	}
	for (size_t i = 0; i < walk.count; i++) {
		struct index_mention *mention = NULL;
		size_t count = 0;
		struct error err;

		if (index_mentions(context->view.store, walk.todo[i].digest,
			NULL, context->view.size, &mention, &count, &err) == -1)
			context_fail(context, &err);
		for (size_t k = 0; k < count; k++) {
			if (mention[k].role == FACT_SUBJECT)
				take_mention(&walk, &mention[k]);
		}
		memory_free(mention);
	}
	sort_records(&walk.datasets);
	result = record_list(context, &walk.datasets);
	memory_free(walk.datasets.item);
	memory_free(walk.todo);
	return result;
}

static void
walk_back(struct lineage_map *lineage)
{
	struct context *context = lineage->context;
	struct walk walk = { .context = context };

	if (lineage->has_walked)
		return;
	lineage->has_walked = true;
	/* Reading the way is not looking at what is on it. */
	context->quiet++;
	if (context->has_subject)
		walk_to(&walk, context->subject, context->subject_name, NULL,
		    false);
	for (size_t i = 0; i < context->input_count; i++)
		walk_to(&walk, context->input[i].digest, context->input[i].name,
		    NULL, true);
	for (size_t i = 0; i < walk.count && !context->failed; i++)
		take_artefact(&walk, i);
	sort_records(&walk.runs);
	sort_records(&walk.datasets);
	lineage->walk[0] = record_list(context, &walk.runs);
	lineage->walk[1] = record_list(context, &walk.datasets);
	lineage->walk[2] = context_list(context, walk.unregistered.item,
	    walk.unregistered.count);
	context->quiet--;
	memory_free(walk.runs.item);
	memory_free(walk.datasets.item);
	memory_free(walk.unregistered.item);
	memory_free(walk.todo);
}

static const struct cel_value *
walked_list(struct lineage_map *lineage, size_t number)
{
	struct context *context = lineage->context;

	if (number != EVALUATION_DATA) {
		walk_back(lineage);
	} else if (!lineage->has_evaluation_data) {
		lineage->has_evaluation_data = true;
		context->quiet++;
		lineage->walk[number] = evaluation_data(lineage);
		context->quiet--;
	}
	return &lineage->walk[number];
}

/* --- The map --- */

static bool
lineage_find(struct cel_lazy *lazy, struct bytes name,
    const struct cel_value **value)
{
	struct lineage_map *lineage = (struct lineage_map *)lazy;

	*value = NULL;
	for (size_t i = 0; i < ABOUT_COUNT; i++) {
		if (bytes_equal(name, bytes_of_text(about[i].list))) {
			*value = about_list(lineage, i);
			return true;
		}
	}
	for (size_t i = 0; i < WALKED; i++) {
		if (bytes_equal(name, bytes_of_text(walked[i]))) {
			*value = walked_list(lineage, i);
			return true;
		}
	}
	return true;
}

static void
lineage_fill(struct cel_lazy *lazy, struct cel_map *map)
{
	struct lineage_map *lineage = (struct lineage_map *)lazy;
	const char *names[ABOUT_COUNT + WALKED];
	struct cel_value values[ABOUT_COUNT + WALKED], whole;

	for (size_t i = 0; i < ABOUT_COUNT; i++) {
		names[i] = about[i].list;
		values[i] = *about_list(lineage, i);
	}
	for (size_t i = 0; i < WALKED; i++) {
		names[ABOUT_COUNT + i] = walked[i];
		values[ABOUT_COUNT + i] = *walked_list(lineage, i);
	}
	whole =
	    context_map(lineage->context, names, values, ABOUT_COUNT + WALKED);
	if (whole.type == CEL_MAP)
		context_fill(map, whole.map);
}

struct cel_value
context_lineage(struct context *context)
{
	struct lineage_map *lineage = context->lineage;

	if (lineage == NULL) {
		lineage = context_take(context, 1, sizeof *lineage);
		if (lineage == NULL)
			return cel_error("out of memory");
		lineage->lazy = (struct cel_lazy){ context_touch_nothing,
			lineage_find, lineage_fill };
		lineage->context = context;
		lineage->map.lazy = &lineage->lazy;
		context->lineage = lineage;
	}
	return (struct cel_value){ .type = CEL_MAP, .map = &lineage->map };
}

/* The newest that stands, or nothing. */
static struct cel_value
find_model(struct context *context)
{
	const struct cel_value *models;
	struct cel_value lineage, key = cel_string(bytes_of_text("models"));

	if (context->model_known)
		return context->model;
	lineage = context_lineage(context);
	models = lineage.type == CEL_MAP ? cel_map_find(lineage.map, &key)
					 : NULL;
	context->model_known = true;
	if (models != NULL && models->type == CEL_LIST &&
	    models->list->count > 0)
		context->model = models->list->item[models->list->count - 1];
	else
		context->model = cel_map(context->arena, NULL, NULL, 0);
	return context->model;
}

/* `model' is found when a rule asks for it. */
struct model_map {
	struct cel_lazy lazy;
	struct context *context;
	struct cel_map map;
};

static bool
model_find(struct cel_lazy *lazy, struct bytes name,
    const struct cel_value **value)
{
	struct cel_value model =
	    find_model(((struct model_map *)lazy)->context);
	struct cel_value key = cel_string(name);

	*value = model.type == CEL_MAP ? cel_map_find(model.map, &key) : NULL;
	return true;
}

static void
model_fill(struct cel_lazy *lazy, struct cel_map *map)
{
	struct cel_value model =
	    find_model(((struct model_map *)lazy)->context);

	if (model.type != CEL_MAP)
		return;
	cel_map_fill(model.map);
	context_fill(map, model.map);
}

struct cel_value
context_model(struct context *context)
{
	struct model_map *model = context_take(context, 1, sizeof *model);

	if (model == NULL)
		return cel_error("out of memory");
	model->lazy =
	    (struct cel_lazy){ context_touch_nothing, model_find, model_fill };
	model->context = context;
	model->map.lazy = &model->lazy;
	return (struct cel_value){ .type = CEL_MAP, .map = &model->map };
}

struct cel_value
context_subject(struct context *context)
{
	static const char *const names[] = { "name", "digest" };
	struct cel_value values[2];

	if (!context->has_subject)
		return cel_map(context->arena, NULL, NULL, 0);
	values[0] = context->subject_name;
	values[1] = context_text(context, digest_hex(context->subject).text);
	return context_map(context, names, values, 2);
}
