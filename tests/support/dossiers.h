/* dossiers.h: a dossier of a fixture's ledger, taken apart and put together. */
#ifndef TESTS_SUPPORT_DOSSIERS_H
#define TESTS_SUPPORT_DOSSIERS_H

#include "base/tar.h"
#include "ledger/dossier_check.h"
#include "tests/support/fixture.h"

/* A ledger in a fresh folder with an engineer and `count' observations of
 * model/credit@1; and the dossier of that model. */
void dossiers_make(struct fixture *fixture, struct buffer *archive,
    unsigned count);
void dossiers_end(struct fixture *fixture);

/* Check an archive by the fixture's key.  How many problems there are; -1 if
 * it is no dossier.  They are lines in *what, if that is not NULL. */
int dossiers_check(const struct fixture *fixture, struct bytes archive,
    struct buffer *what);

/* The archive with one file's content put in another's place (NULL: left
 * out), and MANIFEST made anew, as a forger would. */
void dossiers_replace(struct buffer *out, struct bytes archive,
    const char *name, const struct bytes *content);

#endif
