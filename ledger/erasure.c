#include "ledger/erasure.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"
#include "keys/public_key.h"
#include "ledger/admission.h"
#include "ledger/holds.h"
#include "ledger/kinds/kinds_internal.h"
#include "ledger/list.h"
#include "ledger/sealed.h"
#include "ledger/store_disclosure.h"
#include "ledger/store_settle.h"

bool
erasure_is(const struct kind *kind)
{
	return kind == &kind_erasure;
}

const struct json *
erasure_items(const struct record *record)
{
	return json_first(json_member(record->predicate, "entries"));
}

/* A count, which beyond 2^53 is a text. */
static uint64_t
count_of(const struct json *value)
{
	const char *text = json_text(value);

	return text == NULL ? (uint64_t)json_integer(value)
			    : strtoull(text, NULL, 10);
}

/* What is kept of an entry that is destroyed whole. */
static void
take_whole(struct erased *erased, const struct json *whole)
{
	struct index_entry *kept = &erased->kept;
	struct error ignored;

	erased->whole = true;
	erased->kind = kind_named(json_member_text(whole, "kind"));
	erased->named = json_member(whole, "named");
	*kept = (struct index_entry){
		.seq = erased->number,
		.leaf = erased->leaf,
		.kind = erased->kind,
	};
	(void)time_parse_exact(&kept->time_ms,
	    bytes_of_text(json_member_text(whole, "time")));
	(void)time_parse_exact(&kept->made_ms,
	    bytes_of_text(json_member_text(whole, "made")));
	(void)hex_decode(kept->nonce, NONCE_LEN,
	    bytes_of_text(json_member_text(whole, "nonce")));
	(void)public_key_parse_exact(&kept->signer,
	    bytes_of_text(json_member_text(whole, "signer")), &ignored);
}

struct erased
erasure_item(const struct json *item)
{
	struct erased erased = { .whole = false };
	const struct json *whole = json_member(item, "whole");

	erased.number = count_of(json_member(item, "number"));
	(void)digest_parse(&erased.leaf,
	    bytes_of_text(json_member_text(item, "entry")));
	erased.fields = json_member(item, "fields");
	erased.attachments = json_member(item, "attachments");
	if (whole != NULL)
		take_whole(&erased, whole);
	return erased;
}

int
erasure_kept(struct index_entry *kept, struct facts *facts,
    const struct erased *erased, struct error *err)
{
	if (erased->kind == NULL)
		return error_set(err, ERROR_NO, NULL,
		    "entry %llu was of no kind that there is",
		    (unsigned long long)erased->number);
	*kept = erased->kept;
	kept->facts = facts;
	return facts_of_erased(facts, erased->named, err);
}

/* ---- what is to be erased, as it stands ---- */

struct target {
	struct store *store;
	const struct record *erasure;
	struct erased erased;
	struct index_row row;
	struct buffer line;
	struct buffer text;
	struct json_arena *arena;
	struct admission admission; /* Its kind and facts. */
	struct sealed_fields sealed;
};

static int
target_new(struct target *target, struct store *store,
    const struct record *erasure, struct error *err)
{
	*target = (struct target){
		.store = store,
		.erasure = erasure,
		.line = buffer_new(LIMIT_ENTRY),
		.text = buffer_new(LIMIT_DISCLOSURE),
		.admission = admission_new(),
	};
	return json_arena_new(&target->arena, err);
}

static void
target_free(struct target *target)
{
	sealed_fields_free(&target->sealed);
	admission_free(&target->admission);
	json_arena_free(target->arena);
	buffer_wipe(&target->line);
	buffer_free(&target->line);
	buffer_wipe(&target->text);
	buffer_free(&target->text);
}

/* Its sealed fields with their paths. */
static int
target_list(struct target *target, struct error *err)
{
	struct record record;
	int result;

	if (record_parse(&record,
		buffer_bytes(&target->admission.entry.envelope.payload),
		err) == -1)
		return -1;
	result = sealed_list(&target->sealed, record.predicate, err);
	record_free(&record);
	return result;
}

static int
target_read(struct target *target, const struct json *item, uint64_t before,
    struct error *err)
{
	struct erased *erased = &target->erased;
	uint64_t at = 0;
	bool found = false;

	*erased = erasure_item(item);
	if (index_find_exact(target->store, erased->leaf, &found, &at, err) ==
	    -1)
		return -1;
	if (!found || at != erased->number || at >= before)
		return error_set(err, ERROR_NO, "see `vouch show'",
		    "entry %llu is not the one that has the leaf hash %.16s…",
		    (unsigned long long)erased->number,
		    digest_hex(erased->leaf).text);
	if (index_row_at(target->store, at, UINT64_MAX, &target->row, err) ==
		-1 ||
	    store_entry(target->store, at, &target->line, err) == -1)
		return -1;
	if (target->line.len == 0)
		return erasure_refuse(target->store, at, err);
	if (admission_read_entry(&target->admission,
		buffer_bytes(&target->line), target->arena, err) == -1)
		return error_within(err, "entry %llu", (unsigned long long)at);
	return target_list(target, err);
}

static int
refuse_kind(const struct target *target, const char *what, struct error *err)
{
	return error_set(err, ERROR_NO,
	    "correct, revoke or retire what it says",
	    "entry %llu is of the kind %s: %s",
	    (unsigned long long)target->row.seq, target->row.kind->name, what);
}

static int
erased_before(const struct target *target, struct digest digest,
    const char *what, struct error *err)
{
	uint64_t by = 0;
	bool found = false;

	if (erasure_find(target->store, digest, &target->erased.leaf, &found,
		&by, err) == -1)
		return -1;
	if (found)
		return error_set(err, ERROR_NO, "there is nothing left to do",
		    "%s of entry %llu was erased by entry %llu", what,
		    (unsigned long long)target->row.seq,
		    (unsigned long long)by);
	return error_set(err, ERROR_NO, "run `vouch verify'",
	    "%s of entry %llu is missing", what,
	    (unsigned long long)target->row.seq);
}

/* A field by the path and commitment that the erasure gives. */
static int
check_field(struct target *target, const struct json *field, struct error *err)
{
	const char *path = json_member_text(field, "path");
	struct digest digest;
	bool there = false;
	size_t i = 0;

	(void)digest_parse(&digest,
	    bytes_of_text(json_member_text(field, "digest")));
	while (i < target->sealed.count &&
	    (!digest_equal(target->sealed.item[i].digest, digest) ||
		strcmp(target->sealed.item[i].path, path) != 0))
		i++;
	if (i == target->sealed.count)
		return error_set(err, ERROR_NO, "see `vouch show --payload'",
		    "entry %llu has no field '%.100s' that is sealed by "
		    "%.16s…",
		    (unsigned long long)target->row.seq, path,
		    digest_hex(digest).text);
	if (store_disclosure(target->store, digest, &target->text, &there,
		err) == -1)
		return -1;
	return there ? 0 : erased_before(target, digest, path, err);
}

/* Whether this erasure names an attachment for the entry at seq. */
static bool
also_names(const struct record *erasure, uint64_t seq, const char *hex)
{
	for (const struct json *item = erasure_items(erasure); item != NULL;
	     item = json_next(item)) {
		if (erasure_item(item).number != seq)
			continue;
		for (const struct json *a =
			 json_first(json_member(item, "attachments"));
		     a != NULL; a = json_next(a))
			if (strcmp(json_text(a), hex) == 0)
				return true;
	}
	return false;
}

/* Another entry that has the attachment and is not named with it. */
static int
find_other(const struct target *target, struct digest digest, bool *found,
    uint64_t *seq, struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;

	*found = false;
	if (index_mentions(target->store, digest, NULL, UINT64_MAX, &mention,
		&count, err) == -1)
		return -1;
	for (size_t i = 0; i < count && !*found; i++) {
		*seq = mention[i].seq;
		*found = mention[i].role == FACT_ATTACHMENT &&
		    *seq != target->row.seq &&
		    !also_names(target->erasure, mention[i].seq,
			digest_hex(digest).text);
	}
	memory_free(mention);
	return 0;
}

static bool
has_attachment(const struct target *target, struct digest digest)
{
	const struct facts *facts = &target->admission.facts;

	for (size_t i = 0; i < facts->count; i++)
		if (facts->fact[i].role == FACT_ATTACHMENT &&
		    digest_equal(facts->fact[i].digest, digest))
			return true;
	return false;
}

static int
check_attachment(struct target *target, const char *hex, struct error *err)
{
	struct digest digest;
	bool has = false, other;
	uint64_t seq = 0;

	(void)digest_parse(&digest, bytes_of_text(hex));
	if (!has_attachment(target, digest))
		return error_set(err, ERROR_NO, "see `vouch show'",
		    "entry %llu has no attachment %.16s…",
		    (unsigned long long)target->row.seq, hex);
	if (store_has_attachment(target->store, digest, &has, err) == -1)
		return -1;
	if (!has)
		return erased_before(target, digest, "the attachment", err);
	if (find_other(target, digest, &other, &seq, err) == -1)
		return -1;
	if (other)
		return error_set(err, ERROR_NO,
		    "name every entry that has it: --everywhere",
		    "entry %llu has the attachment %.16s… too",
		    (unsigned long long)seq, hex);
	return 0;
}

/* Whether a list of the erasure's has this digest. */
static bool
is_named(const struct json *list, const char *member, struct digest digest)
{
	const struct digest_text hex = digest_hex(digest);

	for (const struct json *item = json_first(list); item != NULL;
	     item = json_next(item))
		if (strcmp(member == NULL ? json_text(item)
					  : json_member_text(item, member),
			hex.text) == 0)
			return true;
	return false;
}

/* With the body goes all that hangs on it alone. */
static int
check_nothing_left(struct target *target, struct error *err)
{
	const struct facts *facts = &target->admission.facts;

	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];
		bool there = false, other = false;
		uint64_t seq = 0;

		if (fact->role == FACT_SEALED &&
		    !is_named(target->erased.fields, "digest", fact->digest)) {
			if (store_disclosure(target->store, fact->digest,
				&target->text, &there, err) == -1)
				return -1;
		} else if (fact->role == FACT_ATTACHMENT &&
		    !is_named(target->erased.attachments, NULL, fact->digest)) {
			if (store_has_attachment(target->store, fact->digest,
				&there, err) == -1 ||
			    find_other(target, fact->digest, &other, &seq,
				err) == -1)
				return -1;
			there = there && !other;
		}
		if (there)
			return error_set(err, ERROR_NO,
			    "name its sealed fields and attachments too",
			    "entry %llu cannot be destroyed while %.16s… "
			    "stays",
			    (unsigned long long)target->row.seq,
			    digest_hex(fact->digest).text);
	}
	return 0;
}

/* Whether this erasure destroys the entry with this leaf hash whole. */
static bool
also_destroys(const struct record *erasure, struct digest leaf)
{
	for (const struct json *item = erasure_items(erasure); item != NULL;
	     item = json_next(item)) {
		struct erased other = erasure_item(item);

		if (other.whole && digest_equal(other.leaf, leaf))
			return true;
	}
	return false;
}

/* Without a correction, what it corrects would stand again. */
static int
check_corrects_nothing(struct target *target, struct error *err)
{
	const struct facts *facts = &target->admission.facts;

	for (size_t i = 0; i < facts->count; i++) {
		struct index_row row;
		bool found = false;
		uint64_t seq = 0;

		if (facts->fact[i].role != FACT_SUPERSEDES ||
		    also_destroys(target->erasure, facts->fact[i].digest))
			continue;
		if (index_find_exact(target->store, facts->fact[i].digest,
			&found, &seq, err) == -1)
			return -1;
		if (!found)
			continue;
		if (index_row_at(target->store, seq, UINT64_MAX, &row, err) ==
		    -1)
			return -1;
		if (row.kind != &kind_erased)
			return error_set(err, ERROR_NO,
			    "erase that one whole before it",
			    "entry %llu corrects entry %llu, which would "
			    "stand again",
			    (unsigned long long)target->row.seq,
			    (unsigned long long)seq);
	}
	return 0;
}

/* Whether `named' is each artefact that the entry names, once. */
static bool
names_all(const struct target *target)
{
	const struct facts *facts = &target->admission.facts;
	const struct json *named = target->erased.named;

	for (size_t i = 0; i < facts->count; i++)
		if (list_counts(&facts->fact[i]) &&
		    !is_named(named, NULL, facts->fact[i].digest))
			return false;
	for (const struct json *one = json_first(named); one != NULL;
	     one = json_next(one)) {
		struct digest digest;
		bool found = false;

		(void)digest_parse(&digest, bytes_of_text(json_text(one)));
		for (size_t i = 0; i < facts->count; i++)
			found |= list_counts(&facts->fact[i]) &&
			    digest_equal(facts->fact[i].digest, digest);
		for (const struct json *other = json_first(named); other != one;
		     other = json_next(other))
			found &= strcmp(json_text(other), json_text(one)) != 0;
		if (!found)
			return false;
	}
	return true;
}

static bool
keeps_the_truth(const struct target *target)
{
	const struct erased *erased = &target->erased;
	const struct admission *admission = &target->admission;
	const struct envelope *envelope = &admission->entry.envelope;

	return erased->kind == admission->kind && names_all(target) &&
	    erased->kept.time_ms == admission->entry.time_ms &&
	    erased->kept.made_ms == admission->made_ms &&
	    memcmp(erased->kept.nonce, admission->nonce, NONCE_LEN) == 0 &&
	    envelope->signature_count > 0 &&
	    strcmp(envelope->signature[0].keyid.text,
		public_key_fingerprint(erased->kept.signer).text) == 0;
}

static int
check_whole(struct target *target, struct error *err)
{
	if (!target->row.kind->erasable)
		return refuse_kind(target,
		    "what carries authority, rules or decisions is never "
		    "destroyed whole",
		    err);
	if (!keeps_the_truth(target))
		return error_set(err, ERROR_NO, NULL,
		    "what is to be kept of entry %llu is not what it says",
		    (unsigned long long)target->row.seq);
	if (check_corrects_nothing(target, err) == -1)
		return -1;
	return check_nothing_left(target, err);
}

static int
check_hold(struct target *target, uint64_t seq, int64_t now_ms,
    struct error *err)
{
	struct index_row hold;
	uint64_t by = 0;
	bool held;

	if (holds_find(target->store, seq, now_ms, &target->row,
		&target->admission.facts, &held, &by, err) == -1)
		return -1;
	if (!held)
		return 0;
	if (index_row_at(target->store, by, UINT64_MAX, &hold, err) == -1)
		return -1;
	return error_set(err, ERROR_NO, "lift it first: `vouch hold --release'",
	    "entry %llu is kept by hold %s (entry %llu)",
	    (unsigned long long)target->row.seq, hold.name,
	    (unsigned long long)by);
}

static int
admit_item(struct target *target, uint64_t seq, int64_t now_ms,
    struct error *err)
{
	const struct erased *erased = &target->erased;
	const struct json *one;

	if (!target->row.kind->sealable)
		return refuse_kind(target,
		    "nothing of what carries authority or rules is erased",
		    err);
	for (one = json_first(erased->fields); one != NULL;
	     one = json_next(one))
		if (check_field(target, one, err) == -1)
			return -1;
	for (one = json_first(erased->attachments); one != NULL;
	     one = json_next(one))
		if (check_attachment(target, json_text(one), err) == -1)
			return -1;
	if (erased->whole && check_whole(target, err) == -1)
		return -1;
	return check_hold(target, seq, now_ms, err);
}

int
erasure_admit(struct store *store, const struct record *record, uint64_t seq,
    int64_t now_ms, struct error *err)
{
	struct target target;
	int result = target_new(&target, store, record, err);

	for (const struct json *item = erasure_items(record);
	     item != NULL && result == 0; item = json_next(item)) {
		result = target_read(&target, item, seq, err);
		if (result == 0)
			result = admit_item(&target, seq, now_ms, err);
	}
	target_free(&target);
	return result;
}

/* ---- taking effect ---- */

static int
destroy_body(struct target *target, struct error *err)
{
	const struct admission *admission = &target->admission;
	const struct index_entry was = {
		.seq = target->row.seq,
		.kind = admission->kind,
		.facts = &admission->facts,
	};
	struct facts facts = facts_new();
	struct index_entry kept;
	int result = -1;

	if (erasure_kept(&kept, &facts, &target->erased, err) == 0 &&
	    index_erase(target->store, &kept, &was, err) == 0)
		result = store_blank_entry(target->store, target->row.seq, err);
	facts_free(&facts);
	return result;
}

static int
destroy_item(struct target *target, struct error *err)
{
	const struct erased *erased = &target->erased;
	const struct json *one;
	struct digest digest;

	for (one = json_first(erased->fields); one != NULL;
	     one = json_next(one))
		if (!digest_parse(&digest,
			bytes_of_text(json_member_text(one, "digest"))) ||
		    store_drop_disclosure(target->store, digest, err) == -1)
			return -1;
	for (one = json_first(erased->attachments); one != NULL;
	     one = json_next(one))
		if (!digest_parse(&digest, bytes_of_text(json_text(one))) ||
		    store_drop_attachment(target->store, digest, err) == -1)
			return -1;
	return erased->whole ? destroy_body(target, err) : 0;
}

int
erasure_apply(struct store *store, const struct record *record,
    struct error *err)
{
	struct target target;
	int result = target_new(&target, store, record, err);

	for (const struct json *item = erasure_items(record);
	     item != NULL && result == 0; item = json_next(item)) {
		result = target_read(&target, item, UINT64_MAX, err);
		if (result == 0)
			result = destroy_item(&target, err);
	}
	if (result == 0)
		result = store_owe(store, err);
	target_free(&target);
	return result;
}

int
erasure_reindex(struct store *store, const struct record *record,
    struct error *err)
{
	struct facts facts = facts_new();
	int result = 0;

	for (const struct json *item = erasure_items(record);
	     item != NULL && result == 0; item = json_next(item)) {
		struct erased erased = erasure_item(item);
		struct index_entry kept;

		if (!erased.whole)
			continue;
		result = erasure_kept(&kept, &facts, &erased, err);
		if (result == 0)
			result = index_erase(store, &kept, NULL, err);
	}
	facts_free(&facts);
	return result;
}

/* ---- who erased what ---- */

/* What is looked for in an erasure record. */
struct sought {
	struct digest digest; /* A commitment or an attachment. */
	const struct digest *leaf;
	bool whole; /* The body of that entry. */
	struct store *standing; /* Only of entries that stand there still. */
};

/* The index says which were destroyed; of one that it lacks, that it stands. */
static bool
stands(struct store *store, uint64_t seq)
{
	struct index_row row;
	struct error ignored;

	return index_row_at(store, seq, UINT64_MAX, &row, &ignored) == -1 ||
	    row.kind != &kind_erased;
}

static bool
says(const struct json *item, const struct sought *sought)
{
	struct erased erased = erasure_item(item);

	if (sought->leaf != NULL && !digest_equal(erased.leaf, *sought->leaf))
		return false;
	if (sought->whole)
		return erased.whole;
	if (sought->standing != NULL &&
	    !stands(sought->standing, erased.number))
		return false;
	return is_named(erased.fields, "digest", sought->digest) ||
	    is_named(erased.attachments, NULL, sought->digest);
}

static int
confirm(struct store *store, uint64_t seq, const struct sought *sought,
    bool *found, struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();
	struct record record = { .kind = NULL };
	int result = -1;

	if (store_entry(store, seq, &line, err) == -1 ||
	    entry_parse(&entry, buffer_bytes(&line), err) == -1 ||
	    record_parse(&record, buffer_bytes(&entry.envelope.payload), err) ==
		-1) {
		error_within(err, "entry %llu", (unsigned long long)seq);
		goto done;
	}
	if (erasure_is(record.kind))
		for (const struct json *item = erasure_items(&record);
		     item != NULL && !*found; item = json_next(item))
			*found = says(item, sought);
	result = 0;
done:
	record_free(&record);
	entry_free(&entry);
	buffer_free(&line);
	return result;
}

static int
find(struct store *store, struct digest mentioned, const struct sought *sought,
    bool *found, uint64_t *seq, struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;
	int result = 0;

	*found = false;
	if (index_mentions(store, mentioned, kind_erasure.name, UINT64_MAX,
		&mention, &count, err) == -1)
		return -1;
	for (size_t i = 0; i < count && !*found && result == 0; i++) {
		*seq = mention[i].seq;
		result = confirm(store, *seq, sought, found, err);
	}
	memory_free(mention);
	return result;
}

int
erasure_find(struct store *store, struct digest digest,
    const struct digest *leaf, bool *found, uint64_t *seq, struct error *err)
{
	const struct sought sought = { .digest = digest, .leaf = leaf };

	return find(store, digest, &sought, found, seq, err);
}

int
erasure_admit_attachment(struct store *store, struct digest digest,
    struct error *err)
{
	const struct sought sought = { .digest = digest, .standing = store };
	bool found = false;
	uint64_t by = 0;

	if (find(store, digest, &sought, &found, &by, err) == -1)
		return -1;
	if (!found)
		return 0;
	return error_set(err, ERROR_NO, "record it without that attachment",
	    "the attachment %.16s… was erased by entry %llu, and does not "
	    "come back",
	    digest_hex(digest).text, (unsigned long long)by);
}

int
erasure_find_whole(struct store *store, struct digest leaf, bool *found,
    uint64_t *seq, struct error *err)
{
	const struct sought sought = { .leaf = &leaf, .whole = true };

	return find(store, leaf, &sought, found, seq, err);
}

int
erasure_refuse(struct store *store, uint64_t number, struct error *err)
{
	struct index_row row;
	bool found = false;
	uint64_t by = 0;

	if (index_row_at(store, number, UINT64_MAX, &row, err) == -1 ||
	    erasure_find_whole(store, row.leaf, &found, &by, err) == -1)
		return -1;
	if (!found)
		return error_set(err, ERROR_NO, "run `vouch verify'",
		    "entry %llu is empty, and no erasure names it",
		    (unsigned long long)number);
	return error_set(err, ERROR_NO, "see `vouch show' of that entry",
	    "entry %llu was erased by entry %llu", (unsigned long long)number,
	    (unsigned long long)by);
}
