/* record_fuzz.c: any bytes are a record or refused, and a record is usable. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "ledger/facts.h"
#include "ledger/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was taken can be written, and is taken again with the same facts. */
static void
check_again(const struct record *record, size_t fact_count)
{
	struct buffer text = buffer_new(8 * LIMIT_ENVELOPE);
	struct facts facts = facts_new();
	struct record again;
	struct error err;

	json_write(&text, record->statement);
	if (record_parse(&again, buffer_bytes(&text), &err) == -1 ||
	    facts_gather(&facts, &again, &err) == -1 ||
	    facts.count != fact_count || again.kind != record->kind ||
	    !digest_equal(again.subject, record->subject))
		abort();
	record_free(&again);
	facts_free(&facts);
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts facts = facts_new();
	struct buffer line = buffer_new(8 * LIMIT_ENVELOPE);
	struct record record;
	struct error err;

	if (size > LIMIT_ENVELOPE)
		return 0;
	if (record_parse(&record, bytes_of(data, size), &err) == 0) {
		if (facts_gather(&facts, &record, &err) == -1)
			abort();
		record_title(&line, &record);
		record_summary(&line, &record);
		check_again(&record, facts.count);
		record_free(&record);
	} else if (err.what[0] == '\0') {
		abort();
	}
	facts_free(&facts);
	buffer_free(&line);
	return 0;
}
