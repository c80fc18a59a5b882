/* shared.c: rows and checks that several kinds have in common. */
#include <string.h>

#include "ledger/kinds/kinds_internal.h"

const struct member about_model_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The model, usually model/NAME@VERSION." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_MODEL,
	    .sentence = "SHA-256 of the model's artefact." },
	{ .name = NULL },
};

const struct member about_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What it is called, usually KIND/NAME@VERSION." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_MODEL,
	    .sentence = "Its SHA-256." },
	{ .name = NULL },
};

const struct member replaced_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What it is called." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "Its SHA-256." },
	{ .name = NULL },
};

const struct member about_dataset_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The data, usually dataset/NAME@VERSION." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_DATASET,
	    .sentence = "SHA-256 of the data, or of a folder's manifest." },
	{ .name = NULL },
};

const struct member parent_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .sentence = "What it is called, usually KIND/NAME@VERSION." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_PARENT,
	    .sentence = "Its SHA-256." },
	{ .name = NULL },
};

const struct member code_rows[] = {
	{ .name = "repository",
	    .type = MEMBER_TEXT,
	    .sentence = "Its repository, without user or password." },
	{ .name = "commit",
	    .type = MEMBER_COMMIT,
	    .sentence = "The commit that was checked out." },
	{ .name = "branch",
	    .type = MEMBER_TEXT,
	    .sentence = "The branch that was checked out." },
	{ .name = "dirty",
	    .type = MEMBER_BOOL,
	    .sentence = "Whether the files differed from the commit." },
	{ .name = "difference",
	    .type = MEMBER_DIGEST,
	    .sentence = "SHA-256 of that difference." },
	{ .name = "path",
	    .type = MEMBER_TEXT,
	    .sentence = "Folder below the top of the repository." },
	{ .name = NULL },
};

const struct member cost_rows[] = {
	{ .name = "currency",
	    .type = MEMBER_TEXT,
	    .sentence = "Currency of the amount (ISO 4217)." },
	{ .name = "amount",
	    .type = MEMBER_NUMBER,
	    .sentence = "Money spent, in that currency." },
	{ .name = "energy_kwh",
	    .type = MEMBER_NUMBER,
	    .sentence = "Energy used, in kilowatt-hours." },
	{ .name = "co2_kg",
	    .type = MEMBER_NUMBER,
	    .sentence = "Emissions, in kilograms of CO2 equivalent." },
	{ .name = NULL },
};

int
kind_forbids(const struct record *record, const char *name, const char *when,
    struct error *err)
{
	if (json_member(record->predicate, name) == NULL)
		return 0;
	error_set(err, ERROR_UNDECIDED, "leave it out",
	    "\"%s\" is not a member %s", name, when);
	return error_within(err, "predicate.%s", name);
}

int
kind_needs(const struct record *record, const char *name, const char *when,
    struct error *err)
{
	if (json_member(record->predicate, name) != NULL)
		return 0;
	error_set(err, ERROR_UNDECIDED, NULL, "the member \"%s\" %s is missing",
	    name, when);
	return error_within(err, "predicate");
}

int
kind_in_order(const struct json *object, const char *path, const char *earlier,
    const char *later, struct error *err)
{
	const char *a = json_member_text(object, earlier);
	const char *b = json_member_text(object, later);

	/* The one spelling of times has the order of time. */
	if (a == NULL || b == NULL || strcmp(a, b) <= 0)
		return 0;
	error_set(err, ERROR_UNDECIDED, NULL,
	    "\"%s\" (%s) lies before \"%s\" (%s)", later, b, earlier, a);
	return error_within(err, "%s", path);
}
