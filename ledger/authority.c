/* authority.c: keys and roles, replayed from genesis and key records. */
#include "ledger/authority_internal.h"

#include <string.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"

/* ---- making and asking ---- */

int
authority_new(struct authority **out, struct error *err)
{
	struct authority *authority = memory_new(1, sizeof(*authority));

	if (authority == NULL)
		return error_memory(err);
	if (trusts_new(&authority->trusts, err) == -1 ||
	    principals_reserve(&authority->principals, 8, err) == -1) {
		authority_free(authority);
		return -1;
	}
	*out = authority;
	return 0;
}

void
authority_free(struct authority *authority)
{
	if (authority == NULL)
		return;
	principals_free(&authority->principals);
	trusts_free(authority->trusts);
	memory_free(authority);
}

void
authority_set_source(struct authority *authority, struct trust_source source)
{
	authority->source = source;
}

void
authority_assume(struct authority *authority, bool assume)
{
	authority->assume = assume;
}

const struct trusts *
authority_trusts(const struct authority *authority)
{
	return authority->trusts;
}

const char *
authority_origin(const struct authority *authority)
{
	return authority->founded ? authority->ledger_key.name : NULL;
}

const struct note_key *
authority_ledger_key(const struct authority *authority)
{
	return authority->founded ? &authority->ledger_key : NULL;
}

size_t
authority_count(const struct authority *authority)
{
	return authority->principals.count;
}

const struct principal *
authority_at(const struct authority *authority, size_t i)
{
	return i < authority->principals.count
	    ? authority->principals.principal[i]
	    : NULL;
}

const struct principal *
authority_by_fingerprint(const struct authority *authority,
    const char *fingerprint)
{
	return principals_by_fingerprint(&authority->principals, fingerprint);
}

const struct principal *
authority_by_key(const struct authority *authority, struct public_key key)
{
	return principals_by_key(&authority->principals, key);
}

static bool
in_force(const struct principal *principal)
{
	return principal->ended_seq == AUTHORITY_NEVER;
}

const struct principal *
authority_by_name(const struct authority *authority, const char *name)
{
	const struct principal *principal =
	    principals_by_name(&authority->principals, name);

	return principal != NULL && in_force(principal) ? principal : NULL;
}

/* ---- deciding ---- */

/* Say that a key has ended, and how.  Returns -1. */
static int
has_ended(const struct principal *principal, struct error *err)
{
	return error_set(err, ERROR_NO,
	    principal->rotated ? "sign with the key that replaced it"
			       : "sign with a key that is in force",
	    "%s's key %s was %s by entry %llu", principal->name,
	    principal->fingerprint.text,
	    principal->rotated ? "replaced" : "revoked",
	    (unsigned long long)principal->ended_seq);
}

/* Say that a key is not that of anybody.  Returns -1. */
static int
is_unknown(const char *fingerprint, struct error *err)
{
	return error_set(err, ERROR_NO,
	    "have an owner enrol it: `vouch key enrol'",
	    "the key %s was never enrolled", fingerprint);
}

static int
lacks_role(const struct principal *principal, unsigned roles, const char *what,
    struct error *err)
{
	struct buffer has = buffer_new(200), needs = buffer_new(200);

	role_write(&has, principal->roles, ", ");
	role_write(&needs, roles, " or ");
	error_set(err, ERROR_NO, "have someone with that role sign it",
	    "%s signs as %s, but %s takes %s", principal->name,
	    has.len == 0 ? "nobody" : buffer_string(&has), what,
	    buffer_string(&needs));
	buffer_free(&has);
	buffer_free(&needs);
	return -1;
}

int
authority_allows(const struct authority *authority, const struct kind *kind,
    const struct principal *const signers[], size_t signer_count,
    struct error *err)
{
	if (!authority->founded || signer_count == 0)
		return error_set(err, ERROR_NO, NULL,
		    "nobody whose key is enrolled has signed");
	for (size_t i = 0; i < signer_count; i++) {
		char what[64] = "a record of kind ";

		if (signers[i] == NULL)
			return error_set(err, ERROR_NO,
			    "have an owner enrol it: `vouch key enrol'",
			    "one of the signing keys was never enrolled");
		if (!in_force(signers[i]))
			return has_ended(signers[i], err);
		if ((signers[i]->roles & kind->roles) != 0)
			continue;
		strncat(what, kind->name, sizeof(what) - strlen(what) - 1);
		return lacks_role(signers[i], kind->roles, what, err);
	}
	return 0;
}

int
authority_owners_signed(const struct authority *authority,
    const struct request *request, const struct principal *self,
    struct error *err)
{
	if (request->signer_count == 0)
		return error_set(err, ERROR_NO, NULL, "nobody has signed");
	for (size_t i = 0; i < request->signer_count; i++) {
		const struct principal *signer =
		    authority_by_key(authority, request->signer[i]);

		if (signer == NULL)
			return is_unknown(
			    public_key_fingerprint(request->signer[i]).text,
			    err);
		if (!in_force(signer))
			return has_ended(signer, err);
		if (signer != self && (signer->roles & ROLE_OWNER) == 0)
			return lacks_role(signer, ROLE_OWNER,
			    request->record->kind->subject == SUBJECT_KEY
				? "a record about somebody's key"
				: "a record of whom the ledger trusts",
			    err);
	}
	return 0;
}

static bool
has_signed(struct public_key key, const struct public_key signers[],
    size_t signer_count)
{
	for (size_t i = 0; i < signer_count; i++)
		if (public_key_equal(key, signers[i]))
			return true;
	return false;
}

/* ---- changing ---- */

static unsigned
roles_of(const struct json *words)
{
	const struct json *word = json_first(words);
	unsigned roles = 0;

	for (; word != NULL; word = json_next(word))
		roles |= role_of(json_text(word));
	return roles;
}

/* A new principal, not yet among the others; NULL without memory.  The name
 * passed the rows of a record, so that it fits. */
static struct principal *
principal_new(const char *name, struct public_key key, unsigned roles,
    uint64_t seq)
{
	struct principal *principal = memory_new(1, sizeof(*principal));

	if (principal == NULL)
		return NULL;
	principal->key = key;
	principal->fingerprint = public_key_fingerprint(key);
	strncpy(principal->name, name, LIMIT_NAME);
	principal->roles = roles;
	principal->enrolled_seq = seq;
	principal->ended_seq = AUTHORITY_NEVER;
	return principal;
}

/* Takes the principal; room was reserved. */
static void
add(struct authority *authority, struct principal *principal)
{
	principals_add(&authority->principals, principal);
	if ((principal->roles & ROLE_OWNER) != 0)
		authority->owners++;
}

static void
end(struct authority *authority, const struct principal *found, uint64_t seq,
    bool rotated)
{
	struct principal *principal =
	    principals_by_key(&authority->principals, found->key);

	principal->ended_seq = seq;
	principal->rotated = rotated;
	if ((principal->roles & ROLE_OWNER) != 0)
		authority->owners--;
}

/* ---- genesis ---- */

static int
founders_signed(const struct json *founders, struct public_key ledger_key,
    const struct public_key signers[], size_t signer_count, struct error *err)
{
	const struct json *founder;
	struct public_key key;

	if (!has_signed(ledger_key, signers, signer_count))
		return error_set(err, ERROR_NO, NULL,
		    "the ledger's own key has not signed the genesis");
	for (founder = json_first(founders); founder != NULL;
	     founder = json_next(founder)) {
		if (public_key_parse_exact(&key,
			bytes_of_text(json_member_text(founder, "key")),
			err) == -1)
			return -1;
		if (!has_signed(key, signers, signer_count))
			return error_set(err, ERROR_NO, NULL,
			    "the founder %s has not signed the genesis",
			    json_member_text(founder, "name"));
	}
	if (signer_count != json_count(founders) + 1)
		return error_set(err, ERROR_NO, NULL,
		    "the genesis is signed by somebody who is not a founder");
	return 0;
}

/* Make a principal of every founder; on failure those made are freed. */
static int
make_founders(struct principal *made[], const struct json *founders,
    struct error *err)
{
	const struct json *founder;
	struct public_key key;
	size_t count = 0;
	int result = -1;

	for (founder = json_first(founders); founder != NULL;
	     founder = json_next(founder)) {
		if (public_key_parse_exact(&key,
			bytes_of_text(json_member_text(founder, "key")),
			err) == -1)
			goto done;
		made[count] = principal_new(json_member_text(founder, "name"),
		    key, roles_of(json_member(founder, "roles")), 0);
		if (made[count] == NULL) {
			error_memory(err);
			goto done;
		}
		count++;
	}
	result = 0;
done:
	while (result == -1 && count > 0)
		principal_free(made[--count]);
	return result;
}

static int
apply_genesis(struct authority *authority, const struct record *record,
    uint64_t seq, const struct public_key signers[], size_t signer_count,
    struct error *err)
{
	const struct json *founders =
	    json_member(record->predicate, "founders");
	size_t count = json_count(founders);
	struct principal *made[LIMIT_SIGNATURES];
	struct note_key key;

	if (authority->founded || seq != 0)
		return error_set(err, ERROR_NO, NULL,
		    "a ledger has one genesis, at its beginning");
	if (count >= LIMIT_SIGNATURES)
		return error_set(err, ERROR_NO, NULL,
		    "more founders than can sign");
	if (note_key_parse(&key,
		bytes_of_text(json_member_text(record->predicate,
		    "ledger_key")),
		err) == -1 ||
	    founders_signed(founders, key.key, signers, signer_count, err) ==
		-1 ||
	    principals_reserve(&authority->principals, count, err) == -1 ||
	    make_founders(made, founders, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		add(authority, made[i]);
	authority->ledger_key = key;
	authority->founded = true;
	authority->last_seq = seq;
	return 0;
}

/* ---- keys ---- */

void
authority_proof_text(struct buffer *out, const char *origin, const char *name,
    struct public_key key)
{
	buffer_printf(out, "vouchbook-key-proof/v1\n%s\n%s\n%s\n", origin, name,
	    public_key_ssh(key).text);
}

/* The holder of a new key has it. */
static int
check_proof(const struct authority *authority, const struct record *record,
    struct public_key key, struct error *err)
{
	const char *proof = json_member_text(record->predicate, "proof");
	const char *name = json_member_text(record->predicate, "name");
	struct buffer text = buffer_new(1024);
	struct signature signature;
	int result = -1;

	authority_proof_text(&text, authority_origin(authority), name, key);
	if (buffer_check(&text, "proof", err) == -1)
		goto done;
	if (proof == NULL ||
	    !base64_decode_fixed(signature.byte, SIGNATURE_LEN,
		bytes_of_text(proof)) ||
	    !public_key_verify(key, buffer_bytes(&text), &signature)) {
		error_set(err, ERROR_NO, NULL,
		    "the proof that %s has the "
		    "key %s does not verify",
		    name, public_key_fingerprint(key).text);
		goto done;
	}
	result = 0;
done:
	buffer_free(&text);
	return result;
}

/* A key may come in if it never was in, and is not the ledger's own. */
static int
check_fresh(const struct authority *authority, struct public_key key,
    struct error *err)
{
	const struct principal *before = authority_by_key(authority, key);

	if (public_key_equal(key, authority->ledger_key.key))
		return error_set(err, ERROR_NO, "enrol another key",
		    "this is the ledger's own key");
	if (before == NULL)
		return 0;
	if (in_force(before))
		return error_set(err, ERROR_NO, NULL,
		    "the key %s is enrolled already, as %s",
		    before->fingerprint.text, before->name);
	return error_set(err, ERROR_NO, "make a new key: `vouch key new'",
	    "the key %s ended with entry %llu and never comes back",
	    before->fingerprint.text, (unsigned long long)before->ended_seq);
}

/* A new principal with its identity; NULL without memory, and then the
 * identity is freed. */
static struct principal *
principal_certified(const char *name, struct public_key key, unsigned roles,
    uint64_t seq, struct identity *identity)
{
	struct principal *principal = principal_new(name, key, roles, seq);

	if (principal == NULL)
		identity_free(identity);
	else
		principal->identity = identity;
	return principal;
}

static int
enrol(struct authority *authority, const struct request *request,
    struct public_key key, struct error *err)
{
	const struct record *record = request->record;
	const char *name = json_member_text(record->predicate, "name");
	struct principal *principal;
	struct identity *identity;

	if (authority_owners_signed(authority, request, NULL, err) == -1 ||
	    check_fresh(authority, key, err) == -1)
		return -1;
	if (authority_by_name(authority, name) != NULL)
		return error_set(err, ERROR_NO,
		    "choose another name, or rotate the key",
		    "the name %s is taken", name);
	if (check_proof(authority, record, key, err) == -1 ||
	    principals_reserve(&authority->principals, 1, err) == -1 ||
	    authority_take_identity(&identity, authority, request, key, err) ==
		-1)
		return -1;
	principal = principal_certified(name, key,
	    roles_of(json_member(record->predicate, "roles")), request->seq,
	    identity);
	if (principal == NULL)
		return error_memory(err);
	add(authority, principal);
	return 0;
}

/* The principal in force with a key, under the record's name. */
static int
find_holder(const struct principal **out, const struct authority *authority,
    const struct record *record, struct public_key key, struct error *err)
{
	const char *name = json_member_text(record->predicate, "name");
	const struct principal *holder = authority_by_key(authority, key);

	if (holder == NULL)
		return is_unknown(public_key_fingerprint(key).text, err);
	if (!in_force(holder))
		return has_ended(holder, err);
	if (strcmp(holder->name, name) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "the key %s is %s's, not %s's", holder->fingerprint.text,
		    holder->name, name);
	*out = holder;
	return 0;
}

static int
rotate(struct authority *authority, const struct request *request,
    struct public_key key, struct error *err)
{
	const struct record *record = request->record;
	const struct principal *holder;
	struct principal *principal;
	struct identity *identity;
	struct public_key old;

	if (public_key_parse_exact(&old,
		bytes_of_text(json_member_text(record->predicate, "replaces")),
		err) == -1 ||
	    find_holder(&holder, authority, record, old, err) == -1 ||
	    authority_owners_signed(authority, request, holder, err) == -1 ||
	    check_fresh(authority, key, err) == -1 ||
	    check_proof(authority, record, key, err) == -1 ||
	    principals_reserve(&authority->principals, 1, err) == -1 ||
	    authority_take_identity(&identity, authority, request, key, err) ==
		-1)
		return -1;
	principal = principal_certified(holder->name, key, holder->roles,
	    request->seq, identity);
	if (principal == NULL)
		return error_memory(err);
	end(authority, holder, request->seq, true);
	add(authority, principal);
	return 0;
}

static int
certify(struct authority *authority, const struct request *request,
    struct public_key key, struct error *err)
{
	const struct principal *holder;
	struct principal *principal;
	struct identity *identity;

	if (find_holder(&holder, authority, request->record, key, err) == -1 ||
	    authority_owners_signed(authority, request, NULL, err) == -1 ||
	    authority_take_identity(&identity, authority, request, key, err) ==
		-1)
		return -1;
	principal = principals_by_key(&authority->principals, key);
	identity->before = principal->identity;
	principal->identity = identity;
	return 0;
}

static int
revoke(struct authority *authority, const struct request *request,
    struct public_key key, struct error *err)
{
	const struct principal *holder;

	if (find_holder(&holder, authority, request->record, key, err) == -1 ||
	    authority_owners_signed(authority, request, holder, err) == -1)
		return -1;
	if ((holder->roles & ROLE_OWNER) != 0 && authority->owners == 1)
		return error_set(err, ERROR_NO,
		    "enrol another owner first, or rotate the key",
		    "%s is the last owner", holder->name);
	end(authority, holder, request->seq, false);
	return 0;
}

int
authority_check_place(const struct authority *authority,
    const struct request *request, struct error *err)
{
	const struct record *record = request->record;

	if (!authority->founded || request->seq <= authority->last_seq)
		return error_set(err, ERROR_NO, NULL,
		    "a %s record comes after the genesis, and in order",
		    record->kind->name);
	if (strcmp(record->head.ledger, authority->ledger_key.name) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "this record is meant for the ledger \"%s\"",
		    record->head.ledger);
	return 0;
}

static int
apply_key(struct authority *authority, const struct request *request,
    struct error *err)
{
	const struct json *predicate = request->record->predicate;
	const char *action = json_member_text(predicate, "action");
	struct public_key key;

	if (authority_check_place(authority, request, err) == -1 ||
	    public_key_parse_exact(&key,
		bytes_of_text(json_member_text(predicate, "key")), err) == -1)
		return -1;
	if (strcmp(action, "enrol") == 0)
		return enrol(authority, request, key, err);
	if (strcmp(action, "rotate") == 0)
		return rotate(authority, request, key, err);
	if (strcmp(action, "certify") == 0)
		return certify(authority, request, key, err);
	return revoke(authority, request, key, err);
}

int
authority_apply(struct authority *authority, const struct record *record,
    uint64_t seq, int64_t time_ms, const struct public_key signers[],
    size_t signer_count, struct error *err)
{
	struct request request = { record, seq, time_ms, signers,
		signer_count };
	int result;

	if (!record->kind->authority)
		return error_set(err, ERROR_NO, NULL,
		    "a record of kind %s changes no authority",
		    record->kind->name);
	if (record->kind->subject == SUBJECT_LEDGER)
		return apply_genesis(authority, record, seq, signers,
		    signer_count, err);
	result = record->kind->subject == SUBJECT_KEY
	    ? apply_key(authority, &request, err)
	    : authority_apply_trust(authority, &request, err);
	if (result == 0)
		authority->last_seq = seq;
	return result;
}
