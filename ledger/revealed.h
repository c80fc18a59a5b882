/* revealed.h: what is known of the sealed fields of a record. */
#ifndef LEDGER_REVEALED_H
#define LEDGER_REVEALED_H

#include <stdint.h>

#include "base/error.h"
#include "ledger/record.h"
#include "ledger/sealed.h"
#include "ledger/store.h"

enum field_state {
	FIELD_SHOWN, /* Its disclosure is there and its hash matches. */
	FIELD_ERASED, /* An erasure record names it. */
	FIELD_MISSING, /* Neither: a failure. */
	FIELD_WITHHELD, /* It was not disclosed to this reader. */
};

struct revealed_field {
	char *path;
	struct digest digest;
	enum field_state state;
	uint64_t erased_by; /* If FIELD_ERASED. */
};
struct revealed {
	struct revealed_field *item;
	size_t count;
	size_t capacity;
};
void revealed_free(struct revealed *revealed);

/* The field at a path or inside the value at it; NULL if none is. */
const struct revealed_field *revealed_find(const struct revealed *revealed,
    const char *path);

/* "erased by entry 12", "missing", "withheld"; of FIELD_SHOWN, nothing. */
void revealed_word(struct buffer *out, const struct revealed_field *field);

/*
 * Put the disclosed values of a record, the entry with this leaf hash, in the
 * place of their commitments; in place of others a text says what became of
 * them.  With `given', values come from there and not from the store.  Values
 * that do not fit the record are as good as missing.  Replaces what is in the
 * list.
 */
int reveal_record(struct revealed *out, struct record *record,
    struct digest leaf, struct store *store, const struct disclosures *given,
    struct error *err);

/* Whether all sealed fields of a record that enters are disclosed in the
 * store, and say what such a record may say: ERROR_NO. */
int reveal_admit(struct bytes payload, struct store *store, struct error *err);

#endif
