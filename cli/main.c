#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/options.h"

/* One line for a person, or one object for a program. */
static void
complain(const struct context *context, const struct error *err)
{
	struct buffer out = buffer_new((size_t)1 << 16);

	if (context->json) {
		static const char *const classes[] = { "", "no", "undecided",
			"system" };

		buffer_text(&out, "{\"error\":{\"class\":");
		json_write_text(&out, bytes_of_text(classes[err->class]));
		buffer_text(&out, ",\"what\":");
		json_write_text(&out, bytes_of_text(err->what));
		buffer_text(&out, ",\"where\":");
		json_write_text(&out, bytes_of_text(err->where));
		buffer_text(&out, ",\"remedy\":");
		json_write_text(&out, bytes_of_text(err->remedy));
		buffer_text(&out, "}}\n");
	} else {
		buffer_text(&out, "vouch: ");
		if (err->where[0] != '\0') {
			text_show(&out, bytes_of_text(err->where));
			buffer_text(&out, ": ");
		}
		text_show(&out, bytes_of_text(err->what));
		if (err->remedy[0] != '\0') {
			buffer_text(&out, " (");
			text_show(&out, bytes_of_text(err->remedy));
			buffer_text(&out, ")");
		}
		buffer_text(&out, "\n");
	}
	fflush(stdout);
	fputs(buffer_string(&out), stderr);
	buffer_free(&out);
}

/* The one place where an outcome becomes an exit status. */
static int
exit_status(int result, const struct context *context, const struct error *err)
{
	if (result == 0)
		return context->verdict;
	complain(context, err);
	return (int)err->class;
}

static int
run_command(const struct command *command, const char *const words[],
    size_t count)
{
	struct context context = { .ledger = NULL };
	struct command_line line;
	struct error err = { .class = ERROR_SYSTEM };
	int status;

	if (command_line_read(&line, command, words, count, &err) == -1)
		return exit_status(-1, &context, &err);
	if (line.want != WANT_RUN) {
		help_command(command, &line.context,
		    line.want == WANT_LONG_HELP);
		status = 0;
	} else {
		int result = command->run(&line.context, line.options,
		    line.operands, &err);

		if (fflush(stdout) == EOF && result == 0)
			result = error_errno(&err, "cannot write the output");
		/* An earlier flush may have failed, and lost its errno. */
		else if (ferror(stdout) && result == 0)
			result = error_set(&err, ERROR_SYSTEM,
			    "look for room on the disk it goes to",
			    "cannot write the output");
		status = exit_status(result, &line.context, &err);
	}
	command_line_free(&line, command);
	return status;
}

/* `vouch --ledger X status -q' is `vouch status --ledger X -q'. */
static int
run_with_options_before(const struct command *command,
    const char *const before[], size_t before_count, const char *const after[],
    size_t after_count)
{
	const char **words =
	    memory_new(before_count + after_count + 1, sizeof *words);
	int status;

	if (words == NULL)
		return ERROR_SYSTEM;
	if (before_count > 0)
		memcpy(words, before, before_count * sizeof *words);
	if (after_count > 0)
		memcpy(words + before_count, after,
		    after_count * sizeof *words);
	status = run_command(command, words, before_count + after_count);
	memory_free(words);
	return status;
}

int
main(int argc, char **argv)
{
	const char *const *words = (const char *const *)argv + 1;
	size_t count = argc > 0 ? (size_t)argc - 1 : 0;
	struct context context = { .ledger = NULL };
	const struct command *command;
	struct error err;
	static const char *const version[] = { "version", NULL };
	size_t used = 0, before;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_DFL);
	if (count == 0) {
		help_overview(&context);
		return 2;
	}
	if (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0) {
		help_overview(&context);
		return 0;
	}
	if (strcmp(words[0], "--version") == 0)
		words = version;
	before = common_option_words(words, count);
	if (before == count)
		before = 0;
	command = command_find(words + before, count - before, &used);
	if (command == NULL) {
		const char *const *rest = words + before;
		bool more = count - before > 1;

		if (used == 1 &&
		    help_group(rest[0], more ? rest[1] : NULL, &context))
			return more ? 0 : ERROR_UNDECIDED;
		if (used == 1)
			help_unknown(rest[1], rest[0], &err);
		else
			help_unknown(rest[0], NULL, &err);
		return exit_status(-1, &context, &err);
	}
	return run_with_options_before(command, words, before,
	    words + before + used, count - before - used);
}
