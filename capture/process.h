/* process.h: a child process, watched: its output, time, memory and end. */
#ifndef CAPTURE_PROCESS_H
#define CAPTURE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"

/* What a stream carried. */
struct process_stream {
	struct digest digest;
	uint64_t size;
};

/* How it ended and what it used (wait4, getrusage). */
struct process_result {
	int exit_status; /* -1 when ended by a signal. */
	int signal; /* 0 when it exited. */
	bool interrupted; /* ^C, or we were told to end. */
	int64_t started_ms;
	int64_t ended_ms;
	double wall_seconds;
	double cpu_seconds; /* User and system, of it and its children. */
	uint64_t peak_memory_bytes;
	struct process_stream out;
	struct process_stream err;
};

/*
 * Run argv[0] (looked up in PATH, no shell) with standard input passed on and
 * standard output and error shown as they come, byte for byte, on ours, while
 * being hashed.  A terminal stays a terminal: when our output is a terminal
 * the child gets a pty of the same size for that stream, so that it colours
 * and buffers as it would alone.  extra_env are "NAME=VALUE" added to the
 * environment, NULL-terminated.
 * No byte is changed on the way, also by the pty (no \r before \n).  When
 * nobody takes our output any more, the child is still listened to and what
 * it says still hashed.
 *
 * SIGINT, SIGTERM and SIGHUP sent to us reach the child once and the result
 * says interrupted; a second SIGINT kills it.  The child is in our process
 * group, so that the shell's job control works as it would without us: what
 * the terminal sends (^C) it has already and is not passed on; what another
 * process sends to us (kill) is.  The same signal again within 50 ms is one
 * that came to us and to our group (timeout(1) does so) and is not counted.
 * Signals that are ignored (nohup) stay ignored by us and the child.  A
 * change of the window's size is passed on.  SIGPIPE is at its default in the
 * child.  The program's own signal dispositions and mask are restored before
 * return.
 *
 * Who outlives the child and keeps its output open does not keep us: after
 * the child's end we listen until nothing has come for 200 ms, 2 s at most.
 * Not found or not executable: ERROR_UNDECIDED, and nothing ran.
 */
int process_watch(struct process_result *out, char *const argv[],
    const char *const extra_env[], struct error *err);

/*
 * Run quietly and collect up to out->ceiling bytes of standard output (what
 * is beyond is let go), with a time limit; standard input is /dev/null,
 * standard error is dropped.  folder is where it runs; NULL: here.
 * *exit_status is -1 when it could not be run, timed out or was killed.  It
 * has a process group of its own, which is gone when this returns.
 */
int process_collect(struct buffer *out, int *exit_status, char *const argv[],
    const char *folder, int limit_ms, struct error *err);

#endif
