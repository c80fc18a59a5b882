/* gather.c: the report document: its frame, and what its makers share. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ledger/erasure.h"
#include "ledger/interval.h"
#include "reports/document.h"
#include "reports/gather_internal.h"

#define CITED_SOUND \
	"%zu of %zu entries that this report cites have the leaf hash, the " \
	"signature and the place in the tree that they should have"
#define TEXT_BYTES ((size_t)128 * 1024 * 1024)

static const char *const section_names[SECTION_COUNT] = {
	"cover",
	"definitions",
	"figures",
	"subjects",
	"entities",
	"signers",
	"controls",
	"rules",
	"verdicts",
	"evidence",
	"waivers",
	"approvals",
	"series",
	"graph",
	"changes",
	"integrity",
	"actions",
};

static const char *const kind_names[REPORT_KINDS] = { "posture", "provenance",
	"compliance", "release" };

const char *
report_kind_name(enum report_kind kind)
{
	return kind_names[kind];
}

bool
report_kind_named(enum report_kind *kind, const char *name)
{
	for (unsigned i = 0; i < REPORT_KINDS; i++) {
		if (strcmp(kind_names[i], name) == 0) {
			*kind = (enum report_kind)i;
			return true;
		}
	}
	return false;
}

const char *
gather_text(struct gather *gather, const char *text)
{
	struct bytes copy;

	if (text == NULL)
		return NULL;
	copy = arena_copy(gather->arena, bytes_of_text(text));
	return copy.data == NULL ? "" : (const char *)copy.data;
}

/* --- Citing --- */

static uint64_t
hash_of_seq(const struct gather *gather, uint64_t seq)
{
	return hash_table_hash(&gather->citations, bytes_of(&seq, sizeof seq),
	    bytes_of("", 0));
}

static bool
is_cited(const struct gather *gather, uint64_t seq)
{
	const struct hash_table *table = &gather->citations;

	for (size_t at = hash_table_first(table, hash_of_seq(gather, seq));
	     at != HASH_TABLE_END; at = hash_table_next(table, at)) {
		if (gather->cited[at] == seq)
			return true;
	}
	return false;
}

static bool
cite(struct gather *gather, uint64_t seq)
{
	uint64_t *grown;

	if (gather->cited_count >= REPORT_ENTRIES_MAX)
		return false;
	grown = memory_grow(gather->cited, &gather->cited_capacity,
	    gather->cited_count + 1, sizeof *grown);
	if (grown == NULL)
		return false;
	gather->cited = grown;
	if (hash_table_put(&gather->citations, gather->cited_count,
		hash_of_seq(gather, seq), gather->err) == -1)
		return false;
	gather->cited[gather->cited_count++] = seq;
	return true;
}

void
gather_cite(struct gather *gather, struct xml *node, uint64_t seq)
{
	if (seq >= gather->view.size || node == NULL ||
	    (!is_cited(gather, seq) && !cite(gather, seq)))
		return;
	xml_setf(xml_add(node, "cite"), "entry", "e%" PRIu64, seq);
}

void
gather_cite_leaf(struct gather *gather, struct xml *node, struct digest leaf)
{
	struct error ignored;
	uint64_t seq;
	bool found = false;

	if (index_find_exact(gather->store, leaf, &found, &seq, &ignored) ==
		0 &&
	    found)
		gather_cite(gather, node, seq);
}

const char *
gather_subject(struct gather *gather, struct digest digest, const char *name)
{
	struct subject *grown;
	uint64_t hash = hash_table_hash(&gather->subjects,
	    digest_bytes(&digest), bytes_of_text(name));

	for (size_t at = hash_table_first(&gather->subjects, hash);
	     at != HASH_TABLE_END;
	     at = hash_table_next(&gather->subjects, at)) {
		if (digest_equal(gather->subject[at].digest, digest) &&
		    strcmp(gather->subject[at].name, name) == 0)
			return gather->subject[at].id;
	}
	grown = memory_grow(gather->subject, &gather->subject_capacity,
	    gather->subject_count + 1, sizeof *grown);
	if (grown == NULL)
		return NULL;
	gather->subject = grown;
	if (hash_table_put(&gather->subjects, gather->subject_count, hash,
		gather->err) == -1)
		return NULL;
	grown += gather->subject_count++;
	grown->digest = digest;
	grown->name = gather_text(gather, name);
	(void)snprintf(grown->id, sizeof grown->id, "m%zu",
	    gather->subject_count);
	return grown->id;
}

struct signer_id
gather_signer(struct gather *gather, struct public_key key)
{
	const struct authority *authority = gather->view.authority;
	struct signer_id id = { "s0" };

	for (size_t i = 0; i < authority_count(authority); i++) {
		if (public_key_equal(authority_at(authority, i)->key, key))
			(void)snprintf(id.text, sizeof id.text, "s%zu", i + 1);
	}
	return id;
}

int
gather_standing_of(struct gather *gather, const struct index_query *query,
    size_t *count, uint64_t *seq, size_t most, size_t *kept)
{
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	*count = *kept = 0;
	if (index_list(&list, gather->store, query, gather->err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, gather->err);
		if (result == -1 || !more || row.superseded)
			continue;
		if (*kept < most)
			seq[(*kept)++] = row.seq;
		++*count;
	} while (result == 0 && more);
	index_list_free(list);
	return result;
}

int
gather_each(struct gather *gather, const char *kind,
    const struct digest *mentions,
    int (*each)(void *cookie, const struct index_row *row,
	const struct reader_entry *entry),
    void *cookie)
{
	struct index_query query = { .before = gather->view.size,
		.kind = kind,
		.mentions = mentions,
		.oldest_first = true };
	struct reader_entry entry = reader_entry_new();
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result;

	if (reader_entry_for_many(&entry, gather->err) == -1 ||
	    index_list(&list, gather->store, &query, gather->err) == -1) {
		reader_entry_free(&entry);
		return -1;
	}
	do {
		result = index_next(list, &row, &more, gather->err);
		if (result == -1 || !more || row.superseded)
			continue;
		result =
		    reader_read(gather->reader, row.seq, &entry, gather->err);
		if (result == 0)
			result = each(cookie, &row, &entry);
	} while (result == 0 && more);
	index_list_free(list);
	reader_entry_free(&entry);
	return result;
}

/* --- Sections that every report has --- */

static void
put_cover(struct gather *gather)
{
	static const char *const titles[REPORT_KINDS] = {
		"Governance posture",
		"Provenance and decision file",
		"Compliance, control by control",
		"Release decision",
	};
	static const char *const readers[REPORT_KINDS] = {
		"for a board",
		"for an auditor",
		"for a compliance team",
		"for the engineer who signs off",
	};
	static const char *const limits[] = {
		"That everything that happened was recorded: what never "
		"reached the ledger is not in it.",
		"That what people and programs recorded was true when they "
		"recorded it: their signatures say who said so.",
		"That clocks were right: the order of entries is certain, "
		"their times are the ledger's own.",
		"That the bytes in use are those that were approved, unless "
		"whoever serves them attests it.",
		"That a law or standard is met: the ledger holds evidence, "
		"people judge it.",
	};
	const struct report_order *order = gather->order;
	struct xml *cover = gather->section[SECTION_COVER], *node;

	xml_add_text(cover, "title", titles[order->kind]);
	xml_add_text(cover, "reader", readers[order->kind]);
	node = xml_add(cover, "scope");
	xml_set(node, "type", gather->has_model ? "model" : "ledger");
	if (gather->has_model)
		xml_set(node, "subject",
		    gather_subject(gather, gather->model, gather->model_name));
	xml_set(node, "name",
	    gather->has_model ? gather->model_name : gather->checkpoint.origin);
	xml_set(node, "environment", order->environment);
	node = xml_add(cover, "checkpoint");
	xml_set(node, "origin", gather->checkpoint.origin);
	xml_setf(node, "size", "%" PRIu64, gather->checkpoint.size);
	xml_set(node, "root", digest_hex(gather->checkpoint.root).text);
	xml_set(node, "time", time_format(gather->view.time_ms).text);
	node = xml_add(cover, "period");
	xml_set(node, "from", time_format(gather->from_ms).text);
	xml_set(node, "to", time_format(gather->view.time_ms).text);
	for (size_t i = 0; i < gather->edition_count; i++)
		xml_setf(xml_add(cover, "in-force"), "policy", "p%zu", i + 1);
	node = xml_add(cover, "generator");
	xml_set(node, "program", order->program);
	xml_set(node, "evaluator", POLICY_EVALUATOR);
	node = xml_add(cover, "order");
	xml_set(node, "kind", report_kind_name(order->kind));
	xml_set(node, "model", gather->has_model ? gather->model_name : NULL);
	xml_set(node, "environment", order->environment);
	if (order->since > 0)
		xml_setf(node, "since", "%" PRIu64, order->since);
	xml_set(node, "verify", order->verify ? "true" : "false");
	if (order->all)
		xml_set(node, "all", "true");
	if (gather->edition_count == 0)
		xml_add_text(cover, "remark",
		    "No policy is in force at this checkpoint: nothing was "
		    "judged. What follows is evidence only.");
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		xml_add_text(cover, "limit", limits[i]);
}

/* Whom a certificate says a signer to be, and since and until which entry. */
static void
put_identity(struct gather *gather, struct xml *node,
    const struct principal *signer)
{
	const struct identity *identity = signer->identity;

	if (identity == NULL)
		return;
	xml_set(node, "subject", identity->subject);
	xml_set(node, "issuer", identity->issuer);
	/* What was signed before is not vouched for by it. */
	if (identity->seq != signer->enrolled_seq) {
		xml_setf(node, "certified", "%" PRIu64, identity->seq);
		gather_cite(gather, node, identity->seq);
	}
	if (identity->end == IDENTITY_HOLDS ||
	    identity->ended_seq >= gather->view.size)
		return;
	xml_set(node, "certificate",
	    identity->end == IDENTITY_REVOKED ? "revoked" : "root withdrawn");
	gather_cite(gather, node, identity->ended_seq);
}

static void
put_signers(struct gather *gather)
{
	const struct authority *authority = gather->view.authority;
	struct xml *section = gather->section[SECTION_SIGNERS], *node;
	struct buffer roles = buffer_new(1000);

	node = xml_add(section, "signer");
	xml_set(node, "id", "s0");
	xml_set(node, "name", "the ledger itself");
	xml_set(node, "key",
	    public_key_fingerprint(authority_ledger_key(authority)->key).text);
	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);

		node = xml_add(section, "signer");
		xml_setf(node, "id", "s%zu", i + 1);
		xml_set(node, "name", one->name);
		xml_set(node, "key", one->fingerprint.text);
		buffer_clear(&roles);
		role_write(&roles, one->roles, ", ");
		xml_set(node, "roles", buffer_string(&roles));
		if (one->ended_seq < gather->view.size) {
			xml_set(node, "ended",
			    one->rotated ? "rotated" : "revoked");
			gather_cite(gather, node, one->ended_seq);
		}
		gather_cite(gather, node, one->enrolled_seq);
		put_identity(gather, node, one);
	}
	buffer_free(&roles);
}

/* The registration of a model that stands, if there is one. */
static int
put_registration(struct gather *gather, struct xml *node,
    const struct subject *subject)
{
	struct index_query query = { .before = gather->view.size,
		.kind = "model",
		.mentions = &subject->digest };
	struct reader_entry entry = reader_entry_new();
	struct index_list *list;
	struct index_row row;
	bool more = true, found = false;
	int result;

	if (index_list(&list, gather->store, &query, gather->err) == -1)
		return -1;
	do {
		result = index_next(list, &row, &more, gather->err);
		if (result == 0 && more && !row.superseded)
			found = true;
	} while (result == 0 && more && !found);
	index_list_free(list);
	if (result == 0 && found)
		result =
		    reader_read(gather->reader, row.seq, &entry, gather->err);
	if (result == 0 && found) {
		const struct json *record = entry.record.predicate;
		static const char *const names[][2] = {
			{ "owner", "owner" },
			{ "risk_class", "risk-class" },
			{ "framework", "framework" },
			{ "licence", "licence" },
			{ "location", "location" },
		};

		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			xml_set(node, names[i][1],
			    json_member_text(record, names[i][0]));
		xml_add_text(node, "intended-use",
		    json_member_text(record, "intended_use"));
		xml_add_text(node, "description",
		    json_member_text(record, "description"));
		for (const struct json *one =
			 json_first(json_member(record, "limitations"));
		     one != NULL; one = json_next(one))
			xml_add_text(node, "limitation", json_text(one));
		gather_cite(gather, node, row.seq);
	}
	reader_entry_free(&entry);
	return result;
}

static int
put_subjects(struct gather *gather)
{
	for (size_t i = 0; i < gather->subject_count && i < REPORT_SUBJECTS_MAX;
	     i++) {
		const struct subject *one = &gather->subject[i];
		struct xml *node =
		    xml_add(gather->section[SECTION_SUBJECTS], "subject");
		struct buffer where = buffer_new(8000);

		xml_set(node, "id", one->id);
		xml_set(node, "name", one->name);
		xml_set(node, "digest", digest_hex(one->digest).text);
		for (size_t k = 0; k < gather->unit_count; k++) {
			if (digest_equal(gather->unit[k].model, one->digest))
				buffer_printf(&where, "%s%s",
				    where.len == 0 ? "" : ", ",
				    gather->unit[k].environment);
		}
		if (where.len > 0)
			xml_set(node, "in-use", buffer_string(&where));
		buffer_free(&where);
		if (put_registration(gather, node, one) == -1)
			return -1;
	}
	return 0;
}

/* How many of the entries that are cited are sound, and how many were erased
 * whole. */
struct register_count {
	size_t sound;
	size_t erased;
};

static struct xml *
add_entry(struct gather *gather, const struct index_row *row,
    struct digest leaf, int64_t time_ms, struct dated_list *dates)
{
	struct xml *node = xml_add(gather->section[SECTION_EVIDENCE], "entry");

	xml_setf(node, "id", "e%" PRIu64, row->seq);
	xml_setf(node, "seq", "%" PRIu64, row->seq);
	xml_set(node, "leaf", digest_hex(leaf).text);
	xml_set(node, "kind", row->kind->name);
	xml_set(node, "time", time_format(time_ms).text);
	gather_recorded(node, dates, row->seq);
	xml_set(node, "signer", gather_signer(gather, row->signer).text);
	return node;
}

/* Where the tree is by which an entry's place is checked; NULL: it is known. */
static struct store *
tree_of(const struct gather *gather)
{
	return gather->order->part ? NULL : gather->store;
}

/* Of one that was erased whole the leaf hash is left, in the tree, and the
 * entry that says so. */
static int
put_erased(struct gather *gather, const struct index_row *row,
    struct dated_list *dates, struct register_count *count)
{
	const char *checked = report_check_place(&gather->checkpoint,
	    tree_of(gather), row->seq, row->leaf);
	struct xml *node;
	uint64_t by = 0;
	bool found = false;

	if (erasure_find_whole(gather->store, row->leaf, &found, &by,
		gather->err) == -1)
		return -1;
	node = add_entry(gather, row, row->leaf, row->time_ms, dates);
	if (checked == NULL && !found)
		checked = "missing: no erasure names it";
	xml_set(node, "checked", checked == NULL ? "erased" : checked);
	if (found)
		xml_setf(node, "title", "erased by entry %" PRIu64, by);
	else
		xml_set(node, "title", "missing");
	count->erased += checked == NULL;
	return 0;
}

/* One entry, checked: its line gives the leaf hash, the signature verifies,
 * and the leaf is in the checkpoint's tree. */
static int
put_entry(struct gather *gather, uint64_t seq, struct reader_entry *entry,
    struct dated_list *dates, struct register_count *count)
{
	struct xml *node;
	struct index_row row;
	struct buffer text = buffer_new(64 * 1024);
	const char *checked;
	int result = -1;

	if (index_row_at(gather->store, seq, gather->view.size, &row,
		gather->err) == -1)
		goto done;
	if (row.kind == &kind_erased) {
		result = put_erased(gather, &row, dates, count);
		goto done;
	}
	if (reader_read(gather->reader, seq, entry, gather->err) == -1)
		goto done;
	row.kind = entry->record.kind;
	node =
	    add_entry(gather, &row, entry->leaf, entry->entry.time_ms, dates);
	checked = report_check_entry(gather->view.authority,
	    &gather->checkpoint, tree_of(gather), entry);
	xml_set(node, "checked", checked == NULL ? "sound" : checked);
	count->sound += checked == NULL;
	if (row.superseded)
		xml_setf(node, "corrected-by", "%" PRIu64, row.superseded_by);
	record_title(&text, &entry->record);
	xml_set(node, "title", buffer_string(&text));
	buffer_clear(&text);
	record_summary(&text, &entry->record);
	if (text.len > 0)
		xml_set(node, "summary", buffer_string(&text));
	result = 0;
done:
	buffer_free(&text);
	return result;
}

static int
put_evidence(struct gather *gather)
{
	struct reader_entry entry = reader_entry_new();
	struct dated_list *dates = NULL;
	struct register_count count = { .sound = 0 };
	struct xml *node, *figure;
	size_t standing;
	int result = reader_entry_for_many(&entry, gather->err);

	if (result == 0)
		result = gather_dates(gather, &dates);
	figure = gather_figure(gather, "entries-cited", "entries-cited", 0, 0,
	    "entries");
	gather_figures_end(gather);
	if (gather->cited_count > 1)
		qsort(gather->cited, gather->cited_count, sizeof *gather->cited,
		    gather_by_seq);
	for (size_t i = 0; i < gather->cited_count && result == 0; i++)
		result =
		    put_entry(gather, gather->cited[i], &entry, dates, &count);
	dated_list_free(dates);
	reader_entry_free(&entry);
	if (result == -1)
		return -1;
	standing = gather->cited_count - count.erased;
	xml_setf(figure, "value", "%zu", count.sound);
	xml_setf(figure, "of", "%zu", standing);
	node = xml_add(gather->section[SECTION_INTEGRITY], "check");
	xml_set(node, "name", "entries cited here");
	xml_set(node, "result", count.sound == standing ? "pass" : "fail");
	if (count.erased == 0)
		xml_setf(node, "says", CITED_SOUND, count.sound, standing);
	else
		xml_setf(node, "says",
		    CITED_SOUND "; %zu more %s erased, of which the "
				"leaf hash is in the tree",
		    count.sound, standing, count.erased,
		    count.erased == 1 ? "was" : "were");
	return 0;
}

/* --- The whole --- */

static int
open_scope(struct gather *gather)
{
	struct reader_entry entry = reader_entry_new();
	const char *what = gather->order->model;
	int result = -1;

	if (what == NULL)
		return 0;
	if (reader_find_of(gather->reader, "model", what, &gather->model_seq,
		gather->err) == -1 ||
	    reader_read(gather->reader, gather->model_seq, &entry,
		gather->err) == -1)
		goto done;
	if (strcmp(entry.record.kind->name, "model") != 0 &&
	    strcmp(entry.record.kind->name, "deployment") != 0) {
		error_set(gather->err, ERROR_UNDECIDED,
		    "see `vouch list model'",
		    "'%.100s' is a %s, not a model or a deployment", what,
		    entry.record.kind->name);
		goto done;
	}
	gather->has_model = true;
	gather->model = entry.record.subject;
	gather->model_name = gather_text(gather,
	    json_member_text(json_first(entry.record.subjects), "name"));
	result = 0;
done:
	reader_entry_free(&entry);
	return result;
}

static int
open_checkpoint(struct gather *gather)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	uint64_t size = 0;
	int64_t time_ms;
	int result = -1;

	if (store_checkpoint(gather->store, reader_size(gather->reader), &size,
		&note, gather->err) == -1 ||
	    checkpoint_open(&gather->checkpoint, buffer_bytes(&note),
		authority_ledger_key(reader_authority(gather->reader)),
		gather->err) == -1)
		goto done;
	if (size != reader_size(gather->reader)) {
		error_set(gather->err, ERROR_UNDECIDED, "give its size",
		    "a report is of a checkpoint, and there is none of %llu "
		    "entries",
		    (unsigned long long)reader_size(gather->reader));
		goto done;
	}
	/* From the first entry that the report it follows had not seen. */
	if (reader_time(gather->reader,
		gather->order->since < size ? gather->order->since : size - 1,
		&gather->from_ms, gather->err) == -1 ||
	    reader_time(gather->reader, size - 1, &time_ms, gather->err) == -1)
		goto done;
	gather->view = (struct append_view){ .store = gather->store,
		.authority = reader_authority(gather->reader),
		.size = size,
		.time_ms = time_ms };
	result = 0;
done:
	buffer_free(&note);
	return result;
}

int
report_size(uint64_t *size, struct reader *reader, uint64_t at_most,
    struct error *err)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	int result =
	    store_checkpoint(reader_store(reader), at_most, size, &note, err);

	buffer_free(&note);
	if (result == 0 && *size == 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "there is no checkpoint of so few entries");
	return result;
}

static int
gather_all(struct gather *gather)
{
	enum report_kind kind = gather->order->kind;

	if (open_checkpoint(gather) == -1 || open_scope(gather) == -1 ||
	    judge_new(&gather->judge, gather->err) == -1 ||
	    gather_units(gather) == -1 || gather_standing(gather) == -1)
		return -1;
	put_cover(gather);
	put_signers(gather);
	gather_rules(gather);
	gather_verdicts(gather);
	if (gather_controls(gather) == -1 ||
	    (gather->has_model && gather_model(gather) == -1) ||
	    (kind == REPORT_RELEASE && gather_release(gather) == -1) ||
	    gather_decisions(gather) == -1 || gather_ledger(gather) == -1 ||
	    (kind == REPORT_POSTURE && gather_trend(gather) == -1) ||
	    put_subjects(gather) == -1 || gather_integrity(gather) == -1 ||
	    put_evidence(gather) == -1)
		return -1;
	gather_definitions(gather);
	return xml_check(gather->doc, "the report", gather->err);
}

void
gather_clear(struct gather *gather)
{
	memory_free(gather->rule);
	worst_free(&gather->bad);
	worst_free(&gather->rest);
	memory_free(gather->cell);
	memory_free(gather->unit);
	hash_table_free(&gather->units);
	hash_table_free(&gather->subjects);
	hash_table_free(&gather->citations);
	memory_free(gather->state);
	memory_free(gather->subject);
	memory_free(gather->cited);
	memory_free(gather->threshold);
}

int
report_gather(struct xml_doc **out, struct reader *reader,
    const struct report_order *order, struct error *err)
{
	struct gather gather = { .order = order,
		.reader = reader,
		.store = reader_store(reader),
		.bad = { .most = REPORT_VERDICTS_MAX },
		.rest = { .most = REPORT_VERDICTS_MAX },
		.units = hash_table_new(),
		.subjects = hash_table_new(),
		.citations = hash_table_new(),
		.err = err };
	int result = -1;

	if (arena_new(&gather.arena, TEXT_BYTES, err) == -1 ||
	    xml_new(&gather.doc, "report", REPORT_NAMESPACE, err) == -1)
		goto done;
	xml_set(xml_root(gather.doc), "kind", report_kind_name(order->kind));
	xml_set(xml_root(gather.doc), "version", "1");
	for (unsigned i = 0; i < SECTION_COUNT; i++)
		gather.section[i] =
		    xml_add(xml_root(gather.doc), section_names[i]);
	result = gather_all(&gather);
done:
	if (result == 0)
		*out = gather.doc;
	else
		xml_free(gather.doc);
	judge_free(gather.judge);
	arena_free(gather.arena);
	gather_clear(&gather);
	return result;
}
