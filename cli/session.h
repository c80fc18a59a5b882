/* session.h: which ledger, which keys, what was seen: what commands share. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "cli/command.h"
#include "keys/signer.h"
#include "ledger/append.h"
#include "ledger/reader.h"
#include "policy/gate.h"

/* In the ledger's folder (.vouch). */
#define SESSION_FOLDER ".vouch"
#define SESSION_STORE "ledger.db"
#define SESSION_LEDGER_KEY "ledger.key"

/*
 * The path of the store: --ledger, else VOUCH_LEDGER, else .vouch found by
 * walking up from the working directory.  Each may name the .vouch folder,
 * the folder that holds it, or the store file itself.
 */
int session_store_path(struct buffer *out, const struct context *context,
    struct error *err);

/*
 * Where a person's own things are: $VOUCH_HOME, else $XDG_CONFIG_HOME/vouch
 * or ~/.config/vouch.  Keys are HOME/keys/NAME.key (ssh keys: NAME.pub).
 * What was seen is HOME/seen/… (or $XDG_STATE_HOME/vouch/seen).
 */
int session_home(struct buffer *out, struct error *err);
int session_key_path(struct buffer *out, const char *name_or_path,
    struct error *err);

/*
 * The signer to author records with: --key, else VOUCH_KEY, else the only key
 * in HOME that is in force in this ledger.  A key file is opened (passphrase
 * as keys/passphrase.h says); a .pub file or an ssh key enrolled in the
 * ledger is used through ssh-agent.  Refused with the list of candidates when
 * there are several.
 */
int session_author(struct signer **out, const struct context *context,
    const struct authority *authority, struct error *err);

/* The ledger's own key, beside the store.  Opened with the same passphrase as
 * the author's if that fits; VOUCH_LEDGER_PASSPHRASE_FILE comes first. */
int session_ledger_key(struct signer **out, const struct context *context,
    const char *store_path, struct error *err);

/* Open a key file, asking for its passphrase if it has one. */
int session_open_key_file(struct signer **out, const char *path,
    struct error *err);
/* The key in an OpenSSH public key file. */
int session_read_public(struct public_key *out, const char *path,
    struct error *err);

/*
 * The newest checkpoint this person has seen of this ledger, kept outside it,
 * by the ledger's verifier key.  session_remember refuses (ERROR_NO) a ledger
 * that is smaller than, or not consistent with, what was seen (rolled back or
 * forked), saying both sizes and when; otherwise it remembers the newer one.
 * Called by every command that opens a ledger.  Others may append meanwhile:
 * whoever is behind what was seen has the store at `path' looked at again.
 */
int session_remember(const char *path, struct store *store,
    const struct checkpoint *checkpoint, struct bytes note,
    const struct note_key *key, struct error *err);

/* The same for a published copy, by its tiles: it may be behind what was seen,
 * which was *seen_size entries; it is not remembered then. */
int session_remember_copy(const struct tile_source *tiles,
    const struct checkpoint *checkpoint, struct bytes note,
    const struct note_key *key, uint64_t *seen_size, struct error *err);

/* Open for reading (with --as-of applied and session_remember called). */
int session_read(struct reader **out, const struct context *context,
    struct error *err);

/*
 * Open for writing: the appender, the author's signer and the ledger's.
 * End with session_write_end.
 */
struct session_write {
	struct appender *appender;
	struct gate *gate; /* The policies in force, at the door. */
	struct signer *author;
	struct signer *ledger_key;
	struct buffer store_path;
	uint64_t size; /* Of the ledger when it was opened. */
	const char *receipt; /* Where --receipt wants it, or NULL. */
	struct option_list seal; /* The paths of --seal. */
	const char *const *also; /* Paths to be sealed where they are there. */
	size_t also_count;
	int numbers; /* A lock, or -1: see session_hold_numbers. */
};
int session_write(struct session_write *out, const struct context *context,
    struct error *err);
/* The same without the author's key, for records that are signed already; and
 * the author's key afterwards, if it turns out to be needed. */
int session_write_unsigned(struct session_write *out,
    const struct context *context, struct error *err);
int session_need_author(struct session_write *session,
    const struct context *context, struct error *err);
void session_write_end(struct session_write *session);

/* All that many commands are: some work between the two. */
typedef int session_work(struct session_write *session, struct context *context,
    const void *given, struct operands operands, struct error *err);
int session_do(struct context *context, const void *given,
    struct operands operands, session_work *work, struct error *err);

/* Leave the receipt of an entry that was recorded, if one is wanted: of
 * several, that of the last remains.  The entry stands, whatever comes of it:
 * the error says so. */
int session_receipt(struct session_write *session, uint64_t seq,
    struct error *err);

/*
 * Version numbers are chosen and recorded by one session at a time: held from
 * compose_next_version, which calls this, until session_release_numbers or
 * session_write_end.  The appender has been refreshed.
 */
int session_hold_numbers(struct session_write *session, struct error *err);
void session_release_numbers(struct session_write *session);

/*
 * Compose, sign and append one record of a kind; subjects and members as for
 * record_compose (neither is taken), attachments as for appender_add.  Fills
 * seq and leaf, and leaves the receipt.  Prints nothing.  What is to be sealed
 * (cli/seal.h) is sealed before it is signed.
 */
int session_record(struct session_write *session, const char *kind,
    struct json *subjects, struct json *members,
    const struct bytes attachments[], size_t attachment_count, uint64_t *seq,
    struct digest *leaf, struct error *err);

/* Say what was recorded: one line for a person ("recorded dataset/x@1 as
 * entry 3 (1a2b3c4d…)") or one JSON object with seq, leaf, kind, name. */
void session_say_recorded(const struct context *context, const char *what,
    const char *title, uint64_t seq, struct digest leaf);

#endif
