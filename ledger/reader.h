/* reader.h: a ledger as of some moment, for commands that read. */
#ifndef LEDGER_READER_H
#define LEDGER_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/authority.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/index.h"
#include "ledger/record.h"
#include "ledger/revealed.h"
#include "ledger/store.h"

/*
 * One unchanging view of a ledger.  The newest checkpoint's signature is
 * checked; the rest is verify's work.  The authority is that of the view's
 * end, replayed from genesis and key records.
 */
struct reader;
int reader_open(struct reader **out, const char *path, struct error *err);
void reader_close(struct reader *reader);

/* Restrict the view to entries before a seq + 1 ("41"), or up to a time as
 * people type it; authority follows. */
int reader_as_of(struct reader *reader, const char *seq_or_time,
    struct error *err);

struct store *reader_store(struct reader *reader);
const struct authority *reader_authority(const struct reader *reader);
/* Entries in view, and all entries of the ledger. */
uint64_t reader_size(const struct reader *reader);
uint64_t reader_full_size(const struct reader *reader);
/* The newest checkpoint of the whole ledger, and its note. */
const struct checkpoint *reader_checkpoint(const struct reader *reader);
struct bytes reader_note(const struct reader *reader);

/* An entry taken apart: the line, the entry, the record.  Reused. */
struct reader_entry {
	struct buffer line;
	struct entry entry;
	struct record record;
	struct digest leaf;
	struct json_arena *arena; /* NULL: the record is on the heap. */
	/* Its sealed fields: in the record their values stand, or texts that
	 * say why they do not (revealed.h). */
	struct revealed revealed;
};
struct reader_entry reader_entry_new(void);
void reader_entry_free(struct reader_entry *entry);
/* From now on its records are cut from memory of their own, which is quicker
 * when many are read: nothing may be taken out of such a record. */
int reader_entry_for_many(struct reader_entry *entry, struct error *err);
/* ERROR_NO, saying by which entry, for one that was erased whole. */
int reader_read(struct reader *reader, uint64_t seq, struct reader_entry *out,
    struct error *err);

/* When the ledger took an entry in; one that was erased whole, by the index. */
int reader_time(struct reader *reader, uint64_t seq, int64_t *time_ms,
    struct error *err);

/* From now on sealed values are shown from these disclosures alone, not from
 * those beside the ledger; borrowed. */
void reader_disclose(struct reader *reader,
    const struct disclosures *disclosures);

/*
 * What a person calls an entry: a seq, eight or more hex characters of its
 * leaf hash (those that are all digits, if there is no such seq), "KIND/NAME@VERSION", "KIND/NAME" (the newest version) or
 * "NAME@VERSION" when one kind only has it; a run named means its last
 * entry.  Corrected records lead to the correction unless asked by seq or
 * hash.  Not found: ERROR_UNDECIDED with the nearest names.
 */
int reader_find(struct reader *reader, const char *what, uint64_t *seq,
    struct error *err);

/*
 * The same where an entry of a kind is meant: "NAME" and "NAME@VERSION" are
 * that kind's if it has one so named.  What else it may be is found as above,
 * so ask which kind it is.
 */
int reader_find_of(struct reader *reader, const char *kind, const char *what,
    uint64_t *seq, struct error *err);

/*
 * The record that stands for a name of a kind, or for a version of it if
 * that is not NULL: the newest, counting a correction as old as what it
 * corrects, and then what corrects it.
 */
int reader_newest(struct reader *reader, const struct kind *kind,
    const char *name, const char *version, struct index_row *row, bool *found,
    struct error *err);

/* The newest entry of a kind that mentions a digest in a role, and stands:
 * one that was corrected does not count. */
int reader_mention(uint64_t *seq, bool *found, struct reader *reader,
    struct digest digest, const char *kind, enum fact_role role,
    struct error *err);

#endif
