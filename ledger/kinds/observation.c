/* observation.c: how a model did in use, over a window of time. */
#include "ledger/kinds/kinds_internal.h"

static const struct member window_rows[] = {
	{ .name = "from",
	    .type = MEMBER_TIME,
	    .required = true,
	    .sentence = "When the window begins." },
	{ .name = "to",
	    .type = MEMBER_TIME,
	    .required = true,
	    .sentence = "When it ends." },
	{ .name = NULL },
};

static const struct member rows[] = {
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The model that was observed.",
	    .members = about_model_rows },
	{ .name = "environment",
	    .type = MEMBER_TEXT,
	    .sentence = "Where it was in use, such as production." },
	{ .name = "window",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The time it was observed for.",
	    .members = window_rows },
	{ .name = "n",
	    .type = MEMBER_COUNT,
	    .sentence = "How many predictions it made in that time." },
	{ .name = "metrics",
	    .type = MEMBER_MAP,
	    .index = INDEX_METRICS,
	    .element = MEMBER_NUMBER,
	    .sentence = "What was measured, by name." },
	{ .name = "drift",
	    .type = MEMBER_MAP,
	    .element = MEMBER_NUMBER,
	    .sentence = "How far inputs and outputs moved, by column or "
			"measure." },
	{ .name = "latency_ms",
	    .type = MEMBER_MAP,
	    .element = MEMBER_NUMBER,
	    .sentence = "How long answers took, in milliseconds, such as p50 "
			"and p99." },
	{ .name = "throughput",
	    .type = MEMBER_NUMBER,
	    .sentence = "Answers a second." },
	{ .name = "cost",
	    .type = MEMBER_OBJECT,
	    .sentence = "What it cost.",
	    .members = cost_rows },
	{ .name = "feedback",
	    .type = MEMBER_MAP,
	    .element = MEMBER_SCALAR,
	    .sentence = "What people said of its answers." },
	{ .name = "dataset",
	    .type = MEMBER_OBJECT,
	    .sentence = "The data it was observed on, when that is kept.",
	    .members = about_dataset_rows },
	{ .name = NULL },
};

static int
check(const struct record *record, struct error *err)
{
	return kind_in_order(json_member(record->predicate, "window"),
	    "predicate.window", "from", "to", err);
}

const struct kind kind_observation = {
	.name = "observation",
	.sentence = "How a model did in use over a window of time: metrics, "
		    "drift, latency, throughput, cost and feedback.",
	.roles = ROLE_SERVICE,
	.subject = SUBJECT_MODEL,
	.sealable = true,
	.erasable = true,
	.members = rows,
	.check = check,
	.example = "{\"model\":{\"name\":\"model/credit@1\",\"digest\":"
		   "\"60303ae22b998861bce3b28f33eec1be"
		   "758a213c86c93c076dbe9f558c11c752\"},"
		   "\"environment\":\"production\","
		   "\"window\":{\"from\":\"2026-11-22T00:00:00.000Z\","
		   "\"to\":\"2026-11-23T00:00:00.000Z\"},"
		   "\"n\":10412,\"metrics\":{\"approval_rate\":0.81,"
		   "\"mean_score\":0.17},"
		   "\"drift\":{\"psi_income\":0.03},"
		   "\"latency_ms\":{\"p50\":4.1,\"p99\":17.9},"
		   "\"throughput\":0.12,"
		   "\"cost\":{\"currency\":\"EUR\",\"amount\":1.25},"
		   "\"feedback\":{\"appeals\":3}}",
};
