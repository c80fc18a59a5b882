/* checkpoint.h: a signed statement of the tree's size and root. */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/limits.h"
#include "keys/note.h"
#include "keys/signer.h"

/* c2sp.org/tlog-checkpoint: origin, decimal size, base64 root, and any
 * extension lines, which are kept out of this struct but signed. */
struct checkpoint {
	char origin[LIMIT_ORIGIN + 1];
	uint64_t size;
	struct digest root;
};

/* Append the three lines. */
void checkpoint_write(struct buffer *out, const struct checkpoint *checkpoint);

/* Read the text of a note (without its signatures): exact decimal, exact
 * base64; ERROR_NO otherwise. */
int checkpoint_parse(struct checkpoint *out, struct bytes text,
    struct error *err);

/* Append the note: the lines signed by the ledger's own key, whose name is
 * the origin. */
int checkpoint_sign(struct buffer *out, const struct checkpoint *checkpoint,
    const struct signer *signer, struct error *err);

/* Open a note: it must be signed by `key', whose name must be the origin. */
int checkpoint_open(struct checkpoint *out, struct bytes note,
    const struct note_key *key, struct error *err);

#endif
