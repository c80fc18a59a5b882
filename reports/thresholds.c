/* thresholds.c: what a rule measured, and what it asked for. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "policy/cel.h"
#include "reports/gather_internal.h"

/* Of one rule about one thing. */
#define THRESHOLDS_MAX 4

struct telling {
	struct gather *gather;
	size_t rule;
	const struct judged *judged;
	const struct cel_program *program;
	const struct cel_trace *trace;
	size_t count;
};

/* The number that a part came to. */
static bool
number_of(double *out, const struct cel_part *part,
    const struct cel_trace *trace)
{
	const struct cel_value *value = &trace->value[part->number];

	if (part->constant) {
		char text[64];
		char *end;

		if (part->text.len >= sizeof text)
			return false;
		memcpy(text, part->text.data, part->text.len);
		text[part->text.len] = '\0';
		*out = strtod(text, &end);
		return end != text && (*end == '\0' || strcmp(end, "u") == 0);
	}
	switch (value->type) {
	case CEL_INT:
		*out = (double)value->integer;
		return true;
	case CEL_UINT:
		*out = (double)value->natural;
		return true;
	case CEL_DOUBLE:
		*out = value->number;
		return true;
	default:
		return false;
	}
}

/* Whether a part says what is good enough, rather than how good it is. */
static bool
sets_limit(const struct cel_part *part)
{
	static const char *const words[] = { "params.", "threshold", ".min",
		".max" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (memmem(part->text.data, part->text.len, words[i],
			strlen(words[i])) != NULL)
			return !(i == 0 &&
			    memmem(part->text.data, part->text.len, "[params.",
				8) != NULL);
	}
	return part->constant;
}

static enum cel_order
turned(enum cel_order order)
{
	static const enum cel_order other[] = {
		[CEL_LESS] = CEL_GREATER,
		[CEL_LESS_EQUAL] = CEL_GREATER_EQUAL,
		[CEL_GREATER] = CEL_LESS,
		[CEL_GREATER_EQUAL] = CEL_LESS_EQUAL,
	};

	return other[order];
}

/* Order in the ledger is no measure. */
static bool
is_place(const struct cel_part *part)
{
	return part->text.len > 4 &&
	    memcmp(part->text.data + part->text.len - 4, ".seq", 4) == 0;
}

/* A measure with the names that parameters stand for: "e.metrics[params.metric]"
 * is e.metrics.auc. */
struct naming {
	const struct cel_part *whole;
	const struct cel_trace *trace;
	struct buffer *out;
	size_t at; /* How much of the whole is written. */
};

static void
name_part(void *cookie, const struct cel_part *part)
{
	struct naming *naming = cookie;
	size_t start = naming->whole->start;
	const struct cel_value *value = &naming->trace->value[part->number];
	const uint8_t *text = naming->whole->text.data;
	size_t from = part->start - start, to = from + part->text.len;

	if (part->start < start || to > naming->whole->text.len ||
	    from < naming->at + 1 || part->text.len < 8 ||
	    memcmp(part->text.data, "params.", 7) != 0 ||
	    value->type != CEL_STRING || text[from - 1] != '[' ||
	    to >= naming->whole->text.len || text[to] != ']')
		return;
	buffer_append(naming->out,
	    bytes_of(text + naming->at, from - 1 - naming->at));
	buffer_byte(naming->out, '.');
	buffer_append(naming->out, value->text);
	naming->at = to + 1;
}

static const char *
measure_name(struct gather *gather, const struct cel_program *program,
    const struct cel_part *part, const struct cel_trace *trace)
{
	struct buffer out = buffer_new(16384);
	struct naming naming = { part, trace, &out, 0 };
	struct bytes text;

	cel_parts(program, name_part, &naming);
	buffer_append(&out,
	    bytes_of(part->text.data + naming.at, part->text.len - naming.at));
	text = arena_copy(gather->arena, buffer_bytes(&out));
	buffer_free(&out);
	return (const char *)text.data;
}

/* Kept unless the rule said it of this already; false then. */
static bool
keep_threshold(struct gather *gather, const struct threshold *found)
{
	struct threshold *grown;

	for (size_t i = 0; i < gather->threshold_count; i++) {
		const struct threshold *one = &gather->threshold[i];

		if (one->rule == found->rule &&
		    digest_equal(one->about, found->about) &&
		    strcmp(one->measure, found->measure) == 0)
			return false;
	}
	grown = memory_grow(gather->threshold, &gather->threshold_capacity,
	    gather->threshold_count + 1, sizeof *grown);
	if (grown == NULL)
		return false;
	gather->threshold = grown;
	grown[gather->threshold_count++] = *found;
	return true;
}

/* Whether the numbers that are left are those of the item that decided. */
static bool
decided(const struct cel_comparison *comparison, const struct threshold *found)
{
	double above = found->measured - found->limit;
	bool holds = found->order == CEL_LESS ? above < 0
	    : found->order == CEL_LESS_EQUAL  ? above <= 0
	    : found->order == CEL_GREATER     ? above > 0
					      : above >= 0;

	return !comparison->in_others && (!comparison->in_all || !holds) &&
	    (!comparison->in_exists || holds);
}

static void
take_comparison(void *cookie, const struct cel_comparison *comparison)
{
	struct telling *telling = cookie;
	struct gather *gather = telling->gather;
	bool left_limits = sets_limit(&comparison->left) &&
	    !sets_limit(&comparison->right);
	const struct cel_part *measure = left_limits ? &comparison->right
						     : &comparison->left;
	struct threshold found = { .rule = telling->rule,
		.about = telling->judged->about };

	if (telling->count == THRESHOLDS_MAX || is_place(measure) ||
	    !number_of(&found.measured, measure, telling->trace) ||
	    !number_of(&found.limit,
		left_limits ? &comparison->left : &comparison->right,
		telling->trace))
		return;
	found.order = left_limits ? turned(comparison->order)
				  : comparison->order;
	if (!decided(comparison, &found))
		return;
	found.measure =
	    measure_name(gather, telling->program, measure, telling->trace);
	if (found.measure == NULL)
		return;
	found.environment = gather_text(gather, telling->judged->environment);
	if (keep_threshold(gather, &found))
		telling->count++;
}

static size_t
rule_number(const struct gather *gather, const char *policy, const char *name)
{
	size_t i = 0;

	while (i < gather->rule_count &&
	    (strcmp(gather->rule[i].name, name) != 0 ||
		strcmp(gather->rule[i].policy, policy) != 0))
		i++;
	return i;
}

void
gather_hear(void *cookie, const struct judged *judged, const char *term,
    const struct cel_program *program, const struct cel_trace *trace,
    const struct cel_value *value)
{
	struct telling telling = { .gather = cookie,
		.judged = judged,
		.program = program,
		.trace = trace };

	(void)value;
	if (strcmp(term, "require") != 0)
		return;
	telling.rule = rule_number(telling.gather, judged->edition->said.name,
	    judged->rule->id);
	if (telling.rule < telling.gather->rule_count)
		cel_comparisons(program, take_comparison, &telling);
}

static const char *
order_words(enum cel_order order)
{
	static const char *const words[] = {
		[CEL_LESS] = "less than",
		[CEL_LESS_EQUAL] = "at most",
		[CEL_GREATER] = "more than",
		[CEL_GREATER_EQUAL] = "at least",
	};

	return words[order];
}

void
gather_thresholds_of(struct gather *gather, struct xml *node,
    const struct cell *cell)
{
	for (size_t i = 0; i < gather->threshold_count; i++) {
		const struct threshold *one = &gather->threshold[i];
		bool upper = one->order == CEL_LESS ||
		    one->order == CEL_LESS_EQUAL;
		struct xml *put;

		if (one->rule != cell->rule ||
		    !digest_equal(one->about, cell->about) ||
		    strcmp(one->environment, cell->environment) != 0)
			continue;
		put = xml_add(node, "threshold");
		xml_set(put, "measure", one->measure);
		xml_setf(put, "measured", "%.10g", one->measured);
		xml_set(put, "order", order_words(one->order));
		xml_setf(put, "limit", "%.10g", one->limit);
		/* Above nothing: room is left. */
		xml_setf(put, "margin", "%.10g",
		    upper ? one->limit - one->measured
			  : one->measured - one->limit);
	}
}
