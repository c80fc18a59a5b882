/* population.h: what a sample is drawn from: a list in a period, complete. */
#ifndef LEDGER_POPULATION_H
#define LEDGER_POPULATION_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "ledger/list_proof.h"

/*
 * docs/format.md, "Populations and samples": a text that begins with
 * "vouchbook-population@v1".  It names every entry of a kind up to a
 * checkpoint, says of each whether it is in the population and if not why,
 * and ends in the proof that there are no others.
 */
enum population_mark {
	POPULATION_IN,
	POPULATION_BEFORE, /* Before the period. */
	POPULATION_AFTER, /* After it. */
	POPULATION_UNMET, /* The condition does not hold. */
};
const char *population_word(enum population_mark mark);

struct population_item {
	enum population_mark mark;
	uint64_t seq;
	struct digest leaf;
	int64_t time_ms;
	struct bytes title; /* A JSON text, with its quotes. */
};

struct population {
	const struct kind *kind;
	bool has_from, has_to;
	int64_t from_ms; /* The first instant of the period, */
	int64_t to_ms; /* and the first one after it. */
	struct bytes where; /* A condition as a JSON text; empty: none. */
	uint64_t in; /* How many items are in it. */
	size_t count;
	struct population_item *item;
	struct bytes proof_text;
	struct list_proof *proof; /* When it was parsed. */
};

bool population_is(struct bytes text);

/* Where an entry's time lies: in, before or after. */
enum population_mark population_period(const struct population *population,
    int64_t time_ms);

/* Exact, or ERROR_UNDECIDED with the line; borrows from the text.  To be
 * freed if 0, and after population_write what it owns. */
int population_parse(struct population *out, struct bytes text,
    struct error *err);
void population_free(struct population *population);

/* Append the text; `proof_text' is that of the proof. */
void population_write(struct buffer *out, const struct population *population);

/* Add an item, for who makes one. */
int population_add(struct population *population,
    const struct population_item *item, struct error *err);

/*
 * Check that its items are those of the complete list, that each time and
 * title is the entry's wherever the line is at hand, and that each item is
 * marked as its time says.  Whether the condition holds of an entry is not
 * asked: that is the word of who made it.  `line' and its cookie as in struct
 * list_checker; ledger_key as there.  ERROR_NO with what is not so.
 */
int population_check(struct list_claim *out,
    const struct population *population, const struct public_key *ledger_key,
    int (*line)(void *cookie, uint64_t seq, struct digest leaf,
	struct bytes *line, struct error *err),
    void *cookie, struct error *err);

/*
 * A sample: the items in the population in order of SHA-256 of the ASCII
 * "DIGEST LEAF SEED", DIGEST being the SHA-256 of the population's file, both
 * in hex.  The first ones are drawn.  The seed must be chosen after the
 * population is fixed, by who will look at the sample.
 */
struct population_draw {
	struct digest rank;
	size_t item; /* Number in population->item. */
};
/* Of the smaller of `wanted' and population->in; to be freed with
 * memory_free. */
int population_sample(struct population_draw **out, size_t *count,
    const struct population *population, struct digest digest, const char *seed,
    uint64_t wanted, struct error *err);

#endif
