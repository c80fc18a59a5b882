/* process_spawn.c: a child begins. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "capture/process_internal.h"

/* What a child that could not begin writes to us. */
struct report {
	bool folder; /* It was chdir that failed. */
	int number;
};

int
spawn_above(int fd)
{
	int copy, number;

	if (fd == -1 || fd > STDERR_FILENO)
		return fd;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	number = errno;
	close(fd);
	errno = number;
	return copy;
}

int
spawn_pipe(int ends[2])
{
	int number;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	ends[0] = spawn_above(ends[0]);
	ends[1] = spawn_above(ends[1]);
	if (ends[0] != -1 && ends[1] != -1)
		return 0;
	number = errno;
	spawn_close(&ends[0]);
	spawn_close(&ends[1]);
	errno = number;
	return -1;
}

void
spawn_close(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

int
spawn_end_fd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return spawn_above((int)syscall(SYS_pidfd_open, pid, 0));
#else
	(void)pid;
	return -1;
#endif
}

/* ---- the environment ---- */

/* Whether "NAME=VALUE" names what one of the others names. */
static bool
is_replaced(const char *one, const char *const others[])
{
	size_t len = strcspn(one, "=");

	for (; others != NULL && *others != NULL; others++)
		if (strncmp(one, *others, len) == 0 && ((*others)[len] == '='))
			return true;
	return false;
}

/* Ours with the extra ones; the texts are borrowed.  NULL without memory. */
static char **
environment_make(const char *const extra[])
{
	size_t count = 0, n = 0;
	char **made;

	for (char **one = environ; one != NULL && *one != NULL; one++)
		count++;
	for (size_t i = 0; extra != NULL && extra[i] != NULL; i++)
		count++;
	made = memory_new(count + 1, sizeof(*made));
	if (made == NULL)
		return NULL;
	for (char **one = environ; one != NULL && *one != NULL; one++)
		if (!is_replaced(*one, extra))
			made[n++] = *one;
	/* execvp's type has no const; nothing writes to them. */
	for (size_t i = 0; extra != NULL && extra[i] != NULL; i++)
		made[n++] = (char *)(uintptr_t)extra[i];
	return made;
}

/* ---- in the child ---- */

/*
 * Handlers of ours must not run between unblocking and exec: a signal that
 * was sent to the child would be lost in them.
 */
static void
child_signals(const sigset_t *mask)
{
	struct sigaction now, plain = { .sa_handler = SIG_DFL };

	for (int number = 1; number < NSIG; number++)
		if (number == SIGPIPE ||
		    (sigaction(number, NULL, &now) == 0 &&
			now.sa_handler != SIG_IGN && now.sa_handler != SIG_DFL))
			(void)sigaction(number, &plain, NULL);
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
}

static _Noreturn void
child_begin(const struct spawn *spawn, char **environment, int report_fd)
{
	struct report report = { 0 };

	if (spawn->own_group)
		(void)setpgid(0, 0);
	for (int i = 0; i < 3; i++)
		if (spawn->stream[i] != -1 && dup2(spawn->stream[i], i) == -1)
			goto done;
	if (spawn->folder != NULL && chdir(spawn->folder) == -1) {
		report.folder = true;
		goto done;
	}
	environ = environment;
	child_signals(spawn->mask);
	(void)execvp(spawn->argv[0], spawn->argv);
done:
	report.number = errno;
	if (write(report_fd, &report, sizeof(report)) == -1)
		_exit(126);
	_exit(127);
}

/* ---- in the parent ---- */

static int
spawn_failed(const struct spawn *spawn, const struct report *report,
    struct error *err)
{
	const char *name = spawn->argv[0];

	if (report->folder)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "cannot go into the folder `%s': %s", spawn->folder,
		    strerror(report->number));
	if (report->number == ENOENT || report->number == ENOTDIR)
		return error_set(err, ERROR_UNDECIDED,
		    "check the spelling of the command, or give its path",
		    "the command `%s' is not found", name);
	if (report->number == EACCES || report->number == ENOEXEC ||
	    report->number == EISDIR || report->number == EPERM)
		return error_set(err, ERROR_UNDECIDED,
		    "put the interpreter before it, or make it executable",
		    "`%s' is not executable: %s", name,
		    strerror(report->number));
	if (report->number == E2BIG || report->number == ELOOP ||
	    report->number == ENAMETOOLONG)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "`%s' cannot be run: %s", name, strerror(report->number));
	errno = report->number;
	return error_errno(err, "cannot run `%s'", name);
}

/* Wait until exec has happened, which closes the pipe, or has failed. */
static int
spawn_settled(const struct spawn *spawn, pid_t pid, int report_fd,
    struct error *err)
{
	struct report report;
	ssize_t len;

	do
		len = read(report_fd, &report, sizeof(report));
	while (len == -1 && errno == EINTR);
	if (len == 0)
		return 0;
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	if (len != sizeof(report))
		report = (struct report){ .number = EIO };
	return spawn_failed(spawn, &report, err);
}

int
spawn_start(pid_t *pid, const struct spawn *spawn, struct error *err)
{
	char **environment = environment_make(spawn->extra_env);
	int ends[2] = { -1, -1 }, result = -1;
	pid_t child;

	if (environment == NULL)
		return error_memory(err);
	if (spawn_pipe(ends) == -1) {
		error_errno(err, "cannot make a pipe");
		goto done;
	}
	child = fork();
	if (child == -1) {
		error_errno(err, "cannot start a process");
		goto done;
	}
	if (child == 0)
		child_begin(spawn, environment, ends[1]);
	/* Both sides do it, so that neither must wait for the other. */
	if (spawn->own_group)
		(void)setpgid(child, child);
	spawn_close(&ends[1]);
	if (spawn_settled(spawn, child, ends[0], err) == -1)
		goto done;
	*pid = child;
	result = 0;
done:
	spawn_close(&ends[0]);
	spawn_close(&ends[1]);
	memory_free(environment);
	return result;
}
