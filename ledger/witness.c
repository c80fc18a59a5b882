#include "ledger/witness.h"

#include <string.h>

#include "ledger/merkle.h"

struct witness_state
witness_never(void)
{
	return (struct witness_state){ .root = merkle_empty() };
}

/* Whether any key that is trusted for the origin signed the note; lines by
 * others are not looked at. */
static enum witness_status
check_log(const struct note_key logs[], size_t log_count,
    const struct tlog_request *request, struct error *err)
{
	struct checkpoint ignored;
	bool known = false;

	for (size_t i = 0; i < log_count; i++) {
		if (strcmp(logs[i].name, request->checkpoint.origin) != 0)
			continue;
		known = true;
		if (checkpoint_open(&ignored, request->note, &logs[i], err) ==
		    0)
			return WITNESS_COSIGN;
	}
	if (known)
		return WITNESS_NOT_SIGNED;
	error_set(err, ERROR_NO, "name the log's verifier key with --log",
	    "the log %s is not known here", request->checkpoint.origin);
	return WITNESS_UNKNOWN;
}

int
witness_read(struct tlog_request *out, enum witness_status *status,
    const struct note_key logs[], size_t log_count, struct bytes text,
    struct error *err)
{
	struct tlog_request parsed;

	if (tlog_request_parse(&parsed, text, err) == -1) {
		*status = WITNESS_MALFORMED;
		return -1;
	}
	*status = check_log(logs, log_count, &parsed, err);
	if (*status != WITNESS_COSIGN)
		return -1;
	if (parsed.old_size > parsed.checkpoint.size) {
		*status = WITNESS_MALFORMED;
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the old size, %llu, is beyond that of the checkpoint, "
		    "%llu",
		    (unsigned long long)parsed.old_size,
		    (unsigned long long)parsed.checkpoint.size);
	}
	*out = parsed;
	return 0;
}

enum witness_status
witness_judge(struct witness_state *next, const struct witness_state *state,
    const struct tlog_request *request, uint64_t now_s, struct error *err)
{
	const struct checkpoint *asked = &request->checkpoint;

	*next = *state;
	if (request->old_size != state->size) {
		error_set(err, ERROR_NO, "prove it from that size",
		    "the witness knows %llu entries, the request begins at "
		    "%llu",
		    (unsigned long long)state->size,
		    (unsigned long long)request->old_size);
		return WITNESS_CONFLICT;
	}
	if (asked->size == state->size &&
	    !digest_equal(asked->root, state->root)) {
		error_set(err, ERROR_NO, NULL,
		    "the log was forked: it signed another history of the "
		    "same %llu entries",
		    (unsigned long long)state->size);
		return WITNESS_CONFLICT;
	}
	if (!proof_extends(&request->path, state->size, state->root,
		asked->size, asked->root)) {
		error_set(err, ERROR_NO, NULL,
		    "the %llu entries are not proved to begin with the %llu "
		    "that the witness knows",
		    (unsigned long long)asked->size,
		    (unsigned long long)state->size);
		return WITNESS_NOT_PROVED;
	}
	*next = (struct witness_state){
		.size = asked->size,
		.root = asked->root,
		.time_s = now_s,
	};
	return WITNESS_COSIGN;
}
