/* statements.c: what people declare: that something is so, was not recorded,
 * or must be kept. */
#include "ledger/kinds/kinds_internal.h"

static const char *const hold_states[] = { "held", "released", NULL };

static const struct member attestation_rows[] = {
	{ .name = "about",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The model, or the ledger itself for what holds for "
			"all.",
	    .members = about_rows },
	{ .name = "control",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "The control, such as eu-ai-act/art-14." },
	{ .name = "holds",
	    .type = MEMBER_BOOL,
	    .required = true,
	    .sentence = "Whether it is met." },
	{ .name = "statement",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What is attested, in words." },
	{ .name = "document",
	    .type = MEMBER_DIGEST,
	    .sentence = "SHA-256 of a document that shows it." },
	{ .name = "location",
	    .type = MEMBER_TEXT,
	    .sentence = "Where that document is." },
	{ .name = "until",
	    .type = MEMBER_TIME,
	    .sentence = "Until when it may be relied on." },
	{ .name = NULL },
};

const struct kind kind_attestation = {
	.name = "attestation",
	.sentence = "What no entry can show by itself: somebody states, under "
		    "their name, that a control is met.",
	.roles = ROLE_ENGINEER | ROLE_APPROVER | ROLE_COMPLIANCE,
	.subject = SUBJECT_ABOUT,
	.sealable = true,
	.erasable = true,
	.members = attestation_rows,
	.example = "{\"about\":{\"name\":\"model/credit@1\",\"digest\":"
		   "\"60303ae22b998861bce3b28f33eec1be"
		   "758a213c86c93c076dbe9f558c11c752\"},"
		   "\"control\":\"eu-ai-act/art-14\",\"holds\":true,"
		   "\"statement\":\"Two clerks look at each refusal.\","
		   "\"document\":\"9f86d081884c7d659a2feaa0c55ad015"
		   "a3bf4f1b2b0b822cd15d6c15b0f00a08\","
		   "\"until\":\"2027-11-23T00:00:00.000Z\"}",
};

static const struct member gap_rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What the gap is called." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which report on it this is." },
	{ .name = "what",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What was not recorded." },
	{ .name = "from",
	    .type = MEMBER_TIME,
	    .required = true,
	    .sentence = "When it begins." },
	{ .name = "to", .type = MEMBER_TIME, .sentence = "When it ended." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "Why." },
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .sentence = "The model it concerns.",
	    .members = about_model_rows },
	{ .name = "environment", .type = MEMBER_NAME, .sentence = "Where." },
	{ .name = NULL },
};

static int
check_gap(const struct record *record, struct error *err)
{
	return kind_in_order(record->predicate, "predicate", "from", "to", err);
}

const struct kind kind_gap = {
	.name = "gap",
	.sentence = "A time for which something was not recorded, declared "
		    "by somebody rather than passed over.",
	.roles = ROLE_ENGINEER | ROLE_COMPLIANCE | ROLE_SERVICE,
	.subject = SUBJECT_IDENTITY,
	.sealable = true,
	.erasable = true,
	.members = gap_rows,
	.check = check_gap,
	.example = "{\"name\":\"monitor-outage\",\"version\":\"1\","
		   "\"what\":\"No observations of credit\","
		   "\"from\":\"2026-11-20T00:00:00.000Z\","
		   "\"to\":\"2026-11-21T06:00:00.000Z\","
		   "\"because\":\"The monitor's disk was full.\","
		   "\"model\":{\"name\":\"model/credit@1\",\"digest\":"
		   "\"60303ae22b998861bce3b28f33eec1be"
		   "758a213c86c93c076dbe9f558c11c752\"},"
		   "\"environment\":\"production\"}",
};

static const struct member hold_rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What it is called." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which statement of it this is." },
	{ .name = "status",
	    .type = MEMBER_WORD,
	    .required = true,
	    .index = INDEX_STATUS,
	    .words = hold_states,
	    .sentence = "Whether it holds or has been lifted." },
	{ .name = "basis",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The law, the contract or the dispute behind it." },
	{ .name = "entries",
	    .type = MEMBER_LIST,
	    .element = MEMBER_DIGEST,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hashes of the entries to keep." },
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .sentence = "The model whose entries are to be kept.",
	    .members = about_model_rows },
	{ .name = "kinds",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .sentence = "The kinds of records to be kept." },
	{ .name = "days",
	    .type = MEMBER_COUNT,
	    .sentence = "How many days each is kept from its entry on: a "
			"retention class. Without it, until it is lifted." },
	{ .name = "until", .type = MEMBER_TIME, .sentence = "When it ends." },
	{ .name = NULL },
};

static int
check_hold(const struct record *record, struct error *err)
{
	if (json_member(record->predicate, "entries") != NULL ||
	    json_member(record->predicate, "model") != NULL ||
	    json_member(record->predicate, "kinds") != NULL)
		return 0;
	error_set(err, ERROR_UNDECIDED, "name entries, a model or kinds",
	    "it does not say what is to be kept");
	return error_within(err, "predicate");
}

const struct kind kind_hold = {
	.name = "hold",
	.sentence = "What must be kept: a legal hold on entries or a model, "
		    "or a retention class for kinds of records.",
	.roles = ROLE_COMPLIANCE,
	.subject = SUBJECT_IDENTITY,
	.members = hold_rows,
	.check = check_hold,
	.conditions = "[{\"anyOf\":[{\"required\":[\"entries\"]},"
		      "{\"required\":[\"model\"]},"
		      "{\"required\":[\"kinds\"]}]}]",
	.example = "{\"name\":\"ai-act-logs\",\"version\":\"1\","
		   "\"status\":\"held\",\"basis\":\"EU AI Act, article 19\","
		   "\"kinds\":[\"observation\",\"incident\"],\"days\":184}",
};
