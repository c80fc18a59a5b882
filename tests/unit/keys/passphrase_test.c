/* passphrase_test.c: words from files, descriptors and terminals. */
#include "scratch.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include "base/limits.h"
#include "keys/passphrase.h"
#include "remains.h"

#define PROMPT "Passphrase for alice: "

/* A child ends; a coverage build's counts are kept. */
extern void __gcov_dump(void) __attribute__((weak));

static _Noreturn void
child_exit(int status)
{
	if (__gcov_dump != NULL)
		__gcov_dump();
	_exit(status);
}

static int
forget_environment(void **state)
{
	unsetenv("VOUCH_PASSPHRASE_FD");
	unsetenv("VOUCH_PASSPHRASE_FILE");
	return place_enter(state);
}

static int
leave(void **state)
{
	unsetenv("VOUCH_PASSPHRASE_FD");
	unsetenv("VOUCH_PASSPHRASE_FILE");
	return place_leave(state);
}

static void
expect_words(struct passphrase *passphrase, const char *words)
{
	assert_non_null(passphrase);
	assert_true(bytes_equal(passphrase_bytes(passphrase),
	    bytes_of_text(words)));
	passphrase_free(passphrase);
}

/* --- Bytes and files --- */

static void
a_passphrase_is_a_copy_within_limits(void **state)
{
	char words[LIMIT_PASSPHRASE + 1];
	struct passphrase *passphrase = NULL;
	struct error err;

	(void)state;
	memset(words, 'w', sizeof words);
	expect_fine(passphrase_of(&passphrase,
	    bytes_of(words, LIMIT_PASSPHRASE), &err), &err);
	words[0] = 'x';
	assert_int_equal(passphrase_bytes(passphrase).len, LIMIT_PASSPHRASE);
	assert_int_equal(passphrase_bytes(passphrase).data[0], 'w');
	passphrase_free(passphrase);
	passphrase_free(NULL);
	passphrase = NULL;
	assert_int_equal(passphrase_of(&passphrase,
	    bytes_of(words, LIMIT_PASSPHRASE + 1), &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "longer than 1024");
	assert_int_equal(passphrase_of(&passphrase, bytes_of(NULL, 0), &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "empty");
	assert_null(passphrase);
}

static void
the_first_line_of_a_file_is_taken(void **state)
{
	static const struct {
		const char *content, *words;
	} files[] = {
		{ "words", "words" }, { "words\n", "words" },
		{ "words\r\n", "words" }, { "words\nmore\n", "words" },
		{ " two words \n", " two words " }, { "a\rb\n", "a\rb" },
		{ "\xff\xfe\n", "\xff\xfe" },
	};
	struct passphrase *passphrase = NULL;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		write_file("words", bytes_of_text(files[i].content), 0600);
		expect_fine(passphrase_from_file(&passphrase, "words", &err),
		    &err);
		expect_words(passphrase, files[i].words);
		assert_int_equal(setenv("VOUCH_PASSPHRASE_FILE", "words", 1),
		    0);
		expect_fine(passphrase_obtain(&passphrase, PROMPT, true,
		    &err), &err);
		expect_words(passphrase, files[i].words);
		assert_false(passphrase_asks());
		unsetenv("VOUCH_PASSPHRASE_FILE");
		assert_true(passphrase_asks());
	}
}

static void
a_line_may_be_as_long_as_a_passphrase(void **state)
{
	char line[LIMIT_PASSPHRASE + 2];
	struct passphrase *passphrase = NULL;
	struct error err;

	(void)state;
	memset(line, 'w', sizeof line);
	line[LIMIT_PASSPHRASE] = '\n';
	write_file("words", bytes_of(line, LIMIT_PASSPHRASE + 1), 0600);
	expect_fine(passphrase_from_file(&passphrase, "words", &err), &err);
	assert_int_equal(passphrase_bytes(passphrase).len, LIMIT_PASSPHRASE);
	passphrase_free(passphrase);
	passphrase = NULL;
	line[LIMIT_PASSPHRASE] = 'w';
	write_file("words", bytes_of(line, LIMIT_PASSPHRASE + 1), 0600);
	assert_int_equal(passphrase_from_file(&passphrase, "words", &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "longer than 1024");
	assert_null(passphrase);
}

static void
files_that_will_not_do_are_refused(void **state)
{
	static const mode_t open_modes[] = { 0640, 0604, 0620, 0602, 0610,
		0601, 0644 };
	struct passphrase *passphrase = NULL;
	struct error err;

	(void)state;
	assert_int_equal(passphrase_from_file(&passphrase, "absent", &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "`absent'");
	assert_int_equal(passphrase_from_file(&passphrase, ".", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	write_file("empty", bytes_of_text("\nsecond line\n"), 0600);
	assert_int_equal(passphrase_from_file(&passphrase, "empty", &err),
	    -1);
	expect_said(&err, ERROR_UNDECIDED, "is empty");
	for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0];
	    i++) {
		write_file("words", bytes_of_text("words\n"), open_modes[i]);
		assert_int_equal(passphrase_from_file(&passphrase, "words",
		    &err), -1);
		expect_said(&err, ERROR_UNDECIDED, "others can read");
		assert_string_equal(err.remedy, "chmod 600 words");
	}
	assert_null(passphrase);
}

static void
read_and_forget(void *cookie)
{
	struct remains *remains = cookie;
	struct passphrase *passphrase;
	struct error err;

	expect_fine(passphrase_from_file(&passphrase, "words", &err), &err);
	*remains = remains_of(passphrase_bytes(passphrase).data);
	assert_int_equal(remains_count(remains), 1);
	passphrase_free(passphrase);
}

static void
nothing_remains_of_a_freed_passphrase(void **state)
{
	struct remains remains;

	(void)state;
	/* 32 characters that this program does not know. */
	assert_int_equal(system("umask 077; head -c 16 /dev/urandom | "
	    "od -An -tx1 | tr -d ' ' >words"), 0);
	remains_below(read_and_forget, &remains);
	assert_int_equal(remains_count(&remains), 0);
}

/* --- Descriptors: in a child, because the words are kept for good --- */

/* Run a function in a child, which is to end with status 0. */
static void
in_a_child(void (*function)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child != -1);
	if (child == 0) {
		function();
		child_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
demand(bool holds, int status)
{
	if (!holds)
		child_exit(status);
}

static bool
obtained(const char *words)
{
	struct passphrase *passphrase;
	struct error err;
	bool same;

	if (passphrase_obtain(&passphrase, PROMPT, false, &err) == -1)
		return false;
	same = bytes_equal(passphrase_bytes(passphrase),
	    bytes_of_text(words));
	passphrase_free(passphrase);
	return same;
}

static void
read_a_pipe_twice(void)
{
	char rest[100] = { 0 }, number[12];
	int ends[2];

	demand(pipe(ends) == 0, 2);
	demand(write(ends[1], "words\nrest", 10) == 10, 3);
	close(ends[1]);
	(void)snprintf(number, sizeof number, "%d", ends[0]);
	setenv("VOUCH_PASSPHRASE_FD", number, 1);
	setenv("VOUCH_PASSPHRASE_FILE", "absent", 1);
	demand(!passphrase_asks(), 4);
	demand(obtained("words"), 5);
	/* What is behind the newline is somebody else's. */
	demand(read(ends[0], rest, sizeof rest) == 4, 6);
	demand(strcmp(rest, "rest") == 0, 7);
	close(ends[0]);
	demand(obtained("words"), 8);
	demand(obtained("words"), 9);
}

static void
a_descriptor_is_read_once_and_remembered(void **state)
{
	(void)state;
	in_a_child(read_a_pipe_twice);
}

static void
read_bad_descriptors(void)
{
	static const char *const numbers[] = { "", "x", "-1", "+3", " 3",
		"3 ", "3x", "0x3", "99999999999999999999", "4294967296" };
	struct passphrase *passphrase = NULL;
	struct error err;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		setenv("VOUCH_PASSPHRASE_FD", numbers[i], 1);
		demand(passphrase_obtain(&passphrase, PROMPT, false, &err) ==
		    -1, 2);
		demand(err.class == ERROR_UNDECIDED, 3);
		demand(strstr(err.what, "is not a descriptor") != NULL, 4);
	}
	setenv("VOUCH_PASSPHRASE_FD", "987654", 1);
	demand(passphrase_obtain(&passphrase, PROMPT, false, &err) == -1, 5);
	demand(err.class == ERROR_UNDECIDED, 6);
	demand(strstr(err.what, "VOUCH_PASSPHRASE_FD") != NULL, 7);
	demand(passphrase == NULL, 8);
}

static void
what_is_no_descriptor_is_refused(void **state)
{
	(void)state;
	in_a_child(read_bad_descriptors);
}

static void
ask_without_a_terminal(void)
{
	struct passphrase *passphrase = NULL;
	struct error err;

	demand(setsid() != -1, 2);
	demand(passphrase_asks(), 3);
	demand(passphrase_obtain(&passphrase, PROMPT, false, &err) == -1, 4);
	demand(err.class == ERROR_UNDECIDED, 5);
	demand(strstr(err.what, "no terminal") != NULL, 6);
	demand(strstr(err.remedy, "VOUCH_PASSPHRASE_FILE") != NULL, 7);
}

static void
without_a_terminal_the_remedy_is_a_file(void **state)
{
	(void)state;
	in_a_child(ask_without_a_terminal);
}

/* --- Terminals --- */

/* A program under a terminal of its own, and all it has shown. */
struct session {
	int master;
	pid_t child;
	char shown[4000];
	size_t shown_len;
};

/* What the program answers with: its exit status. */
enum { GOT_WORDS = 10, REFUSED = 11, WRONG_WORDS = 12, WRONG_CLASS = 13 };

static bool ask_twice;

/* "words" is right; an error is shown on the terminal. */
static void
ask_for_words(void)
{
	struct passphrase *passphrase = NULL;
	struct error err;

	if (passphrase_obtain(&passphrase, PROMPT, ask_twice, &err) == -1) {
		(void)dprintf(STDOUT_FILENO, "[%s]", err.what);
		child_exit(err.class == ERROR_UNDECIDED ? REFUSED : WRONG_CLASS);
	}
	child_exit(bytes_equal(passphrase_bytes(passphrase),
	    bytes_of_text("words")) ? GOT_WORDS : WRONG_WORDS);
}

static void
session_begin(struct session *session, void (*program)(void))
{
	memset(session, 0, sizeof *session);
	session->child = forkpty(&session->master, NULL, NULL, NULL);
	assert_true(session->child != -1);
	if (session->child == 0) {
		program();
		child_exit(99);
	}
}

/* Wait until the program has shown `text' once more. */
static void
session_await(struct session *session, const char *text)
{
	size_t from = session->shown_len;

	while (strstr(session->shown + from, text) == NULL) {
		struct pollfd ready = { session->master, POLLIN, 0 };
		ssize_t n;

		assert_int_equal(poll(&ready, 1, 30000), 1);
		n = read(session->master, session->shown + session->shown_len,
		    sizeof session->shown - 1 - session->shown_len);
		if (n <= 0)
			fail_msg("\"%s\" was not shown, but \"%s\"", text,
			    session->shown);
		session->shown_len += (size_t)n;
	}
}

static void
session_type(const struct session *session, const char *text)
{
	assert_int_equal(write(session->master, text, strlen(text)),
	    strlen(text));
}

static bool
session_echoes(const struct session *session)
{
	struct termios settings;

	assert_int_equal(tcgetattr(session->master, &settings), 0);
	return (settings.c_lflag & ECHO) != 0;
}

/* Its wait status; everything it has shown is in shown. */
static int
session_end(struct session *session)
{
	int status;

	assert_int_equal(waitpid(session->child, &status, 0), session->child);
	for (;;) {
		struct pollfd ready = { session->master, POLLIN, 0 };
		ssize_t n;

		if (poll(&ready, 1, 0) != 1)
			break;
		n = read(session->master, session->shown + session->shown_len,
		    sizeof session->shown - 1 - session->shown_len);
		if (n <= 0)
			break;
		session->shown_len += (size_t)n;
	}
	close(session->master);
	return status;
}

static void
expect_exit(int status, int wanted)
{
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), wanted);
}

static void
a_terminal_is_asked_without_echo(void **state)
{
	struct session session;
	int status;

	(void)state;
	ask_twice = false;
	session_begin(&session, ask_for_words);
	session_await(&session, PROMPT);
	assert_false(session_echoes(&session));
	session_type(&session, "words\n");
	status = session_end(&session);
	expect_exit(status, GOT_WORDS);
	/* The prompt, and a new line for whatever comes next. */
	assert_string_equal(session.shown, PROMPT "\r\n");
}

static void
what_is_typed_can_be_corrected(void **state)
{
	struct session session;

	(void)state;
	ask_twice = false;
	session_begin(&session, ask_for_words);
	session_await(&session, PROMPT);
	session_type(&session, "nonsense\x15worx\x7f" "ds\n");
	expect_exit(session_end(&session), GOT_WORDS);
}

static void
new_words_are_asked_for_twice(void **state)
{
	struct session session;

	(void)state;
	ask_twice = true;
	session_begin(&session, ask_for_words);
	session_await(&session, PROMPT);
	session_type(&session, "words\n");
	session_await(&session, "again: ");
	assert_false(session_echoes(&session));
	session_type(&session, "words\n");
	expect_exit(session_end(&session), GOT_WORDS);
	session_begin(&session, ask_for_words);
	session_await(&session, PROMPT);
	session_type(&session, "words\n");
	session_await(&session, "again: ");
	session_type(&session, "word\n");
	expect_exit(session_end(&session), REFUSED);
	assert_non_null(strstr(session.shown, "[the two passphrases differ]"));
	assert_null(strstr(session.shown, "word\r"));
}

static void
nothing_typed_is_no_passphrase(void **state)
{
	static const char *const typed[] = { "\n", "\x04" };
	struct session session;

	(void)state;
	ask_twice = false;
	for (size_t i = 0; i < 2; i++) {
		session_begin(&session, ask_for_words);
		session_await(&session, PROMPT);
		session_type(&session, typed[i]);
		expect_exit(session_end(&session), REFUSED);
		assert_non_null(strstr(session.shown, "is empty]"));
	}
}

static void
too_much_typed_is_refused(void **state)
{
	char line[LIMIT_PASSPHRASE + 3];
	struct session session;

	(void)state;
	ask_twice = false;
	memset(line, 'w', sizeof line);
	line[LIMIT_PASSPHRASE + 1] = '\n';
	line[LIMIT_PASSPHRASE + 2] = '\0';
	session_begin(&session, ask_for_words);
	session_await(&session, PROMPT);
	session_type(&session, line);
	expect_exit(session_end(&session), REFUSED);
	assert_non_null(strstr(session.shown, "longer than 1024"));
}

/* A shell, of sorts: a leader with one job in the foreground. */
static void
run_as_a_job(void (*program)(void))
{
	pid_t job = fork();
	int status;

	demand(job != -1, 90);
	if (job == 0) {
		setpgid(0, 0);
		(void)signal(SIGTTOU, SIG_IGN);
		tcsetpgrp(STDIN_FILENO, getpid());
		(void)signal(SIGTTOU, SIG_DFL);
		program();
		child_exit(99);
	}
	for (;;) {
		demand(waitpid(job, &status, WUNTRACED) == job, 91);
		if (!WIFSTOPPED(status))
			break;
		(void)dprintf(STDOUT_FILENO, "[stopped]");
		/* Go on when the test says so. */
		(void)raise(SIGSTOP);
		kill(job, SIGCONT);
	}
	if (WIFSIGNALED(status)) {
		(void)dprintf(STDOUT_FILENO, "[signal %d]",
		    WTERMSIG(status));
		child_exit(80);
	}
	child_exit(WEXITSTATUS(status));
}

static void
ask_as_a_job(void)
{
	run_as_a_job(ask_for_words);
}

static void
an_interrupted_prompt_leaves_an_echoing_terminal(void **state)
{
	static const struct {
		const char *typed, *shown;
	} keys[] = {
		{ "half\x03", "[signal 2]" }, { "half\x1c", "[signal 3]" },
	};
	struct session session;

	(void)state;
	ask_twice = false;
	for (size_t i = 0; i < 2; i++) {
		session_begin(&session, ask_as_a_job);
		session_await(&session, PROMPT);
		assert_false(session_echoes(&session));
		/* At once, without the Enter key. */
		session_type(&session, keys[i].typed);
		session_await(&session, keys[i].shown);
		assert_true(session_echoes(&session));
		assert_null(strstr(session.shown, "half"));
		expect_exit(session_end(&session), 80);
	}
}

static void
a_killed_prompt_leaves_an_echoing_terminal(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGALRM, SIGUSR1 };
	struct session session;

	(void)state;
	ask_twice = false;
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		char shown[30];
		pid_t job;

		(void)snprintf(shown, sizeof shown, "[signal %d]",
		    signals[i]);
		session_begin(&session, ask_as_a_job);
		session_await(&session, PROMPT);
		assert_false(session_echoes(&session));
		assert_int_equal(ioctl(session.master, TIOCGPGRP, &job), 0);
		assert_int_not_equal(job, session.child);
		assert_int_equal(kill(job, signals[i]), 0);
		session_await(&session, shown);
		assert_true(session_echoes(&session));
		expect_exit(session_end(&session), 80);
	}
}

static void
a_stopped_prompt_echoes_and_asks_again(void **state)
{
	const char *preloaded = getenv("LD_PRELOAD");
	struct session session;
	int status;

	(void)state;
	if (preloaded != NULL && strstr(preloaded, "vgpreload") != NULL) {
		print_message("# valgrind does not stop what it runs\n");
		skip();
	}
	ask_twice = false;
	session_begin(&session, ask_as_a_job);
	session_await(&session, PROMPT);
	session_type(&session, "nonsense\x1a");
	session_await(&session, "[stopped]");
	assert_true(session_echoes(&session));
	assert_int_equal(waitpid(session.child, &status, WUNTRACED),
	    session.child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(kill(session.child, SIGCONT), 0);
	session_await(&session, PROMPT);
	assert_false(session_echoes(&session));
	session_type(&session, "words\n");
	expect_exit(session_end(&session), GOT_WORDS);
	assert_null(strstr(session.shown, "nonsense"));
}

static volatile sig_atomic_t caught;

static void
catch(int number)
{
	caught = number;
}

static void
ask_with_a_handler(void)
{
	struct passphrase *passphrase = NULL;
	struct error err;

	(void)signal(SIGINT, catch);
	demand(passphrase_obtain(&passphrase, PROMPT, false, &err) == -1, 2);
	demand(caught == SIGINT, 3);
	demand(strstr(err.what, "interrupted") != NULL, 4);
	demand(passphrase == NULL, 5);
	ask_for_words();
}

static void
a_program_that_handles_the_signal_goes_on(void **state)
{
	struct session session;

	(void)state;
	ask_twice = false;
	session_begin(&session, ask_with_a_handler);
	session_await(&session, PROMPT);
	session_type(&session, "\x03");
	session_await(&session, PROMPT);
	session_type(&session, "words\n");
	expect_exit(session_end(&session), GOT_WORDS);
}

static void
ask_ignoring_signals(void)
{
	(void)signal(SIGINT, SIG_IGN);
	ask_for_words();
}

static void
an_ignored_signal_does_not_disturb(void **state)
{
	struct session session;

	(void)state;
	ask_twice = false;
	session_begin(&session, ask_ignoring_signals);
	session_await(&session, PROMPT);
	/* ^C empties the line, as terminals do. */
	session_type(&session, "half\x03words\n");
	expect_exit(session_end(&session), GOT_WORDS);
}

static int
descriptors_open(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

/* A signal mask, terminal settings and descriptors are as before. */
static void
ask_and_compare(void)
{
	struct termios before, after;
	sigset_t mask_before, mask_after;
	int open_before = descriptors_open();

	demand(tcgetattr(0, &before) == 0, 2);
	sigemptyset(&mask_before);
	sigaddset(&mask_before, SIGUSR2);
	demand(sigprocmask(SIG_SETMASK, &mask_before, NULL) == 0, 3);
	demand(obtained("words"), 4);
	demand(tcgetattr(0, &after) == 0, 5);
	demand(before.c_lflag == after.c_lflag &&
	    before.c_iflag == after.c_iflag, 6);
	sigprocmask(SIG_SETMASK, NULL, &mask_after);
	for (int number = 1; number < 32; number++)
		demand(sigismember(&mask_before, number) ==
		    sigismember(&mask_after, number), 7);
	demand(descriptors_open() == open_before, 8);
	child_exit(0);
}

static void
everything_is_as_before_when_it_was_asked(void **state)
{
	struct session session;

	(void)state;
	session_begin(&session, ask_and_compare);
	session_await(&session, PROMPT);
	session_type(&session, "words\n");
	expect_exit(session_end(&session), 0);
}

static void
a_terminal_that_goes_away_is_an_end(void **state)
{
	struct session session;
	int status;

	(void)state;
	ask_twice = false;
	session_begin(&session, ask_for_words);
	session_await(&session, PROMPT);
	close(session.master);
	assert_int_equal(waitpid(session.child, &status, 0), session.child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGHUP);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, forget_environment, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_passphrase_is_a_copy_within_limits),
		TEST(the_first_line_of_a_file_is_taken),
		TEST(a_line_may_be_as_long_as_a_passphrase),
		TEST(files_that_will_not_do_are_refused),
		TEST(nothing_remains_of_a_freed_passphrase),
		TEST(a_descriptor_is_read_once_and_remembered),
		TEST(what_is_no_descriptor_is_refused),
		TEST(without_a_terminal_the_remedy_is_a_file),
		TEST(a_terminal_is_asked_without_echo),
		TEST(what_is_typed_can_be_corrected),
		TEST(new_words_are_asked_for_twice),
		TEST(nothing_typed_is_no_passphrase),
		TEST(too_much_typed_is_refused),
		TEST(an_interrupted_prompt_leaves_an_echoing_terminal),
		TEST(a_killed_prompt_leaves_an_echoing_terminal),
		TEST(a_stopped_prompt_echoes_and_asks_again),
		TEST(a_program_that_handles_the_signal_goes_on),
		TEST(an_ignored_signal_does_not_disturb),
		TEST(everything_is_as_before_when_it_was_asked),
		TEST(a_terminal_that_goes_away_is_an_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
