/* list_proof_internal.h: the pieces of a proof of lists, as they are made. */
#ifndef LEDGER_LIST_PROOF_INTERNAL_H
#define LEDGER_LIST_PROOF_INTERNAL_H

#include "ledger/list_proof.h"

/* What stands before "since N"; that line; and what follows the entries. */
void list_proof_write_parts(struct buffer *out, const struct list_part *parts,
    size_t count);
void list_proof_write_since(struct buffer *out, uint64_t count);
void list_proof_write_end(struct buffer *out, const struct proof *before,
    struct bytes note);

/* Free what a part owns. */
void list_part_free(struct list_part *part);

/* What stands in the place of an entry that was erased whole. */
#define LIST_ERASED "erased "

#endif
