#include "ledger/witnessed.h"

#include <string.h>

#include "base/memory.h"
#include "ledger/cosignatures.h"

/* What the policy wants. */
static void
describe(struct witnessed_checkpoint *out, const struct tlog_policy *policy)
{
	const struct tlog_node *quorum;

	for (size_t i = 0; i < policy->node_count; i++)
		out->trusted += !policy->node[i].is_group;
	if (policy->quorum == TLOG_NOBODY)
		return;
	quorum = &policy->node[policy->quorum];
	out->has_quorum = true;
	out->wanted = quorum->is_group ? quorum->wanted : 1;
	out->members = quorum->is_group ? quorum->members : 1;
}

/* Who cosigned; nobody, if it fails. */
static int
judge(struct witnessed_checkpoint *out, struct bytes note,
    const struct tlog_policy *policy, struct error *err)
{
	struct witnessed_checkpoint found = *out;
	struct tlog_quorum *judged = memory_new(1, sizeof *judged);
	struct note parts;
	size_t verified;
	int result = -1;

	if (judged == NULL)
		return error_memory(err);
	if (tlog_policy_judge(judged, policy, note, err) == -1 ||
	    note_parse(&parts, note, err) == -1)
		goto done;
	for (size_t i = 0; i < policy->node_count; i++) {
		const struct tlog_node *node = &policy->node[i];

		if (node->is_group)
			continue;
		if (!judged->node_met[i] ||
		    found.count == LIMIT_NOTE_SIGNATURES)
			continue;
		if (note_cosigned(&verified, &parts, &node->key,
			&found.by[found.count].oldest_s,
			&found.by[found.count].newest_s, err) == -1)
			goto done;
		found.by[found.count++].name = node_name_of(node);
	}
	found.met = judged->met && (found.has_quorum || found.count > 0);
	*out = found;
	result = 0;
done:
	memory_free(judged);
	return result;
}

/* Most checkpoints are signed by the ledger alone. */
static bool
has_more_lines(struct bytes note)
{
	size_t lines = 0;

	for (size_t i = note.len; i-- > 1;) {
		if (note.data[i] != '\n')
			continue;
		if (note.data[i - 1] == '\n')
			return lines > 1;
		lines++;
	}
	return true;
}

int
witnessed_take(struct witnessed *out, uint64_t size, struct bytes note,
    const struct tlog_policy *policy, struct error *err)
{
	out->newest = (struct witnessed_checkpoint){ .size = size };
	describe(&out->newest, policy);
	if (out->newest.trusted == 0 || !has_more_lines(note))
		return 0;
	if (judge(&out->newest, note, policy, err) == -1)
		return -1;
	if (out->newest.met)
		out->met = out->newest;
	return 0;
}

int
witnessed_find(struct witnessed *out, struct store *store, uint64_t size,
    struct trust_book *book, struct error *err)
{
	struct buffer newest = buffer_new(LIMIT_NOTE);
	uint64_t at = 0;
	struct error finding;
	struct bytes note;
	bool more = true;
	int result = -1;

	memset(out, 0, sizeof *out);
	if (cosignatures_scan(store, err) == -1)
		goto done;
	for (;;) {
		if (cosignatures_scan_next(store, &at, &note, &more, err) == -1)
			goto done;
		if (!more)
			break;
		if (at <= size &&
		    witnessed_take(out, at, note, trust_book_at(book, at),
			&finding) == -1 &&
		    finding.class == ERROR_SYSTEM) {
			*err = finding;
			goto done;
		}
	}
	if (store_checkpoint(store, size, &at, &newest, err) == -1)
		goto done;
	if (at > 0 &&
	    witnessed_take(out, at, buffer_bytes(&newest),
		trust_book_at(book, at), &finding) == -1 &&
	    finding.class == ERROR_SYSTEM) {
		*err = finding;
		goto done;
	}
	result = 0;
done:
	buffer_free(&newest);
	return result;
}

int
witnessed_in(struct witnessed *out, struct reader *reader, struct error *err)
{
	struct trust_book *book = NULL;
	int result = -1;

	memset(out, 0, sizeof *out);
	if (trust_book_new(&book, authority_trusts(reader_authority(reader)),
		err) == -1)
		goto done;
	result = !trust_book_has_witness(book)
	    ? 0
	    : witnessed_find(out, reader_store(reader),
		  reader_full_size(reader), book, err);
done:
	trust_book_free(book);
	return result;
}

int
witnessed_met(uint64_t *size, struct reader *reader, struct error *err)
{
	struct witnessed witnessed;

	if (witnessed_in(&witnessed, reader, err) == -1)
		return -1;
	*size = witnessed.met.size;
	return *size > 0
	    ? 0
	    : error_set(err, ERROR_NO, "`vouch witness request --folder DIR'",
		  "no checkpoint meets the quorum of the ledger's witnesses");
}
