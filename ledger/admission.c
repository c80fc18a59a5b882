#include "ledger/admission.h"

#include <string.h>

#include "base/limits.h"
#include "ledger/erasure.h"

struct admission
admission_new(void)
{
	struct admission admission;

	memset(&admission, 0, sizeof admission);
	admission.entry = entry_new();
	admission.facts = facts_new();
	return admission;
}

static void
forget_record(struct admission *admission)
{
	if (admission->has_record)
		record_free(&admission->record);
	admission->has_record = false;
}

void
admission_free(struct admission *admission)
{
	if (admission == NULL)
		return;
	forget_record(admission);
	entry_free(&admission->entry);
	facts_free(&admission->facts);
}

bool
admission_is_own(const struct admission *admission)
{
	return admission->kind->roles == 0;
}

bool
admission_is_authority(const struct admission *admission)
{
	return admission->kind->authority;
}

bool
admission_is_sealed(const struct admission *admission)
{
	for (size_t i = 0; i < admission->facts.count; i++)
		if (admission->facts.fact[i].role == FACT_SEALED)
			return true;
	return false;
}

int
admission_read(struct admission *admission, struct json_arena *arena,
    struct error *err)
{
	struct bytes payload = buffer_bytes(&admission->entry.envelope.payload);
	struct record record;
	int result = -1;

	forget_record(admission);
	memset(admission->known, 0, sizeof admission->known);
	memset(admission->checked, 0, sizeof admission->checked);
	json_arena_reset(arena);
	json_arena_begin(arena);
	if (record_parse(&record, payload, err) == 0) {
		admission->kind = record.kind;
		admission->made_ms = record.head.made_ms;
		memcpy(admission->nonce, record.head.nonce, NONCE_LEN);
		admission->after_size = record.head.after_size;
		admission->after_root = record.head.after_root;
		admission->ledger =
		    digest_of(bytes_of_text(record.head.ledger));
		result = facts_gather(&admission->facts, &record, err);
		record_free(&record);
	}
	json_arena_end();
	/* The few records that carry authority or destroy are kept as trees,
	 * outside the arena, until their turn has come. */
	if (result == 0 &&
	    (admission_is_authority(admission) ||
		erasure_is(admission->kind))) {
		if (record_parse(&admission->record, payload, err) == -1)
			return -1;
		admission->has_record = true;
	}
	return result;
}

int
admission_read_entry(struct admission *admission, struct bytes line,
    struct json_arena *arena, struct error *err)
{
	if (entry_parse(&admission->entry, line, err) == -1)
		return -1;
	return admission_read(admission, arena, err);
}

static bool
try_key(struct admission *admission, size_t i, struct public_key key)
{
	const char *hint = admission->entry.envelope.signature[i].keyid.text;

	if (hint[0] != '\0' &&
	    strcmp(hint, public_key_fingerprint(key).text) != 0)
		return false;
	admission->key[i] = key;
	admission->known[i] = true;
	return true;
}

/* The keys that a genesis record names: its founders' and the ledger's. */
static void
resolve_genesis(struct admission *admission, size_t i)
{
	const struct json *predicate = admission->record.predicate;
	const char *vkey = json_member_text(predicate, "ledger_key");
	const struct json *founder =
	    json_first(json_member(predicate, "founders"));
	struct error ignored;
	struct note_key ledger_key;
	struct public_key key;

	if (vkey != NULL &&
	    note_key_parse(&ledger_key, bytes_of_text(vkey), &ignored) == 0 &&
	    try_key(admission, i, ledger_key.key))
		return;
	for (; founder != NULL; founder = json_next(founder)) {
		const char *text = json_member_text(founder, "key");

		if (text != NULL &&
		    public_key_parse_exact(&key, bytes_of_text(text),
			&ignored) == 0 &&
		    try_key(admission, i, key))
			return;
	}
}

/* What the ledger says itself is signed by its own key. */
static void
resolve_own(struct admission *admission, size_t i,
    const struct authority *authority)
{
	const struct note_key *key = authority_ledger_key(authority);

	if (key != NULL)
		try_key(admission, i, key->key);
}

/* A signature without a hint: whichever key in force verifies it. */
static void
resolve_by_trial(struct admission *admission, size_t i,
    const struct authority *authority)
{
	struct buffer scratch = buffer_new(LIMIT_ENVELOPE);
	struct error ignored;

	for (size_t k = 0; k < authority_count(authority); k++) {
		const struct principal *principal = authority_at(authority, k);
		bool verified = false;

		if (principal->ended_seq != AUTHORITY_NEVER)
			continue;
		if (envelope_verify(&admission->entry.envelope, i,
			principal->key, &scratch, &verified, &ignored) == 0 &&
		    verified) {
			admission->key[i] = principal->key;
			admission->known[i] = true;
			break;
		}
	}
	buffer_free(&scratch);
}

void
admission_resolve(struct admission *admission,
    const struct authority *authority)
{
	for (size_t i = 0; i < admission->entry.envelope.signature_count; i++) {
		const char *hint =
		    admission->entry.envelope.signature[i].keyid.text;
		const struct principal *principal;

		if (admission->known[i])
			continue;
		if (admission->kind->subject == SUBJECT_LEDGER) {
			resolve_genesis(admission, i);
			continue;
		}
		if (admission_is_own(admission)) {
			resolve_own(admission, i, authority);
			continue;
		}
		if (hint[0] == '\0') {
			resolve_by_trial(admission, i, authority);
			continue;
		}
		principal = authority_by_fingerprint(authority, hint);
		if (principal != NULL) {
			admission->key[i] = principal->key;
			admission->known[i] = true;
		}
	}
}

int
admission_check(struct admission *admission, struct buffer *scratch,
    struct error *err)
{
	for (size_t i = 0; i < admission->entry.envelope.signature_count; i++) {
		bool verified = false;

		if (!admission->known[i] || admission->checked[i])
			continue;
		if (envelope_verify(&admission->entry.envelope, i,
			admission->key[i], scratch, &verified, err) == -1)
			return -1;
		if (!verified)
			return error_set(err, ERROR_NO, "sign the record again",
			    "the signature by %s does not verify",
			    public_key_fingerprint(admission->key[i]).text);
		admission->checked[i] = true;
	}
	return 0;
}

bool
admission_is_checked(const struct admission *admission)
{
	for (size_t i = 0; i < admission->entry.envelope.signature_count; i++) {
		if (!admission->known[i] || !admission->checked[i])
			return false;
	}
	return admission->entry.envelope.signature_count > 0;
}

/* Every signature must be somebody's whom the ledger knows. */
static int
require_known(const struct admission *admission, struct error *err)
{
	for (size_t i = 0; i < admission->entry.envelope.signature_count; i++) {
		const char *hint =
		    admission->entry.envelope.signature[i].keyid.text;

		if (!admission->known[i] && admission_is_own(admission))
			return error_set(err, ERROR_NO, NULL,
			    "a %s is signed by the ledger itself",
			    admission->kind->name);
		if (!admission->known[i])
			return error_set(err, ERROR_NO,
			    "enrol the key first: `vouch key enrol'",
			    "the key %s is not enrolled in this ledger",
			    hint[0] == '\0' ? "that signed it" : hint);
	}
	return 0;
}

int
admission_decide(struct admission *admission, struct authority *authority,
    uint64_t seq, struct error *err)
{
	const struct principal *signers[LIMIT_SIGNATURES];
	size_t count = admission->entry.envelope.signature_count;

	if (require_known(admission, err) == -1)
		return -1;
	if (admission_is_authority(admission)) {
		if (!admission_is_checked(admission))
			return error_set(err, ERROR_NO, NULL,
			    "a signature does not verify");
		return authority_apply(authority, &admission->record, seq,
		    admission->entry.time_ms, admission->key, count, err);
	}
	if (admission_is_own(admission)) {
		if (count == 1)
			return 0;
		return error_set(err, ERROR_NO, NULL,
		    "a %s is signed by the ledger's own key alone",
		    admission->kind->name);
	}
	for (size_t i = 0; i < count; i++) {
		signers[i] = authority_by_key(authority, admission->key[i]);
		if (signers[i] == NULL)
			return error_set(err, ERROR_NO,
			    "enrol the key first: `vouch key enrol'",
			    "the key %s is not enrolled in this ledger",
			    public_key_fingerprint(admission->key[i]).text);
	}
	return authority_allows(authority, admission->kind, signers, count,
	    err);
}

void
admission_name_keys(struct admission *admission)
{
	for (size_t i = 0; i < admission->entry.envelope.signature_count; i++) {
		struct fingerprint *keyid =
		    &admission->entry.envelope.signature[i].keyid;

		/* A hint that was there led to the key, so it is right. */
		if (admission->known[i] && keyid->text[0] == '\0')
			*keyid = public_key_fingerprint(admission->key[i]);
	}
}
