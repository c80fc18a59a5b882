#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char *const colour_words[] = { "auto", "always", "never", NULL };

struct common {
	const char *ledger;
	const char *key;
	const char *as_of;
	const char *receipt;
	struct option_list seal;
	const char *colour;
	bool json;
	bool quiet;
	bool no_pager;
	bool help;
	bool short_help;
};

const struct option common_options[] = {
	{ "ledger", 0, OPTION_TEXT, offsetof(struct common, ledger), "PATH",
	    "the ledger: its folder, the folder that holds .vouch, or its file",
	    NULL, false },
	{ "key", 0, OPTION_TEXT, offsetof(struct common, key), "NAME",
	    "the key to sign with: a name or a file", NULL, false },
	{ "as-of", 0, OPTION_TEXT, offsetof(struct common, as_of), "SEQ|TIME",
	    "read the ledger as it was after that entry, or at that time", NULL,
	    false },
	{ "receipt", 0, OPTION_TEXT, offsetof(struct common, receipt), "FILE",
	    "leave the proof that the entry was recorded in FILE, and the "
	    "entry's line in FILE.entry",
	    NULL, false },
	{ "seal", 0, OPTION_LIST, offsetof(struct common, seal), "PATH",
	    "sign a commitment in place of the value at PATH, such as user or "
	    "tags.owner, which can be disclosed to some, or erased",
	    NULL, false },
	{ "json", 0, OPTION_FLAG, offsetof(struct common, json), NULL,
	    "write JSON, for programs", NULL, false },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct common, quiet), NULL,
	    "say only what was asked for", NULL, false },
	{ "no-pager", 0, OPTION_FLAG, offsetof(struct common, no_pager), NULL,
	    "do not page long output", NULL, false },
	{ "colour", 0, OPTION_CHOICE, offsetof(struct common, colour), "WHEN",
	    "colours: auto, always or never (NO_COLOR is heeded)", colour_words,
	    false },
	{ "help", 0, OPTION_FLAG, offsetof(struct common, help), NULL,
	    "show this page", NULL, false },
	{ "usage", 'h', OPTION_FLAG, offsetof(struct common, short_help), NULL,
	    "show a short summary", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

bool
option_applies(const struct option *option, const struct command *command)
{
	/* A command's own meaning of a word comes first. */
	for (const struct option *o = command->options;
	     o != NULL && o->name != NULL; o++) {
		if (strcmp(o->name, option->name) == 0)
			return false;
	}
	if (strcmp(option->name, "receipt") == 0)
		return command->appends;
	if (strcmp(option->name, "seal") == 0)
		return command->seals;
	if (strcmp(option->name, "as-of") == 0)
		return command->reads;
	if (strcmp(option->name, "json") == 0)
		return command->machine;
	return true;
}

/* The common option of this word, as it is written out; NULL if none. */
static const struct option *
common_option(const char *word)
{
	size_t len = strcspn(word, "=");

	for (const struct option *o = common_options; o->name != NULL; o++) {
		if (strncmp(word, "--", 2) == 0 && strlen(o->name) == len - 2 &&
		    strncmp(word + 2, o->name, len - 2) == 0)
			return o;
		if (o->letter != 0 && word[0] == '-' && word[1] == o->letter &&
		    word[2] == '\0')
			return o;
	}
	return NULL;
}

size_t
common_option_words(const char *const words[], size_t count)
{
	size_t used = 0;

	while (used < count) {
		const struct option *option = common_option(words[used]);
		bool separate = option != NULL && option->type != OPTION_FLAG &&
		    strchr(words[used], '=') == NULL;

		if (option == NULL || (separate && used + 1 == count))
			break;
		used += separate ? 2 : 1;
	}
	return used;
}

/* Where the words go. */
struct reading {
	const struct command *command;
	struct common common;
	char *own; /* The command's struct. */
	bool seen_own[64];
	bool seen_common[16];
	const char *const *words;
	size_t count;
	size_t at;
};

/* An option found, and whose. */
struct match {
	const struct option *option;
	char *base;
	bool *seen;
};

static void
consider(struct match *match, size_t *candidates, bool *exact,
    const struct option *option, char *base, bool *seen, const char *name,
    size_t len)
{
	if (strncmp(option->name, name, len) != 0)
		return;
	if (strlen(option->name) == len) {
		*exact = true;
		*match = (struct match){ option, base, seen };
		*candidates = 1;
	} else if (!*exact) {
		if (*candidates == 0)
			*match = (struct match){ option, base, seen };
		++*candidates;
	}
}

static int
unknown_option(const struct reading *reading, const char *dashes,
    const char *name, size_t len, struct error *err)
{
	const struct command *command = reading->command;
	const char *words[96];
	char wanted[64];
	const char *nearest;
	size_t n = 0;

	for (const struct option *o = command->options;
	     o != NULL && o->name != NULL && n < 80; o++)
		words[n++] = o->name;
	for (const struct option *o = common_options; o->name != NULL; o++) {
		if (option_applies(o, command))
			words[n++] = o->name;
	}
	words[n] = NULL;
	snprintf(wanted, sizeof wanted, "%.*s", (int)(len < 60 ? len : 60),
	    name);
	nearest = len == 1 ? NULL : text_nearest(wanted, words);
	error_set(err, ERROR_UNDECIDED, NULL, "there is no option %s%s%s%s%s",
	    dashes, wanted, nearest == NULL ? "" : "; did you mean --",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "?");
	snprintf(err->remedy, sizeof err->remedy, "see `vouch %s%s%s -h'",
	    command->parent == NULL ? "" : command->parent,
	    command->parent == NULL ? "" : " ", command->name);
	return -1;
}

static int
find_long(struct reading *reading, const char *name, size_t len,
    struct match *match, struct error *err)
{
	const struct command *command = reading->command;
	size_t candidates = 0, i = 0;
	bool exact = false;

	/* Both spellings. */
	if (len == 5 && strncmp(name, "color", len) == 0)
		name = "colour", len = 6;
	for (const struct option *o = command->options;
	     o != NULL && o->name != NULL; o++, i++)
		consider(match, &candidates, &exact, o, reading->own,
		    &reading->seen_own[i], name, len);
	i = 0;
	for (const struct option *o = common_options; o->name != NULL;
	     o++, i++) {
		if (option_applies(o, command))
			consider(match, &candidates, &exact, o,
			    (char *)&reading->common, &reading->seen_common[i],
			    name, len);
	}
	if (candidates == 0)
		return unknown_option(reading, "--", name, len, err);
	if (candidates > 1)
		return error_set(err, ERROR_UNDECIDED, "write it out",
		    "several options begin with --%.*s", (int)len, name);
	return 0;
}

static int
find_letter(struct reading *reading, char letter, struct match *match,
    struct error *err)
{
	size_t i = 0;

	for (const struct option *o = reading->command->options;
	     o != NULL && o->name != NULL; o++, i++) {
		if (o->letter == letter) {
			*match = (struct match){ o, reading->own,
				&reading->seen_own[i] };
			return 0;
		}
	}
	i = 0;
	for (const struct option *o = common_options; o->name != NULL;
	     o++, i++) {
		if (o->letter == letter) {
			*match = (struct match){ o, (char *)&reading->common,
				&reading->seen_common[i] };
			return 0;
		}
	}
	return unknown_option(reading, "-", &letter, 1, err);
}

int
option_number(uint64_t *out, const char *text, const char *name,
    struct error *err)
{
	size_t len = strlen(text);

	if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "%s%s wants a whole number, not '%.40s'",
		    name[0] >= 'A' && name[0] <= 'Z' ? "" : "--", name, text);
	*out = strtoull(text, NULL, 10);
	return 0;
}

static int
check_choice(const struct option *option, const char *value, struct error *err)
{
	const char *nearest;
	char all[200] = "";

	for (size_t i = 0; option->choices[i] != NULL; i++) {
		size_t used = strlen(all);

		if (strcmp(option->choices[i], value) == 0)
			return 0;
		snprintf(all + used, sizeof all - used, "%s%s",
		    i == 0 ? "" : ", ", option->choices[i]);
	}
	nearest = text_nearest(value, option->choices);
	error_set(err, ERROR_UNDECIDED, NULL, "--%s cannot be '%.40s'%s%s%s",
	    option->name, value, nearest == NULL ? "" : "; did you mean '",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
	snprintf(err->remedy, sizeof err->remedy, "choose one of %s", all);
	return -1;
}

static int
set_value(struct match *match, const char *value, struct error *err)
{
	const struct option *option = match->option;
	void *to = match->base + option->offset;
	struct option_list *list = to;
	const char **grown;

	if (*match->seen && option->type != OPTION_LIST)
		return error_set(err, ERROR_UNDECIDED, "give it once",
		    "--%s is given twice", option->name);
	*match->seen = true;
	switch (option->type) {
	case OPTION_FLAG:
		*(bool *)to = true;
		return 0;
	case OPTION_CHOICE:
		if (check_choice(option, value, err) == -1)
			return -1;
		*(const char **)to = value;
		return 0;
	case OPTION_TEXT:
		*(const char **)to = value;
		return 0;
	case OPTION_COUNT:
		return option_number(to, value, option->name, err);
	case OPTION_LIST:
		grown =
		    realloc(list->item, (list->count + 1) * sizeof *list->item);
		if (grown == NULL)
			return error_memory(err);
		list->item = grown;
		list->item[list->count++] = value;
		return 0;
	}
	return -1;
}

static int
need_value(struct reading *reading, const struct match *match,
    const char **value, struct error *err)
{
	if (reading->at + 1 >= reading->count)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "--%s wants %s behind it", match->option->name,
		    match->option->argument);
	*value = reading->words[++reading->at];
	return 0;
}

static int
read_long(struct reading *reading, const char *word, struct error *err)
{
	const char *equals = strchr(word, '=');
	size_t len = equals == NULL ? strlen(word) : (size_t)(equals - word);
	struct match match = { NULL, NULL, NULL };
	const char *value = equals == NULL ? NULL : equals + 1;

	if (find_long(reading, word, len, &match, err) == -1)
		return -1;
	if (match.option->type == OPTION_FLAG) {
		if (value != NULL)
			return error_set(err, ERROR_UNDECIDED, NULL,
			    "--%s takes no value", match.option->name);
	} else if (value == NULL &&
	    need_value(reading, &match, &value, err) == -1) {
		return -1;
	}
	return set_value(&match, value, err);
}

static int
read_letters(struct reading *reading, const char *letters, struct error *err)
{
	for (; *letters != '\0'; letters++) {
		struct match match = { NULL, NULL, NULL };
		const char *value = NULL;

		if (find_letter(reading, *letters, &match, err) == -1)
			return -1;
		if (match.option->type != OPTION_FLAG) {
			if (letters[1] != '\0')
				value = letters + 1;
			else if (need_value(reading, &match, &value, err) == -1)
				return -1;
			return set_value(&match, value, err);
		}
		if (set_value(&match, NULL, err) == -1)
			return -1;
	}
	return 0;
}

static int
read_words(struct reading *reading, const char **operands,
    size_t *operand_count, struct error *err)
{
	bool only_operands = false;

	for (; reading->at < reading->count; reading->at++) {
		const char *word = reading->words[reading->at];

		if (!only_operands && strcmp(word, "--") == 0) {
			only_operands = true;
		} else if (only_operands || word[0] != '-' || word[1] == '\0') {
			operands[(*operand_count)++] = word;
			if (reading->command->stops_at_operand)
				only_operands = true;
		} else if (word[1] == '-') {
			if (read_long(reading, word + 2, err) == -1)
				return -1;
		} else if (read_letters(reading, word + 1, err) == -1) {
			return -1;
		}
	}
	return 0;
}

static int
check_complete(const struct reading *reading, size_t operands,
    struct error *err)
{
	const struct command *command = reading->command;
	const char *before = command->parent == NULL ? "" : command->parent;
	const char *space = command->parent == NULL ? "" : " ";
	int result = 0;
	size_t i = 0;

	for (const struct option *o = command->options;
	     o != NULL && o->name != NULL; o++, i++) {
		if (o->required && !reading->seen_own[i])
			result = error_set(err, ERROR_UNDECIDED, NULL,
			    "--%s %s is needed", o->name, o->argument);
	}
	if (result == 0 && operands < command->least)
		result =
		    error_set(err, ERROR_UNDECIDED, NULL, "%s%s%s wants %s",
			before, space, command->name, command->operands);
	if (result == 0 && operands > command->most)
		result = error_set(err, ERROR_UNDECIDED, NULL,
		    command->most == 0 ? "%s%s%s takes no further words"
				       : "%s%s%s is given too many words",
		    before, space, command->name);
	if (result == -1)
		snprintf(err->remedy, sizeof err->remedy,
		    "see `vouch %s%s%s -h'", before, space, command->name);
	return result;
}

static int
take_common(struct command_line *line, const struct common *common)
{
	struct context *context = &line->context;

	context->ledger = common->ledger;
	context->key = common->key;
	context->as_of = common->as_of;
	context->receipt = common->receipt;
	context->seal = common->seal;
	context->json = common->json;
	context->quiet = common->quiet;
	context->no_pager = common->no_pager;
	context->colour = common->colour == NULL ||
		strcmp(common->colour, "auto") == 0
	    ? COLOUR_AUTO
	    : strcmp(common->colour, "always") == 0 ? COLOUR_ALWAYS
						    : COLOUR_NEVER;
	line->want = common->help ? WANT_LONG_HELP
	    : common->short_help  ? WANT_SHORT_HELP
				  : WANT_RUN;
	return 0;
}

int
command_line_read(struct command_line *out, const struct command *command,
    const char *const words[], size_t count, struct error *err)
{
	struct reading reading = {
		.command = command,
		.words = words,
		.count = count,
	};
	const char **operands;

	memset(out, 0, sizeof *out);
	operands = memory_new(count + 1, sizeof *operands);
	out->operands.item = operands;
	out->options = memory_new(1, command->options_size);
	if (operands == NULL || out->options == NULL) {
		error_memory(err);
		goto failed;
	}
	reading.own = out->options;
	if (read_words(&reading, operands, &out->operands.count, err) == -1)
		goto failed;
	take_common(out, &reading.common);
	if (out->want == WANT_RUN &&
	    check_complete(&reading, out->operands.count, err) == -1)
		goto failed;
	return 0;
failed:
	out->context.seal = reading.common.seal;
	command_line_free(out, command);
	return -1;
}

void
command_line_free(struct command_line *line, const struct command *command)
{
	for (const struct option *o = command->options;
	     line->options != NULL && o != NULL && o->name != NULL; o++) {
		if (o->type == OPTION_LIST) {
			struct option_list *list = (struct option_list *)(void
				*)((char *)line->options + o->offset);

			free(list->item);
		}
	}
	free(line->context.seal.item);
	memory_free(line->options);
	memory_free((void *)(uintptr_t)line->operands.item);
	memset(line, 0, sizeof *line);
}

int
option_split(char **name, const char **value, const char *pair,
    const char *option, struct error *err)
{
	const char *equals = strchr(pair, '=');

	if (equals == NULL || equals == pair) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "--%s wants NAME=VALUE, not '%.60s'", option, pair);
		snprintf(err->remedy, sizeof err->remedy,
		    "write --%s NAME=VALUE", option);
		return -1;
	}
	*name = memory_text_of(bytes_of(pair, (size_t)(equals - pair)));
	if (*name == NULL)
		return error_memory(err);
	*value = equals + 1;
	return 0;
}
