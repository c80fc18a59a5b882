/* timestamp_check.h: whether a timestamp was given by an authority one trusts. */
#ifndef KEYS_TIMESTAMP_CHECK_H
#define KEYS_TIMESTAMP_CHECK_H

#include "base/buffer.h"
#include "base/error.h"
#include "keys/certificate.h"
#include "keys/timestamp.h"

/* What can be said of a timestamp whose signature holds. */
enum timestamp_standing {
	TIMESTAMP_GOOD, /* It leads to one of the roots. */
	TIMESTAMP_UNKNOWN, /* No certificate of it names any of the roots. */
};

/*
 * Check the signature by the certificate that the signer signed to be its own
 * (signing_certificate.h), which is in the token or among the roots; that the
 * authority which the content names, if it is by directory name, is its
 * subject; and, if the roots are anybody's that it names, that it leads to one
 * at genTime and is for timestamps alone (certificate_path.h).  What was
 * revoked may be NULL.  Appends the subject to `authority' in every case but
 * failure.  ERROR_NO says what does not hold.
 */
int timestamp_check(enum timestamp_standing *standing, struct buffer *authority,
    const struct timestamp *timestamp, const struct certificates *roots,
    const struct revocations *revoked, struct error *err);

#endif
