/* pem.h: the text form of certificates, lists and keys. */
#ifndef KEYS_PEM_H
#define KEYS_PEM_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"

/* Whether a file is in the text form: it has a line "-----BEGIN ". */
bool pem_is(struct bytes file);

/*
 * Decode the next block with this label (RFC 7468: "CERTIFICATE", "X509 CRL",
 * "PUBLIC KEY") of *text, which then begins after the block; *found is false
 * when there is none.  What is not in a block is passed over, as are blocks of
 * other labels.  ERROR_UNDECIDED for a block that does not end or is not
 * base64.  out is cleared first.
 */
int pem_next(struct buffer *out, struct bytes *text, const char *label,
    bool *found, struct error *err);

#endif
