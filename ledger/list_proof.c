#include "ledger/list_proof.h"

#include <string.h>

#include "base/memory.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/list_proof_internal.h"
#include "ledger/proof_lines_internal.h"

#define FIRST_LINE "vouchbook-lists@v1"
#define LISTS "lists "
#define LIST "list "
#define COUNT "count "
#define PRESENT "present "
#define ABSENT "absent"
#define FROM_START "from the start"
#define NEAR "near "
#define SINCE "since "

bool
list_proof_is(struct bytes text)
{
	return bytes_begin(text, FIRST_LINE "\n");
}

/* ---- writing ---- */

static void
write_near(struct buffer *out, const struct list_near *near)
{
	buffer_printf(out, NEAR "%llu ", (unsigned long long)near->number);
	list_leaf_write(out, &near->key, &near->head);
	buffer_byte(out, '\n');
	lines_write_hashes(out, &near->path);
}

static void
write_part(struct buffer *out, const struct list_part *part)
{
	buffer_printf(out, LIST "%s %s\n" COUNT "%llu\n",
	    digest_hex(part->key.subject).text, part->key.kind->name,
	    (unsigned long long)part->count);
	for (size_t i = 0; i < part->count; i++)
		buffer_printf(out, "%llu %s\n",
		    (unsigned long long)part->item[i].seq,
		    digest_hex(part->item[i].leaf).text);
	switch (part->place) {
	case LIST_PRESENT:
		buffer_printf(out, PRESENT "%llu\n",
		    (unsigned long long)part->number);
		lines_write_hashes(out, &part->path);
		break;
	case LIST_ABSENT:
		buffer_text(out, ABSENT "\n");
		for (size_t i = 0; i < part->near_count; i++)
			write_near(out, &part->near[i]);
		break;
	case LIST_FROM_START:
		buffer_text(out, FROM_START "\n");
		break;
	}
}

void
list_proof_write_parts(struct buffer *out, const struct list_part *parts,
    size_t count)
{
	buffer_printf(out, FIRST_LINE "\n" LISTS "%zu\n", count);
	for (size_t i = 0; i < count; i++)
		write_part(out, &parts[i]);
}

void
list_proof_write_since(struct buffer *out, uint64_t count)
{
	buffer_printf(out, SINCE "%llu\n", (unsigned long long)count);
}

void
list_proof_write_end(struct buffer *out, const struct proof *before,
    struct bytes note)
{
	lines_write_hashes(out, before);
	buffer_append(out, note);
}

void
list_proof_write(struct buffer *out, const struct list_proof *proof)
{
	list_proof_write_parts(out, proof->part, proof->part_count);
	list_proof_write_since(out, proof->since_count);
	for (size_t i = 0; i < proof->since_count; i++) {
		buffer_append(out, proof->since[i]);
		buffer_byte(out, '\n');
	}
	list_proof_write_end(out, &proof->before, proof->note);
}

/* ---- parsing ---- */

void
list_part_free(struct list_part *part)
{
	memory_free(part->item);
	memory_free(part->near);
}

void
list_proof_free(struct list_proof *proof)
{
	if (proof == NULL)
		return;
	for (size_t i = 0; i < proof->part_count; i++)
		list_part_free(&proof->part[i]);
	memory_free(proof->part);
	memory_free(proof->since);
	memory_free(proof);
}

/* "WORD NUMBER", the whole line. */
static bool
is_number(struct bytes line, const char *word, uint64_t *number)
{
	return bytes_begin(line, word) &&
	    checkpoint_number(number, bytes_after(line, strlen(word)));
}

/* Shortest line of an entry of a list, and of an entry since. */
#define ITEM_LEAST (DIGEST_HEX_LEN + 3)
#define SINCE_LEAST (sizeof LIST_ERASED + DIGEST_HEX_LEN)

/* No more things can be there than lines. */
static bool
is_plausible(const struct lines *lines, uint64_t count, size_t least)
{
	return count <= lines->rest.len / least;
}

/* "list SUBJECT KIND". */
static bool
read_key(struct list_key *key, struct bytes line)
{
	struct bytes kind;
	char name[LIMIT_NAME + 1];

	if (!bytes_begin(line, LIST) ||
	    line.len <= strlen(LIST) + DIGEST_HEX_LEN + 1 ||
	    line.data[strlen(LIST) + DIGEST_HEX_LEN] != ' ' ||
	    !digest_parse(&key->subject,
		bytes_of(line.data + strlen(LIST), DIGEST_HEX_LEN)))
		return false;
	kind = bytes_after(line, strlen(LIST) + DIGEST_HEX_LEN + 1);
	if (kind.len > LIMIT_NAME || memchr(kind.data, '\0', kind.len) != NULL)
		return false;
	memcpy(name, kind.data, kind.len);
	name[kind.len] = '\0';
	key->kind = kind_named(name);
	return key->kind != NULL;
}

/* "SEQ LEAF". */
static bool
read_item(struct list_item *item, struct bytes line)
{
	size_t len;

	if (line.len <= DIGEST_HEX_LEN + 1)
		return false;
	len = line.len - DIGEST_HEX_LEN - 1;
	return line.data[len] == ' ' &&
	    checkpoint_number(&item->seq, bytes_of(line.data, len)) &&
	    digest_parse(&item->leaf, bytes_after(line, len + 1));
}

static int
take_items(struct list_part *part, struct lines *lines, struct error *err)
{
	struct bytes line;
	uint64_t count;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!is_number(line, COUNT, &count) ||
	    !is_plausible(lines, count, ITEM_LEAST))
		return lines_malformed(lines, "there is no count", err);
	if (count == 0)
		return 0;
	part->item = memory_new((size_t)count, sizeof *part->item);
	if (part->item == NULL)
		return error_memory(err);
	for (; part->count < count; part->count++) {
		struct list_item *item = &part->item[part->count];

		if (lines_take(lines, &line, err) == -1)
			return -1;
		if (!read_item(item, line))
			return lines_malformed(lines,
			    "an entry of a list is not a number and a hash",
			    err);
		if (part->count > 0 && item->seq <= item[-1].seq)
			return lines_malformed(lines,
			    "the entries of a list are not in order", err);
	}
	return 0;
}

/* "near NUMBER list …" and its path, if that is what comes next. */
static int
take_near(struct list_part *part, struct lines *lines, struct error *err)
{
	struct list_near *near = &part->near[part->near_count];
	struct bytes line, leaf;
	const uint8_t *blank;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	leaf = bytes_after(line, strlen(NEAR));
	blank = leaf.len == 0 ? NULL : memchr(leaf.data, ' ', leaf.len);
	if (blank == NULL ||
	    !checkpoint_number(&near->number,
		bytes_of(leaf.data, (size_t)(blank - leaf.data))) ||
	    !list_leaf_parse(&near->key, &near->head,
		bytes_after(leaf, (size_t)(blank - leaf.data) + 1)))
		return lines_malformed(lines, "a list beside is malformed",
		    err);
	if (lines_take_hashes(&near->path, lines, err) == -1)
		return -1;
	part->near_count++;
	return 0;
}

static int
take_absence(struct list_part *part, struct lines *lines, struct error *err)
{
	part->place = LIST_ABSENT;
	part->near = memory_new(2, sizeof *part->near);
	if (part->near == NULL)
		return error_memory(err);
	while (part->near_count < 2 && bytes_begin(lines->rest, NEAR))
		if (take_near(part, lines, err) == -1)
			return -1;
	return part->near_count > 0
	    ? 0
	    : lines_malformed(lines, "there is no list beside", err);
}

static int
take_place(struct list_part *part, struct lines *lines, struct error *err)
{
	struct bytes line;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (is_number(line, PRESENT, &part->number)) {
		part->place = LIST_PRESENT;
		return lines_take_hashes(&part->path, lines, err);
	}
	if (bytes_equal(line, bytes_of_text(ABSENT)))
		return take_absence(part, lines, err);
	part->place = LIST_FROM_START;
	return bytes_equal(line, bytes_of_text(FROM_START))
	    ? 0
	    : lines_malformed(lines, "it is not said where the list stands",
		  err);
}

static int
take_part(struct list_proof *proof, struct lines *lines, struct error *err)
{
	struct list_part *part = &proof->part[proof->part_count];
	struct bytes line;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!read_key(&part->key, line))
		return lines_malformed(lines, "there is no list", err);
	if (proof->part_count > 0 &&
	    list_key_compare(&part[-1].key, &part->key) >= 0)
		return lines_malformed(lines, "the lists are not in order",
		    err);
	proof->part_count++;
	if (take_items(part, lines, err) == -1 ||
	    take_place(part, lines, err) == -1)
		return -1;
	if ((part->count > 0) != (part->place == LIST_PRESENT))
		return lines_malformed(lines,
		    "entries are there for a list that is not, or none for "
		    "one that is",
		    err);
	return 0;
}

static int
take_parts(struct list_proof *proof, struct lines *lines, struct error *err)
{
	struct bytes line;
	uint64_t count;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!is_number(line, LISTS, &count) || count == 0 ||
	    count > LIST_PARTS_MAX)
		return lines_malformed(lines, "it has no lists, or too many",
		    err);
	proof->part = memory_new((size_t)count, sizeof *proof->part);
	if (proof->part == NULL)
		return error_memory(err);
	while (proof->part_count < count)
		if (take_part(proof, lines, err) == -1)
			return -1;
	return 0;
}

static int
take_since(struct list_proof *proof, struct lines *lines, struct error *err)
{
	struct bytes line;
	uint64_t count;

	if (lines_take(lines, &line, err) == -1)
		return -1;
	if (!is_number(line, SINCE, &count) || count == 0 ||
	    !is_plausible(lines, count, SINCE_LEAST))
		return lines_malformed(lines,
		    "there is no number of entries since", err);
	proof->since = memory_new((size_t)count, sizeof *proof->since);
	if (proof->since == NULL)
		return error_memory(err);
	for (; proof->since_count < count; proof->since_count++) {
		if (lines_take(lines, &line, err) == -1)
			return -1;
		if (line.len == 0 || line.len > LIMIT_ENTRY)
			return lines_malformed(lines,
			    "it is not the line of an entry", err);
		proof->since[proof->since_count] = line;
	}
	return 0;
}

static int
parse(struct list_proof *proof, struct bytes text, struct error *err)
{
	struct lines lines = { .rest = text };
	struct bytes line;

	if (lines_take(&lines, &line, err) == -1)
		return -1;
	if (!bytes_equal(line, bytes_of_text(FIRST_LINE)))
		return lines_malformed(&lines,
		    "it does not begin with " FIRST_LINE, err);
	if (take_parts(proof, &lines, err) == -1 ||
	    take_since(proof, &lines, err) == -1 ||
	    lines_take_hashes(&proof->before, &lines, err) == -1)
		return -1;
	proof->note = lines.rest;
	return lines_read_checkpoint(&proof->checkpoint, proof->note,
	    lines.number + 1, err);
}

int
list_proof_parse(struct list_proof **out, struct bytes text, struct error *err)
{
	struct list_proof *proof = memory_new(1, sizeof *proof);

	if (proof == NULL)
		return error_memory(err);
	if (parse(proof, text, err) == -1) {
		list_proof_free(proof);
		return -1;
	}
	*out = proof;
	return 0;
}
