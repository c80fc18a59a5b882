/* dossier_folder.h: a checked dossier as a store that is thrown away. */
#ifndef CLI_DOSSIER_FOLDER_H
#define CLI_DOSSIER_FOLDER_H

#include <stdbool.h>

#include "base/error.h"
#include "ledger/dossier_check.h"

/* Make the store of dossier_store in a folder of its own (in TMPDIR, or else
 * /tmp), call `use' with its path, and remove all of it again.  What `use'
 * returns is returned. */
int dossier_in_folder(const struct dossier *dossier, bool readable,
    int (*use)(void *cookie, const char *path, struct error *err), void *cookie,
    struct error *err);

#endif
