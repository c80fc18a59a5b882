#include <stdio.h>

#include "cli/cmd.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/witnessed_say.h"
#include "ledger/publish.h"
#include "ledger/witnessed.h"

struct publish_command {
	bool attachments;
	bool cosigned;
	bool whole;
};

static const struct option options[] = {
	{ "attachments", 0, OPTION_FLAG,
	    offsetof(struct publish_command, attachments), NULL,
	    "attachments, too: policy texts, step series, reports, manifests",
	    NULL, false },
	{ "cosigned", 0, OPTION_FLAG,
	    offsetof(struct publish_command, cosigned), NULL,
	    "no further than the newest checkpoint that meets the ledger's "
	    "quorum of witnesses",
	    NULL, false },
	{ "whole", 0, OPTION_FLAG, offsetof(struct publish_command, whole),
	    NULL,
	    "write all files again, to mend a folder in which some are missing "
	    "or changed",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
show_progress(void *cookie, uint64_t done, uint64_t total)
{
	return progress_draw(cookie, done, total);
}

static void
say_json(const struct publish_result *result, const char *folder)
{
	const struct checkpoint *checkpoint = &result->checkpoint;

	printf("{\"folder\":");
	print_json_text(folder);
	printf(",\"from\":%llu,\"size\":%llu,\"bundles\":%llu,\"tiles\":%llu,"
	       "\"attachments\":%llu,\"rewritten\":%llu,\"removed\":%llu,"
	       "\"checkpoint\":{\"origin\":",
	    (unsigned long long)result->from,
	    (unsigned long long)checkpoint->size,
	    (unsigned long long)result->bundles,
	    (unsigned long long)result->tiles,
	    (unsigned long long)result->attachments,
	    (unsigned long long)result->rewritten,
	    (unsigned long long)result->removed);
	print_json_text(checkpoint->origin);
	printf(",\"size\":%llu,\"root\":\"%s\"}}\n",
	    (unsigned long long)checkpoint->size,
	    digest_hex(checkpoint->root).text);
}

static void
say(const struct context *context, const struct publish_result *result,
    const char *folder)
{
	const struct checkpoint *checkpoint = &result->checkpoint;
	struct terminal terminal;

	terminal_begin(&terminal, context, false);
	terminal_say(&terminal, STYLE_GOOD, "%s ",
	    terminal.unicode ? "✓" : "ok");
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(folder));
	if (result->had_checkpoint && result->from == checkpoint->size)
		fputs(" was up to date", terminal.out);
	else
		fprintf(terminal.out, " has %s more %s",
		    number_grouped(checkpoint->size - result->from).text,
		    checkpoint->size - result->from == 1 ? "entry" : "entries");
	if (result->rewritten > 0)
		fprintf(terminal.out, ", %s bundle%s without what was erased",
		    number_grouped(result->rewritten).text,
		    result->rewritten == 1 ? "" : "s");
	if (result->attachments > 0)
		fprintf(terminal.out, ", %s attachment%s",
		    number_grouped(result->attachments).text,
		    result->attachments == 1 ? "" : "s");
	fputs(": checkpoint ", terminal.out);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(checkpoint->origin));
	fprintf(terminal.out, " %s\n", number_grouped(checkpoint->size).text);
	terminal_end(&terminal);
}

/* The note to publish under: the newest, or the newest cosigned one. */
static int
choose_note(struct buffer *note, struct reader *reader,
    const struct publish_command *command, struct error *err)
{
	uint64_t size;

	if (!command->cosigned) {
		buffer_append(note, reader_note(reader));
		return buffer_check(note, "checkpoint", err);
	}
	if (witnessed_met(&size, reader, err) == -1)
		return -1;
	return store_checkpoint(reader_store(reader), size, &size, note, err);
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct publish_command *command = given;
	const char *folder = operands.item[0];
	struct reader *reader = NULL;
	struct publish_result result;
	struct progress progress = progress_begin(context, "publishing", false);
	const struct publish_options how = {
		.attachments = command->attachments,
		.earlier = command->cosigned,
		.whole = command->whole,
		.cookie = &progress,
		.progress = show_progress,
	};
	struct buffer note = buffer_new(LIMIT_NOTE);
	int done = -1;

	if (session_read(&reader, context, err) == 0 &&
	    choose_note(&note, reader, command, err) == 0)
		done = publish_ledger(&result, reader_store(reader),
		    buffer_bytes(&note),
		    authority_ledger_key(reader_authority(reader)), folder,
		    &how, err);
	progress_end(&progress);
	if (done == 0 && context->json)
		say_json(&result, folder);
	else if (done == 0 && !context->quiet)
		say(context, &result, folder);
	if (done == 0 && !context->quiet && !command->cosigned)
		done = witnessed_hint(reader, 0, err);
	reader_close(reader);
	buffer_free(&note);
	return done;
}

static const char *const examples[] = {
	"vouch publish public",
	"vouch publish public --cosigned --attachments",
	"# Any web server can serve the folder, and anybody check it:",
	"vouch publish public && vouch verify public",
	NULL,
};

const struct command cmd_publish = {
	.name = "publish",
	.group = "Hand over",
	.summary = "write the ledger as files that any web server can serve",
	.operands = "DIR",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct publish_command),
	.machine = true,
	.run = run,
	.description =
	    "Writes the static form (c2sp.org/tlog-tiles) into DIR: the "
	    "signed checkpoint, the tree as tiles, the entries in bundles of "
	    "256. Any web server or object store can serve it; `vouch verify "
	    "DIR', Go's tlog and transparency-dev's fsck check it. Run again, "
	    "it extends DIR by what is new. The checkpoint is written last, "
	    "so that a reader never meets a tree that is not whole, and a "
	    "publication that was killed is made whole by the next one. With "
	    "--cosigned readers never see a checkpoint that the ledger's "
	    "witnesses have not seen: DIR follows as they cosign.\n\n"
	    "DIR must not have the checkpoint of another ledger, of a fork of "
	    "this one, or one that is ahead of it: nothing is written then. "
	    "What an entry says is public afterwards. Attachments are "
	    "published with --attachments, and kept up to date from then on; "
	    "what was sealed is never published. Entries and attachments that "
	    "were erased are taken out of DIR by the next run; copies that "
	    "others have made are theirs.",
	.examples = examples,
};
