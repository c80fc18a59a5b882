/* key.c: keys are enrolled, rotated, certified and revoked. */
#include <string.h>

#include "ledger/kinds/kinds_internal.h"

static const char *const actions[] = { "enrol", "rotate", "certify", "revoke",
	NULL };
static const char *const hashes[] = { "sha256", "sha384", "sha512", NULL };

static const struct member certified_rows[] = {
	{ .name = "hash",
	    .type = MEMBER_WORD,
	    .required = true,
	    .words = hashes,
	    .sentence = "The hash that the binding was signed with." },
	{ .name = "binding",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The signature by the certificate's key over a text "
			"that names the ledger, the name, the key and the "
			"certificate: in base64, PKCS#1 v1.5 or PSS (RSA), or "
			"a DER ECDSA-Sig-Value." },
	{ .name = "chain",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The holder's certificate and those between it and a "
			"root: DER (RFC 5280) in base64." },
	{ .name = NULL },
};

static const struct member rows[] = {
	{ .name = "action",
	    .type = MEMBER_WORD,
	    .required = true,
	    .index = INDEX_STATUS,
	    .words = actions,
	    .sentence = "What happens to the key." },
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What the key's holder is called in this ledger." },
	{ .name = "key",
	    .type = MEMBER_PUBLIC_KEY,
	    .required = true,
	    .sentence = "The key that is enrolled, certified or revoked; the "
			"new one when rotated." },
	{ .name = "roles",
	    .type = MEMBER_LIST,
	    .element = MEMBER_WORD,
	    .words = role_words,
	    .sentence = "What its holder may do; needed to enrol, and only "
			"there." },
	{ .name = "replaces",
	    .type = MEMBER_PUBLIC_KEY,
	    .sentence = "The old key; needed to rotate, and only there." },
	{ .name = "proof",
	    .type = MEMBER_SIGNATURE,
	    .sentence =
		"The new key's signature over a text that names the "
		"ledger, the name and the key: its holder has it. Needed to enrol "
		"and to rotate." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .sentence = "The reason; needed to revoke." },
	{ .name = "identity",
	    .type = MEMBER_MAP,
	    .element = MEMBER_TEXT,
	    .sentence = "Who that is elsewhere, such as an e-mail address." },
	{ .name = "certified",
	    .type = MEMBER_OBJECT,
	    .members = certified_rows,
	    .sentence = "Who that is by a certificate; needed to certify." },
	{ .name = NULL },
};

static int
check_enrol(const struct record *record, struct error *err)
{
	static const char when[] = "of a key that is enrolled";

	if (kind_needs(record, "roles", when, err) == -1 ||
	    kind_needs(record, "proof", when, err) == -1)
		return -1;
	if (json_count(json_member(record->predicate, "roles")) == 0) {
		error_set(err, ERROR_UNDECIDED, "give it at least one role",
		    "a key without a role can do nothing");
		return error_within(err, "predicate.roles");
	}
	return kind_forbids(record, "replaces", when, err);
}

static int
check_rotate(const struct record *record, struct error *err)
{
	static const char when[] = "of a key that is rotated";

	if (kind_needs(record, "replaces", when, err) == -1 ||
	    kind_needs(record, "proof", when, err) == -1)
		return -1;
	if (strcmp(json_member_text(record->predicate, "replaces"),
		json_member_text(record->predicate, "key")) == 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the new key is the old one");
		return error_within(err, "predicate.replaces");
	}
	return kind_forbids(record, "roles", when, err);
}

static int
check_certify(const struct record *record, struct error *err)
{
	static const char when[] = "of a key that is certified";

	if (kind_needs(record, "certified", when, err) == -1 ||
	    kind_forbids(record, "roles", when, err) == -1 ||
	    kind_forbids(record, "replaces", when, err) == -1)
		return -1;
	return kind_forbids(record, "proof", when, err);
}

static int
check_revoke(const struct record *record, struct error *err)
{
	static const char when[] = "of a key that is revoked";

	if (kind_needs(record, "because", when, err) == -1 ||
	    kind_forbids(record, "certified", when, err) == -1 ||
	    kind_forbids(record, "roles", when, err) == -1 ||
	    kind_forbids(record, "replaces", when, err) == -1)
		return -1;
	return kind_forbids(record, "proof", when, err);
}

static int
check(const struct record *record, struct error *err)
{
	const char *action = json_member_text(record->predicate, "action");

	if (strcmp(action, "enrol") == 0)
		return check_enrol(record, err);
	if (strcmp(action, "rotate") == 0)
		return check_rotate(record, err);
	if (strcmp(action, "certify") == 0)
		return check_certify(record, err);
	return check_revoke(record, err);
}

const struct kind kind_key = {
	.name = "key",
	.sentence =
	    "A key is enrolled with its roles, replaced by a new one, "
	    "bound to a certificate's holder, or revoked. Signed by an owner; a key's own holder may rotate or "
	    "revoke it too.",
	.roles = ROLE_OWNER,
	.subject = SUBJECT_KEY,
	.authority = true,
	.members = rows,
	.check = check,
	.conditions =
	    "[{\"if\":{\"properties\":{\"action\":{\"const\":\"enrol\"}}},"
	    "\"then\":{\"required\":[\"roles\",\"proof\"],\"properties\":"
	    "{\"roles\":{\"minItems\":1},\"replaces\":false}}},"
	    "{\"if\":{\"properties\":{\"action\":{\"const\":\"rotate\"}}},"
	    "\"then\":{\"required\":[\"replaces\",\"proof\"],"
	    "\"properties\":{\"roles\":false}}},"
	    "{\"if\":{\"properties\":{\"action\":{\"const\":\"certify\"}}},"
	    "\"then\":{\"required\":[\"certified\"],\"properties\":"
	    "{\"roles\":false,\"replaces\":false,\"proof\":false}}},"
	    "{\"if\":{\"properties\":{\"action\":{\"const\":\"revoke\"}}},"
	    "\"then\":{\"required\":[\"because\"],\"properties\":"
	    "{\"certified\":false,\"roles\":false,\"replaces\":false,"
	    "\"proof\":false}}}]",
	.example =
	    "{\"action\":\"enrol\",\"name\":\"bob\",\"key\":\"ssh-ed25519 "
	    "AAAAC3NzaC1lZDI1NTE5AAAAIPxRzY5iGKGj"
	    "jaR+0AIw8FgIFu0TujMDrF3rkRVIkIAl\","
	    "\"roles\":[\"engineer\",\"service\"],"
	    "\"proof\":\""
	    "ZsqQKob/KjE6sR1RiZhPslDldph58HXE17TWAXs0193b"
	    "4P2SwFdbWKBJrkEqNcwWgCOI8uf25Dh0gHul1nf0DA==\","
	    "\"identity\":{\"email\":\"bob@example.org\"}}",
};
