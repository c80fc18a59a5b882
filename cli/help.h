/* help.h: pages printed from the table of commands. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "cli/command.h"

/* All commands in groups, as `git help' shows them. */
void help_overview(const struct context *context);

/* The usage of one command, or its whole page (paged on a terminal). */
void help_command(const struct command *command, const struct context *context,
    bool whole);

/* The commands under a parent ("key"); false if it is no parent, or if
 * `word' is not NULL and not a request for help. */
bool help_group(const char *parent, const char *word,
    const struct context *context);

/* Refuse a word that is no command (of a parent, if that is not NULL), with
 * the nearest one. */
int help_unknown(const char *name, const char *parent, struct error *err);

/* Man pages: vouch.1 and one for each command, into a folder. */
int help_man_pages(const char *folder, struct error *err);

/* docs/commands.md, and completion for "bash", "zsh" or "fish". */
void help_markdown(FILE *out);
int help_completion(FILE *out, const char *shell, struct error *err);

#endif
