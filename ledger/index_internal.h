/* index_internal.h: what the index's files share. */
#ifndef LEDGER_INDEX_INTERNAL_H
#define LEDGER_INDEX_INTERNAL_H

#include "base/error.h"

/* ERROR_NO: the index is not what the entries make it, and in what. */
int index_differs(struct error *err, const char *what);

#endif
