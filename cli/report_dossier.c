#include "cli/report_dossier.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/dossier_folder.h"
#include "ledger/dossier_check.h"
#include "policy/rulebook.h"

/* Whether the report is about the same model at the same checkpoint. */
static int
compare_stamp(const struct report_stamp *stamp, const struct dossier *dossier,
    const struct checkpoint *checkpoint, struct error *err)
{
	const struct dossier_about *about = dossier_about(dossier);

	if (strcmp(stamp->model, about->name) != 0)
		return error_set(err, ERROR_UNDECIDED,
		    "give the dossier of that model",
		    "the report is about %.200s, the dossier about %.200s",
		    stamp->model, about->name);
	if (stamp->size != checkpoint->size)
		return error_set(err, ERROR_UNDECIDED,
		    "ask for the dossier that `vouch dossier --at SIZE' makes",
		    "the report is of the checkpoint of %" PRIu64
		    " entries, the dossier of that of %" PRIu64,
		    stamp->size, checkpoint->size);
	if (strcmp(stamp->root, digest_hex(checkpoint->root).text) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "the report is of another checkpoint of %" PRIu64
		    " entries than the dossier's, which the ledger signed",
		    stamp->size);
	return 0;
}

/* A dossier, and what is done with it. */
struct used {
	struct dossier *dossier;
	struct note_key key;
	struct dossier_result result;
	struct disclosures shown;
	int (*use)(void *cookie, struct reader *reader, const char *lacks,
	    struct error *err);
	void *cookie;
};

static int
check(struct used *used, const struct report_stamp *stamp, struct error *err)
{
	const struct dossier_options how = { .key = &used->key };
	const struct dossier_result *result = &used->result;

	if (dossier_check(&used->result, used->dossier, &how, err) == -1)
		return -1;
	if (result->problems > 0)
		return error_set(err, ERROR_NO,
		    "`vouch check-dossier' says which",
		    "the dossier does not hold: %" PRIu64 " problem%s",
		    result->problems, result->problems == 1 ? "" : "s");
	return compare_stamp(stamp, used->dossier, &result->checkpoint, err);
}

static int
read_key(struct note_key *key, const char *vkey, struct error *err)
{
	if (vkey == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "give the ledger's verifier key: --key VKEY",
		    "there is no key of a ledger to believe");
	if (note_key_parse(key, bytes_of_text(vkey), err) == -1)
		return error_within(err, "--key");
	return key->algorithm == NOTE_ED25519
	    ? 0
	    : error_set(err, ERROR_UNDECIDED,
		  "give the key of the ledger itself",
		  "--key is a witness's key");
}

/* Whether rules in force may look at more of the ledger. */
static int
ask_more(bool *ask, struct reader *reader, struct error *err)
{
	const struct append_view view = { .store = reader_store(reader),
		.authority = reader_authority(reader),
		.size = reader_size(reader) };
	const struct edition *const *editions;
	struct rulebook *book = NULL;
	size_t count = 0;
	int result = -1;

	*ask = false;
	if (rulebook_new(&book, err) == 0 &&
	    rulebook_at(book, &view, &editions, &count, err) == 0)
		result = 0;
	for (size_t i = 0; result == 0 && i < count; i++)
		*ask |= editions[i]->policy == NULL ||
		    policy_asks_ledger(editions[i]->policy);
	rulebook_free(book);
	return result;
}

/* Why a report from it may be another than one from the ledger; or NULL. */
static const char *
what_lacks(const struct dossier_result *result, bool more)
{
	if (more)
		return "a rule in force may look at more of the ledger than a "
		       "dossier has";
	if (result->erased > 0)
		return "the report may cite what was erased, which a dossier "
		       "has not";
	if (result->sealed > result->shown)
		return "the report may show sealed fields that the dossier "
		       "does not";
	return NULL;
}

static int
use_in(void *cookie, const char *path, struct error *err)
{
	struct used *used = cookie;
	struct reader *reader = NULL;
	bool more = false;
	int result = -1;

	if (reader_open(&reader, path, err) == 0 &&
	    dossier_disclosed(&used->shown, used->dossier, err) == 0 &&
	    ask_more(&more, reader, err) == 0) {
		reader_disclose(reader, &used->shown);
		result = used->use(used->cookie, reader,
		    what_lacks(&used->result, more), err);
	}
	reader_close(reader);
	return result;
}

int
report_dossier(const char *file, const char *vkey,
    const struct report_stamp *stamp,
    int (*use)(void *cookie, struct reader *reader, const char *lacks,
	struct error *err),
    void *cookie, struct error *err)
{
	struct used used = { .use = use, .cookie = cookie };
	struct buffer archive = buffer_new(LIMIT_DOSSIER);
	int result = -1;

	if (strcmp(stamp->kind, report_kind_name(REPORT_PROVENANCE)) != 0)
		return error_set(err, ERROR_UNDECIDED,
		    "check it beside the ledger, without --dossier",
		    "a dossier has not enough for a report of the kind %s",
		    stamp->kind);
	if (read_key(&used.key, vkey, err) == 0 &&
	    file_read(&archive, file, err) == 0) {
		if (dossier_read(&used.dossier, buffer_bytes(&archive), err) ==
		    -1)
			error_within(err, "%s", file);
		else if (check(&used, stamp, err) == 0)
			result = dossier_in_folder(used.dossier, true, use_in,
			    &used, err);
	}
	disclosures_free(&used.shown);
	dossier_free(used.dossier);
	buffer_free(&archive);
	return result;
}
