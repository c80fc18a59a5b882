#include "ledger/timestamps.h"

#include "base/limits.h"
#include "keys/note.h"
#include "ledger/store_timestamp.h"

/* The text of the newest checkpoint of at most so many entries, and how many
 * it has; 0 if there is none. */
static int
newest_text(struct buffer *out, uint64_t *size, struct store *store,
    uint64_t at_most, struct error *err)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct note parts;
	int result = -1;

	*size = 0;
	buffer_clear(out);
	if (store_checkpoint(store, at_most, size, &note, err) == -1)
		goto done;
	if (*size > 0) {
		if (note_parse(&parts, buffer_bytes(&note), err) == -1)
			goto done;
		buffer_append(out, parts.text);
	}
	result = buffer_check(out, "checkpoint", err);
done:
	buffer_free(&note);
	return result;
}

int
timestamps_text(struct buffer *out, struct store *store, uint64_t size,
    struct error *err)
{
	uint64_t found = 0;

	if (newest_text(out, &found, store, size, err) == -1)
		return -1;
	if (found != size || size == 0)
		return error_set(err, ERROR_NO, NULL,
		    "there is no checkpoint of %llu entries",
		    (unsigned long long)size);
	return 0;
}

int
timestamps_find(uint64_t *size, struct buffer *text, struct store *store,
    uint64_t at_most, const struct timestamp *timestamp, struct error *err)
{
	uint64_t found = 0;
	struct error differs;

	/* Most are about one of the last. */
	for (;;) {
		if (newest_text(text, &found, store, at_most, err) == -1)
			return -1;
		if (found == 0)
			return error_set(err, ERROR_NO, NULL,
			    "the timestamp is about no checkpoint of this "
			    "ledger: its imprint differs from each");
		if (timestamp_is_about(timestamp, buffer_bytes(text),
			&differs) == 0)
			break;
		if (differs.class == ERROR_SYSTEM) {
			*err = differs;
			return -1;
		}
		at_most = found - 1;
	}
	*size = found;
	return 0;
}

/* What is used for one after the other. */
struct judging {
	struct store *store;
	const struct trusts *trusts;
	const struct certificates *given;
	struct buffer text;
	struct buffer authority;
};

static int
check_own(enum timestamp_standing *standing, struct buffer *authority,
    const struct timestamp *timestamp, uint64_t size,
    const struct trusts *trusts, struct error *err)
{
	struct certificates *roots = NULL;
	int result = -1;

	/* The records below the size are those that had come by then. */
	if (trusts_roots(&roots, trusts, TRUST_TIMESTAMP_ROOT, size, false,
		err) == -1)
		return -1;
	if (timestamp_check(standing, authority, timestamp, roots, NULL, err) ==
	    -1)
		goto done;
	if (*standing == TIMESTAMP_UNKNOWN && certificates_count(roots) > 0)
		error_set(err, ERROR_NO,
		    "trust its root (`vouch trust add') and ask about a newer "
		    "checkpoint",
		    "the certificate of %.300s leads to none of the roots that "
		    "the ledger trusted",
		    buffer_string(authority));
	else
		result = 0;
done:
	certificates_free(roots);
	return result;
}

int
timestamps_standing(enum timestamp_standing *standing, struct buffer *authority,
    const struct timestamp *timestamp, uint64_t size,
    const struct trusts *trusts, const struct certificates *roots,
    struct error *err)
{
	return roots == NULL
	    ? check_own(standing, authority, timestamp, size, trusts, err)
	    : timestamp_check(standing, authority, timestamp, roots, NULL, err);
}

static int
judge_standing(struct kept_timestamp *kept, struct judging *judging,
    struct error *err)
{
	enum timestamp_standing standing = TIMESTAMP_UNKNOWN;

	buffer_clear(&judging->authority);
	if (timestamps_standing(&standing, &judging->authority,
		&kept->timestamp, kept->size, judging->trusts, judging->given,
		err) == -1)
		return -1;
	kept->state = standing == TIMESTAMP_GOOD ? KEPT_GOOD : KEPT_UNKNOWN;
	kept->authority = buffer_string(&judging->authority);
	return 0;
}

static int
judge(struct kept_timestamp *kept, struct bytes digest, struct judging *judging,
    struct error *err)
{
	struct digest computed = digest_of(kept->token);

	if (!bytes_equal(digest, digest_bytes(&computed)))
		return error_set(err, ERROR_NO, NULL,
		    "the timestamp is not the one that was kept: its digest "
		    "differs");
	if (timestamps_text(&judging->text, judging->store, kept->size, err) ==
	    -1)
		return -1;
	kept->text = buffer_bytes(&judging->text);
	if (timestamp_parse(&kept->timestamp, kept->token, err) == -1 ||
	    timestamp_is_about(&kept->timestamp, kept->text, err) == -1)
		return -1;
	return judge_standing(kept, judging, err);
}

/* The next one, judged, to whoever wants it. */
static int
visit_one(const struct store_timestamp *stored, struct judging *judging,
    timestamps_visit *visit, void *cookie, struct error *err)
{
	struct kept_timestamp kept = { .size = stored->size,
		.token = stored->token };
	struct error finding;

	if (stored->digest.len == DIGEST_LEN)
		memcpy(kept.digest.byte, stored->digest.data, DIGEST_LEN);
	if (judge(&kept, stored->digest, judging, &finding) == -1) {
		if (finding.class == ERROR_SYSTEM) {
			*err = finding;
			return -1;
		}
		kept.state = KEPT_BAD;
		kept.why = &finding;
	}
	return visit(cookie, &kept, err);
}

static struct judging
judging_new(struct store *store, const struct trusts *trusts,
    const struct certificates *given)
{
	return (struct judging){
		.store = store,
		.trusts = trusts,
		.given = given,
		.text = buffer_new(LIMIT_NOTE),
		.authority = buffer_new(LIMIT_SUBJECT),
	};
}

static void
judging_free(struct judging *judging)
{
	buffer_free(&judging->text);
	buffer_free(&judging->authority);
}

int
timestamps_one(struct store *store, const struct trusts *trusts, uint64_t size,
    struct digest digest, timestamps_visit *visit, void *cookie,
    struct error *err)
{
	struct judging judging = judging_new(store, trusts, NULL);
	struct buffer token = buffer_new(LIMIT_TIMESTAMP);
	struct store_timestamp stored = { .size = size };
	bool found = false;
	int result = -1;

	if (store_timestamp(store, size, digest, &token, &found, err) == -1)
		goto done;
	stored.digest = digest_bytes(&digest);
	stored.token = buffer_bytes(&token);
	result = found ? visit_one(&stored, &judging, visit, cookie, err) : 0;
done:
	judging_free(&judging);
	buffer_free(&token);
	return result;
}

int
timestamps_each(struct store *store, const struct trusts *trusts,
    const struct certificates *roots, timestamps_visit *visit, void *cookie,
    struct error *err)
{
	struct judging judging = judging_new(store, trusts, roots);
	struct store_timestamp stored;
	bool more = true;
	int result = -1;

	if (store_scan_timestamps(store, 0, err) == -1)
		goto done;
	for (;;) {
		if (store_scan_timestamps_next(store, &stored, &more, err) ==
		    -1)
			goto done;
		if (!more)
			break;
		if (visit_one(&stored, &judging, visit, cookie, err) == -1)
			goto done;
	}
	result = 0;
done:
	judging_free(&judging);
	return result;
}
