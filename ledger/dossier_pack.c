/* dossier_pack.c: the files of a dossier, from a ledger. */
#include <string.h>

#include "base/memory.h"
#include "base/tar.h"
#include "ledger/disclosure_file.h"
#include "ledger/dossier_internal.h"
#include "ledger/erasure.h"
#include "ledger/list_proof.h"
#include "ledger/sealed.h"
#include "ledger/store_timestamp.h"
#include "ledger/tlog_proof.h"

/* A size that is proved to be a beginning is told once. */
struct pack {
	struct reader *reader;
	struct store *store;
	struct tile_source tiles;
	const struct dossier_order *order;
	struct dossier_about about;
	struct buffer note;
	struct checkpoint checkpoint;
	struct tar *files;
	struct reader_entry now;
	struct facts facts;
	struct buffer name, text;
	uint64_t pinned; /* The last size that was. */
};

static int
put(struct pack *pack, struct bytes content, struct error *err)
{
	if (buffer_check(&pack->name, "name", err) == -1 ||
	    tar_add(pack->files, buffer_string(&pack->name), content, err) ==
		-1)
		return -1;
	buffer_clear(&pack->name);
	return 0;
}

static int
put_as(struct pack *pack, const char *name, struct bytes content,
    struct error *err)
{
	buffer_printf(&pack->name, DOSSIER_FOLDER "%s", name);
	return put(pack, content, err);
}

/* What was written into pack->text. */
static int
put_text(struct pack *pack, struct error *err)
{
	int result = buffer_check(&pack->text, "file", err);

	if (result == 0)
		result = put(pack, buffer_bytes(&pack->text), err);
	buffer_clear(&pack->text);
	return result;
}

static bool
is_there(const struct pack *pack, const struct buffer *name)
{
	return tar_has(pack->files, buffer_string(name));
}

static int
damaged(uint64_t seq, struct error *err)
{
	return error_set(err, ERROR_NO, "see `vouch verify'",
	    "the ledger is damaged: what it keeps does not prove entry %llu",
	    (unsigned long long)seq);
}

/* That the entry is under the checkpoint. */
static int
put_proof(struct pack *pack, uint64_t seq, struct error *err)
{
	struct tlog_proof proof = { .index = seq,
		.note = buffer_bytes(&pack->note),
		.checkpoint = pack->checkpoint };
	struct error ignored;

	if (merkle_inclusion(&proof.path, seq, pack->checkpoint.size,
		&pack->tiles, err) == -1)
		return -1;
	if (tlog_proof_check(&proof, buffer_bytes(&pack->now.line), &ignored) ==
	    -1)
		return damaged(seq, err);
	tlog_proof_write(&pack->text, &proof);
	buffer_printf(&pack->name, DOSSIER_FOLDER "proofs/%llu.tlog-proof",
	    (unsigned long long)seq);
	return put_text(pack, err);
}

/* That the tree of so many entries, with this root, is the beginning of the
 * checkpoint's. */
static int
put_pin(struct pack *pack, uint64_t size, struct digest root, struct error *err)
{
	struct tlog_request request = { .old_size = size,
		.note = buffer_bytes(&pack->note) };

	if (size == 0 || size == pack->pinned)
		return 0;
	pack->pinned = size;
	buffer_printf(&pack->name, DOSSIER_FOLDER "pins/%llu.consistency",
	    (unsigned long long)size);
	if (is_there(pack, &pack->name)) {
		buffer_clear(&pack->name);
		return 0;
	}
	if (size <= pack->checkpoint.size &&
	    merkle_consistency(&request.path, size, pack->checkpoint.size,
		&pack->tiles, err) == -1)
		return -1;
	if (size > pack->checkpoint.size ||
	    !proof_extends(&request.path, size, root, pack->checkpoint.size,
		pack->checkpoint.root))
		return error_set(err, ERROR_NO, "see `vouch verify'",
		    "the ledger is damaged: what it keeps does not prove its "
		    "first %llu entries",
		    (unsigned long long)size);
	tlog_request_write(&pack->text, &request);
	return put_text(pack, err);
}

/* An attachment, unless it was erased. */
static int
put_attachment(struct pack *pack, struct digest digest, struct error *err)
{
	struct buffer content = buffer_new(LIMIT_ATTACHMENT);
	bool has = false, erased = false;
	uint64_t seq;
	int result = store_has_attachment(pack->store, digest, &has, err);

	if (result == 0 && !has)
		result = erasure_find(pack->store, digest, &pack->now.leaf,
		    &erased, &seq, err);
	if (result == 0 && erased && seq < pack->checkpoint.size) {
		buffer_clear(&pack->name);
		return 0;
	}
	if (result == 0)
		result = store_attachment(pack->store, digest, &content, err);
	if (result == 0)
		result = put(pack, buffer_bytes(&content), err);
	buffer_free(&content);
	return result;
}

static int
put_attachments(struct pack *pack, struct error *err)
{
	if (facts_gather(&pack->facts, &pack->now.record, err) == -1)
		return -1;
	for (size_t i = 0; i < pack->facts.count; i++) {
		const struct fact *fact = &pack->facts.fact[i];

		if (fact->role != FACT_ATTACHMENT)
			continue;
		buffer_printf(&pack->name, DOSSIER_FOLDER "attachments/%s",
		    digest_hex(fact->digest).text);
		if (is_there(pack, &pack->name))
			buffer_clear(&pack->name);
		else if (put_attachment(pack, fact->digest, err) == -1)
			return -1;
	}
	return 0;
}

/* What was chosen of an entry's sealed fields. */
static int
put_disclosures(struct pack *pack, uint64_t seq, struct error *err)
{
	struct disclosure_source source = { .ledger = pack->about.origin,
		.number = seq,
		.entry = pack->now.leaf,
		.has_entry = true };
	const struct revealed *revealed = &pack->now.revealed;
	struct disclosures shown = { .count = 0 };
	int result = 0;

	for (size_t i = 0; i < revealed->count && result == 0; i++) {
		const struct disclosure *one = pack->order->shown == NULL
		    ? NULL
		    : disclosures_find(pack->order->shown,
			  revealed->item[i].digest);

		if (one != NULL)
			result = disclosures_add(&shown, revealed->item[i].path,
			    bytes_of_text(one->text), err);
	}
	if (result == 0 && shown.count > 0) {
		disclosure_file_write(&pack->text, &source, &shown);
		buffer_printf(&pack->name,
		    DOSSIER_FOLDER "disclosures/%llu.json",
		    (unsigned long long)seq);
		result = put_text(pack, err);
	}
	disclosures_free(&shown);
	return result;
}

static int
put_entry(struct pack *pack, uint64_t seq, struct error *err)
{
	if (reader_read(pack->reader, seq, &pack->now, err) == -1)
		return -1;
	buffer_printf(&pack->name, DOSSIER_FOLDER "entries/%llu.json",
	    (unsigned long long)seq);
	if (put(pack, buffer_bytes(&pack->now.line), err) == -1 ||
	    put_proof(pack, seq, err) == -1 ||
	    put_pin(pack, pack->now.record.head.after_size,
		pack->now.record.head.after_root, err) == -1)
		return -1;
	if (put_disclosures(pack, seq, err) == -1)
		return -1;
	return put_attachments(pack, err);
}

static int
put_key(struct pack *pack, struct public_key key, const char *name,
    struct error *err)
{
	for (int pem = 0; pem <= 1; pem++) {
		dossier_key_name(&pack->name, key, pem == 1);
		if (is_there(pack, &pack->name)) {
			buffer_clear(&pack->name);
			continue;
		}
		dossier_key_write(&pack->text, key, name, pem == 1);
		if (put_text(pack, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_certificate(void *cookie, const char *name, struct bytes pem,
    struct error *err)
{
	struct pack *pack = cookie;

	return tar_has(pack->files, name)
	    ? 0
	    : tar_add(pack->files, name, pem, err);
}

static int
put_keys(struct pack *pack, struct error *err)
{
	const struct authority *authority = reader_authority(pack->reader);
	const struct note_key *own = authority_ledger_key(authority);

	note_key_write(&pack->text, own);
	buffer_byte(&pack->text, '\n');
	buffer_text(&pack->name, DOSSIER_FOLDER "key.vkey");
	if (put_text(pack, err) == -1 ||
	    put_key(pack, own->key, own->name, err) == -1)
		return -1;
	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);

		if (put_key(pack, one->key, one->name, err) == -1)
			return -1;
	}
	return dossier_certificates(authority, pack, put_certificate, err);
}

/* A checkpoint that dates entries. */
static int
put_checkpoint(struct pack *pack, uint64_t size, struct error *err)
{
	const struct note_key *own =
	    authority_ledger_key(reader_authority(pack->reader));
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct checkpoint checkpoint;
	uint64_t found = 0;
	int result = -1;

	buffer_printf(&pack->name, DOSSIER_FOLDER "checkpoints/%llu",
	    (unsigned long long)size);
	if (size == pack->checkpoint.size || is_there(pack, &pack->name)) {
		buffer_clear(&pack->name);
		return 0;
	}
	if (store_checkpoint(pack->store, size, &found, &note, err) == 0 &&
	    checkpoint_open(&checkpoint, buffer_bytes(&note), own, err) == 0 &&
	    put(pack, buffer_bytes(&note), err) == 0)
		result = put_pin(pack, size, checkpoint.root, err);
	buffer_free(&note);
	return result;
}

/* What is dated: the entries, those that were erased whole, and the last one
 * under the checkpoint, by whose time a report is. */
static size_t
to_date(const struct dossier_set *set)
{
	return set->count + set->gone + 1;
}

static uint64_t
dated_seq(const struct pack *pack, const struct dossier_set *set, size_t i)
{
	return i < set->count + set->gone ? set->seq[i]
					  : pack->checkpoint.size - 1;
}

/* What shows when the entries were recorded. */
static int
put_dates(struct pack *pack, const struct dossier_set *set, struct error *err)
{
	struct dated_list *dates = NULL;
	int result = -1;

	if (dated_list_new(&dates, err) == 0)
		result = dossier_dates_of(dates, pack->store,
		    reader_authority(pack->reader), pack->checkpoint.size, err);
	for (size_t i = 0; result == 0 && i < to_date(set); i++) {
		struct interval interval =
		    interval_of(dates, dated_seq(pack, set, i));

		if (interval.has_after && interval.after.size > 0)
			result = put_checkpoint(pack, interval.after.size, err);
		if (result == 0 && interval.has_before)
			result =
			    put_checkpoint(pack, interval.before.size, err);
	}
	dated_list_free(dates);
	return result;
}

/* Whether a checkpoint of this size is the first timestamped one behind some
 * entry, `before' being the one before it. */
static bool
dates_any(const struct pack *pack, const struct dossier_set *set,
    uint64_t before, uint64_t size)
{
	for (size_t i = 0; i < to_date(set); i++) {
		uint64_t seq = dated_seq(pack, set, i);

		if (seq >= before && seq < size)
			return true;
	}
	return false;
}

/* The timestamps over the first checkpoint behind each entry that has any. */
static int
put_timestamps(struct pack *pack, const struct dossier_set *set,
    struct error *err)
{
	struct store_timestamp one;
	uint64_t before = 0, now = 0;
	bool more = true;

	if (store_scan_timestamps(pack->store, 0, err) == -1)
		return -1;
	for (;;) {
		if (store_scan_timestamps_next(pack->store, &one, &more, err) ==
		    -1)
			return -1;
		if (!more || one.size > pack->checkpoint.size)
			return 0;
		if (one.size != now) {
			before = now;
			now = one.size;
		}
		if (!dates_any(pack, set, before, now))
			continue;
		dossier_stamp_name(&pack->name, one.size, one.token);
		if (put(pack, one.token, err) == -1 ||
		    put_checkpoint(pack, one.size, err) == -1)
			return -1;
	}
}

static int
put_entries(struct pack *pack, struct error *err)
{
	struct dossier_set set = { .seq = NULL };
	int result =
	    dossier_select(&set, pack->reader, pack->about.digest, err);

	for (size_t i = 0; result == 0 && i < set.count; i++)
		result = put_entry(pack, set.seq[i], err);
	if (result == 0)
		result = put_dates(pack, &set, err);
	if (result == 0)
		result = put_timestamps(pack, &set, err);
	dossier_set_free(&set);
	return result;
}

/* That of these lists nothing was left out. */
static int
put_lists(struct pack *pack, struct error *err)
{
	struct list_key keys[DOSSIER_LISTS_MAX];
	size_t count = dossier_list_keys(keys, pack->about.digest);
	struct buffer text = buffer_new(LIMIT_LIST_PROOF);
	int result = list_prove(&text, pack->store, buffer_bytes(&pack->note),
	    keys, count, err);

	if (result == 0)
		result = buffer_check(&text, "lists", err);
	if (result == 0)
		result = put_as(pack, DOSSIER_LISTS, buffer_bytes(&text), err);
	buffer_free(&text);
	return result;
}

/* The checkpoint of the view, and the time of its last entry. */
static int
open_view(struct pack *pack, uint64_t *time_s, struct error *err)
{
	uint64_t size = reader_size(pack->reader), found = 0;

	if (store_checkpoint(pack->store, size, &found, &pack->note, err) == -1)
		return -1;
	if (checkpoint_open(&pack->checkpoint, buffer_bytes(&pack->note),
		authority_ledger_key(reader_authority(pack->reader)),
		err) == -1)
		return error_within(err, "checkpoint of %llu",
		    (unsigned long long)found);
	if (found != size || pack->checkpoint.size != size)
		return error_set(err, ERROR_UNDECIDED,
		    "choose a size that the ledger signed",
		    "there is no checkpoint of %llu entries",
		    (unsigned long long)size);
	if (reader_read(pack->reader, size - 1, &pack->now, err) == -1)
		return -1;
	*time_s = pack->now.entry.time_ms < 0
	    ? 0
	    : (uint64_t)pack->now.entry.time_ms / 1000;
	pack->about = pack->order->about;
	memcpy(pack->about.origin, pack->checkpoint.origin,
	    sizeof pack->about.origin);
	pack->about.size = size;
	return 0;
}

static int
put_front(struct pack *pack, struct error *err)
{
	dossier_about_write(&pack->text, &pack->about);
	buffer_text(&pack->name, DOSSIER_FOLDER "about.json");
	if (put_text(pack, err) == -1 ||
	    put_as(pack, "VERIFY.md", dossier_guide(), err) == -1 ||
	    put_as(pack, "checkpoint", buffer_bytes(&pack->note), err) == -1)
		return -1;
	if (pack->order->report.len == 0)
		return 0;
	return put_as(pack, "report/provenance.html", pack->order->report, err);
}

static int
put_manifest(struct pack *pack, struct error *err)
{
	struct buffer manifest = buffer_new(LIMIT_DOSSIER);
	int result = tar_settle(pack->files, err);

	if (result == 0) {
		dossier_manifest(&manifest, pack->files);
		result = buffer_check(&manifest, "manifest", err);
	}
	if (result == 0)
		result = put_as(pack, "MANIFEST", buffer_bytes(&manifest), err);
	buffer_free(&manifest);
	return result == 0 ? tar_settle(pack->files, err) : -1;
}

int
dossier_pack(struct buffer *out, struct reader *reader,
    const struct dossier_order *order, struct error *err)
{
	struct pack pack = {
		.reader = reader,
		.store = reader_store(reader),
		.order = order,
		.note = buffer_new(LIMIT_NOTE),
		.now = reader_entry_new(),
		.facts = facts_new(),
		.name = buffer_new(4096),
		.text = buffer_new(LIMIT_TLOG_PROOF),
	};
	uint64_t time_s;
	int result = -1;

	pack.tiles = store_tiles(pack.store);
	if (tar_new(&pack.files, err) == 0 &&
	    reader_entry_for_many(&pack.now, err) == 0 &&
	    open_view(&pack, &time_s, err) == 0 && put_front(&pack, err) == 0 &&
	    put_keys(&pack, err) == 0 && put_entries(&pack, err) == 0 &&
	    put_lists(&pack, err) == 0 && put_manifest(&pack, err) == 0) {
		tar_write(out, pack.files, time_s);
		result = buffer_check(out, "dossier", err);
	}
	tar_free(pack.files);
	buffer_free(&pack.note);
	reader_entry_free(&pack.now);
	facts_free(&pack.facts);
	buffer_free(&pack.name);
	buffer_free(&pack.text);
	return result;
}
