/* witness_folder.h: a witness that keeps what it saw in a folder. */
#ifndef LEDGER_WITNESS_FOLDER_H
#define LEDGER_WITNESS_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "keys/note.h"
#include "keys/signer.h"
#include "ledger/witness.h"

/*
 * FOLDER/<SHA-256 of the origin, hex>.checkpoint is, for each log, the last
 * checkpoint that was cosigned: a signed note with the log's signature and the
 * witness's own, so that nobody else can have written it.  It is replaced
 * atomically and is on disk before the cosignature is handed out; meanwhile
 * .lock beside it keeps other processes out.
 */
struct witness {
	const char *folder; /* Made when it is first needed. */
	struct note_key key; /* The witness's own, NOTE_COSIGNATURE. */
	const struct signer *signer;
	const struct note_key *logs; /* That it serves. */
	size_t log_count;
};

struct witness_answer {
	enum witness_status status;
	uint64_t old_size; /* From which it was proved. */
	struct checkpoint asked; /* Its origin is "" if it was malformed. */
	struct witness_state state; /* What is known of that log by now. */
	struct buffer body; /* As in HTTP: the cosignature's line, the size
	                       known, or why not. */
	struct error reason; /* If it was not cosigned. */
};
struct witness_answer witness_answer_new(void);
void witness_answer_free(struct witness_answer *answer);

/*
 * Answer one add-checkpoint request.  0 with any answer; -1 if there is none:
 * the state cannot be read or kept, is not this witness's, or the clock is
 * before the last cosignature.  Then nothing was cosigned.
 */
int witness_answer(struct witness_answer *out, const struct witness *witness,
    struct bytes request, uint64_t now_s, struct error *err);

/* Read a state file's content: a checkpoint of this origin that this witness
 * cosigned; ERROR_NO otherwise. */
int witness_state_read(struct witness_state *out, struct bytes content,
    const char *origin, const struct note_key *key, struct error *err);

#endif
