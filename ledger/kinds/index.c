/* index.c: what every list of entries came to, at a size of the ledger. */
#include "ledger/kinds/kinds_internal.h"

static const struct member rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "Always lists." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "The number of entries, as a name." },
	{ .name = "entries",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many entries the lists are of: all before this "
			"one." },
	{ .name = "lists",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many lists are not empty." },
	{ .name = "root",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "Root of the tree over the lists, in order of "
			"subject and kind." },
	{ .name = NULL },
};

const struct kind kind_index = {
	.name = "index",
	.sentence = "What the list of the entries of each kind that name each "
		    "artefact came to: signed by the ledger itself, so that "
		    "lists can be proved to be complete.",
	.roles = 0,
	.subject = SUBJECT_IDENTITY,
	.members = rows,
	.example = "{\"name\":\"lists\",\"version\":\"1024\","
		   "\"entries\":1024,\"lists\":3107,\"root\":"
		   "\"9f86d081884c7d659a2feaa0c55ad015"
		   "a3bf4f1b2b0b822cd15d6c15b0f00a08\"}",
};
