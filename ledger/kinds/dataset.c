/* dataset.c: data that models are made from or measured on. */
#include "ledger/kinds/kinds_internal.h"

static const struct member split_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What the part is for: train, validation, test." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .sentence = "SHA-256 of the part's file." },
	{ .name = "rows",
	    .type = MEMBER_COUNT,
	    .sentence = "How many rows it has." },
	{ .name = NULL },
};

static const struct member check_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What was checked." },
	{ .name = "passed",
	    .type = MEMBER_BOOL,
	    .required = true,
	    .sentence = "Whether the data passed." },
	{ .name = "detail",
	    .type = MEMBER_TEXT,
	    .sentence = "What was found." },
	{ .name = NULL },
};

static const struct member quality_rows[] = {
	{ .name = "rows",
	    .type = MEMBER_COUNT,
	    .sentence = "How many rows there are." },
	{ .name = "columns",
	    .type = MEMBER_COUNT,
	    .sentence = "How many columns there are." },
	{ .name = "missing",
	    .type = MEMBER_COUNT,
	    .sentence = "How many values are missing." },
	{ .name = "duplicates",
	    .type = MEMBER_COUNT,
	    .sentence = "How many rows repeat an earlier one." },
	{ .name = "profile",
	    .type = MEMBER_MAP,
	    .element = MEMBER_ANY,
	    .sentence = "Figures of each column, by its name." },
	{ .name = "checks",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "Checks that were made, and how they ended.",
	    .members = check_rows },
	{ .name = NULL },
};

static const struct member rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What the data is called." },
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
	{ .name = "media_type",
	    .type = MEMBER_TEXT,
	    .sentence = "Its media type, such as text/csv." },
	{ .name = "location",
	    .type = MEMBER_TEXT,
	    .sentence = "Where it is kept." },
	{ .name = "licence",
	    .type = MEMBER_TEXT,
	    .sentence = "Terms under which it may be used (SPDX where there "
			"is a name)." },
	{ .name = "origin",
	    .type = MEMBER_TEXT,
	    .sentence = "Who it came from, and how it was collected." },
	{ .name = "legal_basis",
	    .type = MEMBER_TEXT,
	    .sentence = "Why it may be processed, such as contract or "
			"consent." },
	{ .name = "personal_data",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .sentence = "Classes of personal data in it; an empty list says "
			"there are none." },
	{ .name = "description",
	    .type = MEMBER_TEXT,
	    .sentence = "What it is." },
	{ .name = "parents",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "Data it was derived from.",
	    .members = parent_rows },
	{ .name = "split",
	    .type = MEMBER_TEXT,
	    .sentence = "Which part of a whole it is: train, validation, "
			"test." },
	{ .name = "splits",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "The parts it is divided into.",
	    .members = split_rows },
	{ .name = "quality",
	    .type = MEMBER_OBJECT,
	    .sentence = "What is known of its quality.",
	    .members = quality_rows },
	{ .name = NULL },
};

const struct kind kind_dataset = {
	.name = "dataset",
	.sentence = "Data that models are made from or measured on: what it "
		    "is, where it came from and on what terms it may be used.",
	.roles = ROLE_ENGINEER | ROLE_SERVICE,
	.subject = SUBJECT_ARTEFACT,
	.sealable = true,
	.erasable = true,
	.members = rows,
	.example =
	    "{\"name\":\"hmda\",\"version\":\"1\",\"size\":123456,"
	    "\"files\":1,\"media_type\":\"text/csv\","
	    "\"location\":\"s3://credit/hmda.csv\",\"licence\":\"CC0-1.0\","
	    "\"origin\":\"Home Mortgage Disclosure Act, Boston 1990\","
	    "\"legal_basis\":\"public record\","
	    "\"personal_data\":[\"ethnic origin\",\"income\"],"
	    "\"description\":\"Mortgage applications and decisions\","
	    "\"parents\":[{\"name\":\"dataset/hmda-raw@1\",\"digest\":"
	    "\"9f86d081884c7d659a2feaa0c55ad015"
	    "a3bf4f1b2b0b822cd15d6c15b0f00a08\"}],"
	    "\"splits\":[{\"name\":\"train\",\"rows\":1904},"
	    "{\"name\":\"test\",\"rows\":476}],"
	    "\"quality\":{\"rows\":2380,\"columns\":14,\"missing\":1,"
	    "\"duplicates\":0,\"profile\":{\"dir\":{\"mean\":0.33}},"
	    "\"checks\":[{\"name\":\"income is positive\","
	    "\"passed\":true}]}}",
};
