#include "ledger/witnessed.h"

#include <string.h>

#include "base/memory.h"
#include "ledger/cosignatures.h"

static void
take_quorum(struct witnessed_checkpoint *out, const struct tlog_policy *policy,
    const struct tlog_quorum *judged)
{
	const struct tlog_node *quorum;

	out->met = judged->met && out->count > 0;
	if (policy->quorum == TLOG_NOBODY)
		return;
	quorum = &policy->node[policy->quorum];
	out->has_quorum = true;
	out->wanted = quorum->is_group ? quorum->wanted : 1;
	out->members = quorum->is_group ? quorum->members : 1;
	out->met = judged->met;
}

int
witnessed_judge(struct witnessed_checkpoint *out, uint64_t size,
    struct bytes note, const struct tlog_policy *policy, struct error *err)
{
	struct tlog_quorum *judged = memory_new(1, sizeof *judged);
	struct note parts;
	size_t verified;
	int result = -1;

	if (judged == NULL)
		return error_memory(err);
	if (tlog_policy_judge(judged, policy, note, err) == -1 ||
	    note_parse(&parts, note, err) == -1)
		goto done;
	memset(out, 0, sizeof *out);
	out->size = size;
	for (size_t i = 0; i < policy->node_count; i++) {
		const struct tlog_node *node = &policy->node[i];

		if (node->is_group)
			continue;
		out->trusted++;
		if (!judged->node_met[i] || out->count == LIMIT_NOTE_SIGNATURES)
			continue;
		if (note_cosigned(&verified, &parts, &node->key,
			&out->by[out->count].oldest_s,
			&out->by[out->count].newest_s, err) == -1)
			goto done;
		out->by[out->count++].name = node_name_of(node);
	}
	take_quorum(out, policy, judged);
	result = 0;
done:
	memory_free(judged);
	return result;
}

/* The newest checkpoint, whether or not anybody cosigned it. */
static int
find_newest(struct witnessed *out, struct store *store, uint64_t size,
    struct trust_book *book, const struct tlog_policy *policy,
    struct error *err)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct error finding;
	uint64_t found = 0;
	int result = -1;

	if (store_checkpoint(store, size, &found, &note, err) == -1)
		goto done;
	result = 0;
	if (found == 0)
		goto done;
	if (policy == NULL)
		policy = trust_book_at(book, found);
	if (witnessed_judge(&out->newest, found, buffer_bytes(&note), policy,
		&finding) == -1) {
		if (finding.class == ERROR_SYSTEM) {
			*err = finding;
			result = -1;
		} else {
			out->newest.size = found;
		}
	}
done:
	buffer_free(&note);
	return result;
}

int
witnessed_find(struct witnessed *out, struct store *store, uint64_t size,
    struct trust_book *book, const struct tlog_policy *policy,
    witnessed_problem *problem, void *cookie, struct error *err)
{
	struct witnessed_checkpoint judged;
	struct error finding;
	struct bytes note;
	uint64_t at;
	bool more = true;

	memset(out, 0, sizeof *out);
	if (find_newest(out, store, size, book, policy, err) == -1 ||
	    cosignatures_scan(store, err) == -1)
		return -1;
	for (;;) {
		if (cosignatures_scan_next(store, &at, &note, &more, err) == -1)
			return -1;
		if (!more)
			return 0;
		if (at > size)
			continue;
		if (witnessed_judge(&judged, at, note,
			policy != NULL ? policy : trust_book_at(book, at),
			&finding) == 0) {
			if (judged.met)
				out->met = judged;
		} else if (finding.class == ERROR_SYSTEM) {
			*err = finding;
			return -1;
		} else if (problem != NULL) {
			problem(cookie, at, finding.what);
		}
	}
}
