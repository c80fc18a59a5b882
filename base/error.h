/* error.h: what failed, where, and what to do about it. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * The convention of the whole tree, said once:
 *
 * A function that can fail returns 0, or -1 with *err filled in.  err is never
 * NULL.  On failure no output argument has been touched and nothing outside
 * the function has changed, unless its header says otherwise.  What arrives
 * through an `out' argument belongs to the caller, who gives it to noun_free;
 * every noun_free takes NULL.  Returned const pointers are borrowed from the
 * subject and live as long as it does.
 *
 * "The check failed" is not an error of the checker: a verifier that finds a
 * forgery has succeeded, and hands back a finding.
 */

/* The classes are the exit statuses of the program (docs/design.md, 7). */
enum error_class {
	ERROR_NO = 1, /* A check failed: the answer is no. */
	ERROR_UNDECIDED = 2, /* Bad usage or bad input: no answer. */
	ERROR_SYSTEM = 3, /* Disk, memory, clock or system failed. */
};

/*
 * What fills in an error gives -1: here, where compilers and analysers see
 * it and know that what was not set is not used.
 */
static inline int
error_said(void)
{
	return -1;
}

#define ERROR_WHAT_MAX 600
#define ERROR_WHERE_MAX 400
#define ERROR_REMEDY_MAX 400

struct error {
	enum error_class class;
	char what[ERROR_WHAT_MAX]; /* One sentence, no full stop, no newline. */
	char where
	    [ERROR_WHERE_MAX]; /* "entry 41: payload: line 3, column 9" or "". */
	char remedy
	    [ERROR_REMEDY_MAX]; /* What to do: "run `vouch init`", or "". */
};

/*
 * Fill *err: class, the remedy (NULL or "" for none) and, as by printf, what
 * failed.  The place is emptied.  Control characters arriving through the
 * arguments are replaced by '?', so that one message stays one line.
 * Returns -1 always, so that a caller may write `return error_set(...)'.
 */
#define error_set(...) (error_fill(__VA_ARGS__), error_said())
void error_fill(struct error *err, enum error_class class, const char *remedy,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * Add a place on the way up: the formatted text is put in front of
 * err->where, followed by ": " when there was one.  Returns -1 always.
 */
#define error_within(...) (error_place(__VA_ARGS__), error_said())
void error_place(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An ERROR_SYSTEM for exhausted memory.  Returns -1 always. */
int error_memory(struct error *err);

/*
 * An ERROR_SYSTEM that says what could not be done (as by printf) followed by
 * the text of the system's errno, which is read on entry.  The remedy follows
 * from errno where one is known (ENOSPC, EACCES, EROFS).  Returns -1 always.
 */
#define error_errno(...) (error_fill_errno(__VA_ARGS__), error_said())
void error_fill_errno(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
