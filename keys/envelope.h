/* envelope.h: DSSE v1 envelopes: reading any, writing one spelling, PAE. */
#ifndef KEYS_ENVELOPE_H
#define KEYS_ENVELOPE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "keys/public_key.h"
#include "keys/signer.h"

#define ENVELOPE_TYPE "application/vnd.in-toto+json"

/* One signature: a hint and the bytes. */
struct envelope_signature {
	struct fingerprint keyid; /* "" when the envelope gave none. */
	struct signature signature;
};

/*
 * An envelope with its payload decoded.  A value the caller owns: begin with
 * envelope_new, end with envelope_free; may be reused.
 */
struct envelope {
	struct buffer payload;
	size_t signature_count;
	struct envelope_signature signature[LIMIT_SIGNATURES];
};
struct envelope envelope_new(void);
void envelope_free(struct envelope *envelope);

/*
 * Read an envelope as anyone may write it: a JSON object with exactly the
 * members payload, payloadType and signatures, in any order; payload and sig
 * in standard base64, or base64url, padded or not (DSSE v1 says a verifier
 * takes both); keyid optional or empty; a keyid that is not a fingerprint of
 * ours is treated as absent (it is a hint); unknown members are ignored only
 * inside a signature (DSSE extensions).  payloadType must be ENVELOPE_TYPE.
 * One to LIMIT_SIGNATURES signatures, each of 64 bytes, no two the same.
 */
int envelope_parse(struct envelope *out, struct bytes text, struct error *err);

/*
 * The one spelling, as in entries:
 * {"payload":"B64","payloadType":"application/vnd.in-toto+json",
 * "signatures":[{"keyid":"SHA256:…","sig":"B64"},…]} without white space.
 */
void envelope_write(struct buffer *out, const struct envelope *envelope);

/* Exactly that spelling (every keyid present), fast, or ERROR_NO. */
int envelope_parse_exact(struct envelope *out, struct bytes text,
    struct error *err);

/* PAE (DSSE v1, protocol): "DSSEv1 SP len SP type SP len SP body". */
void envelope_pae(struct buffer *out, struct bytes payload);

/* Sign the payload and add the signature, with the signer's fingerprint. */
int envelope_sign(struct envelope *envelope, const struct signer *signer,
    struct error *err);

/*
 * Does signature `index' verify under the key?  scratch is used for the PAE
 * and may be shared by many calls of one thread.
 */
int envelope_verify(const struct envelope *envelope, size_t index,
    struct public_key key, struct buffer *scratch, bool *verified,
    struct error *err);

#endif
