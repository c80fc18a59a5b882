/*
 * tamper_proofs.c: thousands of seeded changes to what outsiders are given:
 * files of a published folder, proofs, receipts.  Each must be found, with one
 * line, whatever else was kept from them.  Prints TAP.  TAMPER_SEED in the
 * environment gives another run.
 *
 * A target is a row of the table at the end: a way to damage one thing, and
 * how often.  More are added as rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "ledger/append.h"
#include "ledger/entry.h"
#include "ledger/publish.h"
#include "ledger/reader.h"
#include "ledger/tlog_proof.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"
#include "tests/support/mutate.h"

#define ENTRIES 300
#define FIRST 200 /* Published before: its partial tiles are there, too. */
#define FILES 16

static struct fixture fixture;
static struct mutator mutator;
static struct error err;

/* The published folder, and what each of its files should be. */
static char copy[400];
static struct published {
	const char *name;
	struct buffer content;
} published[FILES];
static size_t published_count;

/* What a reader of proofs has. */
static struct note_key key;
static struct buffer lines[ENTRIES];
static struct buffer note, old_note;

static void
die(const char *what)
{
	fixture_die(what, &err);
}

/* ---- a ledger, published at two sizes ---- */

static void
publish(void)
{
	const struct publish_options options = { .attachments = true };
	struct publish_result result;
	struct reader *reader;

	if (reader_open(&reader, fixture.store, &err) == -1 ||
	    publish_ledger(&result, reader_store(reader), reader_note(reader),
		authority_ledger_key(reader_authority(reader)), copy, &options,
		&err) == -1)
		die("publish");
	key = *authority_ledger_key(reader_authority(reader));
	buffer_clear(&note);
	buffer_append(&note, reader_note(reader));
	reader_close(reader);
}

static void
grow_to(uint64_t size)
{
	struct appender *appender;

	if (appender_open(&appender, fixture.store, fixture.ledger_key,
		&err) == -1)
		die("appender");
	fixture_fill(&fixture, appender,
	    (unsigned)(size - appender_checkpoint(appender)->size), 50);
	appender_close(appender);
}

static const char *
path_of(const char *name)
{
	static char path[600];

	snprintf(path, sizeof path, "%s/%s", copy, name);
	return path;
}

static void
remember(const char *name)
{
	struct published *file = &published[published_count++];

	file->name = name;
	file->content = buffer_new((size_t)1 << 25);
	if (file_read(&file->content, path_of(name), &err) == -1)
		die(name);
}

static void
read_lines(void)
{
	struct store *store;

	if (store_open(&store, fixture.store, STORE_READ, &err) == -1)
		die("store");
	for (uint64_t seq = 0; seq < ENTRIES; seq++) {
		lines[seq] = buffer_new(LIMIT_ENTRY);
		if (store_entry(store, seq, &lines[seq], &err) == -1)
			die("entry");
	}
	store_close(store);
}

static void
set_up(const char *folder)
{
	note = buffer_new(LIMIT_NOTE);
	old_note = buffer_new(LIMIT_NOTE);
	fixture_make(&fixture, folder, FIXTURE_ORIGIN);
	snprintf(copy, sizeof copy, "%s/public", folder);
	grow_to(FIRST);
	publish();
	buffer_append(&old_note, buffer_bytes(&note));
	remember("tile/0/000.p/200");
	remember("tile/entries/000.p/200");
	grow_to(ENTRIES);
	publish();
	/* They would be gone, now that the full ones are there. */
	if (file_make_folders(path_of("tile/0/000.p"), 0755, &err) == -1 ||
	    file_make_folders(path_of("tile/entries/000.p"), 0755, &err) == -1)
		die("folders");
	remember("checkpoint");
	remember("tile/0/000");
	remember("tile/0/001.p/44");
	remember("tile/1/000.p/1");
	remember("tile/entries/000");
	remember("tile/entries/001.p/44");
	read_lines();
}

/* ---- what was found ---- */

static void
put(const char *name, struct bytes content)
{
	FILE *file = fopen(path_of(name), "wb");

	if (file == NULL ||
	    fwrite(content.data, 1, content.len, file) != content.len ||
	    fclose(file) != 0) {
		perror(name);
		exit(1);
	}
}

static void
put_all(void)
{
	for (size_t i = 0; i < published_count; i++)
		put(published[i].name, buffer_bytes(&published[i].content));
}

/* One line, and a class that means no or cannot decide. */
static bool
said(const struct error *finding)
{
	return finding->class != ERROR_SYSTEM && finding->what[0] != '\0' &&
	    strchr(finding->what, '\n') == NULL;
}

static void
note_problem(void *cookie, const struct verify_problem *problem)
{
	bool *good = cookie;

	if (problem->what[0] == '\0' || strchr(problem->what, '\n') != NULL)
		*good = false;
}

static bool
copy_is_refused(void)
{
	bool good = true;
	const struct verify_options options = {
		.threads = 1,
		.max_problems = 3,
		.cookie = &good,
		.problem = note_problem,
	};
	struct verify_result result;

	if (verify_copy(&result, copy, &options, &err) == -1)
		return said(&err);
	return result.problems > 0 && good;
}

/* ---- the published folder ---- */

static bool
change_file(void)
{
	const struct published *file =
	    &published[mutator_number(&mutator, published_count)];
	struct buffer content = buffer_new((size_t)1 << 25);
	bool found;

	buffer_append(&content, buffer_bytes(&file->content));
	mutate_bytes(&content, &mutator);
	put(file->name, buffer_bytes(&content));
	found = copy_is_refused();
	put(file->name, buffer_bytes(&file->content));
	buffer_free(&content);
	return found;
}

/* All but the old partial files, which nobody misses. */
static bool
drop_file(void)
{
	const struct published *file =
	    &published[2 + mutator_number(&mutator, published_count - 2)];
	bool found;

	unlink(path_of(file->name));
	found = copy_is_refused();
	put(file->name, buffer_bytes(&file->content));
	return found;
}

static bool
swap_files(void)
{
	size_t one = (size_t)mutator_number(&mutator, published_count);
	size_t other = (size_t)mutator_number(&mutator, published_count - 1);
	bool found;

	other += other >= one;
	put(published[one].name, buffer_bytes(&published[other].content));
	put(published[other].name, buffer_bytes(&published[one].content));
	found = copy_is_refused();
	put(published[one].name, buffer_bytes(&published[one].content));
	put(published[other].name, buffer_bytes(&published[other].content));
	return found;
}

static bool
add_stray(void)
{
	static const char *const names[] = { "tile/0/x000/000", "tile/00/000",
		"tile/0/1", "tile/0/000.p/256", "tile/0/000.p/0",
		"tile/0/000.p/007", "tile/entries/0000", "tile/readme",
		"tile/0/000.tmp", "attachment/0", "attachment/x/y" };
	const char *name = names[mutator_number(&mutator,
	    sizeof names / sizeof names[0])];
	char folder[600];
	bool found;

	snprintf(folder, sizeof folder, "%s", path_of(name));
	*strrchr(folder, '/') = '\0';
	if (file_make_folders(folder, 0755, &err) == -1)
		die("folder");
	put(name, bytes_of_text("x"));
	found = copy_is_refused();
	unlink(path_of(name));
	return found;
}

/* ---- proofs, and the lines that they are about ---- */

static struct tile_source tiles;

static void
compose_proof(struct buffer *out, uint64_t index)
{
	struct tlog_proof proof = { .index = index,
		.note = buffer_bytes(&note) };

	if (merkle_inclusion(&proof.path, index, ENTRIES, &tiles, &err) == -1)
		die("inclusion");
	tlog_proof_write(out, &proof);
}

/* As `vouch check-proof' does. */
static bool
proof_is_refused(struct bytes text, struct bytes line)
{
	struct entry entry = entry_new();
	struct checkpoint checkpoint;
	struct tlog_proof proof;
	bool holds = tlog_proof_parse(&proof, text, &err) == 0 &&
	    checkpoint_open(&checkpoint, proof.note, &key, &err) == 0 &&
	    tlog_proof_check(&proof, line, &err) == 0 &&
	    entry_parse(&entry, line, &err) == 0 && entry.seq == proof.index;

	entry_free(&entry);
	return !holds && said(&err);
}

static bool
change_proof(void)
{
	uint64_t index = mutator_number(&mutator, ENTRIES);
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	bool found;

	compose_proof(&text, index);
	if (proof_is_refused(buffer_bytes(&text), buffer_bytes(&lines[index])))
		die("a sound proof is refused");
	mutate_bytes(&text, &mutator);
	found = proof_is_refused(buffer_bytes(&text),
	    buffer_bytes(&lines[index]));
	buffer_free(&text);
	return found;
}

static bool
change_line(void)
{
	uint64_t index = mutator_number(&mutator, ENTRIES);
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer line = buffer_new(2 * LIMIT_ENTRY);
	bool found;

	compose_proof(&text, index);
	buffer_append(&line, buffer_bytes(&lines[index]));
	mutate_bytes(&line, &mutator);
	found = proof_is_refused(buffer_bytes(&text), buffer_bytes(&line));
	buffer_free(&text);
	buffer_free(&line);
	return found;
}

/* The proof of one entry with the line of another. */
static bool
swap_lines(void)
{
	uint64_t index = mutator_number(&mutator, ENTRIES);
	uint64_t other = mutator_number(&mutator, ENTRIES - 1);
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	bool found;

	other += other >= index;
	compose_proof(&text, index);
	found = proof_is_refused(buffer_bytes(&text),
	    buffer_bytes(&lines[other]));
	buffer_free(&text);
	return found;
}

static bool
extension_is_refused(struct bytes text)
{
	struct tlog_extension extension;
	struct checkpoint ignored;
	bool holds = tlog_extension_parse(&extension, text, &err) == 0 &&
	    checkpoint_open(&ignored, extension.old_note, &key, &err) == 0 &&
	    checkpoint_open(&ignored, extension.note, &key, &err) == 0 &&
	    tlog_extension_check(&extension, &err) == 0;

	return !holds && said(&err);
}

static bool
change_extension(void)
{
	struct tlog_extension extension = {
		.note = buffer_bytes(&note),
		.old_note = buffer_bytes(&old_note),
		.old.size = FIRST,
		.checkpoint.size = ENTRIES,
	};
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	bool found;

	if (merkle_consistency(&extension.path, FIRST, ENTRIES, &tiles,
		&err) == -1)
		die("consistency");
	tlog_extension_write(&text, &extension);
	if (extension_is_refused(buffer_bytes(&text)))
		die("a sound extension is refused");
	mutate_bytes(&text, &mutator);
	found = extension_is_refused(buffer_bytes(&text));
	buffer_free(&text);
	return found;
}

/* ---- the table ---- */

static const struct target {
	const char *name;
	bool (*damage)(void); /* Damage one thing: was it found? */
	unsigned times;
} targets[] = {
	{ "a published file is changed", change_file, 1200 },
	{ "a published file is missing", drop_file, 30 },
	{ "two published files change places", swap_files, 100 },
	{ "a file is astray in the folder", add_stray, 30 },
	{ "a proof is changed", change_proof, 1000 },
	{ "a proven line is changed", change_line, 600 },
	{ "a proof is of another line", swap_lines, 100 },
	{ "a proof of consistency is changed", change_extension, 600 },
};

static unsigned
try(const struct target *target)
{
	unsigned missed = 0;

	for (unsigned i = 0; i < target->times; i++) {
		uint64_t start = mutator.state;

		if (!target->damage()) {
			printf("# missed: state %llu: %s\n",
			    (unsigned long long)start, err.what);
			missed++;
		}
	}
	return missed;
}

int
main(void)
{
	size_t count = sizeof targets / sizeof targets[0];
	char *folder = fixture_folder();
	const char *seed = getenv("TAMPER_SEED");
	struct store *store;
	unsigned failures = 0;

	mutator.state = seed == NULL ? 1 : strtoull(seed, NULL, 10);
	set_up(folder);
	put_all();
	if (store_open(&store, fixture.store, STORE_READ, &err) == -1)
		die("store");
	tiles = store_tiles(store);
	printf("%s 1 - the untouched folder is verified\n",
	    copy_is_refused() ? "not ok" : "ok");
	for (size_t i = 0; i < count; i++) {
		unsigned missed = try(&targets[i]);

		failures += missed;
		printf("%s %zu - %u times: %s\n", missed == 0 ? "ok" : "not ok",
		    i + 2, targets[i].times, targets[i].name);
		fflush(stdout);
	}
	printf("1..%zu\n", count + 1);
	store_close(store);
	for (size_t i = 0; i < published_count; i++)
		buffer_free(&published[i].content);
	for (size_t i = 0; i < ENTRIES; i++)
		buffer_free(&lines[i]);
	buffer_free(&note);
	buffer_free(&old_note);
	fixture_free(&fixture);
	fixture_remove(folder);
	return failures == 0 ? 0 : 1;
}
