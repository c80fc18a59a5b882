/* list_check.c: whether a proof of lists proves what it says. */
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/admission.h"
#include "ledger/erasure.h"
#include "ledger/list_proof_internal.h"
#include "ledger/list_walk.h"

struct check {
	const struct list_proof *proof;
	const struct list_checker *checker;
	struct list_claim *claim;
	uint64_t from; /* seq of the first entry since. */
	struct admission admission; /* An entry at hand. */
	struct json_arena *arena;
	struct buffer scratch;
	struct list_index index; /* What the index record says. */
	bool has_index;
};

static int
no(struct error *err, const char *what)
{
	return error_set(err, ERROR_NO, NULL, "%s", what);
}

/* What is said of a list, as a place for errors. */
static int
within_list(struct error *err, const struct list_key *key)
{
	if (list_key_is_whole(key))
		return error_within(err, "list of every %s", key->kind->name);
	return error_within(err, "list of every %s of %.16s…", key->kind->name,
	    digest_hex(key->subject).text);
}

/* Read the line of an entry; it must count itself as `seq'. */
static int
read_entry(struct check *check, struct bytes line, uint64_t seq,
    struct error *err)
{
	if (admission_read_entry(&check->admission, line, check->arena, err) ==
	    -1) {
		if (err->class != ERROR_SYSTEM)
			err->class = ERROR_NO;
		return error_within(err, "entry %llu", (unsigned long long)seq);
	}
	if (check->admission.entry.seq != seq)
		return error_set(err, ERROR_NO, NULL,
		    "a line says that it is entry %llu, it stands as entry "
		    "%llu",
		    (unsigned long long)check->admission.entry.seq,
		    (unsigned long long)seq);
	return 0;
}

/* ---- what came since ---- */

/* The leaf hash of an entry since; *erased when its line is gone. */
static int
leaf_since(struct digest *leaf, bool *erased, struct bytes line,
    struct error *err)
{
	*erased = bytes_begin(line, LIST_ERASED);
	if (!*erased)
		*leaf = entry_leaf_hash(line);
	else if (!digest_parse(leaf, bytes_after(line, strlen(LIST_ERASED))))
		return no(err, "the leaf hash of an erased entry is malformed");
	return 0;
}

/* They and the subtrees before them must make the checkpoint's root. */
static int
check_root(struct check *check, struct error *err)
{
	const struct list_proof *proof = check->proof;
	uint64_t subtrees = 0;
	struct list_tree *tree;
	struct digest leaf, root;
	bool erased;

	if (proof->since_count > proof->checkpoint.size)
		return no(err,
		    "it has more entries than the checkpoint covers");
	check->from = proof->checkpoint.size - proof->since_count;
	for (uint64_t bits = check->from; bits != 0; bits &= bits - 1)
		subtrees++;
	if (proof->before.count != subtrees)
		return no(err,
		    "it has too few or too many hashes of what stands before");
	tree = memory_new(1, sizeof *tree);
	if (tree == NULL)
		return error_memory(err);
	list_tree_begin_at(tree, check->from, proof->before.hash);
	for (size_t i = 0; i < proof->since_count; i++) {
		if (leaf_since(&leaf, &erased, proof->since[i], err) == -1) {
			memory_free(tree);
			return -1;
		}
		check->claim->erased += erased;
		list_tree_add(tree, leaf, 0, NULL);
	}
	root = list_tree_end(tree, NULL);
	memory_free(tree);
	if (!digest_equal(root, proof->checkpoint.root))
		return no(err,
		    "the entries since the index record are not the last ones "
		    "of the checkpoint: one was changed, added or left out");
	return 0;
}

/* The first of them is the index record, or the genesis. */
static int
check_index(struct check *check, const struct public_key *ledger_key,
    struct error *err)
{
	struct bytes line = check->proof->since[0];
	struct record record;
	int result = -1;

	if (check->from == 0)
		return 0;
	if (read_entry(check, line, check->from, err) == -1)
		return -1;
	if (check->admission.kind != kind_named("index"))
		return error_set(err, ERROR_NO, NULL,
		    "entry %llu is not an index record, it is a %s",
		    (unsigned long long)check->from,
		    check->admission.kind->name);
	if (ledger_key != NULL) {
		check->admission.key[0] = *ledger_key;
		check->admission.known[0] = true;
		if (admission_check(&check->admission, &check->scratch, err) ==
		    -1)
			return error_within(err, "index record");
	}
	if (record_parse(&record,
		buffer_bytes(&check->admission.entry.envelope.payload),
		err) == -1)
		return -1;
	result =
	    list_index_read(&check->index, record.predicate, check->from, err);
	record_free(&record);
	check->has_index = result == 0;
	check->claim->indexed = check->from;
	return result;
}

/* ---- what the index says ---- */

static int
check_path(const struct check *check, const struct list_key *key,
    const struct list_head *head, uint64_t number, const struct proof *path,
    struct error *err)
{
	if (proof_includes(path, list_leaf_hash(key, head), number,
		check->index.lists, check->index.root))
		return 0;
	return no(err,
	    "its entries are not those that the index record signs: one was "
	    "changed, moved, added or left out");
}

static int
check_presence(const struct check *check, const struct list_part *part,
    struct error *err)
{
	struct list_head head = { .count = 0 };

	if (part->item[part->count - 1].seq >= check->index.seq)
		return no(err,
		    "an entry of it does not stand before the index record");
	for (size_t i = 0; i < part->count; i++)
		list_head_add(&head, part->item[i].leaf);
	return check_path(check, &part->key, &head, part->number, &part->path,
	    err);
}

/* Whether the one or two lists beside leave no place for the one looked
 * for. */
static bool
is_between(const struct check *check, const struct list_part *part)
{
	const struct list_near *first = &part->near[0];
	const struct list_near *last = &part->near[part->near_count - 1];

	if (part->near_count == 2)
		return list_key_compare(&first->key, &part->key) < 0 &&
		    list_key_compare(&part->key, &last->key) < 0 &&
		    last->number == first->number + 1;
	if (list_key_compare(&part->key, &first->key) < 0)
		return first->number == 0;
	return list_key_compare(&first->key, &part->key) < 0 &&
	    first->number + 1 == check->index.lists;
}

static int
check_absence(const struct check *check, const struct list_part *part,
    struct error *err)
{
	for (size_t i = 0; i < part->near_count; i++) {
		const struct list_near *near = &part->near[i];

		if (!proof_includes(&near->path,
			list_leaf_hash(&near->key, &near->head), near->number,
			check->index.lists, check->index.root))
			return no(err, "a list beside it is not in the index");
	}
	if (!is_between(check, part))
		return no(err,
		    "that it is not in the index is not shown: other lists may "
		    "stand between those beside it");
	return 0;
}

static int
check_place(const struct check *check, const struct list_part *part,
    struct error *err)
{
	if (check->has_index != (part->place != LIST_FROM_START))
		return no(err,
		    check->has_index
			? "what stands before the index record is left out"
			: "there is no index record that it could be in");
	switch (part->place) {
	case LIST_PRESENT:
		return check_presence(check, part, err);
	case LIST_ABSENT:
		return check_absence(check, part, err);
	case LIST_FROM_START:
		break;
	}
	return 0;
}

/* ---- the members ---- */

static int
tell(struct check *check, const struct list_member *member, struct error *err)
{
	check->claim->members++;
	if (check->checker == NULL || check->checker->member == NULL)
		return 0;
	return check->checker->member(check->checker->cookie, member, err);
}

/* The line that somebody has of an entry, if it is that. */
static int
check_line(struct check *check, const struct list_part *part,
    struct list_member *member, struct error *err)
{
	if (check->checker == NULL || check->checker->line == NULL)
		return 0;
	if (check->checker->line(check->checker->cookie, member->seq,
		member->leaf, &member->line, err) != 0)
		return -1;
	if (member->line.len == 0)
		return 0;
	if (!digest_equal(entry_leaf_hash(member->line), member->leaf))
		return error_set(err, ERROR_NO, NULL,
		    "the line given for entry %llu is not that entry",
		    (unsigned long long)member->seq);
	if (read_entry(check, member->line, member->seq, err) == -1)
		return -1;
	if (!list_has(&part->key, check->admission.kind,
		&check->admission.facts))
		return error_set(err, ERROR_NO, NULL,
		    "entry %llu does not belong in the list: the index record "
		    "is wrong",
		    (unsigned long long)member->seq);
	return 0;
}

static int
tell_indexed(struct check *check, size_t number, struct error *err)
{
	const struct list_part *part = &check->proof->part[number];

	for (size_t i = 0; i < part->count; i++) {
		struct list_member member = {
			.part = number,
			.seq = part->item[i].seq,
			.leaf = part->item[i].leaf,
		};

		if (check_line(check, part, &member, err) == -1)
			return -1;
		check->claim->without_line += member.line.len == 0;
		if (tell(check, &member, err) != 0)
			return -1;
	}
	return 0;
}

/* Which entries since are in which list: a row of bits for each list, and
 * one for those that were erased and are known. */
struct sorted {
	size_t row; /* Bytes of a row. */
	uint8_t *bits;
};

static void
set_bit(struct sorted *sorted, size_t row, size_t place)
{
	sorted->bits[row * sorted->row + place / 8] |=
	    (uint8_t)(1u << place % 8);
}

static bool
has_bit(const struct sorted *sorted, size_t row, size_t place)
{
	return (sorted->bits[row * sorted->row + place / 8] >> place % 8 & 1) !=
	    0;
}

static bool
names(const struct json *named, struct digest subject)
{
	for (const struct json *one = json_first(named); one != NULL;
	     one = json_next(one))
		if (strcmp(json_text(one), digest_hex(subject).text) == 0)
			return true;
	return false;
}

/* What an erasure record says of an entry since whose line is gone. */
static void
sort_erased(struct check *check, struct sorted *sorted,
    const struct erased *erased)
{
	const struct list_proof *proof = check->proof;
	uint64_t place = erased->number - check->from;
	struct digest leaf;

	if (!erased->whole || erased->kind == NULL ||
	    erased->number < check->from || place >= proof->since_count ||
	    !bytes_begin(proof->since[place], LIST_ERASED) ||
	    !digest_parse(&leaf,
		bytes_after(proof->since[place], strlen(LIST_ERASED))) ||
	    !digest_equal(leaf, erased->leaf) ||
	    has_bit(sorted, proof->part_count, place))
		return;
	set_bit(sorted, proof->part_count, place);
	check->claim->erased--;
	for (size_t i = 0; i < proof->part_count; i++) {
		const struct list_key *key = &proof->part[i].key;

		if (key->kind == erased->kind &&
		    (list_key_is_whole(key) ||
			names(erased->named, key->subject)))
			set_bit(sorted, i, place);
	}
}

/* One entry since, in each list that it belongs in. */
static int
sort_since(struct check *check, struct sorted *sorted, size_t place,
    struct error *err)
{
	const struct list_proof *proof = check->proof;
	const struct admission *admission = &check->admission;

	if (bytes_begin(proof->since[place], LIST_ERASED))
		return 0;
	if (read_entry(check, proof->since[place], check->from + place, err) ==
	    -1)
		return -1;
	for (size_t i = 0; i < proof->part_count; i++)
		if (list_has(&proof->part[i].key, admission->kind,
			&admission->facts))
			set_bit(sorted, i, place);
	if (!erasure_is(admission->kind) || !admission->has_record)
		return 0;
	for (const struct json *item = erasure_items(&admission->record);
	     item != NULL; item = json_next(item)) {
		struct erased erased = erasure_item(item);

		sort_erased(check, sorted, &erased);
	}
	return 0;
}

static int
tell_since(struct check *check, const struct sorted *sorted, size_t number,
    struct error *err)
{
	const struct list_proof *proof = check->proof;

	for (size_t i = 0; i < proof->since_count; i++) {
		struct list_member member = {
			.part = number,
			.seq = check->from + i,
			.line = proof->since[i],
			.since = true,
		};
		bool erased;

		if (!has_bit(sorted, number, i))
			continue;
		if (leaf_since(&member.leaf, &erased, member.line, err) == -1)
			return -1;
		if (erased)
			member.line = bytes_of(NULL, 0);
		check->claim->without_line += erased;
		if (tell(check, &member, err) != 0)
			return -1;
	}
	return 0;
}

static int
check_members(struct check *check, struct error *err)
{
	const struct list_proof *proof = check->proof;
	struct sorted sorted = { .row = (proof->since_count + 7) / 8 };
	int result = -1;

	sorted.bits = memory_new(proof->part_count + 1, sorted.row);
	if (sorted.bits == NULL)
		return error_memory(err);
	for (size_t i = 0; i < proof->since_count; i++)
		if (sort_since(check, &sorted, i, err) == -1)
			goto done;
	for (size_t i = 0; i < proof->part_count; i++)
		if (tell_indexed(check, i, err) == -1 ||
		    tell_since(check, &sorted, i, err) == -1) {
			within_list(err, &proof->part[i].key);
			goto done;
		}
	result = 0;
done:
	memory_free(sorted.bits);
	return result;
}

static int
check_all(struct check *check, const struct public_key *ledger_key,
    struct error *err)
{
	const struct list_proof *proof = check->proof;

	if (check_root(check, err) == -1 ||
	    check_index(check, ledger_key, err) == -1)
		return -1;
	for (size_t i = 0; i < proof->part_count; i++)
		if (check_place(check, &proof->part[i], err) == -1)
			return within_list(err, &proof->part[i].key);
	return check_members(check, err);
}

int
list_proof_check(struct list_claim *out, const struct list_proof *proof,
    const struct public_key *ledger_key, const struct list_checker *checker,
    struct error *err)
{
	struct check check = {
		.proof = proof,
		.checker = checker,
		.claim = out,
		.admission = admission_new(),
		.scratch = buffer_new(LIMIT_ENVELOPE),
	};
	int result = -1;

	memset(out, 0, sizeof *out);
	if (json_arena_new(&check.arena, err) == 0)
		result = check_all(&check, ledger_key, err);
	json_arena_free(check.arena);
	admission_free(&check.admission);
	buffer_free(&check.scratch);
	return result;
}
