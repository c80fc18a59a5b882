#include "ledger/list.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/merkle.h"

/* "list ", two digests, a kind, a count and blanks. */
#define LEAF_MAX (2 * DIGEST_HEX_LEN + 2 * LIMIT_NAME)

int
list_key_compare(const struct list_key *a, const struct list_key *b)
{
	int order = digest_compare(a->subject, b->subject);

	return order != 0 ? order : strcmp(a->kind->name, b->kind->name);
}

bool
list_key_is_whole(const struct list_key *key)
{
	static const struct digest zeros;

	return digest_equal(key->subject, zeros);
}

void
list_head_add(struct list_head *head, struct digest leaf)
{
	head->running = digest_prefixed(0x02, digest_bytes(&head->running),
	    digest_bytes(&leaf));
	head->count++;
}

void
list_leaf_write(struct buffer *out, const struct list_key *key,
    const struct list_head *head)
{
	buffer_printf(out, "list %s %s %llu %s", digest_hex(key->subject).text,
	    key->kind->name, (unsigned long long)head->count,
	    digest_hex(head->running).text);
}

struct digest
list_leaf_hash(const struct list_key *key, const struct list_head *head)
{
	struct digest_stream stream;
	char text[LEAF_MAX];
	const char *kind = key->kind->name;
	size_t len = 0;

	/* As list_leaf_write, without a buffer: there are very many. */
	text[len++] = 0x00;
	memcpy(text + len, "list ", 5);
	len += 5;
	memcpy(text + len, digest_hex(key->subject).text, DIGEST_HEX_LEN);
	len += DIGEST_HEX_LEN;
	text[len++] = ' ';
	memcpy(text + len, kind, strlen(kind));
	len += strlen(kind);
	text[len++] = ' ';
	len += (size_t)snprintf(text + len, sizeof text - len, "%llu ",
	    (unsigned long long)head->count);
	memcpy(text + len, digest_hex(head->running).text, DIGEST_HEX_LEN);
	len += DIGEST_HEX_LEN;
	digest_begin(&stream);
	digest_add(&stream, bytes_of(text, len));
	return digest_end(&stream);
}

/* The next word; false if there is none.  Words are parted by one blank. */
static bool
take_word(struct bytes *rest, struct bytes *word)
{
	const uint8_t *blank =
	    rest->len == 0 ? NULL : memchr(rest->data, ' ', rest->len);
	size_t len = blank == NULL ? rest->len : (size_t)(blank - rest->data);

	*word = bytes_of(rest->data, len);
	*rest = bytes_after(*rest, blank == NULL ? len : len + 1);
	return len > 0;
}

bool
list_leaf_parse(struct list_key *key, struct list_head *head, struct bytes text)
{
	struct bytes rest = text, word;
	char kind[LIMIT_NAME + 1];

	if (!take_word(&rest, &word) ||
	    !bytes_equal(word, bytes_of_text("list")) ||
	    !take_word(&rest, &word) || !digest_parse(&key->subject, word) ||
	    !take_word(&rest, &word) || word.len > LIMIT_NAME)
		return false;
	memcpy(kind, word.data, word.len);
	kind[word.len] = '\0';
	key->kind = kind_named(kind);
	/* A blank at the end would leave nothing behind it. */
	return key->kind != NULL && strlen(kind) == word.len &&
	    take_word(&rest, &word) && checkpoint_number(&head->count, word) &&
	    head->count > 0 && rest.len == DIGEST_HEX_LEN &&
	    digest_parse(&head->running, rest);
}

bool
list_counts(const struct fact *fact)
{
	return fact->role <= FACT_DATASET;
}

bool
list_has(const struct list_key *key, const struct kind *kind,
    const struct facts *facts)
{
	if (kind != key->kind)
		return false;
	if (list_key_is_whole(key))
		return true;
	for (size_t i = 0; i < facts->count; i++)
		if (list_counts(&facts->fact[i]) &&
		    digest_equal(facts->fact[i].digest, key->subject))
			return true;
	return false;
}

void
list_tree_begin(struct list_tree *tree)
{
	tree->size = 0;
	tree->count = 0;
}

void
list_tree_begin_at(struct list_tree *tree, uint64_t size,
    const struct digest *roots)
{
	tree->size = size;
	tree->count = 0;
	for (unsigned height = 64; height > 0; height--) {
		if ((size >> (height - 1) & 1) == 0)
			continue;
		tree->node[tree->count].hash = roots[tree->count];
		tree->node[tree->count].height = height - 1;
		tree->node[tree->count].marks = 0;
		tree->count++;
	}
}

/* Each marked path goes one step up. */
static void
step_up(struct proof *paths, uint64_t marks, struct digest sibling)
{
	for (size_t i = 0; marks != 0; i++, marks >>= 1)
		if ((marks & 1) != 0 && paths[i].count < LIMIT_PROOF)
			paths[i].hash[paths[i].count++] = sibling;
}

/* Join the last two nodes. */
static void
join(struct list_tree *tree, struct proof *paths)
{
	struct digest left = tree->node[tree->count - 2].hash;
	struct digest right = tree->node[tree->count - 1].hash;

	step_up(paths, tree->node[tree->count - 2].marks, right);
	step_up(paths, tree->node[tree->count - 1].marks, left);
	tree->node[tree->count - 2].hash = merkle_node(left, right);
	tree->node[tree->count - 2].marks |= tree->node[tree->count - 1].marks;
	tree->node[tree->count - 2].height++;
	tree->count--;
}

void
list_tree_add(struct list_tree *tree, struct digest leaf, uint64_t marks,
    struct proof *paths)
{
	tree->node[tree->count].hash = leaf;
	tree->node[tree->count].height = 0;
	tree->node[tree->count].marks = marks;
	tree->count++;
	tree->size++;
	while (tree->count > 1 &&
	    tree->node[tree->count - 2].height ==
		tree->node[tree->count - 1].height)
		join(tree, paths);
}

struct digest
list_tree_end(struct list_tree *tree, struct proof *paths)
{
	if (tree->count == 0)
		return merkle_empty();
	/* From the right: the smallest complete subtrees first. */
	while (tree->count > 1)
		join(tree, paths);
	return tree->node[0].hash;
}
