/* recorded.c: between what times an entry was recorded, by the clocks of others. */
#include "base/clock.h"
#include "ledger/interval.h"
#include "reports/gather_internal.h"

int
gather_dates(struct gather *gather, struct dated_list **out)
{
	const struct authority *authority = reader_authority(gather->reader);
	struct dated_list *list = NULL;
	struct trust_book *book = NULL;
	int result = -1;

	if (gather->order->kind != REPORT_PROVENANCE)
		return 0;
	if (trust_book_new(&book, authority_trusts(authority), gather->err) ==
		-1 ||
	    dated_list_new(&list, gather->err) == -1 ||
	    dated_add_store(list, gather->store, book, gather->view.size,
		gather->err) == -1) {
		dated_list_free(list);
	} else {
		*out = list;
		result = 0;
	}
	trust_book_free(book);
	return result;
}

void
gather_recorded(struct xml *entry, struct dated_list *dates, uint64_t seq)
{
	struct interval interval;

	if (dates == NULL)
		return;
	interval = interval_of(dates, seq);
	if (interval.has_after) {
		xml_set(entry, "after",
		    time_format(interval.after.newest_ms).text);
		xml_set(entry, "after-by", interval.after.by);
	}
	if (interval.has_before) {
		xml_set(entry, "before",
		    time_format(interval.before.existed_ms).text);
		xml_set(entry, "before-by", interval.before.by);
	}
}
