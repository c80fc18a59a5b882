/* dossier_tell.h: what a dossier establishes, in words that can be quoted. */
#ifndef CLI_DOSSIER_TELL_H
#define CLI_DOSSIER_TELL_H

#include "base/error.h"
#include "cli/terminal.h"
#include "ledger/dossier_check.h"

/* After dossier_check found nothing wrong: who did what, kind by kind. */
int dossier_say(struct terminal *terminal, const struct dossier *dossier,
    struct error *err);

/* The same as a JSON list of entries. */
int dossier_say_json(struct buffer *out, const struct dossier *dossier,
    struct error *err);

#endif
