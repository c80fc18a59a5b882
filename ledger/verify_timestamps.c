#include <stdio.h>

#include "ledger/timestamps.h"
#include "ledger/verify_internal.h"

static void
take_good(struct verify_timestamps *sum, const struct kept_timestamp *kept)
{
	sum->good++;
	/* They come by size; of one size the earliest says most. */
	if (kept->size == sum->size &&
	    kept->timestamp.latest_ms >= sum->existed_ms)
		return;
	sum->size = kept->size;
	sum->existed_ms = kept->timestamp.latest_ms;
	snprintf(sum->authority, sizeof sum->authority, "%s", kept->authority);
}

static int
take(void *cookie, const struct kept_timestamp *kept, struct error *err)
{
	struct verify *verify = cookie;
	struct verify_timestamps *sum = &verify->result->timestamps;
	char text[ERROR_WHERE_MAX + ERROR_WHAT_MAX + 40];

	(void)err;
	switch (kept->state) {
	case KEPT_GOOD:
		take_good(sum, kept);
		break;
	case KEPT_UNKNOWN:
		sum->unknown++;
		break;
	case KEPT_BAD:
		snprintf(text, sizeof text, "%.8s: %s%s%s",
		    digest_hex(kept->digest).text, kept->why->where,
		    kept->why->where[0] == '\0' ? "" : ": ", kept->why->what);
		verify_tell(verify, VERIFY_TIMESTAMP, kept->size, text);
		break;
	}
	return 0;
}

int
verify_finish_timestamps(struct verify *verify, struct error *err)
{
	if (verify->store == NULL)
		return 0;
	return timestamps_each(verify->store,
	    authority_trusts(verify->authority),
	    verify->options->timestamp_roots, take, verify, err);
}
