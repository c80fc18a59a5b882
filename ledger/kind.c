/* kind.c: roles, the members every record has, and finding a kind. */
#include "ledger/kind.h"

#include <string.h>

#include "ledger/kind_internal.h"
#include "ledger/kinds/kinds_internal.h"

static const char *const role_sentences[] = {
	"Enrols, rotates and revokes keys.",
	"Records data, runs, models and evaluations.",
	"Signs decisions about what goes into use.",
	"Writes rules and waivers, and erases personal data.",
	"A machine: a pipeline, a monitor or a server.",
};

const char *const role_words[] = {
	"owner",
	"engineer",
	"approver",
	"compliance",
	"service",
	NULL,
};

const char *
role_name(unsigned bit_number)
{
	return bit_number < ROLE_COUNT ? role_words[bit_number] : NULL;
}

const char *
role_sentence(unsigned bit_number)
{
	return bit_number < ROLE_COUNT ? role_sentences[bit_number] : NULL;
}

unsigned
role_of(const char *word)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (strcmp(word, role_words[i]) == 0)
			return 1U << i;
	return 0;
}

void
role_write(struct buffer *out, unsigned roles, const char *separator)
{
	bool first = true;

	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if ((roles & 1U << i) == 0)
			continue;
		if (!first)
			buffer_text(out, separator);
		buffer_text(out, role_words[i]);
		first = false;
	}
}

static const struct member after_rows[] = {
	{ .name = "size",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many entries that checkpoint covers." },
	{ .name = "root",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "Its Merkle root (RFC 6962)." },
	{ .name = NULL },
};

const struct member kind_common[] = {
	{ .name = "ledger",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "Origin of the ledger this record is meant for." },
	{ .name = "made",
	    .type = MEMBER_TIME,
	    .required = true,
	    .sentence = "When the author made it, by the author's clock." },
	{ .name = "nonce",
	    .type = MEMBER_NONCE,
	    .required = true,
	    .sentence = "128 random bits: no record enters a ledger twice." },
	{ .name = "after",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The newest checkpoint the author had seen, which pins "
			"the history before this record.",
	    .members = after_rows },
	{ .name = NULL },
};

static const struct member supersedes_rows[] = {
	{ .name = "entry",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_SUPERSEDES,
	    .sentence = "Leaf hash of the entry that is corrected." },
	{ .name = "because",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What was wrong with it." },
	{ .name = NULL },
};

const struct member kind_optional[] = {
	{ .name = "supersedes",
	    .type = MEMBER_OBJECT,
	    .sentence = "The earlier entry that this record corrects, and why.",
	    .members = supersedes_rows },
	{ .name = "tags",
	    .type = MEMBER_MAP,
	    .element = MEMBER_TEXT,
	    .sentence = "Words of the author's own to find the record by." },
	{ .name = "note",
	    .type = MEMBER_TEXT,
	    .sentence = "A remark for whoever reads the record." },
	{ .name = NULL },
};

static const struct member no_rows[] = { { .name = NULL } };

const struct kind kind_erased = {
	.name = "erased",
	.sentence = "An entry whose body was destroyed.",
	.subject = SUBJECT_IDENTITY,
	.members = no_rows,
};

const struct kind *
kind_named(const char *name)
{
	for (size_t i = 0; kinds[i] != NULL; i++)
		if (kinds[i]->name[0] == name[0] &&
		    strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

const struct member *
kind_outputs(const struct kind *kind)
{
	for (const struct member *row = kind->members; row->name != NULL;
	     row++) {
		if (row->type != MEMBER_LIST || row->members == NULL)
			continue;
		for (const struct member *inner = row->members;
		     inner->name != NULL; inner++)
			if (inner->index == INDEX_OUTPUT)
				return row;
	}
	return NULL;
}

const struct json *
kind_first_output(const struct kind *kind, const struct json *members)
{
	const struct member *row = kind_outputs(kind);

	return row == NULL ? NULL : json_first(json_member(members, row->name));
}
