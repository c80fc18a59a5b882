#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/erasure.h"
#include "ledger/sealed.h"
#include "ledger/store_disclosure.h"
#include "ledger/verify_internal.h"

/*
 * Three sorts of things may be missing: an entry's body, an attachment that
 * it names, the disclosure of a field that it seals.  Each is missing
 * lawfully if an erasure names it, and an erasure comes later in the stream.
 * So what is missing and what erasures name are hashed and added up, as the
 * rows of the index are (index_sum.h): the sums are of the same things, in
 * any order, or they differ.  Only then are they named, by going over the
 * entries once more.
 */
enum gone { GONE_BODY, GONE_ATTACHMENT, GONE_FIELD };

/* One thing, of the entry at seq; of a body the digest is the leaf hash. */
struct thing {
	enum gone what;
	uint64_t seq;
	struct digest digest;
};

static void
add(struct verify *verify, struct index_sum *sum, const struct thing *thing)
{
	uint8_t bytes[1 + sizeof thing->seq + DIGEST_LEN];
	struct index_sum one = { .rows = 1 };
	struct keyed_hash hash;

	bytes[0] = (uint8_t)thing->what;
	memcpy(bytes + 1, &thing->seq, sizeof thing->seq);
	memcpy(bytes + 1 + sizeof thing->seq, thing->digest.byte, DIGEST_LEN);
	hash = keyed_hash(&verify->gone.key, bytes_of(bytes, sizeof bytes));
	one.low = hash.low;
	one.high = hash.high;
	index_sum_add(sum, &one);
}

/* Takes what is missing, or what an erasure names. */
struct taker {
	void *cookie;
	int (*take)(void *cookie, const struct thing *thing, struct error *err);
};

/* ---- what an entry lacks ---- */

static int
lacks_attachment(struct verify *verify, struct digest digest, bool *lacks,
    struct error *err)
{
	const struct verify_source *source = &verify->source;
	bool has = true;

	*lacks = false;
	if (source->without_attachments)
		return 0;
	if (source->has_attachment(source->cookie, digest, &has, err) == -1)
		return -1;
	*lacks = !has;
	return 0;
}

/* The disclosures are beside a store and nowhere else. */
static int
lacks_disclosure(struct verify *verify, struct digest digest, bool *lacks,
    struct error *err)
{
	bool there = true;

	*lacks = false;
	if (verify->store == NULL)
		return 0;
	if (store_disclosure(verify->store, digest, &verify->gone.text, &there,
		err) == -1)
		return -1;
	*lacks = !there;
	return 0;
}

static int
take_missing(struct verify *verify, uint64_t seq, const struct facts *facts,
    const struct taker *taker, struct error *err)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];
		struct thing thing = { GONE_FIELD, seq, fact->digest };
		bool lacks = false;
		int result = 0;

		if (fact->role == FACT_SEALED) {
			result =
			    lacks_disclosure(verify, fact->digest, &lacks, err);
		} else if (fact->role == FACT_ATTACHMENT) {
			thing.what = GONE_ATTACHMENT;
			result =
			    lacks_attachment(verify, fact->digest, &lacks, err);
		}
		if (result == -1 ||
		    (lacks && taker->take(taker->cookie, &thing, err) == -1))
			return -1;
	}
	return 0;
}

/* ---- what an erasure names ---- */

static int
take_list(const struct json *list, const char *member, struct thing *thing,
    const struct taker *taker, struct error *err)
{
	for (const struct json *one = json_first(list); one != NULL;
	     one = json_next(one)) {
		const char *hex = member == NULL
		    ? json_text(one)
		    : json_member_text(one, member);

		if (digest_parse(&thing->digest, bytes_of_text(hex)) &&
		    taker->take(taker->cookie, thing, err) == -1)
			return -1;
	}
	return 0;
}

/* Whether an entry's body is not there any more. */
static int
lacks_body(struct verify *verify, uint64_t seq, bool *lacks, struct error *err)
{
	const struct verify_source *source = &verify->source;
	struct error finding;

	*lacks = false;
	if (source->entry(source->cookie, seq, &verify->gone.text, &finding) ==
	    0)
		*lacks = verify->gone.text.len == 0;
	else if (finding.class == ERROR_SYSTEM) {
		*err = finding;
		return -1;
	}
	return 0;
}

static int
take_named(struct verify *verify, const struct record *record,
    const struct taker *taker, struct error *err)
{
	for (const struct json *item = erasure_items(record); item != NULL;
	     item = json_next(item)) {
		struct erased erased = erasure_item(item);
		struct thing thing = { GONE_BODY, erased.number, erased.leaf };
		bool lacks = false;

		if (erased.whole &&
		    taker->take(taker->cookie, &thing, err) == -1)
			return -1;
		/* A destroyed entry does not say any more what it lacks: this
		 * may come before what destroyed it. */
		if (!erased.whole &&
		    lacks_body(verify, erased.number, &lacks, err) == -1)
			return -1;
		if (erased.whole || lacks)
			continue;
		thing.what = GONE_ATTACHMENT;
		if (!verify->source.without_attachments &&
		    take_list(erased.attachments, NULL, &thing, taker, err) ==
			-1)
			return -1;
		thing.what = GONE_FIELD;
		if (verify->store != NULL &&
		    take_list(erased.fields, "digest", &thing, taker, err) ==
			-1)
			return -1;
	}
	return 0;
}

/* ---- one entry ---- */

static int
count_missing(void *cookie, const struct thing *thing, struct error *err)
{
	struct verify *verify = cookie;

	(void)err;
	add(verify, &verify->gone.missing, thing);
	return 0;
}

static int
count_named(void *cookie, const struct thing *thing, struct error *err)
{
	struct verify *verify = cookie;

	(void)err;
	add(verify, &verify->gone.named, thing);
	verify->result->erased++;
	return 0;
}

/* A field's path, for people. */
static void
write_path(struct buffer *out, const struct slot *slot, struct digest digest)
{
	struct sealed_fields list = { .item = NULL };
	struct record record;
	struct error ignored;

	if (record_parse(&record,
		buffer_bytes(&slot->admission.entry.envelope.payload),
		&ignored) == -1)
		return;
	if (sealed_list(&list, record.predicate, &ignored) == 0)
		for (size_t i = 0; i < list.count; i++)
			if (digest_equal(list.item[i].digest, digest))
				buffer_text(out, list.item[i].path);
	sealed_fields_free(&list);
	record_free(&record);
}

/* Every disclosure that is there hashes to its commitment. */
static int
check_disclosures(struct verify *verify, struct block *block,
    const struct slot *slot, struct error *err)
{
	const struct facts *facts = &slot->admission.facts;

	for (size_t i = 0; i < facts->count; i++) {
		struct buffer path = buffer_new(LIMIT_ENVELOPE);
		bool lacks = false;
		int result = 0;

		if (facts->fact[i].role != FACT_SEALED || verify->store == NULL)
			continue;
		if (lacks_disclosure(verify, facts->fact[i].digest, &lacks,
			err) == -1)
			return -1;
		verify->result->sealed += !lacks;
		if (!lacks &&
		    !digest_equal(sealed_digest(buffer_bytes(&verify->gone
								  .text)),
			facts->fact[i].digest)) {
			write_path(&path, slot, facts->fact[i].digest);
			result = verify_found(verify, block, VERIFY_SEALED,
			    slot->seq, err,
			    "the value kept for the sealed field %.200s is "
			    "not the one that was signed",
			    buffer_string(&path));
		}
		buffer_free(&path);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* An erasure names entries before it by number and leaf hash, and nothing
 * whole of a kind that is never destroyed. */
static int
check_erasure(struct verify *verify, struct block *block,
    const struct slot *slot, struct error *err)
{
	const struct json *item = erasure_items(&slot->admission.record);

	for (; item != NULL; item = json_next(item)) {
		struct erased erased = erasure_item(item);
		const char *what = NULL;
		struct digest leaf;
		struct error ignored;

		if (erased.number >= slot->seq)
			what = "does not stand before it";
		else if (verify_leaf_at(verify, erased.number, &leaf,
			     &ignored) == -1 ||
		    !digest_equal(leaf, erased.leaf))
			what = "has another leaf hash";
		else if (erased.whole &&
		    (erased.kind == NULL || !erased.kind->erasable))
			what = "was of a kind that is never destroyed whole";
		if (what != NULL &&
		    verify_found(verify, block, VERIFY_ERASURE, slot->seq, err,
			"entry %llu, which it erases, %s",
			(unsigned long long)erased.number, what) == -1)
			return -1;
	}
	return 0;
}

int
verify_sealed_slot(struct verify *verify, struct block *block,
    struct slot *slot, struct digest leaf, struct error *err)
{
	const struct taker missing = { verify, count_missing };
	const struct taker named = { verify, count_named };
	const struct admission *admission = &slot->admission;

	if (slot->state == SLOT_ERASED) {
		const struct thing body = { GONE_BODY, slot->seq, leaf };

		return count_missing(verify, &body, err);
	}
	if (slot->state != SLOT_FINE)
		return 0;
	if (take_missing(verify, slot->seq, &admission->facts, &missing, err) ==
		-1 ||
	    check_disclosures(verify, block, slot, err) == -1)
		return -1;
	if (!erasure_is(admission->kind))
		return 0;
	if (check_erasure(verify, block, slot, err) == -1)
		return -1;
	return take_named(verify, &admission->record, &named, err);
}

/* ---- the end ---- */

/* What is missing and, as far as was seen, not named: so many at a time. */
#define WINDOW 4096

struct naming {
	struct verify *verify;
	struct thing *thing;
	size_t count;
	size_t skipped; /* Those of the windows before. */
	size_t seen;
	uint64_t eraser;
};

static int
collect(void *cookie, const struct thing *thing, struct error *err)
{
	struct naming *naming = cookie;

	(void)err;
	if (naming->seen++ < naming->skipped || naming->count == WINDOW)
		return 0;
	naming->thing[naming->count++] = *thing;
	return 0;
}

static bool
is_same(const struct thing *a, const struct thing *b)
{
	return a->what == b->what && a->seq == b->seq &&
	    digest_equal(a->digest, b->digest);
}

static int
strike_out(void *cookie, const struct thing *thing, struct error *err)
{
	struct naming *naming = cookie;

	(void)err;
	for (size_t i = 0; i < naming->count; i++)
		if (is_same(&naming->thing[i], thing)) {
			naming->thing[i] = naming->thing[--naming->count];
			break;
		}
	return 0;
}

/* What an erasure names is gone: or it was brought back. */
static int
look_for(void *cookie, const struct thing *thing, struct error *err)
{
	static const char *const words[] = {
		[GONE_BODY] = "the body",
		[GONE_ATTACHMENT] = "an attachment",
		[GONE_FIELD] = "a sealed value",
	};
	struct naming *naming = cookie;
	struct verify *verify = naming->verify;
	bool lacks = false;
	char text[160];
	int result;

	if (thing->what == GONE_BODY) {
		result = lacks_body(verify, thing->seq, &lacks, err);
	} else if (thing->what == GONE_ATTACHMENT) {
		result = lacks_attachment(verify, thing->digest, &lacks, err);
	} else {
		result = lacks_disclosure(verify, thing->digest, &lacks, err);
	}
	if (result == -1)
		return err->class == ERROR_SYSTEM ? -1 : 0;
	if (lacks)
		return 0;
	snprintf(text, sizeof text,
	    "%s of entry %llu is there, which it says was destroyed",
	    words[thing->what], (unsigned long long)thing->seq);
	verify_tell(verify, VERIFY_ERASURE, naming->eraser, text);
	return 0;
}

static void
tell_missing(struct verify *verify, const struct thing *thing)
{
	static const enum verify_check checks[] = {
		[GONE_BODY] = VERIFY_ENTRY,
		[GONE_ATTACHMENT] = VERIFY_ATTACHMENT,
		[GONE_FIELD] = VERIFY_SEALED,
	};
	char text[200];

	if (thing->what == GONE_BODY)
		snprintf(text, sizeof text,
		    "the entry has no body, and no erasure names it");
	else
		snprintf(text, sizeof text,
		    "the %s %.16s… that it names is not in the ledger, and no "
		    "erasure names it",
		    thing->what == GONE_FIELD ? "value of the sealed field"
					      : "attachment",
		    digest_hex(thing->digest).text);
	verify_tell(verify, checks[thing->what], thing->seq, text);
}

/* Every entry once more; what it lacks goes to one, what it names to the
 * other; either may be NULL. */
static int
go_over(struct naming *naming, const struct taker *missing,
    const struct taker *named, struct error *err)
{
	struct verify *verify = naming->verify;
	const struct verify_source *source = &verify->source;
	struct slot *slot = &verify->block[0].slot[1];
	struct admission *admission = &slot->admission;

	for (uint64_t seq = 0; seq < verify->next_seq; seq++) {
		struct thing body = { GONE_BODY, seq, { { 0 } } };
		struct error finding;

		if (source->entry(source->cookie, seq, &slot->line, &finding) ==
		    -1) {
			if (finding.class != ERROR_SYSTEM)
				continue;
			*err = finding;
			return -1;
		}
		if (slot->line.len == 0) {
			if (missing != NULL &&
			    verify_leaf_at(verify, seq, &body.digest,
				&finding) == 0 &&
			    missing->take(missing->cookie, &body, err) == -1)
				return -1;
			continue;
		}
		if (admission_read_entry(admission, buffer_bytes(&slot->line),
			verify->arena, &finding) == -1) {
			if (finding.class != ERROR_SYSTEM)
				continue;
			*err = finding;
			return -1;
		}
		naming->eraser = seq;
		if ((missing != NULL &&
			take_missing(verify, seq, &admission->facts, missing,
			    err) == -1) ||
		    (named != NULL && erasure_is(admission->kind) &&
			take_named(verify, &admission->record, named, err) ==
			    -1))
			return -1;
	}
	return 0;
}

static int
name_missing(struct naming *naming, struct error *err)
{
	const struct taker collecting = { naming, collect };
	const struct taker striking = { naming, strike_out };

	for (;;) {
		naming->count = naming->seen = 0;
		if (go_over(naming, &collecting, NULL, err) == -1)
			return -1;
		naming->skipped += naming->count;
		if (naming->count == 0 || naming->verify->stopped)
			return 0;
		if (go_over(naming, NULL, &striking, err) == -1)
			return -1;
		for (size_t i = 0; i < naming->count; i++)
			tell_missing(naming->verify, &naming->thing[i]);
	}
}

static int
name_all(struct verify *verify, struct error *err)
{
	struct naming naming = { .verify = verify };
	const struct taker looking = { &naming, look_for };
	int result = -1;

	/* An empty ledger has not even slots. */
	if (verify->block[0].made < 2)
		return 0;
	naming.thing = memory_new(WINDOW, sizeof *naming.thing);
	if (naming.thing == NULL)
		return error_memory(err);
	if (name_missing(&naming, err) == 0 &&
	    go_over(&naming, NULL, &looking, err) == 0)
		result = 0;
	/* Else it is among what was told before. */
	if (result == 0 && verify->result->problems == 0)
		verify_tell(verify, VERIFY_ERASURE, VERIFY_NOWHERE,
		    "something is named by two erasures");
	memory_free(naming.thing);
	return result;
}

/* A disclosure that no entry asks for has no business here. */
static int
find_orphans(struct verify *verify, struct error *err)
{
	const struct digest *after = NULL;
	struct digest digest;
	bool more = true;

	while (!verify->stopped) {
		struct index_mention *mention = NULL;
		size_t count = 0;
		bool found = false;
		char text[100];

		if (store_next_disclosure(verify->store, after, &digest,
			&verify->gone.text, &more, err) == -1)
			return -1;
		if (!more)
			break;
		after = &digest;
		if (index_mentions(verify->store, digest, NULL, verify->size,
			&mention, &count, err) == -1)
			return -1;
		for (size_t i = 0; i < count; i++)
			found |= mention[i].role == FACT_SEALED;
		memory_free(mention);
		if (found)
			continue;
		snprintf(text, sizeof text,
		    "no entry has a field sealed by %.16s…",
		    digest_hex(digest).text);
		verify_tell(verify, VERIFY_SEALED, VERIFY_NOWHERE, text);
	}
	return 0;
}

int
verify_finish_sealed(struct verify *verify, struct error *err)
{
	if (!index_sum_equal(&verify->gone.missing, &verify->gone.named) &&
	    name_all(verify, err) == -1)
		return -1;
	if (verify->store == NULL || verify->without_index ||
	    verify->index_spoilt)
		return 0;
	return find_orphans(verify, err);
}
