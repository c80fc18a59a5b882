/* trust.c: whom the ledger believes beside the holders of its keys. */
#include <string.h>

#include "keys/note.h"
#include "ledger/kinds/kinds_internal.h"

static const char *const abouts[] = { "witness", "quorum", "identity-root",
	"timestamp-root", "revocations", NULL };
static const char *const states[] = { "trusted", "withdrawn", NULL };

static const struct member rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What it is called in this ledger." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which statement on it this is; the newest holds." },
	{ .name = "about",
	    .type = MEMBER_WORD,
	    .required = true,
	    .words = abouts,
	    .sentence = "What is trusted: a witness that cosigns checkpoints, "
			"a quorum of witnesses, a root certificate of people "
			"or of timestamps, or a list of revoked "
			"certificates." },
	{ .name = "status",
	    .type = MEMBER_WORD,
	    .required = true,
	    .index = INDEX_STATUS,
	    .words = states,
	    .sentence = "Whether it is trusted from here on, or no longer." },
	{ .name = "vkey",
	    .type = MEMBER_TEXT,
	    .sentence = "A witness's verifier key (c2sp.org/signed-note, type "
			"0x04)." },
	{ .name = "wanted",
	    .type = MEMBER_COUNT,
	    .sentence = "How many of the trusted witnesses make the quorum." },
	{ .name = "certificate",
	    .type = MEMBER_TEXT,
	    .sentence = "A root certificate: DER (RFC 5280) in base64." },
	{ .name = "list",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "SHA-256 of a list of revoked certificates: DER (RFC "
			"5280, section 5), an attachment." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .sentence = "Why; needed to withdraw." },
	{ .name = NULL },
};

/* What each must say, and nothing of what the others say. */
static const struct {
	const char *about;
	const char *member;
	const char *when;
} says[] = {
	{ "witness", "vkey", "of a witness" },
	{ "quorum", "wanted", "of a quorum" },
	{ "identity-root", "certificate", "of a root certificate" },
	{ "timestamp-root", "certificate", "of a root certificate" },
	{ "revocations", "list", "of revoked certificates" },
};

/* What nobody could use is not recorded. */
static int
check_values(const struct record *record, struct error *err)
{
	const char *vkey = json_member_text(record->predicate, "vkey");
	const struct json *wanted = json_member(record->predicate, "wanted");
	struct note_key key;

	if (vkey != NULL) {
		if (note_key_parse(&key, bytes_of_text(vkey), err) == -1)
			return error_within(err, "vkey");
		if (key.algorithm != NOTE_COSIGNATURE)
			return error_set(err, ERROR_UNDECIDED,
			    "ask the witness for its key of type 0x04",
			    "vkey: that is the key of a log, not of a "
			    "witness");
	}
	if (wanted != NULL && json_integer(wanted) < 1)
		return error_set(err, ERROR_UNDECIDED,
		    "withdraw the quorum instead",
		    "wanted: a quorum of no witnesses is none");
	return 0;
}

static int
check(const struct record *record, struct error *err)
{
	const char *about = json_member_text(record->predicate, "about");
	const char *own = NULL, *when = NULL;

	for (size_t i = 0; i < sizeof says / sizeof says[0]; i++)
		if (strcmp(says[i].about, about) == 0) {
			own = says[i].member;
			when = says[i].when;
		}
	if (kind_needs(record, own, when, err) == -1)
		return -1;
	for (size_t i = 0; i < sizeof says / sizeof says[0]; i++)
		if (strcmp(says[i].member, own) != 0 &&
		    kind_forbids(record, says[i].member, when, err) == -1)
			return -1;
	if (check_values(record, err) == -1)
		return -1;
	if (strcmp(json_member_text(record->predicate, "status"),
		"withdrawn") == 0)
		return kind_needs(record, "because",
		    "of what is no longer trusted", err);
	return 0;
}

const struct kind kind_trust = {
	.name = "trust",
	.sentence = "Whom the ledger believes beside the holders of its keys: "
		    "witnesses, certificate authorities, and what they "
		    "revoked.",
	.roles = ROLE_OWNER,
	.subject = SUBJECT_IDENTITY,
	.authority = true,
	.members = rows,
	.check = check,
	.conditions =
	    "[{\"if\":{\"properties\":{\"about\":{\"const\":\"witness\"}}},"
	    "\"then\":{\"required\":[\"vkey\"],\"properties\":{\"wanted\":"
	    "false,\"certificate\":false,\"list\":false}}},"
	    "{\"if\":{\"properties\":{\"about\":{\"const\":\"quorum\"}}},"
	    "\"then\":{\"required\":[\"wanted\"],\"properties\":{\"vkey\":"
	    "false,\"certificate\":false,\"list\":false}}},"
	    "{\"if\":{\"properties\":{\"about\":{\"enum\":[\"identity-root\","
	    "\"timestamp-root\"]}}},"
	    "\"then\":{\"required\":[\"certificate\"],\"properties\":{\"vkey\":"
	    "false,\"wanted\":false,\"list\":false}}},"
	    "{\"if\":{\"properties\":{\"about\":{\"const\":\"revocations\"}}},"
	    "\"then\":{\"required\":[\"list\"],\"properties\":{\"vkey\":"
	    "false,\"wanted\":false,\"certificate\":false}}},"
	    "{\"if\":{\"properties\":{\"status\":{\"const\":\"withdrawn\"}}},"
	    "\"then\":{\"required\":[\"because\"]}}]",
	.example = "{\"name\":\"two-of-three\",\"version\":\"1\","
		   "\"about\":\"quorum\",\"status\":\"trusted\",\"wanted\":2}",
};
