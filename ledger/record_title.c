/* record_title.c: a record in a line, for people. */
#include "ledger/erasure.h"
#include "ledger/record.h"

static void
write_roles(struct buffer *out, const struct json *roles)
{
	const struct json *role = json_first(roles);

	for (bool first = true; role != NULL; role = json_next(role)) {
		buffer_text(out, first ? "" : ", ");
		buffer_text(out, json_text(role));
		first = false;
	}
}

static void
key_title(struct buffer *out, const struct json *predicate)
{
	const struct json *roles = json_member(predicate, "roles");

	buffer_printf(out, "%s %s", json_member_text(predicate, "action"),
	    json_member_text(predicate, "name"));
	if (roles != NULL) {
		buffer_text(out, " as ");
		write_roles(out, roles);
	}
}

static void
ledger_title(struct buffer *out, const struct json *predicate)
{
	const struct json *founder =
	    json_first(json_member(predicate, "founders"));
	const char *separator = " founded by ";

	buffer_text(out, json_member_text(predicate, "origin"));
	for (; founder != NULL; founder = json_next(founder)) {
		buffer_text(out, separator);
		buffer_text(out, json_member_text(founder, "name"));
		separator = ", ";
	}
}

void
record_title(struct buffer *out, const struct record *record)
{
	const char *subject =
	    json_member_text(json_first(record->subjects), "name");

	switch (record->kind->subject) {
	case SUBJECT_LEDGER:
		ledger_title(out, record->predicate);
		return;
	case SUBJECT_KEY:
		key_title(out, record->predicate);
		return;
	case SUBJECT_MODEL:
	case SUBJECT_ABOUT:
		buffer_printf(out, "%s of %s", record->kind->name, subject);
		return;
	case SUBJECT_ARTEFACT:
	case SUBJECT_IDENTITY:
		break;
	}
	buffer_text(out, subject);
}

/* How many metrics a line shows. */
#define SUMMARY_METRICS 3

static void
write_metrics(struct buffer *out, const struct json *metrics,
    const char **separator)
{
	const struct json *metric = json_first(metrics);

	for (int i = 0; metric != NULL && i < SUMMARY_METRICS; i++) {
		buffer_printf(out, "%s%s ", *separator, json_name(metric));
		if (json_text(metric) != NULL)
			buffer_text(out, json_text(metric));
		else
			buffer_printf(out, "%.4g", json_number(metric));
		*separator = ", ";
		metric = json_next(metric);
	}
	if (metric != NULL)
		buffer_text(out, ", …");
}

/* How many rules came to what. */
static void
write_counts(struct buffer *out, const struct json *counts,
    const char **separator)
{
	for (const struct json *count = json_first(counts); count != NULL;
	     count = json_next(count)) {
		buffer_printf(out, "%s%.0f %s", *separator, json_number(count),
		    json_name(count));
		*separator = ", ";
	}
}

/* How many entries a line about an erasure shows. */
#define SUMMARY_ERASED 3

static void
write_parts(struct buffer *out, const struct json *parts, const char *word,
    uint64_t number, const char **separator)
{
	size_t count = json_count(parts);

	if (count == 0)
		return;
	buffer_printf(out, "%s%zu %s%s of entry %llu", *separator, count, word,
	    count == 1 ? "" : "s", (unsigned long long)number);
	*separator = ", ";
}

/* What was destroyed. */
static void
write_erased(struct buffer *out, const struct record *record,
    const char **separator)
{
	const struct json *item = erasure_items(record);

	for (int i = 0; item != NULL && i < SUMMARY_ERASED; i++) {
		struct erased erased = erasure_item(item);

		if (erased.whole) {
			buffer_printf(out, "%sentry %llu whole", *separator,
			    (unsigned long long)erased.number);
			if (erased.kind != NULL)
				buffer_printf(out, " (%s)", erased.kind->name);
			*separator = ", ";
		}
		write_parts(out, erased.fields, "field", erased.number,
		    separator);
		write_parts(out, erased.attachments, "attachment",
		    erased.number, separator);
		item = json_next(item);
	}
	if (item != NULL)
		buffer_text(out, ", …");
}

void
record_summary(struct buffer *out, const struct record *record)
{
	static const char *const texts[] = {
		"phase",
		"action",
		"decision",
		"environment",
		"rule",
		"control",
		"outcome",
		"about",
		"status",
		"severity",
		"title",
		"risk_class",
		"licence",
		"because",
		NULL,
	};
	const char *separator = "";

	for (size_t i = 0; texts[i] != NULL; i++) {
		const char *text =
		    json_member_text(record->predicate, texts[i]);

		if (text == NULL ||
		    (i == 1 && record->kind->subject == SUBJECT_KEY))
			continue;
		buffer_printf(out, "%s%s", separator, text);
		separator = ", ";
	}
	write_metrics(out, json_member(record->predicate, "metrics"),
	    &separator);
	write_counts(out, json_member(record->predicate, "counts"), &separator);
	if (erasure_is(record->kind))
		write_erased(out, record, &separator);
}
