/* process_collect.c: a child that is run quietly, for what it says. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "capture/process.h"
#include "capture/process_internal.h"

/* How long a pipe that others hold open is listened to after the end. */
#define IDLE_MS 200

struct feed {
	pid_t pid;
	int pipe;
	int end_fd;
	bool ended; /* The child has; it is not waited for yet. */
	bool enough; /* The sink's word, or the time is up. */
	int64_t until_ns;
	int64_t idle_ns; /* Since when nothing came. */
};

static int
feed_start(struct feed *feed, char *const argv[], const char *const extra_env[],
    const char *folder, struct error *err)
{
	int ends[2] = { -1, -1 };
	int nothing = spawn_above(open("/dev/null", O_RDWR | O_CLOEXEC));
	sigset_t none;
	struct spawn spawn = {
		.argv = argv,
		.extra_env = extra_env,
		.folder = folder,
		.own_group = true,
		.mask = &none,
	};
	int result = -1;

	sigemptyset(&none);
	if (nothing == -1 || spawn_pipe(ends) == -1) {
		error_errno(err, "cannot make a pipe");
		goto done;
	}
	spawn.stream[0] = nothing;
	spawn.stream[1] = ends[1];
	spawn.stream[2] = nothing;
	if (spawn_start(&feed->pid, &spawn, err) == -1)
		goto done;
	feed->end_fd = spawn_end_fd(feed->pid);
	feed->pipe = ends[0];
	ends[0] = -1;
	result = 0;
done:
	spawn_close(&nothing);
	spawn_close(&ends[0]);
	spawn_close(&ends[1]);
	return result;
}

/* How long to wait for something to happen. */
static int
feed_patience(const struct feed *feed, int64_t now)
{
	int64_t until = feed->until_ns;

	if (feed->ended && feed->idle_ns + IDLE_MS * 1000000LL < until)
		until = feed->idle_ns + IDLE_MS * 1000000LL;
	if (until <= now)
		return 0;
	if (feed->end_fd == -1 && !feed->ended &&
	    until - now > SPAWN_TICK_MS * 1000000LL)
		return SPAWN_TICK_MS;
	return (int)((until - now) / 1000000) + 1;
}

static void
feed_read(struct feed *feed, process_sink *sink, void *cookie)
{
	uint8_t block[16 * 1024];
	ssize_t len = read(feed->pipe, block, sizeof(block));

	if (len == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (len <= 0) {
		spawn_close(&feed->pipe);
		return;
	}
	feed->idle_ns = clock_monotonic_ns();
	if (sink(cookie, bytes_of(block, (size_t)len)) != 0)
		feed->enough = true;
}

static void
feed_run(struct feed *feed, process_sink *sink, void *cookie)
{
	while (!feed->enough && !(feed->ended && feed->pipe == -1)) {
		struct pollfd fds[2] = {
			{ .fd = feed->pipe, .events = POLLIN },
			{ .fd = feed->ended ? -1 : feed->end_fd,
			    .events = POLLIN },
		};
		siginfo_t state = { .si_pid = 0 };
		int64_t now = clock_monotonic_ns();

		if (now >= feed->until_ns ||
		    (feed->ended &&
			now >= feed->idle_ns + IDLE_MS * 1000000LL)) {
			feed->enough = !feed->ended;
			break;
		}
		if (poll(fds, 2, feed_patience(feed, now)) > 0 &&
		    fds[0].revents != 0)
			feed_read(feed, sink, cookie);
		/* The child stays a zombie, so that its group's number is
		 * nobody else's when the rest of it is killed. */
		if (!feed->ended &&
		    waitid(P_PID, (id_t)feed->pid, &state,
			WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    state.si_pid != 0) {
			feed->ended = true;
			feed->idle_ns = clock_monotonic_ns();
		}
	}
}

int
process_feed(int *exit_status, char *const argv[],
    const char *const extra_env[], const char *folder, int limit_ms,
    process_sink *sink, void *cookie, struct error *err)
{
	struct feed feed = { .pipe = -1, .end_fd = -1 };
	int status = 0;
	pid_t waited;

	*exit_status = -1;
	if (feed_start(&feed, argv, extra_env, folder, err) == -1)
		return err->class == ERROR_UNDECIDED ? 0 : -1;
	feed.until_ns = clock_monotonic_ns() + limit_ms * 1000000LL;
	feed_run(&feed, sink, cookie);
	(void)kill(-feed.pid, SIGKILL);
	do
		waited = waitpid(feed.pid, &status, 0);
	while (waited == -1 && errno == EINTR);
	if (waited == feed.pid && WIFEXITED(status) && !feed.enough)
		*exit_status = WEXITSTATUS(status);
	spawn_close(&feed.pipe);
	spawn_close(&feed.end_fd);
	return 0;
}

/* Keep what there is room for; what is over the ceiling is let go. */
static int
collect_piece(void *cookie, struct bytes piece)
{
	struct buffer *out = cookie;

	if (piece.len > out->ceiling - out->len)
		piece.len = out->ceiling - out->len;
	buffer_append(out, piece);
	return out->state == BUFFER_NO_MEMORY;
}

int
process_collect(struct buffer *out, int *exit_status, char *const argv[],
    const char *folder, int limit_ms, struct error *err)
{
	if (process_feed(exit_status, argv, NULL, folder, limit_ms,
		collect_piece, out, err) == -1)
		return -1;
	return buffer_check(out, "output", err);
}
