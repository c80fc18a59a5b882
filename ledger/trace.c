#include "ledger/trace.h"

#include <string.h>

#include "base/memory.h"
#include "ledger/facts.h"
#include "ledger/index.h"

/* A note names so many inputs that are not on record. */
#define NAMED_MOST 5
#define NOTE_MAX ((size_t)16 * 1024)

static const char *const names[] = {
	[TRACE_DEPLOYMENT] = "deployment",
	[TRACE_PROPOSAL] = "proposal",
	[TRACE_APPROVAL] = "approval",
	[TRACE_VERDICT] = "verdict",
	[TRACE_EVALUATION] = "evaluation",
	[TRACE_MODEL] = "model",
	[TRACE_RUN] = "run",
	[TRACE_DATA] = "data",
	[TRACE_CODE] = "code",
};

const char *
trace_hop_name(enum trace_hop hop)
{
	return names[hop];
}

struct tracing {
	struct trace *trace;
	struct reader *reader;
	struct reader_entry entry; /* The one at hand, */
	const struct kind *kind; /* its kind, */
	struct facts facts; /* and what it says. */
	bool has_model;
	struct digest model;
};

void
trace_free(struct trace *trace)
{
	for (size_t i = 0; i < TRACE_HOPS; i++) {
		memory_free(trace->step[i].seq);
		buffer_free(&trace->step[i].note);
	}
	memset(trace, 0, sizeof *trace);
}

/* What an entry says; of one whose body was erased, nothing. */
static int
read_entry(struct tracing *tracing, uint64_t seq, struct error *err)
{
	struct index_row row;

	if (index_row_at(reader_store(tracing->reader), seq,
		reader_size(tracing->reader), &row, err) == -1)
		return -1;
	tracing->kind = row.kind;
	if (row.kind == &kind_erased) {
		tracing->facts.count = 0;
		return 0;
	}
	if (reader_read(tracing->reader, seq, &tracing->entry, err) == -1)
		return -1;
	return facts_gather(&tracing->facts, &tracing->entry.record, err);
}

static bool
is_kind(const struct tracing *tracing, const char *name)
{
	return strcmp(tracing->kind->name, name) == 0;
}

/* One more entry of a hop, each once, in order. */
static int
add(struct tracing *tracing, enum trace_hop hop, uint64_t seq,
    struct error *err)
{
	struct trace_step *step = &tracing->trace->step[hop];
	size_t capacity = step->count, at = step->count;
	uint64_t *grown;

	while (at > 0 && step->seq[at - 1] >= seq)
		at--;
	if (at < step->count && step->seq[at] == seq)
		return 0;
	grown =
	    memory_grow(step->seq, &capacity, step->count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	step->seq = grown;
	memmove(grown + at + 1, grown + at, (step->count - at) * sizeof *grown);
	grown[at] = seq;
	step->count++;
	return 0;
}

/* The entries of a kind that mention a digest in one of these roles, before a
 * seq; and those that named it and were erased: in which role is not known. */
static int
add_mentions(struct tracing *tracing, enum trace_hop hop, struct digest digest,
    const char *kind, unsigned roles, uint64_t before, struct error *err)
{
	struct store *store = reader_store(tracing->reader);
	int result = 0;

	for (int erased = 0; result == 0 && erased <= 1; erased++) {
		struct index_mention *mention = NULL;
		size_t count = 0;

		result = (erased ? index_was_named : index_mentions)(store,
		    digest, kind, before, &mention, &count, err);
		for (size_t i = 0; i < count && result == 0; i++)
			if (erased || (roles & 1u << mention[i].role) != 0)
				result = add(tracing, hop, mention[i].seq, err);
		memory_free(mention);
	}
	return result;
}

#define AS_ANY UINT32_MAX
#define AS_SUBJECT (1u << FACT_SUBJECT)
#define AS_MADE (1u << FACT_SUBJECT | 1u << FACT_OUTPUT)
#define AS_ENTRY (1u << FACT_ENTRY)

/* The entries of a kind that the one at hand names by leaf hash. */
static int
add_named(struct tracing *tracing, enum trace_hop hop, const char *kind,
    struct error *err)
{
	for (size_t i = 0; i < tracing->facts.count; i++) {
		const struct fact *fact = &tracing->facts.fact[i];
		struct index_row row;
		bool found = false;
		uint64_t seq;

		if (fact->role != FACT_ENTRY)
			continue;
		if (index_find_exact(reader_store(tracing->reader),
			fact->digest, &found, &seq, err) == -1)
			return -1;
		if (!found || seq >= reader_size(tracing->reader))
			continue;
		if (index_row_at(reader_store(tracing->reader), seq,
			reader_size(tracing->reader), &row, err) == -1)
			return -1;
		if (strcmp(row.kind->name, kind) == 0 &&
		    add(tracing, hop, seq, err) == -1)
			return -1;
	}
	return 0;
}

static struct digest
leaf_at(struct tracing *tracing, uint64_t seq, int *result, struct error *err)
{
	struct index_row row = { .seq = seq };

	if (index_row_at(reader_store(tracing->reader), seq,
		reader_size(tracing->reader), &row, err) == -1)
		*result = -1;
	return row.leaf;
}

/* Entries of a kind that name those of another hop by leaf hash. */
static int
add_naming(struct tracing *tracing, enum trace_hop hop, enum trace_hop named,
    const char *kind, struct error *err)
{
	const struct trace_step *step = &tracing->trace->step[named];
	int result = 0;

	for (size_t i = 0; i < step->count && result == 0; i++) {
		struct digest leaf =
		    leaf_at(tracing, step->seq[i], &result, err);

		if (result == 0)
			result = add_mentions(tracing, hop, leaf, kind,
			    AS_ENTRY, reader_size(tracing->reader), err);
	}
	return result;
}

/* The model that the entry at hand is about, or made. */
static int
find_model(struct tracing *tracing, struct error *err)
{
	for (size_t i = 0; i < tracing->facts.count; i++) {
		const struct fact *fact = &tracing->facts.fact[i];
		struct index_mention *mention = NULL;
		size_t count = 0;

		if (fact->role == FACT_MODEL ||
		    (fact->role == FACT_SUBJECT && is_kind(tracing, "model"))) {
			tracing->model = fact->digest;
			tracing->has_model = true;
			return 0;
		}
		if (fact->role != FACT_OUTPUT)
			continue;
		if (index_mentions(reader_store(tracing->reader), fact->digest,
			"model", reader_size(tracing->reader), &mention, &count,
			err) == -1)
			return -1;
		memory_free(mention);
		if (count > 0) {
			tracing->model = fact->digest;
			tracing->has_model = true;
			return 0;
		}
	}
	return 0;
}

/* Who decided: the deployment, its proposal, the approvals, the verdict. */
static int
trace_decision(struct tracing *tracing, struct error *err)
{
	const struct trace_step *deployment =
	    &tracing->trace->step[TRACE_DEPLOYMENT];
	const struct trace_step *proposal =
	    &tracing->trace->step[TRACE_PROPOSAL];
	uint64_t size = reader_size(tracing->reader);

	if (is_kind(tracing, "proposal")
		? add(tracing, TRACE_PROPOSAL, tracing->trace->seq, err) == -1
		: add_named(tracing, TRACE_PROPOSAL, "proposal", err) == -1)
		return -1;
	if (is_kind(tracing, "deployment")) {
		if (add(tracing, TRACE_DEPLOYMENT, tracing->trace->seq, err) ==
		    -1)
			return -1;
	} else if (add_naming(tracing, TRACE_DEPLOYMENT, TRACE_PROPOSAL,
		       "deployment", err) == -1) {
		return -1;
	}
	if (deployment->count == 0 && tracing->has_model &&
	    add_mentions(tracing, TRACE_DEPLOYMENT, tracing->model,
		"deployment", AS_ANY, size, err) == -1)
		return -1;
	for (size_t i = 0; proposal->count == 0 && i < deployment->count; i++)
		if (read_entry(tracing, deployment->seq[i], err) == -1 ||
		    add_named(tracing, TRACE_PROPOSAL, "proposal", err) == -1)
			return -1;
	if (add_naming(tracing, TRACE_APPROVAL, TRACE_PROPOSAL, "approval",
		err) == -1)
		return -1;
	return add_naming(tracing, TRACE_VERDICT, TRACE_DEPLOYMENT, "verdict",
	    err);
}

/* The data of the run at hand: records of its inputs, or their names. */
static int
add_inputs(struct tracing *tracing, struct error *err)
{
	struct trace_step *step = &tracing->trace->step[TRACE_DATA];
	size_t unknown = 0;

	for (size_t i = 0; i < tracing->facts.count; i++) {
		const struct fact *fact = &tracing->facts.fact[i];
		size_t before = step->count;
		struct index_mention *mention = NULL;
		size_t count = 0;

		if (fact->role != FACT_INPUT)
			continue;
		if (add_mentions(tracing, TRACE_DATA, fact->digest, "dataset",
			AS_SUBJECT, reader_size(tracing->reader), err) == -1 ||
		    (step->count == before &&
			index_mentions(reader_store(tracing->reader),
			    fact->digest, "dataset",
			    reader_size(tracing->reader), &mention, &count,
			    err) == -1))
			return -1;
		memory_free(mention);
		if (step->count > before || count > 0)
			continue;
		if (unknown++ < NAMED_MOST)
			buffer_printf(&step->note, "%s%s",
			    step->note.len == 0 ? "not on record: " : ", ",
			    facts_text(&tracing->facts, fact->name));
	}
	if (unknown > NAMED_MOST)
		buffer_printf(&step->note, " and %zu more",
		    unknown - NAMED_MOST);
	return 0;
}

/* The code of the run at hand. */
static void
add_code(struct tracing *tracing)
{
	struct buffer *note = &tracing->trace->step[TRACE_CODE].note;
	const struct json *code =
	    json_member(tracing->entry.record.predicate, "code");
	const char *commit = json_member_text(code, "commit");
	const char *repository = json_member_text(code, "repository");

	if (commit == NULL ||
	    (note->len > 0 &&
		memmem(note->data, note->len, commit, strlen(commit)) != NULL))
		return;
	buffer_printf(note, "%scommit %s", note->len == 0 ? "" : "; ", commit);
	if (repository != NULL)
		buffer_printf(note, " of %s", repository);
	if (json_bool(json_member(code, "dirty")))
		buffer_text(note, ", with changes not committed");
}

/* The runs that the model's registration names; and the beginnings of runs,
 * which their ends name. */
static int
add_runs(struct tracing *tracing, struct error *err)
{
	const struct trace_step *model = &tracing->trace->step[TRACE_MODEL];
	const struct trace_step *run = &tracing->trace->step[TRACE_RUN];

	for (size_t i = 0; i < model->count; i++)
		if (read_entry(tracing, model->seq[i], err) == -1 ||
		    add_named(tracing, TRACE_RUN, "run", err) == -1)
			return -1;
	/* From the end: what is added comes before what names it. */
	for (size_t i = run->count; i > 0; i--)
		if (read_entry(tracing, run->seq[i - 1], err) == -1 ||
		    add_named(tracing, TRACE_RUN, "run", err) == -1)
			return -1;
	return 0;
}

/* What it was made from. */
static int
trace_origin(struct tracing *tracing, struct error *err)
{
	const struct trace_step *run = &tracing->trace->step[TRACE_RUN];
	const struct trace_step *deployment =
	    &tracing->trace->step[TRACE_DEPLOYMENT];
	uint64_t size = reader_size(tracing->reader);
	uint64_t until = deployment->count > 0
	    ? deployment->seq[deployment->count - 1]
	    : size;

	if (!tracing->has_model)
		return 0;
	if (add_mentions(tracing, TRACE_EVALUATION, tracing->model,
		"evaluation", AS_ANY, until, err) == -1 ||
	    add_mentions(tracing, TRACE_MODEL, tracing->model, "model",
		AS_SUBJECT, size, err) == -1 ||
	    add_mentions(tracing, TRACE_RUN, tracing->model, "run", AS_MADE,
		size, err) == -1 ||
	    add_runs(tracing, err) == -1)
		return -1;
	for (size_t i = 0; i < run->count; i++) {
		if (read_entry(tracing, run->seq[i], err) == -1 ||
		    add_inputs(tracing, err) == -1)
			return -1;
		if (tracing->kind != &kind_erased)
			add_code(tracing);
	}
	return 0;
}

int
trace_make(struct trace *out, struct reader *reader, uint64_t seq,
    struct error *err)
{
	struct tracing tracing = {
		.trace = out,
		.reader = reader,
		.entry = reader_entry_new(),
		.facts = facts_new(),
	};
	int result = -1;

	memset(out, 0, sizeof *out);
	out->seq = seq;
	for (size_t i = 0; i < TRACE_HOPS; i++)
		out->step[i].note = buffer_new(NOTE_MAX);
	if (read_entry(&tracing, seq, err) == 0 &&
	    find_model(&tracing, err) == 0 &&
	    trace_decision(&tracing, err) == 0 &&
	    trace_origin(&tracing, err) == 0)
		result = 0;
	for (size_t i = 0; i < TRACE_HOPS; i++)
		out->step[i].missing = out->step[i].count == 0 &&
		    (i != TRACE_CODE || out->step[i].note.len == 0);
	reader_entry_free(&tracing.entry);
	facts_free(&tracing.facts);
	if (result == -1)
		trace_free(out);
	return result;
}
