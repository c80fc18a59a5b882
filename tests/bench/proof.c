/*
 * proof.c: what proofs that an entry is in a ledger cost, to make from the
 * tiles of a store and to check.  The ledger has the tiles and the signed
 * checkpoint of so many entries, and of its entries those that are proved.
 *
 * usage: proof ENTRIES PEER-FILE
 *
 * PEER-FILE gets what another program must check for comparison: a line
 * "SIZE ROOT", and for each proof "INDEX LEAF HASH…", hashes in base64.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/receipt.h"
#include "ledger/entry.h"
#include "ledger/store.h"
#include "ledger/tlog_proof.h"
#include "tests/support/fixture.h"

#define PROVED 1000 /* Entries, spread over the ledger. */
#define ROUNDS 50
#define ENTRY_LEN 1245 /* An observation's. */

static struct error err;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "proof: %s: %s\n", what, err.what);
	exit(3);
}

/* Processor time of this thread: other work hardly changes it. */
static double
worked(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint64_t
proved(unsigned number, uint64_t size)
{
	return number * (size / PROVED) + number % (size / PROVED);
}

/* The line of an entry that is proved. */
static struct bytes
line_of(uint64_t seq, char line[ENTRY_LEN + 1])
{
	memset(line, 'x', ENTRY_LEN);
	line[snprintf(line, ENTRY_LEN, "{\"seq\":%llu,",
	    (unsigned long long)seq)] = '"';
	return bytes_of(line, ENTRY_LEN);
}

static int
put_full(void *cookie, unsigned level, uint64_t index,
    const struct digest hashes[TILE_WIDTH], struct error *error)
{
	struct store *store = cookie;

	return store_put_tile(store, level, index, hashes, TILE_WIDTH, error);
}

/* A store with the tiles of that many entries, and its root. */
static struct digest
fill(struct store *store, uint64_t size)
{
	struct merkle *tree = memory_new(1, sizeof *tree);
	char line[ENTRY_LEN + 1];
	struct digest root, leaf;
	unsigned next = 0;

	merkle_begin(tree);
	if (store_begin_write(store, &err) == -1)
		die("store");
	for (uint64_t seq = 0; seq < size; seq++) {
		if (next < PROVED && seq == proved(next, size)) {
			next++;
			leaf = entry_leaf_hash(line_of(seq, line));
			if (store_put_entry(store, seq, line_of(seq, line),
				&err) == -1)
				die("entry");
		} else {
			leaf = entry_leaf_hash(bytes_of((const uint8_t *)&seq,
			    sizeof seq));
		}
		if (merkle_add(tree, leaf, put_full, store, &err) == -1)
			die("tree");
	}
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		if (tree->width[level] > 0 &&
		    store_put_tile(store, level,
			(size >> (8 * level)) / TILE_WIDTH, tree->hash[level],
			tree->width[level], &err) == -1)
			die("tile");
	if (store_commit(store, &err) == -1)
		die("commit");
	root = merkle_root(tree);
	memory_free(tree);
	return root;
}

/* Make them all, each as a file that is checked before it is given away. */
static void
make(struct store *store, uint64_t size, struct bytes note,
    struct buffer texts[PROVED])
{
	double took[PROVED];
	size_t longest = 0;

	for (unsigned i = 0; i < PROVED; i++) {
		double start = worked();

		texts[i] = buffer_new(LIMIT_ENTRY);
		if (receipt_prove(&texts[i], store, proved(i, size), note,
			&err) == -1)
			die("proof");
		took[i] = worked() - start;
		if (texts[i].len > longest)
			longest = texts[i].len;
	}
	qsort(took, PROVED, sizeof took[0], compare);
	printf("  %-34s %8.3f ms, the slowest of %d %.3f (aim: 1)\n",
	    "a proof made and checked, median", took[PROVED / 2] * 1e3, PROVED,
	    took[PROVED - 1] * 1e3);
	printf("  %-34s %8zu bytes (aim: 2048)\n", "the longest proof",
	    longest);
}

/* A proof with its leaf hash, as it is checked. */
struct known {
	struct tlog_proof proof;
	struct digest leaf;
};

/* The best of some rounds over all, for one. */
static double
check_paths(const struct known known[PROVED])
{
	double best = 1;

	for (unsigned round = 0; round < ROUNDS; round++) {
		double start = worked();

		for (unsigned i = 0; i < PROVED; i++)
			if (!proof_includes(&known[i].proof.path, known[i].leaf,
				known[i].proof.index,
				known[i].proof.checkpoint.size,
				known[i].proof.checkpoint.root))
				die("a proof does not hold");
		start = (worked() - start) / PROVED;
		if (start < best)
			best = start;
	}
	return best;
}

/* As `vouch check-proof' does: the text, the entry's line, the signature. */
static double
check_files(const struct buffer texts[PROVED], uint64_t size,
    const struct note_key *key)
{
	double start = worked();
	char line[ENTRY_LEN + 1];

	for (unsigned i = 0; i < PROVED; i++) {
		struct tlog_proof proof;
		struct checkpoint opened;

		if (tlog_proof_parse(&proof, buffer_bytes(&texts[i]), &err) ==
			-1 ||
		    checkpoint_open(&opened, proof.note, key, &err) == -1 ||
		    tlog_proof_check(&proof, line_of(proved(i, size), line),
			&err) == -1)
			die("check");
	}
	return (worked() - start) / PROVED;
}

static void
put_hash(FILE *out, const char *before, struct digest hash)
{
	struct buffer text = buffer_new(100);

	base64_append(&text, bytes_of(hash.byte, sizeof hash.byte));
	fprintf(out, "%s%s", before, buffer_string(&text));
	buffer_free(&text);
}

static void
write_for_peer(const char *path, const struct known known[PROVED])
{
	const struct checkpoint *checkpoint = &known[0].proof.checkpoint;
	FILE *out = fopen(path, "w");

	if (out == NULL) {
		perror(path);
		exit(3);
	}
	fprintf(out, "%llu", (unsigned long long)checkpoint->size);
	put_hash(out, " ", checkpoint->root);
	for (unsigned i = 0; i < PROVED; i++) {
		fprintf(out, "\n%llu",
		    (unsigned long long)known[i].proof.index);
		put_hash(out, " ", known[i].leaf);
		for (size_t k = 0; k < known[i].proof.path.count; k++)
			put_hash(out, " ", known[i].proof.path.hash[k]);
	}
	fputc('\n', out);
	if (fclose(out) != 0) {
		perror(path);
		exit(3);
	}
}

static void
check(const struct buffer texts[PROVED], uint64_t size,
    const struct note_key *key, const char *peer)
{
	struct known *known = memory_new(PROVED, sizeof *known);
	char line[ENTRY_LEN + 1];

	for (unsigned i = 0; i < PROVED; i++) {
		if (tlog_proof_parse(&known[i].proof, buffer_bytes(&texts[i]),
			&err) == -1)
			die("parse");
		known[i].leaf = entry_leaf_hash(line_of(proved(i, size), line));
	}
	printf("  %-34s %8.2f us\n", "a file checked, with its signature",
	    check_files(texts, size, key) * 1e6);
	write_for_peer(peer, known);
	printf("path %.3f\n", check_paths(known) * 1e6);
	memory_free(known);
}

int
main(int argc, char *argv[])
{
	static struct buffer texts[PROVED];
	struct checkpoint checkpoint = { .origin = FIXTURE_ORIGIN };
	struct buffer note = buffer_new(LIMIT_NOTE);
	char *folder = fixture_folder();
	struct fixture fixture;
	struct store *store;
	struct note_key key;
	char path[4096];

	if (argc != 3 || strtoull(argv[1], NULL, 10) < PROVED) {
		fprintf(stderr, "usage: proof ENTRIES PEER-FILE\n");
		return 2;
	}
	checkpoint.size = strtoull(argv[1], NULL, 10);
	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	snprintf(path, sizeof path, "%s/tiles.db", folder);
	if (store_create(path, &err) == -1 ||
	    store_open(&store, path, STORE_WRITE, &err) == -1)
		die("store");
	checkpoint.root = fill(store, checkpoint.size);
	store_close(store);
	if (checkpoint_sign(&note, &checkpoint, fixture.ledger_key, &err) ==
		-1 ||
	    note_key_make(&key, FIXTURE_ORIGIN, NOTE_ED25519,
		signer_public_key(fixture.ledger_key), &err) == -1 ||
	    store_open(&store, path, STORE_READ, &err) == -1)
		die("checkpoint");
	make(store, checkpoint.size, buffer_bytes(&note), texts);
	check(texts, checkpoint.size, &key, argv[2]);
	store_close(store);
	for (unsigned i = 0; i < PROVED; i++)
		buffer_free(&texts[i]);
	buffer_free(&note);
	fixture_free(&fixture);
	fixture_remove(folder);
	return 0;
}
