#include "ledger/lineage.h"

#include <string.h>

#include "base/memory.h"
#include "ledger/index.h"

/*
 * A walk over two sorts of node in turn.  From an artefact: the entries that
 * mention it.  From an entry: the artefacts and entries it mentions.  Which
 * way an edge runs follows from the role alone: an input comes before the
 * entry, an output after it.
 */

/* Nodes found so far, by a hash of what they are. */
struct walk {
	struct reader *reader;
	struct lineage *lineage;
	size_t node_capacity;
	size_t edge_capacity;
	size_t max_nodes;
	size_t *slot; /* Open addressing; 0 is free, else number + 1. */
	size_t slot_count; /* A power of two. */
	struct reader_entry entry;
	struct facts facts;
};

void
lineage_free(struct lineage *lineage)
{
	if (lineage == NULL)
		return;
	for (size_t i = 0; i < lineage->node_count; i++) {
		memory_free(lineage->node[i].name);
		memory_free(lineage->node[i].status);
	}
	memory_free(lineage->node);
	memory_free(lineage->edge);
	memory_free(lineage);
}

static size_t
slot_of(const struct walk *walk, struct digest digest)
{
	size_t hash;

	memcpy(&hash, digest.byte, sizeof hash);
	hash &= walk->slot_count - 1;
	while (walk->slot[hash] != 0 &&
	    !digest_equal(walk->lineage->node[walk->slot[hash] - 1].digest,
		digest))
		hash = (hash + 1) & (walk->slot_count - 1);
	return hash;
}

/* The node of a digest, added if it is new.  *added says; SIZE_MAX in *number
 * when there is no more room, which is not an error. */
static int
node_at(struct walk *walk, struct digest digest, bool is_entry, unsigned depth,
    size_t *number, bool *added, struct error *err)
{
	struct lineage *lineage = walk->lineage;
	size_t slot = slot_of(walk, digest);
	struct lineage_node *grown;

	*added = false;
	if (walk->slot[slot] != 0) {
		*number = walk->slot[slot] - 1;
		return 0;
	}
	if (lineage->node_count == walk->max_nodes) {
		lineage->truncated = true;
		*number = SIZE_MAX;
		return 0;
	}
	grown = memory_grow(lineage->node, &walk->node_capacity,
	    lineage->node_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	lineage->node = grown;
	*number = lineage->node_count++;
	lineage->node[*number] = (struct lineage_node){
		.is_entry = is_entry,
		.digest = digest,
		.seq = UINT64_MAX,
		.depth = depth,
	};
	walk->slot[slot] = *number + 1;
	*added = true;
	return 0;
}

static int
set_text(char **to, const char *text, struct error *err)
{
	if (*to != NULL)
		return 0;
	*to = memory_text(text);
	return *to == NULL ? error_memory(err) : 0;
}

/* What is before and what after, by the way an entry mentions something. */
static bool
comes_before(enum fact_role role)
{
	return role == FACT_INPUT || role == FACT_PARENT ||
	    role == FACT_MODEL || role == FACT_DATASET || role == FACT_ENTRY ||
	    role == FACT_SUPERSEDES;
}

static int
add_edge(struct walk *walk, size_t entry, size_t other, enum fact_role role,
    struct error *err)
{
	struct lineage *lineage = walk->lineage;
	struct lineage_edge edge = {
		.from = comes_before(role) ? other : entry,
		.to = comes_before(role) ? entry : other,
		.role = role,
	};
	struct lineage_edge *grown;

	grown = memory_grow(lineage->edge, &walk->edge_capacity,
	    lineage->edge_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	lineage->edge = grown;
	lineage->edge[lineage->edge_count++] = edge;
	return 0;
}

/* Entries are nodes by their leaf hash; fill in what they are. */
static int
describe_entry(struct walk *walk, size_t number, uint64_t seq,
    struct error *err)
{
	struct lineage_node *node = &walk->lineage->node[number];
	struct buffer title = buffer_new(4096);
	struct index_row row;
	int result = -1;

	if (node->name != NULL)
		return 0;
	if (index_row_at(reader_store(walk->reader), seq,
		reader_size(walk->reader), &row, err) == -1)
		goto done;
	if (row.kind == &kind_erased)
		buffer_printf(&title, "entry %llu, erased",
		    (unsigned long long)seq);
	else if (row.version[0] == '\0')
		buffer_printf(&title, "%s%s%s", row.kind->name,
		    row.name[0] == '\0' ? "" : " ", row.name);
	else
		buffer_printf(&title, "%s/%s@%s", row.kind->name, row.name,
		    row.version);
	if (buffer_check(&title, "title", err) == -1)
		goto done;
	node->seq = seq;
	node->kind = row.kind;
	node->superseded = row.superseded;
	if (set_text(&node->name, buffer_string(&title), err) == 0 &&
	    set_text(&node->status, row.status, err) == 0)
		result = 0;
done:
	buffer_free(&title);
	return result;
}

/*
 * The subject of an entry: something it made known, so it comes after, unless
 * the entry is about a thing that others made (an evaluation, observation).
 */
static enum fact_role
effective_role(const struct kind *kind, enum fact_role role)
{
	if (role == FACT_SUBJECT &&
	    (kind->subject == SUBJECT_MODEL || kind->subject == SUBJECT_ABOUT))
		return FACT_MODEL;
	return role;
}

/* Whether the pair has an edge already.  Edges of one node are added together:
 * look back over so many as it can have, and a little further. */
static bool
has_edge(const struct walk *walk, size_t a, size_t b, size_t own)
{
	const struct lineage *lineage = walk->lineage;

	for (size_t i = lineage->edge_count; i > 0; i--) {
		const struct lineage_edge *edge = &lineage->edge[i - 1];

		if ((edge->from == a && edge->to == b) ||
		    (edge->from == b && edge->to == a))
			return true;
		if (lineage->edge_count - i > own + 64)
			break;
	}
	return false;
}

/* From an entry to what it mentions, in the wanted direction. */
static int
expand_entry(struct walk *walk, size_t number, enum lineage_direction direction,
    struct error *err)
{
	struct lineage_node at = walk->lineage->node[number];

	/* What an erased entry mentioned is not known any more. */
	if (at.kind == &kind_erased)
		return 0;
	if (reader_read(walk->reader, at.seq, &walk->entry, err) == -1 ||
	    facts_gather(&walk->facts, &walk->entry.record, err) == -1)
		return -1;
	for (size_t i = 0; i < walk->facts.count; i++) {
		const struct fact *fact = &walk->facts.fact[i];
		enum fact_role role = effective_role(at.kind, fact->role);
		bool is_entry = role == FACT_ENTRY || role == FACT_SUPERSEDES;
		bool before = comes_before(role);
		uint64_t seq = 0;
		size_t other;
		bool added, known = true;

		if (role >= FACT_ATTACHMENT ||
		    (before && !(direction & LINEAGE_UP)) ||
		    (!before && !(direction & LINEAGE_DOWN)))
			continue;
		if (is_entry &&
		    index_find_exact(reader_store(walk->reader), fact->digest,
			&known, &seq, err) == -1)
			return -1;
		if (!known)
			continue;
		if (node_at(walk, fact->digest, is_entry, at.depth + 1, &other,
			&added, err) == -1)
			return -1;
		if (other == SIZE_MAX || other == number)
			continue;
		if (is_entry) {
			if (describe_entry(walk, other, seq, err) == -1)
				return -1;
		} else {
			const char *name = facts_text(&walk->facts, fact->name);

			if (added)
				walk->lineage->node[other].seq = at.seq;
			if (set_text(&walk->lineage->node[other].name, name,
				err) == -1 ||
			    set_text(&walk->lineage->node[other].status, "",
				err) == -1)
				return -1;
		}
		if (!has_edge(walk, number, other, walk->facts.count) &&
		    add_edge(walk, number, other, role, err) == -1)
			return -1;
	}
	return 0;
}

/*
 * A proposal and an approval name the entries they rest on; they are led to by
 * the model itself, and from each of those once more they would only clutter.
 */
static bool
cites(const struct lineage_node *at, const struct index_row *row,
    enum fact_role role)
{
	return role == FACT_ENTRY && at->is_entry && at->kind != NULL &&
	    strcmp(at->kind->name, "proposal") != 0 &&
	    (strcmp(row->kind->name, "proposal") == 0 ||
		strcmp(row->kind->name, "approval") == 0);
}

/* An entry that mentions a node in a role: itself a node, and the edge. */
static int
link_entry(struct walk *walk, size_t number, const struct index_row *row,
    enum fact_role role, struct error *err)
{
	unsigned depth = walk->lineage->node[number].depth + 1;
	size_t other;
	bool added;

	if (node_at(walk, row->leaf, true, depth, &other, &added, err) == -1)
		return -1;
	if (other == SIZE_MAX || other == number)
		return 0;
	if (describe_entry(walk, other, row->seq, err) == -1)
		return -1;
	/* One entry's mentions follow each other. */
	return has_edge(walk, number, other, 0)
	    ? 0
	    : add_edge(walk, other, number, role, err);
}

/* From an artefact (or an entry) to the entries that mention it. */
static int
expand_mentions(struct walk *walk, size_t number,
    enum lineage_direction direction, struct error *err)
{
	struct lineage_node at = walk->lineage->node[number];
	struct store *store = reader_store(walk->reader);
	struct index_mention *mention = NULL;
	size_t count = 0;
	int result = -1;

	if (index_mentions(store, at.digest, NULL, reader_size(walk->reader),
		&mention, &count, err) == -1)
		return -1;
	/* It may have been met at a later one. */
	if (!at.is_entry && count > 0)
		walk->lineage->node[number].seq = mention[0].seq;
	for (size_t i = 0; i < count; i++) {
		struct index_row row;
		enum fact_role role;

		if (index_row_at(store, mention[i].seq,
			reader_size(walk->reader), &row, err) == -1)
			goto done;
		role = effective_role(row.kind, mention[i].role);
		/* What used it comes after it; what made it, before. */
		if (role >= FACT_ATTACHMENT || cites(&at, &row, role) ||
		    !(direction &
			(comes_before(role) ? LINEAGE_DOWN : LINEAGE_UP)))
			continue;
		if (link_entry(walk, number, &row, role, err) == -1)
			goto done;
	}
	result = 0;
done:
	memory_free(mention);
	return result;
}

/* What an erased entry did with an artefact is not known; mostly it recorded
 * it. */
static int
expand_erased(struct walk *walk, size_t number, struct error *err)
{
	struct lineage_node at = walk->lineage->node[number];
	struct index_mention *mention = NULL;
	size_t count = 0;
	int result = index_was_named(reader_store(walk->reader), at.digest,
	    NULL, reader_size(walk->reader), &mention, &count, err);

	for (size_t i = 0; result == 0 && i < count; i++) {
		struct index_row row;

		result = index_row_at(reader_store(walk->reader),
		    mention[i].seq, reader_size(walk->reader), &row, err);
		if (result == 0)
			result =
			    link_entry(walk, number, &row, FACT_NAMED, err);
	}
	memory_free(mention);
	return result;
}

/* Nodes from `start' on are expanded in the order they were found: nearest
 * first. */
static int
walk_one_way(struct walk *walk, size_t start, enum lineage_direction direction,
    struct error *err)
{
	for (size_t i = start; i < walk->lineage->node_count; i++) {
		if (walk->lineage->node[i].is_entry &&
		    expand_entry(walk, i, direction, err) == -1)
			return -1;
		if (expand_mentions(walk, i, direction, err) == -1)
			return -1;
		if (direction == LINEAGE_UP &&
		    !walk->lineage->node[i].is_entry &&
		    expand_erased(walk, i, err) == -1)
			return -1;
	}
	return 0;
}

static int
add_start(struct walk *walk, struct digest start, struct error *err)
{
	struct store *store = reader_store(walk->reader);
	struct index_mention *mention = NULL;
	struct lineage_node *node;
	uint64_t seq = 0;
	size_t count = 0, number;
	bool is_entry = false, added;
	int result = -1;

	if (index_find_exact(store, start, &is_entry, &seq, err) == -1)
		return -1;
	if (index_mentions(store, start, NULL, reader_size(walk->reader),
		&mention, &count, err) == -1)
		return -1;
	if (is_entry && seq >= reader_size(walk->reader))
		is_entry = false;
	if (!is_entry && count == 0) {
		error_set(err, ERROR_UNDECIDED, "see `vouch log'",
		    "no entry mentions the digest %.16s…",
		    digest_hex(start).text);
		goto done;
	}
	if (node_at(walk, start, is_entry, 0, &number, &added, err) == -1)
		goto done;
	if (is_entry) {
		result = describe_entry(walk, number, seq, err);
		goto done;
	}
	node = &walk->lineage->node[number];
	node->seq = mention[0].seq;
	if (reader_read(walk->reader, node->seq, &walk->entry, err) == -1 ||
	    facts_gather(&walk->facts, &walk->entry.record, err) == -1)
		goto done;
	for (size_t i = 0; i < walk->facts.count; i++) {
		const struct fact *fact = &walk->facts.fact[i];

		if (fact->role < FACT_PARAMETER &&
		    digest_equal(fact->digest, start) &&
		    set_text(&node->name, facts_text(&walk->facts, fact->name),
			err) == -1)
			goto done;
	}
	if (set_text(&node->name, "", err) == 0 &&
	    set_text(&node->status, "", err) == 0)
		result = 0;
done:
	memory_free(mention);
	return result;
}

int
lineage_walk(struct lineage **out, struct reader *reader, struct digest start,
    enum lineage_direction direction, size_t max_nodes, struct error *err)
{
	struct walk walk = {
		.reader = reader,
		.max_nodes = max_nodes,
		.slot_count = 64,
		.entry = reader_entry_new(),
		.facts = facts_new(),
	};
	int result = -1;

	while (walk.slot_count < max_nodes * 2)
		walk.slot_count *= 2;
	walk.lineage = memory_new(1, sizeof *walk.lineage);
	walk.slot = memory_new(walk.slot_count, sizeof *walk.slot);
	if (walk.lineage == NULL || walk.slot == NULL) {
		error_memory(err);
		goto done;
	}
	if (add_start(&walk, start, err) == -1)
		goto done;
	if ((direction & LINEAGE_UP) &&
	    walk_one_way(&walk, 0, LINEAGE_UP, err) == -1)
		goto done;
	if (direction & LINEAGE_DOWN) {
		size_t first_down = walk.lineage->node_count;

		/* The start once more, the other way; then what that found. */
		if (walk.lineage->node[0].is_entry &&
		    expand_entry(&walk, 0, LINEAGE_DOWN, err) == -1)
			goto done;
		if (expand_mentions(&walk, 0, LINEAGE_DOWN, err) == -1 ||
		    walk_one_way(&walk, first_down, LINEAGE_DOWN, err) == -1)
			goto done;
	}
	*out = walk.lineage;
	walk.lineage = NULL;
	result = 0;
done:
	lineage_free(walk.lineage);
	memory_free(walk.slot);
	reader_entry_free(&walk.entry);
	facts_free(&walk.facts);
	return result;
}
