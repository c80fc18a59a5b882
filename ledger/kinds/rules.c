/* rules.c: policies, the exceptions to them, and what they said. */
#include <string.h>

#include "ledger/kinds/kinds_internal.h"

static const char *const policy_states[] = { "in force", "retired", NULL };
static const char *const waiver_states[] = { "granted", "withdrawn", NULL };
static const char *const decisions[] = { "allowed", "refused", "reported",
	NULL };
static const char *const results[] = {
	"pass",
	"fail",
	"waived",
	"no evidence",
	"not applicable",
	"error",
	NULL,
};
static const char *const severities[] = { "deny", "warn", NULL };

#define DIGEST_EXAMPLE \
	"\"9f86d081884c7d659a2feaa0c55ad015" \
	"a3bf4f1b2b0b822cd15d6c15b0f00a08\""
#define MODEL_EXAMPLE \
	"{\"name\":\"model/credit@1\",\"digest\":" \
	"\"60303ae22b998861bce3b28f33eec1be" \
	"758a213c86c93c076dbe9f558c11c752\"}"

const struct member policy_reference_rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .sentence = "What the policy is called." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .sentence = "Which version of it." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "SHA-256 of its text." },
	{ .name = "entry",
	    .type = MEMBER_DIGEST,
	    .sentence = "Leaf hash of the entry that put it into force." },
	{ .name = NULL },
};

static const struct member policy_rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What the policy is called." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which version of it this is." },
	{ .name = "status",
	    .type = MEMBER_WORD,
	    .required = true,
	    .index = INDEX_STATUS,
	    .words = policy_states,
	    .sentence = "Whether it holds from here on, or no longer does." },
	{ .name = "text",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "SHA-256 of its text, kept with the ledger." },
	{ .name = "evaluator",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The version of the rules' meaning it is written "
			"for." },
	{ .name = "rules",
	    .type = MEMBER_COUNT,
	    .sentence = "How many rules it has." },
	{ .name = "params",
	    .type = MEMBER_MAP,
	    .element = MEMBER_ANY,
	    .sentence = "Parameters that this ledger sets otherwise." },
	{ .name = "proposal",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the proposal that is carried out." },
	{ .name = "because", .type = MEMBER_TEXT, .sentence = "Why." },
	{ .name = NULL },
};

static int
check_policy(const struct record *record, struct error *err)
{
	const char *text = json_member_text(record->predicate, "text");

	if (strcmp(text, digest_hex(record->subject).text) == 0)
		return 0;
	error_set(err, ERROR_UNDECIDED, NULL,
	    "the text's digest is not that of the subject");
	return error_within(err, "predicate.text");
}

const struct kind kind_policy = {
	.name = "policy",
	.sentence = "A version of a policy that is in force from here on, "
		    "with its full text; or that no longer is.",
	.roles = ROLE_COMPLIANCE,
	.subject = SUBJECT_ARTEFACT,
	.members = policy_rows,
	.check = check_policy,
	.example = "{\"name\":\"starter\",\"version\":\"1\","
		   "\"status\":\"in force\",\"text\":"
		   "\"4edfbd28d0483e702f24bd5247ed646f"
		   "7e5752aec9d6b1461d837ccab6d27f7b\",\"evaluator\":\"1\","
		   "\"rules\":9,\"params\":{\"min_auc\":0.8},"
		   "\"because\":\"First rules of the team\"}",
};

static const struct member waiver_rows[] = {
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The model that it is for.",
	    .members = about_model_rows },
	{ .name = "rule",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "The rule that it lifts, as POLICY/RULE." },
	{ .name = "environment",
	    .type = MEMBER_NAME,
	    .sentence = "Where; everywhere if it is not said." },
	{ .name = "status",
	    .type = MEMBER_WORD,
	    .index = INDEX_STATUS,
	    .words = waiver_states,
	    .sentence = "Whether it is granted or has been withdrawn." },
	{ .name = "until", .type = MEMBER_TIME, .sentence = "When it ends." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "Why." },
	{ .name = "compensating",
	    .type = MEMBER_TEXT,
	    .sentence = "What is done instead." },
	{ .name = NULL },
};

const struct kind kind_waiver = {
	.name = "waiver",
	.sentence = "An exception: a rule that one model need not meet until "
		    "a time, and why.",
	.roles = ROLE_COMPLIANCE | ROLE_APPROVER | ROLE_OWNER,
	.subject = SUBJECT_MODEL,
	.members = waiver_rows,
	.example = "{\"model\":" MODEL_EXAMPLE ",\"rule\":"
		   "\"starter/licensed-data\",\"environment\":\"production\","
		   "\"until\":\"2026-12-31T00:00:00.000Z\","
		   "\"because\":\"The licence is being renewed.\","
		   "\"compensating\":\"Counsel looks at it every week.\"}",
};

static const struct member by_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "Under which name the key is enrolled." },
	{ .name = "key",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The key's fingerprint." },
	{ .name = NULL },
};

static const struct member value_rows[] = {
	{ .name = "expression",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "A part of the rule, as it is written." },
	{ .name = "value",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What it came to, in CEL's spelling." },
	{ .name = NULL },
};

static const struct member result_rows[] = {
	{ .name = "policy",
	    .type = MEMBER_NAME,
	    .required = true,
	    .sentence = "The policy." },
	{ .name = "rule",
	    .type = MEMBER_NAME,
	    .required = true,
	    .sentence = "The rule's id in it." },
	{ .name = "result",
	    .type = MEMBER_WORD,
	    .required = true,
	    .words = results,
	    .sentence = "What it came to." },
	{ .name = "otherwise",
	    .type = MEMBER_WORD,
	    .required = true,
	    .words = severities,
	    .sentence = "What follows if it does not hold." },
	{ .name = "own",
	    .type = MEMBER_WORD,
	    .words = results,
	    .sentence = "What it would be without the waiver." },
	{ .name = "waiver",
	    .type = MEMBER_DIGEST,
	    .sentence = "Leaf hash of the waiver that applies." },
	{ .name = "on",
	    .type = MEMBER_TEXT,
	    .sentence = "What it was asked of, in an audit." },
	{ .name = "message",
	    .type = MEMBER_TEXT,
	    .sentence = "What is wrong." },
	{ .name = "evidence",
	    .type = MEMBER_LIST,
	    .element = MEMBER_DIGEST,
	    .sentence = "Leaf hashes of the entries it looked at, the first "
			"16." },
	{ .name = "evidence_count",
	    .type = MEMBER_COUNT,
	    .sentence = "How many it looked at, if more." },
	{ .name = "evidence_digest",
	    .type = MEMBER_DIGEST,
	    .sentence = "SHA-256 of all their leaf hashes, one after the "
			"other, if more." },
	{ .name = "values",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "The values that decided it.",
	    .members = value_rows },
	{ .name = NULL },
};

static const struct member verdict_rows[] = {
	{ .name = "about",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "What was judged.",
	    .members = about_rows },
	{ .name = "kind",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "The kind of record that was judged, or audit." },
	{ .name = "decision",
	    .type = MEMBER_WORD,
	    .required = true,
	    .index = INDEX_STATUS,
	    .words = decisions,
	    .sentence = "Whether the record may enter; or a report." },
	{ .name = "entry",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the record that was judged." },
	{ .name = "attempt",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "The envelope that was refused, kept with the "
			"ledger." },
	{ .name = "by",
	    .type = MEMBER_OBJECT,
	    .sentence = "Who signed what was judged.",
	    .members = by_rows },
	{ .name = "emergency",
	    .type = MEMBER_BOOL,
	    .sentence = "Whether it entered ahead of the rules." },
	{ .name = "policies",
	    .type = MEMBER_LIST,
	    .required = true,
	    .element = MEMBER_OBJECT,
	    .sentence = "The policies in force.",
	    .members = policy_reference_rows },
	{ .name = "evaluator",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The version of the rules' meaning." },
	{ .name = "counts",
	    .type = MEMBER_MAP,
	    .required = true,
	    .element = MEMBER_COUNT,
	    .sentence = "How many rules came to what." },
	{ .name = "results",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "Rule by rule.",
	    .members = result_rows },
	{ .name = "details",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "The results as an attachment, when they are too "
			"many." },
	{ .name = NULL },
};

static int
check_verdict(const struct record *record, struct error *err)
{
	const char *decision = json_member_text(record->predicate, "decision");

	if (strcmp(decision, "allowed") == 0)
		return kind_needs(record, "entry", "of what was allowed", err);
	if (strcmp(decision, "refused") == 0)
		return kind_needs(record, "attempt", "of what was refused",
		    err);
	return 0;
}

const struct kind kind_verdict = {
	.name = "verdict",
	.sentence = "What the policies in force said of a record, or in an "
		    "audit: signed by the ledger itself.",
	.roles = 0,
	.subject = SUBJECT_ABOUT,
	.members = verdict_rows,
	.check = check_verdict,
	.conditions = "[{\"if\":{\"properties\":{\"decision\":{\"const\":"
		      "\"allowed\"}}},\"then\":{\"required\":[\"entry\"]}},"
		      "{\"if\":{\"properties\":{\"decision\":{\"const\":"
		      "\"refused\"}}},\"then\":{\"required\":[\"attempt\"]}}]",
	.example = "{\"about\":" MODEL_EXAMPLE ",\"kind\":\"deployment\","
		   "\"decision\":\"allowed\",\"entry\":" DIGEST_EXAMPLE ","
		   "\"by\":{\"name\":\"dana\",\"key\":"
		   "\"SHA256:wHv0KqIYdKNyuBEvhW5SChc0IQS0crG0OTD9RDmuaBM\"},"
		   "\"policies\":[{\"name\":\"starter\",\"version\":\"1\","
		   "\"digest\":" DIGEST_EXAMPLE "}],\"evaluator\":\"1\","
		   "\"counts\":{\"pass\":1},"
		   "\"results\":[{\"policy\":\"starter\",\"rule\":"
		   "\"good-enough\",\"result\":\"pass\",\"otherwise\":\"deny\","
		   "\"evidence\":[" DIGEST_EXAMPLE
		   "],\"values\":[{\"expression\":"
		   "\"e.metrics.auc\",\"value\":\"0.83\"}]}]}",
};
