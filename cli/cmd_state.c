#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/decide.h"

/* What people declare: attestations, gaps, holds. */

struct state_options {
	const char *about;
	const char *control;
	const char *statement;
	const char *document;
	const char *location;
	const char *until;
	const char *what;
	const char *from;
	const char *to;
	const char *because;
	const char *in;
	const char *basis;
	const char *name;
	struct option_list entries;
	struct option_list kinds;
	struct option_list tags;
	uint64_t days;
	bool not_met;
	bool release;
};

#define AT(field) offsetof(struct state_options, field)
#define TEXT(name, field, argument, sentence, needed) \
	{ \
		name, 0, OPTION_TEXT, AT(field), argument, sentence, NULL, \
		    needed \
	}
#define TAG_ROW \
	{ \
		"tag", 0, OPTION_LIST, AT(tags), "K=V", "a label", NULL, false \
	}
#define END_ROW \
	{ \
		NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false \
	}

/* --- attest --- */

static const struct option attest_rows[] = {
	TEXT("for", about, "MODEL",
	    "the model it is about (the whole ledger, if it is not said)",
	    false),
	TEXT("statement", statement, "TEXT", "what you attest", true),
	TEXT("document", document, "PATH", "a file that shows it", false),
	TEXT("location", location, "TEXT", "where that document is kept",
	    false),
	TEXT("until", until, "TIME", "until when it may be relied on", false),
	{ "not-met", 0, OPTION_FLAG, AT(not_met), NULL,
	    "the control is not met", NULL, false },
	TAG_ROW,
	END_ROW,
};

/* The ledger itself: its origin and the digest of its key. */
static int
put_ledger(struct json *members, struct session_write *session,
    struct error *err)
{
	const struct authority *authority =
	    appender_authority(session->appender);
	struct json *about = json_new_object();

	if (json_put(about, "name", json_new_text(authority_origin(authority)),
		err) == -1 ||
	    json_put(about, "digest",
		json_new_text(digest_hex(
		    public_key_digest(authority_ledger_key(authority)->key))
				  .text),
		err) == -1) {
		json_free(about);
		return -1;
	}
	return json_put(members, "about", about, err);
}

static int
attest(struct session_write *session, struct context *context,
    const void *options, struct operands operands, struct error *err)
{
	const struct state_options *given = options;
	const char *control = operands.item[0];
	struct json *members = json_new_object(), *about = NULL;
	struct artefact artefact;
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	if (given->about == NULL) {
		if (put_ledger(members, session, err) == -1)
			goto done;
	} else if (compose_reference(&about, session, context, "model",
		       given->about, err) == -1 ||
	    json_put(members, "about", about, err) == -1) {
		goto done;
	}
	if (compose_text(members, "control", control, err) == -1 ||
	    json_put(members, "holds", json_new_bool(!given->not_met), err) ==
		-1 ||
	    compose_text(members, "statement", given->statement, err) == -1)
		goto done;
	if (given->document != NULL) {
		if (compose_measure(&artefact, &given->document, 1, context,
			buffer_string(&session->store_path), err) == -1)
			goto done;
		result = compose_text(members, "document",
		    digest_hex(artefact.digest).text, err);
		artefact_free(&artefact);
		if (result == -1)
			goto done;
		result = -1;
	}
	if (compose_text(members, "location", given->location, err) == -1 ||
	    decide_until(members, given->until, err) == -1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result = decide_record(session, context, "attestation", members, NULL,
	    NULL, 0, err);
done:
	json_free(members);
	return result;
}

static int
run_attest(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return session_do(context, given, operands, attest, err);
}

static const char *const attest_examples[] = {
	"vouch attest eu-ai-act/art-14 --for credit --statement 'Two clerks "
	"look at each refusal.' --until 365d",
	NULL,
};

const struct command cmd_attest = {
	.name = "attest",
	.group = "Record",
	.summary = "state under your name that a control is met",
	.operands = "CONTROL",
	.least = 1,
	.most = 1,
	.options = attest_rows,
	.options_size = sizeof(struct state_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_attest,
	.description =
	    "For what no entry can show by itself. Rules that ask for it say "
	    "which control (`vouch gate', `vouch audit').",
	.examples = attest_examples,
};

/* --- gap --- */

static const struct option gap_rows[] = {
	TEXT("what", what, "TEXT", "what was not recorded", true),
	TEXT("from", from, "TIME", "when it began", true),
	TEXT("to", to, "TIME", "when it ended (it has not)", false),
	TEXT("because", because, "TEXT", "why", true),
	TEXT("for", about, "MODEL", "the model it concerns", false),
	TEXT("in", in, "ENVIRONMENT", "where", false),
	TAG_ROW,
	END_ROW,
};

static int
put_time(struct json *members, const char *name, const char *text,
    struct error *err)
{
	int64_t time_ms;

	if (text == NULL)
		return 0;
	if (time_parse(&time_ms, text, clock_now_ms(), err) == -1)
		return error_within(err, "--%s", name);
	return compose_text(members, name, time_format(time_ms).text, err);
}

static int
put_model(struct json *members, struct session_write *session,
    const struct context *context, const char *what, struct error *err)
{
	struct json *model = NULL;

	if (what == NULL)
		return 0;
	if (compose_reference(&model, session, context, "model", what, err) ==
	    -1)
		return -1;
	return json_put(members, "model", model, err);
}

static int
gap(struct session_write *session, struct context *context, const void *options,
    struct operands operands, struct error *err)
{
	const struct state_options *given = options;
	const char *name = operands.item[0];
	struct json *members = json_new_object();
	char *version = NULL;
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	if (compose_next_version(&version, session, "gap", name, err) == -1 ||
	    compose_text(members, "name", name, err) == -1 ||
	    compose_text(members, "version", version, err) == -1 ||
	    compose_text(members, "what", given->what, err) == -1 ||
	    put_time(members, "from", given->from, err) == -1 ||
	    put_time(members, "to", given->to, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    put_model(members, session, context, given->about, err) == -1 ||
	    compose_text(members, "environment", given->in, err) == -1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result =
	    decide_record(session, context, "gap", members, NULL, NULL, 0, err);
done:
	json_free(members);
	memory_free(version);
	return result;
}

static int
run_gap(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return session_do(context, given, operands, gap, err);
}

static const char *const gap_examples[] = {
	"vouch gap monitor-outage --what 'No observations of credit' "
	"--from 2026-11-20 --to 2026-11-21 --because 'The disk was full.'",
	NULL,
};

const struct command cmd_gap = {
	.name = "gap",
	.group = "Record",
	.summary = "declare that something was not recorded",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = gap_rows,
	.options_size = sizeof(struct state_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_gap,
	.description =
	    "A gap that somebody declares, with its reason, is another thing "
	    "than one that an auditor finds. Rules on expected observations "
	    "may take it into account.",
	.examples = gap_examples,
};

/* --- hold --- */

static const struct option hold_rows[] = {
	TEXT("basis", basis, "TEXT",
	    "the law, the contract or the dispute behind it", true),
	{ "entry", 0, OPTION_LIST, AT(entries), "ENTRY",
	    "an entry to keep; may be given more than once", NULL, false },
	TEXT("for", about, "MODEL", "the model whose entries are to be kept",
	    false),
	{ "kind", 0, OPTION_LIST, AT(kinds), "KIND",
	    "a kind of records to be kept; may be given more than once", NULL,
	    false },
	{ "days", 0, OPTION_COUNT, AT(days), "N",
	    "how many days each is kept (until it is lifted)", NULL, false },
	TEXT("until", until, "TIME", "when it ends", false),
	{ "release", 0, OPTION_FLAG, AT(release), NULL, "lift the hold", NULL,
	    false },
	TAG_ROW,
	END_ROW,
};

/* Leaf hashes of entries as people name them. */
static int
put_entries(struct json *members, struct session_write *session,
    const struct option_list *given, struct error *err)
{
	struct reader *reader = NULL;
	struct json *list = json_new_list();
	int result = -1;

	if (given->count == 0) {
		json_free(list);
		return 0;
	}
	if (reader_open(&reader, buffer_string(&session->store_path), err) ==
	    -1)
		goto done;
	for (size_t i = 0; i < given->count; i++) {
		struct index_row row;
		uint64_t seq;

		if (reader_find(reader, given->item[i], &seq, err) == -1 ||
		    index_row_at(reader_store(reader), seq, reader_size(reader),
			&row, err) == -1 ||
		    json_push(list, json_new_text(digest_hex(row.leaf).text),
			err) == -1)
			goto done;
	}
	result = json_put(members, "entries", list, err);
	list = NULL;
done:
	json_free(list);
	reader_close(reader);
	return result;
}

static int
check_kinds(const struct option_list *given, struct error *err)
{
	for (size_t i = 0; i < given->count; i++) {
		if (kind_named(given->item[i]) == NULL)
			return error_set(err, ERROR_UNDECIDED,
			    "`vouch schema' lists them",
			    "\"%.60s\" is not a kind of record",
			    given->item[i]);
	}
	return 0;
}

/* What the hold says that is lifted is said again. */
static int
put_released(struct json *members, struct session_write *session,
    const char *name, struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct reader *reader = NULL;
	struct buffer full = buffer_new(1000);
	uint64_t seq;
	int result = -1;

	buffer_printf(&full, "hold/%s", name);
	if (reader_open(&reader, buffer_string(&session->store_path), err) ==
		-1 ||
	    reader_find(reader, buffer_string(&full), &seq, err) == -1 ||
	    reader_read(reader, seq, &entry, err) == -1)
		goto done;
	if (decide_copy(members, "entries", entry.record.predicate, "entries",
		err) == 0 &&
	    decide_copy(members, "model", entry.record.predicate, "model",
		err) == 0 &&
	    decide_copy(members, "kinds", entry.record.predicate, "kinds",
		err) == 0)
		result = decide_copy(members, "days", entry.record.predicate,
		    "days", err);
done:
	reader_entry_free(&entry);
	reader_close(reader);
	buffer_free(&full);
	return result;
}

static int
hold(struct session_write *session, struct context *context,
    const void *options, struct operands operands, struct error *err)
{
	const struct state_options *given = options;
	const char *name = operands.item[0];
	struct json *members = json_new_object();
	char *version = NULL;
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	if (check_kinds(&given->kinds, err) == -1 ||
	    compose_next_version(&version, session, "hold", name, err) == -1 ||
	    compose_text(members, "name", name, err) == -1 ||
	    compose_text(members, "version", version, err) == -1 ||
	    compose_text(members, "status",
		given->release ? "released" : "held", err) == -1 ||
	    compose_text(members, "basis", given->basis, err) == -1)
		goto done;
	if (given->release) {
		if (put_released(members, session, name, err) == -1)
			goto done;
	} else {
		if (put_entries(members, session, &given->entries, err) == -1 ||
		    put_model(members, session, context, given->about, err) ==
			-1 ||
		    compose_list(members, "kinds", &given->kinds, err) == -1 ||
		    (given->days > 0 &&
			json_put(members, "days",
			    json_new_integer((int64_t)given->days), err) == -1))
			goto done;
	}
	if (decide_until(members, given->until, err) == -1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result = decide_record(session, context, "hold", members, NULL, NULL, 0,
	    err);
done:
	json_free(members);
	memory_free(version);
	return result;
}

static int
run_hold(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return session_do(context, given, operands, hold, err);
}

static const char *const hold_examples[] = {
	"vouch hold ai-act-logs --kind observation --kind incident --days 184 "
	"--basis 'EU AI Act, article 19'",
	NULL,
};

const struct command cmd_hold = {
	.name = "hold",
	.group = "Record",
	.summary = "say what must be kept, and for how long",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = hold_rows,
	.options_size = sizeof(struct state_options),
	.machine = true,
	.appends = true,
	.run = run_hold,
	.description =
	    "A legal hold on entries or on a model, until it is lifted; or, "
	    "with --days, a retention class for kinds of records. Erasure must "
	    "obey it.",
	.examples = hold_examples,
};
