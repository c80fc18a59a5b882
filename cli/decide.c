#include "cli/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/compose.h"
#include "cli/terminal.h"
#include "cli/verdicts.h"
#include "ledger/index.h"

struct append_view
decide_view(struct reader *reader, int64_t time_ms)
{
	return (struct append_view){
		.store = reader_store(reader),
		.authority = reader_authority(reader),
		.size = reader_size(reader),
		.time_ms = time_ms,
	};
}

static bool
is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* What a decision is about: the member about, or model. */
static const struct json *
about_of(const struct record *record)
{
	const struct json *about = json_member(record->predicate, "about");

	return about != NULL ? about : json_member(record->predicate, "model");
}

static bool
is_about(const struct record *record, struct digest digest,
    const char *environment)
{
	const char *hex = json_member_text(about_of(record), "digest");
	const char *where = json_member_text(record->predicate, "environment");

	if (hex == NULL || strcmp(hex, digest_hex(digest).text) != 0)
		return false;
	return environment == NULL ||
	    (where != NULL && strcmp(where, environment) == 0);
}

/* The newest that stands of a kind about an artefact. */
static int
find_about(struct reader *reader, const char *kind, struct digest digest,
    const char *environment, struct reader_entry *out, uint64_t *seq,
    bool *found, struct error *err)
{
	struct index_query query = {
		.before = reader_size(reader), .kind = kind, .mentions = &digest
	};
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result = 0;

	*found = false;
	if (index_list(&list, reader_store(reader), &query, err) == -1)
		return -1;
	while (result == 0 && !*found) {
		result = index_next(list, &row, &more, err);
		if (result == -1 || !more)
			break;
		if (row.superseded)
			continue;
		result = reader_read(reader, row.seq, out, err);
		if (result == 0 &&
		    is_about(&out->record, digest, environment)) {
			*seq = row.seq;
			*found = true;
		}
	}
	index_list_free(list);
	return result;
}

/* The model, or the policy, of that name. */
static int
subject_of(struct reader *reader, const char *what, struct digest *digest,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	uint64_t seq;
	int result = -1;

	if (digest_parse(digest, bytes_of_text(what))) {
		result = 0;
	} else if (reader_find_of(reader, "model", what, &seq, err) == 0) {
		result = reader_read(reader, seq, &entry, err);
		if (result == 0)
			*digest = entry.record.subject;
	}
	reader_entry_free(&entry);
	return result;
}

int
decide_find(struct reader *reader, const char *kind, const char *what,
    const char *environment, struct reader_entry *out, uint64_t *seq,
    struct error *err)
{
	struct digest digest;
	struct error ignored;
	bool found = false;

	if (is_number(what) ||
	    strspn(what, "0123456789abcdef") == strlen(what)) {
		if (reader_find(reader, what, seq, &ignored) == 0 &&
		    reader_read(reader, *seq, out, &ignored) == 0 &&
		    strcmp(out->record.kind->name, kind) == 0)
			return 0;
		if (is_number(what))
			return error_set(err, ERROR_UNDECIDED,
			    "see `vouch pending' and `vouch log'",
			    "entry %s is no %s", what, kind);
	}
	if (subject_of(reader, what, &digest, err) == -1 ||
	    find_about(reader, kind, digest, environment, out, seq, &found,
		err) == -1)
		return -1;
	if (!found)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch pending' and `vouch log'",
		    "there is no %s of '%.100s'%s%s", kind, what,
		    environment == NULL ? "" : " in ",
		    environment == NULL ? "" : environment);
	return 0;
}

/* --- What a decision rests on --- */

static bool
is_evidence(const char *kind)
{
	static const char *const words[] = { "model", "evaluation",
		"attestation", "waiver", "run", "incident", "observation",
		"policy", NULL };

	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], kind) == 0)
			return true;
	}
	return false;
}

/* Most entries that a decision names; the newest. */
#define EVIDENCE_NAMED 64

static int
put_entries(struct json *members, struct reader *reader, struct digest about,
    struct error *err)
{
	struct index_query query = { .before = reader_size(reader),
		.mentions = &about };
	struct json *list = json_new_list();
	struct index_list *rows = NULL;
	struct index_row row;
	size_t count = 0;
	bool more = true;
	int result = list == NULL ? error_memory(err) : 0;

	if (result == 0)
		result = index_list(&rows, reader_store(reader), &query, err);
	while (result == 0 && count < EVIDENCE_NAMED) {
		result = index_next(rows, &row, &more, err);
		if (result == -1 || !more)
			break;
		if (row.superseded || !is_evidence(row.kind->name))
			continue;
		result = json_push(list,
		    json_new_text(digest_hex(row.leaf).text), err);
		count++;
	}
	index_list_free(rows);
	if (result == 0 && count > 0)
		return json_put(members, "evidence", list, err);
	json_free(list);
	return result;
}

static int
put_policies(struct json *members, struct reader *reader, struct error *err)
{
	struct append_view view = decide_view(reader, 0);
	const struct edition *const *editions;
	struct rulebook *rulebook;
	struct json *list = NULL;
	size_t count = 0;
	int result = -1;

	if (rulebook_new(&rulebook, err) == -1)
		return -1;
	if (rulebook_at(rulebook, &view, &editions, &count, err) == -1)
		goto done;
	list = json_new_list();
	for (size_t i = 0; i < count; i++) {
		const struct context_policy *said = &editions[i]->said;
		struct json *one = json_new_object();

		if (json_put(one, "name", json_new_text(said->name), err) ==
			-1 ||
		    json_put(one, "version", json_new_text(said->version),
			err) == -1 ||
		    json_put(one, "digest",
			json_new_text(digest_hex(said->digest).text),
			err) == -1) {
			json_free(one);
			goto done;
		}
		if (json_push(list, one, err) == -1)
			goto done;
	}
	if (count > 0) {
		result = json_put(members, "policies", list, err);
		list = NULL;
	} else {
		result = 0;
	}
done:
	json_free(list);
	rulebook_free(rulebook);
	return result;
}

int
decide_evidence(struct json *members, struct reader *reader,
    struct digest about, struct error *err)
{
	if (put_entries(members, reader, about, err) == -1)
		return -1;
	return put_policies(members, reader, err);
}

int
decide_copy(struct json *members, const char *name, const struct json *from,
    const char *from_name, struct error *err)
{
	const struct json *value = json_member(from, from_name);

	return value == NULL ? 0
			     : json_put(members, name, json_copy(value), err);
}

int
decide_until(struct json *members, const char *text, struct error *err)
{
	int64_t now = clock_now_ms(), until;
	char *end;
	uint64_t number;
	int64_t unit = 0;

	if (text == NULL)
		return 0;
	number = strtoull(text, &end, 10);
	if (end != text && end[0] != '\0' && end[1] == '\0' && number > 0 &&
	    number < 100000) {
		unit = end[0] == 'm' ? 60000
		    : end[0] == 'h'  ? 3600000
		    : end[0] == 'd'  ? 86400000
		    : end[0] == 'w'  ? 604800000
				     : 0;
	}
	if (unit != 0)
		until = now + (int64_t)number * unit;
	else if (time_parse(&until, text, now, err) == -1)
		return error_within(err, "--until");
	if (until <= now)
		return error_set(err, ERROR_UNDECIDED,
		    "give a time to come, such as 30d or 2027-01-31",
		    "--until %.40s is over already", text);
	return json_put(members, "until",
	    json_new_text(time_format(until).text), err);
}

/* --- Recording --- */

/* What the gate said of a record that it refused. */
static void
show_refusal(struct session_write *session, const struct context *context)
{
	const struct judgement *judgement;
	struct terminal terminal;
	struct buffer out = buffer_new((size_t)16 << 20);

	if (!gate_last(session->gate, &judgement) || judgement->allowed)
		return;
	if (context->json) {
		buffer_text(&out, "{\"refused\":true,\"results\":");
		verdicts_json(&out, judgement);
		buffer_text(&out, "}\n");
		fputs(buffer_string(&out), stdout);
	} else {
		terminal_begin(&terminal, context, false);
		verdicts_print(&terminal, judgement, clock_now_ms(), false);
		terminal_end(&terminal);
	}
	buffer_free(&out);
}

static void
show_allowed(struct session_write *session, const struct context *context)
{
	const struct judgement *judgement;
	struct buffer out = buffer_new(4096);

	if (context->json || context->quiet ||
	    !gate_last(session->gate, &judgement) || !judgement->allowed)
		return;
	buffer_text(&out,
	    judgement->emergency
		? "allowed ahead of the rules, to be reviewed: "
		: "allowed by the policies in force: ");
	verdicts_count(&out, judgement);
	buffer_byte(&out, '\n');
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

int
decide_record(struct session_write *session, struct context *context,
    const char *kind, struct json *members, const struct digest *artefact,
    const struct bytes attachments[], size_t attachment_count,
    struct error *err)
{
	int result = compose_record(session, context, kind, members, artefact,
	    attachments, attachment_count, err);

	if (result == 0)
		show_allowed(session, context);
	else
		show_refusal(session, context);
	return result;
}

int
decide_statement(struct json **out, const char *kind, const char *origin,
    const struct json *members, const struct digest *artefact,
    struct error *err)
{
	struct json *subjects = NULL, *statement = json_new_object();
	int result = -1;

	if (statement == NULL)
		return error_memory(err);
	if (record_subjects(&subjects, kind_named(kind), origin, members,
		artefact, err) == -1)
		goto done;
	result = json_put(statement, "subject", subjects, err);
	if (result == 0)
		result =
		    json_put(statement, "predicate", json_copy(members), err);
done:
	if (result == 0)
		*out = statement;
	else
		json_free(statement);
	return result;
}

/* "model/credit" of "model/credit@3". */
static size_t
family_len(const char *name)
{
	const char *at = strrchr(name, '@');

	return at == NULL ? strlen(name) : (size_t)(at - name);
}

static bool
same_family(const char *a, const char *b)
{
	return family_len(a) == family_len(b) &&
	    strncmp(a, b, family_len(a)) == 0;
}

int
decide_deployed(struct reader *reader, const char *model,
    const char *environment, struct reader_entry *out, bool *found,
    struct error *err)
{
	struct index_query query = { .before = reader_size(reader),
		.kind = "deployment" };
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result = 0;

	*found = false;
	if (index_list(&list, reader_store(reader), &query, err) == -1)
		return -1;
	while (result == 0) {
		const char *name, *where;

		result = index_next(list, &row, &more, err);
		if (result == -1 || !more)
			break;
		if (row.superseded)
			continue;
		result = reader_read(reader, row.seq, out, err);
		if (result == -1)
			break;
		name = json_member_text(json_member(out->record.predicate,
					    "model"),
		    "name");
		where = json_member_text(out->record.predicate, "environment");
		if (name == NULL || where == NULL ||
		    strcmp(where, environment) != 0 ||
		    !same_family(name, model))
			continue;
		*found = strcmp(row.status, "retire") != 0;
		break;
	}
	index_list_free(list);
	return result;
}

/* --- What would be --- */

/* {name, digest} of the model in this ledger. */
static int
find_model(struct json **out, struct reader *reader, const char *what,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct json *made = NULL;
	uint64_t seq;
	int result = -1;

	if (reader_find_of(reader, "model", what, &seq, err) == -1 ||
	    reader_read(reader, seq, &entry, err) == -1)
		goto done;
	if (strcmp(entry.record.kind->name, "model") != 0) {
		error_set(err, ERROR_UNDECIDED, "see `vouch list model'",
		    "'%.100s' is a %s, not a model", what,
		    entry.record.kind->name);
		goto done;
	}
	made = json_new_object();
	if (json_put(made, "name",
		json_new_text(json_member_text(json_first(entry.record
							      .subjects),
		    "name")),
		err) == -1 ||
	    json_put(made, "digest",
		json_new_text(digest_hex(entry.record.subject).text),
		err) == -1)
		goto done;
	*out = made;
	made = NULL;
	result = 0;
done:
	json_free(made);
	reader_entry_free(&entry);
	return result;
}

int
decide_candidate(struct json **out, struct reader *reader, const char *what,
    const char *environment, struct error *err)
{
	struct json *members = json_new_object(), *model = NULL;
	struct reader_entry proposal = reader_entry_new();
	struct error none;
	uint64_t seq;
	bool proposed;
	int result = -1;

	if (find_model(&model, reader, what, err) == -1)
		goto done;
	proposed =
	    decide_find(reader, "proposal", json_member_text(model, "digest"),
		environment, &proposal, &seq, &none) == 0;
	if (!proposed && none.class == ERROR_SYSTEM) {
		*err = none;
		goto done;
	}
	if (json_put(members, "action", json_new_text("deploy"), err) == -1 ||
	    json_put(members, "model", model, err) == -1) {
		model = NULL;
		goto done;
	}
	model = NULL;
	if (json_put(members, "environment", json_new_text(environment), err) ==
	    -1)
		goto done;
	if (proposed &&
	    json_put(members, "proposal",
		json_new_text(digest_hex(proposal.leaf).text), err) == -1)
		goto done;
	result = decide_statement(out, "deployment",
	    reader_checkpoint(reader)->origin, members, NULL, err);
done:
	json_free(model);
	json_free(members);
	reader_entry_free(&proposal);
	return result;
}

int
decide_presumed(struct question *question, struct public_key *key,
    struct reader *reader, const char *as, struct error *err)
{
	const struct authority *authority = reader_authority(reader);
	const struct principal *who = NULL;

	if (as != NULL) {
		who = authority_by_name(authority, as);
		if (who == NULL)
			return error_set(err, ERROR_UNDECIDED,
			    "see `vouch key list'", "nobody called '%.100s'",
			    as);
	}
	for (size_t i = 0; who == NULL && i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);

		if (one->ended_seq == AUTHORITY_NEVER &&
		    (one->roles & kind_named("deployment")->roles) != 0)
			who = one;
	}
	if (who == NULL)
		return 0;
	*key = who->key;
	question->signer = key;
	question->signer_count = 1;
	return 0;
}
