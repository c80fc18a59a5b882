#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/decide.h"

/* Proposals, and the answers to them. */

struct decide_options {
	const char *to;
	const char *until;
	const char *because;
	const char *meaning;
	const char *target;
	const char *serving;
	const char *outcome;
	struct option_list conditions;
	struct option_list evidence;
	struct option_list tags;
	bool emergency;
};

#define AT(field) offsetof(struct decide_options, field)
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
#define UNTIL_ROW \
	TEXT("until", until, "TIME", \
	    "when it lapses: a date, a time, or 30d from now", false)
#define BECAUSE(needed) TEXT("because", because, "TEXT", "why", needed)
#define TARGET_ROW \
	TEXT("target", target, "TEXT", "what it will run on: cloud, edge, …", \
	    false)
#define SERVING_ROW \
	TEXT("serving", serving, "TEXT", \
	    "how it will answer: online, batch, …", false)
#define CONDITION_ROW \
	{ \
		"condition", 0, OPTION_LIST, AT(conditions), "TEXT", \
		    "a condition; may be given more than once", NULL, false \
	}

/* A command that looks at the ledger and then writes to it. */
struct deciding {
	struct context *context;
	const struct decide_options *given;
	struct session_write session;
	struct reader *reader;
	struct reader_entry entry;
	struct json *members;
};

static int
deciding_begin(struct deciding *deciding, struct context *context,
    const struct decide_options *given, struct error *err)
{
	memset(deciding, 0, sizeof *deciding);
	deciding->context = context;
	deciding->given = given;
	deciding->session.numbers = -1;
	deciding->entry = reader_entry_new();
	deciding->members = json_new_object();
	if (deciding->members == NULL)
		return error_memory(err);
	if (session_write(&deciding->session, context, err) == -1)
		return -1;
	return reader_open(&deciding->reader,
	    buffer_string(&deciding->session.store_path), err);
}

static void
deciding_end(struct deciding *deciding)
{
	reader_entry_free(&deciding->entry);
	reader_close(deciding->reader);
	json_free(deciding->members);
	if (deciding->session.appender != NULL)
		session_write_end(&deciding->session);
}

/* From beginning to end: what the command does in between, of its operand. */
static int
decide_with(struct context *context, const void *given,
    struct operands operands,
    int (*act)(struct deciding *deciding, const char *what, struct error *err),
    struct error *err)
{
	struct deciding deciding;
	int result = deciding_begin(&deciding, context, given, err);

	if (result == 0)
		result = act(&deciding, operands.item[0], err);
	deciding_end(&deciding);
	return result;
}

static int
put_tags(struct deciding *deciding, struct error *err)
{
	return compose_pairs(deciding->members, "tags", &deciding->given->tags,
	    "tag", false, err);
}

/* --- propose --- */

static const struct option propose_rows[] = {
	TEXT("to", to, "ENVIRONMENT", "where it is to go, such as production",
	    true),
	CONDITION_ROW,
	UNTIL_ROW,
	TARGET_ROW,
	SERVING_ROW,
	BECAUSE(false),
	TAG_ROW,
	END_ROW,
};

static int
propose(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members, *about = NULL;
	const struct decide_options *given = deciding->given;
	struct digest digest;

	if (compose_reference(&about, &deciding->session, deciding->context,
		"model", what, err) == -1)
		return -1;
	if (!digest_parse(&digest,
		bytes_of_text(json_member_text(about, "digest")))) {
		json_free(about);
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "'%.100s' has no digest", what);
	}
	if (json_put(members, "about", about, err) == -1 ||
	    compose_text(members, "environment", given->to, err) == -1 ||
	    compose_list(members, "conditions", &given->conditions, err) ==
		-1 ||
	    decide_until(members, given->until, err) == -1 ||
	    compose_text(members, "target", given->target, err) == -1 ||
	    compose_text(members, "serving", given->serving, err) == -1 ||
	    decide_evidence(members, deciding->reader, digest, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    put_tags(deciding, err) == -1)
		return -1;
	return decide_record(&deciding->session, deciding->context, "proposal",
	    members, NULL, NULL, 0, err);
}

static int
run_propose(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return decide_with(context, given, operands, propose, err);
}

static const char *const propose_examples[] = {
	"vouch propose credit --to production --condition 'Boston only' "
	"--until 30d",
	NULL,
};

const struct command cmd_propose = {
	.name = "propose",
	.group = "Decide",
	.summary = "propose that a model goes somewhere",
	.operands = "MODEL",
	.least = 1,
	.most = 1,
	.options = propose_rows,
	.options_size = sizeof(struct decide_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_propose,
	.description =
	    "What approvals are given to. The proposal names the model's "
	    "digest, the entries about it that stand, and the policies in "
	    "force, so that nobody can later say that it was about something "
	    "else.",
	.examples = propose_examples,
};

/* --- approve, reject --- */

static const struct option approve_rows[] = {
	TEXT("to", to, "ENVIRONMENT",
	    "of a model's proposals, the one for this environment", false),
	BECAUSE(false),
	TEXT("meaning", meaning, "TEXT",
	    "what your signature stands for, such as validation", false),
	CONDITION_ROW,
	UNTIL_ROW,
	TAG_ROW,
	END_ROW,
};

static const struct option reject_rows[] = {
	TEXT("to", to, "ENVIRONMENT",
	    "of a model's proposals, the one for this environment", false),
	BECAUSE(true),
	TAG_ROW,
	END_ROW,
};

/* The proposal, and what an answer to it begins with. */
static int
take_proposal(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members;
	const struct json *predicate;
	uint64_t seq;

	if (decide_find(deciding->reader, "proposal", what, deciding->given->to,
		&deciding->entry, &seq, err) == -1)
		return -1;
	predicate = deciding->entry.record.predicate;
	if (json_put(members, "proposal",
		json_new_text(digest_hex(deciding->entry.leaf).text),
		err) == -1 ||
	    decide_copy(members, "about", predicate, "about", err) == -1)
		return -1;
	return decide_copy(members, "environment", predicate, "environment",
	    err);
}

static int
approve(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members;
	const struct decide_options *given = deciding->given;

	if (take_proposal(deciding, what, err) == -1 ||
	    compose_list(members, "conditions", &given->conditions, err) ==
		-1 ||
	    decide_until(members, given->until, err) == -1 ||
	    compose_text(members, "meaning", given->meaning, err) == -1 ||
	    decide_evidence(members, deciding->reader,
		deciding->entry.record.subject, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    put_tags(deciding, err) == -1)
		return -1;
	return decide_record(&deciding->session, deciding->context, "approval",
	    members, NULL, NULL, 0, err);
}

static int
run_approve(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return decide_with(context, given, operands, approve, err);
}

static int
reject(struct deciding *deciding, const char *what, struct error *err)
{
	if (take_proposal(deciding, what, err) == -1 ||
	    compose_text(deciding->members, "because", deciding->given->because,
		err) == -1 ||
	    put_tags(deciding, err) == -1)
		return -1;
	return decide_record(&deciding->session, deciding->context, "rejection",
	    deciding->members, NULL, NULL, 0, err);
}

static int
run_reject(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return decide_with(context, given, operands, reject, err);
}

static const char *const approve_examples[] = {
	"vouch approve credit --to production --because 'Holdout and slices "
	"are within the thresholds.'",
	NULL,
};

const struct command cmd_approve = {
	.name = "approve",
	.group = "Decide",
	.summary = "say yes to a proposal",
	.operands = "PROPOSAL",
	.least = 1,
	.most = 1,
	.options = approve_rows,
	.options_size = sizeof(struct decide_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_approve,
	.description =
	    "PROPOSAL is an entry, or the model it is about (then the newest). "
	    "The approval names the proposal's leaf hash, the model's digest, "
	    "the entries about it that stand now and the policies in force "
	    "now. Whether it still counts when one of them changes is for the "
	    "policies to say.",
	.examples = approve_examples,
};

static const char *const reject_examples[] = {
	"vouch reject credit --to production --because 'The test set is too "
	"small.'",
	NULL,
};

const struct command cmd_reject = {
	.name = "reject",
	.group = "Decide",
	.summary = "say no to a proposal, and why",
	.operands = "PROPOSAL",
	.least = 1,
	.most = 1,
	.options = reject_rows,
	.options_size = sizeof(struct decide_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_reject,
	.description = "PROPOSAL is an entry, or the model it is about (then "
		       "the newest).",
	.examples = reject_examples,
};

/* --- deploy --- */

static const struct option deploy_rows[] = {
	TEXT("to", to, "ENVIRONMENT",
	    "of a model's proposals, the one for this environment", false),
	TARGET_ROW,
	SERVING_ROW,
	BECAUSE(false),
	{ "emergency", 0, OPTION_FLAG, AT(emergency), NULL,
	    "ahead of the rules, to be reviewed; needs --because", NULL,
	    false },
	TAG_ROW,
	END_ROW,
};

/* Put {name,digest} of what is in use there now, if it is another. */
static int
put_replaced(struct deciding *deciding, const char *model,
    const char *environment, struct error *err)
{
	struct reader_entry now = reader_entry_new();
	const struct json *was;
	bool found = false;
	int result = decide_deployed(deciding->reader, model, environment, &now,
	    &found, err);

	if (result == 0 && found) {
		was = json_member(now.record.predicate, "model");
		if (strcmp(json_member_text(was, "name"), model) != 0)
			result = json_put(deciding->members, "replaces",
			    json_copy(was), err);
	}
	reader_entry_free(&now);
	return result;
}

/* In an emergency there may be no proposal: then a model and where. */
static int
take_model(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *model = NULL;

	if (deciding->given->to == NULL)
		return error_set(err, ERROR_UNDECIDED, "say --to ENVIRONMENT",
		    "there is no proposal of '%.100s'", what);
	if (compose_reference(&model, &deciding->session, deciding->context,
		"model", what, err) == -1 ||
	    json_put(deciding->members, "model", model, err) == -1)
		return -1;
	return compose_text(deciding->members, "environment",
	    deciding->given->to, err);
}

static int
take_what(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members;
	const struct json *predicate;
	struct error none;
	uint64_t seq;

	if (decide_find(deciding->reader, "proposal", what, deciding->given->to,
		&deciding->entry, &seq, &none) == -1) {
		if (deciding->given->emergency && none.class != ERROR_SYSTEM)
			return take_model(deciding, what, err);
		*err = none;
		return -1;
	}
	predicate = deciding->entry.record.predicate;
	if (json_member(predicate, "environment") == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "put it into force with `vouch policy publish'",
		    "entry %llu proposes a policy, not a model",
		    (unsigned long long)seq);
	if (decide_copy(members, "model", predicate, "about", err) == -1 ||
	    decide_copy(members, "environment", predicate, "environment",
		err) == -1)
		return -1;
	return json_put(members, "proposal",
	    json_new_text(digest_hex(deciding->entry.leaf).text), err);
}

static int
deploy(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members;
	const struct decide_options *given = deciding->given;

	if (given->emergency && given->because == NULL)
		return error_set(err, ERROR_UNDECIDED, "say --because TEXT",
		    "an emergency needs a reason");
	if (json_put(members, "action", json_new_text("deploy"), err) == -1 ||
	    take_what(deciding, what, err) == -1 ||
	    put_replaced(deciding,
		json_member_text(json_member(members, "model"), "name"),
		json_member_text(members, "environment"), err) == -1)
		return -1;
	if (given->emergency &&
	    json_put(members, "emergency", json_new_bool(true), err) == -1)
		return -1;
	if (compose_text(members, "target", given->target, err) == -1 ||
	    compose_text(members, "serving", given->serving, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    put_tags(deciding, err) == -1)
		return -1;
	return decide_record(&deciding->session, deciding->context,
	    "deployment", members, NULL, NULL, 0, err);
}

static int
run_deploy(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return decide_with(context, given, operands, deploy, err);
}

static const char *const deploy_examples[] = {
	"vouch deploy credit --to production",
	NULL,
};

const struct command cmd_deploy = {
	.name = "deploy",
	.group = "Decide",
	.summary = "put a model into use, if the rules allow it",
	.operands = "PROPOSAL",
	.least = 1,
	.most = 1,
	.options = deploy_rows,
	.options_size = sizeof(struct decide_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_deploy,
	.description =
	    "PROPOSAL is an entry, or the model it is about (then the newest). "
	    "The policies in force are asked first. What they allow is "
	    "recorded with a verdict behind it; what they refuse leaves only "
	    "the verdict, signed by the ledger, and exit status 1. `vouch "
	    "gate' asks the same and records nothing.\n\n"
	    "--emergency goes ahead of the rules where every policy that "
	    "stands against it allows that; then it must be reviewed (`vouch "
	    "review') within the hours that the policy gives, or every later "
	    "deployment is refused.",
	.examples = deploy_examples,
};

/* --- rollback, retire --- */

static const struct option rollback_rows[] = {
	TEXT("in", to, "ENVIRONMENT", "where", true),
	BECAUSE(true),
	{ "emergency", 0, OPTION_FLAG, AT(emergency), NULL,
	    "ahead of the rules, to be reviewed", NULL, false },
	TAG_ROW,
	END_ROW,
};

static const struct option retire_rows[] = {
	TEXT("in", to, "ENVIRONMENT", "where", true),
	BECAUSE(false),
	TAG_ROW,
	END_ROW,
};

static const char *
deployed_name(const struct reader_entry *entry)
{
	return json_member_text(json_member(entry->record.predicate, "model"),
	    "name");
}

/* The model of the deployment before those of the one in use. */
static int
find_previous(struct deciding *deciding, const char *current,
    struct reader_entry *out, bool *found, struct error *err)
{
	struct index_query query = { .before = reader_size(deciding->reader),
		.kind = "deployment" };
	size_t family = strcspn(current, "@");
	struct index_list *list;
	struct index_row row;
	bool more = true;
	int result = 0;

	*found = false;
	if (index_list(&list, reader_store(deciding->reader), &query, err) ==
	    -1)
		return -1;
	while (result == 0 && !*found) {
		const char *where;

		result = index_next(list, &row, &more, err);
		if (result == -1 || !more)
			break;
		if (row.superseded || strcmp(row.status, "retire") == 0)
			continue;
		result = reader_read(deciding->reader, row.seq, out, err);
		if (result == -1)
			break;
		where = json_member_text(out->record.predicate, "environment");
		*found = strcmp(where, deciding->given->to) == 0 &&
		    strncmp(deployed_name(out), current, family) == 0 &&
		    deployed_name(out)[family] == current[family] &&
		    strcmp(deployed_name(out), current) != 0;
	}
	index_list_free(list);
	return result;
}

/* The name by which deployments know a model: "credit" is "model/credit". */
static void
full_name(struct buffer *out, const char *what)
{
	buffer_printf(out, "%s%s",
	    strncmp(what, "model/", 6) == 0 ? "" : "model/", what);
}

/* What is in use there now, into deciding->entry. */
static int
find_current(struct deciding *deciding, const char *what, struct error *err)
{
	struct buffer name = buffer_new(4096);
	bool found = false;
	int result;

	full_name(&name, what);
	result = decide_deployed(deciding->reader, buffer_string(&name),
	    deciding->given->to, &deciding->entry, &found, err);
	buffer_free(&name);
	if (result == 0 && !found)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch list deployment'",
		    "no version of '%.100s' is in use in %s", what,
		    deciding->given->to);
	return result;
}

/* Roll back to a version that is named, or to the one before. */
static int
rollback(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members, *model = NULL;
	const struct decide_options *given = deciding->given;
	struct reader_entry before = reader_entry_new();
	const struct json *current;
	bool found = false;
	int result = -1;

	if (find_current(deciding, what, err) == -1)
		goto done;
	current = json_member(deciding->entry.record.predicate, "model");
	if (strchr(what, '@') != NULL) {
		if (compose_reference(&model, &deciding->session,
			deciding->context, "model", what, err) == -1)
			goto done;
	} else {
		if (find_previous(deciding, json_member_text(current, "name"),
			&before, &found, err) == -1)
			goto done;
		if (!found) {
			error_set(err, ERROR_UNDECIDED,
			    "name one, as in credit@1, or `vouch retire' it",
			    "no other version of '%.100s' was in use in %s "
			    "before",
			    what, given->to);
			goto done;
		}
		model =
		    json_copy(json_member(before.record.predicate, "model"));
	}
	if (json_put(members, "action", json_new_text("rollback"), err) == -1 ||
	    json_put(members, "model", model, err) == -1 ||
	    compose_text(members, "environment", given->to, err) == -1 ||
	    json_put(members, "replaces", json_copy(current), err) == -1 ||
	    (given->emergency &&
		json_put(members, "emergency", json_new_bool(true), err) ==
		    -1) ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    put_tags(deciding, err) == -1)
		goto done;
	result = decide_record(&deciding->session, deciding->context,
	    "deployment", members, NULL, NULL, 0, err);
done:
	reader_entry_free(&before);
	return result;
}

static int
run_rollback(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return decide_with(context, given, operands, rollback, err);
}

static int
retire(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members;
	const struct decide_options *given = deciding->given;

	if (find_current(deciding, what, err) == -1 ||
	    json_put(members, "action", json_new_text("retire"), err) == -1 ||
	    decide_copy(members, "model", deciding->entry.record.predicate,
		"model", err) == -1 ||
	    compose_text(members, "environment", given->to, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    put_tags(deciding, err) == -1)
		return -1;
	return decide_record(&deciding->session, deciding->context,
	    "deployment", members, NULL, NULL, 0, err);
}

static int
run_retire(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return decide_with(context, given, operands, retire, err);
}

static const char *const rollback_examples[] = {
	"vouch rollback credit --in production --because 'Scores drift.'",
	NULL,
};

const struct command cmd_rollback = {
	.name = "rollback",
	.group = "Decide",
	.summary = "go back to the version that was in use before",
	.operands = "MODEL",
	.least = 1,
	.most = 1,
	.options = rollback_rows,
	.options_size = sizeof(struct decide_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_rollback,
	.description =
	    "MODEL@VERSION names the version to go back to; MODEL alone means "
	    "the one in use before. Rules may ask something of it "
	    "(record.action == \"rollback\").",
	.examples = rollback_examples,
};

static const char *const retire_examples[] = {
	"vouch retire credit --in production --because 'Replaced by rules.'",
	NULL,
};

const struct command cmd_retire = {
	.name = "retire",
	.group = "Decide",
	.summary = "take a model out of use",
	.operands = "MODEL",
	.least = 1,
	.most = 1,
	.options = retire_rows,
	.options_size = sizeof(struct decide_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_retire,
	.description = "Records that no version of the model is in use in the "
		       "environment any longer.",
	.examples = retire_examples,
};

/* --- review --- */

static const char *const outcomes[] = { "upheld", "reversed", NULL };

static const struct option review_rows[] = {
	{ "outcome", 0, OPTION_CHOICE, AT(outcome), "WORD",
	    "upheld, or reversed", outcomes, true },
	BECAUSE(true),
	TEXT("in", to, "ENVIRONMENT",
	    "of a model's deployments, the one in this environment", false),
	TAG_ROW,
	END_ROW,
};

static int
review(struct deciding *deciding, const char *what, struct error *err)
{
	struct json *members = deciding->members;
	const struct decide_options *given = deciding->given;
	uint64_t seq;

	if (decide_find(deciding->reader, "deployment", what, given->to,
		&deciding->entry, &seq, err) == -1 ||
	    decide_copy(members, "model", deciding->entry.record.predicate,
		"model", err) == -1 ||
	    json_put(members, "deployment",
		json_new_text(digest_hex(deciding->entry.leaf).text),
		err) == -1 ||
	    compose_text(members, "outcome", given->outcome, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    put_tags(deciding, err) == -1)
		return -1;
	return decide_record(&deciding->session, deciding->context, "review",
	    members, NULL, NULL, 0, err);
}

static int
run_review(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return decide_with(context, given, operands, review, err);
}

static const char *const review_examples[] = {
	"vouch review credit --in production --outcome upheld --because "
	"'Tested that night; two people looked at it since.'",
	NULL,
};

const struct command cmd_review = {
	.name = "review",
	.group = "Decide",
	.summary = "look at an emergency deployment afterwards",
	.operands = "DEPLOYMENT",
	.least = 1,
	.most = 1,
	.options = review_rows,
	.options_size = sizeof(struct decide_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_review,
	.description =
	    "DEPLOYMENT is an entry, or the model that was deployed (then the "
	    "newest). A deployment that went ahead of the rules must be "
	    "reviewed within the hours that the policy gives.",
	.examples = review_examples,
};
