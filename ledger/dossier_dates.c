/* dossier_dates.c: when entries were recorded, by the clocks of others. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/cosignatures.h"
#include "ledger/dossier_internal.h"
#include "ledger/tlog_proof.h"

#define CHECKPOINTS DOSSIER_FOLDER "checkpoints/"

int
dossier_dates_of(struct dated_list *list, struct store *store,
    const struct authority *authority, uint64_t size, struct error *err)
{
	struct trust_book *book = NULL;
	struct bytes note;
	uint64_t at;
	bool more = true;
	int result;

	if (trust_book_new(&book, authority_trusts(authority), err) == -1)
		return -1;
	result = cosignatures_scan(store, err);
	while (result == 0) {
		result = cosignatures_scan_next(store, &at, &note, &more, err);
		if (result == -1 || !more)
			break;
		/* What came later is under no proof of this checkpoint. */
		if (at <= size)
			result = dated_add_note(list, at, note,
			    trust_book_at(book, at), err);
	}
	trust_book_free(book);
	return result;
}

/* Whom to believe of a checkpoint: whom the auditor says, or the ledger. */
static const struct tlog_policy *
policy_at(struct dossier *dossier, struct trust_book *book, uint64_t size)
{
	return dossier->options->policy != NULL ? dossier->options->policy
						: trust_book_at(book, size);
}

/* The witnesses of one checkpoint, which has been proved. */
static int
take_note(struct dossier *dossier, struct trust_book *book, const char *where,
    uint64_t size, struct bytes note, struct error *err)
{
	const struct tlog_policy *policy = policy_at(dossier, book, size);
	struct error finding;

	if (witnessed_take(&dossier->result->witnessed, size, note, policy,
		&finding) == -1)
		return dossier_tell_error(dossier, "checkpoint", where,
		    &finding, err);
	return dated_add_note(dossier->dates, size, note, policy, err);
}

/* One that only dates entries: signed, and a beginning of the dossier's. */
static int
check_checkpoint(struct dossier *dossier, struct trust_book *book,
    const struct tar_file *file, uint64_t size, struct error *err)
{
	const struct dossier_result *result = dossier->result;
	const struct note_key *own = authority_ledger_key(dossier->authority);
	const char *where = file->name + strlen(DOSSIER_FOLDER);
	const struct tar_file *pin = dossier_use(dossier,
	    "pins/%llu.consistency", (unsigned long long)size);
	struct tlog_request request;
	struct checkpoint checkpoint;
	struct error finding;

	if (own == NULL)
		return 0;
	if (checkpoint_open(&checkpoint, file->content, own, &finding) == -1)
		return dossier_tell_error(dossier, "checkpoint", where,
		    &finding, err);
	if (checkpoint.size != size || pin == NULL ||
	    tlog_request_parse(&request, pin->content, &finding) == -1 ||
	    request.old_size != size ||
	    !bytes_equal(request.note, dossier->note) ||
	    !proof_extends(&request.path, size, checkpoint.root,
		result->checkpoint.size, result->checkpoint.root)) {
		dossier_tell(dossier, "checkpoint", where,
		    "it is not shown to be a beginning of the dossier's");
		return 0;
	}
	return take_note(dossier, book, where, size, file->content, err);
}

static bool
checkpoint_name(uint64_t *size, const char *name)
{
	return bytes_begin(bytes_of_text(name), CHECKPOINTS) &&
	    checkpoint_number(size, bytes_of_text(name + strlen(CHECKPOINTS)));
}

static int
compare_sizes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The sizes of the checkpoints that are there, in order; owned. */
static int
list_sizes(uint64_t **out, size_t *count, const struct dossier *dossier,
    struct error *err)
{
	size_t first = tar_first(dossier->files, CHECKPOINTS), last = 0;
	uint64_t *sizes =
	    memory_new(tar_count(dossier->files) - first + 1, sizeof *sizes);

	if (sizes == NULL)
		return error_memory(err);
	while (first + last < tar_count(dossier->files) &&
	    checkpoint_name(&sizes[last],
		tar_at(dossier->files, first + last)->name))
		last++;
	if (last > 1)
		qsort(sizes, last, sizeof *sizes, compare_sizes);
	*out = sizes;
	*count = last;
	return 0;
}

static int
check_all(struct dossier *dossier, struct trust_book *book, struct error *err)
{
	uint64_t *sizes = NULL;
	size_t count = 0;
	int result = list_sizes(&sizes, &count, dossier, err);

	for (size_t i = 0; result == 0 && i < count; i++) {
		const struct tar_file *file = dossier_use(dossier,
		    "checkpoints/%llu", (unsigned long long)sizes[i]);

		if (file != NULL)
			result = check_checkpoint(dossier, book, file, sizes[i],
			    err);
	}
	memory_free(sizes);
	if (result == -1 || dossier_check_stamps(dossier, err) == -1)
		return -1;
	return take_note(dossier, book, "checkpoint", dossier->about.size,
	    dossier->note, err);
}

int
dossier_check_dates(struct dossier *dossier, struct error *err)
{
	struct trust_book *book = NULL;
	int result = -1;

	if (dated_list_new(&dossier->dates, err) == 0 &&
	    trust_book_new(&book, authority_trusts(dossier->authority), err) ==
		0)
		result = check_all(dossier, book, err);
	trust_book_free(book);
	return result;
}

struct interval
dossier_interval(const struct dossier *dossier, uint64_t seq)
{
	return interval_of(dossier->dates, seq);
}
