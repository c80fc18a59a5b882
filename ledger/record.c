/* record.c: statements read, checked, composed and named. */
#include "ledger/record.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/text.h"
#include "keys/note.h"
#include "keys/public_key.h"
#include "ledger/kind_internal.h"

/* Longest "urn:vouchbook:KIND:v1" and longest kind. */
#define KIND_NAME_MAX 32

/* ---- reading: the statement ---- */

static int
refuse(struct error *err, const char *where, const char *what)
{
	error_set(err, ERROR_UNDECIDED, NULL, "%s", what);
	return error_within(err, "%s", where);
}

static int
unknown_kind(const char *name, struct error *err)
{
	const char *names[64], *nearest;
	char remedy[100] = "`vouch schema' lists them";
	size_t n = 0;

	for (; kinds[n] != NULL && n < 63; n++)
		names[n] = kinds[n]->name;
	names[n] = NULL;
	nearest = text_nearest(name, names);
	if (nearest != NULL)
		(void)snprintf(remedy, sizeof(remedy), "did you mean \"%s\"?",
		    nearest);
	error_set(err, ERROR_UNDECIDED, remedy,
	    "\"%s\" is not a kind of record", name);
	return error_within(err, "predicateType");
}

/* The kind of "urn:vouchbook:KIND:v1". */
static int
read_kind(const struct kind **out, const struct json *value,
    struct error *err)
{
	static const size_t before = sizeof(KIND_TYPE_PREFIX) - 1;
	static const size_t behind = sizeof(KIND_TYPE_SUFFIX) - 1;
	const char *text = json_text(value);
	char name[KIND_NAME_MAX];
	size_t len = text == NULL ? 0 : strlen(text);

	if (len <= before + behind || len - before - behind >= sizeof(name) ||
	    memcmp(text, KIND_TYPE_PREFIX, before) != 0 ||
	    memcmp(text + len - behind, KIND_TYPE_SUFFIX, behind) != 0)
		return refuse(err, "predicateType", "this is not a predicate "
		    "type of ours, such as urn:vouchbook:run:v1");
	memcpy(name, text + before, len - before - behind);
	name[len - before - behind] = '\0';
	*out = kind_named(name);
	return *out == NULL ? unknown_kind(name, err) : 0;
}

/* Exactly the four members, in any order. */
static int
read_statement(struct record *record, struct error *err)
{
	const struct json *child, *kind = NULL, *type = NULL;

	if (json_type(record->statement) != JSON_OBJECT)
		return refuse(err, "", "a statement is an object");
	for (child = json_first(record->statement); child != NULL;
	    child = json_next(child)) {
		const char *name = json_name(child);

		if (strcmp(name, "_type") == 0)
			type = child;
		else if (strcmp(name, "subject") == 0)
			record->subjects = child;
		else if (strcmp(name, "predicateType") == 0)
			kind = child;
		else if (strcmp(name, "predicate") == 0)
			record->predicate = child;
		else
			return refuse(err, name, "a statement has the members "
			    "_type, subject, predicateType and predicate "
			    "only");
	}
	if (type == NULL || kind == NULL || record->subjects == NULL ||
	    record->predicate == NULL)
		return refuse(err, "", "a statement has the members _type, "
		    "subject, predicateType and predicate");
	if (json_text(type) == NULL ||
	    strcmp(json_text(type), STATEMENT_TYPE) != 0)
		return refuse(err, "_type", "this is not " STATEMENT_TYPE);
	return read_kind(&record->kind, kind, err);
}

/* ---- reading: subjects ---- */

static bool
is_hex_text(const char *text)
{
	size_t len;

	if (text == NULL)
		return false;
	len = strspn(text, "0123456789abcdef");
	return text[len] == '\0' && len > 0 && len % 2 == 0;
}

/* {"sha256": 64 hex}; digests by other algorithms may stand beside it. */
static int
read_digests(struct digest *digest, const struct json *digests,
    const char **wrong)
{
	const struct json *child;
	bool has_sha256 = false;

	*wrong = "a subject's digest is an object with sha256";
	if (json_type(digests) != JSON_OBJECT)
		return -1;
	for (child = json_first(digests); child != NULL;
	    child = json_next(child)) {
		const char *text = json_text(child);

		if (strcmp(json_name(child), "sha256") == 0) {
			*wrong = "sha256 is not 64 lower-case hex characters";
			if (text == NULL ||
			    !digest_parse(digest, bytes_of_text(text)))
				return -1;
			has_sha256 = true;
		} else if (!is_hex_text(text)) {
			*wrong = "a digest is not in lower-case hex";
			return -1;
		}
	}
	*wrong = "a subject without sha256";
	return has_sha256 ? 0 : -1;
}

static int
read_subject(const char **name, struct digest *digest,
    const struct json *subject, const char **wrong)
{
	const struct json *child, *digests = NULL;

	*wrong = "a subject is an object with name and digest";
	*name = NULL;
	if (json_type(subject) != JSON_OBJECT)
		return -1;
	for (child = json_first(subject); child != NULL;
	    child = json_next(child))
		if (strcmp(json_name(child), "name") == 0)
			*name = json_text(child);
		else if (strcmp(json_name(child), "digest") == 0)
			digests = child;
		else
			return -1;
	if (*name == NULL || **name == '\0' || digests == NULL)
		return -1;
	return read_digests(digest, digests, wrong);
}

static int
read_subjects(struct record *record, struct error *err)
{
	const struct json *child = json_first(record->subjects);
	const char *name, *wrong;
	struct digest digest;
	size_t i = 0;

	if (json_type(record->subjects) != JSON_LIST || child == NULL)
		return refuse(err, "subject", "a statement has a list of "
		    "subjects, at least one");
	for (; child != NULL; child = json_next(child), i++) {
		if (read_subject(&name, &digest, child, &wrong) == -1) {
			error_set(err, ERROR_UNDECIDED, NULL, "%s", wrong);
			return error_within(err, "subject[%zu]", i);
		}
		if (i == 0)
			record->subject = digest;
	}
	return 0;
}

/* ---- reading: the predicate ---- */

/* The text of a member that must have this name; NULL if it has not. */
static const char *
text_named(const struct json *child, const char *name)
{
	return child != NULL && strcmp(json_name(child), name) == 0 ?
	    json_text(child) : NULL;
}

/* {"size":N,"root":"<hex>"} and nothing else. */
static bool
take_after(struct record_head *head, const struct json *after)
{
	const struct json *size = json_member(after, "size");
	const char *root = json_member_text(after, "root");

	if (size == NULL || root == NULL || json_count(after) != 2 ||
	    !json_is_integer(size) || json_integer(size) < 0)
		return false;
	head->after_size = (uint64_t)json_integer(size);
	return digest_parse(&head->after_root, bytes_of_text(root));
}

/* The four members of the head in their order, straight; *rest is what comes
 * behind.  False if anything is wrong: then refuse_head knows what. */
static bool
take_head(struct record_head *head, const struct json *predicate,
    const struct json **rest)
{
	const struct json *child = json_first(predicate);
	const char *text;

	if ((text = text_named(child, "ledger")) == NULL || *text == '\0')
		return false;
	head->ledger = text;
	child = json_next(child);
	if ((text = text_named(child, "made")) == NULL ||
	    !time_parse_exact(&head->made_ms, bytes_of_text(text)))
		return false;
	child = json_next(child);
	if ((text = text_named(child, "nonce")) == NULL ||
	    !hex_decode(head->nonce, NONCE_LEN, bytes_of_text(text)))
		return false;
	child = json_next(child);
	if (child == NULL || strcmp(json_name(child), "after") != 0 ||
	    !take_after(head, child))
		return false;
	*rest = json_next(child);
	return true;
}

/* Say what is wrong with a predicate whose head could not be taken. */
static int
refuse_head(const struct record *record, struct error *err)
{
	const struct member *const rows[] = {
		kind_common, record->kind->members, kind_optional, NULL,
	};
	const struct json *child = json_first(record->predicate);

	if (member_check_object(record->predicate, rows, "predicate",
	    err) == -1)
		return -1;
	for (size_t i = 0; kind_common[i].name != NULL; i++) {
		if (strcmp(json_name(child), kind_common[i].name) != 0) {
			error_set(err, ERROR_UNDECIDED, "begin with ledger, "
			    "made, nonce, after",
			    "a predicate begins with four members in their "
			    "order; \"%s\" is not where it belongs",
			    kind_common[i].name);
			return error_within(err, "predicate");
		}
		child = json_next(child);
	}
	return refuse(err, "predicate.after.size",
	    "no ledger has more than 2^53 entries");
}

static int
read_predicate(struct record *record, struct error *err)
{
	const struct member *const rows[] = {
		record->kind->members, kind_optional, NULL,
	};
	const struct json *rest;

	if (!take_head(&record->head, record->predicate, &rest))
		return refuse_head(record, err);
	return member_check_rest(rest, rows, "predicate", err);
}

/* ---- the subject rule ---- */

/* Whether text is kind "/" name "@" version. */
static bool
is_full_name(const char *text, const char *kind, const char *name,
    const char *version)
{
	size_t kind_len = strlen(kind), name_len = strlen(name);

	return strncmp(text, kind, kind_len) == 0 && text[kind_len] == '/' &&
	    strncmp(text + kind_len + 1, name, name_len) == 0 &&
	    text[kind_len + 1 + name_len] == '@' &&
	    strcmp(text + kind_len + 1 + name_len + 1, version) == 0;
}

struct digest
record_identity(const char *origin, const char *name)
{
	struct digest_stream stream;

	digest_begin(&stream);
	digest_add(&stream, bytes_of_text(origin));
	digest_add(&stream, bytes_of(" ", 1));
	digest_add(&stream, bytes_of_text(name));
	return digest_end(&stream);
}

static bool
is_ledger_subject(const struct json *predicate, const char *name,
    struct digest digest)
{
	const char *origin = json_member_text(predicate, "origin");
	const char *vkey = json_member_text(predicate, "ledger_key");
	struct note_key key;
	struct error ignored;

	return origin != NULL && vkey != NULL && strcmp(origin, name) == 0 &&
	    note_key_parse(&key, bytes_of_text(vkey), &ignored) == 0 &&
	    digest_equal(digest, public_key_digest(key.key));
}

static bool
is_key_subject(const struct json *predicate, const char *name,
    struct digest digest)
{
	const char *holder = json_member_text(predicate, "name");
	const char *text = json_member_text(predicate, "key");
	struct public_key key;
	struct error ignored;

	return holder != NULL && text != NULL &&
	    strncmp(name, "key/", 4) == 0 && strcmp(name + 4, holder) == 0 &&
	    public_key_parse_exact(&key, bytes_of_text(text),
	    &ignored) == 0 && digest_equal(digest, public_key_digest(key));
}

static bool
is_named_subject(const struct record *record, const char *name)
{
	const char *own = json_member_text(record->predicate, "name");
	const char *version = json_member_text(record->predicate, "version");

	return own != NULL && version != NULL &&
	    is_full_name(name, record->kind->name, own, version);
}

static bool
is_model_subject(const struct record *record, const char *name)
{
	const struct json *model = json_member(record->predicate, "model");
	const struct json *subject = json_first(record->subjects);
	const char *own = json_member_text(model, "name");
	const char *hex = json_member_text(model, "digest");

	return own != NULL && hex != NULL && strcmp(name, own) == 0 &&
	    strcmp(hex, json_member_text(json_member(subject, "digest"),
	    "sha256")) == 0;
}

static bool
is_right_subject(const struct record *record, const char *name,
    const char **rule)
{
	struct digest digest = record->subject;

	switch (record->kind->subject) {
	case SUBJECT_LEDGER:
		*rule = "the ledger's origin and its key's digest";
		return is_ledger_subject(record->predicate, name, digest);
	case SUBJECT_KEY:
		*rule = "key/NAME and the key's digest";
		return is_key_subject(record->predicate, name, digest);
	case SUBJECT_ARTEFACT:
		*rule = "KIND/NAME@VERSION of the members name and version";
		return is_named_subject(record, name);
	case SUBJECT_IDENTITY:
		*rule = "KIND/NAME@VERSION and its identity in this ledger";
		return is_named_subject(record, name) && digest_equal(digest,
		    record_identity(record->head.ledger, name));
	case SUBJECT_MODEL:
		*rule = "the name and digest of the member model";
		return is_model_subject(record, name);
	}
	*rule = "";
	return false;
}

/* Two objects with the same name and the same SHA-256. */
static bool
is_same_artefact(const struct json *subject, const struct json *output)
{
	const char *name = json_member_text(subject, "name");
	const char *hex = json_member_text(json_member(subject, "digest"),
	    "sha256");
	const char *output_name = json_member_text(output, "name");
	const char *output_hex = json_member_text(output, "digest");

	return output_name != NULL && output_hex != NULL &&
	    strcmp(name, output_name) == 0 && strcmp(hex, output_hex) == 0;
}

/* What the record says it made: the first of a list, or NULL. */
static const struct json *
first_output(const struct kind *kind, const struct json *members)
{
	const struct member *row = kind_outputs(kind);

	return row == NULL ? NULL :
	    json_first(json_member(members, row->name));
}

/* Nothing else may be claimed: further subjects are the outputs, in order. */
static int
check_subjects(const struct record *record, struct error *err)
{
	const struct json *subject = json_first(record->subjects);
	const struct json *output = first_output(record->kind,
	    record->predicate);
	const char *rule;
	size_t i = 1;

	if (!is_right_subject(record, json_member_text(subject, "name"),
	    &rule)) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the first subject of a record of this kind is %s; here "
		    "it is not", rule);
		return error_within(err, "subject[0]");
	}
	for (subject = json_next(subject); subject != NULL || output != NULL;
	    i++) {
		if (subject == NULL || output == NULL ||
		    !is_same_artefact(subject, output)) {
			error_set(err, ERROR_UNDECIDED, NULL,
			    "the subjects after the first are not the "
			    "record's outputs, in their order");
			return error_within(err, "subject[%zu]", i);
		}
		subject = json_next(subject);
		output = json_next(output);
	}
	return 0;
}

int
record_parse(struct record *out, struct bytes payload, struct error *err)
{
	struct record record = { .kind = NULL };
	int result = -1;

	if (json_parse(&record.statement, payload, err) == -1)
		return -1;
	if (read_statement(&record, err) == -1 ||
	    read_subjects(&record, err) == -1 ||
	    read_predicate(&record, err) == -1 ||
	    check_subjects(&record, err) == -1)
		goto done;
	if (record.kind->check != NULL &&
	    record.kind->check(&record, err) == -1)
		goto done;
	*out = record;
	record.statement = NULL;
	result = 0;
done:
	json_free(record.statement);
	return result;
}

void
record_free(struct record *record)
{
	if (record == NULL)
		return;
	json_free(record->statement);
	*record = (struct record){ .kind = NULL };
}

/* ---- composing ---- */

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

	if (json_put(digests, "sha256",
	    json_new_text(digest_hex(digest).text), &ignored) == -1 ||
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
model_subject(struct buffer *name, struct digest *digest,
    const struct json *members, struct error *err)
{
	const struct json *model = json_member(members, "model");
	const char *own, *hex;

	if (needs_text(&own, model, "name", err) == -1 ||
	    needs_text(&hex, model, "digest", err) == -1)
		return error_within(err, "model");
	if (!digest_parse(digest, bytes_of_text(hex))) {
		error_set(err, ERROR_UNDECIDED, NULL, "\"%.64s\" is not %s",
		    hex, member_type_form(MEMBER_DIGEST));
		return error_within(err, "model.digest");
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
		return model_subject(name, digest, members, err);
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

	for (output = first_output(kind, members); output != NULL;
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
		if (json_push(subjects, record_subject(name, digest),
		    err) == -1)
			return -1;
	}
	return 0;
}

int
record_subjects(struct json **out, const struct kind *kind,
    const char *origin, const struct json *members,
    const struct digest *artefact, struct error *err)
{
	struct buffer name = buffer_new(LIMIT_ENVELOPE);
	struct json *subjects = NULL;
	struct digest digest;
	int result = -1;

	if (first_subject(&name, &digest, kind, origin, members, artefact,
	    err) == -1 || buffer_check(&name, "name", err) == -1)
		goto done;
	subjects = json_new_list();
	if (json_push(subjects, record_subject(buffer_string(&name), digest),
	    err) == -1 || push_outputs(subjects, kind, members, err) == -1)
		goto done;
	*out = subjects;
	subjects = NULL;
	result = 0;
done:
	json_free(subjects);
	buffer_free(&name);
	return result;
}

/* ---- for people ---- */

static void
write_roles(struct buffer *out, const struct json *roles)
{
	const struct json *role = json_first(roles);

	for (bool first = true; role != NULL; role = json_next(role)) {
		buffer_text(out, first ? "" : ", ");
		buffer_text(out, json_text(role));
		first = false;
	}
}

static void
key_title(struct buffer *out, const struct json *predicate)
{
	const struct json *roles = json_member(predicate, "roles");

	buffer_printf(out, "%s %s", json_member_text(predicate, "action"),
	    json_member_text(predicate, "name"));
	if (roles != NULL) {
		buffer_text(out, " as ");
		write_roles(out, roles);
	}
}

static void
ledger_title(struct buffer *out, const struct json *predicate)
{
	const struct json *founder =
	    json_first(json_member(predicate, "founders"));
	const char *separator = " founded by ";

	buffer_text(out, json_member_text(predicate, "origin"));
	for (; founder != NULL; founder = json_next(founder)) {
		buffer_text(out, separator);
		buffer_text(out, json_member_text(founder, "name"));
		separator = ", ";
	}
}

void
record_title(struct buffer *out, const struct record *record)
{
	const char *subject = json_member_text(json_first(record->subjects),
	    "name");

	switch (record->kind->subject) {
	case SUBJECT_LEDGER:
		ledger_title(out, record->predicate);
		return;
	case SUBJECT_KEY:
		key_title(out, record->predicate);
		return;
	case SUBJECT_MODEL:
		buffer_printf(out, "%s of %s", record->kind->name, subject);
		return;
	case SUBJECT_ARTEFACT:
	case SUBJECT_IDENTITY:
		break;
	}
	buffer_text(out, subject);
}

/* How many metrics a line shows. */
#define SUMMARY_METRICS 3

static void
write_metrics(struct buffer *out, const struct json *metrics,
    const char **separator)
{
	const struct json *metric = json_first(metrics);

	for (int i = 0; metric != NULL && i < SUMMARY_METRICS; i++) {
		buffer_printf(out, "%s%s ", *separator, json_name(metric));
		if (json_text(metric) != NULL)
			buffer_text(out, json_text(metric));
		else
			buffer_printf(out, "%.4g", json_number(metric));
		*separator = ", ";
		metric = json_next(metric);
	}
	if (metric != NULL)
		buffer_text(out, ", …");
}

void
record_summary(struct buffer *out, const struct record *record)
{
	static const char *const texts[] = {
		"phase", "status", "severity", "title", "risk_class",
		"licence", "because", NULL,
	};
	const char *separator = "";

	for (size_t i = 0; texts[i] != NULL; i++) {
		const char *text = json_member_text(record->predicate,
		    texts[i]);

		if (text == NULL)
			continue;
		buffer_printf(out, "%s%s", separator, text);
		separator = ", ";
	}
	write_metrics(out, json_member(record->predicate, "metrics"),
	    &separator);
}
