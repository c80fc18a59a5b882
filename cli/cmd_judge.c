#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"
#include "cli/cmd.h"
#include "cli/compose.h"

/* What is said of a model: evaluations, observations, incidents. */

/* Put a reference to a model or data set in front of what the file said. */
static int
put_reference(struct json *members, struct session_write *session,
    const struct context *context, const char *kind, const char *what,
    struct error *err)
{
	struct json *reference = NULL;

	if (what == NULL)
		return 0;
	if (compose_reference(&reference, session, context, kind, what, err) ==
	    -1)
		return -1;
	json_free(json_take(members, kind));
	return json_put(members, kind, reference, err);
}

struct evaluate_options {
	const char *dataset;
	const char *name;
	const char *mode;
	const char *run;
	struct option_list metrics;
	struct option_list tags;
	uint64_t n;
};

static const char *const modes[] = { "offline", "online", NULL };

static const struct option evaluate_rows[] = {
	{ "dataset", 'd', OPTION_TEXT,
	    offsetof(struct evaluate_options, dataset), "DATA",
	    "the data it was judged on: a data set, a "
	    "digest or a path",
	    NULL, true },
	{ "metric", 'm', OPTION_LIST,
	    offsetof(struct evaluate_options, metrics), "K=V", "a metric", NULL,
	    false },
	{ "n", 0, OPTION_COUNT, offsetof(struct evaluate_options, n), "N",
	    "how many cases", NULL, false },
	{ "name", 0, OPTION_TEXT, offsetof(struct evaluate_options, name),
	    "NAME", "what to call it", NULL, false },
	{ "mode", 0, OPTION_CHOICE, offsetof(struct evaluate_options, mode),
	    "MODE", "offline (on kept data) or online", modes, false },
	{ "tag", 0, OPTION_LIST, offsetof(struct evaluate_options, tags), "K=V",
	    "a label", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* Fill the members of a record, in a session, and record it. */
typedef int members_fill(struct json *members, struct session_write *session,
    const struct context *context, const void *given, struct operands operands,
    struct error *err);

static int
record(struct context *context, const void *given, struct operands operands,
    const char *kind, members_fill *fill, struct error *err)
{
	struct json *members = json_new_object();
	struct session_write session;
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	if (session_write(&session, context, err) == 0) {
		result = fill(members, &session, context, given, operands, err);
		if (result == 0)
			result = compose_record(&session, context, kind,
			    members, NULL, NULL, 0, err);
		session_write_end(&session);
	}
	json_free(members);
	return result;
}

static int
evaluate_members(struct json *members, struct session_write *session,
    const struct context *context, const void *options,
    struct operands operands, struct error *err)
{
	const struct evaluate_options *given = options;

	if (put_reference(members, session, context, "model", operands.item[0],
		err) == -1 ||
	    put_reference(members, session, context, "dataset", given->dataset,
		err) == -1 ||
	    compose_text(members, "name", given->name, err) == -1 ||
	    compose_text(members, "mode", given->mode, err) == -1)
		return -1;
	if (given->n > 0 &&
	    json_put(members, "n", json_new_integer((int64_t)given->n), err) ==
		-1)
		return -1;
	if (compose_pairs(members, "metrics", &given->metrics, "metric", true,
		err) == -1)
		return -1;
	if (operands.count == 2 &&
	    compose_file(members, operands.item[1], err) == -1)
		return -1;
	return compose_pairs(members, "tags", &given->tags, "tag", false, err);
}

static int
run_evaluate(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return record(context, given, operands, "evaluation", evaluate_members,
	    err);
}

static const char *const evaluate_examples[] = {
	"vouch evaluate credit --dataset data --metric auc=0.83 --n 476",
	NULL,
};

const struct command cmd_evaluate = {
	.name = "evaluate",
	.group = "Record",
	.summary = "record how a model did on a data set",
	.operands = "MODEL [FILE.json]",
	.least = 1,
	.most = 2,
	.options = evaluate_rows,
	.options_size = sizeof(struct evaluate_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_evaluate,
	.description =
	    "FILE has the members of an evaluation (`vouch schema "
	    "evaluation'): metrics, n, slices, calibration, robustness, "
	    "intervals, thresholds. What is given by option comes first.",
	.examples = evaluate_examples,
};

struct observe_options {
	const char *from;
	const char *to;
	const char *environment;
	struct option_list metrics;
	struct option_list drift;
	struct option_list latency;
	struct option_list feedback;
	struct option_list tags;
	uint64_t n;
};

static const struct option observe_rows[] = {
	{ "from", 0, OPTION_TEXT, offsetof(struct observe_options, from),
	    "TIME", "the window's begin (one day before its end)", NULL,
	    false },
	{ "to", 0, OPTION_TEXT, offsetof(struct observe_options, to), "TIME",
	    "the window's end (now)", NULL, false },
	{ "environment", 0, OPTION_TEXT,
	    offsetof(struct observe_options, environment), "NAME",
	    "where: production, staging, …", NULL, false },
	{ "metric", 'm', OPTION_LIST, offsetof(struct observe_options, metrics),
	    "K=V", "a metric", NULL, false },
	{ "drift", 0, OPTION_LIST, offsetof(struct observe_options, drift),
	    "K=V", "a measure of drift", NULL, false },
	{ "latency", 0, OPTION_LIST, offsetof(struct observe_options, latency),
	    "K=V", "a latency in milliseconds, as p95=12", NULL, false },
	{ "feedback", 0, OPTION_LIST,
	    offsetof(struct observe_options, feedback), "K=V",
	    "what its users said", NULL, false },
	{ "n", 0, OPTION_COUNT, offsetof(struct observe_options, n), "N",
	    "how many cases", NULL, false },
	{ "tag", 0, OPTION_LIST, offsetof(struct observe_options, tags), "K=V",
	    "a label", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
put_window(struct json *members, const struct observe_options *given,
    struct error *err)
{
	int64_t now = clock_now_ms(), from, to = now;
	struct json *window;

	if (given->from == NULL && given->to == NULL &&
	    json_member(members, "window") != NULL)
		return 0;
	if (given->to != NULL && time_parse(&to, given->to, now, err) == -1)
		return error_within(err, "--to");
	from = to - 86400000;
	if (given->from != NULL &&
	    time_parse(&from, given->from, now, err) == -1)
		return error_within(err, "--from");
	json_free(json_take(members, "window"));
	if ((window = json_new_object()) == NULL)
		return error_memory(err);
	if (json_put(window, "from", json_new_text(time_format(from).text),
		err) == -1 ||
	    json_put(window, "to", json_new_text(time_format(to).text), err) ==
		-1) {
		json_free(window);
		return -1;
	}
	return json_put(members, "window", window, err);
}

static int
observe_members(struct json *members, struct session_write *session,
    const struct context *context, const void *options,
    struct operands operands, struct error *err)
{
	const struct observe_options *given = options;

	if (operands.count == 2 &&
	    compose_file(members, operands.item[1], err) == -1)
		return -1;
	if (put_reference(members, session, context, "model", operands.item[0],
		err) == -1 ||
	    compose_text(members, "environment", given->environment, err) ==
		-1 ||
	    put_window(members, given, err) == -1)
		return -1;
	if (given->n > 0 &&
	    json_put(members, "n", json_new_integer((int64_t)given->n), err) ==
		-1)
		return -1;
	if (compose_pairs(members, "metrics", &given->metrics, "metric", true,
		err) == -1 ||
	    compose_pairs(members, "drift", &given->drift, "drift", true,
		err) == -1 ||
	    compose_pairs(members, "latency_ms", &given->latency, "latency",
		true, err) == -1 ||
	    compose_pairs(members, "feedback", &given->feedback, "feedback",
		false, err) == -1)
		return -1;
	return compose_pairs(members, "tags", &given->tags, "tag", false, err);
}

static int
run_observe(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return record(context, given, operands, "observation", observe_members,
	    err);
}

static const char *const observe_examples[] = {
	"vouch observe credit --environment production --metric auc=0.81 "
	"--drift psi=0.04 --latency p95=12",
	NULL,
};

const struct command cmd_observe = {
	.name = "observe",
	.group = "Record",
	.summary = "record how a model does in production",
	.operands = "MODEL [FILE.json]",
	.least = 1,
	.most = 2,
	.options = observe_rows,
	.options_size = sizeof(struct observe_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_observe,
	.description =
	    "A window of time in an environment: metrics, drift, latency, "
	    "throughput, cost, feedback (`vouch schema observation'). Signed "
	    "by a service's key, as a rule.",
	.examples = observe_examples,
};

struct incident_options {
	const char *name;
	const char *title;
	const char *what;
	const char *severity;
	const char *status;
	const char *model;
	const char *remedy;
	const char *detected;
	const char *affected;
	struct option_list tags;
};

#define ROW(name, field, argument, sentence, needed) \
	{ \
		name, 0, OPTION_TEXT, \
		    offsetof(struct incident_options, field), argument, \
		    sentence, NULL, needed \
	}

static const char *const severities[] = { "low", "medium", "high", "critical",
	NULL };
static const char *const states[] = { "open", "mitigated", "closed", NULL };

static const struct option incident_rows[] = {
	ROW("title", title, "TEXT", "a heading", true),
	ROW("what", what, "TEXT", "what happened", true),
	{ "severity", 0, OPTION_CHOICE,
	    offsetof(struct incident_options, severity), "HOW",
	    "low, medium, high or critical", severities, true },
	{ "status", 0, OPTION_CHOICE, offsetof(struct incident_options, status),
	    "STATE", "open, mitigated or closed", states, false },
	ROW("model", model, "MODEL", "the model it is about", false),
	ROW("remedy", remedy, "TEXT", "what is done about it", false),
	ROW("detected", detected, "TIME", "when it was noticed", false),
	ROW("affected", affected, "TEXT", "who or what it touched", false),
	ROW("name", name, "NAME",
	    "its name; a new version of it if it "
	    "exists (made up from the date)",
	    false),
	{ "tag", 0, OPTION_LIST, offsetof(struct incident_options, tags), "K=V",
	    "a label", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
incident_members(struct json *members, struct session_write *session,
    const struct context *context, const void *options,
    struct operands operands, struct error *err)
{
	const struct incident_options *given = options;
	char made_up[40], hex[9];
	const char *name = given->name;
	char *version = NULL;
	uint8_t noise[4];
	int64_t detected;
	int result = -1;

	(void)operands;
	if (name == NULL) {
		random_fill(noise, sizeof noise);
		hex_encode(hex, bytes_of(noise, sizeof noise));
		snprintf(made_up, sizeof made_up, "%.10s-%s",
		    time_format(clock_now_ms()).text, hex);
		name = made_up;
	}
	if (compose_next_version(&version, session, "incident", name, err) ==
	    -1)
		return -1;
	if (compose_text(members, "name", name, err) == -1 ||
	    compose_text(members, "version", version, err) == -1 ||
	    compose_text(members, "title", given->title, err) == -1 ||
	    compose_text(members, "what", given->what, err) == -1 ||
	    compose_text(members, "severity", given->severity, err) == -1 ||
	    compose_text(members, "status", given->status, err) == -1 ||
	    put_reference(members, session, context, "model", given->model,
		err) == -1)
		goto done;
	if (given->detected != NULL) {
		if (time_parse(&detected, given->detected, clock_now_ms(),
			err) == -1 ||
		    compose_text(members, "detected",
			time_format(detected).text, err) == -1)
			goto done;
	}
	if (compose_text(members, "remedy", given->remedy, err) == -1 ||
	    compose_text(members, "affected", given->affected, err) == -1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result = 0;
done:
	memory_free(version);
	return result;
}

static int
run_incident(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return record(context, given, operands, "incident", incident_members,
	    err);
}

static const char *const incident_examples[] = {
	"vouch incident --title 'Scores rose' --severity medium "
	"--what 'The mean score rose by 4 points overnight.'",
	NULL,
};

const struct command cmd_incident = {
	.name = "incident",
	.group = "Record",
	.summary = "record that something went wrong",
	.options = incident_rows,
	.options_size = sizeof(struct incident_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run_incident,
	.description =
	    "What happened, how bad it is, which model it concerns, what is "
	    "done about it. To say more of it later, record it again under "
	    "the same --name.",
	.examples = incident_examples,
};
