#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/entries.h"
#include "cli/lists.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/where.h"
#include "ledger/population.h"
#include "reports/working_paper.h"

/* What an auditor asks for first: the list; and a sample of it. */

#define TITLE_MAX ((size_t)64 * 1024)

struct population_options {
	const char *from;
	const char *to;
	const char *where;
	const char *output;
};

static const struct option population_rows[] = {
	{ "from", 0, OPTION_TEXT, offsetof(struct population_options, from),
	    "TIME", "entries recorded at TIME or later", NULL, false },
	{ "to", 0, OPTION_TEXT, offsetof(struct population_options, to), "TIME",
	    "entries recorded before TIME", NULL, false },
	{ "where", 0, OPTION_TEXT, offsetof(struct population_options, where),
	    "CEL", "entries of which a condition holds", NULL, false },
	{ "output", 'o', OPTION_TEXT,
	    offsetof(struct population_options, output), "FILE",
	    "write to FILE, and the entries' lines to FILE.entries", NULL,
	    false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* A population while its items are gathered. */
struct gathering {
	struct population population;
	struct reader *reader;
	struct reader_entry entry;
	struct where *where;
	struct buffer titles; /* Of all items, one after the other. */
	struct buffer title;
	size_t *at; /* Where each begins. */
	size_t capacity;
};

static int
read_bounds(struct population *out, const struct population_options *options,
    struct error *err)
{
	int64_t now = clock_now_ms();

	out->has_from = options->from != NULL;
	out->has_to = options->to != NULL;
	if (out->has_from &&
	    time_parse(&out->from_ms, options->from, now, err) == -1)
		return error_within(err, "--from");
	if (out->has_to && time_parse(&out->to_ms, options->to, now, err) == -1)
		return error_within(err, "--to");
	if (out->has_from && out->has_to && out->to_ms <= out->from_ms)
		return error_set(err, ERROR_UNDECIDED,
		    "give the earlier time to --from",
		    "the period ends before it begins");
	return 0;
}

/* In or out, and why. */
static int
mark_item(struct gathering *gathering, struct population_item *item,
    struct error *err)
{
	struct index_row row;
	bool meets = true;

	item->mark = population_period(&gathering->population, item->time_ms);
	if (item->mark != POPULATION_IN || gathering->where == NULL)
		return 0;
	if (index_row_at(reader_store(gathering->reader), item->seq,
		reader_size(gathering->reader), &row, err) == -1)
		return -1;
	/* Of what was erased nobody knows: it stays in, to be looked at. */
	if (row.kind == &kind_erased)
		return 0;
	if (where_meets(gathering->where, &row, &meets, err) == -1)
		return -1;
	if (!meets)
		item->mark = POPULATION_UNMET;
	return 0;
}

/* When it was recorded, and what it is, as far as that is known. */
static int
read_item(struct gathering *gathering, struct population_item *item,
    struct error *err)
{
	struct index_row row;

	if (index_row_at(reader_store(gathering->reader), item->seq,
		reader_size(gathering->reader), &row, err) == -1)
		return -1;
	item->time_ms = row.time_ms;
	buffer_clear(&gathering->title);
	if (row.kind == &kind_erased) {
		buffer_text(&gathering->title, "erased");
		return 0;
	}
	if (reader_read(gathering->reader, item->seq, &gathering->entry, err) ==
	    -1)
		return -1;
	record_title(&gathering->title, &gathering->entry.record);
	return 0;
}

static int
take_member(void *cookie, const struct list_member *member, struct error *err)
{
	struct gathering *gathering = cookie;
	struct population_item item = {
		.seq = member->seq,
		.leaf = member->leaf,
	};
	size_t *grown = memory_grow(gathering->at, &gathering->capacity,
	    gathering->population.count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	gathering->at = grown;
	grown[gathering->population.count] = gathering->titles.len;
	if (read_item(gathering, &item, err) == -1)
		return -1;
	json_write_text(&gathering->titles, buffer_bytes(&gathering->title));
	if (buffer_check(&gathering->titles, "titles", err) == -1 ||
	    mark_item(gathering, &item, err) == -1)
		return -1;
	return population_add(&gathering->population, &item, err);
}

/* The titles stay where they are from now on. */
static void
place_titles(struct gathering *gathering)
{
	struct population *population = &gathering->population;

	for (size_t i = 0; i < population->count; i++) {
		size_t end = i + 1 == population->count ? gathering->titles.len
							: gathering->at[i + 1];

		population->item[i].title =
		    bytes_of(gathering->titles.data + gathering->at[i],
			end - gathering->at[i]);
	}
}

/* The items of a complete list, from the proof of it. */
static int
gather(struct gathering *gathering, struct bytes proof, struct error *err)
{
	const struct list_checker checker = {
		.cookie = gathering,
		.member = take_member,
	};
	struct list_proof *parsed = NULL;
	struct list_claim claim;
	int result = -1;

	if (list_proof_parse(&parsed, proof, err) == 0 &&
	    list_proof_check(&claim, parsed, NULL, &checker, err) == 0)
		result = 0;
	list_proof_free(parsed);
	if (result == 0)
		place_titles(gathering);
	return result;
}

static void
say_population(const struct context *context,
    const struct population *population, struct digest digest, const char *path)
{
	struct terminal terminal;

	if (context->quiet)
		return;
	terminal_begin(&terminal, context, false);
	fprintf(terminal.out, "%s of %s entries of kind %s, in ",
	    number_grouped(population->in).text,
	    number_grouped(population->count).text, population->kind->name);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(path));
	fprintf(terminal.out,
	    "\nSHA-256 %s\nwho looks at a sample chooses a seed now, not "
	    "before: `vouch sample %s --size N --seed SEED'\n",
	    digest_hex(digest).text, path);
	terminal_end(&terminal);
}

static int
write_population(const struct context *context, struct gathering *gathering,
    const char *path, struct error *err)
{
	struct buffer text = buffer_new(2 * LIMIT_LIST_PROOF);
	int result = -1;

	population_write(&text, &gathering->population);
	if (buffer_check(&text, "population", err) == -1)
		goto done;
	if (path == NULL) {
		fwrite(text.data, 1, text.len, stdout);
		result = 0;
		goto done;
	}
	result = lists_write_files(path, buffer_bytes(&text),
	    gathering->population.proof_text, reader_store(gathering->reader),
	    err);
	if (result == 0 && context->json)
		printf("{\"in\":%llu,\"of\":%zu,\"sha256\":\"%s\"}\n",
		    (unsigned long long)gathering->population.in,
		    gathering->population.count,
		    digest_hex(digest_of(buffer_bytes(&text))).text);
	else if (result == 0)
		say_population(context, &gathering->population,
		    digest_of(buffer_bytes(&text)), path);
done:
	buffer_free(&text);
	return result;
}

static int
make_population(const struct context *context, struct gathering *gathering,
    const struct population_options *options, struct error *err)
{
	struct buffer proof = buffer_new(LIMIT_LIST_PROOF);
	struct buffer where = buffer_new((size_t)256 * 1024);
	struct population *population = &gathering->population;
	const struct list_key key = { .kind = population->kind };
	int result = -1;

	if (read_bounds(population, options, err) == -1 ||
	    where_new(&gathering->where, gathering->reader, options->where,
		err) == -1 ||
	    list_prove(&proof, reader_store(gathering->reader),
		reader_note(gathering->reader), &key, 1, err) == -1 ||
	    gather(gathering, buffer_bytes(&proof), err) == -1)
		goto done;
	if (options->where != NULL)
		json_write_text(&where, bytes_of_text(options->where));
	if (buffer_check(&where, "condition", err) == -1)
		goto done;
	population->where = buffer_bytes(&where);
	population->proof_text = buffer_bytes(&proof);
	result = write_population(context, gathering, options->output, err);
done:
	buffer_free(&where);
	buffer_free(&proof);
	return result;
}

static int
run_population(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct population_options *options = given;
	struct gathering gathering = {
		.population = { .kind = kind_named(operands.item[0]) },
		.titles = buffer_new(LIMIT_LIST_PROOF),
		.title = buffer_new(TITLE_MAX),
	};
	int result = -1;

	if (gathering.population.kind == NULL)
		return entries_unknown_kind(operands.item[0], err);
	if (context->json && options->output == NULL)
		return error_set(err, ERROR_UNDECIDED, "add -o FILE",
		    "--json says what was written to a file");
	if (options->output != NULL &&
	    file_check_place(options->output, err) == -1)
		return -1;
	gathering.entry = reader_entry_new();
	if (session_read(&gathering.reader, context, err) == 0)
		result = make_population(context, &gathering, options, err);
	where_free(gathering.where);
	population_free(&gathering.population);
	reader_entry_free(&gathering.entry);
	reader_close(gathering.reader);
	buffer_free(&gathering.titles);
	buffer_free(&gathering.title);
	memory_free(gathering.at);
	return result;
}

static const char *const population_examples[] = {
	"vouch population key",
	"vouch population deployment --from 2026-01-01 --to 2027-01-01 -o "
	"deployments.population",
	"# of a condition, everything it leaves out is in the file, too",
	"vouch population deployment --where 'record.environment == "
	"\"production\"' -o production.population",
	NULL,
};

const struct command cmd_population = {
	.name = "population",
	.group = "Check",
	.summary = "list every entry of a kind in a period, provably all",
	.operands = "KIND",
	.least = 1,
	.most = 1,
	.options = population_rows,
	.options_size = sizeof(struct population_options),
	.machine = true,
	.run = run_population,
	.description =
	    "What an audit begins with. The file names every entry of KIND in "
	    "the ledger up to its checkpoint, says of each whether it is in "
	    "the population and, if not, whether it lies before or after the "
	    "period or does not meet the condition, and ends in the proof "
	    "that there are no others. `vouch check-proof FILE FILE.entries' "
	    "checks it without the ledger. Times are the ledger's own clock.\n\n"
	    "Its SHA-256 fixes it: only then does who looks at a sample "
	    "choose a seed, for `vouch sample'. Who knew the seed before "
	    "could choose when to make the population, and so what is drawn.",
	.examples = population_examples,
};

/* ---- sample ---- */

struct sample_options {
	uint64_t size;
	const char *seed;
	const char *format;
	const char *output;
};

static const struct option sample_rows[] = {
	{ "size", 'n', OPTION_COUNT, offsetof(struct sample_options, size), "N",
	    "draw N entries", NULL, true },
	{ "seed", 0, OPTION_TEXT, offsetof(struct sample_options, seed), "SEED",
	    "any 16 characters or more that nobody knew when the population "
	    "was made",
	    NULL, true },
	{ "format", 'f', OPTION_CHOICE, offsetof(struct sample_options, format),
	    "FORMAT", "text, markdown, html, csv or json",
	    working_paper_formats, false },
	{ "output", 'o', OPTION_TEXT, offsetof(struct sample_options, output),
	    "FILE", "write to FILE", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

#define SEED_LEAST 16
#define SEED_MOST 1000

static int
check_seed(const char *seed, struct error *err)
{
	size_t len = strlen(seed);

	if (len < SEED_LEAST || len > SEED_MOST)
		return error_set(err, ERROR_UNDECIDED,
		    "throw dice, or take today's headline",
		    "a seed has %d to %d characters, so that nobody could try "
		    "them all before",
		    SEED_LEAST, SEED_MOST);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)seed[i] < ' ' || seed[i] == 0x7f)
			return error_set(err, ERROR_UNDECIDED, NULL,
			    "a seed is one line of text");
	return 0;
}

/* Whether the ledger at hand is the one that the population is of. */
static int
check_ledger(struct reader *reader, const struct population *population,
    struct error *err)
{
	const struct checkpoint *checkpoint = &population->proof->checkpoint;
	struct tile_source tiles = store_tiles(reader_store(reader));
	const struct note_key *key =
	    authority_ledger_key(reader_authority(reader));
	struct checkpoint opened;
	struct list_claim claim;
	struct digest root;

	if (checkpoint_open(&opened, population->proof->note, key, err) == -1)
		return -1;
	if (checkpoint->size > reader_full_size(reader) ||
	    merkle_root_at(&root, checkpoint->size, &tiles, err) == -1 ||
	    !digest_equal(root, checkpoint->root))
		return error_set(err, ERROR_NO, "use the ledger that it is of",
		    "the population is of %llu entries that this ledger does "
		    "not have",
		    (unsigned long long)checkpoint->size);
	return population_check(&claim, population, &key->key, NULL, NULL, err);
}

static int
write_paper(const struct context *context, const struct working_paper *paper,
    const struct sample_options *options, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_ATTACHMENT);
	struct report_look look = { .columns = 80 };
	const char *format = options->format == NULL ? "text" : options->format;
	struct terminal terminal;
	int result = -1;

	terminal_begin(&terminal, context, options->output == NULL);
	if (options->output == NULL && strcmp(format, "text") == 0) {
		look.colour = terminal.colour;
		look.columns = terminal.width < 40 ? 40 : terminal.width;
	}
	if (working_paper_write(&text, paper, context->json ? "json" : format,
		&look, err) == -1)
		goto done;
	if (options->output != NULL)
		result =
		    file_write(options->output, buffer_bytes(&text), 0644, err);
	else
		result = (fwrite(text.data, 1, text.len, terminal.out), 0);
done:
	terminal_end(&terminal);
	buffer_free(&text);
	return result;
}

static int
draw(const struct context *context, const struct sample_options *options,
    struct reader *reader, const char *path, struct bytes text,
    struct error *err)
{
	struct population population;
	struct population_draw *drawn = NULL;
	struct working_paper paper = {
		.reader = reader,
		.population = &population,
		.digest = digest_of(text),
		.seed = options->seed,
		.program = "vouch " VOUCH_VERSION,
	};
	int result = -1;

	if (population_parse(&population, text, err) == -1)
		return error_within(err, "%s", path);
	if (check_ledger(reader, &population, err) == -1 ||
	    population_sample(&drawn, &paper.count, &population, paper.digest,
		options->seed, options->size, err) == -1) {
		error_place(err, "%s", path);
	} else {
		paper.draw = drawn;
		result = write_paper(context, &paper, options, err);
	}
	memory_free(drawn);
	population_free(&population);
	return result;
}

static int
run_sample(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct sample_options *options = given;
	struct buffer text = buffer_new(2 * LIMIT_LIST_PROOF);
	struct reader *reader = NULL;
	int result = -1;

	if (check_seed(options->seed, err) == -1)
		return -1;
	if (options->size == 0)
		return error_set(err, ERROR_UNDECIDED, "give --size 1 or more",
		    "a sample of nothing says nothing");
	if (file_read(&text, operands.item[0], err) == 0 &&
	    session_read(&reader, context, err) == 0)
		result = draw(context, options, reader, operands.item[0],
		    buffer_bytes(&text), err);
	reader_close(reader);
	buffer_free(&text);
	return result;
}

static const char *const sample_examples[] = {
	"vouch population key -o keys.population",
	"vouch sample keys.population --size 25 --seed 'dice 3 6 1 1 5 2 4 6'",
	"vouch sample keys.population -n 25 --seed 'dice 3 6 1 1 5 2 4 6' -f "
	"html -o paper.html",
	NULL,
};

const struct command cmd_sample = {
	.name = "sample",
	.group = "Check",
	.summary = "draw a sample that anyone can repeat, as a working paper",
	.operands = "POPULATION",
	.least = 1,
	.most = 1,
	.options = sample_rows,
	.options_size = sizeof(struct sample_options),
	.machine = true,
	.run = run_sample,
	.description =
	    "POPULATION is a file from `vouch population'. Its entries are put "
	    "in order of the SHA-256 of its own SHA-256, a blank, the entry's "
	    "leaf hash, a blank and the seed; the first N are drawn. With "
	    "sha256sum, sort and head anyone repeats it.\n\n"
	    "The working paper shows for each what stands behind it: the "
	    "deployment, its proposal, approvals and verdict, the evaluations "
	    "before it, the model, the run, its data and code. What is "
	    "missing is said to be; the fields for results are blank. As html it "
	    "is a page to print, or to be filled in on a screen.",
	.examples = sample_examples,
};
