/* append.h: the one way in: check, write, read back, sign, commit. */
#ifndef LEDGER_APPEND_H
#define LEDGER_APPEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "keys/signer.h"
#include "ledger/authority.h"
#include "ledger/checkpoint.h"
#include "ledger/record.h"
#include "ledger/sealed.h"

/*
 * What an appender does with a list of envelopes, in one transaction with one
 * checkpoint: read and check each (in parallel), decide by the authority of
 * the entries before it, verify its signatures, refuse replays, records meant
 * for another ledger and pins (`after') that this ledger contradicts, write
 * the entry, its tile hashes and its index rows, read back what was written,
 * sign the checkpoint and commit.  All or nothing.  Processes may append at
 * the same time: each waits its turn and sees what the others added.
 */
struct appender;

/* The ledger at the moment at which something is judged: all entries below
 * size, some of them perhaps not committed yet, and the time of the next. */
struct append_view {
	struct store *store;
	const struct authority *authority;
	uint64_t size;
	int64_t time_ms;
};

/* What would enter: a record that is valid and whose signatures verify. */
struct append_question {
	const struct kind *kind;
	struct bytes payload; /* The statement. */
	struct bytes envelope; /* As it was given. */
	const struct public_key *signer;
	size_t signer_count;
};

enum append_answer {
	APPEND_UNGATED, /* Nothing is said about records of this kind. */
	APPEND_ALLOWED,
	APPEND_REFUSED, /* err says why. */
};

/*
 * Who decides beyond authority: the policy room, reaching this one as a
 * table.  What is gated enters with a verdict behind it, signed by the ledger
 * in the same transaction; what is refused leaves the verdict alone, with
 * the envelope it was about as an attachment.
 */
struct append_gate {
	void *cookie;
	int (*judge)(void *cookie, const struct append_view *view,
	    const struct append_question *question, enum append_answer *answer,
	    struct error *err);
	/* The members of the verdict on what was judged last; of its entry, or
	 * of an attempt that was refused.  Owned by the caller.  What is put
	 * into `attachment' is kept with it. */
	int (*verdict)(void *cookie, const struct digest *entry,
	    const struct digest *attempt, struct json **members,
	    struct buffer *attachment, struct error *err);
};

/* Have it judge what is appended; borrowed.  NULL: nobody. */
void appender_set_gate(struct appender *appender,
    const struct append_gate *gate);

/*
 * Append one record that the ledger itself signs.  `compose' gets the ledger
 * as it is and gives the members, and an attachment or nothing; both are
 * freed here.
 */
struct append_own {
	const char *kind;
	void *cookie;
	int (*compose)(void *cookie, const struct append_view *view,
	    struct json **members, struct buffer *attachment,
	    struct error *err);
};
int appender_add_own(struct appender *appender, const struct append_own *own,
    uint64_t *seq, struct digest *leaf, struct error *err);

/* Open the ledger at path (the store's file) for appending.  The signer is
 * the ledger's own key and is borrowed; it must be the key of the genesis. */
int appender_open(struct appender **out, const char *path,
    const struct signer *ledger_key, struct error *err);
void appender_close(struct appender *appender);

/* The authority and newest checkpoint as of the last look at the file:
 * appender_open, appender_refresh and appender_add look. */
const struct authority *appender_authority(const struct appender *appender);
const struct checkpoint *appender_checkpoint(const struct appender *appender);
/* The checkpoint's note (signed text), borrowed. */
struct bytes appender_note(const struct appender *appender);
int appender_refresh(struct appender *appender, struct error *err);

/* Borrow the store, for looking things up between appends. */
struct store *appender_store(struct appender *appender);

/* A head for a record to be composed now: origin, clock, nonce, checkpoint. */
void appender_head(const struct appender *appender, struct record_head *head);

/* One envelope of a list: in, and what became of it. */
struct append_item {
	struct bytes envelope; /* As anyone may write it. */
	uint64_t seq;
	struct digest leaf;
};

/*
 * The disclosures of sealed fields in the next list that is appended; borrowed
 * until appender_add returns, which uses them once.  Every sealed field needs
 * its own, and each must belong to one.
 */
void appender_disclose(struct appender *appender,
    const struct disclosures *disclosures);

/*
 * Append all items with the attachments they need (contents; digests are
 * computed); one that no entry of the ledger names is not kept.  On failure
 * nothing was appended, and *bad is the number of the item at fault (or count
 * when none is): err says what is wrong with it.  But when the gate refuses an
 * item, its verdict is.
 */
int appender_add(struct appender *appender, struct append_item items[],
    size_t count, const struct bytes attachments[], size_t attachment_count,
    size_t *bad, struct error *err);

/*
 * Begin to prepare a list that will be given to appender_add later, in the
 * order of the calls and unchanged until then; at most two wait at a time
 * (further calls do nothing).  Only for speed: reading and verifying goes on
 * in the background while the list before is written or more is read.
 */
int appender_prepare(struct appender *appender, struct append_item items[],
    size_t count, struct error *err);

/* Found a ledger: create the store at path with one entry, the genesis
 * envelope (signed by founders and ledger key), and its first checkpoint.
 * Refuses an existing file; leaves none behind on failure. */
int appender_found(const char *path, struct bytes genesis,
    const struct signer *ledger_key, struct error *err);

/* Drop the index and rebuild it from the entries, in one transaction.
 * *rebuilt is the number of entries.  No key is needed. */
int append_reindex(const char *path, uint64_t *rebuilt,
    int (*progress)(void *cookie, uint64_t done, uint64_t total), void *cookie,
    struct error *err);

#endif
