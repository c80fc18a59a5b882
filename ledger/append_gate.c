/* append_gate.c: what is judged, and what the ledger says itself. */
#include <string.h>

#include "base/limits.h"
#include "ledger/append_internal.h"

/* A verdict's attachment: the results of very many rules. */
#define ATTACHMENT_MAX ((size_t)64 * 1024 * 1024)

void
appender_set_gate(struct appender *appender, const struct append_gate *gate)
{
	appender->gate = gate;
}

static struct append_view
view_of(const struct appender *appender, int64_t time_ms)
{
	return (struct append_view){
		.store = appender->store,
		.authority = appender->authority,
		.size = appender->tree->size,
		.time_ms = time_ms,
	};
}

int
append_judge(struct appender *appender, struct admission *admission,
    struct bytes envelope, int64_t time_ms, bool *gated, struct error *err)
{
	struct append_view view = view_of(appender, time_ms);
	enum append_answer answer = APPEND_UNGATED;
	struct append_question question = {
		.kind = admission->kind,
		.payload = buffer_bytes(&admission->entry.envelope.payload),
		.signer = admission->key,
		.signer_count = admission->entry.envelope.signature_count,
	};

	*gated = false;
	/* The genesis comes before any rule. */
	if (appender->gate == NULL || view.size == 0)
		return 0;
	question.envelope = envelope;
	if (appender->gate->judge(appender->gate->cookie, &view, &question,
		&answer, err) == -1)
		return -1;
	*gated = answer != APPEND_UNGATED;
	appender->refused = answer == APPEND_REFUSED;
	return appender->refused ? -1 : 0;
}

static int
own_arena(struct appender *appender, struct error *err)
{
	return appender->own_arena != NULL
	    ? 0
	    : json_arena_new(&appender->own_arena, err);
}

/* Compose, sign and take in a record of the ledger itself. */
static int
admit_own(struct appender *appender, const char *kind,
    const struct json *members, struct error *err)
{
	struct envelope *envelope = &appender->own.entry.envelope;
	struct json *subjects = NULL;
	struct record_head head;
	int result = -1;

	appender_head(appender, &head);
	buffer_clear(&envelope->payload);
	envelope->signature_count = 0;
	if (record_subjects(&subjects, kind_named(kind), head.ledger, members,
		NULL, err) == -1 ||
	    record_write(&envelope->payload, kind_named(kind), &head, subjects,
		members, err) == -1 ||
	    envelope_sign(envelope, appender->ledger_key, err) == -1 ||
	    own_arena(appender, err) == -1 ||
	    admission_read(&appender->own, appender->own_arena, err) == -1)
		goto done;
	admission_resolve(&appender->own, appender->authority);
	/* This process has just made the signature. */
	appender->own.checked[0] = true;
	result = admission_decide(&appender->own, appender->authority,
	    appender->tree->size, err);
done:
	json_free(subjects);
	return result;
}

static int
write_own(struct appender *appender, const char *kind,
    const struct json *members, const struct buffer *attachment,
    int64_t time_ms, uint64_t *seq, struct digest *leaf, struct error *err)
{
	struct digest ignored;

	if (attachment->len > 0 &&
	    (buffer_check(attachment, "attachment", err) == -1 ||
		store_put_attachment(appender->store, buffer_bytes(attachment),
		    &ignored, err) == -1))
		return -1;
	if (admit_own(appender, kind, members, err) == -1)
		return error_within(err, "%s", kind);
	return append_write(appender, &appender->own, time_ms, seq, leaf, err);
}

static int
write_verdict(struct appender *appender, const struct digest *entry,
    const struct digest *attempt, int64_t time_ms, struct error *err)
{
	const struct append_gate *gate = appender->gate;
	struct buffer attachment = buffer_new(ATTACHMENT_MAX);
	struct json *members = NULL;
	struct digest leaf;
	uint64_t seq;
	int result = -1;

	if (gate->verdict(gate->cookie, entry, attempt, &members, &attachment,
		err) == 0)
		result = write_own(appender, "verdict", members, &attachment,
		    time_ms, &seq, &leaf, err);
	json_free(members);
	buffer_free(&attachment);
	return result;
}

int
append_verdict(struct appender *appender, struct digest leaf, int64_t time_ms,
    struct error *err)
{
	return write_verdict(appender, &leaf, NULL, time_ms, err);
}

/* In the write transaction: judge again, for nothing of the list that it
 * stood in is there now. */
static int
refuse_again(struct appender *appender, struct bytes text, struct error *err)
{
	struct admission *admission = &appender->own;
	struct digest attempt;
	int64_t time_ms;
	bool gated;

	if (append_catch_up(appender, err) == -1 ||
	    append_time(appender, &time_ms, err) == -1 ||
	    own_arena(appender, err) == -1 ||
	    envelope_parse(&admission->entry.envelope, text, err) == -1 ||
	    admission_read(admission, appender->own_arena, err) == -1)
		return -1;
	admission_resolve(admission, appender->authority);
	admission->entry.time_ms = time_ms;
	if (admission_check(admission, &appender->scratch, err) == -1 ||
	    admission_decide(admission, appender->authority,
		appender->tree->size, err) == -1)
		return -1;
	appender->refused = false;
	if (append_judge(appender, admission, text, time_ms, &gated, err) ==
		0 ||
	    !appender->refused)
		return error_set(err, ERROR_NO, NULL,
		    "it was refused for what stood before it in its list");
	if (store_put_attachment(appender->store, text, &attempt, err) == -1 ||
	    write_verdict(appender, NULL, &attempt, time_ms, err) == -1 ||
	    append_seal(appender, err) == -1)
		return -1;
	return store_commit(appender->store, err);
}

int
append_refusal(struct appender *appender, struct bytes envelope,
    struct error *err)
{
	struct error failure;
	bool kept = false;

	if (store_begin_write(appender->store, &failure) == 0) {
		appender->current = false;
		kept = refuse_again(appender, envelope, &failure) == 0;
	}
	store_end(appender->store);
	/* That it was refused is known; that nobody will see it is worse. */
	if (!kept && failure.class == ERROR_SYSTEM) {
		*err = failure;
		error_place(err, "keeping the verdict");
	}
	return -1;
}

/* In the write transaction. */
static int
add_own(struct appender *appender, const struct append_own *own, uint64_t *seq,
    struct digest *leaf, struct error *err)
{
	struct buffer attachment = buffer_new(ATTACHMENT_MAX);
	struct json *members = NULL;
	struct append_view view;
	int64_t time_ms;
	int result = -1;

	if (append_catch_up(appender, err) == -1 ||
	    append_time(appender, &time_ms, err) == -1)
		return -1;
	appender->current = false;
	view = view_of(appender, time_ms);
	if (own->compose(own->cookie, &view, &members, &attachment, err) == 0 &&
	    write_own(appender, own->kind, members, &attachment, time_ms, seq,
		leaf, err) == 0 &&
	    append_seal(appender, err) == 0 &&
	    store_commit(appender->store, err) == 0) {
		appender->current = true;
		result = 0;
	}
	json_free(members);
	buffer_free(&attachment);
	return result;
}

int
appender_add_own(struct appender *appender, const struct append_own *own,
    uint64_t *seq, struct digest *leaf, struct error *err)
{
	int result;

	if (store_begin_write(appender->store, err) == -1)
		return -1;
	result = add_own(appender, own, seq, leaf, err);
	store_end(appender->store);
	return result;
}
