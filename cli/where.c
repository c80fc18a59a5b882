#include "cli/where.h"

#include <string.h>

#include "base/memory.h"
#include "policy/context.h"

#define TERM_BYTES ((size_t)16 * 1024 * 1024)

static const char *const names[] = { "record", "kind", "subject", "signer",
	"signers", "now", NULL };

struct where {
	struct cel_program *program;
	struct context *context;
	struct arena *arena;
	struct append_view view;
};

void
where_free(struct where *where)
{
	if (where == NULL)
		return;
	cel_program_free(where->program);
	context_free(where->context);
	arena_free(where->arena);
	memory_free(where);
}

int
where_new(struct where **out, struct reader *reader, const char *text,
    struct error *err)
{
	const struct cel_options options = { .names = names, .strict = true };
	struct where *where = NULL;

	*out = NULL;
	if (text == NULL)
		return 0;
	where = memory_new(1, sizeof *where);
	if (where == NULL)
		return error_memory(err);
	where->view = (struct append_view){
		.store = reader_store(reader),
		.authority = reader_authority(reader),
		.size = reader_size(reader),
	};
	if (cel_parse(&where->program, bytes_of_text(text), &options, err) ==
	    -1) {
		error_place(err, "--where");
		where_free(where);
		return -1;
	}
	if (context_new(&where->context, err) == -1 ||
	    arena_new(&where->arena, TERM_BYTES, err) == -1) {
		where_free(where);
		return -1;
	}
	*out = where;
	return 0;
}

static struct cel_value
member(const struct cel_value *record, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));
	const struct cel_value *found =
	    record->type == CEL_MAP ? cel_map_find(record->map, &key) : NULL;

	return found == NULL ? cel_null() : *found;
}

int
where_meets(struct where *where, const struct index_row *row, bool *meets,
    struct error *err)
{
	struct cel_value variables[6], value;

	*meets = true;
	if (where == NULL)
		return 0;
	arena_reset(where->arena);
	context_begin(where->context, &where->view, NULL, 0);
	variables[0] = context_entry(where->context, row->seq);
	variables[1] = cel_string(bytes_of_text(row->kind->name));
	variables[2] = member(&variables[0], "subject");
	variables[3] = member(&variables[0], "signer");
	variables[4] = member(&variables[0], "signers");
	variables[5] = context_time(row->time_ms);
	value = cel_evaluate(where->program, variables, where->arena, NULL);
	if (context_check(where->context, err) == -1)
		return -1;
	*meets = value.type == CEL_BOOL && value.boolean;
	if (value.type == CEL_BOOL ||
	    (value.type == CEL_ERROR &&
		(value.position & CEL_ERROR_MISSING) != 0))
		return 0;
	if (value.type != CEL_ERROR)
		return error_set(err, ERROR_UNDECIDED,
		    "write a condition, such as 'record.metrics.auc > 0.8'",
		    "--where gives %s %s, not true or false",
		    strchr("aeiou", cel_type_name(value.type)[0]) == NULL
			? "a"
			: "an",
		    cel_type_name(value.type));
	error_set(err, ERROR_UNDECIDED, NULL, "%.*s",
	    (int)(value.text.len < 300 ? value.text.len : 300),
	    (const char *)value.text.data);
	return error_within(err, "--where, of entry %llu",
	    (unsigned long long)row->seq);
}
