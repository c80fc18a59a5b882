/* report.c: a report that was issued. */
#include "ledger/kinds/kinds_internal.h"

static const struct member report_rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "Which report it is, such as posture." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which issue of it." },
	{ .name = "format",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The notation of the file, such as html." },
	{ .name = "size",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many entries the checkpoint covers that it is "
			"about." },
	{ .name = "root",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "That checkpoint's Merkle root (RFC 6962)." },
	{ .name = "program",
	    .type = MEMBER_TEXT,
	    .sentence = "What made it, with its version." },
	{ .name = "model",
	    .type = MEMBER_TEXT,
	    .sentence = "The model it is about; otherwise all of the ledger." },
	{ .name = NULL },
};

const struct kind kind_report = {
	.name = "report",
	.sentence = "A report that was issued: its digest, and the checkpoint "
		    "that it is about.",
	.roles = ROLE_ENGINEER | ROLE_APPROVER | ROLE_COMPLIANCE,
	.subject = SUBJECT_ARTEFACT,
	.sealable = true,
	.erasable = true,
	.members = report_rows,
	.example = "{\"name\":\"posture\",\"version\":\"1\","
		   "\"format\":\"html\",\"size\":41,\"root\":"
		   "\"9f86d081884c7d659a2feaa0c55ad015"
		   "a3bf4f1b2b0b822cd15d6c15b0f00a08\","
		   "\"program\":\"vouch 0.1.0\"}",
};
