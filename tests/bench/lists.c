/*
 * lists.c: what index records cost, to make and to verify, and what proofs of
 * complete lists cost, beside the verification of all entries in the same
 * run.  Half of the entries are observations of one model, half incidents of
 * which each is a list of its own.
 *
 * usage: lists ENTRIES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"
#include "ledger/list_heads.h"
#include "ledger/list_proof.h"
#include "ledger/list_walk.h"
#include "ledger/reader.h"
#include "ledger/verify.h"
#include "ledger/verify_lists.h"
#include "tests/support/fixture.h"

#define BATCH 8192

static struct error err;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "lists: %s: %s: %s\n", what, err.where, err.what);
	exit(3);
}

static double
now(void)
{
	return (double)clock_monotonic_ns() * 1e-9;
}

/* Processor time: other work on the machine hardly changes it. */
static double
processor(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void
put(struct json *object, const char *name, const char *text)
{
	if (json_put(object, name, json_new_text(text), &err) == -1)
		die(name);
}

static void
incident(struct buffer *out, const struct fixture *fixture,
    const struct checkpoint *after, unsigned number)
{
	struct record_head head = {
		.ledger = fixture->origin,
		.made_ms = clock_now_ms(),
		.after_size = after->size,
		.after_root = after->root,
	};
	struct json *members = json_new_object();
	struct json *subjects = NULL;
	char name[32];

	random_fill(head.nonce, sizeof head.nonce);
	snprintf(name, sizeof name, "i%u", number);
	put(members, "name", name);
	put(members, "version", "1");
	put(members, "title", "Scores were delivered twice");
	put(members, "what", "A restarted worker sent them again.");
	put(members, "severity", "low");
	if (record_subjects(&subjects, kind_named("incident"), fixture->origin,
	    members, NULL, &err) == -1)
		die("subjects");
	fixture_record(out, fixture->founder, &head, "incident", subjects,
	    members);
}

static void
fill(const struct fixture *fixture, struct appender *appender, unsigned count)
{
	struct append_item *items = memory_new(BATCH, sizeof *items);
	struct buffer *lines = memory_new(BATCH, sizeof *lines);
	size_t bad;

	for (unsigned at = 0; at < count; at += BATCH) {
		unsigned n = count - at < BATCH ? count - at : BATCH;

		for (unsigned i = 0; i < n; i++) {
			lines[i] = buffer_new(LIMIT_ENVELOPE);
			if (i % 2 == 0)
				fixture_observation(&lines[i], fixture,
				    fixture->founder,
				    appender_checkpoint(appender), at + i);
			else
				incident(&lines[i], fixture,
				    appender_checkpoint(appender), at + i);
			items[i].envelope = buffer_bytes(&lines[i]);
		}
		if (appender_add(appender, items, n, NULL, 0, &bad, &err) ==
		    -1)
			die("append");
		for (unsigned i = 0; i < n; i++)
			buffer_free(&lines[i]);
	}
	memory_free(items);
	memory_free(lines);
}

static void
add_index(const char *what, struct appender *appender)
{
	const struct append_own own = list_index_record();
	double start = now(), used = processor();
	struct digest leaf;
	uint64_t seq;

	if (appender_add_own(appender, &own, &seq, &leaf, &err) == -1)
		die("index record");
	printf("%-46s %8.3f s, %.3f s of processor\n", what, now() - start,
	    processor() - used);
}

/* Forget the lists that were kept. */
static void
forget_lists(struct store *store)
{
	struct list_heads heads;

	if (store_begin_write(store, &err) == -1 ||
	    list_heads_begin(&heads, store, &err) == -1 ||
	    store_commit(store, &err) == -1)
		die("forgetting");
	store_end(store);
	list_heads_free(&heads);
}

/* Processor seconds of a verification. */
static double
verify(const char *store, uint64_t *lists)
{
	const struct verify_options options = { .without_index = true };
	struct verify_result result;
	double before = processor();

	if (verify_ledger(&result, store, &options, &err) == -1)
		die("verify");
	if (result.problems != 0) {
		fprintf(stderr, "lists: the ledger has problems\n");
		exit(1);
	}
	*lists = result.lists;
	return processor() - before;
}

static void
ignore(void *cookie, uint64_t seq, const char *what)
{
	(void)cookie;
	(void)seq;
	(void)what;
}

/* Processor seconds of the lists alone: as many entries of the same shape, and
 * so many index records behind them. */
static double
lists_alone(unsigned count, unsigned records, struct bytes payload,
    uint64_t first)
{
	struct verify_lists *lists;
	struct fact fact = { .role = FACT_SUBJECT };
	struct facts facts = { .count = 1, .fact = &fact };
	struct digest model = digest_of(bytes_of_text("a model"));
	double before = processor();
	uint64_t checked;

	if (verify_lists_new(&lists, &err) == -1)
		die("lists");
	for (unsigned i = 0; i < count; i++) {
		struct digest leaf = digest_of(bytes_of(&i, sizeof i));

		fact.digest = i % 2 == 0 ? model : leaf;
		if (verify_lists_add(lists, i, leaf,
		    kind_named(i % 2 == 0 ? "observation" : "incident"),
		    &facts, &err) == -1)
			die("lists");
	}
	for (unsigned i = 0; i < records; i++)
		if (verify_lists_claim(lists, first, payload, &err) == -1)
			die("claim");
	if (verify_lists_finish(lists, &checked, ignore, NULL, &err) == -1)
		die("finish");
	verify_lists_free(lists);
	return processor() - before;
}

static void
prove(const char *what, struct reader *reader, const struct list_key *keys,
    size_t count)
{
	struct buffer text = buffer_new(LIMIT_LIST_PROOF);
	struct list_proof *proof;
	struct list_claim claim;
	double start = now(), used = processor(), made, checked;

	if (list_prove(&text, reader_store(reader), reader_note(reader), keys,
	    count, &err) == -1)
		die("prove");
	made = now() - start;
	used = processor() - used;
	start = now();
	if (list_proof_parse(&proof, buffer_bytes(&text), &err) == -1 ||
	    list_proof_check(&claim, proof, NULL, NULL, &err) == -1)
		die("check");
	checked = now() - start;
	printf("%-46s made in %8.3f s, %.3f s of processor, checked in %8.2f "
	       "ms, %10zu bytes, %llu entries\n", what, made, used,
	    checked * 1e3, text.len,
	    (unsigned long long)claim.members);
	list_proof_free(proof);
	buffer_free(&text);
}

/* The payload of the entry at seq. */
static void
payload_of(struct buffer *out, struct store *store, uint64_t seq)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();

	if (store_begin_read(store, &err) == -1 ||
	    store_entry(store, seq, &line, &err) == -1 ||
	    entry_parse(&entry, buffer_bytes(&line), &err) == -1)
		die("index record");
	store_end(store);
	buffer_append(out, buffer_bytes(&entry.envelope.payload));
	entry_free(&entry);
	buffer_free(&line);
}

int
main(int argc, char **argv)
{
	unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10)
				  : 100000;
	char *folder = fixture_folder();
	struct list_key keys[KINDS_MAX] = { { .kind = NULL } };
	struct appender *appender;
	struct fixture fixture;
	struct reader *reader;
	struct buffer payload = buffer_new(LIMIT_ENVELOPE);
	double used, whole;
	uint64_t lists;
	size_t kind = 0;

	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	if (appender_open(&appender, fixture.store, fixture.ledger_key, &err)
	    == -1)
		die("open");
	used = processor();
	fill(&fixture, appender, count);
	used = processor() - used;
	printf("%-46s %8.1f s of processor, signing included\n",
	    "entries composed and appended", used);
	add_index("an index record, of all entries", appender);
	whole = verify(fixture.store, &lists);
	printf("%-46s %8.1f s of processor, %llu index record\n",
	    "verification", whole, (unsigned long long)lists);
	payload_of(&payload, appender_store(appender), count + 1);
	for (unsigned records = 0; records <= 8; records += records == 0 ? 1
	    : 7) {
		used = lists_alone(count, records, buffer_bytes(&payload),
		    count + 1);
		printf("of it the lists, with %u index records %*s %8.2f s of "
		       "processor, %.1f %%\n", records, 8, "", used,
		    100 * used / whole);
	}
	add_index("another at once, of the lists kept", appender);
	fill(&fixture, appender, 1000);
	add_index("another after 1,000 entries", appender);
	fill(&fixture, appender, count / 32);
	add_index("another after a thirty-second part more", appender);
	if (reader_open(&reader, fixture.store, &err) == -1)
		die("reader");
	keys[0].kind = kind_named("waiver");
	prove("that there is no waiver", reader, keys, 1);
	for (kind = 0; kinds[kind] != NULL; kind++) {
		keys[kind].kind = kinds[kind];
		keys[kind].subject =
		    record_identity(FIXTURE_ORIGIN, "incident/i1@1");
	}
	prove("lists of every kind of one artefact", reader, keys, kind);
	keys[0].kind = kind_named("observation");
	keys[0].subject = digest_of(bytes_of_text("a model"));
	prove("all observations of the model", reader, keys, 1);
	reader_close(reader);
	forget_lists(appender_store(appender));
	if (reader_open(&reader, fixture.store, &err) == -1)
		die("reader");
	keys[0] = (struct list_key){ .kind = kind_named("waiver") };
	prove("that there is no waiver, by a walk", reader, keys, 1);
	appender_close(appender);
	reader_close(reader);
	buffer_free(&payload);
	fixture_free(&fixture);
	fixture_remove(folder);
	return 0;
}
