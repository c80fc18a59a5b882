/* process_internal.h: starting a child, and reading one quietly. */
#ifndef CAPTURE_PROCESS_INTERNAL_H
#define CAPTURE_PROCESS_INTERNAL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/error.h"

/* What a child begins with. */
struct spawn {
	char *const *argv; /* argv[0] is looked up in PATH. */
	const char *const *extra_env; /* "NAME=VALUE", or NULL. */
	const char *folder; /* NULL: ours. */
	int stream[3]; /* -1: ours. */
	bool own_group; /* Of processes, for kill(2). */
	const sigset_t *mask; /* Signals blocked. */
};

/*
 * Start it.  ERROR_UNDECIDED when it cannot be found or executed: then there
 * is no child.  SIGPIPE and whatever we handle are at their defaults in the
 * child; what we ignore (nohup) stays ignored.
 */
int spawn_start(pid_t *pid, const struct spawn *spawn, struct error *err);

/* The same descriptor, or a copy above those of the three streams. */
int spawn_above(int fd);
/* pipe2(O_CLOEXEC), above those of the three streams; -1 with errno. */
int spawn_pipe(int ends[2]);
/* close(2) of what was opened, and forget it. */
void spawn_close(int *fd);
/* A descriptor that is readable once the child has ended; -1 if the system
 * has none: then look every SPAWN_TICK_MS. */
int spawn_end_fd(pid_t pid);
#define SPAWN_TICK_MS 10

/* Given what a child wrote, piece by piece; non-zero: enough. */
typedef int process_sink(void *cookie, struct bytes piece);

/* As process_collect, to a sink, with more in the environment. */
int process_feed(int *exit_status, char *const argv[],
    const char *const extra_env[], const char *folder, int limit_ms,
    process_sink *sink, void *cookie, struct error *err);

#endif
