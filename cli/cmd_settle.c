#include <stdio.h>

#include "cli/cmd.h"
#include "cli/session.h"
#include "ledger/store_settle.h"

/* How long readers are waited for. */
#define WAIT_MS 10000

static void
say(struct context *context, bool owed, bool owes)
{
	if (owes)
		context->verdict = ERROR_NO;
	if (context->json)
		printf("{\"was_owed\":%s,\"settled\":%s}\n",
		    owed ? "true" : "false", owes ? "false" : "true");
	else if (owes)
		printf("a reader holds the ledger's log: close what reads the "
		       "ledger, and try again\n");
	else if (!context->quiet)
		printf("%s\n",
		    owed ? "settled: the file was written anew, and its log cut"
			 : "no erasure waits to be finished");
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct buffer path = buffer_new(8192);
	struct store *store = NULL;
	bool owed = false, owes = false;
	int result = -1;

	(void)given;
	(void)operands;
	/* Opening for writing would do it unsaid. */
	if (session_store_path(&path, context, err) == -1 ||
	    store_open(&store, buffer_string(&path), STORE_READ, err) == -1 ||
	    store_owes(store, &owed, err) == -1)
		goto done;
	store_close(store);
	store = NULL;
	if (owed &&
	    (store_open(&store, buffer_string(&path), STORE_WRITE, err) == -1 ||
		store_pay(store, WAIT_MS, &owes, err) == -1))
		goto done;
	say(context, owed, owes);
	result = 0;
done:
	store_close(store);
	buffer_free(&path);
	return result;
}

static const char *const examples[] = {
	"vouch settle",
	NULL,
};

const struct command cmd_settle = {
	.name = "settle",
	.group = "Check",
	.summary = "finish an erasure that was interrupted",
	.machine = true,
	.run = run,
	.description =
	    "`vouch erase' records the erasure and destroys in one "
	    "transaction; then it cuts the log and, where copies remain in "
	    "unused parts of the file, writes the file anew. If it was killed "
	    "before that, if the disk was full or something read the ledger, "
	    "the ledger keeps in mind that this is owed (`vouch status' says "
	    "so), and the next command that writes does it. This does it now, "
	    "and needs no key. Exit status 1 if something still reads the "
	    "ledger.",
	.examples = examples,
};
