#include "ledger/verify_internal.h"

/* By one policy; what does not verify is a problem of that checkpoint. */
static int
take(struct verify *verify, struct block *block, struct witnessed *witnessed,
    const struct signed_size *stored, const struct tlog_policy *policy,
    struct error *err)
{
	struct error finding;

	if (witnessed_take(witnessed, stored->size, buffer_bytes(&stored->note),
		policy, &finding) == 0)
		return 0;
	return verify_found_error(verify, block, VERIFY_CHECKPOINT,
	    stored->size, &finding, err);
}

/* The entries below its size have been taken, and no later one. */
int
verify_witness_checkpoint(struct verify *verify, struct block *block,
    const struct signed_size *stored, struct error *err)
{
	const struct tlog_policy *policy = verify->options->policy;

	if (take(verify, block, &verify->result->witnessed, stored,
		trust_book_at(verify->trust, stored->size), err) == -1)
		return -1;
	return policy == NULL ? 0
			      : take(verify, block, &verify->result->believed,
				    stored, policy, err);
}

/* Whether one of the auditor's logs signed the newest checkpoint. */
static int
finish_logs(struct verify *verify, struct error *err)
{
	const struct verify_source *source = &verify->source;
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct checkpoint ignored;
	struct error finding;
	uint64_t size;
	int result = -1;

	if (source->newest_checkpoint(source->cookie, &size, &note, err) == -1)
		goto done;
	result = 0;
	if (size > 0 &&
	    tlog_policy_open(&ignored, verify->options->policy,
		buffer_bytes(&note), &finding) == -1)
		verify_tell(verify, VERIFY_CHECKPOINT, size, finding.what);
done:
	buffer_free(&note);
	return result;
}

int
verify_finish_witnesses(struct verify *verify, struct error *err)
{
	const struct tlog_policy *policy = verify->options->policy;

	if (policy == NULL)
		return 0;
	if (policy->log_count > 0 && finish_logs(verify, err) == -1)
		return -1;
	if (policy->quorum != TLOG_NOBODY &&
	    verify->result->believed.met.size == 0)
		verify_tell(verify, VERIFY_CHECKPOINT, VERIFY_NOWHERE,
		    "no checkpoint meets the quorum of the witnesses that you "
		    "believe");
	return 0;
}
