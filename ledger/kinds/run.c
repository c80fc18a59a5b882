/* run.c: a run of some code: an experiment, a training, a pipeline step. */
#include <string.h>

#include "base/limits.h"
#include "ledger/kind_internal.h"
#include "ledger/kinds/kinds_internal.h"

static const char *const phases[] = { "start", "end", "whole", NULL };
static const char *const statuses[] = {
	"finished",
	"failed",
	"interrupted",
	"abandoned",
	NULL,
};

static const struct member interpreter_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .sentence = "What it is, such as python." },
	{ .name = "version",
	    .type = MEMBER_TEXT,
	    .sentence = "Its version, as it says itself." },
	{ .name = "path",
	    .type = MEMBER_TEXT,
	    .sentence = "Where it is installed." },
	{ .name = NULL },
};

static const struct member lock_rows[] = {
	{ .name = "path",
	    .type = MEMBER_TEXT,
	    .sentence = "The file, such as requirements.txt." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "Its SHA-256." },
	{ .name = NULL },
};

static const struct member environment_rows[] = {
	{ .name = "system",
	    .type = MEMBER_TEXT,
	    .sentence = "The operating system and its version." },
	{ .name = "interpreter",
	    .type = MEMBER_OBJECT,
	    .sentence = "What ran the program, if it is not a program itself.",
	    .members = interpreter_rows },
	{ .name = "lock",
	    .type = MEMBER_OBJECT,
	    .sentence = "The file that lists the packages it needs.",
	    .members = lock_rows },
	{ .name = "vouch",
	    .type = MEMBER_TEXT,
	    .sentence = "The version of vouch that watched it." },
	{ .name = "cores",
	    .type = MEMBER_COUNT,
	    .sentence = "How many processors it could use." },
	{ .name = "memory_bytes",
	    .type = MEMBER_COUNT,
	    .sentence = "How much memory the machine has." },
	{ .name = "accelerators",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .sentence = "Graphics processors and the like." },
	{ .name = NULL },
};

static const struct member series_rows[] = {
	{ .name = "count",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many points there are." },
	{ .name = "first",
	    .type = MEMBER_NUMBER,
	    .sentence = "The first value." },
	{ .name = "last",
	    .type = MEMBER_NUMBER,
	    .sentence = "The last value." },
	{ .name = "min",
	    .type = MEMBER_NUMBER,
	    .sentence = "The least value." },
	{ .name = "max",
	    .type = MEMBER_NUMBER,
	    .sentence = "The greatest value." },
	{ .name = "points",
	    .type = MEMBER_LIST,
	    .element = MEMBER_LIST,
	    .sentence = "All points as [step, value], when they are at most "
			"200." },
	{ .name = "sketch",
	    .type = MEMBER_LIST,
	    .element = MEMBER_LIST,
	    .sentence = "At most 100 points, [step, value], that show its "
			"course." },
	{ .name = "steps",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "All points as lines, kept with the ledger." },
	{ .name = NULL },
};

static const struct member input_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The path or name it was given by." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_INPUT,
	    .sentence = "Its SHA-256; of a folder, of its manifest." },
	{ .name = "size", .type = MEMBER_COUNT, .sentence = "All its bytes." },
	{ .name = "files",
	    .type = MEMBER_COUNT,
	    .sentence = "How many files a folder has." },
	{ .name = "manifest",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "The list of a folder's files with their digests, kept "
			"with the ledger." },
	{ .name = NULL },
};

static const struct member output_rows[] = {
	{ .name = "name",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "The path or name it was given by." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .index = INDEX_OUTPUT,
	    .sentence = "Its SHA-256; of a folder, of its manifest." },
	{ .name = "size", .type = MEMBER_COUNT, .sentence = "All its bytes." },
	{ .name = "files",
	    .type = MEMBER_COUNT,
	    .sentence = "How many files a folder has." },
	{ .name = "manifest",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ATTACHMENT,
	    .sentence = "The list of a folder's files with their digests, kept "
			"with the ledger." },
	{ .name = NULL },
};

static const struct member stream_rows[] = {
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .required = true,
	    .sentence = "SHA-256 of what was written." },
	{ .name = "size",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many bytes were written." },
	{ .name = NULL },
};

static const struct member events_rows[] = {
	{ .name = "lines",
	    .type = MEMBER_COUNT,
	    .required = true,
	    .sentence = "How many lines the run wrote about itself." },
	{ .name = "refused",
	    .type = MEMBER_COUNT,
	    .sentence = "How many of them could not be used." },
	{ .name = "digest",
	    .type = MEMBER_DIGEST,
	    .sentence = "SHA-256 of the whole file." },
	{ .name = NULL },
};

static const struct member rows[] = {
	{ .name = "phase",
	    .type = MEMBER_WORD,
	    .required = true,
	    .words = phases,
	    .sentence = "Whether this entry says how the run started, how it "
			"ended, or both at once (a run reported afterwards)." },
	{ .name = "started",
	    .type = MEMBER_DIGEST,
	    .index = INDEX_ENTRY,
	    .sentence = "Leaf hash of the entry at which it started; needed "
			"at its end, and only there." },
	{ .name = "experiment",
	    .type = MEMBER_TEXT,
	    .sentence = "The experiment it belongs to." },
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What the run is called." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which run of that name this is." },
	{ .name = "command",
	    .type = MEMBER_LIST,
	    .element = MEMBER_TEXT,
	    .sentence = "The command and its arguments." },
	{ .name = "code",
	    .type = MEMBER_OBJECT,
	    .sentence = "Where the code stood.",
	    .members = code_rows },
	{ .name = "environment",
	    .type = MEMBER_OBJECT,
	    .sentence = "What it ran on.",
	    .members = environment_rows },
	{ .name = "host",
	    .type = MEMBER_TEXT,
	    .sentence = "The machine's name, when asked for." },
	{ .name = "user",
	    .type = MEMBER_TEXT,
	    .sentence = "The user's name, when asked for." },
	{ .name = "parameters",
	    .type = MEMBER_MAP,
	    .index = INDEX_PARAMETERS,
	    .element = MEMBER_SCALAR,
	    .sentence = "What was chosen before it ran." },
	{ .name = "metrics",
	    .type = MEMBER_MAP,
	    .index = INDEX_METRICS,
	    .element = MEMBER_NUMBER,
	    .sentence = "What was measured: the last value of each." },
	{ .name = "series",
	    .type = MEMBER_MAP,
	    .element = MEMBER_OBJECT,
	    .sentence = "How metrics went, step by step.",
	    .members = series_rows },
	{ .name = "inputs",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "Files and folders it read.",
	    .members = input_rows },
	{ .name = "outputs",
	    .type = MEMBER_LIST,
	    .element = MEMBER_OBJECT,
	    .sentence = "Files and folders it made; each is a subject of the "
			"statement too, in the same order.",
	    .members = output_rows },
	{ .name = "seeds",
	    .type = MEMBER_MAP,
	    .element = MEMBER_SCALAR,
	    .sentence = "What random generators began from." },
	{ .name = "cost",
	    .type = MEMBER_OBJECT,
	    .sentence = "What it cost.",
	    .members = cost_rows },
	{ .name = "status",
	    .type = MEMBER_WORD,
	    .index = INDEX_STATUS,
	    .words = statuses,
	    .sentence = "How it ended; needed unless it only started." },
	{ .name = "exit_status",
	    .type = MEMBER_INTEGER,
	    .sentence = "The number it exited with." },
	{ .name = "signal",
	    .type = MEMBER_INTEGER,
	    .sentence = "The signal that ended it." },
	{ .name = "started_at",
	    .type = MEMBER_TIME,
	    .sentence = "When it started." },
	{ .name = "ended_at",
	    .type = MEMBER_TIME,
	    .sentence = "When it ended." },
	{ .name = "wall_seconds",
	    .type = MEMBER_NUMBER,
	    .sentence = "How long it took." },
	{ .name = "cpu_seconds",
	    .type = MEMBER_NUMBER,
	    .sentence = "Processor time it used." },
	{ .name = "peak_memory_bytes",
	    .type = MEMBER_COUNT,
	    .sentence = "The most memory it used." },
	{ .name = "stdout",
	    .type = MEMBER_OBJECT,
	    .sentence = "What it wrote to standard output.",
	    .members = stream_rows },
	{ .name = "stderr",
	    .type = MEMBER_OBJECT,
	    .sentence = "What it wrote to standard error.",
	    .members = stream_rows },
	{ .name = "events",
	    .type = MEMBER_OBJECT,
	    .sentence = "What it said about itself in VOUCH_EVENTS.",
	    .members = events_rows },
	{ .name = NULL },
};

/* What nobody can know when a run starts. */
static const char *const results[] = {
	"status",
	"outputs",
	"metrics",
	"series",
	"exit_status",
	"signal",
	"ended_at",
	"wall_seconds",
	"cpu_seconds",
	"peak_memory_bytes",
	"stdout",
	"stderr",
	"events",
	"started",
	NULL,
};

static int
check_points(const struct json *one, const char *which, size_t most,
    struct error *err)
{
	const struct json *points = json_member(one, which), *point;

	if (json_count(points) > most) {
		error_set(err, ERROR_UNDECIDED,
		    "keep them as an attachment and name it in \"steps\"",
		    "%zu points are more than %zu", json_count(points), most);
		return error_within(err, "predicate.series.%s.%s",
		    json_name(one), which);
	}
	for (point = json_first(points); point != NULL;
	     point = json_next(point)) {
		const struct json *step = json_first(point);
		const struct json *value = step == NULL ? NULL
							: json_next(step);

		if (value != NULL && json_next(value) == NULL &&
		    json_type(step) == JSON_NUMBER && member_is_number(value))
			continue;
		error_set(err, ERROR_UNDECIDED, NULL,
		    "a point is not [step, value] with two numbers");
		return error_within(err, "predicate.series.%s.%s",
		    json_name(one), which);
	}
	return 0;
}

static int
check_series(const struct record *record, struct error *err)
{
	const struct json *one;

	for (one = json_first(json_member(record->predicate, "series"));
	     one != NULL; one = json_next(one))
		if (check_points(one, "points", LIMIT_SERIES_INLINE, err) ==
			-1 ||
		    check_points(one, "sketch", LIMIT_SERIES_SKETCH, err) == -1)
			return -1;
	return 0;
}

static int
check_phase(const struct record *record, struct error *err)
{
	const char *phase = json_member_text(record->predicate, "phase");

	if (strcmp(phase, "start") == 0) {
		for (size_t i = 0; results[i] != NULL; i++)
			if (kind_forbids(record, results[i],
				"of a run that only starts", err) == -1)
				return -1;
		return 0;
	}
	if (kind_needs(record, "status", "of a run that has ended", err) == -1)
		return -1;
	if (strcmp(phase, "end") == 0)
		return kind_needs(record, "started", "of a run that has ended",
		    err);
	return kind_forbids(record, "started", "of a run reported whole", err);
}

static int
check(const struct record *record, struct error *err)
{
	if (check_phase(record, err) == -1 || check_series(record, err) == -1)
		return -1;
	return kind_in_order(record->predicate, "predicate", "started_at",
	    "ended_at", err);
}

const struct kind kind_run = {
	.name = "run",
	.sentence =
	    "A run of some code. A run that is watched is two "
	    "entries: one when it starts, before anyone knows the result, "
	    "and one when it ends, naming the first; so failed, killed and "
	    "abandoned tries stay on record.",
	.roles = ROLE_ENGINEER | ROLE_SERVICE,
	.subject = SUBJECT_IDENTITY,
	.sealable = true,
	.erasable = true,
	.members = rows,
	.check = check,
	.conditions =
	    "[{\"if\":{\"properties\":{\"phase\":{\"const\":\"start\"}}"
	    "},\"then\":{\"properties\":{\"status\":false,"
	    "\"outputs\":false,\"metrics\":false,\"series\":false,"
	    "\"exit_status\":false,\"signal\":false,\"ended_at\":false,"
	    "\"wall_seconds\":false,\"cpu_seconds\":false,"
	    "\"peak_memory_bytes\":false,\"stdout\":false,"
	    "\"stderr\":false,\"events\":false,\"started\":false}},"
	    "\"else\":{\"required\":[\"status\"]}},"
	    "{\"if\":{\"properties\":{\"phase\":{\"const\":\"end\"}}},"
	    "\"then\":{\"required\":[\"started\"]}},"
	    "{\"if\":{\"properties\":{\"phase\":{\"const\":\"whole\"}}}"
	    ",\"then\":{\"properties\":{\"started\":false}}},"
	    "{\"properties\":{\"series\":{\"additionalProperties\":{"
	    "\"properties\":{\"points\":{\"maxItems\":200,"
	    "\"items\":{\"minItems\":2,\"maxItems\":2,"
	    "\"prefixItems\":[{\"type\":\"number\"},"
	    "{\"anyOf\":[{\"type\":\"number\"},{\"enum\":[\"NaN\","
	    "\"Infinity\",\"-Infinity\"]}]}]}},"
	    "\"sketch\":{\"maxItems\":100,\"items\":{\"minItems\":2,"
	    "\"maxItems\":2,\"prefixItems\":[{\"type\":\"number\"},"
	    "{\"anyOf\":[{\"type\":\"number\"},{\"enum\":[\"NaN\","
	    "\"Infinity\",\"-Infinity\"]}]}]}}}}}}}]",
	.example =
	    "{\"phase\":\"end\",\"started\":"
	    "\"9f86d081884c7d659a2feaa0c55ad015"
	    "a3bf4f1b2b0b822cd15d6c15b0f00a08\","
	    "\"experiment\":\"credit\",\"name\":\"credit/train\","
	    "\"version\":\"3\",\"command\":[\"python3\",\"train.py\"],"
	    "\"code\":{\"repository\":\"https://example.org/credit.git\","
	    "\"commit\":\"da39a3ee5e6b4b0d3255bfef95601890afd80709\","
	    "\"branch\":\"main\",\"dirty\":false},"
	    "\"environment\":{\"system\":\"Linux 6.1, Debian 12\","
	    "\"interpreter\":{\"name\":\"python\",\"version\":\"3.11.2\"},"
	    "\"cores\":2},"
	    "\"parameters\":{\"lr\":0.1,\"l2\":true,\"solver\":\"gd\"},"
	    "\"metrics\":{\"loss\":0.31},"
	    "\"series\":{\"loss\":{\"count\":2,\"first\":0.69,"
	    "\"last\":0.31,\"min\":0.31,\"max\":0.69,"
	    "\"points\":[[1,0.69],[2,0.31]]}},"
	    "\"inputs\":[{\"name\":\"hmda.csv\",\"digest\":"
	    "\"9f86d081884c7d659a2feaa0c55ad015"
	    "a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"size\":123456}],"
	    "\"outputs\":[{\"name\":\"model.json\",\"digest\":"
	    "\"60303ae22b998861bce3b28f33eec1be"
	    "758a213c86c93c076dbe9f558c11c752\",\"size\":2048}],"
	    "\"seeds\":{\"python\":7},\"status\":\"finished\","
	    "\"exit_status\":0,"
	    "\"started_at\":\"2026-11-23T09:00:00.000Z\","
	    "\"ended_at\":\"2026-11-23T09:00:02.500Z\","
	    "\"wall_seconds\":2.5,\"cpu_seconds\":2.4,"
	    "\"peak_memory_bytes\":31457280,"
	    "\"stdout\":{\"digest\":"
	    "\"e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855\",\"size\":0}}",
};
