/* append_sealed.c: what comes in sealed, and what is destroyed. */
#include "base/memory.h"
#include "ledger/append_internal.h"
#include "ledger/erasure.h"
#include "ledger/index.h"
#include "ledger/references.h"
#include "ledger/revealed.h"
#include "ledger/store_disclosure.h"

void
appender_disclose(struct appender *appender,
    const struct disclosures *disclosures)
{
	appender->disclosures = disclosures;
}

int
append_sealed_admit(struct appender *appender, struct admission *admission,
    uint64_t seq, int64_t time_ms, struct error *err)
{
	if (erasure_is(admission->kind))
		return erasure_admit(appender->store, &admission->record, seq,
		    time_ms, err);
	if (!admission_is_sealed(admission))
		return 0;
	if (references_check_sealed(appender->store, &admission->facts, seq,
		err) == -1)
		return -1;
	return reveal_admit(buffer_bytes(&admission->entry.envelope.payload),
	    appender->store, err);
}

int
append_sealed_apply(struct appender *appender, struct admission *admission,
    struct error *err)
{
	return erasure_is(admission->kind)
	    ? erasure_apply(appender->store, &admission->record, err)
	    : 0;
}

int
append_sealed_put(struct appender *appender, struct error *err)
{
	const struct disclosures *list = appender->disclosures;

	for (size_t i = 0; list != NULL && i < list->count; i++)
		if (store_put_disclosure(appender->store,
			bytes_of_text(list->item[i].text), err) == -1)
			return -1;
	return 0;
}

int
append_sealed_done(struct appender *appender, struct error *err)
{
	const struct disclosures *list = appender->disclosures;

	for (size_t i = 0; list != NULL && i < list->count; i++) {
		struct index_mention *mention = NULL;
		size_t count = 0;
		bool found = false;

		if (index_mentions(appender->store, list->item[i].digest, NULL,
			appender->tree->size, &mention, &count, err) == -1)
			return -1;
		/* What was erased does not come back by an entry before. */
		for (size_t k = 0; k < count; k++)
			found |= mention[k].role == FACT_SEALED &&
			    mention[k].seq >= appender->checkpoint.size;
		memory_free(mention);
		if (!found)
			return error_set(err, ERROR_UNDECIDED,
			    "give the disclosures of this record alone",
			    "no record here has a field that disclosure %zu "
			    "discloses",
			    i + 1);
	}
	return 0;
}
