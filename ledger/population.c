#include "ledger/population.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/entry.h"
#include "ledger/proof_lines_internal.h"
#include "ledger/record.h"

#define FIRST_LINE "vouchbook-population@v1"
#define KIND "kind "
#define FROM "from "
#define TO "to "
#define WHERE "where "
#define ITEMS "items "
/* The longest condition, as JSON; the longest title. */
#define TEXT_MAX ((size_t)256 * 1024)

static const char *const words[] = {
	[POPULATION_IN] = "in",
	[POPULATION_BEFORE] = "before",
	[POPULATION_AFTER] = "after",
	[POPULATION_UNMET] = "where",
};
#define WORDS (sizeof words / sizeof words[0])

const char *
population_word(enum population_mark mark)
{
	return words[mark];
}

bool
population_is(struct bytes text)
{
	return bytes_begin(text, FIRST_LINE "\n");
}

enum population_mark
population_period(const struct population *population, int64_t time_ms)
{
	if (population->has_from && time_ms < population->from_ms)
		return POPULATION_BEFORE;
	if (population->has_to && time_ms >= population->to_ms)
		return POPULATION_AFTER;
	return POPULATION_IN;
}

void
population_free(struct population *population)
{
	memory_free(population->item);
	list_proof_free(population->proof);
	*population = (struct population){ .kind = NULL };
}

int
population_add(struct population *population,
    const struct population_item *item, struct error *err)
{
	size_t capacity = population->count;
	struct population_item *grown;

	/* Doubled: full whenever it is a power of two. */
	if ((population->count & (population->count - 1)) == 0) {
		grown = memory_grow(population->item, &capacity,
		    population->count + 1, sizeof *grown);
		if (grown == NULL)
			return error_memory(err);
		population->item = grown;
	}
	population->item[population->count++] = *item;
	population->in += item->mark == POPULATION_IN;
	return 0;
}

void
population_write(struct buffer *out, const struct population *population)
{
	buffer_printf(out, FIRST_LINE "\n" KIND "%s\n", population->kind->name);
	if (population->has_from)
		buffer_printf(out, FROM "%s\n",
		    time_format(population->from_ms).text);
	if (population->has_to)
		buffer_printf(out, TO "%s\n",
		    time_format(population->to_ms).text);
	if (population->where.len > 0) {
		buffer_text(out, WHERE);
		buffer_append(out, population->where);
		buffer_byte(out, '\n');
	}
	buffer_printf(out, ITEMS "%llu of %zu\n",
	    (unsigned long long)population->in, population->count);
	for (size_t i = 0; i < population->count; i++) {
		const struct population_item *item = &population->item[i];

		buffer_printf(out, "%s %llu %s %s ",
		    population_word(item->mark), (unsigned long long)item->seq,
		    digest_hex(item->leaf).text,
		    time_format(item->time_ms).text);
		buffer_append(out, item->title);
		buffer_byte(out, '\n');
	}
	buffer_byte(out, '\n');
	buffer_append(out, population->proof_text);
}

/* ---- parsing ---- */

/* A JSON text as json_write_text spells it. */
static bool
is_json_text(struct bytes text)
{
	struct buffer again = buffer_new(TEXT_MAX);
	struct json *tree = NULL;
	struct error ignored;
	bool good = false;

	if (text.len > 0 && text.len < TEXT_MAX &&
	    json_parse(&tree, text, &ignored) == 0 && json_text(tree) != NULL) {
		json_write_text(&again, bytes_of_text(json_text(tree)));
		good = bytes_equal(buffer_bytes(&again), text);
	}
	json_free(tree);
	buffer_free(&again);
	return good;
}

static bool
take_word(struct bytes *rest, struct bytes *word)
{
	const uint8_t *blank =
	    rest->len == 0 ? NULL : memchr(rest->data, ' ', rest->len);

	if (blank == NULL)
		return false;
	*word = bytes_of(rest->data, (size_t)(blank - rest->data));
	*rest = bytes_after(*rest, word->len + 1);
	return true;
}

static bool
read_item(struct population_item *item, struct bytes line)
{
	struct bytes word;
	size_t mark = 0;

	if (!take_word(&line, &word))
		return false;
	while (mark < WORDS && !bytes_equal(word, bytes_of_text(words[mark])))
		mark++;
	item->mark = (enum population_mark)mark;
	if (mark == WORDS || !take_word(&line, &word) ||
	    !checkpoint_number(&item->seq, word) || !take_word(&line, &word) ||
	    !digest_parse(&item->leaf, word) || !take_word(&line, &word) ||
	    !time_parse_exact(&item->time_ms, word))
		return false;
	item->title = line;
	return is_json_text(line);
}

/* "N of M", as it was written. */
static bool
read_counts(uint64_t *in, uint64_t *of, struct bytes text)
{
	struct bytes word;

	return take_word(&text, &word) && checkpoint_number(in, word) &&
	    take_word(&text, &word) && bytes_equal(word, bytes_of_text("of")) &&
	    checkpoint_number(of, text);
}

static bool
read_kind(const struct kind **out, struct bytes name)
{
	for (size_t i = 0; kinds[i] != NULL; i++)
		if (bytes_equal(name, bytes_of_text(kinds[i]->name))) {
			*out = kinds[i];
			return true;
		}
	return false;
}

/* A line that may be left out: taken if the next one begins so. */
static int
take_if(struct lines *lines, const char *word, bool *there, struct bytes *value,
    struct error *err)
{
	struct bytes line;

	*there = bytes_begin(lines->rest, word);
	if (!*there)
		return 0;
	if (lines_take(lines, &line, err) == -1)
		return -1;
	*value = bytes_after(line, strlen(word));
	return 0;
}

static int
take_time(struct lines *lines, const char *word, bool *there, int64_t *time_ms,
    struct error *err)
{
	struct bytes value;

	if (take_if(lines, word, there, &value, err) == -1)
		return -1;
	if (*there && !time_parse_exact(time_ms, value))
		return lines_malformed(lines, "it is not a time", err);
	return 0;
}

static int
take_head(struct population *out, struct lines *lines, struct error *err)
{
	struct bytes line;
	bool there;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!bytes_equal(line, bytes_of_text(FIRST_LINE)))
		return lines_malformed(lines,
		    "it does not begin with " FIRST_LINE, err);
	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!bytes_begin(line, KIND) ||
	    !read_kind(&out->kind, bytes_after(line, strlen(KIND))))
		return lines_malformed(lines, "there is no kind", err);
	if (take_time(lines, FROM, &out->has_from, &out->from_ms, err) == -1 ||
	    take_time(lines, TO, &out->has_to, &out->to_ms, err) == -1 ||
	    take_if(lines, WHERE, &there, &out->where, err) == -1)
		return -1;
	if (there && !is_json_text(out->where))
		return lines_malformed(lines, "the condition is no text", err);
	return 0;
}

static int
take_items(struct population *out, struct lines *lines, struct error *err)
{
	struct population_item item;
	struct bytes line;
	uint64_t in, of;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!bytes_begin(line, ITEMS) ||
	    !read_counts(&in, &of, bytes_after(line, strlen(ITEMS))))
		return lines_malformed(lines, "there is no count of items",
		    err);
	for (;;) {
		if (lines_take(lines, &line, err) == -1)
			return -1;
		if (line.len == 0)
			break;
		if (!read_item(&item, line))
			return lines_malformed(lines, "it is not an item", err);
		if (population_add(out, &item, err) == -1)
			return -1;
	}
	if (out->in != in || out->count != of)
		return lines_malformed(lines,
		    "there are more or fewer items than it says", err);
	return 0;
}

int
population_parse(struct population *out, struct bytes text, struct error *err)
{
	struct lines lines = { .rest = text };

	*out = (struct population){ .kind = NULL };
	if (take_head(out, &lines, err) == -1 ||
	    take_items(out, &lines, err) == -1)
		goto failed;
	out->proof_text = lines.rest;
	if (list_proof_parse(&out->proof, lines.rest, err) == -1) {
		error_place(err, "the proof from line %zu", lines.number + 1);
		goto failed;
	}
	return 0;
failed:
	population_free(out);
	return -1;
}

/* ---- checking ---- */

struct check {
	const struct population *population;
	int (*line)(void *cookie, uint64_t seq, struct digest leaf,
	    struct bytes *line, struct error *err);
	void *cookie;
	size_t next;
	struct entry entry;
};

static int
give_line(void *cookie, uint64_t seq, struct digest leaf, struct bytes *line,
    struct error *err)
{
	struct check *check = cookie;

	if (check->line == NULL) {
		*line = bytes_of(NULL, 0);
		return 0;
	}
	return check->line(check->cookie, seq, leaf, line, err);
}

/* What the line says must be what the item says. */
static int
check_line(struct check *check, const struct population_item *item,
    struct bytes line, struct error *err)
{
	struct buffer title = buffer_new(TEXT_MAX);
	struct buffer written = buffer_new(TEXT_MAX);
	struct record record;
	bool same;

	if (entry_parse(&check->entry, line, err) == -1 ||
	    record_parse(&record, buffer_bytes(&check->entry.envelope.payload),
		err) == -1)
		return -1;
	record_title(&title, &record);
	record_free(&record);
	json_write_text(&written, buffer_bytes(&title));
	same = bytes_equal(buffer_bytes(&written), item->title);
	buffer_free(&title);
	buffer_free(&written);
	if (check->entry.time_ms == item->time_ms && same)
		return 0;
	return error_set(err, ERROR_NO, NULL,
	    "entry %llu has another time or title than the population says",
	    (unsigned long long)item->seq);
}

static int
check_mark(const struct check *check, const struct population_item *item,
    struct error *err)
{
	enum population_mark period =
	    population_period(check->population, item->time_ms);

	if (item->mark == period ||
	    (item->mark == POPULATION_UNMET && period == POPULATION_IN &&
		check->population->where.len > 0))
		return 0;
	return error_set(err, ERROR_NO, NULL,
	    "entry %llu is marked '%s', by its time it is '%s'",
	    (unsigned long long)item->seq, population_word(item->mark),
	    population_word(period));
}

static int
take_member(void *cookie, const struct list_member *member, struct error *err)
{
	struct check *check = cookie;
	const struct population *population = check->population;
	const struct population_item *item = &population->item[check->next];

	if (check->next == population->count || item->seq != member->seq ||
	    !digest_equal(item->leaf, member->leaf))
		return error_set(err, ERROR_NO, NULL,
		    "entry %llu (%.8s) is in the complete list, but not in its "
		    "place in the population",
		    (unsigned long long)member->seq,
		    digest_hex(member->leaf).text);
	if (check->next > 0 && item[-1].time_ms > item->time_ms)
		return error_set(err, ERROR_NO, NULL,
		    "the time of entry %llu is before that of an earlier one",
		    (unsigned long long)item->seq);
	if (member->line.len > 0 &&
	    check_line(check, item, member->line, err) == -1)
		return -1;
	check->next++;
	return check_mark(check, item, err);
}

int
population_check(struct list_claim *out, const struct population *population,
    const struct public_key *ledger_key,
    int (*line)(void *cookie, uint64_t seq, struct digest leaf,
	struct bytes *line, struct error *err),
    void *cookie, struct error *err)
{
	const struct list_proof *proof = population->proof;
	struct check check = {
		.population = population,
		.line = line,
		.cookie = cookie,
		.entry = entry_new(),
	};
	const struct list_checker checker = {
		.cookie = &check,
		.line = give_line,
		.member = take_member,
	};
	int result = -1;

	if (proof->part_count != 1 ||
	    proof->part[0].key.kind != population->kind ||
	    !list_key_is_whole(&proof->part[0].key))
		error_set(err, ERROR_NO, NULL,
		    "the proof is not of every %s of the ledger",
		    population->kind->name);
	else
		result =
		    list_proof_check(out, proof, ledger_key, &checker, err);
	if (result == 0 && check.next != population->count)
		result = error_set(err, ERROR_NO, NULL,
		    "the population has %zu items, the complete list %zu",
		    population->count, check.next);
	entry_free(&check.entry);
	return result;
}

/* ---- sampling ---- */

static struct digest
rank_of(struct digest population, struct digest leaf, const char *seed)
{
	struct digest_stream stream;

	digest_begin(&stream);
	digest_add(&stream, bytes_of_text(digest_hex(population).text));
	digest_add(&stream, bytes_of_text(" "));
	digest_add(&stream, bytes_of_text(digest_hex(leaf).text));
	digest_add(&stream, bytes_of_text(" "));
	digest_add(&stream, bytes_of_text(seed));
	return digest_end(&stream);
}

static int
compare_draws(const void *a, const void *b)
{
	const struct population_draw *x = a, *y = b;

	return digest_compare(x->rank, y->rank);
}

int
population_sample(struct population_draw **out, size_t *count,
    const struct population *population, struct digest digest, const char *seed,
    uint64_t wanted, struct error *err)
{
	struct population_draw *draw =
	    memory_new((size_t)population->in + 1, sizeof *draw);
	size_t made = 0;

	if (draw == NULL)
		return error_memory(err);
	for (size_t i = 0; i < population->count; i++) {
		if (population->item[i].mark != POPULATION_IN)
			continue;
		draw[made].rank =
		    rank_of(digest, population->item[i].leaf, seed);
		draw[made++].item = i;
	}
	qsort(draw, made, sizeof *draw, compare_draws);
	*count = wanted < made ? (size_t)wanted : made;
	*out = draw;
	return 0;
}
