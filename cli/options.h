/* options.h: command lines read by rows of options. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/error.h"
#include "cli/command.h"

/* What every command takes, beside its own rows. */
extern const struct option common_options[];

/* A command line taken apart.  Arrays are owned; texts are argv's. */
struct command_line {
	struct context context;
	void *options; /* command->options_size bytes, filled. */
	struct operands operands;
	enum { WANT_RUN, WANT_SHORT_HELP, WANT_LONG_HELP } want;
};

/*
 * Read the words after a command's name.  Options may stand before and after
 * operands ("--name VALUE", "--name=VALUE", "-nVALUE", bundled "-ab"), "--"
 * ends them; where the command stops_at_operand, the first operand does.
 * Long names may be shortened as long as only one begins so.  Wrong words are
 * ERROR_UNDECIDED, with the nearest right one.
 */
int command_line_read(struct command_line *out, const struct command *command,
    const char *const words[], size_t count, struct error *err);
void command_line_free(struct command_line *line,
    const struct command *command);

/* Whether a common option applies to a command (--as-of, --json do not to
 * all). */
bool option_applies(const struct option *option, const struct command *command);

/* How many words at the front are common options with their values, as in
 * `vouch --ledger PATH status'. */
size_t common_option_words(const char *const words[], size_t count);

/* A whole number in decimal; ERROR_UNDECIDED naming the option, or the operand
 * as the synopsis spells it, in capitals. */
int option_number(uint64_t *out, const char *text, const char *name,
    struct error *err);

/* "K=V" split at the first '='; name is a fresh text, value borrowed. */
int option_split(char **name, const char **value, const char *pair,
    const char *option, struct error *err);

#endif
