/* integrity.c: what was verified for this report, and what was found. */
#include <inttypes.h>
#include <stdio.h>

#include "ledger/merkle.h"
#include "ledger/verify.h"
#include "reports/gather_internal.h"

struct found {
	uint64_t size;
	uint64_t problems; /* Of entries in view. */
	struct xml *node;
};

static void
note_problem(void *cookie, const struct verify_problem *problem)
{
	struct found *found = cookie;
	struct xml *node;

	if (problem->seq != VERIFY_NOWHERE && problem->seq >= found->size)
		return;
	if (++found->problems > 20)
		return;
	node = xml_add_text(found->node, "problem", problem->what);
	xml_set(node, "check", verify_check_name(problem->check));
	if (problem->seq != VERIFY_NOWHERE)
		xml_setf(node, "seq", "%" PRIu64, problem->seq);
}

static int
verify_all(struct gather *gather, struct xml *section)
{
	struct found found = { .size = gather->view.size };
	struct verify_options options = { .cookie = &found,
		.problem = note_problem };
	struct verify_result result;

	found.node = xml_add(section, "check");
	xml_set(found.node, "name", "the whole ledger");
	if (!gather->order->part &&
	    verify_ledger(&result, gather->order->path, &options,
		gather->err) == -1)
		return -1;
	xml_set(found.node, "result", found.problems == 0 ? "pass" : "fail");
	xml_setf(found.node, "says",
	    "entries 0 to %" PRIu64
	    " were read again: chain, tree, signatures, authority of each "
	    "signer, checkpoints, attachments: %" PRIu64 " problem%s",
	    gather->view.size - 1, found.problems,
	    found.problems == 1 ? "" : "s");
	(void)gather_figure(gather, "entries-verified", "entries-verified",
	    (double)gather->view.size, (double)gather->view.size, "entries");
	(void)gather_figure(gather, "problems", "problems",
	    (double)found.problems, -1, "problems");
	return 0;
}

static int
is_root_same(const struct gather *gather, bool *same)
{
	struct tile_source tiles = store_tiles(gather->store);
	struct digest root;

	if (gather->order->part)
		return 0;
	if (merkle_root_at(&root, gather->checkpoint.size, &tiles,
		gather->err) == -1)
		return -1;
	*same = digest_equal(root, gather->checkpoint.root);
	return 0;
}

int
gather_integrity(struct gather *gather)
{
	static const char *const statements[][2] = {
		{ "proves",
		    "Each entry is the one that its signer signed, in the "
		    "place and order in which the ledger took it in." },
		{ "proves",
		    "Nothing before this checkpoint can be changed, removed or "
		    "put in between without another root hash." },
		{ "proves",
		    "Each signer held the role it needed at the time." },
		{ "does not prove",
		    "That nobody was shown another ledger: compare the root "
		    "hash with one that you have from elsewhere." },
	};
	struct xml *section = gather->section[SECTION_INTEGRITY], *node;
	bool same = true;

	node = xml_add(section, "check");
	xml_set(node, "name", "checkpoint");
	xml_set(node, "result", "pass");
	xml_setf(node, "says",
	    "the checkpoint of %" PRIu64
	    " entries is signed by the ledger's key",
	    gather->checkpoint.size);
	if (is_root_same(gather, &same) == -1)
		return -1;
	node = xml_add(section, "check");
	xml_set(node, "name", "tree");
	xml_set(node, "result", same ? "pass" : "fail");
	xml_set(node, "says",
	    same ? "the tree's root is the one in the checkpoint"
		 : "the tree's root is not the one in the checkpoint");
	if (gather->view.size <= REPORT_VERIFY_ENTRIES ||
	    gather->order->verify) {
		if (verify_all(gather, section) == -1)
			return -1;
	} else {
		node = xml_add(section, "check");
		xml_set(node, "name", "the whole ledger");
		xml_set(node, "result", "not applicable");
		xml_setf(node, "says",
		    "not verified for this report, because it has more than "
		    "%d entries: vouch verify does, or vouch report --verify",
		    REPORT_VERIFY_ENTRIES);
	}
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
		node = xml_add_text(section, "statement", statements[i][1]);
		xml_set(node, "type", statements[i][0]);
	}
	return 0;
}
