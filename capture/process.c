/* process.c: a child process, watched. */
#include "capture/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "capture/process_internal.h"

#define BLOCK (64 * 1024)
/* What a pipe or terminal that poll calls writable takes without making us
 * wait: then signals are answered while a pager is slow. */
#define PIECE 4096
/* Who outlives the child and keeps its output open is listened to until
 * nothing came for IDLE_MS, and DRAIN_MS in all. */
#define IDLE_MS 200
#define DRAIN_MS 2000
/* A signal that comes again within this time is the same one, sent to us and
 * to our group, as timeout(1) does. */
#define SAME_SIGNAL_NS (50 * 1000 * 1000)

#define MS 1000000LL

struct stream {
	int from; /* Our end of the child's; -1 after its end. */
	int to; /* Standard output or error; -1 when it is gone. */
	int child_end; /* Until the child has it. */
	bool terminal;
	size_t piece;
	struct digest_stream hash;
	uint64_t size;
	size_t at; /* data[at .. len-1] is still to be shown. */
	size_t len;
	uint8_t data[BLOCK];
};

struct watch {
	struct stream stream[2];
	pid_t pid;
	int end_fd;
	int signal_fd;
	bool blocking; /* The two below hold what was before. */
	sigset_t mask;
	struct sigaction on_child;
	bool ended;
	bool leave; /* Told to end while draining. */
	int status;
	struct rusage usage;
	unsigned interrupts;
	bool interrupted;
	int last_signal;
	int64_t last_signal_ns;
	int64_t idle_ns, drain_ns; /* After the end, not held up by a reader. */
	int64_t started_ms, ended_ms, started_ns, ended_ns;
};

/* ---- streams ---- */

/* A terminal's end for the child that changes no byte on its way. */
static int
terminal_open(struct stream *stream)
{
	char name[128];
	struct termios mode;
	struct winsize size;

	stream->from = spawn_above(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (stream->from == -1 || grantpt(stream->from) == -1 ||
	    unlockpt(stream->from) == -1 ||
	    ptsname_r(stream->from, name, sizeof(name)) != 0)
		goto done;
	stream->child_end =
	    spawn_above(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (stream->child_end == -1 ||
	    tcgetattr(stream->child_end, &mode) == -1)
		goto done;
	cfmakeraw(&mode);
	if (tcsetattr(stream->child_end, TCSANOW, &mode) == -1)
		goto done;
	if (ioctl(stream->to, TIOCGWINSZ, &size) == 0)
		(void)ioctl(stream->from, TIOCSWINSZ, &size);
	stream->terminal = true;
	return 0;
done:
	spawn_close(&stream->from);
	spawn_close(&stream->child_end);
	return -1;
}

static int
stream_open(struct stream *stream, int to, struct error *err)
{
	struct stat status;
	int ends[2];

	stream->to = to;
	stream->piece = PIECE;
	digest_begin(&stream->hash);
	if (fstat(to, &status) == -1)
		stream->to = -1;
	else if (S_ISREG(status.st_mode))
		stream->piece = BLOCK;
	/* Where there are no terminals to be had, a pipe must do. */
	if (stream->to != -1 && isatty(to) && terminal_open(stream) == 0)
		return 0;
	if (spawn_pipe(ends) == -1)
		return error_errno(err, "cannot make a pipe");
	stream->from = ends[0];
	stream->child_end = ends[1];
	return 0;
}

static void
stream_read(struct watch *watch, struct stream *stream)
{
	ssize_t len = read(stream->from, stream->data, sizeof(stream->data));

	if (len == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	/* A terminal ends with EIO. */
	if (len <= 0) {
		spawn_close(&stream->from);
		return;
	}
	digest_add(&stream->hash, bytes_of(stream->data, (size_t)len));
	stream->size += (uint64_t)len;
	watch->idle_ns = 0;
	if (stream->to == -1)
		return;
	stream->at = 0;
	stream->len = (size_t)len;
}

/* Show what there is.  When nobody takes it any more, it is still hashed. */
static void
stream_write(struct stream *stream)
{
	size_t len = stream->len - stream->at;
	ssize_t written = write(stream->to, stream->data + stream->at,
	    len < stream->piece ? len : stream->piece);

	if (written >= 0)
		stream->at += (size_t)written;
	else if (errno != EINTR && errno != EAGAIN)
		stream->to = -1;
	if (stream->to == -1 || stream->at == stream->len)
		stream->at = stream->len = 0;
}

/* ---- signals ---- */

/* The signals we answer for; not those that we were told to ignore. */
static void
signals_wanted(sigset_t *wanted, const struct watch *watch)
{
	static const int passed[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;

	sigemptyset(wanted);
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (sigaction(passed[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(wanted, passed[i]);
	if (watch->stream[0].terminal || watch->stream[1].terminal)
		sigaddset(wanted, SIGWINCH);
}

static int
signals_take_over(struct watch *watch, struct error *err)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t wanted, blocked;

	signals_wanted(&wanted, watch);
	watch->signal_fd =
	    spawn_above(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
	if (watch->signal_fd == -1)
		return error_errno(err, "cannot watch for signals");
	/* A reader of ours that goes away must not take us along. */
	blocked = wanted;
	sigaddset(&blocked, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &blocked, &watch->mask);
	/* If ignored, children would vanish without a status. */
	sigaction(SIGCHLD, &plain, &watch->on_child);
	watch->blocking = true;
	return 0;
}

static void
signals_give_back(struct watch *watch)
{
	const struct timespec now = { 0, 0 };
	sigset_t ours;

	if (!watch->blocking)
		return;
	if (!sigismember(&watch->mask, SIGPIPE)) {
		sigemptyset(&ours);
		sigaddset(&ours, SIGPIPE);
		while (sigtimedwait(&ours, NULL, &now) == -1 && errno == EINTR)
			;
	}
	sigaction(SIGCHLD, &watch->on_child, NULL);
	pthread_sigmask(SIG_SETMASK, &watch->mask, NULL);
	watch->blocking = false;
}

static void
window_changed(struct watch *watch)
{
	struct winsize size;

	for (int i = 0; i < 2; i++) {
		struct stream *stream = &watch->stream[i];

		if (stream->terminal && stream->to != -1 &&
		    stream->from != -1 &&
		    ioctl(stream->to, TIOCGWINSZ, &size) == 0)
			(void)ioctl(stream->from, TIOCSWINSZ, &size);
	}
	/* The child had the signal with us, but before its terminal knew. */
	if (!watch->ended)
		(void)kill(watch->pid, SIGWINCH);
}

/*
 * The child is in our process group, so that job control works as without us.
 * What the terminal sends (^C) it sends to the whole group: the child has it
 * already.  What a process sends to us (kill) it sends to us alone.
 */
static void
signal_pass_on(struct watch *watch, const struct signalfd_siginfo *info)
{
	int number = (int)info->ssi_signo;
	bool from_terminal = info->ssi_code == SI_KERNEL &&
	    getpgid(watch->pid) == getpgrp();

	watch->interrupted = true;
	if (number == SIGINT && watch->interrupts++ > 0)
		(void)kill(watch->pid, SIGKILL);
	else if (!from_terminal)
		(void)kill(watch->pid, number);
}

static void
signals_read(struct watch *watch)
{
	struct signalfd_siginfo info;

	while (read(watch->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		int64_t now = clock_monotonic_ns();

		if (info.ssi_signo == SIGWINCH) {
			window_changed(watch);
			continue;
		}
		if ((int)info.ssi_signo == watch->last_signal &&
		    now - watch->last_signal_ns < SAME_SIGNAL_NS)
			continue;
		watch->last_signal = (int)info.ssi_signo;
		watch->last_signal_ns = now;
		if (watch->ended)
			watch->leave = true;
		else
			signal_pass_on(watch, &info);
	}
}

/* ---- the loop ---- */

static bool
is_showing(const struct watch *watch)
{
	return watch->stream[0].len > 0 || watch->stream[1].len > 0;
}

static bool
is_done(const struct watch *watch)
{
	if (!watch->ended)
		return false;
	if (watch->leave)
		return true;
	if (is_showing(watch))
		return false;
	return (watch->stream[0].from == -1 && watch->stream[1].from == -1) ||
	    watch->idle_ns >= IDLE_MS * MS || watch->drain_ns >= DRAIN_MS * MS;
}

static int
patience(const struct watch *watch)
{
	if (watch->ended)
		return is_showing(watch) ? -1
					 : IDLE_MS - (int)(watch->idle_ns / MS);
	return watch->end_fd == -1 ? SPAWN_TICK_MS : -1;
}

static void
watch_streams(struct watch *watch, const struct pollfd from[2],
    const struct pollfd to[2])
{
	for (int i = 0; i < 2; i++) {
		if (from[i].revents != 0)
			stream_read(watch, &watch->stream[i]);
		if (to[i].revents != 0)
			stream_write(&watch->stream[i]);
	}
}

static void
watch_child(struct watch *watch)
{
	if (watch->ended ||
	    wait4(watch->pid, &watch->status, WNOHANG, &watch->usage) !=
		watch->pid)
		return;
	watch->ended = true;
	watch->ended_ms = clock_now_ms();
	watch->ended_ns = clock_monotonic_ns();
}

static void
watch_once(struct watch *watch)
{
	struct pollfd fds[6] = {
		[4] = { .fd = watch->signal_fd, .events = POLLIN },
		[5] = { .fd = watch->ended ? -1 : watch->end_fd,
		    .events = POLLIN },
	};
	bool waiting = watch->ended && !is_showing(watch);
	int64_t before = clock_monotonic_ns(), passed;

	for (int i = 0; i < 2; i++) {
		const struct stream *stream = &watch->stream[i];

		fds[i] =
		    (struct pollfd){ .fd = stream->len > 0 ? -1 : stream->from,
			    .events = POLLIN };
		fds[2 + i] =
		    (struct pollfd){ .fd = stream->len == 0 ? -1 : stream->to,
			    .events = POLLOUT };
	}
	if (poll(fds, 6, patience(watch)) == -1)
		return;
	passed = clock_monotonic_ns() - before;
	if (waiting)
		watch->idle_ns += passed;
	if (fds[4].revents != 0)
		signals_read(watch);
	watch_streams(watch, fds, fds + 2);
	if (waiting)
		watch->drain_ns += clock_monotonic_ns() - before;
	watch_child(watch);
}

static int
watch_start(struct watch *watch, char *const argv[],
    const char *const extra_env[], struct error *err)
{
	struct spawn spawn = {
		.argv = argv,
		.extra_env = extra_env,
		.stream = { -1, watch->stream[0].child_end,
		    watch->stream[1].child_end },
		.mask = &watch->mask,
	};

	watch->started_ms = clock_now_ms();
	watch->started_ns = clock_monotonic_ns();
	if (spawn_start(&watch->pid, &spawn, err) == -1)
		return -1;
	spawn_close(&watch->stream[0].child_end);
	spawn_close(&watch->stream[1].child_end);
	watch->end_fd = spawn_end_fd(watch->pid);
	return 0;
}

static double
seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static struct process_stream
stream_result(struct stream *stream)
{
	return (struct process_stream){
		digest_end(&stream->hash),
		stream->size,
	};
}

static void
watch_result(struct process_result *out, struct watch *watch)
{
	*out = (struct process_result){
		.exit_status =
		    WIFEXITED(watch->status) ? WEXITSTATUS(watch->status) : -1,
		.signal = WIFSIGNALED(watch->status) ? WTERMSIG(watch->status)
						     : 0,
		.interrupted = watch->interrupted,
		.started_ms = watch->started_ms,
		.ended_ms = watch->ended_ms,
		.wall_seconds =
		    (double)(watch->ended_ns - watch->started_ns) / 1e9,
		.cpu_seconds = seconds(watch->usage.ru_utime) +
		    seconds(watch->usage.ru_stime),
		.peak_memory_bytes = (uint64_t)watch->usage.ru_maxrss * 1024,
		.out = stream_result(&watch->stream[0]),
		.err = stream_result(&watch->stream[1]),
	};
}

static void
watch_close(struct watch *watch)
{
	if (watch == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		spawn_close(&watch->stream[i].from);
		spawn_close(&watch->stream[i].child_end);
	}
	spawn_close(&watch->end_fd);
	spawn_close(&watch->signal_fd);
	signals_give_back(watch);
	memory_free(watch);
}

int
process_watch(struct process_result *out, char *const argv[],
    const char *const extra_env[], struct error *err)
{
	struct watch *watch = memory_new(1, sizeof(*watch));
	int result = -1;

	if (watch == NULL)
		return error_memory(err);
	watch->end_fd = watch->signal_fd = -1;
	for (int i = 0; i < 2; i++)
		watch->stream[i].from = watch->stream[i].child_end = -1;
	if (stream_open(&watch->stream[0], STDOUT_FILENO, err) == -1 ||
	    stream_open(&watch->stream[1], STDERR_FILENO, err) == -1 ||
	    signals_take_over(watch, err) == -1 ||
	    watch_start(watch, argv, extra_env, err) == -1)
		goto done;
	while (!is_done(watch))
		watch_once(watch);
	watch_result(out, watch);
	result = 0;
done:
	watch_close(watch);
	return result;
}
