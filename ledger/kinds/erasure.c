/* erasure.c: what was destroyed, on which basis, at whose request. */
#include <string.h>

#include "ledger/kinds/kinds_internal.h"

static const struct member field_rows[] = {
	{ .name = "path",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The field in that entry's predicate, such as user." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_ERASED,
	    .sentence = "The commitment that stands there: the SHA-256 of the "
			"disclosure that was destroyed." },
	{ .name = NULL },
};

static const struct member whole_rows[] = {
	{ .name = "kind",
	    .type = MEMBER_NAME,
	    .required = true,
	    .sentence = "The kind of record it was." },
	{ .name = "time",
	    .type = MEMBER_TIME,
	    .required = true,
	    .sentence = "When it was recorded, by the ledger's clock." },
	{ .name = "made",
	    .type = MEMBER_TIME,
	    .required = true,
	    .sentence = "When its author made it." },
	{ .name = "nonce",
	    .type = MEMBER_NONCE,
	    .required = true,
	    .sentence = "Its nonce: so that it cannot enter again." },
	{ .name = "signer",
	    .type = MEMBER_PUBLIC_KEY,
	    .required = true,
	    .sentence = "The key of its first signature." },
	{ .name = "named",
	    .type = MEMBER_LIST,
	    .element = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "The artefacts it named, subjects and all others: so "
			"that complete lists stay complete." },
	{ .name = NULL },
};

static const struct member entry_rows[] = {
	{ .name = "number",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "The entry's number." },
	{ .name = "entry",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_ENTRY,
	    .sentence = "Its leaf hash, which stays." },
	{ .name = "fields",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "Sealed fields whose values and salts were destroyed.",
	    .members = field_rows },
	{ .name = "attachments",
	    .type = MEMBER_LIST,
	    .element = MEMBER_DIGEST,
	    .index = INDEX_ERASED,
	    .sentence = "SHA-256 of attachments that were destroyed." },
	{ .name = "whole",
	    .type = MEMBER_OBJECT,
	    .sentence = "There if its body was destroyed: what is kept of it.",
	    .members = whole_rows },
	{ .name = NULL },
};

static const struct member rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What it is called, by the request." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which erasure of that name it is." },
	{ .name = "entries",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "What was destroyed, entry by entry.",
	    .members = entry_rows },
	{ .name = "basis",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The law that asks for it, such as GDPR art. "
			"17(1)(b)." },
	{ .name = "request",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The request it answers, by a reference that names "
			"nobody." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .sentence = "Why, in words." },
	{ .name = NULL },
};

static int
check_item(const struct json *item, const struct json *first, size_t i,
    struct error *err)
{
	const char *leaf = json_member_text(item, "entry");

	if (json_count(json_member(item, "fields")) == 0 &&
	    json_count(json_member(item, "attachments")) == 0 &&
	    json_member(item, "whole") == NULL) {
		error_set(err, ERROR_UNDECIDED,
		    "name fields, attachments or the whole",
		    "it does not say what of the entry is destroyed");
		return error_within(err, "predicate.entries[%zu]", i);
	}
	for (; first != item; first = json_next(first))
		if (strcmp(json_member_text(first, "entry"), leaf) == 0) {
			error_set(err, ERROR_UNDECIDED, "name it once",
			    "the same entry is named twice");
			return error_within(err, "predicate.entries[%zu]", i);
		}
	return 0;
}

static int
check(const struct record *record, struct error *err)
{
	const struct json *entries = json_member(record->predicate, "entries");
	const struct json *first = json_first(entries);
	size_t i = 0;

	if (first == NULL) {
		error_set(err, ERROR_UNDECIDED, "name an entry",
		    "an erasure of nothing");
		return error_within(err, "predicate.entries");
	}
	for (const struct json *item = first; item != NULL;
	     item = json_next(item), i++)
		if (check_item(item, first, i, err) == -1)
			return -1;
	return 0;
}

const struct kind kind_erasure = {
	.name = "erasure",
	.sentence = "What was destroyed for good, and why: values of sealed "
		    "fields, attachments, or the body of an entry. It takes "
		    "effect as it is recorded.",
	.roles = ROLE_COMPLIANCE,
	.subject = SUBJECT_IDENTITY,
	.members = rows,
	.check = check,
	.conditions =
	    "[{\"properties\":{\"entries\":{\"minItems\":1,\"items\":"
	    "{\"anyOf\":[{\"required\":[\"whole\"]},"
	    "{\"required\":[\"fields\"],\"properties\":{\"fields\":"
	    "{\"minItems\":1}}},{\"required\":[\"attachments\"],"
	    "\"properties\":{\"attachments\":{\"minItems\":1}}}]}}}}]",
	.example = "{\"name\":\"DSR-2026-17\",\"version\":\"1\",\"entries\":["
		   "{\"number\":41,\"entry\":"
		   "\"9f86d081884c7d659a2feaa0c55ad015"
		   "a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"fields\":["
		   "{\"path\":\"user\",\"digest\":"
		   "\"60303ae22b998861bce3b28f33eec1be"
		   "758a213c86c93c076dbe9f558c11c752\"}]}],"
		   "\"basis\":\"GDPR art. 17(1)(b)\","
		   "\"request\":\"DSR 2026/17\"}",
};
