/* record_compose.c: statements written, and the subjects they need. */
#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "keys/note.h"
#include "keys/public_key.h"
#include "ledger/kind_internal.h"
#include "ledger/record.h"

static void
write_head(struct buffer *out, const struct record_head *head)
{
	buffer_text(out, "\"ledger\":");
	json_write_text(out, bytes_of_text(head->ledger));
	buffer_printf(out, ",\"made\":\"%s\",\"nonce\":\"",
	    time_format(head->made_ms).text);
	hex_append(out, bytes_of(head->nonce, NONCE_LEN));
	buffer_printf(out, "\",\"after\":{\"size\":%llu,\"root\":\"%s\"}",
	    (unsigned long long)head->after_size,
	    digest_hex(head->after_root).text);
}

static void
write_statement(struct buffer *out, const struct kind *kind,
    const struct record_head *head, const struct json *subjects,
    const struct json *members)
{
	const struct json *child;

	buffer_text(out, "{\"_type\":\"" STATEMENT_TYPE "\",\"subject\":");
	json_write(out, subjects);
	buffer_printf(out, ",\"predicateType\":\"%s%s%s\",\"predicate\":{",
	    KIND_TYPE_PREFIX, kind->name, KIND_TYPE_SUFFIX);
	write_head(out, head);
	for (child = json_first(members); child != NULL;
	     child = json_next(child)) {
		buffer_byte(out, ',');
		json_write_text(out, bytes_of_text(json_name(child)));
		buffer_byte(out, ':');
		json_write(out, child);
	}
	buffer_text(out, "}}");
}

int
record_write(struct buffer *out, const struct kind *kind,
    const struct record_head *head, const struct json *subjects,
    const struct json *members, struct error *err)
{
	write_statement(out, kind, head, subjects, members);
	return buffer_check(out, "record", err);
}

int
record_compose(struct buffer *out, const struct kind *kind,
    const struct record_head *head, const struct json *subjects,
    const struct json *members, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct record record;
	int result = -1;

	if (json_type(members) != JSON_OBJECT) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the members of a record are an object");
		goto done;
	}
	write_statement(&text, kind, head, subjects, members);
	if (buffer_check(&text, "record", err) == -1 ||
	    record_parse(&record, buffer_bytes(&text), err) == -1)
		goto done;
	record_free(&record);
	buffer_append(out, buffer_bytes(&text));
	result = buffer_check(out, "record", err);
done:
	buffer_free(&text);
	return result;
}

struct json *
record_subject(const char *name, struct digest digest)
{
	struct json *subject = json_new_object();
	struct json *digests = json_new_object();
	struct error ignored;

	if (json_put(digests, "sha256", json_new_text(digest_hex(digest).text),
		&ignored) == -1 ||
	    json_put(subject, "name", json_new_text(name), &ignored) == -1) {
		json_free(digests);
		json_free(subject);
		return NULL;
	}
	if (json_put(subject, "digest", digests, &ignored) == -1) {
		json_free(subject);
		return NULL;
	}
	return subject;
}

/* ---- the subjects that members call for ---- */

static int
needs_text(const char **out, const struct json *members, const char *name,
    struct error *err)
{
	*out = json_member_text(members, name);
	if (*out != NULL && **out != '\0')
		return 0;
	return error_set(err, ERROR_UNDECIDED, NULL,
	    "the member \"%s\" is missing or not a text", name);
}

static int
ledger_subject(struct buffer *name, struct digest *digest,
    const struct json *members, struct error *err)
{
	const char *origin, *vkey;
	struct note_key key;

	if (needs_text(&origin, members, "origin", err) == -1 ||
	    needs_text(&vkey, members, "ledger_key", err) == -1 ||
	    note_key_parse(&key, bytes_of_text(vkey), err) == -1)
		return -1;
	buffer_text(name, origin);
	*digest = public_key_digest(key.key);
	return 0;
}

static int
key_subject(struct buffer *name, struct digest *digest,
    const struct json *members, struct error *err)
{
	const char *holder, *text;
	struct public_key key;

	if (needs_text(&holder, members, "name", err) == -1 ||
	    needs_text(&text, members, "key", err) == -1 ||
	    public_key_parse_exact(&key, bytes_of_text(text), err) == -1)
		return -1;
	buffer_printf(name, "key/%s", holder);
	*digest = public_key_digest(key);
	return 0;
}

static int
member_subject(struct buffer *name, struct digest *digest,
    const struct json *members, const char *member, struct error *err)
{
	const struct json *model = json_member(members, member);
	const char *own, *hex;

	if (needs_text(&own, model, "name", err) == -1 ||
	    needs_text(&hex, model, "digest", err) == -1)
		return error_within(err, "%s", member);
	if (!digest_parse(digest, bytes_of_text(hex))) {
		error_set(err, ERROR_UNDECIDED, NULL, "\"%.64s\" is not %s",
		    hex, member_type_form(MEMBER_DIGEST));
		return error_within(err, "%s.digest", member);
	}
	buffer_text(name, own);
	return 0;
}

static int
named_subject(struct buffer *name, struct digest *digest,
    const struct kind *kind, const char *origin, const struct json *members,
    const struct digest *artefact, struct error *err)
{
	const char *own, *version;

	if (needs_text(&own, members, "name", err) == -1 ||
	    needs_text(&version, members, "version", err) == -1)
		return -1;
	buffer_printf(name, "%s/%s@%s", kind->name, own, version);
	if (buffer_check(name, "name", err) == -1)
		return -1;
	if (kind->subject == SUBJECT_IDENTITY) {
		*digest = record_identity(origin, buffer_string(name));
		return 0;
	}
	if (artefact == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "name the file, or its SHA-256",
		    "what the record is about has no digest");
	*digest = *artefact;
	return 0;
}

static int
first_subject(struct buffer *name, struct digest *digest,
    const struct kind *kind, const char *origin, const struct json *members,
    const struct digest *artefact, struct error *err)
{
	switch (kind->subject) {
	case SUBJECT_LEDGER:
		return ledger_subject(name, digest, members, err);
	case SUBJECT_KEY:
		return key_subject(name, digest, members, err);
	case SUBJECT_MODEL:
		return member_subject(name, digest, members, "model", err);
	case SUBJECT_ABOUT:
		return member_subject(name, digest, members, "about", err);
	case SUBJECT_ARTEFACT:
	case SUBJECT_IDENTITY:
		break;
	}
	return named_subject(name, digest, kind, origin, members, artefact,
	    err);
}

static int
push_outputs(struct json *subjects, const struct kind *kind,
    const struct json *members, struct error *err)
{
	const struct json *output;

	for (output = kind_first_output(kind, members); output != NULL;
	     output = json_next(output)) {
		const char *name, *hex;
		struct digest digest;

		if (needs_text(&name, output, "name", err) == -1 ||
		    needs_text(&hex, output, "digest", err) == -1)
			return error_within(err, "outputs");
		if (!digest_parse(&digest, bytes_of_text(hex))) {
			error_set(err, ERROR_UNDECIDED, NULL,
			    "\"%.64s\" is not %s", hex,
			    member_type_form(MEMBER_DIGEST));
			return error_within(err, "outputs");
		}
		if (json_push(subjects, record_subject(name, digest), err) ==
		    -1)
			return -1;
	}
	return 0;
}

int
record_subjects(struct json **out, const struct kind *kind, const char *origin,
    const struct json *members, const struct digest *artefact,
    struct error *err)
{
	struct buffer name = buffer_new(LIMIT_ENVELOPE);
	struct json *subjects = NULL;
	struct digest digest;
	int result = -1;

	if (first_subject(&name, &digest, kind, origin, members, artefact,
		err) == -1 ||
	    buffer_check(&name, "name", err) == -1)
		goto done;
	subjects = json_new_list();
	if (json_push(subjects, record_subject(buffer_string(&name), digest),
		err) == -1 ||
	    push_outputs(subjects, kind, members, err) == -1)
		goto done;
	*out = subjects;
	subjects = NULL;
	result = 0;
done:
	json_free(subjects);
	buffer_free(&name);
	return result;
}
