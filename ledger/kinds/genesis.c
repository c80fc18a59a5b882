/* genesis.c: the first entry: which ledger this is and who founded it. */
#include <string.h>

#include "base/limits.h"
#include "keys/note.h"
#include "ledger/kinds/kinds_internal.h"

static const struct member founder_rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .sentence = "What the founder is called in this ledger." },
	{ .name = "key",
	    .type = MEMBER_PUBLIC_KEY,
	    .required = true,
	    .sentence = "The founder's public key." },
	{ .name = "roles",
	    .type = MEMBER_LIST,
	    .required = true,
	    .element = MEMBER_WORD,
	    .words = role_words,
	    .sentence = "What the founder may do." },
	{ .name = "identity",
	    .type = MEMBER_MAP,
	    .element = MEMBER_TEXT,
	    .sentence = "Who that is elsewhere, such as an e-mail address." },
	{ .name = NULL },
};

static const struct member rows[] = {
	{ .name = "format",
	    .type = MEMBER_INTEGER,
	    .required = true,
	    .sentence = "The version of the format: 1." },
	{ .name = "origin",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "The ledger's name, which every record and checkpoint "
			"repeats." },
	{ .name = "ledger_key",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The ledger's own key as a C2SP verifier key; it "
			"signs the checkpoints." },
	{ .name = "founders",
	    .type = MEMBER_LIST,
	    .required = true,
	    .element = MEMBER_OBJECT,
	    .sentence = "Whose keys may sign from the start; each of them "
			"signs this record.",
	    .members = founder_rows },
	{ .name = "roles",
	    .type = MEMBER_LIST,
	    .required = true,
	    .element = MEMBER_WORD,
	    .words = role_words,
	    .sentence = "Every role there is in this format, in order." },
	{ .name = NULL },
};

static int
check_format(const struct record *record, struct error *err)
{
	const struct json *format = json_member(record->predicate, "format");

	if (json_is_integer(format) && json_integer(format) == 1)
		return 0;
	error_set(err, ERROR_UNDECIDED, "use a newer version of vouch",
	    "this version knows format 1 only");
	return error_within(err, "predicate.format");
}

/* A C2SP key name, and without control characters, which C2SP allows. */
static bool
is_origin(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f ||
		    (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f))
			return false;
	return strlen(text) <= LIMIT_ORIGIN &&
	    note_name_is_valid(bytes_of_text(text));
}

/* The origin repeats the head's, and the key is the ledger's, of that name. */
static int
check_origin(const struct record *record, struct note_key *key,
    struct error *err)
{
	const char *origin = json_member_text(record->predicate, "origin");
	const char *vkey = json_member_text(record->predicate, "ledger_key");

	if (strcmp(origin, record->head.ledger) != 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "\"origin\" and \"ledger\" differ");
		return error_within(err, "predicate.origin");
	}
	if (!is_origin(origin)) {
		error_set(err, ERROR_UNDECIDED,
		    "choose one such as example.org/credit",
		    "an origin has 1 to %d bytes and no white space, \"+\" "
		    "or control characters",
		    LIMIT_ORIGIN);
		return error_within(err, "predicate.origin");
	}
	if (note_key_parse(key, bytes_of_text(vkey), err) == -1)
		return error_within(err, "predicate.ledger_key");
	if (key->algorithm != NOTE_ED25519 || strcmp(key->name, origin) != 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the ledger's key is not an Ed25519 key with the name "
		    "\"%s\"",
		    origin);
		return error_within(err, "predicate.ledger_key");
	}
	return 0;
}

static bool
is_every_role(const struct json *roles)
{
	const struct json *word = json_first(roles);

	for (size_t i = 0; role_words[i] != NULL; i++) {
		if (word == NULL || strcmp(json_text(word), role_words[i]) != 0)
			return false;
		word = json_next(word);
	}
	return word == NULL;
}

static int
check_roles(const struct record *record, struct error *err)
{
	if (is_every_role(json_member(record->predicate, "roles")))
		return 0;
	error_set(err, ERROR_UNDECIDED,
	    "list owner, engineer, approver, "
	    "compliance, service in this order",
	    "these are not the roles of format 1");
	return error_within(err, "predicate.roles");
}

static bool
has_role(const struct json *founder, const char *role)
{
	const struct json *word = json_first(json_member(founder, "roles"));

	for (; word != NULL; word = json_next(word))
		if (strcmp(json_text(word), role) == 0)
			return true;
	return false;
}

/* One founder: some role, a key that is not the ledger's, and neither name
 * nor key of a founder before. */
static int
check_founder(const struct json *founders, const struct json *founder,
    struct public_key ledger_key, struct error *err)
{
	const char *name = json_member_text(founder, "name");
	const char *key_text = json_member_text(founder, "key");
	struct public_key key;
	const struct json *other;

	if (public_key_parse_exact(&key, bytes_of_text(key_text), err) == -1)
		return -1;
	if (json_count(json_member(founder, "roles")) == 0)
		return error_set(err, ERROR_UNDECIDED, NULL, "%s has no role",
		    name);
	if (public_key_equal(key, ledger_key))
		return error_set(err, ERROR_UNDECIDED,
		    "give the ledger a key of its own",
		    "%s's key is the ledger's own", name);
	for (other = json_first(founders); other != founder;
	     other = json_next(other))
		if (strcmp(json_member_text(other, "name"), name) == 0 ||
		    strcmp(json_member_text(other, "key"), key_text) == 0)
			return error_set(err, ERROR_UNDECIDED, NULL,
			    "two founders have one name or one key");
	return 0;
}

static int
check_founders(const struct record *record, struct public_key ledger_key,
    struct error *err)
{
	const struct json *founders =
	    json_member(record->predicate, "founders");
	const struct json *founder;
	size_t i = 0;
	bool owner = false;

	for (founder = json_first(founders); founder != NULL;
	     founder = json_next(founder), i++) {
		if (check_founder(founders, founder, ledger_key, err) == -1)
			return error_within(err, "predicate.founders[%zu]", i);
		owner = owner || has_role(founder, "owner");
	}
	if (i >= LIMIT_SIGNATURES) {
		error_set(err, ERROR_UNDECIDED, "enrol the others afterwards",
		    "%zu founders cannot all sign: at most %d can", i,
		    LIMIT_SIGNATURES - 1);
		return error_within(err, "predicate.founders");
	}
	if (!owner) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "no founder has the role owner");
		return error_within(err, "predicate.founders");
	}
	return 0;
}

/* There is nothing before: size 0, and the root of the empty tree. */
static int
check_after(const struct record *record, struct error *err)
{
	if (record->head.after_size == 0 &&
	    digest_equal(record->head.after_root, digest_of(bytes_of(NULL, 0))))
		return 0;
	error_set(err, ERROR_UNDECIDED,
	    "use size 0 and the SHA-256 of "
	    "nothing",
	    "a genesis comes after nothing");
	return error_within(err, "predicate.after");
}

static int
check(const struct record *record, struct error *err)
{
	struct note_key key;

	if (check_format(record, err) == -1 ||
	    check_origin(record, &key, err) == -1 ||
	    check_roles(record, err) == -1 || check_after(record, err) == -1)
		return -1;
	return check_founders(record, key.key, err);
}

const struct kind kind_genesis = {
	.name = "genesis",
	.sentence =
	    "The first entry of a ledger: its name, its own key, its "
	    "founders and the roles there are. Signed by every founder and "
	    "by the ledger's own key.",
	.roles = ROLE_OWNER,
	.subject = SUBJECT_LEDGER,
	.authority = true,
	.members = rows,
	.check = check,
	.example = "{\"format\":1,\"origin\":\"example.org/credit\","
		   "\"ledger_key\":\"example.org/credit+1779de55+"
		   "AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\","
		   "\"founders\":[{\"name\":\"alice\",\"key\":\"ssh-ed25519 "
		   "AAAAC3NzaC1lZDI1NTE5AAAAID1AF8PoQ4la"
		   "krcKp00bfrycmCzPLsSWjMDNVfEq9GYM\","
		   "\"roles\":[\"owner\",\"engineer\"],"
		   "\"identity\":{\"email\":\"alice@example.org\"}}],"
		   "\"roles\":[\"owner\",\"engineer\",\"approver\","
		   "\"compliance\",\"service\"]}",
};
