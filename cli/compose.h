/* compose.h: what the recording commands share: members, versions, artefacts. */
#ifndef CLI_COMPOSE_H
#define CLI_COMPOSE_H

#include "base/error.h"
#include "base/json.h"
#include "capture/artefact.h"
#include "cli/command.h"
#include "cli/session.h"

/* Put a text or number unless it is NULL or "" (0 for -1). */
int compose_text(struct json *members, const char *name, const char *value,
    struct error *err);
/* A list of texts, left out when empty. */
int compose_list(struct json *members, const char *name,
    const struct option_list *list, struct error *err);
/* NAME=VALUE pairs into a map: numbers as numbers where `numbers' or where
 * the value is one; true and false as such when scalars are wanted. */
int compose_pairs(struct json *members, const char *name,
    const struct option_list *pairs, const char *option, bool numbers,
    struct error *err);

/* A JSON file's object ("-" for standard input); members are moved into
 * `members', where what is there already stays. */
int compose_file(struct json *members, const char *path, struct error *err);

/* The next whole number as version of a name: "1" for the first.  Nobody else
 * chooses one until session_release_numbers or session_write_end. */
int compose_next_version(char **out, struct session_write *session,
    const char *kind, const char *name, struct error *err);

/* Measure files and folders with a progress bar; leaves out the ledger's own
 * folder.  out has count places. */
int compose_measure(struct artefact *out, const char *const paths[],
    size_t count, const struct context *context, const char *store_path,
    struct error *err);

/*
 * What a person calls a model or data set, as {"name","digest"}: an entry
 * (reader_find's forms), a digest in hex, or the path of a file or folder
 * that is measured.
 */
int compose_reference(struct json **out, struct session_write *session,
    const struct context *context, const char *kind, const char *what,
    struct error *err);

/* The same in a view of the ledger whose store is at a path. */
int compose_reference_in(struct json **out, struct reader *reader,
    const char *store_path, const struct context *context, const char *kind,
    const char *what, struct error *err);

/* Record members of a kind: subjects follow from them. */
int compose_record(struct session_write *session, const struct context *context,
    const char *kind, struct json *members, const struct digest *artefact,
    const struct bytes attachments[], size_t attachment_count,
    struct error *err);

#endif
