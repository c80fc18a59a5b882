#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/entries.h"
#include "cli/help.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "ledger/kind.h"

/* What the program says of itself: help, completion, version, schema. */

struct help_options {
	const char *man_pages;
	bool markdown;
};

static const struct option help_rows[] = {
	{ "man-pages", 0, OPTION_TEXT, offsetof(struct help_options, man_pages),
	    "FOLDER", "write the man pages into FOLDER", NULL, false },
	{ "markdown", 0, OPTION_FLAG, offsetof(struct help_options, markdown),
	    NULL, "print docs/commands.md", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_help(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct help_options *options = given;
	const struct command *command;
	size_t used;

	if (options->man_pages != NULL) {
		if (file_make_folders(options->man_pages, 0755, err) == -1)
			return -1;
		return help_man_pages(options->man_pages, err);
	}
	if (options->markdown) {
		help_markdown(stdout);
		return 0;
	}
	if (operands.count == 0) {
		help_overview(context);
		return 0;
	}
	command = command_find(operands.item, operands.count, &used);
	if (command != NULL) {
		help_command(command, context, true);
		return 0;
	}
	if (help_group(operands.item[0], NULL, context))
		return 0;
	return help_unknown(operands.item[0], NULL, err);
}

static const char *const help_examples[] = {
	"vouch help run",
	NULL,
};

const struct command cmd_help = {
	.name = "help",
	.group = "About",
	.summary = "show the page of a command",
	.operands = "[COMMAND]",
	.most = 2,
	.options = help_rows,
	.options_size = sizeof(struct help_options),
	.run = run_help,
	.description =
	    "Without a command, shows all of them. The same pages are "
	    "installed as man pages: vouch-run(1), vouch-verify(1), …",
	.examples = help_examples,
};

static int
run_completion(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	(void)context;
	(void)given;
	return help_completion(stdout, operands.item[0], err);
}

static const char *const completion_examples[] = {
	"vouch completion bash",
	NULL,
};

const struct command cmd_completion = {
	.name = "completion",
	.group = "About",
	.summary = "print completion for a shell",
	.operands = "bash|zsh|fish",
	.least = 1,
	.most = 1,
	.run = run_completion,
	.description =
	    "For bash: source <(vouch completion bash). `make install' puts "
	    "all three where the shells look.",
	.examples = completion_examples,
};

static int
run_version(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	(void)given;
	(void)operands;
	(void)err;
	printf(context->json ? "{\"version\":\"%s\",\"format\":1}\n"
			     : "vouch %s (ledger format 1)\n",
	    VOUCH_VERSION);
	return 0;
}

static const char *const version_examples[] = {
	"vouch version",
	NULL,
};

const struct command cmd_version = {
	.name = "version",
	.group = "About",
	.summary = "print the program's version",
	.machine = true,
	.run = run_version,
	.description = "The version of the program and of the ledger format.",
	.examples = version_examples,
};

struct schema_options {
	bool markdown;
	bool example;
};

static const struct option schema_rows[] = {
	{ "markdown", 0, OPTION_FLAG, offsetof(struct schema_options, markdown),
	    NULL, "print docs/kinds.md", NULL, false },
	{ "example", 0, OPTION_FLAG, offsetof(struct schema_options, example),
	    NULL, "print an example of the kind's members", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static void
print_kinds_page(void)
{
	struct buffer out = buffer_new((size_t)1 << 20);

	buffer_text(&out,
	    "# Kinds of record\n\nPrinted by "
	    "`vouch schema --markdown` from the tables in `ledger/kinds/`.\n"
	    "\n");
	kind_describe(&out, NULL);
	for (size_t i = 0; kinds[i] != NULL; i++)
		kind_describe(&out, kinds[i]);
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

static int
print_schema(const struct kind *kind, struct error *err)
{
	struct buffer out = buffer_new((size_t)1 << 20);
	struct json *schema = NULL;
	int result = -1;

	if (kind_schema(&schema, kind, err) == 0) {
		json_write_pretty(&out, schema);
		result = buffer_check(&out, "schema", err);
		if (result == 0)
			printf("%s\n", buffer_string(&out));
	}
	json_free(schema);
	buffer_free(&out);
	return result;
}

static int
run_schema(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct schema_options *options = given;
	const struct kind *kind;

	(void)context;
	if (options->markdown) {
		print_kinds_page();
		return 0;
	}
	if (operands.count == 0) {
		for (size_t i = 0; kinds[i] != NULL; i++)
			printf("%-12s %s\n", kinds[i]->name,
			    kinds[i]->sentence);
		return 0;
	}
	if ((kind = kind_named(operands.item[0])) == NULL)
		return entries_unknown_kind(operands.item[0], err);
	if (options->example) {
		printf("%s\n", kind->example);
		return 0;
	}
	return print_schema(kind, err);
}

static const char *const schema_examples[] = {
	"vouch schema",
	"vouch schema dataset",
	"vouch schema run --example",
	NULL,
};

const struct command cmd_schema = {
	.name = "schema",
	.group = "About",
	.summary = "what a kind of record says, as JSON Schema",
	.operands = "[KIND]",
	.most = 1,
	.options = schema_rows,
	.options_size = sizeof(struct schema_options),
	.run = run_schema,
	.description =
	    "Without a kind, lists the kinds. With one, prints the JSON "
	    "Schema (2020-12) of its predicate.",
	.examples = schema_examples,
};

static int
reindex_progress(void *cookie, uint64_t done, uint64_t total)
{
	return progress_draw(cookie, done, total);
}

static int
run_reindex(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	struct progress progress = progress_begin(context, "indexing", false);
	struct buffer path = buffer_new(8192);
	uint64_t rebuilt = 0;
	int result = -1;

	(void)given;
	(void)operands;
	if (session_store_path(&path, context, err) == 0)
		result = append_reindex(buffer_string(&path), &rebuilt,
		    reindex_progress, &progress, err);
	progress_end(&progress);
	if (result == 0 && context->json)
		printf("{\"entries\":%llu}\n", (unsigned long long)rebuilt);
	else if (result == 0 && !context->quiet)
		printf("rebuilt the index from %s entries\n",
		    number_grouped(rebuilt).text);
	buffer_free(&path);
	return result;
}

static const char *const reindex_examples[] = {
	"vouch reindex",
	NULL,
};

const struct command cmd_reindex = {
	.name = "reindex",
	.group = "Check",
	.summary = "drop the index and rebuild it from the entries",
	.machine = true,
	.run = run_reindex,
	.description =
	    "The index helps to find entries and is no part of the ledger's "
	    "evidence. Rebuilding it needs no key, checks that every entry "
	    "can be read, and also brings an older file up to date.",
	.examples = reindex_examples,
};
