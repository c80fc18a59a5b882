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
	int exit_status;       /* -1 when ended by a signal. */
	int signal;            /* 0 when it exited. */
	bool interrupted;      /* The person pressed ^C or we were told to end. */
	int64_t started_ms;
	int64_t ended_ms;
	double wall_seconds;
	double cpu_seconds;    /* User and system, of it and its children. */
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
 * SIGINT, SIGTERM and SIGHUP sent to us are passed on to the child and the
 * result says interrupted; a second SIGINT kills it.  The program's own
 * signal dispositions are restored before return.  Not found or not
 * executable: ERROR_UNDECIDED, and nothing ran.
 */
int process_watch(struct process_result *out, char *const argv[],
    const char *const extra_env[], struct error *err);

/*
 * Run quietly and collect up to out->ceiling bytes of standard output, with a
 * time limit; standard input is /dev/null, standard error is dropped.
 * *exit_status is -1 when it could not be run, timed out or was killed.
 */
int process_collect(struct buffer *out, int *exit_status, char *const argv[],
    const char *folder, int limit_ms, struct error *err);

#endif
