#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/certify.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/proven.h"
#include "keys/key_file.h"

/* key binding. */

struct binding_options {
	const char *certificate;
	const char *origin;
	const char *name;
	const char *ssh;
	const char *request;
};

static const struct option binding_rows[] = {
	{ "certificate", 0, OPTION_TEXT,
	    offsetof(struct binding_options, certificate), "CHAIN",
	    "the certificate that is to vouch for the key: PEM or DER", NULL,
	    true },
	{ "origin", 0, OPTION_TEXT, offsetof(struct binding_options, origin),
	    "NAME", "the ledger it is for, when it is not here", NULL, false },
	{ "name", 0, OPTION_TEXT, offsetof(struct binding_options, name),
	    "NAME", "the holder's name in that ledger (the key's)", NULL,
	    false },
	{ "ssh", 0, OPTION_TEXT, offsetof(struct binding_options, ssh),
	    "FILE.pub", "an OpenSSH key", NULL, false },
	{ "request", 0, OPTION_TEXT, offsetof(struct binding_options, request),
	    "FILE", "the key of a request made with `vouch key request'", NULL,
	    false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* A key of one's own, by its public half; or one that is in force here. */
static int
find_named(struct proven *out, const struct reader *reader, const char *given,
    struct error *err)
{
	struct buffer path = buffer_new(8192);
	const struct principal *holder = reader == NULL
	    ? NULL
	    : authority_by_name(reader_authority(reader), given);
	struct key_file_info info;
	int result = -1;

	if (session_key_path(&path, given, err) == -1)
		goto done;
	if (file_exists(buffer_string(&path))) {
		if (key_file_inspect(&info, buffer_string(&path), err) == -1)
			goto done;
		out->key = info.key;
		result = proven_label(out->name, given, err);
	} else if (holder != NULL) {
		out->key = holder->key;
		memcpy(out->name, holder->name, sizeof out->name);
		result = 0;
	} else {
		error_set(err, ERROR_UNDECIDED,
		    "see `vouch key list', or make one with `vouch key new'",
		    "there is no key '%.100s'", given);
	}
done:
	buffer_free(&path);
	return result;
}

static int
find_key(struct proven *out, const struct binding_options *options,
    const struct reader *reader, const char *given, const char *origin,
    struct error *err)
{
	if (options->request != NULL)
		return proven_request(out, options->request, origin, err);
	if (options->ssh == NULL)
		return find_named(out, reader, given, err);
	if (proven_label(out->name, options->ssh, err) == -1)
		return -1;
	return session_read_public(&out->key, options->ssh, err);
}

static int
print_binding(const struct proven *proven, const char *origin, const char *path,
    struct error *err)
{
	struct buffer text = buffer_new(4096);
	struct certificates *chain;
	int result = -1;

	if (certify_read_chain(&chain, path, err) == -1)
		return -1;
	identity_binding_text(&text, origin, proven->name, proven->key,
	    certificate_fingerprint(certificates_at(chain, 0)));
	if (buffer_check(&text, "binding", err) == 0) {
		fwrite(text.data, 1, text.len, stdout);
		result = 0;
	}
	certificates_free(chain);
	buffer_free(&text);
	return result;
}

static int
run_binding(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct binding_options *options = given;
	const char *origin = options->origin;
	struct reader *reader = NULL;
	struct proven proven = { .name = "" };
	int result = -1;

	if ((operands.count == 1) + (options->ssh != NULL) +
		(options->request != NULL) !=
	    1)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch key binding -h'",
		    "give one of: a name, --ssh FILE.pub, --request FILE");
	if (origin == NULL) {
		if (session_read(&reader, context, err) == -1)
			return -1;
		origin = authority_origin(reader_authority(reader));
	}
	if (find_key(&proven, options, reader,
		operands.count == 1 ? operands.item[0] : NULL, origin,
		err) == -1)
		goto done;
	if (options->name != NULL && strlen(options->name) <= LIMIT_NAME)
		memcpy(proven.name, options->name, strlen(options->name) + 1);
	if (!text_is_name(bytes_of_text(options->name != NULL ? options->name
							      : proven.name))) {
		error_set(err, ERROR_UNDECIDED, "choose one with --name",
		    "that cannot be a name in a ledger");
		goto done;
	}
	result = print_binding(&proven, origin, options->certificate, err);
done:
	reader_close(reader);
	return result;
}

static const char *const binding_examples[] = {
	"vouch key new dora --no-passphrase",
	"openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
	"-keyout dora.pem -out dora.csr -subj '/O=Bank AG/CN=Dora Example' "
	"2>/dev/null",
	"openssl x509 -req -in dora.csr -CA root.pem -CAkey root.key "
	"-set_serial 7 -days 365 -out dora.crt 2>/dev/null",
	"vouch key binding dora --certificate dora.crt > dora.statement",
	"openssl dgst -sha256 -sign dora.pem -out dora.sig dora.statement",
	NULL,
};

const struct command cmd_key_binding = {
	.name = "binding",
	.parent = "key",
	.group = "Keys",
	.summary = "print what a certificate's key signs to vouch for a key",
	.operands = "[NAME]",
	.most = 1,
	.options = binding_rows,
	.options_size = sizeof(struct binding_options),
	.run = run_binding,
	.description =
	    "Five lines that name this ledger, the holder's name, the key and "
	    "the certificate. Sign exactly these bytes with the certificate's "
	    "key: by `openssl dgst -sha256 -sign', a smart card, or whatever "
	    "makes RSA (PKCS#1 v1.5 or PSS) or ECDSA signatures with SHA-256, "
	    "SHA-384 or SHA-512. An owner then records the signature with "
	    "`vouch key enrol' or `vouch key certify'.",
	.examples = binding_examples,
};

/* key certify. */

struct certify_given {
	struct certify_options certify;
};

static const struct option certify_rows[] = {
	CERTIFY_OPTIONS(struct certify_given, certify, true),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_certify(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct certify_given *options = given;
	const struct principal *holder;
	struct session_write session;
	struct json *members = NULL;
	struct proven proven = { .proof = "" };
	int result = -1;

	if (session_write(&session, context, err) == -1)
		return -1;
	if ((holder = proven_holder(&session, operands.item[0], err)) == NULL)
		goto done;
	memcpy(proven.name, holder->name, sizeof proven.name);
	proven.key = holder->key;
	if (proven_members(&members, "certify", &proven, err) == -1 ||
	    certify_put(members, &options->certify,
		authority_origin(appender_authority(session.appender)),
		proven.name, proven.key, err) == -1)
		goto done;
	result = compose_record(&session, context, "key", members, NULL, NULL,
	    0, err);
done:
	json_free(members);
	session_write_end(&session);
	return result;
}

static const char *const certify_examples[] = {
	"vouch key enrol dora --role approver",
	"vouch key certify dora --certificate dora.crt --binding dora.sig",
	NULL,
};

const struct command cmd_key_certify = {
	.name = "certify",
	.parent = "key",
	.group = "Keys",
	.summary = "have a certificate vouch for a key that is enrolled",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = certify_rows,
	.options_size = sizeof(struct certify_given),
	.machine = true,
	.appends = true,
	.run = run_certify,
	.description =
	    "An owner's command. The certificate must lead to a root that "
	    "`vouch trust add --identity-root' named before, be valid now and "
	    "not be revoked; its key must have signed what `vouch key "
	    "binding' prints. From the entry on, who signs with this key is "
	    "shown with the certificate's subject. Certifying again, as when "
	    "a certificate is renewed, leaves what was said before.",
	.examples = certify_examples,
};
