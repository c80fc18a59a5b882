/* dossier_select.c: which entries a stranger needs to check a model. */
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/memory.h"
#include "ledger/dossier.h"
#include "ledger/erasure.h"
#include "ledger/index.h"

/*
 * Two lists grow until nothing is added: digests, of which all that was said
 * is wanted, and entries.  An entry of the lineage leads on: to what it used,
 * to what corrects it, to the verdict on it.  One that is only named, or that
 * carries authority, leads to no more than what it names itself.
 */
struct found {
	uint64_t seq;
	bool leads;
	bool is_done; /* What it leads to is in the lists. */
	bool has_led; /* It was looked at as one that leads. */
	bool is_erased; /* Its body was destroyed: it cannot be packed. */
};

struct select {
	struct reader *reader;
	struct store *store;
	uint64_t size;
	struct found *entry;
	size_t count, capacity;
	struct hash_table by_seq;
	struct digest *digest;
	size_t digest_count, digest_capacity;
	struct hash_table by_digest;
	struct reader_entry now;
	struct facts facts;
};

static int
add_entry(struct select *select, uint64_t seq, bool leads, struct error *err)
{
	uint64_t hash = hash_table_hash(&select->by_seq,
	    bytes_of(&seq, sizeof seq), bytes_of(NULL, 0));
	size_t at = hash_table_first(&select->by_seq, hash);
	struct found *grown;

	if (seq >= select->size)
		return 0;
	while (at != HASH_TABLE_END && select->entry[at].seq != seq)
		at = hash_table_next(&select->by_seq, at);
	if (at != HASH_TABLE_END) {
		select->entry[at].leads |= leads;
		return 0;
	}
	grown = memory_grow(select->entry, &select->capacity, select->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	select->entry = grown;
	grown[select->count] = (struct found){ .seq = seq, .leads = leads };
	return hash_table_put(&select->by_seq, select->count++, hash, err);
}

static int
add_digest(struct select *select, struct digest digest, struct error *err)
{
	uint64_t hash = hash_table_hash(&select->by_digest,
	    digest_bytes(&digest), bytes_of(NULL, 0));
	size_t at = hash_table_first(&select->by_digest, hash);
	struct digest *grown;

	while (at != HASH_TABLE_END &&
	    !digest_equal(select->digest[at], digest))
		at = hash_table_next(&select->by_digest, at);
	if (at != HASH_TABLE_END)
		return 0;
	grown = memory_grow(select->digest, &select->digest_capacity,
	    select->digest_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	select->digest = grown;
	grown[select->digest_count] = digest;
	return hash_table_put(&select->by_digest, select->digest_count++, hash,
	    err);
}

/* By entries that were erased since: each leads to who says so. */
#define WAS_NAMED (1u << FACT_NAMED)

/* Entries that mention a digest in one of the roles, a bit each. */
static int
add_mentions(struct select *select, struct digest digest, const char *kind,
    unsigned roles, bool leads, struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;
	int result = (roles == WAS_NAMED ? index_was_named
					 : index_mentions)(select->store,
	    digest, kind, select->size, &mention, &count, err);

	for (size_t i = 0; result == 0 && i < count; i++)
		if (roles & 1u << mention[i].role)
			result = add_entry(select, mention[i].seq, leads, err);
	memory_free(mention);
	return result;
}

#define MADE (1u << FACT_SUBJECT | 1u << FACT_OUTPUT)
#define USED \
	(1u << FACT_INPUT | 1u << FACT_PARENT | 1u << FACT_MODEL | \
	    1u << FACT_DATASET)
#define NAMED (1u << FACT_ENTRY | 1u << FACT_SUPERSEDES)

static int
add_leaf(struct select *select, struct digest leaf, bool leads,
    struct error *err)
{
	uint64_t seq = 0;
	bool found = false;

	if (index_find_exact(select->store, leaf, &found, &seq, err) == -1)
		return -1;
	return found ? add_entry(select, seq, leads, err) : 0;
}

static int
add_hex(struct select *select, const struct json *hex, struct error *err)
{
	struct digest leaf;

	if (json_text(hex) == NULL ||
	    !digest_parse(&leaf, bytes_of_text(json_text(hex))))
		return 0;
	return add_leaf(select, leaf, false, err);
}

/* What a verdict's rules looked at. */
static int
add_evidence(struct select *select, struct error *err)
{
	const struct json *results =
	    json_member(select->now.record.predicate, "results");

	for (const struct json *one = json_first(results); one != NULL;
	     one = json_next(one)) {
		const struct json *leaf =
		    json_first(json_member(one, "evidence"));

		if (add_hex(select, json_member(one, "waiver"), err) == -1)
			return -1;
		for (; leaf != NULL; leaf = json_next(leaf))
			if (add_hex(select, leaf, err) == -1)
				return -1;
	}
	return 0;
}

/* Under an earlier checkpoint nothing would say why it is not there. */
static int
check_erased_by_then(struct select *select, const struct index_row *row,
    struct error *err)
{
	bool found = false;
	uint64_t by = 0;

	if (erasure_find_whole(select->store, row->leaf, &found, &by, err) ==
	    -1)
		return -1;
	if (found && by < select->size)
		return 0;
	if (!found)
		return error_set(err, ERROR_NO, "see `vouch verify'",
		    "entry %llu is not there, and no erasure names it",
		    (unsigned long long)row->seq);
	return error_set(err, ERROR_NO, "give a later --at, or none",
	    "entry %llu, which belongs to it, was erased by entry %llu, which "
	    "the checkpoint of %llu entries does not have",
	    (unsigned long long)row->seq, (unsigned long long)by,
	    (unsigned long long)select->size);
}

/* An entry that was erased whole, by the index, leads to who says so. */
static int
look_for_erasure(struct select *select, size_t number, bool *erased,
    struct error *err)
{
	struct index_row row;

	if (index_row_at(select->store, select->entry[number].seq, select->size,
		&row, err) == -1)
		return -1;
	*erased = row.kind == &kind_erased;
	select->entry[number].is_erased = *erased;
	if (*erased && check_erased_by_then(select, &row, err) == -1)
		return -1;
	return add_mentions(select, row.leaf, "erasure", 1u << FACT_ENTRY,
	    false, err);
}

/* Everything that an entry leads to. */
static int
follow(struct select *select, size_t number, struct error *err)
{
	struct found found = select->entry[number];
	const struct kind *kind;
	bool leads, erased;

	if (look_for_erasure(select, number, &erased, err) == -1)
		return -1;
	if (erased)
		return 0;
	if (reader_read(select->reader, found.seq, &select->now, err) == -1 ||
	    facts_gather(&select->facts, &select->now.record, err) == -1)
		return -1;
	kind = select->now.record.kind;
	leads = found.leads && kind->roles != 0;
	for (size_t i = 0; i < select->facts.count; i++) {
		const struct fact *fact = &select->facts.fact[i];
		unsigned role = 1u << fact->role;

		if ((role & NAMED) && !erasure_is(kind) &&
		    add_leaf(select, fact->digest, leads, err) == -1)
			return -1;
		if (leads && (role & USED) &&
		    add_digest(select, fact->digest, err) == -1)
			return -1;
	}
	if (kind->roles == 0)
		return add_evidence(select, err);
	if (!leads)
		return 0;
	if (add_mentions(select, select->now.leaf, NULL, 1u << FACT_SUPERSEDES,
		true, err) == -1)
		return -1;
	return add_mentions(select, select->now.leaf, "verdict",
	    1u << FACT_ENTRY, false, err);
}

/* Who may sign, whom the ledger believes, and its rules: all of them. */
static int
add_authority(struct select *select, struct error *err)
{
	for (size_t i = 0; kinds[i] != NULL; i++) {
		struct index_query query = { .before = select->size,
			.kind = kinds[i]->name,
			.oldest_first = true };
		struct index_list *list = NULL;
		struct index_row row;
		bool more = true;
		int result;

		if (!dossier_has_all(kinds[i]))
			continue;
		result = index_list(&list, select->store, &query, err);
		while (result == 0) {
			result = index_next(list, &row, &more, err);
			if (result == -1 || !more)
				break;
			result = add_entry(select, row.seq, false, err);
		}
		index_list_free(list);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* Where a deployment puts its model: the versions of a model, "model/credit@1"
 * and "@2", take each other's place in an environment.  A model's name has no
 * newline, so one text says both. */
struct places {
	struct reader_entry now;
	struct buffer place;
	char **item; /* Where the subject was put. */
	size_t count, capacity;
	uint64_t first; /* By the first of its deployments. */
};

/* Into places->place; empty if it has none. */
static int
read_place(struct places *places, struct select *select, uint64_t seq,
    struct error *err)
{
	const struct json *record, *model;
	const char *name, *where, *at;

	buffer_clear(&places->place);
	if (reader_read(select->reader, seq, &places->now, err) == -1)
		return -1;
	record = places->now.record.predicate;
	model = json_member(record, "model");
	name = json_member_text(model, "name");
	where = json_member_text(record, "environment");
	if (name == NULL || where == NULL)
		return 0;
	at = strrchr(name, '@');
	buffer_append(&places->place,
	    bytes_of(name, at == NULL ? strlen(name) : (size_t)(at - name)));
	buffer_printf(&places->place, "\n%s", where);
	return buffer_check(&places->place, "place", err);
}

static bool
has_place(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		if (strcmp(places->item[i], buffer_string(&places->place)) == 0)
			return true;
	return false;
}

static int
add_place(struct places *places, struct error *err)
{
	char **grown;

	if (places->place.len == 0 || has_place(places))
		return 0;
	grown = memory_grow(places->item, &places->capacity, places->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	places->item = grown;
	grown[places->count] = memory_text(buffer_string(&places->place));
	return grown[places->count++] == NULL ? error_memory(err) : 0;
}

static int
find_places(struct places *places, struct select *select, struct digest subject,
    struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;
	struct index_row row;
	int result = index_mentions(select->store, subject, "deployment",
	    select->size, &mention, &count, err);

	for (size_t i = 0; result == 0 && i < count; i++) {
		result = index_row_at(select->store, mention[i].seq,
		    select->size, &row, err);
		if (result == -1 || row.kind == &kind_erased)
			continue;
		if (places->count == 0)
			places->first = mention[i].seq;
		result = read_place(places, select, mention[i].seq, err);
		if (result == 0)
			result = add_place(places, err);
	}
	memory_free(mention);
	return result;
}

/* Deployments of other versions behind it, and what corrects those. */
static int
add_deployments(struct select *select, struct places *places, struct error *err)
{
	const struct index_query query = { .before = select->size,
		.from = places->first,
		.kind = "deployment",
		.oldest_first = true };
	struct index_list *list = NULL;
	struct index_row row;
	bool more = true;
	int result = index_list(&list, select->store, &query, err);

	while (result == 0) {
		result = index_next(list, &row, &more, err);
		if (result == -1 || !more)
			break;
		result = read_place(places, select, row.seq, err);
		if (result == 0 && has_place(places) &&
		    (add_entry(select, row.seq, false, err) == -1 ||
			add_mentions(select, row.leaf, NULL,
			    1u << FACT_SUPERSEDES, false, err) == -1))
			result = -1;
	}
	index_list_free(list);
	return result;
}

/* What may have taken the place of the subject where it was put. */
static int
add_successors(struct select *select, struct digest subject, struct error *err)
{
	struct places places = { .now = reader_entry_new(),
		.place = buffer_new(4 * LIMIT_NAME) };
	int result = reader_entry_for_many(&places.now, err);

	if (result == 0)
		result = find_places(&places, select, subject, err);
	if (result == 0 && places.count > 0)
		result = add_deployments(select, &places, err);
	while (places.count > 0)
		memory_free(places.item[--places.count]);
	memory_free(places.item);
	reader_entry_free(&places.now);
	buffer_free(&places.place);
	return result;
}

/* Until nothing new is found.  An entry may turn out to lead only after it
 * was looked at as one that does not: then it is looked at again. */
static int
close_over(struct select *select, struct error *err)
{
	size_t digest = 1;
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < select->count; i++) {
			struct found found = select->entry[i];

			if (found.is_done && (found.has_led || !found.leads))
				continue;
			select->entry[i].is_done = true;
			select->entry[i].has_led = found.leads;
			if (follow(select, i, err) == -1)
				return -1;
			more = true;
		}
		for (; digest < select->digest_count; digest++) {
			if (add_mentions(select, select->digest[digest], NULL,
				MADE, true, err) == -1 ||
			    add_mentions(select, select->digest[digest], NULL,
				WAS_NAMED, false, err) == -1)
				return -1;
			more = true;
		}
	}
	return 0;
}

static int
compare_seqs(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int
hand_over(struct dossier_set *out, const struct select *select,
    struct error *err)
{
	uint64_t *seq = memory_new(select->count + 1, sizeof *seq);
	size_t count = 0;

	if (seq == NULL)
		return error_memory(err);
	for (size_t i = 0; i < select->count; i++)
		if (!select->entry[i].is_erased)
			seq[count++] = select->entry[i].seq;
	qsort(seq, count, sizeof *seq, compare_seqs);
	*out = (struct dossier_set){ .seq = seq, .count = count };
	for (size_t i = 0; i < select->count; i++)
		if (select->entry[i].is_erased)
			seq[count + out->gone++] = select->entry[i].seq;
	return 0;
}

int
dossier_select(struct dossier_set *out, struct reader *reader,
    struct digest subject, struct error *err)
{
	struct select select = {
		.reader = reader,
		.store = reader_store(reader),
		.size = reader_size(reader),
		.by_seq = hash_table_new(),
		.by_digest = hash_table_new(),
		.now = reader_entry_new(),
		.facts = facts_new(),
	};
	int result = -1;

	if (reader_entry_for_many(&select.now, err) == 0 &&
	    add_digest(&select, subject, err) == 0 &&
	    add_mentions(&select, subject, NULL, MADE | USED, true, err) == 0 &&
	    add_mentions(&select, subject, NULL, WAS_NAMED, false, err) == 0 &&
	    add_authority(&select, err) == 0 &&
	    add_successors(&select, subject, err) == 0 &&
	    close_over(&select, err) == 0)
		result = hand_over(out, &select, err);
	hash_table_free(&select.by_seq);
	hash_table_free(&select.by_digest);
	reader_entry_free(&select.now);
	facts_free(&select.facts);
	memory_free(select.entry);
	memory_free(select.digest);
	return result;
}

void
dossier_set_free(struct dossier_set *set)
{
	memory_free(set->seq);
	*set = (struct dossier_set){ .seq = NULL };
}
