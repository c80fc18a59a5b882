#include "cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/options.h"
#include "cli/terminal.h"

static const char *
parent_of(const struct command *command)
{
	return command->parent == NULL ? "" : command->parent;
}

static const char *
gap(const struct command *command)
{
	return command->parent == NULL ? "" : " ";
}

/* "vouch key enrol [options] KEY". */
static void
usage_line(FILE *out, const struct command *command)
{
	fprintf(out, "vouch %s%s%s [options]%s%s", parent_of(command),
	    gap(command), command->name, command->operands == NULL ? "" : " ",
	    command->operands == NULL ? "" : command->operands);
}

void
help_overview(const struct context *context)
{
	struct terminal terminal;
	const char *group = "";

	terminal_begin(&terminal, context, false);
	fprintf(terminal.out,
	    "usage: vouch COMMAND [options] …\n\n"
	    "A signed, chained and verifiable record of machine-learning "
	    "work.\n");
	for (size_t i = 0; commands[i] != NULL; i++) {
		const struct command *command = commands[i];
		char name[64];

		if (strcmp(group, command->group) != 0) {
			group = command->group;
			fputc('\n', terminal.out);
			terminal_say(&terminal, STYLE_STRONG, "%s", group);
			fputc('\n', terminal.out);
		}
		snprintf(name, sizeof name, "%s%s%s", parent_of(command),
		    gap(command), command->name);
		fputs("  ", terminal.out);
		terminal_say(&terminal, STYLE_NAME, "%-17s", name);
		fprintf(terminal.out, " %s\n", command->summary);
	}
	fprintf(terminal.out,
	    "\n`vouch COMMAND -h' shows a summary, "
	    "`vouch help COMMAND' the whole page.\n");
	terminal_end(&terminal);
}

bool
help_group(const char *parent, const char *word, const struct context *context)
{
	struct terminal terminal;
	bool any = false;

	if (word != NULL && strcmp(word, "-h") != 0 &&
	    strcmp(word, "--help") != 0)
		return false;
	for (size_t i = 0; commands[i] != NULL; i++)
		any |= strcmp(parent_of(commands[i]), parent) == 0;
	if (!any)
		return false;
	terminal_begin(&terminal, context, false);
	fprintf(terminal.out, "usage: vouch %s COMMAND [options] …\n\n",
	    parent);
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (strcmp(parent_of(commands[i]), parent) == 0)
			fprintf(terminal.out, "  %-10s %s\n", commands[i]->name,
			    commands[i]->summary);
	}
	terminal_end(&terminal);
	return true;
}

/* "-n, --count N". */
static void
option_name(char *out, size_t size, const struct option *option)
{
	snprintf(out, size, "%c%c%s--%s%s%s", option->letter == 0 ? ' ' : '-',
	    option->letter == 0 ? ' ' : option->letter,
	    option->letter == 0 ? "  " : ", ", option->name,
	    option->argument == NULL ? "" : " ",
	    option->argument == NULL ? "" : option->argument);
}

/* Text folded to a width, each line behind an indent. */
static void
folded(FILE *out, const char *text, const char *indent, size_t width)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, " \n");

		if (column != 0 && column + 1 + len > width) {
			fputc('\n', out);
			column = 0;
		}
		if (len > 0) {
			if (column == 0)
				fputs(indent, out);
			else
				fputc(' ', out);
			fwrite(text, 1, len, out);
			column += len + (column != 0);
		}
		text += len;
		if (text[0] == '\n' && text[1] == '\n') {
			fputs(column == 0 ? "\n" : "\n\n", out);
			column = 0;
			text += text[2] == ' ' ? 1 : 2;
		} else if (text[0] == '\n' && text[1] == ' ') {
			/* An indented line stands as it is. */
			len = strcspn(text + 2, "\n");
			fputs(column == 0 ? "" : "\n", out);
			fputs(indent, out);
			fwrite(text + 2, 1, len, out);
			fputc('\n', out);
			column = 0;
			text += 2 + len;
		} else if (*text != '\0') {
			text++;
		}
	}
	if (column != 0)
		fputc('\n', out);
}

/* A word of an option's sentence, on the next line if this one is full. */
#define OPTION_COLUMN 35
static void
option_word(FILE *out, size_t *column, const char *word, size_t len)
{
	if (*column + 1 + len > 80) {
		fprintf(out, "\n%*s", OPTION_COLUMN - 1, "");
		*column = OPTION_COLUMN - 1;
	}
	fprintf(out, " %.*s", (int)len, word);
	*column += 1 + len;
}

/* One option, its sentence folded beside it for eighty columns. */
static void
option_entry(FILE *out, const struct option *option)
{
	char name[80];
	size_t column;

	option_name(name, sizeof name, option);
	column = (size_t)fprintf(out, "    %-30s", name);
	if (column > OPTION_COLUMN - 1)
		column = 80;
	for (const char *word = option->sentence; *word != '\0';) {
		size_t len = strcspn(word, " ");

		option_word(out, &column, word, len);
		word += len + strspn(word + len, " ");
	}
	if (option->required)
		option_word(out, &column, "(needed)", 8);
	fputc('\n', out);
}

static void
option_list(FILE *out, const struct command *command)
{
	for (const struct option *o = command->options;
	     o != NULL && o->name != NULL; o++)
		option_entry(out, o);
	for (const struct option *o = common_options; o->name != NULL; o++)
		if (option_applies(o, command))
			option_entry(out, o);
}

static const char exit_statuses[] =
    "0 yes: it is done, or the check passed. 1 no: a check failed. "
    "2 undecided: the input or the command line was wrong; nothing was "
    "changed. 3 the system failed: disk, memory, clock.";

static const char environment[] =
    "VOUCH_LEDGER names the ledger, VOUCH_KEY the key to sign with, "
    "VOUCH_HOME the folder of your own keys and of what was seen "
    "(otherwise ~/.config/vouch). VOUCH_PASSPHRASE_FILE or "
    "VOUCH_PASSPHRASE_FD give the passphrase without asking. NO_COLOR and "
    "PAGER mean what they always mean.";

void
help_command(const struct command *command, const struct context *context,
    bool whole)
{
	struct terminal terminal;

	terminal_begin(&terminal, context, whole);
	if (!whole) {
		fputs("usage: ", terminal.out);
		usage_line(terminal.out, command);
		fprintf(terminal.out, "\n\n    %s\n\n", command->summary);
		option_list(terminal.out, command);
		terminal_end(&terminal);
		return;
	}
	terminal_say(&terminal, STYLE_STRONG, "NAME\n");
	fprintf(terminal.out, "    vouch %s%s%s - %s\n\n", parent_of(command),
	    gap(command), command->name, command->summary);
	terminal_say(&terminal, STYLE_STRONG, "SYNOPSIS\n");
	fputs("    ", terminal.out);
	usage_line(terminal.out, command);
	fputs("\n\n", terminal.out);
	terminal_say(&terminal, STYLE_STRONG, "DESCRIPTION\n");
	folded(terminal.out, command->description, "    ", 72);
	fputc('\n', terminal.out);
	terminal_say(&terminal, STYLE_STRONG, "OPTIONS\n");
	option_list(terminal.out, command);
	if (command->examples != NULL) {
		fputc('\n', terminal.out);
		terminal_say(&terminal, STYLE_STRONG, "EXAMPLES\n");
		for (size_t i = 0; command->examples[i] != NULL; i++)
			fprintf(terminal.out, "    %s\n", command->examples[i]);
	}
	fputc('\n', terminal.out);
	terminal_say(&terminal, STYLE_STRONG, "EXIT STATUS\n");
	folded(terminal.out, exit_statuses, "    ", 72);
	fputc('\n', terminal.out);
	terminal_say(&terminal, STYLE_STRONG, "ENVIRONMENT\n");
	folded(terminal.out, environment, "    ", 72);
	terminal_end(&terminal);
}

/* Text in roff: dashes and a leading dot or quote made harmless. */
static void
roff(FILE *out, const char *text)
{
	bool start = true;

	for (; *text != '\0'; text++) {
		if (start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\\')
			fputs("\\e", out);
		else
			fputc(*text, out);
		start = *text == '\n';
	}
}

/* Paragraphs: a blank line between, indented lines as they are. */
static void
roff_paragraphs(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		char line[512];

		if (len == 0) {
			fputs(".PP\n", out);
			text++;
			continue;
		}
		snprintf(line, sizeof line, "%.*s", (int)len, text);
		if (line[0] == ' ') {
			fputs(".nf\n", out);
			roff(out, line);
			fputs("\n.fi\n", out);
		} else {
			roff(out, line);
			fputc('\n', out);
		}
		text += len;
		if (*text == '\n')
			text++;
	}
}

static void
man_options(FILE *out, const struct command *command)
{
	char name[80];

	fputs(".SH OPTIONS\n", out);
	for (int round = 0; round < 2; round++) {
		const struct option *o = round == 0 ? command->options
						    : common_options;

		for (; o != NULL && o->name != NULL; o++) {
			if (round == 1 && !option_applies(o, command))
				continue;
			option_name(name, sizeof name, o);
			fputs(".TP\n", out);
			roff(out, name + (o->letter == 0 ? 4 : 0));
			fputc('\n', out);
			roff(out, o->sentence);
			fputs(".\n", out);
		}
	}
}

static void
man_head(FILE *out, const char *title, const char *name, const char *summary)
{
	fprintf(out,
	    ".TH %s 1 \"\" \"Vouchbook " VOUCH_VERSION
	    "\" \"Vouchbook\"\n.SH NAME\n",
	    title);
	roff(out, name);
	fputs(" \\- ", out);
	roff(out, summary);
	fputc('\n', out);
}

static void
man_command(FILE *out, const struct command *command, const char *page)
{
	char title[80];
	size_t i;

	for (i = 0; i < sizeof title - 1 && page[i] != '\0'; i++)
		title[i] = page[i] >= 'a' && page[i] <= 'z'
		    ? (char)(page[i] - 32)
		    : page[i];
	title[i] = '\0';
	man_head(out, title, page, command->summary);
	fputs(".SH SYNOPSIS\n.nf\n", out);
	usage_line(out, command);
	fputs("\n.fi\n.SH DESCRIPTION\n", out);
	roff_paragraphs(out, command->description);
	man_options(out, command);
	if (command->examples != NULL) {
		fputs(".SH EXAMPLES\n.nf\n", out);
		for (i = 0; command->examples[i] != NULL; i++) {
			roff(out, command->examples[i]);
			fputc('\n', out);
		}
		fputs(".fi\n", out);
	}
	fputs(".SH EXIT STATUS\n", out);
	roff_paragraphs(out, exit_statuses);
	fputs(".SH ENVIRONMENT\n", out);
	roff_paragraphs(out, environment);
	fputs(".SH SEE ALSO\n.BR vouch (1)\n", out);
}

static void
man_overview(FILE *out)
{
	const char *group = "";

	man_head(out, "VOUCH", "vouch",
	    "a signed, chained and verifiable record of machine-learning work");
	fputs(".SH SYNOPSIS\n.nf\nvouch COMMAND [options] ...\n.fi\n"
	      ".SH COMMANDS\n",
	    out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (strcmp(group, commands[i]->group) != 0) {
			group = commands[i]->group;
			fprintf(out, ".SS %s\n", group);
		}
		fprintf(out, ".TP\n.B %s%s%s\n", parent_of(commands[i]),
		    gap(commands[i]), commands[i]->name);
		roff(out, commands[i]->summary);
		fputc('\n', out);
	}
	fputs(".SH EXIT STATUS\n", out);
	roff_paragraphs(out, exit_statuses);
	fputs(".SH ENVIRONMENT\n", out);
	roff_paragraphs(out, environment);
}

static FILE *
open_page(const char *folder, const char *page, struct error *err)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s.1", folder, page);
	if ((out = fopen(path, "w")) == NULL)
		error_errno(err, "cannot write %s", path);
	return out;
}

static int
close_page(FILE *out, struct error *err)
{
	if (fclose(out) == EOF)
		return error_errno(err, "cannot write a man page");
	return 0;
}

int
help_man_pages(const char *folder, struct error *err)
{
	FILE *out = open_page(folder, "vouch", err);

	if (out == NULL)
		return -1;
	man_overview(out);
	if (close_page(out, err) == -1)
		return -1;
	for (size_t i = 0; commands[i] != NULL; i++) {
		char page[80];

		snprintf(page, sizeof page, "vouch-%s%s%s",
		    parent_of(commands[i]),
		    commands[i]->parent == NULL ? "" : "-", commands[i]->name);
		if ((out = open_page(folder, page, err)) == NULL)
			return -1;
		man_command(out, commands[i], page);
		if (close_page(out, err) == -1)
			return -1;
	}
	return 0;
}

void
help_markdown(FILE *out)
{
	char name[80];

	fputs("# Commands\n\nPrinted by `vouch help --markdown`.\n", out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		const struct command *command = commands[i];

		fprintf(out, "\n## vouch %s%s%s\n\n%s.\n\n    ",
		    parent_of(command), gap(command), command->name,
		    command->summary);
		usage_line(out, command);
		fprintf(out, "\n\n%s\n", command->description);
		if (command->options != NULL && command->options->name != NULL)
			fputs("\n| option | meaning |\n| --- | --- |\n", out);
		for (const struct option *o = command->options;
		     o != NULL && o->name != NULL; o++) {
			option_name(name, sizeof name, o);
			fprintf(out, "| `");
			for (const char *at = name + (o->letter == 0 ? 4 : 0);
			     *at != '\0'; at++)
				fprintf(out, *at == '|' ? "\\|" : "%c", *at);
			fprintf(out, "` | %s |\n", o->sentence);
		}
		if (command->examples != NULL)
			fputc('\n', out);
		for (size_t e = 0;
		     command->examples != NULL && command->examples[e] != NULL;
		     e++)
			fprintf(out, "    %s\n", command->examples[e]);
	}
}

/* The words that may follow "vouch PARENT", once each. */
static void
list_words(FILE *out, const char *parent)
{
	const char *last = "";

	for (size_t i = 0; commands[i] != NULL; i++) {
		const char *word = NULL;

		if (strcmp(parent_of(commands[i]), parent) == 0)
			word = commands[i]->name;
		else if (*parent == '\0')
			word = commands[i]->parent;
		if (word == NULL || strcmp(word, last) == 0)
			continue;
		fprintf(out, "%s%s", *last == '\0' ? "" : " ", word);
		last = word;
	}
}

static void
list_options(FILE *out, const struct command *command)
{
	for (const struct option *o = command->options;
	     o != NULL && o->name != NULL; o++)
		fprintf(out, "--%s ", o->name);
	for (const struct option *o = common_options; o->name != NULL; o++) {
		if (option_applies(o, command))
			fprintf(out, "--%s ", o->name);
	}
}

static bool
is_first_of_parent(size_t i)
{
	if (commands[i]->parent == NULL)
		return false;
	for (size_t k = 0; k < i; k++) {
		if (strcmp(parent_of(commands[k]), commands[i]->parent) == 0)
			return false;
	}
	return true;
}

static void
complete_bash(FILE *out)
{
	fputs("# bash completion for vouch\n_vouch() {\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} words=\n"
	      "\tlocal command=${COMP_WORDS[1]} under=${COMP_WORDS[2]}\n"
	      "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords='",
	    out);
	list_words(out, "");
	fputs("'\n\telse\n\t\tcase \"$command $under\" in\n", out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (commands[i]->parent == NULL)
			continue;
		fprintf(out, "\t\t\"%s %s\") words='", commands[i]->parent,
		    commands[i]->name);
		list_options(out, commands[i]);
		fputs("' ;;\n", out);
	}
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (is_first_of_parent(i)) {
			fprintf(out, "\t\t\"%s \"*) words='",
			    commands[i]->parent);
			list_words(out, commands[i]->parent);
			fputs("' ;;\n", out);
		} else if (commands[i]->parent == NULL) {
			fprintf(out, "\t\t\"%s \"*) words='",
			    commands[i]->name);
			list_options(out, commands[i]);
			fputs("' ;;\n", out);
		}
	}
	fputs("\t\tesac\n\t\tif [[ $words == --* && $word != -* ]]; then\n"
	      "\t\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n"
	      "\t\t\treturn\n\t\tfi\n\tfi\n"
	      "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
	      "complete -o filenames -F _vouch vouch\n",
	    out);
}

static void
complete_zsh(FILE *out)
{
	/* zsh runs the functions that bash has. */
	fputs("#compdef vouch\nautoload -U +X bashcompinit && bashcompinit\n",
	    out);
	complete_bash(out);
}

/* A text between single quotes for fish. */
static void
fish_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void
complete_fish(FILE *out)
{
	fputs("# fish completion for vouch\n", out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		const struct command *command = commands[i];
		const char *first = command->parent == NULL ? command->name
							    : command->parent;

		if (command->parent == NULL || is_first_of_parent(i)) {
			fprintf(out,
			    "complete -c vouch -n "
			    "__fish_use_subcommand -f -a %s -d ",
			    first);
			fish_quoted(out,
			    command->parent == NULL ? command->summary
						    : command->group);
			fputc('\n', out);
		}
		if (command->parent != NULL) {
			fprintf(out,
			    "complete -c vouch -n "
			    "'__fish_seen_subcommand_from %s' -f -a %s -d ",
			    first, command->name);
			fish_quoted(out, command->summary);
			fputc('\n', out);
		}
		for (const struct option *o = command->options;
		     o != NULL && o->name != NULL; o++) {
			fprintf(out,
			    "complete -c vouch -n "
			    "'__fish_seen_subcommand_from %s' -l %s %s-d ",
			    command->name, o->name,
			    o->type == OPTION_FLAG ? "" : "-r ");
			fish_quoted(out, o->sentence);
			fputc('\n', out);
		}
	}
}

int
help_completion(FILE *out, const char *shell, struct error *err)
{
	if (strcmp(shell, "bash") == 0)
		complete_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		complete_zsh(out);
	else if (strcmp(shell, "fish") == 0)
		complete_fish(out);
	else
		return error_set(err, ERROR_UNDECIDED,
		    "choose bash, zsh or fish",
		    "there is no completion for '%.40s'", shell);
	return 0;
}

int
help_unknown(const char *name, const char *parent, struct error *err)
{
	const char *words[80];
	const char *nearest;
	size_t n = 0;

	for (size_t i = 0; commands[i] != NULL && n < 79; i++) {
		const char *under = commands[i]->parent;

		if (parent == NULL && under == NULL)
			words[n++] = commands[i]->name;
		else if (parent != NULL && under != NULL &&
		    strcmp(parent, under) == 0)
			words[n++] = commands[i]->name;
		else if (parent == NULL && under != NULL &&
		    (n == 0 || strcmp(words[n - 1], under) != 0))
			words[n++] = under;
	}
	words[n] = NULL;
	nearest = text_nearest(name, words);
	return error_set(err, ERROR_UNDECIDED, "see `vouch help'",
	    "there is no command '%.60s%s%.60s'%s%s%s",
	    parent == NULL ? "" : parent, parent == NULL ? "" : " ", name,
	    nearest == NULL ? "" : "; did you mean '",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
}
