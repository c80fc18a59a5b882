#include "ledger/trust_book.h"

#include <string.h>

#include "base/memory.h"
#include "ledger/entry.h"
#include "ledger/index.h"
#include "ledger/reader.h"

/* What one record says, as far as it matters here. */
struct saying {
	uint64_t seq;
	char name[LIMIT_NAME + 1];
	enum { ABOUT_WITNESS, ABOUT_QUORUM, ABOUT_OTHER } about;
	bool trusted;
	struct note_key key;
	uint64_t wanted;
};

struct trust_book {
	struct saying *saying;
	size_t count;
	size_t capacity;
	/* What held after the first `known' of them. */
	struct tlog_policy policy;
	size_t known;
	bool has_policy;
	struct reader_entry entry;
};

int
trust_book_new(struct trust_book **out, struct error *err)
{
	struct trust_book *book = memory_new(1, sizeof *book);

	if (book == NULL)
		return error_memory(err);
	book->entry = reader_entry_new();
	*out = book;
	return 0;
}

void
trust_book_free(struct trust_book *book)
{
	if (book == NULL)
		return;
	reader_entry_free(&book->entry);
	memory_free(book->saying);
	memory_free(book);
}

/* False for what can be believed by nobody: a key that is none. */
static bool
read_saying(struct saying *out, const struct json *predicate)
{
	const char *name = json_member_text(predicate, "name");
	const char *about = json_member_text(predicate, "about");
	const char *status = json_member_text(predicate, "status");
	const char *vkey = json_member_text(predicate, "vkey");
	const struct json *wanted = json_member(predicate, "wanted");
	struct error ignored;

	if (name == NULL || about == NULL || status == NULL ||
	    strlen(name) > LIMIT_NAME)
		return false;
	memcpy(out->name, name, strlen(name) + 1);
	out->trusted = strcmp(status, "trusted") == 0;
	out->about = ABOUT_OTHER;
	if (strcmp(about, "quorum") == 0 && json_is_integer(wanted)) {
		out->about = ABOUT_QUORUM;
		out->wanted = (uint64_t)json_integer(wanted);
	} else if (strcmp(about, "witness") == 0 && vkey != NULL &&
	    note_key_parse(&out->key, bytes_of_text(vkey), &ignored) == 0 &&
	    out->key.algorithm == NOTE_COSIGNATURE) {
		out->about = ABOUT_WITNESS;
	}
	return true;
}

int
trust_book_add(struct trust_book *book, struct bytes line, struct error *err)
{
	struct reader_entry *entry = &book->entry;
	struct saying said, *grown;
	struct error ignored;

	memset(&said, 0, sizeof said);
	if (entry_parse(&entry->entry, line, &ignored) == -1 ||
	    record_parse(&entry->record,
		buffer_bytes(&entry->entry.envelope.payload), &ignored) == -1)
		return 0; /* It is no record: verify says so. */
	said.seq = entry->entry.seq;
	if (strcmp(entry->record.kind->name, "trust") != 0 ||
	    !read_saying(&said, entry->record.predicate)) {
		record_free(&entry->record);
		return 0;
	}
	record_free(&entry->record);
	grown = memory_grow(book->saying, &book->capacity, book->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	book->saying = grown;
	book->saying[book->count++] = said;
	return 0;
}

static int
load_by_index(struct trust_book *book, struct store *store, uint64_t before,
    struct error *err)
{
	struct index_query query = {
		.before = before,
		.kind = "trust",
		.oldest_first = true,
	};
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct index_list *list = NULL;
	struct index_row row;
	bool more = true;
	int result = -1;

	if (index_list(&list, store, &query, err) == -1)
		goto done;
	for (;;) {
		if (index_next(list, &row, &more, err) == -1)
			goto done;
		if (!more)
			break;
		buffer_clear(&line);
		if (store_entry(store, row.seq, &line, err) == -1 ||
		    trust_book_add(book, buffer_bytes(&line), err) == -1)
			goto done;
	}
	result = 0;
done:
	index_list_free(list);
	buffer_free(&line);
	return result;
}

static int
load_by_scan(struct trust_book *book, struct store *store, uint64_t before,
    struct error *err)
{
	struct bytes line;
	uint64_t seq;
	bool more = true;

	if (store_scan_entries(store, 0, before, err) == -1)
		return -1;
	for (;;) {
		if (store_scan_entries_next(store, &seq, &line, &more, err) ==
		    -1)
			return -1;
		if (!more)
			return 0;
		if (trust_book_add(book, line, err) == -1)
			return -1;
	}
}

int
trust_book_load(struct trust_book *book, struct store *store, uint64_t before,
    bool without_index, struct error *err)
{
	return without_index ? load_by_scan(book, store, before, err)
			     : load_by_index(book, store, before, err);
}

/* Whether a later one of the first `count' is about the same name. */
static bool
is_replaced(const struct trust_book *book, size_t at, size_t count)
{
	for (size_t i = at + 1; i < count; i++) {
		if (strcmp(book->saying[i].name, book->saying[at].name) == 0)
			return true;
	}
	return false;
}

/* Nobody counts twice: the same key under a second name is passed over. */
static void
take_witness(struct tlog_policy *policy, const struct saying *said)
{
	for (size_t i = 0; i < policy->node_count; i++) {
		if (public_key_equal(policy->node[i].key.key, said->key.key))
			return;
	}
	if (policy->node_count == LIMIT_TLOG_WITNESSES)
		return;
	policy->node[policy->node_count++] = (struct tlog_node){
		.name = bytes_of_text(said->name),
		.key = said->key,
		.within = TLOG_NOBODY,
	};
}

static void
take_quorum(struct tlog_policy *policy, const struct saying *said)
{
	size_t witnesses = policy->node_count;

	for (size_t i = 0; i < witnesses; i++)
		policy->node[i].within = witnesses;
	policy->node[witnesses] = (struct tlog_node){
		.name = bytes_of_text(said->name),
		.is_group = true,
		.wanted = (size_t)said->wanted,
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
	const struct saying *quorum = NULL;
	size_t count = 0;

	while (count < book->count && book->saying[count].seq < size)
		count++;
	if (book->has_policy && book->known == count)
		return policy;
	policy->log_count = 0;
	policy->node_count = 0;
	policy->quorum = TLOG_NOBODY;
	for (size_t i = 0; i < count; i++) {
		const struct saying *said = &book->saying[i];

		if (!said->trusted || is_replaced(book, i, count))
			continue;
		if (said->about == ABOUT_WITNESS)
			take_witness(policy, said);
		else if (said->about == ABOUT_QUORUM)
			quorum = said;
	}
	if (quorum != NULL)
		take_quorum(policy, quorum);
	book->known = count;
	book->has_policy = true;
	return policy;
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
