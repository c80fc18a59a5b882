/* dossier_check.c: a dossier against docs/format.md, "Checking a dossier". */
#include "ledger/dossier_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/checkpoint_internal.h"
#include "ledger/dossier_internal.h"
#include "ledger/entry.h"
#include "ledger/erasure.h"
#include "ledger/sealed.h"
#include "ledger/tlog_proof.h"

#define ENTRIES DOSSIER_FOLDER "entries/"
#define ENTRY_ENDING ".json"

/* --- Telling --- */

void
dossier_tell(struct dossier *dossier, const char *check, const char *where,
    const char *format, ...)
{
	char what[ERROR_WHAT_MAX + ERROR_WHERE_MAX];
	struct dossier_problem problem = { check, where, what };
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	dossier->result->problems++;
	if (dossier->options->problem != NULL)
		dossier->options->problem(dossier->options->cookie, &problem);
}

int
dossier_tell_error(struct dossier *dossier, const char *check,
    const char *where, const struct error *finding, struct error *err)
{
	if (finding->class == ERROR_SYSTEM) {
		if (err != finding)
			*err = *finding;
		return -1;
	}
	dossier_tell(dossier, check, where, "%s%s%s", finding->where,
	    finding->where[0] == '\0' ? "" : ": ", finding->what);
	return 0;
}

/* --- Taking it apart --- */

const struct tar_file *
dossier_use(struct dossier *dossier, const char *format, ...)
{
	char name[TAR_NAME_MAX + 1];
	va_list arguments;
	size_t at;
	int len;

	memcpy(name, DOSSIER_FOLDER, sizeof DOSSIER_FOLDER);
	va_start(arguments, format);
	len = vsnprintf(name + strlen(DOSSIER_FOLDER),
	    sizeof name - strlen(DOSSIER_FOLDER), format, arguments);
	va_end(arguments);
	if (len < 0 || (size_t)len >= sizeof name - strlen(DOSSIER_FOLDER))
		return NULL;
	at = tar_first(dossier->files, name);
	if (at == tar_count(dossier->files) ||
	    strcmp(tar_at(dossier->files, at)->name, name) != 0)
		return NULL;
	dossier->used[at] = true;
	return tar_at(dossier->files, at);
}

/* Whether it is named as an entry is, and which. */
static bool
entry_number(uint64_t *seq, const char *name)
{
	struct bytes rest = bytes_of_text(name);
	size_t ending = strlen(ENTRY_ENDING);

	if (!bytes_begin(rest, ENTRIES))
		return false;
	rest = bytes_after(rest, strlen(ENTRIES));
	if (rest.len <= ending ||
	    memcmp(rest.data + rest.len - ending, ENTRY_ENDING, ending) != 0)
		return false;
	return checkpoint_number(seq, bytes_of(rest.data, rest.len - ending));
}

static int
compare_entries(const void *a, const void *b)
{
	const struct dossier_entry *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

static uint64_t
leaf_hash_of(const struct dossier *dossier, struct digest leaf)
{
	return hash_table_hash(&dossier->by_leaf, digest_bytes(&leaf),
	    bytes_of(NULL, 0));
}

static int
read_entries(struct dossier *dossier, struct error *err)
{
	size_t files = tar_count(dossier->files), last = 0;

	dossier->entry = memory_new(files + 1, sizeof *dossier->entry);
	dossier->nonce = memory_new(files + 1, sizeof *dossier->nonce);
	if (dossier->entry == NULL || dossier->nonce == NULL)
		return error_memory(err);
	for (size_t i = 0; i < files; i++) {
		const struct tar_file *file = tar_at(dossier->files, i);
		struct dossier_entry *entry = &dossier->entry[last];

		if (!entry_number(&entry->seq, file->name))
			continue;
		entry->line = file->content;
		entry->leaf = entry_leaf_hash(file->content);
		dossier->used[i] = true;
		last++;
	}
	dossier->count = last;
	if (last > 1)
		qsort(dossier->entry, last, sizeof *dossier->entry,
		    compare_entries);
	for (size_t i = 0; i < last; i++)
		if (hash_table_put(&dossier->by_leaf, i,
			leaf_hash_of(dossier, dossier->entry[i].leaf),
			err) == -1)
			return -1;
	return 0;
}

/* A list of revoked certificates, for the authority. */
static int
fetch(void *cookie, struct digest digest, struct buffer *out, struct error *err)
{
	const struct tar_file *file =
	    dossier_use(cookie, "attachments/%s", digest_hex(digest).text);

	if (file == NULL || !digest_equal(digest_of(file->content), digest))
		return error_set(err, ERROR_NO, NULL,
		    "the list of revoked certificates %.16s… is not in the "
		    "dossier",
		    digest_hex(digest).text);
	buffer_append(out, file->content);
	return buffer_check(out, "list", err);
}

int
dossier_read(struct dossier **out, struct bytes archive, struct error *err)
{
	struct dossier *dossier = memory_new(1, sizeof *dossier);
	const struct tar_file *about;
	uint64_t time_s;

	if (dossier == NULL)
		return error_memory(err);
	dossier->by_leaf = hash_table_new();
	dossier->by_nonce = hash_table_new();
	dossier->by_erased = hash_table_new();
	if (tar_read(&dossier->files, archive, LIMIT_DOSSIER_FILES, &time_s,
		err) == -1) {
		if (err->class == ERROR_UNDECIDED)
			error_within(err, "not a dossier");
		goto failed;
	}
	dossier->used =
	    memory_new(tar_count(dossier->files) + 1, sizeof *dossier->used);
	if (dossier->used == NULL) {
		error_memory(err);
		goto failed;
	}
	about = dossier_use(dossier, "about.json");
	if (about == NULL) {
		error_set(err, ERROR_UNDECIDED, "see `vouch help dossier'",
		    "the archive is no dossier: it has no about.json");
		goto failed;
	}
	if (dossier_about_parse(&dossier->about, about->content, err) == -1) {
		error_within(err, "about.json");
		goto failed;
	}
	if (read_entries(dossier, err) == -1 ||
	    authority_new(&dossier->authority, err) == -1)
		goto failed;
	authority_set_source(dossier->authority,
	    (struct trust_source){ .cookie = dossier, .fetch = fetch });
	*out = dossier;
	return 0;
failed:
	dossier_free(dossier);
	return -1;
}

void
dossier_free(struct dossier *dossier)
{
	if (dossier == NULL)
		return;
	tar_free(dossier->files);
	hash_table_free(&dossier->by_leaf);
	hash_table_free(&dossier->by_nonce);
	hash_table_free(&dossier->by_erased);
	memory_free(dossier->erased);
	memory_free(dossier->missing);
	authority_free(dossier->authority);
	dated_list_free(dossier->dates);
	memory_free(dossier->used);
	memory_free(dossier->entry);
	memory_free(dossier->nonce);
	memory_free(dossier);
}

const struct dossier_about *
dossier_about(const struct dossier *dossier)
{
	return &dossier->about;
}

const struct tar *
dossier_files(const struct dossier *dossier)
{
	return dossier->files;
}

size_t
dossier_entry_count(const struct dossier *dossier)
{
	return dossier->count;
}

const struct dossier_entry *
dossier_entry_at(const struct dossier *dossier, size_t i)
{
	return &dossier->entry[i];
}

const struct dossier_entry *
dossier_entry_of(const struct dossier *dossier, struct digest leaf)
{
	size_t at =
	    hash_table_first(&dossier->by_leaf, leaf_hash_of(dossier, leaf));

	while (at != HASH_TABLE_END &&
	    !digest_equal(dossier->entry[at].leaf, leaf))
		at = hash_table_next(&dossier->by_leaf, at);
	return at == HASH_TABLE_END ? NULL : &dossier->entry[at];
}

const struct authority *
dossier_authority(const struct dossier *dossier)
{
	return dossier->authority;
}

/* --- The files that stand for the whole --- */

/* Name the first line that is not as it should be. */
static void
compare_manifest(struct dossier *dossier, struct bytes is, struct bytes should)
{
	size_t from = 0, end;

	for (size_t i = 0; i < is.len && i < should.len; i++) {
		if (is.data[i] != should.data[i])
			break;
		if (is.data[i] == '\n')
			from = i + 1;
	}
	end = from;
	while (end < should.len && should.data[end] != '\n')
		end++;
	if (end > from + DIGEST_HEX_LEN + 2) {
		from += DIGEST_HEX_LEN + 2;
		dossier_tell(dossier, "manifest", "MANIFEST",
		    "it has not the digest of %.*s", (int)(end - from),
		    (const char *)should.data + from);
	} else {
		dossier_tell(dossier, "manifest", "MANIFEST",
		    "it names files that are not there");
	}
}

static int
check_manifest(struct dossier *dossier, struct error *err)
{
	const struct tar_file *file = dossier_use(dossier, "MANIFEST");
	struct buffer should = buffer_new(LIMIT_DOSSIER);
	int result;

	dossier_manifest(&should, dossier->files);
	result = buffer_check(&should, "manifest", err);
	if (result == 0 && file == NULL)
		dossier_tell(dossier, "manifest", "", "there is no MANIFEST");
	else if (result == 0 &&
	    !bytes_equal(file->content, buffer_bytes(&should)))
		compare_manifest(dossier, file->content, buffer_bytes(&should));
	buffer_free(&should);
	return result;
}

/* A checkpoint by whom we believe. */
static int
open_checkpoint(struct dossier *dossier, struct error *finding)
{
	const struct dossier_options *options = dossier->options;
	struct dossier_result *result = dossier->result;

	if (options->key != NULL &&
	    checkpoint_open(&result->checkpoint, dossier->note, options->key,
		finding) == -1)
		return -1;
	if (options->policy == NULL)
		return 0;
	if (options->policy->log_count > 0 &&
	    tlog_policy_open(&result->checkpoint, options->policy,
		dossier->note, finding) == -1)
		return -1;
	if (tlog_policy_judge(&result->quorum, options->policy, dossier->note,
		finding) == -1)
		return -1;
	if (!result->quorum.met)
		return error_set(finding, ERROR_NO, NULL,
		    "the quorum of the policy is not met");
	return 0;
}

static int
check_checkpoint(struct dossier *dossier, struct error *err)
{
	const struct tar_file *file = dossier_use(dossier, "checkpoint");
	const struct dossier_about *about = &dossier->about;
	struct dossier_result *result = dossier->result;
	struct error finding;

	if (file == NULL) {
		dossier_tell(dossier, "checkpoint", "",
		    "there is no checkpoint");
		return 0;
	}
	dossier->note = file->content;
	if (open_checkpoint(dossier, &finding) == -1)
		return dossier_tell_error(dossier, "checkpoint", "checkpoint",
		    &finding, err);
	result->has_checkpoint = true;
	if (about->size != result->checkpoint.size ||
	    strcmp(about->origin, result->checkpoint.origin) != 0)
		dossier_tell(dossier, "about", "about.json",
		    "it is about another checkpoint");
	return 0;
}

/* --- Keys --- */

static void
check_key(struct dossier *dossier, struct public_key key, const char *name)
{
	struct buffer should = buffer_new(LIMIT_KEY_FILE);
	struct buffer file_name = buffer_new(TAR_NAME_MAX + 1);

	for (int pem = 0; pem <= 1; pem++) {
		const struct tar_file *file;
		const char *below;

		buffer_clear(&should);
		buffer_clear(&file_name);
		dossier_key_write(&should, key, name, pem == 1);
		dossier_key_name(&file_name, key, pem == 1);
		below = buffer_string(&file_name) + strlen(DOSSIER_FOLDER);
		file = dossier_use(dossier, "%s", below);
		if (file == NULL)
			dossier_tell(dossier, "key", below,
			    "the key of %s is not there", name);
		else if (!bytes_equal(file->content, buffer_bytes(&should)))
			dossier_tell(dossier, "key", below,
			    "it is not the key of %s", name);
	}
	buffer_free(&should);
	buffer_free(&file_name);
}

/* The first name under which a key was enrolled is its file's. */
static void
check_keys(struct dossier *dossier)
{
	const struct authority *authority = dossier->authority;
	const struct note_key *own = authority_ledger_key(authority);
	const struct tar_file *file = dossier_use(dossier, "key.vkey");
	struct buffer should = buffer_new(LIMIT_KEY_FILE);

	if (own == NULL) {
		buffer_free(&should);
		return;
	}
	note_key_write(&should, own);
	buffer_byte(&should, '\n');
	if (file == NULL)
		dossier_tell(dossier, "key", "", "there is no key.vkey");
	else if (!bytes_equal(file->content, buffer_bytes(&should)))
		dossier_tell(dossier, "key", "key.vkey",
		    "it is not the key that the genesis names");
	check_key(dossier, own->key, own->name);
	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);

		if (authority_by_key(authority, one->key) == one &&
		    !public_key_equal(one->key, own->key))
			check_key(dossier, one->key, one->name);
	}
	buffer_free(&should);
}

static int
check_certificate(void *cookie, const char *name, struct bytes pem,
    struct error *err)
{
	struct dossier *dossier = cookie;
	const char *below = name + strlen(DOSSIER_FOLDER);
	const struct tar_file *file = dossier_use(dossier, "%s", below);

	(void)err;
	if (file == NULL)
		dossier_tell(dossier, "identity", below, "it is not there");
	else if (!bytes_equal(file->content, pem))
		dossier_tell(dossier, "identity", below,
		    "it is not the certificate that an entry has");
	return 0;
}

/* Certificates lead to the ledger's roots, or authority would have refused
 * them; whether to the auditor's, too, is for her to ask. */
static void
check_identities(struct dossier *dossier)
{
	const struct authority *authority = dossier->authority;
	const struct certificates *roots = dossier->options->identity_roots;
	struct error finding;
	char where[64];

	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);
		const struct identity *identity = one->identity;

		for (; identity != NULL; identity = identity->before) {
			dossier->result->identities++;
			if (roots == NULL ||
			    identity_check_chain(identity, roots, NULL,
				&finding) == 0)
				continue;
			(void)snprintf(where, sizeof where, "entries/%llu.json",
			    (unsigned long long)identity->seq);
			dossier_tell(dossier, "identity", where,
			    "the certificate of %s: %s", one->name,
			    finding.what);
		}
	}
}

/* --- Entries --- */

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

static int
check_entries(struct dossier *dossier, struct error *err)
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

/* --- The rest --- */

/* Attachments are what they are called. */
static void
check_contents(struct dossier *dossier)
{
	static const char folder[] = DOSSIER_FOLDER "attachments/";
	size_t i = tar_first(dossier->files, folder);

	for (; i < tar_count(dossier->files); i++) {
		const struct tar_file *file = tar_at(dossier->files, i);

		if (strncmp(file->name, folder, strlen(folder)) != 0)
			break;
		dossier->result->attachments++;
		if (strcmp(digest_hex(digest_of(file->content)).text,
			file->name + strlen(folder)) != 0)
			dossier_tell(dossier, "attachment",
			    file->name + strlen(DOSSIER_FOLDER),
			    "it was altered");
	}
}

/* What is read, and proves nothing; and what nothing asked for. */
static void
check_rest(struct dossier *dossier)
{
	if (dossier_use(dossier, "VERIFY.md") == NULL)
		dossier_tell(dossier, "file", "", "there is no VERIFY.md");
	(void)dossier_use(dossier, "report/provenance.html");
	for (size_t i = 0; i < tar_count(dossier->files); i++) {
		const char *name = tar_at(dossier->files, i)->name;

		if (dossier->used[i])
			continue;
		if (strncmp(name, DOSSIER_FOLDER, strlen(DOSSIER_FOLDER)) == 0)
			name += strlen(DOSSIER_FOLDER);
		dossier_tell(dossier, "file", name, "nothing asks for it");
	}
}

/* Whether an entry speaks of the subject by that name. */
static int
has_subject(const struct dossier *dossier, const struct dossier_entry *entry,
    bool *has, struct error *err)
{
	const struct dossier_about *about = &dossier->about;
	struct entry parsed = entry_new();
	struct record record = { .statement = NULL };
	int result = -1;

	if (entry_parse(&parsed, entry->line, err) == -1 ||
	    record_parse(&record, buffer_bytes(&parsed.envelope.payload),
		err) == -1)
		goto done;
	for (const struct json *one = json_first(record.subjects); one != NULL;
	     one = json_next(one)) {
		const char *name = json_member_text(one, "name");
		const char *hex =
		    json_member_text(json_member(one, "digest"), "sha256");

		*has |= strcmp(name, about->name) == 0 &&
		    strcmp(hex, digest_hex(about->digest).text) == 0;
	}
	result = 0;
done:
	record_free(&record);
	entry_free(&parsed);
	return result;
}

static int
check_about(struct dossier *dossier, struct error *err)
{
	const struct dossier_about *about = &dossier->about;
	bool known = false, deployed = about->deployment == DOSSIER_NOBODY;

	for (size_t i = 0; i < dossier->count; i++) {
		const struct dossier_entry *entry = &dossier->entry[i];
		bool has = false;

		if (entry->kind == NULL || (known && deployed))
			continue;
		if (has_subject(dossier, entry, &has, err) == -1)
			return -1;
		known |= has;
		deployed |= has && entry->seq == about->deployment &&
		    strcmp(entry->kind->name, "deployment") == 0;
	}
	if (!known)
		dossier_tell(dossier, "about", "about.json",
		    "no entry speaks of its subject by that name");
	if (!deployed)
		dossier_tell(dossier, "about", "about.json",
		    "entry %llu is no deployment of it",
		    (unsigned long long)about->deployment);
	return 0;
}

int
dossier_check(struct dossier_result *result, struct dossier *dossier,
    const struct dossier_options *options, struct error *err)
{
	memset(result, 0, sizeof *result);
	dossier->options = options;
	dossier->result = result;
	if (options->key == NULL &&
	    (options->policy == NULL || options->policy->log_count == 0))
		return error_set(err, ERROR_UNDECIDED,
		    "give the ledger's key as you know it from elsewhere",
		    "there is no key of a ledger to believe");
	if (check_manifest(dossier, err) == -1 ||
	    check_checkpoint(dossier, err) == -1)
		return -1;
	if (!result->has_checkpoint)
		return 0;
	if (check_entries(dossier, err) == -1 ||
	    check_about(dossier, err) == -1 ||
	    dossier_check_lists(dossier, err) == -1 ||
	    dossier_check_dates(dossier, err) == -1)
		return -1;
	check_contents(dossier);
	if (dossier_certificates(dossier->authority, dossier, check_certificate,
		err) == -1)
		return -1;
	check_keys(dossier);
	check_identities(dossier);
	check_rest(dossier);
	return 0;
}
