/* facts.h: what the index keeps of one record, gathered by the kind's rows. */
#ifndef LEDGER_FACTS_H
#define LEDGER_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "ledger/record.h"

/* How a record mentions a digest; the order is the index's spelling. */
enum fact_role {
	FACT_SUBJECT = 0,
	FACT_INPUT = 1,
	FACT_OUTPUT = 2,
	FACT_PARENT = 3,
	FACT_MODEL = 4,
	FACT_DATASET = 5,
	FACT_ENTRY = 6,
	FACT_SUPERSEDES = 7,
	FACT_ATTACHMENT = 8,
	FACT_ERASED = 9, /* What an erasure destroyed. */
	FACT_SEALED = 10, /* A commitment. */
	FACT_NAMED = 15, /* What an entry named whose body was destroyed. */
	/* Values. */
	FACT_PARAMETER = 16,
	FACT_METRIC = 17,
};
const char *fact_role_name(enum fact_role role);

/* One fact.  Offsets are into facts.text, of NUL-terminated texts. */
struct fact {
	enum fact_role role;
	struct digest digest; /* Roles below FACT_PARAMETER. */
	size_t name; /* Offset; for digests the name given, or "". */
	enum { FACT_TEXT, FACT_NUMBER } type;
	double number;
	size_t text; /* Offset, when type is FACT_TEXT. */
};

/* Reused from record to record without allocating. */
struct facts {
	size_t count;
	size_t capacity;
	struct fact *fact;
	struct buffer text;
	/* Offsets of the record's own columns; 0 is the empty text. */
	size_t name;
	size_t version;
	size_t status;
	/* For facts_gather: where a fact is, when there are many. */
	uint32_t *slot;
	size_t slot_capacity;
	bool slot_filled;
};
struct facts facts_new(void);
void facts_free(struct facts *facts);

/* Replace the content by the facts of a record.  Facts with the same (role,
 * digest) or (role, name) are kept once, the first. */
int facts_gather(struct facts *facts, const struct record *record,
    struct error *err);

/* What is known of an entry whose body was destroyed: the artefacts that it
 * named (a list of digests in hex), and that its status is FACTS_ERASED. */
#define FACTS_ERASED "erased"
int facts_of_erased(struct facts *facts, const struct json *named,
    struct error *err);

const char *facts_text(const struct facts *facts, size_t offset);

#endif
