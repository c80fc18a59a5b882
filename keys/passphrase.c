#include "keys/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"

struct passphrase {
	size_t len;
	uint8_t *words; /* Locked memory, with room for one byte too many. */
};

static int
new_passphrase(struct passphrase **out, struct error *err)
{
	struct passphrase *passphrase;

	if (sodium_init() == -1)
		return error_set(err, ERROR_SYSTEM, NULL,
		    "libsodium cannot start");
	if ((passphrase = memory_new(1, sizeof *passphrase)) == NULL)
		return error_memory(err);
	passphrase->words = sodium_malloc(LIMIT_PASSPHRASE + 1);
	if (passphrase->words == NULL) {
		memory_free(passphrase);
		return error_memory(err);
	}
	*out = passphrase;
	return 0;
}

void
passphrase_free(struct passphrase *passphrase)
{
	if (passphrase == NULL)
		return;
	sodium_free(passphrase->words);
	memory_free(passphrase);
}

struct bytes
passphrase_bytes(const struct passphrase *passphrase)
{
	return bytes_of(passphrase->words, passphrase->len);
}

static int
too_long(struct error *err)
{
	return error_set(err, ERROR_UNDECIDED, "choose a shorter one",
	    "the passphrase is longer than %d bytes", LIMIT_PASSPHRASE);
}

int
passphrase_of(struct passphrase **out, struct bytes bytes, struct error *err)
{
	struct passphrase *passphrase;

	if (bytes.len == 0)
		return error_set(err, ERROR_UNDECIDED, "choose a longer one",
		    "the passphrase is empty");
	if (bytes.len > LIMIT_PASSPHRASE)
		return too_long(err);
	if (new_passphrase(&passphrase, err) == -1)
		return -1;
	memcpy(passphrase->words, bytes.data, bytes.len);
	passphrase->len = bytes.len;
	*out = passphrase;
	return 0;
}

/*
 * Wait until there is something to read, or a signal is held back: -1 then,
 * with *err filled in.  Without signals (-1) there is nothing to wait for.
 */
static int
wait_for_input(int descriptor, int signals, struct error *err)
{
	struct pollfd ready[2] = {
		{ .fd = descriptor, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	if (signals == -1)
		return 0;
	while (poll(ready, 2, -1) == -1) {
		if (errno != EINTR)
			return error_errno(err, "cannot wait for a passphrase");
	}
	if (ready[1].revents != 0)
		return error_set(err, ERROR_UNDECIDED, NULL, "interrupted");
	return 0;
}

static int
read_byte(struct passphrase *passphrase, bool *more, int descriptor,
    const char *from, struct error *err)
{
	uint8_t *to = passphrase->words + passphrase->len;
	ssize_t n;

	do
		n = read(descriptor, to, 1);
	while (n == -1 && errno == EINTR);
	if (n == -1) {
		int number = errno;

		error_errno(err, "cannot read the passphrase from %s", from);
		if (number == EISDIR || number == EBADF)
			err->class = ERROR_UNDECIDED;
		return -1;
	}
	*more = n == 1 && *to != '\n';
	if (!*more)
		return 0;
	if (passphrase->len == LIMIT_PASSPHRASE)
		return too_long(err);
	passphrase->len++;
	return 0;
}

/*
 * Read a line, up to its newline or the end, byte by byte so that nothing
 * behind it is taken.  `signals' as for wait_for_input.
 */
static int
read_line(struct passphrase **out, int descriptor, int signals,
    const char *from, struct error *err)
{
	struct passphrase *passphrase;
	bool more = true;
	int result = -1;

	if (new_passphrase(&passphrase, err) == -1)
		return -1;
	while (more) {
		if (wait_for_input(descriptor, signals, err) == -1 ||
		    read_byte(passphrase, &more, descriptor, from, err) == -1)
			goto done;
	}
	if (passphrase->len > 0 &&
	    passphrase->words[passphrase->len - 1] == '\r')
		passphrase->len--;
	if (passphrase->len == 0) {
		error_set(err, ERROR_UNDECIDED, "give one that is not empty",
		    "the passphrase from %s is empty", from);
		goto done;
	}
	*out = passphrase;
	passphrase = NULL;
	result = 0;
done:
	passphrase_free(passphrase);
	return result;
}

int
passphrase_from_file(struct passphrase **out, const char *path,
    struct error *err)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat status;
	int result = -1;

	if (descriptor == -1) {
		error_errno(err, "cannot read the passphrase file `%s'", path);
		err->class = ERROR_UNDECIDED;
		return -1;
	}
	if (fstat(descriptor, &status) == -1) {
		error_errno(err, "cannot look at `%s'", path);
	} else if (S_ISREG(status.st_mode) &&
	    (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "others can read the passphrase file `%s'", path);
		snprintf(err->remedy, sizeof err->remedy, "chmod 600 %.300s",
		    path);
	} else {
		result = read_line(out, descriptor, -1, path, err);
	}
	close(descriptor);
	return result;
}

/* A pipe can be read once, so what it said is kept for the process. */
static struct passphrase *kept;

static void
forget_kept(void)
{
	passphrase_free(kept);
	kept = NULL;
}

/* A decimal number of a descriptor, or -1. */
static int
descriptor_of(const char *number)
{
	int descriptor = 0;

	if (*number == '\0' || strlen(number) > 7)
		return -1;
	for (; *number != '\0'; number++) {
		if (*number < '0' || *number > '9')
			return -1;
		descriptor = descriptor * 10 + (*number - '0');
	}
	return descriptor;
}

static int
from_descriptor(struct passphrase **out, const char *number, struct error *err)
{
	int descriptor = descriptor_of(number);

	if (descriptor == -1)
		return error_set(err, ERROR_UNDECIDED,
		    "give the number of an open descriptor",
		    "VOUCH_PASSPHRASE_FD is not a descriptor");
	if (kept == NULL) {
		if (read_line(&kept, descriptor, -1, "VOUCH_PASSPHRASE_FD",
			err) == -1)
			return -1;
		atexit(forget_kept);
	}
	return passphrase_of(out, passphrase_bytes(kept), err);
}

/* What ends or stops a program, from a terminal or from elsewhere. */
static const int watched[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP,
	SIGALRM, SIGPIPE, SIGUSR1, SIGUSR2 };
#define WATCHED (sizeof watched / sizeof watched[0])

/*
 * Signals held back while the terminal is quiet, so that echo is restored
 * before any of them does what it does: no handler is needed, and the
 * program's own keep working.
 */
struct hold {
	sigset_t before;
	int descriptor; /* Readable when one of them has come. */
};

static int
hold_signals(struct hold *hold, struct error *err)
{
	sigset_t held;

	sigemptyset(&held);
	pthread_sigmask(SIG_SETMASK, NULL, &hold->before);
	for (size_t i = 0; i < WATCHED; i++) {
		struct sigaction action;

		/* One that is ignored, or blocked anyway, does nothing. */
		if (sigaction(watched[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN &&
		    !sigismember(&hold->before, watched[i]))
			sigaddset(&held, watched[i]);
	}
	hold->descriptor = signalfd(-1, &held, SFD_CLOEXEC);
	if (hold->descriptor == -1)
		return error_errno(err, "cannot watch for signals");
	pthread_sigmask(SIG_BLOCK, &held, NULL);
	return 0;
}

/* Let them act now.  Whether the only one was ^Z, from which we are back. */
static bool
release_signals(struct hold *hold)
{
	bool stopped = false, others = false;
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < WATCHED; i++) {
		if (!sigismember(&pending, watched[i]) ||
		    sigismember(&hold->before, watched[i]))
			continue;
		if (watched[i] == SIGTSTP)
			stopped = true;
		else
			others = true;
	}
	close(hold->descriptor);
	pthread_sigmask(SIG_SETMASK, &hold->before, NULL);
	return stopped && !others;
}

static int
set_terminal(int terminal, const struct termios *to, struct error *err)
{
	while (tcsetattr(terminal, TCSAFLUSH, to) == -1) {
		if (errno != EINTR)
			return error_errno(err, "cannot set up the terminal");
	}
	return 0;
}

static int
write_prompt(int terminal, const char *prompt, struct error *err)
{
	struct bytes rest = bytes_of_text(prompt);

	while (rest.len > 0) {
		ssize_t n = write(terminal, rest.data, rest.len);

		if (n == -1 && errno != EINTR)
			return error_errno(err, "cannot write to the terminal");
		if (n > 0)
			rest = bytes_after(rest, (size_t)n);
	}
	return 0;
}

/* Ask once; *again if the program was stopped meanwhile, and has to anew. */
static int
ask_quietly(struct passphrase **out, bool *again, int terminal,
    const char *prompt, struct error *err)
{
	struct termios before, quiet;
	struct error ignored;
	struct hold hold;
	int result = -1;

	if (tcgetattr(terminal, &before) == -1)
		return error_errno(err, "cannot set up the terminal");
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ICANON | ISIG | ECHONL;
	if (hold_signals(&hold, err) == -1)
		return -1;
	if (set_terminal(terminal, &quiet, err) == 0) {
		if (write_prompt(terminal, prompt, err) == 0)
			result = read_line(out, terminal, hold.descriptor,
			    "the terminal", err);
		set_terminal(terminal, &before, &ignored);
	}
	*again = release_signals(&hold) && result == -1;
	return result;
}

static int
ask_once(struct passphrase **out, int terminal, const char *prompt,
    struct error *err)
{
	bool again;
	int result;

	do {
		again = false;
		result = ask_quietly(out, &again, terminal, prompt, err);
	} while (again);
	return result;
}

static int
ask(struct passphrase **out, const char *prompt, bool twice, struct error *err)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct passphrase *first = NULL, *second = NULL;
	int result = -1;

	if (terminal == -1)
		return error_set(err, ERROR_UNDECIDED,
		    "put it in a file and set VOUCH_PASSPHRASE_FILE",
		    "a passphrase is needed and there is no terminal to ask");
	if (ask_once(&first, terminal, prompt, err) == -1)
		goto done;
	if (twice) {
		if (ask_once(&second, terminal, "The same again: ", err) == -1)
			goto done;
		if (!bytes_equal(passphrase_bytes(first),
			passphrase_bytes(second))) {
			error_set(err, ERROR_UNDECIDED, "try again",
			    "the two passphrases differ");
			goto done;
		}
	}
	*out = first;
	first = NULL;
	result = 0;
done:
	passphrase_free(first);
	passphrase_free(second);
	close(terminal);
	return result;
}

int
passphrase_obtain(struct passphrase **out, const char *prompt, bool twice,
    struct error *err)
{
	const char *descriptor = getenv("VOUCH_PASSPHRASE_FD");
	const char *path = getenv("VOUCH_PASSPHRASE_FILE");

	if (descriptor != NULL)
		return from_descriptor(out, descriptor, err);
	if (path != NULL)
		return passphrase_from_file(out, path, err);
	return ask(out, prompt, twice, err);
}

bool
passphrase_asks(void)
{
	return getenv("VOUCH_PASSPHRASE_FD") == NULL &&
	    getenv("VOUCH_PASSPHRASE_FILE") == NULL;
}
