/* decide.h: what the commands about decisions share. */
#ifndef CLI_DECIDE_H
#define CLI_DECIDE_H

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/session.h"
#include "ledger/reader.h"
#include "policy/judge.h"

/* An entry of a kind, as people name it: a seq, a leaf hash or its front, or
 * the model it is about (then the newest).  Its record is read. */
int decide_find(struct reader *reader, const char *kind, const char *what,
    const char *environment, struct reader_entry *out, uint64_t *seq,
    struct error *err);

/* Put what a decision rests on: the entries about the model that stand, and
 * the policies in force. */
int decide_evidence(struct json *members, struct reader *reader,
    struct digest about, struct error *err);

/* Leaf hash, environment, about and model from the record found. */
int decide_copy(struct json *members, const char *name, const struct json *from,
    const char *from_name, struct error *err);

/* A time as people type it, for the future too: "30d" is in thirty days. */
int decide_until(struct json *members, const char *text, struct error *err);

/* Compose, sign, append; a refusal is shown rule by rule and is the exit
 * status 1. */
int decide_record(struct session_write *session, struct context *context,
    const char *kind, struct json *members, const struct digest *artefact,
    const struct bytes attachments[], size_t attachment_count,
    struct error *err);

/* A statement that nobody has signed, for asking: owned. */
int decide_statement(struct json **out, const char *kind, const char *origin,
    const struct json *members, const struct digest *artefact,
    struct error *err);

/* The deployment of a model that would be recorded, with its newest proposal
 * for that environment if there is one; owned. */
int decide_candidate(struct json **out, struct reader *reader, const char *what,
    const char *environment, struct error *err);

/* Who would sign it: the one named, or somebody who may. */
int decide_presumed(struct question *question, struct public_key *key,
    struct reader *reader, const char *as, struct error *err);

/* The view of a reader: all it shows, at the time given. */
struct append_view decide_view(struct reader *reader, int64_t time_ms);

/* The deployment in force of a model's family in an environment: the record
 * before last is where a rollback leads.  *found is false if there is none. */
int decide_deployed(struct reader *reader, const char *model,
    const char *environment, struct reader_entry *out, bool *found,
    struct error *err);

#endif
