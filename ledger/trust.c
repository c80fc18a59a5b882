#include "ledger/trust.h"

#include <string.h>

#include "base/encoding.h"
#include "base/memory.h"

struct trusts {
	struct trusted **item;
	size_t count;
	size_t capacity;
};

static const char *const about_names[] = {
	[TRUST_WITNESS] = "witness",
	[TRUST_QUORUM] = "quorum",
	[TRUST_IDENTITY_ROOT] = "identity-root",
	[TRUST_TIMESTAMP_ROOT] = "timestamp-root",
	[TRUST_REVOCATIONS] = "revocations",
};

const char *
trust_about_name(enum trust_about about)
{
	return about_names[about];
}

/* ---- making ---- */

int
trusts_new(struct trusts **out, struct error *err)
{
	struct trusts *trusts = memory_new(1, sizeof *trusts);

	if (trusts == NULL)
		return error_memory(err);
	*out = trusts;
	return 0;
}

static void
trust_free(struct trusted *trust)
{
	if (trust == NULL)
		return;
	certificates_free(trust->certificate);
	memory_free(trust->vkey);
	memory_free(trust);
}

void
trusts_free(struct trusts *trusts)
{
	if (trusts == NULL)
		return;
	for (size_t i = 0; i < trusts->count; i++)
		trust_free(trusts->item[i]);
	memory_free(trusts->item);
	memory_free(trusts);
}

/* ---- taking records in ---- */

/* A root certificate: one, in base64, of an authority. */
static int
read_root(struct certificates **out, const char *text, struct error *err)
{
	struct buffer der = buffer_new(LIMIT_ENTRY);
	struct certificates *list = NULL;
	uint8_t *room = buffer_room(&der, strlen(text) / 4 * 3 + 1);
	size_t len = 0;
	int result = -1;

	if (room == NULL) {
		buffer_check(&der, "certificate", err);
		goto done;
	}
	if (!base64_decode(room, &len, bytes_of_text(text))) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the certificate is not in base64");
		goto done;
	}
	buffer_added(&der, len);
	if (certificates_new(&list, err) == -1 ||
	    certificates_add(list, buffer_bytes(&der), err) == -1)
		goto done;
	if (!certificate_is_authority(certificates_at(list, 0))) {
		error_set(err, ERROR_NO, "trust the authority that issued it",
		    "the certificate is not an authority's (CA:FALSE)");
		goto done;
	}
	*out = list;
	list = NULL;
	result = 0;
done:
	certificates_free(list);
	buffer_free(&der);
	if (result == -1)
		error_place(err, "predicate.certificate");
	return result;
}

static enum trust_about
about_of(const char *word)
{
	unsigned about = 0;

	while (strcmp(about_names[about], word) != 0)
		about++;
	return (enum trust_about)about;
}

/* What belongs to its subject.  The rows have checked what must be there. */
static int
read_content(struct trusted *trust, const struct json *predicate,
    struct error *err)
{
	const char *vkey = json_member_text(predicate, "vkey");
	const char *certificate = json_member_text(predicate, "certificate");
	const char *list = json_member_text(predicate, "list");

	if (vkey != NULL && (trust->vkey = memory_text(vkey)) == NULL)
		return error_memory(err);
	if (list != NULL && !digest_parse(&trust->list, bytes_of_text(list)))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "predicate.list is not a digest");
	if (json_member(predicate, "wanted") != NULL)
		trust->wanted =
		    (uint64_t)json_number(json_member(predicate, "wanted"));
	return certificate == NULL
	    ? 0
	    : read_root(&trust->certificate, certificate, err);
}

static struct trusted *
newest(const struct trusts *trusts, const char *name)
{
	for (size_t i = trusts->count; i-- > 0;)
		if (strcmp(trusts->item[i]->name, name) == 0)
			return trusts->item[i];
	return NULL;
}

/* The list that a record names. */
static int
read_list(struct revocations *out, struct digest list,
    const struct trust_source *source, struct error *err)
{
	struct buffer der = buffer_new(LIMIT_REVOCATIONS);
	int result = -1;

	/* Nobody has attachments here: what they say is not known. */
	if (source->fetch == NULL)
		result = 0;
	else if (source->fetch(source->cookie, list, &der, err) == 0 &&
	    buffer_check(&der, "list of revoked certificates", err) == 0)
		result = digest_equal(digest_of(buffer_bytes(&der)), list)
		    ? revocations_add(out, buffer_bytes(&der), err)
		    : error_set(err, ERROR_NO, NULL,
			  "the list of revoked certificates %.16s… was changed",
			  digest_hex(list).text);
	buffer_free(&der);
	return result;
}

int
trusts_read_list(struct revocations *out, const struct record *record,
    const struct trust_source *source, struct error *err)
{
	const char *list = json_member_text(record->predicate, "list");
	struct digest digest;

	if (list == NULL)
		return 0;
	if (!digest_parse(&digest, bytes_of_text(list)))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "predicate.list is not a digest");
	return read_list(out, digest, source, err);
}

int
trusts_apply(struct trusts *trusts, const struct trusted **taken,
    const struct record *record, uint64_t seq, struct error *err)
{
	const struct json *predicate = record->predicate;
	const char *name = json_member_text(predicate, "name");
	struct trusted *trust, *before = newest(trusts, name), **grown;

	grown = memory_grow(trusts->item, &trusts->capacity, trusts->count + 1,
	    sizeof(struct trusted *));
	if (grown == NULL)
		return error_memory(err);
	trusts->item = grown;
	if ((trust = memory_new(1, sizeof *trust)) == NULL)
		return error_memory(err);
	strncpy(trust->name, name, LIMIT_NAME);
	strncpy(trust->version, json_member_text(predicate, "version"),
	    LIMIT_NAME);
	trust->about = about_of(json_member_text(predicate, "about"));
	trust->trusted =
	    strcmp(json_member_text(predicate, "status"), "trusted") == 0;
	trust->seq = seq;
	trust->ended_seq = TRUST_NEVER;
	if (read_content(trust, predicate, err) == -1) {
		trust_free(trust);
		return -1;
	}
	if (before != NULL)
		before->ended_seq = seq;
	trusts->item[trusts->count++] = trust;
	*taken = trust;
	return 0;
}

/* ---- asking ---- */

size_t
trusts_count(const struct trusts *trusts)
{
	return trusts->count;
}

const struct trusted *
trusts_at(const struct trusts *trusts, size_t i)
{
	return i < trusts->count ? trusts->item[i] : NULL;
}

const struct trusted *
trusts_named(const struct trusts *trusts, const char *name)
{
	return newest(trusts, name);
}

bool
trust_held(const struct trusted *trust, uint64_t seq)
{
	return trust->trusted && trust->seq < seq && trust->ended_seq >= seq;
}

/* Those of the certificates about this that are chosen. */
static int
choose_roots(struct certificates **out, const struct trusts *trusts,
    enum trust_about about,
    bool (*is_chosen)(const struct trusted *trust, const void *cookie),
    const void *cookie, struct error *err)
{
	struct certificates *roots = NULL;

	if (certificates_new(&roots, err) == -1)
		return -1;
	for (size_t i = 0; i < trusts->count; i++) {
		const struct trusted *trust = trusts->item[i];

		if (trust->about != about || !trust->trusted ||
		    !is_chosen(trust, cookie))
			continue;
		if (certificates_add(roots,
			certificate_der(certificates_at(trust->certificate, 0)),
			err) == -1) {
			certificates_free(roots);
			return -1;
		}
	}
	*out = roots;
	return 0;
}

struct moment {
	uint64_t seq;
	bool ever;
};

static bool
is_of_moment(const struct trusted *trust, const void *cookie)
{
	const struct moment *moment = cookie;

	return trust_held(trust, moment->seq) ||
	    (moment->ever && trust->seq < moment->seq);
}

static bool
is_called(const struct trusted *trust, const void *name)
{
	return strcmp(trust->name, name) == 0;
}

int
trusts_roots(struct certificates **out, const struct trusts *trusts,
    enum trust_about about, uint64_t seq, bool ever, struct error *err)
{
	const struct moment moment = { seq, ever };

	return choose_roots(out, trusts, about, is_of_moment, &moment, err);
}

int
trusts_roots_called(struct certificates **out, const struct trusts *trusts,
    enum trust_about about, const char *name, struct error *err)
{
	return choose_roots(out, trusts, about, is_called, name, err);
}

int
trusts_revocations(struct revocations **out, const struct trusts *trusts,
    const struct trust_source *source, uint64_t seq, struct error *err)
{
	struct revocations *lists = NULL;

	if (revocations_new(&lists, err) == -1)
		return -1;
	for (size_t i = 0; i < trusts->count; i++) {
		const struct trusted *trust = trusts->item[i];

		if (trust->about == TRUST_REVOCATIONS &&
		    trust_held(trust, seq) &&
		    read_list(lists, trust->list, source, err) == -1) {
			revocations_free(lists);
			return error_within(err, "trust/%s@%s", trust->name,
			    trust->version);
		}
	}
	*out = lists;
	return 0;
}
