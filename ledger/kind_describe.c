/* kind_describe.c: the rows of a kind as a page for people. */
#include <string.h>

#include "ledger/kind_internal.h"

/* Deepest nesting of rows, for the path in front of a name. */
#define PATH_MAX_LEN 200

/* "list of texts": the words for a type and what it holds. */
static void
write_type(struct buffer *out, const struct member *row)
{
	enum member_type type = row->type;

	if (type == MEMBER_LIST || type == MEMBER_MAP) {
		buffer_printf(out, "%s of ", member_type_word(type));
		type = row->element;
	}
	if (type != MEMBER_WORD) {
		buffer_text(out, member_type_word(type));
		return;
	}
	for (size_t i = 0; row->words[i] != NULL; i++)
		buffer_printf(out, "%s`%s`", i == 0 ? "" : " or ",
		    row->words[i]);
}

static void
write_rows(struct buffer *out, const struct member *row, const char *path)
{
	for (; row->name != NULL; row++) {
		struct buffer inner = buffer_new(PATH_MAX_LEN);

		buffer_printf(out, "| `%s%s` | ", path, row->name);
		write_type(out, row);
		buffer_printf(out, " | %s | %s |\n", row->required ? "yes" : "",
		    row->sentence);
		if (row->members == NULL)
			continue;
		buffer_printf(&inner, "%s%s%s.", path, row->name,
		    row->type == MEMBER_LIST      ? "[]"
			: row->type == MEMBER_MAP ? ".*"
						  : "");
		write_rows(out, row->members, buffer_string(&inner));
		buffer_free(&inner);
	}
}

static void
write_table(struct buffer *out, const struct member *rows)
{
	buffer_text(out,
	    "| member | type | needed | meaning |\n"
	    "| --- | --- | --- | --- |\n");
	write_rows(out, rows, "");
}

static const char *
subject_rule(enum kind_subject subject)
{
	switch (subject) {
	case SUBJECT_LEDGER:
		return "the ledger's origin, with the SHA-256 of its key in "
		       "SSH wire form";
	case SUBJECT_KEY:
		return "`key/NAME`, with the SHA-256 of the key in SSH wire "
		       "form";
	case SUBJECT_ARTEFACT:
		return "`%s/NAME@VERSION`, with the artefact's SHA-256";
	case SUBJECT_IDENTITY:
		return "`%s/NAME@VERSION`, with the SHA-256 of the ledger's "
		       "origin, a space and that name";
	case SUBJECT_MODEL:
		return "the name and the digest of the member `model`";
	case SUBJECT_ABOUT:
		return "the name and the digest of the member `about`";
	}
	return "";
}

/* The rule with the kind's name where it says %s. */
static void
write_subject(struct buffer *out, const struct kind *kind)
{
	const char *rule = subject_rule(kind->subject);
	const char *gap = strstr(rule, "%s");

	buffer_text(out, "Subject: ");
	if (gap != NULL) {
		buffer_append(out, bytes_of(rule, (size_t)(gap - rule)));
		buffer_text(out, kind->name);
		rule = gap + 2;
	}
	buffer_text(out, rule);
	if (kind_outputs(kind) != NULL)
		buffer_printf(out, "; then each of the `%s`, in their order",
		    kind_outputs(kind)->name);
	buffer_text(out, ".\n\n");
}

static void
write_example(struct buffer *out, const struct kind *kind)
{
	struct json *example = NULL;
	struct error ignored;

	if (kind->example == NULL ||
	    json_parse(&example, bytes_of_text(kind->example), &ignored) == -1)
		return;
	buffer_text(out, "\n```json\n");
	json_write_pretty(out, example);
	buffer_text(out, "\n```\n");
	json_free(example);
}

static void
describe_common(struct buffer *out)
{
	buffer_text(out,
	    "## Every record\n\nThe predicate of every record "
	    "begins with these members, in this order.\n\n");
	write_table(out, kind_common);
	buffer_text(out, "\nAny record may have these too.\n\n");
	write_table(out, kind_optional);
}

void
kind_describe(struct buffer *out, const struct kind *kind)
{
	if (kind == NULL) {
		describe_common(out);
		return;
	}
	buffer_printf(out, "## %s\n\n%s\n\n", kind->name, kind->sentence);
	buffer_text(out, "Signed by: ");
	role_write(out, kind->roles, ", ");
	buffer_text(out, kind->roles == 0 ? "the ledger itself.  \n" : ".  \n");
	write_subject(out, kind);
	write_table(out, kind->members);
	write_example(out, kind);
}
