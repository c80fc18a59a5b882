/*
 * policy.c: what rules cost: many rules over many records, a run that is
 * judged beside one that is not, and verdicts computed again.
 *
 * usage: policy VERDICTS FOLDER (0: only the rules)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/append.h"
#include "ledger/index.h"
#include "policy/gate.h"
#include "policy/replay.h"
#include "tests/support/fixture.h"

#define RULES 1000
#define RECORDS 10000
#define SINGLES 300
#define BATCH 1000

static struct error err;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "bench: %s: %s (%s)\n", what, err.what, err.where);
	exit(3);
}

static double
now(void)
{
	return (double)clock_monotonic_ns() * 1e-9;
}

static const char model_hex[] =
    "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

/* Sign members of a kind and append it to a list's text. */
static struct bytes
signed_record(const struct fixture *fixture, const struct record_head *head,
    const char *kind, const char *members, const struct digest *artefact)
{
	struct buffer out = buffer_new(LIMIT_ENVELOPE);
	struct json *tree = NULL, *subjects = NULL;

	if (json_parse(&tree, bytes_of_text(members), &err) == -1 ||
	    record_subjects(&subjects, kind_named(kind), head->ledger, tree,
		artefact, &err) == -1)
		die(members);
	fixture_record(&out, fixture->founder, head, kind, subjects, tree);
	return buffer_bytes(&out);
}

static void
append(struct appender *appender, struct bytes envelope,
    const struct bytes *attachment)
{
	struct append_item item = { .envelope = envelope };
	size_t bad;

	if (appender_add(appender, &item, 1, attachment, attachment != NULL,
		&bad, &err) == -1)
		die("append");
	free((void *)(uintptr_t)envelope.data);
}

/* Many records of one kind, in batches. */
static void
append_many(const struct fixture *fixture, struct appender *appender,
    unsigned long count, const char *kind,
    void (*compose)(char *out, size_t room, unsigned long number))
{
	struct append_item item[BATCH];
	struct record_head head;
	char members[2000];
	size_t bad, filled = 0;

	for (unsigned long i = 0; i < count; i++) {
		appender_head(appender, &head);
		compose(members, sizeof members, i);
		item[filled] = (struct append_item){
			.envelope = signed_record(fixture, &head, kind,
			    members, NULL)
		};
		if (++filled < BATCH && i + 1 < count)
			continue;
		if (appender_add(appender, item, filled, NULL, 0, &bad, &err) ==
		    -1)
			die("append many");
		for (size_t k = 0; k < filled; k++)
			free((void *)(uintptr_t)item[k].envelope.data);
		filled = 0;
	}
}

static void
publish(const struct fixture *fixture, struct appender *appender,
    const char *name, const struct buffer *text)
{
	struct digest digest = digest_of(buffer_bytes(text));
	struct bytes attachment = buffer_bytes(text);
	struct record_head head;
	char members[500];

	(void)snprintf(members, sizeof members,
	    "{\"name\":\"%s\",\"version\":\"1\",\"status\":\"in force\","
	    "\"text\":\"%s\",\"evaluator\":\"1\"}",
	    name, digest_hex(digest).text);
	appender_head(appender, &head);
	append(appender,
	    signed_record(fixture, &head, "policy", members, &digest),
	    &attachment);
}

static void
compose_evaluation(char *out, size_t room, unsigned long number)
{
	(void)snprintf(out, room,
	    "{\"model\":{\"name\":\"model/credit@1\",\"digest\":\"%s\"},"
	    "\"dataset\":{\"name\":\"dataset/test@1\",\"digest\":\"%s\"},"
	    "\"name\":\"slice-%lu\",\"n\":%lu,\"metrics\":{\"auc\":0.%02lu}}",
	    model_hex, model_hex, number, 100 + number % 400, 50 + number % 50);
}

static void
compose_run(char *out, size_t room, unsigned long number)
{
	(void)snprintf(out, room,
	    "{\"phase\":\"whole\",\"name\":\"train\",\"version\":\"%lu\","
	    "\"status\":\"finished\",\"parameters\":{\"lr\":0.1,\"depth\":%lu},"
	    "\"metrics\":{\"loss\":0.31},\"seeds\":{\"python\":7},"
	    "\"inputs\":[{\"name\":\"train.csv\",\"digest\":\"%s\","
	    "\"size\":100}]}",
	    number + 1, number % 9, model_hex);
}

/* A thousand rules of five sorts, each about something of its own. */
static void
write_rules(struct buffer *out)
{
	/* Before and behind a number. */
	static const char *const sorts[][2] = {
		{ "lineage.evaluations.exists(e, e.name == 'slice-",
		    "' && e.metrics.auc >= 0.5)" },
		{ "lineage.evaluations.filter(e, e.name == 'slice-",
		    "').all(e, e.n >= 100)" },
		{ "size(lineage.evaluations) >= ", "" },
		{ "model.risk_class == 'high' && model.owner != 'team-", "'" },
		{ "!lineage.incidents.exists(i, i.name == 'incident-", "')" },
	};

	buffer_text(out, "policy: many\nrules:\n");
	for (unsigned i = 0; i < RULES; i++)
		buffer_printf(out,
		    "  - id: rule-%u\n    on: [deployment]\n    require: "
		    "\"%s%u%s\"\n"
		    "    otherwise: deny\n    because: It must be so.\n",
		    i, sorts[i % 5][0], i * 7 % RECORDS, sorts[i % 5][1]);
}

static struct json *
deployment(void)
{
	char text[1000];
	struct json *statement;

	(void)snprintf(text, sizeof text,
	    "{\"subject\":[{\"name\":\"model/credit@1\",\"digest\":{\"sha256\":"
	    "\"%s\"}}],\"predicate\":{\"action\":\"deploy\",\"model\":{\"name\":"
	    "\"model/credit@1\",\"digest\":\"%s\"},\"environment\":"
	    "\"production\"}}",
	    model_hex, model_hex);
	if (json_parse(&statement, bytes_of_text(text), &err) == -1)
		die("statement");
	return statement;
}

static int
by_size(const void *a, const void *b)
{
	const double *one = a, *two = b;

	return *one < *two ? -1 : *one > *two;
}

static double
median(double *value, size_t count)
{
	qsort(value, count, sizeof *value, by_size);
	return value[count / 2];
}

static void
bench_rules(const char *folder)
{
	struct fixture fixture;
	struct appender *appender;
	struct buffer text = buffer_new((size_t)4 << 20);
	struct record_head head;
	struct digest model;
	struct judge *judge;
	struct judgement judgement;
	struct json *statement = deployment();
	struct question question = { .kind = kind_named("deployment"),
		.statement = statement };
	struct append_view view;
	double took[11];

	digest_parse(&model, bytes_of_text(model_hex));
	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	if (appender_open(&appender, fixture.store, fixture.ledger_key, &err) ==
	    -1)
		die("open");
	appender_head(appender, &head);
	append(appender,
	    signed_record(&fixture, &head, "model",
		"{\"name\":\"credit\",\"version\":\"1\",\"risk_class\":"
		"\"high\",\"owner\":\"Risk\"}",
		&model),
	    NULL);
	append_many(&fixture, appender, RECORDS, "evaluation",
	    compose_evaluation);
	write_rules(&text);
	publish(&fixture, appender, "many", &text);
	if (appender_refresh(appender, &err) == -1 ||
	    store_begin_read(appender_store(appender), &err) == -1 ||
	    judge_new(&judge, &err) == -1)
		die("judge");
	view = (struct append_view){ .store = appender_store(appender),
		.authority = appender_authority(appender),
		.size = appender_checkpoint(appender)->size,
		.time_ms = clock_now_ms() };
	for (size_t i = 0; i < 11; i++) {
		double start = now();

		if (judge_ask(judge, &view, &question, NULL, 0, &judgement,
			&err) == -1)
			die("ask");
		took[i] = (now() - start) * 1e3;
		if (i == 0)
			printf("%-44s %9.1f ms\n",
			    "  the first time, with reading the policy",
			    took[0]);
	}
	if (judgement.totals[RESULT_PASS] != RULES)
		printf("  NOT ALL PASS: %zu\n",
		    judgement.totals[RESULT_PASS]);
	printf("%-44s %9.1f ms  (aim: 50)\n",
	    "1,000 rules over 10,000 lineage records",
	    median(took + 1, 10));
	store_end(appender_store(appender));
	json_free(statement);
	judge_free(judge);
	appender_close(appender);
	buffer_free(&text);
	fixture_free(&fixture);
}

static const char run_rules[] =
    "policy: runs\n"
    "rules:\n"
    "  - id: seeded\n"
    "    on: [run]\n"
    "    require: has(record.seeds) && size(record.seeds) > 0\n"
    "    otherwise: deny\n"
    "    because: A run that cannot be repeated shows little.\n"
    "  - id: not-at-night\n"
    "    on: [run]\n"
    "    require: record.parameters.depth < 100.0 && "
    "\"engineer\" in signer.roles\n"
    "    otherwise: warn\n"
    "    because: Deep trees are for nobody.\n";

static double
singles(const struct fixture *fixture, struct appender *appender,
    unsigned long *number)
{
	double took[SINGLES];
	struct record_head head;
	char members[2000];

	for (size_t i = 0; i < SINGLES; i++) {
		struct bytes envelope;
		double start;

		appender_head(appender, &head);
		compose_run(members, sizeof members, (*number)++);
		envelope =
		    signed_record(fixture, &head, "run", members, NULL);
		start = now();
		append(appender, envelope, NULL);
		took[i] = (now() - start) * 1e3;
	}
	return median(took, SINGLES);
}

static void
bench_admission(const char *folder)
{
	struct fixture fixture;
	struct appender *appender;
	struct gate *gate;
	struct buffer text = buffer_new((size_t)1 << 20);
	unsigned long number = 10000000;
	double bare[3], judged[3];

	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	if (appender_open(&appender, fixture.store, fixture.ledger_key, &err) ==
		-1 ||
	    gate_new(&gate, &err) == -1)
		die("open");
	buffer_text(&text, run_rules);
	publish(&fixture, appender, "runs", &text);
	/* In turns, because the machine's pace is not even. */
	for (size_t i = 0; i < 3; i++) {
		appender_set_gate(appender, NULL);
		bare[i] = singles(&fixture, appender, &number);
		appender_set_gate(appender, gate_table(gate));
		judged[i] = singles(&fixture, appender, &number);
	}
	printf("%-44s %9.3f ms\n", "one run appended, nobody asked",
	    median(bare, 3));
	printf("%-44s %9.3f ms  %.2f x (aim: 1.20)\n",
	    "one run appended, two rules and a verdict", median(judged, 3),
	    median(judged, 3) / median(bare, 3));
	appender_close(appender);
	fixture_free(&fixture);

	gate_free(gate);
	buffer_free(&text);
}

/* Runs in lists, each with its verdict; then all verdicts again. */
static void
bench_replay(const char *folder, unsigned long verdicts)
{
	struct fixture fixture;
	struct appender *appender;
	struct gate *gate;
	struct buffer text = buffer_new((size_t)1 << 20);
	struct replay_result result;
	const struct replay_options options = { .max_problems = 10 };
	double start, took;

	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	if (appender_open(&appender, fixture.store, fixture.ledger_key, &err) ==
		-1 ||
	    gate_new(&gate, &err) == -1)
		die("open");
	buffer_text(&text, run_rules);
	publish(&fixture, appender, "runs", &text);
	appender_set_gate(appender, gate_table(gate));
	start = now();
	append_many(&fixture, appender, verdicts, "run", compose_run);
	took = now() - start;
	printf("%-44s %9.0f /s\n", "runs appended with verdicts, in lists",
	    (double)verdicts / took);
	appender_close(appender);
	gate_free(gate);
	start = now();
	if (replay_verdicts(&result, fixture.store, &options, &err) == -1)
		die("replay");
	took = now() - start;
	printf("%-44s %9.1f s for %llu, %llu differ  (aim: 30 s for "
	       "100,000)\n",
	    "verdicts computed again", took,
	    (unsigned long long)result.verdicts,
	    (unsigned long long)result.problems);
	fixture_free(&fixture);
	buffer_free(&text);
}

int
main(int argc, char **argv)
{
	struct buffer one = buffer_new(4096), two = buffer_new(4096);
	struct buffer three = buffer_new(4096);

	if (argc != 3)
		return 2;
	buffer_printf(&one, "%s/rules", argv[2]);
	buffer_printf(&two, "%s/admission", argv[2]);
	buffer_printf(&three, "%s/replay", argv[2]);
	if (file_make_folders(buffer_string(&one), 0700, &err) == -1 ||
	    file_make_folders(buffer_string(&two), 0700, &err) == -1 ||
	    file_make_folders(buffer_string(&three), 0700, &err) == -1)
		die("folder");
	bench_rules(buffer_string(&one));
	if (strcmp(argv[1], "0") == 0)
		return 0;
	bench_admission(buffer_string(&two));
	bench_replay(buffer_string(&three), strtoul(argv[1], NULL, 10));
	return 0;
}
