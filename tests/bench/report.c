/*
 * report.c: a large ledger to make reports of: models that were trained,
 * evaluated, deployed under a hundred rules and observed.
 *
 * usage: report ENTRIES MODELS FOLDER [gradually]
 *
 * The models go into use at the end, all at once; or gradually, so that there
 * is something to say of every checkpoint before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/append.h"
#include "policy/gate.h"
#include "tests/support/fixture.h"

#define RULES 100
#define BATCH 1000

static struct error err;

struct maker {
	struct fixture fixture;
	struct appender *appender;
	struct append_item item[BATCH];
	struct digest *keep[BATCH]; /* Where its leaf hash is wanted. */
	size_t filled;
	unsigned long made;
	struct digest *proposal; /* Of each model. */
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "bench: %s: %s (%s)\n", what, err.what, err.where);
	exit(3);
}

static void
flush(struct maker *maker, struct bytes attachment)
{
	size_t bad;

	if (maker->filled > 0 &&
	    appender_add(maker->appender, maker->item, maker->filled,
		&attachment, attachment.len > 0, &bad, &err) == -1)
		die("append");
	for (size_t i = 0; i < maker->filled; i++) {
		if (maker->keep[i] != NULL)
			*maker->keep[i] = maker->item[i].leaf;
		maker->keep[i] = NULL;
		free((void *)(uintptr_t)maker->item[i].envelope.data);
	}
	maker->made += maker->filled;
	maker->filled = 0;
}

static void
add(struct maker *maker, const char *kind, const struct digest *artefact,
    const char *members)
{
	struct buffer out = buffer_new(LIMIT_ENVELOPE);
	struct json *tree = NULL, *subjects = NULL;
	struct record_head head;

	appender_head(maker->appender, &head);
	if (json_parse(&tree, bytes_of_text(members), &err) == -1 ||
	    record_subjects(&subjects, kind_named(kind), head.ledger, tree,
		artefact, &err) == -1)
		die(members);
	fixture_record(&out, maker->fixture.founder, &head, kind, subjects,
	    tree);
	maker->item[maker->filled++].envelope = buffer_bytes(&out);
	if (maker->filled == BATCH)
		flush(maker, bytes_of("", 0));
}

/* Half of the rules are on deployments, half on audits of what is in use;
 * each third of them names a control. */
static void
publish(struct maker *maker)
{
	static const char *const sorts[] = {
		"lineage.evaluations.exists(e, e.metrics.auc >= 0.5",
		"lineage.runs.all(r, r.status == 'finished'",
		"lineage.datasets.all(d, has(d.licence)",
		"lineage.evaluations.all(e, e.n >= 100.0",
		"lineage.approvals.all(a, a.signer.in_force",
	};
	static const char *const controls[] = { "eu-ai-act/art-10.2",
		"nist-ai-rmf/MEASURE-2.3", "iso-42001/A.6.2.4", "soc2/CC8.1",
		"sr-26-2/validation" };
	struct buffer text = buffer_new((size_t)1 << 20);
	struct digest digest;
	char members[500];

	buffer_text(&text, "policy: many\nrules:\n");
	for (unsigned i = 0; i < RULES; i++)
		buffer_printf(&text,
		    "  - id: rule-%u\n    on: [%s]\n%s    require: \"%s && %u "
		    ">= 0)\"\n    otherwise: %s\n    because: It must be so.\n"
		    "    controls: [%s]\n",
		    i, i % 2 == 0 ? "deployment" : "audit",
		    i % 2 == 0 ? "" : "    each: deployed\n", sorts[i % 5], i,
		    i % 10 == 0 ? "deny" : "warn", controls[i % 5]);
	digest = digest_of(buffer_bytes(&text));
	(void)snprintf(members, sizeof members,
	    "{\"name\":\"many\",\"version\":\"1\",\"status\":\"in force\","
	    "\"text\":\"%s\",\"evaluator\":\"1\"}",
	    digest_hex(digest).text);
	flush(maker, bytes_of("", 0));
	add(maker, "policy", &digest, members);
	flush(maker, buffer_bytes(&text));
	buffer_free(&text);
}

static void
add_model(struct maker *maker, unsigned long number)
{
	struct digest_text hex;
	struct digest digest;
	char members[2000];

	digest = digest_of(bytes_of(&number, sizeof number));
	hex = digest_hex(digest);
	(void)snprintf(members, sizeof members,
	    "{\"name\":\"m%lu\",\"version\":\"1\",\"owner\":\"team-%lu\","
	    "\"risk_class\":\"%s\"}",
	    number, number % 50, number % 3 == 0 ? "high" : "limited");
	add(maker, "model", &digest, members);
	(void)snprintf(members, sizeof members,
	    "{\"model\":{\"name\":\"model/m%lu@1\",\"digest\":\"%s\"},"
	    "\"dataset\":{\"name\":\"dataset/test@1\",\"digest\":\"%s\"},"
	    "\"n\":%lu,\"metrics\":{\"auc\":0.%02lu}}",
	    number, hex.text, hex.text, 90 + number % 400, 51 + number % 48);
	add(maker, "evaluation", NULL, members);
	(void)snprintf(members, sizeof members,
	    "{\"about\":{\"name\":\"model/m%lu@1\",\"digest\":\"%s\"},"
	    "\"environment\":\"production\"}",
	    number, hex.text);
	maker->keep[maker->filled] = &maker->proposal[number];
	add(maker, "proposal", NULL, members);
}

static void
deploy(struct maker *maker, unsigned long number)
{
	struct digest digest = digest_of(bytes_of(&number, sizeof number));
	char members[2000];

	(void)snprintf(members, sizeof members,
	    "{\"action\":\"deploy\",\"model\":{\"name\":\"model/m%lu@1\","
	    "\"digest\":\"%s\"},\"environment\":\"production\","
	    "\"proposal\":\"%s\"}",
	    number, digest_hex(digest).text,
	    digest_hex(maker->proposal[number]).text);
	add(maker, "deployment", NULL, members);
}

static void
add_observation(struct maker *maker, unsigned long number,
    unsigned long models)
{
	unsigned long which = number % models;
	struct digest digest = digest_of(bytes_of(&which, sizeof which));
	char members[2000];

	(void)snprintf(members, sizeof members,
	    "{\"model\":{\"name\":\"model/m%lu@1\",\"digest\":\"%s\"},"
	    "\"environment\":\"production\",\"window\":{\"from\":"
	    "\"2026-11-20T00:00:00.000Z\",\"to\":"
	    "\"2026-11-21T00:00:00.000Z\"},\"metrics\":{\"rate\":0.%02lu}}",
	    which, digest_hex(digest).text, number % 100);
	add(maker, "observation", NULL, members);
}

static void
all_at_once(struct maker *maker, struct gate *gate, unsigned long entries,
    unsigned long models)
{
	for (unsigned long i = 0;
	     maker->made + maker->filled + 5 * models < entries; i++)
		add_observation(maker, i, models);
	flush(maker, bytes_of("", 0));
	appender_set_gate(maker->appender, gate_table(gate));
	for (unsigned long i = 0; i < models; i++)
		add_model(maker, i);
	flush(maker, bytes_of("", 0));
	for (unsigned long i = 0; i < models; i++)
		deploy(maker, i);
	flush(maker, bytes_of("", 0));
}

/* Ten at a time. */
static void
gradually(struct maker *maker, struct gate *gate, unsigned long entries,
    unsigned long models)
{
	unsigned long between = (entries / models - 5) * 10;

	appender_set_gate(maker->appender, gate_table(gate));
	for (unsigned long i = 0; i < models; i += 10) {
		unsigned long end = i + 10 < models ? i + 10 : models;

		for (unsigned long k = i; k < end; k++)
			add_model(maker, k);
		flush(maker, bytes_of("", 0));
		for (unsigned long k = i; k < end; k++)
			deploy(maker, k);
		flush(maker, bytes_of("", 0));
		for (unsigned long k = 0; k < between; k++)
			add_observation(maker, k, end);
		flush(maker, bytes_of("", 0));
	}
}

int
main(int argc, char **argv)
{
	static struct maker maker;
	struct gate *gate;
	unsigned long entries, models;

	if (argc != 4 && argc != 5)
		return 2;
	entries = strtoul(argv[1], NULL, 10);
	models = strtoul(argv[2], NULL, 10);
	fixture_make(&maker.fixture, argv[3], FIXTURE_ORIGIN);
	if (appender_open(&maker.appender, maker.fixture.store,
		maker.fixture.ledger_key, &err) == -1 ||
	    gate_new(&gate, &err) == -1)
		die("open");
	maker.proposal = memory_new(models + 1, sizeof *maker.proposal);
	if (maker.proposal == NULL)
		die("memory");
	publish(&maker);
	if (argc == 5)
		gradually(&maker, gate, entries, models);
	else
		all_at_once(&maker, gate, entries, models);
	appender_close(maker.appender);
	gate_free(gate);
	printf("%s\n", maker.fixture.store);
	memory_free(maker.proposal);
	fixture_free(&maker.fixture);
	return 0;
}
