/* passphrase.h: passphrases from a terminal, a file or a descriptor. */
#ifndef KEYS_PASSPHRASE_H
#define KEYS_PASSPHRASE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/error.h"

/* Up to LIMIT_PASSPHRASE bytes in locked memory, wiped when freed. */
struct passphrase;

/*
 * Where it comes from, in this order: the descriptor named in the
 * environment's VOUCH_PASSPHRASE_FD (decimal, read once to its end or first
 * newline and remembered for later calls of this process, because a pipe
 * cannot be read twice); the file named in VOUCH_PASSPHRASE_FILE (first line;
 * refused if others can read it); otherwise a prompt on /dev/tty, without
 * echo, echo restored on every exit including signals; with `twice' it is
 * asked again and must agree (prompt only).
 * Empty passphrases are refused.  Without a terminal: ERROR_UNDECIDED with
 * the remedy to set VOUCH_PASSPHRASE_FILE.
 */
int passphrase_obtain(struct passphrase **out, const char *prompt, bool twice,
    struct error *err);

/* The first line of a file, as VOUCH_PASSPHRASE_FILE would be read. */
int passphrase_from_file(struct passphrase **out, const char *path,
    struct error *err);

/* From bytes, which are copied (tests, callers that wipe their own). */
int passphrase_of(struct passphrase **out, struct bytes bytes,
    struct error *err);

struct bytes passphrase_bytes(const struct passphrase *passphrase);
void passphrase_free(struct passphrase *passphrase);

/* Whether passphrase_obtain would ask a person. */
bool passphrase_asks(void);

#endif
