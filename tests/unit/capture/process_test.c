/* process_test.c: a child is watched as if nobody were there. */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

#include "base/clock.h"
#include "capture/process.h"
#include "tests/unit/capture/files.h"

/* ---- what this program does as a child (its first argument) ---- */

/* Say how often a signal comes until 200 ms pass without one. */
static int
role_count(int number)
{
	const struct timespec patience = { 0, 200 * 1000 * 1000 };
	const struct timespec long_patience = { 10, 0 };
	sigset_t set;
	int count = 0;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	(void)!write(STDOUT_FILENO, "ready\n", 6);
	while (sigtimedwait(&set, NULL, count == 0 ? &long_patience :
	    &patience) == number)
		count++;
	dprintf(STDOUT_FILENO, "%d times\n", count);
	return 0;
}

static int
role_deaf(void)
{
	signal(SIGINT, SIG_IGN);
	(void)!write(STDOUT_FILENO, "ready\n", 6);
	(void)sleep(20);
	return 0;
}

static int
role_work(void)
{
	size_t len = 64 << 20;
	char *memory = malloc(len);
	volatile unsigned x = 0;

	if (memory == NULL)
		return 1;
	memset(memory, 1, len);
	while (clock() < CLOCKS_PER_SEC / 20)
		x += (unsigned)memory[x % len];
	free(memory);
	return 0;
}

static int
role_dispositions(void)
{
	struct sigaction pipe_now, hangup_now;
	sigset_t mask;

	sigaction(SIGPIPE, NULL, &pipe_now);
	sigaction(SIGHUP, NULL, &hangup_now);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	printf("pipe %s, hangup %s, int %s\n",
	    pipe_now.sa_handler == SIG_DFL ? "default" : "changed",
	    hangup_now.sa_handler == SIG_IGN ? "ignored" : "default",
	    sigismember(&mask, SIGINT) ? "blocked" : "open");
	return 0;
}

static int
role_window(void)
{
	struct winsize size;
	sigset_t set;
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	printf("%dx%d\n", size.ws_col, size.ws_row);
	fflush(stdout);
	/* The terminal's own signal may come before ours. */
	do {
		if (sigwait(&set, &number) != 0)
			return 1;
		ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	} while (size.ws_col == 91);
	printf("%dx%d\n", size.ws_col, size.ws_row);
	return 0;
}

static int
role_stream(void)
{
	uint8_t block[1000];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (uint8_t)(i * 7);
	for (int i = 0; i < 3000; i++)
		if (write(STDOUT_FILENO, block, sizeof(block)) !=
		    (ssize_t)sizeof(block))
			return 1;
	return 0;
}

static int
role_environment(void)
{
	for (char **one = environ; *one != NULL; one++)
		if (strncmp(*one, "HOME=", 5) == 0)
			puts(*one);
	return 0;
}

/* A copy that outlives this process and keeps its output open. */
static int
role_leave(bool flooding)
{
	static const char block[4096];
	pid_t pid = fork();

	if (pid > 0) {
		printf("%d", (int)pid);
		return 0;
	}
	signal(SIGPIPE, SIG_DFL);
	while (flooding && write(STDOUT_FILENO, block, sizeof(block)) > 0)
		;
	(void)sleep(20);
	return 0;
}

static int
role_collected(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)sleep(20);
		return 0;
	}
	printf("%d %d\n", (int)getpid(), (int)pid);
	fflush(stdout);
	(void)sleep(20);
	return 0;
}

static int
role_play(const char *role)
{
	if (strcmp(role, "count-int") == 0)
		return role_count(SIGINT);
	if (strcmp(role, "count-term") == 0)
		return role_count(SIGTERM);
	if (strcmp(role, "count-hup") == 0)
		return role_count(SIGHUP);
	if (strcmp(role, "deaf") == 0)
		return role_deaf();
	if (strcmp(role, "work") == 0)
		return role_work();
	if (strcmp(role, "dispositions") == 0)
		return role_dispositions();
	if (strcmp(role, "window") == 0)
		return role_window();
	if (strcmp(role, "stream") == 0)
		return role_stream();
	if (strcmp(role, "environment") == 0)
		return role_environment();
	if (strcmp(role, "leave") == 0)
		return role_leave(false);
	if (strcmp(role, "flood") == 0)
		return role_leave(true);
	if (strcmp(role, "collected") == 0)
		return role_collected();
	return 99;
}

static char self[4096];

/* Every signal that is sent is counted: those that came to a child twice may
 * be one to it. */
static unsigned sent[NSIG];

int
kill(pid_t pid, int number)
{
	sent[number]++;
	return (int)syscall(SYS_kill, pid, number);
}

/* ---- a person who runs something, in a process of its own ---- */

struct person {
	pid_t pid;
	int out;         /* What the person reads: a pipe or a terminal. */
	int err;         /* As well, unless it is the same terminal. */
	int report;
	char *argv[6];
	bool terminal;   /* Standard output is one, of 91 by 17. */
	bool err_terminal;
	bool nohup;
	bool careless;   /* SIGPIPE is ignored, as in many programs. */
	bool closed_out;
	bool gone_out;   /* Nobody reads it. */
	bool impatient;  /* Standard output does not block. */
	const char *in;  /* A file. */
	struct process_result result;
	unsigned sent[NSIG]; /* By process_watch. */
	struct error why;
	int answer;
	struct buffer seen_out;
	struct buffer seen_err;
};

struct report {
	unsigned sent[NSIG];
	struct process_result result;
	struct error why;
	int answer;
};

static const char *const extra[] = { "VOUCH_TEST=yes", "HOME=/new", NULL };

static void
person_streams(const struct person *person, int out, int err)
{
	if (person->terminal) {
		setsid();
		ioctl(out, TIOCSCTTY, 0);
	}
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	if (person->terminal)
		dup2(out, STDIN_FILENO);
	if (person->in != NULL)
		dup2(open(person->in, O_RDONLY), STDIN_FILENO);
	if (person->impatient)
		fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
	if (person->closed_out)
		close(STDOUT_FILENO);
}

static void
person_act(const struct person *person, int out, int err, int report_fd)
{
	struct report report = { .answer = 0 };

	signal(SIGPIPE, person->careless ? SIG_IGN : SIG_DFL);
	person_streams(person, out, err);
	if (person->nohup)
		signal(SIGHUP, SIG_IGN);
	memset(sent, 0, sizeof(sent));
	report.answer = process_watch(&report.result, person->argv, extra,
	    &report.why);
	memcpy(report.sent, sent, sizeof(sent));
	(void)!write(report_fd, &report, sizeof(report));
	_exit(0);
}

static void
open_stream(bool terminal, int ends[2])
{
	struct winsize size = { .ws_col = 91, .ws_row = 17 };
	char name[100];

	if (!terminal) {
		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
		return;
	}
	ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_not_equal(ends[0], -1);
	assert_int_equal(grantpt(ends[0]), 0);
	assert_int_equal(unlockpt(ends[0]), 0);
	assert_int_equal(ptsname_r(ends[0], name, sizeof(name)), 0);
	ends[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_not_equal(ends[1], -1);
	ioctl(ends[0], TIOCSWINSZ, &size);
}

static void
person_start(struct person *person)
{
	int out[2], err[2], report[2];

	open_stream(person->terminal, out);
	open_stream(person->err_terminal, err);
	assert_int_equal(pipe2(report, O_CLOEXEC), 0);
	person->pid = fork();
	if (person->pid == 0) {
		close(out[0]);
		person_act(person, out[1], err[1], report[1]);
	}
	close(out[1]);
	close(err[1]);
	close(report[1]);
	person->out = out[0];
	person->err = err[0];
	person->report = report[0];
	person->seen_out = buffer_new(8 << 20);
	person->seen_err = buffer_new(8 << 20);
	if (person->gone_out)
		close(person->out);
}

/* Read until the text has been seen, or the end. */
static void
person_read(int fd, struct buffer *seen, const char *text)
{
	while (text == NULL || strstr(buffer_string(seen), text) == NULL) {
		uint8_t *room = buffer_room(seen, 65536);
		ssize_t len;

		assert_non_null(room);
		len = read(fd, room, 65536);
		if (len == -1 && errno == EINTR)
			continue;
		if (len <= 0)
			break;
		buffer_added(seen, (size_t)len);
	}
}

static void
person_end(struct person *person)
{
	struct report report = { .answer = -2 };

	if (!person->gone_out) {
		person_read(person->out, &person->seen_out, NULL);
		close(person->out);
	}
	person_read(person->err, &person->seen_err, NULL);
	close(person->err);
	assert_int_equal(read(person->report, &report, sizeof(report)),
	    sizeof(report));
	close(person->report);
	assert_int_equal(waitpid(person->pid, NULL, 0), person->pid);
	person->result = report.result;
	person->why = report.why;
	memcpy(person->sent, report.sent, sizeof(report.sent));
	person->answer = report.answer;
}

static void
person_free(struct person *person)
{
	buffer_free(&person->seen_out);
	buffer_free(&person->seen_err);
}

static struct person
person_of(char *const argv[])
{
	struct person person = { .argv = { NULL } };

	for (int i = 0; argv[i] != NULL; i++)
		person.argv[i] = argv[i];
	return person;
}

#define PERSON(...) person_of((char *[]){ __VA_ARGS__, NULL })

static char *
word(const char *text)
{
	return (char *)(uintptr_t)text;
}

static struct person
shell(const char *script)
{
	return PERSON(word("sh"), word("-c"), word(script));
}

static struct person
role(const char *name)
{
	return PERSON(self, word("role"), word(name));
}

static void
expect_stream(const struct process_stream *stream, const struct buffer *seen)
{
	assert_int_equal(stream->size, seen->len);
	assert_true(digest_equal(stream->digest,
	    digest_of(buffer_bytes(seen))));
}

/* ---- what comes out ---- */

static void
every_byte_is_shown_and_hashed(void **state)
{
	struct person person = shell("printf 'a\\r\\n\\000\\377'; "
	    "printf 'b\\n' >&2");

	(void)state;
	person_start(&person);
	person_end(&person);
	expect_fine(person.answer, &person.why);
	assert_int_equal(person.seen_out.len, 5);
	assert_memory_equal(person.seen_out.data, "a\r\n\0\377", 5);
	assert_string_equal(buffer_string(&person.seen_err), "b\n");
	expect_stream(&person.result.out, &person.seen_out);
	expect_stream(&person.result.err, &person.seen_err);
	assert_int_equal(person.result.exit_status, 0);
	assert_int_equal(person.result.signal, 0);
	assert_false(person.result.interrupted);
	person_free(&person);
}

static void
a_slow_reader_gets_everything(void **state)
{
	struct person person = role("stream");

	(void)state;
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.seen_out.len, 3000000);
	expect_stream(&person.result.out, &person.seen_out);
	person_free(&person);
}

static void
output_that_does_not_block_loses_nothing(void **state)
{
	struct person person = role("stream");

	(void)state;
	person.impatient = true;
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.seen_out.len, 3000000);
	expect_stream(&person.result.out, &person.seen_out);
	person_free(&person);
}

static void
output_that_nobody_reads_is_hashed(void **state)
{
	struct person person = role("stream");
	struct process_stream whole;

	(void)state;
	person_start(&person);
	person_end(&person);
	whole = person.result.out;
	person_free(&person);
	for (int i = 0; i < 2; i++) {
		person = role("stream");
		person.gone_out = i == 0;
		person.closed_out = i == 1;
		person_start(&person);
		person_end(&person);
		expect_fine(person.answer, &person.why);
		assert_int_equal(person.result.out.size, whole.size);
		assert_true(digest_equal(person.result.out.digest,
		    whole.digest));
		assert_int_equal(person.result.exit_status, 0);
		person_free(&person);
	}
}

static void
standard_input_and_environment_are_passed_on(void **state)
{
	struct person person = shell("cat; echo $VOUCH_TEST $HOME");

	(void)state;
	place_file("in", "from the file\n");
	person.in = "in";
	person_start(&person);
	person_end(&person);
	assert_string_equal(buffer_string(&person.seen_out),
	    "from the file\nyes /new\n");
	person_free(&person);
	person = role("environment");
	person_start(&person);
	person_end(&person);
	assert_string_equal(buffer_string(&person.seen_out), "HOME=/new\n");
	person_free(&person);
}

static void
the_end_is_told(void **state)
{
	struct person person = shell("exit 7");

	(void)state;
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.result.exit_status, 7);
	assert_int_equal(person.result.signal, 0);
	person_free(&person);
	person = shell("kill -KILL $$");
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.result.exit_status, -1);
	assert_int_equal(person.result.signal, SIGKILL);
	assert_false(person.result.interrupted);
	person_free(&person);
}

static void
time_and_memory_are_told(void **state)
{
	struct person person = role("work");
	int64_t before = clock_now_ms();
	const struct process_result *result = &person.result;

	(void)state;
	person_start(&person);
	person_end(&person);
	assert_int_equal(result->exit_status, 0);
	assert_true(result->cpu_seconds >= 0.04);
	assert_true(result->cpu_seconds <= result->wall_seconds + 0.05);
	assert_true(result->wall_seconds < 60);
	assert_in_range(result->peak_memory_bytes, 64 << 20, 1 << 30);
	assert_in_range(result->started_ms, before, result->ended_ms);
	assert_in_range(result->ended_ms, before, clock_now_ms());
	person_free(&person);
}

static void
expect_not_run(const char *command, const char *part)
{
	struct person person = PERSON(word(command));

	person_start(&person);
	person_end(&person);
	assert_int_equal(person.answer, -1);
	expect_said(&person.why, ERROR_UNDECIDED, part);
	person_free(&person);
}

static void
what_cannot_be_run_is_told_from_what_failed(void **state)
{
	(void)state;
	place_file("data", "#!/bin/sh\n");
	place_folder("folder");
	expect_not_run("no-such-command", "`no-such-command' is not found");
	expect_not_run("./data", "not executable");
	expect_not_run("./folder", "not executable");
	expect_not_run("./data/below", "not found");
	expect_not_run("", "not found");
}

static void
nothing_is_left_behind(void **state)
{
	struct sigaction before[32], after;
	sigset_t mask_before, mask_after;
	struct process_result result;
	char *argv[] = { word("true"), NULL };
	char *bad[] = { word("no-such-command"), NULL };
	int descriptors = place_descriptors();
	struct error err;

	(void)state;
	for (int i = 1; i < 32; i++)
		sigaction(i, NULL, &before[i]);
	sigprocmask(SIG_BLOCK, NULL, &mask_before);
	expect_fine(process_watch(&result, argv, NULL, &err), &err);
	assert_int_equal(process_watch(&result, bad, NULL, &err), -1);
	sigprocmask(SIG_BLOCK, NULL, &mask_after);
	for (int i = 1; i < 32; i++) {
		sigaction(i, NULL, &after);
		assert_ptr_equal(before[i].sa_handler, after.sa_handler);
		assert_int_equal(sigismember(&mask_before, i),
		    sigismember(&mask_after, i));
	}
	assert_int_equal(place_descriptors(), descriptors);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* ---- terminals ---- */

static void
a_terminal_stays_a_terminal(void **state)
{
	struct person person = shell("test -t 1 && test -t 2 && "
	    "stty size <&1 && printf 'two\\nlines\\n'");
	struct digest expected = digest_of(bytes_of_text(
	    "17 91\ntwo\nlines\n"));

	(void)state;
	person.terminal = true;
	person.err_terminal = true;
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.result.exit_status, 0);
	/* The person's terminal adds the \r, not the child's. */
	assert_string_equal(buffer_string(&person.seen_out),
	    "17 91\r\ntwo\r\nlines\r\n");
	assert_true(digest_equal(person.result.out.digest, expected));
	assert_int_equal(person.result.err.size, 0);
	person_free(&person);
}

static void
what_is_no_terminal_does_not_become_one(void **state)
{
	struct person person = shell("test -t 1 && ! test -t 2");

	(void)state;
	person.terminal = true;
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.result.exit_status, 0);
	person_free(&person);
	person = shell("! test -t 1 && ! test -t 2");
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.result.exit_status, 0);
	person_free(&person);
}

static void
a_change_of_the_window_reaches_the_child(void **state)
{
	struct winsize size = { .ws_col = 132, .ws_row = 50 };
	struct person person = role("window");

	(void)state;
	person.terminal = true;
	person_start(&person);
	person_read(person.out, &person.seen_out, "91x17");
	assert_int_equal(ioctl(person.out, TIOCSWINSZ, &size), 0);
	person_end(&person);
	assert_string_equal(buffer_string(&person.seen_out),
	    "91x17\r\n132x50\r\n");
	assert_in_range(person.sent[SIGWINCH], 1, 2);
	person_free(&person);
}

static void
the_interrupt_key_reaches_the_child_once(void **state)
{
	struct person person = role("count-int");

	(void)state;
	person.terminal = true;
	person_start(&person);
	person_read(person.out, &person.seen_out, "ready");
	assert_int_equal(write(person.out, "\003", 1), 1);
	person_end(&person);
	assert_non_null(strstr(buffer_string(&person.seen_out), "1 times"));
	assert_int_equal(person.sent[SIGINT], 0);
	assert_true(person.result.interrupted);
	assert_int_equal(person.result.exit_status, 0);
	person_free(&person);
}

/* ---- signals ---- */

static void
expect_passed_on(const char *name, int number)
{
	struct person person = role(name);

	person_start(&person);
	person_read(person.out, &person.seen_out, "ready");
	assert_int_equal(kill(person.pid, number), 0);
	person_end(&person);
	assert_string_equal(buffer_string(&person.seen_out),
	    "ready\n1 times\n");
	assert_int_equal(person.sent[number], 1);
	assert_true(person.result.interrupted);
	assert_int_equal(person.result.exit_status, 0);
	person_free(&person);
}

static void
a_signal_sent_to_us_reaches_the_child_once(void **state)
{
	(void)state;
	expect_passed_on("count-int", SIGINT);
	expect_passed_on("count-term", SIGTERM);
	expect_passed_on("count-hup", SIGHUP);
}

static void
a_child_that_a_signal_ends_is_interrupted(void **state)
{
	struct person person = shell("echo ready; exec sleep 20");

	(void)state;
	person_start(&person);
	person_read(person.out, &person.seen_out, "ready");
	assert_int_equal(kill(person.pid, SIGTERM), 0);
	person_end(&person);
	assert_true(person.result.interrupted);
	assert_int_equal(person.result.signal, SIGTERM);
	assert_int_equal(person.result.exit_status, -1);
	person_free(&person);
}

static void
a_second_interrupt_kills(void **state)
{
	const struct timespec moment = { 0, 80 * 1000 * 1000 };
	struct person person = role("deaf");

	(void)state;
	person_start(&person);
	person_read(person.out, &person.seen_out, "ready");
	assert_int_equal(kill(person.pid, SIGINT), 0);
	nanosleep(&moment, NULL);
	assert_int_equal(kill(person.pid, SIGINT), 0);
	person_end(&person);
	assert_int_equal(person.result.signal, SIGKILL);
	assert_true(person.result.interrupted);
	person_free(&person);
}

static void
what_is_ignored_stays_ignored(void **state)
{
	struct person person = shell("echo ready; kill -HUP $PPID; "
	    "kill -HUP $$; echo alive");

	(void)state;
	person.nohup = true;
	person_start(&person);
	person_end(&person);
	assert_string_equal(buffer_string(&person.seen_out),
	    "ready\nalive\n");
	assert_false(person.result.interrupted);
	person_free(&person);
}

static void
the_child_begins_with_plain_signals(void **state)
{
	struct person person = role("dispositions");

	(void)state;
	person.careless = true;
	person_start(&person);
	person_end(&person);
	assert_string_equal(buffer_string(&person.seen_out),
	    "pipe default, hangup default, int open\n");
	person_free(&person);
}

/* ---- those who stay ---- */

static void
expect_left(const char *name, bool terminal)
{
	struct person person = role(name);
	int64_t before = clock_monotonic_ns();

	person.terminal = terminal;
	person_start(&person);
	person_end(&person);
	assert_in_range(clock_monotonic_ns() - before, 0, 10000000000LL);
	assert_int_equal(person.result.exit_status, 0);
	assert_true(person.result.wall_seconds < 5);
	assert_int_equal(kill((pid_t)atoi(buffer_string(&person.seen_out)),
	    SIGKILL), 0);
	if (!terminal)
		expect_stream(&person.result.out, &person.seen_out);
	person_free(&person);
}

static void
who_stays_and_keeps_the_output_does_not_keep_us(void **state)
{
	(void)state;
	expect_left("leave", false);
	expect_left("leave", true);
}

static void
who_stays_and_goes_on_talking_does_not_keep_us(void **state)
{
	struct person person = role("flood");

	(void)state;
	/* Nobody reads: else there would be gigabytes. */
	person.gone_out = true;
	person_start(&person);
	person_end(&person);
	assert_int_equal(person.result.exit_status, 0);
	assert_true(person.result.out.size > 4096);
	person_free(&person);
}

/* ---- quietly ---- */

static int
collect(struct buffer *out, const char *script, const char *folder,
    int limit_ms)
{
	char *argv[] = { word("sh"), word("-c"), word(script), NULL };
	struct error err;
	int status = 99;

	expect_fine(process_collect(out, &status, argv, folder, limit_ms,
	    &err), &err);
	return status;
}

static void
collected_output_is_standard_output_alone(void **state)
{
	struct buffer out = buffer_new(100);

	place_folder("below");
	assert_int_equal(collect(&out, "echo yes; echo no >&2; cat; "
	    "basename $PWD; exit 3", "below", 10000), 3);
	assert_string_equal(buffer_string(&out), "yes\nbelow\n");
	buffer_free(&out);
	(void)state;
}

/* Descriptors that are free must not become the child's streams twice. */
static void
collecting_works_without_streams_of_our_own(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct buffer out = buffer_new(100);

		for (int fd = 0; fd < 3; fd++)
			close(fd);
		if (collect(&out, "echo yes; echo no >&2; cat", NULL,
		    10000) != 0)
			_exit(2);
		_exit(strcmp(buffer_string(&out), "yes\n") != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
collected_output_stops_at_its_ceiling(void **state)
{
	struct buffer out = buffer_new(10);

	(void)state;
	assert_int_equal(collect(&out, "seq 1 100000", NULL, 10000), 0);
	assert_string_equal(buffer_string(&out), "1\n2\n3\n4\n5\n");
	buffer_free(&out);
}

static void
no_shell_reads_a_collected_command(void **state)
{
	char *argv[] = { word("echo"), word("$HOME;"), word("`id`"), NULL };
	struct buffer out = buffer_new(100);
	struct error err;
	int status;

	(void)state;
	expect_fine(process_collect(&out, &status, argv, NULL, 10000, &err),
	    &err);
	assert_string_equal(buffer_string(&out), "$HOME; `id`\n");
	buffer_free(&out);
}

static void
what_cannot_be_collected_is_no_failure(void **state)
{
	char *argv[] = { word("no-such-command"), NULL };
	struct buffer out = buffer_new(100);
	int status = 0, descriptors = place_descriptors();
	struct error err;

	(void)state;
	expect_fine(process_collect(&out, &status, argv, NULL, 1000, &err),
	    &err);
	assert_int_equal(status, -1);
	assert_int_equal(collect(&out, "true", "no-such-folder", 1000), -1);
	assert_int_equal(collect(&out, "kill -TERM $$", NULL, 10000), -1);
	assert_int_equal(place_descriptors(), descriptors);
	buffer_free(&out);
}

/* Whether a process is no more, or a zombie; soon. */
static bool
is_gone(int pid)
{
	const struct timespec moment = { 0, 10 * 1000 * 1000 };
	char path[60], text[200] = "";
	const char *state;
	int fd;

	for (int i = 0; i < 200; i++) {
		(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		fd = open(path, O_RDONLY);
		if (fd == -1)
			return true;
		memset(text, 0, sizeof(text));
		(void)!read(fd, text, sizeof(text) - 1);
		close(fd);
		state = strrchr(text, ')');
		if (state == NULL || state[2] == 'Z' || state[2] == 'X')
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

static void
the_time_limit_ends_the_whole_group(void **state)
{
	char *argv[] = { self, word("role"), word("collected"), NULL };
	struct buffer out = buffer_new(100);
	int64_t before = clock_monotonic_ns();
	struct error err;
	int status = 0, parent = 0, child = 0;

	(void)state;
	expect_fine(process_collect(&out, &status, argv, NULL, 300, &err),
	    &err);
	assert_int_equal(status, -1);
	assert_in_range(clock_monotonic_ns() - before, 299000000, 9000000000);
	assert_int_equal(sscanf(buffer_string(&out), "%d %d", &parent,
	    &child), 2);
	assert_true(is_gone(parent));
	assert_true(is_gone(child));
	buffer_free(&out);
}

static void
who_stays_is_not_waited_for_when_collecting(void **state)
{
	char *argv[] = { self, word("role"), word("leave"), NULL };
	struct buffer out = buffer_new(100);
	int64_t before = clock_monotonic_ns();
	struct error err;
	int status = -1;

	(void)state;
	expect_fine(process_collect(&out, &status, argv, NULL, 15000, &err),
	    &err);
	assert_int_equal(status, 0);
	assert_in_range(clock_monotonic_ns() - before, 0, 9000000000);
	assert_true(is_gone(atoi(buffer_string(&out))));
	buffer_free(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_enter, \
    place_leave)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(every_byte_is_shown_and_hashed),
		TEST(a_slow_reader_gets_everything),
		TEST(output_that_does_not_block_loses_nothing),
		TEST(output_that_nobody_reads_is_hashed),
		TEST(standard_input_and_environment_are_passed_on),
		TEST(the_end_is_told),
		TEST(time_and_memory_are_told),
		TEST(what_cannot_be_run_is_told_from_what_failed),
		TEST(nothing_is_left_behind),
		TEST(a_terminal_stays_a_terminal),
		TEST(what_is_no_terminal_does_not_become_one),
		TEST(a_change_of_the_window_reaches_the_child),
		TEST(the_interrupt_key_reaches_the_child_once),
		TEST(a_signal_sent_to_us_reaches_the_child_once),
		TEST(a_child_that_a_signal_ends_is_interrupted),
		TEST(a_second_interrupt_kills),
		TEST(what_is_ignored_stays_ignored),
		TEST(the_child_begins_with_plain_signals),
		TEST(who_stays_and_keeps_the_output_does_not_keep_us),
		TEST(who_stays_and_goes_on_talking_does_not_keep_us),
		TEST(collected_output_is_standard_output_alone),
		TEST(collecting_works_without_streams_of_our_own),
		TEST(collected_output_stops_at_its_ceiling),
		TEST(no_shell_reads_a_collected_command),
		TEST(what_cannot_be_collected_is_no_failure),
		TEST(the_time_limit_ends_the_whole_group),
		TEST(who_stays_is_not_waited_for_when_collecting),
	};

	if (argc == 3 && strcmp(argv[1], "role") == 0)
		return role_play(argv[2]);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) == -1)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
