/*
 * capture_faults.c: every allocation failing in turn while something is
 * observed.  Whatever happens: no crash, an error that says something, or the
 * very same answer; never another answer, never nothing.
 *
 * Runs with faults.so preloaded, in a folder that it makes; prints TAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pool.h"
#include "capture/artefact.h"
#include "capture/events.h"
#include "capture/process.h"
#include "capture/surroundings.h"

extern void fault_arm(int sort, long at, int number) __attribute__((weak));
extern long fault_count(void) __attribute__((weak));

enum { MALLOC = 1 };

static struct error err;
static struct pool *pool;

/* Arm, run, disarm; the answer of each is a text. */
struct goal {
	const char *name;
	int (*act)(struct buffer *answer);
};

static int
act_artefact(struct buffer *answer)
{
	const char *const paths[] = { "d", "events" };
	const char *const excluded[] = { "/nowhere", NULL };
	struct artefact artefacts[2];

	if (artefact_measure(artefacts, paths, 2, excluded, pool, NULL, NULL,
	    &err) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		buffer_text(answer, digest_hex(artefacts[i].digest).text);
		artefact_free(&artefacts[i]);
	}
	return 0;
}

static int
keep(void *cookie, struct bytes content, struct digest digest,
    struct error *why)
{
	(void)why;
	buffer_text(cookie, digest_hex(digest).text);
	buffer_printf(cookie, " %zu", content.len);
	return 0;
}

static int
act_events(struct buffer *answer)
{
	struct json *members = json_new_object();
	struct events *events = NULL;
	int result = -1;

	if (members == NULL) {
		error_memory(&err);
		goto done;
	}
	if (events_new(&events, &err) == -1 ||
	    events_parameter(events, "given", "1", &err) == -1 ||
	    events_read(events, "events", &err) == -1 ||
	    events_write(events, members, keep, answer, &err) == -1)
		goto done;
	json_write(answer, members);
	result = 0;
done:
	json_free(members);
	events_free(events);
	return result;
}

static int
act_code(struct buffer *answer)
{
	struct json *code = NULL;

	if (surroundings_code(&code, "repo", &err) == -1)
		return -1;
	if (code != NULL)
		json_write(answer, code);
	json_free(code);
	return 0;
}

static int
act_environment(struct buffer *answer)
{
	char command[] = "./python3";
	char *argv[] = { command, NULL };
	struct json *made = NULL;

	if (surroundings_environment(&made, argv, "d", "1", &err) == -1)
		return -1;
	json_write(answer, made);
	json_free(made);
	return 0;
}

static int
act_watch(struct buffer *answer)
{
	static const char *const extra[] = { "A=B", NULL };
	char words[3][30] = { "sh", "-c", "echo $A >&2; printf x" };
	char *argv[] = { words[0], words[1], words[2], NULL };
	struct process_result result;
	int out = dup(STDOUT_FILENO), errs = dup(STDERR_FILENO), done;
	int nothing = open("/dev/null", O_WRONLY);

	dup2(nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	done = process_watch(&result, argv, extra, &err);
	dup2(out, STDOUT_FILENO);
	dup2(errs, STDERR_FILENO);
	close(nothing);
	close(out);
	close(errs);
	if (done == 0)
		buffer_printf(answer, "%d %s %s", result.exit_status,
		    digest_hex(result.out.digest).text,
		    digest_hex(result.err.digest).text);
	return done;
}

static const struct goal goals[] = {
	{ "measuring files and folders", act_artefact },
	{ "reading and writing events", act_events },
	{ "asking where the code stands", act_code },
	{ "asking what it runs on", act_environment },
	{ "watching a child", act_watch },
};

static void
shell(const char *script)
{
	if (system(script) != 0) {
		fprintf(stderr, "failed: %s\n", script);
		exit(3);
	}
}

static void
prepare(void)
{
	shell("mkdir -p d/e && echo 1 > d/a && echo 2 > d/e/b &&"
	    "ln -s a d/link && echo x > d/uv.lock &&"
	    "printf '#!/bin/sh\\necho Python 3.1.2\\n' > python3 &&"
	    "chmod +x python3 && cp python3 d &&"
	    "for i in $(seq 1 300); do echo '{\"metric\":{\"m\":'$i'}}'; done"
	    "> events && printf '%s\\n' '{\"param\":{\"a\":1,\"b\":[2]}}' "
	    "'{\"tag\":{\"t\":\"x\"},\"note\":\"n\",\"input\":\"i\"}' bad"
	    ">> events && git init -q repo && cd repo && echo 1 > a &&"
	    "git add a && git -c user.name=a -c user.email=b commit -qm 1 &&"
	    "git remote add origin https://u:p@example.org/a && echo 2 > a &&"
	    "echo 3 > new && ln -s nowhere link");
}

/* Fail each allocation in turn until there is none left to fail. */
static int
try(const struct goal *goal, long *tried)
{
	struct buffer wanted = buffer_new(1 << 20);
	int result = -1;

	if (goal->act(&wanted) == -1) {
		fprintf(stderr, "# without faults: %s\n", err.what);
		return -1;
	}
	for (long at = 1;; at++) {
		struct buffer answer = buffer_new(1 << 20);
		int done;
		long count;

		(void)!buffer_room(&answer, 1 << 16);
		memset(&err, 0, sizeof err);
		fault_arm(MALLOC, at, ENOMEM);
		done = goal->act(&answer);
		count = fault_count();
		fault_arm(0, 0, 0);
		*tried = at;
		if (done == -1 && (err.what[0] == '\0' ||
		    err.class != ERROR_SYSTEM)) {
			fprintf(stderr, "# %ld: class %d: \"%s\"\n", at,
			    (int)err.class, err.what);
			break;
		}
		if (done == 0 && strcmp(buffer_string(&answer),
		    buffer_string(&wanted)) != 0) {
			fprintf(stderr, "# %ld: %s\n# not %s\n", at,
			    buffer_string(&answer), buffer_string(&wanted));
			break;
		}
		buffer_free(&answer);
		if (count < at) {
			result = 0;
			break;
		}
	}
	buffer_free(&wanted);
	return result;
}

int
main(void)
{
	char folder[] = "/tmp/capture-faults.XXXXXX", remove[100];
	size_t count = sizeof(goals) / sizeof(goals[0]), failed = 0;

	if (fault_arm == NULL) {
		fprintf(stderr, "preload faults.so\n");
		return 3;
	}
	if (mkdtemp(folder) == NULL || chdir(folder) == -1)
		return 3;
	prepare();
	if (pool_new(&pool, 2, &err) == -1)
		return 3;
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		long tried = 0;
		int good = try(&goals[i], &tried);

		failed += good == -1;
		printf("%sok %zu - %s, %ld allocations\n",
		    good == -1 ? "not " : "", i + 1, goals[i].name, tried);
		fflush(stdout);
	}
	pool_free(pool);
	(void)snprintf(remove, sizeof(remove), "rm -rf '%s'", folder);
	shell(remove);
	return failed > 0;
}
