/* authority_trust.c: certificates of keys' holders, and what ends them. */
#include "keys/certificate_path.h"
#include "ledger/authority_internal.h"

/* ---- a key's certificate ---- */

int
authority_take_identity(struct identity **out,
    const struct authority *authority, const struct request *request,
    struct public_key key, struct error *err)
{
	const struct json *predicate = request->record->predicate;
	const struct json *certified = json_member(predicate, "certified");
	struct identity *identity = NULL;
	struct certificates *roots = NULL;
	struct revocations *revoked = NULL;
	int result = -1;

	*out = NULL;
	if (certified == NULL)
		return 0;
	if (identity_read(&identity, certified, request->seq, request->time_ms,
		err) == -1)
		return -1;
	if (authority->assume) {
		result = 0;
		goto done;
	}
	if (identity_check_binding(identity, certified,
		authority_origin(authority),
		json_member_text(predicate, "name"), key, err) == -1 ||
	    trusts_roots(&roots, authority->trusts, TRUST_IDENTITY_ROOT,
		request->seq, false, err) == -1 ||
	    trusts_revocations(&revoked, authority->trusts, &authority->source,
		request->seq, err) == -1 ||
	    identity_check_chain(identity, roots, revoked, err) == -1)
		goto done;
	result = 0;
done:
	if (result == 0)
		*out = identity;
	else
		identity_free(identity);
	certificates_free(roots);
	revocations_free(revoked);
	return result;
}

/* ---- trust ---- */

/* What ends a certificate from an entry on: a list, or a root less. */
struct ending {
	uint64_t seq;
	enum identity_end end;
	const struct certificates *roots;
	const struct revocations *revoked; /* Of IDENTITY_REVOKED. */
	const struct certificates *withdrawn; /* Of the other. */
};

static bool
is_ended_by(const struct identity *identity, const struct ending *ending)
{
	struct error ignored;

	if (ending->end == IDENTITY_REVOKED)
		return identity_is_revoked(identity, ending->roots,
		    ending->revoked);
	/* A root that was only replaced is not what is withdrawn here. */
	return identity_check_chain(identity, ending->withdrawn, NULL,
		   &ignored) == 0 &&
	    identity_check_chain(identity, ending->roots, NULL, &ignored) == -1;
}

static void
end_identities(struct authority *authority, const struct ending *ending)
{
	for (size_t i = 0; i < authority->principals.count; i++) {
		struct identity *identity =
		    authority->principals.principal[i]->identity;

		for (; identity != NULL; identity = identity->before) {
			if (identity->end != IDENTITY_HOLDS ||
			    !is_ended_by(identity, ending))
				continue;
			identity->end = ending->end;
			identity->ended_seq = ending->seq;
		}
	}
}

static bool
any_certified(const struct authority *authority)
{
	for (size_t i = 0; i < authority->principals.count; i++)
		if (authority->principals.principal[i]->identity != NULL)
			return true;
	return false;
}

/* Whose certificates a list ends. */
static int
take_list(struct authority *authority, const struct revocations *lists,
    uint64_t seq, struct error *err)
{
	struct ending ending = {
		.seq = seq, .end = IDENTITY_REVOKED, .revoked = lists
	};
	struct certificates *roots;

	if (trusts_roots(&roots, authority->trusts, TRUST_IDENTITY_ROOT, seq,
		true, err) == -1)
		return -1;
	ending.roots = roots;
	end_identities(authority, &ending);
	certificates_free(roots);
	return 0;
}

static int
withdraw_root(struct authority *authority, const struct trusted *trust,
    struct error *err)
{
	struct ending ending = { .seq = trust->seq,
		.end = IDENTITY_ROOT_WITHDRAWN };
	struct certificates *roots = NULL, *withdrawn = NULL;
	int result = -1;

	if (!any_certified(authority))
		return 0;
	/* Those that still hold behind this entry. */
	if (trusts_roots(&roots, authority->trusts, TRUST_IDENTITY_ROOT,
		trust->seq + 1, false, err) == -1 ||
	    trusts_roots_called(&withdrawn, authority->trusts,
		TRUST_IDENTITY_ROOT, trust->name, err) == -1)
		goto done;
	ending.roots = roots;
	ending.withdrawn = withdrawn;
	end_identities(authority, &ending);
	result = 0;
done:
	certificates_free(roots);
	certificates_free(withdrawn);
	return result;
}

/* A list in the name of a root that holds is signed by one of that name. */
static int
check_lists(const struct authority *authority, const struct revocations *lists,
    enum trust_about about, uint64_t seq, struct error *err)
{
	struct certificates *roots;
	int result = 0;

	if (trusts_roots(&roots, authority->trusts, about, seq, false, err) ==
	    -1)
		return -1;
	for (size_t i = 0; i < revocations_count(lists) && result == 0; i++)
		if (certificate_list_is_named(lists, i, roots) &&
		    !certificate_list_is_signed(lists, i, roots))
			result = error_set(err, ERROR_NO,
			    "get it from the authority itself",
			    "the list of revoked certificates is in the name "
			    "of a trusted root, who has not signed it");
	certificates_free(roots);
	return result;
}

int
authority_apply_trust(struct authority *authority,
    const struct request *request, struct error *err)
{
	/* A list that was checked before says nothing when it ends nothing. */
	bool idle = authority->assume && !any_certified(authority);
	struct revocations *lists = NULL;
	const struct trusted *trust;
	int result = -1;

	if (authority_check_place(authority, request, err) == -1 ||
	    authority_owners_signed(authority, request, NULL, err) == -1 ||
	    revocations_new(&lists, err) == -1 ||
	    (!idle &&
		trusts_read_list(lists, request->record, &authority->source,
		    err) == -1) ||
	    (!authority->assume &&
		(check_lists(authority, lists, TRUST_IDENTITY_ROOT,
		     request->seq, err) == -1 ||
		    check_lists(authority, lists, TRUST_TIMESTAMP_ROOT,
			request->seq, err) == -1)) ||
	    trusts_apply(authority->trusts, &trust, request->record,
		request->seq, err) == -1)
		goto done;
	result = 0;
	if (revocations_count(lists) > 0 && trust->trusted)
		result = take_list(authority, lists, request->seq, err);
	else if (trust->about == TRUST_IDENTITY_ROOT && !trust->trusted)
		result = withdraw_root(authority, trust, err);
done:
	revocations_free(lists);
	return result;
}
