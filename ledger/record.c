/* record.c: statements read and checked. */
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

	for (; n < 63 && kinds[n] != NULL; n++)
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
read_kind(const struct kind **out, const struct json *value, struct error *err)
{
	static const size_t before = sizeof(KIND_TYPE_PREFIX) - 1;
	static const size_t behind = sizeof(KIND_TYPE_SUFFIX) - 1;
	const char *text = json_text(value);
	char name[KIND_NAME_MAX];
	size_t len = text == NULL ? 0 : strlen(text);

	if (len <= before + behind || len - before - behind >= sizeof(name) ||
	    memcmp(text, KIND_TYPE_PREFIX, before) != 0 ||
	    memcmp(text + len - behind, KIND_TYPE_SUFFIX, behind) != 0)
		return refuse(err, "predicateType",
		    "this is not a predicate "
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
			return refuse(err, name,
			    "a statement has the members "
			    "_type, subject, predicateType and predicate "
			    "only");
	}
	if (type == NULL || kind == NULL || record->subjects == NULL ||
	    record->predicate == NULL)
		return refuse(err, "",
		    "a statement has the members _type, "
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
		return refuse(err, "subject",
		    "a statement has a list of "
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
	return child != NULL && strcmp(json_name(child), name) == 0
	    ? json_text(child)
	    : NULL;
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
		kind_common,
		record->kind->members,
		kind_optional,
		NULL,
	};
	const struct json *child = json_first(record->predicate);

	if (member_check_object(record->predicate, rows, "predicate", err) ==
	    -1)
		return -1;
	for (size_t i = 0; kind_common[i].name != NULL; i++) {
		if (strcmp(json_name(child), kind_common[i].name) != 0) {
			error_set(err, ERROR_UNDECIDED,
			    "begin with ledger, "
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
		record->kind->members,
		kind_optional,
		NULL,
	};
	const struct json *rest;

	if (!take_head(&record->head, record->predicate, &rest))
		return refuse_head(record, err);
	return member_check_rest(rest, rows, "predicate",
	    record->kind->sealable, err);
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
	    public_key_parse_exact(&key, bytes_of_text(text), &ignored) == 0 &&
	    digest_equal(digest, public_key_digest(key));
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
is_member_subject(const struct record *record, const char *member,
    const char *name)
{
	const struct json *model = json_member(record->predicate, member);
	const struct json *subject = json_first(record->subjects);
	const char *own = json_member_text(model, "name");
	const char *hex = json_member_text(model, "digest");

	return own != NULL && hex != NULL && strcmp(name, own) == 0 &&
	    strcmp(hex,
		json_member_text(json_member(subject, "digest"), "sha256")) ==
	    0;
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
		return is_named_subject(record, name) &&
		    digest_equal(digest,
			record_identity(record->head.ledger, name));
	case SUBJECT_MODEL:
		*rule = "the name and digest of the member model";
		return is_member_subject(record, "model", name);
	case SUBJECT_ABOUT:
		*rule = "the name and digest of the member about";
		return is_member_subject(record, "about", name);
	}
	*rule = "";
	return false;
}

/* Two objects with the same name and the same SHA-256. */
static bool
is_same_artefact(const struct json *subject, const struct json *output)
{
	const char *name = json_member_text(subject, "name");
	const char *hex =
	    json_member_text(json_member(subject, "digest"), "sha256");
	const char *output_name = json_member_text(output, "name");
	const char *output_hex = json_member_text(output, "digest");

	return output_name != NULL && output_hex != NULL &&
	    strcmp(name, output_name) == 0 && strcmp(hex, output_hex) == 0;
}

/* Nothing else may be claimed: further subjects are the outputs, in order. */
static int
check_subjects(const struct record *record, struct error *err)
{
	const struct json *subject = json_first(record->subjects);
	const struct json *output =
	    kind_first_output(record->kind, record->predicate);
	const char *rule;
	size_t i = 1;

	if (!is_right_subject(record, json_member_text(subject, "name"),
		&rule)) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the first subject of a record of this kind is %s; here "
		    "it is not",
		    rule);
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

/* Between members: the subjects, and what rows cannot say. */
static int
check_kind(const struct record *record, struct error *err)
{
	if (check_subjects(record, err) == -1)
		return -1;
	return record->kind->check == NULL ? 0
					   : record->kind->check(record, err);
}

int
record_check(const struct record *record, struct error *err)
{
	struct record again = *record;

	if (read_predicate(&again, err) == -1)
		return -1;
	return check_kind(&again, err);
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
	    check_kind(&record, err) == -1)
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
