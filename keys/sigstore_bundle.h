/* sigstore_bundle.h: a Sigstore bundle: an envelope, and what verifies it. */
#ifndef KEYS_SIGSTORE_BUNDLE_H
#define KEYS_SIGSTORE_BUNDLE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "keys/certificate_path.h"
#include "keys/outside_key.h"

#define SIGSTORE_BUNDLE_TYPE "application/vnd.dev.sigstore.bundle.v0.3+json"

/* A value the caller owns: begin with _new, end with _free. */
struct sigstore_bundle {
	struct buffer payload; /* The statement, as it was signed. */
	struct buffer signature; /* An ECDSA-Sig-Value in DER. */
	struct buffer hint; /* SHA-256 of the key's PEM in hex, or empty. */
	struct certificates *chain; /* The signer's first; NULL: a bare key. */
};
struct sigstore_bundle sigstore_bundle_new(void);
void sigstore_bundle_free(struct sigstore_bundle *bundle);

/*
 * Read a bundle, version 0.3, in JSON (github.com/sigstore/protobuf-specs,
 * sigstore_bundle.proto): one DSSE envelope with one signature over an
 * in-toto statement, and a public key's hint, one certificate or a chain.
 * Unknown members are passed over.  ERROR_UNDECIDED: it is malformed; or it
 * wants something to be checked that is not checked here, which the error
 * names: a transparency log (keyless signing), timestamps, a signature over a
 * bare digest.  `out' is fresh.
 */
int sigstore_bundle_parse(struct sigstore_bundle *out, struct bytes text,
    struct error *err);

/*
 * Check the signature under a key on P-256, P-384 or P-521, with SHA-256, -384
 * or -512.  ERROR_NO: it does not verify, or the bundle's hint names another
 * key.  ERROR_UNDECIDED: the bundle has certificates, or the key is not on
 * such a curve.
 */
int sigstore_bundle_check_key(const struct sigstore_bundle *bundle,
    const struct outside_key *key, struct error *err);

/*
 * Check that the bundle's first certificate may sign code and leads by those
 * behind it to one of the roots at the time given, and that its key made the
 * signature.  The subject is appended to `subject'.  ERROR_NO: it is not so,
 * and why.  ERROR_UNDECIDED: the bundle has no certificate.
 */
int sigstore_bundle_check_chain(struct buffer *subject,
    const struct sigstore_bundle *bundle, const struct certificates *roots,
    const struct revocations *revoked, int64_t time_ms, struct error *err);

#endif
