/* lists.h: proofs that lists are complete, as people make and check them. */
#ifndef CLI_LISTS_H
#define CLI_LISTS_H

#include "base/buffer.h"
#include "base/error.h"
#include "cli/command.h"
#include "ledger/list_proof.h"
#include "ledger/population.h"
#include "ledger/reader.h"

/* What a person calls what entries name: a digest, or an entry, whose first
 * subject is meant.  NULL: the whole ledger. */
int lists_subject(struct digest *out, struct reader *reader, const char *what,
    struct error *err);

/*
 * Lines of entries, one each, in a file beside a proof; found by leaf hash.
 * Borrow from a text that outlives them.
 */
struct lists_lines {
	struct lists_line {
		struct digest leaf;
		struct bytes line;
		bool used;
	} * line;
	size_t count;
	size_t capacity;
};
int lists_lines_read(struct lists_lines *out, struct bytes text,
    struct error *err);
void lists_lines_free(struct lists_lines *lines);
/* For struct list_checker: cookie is the lines. */
int lists_lines_find(struct lists_lines *lines, struct digest leaf,
    struct bytes *line);
/* ERROR_NO for a line that was asked for by nobody. */
int lists_lines_check_used(const struct lists_lines *lines, struct error *err);

/* Write a proof of lists, or a text that holds one, to a file, and before it
 * the exact lines of all entries in the lists to FILE.entries. */
int lists_write_files(const char *path, struct bytes text, struct bytes proof,
    struct store *store, struct error *err);

/* Check a proof whose note was verified, and say what it proves. */
int lists_check(const struct context *context, const struct list_proof *proof,
    const struct public_key *ledger_key, const char *lines_path,
    struct error *err);
/* The same of a population, whose text is given for its SHA-256. */
int lists_check_population(const struct context *context,
    const struct population *population, const struct public_key *ledger_key,
    struct bytes text, const char *lines_path, struct error *err);

#endif
