#include "cli/trust.h"

#include <string.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/text.h"

/* The members of a record; takes value. */
static int
record(struct session_write *session, const struct context *context,
    const char *name, enum trust_about about, const char *status,
    const char *own, struct json *value, const char *because,
    const struct bytes attachments[], size_t attachment_count,
    struct error *err)
{
	struct json *members = json_new_object();
	char *version = NULL;
	int result = -1;

	if (members == NULL) {
		error_memory(err);
		goto done;
	}
	if (!text_is_name(bytes_of_text(name))) {
		error_set(err, ERROR_UNDECIDED,
		    "use letters, digits, '.', '_', '/' and '-'",
		    "'%.80s' cannot be a name in a ledger", name);
		goto done;
	}
	if (compose_next_version(&version, session, "trust", name, err) == -1 ||
	    json_put(members, "name", json_new_text(name), err) == -1 ||
	    json_put(members, "version", json_new_text(version), err) == -1 ||
	    json_put(members, "about", json_new_text(trust_about_name(about)),
		err) == -1 ||
	    json_put(members, "status", json_new_text(status), err) == -1)
		goto done;
	result = json_put(members, own, value, err);
	value = NULL;
	if (result == 0)
		result = compose_text(members, "because", because, err);
	if (result == 0)
		result = compose_record(session, context, "trust", members,
		    NULL, attachments, attachment_count, err);
done:
	memory_free(version);
	json_free(value);
	json_free(members);
	return result;
}

int
trust_record(struct session_write *session, const struct context *context,
    const char *name, enum trust_about about, const char *own,
    struct json *value, const char *because, const struct bytes attachments[],
    size_t attachment_count, struct error *err)
{
	return record(session, context, name, about, "trusted", own, value,
	    because, attachments, attachment_count, err);
}

/* What the newest record says of its subject, once more. */
static const char *
own_member(struct json **value, const struct trusted *trust)
{
	struct buffer text = buffer_new((size_t)1 << 16);
	const char *member = NULL;

	switch (trust->about) {
	case TRUST_WITNESS:
		member = "vkey";
		buffer_text(&text, trust->vkey);
		break;
	case TRUST_QUORUM:
		*value = json_new_integer((int64_t)trust->wanted);
		return "wanted";
	case TRUST_IDENTITY_ROOT:
	case TRUST_TIMESTAMP_ROOT:
		member = "certificate";
		base64_append(&text,
		    certificate_der(certificates_at(trust->certificate, 0)));
		break;
	case TRUST_REVOCATIONS:
		member = "list";
		buffer_text(&text, digest_hex(trust->list).text);
		break;
	}
	*value = json_new_text(buffer_string(&text));
	buffer_free(&text);
	return member;
}

int
trust_withdraw(struct session_write *session, const struct context *context,
    const char *name, const char *because, struct error *err)
{
	const struct trusted *trust =
	    trusts_named(authority_trusts(appender_authority(session
								 ->appender)),
		name);
	struct json *value;
	const char *own;

	if (trust == NULL || !trust->trusted)
		return error_set(err, ERROR_UNDECIDED, "see `vouch trust list'",
		    "nothing called '%.100s' is trusted here", name);
	own = own_member(&value, trust);
	return record(session, context, name, trust->about, "withdrawn", own,
	    value, because, NULL, 0, err);
}

void
trust_describe(struct buffer *out, const struct trusted *trust)
{
	switch (trust->about) {
	case TRUST_WITNESS:
		buffer_text(out, trust->vkey);
		break;
	case TRUST_QUORUM:
		buffer_printf(out, "%llu of the witnesses",
		    (unsigned long long)trust->wanted);
		break;
	case TRUST_IDENTITY_ROOT:
	case TRUST_TIMESTAMP_ROOT:
		certificate_subject(out,
		    certificates_at(trust->certificate, 0));
		break;
	case TRUST_REVOCATIONS:
		buffer_printf(out, "list %.12s", digest_hex(trust->list).text);
		break;
	}
}
