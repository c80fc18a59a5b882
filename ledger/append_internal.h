/* append_internal.h: an appender from inside. */
#ifndef LEDGER_APPEND_INTERNAL_H
#define LEDGER_APPEND_INTERNAL_H

#include "base/pool.h"
#include "ledger/admission.h"
#include "ledger/append.h"
#include "ledger/entry.h"
#include "ledger/merkle.h"
#include "ledger/store.h"

#define BLOCK 512
#define SLICE 32
#define SLICES (BLOCK / SLICE)
/* Blocks that may be prepared ahead. */
#define BLOCKS 8
/* Lists known: the one being appended and the next. */
#define LISTS 2

struct slot {
	struct admission admission;
	struct error error;
	bool failed;
};

/* A block being prepared. */
struct block {
	struct appender *appender;
	struct append_item *item;
	size_t count;
	struct slot *slot; /* BLOCK of them. */
	size_t made; /* How many were ever used. */
	struct pool_set set;
	struct json_arena *arena[SLICES];
	struct buffer scratch[SLICES];
};

/* Envelopes, and how many of them are in blocks. */
struct list {
	struct append_item *item;
	size_t count;
	size_t started;
};

struct appender {
	struct store *store;
	const struct signer *ledger_key;
	struct authority *authority;
	struct merkle *tree;
	struct digest last_leaf;
	int64_t last_time_ms;
	bool current; /* What is above agrees with the store at tree->size. */
	struct checkpoint checkpoint;
	struct buffer note;
	struct digest origin; /* SHA-256 of it. */
	/* Working memory. */
	struct pool *pool;
	struct block block[BLOCKS]; /* A ring: in_flight of them from first. */
	size_t first;
	size_t in_flight;
	struct list list[LISTS];
	size_t list_count;
	struct buffer scratch;
	struct buffer line;
	struct entry entry; /* One that is in the ledger. */
	const struct append_gate *gate;
	const struct disclosures *disclosures; /* For the next list. */
	struct admission own; /* What the ledger says itself. */
	struct json_arena *own_arena;
	bool refused; /* The last list failed by the gate's answer. */
	struct { /* The pin found true last. */
		uint64_t size;
		struct digest root;
		bool known;
	} pin;
};

/* append.c, for what the ledger says itself. */

/* In a write transaction: look at what others appended. */
int append_catch_up(struct appender *appender, struct error *err);
/* The time of what is written now. */
int append_time(const struct appender *appender, int64_t *time_ms,
    struct error *err);
/* Write an entry whose signatures have been checked, and read it back. */
int append_write(struct appender *appender, struct admission *admission,
    int64_t time_ms, uint64_t *seq, struct digest *leaf, struct error *err);
/* Keep the last tiles and sign a checkpoint. */
int append_seal(struct appender *appender, struct error *err);

/* append_sealed.c */

/* Whether what an admission seals or erases may enter as entry seq. */
int append_sealed_admit(struct appender *appender, struct admission *admission,
    uint64_t seq, int64_t time_ms, struct error *err);
/* What was erased is destroyed, once the entry that says so is written. */
int append_sealed_apply(struct appender *appender, struct admission *admission,
    struct error *err);
/* Keep the disclosures before the list is taken; and once it is, see that
 * each belongs to an entry. */
int append_sealed_put(struct appender *appender, struct error *err);
int append_sealed_done(struct appender *appender, struct error *err);

/* append_gate.c */

/* Have the gate judge an admission; 0 with *gated, or -1 when it is refused
 * or could not be judged. */
int append_judge(struct appender *appender, struct admission *admission,
    struct bytes envelope, int64_t time_ms, bool *gated, struct error *err);
/* Write the verdict on what was judged and entered. */
int append_verdict(struct appender *appender, struct digest leaf,
    int64_t time_ms, struct error *err);
/* In a transaction of its own: judge an item that was refused once more, and
 * if it is refused again, keep the verdict.  Changes nothing in err. */
int append_refusal(struct appender *appender, struct bytes envelope,
    struct error *err);

#endif
