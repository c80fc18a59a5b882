#include "keys/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"

struct passphrase {
	size_t len;
	uint8_t *words; /* LIMIT_PASSPHRASE of locked memory. */
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
	passphrase->words = sodium_malloc(LIMIT_PASSPHRASE);
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

int
passphrase_of(struct passphrase **out, struct bytes bytes, struct error *err)
{
	struct passphrase *passphrase;

	if (bytes.len == 0)
		return error_set(err, ERROR_UNDECIDED, "choose a longer one",
		    "the passphrase is empty");
	if (bytes.len > LIMIT_PASSPHRASE)
		return error_set(err, ERROR_UNDECIDED, "choose a shorter one",
		    "the passphrase is longer than %d bytes",
		    LIMIT_PASSPHRASE);
	if (new_passphrase(&passphrase, err) == -1)
		return -1;
	memcpy(passphrase->words, bytes.data, bytes.len);
	passphrase->len = bytes.len;
	*out = passphrase;
	return 0;
}

/* Read a line, up to its newline or the end, byte by byte so that nothing
 * behind it is taken. */
static int
read_line(struct passphrase **out, int descriptor, const char *from,
    struct error *err)
{
	struct passphrase *passphrase;

	if (new_passphrase(&passphrase, err) == -1)
		return -1;
	for (;;) {
		uint8_t byte;
		ssize_t n = read(descriptor, &byte, 1);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			error_errno(err, "cannot read the passphrase from %s",
			    from);
			goto failed;
		}
		if (n == 0 || byte == '\n')
			break;
		if (passphrase->len == LIMIT_PASSPHRASE) {
			error_set(err, ERROR_UNDECIDED,
			    "choose a shorter one",
			    "the passphrase is longer than %d bytes",
			    LIMIT_PASSPHRASE);
			goto failed;
		}
		passphrase->words[passphrase->len++] = byte;
	}
	if (passphrase->len > 0 &&
	    passphrase->words[passphrase->len - 1] == '\r')
		passphrase->len--;
	if (passphrase->len == 0) {
		error_set(err, ERROR_UNDECIDED, "choose one that is not empty",
		    "the passphrase from %s is empty", from);
		goto failed;
	}
	*out = passphrase;
	return 0;
failed:
	passphrase_free(passphrase);
	return -1;
}

int
passphrase_from_file(struct passphrase **out, const char *path, struct error *err)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	int result = -1;

	if (descriptor == -1) {
		error_errno(err, "cannot read the passphrase file %s", path);
		err->class = ERROR_UNDECIDED;
		return -1;
	}
	if (fstat(descriptor, &status) == -1) {
		error_errno(err, "cannot look at %s", path);
	} else if (S_ISREG(status.st_mode) &&
	    (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "others can read the passphrase file %s", path);
		snprintf(err->remedy, sizeof err->remedy, "chmod 600 %s",
		    path);
	} else {
		result = read_line(out, descriptor, path, err);
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

static int
from_descriptor(struct passphrase **out, const char *number,
    struct error *err)
{
	char *end;
	long descriptor = strtol(number, &end, 10);

	if (*number == '\0' || *end != '\0' || descriptor < 0 ||
	    descriptor > 1 << 20)
		return error_set(err, ERROR_UNDECIDED,
		    "give the number of an open descriptor",
		    "VOUCH_PASSPHRASE_FD is not a descriptor");
	if (kept == NULL) {
		if (read_line(&kept, (int)descriptor, "VOUCH_PASSPHRASE_FD",
		    err) == -1)
			return -1;
		atexit(forget_kept);
	}
	return passphrase_of(out, passphrase_bytes(kept), err);
}

/* While a person types, signals wait: echo is restored first. */
static int
ask_once(struct passphrase **out, int terminal, const char *prompt,
    struct error *err)
{
	struct termios before, quiet;
	sigset_t signals, old;
	int result = -1;

	if (tcgetattr(terminal, &before) == -1)
		return error_errno(err, "cannot set up the terminal");
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	quiet.c_lflag |= ICANON | ECHONL;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGTSTP);
	sigprocmask(SIG_BLOCK, &signals, &old);
	if (tcsetattr(terminal, TCSAFLUSH, &quiet) == 0) {
		if (write(terminal, prompt, strlen(prompt)) >= 0)
			result = read_line(out, terminal, "the terminal", err);
		else
			error_errno(err, "cannot write to the terminal");
		tcsetattr(terminal, TCSAFLUSH, &before);
	} else {
		error_errno(err, "cannot set up the terminal");
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	/* ^C came as a character: it means the same. */
	if (result == 0 && memchr((*out)->words, 3, (*out)->len) != NULL) {
		passphrase_free(*out);
		raise(SIGINT);
		result = error_set(err, ERROR_UNDECIDED, NULL, "interrupted");
	}
	return result;
}

static int
ask(struct passphrase **out, const char *prompt, bool twice,
    struct error *err)
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
