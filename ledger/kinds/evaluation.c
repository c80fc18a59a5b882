/* evaluation.c: how good a model is on some data. */
#include "ledger/kinds/kinds_internal.h"

static const char *const modes[] = { "offline", "online", NULL };

static const struct member interval_rows[] = {
	{ .name = "low",
	    .type = MEMBER_NUMBER,
	    .required = true,
	    .sentence = "Its lower end." },
	{ .name = "high",
	    .type = MEMBER_NUMBER,
	    .required = true,
	    .sentence = "Its upper end." },
	{ .name = "level",
	    .type = MEMBER_NUMBER,
	    .sentence = "Its confidence, such as 0.95." },
	{ .name = NULL },
};

static const struct member slice_rows[] = {
	{ .name = "slice",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The column by which the data is divided." },
	{ .name = "value",
	    .type = MEMBER_SCALAR,
	    .required = true,
	    .sentence = "That column's value in this slice." },
	{ .name = "n",
	    .type = MEMBER_COUNT,
	    .sentence = "How many examples it has." },
	{ .name = "metrics",
	    .type = MEMBER_MAP,
	    .required = true,
	    .element = MEMBER_NUMBER,
	    .sentence = "The metrics on this slice alone." },
	{ .name = "intervals",
	    .type = MEMBER_MAP,
	    .element = MEMBER_OBJECT,
	    .sentence = "Confidence intervals of those metrics.",
	    .members = interval_rows },
	{ .name = NULL },
};

static const struct member calibration_rows[] = {
	{ .name = "lower",
	    .type = MEMBER_NUMBER,
	    .required = true,
	    .sentence = "Lower end of the bin." },
	{ .name = "upper",
	    .type = MEMBER_NUMBER,
	    .required = true,
	    .sentence = "Upper end of the bin." },
	{ .name = "n",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many predictions fell into it." },
	{ .name = "predicted",
	    .type = MEMBER_NUMBER,
	    .sentence = "Mean of what was predicted." },
	{ .name = "observed",
	    .type = MEMBER_NUMBER,
	    .sentence = "Share of what happened." },
	{ .name = NULL },
};

static const struct member robustness_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What was done to the inputs." },
	{ .name = "metrics",
	    .type = MEMBER_MAP,
	    .required = true,
	    .element = MEMBER_NUMBER,
	    .sentence = "The metrics under it." },
	{ .name = "detail",
	    .type = MEMBER_TEXT,
	    .sentence = "What was found." },
	{ .name = NULL },
};

static const struct member threshold_rows[] = {
	{ .name = "min",
	    .type = MEMBER_NUMBER,
	    .sentence = "The least that is good enough." },
	{ .name = "max",
	    .type = MEMBER_NUMBER,
	    .sentence = "The most that is good enough." },
	{ .name = NULL },
};

static const struct member rows[] = {
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The model that was evaluated.",
	    .members = about_model_rows },
	{ .name = "dataset",
	    .type = MEMBER_OBJECT,
	    .required = true,
	    .sentence = "The data it was evaluated on.",
	    .members = about_dataset_rows },
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .index = INDEX_NAME,
	    .sentence = "What this evaluation is called." },
	{ .name = "mode",
	    .type = MEMBER_WORD,
	    .words = modes,
	    .sentence = "On data at rest (offline) or in use (online)." },
	{ .name = "n",
	    .type = MEMBER_COUNT,
	    .sentence = "How many examples it was evaluated on." },
	{ .name = "metrics",
	    .type = MEMBER_MAP,
	    .required = true,
	    .index = INDEX_METRICS,
	    .element = MEMBER_NUMBER,
	    .sentence = "What was measured, by name." },
	{ .name = "slices",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "The same for parts of the data, such as groups of "
			"people.",
	    .members = slice_rows },
	{ .name = "calibration",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "What was predicted against what happened, in bins.",
	    .members = calibration_rows },
	{ .name = "robustness",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "The metrics when the inputs are disturbed.",
	    .members = robustness_rows },
	{ .name = "intervals",
	    .type = MEMBER_MAP,
	    .element = MEMBER_OBJECT,
	    .sentence = "Confidence intervals of the metrics, by name.",
	    .members = interval_rows },
	{ .name = "thresholds",
	    .type = MEMBER_MAP,
	    .element = MEMBER_OBJECT,
	    .sentence = "What would be good enough, by metric.",
	    .members = threshold_rows },
	{ .name = "code",
	    .type = MEMBER_OBJECT,
	    .sentence = "The code that evaluated it.",
	    .members = code_rows },
	{ .name = "report",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "A report of it, kept with the ledger." },
	{ .name = "run",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the entry at which the run that "
			"evaluated it ended." },
	{ .name = NULL },
};

const struct kind kind_evaluation = {
	.name = "evaluation",
	.sentence =
	    "How good a model is on some data: metrics over all of "
	    "it and over slices, calibration, robustness and intervals.",
	.roles = ROLE_ENGINEER | ROLE_SERVICE,
	.subject = SUBJECT_MODEL,
	.sealable = true,
	.erasable = true,
	.members = rows,
	.example =
	    "{\"model\":{\"name\":\"model/credit@1\",\"digest\":"
	    "\"60303ae22b998861bce3b28f33eec1be"
	    "758a213c86c93c076dbe9f558c11c752\"},"
	    "\"dataset\":{\"name\":\"dataset/hmda-test@1\",\"digest\":"
	    "\"9f86d081884c7d659a2feaa0c55ad015"
	    "a3bf4f1b2b0b822cd15d6c15b0f00a08\"},"
	    "\"name\":\"holdout\",\"mode\":\"offline\",\"n\":476,"
	    "\"metrics\":{\"auc\":0.83,\"accuracy\":0.89},"
	    "\"slices\":[{\"slice\":\"afam\",\"value\":\"yes\",\"n\":68,"
	    "\"metrics\":{\"accuracy\":0.79},\"intervals\":"
	    "{\"accuracy\":{\"low\":0.68,\"high\":0.88,\"level\":0.95}}}],"
	    "\"calibration\":[{\"lower\":0,\"upper\":0.1,\"n\":301,"
	    "\"predicted\":0.06,\"observed\":0.05}],"
	    "\"robustness\":[{\"name\":\"income rounded to 1,000\","
	    "\"metrics\":{\"auc\":0.82}}],"
	    "\"intervals\":{\"auc\":{\"low\":0.78,\"high\":0.88,"
	    "\"level\":0.95}},"
	    "\"thresholds\":{\"auc\":{\"min\":0.75}}}",
};
