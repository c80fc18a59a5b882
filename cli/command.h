/* command.h: what a command is: one row of one table. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * From the rows come dispatch, --help, man pages, shell completion and
 * docs/commands.md.  A command keeps its options in a struct on its own
 * stack; nothing is static, so a command can be called twice in a process.
 */

enum option_type {
	OPTION_FLAG, /* bool */
	OPTION_TEXT, /* const char * */
	OPTION_LIST, /* struct option_list: may be given many times */
	OPTION_COUNT, /* uint64_t */
	OPTION_CHOICE, /* const char *, one of `choices' */
};

struct option_list {
	const char **item;
	size_t count;
};

struct option {
	const char *name; /* Long name without dashes; NULL ends the rows. */
	char letter; /* Short form, or 0. */
	enum option_type type;
	size_t offset; /* offsetof() in the command's struct. */
	const char *argument; /* "PATH", for help; NULL for flags. */
	const char *sentence;
	const char *const *choices;
	bool required;
};

/* The words after the options. */
struct operands {
	const char *const *item;
	size_t count;
};

struct context;

struct command {
	const char *name; /* "dataset add" has parent "dataset". */
	const char *parent; /* NULL at the top. */
	const char *group; /* Heading in `vouch help'. */
	const char *summary; /* "record a data set", no capital, no stop. */
	const char *operands; /* "PATH…", for the usage line; NULL for none. */
	size_t least, most; /* Operands accepted. */
	const struct option *options; /* Beside the common ones. */
	size_t options_size; /* sizeof the struct they fill (zeroed first). */
	bool stops_at_operand; /* Everything after the first operand or "--" is
	                          the operand's own: vouch run. */
	bool reads; /* Takes --as-of. */
	bool machine; /* Takes --json. */
	bool appends; /* Takes --receipt. */
	bool seals; /* Takes --seal. */
	int (*run)(struct context *context, const void *options,
	    struct operands operands, struct error *err);
	const char *description; /* Paragraphs for help and man page. */
	const char *const *examples; /* Command lines, executed by a test;
	                          NULL-terminated; lines starting with # are
	                          comments above the next. */
};

/*
 * What every command gets: the common options and the terminal.  Commands
 * return 0, or -1 with err; a check that fails is context->verdict = 1 with
 * return 0.  main maps both to the exit status, in one place.
 */
struct context {
	const char *ledger; /* --ledger, or NULL: find it. */
	const char *key; /* --key NAME|PATH, or NULL: the default. */
	const char *as_of; /* --as-of, or NULL. */
	const char *receipt; /* --receipt, or NULL. */
	struct option_list seal; /* --seal, each time it was given. */
	bool json; /* --json. */
	bool quiet; /* -q: say only what was asked for. */
	bool no_pager;
	enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } colour;
	int verdict; /* Exit status when run returned 0. */
};

/* All commands, NULL-terminated, in the order help shows them. */
extern const struct command *const commands[];

/* The command of these words, and how many of them name it (1 or 2); NULL if
 * there is none, with *used 1 when the first word is a parent. */
const struct command *command_find(const char *const words[], size_t count,
    size_t *used);

#define VOUCH_VERSION "0.1.0"

#endif
