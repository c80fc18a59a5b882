/* model.c: a model that is registered for use. */
#include "ledger/kinds/kinds_internal.h"

static const char *const risk_classes[] = {
	"minimal",
	"limited",
	"high",
	"unacceptable",
	NULL,
};

static const struct member rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What the model is called." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which version of it this is." },
	{ .name = "size", .type = MEMBER_COUNT, .sentence = "All its bytes." },
	{ .name = "files",
	    .type = MEMBER_COUNT,
	    .sentence = "How many files it has." },
	{ .name = "manifest",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "The list of a folder's files with their digests, kept "
			"with the ledger." },
	{ .name = "owner",
	    .type = MEMBER_TEXT,
	    .sentence = "Who answers for it." },
	{ .name = "intended_use",
	    .type = MEMBER_TEXT,
	    .sentence = "What it is meant for." },
	{ .name = "risk_class",
	    .type = MEMBER_WORD,
	    .words = risk_classes,
	    .sentence = "How much harm it could do, in the EU AI Act's "
			"classes." },
	{ .name = "limitations",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .sentence = "What it must not be used for, and where it is "
			"weak." },
	{ .name = "framework",
	    .type = MEMBER_TEXT,
	    .sentence = "What it was built with." },
	{ .name = "location",
	    .type = MEMBER_TEXT,
	    .sentence = "Where it is kept." },
	{ .name = "licence",
	    .type = MEMBER_TEXT,
	    .sentence = "Terms under which it may be used." },
	{ .name = "run",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the entry at which the run that made it "
			"ended." },
	{ .name = "description",
	    .type = MEMBER_TEXT,
	    .sentence = "What it is." },
	{ .name = "parents",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "Models it was derived from.",
	    .members = parent_rows },
	{ .name = NULL },
};

const struct kind kind_model = {
	.name = "model",
	.sentence =
	    "A model registered under a name and version: its "
	    "artefact, its owner, what it is for and what it must not be "
	    "used for.",
	.roles = ROLE_ENGINEER,
	.subject = SUBJECT_ARTEFACT,
	.sealable = true,
	.erasable = true,
	.members = rows,
	.example = "{\"name\":\"credit\",\"version\":\"1\",\"size\":2048,"
		   "\"files\":1,\"owner\":\"Credit risk team\","
		   "\"intended_use\":\"Support for mortgage decisions\","
		   "\"risk_class\":\"high\","
		   "\"limitations\":[\"Trained on Boston, 1990, only\"],"
		   "\"framework\":\"plain Python\","
		   "\"location\":\"s3://credit/model.json\","
		   "\"licence\":\"proprietary\",\"run\":"
		   "\"9f86d081884c7d659a2feaa0c55ad015"
		   "a3bf4f1b2b0b822cd15d6c15b0f00a08\","
		   "\"description\":\"Logistic regression on 11 columns\"}",
};
