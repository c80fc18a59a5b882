/*
 * append_faults.c: every call of every sort failing in turn while an entry is
 * appended.  Whatever happens: no crash, an error that says something, and a
 * ledger that verifies and holds the entry whole or not at all; held for
 * certain when appending said so.
 *
 * Runs with faults.so preloaded; prints TAP.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "ledger/append.h"
#include "ledger/reader.h"
#include "ledger/verify.h"
#include "policy/gate.h"
#include "tests/support/fixture.h"

extern void fault_arm(int sort, long at, int number) __attribute__((weak));
extern long fault_count(void) __attribute__((weak));

enum { MALLOC = 1, WRITE, FSYNC, OPEN };

/* How a child that appends ends. */
enum { APPENDED = 0, REFUSED = 1, SILENT = 2, WRONG_PLACE = 3 };

static struct fixture fixture;
static char *work;      /* The store that is worked on, */
static char *original;  /* and what it is copied from. */
static struct error err;

struct goal {
	const char *name;
	/* Do it; returns APPENDED or so.  Runs in a child, with faults. */
	int (*act)(int sort, long at, int number, long *count);
};

static char *
beside(const char *name)
{
	struct buffer path = buffer_new(4096);

	if (file_join(&path, fixture.folder, name, &err) == -1)
		fixture_die("path", &err);
	return (char *)path.data;
}

static int
outcome(int result, long *count)
{
	*count = fault_count();
	fault_arm(0, 0, 0);
	if (result == 0)
		return APPENDED;
	return err.what[0] == '\0' || err.class == 0 ? SILENT : REFUSED;
}

/* Open, append three records, close. */
static int
act_append(int sort, long at, int number, long *count)
{
	struct append_item items[3];
	struct buffer lines[3];
	struct appender *appender = NULL;
	size_t bad;
	int result;

	if (appender_open(&appender, work, fixture.ledger_key, &err) == -1)
		fixture_die("open", &err);
	for (unsigned i = 0; i < 3; i++) {
		lines[i] = buffer_new(LIMIT_ENVELOPE);
		fixture_observation(&lines[i], &fixture, fixture.founder,
		    appender_checkpoint(appender), i);
		items[i].envelope = buffer_bytes(&lines[i]);
	}
	appender_close(appender);
	appender = NULL;
	memset(&err, 0, sizeof err);
	fault_arm(sort, at, number);
	result = appender_open(&appender, work, fixture.ledger_key, &err);
	if (result == 0)
		result = appender_add(appender, items, 3, NULL, 0, &bad,
		    &err);
	int ended = outcome(result, count);

	appender_close(appender);
	for (unsigned i = 0; i < 3; i++)
		buffer_free(&lines[i]);
	return ended;
}

/* A second append by the same appender after the first one failed. */
static int
act_again(int sort, long at, int number, long *count)
{
	struct appender *appender = NULL;
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct append_item item;
	size_t bad;
	int result;

	if (appender_open(&appender, work, fixture.ledger_key, &err) == -1)
		fixture_die("open", &err);
	fixture_observation(&line, &fixture, fixture.founder,
	    appender_checkpoint(appender), 7);
	item.envelope = buffer_bytes(&line);
	memset(&err, 0, sizeof err);
	fault_arm(sort, at, number);
	result = appender_add(appender, &item, 1, NULL, 0, &bad, &err);
	int ended = outcome(result, count);

	/* The fault is over: what follows must work. */
	if (ended == REFUSED) {
		struct error again;

		if (appender_add(appender, &item, 1, NULL, 0, &bad, &again) ==
		    -1) {
			fprintf(stderr, "# again: %s\n", again.what);
			ended = WRONG_PLACE;
		} else {
			ended = APPENDED;
		}
	}
	appender_close(appender);
	buffer_free(&line);
	return ended;
}

static void show_problem(void *cookie, const struct verify_problem *problem);

/* One record that a rule judges: it and its verdict, or neither. */
static int
act_judged(int sort, long at, int number, long *count)
{
	struct appender *appender = NULL;
	struct gate *gate = NULL;
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct append_item item;
	size_t bad;
	int result;

	if (appender_open(&appender, work, fixture.ledger_key, &err) == -1)
		fixture_die("open", &err);
	fixture_observation(&line, &fixture, fixture.founder,
	    appender_checkpoint(appender), 7);
	item.envelope = buffer_bytes(&line);
	memset(&err, 0, sizeof err);
	fault_arm(sort, at, number);
	result = gate_new(&gate, &err);
	if (result == 0) {
		appender_set_gate(appender, gate_table(gate));
		result = appender_add(appender, &item, 1, NULL, 0, &bad, &err);
	}
	int ended = outcome(result, count);

	appender_close(appender);
	gate_free(gate);
	buffer_free(&line);
	return ended;
}

/* Put a rule on observations into force. */
static void
publish(struct appender *appender)
{
	static const char text[] =
	    "policy: p\nrules:\n  - id: r\n    on: [observation]\n"
	    "    require: size(lineage.observations) >= 0 && "
	    "(\"%s of %s\".format([record.model.name, kind]).matches("
	    "'observation$') || ['b', 'a'].sort().join('-') == 'a-b')\n"
	    "    message: \"'x'.replace('x', record.model.name)\"\n"
	    "    otherwise: warn\n    because: So.\n";
	struct bytes bytes = bytes_of_text(text);
	struct digest digest = digest_of(bytes);
	struct buffer members = buffer_new(4096), line;
	struct json *tree, *subjects;
	struct append_item item;
	struct record_head head;
	size_t bad;

	line = buffer_new(LIMIT_ENVELOPE);
	buffer_printf(&members, "{\"name\":\"p\",\"version\":\"1\","
	    "\"status\":\"in force\",\"text\":\"%s\",\"evaluator\":"
	    "\"1\"}", digest_hex(digest).text);
	appender_head(appender, &head);
	if (json_parse(&tree, buffer_bytes(&members), &err) == -1 ||
	    record_subjects(&subjects, kind_named("policy"), head.ledger, tree,
	    &digest, &err) == -1)
		fixture_die("policy", &err);
	fixture_record(&line, fixture.founder, &head, "policy", subjects, tree);
	item.envelope = buffer_bytes(&line);
	if (appender_add(appender, &item, 1, &bytes, 1, &bad, &err) == -1)
		fixture_die("publish", &err);
	buffer_free(&line);
	buffer_free(&members);
}

/* Verify: reading fails, nothing else. */
static int
act_verify(int sort, long at, int number, long *count)
{
	struct verify_options options = {
		.threads = 2,
		.problem = show_problem,
	};
	struct verify_result result;
	int done;

	memset(&err, 0, sizeof err);
	fault_arm(sort, at, number);
	done = verify_ledger(&result, work, &options, &err);
	int ended = outcome(done, count);

	if (ended == APPENDED && result.problems != 0)
		return WRONG_PLACE;
	return ended == APPENDED ? REFUSED : ended;
}

/* Drop the index and build it again. */
static int
act_reindex(int sort, long at, int number, long *count)
{
	uint64_t rebuilt;
	int done;

	memset(&err, 0, sizeof err);
	fault_arm(sort, at, number);
	done = append_reindex(work, &rebuilt, NULL, NULL, &err);
	int ended = outcome(done, count);

	return ended == APPENDED ? REFUSED : ended;
}

static void
fresh_copy(void)
{
	static const char *const tails[] = { "-wal", "-shm", "-journal" };
	struct buffer name = buffer_new(4096);

	for (size_t i = 0; i < 3; i++) {
		buffer_clear(&name);
		buffer_printf(&name, "%s%s", work, tails[i]);
		unlink(buffer_string(&name));
	}
	buffer_free(&name);
	fixture_copy(original, work);
}

static void
show_problem(void *cookie, const struct verify_problem *problem)
{
	(void)cookie;
	fprintf(stderr, "# entry %llu: %s: %s\n",
	    (unsigned long long)problem->seq,
	    verify_check_name(problem->check), problem->what);
}

/* Whether nothing was written since the copy was made: then there is nothing
 * to examine, and no need of a fresh copy. */
static struct stat copied;

static bool
is_untouched(void)
{
	struct buffer log = buffer_new(4096);
	struct stat status;
	bool waiting;

	buffer_printf(&log, "%s-wal", work);
	waiting = stat(buffer_string(&log), &status) == 0 &&
	    status.st_size > 0;
	buffer_free(&log);
	return !waiting && stat(work, &status) == 0 &&
	    status.st_mtim.tv_sec == copied.st_mtim.tv_sec &&
	    status.st_mtim.tv_nsec == copied.st_mtim.tv_nsec &&
	    status.st_size == copied.st_size;
}

/* Is the ledger sound, and of which size? */
static int
examine(uint64_t *size)
{
	struct verify_options options = {
		.threads = 1,
		.problem = show_problem,
	};
	struct verify_result result;

	if (verify_ledger(&result, work, &options, &err) == -1) {
		fprintf(stderr, "# verify: %s\n", err.what);
		return -1;
	}
	*size = result.size;
	return result.problems == 0 ? 0 : -1;
}

/* One try in a child; -1 if anything is wrong. */
static int
attempt(const struct goal *goal, int sort, long at, int number,
    uint64_t before, uint64_t step, long *count)
{
	int pipes[2], status;
	uint64_t after;
	pid_t child;

	if (!is_untouched()) {
		fresh_copy();
		stat(work, &copied);
	}
	if (pipe(pipes) == -1)
		abort();
	fflush(stdout);
	child = fork();
	if (child == 0) {
		long counted = 0;
		int ended = goal->act(sort, at, number, &counted);

		if (write(pipes[1], &counted, sizeof counted) !=
		    sizeof counted)
			_exit(9);
		_exit(ended);
	}
	close(pipes[1]);
	*count = 0;
	if (read(pipes[0], count, sizeof *count) != sizeof *count)
		*count = 0;
	close(pipes[0]);
	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || (WEXITSTATUS(status) != APPENDED &&
	    WEXITSTATUS(status) != REFUSED)) {
		printf("# %s: fault %ld of sort %d: ended with %s %d\n",
		    goal->name, at, sort, WIFEXITED(status) ? "status" :
		    "signal", WIFEXITED(status) ? WEXITSTATUS(status) :
		    WTERMSIG(status));
		return -1;
	}
	if (WEXITSTATUS(status) == REFUSED && is_untouched())
		return 0;
	if (examine(&after) == -1) {
		printf("# %s: fault %ld of sort %d: the ledger is wrong\n",
		    goal->name, at, sort);
		return -1;
	}
	if (WEXITSTATUS(status) == APPENDED && after != before + step) {
		printf("# %s: fault %ld of sort %d: acknowledged but absent\n",
		    goal->name, at, sort);
		return -1;
	}
	if (after != before && after != before + step) {
		printf("# %s: fault %ld of sort %d: half appended\n",
		    goal->name, at, sort);
		return -1;
	}
	return 0;
}

static unsigned tests;
static const char *only;    /* The goal to be tried alone, or NULL. */

static void
every_fault(const struct goal *goal, int sort, const char *sort_name,
    int number, uint64_t step)
{
	uint64_t before;
	long total = 0, count, wrong = 0;

	if (only != NULL && strcmp(only, goal->name) != 0)
		return;
	fresh_copy();
	if (examine(&before) == -1)
		abort();
	/* Without a fault first: how many calls are there? */
	if (attempt(goal, sort, 0, number, before, step, &total) == -1)
		wrong++;
	printf("# %s: %ld calls of %s\n", goal->name, total, sort_name);
	fflush(stdout);
	for (long at = 1; at <= total + 2 && wrong < 5; at++) {
		if (attempt(goal, sort, at, number, before, step, &count) ==
		    -1)
			wrong++;
	}
	tests++;
	printf("%s %u - %s survives each of its %ld calls of %s failing (%s)\n",
	    wrong == 0 && total > 0 ? "ok" : "not ok", tests, goal->name,
	    total, sort_name, strerrorname_np(number));
}

int
main(int count, char *argument[])
{
	static const struct goal append = { "append", act_append };
	static const struct goal again = { "append after a failure",
	    act_again };
	static const struct goal judged = { "judged", act_judged };
	static const struct goal verify = { "verify", act_verify };
	static const struct goal reindex = { "reindex", act_reindex };
	struct appender *appender;
	char *folder = fixture_folder();

	if (count > 1)
		only = argument[1];
	if (fault_arm == NULL) {
		printf("1..1\nnot ok 1 - run with faults.so preloaded\n");
		return 1;
	}
	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	if (appender_open(&appender, fixture.store, fixture.ledger_key,
	    &err) == -1)
		fixture_die("open", &err);
	fixture_fill(&fixture, appender, 20, 7);
	publish(appender);
	appender_close(appender);
	original = fixture.store;
	work = beside("work.db");
	every_fault(&append, WRITE, "write", EIO, 3);
	every_fault(&append, WRITE, "write", ENOSPC, 3);
	every_fault(&append, FSYNC, "fsync", EIO, 3);
	every_fault(&append, OPEN, "open", EIO, 3);
	every_fault(&append, OPEN, "open", ENOSPC, 3);
	every_fault(&append, MALLOC, "malloc", ENOMEM, 3);
	every_fault(&again, WRITE, "write", ENOSPC, 1);
	every_fault(&again, FSYNC, "fsync", EIO, 1);
	every_fault(&again, MALLOC, "malloc", ENOMEM, 1);
	every_fault(&judged, WRITE, "write", ENOSPC, 2);
	every_fault(&judged, FSYNC, "fsync", EIO, 2);
	every_fault(&judged, MALLOC, "malloc", ENOMEM, 2);
	every_fault(&verify, MALLOC, "malloc", ENOMEM, 0);
	every_fault(&verify, OPEN, "open", EIO, 0);
	every_fault(&reindex, WRITE, "write", ENOSPC, 0);
	every_fault(&reindex, FSYNC, "fsync", EIO, 0);
	every_fault(&reindex, MALLOC, "malloc", ENOMEM, 0);
	printf("1..%u\n", tests);
	free(work);
	fixture_free(&fixture);
	fixture_remove(folder);
	return 0;
}
