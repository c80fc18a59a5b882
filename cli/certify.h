/* certify.h: certificates that vouch for keys, as commands take them. */
#ifndef CLI_CERTIFY_H
#define CLI_CERTIFY_H

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "keys/certificate.h"
#include "keys/public_key.h"
#include "ledger/identity.h"

/* The certificates of a file: the holder's first, then those between it and
 * a root. */
int certify_read_chain(struct certificates **out, const char *path,
    struct error *err);

/* --certificate and --binding: both or, where they are not needed, neither. */
struct certify_options {
	const char *certificate;
	const char *binding;
};
#define CERTIFY_OPTIONS(type, field, needed) \
	{ "certificate", 0, OPTION_TEXT, offsetof(type, field.certificate), \
		"CHAIN", \
		"the holder's certificate and those between it and a root: PEM, " \
		"or one in DER", \
		NULL, needed }, \
	{ \
		"binding", 0, OPTION_TEXT, offsetof(type, field.binding), \
		    "SIG", \
		    "the certificate's signature over what `vouch key " \
		    "binding' printed", \
		    NULL, needed \
	}

/* Put the member `certified', if the options are given: the signature must be
 * the certificate's over the binding of name and key. */
int certify_put(struct json *members, const struct certify_options *options,
    const char *origin, const char *name, struct public_key key,
    struct error *err);

/* Append ,"certified":{…} of a holder. */
void certify_json(struct buffer *out, const struct identity *identity);

#endif
