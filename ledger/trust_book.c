#include "ledger/trust_book.h"

#include <string.h>

#include "base/memory.h"

struct trust_book {
	const struct trusts *trusts;
	/* What held after the first `known' of them. */
	struct tlog_policy policy;
	size_t known;
	bool has_policy;
};

int
trust_book_new(struct trust_book **out, const struct trusts *trusts,
    struct error *err)
{
	struct trust_book *book = memory_new(1, sizeof *book);

	if (book == NULL)
		return error_memory(err);
	book->trusts = trusts;
	*out = book;
	return 0;
}

void
trust_book_free(struct trust_book *book)
{
	memory_free(book);
}

/* Nobody counts twice: the same key under a second name is passed over, and
 * a key that is none. */
static void
take_witness(struct tlog_policy *policy, const struct trusted *trust)
{
	struct tlog_node node = { .within = TLOG_NOBODY };
	struct error ignored;

	node.name = bytes_of_text(trust->name);
	if (policy->node_count == LIMIT_TLOG_WITNESSES ||
	    note_key_parse(&node.key, bytes_of_text(trust->vkey), &ignored) ==
		-1 ||
	    node.key.algorithm != NOTE_COSIGNATURE)
		return;
	for (size_t i = 0; i < policy->node_count; i++) {
		if (public_key_equal(policy->node[i].key.key, node.key.key))
			return;
	}
	policy->node[policy->node_count++] = node;
}

static void
take_quorum(struct tlog_policy *policy, const struct trusted *trust)
{
	size_t witnesses = policy->node_count;

	for (size_t i = 0; i < witnesses; i++)
		policy->node[i].within = witnesses;
	policy->node[witnesses] = (struct tlog_node){
		.name = bytes_of_text(trust->name),
		.is_group = true,
		.wanted = (size_t)trust->wanted,
		.members = witnesses,
		.within = TLOG_NOBODY,
	};
	policy->node_count = witnesses + 1;
	policy->quorum = witnesses;
}

const struct tlog_policy *
trust_book_at(struct trust_book *book, uint64_t size)
{
	struct tlog_policy *policy = &book->policy;
	const struct trusted *quorum = NULL;
	size_t count = 0;

	while (count < trusts_count(book->trusts) &&
	    trusts_at(book->trusts, count)->seq < size)
		count++;
	if (book->has_policy && book->known == count)
		return policy;
	policy->log_count = 0;
	policy->node_count = 0;
	policy->quorum = TLOG_NOBODY;
	for (size_t i = 0; i < count; i++) {
		const struct trusted *trust = trusts_at(book->trusts, i);

		if (!trust->trusted || trust->ended_seq < size)
			continue;
		if (trust->about == TRUST_WITNESS)
			take_witness(policy, trust);
		else if (trust->about == TRUST_QUORUM)
			quorum = trust;
	}
	if (quorum != NULL)
		take_quorum(policy, quorum);
	book->known = count;
	book->has_policy = true;
	return policy;
}

const struct trusts *
trust_book_trusts(const struct trust_book *book)
{
	return book->trusts;
}

bool
trust_book_has_witness(const struct trust_book *book)
{
	for (size_t i = 0; i < trusts_count(book->trusts); i++) {
		if (trusts_at(book->trusts, i)->about == TRUST_WITNESS)
			return true;
	}
	return false;
}

struct node_name
node_name_of(const struct tlog_node *node)
{
	struct node_name name;
	size_t len = node->name.len < LIMIT_NAME ? node->name.len : LIMIT_NAME;

	if (len > 0)
		memcpy(name.text, node->name.data, len);
	name.text[len] = '\0';
	return name;
}
