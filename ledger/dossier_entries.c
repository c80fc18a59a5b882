/* dossier_entries.c: each entry of a dossier, and what it names. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/checkpoint.h"
#include "ledger/dossier_internal.h"
#include "ledger/entry.h"
#include "ledger/erasure.h"
#include "ledger/sealed.h"
#include "ledger/tlog_proof.h"

/* Everything about one entry needs these. */
struct at {
	struct dossier *dossier;
	struct dossier_entry *entry;
	const struct dossier_entry *before; /* In the dossier; or NULL. */
	struct admission admission;
	struct json_arena *arena;
	struct buffer scratch;
	char where[64];
};

static int
check_proof(struct at *at, struct error *err)
{
	struct dossier *dossier = at->dossier;
	const struct tar_file *file = dossier_use(dossier,
	    "proofs/%llu.tlog-proof", (unsigned long long)at->entry->seq);
	struct tlog_proof proof;
	struct error finding;

	if (file == NULL) {
		dossier_tell(dossier, "proof", at->where, "it has no proof");
		return 0;
	}
	if (tlog_proof_parse(&proof, file->content, &finding) == -1 ||
	    tlog_proof_check(&proof, at->entry->line, &finding) == -1)
		return dossier_tell_error(dossier, "proof", at->where, &finding,
		    err);
	if (!bytes_equal(proof.note, dossier->note) || proof.extra.len > 0)
		dossier_tell(dossier, "proof", at->where,
		    "it is proved by another checkpoint than the dossier's");
	else if (proof.index != at->entry->seq)
		dossier_tell(dossier, "proof", at->where,
		    "the proof is of entry %llu",
		    (unsigned long long)proof.index);
	return 0;
}

static void
check_chain(struct at *at)
{
	const struct entry *entry = &at->admission.entry;

	if (entry->seq != at->entry->seq)
		dossier_tell(at->dossier, "chain", at->where,
		    "the entry says it is number %llu",
		    (unsigned long long)entry->seq);
	if (at->before == NULL)
		return;
	if (at->before->seq + 1 == at->entry->seq &&
	    !digest_equal(at->before->leaf, entry->prev))
		dossier_tell(at->dossier, "chain", at->where,
		    "prev is not the leaf hash of the entry before");
	if (at->before->time_ms > entry->time_ms)
		dossier_tell(at->dossier, "time", at->where,
		    "its time is before that of entry %llu",
		    (unsigned long long)at->before->seq);
}

static int
check_authority(struct at *at, struct error *err)
{
	struct dossier *dossier = at->dossier;
	struct admission *admission = &at->admission;
	const char *origin;
	struct error finding;

	admission_resolve(admission, dossier->authority);
	if (admission_check(admission, &at->scratch, &finding) == -1)
		return dossier_tell_error(dossier, "signature", at->where,
		    &finding, err);
	if (admission_decide(admission, dossier->authority, at->entry->seq,
		&finding) == -1)
		return dossier_tell_error(dossier, "authority", at->where,
		    &finding, err);
	for (size_t i = 0; i < admission->entry.envelope.signature_count; i++)
		if (admission->known[i] && admission->checked[i])
			at->entry->signer[at->entry->signer_count++] =
			    admission->key[i];
	dossier->result->signatures += at->entry->signer_count;
	origin = authority_origin(dossier->authority);
	if (origin == NULL ||
	    !digest_equal(digest_of(bytes_of_text(origin)), admission->ledger))
		dossier_tell(dossier, "record", at->where,
		    "the record is meant for another ledger");
	return 0;
}

/* The genesis names the key that we believe. */
static void
check_genesis(struct at *at)
{
	const struct note_key *own =
	    authority_ledger_key(at->dossier->authority);
	const struct note_key *key = at->dossier->options->key;
	const struct dossier_result *result = at->dossier->result;
	struct checkpoint ignored;
	struct error finding;

	if (own == NULL || !result->has_checkpoint)
		return;
	if ((key != NULL && !public_key_equal(own->key, key->key)) ||
	    checkpoint_open(&ignored, at->dossier->note, own, &finding) == -1)
		dossier_tell(at->dossier, "checkpoint", at->where,
		    "the ledger's key is not the one that signed the "
		    "checkpoint");
}

static int
check_pin(struct at *at, struct error *err)
{
	const struct checkpoint *checkpoint = &at->dossier->result->checkpoint;
	const struct admission *admission = &at->admission;
	const struct tar_file *file;
	struct tlog_request request;
	struct error finding;
	bool holds;

	if (admission->after_size > at->entry->seq) {
		dossier_tell(at->dossier, "pin", at->where,
		    "its author had seen %llu entries, more than stand before "
		    "it",
		    (unsigned long long)admission->after_size);
		return 0;
	}
	if (admission->after_size == 0) {
		holds = digest_equal(admission->after_root, merkle_empty());
	} else {
		file = dossier_use(at->dossier, "pins/%llu.consistency",
		    (unsigned long long)admission->after_size);
		if (file == NULL) {
			dossier_tell(at->dossier, "pin", at->where,
			    "there is no proof of the first %llu entries, "
			    "which its author had seen",
			    (unsigned long long)admission->after_size);
			return 0;
		}
		if (tlog_request_parse(&request, file->content, &finding) == -1)
			return dossier_tell_error(at->dossier, "pin", at->where,
			    &finding, err);
		holds = request.old_size == admission->after_size &&
		    bytes_equal(request.note, at->dossier->note) &&
		    proof_extends(&request.path, admission->after_size,
			admission->after_root, checkpoint->size,
			checkpoint->root);
	}
	at->dossier->result->pins++;
	if (!holds)
		dossier_tell(at->dossier, "pin", at->where,
		    "its author saw another history of the first %llu entries",
		    (unsigned long long)admission->after_size);
	return 0;
}

static int
check_once(struct at *at, struct error *err)
{
	struct dossier *dossier = at->dossier;
	size_t number = (size_t)(at->entry - dossier->entry);
	struct nonce *nonce = &dossier->nonce[number];
	uint64_t hash;
	size_t other;

	nonce->made_ms = at->admission.made_ms;
	memcpy(nonce->nonce, at->admission.nonce, NONCE_LEN);
	hash = hash_table_hash(&dossier->by_nonce,
	    bytes_of(&nonce->made_ms, sizeof nonce->made_ms),
	    bytes_of(nonce->nonce, NONCE_LEN));
	other = hash_table_first(&dossier->by_nonce, hash);
	while (other != HASH_TABLE_END &&
	    (dossier->nonce[other].made_ms != nonce->made_ms ||
		memcmp(dossier->nonce[other].nonce, nonce->nonce, NONCE_LEN) !=
		    0))
		other = hash_table_next(&dossier->by_nonce, other);
	if (other == HASH_TABLE_END)
		return hash_table_put(&dossier->by_nonce, number, hash, err);
	dossier_tell(dossier, "replay", at->where,
	    "the same record as entry %llu",
	    (unsigned long long)dossier->entry[other].seq);
	return 0;
}

/* What is not here may have been erased: decided once all is known. */
static int
miss(struct at *at, struct digest leaf, struct digest what, struct error *err)
{
	struct dossier *dossier = at->dossier;
	struct dossier_missing *grown =
	    memory_grow(dossier->missing, &dossier->missing_capacity,
		dossier->missing_count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	dossier->missing = grown;
	grown[dossier->missing_count++] = (struct dossier_missing){
		.seq = at->entry->seq, .leaf = leaf, .what = what
	};
	return 0;
}

static void
check_missing(struct dossier *dossier)
{
	static const struct digest nothing;

	for (size_t i = 0; i < dossier->missing_count; i++) {
		const struct dossier_missing *one = &dossier->missing[i];
		bool whole = digest_equal(one->what, nothing);
		char where[64];

		if (dossier_erased(dossier, one->leaf, &one->what) != NULL) {
			dossier->result->erased++;
			continue;
		}
		(void)snprintf(where, sizeof where, "entries/%llu.json",
		    (unsigned long long)one->seq);
		dossier_tell(dossier, whole ? "entry" : "attachment", where,
		    "the %s %.16s…, which it names, is not in the dossier",
		    whole ? "entry with the leaf hash" : "attachment",
		    digest_hex(whole ? one->leaf : one->what).text);
	}
}

/* What it names is here, before it. */
static int
check_named(struct at *at, const struct fact *fact, struct error *err)
{
	const struct dossier_entry *named =
	    dossier_entry_of(at->dossier, fact->digest);

	if (named == NULL)
		return miss(at, fact->digest, (struct digest){ { 0 } }, err);
	if (named->seq >= at->entry->seq)
		dossier_tell(at->dossier, "record", at->where,
		    "it names entry %llu, which does not stand before it",
		    (unsigned long long)named->seq);
	else if (fact->role == FACT_SUPERSEDES && named->kind != NULL &&
	    named->kind != at->admission.kind)
		dossier_tell(at->dossier, "record", at->where,
		    "a record of kind %s cannot correct entry %llu, of kind %s",
		    at->admission.kind->name, (unsigned long long)named->seq,
		    named->kind->name);
	return 0;
}

static int
check_attachment(struct at *at, const struct fact *fact, struct error *err)
{
	const struct tar_file *file = dossier_use(at->dossier, "attachments/%s",
	    digest_hex(fact->digest).text);

	return file != NULL ? 0 : miss(at, at->entry->leaf, fact->digest, err);
}

/* An erasure names what is in other histories, too. */
static int
check_references(struct at *at, struct error *err)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < at->admission.facts.count; i++) {
		const struct fact *fact = &at->admission.facts.fact[i];

		if (fact->role == FACT_ATTACHMENT)
			result = check_attachment(at, fact, err);
		else if ((fact->role == FACT_ENTRY ||
			     fact->role == FACT_SUPERSEDES) &&
		    !erasure_is(at->admission.kind))
			result = check_named(at, fact, err);
	}
	return result;
}

/* What needs the record itself: seals and erasures, which are few. */
static int
check_hidden(struct at *at, struct error *err)
{
	struct bytes payload =
	    buffer_bytes(&at->admission.entry.envelope.payload);
	struct record record = { .statement = NULL };
	int result;

	if (!erasure_is(at->admission.kind) &&
	    memmem(payload.data, payload.len, SEALED_NAME,
		strlen(SEALED_NAME)) == NULL)
		return 0;
	if (record_parse(&record, payload, err) == -1)
		return -1;
	result = dossier_check_sealed(at->dossier, at->entry, &record, err);
	if (result == 0 && erasure_is(record.kind))
		result = dossier_take_erasure(at->dossier, &record,
		    at->entry->seq, err);
	record_free(&record);
	return result;
}

static int
check_record(struct at *at, struct error *err)
{
	if (check_authority(at, err) == -1 || check_pin(at, err) == -1)
		return -1;
	if (at->entry->seq == 0)
		check_genesis(at);
	if (check_once(at, err) == -1 || check_references(at, err) == -1)
		return -1;
	return check_hidden(at, err);
}

static int
check_entry(struct at *at, struct error *err)
{
	struct dossier *dossier = at->dossier;
	struct error finding;

	(void)snprintf(at->where, sizeof at->where, "entries/%llu.json",
	    (unsigned long long)at->entry->seq);
	dossier->result->entries++;
	if (check_proof(at, err) == -1)
		return -1;
	if (entry_parse(&at->admission.entry, at->entry->line, &finding) == -1)
		return dossier_tell_error(dossier, "entry", at->where, &finding,
		    err);
	at->entry->time_ms = at->admission.entry.time_ms;
	check_chain(at);
	if (admission_read(&at->admission, at->arena, &finding) == -1)
		return dossier_tell_error(dossier, "record", at->where,
		    &finding, err);
	at->entry->kind = at->admission.kind;
	return check_record(at, err);
}

int
dossier_check_entries(struct dossier *dossier, struct error *err)
{
	struct at at = {
		.dossier = dossier,
		.admission = admission_new(),
		.scratch = buffer_new(LIMIT_ENVELOPE),
	};
	int result = json_arena_new(&at.arena, err);

	for (size_t i = 0; result == 0 && i < dossier->count; i++) {
		at.entry = &dossier->entry[i];
		at.before = i == 0 ? NULL : &dossier->entry[i - 1];
		result = check_entry(&at, err);
	}
	check_missing(dossier);
	if (dossier->count == 0 || dossier->entry[0].seq != 0)
		dossier_tell(dossier, "entry", "",
		    "the genesis is not in the dossier");
	admission_free(&at.admission);
	json_arena_free(at.arena);
	buffer_free(&at.scratch);
	return result;
}
