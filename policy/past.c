#include "policy/past.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/erasure.h"
#include "ledger/replay.h"

int
past_new(struct past **out, struct store *store, struct error *err)
{
	struct past *past = memory_new(1, sizeof *past);

	if (past == NULL)
		return error_memory(err);
	past->store = store;
	past->line = buffer_new(LIMIT_ENTRY);
	past->text = buffer_new(LIMIT_ATTACHMENT);
	past->entry = entry_new();
	if (authority_new(&past->authority, err) == -1) {
		past_free(past);
		return -1;
	}
	*out = past;
	return 0;
}

void
past_free(struct past *past)
{
	if (past == NULL)
		return;
	authority_free(past->authority);
	entry_free(&past->entry);
	buffer_free(&past->line);
	buffer_free(&past->text);
	json_free(past->statement);
	memory_free(past);
}

int
past_authority(struct past *past, uint64_t seq, struct error *err)
{
	if (past->known >= seq)
		return 0;
	if (replay_authority(past->authority, past->store, past->known, seq,
		err) == -1)
		return -1;
	past->known = seq;
	return 0;
}

/* From the envelope in past->entry; signers are known by their hints. */
static int
question_of(struct past *past, uint64_t seq, int64_t time_ms,
    struct question *question, struct append_view *view, struct error *err)
{
	const struct envelope *envelope = &past->entry.envelope;
	struct record record;

	json_free(past->statement);
	past->statement = NULL;
	if (record_parse(&record, buffer_bytes(&envelope->payload), err) == -1)
		return -1;
	past->statement = record.statement;
	if (past_authority(past, seq, err) == -1)
		return -1;
	*question = (struct question){ .kind = record.kind,
		.statement = past->statement,
		.signer = past->signer };
	for (size_t i = 0; i < envelope->signature_count; i++) {
		const struct principal *principal =
		    authority_by_fingerprint(past->authority,
			envelope->signature[i].keyid.text);

		if (principal != NULL)
			past->signer[question->signer_count++] = principal->key;
	}
	*view = (struct append_view){ .store = past->store,
		.authority = past->authority,
		.size = seq,
		.time_ms = time_ms };
	return 0;
}

int
past_record(struct past *past, uint64_t seq, struct question *question,
    struct append_view *view, struct error *err)
{
	if (store_entry(past->store, seq, &past->line, err) == -1)
		return -1;
	if (past->line.len == 0)
		return erasure_refuse(past->store, seq, err);
	if (entry_parse(&past->entry, buffer_bytes(&past->line), err) == -1)
		return error_within(err, "entry %llu", (unsigned long long)seq);
	return question_of(past, seq, past->entry.time_ms, question, view, err);
}

int
past_attempt(struct past *past, struct digest attempt, uint64_t seq,
    int64_t time_ms, struct question *question, struct append_view *view,
    struct error *err)
{
	if (store_attachment(past->store, attempt, &past->text, err) == -1 ||
	    envelope_parse(&past->entry.envelope, buffer_bytes(&past->text),
		err) == -1)
		return -1;
	return question_of(past, seq, time_ms, question, view, err);
}
