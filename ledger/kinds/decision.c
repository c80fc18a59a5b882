/* decision.c: what is to go where, and who said yes or no. */
#include <string.h>

#include "ledger/kinds/kinds_internal.h"

static const char *const outcomes[] = { "upheld", "reversed", NULL };

/* What a decision was made on. */
#define EVIDENCE_ROWS \
	{ .name = "evidence", \
		.type = MEMBER_LIST, \
		.element = MEMBER_DIGEST, \
		.index = INDEX_ENTRY, \
		.sentence = "Leaf hashes of the entries it rests on." }, \
	{ \
		.name = "policies", .type = MEMBER_LIST, \
		.element = MEMBER_OBJECT, \
		.sentence = "The policies in force when it was signed.", \
		.members = policy_reference_rows \
	}

static const struct member proposal_rows[] = {
	{ .name = "about",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The model, or the policy, that is to go into force.",
	    .members = about_rows },
	{ .name = "environment",
	    .type = MEMBER_NAME,
	    .sentence = "Where it is to go, such as production; needed for a "
			"model." },
	{ .name = "conditions",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .sentence = "On what conditions." },
	{ .name = "until",
	    .type = MEMBER_TIME,
	    .sentence = "When the proposal lapses." },
	{ .name = "target",
	    .type = MEMBER_TEXT,
	    .sentence = "What it will run on, such as cloud or edge." },
	{ .name = "serving",
	    .type = MEMBER_TEXT,
	    .sentence =
		"How it will answer: online, in batches, as a stream." },
	EVIDENCE_ROWS,
	{ .name = "because", .type = MEMBER_TEXT, .sentence = "Why." },
	{ .name = NULL },
};

static int
check_proposal(const struct record *record, struct error *err)
{
	const char *name =
	    json_member_text(json_member(record->predicate, "about"), "name");

	if (strncmp(name, "policy/", 7) == 0)
		return 0;
	return kind_needs(record, "environment", "of a proposal of a model",
	    err);
}

#define ABOUT_EXAMPLE \
	"\"about\":{\"name\":\"model/credit@1\",\"digest\":" \
	"\"60303ae22b998861bce3b28f33eec1be" \
	"758a213c86c93c076dbe9f558c11c752\"}"
#define MODEL_EXAMPLE \
	"\"model\":{\"name\":\"model/credit@1\",\"digest\":" \
	"\"60303ae22b998861bce3b28f33eec1be" \
	"758a213c86c93c076dbe9f558c11c752\"}"
#define LEAF_EXAMPLE \
	"\"9f86d081884c7d659a2feaa0c55ad015" \
	"a3bf4f1b2b0b822cd15d6c15b0f00a08\""
#define POLICIES_EXAMPLE \
	"\"policies\":[{\"name\":\"starter\",\"version\":\"1\"," \
	"\"digest\":" LEAF_EXAMPLE "}]"

const struct kind kind_proposal = {
	.name = "proposal",
	.sentence = "What is to go where, on what conditions, until when: "
		    "what approvals are given to.",
	.roles = ROLE_ENGINEER,
	.subject = SUBJECT_ABOUT,
	.sealable = true,
	.members = proposal_rows,
	.check = check_proposal,
	.conditions =
	    "[{\"if\":{\"properties\":{\"about\":{\"properties\":{\"name\":"
	    "{\"pattern\":\"^policy/\"}}}}},\"else\":{\"required\":"
	    "[\"environment\"]}}]",
	.example = "{" ABOUT_EXAMPLE ",\"environment\":\"production\","
		   "\"conditions\":[\"Boston branches only\"],"
		   "\"until\":\"2026-12-31T00:00:00.000Z\","
		   "\"target\":\"cloud\",\"serving\":\"online\","
		   "\"evidence\":[" LEAF_EXAMPLE "]," POLICIES_EXAMPLE ","
		   "\"because\":\"It replaces the rule of thumb.\"}",
};

static const struct member approval_rows[] = {
	{ .name = "proposal",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the proposal." },
	{ .name = "about",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "What was proposed.",
	    .members = about_rows },
	{ .name = "environment",
	    .type = MEMBER_NAME,
	    .sentence = "Where it may go." },
	{ .name = "conditions",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .sentence = "On what conditions." },
	{ .name = "until",
	    .type = MEMBER_TIME,
	    .sentence = "When the approval lapses." },
	{ .name = "meaning",
	    .type = MEMBER_TEXT,
	    .sentence = "What the signature stands for, such as validation "
			"or release." },
	EVIDENCE_ROWS,
	{ .name = "because", .type = MEMBER_TEXT, .sentence = "Why." },
	{ .name = NULL },
};

const struct kind kind_approval = {
	.name = "approval",
	.sentence = "Yes to a proposal: to this artefact, on this evidence, "
		    "under these policies.",
	.roles = ROLE_APPROVER | ROLE_COMPLIANCE,
	.subject = SUBJECT_ABOUT,
	.sealable = true,
	.members = approval_rows,
	.example =
	    "{\"proposal\":" LEAF_EXAMPLE "," ABOUT_EXAMPLE ","
	    "\"environment\":\"production\",\"meaning\":\"validation\","
	    "\"evidence\":[" LEAF_EXAMPLE "]," POLICIES_EXAMPLE ","
	    "\"because\":\"Holdout and slices are within the thresholds.\"}",
};

static const struct member rejection_rows[] = {
	{ .name = "proposal",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the proposal." },
	{ .name = "about",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "What was proposed.",
	    .members = about_rows },
	{ .name = "environment",
	    .type = MEMBER_NAME,
	    .sentence = "Where it may not go." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "Why not." },
	{ .name = NULL },
};

const struct kind kind_rejection = {
	.name = "rejection",
	.sentence = "No to a proposal, and why.",
	.roles = ROLE_APPROVER | ROLE_COMPLIANCE,
	.subject = SUBJECT_ABOUT,
	.sealable = true,
	.members = rejection_rows,
	.example = "{\"proposal\":" LEAF_EXAMPLE "," ABOUT_EXAMPLE ","
		   "\"environment\":\"production\","
		   "\"because\":\"The slice of women over 60 is too small.\"}",
};

static const char *const actions[] = { "deploy", "rollback", "retire", NULL };

static const struct member deployment_rows[] = {
	{ .name = "action",
	    .type = MEMBER_WORD,
	    .required = true,
	    .index = INDEX_STATUS,
	    .words = actions,
	    .sentence = "Whether the model goes into use, comes back into "
			"use, or leaves it." },
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The model.",
	    .members = about_model_rows },
	{ .name = "environment",
	    .type = MEMBER_NAME,
	    .required = true,
	    .sentence = "Where." },
	{ .name = "proposal",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the proposal that is carried out." },
	{ .name = "replaces",
	    .type = MEMBER_OBJECT,
	    .sentence = "The model that was in use there before.",
	    .members = replaced_rows },
	{ .name = "emergency",
	    .type = MEMBER_BOOL,
	    .sentence = "Whether it goes ahead of the rules, to be reviewed "
			"afterwards." },
	{ .name = "target",
	    .type = MEMBER_TEXT,
	    .sentence = "What it runs on, such as cloud or edge." },
	{ .name = "serving",
	    .type = MEMBER_TEXT,
	    .sentence = "How it answers: online, in batches, as a stream." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .sentence = "Why; needed in an emergency." },
	{ .name = NULL },
};

static int
check_deployment(const struct record *record, struct error *err)
{
	const char *action = json_member_text(record->predicate, "action");

	if (json_bool(json_member(record->predicate, "emergency")))
		return kind_needs(record, "because",
		    "of a deployment in an emergency", err);
	if (strcmp(action, "deploy") == 0)
		return kind_needs(record, "proposal", "of a deployment", err);
	return 0;
}

const struct kind kind_deployment = {
	.name = "deployment",
	.sentence = "A model goes into use in an environment, comes back into "
		    "use there, or leaves it.",
	.roles = ROLE_APPROVER | ROLE_SERVICE,
	.subject = SUBJECT_MODEL,
	.sealable = true,
	.members = deployment_rows,
	.check = check_deployment,
	.conditions =
	    "[{\"if\":{\"properties\":{\"emergency\":{\"const\":true}},"
	    "\"required\":[\"emergency\"]},\"then\":{\"required\":"
	    "[\"because\"]},\"else\":{\"if\":{\"properties\":{\"action\":"
	    "{\"const\":\"deploy\"}}},\"then\":{\"required\":"
	    "[\"proposal\"]}}}]",
	.example = "{\"action\":\"deploy\"," MODEL_EXAMPLE ","
		   "\"environment\":\"production\",\"proposal\":" LEAF_EXAMPLE
		   ",\"target\":\"cloud\",\"serving\":\"online\"}",
};

static const struct member review_rows[] = {
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The model that was deployed.",
	    .members = about_model_rows },
	{ .name = "deployment",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the deployment." },
	{ .name = "outcome",
	    .type = MEMBER_WORD,
	    .required = true,
	    .words = outcomes,
	    .sentence = "Whether it was right to deploy it so." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "Why." },
	{ .name = NULL },
};

const struct kind kind_review = {
	.name = "review",
	.sentence = "What was found when a deployment that went ahead of the "
		    "rules was looked at afterwards.",
	.roles = ROLE_APPROVER | ROLE_COMPLIANCE,
	.subject = SUBJECT_MODEL,
	.sealable = true,
	.members = review_rows,
	.example = "{" MODEL_EXAMPLE ",\"deployment\":" LEAF_EXAMPLE
		   ",\"outcome\":\"upheld\",\"because\":\"The old model "
		   "refused every applicant; this one was tested that "
		   "night.\"}",
};
