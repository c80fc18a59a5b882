/* fixture.h: a small real ledger for tests: keys, genesis, signed records. */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "base/buffer.h"
#include "base/error.h"
#include "keys/envelope.h"
#include "keys/signer.h"
#include "ledger/append.h"
#include "tests/support/place.h"

/*
 * A fixture's functions stop the program on failure: what they do is not what
 * is being tested.  Keys come from fixed seeds, so that only clocks and nonces
 * differ from run to run.
 */
#define FIXTURE_ORIGIN "fixture.example/ledger"
struct fixture {
	char *folder;
	char *store;                /* FOLDER/ledger.db */
	struct signer *ledger_key;
	struct signer *founder;     /* "founder", every role. */
	struct signer *engineer;    /* "engineer", enrolled if asked for. */
	const char *origin;
};

/* In an existing folder: keys and a ledger of one entry. */
void fixture_make(struct fixture *fixture, const char *folder,
    const char *origin);
void fixture_free(struct fixture *fixture);

#define fixture_folder place_new
#define fixture_remove (void)place_remove

/* Append a signed observation of about 600 bytes to out, as an envelope. */
void fixture_observation(struct buffer *out, const struct fixture *fixture,
    const struct signer *signer, const struct checkpoint *after,
    unsigned number);

/* Sign members of a kind with the given head. */
void fixture_record(struct buffer *out, const struct signer *signer,
    const struct record_head *head, const char *kind, struct json *subjects,
    struct json *members);

/* An enrolment of the engineer's key by the founder. */
void fixture_enrolment(struct buffer *out, const struct fixture *fixture,
    const struct checkpoint *after);

/* Append count observations in batches of `batch'; stops the program if that
 * fails. */
void fixture_fill(const struct fixture *fixture, struct appender *appender,
    unsigned count, unsigned batch);

/* Stop the program: WHAT and err's text. */
_Noreturn void fixture_die(const char *what, const struct error *err);

/* Copy a file; for working on copies of a closed store. */
void fixture_copy(const char *from, const char *to);

#endif
