/*
 * tamper_timestamps.c STORE: over a thousand seeded changes to the timestamps
 * that a ledger keeps, with their digests left or made anew, each of which
 * verification must find and name by its checkpoint.  tamper_timestamps.sh
 * makes the ledger.  Prints TAP.  TAMPER_SEED in the environment gives another
 * run.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/limits.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"

#define TOKENS 8
#define ROUNDS 1500

static struct token {
	uint64_t size;
	struct digest digest;
	struct buffer bytes;
} tokens[TOKENS];
static size_t count;
static sqlite3 *db;
static const char *store;
static uint64_t state;
static unsigned tests;
static struct error err;

/* splitmix64: small, and the same everywhere. */
static uint64_t
random_number(uint64_t below)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % below;
}

static void
result(bool good, const char *sentence)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++tests, sentence);
}

static void
die(const char *what)
{
	fprintf(stderr, "tamper_timestamps: %s: %s\n", what,
	    sqlite3_errmsg(db));
	exit(1);
}

static sqlite3_stmt *
prepare(const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		die(sql);
	return statement;
}

static void
load(void)
{
	sqlite3_stmt *all = prepare("SELECT size, digest, token FROM timestamp"
				    " ORDER BY size, digest");

	while (sqlite3_step(all) == SQLITE_ROW && count < TOKENS) {
		struct token *token = &tokens[count++];

		token->size = (uint64_t)sqlite3_column_int64(all, 0);
		memcpy(token->digest.byte, sqlite3_column_blob(all, 1),
		    DIGEST_LEN);
		token->bytes = buffer_new(LIMIT_TIMESTAMP);
		buffer_append(&token->bytes,
		    bytes_of(sqlite3_column_blob(all, 2),
			(size_t)sqlite3_column_bytes(all, 2)));
	}
	sqlite3_finalize(all);
}

/* Put one row in the place of another. */
static void
replace(const struct token *old, uint64_t size, struct digest digest,
    struct bytes bytes)
{
	sqlite3_stmt *gone =
	    prepare("DELETE FROM timestamp WHERE size = ?1 AND digest = ?2");
	sqlite3_stmt *put = prepare("INSERT INTO timestamp VALUES(?1, ?2, ?3)");

	sqlite3_bind_int64(gone, 1, (sqlite3_int64)old->size);
	sqlite3_bind_blob(gone, 2, old->digest.byte, DIGEST_LEN,
	    SQLITE_STATIC);
	sqlite3_bind_int64(put, 1, (sqlite3_int64)size);
	sqlite3_bind_blob(put, 2, digest.byte, DIGEST_LEN, SQLITE_STATIC);
	sqlite3_bind_blob(put, 3, bytes.len == 0 ? (const void *)"" : bytes.data,
	    (int)bytes.len, SQLITE_STATIC);
	if (sqlite3_step(gone) != SQLITE_DONE ||
	    sqlite3_step(put) != SQLITE_DONE)
		die("cannot change a row");
	sqlite3_finalize(gone);
	sqlite3_finalize(put);
}

/* A few bytes changed, removed, put in or moved; the end cut; a piece of
 * another token. */
static void
change(struct buffer *out, const struct token *token)
{
	struct bytes from = buffer_bytes(&token->bytes);
	struct bytes other = buffer_bytes(&tokens[random_number(count)].bytes);
	size_t at = (size_t)random_number(from.len);
	struct bytes rest = bytes_after(from, at + 1);
	size_t len = 1 + (size_t)random_number(16);

	buffer_clear(out);
	buffer_append(out, bytes_of(from.data, at));
	switch (random_number(8)) {
	case 0: /* Removed. */
		break;
	case 1: /* Put in. */
		buffer_byte(out, (uint8_t)random_number(256));
		buffer_byte(out, from.data[at]);
		break;
	case 2: /* Cut. */
		return;
	case 3: /* Of elsewhere. */
		buffer_byte(out, from.data[random_number(from.len)]);
		break;
	case 4: /* A piece of another at the same place. */
		if (at + len < from.len && at + len < other.len) {
			buffer_append(out, bytes_of(other.data + at, len));
			rest = bytes_after(from, at + len);
			break;
		}
		buffer_byte(out, (uint8_t)~from.data[at]);
		break;
	default:
		buffer_byte(out,
		    from.data[at] ^ (uint8_t)(1 << random_number(8)));
		break;
	}
	buffer_append(out, rest);
}

struct seen {
	uint64_t problems;
	uint64_t size;
	bool named;
};

static void
see(void *cookie, const struct verify_problem *problem)
{
	struct seen *seen = cookie;

	seen->problems++;
	seen->named |= problem->check == VERIFY_TIMESTAMP &&
	    problem->seq == seen->size && problem->what[0] != '\0';
}

/* Whether verification finds something wrong at this checkpoint. */
static bool
is_found(uint64_t size)
{
	struct seen seen = { .size = size };
	struct verify_result verified;
	const struct verify_options options = { .threads = 1,
		.cookie = &seen,
		.problem = see };

	if (verify_ledger(&verified, store, &options, &err) == -1)
		fixture_die("verify", &err);
	return seen.named;
}

static bool
is_sound(void)
{
	struct seen seen = { .size = 0 };
	struct verify_result verified;
	const struct verify_options options = { .threads = 1,
		.cookie = &seen,
		.problem = see };

	if (verify_ledger(&verified, store, &options, &err) == -1)
		fixture_die("verify", &err);
	return verified.problems == 0 && verified.timestamps.good == count &&
	    verified.timestamps.unknown == 0;
}

/* Rounds of changes, with the digest made anew or not. */
static unsigned
round_of(unsigned rounds, bool anew)
{
	struct buffer changed = buffer_new(LIMIT_TIMESTAMP + 64);
	unsigned missed = 0;

	for (unsigned i = 0; i < rounds; i++) {
		const struct token *token = &tokens[random_number(count)];
		struct token now = { .size = token->size };

		do
			change(&changed, token);
		while (bytes_equal(buffer_bytes(&changed),
		    buffer_bytes(&token->bytes)));
		now.digest = anew ? digest_of(buffer_bytes(&changed))
				  : token->digest;
		replace(token, token->size, now.digest,
		    buffer_bytes(&changed));
		if (!is_found(token->size)) {
			missed++;
			printf("# round %u of the token over %llu: not found\n",
			    i, (unsigned long long)token->size);
		}
		replace(&now, token->size, token->digest,
		    buffer_bytes(&token->bytes));
	}
	buffer_free(&changed);
	return missed;
}

/* Each token under each checkpoint that it is not about. */
static unsigned
move_all(void)
{
	unsigned missed = 0;

	for (size_t i = 0; i < count; i++)
		for (uint64_t size = 1; size < 8; size++) {
			struct token now = { .size = size,
				.digest = tokens[i].digest };

			if (size == tokens[i].size)
				continue;
			replace(&tokens[i], size, now.digest,
			    buffer_bytes(&tokens[i].bytes));
			missed += !is_found(size);
			replace(&now, tokens[i].size, now.digest,
			    buffer_bytes(&tokens[i].bytes));
		}
	return missed;
}

int
main(int argc, char *argv[])
{
	const char *seed = getenv("TAMPER_SEED");

	if (argc != 2)
		return 2;
	state = seed == NULL ? 20260101 : strtoull(seed, NULL, 10);
	store = argv[1];
	if (sqlite3_open(store, &db) != SQLITE_OK)
		die("cannot open");
	sqlite3_exec(db, "PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF",
	    NULL, NULL, NULL);
	load();
	printf("# seed %llu\n", (unsigned long long)state);
	result(count >= 4 && is_sound(), "the ledger's timestamps hold");
	result(round_of(ROUNDS * 2 / 3, true) == 0,
	    "1000 changes of tokens, under digests made anew, are all found");
	result(round_of(ROUNDS / 3, false) == 0,
	    "500 changes of tokens are all found");
	result(move_all() == 0,
	    "each token under a checkpoint that it is not about is found");
	result(is_sound(), "put back, they hold");
	printf("1..%u\n", tests);
	sqlite3_close(db);
	for (size_t i = 0; i < count; i++)
		buffer_free(&tokens[i].bytes);
	return 0;
}
