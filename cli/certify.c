#include "cli/certify.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"

int
certify_read_chain(struct certificates **out, const char *path,
    struct error *err)
{
	struct buffer file = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct certificates *chain = NULL;
	int result = -1;

	if (file_read(&file, path, err) == -1 ||
	    certificates_new(&chain, err) == -1)
		goto done;
	if (certificates_read(chain, buffer_bytes(&file), err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	*out = chain;
	chain = NULL;
	result = 0;
done:
	certificates_free(chain);
	buffer_free(&file);
	return result;
}

static int
put(struct json *members, const struct certificates *chain,
    struct bytes signature, struct bytes text, struct error *err)
{
	struct json *certified;
	enum outside_hash hash;

	if (identity_binding_hash(&hash, certificates_at(chain, 0), text,
		signature, err) == -1 ||
	    identity_compose(&certified, chain, hash, signature, err) == -1)
		return -1;
	return json_put(members, "certified", certified, err);
}

int
certify_put(struct json *members, const struct certify_options *options,
    const char *origin, const char *name, struct public_key key,
    struct error *err)
{
	struct buffer signature = buffer_new(LIMIT_KEY_FILE);
	struct buffer text = buffer_new(4096);
	struct certificates *chain = NULL;
	int result = -1;

	if (options->certificate == NULL && options->binding == NULL)
		return 0;
	if (options->certificate == NULL || options->binding == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch key binding -h'",
		    "give --certificate and --binding together");
	if (certify_read_chain(&chain, options->certificate, err) == -1 ||
	    file_read(&signature, options->binding, err) == -1)
		goto done;
	identity_binding_text(&text, origin, name, key,
	    certificate_fingerprint(certificates_at(chain, 0)));
	if (buffer_check(&text, "binding", err) == -1)
		goto done;
	result = put(members, chain, buffer_bytes(&signature),
	    buffer_bytes(&text), err);
	if (result == -1)
		error_place(err, "%s", options->binding);
done:
	certificates_free(chain);
	buffer_free(&signature);
	buffer_free(&text);
	return result;
}

void
certify_json(struct buffer *out, const struct identity *identity)
{
	buffer_text(out, ",\"certified\":{\"subject\":");
	json_write_text(out, bytes_of_text(identity->subject));
	buffer_text(out, ",\"issuer\":");
	json_write_text(out, bytes_of_text(identity->issuer));
	buffer_printf(out,
	    ",\"certificate\":\"%s\",\"until\":\"%s\",\"entry\":%llu",
	    digest_hex(identity->fingerprint).text,
	    time_format(identity->until_ms).text,
	    (unsigned long long)identity->seq);
	if (identity->end != IDENTITY_HOLDS)
		buffer_printf(out, ",\"%s\":%llu",
		    identity->end == IDENTITY_REVOKED ? "revoked"
						      : "root_withdrawn",
		    (unsigned long long)identity->ended_seq);
	buffer_text(out, "}");
}
