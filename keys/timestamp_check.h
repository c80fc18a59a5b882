/* timestamp_check.h: whether a timestamp was given by an authority one trusts. */
#ifndef KEYS_TIMESTAMP_CHECK_H
#define KEYS_TIMESTAMP_CHECK_H

#include "base/buffer.h"
#include "base/error.h"
#include "keys/certificate.h"
#include "keys/timestamp.h"

/* What can be said of a timestamp. */
enum timestamp_standing {
	TIMESTAMP_GOOD, /* It holds, and leads to one of the roots. */
	/* No certificate of it names any of the roots; or it has none, and its
	 * signer's is not among them. */
	TIMESTAMP_UNKNOWN,
};

/*
 * Check the signature by the certificate that the signer signed to be its own
 * (signing_certificate.h), which is in the token or among the roots; that the
 * authority which the content names, if it is by directory name, is its
 * subject; and, if the roots are anybody's that it names, that it leads to one
 * at genTime and is for timestamps alone (certificate_path.h).  What was
 * revoked may be NULL.  Appends the subject to `authority', or of one without
 * certificate its issuer's number for it.  ERROR_NO says what does not hold.
 */
int timestamp_check(enum timestamp_standing *standing, struct buffer *authority,
    const struct timestamp *timestamp, const struct certificates *roots,
    const struct revocations *revoked, struct error *err);

#endif
