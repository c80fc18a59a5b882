/*
 * bench.c: what appending, verifying, hashing and starting cost, each beside
 * a named limit measured in the same run.  Writes a table and bench.json.
 *
 * usage: bench VOUCH-PROGRAM ENTRIES FOLDER
 */
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/file_batch.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/random.h"
#include "capture/artefact.h"
#include "keys/envelope.h"
#include "keys/key_file.h"
#include "ledger/append.h"
#include "ledger/entry.h"
#include "ledger/merkle.h"
#include "ledger/store.h"
#include "ledger/tile.h"
#include "tests/support/fixture.h"

#define BATCH 8192
#define SINGLES 400
#define STARTS 21

static struct error err;
static struct json *results;
static const char *folder;
static const char *vouch;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, err.what);
	exit(3);
}

static double
now(void)
{
	return (double)clock_monotonic_ns() * 1e-9;
}

static void
figure(const char *name, double value, const char *unit, double ratio,
    const char *beside, const char *aim)
{
	struct json *one = json_new_object();

	json_put(one, "value", json_new_number(value), &err);
	json_put(one, "unit", json_new_text(unit), &err);
	if (ratio > 0)
		json_put(one, "ratio", json_new_number(ratio), &err);
	if (beside != NULL)
		json_put(one, "beside", json_new_text(beside), &err);
	if (aim != NULL)
		json_put(one, "aim", json_new_text(aim), &err);
	json_put(results, name, one, &err);
	printf("%-34s %12.1f %-10s", name, value, unit);
	if (ratio > 0)
		printf(" %6.2f x %s", ratio, beside);
	if (aim != NULL)
		printf("  (aim: %s)", aim);
	printf("\n");
	fflush(stdout);
}

static char *
path(const char *name)
{
	struct buffer out = buffer_new(4096);

	if (file_join(&out, folder, name, &err) == -1)
		die("path");
	return (char *)out.data;
}

/* How fast libsodium alone verifies the same messages, on every processor. */
struct verifier {
	struct bytes message;
	struct signature signature;
	struct public_key key;
	long count;
};

static void *
verify_many(void *cookie)
{
	struct verifier *work = cookie;

	for (long i = 0; i < work->count; i++) {
		if (crypto_sign_verify_detached(work->signature.byte,
		    work->message.data, work->message.len,
		    work->key.byte) != 0)
			abort();
	}
	return NULL;
}

static double
verify_rate(const struct envelope *envelope, struct public_key key)
{
	struct buffer pae = buffer_new(LIMIT_ENVELOPE);
	unsigned threads = pool_processors();
	pthread_t thread[64];
	struct verifier work = { .count = 20000 };
	double start;

	envelope_pae(&pae, buffer_bytes(&envelope->payload));
	work.message = buffer_bytes(&pae);
	work.signature = envelope->signature[0].signature;
	work.key = key;
	if (threads > 64)
		threads = 64;
	start = now();
	for (unsigned i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, verify_many, &work);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	buffer_free(&pae);
	return (double)work.count * threads / (now() - start);
}

/* A bare SQLite insert of bytes as long as an entry, in batches. */
static double
insert_rate(unsigned long entries, unsigned batch, size_t len,
    double *median_ms)
{
	char *file = path("bare.db");
	char *line = memory_new(1, len);
	double *commit = memory_new(entries / batch + 1, sizeof *commit);
	size_t commits = 0;
	sqlite3_stmt *insert;
	sqlite3 *db;
	double start, rate;

	memset(line, 'x', len);
	if (sqlite3_open(file, &db) != SQLITE_OK)
		die("bare sqlite");
	sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, body TEXT) STRICT",
	    NULL, NULL, NULL);
	sqlite3_prepare_v2(db, "INSERT INTO entry VALUES(?,?)", -1, &insert,
	    NULL);
	start = now();
	for (unsigned long i = 0; i < entries; ) {
		double began = now();

		sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		for (unsigned b = 0; b < batch && i < entries; b++, i++) {
			sqlite3_bind_int64(insert, 1, (sqlite3_int64)i);
			sqlite3_bind_text(insert, 2, line, (int)len,
			    SQLITE_STATIC);
			if (sqlite3_step(insert) != SQLITE_DONE)
				die("bare insert");
			sqlite3_reset(insert);
		}
		sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
		commit[commits++] = now() - began;
	}
	rate = (double)entries / (now() - start);
	if (median_ms != NULL) {
		for (size_t i = 0; i < commits; i++)
			for (size_t j = i + 1; j < commits; j++)
				if (commit[j] < commit[i]) {
					double swap = commit[i];

					commit[i] = commit[j];
					commit[j] = swap;
				}
		*median_ms = commit[commits / 2] * 1e3;
	}
	sqlite3_finalize(insert);
	sqlite3_close(db);
	unlink(file);
	free(file);
	memory_free(line);
	memory_free(commit);
	return rate;
}

/* Run a program; its wall time and peak memory. */
static double
run(char *const argv[], const char *input, long *peak_kib)
{
	double start = now();
	struct rusage usage;
	int status;
	pid_t child = fork();

	if (child == 0) {
		int in = open(input == NULL ? "/dev/null" : input, O_RDONLY);
		int null = open("/dev/null", O_WRONLY);

		dup2(in, 0);
		dup2(null, 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	wait4(child, &status, 0, &usage);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench: %s %s failed (%d)\n", argv[0],
		    argv[1], status);
		exit(3);
	}
	if (peak_kib != NULL)
		*peak_kib = usage.ru_maxrss;
	return now() - start;
}

static int
compare_doubles(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Processor time of this thread. */
static double
worked(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* One bundle's entries hashed into the tree: in how much time. */
static double
hash_bundle(struct merkle *tree, const struct buffer *bundle)
{
	struct bytes rest = buffer_bytes(bundle), line;
	double start = worked();
	bool more;

	while (tile_bundle_next(&line, &more, &rest, &err) == 0 && more) {
		if (merkle_add(tree, entry_leaf_hash(line), NULL, NULL, &err) ==
		    -1)
			die("tree");
	}
	return worked() - start;
}

/* Entries hashed into a tree, as a publisher does, on one processor: what
 * else it does meanwhile does not count.  *whole counts reading, too. */
static double
hash_rate(const struct fixture *fixture, unsigned long entries, double *whole)
{
	struct merkle *tree = memory_new(1, sizeof *tree);
	struct buffer bundle = buffer_new((size_t)1 << 25);
	double hashing = 0, start;
	struct store *store;
	struct bytes line;
	uint64_t seq;
	bool more;

	merkle_begin(tree);
	if (store_open(&store, fixture->store, STORE_READ, &err) == -1 ||
	    store_scan_entries(store, 0, entries, &err) == -1)
		die("scan");
	start = worked();
	do {
		if (store_scan_entries_next(store, &seq, &line, &more, &err) ==
		    -1 || (more && tile_bundle_add(&bundle, line, &err) == -1))
			die("scan");
		if (!more || seq % 256 == 255) {
			hashing += hash_bundle(tree, &bundle);
			buffer_clear(&bundle);
		}
	} while (more);
	*whole = (double)entries / (worked() - start);
	store_close(store);
	buffer_free(&bundle);
	memory_free(tree);
	return (double)entries / hashing;
}

/* As many bytes, hashed and nothing else, in the same time of a processor. */
static double
plain_hash_rate(unsigned long entries, size_t len)
{
	uint8_t *line = memory_new(1, len);
	unsigned sum = 0;
	double start = worked();

	for (unsigned long i = 0; i < entries; i++) {
		memcpy(line, &i, sizeof i);
		sum += digest_of(bytes_of(line, len)).byte[0];
	}
	start = worked() - start;
	memory_free(line);
	return sum == 0 ? 0 : (double)entries / start;
}

/* The same bundles, as bytes of no meaning: what the disk takes. */
static double
bundle_rate(unsigned long entries, size_t len)
{
	char *bare = path("bare");
	char *stage = path("bare/stage");
	uint8_t *content = memory_new(256, len + 2);
	struct buffer name = buffer_new(200);
	struct file_batch *batch;
	double start;

	if (content == NULL || file_make_folders(stage, 0755, &err) == -1 ||
	    file_batch_new(&batch, bare, "stage", &err) == -1)
		die("bare files");
	start = now();
	for (uint64_t i = 0; i < entries / 256; i++) {
		buffer_clear(&name);
		tile_entries_path(&name, i, 256);
		if (file_batch_write(batch, buffer_string(&name),
		    bytes_of(content, 256 * (len + 2)), &err) == -1)
			die("bare files");
		buffer_clear(&name);
		tile_path(&name, 0, i, 256);
		if (file_batch_write(batch, buffer_string(&name),
		    bytes_of(content, 8192), &err) == -1)
			die("bare files");
	}
	if (file_batch_finish(batch, &err) == -1)
		die("bare files");
	start = now() - start;
	file_batch_free(batch);
	buffer_free(&name);
	memory_free(content);
	free(bare);
	free(stage);
	return (double)entries / start;
}

/* One entry more, and its publication. */
static double
extend_once(const struct fixture *fixture, char *const publish[])
{
	struct appender *appender;

	if (appender_open(&appender, fixture->store, fixture->ledger_key,
	    &err) == -1)
		die("open");
	fixture_fill(fixture, appender, 1, 1);
	appender_close(appender);
	return run(publish, NULL, NULL) * 1e3;
}

static void
bench_publish(const struct fixture *fixture, unsigned long entries, size_t len)
{
	char *folder_path = path("public");
	char *const publish[] = { (char *)vouch, "--ledger", fixture->store,
	    "publish", folder_path, "-q", NULL };
	char *const verify[] = { (char *)vouch, "verify", folder_path, "-q",
	    NULL };
	double extension[STARTS], limit, reading, took;
	long peak;

	limit = plain_hash_rate(entries, len);
	took = hash_rate(fixture, entries, &reading);
	figure("publish_hashing", took, "1/s", took / limit,
	    "SHA-256 of the lines alone", "500,000 or more");
	figure("publish_hashing_and_reading", reading, "1/s", reading / limit,
	    "SHA-256 of the lines alone", NULL);
	limit = bundle_rate(entries, len);
	figure("publish_disk", limit, "1/s", 0, NULL, NULL);
	took = run(publish, NULL, &peak);
	figure("publish", (double)entries / took, "1/s",
	    (double)entries / took / limit, "the same files without a ledger",
	    NULL);
	figure("publish_memory", (double)peak / 1024, "MiB", 0, NULL, NULL);
	for (int i = 0; i < STARTS; i++)
		extension[i] = extend_once(fixture, publish);
	qsort(extension, STARTS, sizeof extension[0], compare_doubles);
	figure("publish_one_more", extension[STARTS / 2], "ms", 0, NULL,
	    "the same at any size");
	took = run(verify, NULL, &peak);
	figure("verify_copy", (double)entries / took, "1/s", 0, NULL, NULL);
	figure("verify_copy_memory", (double)peak / 1024, "MiB", 0, NULL,
	    "under 64 at 1,000,000");
	free(folder_path);
}

static void
bench_ledger(unsigned long entries)
{
	char *key_path = path(".vouch/ledger.key");
	char *input = path("envelopes.jsonl");
	char *dot = path(".vouch");
	struct envelope envelope = envelope_new();
	struct fixture fixture;
	struct public_key key;
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct buffer entry = buffer_new(LIMIT_ENTRY);
	struct appender *appender;
	struct append_item item = { { NULL, 0 }, 0, { { 0 } } };
	double verify_limit, verify_after, insert_limit, limit, took, bare_ms;
	double single[SINGLES], start_up[STARTS];
	size_t bad;
	long peak;
	FILE *file;

	if (file_make_folders(dot, 0700, &err) == -1)
		die("set up");
	fixture_make(&fixture, dot, FIXTURE_ORIGIN);
	key = signer_public_key(fixture.founder);
	if (key_file_create(key_path, "ledger", fixture.ledger_key, NULL,
	    &err) == -1 || appender_open(&appender, fixture.store,
	    fixture.ledger_key, &err) == -1)
		die("open");
	if ((file = fopen(input, "w")) == NULL)
		die("envelopes");
	for (unsigned long i = 0; i < entries; i++) {
		buffer_clear(&line);
		fixture_observation(&line, &fixture, fixture.founder,
		    appender_checkpoint(appender), (unsigned)i);
		fwrite(line.data, 1, line.len, file);
		fputc('\n', file);
	}
	fclose(file);
	if (envelope_parse(&envelope, buffer_bytes(&line), &err) == -1)
		die("envelope");
	entry_write(&entry, entries, clock_now_ms(), merkle_empty(),
	    &envelope, &err);
	printf("%lu records of %zu bytes; entries of %zu bytes; %u processors\n",
	    entries, envelope.payload.len, entry.len, pool_processors());

	verify_limit = verify_rate(&envelope, key);
	figure("libsodium_verify", verify_limit, "1/s", 0, NULL, NULL);
	insert_limit = insert_rate(entries, BATCH, entry.len, NULL);
	figure("sqlite_insert", insert_limit, "1/s", 0, NULL, NULL);

	char *const record[] = { (char *)vouch, "--ledger", fixture.store, "record",
	    "-", "-q", NULL };
	took = run(record, input, &peak);
	/* Machines change their pace: the limit is taken before and after. */
	verify_after = verify_rate(&envelope, key);
	verify_limit = (verify_limit + verify_after) / 2;
	limit = verify_limit < insert_limit ? verify_limit : insert_limit;
	figure("append", (double)entries / took, "1/s",
	    (double)entries / took / limit, "the slower of the two",
	    "0.80 or more");
	figure("append_memory", (double)peak / 1024, "MiB", 0, NULL, NULL);
	unlink(input);

	insert_rate(SINGLES, 1, entry.len, &bare_ms);
	if (appender_refresh(appender, &err) == -1)
		die("refresh");
	for (int i = 0; i < SINGLES; i++) {
		double began;

		buffer_clear(&line);
		fixture_observation(&line, &fixture, fixture.founder,
		    appender_checkpoint(appender), (unsigned)i);
		item.envelope = buffer_bytes(&line);
		began = now();
		if (appender_add(appender, &item, 1, NULL, 0, &bad, &err) ==
		    -1)
			die("append");
		single[i] = (now() - began) * 1e3;
	}
	qsort(single, SINGLES, sizeof single[0], compare_doubles);
	figure("sqlite_commit", bare_ms, "ms", 0, NULL, NULL);
	figure("append_one", single[SINGLES / 2], "ms",
	    single[SINGLES / 2] / bare_ms, "a bare commit",
	    "under 5 ms and under 3 x");
	figure("append_one_95", single[SINGLES * 95 / 100], "ms", 0, NULL,
	    NULL);
	appender_close(appender);

	char *const verify[] = { (char *)vouch, "--ledger", fixture.store, "verify",
	    NULL };
	verify_limit = verify_rate(&envelope, key);
	took = run(verify, NULL, &peak);
	verify_limit = (verify_limit + verify_rate(&envelope, key)) / 2;
	figure("verify", (double)(entries + SINGLES) / took, "1/s",
	    ((double)entries + 2 * SINGLES) / took / verify_limit,
	    "libsodium on all processors", "0.90 or more");
	figure("verify_memory", (double)peak / 1024, "MiB", 0, NULL,
	    "under 64 at 1,000,000");

	char *const status[] = { (char *)vouch, "--ledger", fixture.store, "status",
	    NULL };
	for (int i = 0; i < STARTS; i++)
		start_up[i] = run(status, NULL, &peak) * 1e3;
	qsort(start_up, STARTS, sizeof start_up[0], compare_doubles);
	figure("status", start_up[STARTS / 2], "ms", 0, NULL,
	    "under 20 at 1,000,000");
	bench_publish(&fixture, entries, entry.len);
	envelope_free(&envelope);
	buffer_free(&line);
	buffer_free(&entry);
	fixture_free(&fixture);
	free(key_path);
	free(input);
	free(dot);
}

static void
make_file(const char *name, size_t mebibytes)
{
	int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	static uint8_t piece[1 << 20];

	for (size_t i = 0; i < mebibytes; i++) {
		random_fill(piece, 4096);
		if (write(file, piece, sizeof piece) !=
		    (ssize_t)sizeof piece)
			die("write");
	}
	close(file);
}

static double
measure(const char *name, unsigned threads)
{
	const char *paths[] = { name };
	const char *none[] = { NULL };
	struct artefact artefact;
	struct pool *pool;
	double start;

	if (pool_new(&pool, threads, &err) == -1)
		die("pool");
	start = now();
	if (artefact_measure(&artefact, paths, 1, none, pool, NULL, NULL,
	    &err) == -1)
		die("measure");
	start = now() - start;
	artefact_free(&artefact);
	pool_free(pool);
	return start;
}

static void
bench_hashing(void)
{
	char *big = path("big"), *many = path("many");
	char *const openssl[] = { "openssl", "dgst", "-sha256", big, NULL };
	struct buffer name = buffer_new(4096);
	struct digest digest;
	uint64_t size;
	double ours, theirs, one, all;

	make_file(big, 1024);
	run(openssl, NULL, NULL);
	theirs = run(openssl, NULL, NULL);
	ours = now();
	if (file_digest(&digest, &size, big, NULL, NULL, &err) == -1)
		die("digest");
	ours = now() - ours;
	unlink(big);
	figure("openssl_sha256", 1024 / theirs, "MiB/s", 0, NULL, NULL);
	figure("hash_file", 1024 / ours, "MiB/s", theirs / ours,
	    "openssl dgst -sha256", "1.00 or more");

	file_make_folders(many, 0700, &err);
	for (int i = 0; i < 512; i++) {
		buffer_clear(&name);
		buffer_printf(&name, "%s/file-%03d", many, i);
		make_file(buffer_string(&name), 1);
	}
	measure(many, 1);
	one = measure(many, 1);
	all = measure(many, pool_processors());
	figure("hash_folder_one", 512 / one, "MiB/s", 0, NULL, NULL);
	figure("hash_folder_all", 512 / all, "MiB/s", one / all,
	    "one processor", "the number of processors");
	buffer_free(&name);
	free(big);
	free(many);
}

int
main(int argc, char **argv)
{
	struct buffer out = buffer_new(1 << 20);
	struct utsname system;
	unsigned long entries;

	if (argc != 4) {
		fprintf(stderr, "usage: bench VOUCH ENTRIES FOLDER\n");
		return 2;
	}
	vouch = argv[1];
	entries = strtoul(argv[2], NULL, 10);
	folder = argv[3];
	if (sodium_init() == -1 || entries == 0)
		return 2;
	uname(&system);
	results = json_new_object();
	json_put(results, "system", json_new_text(system.version), &err);
	json_put(results, "processors", json_new_integer(pool_processors()),
	    &err);
	json_put(results, "entries", json_new_integer((int64_t)entries), &err);
	bench_ledger(entries);
	bench_hashing();
	json_write_pretty(&out, results);
	buffer_byte(&out, '\n');
	if (file_write("bench.json", buffer_bytes(&out), 0644, &err) == -1)
		die("bench.json");
	json_free(results);
	buffer_free(&out);
	return 0;
}
