/* dossier_lists.c: that nothing was left out of a dossier. */
#include <string.h>

#include "ledger/dossier_internal.h"
#include "ledger/list_proof.h"

/* The kinds there were when the form was fixed: a dossier stays what it is when
 * there are more. */
static const char *const listed[] = { "approval", "attestation", "dataset",
	"deployment", "erasure", "evaluation", "gap", "genesis", "hold",
	"incident", "index", "key", "model", "observation", "policy",
	"proposal", "rejection", "report", "review", "run", "trust", "verdict",
	"waiver" };

size_t
dossier_list_keys(struct list_key keys[DOSSIER_LISTS_MAX],
    struct digest subject)
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
		const struct kind *kind = kind_named(listed[i]);

		keys[count++] = (struct list_key){ subject, kind };
		if (dossier_has_all(kind))
			keys[count++] = (struct list_key){ .kind = kind };
	}
	return count;
}

/* The line of an entry that belongs in a list; none of an entry that is not
 * in the dossier. */
static int
give_line(void *cookie, uint64_t seq, struct digest leaf, struct bytes *line,
    struct error *err)
{
	const struct dossier_entry *entry = dossier_entry_of(cookie, leaf);

	(void)seq;
	(void)err;
	*line = entry == NULL ? bytes_of(NULL, 0) : entry->line;
	return 0;
}

static int
take_member(void *cookie, const struct list_member *member, struct error *err)
{
	struct dossier *dossier = cookie;
	const struct dossier_entry *entry =
	    dossier_entry_of(dossier, member->leaf);

	(void)err;
	if (entry == NULL &&
	    dossier_erased(dossier, member->leaf, NULL) != NULL)
		dossier->result->erased++;
	else if (entry == NULL)
		dossier_tell(dossier, "list", DOSSIER_LISTS,
		    "entry %llu belongs in a complete list and is not in the "
		    "dossier",
		    (unsigned long long)member->seq);
	else if (entry->seq != member->seq)
		dossier_tell(dossier, "list", DOSSIER_LISTS,
		    "a list says that entry %llu is number %llu",
		    (unsigned long long)entry->seq,
		    (unsigned long long)member->seq);
	return 0;
}

/* Exactly the lists that there should be, in their order. */
static bool
has_all_lists(const struct dossier *dossier, const struct list_proof *proof)
{
	struct list_key keys[DOSSIER_LISTS_MAX];
	size_t count = dossier_list_keys(keys, dossier->about.digest);

	if (proof->part_count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		bool found = false;

		for (size_t k = 0; k < count && !found; k++)
			found = list_key_compare(&proof->part[k].key,
				    &keys[i]) == 0;
		if (!found)
			return false;
	}
	return true;
}

static int
check_proof(struct dossier *dossier, const struct list_proof *proof,
    struct error *err)
{
	const struct note_key *own = authority_ledger_key(dossier->authority);
	const struct list_checker checker = {
		.cookie = dossier, .line = give_line, .member = take_member
	};
	struct list_claim claim;
	struct error finding;

	if (!bytes_equal(proof->note, dossier->note)) {
		dossier_tell(dossier, "list", DOSSIER_LISTS,
		    "it is proved by another checkpoint than the dossier's");
		return 0;
	}
	if (!has_all_lists(dossier, proof)) {
		dossier_tell(dossier, "list", DOSSIER_LISTS,
		    "it has not the lists that a dossier has");
		return 0;
	}
	if (list_proof_check(&claim, proof, own == NULL ? NULL : &own->key,
		&checker, &finding) == -1)
		return dossier_tell_error(dossier, "list", DOSSIER_LISTS,
		    &finding, err);
	dossier->result->lists = proof->part_count;
	dossier->result->listed = claim.members;
	return 0;
}

int
dossier_check_lists(struct dossier *dossier, struct error *err)
{
	const struct tar_file *file = dossier_use(dossier, DOSSIER_LISTS);
	struct list_proof *proof = NULL;
	struct error finding;
	int result;

	if (file == NULL) {
		dossier_tell(dossier, "list", "",
		    "there is no " DOSSIER_LISTS
		    ", so entries may have been left out");
		return 0;
	}
	if (list_proof_parse(&proof, file->content, &finding) == -1)
		return dossier_tell_error(dossier, "list", DOSSIER_LISTS,
		    &finding, err);
	result = check_proof(dossier, proof, err);
	list_proof_free(proof);
	return result;
}
