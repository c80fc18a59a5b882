#include "reports/document.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/merkle.h"

EMBED(report_schema, "reports/schema/report.xsd");

static const struct embedded schemas[] = {
	{ "report.xsd", report_schema_begin, report_schema_end },
	{ NULL, NULL, NULL },
};

const char *
report_check_place(const struct checkpoint *checkpoint, struct store *store,
    uint64_t seq, struct digest leaf)
{
	struct tile_source tiles;
	struct error ignored;
	struct proof proof;

	if (store == NULL)
		return NULL;
	tiles = store_tiles(store);
	return merkle_inclusion(&proof, seq, checkpoint->size, &tiles,
		   &ignored) == 0 &&
		proof_includes(&proof, leaf, seq, checkpoint->size,
		    checkpoint->root)
	    ? NULL
	    : "not in the tree";
}

const char *
report_check_entry(const struct authority *authority,
    const struct checkpoint *checkpoint, struct store *store,
    const struct reader_entry *entry)
{
	const struct envelope *envelope = &entry->entry.envelope;
	const struct note_key *own = authority_ledger_key(authority);
	struct buffer scratch = buffer_new(LIMIT_ENVELOPE);
	const char *wrong = report_check_place(checkpoint, store,
	    entry->entry.seq, entry_leaf_hash(buffer_bytes(&entry->line)));
	struct error ignored;

	for (size_t i = 0; wrong == NULL && i < envelope->signature_count;
	     i++) {
		const char *hint = envelope->signature[i].keyid.text;
		const struct principal *who =
		    authority_by_fingerprint(authority, hint);
		bool verified = false;

		if (who == NULL &&
		    strcmp(hint, public_key_fingerprint(own->key).text) != 0)
			wrong = "signed by an unknown key";
		else if (envelope_verify(envelope, i,
			     who == NULL ? own->key : who->key, &scratch,
			     &verified, &ignored) == -1 ||
		    !verified)
			wrong = "signature does not verify";
	}
	buffer_free(&scratch);
	return wrong;
}

static struct xml *
section(const struct xml_doc *doc, const char *name)
{
	struct xml *one = xml_first(xml_root(doc));

	while (one != NULL && strcmp(xml_name(one), name) != 0)
		one = xml_next(one);
	return one;
}

static size_t
count_of(const struct xml *node, const char *name)
{
	const char *text = xml_get(node, name);

	return text == NULL ? 0 : (size_t)strtoull(text, NULL, 10);
}

/* The figure of a count is the sum over the rules, and no fewer than the
 * verdicts that are shown. */
static int
check_result(const struct xml_doc *doc, const char *attribute, const char *word,
    struct error *err)
{
	size_t sum = 0, shown = 0, figure = 0;

	for (struct xml *policy = xml_first(section(doc, "rules"));
	     policy != NULL; policy = xml_next(policy)) {
		for (struct xml *rule = xml_first(policy); rule != NULL;
		     rule = xml_next(rule)) {
			if (strcmp(xml_name(rule), "rule") == 0)
				sum += count_of(rule, attribute);
		}
	}
	for (struct xml *one = xml_first(section(doc, "verdicts")); one != NULL;
	     one = xml_next(one))
		shown += strcmp(xml_get(one, "result"), word) == 0;
	for (struct xml *one = xml_first(section(doc, "figures")); one != NULL;
	     one = xml_next(one)) {
		const char *id = xml_get(one, "id");

		if (strncmp(id, "checks-", 7) == 0 &&
		    strcmp(id + 7, attribute) == 0)
			figure = count_of(one, "value");
	}
	if (sum == figure && shown <= sum)
		return 0;
	return error_set(err, ERROR_SYSTEM,
	    "this is a fault of vouch: please report it",
	    "the report counts %zu '%s', its rules %zu and its verdicts %zu",
	    figure, word, sum, shown);
}

int
report_check(const struct xml_doc *doc, struct error *err)
{
	static const char *const results[][2] = {
		{ "pass", "pass" },
		{ "fail", "fail" },
		{ "waived", "waived" },
		{ "no-evidence", "no evidence" },
		{ "not-applicable", "not applicable" },
		{ "error", "error" },
	};

	if (xml_validate(doc, embedded_find(schemas, "report.xsd"), err) == -1)
		return -1;
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
		if (check_result(doc, results[i][0], results[i][1], err) == -1)
			return -1;
	}
	return 0;
}
