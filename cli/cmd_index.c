#include <stdio.h>

#include "base/text.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "ledger/list_walk.h"

/* Whether the last entry is an index record: there is nothing to add. */
static int
is_fresh(struct session_write *session, uint64_t *seq, bool *fresh,
    struct error *err)
{
	struct store *store = appender_store(session->appender);
	struct list_index newest = { .seq = 0 };
	bool found = false;
	uint64_t size;
	int result = -1;

	if (store_begin_read(store, err) == -1)
		return -1;
	if (store_size(store, &size, err) == 0)
		result = list_index_newest(&newest, store, size, &found, err);
	store_end(store);
	*fresh = result == 0 && found && newest.seq + 1 == size;
	*seq = newest.seq;
	return result;
}

static void
say(const struct context *context, uint64_t seq, bool fresh)
{
	struct terminal terminal;

	if (context->json) {
		printf("{\"seq\":%llu,\"entries\":%llu,\"added\":%s}\n",
		    (unsigned long long)seq, (unsigned long long)seq,
		    fresh ? "false" : "true");
		return;
	}
	if (context->quiet)
		return;
	terminal_begin(&terminal, context, false);
	fprintf(terminal.out,
	    fresh ? "entry %llu is an index of all %s entries before it "
		    "already\n"
		  : "recorded as entry %llu: an index of the %s entries "
		    "before it\n",
	    (unsigned long long)seq, number_grouped(seq).text);
	terminal_end(&terminal);
}

static int
run(struct context *context, const void *options, struct operands operands,
    struct error *err)
{
	const struct append_own own = list_index_record();
	struct session_write session;
	struct digest leaf;
	bool fresh = false;
	uint64_t seq;
	int result = -1;

	(void)options;
	(void)operands;
	if (session_write_unsigned(&session, context, err) == -1)
		return -1;
	if (is_fresh(&session, &seq, &fresh, err) == -1 ||
	    (!fresh &&
		appender_add_own(session.appender, &own, &seq, &leaf, err) ==
		    -1))
		goto done;
	say(context, seq, fresh);
	result = session_receipt(&session, seq, err);
done:
	session_write_end(&session);
	return result;
}

static const char *const examples[] = {
	"vouch index",
	"vouch prove --complete evaluation -o all.lists",
	NULL,
};

const struct command cmd_index = {
	.name = "index",
	.group = "Check",
	.summary = "have the ledger sign which entries each list has",
	.machine = true,
	.appends = true,
	.run = run,
	.description =
	    "Records, signed by the ledger itself, what the list of the "
	    "entries of each kind that name each artefact comes to. By such a "
	    "record `vouch prove --complete' proves that a list is whole, and "
	    "`vouch verify' computes each of them again.\n\n"
	    "The ledger does this by itself whenever 1,024 entries and an "
	    "eighth of all came since the last time. A proof carries every "
	    "entry since the last index record, so one made just before "
	    "makes it short.",
	.examples = examples,
};
